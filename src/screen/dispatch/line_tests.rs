//! The lines to those who were sent, and their legend.

use egui::{Pos2, RawInput, Rect, Shape, vec2};

use super::lines::{Dash, faint, legend_ui, line};
use super::model::{next_unread, unread};
use super::tests::{START, city, crew, hall, order, tell, texts};
use crate::domain::{Actor, Assignment, Hall, IncidentId, Moment, Order, Part, Party, TaskState, TaskStep};
use crate::screen::look;

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
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let mut shapes = Vec::new();
    // A grid learns its widths first.
    for _ in 0..3 {
        let screen_rect = Some(Rect::from_min_size(Pos2::ZERO, vec2(420.0, 700.0)));
        let mut drawn = ctx.run_ui(RawInput { screen_rect, ..Default::default() }, legend_ui);
        drawn.textures_delta.clear();
        shapes = drawn.shapes;
    }
    let said: String = shapes.iter().map(|one| texts(&one.shape)).collect();
    let keys = ["task.legend_given", "task.legend_unread", "task.legend_read", "task.legend_repeated"];
    for key in keys {
        assert!(said.contains(&*rust_i18n::t!(key)), "{key}: {said}");
    }
    assert!(shapes.iter().any(|one| matches!(one.shape, Shape::Circle(_))), "what is given is dotted");
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
    let strong = |stroke: &egui::Stroke| (stroke.width, stroke.color.a());
    assert_eq!((strong(&middle).0, strong(&old)), (1.75, (2.5, 180)));
    assert!(young.width < middle.width && young.color.a() < middle.color.a() && middle.color.a() < 180);
}
