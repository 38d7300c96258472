//! Datums of Chinese map data: WGS 84, GCJ-02 (the "Mars" datum of licensed maps) and BD-09 (Baidu).
//!
//! Inside the program everything is WGS 84; these conversions are used where data comes in or a person wants to read
//! a coordinate in the other datum. Outside of China GCJ-02 is WGS 84.

use serde::{Deserialize, Serialize};

use crate::domain::LonLat;

/// A datum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Datum {
    /// WGS 84, as GPS and OpenStreetMap.
    #[default]
    Wgs84,
    /// GCJ-02.
    Gcj02,
    /// BD-09.
    Bd09,
}

impl Datum {
    /// `wgs84`, `gcj02` or `bd09`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// The WGS 84 coordinate of one that is in this datum.
    #[must_use]
    pub fn to_wgs84(self, at: LonLat) -> LonLat {
        match self {
            Self::Wgs84 => at,
            Self::Gcj02 => wgs84_from_gcj02(at),
            Self::Bd09 => wgs84_from_gcj02(gcj02_from_bd09(at)),
        }
    }

    /// A WGS 84 coordinate in this datum.
    #[must_use]
    pub fn from_wgs84(self, at: LonLat) -> LonLat {
        match self {
            Self::Wgs84 => at,
            Self::Gcj02 => gcj02_from_wgs84(at),
            Self::Bd09 => bd09_from_gcj02(gcj02_from_wgs84(at)),
        }
    }
}

impl std::str::FromStr for Datum {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "wgs84" | "wgs-84" => Ok(Self::Wgs84),
            "gcj02" | "gcj-02" => Ok(Self::Gcj02),
            "bd09" | "bd-09" => Ok(Self::Bd09),
            other => Err(format!("unknown datum {other:?}; one of wgs84, gcj02, bd09")),
        }
    }
}

impl std::fmt::Display for Datum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The box within which GCJ-02 differs from WGS 84.
fn shifted(at: LonLat) -> bool {
    (72.004..=137.8347).contains(&at.lon) && (0.8293..=55.8271).contains(&at.lat)
}

/// The shift of GCJ-02 at a WGS 84 coordinate, degrees.
fn shift(at: LonLat) -> (f64, f64) {
    const A: f64 = 6_378_245.0;
    const EE: f64 = 0.006_693_421_622_965_943;
    use std::f64::consts::PI;
    let (x, y) = (at.lon - 105.0, at.lat - 35.0);
    let wave = |v: f64| (v * PI).sin();
    let common = (20.0 * wave(6.0 * x) + 20.0 * wave(2.0 * x)) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + (20.0 * wave(y) + 40.0 * wave(y / 3.0)) * 2.0 / 3.0
        + (160.0 * wave(y / 12.0) + 320.0 * wave(y / 30.0)) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + (20.0 * wave(x) + 40.0 * wave(x / 3.0)) * 2.0 / 3.0
        + (150.0 * wave(x / 12.0) + 300.0 * wave(x / 30.0)) * 2.0 / 3.0;
    let (sin, cos) = at.lat.to_radians().sin_cos();
    let magic = 1.0 - EE * sin * sin;
    let root = magic.sqrt();
    let lat = north * 180.0 / (A * (1.0 - EE) / (magic * root) * PI);
    let lon = east * 180.0 / (A / root * cos * PI);
    (lon, lat)
}

/// GCJ-02 of a WGS 84 coordinate.
#[must_use]
pub fn gcj02_from_wgs84(at: LonLat) -> LonLat {
    if !shifted(at) {
        return at;
    }
    let (lon, lat) = shift(at);
    LonLat { lon: at.lon + lon, lat: at.lat + lat }
}

/// What `shift` turns into `at`, to 1e-10 degree: the guess is moved by what it misses until it meets.
fn undo(shift: fn(LonLat) -> LonLat, at: LonLat, mut guess: LonLat) -> LonLat {
    for _ in 0..30 {
        let there = shift(guess);
        let (lon, lat) = (there.lon - at.lon, there.lat - at.lat);
        guess = LonLat { lon: guess.lon - lon, lat: guess.lat - lat };
        if lon.abs().max(lat.abs()) < 1e-10 {
            break;
        }
    }
    guess
}

/// WGS 84 of a GCJ-02 coordinate: iterated until the forward conversion gives `at` again (to 1e-10 degree).
#[must_use]
pub fn wgs84_from_gcj02(at: LonLat) -> LonLat {
    if !shifted(at) {
        return at;
    }
    undo(gcj02_from_wgs84, at, at)
}

const BAIDU: f64 = std::f64::consts::PI * 3_000.0 / 180.0;

/// BD-09 of a GCJ-02 coordinate.
#[must_use]
pub fn bd09_from_gcj02(at: LonLat) -> LonLat {
    let long = at.lon.hypot(at.lat) + 0.000_02 * (at.lat * BAIDU).sin();
    let turn = at.lat.atan2(at.lon) + 0.000_003 * (at.lon * BAIDU).cos();
    LonLat { lon: long * turn.cos() + 0.006_5, lat: long * turn.sin() + 0.006 }
}

/// GCJ-02 of a BD-09 coordinate, iterated like [`wgs84_from_gcj02`].
#[must_use]
pub fn gcj02_from_bd09(at: LonLat) -> LonLat {
    undo(bd09_from_gcj02, at, LonLat { lon: at.lon - 0.006_5, lat: at.lat - 0.006 })
}
