//! How signs stand, in which order, what is painted of them, and the keys of the board.

use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, Shape, vec2};

use super::board::{BoardView, BoardWish, board_ui};
use super::desk::Desk;
use super::model::*;
use super::phrase;
use super::tile::{Look, tile};
use super::told::Question;
use crate::domain::alarm::LimitRule;
use crate::domain::alarm::rules::{Season, Variant};
use crate::domain::rights::Area;
use crate::domain::vital::seen::COURSE_STEPS;
use crate::domain::vital::{Family, Reckoning, VitalBoard, VitalRow};
use crate::domain::{AlarmRules, Grade, Moment, SensorKind, VitalSign, Wording};
use crate::screen::heat::layer::Ago;
use crate::screen::look::{self, tokens};

/// 2026-11-02 08:00 UTC, a Monday.
pub(super) const NOW: Moment = Moment(1_793_606_400_000);

fn wording(text: &str) -> Wording {
    Wording { zh: text.to_owned(), en: text.to_owned() }
}

/// Above 10, 20, 30, 40 it is Ⅳ to Ⅰ; twice that from 7 to 9 o'clock.
pub(super) fn sign(code: &str, family: Family) -> VitalSign {
    let rule = LimitRule {
        code: code.to_owned(),
        name: wording(code),
        measures: SensorKind::Vital,
        area: Area::CITY,
        sensors: Vec::new(),
        high: [Some(40.0), Some(30.0), Some(20.0), Some(10.0)],
        low: [None; 4],
        no_data: None,
        pending_secs: 60,
        keep_secs: 120,
        dead_band: 0.0,
        case_kind: String::new(),
        auto_case: None,
        variants: vec![Variant {
            when: Season { hours: Some((7, 9)), ..Season::default() },
            high: [Some(80.0), Some(60.0), Some(40.0), Some(20.0)],
            low: [None; 4],
        }],
    };
    VitalSign {
        code: code.to_owned(),
        name: wording(code),
        family,
        unit: "%".to_owned(),
        about: wording("about"),
        reckoning: Reckoning::Formula("mean(\"pm25\")".to_owned()),
        depth: 1,
        period_secs: 10,
        precision: 0.1,
        target: Some(5.0),
        scale: None,
        missing_max: 0.5,
        limits: Some(rule),
    }
}

pub(super) fn row(code: &str, newest: Option<(i64, f64)>) -> VitalRow {
    let known = newest.is_some();
    VitalRow {
        code: code.to_owned(),
        newest: newest.map(|(secs, value)| (NOW.plus_millis(-secs * 1000), value)),
        missing: 0.0,
        hour: known.then_some(4.0),
        day: None,
        week: known.then_some(9.0),
        course: vec![known.then_some(6.0); COURSE_STEPS.into()],
        below: [Some(3.0), None, Some(35.0)].map(|value| value.map(|value| (NOW.plus_millis(-2_000), value))).into(),
    }
}

/// Six signs: an index, three of livelihood (calm, Ⅱ, silent), two of ecology (old, Ⅳ).
pub(super) fn rules() -> AlarmRules {
    let vitals = [
        ("index", Family::Index),
        ("calm", Family::Livelihood),
        ("second", Family::Livelihood),
        ("silent", Family::Livelihood),
        ("old", Family::Ecology),
        ("fourth", Family::Ecology),
    ];
    AlarmRules { rules: Vec::new(), vitals: vitals.map(|(code, family)| sign(code, family)).into() }
}

pub(super) fn board() -> VitalBoard {
    let areas = ["东城区", "西城区", "南城区"].map(|path| Area::of(path).unwrap());
    let rows = vec![
        row("index", Some((1, 3.0))),
        row("calm", Some((1, 5.0))),
        row("second", Some((2, 33.0))),
        row("silent", None),
        row("old", Some((31, 99.0))),
        row("fourth", Some((3, 12.0))),
    ];
    VitalBoard { area: Area::CITY, at: NOW, below: areas.into(), rows }
}

