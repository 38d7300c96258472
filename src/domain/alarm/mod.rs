//! Alarms (报警) as ISA-18.2 has them: one of each source and kind, active or cleared, acknowledged or not.
//!
//! ```text
//!            Raise                      Acknowledge
//!  (none) ──────────► active, not acknowledged ──────────► active, acknowledged
//!                        │      ▲   ▲    Raise, worse Level ──┘      │
//!                  Clear │      │ Raise                              │ Clear
//!                        ▼      │                                    ▼
//!                     cleared, not acknowledged ──────────► cleared, acknowledged ──► leaves after a day
//!                                        Acknowledge
//!  beside it: Shelve ◄─► Unshelve, Assign, Seen, Case
//! ```
//! 1. One alarm per pair of source and kind: raised again it is the same one, and has to be acknowledged anew.
//! 2. An alarm that gets worse has to be acknowledged anew; one that gets better stays as it was.
//! 3. A shelved alarm (搁置) makes no noise, and comes back when its time is up, by a fact of the hub, or at once when it gets
//!    worse, or comes again worse than it was before.
//! 4. Nothing is raised of what is in maintenance (检修), and nothing of it calls for anybody or makes a case; what was active
//!    before stays until it clears. What got worse meanwhile has to be acknowledged anew when the maintenance ends.
//! 5. What is neither active, on the shelf nor waits for an acknowledgement leaves after a day, or for want of room; nothing
//!    else leaves. Where there is no room for what is new ([`room`]) it is not raised until there is.
//! 6. One that is active or not acknowledged is never without a level.
//! 7. When it is raised and when it gets worse the hub says once whose screens it was sent to (告警送达, [`Told`]); who comes
//!    later sees it, which is said when they do. Nobody's screen, nothing said.
//!
//! - [`belongs`]: to which case they belong, and in which order they call for somebody.
//! - [`cause`]: which of them one thing causes.
//! - [`maintenance`]: what raises none for a while.
//! - [`room`]: how many stand at most, and what is kept free for the gravest.
//! - [`rules`]: the limits, and how long they have to be crossed.
//! - [`Ruled`]: who put them in force.
//! - [`watch`]: which limits are crossed, reading by reading.

pub mod belongs;
#[cfg(test)]
mod case_tests;
pub mod cause;
mod decide;
pub mod maintenance;
#[cfg(test)]
mod maintenance_tests;
#[cfg(test)]
pub(crate) mod raised_tests;
pub mod room;
mod ruled;
pub mod rules;
#[cfg(test)]
mod tests;
mod told;
pub mod watch;
#[cfg(test)]
mod watch_tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::order::{NAME_MAX, TEXT_MAX, check_text, unusable};
use super::rights::Area;
use super::{Grade, IncidentId, LonLat, Moment, Refusal, SensorKind};

pub use belongs::Belongs;
pub use maintenance::{Maintenance, WINDOW_MAX_MILLIS, Window};
pub use room::{ALARMS_MAX, MILD_MAX};
pub use ruled::Ruled;
pub use rules::{AlarmRules, LimitRule};
pub use told::{TOLD_MAX, Told};

/// Most maintenance windows that are held.
pub const WINDOWS_MAX: usize = 500;
/// The longest time that an alarm is shelved, in milliseconds: a week.
pub const SHELF_MAX_MILLIS: i64 = 7 * 24 * 3_600_000;
/// How long an alarm that is over is held, in milliseconds: a day.
pub const KEEP_MILLIS: i64 = 24 * 3_600_000;
/// How often an alarm came is known of so many times.
const TIMES_MAX: usize = 64;
/// Who saw it is known of so many people.
const SEEN_MAX: usize = 64;

/// An alarm by its number in this hall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AlarmId(pub u64);

/// What is wrong at a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlarmKind {
    /// 超上限: it shows more than it should.
    High,
    /// 超下限: it shows less than it should.
    Low,
    /// 无数据: it says nothing.
    NoData,
}

impl AlarmKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::High, Self::Low, Self::NoData];

    /// Its name in files, keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
            Self::NoData => "no_data",
        }
    }
}

