//! Bad input: a clear error or a counted skip, never a panic, never half a pack.

mod osm;
mod packs;
mod pbf;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use command_hall::ground::City;
use command_hall::ground::import::{self, ImportError, Options, Report, Skip};

/// A folder to import in.
struct Bench {
    dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        fs::write(&path, content).unwrap();
        path
    }

    fn out(&self) -> PathBuf {
        self.dir.path().join("pack")
    }

    fn import(&self, source: &Path) -> Result<Report, ImportError> {
        self.import_all(&[source.to_owned()])
    }

    fn import_all(&self, sources: &[PathBuf]) -> Result<Report, ImportError> {
        let options = Options { sources: sources.to_vec(), out: self.out(), ..Options::default() };
        import::run(&options, &mut |_| {})
    }

    /// Import must fail and leave nothing behind.
    fn refused(&self, source: &Path) -> String {
        let before = self.entries();
        let error = self.import(source).expect_err("must be refused").to_string();
        assert_eq!(before, self.entries(), "something was left behind");
        error
    }

    fn entries(&self) -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = fs::read_dir(self.dir.path()).unwrap().map(|e| e.unwrap().path()).collect();
        all.sort();
        all
    }
}

fn square(id: u32, lon: f64, lat: f64, size: f64, extra: &str) -> String {
    let (e, n) = (lon + size, lat + size);
    format!(
        r#"{{"type":"Feature","properties":{{"building":"yes","id":"way/{id}"{extra}}},"geometry":{{"type":"Polygon","coordinates":[[[{lon},{lat}],[{e},{lat}],[{e},{n}],[{lon},{n}],[{lon},{lat}]]]}}}}"#
    )
}

fn feature(properties: &str, kind: &str, coordinates: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"{kind}","coordinates":{coordinates}}}}}"#
    )
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

fn some_squares(count: u32) -> Vec<String> {
    (0..count).map(|i| square(i + 1, 114.1 + f64::from(i) * 0.001, 22.3, 0.0004, "")).collect()
}

#[test]
fn lines_and_collections_and_packed_ones_give_the_same_city() {
    let squares = some_squares(20);
    let lines = squares.join("\n");
    let collection =
        format!(r#"{{"type":"FeatureCollection","name":"x","features":[{}],"more":{{"a":[1,2]}}}}"#, squares.join(","));
    let pretty =
        serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&collection).unwrap()).unwrap();
    let sequence: String = squares.iter().map(|s| format!("\u{1e}{s}\n")).collect();
    for (name, content) in [
        ("a.geojsonl", lines.clone().into_bytes()),
        ("b.geojson", collection.clone().into_bytes()),
        ("c.geojson", pretty.into_bytes()),
        ("d.geojsonl.gz", gzip(lines.as_bytes())),
        ("e.geojson.gz", gzip(collection.as_bytes())),
        ("f.geojsonseq", sequence.into_bytes()),
        ("misnamed.osm.pbf", lines.into_bytes()),
    ] {
        let bench = Bench::new();
        let source = bench.file(name, content);
        let report = bench.import(&source).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!((report.buildings, report.default_heights), (20, 20), "{name}: {:?}", report.skipped);
        assert_eq!(City::open(&bench.out()).unwrap().buildings().len(), 20);
    }
}

