//! Several layers at once: what lies where, how much of each is seen, and what the pointer reads of all; cases of another
//! moment.

use bevy::ecs::system::RunSystemOnce;
use bevy::math::Vec2;
use bevy::prelude::World;
use bevy::tasks::{AsyncComputeTaskPool, TaskPool};

use super::OpenSensor;
use super::beside::Wanted;
use super::census::{Window, tests::case};
use super::form::{Form, Slot};
use super::form_tests::{NOW, city, front, reading, row, until_found, view, world};
use super::lay::Laid;
use super::layer::{Ago, Layer};
use super::read::read;
use super::sight::Part;
use super::systems::{Layers, count};
use crate::domain::{Fate, Found, FoundCase, Grade, LonLat, Place, SensorKind};
use crate::link::{Link, LinkState};
use crate::screen::shown::{Ground, HubLink, Shown};
use crate::screen::situation::tests::hall_of;
use crate::screen::twin::drape::{Drape, Tiles};

const RAIN: Layer = Layer::Sensors(SensorKind::Rain);
const LEVELS: Layer = Layer::Sensors(SensorKind::WaterLevel);
const SPEED: Layer = Layer::Sensors(SensorKind::TrafficSpeed);

/// The middle of the screen of these tests, and what lies there on the ground.
fn middle() -> (Vec2, [f64; 2]) {
    let (at, city) = (Vec2::new(400.0, 300.0), city());
    (at, view(2_000.0, 0.0).ground_at(&city, at).unwrap())
}

/// Put a layer beside those that are on, with one sensor of this number at a place, which measured something.
fn beside(world: &mut World, layer: Layer, number: u32, at: [f64; 2], value: f64) {
    let (city, kind) = (city(), layer.kind().unwrap());
    let mut layers = world.resource_mut::<Layers>();
    layers.change(|stack| stack.add(layer));
    let ply = layers.stack.of_mut(layer).unwrap();
    ply.field.describe(true, vec![row(number, kind, at, city.frame())], &[], 0, city.frame());
    ply.field.hear(&[reading(number, 10, value)], NOW);
}

#[test]
fn a_field_roads_and_points_lie_over_each_other_and_each_is_seen_as_much_as_it_says() {
    AsyncComputeTaskPool::get_or_init(TaskPool::default);
    let (_, at) = middle();
    let (mut world, lay) = world(SensorKind::Rain, &[at]);
    world.resource_mut::<Layers>().stack.of_mut(RAIN).unwrap().field.hear(&[reading(0, 10, 12.0)], NOW);
    beside(&mut world, LEVELS, 7, at, 0.8);
    beside(&mut world, SPEED, 8, at, 30.0);
    world.resource_mut::<Layers>().stack.of_mut(RAIN).unwrap().opacity = 0.4;
    until_found(&mut world, lay);
    let laid = |world: &World, slot: Slot, fits: fn(&Laid) -> bool| {
        world.resource::<Layers>().stack().at(slot).is_some_and(|ply| fits(&ply.laid))
    };
    assert!(laid(&world, Slot::Ground, |laid| matches!(laid, Laid::Field)));
    assert!(laid(&world, Slot::Roads, |laid| matches!(laid, Laid::Roads(_))));
    assert!(laid(&world, Slot::Points, |laid| matches!(laid, Laid::Points)));
    let drape = |world: &World| world.resource::<Drape>().clone();
    assert!(drape(&world).picture.is_some_and(|picture| picture.tiles == Tiles::Squares));
    assert!((drape(&world).opacity - 0.4).abs() < 1e-6, "of the one that lies there");

    // Nothing of what is off is worked out or lies about.
    world.resource_mut::<Layers>().change(|stack| stack.take_off(RAIN));
    until_found(&mut world, lay);
    assert!(drape(&world).picture.is_none());
    assert!(laid(&world, Slot::Roads, |laid| matches!(laid, Laid::Roads(_))));
    // Another layer takes the ground, though its field changed as often as the one before.
    world.resource_mut::<Layers>().change(|stack| {
        stack.raise(LEVELS);
        stack.turn(Form::Field);
    });
    until_found(&mut world, lay);
    assert!(laid(&world, Slot::Ground, |laid| matches!(laid, Laid::Field)));
    assert!(!laid(&world, Slot::Points, |_| true), "it lies in one place");
    assert!(drape(&world).picture.is_some() && (drape(&world).opacity - 0.75).abs() < 1e-6);
}

#[test]
fn the_pointer_reads_all_layers_the_one_in_front_first() {
    let (at, place) = middle();
    let (mut world, lay) = world(SensorKind::Rain, &[place]);
    let view = view(2_000.0, 0.0);
    world.resource_mut::<Layers>().stack.of_mut(RAIN).unwrap().field.hear(&[reading(0, 10, 12.0)], NOW);
    let said = |world: &World| read(world.resource::<Layers>(), at, NOW, &view, world.resource::<Ground>()).unwrap();
    world.run_system(lay).unwrap();
    assert!(!said(&world).contains('\n'));
    beside(&mut world, LEVELS, 7, place, 0.8);
    world.run_system(lay).unwrap();
    let (rain, level) = (rust_i18n::t!(RAIN.key()).into_owned(), rust_i18n::t!(LEVELS.key()).into_owned());
    let lines = |world: &World| said(world).lines().map(str::to_owned).collect::<Vec<_>>();
    let both = lines(&world);
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both[0].starts_with(&level) && both[0].contains("water_level-7") && both[0].contains("0.8"), "{both:?}");
    assert!(both[1].contains(&rain) && both[1].contains("12"), "{both:?}");
    world.resource_mut::<Layers>().change(|stack| stack.raise(RAIN));
    let both = lines(&world);
    assert!(both[0].contains(&rain) && both[1].starts_with(&level), "{both:?}");
}

