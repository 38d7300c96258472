//! Tasks over a hub: from the desk to a crew's device and back, for every screen and after a restart.

use command_hall::domain::{
    Assignment, CrewId, IncidentId, Order, Part, Party, Refusal, Stage, TaskEnd, TaskState, TaskStep,
};
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, post_once, report};

const CASE: IncidentId = IncidentId(1);

fn hub_with_case() -> (TestHub, Screen) {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    assert_eq!(hub.post_report(report("1")).0, 200);
    screen.until_seq(1);
    (hub, screen)
}

fn crew() -> Party {
    Party::Crew(CrewId(7))
}

fn give(to: &[(Party, Part)]) -> Order {
    let to = to.iter().map(|(to, part)| Assignment { to: to.clone(), part: *part }).collect();
    Order::GiveTasks { incident: CASE, to, words: "关阀止水".to_owned() }
}

fn step(hub: &TestHub, step: &str, words: &str) -> (u16, Value) {
    hub.post("/api/incidents/1/tasks/step", &json!({ "party": { "crew": 7 }, "step": step, "words": words }))
}

fn told(hub: &TestHub, field: &str) -> Value {
    hub.get("/api/incidents").1["incidents"][0][field].clone()
}

#[test]
fn an_order_of_the_desk_comes_back_with_three_receipts_from_a_device() {
    let (hub, screen) = hub_with_case();
    let mut wall = hub.screen();
    wall.until_live();
    screen.order(give(&[(crew(), Part::Lead), (Party::Department("water".to_owned()), Part::Assist)]));
    wall.until("the tasks", |s| s.hall.tasks(CASE).len() == 2);
    assert_eq!((told(&hub, "stage"), told(&hub, "tasks")[0]["state"].clone()), (json!("dispatched"), json!("given")));
    assert_eq!(told(&hub, "tasks")[1]["party"], json!({ "department": "water" }));
    for (state, word) in
        [(TaskState::Delivered, "delivered"), (TaskState::Read, "read"), (TaskState::Repeated, "repeated")]
    {
        let (status, answer) = step(&hub, word, "");
        assert_eq!((status, &answer["changed"]), (200, &json!(true)), "{answer}");
        // A device that is not sure says it again.
        assert_eq!(step(&hub, word, "").1["changed"], json!(false));
        wall.until(word, |s| s.hall.tasks(CASE)[0].state() == state);
    }
    assert_eq!(told(&hub, "stage"), "handling");
    assert_eq!(step(&hub, "done", "已止水").0, 200);
    wall.until("done", |s| s.hall.incident(CASE).unwrap().stage == Stage::Done);
    let ends: Vec<TaskEnd> = wall.hall.tasks(CASE).iter().map(|task| task.end.as_ref().unwrap().0).collect();
    assert_eq!(ends, [TaskEnd::Done, TaskEnd::Released]);
    assert_eq!(wall.hall.tasks(CASE)[0].answer, "已止水");
    assert_eq!(step(&hub, "done", "").0, 404);
}

#[test]
fn a_request_with_an_identity_is_carried_out_once_however_often_it_is_sent() {
    let (mut hub, mut screen) = hub_with_case();
    screen.order(give(&[(crew(), Part::Lead)]));
    screen.until("the task", |s| s.hall.tasks(CASE).len() == 1);
    let urge = |hub: &TestHub, key: &str| {
        let body = json!({ "party": { "crew": 7 }, "step": "urge" }).to_string();
        post_once(hub.addr(), key, "/api/incidents/1/tasks/step", &body)
    };
    let (status, first) = urge(&hub, "a-1");
    assert_eq!((status, &first["changed"]), (200, &json!(true)));
    let (_, again) = urge(&hub, "a-1");
    assert_eq!((&again["changed"], &again["seq"]), (&json!(false), &first["seq"]));
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    assert_eq!(urge(&hub, "a-1").1, again, "nor after a restart");
    assert_eq!(urge(&hub, "a-2").1["changed"], json!(true));
    screen.until("two urges", |s| s.hall.task(CASE, &crew()).is_some_and(|task| task.urges == 2));
    assert_eq!(urge(&hub, &"x".repeat(300)).0, 400);
}

#[test]
fn what_cannot_be_is_refused_with_the_reason_and_tasks_outlive_a_restart() {
    let (mut hub, mut screen) = hub_with_case();
    let post = |hub: &TestHub, body: &Value| hub.post("/api/incidents/1/tasks", body);
    let (status, answer) = post(&hub, &json!({}));
    assert_eq!(status, 422, "{answer}");
    assert_eq!(post(&hub, &json!({ "lead": { "boat": 3 } })).0, 400);
    assert_eq!(post(&hub, &json!({ "lead": { "department": " " } })).0, 422);
    assert_eq!(hub.post("/api/incidents/9/tasks", &json!({ "lead": { "crew": 7 } })).0, 404);
    assert_eq!(post(&hub, &json!({ "lead": { "crew": 7 }, "words": "关阀" })).0, 200);
    assert_eq!(post(&hub, &json!({ "lead": { "crew": 7 } })).1["changed"], json!(false), "it has it");
    let (status, answer) = post(&hub, &json!({ "lead": { "crew": 8 } }));
    assert!(status == 422 && answer["error"].as_str().unwrap().contains("lead"), "{status} {answer}");
    assert_eq!(step(&hub, "return", " ").0, 422, "without a reason");
    assert_eq!(step(&hub, "fly", "").0, 400);
    screen.order(give(&[(Party::Crew(CrewId(9)), Part::Lead)]));
    screen.until("a refusal", |s| s.refused == [Refusal::LeadTaken(CASE)]);
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    assert_eq!(told(&hub, "tasks")[0]["words"], "关阀");
    assert_eq!(step(&hub, "return", "车辆故障").0, 200);
    assert_eq!((told(&hub, "stage"), told(&hub, "tasks")[0]["end"].clone()), (json!("filed"), json!("returned")));
    // The hall asks somebody else.
    let mut screen = hub.screen();
    screen.until_live();
    screen.order(give(&[(Party::Crew(CrewId(9)), Part::Lead)]));
    screen.until("the other crew", |s| s.hall.task(CASE, &Party::Crew(CrewId(9))).is_some());
    let urge = TaskStep::Urge { words: "请回复".to_owned() };
    screen.order(Order::MoveTask { incident: CASE, party: Party::Crew(CrewId(9)), step: urge });
    screen.until("urged", |s| s.hall.tasks(CASE)[1].urges == 1);
}
