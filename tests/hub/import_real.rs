//! Imports of real maps. They are not part of the project: `HALL_SHARED` names the folder (default `../shared`),
//! and where it is absent these tests say so and pass.

use std::path::PathBuf;

use command_hall::domain::LonLat;
use command_hall::ground::City;
use command_hall::ground::datum;
use command_hall::ground::import::{self, Options, Report};

/// A file or folder of the shared data, where there is one.
pub(crate) fn shared(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("HALL_SHARED").map_or_else(|| PathBuf::from("../shared"), PathBuf::from);
    let path = root.join("data").join(name);
    if !path.exists() {
        crate::kit::skipped(&format!("{} is absent", path.display()));
        return None;
    }
    Some(path)
}

fn city(name: &str) -> Option<(Report, City, tempfile::TempDir)> {
    let source = shared(name)?;
    let dir = tempfile::tempdir().unwrap();
    let options = Options { sources: vec![source], out: dir.path().join("pack"), ..Options::default() };
    let report = import::run(&options, &mut |_| {}).unwrap_or_else(|e| panic!("{name}: {e}"));
    println!("{name}: {}", serde_json::to_string_pretty(&report).unwrap());
    let city = City::open(&options.out).unwrap();
    Some((report, city, dir))
}

#[test]
fn hong_kong_comes_in_whole_from_its_folder_of_layers() {
    let Some((report, city, _dir)) = city("hongkong") else { return };
    assert!(report.buildings > 73_000, "{}", report.buildings);
    assert!(report.roads > 90_000 && report.named_roads > 25_000);
    assert!(report.places > 20_000);
    assert!(city.bytes() > 0);
    #[expect(clippy::cast_precision_loss, reason = "a size")]
    let each = report.building_bytes as f64 / report.buildings as f64;
    assert!(each <= 300.0, "{each} bytes a building");
}

#[test]
fn new_york_keeps_its_heights() {
    let Some((report, ..)) = city("newyork") else { return };
    assert!(report.buildings > 100_000);
    assert!(report.default_heights * 10 < report.buildings);
}

#[test]
fn shanghai_keeps_heights_and_parts() {
    let Some((report, city, _dir)) = city("shanghai") else { return };
    assert!(report.buildings > 1_400, "{}", report.buildings);
    assert!(report.building_parts > 100);
    let highest = city.buildings().iter().map(|b| b.top_dm).max().unwrap();
    assert!(highest > 4_000, "{highest} dm");
}

#[test]
fn every_raw_openstreetmap_file_comes_in() {
    for (name, buildings, roads) in [
        ("osm/osrm-monaco.osm.pbf", 22_500, 2_000),
        ("osm/Helsinki.osm.pbf", 400, 400),
        ("osm/valhalla-boston.osm.pbf", 400, 100),
        ("osm/osm2pgsql-liechtenstein-2013.osm.pbf", 1_000, 500),
        ("osm/graphhopper-andorra.osm.gz", 100, 1_000),
        ("osm/test.osm.pbf", 1, 50),
    ] {
        let Some((report, ..)) = city(name) else { return };
        assert!(report.buildings >= buildings, "{name}: {} buildings", report.buildings);
        assert!(report.roads >= roads, "{name}: {} roads", report.roads);
        assert!(report.graph_edges > 0, "{name}");
    }
}

