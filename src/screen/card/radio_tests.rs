//! What a crew says by radio is two or three keys away, closing is asked, and every choice has a key.

use egui::{Event, Key, Modifiers};

use super::model::{Card, TaskShown};
use super::moves::CHOICES;
use super::panel::{CardWish, Form};
use super::tests::{card, pass_with, press};
use crate::domain::{
    Actor, CaseMove, CrewId, Grade, Hall, IncidentId, Link, Moment, MoveKind, Order, Part, Party, Said, Stage, Task,
    TaskEnd, TaskState, TaskStep,
};
use crate::screen::look;
use crate::screen::shown::Intent;
use crate::screen::situation::tests::hall_of;

const CASE: IncidentId = IncidentId(5);

fn crew(number: u32) -> Party {
    Party::Crew(CrewId(number))
}

/// A card whose case has a task for each crew, that far; one that is done has ended.
fn tasked(tasks: &[(u32, TaskState)]) -> Card {
    let Card::Incident(mut card) = card(None, vec![]) else { unreachable!("an incident's card") };
    let task = |(number, state): &(u32, TaskState)| {
        let course = TaskState::ALL.into_iter().filter(|one| one <= state).map(|one| (one, Moment(0))).collect();
        let end = (*state == TaskState::Done).then(|| (TaskEnd::Done, Said { at: Moment(0), words: String::new() }));
        let (words, answer) = (String::new(), String::new());
        let to = crew(*number);
        let task = Task { to, part: Part::Lead, words, course, answer, end, urges: 0, urged_at: None };
        TaskShown { task, name: format!("消防{number}"), metres: None }
    };
    card.tasks = tasks.iter().map(task).collect();
    Card::Incident(card)
}

fn step(number: u32, step: TaskStep) -> Order {
    Order::MoveTask { incident: CASE, party: crew(number), step }
}

fn reach(number: u32, state: TaskState) -> Order {
    step(number, TaskStep::Reach { state, words: String::new() })
}

/// What one event brings about, with a form open.
fn after(card: &Card, form: Option<&Form>, key: Key, modifiers: Modifiers) -> Vec<CardWish> {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let event = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
    pass_with(&ctx, 0.0, vec![event], card, form).0
}

/// The form that is open after Ctrl R.
fn called(card: &Card, form: Option<&Form>) -> Option<Form> {
    let wishes = after(card, form, Key::R, Modifiers::COMMAND);
    let opened = wishes.into_iter().find_map(|wish| if let CardWish::Form(form) = wish { Some(form) } else { None });
    opened.unwrap_or_else(|| form.cloned())
}

#[test]
fn the_key_opens_the_menu_of_the_one_task_or_asks_whose_and_puts_it_away() {
    let one = tasked(&[(1, TaskState::Done), (2, TaskState::Given)]);
    let several = tasked(&[(1, TaskState::Given), (2, TaskState::Given)]);
    let of_two = Form::Radio(Some(crew(2)));
    assert_eq!(called(&one, None), Some(of_two.clone()));
    assert_eq!(called(&several, None), Some(Form::Radio(None)));
    assert_eq!(called(&tasked(&[(1, TaskState::Done)]), None), None, "nobody has a task");
    assert_eq!(called(&several, Some(&of_two)), None, "the same key puts it away");
    assert_eq!(press(&several, Some(Form::Radio(None)), &[Key::Num2]), (Some(of_two.clone()), vec![]));
    assert_eq!(press(&several, Some(of_two), &[Key::Escape]), (None, vec![]));
}

#[test]
fn each_word_has_its_digit_whatever_was_said_before() {
    let card = tasked(&[(1, TaskState::Given), (2, TaskState::Repeated)]);
    let said = |number, key| press(&card, Some(Form::Radio(Some(crew(number)))), &[key]);
    let states = [
        (Key::Num1, TaskState::Delivered),
        (Key::Num2, TaskState::Read),
        (Key::Num3, TaskState::Repeated),
        (Key::Num4, TaskState::EnRoute),
        (Key::Num5, TaskState::OnScene),
        (Key::Num6, TaskState::Done),
    ];
    for (key, state) in states {
        assert_eq!(said(1, key), (None, vec![reach(1, state)]));
        let menu = Some(Form::Radio(Some(crew(2))));
        let expected = if state > TaskState::Repeated { (None, vec![reach(2, state)]) } else { (menu, vec![]) };
        assert_eq!(said(2, key), expected, "what was said before is not said again");
    }
    assert_eq!(said(2, Key::Num7), (Some(Form::GiveBack(crew(2), String::new())), vec![]));
    assert_eq!(said(2, Key::Num8), (None, vec![step(2, TaskStep::Urge { words: String::new() })]));
    assert_eq!(said(2, Key::Num9), (Some(Form::Withdraw(crew(2), String::new())), vec![]));
    let gone = press(&tasked(&[(1, TaskState::Done)]), Some(Form::Radio(Some(crew(1)))), &[Key::Num6]);
    assert_eq!(gone, (None, vec![]), "it ended meanwhile");
}

