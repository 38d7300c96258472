//! Which parts of which roads take the value of which sensor. Pure.
//!
//! ```text
//!              A                         B               sensors, each on the nearest road within SNAP_M
//!   ───┬───────●────────────┬────────────●──────┬───     one road between its crossings
//!      aaaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbb     each part takes the sensor that is nearest along the road,
//!                           │                            up to REACH_M of road from it
//! ```
//! 1. A value goes on over crossings along the same road (of the same name, or the same way where it has none) in both
//!    directions, and never turns into another one.
//! 2. A part belongs to its nearest sensor whether that has data or not: where it has none, nothing is told of the part.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::domain::SensorId;
use crate::ground::City;
use crate::ground::pack::Deck;
use crate::ground::pack::records::Paint;

/// Metres from a road at which a sensor is still on it.
pub const SNAP_M: f32 = 60.0;
/// Metres of road that a value goes.
pub const REACH_M: f32 = 400.0;
/// A road is taken for so many metres nearer than another one that is a class smaller.
const CLASS_M: f32 = 1.0;
/// Nothing shorter is a part of its own.
const LEAST_M: f32 = 0.5;
/// Metres between two points of a part at most, so that it follows the ground.
const STEP_M: f32 = 80.0;
/// The same on a bridge, which rises and falls within some dozen metres.
const BRIDGE_STEP_M: f32 = 20.0;
/// Of two bridges one is over the other from so many metres on.
const STOREY_M: f32 = 2.0;
/// Metres by which the place that is pointed at may move as a part rises and falls.
const RISE_M: f32 = 60.0;
/// A way that is not for cars.
const NO_CARS: u8 = 1 << 3;
/// Numbers of roads without a name begin here.
const NAMELESS: u64 = 1 << 32;

/// A road between two crossings.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Its points, metres, from the first crossing to the second.
    pub points: Vec<[f32; 2]>,
    /// The crossings.
    pub ends: [u32; 2],
    /// Which road it is part of.
    pub road: u64,
    /// A [`Paint`] from `Street` to `Motorway`.
    pub class: u8,
    /// The bridge that it runs on, and the metres from where that begins to its own first point.
    pub bridge: Option<(Deck, f32)>,
}

impl Piece {
    /// Its straights, each with the metres from its beginning.
    fn straights(&self) -> impl Iterator<Item = (f32, [f32; 2], [f32; 2])> + '_ {
        let pairs = self.points.iter().zip(self.points.iter().skip(1));
        pairs.scan(0.0, |along, (a, b)| {
            let begin = *along;
            *along += far(*a, *b);
            Some((begin, *a, *b))
        })
    }

    fn long(&self) -> f32 {
        self.straights().map(|(_, a, b)| far(a, b)).sum()
    }

    /// How far off a point is, and where on the piece that is, in metres from its beginning.
    fn nearest(&self, at: [f32; 2]) -> Option<(f32, f32)> {
        let on = |(begin, a, b): (f32, [f32; 2], [f32; 2])| {
            let share = share_of(a, b, at);
            (far(between(a, b, share), at), begin + far(a, b) * share)
        };
        self.straights().map(on).min_by(|one, other| one.0.total_cmp(&other.0))
    }

    /// Metres up so many metres from its beginning, where the ground is so high: on a bridge its deck, unless the ground
    /// rises over that.
    fn height(&self, along: f32, ground: f64) -> f64 {
        let deck = self.bridge.map(|(deck, begin)| deck.at(f64::from(begin + along)));
        deck.map_or(ground, |deck| deck.max(ground))
    }

    /// Its points from so many metres on up to so many, each with the metres from its beginning.
    fn part(&self, from: f32, to: f32) -> Vec<([f32; 2], f32)> {
        let step_m = if self.bridge.is_some() { BRIDGE_STEP_M } else { STEP_M };
        let mut points = Vec::new();
        for (begin, a, b) in self.straights() {
            let long = far(a, b);
            if long <= 0.0 || begin + long <= from || begin >= to {
                continue;
            }
            let (low, high) = ((from - begin).max(0.0), (to - begin).min(long));
            if points.is_empty() {
                points.push((between(a, b, low / long), begin + low));
            }
            let steps = ((high - low) / step_m).ceil().max(1.0);
            let mut step = 1.0;
            while step <= steps {
                let on = low + (high - low) * step / steps;
                points.push((between(a, b, on / long), begin + on));
                step += 1.0;
            }
        }
        points
    }
}

