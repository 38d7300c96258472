//! The layers that a wall can be told to wear, by their names in settings, and the vital signs that colour its map.

use super::keys::{Wrong, one_of};
use crate::config::document::did_you_mean;
use crate::domain::SensorKind;
use crate::domain::sensor::{Gist, Spell};
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

/// Which cases count: those that are open, or all that were reported in the last 24 hours or seven days.
pub const CASES: [&str; 3] = ["open", "day", "week"];

/// Say no to what is neither `off` nor layers by commas, each with a form that it has after a slash and a window of time
/// that it tells of after an `@`, or `vital:` and the code of a sign. Which signs there are is the hub's to say.
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
        let (layer, form, window) = parts(one);
        one_of(layer, &LAYERS, "off, or layers and vital:CODE by commas")?;
        if let Some(form) = form {
            let known = FORMS.iter().filter(|(_, of)| of.is_empty() || *of == layer).map(|(word, _)| *word);
            if !known.clone().any(|word| word == form) {
                return Err(Wrong { expected: "a form that this layer has", hint: did_you_mean(form, known) });
            }
        }
        if let Some(window) = window {
            check_window(layer, window)?;
        }
    }
    Ok(())
}

/// The layer of one that a wall can wear, its form and its window of time.
#[must_use]
pub fn parts(one: &str) -> (&str, Option<&str>, Option<&str>) {
    let (shown, window) = parted(one.trim(), '@');
    let (layer, form) = parted(shown, '/');
    (layer, form, window)
}

/// What stands before a mark, and what after it where it is there.
fn parted(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn check_window(layer: &str, window: &str) -> Result<(), Wrong> {
    if let (window, Some(form)) = parted(window, '/') {
        let hint = format!("the form stands before the window: `{layer}/{form}@{window}`");
        return Err(Wrong { expected: "a layer, its form and its window", hint: Some(hint) });
    }
    let Some(kind) = SensorKind::of_word(layer) else {
        return one_of(window, &CASES, "which cases count, after `@`: open, day or week");
    };
    let (spell, gist) = parted(window, '-');
    let spells = Spell::ALL.map(Spell::word);
    if !spells.contains(&spell) {
        let expected = "a window of time after `@`: hour, today or day, such as rain@day or pm25@hour-highest";
        return Err(Wrong { expected, hint: did_you_mean(spell, spells) });
    }
    let gists = Gist::of(kind).iter().map(|gist| gist.word());
    match gist {
        Some(gist) if !gists.clone().any(|word| word == gist) => {
            Err(Wrong { expected: "what this layer tells of a window", hint: did_you_mean(gist, gists) })
        }
        _ => Ok(()),
    }
}
