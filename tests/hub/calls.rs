//! A call that an officer takes down, and what becomes of who called.

use command_hall::domain::call::SOURCE;
use command_hall::domain::{
    Call, Caller, Grade, IncidentId, Moment, Order, Place, Progress, Refusal, Report, Stage, Telling,
};
use command_hall::link::SocketTransport;
use command_hall::store::people::{By, People, Proof};
use command_hall::wire::Pace;
use serde_json::json;

use command_hall::domain::rights::{Area, Right, Role, Standing};

use crate::kit::{Screen, TestHub, http_as, post};

const NUMBER: &str = "13912345678";
const PASSWORD: &str = "long enough";

fn call(id: &str, same_as: Option<u64>) -> Order {
    let report = Report {
        source: SOURCE.to_owned(),
        source_id: id.to_owned(),
        kind: "20402".to_owned(),
        grade: Grade::III,
        place: Place::default(),
        text: "路口水管爆了".to_owned(),
        happened_at: Moment(1),
        progress: Progress::Open,
        answers: [].into(),
    };
    let caller = Caller { name: "李小红".to_owned(), phone: NUMBER.to_owned(), answer: true };
    let same_as = same_as.map(IncidentId);
    let area = Area::of("东城/南街");
    Order::TakeCall(Box::new(Call { report, caller: Some(caller), file: true, same_as, area }))
}

fn show(incident: u64, reason: &str) -> Order {
    Order::ShowCaller { incident: IncidentId(incident), reason: reason.to_owned() }
}

#[test]
fn a_caller_is_masked_for_everybody_and_shown_to_who_says_why() {
    let mut hub = TestHub::start();
    let mut screen = hub.screen();
    let mut other = hub.screen();
    screen.until_live();
    screen.order(call("a", None));
    other.until("the case is filed", |s| s.hall.by_source(SOURCE, "a").is_some_and(|one| one.stage == Stage::Filed));
    let id = other.hall.by_source(SOURCE, "a").unwrap().id;
    assert_eq!(other.hall.dossier(id).caller.as_ref().unwrap().phone, "139****5678");
    screen.order(show(id.0, ""));
    screen.until("a reason is wanted", |s| s.refused.contains(&Refusal::ReasonMissing));
    assert_eq!(screen.caller, None);

    // However often the hub was started since.
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    screen.until("the link is back", |s| s.state.is_live() && s.clock.is_some());
    screen.until_live();
    screen.order(show(id.0, "回访"));
    screen.until("the caller is told", |s| s.caller.is_some());
    let (of, caller) = screen.caller.clone().unwrap();
    assert_eq!((of, caller.name.as_str(), caller.phone.as_str()), (id, "李小红", NUMBER));
    other.until("that it was shown is known", |s| s.hall.upto() == screen.hall.upto());
    assert_eq!(other.caller, None, "and told to nobody else");

    // Neither log nor audit chain has the number.
    hub.shutdown();
    let sql = rusqlite::Connection::open(hub.folder.path().join("facts.db")).unwrap();
    let found = |table: &str, column: &str| -> i64 {
        let query = format!("SELECT count(*) FROM {table} WHERE instr(CAST({column} AS BLOB), CAST(?1 AS BLOB)) > 0");
        sql.query_row(&query, [NUMBER], |row| row.get(0)).unwrap()
    };
    assert_eq!(found("facts", "body") + found("snapshots", "body") + found("audit", "asked"), 0);
    assert_eq!(found("callers", "phone"), 1, "it stands where it can be erased");
}

#[test]
fn the_first_case_of_a_hub_has_the_citys_number_where_it_comes_by_call() {
    let hub = TestHub::start_with(&[("city_code", "320100")]);
    let mut screen = hub.screen();
    screen.until_live();
    screen.order(call("a", None));
    screen.until("the case is there", |s| s.hall.by_source(SOURCE, "a").is_some());
    let numbered = |source_id: &str, screen: &Screen| {
        let id = screen.hall.by_source(SOURCE, source_id).unwrap().id;
        screen.hall.case_number(id).unwrap().to_string()
    };
    // The hub's clock stands at 22:13 UTC of the 14th, eight hours behind the city.
    assert_eq!(numbered("a", &screen), "3201002023111500001");
    screen.order(call("b", None));
    screen.until("the next one", |s| s.hall.by_source(SOURCE, "b").is_some());
    assert_eq!(numbered("b", &screen), "3201002023111500002");
}

