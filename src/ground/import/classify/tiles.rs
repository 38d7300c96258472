//! What a feature of map tiles is: OpenMapTiles' and Tilezen's properties, and plain outlines by their file's name.

use super::{
    BuildingTags, Found, Shape, building, building_class, highway, named, osm, pipe, poi, rail, road, settlement,
    stream,
};
use crate::ground::import::known::{Key, Known};
use crate::ground::pack::records::{Paint, PlaceKind};

/// Classify a GeoJSON feature; `layer` is the file's name up to the first dot.
pub(in crate::ground::import) fn feature(tags: &Known, layer: &str) -> Found {
    if tags.has(Key::Building) || tags.has(Key::BuildingPart) || tags.has(Key::Highway) || tags.has(Key::Waterway) {
        return osm(tags);
    }
    if let Some(pipe) = pipe(tags, layer) {
        return shape(Shape::Pipe(pipe));
    }
    if tags.has(Key::Kind) {
        return tilezen(tags, layer);
    }
    if tags.has(Key::Adcode) {
        let level = match tags.get(Key::Level) {
            "country" => 2,
            "province" => 4,
            "city" => 5,
            "street" | "town" => 8,
            _ => 6,
        };
        return shape(Shape::Boundary { level });
    }
    if let Some(found) = openmaptiles(tags, layer) {
        return found;
    }
    let found = osm(tags);
    if found != Found::default() {
        return found;
    }
    // plain outlines whose file says what they are
    let about = |words: &[&str]| words.iter().any(|w| layer.contains(w));
    if about(&["building", "jianzhu"]) {
        return shape(Shape::Building(building(tags)));
    }
    if about(&["district", "boundary", "boundaries", "area", "admin"]) {
        return shape(Shape::Boundary { level: tags.get(Key::AdminLevel).parse().unwrap_or(6) });
    }
    Found::default()
}

fn shape(shape: Shape) -> Found {
    Found { shape: Some(shape), place: None }
}

fn place(kind: PlaceKind, rank: u8) -> Found {
    Found { shape: None, place: Some((kind, rank)) }
}

fn openmaptiles(tags: &Known, layer: &str) -> Option<Found> {
    let class = tags.get(Key::Class);
    let found = match layer {
        "building" => shape(Shape::Building(building(tags))),
        "water" => shape(Shape::Fill(Paint::Water)),
        "waterway" => Found { shape: stream(tags, class), place: None },
        "water_name" => named(tags, PlaceKind::WaterName, if class == "ocean" || class == "sea" { 40 } else { 90 })
            .map_or(Found::default(), |(kind, rank)| place(kind, rank)),
        "landcover" => match class {
            "wood" | "grass" | "farmland" | "wetland" => shape(Shape::Fill(Paint::Green)),
            "sand" | "rock" | "ice" => shape(Shape::Fill(Paint::Bare)),
            _ => Found::default(),
        },
        "landuse" => match class {
            "pitch" | "playground" | "cemetery" | "zoo" | "track" | "stadium" => shape(Shape::Fill(Paint::Green)),
            "quarry" | "dam" => shape(Shape::Fill(Paint::Bare)),
            "bus_station" => shape(Shape::Fill(Paint::Paved)),
            "" => Found::default(),
            _ => shape(Shape::Fill(Paint::Land)),
        },
        "park" => Found { shape: Some(Shape::Fill(Paint::Green)), place: named(tags, PlaceKind::Park, 80) },
        "aeroway" => match class {
            "runway" | "taxiway" | "apron" | "helipad" => shape(Shape::Fill(Paint::Paved)),
            _ => Found::default(),
        },
        "aerodrome_label" => named(tags, PlaceKind::Station, 35).map_or(Found::default(), |(k, r)| place(k, r)),
        "mountain_peak" => named(tags, PlaceKind::Natural, 110).map_or(Found::default(), |(k, r)| place(k, r)),
        "place" => settlement(class).map_or(Found::default(), |(k, r)| place(k, r)),
        "poi" => poi_class(tags, class),
        "boundary" => shape(Shape::BoundaryLine),
        // house numbers are for addresses, which come later
        "housenumber" | "transportation_name" => Found::default(),
        "transportation" | "transportation_main" => {
            let found = if class.ends_with("_construction") {
                None
            } else {
                match class {
                    "rail" | "subway" | "tram" | "light_rail" | "transit" | "funicular" => {
                        rail(tags, if class == "transit" { "subway" } else { class })
                    }
                    "motorway" | "trunk" | "primary" | "secondary" | "tertiary" | "minor" | "service" | "track"
                    | "path" | "pedestrian" | "corridor" | "raceway" | "busway" => road(tags, class),
                    _ => match class.strip_suffix("_link") {
                        Some(_) => road(tags, class),
                        None => None,
                    },
                }
            };
            Found { shape: found, place: None }
        }
        _ => return None,
    };
    Some(found)
}

