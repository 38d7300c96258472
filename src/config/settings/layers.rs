//! The layers that a wall can be told to wear, by their names in settings, and the vital signs that colour its map.

use super::keys::{Wrong, one_of};
use crate::config::document::did_you_mean;
use crate::domain::vital::{PREFIX, is_code};

/// Layers that a wall can wear: kinds of sensors that have a scale, and open cases.
pub const LAYERS: [&str; 15] = [
    "temperature",
    "rain",
    "pm25",
    "pm10",
    "noise",
    "water_level",
    "flow",
    "combustible_gas",
    "power_load",
    "manhole_cover",
    "crack_width",
    "tilt",
    "traffic_speed",
    "crowd_count",
    "cases",
];

/// Forms that every layer can have, and those that one alone can have, with its name.
pub const FORMS: [(&str, &str); 5] =
    [("field", ""), ("hexagons", ""), ("areas", ""), ("roads", "traffic_speed"), ("flood", "water_level")];

/// Say no to what is neither `off` nor layers by commas, each with a form that it has after a slash, or `vital:` and the code
/// of a sign. Which signs there are is the hub's to say.
pub(super) fn check(value: &str) -> Result<(), Wrong> {
    if value.trim() == "off" {
        return Ok(());
    }
    for one in value.split(',') {
        if let Some(code) = one.trim().strip_prefix(PREFIX) {
            if !is_code(code) {
                return Err(Wrong {
                    expected: "a vital sign: `vital:` and its code of small letters, digits and hyphens",
                    hint: None,
                });
            }
            continue;
        }
        let (layer, form) = one.trim().split_once('/').map_or((one.trim(), None), |(layer, form)| (layer, Some(form)));
        one_of(layer, &LAYERS, "off, or layers and vital:CODE by commas")?;
        let Some(form) = form else { continue };
        let known = FORMS.iter().filter(|(_, of)| of.is_empty() || *of == layer).map(|(word, _)| *word);
        if !known.clone().any(|word| word == form) {
            return Err(Wrong { expected: "a form that this layer has", hint: did_you_mean(form, known) });
        }
    }
    Ok(())
}
