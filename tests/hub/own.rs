//! What a department and a crew may move of a case over a hub with doors, and what they may not.

use command_hall::domain::rights::{Right, Role, Standing};
use command_hall::domain::{
    Assignment, CaseMove, CrewId, IncidentId, Moment, Order, Part, Party, Refusal, Stage, TaskState, TaskStep,
};
use command_hall::link::SocketTransport;
use command_hall::store::people::{By, People, Proof};
use command_hall::wire::Pace;
use serde_json::json;

use crate::kit::{Screen, TestHub, http_as, report};

const CASE: IncidentId = IncidentId(1);

/// The key of an account.
fn key(hub: &TestHub, name: &str, role: Role) -> String {
    let by = By { who: "operator test".to_owned(), origin: "hall user".to_owned(), at: Moment(0) };
    let mut people = People::open(hub.folder.path()).unwrap();
    people.add(name, "", &Standing::of(&[role]), Proof::Key, &by).unwrap().unwrap()
}

fn desk(hub: &TestHub, name: &str, role: Role) -> (Screen, String) {
    let key = key(hub, name, role);
    let transport = SocketTransport::new(&format!("ws://{}", hub.addr())).unwrap();
    let mut screen = Screen::with(transport, Pace::Off, Some(&key));
    screen.until_live();
    (screen, key)
}

fn reach(party: Party, state: TaskState) -> Order {
    Order::MoveTask { incident: CASE, party, step: TaskStep::Reach { state, words: String::new() } }
}

#[test]
fn a_department_takes_no_case_past_dispatching_and_answers_for_no_other_party() {
    let hub = TestHub::with_doors();
    let source = key(&hub, "12345", Role::Source);
    assert_eq!(http_as(hub.addr(), &source, "POST", "/api/reports", &report("a").to_string()).0, 200);
    let (mut water, _) = desk(&hub, "water", Role::Handler);
    let (mut crew, crew_key) = desk(&hub, "crew-7", Role::Handler);
    let (chen, _) = desk(&hub, "chen", Role::Dispatcher);
    water.until("the case", |s| s.hall.incident(CASE).is_some());
    for stage in [Stage::Dispatched, Stage::Handling, Stage::Done] {
        water.order(Order::AdvanceIncident { incident: CASE, stage });
    }
    let missing = Refusal::RightMissing { right: Right::Dispatch };
    water.until("help is not sent by a department", |s| s.refused == vec![missing.clone(); 3]);
    let lead = Assignment { to: Party::Department("power".to_owned()), part: Part::Lead };
    let helps = Assignment { to: Party::Crew(CrewId(7)), part: Part::Assist };
    chen.order(Order::GiveTasks { incident: CASE, to: vec![lead, helps], words: String::new() });
    crew.until("the tasks", |s| s.hall.tasks(CASE).len() == 2);
    let power = || Party::Department("power".to_owned());
    water.refused.clear();
    water.order(reach(power(), TaskState::Done));
    water.order(Order::MoveIncident { incident: CASE, step: CaseMove::Return { reason: "不归我管".to_owned() } });
    water.order(Order::AdvanceIncident { incident: CASE, stage: Stage::Done });
    water.until("all of it is others'", |s| s.refused == vec![Refusal::NotYours(CASE); 3]);
    crew.order(reach(power(), TaskState::Read));
    crew.order(Order::AdvanceIncident { incident: CASE, stage: Stage::Done });
    crew.until("the lead's", |s| s.refused == [Refusal::NotYours(CASE), Refusal::NotTheLead(CASE)]);
    crew.order(reach(Party::Crew(CrewId(7)), TaskState::Repeated));
    crew.until("its own", |s| s.hall.incident(CASE).unwrap().stage == Stage::Handling);
    let others = json!({ "party": { "department": "power" }, "step": "done" }).to_string();
    let path = "/api/incidents/1/tasks/step";
    let (status, answer) = http_as(hub.addr(), &crew_key, "POST", path, &others);
    assert_eq!(status, 403, "{answer}");
    assert!(answer["error"].as_str().unwrap().contains("another party's"), "{answer}");
    let (status, answer) =
        http_as(hub.addr(), &crew_key, "POST", "/api/roll/answer", &json!({ "crew": 8 }).to_string());
    assert_eq!(status, 403, "{answer}");
    // What a party says by radio is recorded by whoever dispatches.
    chen.order(reach(power(), TaskState::Done));
    crew.until("done", |s| s.hall.incident(CASE).unwrap().stage == Stage::Done);
}
