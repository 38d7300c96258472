//! From the pyramid and a view to the marks on screen: single pins, clusters, fans of pins on one spot.
//!
//! A cell is shown as one cluster while it is small on screen and falls into its quarters as it comes nearer. Once
//! apart it stays apart until it is clearly smaller again, and what was joined stays joined likewise, so that nothing
//! flickers on an edge. Marks that would cover each other join into the graver one.

use std::collections::{HashMap, HashSet};

use bevy::math::{Mat4, Vec2, Vec4};

use super::pyramid::{CellKey, Pyramid, Spreading};
use crate::domain::{Grade, IncidentId};
use crate::screen::look::tokens;
use crate::screen::shown::CityView;

/// A cell falls apart when it is wider than this on screen (points).
const SPLIT: f32 = 100.0;
/// … and comes together again below this share of it.
const JOIN: f32 = 0.84;
/// From this many points a metre up, small groups are fanned out instead of clustered.
const FAN_SCALE: f32 = 2.2;
/// The largest group that is fanned out.
const FAN: u32 = 16;
/// Two marks join when closer than this share of the sum of their radii.
const COVER: f32 = 1.12;
/// … and part again beyond this share.
const UNCOVER: f32 = 1.34;
/// Radius of a pin's head in points before the size by grade.
pub const HEAD: f32 = 13.5;
/// Points from the ground to the centre of a pin's head.
pub const STEM: f32 = 29.0;

/// How much larger what is chosen or under the pointer is drawn. The shader has the same.
pub const RAISED: f32 = 1.18;
/// Points of dark rim around a pin's head and around a cluster's, as the shader draws them.
const RIM: f32 = 1.5;
const CLUSTER_RIM: f32 = 4.2;

/// The signed distance of a shape of radius 1 at `p` (right, down), negative inside. The shader has the same.
fn shape_edge(shape: tokens::Shape, p: Vec2) -> f32 {
    let q = p.abs();
    match shape {
        tokens::Shape::Octagon => q.max_element().max((q.x + q.y) * std::f32::consts::FRAC_1_SQRT_2) - 0.97,
        tokens::Shape::Diamond => ((q.x + q.y - 1.12) * std::f32::consts::FRAC_1_SQRT_2).max(q.length() - 1.07),
        tokens::Shape::Triangle => {
            let round = 0.16;
            let q = Vec2::new(q.x, p.y + 0.02);
            let side = q.x * 0.866_025_4 - q.y * 0.5 - (0.64 - round);
            let foot = q.y - (0.66 - round);
            side.max(foot).max((q - Vec2::new(0.0, 0.02)).length() - 1.22 + round) - round
        }
        tokens::Shape::Disc => q.length() - 0.97,
    }
}

/// How big a mark of a grade is.
#[must_use]
pub fn size_of(grade: Grade) -> f32 {
    match grade {
        Grade::I => 1.22,
        Grade::II | Grade::III => 1.12,
        Grade::IV => 0.88,
    }
}

/// The radius of a mark's head in points before perspective.
#[must_use]
pub fn radius_of(grade: Grade, count: u32) -> f32 {
    let more = match count {
        0 | 1 => 1.0,
        2..=9 => 1.14,
        10..=99 => 1.3,
        100..=999 => 1.5,
        _ => 1.7,
    };
    HEAD * size_of(grade) * more
}

/// A camera as the marks need it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lens {
    clip_from_world: Mat4,
    size: Vec2,
    /// Points that a metre one metre in front of the eye covers.
    focal: f32,
    /// Metres to what the camera looks at: marks there have their nominal size.
    reference: f32,
    /// How much larger marks are than on a desk.
    grow: f32,
}

impl Lens {
    /// The lens of a view.
    #[must_use]
    pub fn new(view: &CityView) -> Self {
        let m = view.clip_from_world;
        #[expect(clippy::cast_possible_truncation, reason = "metres to the target fit f32")]
        let reference = (view.pose.distance as f32).max(1.0);
        Self {
            clip_from_world: m,
            size: view.size,
            focal: view.size.y * 0.5 * m.row(1).truncate().length(),
            reference,
            grow: 1.0,
        }
    }

    /// The same view with marks `grow` times as large, for screens that are looked at from afar.
    #[must_use]
    pub fn grown(self, grow: f32) -> Self {
        Self { grow, ..self }
    }

    /// Where a point at height 0 is (points) and how deep (metres, negative behind the eye).
    #[must_use]
    pub fn project(&self, [east, north]: [f64; 2]) -> (Vec2, f32) {
        self.project_at([east, north, 0.0])
    }

