//! More time and reports to those above over a hub: only the shift chief grants, and every screen sees the same.

use command_hall::config::InForce;
use command_hall::domain::{Bulletin, CaseMove, Grade, IncidentId, Order, Phase, Stage};
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, report};

const CASE: IncidentId = IncidentId(1);
const MINUTE: u64 = 60_000;

fn with_case(hub: &TestHub) -> Screen {
    let mut screen = hub.screen();
    screen.until_live();
    assert_eq!(hub.post_report(report("1")).0, 200);
    screen.until("the case", |s| s.hall.incident(CASE).is_some());
    screen
}

fn step(step: CaseMove) -> Order {
    Order::MoveIncident { incident: CASE, step }
}

fn due_at(hub: &TestHub) -> i64 {
    hub.get("/api/incidents").1["incidents"][0]["due_at"].as_i64().unwrap()
}

#[test]
fn a_limit_that_was_asked_to_be_longer_is_so_for_everybody_once_it_is_granted() {
    let hub = TestHub::start();
    let mut desk = with_case(&hub);
    desk.order(Order::AdvanceIncident { incident: CASE, stage: Stage::Dispatched });
    desk.until("dispatched", |s| s.hall.incident(CASE).unwrap().stage == Stage::Dispatched);
    let before = due_at(&hub);
    let hour = 3_600_000;
    desk.order(step(CaseMove::AskExtension { phase: Phase::Handle, millis: hour, reason: "等待配件".to_owned() }));
    desk.until("asked", |s| s.hall.dossier(CASE).awaits_extension());
    assert_eq!(due_at(&hub), before, "asked is not granted");
    desk.order(step(CaseMove::GrantExtension { words: String::new() }));
    desk.until("granted", |s| !s.hall.dossier(CASE).awaits_extension());
    assert_eq!(due_at(&hub), before + hour);
    let mut wall = hub.screen();
    wall.until("the same", |s| s.hall.course(CASE).is_some_and(|course| course.extended(Phase::Handle) == hour));
}

#[test]
fn a_report_to_those_above_is_owed_and_filed_in_its_order() {
    let hub = TestHub::start();
    let mut desk = with_case(&hub);
    let limits = InForce::built_in().unwrap().limits().clone();
    let owed = |screen: &Screen| limits.owed(&screen.hall, screen.hall.incident(CASE).unwrap()).unwrap();
    assert_eq!(limits.owed(&desk.hall, desk.hall.incident(CASE).unwrap()), None, "not so grave");
    desk.order(Order::RegradeIncident { incident: CASE, grade: Grade::II, reason: "多人受伤".to_owned() });
    desk.until("graver", |s| s.hall.incident(CASE).unwrap().grade == Grade::II);
    assert_eq!(owed(&desk).which, Bulletin::First);
    let first = owed(&desk).due;
    let file = |which| Order::FileReport { incident: CASE, which, text: "两车相撞，交警已到场".to_owned() };
    desk.order(file(Bulletin::Final));
    desk.until("a refusal", |s| !s.refused.is_empty());
    assert_eq!(desk.refused[0].key(), "refusal.bulletin_not_now");
    hub.pass_millis(10 * MINUTE);
    desk.order(file(Bulletin::First));
    desk.until("filed", |s| s.hall.bulletins(CASE).is_some_and(|own| own.filed.len() == 1));
    assert_eq!(owed(&desk).which, Bulletin::Follow);
    assert!(owed(&desk).due > first);
    let closed = json!({ "source": "12345", "source_id": "1", "kind": "30206", "progress": "closed" });
    assert_eq!(hub.post_report(closed).0, 200);
    desk.until("closed", |s| s.hall.incident(CASE).unwrap().stage == Stage::Closed);
    assert_eq!(owed(&desk).which, Bulletin::Final);
    desk.order(file(Bulletin::Final));
    desk.until("the final one", |s| s.hall.bulletins(CASE).is_some_and(|own| own.filed.len() == 2));
    assert_eq!(limits.owed(&desk.hall, desk.hall.incident(CASE).unwrap()), None);
}

#[test]
fn more_time_is_asked_for_refused_and_granted_over_http() {
    let hub = TestHub::start();
    assert_eq!(hub.post_report(report("1")).0, 200);
    let asked = || hub.get("/api/incidents").1["incidents"][0]["extension"].clone();
    let step = |row: Value| hub.post("/api/incidents/1/moves", &row).0;
    assert_eq!(asked(), Value::Null);
    assert_eq!(step(json!({ "step": "advance", "stage": "dispatched" })), 200);
    let before = due_at(&hub);
    let ask = json!({ "step": "ask_extension", "phase": "handle", "minutes": 60, "reason": "等待配件" });
    assert_eq!(step(json!({ "step": "grant_extension" })), 422, "nobody asked");
    assert_eq!((step(ask.clone()), step(ask.clone())), (200, 422), "one at a time is asked for");
    let waits = asked();
    assert_eq!((&waits["phase"], &waits["minutes"]), (&json!("handle"), &json!(60)), "{waits}");
    assert_eq!((&waits["reason"], &waits["granted"]), (&json!("等待配件"), &Value::Null), "{waits}");
    assert_eq!(step(json!({ "step": "refuse_extension", "reason": "先用备件" })), 200);
    let refused = asked();
    assert_eq!((&refused["granted"], &refused["answer"]), (&json!(false), &json!("先用备件")), "{refused}");
    assert_eq!(due_at(&hub), before, "what was refused changes nothing");
    assert_eq!((step(ask), step(json!({ "step": "grant_extension", "words": "同意" }))), (200, 200));
    assert_eq!((asked()["granted"].clone(), due_at(&hub)), (json!(true), before + 3_600_000));
}

