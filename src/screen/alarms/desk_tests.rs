//! Tests of what a desk does about alarms: who looks after them, maintenance, marks on the map.

use std::collections::BTreeSet;

use bevy::math::{Mat4, Vec2, Vec4};
use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};

use super::asked::{Asked, Taken};
use super::choice::{ChoiceView, ChoiceWish, choice_ui};
use super::maintain::{Length, orders};
use super::marks::{Sign, Spot, signs, spots, under};
use super::model::{AlarmRow, AlarmsShown, assigned};
use super::people::{OnDuty, is_meant, people};
use super::shelf::{self, Stay, shift_ends};
use crate::config::duty;
use crate::domain::alarm::raised_tests::raising;
use crate::domain::alarm::{Maintenance, Raising};
use crate::domain::rights::Area;
use crate::domain::{Actor, AlarmId, AlarmStep, DutyStep, Grade, Hall, LonLat, Moment, Order};
use crate::screen::look;
use crate::screen::shown::{CityView, Pose, Shown};

/// 2023-11-15T06:13:20 in the city: in the night shift, which ends at half past seven.
const NOW: Moment = Moment(1_700_000_000_000);
const EAST: i32 = 8 * 3600;
const HOUR: i64 = 3_600_000;

fn ask(hall: &mut Hall, who: &str, order: Order) {
    for fact in hall.decide(order, &Actor::Person(who.to_owned()), NOW).unwrap() {
        assert!(hall.apply(&fact));
    }
}

fn step(hall: &mut Hall, who: &str, step: AlarmStep) {
    ask(hall, who, Order::MoveAlarm(Box::new(step)));
}

/// An alarm at so many degrees, which the tests of marks take for metres.
fn raise(hall: &mut Hall, source: &str, level: Grade, at: Option<(f64, f64)>) {
    let at = at.map(|(lon, lat)| LonLat::new(lon, lat).unwrap());
    let raising = Raising { at, height_m: -2.0, ..raising(source, level) };
    step(hall, "hub", AlarmStep::Raise(raising));
}

/// One alarm, which 钱一 acknowledged; 陈二 is on duty as chief instead of 王芳, 赵三 should be, 李四 will be.
fn hall() -> Hall {
    let mut hall = Hall::default();
    let shifts = duty::load(None).unwrap();
    let all = std::sync::Arc::new(shifts.clone());
    ask(&mut hall, "hub", Order::TakeShifts { shifts: all, utc_offset_secs: EAST });
    let slot = hall.duty().watch().unwrap().slot.clone();
    let next = shifts.slots(slot.until, 1, EAST).remove(0);
    for (at, who) in [
        (slot.post("chief"), "王芳"),
        (slot.post("acceptor"), "赵三"),
        (next.post("chief"), "李四"),
        (next.post("acceptor"), "王芳"),
    ] {
        ask(&mut hall, "hub", Order::MoveDuty(Box::new(DutyStep::Assign { at, who: who.to_owned() })));
    }
    ask(&mut hall, "陈二", Order::MoveDuty(Box::new(DutyStep::SignOn { post: "chief".to_owned() })));
    raise(&mut hall, "gas-1", Grade::II, None);
    step(&mut hall, "钱一", AlarmStep::Acknowledge { alarm: AlarmId(1), comment: String::new() });
    hall
}

fn row(hall: &Hall) -> AlarmRow {
    let shown = AlarmsShown::read(hall, &Area::CITY, &BTreeSet::new(), NOW);
    shown.row(AlarmId(1)).unwrap().clone()
}

#[test]
fn who_is_on_duty_stands_first_and_everybody_once() {
    let all = people(&hall(), Some("孙五"), NOW, EAST);
    let told: Vec<_> = all.iter().map(|person| (person.name.as_str(), person.on)).collect();
    let (there, awaited, later, off) = (OnDuty::There, OnDuty::Awaited, OnDuty::Later, OnDuty::Off);
    let expected =
        [("陈二", there), ("王芳", awaited), ("赵三", awaited), ("李四", later), ("孙五", off), ("钱一", off)];
    assert_eq!(told, expected);
    let wang = &all[1];
    assert!(is_meant(wang, "王") && is_meant(wang, " WF ") && is_meant(wang, "") && is_meant(wang, &wang.post));
    assert!(!is_meant(wang, "zs") && !is_meant(wang, "陈"));
}

