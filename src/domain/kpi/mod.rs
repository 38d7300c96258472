//! Key figures (KPIs) of a span that ends now, each as a part of a whole, so that a screen can show both.
//!
//! All is counted by when the hall knew, from what it holds: exact for spans that began at most
//! [`super::hall::KEEP_CLOSED_MILLIS`] ago. What is taken back counts as it stands now: a case that was handled and went
//! back is not handled.
//!
//! - A phase of a case is **due** in a span in which it ended, and while it runs over its limit. It is **in time** where it
//!   ended within its limit, or has none. So what is due is in time or late: 按期率 and 超期率 are 100 % together.
//! - Cases that ended otherwise than finished (rejected, not filed, voided, merged) are due nothing but what their callers
//!   were promised.
//! - Whether what is late while on hold is due is a setting ([`KpiRules::subtract_held`]).
//! - 告知: of callers who were promised an answer, those of merged cases among them, it is due to be told that the case was
//!   accepted in the span in which it was, and how it ended in the span in which it did, however it ended
//!   ([`super::telling`]). Each counts once, as told where somebody recorded it; how it ended also where the caller was
//!   called back and reached (回访), since that is what a call-back tells first.
//! - What people do is counted by person ([`Works`]): how often, and how long the cases had waited for it.
//!
//! Spans that are over are kept ([`DayFold`]), to be held against what is counted now ([`Against`]).

mod days;
mod figure;
mod tally;
mod works;

pub use days::{Against, DayFold, HOURS_KEPT, Kept, KeptRow, Past, Period, Slot};
pub use figure::{Kpi, Share, Times, TimesChange};
pub use tally::Tally;
pub use works::Works;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::rights::Role;
use super::{
    Hall, Incident, Moment, Outcome, Party, Phase, Run, Satisfaction, Stage, Task, TaskEnd, Telling, TimeLimits, Timer,
};

/// What a city's figures are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KpiRules {
    /// What is on hold is due nothing, late or not.
    pub subtract_held: bool,
}

impl Default for KpiRules {
    fn default() -> Self {
        Self { subtract_held: true }
    }
}

/// A span of time: what became known from its beginning on and not after its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its beginning.
    pub from: Moment,
    /// Its end, which is now.
    pub until: Moment,
}

impl Span {
    fn has(self, at: Moment) -> bool {
        self.from <= at && at <= self.until
    }
}

impl Phase {
    /// The post that answers for it.
    #[must_use]
    pub const fn post(self) -> Role {
        match self {
            Self::Dispatch => Role::Dispatcher,
            Self::Handle => Role::Handler,
            Self::Recheck => Role::GridWorker,
            Self::Whole => Role::ShiftChief,
        }
    }
}

/// What is counted, and by what.
#[derive(Clone, Copy)]
pub struct Counting<'a> {
    /// The span.
    pub span: Span,
    /// The city's rules.
    pub rules: KpiRules,
    /// The limits.
    pub limits: &'a TimeLimits,
    /// The offset of city time from UTC at a moment, in seconds.
    pub utc_offset_secs: &'a dyn Fn(Moment) -> i32,
}

