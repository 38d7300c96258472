//! The kinds of sensors: units that they come in, what they can show, how soon they are silent.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// What a sensor measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SensorKind {
    /// 可燃气体, per cent of the lower explosive limit.
    CombustibleGas,
    /// 水位, metres.
    WaterLevel,
    /// 雨量, millimetres an hour.
    Rain,
    /// 流量, cubic metres an hour.
    Flow,
    /// 裂缝, millimetres.
    CrackWidth,
    /// 倾斜, degrees.
    Tilt,
    /// 温度, degrees Celsius.
    Temperature,
    /// 细颗粒物, micrograms in a cubic metre.
    Pm25,
    /// 扬尘, micrograms in a cubic metre.
    Pm10,
    /// 噪声, decibels.
    Noise,
    /// 车速, kilometres an hour.
    TrafficSpeed,
    /// 人流, people.
    CrowdCount,
    /// 电力负荷, kilowatts.
    PowerLoad,
    /// 井盖: 0 in its place, 1 moved.
    ManholeCover,
    /// Something else, in a unit of its own.
    Other,
    /// A vital sign of the city (城市体征), see [`crate::domain::vital`]; its values are kept in the unit it says.
    Vital,
}

/// A unit by its ways of writing, with factor and offset into the first one of its kind.
type Unit = (&'static [&'static str], f64, f64);

/// How a kind is described.
struct Kind {
    word: &'static str,
    units: &'static [Unit],
    plausible: RangeInclusive<f64>,
    fresh_secs: u32,
    precision: f64,
}

const DUST: &[Unit] = &[(&["ug/m3", "µg/m3", "μg/m3", "µg/m³", "μg/m³"], 1.0, 0.0), (&["mg/m3", "mg/m³"], 1000.0, 0.0)];
const LENGTHS_MM: &[Unit] =
    &[(&["mm"], 1.0, 0.0), (&["cm"], 10.0, 0.0), (&["m"], 1000.0, 0.0), (&["um", "µm"], 0.001, 0.0)];

const fn kind(
    word: &'static str,
    units: &'static [Unit],
    plausible: RangeInclusive<f64>,
    fresh_secs: u32,
    precision: f64,
) -> Kind {
    Kind { word, units, plausible, fresh_secs, precision }
}

impl SensorKind {
    /// All that sensors of a city measure; vital signs are reckoned, not measured.
    pub const ALL: [Self; 15] = [
        Self::CombustibleGas,
        Self::WaterLevel,
        Self::Rain,
        Self::Flow,
        Self::CrackWidth,
        Self::Tilt,
        Self::Temperature,
        Self::Pm25,
        Self::Pm10,
        Self::Noise,
        Self::TrafficSpeed,
        Self::CrowdCount,
        Self::PowerLoad,
        Self::ManholeCover,
        Self::Other,
    ];

