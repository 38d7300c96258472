//! A call that an officer takes down, and what becomes of who called.

use command_hall::domain::call::SOURCE;
use command_hall::domain::{Call, Caller, Grade, IncidentId, Moment, Order, Place, Progress, Refusal, Report, Stage};
use command_hall::link::SocketTransport;
use command_hall::store::people::{By, People, Proof};
use command_hall::wire::Pace;
use serde_json::json;

use command_hall::domain::rights::{Area, Right, Role, Standing};

use crate::kit::{Screen, TestHub, post};

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
