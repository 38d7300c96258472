//! What the note offers and for how long, and what its key sends.

use bevy::prelude::*;
use bevy::time::Real;
use egui::{Pos2, RawInput, Rect, vec2};

use super::model::{Note, OFFERED_SECS, Undos};
use super::panel::note_ui;
use super::systems::{Given, follow};
use crate::config::Catalogue;
use crate::domain::{Actor, CaseMove, Fact, Grade, Hall, IncidentId, Moment, Order, UndoBar};
use crate::link::Identity;
use crate::screen::intake::Draft;
use crate::screen::look;
use crate::screen::receive::Heard;
use crate::screen::shown::{Changes, Intent, Shown, Who};
use crate::screen::situation::tests::hall_of;

fn suspend() -> Order {
    Order::SuspendIncident { incident: IncidentId(1), reason: "等待配件".into() }
}

fn resume() -> Order {
    Order::ResumeIncident { incident: IncidentId(1) }
}

fn me() -> Actor {
    Actor::Person("li".into())
}

fn hall() -> Hall {
    hall_of(&[(1, Grade::III, 0), (2, Grade::III, 0)])
}

fn give(hall: &mut Hall, order: Order, by: &Actor, at: i64) -> Vec<Fact> {
    let facts = hall.decide(order, by, Moment(at)).unwrap();
    for fact in &facts {
        assert!(hall.apply(fact));
    }
    facts
}

#[test]
fn an_order_is_offered_once_its_fact_is_known_and_only_for_some_seconds() {
    let (mut hall, mut undos) = (hall(), Undos::default());
    undos.give(&hall, &suspend(), me(), "", 0.0);
    assert_eq!(undos.shown(&hall, 0.0), None, "the hub has not said yet");
    for fact in give(&mut hall, suspend(), &me(), 5) {
        undos.note(&fact, 1.0);
    }
    assert_eq!(undos.shown(&hall, 2.0), Some(Note::Offer(suspend(), Ok(()))));
    assert_eq!(undos.changes_in(2.0), Some(OFFERED_SECS - 1.0));
    assert_eq!(undos.clone().undo(&hall, 2.0), [resume()]);
    assert_eq!(undos.clone().undo(&hall, 1.0 + OFFERED_SECS), [], "too late");
    assert_eq!(undos.shown(&hall, 1.0 + OFFERED_SECS), None);
    undos.undo(&hall, 2.0);
    assert_eq!(undos.shown(&hall, 2.0), Some(Note::Undone(suspend())));
    assert_eq!(undos.undo(&hall, 3.0), [], "once");
}

#[test]
fn what_was_acted_on_says_why_it_stays() {
    let (mut hall, mut undos) = (hall(), Undos::default());
    undos.give(&hall, &suspend(), me(), "", 0.0);
    let mut facts = give(&mut hall, suspend(), &me(), 5);
    facts.extend(give(&mut hall, resume(), &Actor::Person("chen".into()), 6));
    for fact in &facts {
        undos.note(fact, 1.0);
    }
    assert_eq!(undos.shown(&hall, 2.0), Some(Note::Offer(suspend(), Err(UndoBar::Acted))));
    assert_eq!(undos.undo(&hall, 9.0), []);
    assert!(undos.shown(&hall, 9.0 + OFFERED_SECS / 2.0).is_some(), "it is said again, for as long");
}

#[test]
fn of_two_orders_in_a_row_only_the_later_one_is_ever_offered() {
    let other = Order::SuspendIncident { incident: IncidentId(2), reason: "等待审批".into() };
    let (mut hall, mut undos) = (hall(), Undos::default());
    undos.give(&hall, &suspend(), me(), "", 0.0);
    undos.give(&hall, &other, me(), "", 0.1);
    for fact in &give(&mut hall, suspend(), &me(), 5) {
        undos.note(fact, 1.0);
    }
    assert_eq!(undos.undo(&hall, 1.0), [], "the later one is on its way");
    for fact in &give(&mut hall, other.clone(), &me(), 6) {
        undos.note(fact, 1.1);
    }
    assert_eq!(undos.shown(&hall, 1.2), Some(Note::Offer(other, Ok(()))));
    assert_eq!(undos.undo(&hall, 1.2), [Order::ResumeIncident { incident: IncidentId(2) }]);
}

#[test]
fn an_order_that_nothing_takes_back_ends_the_offer_of_the_one_before_it() {
    let urge = Order::MoveIncident { incident: IncidentId(2), step: CaseMove::Urge { words: String::new() } };
    let (mut hall, mut undos) = (hall(), Undos::default());
    undos.give(&hall, &suspend(), me(), "", 0.0);
    let facts = give(&mut hall, suspend(), &me(), 5);
    let mut late = undos.clone();
    for fact in &facts {
        undos.note(fact, 1.0);
    }
    assert!(undos.shown(&hall, 2.0).is_some());
    undos.give(&hall, &urge, me(), "", 2.0);
    assert_eq!((undos.shown(&hall, 2.0), undos.undo(&hall, 2.0)), (None, vec![]), "it is not the last one any more");
    // The same where the fact of the earlier one is known only after the later one was given.
    late.give(&hall, &urge, me(), "", 0.5);
    for fact in &facts {
        late.note(fact, 1.0);
    }
    assert_eq!(late.undo(&hall, 2.0), []);
    // One that can be taken back has its turn as soon as it is known.
    late.give(&hall, &resume(), me(), "", 3.0);
    for fact in &give(&mut hall, resume(), &me(), 9) {
        late.note(fact, 4.0);
    }
    assert_eq!(late.undo(&hall, 5.0), [suspend()]);
}

