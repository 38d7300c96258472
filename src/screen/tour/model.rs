//! When the tour flies, where, and when it stops. Pure: seconds are handed in.
//!
//! ```text
//!            idle long enough                stop by stop, round and round
//! Waiting ─────────────────────► Touring ◄───────────────────────┐
//!    ▲  ▲                          │ something that matters       │ shown long enough,
//!    │  └── any gesture ───────────┤                              │ nothing more waits
//!    │                             ▼                              │
//!    └───── any gesture ──────── Showing ─────────────────────────┘
//! ```
//!
//! 1. Without being asked it never leaves `Waiting`.
//! 2. A gesture leads to `Waiting` from everywhere, at once.
//! 3. What matters is shown at once while it tours, and begins the wait anew while it waits: the gravest first, and what is
//!    graver than what is shown does not wait.

use crate::domain::{Grade, IncidentId};

/// How the tour goes round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    /// Seconds of a flight to the next stop.
    pub(super) flight_secs: f64,
    /// Seconds of the stay there.
    stay_secs: f64,
    /// The look turns while it stays.
    pub(super) turns: bool,
}

/// On a graphics card: never quite at rest.
pub(super) const SMOOTH: Pace = Pace { flight_secs: 14.0, stay_secs: 12.0, turns: true };
/// Where every frame costs the processor: still pictures, a short flight between them.
pub(super) const THRIFTY: Pace = Pace { flight_secs: 2.5, stay_secs: 40.0, turns: false };
/// Seconds of the flight to something that matters, and how long it is shown.
pub(super) const SHOW_FLIGHT_SECS: f64 = 2.5;
const SHOW_SECS: f64 = 25.0;
/// At most so many things that matter wait for their turn: of those that are less grave the newest push out the oldest.
const WAITING: usize = 5;

/// What the tour does.
#[derive(Debug, Clone, PartialEq)]
enum State {
    /// Since when nobody touched anything and nothing happened.
    Waiting { since: f64 },
    /// At a stop or on the way to it, until then.
    Touring { stop: usize, until: f64 },
    /// Shows something of a grade that matters, until then.
    Showing { grade: Grade, until: f64, next: usize },
}

/// The tour.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tour {
    state: State,
    /// The gravest first, of one grade the oldest.
    waiting: Vec<(Grade, IncidentId)>,
}

/// What happened since the last step.
#[derive(Debug, Clone, Default)]
pub(super) struct Happened {
    /// Somebody touched something.
    pub(super) gesture: bool,
    /// Somebody asked for the tour, or asked it to end.
    pub(super) asked: bool,
    /// New or regraded incidents that matter, oldest first.
    pub(super) matters: Vec<(Grade, IncidentId)>,
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// Fly calmly to a stop.
    Visit(usize),
    /// Fly swiftly to an incident and choose it.
    Show(IncidentId),
    /// Let go of what the tour chose.
    End,
}

impl Tour {
    /// Waiting since a moment.
    pub(super) fn new(now: f64) -> Self {
        Self { state: State::Waiting { since: now }, waiting: Vec::new() }
    }

    /// Whether it flies.
    pub(super) fn is_on(&self) -> bool {
        !matches!(self.state, State::Waiting { .. })
    }

    /// Seconds until it has something to do by itself, while it flies.
    pub(super) fn rests(&self, now: f64) -> Option<f64> {
        match self.state {
            State::Waiting { .. } => None,
            State::Touring { until, .. } | State::Showing { until, .. } => Some((until - now).max(0.0)),
        }
    }

    /// One step; `idle_secs` after which it begins by itself, `stops` of a round.
    pub(super) fn step(
        &mut self,
        now: f64,
        (idle_secs, pace): (Option<f64>, Pace),
        stops: usize,
        happened: &Happened,
    ) -> Option<Act> {
        if happened.gesture || (happened.asked && self.is_on()) || stops == 0 {
            let was = self.is_on();
            *self = Self::new(now);
            return was.then_some(Act::End);
        }
        match self.state {
            State::Waiting { since } => {
                if !happened.matters.is_empty() {
                    self.state = State::Waiting { since: now };
                }
                let begins = idle_secs.is_some_and(|idle| now - since >= idle && happened.matters.is_empty());
                (begins || happened.asked).then(|| self.visit(0, pace, now))
            }
            State::Touring { stop, until } => {
                self.wait_for(&happened.matters);
                self.show(stop, now).or_else(|| (now >= until).then(|| self.visit((stop + 1) % stops, pace, now)))
            }
            State::Showing { grade, until, next } => {
                self.wait_for(&happened.matters);
                let graver = self.waiting.first().is_some_and(|(waiting, _)| *waiting < grade);
                if now < until && !graver {
                    return None;
                }
                self.show(next, now).or_else(|| Some(self.visit(next % stops, pace, now)))
            }
        }
    }

    fn wait_for(&mut self, matters: &[(Grade, IncidentId)]) {
        for (grade, id) in matters {
            self.waiting.retain(|(_, other)| other != id);
            self.waiting.push((*grade, *id));
        }
        self.waiting.sort_by_key(|(grade, _)| *grade);
        while self.waiting.len() > WAITING {
            let least = self.waiting.last().map(|(grade, _)| *grade);
            let Some(oldest) = self.waiting.iter().position(|(grade, _)| Some(*grade) == least) else { break };
            self.waiting.remove(oldest);
        }
    }

    fn visit(&mut self, stop: usize, pace: Pace, now: f64) -> Act {
        self.state = State::Touring { stop, until: now + pace.flight_secs + pace.stay_secs };
        Act::Visit(stop)
    }

    fn show(&mut self, next: usize, now: f64) -> Option<Act> {
        let (grade, id) = (!self.waiting.is_empty()).then(|| self.waiting.remove(0))?;
        self.state = State::Showing { grade, until: now + SHOW_FLIGHT_SECS + SHOW_SECS, next };
        Some(Act::Show(id))
    }
}

/// Whether news of an incident matter: it is Ⅰ or Ⅱ and was not, or not known, before.
pub(super) fn matters(before: Option<Grade>, now: Grade) -> bool {
    now <= Grade::II && before.is_none_or(|before| now < before)
}
