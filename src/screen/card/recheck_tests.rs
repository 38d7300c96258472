//! Asking for a re-check and answering it, by keys; and what the card says of it.

use egui::Key;

use super::model::{Card, IncidentCard};
use super::panel::Form;
use super::recheck::{CheckerShown, checker_words, checkers};
use super::tests::{card, pass_with, press};
use crate::domain::{
    Actor, Assignment, CaseMove, Checker, CrewId, CrewKind, CrewPosition, CrewStatus, Finding, Grade, IncidentId,
    LonLat, Moment, MoveKind, Order, Part, Party, Recheck, Said, Stage, What,
};
use crate::screen::alarms::people::{OnDuty, Person};
use crate::screen::look;
use crate::screen::situation::tests::{apply, hall_of};

fn asked_card(moves: Vec<MoveKind>) -> Box<IncidentCard> {
    let Card::Incident(mut card) = card(None, vec![]) else { unreachable!("an incident's card") };
    card.moves = moves;
    card
}

fn shown(checker: Checker, name: &str) -> CheckerShown {
    CheckerShown { checker, name: name.to_owned() }
}

#[test]
fn one_of_those_who_can_look_is_chosen_by_arrows_and_asked() {
    let mut card = asked_card(vec![MoveKind::AskRecheck]);
    assert!(matches!(press(&Card::Incident(card.clone()), None, &[Key::H, Key::Num1]).0, Some(Form::Move(form))
        if form.step() == Err("move.nobody_to_ask")));
    card.checkers = vec![shown(Checker::Crew(CrewId(3)), "巡查 3"), shown(Checker::Person("wang".into()), "wang")];
    let (form, _) = press(&Card::Incident(card.clone()), None, &[Key::H, Key::Num1, Key::ArrowDown]);
    let Some(Form::Move(form)) = form else { panic!("{form:?}") };
    let ask = |of| CaseMove::AskRecheck { of, words: String::new() };
    assert_eq!(form.step(), Ok(ask(Checker::Person("wang".into()))));
    // Crews moved meanwhile: the choice stays whose it is.
    card.checkers.clear();
    let (_, texts) = pass_with(&context(), 0.0, vec![], &Card::Incident(card), Some(&Form::Move(form.clone())));
    assert!(texts.iter().any(|(text, _)| text == "巡查 3"), "{texts:?}");
}

#[test]
fn an_answer_that_is_not_a_pass_needs_its_reason() {
    let card = Card::Incident(asked_card(vec![MoveKind::AnswerRecheck]));
    let (form, _) = press(&card, None, &[Key::H, Key::Num1]);
    let Some(Form::Move(pass)) = form else { panic!("{form:?}") };
    assert_eq!(pass.step(), Ok(CaseMove::AnswerRecheck { finding: Finding::Pass, words: String::new() }));
    let (form, _) = press(&card, Some(Form::Move(pass)), &[Key::ArrowDown, Key::ArrowDown]);
    let Some(Form::Move(mut unclear)) = form else { panic!("{form:?}") };
    assert_eq!(unclear.step(), Err("refusal.reason_missing"));
    unclear.words = "天黑".to_owned();
    assert_eq!(unclear.step(), Ok(CaseMove::AnswerRecheck { finding: Finding::Unclear, words: "天黑".to_owned() }));
}

#[test]
fn the_card_says_who_looks_and_what_they_found() {
    let said = |words: &str| Said { at: Moment(0), words: words.to_owned() };
    let mut card = asked_card(vec![]);
    card.checker = "巡查 3".to_owned();
    card.dossier.recheck = Some(Recheck { of: Checker::Crew(CrewId(3)), asked: said("看井盖"), answer: None });
    let says = |card: &IncidentCard, part: &str| {
        let whole = Card::Incident(Box::new(card.clone()));
        let texts = pass_with(&context(), 0.0, vec![], &whole, None).1;
        texts.iter().filter(|(text, _)| text.contains(part)).count()
    };
    assert_eq!(says(&card, "看井盖"), 2, "among what it gathered, and among those who have something to do");
    assert_eq!(says(&card, &rust_i18n::t!("task.rechecks_for", time = "1:00")), 1);
    if let Some(recheck) = &mut card.dossier.recheck {
        recheck.answer = Some((Finding::Unclear, said("天黑")));
    }
    assert_eq!((says(&card, "天黑"), says(&card, "看井盖")), (1, 0));
    assert!(says(&card, &rust_i18n::t!("move.finding.unclear")) > 0);
}