    const fn described(self) -> Kind {
        match self {
            // 5 % of methane in air is its lower limit.
            Self::CombustibleGas => kind(
                "combustible_gas",
                &[(&["%LEL", "% LEL", "%"], 1.0, 0.0), (&["%vol", "vol%"], 20.0, 0.0), (&["ppm"], 0.002, 0.0)],
                0.0..=100.0,
                300,
                0.1,
            ),
            Self::WaterLevel => kind(
                "water_level",
                &[(&["m"], 1.0, 0.0), (&["cm"], 0.01, 0.0), (&["mm"], 0.001, 0.0)],
                -50.0..=200.0,
                600,
                0.01,
            ),
            Self::Rain => kind("rain", &[(&["mm/h"], 1.0, 0.0), (&["mm/min"], 60.0, 0.0)], 0.0..=500.0, 900, 0.1),
            Self::Flow => kind(
                "flow",
                &[
                    (&["m3/h", "m³/h"], 1.0, 0.0),
                    (&["m3/s", "m³/s"], 3600.0, 0.0),
                    (&["l/s", "L/s"], 3.6, 0.0),
                    (&["l/min", "L/min"], 0.06, 0.0),
                ],
                -500_000.0..=50_000_000.0,
                600,
                0.1,
            ),
            Self::CrackWidth => kind("crack_width", LENGTHS_MM, -10.0..=500.0, 7_200, 0.01),
            Self::Tilt => kind(
                "tilt",
                &[
                    (&["deg", "°"], 1.0, 0.0),
                    (&["mrad"], 0.057_295_779_513_082_32, 0.0),
                    (&["rad"], 57.295_779_513_082_32, 0.0),
                ],
                -90.0..=90.0,
                7_200,
                0.001,
            ),
            Self::Temperature => kind(
                "temperature",
                &[
                    (&["Cel", "°C", "℃", "C"], 1.0, 0.0),
                    (&["K"], 1.0, -273.15),
                    (&["degF", "°F"], 5.0 / 9.0, -160.0 / 9.0),
                ],
                -90.0..=1_500.0,
                900,
                0.1,
            ),
            Self::Pm25 => kind("pm25", DUST, 0.0..=2_000.0, 900, 1.0),
            Self::Pm10 => kind("pm10", DUST, 0.0..=10_000.0, 900, 1.0),
            Self::Noise => kind("noise", &[(&["dB", "dBA", "dB(A)", "dB[A]"], 1.0, 0.0)], 0.0..=160.0, 300, 0.1),
            Self::TrafficSpeed => kind(
                "traffic_speed",
                &[(&["km/h"], 1.0, 0.0), (&["m/s"], 3.6, 0.0), (&["mph", "mi/h"], 1.609_344, 0.0)],
                0.0..=300.0,
                900,
                0.1,
            ),
            Self::CrowdCount => {
                kind("crowd_count", &[(&["1", "count", "people"], 1.0, 0.0)], 0.0..=1_000_000.0, 300, 1.0)
            }
            Self::PowerLoad => kind(
                "power_load",
                &[(&["kW"], 1.0, 0.0), (&["W"], 0.001, 0.0), (&["MW"], 1000.0, 0.0)],
                -10_000_000.0..=10_000_000.0,
                300,
                0.1,
            ),
            Self::ManholeCover => kind("manhole_cover", &[(&["1", "/", "bool"], 1.0, 0.0)], 0.0..=1.0, 86_400, 1.0),
            Self::Other => kind("other", &[], f64::MIN..=f64::MAX, 3_600, 0.0),
            Self::Vital => kind("vital", &[], f64::MIN..=f64::MAX, 60, 0.0),
        }
    }

    /// Its name in files, keys and answers.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.described().word
    }

    /// The kind of that name.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The unit in which its readings are kept; empty for [`Self::Other`], where it is the sensor's own.
    #[must_use]
    pub fn unit(self) -> &'static str {
        self.described().units.first().and_then(|(names, ..)| names.first()).copied().unwrap_or_default()
    }

    /// The units in which its readings may come, the first way of writing of each.
    #[must_use]
    pub fn units(self) -> Vec<&'static str> {
        self.described().units.iter().filter_map(|(names, ..)| names.first().copied()).collect()
    }

    /// All ways to write its units.
    #[cfg(test)]
    pub(super) fn described_names(self) -> Vec<&'static str> {
        self.described().units.iter().flat_map(|(names, ..)| names.iter().copied()).collect()
    }

    /// Whether its readings are kept in the unit that each of its sensors says.
    #[must_use]
    pub const fn keeps_unit(self) -> bool {
        matches!(self, Self::Other | Self::Vital)
    }

    /// Factor and offset from a unit into that in which its readings are kept; `None` for units of something else.
    #[must_use]
    pub fn scale(self, unit: &str) -> Option<(f64, f64)> {
        if self.keeps_unit() {
            return Some((1.0, 0.0));
        }
        let unit = unit.trim();
        let known = self.described().units;
        known.iter().find(|(names, ..)| names.contains(&unit)).map(|(_, factor, offset)| (*factor, *offset))
    }

    /// What it can show at all.
    #[must_use]
    pub const fn plausible(self) -> RangeInclusive<f64> {
        self.described().plausible
    }

    /// Without a reading for so many seconds such a sensor has no data, where nobody says otherwise.
    #[must_use]
    pub const fn fresh_secs(self) -> u32 {
        self.described().fresh_secs
    }

    /// The least difference that such a sensor tells, where nobody says otherwise.
    #[must_use]
    pub const fn precision(self) -> f64 {
        self.described().precision
    }
}
