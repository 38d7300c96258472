//! Tests of the demo city.

mod areas;
mod crossings;
mod streets;
mod works;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::geom::{add, apart, away, foot, left, meet, scale, sub, unit};
use super::*;
use crate::ground::frame::LocalFrame;
use crate::ground::pack::model::{Fix, WayShape, lonlat_from_fix};
use crate::ground::pack::records::{BuildingClass, Network, PlaceKind};
use crate::ground::pack::shape::{self, Xy};
use crate::ground::pack::writer;

/// A city that is looked at by many tests.
fn small() -> &'static CityModel {
    static CITY: OnceLock<CityModel> = OnceLock::new();
    CITY.get_or_init(|| generate(3, 6_000))
}

/// Cities of the size that comes with the program, its own first: each is made once.
fn large() -> impl Iterator<Item = (u64, &'static CityModel)> {
    static CITIES: [OnceLock<CityModel>; 3] = [const { OnceLock::new() }; 3];
    let seeds = [1, 4, 14].into_iter().zip(&CITIES);
    seeds.map(|(seed, city)| (seed, city.get_or_init(|| generate(seed, DEFAULT_BUILDINGS))))
}

fn metres(at: Fix) -> Xy {
    LocalFrame::new(ORIGIN).metres_from_lonlat(lonlat_from_fix(at))
}

fn rings_of(city: &CityModel, run: crate::ground::pack::model::Run) -> Vec<Vec<Xy>> {
    city.rings_of(run).map(|r| r.iter().map(|p| metres(*p)).collect()).collect()
}

/// Segments in a grid, to look only at what is near.
struct Grid(BTreeMap<(i64, i64), Vec<usize>>);

impl Grid {
    const CELL_M: f64 = 60.0;

    #[expect(clippy::cast_possible_truncation, reason = "some thousand cells")]
    fn cells(low: Xy, high: Xy) -> impl Iterator<Item = (i64, i64)> {
        let cell = |v: f64| (v / Self::CELL_M).floor() as i64;
        (cell(low[0])..=cell(high[0])).flat_map(move |x| (cell(low[1])..=cell(high[1])).map(move |y| (x, y)))
    }

    fn new(boxes: impl Iterator<Item = (Xy, Xy)>) -> Self {
        let mut cells: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
        for (i, (low, high)) in boxes.enumerate() {
            for cell in Self::cells(low, high) {
                cells.entry(cell).or_default().push(i);
            }
        }
        Self(cells)
    }

