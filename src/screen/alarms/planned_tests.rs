//! Tests of the form of a planned maintenance: the times that are typed, whom it is of, what is refused, and its keys.

use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};
use rust_i18n::t;

use super::maintain::windows;
use super::planned::{Against, Draft, Field, Whom, known_areas, typed_moment};
use super::planned_ui::{PlannedWish, planned_ui};
use super::tests::{raise, raise_behind, shown, step};
use crate::domain::alarm::Maintenance;
use crate::domain::rights::Area;
use crate::domain::{AlarmId, AlarmStep, Grade, Hall, Moment, Order, SensorKind};
use crate::screen::look;

/// 2023-11-15 06:13:20 in the city.
const NOW: Moment = Moment(1_700_000_000_000);
const HOUR: i64 = 3_600_000;

fn east(_: Moment) -> i32 {
    8 * 3600
}

fn of(path: &str) -> Area {
    Area::of(path).unwrap()
}

/// Two levels behind a pump, one of them behind a drain as well; the pump itself; a gas sensor that stands alone.
fn hall() -> Hall {
    let mut hall = Hall::default();
    raise_behind(&mut hall, "level-1", "pipe:drainage:4/pump-3", (Grade::IV, "东城区/南街"), 0);
    raise_behind(&mut hall, "level-2", "pump-3", (Grade::IV, "西城区"), 1);
    raise(&mut hall, "pump-3", Grade::I, "东城区", 2);
    raise(&mut hall, "gas-1", Grade::II, "东城区", 3);
    hall
}

/// A form about an alarm, which has an end and a reason.
fn draft(hall: &Hall, alarm: u64, own: &Area) -> Draft {
    let shown = shown(hall, "", 10);
    let areas = known_areas(None, hall.alarms(), own);
    let mut draft = Draft::about(shown.row(AlarmId(alarm)), " 清淤 ", areas);
    draft.write(Field::Until, "+4h".to_owned());
    draft
}

fn against<'a>(hall: &'a Hall, own: &'a Area) -> Against<'a> {
    Against { alarms: hall.alarms(), own, now: NOW, utc_offset_secs: east }
}

