//! Who is let in, what they may, and that all of it is recorded.

use std::net::SocketAddr;

use command_hall::domain::rights::{Area, Right, Role, Standing};
use command_hall::domain::{AlarmId, AlarmKind, AlarmStep, Mode, Order, Refusal, Stage};
use command_hall::link::{LinkState, SocketTransport};
use command_hall::store::people::{By, IDLE_MAX_MILLIS, People, Proof, SIGNED_IN_MAX_MILLIS};
use command_hall::store::verify::verify;
use command_hall::wire::Pace;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, get, http_as, post, report};

const PASSWORD: &str = "long enough";

/// Changes people from outside the hub, as `hall user` does.
fn people(hub: &TestHub) -> People {
    People::open(hub.folder.path()).unwrap()
}

fn by() -> By {
    By { who: "operator test".to_owned(), origin: "hall user".to_owned(), at: command_hall::domain::Moment(0) }
}

pub(crate) fn add(hub: &TestHub, name: &str, role: Role, area: &str) {
    let standing = Standing { roles: vec![role], area: Area::of(area).unwrap() };
    people(hub).add(name, "", &standing, Proof::Password(PASSWORD), &by()).unwrap();
}

pub(crate) fn key(hub: &TestHub, name: &str, role: Role) -> String {
    people(hub).add(name, "", &Standing::of(&[role]), Proof::Key, &by()).unwrap().unwrap()
}

fn try_in(addr: SocketAddr, name: &str, password: &str) -> (u16, Value) {
    post(addr, "/api/sign-in", &json!({ "name": name, "password": password }).to_string())
}

pub(crate) fn token(hub: &TestHub, name: &str) -> String {
    let (status, answer) = try_in(hub.addr(), name, PASSWORD);
    assert_eq!(status, 200, "{answer}");
    answer["token"].as_str().unwrap().to_owned()
}

/// Who, what and outcome of each record.
fn chain(hub: &TestHub) -> Vec<(String, String, String)> {
    let sql = Connection::open(hub.folder.path().join("facts.db")).unwrap();
    let mut rows = sql.prepare("SELECT who, asked, outcome FROM audit ORDER BY number").unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect()
}

pub(crate) fn screen(hub: &TestHub, token: Option<&str>) -> Screen {
    Screen::with(SocketTransport::new(&format!("ws://{}", hub.addr())).unwrap(), Pace::Off, token)
}

#[test]
fn without_a_token_nothing_but_health_and_the_description_is_told() {
    let hub = TestHub::with_doors();
    assert_eq!(hub.get("/api/health").0, 200);
    assert_eq!(hub.get("/api/openapi.json").0, 200);
    for path in ["/api/incidents", "/api/weather", "/api/who"] {
        assert_eq!(hub.get(path).0, 401, "{path}");
        assert_eq!(http_as(hub.addr(), "made up", "GET", path, "").0, 401, "{path}");
    }
    for path in ["/api/reports", "/api/positions", "/api/catalogue/reload", "/api/sign-out"] {
        assert_eq!(post(hub.addr(), path, "{}").0, 401, "{path}");
    }
}

#[test]
fn the_set_up_token_makes_the_first_account_once() {
    let mut hub = TestHub::with_doors();
    let addr = hub.addr();
    let given = hub.hub().set_up_token().unwrap().to_owned();
    let ask = |token: &str, name: &str, password: &str| {
        let body = json!({ "token": token, "name": name, "password": password }).to_string();
        post(addr, "/api/set-up", &body).0
    };
    assert_eq!(ask("made up", "chen", PASSWORD), 401);
    assert_eq!(ask(&given, "chen", "short"), 422);
    assert_eq!(ask(&given, "ch en", PASSWORD), 422);
    assert_eq!(ask(&given, "chen", PASSWORD), 204);
    assert_eq!(ask(&given, "wang", PASSWORD), 401, "it works once");
    let (status, answer) = try_in(addr, "chen", PASSWORD);
    assert_eq!((status, &answer["roles"]), (200, &json!(["security_administrator"])));
    let asked: Vec<_> = chain(&hub).into_iter().filter(|row| row.0 == "set-up token").map(|row| row.2).collect();
    assert_eq!(asked, ["refused: the set-up token is wrong", "done", "refused: the set-up token is wrong"]);
    hub.shutdown();
    hub.restart(addr);
    assert_eq!(hub.hub().set_up_token(), None);
}