#[test]
fn an_empty_file_is_refused() {
    let bench = Bench::new();
    let plain = bench.file("a.geojson", "");
    let packed = bench.file("b.geojson.gz", gzip(b""));
    assert!(bench.refused(&plain).contains("is empty"));
    assert!(bench.refused(&packed).contains("is empty"));
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_refused_with_what_it_is() {
    let bench = Bench::new();
    for (name, content, says) in [
        ("a.osm.pbf", b"PK\x03\x04rubbish".to_vec(), "a ZIP archive"),
        ("b.geojson", b"<html><body>404</body></html>".to_vec(), "XML or HTML"),
        ("c.osm.pbf", vec![0xff; 4000], "binary data"),
        ("d.geojson", b"lon,lat\n1,2\n".to_vec(), "plain text"),
        ("e.geojson", br#"{"a": 1}"#.to_vec(), "JSON without a single GeoJSON feature"),
        ("f.geojson", gzip(b"SQLite format 3\0"), "SQLite"),
        ("g.osm", b"<?xml version='1.0'?><osmChange version='0.6'></osmChange>".to_vec(), "changes to OpenStreetMap"),
    ] {
        let source = bench.file(name, content);
        let error = bench.refused(&source);
        assert!(error.contains(says), "{name}: {error}");
        fs::remove_file(source).unwrap();
    }
}

#[test]
fn a_truncated_file_is_refused() {
    let lines = some_squares(50).join("\n");
    let collection = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, some_squares(50).join(","));
    let packed = gzip(lines.as_bytes());
    let xml = osm::xml_city("");
    let bench = Bench::new();
    for (name, content) in [
        ("a.geojsonl", &lines.as_bytes()[..lines.len() / 2]),
        ("b.geojson", &collection.as_bytes()[..collection.len() - 2]),
        ("c.geojson", &collection.as_bytes()[..collection.len() / 3]),
        ("d.geojsonl.gz", &packed[..packed.len() / 2]),
        ("e.osm", &xml.as_bytes()[..xml.len() / 2]),
    ] {
        let source = bench.file(name, content);
        let error = bench.refused(&source);
        assert!(error.contains("ends in the middle"), "{name}: {error}");
        fs::remove_file(source).unwrap();
    }
}

#[test]
fn a_truncated_or_damaged_pbf_is_refused_wherever_it_is_cut() {
    let whole = pbf::pbf_city();
    let bench = Bench::new();
    let source = bench.file("whole.osm.pbf", &whole);
    assert_eq!(bench.import(&source).unwrap().buildings, 1);
    fs::remove_dir_all(bench.out()).unwrap();
    for cut in 1..whole.len() {
        let source = bench.file("whole.osm.pbf", &whole[..cut]);
        // cut exactly between two blobs nothing shows that something is missing, but then there is no building
        let _ = bench.refused(&source);
    }
    // flipped bytes may still make sense; what counts is that nothing panics
    for at in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x55;
        let source = bench.file("whole.osm.pbf", flipped);
        let _ = bench.import(&source);
    }
}

#[test]
fn a_decompression_bomb_is_not_unpacked() {
    let bench = Bench::new();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[").unwrap();
    let blank = vec![b' '; 1 << 20];
    for _ in 0..200 {
        packer.write_all(&blank).unwrap();
    }
    let source = bench.file("bomb.geojson.gz", packer.finish().unwrap());
    let error = bench.refused(&source);
    assert!(error.contains("unpacks to more than 200 times"), "{error}");
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(b"<osm version='0.6'>").unwrap();
    let blank = "<node id='1' lon='7' lat='43'/>".repeat(1 << 15);
    for _ in 0..200 {
        packer.write_all(blank.as_bytes()).unwrap();
    }
    let source = bench.file("bomb.osm.gz", packer.finish().unwrap());
    let error = bench.refused(&source);
    assert!(error.contains("unpacks to more than 200 times"), "{error}");
}

/// Imports with the built program, which may have so many megabytes of its own.
fn import_within(megabytes: u32, source: &Path, out: &Path) -> std::process::Output {
    let command = format!("ulimit -d {}; exec \"$0\" import \"$1\" --out \"$2\" --json", megabytes * 1024);
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &command, env!("CARGO_BIN_EXE_hall")]).args([source, out]);
    shell.output().unwrap()
}

