//! What screens are told of vital signs.

use serde::{Deserialize, Serialize};

use super::Nothing;
use crate::domain::rights::Area;
use crate::domain::sensor::TrendStep;
use crate::domain::{LonLat, Moment, SensorId, SensorKind};

/// Steps of a course on a board, and milliseconds of each: a day in half hours.
pub const COURSE_STEPS: u8 = 48;
/// Milliseconds of one of them.
pub const COURSE_STEP_MILLIS: i64 = 30 * 60_000;
/// Most sensors in an X-ray.
pub const SENSORS_LISTED: usize = 40;
/// Hours of the band of an X-ray before its moment, and after it.
pub const BAND_HOURS: (usize, usize) = (24, 12);

/// All vital signs of an area at a moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VitalBoard {
    /// The area.
    pub area: Area,
    /// The moment.
    pub at: Moment,
    /// The areas right below it that have signs of their own.
    pub below: Vec<Area>,
    /// The signs, in the order of the configuration.
    pub rows: Vec<VitalRow>,
}

/// A vital sign on a board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VitalRow {
    /// The sign.
    pub code: String,
    /// Its newest value and when that was.
    pub newest: Option<(Moment, f64)>,
    /// The part of its sensors that said nothing then, 0 to 1; 0 where that is not known any more.
    pub missing: f32,
    /// Its value an hour before.
    pub hour: Option<f64>,
    /// Its value a day before.
    pub day: Option<f64>,
    /// Its value a week before.
    pub week: Option<f64>,
    /// Its means over [`COURSE_STEPS`] half hours up to the moment, oldest first.
    pub course: Vec<Option<f32>>,
    /// Its newest values in the areas below and when those were, in the order of [`VitalBoard::below`].
    pub below: Vec<Option<(Moment, f64)>>,
}

/// What one number is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VitalXray {
    /// The sign.
    pub code: String,
    /// The area.
    pub area: Area,
    /// The moment.
    pub at: Moment,
    /// Its newest value and when that was.
    pub newest: Option<(Moment, f64)>,
    /// Why it is not reckoned now, where it is not; `None` also for moments of the past.
    pub nothing: Option<Nothing>,
    /// The part of its sensors that says nothing, 0 to 1; see [`Self::missing_known`].
    pub missing: f32,
    /// What its formula or its weights asked for, as it stands at that moment. Of a moment of the past parts of an
    /// index count by the scales of now, and what nobody can tell of then has no value.
    pub parts: Vec<VitalPart>,
    /// Sensors that were used, those that say nothing first, then by how far out they are; at most [`SENSORS_LISTED`].
    pub sensors: Vec<VitalSensor>,
    /// How many there are of them.
    pub sensors_all: u32,
    /// Its course over the day before, in steps of `step_millis`.
    pub course: Vec<TrendStep>,
    /// Milliseconds of a step.
    pub step_millis: i64,
    /// Where it was and is expected by what it did in the weeks before; `None` while there are less than three days of it.
    pub band: Option<Band>,
    /// What it was 52 weeks before, at the same hour of the same day of the week; `None` where nothing is kept of then.
    pub year: Option<f64>,
}

impl VitalXray {
    /// The part of its sensors that says nothing, 0 to 1; `None` where that is not known, as of a sign
    /// whose formula another release took.
    #[must_use]
    pub fn missing_known(&self) -> Option<f32> {
        (!self.parts.is_empty() || self.nothing.is_some()).then_some(self.missing)
    }
}

/// A part of what a sign is reckoned from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VitalPart {
    /// What was asked, as it stands in the formula: `mean("pm25")`; of an index the code of a sign.
    pub asked: String,
    /// What that is now.
    pub value: Option<f64>,
    /// The weight in an index.
    pub weight: Option<f64>,
    /// The kind of sensor that it asks.
    pub kind: Option<SensorKind>,
    /// Sensors of that kind in the area.
    pub known: u32,
    /// Those that said something within their time.
    pub fresh: u32,
    /// The oldest reading among those.
    pub oldest: Option<Moment>,
}

/// A sensor that was used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VitalSensor {
    /// Its number.
    pub number: SensorId,
    /// Its identity at its source.
    pub id: String,
    /// Its name; may be empty.
    pub name: String,
    /// What it measures.
    pub kind: SensorKind,
    /// Where it is.
    pub at: Option<LonLat>,
    /// Its newest value.
    pub newest: Option<(Moment, f64)>,
    /// Whether that still counts.
    pub fresh: bool,
}

/// Where a sign is expected, hour by hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// When the first hour begins.
    pub from: Moment,
    /// The least and the most that is expected of each hour, nine of ten times.
    pub hours: Vec<(f32, f32)>,
}
