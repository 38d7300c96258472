//! The roll over a hub: whoever has a screen or a post of the shift on duty, and every crew on duty, is called, and answers
//! by wire or HTTP.

use command_hall::domain::{Called, Order, Presence, RollParty};
use serde_json::{Value, json};

use crate::kit::TestHub;

const MINUTE: u64 = 60_000;

fn call() -> Order {
    Order::CallRoll { words: "防汛到岗".to_owned(), called: Box::new(Called::default()) }
}

fn position(crew: u32, status: &str) -> Value {
    json!({ "crew": crew, "lon": 114.17, "lat": 22.28, "kind": "fire", "status": status })
}

fn counts(hub: &TestHub) -> [Value; 4] {
    let roll = hub.get("/api/roll").1;
    ["here", "late", "awaited", "absent"].map(|what| roll[what].clone())
}

#[test]
fn whoever_has_a_screen_and_every_crew_on_duty_is_called_and_the_rest_are_absent_when_time_is_up() {
    let hub = TestHub::start();
    let mut desk = hub.screen();
    desk.until_live();
    assert_eq!(hub.get("/api/roll").0, 404);
    let crews = json!([position(1, "free"), position(2, "on_scene"), position(3, "off_duty"), position(4, "free")]);
    assert_eq!(hub.post("/api/positions", &crews).0, 200);
    desk.order(call());
    desk.until("the roll", |s| s.hall.roll().is_some());
    let roll = desk.hall.roll().unwrap();
    assert_eq!((roll.words.as_str(), roll.entries.len()), ("防汛到岗", 4), "a post and three crews: {roll:?}");
    assert_eq!(roll.until.0 - roll.called_at.0, 5 * MINUTE.cast_signed());
    desk.order(Order::AnswerRoll { crew: None, words: String::new() });
    let post = RollParty::Post("test".to_owned());
    desk.until("the answer", |s| s.hall.roll().unwrap().entries[&post].answer.is_some());
    let here = |crew: u32| hub.post("/api/roll/answer", &json!({ "crew": crew }));
    assert_eq!(here(1).1["changed"], json!(true));
    assert_eq!(here(1).1["changed"], json!(false), "a device that is not sure says it again");
    assert_eq!(here(3).0, 404, "off duty, so not called");
    assert_eq!(hub.post("/api/roll", &json!({})).0, 422, "it is called already");
    assert_eq!(counts(&hub), [2, 0, 2, 0].map(Value::from));
    hub.pass_millis(6 * MINUTE);
    assert_eq!(counts(&hub), [2, 0, 0, 2].map(Value::from));
    assert_eq!(here(4).0, 200);
    assert_eq!(counts(&hub), [2, 1, 0, 1].map(Value::from), "late is not there in time");
    let roll = desk.hall.roll().unwrap().clone();
    assert_eq!(roll.presence(&post, roll.until), Some(Presence::Here));
    // Whoever joins now is told of it with the hall.
    let mut wall = hub.screen();
    wall.until("the same roll", |s| s.hall.roll().is_some_and(|told| told.entries.len() == 4));
    assert_eq!(wall.hall.roll().unwrap().counts(roll.until)[0], 2);
}

#[test]
fn who_is_rostered_or_signed_on_is_called_without_a_screen_and_a_post_that_nobody_has_by_its_code() {
    let hub = TestHub::start();
    let mut desk = hub.screen();
    desk.until_live();
    let at = json!({ "day": "2023-11-14", "shift": "night", "post": "chief" });
    assert_eq!(hub.post("/api/duty/roster", &json!({ "at": at, "who": "wang" })).0, 200);
    assert_eq!(hub.post("/api/duty/sign-on", &json!({ "post": "acceptor", "by": "zhao" })).0, 200);
    assert_eq!(hub.post("/api/roll", &json!({ "words": "点名" })).0, 200);
    assert_eq!(counts(&hub), [0, 0, 4, 0].map(Value::from));
    desk.order(Order::AnswerRoll { crew: None, words: String::new() });
    desk.until("the answer", |s| s.hall.roll().is_some_and(|roll| roll.counts(roll.called_at)[0] == 1));
    hub.pass_millis(6 * MINUTE);
    let roll = hub.get("/api/roll").1;
    let rows: Vec<(&str, &str)> = roll["entries"].as_array().unwrap().iter().map(row).collect();
    let expected = [("dispatcher", "absent"), ("test", "here"), ("wang", "absent"), ("zhao", "absent")];
    assert_eq!(rows, expected, "who is looked for is missed, with a screen or without");
}

fn row(row: &Value) -> (&str, &str) {
    (row["post"].as_str().unwrap(), row["presence"].as_str().unwrap())
}

#[test]
fn a_roll_is_ended_by_order_and_outlives_a_restart() {
    let mut hub = TestHub::start();
    let mut desk = hub.screen();
    desk.until_live();
    assert_eq!(hub.post("/api/roll", &json!({ "words": "点名" })).0, 200);
    assert_eq!(hub.post("/api/roll/end", &json!({})).1["changed"], json!(true));
    assert_eq!(hub.post("/api/roll/end", &json!({})).1["changed"], json!(false));
    let before = hub.get("/api/roll").1;
    assert_eq!((&before["over"], &before["absent"]), (&json!(true), &json!(1)));
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    assert_eq!(hub.get("/api/roll").1, before);
}

#[test]
fn where_nobody_is_there_is_nobody_to_call() {
    let hub = TestHub::start();
    let (status, answer) = hub.post("/api/roll", &json!({}));
    assert!(status == 422 && answer["error"].as_str().unwrap().contains("nobody"), "{status} {answer}");
    assert_eq!(hub.post("/api/roll/answer", &json!({})).0, 404);
    assert_eq!(hub.post("/api/roll/end", &json!({})).0, 404);
}
