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

/// What a crew is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrewKind {
    /// 巡查: walks the grids and reports.
    #[default]
    Patrol,
    /// 公安.
    Police,
    /// 交警.
    Traffic,
    /// 消防.
    Fire,
    /// 急救.
    Ambulance,
    /// 环卫: sweepers and rubbish trucks.
    Sanitation,
    /// 抢修: gas, water, power, roads.
    Repair,
    /// 城管.
    Chengguan,
    /// 公交: a bus on its line; takes no cases.
    Bus,
}

impl CrewKind {
    /// All kinds in order.
    pub const ALL: [Self; 9] = [
        Self::Patrol,
        Self::Police,
        Self::Traffic,
        Self::Fire,
        Self::Ambulance,
        Self::Sanitation,
        Self::Repair,
        Self::Chengguan,
        Self::Bus,
    ];

    /// How many times as fast as other cars it goes to a case: with blue lights, or with a broom on its roof.
    #[must_use]
    pub const fn pace(self) -> f32 {
        match self {
            Self::Fire | Self::Ambulance | Self::Police => 1.25,
            Self::Traffic => 1.1,
            Self::Sanitation | Self::Patrol => 0.6,
            Self::Repair | Self::Chengguan | Self::Bus => 0.85,
        }
    }

    /// 0 for the first of [`Self::ALL`] and so on.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

/// What a crew does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrewStatus {
    /// 空闲: can be sent.
    #[default]
    Free,
    /// 已派: has a case and gets ready.
    Assigned,
    /// 出警途中: on its way.
    EnRoute,
    /// 到场: works.
    OnScene,
    /// 返回: on its way back, can be sent again.
    Returning,
    /// 下班: cannot be sent.
    OffDuty,
}

impl CrewStatus {
    /// All states in order.
    pub const ALL: [Self; 6] =
        [Self::Free, Self::Assigned, Self::EnRoute, Self::OnScene, Self::Returning, Self::OffDuty];
}

/// Where a crew is. Not a fact: positions are conflated, only the newest per crew counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct CrewPosition {
    /// The crew.
    pub crew: CrewId,
    /// Its place.
    pub at: LonLat,
    /// When it was there.
    pub when: super::Moment,
    /// What it is there for.
    pub kind: CrewKind,
    /// What it does.
    pub status: CrewStatus,
    /// The incident it was sent to, until it leaves it; `None` where it has none or its source does not say.
    pub incident: Option<super::IncidentId>,
}