fn far(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn between(a: [f32; 2], b: [f32; 2], share: f32) -> [f32; 2] {
    [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share]
}

/// Where on a straight it is nearest to a point, 0 to 1.
fn share_of(a: [f32; 2], b: [f32; 2], at: [f32; 2]) -> f32 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let square = dx * dx + dy * dy;
    if square > 0.0 { (((at[0] - a[0]) * dx + (at[1] - a[1]) * dy) / square).clamp(0.0, 1.0) } else { 0.0 }
}

/// The box around some points.
fn around<'a>(points: impl Iterator<Item = &'a [f32; 2]>) -> ([f32; 2], [f32; 2]) {
    points.fold(([f32::MAX; 2], [f32::MIN; 2]), |(low, high), [x, y]| {
        ([low[0].min(*x), low[1].min(*y)], [high[0].max(*x), high[1].max(*y)])
    })
}

/// All roads.
#[derive(Debug)]
pub struct Network {
    pieces: Vec<Piece>,
    /// Pieces that begin or end at each crossing.
    at: BTreeMap<u32, Vec<u32>>,
    tree: RTree<GeomWithData<Rectangle<[f32; 2]>, u32>>,
}

impl Network {
    /// The network of some pieces.
    #[must_use]
    pub fn new(pieces: Vec<Piece>) -> Self {
        let mut at: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (number, piece) in (0..).zip(&pieces) {
            let ends: BTreeSet<u32> = piece.ends.into();
            for end in ends {
                at.entry(end).or_default().push(number);
            }
        }
        let boxed = |(number, piece): (u32, &Piece)| {
            let (low, high) = around(piece.points.iter());
            GeomWithData::new(Rectangle::from_aabb(AABB::from_corners(low, high)), number)
        };
        let tree = RTree::bulk_load((0..).zip(&pieces).map(boxed).collect());
        Self { pieces, at, tree }
    }

    /// That of a city: streets and all that is greater, where cars go; both directions of a road are one piece.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let classes = Paint::Street as u8..=Paint::Motorway as u8;
        let mut seen = BTreeSet::new();
        let decks = city.decks();
        let piece = |edge: &crate::ground::pack::records::Edge| {
            let way = city.ways().get(edge.way as usize)?;
            let (first, last) = (edge.first_point.min(edge.last_point), edge.first_point.max(edge.last_point));
            let drives = classes.contains(&way.class) && way.flags & NO_CARS == 0;
            if !drives || !seen.insert((first, last)) {
                return None;
            }
            let points = city.way_points().get(first as usize..=last as usize)?.to_vec();
            let ends = if edge.first_point <= edge.last_point { [edge.from, edge.to] } else { [edge.to, edge.from] };
            let road = if way.name == 0 { NAMELESS + u64::from(edge.way) } else { u64::from(way.name) };
            let before = city.way_points().get(way.first_point as usize..=first as usize).unwrap_or_default();
            let begin = before.iter().zip(before.iter().skip(1)).map(|(a, b)| far(*a, *b)).sum();
            let bridge = decks.get(&edge.way).map(|deck| (*deck, begin));
            Some(Piece { points, ends, road, class: way.class, bridge })
        };
        Self::new(city.edges().iter().filter_map(piece).collect())
    }

    /// The piece that a point is on, and where on it.
    fn on(&self, at: [f32; 2]) -> Option<(u32, f32)> {
        let reach = AABB::from_corners(at.map(|v| v - SNAP_M), at.map(|v| v + SNAP_M));
        let near = self.tree.locate_in_envelope_intersecting(reach).filter_map(|boxed| {
            let piece = self.pieces.get(boxed.data as usize)?;
            let (off, along) = piece.nearest(at).filter(|(off, _)| *off <= SNAP_M)?;
            Some((off - f32::from(piece.class) * CLASS_M, boxed.data, along))
        });
        let best = near.min_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        best.map(|(_, number, along)| (number, along))
    }
}

