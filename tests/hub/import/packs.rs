//! Packs that are no packs, or not right: refused with what to do, and nothing is written over.

use std::fs;

use command_hall::ground::{City, CityError, demo, pack};

use super::{Bench, some_squares};

#[test]
fn a_folder_that_is_no_pack_is_never_overwritten_and_a_pack_is_replaced_whole() {
    let bench = Bench::new();
    let source = bench.file("a.geojsonl", some_squares(3).join("\n"));
    fs::create_dir(bench.out()).unwrap();
    fs::write(bench.out().join("letters.txt"), "mine").unwrap();
    assert!(bench.refused(&source).contains("is not a city pack"));
    assert!(bench.out().join("letters.txt").exists());
    fs::remove_dir_all(bench.out()).unwrap();
    bench.import(&source).unwrap();
    let source = bench.file("b.geojsonl", some_squares(5).join("\n"));
    bench.import(&source).unwrap();
    assert_eq!(City::open(&bench.out()).unwrap().buildings().len(), 5);
    assert_eq!(bench.entries().len(), 3, "{:?}", bench.entries());
    // what somebody else put into a pack is never lost with it; where the pack is from stays
    fs::write(bench.out().join("thesis.txt"), "mine").unwrap();
    assert!(bench.refused(&source).contains("also holds thesis.txt"));
    fs::remove_file(bench.out().join("thesis.txt")).unwrap();
    fs::write(bench.out().join("SOURCE.md"), "from there").unwrap();
    bench.import(&source).unwrap();
    assert_eq!(fs::read_to_string(bench.out().join("SOURCE.md")).unwrap(), "from there");
}

#[test]
fn what_a_killed_import_left_is_cleared_away_or_put_back() {
    let bench = Bench::new();
    let source = bench.file("a.geojsonl", some_squares(3).join("\n"));
    bench.import(&source).unwrap();
    let beside = |name: &str| bench.dir.path().join(name);
    // no process has a number as great as these
    fs::create_dir(beside(".pack.part-4194399")).unwrap();
    fs::rename(bench.out(), beside(".pack.old-4194398")).unwrap();
    let empty = bench.file("b.geojsonl", "{}");
    bench.import(&empty).unwrap_err();
    assert!(!bench.out().exists(), "nothing was written, nothing was touched");
    let source = bench.file("c.geojsonl", some_squares(4).join("\n"));
    bench.import(&source).unwrap();
    assert_eq!(City::open(&bench.out()).unwrap().buildings().len(), 4);
    assert!(!bench.entries().iter().any(|path| path.to_string_lossy().contains(".pack.")), "{:?}", bench.entries());
}

#[test]
fn a_pack_of_another_version_or_with_a_flipped_byte_is_refused_with_what_to_do() {
    let bench = Bench::new();
    pack::writer::write(&demo::generate(1, 200), &bench.out(), "").unwrap();
    City::open(&bench.out()).unwrap();
    for name in ["buildings", "flat", "roads", "areas", "places", "names"] {
        let path = bench.out().join(format!("{name}.hall"));
        let whole = fs::read(&path).unwrap();
        let mut other = whole.clone();
        other[8] = 99;
        fs::write(&path, &other).unwrap();
        let error = City::open(&bench.out()).unwrap_err().to_string();
        assert!(error.contains("version 99") && error.contains("import the city again"), "{error}");
        for at in [20, whole.len() / 2, whole.len() - 1] {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            fs::write(&path, &flipped).unwrap();
            let error = City::open(&bench.out()).unwrap_err().to_string();
            assert!(error.contains("damaged") && error.contains("import the city again"), "{name} {at}: {error}");
        }
        fs::write(&path, &whole).unwrap();
    }
    let meta = bench.out().join("pack.toml");
    let text = fs::read_to_string(&meta).unwrap();
    fs::write(&meta, text.replace("version = 2", "version = 7")).unwrap();
    let error = City::open(&bench.out()).unwrap_err().to_string();
    assert!(error.contains("version 7") && error.contains("import the city again"), "{error}");
    assert!(matches!(City::open(bench.dir.path()), Err(CityError::NotAPack(_))));
}

#[test]
fn a_hostile_pack_with_a_right_checksum_is_refused_and_never_panics() {
    let bench = Bench::new();
    pack::writer::write(&demo::generate(1, 60), &bench.out(), "").unwrap();
    for name in ["buildings", "flat", "roads", "areas", "places", "names"] {
        let path = bench.out().join(format!("{name}.hall"));
        let whole = fs::read(&path).unwrap();
        let step = (whole.len() / 300).max(1);
        for at in (24..whole.len()).step_by(step) {
            let mut hostile = whole.clone();
            hostile[at] = !hostile[at];
            let sum = xxhash_rust::xxh3::xxh3_64(&hostile[24..]);
            hostile[16..24].copy_from_slice(&sum.to_le_bytes());
            fs::write(&path, &hostile).unwrap();
            if let Ok(city) = City::open(&bench.out()) {
                walk(&city);
            }
        }
        fs::write(&path, &whole).unwrap();
    }
}

/// Touch everything a city hands out.
fn walk(city: &City) {
    for chunk in city.chunks() {
        let vertices = city.building_vertices(chunk);
        assert!(city.indices_of(chunk).iter().all(|i| usize::from(*i) < vertices.positions.len()));
    }
    for building in 0..u32::try_from(city.buildings().len()).unwrap() {
        let _ = city.footprint(building);
    }
    for chunk in city.flat_chunks() {
        let count = city.flat_positions_of(chunk).len();
        assert!(city.flat_indices_of(chunk).iter().all(|i| usize::from(*i) < count));
    }
    for way in city.ways() {
        let _ = (city.name(way.name), city.points_of(way));
    }
    for area in city.areas() {
        assert!(city.rings_of(area).count() == area.ring_count as usize);
    }
    let _ = city.pick_building([0.0, 0.0, 900.0], [0.2, 0.1, -1.0]);
    let _ = city.street_near([0.0, 0.0], 5_000.0);
    let _ = city.places_near([0.0, 0.0], 5_000.0, 5, |_| true);
    let _ = city.areas_at([0.0, 0.0]);
    let _ = (city.search("云", 9), city.street_point("滨江南路", &["人民路"]));
}

// A tiny PBF, made by hand.
