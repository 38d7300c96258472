//! Figures of spans that are over, kept as they stood then, and what those of now are held against (环比, 同比).
//!
//! ```text
//!  facts ──► fold ── the first fact of another hour ──► spans that end with that hour, counted before it ──► kept
//! ```
//! 1. What is kept follows from the facts and their `known_at` alone: folded anew it is the same.
//! 2. Days are those of the city's time as cases are numbered by it. A day that is over is kept for good, from the
//!    midnight at its end; the other spans of [`Period`] for [`HOURS_KEPT`] hours.
//! 3. A span is held against the same one a day, a week and 52 weeks before, so that a Monday is held against Mondays. Of
//!    hours that were, those are known that end with a full hour: against the last one. Of the year before whole days are
//!    known alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Counting, KpiRules, Span, Tally, Works};
use crate::domain::rights::Area;
use crate::domain::{Day, Fact, Hall, Incident, IncidentId, Moment, Party, TimeLimits};

const HOUR_MILLIS: i64 = 3_600_000;
/// Hours for which spans that end within a day are kept: a week, and a day to look back from.
pub const HOURS_KEPT: i64 = 8 * 24;
/// Most days that are kept for a time in which nothing became known.
const GAP_DAYS: i64 = 400;

/// Since when figures are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Since midnight.
    #[default]
    Today,
    /// 24 hours, all that the hall holds.
    Day,
    /// Eight hours: a shift.
    Shift,
    /// One hour.
    Hour,
}

impl Period {
    /// All of them, by their keys.
    pub const ALL: [Self; 4] = [Self::Today, Self::Day, Self::Shift, Self::Hour];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Day => "day",
            Self::Shift => "shift",
            Self::Hour => "hour",
        }
    }

    /// The one of that name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.word() == word)
    }

    /// Its beginning; the day began at `day_start`.
    #[must_use]
    pub fn from(self, now: Moment, day_start: Moment) -> Moment {
        let hours = |hours: i64| now.plus_millis(-hours * HOUR_MILLIS);
        match self {
            Self::Today => day_start,
            Self::Day => hours(24),
            Self::Shift => hours(8),
            Self::Hour => hours(1),
        }
    }
}

/// What a span is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Against {
    /// 环比: the same hours of the day before.
    #[default]
    Day,
    /// 同比: the same weekday of the week before.
    Week,
    /// 同比: the same weekday of the year before, 52 weeks ago.
    Year,
}

impl Against {
    /// All of them, in the order of [`Past::kept`].
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Year];

    /// Its name in keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Day => "day_before",
            Self::Week => "week_before",
            Self::Year => "year_before",
        }
    }

    /// How many days back it is.
    #[must_use]
    pub const fn days_back(self) -> i32 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Year => 364,
        }
    }

    /// What a period that ends now is held against; `None` where there is no such span.
    #[must_use]
    pub fn slot(self, period: Period, now: Moment, utc_offset_secs: i32) -> Option<Slot> {
        let hour = local_hour(now, utc_offset_secs) - i64::from(self.days_back()) * 24;
        if self == Self::Year {
            let day = Day(i32::try_from(hour.div_euclid(24)).ok()?);
            return matches!(period, Period::Today | Period::Day).then(|| Slot::of_day(day));
        }
        // In the first hour of a day nothing of the day before had ended with a full hour.
        let begun = period != Period::Today || hour.rem_euclid(24) > 0;
        begun.then(|| Slot::ending(hour, period))
    }
}

/// A span that ends with a full hour of city time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    /// The day that the hour is of.
    pub day: Day,
    /// How much of it is over, in hours: 1 to 24.
    pub hour: u8,
    /// What it is of.
    pub period: Period,
}

impl Slot {
    /// A whole day.
    #[must_use]
    pub fn of_day(day: Day) -> Self {
        Self { day, hour: 24, period: Period::Today }
    }

    /// The one that ends where an hour, counted since 1970 in city time, begins.
    fn ending(hour: i64, period: Period) -> Self {
        let last = hour - 1;
        Self {
            day: Day(i32::try_from(last.div_euclid(24)).unwrap_or(if last < 0 { i32::MIN } else { i32::MAX })),
            hour: u8::try_from(last.rem_euclid(24) + 1).unwrap_or(24),
            period,
        }
    }

    /// The hour that begins where it ends, counted since 1970 in city time.
    #[must_use]
    pub fn ends_at(self) -> i64 {
        i64::from(self.day.0) * 24 + i64::from(self.hour)
    }

    /// Whether it is a whole day, which is kept for good.
    #[must_use]
    pub fn is_whole_day(self) -> bool {
        self.hour == 24 && self.period == Period::Today
    }

    /// From when to when: its end is the last moment before the next hour.
    #[must_use]
    pub fn span(self, utc_offset_secs: i32) -> Span {
        let day_start = i64::from(self.day.0) * 24 * HOUR_MILLIS - i64::from(utc_offset_secs) * 1000;
        let end = Moment(day_start + i64::from(self.hour) * HOUR_MILLIS);
        Span { from: self.period.from(end, Moment(day_start)), until: end.plus_millis(-1) }
    }
}

/// The hour of city time at a moment, counted since 1970.
fn local_hour(at: Moment, utc_offset_secs: i32) -> i64 {
    at.0.saturating_add(i64::from(utc_offset_secs) * 1000).div_euclid(HOUR_MILLIS)
}