fn titles(asked: &Asked, hall: &Hall) -> Vec<String> {
    let offered = asked.offer(&row(hall), hall, Some("孙五"), NOW, EAST);
    offered.rows.into_iter().map(|row| row.title).collect()
}

#[test]
fn somebody_is_found_by_typing_and_gets_the_alarm_with_all_that_fold_under_it() {
    let mut hall = hall();
    let mut asked = Asked::person(AlarmId(1));
    assert_eq!(titles(&asked, &hall).len(), 6);
    let offered = asked.offer(&row(&hall), &hall, Some("孙五"), NOW, EAST);
    assert_eq!(
        asked.carry_out(vec![ChoiceWish::Choose(2), ChoiceWish::Typed("ls".to_owned())], &offered),
        (None, false)
    );
    assert_eq!(titles(&asked, &hall), ["李四", "ls"], "the last row is what was typed");
    let offered = asked.offer(&row(&hall), &hall, Some("孙五"), NOW, EAST);
    let (taken, over) = asked.carry_out(vec![ChoiceWish::Take(0)], &offered);
    assert_eq!((&taken, over), (&Some(Taken::Person("李四".to_owned())), true));
    let folded = AlarmRow { all: vec![AlarmId(1), AlarmId(9)], ..row(&hall) };
    let orders = assigned(&folded, "李四");
    let to = |alarm| Order::MoveAlarm(Box::new(AlarmStep::Assign { alarm, to: "李四".to_owned() }));
    assert_eq!(orders, [to(AlarmId(1)), to(AlarmId(9))]);
    ask(&mut hall, "孙五", to(AlarmId(1)));
    assert_eq!(row(&hall).assigned, "李四");
    let again = Asked::person(AlarmId(1));
    let offered = again.offer(&row(&hall), &hall, None, NOW, EAST);
    assert_eq!(offered.taken.last(), Some(&Taken::Person(String::new())), "it can be taken from them again");
}

#[test]
fn an_alarm_stays_on_the_shelf_for_the_time_that_was_chosen_and_says_where_that_reaches_into_the_next_shift() {
    let hall = hall();
    // 06:13:20 in the city: the night shift ends at half past seven.
    let left = HOUR + 16 * 60_000 + 40_000;
    let ends = shift_ends(&hall, NOW, EAST);
    assert_eq!(ends, Some(NOW.plus_millis(left)));
    let until = Stay::ALL.map(|stay| stay.until(NOW, ends).map(|until| until.0 - NOW.0));
    assert_eq!(until, [HOUR / 4, HOUR, 4 * HOUR, left].map(Some));
    // Two hours later nobody took over: the shift of the clock ends at half past three.
    let late = NOW.plus_millis(2 * HOUR);
    assert_eq!(shift_ends(&hall, late, EAST), Some(NOW.plus_millis(left + 8 * HOUR)));
    assert_eq!(Stay::Shift.until(NOW, None), None);
    let far = Some(NOW.plus_millis(100 * HOUR));
    assert_eq!(Stay::Shift.until(NOW, far), Some(NOW.plus_millis(24 * HOUR)), "a day is the most");
    let next = rust_i18n::t!("alarm.shelf.next_shift").into_owned();
    let offered = Asked::shelf(AlarmId(1), "").offer(&row(&hall), &hall, Some("孙五"), NOW, EAST);
    let later: Vec<bool> = offered.rows.iter().map(|row| row.note.contains(&next)).collect();
    assert_eq!(later, [false, false, true, false]);
}