/// A part of a road, and the sensor whose value it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// The sensor.
    pub sensor: SensorId,
    /// Points, metres east and north, and up where whoever has the ground put it.
    pub points: Vec<[f32; 3]>,
    /// Metres of road from the sensor to its first and to its last point.
    pub away: [f32; 2],
    /// As [`Piece::class`].
    pub class: u8,
    /// South-west and north-east corner of the box around it.
    pub bounds: ([f32; 2], [f32; 2]),
    /// It is on a bridge.
    pub bridge: bool,
}

/// What is nearest along a piece: a sensor on it, or one beyond an end as if the piece went on to it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Site {
    /// Metres from the beginning of the piece.
    at: f32,
    /// Number of the sensor.
    of: usize,
}

/// The parts of all roads that take the value of some sensors, which come with their places in metres; `height` is that
/// of the ground.
#[must_use]
pub fn stretches(
    network: &Network,
    sensors: &[(SensorId, [f64; 2])],
    height: impl Fn([f64; 2]) -> f64,
) -> Vec<Stretch> {
    #[expect(clippy::cast_possible_truncation, reason = "metres of a city")]
    let narrow = |at: &[f64; 2]| at.map(|v| v as f32);
    let mut sites: BTreeMap<u32, Vec<Site>> = BTreeMap::new();
    for (of, (_, place)) in sensors.iter().enumerate() {
        if let Some((piece, at)) = network.on(narrow(place)) {
            sites.entry(piece).or_default().push(Site { at, of });
        }
    }
    spread(network, &mut sites);
    let mut all = Vec::new();
    for (number, mut sites) in sites {
        let Some(piece) = network.pieces.get(number as usize) else { continue };
        sites.sort_by(|one, other| one.at.total_cmp(&other.at).then(one.of.cmp(&other.of)));
        let long = piece.long();
        for (i, site) in sites.iter().enumerate() {
            let half = |other: Option<&Site>| other.map(|other| f32::midpoint(site.at, other.at));
            let before = half(i.checked_sub(1).and_then(|i| sites.get(i))).unwrap_or(f32::MIN);
            let after = half(sites.get(i + 1)).unwrap_or(f32::MAX);
            let (from, to) = (before.max(site.at - REACH_M).max(0.0), after.min(site.at + REACH_M).min(long));
            // On both sides of a sensor the way to it grows.
            let middle = site.at.clamp(from.min(to), to.max(from));
            let Some((sensor, _)) = sensors.get(site.of) else { continue };
            for (from, to) in [(from, middle), (middle, to)] {
                if to - from < LEAST_M {
                    continue;
                }
                let points = piece.part(from, to);
                #[expect(clippy::cast_possible_truncation, reason = "metres above the city's zero")]
                let up = |([x, y], along): ([f32; 2], f32)| {
                    [x, y, piece.height(along, height([x, y].map(f64::from))) as f32]
                };
                all.push(Stretch {
                    sensor: *sensor,
                    away: [(from - site.at).abs(), (to - site.at).abs()],
                    class: piece.class,
                    bridge: piece.bridge.is_some(),
                    bounds: around(points.iter().map(|(at, _)| at)),
                    points: points.into_iter().map(up).collect(),
                });
            }
        }
    }
    all
}