/// An alarm as it is raised: where, what, how bad.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Raising {
    /// Its number: the hall fills it in, whatever an order says.
    pub alarm: AlarmId,
    /// The identity of its source: that of a sensor.
    pub source: String,
    /// What is wrong.
    pub kind: AlarmKind,
    /// How bad it is: red to blue as a grade.
    pub level: Grade,
    /// What it shows, in the unit of its kind; `None` where it says nothing.
    pub value: Option<f64>,
    /// The limit that is crossed.
    pub limit: Option<f64>,
    /// The rule by which it is, by its code.
    pub rule: String,
    /// What people call the source; may be empty.
    pub name: String,
    /// What it measures.
    pub measures: SensorKind,
    /// The unit of value and limit.
    pub unit: String,
    /// Where it is.
    pub at: Option<LonLat>,
    /// Metres above the ground; below it negative.
    pub height_m: f32,
    /// The area in which it counts.
    pub area: Area,
    /// The kind of incident that it makes, as its rule says; empty where it says none.
    pub case_kind: String,
    /// Behind what its source hangs, a path with slashes, nearest first; empty where that is not known.
    pub upstream: String,
}

impl Raising {
    /// Whether whoever has an area has to do with it: it lies there, or nobody knows where its source lies. A vital sign
    /// without an area is of the whole city, and of nobody who has less.
    #[must_use]
    pub fn concerns(&self, area: &Area) -> bool {
        let unplaced = self.area.is_city() && self.measures != SensorKind::Vital;
        unplaced || self.area.is_within(area)
    }

    /// Behind what its source hangs, nearest first.
    pub fn path(&self) -> impl Iterator<Item = &str> {
        self.upstream.split('/').filter(|thing| !thing.is_empty())
    }
}

/// What happens to alarms. Raising and what follows from readings comes from the hub, all else from people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum AlarmStep {
    /// A limit is crossed.
    Raise(Raising),
    /// It got worse or better.
    Level {
        /// Which.
        alarm: AlarmId,
        /// How bad it is now.
        level: Grade,
        /// What its source shows.
        value: Option<f64>,
        /// The limit that is crossed.
        limit: Option<f64>,
    },
    /// It is over.
    Clear {
        /// Which.
        alarm: AlarmId,
        /// What its source shows.
        value: Option<f64>,
    },
    /// Somebody has it before their eyes.
    Seen {
        /// Which.
        alarm: AlarmId,
    },
    /// 确认: somebody takes note of it.
    Acknowledge {
        /// Which.
        alarm: AlarmId,
        /// What they say to it; may be empty.
        comment: String,
    },
    /// 指派: somebody is to look after it.
    Assign {
        /// Which.
        alarm: AlarmId,
        /// Who, by name; empty takes it from whoever had it.
        to: String,
    },
    /// 搁置: it makes no noise for a while.
    Shelve {
        /// Which.
        alarm: AlarmId,
        /// Until when.
        until: Moment,
        /// Why; must not be empty.
        reason: String,
    },
    /// It comes back.
    Unshelve {
        /// Which.
        alarm: AlarmId,
    },
    /// A case is about it.
    Case {
        /// Which.
        alarm: AlarmId,
        /// The case.
        incident: IncidentId,
    },
    /// 检修: nothing is raised of these sources for a while.
    Maintain(Maintenance),
    /// A maintenance is over before its time.
    EndMaintenance {
        /// Which.
        window: u64,
    },
    /// 送达: the screens of these people got it, when it was raised or got worse. The hub says so.
    Told {
        /// Which.
        alarm: AlarmId,
        /// Their names, in order; at most [`TOLD_MAX`].
        to: Vec<String>,
        /// So many others, who are not named.
        more: u32,
    },
}

