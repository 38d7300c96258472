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
    let _ = ctx.run_ui(egui::RawInput::default(), |ui| {
        for id in [super::regular_font(14.0), super::medium_font(14.0)] {
            ui.ctx().fonts_mut(|fonts| {
                let digits = fonts.glyph_width(&id, '0');
                assert!(('1'..='9').all(|c| (fonts.glyph_width(&id, c) - digits).abs() < 1e-4), "figures are tabular");
                tofu.extend(wanted.iter().filter(|c| !fonts.has_glyph(&id, **c)));
            });
        }
    });
    tofu
}

#[test]
fn no_character_of_the_standard_table_is_tofu() {
    let table = standard_table();
    assert_eq!(table.len(), 8105);
    assert_eq!(tofu(&table), vec![]);
}

#[test]
fn no_character_of_the_screens_texts_is_tofu() {
    let texts = concat!(include_str!("../../../assets/i18n/zh-CN.yml"), include_str!("../../../assets/i18n/en.yml"));
    assert_eq!(tofu(&texts.chars().filter(|c| !c.is_control()).collect()), vec![]);
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
