//! The point of a road that is nearest to a place, and how one drives away from it and up to it.

use super::{Leg, Roads, far};
use crate::ground::City;
use crate::ground::pack::records::Edge;

/// Bridge or tunnel.
const APART: u8 = 1 << 1 | 1 << 2;
/// Whoever is so near to a bridge or a tunnel is on it, metres.
const ON_IT_M: f32 = 2.0;
/// Others would rather reach a street that is so much farther.
const APART_M: f32 = 40.0;
/// Nearer to its end one is at a crossing.
const AT_NODE_M: f32 = 0.5;

/// A point on an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Where it is, metres.
    pub at: [f32; 2],
    pub(super) edge: u32,
    /// Which of its straights, from the first.
    step: usize,
    /// Straights of the edge.
    steps: usize,
    /// Metres from its beginning.
    pub(super) along: f32,
}

/// A way to leave a spot, or to come to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side {
    /// The crossing that it leads to, or comes from.
    pub(crate) node: u32,
    /// Seconds between spot and crossing.
    pub(crate) secs: f32,
    /// The edge that one is on meanwhile and which of its straights the spot is on; none at a crossing.
    pub(crate) edge: Option<(u32, usize)>,
}

/// The points of an edge in its direction.
pub(super) fn points_of<'a>(city: &'a City, edge: &Edge) -> impl Iterator<Item = [f32; 2]> + 'a {
    let (first, last) = (edge.first_point as usize, edge.last_point as usize);
    let points = city.way_points().get(first.min(last)..=first.max(last)).unwrap_or_default();
    let against = first > last;
    let count = points.len();
    (0..count).filter_map(move |i| points.get(if against { count - 1 - i } else { i }).copied())
}

impl Roads {
    /// The point nearest to a place on any edge that cars reach.
    #[must_use]
    pub fn spot(&self, city: &City, at: [f32; 2]) -> Option<Spot> {
        let mut best: Option<(f32, Spot)> = None;
        for (least, edges) in self.edge_cells.around(at) {
            if best.is_some_and(|(metres, _)| metres < least) {
                break;
            }
            for number in edges {
                let Some((metres, spot)) = on_edge(city, *number, at) else { continue };
                // Of edges as near as each other the one with the smaller number, whatever the order of squares.
                if best.is_none_or(|(m, s)| (metres, spot.edge) < (m, s.edge)) {
                    best = Some((metres, spot));
                }
            }
        }
        best.map(|(_, spot)| spot)
    }

    /// Where that is.
    #[cfg(test)]
    pub(crate) fn spot_at(&self, city: &City, at: [f32; 2]) -> Option<[f32; 2]> {
        self.spot(city, at).map(|spot| spot.at)
    }

    /// The edge that runs the other way on the same road.
    pub(crate) fn twin(&self, city: &City, number: u32) -> Option<u32> {
        let edge = city.edges().get(number as usize)?;
        let same = |other: &Edge| {
            other.to == edge.from && other.first_point == edge.last_point && other.last_point == edge.first_point
        };
        let found = self.out(edge.to).find(|n| city.edges().get(*n).is_some_and(same))?;
        u32::try_from(found).ok().filter(|n| self.mps_of(*n) > 0.0)
    }

    /// Metres a second where a spot is.
    pub(crate) fn mps_at(&self, spot: &Spot) -> f32 {
        self.mps_of(spot.edge)
    }

    fn mps_of(&self, edge: u32) -> f32 {
        self.mps.get(edge as usize).copied().unwrap_or_default()
    }

    /// The ways on from a spot: to the end of its edge, back to its beginning where that may be driven too.
    pub(crate) fn ways_on(&self, city: &City, spot: &Spot) -> Vec<Side> {
        let Some(edge) = city.edges().get(spot.edge as usize) else { return Vec::new() };
        let left = (edge.length_m - spot.along).max(0.0);
        let mut sides = vec![self.side(edge.to, left, spot.edge, spot.step)];
        if let Some(twin) = self.twin(city, spot.edge) {
            sides.push(self.side(edge.from, spot.along, twin, spot.steps - 1 - spot.step));
        } else if spot.along < AT_NODE_M {
            sides.push(Side { node: edge.from, secs: 0.0, edge: None });
        }
        sides
    }

