//! OpenStreetMap's own files: what becomes what, and what is missing in them.

use std::io::Write as _;
use std::path::PathBuf;

use command_hall::ground::import::Skip;
use command_hall::ground::{City, pack};

use super::{Bench, gzip};

/// A small city in OSM XML: a building with a hole, a river, roads; `more` goes before the end.
pub(super) fn xml_city(more: &str) -> String {
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
fn what_lacks_a_member_or_a_point_in_its_middle_is_counted_and_claims_nothing_wrong() {
    let bench = Bench::new();
    // a closed outline whose hole is not there; an area that lacks one of its two parts; a road with a gap
    let more = "<way id='300'><nd ref='1'/><nd ref='2'/><nd ref='3'/><nd ref='4'/><nd ref='1'/></way>\n\
        <relation id='301'><member type='way' ref='300' role='outer'/><member type='way' ref='998' role='inner'/><tag k='type' v='multipolygon'/><tag k='building' v='yes'/></relation>\n\
        <relation id='302'><member type='way' ref='300' role='outer'/><member type='way' ref='997' role='outer'/><tag k='type' v='boundary'/><tag k='boundary' v='administrative'/><tag k='admin_level' v='6'/></relation>\n\
        <way id='303'><nd ref='9'/><nd ref='10'/><nd ref='996'/><nd ref='1'/><nd ref='2'/><tag k='highway' v='service'/></way>\n";
    let source = bench.file("a.osm", xml_city(more));
    let report = bench.import(&source).unwrap();
    assert_eq!((report.buildings, report.areas), (2, 0), "{:?}", report.skipped);
    assert_eq!(report.skipped.0[&Skip::MissingMembers].examples, ["-301", "-302"]);
    assert_eq!(report.skipped.0[&Skip::MissingPoint].examples, ["303"]);
    let city = City::open(&bench.out()).unwrap();
    let pieces: Vec<usize> =
        city.ways().iter().filter(|w| w.source_id == 303).map(|w| city.points_of(w).len()).collect();
    assert_eq!(pieces, [2, 2], "not drawn across the gap");
}

#[test]
fn an_older_relation_takes_what_it_is_from_its_outer_way_and_keeps_its_courtyard() {
    let bench = Bench::new();
    let more = "<way id='300'><nd ref='1'/><nd ref='2'/><nd ref='3'/><nd ref='4'/><nd ref='1'/><tag k='building' v='yes'/><tag k='name' v='Old Court'/></way>\n\
        <relation id='301'><member type='way' ref='300' role='outer'/><member type='way' ref='102' role='inner'/><tag k='type' v='multipolygon'/></relation>\n";
    let xml = xml_city(more).replace("<tag k='building' v='apartments'/>", "<tag k='landuse' v='grass'/>");
    let source = bench.file("a.osm", xml);
    let report = bench.import(&source).unwrap();
    assert_eq!(report.buildings, 1, "{:?}", report.skipped);
    let city = City::open(&bench.out()).unwrap();
    let building = city.buildings()[0];
    assert_eq!((building.source_id, building.corner_count, city.name(building.name)), (300, 8, "Old Court"));
    assert_eq!(city.footprint(0).len(), 2);
}

/// A row of ten houses in OSM XML with bounds; ids begin at `id`.
fn row(id: u32, west: f64, bounds: [f64; 4]) -> String {
    let [w, s, e, n] = bounds;
    let mut xml = format!("<osm version='0.6'><bounds minlon='{w}' minlat='{s}' maxlon='{e}' maxlat='{n}'/>\n");
    for house in 0..10 {
        let (lon, first) = (west + f64::from(house) * 0.001, id + house * 10);
        for (i, (x, y)) in [(0.0, 0.0), (0.0004, 0.0), (0.0004, 0.0004), (0.0, 0.0004)].into_iter().enumerate() {
            xml += &format!("<node id='{}' lon='{}' lat='{}'/>", first as usize + i, lon + x, 22.35 + y);
        }
        xml += &format!(
            "<way id='{first}'><nd ref='{first}'/><nd ref='{}'/><nd ref='{}'/><nd ref='{}'/><nd ref='{first}'/><tag k='building' v='yes'/></way>\n",
            first + 1,
            first + 2,
            first + 3
        );
    }
    xml + "</osm>\n"
}

#[test]
fn several_files_are_one_city_with_the_bounds_of_all_and_nothing_twice() {
    let bench = Bench::new();
    let a = bench.file("a.osm", row(1_000, 114.05, [114.0, 22.3, 114.1, 22.4]));
    let b = bench.file("b.osm", row(2_000, 114.15, [114.1, 22.3, 114.2, 22.4]));
    let report = bench.import_all(&[a.clone(), b, a.clone()]).unwrap();
    assert_eq!((report.buildings, report.skipped.count(Skip::Repeated)), (20, 10), "{:?}", report.skipped);
    let city = City::open(&bench.out()).unwrap();
    for (is, wanted) in city.meta().bounds.into_iter().zip([114.0, 22.3, 114.2, 22.4]) {
        assert!((is - wanted).abs() < 1e-6, "{:?}", city.meta().bounds);
    }
    assert!((city.meta().origin[0] - 114.1).abs() < 1e-6, "{:?}", city.meta().origin);
    // what lies at the other end of the world is no part of it, whatever it says it covers
    let more: Vec<PathBuf> = (0..4)
        .map(|n| bench.file(&format!("m{n}.osm"), row(3_000 + n * 100, 114.05, [114.0, 22.3, 114.1, 22.4])))
        .collect();
    let far = bench.file("far.osm", row(9_000, -65.95, [-66.0, 22.3, -65.9, 22.4]));
    let report = bench.import_all(&[more, vec![a, far]].concat()).unwrap();
    assert_eq!((report.buildings, report.skipped.count(Skip::FarAway)), (50, 10), "{:?}", report.skipped);
}

#[test]
fn a_comment_without_end_is_not_held_in_memory() {
    let bench = Bench::new();
    let long = format!("<osm version='0.6'><!-- {} --></osm>", "x".repeat(40 << 20));
    let source = bench.file("a.osm", long);
    let error = bench.refused(&source);
    assert!(error.contains("more than 16 MiB"), "{error}");
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