#[test]
fn gcj02_matches_the_two_outlines_of_nanjing() {
    // the two files generalise the outlines differently, so the middles of their boxes are compared, not corners
    let (Some(_), Some(_)) = (
        shared("nanjing/nanjing-districts-wgs84-fastgeocn.geojson"),
        shared("nanjing/nanjing-districts-gcj02-datav.geojson"),
    ) else {
        return;
    };
    let read = |name: &str, datum| {
        let dir = tempfile::tempdir().unwrap();
        let options =
            Options { sources: vec![shared(name).unwrap()], out: dir.path().join("pack"), datum, ..Options::default() };
        let report = import::run(&options, &mut |_| {}).unwrap();
        assert_eq!(report.areas, 11, "{:?}", report.skipped);
        let city = City::open(&options.out).unwrap();
        let mut middles: Vec<(String, LonLat)> = city
            .areas()
            .iter()
            .map(|a| {
                let points: Vec<[f32; 2]> = city.rings_of(a).flatten().copied().collect();
                let edge = |axis: usize, f: fn(f32, f32) -> f32, start| points.iter().map(|p| p[axis]).fold(start, f);
                let middle = |axis| {
                    f64::from(edge(axis, f32::min, f32::INFINITY) + edge(axis, f32::max, f32::NEG_INFINITY)) / 2.0
                };
                (city.name(a.name).to_owned(), city.frame().lonlat_from_metres([middle(0), middle(1)]))
            })
            .collect();
        middles.sort_by(|a, b| a.0.cmp(&b.0));
        middles
    };
    let wgs = read("nanjing/nanjing-districts-wgs84-fastgeocn.geojson", datum::Datum::Wgs84);
    let gcj = read("nanjing/nanjing-districts-gcj02-datav.geojson", datum::Datum::Gcj02);
    let (mut lon, mut lat) = (0.0, 0.0);
    for (a, b) in wgs.iter().zip(&gcj) {
        assert_eq!(a.0, b.0);
        println!("{}: {:+.5} {:+.5}", a.0, b.1.lon - a.1.lon, b.1.lat - a.1.lat);
        lon += (b.1.lon - a.1.lon) / 11.0;
        lat += (b.1.lat - a.1.lat) / 11.0;
    }
    // unconverted they differ by 0.0052 and 0.0019 degrees
    assert!(lon.abs() < 0.0008 && lat.abs() < 0.0008, "{lon} {lat}");
}

#[test]
fn most_of_a_year_of_traffic_news_finds_its_street() {
    let Some(news) = shared("incidents/hongkong-special-traffic-news-2020-2021.csv.gz") else { return };
    let Some((_, city, _dir)) = city("hongkong") else { return };
    let mut rows = csv::Reader::from_reader(flate2::read::MultiGzDecoder::new(std::fs::File::open(news).unwrap()));
    let columns: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    let at = |name: &str| columns.iter().position(|c| c == name).unwrap();
    let (zh, en, mark, detail) = (at("location_cn"), at("location_en"), at("near_landmark_cn"), at("direction_cn"));
    let (mut all, mut by_zh, mut by_en, mut by_any, mut placed) = (0, 0, 0, 0, 0);
    for row in rows.records().map_while(Result::ok).filter(|r| !r[zh].is_empty() || !r[en].is_empty()) {
        all += 1;
        let (z, e) = (!city.street(&row[zh]).is_empty(), !city.street(&row[en]).is_empty());
        by_zh += usize::from(z);
        by_en += usize::from(e);
        by_any += usize::from(z || e);
        placed += usize::from(city.street_point(&row[zh], &[&row[mark], &row[detail]]).is_some());
    }
    println!(
        "{all} messages with a street: {by_zh} by Chinese, {by_en} by English, {by_any} by either, {placed} placed"
    );
    assert!(by_any * 100 >= all * 80);
}

/// Figures for people: `cargo test --release --test hub measure -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement, not a test"]
fn measure() {
    for name in ["osm/osrm-monaco.osm.pbf", "newyork", "hongkong"] {
        let Some(source) = shared(name) else { return };
        for _ in 0..3 {
            let bench = import::bench(&source).unwrap();
            println!("{}", serde_json::to_string(&bench).unwrap());
        }
    }
    let Some((_, city, dir)) = city("hongkong") else { return };
    let begin = std::time::Instant::now();
    City::open(&dir.path().join("pack")).unwrap();
    println!("bench open {:?}", begin.elapsed());
    let mut times = Vec::new();
    let _ = city.pick_building([0.0, 0.0, 1_000.0], [0.0, 0.1, -1.0]);
    for i in 0..10_000u32 {
        let (x, y) = (f64::from(i * 7919 % 20_000) - 10_000.0, f64::from(i * 104_729 % 20_000) - 10_000.0);
        let along = [f64::from(i % 17) / 8.0 - 1.0, f64::from(i % 23) / 11.0 - 1.0, -0.15 - f64::from(i % 7) / 10.0];
        let begin = std::time::Instant::now();
        let _ = city.pick_building([x, y, 800.0], along);
        times.push(begin.elapsed());
    }
    times.sort();
    println!("bench pick p50 {:?} p99 {:?} max {:?}", times[5_000], times[9_900], times[9_999]);
}
