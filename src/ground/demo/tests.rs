//! Tests of the demo city.

use super::*;
use crate::ground::City;
use crate::ground::pack::{model::lonlat_from_fix, shape, writer};

#[test]
fn the_same_seed_gives_the_same_city_and_another_seed_another() {
    let (a, b, c) = (generate(7, 900), generate(7, 900), generate(8, 900));
    assert_eq!(a.points, b.points);
    assert_ne!(a.points, c.points);
}

#[test]
fn it_has_as_many_buildings_as_asked_for() {
    for wanted in [50, 900, 4_000] {
        let have = generate(1, wanted).buildings.len();
        assert!(have <= wanted && have * 100 >= wanted * 95, "{have} of {wanted}");
    }
}

#[test]
fn no_building_stands_in_water_or_on_a_road() {
    let city = generate(3, 3_000);
    let frame = LocalFrame::new(ORIGIN);
    let metres = |p: &Fix| frame.metres_from_lonlat(lonlat_from_fix(*p));
    let waters: Vec<Vec<Xy>> = city
        .fills
        .iter()
        .filter(|f| f.paint == Paint::Water)
        .flat_map(|f| city.rings_of(f.rings).map(|r| r.iter().map(metres).collect()))
        .collect();
    let mut segments: Vec<(Xy, Xy, f64)> = Vec::new();
    for way in city.ways.iter().filter(|w| w.class != Paint::Path) {
        let line: Vec<Xy> = city.points_of(way.points).iter().map(metres).collect();
        segments.extend(line.windows(2).map(|w| (w[0], w[1], f64::from(way.width_cm) / 200.0)));
    }
    for building in &city.buildings {
        for corner in city.rings_of(building.rings).flatten().map(metres) {
            assert!(
                !waters.iter().any(|w| shape::inside([w.as_slice()], corner)),
                "building {} in water",
                building.source_id
            );
            for (a, b, half) in &segments {
                let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
                let t = (((corner[0] - a[0]) * dx + (corner[1] - a[1]) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
                let away = (corner[0] - a[0] - t * dx).hypot(corner[1] - a[1] - t * dy);
                assert!(away > *half, "building {} on a road", building.source_id);
            }
        }
    }
}

#[test]
fn it_packs_and_opens() {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("demo");
    let model = generate(1, 2_000);
    let written = writer::write(&model, &out, "").expect("written");
    assert!(written.dropped.is_empty(), "{:?}", written.dropped);
    let city = City::open(&out).expect("opens");
    assert_eq!(city.buildings().len(), model.buildings.len());
    assert_eq!(city.meta().counts.areas, 19);
    assert!(city.nodes().len() > 100 && city.edges().len() > 300);
    for kind in [PlaceKind::Hospital, PlaceKind::FireStation, PlaceKind::Police, PlaceKind::School] {
        assert!(city.places().iter().any(|p| p.kind == kind as u32), "{kind:?}");
    }
}
