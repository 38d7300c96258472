//! The lines to those who were sent, and their legend.

use bevy::math::Vec2;
use egui::{Pos2, RawInput, Rect, Shape, Stroke, vec2};

use super::bows::Dash;
use super::lines::{Begin, begin, faint, legend_ui, line, order_line, waits};
use super::model::{next_unread, unread};
use super::tests::{START, city, crew, hall, order, tell, texts};
use crate::domain::{Actor, Assignment, Hall, IncidentId, Moment, Order, Part, Party, TaskState, TaskStep};
use crate::screen::look::{self, tokens};
use crate::screen::shown::{CityView, Pose};
use crate::screen::tools::paint::GroundPainter;
use crate::screen::twin::pose::Lens;

#[test]
fn a_line_is_dotted_until_delivered_dashed_until_read_and_ends_where_the_crew_is_there() {
    let city = city();
    let (mut hall, _) = hall(&city);
    let to = vec![Assignment { to: crew(1), part: Part::Lead }];
    order(&mut hall, Order::GiveTasks { incident: IncidentId(1), to, words: String::new() });
    let at = |hall: &Hall, secs: i64| line(&hall.tasks(IncidentId(1))[0], Moment(START + secs * 1000));
    let (young, old) = (at(&hall, 5).unwrap(), at(&hall, 200).unwrap());
    assert_eq!((young.dash, young.unread_secs, old.unread_secs), (Dash::Dots, None, Some(200)));
    assert!(old.width > young.width);
    let mut reach = |state| {
        let step = TaskStep::Reach { state, words: String::new() };
        order(&mut hall, Order::MoveTask { incident: IncidentId(1), party: crew(1), step });
        at(&hall, 200)
    };
    let delivered = reach(TaskState::Delivered).unwrap();
    assert_eq!((delivered.dash, delivered.unread_secs, delivered.width), (Dash::Dashes, Some(200), old.width));
    let read = reach(TaskState::Read).unwrap();
    assert_eq!((read.dash, read.unread_secs), (Dash::Whole, None));
    assert!(reach(TaskState::Repeated).unwrap().width > read.width);
    assert_eq!(reach(TaskState::OnScene), None);
}

#[test]
fn the_legend_tells_what_is_given_from_what_is_delivered() {
    for seat in [false, true] {
        let ctx = egui::Context::default();
        look::apply(&ctx);
        let mut shapes = Vec::new();
        // A grid learns its widths first.
        for _ in 0..3 {
            let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(420.0, 700.0)));
            let input = RawInput { screen_rect, ..Default::default() };
            let mut drawn = ctx.run_ui(input, |ui| legend_ui(ui, seat));
            drawn.textures_delta.clear();
            shapes = drawn.shapes;
        }
        let said: String = shapes.iter().map(|one| texts(&one.shape)).collect();
        let keys = ["task.legend_given", "task.legend_unread", "task.legend_read", "task.legend_repeated"];
        for key in keys {
            assert!(said.contains(&*rust_i18n::t!(key)), "{key}: {said}");
        }
        // Where lines begin at the hall there is one more, to the case.
        for key in ["task.legend_title_seat", "task.legend_case"] {
            assert_eq!(said.contains(&*rust_i18n::t!(key)), seat, "{key}: {said}");
        }
        assert!(shapes.iter().any(|one| matches!(one.shape, Shape::Circle(_))), "what is given is dotted");
    }
}

