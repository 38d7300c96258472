//! Which layer a wall wears: what settings name, what is gravest, and what has sensors near it.

use std::sync::Arc;

use bevy::ecs::system::RunSystemOnce;
use bevy::prelude::World;

use super::census;
use super::form::Form;
use super::form_tests::row;
use super::layer::{FAMILIES, Layer};
use super::over::phrase;
use super::systems::Layers;
use super::wall::{Wears, dress, legend};
use super::worn::{Choice, Dress, WallLayers, Want, Why, Worn, kinds_of, near_m, wants};
use crate::config::Catalogue;
use crate::config::settings::keys::{KEYS, WALL_LAYERS};
use crate::config::settings::layers::{CASES, FORMS, LAYERS};
use crate::domain::alarm::Raising;
use crate::domain::alarm::raised_tests::raising;
use crate::domain::rights::Area;
use crate::domain::sensor::{Gist, Spell, Window};
use crate::domain::{Actor, AlarmId, AlarmStep, Grade, Hall, IncidentId, LonLat, Moment, Order, SensorKind};
use crate::ground::City;
use crate::ground::pack::model::CityModel;
use crate::ground::pack::writer;
use crate::link::LinkState;
use crate::screen::shown::{Ground, Shown};
use crate::screen::situation::Ledger;
use crate::screen::situation::tests::{NoNames, hall_of};

const LEVEL: Layer = Layer::Sensors(SensorKind::WaterLevel);
const GAS: Layer = Layer::Sensors(SensorKind::CombustibleGas);

fn city() -> (City, tempfile::TempDir) {
    let mut model = CityModel { name: "小城".to_owned(), ..CityModel::default() };
    model.add_points([[1_180_000_000, 319_000_000], [1_184_000_000, 321_000_000]]);
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("pack");
    writer::write(&model, &out, "").unwrap();
    (City::open(&out).unwrap(), dir)
}

fn raise(hall: &mut Hall, source: &str, level: Grade, measures: SensorKind, at: Option<LonLat>) {
    let (name, unit) = ("人民路".to_owned(), measures.unit().to_owned());
    let raising = Raising { name, measures, unit, at, area: Area::CITY, ..raising(source, level) };
    step(hall, AlarmStep::Raise(raising));
}

fn step(hall: &mut Hall, step: AlarmStep) {
    let order = Order::MoveAlarm(Box::new(step));
    for fact in hall.decide(order, &Actor::Person("chen".to_owned()), Moment(1_000)).unwrap() {
        assert!(hall.apply(&fact));
    }
}

#[test]
fn settings_know_the_layers_and_forms_that_there_are() {
    let mut all: Vec<&str> = FAMILIES.iter().flat_map(|family| family.layers).map(|layer| layer.word()).collect();
    let mut known = LAYERS.to_vec();
    all.sort_unstable();
    known.sort_unstable();
    assert_eq!(all, known);
    for layer in FAMILIES.iter().flat_map(|family| family.layers) {
        let mut forms: Vec<&str> =
            Form::of(*layer).iter().filter(|form| form.is_for_walls()).map(|form| form.word()).collect();
        let own = FORMS.iter().filter(|(_, of)| of.is_empty() || *of == layer.word());
        let mut known: Vec<&str> = own.map(|(word, _)| *word).collect();
        forms.sort_unstable();
        known.sort_unstable();
        assert_eq!(forms, known, "{layer:?}");
    }
    let key = KEYS.iter().find(|key| key.name == WALL_LAYERS).unwrap();
    for (text, fits) in [
        ("off", true),
        ("pm25", true),
        ("traffic_speed/roads, cases/areas", true),
        ("water_level/flood", true),
        ("pm25/roads", false),
        ("pm25/points", false),
        ("pm26", false),
        ("cases/", false),
        ("", false),
        ("pm25,", false),
        ("rain@day", true),
        ("rain@day-sum", true),
        (" rain/areas@today-highest , cases/hexagons@week", true),
        ("pm25@hour-lowest", true),
        ("cases@open", true),
        ("pm25@day-sum", false),
        ("pm25@week", false),
        ("rain@", false),
        ("rain@day-", false),
        ("rain@day/areas", false),
        ("rain@day@hour", false),
        ("cases@hour", false),
        ("vital:air@day", false),
        ("vital:city-health", true),
        ("pm25/hexagons, vital:air-2, cases", true),
        ("vital:", false),
        ("vital:Air", false),
        ("vital:air/areas", false),
    ] {
        assert_eq!(key.check(text).is_ok(), fits, "{text}");
        assert_eq!(text.parse::<WallLayers>().is_ok(), fits, "{text}");
    }
    let hint = |text: &str| key.check(text).unwrap_err().hint.unwrap_or_default();
    assert_eq!(hint("pm26"), "did you mean `pm25`?");
}

