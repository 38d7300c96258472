//! Tests of what a city can be asked, on the demo city.

use super::*;
use crate::ground::demo;
use crate::ground::pack::records::PlaceKind;
use crate::ground::pack::shape;
use crate::ground::pack::writer;

fn demo_city() -> (City, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("demo");
    writer::write(&demo::generate(5, 3_000), &out, "").expect("written");
    (City::open(&out).expect("opens"), dir)
}

/// What a ray hits, by trying every triangle.
#[expect(clippy::many_single_char_names, reason = "points and corners of a formula")]
fn oracle(city: &City, origin: [f64; 3], direction: [f64; 3]) -> Option<(u32, f64)> {
    let long = direction.iter().map(|d| d * d).sum::<f64>().sqrt();
    let d = direction.map(|v| v / long);
    let sub = |a: [f64; 3], b: [f64; 3]| [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    let cross =
        |a: [f64; 3], b: [f64; 3]| [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    let dot = |a: [f64; 3], b: [f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let mut best: Option<(u32, f64)> = None;
    for chunk in city.chunks() {
        let vertices = city.building_vertices(chunk);
        let at = |i: u16| -> [f64; 3] {
            let p = vertices.positions[usize::from(i)];
            [0, 1, 2].map(|k| f64::from(chunk.origin[k]) + f64::from(p[k]) / 65_535.0 * f64::from(chunk.extent[k]))
        };
        for t in city.indices_of(chunk).chunks_exact(3) {
            let (a, b, c) = (at(t[0]), at(t[1]), at(t[2]));
            let (e, f) = (sub(b, a), sub(c, a));
            let h = cross(d, f);
            let det = dot(e, h);
            if det.abs() < 1e-12 {
                continue;
            }
            let s = sub(origin, a);
            let u = dot(s, h) / det;
            let q = cross(s, e);
            let v = dot(d, q) / det;
            let along = dot(f, q) / det;
            if u >= 0.0 && v >= 0.0 && u + v <= 1.0 && along >= 0.0 && best.is_none_or(|b| along < b.1) {
                best = Some((chunk.first_building + u32::from(vertices.positions[usize::from(t[0])][3]), along));
            }
        }
    }
    best
}

#[test]
fn a_ray_hits_what_the_triangles_say() {
    let (city, _dir) = demo_city();
    let bounds = city.bounds();
    let mut state = 1u64;
    let mut unit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 33).expect("31 bits")) / f64::from(1u32 << 31)
    };
    let (mut hits, mut rounding) = (0, 0);
    for _ in 0..1_600 {
        let from = [
            bounds.min[0] + (bounds.max[0] - bounds.min[0]) * (0.35 + 0.3 * unit()),
            bounds.min[1] + (bounds.max[1] - bounds.min[1]) * (0.35 + 0.3 * unit()),
            300.0 + 600.0 * unit(),
        ];
        let along = [0.4 * (unit() - 0.5), 0.4 * (unit() - 0.5), -0.2 - 0.6 * unit()];
        let (have, want) = (city.pick_building(from, along), oracle(&city, from, along));
        match (have, want) {
            (Some(h), Some(w)) if h.0 == w.0 && (h.1 - w.1).abs() < 0.1 => hits += 1,
            (None, None) => {}
            // vertices are rounded to the chunk, walls of the picker are not: at an edge the two may differ; and a
            // hill hides what the triangles alone do not know to be behind it
            _ => rounding += 1,
        }
    }
    assert!(hits > 100 && rounding * 25 <= hits, "{hits} hits, {rounding} differ");
    assert_eq!(city.pick_building([0.0, 0.0, 500.0], [0.0, 0.0, 1.0]), None);
    assert_eq!(city.pick_building([0.0, 0.0, 500.0], [0.0; 3]), None);
    assert_eq!(city.pick_building([f64::NAN; 3], [0.0, 0.0, -1.0]), None);
}

#[test]
fn a_ray_into_a_courtyard_passes_the_roof_around_it() {
    let (city, _dir) = demo_city();
    let court = (0..u32::try_from(city.buildings().len()).expect("few")).find(|i| city.footprint(*i).len() > 1);
    let rings = city.footprint(court.expect("a building with a courtyard"));
    let middle = shape::label_point(&[rings[1].as_slice()]).expect("a point");
    assert_eq!(city.pick_building([middle[0], middle[1], 400.0], [0.0, 0.0, -1.0]), None);
    let corner = [f64::midpoint(rings[0][0][0], rings[1][0][0]), f64::midpoint(rings[0][0][1], rings[1][0][1])];
    assert_eq!(city.pick_building([corner[0], corner[1], 400.0], [0.0, 0.0, -1.0]).map(|h| h.0), court);
}

#[test]
fn a_point_lies_in_its_city_district_and_street() {
    let (city, _dir) = demo_city();
    let path = city.areas_at([100.0, 500.0]);
    let levels: Vec<u32> = path.iter().map(|i| city.areas()[*i as usize].level).collect();
    assert_eq!(levels, [5, 6, 8, 10, 11, 12]);
    assert_eq!(city.areas()[path[2] as usize].parent, path[1]);
    assert_eq!(city.areas()[path[1] as usize].parent, path[0]);
    assert!(city.areas_at([1e6, 1e6]).is_empty());
}