#[test]
fn the_same_call_given_again_after_a_lost_link_applies_once() {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    for _ in 0..3 {
        screen.order(call("a", None));
    }
    screen.order(call("b", Some(1)));
    screen.until("the second voice is joined", |s| {
        s.hall.by_source(SOURCE, "b").is_some_and(|one| one.stage == Stage::Closed)
    });
    assert_eq!(screen.hall.incidents().len(), 2);
    assert_eq!(screen.hall.dossier(IncidentId(1)).voices.len(), 1);
    assert!(screen.refused.is_empty(), "{:?}", screen.refused);
}

#[test]
fn who_has_not_the_right_neither_takes_calls_nor_sees_callers() {
    let hub = TestHub::with_doors();
    let mut people = People::open(hub.folder.path()).unwrap();
    let by = By { who: "operator test".to_owned(), origin: "hall user".to_owned(), at: Moment(0) };
    let mut sign_in = |name: &str, role: Role, area: &str| {
        let standing = Standing { roles: vec![role], area: Area::of(area).unwrap() };
        people.add(name, "", &standing, Proof::Password(PASSWORD), &by).unwrap();
        let (status, answer) =
            post(hub.addr(), "/api/sign-in", &json!({ "name": name, "password": PASSWORD }).to_string());
        assert_eq!(status, 200, "{answer}");
        let token = answer["token"].as_str().unwrap().to_owned();
        let link = SocketTransport::new(&format!("ws://{}", hub.addr())).unwrap();
        let mut screen = Screen::with(link, Pace::Off, Some(&token));
        screen.until_live();
        screen
    };
    let mut acceptor = sign_in("zhao", Role::Acceptor, "东城");
    let mut elsewhere = sign_in("qian", Role::Acceptor, "西城");
    let mut handler = sign_in("sun", Role::Handler, "东城");
    elsewhere.order(call("a", None));
    elsewhere.until("it is outside", |s| matches!(s.refused.first(), Some(Refusal::OutsideArea { .. })));
    acceptor.order(call("a", None));
    handler.until("the case is there", |s| s.hall.by_source(SOURCE, "a").is_some());
    handler.order(show(1, "想看看"));
    handler.until("the right is missing", |s| s.refused.contains(&Refusal::RightMissing { right: Right::Callers }));
    elsewhere.order(show(1, "想看看"));
    elsewhere.until("it is outside as well", |s| s.refused.len() == 2);
    acceptor.order(show(1, "回访"));
    acceptor.until("the caller is told", |s| s.caller.is_some());
    assert_eq!((handler.caller.clone(), elsewhere.caller.clone()), (None, None));
}

#[test]
fn a_hotline_tells_of_calls_over_http_and_of_who_called() {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    let told = |id: &str, more: &serde_json::Value| {
        let mut row = json!({ "source": "12345", "source_id": id, "kind": "20402", "text": "路口水管爆了" });
        for (name, value) in more.as_object().unwrap() {
            row[name] = value.clone();
        }
        row
    };
    let caller = json!({ "name": "李小红", "phone": 13_912_345_678_u64, "answer": true });
    let rows = [
        told("a", &json!({ "caller": caller, "area": "东城/南街" })),
        told("b", &json!({ "caller": { "phone": "10086" }, "file": true })),
        told("c", &json!({ "caller": { "phone": "电话" } })),
        told("d", &json!({ "caller": "李小红" })),
        told("e", &json!({ "progress": "closed" })),
        told("f", &json!({ "file": "yes" })),
        told("g", &json!({ "same_as": 1 })),
        told("h", &json!({ "same_as": 99 })),
    ];
    let (status, answer) = hub.post("/api/calls", &rows.to_vec().into());
    let ids = |list: &str, field: &str| -> Vec<serde_json::Value> {
        answer[list].as_array().unwrap().iter().map(|row| row[field].clone()).collect()
    };
    assert_eq!((status, ids("accepted", "source_id")), (200, vec![json!("a"), json!("b"), json!("g")]));
    assert_eq!(ids("refused", "row"), [3, 4, 5, 6, 8]);
    assert_eq!(ids("refused", "field"), ["phone", "caller", "progress", "file", ""]);
    assert!(!answer.to_string().contains("345678"), "{answer}");
    screen.until("all voices", |s| s.hall.incidents().len() == 3 && s.hall.dossier(IncidentId(1)).voices.len() == 1);
    let of = |id: u64| screen.hall.incident(IncidentId(id)).unwrap().stage;
    assert_eq!([1, 2, 3].map(of), [Stage::Reported, Stage::Filed, Stage::Closed]);
    let kept = screen.hall.dossier(IncidentId(1)).caller.clone().unwrap();
    assert_eq!((kept.name.as_str(), kept.phone.as_str(), kept.answer), ("李**", "139****5678", true));
    // Told again it changes nothing.
    let (_, again) = hub.post("/api/calls", &rows[0]);
    assert_eq!(again["accepted"][0]["changed"], json!(false));
    screen.order(show(1, "回访"));
    screen.until("the caller is told", |s| s.caller.as_ref().is_some_and(|(_, caller)| caller.phone == NUMBER));
}

