use egui::{Event, Key, Modifiers, Pos2, RawInput, Rect, vec2};

use super::model::{Command, Found, Hit, MOST, Sources, search, shared};
use super::panel::{PaletteView, PaletteWish, palette_ui};
use crate::domain::alarm::Raising;
use crate::domain::alarm::raised_tests::raising;
use crate::domain::rights::Area;
use crate::domain::{
    Actor, AlarmId, AlarmStep, CrewId, Device, Grade, Hall, IncidentId, LonLat, Moment, Order, Place, Progress, Report,
    SensorId,
};
use crate::ground::city::Named;
use crate::ground::{City, demo, pack};
use crate::screen::look;
use crate::screen::situation::search::Search;
use crate::screen::situation::{Ledger, Names, Sorting};

struct Plain;

impl Names for Plain {
    fn kind(&self, code: &str) -> String {
        match code {
            "30212" => "火灾".to_owned(),
            other => format!("Kind {other}"),
        }
    }

    fn street(&self, _: LonLat) -> Option<String> {
        None
    }
}

fn hall() -> Hall {
    let mut hall = Hall::default();
    let reports = [("30212", Grade::II, "长江路18号"), ("1", Grade::IV, "Nathan Road"), ("1", Grade::I, "Nathan Road")];
    for (n, (kind, grade, address)) in reports.into_iter().enumerate() {
        let report = Report {
            source: "test".to_owned(),
            source_id: n.to_string(),
            kind: kind.to_owned(),
            grade,
            place: Place { at: None, address: address.to_owned() },
            text: String::new(),
            happened_at: Moment(0),
            progress: Progress::Open,
            answers: [].into(),
        };
        for fact in hall.decide(Order::TakeReport(report), &Actor::Source("test".to_owned()), Moment(0)).unwrap() {
            assert!(hall.apply(&fact));
        }
    }
    for (source, level) in [("gas-77", Grade::II), ("gas-78", Grade::I)] {
        let (name, area) = ("测试站".to_owned(), Area::of("甲区/乙镇").unwrap());
        let raising = Raising { name, area, case_kind: String::new(), ..raising(source, level) };
        move_alarm(&mut hall, AlarmStep::Raise(raising));
    }
    let alarm = AlarmId(2);
    move_alarm(&mut hall, AlarmStep::Clear { alarm, value: None });
    move_alarm(&mut hall, AlarmStep::Acknowledge { alarm, comment: String::new() });
    hall
}

fn move_alarm(hall: &mut Hall, step: AlarmStep) {
    let order = Order::MoveAlarm(Box::new(step));
    for fact in hall.decide(order, &Actor::Person("chen".to_owned()), Moment(0)).unwrap() {
        assert!(hall.apply(&fact));
    }
}

fn found(query: &str) -> Vec<Found> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("city");
    pack::writer::write(&demo::generate(3, 200), &out, "").unwrap();
    let city = City::open(&out).unwrap();
    let commands: Vec<_> = Command::ALL.into_iter().map(|command| (command, format!("{command:?}"))).collect();
    let named = |what: Named| (format!("{what:?}"), String::new());
    let query = if query == "a street" {
        let way = city.ways().iter().find(|way| way.name != 0).unwrap();
        city.name(way.name).to_owned()
    } else if query == "a component" {
        city.component_id(&city.components()[7])
    } else {
        query.to_owned()
    };
    let crews = [(CrewId(7), "Fire 7".to_owned())];
    let device = |number: u32, id: &str, name: &str| Device {
        number,
        id: id.to_owned(),
        name: name.to_owned(),
        ..Device::default()
    };
    let sensors = [device(3, "level-17", "北闸"), device(4, "level-18", "")];
    let hall = hall();
    let ledger = Ledger::read(&hall);
    let mut looking = Search::default();
    looking.step(&query, Sorting::Waiting, &hall, &ledger, &Plain, ("zh-CN", true));
    let open: Vec<_> = looking.found(&ledger).in_order().collect();
    let sources = Sources {
        hall: &hall,
        area: &Area::CITY,
        now: Moment(0),
        open: &open,
        crews: &crews,
        sensors: &sensors,
        city: &city,
        middle: city.components().first().map(|one| one.at.map(f64::from)).unwrap(),
        names: &Plain,
        commands: &commands,
        named: &named,
    };
    search(&query, &sources).into_iter().map(|hit| hit.found).collect()
}

fn incident(id: u64, grade: Grade) -> Found {
    Found::Incident(IncidentId(id), grade)
}

#[test]
fn words_and_numbers_find_incidents_the_gravest_first() {
    assert_eq!(found("NATHAN road")[..2], [incident(3, Grade::I), incident(2, Grade::IV)]);
    assert_eq!(found("火灾 长江"), [incident(1, Grade::II)]);
    assert_eq!(found("#2")[0], incident(2, Grade::IV));
    assert_eq!(found("火灾 Nathan"), []);
}

