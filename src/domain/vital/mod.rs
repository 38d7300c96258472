//! Vital signs of a city (城市生命体征): figures that are reckoned from what sensors show and from the cases in hand.
//!
//! ```text
//!  sensors by kind and area ─┐
//!                            ├─ formula ──► value ──► a sensor of its own, `vital:CODE@AREA` ──► store, limits, screens
//!  cases, figures, alarms ───┘
//! ```
//! 1. What a vital sign shows is a reading like any other: it is kept, held against limits and looked up at any moment of
//!    the past in the same ways.
//! 2. Where too much of what it is reckoned from is missing there is no reading at all: no data is never a number.
//! 3. An index is the mean of the scores of other signs by their weights; those without a value lower no index, they make
//!    it miss.
//!
//! - [`formula`]: what may stand in a formula, and how it is reckoned.
//! - [`census`]: what sensors and cases say by area, which formulas ask.
//! - [`over`]: what they said before.
//! - [`seen`]: what screens are told.

mod calls;
pub mod census;
pub mod formula;
pub mod over;
pub mod seen;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::alarm::LimitRule;
use super::order::{NAME_MAX, check_text, unusable};
use super::rights::Area;
use super::sensor::round_to;
use super::{Refusal, Sensor, SensorKind, Wording};

pub use census::{Census, Nothing};
pub use formula::{Formula, FormulaError, Measured};
pub use seen::{Band, VitalBoard, VitalPart, VitalRow, VitalSensor, VitalXray};

/// Most vital signs.
pub const SIGNS_MAX: usize = 1_000;
/// Longest description, in bytes.
pub const ABOUT_MAX: usize = 600;
/// Shortest and longest time between two values, in seconds.
pub const PERIOD_SECS: std::ops::RangeInclusive<u32> = 1..=24 * 3600;
/// Levels of areas below the city that a sign may go down to.
pub const DEPTH_MAX: u8 = 3;
/// What the identities of their sensors begin with.
pub const PREFIX: &str = "vital:";
/// Below the city it is reckoned no more often than every so many seconds.
const BELOW_SECS: u32 = 60;
/// A sign has no data once it said nothing for so many of its periods.
const FRESH_PERIODS: u32 = 3;
/// All signs are reckoned once a second of whoever looks, however fast the hall's time runs; so many of those seconds may
/// go by as well before one has no data.
const FRESH_SECONDS: u32 = 3;

/// What a vital sign is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// 综合指数: indices over the others.
    Index,
    /// 民生服务.
    Livelihood,
    /// 城市治理.
    Governance,
    /// 数字经济.
    DigitalEconomy,
    /// 生态环保.
    Ecology,
    /// 安全韧性.
    Resilience,
}

impl Family {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 6] =
        [Self::Index, Self::Livelihood, Self::Governance, Self::DigitalEconomy, Self::Ecology, Self::Resilience];

    /// Its name in files and keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Livelihood => "livelihood",
            Self::Governance => "governance",
            Self::DigitalEconomy => "digital_economy",
            Self::Ecology => "ecology",
            Self::Resilience => "resilience",
        }
    }

    /// By that name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.word() == word)
    }
}

/// What is best and what is worst, for the score of a sign: 100 and 0, straight between.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    /// The value that scores 100.
    pub best: f64,
    /// The value that scores 0.
    pub worst: f64,
}

impl Scale {
    /// 0 to 100.
    #[must_use]
    pub fn score(self, value: f64) -> f64 {
        (100.0 * (value - self.worst) / (self.best - self.worst)).clamp(0.0, 100.0)
    }
}

/// How a sign comes to its value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Reckoning {
    /// By a formula, see [`formula`].
    Formula(String),
    /// An index: the codes of other signs and their weights.
    Weights(Vec<(String, f64)>),
}

/// A vital sign.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VitalSign {
    /// Its name in files, facts and identities.
    pub code: String,
    /// Its name for people.
    pub name: Wording,
    /// What it is about.
    pub family: Family,
    /// The unit of its values.
    pub unit: String,
    /// How it is reckoned, in words.
    pub about: Wording,
    /// How it is reckoned.
    pub reckoning: Reckoning,
    /// How many levels of areas below the city have one of their own: 0 for none.
    pub depth: u8,
    /// It is reckoned every so many seconds.
    pub period_secs: u32,
    /// Its values are multiples of this; 0 where they are not.
    pub precision: f64,
    /// What it should be.
    pub target: Option<f64>,
    /// What is best and worst.
    pub scale: Option<Scale>,
    /// No value where more than this part of its sensors says nothing: 0 to 1.
    pub missing_max: f64,
    /// Its limits.
    pub limits: Option<LimitRule>,
}

