//! A city from a seed, so that a first start needs no download.
//!
//! | step | module |
//! |---|---|
//! | where river, hills, lake and old town lie | `site` |
//! | ring roads, expressways, railways, canals; banks and main roads | `corridors`, `skeleton` |
//! | those lines cut into pieces, and the faces between them | `net` |
//! | faces cut by streets into blocks, and what blocks are used for | `cut`, `parcels`, `facilities` |
//! | unit grids, and the areas above them | `units`, `regions`, `areas` |
//! | blocks filled with buildings | `block`, `build`, `fill`, `clearance` |
//! | ways with the blocks' lanes, water, the port's quays, names | `roads`, `expressways`, `rails`, `lanes`, `water`, `quay`, `names` |
//! | heights, components in the streets, pipes under them | `terrain`, `furniture`, `pipes` |
//!
//! Parcels tile the city, streets are the edges between them, and buildings stay within their block: so nothing
//! overlaps, every block has a street, and every area's border is a street or a bank. The same seed and size give the
//! same city on every machine.

mod areas;
mod block;
mod build;
mod clearance;
mod corridors;
mod cut;
mod expressways;
mod facilities;
mod fill;
mod furniture;
mod geom;
mod lanes;
mod names;
mod net;
mod parcels;
mod pipes;
mod quay;
mod rails;
mod regions;
mod roads;
mod sheet;
mod site;
mod skeleton;
mod terrain;
#[cfg(test)]
mod tests;
mod units;
mod water;

use super::city::City;
use super::pack::model::{CityModel, Source};
use super::pack::records::Paint;
use crate::domain::LonLat;
use clearance::Clearance;
use names::{RoadNames, names};
use parcels::Use;
use sheet::Sheet;
use site::Site;
use skeleton::Skeleton;

/// Buildings of the demo city that comes with the program.
pub const DEFAULT_BUILDINGS: usize = 40_000;

/// How many buildings a demo city that looks like a city has. Smaller ones are for tests.
pub const BUILDINGS: std::ops::RangeInclusive<usize> = 5_000..=2_000_000;

/// Counts up whenever the same seed gives another city, so that nobody opens one that was made before.
pub const EDITION: u32 = 10;

/// The format of its one source, by which an open city is known to be made here.
const FORMAT: &str = "generated";

/// Where the city stands: open country, so that nobody takes it for a real one.
const ORIGIN: LonLat = LonLat { lon: 119.3, lat: 31.6 };

/// A city of about `buildings` buildings (at most that many, and at least 95 in a hundred of them).
#[must_use]
pub fn generate(seed: u64, buildings: usize) -> CityModel {
    generate_with(seed, buildings, &mut |_| ())
}

/// [`generate`], with the share that is done told as it grows, 0 to 1.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "at most two million")]
pub fn generate_with(seed: u64, buildings: usize, progress: &mut dyn FnMut(f32)) -> CityModel {
    let wanted = buildings.clamp(1, *BUILDINGS.end());
    // square metres of the built-up city for each building
    let mut each = 1_000.0;
    loop {
        let radius = (wanted as f64 * each / std::f64::consts::PI).sqrt().max(1_600.0);
        let model = attempt(seed, wanted, radius, progress);
        if model.buildings.len() * 100 >= wanted * 95 {
            return model;
        }
        each *= 1.2;
    }
}

