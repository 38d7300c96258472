//! The names of a city, from its pack.

use std::collections::{BTreeMap, HashMap};

use super::land::{NamePlaces, SMALLEST, Waters};
use super::model::{Label, LabelKind, Labels, PlaceOrder, depths_of_area, depths_of_place, depths_of_road};
use crate::ground::City;
use crate::ground::city::place_kind;
use crate::ground::pack::records::{Paint, PlaceKind, Way};

/// Metres of road for each of its names.
const EVERY_M: f32 = 700.0;
/// Metres of road on both sides of a name's middle that may carry it.
const REACH_M: f32 = 260.0;

/// Collect all names of a city.
pub(super) fn labels_of(city: &City, stand: &NamePlaces) -> Labels {
    let mut all = Vec::new();
    let (waters, stands) = stand.of(city);
    places(city, waters, &mut all);
    areas(city, stands, &mut all);
    roads(city, &mut all);
    Labels::new(all)
}

fn places(city: &City, waters: &Waters, all: &mut Vec<Label>) {
    for (i, place) in (0..).zip(city.places()) {
        let name = city.name(place.name);
        if name.is_empty() {
            continue;
        }
        let kind = PlaceOrder(u8::try_from(place.kind).unwrap_or(u8::MAX));
        let given = place.at.map(f64::from);
        let at = match place_kind(place) {
            PlaceKind::WaterName => waters.water_near(given),
            PlaceKind::City | PlaceKind::District | PlaceKind::Quarter => waters.land_near(given),
            _ => given,
        };
        let moved = at.map(f64::to_bits) != given.map(f64::to_bits);
        all.push(Label {
            at,
            name: name.into(),
            name_en: city.name(place.name_en).into(),
            kind: LabelKind::Place(kind),
            place: Some(i),
            near_far: depths_of_place(kind),
            weight: place.rank,
            fixed: kind == PlaceOrder(PlaceKind::WaterName as u8) || moved,
            along: Box::default(),
        });
    }
}

fn areas(city: &City, stand: &[Option<[f64; 2]>], all: &mut Vec<Label>) {
    for (area, stands) in city.areas().iter().zip(stand) {
        let name = city.name(area.name);
        // grids are far too many to be named all at once; those on screen have their names with what is open in them
        let Some(at) = stands.filter(|_| !name.is_empty() && area.level <= SMALLEST) else { continue };
        let level = u8::try_from(area.level).unwrap_or(u8::MAX);
        all.push(Label {
            at,
            name: name.into(),
            name_en: city.name(area.name_en).into(),
            kind: LabelKind::Area(level),
            place: None,
            near_far: depths_of_area(level),
            weight: area.level,
            fixed: at.map(f64::to_bits) != area.label.map(f64::from).map(f64::to_bits),
            along: Box::default(),
        });
    }
}

/// Ways of one name that go on from one to the next.
struct Chain {
    name_en: u32,
    class: u8,
    points: Vec<[f32; 2]>,
}

fn roads(city: &City, all: &mut Vec<Label>) {
    let mut by_name: BTreeMap<u32, Vec<(&Way, u8)>> = BTreeMap::new();
    for way in city.ways() {
        if let Some(class) = class_of(way).filter(|_| way.name != 0 && way.point_count > 1) {
            by_name.entry(way.name).or_default().push((way, class));
        }
    }
    for (name, ways) in by_name {
        for chain in chains(city, &ways) {
            name_chain(city, name, &chain, all);
        }
    }
}

/// Join ways end to end.
fn chains(city: &City, ways: &[(&Way, u8)]) -> Vec<Chain> {
    let key = |p: &[f32; 2]| p.map(f32::to_bits);
    let mut ends: HashMap<[u32; 2], Vec<usize>> = HashMap::new();
    for (i, (way, _)) in ways.iter().enumerate() {
        if let [first, .., last] = city.points_of(way) {
            ends.entry(key(first)).or_default().push(i);
            ends.entry(key(last)).or_default().push(i);
        }
    }
    let mut used = vec![false; ways.len()];
    let mut found = Vec::new();
    for (i, (way, class)) in ways.iter().enumerate() {
        if std::mem::replace(used.get_mut(i).unwrap_or(&mut false), true) {
            continue;
        }
        let mut points = city.points_of(way).to_vec();
        for _ in 0..2 {
            // go on at the end, then, turned around, at the beginning
            while let Some(last) = points.last().copied() {
                let free = |j: &&usize| used.get(**j).is_some_and(|used| !used);
                let Some(&next) = ends.get(&key(&last)).and_then(|at| at.iter().find(free)) else { break };
                used.get_mut(next).into_iter().for_each(|used| *used = true);
                let more = ways.get(next).map(|(way, _)| city.points_of(way)).unwrap_or_default();
                if more.first().is_some_and(|first| key(first) == key(&last)) {
                    points.extend(more.iter().skip(1));
                } else {
                    points.extend(more.iter().rev().skip(1));
                }
            }
            points.reverse();
        }
        found.push(Chain { name_en: way.name_en, class: *class, points });
    }
    found
}

/// Name a chain once in a while.
fn name_chain(city: &City, name: u32, chain: &Chain, all: &mut Vec<Label>) {
    let legs = chain.points.windows(2).map(|w| if let [a, b] = w { (b[0] - a[0]).hypot(b[1] - a[1]) } else { 0.0 });
    let legs: Vec<f32> = legs.collect();
    let total: f32 = legs.iter().sum();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundreds at most")]
    let times = (total / EVERY_M).max(1.0) as u32;
    for i in 0..times {
        #[expect(clippy::cast_precision_loss, reason = "some hundreds at most")]
        let middle = total * (i as f32 + 0.5) / times as f32;
        let reach = (total / 2.0).min(REACH_M);
        let along = stretch(&chain.points, &legs, middle - reach, middle + reach);
        let Some(at) = stretch(&chain.points, &legs, middle, middle).first().copied() else { continue };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole metres of road")]
        let length = total as u32;
        all.push(Label {
            at: at.map(f64::from),
            name: city.name(name).into(),
            name_en: city.name(chain.name_en).into(),
            kind: LabelKind::Road(chain.class),
            place: None,
            near_far: depths_of_road(chain.class),
            weight: u32::from(chain.class) * 10_000 + 9_999_u32.saturating_sub(length),
            fixed: true,
            along: along.into(),
        });
    }
}

/// The part of a line between two distances from its beginning, both ends included.
fn stretch(points: &[[f32; 2]], legs: &[f32], from: f32, to: f32) -> Vec<[f32; 2]> {
    let mut out: Vec<[f32; 2]> = Vec::new();
    let mut along = 0.0;
    for (pair, leg) in points.windows(2).zip(legs) {
        let [a, b] = pair else { continue };
        let at = |d: f32| {
            let t = ((d - along) / leg.max(1e-3)).clamp(0.0, 1.0);
            [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
        };
        if along + leg >= from && along <= to {
            if out.is_empty() {
                out.push(at(from));
            }
            out.push(at(to));
        }
        along += leg;
    }
    out
}

/// 0 for a motorway to 5 for a street; `None` for what is not named on the map.
fn class_of(way: &Way) -> Option<u8> {
    const CLASSES: [Paint; 6] =
        [Paint::Motorway, Paint::Trunk, Paint::Primary, Paint::Secondary, Paint::Tertiary, Paint::Street];
    (0..).zip(CLASSES).find(|(_, paint)| *paint as u8 == way.class).map(|(class, _)| class)
}
