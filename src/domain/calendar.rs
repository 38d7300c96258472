//! The work calendar of a city and the four clocks that limits are counted on.
//!
//! Every clock runs in some stretches of time and stands in all others, so it is one rising count:
//! [`WorkCalendar::elapsed_millis`] is the difference of two counts, [`WorkCalendar::after`] finds a count again.
//!
//! Invariants:
//! 1. `elapsed_millis(from, after(from, millis)) == millis`, and no earlier moment has that much, unless `after` is out
//!    of reach ([`NEVER`]).
//! 2. Both only rise with their moments and millis; a moment before `from` has elapsed 0.
//!
//! City time is UTC plus an offset that is handed in.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Moment;

/// A moment that no clock reaches.
pub const NEVER: Moment = Moment(i64::MAX);

const MINUTE_MILLIS: i64 = 60_000;
const HOUR_MILLIS: i64 = 60 * MINUTE_MILLIS;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;

/// What a limit is counted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// 紧急工作时: every hour counts.
    UrgentHours,
    /// 工作时: the hours of work of work days count.
    WorkHours,
    /// 工作日: work days count, each from midnight to midnight, so that two of them end at the hour they began.
    WorkDays,
    /// 自然日: every day counts, 24 hours each.
    CalendarDays,
}

impl Clock {
    /// All clocks.
    pub const ALL: [Self; 4] = [Self::UrgentHours, Self::WorkHours, Self::WorkDays, Self::CalendarDays];

    /// Milliseconds of one of its hours or days.
    #[must_use]
    pub const fn unit_millis(self) -> i64 {
        match self {
            Self::UrgentHours | Self::WorkHours => HOUR_MILLIS,
            Self::WorkDays | Self::CalendarDays => DAY_MILLIS,
        }
    }

    /// Its name in files and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::UrgentHours => "urgent_hours",
            Self::WorkHours => "work_hours",
            Self::WorkDays => "work_days",
            Self::CalendarDays => "calendar_days",
        }
    }
}

/// A day of the city: days since 1970-01-01, which was a Thursday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub i32);

/// Which days a city works and at what hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct WorkCalendar {
    written: Written,
    /// Hours of work in milliseconds from midnight: in order and apart.
    hours: Vec<(i64, i64)>,
    /// Their length together.
    hours_millis: i64,
    /// Days that are not as their weekday, each with how many work days all up to it are more than their weekdays say.
    swapped: Vec<(i128, i128)>,
}

/// A calendar as it is told to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    hours: Vec<(u16, u16)>,
    rest: [bool; 7],
    off: BTreeSet<Day>,
    on: BTreeSet<Day>,
}

impl From<Written> for WorkCalendar {
    fn from(written: Written) -> Self {
        let millis = |minutes: u16| (i64::from(minutes) * MINUTE_MILLIS).min(DAY_MILLIS);
        let mut parts: Vec<(i64, i64)> = written
            .hours
            .iter()
            .map(|(from, to)| (millis(*from), millis(*to)))
            .filter(|(from, to)| from < to)
            .collect();
        parts.sort_unstable();
        let mut hours: Vec<(i64, i64)> = Vec::with_capacity(parts.len());
        for (from, to) in parts {
            match hours.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => hours.push((from, to)),
            }
        }
        let hours_millis = hours.iter().map(|(from, to)| to - from).sum();
        let mut calendar = Self { written, hours, hours_millis, swapped: Vec::new() };
        let days: BTreeSet<Day> = calendar.written.off.union(&calendar.written.on).copied().collect();
        let (mut swapped, mut more) = (Vec::new(), 0);
        for day in days {
            let number = i128::from(day.0);
            let works = calendar.written.on.contains(&day);
            match (calendar.is_work_weekday(number), works) {
                (true, false) => more -= 1,
                (false, true) => more += 1,
                _ => continue,
            }
            swapped.push((number, more));
        }
        calendar.swapped = swapped;
        calendar
    }
}

impl From<WorkCalendar> for Written {
    fn from(calendar: WorkCalendar) -> Self {
        calendar.written
    }
}

impl Default for WorkCalendar {
    /// Every day from midnight to midnight.
    fn default() -> Self {
        Self::new(vec![(0, 24 * 60)], [false; 7], BTreeSet::new(), BTreeSet::new())
    }
}

impl WorkCalendar {
    /// A calendar of work at `hours` (from and to, minutes from midnight) on every day but those of `rest` (Monday
    /// first), without the days of `off` and with those of `on`.
    #[must_use]
    pub fn new(hours: Vec<(u16, u16)>, rest: [bool; 7], off: BTreeSet<Day>, on: BTreeSet<Day>) -> Self {
        Written { hours, rest, off, on }.into()
    }

    /// Whether the city works on a day.
    #[must_use]
    pub fn is_work_day(&self, day: Day) -> bool {
        self.works_on(i128::from(day.0))
    }