/// From the sensors on pieces over the crossings along the same roads: adds the nearest one beyond each end of a piece.
fn spread(network: &Network, sites: &mut BTreeMap<u32, Vec<Site>>) {
    // Bits of floats that are not negative are in their order.
    let mut open: BinaryHeap<Reverse<(u32, usize, u32, u64)>> = BinaryHeap::new();
    for (number, own) in &*sites {
        let Some(piece) = network.pieces.get(*number as usize) else { continue };
        let ([first, last], long) = (piece.ends, piece.long());
        for site in own {
            open.push(Reverse((site.at.to_bits(), site.of, first, piece.road)));
            open.push(Reverse(((long - site.at).max(0.0).to_bits(), site.of, last, piece.road)));
        }
    }
    let mut reached: BTreeMap<(u32, u64), (f32, usize)> = BTreeMap::new();
    while let Some(Reverse((bits, of, crossing, road))) = open.pop() {
        let away = f32::from_bits(bits);
        if away >= REACH_M || reached.contains_key(&(crossing, road)) {
            continue;
        }
        reached.insert((crossing, road), (away, of));
        for number in network.at.get(&crossing).map(Vec::as_slice).unwrap_or_default() {
            let Some(piece) = network.pieces.get(*number as usize).filter(|piece| piece.road == road) else { continue };
            let [first, last] = piece.ends;
            let long = piece.long();
            if first == crossing {
                sites.entry(*number).or_default().push(Site { at: -away, of });
                open.push(Reverse(((away + long).to_bits(), of, last, road)));
            }
            if last == crossing {
                sites.entry(*number).or_default().push(Site { at: long + away, of });
                open.push(Reverse(((away + long).to_bits(), of, first, road)));
            }
        }
    }
}

/// A part that is near what is pointed at.
#[derive(Debug, Clone, Copy)]
struct Near<'a> {
    /// Metres off, in plan at its own height.
    off: f32,
    /// Metres up.
    up: f32,
    stretch: &'a Stretch,
    /// Metres along the road to its sensor.
    away: f32,
}

impl Near<'_> {
    /// Whether it rather than another one is pointed at: what runs on a bridge lies over what it crosses, of two bridges the
    /// upper one; else the nearer one.
    fn before(&self, other: &Self, within: f32) -> bool {
        let over = |near: &Self| near.stretch.bridge && near.off <= within / 2.0;
        match (over(self), over(other)) {
            (true, false) => true,
            (false, true) => false,
            (true, true) if (self.up - other.up).abs() > STOREY_M => self.up > other.up,
            _ => self.off < other.off,
        }
    }
}

/// The part that is pointed at within so many metres, and how far along the road from there to its sensor. `at` tells where
/// what points meets a height in metres; nothing where it never does.
#[must_use]
pub fn nearest(stretches: &[Stretch], at: impl Fn(f64) -> Option<[f64; 2]>, within_m: f64) -> Option<(&Stretch, f32)> {
    #[expect(clippy::cast_possible_truncation, reason = "metres of a city")]
    let within = within_m as f32;
    #[expect(clippy::cast_possible_truncation, reason = "metres of a city")]
    let at = |up: f32| at(f64::from(up)).map(|at| at.map(|v| v as f32));
    let flat = |point: &[f32; 3]| [point[0], point[1]];
    let mut best: Option<Near<'_>> = None;
    for stretch in stretches {
        let (low, high) = stretch.bounds;
        let ends = [stretch.points.first(), stretch.points.last()].into_iter().flatten();
        let reach = within + RISE_M;
        let inside = |v: f32, low: f32, high: f32| (low - reach..=high + reach).contains(&v);
        let near = |[x, y]: [f32; 2]| inside(x, low[0], high[0]) && inside(y, low[1], high[1]);
        if !ends.filter_map(|point| at(point[2])).any(near) {
            continue;
        }
        let pairs = || stretch.points.iter().zip(stretch.points.iter().skip(1));
        let long: f32 = pairs().map(|(a, b)| far(flat(a), flat(b))).sum();
        let mut along = 0.0;
        for (a, b) in pairs() {
            let (flat_a, flat_b) = (flat(a), flat(b));
            // Where on it that is says how high it is there, and that where it is met.
            let on = |up: f32| at(up).map(|at| (share_of(flat_a, flat_b, at), at));
            let height = |share: f32| a[2] + (b[2] - a[2]) * share;
            let met = on(height(0.5)).and_then(|(share, _)| on(height(share)));
            if let Some((share, at)) = met {
                let off = far(between(flat_a, flat_b, share), at);
                let part = (along + far(flat_a, flat_b) * share) / long.max(1e-3);
                let away = stretch.away[0] + (stretch.away[1] - stretch.away[0]) * part;
                let found = Near { off, up: height(share), stretch, away };
                if off <= within && best.is_none_or(|best| found.before(&best, within)) {
                    best = Some(found);
                }
            }
            along += far(flat_a, flat_b);
        }
    }
    best.map(|near| (near.stretch, near.away))
}
