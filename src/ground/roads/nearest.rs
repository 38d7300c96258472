//! Who is there first: travel times by road from many places to one, roads that are closed left out.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::{OFF_ROAD_MPS, Roads, Spot, far};
use crate::ground::City;

/// The fastest that anybody goes on any road, metres a second.
const FASTEST_MPS: f32 = 24.0;
/// Whatever closes a road is at most so far from it, metres.
const CLOSES_M: f32 = 30.0;

/// Edges that nobody can pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closed(BTreeSet<u32>);

impl Closed {
    /// The edges under these places, both ways; a place away from any road closes none.
    #[must_use]
    pub fn at(roads: &Roads, city: &City, places: impl IntoIterator<Item = [f32; 2]>) -> Self {
        let mut closed = BTreeSet::new();
        for at in places {
            let Some(spot) = roads.spot(city, at).filter(|spot| far(spot.at, at) <= CLOSES_M) else { continue };
            closed.insert(spot.edge);
            closed.extend(roads.twin(city, spot.edge));
        }
        Self(closed)
    }

    /// How many roads, counting both ways as one.
    #[must_use]
    pub fn len(&self, roads: &Roads, city: &City) -> usize {
        self.0.iter().filter(|edge| roads.twin(city, **edge).is_none_or(|twin| **edge < twin)).count()
    }
}

/// Somebody who could come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arrival {
    /// Its number in what was asked.
    pub number: usize,
    /// Seconds by road at the usual speed of cars.
    pub secs: f32,
    /// Metres straight there.
    pub metres: f32,
}

/// Ways to one place, found outwards from it as far as they are asked for.
pub struct Nearest<'a> {
    roads: &'a Roads,
    city: &'a City,
    closed: &'a Closed,
    aim: Option<Spot>,
    to: [f32; 2],
    /// Seconds from a node to the aim.
    secs: Vec<f32>,
    settled: Vec<bool>,
    open: BinaryHeap<Reverse<(u32, u32)>>,
}

impl<'a> Nearest<'a> {
    /// Ways to `to`.
    #[must_use]
    pub fn to(roads: &'a Roads, city: &'a City, closed: &'a Closed, to: [f32; 2]) -> Self {
        let aim = roads.spot(city, to);
        let nodes = city.nodes().len();
        let (secs, settled) = (vec![f32::MAX; nodes], vec![false; nodes]);
        let mut nearest = Self { roads, city, closed, aim, to, secs, settled, open: BinaryHeap::new() };
        if let Some(aim) = aim {
            // Help comes up to what closes a road.
            for side in roads.ways_to(city, &aim) {
                nearest.reach(side.node, side.secs);
            }
        }
        nearest
    }

    fn reach(&mut self, node: u32, secs: f32) {
        if let Some(known) = self.secs.get_mut(node as usize).filter(|known| secs < **known) {
            *known = secs;
            // Bits of floats that are not negative are in their order.
            self.open.push(Reverse((secs.to_bits(), node)));
        }
    }

    /// Settle nodes until this one is, or all are that are nearer than `most` seconds.
    fn settle(&mut self, node: u32, most: f32) -> Option<f32> {
        loop {
            if self.settled.get(node as usize).copied().unwrap_or(true) {
                return self.secs.get(node as usize).copied().filter(|secs| *secs < most);
            }
            let Reverse((bits, next)) = self.open.pop()?;
            let so_far = f32::from_bits(bits);
            if so_far >= most {
                self.open.push(Reverse((bits, next)));
                return None;
            }
            let Some(settled) = self.settled.get_mut(next as usize) else { continue };
            if std::mem::replace(settled, true) {
                continue;
            }
            for number in self.roads.into(next) {
                let (Some(edge), Some(mps)) = (self.city.edges().get(*number as usize), self.roads.mps(*number)) else {
                    continue;
                };
                if mps > 0.0 && !self.closed.0.contains(number) {
                    self.reach(edge.from, so_far + edge.length_m / mps);
                }
            }
        }
    }

    /// Seconds by road from a place; `None` where it takes `most` or longer, or no road leads there.
    fn secs_from(&mut self, from: [f32; 2], most: f32) -> Option<f32> {
        let (Some(aim), Some(start)) = (self.aim, self.roads.spot(self.city, from)) else { return None };
        let walk = (far(from, start.at) + far(aim.at, self.to)) / OFF_ROAD_MPS;
        let mut best: Option<f32> = self.roads.secs_ahead(self.city, &start, &aim);
        for side in self.roads.ways_on(self.city, &start) {
            let most = best.unwrap_or(f32::MAX).min(most - walk) - side.secs;
            if let Some(secs) = self.settle(side.node, most) {
                best = Some(best.unwrap_or(f32::MAX).min(secs + side.secs));
            }
        }
        best.map(|secs| secs + walk).filter(|secs| *secs < most)
    }

