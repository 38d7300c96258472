//! Who is not let in stands in the audit chain, and nobody fills it by knocking.

use command_hall::domain::rights::{Right, Role, Standing};
use command_hall::domain::{Moment, Refusal};
use command_hall::link::SocketTransport;
use command_hall::store::people::{By, People, Proof};
use command_hall::store::verify::verify;
use command_hall::wire::Pace;
use rusqlite::Connection;
use serde_json::json;

use crate::kit::{Screen, TestHub, http_as, post};

const PASSWORD: &str = "long enough";
const FIRST: &str = "refused: sign in first";
const WAITS: &str = "refused: too many failed tries";

fn add(hub: &TestHub, name: &str, role: Role) {
    let by = By { who: "operator test".to_owned(), origin: "hall user".to_owned(), at: Moment(0) };
    let mut people = People::open(hub.folder.path()).unwrap();
    people.add(name, "", &Standing::of(&[role]), Proof::Password(PASSWORD), &by).unwrap();
}

fn log(hub: &TestHub) -> Connection {
    Connection::open(hub.folder.path().join("facts.db")).unwrap()
}

/// What was asked in the records with an outcome that begins so, each with who asked.
fn asked(hub: &TestHub, outcome: &str) -> Vec<(String, String)> {
    let sql = log(hub);
    let mut rows = sql.prepare("SELECT who, asked, outcome FROM audit ORDER BY number").unwrap();
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?));
    let rows = rows.query_map([], read).unwrap().map(Result::unwrap);
    rows.filter(|(.., told)| told.starts_with(outcome)).map(|(who, asked, _)| (who, asked)).collect()
}

fn row(who: &str, asked: &str) -> (String, String) {
    (who.to_owned(), asked.to_owned())
}

fn sign_in(hub: &TestHub, name: &str, password: &str) -> u16 {
    post(hub.addr(), "/api/sign-in", &json!({ "name": name, "password": password }).to_string()).0
}

fn screen(hub: &TestHub, token: Option<&str>) -> Screen {
    Screen::with(SocketTransport::new(&format!("ws://{}", hub.addr())).unwrap(), Pace::Off, token)
}

#[test]
fn who_asks_without_a_token_is_recorded_once_a_minute_with_how_often() {
    let mut hub = TestHub::with_doors();
    for _ in 0..3 {
        assert_eq!(hub.get("/api/incidents").0, 401);
        assert_eq!(http_as(hub.addr(), "made up", "GET", "/api/who", "").0, 401);
    }
    assert_eq!(asked(&hub, FIRST), [row("nobody", "GET /api/incidents")]);
    hub.pass_millis(60_000);
    assert_eq!(post(hub.addr(), "/api/sign-out", "{}").0, 401);
    assert_eq!(hub.get("/api/weather").0, 401);
    // The count of the minute that is over may be written on another thread; a hub that is down has written all.
    hub.shutdown();
    let mut told = asked(&hub, FIRST);
    told.sort();
    let all = ["GET /api/incidents", "GET /api/incidents and 5 more", "sign out", "sign out and 1 more"];
    assert_eq!(told, all.map(|asked| row("nobody", asked)));
    assert!(verify(hub.folder.path(), None).unwrap().is_ok());
}

#[test]
fn tries_that_have_to_wait_are_recorded_once_a_minute_with_how_often() {
    let mut hub = TestHub::with_doors();
    add(&hub, "li", Role::Dispatcher);
    let tries: Vec<u16> = (0..8).map(|_| sign_in(&hub, "li", "wrong")).collect();
    assert_eq!(tries, [401, 401, 401, 401, 401, 429, 429, 429]);
    assert_eq!(asked(&hub, "refused: wrong name"), vec![row("person li", "sign in"); 5]);
    assert_eq!(asked(&hub, WAITS), [row("person li", "sign in")]);
    hub.shutdown();
    assert_eq!(asked(&hub, WAITS), [row("person li", "sign in"), row("person li", "sign in and 2 more")]);
}

#[test]
fn a_screen_with_a_token_that_is_none_is_recorded() {
    let hub = TestHub::with_doors();
    let mut desk = screen(&hub, Some("made up"));
    desk.until("it is none", |s| s.wanted == Some(Some(Refusal::NotSignedIn)));
    assert_eq!(asked(&hub, FIRST), [row("nobody", "screen")]);
    let mut new = screen(&hub, None);
    new.until("a sign-in is wanted", |s| s.wanted == Some(None));
    assert_eq!(asked(&hub, FIRST).len(), 1, "who has not tried is not turned away");
}

#[test]
fn who_may_have_no_screen_is_not_signed_in_at_one() {
    let hub = TestHub::with_doors();
    add(&hub, "ops", Role::SystemAdministrator);
    let mut desk = screen(&hub, None);
    desk.until("a sign-in is wanted", |s| s.wanted == Some(None));
    desk.link.sign_in("ops", PASSWORD);
    desk.until("no screen", |s| s.wanted == Some(Some(Refusal::RightMissing { right: Right::Read })));
    assert_eq!(asked(&hub, "refused: this needs the right `read`"), [row("person ops", "sign in")]);
    assert_eq!(asked(&hub, "signed in"), []);
    let tokens: i64 = log(&hub).query_row("SELECT count(*) FROM sign_ins", [], |row| row.get(0)).unwrap();
    assert_eq!(tokens, 0);
    assert_eq!(sign_in(&hub, "ops", PASSWORD), 200, "over HTTP there is something to do");
}

#[test]
fn unlocking_a_desk_is_recorded_under_its_own_name() {
    let hub = TestHub::with_doors();
    add(&hub, "li", Role::Dispatcher);
    let mut desk = screen(&hub, None);
    desk.until("a sign-in is wanted", |s| s.wanted == Some(None));
    desk.link.sign_in("li", PASSWORD);
    desk.until_live();
    desk.link.unlock("wrong password");
    desk.until("still locked", |s| s.unlocked == Some(Err(Refusal::WrongPassword)));
    desk.link.unlock(PASSWORD);
    desk.until("unlocked", |s| s.unlocked == Some(Ok(())));
    assert_eq!(asked(&hub, "refused: wrong name"), [row("person li", "unlock")]);
    assert_eq!(asked(&hub, "unlocked"), [row("person li", "unlock")]);
    assert_eq!(asked(&hub, "signed in"), [row("person li", "sign in")]);
}
