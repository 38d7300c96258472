//! The names of a city: what each belongs to, how it is written, from where it is seen. Pure, no engine and no fonts.
//!
//! Names lie in a pyramid of grids that keeps the weightiest of every cell, of roads and of all else, so that any view asks
//! for some thousands at most.

use std::collections::BTreeMap;

use crate::ground::pack::records::PlaceKind;

/// Metres along the finest cells.
const FINEST: f64 = 256.0;
/// Levels of cells; each is twice as wide as the one below.
const LEVELS: usize = 10;
/// Names of roads that a cell keeps, and as many others.
const KEPT: usize = 8;

/// What a name belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LabelKind {
    /// An administrative area, with OSM's level.
    Area(u8),
    /// A place or point of interest.
    Place(PlaceOrder),
    /// A road, 0 the greatest class.
    Road(u8),
}

/// [`PlaceKind`] with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaceOrder(pub u8);

/// How a name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// City, great area.
    Great,
    /// District.
    Middle,
    /// Quarter.
    Small,
    /// Water, peaks.
    Nature,
    /// A point with an icon.
    Point,
    /// Along a road.
    Road,
}

/// One name on the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Metres east and north.
    pub at: [f64; 2],
    /// Chinese or only name.
    pub name: Box<str>,
    /// English name; empty where there is none.
    pub name_en: Box<str>,
    /// What it belongs to.
    pub kind: LabelKind,
    /// Number in the pack, of places.
    pub place: Option<u32>,
    /// Nearest and farthest depth in metres at which it is shown.
    pub near_far: [f32; 2],
    /// Less is weightier.
    pub weight: u32,
    /// It stands where it does to be on its own ground, and moves nowhere beside that.
    pub fixed: bool,
    /// Of roads: the stretch that carries the name, metres east and north; `at` is in its middle. Empty otherwise.
    pub along: Box<[[f32; 2]]>,
}

impl Label {
    /// The text in a language.
    #[must_use]
    pub fn text(&self, english: bool) -> &str {
        if english && !self.name_en.is_empty() { &self.name_en } else { &self.name }
    }

    /// How it is written.
    #[must_use]
    pub fn style(&self) -> Style {
        match self.kind {
            LabelKind::Area(level) if level <= 5 => Style::Great,
            LabelKind::Area(level) if level <= 7 => Style::Middle,
            LabelKind::Area(_) => Style::Small,
            LabelKind::Road(_) => Style::Road,
            LabelKind::Place(kind) => style_of_place(kind),
        }
    }

    /// The level of the area it names, be it by the area itself or by a place that stands for it.
    #[must_use]
    pub fn area_level(&self) -> Option<u32> {
        match self.kind {
            LabelKind::Area(level) => Some(u32::from(level)),
            LabelKind::Place(PlaceOrder(CITY)) => Some(5),
            LabelKind::Place(PlaceOrder(DISTRICT)) => Some(6),
            _ => None,
        }
    }

    /// The icon beside it, by name.
    #[must_use]
    pub fn icon(&self) -> Option<&'static str> {
        match self.kind {
            LabelKind::Place(kind) => icon_of_place(kind),
            _ => None,
        }
    }
}

const CITY: u8 = PlaceKind::City as u8;
const DISTRICT: u8 = PlaceKind::District as u8;
const QUARTER: u8 = PlaceKind::Quarter as u8;
const HOSPITAL: u8 = PlaceKind::Hospital as u8;
const FIRE: u8 = PlaceKind::FireStation as u8;
const POLICE: u8 = PlaceKind::Police as u8;
const SCHOOL: u8 = PlaceKind::School as u8;
const SHELTER: u8 = PlaceKind::Shelter as u8;
const FUEL: u8 = PlaceKind::Fuel as u8;
const TOILET: u8 = PlaceKind::Toilet as u8;
const PARKING: u8 = PlaceKind::Parking as u8;
const STATION: u8 = PlaceKind::Station as u8;
const PARK: u8 = PlaceKind::Park as u8;
const WATER: u8 = PlaceKind::WaterName as u8;
const NATURAL: u8 = PlaceKind::Natural as u8;

fn style_of_place(PlaceOrder(kind): PlaceOrder) -> Style {
    match kind {
        CITY => Style::Great,
        DISTRICT => Style::Middle,
        QUARTER => Style::Small,
        WATER | NATURAL => Style::Nature,
        _ => Style::Point,
    }
}

fn icon_of_place(PlaceOrder(kind): PlaceOrder) -> Option<&'static str> {
    Some(match kind {
        HOSPITAL => "medical",
        FIRE => "fire",
        POLICE => "police",
        SCHOOL => "school",
        SHELTER => "shelter",
        FUEL => "fuel",
        TOILET => "toilet",
        PARKING => "parking",
        STATION => "train",
        PARK => "park",
        _ => return None,
    })
}

