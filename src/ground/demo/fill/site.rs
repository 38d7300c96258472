//! The block under work: its frame, its chance, its lanes, and what goes out.

use super::super::Random;
use super::super::block::{Block, Filled, Made};
use super::convex::meet;
use super::lot::{Lot, Side, cross, distance, dot, left, minus, step, unit};
use crate::ground::pack::records::{BuildingClass, Paint, PlaceKind};
use crate::ground::pack::shape::{self, Xy};

/// Least footprint of a building.
const LEAST_M2: f64 = 10.5;
/// A way that cars do not use.
pub(super) const ON_FOOT: u8 = 8;

/// What a building is for and how high its storeys are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Use {
    Home,
    House,
    Office,
    Shop,
    Public,
    Works,
    Minor,
}

impl Use {
    pub(super) fn class(self) -> BuildingClass {
        match self {
            Self::Home | Self::House => BuildingClass::Residential,
            Self::Office | Self::Shop => BuildingClass::Commercial,
            Self::Public => BuildingClass::Public,
            Self::Works => BuildingClass::Industrial,
            Self::Minor => BuildingClass::Minor,
        }
    }

    pub(super) fn storey_m(self) -> f64 {
        match self {
            Self::Home => 2.95,
            Self::House => 3.3,
            Self::Office | Self::Public => 3.9,
            Self::Shop | Self::Works => 5.0,
            Self::Minor => 3.0,
        }
    }
}

/// The block's ring, turned so that its streets run along the axes, the first axis the one nearest to east-west.
pub(super) fn turned(block: &Block) -> Vec<Xy> {
    let frame = Frame::new(block);
    block.ring.iter().map(|p| frame.into(*p)).collect()
}

/// From the ground to the turned block and back.
#[derive(Debug, Clone, Copy)]
struct Frame {
    origin: Xy,
    cos: f64,
    sin: f64,
}

impl Frame {
    fn new(block: &Block) -> Self {
        let quarter = std::f64::consts::FRAC_PI_2;
        let axis = f64::from(block.axis);
        let axis = axis - (axis / quarter).round() * quarter;
        Self { origin: block.ring.first().copied().unwrap_or_default(), cos: axis.cos(), sin: axis.sin() }
    }

    fn into(self, at: Xy) -> Xy {
        let [x, y] = minus(at, self.origin);
        [x * self.cos + y * self.sin, y * self.cos - x * self.sin]
    }

    fn back(self, [x, y]: Xy) -> Xy {
        [self.origin[0] + x * self.cos - y * self.sin, self.origin[1] + x * self.sin + y * self.cos]
    }
}

/// A lane between two lots.
#[derive(Debug)]
struct Line {
    paint: Paint,
    flags: u8,
    width_m: f64,
    from: Xy,
    to: Xy,
    /// Where other lanes end on it.
    joints: Vec<Xy>,
}

/// Where a lane that goes `ahead` from `at` ends on another, which is told so; `None` where it misses it.
fn joint(line: Option<&mut Line>, at: Xy, ahead: Xy) -> Option<Xy> {
    let line = line?;
    let (far, _) = meet(at, ahead, line.from, line.to)?;
    let joint = step(at, ahead, far);
    if far > line.width_m * 2.0 {
        return None;
    }
    line.joints.push(joint);
    Some(joint)
}

/// The block under work.
pub(super) struct Site<'a> {
    pub(super) block: &'a Block,
    pub(super) random: Random,
    /// How tall one builds here, 0 to 1.
    pub(super) height: f64,
    /// How closely, 0 to 1.
    pub(super) density: f64,
    /// Square metres of all its lots.
    pub(super) area: f64,
    /// What lots are to be larger by than they are on their own.
    pub(super) grain: f64,
    frame: Frame,
    ring: Vec<Xy>,
    lines: Vec<Line>,
    /// Paths drawn so far.
    paths: Vec<Vec<Xy>>,
    wanted: usize,
    before: usize,
    out: &'a mut Filled,
}

impl<'a> Site<'a> {
    pub(super) fn new(block: &'a Block, area: f64, wanted: usize, out: &'a mut Filled) -> Self {
        let natural = area / super::square_metres_a_building(block.zone);
        Self {
            block,
            random: Random::new(block.seed),
            height: f64::from(block.height).clamp(0.0, 1.0),
            density: f64::from(block.density).clamp(0.0, 1.0),
            area,
            grain: (natural / wanted.max(1) as f64).clamp(0.5, 2.0),
            frame: Frame::new(block),
            ring: turned(block),
            lines: Vec::new(),
            paths: Vec::new(),
            wanted,
            before: out.buildings.len(),
            out,
        }
    }

    /// Whether details that count as buildings may still be added.
    pub(super) fn has_room(&self) -> bool {
        self.out.buildings.len() - self.before < self.wanted
    }

    /// Whether chance says so and there is room for a detail.
    pub(super) fn detail(&mut self, share: f64) -> bool {
        self.random.chance(share) && self.has_room()
    }

