//! The closed loop over a hub: from a call to a rated case, with all ways beside it.

use command_hall::domain::{
    CaseMove, Checker, Finding, IncidentId, MoveKind, Order, Outcome, Refusal, Satisfaction, Stage,
};
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, report};

fn hub_with(cases: u64) -> (TestHub, Screen) {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    for number in 1..=cases {
        assert_eq!(hub.post_report(report(&number.to_string())).0, 200);
    }
    screen.until_seq(cases);
    (hub, screen)
}

/// Give an order and wait until its fact is here.
fn give(screen: &mut Screen, order: Order) {
    let next = screen.hall.upto().0 + 1;
    screen.order(order);
    screen.until_seq(next);
}

fn step(screen: &mut Screen, number: u64, step: CaseMove) {
    give(screen, Order::MoveIncident { incident: IncidentId(number), step });
}

fn advance(screen: &mut Screen, number: u64, stage: Stage) {
    give(screen, Order::AdvanceIncident { incident: IncidentId(number), stage });
}

fn why() -> String {
    "照片上仍有积水".to_owned()
}

fn told(hub: &TestHub, number: usize, field: &str) -> Value {
    hub.get("/api/incidents").1["incidents"][number - 1][field].clone()
}

#[test]
fn a_call_goes_all_the_way_to_a_rated_case_with_a_return_and_a_rework_between() {
    let (hub, mut screen) = hub_with(1);
    for stage in [Stage::Accepted, Stage::Filed, Stage::Dispatched] {
        advance(&mut screen, 1, stage);
        assert_eq!(told(&hub, 1, "stage"), stage.word());
    }
    step(&mut screen, 1, CaseMove::Return { reason: "不属本部门".to_owned() });
    assert_eq!(told(&hub, 1, "stage"), "filed");
    for stage in [Stage::Dispatched, Stage::Handling, Stage::Done] {
        advance(&mut screen, 1, stage);
    }
    step(&mut screen, 1, CaseMove::Rework { reason: why() });
    assert_eq!((told(&hub, 1, "stage"), told(&hub, 1, "due_for")), (json!("dispatched"), json!("handle")));
    for stage in [Stage::Handling, Stage::Done, Stage::Checked] {
        advance(&mut screen, 1, stage);
    }
    step(&mut screen, 1, CaseMove::Urge { words: String::new() });
    give(&mut screen, Order::CloseIncident { incident: IncidentId(1), reason: String::new() });
    step(&mut screen, 1, CaseMove::Rate { satisfaction: Satisfaction::Fairly, words: "慢了些".to_owned() });
    assert_eq!((told(&hub, 1, "outcome"), told(&hub, 1, "urges")), (json!("finished"), json!(1)));
    let dossier = screen.hall.dossier(IncidentId(1));
    assert_eq!((dossier.returns, dossier.reworks), (1, 1));
    assert_eq!(screen.hall.moves(IncidentId(1)), [MoveKind::Reopen]);
}

#[test]
fn merged_calls_are_one_case_for_every_screen_and_after_a_restart() {
    let (mut hub, mut screen) = hub_with(4);
    for number in [2, 3, 4] {
        step(&mut screen, number, CaseMove::Merge { into: IncidentId(1) });
    }
    assert_eq!((told(&hub, 1, "voices"), told(&hub, 3, "merged_into")), (json!([2, 3, 4]), json!(1)));
    assert_eq!(hub.get("/api/incidents?open=true").1["incidents"].as_array().unwrap().len(), 1);
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    let mut screen = hub.screen();
    screen.until_live();
    screen.until_seq(7);
    assert_eq!(screen.hall.closing(IncidentId(3)).unwrap().outcome, Outcome::Merged(IncidentId(1)));
    step(&mut screen, 3, CaseMove::Unmerge { reason: why() });
    assert_eq!((told(&hub, 1, "voices"), told(&hub, 3, "stage")), (json!([2, 4]), json!("reported")));
    assert_eq!(told(&hub, 3, "merged_into"), Value::Null);
}

#[test]
fn of_two_who_order_at_once_one_wins_and_the_other_hears_why() {
    let (hub, mut first) = hub_with(1);
    let mut second = hub.screen();
    second.until_live();
    second.until_seq(1);
    let reject = |reason: &str| Order::MoveIncident {
        incident: IncidentId(1),
        step: CaseMove::Reject { reason: reason.to_owned() },
    };
    first.order(reject("重复来电"));
    second.order(reject("非紧急"));
    first.until_seq(2);
    second.until_seq(2);
    let first_won = first.hall.closing(IncidentId(1)).unwrap().reason == "重复来电";
    let (winner, mut loser) = if first_won { (first, second) } else { (second, first) };
    loser.until("a refusal", |screen| !screen.refused.is_empty());
    assert_eq!((loser.refused, winner.refused), (vec![Refusal::AlreadyClosed(IncidentId(1))], vec![]));
    assert_eq!(told(&hub, 1, "outcome"), "rejected");
}

#[test]
fn a_recheck_is_asked_for_and_answered_over_http_and_is_on_every_screen() {
    let (hub, mut screen) = hub_with(1);
    let step = |row: Value| hub.post("/api/incidents/1/moves", &row);
    let carried = |row: Value| {
        let (status, answer) = step(row);
        assert_eq!(status, 200, "{answer}");
    };
    let ask = |of: Value| json!({ "step": "ask_recheck", "of": of, "words": "看井盖" });
    let (status, answer) = step(ask(json!({ "crew": 7 })));
    assert_eq!(status, 422, "{answer}");
    assert!(answer["error"].as_str().unwrap().contains("reported"), "not while it is reported: {answer}");
    advance(&mut screen, 1, Stage::Done);
    assert_eq!(told(&hub, 1, "recheck"), Value::Null);
    assert_eq!(step(ask(json!({ "person": " " }))).0, 422);
    carried(ask(json!({ "crew": 7 })));
    let recheck = told(&hub, 1, "recheck");
    assert_eq!((&recheck["of"], &recheck["words"]), (&json!({ "crew": 7 }), &json!("看井盖")));
    assert_eq!((&recheck["finding"], &recheck["answered_at"]), (&Value::Null, &Value::Null));
    let unclear = |words: &str| json!({ "step": "answer_recheck", "finding": "unclear", "words": words });
    assert_eq!(step(unclear("")).0, 422, "a reason is missing");
    carried(unclear("夜里看不清"));
    assert_eq!((told(&hub, 1, "stage"), told(&hub, 1, "due_for")), (json!("done"), json!("recheck")));
    carried(ask(json!({ "person": "wang" })));
    carried(json!({ "step": "answer_recheck", "finding": "pass" }));
    let recheck = told(&hub, 1, "recheck");
    assert_eq!((&recheck["of"], &recheck["finding"]), (&json!({ "person": "wang" }), &json!("pass")));
    assert_eq!(told(&hub, 1, "stage"), "checked");
    screen.until("that it is checked", |screen| {
        screen.hall.incident(IncidentId(1)).is_some_and(|incident| incident.stage == Stage::Checked)
    });
    let on_screen = screen.hall.dossier(IncidentId(1)).recheck.clone().unwrap();
    assert_eq!(on_screen.of, Checker::Person("wang".to_owned()));
    assert_eq!(on_screen.answer.unwrap().0, Finding::Pass);
}
