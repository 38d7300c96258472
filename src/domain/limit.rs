//! Time limits of incidents, and the timers that run against them.
//!
//! ```text
//!              stage reached              on hold
//! NotBegun ─────────────────► Running ◄────────────► Paused
//!                                │  next stage reached  │
//!                                └──────► Finished ◄────┘
//! ```
//! 1. At most one of dispatch, handling and re-check runs at a time: who has it has the incident.
//! 2. What is late stays late: a hold that comes after the due moment moves nothing.
//!    The time in which it was merged or voided, where that was taken back, counts as one on hold.
//! 3. A limit is longer by what was granted (延期), from the moment on at which that is known.
//! 4. Nothing here depends on the present but lamps and what is used: due moments change with facts alone.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::calendar::{Clock, NEVER, WorkCalendar};
use super::{BulletinRules, Course, Hall, Incident, Moment, Owed, Stage};

/// What a limit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// 派遣: from known to sent to someone; the hall has it.
    Dispatch,
    /// 处置: from sent to reported as done; the department or crew has it.
    Handle,
    /// 核查: from done to closed; whoever checks has it.
    Recheck,
    /// 结案: the whole way.
    Whole,
}

impl Phase {
    /// All phases in order.
    pub const ALL: [Self; 4] = [Self::Dispatch, Self::Handle, Self::Recheck, Self::Whole];

    /// Its name in files and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Dispatch => "dispatch",
            Self::Handle => "handle",
            Self::Recheck => "recheck",
            Self::Whole => "whole",
        }
    }

    /// The stage with which it begins and the one with which it ends.
    fn ends(self) -> (Stage, Stage) {
        match self {
            Self::Dispatch => (Stage::Reported, Stage::Dispatched),
            Self::Handle => (Stage::Dispatched, Stage::Done),
            Self::Recheck => (Stage::Done, Stage::Closed),
            Self::Whole => (Stage::Reported, Stage::Closed),
        }
    }

    /// Whether it runs while an incident is at a stage.
    #[must_use]
    pub fn can_run(self, stage: Stage) -> bool {
        let (first, last) = self.ends();
        stage >= first && stage < last
    }

    /// When it began and when it ended in a course; `None` where it was skipped or is still to come.
    pub(super) fn span(self, course: &Course) -> Option<(Moment, Option<Moment>)> {
        let (first, last) = self.ends();
        let (reached, began) = course.since(first)?;
        let began = match self {
            Self::Dispatch => course.to_be_sent_since(),
            Self::Whole => course.open_since(),
            Self::Handle | Self::Recheck => began,
        };
        (reached < last).then(|| (began, course.since(last).map(|(_, at)| at.max(began))))
    }

    /// Whether a course went past it.
    fn is_skipped(self, course: &Course) -> bool {
        self.span(course).is_none() && course.since(self.ends().1).is_some()
    }
}

/// So much on a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limit {
    /// What it is counted on.
    pub clock: Clock,
    /// How much of that; see [`Clock::unit_millis`].
    pub millis: i64,
}

/// The limits of a kind of incident; a phase without one may take for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// Until it is sent to someone.
    pub dispatch: Option<Limit>,
    /// Until it is done.
    pub handle: Option<Limit>,
    /// Until it is closed, once it is done.
    pub recheck: Option<Limit>,
    /// Until it is closed.
    pub whole: Option<Limit>,
}

impl Limits {
    /// The limit of a phase.
    #[must_use]
    pub fn of(&self, phase: Phase) -> Option<Limit> {
        match phase {
            Phase::Dispatch => self.dispatch,
            Phase::Handle => self.handle,
            Phase::Recheck => self.recheck,
            Phase::Whole => self.whole,
        }
    }
}

/// How a timer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lamp {
    /// In time.
    Green,
    /// Nearly used up.
    Yellow,
    /// Over.
    Red,
}

impl Lamp {
    /// Its name in answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Yellow => "yellow",
            Self::Red => "red",
        }
    }
}

/// Where a timer is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Its stage is still to come.
    NotBegun,
    /// It runs.
    Running {
        /// When its lamp turns yellow.
        soon: Moment,
        /// When its limit is used up.
        due: Moment,
    },
    /// The incident is on hold.
    Paused,
    /// Its stage is over.
    Finished {
        /// When.
        at: Moment,
        /// When it had to be.
        due: Moment,
    },
}

/// One limit of one incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// What it is for.
    pub phase: Phase,
    /// Its limit.
    pub limit: Limit,
    /// How far it is.
    pub run: Run,
}

impl Timer {
    /// Its lamp; `None` where it has not begun or is paused.
    #[must_use]
    pub fn lamp(&self, now: Moment) -> Option<Lamp> {
        match self.run {
            Run::NotBegun | Run::Paused => None,
            Run::Running { soon, due } => Some(lamp(soon, due, now)),
            Run::Finished { at, due } => Some(if at > due { Lamp::Red } else { Lamp::Green }),
        }
    }
}

fn lamp(soon: Moment, due: Moment, now: Moment) -> Lamp {
    match now {
        now if now > due => Lamp::Red,
        now if now >= soon => Lamp::Yellow,
        _ => Lamp::Green,
    }
}

/// What an open incident has to do next, and by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Countdown {
    /// Of its timers this one is due first.
    Running {
        /// What for.
        phase: Phase,
        /// When its lamp turns yellow.
        soon: Moment,
        /// When it is used up.
        due: Moment,
    },
    /// It is on hold.
    Paused,
}