impl AlarmStep {
    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Raise(_) => "raise",
            Self::Level { .. } => "level",
            Self::Clear { .. } => "clear",
            Self::Seen { .. } => "seen",
            Self::Acknowledge { .. } => "acknowledge",
            Self::Assign { .. } => "assign",
            Self::Shelve { .. } => "shelve",
            Self::Unshelve { .. } => "unshelve",
            Self::Case { .. } => "case",
            Self::Maintain(_) => "maintain",
            Self::EndMaintenance { .. } => "end_maintenance",
            Self::Told { .. } => "told",
        }
    }

    /// The alarm that it is about; of one that is not raised yet it is nobody's number.
    #[must_use]
    pub const fn alarm(&self) -> Option<AlarmId> {
        match self {
            Self::Maintain(_) | Self::EndMaintenance { .. } => None,
            Self::Raise(Raising { alarm, .. })
            | Self::Level { alarm, .. }
            | Self::Clear { alarm, .. }
            | Self::Seen { alarm }
            | Self::Acknowledge { alarm, .. }
            | Self::Assign { alarm, .. }
            | Self::Shelve { alarm, .. }
            | Self::Unshelve { alarm }
            | Self::Told { alarm, .. }
            | Self::Case { alarm, .. } => Some(*alarm),
        }
    }

    /// Is it usable in itself?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        match self {
            Self::Raise(raising) => raising.check(),
            Self::Level { value, limit, .. } => finite(&[("value", *value), ("limit", *limit)]),
            Self::Clear { value, .. } => finite(&[("value", *value)]),
            Self::Acknowledge { comment, .. } => check_text("comment", comment, TEXT_MAX),
            Self::Assign { to, .. } => check_text("to", to, NAME_MAX),
            Self::Shelve { reason, .. } => check_text("reason", reason, TEXT_MAX),
            Self::Maintain(window) => window.check(),
            Self::Told { to, .. } => told::check(to),
            Self::Seen { .. } | Self::Unshelve { .. } | Self::Case { .. } | Self::EndMaintenance { .. } => Ok(()),
        }
    }
}

fn finite(values: &[(&str, Option<f64>)]) -> Result<(), Refusal> {
    match values.iter().find(|(_, value)| value.is_some_and(|value| !value.is_finite())) {
        Some((field, _)) => Err(unusable(field, "is no number")),
        None => Ok(()),
    }
}

impl Raising {
    /// What is wrong, by numbers and signs that every language reads, after a name for it.
    #[must_use]
    pub fn in_signs(&self, name: &str) -> String {
        let sign = if self.kind == AlarmKind::Low { '<' } else { '>' };
        let unit = &self.unit;
        let values = match (self.value, self.limit) {
            (Some(value), Some(limit)) => format!(" {value} {unit} {sign} {limit} {unit}"),
            (Some(value), None) => format!(" {value} {unit}"),
            _ => String::new(),
        };
        format!("{name}{values} · {}", self.source)
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.source.trim().is_empty() {
            return Err(Refusal::SourceMissing);
        }
        for (field, text) in [
            ("source", &self.source),
            ("rule", &self.rule),
            ("name", &self.name),
            ("unit", &self.unit),
            ("case_kind", &self.case_kind),
        ] {
            check_text(field, text, NAME_MAX)?;
        }
        if self.at.is_some_and(|at| LonLat::new(at.lon, at.lat).is_none()) {
            return Err(unusable("at", "longitude or latitude is out of range"));
        }
        finite(&[("value", self.value), ("limit", self.limit), ("height_m", Some(f64::from(self.height_m)))])
    }
}

/// An acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledged {
    /// Who.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What they said to it; may be empty.
    pub comment: String,
}

/// An alarm on the shelf.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// Who put it there.
    pub by: String,
    /// When.
    pub at: Moment,
    /// Until when.
    pub until: Moment,
    /// Why.
    pub reason: String,
}

