//! Bridges: each has a level of its own.

use super::graph::NumberMap;
use super::model::{CityModel, Fix, WayShape, lonlat_from_fix};
use super::shape::Xy;
use super::terrain::Terrain;
use crate::ground::frame::LocalFrame;

/// How high bridges stand over the line between their ends, metres, and how steep they rise to it.
const CLEARANCE_M: f64 = 6.0;
const STEEPEST: f64 = 0.08;

/// How many bridges end at each place, and the ground there.
pub(super) struct Decks<'a> {
    model: &'a CityModel,
    frame: &'a LocalFrame,
    ground: Option<Terrain<'a>>,
    ends: NumberMap<Fix, u32>,
}

impl<'a> Decks<'a> {
    pub(super) fn new(model: &'a CityModel, frame: &'a LocalFrame, ground: Option<Terrain<'a>>) -> Self {
        let mut ends: NumberMap<Fix, u32> = NumberMap::default();
        for way in model.ways.iter().filter(|w| w.flags & 2 != 0) {
            if let [first, .., last] = model.points_of(way.points) {
                *ends.entry(*first).or_default() += 1;
                *ends.entry(*last).or_default() += 1;
            }
        }
        Self { model, frame, ground, ends }
    }

    /// The deck of a bridge; `None` where it has no length.
    pub(super) fn of(&self, way: &WayShape) -> Option<Deck> {
        let points = self.model.points_of(way.points);
        let [first, .., last] = points else { return None };
        let metres = |p: &Fix| self.frame.metres_from_lonlat(lonlat_from_fix(*p));
        let line: Vec<Xy> = points.iter().map(metres).collect();
        let legs = line.iter().zip(line.iter().skip(1));
        Some(Deck {
            length: legs.map(|(a, b)| (b[0] - a[0]).hypot(b[1] - a[1])).sum(),
            ends: [first, last].map(|p| self.ground.map_or(0.0, |g| g.at(metres(p)))),
            goes_on: [first, last].map(|p| self.ends.get(p).is_some_and(|n| *n > 1)),
        })
    }
}

/// The level of a bridge along its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deck {
    /// Metres.
    pub length: f64,
    /// Metres up of the ground at its ends.
    pub ends: [f64; 2],
    /// Whether another bridge goes on at its ends.
    pub goes_on: [bool; 2],
}

impl Deck {
    /// Metres of way over which it rises, and how high.
    fn ramp(&self) -> (f64, f64) {
        let grounded = self.goes_on.iter().filter(|on| !**on).count();
        let run = (CLEARANCE_M / STEEPEST).min(self.length / if grounded == 2 { 2.0 } else { 1.0 }).max(1e-3);
        // where one end goes on high up the other must come down in what length there is
        (run, if grounded == 2 { CLEARANCE_M.min(run * STEEPEST) } else { CLEARANCE_M })
    }

    /// Metres up at `along` metres from its beginning, where the ground does not rise over it.
    #[must_use]
    pub fn at(&self, along: f64) -> f64 {
        let along = along.clamp(0.0, self.length);
        let (run, high) = self.ramp();
        let share = if self.length > 0.0 { along / self.length } else { 0.0 };
        let mut rise: f64 = 1.0;
        if !self.goes_on[0] {
            rise = rise.min(along / run);
        }
        if !self.goes_on[1] {
            rise = rise.min((self.length - along) / run);
        }
        self.ends[0] + (self.ends[1] - self.ends[0]) * share + high * rise
    }

    /// The line with points added where the rise begins and ends.
    pub(super) fn cuts(&self, line: &[Xy]) -> Vec<Xy> {
        let (run, _) = self.ramp();
        let mut out = Vec::with_capacity(line.len() + 2);
        let mut along = 0.0;
        for (a, b) in line.iter().zip(line.iter().skip(1)) {
            out.push(*a);
            let long = (b[0] - a[0]).hypot(b[1] - a[1]);
            for stop in [run, self.length - run] {
                let t = (stop - along) / long.max(1e-9);
                if t * long > 0.2 && (1.0 - t) * long > 0.2 {
                    out.push([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]);
                }
            }
            along += long;
        }
        out.extend(line.last().copied());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bridge_rises_between_its_grounds_and_stays_up_where_another_goes_on() {
        let alone = Deck { length: 300.0, ends: [4.0, 7.0], goes_on: [false, false] };
        assert!((alone.at(0.0) - 4.0).abs() < 1e-9 && (alone.at(300.0) - 7.0).abs() < 1e-9);
        assert!((alone.at(150.0) - 11.5).abs() < 1e-9);
        let first = Deck { goes_on: [false, true], ..alone };
        let next = Deck { ends: [7.0, 5.0], goes_on: [true, false], length: 40.0 };
        assert!((first.at(300.0) - next.at(0.0)).abs() < 1e-9);
        assert!((next.at(40.0) - 5.0).abs() < 1e-9);
        // a short one does not jump
        let short = Deck { length: 10.0, ends: [0.0, 0.0], goes_on: [false, false] };
        assert!(short.at(5.0) < 0.5);
        let line = alone.cuts(&[[0.0, 0.0], [300.0, 0.0]]);
        assert_eq!(line, [[0.0, 0.0], [75.0, 0.0], [225.0, 0.0], [300.0, 0.0]]);
    }
}