impl Countdown {
    /// When it is late; `None` on hold.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        match self {
            Self::Running { due, .. } => Some(*due),
            Self::Paused => None,
        }
    }

    /// Its lamp; `None` on hold.
    #[must_use]
    pub fn lamp(&self, now: Moment) -> Option<Lamp> {
        match self {
            Self::Running { soon, due, .. } => Some(lamp(*soon, *due, now)),
            Self::Paused => None,
        }
    }
}

/// The limits of a city's kinds of incident and the calendar that they are counted on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TimeLimits {
    calendar: WorkCalendar,
    /// A lamp is yellow within so many per cent of its limit.
    soon_percent: u8,
    by_kind: BTreeMap<String, Limits>,
    /// When reports to those above are owed, and for which kinds.
    bulletins: Option<(BulletinRules, BTreeSet<String>)>,
}

impl TimeLimits {
    /// The limits by code of the kind; lamps turn yellow within `soon_percent` of them.
    #[must_use]
    pub fn new(calendar: WorkCalendar, soon_percent: u8, by_kind: BTreeMap<String, Limits>) -> Self {
        Self { calendar, soon_percent: soon_percent.min(100), by_kind, bulletins: None }
    }

    /// The same, with reports to those above owed for incidents of these kinds.
    #[must_use]
    pub fn with_bulletins(self, rules: BulletinRules, kinds: BTreeSet<String>) -> Self {
        Self { bulletins: Some((rules, kinds)), ..self }
    }

    /// The report that is owed for an incident; `None` where none is.
    #[must_use]
    pub fn owed(&self, hall: &Hall, incident: &Incident) -> Option<Owed> {
        let (rules, kinds) = self.bulletins.as_ref()?;
        kinds.contains(&incident.kind).then(|| rules.owed(hall, incident))?
    }

    /// The timers of an incident of a kind, in the order of their phases; those of stages that were skipped are left
    /// out.
    #[must_use]
    pub fn timers(&self, kind: &str, course: &Course, utc_offset_secs: i32) -> Vec<Timer> {
        let Some(limits) = self.by_kind.get(kind) else { return Vec::new() };
        let phases = Phase::ALL.into_iter().filter_map(|phase| Some((phase, limits.of(phase)?)));
        let phases = phases.filter(|(phase, _)| !phase.is_skipped(course));
        phases
            .map(|(phase, limit)| {
                let limit = Limit { millis: limit.millis.saturating_add(course.extended(phase)), ..limit };
                Timer { phase, limit, run: self.run(phase, limit, course, utc_offset_secs) }
            })
            .collect()
    }

    fn run(&self, phase: Phase, limit: Limit, course: &Course, utc_offset_secs: i32) -> Run {
        let Some((began, ended)) = phase.span(course) else { return Run::NotBegun };
        let due = self.reaches(limit, began, ended, course, utc_offset_secs);
        match (ended, due) {
            (Some(at), due) => Run::Finished { at, due: due.unwrap_or(NEVER) },
            (None, None) => Run::Paused,
            (None, Some(due)) => {
                let quiet = i128::from(limit.millis) * i128::from(100 - self.soon_percent.min(100)) / 100;
                let quiet = Limit { millis: i64::try_from(quiet).unwrap_or(limit.millis), ..limit };
                let soon = self.reaches(quiet, began, ended, course, utc_offset_secs).unwrap_or(due);
                Run::Running { soon, due }
            }
        }
    }

    /// When a limit that runs from `began` on is used up; `None` where a hold without end comes before. What comes
    /// after `ended` does not count.
    fn reaches(
        &self,
        limit: Limit,
        began: Moment,
        ended: Option<Moment>,
        course: &Course,
        utc_offset_secs: i32,
    ) -> Option<Moment> {
        let (mut from, mut left) = (began, limit.millis);
        for hold in course.holds().iter().filter(|hold| ended.is_none_or(|ended| hold.from < ended)) {
            let ran = self.calendar.elapsed_millis(limit.clock, from, hold.from, utc_offset_secs);
            if ran >= left {
                break;
            }
            left -= ran;
            from = from.max(hold.until.or(ended)?);
        }
        Some(self.calendar.after(limit.clock, from, left, utc_offset_secs))
    }

    /// How much of a timer's limit is used at a moment, milliseconds of its clock.
    #[must_use]
    pub fn used_millis(&self, timer: &Timer, course: &Course, now: Moment, utc_offset_secs: i32) -> i64 {
        let Some((began, ended)) = timer.phase.span(course) else { return 0 };
        let until = ended.unwrap_or(now);
        let ran = |from, to| self.calendar.elapsed_millis(timer.limit.clock, from, to, utc_offset_secs);
        let (mut from, mut used) = (began, 0_i64);
        for hold in course.holds() {
            used = used.saturating_add(ran(from, hold.from.min(until)));
            from = from.max(hold.until.unwrap_or(until));
        }
        used.saturating_add(ran(from, until))
    }

    /// Which of an open incident's timers is due first; `None` where it has none that runs or is paused.
    #[must_use]
    pub fn countdown(&self, kind: &str, course: &Course, utc_offset_secs: i32) -> Option<Countdown> {
        let timers = self.timers(kind, course, utc_offset_secs);
        let running = timers.iter().filter_map(|timer| match timer.run {
            Run::Running { soon, due } => Some((due, timer.phase, soon)),
            _ => None,
        });
        match running.min() {
            Some((due, phase, soon)) => Some(Countdown::Running { phase, soon, due }),
            None => timers.iter().any(|timer| timer.run == Run::Paused).then_some(Countdown::Paused),
        }
    }
}
