//! What somebody says of sensors that are known already, of one or of many at once.

use serde::{Deserialize, Serialize};

use super::{Sensor, SensorKind};
use crate::domain::LonLat;
use crate::domain::rights::Area;

/// What is said; of what is `None` all stays as it is. Who is meant is claimed by it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Claim {
    /// What they measure.
    pub kind: Option<SensorKind>,
    /// What people call it.
    pub name: Option<String>,
    /// Who looks after them.
    pub owner: Option<String>,
    /// The unit in which they send where their readings do not say; empty for that of the kind.
    pub unit: Option<String>,
    /// The area; the whole city to let places tell it.
    pub area: Option<Area>,
    /// Where it is.
    pub at: Option<LonLat>,
    /// Metres above the ground; below it negative.
    pub height_m: Option<f32>,
    /// Without a reading for so many seconds they have no data.
    pub fresh_secs: Option<u32>,
    /// The least difference that they tell, in the unit of the kind; 0 for every difference.
    pub precision: Option<f64>,
}

impl Claim {
    /// A sensor, of which this is said. With another kind it is as fresh and as precise as is usual for that, where nothing
    /// else is said.
    #[must_use]
    pub fn of(&self, sensor: Sensor) -> Sensor {
        let kind = self.kind.unwrap_or(sensor.kind);
        let anew = kind != sensor.kind || !sensor.claimed;
        let unit = self.unit.clone().unwrap_or_else(|| sensor.unit.clone());
        let unit = if unit.is_empty() { kind.unit().to_owned() } else { unit };
        Sensor {
            kind,
            name: self.name.clone().unwrap_or(sensor.name),
            owner: self.owner.clone().unwrap_or(sensor.owner),
            unit,
            area: self.area.clone().unwrap_or(sensor.area),
            at: self.at.or(sensor.at),
            height_m: self.height_m.unwrap_or(sensor.height_m),
            fresh_secs: self.fresh_secs.unwrap_or(if anew { kind.fresh_secs() } else { sensor.fresh_secs }),
            precision: self.precision.unwrap_or(if anew { kind.precision() } else { sensor.precision }),
            claimed: true,
            ..sensor
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_stays_and_another_kind_brings_what_is_usual_for_it() {
        let stray = Sensor::first_seen("s-1", None, "cm");
        let at = LonLat::new(119.3, 31.6);
        let claim =
            Claim { kind: Some(SensorKind::WaterLevel), owner: Some("Water".to_owned()), at, ..Claim::default() };
        let sensor = claim.of(stray);
        assert!(sensor.claimed && sensor.check().is_ok());
        assert_eq!((sensor.unit.as_str(), sensor.fresh_secs, sensor.owner.as_str()), ("cm", 600, "Water"));
        assert_eq!((sensor.precision.to_bits(), sensor.at), (0.01_f64.to_bits(), at));
        let named = Claim { name: Some("North gate".to_owned()), fresh_secs: Some(60), ..Claim::default() };
        let again = named.of(sensor.clone());
        assert_eq!(again, Sensor { name: "North gate".to_owned(), fresh_secs: 60, ..sensor.clone() });
        let exact = Claim { precision: Some(0.001), ..Claim::default() }.of(sensor.clone());
        assert_eq!(exact, Sensor { precision: 0.001, ..sensor.clone() });
        assert_eq!(named.of(exact.clone()).precision.to_bits(), 0.001_f64.to_bits(), "what is not said stays");
        let rain =
            Claim { kind: Some(SensorKind::Rain), precision: Some(0.5), unit: Some(String::new()), ..Claim::default() };
        assert_eq!(rain.of(exact).precision.to_bits(), 0.5_f64.to_bits(), "with another kind too");
        let own = Claim { unit: Some(String::new()), ..Claim::default() }.of(sensor);
        assert_eq!(own.unit, "m", "an empty one is that of the kind");
    }
}
