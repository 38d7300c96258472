//! Tests of the rows of the list: what is written on them has room, and what has none is known.

use egui::{Pos2, RawInput, Rect, Shape, vec2};
use rust_i18n::t;

use super::model::AlarmRow;
use super::rows::row_ui;
use super::strip::place;
use super::tests::{hall, shown, step};
use crate::domain::alarm::raised_tests::raising;
use crate::domain::alarm::{Maintenance, Raising};
use crate::domain::rights::Area;
use crate::domain::{AlarmId, AlarmKind, AlarmStep, Grade, Hall, LonLat, Moment, SensorKind};
use crate::ground::{City, demo, pack};
use crate::screen::look;
use crate::screen::names::area_words;

/// All that is written on a row of such a width, and what of it ends in ….
fn written(row: &AlarmRow, width: f32) -> (Vec<String>, Vec<String>) {
    fn gather(shape: &Shape, all: &mut Vec<String>, cut: &mut Vec<String>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|one| gather(one, all, cut)),
            Shape::Text(text) => {
                all.push(text.galley.text().to_owned());
                if text.galley.elided {
                    cut.push(text.galley.text().to_owned());
                }
            }
            _ => {}
        }
    }
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1_366.0, 768.0)));
    let mut drawn = ctx.run_ui(RawInput { screen_rect, ..RawInput::default() }, |ui| {
        ui.set_width(width);
        row_ui(ui, row, false);
    });
    drawn.textures_delta.clear();
    let (mut all, mut cut) = (Vec::new(), Vec::new());
    drawn.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut all, &mut cut));
    (all, cut)
}

fn row() -> AlarmRow {
    shown(&hall(), "", 4_000).row(AlarmId(3)).unwrap().clone()
}

#[test]
fn every_kind_of_alarm_is_written_whole_on_a_narrow_desk_and_on_a_wide_one() {
    let measured = SensorKind::ALL;
    for (measures, kind) in measured.into_iter().flat_map(|measures| AlarmKind::ALL.map(|kind| (measures, kind))) {
        let row = AlarmRow { kind, measures, ..row() };
        for width in [560.0, 860.0] {
            let (all, cut) = written(&row, width);
            assert!(cut.is_empty(), "{width}: {cut:?} of {all:?}");
            assert!(all.contains(&row.values) && all.contains(&super::strip::title(&row)), "{all:?}");
        }
    }
    let long =
        AlarmRow { name: "人民路与解放路交叉口东北角地下综合管廊第三舱".repeat(3), ..row() };
    assert_eq!(written(&long, 560.0).1.len(), 1, "a place that is too long gives way to how it stands");
}

#[test]
fn a_row_says_that_its_source_tells_no_place() {
    let says = |row: &AlarmRow| written(row, 860.0).0.iter().any(|text| text.contains(&*t!("alarm.no_place")));
    let unplaced = row();
    assert!(unplaced.is_unplaced() && says(&unplaced));
    let placed = AlarmRow { at: LonLat::new(119.3, 31.6), ..row() };
    assert!(!placed.is_unplaced() && !says(&placed));
    let sign = AlarmRow { measures: SensorKind::Vital, ..row() };
    assert!(!sign.is_unplaced() && !says(&sign), "a vital sign is of an area");
}

#[test]
fn areas_are_called_as_the_city_calls_them_in_the_language_of_the_screen() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("city");
    pack::writer::write(&demo::generate(3, 200), &out, "").unwrap();
    let city = City::open(&out).unwrap();
    let below = |outer: u32| {
        let named = |at: &u32| city.areas().get(*at as usize).is_some_and(|area| !city.name(area.name_en).is_empty());
        city.area_children(outer).into_iter().find(named).unwrap()
    };
    let district = below(city.area_children(u32::MAX)[0]);
    let street = below(district);
    let names = |at: u32| {
        let area = &city.areas()[at as usize];
        (city.name(area.name), city.name(area.name_en))
    };
    let (outer, inner) = (names(district), names(street));
    let path = format!("{}/{}", outer.0, inner.0);
    assert_eq!(area_words(&city, &path, "en"), format!("{} · {}", outer.1, inner.1));
    assert_eq!(area_words(&city, &path, "zh-CN"), format!("{} · {}", outer.0, inner.0));
    assert_eq!(area_words(&city, "别处/南街", "en"), "别处 · 南街", "the city does not know it");

    let mut hall = Hall::default();
    let area = Area::of(&path).unwrap();
    let sign = Raising { measures: SensorKind::Vital, area: area.clone(), ..raising("vital:water", Grade::I) };
    step(&mut hall, AlarmStep::Raise(sign), 0);
    let (source, measures, reason) = (String::new(), None, "清淤".to_owned());
    let window = Maintenance { source, measures, area, from: Moment(0), until: Moment(60_000), reason };
    step(&mut hall, AlarmStep::Maintain(window), 1);
    let shown = shown(&hall, "", 2).with_areas(|path| area_words(&city, path, "en"));
    let english = format!("{} · {}", outer.1, inner.1);
    assert_eq!((place(&shown.rows[0]), shown.windows[0].area()), (english.clone(), english));
    assert_eq!(shown.rows[0].area, path, "what is planned of it is found by its path");
}
