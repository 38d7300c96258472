//! What an object is, from its tags: OpenStreetMap's own; [`tiles`] has those of map tiles and plain outlines.

mod tiles;

pub(super) use tiles::feature;

use super::known::{Key, Known};
use super::pipes::{PipeTags, pipe};
use super::words::{metres, storeys};
use crate::ground::pack::records::{BuildingClass, Paint, PlaceKind};

/// The shape an object has in the pack, if any.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape {
    Building(BuildingTags),
    Fill(Paint),
    Way(WayTags),
    Boundary { level: u8 },
    BoundaryLine,
    Coast,
    Pipe(PipeTags),
}

/// A building's tags, read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BuildingTags {
    pub(super) class: BuildingClass,
    pub(super) part: bool,
    pub(super) top_m: Option<f64>,
    pub(super) foot_m: f64,
    pub(super) levels: u8,
}

/// A way's tags, read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WayTags {
    pub(super) class: Paint,
    pub(super) flags: u8,
    pub(super) width_cm: u16,
}

/// What an object is: a shape, a place, both, or neither.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Found {
    pub(super) shape: Option<Shape>,
    pub(super) place: Option<(PlaceKind, u8)>,
}

/// Classify an object with OpenStreetMap tags.
pub(super) fn osm(tags: &Known) -> Found {
    if tags.is_empty() {
        return Found::default();
    }
    Found { shape: osm_shape(tags), place: osm_place(tags) }
}

fn osm_shape(tags: &Known) -> Option<Shape> {
    if tags.yes(Key::BuildingPart) || tags.yes(Key::Building) {
        return Some(Shape::Building(building(tags)));
    }
    if tags.has(Key::Highway) {
        return road(tags, tags.get(Key::Highway));
    }
    if tags.has(Key::Railway) {
        return rail(tags, tags.get(Key::Railway));
    }
    if tags.has(Key::Waterway) {
        return match tags.get(Key::Waterway) {
            "riverbank" | "dock" => Some(Shape::Fill(Paint::Water)),
            kind => stream(tags, kind),
        };
    }
    if let Some(pipe) = pipe(tags, "") {
        return Some(Shape::Pipe(pipe));
    }
    if tags.get(Key::Boundary) == "administrative" {
        let level = tags.get(Key::AdminLevel).parse::<u8>().ok().filter(|l| (2..=12).contains(l));
        return level.map(|level| Shape::Boundary { level });
    }
    let paint = match (tags.get(Key::Natural), tags.get(Key::Landuse), tags.get(Key::Leisure)) {
        ("coastline", ..) => return Some(Shape::Coast),
        ("water" | "bay", ..) | (_, "reservoir" | "basin", _) => Paint::Water,
        ("wood" | "scrub" | "grassland" | "heath" | "wetland" | "fell", ..)
        | (
            _,
            "forest" | "grass" | "meadow" | "village_green" | "recreation_ground" | "cemetery" | "orchard" | "vineyard"
            | "allotments" | "farmland" | "plant_nursery" | "flowerbed",
            _,
        )
        | (_, _, "park" | "garden" | "golf_course" | "nature_reserve" | "pitch" | "playground" | "dog_park") => {
            Paint::Green
        }
        ("sand" | "beach" | "bare_rock" | "scree" | "shingle" | "rock" | "mud", ..)
        | (_, "quarry" | "landfill" | "brownfield" | "construction", _) => Paint::Bare,
        (_, "residential" | "commercial" | "retail" | "industrial" | "railway" | "military" | "education", _) => {
            Paint::Land
        }
        (_, _, "swimming_pool") => Paint::Water,
        _ => match (tags.get(Key::Amenity), tags.get(Key::ManMade), tags.get(Key::Aeroway)) {
            ("parking", ..) | (_, "pier" | "breakwater", _) | (_, _, "apron" | "runway" | "taxiway" | "helipad") => {
                Paint::Paved
            }
            ("school" | "university" | "college" | "hospital" | "kindergarten", ..) => Paint::Land,
            _ if tags.get(Key::Place) == "square" => Paint::Paved,
            _ => return None,
        },
    };
    Some(Shape::Fill(paint))
}