#[test]
fn an_order_runs_from_the_seat_and_from_the_case_where_there_is_none_or_the_crew_stands_there() {
    let (seat, case) = ([0.0, 0.0], [900.0, 0.0]);
    assert_eq!(begin(Some(seat), Some(case), [500.0, 0.0]), Some(Begin::Seat(seat)));
    assert_eq!(begin(Some(seat), None, [500.0, 0.0]), Some(Begin::Seat(seat)));
    assert_eq!(
        begin(Some(seat), Some(case), case),
        Some(Begin::Seat(seat)),
        "an unread order is told at the case, too"
    );
    assert_eq!(begin(None, Some(case), [500.0, 0.0]), Some(Begin::Case(case)));
    assert_eq!(begin(Some(seat), Some(case), seat), Some(Begin::Case(case)));
    assert_eq!(begin(Some(seat), Some(seat), seat), None, "no line of no length");
    assert_eq!(begin(Some(seat), None, [30.0, 0.0]), None);
    assert_eq!(begin(None, None, seat), None);
}

#[test]
fn what_was_urged_waits_until_something_comes_back_and_says_so() {
    let city = city();
    let (mut hall, _) = hall(&city);
    let case = IncidentId(1);
    let to = vec![Assignment { to: crew(1), part: Part::Lead }];
    order(&mut hall, Order::GiveTasks { incident: case, to, words: String::new() });
    let mut step = |secs: i64, step: TaskStep| {
        let order = Order::MoveTask { incident: case, party: crew(1), step };
        let at = Moment(START + secs * 1000);
        for fact in hall.decide(order, &Actor::Person("desk".to_owned()), at).unwrap() {
            assert!(hall.apply(&fact));
        }
        let task = &hall.tasks(case)[0];
        (waits(task), line(task, Moment(START + 600_000)).and_then(|line| line.said()))
    };
    let reach = |state| TaskStep::Reach { state, words: String::new() };
    let urge = || TaskStep::Urge { words: String::new() };
    let unread = rust_i18n::t!("task.unread_for", time = look::words::minutes(600)).into_owned();
    let urged = rust_i18n::t!("tag.urged", count = 1).into_owned();
    let since = Some((Moment(START), Dash::Dashes));
    assert_eq!(step(10, reach(TaskState::Delivered)), (since, Some(unread.clone())));
    assert_eq!(step(20, urge()), (since, Some(format!("{unread} · {urged}"))));
    assert_eq!(step(30, reach(TaskState::Read)), (None, None), "the answer to that");
    let urged = rust_i18n::t!("tag.urged", count = 2).into_owned();
    assert_eq!(step(40, urge()), (Some((Moment(START + 40_000), Dash::Whole)), Some(urged)));
    assert_eq!(step(50, reach(TaskState::EnRoute)), (None, None));
    step(60, urge());
    assert_eq!(step(70, reach(TaskState::OnScene)), (None, None));
    assert_eq!(step(80, urge()), (None, None), "who is there has no line");
}

/// What is painted of an order's line from `start` to `to`, with the camera over `target`; and where its words stand.
fn painted(start: Begin, to: [f64; 2], target: [f64; 2], dash: Dash) -> (Vec<Shape>, Option<Pos2>) {
    let city = city();
    let pose = Pose { target, distance: 900.0, heading: 0.0, tilt: 50.0 };
    let (size, level) = (Vec2::new(1600.0, 900.0), city.ground_at(target));
    let (clip_from_world, world_from_view) = Lens::new(pose, level, size, None).f32();
    let view = CityView { pose, clip_from_world, world_from_view, size };
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(size.x, size.y)));
    let mut words = None;
    let mut drawn = ctx.run_ui(RawInput { screen_rect, ..Default::default() }, |ui| {
        let painter = GroundPainter::new(ui.ctx(), "tasks", &view, &city);
        let stroke = Stroke::new(2.0, tokens::TEXT.over_city());
        words = order_line(&painter, start, to, (stroke, dash), true);
    });
    drawn.textures_delta.clear();
    let of_lines = |shape: &Shape| matches!(shape, Shape::Path(_) | Shape::LineSegment { .. } | Shape::Circle(_));
    (drawn.shapes.into_iter().map(|one| one.shape).filter(of_lines).collect(), words)
}