/// What was counted of one area and one department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptRow {
    /// The area, where one is known.
    pub area: Option<Area>,
    /// The department that answers for it, by its code.
    pub department: Option<String>,
    /// What was counted.
    pub tally: Tally,
}

/// The figures of a span as they stood at its end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Kept {
    /// By area and department.
    pub rows: Vec<KeptRow>,
    /// What each person did.
    pub works: BTreeMap<String, Works>,
}

impl Kept {
    /// Put together by what `key` says of each row.
    pub fn by<K: Ord>(&self, key: impl Fn(&KeptRow) -> K) -> BTreeMap<K, Tally> {
        let mut parts: BTreeMap<K, Tally> = BTreeMap::new();
        for row in &self.rows {
            parts.entry(key(row)).or_default().add(&row.tally);
        }
        parts
    }

    /// All of it.
    #[must_use]
    pub fn all(&self) -> Tally {
        self.by(|_| ()).remove(&()).unwrap_or_default()
    }
}

impl Counting<'_> {
    /// Count all that a hall holds by area and department, and what each person did.
    #[must_use]
    pub fn kept(
        &self,
        hall: &Hall,
        area: &dyn Fn(&Incident) -> Option<Area>,
        department: &dyn Fn(&Incident) -> Option<String>,
    ) -> Kept {
        let rows = self.by(
            hall,
            |incident| (area(incident), department(incident)),
            |incident, party| match party {
                Party::Department(code) => (area(incident), Some(code.clone())),
                Party::Crew(_) => (area(incident), department(incident)),
            },
        );
        let rows = rows.into_iter().map(|((area, department), tally)| KeptRow { area, department, tally });
        Kept { rows: rows.collect(), works: self.works(hall) }
    }
}

/// What a period is held against, by [`Against::ALL`]; `None` where nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Past {
    /// The figures of each.
    pub kept: [Option<Kept>; 3],
}

impl Past {
    /// What was then.
    #[must_use]
    pub fn of(&self, against: Against) -> Option<&Kept> {
        self.kept.get(against as usize)?.as_ref()
    }
}

/// The fold from which spans are kept: a hall, and the areas of its cases.
#[derive(Debug, Clone, Default)]
pub struct DayFold {
    hall: Hall,
    areas: BTreeMap<IncidentId, Area>,
    /// The hour of the fact folded last.
    at: Option<i64>,
}

impl DayFold {
    /// Go on from a hall with the areas of its cases, as [`Self::hall`] and [`Self::areas`] told them.
    #[must_use]
    pub fn from(hall: Hall, areas: BTreeMap<IncidentId, Area>, last_known_at: Moment) -> Self {
        let at = local_hour(last_known_at, hall.numbering().utc_offset_secs);
        Self { hall, areas, at: Some(at) }
    }

    /// The fold.
    #[must_use]
    pub fn hall(&self) -> &Hall {
        &self.hall
    }

    /// The areas of cases that it holds.
    #[must_use]
    pub fn areas(&self) -> &BTreeMap<IncidentId, Area> {
        &self.areas
    }

    /// The hour that a moment is in, counted since 1970 in the city's time of now.
    #[must_use]
    pub fn hour_of(&self, at: Moment) -> i64 {
        local_hour(at, self.hall.numbering().utc_offset_secs)
    }

    /// The spans that end before a fact, the next one: to be counted before it is folded in. `newest` is the hour of the
    /// newest fact there is; spans within a day that nobody will ask for any more are left out.
    #[must_use]
    pub fn due(&self, fact: &Fact, newest: i64) -> Vec<Slot> {
        let Some(last) = self.at else { return Vec::new() };
        let now = self.hour_of(fact.known_at);
        let first = (last + 1).max(now - GAP_DAYS * 24);
        let mut slots = Vec::new();
        for hour in first..=now {
            if hour > newest - HOURS_KEPT {
                slots.extend(Period::ALL.map(|period| Slot::ending(hour, period)));
            } else if hour.rem_euclid(24) == 0 {
                slots.push(Slot::ending(hour, Period::Today));
            }
        }
        slots
    }

    /// Count a span that ends now.
    #[must_use]
    pub fn count(
        &self,
        slot: Slot,
        rules: KpiRules,
        limits: &TimeLimits,
        department: &dyn Fn(&Incident) -> Option<String>,
    ) -> Kept {
        let offset = self.hall.numbering().utc_offset_secs;
        let counting = Counting { span: slot.span(offset), rules, limits, utc_offset_secs: &|_| offset };
        counting.kept(&self.hall, &|incident| self.areas.get(&incident.id).cloned(), department)
    }

    /// Fold a fact in, with the area of the case that it begins or moves; false where it is not the next one.
    pub fn apply(&mut self, fact: &Fact, area: Option<&Area>) -> bool {
        if !self.hall.apply(fact) {
            return false;
        }
        if let Some(id) = fact.what.place().and_then(|_| fact.what.incident()) {
            match area {
                Some(area) => self.areas.insert(id, area.clone()),
                None => self.areas.remove(&id),
            };
        }
        let hour = self.hour_of(fact.known_at);
        if self.at.is_none_or(|at| at.div_euclid(24) < hour.div_euclid(24)) {
            self.areas.retain(|id, _| self.hall.incident(*id).is_some());
        }
        self.at = Some(self.at.map_or(hour, |at| at.max(hour)));
        true
    }
}
