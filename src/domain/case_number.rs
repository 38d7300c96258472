//! Case numbers (案卷编号): 19 digits as GB/T 30428 has them.
//!
//! ```text
//! 990100 20261122 00042
//! └ city └ day    └ serial of that day, from 1
//! ```
//! 1. A case gets its number when it is reported and keeps it. It follows from the facts alone.
//! 2. Numbers only rise: a clock or an offset that goes back begins no earlier day again.
//! 3. More than 99,999 cases of one day have no number: five digits are no more, and no number is given twice.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Day, Moment, Refusal};

/// Digits of a case number.
pub const DIGITS: usize = 19;
/// Highest serial of a day.
const SERIAL_MAX: u32 = 99_999;
const DAY_SECS: i64 = 24 * 3600;

/// The county or city code (行政区划代码) that numbers begin with: six digits, the first of them not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CityCode(u32);

impl CityCode {
    /// The code of the demo city, which no real one has.
    pub const DEMO: Self = Self(990_100);

    /// The code as a number.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }

    /// Whether it is one: a decoded value may be anything.
    #[must_use]
    pub fn is_valid(self) -> bool {
        (100_000..=999_999).contains(&self.0)
    }
}

impl FromStr for CityCode {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let text = text.trim();
        let code = text.parse().ok().filter(|_| text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()));
        code.map(Self).filter(|code| code.is_valid()).ok_or(NumberError::City)
    }
}

impl fmt::Display for CityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// How cases are numbered: whose code, and where the city's days begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbering {
    /// What numbers begin with.
    pub city: CityCode,
    /// City time is UTC plus so many seconds.
    pub utc_offset_secs: i32,
}

/// What logs have in which nobody told another one: the demo city's code, and the time of China.
impl Default for Numbering {
    fn default() -> Self {
        Self { city: CityCode::DEMO, utc_offset_secs: 8 * 3600 }
    }
}

impl Numbering {
    /// Can cases be numbered so?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(self) -> Result<(), Refusal> {
        if !self.city.is_valid() {
            return Err(super::order::unusable("city", &NumberError::City.to_string()));
        }
        if self.utc_offset_secs.unsigned_abs() > 18 * 3600 {
            return Err(super::order::unusable("utc_offset_secs", "is more than 18 hours"));
        }
        Ok(())
    }

    /// The city's day at a moment.
    #[must_use]
    pub fn day(self, at: Moment) -> Day {
        let secs = at.0.div_euclid(1000).saturating_add(i64::from(self.utc_offset_secs));
        Day(i32::try_from(secs.div_euclid(DAY_SECS)).unwrap_or(if secs < 0 { i32::MIN } else { i32::MAX }))
    }
}

/// Why something is no case number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not so many digits, or something else among them.
    #[error("a case number is 19 digits: 6 of the city, 8 of the day such as 20261122, 5 of the serial")]
    Digits,
    /// The first six digits.
    #[error("a city code is six digits of which the first is not 0, such as 320100")]
    City,
    /// The eight digits in the middle.
    #[error("digits 7 to 14 of a case number are a day such as 20261122, and this one is in no calendar")]
    Day,
    /// The last five digits.
    #[error("serials of case numbers begin with 00001")]
    Serial,
}

/// The number of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CaseNumber {
    city: CityCode,
    day: Day,
    serial: u32,
}

impl CaseNumber {
    /// The number with these parts; `None` where they have no 19 digits.
    #[must_use]
    pub fn new(city: CityCode, day: Day, serial: u32) -> Option<Self> {
        let (year, ..) = civil(day);
        let fits = city.is_valid() && (1000..=9999).contains(&year) && (1..=SERIAL_MAX).contains(&serial);
        fits.then_some(Self { city, day, serial })
    }

    /// The day that it was given.
    #[must_use]
    pub fn day(self) -> Day {
        self.day
    }

    /// Which case of that day.
    #[must_use]
    pub fn serial(self) -> u32 {
        self.serial
    }

    /// All its digits as one number.
    #[must_use]
    pub fn digits(self) -> u64 {
        let (year, month, day) = civil(self.day);
        let date = u64::try_from(year).unwrap_or_default() * 10_000 + u64::from(month * 100 + day);
        (u64::from(self.city.0) * 100_000_000 + date) * 100_000 + u64::from(self.serial)
    }

    /// The numbers that begin with these digits, from and to; `None` where no number can.
    #[must_use]
    pub fn beginning_with(digits: &str) -> Option<(u64, u64)> {
        if digits.is_empty() || digits.len() > DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let rest = u32::try_from(DIGITS - digits.len()).ok()?;
        let (first, width) = (digits.parse::<u64>().ok()?, 10_u64.checked_pow(rest)?);
        let from = first.checked_mul(width)?;
        Some((from, from.checked_add(width - 1)?))
    }
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:019}", self.digits())
    }
}

impl FromStr for CaseNumber {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        let text = text.trim();
        let parts = || Some((text.get(..6)?, text.get(6..10)?, text.get(10..12)?, text.get(12..14)?, text.get(14..)?));
        let (city, year, month, day, serial) = parts().ok_or(NumberError::Digits)?;
        if text.len() != DIGITS || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NumberError::Digits);
        }
        let number = |digits: &str| digits.parse::<u32>().map_err(|_| NumberError::Digits);
        let (year, month, day) = (number(year)?, number(month)?, number(day)?);
        let date = days_from_civil(year, month, day);
        if civil(date) != (i64::from(year), month, day) {
            return Err(NumberError::Day);
        }
        let serial = number(serial)?;
        if serial == 0 {
            return Err(NumberError::Serial);
        }
        Self::new(city.parse()?, date, serial).ok_or(NumberError::Day)
    }
}

/// Year, month and day of the Gregorian calendar; years begin in March meanwhile, so that leap days are the last ones.
fn civil(day: Day) -> (i64, u32, u32) {
    let since = i64::from(day.0) + 719_468;
    let era = since.div_euclid(146_097);
    let of_era = since.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * march + 2) / 5 + 1, if march < 10 { march + 3 } else { march - 9 });
    let small = |number: i64| u32::try_from(number).unwrap_or_default();
    (year + era * 400 + i64::from(month <= 2), small(month), small(day))
}

/// The inverse of [`civil`] for days that are in the calendar.
fn days_from_civil(year: u32, month: u32, day: u32) -> Day {
    let year = i64::from(year) - i64::from(month <= 2);
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let march = i64::from((month + 9) % 12);
    let of_year = (153 * march + 2) / 5 + i64::from(day) - 1;
    let since = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Day(i32::try_from(since).unwrap_or_default())
}

/// The count from which the next number follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counter {
    numbering: Numbering,
    /// The last day on which a case came in, and how many did.
    last: Option<(Day, u32)>,
}

impl Counter {
    /// How cases are numbered now.
    #[must_use]
    pub fn numbering(&self) -> Numbering {
        self.numbering
    }

    /// Number otherwise from now on.
    pub fn renumber(&mut self, numbering: Numbering) {
        self.numbering = numbering;
    }

    /// The number of the next case, known at `at`; `None` where its day has no more.
    pub fn next(&mut self, at: Moment) -> Option<CaseNumber> {
        let today = self.numbering.day(at);
        let (day, count) = self.last.filter(|(day, _)| *day >= today).unwrap_or((today, 0));
        let serial = count.saturating_add(1);
        self.last = Some((day, serial));
        CaseNumber::new(self.numbering.city, day, serial)
    }
}