    /// The ways to come to a spot.
    pub(crate) fn ways_to(&self, city: &City, spot: &Spot) -> Vec<Side> {
        let Some(edge) = city.edges().get(spot.edge as usize) else { return Vec::new() };
        let left = (edge.length_m - spot.along).max(0.0);
        let mut sides = vec![self.side(edge.from, spot.along, spot.edge, spot.step)];
        if let Some(twin) = self.twin(city, spot.edge) {
            sides.push(self.side(edge.to, left, twin, spot.steps - 1 - spot.step));
        } else if left < AT_NODE_M {
            sides.push(Side { node: edge.to, secs: 0.0, edge: None });
        }
        sides
    }

    fn side(&self, node: u32, metres: f32, edge: u32, step: usize) -> Side {
        Side { node, secs: metres / self.mps_of(edge).max(0.1), edge: Some((edge, step)) }
    }

    /// Both on one edge, the aim ahead: that edge and their straights of it.
    pub(crate) fn ahead(&self, city: &City, start: &Spot, aim: &Spot) -> Option<(u32, usize, usize)> {
        if start.edge != aim.edge {
            return None;
        }
        if start.along <= aim.along {
            return Some((start.edge, start.step, aim.step));
        }
        let back = |spot: &Spot| spot.steps - 1 - spot.step;
        Some((self.twin(city, start.edge)?, back(start), back(aim)))
    }

    /// Add a part of an edge to a leg: from one of its straights on, up to another, both of which the leg has or gets
    /// the ends of.
    pub(crate) fn drive_part(
        &self,
        city: &City,
        edge: u32,
        (from, upto): (Option<usize>, Option<usize>),
        (pace, mps_max): (f32, Option<f32>),
        leg: &mut Leg,
    ) {
        let Some(record) = city.edges().get(edge as usize) else { return };
        let mps = self.mps_of(edge).max(1.0) * pace;
        let mps = mps_max.map_or(mps, |max| mps.min(max));
        let last = upto.unwrap_or(usize::MAX);
        // The first point is where the leg already is.
        let corners = points_of(city, record).enumerate().skip(from.unwrap_or(0) + 1);
        corners.take_while(|(at, _)| *at <= last).for_each(|(_, point)| leg.push(point, mps));
    }
}

/// The point of an edge nearest to a place, and how far off it counts.
fn on_edge(city: &City, number: u32, at: [f32; 2]) -> Option<(f32, Spot)> {
    let edge = city.edges().get(number as usize)?;
    let mut best: Option<(f32, Spot)> = None;
    let (mut before, mut along, mut steps) = (None, 0.0, 0);
    for point in points_of(city, edge) {
        if let Some(from) = before {
            let (on, metres) = on_straight(from, point, at);
            if best.is_none_or(|(least, _)| metres < least) {
                let spot = Spot { at: on, edge: number, step: steps, steps: 0, along: along + far(from, on) };
                best = Some((metres, spot));
            }
            along += far(from, point);
            steps += 1;
        }
        before = Some(point);
    }
    let (metres, spot) = best?;
    let apart = metres > ON_IT_M && city.ways().get(edge.way as usize).is_some_and(|way| way.flags & APART != 0);
    Some((metres + if apart { APART_M } else { 0.0 }, Spot { steps, ..spot }))
}

fn on_straight(from: [f32; 2], to: [f32; 2], at: [f32; 2]) -> ([f32; 2], f32) {
    let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
    let long = dx * dx + dy * dy;
    let share = ((at[0] - from[0]) * dx + (at[1] - from[1]) * dy) / long;
    let share = if long > 0.0 { share.clamp(0.0, 1.0) } else { 0.0 };
    let on = [from[0] + dx * share, from[1] + dy * share];
    (on, far(on, at))
}