#[test]
fn the_density_is_of_the_moment_that_is_shown_with_what_the_archive_tells_of_it() {
    let (mut world, lay) = world(SensorKind::Rain, &[]);
    let (link, mut hand) = Link::by_hand();
    let hours = |hours: i64| NOW.plus_millis(-hours * 3_600_000);
    let hall = hall_of(&[(8, Grade::III, hours(2).0), (16, Grade::III, hours(60).0)]);
    world.insert_resource(Shown { hall, now: NOW, link: LinkState::Live, ..Shown::default() });
    world.insert_resource(HubLink(link));
    world.resource_mut::<Layers>().show(Layer::Cases);
    let counted = |world: &mut World| {
        world.run_system_once(count).unwrap();
        world.run_system(lay).unwrap();
        world.resource::<Layers>().field().unwrap().cases()
    };
    assert_eq!(counted(&mut world), 2, "all that are open");
    assert!(hand.count().is_none(), "the hall knows them by itself");

    world.resource_mut::<Layers>().look_at(Ago::At(hours(50)));
    assert_eq!(counted(&mut world), 1, "of the other one nobody knew");
    let search = hand.count().unwrap();
    assert_eq!((search.fate, search.text.as_str()), (Some(Fate::Closed), ""));
    let place = Place { at: LonLat::new(118.0, 32.0), ..Place::default() };
    let closed = FoundCase { place, ..case(24, 55, 49) };
    let found = Found { cases: vec![closed], ..Found::default() };
    world.resource_mut::<Layers>().census.take(&Ok(found));
    assert_eq!(counted(&mut world), 2, "one was open then and is closed since");
    assert!(hand.count().is_none());
    world.resource_mut::<Layers>().look_at(Ago::At(hours(48)));
    assert_eq!(counted(&mut world), 1, "and closed two hours later");

    world.resource_mut::<Layers>().window = Window::Day;
    world.resource_mut::<Layers>().look_at(Ago::At(hours(40)));
    assert_eq!(counted(&mut world), 2, "reported in the day before, closed or not");
    world.resource_mut::<Layers>().look_at(Ago::Now);
    assert_eq!(counted(&mut world), 1);
    world.resource_mut::<Layers>().window = Window::Open;
    assert_eq!(counted(&mut world), 2);
}

#[test]
fn the_hub_is_asked_for_what_is_in_sight_and_for_all_where_a_form_or_somebody_needs_it() {
    let city = city();
    let seen = |east: f64| Some(Part { low: [east - 40.0, -40.0], high: [east + 40.0, 40.0] });
    let at = |east: f64| {
        let at = city.frame().lonlat_from_metres([east, 0.0]);
        LonLat::new(at.lon, at.lat).unwrap()
    };
    let mut layers = Layers::default();
    layers.show(LEVELS);
    layers.change(|stack| stack.turn(Form::Points));
    let bounds = |layers: &Layers| layers.watch(NOW).unwrap().bounds;
    layers.look(seen(0.0), &city);
    let first = bounds(&layers).unwrap();
    // Twice as far as is seen on each side.
    assert!(first.has(at(79.0)) && !first.has(at(81.0)) && layers.is_partial());
    layers.look(seen(30.0), &city);
    assert_eq!(bounds(&layers), Some(first), "it is in what was asked for");

    // While it is told nothing else is asked for, however fast one flies.
    layers.watched = layers.watch(NOW);
    layers.look(seen(500.0), &city);
    assert_eq!(bounds(&layers), Some(first));
    let told = row(7, SensorKind::WaterLevel, [0.0; 2], city.frame());
    front(&mut layers).field.describe(true, vec![told], &[], 0, city.frame());
    layers.look(seen(500.0), &city);
    let other = bounds(&layers).unwrap();
    assert!(other.has(at(500.0)) && !other.has(at(0.0)));
    // Whoever looks into a street beside it has that too.
    let wanted = Wanted { kinds: [SensorKind::CombustibleGas].into(), bounds: first };
    layers.want_beside(Some(wanted));
    assert!([0.0, 500.0].into_iter().all(|east| bounds(&layers).unwrap().has(at(east))));
    layers.want_beside(None);

    // A mean of areas needs all of their sensors, and what is sought may be anywhere.
    layers.change(|stack| stack.turn(Form::Areas));
    layers.look(seen(500.0), &city);
    assert!(bounds(&layers).is_none() && !layers.is_partial());
    layers.change(|stack| stack.turn(Form::Points));
    layers.look(seen(500.0), &city);
    assert!(bounds(&layers).is_some());
    layers.open_card(&OpenSensor { number: None, id: "level-9".to_owned(), kind: SensorKind::WaterLevel });
    assert_eq!(bounds(&layers), None);
}
