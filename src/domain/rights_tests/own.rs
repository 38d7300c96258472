//! Whose work it is: each account against what it answers for.

use super::*;
use crate::domain::{Actor, Hall, Notice, PlanStep, StepPlace};

/// A hall with a case that the water department leads and crew 7 helps with, and a plan of which each has a step and a
/// notice; and one with crew 8 alone.
fn worked_on() -> Hall {
    let mut hall = Hall::default();
    let mut give = |order: Order| {
        let facts = hall.decide(order, &Actor::Person("chen".to_owned()), Moment(0)).unwrap();
        assert!(!facts.is_empty() && facts.iter().all(|fact| hall.apply(fact)));
    };
    for id in ["A-1", "A-2"] {
        let Order::TakeReport(report) = report(Progress::Open) else { unreachable!() };
        give(Order::TakeReport(Report { source_id: id.to_owned(), ..report }));
    }
    let step = |who: &str| PlanStep {
        code: format!("step-{who}"),
        name: Wording::default(),
        who: who.to_owned(),
        minutes: 5,
        alarm: 1,
        place: StepPlace::Hall,
    };
    let notice = |to: &str| Notice { to: to.to_owned(), text: Wording::default() };
    let alarms = vec![Alarm {
        lead: Some("water".to_owned()),
        notices: vec![notice("water"), notice("power")],
        ..Alarm::default()
    }];
    let steps = vec![step("water"), step("power"), step("")];
    let plan = Box::new(Plan { code: "burst".to_owned(), name: Wording::default(), alarms, steps });
    let (crews, places) = (vec![CrewId(7)], Vec::new());
    give(Order::StartPlan { incident: ONE, plan, alarm: 1, crews, places, words: why() });
    let to = vec![Assignment { to: Party::Crew(CrewId(8)), part: Part::Assist }];
    give(Order::GiveTasks { incident: OTHER, to, words: why() });
    hall
}

#[test]
fn whoever_handles_answers_for_their_own_department_or_crew_and_whoever_dispatches_for_all() {
    let hall = worked_on();
    let (water, crew) = (Party::Department("water".to_owned()), Party::Crew(CrewId(7)));
    let task = |party: &Party, step: TaskStep| Order::MoveTask { incident: ONE, party: party.clone(), step };
    let read = || TaskStep::Reach { state: TaskState::Read, words: why() };
    let back = || TaskStep::Return { reason: why() };
    let ask = |incident| {
        let step = CaseMove::AskExtension { phase: Phase::Handle, millis: 1, reason: why() };
        Order::MoveIncident { incident, step }
    };
    let give_back = |incident| Order::MoveIncident { incident, step: CaseMove::Return { reason: why() } };
    let to = |incident, stage| Order::AdvanceIncident { incident, stage };
    let here = |crew| Order::AnswerRoll { crew: Some(CrewId(crew)), words: why() };
    let ok: Result<(), Refusal> = Ok(());
    let lead: Result<(), Refusal> = Err(Refusal::NotTheLead(ONE));
    let no = |id: IncidentId| -> Result<(), Refusal> { Err(Refusal::NotYours(id)) };
    let other_crew = |crew: u32| -> Result<(), Refusal> { Err(Refusal::NotYourCrew(CrewId(crew))) };
    // Each order, and what the accounts of the water department, of crews 7 and 8 and of the power department are told.
    let rows = [
        (task(&water, read()), [ok.clone(), no(ONE), no(ONE), no(ONE)]),
        (task(&water, back()), [ok.clone(), no(ONE), no(ONE), no(ONE)]),
        (task(&crew, read()), [no(ONE), ok.clone(), no(ONE), no(ONE)]),
        (task(&crew, back()), [no(ONE), ok.clone(), no(ONE), no(ONE)]),
        (to(ONE, Stage::Handling), [ok.clone(), ok.clone(), no(ONE), no(ONE)]),
        (to(ONE, Stage::Done), [ok.clone(), lead.clone(), no(ONE), no(ONE)]),
        (give_back(ONE), [ok.clone(), lead.clone(), no(ONE), no(ONE)]),
        (ask(ONE), [ok.clone(), ok.clone(), no(ONE), no(ONE)]),
        (to(OTHER, Stage::Done), [no(OTHER), no(OTHER), ok.clone(), no(OTHER)]),
        (give_back(OTHER), [no(OTHER), no(OTHER), ok.clone(), no(OTHER)]),
        (plan(PlanMove::Done { step: 0, words: why() }), [ok.clone(), no(ONE), no(ONE), no(ONE)]),
        (plan(PlanMove::Done { step: 1, words: why() }), [no(ONE), no(ONE), no(ONE), ok.clone()]),
        (plan(PlanMove::Done { step: 2, words: why() }), [no(ONE), no(ONE), no(ONE), no(ONE)]),
        (plan(PlanMove::Read { notice: 0 }), [ok.clone(), no(ONE), no(ONE), no(ONE)]),
        (plan(PlanMove::Read { notice: 1 }), [no(ONE), no(ONE), no(ONE), ok.clone()]),
        (here(7), [other_crew(7), ok.clone(), other_crew(7), other_crew(7)]),
        (here(8), [other_crew(8), other_crew(8), ok.clone(), other_crew(8)]),
        (Order::AnswerRoll { crew: None, words: why() }, [(); 4].map(|()| ok.clone())),
        (Order::AddNote { incident: ONE, words: why() }, [(); 4].map(|()| ok.clone())),
    ];
    for (order, told) in rows {
        for (name, told) in ["water", "crew-7", "crew-8", "power"].into_iter().zip(told) {
            let by = Actor::Person(name.to_owned());
            assert_eq!(hall.check_own(&order, &by, &Standing::of(&[Role::Handler])), told, "{order:?} by {name}");
            for role in [Role::Dispatcher, Role::ShiftChief] {
                assert_eq!(hall.check_own(&order, &by, &Standing::of(&[role])), Ok(()), "{order:?} by {role:?}");
            }
        }
    }
    // What is no case, or is over, is refused as that.
    let nothing = to(IncidentId(9), Stage::Done);
    let by = Actor::Person("water".to_owned());
    assert_eq!(hall.check_own(&nothing, &by, &Standing::of(&[Role::Handler])), Ok(()));
}

#[test]
fn how_far_a_case_is_decides_what_going_forward_needs() {
    let mut hall = worked_on();
    let rights = |hall: &Hall, stage| hall.rights_for(&Order::AdvanceIncident { incident: ONE, stage });
    assert_eq!(rights(&hall, Stage::Done), [Right::Handle], "help was sent");
    let back = Order::MoveIncident { incident: ONE, step: CaseMove::Return { reason: why() } };
    for fact in hall.decide(back, &Actor::Person("chen".to_owned()), Moment(1)).unwrap() {
        assert!(hall.apply(&fact));
    }
    assert_eq!(rights(&hall, Stage::Done), [Right::Dispatch, Right::Handle]);
    assert_eq!(
        hall.rights_for(&Order::AdvanceIncident { incident: IncidentId(9), stage: Stage::Done }),
        [Right::Handle]
    );
}