    /// What a clock counts between two moments, milliseconds; 0 where `to` is no later.
    #[must_use]
    pub fn elapsed_millis(&self, clock: Clock, from: Moment, to: Moment, utc_offset_secs: i32) -> i64 {
        if to <= from {
            return 0;
        }
        let count = |at| self.count(clock, local(at, utc_offset_secs));
        i64::try_from(count(to) - count(from)).unwrap_or(i64::MAX)
    }

    /// The first moment at which a clock has counted so much since `from`, which is `from` itself for nothing;
    /// [`NEVER`] where it is out of reach.
    #[must_use]
    pub fn after(&self, clock: Clock, from: Moment, millis: i64, utc_offset_secs: i32) -> Moment {
        if millis <= 0 {
            return from;
        }
        let start = local(from, utc_offset_secs);
        let there = self.find(clock, start, i128::from(millis));
        let there = there.and_then(|there| i64::try_from(there - i128::from(utc_offset_secs) * 1000).ok());
        there.map_or(NEVER, Moment)
    }

    /// How much a clock has counted up to a moment of city time, from some beginning.
    fn count(&self, clock: Clock, local: i128) -> i128 {
        let (day, within) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        match clock {
            Clock::UrgentHours | Clock::CalendarDays => local,
            Clock::WorkDays => self.work_days_before(day) * DAY + if self.works_on(day) { within } else { 0 },
            Clock::WorkHours => {
                let before = self.work_days_before(day) * i128::from(self.hours_millis);
                let passed = |(from, to): &(i64, i64)| (within.min(i128::from(*to)) - i128::from(*from)).max(0);
                before + if self.works_on(day) { self.hours.iter().map(passed).sum() } else { 0 }
            }
        }
    }

    /// The first moment of city time at which `millis` more than at `start` are counted.
    fn find(&self, clock: Clock, start: i128, millis: i128) -> Option<i128> {
        let goal = self.count(clock, start) + millis;
        let of_a_day = match clock {
            Clock::UrgentHours | Clock::CalendarDays => return Some(goal),
            Clock::WorkDays => DAY,
            Clock::WorkHours => i128::from(self.hours_millis),
        };
        let (first, last) = (start.div_euclid(DAY), self.last_day(start.div_euclid(DAY), millis, of_a_day)?);
        // The day at whose end there is enough: the count at the end of a day only rises.
        let enough = |day: i128| self.work_days_before(day + 1) * of_a_day >= goal;
        let (mut low, mut high) = (first, last);
        while low < high {
            let middle = low + (high - low) / 2;
            if enough(middle) { high = middle } else { low = middle + 1 }
        }
        if !enough(low) {
            return None;
        }
        let mut left = goal - self.work_days_before(low) * of_a_day;
        if clock == Clock::WorkDays {
            return Some(low * DAY + left);
        }
        for (from, to) in &self.hours {
            let (from, long) = (i128::from(*from), i128::from(to - from));
            if left <= long {
                return Some(low * DAY + from + left);
            }
            left -= long;
        }
        None
    }

    /// A day by whose end a clock that counts `of_a_day` on work days has counted `millis` since `first`.
    fn last_day(&self, first: i128, millis: i128, of_a_day: i128) -> Option<i128> {
        let a_week = self.work_days_a_week();
        let swapped = i128::try_from(self.swapped.len()).ok()?;
        if a_week == 0 {
            return self.swapped.last().map(|(day, _)| (*day).max(first));
        }
        // Holidays take away no more days than there are of them.
        let days = millis.checked_div(of_a_day)? + 2 + swapped;
        Some(first + (days / a_week + 2) * 7)
    }

    fn works_on(&self, day: i128) -> bool {
        match self.swapped.binary_search_by_key(&day, |(swapped, _)| *swapped) {
            Ok(_) => !self.is_work_weekday(day),
            Err(_) => self.is_work_weekday(day),
        }
    }

    fn is_work_weekday(&self, day: i128) -> bool {
        let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        !self.written.rest.get(weekday).copied().unwrap_or(false)
    }

    fn work_days_a_week(&self) -> i128 {
        self.written.rest.iter().map(|rest| i128::from(!rest)).sum()
    }

    /// Work days from 1970-01-01 until before a day; negative for days before that, but for a constant.
    fn work_days_before(&self, day: i128) -> i128 {
        let (weeks, rest) = (day.div_euclid(7), day.rem_euclid(7));
        let begun: i128 = (0..rest).map(|day| i128::from(self.is_work_weekday(day))).sum();
        let swapped = self.swapped.partition_point(|(swapped, _)| *swapped < day);
        let more = swapped.checked_sub(1).and_then(|at| self.swapped.get(at)).map_or(0, |(_, more)| *more);
        weeks * self.work_days_a_week() + begun + more
    }
}

const DAY: i128 = DAY_MILLIS as i128;

fn local(at: Moment, utc_offset_secs: i32) -> i128 {
    i128::from(at.0) + i128::from(utc_offset_secs) * 1000
}