#[test]
fn a_line_from_a_seat_out_of_the_picture_is_clipped_and_its_words_stand_by_the_crew() {
    let crew_at = [0.0, 0.0];
    let window = Rect::from_min_size(Pos2::ZERO, vec2(1600.0, 900.0));
    // West, south (behind the eye), far off, and in a city of its own.
    for seat in [[-6_000.0, 0.0], [200.0, -5_000.0], [25_000.0, 18_000.0], [0.0, 400_000.0]] {
        for dash in [Dash::Dots, Dash::Dashes, Dash::Whole] {
            let (shapes, words) = painted(Begin::Seat(seat), crew_at, crew_at, dash);
            assert!(!shapes.is_empty() && shapes.len() < 1_000, "{seat:?} {dash:?}: {}", shapes.len());
            for shape in &shapes {
                let covers = shape.visual_bounding_rect();
                assert!(covers.is_finite() && window.expand(30.0).contains_rect(covers), "{seat:?}: {covers:?}");
            }
            let words = words.expect("the crew is seen");
            assert!(window.contains(words) && words.distance(window.center()) < 90.0, "{seat:?}: {words:?}");
        }
    }
    let (shapes, words) = painted(Begin::Seat([-6_000.0, 0.0]), [-5_000.0, 0.0], crew_at, Dash::Whole);
    assert!(shapes.is_empty() && words.is_none(), "nothing of it is seen");
}

#[test]
fn a_line_from_the_seat_is_raised_and_one_from_the_case_lies_on_the_ground() {
    let top = |start| {
        let (shapes, _) = painted(start, [200.0, 0.0], [0.0, 0.0], Dash::Whole);
        shapes.iter().map(|shape| shape.visual_bounding_rect().top()).fold(f32::MAX, f32::min)
    };
    let from = [-200.0, 0.0];
    assert!(top(Begin::Seat(from)) < top(Begin::Case(from)) - 5.0);
}

#[test]
fn what_waits_longest_to_be_read_comes_first_and_its_faint_line_grows() {
    let city = city();
    let (mut hall, from) = hall(&city);
    for (id, east) in [("2", 50.0), ("3", 90.0)] {
        tell(&mut hall, &city, id, "20402", [from[0] + east, from[1]]);
    }
    let give = |hall: &mut Hall, incident, to: Party, secs: i64| {
        let to = vec![Assignment { to, part: Part::Lead }];
        let order = Order::GiveTasks { incident: IncidentId(incident), to, words: String::new() };
        for fact in hall.decide(order, &Actor::Person("desk".to_owned()), Moment(START + secs * 1000)).unwrap() {
            assert!(hall.apply(&fact));
        }
    };
    assert_eq!(next_unread(&hall, None), None, "nobody was sent");
    give(&mut hall, 3, crew(3), 10);
    give(&mut hall, 1, Party::Department("water".to_owned()), 20);
    give(&mut hall, 2, crew(2), 30);
    let ids = |hall: &Hall| unread(hall).iter().map(|(_, id, _)| id.0).collect::<Vec<_>>();
    assert_eq!(ids(&hall), [3, 1, 2]);
    let next = |chosen: Option<u64>| next_unread(&hall, chosen.map(IncidentId)).unwrap().0;
    assert_eq!([None, Some(3), Some(1), Some(2), Some(77)].map(next), [3, 1, 2, 3, 3]);
    let step = TaskStep::Reach { state: TaskState::Read, words: String::new() };
    order(&mut hall, Order::MoveTask { incident: IncidentId(3), party: crew(3), step });
    assert_eq!(ids(&hall), [1, 2], "read");
    let [young, middle, old] = [5, 150, 900].map(|secs| faint(Moment(START), Moment(START + secs * 1000)));
    let strong = |stroke: &Stroke| (stroke.width, stroke.color.a());
    assert_eq!((strong(&middle).0, strong(&old)), (1.75, (2.5, 180)));
    assert!(young.width < middle.width && young.color.a() < middle.color.a() && middle.color.a() < 180);
}
