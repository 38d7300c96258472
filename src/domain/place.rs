//! Where something is.

use serde::{Deserialize, Serialize};

/// WGS 84 longitude and latitude in degrees.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct LonLat {
    /// Degrees east, -180 to 180.
    pub lon: f64,
    /// Degrees north, -90 to 90.
    pub lat: f64,
}

impl LonLat {
    /// `None` where a coordinate is not finite or out of range.
    #[must_use]
    pub fn new(lon: f64, lat: f64) -> Option<Self> {
        ((-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat)).then_some(Self { lon, lat })
    }
}

/// A place as a report gives it: coordinates, words, or both. With neither the place is unknown.
///
/// No field may be left out when serialised: log and wire use formats that count fields.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Place {
    /// Coordinates, where known.
    pub at: Option<LonLat>,
    /// Address or description in the source's words; may be empty.
    pub address: String,
}

/// A crew in the street.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CrewId(pub u32);

/// Where a crew is. Not a fact: positions are conflated, only the newest per crew counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CrewPosition {
    /// The crew.
    pub crew: CrewId,
    /// Its place.
    pub at: LonLat,
    /// When it was there.
    pub when: super::Moment,
}