#[test]
fn what_is_owed_over_http_is_what_can_be_filed_also_once_it_is_over_and_done_again() {
    let hub = TestHub::start();
    assert_eq!(hub.post_report(report("1")).0, 200);
    let step = |row: Value| assert_eq!(hub.post("/api/incidents/1/moves", &row).0, 200, "{row}");
    let path = "/api/incidents/1/bulletins";
    let file = |which: &str| hub.post(path, &json!({ "which": which, "text": "两车相撞" })).0;
    let comes = || {
        let told = hub.get(path).1;
        (told["next"].clone(), told["owed"]["which"].clone())
    };
    let both = |which: &str| (json!(which), json!(which));
    step(json!({ "step": "regrade", "grade": "II", "reason": "多人受伤" }));
    step(json!({ "step": "advance", "stage": "done" }));
    assert_eq!(comes(), both("first"));
    assert_eq!((file("final"), file("first")), (422, 200));
    assert_eq!(comes(), both("final"), "the work is done");
    assert_eq!(file("final"), 200);
    assert_eq!(comes(), (Value::Null, Value::Null));
    step(json!({ "step": "rework", "reason": "又漏了" }));
    assert_eq!(comes(), both("first"), "another round");
    step(json!({ "step": "close", "reason": "已转交" }));
    assert_eq!(comes(), both("first"), "its end does not take it back");
    assert_eq!((file("follow"), file("first")), (422, 200));
    assert_eq!(comes(), both("final"));
    assert_eq!(file("final"), 200);
    assert_eq!(comes(), (Value::Null, Value::Null));
}

#[test]
fn reports_are_owed_filed_and_told_over_http_with_who_filed_them() {
    let hub = TestHub::start();
    assert_eq!(hub.post_report(report("1")).0, 200);
    let step = |row: Value| hub.post("/api/incidents/1/moves", &row).0;
    let path = "/api/incidents/1/bulletins";
    let none = hub.get(path).1;
    assert_eq!(
        none,
        json!({ "next": "first", "owed": null, "filed": [] }),
        "a lesser case owes none, and may have one"
    );
    assert_eq!(step(json!({ "step": "regrade", "grade": "II", "reason": "多人受伤" })), 200);
    let owed = hub.get(path).1["owed"].clone();
    assert_eq!((&owed["which"], &owed["lamp"]), (&json!("first"), &json!("green")), "{owed}");
    assert_eq!(hub.get("/api/incidents").1["incidents"][0]["bulletin"], owed);
    let file = |which: &str, by: Value| hub.post(path, &json!({ "which": which, "text": "两车相撞", "by": by }));
    let early = file("follow", Value::Null);
    assert_eq!(early.0, 422, "{}", early.1);
    assert_eq!(file("first", json!("李")).0, 200);
    assert_eq!(hub.get(path).1["owed"]["which"], "follow");
    hub.pass_millis(10 * MINUTE);
    assert_eq!(file("follow", Value::Null).0, 200);
    assert_eq!(file("final", Value::Null).0, 422, "the work is not done");
    assert_eq!(step(json!({ "step": "advance", "stage": "done" })), 200);
    assert_eq!(hub.get(path).1["next"], "final");
    assert_eq!(file("final", json!("王")).0, 200);
    let told = hub.get(path).1;
    let filed: Vec<[&Value; 3]> =
        told["filed"].as_array().unwrap().iter().map(|one| ["which", "by", "name"].map(|field| &one[field])).collect();
    let [first, follow, last] = [["first", "person", "李"], ["follow", "source", "http"], ["final", "person", "王"]];
    assert_eq!(json!(filed), json!([first, follow, last]));
    let apart = told["filed"][1]["at"].as_i64().unwrap() - told["filed"][0]["at"].as_i64().unwrap();
    assert!((600_000..601_000).contains(&apart), "{apart}");
    assert_eq!((&told["next"], &told["owed"]), (&Value::Null, &Value::Null));
    assert_eq!(hub.get("/api/incidents/9/bulletins").0, 404);
    assert_eq!(hub.post("/api/incidents/9/bulletins", &json!({ "which": "first", "text": "x" })).0, 404);
}
