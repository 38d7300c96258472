//! Tasks in the street: receipts, who gives an order back, what urging and taking back do.

use super::*;
use crate::domain::{
    Assignment, Called, CrewId, CrewKind, Part, Party, Presence, RollParty, Task, TaskEnd, TaskState, TaskStep,
};

/// A case that stands open and was not sent to anybody yet.
fn waiting() -> (Played, IncidentId) {
    waiting_while(|_| true)
}

fn waiting_while(holds: impl Fn(&Played) -> bool) -> (Played, IncidentId) {
    let mut played =
        Played::of(sim(SimOptions { per_hour: Some(12.0), lead_millis: Some(0), ..SimOptions::default() }));
    for _ in 0..600 {
        played.pass(MINUTE / 4, MINUTE / 4);
        let waits = |i: &&Incident| {
            let number = played.sim.by_id.get(&i.id);
            let takes = number.and_then(|number| played.sim.cases.get(number)).map(|case| case.needs.len());
            i.stage == Stage::Accepted && takes.is_some_and(|needs| needs > 0)
        };
        let found = played.hall.incidents().find(waits).map(|i| i.id);
        if let Some(id) = found.filter(|_| holds(&played)) {
            return (played, id);
        }
    }
    panic!("no case waits");
}

fn give(played: &mut Played, incident: IncidentId, to: Party, part: Part) {
    played.order(Order::GiveTasks { incident, to: vec![Assignment { to, part }], words: String::new() });
}

fn free_crew(played: &Played) -> (usize, Party) {
    let number = played.sim.fleet.crews.iter().position(fleet::Crew::can_go).unwrap();
    (number, orders::party(number))
}

/// Let minutes pass until something holds.
fn until(played: &mut Played, what: &str, holds: impl Fn(&Played) -> bool) {
    for _ in 0..24 * 60 {
        if holds(played) {
            return;
        }
        played.pass(MINUTE, MINUTE / 4);
    }
    panic!("never {what}");
}

fn end(task: &Task) -> Option<TaskEnd> {
    task.end.as_ref().map(|(end, _)| *end)
}

#[test]
fn when_the_roll_is_called_most_crews_answer_in_time_some_late_and_some_never() {
    let mut played = Played::of(sim(SimOptions { crews: Some(200), ..quiet() }));
    played.pass(MINUTE, MINUTE);
    let crews: Vec<(CrewId, CrewKind)> = played
        .sim
        .fleet
        .crews
        .iter()
        .enumerate()
        .filter(|(_, crew)| crew.status != CrewStatus::OffDuty)
        .map(|(number, crew)| (CrewId(u32::try_from(number + 1).unwrap()), crew.kind))
        .collect();
    let all = crews.len();
    assert!(all > 40, "{all} crews on duty");
    let staff = played.sim.plan.duty.staff[0].clone();
    let called = Box::new(Called { posts: vec!["desk".to_owned(), staff.clone()], crews, minutes: 3 });
    played.order(Order::CallRoll { words: "点名".to_owned(), called });
    let counts = |played: &Played| played.hall.roll().unwrap().counts(played.now);
    played.pass(MINUTE / 10, 1_000);
    let soon = counts(&played)[0];
    played.pass(12 * MINUTE, 5_000);
    let [here, late, awaited, absent] = counts(&played);
    assert!(soon < here && here * 10 > all * 7, "{soon} at once, {here} of {all} in time");
    assert!(late > 0 && absent > 1 && absent * 5 < all, "{late} late, {absent} absent");
    assert_eq!(awaited, 0);
    let post = |name: &str| played.hall.roll().unwrap().presence(&RollParty::Post(name.to_owned()), played.now);
    assert_eq!((post(&staff), post("desk")), (Some(Presence::Here), Some(Presence::Absent)), "the staff are played");
}

