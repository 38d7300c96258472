//! What an X-ray says of now and of the past, and its keys.

use egui::{Event, Key, Modifiers, PointerButton, Pos2, RawInput, Rect, Shape, vec2};

use super::desk::Desk;
use super::model::silent_first;
use super::phrase;
use super::tests::{NOW, board, gather, press, read, rules};
use super::told::Looked;
use super::xray::{XrayView, XrayWish, xray_ui};
use crate::domain::alarm::Ruled;
use crate::domain::rights::Area;
use crate::domain::sensor::TrendStep;
use crate::domain::vital::{Band, Nothing, VitalPart, VitalSensor, VitalXray};
use crate::domain::{LonLat, SensorId, SensorKind};
use crate::screen::look;

fn sensor(number: u32, fresh: bool) -> VitalSensor {
    VitalSensor {
        number: SensorId(number),
        id: format!("air-{number}"),
        name: String::new(),
        kind: SensorKind::Pm25,
        at: LonLat::new(114.0, 22.0),
        newest: fresh.then_some((NOW, 12.0)),
        fresh,
    }
}

fn xray(band: bool) -> VitalXray {
    let hour = 3_600_000;
    let step = |n: i64| TrendStep { from: NOW.plus_millis(-n * hour), min: 2.0, max: 6.0, mean: 4.0, count: 9 };
    VitalXray {
        code: "second".to_owned(),
        area: Area::CITY,
        at: NOW,
        newest: Some((NOW, 33.0)),
        nothing: None,
        missing: 0.25,
        parts: vec![VitalPart {
            asked: "mean(\"pm25\")".to_owned(),
            value: None,
            weight: None,
            kind: Some(SensorKind::Pm25),
            known: 4,
            fresh: 3,
            oldest: Some(NOW.plus_millis(-7_000)),
        }],
        sensors: vec![sensor(1, true), sensor(2, false), sensor(3, true)],
        sensors_all: 4,
        course: (1..=20).rev().map(step).collect(),
        step_millis: hour,
        band: band.then(|| Band { from: NOW.plus_millis(-24 * hour), hours: vec![(1.0, 8.0); 36] }),
        year: None,
    }
}

/// What is said in an X-ray, and what it makes of a key.
fn looked(xray: &VitalXray, key: Option<Key>) -> (Vec<String>, Vec<XrayWish>) {
    looked_of(xray, key, (Ruled::Itself("chen", NOW), false))
}

/// The same, with who put the limits in force, of a moment of the past or of now.
fn looked_of(xray: &VitalXray, key: Option<Key>, (by, past): (Ruled<'_>, bool)) -> (Vec<String>, Vec<XrayWish>) {
    let frames = vec![Vec::new(), key.map(|key| press(key, Modifiers::NONE)).into_iter().collect()];
    let (shapes, wishes) = framed(xray, frames, 0, (by, past));
    let (mut texts, mut colours) = (Vec::new(), Vec::new());
    for shape in &shapes {
        gather(shape, &mut texts, &mut colours);
    }
    (texts, wishes)
}

/// What is painted and wished in the last of some frames with what happens in each; so many rows are above the marked one.
fn framed(
    xray: &VitalXray,
    frames: Vec<Vec<Event>>,
    marked: usize,
    (by, past): (Ruled<'_>, bool),
) -> (Vec<Shape>, Vec<XrayWish>) {
    let (rules, board) = (rules(), board());
    let read = read(&rules, &board, 4 * 3600);
    let tile = read.sign("second").unwrap();
    let view = XrayView {
        tile: &tile,
        read,
        area: "全市".to_owned(),
        of: &Area::CITY,
        told: Some(Ok(xray)),
        marked,
        reveal: true,
        ruled: by,
        past,
        coloured: false,
        now: NOW,
        utc_offset_secs: 4 * 3600,
        locale: "zh-CN",
    };
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1_920.0, 1_080.0)));
    let rect = Rect::from_min_max(Pos2::new(12.0, 70.0), Pos2::new(1_908.0, 1_040.0));
    let (mut shapes, mut wishes) = (Vec::new(), Vec::new());
    // What is new is measured in the first of them and painted in the next.
    for events in frames {
        let mut output = ctx.run_ui(RawInput { screen_rect, events, ..RawInput::default() }, |ui| {
            wishes = xray_ui(ui.ctx(), rect, &view);
        });
        output.textures_delta.clear();
        shapes = output.shapes.into_iter().map(|clipped| clipped.shape).collect();
    }
    (shapes, wishes)
}

