//! What a screen asks of the sensors, and what it hears of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::window::Window;
use super::{Sensor, SensorId, SensorKind};
use crate::domain::rights::Area;
use crate::domain::{LonLat, Moment};

/// Least and most milliseconds between two rounds of newest values.
pub const EVERY_MILLIS: std::ops::RangeInclusive<u32> = 100..=60_000;
/// Most points of a course that is asked for.
pub const TREND_POINTS_MAX: u16 = 2_000;

/// A box of degrees, edges included.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Degrees east of its western edge.
    pub west: f64,
    /// Degrees north of its southern edge.
    pub south: f64,
    /// Degrees east of its eastern edge.
    pub east: f64,
    /// Degrees north of its northern edge.
    pub north: f64,
}

impl Bounds {
    /// Whether a place is in it.
    #[must_use]
    pub fn has(&self, at: LonLat) -> bool {
        (self.west..=self.east).contains(&at.lon) && (self.south..=self.north).contains(&at.lat)
    }
}

/// What a screen shows of the sensors.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Watch {
    /// Sensors of these kinds; of all that are sensors indeed, which vital signs are not, where it is empty.
    pub kinds: BTreeSet<SensorKind>,
    /// Within this area.
    pub area: Area,
    /// Within this box, where there is one: then only sensors whose place is known.
    pub bounds: Option<Bounds>,
    /// Milliseconds between two rounds of newest values, within [`EVERY_MILLIS`].
    pub every_millis: u32,
    /// The values as they were at this moment, once; `None` for those of now, again and again.
    pub at: Option<Moment>,
    /// Of sensors of these kinds also what they measured in a window that ends then, beside their newest values: for now
    /// again and again, at a calm rate.
    pub windows: BTreeMap<SensorKind, Window>,
}

impl Watch {
    /// Whether a sensor is one of those.
    #[must_use]
    pub fn has(&self, sensor: &Sensor) -> bool {
        let all = self.kinds.is_empty() && sensor.kind != SensorKind::Vital;
        (all || self.kinds.contains(&sensor.kind))
            && sensor.area.is_within(&self.area)
            && self.bounds.is_none_or(|bounds| sensor.at.is_some_and(|at| bounds.has(at)))
    }
}

/// A sensor, as far as a layer needs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SensorRow {
    /// Its number.
    pub number: SensorId,
    /// Its identity at its source.
    pub id: String,
    /// What it measures.
    pub kind: SensorKind,
    /// The unit of its values.
    pub unit: String,
    /// Where it is, where known.
    pub at: Option<LonLat>,
    /// Metres above the ground.
    pub height_m: f32,
    /// Without a reading for so many seconds it has no data.
    pub fresh_secs: u32,
    /// Somebody said what it is.
    pub claimed: bool,
}

impl SensorRow {
    /// Of a sensor.
    #[must_use]
    pub fn new(number: SensorId, sensor: &Sensor) -> Self {
        Self {
            number,
            id: sensor.id.clone(),
            kind: sensor.kind,
            unit: sensor.kept_unit().to_owned(),
            at: sensor.at,
            height_m: sensor.height_m,
            fresh_secs: sensor.fresh_secs,
            claimed: sensor.claimed,
        }
    }
}

/// A sensor with its course over a stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// All that is known of the sensor.
    pub sensor: Sensor,
    /// Its newest reading before the end of the stretch.
    pub newest: Option<(Moment, f64)>,
    /// When the stretch begins.
    pub from: Moment,
    /// When it ends.
    pub to: Moment,
    /// Milliseconds of a step.
    pub step_millis: i64,
    /// The steps in which anything was measured, oldest first.
    pub steps: Vec<TrendStep>,
}

/// What a sensor measured in a step of time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TrendStep {
    /// When the step begins.
    pub from: Moment,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The mean of all.
    pub mean: f64,
    /// How many.
    pub count: u64,
}
