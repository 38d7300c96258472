//! Tests of what screens show of alarms.

use std::collections::BTreeSet;

use egui::{Event, Key, Modifiers, RawInput, Rect, vec2};

use super::list::{ListView, ListWish, list_ui};
use super::maintain::end;
use super::model::*;
use super::part::Part;
use super::sound::{Heard, wav};
use crate::domain::alarm::raised_tests::raising;
use crate::domain::alarm::{Maintenance, Raising};
use crate::domain::rights::Area;
use crate::domain::{Actor, AlarmId, AlarmStep, Grade, Hall, Moment, Order, SensorKind};
use crate::screen::look;

pub(super) const MINUTE: i64 = 60_000;

pub(super) fn raise(hall: &mut Hall, source: &str, level: Grade, area: &str, at: i64) {
    raise_behind(hall, source, "", (level, area), at);
}

pub(super) fn raise_behind(hall: &mut Hall, source: &str, upstream: &str, (level, area): (Grade, &str), at: i64) {
    let raising = Raising {
        value: Some(21.54),
        name: "人民路".to_owned(),
        area: Area::of(area).unwrap(),
        upstream: upstream.to_owned(),
        ..raising(source, level)
    };
    step(hall, AlarmStep::Raise(raising), at);
}

pub(super) fn step(hall: &mut Hall, step: AlarmStep, at: i64) {
    let order = Order::MoveAlarm(Box::new(step));
    for fact in hall.decide(order, &Actor::Person("chen".to_owned()), Moment(at)).unwrap() {
        assert!(hall.apply(&fact));
    }
}

pub(super) fn shown(hall: &Hall, area: &str, at: i64) -> AlarmsShown {
    AlarmsShown::read(hall, &Area::of(area).unwrap(), &BTreeSet::new(), Moment(at))
}

pub(super) fn hall() -> Hall {
    let mut hall = Hall::default();
    raise(&mut hall, "a", Grade::III, "东城区", 0);
    raise(&mut hall, "b", Grade::I, "东城区/南街", 1_000);
    raise(&mut hall, "c", Grade::I, "西城区", 2_000);
    raise(&mut hall, "d", Grade::II, "东城区", 3_000);
    hall
}

#[test]
fn what_calls_stands_first_the_worst_before_the_newest_and_an_area_has_its_own() {
    let mut hall = hall();
    let sources = |shown: &AlarmsShown| shown.rows.iter().map(|row| row.source.clone()).collect::<Vec<_>>();
    assert_eq!(sources(&shown(&hall, "", 4_000)), ["c", "b", "d", "a"]);
    let own = shown(&hall, "东城区", 4_000);
    assert_eq!((sources(&own), own.calling, own.lately), (vec!["b".into(), "d".into(), "a".into()], [1, 1, 1, 0], 3));
    assert_eq!((own.first().unwrap().source.as_str(), own.rows[0].values.as_str()), ("b", "21.5 %LEL > 20.0"));
    step(&mut hall, AlarmStep::Acknowledge { alarm: AlarmId(2), comment: "已派".to_owned() }, 5_000);
    let shelf = AlarmStep::Shelve { alarm: AlarmId(4), until: Moment(MINUTE), reason: "校准".to_owned() };
    step(&mut hall, shelf, 5_000);
    let own = shown(&hall, "东城区", 6_000);
    assert_eq!((sources(&own), own.calls()), (vec!["a".into(), "b".into(), "d".into()], 1));
    let acknowledged = own.rows[1].acknowledged.as_ref().unwrap();
    assert_eq!(
        (acknowledged.by.as_str(), acknowledged.at, acknowledged.comment.as_str()),
        ("chen", Moment(5_000), "已派")
    );
    assert_eq!((own.rows[2].shelved_secs, own.calls_red()), (Some(54), false));
    step(&mut hall, AlarmStep::Acknowledge { alarm: AlarmId(1), comment: String::new() }, 7_000);
    assert_eq!(shown(&hall, "东城区", 8_000).first(), None);
}

#[test]
fn a_flood_and_sources_that_chatter_are_told() {
    let mut hall = Hall::default();
    for turn in 0..11_i64 {
        raise(&mut hall, "a", Grade::IV, "", turn * 10_000);
        step(&mut hall, AlarmStep::Clear { alarm: AlarmId(1), value: None }, turn * 10_000 + 5_000);
    }
    let lately = shown(&hall, "", 110_000);
    assert!(lately.is_flood() && lately.chattering == 1 && lately.rows[0].last_hour == 11, "{lately:?}");
    let later = shown(&hall, "", 12 * MINUTE);
    assert!(!later.is_flood() && later.chattering == 1);
    assert_eq!(shown(&hall, "", 62 * MINUTE + 1).chattering, 0);
}