    /// Where a point (metres east, north, up) is on screen (points) and how deep (metres, negative behind the eye).
    #[must_use]
    pub fn project_at(&self, [east, north, up]: [f64; 3]) -> (Vec2, f32) {
        #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
        let clip = self.clip_from_world * Vec4::new(east as f32, up as f32, -north as f32, 1.0);
        let ndc = Vec2::new(clip.x, -clip.y) / clip.w.abs().max(1e-3);
        ((ndc + 1.0) * 0.5 * self.size, clip.w)
    }

    /// As [`Self::project`], for a point `up` metres high.
    #[must_use]
    pub fn project_high(&self, at: [f64; 2], up: f64) -> (Vec2, f32) {
        #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
        let clip = self.clip_from_world * Vec4::new(at[0] as f32, up as f32, -at[1] as f32, 1.0);
        let ndc = Vec2::new(clip.x, -clip.y) / clip.w.abs().max(1e-3);
        ((ndc + 1.0) * 0.5 * self.size, clip.w)
    }

    /// Points that a metre covers at a depth.
    #[must_use]
    pub fn scale(&self, depth: f32) -> f32 {
        self.focal / depth.max(0.1)
    }

    /// How much a mark at a depth shrinks or grows: mild, so that far ones stay readable. The shader has the same.
    #[must_use]
    pub fn perspective(&self, depth: f32) -> f32 {
        (self.reference / depth.max(1.0)).powf(0.25).clamp(0.7, 1.15)
    }

    /// Metres from a target at which `points_per_metre` is reached.
    #[must_use]
    pub fn distance_for(&self, points_per_metre: f32) -> f32 {
        self.focal / points_per_metre.max(1e-6)
    }

    /// Points a square of `size` metres around `at` covers; `None` where it is out of sight.
    fn sees(&self, at: [f64; 3], size: f32) -> Option<f32> {
        let reach = size * 0.71;
        let (p, depth) = self.project_at(at);
        if depth + reach < 1.0 {
            return None;
        }
        if depth <= reach * 1.5 {
            return Some(f32::INFINITY);
        }
        let around = Vec2::splat(reach * self.scale(depth - reach) + 40.0);
        let inside = p.cmpge(-around).all() && p.cmple(self.size + around).all();
        inside.then(|| size * self.scale(depth))
    }
}

/// What a mark stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MarkOf {
    /// One incident.
    Pin(IncidentId),
    /// A cell of incidents, perhaps with neighbours that joined it.
    Cluster(CellKey),
}

/// Something to draw and to pick.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What it stands for; with `joined` not empty, only the heart of it.
    pub of: MarkOf,
    /// What joined it because it would have been covered.
    pub joined: Vec<MarkOf>,
    /// Metres east, north and up.
    pub at: [f64; 3],
    /// Points from where the head would be, for fans; grows with the lens.
    pub aside: Vec2,
    /// How many incidents.
    pub count: u32,
    /// The gravest grade among them.
    pub grade: Grade,
    /// Icon cell of the heart.
    pub icon: u8,
    /// The place on the ground on screen in points.
    pub foot: Vec2,
    /// Centre of the head on screen in points.
    pub head: Vec2,
    /// Radius of the head in points.
    pub radius: f32,
    /// Drawn larger, because it is chosen or under the pointer.
    pub raised: bool,
    /// Metres from the eye.
    pub depth: f32,
}

impl Mark {
    /// Whether it stands for more than one incident.
    #[must_use]
    pub fn is_cluster(&self) -> bool {
        self.count > 1
    }

    /// Points from the edge of what is drawn of the head, negative inside; good near the edge.
    #[must_use]
    pub fn edge(&self, at: Vec2) -> f32 {
        let radius = if self.raised { self.radius * RAISED } else { self.radius };
        let rim = if self.is_cluster() { CLUSTER_RIM } else { RIM };
        shape_edge(tokens::shape(self.grade), (at - self.head) / radius) * radius - rim
    }

    fn new(lens: &Lens, of: MarkOf, at: [f64; 3], count: u32, grade: Grade, icon: u8) -> Self {
        let mut mark = Self {
            of,
            joined: Vec::new(),
            at,
            aside: Vec2::ZERO,
            count,
            grade,
            icon,
            foot: Vec2::ZERO,
            head: Vec2::ZERO,
            radius: 0.0,
            raised: false,
            depth: 0.0,
        };
        mark.place(lens);
        mark
    }

    fn place(&mut self, lens: &Lens) {
        let (foot, depth) = lens.project_at(self.at);
        let scale = lens.perspective(depth) * lens.grow;
        let up = if self.is_cluster() { 0.0 } else { STEM * scale };
        self.depth = depth;
        self.foot = foot;
        self.radius = radius_of(self.grade, self.count) * scale;
        self.head = foot - Vec2::new(0.0, up) + self.aside * lens.grow;
    }
}

