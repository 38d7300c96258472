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
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Number in [`Labels::all`].
    pub label: u32,
    /// Metres up at which it stands.
    pub up: f64,
    /// Where its letters stand, from the first on, where it bends with its road; empty where it is straight.
    pub bend: Vec<Vec2>,
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

/// A name that stands already holds on to so much more depth than it needs to come.
const HOLD: f32 = 1.08;
/// A road's name is straight while the line between its ends is at least this share of it, and bends down to the other.
const STRAIGHT: [f32; 2] = [0.985, 0.8];

/// Where a name is through a lens and how it is turned, `up` metres high; `None` where it is not to be seen. One that
/// `stood` there already is seen a little farther.
#[must_use]
pub fn put(label: &Label, number: u32, lens: &Lens, text: Vec2, aside: Vec2, up: f64, stood: bool) -> Option<Placed> {
    let (p, depth) = lens.project_high(label.at, up);
    let [near, far] = label.near_far;
    let hold = if stood { HOLD } else { 1.0 };
    if depth < (near / hold).max(1.0) || depth > far * hold {
        return None;
    }
    let strength = ((far - depth) / (far * 0.25)).clamp(0.0, 1.0);
    if !label.along.is_empty() {
        let (at, angle, bend, rect) = along(label, lens, text, up)?;
        return Some(Placed { label: number, up, bend, at, aside: Vec2::ZERO, angle, rect, strength });
    }
    let style = label.style();
    let at = p + aside + Vec2::new(0.0, text_below(style, text.y));
    let mut rect = Rect::from_center_half_size(at, text * 0.5);
    if style == Style::Point {
        rect = rect.union(Rect::from_center_half_size(p, Vec2::splat(8.0)));
    }
    Some(Placed { label: number, up, bend: Vec::new(), at, aside, angle: 0.0, rect, strength })
}

/// A road's name along its stretch: middle, angle, the line it bends along (empty where straight), what it covers.
fn along(label: &Label, lens: &Lens, text: Vec2, up: f64) -> Option<(Vec2, f32, Vec<Vec2>, Rect)> {
    let mut line: Vec<Vec2> = Vec::with_capacity(label.along.len());
    for point in &label.along {
        let (p, depth) = lens.project_high(point.map(f64::from), up);
        if depth < 1.0 {
            return None;
        }
        line.push(p);
    }
    // never upside down
    if line.last()?.x < line.first()?.x {
        line.reverse();
    }
    let lengths: Vec<f32> = line.windows(2).map(|w| if let [a, b] = w { a.distance(*b) } else { 0.0 }).collect();
    let total: f32 = lengths.iter().sum();
    // a road that runs away from the eye is too short for its name
    if total < text.x * 1.05 {
        return None;
    }
    let place = |along: f32| -> Option<Vec2> {
        let mut left = along;
        for (pair, length) in line.windows(2).zip(&lengths) {
            if left <= *length || *length >= total {
                let [a, b] = pair else { return None };
                return Some(a.lerp(*b, (left / length.max(1e-3)).clamp(0.0, 1.0)));
            }
            left -= length;
        }
        line.last().copied()
    };
    let start = (total - text.x) * 0.5;
    let (first, last) = (place(start)?, place(start + text.x)?);
    let straight = first.distance(last) / text.x.max(1.0);
    let way = last - first;
    // a name that climbs too steeply is hard to read
    let angle = way.y.atan2(way.x);
    let half = Vec2::splat(text.y * 0.5);
    if straight >= STRAIGHT[0] {
        let (sin, cos) = (angle.sin().abs(), angle.cos().abs());
        let reach = Vec2::new(text.x * cos + text.y * sin, text.x * sin + text.y * cos) * 0.5;
        let middle = first.midpoint(last);
        return Some((middle, angle, Vec::new(), Rect::from_center_half_size(middle, reach)));
    }
    if straight < STRAIGHT[1] {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "sixteen steps")]
    let bend: Vec<Vec2> = (0..=16).filter_map(|i| place(start + text.x * i as f32 / 16.0)).collect();
    let sharp =
        bend.windows(3).any(|w| if let [a, b, c] = w { (*b - *a).angle_to(*c - *b).abs() > 0.45 } else { true });
    let corners = bend.iter().flat_map(|p| [*p - half, *p + half]);
    let rect = corners.map(|p| Rect { min: p, max: p }).reduce(|a, b| a.union(b))?;
    (!sharp).then_some((place(total * 0.5)?, angle, bend, rect))
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

/// What names have to reckon with.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// Where names may stand.
    pub free: Rect,
    /// Heads of pins (middle, radius) they keep off.
    pub pins: &'a [(Vec2, f32)],
    /// What else they keep off.
    pub covered: &'a [Rect],
    /// What stood there last time.
    pub before: &'a [Placed],
}

/// Choose and place names.
///
/// `shown` tells which may stand at all, `measure` the size of a text in points, `height` how many metres up a name
/// stands, and `hidden` whether a building stands before a road.
pub fn place(
    labels: &Labels,
    lens: &Lens,
    target: ([f64; 2], f64),
    scene: &Scene<'_>,
    mut shown: impl FnMut(&Label) -> bool,
    mut measure: impl FnMut(&Label) -> Vec2,
    mut height: impl FnMut(u32, &Label) -> f64,
    mut hidden: impl FnMut(&Label, f64) -> bool,
) -> Vec<Placed> {
    let (middle, distance) = target;
    let Scene { free, pins, covered, before } = *scene;
    let mut taken = Taken::default();
    for (head, radius) in pins {
        taken.take(Rect::from_center_half_size(*head, Vec2::splat(radius + 2.0)));
    }
    covered.iter().for_each(|rect| taken.take(*rect));
    let stood: HashMap<u32, Vec2> = before.iter().map(|placed| (placed.label, placed.aside)).collect();
    #[expect(clippy::cast_possible_truncation, reason = "metres fit f32")]
    let far = distance as f32 * FAR;
    let mut wanted: Vec<_> = labels
        .around(middle, distance * f64::from(FAR) * 0.6)
        .filter(|(_, label)| shown(label))
        .filter_map(|(i, label)| {
            let (p, depth) = lens.project(label.at);
            let [near, farthest] = label.near_far;
            // on a hill it may be nearer or farther than at the frame's zero: `put` asks exactly
            let seen = depth >= near * 0.8 && depth > 1.0 && depth <= farthest.min(far) * 1.2;
            let seen = seen && free.inflate(200.0).contains(p);
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
        let (up, known) = (height(i, label), stood.get(&i).copied());
        for aside in asides(label, text, known) {
            let Some(one) = put(label, i, lens, text, aside, up, known.is_some()) else { break };
            let around = Rect { min: one.rect.min - Vec2::new(7.0, 3.0), max: one.rect.max + Vec2::new(7.0, 3.0) };
            let fits = free.contains(one.rect.min) && free.contains(one.rect.max) && taken.is_free(around);
            if fits && (label.along.is_empty() || !hidden(label, up)) {
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
    let moves = label.along.is_empty() && label.style() != Style::Point;
    let (right, down) = (text.x * 0.5 + 18.0, text.y + 8.0);
    let beside = [[0.0, down], [0.0, -down], [right, 0.0], [-right, 0.0]];
    let beside = beside.into_iter().filter(move |_| moves).map(Vec2::from_array);
    before.into_iter().chain(std::iter::once(Vec2::ZERO)).chain(beside)
}

fn stands_near(others: &[Vec2], at: Vec2) -> bool {
    others.iter().any(|other| other.distance(at) < SAME)
}