#[test]
fn who_guesses_at_the_set_up_token_has_to_wait() {
    let hub = TestHub::with_doors();
    let guess = |token: &str| {
        let body = json!({ "token": token, "name": "chen", "password": PASSWORD }).to_string();
        post(hub.addr(), "/api/set-up", &body).0
    };
    let guesses: Vec<u16> = (0..6).map(|n| guess(&format!("guess {n}"))).collect();
    assert_eq!(guesses, [401, 401, 401, 401, 401, 429]);
    let given = hub.hub().set_up_token().unwrap();
    assert_eq!(guess(given), 429, "the right one waits as well");
    hub.pass_millis(60_000);
    assert_eq!(guess(given), 204);
}

#[test]
fn a_signed_in_person_gives_orders_in_their_own_name_and_signs_out() {
    let hub = TestHub::with_doors();
    add(&hub, "li", Role::ShiftChief, "");
    let token = token(&hub, "li");
    assert_eq!(http_as(hub.addr(), &token, "GET", "/api/who", "").1["name"], "li");
    let (status, answer) = http_as(hub.addr(), &token, "POST", "/api/reports", &report("a").to_string());
    assert_eq!(status, 200, "{answer}");
    let mut desk = screen(&hub, Some(&token));
    desk.until_live();
    desk.until("known", |s| s.who.as_ref().is_some_and(|who| who.name == "li" && !who.open && who.token.is_none()));
    desk.order(Order::SwitchMode { mode: Mode::Emergency });
    desk.until("emergency", |s| s.hall.mode() == Mode::Emergency);
    assert!(chain(&hub).contains(&("person li".into(), "mode emergency".into(), "done".into())));
    assert!(chain(&hub).contains(&("person li".into(), "report 12345/a 30206".into(), "done".into())));
    assert_eq!(http_as(hub.addr(), &token, "POST", "/api/sign-out", "{}").0, 204);
    assert_eq!(http_as(hub.addr(), &token, "GET", "/api/incidents", "").0, 401);
    desk.until("signed out", |s| s.wanted == Some(Some(Refusal::NotSignedIn)));
    assert!(verify(hub.folder.path(), None).unwrap().is_ok());
}

#[test]
fn a_wrong_password_an_unknown_name_and_a_locked_out_person_get_the_same_answer_and_are_recorded() {
    let hub = TestHub::with_doors();
    add(&hub, "li", Role::Dispatcher, "");
    add(&hub, "wang", Role::Dispatcher, "");
    people(&hub).disable("wang", true, &by()).unwrap();
    let wrong = [("li", "long enough?"), ("nobody", PASSWORD), ("wang", PASSWORD), ("li", "")];
    let answers: Vec<_> = wrong.iter().map(|(name, password)| try_in(hub.addr(), name, password)).collect();
    assert!(answers.iter().all(|answer| *answer == (401, json!({ "error": "wrong name or password" }))), "{answers:?}");
    let away = chain(&hub).into_iter().filter(|row| row.2.starts_with("refused: wrong name"));
    let away: Vec<_> = away.map(|row| row.0).collect();
    assert_eq!(away, ["person li", "person nobody", "person wang", "person li"]);
    people(&hub).disable("wang", false, &by()).unwrap();
    token(&hub, "wang");
}

#[test]
fn whoever_fails_too_often_has_to_wait_even_with_the_right_password() {
    let hub = TestHub::with_doors();
    add(&hub, "li", Role::Dispatcher, "");
    for _ in 0..5 {
        assert_eq!(try_in(hub.addr(), "li", "wrong").0, 401);
    }
    let (status, answer) = try_in(hub.addr(), "li", PASSWORD);
    assert_eq!((status, answer["error"].as_str().unwrap()), (429, "too many failed tries: try again in 1 s"));
    add(&hub, "wang", Role::Dispatcher, "");
    token(&hub, "wang");
    hub.pass_millis(1000);
    token(&hub, "li");
    assert_eq!(try_in(hub.addr(), "li", "wrong").0, 401, "the count began anew");
}