#[test]
fn the_label_point_of_an_area_lies_in_it_and_in_those_above() {
    let (city, _dir) = demo_city();
    assert!(!city.areas().is_empty());
    for (number, area) in (0u32..).zip(city.areas()) {
        let found = city.areas_at(area.label.map(f64::from));
        assert!(found.contains(&number));
        assert!(found.is_sorted_by_key(|i| city.areas()[*i as usize].level));
    }
}

#[test]
fn a_place_on_a_street_is_nearest_to_it() {
    let (city, _dir) = demo_city();
    city.prepare_lookups();
    assert!(city.lookups_ready());
    let mut checked = 0;
    for way in city.ways().iter().filter(|way| near::is_named_street(way)) {
        let [a, b, ..] = city.points_of(way) else { continue };
        let middle = [f64::midpoint(a[0].into(), b[0].into()), f64::midpoint(a[1].into(), b[1].into())];
        assert!(city.street_near(middle, 200.0).is_some_and(|street| street.distance_m < 1.0));
        checked += 1;
    }
    assert!(checked > 20);
}

#[test]
fn the_nearest_street_and_places_are_found() {
    let (city, _dir) = demo_city();
    let at = [150.0, 320.0];
    let near = city.street_near(at, 500.0).expect("a street");
    let brute = city
        .ways()
        .iter()
        .filter(|w| near::is_named_street(w))
        .filter_map(|w| nearest_on(city.points_of(w), at))
        .map(|n| n.1)
        .fold(f64::INFINITY, f64::min);
    assert!((near.distance_m - brute).abs() < 1e-6);
    assert!(city.street_near([1e6, 0.0], 500.0).is_none());
    let hospitals = city.places_near(at, 5_000.0, 3, |p| p.kind == PlaceKind::Hospital as u32);
    assert!(!hospitals.is_empty() && hospitals.windows(2).all(|w| w[0].1 <= w[1].1));
}

#[test]
fn streets_are_found_by_name_in_either_script_and_narrowed_by_a_crossing() {
    let (city, _dir) = demo_city();
    assert!(!city.street("滨江南路").is_empty());
    assert_eq!(city.street("滨江南路"), city.street("濱江南路"));
    assert_eq!(city.street("滨江南路"), city.street("south  binjiang rd."));
    assert!(city.street("无此路").is_empty());
    // the point nearest to a crossing street lies on both
    let crossing = city
        .ways()
        .iter()
        .find(|w| near::is_named_street(w) && city.name(w.name).ends_with('路') && !city.name(w.name).contains("滨江"));
    let crossing = city.name(crossing.expect("a street").name);
    let at = city.street_point("滨江南路", &["", "no such place", crossing]).expect("a point");
    let far = city.street(crossing).iter().filter_map(|i| nearest_on(city.points_of(&city.ways()[*i as usize]), at));
    assert!(far.map(|f| f.1).fold(f64::INFINITY, f64::min) < 40.0);
    assert!(city.street_point("滨江南路", &[]).is_some());
    assert!(city.street_point("无此路", &["滨江南路"]).is_none());
}

#[test]
fn search_finds_by_beginning_the_most_important_first() {
    let (city, _dir) = demo_city();
    let found = city.search("云江", 10);
    assert!(matches!(found.first(), Some(Named::Area(_) | Named::Place(_))), "{found:?}");
    assert!(city.search("雲江市", 5).len() > 1);
    assert!(city.search("south binj", 5).iter().any(|n| matches!(n, Named::Street(_))));
    assert!(city.search("", 5).is_empty());
}

#[test]
fn names_have_a_plain_form() {
    assert_eq!(plain_name("Queen's Rd. East"), "queensroadeast");
    assert_eq!(plain_name("St Stephen St"), "ststephenstreet");
    assert_eq!(plain_name("青山公路－屏山段"), "青山公路屏山段");
    assert_eq!(plain_name("衞奕信徑 第７段"), plain_name("卫奕信径第7段"));
}

#[test]
fn a_bridge_rises_from_the_ground_and_stays_up_where_another_one_goes_on() {
    use crate::ground::pack::model::{CityModel, WayShape};
    use crate::ground::pack::records::Paint;

    let mut model = CityModel { name: "桥".to_owned(), ..CityModel::default() };
    model.add_points([[1_193_000_000, 316_000_000], [1_193_400_000, 316_400_000]]);
    let north = 316_200_000;
    for (flags, from, to) in
        [(2, 1_193_100_000, 1_193_120_000), (2, 1_193_120_000, 1_193_140_000), (0, 1_193_140_000, 1_193_160_000)]
    {
        let points = model.add_points([[from, north], [to, north]]);
        let class = Paint::Primary;
        model.ways.push(WayShape { source_id: 0, name: 0, name_en: 0, class, flags, width_cm: 1_400, points });
    }
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("pack");
    writer::write(&model, &out, "").expect("written");
    let city = City::open(&out).expect("opens");
    let decks = city.decks();
    assert_eq!(decks.len(), 2, "the street beyond is none");
    for (way, deck) in &decks {
        let points = city.points_of(&city.ways()[*way as usize]);
        let long = (points[1][0] - points[0][0]).hypot(points[1][1] - points[0][1]);
        assert!((deck.length - f64::from(long)).abs() < 0.01 && deck.length > 150.0, "{deck:?}");
        assert!(deck.goes_on == [false, true] || deck.goes_on == [true, false], "{deck:?}");
        let (low, high) = if deck.goes_on[0] { (deck.length, 0.0) } else { (0.0, deck.length) };
        assert!(deck.at(low).abs() < 1e-6 && (deck.at(high) - 6.0).abs() < 1e-6, "{deck:?}");
    }
}
