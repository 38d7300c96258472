//! Sensors: what they measure, where they are, whose they are; what one of their readings has to be.
//!
//! ```text
//!  file, HTTP ──► claimed ◄── take over ── unclaimed ◄── first sight of its readings
//!                    │ ▲                      │ ▲
//!             retire ▼ │ bring back   dismiss ▼ │ bring back
//!                 out of service, its past under its number
//! ```
//! 1. A reading is kept in the unit of its sensor's kind, rounded to the sensor's precision ([`Sensor::judge`]).
//! 2. Nothing is dropped silently: each reading is kept, kept and said to be late or out of order, known already, or
//!    refused with one of [`Unfit`]; [`Quality`] counts all of them.
//! 3. What a sensor measures never changes under its readings: with another kind or unit it is another sensor of the
//!    same name ([`Sensor::same_measure`]).
//!
//! - [`kind`]: the kinds with their units, limits, freshness.
//! - [`quality`]: how well a sensor behaves.
//! - [`registry`]: all sensors by name and number.
//! - [`claim`]: what is said of sensors that are known; [`retired`]: why some are out of service.

pub mod claim;
pub mod kind;
pub mod quality;
pub mod registry;
pub mod retired;
#[cfg(test)]
mod tests;
pub mod watch;
pub mod window;

use serde::{Deserialize, Serialize};

use super::rights::Area;
use super::vital::PREFIX;
use super::{LonLat, Moment, Refusal};

pub use claim::Claim;
pub use kind::SensorKind;
pub use quality::{Quality, Unfit, Verdict};
pub use registry::{AreaOf, Registry};
pub use retired::Retired;
pub use watch::{Bounds, SensorRow, Trend, TrendStep, Watch};
pub use window::{Gist, Spell, Window};

/// Longest name, owner and unit of a sensor, in bytes.
pub const WORDS_MAX: usize = 120;
/// Longest path of what a sensor hangs behind, in bytes and in names.
pub const UPSTREAM_MAX: usize = 400;
/// The names of it.
pub const UPSTREAM_STEPS: usize = 8;
/// Longest identity of a sensor at its source, in bytes.
pub const ID_MAX: usize = 100;
/// A reading so much after now comes from a clock that is wrong, in milliseconds.
pub const AHEAD_MAX_MILLIS: i64 = 120_000;
/// A reading so much before now is not taken any more, in milliseconds: 32 days, some less than readings
/// are kept.
pub const BEHIND_MAX_MILLIS: i64 = 32 * 24 * 3_600_000;
/// The longest time after which a sensor that says nothing has no data, in seconds: 32 days.
pub const FRESH_SECS_MAX: u32 = 32 * 24 * 3_600;
/// The greatest precision, in the unit of the kind.
pub const PRECISION_MAX: f64 = 1e6;

/// A sensor by its number in this hub: 0, 1, 2 … in the order in which they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SensorId(pub u32);

impl SensorId {
    /// As an index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A sensor's value at a time, in the unit of its kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The sensor.
    pub sensor: SensorId,
    /// When it measured.
    pub at: Moment,
    /// What.
    pub value: f64,
}

/// What is known of a sensor.
///
/// No field may be left out when serialised: the store uses a format that counts fields.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sensor {
    /// Its identity at its source.
    pub id: String,
    /// What people call it; may be empty.
    pub name: String,
    /// What it measures.
    pub kind: SensorKind,
    /// The unit in which it sends where its readings do not say; they are kept in that of its kind.
    pub unit: String,
    /// Where it is, where known.
    pub at: Option<LonLat>,
    /// Metres above the ground; below it negative.
    pub height_m: f32,
    /// The area in which it counts.
    pub area: Area,
    /// Without a reading for so many seconds it has no data.
    pub fresh_secs: u32,
    /// The least difference that it tells, in the unit of its kind; 0 keeps values as they come.
    pub precision: f64,
    /// Who looks after it; may be empty.
    pub owner: String,
    /// Somebody said what it is. One that is only known by its readings is not claimed.
    pub claimed: bool,
    /// Behind what it hangs, by identity: a pump, a valve, a pipe, another sensor; a path with slashes, nearest first.
    /// Empty where that is not known.
    pub upstream: String,
}

impl Sensor {
    /// One of which only its identity is known, with what a first reading says.
    #[must_use]
    pub fn first_seen(id: &str, kind: Option<SensorKind>, unit: &str) -> Self {
        let kind = kind.unwrap_or(SensorKind::Other);
        Self {
            id: id.to_owned(),
            name: String::new(),
            kind,
            unit: if unit.is_empty() { kind.unit().to_owned() } else { unit.to_owned() },
            at: None,
            height_m: 0.0,
            area: Area::CITY,
            fresh_secs: kind.fresh_secs(),
            precision: 0.0,
            owner: String::new(),
            claimed: false,
            upstream: String::new(),
        }
    }