#[test]
fn a_sign_in_ends_after_a_day_and_sooner_where_nothing_is_done() {
    let hub = TestHub::with_doors();
    add(&hub, "li", Role::Dispatcher, "");
    let ask = |token: &str| http_as(hub.addr(), token, "GET", "/api/incidents", "").0;
    let idle = token(&hub, "li");
    hub.pass_millis(IDLE_MAX_MILLIS.unsigned_abs());
    assert_eq!(ask(&idle), 401);
    let used = token(&hub, "li");
    let step = IDLE_MAX_MILLIS.unsigned_abs() / 2;
    for _ in 1..SIGNED_IN_MAX_MILLIS.unsigned_abs() / step {
        hub.pass_millis(step);
        assert_eq!(ask(&used), 200);
    }
    hub.pass_millis(step);
    assert_eq!(ask(&used), 401);
}

#[test]
fn who_is_locked_out_or_gets_another_password_loses_the_open_screen() {
    let hub = TestHub::with_doors();
    add(&hub, "li", Role::Dispatcher, "");
    add(&hub, "wang", Role::Dispatcher, "");
    let (li, wang) = (token(&hub, "li"), token(&hub, "wang"));
    let (mut one, mut other) = (screen(&hub, Some(&li)), screen(&hub, Some(&wang)));
    one.until_live();
    other.until_live();
    people(&hub).disable("li", true, &by()).unwrap();
    one.until("signed out", |s| s.wanted.is_some());
    people(&hub).reset("wang", Proof::Password("another password"), &by()).unwrap();
    other.until("signed out", |s| s.wanted.is_some());
    assert_eq!(http_as(hub.addr(), &li, "GET", "/api/who", "").0, 401);
}

#[test]
fn a_bearer_without_the_right_gets_403_with_its_name_and_the_refusal_is_recorded() {
    let hub = TestHub::with_doors();
    add(&hub, "lei", Role::Leader, "");
    add(&hub, "chen", Role::SecurityAdministrator, "");
    let (leader, chen) = (token(&hub, "lei"), token(&hub, "chen"));
    for (token, method, path, right) in [
        (&leader, "POST", "/api/reports", "report"),
        (&leader, "POST", "/api/positions", "positions"),
        (&leader, "POST", "/api/catalogue/reload", "catalogue"),
        (&chen, "GET", "/api/incidents", "read"),
        (&chen, "GET", "/api/weather", "read"),
    ] {
        let (status, answer) = http_as(hub.addr(), token, method, path, "[]");
        assert_eq!(status, 403, "{path}: {answer}");
        let named = format!("this needs the right `{right}`, which your roles do not have");
        assert_eq!(answer["error"], named, "{path}");
    }
    // The refusals are written by the clerk, who has written them before the next question is answered.
    assert_eq!(http_as(hub.addr(), &leader, "GET", "/api/incidents", "").0, 200);
    let refused: Vec<_> =
        chain(&hub).into_iter().filter(|row| row.2.contains("which your roles")).map(|r| r.1).collect();
    assert_eq!(refused, ["report", "positions", "catalogue", "incidents", "weather"]);
}

#[test]
fn an_auditor_reads_the_chain_page_by_page_and_nobody_else_does() {
    let hub = TestHub::with_doors();
    add(&hub, "an", Role::Auditor, "");
    add(&hub, "ping", Role::Auditor, "东城");
    add(&hub, "li", Role::ShiftChief, "");
    let (an, ping, li) = (token(&hub, "an"), token(&hub, "ping"), token(&hub, "li"));
    let ask = |token: &str, query: &str| http_as(hub.addr(), token, "GET", &format!("/api/audit{query}"), "");
    assert_eq!(http_as(hub.addr(), &li, "POST", "/api/reports", &report("a").to_string()).0, 200);
    let (status, answer) = ask(&li, "");
    assert!(status == 403 && answer["error"].as_str().unwrap().contains("`audit`"), "{answer}");
    assert_eq!(ask(&ping, "").0, 403, "what was asked is the whole city's");
    assert_eq!(hub.get("/api/audit").0, 401);
    assert_eq!(ask(&an, "?after=some").0, 400);
    // Signing in and being refused are written before the next question is answered.
    let (status, all) = ask(&an, "?limit=1000");
    assert_eq!((status, &all["next"]), (200, &Value::Null));
    let records = all["records"].as_array().unwrap().clone();
    let told = |row: &Value| ["who", "asked", "outcome"].map(|field| row[field].as_str().unwrap().to_owned()).into();
    let told: Vec<(String, String, String)> = records.iter().map(told).collect();
    assert_eq!(told, chain(&hub));
    let made = records.iter().find(|row| row["asked"] == "report 12345/a 30206").unwrap();
    assert_eq!((&made["who"], &made["facts"], &made["outcome"]), (&json!("person li"), &json!(1), &json!("done")));
    for (at, row) in records.iter().enumerate() {
        assert_eq!(row["number"], json!(at + 1));
        assert_eq!(at == 0, row["before"] == "0".repeat(64), "{row}");
        assert!(at == 0 || row["before"] == records[at - 1]["hash"], "{row}");
    }
    let mut paged = Vec::new();
    let mut next = json!(0);
    while let Some(after) = next.as_u64() {
        let page = ask(&an, &format!("?after={after}&limit=2")).1;
        paged.extend(page["records"].as_array().unwrap().clone());
        next = page["next"].clone();
    }
    assert_eq!(paged, records);
}

