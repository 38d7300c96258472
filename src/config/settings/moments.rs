//! The moment that a wall can be started for, as settings take it. What it is in the city's time is the screen's to say.

use chrono::{NaiveDate, NaiveTime};

use super::keys::Wrong;

/// The present.
pub(super) const NOW: &str = "now";
/// What would fit.
const FORM: &str = "a moment: now, or such as 11-21 14:03, 2026-11-21 14:03 or 14:03";

/// Say no to what is neither `now` nor a time, with a date before it or without one.
pub(super) fn check(value: &str) -> Result<(), Wrong> {
    let text = value.trim().replace('：', ":").replace('/', "-").replace('T', " ");
    let (day, time) =
        text.split_once(char::is_whitespace).map_or((None, text.as_str()), |(day, time)| (Some(day), time));
    let is_time = |text: &str| ["%H:%M", "%H:%M:%S"].iter().any(|form| NaiveTime::parse_from_str(text, form).is_ok());
    // Without a year it may be a leap one.
    let is_day = |day: &str| {
        let of = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
        of(day) || of(&format!("2024-{day}"))
    };
    let fits = value == NOW || (is_time(time.trim()) && day.is_none_or(is_day));
    if fits { Ok(()) } else { Err(Wrong { expected: FORM, hint: None }) }
}