#[test]
fn what_a_post_sees_is_said_once() {
    let mut hall = hall();
    let orders = shown(&hall, "", 4_000).unseen(hall.alarms(), "chen", 2);
    assert_eq!(orders.len(), 2);
    for order in orders {
        let Order::MoveAlarm(seen) = order else { panic!("{order:?}") };
        step(&mut hall, *seen, 5_000);
    }
    let again = shown(&hall, "", 6_000);
    let unseen = |post: &str| again.unseen(hall.alarms(), post, 2);
    assert_eq!((unseen("chen"), unseen("li").len()), (vec![], 2));
    assert_eq!(again.rows[0].seen, [("chen".to_owned(), Moment(5_000))]);
}

#[test]
fn wishes_become_orders_and_for_how_long_it_is_shelved_is_asked_first() {
    let mut hall = hall();
    let shown_at = |hall: &Hall| shown(hall, "", 4_000);
    let shown = shown_at(&hall);
    let row = shown.row(AlarmId(4)).unwrap();
    let of = |wish, words| orders_of(wish, row, words, "chen");
    let moved = |step| vec![Order::MoveAlarm(Box::new(step))];
    let alarm = AlarmId(4);
    assert_eq!(of(AlarmWish::Shelve, "校准"), []);
    let reason = "校准".to_owned();
    step(&mut hall, AlarmStep::Shelve { alarm, until: Moment(MINUTE), reason }, 3_500);
    let shelved = shown_at(&hall);
    let back = orders_of(AlarmWish::Shelve, shelved.row(alarm).unwrap(), "", "chen");
    assert_eq!(back, moved(AlarmStep::Unshelve { alarm }));
    assert_eq!(
        of(AlarmWish::Acknowledge, " 去看 "),
        moved(AlarmStep::Acknowledge { alarm, comment: "去看".to_owned() })
    );
    assert_eq!(of(AlarmWish::Mine, ""), moved(AlarmStep::Assign { alarm, to: "chen".to_owned() }));
    assert_eq!(shown.beside(Some(AlarmId(3)), 1), Some(AlarmId(2)));
    assert_eq!((shown.beside(Some(AlarmId(1)), 1), shown.beside(None, 1)), (Some(AlarmId(1)), Some(AlarmId(3))));
}

#[test]
fn a_flood_folds_under_its_cause_is_taken_note_of_at_once_and_unfolds() {
    let mut hall = hall();
    for number in 0..40 {
        raise_behind(&mut hall, &format!("level-{number}"), "pipe-1/pump-3", (Grade::IV, "东城区"), 5_000 + number);
    }
    let now = Moment(60_000);
    let read = |unfolded: &BTreeSet<AlarmId>, hall: &Hall| AlarmsShown::read(hall, &Area::CITY, unfolded, now);
    let shown = read(&BTreeSet::new(), &hall);
    let head = shown.rows.iter().find(|row| row.behind() > 0).unwrap().clone();
    assert_eq!((shown.rows.len(), head.behind(), head.cause.as_str()), (5, 39, "pipe-1"));
    assert_eq!((shown.calling, shown.lately), ([2, 1, 1, 40], 44), "all of them call");
    let unfolded = read(&[head.id].into(), &hall);
    assert_eq!((unfolded.rows.len(), unfolded.rows.iter().filter(|row| row.inner).count()), (44, 39));
    let orders = orders_of(AlarmWish::Acknowledge, &head, "泵站停电", "chen");
    assert_eq!(orders.len(), 40);
    for order in orders {
        for fact in hall.decide(order, &Actor::Person("chen".to_owned()), now).unwrap() {
            assert!(hall.apply(&fact));
        }
    }
    let shown = read(&BTreeSet::new(), &hall);
    let head = shown.rows.iter().find(|row| row.behind() > 0).unwrap();
    assert_eq!((shown.calling, head.waits, head.active), ([2, 1, 1, 0], false, true));
}

/// Draws the list once with these keys pressed.
fn pressed(shown: &AlarmsShown, chosen: Option<AlarmId>, said: &mut String, events: Vec<Event>) -> Vec<ListWish> {
    pressed_at(shown, (chosen, None, true), said, events)
}