#[test]
fn a_key_reports_in_the_name_of_its_source_and_of_no_other_and_reads_nothing() {
    let hub = TestHub::with_doors();
    let key = key(&hub, "12345", Role::Source);
    let ask = |row: Value| http_as(hub.addr(), &key, "POST", "/api/reports", &row.to_string());
    assert_eq!(ask(report("a")).0, 200);
    let mut other = report("b");
    other["source"] = "110".into();
    let (status, answer) = ask(other);
    assert_eq!((status, &answer["refused"][0]["field"]), (422, &json!("source")), "{answer}");
    assert_eq!(http_as(hub.addr(), &key, "GET", "/api/incidents", "").0, 403);
    let mut screen = screen(&hub, Some(&key));
    screen.until("no screen", |s| s.wanted == Some(Some(Refusal::RightMissing { right: Right::Read })));
    let wall = self::key(&hub, "wall-1", Role::Wall);
    let mut wall = self::screen(&hub, Some(&wall));
    wall.until_live();
    wall.order(Order::SwitchMode { mode: Mode::Emergency });
    wall.until("refused", |s| s.refused == [Refusal::RightMissing { right: Right::Mode }]);
}

#[test]
fn rights_count_within_an_area_and_at_a_hub_without_a_city_a_case_without_one_is_the_whole_citys() {
    let mut hub = TestHub::with_doors();
    let addr = hub.addr();
    let key = key(&hub, "12345", Role::Source);
    let with_area = |id: &str, area: Value| {
        let mut row = report(id);
        row["area"] = area;
        http_as(addr, &key, "POST", "/api/reports", &row.to_string())
    };
    for (id, area) in [("a", json!("东城/南街/三里")), ("b", json!("西城")), ("c", Value::Null)] {
        assert_eq!(with_area(id, area).0, 200);
    }
    assert_eq!(with_area("d", json!("a/b/c/d/e")).1["refused"][0]["field"], "area");
    add(&hub, "li", Role::ShiftChief, "东城/南街");
    add(&hub, "wang", Role::ShiftChief, "");
    // What a restarted hub knows of areas is in the log.
    hub.shutdown();
    hub.restart(addr);
    let mut local = screen(&hub, Some(&token(&hub, "li")));
    local.until_seq(3);
    let advance =
        |number| Order::AdvanceIncident { incident: command_hall::domain::IncidentId(number), stage: Stage::Accepted };
    let outside = |right| Refusal::OutsideArea { right, area: Area::of("东城/南街").unwrap() };
    local.order(advance(2));
    local.order(advance(3));
    local.order(Order::SwitchMode { mode: Mode::Emergency });
    let expected = [outside(Right::Accept), outside(Right::Accept), outside(Right::Mode)];
    local.until("refused", |s| s.refused == expected);
    local.order(advance(1));
    local.until_seq(4);
    let mut whole = screen(&hub, Some(&token(&hub, "wang")));
    whole.until_seq(4);
    whole.order(advance(3));
    whole.until_seq(5);
}

