//! The shelf (搁置) of a desk: for how long an alarm makes no noise, and its orders. Pure.
//!
//! As ISA-18.2 has it nothing is shelved without an end and a reason, and for no longer than one shift: whoever takes over
//! decides anew. A time that reaches into the next shift says so.

use rust_i18n::t;

use super::choice::ChoiceRow;
use super::model::{AlarmRow, HOUR_MILLIS};
use crate::domain::{AlarmStep, Hall, Moment, Order};
use crate::screen::duty::model::{shifts, slot_now};
use crate::screen::look::words;

/// The longest time that a desk shelves an alarm: as long as a shift can be, a day.
pub const SHELF_MOST_MILLIS: i64 = 24 * HOUR_MILLIS;

/// How long an alarm stays on the shelf.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stay {
    /// A quarter of an hour.
    Quarter,
    /// An hour.
    Hour,
    /// Four hours.
    FourHours,
    /// Until the shift ends.
    Shift,
}

impl Stay {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Quarter, Self::Hour, Self::FourHours, Self::Shift];

    /// Until when from `now` on, in a shift that ends then; `None` where nobody knows when the shift ends.
    #[must_use]
    pub fn until(self, now: Moment, shift_ends: Option<Moment>) -> Option<Moment> {
        let until = match self {
            Self::Quarter => now.plus_millis(HOUR_MILLIS / 4),
            Self::Hour => now.plus_millis(HOUR_MILLIS),
            Self::FourHours => now.plus_millis(4 * HOUR_MILLIS),
            Self::Shift => shift_ends?,
        };
        Some(until.min(now.plus_millis(SHELF_MOST_MILLIS)))
    }

    /// Key of its name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Quarter => "alarm.shelf.quarter",
            Self::Hour => "alarm.shelf.hour",
            Self::FourHours => "alarm.shelf.four_hours",
            Self::Shift => "alarm.shelf.shift",
        }
    }
}

/// When the shift on duty ends; of one that should have been handed over already, when that of the clock does.
#[must_use]
pub fn shift_ends(hall: &Hall, now: Moment, utc_offset_secs: i32) -> Option<Moment> {
    let shifts = shifts(hall);
    let on_duty = slot_now(hall, &shifts, now, utc_offset_secs).map(|slot| slot.until);
    let of_clock = || shifts.slot_at(now, utc_offset_secs).map(|slot| slot.until);
    on_duty.filter(|ends| *ends > now).or_else(of_clock).filter(|ends| *ends > now)
}

/// The times that can be chosen, each with its row.
#[must_use]
pub(super) fn offered(now: Moment, shift_ends: Option<Moment>, utc_offset_secs: i32) -> Vec<(ChoiceRow, Moment)> {
    let row = |stay: Stay| {
        let until = stay.until(now, shift_ends)?;
        let time = t!("alarm.maintain.until", time = words::day_hour_minute(until, utc_offset_secs)).into_owned();
        let later = shift_ends.is_some_and(|ends| until > ends);
        let note = if later { format!("{} · {time}", t!("alarm.shelf.next_shift")) } else { time };
        Some((ChoiceRow { title: t!(stay.key()).into_owned(), note }, until))
    };
    Stay::ALL.into_iter().filter_map(row).collect()
}

/// The orders that put an alarm and all that fold under it on the shelf until then; none without a reason.
#[must_use]
pub fn orders(row: &AlarmRow, until: Moment, reason: &str) -> Vec<Order> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Vec::new();
    }
    let step = |alarm: &_| AlarmStep::Shelve { alarm: *alarm, until, reason: reason.to_owned() };
    row.all.iter().map(|alarm| Order::MoveAlarm(Box::new(step(alarm)))).collect()
}
