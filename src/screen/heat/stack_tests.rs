//! Several layers at once: what lies where, how much of each is seen, and what the pointer reads of all.

use bevy::math::Vec2;
use bevy::prelude::World;
use bevy::tasks::{AsyncComputeTaskPool, TaskPool};

use super::form::{Form, Slot};
use super::form_tests::{NOW, city, reading, row, until_found, view, world};
use super::lay::Laid;
use super::layer::Layer;
use super::read::read;
use super::systems::Layers;
use crate::domain::SensorKind;
use crate::screen::shown::Ground;
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
    let ply = layers.stack_mut().of_mut(layer).unwrap();
    ply.field.describe(true, vec![row(number, kind, at, city.frame())], &[], 0, city.frame());
    ply.field.hear(&[reading(number, 10, value)], NOW);
}

#[test]
fn a_field_roads_and_points_lie_over_each_other_and_each_is_seen_as_much_as_it_says() {
    AsyncComputeTaskPool::get_or_init(TaskPool::default);
    let (_, at) = middle();
    let (mut world, lay) = world(SensorKind::Rain, &[at]);
    world.resource_mut::<Layers>().stack_mut().of_mut(RAIN).unwrap().field.hear(&[reading(0, 10, 12.0)], NOW);
    beside(&mut world, LEVELS, 7, at, 0.8);
    beside(&mut world, SPEED, 8, at, 30.0);
    world.resource_mut::<Layers>().stack_mut().of_mut(RAIN).unwrap().opacity = 0.4;
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
    world.resource_mut::<Layers>().stack_mut().of_mut(RAIN).unwrap().field.hear(&[reading(0, 10, 12.0)], NOW);
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