/// An alarm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its number.
    pub id: AlarmId,
    /// What is wrong, as it was told last.
    pub what: Raising,
    /// The worst level since it was raised last.
    pub worst: Grade,
    /// When it was raised last.
    pub raised_at: Moment,
    /// When it cleared; `None` while it is active.
    pub cleared_at: Option<Moment>,
    /// Who acknowledged it; `None` while it waits for that.
    pub acknowledged: Option<Acknowledged>,
    /// Who looks after it; empty where nobody was told to.
    pub assigned: String,
    /// While it is shelved.
    pub shelf: Option<Shelf>,
    /// The case about it, the last one.
    pub incident: Option<IncidentId>,
    /// Who had it before their eyes first when, since it was raised last.
    pub seen: Vec<(String, Moment)>,
    /// When it was raised, the last times, oldest first.
    pub times: Vec<Moment>,
    /// When anything about it changed.
    pub changed_at: Moment,
    /// Whose screens got it when it was raised last, or got worse since; `None` where nobody's did.
    pub told: Option<Told>,
    /// The level that people know of, where it got worse in a maintenance that is not over.
    pub quieted: Option<Grade>,
}

impl Alarm {
    /// Whether it is wrong still.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        self.cleared_at.is_none()
    }

    /// Whether somebody has to take note of it.
    #[must_use]
    pub const fn waits(&self) -> bool {
        self.acknowledged.is_none()
    }

    /// Whether it is on anybody's mind: active, or not acknowledged.
    #[must_use]
    pub const fn is_standing(&self) -> bool {
        self.is_active() || self.waits()
    }

    /// Whether it calls for somebody now: it waits and is not shelved. [`Alarms::calls`] knows of maintenance too.
    #[must_use]
    pub const fn calls(&self) -> bool {
        self.waits() && self.shelf.is_none()
    }

    /// Whether it is worth saying that somebody has it before their eyes.
    #[must_use]
    pub fn is_news_to(&self, who: &str) -> bool {
        self.seen.len() < SEEN_MAX && !self.seen.iter().any(|(one, _)| one == who)
    }

    /// What its case is called by its source: another one each time that it is raised.
    #[must_use]
    pub fn case_id(&self) -> String {
        format!("{}-{}", self.id.0, self.raised_at.0)
    }

    /// How often it was raised from a moment on, as far as that is held.
    #[must_use]
    pub fn times_since(&self, from: Moment) -> usize {
        self.times.iter().filter(|at| **at >= from).count()
    }
}

/// How alarms stand to one another on a list: what calls first, then the worst, then the newest.
#[must_use]
pub fn urgency(alarm: &Alarm) -> (bool, bool, usize, std::cmp::Reverse<Moment>, AlarmId) {
    (!alarm.calls(), alarm.shelf.is_some(), alarm.what.level.index(), std::cmp::Reverse(alarm.raised_at), alarm.id)
}

/// The alarms of a hall.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Alarms {
    last: u64,
    last_window: u64,
    held: BTreeMap<AlarmId, Alarm>,
    by_source: BTreeMap<(String, AlarmKind), AlarmId>,
    /// What is over, by when that was.
    over: BTreeSet<(Moment, AlarmId)>,
    windows: BTreeMap<u64, Window>,
    rules: Option<std::sync::Arc<AlarmRules>>,
    /// Who put them in force, and when.
    ruled: Option<(String, Moment)>,
    /// Who changed which of them when, by its code.
    changes: BTreeMap<String, (String, Moment)>,
}

impl Alarms {
    /// All that are held, in the order in which they came first.
    pub fn all(&self) -> impl Iterator<Item = &Alarm> {
        self.held.values()
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, id: AlarmId) -> Option<&Alarm> {
        self.held.get(&id)
    }

    /// The one of a source.
    #[must_use]
    pub fn of(&self, source: &str, kind: AlarmKind) -> Option<&Alarm> {
        self.by_source.get(&(source.to_owned(), kind)).and_then(|id| self.held.get(id))
    }

    /// Maintenance that is held, by number.
    pub fn windows(&self) -> impl Iterator<Item = (u64, &Window)> {
        self.windows.iter().map(|(number, window)| (*number, window))
    }

    /// Source, kind and level of all that are active.
    #[must_use]
    pub fn active(&self) -> Vec<(String, AlarmKind, Grade)> {
        let active = self.all().filter(|alarm| alarm.is_active()).map(|alarm| &alarm.what);
        active.map(|what| (what.source.clone(), what.kind, what.level)).collect()
    }
}
