//! Which names stand on the map and where: pure, no engine and no fonts.
//!
//! The chooser takes names in order of weight, those of before first among equals, and drops what would cover another
//! name, a pin or lie outside the free area.

use std::collections::HashMap;

use bevy::math::{IVec2, Rect, Vec2};

use super::model::{Label, LabelKind, Labels, Style};
use crate::screen::pins::lens::Lens;

/// Square points of the screen to a name, on a desk's scale: more names at a time are a carpet.
const ROOM: f32 = 13_000.0;
/// At most so many names at a time, on the smallest screen and the largest.
pub(super) const MOST: [f32; 2] = [40.0, 240.0];
/// The share of them that small areas have at most: there are very many, and each street has a name as well.
const SMALL_MOST: f32 = 0.2;
/// The same name does not stand twice within so many points.
const SAME: f32 = 320.0;
/// The last class of roads that are great: secondary ones.
const GREAT_ROAD: u8 = 3;
/// Names farther from the eye than so many times the distance to the target are left out.
const FAR: f32 = 7.0;

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

impl Placed {
    /// The middle and both ends of a text along a road, on screen in points.
    #[must_use]
    pub fn spots(&self) -> [Vec2; 3] {
        let reach = Vec2::from_angle(self.angle) * self.rect.half_size().length() * 0.8;
        let first = self.bend.first().copied().unwrap_or(self.at - reach);
        let last = self.bend.last().copied().unwrap_or(self.at + reach);
        [first, self.at, last]
    }
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
    let (p, depth) = lens.project_at([label.at[0], label.at[1], up]);
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
        let (p, depth) = lens.project_at([f64::from(point[0]), f64::from(point[1]), up]);
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
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// Where names may stand.
    pub free: Rect,
    /// Heads of pins (middle, radius) they keep off.
    pub pins: &'a [(Vec2, f32)],
    /// Marks of crews that rest: no name comes to stand on one, and one that stands there moves away where it can. None
    /// goes for them alone, since they come and go.
    pub crews: &'a [(Vec2, f32)],
    /// Whether there is water under a point: names of land do not move there.
    pub wet: &'a dyn Fn(Vec2) -> bool,
    /// What else they keep off.
    pub covered: &'a [Rect],
    /// Names that others have painted, and their middles: they do not come a second time beside these.
    pub named: &'a [(&'a str, Vec2)],
    /// What stood there last time.
    pub before: &'a [Placed],
    /// How much larger names are than on a desk.
    pub scale: f32,
}

/// Choose and place names.
///
/// `shown` tells which may stand at all, `measure` the size of a text in points, `height` how many metres up a name
/// stands, and `hidden` whether a building stands before it.
pub fn place(
    labels: &Labels,
    lens: &Lens,
    target: ([f64; 2], f64),
    scene: &Scene<'_>,
    mut shown: impl FnMut(&Label) -> bool,
    mut measure: impl FnMut(&Label) -> Vec2,
    mut height: impl FnMut(u32, &Label) -> f64,
    mut hidden: impl FnMut(&Label, &Placed) -> bool,
) -> Vec<Placed> {
    let (middle, distance) = target;
    let Scene { free, pins, crews, wet, covered, named, before, scale } = *scene;
    let (mut taken, mut lively) = (Taken::default(), Taken::default());
    for (mark, radius) in crews {
        lively.take(Rect::from_center_half_size(*mark, Vec2::splat(*radius)));
    }
    for (head, radius) in pins {
        taken.take(Rect::from_center_half_size(*head, Vec2::splat(radius + 2.0)));
    }
    for rect in covered {
        taken.take(*rect);
    }
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
            seen.then(|| ((turn(label), !stood.contains_key(&i), label.weight, i), label))
        })
        .collect();
    wanted.sort_unstable_by_key(|(order, _)| *order);
    let mut placed: Vec<Placed> = Vec::new();
    let mut names: HashMap<&str, Vec<Vec2>> = HashMap::new();
    for (name, at) in named {
        names.entry(name).or_default().push(*at);
    }
    let most = (free.size().element_product() / (ROOM * scale * scale)).clamp(MOST[0], MOST[1]);
    let mut small = most * SMALL_MOST;
    for ((.., i), label) in wanted {
        #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
        if placed.len() as f32 >= most {
            break;
        }
        if label.style() == Style::Small && small < 1.0 {
            continue;
        }
        // An area and the town in it that share a name are one, however far apart the two have their places.
        let area = label.area_level().is_some_and(|level| level <= 7);
        let again = names.get(&*label.name).is_some_and(|at| area || stands_near(at, lens.project(label.at).0));
        if again {
            continue;
        }
        let text = measure(label);
        let (up, known) = (height(i, label), stood.get(&i).copied());
        let mut stays = None;
        for aside in asides(label, text, known) {
            let Some(one) = put(label, i, lens, text, aside, up, known.is_some()) else { break };
            let around = around(&one);
            let fits = free.contains(one.rect.min) && free.contains(one.rect.max) && taken.is_free(around);
            let adrift = aside != Vec2::ZERO && known != Some(aside) && wet(one.at);
            if !fits || adrift || hidden(label, &one) {
                continue;
            }
            if lively.is_free(one.rect) {
                stays = Some(one);
                break;
            }
            if known == Some(aside) {
                stays = Some(one);
            }
        }
        if let Some(one) = stays {
            taken.take(around(&one));
            names.entry(&label.name).or_default().push(one.at);
            small -= if label.style() == Style::Small { 1.0 } else { 0.0 };
            placed.push(one);
        }
    }
    placed
}

/// In which turn names are placed: great roads show the way in a city and come before small areas.
fn turn(label: &Label) -> u8 {
    match (label.style(), label.kind) {
        (Style::Great, _) => 0,
        (Style::Middle, _) => 1,
        (Style::Nature, _) => 2,
        (Style::Road, LabelKind::Road(class)) if class <= GREAT_ROAD => 3,
        (Style::Small, _) => 4,
        (Style::Point, _) => 5,
        (Style::Road, _) => 6,
    }
}

/// What a name keeps free of others.
fn around(one: &Placed) -> Rect {
    let room = Vec2::new(7.0, 3.0);
    Rect { min: one.rect.min - room, max: one.rect.max + room }
}

/// Where a name may stand: where it stood before, at its place, and beside it where it may move.
fn asides(label: &Label, text: Vec2, before: Option<Vec2>) -> impl Iterator<Item = Vec2> {
    let moves = !label.fixed && label.style() != Style::Point;
    let (right, down) = (text.x * 0.5 + 18.0, text.y + 8.0);
    let beside = [[0.0, down], [0.0, -down], [right, 0.0], [-right, 0.0]];
    let beside = beside.into_iter().filter(move |_| moves).map(Vec2::from_array);
    before.into_iter().chain(std::iter::once(Vec2::ZERO)).chain(beside)
}

fn stands_near(others: &[Vec2], at: Vec2) -> bool {
    others.iter().any(|other| other.distance(at) < SAME)
}
