//! Which names stand on the map and where: pure, no engine and no fonts.
//!
//! Names lie in a pyramid of grids that keeps the weightiest of every cell, so that any view asks for some thousands
//! at most. The chooser takes them in order of weight, those of before first among equals, and drops what would
//! cover another name, a pin or lie outside the free area.

use std::collections::{BTreeMap, HashMap};

use bevy::math::{IVec2, Rect, Vec2};

use crate::ground::pack::records::PlaceKind;
use crate::screen::pins::marks::Lens;

/// At most this many names at a time.
pub const MOST: usize = 120;
/// Metres along the finest cells.
const FINEST: f64 = 256.0;
/// Levels of cells; each is twice as wide as the one below.
const LEVELS: usize = 10;
/// Names a cell keeps.
const KEPT: usize = 10;
/// The same name does not stand twice within so many points.
const SAME: f32 = 320.0;
/// Names farther from the eye than so many times the distance to the target are left out.
const FAR: f32 = 7.0;

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
    /// Of roads: direction (east, north) and metres of road that may carry the name.
    pub along: Option<([f32; 2], f32)>,
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
                names.truncate(if level == 0 { KEPT * 4 } else { KEPT });
            }
            levels.push(cells);
        }
        Self { all, levels }
    }

    /// Names that may be worth showing within `reach` metres around `middle`.
    fn around(&self, middle: [f64; 2], reach: f64) -> impl Iterator<Item = (u32, &Label)> {
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

/// A name that has its place on screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Number in [`Labels::all`].
    pub label: u32,
    /// Middle of the text on screen in points.
    pub at: Vec2,
    /// How far that is from where it would stand alone.
    pub aside: Vec2,
    /// Radians clockwise.
    pub angle: f32,
    /// What it covers, icon included.
    pub rect: Rect,
    /// 0 at the far end of where it is shown to 1.
    pub strength: f32,
}

/// Points between the place and the middle of the text below its icon.
#[must_use]
pub fn text_below(style: Style, height: f32) -> f32 {
    if style == Style::Point { height * 0.5 + 9.0 } else { 0.0 }
}

/// Where a name is through a lens and how it is turned; `None` where it is not to be seen.
#[must_use]
pub fn put(label: &Label, number: u32, lens: &Lens, text: Vec2, aside: Vec2) -> Option<Placed> {
    let (p, depth) = lens.project(label.at);
    let [near, far] = label.near_far;
    if depth < near.max(1.0) || depth > far {
        return None;
    }
    let mut angle = 0.0;
    let mut half = text * 0.5;
    if let Some(([dx, dy], length)) = label.along {
        if length * lens.scale(depth) < text.x * 1.05 {
            return None;
        }
        let ahead = [label.at[0] + f64::from(dx) * 10.0, label.at[1] + f64::from(dy) * 10.0];
        let way = lens.project(ahead).0 - p;
        // A road that runs away from the eye is too short for its name.
        if way.length() < 10.0 * lens.scale(depth) * 0.45 {
            return None;
        }
        angle = way.y.atan2(way.x);
        if angle.abs() > std::f32::consts::FRAC_PI_2 {
            angle -= std::f32::consts::PI.copysign(angle);
        }
        let (sin, cos) = (angle.sin().abs(), angle.cos().abs());
        half = Vec2::new(half.x * cos + half.y * sin, half.x * sin + half.y * cos);
    }
    let style = label.style();
    let at = p + aside + Vec2::new(0.0, text_below(style, text.y));
    let mut rect = Rect::from_center_half_size(at, half);
    if style == Style::Point {
        rect = rect.union(Rect::from_center_half_size(p, Vec2::splat(8.0)));
    }
    Some(Placed { label: number, at, aside, angle, rect, strength: ((far - depth) / (far * 0.25)).clamp(0.0, 1.0) })
}

/// What is on screen already, in squares for quick asking.
#[derive(Debug, Default)]
struct Taken {
    squares: HashMap<IVec2, Vec<usize>>,
    rects: Vec<Rect>,
}

impl Taken {
    const SQUARE: f32 = 96.0;

