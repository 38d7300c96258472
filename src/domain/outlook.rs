//! What became of cases like it: how long each phase took, by kind, and what that says of one that is open.
//!
//! The fold keeps a small sketch for each phase of each kind: how many took about how long, in steps of half an octave.
//! Old cases count less and less, so that a city that gets faster is believed.

use serde::{Deserialize, Serialize};

use super::{Course, Hall, Incident, IncidentId, Moment, Phase, Run, TimeLimits};

/// Steps of a sketch, two to an octave, from a minute on: the last begins at two years.
const STEPS: usize = 40;
/// With so many cases in a sketch all of them count half.
const FULL: u32 = 2_000;
/// Fewer cases than this say nothing.
const FEWEST: u32 = 5;

/// How many cases took about how long.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sketch {
    counts: Vec<u32>,
}

impl Sketch {
    /// The step of so many minutes; whole numbers only, so that it is the same on every machine.
    fn step(minutes: i64) -> usize {
        let minutes = u64::try_from(minutes.max(1)).unwrap_or(1).min(1 << 30);
        let octave = minutes.ilog2();
        let upper = minutes * minutes >= 1 << (2 * octave + 1);
        (2 * octave as usize + usize::from(upper)).min(STEPS - 1)
    }

    /// The least minutes of a step, rounded.
    fn least_minutes(step: usize) -> i64 {
        let octave = 1_i64 << (step / 2).min(40);
        // The root of two is half an octave; rounded up.
        if step.is_multiple_of(2) { octave } else { (octave * 14_143 + 9_999) / 10_000 }
    }

    /// Note that one took so long.
    pub(super) fn note(&mut self, millis: i64) {
        self.counts.resize(STEPS, 0);
        if let Some(count) = self.counts.get_mut(Self::step(millis / 60_000)) {
            *count += 1;
        }
        if self.counts.iter().sum::<u32>() >= FULL {
            self.counts.iter_mut().for_each(|count| *count /= 2);
        }
    }

    /// Of those that took at least `so_far`, how many took longer than `limit`, and how many there are; minutes.
    fn longer(&self, so_far: i64, limit: i64) -> (u32, u32) {
        let from = Self::step(so_far);
        let all = self.counts.iter().skip(from).sum();
        let beyond = Self::step(limit);
        // Of those about as long as the limit one half was longer.
        let about = if beyond >= from { self.counts.get(beyond).copied().unwrap_or_default() } else { 0 };
        let longer: u32 = self.counts.iter().skip((beyond + 1).max(from)).sum();
        (longer + about / 2, all)
    }

    /// How long the one in the middle took, in minutes; `None` of none.
    fn typical_minutes(&self) -> Option<i64> {
        let all: u32 = self.counts.iter().sum();
        let mut seen = 0;
        let step = self.counts.iter().position(|count| {
            seen += count;
            seen * 2 >= all
        })?;
        (all > 0).then(|| i64::midpoint(Self::least_minutes(step), Self::least_minutes(step + 1)))
    }
}

/// What became of the cases of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct History {
    phases: [Sketch; 4],
}

/// How likely a case is to be late.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likely {
    /// Hardly any like it was.
    InTime,
    /// Some like it were.
    Maybe,
    /// Most like it were.
    Late,
}

impl Likely {
    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::InTime => "in_time",
            Self::Maybe => "maybe",
            Self::Late => "late",
        }
    }
}

/// What past cases say of one that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outlook {
    /// Of the limit that is due next.
    pub phase: Phase,
    /// Of the cases of its kind that took at least as long as it did so far, so many took longer than it may…
    pub late: u32,
    /// … of so many.
    pub of: u32,
    /// How long the phase takes in the middle, minutes.
    pub typical_minutes: i64,
}

impl Outlook {
    /// In a word.
    #[must_use]
    pub fn likely(&self) -> Likely {
        match self.late * 100 / self.of.max(1) {
            50.. => Likely::Late,
            20.. => Likely::Maybe,
            _ => Likely::InTime,
        }
    }
}

