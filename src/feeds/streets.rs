//! Places by street name.

use std::collections::HashMap;

use crate::domain::LonLat;
use crate::ground::City;

/// Finds a place by the name of a street.
pub trait StreetFinder: Send + Sync {
    /// A point on `street`, the one nearest to the first of `near` (landmarks, crossing streets,
    /// districts) that is known.
    fn find(&self, street: &str, near: &[&str]) -> Option<LonLat>;
}

/// The streets and places of a city by name. Names match without regard to case, spaces and
/// punctuation, by their Chinese part, their English part, or as a whole.
#[derive(Debug)]
pub struct CityStreets {
    frame: crate::ground::frame::LocalFrame,
    streets: HashMap<String, Vec<[f32; 2]>>,
    places: HashMap<String, [f32; 2]>,
}

impl CityStreets {
    /// Index a city.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let mut streets: HashMap<String, Vec<[f32; 2]>> = HashMap::new();
        for way in city.ways() {
            for key in keys(&[city.name(way.name), city.name(way.name_en)]) {
                streets.entry(key).or_default().extend_from_slice(city.points_of(way));
            }
        }
        let mut places = HashMap::new();
        for place in city.places() {
            for key in keys(&[city.name(place.name), city.name(place.name_en)]) {
                places.entry(key).or_insert(place.at);
            }
        }
        Self { frame: *city.frame(), streets, places }
    }

    /// How many names of streets are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.streets.len()
    }

    /// Whether no street has a name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.streets.is_empty()
    }

    fn street(&self, name: &str) -> Option<&[[f32; 2]]> {
        keys(&[name]).iter().find_map(|key| self.streets.get(key)).map(Vec::as_slice)
    }

    /// A landmark, or for a crossing street where it comes nearest.
    fn near(&self, name: &str, street: &[[f32; 2]]) -> Option<[f32; 2]> {
        if let Some(place) = keys(&[name]).iter().find_map(|key| self.places.get(key)) {
            return Some(*place);
        }
        let other = self.street(name)?;
        let stride = other.len().div_ceil(200).max(1);
        other.iter().step_by(stride).copied().min_by(|a, b| distance(street, *a).total_cmp(&distance(street, *b)))
    }
}

impl StreetFinder for CityStreets {
    fn find(&self, street: &str, near: &[&str]) -> Option<LonLat> {
        let points = self.street(street)?;
        let near = near.iter().find_map(|name| self.near(name, points));
        let at = if let Some(near) = near {
            points.iter().copied().min_by(|a, b| squared(*a, near).total_cmp(&squared(*b, near)))?
        } else {
            // The point of the street nearest to its centre.
            let count = points.len() as f32;
            let [east, north] = points.iter().fold([0.0, 0.0], |[e, n], p| [e + p[0] / count, n + p[1] / count]);
            let centre = [east, north];
            points.iter().copied().min_by(|a, b| squared(*a, centre).total_cmp(&squared(*b, centre)))?
        };
        Some(self.frame.lonlat_from_metres(at.map(f64::from)))
    }
}

fn squared(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)
}

fn distance(points: &[[f32; 2]], to: [f32; 2]) -> f32 {
    let stride = points.len().div_ceil(200).max(1);
    points.iter().step_by(stride).map(|p| squared(*p, to)).fold(f32::INFINITY, f32::min)
}

/// The keys of names: each as a whole, its part in Latin letters and its other part.
fn keys(names: &[&str]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    for name in names {
        let letters = || name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        let whole: String = letters().collect();
        let latin: String = letters().filter(|c| (*c as u32) < 0x250).collect();
        let other: String = letters().filter(|c| (*c as u32) >= 0x250).collect();
        for key in [whole, latin, other] {
            // One letter or digit names nothing.
            if key.chars().count() > 1 && !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}
