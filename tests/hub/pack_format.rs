//! The bytes of a tiny pack, as `src/ground/pack/FORMAT.md` describes them. A change here is a new version.

use std::fmt::Write;
use std::fs;

use command_hall::ground::pack::model::{AreaShape, BuildingShape, CityModel, FillShape, PlaceShape, WayShape};
use command_hall::ground::pack::records::{BuildingClass, Paint, PlaceKind};
use command_hall::ground::pack::writer;

fn tiny() -> CityModel {
    let mut city = CityModel { name: "小城".to_owned(), licence: "none".to_owned(), ..CityModel::default() };
    let outer = [
        [1_193_000_000, 316_000_000],
        [1_193_004_000, 316_000_000],
        [1_193_004_000, 316_004_000],
        [1_193_000_000, 316_004_000],
    ];
    let hole = outer.map(|[x, y]| [1_193_001_000 + (x - 1_193_000_000) / 2, 316_001_000 + (y - 316_000_000) / 2]);
    let rings = city.add_rings([outer.as_slice(), hole.as_slice()]);
    let name = city.names.number("塔楼 Tower");
    city.buildings.push(BuildingShape {
        source_id: -7,
        name,
        rings,
        top_dm: 300,
        foot_dm: 10,
        class: BuildingClass::Commercial,
        flags: 1,
        levels: 9,
    });
    let rings = city.add_rings([outer.as_slice()]);
    city.fills.push(FillShape { source_id: 0, paint: Paint::Green, rings });
    let (name, name_en) = (city.names.number("人民路"), city.names.number("Renmin Road"));
    let points = city.add_points([[1_192_990_000, 315_999_000], [1_193_010_000, 315_999_000]]);
    city.ways.push(WayShape { source_id: 8, name, name_en, class: Paint::Primary, flags: 1, width_cm: 900, points });
    let rings = city.add_rings([outer.as_slice()]);
    let name = city.names.number("某区");
    city.areas.push(AreaShape { source_id: 9, name, name_en: 0, level: 6, code: 990_101, rings, label: None });
    let name = city.names.number("医院");
    city.places.push(PlaceShape { source_id: 10, name, name_en: 0, at: outer[2], kind: PlaceKind::Hospital, rank: 70 });
    city
}

#[test]
fn a_tiny_pack_has_the_bytes_that_the_format_says() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("tiny");
    writer::write(&tiny(), &out, "2026-01-01T00:00:00Z").unwrap();
    let mut text = fs::read_to_string(out.join("pack.toml")).unwrap();
    for name in ["buildings", "flat", "roads", "areas", "places", "names"] {
        let bytes = fs::read(out.join(format!("{name}.hall"))).unwrap();
        writeln!(text, "\n{name}.hall: {} bytes", bytes.len()).unwrap();
        for (row, line) in bytes.chunks(32).enumerate() {
            let hex: Vec<String> = line.chunks(4).map(|w| w.iter().map(|b| format!("{b:02x}")).collect()).collect();
            writeln!(text, "{:04x}  {}", row * 32, hex.join(" ")).unwrap();
        }
    }
    insta::assert_snapshot!(text);
}