pub(super) fn read<'a>(rules: &'a AlarmRules, board: &'a VitalBoard, utc_offset_secs: i32) -> Read<'a> {
    Read { rules, board, bands: None, now: NOW, utc_offset_secs, rate: 1, waits: false }
}

fn codes(columns: &[Column<'_>]) -> Vec<Vec<String>> {
    columns.iter().map(|column| column.tiles.iter().map(|tile| tile.sign.code.clone()).collect()).collect()
}

#[test]
fn within_a_family_the_worst_comes_first_and_what_nobody_knows_before_what_is_calm() {
    let (rules, board) = (rules(), board());
    // Noon, so that the plain limits are in force.
    let read = read(&rules, &board, 4 * 3600);
    let worst = read.columns(Sorting::Worst);
    assert_eq!(
        worst.iter().map(|column| column.family).collect::<Vec<_>>(),
        [Family::Index, Family::Livelihood, Family::Ecology]
    );
    assert_eq!(codes(&worst)[1..], [vec!["second", "silent", "calm"], vec!["fourth", "old"]]);
    assert_eq!(codes(&read.columns(Sorting::Listed))[1..], [vec!["calm", "second", "silent"], vec!["old", "fourth"]]);
    let sum = Sum::of(worst.iter().flat_map(|column| &column.tiles));
    assert_eq!(sum, Sum { all: 6, crossed: [0, 1, 0, 1], nothing: 2, waiting: 0 });
}

#[test]
fn the_limits_that_count_are_those_of_the_hour() {
    let (rules, board) = (rules(), board());
    let state = |offset: i32, code: &str| read(&rules, &board, offset).sign(code).unwrap().state;
    assert_eq!(
        (state(4 * 3600, "second"), state(4 * 3600, "fourth")),
        (State::Crossed(Grade::II), State::Crossed(Grade::IV))
    );
    // Eight in the morning: twice as much is allowed.
    assert_eq!((state(0, "second"), state(0, "fourth")), (State::Crossed(Grade::IV), State::Calm));
    let morning = read(&rules, &board, 0);
    let tile = morning.sign("second").unwrap();
    let marks: Vec<_> = tile.marks().collect();
    assert_eq!(marks.first(), Some(&(Grade::I, 80.0, false)));
    assert_eq!(marks.last(), Some(&(Grade::IV, 20.0, true)));
    let rule = rules.sign("second").unwrap().limits.as_ref().unwrap();
    assert_ne!(phrase::in_force(rule, NOW, 0), phrase::in_force(rule, NOW, 4 * 3600));
    assert!(phrase::in_force(rule, NOW, 0).contains("7:00–9:00"));
}

#[test]
fn what_is_old_says_nothing_any_more_and_crosses_no_limit() {
    let (rules, board) = (rules(), board());
    let read = read(&rules, &board, 4 * 3600);
    let old = read.sign("old").unwrap();
    assert_eq!((old.state, old.age_secs, old.changes()), (State::Stale, Some(31), [None; 3]));
    assert_eq!(old.marks().filter(|(.., crossed)| *crossed).count(), 0);
    // Three periods are thirty seconds: one second earlier it still counted.
    let earlier = Read { now: NOW.plus_millis(-1000), ..read };
    assert_eq!(earlier.sign("old").unwrap().state, State::Crossed(Grade::I));
    // Where a demo runs at sixty times its speed a second of this screen is a minute of the hall.
    assert_eq!(Read { rate: 60, ..read }.sign("old").unwrap().state, State::Crossed(Grade::I));
    let calm = read.sign("calm").unwrap();
    assert_eq!(calm.changes(), [Some(1.0), None, Some(-4.0)]);
    let words = calm.changes().map(|by| phrase::change(by, 0.1));
    assert_eq!(words, ["↑1.0", phrase::DASH, "↓4.0"]);
    assert_eq!((phrase::change(Some(0.04), 0.1), phrase::figure(12_345.678, 0.1)), ("=".into(), "12,345.7".into()));
}

/// Texts and colours of what is painted.
pub(super) fn gather(shape: &Shape, texts: &mut Vec<String>, colours: &mut Vec<egui::Color32>) {
    match shape {
        Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts, colours)),
        Shape::Text(text) => {
            texts.push(text.galley.text().to_owned());
            colours.push(text.fallback_color);
        }
        Shape::Rect(rect) => colours.extend([rect.fill, rect.stroke.color]),
        Shape::Circle(circle) => colours.push(circle.fill),
        Shape::LineSegment { stroke, .. } => colours.push(stroke.color),
        Shape::Path(path) => {
            colours.push(path.fill);
            if let egui::epaint::ColorMode::Solid(colour) = path.stroke.color {
                colours.push(colour);
            }
        }
        _ => {}
    }
}