/// Chooses the marks and remembers what it needs for calm.
#[derive(Debug, Default)]
pub struct Chooser {
    apart: HashSet<CellKey, Spreading>,
    joined: HashMap<MarkOf, MarkOf>,
    fans: HashSet<CellKey, Spreading>,
}

impl Chooser {
    /// The marks of `pyramid` through `lens`, far ones first, `selected` last and always on its own.
    pub fn choose(&mut self, pyramid: &Pyramid, lens: &Lens, selected: Option<IncidentId>) -> Vec<Mark> {
        let (mut free, mut fixed) = self.walk(pyramid, lens, selected);
        free.sort_by(|a, b| a.grade.cmp(&b.grade).then(b.count.cmp(&a.count)).then(a.of.cmp(&b.of)));
        // Joined marks are larger and stand on the ground: they may cover others that stood free before.
        let before = std::mem::take(&mut self.joined);
        let free = self.join(lens, free, &before);
        let free = self.join(lens, free, &before);
        fixed.extend(free);
        let is_selected = |mark: &Mark| selected.is_some_and(|id| mark.of == MarkOf::Pin(id));
        fixed.sort_by(|a, b| {
            is_selected(a).cmp(&is_selected(b)).then(b.depth.total_cmp(&a.depth)).then(a.of.cmp(&b.of))
        });
        fixed
    }

    /// Cells from the top down: marks that may join others, and those that may not.
    fn walk(&mut self, pyramid: &Pyramid, lens: &Lens, selected: Option<IncidentId>) -> (Vec<Mark>, Vec<Mark>) {
        let (mut free, mut fixed) = (Vec::new(), Vec::new());
        let mut apart = HashSet::default();
        let mut fans = HashSet::default();
        let pin_mark = |id: IncidentId| {
            let pin = pyramid.pin(id)?;
            let [east, north] = pin.at;
            Some(Mark::new(lens, MarkOf::Pin(id), [east, north, pin.up], 1, pin.grade, pin.icon))
        };
        // Drawn on its own it counts nowhere else; behind the eye it stays where it is.
        let alone = selected.and_then(pin_mark).filter(|mark| mark.depth > 1.0);
        let alone = alone.and_then(|mark| {
            fixed.push(Mark { raised: true, ..mark });
            selected.and_then(|id| pyramid.pin(id).map(|pin| (id, pin)))
        });
        let mut open = vec![CellKey::TOP];
        while let Some(key) = open.pop() {
            let Some(cell) = pyramid.cell(key) else { continue };
            let cell = match alone.filter(|(_, pin)| CellKey::of(key.level(), pin.at) == key) {
                Some((id, pin)) => cell.without(id, pin),
                None => *cell,
            };
            if cell.count() == 0 {
                continue;
            }
            #[expect(clippy::cast_possible_truncation, reason = "metres of a cell fit f32")]
            let side = key.size() as f32;
            let centre = cell.middle();
            // The centre of the pins may be anywhere in the cell: look a whole cell around it.
            let Some(wide) = lens.sees(centre, side * 2.0).map(|points| points * 0.5) else { continue };
            if let Some(id) = cell.single() {
                free.extend(pin_mark(id).filter(|mark| mark.depth > 1.0));
                continue;
            }
            let edge = lens.grow * if self.apart.contains(&key) { SPLIT * JOIN } else { SPLIT };
            if wide > edge && key.level() < super::pyramid::FINEST {
                apart.insert(key);
                open.extend(key.children());
                continue;
            }
            let (_, depth) = lens.project_at(centre);
            if depth <= 1.0 {
                continue;
            }
            let near = if self.fans.contains(&key) { FAN_SCALE * JOIN } else { FAN_SCALE };
            if cell.count() <= FAN && lens.scale(depth) > near {
                fans.insert(key);
                // One more than is fanned out: the one that stands alone may be among them.
                let ids = pyramid.pins_in(key, FAN as usize + 1).into_iter();
                let others = ids.filter(|id| alone.is_none_or(|(alone, _)| alone != *id));
                fixed.extend(fan(lens, others.filter_map(pin_mark)));
                continue;
            }
            free.push(Mark::new(lens, MarkOf::Cluster(key), centre, cell.count(), cell.worst(), 0));
        }
        self.apart = apart;
        self.fans = fans;
        (free, fixed)
    }

