//! The moment that layers show: steps to another one, and a typed date and time. Pure.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::layer::Ago;
use crate::domain::Moment;

/// Days for which the hub tells what every sensor showed.
pub const KEPT_DAYS: i64 = 35;

/// How far one goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Ten minutes.
    TenMinutes,
    /// An hour.
    Hour,
    /// A day.
    Day,
}

impl Step {
    /// All of them, the longest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Hour, Self::TenMinutes];

    /// Key of its name in `assets/i18n`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::TenMinutes => "heat.step.ten_minutes",
            Self::Hour => "heat.step.hour",
            Self::Day => "heat.step.day",
        }
    }

    const fn millis(self) -> i64 {
        match self {
            Self::TenMinutes => 600_000,
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
        }
    }
}

/// So many steps from what is shown; forward of now is now, and nothing lies before what is kept.
#[must_use]
pub fn stepped(ago: Ago, now: Moment, step: Step, count: i64) -> Ago {
    let from = ago.moment(now).unwrap_or(now);
    let to = from.0.saturating_add(step.millis().saturating_mul(count));
    if to >= now.0 {
        return Ago::Now;
    }
    Ago::At(Moment(to.max(oldest(now).0).div_euclid(60_000) * 60_000))
}

/// The first moment that is kept, in whole minutes.
fn oldest(now: Moment) -> Moment {
    Moment((now.0 - KEPT_DAYS * Step::Day.millis()).div_euclid(60_000) * 60_000 + 60_000)
}

/// Why a moment cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It is no date with a time.
    Unreadable,
    /// It is to come.
    ToCome,
    /// It is longer ago than anything is kept.
    TooOld,
}

impl Wrong {
    /// Key of what is said of it in `assets/i18n`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unreadable => "heat.when.unreadable",
            Self::ToCome => "heat.when.to_come",
            Self::TooOld => "heat.when.too_old",
        }
    }
}

/// The moment that somebody typed: `2026-11-21 14:03`, `11-21 14:03` of the last twelve months, or `14:03`, the last time
/// that it was so late. Also with `/`, `T`, a Chinese colon and seconds; `offset_secs` is that of city time from UTC.
///
/// # Errors
/// [`Wrong`].
pub fn typed(text: &str, now: Moment, offset_secs: impl Fn(Moment) -> i32) -> Result<Ago, Wrong> {
    let text = text.trim().replace('：', ":").replace('/', "-").replace('T', " ");
    let here = city_time(now, offset_secs(now)).ok_or(Wrong::Unreadable)?;
    let moment = |at: NaiveDateTime| in_city(at, now, &offset_secs);
    let at = match text.split_once(char::is_whitespace) {
        None => {
            let time = time(&text).ok_or(Wrong::Unreadable)?;
            let today = moment(here.date().and_time(time));
            if today <= now { today } else { moment(here.date().pred_opt().ok_or(Wrong::Unreadable)?.and_time(time)) }
        }
        Some((day, late)) => {
            let time = time(late.trim()).ok_or(Wrong::Unreadable)?;
            let of_year = |year: i32| NaiveDate::parse_from_str(&format!("{year}-{day}"), "%Y-%m-%d").ok();
            if let Ok(day) = NaiveDate::parse_from_str(day, "%Y-%m-%d") {
                moment(day.and_time(time))
            } else {
                let this = of_year(here.year()).map(|day| moment(day.and_time(time)));
                let past = of_year(here.year() - 1).map(|day| moment(day.and_time(time)));
                this.filter(|at| *at <= now).or(past).or(this).ok_or(Wrong::Unreadable)?
            }
        }
    };
    if at > now {
        Err(Wrong::ToCome)
    } else if at < oldest(now) {
        Err(Wrong::TooOld)
    } else {
        Ok(Ago::At(at))
    }
}

/// The moment at which clocks of the city show this, where `near` tells about which offset they have.
pub(in crate::screen) fn in_city(at: NaiveDateTime, near: Moment, offset_secs: impl Fn(Moment) -> i32) -> Moment {
    let utc = at.and_utc().timestamp_millis();
    // The offset of the day itself, which may be another one in summer.
    let about = Moment(utc - i64::from(offset_secs(near)) * 1_000);
    Moment(utc - i64::from(offset_secs(about)) * 1_000)
}

/// `14:03` or `14:03:20`.
pub(in crate::screen) fn time(text: &str) -> Option<NaiveTime> {
    ["%H:%M", "%H:%M:%S"].iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok())
}