/// What is painted of a sign, in a screen's own context.
pub(super) fn painted(code: &str, look: Look) -> (Vec<String>, Vec<egui::Color32>) {
    let (rules, board) = (rules(), board());
    let read = read(&rules, &board, 4 * 3600);
    let one = read.sign(code).unwrap();
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let mut output = ctx.run_ui(RawInput::default(), |ui| {
        tile(ui.painter(), Rect::from_min_size(Pos2::ZERO, vec2(300.0, look.height())), look, &one, "zh-CN");
    });
    output.textures_delta.clear();
    let (mut texts, mut colours) = (Vec::new(), Vec::new());
    output.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts, &mut colours));
    (texts, colours)
}

/// How much a colour is more than grey, 0 to 255.
fn saturated(colour: egui::Color32) -> u8 {
    let [r, g, b, a] = colour.to_srgba_unmultiplied();
    if a == 0 { 0 } else { r.max(g).max(b) - r.min(g).min(b) }
}

#[test]
fn no_data_is_never_a_number_and_only_a_crossed_limit_has_a_colour() {
    for look in [Look::DESK, Look::DENSE, Look::wall(1.0)] {
        let (texts, colours) = painted("silent", look);
        // What it is held against has a figure in its name.
        let then = ["hour", "day", "week"].map(|word| rust_i18n::t!(format!("vital.then.{word}")).into_owned());
        let digits = |text: &&String| text.chars().any(|letter| letter.is_ascii_digit()) && !then.contains(text);
        assert!(!texts.iter().any(|text| digits(&text)), "{texts:?}");
        assert!(texts.contains(&rust_i18n::t!("vital.no_data").into_owned()));
        let grades = Grade::ALL.map(|grade| tokens::grade(grade).egui());
        let has_grade = |colours: &[egui::Color32]| colours.iter().any(|colour| grades.contains(colour));
        assert!(!has_grade(&colours));
        for calm in ["calm", "index", "silent", "old"] {
            let (_, colours) = painted(calm, look);
            let most = colours.iter().copied().map(saturated).max().unwrap();
            assert!(most < 60 && !has_grade(&colours), "{calm}: {most}");
        }
        let (texts, colours) = painted("second", look);
        assert!(has_grade(&colours) && texts.contains(&"33.0".to_owned()) && texts.contains(&"Ⅱ".to_owned()));
    }
}

#[test]
fn what_is_old_fades() {
    let (texts, colours) = painted("old", Look::wall(1.0));
    assert!(texts.contains(&"99.0".to_owned()) && texts.contains(&phrase::age(31)), "{texts:?}");
    assert!(!colours.contains(&tokens::TEXT.egui()), "nothing of it is bright");
    assert!(painted("calm", Look::wall(1.0)).1.contains(&tokens::TEXT.egui()));
}

