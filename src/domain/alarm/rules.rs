//! The limits of what sensors show, and how long they have to be crossed before anybody is called.

use serde::{Deserialize, Serialize};

use super::AlarmKind;
use crate::domain::order::{NAME_MAX, check_text, unusable};
use crate::domain::rights::Area;
use crate::domain::{Grade, Refusal, Sensor, SensorKind, Wording};

/// Most rules.
pub const RULES_MAX: usize = 1_000;
/// Longest pending and keep-firing time, in seconds: a day.
pub const WAIT_SECS_MAX: u32 = 24 * 3600;

/// Limits by level, Ⅰ first.
pub type Steps = [Option<f64>; 4];

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
    /// These sensors alone, by identity; all that fit where it is empty.
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
}

impl LimitRule {
    /// Whether it is about a sensor.
    #[must_use]
    pub fn fits(&self, sensor: &Sensor) -> bool {
        self.measures == sensor.kind
            && sensor.area.is_within(&self.area)
            && (self.sensors.is_empty() || self.sensors.contains(&sensor.id))
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
        for (field, steps, up) in [("high", &self.high, true), ("low", &self.low, false)] {
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
        if let (Some(high), Some(low)) = (self.high.iter().flatten().last(), self.low.iter().flatten().last())
            && low >= high
        {
            return Err(unusable("low", "lies above `high`"));
        }
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

/// All rules; of those that fit a sensor the first one counts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct AlarmRules {
    /// They.
    pub rules: Vec<LimitRule>,
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
        self.rules.iter().try_for_each(LimitRule::check)
    }

    /// A rule by its code.
    #[must_use]
    pub fn rule(&self, code: &str) -> Option<&LimitRule> {
        self.rules.iter().find(|rule| rule.code == code)
    }

    /// The rule of a sensor, by its place among them.
    #[must_use]
    pub fn of(&self, sensor: &Sensor) -> Option<usize> {
        self.rules.iter().position(|rule| rule.fits(sensor))
    }
}