/// What clocks of the city show at a moment.
pub(in crate::screen) fn city_time(at: Moment, offset_secs: i32) -> Option<NaiveDateTime> {
    DateTime::<Utc>::from_timestamp_millis(at.0.saturating_add(i64::from(offset_secs) * 1_000)).map(|at| at.naive_utc())
}

/// `2026-11-21 14:03` in city time, as it can be typed.
#[must_use]
pub fn written(at: Moment, offset_secs: i32) -> String {
    city_time(at, offset_secs).map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 14:03:20 UTC, which is 22:03:20 in the city.
    const NOW: Moment = Moment(1_795_269_800_000);
    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    /// 22:03 of that day.
    const THEN: i64 = 1_795_269_780_000;

    fn read(text: &str) -> Result<Ago, Wrong> {
        typed(text, NOW, |_| 8 * 3_600)
    }

    #[test]
    fn steps_go_back_in_whole_minutes_and_end_now_or_where_nothing_is_kept() {
        assert_eq!(stepped(Ago::Now, NOW, Step::TenMinutes, -1), Ago::At(Moment(THEN - 10 * MINUTE)));
        let hour = stepped(Ago::Now, NOW, Step::Hour, -1);
        assert_eq!(hour, Ago::At(Moment(THEN - HOUR)));
        assert_eq!(stepped(hour, NOW, Step::TenMinutes, 3), Ago::At(Moment(THEN - HOUR / 2)));
        assert_eq!(stepped(hour, NOW, Step::Day, -2), Ago::At(Moment(THEN - HOUR - 2 * DAY)));
        assert_eq!(stepped(hour, NOW, Step::Day, 1), Ago::Now);
        assert_eq!(stepped(Ago::Now, NOW, Step::Hour, 1), Ago::Now);
        let oldest = Ago::At(Moment(THEN - 35 * DAY + MINUTE));
        assert_eq!(stepped(hour, NOW, Step::Day, -400), oldest);
        assert_eq!(stepped(oldest, NOW, Step::Hour, -1), oldest);
        assert_eq!(stepped(Ago::Day, NOW, Step::Hour, -1), Ago::At(Moment(THEN - 25 * HOUR)));
    }

    #[test]
    fn a_typed_moment_is_read_in_city_time_with_a_year_or_without() {
        let at = |millis: i64| -> Result<Ago, Wrong> { Ok(Ago::At(Moment(millis))) };
        assert_eq!(read("2026-11-21 22:03"), at(THEN));
        assert_eq!(read(" 2026/11/20T22:03:05 "), at(THEN - DAY + 5_000));
        assert_eq!(read("11-21 22:03"), at(THEN));
        assert_eq!(read("11-20  08：30"), at(THEN - DAY - 13 * HOUR - 33 * MINUTE));
        assert_eq!(read("22:03"), at(THEN));
        assert_eq!(read("22:04"), at(THEN + MINUTE - DAY), "yesterday");
        // At 08:03 it is that of the evening before.
        let morning = Moment(THEN - 14 * HOUR);
        assert_eq!(typed("23:00", morning, |_| 8 * 3_600), at(THEN - 14 * HOUR - 9 * HOUR - 3 * MINUTE));
    }

    #[test]
    fn what_cannot_be_shown_says_why() {
        for text in ["", "gestern", "2026-13-01 10:00", "11-31 10:00", "25:00", "2026-11-21"] {
            assert_eq!(read(text), Err(Wrong::Unreadable), "{text}");
        }
        assert_eq!(read("2026-11-21 22:04"), Err(Wrong::ToCome));
        assert_eq!(read("2026-10-01 12:00"), Err(Wrong::TooOld));
        assert_eq!(read("11-22 10:00"), Err(Wrong::TooOld), "that of last year");
    }

    #[test]
    fn what_is_written_can_be_typed() {
        let text = written(Moment(THEN), 8 * 3_600);
        assert_eq!((text.as_str(), read(&text)), ("2026-11-21 22:03", Ok(Ago::At(Moment(THEN)))));
    }

    #[test]
    fn the_offset_is_that_of_the_day_itself() {
        // An hour more until a week ago.
        let summer = |at: Moment| if at.0 < THEN - 7 * DAY { 9 * 3_600 } else { 8 * 3_600 };
        assert_eq!(typed("11-11 22:03", NOW, summer), Ok(Ago::At(Moment(THEN - 10 * DAY - HOUR))));
    }
}