#[test]
fn areas_below_stand_with_their_own_states_and_a_sign_of_the_city_alone_has_none() {
    let (mut rules, board) = (rules(), board());
    let now = read(&rules, &board, 4 * 3600);
    let seen = |read: &Read<'_>| -> Vec<(String, Option<f64>, State, Option<i64>)> {
        let below = read.below("calm").into_iter();
        below.map(|below| (below.area.path().to_owned(), below.value, below.state, below.age_secs)).collect()
    };
    let [east, west, south] = ["东城区", "西城区", "南城区"].map(str::to_owned);
    assert_eq!(
        seen(&now),
        [
            (south.clone(), Some(35.0), State::Crossed(Grade::II), Some(2)),
            (east.clone(), Some(3.0), State::Calm, Some(2)),
            (west.clone(), None, State::Nothing, None),
        ]
    );
    // Below the city a sign is reckoned once a minute: three of them later what it said there does not count any more.
    let later = |secs: i64| Read { now: NOW.plus_millis(secs * 1000), ..now };
    assert_eq!(seen(&later(178))[0], (south.clone(), Some(35.0), State::Crossed(Grade::II), Some(180)));
    assert_eq!(
        seen(&later(179)),
        [
            (east, Some(3.0), State::Stale, Some(181)),
            (west, None, State::Nothing, None),
            (south, Some(35.0), State::Stale, Some(181)),
        ]
    );
    assert_eq!(seen(&Read { rate: 100, ..later(179) })[0].2, State::Crossed(Grade::II), "where the hall's time runs");
    rules.vitals.iter_mut().filter(|sign| sign.code == "calm").for_each(|sign| sign.depth = 0);
    assert!(read(&rules, &board, 4 * 3600).below("calm").is_empty());
    let district = VitalBoard { area: Area::of("东城区").unwrap(), ..board };
    let read = read(&rules, &district, 4 * 3600);
    assert_eq!(codes(&read.columns(Sorting::Listed))[1], ["second", "silent"], "what is the city's alone is not there");
}

#[test]
fn a_wall_has_the_indices_then_what_crosses_a_limit_then_one_of_each_family() {
    let (rules, board) = (rules(), board());
    let read = read(&rules, &board, 4 * 3600);
    let leading = |most| read.leading(most).iter().map(|tile| tile.sign.code.clone()).collect::<Vec<_>>();
    assert_eq!(leading(9), ["index", "second", "fourth", "calm", "old"]);
    assert_eq!(leading(2), ["index", "second"]);
}

#[test]
fn steps_go_through_families_and_tiles_and_stop_at_their_ends() {
    let (rules, board) = (rules(), board());
    let columns = read(&rules, &board, 4 * 3600).columns(Sorting::Worst);
    let step = |from: &str, step| stepped(&columns, from, step).unwrap();
    assert_eq!((step("second", Step::Down(1)), step("calm", Step::Down(3))), ("silent".into(), "calm".into()));
    assert_eq!((step("second", Step::Down(-1)), step("calm", Step::Aside(1))), ("second".into(), "old".into()));
    assert_eq!((step("calm", Step::Aside(-9)), step("gone", Step::Down(1))), ("index".into(), "index".into()));
    assert_eq!((step("old", Step::Family(1)), step("index", Step::Family(-1))), ("index".into(), "fourth".into()));
    assert_eq!(stepped(&[], "x", Step::Down(1)), None);
    assert_eq!((window(6, 4, 5), window(6, 4, 0), window(3, 9, 1), window(0, 4, 0)), (2..6, 0..4, 0..3, 0..0));
}

pub(super) fn press(key: Key, modifiers: Modifiers) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }
}