#[test]
fn a_reason_typed_and_entered_gives_a_task_back_or_takes_it_back() {
    let card = tasked(&[(1, TaskState::Read)]);
    let reason = "车辆故障".to_owned();
    for (form, made) in [
        (Form::GiveBack(crew(1), reason.clone()), TaskStep::Return { reason: reason.clone() }),
        (Form::Withdraw(crew(1), reason.clone()), TaskStep::Withdraw { reason: reason.clone() }),
    ] {
        let ctx = egui::Context::default();
        look::apply(&ctx);
        let name =
            rust_i18n::t!(if matches!(form, Form::GiveBack(..)) { "task.give_back_now" } else { "task.withdraw_now" });
        let (_, texts) = pass_with(&ctx, 1.0, vec![], &card, Some(&form));
        let at = texts.iter().find(|(text, _)| *text == name).unwrap().1.center();
        let button = |pressed| Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        pass_with(&ctx, 1.1, vec![Event::PointerMoved(at)], &card, Some(&form));
        pass_with(&ctx, 1.2, vec![button(true)], &card, Some(&form));
        let (wishes, _) = pass_with(&ctx, 1.3, vec![button(false)], &card, Some(&form));
        let sent = step(1, made);
        let is_sent = |wish: &CardWish| matches!(wish, CardWish::Hall(Intent::Order(order)) if *order == sent);
        assert!(wishes.iter().any(is_sent), "{wishes:?}");
    }
}

#[test]
fn what_was_checked_is_closed_only_after_it_was_asked() {
    let Card::Incident(mut card) = card(None, vec![]) else { unreachable!("an incident's card") };
    (card.stage, card.next) = (Stage::Checked, Some(Stage::Closed));
    let card = Card::Incident(card);
    let close = Order::CloseIncident { incident: CASE, reason: String::new() };
    assert_eq!(press(&card, None, &[Key::T]), (Some(Form::Finish), vec![]));
    assert_eq!(press(&card, None, &[Key::T, Key::T]), (None, vec![close.clone()]));
    assert_eq!(press(&card, None, &[Key::T, Key::Enter]), (None, vec![close]));
    assert_eq!(press(&card, None, &[Key::T, Key::Escape]), (None, vec![]));
}

#[test]
fn alt_and_a_digit_choose_another_grade_while_the_reason_is_typed() {
    let card = card(None, vec![]);
    let form = Form::Regrade(Grade::II, "火势蔓延".to_owned());
    let chosen = |key| {
        let wishes = after(&card, Some(&form), key, Modifiers::ALT);
        wishes.into_iter().find_map(|wish| if let CardWish::Form(Some(form)) = wish { Some(form) } else { None })
    };
    assert_eq!(chosen(Key::Num1), Some(Form::Regrade(Grade::I, "火势蔓延".to_owned())));
    assert_eq!(chosen(Key::Num4), Some(Form::Regrade(Grade::IV, "火势蔓延".to_owned())));
    assert_eq!(chosen(Key::Num2), None, "it is that one already");
}

/// Orders, each where the hall takes it.
fn give(hall: &mut Hall, order: Order) {
    for fact in hall.decide(order, &Actor::Person("li".to_owned()), Moment(60_000)).unwrap_or_default() {
        assert!(hall.apply(&fact));
    }
}

#[test]
fn every_side_move_of_every_stage_has_a_key() {
    let mut hall = hall_of(&[(1, Grade::III, 0), (2, Grade::III, 0)]);
    let one = IncidentId(1);
    let step = |step| Order::MoveIncident { incident: one, step };
    give(&mut hall, step(CaseMove::AskVerification));
    give(&mut hall, step(CaseMove::Link { to: IncidentId(2), link: Link::CausedBy }));
    for stage in [Stage::Accepted, Stage::Filed, Stage::Dispatched, Stage::Handling, Stage::Done, Stage::Checked] {
        let moves = hall.moves(one);
        assert!(!moves.is_empty() && moves.len() <= CHOICES.len(), "{moves:?}");
        give(&mut hall, Order::AdvanceIncident { incident: one, stage });
    }
    for other in CHOICES.iter().enumerate().flat_map(|(at, one)| CHOICES.iter().skip(at + 1).map(move |two| (one, two)))
    {
        assert!(other.0.0 != other.1.0 && other.0.1 != other.1.1, "{other:?}");
    }
    // Never at once: what a closed case can do (three), three of the four that have a stage of their own, and one each of
    // asking for a look and answering, asking for a re-check and answering, beginning and ending supervision, asking for
    // more time and deciding on it.
    assert!(MoveKind::ALL.len() - 10 <= CHOICES.len());
}