fn index(phase: Phase) -> usize {
    phase as usize
}

/// When each phase of a course began and ended, of those that ended.
pub(super) fn ended(course: &Course) -> [Option<(Moment, Moment)>; 4] {
    Phase::ALL.map(|phase| phase.span(course).and_then(|(began, ended)| Some((began, ended?))))
}

impl Hall {
    /// Note how long the phases took that ended just now.
    pub(super) fn note_ended(&mut self, id: IncidentId, before: [Option<(Moment, Moment)>; 4]) {
        let (Some(now), Some(kind)) = (self.course(id).map(ended), self.incident(id).map(|one| one.kind.clone()))
        else {
            return;
        };
        if now == before {
            return;
        }
        let history = self.histories.entry(kind).or_default();
        for ((phase, before), now) in Phase::ALL.into_iter().zip(before).zip(now) {
            let (None, Some((began, over))) = (before, now) else { continue };
            if let Some(sketch) = history.phases.get_mut(index(phase)) {
                sketch.note(over.0.saturating_sub(began.0));
            }
        }
    }

    /// What past cases say of an open one at a moment; `None` where too few are known, or nothing of it is due.
    #[must_use]
    pub fn outlook(
        &self,
        incident: &Incident,
        limits: &TimeLimits,
        now: Moment,
        utc_offset_secs: i32,
    ) -> Option<Outlook> {
        let course = self.course(incident.id)?;
        let timers = limits.timers(&incident.kind, course, utc_offset_secs);
        let running = timers.iter().filter_map(|timer| match timer.run {
            Run::Running { due, .. } => Some((due, timer.phase)),
            _ => None,
        });
        let (due, phase) = running.min()?;
        let (began, _) = phase.span(course)?;
        let sketch = self.histories.get(&incident.kind)?.phases.get(index(phase))?;
        let minutes = |to: Moment| to.0.saturating_sub(began.0) / 60_000;
        let (late, of) = sketch.longer(minutes(now), minutes(due).max(1));
        // What is over is no forecast.
        (of >= FEWEST && now <= due)
            .then(|| Some(Outlook { phase, late, of, typical_minutes: sketch.typical_minutes()? }))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(minutes: &[i64]) -> Sketch {
        let mut sketch = Sketch::default();
        for minutes in minutes {
            sketch.note(minutes * 60_000);
        }
        sketch
    }

    #[test]
    fn steps_are_half_octaves_and_never_leave_the_sketch() {
        let steps = [0, 1, 2, 3, 4, 6, 8, 12, 16].map(Sketch::step);
        assert_eq!(steps, [0, 0, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!((Sketch::step(-5), Sketch::step(i64::MAX)), (0, STEPS - 1));
        for minutes in 1..5_000 {
            let step = Sketch::step(minutes);
            assert!(
                Sketch::least_minutes(step) <= minutes + 1 && minutes < Sketch::least_minutes(step + 1) + 1,
                "{minutes}"
            );
        }
    }

    #[test]
    fn of_those_that_took_as_long_those_that_took_longer_than_the_limit_are_counted() {
        let sketch = of(&[10, 10, 10, 100, 100, 100, 100, 100, 100, 100]);
        assert_eq!(sketch.longer(0, 40), (7, 10));
        assert_eq!(sketch.longer(30, 40), (7, 7), "the quick ones are out of it");
        assert_eq!(sketch.longer(0, 1_000), (0, 10));
        assert_eq!(sketch.longer(0, 100), (3, 10), "about as long as the limit");
        assert_eq!(Sketch::default().longer(0, 10), (0, 0));
        let typical = sketch.typical_minutes().unwrap();
        assert!((90..130).contains(&typical), "{typical}");
    }

    #[test]
    fn old_cases_count_less_and_less() {
        let mut sketch = of(&vec![1_000; 1_990]);
        for _ in 0..8_000 {
            sketch.note(10 * 60_000);
        }
        let (late, of) = sketch.longer(0, 100);
        assert!(of < FULL && late * 10 < of, "{late} of {of}");
    }
}
