//! Tests of the ground: terrain, areas by code, components, pipes, on a small city made by hand.

use super::*;
use crate::ground::pack::layer::LayerWriter;
use crate::ground::pack::model::{
    AreaShape, BuildingShape, CityModel, ComponentShape, FillShape, Fix, PipeShape, TerrainGrid, WayShape,
};
use crate::ground::pack::records::{
    Building, BuildingClass, Component, ComponentCell, Network, Paint, Pipe, TerrainHead,
};
use crate::ground::pack::writer;

/// About 190 m and 222 m.
const SIDE: i32 = 20_000;
const WEST: i32 = 1_193_000_000;
const SOUTH: i32 = 316_000_000;

fn square(x: i32, y: i32, side: i32) -> Vec<Fix> {
    let (x, y) = (WEST + x, SOUTH + y);
    vec![[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
}

/// A hill in the west of a plain: 13 by 13 posts.
fn hill() -> TerrainGrid {
    let height = |c: u32, r: u32| if c < 6 { 50 + 37 * c * (r % 4) + 11 * r } else { 50 };
    TerrainGrid {
        south_west: [WEST - SIDE, SOUTH - SIDE],
        step: [SIDE / 4, SIDE / 4],
        columns: 13,
        rows: 13,
        heights_dm: (0..13)
            .flat_map(|r| (0..13).map(move |c| u16::try_from(height(c, r)).expect("a low hill")))
            .collect(),
    }
}

fn model() -> CityModel {
    let mut city = CityModel { name: "小城".to_owned(), terrain: Some(hill()), ..CityModel::default() };
    let name = city.names.number("某");
    let area = |city: &mut CityModel, level, code, ring: Vec<Fix>| {
        let rings = city.add_rings([ring.as_slice()]);
        city.areas.push(AreaShape { source_id: 0, name, name_en: 0, level, code, rings, label: None });
    };
    area(&mut city, 5, 990_100, square(-SIDE, -SIDE, 3 * SIDE));
    area(&mut city, 6, 990_102, square(-SIDE / 2, -SIDE / 2, 2 * SIDE));
    area(&mut city, 8, 990_102_003, square(0, 0, SIDE));
    for x in 0..4 {
        for y in 0..4 {
            let code = 990_102_003_004_000 + u64::try_from(4 * x + y).expect("small") + 1;
            area(&mut city, 12, code, square(x * SIDE / 4, y * SIDE / 4, SIDE / 4));
        }
    }
    for (x, y) in [(100, 100), (-SIDE / 3, 400), (SIDE / 2 + 900, SIDE / 2 + 900), (3 * SIDE / 2, 0)] {
        let rings = city.add_rings([square(x, y, 2_000).as_slice()]);
        city.buildings.push(BuildingShape {
            source_id: i64::from(x),
            name: 0,
            rings,
            top_dm: 300,
            foot_dm: 10,
            class: BuildingClass::Residential,
            flags: 0,
            levels: 9,
        });
    }
    for i in 0..40 {
        city.components.push(ComponentShape {
            code: 101 + u16::try_from(i % 3).expect("small"),
            at: [WEST - SIDE + 1_400 * i, SOUTH + 900 * (i % 7)],
            heading: 64,
            serial: u32::try_from(i).expect("small"),
        });
    }
    let points = city.add_points([[WEST, SOUTH], [WEST + SIDE, SOUTH], [WEST + SIDE, SOUTH + SIDE]]);
    city.pipes.push(PipeShape { network: Network::Gas, diameter_mm: 200, depth_cm: 120, points, flags: 1 });
    let rings = city.add_rings([square(-SIDE, -SIDE, 3 * SIDE).as_slice()]);
    city.fills.push(FillShape { source_id: 0, paint: Paint::Green, rings });
    let points = city.add_points([[WEST - SIDE, SOUTH - 700], [WEST + 3_000, SOUTH + 9_000], [WEST + SIDE, SOUTH]]);
    city.ways.push(WayShape {
        source_id: 1,
        name: 0,
        name_en: 0,
        class: Paint::Primary,
        flags: 0,
        width_cm: 1_400,
        points,
    });
    city
}

fn open() -> (City, tempfile::TempDir) {
    opened(&model())
}

fn opened(model: &CityModel) -> (City, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("small");
    writer::write(model, &out, "").expect("written");
    (City::open(&out).expect("opens"), dir)
}

#[test]
fn the_ground_is_the_triangles_between_the_posts() {
    let (city, _dir) = open();
    let terrain = city.terrain().expect("a terrain");
    assert_eq!((terrain.columns(), terrain.rows()), (13, 13));
    for row in 0..12_i64 {
        for column in 0..12_i64 {
            let post = |c: i64, r: i64| terrain.post(column + c, row + r);
            let at = |u: f64, v: f64| {
                #[expect(clippy::cast_precision_loss, reason = "a dozen")]
                let grid = [column as f64 + u, row as f64 + v];
                city.ground_at(terrain.metres_from_grid(grid))
            };
            let (sw, se, nw, ne) = (post(0, 0), post(1, 0), post(0, 1), post(1, 1));
            let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-3, "{a} is not {b}");
            close(at(0.0, 0.0), sw);
            close(at(0.5, 0.5), f64::midpoint(sw, ne));
            close(at(0.75, 0.25), 0.25 * sw + 0.5 * se + 0.25 * ne);
            close(at(0.25, 0.75), 0.25 * sw + 0.5 * nw + 0.25 * ne);
        }
    }
    // beyond the posts it goes on at the height of the border
    assert!((city.ground_at([1e6, 0.0]) - 5.0).abs() < 1e-9);
}

#[test]
fn a_ray_meets_the_ground_where_it_first_goes_under_it() {
    let (city, _dir) = open();
    let bounds = city.bounds();
    let mut state = 3_u64;
    let mut unit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(state >> 33).expect("31 bits")) / f64::from(1_u32 << 31)
    };
    for _ in 0..300 {
        let across = |k: usize, share: f64| bounds.min[k] + (bounds.max[k] - bounds.min[k]) * share;
        let from = [across(0, unit()), across(1, unit()), 300.0 * unit() + 120.0];
        let along = [unit() - 0.5, unit() - 0.5, -0.1 - 0.5 * unit()];
        let hit = city.ray_ground(from, along).expect("it goes down");
        assert!((hit[2] - city.ground_at([hit[0], hit[1]])).abs() < 1e-6, "{hit:?}");
        let far = (hit[2] - from[2]) / along[2];
        for step in 1..100 {
            let t = far * f64::from(step) / 100.0;
            let z = from[2] + along[2] * t;
            assert!(z > city.ground_at([from[0] + along[0] * t, from[1] + along[1] * t]) - 1e-6);
        }
    }
    assert_eq!(city.ray_ground([0.0, 0.0, 500.0], [0.0, 0.0, 1.0]), None);
    assert_eq!(city.ray_ground([0.0, 0.0, 500.0], [1.0, 0.0, 0.0]), None);
    assert_eq!(city.ray_ground([f64::NAN; 3], [0.0, 0.0, -1.0]), None);
    let below = city.ray_ground([0.0, 0.0, 500.0], [0.0, 0.0, -1.0]).expect("straight down");
    assert!((below[2] - city.ground_at([0.0, 0.0])).abs() < 1e-9);
}