/// An index of these signs.
fn index(signs: &[&str]) -> VitalXray {
    let part = |sign: &&str| VitalPart {
        asked: (*sign).to_owned(),
        value: Some(80.0),
        weight: Some(2.0),
        kind: None,
        known: 0,
        fresh: 0,
        oldest: Some(NOW.plus_millis(-7_000)),
    };
    VitalXray { parts: signs.iter().map(part).collect(), ..xray(true) }
}

/// The middle of a text among what is painted.
fn place_of(shapes: &[Shape], wanted: &str) -> Option<Pos2> {
    shapes.iter().find_map(|shape| match shape {
        Shape::Vec(all) => place_of(all, wanted),
        Shape::Text(text) if text.galley.text() == wanted => Some(text.pos + text.galley.size() / 2.0),
        _ => None,
    })
}

#[test]
fn an_x_ray_says_what_a_number_is_made_of_and_who_set_its_limits() {
    let (texts, _) = looked(&xray(true), None);
    let says = |what: &str| texts.iter().any(|text| text.contains(what));
    assert!(says("Ctrl I") && says(&rust_i18n::t!("vital.colour")), "{texts:?}");
    for what in ["33.0%", "about", "mean(\"pm25\")", "25%", "air-2", "chen", "> 30.0%", "3 / 4"] {
        assert!(says(what), "{what}: {texts:?}");
    }
    assert!(says(&rust_i18n::t!("vital.expected")) && says(&rust_i18n::t!("vital.now")));
    let (texts, _) = looked(&xray(false), None);
    assert!(texts.contains(&rust_i18n::t!("vital.not_expected").into_owned()));
    let silent = xray(true);
    assert_eq!(silent_first(&silent.sensors).iter().map(|sensor| sensor.number.0).collect::<Vec<_>>(), [2, 1, 3]);
    let missing = phrase::nothing(Nothing::Missing(0.6));
    let (texts, _) = looked(&VitalXray { nothing: Some(Nothing::Missing(0.6)), ..xray(false) }, None);
    assert!(texts.contains(&missing));
}

#[test]
fn an_x_ray_of_the_past_says_no_share_that_is_not_known_and_that_its_limits_are_of_today() {
    let then = VitalXray { parts: Vec::new(), sensors: Vec::new(), missing: 0.0, ..xray(false) };
    let (texts, _) = looked_of(&then, None, (Ruled::Among("li", NOW), true));
    let none = rust_i18n::t!("vital.missing", percent = phrase::percent(0.0)).into_owned();
    assert!(!texts.contains(&none), "{texts:?}");
    assert!(texts.contains(&rust_i18n::t!("vital.limits_today").into_owned()), "{texts:?}");
    assert!(!texts.contains(&rust_i18n::t!("vital.limits").into_owned()));
    let at = look::words::day_hour_minute(NOW, 4 * 3600);
    assert!(texts.contains(&rust_i18n::t!("vital.ruled_among", who = "li", at = at).into_owned()), "{texts:?}");
    // Of now the share is told, be it none.
    let (texts, _) = looked(&VitalXray { missing: 0.0, ..xray(false) }, None);
    assert!(texts.contains(&none) && texts.contains(&rust_i18n::t!("vital.limits").into_owned()), "{texts:?}");
}

#[test]
fn an_x_ray_says_in_words_what_a_formula_asks() {
    use super::asked::in_words;
    let gas = rust_i18n::t!("sensor.combustible_gas").into_owned();
    let all = [
        "max(\"combustible_gas\")",
        "above(\"combustible_gas\", 12.5)",
        "percentile(\"combustible_gas\", 90)",
        "mean_over(max(\"combustible_gas\"), \"10m\")",
        "ago(max(\"combustible_gas\"), \"1d\")",
        "rate(max(\"combustible_gas\"), \"3h\")",
    ]
    .map(in_words);
    assert!(all.iter().all(|words| words.contains(&gas) && !words.contains(['(', '"'])), "{all:?}");
    assert!(all[1].contains("12.5 %LEL") && all[2].contains("90") && all[5].contains('3'), "{all:?}");
    assert!(all[3].contains(&all[0]) && all[3].contains("10"), "what is asked over time is said first");
    let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
    assert!(in_words("open_cases(\"203\")").contains("203") && !in_words("crews_free()").contains('('));
    assert_eq!(in_words("anything"), "anything");
}