/// The same with this alarm and this maintenance chosen, and keys its own or not.
fn pressed_at(
    shown: &AlarmsShown,
    (chosen, marked, keys): (Option<AlarmId>, Option<u64>, bool),
    said: &mut String,
    events: Vec<Event>,
) -> Vec<ListWish> {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let mut wishes = Vec::new();
    let input = RawInput {
        screen_rect: Some(Rect::from_min_size(egui::Pos2::ZERO, vec2(1_000.0, 700.0))),
        events,
        ..RawInput::default()
    };
    let mut output = ctx.run_ui(input, |ui| {
        let post = Some("chen");
        let (heard, utc_offset_secs, focus, reveal) = (Heard::Yes, 0, true, true);
        let note = None;
        let view = ListView { shown, chosen, marked, post, heard, utc_offset_secs, keys, focus, reveal, note };
        wishes = list_ui(ui, vec2(860.0, 600.0), &view, said);
    });
    output.textures_delta.clear();
    wishes
}

fn key(key: Key, modifiers: Modifiers) -> Event {
    Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }
}

/// What is in maintenance: the source of one alarm now, all that measures rain later.
fn maintained() -> Hall {
    let mut hall = hall();
    let window = |source: &str, measures, area, from, until| Maintenance {
        source: source.to_owned(),
        measures,
        area: Area::of(area).unwrap(),
        from: Moment(from),
        until: Moment(until),
        reason: "校准".to_owned(),
    };
    let rain = window("", Some(SensorKind::Rain), "", 7_200_000, 10_800_000);
    step(&mut hall, AlarmStep::Maintain(rain), 5_000);
    step(&mut hall, AlarmStep::Maintain(window("b", None, "东城区/南街", 0, 3_600_000)), 5_000);
    hall
}

#[test]
fn what_is_in_maintenance_is_listed_with_its_end_and_an_alarm_says_that_its_source_is() {
    let mut hall = maintained();
    let shown_of = |hall: &Hall, area: &str| shown(hall, area, 6_000);
    let east = shown_of(&hall, "东城区");
    let told: Vec<_> = east.windows.iter().map(|row| (row.number, row.left_secs, row.begins_secs)).collect();
    assert_eq!(told, [(2, 3_594, None), (1, 10_794, Some(7_194))], "what ends first stands first");
    let own = &east.windows[0];
    assert_eq!((own.what.as_str(), own.by.as_str(), own.reason.as_str()), ("人民路 · b", "chen", "校准"));
    let maintained: Vec<_> =
        east.rows.iter().filter_map(|row| Some((row.source.as_str(), row.maintained_secs?))).collect();
    assert_eq!(maintained, [("b", 3_594)]);
    let west: Vec<u64> = shown_of(&hall, "西城区").windows.iter().map(|row| row.number).collect();
    assert_eq!(west, [1], "that of the whole city is of every area");
    for fact in hall.decide(end(2), &Actor::Person("li".to_owned()), Moment(7_000)).unwrap() {
        assert!(hall.apply(&fact));
    }
    let east = shown_of(&hall, "东城区");
    assert_eq!((east.windows.len(), east.rows.iter().all(|row| row.maintained_secs.is_none())), (1, true));
}

#[test]
fn keys_go_to_what_is_in_maintenance_and_end_it_and_touch_no_alarm_meanwhile() {
    let shown = shown(&maintained(), "东城区", 6_000);
    let ctrl = Modifiers::CTRL;
    let at = |marked, event| pressed_at(&shown, (Some(AlarmId(2)), marked, true), &mut String::new(), vec![event]);
    assert_eq!(at(None, key(Key::ArrowDown, ctrl)), [ListWish::Mark(Some(2))]);
    assert_eq!(at(Some(2), key(Key::ArrowDown, Modifiers::NONE)), [ListWish::Mark(Some(1))]);
    assert_eq!(at(Some(2), key(Key::ArrowUp, ctrl)), [ListWish::Mark(None)]);
    assert_eq!(at(Some(2), key(Key::W, ctrl)), [ListWish::End(2)]);
    assert_eq!(at(Some(2), key(Key::W, ctrl | Modifiers::SHIFT)), [ListWish::Plan], "it ends none");
    for (one, modifiers) in [(Key::Enter, Modifiers::NONE), (Key::S, ctrl), (Key::O, ctrl), (Key::R, ctrl)] {
        assert_eq!(at(Some(2), key(one, modifiers)), [], "{one:?}");
    }
}