#[test]
fn an_alarm_of_which_nobody_knows_where_it_lies_is_dealt_with_at_every_desk() {
    let hub = TestHub::with_doors();
    add(&hub, "li", Role::Dispatcher, "东城");
    add(&hub, "wang", Role::ShiftChief, "");
    let (key, wang) = (key(&hub, "12345", Role::Source), token(&hub, "wang"));
    let sensors = json!([
        {"id": "cover-1", "kind": "manhole_cover"},
        {"id": "cover-2", "kind": "manhole_cover", "area": "西城"},
    ]);
    assert_eq!(http_as(hub.addr(), &wang, "POST", "/api/sensors", &sensors.to_string()).0, 200);
    let rows = json!([{"sensor": "cover-1", "value": 1}, {"sensor": "cover-2", "value": 1}]);
    assert_eq!(http_as(hub.addr(), &key, "POST", "/api/readings", &rows.to_string()).0, 200);
    let mut desk = screen(&hub, Some(&token(&hub, "li")));
    desk.until("both alarms", |s| s.hall.alarms().all().count() == 2);
    let ids: Vec<AlarmId> = desk.hall.alarms().all().map(|alarm| alarm.id).collect();
    for alarm in ids {
        desk.order(Order::MoveAlarm(Box::new(AlarmStep::Acknowledge { alarm, comment: String::new() })));
    }
    let elsewhere = [Refusal::OutsideArea { right: Right::Alarm, area: Area::of("东城").unwrap() }];
    desk.until("that of another area is refused", |s| s.refused == elsewhere);
    let waits = |s: &Screen, source: &str| {
        s.hall.alarms().of(source, AlarmKind::High).map(command_hall::domain::alarm::Alarm::waits)
    };
    desk.until("the other is taken note of", |s| waits(s, "cover-1") == Some(false));
    assert_eq!(waits(&desk, "cover-2"), Some(true));
}

#[test]
fn an_alarm_is_linked_with_a_case_by_those_alone_who_may_do_that_to_both() {
    let hub = TestHub::with_doors();
    add(&hub, "li", Role::Dispatcher, "东城");
    add(&hub, "chen", Role::Handler, "东城");
    add(&hub, "wang", Role::ShiftChief, "");
    let (key, wang) = (key(&hub, "12345", Role::Source), token(&hub, "wang"));
    for (id, area) in [("a", "东城"), ("b", "西城")] {
        let mut row = report(id);
        row["area"] = area.into();
        assert_eq!(http_as(hub.addr(), &key, "POST", "/api/reports", &row.to_string()).0, 200);
    }
    let sensors = json!([{"id": "cover-1", "kind": "manhole_cover", "area": "东城"}]);
    assert_eq!(http_as(hub.addr(), &wang, "POST", "/api/sensors", &sensors.to_string()).0, 200);
    let rows = json!([{"sensor": "cover-1", "value": 1}]);
    assert_eq!(http_as(hub.addr(), &key, "POST", "/api/readings", &rows.to_string()).0, 200);
    let mut desk = screen(&hub, Some(&token(&hub, "li")));
    let alarm = |s: &Screen| s.hall.alarms().of("cover-1", AlarmKind::High).map(|alarm| (alarm.id, alarm.incident));
    desk.until("the alarm", |s| alarm(s).is_some());
    let (id, before) = alarm(&desk).unwrap();
    assert_eq!(before, None);
    let link = |incident| {
        let incident = command_hall::domain::IncidentId(incident);
        Order::MoveAlarm(Box::new(AlarmStep::Case { alarm: id, incident }))
    };
    let mut handler = screen(&hub, Some(&token(&hub, "chen")));
    handler.until("the alarm", |s| alarm(s).is_some());
    handler.order(link(1));
    handler.until("who handles cases joins none", |s| s.refused == [Refusal::RightMissing { right: Right::Join }]);
    desk.order(link(2));
    let beyond = [Refusal::OutsideArea { right: Right::Alarm, area: Area::of("东城").unwrap() }];
    desk.until("the case lies elsewhere", |s| s.refused == beyond);
    desk.order(link(1));
    desk.until("it is linked", |s| alarm(s).is_some_and(|(_, incident)| incident.map(|one| one.0) == Some(1)));
}

