//! Words for what is on screen: kinds from the catalogue, streets and areas from the pack.

use std::sync::Arc;

use bevy::prelude::*;

use super::areas::name_of;
use super::card::model::{Around, Point};
use super::card::thing::place_key;
use super::form::{self, Nearby};
use super::shown::Ground;
use super::situation::Names;
use super::vitals::area_record;
use crate::config::Catalogue;
use crate::config::forms::Field;
use crate::domain::rights::Area;
use crate::domain::{LonLat, Moment};
use crate::ground::City;
use crate::ground::city::Named;
use crate::ground::datum::gcj02_from_wgs84;
use crate::ground::pack::records::NameId;

/// The kinds of incident that have names: those of the catalogue in force; `None` until it is read. Written by
/// [`super::catalogue`].
#[derive(Resource, Default)]
pub struct Kinds(pub Option<Catalogue>);

/// How far away a street may be to name a place, metres.
const STREET_WITHIN_M: f64 = 200.0;

/// Indexes the streets beside the screen: until that is done, places have no street.
///
/// # Errors
/// Where no thread can be started.
pub fn index_streets(ground: Res<Ground>) -> Result {
    let city = Arc::clone(&ground.0);
    std::thread::Builder::new().name("hall-streets".into()).spawn(move || city.prepare_lookups())?;
    Ok(())
}

/// Adds what names are read from.
pub fn plugin(app: &mut App) {
    app.init_resource::<Kinds>().add_systems(Startup, index_streets);
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

    fn street(&self, at: LonLat) -> Option<String> {
        if !self.city.lookups_ready() {
            return None;
        }
        let street = self.city.street_near(self.city.frame().metres_from_lonlat(at), STREET_WITHIN_M)?;
        self.named(street.name, street.name_en)
    }
}

impl Around for CityNames<'_> {
    fn areas(&self, at: LonLat) -> Vec<String> {
        let around = self.city.areas_at(self.city.frame().metres_from_lonlat(at));
        let areas = around.into_iter().filter_map(|area| self.city.areas().get(area as usize));
        areas.filter_map(|area| self.named(area.name, area.name_en)).collect()
    }

    fn point(&self, at: LonLat) -> Point {
        Point { wgs84: at, gcj02: gcj02(at) }
    }

    fn form(&self, kind: &str) -> &[Field] {
        let known = self.kinds.0.as_ref().and_then(|kinds| kinds.kind(kind));
        known.map_or(&[], |kind| kind.form.as_slice())
    }

    fn components(&self, at: LonLat, kind: &str) -> Vec<Nearby> {
        form::nearby(self.city, at, kind)
    }
}

impl CityNames<'_> {
    /// The name in the language, or in the other one where it has none.
    #[must_use]
    pub fn named(&self, local: NameId, english: NameId) -> Option<String> {
        self.city.named(local, english, self.locale).map(str::to_owned)
    }
}

impl CityNames<'_> {
    /// The area right below the city that a place is in, by its name.
    #[must_use]
    pub fn district(&self, at: LonLat) -> Option<String> {
        let path = self.city.area_path(self.city.frame().metres_from_lonlat(at));
        let area = self.city.areas().get(*path.get(1)? as usize)?;
        self.named(area.name, area.name_en)
    }

    /// The name of something in the pack, and what it is.
    #[must_use]
    pub fn what(&self, what: Named) -> (String, String) {
        let city = self.city;
        let (name, note) = match what {
            Named::Area(at) => {
                let area = city.areas().get(at as usize);
                (area.and_then(|area| self.named(area.name, area.name_en)), "palette.area")
            }
            Named::Place(at) => {
                let place = city.places().get(at as usize);
                let note = place.map_or("place.other", place_key);
                (place.and_then(|place| self.named(place.name, place.name_en)), note)
            }
            Named::Street(at) => {
                let way = city.ways().get(at as usize);
                (way.and_then(|way| self.named(way.name, way.name_en)), "palette.street")
            }
        };
        (name.unwrap_or_default(), rust_i18n::t!(note).into_owned())
    }
}

/// Names of the areas around a place below the city, at most `most`, in the language of the city itself.
#[must_use]
pub fn area_names(city: &City, at: LonLat, most: usize) -> Vec<&str> {
    city.area_names(at, most)
}

/// What the areas of a path are called in the language, from the largest down; as the path has them where the city does not.
#[must_use]
pub fn area_words(city: &City, path: &str, locale: &str) -> String {
    let as_said = || path.replace('/', " · ");
    let Some(at) = Area::of(path).and_then(|area| area_record(city, &area)) else { return as_said() };
    // The first one is the city itself.
    let way = city.area_ancestors(at).into_iter().skip(1);
    let names = way.map(|area| name_of(city, area, !locale.starts_with("zh"))).collect::<Vec<_>>();
    if names.is_empty() || names.iter().any(String::is_empty) { as_said() } else { names.join(" · ") }
}

/// The area of a place, as rights count by it; `None` outside all areas.
#[must_use]
pub fn area_of(city: &City, at: LonLat) -> Option<Area> {
    city.area_of(at)
}

/// Areas up to this level can be a whole city.
const CITY_LEVEL: u32 = 5;

/// What the city is called in the language: as its pack says, or as the area of that name is called there.
#[must_use]
pub fn city_name(city: &City) -> String {
    let name = &city.meta().name;
    if rust_i18n::locale().starts_with("zh") {
        return name.clone();
    }
    let whole = city.areas().iter().filter(|area| area.level <= CITY_LEVEL && city.name(area.name) == name);
    let foreign = whole.map(|area| city.name(area.name_en)).find(|name| !name.is_empty());
    foreign.unwrap_or(name).to_owned()
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
    gcj02_from_wgs84(at)
}

/// Whose data the map is, and under which licence; an import that was not told says so in its own words.
#[must_use]
pub fn attribution(city: &City) -> String {
    let licence = city.meta().licence.trim();
    if licence.is_empty() || licence.starts_with("not stated") {
        rust_i18n::t!("compass.licence_unknown").into_owned()
    } else {
        rust_i18n::t!("compass.map_data", licence = licence).into_owned()
    }
}