    fn near(&self, low: Xy, high: Xy) -> Vec<usize> {
        let mut found: Vec<usize> = Self::cells(low, high).filter_map(|c| self.0.get(&c)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Edges moved a hand's breadth inwards: neighbours may touch.
fn inner_edges(rings: &[Vec<Xy>]) -> Vec<(Xy, Xy)> {
    const HAND_M: f64 = 0.08;
    let mut out = Vec::new();
    for (k, ring) in rings.iter().enumerate() {
        let inwards = if (shape::twice_area(ring) > 0.0) == (k == 0) { 1.0 } else { -1.0 };
        for (a, b) in shape::pairs(ring).filter(|(a, b)| away(*a, *b) > 9.0 * HAND_M) {
            let d = unit(sub(b, a));
            let aside = scale(left(d), HAND_M * inwards);
            // shorter too; at very sharp corners the ends lie outside all the same
            let short = scale(d, 4.0 * HAND_M);
            let edge = (add(add(a, short), aside), add(sub(b, short), aside));
            let within = |p| shape::inside(rings.iter().map(Vec::as_slice), p);
            out.extend((within(edge.0) && within(edge.1)).then_some(edge));
        }
    }
    out
}

fn overlap(a: &[Vec<Xy>], b: &[Vec<Xy>]) -> bool {
    let (ea, eb) = (inner_edges(a), inner_edges(b));
    let crossed = ea.iter().any(|(p, q)| eb.iter().any(|(r, s)| meet(*p, *q, *r, *s).is_some()));
    let within = |edges: &[(Xy, Xy)], rings: &[Vec<Xy>]| {
        edges.first().is_some_and(|(p, _)| shape::inside(rings.iter().map(Vec::as_slice), *p))
    };
    crossed || within(&ea, b) || within(&eb, a)
}

/// Buildings that overlap another one that stands on the ground. Looks at every `step`th.
fn overlaps(city: &CityModel, step: usize) -> Vec<String> {
    let shapes: Vec<Vec<Vec<Xy>>> = city.buildings.iter().map(|b| rings_of(city, b.rings)).collect();
    let bounds = |i: usize| shape::bounds(&shapes[i][0]).unwrap();
    let grid = Grid::new((0..shapes.len()).map(bounds));
    let grounded = |i: usize| city.buildings[i].foot_dm == 0;
    let mut found = Vec::new();
    for i in (0..shapes.len()).step_by(step).filter(|i| grounded(*i)) {
        let (low, high) = bounds(i);
        let near = grid.near(low, high).into_iter().filter(|j| *j != i && grounded(*j));
        let hit = near.filter(|j| overlap(&shapes[i], &shapes[*j]));
        found.extend(hit.map(|j| format!("{i} {:?} and {j} {:?}", shapes[i], shapes[j])));
    }
    found
}

/// The water of a city.
struct Waters {
    shapes: Vec<Vec<Vec<Xy>>>,
    grid: Grid,
}

impl Waters {
    fn new(city: &CityModel) -> Self {
        let water = city.fills.iter().filter(|f| f.paint == Paint::Water);
        let shapes: Vec<Vec<Vec<Xy>>> = water.map(|f| rings_of(city, f.rings)).collect();
        let grid = Grid::new(shapes.iter().map(|w| shape::bounds(&w[0]).unwrap()));
        Self { shapes, grid }
    }

    /// Square metres of the water at a place, 0 on land.
    fn at(&self, p: Xy) -> f64 {
        let around = self.grid.near(p, p).into_iter().map(|i| &self.shapes[i]);
        let wet = around.filter(|w| shape::inside(w.iter().map(Vec::as_slice), p));
        wet.map(|w| shape::twice_area(&w[0]).abs() / 2.0).fold(0.0, f64::max)
    }
}

/// The line of a way.
fn line_of(city: &CityModel, way: &WayShape) -> Vec<Xy> {
    city.points_of(way.points).iter().map(|p| metres(*p)).collect()
}

/// Buildings that stand on a road or a railway at ground level, or in water.
fn misplaced(city: &CityModel) -> Vec<String> {
    let mut segments: Vec<(Xy, Xy, f64)> = Vec::new();
    for way in city.ways.iter().filter(|w| w.class != Paint::Path && w.flags & skeleton::TUNNEL == 0) {
        segments.extend(line_of(city, way).windows(2).map(|w| (w[0], w[1], f64::from(way.width_cm) / 200.0)));
    }
    let grown = |a: Xy, b: Xy, by: f64| {
        ([a[0].min(b[0]) - by, a[1].min(b[1]) - by], [a[0].max(b[0]) + by, a[1].max(b[1]) + by])
    };
    let roads = Grid::new(segments.iter().map(|(a, b, half)| grown(*a, *b, *half)));
    let waters = Waters::new(city);
    let mut found = Vec::new();
    for building in &city.buildings {
        let rings = rings_of(city, building.rings);
        let (low, high) = shape::bounds(&rings[0]).unwrap();
        for i in roads.near(low, high) {
            let (a, b, half) = segments[i];
            if shape::pairs(&rings[0]).any(|(p, q)| apart((a, b), (p, q)) < half - 0.05) {
                found.push(format!("building {} on a road at {:?}", building.source_id, rings[0][0]));
            }
        }
        // the boom of a crane
        if building.foot_dm > 200 && building.class == BuildingClass::Minor {
            continue;
        }
        let wet: Vec<f64> = rings[0].iter().map(|p| waters.at(*p)).collect();
        // a pavilion may stand in a park's pond, or on its shore
        let pavilion = matches!(building.class, BuildingClass::Minor | BuildingClass::Public)
            && shape::twice_area(&rings[0]).abs() < 600.0
            && wet.iter().all(|m2| *m2 < 12_000.0);
        if wet.iter().any(|m2| *m2 > 0.0) && !pavilion {
            found.push(format!("building {:?} in water of {wet:.0?} m²: {:.1?}", building.class, rings[0]));
        }
    }
    found
}

#[test]
fn the_same_seed_gives_the_same_pack_byte_for_byte_and_another_seed_another() {
    let dir = tempfile::tempdir().expect("a folder");
    let files = |seed: u64, name: &str| -> BTreeMap<String, Vec<u8>> {
        let out = dir.path().join(name);
        writer::write(&generate(seed, *BUILDINGS.start()), &out, "").expect("written");
        let entries = std::fs::read_dir(&out).expect("a pack").map(|e| e.expect("an entry"));
        entries
            .map(|e| (e.file_name().to_string_lossy().into_owned(), std::fs::read(e.path()).expect("bytes")))
            .collect()
    };
    let (a, b, c) = (files(7, "a"), files(7, "b"), files(8, "c"));
    assert!(a.len() > 6 && a == b);
    assert_ne!(a, c);
}

#[test]
fn it_has_as_many_buildings_as_asked_for() {
    for wanted in [50, 900, 4_000, 22_000] {
        let have = generate(1, wanted).buildings.len();
        assert!(have <= wanted && have * 100 >= wanted * 95, "{have} of {wanted}");
    }
}

#[test]
fn no_building_overlaps_another() {
    assert_eq!(overlaps(small(), 1), Vec::<String>::new());
}

#[test]
fn no_building_stands_on_a_road_or_in_water() {
    assert_eq!(misplaced(small()), Vec::<String>::new());
}

#[test]
fn nor_does_one_in_the_city_that_comes_with_the_program_and_in_others_of_its_size() {
    for (seed, city) in large() {
        assert_eq!(overlaps(city, if seed == 1 { 1 } else { 7 }), Vec::<String>::new(), "seed {seed}");
        assert_eq!(misplaced(city), Vec::<String>::new(), "seed {seed}");
    }
}

#[test]
fn even_a_small_city_has_every_level_every_facility_and_every_network() {
    let city = small();
    let count = |level: u8| city.areas.iter().filter(|a| a.level == level).count();
    assert_eq!(count(6), 12);
    assert!(count(8) >= 36 && count(10) >= 180 && count(12) > 600, "{} {} {}", count(8), count(10), count(12));
    let codes: std::collections::BTreeSet<u64> = city.areas.iter().map(|a| a.code).collect();
    assert_eq!(codes.len(), city.areas.len(), "no code twice");
    for (kind, least) in [
        (PlaceKind::Hospital, 2),
        (PlaceKind::FireStation, 2),
        (PlaceKind::Police, 3),
        (PlaceKind::School, 8),
        (PlaceKind::Shelter, 3),
        (PlaceKind::Park, 4),
        (PlaceKind::Station, 8),
        (PlaceKind::Fuel, 1),
        (PlaceKind::Toilet, 5),
    ] {
        let have = city.places.iter().filter(|p| p.kind == kind).count();
        assert!(have >= least, "{have} {kind:?}");
    }
    for network in Network::ALL {
        assert!(city.pipes.iter().filter(|p| p.network == network).count() > 100, "{network:?}");
    }
    assert!((20_000..=100_000).contains(&city.components.len()), "{}", city.components.len());
}

#[test]
fn the_ground_is_flat_in_the_valley_and_rises_on_two_sides() {
    let city = small();
    let ground = city.terrain.as_ref().expect("a terrain");
    assert_eq!(ground.heights_dm.len(), ground.columns as usize * ground.rows as usize);
    let row = |share: f64| -> u16 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few hundred rows")]
        let from = (f64::from(ground.rows) * share) as usize * ground.columns as usize;
        ground.heights_dm[from..from + ground.columns as usize].iter().copied().max().unwrap()
    };
    assert!(row(0.05) > 900 && row(0.95) > 900 && row(0.5) < 900, "{} {} {}", row(0.05), row(0.5), row(0.95));
    assert!(ground.heights_dm.contains(&0), "the river lies at the frame's zero");
}

#[test]
fn the_hall_stands_at_the_house_of_the_government_near_the_middle_of_the_city() {
    let dir = tempfile::tempdir().expect("a folder");
    let (_, model) = large().next().expect("the one that comes with the program");
    writer::write(model, &dir.path().join("demo"), "").expect("written");
    let city = City::open(&dir.path().join("demo")).expect("opens");
    let at = city.frame().metres_from_lonlat(seat(&city).expect("a government's house"));
    let bounds = city.bounds();
    for axis in 0..2 {
        let wide = bounds.max[axis] - bounds.min[axis];
        let off = (at[axis] - bounds.min[axis]) / wide;
        assert!((0.3..0.7).contains(&off), "{at:?}");
    }
    let toy = dir.path().join("toy");
    writer::write(small(), &toy, "").expect("written");
    assert_eq!(seat(&City::open(&toy).expect("opens")), None, "a toy has no such house");
}

#[test]
fn it_packs_and_opens() {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("demo");
    let written = writer::write(small(), &out, "").expect("written");
    assert!(written.dropped.is_empty(), "{:?}", written.dropped);
    let city = City::open(&out).expect("opens");
    assert_eq!(city.buildings().len(), small().buildings.len());
    assert!(city.nodes().len() > 700 && city.edges().len() > 2_000);
    // each county counts the components of each class by itself
    let mut serials: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for component in city.components() {
        let id = city.component_id(component);
        assert_eq!((id.len(), &id[10..]), (16, format!("{:06}", component.serial).as_str()));
        serials.entry(id[..10].to_owned()).or_default().push(component.serial);
    }
    let counties: std::collections::BTreeSet<&str> = serials.keys().map(|id| &id[..6]).collect();
    assert!(counties.len() > 8 && counties.iter().all(|c| ("329901"..="329999").contains(c)), "{counties:?}");
    for (class, mut own) in serials {
        own.sort_unstable();
        assert!(own.iter().copied().eq(1..=u32::try_from(own.len()).unwrap()), "{class}: {own:?}");
    }
}
