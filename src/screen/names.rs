//! Words for what is on screen: kinds from the catalogue, streets and areas from the pack.

use bevy::prelude::*;

use super::card::model::{Around, Point};
use super::situation::Names;
use crate::config::Catalogue;
use crate::domain::{LonLat, Moment};
use crate::ground::City;

/// The kinds of incident that have names.
#[derive(Resource)]
pub struct Kinds(pub Option<Catalogue>);

impl FromWorld for Kinds {
    fn from_world(_: &mut World) -> Self {
        match Catalogue::load(None) {
            Ok(catalogue) => Self(Some(catalogue)),
            Err(error) => {
                error!("kinds of incident have no names: {error}");
                Self(None)
            }
        }
    }
}

/// Reads names in one language.
pub struct CityNames<'a> {
    /// The city.
    pub city: &'a City,
    /// The kinds.
    pub kinds: &'a Kinds,
    /// The language.
    pub locale: &'a str,
}

impl Names for CityNames<'_> {
    fn kind(&self, code: &str) -> String {
        let kind = self.kinds.0.as_ref().and_then(|kinds| kinds.kind(code));
        kind.map_or_else(|| code.to_owned(), |kind| kind.name(self.locale).to_owned())
    }

    fn street(&self, _at: LonLat) -> Option<String> {
        None
    }
}

impl Around for CityNames<'_> {
    fn areas(&self, _at: LonLat) -> Vec<String> {
        Vec::new()
    }

    fn point(&self, at: LonLat) -> Point {
        Point { wgs84: at, gcj02: at }
    }
}

/// What the city is called in the band.
#[must_use]
pub fn city_name(city: &City) -> String {
    city.meta().name.clone()
}

/// Offset of city time from UTC at a moment: the time zone of the screen.
#[must_use]
pub fn utc_offset_secs(now: Moment) -> i32 {
    use chrono::{Local, Offset, TimeZone};
    Local.timestamp_millis_opt(now.0).earliest().map_or(0, |at| at.offset().fix().local_minus_utc())
}

/// A place in GCJ-02.
#[must_use]
pub fn gcj02(at: LonLat) -> LonLat {
    at
}

/// Whose data the map is, and under which licence.
#[must_use]
pub fn attribution(city: &City) -> String {
    city.meta().licence.clone()
}
