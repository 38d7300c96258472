//! What the menu offers.

use std::sync::OnceLock;

use crate::config::script::{self, Script};
use crate::domain::{Sky, Weather};

/// Speeds to choose from, city seconds a second; 0 stops time.
pub const SPEEDS: [u16; 5] = [0, 1, 10, 60, 600];

/// Weathers to choose from, by their keys in `assets/i18n`; `None` is the day's own.
pub const WEATHERS: [(&str, Option<Weather>); 7] = [
    ("demo.weather_own", None),
    ("demo.weather_clear", Some(weather(Sky::Clear, 0, 240, 2, 0))),
    ("demo.weather_overcast", Some(weather(Sky::Overcast, 0, 180, 3, 0))),
    ("demo.weather_fog", Some(weather(Sky::Fog, 3, 80, 1, 0))),
    ("demo.weather_rain", Some(weather(Sky::Rain, 1, 190, 4, 15))),
    ("demo.weather_storm", Some(weather(Sky::Rain, 3, 230, 12, 480))),
    ("demo.weather_snow", Some(weather(Sky::Snow, 3, -40, 5, 20))),
];

const fn weather(sky: Sky, intensity: u8, temperature_dc: i16, wind_mps: u8, rain_mm_h: u16) -> Weather {
    Weather { sky, intensity, temperature_dc, wind_mps, rain_mm_h }
}

/// The scripted emergencies, read once; none where they cannot be read, which a test rules out.
#[must_use]
pub fn scripts() -> &'static [Script] {
    static SCRIPTS: OnceLock<Vec<Script>> = OnceLock::new();
    SCRIPTS.get_or_init(|| script::built_in().unwrap_or_default())
}