/// What the board makes of a key.
fn pressed(desk: &Desk, key: Key, modifiers: Modifiers) -> Vec<BoardWish> {
    let (rules, mut board) = (rules(), board());
    board.area.clone_from(&desk.area);
    let read = read(&rules, &board, 4 * 3600);
    let columns = read.columns(desk.sorting);
    let below = read.below(&desk.chosen);
    let view = BoardView {
        columns: &columns,
        chosen: &desk.chosen,
        reveal: true,
        area: &desk.area,
        name: &|area| area.path().to_owned(),
        below: &below,
        marked: desk.marked,
        first: desk.row_of_way(&below),
        sorting: desk.sorting,
        dense: desk.dense,
        ago: Ago::Now,
        coloured: false,
        why: None,
        locale: "zh-CN",
    };
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(1_920.0, 1_080.0)));
    let mut wishes = Vec::new();
    let mut output =
        ctx.run_ui(RawInput { screen_rect, events: vec![press(key, modifiers)], ..RawInput::default() }, |ui| {
            let rect = Rect::from_min_max(Pos2::new(12.0, 70.0), Pos2::new(1_908.0, 1_040.0));
            wishes = board_ui(ui.ctx(), rect, &view);
        });
    output.textures_delta.clear();
    wishes
}

#[test]
fn every_key_of_the_board_does_what_it_says() {
    let desk = Desk { open: true, chosen: "second".to_owned(), ..Desk::default() };
    let none = Modifiers::NONE;
    for (key, modifiers, wish) in [
        (Key::ArrowDown, none, BoardWish::Choose("silent".to_owned())),
        (Key::ArrowRight, none, BoardWish::Choose("fourth".to_owned())),
        (Key::Tab, none, BoardWish::Choose("fourth".to_owned())),
        (Key::Tab, Modifiers::SHIFT, BoardWish::Choose("index".to_owned())),
        (Key::Enter, none, BoardWish::Look("second".to_owned())),
        (Key::Z, none, BoardWish::Mark(Some(0))),
        (Key::U, none, BoardWish::Sort(Sorting::Listed)),
        (Key::C, none, BoardWish::Dense(true)),
        (Key::H, none, BoardWish::Ago(Ago::Hour)),
        (Key::Escape, none, BoardWish::Close),
    ] {
        assert_eq!(pressed(&desk, key, modifiers), [wish], "{key:?}");
    }
    assert!(pressed(&desk, Key::Backspace, none).is_empty(), "nothing is above the city");
}

#[test]
fn the_way_goes_down_into_an_area_and_back_up() {
    let mut desk = Desk { open: true, chosen: "second".to_owned(), ..Desk::default() };
    let key = |desk: &mut Desk, key: Key| {
        for wish in pressed(desk, key, Modifiers::NONE) {
            assert_eq!(desk.carry_out(wish), None);
        }
    };
    key(&mut desk, Key::Z);
    key(&mut desk, Key::ArrowDown);
    assert_eq!(desk.marked, Some(1));
    key(&mut desk, Key::Escape);
    assert_eq!((desk.marked, desk.open), (None, true), "what lies on top goes first");
    key(&mut desk, Key::Z);
    key(&mut desk, Key::Enter);
    assert_eq!((desk.area.path(), desk.marked), ("南城区", None), "the worst area stands first");
    key(&mut desk, Key::Backspace);
    assert!(desk.area.is_city());
    key(&mut desk, Key::Z);
    key(&mut desk, Key::ArrowDown);
    key(&mut desk, Key::Enter);
    assert_eq!(desk.area.path(), "东城区");
    key(&mut desk, Key::Backspace);
    key(&mut desk, Key::Z);
    assert_eq!(desk.marked, Some(1), "the way goes back down by the same keys");
    key(&mut desk, Key::Escape);
    key(&mut desk, Key::Enter);
    assert_eq!(desk.looked.as_ref().map(|looked| looked.sign.as_str()), Some("second"));
    desk.looked = None;
    key(&mut desk, Key::Escape);
    assert!(!desk.open);
}