#[test]
fn bad_shapes_are_skipped_and_counted_with_their_ids() {
    let bench = Bench::new();
    let b = |id: u32| format!(r#""building":"yes","id":"way/{id}""#);
    let features = [
        square(1, 114.1, 22.3, 0.0004, ""),
        square(2, 214.1, 22.3, 0.0004, ""),
        feature(&b(3), "Polygon", "[[[114.1,22.3],[114.2,1e400],[114.1,22.4],[114.1,22.3]]]"),
        feature(&b(4), "Polygon", "[[[114.1,22.3],[114.1004,22.3004],[114.1004,22.3],[114.1,22.3004],[114.1,22.3]]]"),
        feature(&b(5), "Polygon", "[[[114.1,22.3],[114.1004,22.3],[114.1,22.3]]]"),
        feature(&b(6), "Polygon", "[[[114.1,22.3],[114.1004,22.3],[114.1008,22.3],[114.1,22.3]]]"),
        feature(&b(7), "Polygon", "[]"),
        feature(&b(8), "LineString", "[[114.1,22.3],[114.2,22.3]]"),
        feature(&b(9), "Polygon", "[[[114.1],[114.1004,22.3],[114.1008,22.4]]]"),
        r#"{"type":"Feature","properties":{"building":"yes","id":10},"geometry":null}"#.to_owned(),
        r#"{"type":"Feature","properties":null,"geometry":null}"#.to_owned(),
        "this is no JSON".to_owned(),
        r#"{"type":"Feature","properties":{"building""#.to_owned(),
        feature(r#""fence":"yes""#, "Point", "[114.1,22.3]"),
        square(11, 114.2, 22.3, 0.0004, r#","height":"40 ft","min_height":3,"name":"大樓 Tower""#),
    ];
    let source = bench.file("a.geojsonl", features.join("\n"));
    let report = bench.import(&source).unwrap();
    let skipped = &report.skipped;
    println!("{}", serde_json::to_string_pretty(&report).unwrap());
    assert_eq!(report.buildings, 2);
    assert_eq!(skipped.count(Skip::CrossesItself), 1);
    assert_eq!(skipped.0[&Skip::CrossesItself].examples, ["4"]);
    assert_eq!(skipped.count(Skip::Collapsed), 2);
    assert_eq!(skipped.count(Skip::OutOfRange), 2);
    assert_eq!(skipped.0[&Skip::OutOfRange].examples, ["2", "9"]);
    assert_eq!(skipped.count(Skip::WrongGeometry), 3);
    assert_eq!(skipped.count(Skip::NotJson), 3);
    assert_eq!(skipped.count(Skip::NoLayer), 2);
    let city = City::open(&bench.out()).unwrap();
    let tower = city.buildings().iter().find(|b| b.source_id == 11).unwrap();
    assert_eq!((tower.top_dm, tower.foot_dm, city.name(tower.name)), (122, 30, "大樓 Tower"));
}

#[test]
fn water_over_a_town_is_left_out_with_the_other_pieces_of_its_object() {
    let bench = Bench::new();
    let water = |id: u32, west: f64, east: f64| {
        let ring = format!("[[[{west},22.2995],[{east},22.2995],[{east},22.302],[{west},22.302],[{west},22.2995]]]");
        feature(&format!(r#""natural":"water","id":"way/{id}""#), "Polygon", &ring)
    };
    // a lake over 60 buildings goes with its other piece; one with a single boat house stays
    let mut features: Vec<String> = some_squares(60);
    features.push(square(900, 114.25, 22.3, 0.0004, ""));
    features.extend([water(71, 114.095, 114.165), water(71, 114.2, 114.21), water(72, 114.24, 114.26)]);
    // streets make a town as well, but bridges go over water
    for i in 0..60 {
        let lat = 22.2996 + f64::from(i) * 0.00003;
        let line = format!("[[114.301,{lat}],[114.309,{lat}]]");
        features.push(feature(r#""highway":"residential""#, "LineString", &line));
        let line = format!("[[114.321,{lat}],[114.329,{lat}]]");
        features.push(feature(r#""highway":"residential","bridge":"yes""#, "LineString", &line));
    }
    // where only a small piece is wrong, the others stay
    features.extend([water(73, 114.3, 114.31), water(73, 114.4, 114.5), water(74, 114.32, 114.33)]);
    let source = bench.file("a.geojsonl", features.join("\n"));
    let report = bench.import(&source).unwrap();
    assert_eq!((report.buildings, report.waters), (61, 3), "{:?}", report.skipped);
    assert_eq!(report.skipped.0[&Skip::WaterOverBuildings].examples, ["71", "71", "73"]);
    assert!(serde_json::to_string(&report).unwrap().contains("water_over_buildings"));
}

#[test]
fn a_ring_of_ten_million_points_is_skipped_in_bounded_memory() {
    let bench = Bench::new();
    let path = bench.dir.path().join("huge.geojsonl");
    let mut file = std::io::BufWriter::new(fs::File::create(&path).unwrap());
    writeln!(file, "{}", square(1, 114.1, 22.3, 0.0004, "")).unwrap();
    write!(file, r#"{{"type":"Feature","properties":{{"building":"yes","id":2}},"geometry":{{"type":"Polygon","coordinates":[[[114.1,22.3]"#).unwrap();
    for i in 0..10_000_000u32 {
        write!(file, ",[114.{},22.{}]", i % 1000, i % 997).unwrap();
    }
    writeln!(file, "]]}}}}").unwrap();
    writeln!(file, "{}", square(3, 114.101, 22.3, 0.0004, "")).unwrap();
    file.flush().unwrap();
    drop(file);
    let report = bench.import(&path).unwrap();
    assert_eq!((report.buildings, report.skipped.count(Skip::TooManyPoints)), (2, 1), "{:?}", report.skipped);
    // the ring has 130 MB of text and would take 160 MB of numbers
    let done = import_within(200, &path, &bench.out());
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn sources_of_which_nothing_can_be_used_say_why() {
    let bench = Bench::new();
    let far: Vec<String> = (1..4).map(|id| square(id, 12_700_000.0, 2_500_000.0, 30.0, "")).collect();
    let source = bench.file("metres.geojsonl", far.join("\n"));
    let error = bench.refused(&source);
    assert!(error.contains("out of range 3 (1, 2, 3)"), "{error}");
}

#[test]
fn a_hole_that_is_none_is_left_out_and_counted() {
    let bench = Bench::new();
    let ring = |w: f64, s: f64, e: f64, n: f64| format!("[[{w},{s}],[{e},{s}],[{e},{n}],[{w},{n}],[{w},{s}]]");
    let outline = ring(114.1, 22.3, 114.101, 22.301);
    let holes = [
        (1, ring(114.1002, 22.3002, 114.1008, 22.3008)),
        (2, ring(114.1005, 22.3005, 114.102, 22.3008)),
        (3, ring(114.3, 22.4, 114.3005, 22.4005)),
    ];
    let building = |(id, hole): &(u32, String)| {
        feature(&format!(r#""building":"yes","id":"way/{id}""#), "Polygon", &format!("[{outline},{hole}]"))
    };
    let source = bench.file("a.geojsonl", holes.iter().map(building).collect::<Vec<_>>().join("\n"));
    let report = bench.import(&source).unwrap();
    assert_eq!(report.skipped.0[&Skip::HoleOutside].examples, ["2", "3"]);
    let city = City::open(&bench.out()).unwrap();
    let corners = |id: i64| city.buildings().iter().find(|b| b.source_id == id).unwrap().corner_count;
    assert_eq!([1, 2, 3].map(corners), [8, 4, 4]);
}

#[test]
fn pipes_come_with_network_diameter_and_depth_and_what_is_no_pipe_of_the_pack_is_counted() {
    use command_hall::ground::pack::records::Network;
    let line = |n: u32| format!("[[114.1,{0}],[114.101,{0}],[114.102,{0}]]", 22.3 + f64::from(n) * 0.0001);
    let pipe = |n: u32, properties: &str| feature(properties, "LineString", &line(n));
    let pipeline = |n: u32, more: &str| pipe(n, &format!(r#""man_made":"pipeline","id":"way/{n}",{more}"#));
    let bench = Bench::new();
    let map = [
        pipeline(1, r#""substance":"gas","diameter":400,"depth":1.2,"usage":"transmission""#),
        pipeline(2, r#""substance":"sewage","diameter":"DN1200""#),
        pipeline(3, r#""substance":"heat","diameter":600"#),
        pipeline(4, r#""location":"underground""#),
        pipeline(5, r#""substance":"water","location":"overground""#),
        pipe(6, r#""power":"cable","location":"underground","id":"way/6""#),
        feature(r#""man_made":"pipeline","substance":"water","id":"way/7""#, "Point", "[114.1,22.3]"),
    ];
    let all: Vec<String> = some_squares(20).into_iter().chain(map).collect();
    let city = bench.file("city.geojsonl", all.join("\n"));
    let water = bench.file("water_mains.geojsonl", pipe(8, r#""管径":"200","埋深":"0.9""#));
    let report = bench.import_all(&[city, water]).unwrap();
    assert_eq!((report.pipes, report.default_depths), (4, 2), "{}", report.skipped);
    for (why, examples) in
        [(Skip::NoNetwork, vec!["3", "4"]), (Skip::AboveGround, vec!["5"]), (Skip::WrongGeometry, vec!["7"])]
    {
        assert_eq!(report.skipped.0[&why].examples, examples, "{why}");
    }
    let city = City::open(&bench.out()).unwrap();
    let told: Vec<_> = city.pipes().iter().map(|p| (p.network, p.diameter_mm, p.depth_cm, p.flags)).collect();
    let [gas, water, drains, power] =
        [Network::Gas, Network::Water, Network::Drainage, Network::Power].map(|n| n as u8);
    assert_eq!(told, [(gas, 400, 120, 1), (drains, 1_200, 260, 1), (power, 0, 80, 0), (water, 200, 90, 0)]);
    let points: Vec<usize> = city.pipes().iter().map(|pipe| city.pipe_points(pipe).len()).collect();
    assert_eq!(points, [3; 4]);
}
