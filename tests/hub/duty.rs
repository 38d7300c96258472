//! Duty over a hub: shifts from a file, rosters, logs that lock and hand-overs that two people sign, by wire and HTTP.

use command_hall::domain::duty::log::{Change, Noted};
use command_hall::domain::rights::{Role, Standing};
use command_hall::domain::{DutyStep, Moment, Order, Refusal};
use command_hall::link::SocketTransport;
use command_hall::store::people::{By, People, Proof};
use command_hall::wire::Pace;
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, http_as, report};

const MINUTE: u64 = 60_000;
const DAYS: &str = "handover_minutes = 15\n\n[[post]]\ncode = 'chief'\nzh = '值班长'\nen = 'Chief'\n\n[[shift]]\ncode = 'day'\nzh = '白班'\nen = 'Day'\nfrom = '08:00'\nto = '20:00'\nposts = ['chief']\n\n[[shift]]\ncode = 'dark'\nzh = '夜班'\nen = 'Night'\nfrom = '20:00'\nto = '08:00'\nposts = ['chief']\n";

/// Keys of people by name: two chiefs, an acceptor and a grid worker. It is a quarter past six in the morning.
struct Centre {
    hub: TestHub,
    keys: Vec<(&'static str, String)>,
}

impl Centre {
    fn open() -> Self {
        let hub = TestHub::with_doors();
        let mut people = People::open(hub.folder.path()).unwrap();
        let by = By { who: "operator test".to_owned(), origin: "hall user".to_owned(), at: Moment(0) };
        let all =
            [("li", Role::ShiftChief), ("wang", Role::ShiftChief), ("zhao", Role::Acceptor), ("sun", Role::GridWorker)];
        let keys = all.map(|(name, role)| {
            let key = people.add(name, "", &Standing::of(&[role]), Proof::Key, &by).unwrap().unwrap();
            (name, key)
        });
        Self { hub, keys: keys.into() }
    }

    fn key(&self, who: &str) -> &str {
        &self.keys.iter().find(|(name, _)| *name == who).unwrap().1
    }

    fn post(&self, who: &str, path: &str, body: &Value) -> (u16, Value) {
        http_as(self.hub.addr(), self.key(who), "POST", path, &body.to_string())
    }

    fn get(&self, path: &str) -> (u16, Value) {
        http_as(self.hub.addr(), self.key("li"), "GET", path, "")
    }