#[test]
fn no_ray_misses_ground_that_is_as_low_as_water() {
    let mut low = model();
    low.terrain.as_mut().expect("a terrain").heights_dm.fill(0);
    let (city, _dir) = opened(&low);
    for step in 0..2_000 {
        let [a, b, c] = [0.37, 0.73, 0.11].map(|pace| (f64::from(step) * pace).fract());
        let hit = city.ray_ground([200.0 * a, 200.0 * b, 900.3 * (c + 0.01)], [a - 0.5, b - 0.5, -0.1 - c]);
        assert!(hit.is_some_and(|hit| hit[2].abs() < 1e-6), "{step}: {hit:?}");
    }
}

#[test]
fn flat_shapes_lie_on_the_triangles() {
    let (city, _dir) = open();
    let (mut vertices, mut ribbons, mut highest) = (0, 0, 0.0_f64);
    for chunk in city.flat_chunks() {
        let place = |index: usize| -> [f64; 3] {
            let (p, tone) = (city.flat_positions_of(chunk)[index], city.flat_tones_of(chunk)[index]);
            let at = |k: usize| f64::from(chunk.origin[k]) + f64::from(p[k]) / 65_535.0 * f64::from(chunk.extent[k]);
            let aside = |k: usize| f64::from(tone[k].cast_signed()) / 127.0 * f64::from(p[3]) / 100.0;
            [at(0) + aside(0), at(1) + aside(1), at(2)]
        };
        for index in 0..city.flat_positions_of(chunk).len() {
            let [x, y, z] = place(index);
            let off = (z - city.ground_at([x, y])).abs();
            assert!(off < 0.1, "{off} m off the ground");
            vertices += 1;
            ribbons += i32::from(city.flat_positions_of(chunk)[index][3] > 0);
            highest = highest.max(z);
        }
        // so do the middles of the fills' triangles: they are cut along the terrain's
        for corners in city.flat_indices_of(chunk).chunks_exact(3) {
            if city.flat_tones_of(chunk)[usize::from(corners[0])][2] != Paint::Green as u8 {
                continue;
            }
            let [a, b, c] = [0, 1, 2].map(|k| place(usize::from(corners[k])));
            let middle = [0, 1, 2].map(|k| (a[k] + b[k] + c[k]) / 3.0);
            assert!((middle[2] - city.ground_at([middle[0], middle[1]])).abs() < 0.1);
        }
    }
    assert!(vertices > 200 && ribbons > 20 && highest > 40.0, "{vertices} vertices, {ribbons} of ribbons, {highest} m");
}