fn building(tags: &Known) -> BuildingTags {
    let part = tags.yes(Key::BuildingPart);
    let kind = if tags.yes(Key::Building) { tags.get(Key::Building) } else { tags.get(Key::BuildingPart) };
    let kind = if matches!(kind, "" | "yes") { tags.get(Key::Amenity) } else { kind };
    let levels = storeys(tags.get(Key::BuildingLevels));
    let from_levels = levels.filter(|l| *l > 0.0).map(|l| l * 3.2 + if part { 0.0 } else { 0.8 });
    let foot = metres(tags.get(Key::MinHeight)).or_else(|| storeys(tags.get(Key::MinLevel)).map(|l| l * 3.2));
    let top_m = metres(tags.get(Key::Height)).filter(|h| *h > 0.0).or(from_levels).map(|h| h.min(2_000.0));
    let foot_m = foot.unwrap_or(0.0).clamp(0.0, 2_000.0);
    BuildingTags { class: building_class(kind), part, top_m, foot_m, levels: small(levels.unwrap_or(0.0)) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
fn small(v: f64) -> u8 {
    v.round() as u8
}

fn building_class(kind: &str) -> BuildingClass {
    match kind {
        "apartments" | "residential" | "house" | "detached" | "semidetached_house" | "terrace" | "dormitory"
        | "bungalow" | "cabin" | "static_caravan" | "farm" | "houseboat" | "villa" => BuildingClass::Residential,
        "commercial" | "office" | "retail" | "hotel" | "supermarket" | "shop" | "mall" | "bank" | "restaurant"
        | "kiosk_mall" | "marketplace" | "cinema" | "theatre" => BuildingClass::Commercial,
        "industrial" | "warehouse" | "factory" | "manufacture" | "storage_tank" | "silo" | "hangar" | "depot" => {
            BuildingClass::Industrial
        }
        "school" | "university" | "college" | "kindergarten" | "hospital" | "clinic" | "government" | "public"
        | "civic" | "church" | "cathedral" | "chapel" | "temple" | "mosque" | "shrine" | "train_station"
        | "station" | "fire_station" | "police" | "museum" | "library" | "townhall" | "stadium" | "sports_hall"
        | "place_of_worship" | "transportation" => BuildingClass::Public,
        "garage" | "garages" | "shed" | "roof" | "hut" | "kiosk" | "carport" | "greenhouse" | "toilets" | "service"
        | "shelter" | "container" | "barn" | "stable" | "sty" | "cowshed" | "outbuilding" | "parking" => {
            BuildingClass::Minor
        }
        _ => BuildingClass::Unknown,
    }
}

/// Class, full width in metres and whether cars may use it, by OpenStreetMap's `highway`.
fn highway(kind: &str) -> Option<(Paint, f64, bool)> {
    Some(match kind {
        "motorway" => (Paint::Motorway, 11.0, true),
        "motorway_link" => (Paint::Motorway, 6.0, true),
        "trunk" => (Paint::Trunk, 10.0, true),
        "trunk_link" => (Paint::Trunk, 6.0, true),
        "primary" => (Paint::Primary, 9.5, true),
        "primary_link" => (Paint::Primary, 5.5, true),
        "secondary" => (Paint::Secondary, 8.5, true),
        "secondary_link" => (Paint::Secondary, 5.5, true),
        "tertiary" => (Paint::Tertiary, 7.5, true),
        "tertiary_link" => (Paint::Tertiary, 5.0, true),
        "residential" | "unclassified" | "living_street" | "road" | "minor" | "busway" => (Paint::Street, 6.0, true),
        "service" | "raceway" => (Paint::Service, 3.6, true),
        "track" => (Paint::Service, 2.8, true),
        "pedestrian" => (Paint::Path, 4.0, false),
        "footway" | "path" | "steps" | "cycleway" | "bridleway" | "corridor" | "crossing" => (Paint::Path, 1.8, false),
        _ => return None,
    })
}

fn road(tags: &Known, kind: &str) -> Option<Shape> {
    let (class, width, cars) = highway(kind)?;
    if tags.yes(Key::Area) && class == Paint::Path {
        return Some(Shape::Fill(Paint::Paved));
    }
    let lanes = storeys(tags.get(Key::Lanes)).filter(|l| (1.0..=14.0).contains(l));
    let width = lanes.map_or(width, |l| (l * 3.1).max(width * 0.6));
    let mut flags = level_flags(tags);
    let roundabout = matches!(tags.get(Key::Junction), "roundabout" | "circular");
    let motorway = kind == "motorway" || kind == "motorway_link";
    match tags.get(Key::Oneway) {
        "yes" | "1" | "1.0" | "true" => flags |= 1,
        "-1" => flags |= 1 | BACKWARDS,
        "" if roundabout || motorway => flags |= 1,
        _ => {}
    }
    if !cars || tags.get(Key::MotorVehicle) == "no" {
        flags |= 8;
    }
    Some(Shape::Way(WayTags { class, flags, width_cm: centimetres(width) }))
}

/// Set while importing where a way must be turned round; never written.
pub(super) const BACKWARDS: u8 = 128;

fn level_flags(tags: &Known) -> u8 {
    let bridge = tags.yes(Key::Bridge) || tags.yes(Key::IsBridge) || tags.get(Key::Brunnel) == "bridge";
    let tunnel = tags.yes(Key::Tunnel) || tags.yes(Key::IsTunnel) || tags.get(Key::Brunnel) == "tunnel";
    u8::from(bridge) << 1 | u8::from(tunnel) << 2
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
fn centimetres(m: f64) -> u16 {
    (m * 100.0).round() as u16
}

fn rail(tags: &Known, kind: &str) -> Option<Shape> {
    let width = match kind {
        "rail" | "subway" | "light_rail" | "monorail" | "narrow_gauge" | "transit" => 3.0,
        "tram" | "funicular" | "preserved" => 2.0,
        _ => return None,
    };
    let mut flags = level_flags(tags) | 8;
    if kind == "subway" && flags & 2 == 0 || tags.get(Key::Location) == "underground" {
        flags |= 4;
    }
    Some(Shape::Way(WayTags { class: Paint::Rail, flags, width_cm: centimetres(width) }))
}

fn stream(tags: &Known, kind: &str) -> Option<Shape> {
    let width = match kind {
        "river" => 12.0,
        "canal" => 8.0,
        "stream" | "tidal_channel" => 2.5,
        "drain" | "ditch" => 1.6,
        _ => return None,
    };
    let flags = level_flags(tags) | 8;
    let width_cm = if flags & 4 != 0 { 0 } else { centimetres(width) };
    Some(Shape::Way(WayTags { class: Paint::Stream, flags, width_cm }))
}

fn osm_place(tags: &Known) -> Option<(PlaceKind, u8)> {
    if tags.has(Key::Place)
        && let Some(found) = settlement(tags.get(Key::Place))
    {
        return Some(found);
    }
    if tags.get(Key::Emergency) == "assembly_point" {
        return Some((PlaceKind::Shelter, 130));
    }
    if let Some(found) = poi(tags.get(Key::Amenity)) {
        return Some(found);
    }
    if matches!(tags.get(Key::Railway), "station" | "halt") || tags.get(Key::PublicTransport) == "station" {
        return Some((PlaceKind::Station, 50));
    }
    match (tags.get(Key::Leisure), tags.get(Key::Natural)) {
        ("park" | "nature_reserve", _) => return named(tags, PlaceKind::Park, 80),
        (_, "peak" | "cape" | "volcano") => return named(tags, PlaceKind::Natural, 110),
        (_, "water" | "bay" | "strait") => return named(tags, PlaceKind::WaterName, 90),
        _ => {}
    }
    let other = tags.has(Key::Amenity) || tags.has(Key::Leisure) || tags.has(Key::ManMade) || tags.has(Key::Aeroway);
    if other && !tags.has(Key::Highway) { named(tags, PlaceKind::Other, 200) } else { None }
}

fn named(tags: &Known, kind: PlaceKind, rank: u8) -> Option<(PlaceKind, u8)> {
    (tags.has(Key::Name) || tags.has(Key::NameZh) || tags.has(Key::NameEn)).then_some((kind, rank))
}

fn settlement(kind: &str) -> Option<(PlaceKind, u8)> {
    Some(match kind {
        "city" => (PlaceKind::City, 0),
        "town" => (PlaceKind::City, 8),
        "borough" | "district" | "county" | "macrohood" => (PlaceKind::District, 10),
        "suburb" => (PlaceKind::District, 20),
        "quarter" => (PlaceKind::Quarter, 30),
        "neighbourhood" | "village" => (PlaceKind::Quarter, 45),
        "hamlet" | "locality" | "square" | "city_block" | "isolated_dwelling" => (PlaceKind::Quarter, 120),
        "island" | "islet" => (PlaceKind::Natural, 60),
        _ => return None,
    })
}

fn poi(kind: &str) -> Option<(PlaceKind, u8)> {
    Some(match kind {
        "hospital" => (PlaceKind::Hospital, 70),
        "clinic" | "doctors" => (PlaceKind::Hospital, 140),
        "fire_station" => (PlaceKind::FireStation, 75),
        "police" => (PlaceKind::Police, 75),
        "university" | "college" => (PlaceKind::School, 80),
        "school" => (PlaceKind::School, 100),
        "kindergarten" => (PlaceKind::School, 160),
        "shelter" => (PlaceKind::Shelter, 170),
        "fuel" => (PlaceKind::Fuel, 150),
        "toilets" => (PlaceKind::Toilet, 220),
        "parking" => (PlaceKind::Parking, 210),
        "bus_station" => (PlaceKind::Station, 90),
        _ => return None,
    })
}
