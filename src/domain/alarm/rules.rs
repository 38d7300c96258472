//! The limits of what sensors show, and how long they have to be crossed before anybody is called.

use chrono::{DateTime, Datelike, Timelike};
use serde::{Deserialize, Serialize};

use super::AlarmKind;
use crate::domain::order::{NAME_MAX, check_text, unusable};
use crate::domain::rights::Area;
use crate::domain::vital::{SIGNS_MAX, root_of};
use crate::domain::{Grade, Moment, Refusal, Sensor, SensorKind, VitalSign, Wording};

/// Most rules.
pub const RULES_MAX: usize = 1_000;
/// Longest pending and keep-firing time, in seconds: a day.
pub const WAIT_SECS_MAX: u32 = 24 * 3600;

/// Limits by level, Ⅰ first.
pub type Steps = [Option<f64>; 4];

/// Most variants of a rule.
pub const VARIANTS_MAX: usize = 24;

/// When a variant of limits counts: at all times that fit everything that is said.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Season {
    /// Months, 1 to 12; all where there are none.
    pub months: Vec<u8>,
    /// Days of the week, 1 for Monday to 7 for Sunday; all where there are none.
    pub weekdays: Vec<u8>,
    /// From the begin of an hour to the begin of another, over midnight where that is no later; all where it is not said.
    pub hours: Option<(u8, u8)>,
}

impl Season {
    /// Whether a moment of the city's time fits.
    #[must_use]
    pub fn has(&self, at: Moment, utc_offset_secs: i32) -> bool {
        let Some(there) = DateTime::from_timestamp_millis(at.plus_millis(i64::from(utc_offset_secs) * 1000).0) else {
            return false;
        };
        let (month, hour) = (there.month(), there.hour());
        let weekday = there.weekday().number_from_monday();
        let one_of = |all: &[u8], this: u32| all.is_empty() || all.iter().any(|one| u32::from(*one) == this);
        let in_hours = self.hours.is_none_or(|(from, to)| {
            let (from, to) = (u32::from(from), u32::from(to));
            if from < to { (from..to).contains(&hour) } else { hour >= from || hour < to }
        });
        one_of(&self.months, month) && one_of(&self.weekdays, weekday) && in_hours
    }

    fn check(&self) -> Result<(), Refusal> {
        if self.months.iter().any(|month| !(1..=12).contains(month)) {
            return Err(unusable("months", "are 1 to 12"));
        }
        if self.weekdays.iter().any(|day| !(1..=7).contains(day)) {
            return Err(unusable("weekdays", "are 1 for Monday to 7 for Sunday"));
        }
        if self.hours.is_some_and(|(from, to)| from > 23 || to > 24) {
            return Err(unusable("hours", "are [from, to], 0 to 24"));
        }
        Ok(())
    }
}

/// Other limits at some times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    /// When.
    pub when: Season,
    /// Above which value it is an alarm of which level.
    pub high: Steps,
    /// Below which value it is an alarm of which level.
    pub low: Steps,
}

impl Variant {
    /// Can there be such a variant?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        self.when.check()?;
        check_steps(&self.high, &self.low)
    }
}

/// The limits of some sensors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LimitRule {
    /// Its name in files and facts.
    pub code: String,
    /// Its name for people.
    pub name: Wording,
    /// What the sensors measure.
    pub measures: SensorKind,
    /// Within this area.
    pub area: Area,
    /// These sensors alone, by identity or by what stands before the `@` in it; all that fit where it is empty.
    pub sensors: Vec<String>,
    /// Above which value it is an alarm of which level.
    pub high: Steps,
    /// Below which value it is an alarm of which level.
    pub low: Steps,
    /// How bad it is when nothing comes any more; `None` where that is no alarm.
    pub no_data: Option<Grade>,
    /// A limit counts as crossed once it was for so many seconds.
    pub pending_secs: u32,
    /// An alarm clears once its limit was not crossed for so many seconds.
    pub keep_secs: u32,
    /// A limit is crossed back only by so much, in the unit of the kind.
    pub dead_band: f64,
    /// The kind of incident that such an alarm makes; empty where it is left to whoever makes it.
    pub case_kind: String,
    /// From this level on it makes a case by itself.
    pub auto_case: Option<Grade>,
    /// Other limits at some times; the first one that fits counts.
    pub variants: Vec<Variant>,
}

impl LimitRule {
    /// Whether it is about a sensor.
    #[must_use]
    pub fn fits(&self, sensor: &Sensor) -> bool {
        self.measures == sensor.kind
            && sensor.area.is_within(&self.area)
            && (self.sensors.is_empty() || self.sensors.iter().any(|id| is_of(&sensor.id, id)))
    }

    /// The limits above and below at a moment of the city's time.
    #[must_use]
    pub fn at(&self, at: Moment, utc_offset_secs: i32) -> (&Steps, &Steps) {
        let variant = self.variants.iter().find(|variant| variant.when.has(at, utc_offset_secs));
        variant.map_or((&self.high, &self.low), |variant| (&variant.high, &variant.low))
    }