    fn screen(&self, who: &str) -> Screen {
        let transport = SocketTransport::new(&format!("ws://{}", self.hub.addr())).unwrap();
        let mut screen = Screen::with(transport, Pace::Off, Some(self.key(who)));
        screen.until_live();
        screen
    }
}

fn step(step: DutyStep) -> Order {
    Order::MoveDuty(Box::new(step))
}

fn error(answer: &(u16, Value)) -> String {
    answer.1["error"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_shift_is_rostered_written_and_handed_over_by_two_people_and_outlives_a_restart() {
    let mut centre = Centre::open();
    let before = centre.get("/api/duty").1;
    assert_eq!((&before["number"], &before["now"]["shift"]), (&Value::Null, &json!("night")), "{before}");
    assert_eq!(centre.get("/api/duty/log").0, 404);
    assert_eq!(centre.get("/api/duty/handover").0, 404);
    let at = |shift: &str| json!({ "day": "2023-11-15", "shift": shift, "post": "chief" });
    let assign =
        |shift: &str, who: &str| centre.post("li", "/api/duty/roster", &json!({ "at": at(shift), "who": who }));
    assert_eq!(assign("morning", "wang").1["changed"], true);
    assert_eq!(assign("middle", "li").1["changed"], true);
    let swap = json!({ "one": at("morning"), "other": at("middle") });
    assert_eq!(centre.post("li", "/api/duty/roster/swap", &swap).0, 200);
    assert_eq!(assign("noon", "wang").0, 422);
    let odd = json!({ "at": { "day": "tomorrow", "shift": "morning", "post": "chief" }, "who": "li" });
    assert!(error(&centre.post("li", "/api/duty/roster", &odd)).contains("2026-03-02"));
    let shifts = centre.get("/api/duty/roster?days=1").1;
    let first: Vec<_> =
        shifts["shifts"].as_array().unwrap().iter().map(|one| one["posts"][0]["rostered"].clone()).collect();
    assert_eq!(first, [Value::Null, json!("li"), json!("wang")], "night, morning, middle");
    // Who is not in the roster signs on, and is seen to.
    assert_eq!(centre.post("li", "/api/duty/sign-on", &json!({ "post": "chief" })).0, 200);
    let now = centre.get("/api/duty").1;
    assert_eq!((&now["number"], &now["now"]["posts"][0]["there"]), (&json!(1), &json!("li")), "{now}");
    // A case of grade Ⅱ is noted by the hall itself.
    let mut grave = report("1");
    grave["grade"] = json!("II");
    assert_eq!(centre.post("li", "/api/reports", &grave).0, 200);
    let words = json!({ "words": "龙翔道已封一条车道", "incident": 1, "open": true });
    assert_eq!(centre.post("zhao", "/api/duty/log", &words).1["changed"], true);
    assert_eq!(centre.post("zhao", "/api/duty/log", &json!({ "words": " " })).0, 422);
    assert_eq!(centre.post("zhao", "/api/duty/log", &json!({ "words": "x", "incident": 9 })).0, 404);
    let log = centre.get("/api/duty/log").1;
    let what: Vec<_> = log["entries"].as_array().unwrap().iter().map(|one| one["what"].clone()).collect();
    assert_eq!((what, &log["locked"]), (vec![json!("signed_on"), json!("grave"), json!("words")], &json!(false)));
    // A quarter of an hour before its end the chief prepares; a case comes in; another signs.
    centre.hub.pass_millis(65 * MINUTE);
    assert_eq!(centre.get("/api/duty").1["lamp"], "yellow");
    assert_eq!(centre.post("li", "/api/duty/handover", &json!({ "words": "平稳" })).0, 200);
    let pack = centre.get("/api/duty/handover").1;
    assert_eq!((&pack["by"], &pack["pack"]["by_stage"][0]["count"]), (&json!("li"), &json!(1)), "{pack}");
    assert_eq!((&pack["pack"]["changes"]["new"], &pack["pack"]["remarks"][0]["number"]), (&json!(1), &json!(3)));
    let sign = |who: &str, prepared: &Value| {
        centre.post(who, "/api/duty/handover/sign", &json!({ "prepared": prepared, "words": "已阅" }))
    };
    let same = sign("li", &pack["prepared"]);
    assert!(same.0 == 422 && error(&same).contains("another person"), "{same:?}");
    assert!(error(&sign("wang", &json!(1))).contains("prepared anew"));
    assert_eq!(centre.post("li", "/api/reports", &report("2")).0, 200);
    assert_eq!(centre.get("/api/duty/handover").1["since"]["new"], 1);
    assert_eq!(sign("wang", &pack["prepared"]).1["changed"], true);
    assert_eq!(sign("wang", &pack["prepared"]).0, 404, "the next shift has none");
    // The log is locked; what is open goes on.
    let late = centre.post("zhao", "/api/duty/log", &json!({ "words": "补记", "shift": 1 }));
    assert!(late.0 == 422 && error(&late).contains("locked"), "{late:?}");
    assert_eq!(centre.post("zhao", "/api/duty/log", &json!({ "words": "更正：两条车道", "corrects": 3 })).0, 200);
    assert_eq!(centre.post("zhao", "/api/duty/log", &json!({ "words": "更正", "corrects": 99 })).0, 404);
    let (old, now) = (centre.get("/api/duty/log?shift=1").1, centre.get("/api/duty").1);
    assert_eq!((&old["locked"], &old["entries"][2]["words"]), (&json!(true), &words["words"]));
    assert_eq!(
        (&now["number"], &now["now"]["shift"], &now["open"][0]["number"]),
        (&json!(2), &json!("morning"), &json!(3))
    );
    assert_eq!(centre.post("wang", "/api/duty/log/settle", &json!({ "entry": 3 })).1["changed"], true);
    assert_eq!(centre.post("wang", "/api/duty/log/settle", &json!({ "entry": 99 })).0, 404);
    let signed = centre.get("/api/duty/handover?shift=1").1;
    assert_eq!((&signed["taken"]["by"], &signed["taken"]["words"]), (&json!("wang"), &json!("已阅")));
    let told =
        ["/api/duty", "/api/duty/log", "/api/duty/log?shift=1", "/api/duty/handover?shift=1", "/api/duty/roster"];
    let before = told.map(|path| centre.get(path).1);
    let addr = centre.hub.addr();
    centre.hub.shutdown();
    centre.hub.restart(addr);
    assert_eq!(told.map(|path| centre.get(path).1), before);
}

#[test]
fn screens_see_a_hand_over_and_what_changed_before_it_is_signed() {
    let centre = Centre::open();
    let (giver, mut taker) = (centre.screen("li"), centre.screen("wang"));
    giver.order(step(DutyStep::SignOn { post: "chief".to_owned() }));
    taker.until("the shift", |s| s.hall.duty().watch().is_some_and(|watch| !watch.posts.is_empty()));
    // Whatever a screen sends for a pack, the hub composes it.
    assert_eq!(centre.post("li", "/api/reports", &report("1")).0, 200);
    giver.order(step(DutyStep::Prepare { words: "平稳".to_owned(), pack: Box::default() }));
    taker.until("the hand-over", |s| s.hall.duty().watch().unwrap().handover.is_some());
    let handover = taker.hall.duty().watch().unwrap().handover.clone().unwrap();
    assert_eq!((handover.pack.open_count(), handover.pack.open.rows.len(), handover.by.as_str()), (1, 1, "li"));
    assert!(handover.pack.open.rows[0].due.is_some(), "by the limits of its kind");
    assert_eq!(centre.post("li", "/api/reports", &report("2")).0, 200);
    taker.until("the change", |s| {
        s.hall.duty().watch().unwrap().handover.as_ref().unwrap().since.count(Change::New) == 1
    });
    taker.order(step(DutyStep::Sign { prepared: handover.prepared, words: String::new() }));
    taker.until("the next shift", |s| s.hall.duty().watch().unwrap().number == 2);
    assert!(taker.hall.duty().shift(1).unwrap().is_locked());
    assert_eq!(taker.hall.duty().watch().unwrap().log[0].what, Noted::TookOver("li".to_owned()));
    let mut wall = centre.screen("zhao");
    wall.until("the same duty", |s| s.hall.duty() == taker.hall.duty());
}

#[test]
fn who_has_no_right_is_refused_and_no_system_signs() {
    let centre = Centre::open();
    let refused = |who: &str, path: &str, body: Value| centre.post(who, path, &body).0;
    assert_eq!(refused("sun", "/api/duty/log", json!({ "words": "x" })), 403);
    assert_eq!(refused("zhao", "/api/duty/handover", json!({})), 403);
    assert_eq!(refused("zhao", "/api/duty/handover/sign", json!({ "prepared": 1 })), 403);
    let at = json!({ "day": "2023-11-15", "shift": "morning", "post": "chief" });
    assert_eq!(refused("zhao", "/api/duty/roster", json!({ "at": at, "who": "zhao" })), 403);
    assert_eq!(centre.hub.get("/api/duty").0, 401);
    let mut desk = centre.screen("zhao");
    desk.order(step(DutyStep::Prepare { words: String::new(), pack: Box::default() }));
    desk.until("a refusal", |s| !s.refused.is_empty());
    assert!(matches!(desk.refused[0], Refusal::RightMissing { .. }));
    let open = TestHub::start();
    let answer = open.post("/api/duty/handover", &json!({}));
    assert!(answer.0 == 422 && error(&answer).contains("only a person"), "{answer:?}");
    assert_eq!(open.post("/api/duty/log", &json!({ "words": "来自系统" })).0, 200, "a system may note");
}

#[test]
fn where_nobody_signs_in_two_names_sign_a_hand_over_and_elsewhere_nobody_signs_for_another() {
    let open = TestHub::start();
    let post = |path: &str, body: Value| open.post(path, &body);
    assert_eq!(post("/api/duty/sign-on", json!({ "post": "chief", "by": "li" })).0, 200);
    assert_eq!(post("/api/duty/log", json!({ "words": "平稳", "by": "li" })).0, 200);
    assert_eq!(post("/api/duty/handover", json!({ "words": "请接班", "by": "li" })).0, 200);
    let handover = open.get("/api/duty/handover").1;
    assert_eq!(handover["by"], "li", "{handover}");
    let sign = |by: &str| {
        post("/api/duty/handover/sign", json!({ "prepared": handover["prepared"], "words": "已阅", "by": by }))
    };
    let same = sign("li");
    assert!(same.0 == 422 && error(&same).contains("another person"), "{same:?}");
    for odd in ["", "  ", "wa\u{7}ng", &"王".repeat(81)] {
        let answer = sign(odd);
        assert!(answer.0 == 422 && error(&answer).starts_with("by: is a name"), "{odd:?}: {answer:?}");
    }
    assert_eq!(sign(" wang ").1["changed"], true);
    let taken = open.get("/api/duty/handover?shift=1").1["taken"].clone();
    assert_eq!((&taken["by"], &taken["words"]), (&json!("wang"), &json!("已阅")));
    let centre = Centre::open();
    let other = centre.post("zhao", "/api/duty/log", &json!({ "words": "x", "by": "li" }));
    assert!(other.0 == 422 && error(&other).contains("nobody signs for another"), "{other:?}");
    assert_eq!(centre.post("zhao", "/api/duty/log", &json!({ "words": "x", "by": "zhao" })).0, 200);
}

#[test]
fn a_file_of_shifts_is_in_force_and_taken_anew_without_a_restart() {
    let hub = TestHub::start_with(&[("duty.toml", DAYS)]);
    let mut desk = hub.screen();
    desk.until("the shifts", |s| s.hall.duty().in_force().is_some());
    assert_eq!(hub.get("/api/duty").1["now"]["shift"], "dark", "at a quarter past six");
    let reload = || hub.post("/api/catalogue/reload", &json!({}));
    assert_eq!(reload().1["changed"], false);
    hub.edit("duty.toml", &DAYS.replace("to = '08:00'", "to = '09:00'"));
    let (status, answer) = reload();
    assert_eq!((status, &answer["line"]), (422, &json!(12)), "{answer}");
    assert!(answer["problem"].as_str().unwrap().contains("ends at 09:00"), "{answer}");
    hub.edit("duty.toml", &DAYS.replace("'08:00'", "'07:00'"));
    let (status, answer) = reload();
    assert_eq!((status, &answer["changed"], &answer["shifts_changed"]), (200, &json!(true), &json!(true)), "{answer}");
    desk.until("other shifts", |s| s.hall.duty().in_force().unwrap().shifts.shifts[0].from_minute == 7 * 60);
    // The one on duty stays as it began; the next one is of the new file.
    let duty = hub.get("/api/duty").1;
    let hours = (duty["now"]["until"].as_i64().unwrap() - duty["now"]["from"].as_i64().unwrap()) / 3_600_000;
    assert_eq!((hours, &duty["next"]["shift"]), (12, &json!("day")));
    assert_eq!(reload().1["changed"], false);
}