    /// Marks that cover each other become one; `free` comes gravest first.
    fn join(&mut self, lens: &Lens, free: Vec<Mark>, before: &HashMap<MarkOf, MarkOf>) -> Vec<Mark> {
        let grid = 96.0 * lens.grow;
        let square = |p: Vec2| (p / grid).floor().as_ivec2();
        let mut kept: Vec<Mark> = Vec::with_capacity(free.len());
        let mut at: HashMap<bevy::math::IVec2, Vec<usize>> = HashMap::new();
        for mark in free {
            let home = square(mark.foot);
            let mut into = None;
            'search: for dy in -1..=1 {
                for dx in -1..=1 {
                    for &i in at.get(&(home + bevy::math::IVec2::new(dx, dy))).into_iter().flatten() {
                        let Some(other) = kept.get(i) else { continue };
                        let was = before.get(&mark.of) == Some(&other.of);
                        let share = if was { UNCOVER } else { COVER };
                        let apart = mark.head.distance(other.head).min(mark.foot.distance(other.foot));
                        if apart < (mark.radius + other.radius) * share {
                            into = Some(i);
                            break 'search;
                        }
                    }
                }
            }
            if let Some(other) = into.and_then(|i| kept.get_mut(i)) {
                self.joined.insert(mark.of, other.of);
                other.count += mark.count;
                other.joined.push(mark.of);
                other.joined.extend(mark.joined);
            } else {
                at.entry(home).or_default().push(kept.len());
                kept.push(mark);
            }
        }
        for mark in &mut kept {
            if !mark.joined.is_empty() {
                mark.place(lens);
            }
        }
        kept
    }
}

/// Pins that would cover each other stand in a ring around their middle; the others stay where they are.
fn fan(lens: &Lens, pins: impl Iterator<Item = Mark>) -> Vec<Mark> {
    let mut groups: Vec<Vec<Mark>> = Vec::new();
    for pin in pins {
        let covers = |other: &Mark| other.head.distance(pin.head) < (other.radius + pin.radius) * COVER;
        match groups.iter_mut().find(|group| group.iter().any(covers)) {
            Some(group) => group.push(pin),
            None => groups.push(vec![pin]),
        }
    }
    for group in groups.iter_mut().filter(|group| group.len() > 1) {
        #[expect(clippy::cast_precision_loss, reason = "a dozen")]
        let n = group.len() as f32;
        let ring = lens.grow * (HEAD * 2.5 * n / std::f32::consts::TAU).max(HEAD * 1.5);
        let middle = group.iter().fold(Vec2::ZERO, |sum, pin| sum + pin.head / n);
        for (i, pin) in group.iter_mut().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a dozen")]
            let turn = i as f32 * std::f32::consts::TAU / n;
            let home = middle + Vec2::new(turn.sin(), -turn.cos()) * ring - Vec2::new(0.0, ring);
            pin.aside = ((home - pin.head) / lens.grow).clamp(Vec2::splat(-300.0), Vec2::splat(300.0)).round();
            pin.place(lens);
        }
    }
    groups.into_iter().flatten().collect()
}

/// The mark under a point: the topmost whose head is drawn there, else the nearest within `slack` points of it.
#[must_use]
pub fn mark_at(marks: &[Mark], at: Vec2, slack: f32) -> Option<&Mark> {
    let around = |mark: &&Mark| mark.head.distance_squared(at) <= (mark.radius * 1.5 + 8.0 + slack).powi(2);
    let exact = marks.iter().rev().filter(around).find(|mark| mark.edge(at) <= 0.0);
    exact.or_else(|| {
        let near = marks.iter().filter(around).map(|mark| (mark, mark.edge(at))).filter(|(_, edge)| *edge <= slack);
        near.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(mark, _)| mark)
    })
}

/// Where to look from so that a cluster falls apart: the middle of its pins, and metres from it.
#[must_use]
pub fn view_that_splits(pyramid: &Pyramid, lens: &Lens, mark: &Mark, distance: f64) -> ([f64; 2], f64) {
    let mut bounds: Option<[[f64; 2]; 2]> = None;
    for of in std::iter::once(&mark.of).chain(&mark.joined) {
        let of_bounds = match of {
            MarkOf::Pin(id) => pyramid.pin(*id).map(|pin| [pin.at, pin.at]),
            MarkOf::Cluster(key) => pyramid.bounds(*key),
        };
        bounds = match (bounds, of_bounds) {
            (Some([[ax, ay], [bx, by]]), Some([[cx, cy], [dx, dy]])) => {
                Some([[ax.min(cx), ay.min(cy)], [bx.max(dx), by.max(dy)]])
            }
            (one, other) => one.or(other),
        };
    }
    let [east, north, _] = mark.at;
    let [[ax, ay], [bx, by]] = bounds.unwrap_or([[east, north]; 2]);
    let span = (bx - ax).max(by - ay);
    let fan = f64::from(lens.distance_for(FAN_SCALE * 1.25));
    let shown = f64::from(lens.size.min_element()) * 0.5;
    let fits = f64::from(lens.focal) * span / shown.max(1.0);
    // Always nearer than now, never nearer than where a spot is fanned out.
    ([ax.midpoint(bx), ay.midpoint(by)], fits.min(distance * 0.6).max(fan.min(distance * 0.9)))
}
