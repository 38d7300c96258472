//! The work calendar of a city: `config/catalogue/calendar.toml`.
//!
//! The file in the repository is built in, as that of the kinds is; a file of the same shape replaces it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use super::document::{ConfigError, Document};
use crate::domain::{Day, WorkCalendar};

const BUILT_IN: &str = include_str!("../../config/catalogue/calendar.toml");
/// Longest holiday, in days: a year that was mistyped would be a longer one.
const HOLIDAY_MAX: i64 = 100;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    hours: Spanned<Vec<Spanned<String>>>,
    rest: Spanned<Vec<Weekday>>,
    #[serde(default)]
    holiday: Vec<Holiday>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    #[serde(rename = "name")]
    _name: String,
    from: Spanned<Datetime>,
    to: Option<Spanned<Datetime>>,
    #[serde(default)]
    work: Vec<Spanned<Datetime>>,
}

/// The calendar in the file at `path`, or the one built in where there is none.
///
/// # Errors
/// [`ConfigError`], with file and line.
pub fn load(path: Option<&Path>) -> Result<WorkCalendar, ConfigError> {
    from_document(&document(path)?)
}

/// The text of [`load`].
///
/// # Errors
/// [`ConfigError`] where the file cannot be read.
pub fn document(path: Option<&Path>) -> Result<Document, ConfigError> {
    match path {
        Some(path) => Document::read(path),
        None => Ok(Document::new("config/catalogue/calendar.toml (built in)", BUILT_IN)),
    }
}

/// The calendar in a text.
///
/// # Errors
/// [`ConfigError`], with file and line: not TOML, unknown key or weekday, hours that are none, overlap or are missing,
/// a week without work, a date that is none, a holiday that ends before it begins, a day told twice.
pub fn from_document(document: &Document) -> Result<WorkCalendar, ConfigError> {
    let file: File = document.parse()?;
    let hours = hours(document, &file.hours)?;
    let mut rest = [false; 7];
    for weekday in file.rest.get_ref() {
        if let Some(rest) = rest.get_mut(*weekday as usize) {
            *rest = true;
        }
    }
    if rest == [true; 7] {
        return Err(document.wrong(Some(file.rest.span()), "a week needs a day of work".to_owned(), None));
    }
    // Where each day was told first.
    let mut told = BTreeMap::new();
    let (mut off, mut on) = (BTreeSet::new(), BTreeSet::new());
    for holiday in &file.holiday {
        let (from, at) = (date(document, &holiday.from)?, holiday.from.span());
        let to = holiday.to.as_ref().map_or(Ok(from), |to| date(document, to))?;
        if to < from {
            let at = holiday.to.as_ref().map(Spanned::span);
            return Err(document.wrong(at, format!("the holiday ends on {to}, before it begins"), None));
        }
        if (to - from).num_days() >= HOLIDAY_MAX {
            let problem = format!("the holiday has more than {HOLIDAY_MAX} days");
            return Err(document.wrong(Some(at), problem, Some("is the year right?".to_owned())));
        }
        for day in from.iter_days().take_while(|day| *day <= to) {
            tell(document, &mut told, day, at.clone())?;
            off.insert(number(day));
        }
        for work in &holiday.work {
            let day = date(document, work)?;
            tell(document, &mut told, day, work.span())?;
            on.insert(number(day));
        }
    }
    Ok(WorkCalendar::new(hours, rest, off, on))
}

fn tell(
    document: &Document,
    told: &mut BTreeMap<NaiveDate, Range<usize>>,
    day: NaiveDate,
    at: Range<usize>,
) -> Result<(), ConfigError> {
    match told.insert(day, at.clone()) {
        None => Ok(()),
        Some(first) => {
            let problem = format!("{day} is there twice, first in line {}", document.line(first.start));
            Err(document.wrong(Some(at), problem, None))
        }
    }
}

fn hours(document: &Document, written: &Spanned<Vec<Spanned<String>>>) -> Result<Vec<(u16, u16)>, ConfigError> {
    let mut hours: Vec<(u16, u16)> = Vec::new();
    for part in written.get_ref() {
        let read = part.get_ref().split_once('-').and_then(|(from, to)| Some((minutes(from)?, minutes(to)?)));
        let Some((from, to)) = read.filter(|(from, to)| from < to) else {
            let problem = format!("`{}` is no part of a day", part.get_ref());
            let hint = Some("write it as \"09:00-12:00\"".to_owned());
            return Err(document.wrong(Some(part.span()), problem, hint));
        };
        if hours.iter().any(|(other_from, other_to)| from < *other_to && *other_from < to) {
            let problem = format!("`{}` overlaps the hours before it", part.get_ref());
            return Err(document.wrong(Some(part.span()), problem, None));
        }
        hours.push((from, to));
    }
    if hours.is_empty() {
        return Err(document.wrong(Some(written.span()), "a day of work needs hours".to_owned(), None));
    }
    Ok(hours)
}