#[test]
fn layers_that_are_worn_always_take_turns_of_two_minutes() {
    let all: WallLayers = "traffic_speed, cases/areas, vital:city-health".parse().unwrap();
    let speed = &Dress::Layer(Worn::now(Layer::Sensors(SensorKind::TrafficSpeed), None));
    let cases = &Dress::Layer(Worn::now(Layer::Cases, Some(Form::Areas)));
    let health = &Dress::Sign("city-health".to_owned());
    let at = |secs: i64| all.at(Moment(secs * 1_000)).unwrap();
    assert_eq!(
        [at(0), at(119), at(120), at(239), at(240), at(359), at(360)],
        [speed, speed, cases, cases, health, health, speed]
    );
    assert_eq!("off".parse::<WallLayers>().unwrap().at(Moment(0)), None);
}

#[test]
fn every_window_that_settings_name_is_one_of_the_layer() {
    let worn = |text: &str| match text.parse::<WallLayers>().unwrap().0.as_slice() {
        [Dress::Layer(worn)] => *worn,
        other => unreachable!("{other:?}"),
    };
    let rain = Layer::Sensors(SensorKind::Rain);
    let sum = Window { spell: Spell::Day, gist: Gist::Sum };
    assert_eq!(worn("rain@day"), Worn { over: Some(sum), ..Worn::now(rain, None) });
    let highest = Window { spell: Spell::Today, gist: Gist::Highest };
    assert_eq!(worn("rain/areas@today-highest"), Worn { over: Some(highest), ..Worn::now(rain, Some(Form::Areas)) });
    assert_eq!(worn("rain"), Worn::now(rain, None));
    let cases: Vec<&str> = census::Window::ALL.iter().map(|one| one.word()).collect();
    assert_eq!(cases, CASES);
    for one in census::Window::ALL {
        let words = format!("cases@{}", one.word());
        assert_eq!(worn(&words), Worn { cases: one, ..Worn::now(Layer::Cases, None) });
    }
}

#[test]
fn a_wall_tells_of_the_windows_that_it_wears_and_its_legend_names_them() {
    let (city, _dir) = city();
    let frame = *city.frame();
    let hall = Hall::default();
    let mut world = World::new();
    world.insert_resource(Ledger::read(&hall));
    world.insert_resource(Shown { hall, link: LinkState::Live, now: Moment(2_000), ..Shown::default() });
    world.insert_resource(Ground(Arc::new(city)));
    world.insert_resource("rain@day, rain, cases@week".parse::<WallLayers>().unwrap());
    world.init_resource::<Wears>();
    world.init_resource::<Layers>();
    // The turn at a second, with what the hub is asked for; and what the legend says of it.
    let turn = |world: &mut World, secs: i64| {
        let now = Moment(secs * 1_000);
        world.resource_mut::<Shown>().now = now;
        world.run_system_once(dress).unwrap();
        let layers = world.resource::<Layers>();
        let asked = layers.watch(now).map(|watch| watch.windows.len());
        (layers.layer().unwrap(), layers.field().unwrap().window(), asked)
    };
    let said = |world: &World| {
        let (wears, layers) = (world.resource::<Wears>(), world.resource::<Layers>());
        legend(wears, layers, world.resource::<Shown>(), &NoNames).unwrap()
    };
    let rain = Layer::Sensors(SensorKind::Rain);
    let sum = Window { spell: Spell::Day, gist: Gist::Sum };
    assert_eq!(turn(&mut world, 0), (rain, Some(sum), Some(1)));
    assert_eq!(said(&world).over, Some(sum));
    let mut layers = world.resource_mut::<Layers>();
    let ply = layers.stack.of_mut(rain).unwrap();
    ply.field.describe(true, vec![row(7, SensorKind::Rain, [0.0; 2], &frame)], &[], 0, &frame);
    let coming = rust_i18n::t!("heat.over_coming", over = phrase(sum)).into_owned();
    assert_eq!(said(&world).state, coming, "what was measured in it is on its way");
    assert_eq!(turn(&mut world, 120), (rain, None, Some(0)), "the same layer as it is now");
    assert_eq!(said(&world).over, None);
    assert_eq!(turn(&mut world, 240).0, Layer::Cases);
    assert_eq!(world.resource::<Layers>().window, census::Window::Week);
    assert_eq!(turn(&mut world, 360), (rain, Some(sum), Some(1)));
    assert_eq!(world.resource::<Layers>().window, census::Window::Open);
}

