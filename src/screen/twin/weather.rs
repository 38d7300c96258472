//! What the weather does to the picture: numbers from 0 to 1 that the light, the fog and the shaders blend by.

use bevy::prelude::*;

use crate::domain::{Sky, Weather};
use crate::screen::shown::Shown;

/// The weather of the picture: as the hub tells it, or fixed (pictures).
#[derive(Resource, Debug, Clone, Copy, Default)]
pub struct Outdoors {
    /// Where set, the weather is this, whatever the hub says.
    pub fixed: Option<Weather>,
}

impl Outdoors {
    /// The weather that is shown.
    #[must_use]
    pub fn now(&self, shown: &Shown) -> Weather {
        self.fixed.or_else(|| shown.hall.weather()).unwrap_or_default()
    }
}

/// Shares from 0 (none) to 1 (all of it).
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Air {
    /// How closed the clouds are.
    pub cloud: f32,
    /// How thick the fog is.
    pub fog: f32,
    /// How hard it rains.
    pub rain: f32,
    /// How hard it snows.
    pub snow: f32,
    /// How white roofs and ground lie.
    pub white: f32,
    /// How wet streets are.
    pub wet: f32,
}

impl Air {
    /// The air of a weather.
    #[must_use]
    pub fn of(weather: Weather) -> Self {
        let much = f32::from(weather.intensity.clamp(1, 3)) / 3.0;
        let clear = Self::default();
        match weather.sky {
            Sky::Clear => clear,
            Sky::Cloudy => Self { cloud: 0.4, ..clear },
            Sky::Overcast => Self { cloud: 0.9, fog: 0.06, ..clear },
            Sky::Fog => Self { cloud: 0.7, fog: 0.55 + 0.45 * much, wet: 0.2, ..clear },
            Sky::Rain => {
                Self { cloud: 0.75 + 0.25 * much, fog: 0.1 + 0.2 * much, rain: much, wet: 0.6 + 0.4 * much, ..clear }
            }
            Sky::Snow => {
                Self { cloud: 0.8, fog: 0.12 + 0.25 * much, snow: much, white: 0.45 + 0.5 * much, wet: 0.7, ..clear }
            }
        }
    }
}

/// Reads `clear`, `rain` or, with how much from 1 (light) to 3 (heavy), `snow:3`; 2 where it is left out.
///
/// # Errors
/// What would fit, in words.
pub fn from_words(text: &str) -> Result<Weather, String> {
    let (word, much) = text.split_once(':').unwrap_or((text, "2"));
    let words = ["clear", "cloudy", "overcast", "fog", "rain", "snow"];
    let sky = words.iter().zip(Sky::ALL).find(|(known, _)| **known == word).map(|(_, sky)| sky);
    let intensity = much.parse::<u8>().ok().filter(|much| (1..=3).contains(much));
    match (sky, intensity) {
        (Some(sky), Some(intensity)) => Ok(Weather { sky, intensity, ..Weather::default() }),
        (None, _) => Err(format!("`{word}` is none of {}", words.join(", "))),
        (_, None) => Err(format!("`{much}` is none of 1 (light), 2, 3 (heavy)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weather_is_read_from_a_word_and_how_much() {
        assert_eq!(from_words("rain").unwrap(), Weather { sky: Sky::Rain, intensity: 2, ..Weather::default() });
        assert_eq!(from_words("snow:3").unwrap().intensity, 3);
        for bad in ["", "hail", "rain:0", "rain:4", "rain:x"] {
            assert!(from_words(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn more_of_it_is_seen_as_more() {
        for sky in [Sky::Fog, Sky::Rain, Sky::Snow] {
            let fogs = [1, 2, 3].map(|intensity| Air::of(Weather { sky, intensity, ..Weather::default() }).fog);
            assert!(fogs.is_sorted() && fogs[0] < fogs[2], "{sky:?}: {fogs:?}");
        }
    }
}