/// Minutes from midnight.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (hours, minutes): (u16, u16) =
        (digits(hours).then_some(hours)?.parse().ok()?, digits(minutes).then_some(minutes)?.parse().ok()?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= 24 * 60).then_some(all)
}

fn date(document: &Document, written: &Spanned<Datetime>) -> Result<NaiveDate, ConfigError> {
    let value = written.get_ref();
    let date = value.date.filter(|_| value.time.is_none() && value.offset.is_none());
    let date = date.and_then(|date| NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into()));
    date.ok_or_else(|| {
        let hint = Some("write it as 2026-01-01, without quotes".to_owned());
        document.wrong(Some(written.span()), format!("`{value}` is no day"), hint)
    })
}

fn number(day: NaiveDate) -> Day {
    let days = day.signed_duration_since(NaiveDate::default()).num_days();
    Day(i32::try_from(days).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> Day {
        number(NaiveDate::from_ymd_opt(year, month, day).unwrap())
    }

    #[test]
    fn the_built_in_calendar_is_that_of_2026() {
        let calendar = load(None).expect("built in");
        assert_eq!(day(1970, 1, 1), Day(0));
        let works = |month, date| calendar.is_work_day(day(2026, month, date));
        // New Year, Spring Festival, Labour Day and National Day are paid for with days of rest.
        let off = [(1, 1), (1, 2), (2, 16), (2, 23), (4, 6), (5, 4), (5, 5), (6, 19), (9, 25), (10, 1), (10, 7)];
        for (month, date) in off {
            assert!(!works(month, date), "{month}-{date}");
        }
        for (month, date) in [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10), (2, 24), (10, 8)] {
            assert!(works(month, date), "{month}-{date}");
        }
        assert!(!works(11, 21) && works(11, 23));
        let year = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap().iter_days().take(365);
        let days = year.filter(|day| calendar.is_work_day(number(*day))).count();
        assert_eq!(days, 248, "the 261 weekdays less 20 of holidays, and seven days of rest");
    }

    const ONE: &str = "hours = ['09:00-12:00']\nrest = ['sunday']\n\n[[holiday]]\nname = 'x'\nfrom = 2026-10-01\nto = 2026-10-07\nwork = [2026-10-11]\n";

    fn complaint(text: &str) -> String {
        from_document(&Document::new("calendar.toml", text)).expect_err("wrong on purpose").to_string()
    }

    #[test]
    fn mistakes_name_file_line_and_what_would_be_right() {
        assert!(from_document(&Document::new("calendar.toml", ONE)).is_ok());
        let with = |from: &str, to: &str| complaint(&ONE.replace(from, to));
        assert_eq!(with("work =", "wrok ="), "calendar.toml:8: unknown key `wrok`; did you mean `work`?");
        assert_eq!(with("'sunday'", "'sundy'"), "calendar.toml:2: unknown value `sundy`; did you mean `sunday`?");
        for wrong in ["12:00-09:00", "9:00-12:00", "09:00-24:30", "09:60-12:00", "morning"] {
            let said = format!("calendar.toml:1: `{wrong}` is no part of a day; write it as \"09:00-12:00\"");
            assert_eq!(with("09:00-12:00", wrong), said);
        }
        assert_eq!(
            with("'09:00-12:00'", "'09:00-12:00', '11:00-13:00'"),
            "calendar.toml:1: `11:00-13:00` overlaps the hours before it"
        );
        assert_eq!(with("'09:00-12:00'", ""), "calendar.toml:1: a day of work needs hours");
        let all = "'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'";
        assert_eq!(with("'sunday'", all), "calendar.toml:2: a week needs a day of work");
        assert_eq!(
            with("2026-10-07", "2026-09-30"),
            "calendar.toml:7: the holiday ends on 2026-09-30, before it begins"
        );
        assert_eq!(
            with("2026-10-07", "2027-10-07"),
            "calendar.toml:6: the holiday has more than 100 days; is the year right?"
        );
        assert_eq!(with("2026-10-11", "2026-10-05"), "calendar.toml:8: 2026-10-05 is there twice, first in line 6");
        assert_eq!(
            with("2026-10-11", "2026-10-11T08:00:00"),
            "calendar.toml:8: `2026-10-11T08:00:00` is no day; write it as 2026-01-01, without quotes"
        );
        assert!(with("2026-10-11", "2026-02-30").starts_with("calendar.toml:8: "));
        assert!(with("2026-10-01", "'2026-10-01'").starts_with("calendar.toml:6: "));
    }
}