fn attempt(seed: u64, wanted: usize, radius: f64, progress: &mut dyn FnMut(f32)) -> CityModel {
    let mut random = Random::new(seed);
    let site = Site::new(seed, radius);
    let skeleton = Skeleton::new(&site);
    let (mut net, faces) = net::arrange(&skeleton.drafts, |draft, at| skeleton.keep(&site, draft, at));
    let mut parcels = parcels::cut(&site, &skeleton, &mut net, faces);
    let mut words = RoadNames::new(&mut random);
    let expressways = expressways::draw(&site, &skeleton, &mut net);
    let named = facilities::place(&site, &skeleton, &net, &mut parcels, &mut words);
    let units = units::cut(&mut net, &parcels, seed);
    progress(0.1);

    let mut sheet = Sheet::new();
    sheet.model.name.push_str(names().city.both().0);
    sheet.model.licence.push_str("CC0-1.0 (generated)");
    sheet.model.sources.push(Source {
        file: format!("demo city, seed {seed}"),
        bytes: 0,
        format: FORMAT.to_owned(),
        datum: "wgs84".to_owned(),
        licence: "CC0-1.0".to_owned(),
        layers: ["buildings", "roads", "water", "green", "areas", "places", "terrain", "components", "pipes"]
            .map(str::to_owned)
            .to_vec(),
    });
    let addresses = sheet.areas(&site, &net, &parcels, &units, &mut words);
    water::draw(&site, &skeleton, &parcels, &Clearance::on_ground(&net, &expressways), &mut sheet);
    for parcel in &parcels {
        let paint = match parcel.used {
            Use::Rail => Paint::Bare,
            Use::Block(_) => Paint::Land,
            _ => Paint::Green,
        };
        sheet.fill(paint, &[net::ring(&parcel.face)]);
    }
    quay::draw(&site, &skeleton, &net, &parcels, wanted / 300, &mut sheet);
    let reached = roads::reached(&net, &expressways);
    let jobs = build::jobs(&site, &net, &parcels, &addresses, &named, &reached);
    let mut filled_parcels = vec![false; parcels.len()];
    let mut lanes = Vec::new();
    build::run(
        jobs,
        wanted.saturating_sub(sheet.model.buildings.len()),
        &Clearance::new(&net, &expressways, &skeleton),
        |job, filled| {
            if let Some(slot) = filled_parcels.get_mut(job.parcel as usize) {
                *slot = true;
            }
            lanes.extend(sheet.take(filled).into_iter().map(|lane| (job.parcel, lane)));
        },
        &mut |share| progress(0.1 + 0.8 * share),
    );
    for (parcel, filled) in parcels.iter().zip(filled_parcels) {
        if !filled && matches!(parcel.used, Use::Block(_)) {
            sheet.fill(Paint::Green, &[net::ring(&parcel.face)]);
        }
    }
    let lanes = lanes::join(&mut net, &parcels, &reached, lanes);
    let mut ways = roads::from_net(&net);
    roads::name_all(&mut ways, &net, &site, &mut words);
    let mut ways: Vec<roads::Way> = ways.into_iter().map(|(way, _)| way).chain(expressways).chain(lanes).collect();
    roads::tidy(&mut ways);
    for way in &ways {
        sheet.way(way.class, way.flags, way.width_m, (&way.name.0, &way.name.1), &way.points);
    }
    roads::crossings(&site, &ways, &mut sheet);
    let decks = rails::draw(&site, &skeleton, &net, &mut sheet, &mut words);
    facilities::small(&site, &parcels, |kind, rank, name, at| sheet.place(kind, rank, (&name.0, &name.1), at));
    furniture::place(&site, &skeleton.bounds, &ways, &decks, wanted, &mut sheet);
    furniture::number(&mut sheet.model);
    pipes::lay(&site, &ways, &mut sheet);
    sheet.model.terrain = sheet.model.bounds.map(|bounds| terrain::grid(&site, bounds));
    progress(1.0);
    sheet.model
}

/// Where the hall of a demo city stands: at the government's house. `None` for cities from elsewhere, and for toys that
/// have no such block.
#[must_use]
pub fn seat(city: &City) -> Option<LonLat> {
    if !city.meta().sources.iter().any(|source| source.format == FORMAT) {
        return None;
    }
    let (zh, _) = names().government.both();
    let house = city.places().iter().find(|place| city.name(place.name) == zh)?;
    Some(city.frame().lonlat_from_metres(house.at.map(f64::from)))
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