#[test]
fn a_screen_signs_in_over_the_wire_keeps_its_token_and_unlocks_with_the_password() {
    let mut hub = TestHub::with_doors();
    let addr = hub.addr();
    add(&hub, "li", Role::Dispatcher, "");
    let mut desk = screen(&hub, None);
    desk.until("a sign-in is wanted", |s| s.wanted == Some(None));
    assert_eq!(desk.state, LinkState::Connecting);
    desk.link.sign_in("li", "wrong password");
    desk.until("wrong", |s| s.wanted == Some(Some(Refusal::WrongPassword)));
    desk.link.sign_in("li", PASSWORD);
    desk.until_live();
    desk.until("known", |s| s.who.as_ref().is_some_and(|who| who.name == "li" && who.token.is_some()));
    desk.link.unlock("wrong password");
    desk.until("still locked", |s| s.unlocked == Some(Err(Refusal::WrongPassword)));
    desk.link.unlock(PASSWORD);
    desk.until("unlocked", |s| s.unlocked == Some(Ok(())));
    desk.who = None;
    hub.shutdown();
    desk.until("lost", |s| s.state != LinkState::Live);
    hub.restart(addr);
    desk.until_live();
    desk.until("known again without a password", |s| s.who.as_ref().is_some_and(|who| who.name == "li"));
    desk.link.sign_out();
    desk.until("signed out", |s| s.who.is_none() && s.state != LinkState::Live && s.wanted.is_some());
}

#[test]
fn a_demo_lets_everybody_in_and_says_so() {
    let hub = TestHub::start();
    assert_eq!(get(hub.addr(), "/api/incidents").0, 200);
    assert_eq!(try_in(hub.addr(), "li", PASSWORD).0, 409);
    assert_eq!(hub.hub().set_up_token(), None);
    let mut desk = hub.screen();
    desk.until("open", |s| {
        s.who.as_ref().is_some_and(|who| who.open && who.standing.roles.contains(&Role::ShiftChief))
    });
}

#[test]
fn passwords_and_tokens_stand_nowhere_in_the_files_of_a_hub() {
    let mut hub = TestHub::with_doors();
    add(&hub, "li", Role::Dispatcher, "");
    let token = token(&hub, "li");
    let key = key(&hub, "12345", Role::Source);
    hub.shutdown();
    for file in std::fs::read_dir(hub.folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [PASSWORD, &token, &key] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
}

#[test]
fn a_security_administrator_makes_changes_and_locks_out_people_over_the_network_and_nobody_else_does() {
    let hub = TestHub::with_doors();
    add(&hub, "chen", Role::SecurityAdministrator, "");
    add(&hub, "li", Role::ShiftChief, "");
    let (chen, li) = (token(&hub, "chen"), token(&hub, "li"));
    let ask = |token: &str, path: &str, body: Value| http_as(hub.addr(), token, "POST", path, &body.to_string());
    let wang = json!({ "name": "wang", "roles": ["acceptor"], "area": "东城", "password": PASSWORD });
    let (status, answer) = ask(&li, "/api/people", wang.clone());
    assert_eq!(status, 403, "{answer}");
    assert!(answer["error"].as_str().unwrap().contains("`grant`"), "{answer}");
    assert_eq!(ask(&chen, "/api/people", wang.clone()), (200, json!({ "key": null })));
    assert_eq!(ask(&chen, "/api/people", wang).0, 409);
    let (status, answer) = ask(&chen, "/api/people", json!({ "name": "12345", "roles": ["source"] }));
    assert_eq!((status, answer["key"].as_str().map(str::len)), (200, Some(64)));
    for (wrong, status) in [
        (json!({ "name": "x", "roles": ["emperor"] }), 422),
        (json!({ "name": "x", "roles": ["auditor", "security_administrator"] }), 422),
        (json!({ "name": "x", "roles": ["leader"], "password": "short" }), 422),
        (json!({ "name": "x" }), 400),
    ] {
        assert_eq!(ask(&chen, "/api/people", wrong.clone()).0, status, "{wrong}");
    }
    let mut desk = screen(&hub, Some(&token(&hub, "wang")));
    desk.until_live();
    assert_eq!(ask(&chen, "/api/people/wang", json!({ "disabled": true })).0, 200);
    desk.until("signed out", |s| s.wanted.is_some());
    assert_eq!(ask(&chen, "/api/people/nobody", json!({ "disabled": true })).0, 404);
    let listed = http_as(hub.addr(), &chen, "GET", "/api/people", "").1;
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["12345", "chen", "li", "wang"]);
    assert!(chain(&hub).contains(&("person chen".into(), "disable wang".into(), "done".into())));
    assert!(chain(&hub).iter().any(|row| row.0 == "person li" && row.1 == "add wang" && row.2.contains("`grant`")));
}
