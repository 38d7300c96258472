//! Forms that were put away or refused, on the card again.

use bevy::ecs::system::RunSystemOnce as _;
use bevy::ecs::world::World;

use super::forms::put_away;
use super::systems::Desk;
use crate::domain::{Actor, Grade, Hall, IncidentId, Moment, Order, Place, Progress, Report};
use crate::screen::card::panel::Form;
use crate::screen::drafts::Drafts;
use crate::screen::shown::Target;

const CASE: IncidentId = IncidentId(1);

fn hall() -> Hall {
    let mut hall = Hall::default();
    let report = Report {
        source: "12345".to_owned(),
        source_id: "1".to_owned(),
        kind: "20406".to_owned(),
        grade: Grade::III,
        place: Place::default(),
        text: String::new(),
        happened_at: Moment(0),
        progress: Progress::Open,
        answers: [].into(),
    };
    for fact in hall.decide(Order::TakeReport(report), &Actor::Person("desk".to_owned()), Moment(0)).unwrap() {
        assert!(hall.apply(&fact));
    }
    hall
}

fn choose(desk: &mut Desk, id: IncidentId) {
    desk.selected = Some(Target::Incident(id));
}

fn close() -> Form {
    Form::Close("已处".to_owned())
}

#[test]
fn a_form_that_was_put_away_is_open_again_with_its_case_and_takes_no_key_of_who_walks_past() {
    let (hall, mut drafts) = (hall(), Drafts::default());
    drafts.write_form(&hall, CASE, &close());
    drafts.stow_form();
    let mut desk = Desk::default();
    choose(&mut desk, IncidentId(2));
    desk.give_back(&hall, &mut drafts);
    assert_eq!(desk.form, None, "of another case");
    choose(&mut desk, CASE);
    desk.give_back(&hall, &mut drafts);
    assert_eq!((&desk.form, desk.focus_form), (&Some(close()), false));
    assert!(desk.notice.is_some(), "it is said why it is open");
}

#[test]
fn a_form_that_is_open_stays_before_one_that_waits() {
    let (hall, mut drafts) = (hall(), Drafts::default());
    drafts.write_form(&hall, CASE, &close());
    drafts.stow_form();
    let mut desk = Desk::default();
    choose(&mut desk, CASE);
    desk.open_form(Some(Form::Moves));
    desk.give_back(&hall, &mut drafts);
    assert_eq!((&desk.form, &desk.notice), (&Some(Form::Moves), &None));
    desk.form = None;
    desk.give_back(&hall, &mut drafts);
    assert_eq!(desk.form, Some(close()));
}

#[test]
fn a_form_of_somebody_else_is_put_away_and_takes_nothing_with_it() {
    let mut world = World::new();
    let mut desk = Desk::default();
    choose(&mut desk, CASE);
    desk.open_form(Some(close()));
    (desk.asking_mode, desk.notice) = (true, Some("?".to_owned()));
    world.insert_resource(desk);
    world.run_system_once(put_away).unwrap();
    let desk = world.resource::<Desk>();
    assert_eq!((&desk.form, &desk.notice, desk.asking_mode), (&None, &None, false));
    assert_eq!(desk.selected, Some(Target::Incident(CASE)), "the case is everybody's");
}
