//! Bad input: a clear error or a counted skip, never a panic, never half a pack.

mod packs;
mod pbf;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use command_hall::ground::import::{self, ImportError, Options, Report, Skip};
use command_hall::ground::{City, pack};

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
        let options = Options { sources: vec![source.to_owned()], out: self.out(), ..Options::default() };
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
    let xml = xml_city("");
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
}

/// A small city in OSM XML: a building with a hole, a river, roads; `more` goes before the end.
fn xml_city(more: &str) -> String {
    let mut xml = String::from("<?xml version='1.0' encoding='UTF-8'?>\n<osm version='0.6'>\n");
    for (id, lon, lat) in [
        (1, 7.40, 43.70),
        (2, 7.401, 43.70),
        (3, 7.401, 43.701),
        (4, 7.40, 43.701),
        (5, 7.4003, 43.7003),
        (6, 7.4007, 43.7003),
        (7, 7.4007, 43.7007),
        (8, 7.4003, 43.7007),
        (9, 7.39, 43.699),
        (10, 7.4005, 43.699),
        (11, 7.41, 43.699),
        (12, 7.4005, 43.69),
    ] {
        xml += &format!("<node id='{id}' lon='{lon}' lat='{lat}'/>\n");
    }
    xml += "<node id='20' lon='7.405' lat='43.705'><tag k='amenity' v='hospital'/><tag k='name' v='医院'/><tag k='name:en' v='Hospital'/></node>\n";
    let way = |id: u32, refs: &[u32], tags: &str| {
        let refs: String = refs.iter().map(|r| format!("<nd ref='{r}'/>")).collect();
        format!("<way id='{id}'>{refs}{tags}</way>\n")
    };
    xml += &way(100, &[1, 2, 3], "");
    xml += &way(101, &[1, 4, 3], "");
    xml += &way(102, &[5, 6, 7, 8, 5], "");
    xml += &way(103, &[9, 10, 11], "<tag k='highway' v='primary'/><tag k='name' v='A &amp; B'/>");
    xml += &way(104, &[10, 12], "<tag k='highway' v='residential'/><tag k='oneway' v='-1'/>");
    xml += "<relation id='200'><member type='way' ref='100' role='outer'/><member type='way' ref='101' role='outer'/><member type='way' ref='102' role='inner'/><tag k='type' v='multipolygon'/><tag k='building' v='apartments'/><tag k='building:levels' v='5'/></relation>\n";
    xml += more;
    xml += "</osm>\n";
    xml
}

#[test]
fn relations_become_buildings_with_holes_and_roads_a_graph() {
    let bench = Bench::new();
    let source = bench.file("a.osm", xml_city(""));
    let report = bench.import(&source).unwrap();
    assert_eq!((report.buildings, report.roads, report.places), (1, 2, 1), "{:?}", report.skipped);
    let city = City::open(&bench.out()).unwrap();
    let building = city.buildings()[0];
    assert_eq!((building.source_id, building.corner_count, building.levels), (-200, 8, 5));
    assert_eq!(city.footprint(0).len(), 2);
    // the primary road is cut where the side street meets it: two pieces both ways, and the side street one way
    assert_eq!((city.nodes().len(), city.edges().len()), (4, 5));
    let one_way = city.ways().iter().find(|w| w.source_id == 104).unwrap();
    let points = city.points_of(one_way);
    assert!(one_way.flags & 1 == 1 && points[0][1] < points[1][1], "turned round");
    assert!(city.ways().iter().any(|w| city.name(w.name) == "A & B"));
    assert_eq!(city.name(city.places()[0].name), "医院");
}

#[test]
fn the_same_xml_comes_in_from_gzip_and_bzip2() {
    let bench = Bench::new();
    let xml = xml_city("");
    let mut packer = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    packer.write_all(xml.as_bytes()).unwrap();
    for (name, content) in [("a.osm.gz", gzip(xml.as_bytes())), ("a.osm.bz2", packer.finish().unwrap())] {
        let source = bench.file(name, content);
        assert_eq!(bench.import(&source).unwrap().buildings, 1, "{name}");
    }
}

#[test]
fn relations_with_missing_members_and_ways_with_missing_nodes_are_skipped() {
    let bench = Bench::new();
    let more = "<way id='300'><nd ref='1'/><nd ref='2'/><nd ref='999'/><nd ref='1'/><tag k='building' v='yes'/></way>\n\
        <relation id='301'><member type='way' ref='100' role='outer'/><member type='way' ref='998' role='outer'/><tag k='type' v='multipolygon'/><tag k='building' v='yes'/></relation>\n\
        <relation id='302'><member type='way' ref='100' role='outer'/><tag k='type' v='boundary'/><tag k='boundary' v='administrative'/><tag k='admin_level' v='6'/></relation>\n";
    let source = bench.file("a.osm", xml_city(more));
    let report = bench.import(&source).unwrap();
    assert_eq!((report.buildings, report.areas), (1, 0));
    assert_eq!(report.skipped.0[&Skip::MissingMembers].examples, ["-301"]);
    assert_eq!(report.skipped.0[&Skip::MissingPoint].examples, ["300"]);
    assert_eq!(report.skipped.0[&Skip::OpenRing].examples, ["-302"]);
}

#[test]
fn a_coastline_becomes_a_sea_on_its_right() {
    let bench = Bench::new();
    // the coast runs from east to west, so the land is in the south and the sea in the north
    let more = "<node id='50' lon='7.45' lat='43.702'/><node id='51' lon='7.35' lat='43.702'/>\
        <way id='400'><nd ref='50'/><nd ref='51'/><tag k='natural' v='coastline'/></way>\n";
    let xml = xml_city(more).replace(
        "<osm version='0.6'>",
        "<osm version='0.6'><bounds minlon='7.38' minlat='43.68' maxlon='7.42' maxlat='43.72'/>",
    );
    let source = bench.file("a.osm", xml);
    let report = bench.import(&source).unwrap();
    assert_eq!(report.waters, 1, "{:?}", report.skipped);
    let city = City::open(&bench.out()).unwrap();
    let wet = |lat: f64| {
        let at = city.frame().metres_from_lonlat(command_hall::domain::LonLat { lon: 7.399, lat });
        city.flat_chunks().iter().any(|chunk| {
            let place = |i: u16| {
                let p = city.flat_positions_of(chunk)[usize::from(i)];
                [0, 1].map(|k| f64::from(chunk.origin[k]) + f64::from(p[k]) / 65_535.0 * f64::from(chunk.extent[k]))
            };
            city.flat_indices_of(chunk).chunks_exact(3).any(|t| {
                city.flat_tones_of(chunk)[usize::from(t[0])][2] == pack::records::Paint::Water as u8
                    && pack::shape::inside([[place(t[0]), place(t[1]), place(t[2])].as_slice()], at)
            })
        })
    };
    assert!(wet(43.71) && !wet(43.701));
}