    /// The worst level whose limit a value crosses at a moment of the city's time, however long it did.
    #[must_use]
    pub fn level_of(&self, value: f64, at: Moment, utc_offset_secs: i32) -> Option<Grade> {
        let (high, low) = self.at(at, utc_offset_secs);
        let crossed = |(high, low): (&Option<f64>, &Option<f64>)| {
            high.is_some_and(|limit| value > limit) || low.is_some_and(|limit| value < limit)
        };
        Grade::ALL.into_iter().zip(high.iter().zip(low)).find(|(_, limits)| crossed(*limits)).map(|(level, _)| level)
    }

    /// The limits of one side.
    #[must_use]
    pub const fn steps(&self, kind: AlarmKind) -> Option<&Steps> {
        match kind {
            AlarmKind::High => Some(&self.high),
            AlarmKind::Low => Some(&self.low),
            AlarmKind::NoData => None,
        }
    }

    /// Can there be such a rule?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.code.trim().is_empty() {
            return Err(unusable("code", "is missing"));
        }
        check_text("code", &self.code, NAME_MAX)?;
        check_text("name", &self.name.zh, NAME_MAX)?;
        check_text("name", &self.name.en, NAME_MAX)?;
        check_text("case", &self.case_kind, NAME_MAX)?;
        if self.sensors.len() > 1_000 {
            return Err(unusable("sensors", "are at most 1000"));
        }
        self.sensors.iter().try_for_each(|id| check_text("sensors", id, NAME_MAX))?;
        check_steps(&self.high, &self.low)?;
        if self.variants.len() > VARIANTS_MAX {
            return Err(unusable("variant", &format!("there are at most {VARIANTS_MAX}")));
        }
        self.variants.iter().try_for_each(Variant::check)?;
        if self.high.iter().chain(&self.low).flatten().next().is_none() && self.no_data.is_none() {
            return Err(unusable("high", "is missing: a rule needs `high`, `low` or `no_data`"));
        }
        for (field, secs) in [("pending_secs", self.pending_secs), ("keep_secs", self.keep_secs)] {
            if secs > WAIT_SECS_MAX {
                return Err(unusable(field, &format!("is at most {WAIT_SECS_MAX}")));
            }
        }
        if !(0.0..=1e9).contains(&self.dead_band) {
            return Err(unusable("dead_band", "is 0 or more"));
        }
        Ok(())
    }
}

/// Whether a sensor is called so, or so with an `@` and more behind it.
fn is_of(id: &str, name: &str) -> bool {
    id.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('@'))
}

fn check_steps(high: &Steps, low: &Steps) -> Result<(), Refusal> {
    for (field, steps, up) in [("high", high, true), ("low", low, false)] {
        let mut last: Option<f64> = None;
        for limit in steps.iter().flatten() {
            if !limit.is_finite() {
                return Err(unusable(field, "is no number"));
            }
            let wrong = |before: f64| if up { *limit >= before } else { *limit <= before };
            if last.is_some_and(wrong) {
                return Err(unusable(field, "a worse level has to lie further out"));
            }
            last = Some(*limit);
        }
    }
    if let (Some(high), Some(low)) = (high.iter().flatten().last(), low.iter().flatten().last())
        && low >= high
    {
        return Err(unusable("low", "lies above `high`"));
    }
    Ok(())
}

/// All rules; of those that fit a sensor the first one counts. With them the vital signs, which bring their own.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AlarmRules {
    /// The rules of sensors.
    pub rules: Vec<LimitRule>,
    /// The vital signs.
    pub vitals: Vec<VitalSign>,
}

impl AlarmRules {
    /// Can these be in force?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.rules.len() > RULES_MAX {
            return Err(unusable("rules", &format!("are at most {RULES_MAX}")));
        }
        if self.vitals.len() > SIGNS_MAX {
            return Err(unusable("vitals", &format!("are at most {SIGNS_MAX}")));
        }
        self.rules.iter().try_for_each(LimitRule::check)?;
        self.vitals.iter().try_for_each(VitalSign::check)
    }

    /// A rule by its code, those of vital signs among them.
    #[must_use]
    pub fn rule(&self, code: &str) -> Option<&LimitRule> {
        let of_signs = self.vitals.iter().filter_map(|sign| sign.limits.as_ref());
        self.rules.iter().chain(of_signs).find(|rule| rule.code == code)
    }

    /// A vital sign by its code.
    #[must_use]
    pub fn sign(&self, code: &str) -> Option<&VitalSign> {
        self.vitals.iter().find(|sign| sign.code == code)
    }

    /// The rules of sensors and of vital signs as they are at a moment of the city's time, without variants.
    #[must_use]
    pub fn at(&self, at: Moment, utc_offset_secs: i32) -> Self {
        let settled = |rule: &LimitRule| {
            let (high, low) = rule.at(at, utc_offset_secs);
            LimitRule { high: *high, low: *low, variants: Vec::new(), ..rule.clone() }
        };
        let of_signs = self.vitals.iter().filter_map(|sign| {
            let rule = sign.limits.as_ref()?;
            Some(LimitRule { measures: SensorKind::Vital, sensors: vec![root_of(&sign.code)], ..settled(rule) })
        });
        Self { rules: self.rules.iter().map(settled).chain(of_signs).collect(), vitals: Vec::new() }
    }

    /// The rule of a sensor, by its place among them.
    #[must_use]
    pub fn of(&self, sensor: &Sensor) -> Option<usize> {
        self.rules.iter().position(|rule| rule.fits(sensor))
    }
}