#[test]
fn a_case_is_measured_by_what_raises_it_and_by_what_its_picture_says() {
    assert_eq!(kinds_of("20406", "flood", None), [SensorKind::WaterLevel, SensorKind::Rain]);
    assert_eq!(kinds_of("20403", "gas", None), [SensorKind::CombustibleGas]);
    assert_eq!(kinds_of("30404", "bomb", None), []);
    let rules = crate::config::alarms::load(None, &Catalogue::load(None).unwrap()).unwrap();
    // The limits of rain make such a case, too, and come first: each kind once.
    let kinds = kinds_of("20406", "flood", Some(&rules));
    assert_eq!(kinds, [SensorKind::WaterLevel, SensorKind::Rain]);
    assert_eq!(kinds_of("22104", "", Some(&rules)), [SensorKind::ManholeCover], "without a picture");
}

#[test]
fn red_alarms_ask_before_the_gravest_case_and_lesser_ones_not_at_all() {
    let (city, _dir) = city();
    let frame = city.frame();
    let icon = |_: &str| "flood".to_owned();
    let at = LonLat::new(118.2, 32.0);
    let mut hall = hall_of(&[(1, Grade::II, 5), (3, Grade::III, 9)]);
    raise(&mut hall, "gas-1", Grade::I, SensorKind::CombustibleGas, at);
    raise(&mut hall, "gas-2", Grade::II, SensorKind::CombustibleGas, at);
    raise(&mut hall, "gas-3", Grade::I, SensorKind::CombustibleGas, None);
    raise(&mut hall, "other-4", Grade::I, SensorKind::Other, at);
    let asked = |hall: &Hall| {
        let all = wants(hall, &Ledger::read(hall), icon, frame);
        all.into_iter().map(|want| (want.why, want.kind)).collect::<Vec<_>>()
    };
    let (red, case) = (Why::Alarm(AlarmId(1)), Why::Case(IncidentId(1)));
    let of_case = [(case, SensorKind::WaterLevel), (case, SensorKind::Rain)];
    assert_eq!(asked(&hall), [(red, SensorKind::CombustibleGas), of_case[0], of_case[1]]);
    let shelve = AlarmStep::Shelve { alarm: AlarmId(1), until: Moment(60_000), reason: "校准".to_owned() };
    step(&mut hall, shelve);
    assert_eq!(asked(&hall), of_case, "what is on the shelf asks for nothing");
    step(&mut hall, AlarmStep::Unshelve { alarm: AlarmId(1) });
    step(&mut hall, AlarmStep::Clear { alarm: AlarmId(1), value: None });
    assert_eq!(asked(&hall), of_case, "nor what is over");
    assert_eq!(asked(&hall_of(&[(1, Grade::III, 5)])), [], "a calm city has no layer");
}

#[test]
fn what_has_no_sensors_near_it_is_passed_over_until_it_is_asked_for_anew() {
    let want = |id: u64, kind| Want { why: Why::Case(IncidentId(id)), at: [0.0; 2], kind };
    let (level, rain) = (want(1, SensorKind::WaterLevel), want(1, SensorKind::Rain));
    let always = Some(Worn::now(Layer::Cases, None));
    let mut choice = Choice::default();
    let flood = Worn::now(LEVEL, Some(Form::Flood));
    assert_eq!(choice.next(&[level, rain], always, true), Some((flood, Some(level))));
    let field = Worn::now(LEVEL, None);
    assert_eq!(choice.next(&[level, rain], always, false), Some((field, Some(level))), "the land lies level");
    choice.judge(&level, Some(999.0));
    assert!(choice.next(&[level, rain], always, true).is_some_and(|(_, of)| of == Some(level)), "it is near");
    choice.judge(&level, Some(1_001.0));
    assert!(choice.next(&[level, rain], always, true).is_some_and(|(_, of)| of == Some(rain)));
    assert!((near_m(SensorKind::Rain) - 3_000.0).abs() < 1e-9, "rain is measured by few");
    choice.judge(&rain, None);
    assert_eq!(choice.next(&[level, rain], always, true), always.map(|worn| (worn, None)));
    assert_eq!(choice.next(&[level, rain], None, true), None);
    assert_eq!(choice.next(&[], always, true), always.map(|worn| (worn, None)), "it is over");
    assert!(choice.next(&[level], always, true).is_some_and(|(_, of)| of == Some(level)), "and comes back");
}

