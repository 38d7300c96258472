//! The map coloured by a sign: how areas are painted, what they read, and what a click on one opens.

use egui::{Pos2, RawInput, Rect, vec2};
use rust_i18n::t;

use super::desk::Desk;
use super::map::{Shade, shades};
use super::model::{Below, State};
use super::phrase;
use super::side::below_ui;
use super::tests::{gather, sign};
use crate::domain::Grade;
use crate::domain::rights::Area;
use crate::domain::vital::Family;
use crate::screen::look::{self, tokens};
use crate::screen::patches::{Patch, picture};

#[test]
fn areas_are_painted_by_how_they_stand_and_what_has_no_data_is_hatched() {
    let square = |left: f32| [[left, 0.0], [left + 100.0, 0.0], [left + 100.0, 100.0], [left, 100.0]];
    let (one, two, three) = (square(0.0), square(100.0), square(200.0));
    let patches = [
        Patch { rings: vec![&one], fill: Shade::Level(Grade::I).fill() },
        Patch { rings: vec![&two], fill: Shade::Share(1.0).fill() },
        Patch { rings: vec![&three], fill: Shade::Nothing.fill() },
    ];
    let laid = picture(&patches).unwrap();
    assert_eq!((laid.low, laid.high, laid.size), ([-1.0, -1.0], [301.0, 101.0], [302, 102]));
    let pixel = |x: usize, y: usize| -> [u8; 4] { laid.rgba[(y * 302 + x) * 4..][..4].try_into().unwrap() };
    let tokens::Rgb(r, g, b) = tokens::grade(Grade::I);
    assert_eq!(pixel(50, 50)[..3], [r, g, b]);
    let tokens::Rgb(r, g, b) = tokens::ACCENT;
    assert_eq!(pixel(150, 50)[..3], [r, g, b]);
    let striped: Vec<u8> = (201..301).map(|x| pixel(x, 50)[3]).collect();
    let filled = striped.iter().filter(|alpha| **alpha > 0).count();
    assert!((10..40).contains(&filled), "stripes and nothing between them: {filled}");
    let rim =
        (0..302).flat_map(|x| [pixel(x, 0), pixel(x, 101)]).chain((0..102).flat_map(|y| [pixel(0, y), pixel(301, y)]));
    assert!(rim.into_iter().all(|pixel| pixel[3] == 0), "the rim is clear");
    assert!(picture(&[]).is_none());
}

#[test]
fn an_area_of_the_coloured_map_is_looked_into_and_then_the_map_is_there_again() {
    let of = |path: &str| Area::of(path).unwrap();
    let below =
        Below { area: of("东城区/南街"), value: Some(35.0), state: State::Crossed(Grade::II), age_secs: Some(2) };
    let chosen = "second".to_owned();
    let painted = vec![(7, below.clone())];
    let mut desk = Desk { chosen, coloured: true, area: of("东城区"), painted, ..Desk::default() };
    assert_eq!((desk.painted_at(7), desk.painted_at(8)), (Some(&below), None));
    desk.look_into(below.area.clone());
    assert!(desk.open && desk.looked.as_ref().is_some_and(|looked| looked.sign == "second"));
    assert_eq!(desk.area, below.area);
    desk.turn(false);
    assert!(!desk.open && desk.coloured && desk.looked.is_none());
    assert_eq!((desk.area, desk.map_of), (of("东城区"), None));
}

#[test]
fn a_coloured_area_reads_its_name_its_value_and_how_that_stands() {
    let sign = sign("air", Family::Ecology);
    let read = |value: Option<f64>, state| {
        let age_secs = value.map(|_| 7_200);
        phrase::stands("East", &Below { area: Area::CITY, value, state, age_secs }, &sign)
    };
    let (value, level) = (phrase::with_unit(35.0, &sign), t!("alarm.level", grade = "Ⅱ"));
    assert_eq!(read(Some(35.0), State::Crossed(Grade::II)), format!("East · {value} · {level}"));
    assert_eq!(read(Some(35.0), State::Calm), format!("East · {value} · {}", t!("vital.calm")));
    assert_eq!(read(None, State::Nothing), format!("East · {}", t!("vital.no_data")));
    let old = t!("vital.stale", value = value, age = phrase::age(7_200));
    assert_eq!(read(Some(35.0), State::Stale), format!("East · {old}"));
}

fn below(path: &str, value: Option<f64>, state: State, age_secs: Option<i64>) -> Below {
    Below { area: Area::of(path).unwrap(), value, state, age_secs }
}

#[test]
fn what_is_out_of_date_is_pale_on_the_map_and_moves_no_end_of_the_ramp() {
    let all = [
        below("a", Some(10.0), State::Calm, Some(5)),
        below("b", Some(20.0), State::Calm, Some(5)),
        below("c", Some(900.0), State::Stale, Some(600)),
        below("d", None, State::Nothing, None),
        below("e", Some(99.0), State::Crossed(Grade::III), Some(5)),
    ];
    let painted: Vec<Shade> = shades(&all).into_iter().map(|(_, shade)| shade).collect();
    let calm = [Shade::Share(0.0), Shade::Share(1.0)];
    assert_eq!(painted, [calm[0], calm[1], Shade::Old, Shade::Nothing, Shade::Level(Grade::III)]);
    let fills = [Shade::Old, Shade::Nothing, Shade::Share(0.0), Shade::Share(1.0)].map(Shade::fill);
    for (at, fill) in fills.iter().enumerate() {
        assert!(fills.iter().skip(at + 1).all(|other| other != fill), "{fill:?}");
    }
    let later = [below("a", Some(10.0), State::Calm, Some(9))];
    assert_eq!(
        shades(&later),
        shades(&[below("a", Some(10.0), State::Calm, Some(5))]),
        "ages alone paint nothing anew"
    );
}

#[test]
fn in_the_list_of_areas_what_is_out_of_date_fades_with_its_age_and_what_says_nothing_is_hatched() {
    let sign = sign("air", Family::Ecology);
    let painted = |below: &Below| {
        let ctx = egui::Context::default();
        look::apply(&ctx);
        let rect = Rect::from_min_size(Pos2::ZERO, vec2(300.0, 28.0));
        let mut output = ctx.run_ui(RawInput::default(), |ui| below_ui(ui, rect, below, &sign, "East"));
        output.textures_delta.clear();
        let (mut texts, mut colours) = (Vec::new(), Vec::new());
        output.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts, &mut colours));
        (texts, colours)
    };
    let value = phrase::with_unit(35.0, &sign);
    let (texts, colours) = painted(&below("a", Some(35.0), State::Calm, Some(5)));
    assert_eq!(texts, [value.clone(), "East".to_owned()]);
    assert!(!colours.contains(&tokens::FAINT.egui()), "{colours:?}");
    let (texts, colours) = painted(&below("a", Some(35.0), State::Stale, Some(600)));
    assert_eq!(texts, [value.clone(), phrase::age(600), "East".to_owned()]);
    assert_eq!(colours.iter().filter(|colour| **colour == tokens::FAINT.egui()).count(), 2, "value and age");
    let (texts, colours) = painted(&below("a", None, State::Nothing, None));
    assert_eq!(texts, ["East"]);
    assert!(colours.contains(&tokens::OUTLINE.egui()), "hatched");
}