#[test]
fn the_card_tells_who_was_asked_from_who_answered() {
    let id = IncidentId(5);
    let ask = CaseMove::AskRecheck { of: Checker::Crew(CrewId(3)), words: String::new() };
    let answer = |finding| CaseMove::AnswerRecheck { finding, words: "已看".to_owned() };
    let name = |party: &Party| format!("{party:?}");
    let said = |asked: CaseMove, by: Option<&str>, step: Option<CaseMove>| {
        let mut hall = hall_of(&[(5, Grade::IV, 0)]);
        let mut give = |who: &Actor, order: Order| {
            for fact in hall.decide(order, who, Moment(60_000)).unwrap() {
                assert!(hall.apply(&fact));
            }
        };
        let chief = Actor::Person("chief".to_owned());
        give(&chief, Order::AdvanceIncident { incident: id, stage: Stage::Done });
        give(&chief, Order::MoveIncident { incident: id, step: asked });
        let who = by.map_or_else(|| Actor::of_crew(CrewId(3)), |by| Actor::Person(by.to_owned()));
        if let Some(step) = step {
            give(&who, Order::MoveIncident { incident: id, step });
        }
        checker_words(&hall, id, hall.dossier(id).recheck.as_ref().unwrap(), name)
    };
    let crew = name(&Party::Crew(CrewId(3)));
    let of_crew = rust_i18n::t!("card.recheck_of", who = &crew).into_owned();
    assert_eq!(said(ask.clone(), None, None), crew, "not answered");
    let other = rust_i18n::t!("card.recheck_other", who = &crew, by = "li").into_owned();
    assert_eq!(said(ask.clone(), Some("li"), Some(answer(Finding::Pass))), other);
    assert_eq!(said(ask.clone(), Some("li"), Some(answer(Finding::Fail))), other);
    assert_eq!(said(ask.clone(), None, Some(answer(Finding::Pass))), of_crew, "by the crew's device");
    assert_eq!(said(ask, Some("li"), Some(answer(Finding::Unclear))), of_crew, "nobody is named for what is not known");
    let ask = CaseMove::AskRecheck { of: Checker::Person("wang".into()), words: String::new() };
    assert_eq!(said(ask, Some("wang"), Some(answer(Finding::Pass))), "wang");
}

#[test]
fn the_nearest_free_patrols_come_first_and_whoever_did_the_work_not_at_all() {
    let mut hall = hall_of(&[(5, Grade::IV, 0)]);
    let given = Assignment { to: Party::Crew(CrewId(9)), part: Part::Lead };
    apply(&mut hall, Moment(0), What::TaskGiven { incident: IncidentId(5), given, words: String::new() });
    let mut incident = hall.incident(IncidentId(5)).unwrap().clone();
    incident.place.at = LonLat::new(119.3, 31.6);
    let crew = |number, east_deg: f64, kind, status| CrewPosition {
        crew: CrewId(number),
        at: LonLat { lon: 119.3 + east_deg, lat: 31.6 },
        when: Moment(0),
        kind,
        status,
        incident: None,
    };
    let crews = [
        crew(1, 0.02, CrewKind::Patrol, CrewStatus::Free),
        crew(2, 0.01, CrewKind::Patrol, CrewStatus::Returning),
        crew(3, 0.001, CrewKind::Patrol, CrewStatus::OnScene),
        crew(4, 0.001, CrewKind::Repair, CrewStatus::Free),
        crew(5, 0.001, CrewKind::Bus, CrewStatus::Free),
        crew(9, 0.0, CrewKind::Patrol, CrewStatus::Free),
    ];
    let wang = Person { name: "wang".to_owned(), on: OnDuty::Off, post: String::new() };
    let found = checkers(&hall, &incident, crews.iter(), &[wang]);
    let who: Vec<Checker> = found.iter().map(|one| one.checker.clone()).collect();
    let crew = |number| Checker::Crew(CrewId(number));
    assert_eq!(who, [crew(2), crew(1), crew(4), Checker::Person("wang".to_owned())]);
    assert!(found[0].name.contains(" 2 · ") && found[3].name == "wang", "{found:?}");
}

fn context() -> egui::Context {
    let ctx = egui::Context::default();
    look::apply(&ctx);
    ctx
}