#[test]
fn standing_alarms_are_found_by_sensor_kind_in_both_languages_initials_place_and_area() {
    let alarm = Found::Alarm(AlarmId(1), Grade::II);
    for query in ["gas-77", "可燃气体", "Combustible", "krqt", "csz", "测试站 可燃", "甲区", "GAS-77 乙镇"]
    {
        assert!(found(query).contains(&alarm), "{query}: {:?}", found(query));
    }
    assert!(!found("gas-77 水位").contains(&alarm), "all words count");
    assert_eq!(found("gas-78"), [], "nobody looks for what is over");
}

#[test]
fn sensors_that_the_hub_told_of_are_found_by_identity_and_name() {
    let sensors = |query: &str| -> Vec<Found> {
        found(query).into_iter().filter(|one| matches!(one, Found::Sensor(_))).collect()
    };
    assert_eq!(sensors("LEVEL-1"), [Found::Sensor(SensorId(3)), Found::Sensor(SensorId(4))]);
    assert_eq!(sensors("level 北闸"), [Found::Sensor(SensorId(3))]);
    assert_eq!(sensors(""), [], "nobody asked for one");
}

#[test]
fn commands_are_listed_where_nothing_is_typed_and_streets_are_found_by_name() {
    assert_eq!(found("").len(), Command::ALL.len());
    assert_eq!(found("fire 7"), [Found::Crew(CrewId(7))]);
    assert_eq!(found("northup")[0], Found::Command(Command::NorthUp));
    let streets = found("a street");
    assert!(matches!(streets.first(), Some(Found::Named(_))), "{streets:?}");
    assert!(streets.len() <= MOST);
}

#[test]
fn components_are_found_by_their_digits_and_by_their_kind_near_the_view() {
    assert_eq!(found("a component"), [Found::Component(7)]);
    let lamps = found("10118");
    assert!(lamps.len() <= 3 && lamps.iter().all(|one| matches!(one, Found::Component(_))), "{lamps:?}");
    assert!(!lamps.is_empty());
}

#[test]
fn however_much_a_busy_street_has_crews_components_and_places_have_their_share() {
    let groups = |many: [usize; 7]| {
        let hit =
            |title: &str| Hit { found: Found::Command(Command::Help), title: title.to_owned(), note: String::new() };
        let names = ["incident", "alarm", "command", "sensor", "crew", "component", "place"];
        let mut many = many.into_iter();
        let hits = shared(names.map(|name| vec![hit(name); many.next().unwrap()]));
        names.map(|name| hits.iter().filter(|hit| hit.title == name).count())
    };
    assert_eq!(groups([11, 7, 4, 5, 7, 3, 22]), [6, 3, 3, 2, 2, 2, 4], "each its share");
    assert_eq!(groups([11, 7, 0, 5, 0, 0, 22]), [11, 5, 0, 2, 0, 0, 4], "what others leave goes to the first");
    assert_eq!(groups([0, 0, 0, 0, 0, 0, 22]), [0, 0, 0, 0, 0, 0, 22]);
    assert_eq!(groups([2, 1, 0, 0, 1, 0, 3]), [2, 1, 0, 0, 1, 0, 3], "few are all there");
}

/// One pass of the palette with a key.
fn pass(view: &PaletteView<'_>, key: Option<Key>) -> Vec<PaletteWish> {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let all = Rect::from_min_size(Pos2::ZERO, vec2(960.0, 540.0));
    let events =
        key.map(|key| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE });
    let mut wishes = Vec::new();
    for events in [Vec::new(), events.into_iter().collect()] {
        let input = RawInput { screen_rect: Some(all), events, ..RawInput::default() };
        let mut drawn = ctx.run_ui(input, |ui| wishes = palette_ui(ui.ctx(), all, view));
        drawn.textures_delta.clear();
    }
    wishes
}

#[test]
fn arrows_choose_enter_takes_and_escape_closes() {
    let hits: Vec<Hit> = Command::ALL[..3]
        .iter()
        .map(|command| Hit { found: Found::Command(*command), title: "x".to_owned(), note: String::new() })
        .collect();
    let view = PaletteView { query: "", hits: &hits, chosen: 2, focus: true };
    assert_eq!(pass(&view, None), []);
    assert_eq!(pass(&view, Some(Key::ArrowDown)), [PaletteWish::Choose(2)], "the last one stays");
    assert_eq!(pass(&view, Some(Key::ArrowUp)), [PaletteWish::Choose(1)]);
    assert_eq!(pass(&view, Some(Key::Enter)), [PaletteWish::Take(2)]);
    assert_eq!(pass(&view, Some(Key::Escape)), [PaletteWish::Close]);
    let none = PaletteView { hits: &[], ..view };
    assert_eq!(pass(&none, Some(Key::Enter)), []);
}
