//! Cards of buildings and places, read from the pack.

use rust_i18n::t;

use super::model::{Around, ThingCard};
use crate::domain::LonLat;
use crate::ground::City;
use crate::ground::city::place_kind;
use crate::ground::pack::records::{Building, BuildingClass, Component, NameId, Place, PlaceKind};
use crate::screen::names::CityNames;
use crate::screen::shown::Target;
use crate::screen::situation::Names;

/// The card of a building or place; `None` where the pack has no such thing.
#[must_use]
pub fn thing_card(target: Target, names: &CityNames<'_>) -> Option<ThingCard> {
    let at = metres_of(target, names.city).map(|at| names.city.frame().lonlat_from_metres(at));
    let mut card = match target {
        Target::Building(number) => building_card(names.city.buildings().get(number as usize)?, names),
        Target::Place(number) => place_card(names.city.places().get(number as usize)?, names),
        Target::Component(number) => component_card(names.city.components().get(number as usize)?, names),
        Target::Incident(_) | Target::Crew(_) | Target::Area(_) => return None,
    };
    if let Some(at) = at.and_then(|at| LonLat::new(at.lon, at.lat)) {
        card.rows.extend(names.street(at).map(|street| ("card.street", street)));
        card.areas = names.areas(at);
        card.point = Some(names.point(at));
    }
    Some(card)
}

/// Metres east and north of a building's or place's middle.
#[must_use]
pub fn metres_of(target: Target, city: &City) -> Option<[f64; 2]> {
    match target {
        Target::Incident(_) | Target::Crew(_) => None,
        Target::Component(number) => city.components().get(number as usize).map(|one| one.at.map(f64::from)),
        Target::Area(number) => city.areas().get(number as usize).map(|area| area.label.map(f64::from)),
        Target::Place(number) => city.places().get(number as usize).map(|place| place.at.map(f64::from)),
        Target::Building(number) => {
            let rings = city.footprint(number);
            let outer = rings.first()?;
            let first = *outer.first()?;
            let (min, max) = outer.iter().fold((first, first), |(min, max), p| {
                ([min[0].min(p[0]), min[1].min(p[1])], [max[0].max(p[0]), max[1].max(p[1])])
            });
            Some([f64::midpoint(min[0], max[0]), f64::midpoint(min[1], max[1])])
        }
    }
}

fn building_card(building: &Building, names: &CityNames<'_>) -> ThingCard {
    let metres = |decimetres: u16| format!("{:.1}", f64::from(decimetres) / 10.0);
    let guessed = building.flags & 1 != 0;
    let key = if guessed { "card.height_default" } else { "card.height_value" };
    let mut rows = vec![("card.height", t!(key, metres = metres(building.top_dm)).into_owned())];
    if building.foot_dm > 0 {
        rows.push(("card.foot", t!("card.height_value", metres = metres(building.foot_dm)).into_owned()));
    }
    if building.levels > 0 {
        rows.push(("card.levels", building.levels.to_string()));
    }
    push_source(&mut rows, building.source_id);
    let what = if building.flags & 2 != 0 { "thing.building_part" } else { class_key(building.class) };
    ThingCard { name: name(names, building.name, 0), what, rows, ..Default::default() }
}

fn component_card(component: &Component, names: &CityNames<'_>) -> ThingCard {
    // behind a 1 the catalogue has the classes of components
    let kind = format!("1{:04}", component.code);
    let rows = vec![("card.component_id", names.city.component_id(component)), ("card.class", kind.clone())];
    ThingCard { name: Some(names.kind(&kind)), what: "thing.component", rows, ..Default::default() }
}

fn place_card(place: &Place, names: &CityNames<'_>) -> ThingCard {
    let mut rows = Vec::new();
    push_source(&mut rows, place.source_id);
    ThingCard { name: name(names, place.name, place.name_en), what: place_key(place), rows, ..Default::default() }
}

/// Key of what a place is.
#[must_use]
pub fn place_key(place: &Place) -> &'static str {
    match place_kind(place) {
        PlaceKind::City => "place.city",
        PlaceKind::District => "place.district",
        PlaceKind::Quarter => "place.quarter",
        PlaceKind::Hospital => "place.hospital",
        PlaceKind::FireStation => "place.fire_station",
        PlaceKind::Police => "place.police",
        PlaceKind::School => "place.school",
        PlaceKind::Shelter => "place.shelter",
        PlaceKind::Fuel => "place.fuel",
        PlaceKind::Toilet => "place.toilet",
        PlaceKind::Parking => "place.parking",
        PlaceKind::Station => "place.station",
        PlaceKind::Park => "place.park",
        PlaceKind::WaterName => "place.water",
        PlaceKind::Natural => "place.natural",
        PlaceKind::Other => "place.other",
    }
}

fn push_source(rows: &mut Vec<(&'static str, String)>, source_id: i64) {
    if source_id != 0 {
        rows.push(("card.source_id", source_id.to_string()));
    }
}

/// Chinese name, with the English one beside it where there is another.
fn name(names: &CityNames<'_>, local: NameId, english: NameId) -> Option<String> {
    let (local, english) = (names.city.name(local), names.city.name(english));
    let (first, second) = if names.locale.starts_with("zh") { (local, english) } else { (english, local) };
    match (first.is_empty(), second.is_empty() || first == second) {
        (false, false) => Some(format!("{first}  {second}")),
        (false, true) => Some(first.to_owned()),
        (true, false) => Some(second.to_owned()),
        (true, true) => None,
    }
}

fn class_key(class: u8) -> &'static str {
    const KEYS: [(BuildingClass, &str); 5] = [
        (BuildingClass::Residential, "thing.residential"),
        (BuildingClass::Commercial, "thing.commercial"),
        (BuildingClass::Industrial, "thing.industrial"),
        (BuildingClass::Public, "thing.public"),
        (BuildingClass::Minor, "thing.minor"),
    ];
    KEYS.iter().find(|(known, _)| *known as u8 == class).map_or("thing.building", |(_, key)| key)
}
