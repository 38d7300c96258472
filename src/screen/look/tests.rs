use std::collections::BTreeSet;

use super::theme::Theme;
use super::tokens::{self, Rgb};
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

/// How far apart two colours look to people: CIE 1976, from 0; about 2 is just to be seen.
fn apart(a: [f64; 3], b: [f64; 3]) -> f64 {
    let lab = |[r, g, b]: [f64; 3]| {
        let x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.950_47;
        let y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
        let z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.088_83;
        let f = |t: f64| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 };
        [116.0 * f(y) - 16.0, 500.0 * (f(x) - f(y)), 200.0 * (f(y) - f(z))]
    };
    lab(a).iter().zip(lab(b)).map(|(p, q)| (p - q) * (p - q)).sum::<f64>().sqrt()
}

/// How linear red, green and blue arrive at people who lack one kind of cone, whole (Machado and others, 2009).
const SIGHTS: [(&str, [[f64; 3]; 3]); 4] = [
    ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("no red", [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]]),
    ("no green", [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]]),
    ("no blue", [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]]),
];

#[test]
fn grades_are_told_apart_by_everybody_in_both_themes() {
    for theme in [Theme::Dark, Theme::Light] {
        for (sight, matrix) in SIGHTS {
            let seen = Grade::ALL.map(|grade| {
                let linear = tokens::grade(grade).in_theme(theme).linear().map(f64::from);
                matrix.map(|row| row.iter().zip(linear).map(|(m, c)| m * c).sum::<f64>().clamp(0.0, 1.0))
            });
            for (i, a) in seen.iter().enumerate() {
                for b in seen.iter().skip(i + 1) {
                    assert!(apart(*a, *b) > 12.0, "{theme:?}, {sight}: {:.1}, {a:?} {b:?}", apart(*a, *b));
                }
            }
        }
    }
}

#[test]
fn ramps_of_fields_are_read_by_everybody_and_taken_for_no_grade() {
    use tokens::heat::{DENSITY, FLOOD, THIRD, VALUES};
    for (sight, matrix) in SIGHTS {
        let seen = |colour: Rgb| {
            let linear = colour.linear().map(f64::from);
            matrix.map(|row| row.iter().zip(linear).map(|(m, c)| m * c).sum::<f64>().clamp(0.0, 1.0))
        };
        for ramp in [VALUES, DENSITY, THIRD, FLOOD] {
            for (one, next) in ramp.iter().zip(ramp.iter().skip(1)) {
                assert!(apart(seen(*one), seen(*next)) > 10.0, "{sight}: {one:?} {next:?}");
                let light = |[r, g, b]: [f64; 3]| 0.2126 * r + 0.7152 * g + 0.0722 * b;
                assert!(light(seen(*one)) < light(seen(*next)), "{sight}: {one:?} {next:?}");
            }
        }
        // Those that layers beside each other have are told apart in their middle, where most values are.
        for (one, other) in [(VALUES, DENSITY), (VALUES, THIRD), (DENSITY, THIRD)] {
            let off = apart(seen(one[2]), seen(other[2]));
            assert!(off > 10.0, "{sight}: {one:?} and {other:?} are {off:.1} apart");
        }
    }
    for stop in VALUES.into_iter().chain(DENSITY).chain(THIRD).chain(FLOOD).chain([tokens::heat::SENSOR]) {
        for grade in Grade::ALL {
            let off = apart(stop.linear().map(f64::from), tokens::grade(grade).linear().map(f64::from));
            assert!(off > 30.0, "{stop:?} is {off:.0} from {grade:?}");
        }
    }
}

/// Contrast of two linear colours as WCAG 2 counts it, from 1 to 21.
pub(in crate::screen) fn contrast(a: [f32; 3], b: [f32; 3]) -> f32 {
    let light = |[r, g, b]: [f32; 3]| 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    let (a, b) = (light(a), light(b));
    a.max(b) / a.min(b)
}

#[test]
fn words_stand_out_from_every_ground_in_both_themes() {
    use tokens::{ACCENT, CHOSEN, DIM, FAINT, HOVER, INK, PANEL, RAISED, TEXT};
    for theme in [Theme::Dark, Theme::Light] {
        let of = |a: Rgb, b: Rgb| contrast(a.in_theme(theme).linear(), b.in_theme(theme).linear());
        for ground in [INK, PANEL, RAISED, HOVER, CHOSEN] {
            for (ink, least) in [(TEXT, 7.0), (DIM, 4.5), (ACCENT, 4.5), (FAINT, 2.9)] {
                assert!(of(ink, ground) >= least, "{theme:?}: {ink:?} on {ground:?} is {}", of(ink, ground));
            }
        }
        assert!(of(INK, TEXT) >= 7.0, "an inverted badge");
        for grade in Grade::ALL {
            let own = of(tokens::on_grade(grade), tokens::grade(grade));
            assert!(own >= 3.0, "{theme:?}: the numeral of {grade:?} on its mark is {own}");
        }
    }
}