impl Counting<'_> {
    /// Count all that a hall holds, by what `case` says of each case and `task` of each task.
    pub fn by<K: Ord>(
        &self,
        hall: &Hall,
        case: impl Fn(&Incident) -> K,
        task: impl Fn(&Incident, &Party) -> K,
    ) -> BTreeMap<K, Tally> {
        let mut tallies: BTreeMap<K, Tally> = BTreeMap::new();
        for incident in hall.incidents() {
            let counted = self.case(hall, incident);
            if !counted.is_empty() {
                tallies.entry(case(incident)).or_default().add(&counted);
            }
        }
        self.add_tasks(hall, task, &mut tallies);
        tallies
    }

    /// Count the tasks of all cases into what was counted of the cases themselves, as [`Self::by`] does.
    pub fn add_tasks<K: Ord>(
        &self,
        hall: &Hall,
        mut task: impl FnMut(&Incident, &Party) -> K,
        tallies: &mut BTreeMap<K, Tally>,
    ) {
        for (incident, one) in self.tasks(hall) {
            let tally = tallies.entry(task(incident, &one.to)).or_default();
            let end = one.end.as_ref().map(|(end, _)| *end);
            tally.returned.count(end == Some(TaskEnd::Returned));
            tally.accurate.count(!matches!(end, Some(TaskEnd::Returned | TaskEnd::Withdrawn)));
        }
    }

    /// Count all that a hall holds.
    #[must_use]
    pub fn all(&self, hall: &Hall) -> Tally {
        self.by(hall, |_| (), |_, _| ()).remove(&()).unwrap_or_default()
    }

    /// The tasks that were given in the span. One that was taken along when its case was merged is one, not two: both
    /// copies have the same party and the same beginning.
    fn tasks<'a>(&self, hall: &'a Hall) -> impl Iterator<Item = (&'a Incident, &'a Task)> {
        let span = self.span;
        let all = move || {
            let given = move |one: &&Task| span.has(one.given_at());
            hall.incidents().flat_map(move |one| hall.tasks(one.id).iter().filter(given).map(move |task| (one, task)))
        };
        let released = |task: &Task| matches!(task.end, Some((TaskEnd::Released, _)));
        let merged = move |one: &Incident| {
            hall.closing(one.id).is_some_and(|closing| matches!(closing.outcome, Outcome::Merged(_)))
        };
        // What goes on comes before what was let go of for it, and of that the case that goes on before one that was merged.
        let mut seen = BTreeSet::new();
        let goes_on = all().filter(move |(_, task)| !released(task));
        let let_go = all().filter(move |(one, task)| released(task) && !merged(one));
        let taken_along = all().filter(move |(one, task)| released(task) && merged(one));
        let each = goes_on.chain(let_go).chain(taken_along);
        each.filter(move |(_, task)| seen.insert((&task.to, task.given_at())))
    }

    /// What each person did in the span.
    #[must_use]
    pub fn works(&self, hall: &Hall) -> BTreeMap<String, Works> {
        let mut all: BTreeMap<String, Works> = BTreeMap::new();
        for (who, deeds) in hall.deeds().all() {
            for deed in deeds.filter(|deed| self.span.has(deed.at)) {
                all.entry(who.to_owned()).or_default().note(deed);
            }
        }
        all
    }

    /// Count one case, but for its tasks.
    #[must_use]
    pub fn case(&self, hall: &Hall, incident: &Incident) -> Tally {
        let mut tally = Tally::new(self.span.has(incident.known_at));
        for what in Telling::ALL {
            if hall.to_tell_since(incident.id, what).is_some_and(|at| self.span.has(at)) {
                tally.count_telling(what, hall.is_told(incident.id, what));
            }
        }
        let closing = hall.closing(incident.id);
        if closing.is_some_and(|closing| closing.outcome != Outcome::Finished) {
            return tally;
        }
        let Some(course) = hall.course(incident.id) else { return tally };
        let offset = (self.utc_offset_secs)(incident.known_at);
        let timers = self.limits.timers(&incident.kind, course, offset);
        let held = course.on_hold().is_some();
        for phase in Phase::ALL {
            let Some((began, ended)) = phase.span(course) else { continue };
            let timer = timers.iter().find(|timer| timer.phase == phase);
            match ended {
                Some(at) if self.span.has(at) => {
                    tally.count_phase(phase, true, in_time(timer, at));
                    if phase == Phase::Handle {
                        tally.handling.push(at.0.saturating_sub(began.0));
                        let used = |timer: &Timer| self.limits.used_millis(timer, course, at, offset);
                        tally.handling_on_clock.extend(timer.map(used));
                    }
                }
                None if self.is_late(timer) && !(held && self.rules.subtract_held) => {
                    tally.count_phase(phase, false, false);
                }
                Some(_) | None => {}
            }
        }
        let dossier = hall.dossier(incident.id);
        let handled_at = course.since(Stage::Done).map(|(_, at)| at);
        let went_back = dossier.went_back.as_ref().is_some_and(|said| self.span.has(said.at));
        let again = dossier.reworks > 0;
        if handled_at.map_or(again && went_back, |at| self.span.has(at)) {
            tally.rework.count(again);
        }
        let rating = dossier.rating.as_ref().filter(|(satisfaction, _)| *satisfaction != Satisfaction::NotReached);
        if let Some((satisfaction, said)) = rating
            && self.span.has(said.at)
        {
            tally.satisfied.count(matches!(satisfaction, Satisfaction::Satisfied | Satisfaction::Fairly));
        }
        tally
    }

    /// A timer that runs is over its limit.
    fn is_late(&self, timer: Option<&Timer>) -> bool {
        matches!(timer.map(|timer| timer.run), Some(Run::Running { due, .. }) if due < self.span.until)
    }
}

/// What ended was within its limit, or has none.
fn in_time(timer: Option<&Timer>, at: Moment) -> bool {
    !matches!(timer.map(|timer| timer.run), Some(Run::Finished { due, .. }) if at > due)
}