#[test]
fn orders_of_this_desk_are_followed_from_the_intent_to_the_fact_and_those_of_others_are_not() {
    let mut app = App::new();
    app.init_resource::<Given>()
        .init_resource::<Changes>()
        .init_resource::<Time<Real>>()
        .add_message::<Heard>()
        .add_message::<Intent>()
        .add_message::<bevy::window::RequestRedraw>()
        .add_systems(Update, follow);
    let who = Who::Known(Identity { name: "li".into(), ..Identity::default() });
    app.insert_resource(Shown { hall: hall(), who, ..Shown::default() });
    app.world_mut().write_message(Intent::Order(suspend()));
    app.update();
    let told = |app: &mut App, order: Order, by: &Actor, at: i64| {
        let facts = give(&mut app.world_mut().resource_mut::<Shown>().hall, order, by, at);
        for fact in facts {
            app.world_mut().write_message(Heard(fact));
        }
        app.update();
        app.world().resource::<Given>().0.shown(&app.world().resource::<Shown>().hall, 0.0)
    };
    let other = Order::SuspendIncident { incident: IncidentId(2), reason: "x".into() };
    assert_eq!(told(&mut app, other, &Actor::Person("chen".into()), 4), None);
    assert_eq!(told(&mut app, suspend(), &me(), 5), Some(Note::Offer(suspend(), Ok(()))));
    // A call that is taken down is the last order since then: the key is not to take back the one before it.
    let call = Draft::new(Moment(6)).order(Catalogue::load(None).unwrap().kind("20406").unwrap(), None, true);
    app.world_mut().write_message(Intent::Order(call));
    app.update();
    assert_eq!(app.world().resource::<Given>().0.shown(&app.world().resource::<Shown>().hall, 0.0), None);
}

#[test]
fn the_note_is_clicked_to_take_an_order_back_and_says_why_it_cannot_be() {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let free = Rect::from_min_size(Pos2::ZERO, vec2(900.0, 500.0));
    let draw = |note: &Note, events: Vec<egui::Event>| {
        let (mut clicked, mut texts) = (false, Vec::new());
        let input = RawInput { screen_rect: Some(free), events, ..RawInput::default() };
        let mut drawn = ctx.run_ui(input, |ui| clicked = note_ui(ui.ctx(), free, note));
        drawn.textures_delta.clear();
        for clipped in &drawn.shapes {
            gather(&clipped.shape, &mut texts);
        }
        (clicked, texts)
    };
    let offer = Note::Offer(suspend(), Ok(()));
    draw(&offer, vec![]);
    draw(&offer, vec![]);
    let (_, texts) = draw(&offer, vec![]);
    let at = texts.iter().find(|(text, _)| text.contains("Ctrl Z")).expect("a button").1.center();
    let button = |pressed| egui::Event::PointerButton {
        pos: at,
        button: egui::PointerButton::Primary,
        pressed,
        modifiers: egui::Modifiers::NONE,
    };
    draw(&offer, vec![egui::Event::PointerMoved(at)]);
    draw(&offer, vec![button(true)]);
    assert!(draw(&offer, vec![button(false)]).0);
    for bar in [UndoBar::Final, UndoBar::Acted, UndoBar::Read] {
        let (_, texts) = draw(&Note::Offer(suspend(), Err(bar)), vec![]);
        let why = rust_i18n::t!(format!("undo.bar.{}", bar.word()));
        assert!(texts.iter().any(|(text, _)| *text == why), "{bar:?}: {texts:?}");
        assert!(texts.iter().all(|(text, _)| !text.contains("Ctrl Z")));
    }
}

#[test]
fn answers_of_a_form_are_offered_to_be_taken_back_in_words() {
    let (mut hall, mut undos) = (hall(), Undos::default());
    let answer = |floor: &str| Order::AnswerForm { incident: IncidentId(1), answers: [("floor", floor)].into() };
    undos.give(&hall, &answer("11"), me(), "", 0.0);
    for fact in &give(&mut hall, answer("11"), &me(), 5) {
        undos.note(fact, 1.0);
    }
    let note = undos.shown(&hall, 2.0).expect("an offer");
    assert_eq!(note, Note::Offer(answer("11"), Ok(())));
    let ctx = egui::Context::default();
    look::apply(&ctx);
    let free = Rect::from_min_size(Pos2::ZERO, vec2(900.0, 500.0));
    let mut texts = Vec::new();
    // An area is laid out before it is seen.
    for _ in 0..3 {
        let input = RawInput { screen_rect: Some(free), ..RawInput::default() };
        let mut drawn = ctx.run_ui(input, |ui| {
            note_ui(ui.ctx(), free, &note);
        });
        drawn.textures_delta.clear();
        texts.clear();
        for clipped in &drawn.shapes {
            gather(&clipped.shape, &mut texts);
        }
    }
    let what = format!("{} #1", rust_i18n::t!("card.form"));
    assert!(texts.iter().any(|(text, _)| text.contains(&what)), "{texts:?}");
    assert_eq!(undos.undo(&hall, 3.0), [answer("")]);
}

fn gather(shape: &egui::Shape, texts: &mut Vec<(String, Rect)>) {
    match shape {
        egui::Shape::Vec(all) => all.iter().for_each(|one| gather(one, texts)),
        egui::Shape::Text(text) => texts.push((text.galley.text().to_owned(), text.visual_bounding_rect())),
        _ => {}
    }
}
