//! Layers that tell of a window of time, and what is said where the past cannot be read.

use bevy::ecs::message::Messages;
use bevy::prelude::World;

use super::desk::waits;
use super::form::Tally;
use super::form_tests::{city, row as station, world};
use super::layer::Layer;
use super::model::{Field, Said};
use super::over::phrase;
use super::read::{gathered, newest};
use super::systems::{Layers, hear};
use super::tests::{NOW, field, frame, reading, row, value};
use crate::domain::sensor::{Gist, Spell, Window};
use crate::domain::{Refusal, SensorId, SensorKind};
use crate::link::LinkState;
use crate::screen::receive::{CasesCounted, ReadingsTold, SensorsTold, TrendTold, WindowsTold};
use crate::screen::shown::Shown;

#[test]
fn a_field_of_a_window_tells_what_was_measured_in_it_for_as_long_as_it_holds_that() {
    let mut field = field();
    let window = Window { spell: Spell::Hour, gist: Gist::Highest };
    let before = field.changes();
    field.show_window(Some(window), 0);
    assert!(field.changes() > before && field.is_gathering() && field.settle(NOW), "another picture, without a value");
    assert_eq!((field.counts(NOW), field.said([0.0, 0.0], NOW)), ((0, 2), Said::Nothing));
    // Newest values are not what it shows.
    let before = field.changes();
    field.hear(&[reading(1, -1, 90.0)], NOW);
    assert_eq!((field.changes(), field.counts(NOW)), (before, (0, 2)));
    field.hear_window(&[reading(1, -600, 85.0), reading(2, -3_000, 75.0)], NOW);
    assert!(!field.is_gathering() && field.settle(NOW));
    assert!((value(field.said([0.0, 0.0], NOW)).unwrap() - 85.0).abs() < 0.1);
    assert_eq!(field.counts(NOW), (2, 2), "also what is older than a reading is fresh");
    let station = field.station(SensorId(1)).unwrap();
    assert_eq!(station.newest.map(|(_, value)| value), Some(90.0), "on its card it has its newest value");
    let words = newest(station, SensorKind::Noise, NOW);
    assert!(words.contains("85") && words.contains(&phrase(window)), "{words}");
    // Told anew for another part of the city it says the same meanwhile.
    field.keep_values(NOW);
    field.describe(true, vec![row(1, 0.0), row(2, 6_000.0)], &[], 0, &frame());
    assert_eq!(field.counts(NOW), (2, 2));
    // Ten minutes and a moment later the older one is of more than an hour ago.
    let later = NOW.plus_millis(600_001);
    assert!(field.settle(later));
    assert_eq!(field.counts(later), (1, 2));
    field.show_window(None, 0);
    assert!(field.settle(NOW));
    assert!((value(field.said([0.0, 0.0], NOW)).unwrap() - 90.0).abs() < 0.1, "of now again");
}

#[test]
fn what_a_layer_of_a_window_says_has_the_window_in_it_and_its_unit() {
    let rain = Layer::Sensors(SensorKind::Rain);
    let day = Window { spell: Spell::Day, gist: Gist::Sum };
    assert_eq!([rain.unit_over(None), rain.unit_over(Some(day))], ["mm/h", "mm"]);
    assert_eq!(rain.unit_over(Some(Window { gist: Gist::Highest, ..day })), "mm/h");
    let hour = Window { spell: Spell::Hour, ..day };
    let ends = [None, Some(hour), Some(day)].map(|window| rain.scale_over(window).to.to_string());
    assert_eq!(ends, ["50", "50", "100"]);
    let mut field = Field::default();
    field.show(Some(rain));
    field.show_window(Some(day), 8 * 3_600);
    field.describe(true, vec![station(1, SensorKind::Rain, [0.0; 2], &frame())], &[], 0, &frame());
    field.hear_window(&[reading(1, 0, 64.0)], NOW);
    assert_eq!(field.skin(rain).scale, rain.scale_over(Some(day)));
    let mut tally = Tally::default();
    field.stations().for_each(|station| tally.sensor(station, NOW));
    let said = gathered(rain, field.window(), tally, Some(64.0));
    assert!(said.contains("64") && said.contains(" mm") && !said.contains("mm/h"), "{said}");
    assert!(said.contains(&phrase(day)), "{said}");
}

#[test]
fn a_look_into_the_past_that_failed_is_said_and_no_lack_of_data() {
    let (mut world, _) = world(SensorKind::Noise, &[[0.0; 2]]);
    let shown = || Shown { now: NOW, link: LinkState::Live, ..Shown::default() };
    world.insert_resource(shown());
    world.init_resource::<Messages<SensorsTold>>();
    world.init_resource::<Messages<ReadingsTold>>();
    world.init_resource::<Messages<WindowsTold>>();
    world.init_resource::<Messages<TrendTold>>();
    world.init_resource::<Messages<CasesCounted>>();
    let hear = world.register_system(hear);
    let says = |world: &mut World| {
        world.run_system(hear).unwrap();
        let layers = world.resource::<Layers>();
        waits(layers.stack().front().unwrap(), layers.unread, &shown())
    };
    let told = |unread: bool| SensorsTold {
        anew: true,
        sensors: vec![station(0, SensorKind::Noise, [0.0; 2], city().frame())],
        gone: Vec::new(),
        left: 0,
        unread,
    };
    world.write_message(told(true));
    assert_eq!(says(&mut world), Some("heat.unread"));
    world.write_message(told(false));
    assert_eq!(says(&mut world), None, "the next one went well");
    world.write_message(WindowsTold(Err(Refusal::NoReadings)));
    assert_eq!(says(&mut world), Some("heat.unread"));
    world.write_message(WindowsTold(Ok(Vec::new())));
    assert_eq!(says(&mut world), None);
}