#[test]
fn nothing_goes_on_the_shelf_without_a_reason_and_a_folded_row_does_with_all_of_it() {
    let mut hall = hall();
    let row_now = row(&hall);
    let mut asked = Asked::shelf(AlarmId(1), "");
    let offered = asked.offer(&row_now, &hall, None, NOW, EAST);
    assert_eq!(asked.carry_out(vec![ChoiceWish::Take(2)], &offered), (None, false), "first the reason");
    let wishes = vec![ChoiceWish::Choose(2), ChoiceWish::Typed("换探头".to_owned()), ChoiceWish::Take(2)];
    let until = NOW.plus_millis(4 * HOUR);
    assert_eq!(asked.carry_out(wishes, &offered), (Some(Taken::Shelf(until)), true));
    assert_eq!(Asked::shelf(AlarmId(1), " 校准 ").typed, "校准", "what was written in the list is the reason");
    assert_eq!(shelf::orders(&row_now, until, "  "), []);
    let folded = AlarmRow { all: vec![AlarmId(1), AlarmId(9)], ..row_now };
    let on = |alarm| Order::MoveAlarm(Box::new(AlarmStep::Shelve { alarm, until, reason: "换探头".to_owned() }));
    assert_eq!(shelf::orders(&folded, until, " 换探头 "), [on(AlarmId(1)), on(AlarmId(9))]);
    ask(&mut hall, "孙五", on(AlarmId(1)));
    let shelved = row(&hall);
    assert_eq!(shelved.shelved_secs, Some(4 * 3600));
    // From 06:13:20 on, of the same day.
    let told = super::rows::history(&shelved, EAST);
    let (time, until) = ("06:13", "10:13");
    let by = rust_i18n::t!("alarm.shelved_by", who = "孙五", time = time, until = until, reason = "换探头");
    assert!(told.contains(&by.into_owned()), "{told:?}");
}

#[test]
fn maintenance_lasts_as_long_as_was_chosen_and_needs_a_reason() {
    // 06:13:20 in the city: eight o'clock of the next day is 25 h 46 min 40 s away.
    let until = Length::ALL.map(|length| length.until(NOW, EAST).0 - NOW.0);
    assert_eq!(until, [HOUR, 4 * HOUR, 25 * HOUR + 46 * 60_000 + 40_000]);
    let hall = hall();
    let row = row(&hall);
    assert_eq!(orders(&row, hall.alarms(), Length::Hour, "  ", NOW, EAST), []);
    let window = Maintenance {
        source: "gas-1".to_owned(),
        measures: None,
        area: Area::of("东城区").unwrap(),
        from: NOW,
        until: NOW.plus_millis(HOUR),
        reason: "换探头".to_owned(),
    };
    let wanted = Order::MoveAlarm(Box::new(AlarmStep::Maintain(window)));
    assert_eq!(orders(&row, hall.alarms(), Length::Hour, " 换探头 ", NOW, EAST), [wanted]);
    let mut asked = Asked::length(AlarmId(1), "");
    let offered = asked.offer(&row, &hall, None, NOW, EAST);
    assert_eq!(asked.carry_out(vec![ChoiceWish::Take(1)], &offered), (None, false), "first the reason");
    let wishes = vec![ChoiceWish::Typed("换探头".to_owned()), ChoiceWish::Take(1)];
    assert_eq!(asked.carry_out(wishes, &offered), (Some(Taken::Length(Length::FourHours)), true));
    assert_eq!(Asked::length(AlarmId(1), " 校准 ").typed, "校准", "what was written in the list is the reason");
}

#[test]
fn a_time_from_now_on_counts_from_when_the_hub_decides_also_after_its_clock_was_set_back() {
    let mut shown = Shown::default();
    assert_eq!(shown.for_orders(), Moment(0));
    shown.replace(hall());
    shown.now = NOW.plus_millis(-2 * HOUR);
    assert_eq!(shown.for_orders(), NOW, "the alarm is of then: nothing is decided before");
    shown.now = NOW.plus_millis(HOUR);
    assert_eq!(shown.for_orders(), NOW.plus_millis(HOUR));
    // A fact of an hour and a half later is heard, and the clock goes back again.
    let late = NOW.plus_millis(3 * HOUR / 2);
    let note = Order::MoveAlarm(Box::new(AlarmStep::Assign { alarm: AlarmId(1), to: "李四".to_owned() }));
    for fact in shown.hall.decide(note, &Actor::Person("王芳".to_owned()), late).unwrap() {
        assert!(shown.fold(&fact) && !shown.fold(&fact), "once");
    }
    shown.now = NOW;
    assert_eq!(shown.for_orders(), late);
    // What is offered from then on the hub takes, for as long as it says.
    let row = row(&shown.hall);
    let mut asked = Asked::shelf(AlarmId(1), "换探头");
    let offered = asked.offer(&row, &shown.hall, None, shown.for_orders(), EAST);
    let Some(Taken::Shelf(until)) = asked.carry_out(vec![ChoiceWish::Take(0)], &offered).0 else { panic!("no time") };
    assert_eq!(until, late.plus_millis(HOUR / 4));
    let by = Actor::Person("王芳".to_owned());
    let decide = |order: Order| shown.hall.decide(order, &by, late);
    assert!(decide(shelf::orders(&row, until, "换探头").remove(0)).is_ok());
    let of_shown_time = NOW.plus_millis(HOUR / 4);
    assert!(decide(shelf::orders(&row, of_shown_time, "换探头").remove(0)).is_err(), "over before it begins");
    let maintained = orders(&row, shown.hall.alarms(), Length::Hour, "换探头", shown.for_orders(), EAST).remove(0);
    assert!(decide(maintained).is_ok());
}

