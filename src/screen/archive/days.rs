//! Days that were typed into the finder: `2025-03-02`, `2025-03`, `2025-03-01..03-05`. Pure.

use chrono::{Days as Step, Months, NaiveDate, NaiveTime};

use crate::domain::Moment;

/// From one day on and up to another one, both included; either end may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first day; `None` from the beginning.
    pub first: Option<NaiveDate>,
    /// The last day; `None` up to now.
    pub last: Option<NaiveDate>,
}

impl Days {
    /// The days that a word without blanks means: a day, a month, or from one to another with `..`, of which the second
    /// may leave out what it shares with the first. In the form of ISO 8601, with slashes, or in Chinese. `None` for
    /// any other word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let Some((from, to)) = word.split_once("..").or_else(|| word.split_once(['~', '\u{81f3}'])) else {
            let (first, last) = whole(&parts(word))?;
            return Some(Self { first: Some(first), last: Some(last) });
        };
        let (from, mut to) = (parts(from), parts(to));
        let begins_with_year = to.first().is_none_or(|part| part.len() == 4);
        if !begins_with_year {
            let shared = from.get(..from.len().checked_sub(to.len())?)?;
            to = shared.iter().cloned().chain(to).collect();
        }
        let end = |parts: &[String]| if parts.is_empty() { Some(None) } else { whole(parts).map(Some) };
        let (first, last) = (end(&from)?.map(|(first, _)| first), end(&to)?.map(|(_, last)| last));
        let fits = match (first, last) {
            (Some(first), Some(last)) => first <= last,
            (first, last) => first.is_some() || last.is_some(),
        };
        fits.then_some(Self { first, last })
    }

    /// All of both, and what lies between them.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            first: self.first.zip(other.first).map(|(one, other)| one.min(other)),
            last: self.last.zip(other.last).map(|(one, other)| one.max(other)),
        }
    }

    /// When they begin, where the city's time is so far from UTC.
    #[must_use]
    pub fn from(self, utc_offset_secs: i32) -> Option<Moment> {
        self.first.map(|day| midnight(day, utc_offset_secs))
    }

    /// When they are over.
    #[must_use]
    pub fn until(self, utc_offset_secs: i32) -> Option<Moment> {
        self.last.and_then(|day| day.checked_add_days(Step::new(1))).map(|day| midnight(day, utc_offset_secs))
    }

    /// As they were understood: the days from and to.
    #[must_use]
    pub fn words(self) -> String {
        let day = |day: Option<NaiveDate>| day.map(|day| day.format("%Y-%m-%d").to_string()).unwrap_or_default();
        if self.first == self.last {
            return day(self.first);
        }
        format!("{} – {}", day(self.first), day(self.last)).trim().to_owned()
    }
}

fn midnight(day: NaiveDate, utc_offset_secs: i32) -> Moment {
    let utc = day.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
    Moment(utc - i64::from(utc_offset_secs) * 1000)
}

/// Year, month and day as they were typed, as far as they were. With slashes or in Chinese (年, 月, 日) a month may have one
/// digit; with dashes that would be a house number.
fn parts(word: &str) -> Vec<String> {
    let signs = ['/', '\u{5e74}', '\u{6708}', '\u{65e5}'];
    if word.contains(signs) {
        return word.split(signs).filter(|part| !part.is_empty()).map(|part| format!("{part:0>2}")).collect();
    }
    word.split('-').filter(|_| !word.is_empty()).map(str::to_owned).collect()
}

/// The first and the last day of a day or of a month.
fn whole(parts: &[String]) -> Option<(NaiveDate, NaiveDate)> {
    let number = |part: &String, digits: usize| {
        let fits = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<u32>().ok().filter(|_| fits)
    };
    let (year, month, day) = match parts {
        [year, month] => (year, month, None),
        [year, month, day] => (year, month, Some(number(day, 2)?)),
        _ => return None,
    };
    let (year, month) = (i32::try_from(number(year, 4)?).ok()?, number(month, 2)?);
    let first = NaiveDate::from_ymd_opt(year, month, day.unwrap_or(1))?;
    let last = if day.is_some() { first } else { first.checked_add_months(Months::new(1))?.pred_opt()? };
    Some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(word: &str) -> Option<String> {
        Days::of(word).map(Days::words)
    }

    #[test]
    fn a_day_a_month_and_a_range_are_understood() {
        for (word, words) in [
            ("2025-03-02", "2025-03-02"),
            ("2025-03", "2025-03-01 – 2025-03-31"),
            ("2024-02", "2024-02-01 – 2024-02-29"),
            ("2025-03-01..03-05", "2025-03-01 – 2025-03-05"),
            ("2025-03-01..05", "2025-03-01 – 2025-03-05"),
            ("2025-12-30..2026-01-02", "2025-12-30 – 2026-01-02"),
            ("2025-03..05", "2025-03-01 – 2025-05-31"),
            ("2025-03-30..2025-04", "2025-03-30 – 2025-04-30"),
            ("2025-03..", "2025-03-01 –"),
            ("..2025-03-05", "– 2025-03-05"),
            ("2025/3/2", "2025-03-02"),
            ("2025年3月", "2025-03-01 – 2025-03-31"),
            ("2025年3月1日至3月5日", "2025-03-01 – 2025-03-05"),
            ("2025-03-01~03-05", "2025-03-01 – 2025-03-05"),
        ] {
            assert_eq!(said(word).as_deref(), Some(words), "{word}");
        }
    }

    #[test]
    fn other_words_are_no_days() {
        for word in [
            "",
            "..",
            "积水",
            "2025",
            "1998-2",
            "2025-13",
            "2025-02-30",
            "2025-03-05..03-01",
            "03-05",
            "3..5",
            "88-90",
            "99010020231115",
            "2025-03-01..x",
            "1-2-3-4",
        ] {
            assert_eq!(said(word), None, "{word}");
        }
    }

    #[test]
    fn they_begin_and_end_at_midnight_of_the_city() {
        let days = Days::of("2025-03-01..03-05").unwrap();
        assert_eq!((days.from(0), days.until(0)), (Some(Moment(1_740_787_200_000)), Some(Moment(1_741_219_200_000))));
        let east = 8 * 3600;
        assert_eq!(
            (days.from(east), days.until(east)),
            (Some(Moment(1_740_758_400_000)), Some(Moment(1_741_190_400_000)))
        );
        assert_eq!(Days::of("2025-03").unwrap().until(0), Some(Moment(1_743_465_600_000)));
        assert_eq!(Days::of("2025-03..").unwrap().until(0), None);
    }

    #[test]
    fn two_of_them_reach_from_one_to_the_other() {
        let both = |one: &str, other: &str| Days::of(one).unwrap().and(Days::of(other).unwrap()).words();
        assert_eq!(both("2025-03-05", "2025-03-01"), "2025-03-01 – 2025-03-05");
        assert_eq!(both("2025-03", "2025-05.."), "2025-03-01 –");
    }
}
