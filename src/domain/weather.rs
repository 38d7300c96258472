//! The weather over the city.

use serde::{Deserialize, Serialize};

use super::Refusal;

/// What the sky does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sky {
    /// 晴.
    #[default]
    Clear,
    /// 多云.
    Cloudy,
    /// 阴.
    Overcast,
    /// 雾.
    Fog,
    /// 雨.
    Rain,
    /// 雪.
    Snow,
}

impl Sky {
    /// All skies, fairest first.
    pub const ALL: [Self; 6] = [Self::Clear, Self::Cloudy, Self::Overcast, Self::Fog, Self::Rain, Self::Snow];

    /// What programs call it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Cloudy => "cloudy",
            Self::Overcast => "overcast",
            Self::Fog => "fog",
            Self::Rain => "rain",
            Self::Snow => "snow",
        }
    }
}

/// The weather over the whole city at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Weather {
    /// What falls or hangs.
    pub sky: Sky,
    /// How much of fog, rain or snow: 0 none, 1 light, 2 moderate, 3 heavy.
    pub intensity: u8,
    /// Temperature, tenths of a degree Celsius.
    pub temperature_dc: i16,
    /// Wind, metres a second.
    pub wind_mps: u8,
    /// Rain, or snow as water: tenths of a millimetre an hour.
    pub rain_mm_h: u16,
}

/// Most of fog, rain or snow.
pub const INTENSITY_MAX: u8 = 3;

impl Weather {
    /// Can this be the weather of a city at all?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the field.
    pub fn check(&self) -> Result<(), Refusal> {
        let wrong =
            |field: &str, reason: &str| Refusal::Unusable { field: field.to_owned(), reason: reason.to_owned() };
        if self.intensity > INTENSITY_MAX {
            return Err(wrong("intensity", "is 0 to 3"));
        }
        if !(-900..=700).contains(&self.temperature_dc) {
            return Err(wrong("temperature", "is not of this world"));
        }
        Ok(())
    }
}