#[test]
fn from_a_street_the_way_leads_up_to_the_city_again_and_to_the_sign_that_was_chosen_there() {
    let of = |path: &str| Area::of(path).unwrap();
    let (mut rules, city) = (rules(), board());
    rules.vitals.iter_mut().filter(|sign| sign.code == "second").for_each(|sign| sign.depth = 2);
    let district = VitalBoard {
        area: of("东城区"), below: vec![of("东城区/南街"), of("东城区/北街")], ..city.clone()
    };
    let street = VitalBoard { area: of("东城区/南街"), below: Vec::new(), ..city.clone() };
    let mut desk = Desk { open: true, chosen: "second".to_owned(), ..Desk::default() };
    let settle = |desk: &mut Desk, board: &VitalBoard| {
        let read = read(&rules, board, 4 * 3600);
        desk.settle(&read.columns(Sorting::Worst));
        read.below(&desk.chosen)
    };
    let go = |desk: &mut Desk, area: &Area| assert_eq!(desk.carry_out(BoardWish::Go(area.clone())), None);
    assert_eq!(settle(&mut desk, &city).len(), 3);
    go(&mut desk, &district.area);
    let below = settle(&mut desk, &district);
    assert_eq!((desk.chosen.as_str(), below.len(), desk.came.as_ref()), ("second", 2, None));
    go(&mut desk, &street.area);
    assert!(settle(&mut desk, &street).is_empty() && desk.chosen == "second");
    go(&mut desk, &city.area);
    let below = settle(&mut desk, &city);
    assert_eq!(below[desk.row_of_way(&below)].area, district.area, "two levels up the district on the way");
    // A sign of the city alone is not there in a district, and chosen again above it.
    rules.vitals.iter_mut().filter(|sign| sign.code == "calm").for_each(|sign| sign.depth = 0);
    let settle = |desk: &mut Desk, board: &VitalBoard| desk.settle(&read(&rules, board, 0).columns(Sorting::Listed));
    assert_eq!(desk.carry_out(BoardWish::Choose("calm".to_owned())), None);
    go(&mut desk, &district.area);
    settle(&mut desk, &district);
    assert_eq!(desk.chosen, "index");
    go(&mut desk, &city.area);
    settle(&mut desk, &city);
    assert_eq!((desk.chosen.as_str(), desk.lost.as_ref()), ("calm", None));
    // From an X-ray to the areas below.
    desk.carry_out(BoardWish::Look("calm".to_owned()));
    desk.go_below(&[]);
    assert!(desk.looked.is_some(), "it has none");
    desk.go_below(&below);
    assert!(desk.looked.is_none() && below[desk.marked.unwrap()].area == district.area);
}

#[test]
fn a_desk_always_has_a_sign_chosen_that_is_there() {
    let (rules, board) = (rules(), board());
    let columns = read(&rules, &board, 0).columns(Sorting::Listed);
    let mut desk = Desk { chosen: "gone".to_owned(), ..Desk::default() };
    desk.settle(&columns);
    assert_eq!((desk.chosen.as_str(), desk.reveal), ("index", true));
    desk.chosen = "old".to_owned();
    desk.settle(&columns);
    assert_eq!(desk.chosen, "old");
}

#[test]
fn the_hub_is_asked_when_something_else_is_looked_at_and_then_every_so_often() {
    let due = |before: Option<&Question<u8>>, of: u8, secs: f64| Question::is_due(before, &of, secs, 5.0);
    assert!(due(None, 1, 0.0));
    let mut asked = Question::new(1, 10.0);
    assert!(!due(Some(&asked), 1, 16.0), "the answer is on its way");
    assert!(due(Some(&asked), 2, 10.0) && due(Some(&asked), 1, 40.0));
    asked.answered();
    assert_eq!([14.9, 15.0].map(|secs| due(Some(&asked), 1, secs)), [false, true]);
}

#[test]
fn the_page_of_keys_has_those_of_the_board_that_made_room_for_it_and_of_no_other_time() {
    let mut desk = Desk::default();
    desk.help(1.0);
    assert!(!desk.explains(), "there is no board");
    desk.turn(true);
    assert!(desk.explains());
    desk.help(2.0);
    desk.turn(false);
    // The same key in another pass of the frame.
    desk.help(2.0);
    assert!(desk.explains(), "it made room for the page");
    desk.help(3.0);
    assert!(!desk.explains(), "the page is put away");
    desk.help(4.0);
    assert!(!desk.explains());
}