#[test]
fn every_crew_that_is_sent_has_a_task_and_its_receipts_come_in_order() {
    let mut played =
        Played::of(sim(SimOptions { per_hour: Some(40.0), lead_millis: Some(0), ..SimOptions::default() }));
    let (mut whole, mut unread) = (0, 0);
    for _ in 0..5 * 60 {
        played.pass(MINUTE, MINUTE);
        for crew in played.sim.fleet.crews.iter().filter(|crew| crew.case.is_some()) {
            let number = played.sim.fleet.crews.iter().position(|one| std::ptr::eq(one, crew)).unwrap();
            let task = played.hall.task(crew.incident.unwrap(), &orders::party(number)).unwrap();
            let state = task.state();
            match crew.status {
                CrewStatus::Assigned => {
                    assert!((TaskState::Delivered..TaskState::EnRoute).contains(&state), "{task:?}");
                }
                CrewStatus::EnRoute => assert_eq!(state, TaskState::EnRoute),
                CrewStatus::OnScene => assert_eq!(state, TaskState::OnScene),
                other => panic!("{other:?} with a case"),
            }
            unread += usize::from(task.unread_since().is_some_and(|since| played.now.secs_since(since) > 120));
        }
    }
    for incident in played.hall.incidents() {
        let tasks = played.hall.tasks(incident.id);
        for task in tasks.iter().filter(|task| end(task) == Some(TaskEnd::Done)) {
            let states: Vec<TaskState> = task.course.iter().map(|(state, _)| *state).collect();
            whole += usize::from(states == TaskState::ALL);
            assert_eq!(task.part, Part::Lead);
        }
    }
    assert!(whole > 30, "{whole}");
    assert!(unread > 0, "no order ever lies unread");
}

#[test]
fn a_crew_that_the_hall_chooses_goes_there_alone_and_the_case_is_done_with_its_task() {
    let (mut played, id) = waiting();
    let (number, party) = free_crew(&played);
    give(&mut played, id, party.clone(), Part::Lead);
    assert_eq!(played.sim.fleet.crews[number].status, CrewStatus::Assigned);
    until(&mut played, "done", |played| played.hall.incident(id).unwrap().stage >= Stage::Done);
    let tasks = played.hall.tasks(id);
    assert_eq!((tasks.len(), end(&tasks[0])), (1, Some(TaskEnd::Done)));
    assert!(tasks[0].course.iter().any(|(state, _)| *state == TaskState::Repeated));
}

#[test]
fn a_crew_that_has_another_case_gives_the_order_back_and_somebody_else_is_sent() {
    let works = |crew: &fleet::Crew| crew.status == CrewStatus::OnScene;
    let (mut played, id) = waiting_while(|played| played.sim.fleet.crews.iter().any(works));
    let busy = played.sim.fleet.crews.iter().position(works).unwrap();
    let party = orders::party(busy);
    give(&mut played, id, party.clone(), Part::Lead);
    played.pass(1_000, 1_000);
    let task = played.hall.tasks(id).iter().find(|task| task.to == party).unwrap();
    assert_eq!(end(task), Some(TaskEnd::Returned));
    assert!(!task.end.as_ref().unwrap().1.words.is_empty(), "it says why");
    let back = |fact: &Fact| matches!(&fact.what, What::IncidentMoved { incident, stage: Stage::Filed, .. } if *incident == id);
    assert!(played.facts.iter().any(back), "nobody had it");
    until(&mut played, "sent again", |played| played.hall.tasks(id).iter().any(Task::is_open));
}

#[test]
fn a_department_answers_and_sends_its_crews_to_help() {
    let (mut played, id) = waiting();
    let water = Party::Department("water".to_owned());
    give(&mut played, id, water.clone(), Part::Lead);
    until(&mut played, "repeated", |played| {
        played.hall.task(id, &water).is_some_and(|task| task.state() >= TaskState::Repeated)
    });
    until(&mut played, "crews", |played| played.hall.tasks(id).iter().any(|task| task.part == Part::Assist));
    until(&mut played, "done", |played| played.hall.incident(id).unwrap().stage >= Stage::Done);
    assert_eq!(end(&played.hall.tasks(id)[0]), Some(TaskEnd::Done));
}