#[test]
fn keys_of_an_x_ray_go_through_its_sensors_and_to_one() {
    for (key, wish) in [
        (Key::ArrowDown, XrayWish::Mark(1)),
        (Key::Enter, XrayWish::Fly(0)),
        (Key::Escape, XrayWish::Back),
        (Key::Backspace, XrayWish::Back),
        (Key::Z, XrayWish::Below),
    ] {
        assert_eq!(looked(&xray(true), Some(key)).1, [wish], "{key:?}");
    }
}

#[test]
fn an_x_ray_says_how_a_number_changed_since_last_year_where_that_is_known() {
    let said = |year: Option<f64>| {
        let (texts, _) = looked(&VitalXray { year, ..xray(false) }, None);
        let known = rust_i18n::t!("vital.since.year", change = phrase::change(Some(3.0), 0.1));
        let any = rust_i18n::t!("vital.since.year", change = "").trim_end().to_owned();
        (texts.iter().any(|text| *text == known), texts.iter().any(|text| text.starts_with(&any)))
    };
    assert_eq!((said(Some(30.0)), said(None)), ((true, true), (false, false)));
}

#[test]
fn the_signs_of_an_index_are_looked_into_by_key_and_by_click() {
    let by = (Ruled::BuiltIn, false);
    let enter = |xray: &VitalXray, marked: usize| {
        framed(xray, vec![Vec::new(), vec![press(Key::Enter, Modifiers::NONE)]], marked, by).1
    };
    // Nobody knows a sign of that name any more: it is no row for the keys.
    let xray = index(&["calm", "gone", "fourth"]);
    assert_eq!(enter(&xray, 0), [XrayWish::Part("calm".to_owned())]);
    assert_eq!(enter(&xray, 1), [XrayWish::Part("fourth".to_owned())]);
    assert_eq!(
        [2, 4, 9].map(|marked| enter(&xray, marked)),
        [0, 2, 2].map(|at| [XrayWish::Fly(at)]),
        "then its sensors"
    );
    let down = vec![Vec::new(), vec![press(Key::ArrowDown, Modifiers::NONE)]];
    assert_eq!(framed(&xray, down, 1, by).1, [XrayWish::Mark(2)]);
    let (shapes, _) = framed(&xray, vec![Vec::new(), Vec::new()], 0, by);
    let at = place_of(&shapes, "fourth").unwrap();
    let button =
        |pressed| Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers: Modifiers::NONE };
    let click = vec![Vec::new(), vec![Event::PointerMoved(at)], vec![button(true)], vec![button(false)]];
    assert_eq!(framed(&xray, click, 0, by).1, [XrayWish::Part("fourth".to_owned())]);
}

#[test]
fn what_a_number_is_made_of_scrolls_and_the_marked_row_is_in_sight() {
    let many: Vec<String> = (0..40).map(|n| format!("other-{n}")).collect();
    let mut signs: Vec<&str> = many.iter().map(String::as_str).collect();
    signs.push("calm");
    let xray = index(&signs);
    let sight = |marked: usize, name: &str| {
        let (shapes, _) = framed(&xray, vec![Vec::new(), Vec::new()], marked, (Ruled::BuiltIn, false));
        place_of(&shapes, name).is_some()
    };
    assert!(sight(0, "calm") && !sight(0, "other-0"), "it is the only one that can be looked into");
    assert!(sight(1, "other-0") && !sight(1, "calm"), "a sensor is marked");
}

#[test]
fn the_way_into_an_index_leads_back_to_it_and_to_the_row_that_it_came_from() {
    let mut desk = Desk { open: true, chosen: "index".to_owned(), ..Desk::default() };
    desk.looked = Some(Looked { marked: 3, ..Looked::at("index".to_owned()) });
    let looked = |desk: &Desk| desk.looked.as_ref().map(|looked| (looked.sign.clone(), looked.marked));
    desk.look_at_part("second".to_owned());
    assert_eq!((looked(&desk), desk.chosen.as_str()), (Some(("second".to_owned(), 0)), "second"));
    assert!(desk.look_back());
    assert_eq!((looked(&desk), desk.chosen.as_str()), (Some(("index".to_owned(), 3)), "index"));
    assert!(!desk.look_back() && desk.looked.is_none() && desk.open, "then there is the board");
    // From the coloured map the way is put away at once: it is that of the index again.
    let mut desk = Desk { chosen: "index".to_owned(), coloured: true, ..Desk::default() };
    desk.look_into(Area::of("东城区").unwrap());
    desk.look_at_part("second".to_owned());
    desk.turn(false);
    assert_eq!((desk.chosen.as_str(), desk.area.is_city(), desk.looked.is_none()), ("index", true, true));
}