#[test]
fn a_building_stands_on_its_lowest_corner_and_in_its_unit_grid() {
    let (city, _dir) = open();
    assert_eq!(city.buildings().len(), 4);
    for (number, building) in (0_u32..).zip(city.buildings()) {
        let outline = city.footprint(number).concat();
        let lowest = outline.iter().map(|at| city.ground_at(*at)).fold(f64::MAX, f64::min);
        assert!((f64::from(building.ground_dm) / 10.0 - lowest).abs() < 0.2, "{lowest} m");
        let middle = [outline[0][0] + 5.0, outline[0][1] + 5.0];
        assert_eq!(Some(building.area), city.area_at(middle));
        // the roof is found at its height above the ground
        let (hit, metres) = city.pick_building([middle[0], middle[1], 900.0], [0.0, 0.0, -1.0]).expect("a roof");
        assert_eq!(hit, number);
        assert!((900.0 - metres - f64::from(building.ground_dm + building.top_dm) / 10.0).abs() < 1e-6);
    }
}

#[test]
fn a_point_has_a_path_of_areas_and_each_area_those_below_it() {
    let (city, _dir) = open();
    let frame = city.frame();
    let at = frame.metres_from_lonlat(pack_lonlat([WEST + SIDE / 8, SOUTH + SIDE / 8]));
    let path = city.area_path(at);
    let codes: Vec<u64> = path.iter().map(|i| city.areas()[*i as usize].code).collect();
    assert_eq!(codes, [990_100, 990_102, 990_102_003, 990_102_003_004_001]);
    assert_eq!(path, city.areas_at(at));
    assert_eq!(city.area_children(u32::MAX), [path[0]]);
    assert_eq!(city.area_children(path[1]), [path[2]]);
    assert_eq!(city.area_children(path[2]).len(), 16);
    assert!(city.area_children(path[3]).is_empty());
    assert!(city.area_ancestors(12_345).is_empty());
    assert!(city.area_path([1e6, 1e6]).is_empty());
    assert_eq!(city.meta().counts.unit_grids, 16);
}

fn pack_lonlat(at: Fix) -> LonLat {
    crate::ground::pack::model::lonlat_from_fix(at)
}

#[test]
fn a_component_has_sixteen_digits_and_is_found_in_its_box() {
    let (city, _dir) = open();
    assert_eq!(city.components().len(), 40);
    let ids: std::collections::BTreeSet<String> = city.components().iter().map(|c| city.component_id(c)).collect();
    assert_eq!(ids.len(), 40);
    assert!(ids.iter().all(|id| id.len() == 16 && id.starts_with("9901")));
    let inner = city.components().iter().filter(|c| c.area != u32::MAX).map(|c| city.component_id(c));
    assert!(inner.clone().any(|id| id.starts_with("990102")) && inner.into_iter().any(|id| id.starts_with("990100")));
    let (low, high) = ([-200.0, -100.0], [150.0, 90.0]);
    let inside = |c: &Component| {
        let [x, y] = c.at.map(f64::from);
        x >= low[0] && x <= high[0] && y >= low[1] && y <= high[1]
    };
    let wanted: Vec<u32> = (0_u32..).zip(city.components()).filter(|(_, c)| inside(c)).map(|(i, _)| i).collect();
    let found: Vec<u32> = city.components_in(low, high).map(|(i, _)| i).collect();
    assert!(found == wanted && wanted.len() > 5 && wanted.len() < 40);
}