    /// The first `count` to come of those at `places`, quickest first; `paces` is how many times faster than cars each
    /// goes, more than 0. Without roads they come straight.
    #[must_use]
    pub fn first(mut self, places: &[([f32; 2], f32)], count: usize) -> Vec<Arrival> {
        let mut order: Vec<Arrival> = places
            .iter()
            .enumerate()
            .map(|(number, (at, pace))| {
                let metres = far(*at, self.to);
                Arrival { number, secs: metres / (FASTEST_MPS * pace.max(0.01)), metres }
            })
            .collect();
        // No way is quicker than straight at full speed: whoever is behind the last one by that need not be looked at.
        order.sort_by(|a, b| a.secs.total_cmp(&b.secs).then(a.number.cmp(&b.number)));
        let no_roads = self.aim.is_none();
        let mut found: Vec<Arrival> = Vec::with_capacity(count + 1);
        for one in order {
            let worst = if found.len() < count { f32::MAX } else { found.last().map_or(f32::MAX, |last| last.secs) };
            if one.secs >= worst || count == 0 {
                break;
            }
            let Some((at, pace)) = places.get(one.number) else { continue };
            let pace = pace.max(0.01);
            let secs = if no_roads { Some(one.metres / 8.0) } else { self.secs_from(*at, worst * pace) };
            let Some(secs) = secs.map(|secs| secs / pace) else { continue };
            let at = found.partition_point(|other| (other.secs, other.number) < (secs, one.number));
            found.insert(at, Arrival { secs, ..one });
            found.truncate(count);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, OnceLock};

    use super::*;
    use crate::ground::{demo, pack};

    fn city() -> (Arc<City>, Roads) {
        static CITY: OnceLock<Arc<City>> = OnceLock::new();
        let city = CITY.get_or_init(|| {
            let dir = tempfile::tempdir().unwrap();
            let out = dir.path().join("city");
            pack::writer::write(&demo::generate(3, 2_000), &out, "").unwrap();
            Arc::new(City::open(&out).unwrap())
        });
        (Arc::clone(city), Roads::of(city))
    }

    /// Points all over the city, some of them off the road.
    fn places(city: &City, roads: &Roads, count: usize) -> Vec<([f32; 2], f32)> {
        let nodes = roads.nodes();
        let node = |i: usize| city.nodes()[nodes[i * 7919 % nodes.len()] as usize];
        (0..count).map(|i| ([node(i)[0] + (i % 5) as f32 * 6.0, node(i)[1] - (i % 3) as f32 * 9.0], 1.0)).collect()
    }

    #[test]
    fn the_first_to_come_are_those_whose_own_route_is_shortest() {
        let (city, mut roads) = city();
        let places = places(&city, &roads, 300);
        let open = Closed::default();
        for aim in [5, 111, 207] {
            let to = [places[aim].0[0] + 11.0, places[aim].0[1] + 3.0];
            let found = Nearest::to(&roads, &city, &open, to).first(&places, 20);
            assert_eq!(found.len(), 20);
            assert!(found.is_sorted_by(|a, b| a.secs <= b.secs));
            let mut all: Vec<f32> = places.iter().map(|(at, _)| roads.route(&city, *at, to, 1.0).long()).collect();
            for one in &found {
                // The search for one route goes straight to its aim and may miss the best way by a little.
                let route = all[one.number];
                assert!(one.secs <= route * 1.001 && one.secs > route * 0.8, "{one:?} but {route} s");
            }
            all.sort_by(f32::total_cmp);
            assert!(found[19].secs <= all[19] * 1.001, "{} but {}", found[19].secs, all[19]);
        }
    }

    #[test]
    fn whoever_drives_faster_comes_from_farther_and_nobody_comes_over_a_closed_road() {
        let (city, roads) = city();
        let places = places(&city, &roads, 200);
        let to = places[50].0;
        let open = Closed::default();
        let first =
            |places: &[([f32; 2], f32)], closed: &Closed| Nearest::to(&roads, &city, closed, to).first(places, 5);
        let plain = first(&places, &open);
        let mut quick = places.clone();
        let far_one = plain[4].number;
        quick[far_one].1 = 40.0;
        assert_eq!(first(&quick, &open)[..2].iter().filter(|one| one.number == far_one).count(), 1);
        // Close where the second one stands: others may have to go around, and it cannot leave but over there.
        let at = roads.spot(&city, places[plain[1].number].0).unwrap().at;
        let closed = Closed::at(&roads, &city, [at]);
        assert!(closed.len(&roads, &city) == 1 && Closed::at(&roads, &city, [[9e6, 9e6]]).len(&roads, &city) == 0);
        let around = first(&places, &closed);
        for one in &around {
            let before = plain.iter().find(|other| other.number == one.number);
            assert!(before.is_none_or(|before| before.secs <= one.secs + 0.01), "{before:?} {one:?}");
        }
        assert_eq!(first(&[], &open), []);
    }
}