#[test]
fn a_folded_row_goes_into_maintenance_with_all_of_it_and_the_sheet_says_how_many() {
    let mut hall = Hall::default();
    raise(&mut hall, "gas-1", Grade::II, None);
    raise(&mut hall, "gas-2", Grade::III, None);
    raise(&mut hall, "gas-3", Grade::III, None);
    let titled = |row: &AlarmRow, hall: &Hall| {
        let asked = Asked::length(row.id, "");
        let offered = asked.offer(row, hall, None, NOW, EAST);
        asked.view(&offered).title.to_owned()
    };
    let alone = titled(&row(&hall), &hall);
    let folded = AlarmRow { all: vec![AlarmId(1), AlarmId(3)], ..row(&hall) };
    assert!(titled(&folded, &hall).contains('2') && titled(&folded, &hall) != alone, "{alone}");
    let all = orders(&folded, hall.alarms(), Length::Hour, "清管", NOW, EAST);
    assert_eq!(all.len(), 2);
    for order in all {
        ask(&mut hall, "li", order);
    }
    let shown = AlarmsShown::read(&hall, &Area::CITY, &BTreeSet::new(), NOW);
    let maintained: Vec<(u64, bool)> = shown.rows.iter().map(|row| (row.id.0, row.maintained_secs.is_some())).collect();
    assert_eq!(maintained, [(2, false), (1, true), (3, true)], "what is in maintenance calls nobody");
    // What is silent and over its limit at once is one source.
    let twice = AlarmRow { all: vec![AlarmId(1), AlarmId(1)], ..row(&hall) };
    assert_eq!(orders(&twice, hall.alarms(), Length::Hour, "清管", NOW, EAST).len(), 1);
}

/// One pass of a choice with these events, after one without.
fn chosen(view: &ChoiceView<'_>, events: Vec<Event>) -> Vec<ChoiceWish> {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let all = Rect::from_min_size(Pos2::ZERO, vec2(960.0, 540.0));
    let mut wishes = Vec::new();
    for events in [Vec::new(), events] {
        let input = RawInput { screen_rect: Some(all), events, ..RawInput::default() };
        let mut drawn = ctx.run_ui(input, |ui| wishes = choice_ui(ui.ctx(), all, view));
        drawn.textures_delta.clear();
    }
    wishes
}

#[test]
fn a_choice_is_made_by_arrows_enter_and_typing() {
    let hall = hall();
    let asked = Asked::person(AlarmId(1));
    let offered = asked.offer(&row(&hall), &hall, None, NOW, EAST);
    let view = ChoiceView { chosen: 1, ..asked.view(&offered) };
    let key =
        |key| vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }];
    assert_eq!(chosen(&view, vec![]), []);
    assert_eq!(chosen(&view, key(Key::ArrowDown)), [ChoiceWish::Choose(2)]);
    assert_eq!(chosen(&view, key(Key::Enter)), [ChoiceWish::Take(1)]);
    assert_eq!(chosen(&view, key(Key::Escape)), [ChoiceWish::Close]);
    assert_eq!(chosen(&view, vec![Event::Text("王".to_owned())]), [ChoiceWish::Typed("王".to_owned())]);
}

/// A view of 1000 × 500 points straight down: a point is a metre, north is up, the south-west corner at the origin.
fn view() -> CityView {
    let clip_from_world = Mat4::from_cols(
        Vec4::new(1.0 / 500.0, 0.0, 0.0, 0.0),
        Vec4::ZERO,
        Vec4::new(0.0, -1.0 / 250.0, 0.0, 0.0),
        Vec4::new(-1.0, -1.0, 0.0, 1.0),
    );
    let pose = Pose { target: [0.0; 2], distance: 1.0, heading: 0.0, tilt: 0.0 };
    CityView { pose, clip_from_world, world_from_view: Mat4::IDENTITY, size: Vec2::new(1_000.0, 500.0) }
}