    fn squares(rect: Rect) -> impl Iterator<Item = IVec2> {
        let (low, high) = ((rect.min / Self::SQUARE).floor().as_ivec2(), (rect.max / Self::SQUARE).floor().as_ivec2());
        (low.y..=high.y).flat_map(move |y| (low.x..=high.x).map(move |x| IVec2::new(x, y)))
    }

    fn is_free(&self, rect: Rect) -> bool {
        !Self::squares(rect).any(|square| {
            let here = self.squares.get(&square).into_iter().flatten();
            here.filter_map(|i| self.rects.get(*i)).any(|other| !other.intersect(rect).is_empty())
        })
    }

    fn take(&mut self, rect: Rect) {
        for square in Self::squares(rect) {
            self.squares.entry(square).or_default().push(self.rects.len());
        }
        self.rects.push(rect);
    }
}

/// Choose and place names.
///
/// `free` is where names may stand, `pins` are heads (middle, radius) they keep off, `before` what stood there last
/// time, `measure` tells the size of a text in points, and `hidden` whether a building stands before a road.
pub fn place(
    labels: &Labels,
    lens: &Lens,
    target: ([f64; 2], f64),
    free: Rect,
    pins: &[(Vec2, f32)],
    before: &[Placed],
    mut measure: impl FnMut(&Label) -> Vec2,
    mut hidden: impl FnMut(&Label) -> bool,
) -> Vec<Placed> {
    let (middle, distance) = target;
    let mut taken = Taken::default();
    for (head, radius) in pins {
        taken.take(Rect::from_center_half_size(*head, Vec2::splat(radius + 2.0)));
    }
    let stood: HashMap<u32, Vec2> = before.iter().map(|placed| (placed.label, placed.aside)).collect();
    #[expect(clippy::cast_possible_truncation, reason = "metres fit f32")]
    let far = distance as f32 * FAR;
    let mut wanted: Vec<_> = labels
        .around(middle, distance * f64::from(FAR) * 0.6)
        .filter_map(|(i, label)| {
            let (p, depth) = lens.project(label.at);
            let [near, farthest] = label.near_far;
            let seen = depth >= near.max(1.0) && depth <= farthest.min(far) && free.contains(p);
            seen.then(|| ((label.style() as u8, !stood.contains_key(&i), label.weight, i), label))
        })
        .collect();
    wanted.sort_unstable_by_key(|(order, _)| *order);
    let mut placed: Vec<Placed> = Vec::new();
    let mut names: HashMap<&str, Vec<Vec2>> = HashMap::new();
    for ((.., i), label) in wanted {
        if placed.len() >= MOST {
            break;
        }
        let again = names.get(&*label.name).is_some_and(|at| stands_near(at, lens.project(label.at).0));
        if again {
            continue;
        }
        let text = measure(label);
        for aside in asides(label, text, stood.get(&i).copied()) {
            let Some(one) = put(label, i, lens, text, aside) else { break };
            let around = Rect { min: one.rect.min - Vec2::new(7.0, 3.0), max: one.rect.max + Vec2::new(7.0, 3.0) };
            let fits = free.contains(one.rect.min) && free.contains(one.rect.max) && taken.is_free(around);
            if fits && !(label.along.is_some() && hidden(label)) {
                taken.take(around);
                names.entry(&label.name).or_default().push(one.at);
                placed.push(one);
                break;
            }
        }
    }
    placed
}

/// Where a name may stand: where it stood before, at its place, and for what is wider than a point beside it.
fn asides(label: &Label, text: Vec2, before: Option<Vec2>) -> impl Iterator<Item = Vec2> {
    let moves = label.along.is_none() && label.style() != Style::Point;
    let (right, down) = (text.x * 0.5 + 18.0, text.y + 8.0);
    let beside = [[0.0, down], [0.0, -down], [right, 0.0], [-right, 0.0]];
    let beside = beside.into_iter().filter(move |_| moves).map(Vec2::from_array);
    before.into_iter().chain(std::iter::once(Vec2::ZERO)).chain(beside)
}

fn stands_near(others: &[Vec2], at: Vec2) -> bool {
    others.iter().any(|other| other.distance(at) < SAME)
}
