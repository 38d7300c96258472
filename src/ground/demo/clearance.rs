//! Keeps buildings off streets and railways that are not edges of their own block: where a strip's side road is cut
//! off, the strip lies within the parcel beside it, and a wide street may end close to a corner.

use super::block::Filled;
use super::geom::{Near, apart, foot};
use super::net::Net;
use super::roads::Way;
use super::skeleton::{BRIDGE, Skeleton, TUNNEL};
use crate::ground::pack::shape::{self, Xy};

/// Half the width of a railway with its two tracks, metres.
const RAILWAY_M: f64 = 6.0;
/// Between a wall and the edge of a street, metres.
const GAP_M: f64 = 0.5;

/// Streets, expressways and railways above the ground.
pub(super) struct Clearance {
    near: Near,
    /// Half the width of each line in `near`.
    halves: Vec<f64>,
    widest: f64,
}

impl Clearance {
    pub(super) fn new(net: &Net, expressways: &[Way], skeleton: &Skeleton) -> Self {
        let streets = net.pieces.iter().filter(|p| p.class.is_some() && p.flags & TUNNEL == 0);
        let streets = streets.map(|p| (p.points.as_slice(), p.width_m / 2.0));
        let expressways = expressways.iter().map(|w| (w.points.as_slice(), w.width_m / 2.0));
        let rails = skeleton.rails.iter().map(|line| (line.as_slice(), RAILWAY_M));
        Self::of(streets.chain(expressways).chain(rails))
    }

    /// Streets and expressways that are neither on a bridge nor in a tunnel.
    pub(super) fn on_ground(net: &Net, expressways: &[Way]) -> Self {
        let streets = net.pieces.iter().filter(|p| p.class.is_some() && p.flags & (BRIDGE | TUNNEL) == 0);
        let expressways = expressways.iter().filter(|w| w.flags & (BRIDGE | TUNNEL) == 0);
        let streets = streets.map(|p| (p.points.as_slice(), p.width_m / 2.0));
        Self::of(streets.chain(expressways.map(|w| (w.points.as_slice(), w.width_m / 2.0))))
    }

    /// Of lines with half their width, metres.
    pub(super) fn of<'a>(lines: impl Iterator<Item = (&'a [Xy], f64)>) -> Self {
        let mut clearance = Self { near: Near::new(120.0), halves: Vec::new(), widest: 0.0 };
        for ((line, half), number) in lines.zip(0u32..) {
            clearance.near.put_line(line, number);
            clearance.halves.push(half + GAP_M);
            clearance.widest = clearance.widest.max(half + GAP_M);
        }
        clearance
    }

    /// Whether a place is on one of the lines, or less than half a metre from its edge.
    pub(super) fn covers(&self, p: Xy) -> bool {
        let mut found = Vec::new();
        self.near.around(p, p, self.widest, &mut found);
        let lines = found.iter().filter_map(|i| self.near.get(*i));
        lines
            .into_iter()
            .any(|(a, b, number)| foot(a, b, p).1 < self.halves.get(number as usize).copied().unwrap_or(0.0))
    }

    /// Whether one of the lines comes into the ring.
    pub(super) fn meets(&self, ring: &[Xy]) -> bool {
        !self.touching(ring).is_empty()
    }

    /// Take what stands in the way out of `filled`, and what stands on that.
    pub(super) fn clear(&self, block: &[Xy], filled: &mut Filled) {
        let in_the_way = self.touching(block);
        if in_the_way.is_empty() {
            return;
        }
        let mut base_stands = true;
        filled.buildings.retain(|made| {
            let free = made.rings.first().is_none_or(|ring| !in_the_way.iter().any(|line| touches(*line, ring)));
            if made.foot_m > 0.0 {
                return base_stands && free;
            }
            base_stands = free;
            free
        });
    }

    /// Segments that come into the ring, with half their width.
    fn touching(&self, ring: &[Xy]) -> Vec<(Xy, Xy, f64)> {
        let Some((low, high)) = shape::bounds(ring) else { return Vec::new() };
        let mut found = Vec::new();
        self.near.around(low, high, self.widest, &mut found);
        let lines = found.iter().filter_map(|i| self.near.get(*i));
        lines
            .map(|(a, b, number)| (a, b, self.halves.get(number as usize).copied().unwrap_or(0.0)))
            .filter(|line| touches(*line, ring))
            .collect()
    }
}

fn touches((a, b, half): (Xy, Xy, f64), ring: &[Xy]) -> bool {
    shape::inside([ring], a) || shape::pairs(ring).any(|(p, q)| apart((a, b), (p, q)) < half)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::demo::block::Made;
    use crate::ground::pack::records::BuildingClass;

    fn square(x: f64, y: f64, size: f64) -> Vec<Xy> {
        vec![[x, y], [x + size, y], [x + size, y + size], [x, y + size]]
    }

    #[test]
    fn what_stands_in_a_streets_way_goes_and_what_stands_on_that() {
        let made = |x: f64, foot_m: f32| Made {
            rings: vec![square(x, 40.0, 10.0)],
            top_m: foot_m + 12.0,
            foot_m,
            class: BuildingClass::Commercial,
            levels: 4,
            name: String::new(),
        };
        let street = [[50.0, -100.0], [50.0, 200.0]];
        let clearance = Clearance::of([(street.as_slice(), 8.0)].into_iter());
        let mut filled = Filled {
            buildings: vec![made(0.0, 0.0), made(45.0, 0.0), made(70.0, 12.0), made(70.0, 0.0)],
            ..Default::default()
        };
        clearance.clear(&square(200.0, 0.0, 100.0), &mut filled);
        assert_eq!(filled.buildings.len(), 4, "a street elsewhere takes nothing");
        clearance.clear(&square(0.0, 0.0, 100.0), &mut filled);
        let left: Vec<f64> = filled.buildings.iter().map(|made| made.rings[0][0][0]).collect();
        assert_eq!(left, [0.0, 70.0], "one on the street and the tower on it are gone");
    }
}
