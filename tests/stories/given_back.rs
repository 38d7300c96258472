//! At a real window: a crew gives its task back and the desk sends another one, whose work is found wanting and done again,
//! and is looked at by somebody else before it is closed.

use command_hall::domain::{Checker, CrewId, Finding, IncidentId, MoveKind, Part, Party, Stage, TaskEnd, TaskState};
use serde_json::{Value, json};

use crate::kit::{self, Screen, TestHub};
use crate::window::{CARD, CITY, Display, HOVER, Home, PANEL, QUEUE, RAISED, desk, second_row, side_move};

const CASE: IncidentId = IncidentId(2);
const FIRST: CrewId = CrewId(7);
const OTHER: CrewId = CrewId(8);
/// The one that looks whether it is done.
const PATROL: CrewId = CrewId(9);

fn until_stage(other: &mut Screen, stage: Stage) {
    other.until(stage.word(), |s| s.hall.incident(CASE).is_some_and(|case| case.stage == stage));
}

/// What a crew's device says of its task.
fn told_by(hub: &TestHub, crew: CrewId, step: &str, words: &str) {
    let body = json!({ "party": { "crew": crew.0 }, "step": step, "words": words });
    let (status, answer) = hub.post("/api/incidents/2/tasks/step", &body);
    assert_eq!(status, 200, "{step}: {answer}");
}

/// Open the form of a side move by its digit in the menu.
fn open_move(display: &Display, other: &mut Screen, kind: MoveKind) {
    other.until("that it can be done", |s| s.hall.moves(CASE).contains(&kind));
    let digit = other.hall.moves(CASE).iter().position(|one| *one == kind).unwrap() + 1;
    for key in ["h", &digit.to_string()] {
        display.settled();
        display.press(key);
    }
    display.settled();
}

/// The patrol is asked to look; arrows go on to the desk itself, and back.
fn ask_patrol(display: &Display, other: &mut Screen) {
    open_move(display, other, MoveKind::AskRecheck);
    for key in ["Down", "Up"] {
        display.press(key);
        display.settled();
    }
    display.write("look under the bridge");
    display.press("Return");
    other.until("that somebody looks", |s| {
        let asked = s.hall.dossier(CASE).recheck.as_ref();
        asked.is_some_and(|one| one.of == Checker::Crew(PATROL) && one.answer.is_none())
    });
}

/// What they found: so many arrows down from a pass, with its reason.
fn answer(display: &Display, other: &mut Screen, downs: usize, words: &str, found: Finding) {
    open_move(display, other, MoveKind::AnswerRecheck);
    for _ in 0..downs {
        display.press("Down");
        display.settled();
    }
    if !words.is_empty() {
        display.write(words);
    }
    display.press("Return");
    other.until("what they found", |s| {
        let answer = s.hall.dossier(CASE).recheck.as_ref().and_then(|one| one.answer.as_ref());
        answer.is_some_and(|(finding, said)| *finding == found && said.words == words)
    });
}

/// The crew that leads does it, as its device says.
fn done_by(hub: &TestHub, crew: CrewId) {
    for step in ["delivered", "read", "repeated", "on_scene", "done"] {
        told_by(hub, crew, step, "");
    }
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
    let mut looks = position(PATROL);
    looks["kind"] = json!("patrol");
    assert_eq!(hub.post("/api/positions", &looks).0, 200);

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
    done_by(&hub, OTHER);
    until_stage(&mut other, Stage::Done);

    // A patrol looks: it is not done yet, so it is done once more; then it is.
    ask_patrol(&display, &mut other);
    answer(&display, &mut other, 1, "water is still there", Finding::Fail);
    until_stage(&mut other, Stage::Dispatched);
    assert_eq!(given(&other), Some((Party::Crew(OTHER), Part::Lead)));
    assert_eq!(other.hall.tasks(CASE).len(), 4, "and given once more");
    done_by(&hub, OTHER);
    until_stage(&mut other, Stage::Done);
    ask_patrol(&display, &mut other);
    answer(&display, &mut other, 0, "", Finding::Pass);
    until_stage(&mut other, Stage::Checked);
    // The end is asked about.
    for _ in 0..2 {
        display.settled();
        display.press("t");
    }
    until_stage(&mut other, Stage::Closed);
    assert_eq!(other.hall.dossier(CASE).reworks, 2);
    assert_eq!(other.hall.incident(IncidentId(1)).unwrap().stage, Stage::Reported, "no key went to the other case");
    assert!(screen.0.try_wait().unwrap().is_none(), "clicks and keys ended the hall");
}