/// Nearest and farthest depth at which a place is named.
#[must_use]
pub fn depths_of_place(PlaceOrder(kind): PlaceOrder) -> [f32; 2] {
    match kind {
        CITY => [4_000.0, 400_000.0],
        DISTRICT => [1_500.0, 60_000.0],
        QUARTER => [300.0, 13_000.0],
        WATER => [400.0, 26_000.0],
        NATURAL => [200.0, 12_000.0],
        HOSPITAL | FIRE | POLICE => [0.0, 3_600.0],
        STATION => [0.0, 5_500.0],
        PARK => [0.0, 3_800.0],
        SHELTER | SCHOOL => [0.0, 2_000.0],
        FUEL | PARKING | TOILET => [0.0, 650.0],
        _ => [0.0, 750.0],
    }
}

/// Nearest and farthest depth at which an area of an OSM level is named.
#[must_use]
pub fn depths_of_area(level: u8) -> [f32; 2] {
    match level {
        0..=4 => [20_000.0, 600_000.0],
        5 => [9_000.0, 150_000.0],
        6 => [4_000.0, 60_000.0],
        7 | 8 => [1_800.0, 22_000.0],
        _ => [600.0, 7_000.0],
    }
}

/// Farthest depth at which a road is named, by class: 0 motorway, 1 trunk, 2 primary, 3 secondary, 4 tertiary, more
/// for lesser ones.
#[must_use]
pub fn depths_of_road(class: u8) -> [f32; 2] {
    let far = match class {
        0 | 1 => 9_000.0,
        2 => 6_000.0,
        3 => 3_200.0,
        4 => 1_700.0,
        _ => 750.0,
    };
    [0.0, far]
}

/// All names of a city.
#[derive(Debug, Default)]
pub struct Labels {
    /// The names.
    pub all: Vec<Label>,
    /// For each level from the finest the weightiest names of each cell.
    levels: Vec<BTreeMap<[i32; 2], Vec<u32>>>,
}

fn size_of(level: usize) -> f64 {
    FINEST * 2_f64.powi(i32::try_from(level).unwrap_or(0))
}

fn cell_of(at: [f64; 2], level: usize) -> [i32; 2] {
    #[expect(clippy::cast_possible_truncation, reason = "cells of a city fit i32")]
    let cell = at.map(|v| (v / size_of(level)).floor() as i32);
    cell
}

impl Labels {
    /// Put names in order.
    #[must_use]
    pub fn new(all: Vec<Label>) -> Self {
        // What is seen from farther away counts more, whatever its weight.
        let order = |i: &u32| {
            all.get(*i as usize).map_or((0, u32::MAX, u32::MAX), |label| {
                #[expect(clippy::cast_possible_truncation, reason = "whole metres")]
                let far = -(label.near_far[1] as i64);
                (far, label.weight, *i)
            })
        };
        let mut levels: Vec<BTreeMap<[i32; 2], Vec<u32>>> = Vec::with_capacity(LEVELS);
        for level in 0..LEVELS {
            let mut cells: BTreeMap<[i32; 2], Vec<u32>> = BTreeMap::new();
            if let Some(below) = levels.last() {
                for (cell, names) in below {
                    cells.entry(cell.map(|v| v >> 1)).or_default().extend(names);
                }
            } else {
                for (i, label) in (0..).zip(&all) {
                    cells.entry(cell_of(label.at, level)).or_default().push(i);
                }
            }
            for names in cells.values_mut() {
                names.sort_unstable_by_key(order);
                let kept = if level == 0 { KEPT * 4 } else { KEPT };
                let mut room = [kept; 2];
                names.retain(|i| {
                    let road = all.get(*i as usize).is_some_and(|label| label.style() == Style::Road);
                    let Some(room) = room.get_mut(usize::from(road)).filter(|room| **room > 0) else { return false };
                    *room -= 1;
                    true
                });
            }
            levels.push(cells);
        }
        Self { all, levels }
    }

    /// Names that may be worth showing within `reach` metres around `middle`.
    pub(super) fn around(&self, middle: [f64; 2], reach: f64) -> impl Iterator<Item = (u32, &Label)> {
        // Some twenty cells across.
        let mut level = 0;
        while level + 1 < self.levels.len() && size_of(level) * 10.0 < reach {
            level += 1;
        }
        let [low_x, low_y] = cell_of([middle[0] - reach, middle[1] - reach], level);
        let [high_x, high_y] = cell_of([middle[0] + reach, middle[1] + reach], level);
        let cells = self.levels.get(level);
        let keys = (low_y..=high_y).flat_map(move |y| (low_x..=high_x).map(move |x| [x, y]));
        keys.filter_map(move |key| cells.and_then(|cells| cells.get(&key)))
            .flatten()
            .filter_map(|i| self.all.get(*i as usize).map(|label| (*i, label)))
    }
}