impl VitalSign {
    /// The identity of its sensor in an area.
    #[must_use]
    pub fn id(&self, area: &Area) -> String {
        let root = root_of(&self.code);
        if area.is_city() { root } else { format!("{root}@{}", area.path()) }
    }

    /// It is reckoned every so many seconds in an area; below the city no more often than once a minute.
    #[must_use]
    pub fn period_secs_in(&self, area: &Area) -> u32 {
        if area.is_city() { self.period_secs } else { self.period_secs.max(BELOW_SECS) }
    }

    /// Its sensor in an area.
    #[must_use]
    pub fn sensor(&self, area: &Area) -> Sensor {
        Sensor {
            name: self.name.zh.clone(),
            unit: self.unit.clone(),
            area: area.clone(),
            fresh_secs: self.period_secs_in(area).saturating_mul(FRESH_PERIODS).max(10),
            precision: self.precision,
            claimed: true,
            ..Sensor::first_seen(&self.id(area), Some(SensorKind::Vital), &self.unit)
        }
    }

    /// Without a value for so many seconds it has no data in an area, where the hall's time runs `rate` times as fast as that
    /// of whoever looks.
    #[must_use]
    pub fn fresh_secs(&self, area: &Area, rate: u16) -> u32 {
        fresh_secs_at(self.sensor(area).fresh_secs, rate)
    }

    /// A value as it is kept.
    #[must_use]
    pub fn rounded(&self, value: f64) -> f64 {
        round_to(value, self.precision)
    }

    /// Can there be such a sign? Formula and weights are held against all others by [`formula::check`].
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        if !is_code(&self.code) {
            return Err(unusable("code", "is 1 to 40 small letters, digits and hyphens"));
        }
        for (field, text, most) in [
            ("zh", &self.name.zh, NAME_MAX),
            ("en", &self.name.en, NAME_MAX),
            ("unit", &self.unit, 20),
            ("about_zh", &self.about.zh, ABOUT_MAX),
            ("about_en", &self.about.en, ABOUT_MAX),
        ] {
            check_text(field, text, most)?;
        }
        if self.depth > DEPTH_MAX {
            return Err(unusable("depth", &format!("is at most {DEPTH_MAX}")));
        }
        if !PERIOD_SECS.contains(&self.period_secs) {
            let (least, most) = (PERIOD_SECS.start(), PERIOD_SECS.end());
            return Err(unusable("period_secs", &format!("is {least} to {most}")));
        }
        if !(0.0..=1e6).contains(&self.precision) {
            return Err(unusable("precision", "is 0 to 1000000"));
        }
        if !(0.0..=1.0).contains(&self.missing_max) {
            return Err(unusable("missing_max", "is 0 to 1"));
        }
        if self.target.is_some_and(|target| !target.is_finite()) {
            return Err(unusable("target", "is no number"));
        }
        if let Some(Scale { best, worst }) = self.scale
            && !((best - worst).is_finite() && (best - worst).abs() > 0.0)
        {
            return Err(unusable("scale", "needs two numbers that differ: [best, worst]"));
        }
        self.limits.iter().try_for_each(LimitRule::check)
    }
}

/// Whether a sign can have this code.
#[must_use]
pub fn is_code(code: &str) -> bool {
    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    (1..=40).contains(&code.len()) && code.chars().all(plain)
}

/// The time for which the sensor of a sign is fresh where the hall's time runs at a rate: its own, and never less than some
/// rounds in which signs are reckoned.
#[must_use]
pub fn fresh_secs_at(own: u32, rate: u16) -> u32 {
    own.max(u32::from(rate) * FRESH_SECONDS)
}

/// The identity of a sign's sensor in the whole city; elsewhere `@` and the area follow.
#[must_use]
pub fn root_of(code: &str) -> String {
    format!("{PREFIX}{code}")
}

/// The code of a sign by the identity of one of its sensors.
#[must_use]
pub fn code_of(sensor: &str) -> Option<&str> {
    let rest = sensor.strip_prefix(PREFIX)?;
    Some(rest.split_once('@').map_or(rest, |(code, _)| code))
}