#[test]
fn each_colour_of_the_panels_is_its_own_and_has_a_light_one() {
    let dark: BTreeSet<_> = tokens::LIGHT.iter().map(|(dark, _)| format!("{dark:?}")).collect();
    assert_eq!(dark.len(), tokens::LIGHT.len(), "a colour's light one is found by its dark one");
    for (dark, light) in tokens::LIGHT {
        assert_ne!(dark, light);
        assert_eq!((dark.in_theme(Theme::Dark), dark.in_theme(Theme::Light)), (dark, light));
    }
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
        // Layers of a pack are named after the same things.
        .filter(|s| s.split('.').next_back() != Some("hall"))
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

#[test]
fn a_line_begins_at_the_edge_of_what_it_comes_from() {
    use egui::pos2;
    let line = vec![pos2(0.0, 0.0), pos2(30.0, 0.0), pos2(30.0, 40.0)];
    let from = |gap| super::paint::from_edge(line.clone(), gap);
    assert_eq!(from(10.0), [pos2(10.0, 0.0), pos2(30.0, 0.0), pos2(30.0, 40.0)]);
    assert_eq!(from(50.0), [pos2(30.0, 20.0), pos2(30.0, 40.0)]);
    assert!(from(90.0).is_empty());
}

#[test]
fn no_line_begins_with_a_comma_or_ends_with_an_opening_bracket() {
    let text =
        "朱大爷求助，玉翠路232号，何女士呼吸困难，口唇发紫（老人七十岁，独居），需要尽快转运。\n门口“有人接应”！";
    let ctx = egui::Context::default();
    super::apply(&ctx);
    let mut broken = 0;
    let mut drawn = ctx.run_ui(egui::RawInput::default(), |ui| {
        for width in 64..400_u16 {
            let (font, color) = (super::regular_font(14.0), egui::Color32::WHITE);
            let width = f32::from(width);
            let plain = ui.painter().layout(text.to_owned(), font.clone(), color, width);
            let galley = super::paint::paragraph(ui.painter(), text, font, color, width, usize::MAX);
            let wrong = |galley: &egui::Galley| {
                galley
                    .rows
                    .iter()
                    .skip(1)
                    .any(|row| row.glyphs.first().is_some_and(|glyph| "，。！）”".contains(glyph.chr)))
                    || galley.rows.iter().any(|row| row.glyphs.last().is_some_and(|glyph| "（“".contains(glyph.chr)))
            };
            broken += usize::from(wrong(&plain));
            assert!(!wrong(&galley), "{width}: {}", galley.text());
            assert!(galley.rows.iter().all(|row| row.size.x <= width), "{width} points hold every line");
            let said: String = galley.text().chars().filter(|c| *c != '\n').collect();
            assert_eq!(said, text.replace('\n', ""), "nothing is lost");
        }
    });
    drawn.textures_delta.clear();
    assert!(broken > 20, "the layout alone breaks {broken} of them wrongly");
}

#[test]
fn an_address_without_room_keeps_its_end_and_one_with_room_is_whole() {
    let address = "长丰区汇亭街道桥嘉路227号";
    let ctx = egui::Context::default();
    super::apply(&ctx);
    let mut drawn = ctx.run_ui(egui::RawInput::default(), |ui| {
        let (font, color) = (super::regular_font(14.0), egui::Color32::WHITE);
        let wide = |text: &str| ui.painter().layout_no_wrap(text.to_owned(), font.clone(), color).size().x;
        let put = |width: f32| {
            super::paint::tail(ui.painter(), egui::Pos2::ZERO, egui::Align2::LEFT_TOP, address, &font, color, width)
        };
        let whole = wide(address);
        assert!((put(whole + 1.0).width() - whole).abs() < 0.5);
        for width in [whole - 1.0, whole * 0.7, whole * 0.4] {
            let covers = put(width).width();
            assert!(covers <= width && covers > width - 20.0, "{covers} of {width}");
        }
        let end = wide("…桥嘉路227号");
        assert!((put(end + 1.0).width() - end).abs() < 0.5, "what is left out is its beginning");
    });
    drawn.textures_delta.clear();
}

/// Colours as they are seen without red, green or blue cones: Machado, Oliveira and Fernandes 2009, severity 1, linear.
const SEEN: [(&str, [[f32; 3]; 3]); 3] = [
    (
        "red",
        [[0.152_286, 1.052_583, -0.204_868], [0.114_503, 0.786_281, 0.099_216], [-0.003_882, -0.048_116, 1.051_998]],
    ),
    (
        "green",
        [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_82, 0.042_94, 0.968_881]],
    ),
    (
        "blue",
        [[1.255_528, -0.076_749, -0.178_779], [-0.078_411, 0.930_809, 0.147_602], [0.004_733, 0.691_367, 0.303_9]],
    ),
];

#[test]
fn whoever_sees_no_red_green_or_blue_still_tells_the_grades_apart() {
    let seen = |color: Rgb, by: &[[f32; 3]; 3]| {
        let [red, green, blue] = by.map(|row| row.iter().zip(color.linear()).map(|(a, b)| a * b).sum::<f32>());
        let lab = bevy::color::Laba::from(bevy::color::LinearRgba::rgb(
            red.clamp(0.0, 1.0),
            green.clamp(0.0, 1.0),
            blue.clamp(0.0, 1.0),
        ));
        bevy::math::Vec3::new(lab.lightness, lab.a, lab.b) * 100.0
    };
    for theme in [Theme::Dark, Theme::Light] {
        for (missing, by) in &SEEN {
            for (i, a) in Grade::ALL.into_iter().enumerate() {
                for b in Grade::ALL.into_iter().skip(i + 1) {
                    let color = |grade| seen(tokens::grade(grade).in_theme(theme), by);
                    let apart = color(a).distance(color(b));
                    assert!(apart > 12.0, "{theme:?}, no {missing}: {a:?} and {b:?} are {apart:.0} apart");
                    assert_ne!(tokens::shape(a).corners(), tokens::shape(b).corners());
                }
            }
        }
    }
}