#[test]
fn the_wall_puts_on_the_layer_of_what_is_gravest_says_why_and_takes_it_off_after() {
    let (city, _dir) = city();
    let frame = *city.frame();
    let at = LonLat::new(118.2, 32.0);
    let place = frame.metres_from_lonlat(at.unwrap());
    let mut hall = Hall::default();
    raise(&mut hall, "gas-1", Grade::I, SensorKind::CombustibleGas, at);
    let mut world = World::new();
    world.insert_resource(Ledger::read(&hall));
    world.insert_resource(Shown { hall, link: LinkState::Live, now: Moment(2_000), ..Shown::default() });
    world.insert_resource(Ground(Arc::new(city)));
    world.insert_resource("pm25/hexagons".parse::<WallLayers>().unwrap());
    world.init_resource::<Wears>();
    world.init_resource::<Layers>();
    let dressed = |world: &mut World| {
        world.run_system_once(dress).unwrap();
        let layers = world.resource::<Layers>();
        (layers.layer(), layers.form())
    };
    let tell = |world: &mut World, layer: Layer, kind: SensorKind, east: f64| {
        let mut layers = world.resource_mut::<Layers>();
        let ply = layers.stack.of_mut(layer).unwrap();
        ply.field.describe(true, vec![row(7, kind, [place[0] + east, place[1]], &frame)], &[], 0, &frame);
    };
    assert_eq!(dressed(&mut world), (Some(GAS), Some(Form::Field)));
    assert_eq!(dressed(&mut world).0, Some(GAS), "nothing was told yet");
    tell(&mut world, GAS, SensorKind::CombustibleGas, 300.0);
    assert_eq!(dressed(&mut world).0, Some(GAS), "a sensor is near");
    let said = |world: &World| {
        let (wears, layers) = (world.resource::<Wears>(), world.resource::<Layers>());
        legend(wears, layers, world.resource::<Shown>(), &NoNames).unwrap()
    };
    assert_eq!(world.resource::<Wears>().why(), Some(Why::Alarm(AlarmId(1))));
    assert_eq!(said(&world).why, rust_i18n::t!("heat.worn.alarm", name = "人民路"));

    tell(&mut world, GAS, SensorKind::CombustibleGas, 30_000.0);
    let pm25 = Layer::Sensors(SensorKind::Pm25);
    assert_eq!(dressed(&mut world), (Some(pm25), Some(Form::Hexagons)), "none is near: what it wears always");
    assert_eq!((world.resource::<Wears>().why(), said(&world).why), (None, String::new()));

    // A sign that colours the map gives way to what is gravest.
    world.insert_resource("vital:city-health".parse::<WallLayers>().unwrap());
    assert_eq!(dressed(&mut world).0, None, "none is near the alarm");
    assert_eq!(world.resource::<Wears>().sign(), Some("city-health"));
    let other = AlarmStep::Clear { alarm: AlarmId(1), value: None };
    step(&mut world.resource_mut::<Shown>().hall, other);
    raise(&mut world.resource_mut::<Shown>().hall, "gas-2", Grade::I, SensorKind::CombustibleGas, at);
    assert_eq!((dressed(&mut world).0, world.resource::<Wears>().sign()), (Some(GAS), None));

    let clear = AlarmStep::Clear { alarm: AlarmId(2), value: None };
    step(&mut world.resource_mut::<Shown>().hall, clear);
    assert_eq!((dressed(&mut world).0, world.resource::<Wears>().sign()), (None, Some("city-health")));
    world.insert_resource(WallLayers::default());
    assert_eq!((dressed(&mut world).0, world.resource::<Wears>().sign()), (None, None));
    assert_eq!(dressed(&mut world), (None, None), "a calm wall is bare");
    assert!(world.resource::<Layers>().field().is_none());
}
