//! At a real window: a crew gives its task back and the desk sends another one, whose work is found wanting and done again.

use command_hall::domain::{CrewId, IncidentId, MoveKind, Part, Party, Stage, TaskEnd, TaskState};
use serde_json::{Value, json};

use crate::kit::{self, Screen, TestHub};
use crate::window::{CARD, CITY, Display, HOVER, Home, PANEL, QUEUE, RAISED, desk, second_row, side_move};

const CASE: IncidentId = IncidentId(2);
const FIRST: CrewId = CrewId(7);
const OTHER: CrewId = CrewId(8);

fn until_stage(other: &mut Screen, stage: Stage) {
    other.until(stage.word(), |s| s.hall.incident(CASE).is_some_and(|case| case.stage == stage));
}

/// What a crew's device says of its task.
fn told_by(hub: &TestHub, crew: CrewId, step: &str, words: &str) {
    let body = json!({ "party": { "crew": crew.0 }, "step": step, "words": words });
    let (status, answer) = hub.post("/api/incidents/2/tasks/step", &body);
    assert_eq!(status, 200, "{step}: {answer}");
}

#[test]
fn a_task_that_a_crew_gives_back_goes_to_another_and_work_that_is_found_wanting_is_done_again() {
    let Some(display) = Display::start("1280x800") else { return };
    let home = Home::new();
    let hub = TestHub::start();
    // Where nobody knows the place, no crew is nearer than another: they stand by their numbers.
    for (id, grade) in [("first", "II"), ("second", "III")] {
        let mut report = kit::report(id);
        (report["grade"], report["place"]) = (json!(grade), json!({ "address": "龙翔道" }));
        assert_eq!(hub.post_report(report).0, 200);
    }
    let position = |crew: CrewId| json!({ "crew": crew.0, "lon": 119.3, "lat": 31.6, "kind": "traffic" });
    let crews = Value::Array([FIRST, OTHER].map(position).to_vec());
    assert_eq!(hub.post("/api/positions", &crews).0, 200);
    let url = format!("ws://{}", hub.addr());
    let (mut screen, mut other) = desk(&display, &home, &url, hub.addr());

    // A click chooses the case; three keys and it is with the crew that is proposed.
    display.until("two rows", |seen| second_row(seen).is_some());
    let row = second_row(&display.settled()).expect("a mark of grade Ⅲ in the queue");
    display.click(150, row, |seen| seen.count(QUEUE, HOVER) > 5_000);
    display.until("the card", |seen| seen.count(CARD, PANEL) > 50_000);
    for stage in [Stage::Accepted, Stage::Filed] {
        display.settled();
        display.press("t");
        until_stage(&mut other, stage);
    }
    display.settled();
    display.press("t");
    display.until("somebody proposed", |seen| seen.count(CITY, RAISED) > 10_000);
    display.press("t");
    until_stage(&mut other, Stage::Dispatched);
    let given = |other: &Screen| other.hall.tasks(CASE).last().map(|task| (task.to.clone(), task.part));
    assert_eq!(given(&other), Some((Party::Crew(FIRST), Part::Lead)));

    // It cannot: the case is to be given to somebody again, and another one is proposed.
    told_by(&hub, FIRST, "return", "车辆故障");
    until_stage(&mut other, Stage::Filed);
    let (end, said) = other.hall.tasks(CASE)[0].end.clone().unwrap();
    assert_eq!((end, said.words.as_str()), (TaskEnd::Returned, "车辆故障"));
    display.settled();
    display.press("t");
    display.until("somebody proposed", |seen| seen.count(CITY, RAISED) > 10_000);
    display.settled();
    display.press("t");
    until_stage(&mut other, Stage::Dispatched);
    assert_eq!(given(&other), Some((Party::Crew(OTHER), Part::Lead)));

    // By radio it is there, and done; its device says nothing.
    for (digit, state) in [("5", TaskState::OnScene), ("6", TaskState::Done)] {
        for key in ["ctrl+r", digit] {
            display.settled();
            display.press(key);
        }
        other.until(state.word(), |s| s.hall.tasks(CASE)[1].state() == state);
    }
    until_stage(&mut other, Stage::Done);

    // The same crew does it again, and now it is found good.
    side_move(&display, &mut other, CASE, MoveKind::Rework, "still blocked");
    until_stage(&mut other, Stage::Dispatched);
    assert_eq!(given(&other), Some((Party::Crew(OTHER), Part::Lead)));
    assert_eq!(other.hall.tasks(CASE).len(), 3, "given, given to another, given again");
    for step in ["delivered", "read", "repeated", "on_scene", "done"] {
        told_by(&hub, OTHER, step, "");
    }
    until_stage(&mut other, Stage::Done);
    display.settled();
    display.press("t");
    until_stage(&mut other, Stage::Checked);
    // The end is asked about.
    for _ in 0..2 {
        display.settled();
        display.press("t");
    }
    until_stage(&mut other, Stage::Closed);
    assert_eq!(other.hall.dossier(CASE).reworks, 1);
    assert_eq!(other.hall.incident(IncidentId(1)).unwrap().stage, Stage::Reported, "no key went to the other case");
    assert!(screen.0.try_wait().unwrap().is_none(), "clicks and keys ended the hall");
}