#[test]
fn forty_calls_are_one_case_and_the_one_that_is_taken_out_after_a_restart_has_its_own_promise() {
    let mut hub = TestHub::start();
    let step = |hub: &TestHub, id: u64, row: serde_json::Value| {
        let (status, answer) = hub.post(&format!("/api/incidents/{id}/moves"), &row);
        assert_eq!(status, 200, "{answer}");
    };
    for number in 1..=40_u64 {
        let caller = json!({ "name": "李小红", "phone": 13_900_000_000_u64 + number, "answer": true });
        let mut row = json!({ "source": "12345", "source_id": number.to_string(), "kind": "20402", "caller": caller });
        // Some are known for another voice as they come in, others are found to be one later.
        if (2..=20).contains(&number) {
            row["same_as"] = json!(1);
        }
        let (status, answer) = hub.post("/api/calls", &row);
        assert_eq!((status, &answer["accepted"][0]["incident"]), (200, &json!(number)), "{answer}");
    }
    for id in 21..=40 {
        step(&hub, id, json!({ "step": "merge", "into": 1 }));
    }
    let open = hub.get("/api/incidents?open=true").1;
    assert_eq!(open["incidents"].as_array().unwrap().len(), 1);
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    let mut screen = hub.screen();
    screen.until_live();
    let (one, out) = (IncidentId(1), IncidentId(30));
    assert_eq!(screen.hall.dossier(one).voices.len(), 39);
    step(&hub, out.0, json!({ "step": "unmerge", "reason": "另一处" }));
    step(&hub, one.0, json!({ "step": "advance", "stage": "accepted" }));
    let stage = |s: &Screen, id| s.hall.incident(id).map(|case| case.stage);
    screen.until("one accepted", |s| stage(s, one) == Some(Stage::Accepted));
    assert_eq!((stage(&screen, out), screen.hall.dossier(one).voices.len()), (Some(Stage::Reported), 38));
    let owed = |s: &Screen, id, what| s.hall.owed(id, what).len();
    let both = |s: &Screen, what| (owed(s, one, what), owed(s, out, what));
    assert_eq!(both(&screen, Telling::Accepted), (39, 0), "one is not accepted yet");
    step(&hub, one.0, json!({ "step": "tell", "what": "accepted", "by": "message" }));
    screen.until("they are told", |s| owed(s, one, Telling::Accepted) == 0);
    step(&hub, out.0, json!({ "step": "advance", "stage": "accepted" }));
    screen.until("the other accepted", |s| stage(s, out) == Some(Stage::Accepted));
    assert_eq!(both(&screen, Telling::Accepted), (0, 1), "nobody told that caller yet");
    step(&hub, one.0, json!({ "step": "close", "reason": "已修复" }));
    screen.until("one closed", |s| stage(s, one) == Some(Stage::Closed));
    assert_eq!(both(&screen, Telling::Ended), (39, 0), "the other goes on");
    step(&hub, out.0, json!({ "step": "close", "reason": "已修复" }));
    screen.until("the other closed", |s| stage(s, out) == Some(Stage::Closed));
    assert_eq!(both(&screen, Telling::Ended), (39, 1));
    step(&hub, out.0, json!({ "step": "tell", "what": "ended", "by": "phone" }));
    screen.until("the promise is kept", |s| both(s, Telling::Ended) == (39, 0));
}

#[test]
fn the_key_of_a_system_tells_of_calls_and_files_none() {
    let hub = TestHub::with_doors();
    let mut people = People::open(hub.folder.path()).unwrap();
    let by = By { who: "operator test".to_owned(), origin: "hall user".to_owned(), at: Moment(0) };
    let standing = Standing { roles: vec![Role::Source], area: Area::CITY };
    let key = people.add("12345", "", &standing, Proof::Key, &by).unwrap().expect("a key");
    let tell = |id: &str, file: bool| {
        let row = json!({ "source": "12345", "source_id": id, "kind": "20402", "file": file, "area": "东城" });
        http_as(hub.addr(), &key, "POST", "/api/calls", &row.to_string())
    };
    assert_eq!(tell("a", false).0, 200);
    let (status, answer) = tell("b", true);
    assert_eq!(status, 422, "{answer}");
    assert!(answer["refused"][0]["reason"].as_str().unwrap().contains("file"), "{answer}");
}
