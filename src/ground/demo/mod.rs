//! A city from a seed, so that a first start needs no download.
//!
//! Everything is laid out on a flat plan (a grid of streets, a river, a railway), and the plan is then bent a little
//! as a whole: what does not overlap on the plan does not overlap in the city. The same seed and size give the same
//! city on every machine.

#[cfg_attr(not(test), expect(dead_code, reason = "the plan of blocks of any shape hands them out next"))]
mod block;
mod blocks;
#[cfg_attr(not(test), expect(dead_code, reason = "as `block`"))]
mod fill;
mod names;
mod plan;
mod shapes;
#[cfg(test)]
mod tests;

use super::frame::LocalFrame;
use super::pack::model::{AreaShape, CityModel, FillShape, Fix, PlaceShape, Source, WayShape, fix_from_lonlat};
use super::pack::records::{Paint, PlaceKind};
use super::pack::shape::Xy;
use crate::domain::LonLat;
use plan::Plan;

/// Buildings of the demo city that comes with the program.
pub const DEFAULT_BUILDINGS: usize = 12_000;

/// Where the city stands: open country, so that nobody takes it for a real one.
const ORIGIN: LonLat = LonLat { lon: 119.3, lat: 31.6 };

/// A city of about `buildings` buildings (at most that many, and at least 95 in a hundred of them).
#[must_use]
pub fn generate(seed: u64, buildings: usize) -> CityModel {
    let wanted = buildings.clamp(1, 2_000_000);
    let mut blocks_wanted = wanted / 14 + 16;
    loop {
        let model = attempt(seed, wanted, blocks_wanted);
        if model.buildings.len() * 100 >= wanted * 95 {
            return model;
        }
        blocks_wanted += blocks_wanted / 6 + 4;
    }
}

fn attempt(seed: u64, wanted: usize, blocks: usize) -> CityModel {
    let mut random = Random::new(seed);
    let plan = Plan::new(&mut random, blocks);
    let mut city = Draft::new(&plan);
    city.model.name.push_str(names::names().city.both().0);
    city.model.licence.push_str("CC0-1.0 (generated)");
    city.model.sources.push(Source {
        file: format!("demo city, seed {seed}"),
        bytes: 0,
        format: "generated".to_owned(),
        datum: "wgs84".to_owned(),
        licence: "CC0-1.0".to_owned(),
        layers: ["buildings", "roads", "water", "green", "areas", "places"].map(str::to_owned).to_vec(),
    });
    let mut road_names = names::RoadNames::new(&mut random);
    plan.water(&mut city);
    plan.streets(&mut city, &mut road_names);
    plan.areas(&mut city);
    blocks::fill(&mut city, &mut random, wanted);
    city.model
}

/// A small generator of random numbers (SplitMix64): the same everywhere, and no dependency.
#[derive(Debug, Clone)]
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Self {
        Self(seed ^ 0x5851_f42d_4c95_7f2d)
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0 to 1, 1 excluded.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64")]
    fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.bits() % (count.max(1) as u64)).unwrap_or(0)
    }

    fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.below(of.len()))
    }
}

/// The model under construction, with the plan that bends into it.
struct Draft<'a> {
    plan: &'a Plan,
    frame: LocalFrame,
    model: CityModel,
    next_id: i64,
}

impl<'a> Draft<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self { plan, frame: LocalFrame::new(ORIGIN), model: CityModel::default(), next_id: 1 }
    }

    fn id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    /// From the plan to the ground.
    fn fix(&self, at: Xy) -> Fix {
        fix_from_lonlat(self.frame.lonlat_from_metres(self.plan.bend(at)))
    }

    fn fixes(&self, line: &[Xy]) -> Vec<Fix> {
        line.iter().map(|p| self.fix(*p)).collect()
    }

    fn fill(&mut self, paint: Paint, rings: &[Vec<Xy>]) {
        let rings: Vec<Vec<Fix>> = rings.iter().map(|r| self.fixes(r)).collect();
        let rings = self.model.add_rings(rings.iter().map(Vec::as_slice));
        self.model.fills.push(FillShape { source_id: 0, paint, rings });
    }

    fn way(&mut self, class: Paint, flags: u8, width_cm: u16, name: (&str, &str), line: &[Xy]) {
        if line.len() < 2 {
            return;
        }
        let points = self.fixes(line);
        let points = self.model.add_points(points);
        let (zh, en) = (self.model.names.number(name.0), self.model.names.number(name.1));
        let source_id = self.id();
        self.model.ways.push(WayShape { source_id, name: zh, name_en: en, class, flags, width_cm, points });
    }

    fn place(&mut self, kind: PlaceKind, rank: u8, name: (&str, &str), at: Xy) {
        let at = self.fix(at);
        let (zh, en) = (self.model.names.number(name.0), self.model.names.number(name.1));
        let source_id = self.id();
        self.model.places.push(PlaceShape { source_id, name: zh, name_en: en, at, kind, rank });
    }

    fn area(&mut self, level: u8, name: (&str, &str), ring: &[Xy]) {
        let ring = self.fixes(ring);
        let rings = self.model.add_rings([ring.as_slice()]);
        let (zh, en) = (self.model.names.number(name.0), self.model.names.number(name.1));
        let source_id = self.id();
        self.model.areas.push(AreaShape { source_id, name: zh, name_en: en, level, code: 0, rings, label: None });
    }
}