/// What is in maintenance by the orders of a form: source, kind, area, and when.
fn planned(draft: &Draft, hall: &Hall, own: &Area) -> Vec<(String, Option<SensorKind>, String, i64, i64)> {
    let window = |order: Order| match order {
        Order::MoveAlarm(step) => match *step {
            AlarmStep::Maintain(window) => window,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let told = |window: Maintenance| {
        assert_eq!(window.reason, "清淤");
        let Maintenance { source, measures, area, from, until, .. } = window;
        (source, measures, area.path().to_owned(), from.0 - NOW.0, until.0 - NOW.0)
    };
    draft.orders(&against(hall, own)).unwrap().into_iter().map(window).map(told).collect()
}

#[test]
fn a_typed_time_is_the_next_one_of_the_city_or_so_much_later() {
    let least = NOW.plus_millis(-HOUR);
    let read = |text: &str| typed_moment(text, NOW, least, east).map(|at| (at.0 - NOW.0) / 1_000);
    assert_eq!([read("+2h"), read("90m"), read(" 3d ")], [7_200, 5_400, 259_200].map(Some));
    assert_eq!(read("14:03"), Some(28_180));
    assert_eq!(read("06：00"), Some(-800), "what began within the last hour");
    assert_eq!(read("05:00"), Some(82_000), "tomorrow");
    assert_eq!(read("11-16 08:30"), Some(94_600));
    assert_eq!(read("11-14 08:00"), Some(365 * 86_400 + 6_400), "next year");
    assert_eq!(read("2023/11/15T09:00"), Some(10_000));
    for text in ["", "morgen", "25:00", "11-31 10:00", "2h30", "h"] {
        assert_eq!(read(text), None, "{text}");
    }
}

#[test]
fn a_maintenance_is_of_one_source_of_a_kind_of_an_area_or_of_what_hangs_behind_a_pump() {
    let hall = hall();
    let until = 4 * HOUR;
    let mut form = draft(&hall, 4, &Area::CITY);
    assert_eq!(form.whom, Whom::Source);
    let source = |name: &str, area: &str| (name.to_owned(), None, area.to_owned(), 0, until);
    assert_eq!(planned(&form, &hall, &Area::CITY), [source("gas-1", "东城区")], "where its alarm lies");
    form.turn(Whom::Kind);
    let all = |kind, area: &str| [(String::new(), kind, area.to_owned(), 0, until)];
    let gas = Some(SensorKind::CombustibleGas);
    assert_eq!(planned(&form, &hall, &Area::CITY), all(gas, ""), "what the alarm's source measures");
    assert_eq!(planned(&form, &hall, &of("西城区")), all(gas, "西城区"), "no further than rights go");
    for (typed, kind) in
        [("水位", SensorKind::WaterLevel), ("krqt", SensorKind::CombustibleGas), ("rain", SensorKind::Rain)]
    {
        form.write(Field::What, typed.to_owned());
        assert_eq!(planned(&form, &hall, &Area::CITY), all(Some(kind), ""), "{typed}");
    }
    form.write(Field::What, "rain".to_owned());
    for typed in ["nj", "南街", "东城区/南街", " 东城区 · 南街 "] {
        form.write(Field::Area, typed.to_owned());
        assert_eq!(planned(&form, &hall, &Area::CITY), all(Some(SensorKind::Rain), "东城区/南街"), "{typed}");
    }
    form.turn(Whom::Area);
    assert_eq!(planned(&form, &hall, &Area::CITY), all(None, "东城区"));
    form.turn(Whom::Behind);
    form.write(Field::What, "pump-3".to_owned());
    let behind = [source("level-1", "东城区/南街"), source("level-2", "西城区"), source("pump-3", "东城区")];
    assert_eq!(planned(&form, &hall, &Area::CITY), behind);
    form.write(Field::What, "pipe:drainage:4".to_owned());
    form.write(Field::From, "11-16 08:30".to_owned());
    let later = (94_600_000, 94_600_000 + until);
    let told = planned(&form, &hall, &Area::CITY);
    assert_eq!(told, [("level-1".to_owned(), None, "东城区/南街".to_owned(), later.0, later.1)]);
    // What folds under a cause is what the form begins with.
    assert_eq!(draft(&hall, 3, &Area::CITY).whom, Whom::Behind);
}

#[test]
fn what_cannot_be_planned_names_its_field() {
    let (hall, city) = (hall(), Area::CITY);
    let refused = |whom: Whom, lines: &[(Field, &str)]| {
        let mut form = draft(&hall, 4, &city);
        form.turn(whom);
        for (field, text) in lines {
            form.write(*field, (*text).to_owned());
        }
        let wrong = form.orders(&against(&hall, &city)).unwrap_err();
        let name = t!(wrong.field.key(whom)).into_owned();
        assert!(wrong.words.starts_with(&name), "{name}: {}", wrong.words);
        (wrong.field, wrong.words)
    };
    let says = |words: &(Field, String), key: &str| words.1.contains(&*t!(key));
    for (whom, field, text, key) in [
        (Whom::Source, Field::What, "", "unusable.missing"),
        (Whom::Kind, Field::What, "没有这样的", "unusable.no_kind"),
        (Whom::Area, Field::Area, "北城区", "unusable.no_area"),
        (Whom::Behind, Field::What, "pump-9", "unusable.nothing_behind"),
        (Whom::Source, Field::From, "morgen", "unusable.no_time"),
        (Whom::Source, Field::Until, "", "unusable.missing"),
        (Whom::Source, Field::Until, "morgen", "unusable.no_time"),
        (Whom::Source, Field::Until, "2023-11-15 06:00", "unusable.before_from"),
        (Whom::Source, Field::Reason, " ", "unusable.missing"),
    ] {
        let wrong = refused(whom, &[(field, text)]);
        assert!(wrong.0 == field && says(&wrong, key), "{field:?} {text}: {wrong:?}");
    }
    let over = refused(Whom::Source, &[(Field::From, "2023-11-14 08:00"), (Field::Until, "2023-11-14 09:00")]);
    assert!(over.0 == Field::Until && says(&over, "unusable.over"), "{over:?}");
    let long = refused(Whom::Source, &[(Field::Until, "93d")]);
    assert!(long.0 == Field::Until && long.1.contains("92"), "{long:?}");
    assert!(draft(&hall, 4, &city).orders(&against(&hall, &city)).is_ok());
}

/// One pass of the form with these events, after one without.
fn pressed(draft: &Draft, events: Vec<Event>) -> Vec<PlannedWish> {
    let (hall, city) = (hall(), Area::CITY);
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let all = Rect::from_min_size(Pos2::ZERO, vec2(1_366.0, 768.0));
    let mut wishes = Vec::new();
    for events in [Vec::new(), events] {
        let input = RawInput { screen_rect: Some(all), events, ..RawInput::default() };
        let mut drawn = ctx.run_ui(input, |ui| wishes = planned_ui(ui.ctx(), all, draft, &against(&hall, &city)));
        drawn.textures_delta.clear();
    }
    wishes
}

fn key(key: Key, modifiers: Modifiers) -> Vec<Event> {
    vec![Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers }]
}

#[test]
fn the_form_is_filled_in_by_keys_alone() {
    let hall = hall();
    let mut form = draft(&hall, 4, &Area::CITY);
    let none = Modifiers::NONE;
    for (one, modifiers, wish) in [
        (Key::Tab, none, PlannedWish::Go(1)),
        (Key::Tab, Modifiers::SHIFT, PlannedWish::Go(-1)),
        (Key::ArrowDown, none, PlannedWish::Go(1)),
        (Key::ArrowUp, none, PlannedWish::Go(-1)),
        (Key::ArrowRight, none, PlannedWish::Turn(Whom::Kind)),
        (Key::ArrowLeft, none, PlannedWish::Turn(Whom::Behind)),
        (Key::Enter, none, PlannedWish::Take),
        (Key::Escape, none, PlannedWish::Close),
    ] {
        assert_eq!(pressed(&form, key(one, modifiers)), [wish], "{one:?}");
    }
    assert_eq!(pressed(&form, Vec::new()), []);
    form.go(-1);
    assert_eq!(form.at, Field::Reason, "over the end to the last line");
    form.write(Field::Reason, String::new());
    let typed = pressed(&form, vec![Event::Text("井".to_owned())]);
    assert_eq!(typed, [PlannedWish::Write(Field::Reason, "井".to_owned())]);
    assert_eq!(pressed(&form, key(Key::ArrowRight, none)), [], "in a field arrows are the cursor's");
    form.go(2);
    assert_eq!(form.at, Field::What, "of one source there is no line for an area");
}

#[test]
fn what_is_of_more_than_one_source_is_listed_with_its_area() {
    let mut hall = hall();
    let window = |source: &str, measures, area: &str| Maintenance {
        source: source.to_owned(),
        measures,
        area: of(area),
        from: NOW,
        until: NOW.plus_millis(HOUR),
        reason: "校准".to_owned(),
    };
    for one in
        [window("gas-1", None, "东城区"), window("", Some(SensorKind::Rain), "东城区/南街"), window("", None, "")]
    {
        step(&mut hall, AlarmStep::Maintain(one), 10);
    }
    let rows = windows(hall.alarms(), &of("东城区"), NOW);
    let whole_city = t!("alarm.whole_city").into_owned();
    let named: Vec<String> = rows.iter().map(super::maintain::WindowRow::named).collect();
    assert!(named[0].ends_with("gas-1") && !rows[0].wide, "{named:?}");
    assert!(named[1].ends_with("东城区 · 南街") && named[2].ends_with(&whole_city), "{named:?}");
    assert_eq!(windows(hall.alarms(), &of("西城区"), NOW).len(), 1, "what is of the whole city is of every area");
}