#[test]
fn whoever_is_urged_leaves_and_whoever_is_taken_back_comes_home() {
    let (mut played, id) = waiting();
    let (number, party) = free_crew(&played);
    give(&mut played, id, party.clone(), Part::Lead);
    played.order(Order::MoveTask { incident: id, party: party.clone(), step: TaskStep::Urge { words: String::new() } });
    played.pass(25_000, 1_000);
    assert_eq!(played.sim.fleet.crews[number].status, CrewStatus::EnRoute);
    assert!(played.hall.task(id, &party).unwrap().state() >= TaskState::Repeated);
    let step = TaskStep::Withdraw { reason: "改派".to_owned() };
    played.order(Order::MoveTask { incident: id, party, step });
    assert_eq!(played.sim.fleet.crews[number].case, None);
    assert_eq!(played.hall.incident(id).unwrap().stage, Stage::Filed);
    until(&mut played, "sent again", |played| played.hall.tasks(id).iter().any(Task::is_open));
}

#[test]
fn crews_of_a_case_that_is_merged_go_on_to_the_one_that_goes_on() {
    let open = |played: &Played| {
        let waits = |i: &&Incident| i.stage < Stage::Dispatched && played.sim.by_id.contains_key(&i.id);
        played.hall.incidents().filter(waits).map(|i| i.id).collect::<Vec<_>>()
    };
    let (mut played, id) = waiting_while(|played| open(played).len() > 1);
    let other = open(&played).into_iter().find(|other| *other != id).unwrap();
    let (number, party) = free_crew(&played);
    give(&mut played, id, party.clone(), Part::Lead);
    played.order(Order::MoveIncident { incident: id, step: CaseMove::Merge { into: other } });
    assert_eq!(played.sim.fleet.crews[number].incident, Some(other));
    assert!(played.hall.task(other, &party).is_some());
    until(&mut played, "done", |played| played.hall.incident(other).unwrap().stage >= Stage::Done);
    assert_eq!(played.sim.fleet.crews[number].case, None);
}

#[test]
fn whoever_led_does_it_again_when_it_was_not_done() {
    let (mut played, id) = waiting();
    let (_, party) = free_crew(&played);
    give(&mut played, id, party.clone(), Part::Lead);
    until(&mut played, "done", |played| played.hall.incident(id).unwrap().stage == Stage::Done);
    played.order(Order::MoveIncident { incident: id, step: CaseMove::Rework { reason: "仍在".to_owned() } });
    let again = played.hall.tasks(id).last().unwrap();
    assert_eq!((&again.to, again.words.as_str()), (&party, "仍在"));
    until(&mut played, "done again", |played| played.hall.incident(id).unwrap().stage >= Stage::Done);
}

#[test]
fn crews_write_that_they_are_there_and_that_it_is_done_in_their_own_name() {
    let mut played =
        Played::of(sim(SimOptions { per_hour: Some(40.0), lead_millis: Some(0), ..SimOptions::default() }));
    played.pass(4 * 60 * MINUTE, MINUTE);
    let notes: Vec<(IncidentId, CrewId, &str)> = played
        .facts
        .iter()
        .filter_map(|fact| match &fact.what {
            What::NoteAdded { incident, words } => Some((*incident, fact.by.crew().unwrap(), words.as_str())),
            _ => None,
        })
        .collect();
    let cases = played.facts.iter().filter(|fact| matches!(fact.what, What::IncidentReported(_))).count();
    assert!(notes.len() > 10 && notes.len() < cases, "{} notes of {cases} cases", notes.len());
    for (incident, crew, words) in &notes {
        assert!(!words.is_empty());
        let tasks = played.hall.tasks(*incident);
        let led = tasks.iter().any(|task| task.to == Party::Crew(*crew) && task.part == Part::Lead);
        assert!(led || played.hall.incident(*incident).is_none(), "crew {} has nothing to say there", crew.0);
    }
}
