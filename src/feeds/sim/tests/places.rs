//! Where things happen: each kind where its sort of place is.

#![expect(clippy::cast_possible_truncation, reason = "metres of a city in single precision")]

use super::*;
use crate::ground::city::place_kind;
use crate::ground::pack::records::{BuildingClass, Paint, PlaceKind};
use plan::Where;

/// Triangles of a paint.
fn triangles(city: &City, wanted: Paint) -> Vec<[[f64; 2]; 3]> {
    let mut found = Vec::new();
    for chunk in city.flat_chunks() {
        let (positions, tones) = (city.flat_positions_of(chunk), city.flat_tones_of(chunk));
        let at = |corner: u16| {
            let position = positions[usize::from(corner)];
            [0, 1].map(|i| f64::from(chunk.origin[i]) + f64::from(chunk.extent[i]) * f64::from(position[i]) / 65_535.0)
        };
        for corners in city.flat_indices_of(chunk).chunks_exact(3) {
            if tones[usize::from(corners[0])][2] == wanted as u8 {
                found.push([at(corners[0]), at(corners[1]), at(corners[2])]);
            }
        }
    }
    found
}

/// Metres from a point to the nearest of some triangles, 0 within one.
fn metres_to(triangles: &[[[f64; 2]; 3]], at: [f64; 2]) -> f64 {
    let of = |[a, b, c]: &[[f64; 2]; 3]| {
        let turn = |p: &[f64; 2], q: &[f64; 2]| (q[0] - p[0]) * (at[1] - p[1]) - (q[1] - p[1]) * (at[0] - p[0]);
        let turns = [turn(a, b), turn(b, c), turn(c, a)];
        if turns.iter().all(|t| *t >= 0.0) || turns.iter().all(|t| *t <= 0.0) {
            return 0.0;
        }
        let side = |p: &[f64; 2], q: &[f64; 2]| {
            let (dx, dy) = (q[0] - p[0], q[1] - p[1]);
            let share = ((at[0] - p[0]) * dx + (at[1] - p[1]) * dy) / (dx * dx + dy * dy).max(1e-9);
            let share = share.clamp(0.0, 1.0);
            (p[0] + dx * share - at[0]).hypot(p[1] + dy * share - at[1])
        };
        side(a, b).min(side(b, c)).min(side(c, a))
    };
    triangles.iter().map(of).fold(f64::MAX, f64::min)
}

#[test]
fn every_kind_of_case_comes_up_where_its_sort_of_place_is_and_in_many_places() {
    let options = SimOptions { per_hour: Some(500.0), crews: Some(0), lead_millis: Some(0), ..SimOptions::default() };
    let mut day = sim(options);
    let city = city();
    let plan = Arc::clone(&day.plan);
    let places: BTreeMap<&str, Where> = plan.kind.iter().map(|k| (k.code.as_str(), k.place)).collect();
    let mut sites = BTreeMap::<String, Vec<[f32; 2]>>::new();
    for act in day.step(START.plus_millis(24 * HOUR_MILLIS)) {
        let Some(report) = act.what.report() else { continue };
        let at = city.frame().metres_from_lonlat(report.place.at.unwrap()).map(|v| v as f32);
        sites.entry(format!("{:?}", places[report.kind.as_str()])).or_default().push(at);
    }
    let (water, green) = (triangles(&city, Paint::Water), triangles(&city, Paint::Green));
    let labels =
        |kind: PlaceKind| city.places().iter().filter(|p| place_kind(p) == kind).map(|p| p.at).collect::<Vec<_>>();
    let (parks, stations) = (labels(PlaceKind::Park), labels(PlaceKind::Station));
    let nearest = |labels: &[[f32; 2]], at| labels.iter().map(|l| roads::far(*l, at)).fold(f32::MAX, f32::min);
    let boxes: Vec<(u8, [f64; 2], [f64; 2])> = (0_u32..)
        .zip(city.buildings())
        .map(|(number, building)| {
            let ring = &city.footprint(number)[0];
            let of =
                |fold: fn(f64, f64) -> f64| ring.iter().copied().reduce(|a, b| [fold(a[0], b[0]), fold(a[1], b[1])]);
            (building.class, of(f64::min).unwrap(), of(f64::max).unwrap())
        })
        .collect();
    let within = |classes: &[BuildingClass], at: [f64; 2]| {
        let around = |low: &[f64; 2], high: &[f64; 2]| (0..2).all(|i| (low[i]..=high[i]).contains(&at[i]));
        boxes.iter().any(|(class, low, high)| classes.iter().any(|c| *c as u8 == *class) && around(low, high))
    };
    let off_road = |at| roads::far(day.roads.spot_at(&city, at).unwrap(), at);
    let mut seen = BTreeSet::new();
    for (wanted, sites) in &sites {
        let spots: BTreeSet<[u32; 2]> = sites.iter().map(|at| at.map(|v| (v / 5.0).round().to_bits())).collect();
        println!("{wanted}: {} cases in {} places", sites.len(), spots.len());
        assert!(sites.len() > 20, "{wanted}: {}", sites.len());
        assert!(spots.len() >= sites.len().min(60) / 3, "{wanted}: {} in {}", sites.len(), spots.len());
        for at in sites {
            let there = at.map(f64::from);
            match wanted.as_str() {
                "Water" => {
                    let metres = metres_to(&water, there);
                    assert!(metres > 0.0 && metres < 70.0, "{metres} m from the water");
                }
                "Park" => {
                    assert!(nearest(&parks, *at) < 301.0 && metres_to(&green, there) < 50.0, "{at:?}");
                }
                "Station" => assert!(nearest(&stations, *at) < 400.0, "{at:?}"),
                "Home" => assert!(within(&[BuildingClass::Residential, BuildingClass::Unknown], there), "{at:?}"),
                "Shop" => assert!(within(&[BuildingClass::Commercial, BuildingClass::Public], there), "{at:?}"),
                _ => {}
            }
            if !matches!(wanted.as_str(), "Home" | "Shop") {
                assert!(off_road(*at) < 1.0, "{wanted}: {} m from a road", off_road(*at));
            }
        }
        seen.insert(wanted.as_str());
    }
    let all = ["Home", "Junction", "Main", "Park", "Shop", "Station", "Street", "Water", "Works"];
    assert_eq!(seen, BTreeSet::from(all));
}