#[test]
fn every_key_of_the_list_does_what_it_says() {
    let hall = hall();
    let shown = shown(&hall, "", 4_000);
    let ctrl = Modifiers::CTRL;
    for (event, wish) in [
        (key(Key::Enter, Modifiers::NONE), ListWish::Do(AlarmWish::Acknowledge)),
        (key(Key::Enter, ctrl), ListWish::Many),
        (key(Key::S, ctrl), ListWish::Do(AlarmWish::Shelve)),
        (key(Key::O, ctrl), ListWish::Do(AlarmWish::Mine)),
        (key(Key::T, ctrl), ListWish::Do(AlarmWish::Case)),
        (key(Key::D, ctrl), ListWish::Do(AlarmWish::Place)),
        (key(Key::Q, ctrl), ListWish::Mute),
        (key(Key::E, ctrl), ListWish::Unfold),
        (key(Key::R, ctrl), ListWish::Assign),
        (key(Key::Y, ctrl), ListWish::List(Part::Day)),
        (key(Key::J, ctrl), ListWish::List(Part::Chattering)),
        (key(Key::W, ctrl), ListWish::Maintain),
        (key(Key::W, ctrl | Modifiers::SHIFT), ListWish::Plan),
        (key(Key::ArrowDown, Modifiers::NONE), ListWish::Choose(AlarmId(2))),
        (key(Key::ArrowUp, Modifiers::NONE), ListWish::Choose(AlarmId(3))),
        (key(Key::Escape, Modifiers::NONE), ListWish::Close),
    ] {
        let wishes = pressed(&shown, Some(AlarmId(3)), &mut String::new(), vec![event]);
        assert_eq!(wishes, [wish]);
    }
    let below =
        pressed_at(&shown, (Some(AlarmId(3)), None, false), &mut String::new(), vec![key(Key::Enter, Modifiers::NONE)]);
    assert_eq!(below, [], "below another sheet keys are not its own");
    assert_eq!(pressed(&AlarmsShown::default(), None, &mut String::new(), Vec::new()), []);
}

#[test]
fn a_sound_is_a_wav_file_that_begins_and_ends_softly() {
    for level in Grade::ALL {
        let file = wav(level);
        assert!(file.starts_with(b"RIFF") && file.get(8..16) == Some(b"WAVEfmt "));
        let length = u32::from_le_bytes(file[40..44].try_into().unwrap());
        assert_eq!(usize::try_from(length).unwrap(), file.len() - 44);
        let samples: Vec<i16> = file[44..].chunks(2).map(|two| i16::from_le_bytes(two.try_into().unwrap())).collect();
        assert!(samples.iter().any(|sample| sample.unsigned_abs() > 8_000), "it is heard");
        assert!(samples.first().unwrap().abs() < 500 && samples.last().unwrap().abs() < 2_000);
    }
}

#[test]
fn the_strip_has_a_second_line_where_one_is_too_short_and_its_place_is_whole() {
    use super::strip::{StripView, height, strip};
    use egui::{Pos2, Shape};

    fn gather(shape: &Shape, texts: &mut Vec<String>) {
        match shape {
            Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
            Shape::Text(text) => texts.push(text.galley.text().to_owned()),
            _ => {}
        }
    }

    let hall = hall();
    let shown = shown(&hall, "", 4_000);
    let body = 24.0;
    let high = |width: f32| {
        let ctx = egui::Context::default();
        look::apply(&ctx);
        let (mut high, mut texts) = (0.0, Vec::new());
        let mut output = ctx.run_ui(RawInput::default(), |ui| {
            let view = StripView::of_wall(&shown);
            high = height(ui.painter(), width, body, &view);
            strip(ui.painter(), Rect::from_min_size(Pos2::ZERO, vec2(width, high)), body, &view);
        });
        output.textures_delta.clear();
        output.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts));
        let place = super::strip::place(shown.first().unwrap());
        assert!(texts.contains(&place), "{width}: {texts:?}");
        high
    };
    let (narrow, wide) = (high(900.0), high(3_800.0));
    assert!(narrow > wide && wide > body * 2.0, "{narrow} {wide}");
}

#[test]
fn a_pipe_of_the_map_is_called_by_what_runs_in_it() {
    let of = |cause: &str| super::strip::thing(cause);
    assert_eq!([of("pump-3"), of("pipe:steam:4")], ["pump-3", "pipe:steam:4"]);
    let pipes = ["gas", "water", "drainage", "power"].map(|network| of(&format!("pipe:{network}:17")));
    assert!(pipes.iter().all(|words| words.contains("17") && !words.contains(':')), "{pipes:?}");
}
