use std::collections::BTreeSet;

use super::tokens;
use crate::domain::Grade;

const STANDARD: &str = include_str!("../../../tests/data/tongyong-guifan-8105.txt");

fn standard_table() -> BTreeSet<char> {
    STANDARD.lines().filter(|l| !l.starts_with('#')).flat_map(str::chars).collect()
}

/// Characters of `wanted` that a weight of the shipped font cannot draw.
fn tofu(wanted: &BTreeSet<char>) -> Vec<char> {
    let ctx = egui::Context::default();
    super::apply(&ctx);
    let mut tofu = Vec::new();
    let mut drawn = ctx.run_ui(egui::RawInput::default(), |ui| {
        for id in [super::regular_font(14.0), super::medium_font(14.0)] {
            ui.ctx().fonts_mut(|fonts| {
                let digits = fonts.glyph_width(&id, '0');
                assert!(('1'..='9').all(|c| (fonts.glyph_width(&id, c) - digits).abs() < 1e-4), "figures are tabular");
                let mut font = fonts.fonts.font(&id.family);
                let drawn = font.characters();
                tofu.extend(wanted.iter().filter(|c| !drawn.contains_key(*c)));
            });
        }
    });
    drawn.textures_delta.clear();
    tofu
}

#[test]
fn no_character_of_the_standard_table_is_tofu() {
    let table = standard_table();
    assert_eq!(table.len(), 8105);
    assert!(tofu(&table).is_empty(), "{} characters, first {:?}", tofu(&table).len(), tofu(&table).first());
}

#[test]
fn no_character_of_the_screens_texts_is_tofu() {
    let texts = concat!(include_str!("../../../assets/i18n/zh-CN.yml"), include_str!("../../../assets/i18n/en.yml"));
    assert_eq!(tofu(&texts.chars().filter(|c| !c.is_control()).collect()).first(), None);
}

#[test]
fn a_character_that_is_not_in_the_font_is_found_missing() {
    assert_eq!(tofu(&['\u{12000}'].into()).len(), 2);
}

#[test]
fn each_grade_has_its_own_colour_and_shape() {
    let colours: BTreeSet<_> = Grade::ALL.map(|g| format!("{:?}", tokens::grade(g))).into();
    let shapes: BTreeSet<_> = Grade::ALL.map(|g| format!("{:?}", tokens::shape(g))).into();
    assert_eq!((colours.len(), shapes.len()), (4, 4));
}

fn keys(yml: &str) -> BTreeSet<&str> {
    yml.lines().filter_map(|l| l.split_once(": ")).map(|(key, _)| key).filter(|key| *key != "_version").collect()
}

const CHINESE: &str = include_str!("../../../assets/i18n/zh-CN.yml");
const ENGLISH: &str = include_str!("../../../assets/i18n/en.yml");

#[test]
fn both_languages_have_every_key_with_the_same_blanks() {
    assert_eq!(keys(CHINESE), keys(ENGLISH));
    let blanks = |yml: &'static str, key: &str| -> BTreeSet<&'static str> {
        let line = yml.lines().find(|l| l.starts_with(&format!("{key}: "))).unwrap();
        line.split("%{").skip(1).filter_map(|rest| rest.split('}').next()).collect()
    };
    for key in keys(CHINESE) {
        assert_eq!(blanks(CHINESE, key), blanks(ENGLISH, key), "{key}");
        assert_ne!(rust_i18n::t!(key, locale = "zh-CN"), key);
    }
}

/// String literals of a source file that look like keys of texts.
fn keys_used(source: &str, sections: &BTreeSet<&str>) -> BTreeSet<String> {
    source
        .split('"')
        .filter(|s| s.split_once('.').is_some_and(|(section, rest)| sections.contains(section) && !rest.is_empty()))
        .filter(|s| s.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c)))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_key_used_in_the_source_has_its_text() {
    let known = keys(CHINESE);
    let sections: BTreeSet<&str> = known.iter().filter_map(|key| key.split('.').next()).collect();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))];
    let mut used = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                for key in keys_used(&std::fs::read_to_string(&path).unwrap(), &sections) {
                    used += 1;
                    assert!(known.contains(key.as_str()), "{key} in {}", path.display());
                }
            }
        }
    }
    assert!(used > 50, "only {used} keys found");
}

#[test]
fn times_and_ages_are_written_in_city_time() {
    use super::words;
    use crate::domain::Moment;
    let at = Moment(1_795_269_780_000); // 2026-11-21 14:03 UTC
    assert_eq!(words::hour_minute(at, 8 * 3600), "22:03");
    assert_eq!(words::day_start(at, 8 * 3600), Moment(1_795_190_400_000));
    assert_eq!(words::hour_minute(words::day_start(at, -7 * 3600), -7 * 3600), "00:00");
    assert_eq!(words::count(1_234_567), "1,234,567");
    assert_eq!(words::count(123), "123");
    assert_eq!(words::length(500.0), "500 m");
    assert_eq!(words::length(2000.0), "2 km");
    let west = crate::domain::LonLat { lon: -0.12345, lat: 51.5 };
    assert_eq!(words::lonlat(west), "51.50000°N 0.12345°W");
}