    /// A building of `floors` storeys whose walls start at `foot_m`; its top, or `foot_m` where it is too small to be.
    pub(super) fn raise(&mut self, rings: Vec<Vec<Xy>>, foot_m: f64, floors: f64, used: Use) -> f64 {
        self.raise_named(rings, foot_m, floors, used, String::new())
    }

    pub(super) fn raise_named(
        &mut self,
        rings: Vec<Vec<Xy>>,
        foot_m: f64,
        floors: f64,
        used: Use,
        name: String,
    ) -> f64 {
        let floors = floors.round().clamp(1.0, 140.0);
        let ground = if foot_m > 0.0 { 0.0 } else { 0.6 };
        self.build(rings, foot_m, foot_m + floors * used.storey_m() + ground, floors, used, name)
    }

    /// A building without storeys to count: a hall, a tank, a roof.
    pub(super) fn put(&mut self, rings: Vec<Vec<Xy>>, foot_m: f64, top_m: f64, used: Use) -> f64 {
        let floors = if used == Use::Works || used == Use::Minor { 1.0 } else { ((top_m - foot_m) / 4.5).max(1.0) };
        self.build(rings, foot_m, top_m, floors, used, String::new())
    }

    fn build(&mut self, mut rings: Vec<Vec<Xy>>, foot_m: f64, top_m: f64, floors: f64, used: Use, name: String) -> f64 {
        if rings.first().is_none_or(|outer| shape::twice_area(outer) < 2.0 * LEAST_M2) {
            return foot_m;
        }
        for (i, ring) in rings.iter_mut().enumerate() {
            shape::orient(ring, i == 0);
            for corner in ring {
                *corner = self.frame.back(*corner);
            }
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
        self.out.buildings.push(Made {
            rings,
            top_m: top_m as f32,
            foot_m: foot_m as f32,
            class: used.class(),
            levels: floors.round() as u8,
            name,
        });
        top_m
    }

    pub(super) fn paint(&mut self, paint: Paint, rings: Vec<Vec<Xy>>) {
        let frame = self.frame;
        let rings = rings.into_iter().map(|r| r.into_iter().map(|p| frame.back(p)).collect()).collect();
        self.out.fills.push((paint, rings));
    }

    /// The whole block.
    pub(super) fn paint_all(&mut self, paint: Paint) {
        self.out.fills.push((paint, vec![self.block.ring.clone()]));
    }

    pub(super) fn place(&mut self, kind: PlaceKind, rank: u8, name: (String, String), at: Xy) {
        self.out.places.push((kind, rank, name, self.frame.back(at)));
    }

    /// A path drawn as it is; its first point is moved out to the block's edge.
    pub(super) fn path(&mut self, paint: Paint, flags: u8, width_m: f64, mut line: Vec<Xy>) {
        let (Some(first), Some(second)) = (line.first().copied(), line.get(1).copied()) else { return };
        if let Some(gate) = self.edge(first, unit(minus(first, second))) {
            line.insert(0, gate);
            self.way(paint, flags, width_m, &line);
            self.paths.push(line);
        }
    }

    /// Whether no path runs within `far` metres of a place.
    pub(super) fn is_off_paths(&self, at: Xy, far: f64) -> bool {
        let segments = self.paths.iter().flat_map(|line| line.iter().zip(line.iter().skip(1)));
        segments.into_iter().all(|(a, b)| {
            let (d, to) = (minus(*b, *a), minus(at, *a));
            let share = (dot(to, d) / dot(d, d).max(1e-9)).clamp(0.0, 1.0);
            distance(at, step(*a, d, share)) > far
        })
    }

    fn way(&mut self, paint: Paint, flags: u8, width_m: f64, line: &[Xy]) {
        let mut line: Vec<Xy> = line.iter().map(|p| self.frame.back(*p)).collect();
        line.dedup_by(|a, b| distance(*a, *b) < 0.05);
        if line.len() < 2 {
            return;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
        self.out.ways.push((paint, flags, (width_m * 100.0).round() as u16, line));
    }

    /// Where a ray from inside leaves the block.
    fn edge(&self, from: Xy, ray: Xy) -> Option<Xy> {
        let inside = step(from, ray, -0.02);
        let far = shape::pairs(&self.ring).filter_map(|(a, b)| meet(inside, ray, a, b)).map(|(far, _)| far);
        far.min_by(f64::total_cmp).map(|far| step(inside, ray, far))
    }

    /// Cut a lot in two with a lane between. Where the lane reaches no street there is a gap and no lane.
    pub(super) fn lane(&mut self, lot: &Lot, on: Xy, along: Xy, width_m: f64, paint: Paint) -> [Option<Lot>; 2] {
        let flags = if paint == Paint::Path { ON_FOOT } else { 0 };
        let number = self.lines.len();
        let normal = left(along);
        let across = dot(on, normal);
        let mut ends: Vec<(f64, Side, f64)> = Vec::new();
        for (a, b, side) in lot.edges() {
            let (va, vb) = (dot(a, normal) - across, dot(b, normal) - across);
            if (va >= 0.0) != (vb >= 0.0) {
                let at = step(a, minus(b, a), va / (va - vb));
                let sine = cross(along, unit(minus(b, a))).abs();
                // close to a corner the lane would run over the next side, whatever lies beyond that
                let tight = side == Side::Street && distance(at, a).min(distance(at, b)) < width_m;
                ends.push((dot(at, along), if tight { Side::Party } else { side }, if tight { 0.3 } else { sine }));
            }
        }
        let [Some(mut a), Some(mut b)] = [ends.first().copied(), ends.get(1).copied()] else {
            return lot.cut(on, along, width_m, Side::Party);
        };
        if a.1 != Side::Street && b.1 == Side::Street {
            std::mem::swap(&mut a, &mut b);
        }
        if a.1 != Side::Street {
            return lot.cut(on, along, width_m, Side::Party);
        }
        let at = |u: f64| step(step([0.0, 0.0], along, u), normal, across);
        // a side may lie a little within the block's edge; further off another lot may lie between
        let edge = |from: Xy, ray: Xy| self.edge(from, ray).filter(|edge| distance(*edge, from) < 2.0);
        if edge(at(a.0), if b.0 >= a.0 { [-along[0], -along[1]] } else { along }).is_none() && b.1 == Side::Street {
            std::mem::swap(&mut a, &mut b);
        }
        let ahead = if b.0 >= a.0 { along } else { [-along[0], -along[1]] };
        let Some(from) = edge(at(a.0), [-ahead[0], -ahead[1]]) else {
            return lot.cut(on, along, width_m, Side::Party);
        };
        // a dead end stops short of the neighbour
        let short = |(u, _, sine): (f64, Side, f64)| {
            at(u - (u - a.0).signum() * (width_m * 0.6 / sine.max(0.05)).min((u - a.0).abs() * 0.8))
        };
        let to = match b.1 {
            Side::Street => edge(at(b.0), ahead).unwrap_or(at(b.0)),
            Side::Lane(other) => joint(self.lines.get_mut(other), at(b.0), ahead).unwrap_or_else(|| short(b)),
            Side::Party => short(b),
        };
        self.lines.push(Line { paint, flags, width_m, from, to, joints: Vec::new() });
        lot.cut(on, along, width_m, Side::Lane(number))
    }

    /// Cut a lot across its longer side until no piece is larger than `above` square metres, with lanes between.
    pub(super) fn lanes(&mut self, lot: &Lot, above: f64, width_m: f64, paint: Paint) -> Vec<Lot> {
        let mut out = Vec::new();
        self.lanes_into(lot.clone(), above, width_m, paint, &mut out);
        out
    }

    fn lanes_into(&mut self, lot: Lot, above: f64, width_m: f64, paint: Paint, out: &mut Vec<Lot>) {
        if lot.area() <= above {
            out.push(lot);
            return;
        }
        let (on, along) = self.across(&lot, 0.07);
        for half in self.lane(&lot, on, along, width_m, paint).into_iter().flatten() {
            self.lanes_into(half, above, width_m, paint, out);
        }
    }

    /// Cut a lot until no piece is larger than about `above` square metres, without lanes.
    pub(super) fn parcels(&mut self, lot: &Lot, above: f64, out: &mut Vec<Lot>) {
        if lot.area() <= above * self.random.between(0.75, 1.35) {
            out.push(lot.clone());
            return;
        }
        let (on, along) = self.across(lot, 0.1);
        for half in lot.cut(on, along, 0.0, Side::Party).into_iter().flatten() {
            self.parcels(&half, above, out);
        }
    }

    /// A line across the longer side of a lot near its middle, up to a share of its length off it.
    fn across(&mut self, lot: &Lot, off: f64) -> (Xy, Xy) {
        let (_, along) = lot.front();
        let ((u0, u1), (v0, v1)) = (lot.extent(along), lot.extent(left(along)));
        let share = self.random.between(0.5 - off, 0.5 + off);
        let mid = |lo: f64, hi: f64| lo + (hi - lo) * share;
        let at = |u: f64, v: f64| step(step([0.0, 0.0], along, u), left(along), v);
        if u1 - u0 >= v1 - v0 {
            (at(mid(u0, u1), f64::midpoint(v0, v1)), left(along))
        } else {
            (at(f64::midpoint(u0, u1), mid(v0, v1)), along)
        }
    }

    /// Hand over the lanes.
    pub(super) fn finish(mut self) {
        for line in std::mem::take(&mut self.lines) {
            let ahead = unit(minus(line.to, line.from));
            let mut joints = line.joints;
            joints.sort_by(|a, b| dot(*a, ahead).total_cmp(&dot(*b, ahead)));
            let mut points = vec![line.from];
            points.extend(joints);
            points.push(line.to);
            self.way(line.paint, line.flags, line.width_m, &points);
        }
    }
}