    /// Can there be such a sensor?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        let wrong = |field: &str, reason: String| Err(Refusal::Unusable { field: field.to_owned(), reason });
        let odd = |text: &str, most: usize| text.len() > most || text.chars().any(char::is_control);
        if self.id.trim().is_empty() || odd(&self.id, ID_MAX) || self.id.trim() != self.id {
            return wrong("id", format!("is 1 to {ID_MAX} bytes of plain text"));
        }
        if self.id.starts_with(PREFIX) != (self.kind == SensorKind::Vital) {
            return wrong("id", format!("`{PREFIX}` begins the identities of vital signs alone"));
        }
        for (field, text) in [("name", &self.name), ("unit", &self.unit), ("owner", &self.owner)] {
            if odd(text, WORDS_MAX) {
                return wrong(field, format!("is at most {WORDS_MAX} bytes of plain text"));
            }
        }
        if self.kind.scale(&self.unit).is_none() {
            return wrong("unit", format!("is none of {}", self.kind.units().join(", ")));
        }
        if self.at.is_some_and(|at| LonLat::new(at.lon, at.lat).is_none()) {
            return wrong("lon", "is not a place on Earth".to_owned());
        }
        if odd(&self.upstream, UPSTREAM_MAX) || self.upstream.split('/').count() > UPSTREAM_STEPS {
            let reason = format!("is a path of at most {UPSTREAM_STEPS} names and {UPSTREAM_MAX} bytes");
            return wrong("upstream", reason);
        }
        if !(-2_000.0..=2_000.0).contains(&self.height_m) {
            return wrong("height_m", "is -2000 to 2000".to_owned());
        }
        if !(1..=FRESH_SECS_MAX).contains(&self.fresh_secs) {
            return wrong("fresh_secs", format!("is 1 to {FRESH_SECS_MAX}"));
        }
        if !(0.0..=PRECISION_MAX).contains(&self.precision) {
            return wrong("precision", format!("is 0 to {PRECISION_MAX}"));
        }
        Ok(())
    }

    /// Whether readings of `other` mean the same as those of this one.
    #[must_use]
    pub fn same_measure(&self, other: &Self) -> bool {
        let kept = |sensor: &Self| if sensor.kind.keeps_unit() { sensor.unit.clone() } else { String::new() };
        // What nobody knew becomes a kind without harm where its values stay as they are. Of values without a unit it is
        // said now in which they came.
        let unit = if self.unit.is_empty() { &other.unit } else { &self.unit };
        let known_now = self.kind == SensorKind::Other && other.kind.scale(unit) == Some((1.0, 0.0));
        known_now || (self.kind == other.kind && kept(self) == kept(other))
    }

    /// The unit in which its readings are kept.
    #[must_use]
    pub fn kept_unit(&self) -> &str {
        if self.kind.keeps_unit() { &self.unit } else { self.kind.unit() }
    }

    /// The reading that a sensor of this number sent, or why there is none. `unit` is what it said of its value, empty
    /// for the usual one; no clock is beyond `latest`.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn judge(
        &self,
        sensor: SensorId,
        value: f64,
        unit: &str,
        at: Moment,
        latest: Moment,
    ) -> Result<Reading, Unfit> {
        let known = if unit.is_empty() { self.usual_scale() } else { self.scale(unit) };
        self.judge_scaled(sensor, value, known, at, latest)
    }

    /// Factor and offset of values in a unit; `None` for one of something else.
    fn scale(&self, unit: &str) -> Option<(f64, f64)> {
        // What is reckoned here comes from nowhere else.
        if self.kind == SensorKind::Vital {
            return None;
        }
        if self.kind.keeps_unit() {
            return (unit == self.unit).then_some((1.0, 0.0));
        }
        self.kind.scale(unit)
    }

    /// Factor and offset of values that come without a unit.
    fn usual_scale(&self) -> Option<(f64, f64)> {
        self.scale(&self.unit)
    }

    fn judge_scaled(
        &self,
        sensor: SensorId,
        value: f64,
        scale: Option<(f64, f64)>,
        at: Moment,
        latest: Moment,
    ) -> Result<Reading, Unfit> {
        if !value.is_finite() {
            return Err(Unfit::NotANumber);
        }
        let (factor, offset) = scale.ok_or(Unfit::WrongUnit)?;
        let value = round_to(value * factor + offset, self.precision);
        if !self.kind.plausible().contains(&value) {
            return Err(Unfit::Implausible);
        }
        if at > latest.plus_millis(AHEAD_MAX_MILLIS) {
            return Err(Unfit::ClockAhead);
        }
        if at < latest.plus_millis(-BEHIND_MAX_MILLIS) {
            return Err(Unfit::TooOld);
        }
        Ok(Reading { sensor, at, value })
    }

    /// Whether a reading came later than the sensor is fresh.
    #[must_use]
    pub fn is_late(&self, at: Moment, now: Moment) -> bool {
        now.0.saturating_sub(at.0) > i64::from(self.fresh_secs) * 1000
    }
}

/// The multiple of `step` next to a value. Steps such as 0.1 give the number that is nearest to the decimal one.
pub(super) fn round_to(value: f64, step: f64) -> f64 {
    if step <= 0.0 {
        return value + 0.0;
    }
    let parts = nearest(1.0 / step);
    let rounded = if step < 1.0 && (parts * step - 1.0).abs() < 1e-9 {
        nearest(value * parts) / parts
    } else {
        nearest(value / step) * step
    };
    // No difference is told between zeros.
    rounded + 0.0
}

/// What `f64::round` gives, which is a call of the C library for each reading on machines of no special sort.
fn nearest(value: f64) -> f64 {
    const WHOLE_FROM: f64 = 4_503_599_627_370_496.0;
    if value.is_nan() || value.abs() >= WHOLE_FROM {
        return value;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 2^52")]
    let whole = value as i64 as f64;
    let rest = value - whole;
    whole + f64::from(i8::from(rest >= 0.5)) - f64::from(i8::from(rest <= -0.5))
}
