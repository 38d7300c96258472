//! The first seconds: what has no value yet waits for it, and says so, for a while.

use std::sync::Arc;

use bevy::ecs::system::RunSystemOnce;
use bevy::prelude::World;
use bevy::time::{Real, Time};
use egui::{Pos2, RawInput, Rect, Shape, vec2};
use rust_i18n::t;

use super::model::{Read, Sorting, State, Sum};
use super::phrase;
use super::tests::{NOW, board, read, rules};
use super::tile::{Look, tile};
use super::told::{Vitals, ask};
use crate::domain::rights::Area;
use crate::link::{Link, LinkState};
use crate::screen::heat::Layers;
use crate::screen::heat::layer::Ago;
use crate::screen::look;
use crate::screen::shown::{HubLink, ScreenKind, Shown};

/// What is written on a tile of a wall, and how many lines are drawn on it.
fn painted(read: &Read<'_>, code: &str) -> (Vec<String>, usize) {
    fn gather(shape: &Shape, texts: &mut Vec<String>, lines: &mut usize) {
        match shape {
            Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts, lines)),
            Shape::Text(text) => texts.push(text.galley.text().to_owned()),
            Shape::LineSegment { .. } => *lines += 1,
            _ => {}
        }
    }
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let sign = read.sign(code).unwrap();
    let rect = Rect::from_min_size(Pos2::ZERO, vec2(336.0, 99.0));
    let mut output = ctx.run_ui(RawInput { screen_rect: Some(rect), ..RawInput::default() }, |ui| {
        tile(ui.painter(), rect, Look::wall(1.0), &sign, "en");
    });
    output.textures_delta.clear();
    let (mut texts, mut lines) = (Vec::new(), 0);
    output.shapes.iter().for_each(|clipped| gather(&clipped.shape, &mut texts, &mut lines));
    (texts, lines)
}

#[test]
fn what_has_no_value_yet_waits_for_it_in_plain_words_and_is_neither_hatched_nor_counted_as_silent() {
    let (rules, board) = (rules(), board());
    let later = read(&rules, &board, 4 * 3600);
    let first = Read { waits: true, ..later };
    let state = |read: &Read<'_>, code: &str| read.sign(code).unwrap().state;
    assert_eq!((state(&first, "silent"), state(&later, "silent")), (State::Waiting, State::Nothing));
    for code in ["index", "calm", "second", "old", "fourth"] {
        assert_eq!(state(&first, code), state(&later, code), "{code} has a value, however old");
    }
    let columns = first.columns(Sorting::Listed);
    let sum = Sum::of(columns.iter().flat_map(|column| &column.tiles));
    assert_eq!(sum, Sum { all: 6, crossed: [0, 1, 0, 1], nothing: 1, waiting: 1 });
    assert!(State::Waiting.level().is_none() && !State::Waiting.is_known() && State::Waiting.is_without());
    let (texts, lines) = painted(&first, "silent");
    assert_eq!((texts, lines), (vec!["silent".to_owned(), t!("vital.first").into_owned()], 0));
    let (texts, lines) = painted(&later, "silent");
    assert!(texts.contains(&t!("vital.no_data").into_owned()) && lines > 0, "hatched: {texts:?}");
    assert_ne!(phrase::without(State::Waiting), phrase::without(State::Nothing));
}

#[test]
fn first_values_are_waited_for_half_a_minute_after_the_link_became_live_and_no_longer() {
    let mut vitals = Vitals::default();
    vitals.take(Arc::new(rules()), None);
    let shown = Shown { link: LinkState::Live, ..Shown::default() };
    let waits = |vitals: &Vitals| vitals.read_or_waiting(&shown).map(|read| read.sign("silent").unwrap().state);
    assert_eq!(waits(&vitals), None, "before there is a link");
    let mut at = |live: bool, secs: f64| {
        vitals.note_link(live, secs);
        waits(&vitals)
    };
    assert_eq!([at(true, 100.0), at(true, 129.5)], [Some(State::Waiting); 2], "all signs from the first moment on");
    assert_eq!(at(true, 130.5), None, "nothing was told in time");
    assert_eq!([at(false, 140.0), at(false, 150.0)], [None; 2]);
    assert_eq!(at(true, 200.0), Some(State::Waiting), "a new link, a new wait");
    let silent = |vitals: &Vitals| vitals.read(&shown).unwrap().sign("silent").unwrap().state;
    vitals.take(Arc::new(rules()), Some(Ok(Box::new(board()))));
    assert_eq!(silent(&vitals), State::Waiting);
    vitals.note_link(true, 231.0);
    assert_eq!(silent(&vitals), State::Nothing, "now it is known to say nothing");
}

#[test]
fn a_wall_asks_for_its_signs_as_they_were_at_the_moment_that_it_shows_and_waits_for_them() {
    let (link, mut hand) = Link::by_hand();
    let mut world = World::new();
    world.insert_resource(Shown { link: LinkState::Live, now: NOW, ..Shown::default() });
    world.insert_resource(ScreenKind::Wall);
    world.insert_resource(Time::<Real>::default());
    world.insert_resource(HubLink(link));
    world.init_resource::<Layers>();
    let mut vitals = Vitals::default();
    // It has been connected for long.
    vitals.note_link(true, -100.0);
    world.insert_resource(vitals);
    world.run_system_once(ask).unwrap();
    assert_eq!(hand.vitals(), Some((Area::CITY, None)));
    world.resource_mut::<Vitals>().take(Arc::new(rules()), Some(Ok(Box::new(board()))));
    let state = |world: &World| {
        let read = world.resource::<Vitals>().read_or_waiting(world.resource::<Shown>());
        read.map(|read| (read.sign("second").unwrap().state, read.now))
    };
    assert!(state(&world).is_some_and(|(state, _)| state.is_known()));
    let then = NOW.plus_millis(-3_600_000);
    world.resource_mut::<Layers>().look_at(Ago::At(then));
    world.run_system_once(ask).unwrap();
    assert_eq!(hand.vitals(), Some((Area::CITY, Some(then))));
    assert_eq!(state(&world).map(|(state, _)| state), Some(State::Waiting), "what was told is of now, and goes");
    let past = crate::domain::vital::VitalBoard { at: then, ..board() };
    world.resource_mut::<Vitals>().take(Arc::new(rules()), Some(Ok(Box::new(past))));
    assert_eq!(state(&world).map(|(_, now)| now), Some(then), "ages are those of then");
}