fn poi_class(tags: &Known, class: &str) -> Found {
    let sub = tags.get(Key::Subclass);
    let found = poi(sub).or_else(|| match class {
        "toilets" => Some((PlaceKind::Toilet, 220)),
        "railway" if matches!(sub, "station" | "halt" | "subway" | "tram_stop") => Some((PlaceKind::Station, 50)),
        "park" => named(tags, PlaceKind::Park, 80),
        _ => poi(class),
    });
    found.or_else(|| named(tags, PlaceKind::Other, 200)).map_or(Found::default(), |(k, r)| place(k, r))
}

fn tilezen(tags: &Known, layer: &str) -> Found {
    let (kind, detail) = (tags.get(Key::Kind), tags.get(Key::KindDetail));
    match layer {
        "buildings" | "building" => match kind {
            "building" | "building_part" => {
                let tags =
                    BuildingTags { part: kind == "building_part", class: building_class(detail), ..building(tags) };
                shape(Shape::Building(tags))
            }
            _ => Found::default(),
        },
        "roads" => {
            let found = match kind {
                "rail" => rail(tags, detail),
                "path" => road(tags, if highway(detail).is_some() { detail } else { "path" }),
                "highway" | "major_road" | "minor_road" => {
                    road(tags, if highway(detail).is_some() { detail } else { "residential" })
                }
                _ => None,
            };
            Found { shape: found, place: None }
        }
        "water" => match kind {
            "river" | "canal" | "stream" | "drain" | "ditch" if tags.yes(Key::Boundary) => Found::default(),
            _ => Found {
                shape: stream(tags, kind).or(Some(Shape::Fill(Paint::Water))),
                place: named(tags, PlaceKind::WaterName, 90),
            },
        },
        "landuse" => {
            let paint = match kind {
                "park" | "grass" | "garden" | "forest" | "wood" | "natural_wood" | "recreation_ground" | "meadow"
                | "pitch" | "cemetery" | "golf_course" | "nature_reserve" | "playground" | "scrub"
                | "village_green" | "farmland" => Paint::Green,
                "pedestrian" | "pier" | "footway" | "parking" | "bridge" => Paint::Paved,
                "beach" | "sand" | "quarry" | "bare_rock" => Paint::Bare,
                "residential" | "commercial" | "retail" | "industrial" | "school" | "university" | "hospital"
                | "railway" | "urban_area" | "attraction" => Paint::Land,
                _ => return Found::default(),
            };
            shape(Shape::Fill(paint))
        }
        "earth" => shape(Shape::Fill(Paint::Land)),
        "boundaries" => shape(Shape::BoundaryLine),
        "places" => settlement(kind).map_or(Found::default(), |(k, r)| place(k, r)),
        "transit" => match kind {
            "station" => named(tags, PlaceKind::Station, 50).map_or(Found::default(), |(k, r)| place(k, r)),
            _ => Found::default(),
        },
        "pois" => {
            let found = poi(kind).or_else(|| match kind {
                "station" => named(tags, PlaceKind::Station, 50),
                "park" => named(tags, PlaceKind::Park, 80),
                _ => named(tags, PlaceKind::Other, 200),
            });
            found.map_or(Found::default(), |(k, r)| place(k, r))
        }
        // one file of all layers, or buildings alone as some downloads have them
        _ if kind == "building" || kind == "building_part" => {
            let tags = BuildingTags { part: kind == "building_part", class: building_class(detail), ..building(tags) };
            shape(Shape::Building(tags))
        }
        _ => Found::default(),
    }
}
