//! What lies under the streets, from the tags and properties of a line: OpenStreetMap's pipelines and cables, and layers of
//! utilities, whose files or fields say what runs in them.

use super::known::{Key, Known};
use super::words::{substance, utility_layer};
use crate::ground::pack::records::Network;

/// Widest pipe, millimetres: beyond it a number is no diameter.
const DIAMETER_MAX_MM: f64 = 10_000.0;
/// A number without a unit below it is in metres: no main is so narrow in millimetres.
const METRES_BELOW: f64 = 10.0;
/// Deepest, metres.
const DEPTH_MAX_M: f64 = 200.0;
/// From so many millimetres on a pipe is a main.
const MAIN_FROM_MM: u16 = 300;

/// What runs in a pipe, as far as it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Runs {
    /// A network of the pack.
    In(Network),
    /// Something of which the pack has no network: heat, oil.
    Elsewhere,
    /// Nobody says.
    Unsaid,
}

/// A pipe's tags, read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PipeTags {
    pub(super) runs: Runs,
    /// Millimetres; 0 where nobody says.
    pub(super) diameter_mm: u16,
    /// Centimetres from the ground to its top; `None` where nobody says.
    pub(super) depth_cm: Option<u16>,
    /// A main, not a branch.
    pub(super) main: bool,
    /// It lies or hangs above the ground.
    pub(super) above: bool,
}

/// The pipe that these tags are of; `layer` is the file's name up to the first dot, empty where that says nothing.
pub(super) fn pipe(tags: &Known, layer: &str) -> Option<PipeTags> {
    let by_layer = utility_layer(layer);
    let cable = tags.get(Key::Power) == "cable";
    if by_layer.is_none() && tags.get(Key::ManMade) != "pipeline" && !cable {
        return None;
    }
    let said = substance(tags.get(Key::Substance));
    let runs = match said {
        Runs::Unsaid if cable => Runs::In(Network::Power),
        Runs::Unsaid => by_layer.unwrap_or(Runs::Unsaid),
        said => said,
    };
    let diameter_mm = diameter_mm(tags.get(Key::Diameter)).unwrap_or_default();
    let usage = tags.get(Key::Usage);
    let main = matches!(usage, "main" | "transmission" | "trunk") || usage.is_empty() && diameter_mm >= MAIN_FROM_MM;
    let above = matches!(tags.get(Key::Location), "overground" | "overhead" | "surface" | "bridge");
    Some(PipeTags { runs, diameter_mm, depth_cm: depth_cm(tags.get(Key::Depth)), main, above })
}

/// How deep the pipes of a network lie where nobody says, in centimetres.
pub(super) const fn usual_depth_cm(network: Network) -> u16 {
    match network {
        Network::Gas => 110,
        Network::Water => 130,
        Network::Drainage => 260,
        Network::Power => 80,
    }
}

/// Millimetres of a diameter as it is written: `300`, `DN300`, `300 mm`, `0.3 m`, `12"`; of several the widest.
fn diameter_mm(text: &str) -> Option<u16> {
    let one = |text: &str| {
        let text = text.trim().to_lowercase();
        let text = text.trim_start_matches(['d', 'n', 'ø', 'φ', ' ']);
        let split = text.find(|c: char| c.is_alphabetic() || c == '"').unwrap_or(text.len());
        let (value, unit) = text.split_at_checked(split)?;
        let value: f64 = value.trim().replace(',', ".").parse().ok()?;
        let mm = match unit.trim() {
            "" if value < METRES_BELOW => value * 1_000.0,
            "" | "mm" => value,
            "cm" => value * 10.0,
            "m" => value * 1_000.0,
            "\"" | "in" | "inch" => value * 25.4,
            _ => return None,
        };
        (1.0..=DIAMETER_MAX_MM).contains(&mm).then_some(mm)
    };
    let widest = text.split(['x', 'X', '*', '×', ';', '/']).filter_map(one).reduce(f64::max)?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    Some(widest.round() as u16)
}

/// Centimetres of a depth in metres, which some write as a height below the ground.
fn depth_cm(text: &str) -> Option<u16> {
    let metres = super::words::metres(text.trim().trim_start_matches('-'))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    (0.0..=DEPTH_MAX_M).contains(&metres).then(|| (metres * 100.0).round() as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(all: &[(&str, &str)]) -> Known {
        let mut known = Known::default();
        for (key, value) in all {
            known.put_text(key, value);
        }
        known
    }

    #[test]
    fn diameters_and_depths_are_read_as_they_are_written() {
        let cases = [
            ("300", 300),
            ("DN300", 300),
            ("dn 400 mm", 400),
            ("0.5", 500),
            ("0.5 m", 500),
            ("12\"", 305),
            ("80cm", 800),
            ("1000x800", 1_000),
            ("φ110", 110),
        ];
        for (text, want) in cases {
            assert_eq!(diameter_mm(text), Some(want), "{text}");
        }
        for text in ["", "wide", "0", "-300", "99999", "3 furlongs"] {
            assert_eq!(diameter_mm(text), None, "{text}");
        }
        assert_eq!([depth_cm("1.25"), depth_cm("-0.8"), depth_cm("80 cm")], [Some(125), Some(80), Some(80)]);
        assert_eq!([depth_cm(""), depth_cm("900"), depth_cm("deep")], [None; 3]);
    }

    #[test]
    fn a_line_is_a_pipe_by_its_tags_or_its_file_and_says_what_runs_in_it() {
        let pipeline =
            |substance: &str| pipe(&tags(&[("man_made", "pipeline"), ("substance", substance)]), "").unwrap();
        assert_eq!(pipeline("natural_gas").runs, Runs::In(Network::Gas));
        assert_eq!(pipeline("wastewater").runs, Runs::In(Network::Drainage));
        assert_eq!((pipeline("hot_water").runs, pipeline("oil").runs), (Runs::Elsewhere, Runs::Elsewhere));
        assert_eq!(pipeline("").runs, Runs::Unsaid);
        let of_file = |layer: &str| pipe(&Known::default(), layer).map(|pipe| pipe.runs);
        assert_eq!(of_file("sewer_mains"), Some(Runs::In(Network::Drainage)));
        assert_eq!(of_file("Water_Pipes"), Some(Runs::In(Network::Water)));
        assert_eq!((of_file("heating_pipes"), of_file("pipes")), (Some(Runs::Elsewhere), Some(Runs::Unsaid)));
        assert_eq!((of_file("water"), of_file("waterway"), of_file("roads")), (None, None, None));
        let cable = pipe(&tags(&[("power", "cable"), ("location", "underground")]), "").unwrap();
        assert_eq!((cable.runs, cable.above), (Runs::In(Network::Power), false));
        assert_eq!(pipe(&tags(&[("power", "line")]), ""), None, "what hangs on towers is no cable");
        let main = pipe(&tags(&[("管径", "DN600"), ("埋深", "2.4"), ("介质", "污水")]), "pipes").unwrap();
        assert_eq!((main.runs, main.diameter_mm, main.depth_cm), (Runs::In(Network::Drainage), 600, Some(240)));
        assert!(main.main && pipe(&tags(&[("location", "overground")]), "pipes").unwrap().above);
    }
}