fn marked(hall: &Hall, has_case: bool) -> Vec<Spot> {
    spots(hall.alarms(), &Area::CITY, NOW, |_| has_case, |at| [at.lon, at.lat])
}

/// Five that stand and have a place, of which one is on the shelf and one has a case; one without a place.
fn placed() -> Hall {
    let mut hall = Hall::default();
    for (source, level, at) in [
        ("near", Grade::III, Some((100.0, 50.0))),
        ("red", Grade::I, Some((110.0, 50.0))),
        ("quiet", Grade::II, Some((150.0, 50.0))),
        ("shelved", Grade::I, Some((170.0, 80.0))),
        ("case", Grade::IV, Some((60.0, 80.0))),
        ("nowhere", Grade::I, None),
    ] {
        raise(&mut hall, source, level, at);
    }
    step(&mut hall, "li", AlarmStep::Acknowledge { alarm: AlarmId(3), comment: String::new() });
    let (until, reason) = (NOW.plus_millis(HOUR), "校准".to_owned());
    step(&mut hall, "li", AlarmStep::Shelve { alarm: AlarmId(4), until, reason });
    let (alarm, kind, text) = (AlarmId(5), "20501".to_owned(), "泄漏".to_owned());
    ask(&mut hall, "li", Order::CaseOfAlarm { alarm, kind, grade: Grade::IV, text });
    hall
}

#[test]
fn alarms_with_a_place_and_no_case_are_marked_the_most_urgent_first_and_a_shelved_one_is_not() {
    let hall = placed();
    let ids = |spots: Vec<Spot>| spots.iter().map(|spot| (spot.id.0, spot.quiet)).collect::<Vec<_>>();
    assert_eq!(ids(marked(&hall, true)), [(2, false), (1, false), (3, true)]);
    assert_eq!(ids(marked(&hall, false)), [(2, false), (1, false), (5, false), (3, true)], "its case is over");
    assert!(marked(&hall, true).iter().all(|spot| spot.up.abs() < 1e-9), "what lies below the ground is marked on it");
    let elsewhere = Area::of("西城区").unwrap();
    assert_eq!(spots(hall.alarms(), &elsewhere, NOW, |_| false, |at| [at.lon, at.lat]), []);
    let mut hall = hall;
    let window = Maintenance {
        source: "red".to_owned(),
        measures: None,
        area: Area::CITY,
        from: NOW,
        until: NOW.plus_millis(HOUR),
        reason: "校准".to_owned(),
    };
    step(&mut hall, "li", AlarmStep::Maintain(window));
    assert_eq!(ids(marked(&hall, true)), [(1, false), (2, true), (3, true)], "what is in maintenance is quiet");
}

#[test]
fn marks_that_are_near_become_one_keep_clear_of_pins_and_are_found_by_the_pointer() {
    let spots = marked(&placed(), true);
    let found = signs(&spots, &view(), 10.0, |_| 0.0, &[]);
    let told: Vec<_> = found.iter().map(|sign| (sign.id.0, sign.level, sign.quiet, sign.count)).collect();
    assert_eq!(told, [(2, Grade::I, false, 2), (3, Grade::II, true, 1)]);
    let at = |sign: &Sign, x: f32, y: f32| sign.at.distance(Vec2::new(x, y)) < 0.1;
    assert!(at(&found[0], 110.0, 450.0) && at(&found[1], 150.0, 450.0), "{found:?}");
    let pointed = |x: f32| under(&found, 10.0, Vec2::new(x, 450.0)).map(|sign| sign.id.0);
    assert_eq!((pointed(118.0), pointed(130.0), pointed(145.0)), (Some(2), None, Some(3)));
    let aside = signs(&spots, &view(), 10.0, |_| 0.0, &[(Vec2::new(150.0, 445.0), 12.0)]);
    assert!(at(&aside[0], 110.0, 450.0) && at(&aside[1], 150.0, 467.0), "{aside:?}");
    let north = Spot { at: [100.0, 600.0], ..spots[0] };
    assert_eq!(signs(&[north], &view(), 10.0, |_| 0.0, &[]), [], "out of sight");
}