#[test]
fn pipes_keep_their_points() {
    let (city, _dir) = open();
    let [pipe] = city.pipes() else { panic!("one pipe") };
    assert_eq!(*pipe, Pipe { first_point: 0, point_count: 3, diameter_mm: 200, depth_cm: 120, network: 0, flags: 1 });
    assert_eq!(city.pipe_points(pipe).len(), 3);
    assert!(city.pipe_points(&Pipe { first_point: 2, ..*pipe }).is_empty());
}

/// The pack of [`model`] with one layer written anew.
fn with_layer(name: &str, layer: &LayerWriter) -> Result<City, CityError> {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("small");
    writer::write(&model(), &out, "").expect("written");
    layer.write(&out.join(name)).expect("written");
    City::open(&out)
}

#[test]
fn a_pack_whose_ground_points_outside_itself_is_refused() {
    let (city, _dir) = open();
    let head = city.terrain.section::<TerrainHead>(tag::TERRAIN).expect("a section")[0];
    let posts = city.terrain.section::<u16>(tag::POSTS).expect("a section");
    let terrain = |head: TerrainHead, posts: &[u16]| {
        with_layer(file::TERRAIN, &LayerWriter::default().section(tag::TERRAIN, &[head]).section(tag::POSTS, posts))
    };
    assert!(terrain(head, posts).is_ok());
    assert!(terrain(head, &posts[1..]).is_err());
    assert!(terrain(TerrainHead { step: [0.0, 1.0], ..head }, posts).is_err());
    assert!(terrain(TerrainHead { columns: 1, rows: 169, ..head }, posts).is_err());

    let (cells, all) = (city.component_cells().to_vec(), city.components().to_vec());
    let components = |cells: &[ComponentCell], all: &[Component]| {
        with_layer(
            file::COMPONENTS,
            &LayerWriter::default().section(tag::COMPONENT_CELLS, cells).section(tag::COMPONENTS, all),
        )
    };
    assert!(components(&cells, &all).is_ok());
    assert!(components(&cells, &all[1..]).is_err());
    assert!(components(&[], &all).is_err());
    let first = |change: &dyn Fn(&mut Component)| {
        let mut all = all.clone();
        change(&mut all[0]);
        components(&cells, &all)
    };
    assert!(first(&|c| c.area = 4_000).is_err());
    assert!(first(&|c| c.at[0] = f32::NAN).is_err());
    assert!(first(&|c| c.at[0] += 2_000.0).is_err());
    assert!(first(&|c| c.serial = 1_000_000).is_err());

    let pipe = city.pipes()[0];
    let points = [[0.0_f32; 2]; 3];
    let pipes = |pipe: Pipe| {
        with_layer(file::PIPES, &LayerWriter::default().section(tag::PIPES, &[pipe]).section(tag::POINTS, &points))
    };
    assert!(pipes(pipe).is_ok());
    assert!(pipes(Pipe { first_point: 1, ..pipe }).is_err());
    assert!(pipes(Pipe { network: 4, ..pipe }).is_err());

    let wrong: Vec<Building> = city.buildings().iter().map(|b| Building { area: 4_000, ..*b }).collect();
    let buildings = with_layer(
        file::BUILDINGS,
        &LayerWriter::default()
            .section(tag::CHUNKS, city.chunks())
            .section(tag::BUILDINGS, &wrong)
            .section(tag::MASSINGS, city.massings())
            .section(tag::CORNERS, city.corners())
            .section(tag::INDICES, city.indices()),
    );
    assert!(matches!(buildings, Err(CityError::Inconsistent { .. })));
}

#[test]
fn a_pack_of_version_one_is_refused_with_what_to_do() {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("small");
    writer::write(&model(), &out, "").expect("written");
    let path = out.join(file::META);
    let text = std::fs::read_to_string(&path).expect("read").replace("version = 2", "version = 1");
    std::fs::write(&path, text).expect("written");
    let refusal = City::open(&out).expect_err("refused").to_string();
    assert!(refusal.contains("version 1") && refusal.contains("hall import"), "{refusal}");
}
