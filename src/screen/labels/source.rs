//! The names of a city, from its pack.

use std::collections::HashMap;

use super::model::{Label, LabelKind, Labels, PlaceOrder, depths_of_area, depths_of_place, depths_of_road};
use crate::ground::City;
use crate::ground::pack::records::{Paint, Way};

/// Metres along the squares in which a road is named once.
const ROAD_SQUARE: f32 = 700.0;

/// Collect all names of a city.
pub(super) fn labels_of(city: &City) -> Labels {
    let mut all = Vec::new();
    places(city, &mut all);
    areas(city, &mut all);
    roads(city, &mut all);
    Labels::new(all)
}

fn places(city: &City, all: &mut Vec<Label>) {
    for (i, place) in (0..).zip(city.places()) {
        let name = city.name(place.name);
        if name.is_empty() {
            continue;
        }
        let kind = PlaceOrder(u8::try_from(place.kind).unwrap_or(u8::MAX));
        all.push(Label {
            at: place.at.map(f64::from),
            name: name.into(),
            name_en: city.name(place.name_en).into(),
            kind: LabelKind::Place(kind),
            place: Some(i),
            near_far: depths_of_place(kind),
            weight: place.rank,
            along: None,
        });
    }
}

fn areas(city: &City, all: &mut Vec<Label>) {
    for area in city.areas() {
        let name = city.name(area.name);
        if name.is_empty() {
            continue;
        }
        let level = u8::try_from(area.level).unwrap_or(u8::MAX);
        all.push(Label {
            at: area.label.map(f64::from),
            name: name.into(),
            name_en: city.name(area.name_en).into(),
            kind: LabelKind::Area(level),
            place: None,
            near_far: depths_of_area(level),
            weight: area.level,
            along: None,
        });
    }
}

/// The pieces of one road in one square.
struct Stretch {
    name_en: u32,
    class: u8,
    length: f32,
    longest: f32,
    at: [f32; 2],
    along: [f32; 2],
}

fn roads(city: &City, all: &mut Vec<Label>) {
    let mut stretches: HashMap<(u32, i32, i32), Stretch> = HashMap::new();
    for way in city.ways() {
        let Some(class) = class_of(way).filter(|_| way.name != 0) else { continue };
        for pair in city.points_of(way).windows(2) {
            let [from, to] = pair else { continue };
            let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
            let length = dx.hypot(dy);
            if length < 0.5 {
                continue;
            }
            let at = [from[0] + dx * 0.5, from[1] + dy * 0.5];
            #[expect(clippy::cast_possible_truncation, reason = "squares of a city fit i32")]
            let [x, y] = at.map(|v| (v / ROAD_SQUARE).floor() as i32);
            let stretch = stretches.entry((way.name, x, y)).or_insert(Stretch {
                name_en: way.name_en,
                class,
                length: 0.0,
                longest: 0.0,
                at,
                along: [1.0, 0.0],
            });
            stretch.length += length;
            stretch.class = stretch.class.min(class);
            if length > stretch.longest {
                (stretch.longest, stretch.at, stretch.along) = (length, at, [dx / length, dy / length]);
            }
        }
    }
    let mut sorted: Vec<_> = stretches.into_iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| *key);
    for ((name, ..), stretch) in sorted {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole metres of road")]
        let length = stretch.length as u32;
        all.push(Label {
            at: stretch.at.map(f64::from),
            name: city.name(name).into(),
            name_en: city.name(stretch.name_en).into(),
            kind: LabelKind::Road(stretch.class),
            place: None,
            near_far: depths_of_road(stretch.class),
            weight: u32::from(stretch.class) * 10_000 + 9_999_u32.saturating_sub(length),
            // The name may run over a bend a little.
            along: Some((stretch.along, (stretch.longest * 2.2).min(stretch.length))),
        });
    }
}

/// 0 for a motorway to 5 for a street; `None` for what is not named on the map.
fn class_of(way: &Way) -> Option<u8> {
    const CLASSES: [Paint; 6] =
        [Paint::Motorway, Paint::Trunk, Paint::Primary, Paint::Secondary, Paint::Tertiary, Paint::Street];
    (0..).zip(CLASSES).find(|(_, paint)| *paint as u8 == way.class).map(|(class, _)| class)
}
