//! All cases there ever were, over HTTP and over the wire: found long after they left the hall, whatever happened to the
//! archive's file, by whoever may read and by nobody else.

use command_hall::domain::rights::{Role, Standing};
use command_hall::domain::{Fate, Found, IncidentId, LonLat, Order, Refusal, Search, What};
use command_hall::store::people::{By, People, Proof};
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, http_as, report};

const DAY: u64 = 24 * 3_600_000;
const SEARCH: &str = "/api/archive?q=";

/// 积水, as an address has it.
const FLOOD: &str = "%E7%A7%AF%E6%B0%B4";

fn flood(source_id: &str) -> Value {
    json!({
        "source": "12345", "source_id": source_id, "kind": "20406", "place": {"lon": 119.3, "lat": 31.6,
        "address": "解放路23号"}, "text": "桥下道路积水"
    })
}

fn close(screen: &Screen, incident: u64) {
    screen.order(Order::CloseIncident { incident: IncidentId(incident), reason: "已排空".to_owned() });
}

fn ids(answer: &Value) -> Vec<u64> {
    let cases = answer["cases"].as_array().unwrap_or_else(|| panic!("{answer}"));
    cases.iter().map(|case| case["id"].as_u64().unwrap()).collect()
}

fn found(hub: &TestHub, query: &str) -> Vec<u64> {
    let (status, answer) = hub.get(&format!("/api/archive?{query}"));
    assert_eq!(status, 200, "{answer}");
    ids(&answer)
}

/// A hub with a case that was closed two days ago, and one that is open.
fn hub_with_past() -> (TestHub, Screen) {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    assert_eq!(hub.post_report(flood("1")).0, 200);
    close(&screen, 1);
    screen.until("closed", |s| s.hall.finished_at(IncidentId(1)).is_some());
    hub.pass_millis(2 * DAY);
    assert_eq!(hub.post_report(report("2")).0, 200);
    screen.until("it left the hall", |s| s.hall.incident(IncidentId(1)).is_none());
    (hub, screen)
}

#[test]
fn a_closed_case_is_found_after_it_left_the_hall_with_its_number_and_its_story() {
    let (hub, _screen) = hub_with_past();
    let (status, answer) = hub.get(&format!("{SEARCH}{FLOOD}"));
    assert_eq!((status, ids(&answer)), (200, vec![1]), "{answer}");
    let case = &answer["cases"][0];
    assert_eq!((&case["number"], &case["outcome"]), (&json!("9901002023111500001"), &json!("finished")));
    assert_eq!((&answer["count"], &answer["more"], &answer["behind"]), (&json!(1), &json!(false), &json!(0)));
    for query in
        ["q=jfl", "number=99010020231115", "kind=204&outcome=finished", "lon=119.3&lat=31.6&metres=50", "q=%E7%A7%AF"]
    {
        assert_eq!(found(&hub, query), [1], "{query}");
    }
    assert_eq!(found(&hub, "outcome=open"), [2]);
    assert_eq!(found(&hub, "limit=1"), [2]);
    assert_eq!(found(&hub, "limit=1&before=2"), [1]);
    let told = hub.get("/api/incidents").1["incidents"][0]["number"].clone();
    assert_eq!(told, "9901002023111700001", "the list of today's has numbers too");
    let (status, story) = hub.get("/api/incidents/1/facts");
    assert_eq!(status, 200, "{story}");
    let facts = story["facts"].as_array().unwrap();
    assert_eq!(facts.len(), 2, "{story}");
    assert!(facts[0]["what"]["IncidentClosed"]["reason"] == "已排空" && facts[0]["by"] == "person", "{story}");
    assert!(facts[1]["what"]["IncidentReported"]["text"] == "桥下道路积水" && facts[1]["name"] == "12345", "{story}");
    assert_eq!(hub.get("/api/incidents/9/facts").0, 404);
}

#[test]
fn a_long_story_is_told_page_by_page_back_to_the_report() {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    assert_eq!(hub.post_report(flood("1")).0, 200);
    // More than one page has bytes for.
    for number in 0..150 {
        let words = format!("{number} {}", "a".repeat(4_000));
        assert_eq!(hub.post("/api/incidents/1/notes", &json!({ "words": words })).0, 200);
    }
    let (mut seqs, mut before, mut pages) = (Vec::new(), None, 0);
    loop {
        screen.story = None;
        screen.link.story(IncidentId(1), before);
        screen.until("a page", |s| s.story.is_some());
        let story = screen.story.take().unwrap().1.unwrap();
        seqs.extend(story.facts.iter().map(|fact| fact.seq));
        (before, pages) = (story.facts.last().map(|fact| fact.seq), pages + 1);
        if !story.more {
            assert!(matches!(story.facts.last().unwrap().what, What::IncidentReported(_)));
            break;
        }
    }
    assert!(pages > 1 && seqs.len() == 151, "{pages} pages of {} facts", seqs.len());
    assert!(seqs.windows(2).all(|two| two[0] > two[1]), "each once, newest first");
    let path = |before: u64| format!("/api/incidents/1/facts?before={before}");
    let first = hub.get(&path(seqs[149].0)).1;
    assert_eq!((first["facts"].as_array().unwrap().len(), &first["more"]), (1, &json!(false)));
    assert_eq!(first["facts"][0]["seq"], json!(seqs[150].0));
    assert_eq!(hub.get("/api/incidents/1/facts?before=x").0, 400);
}

#[test]
fn a_screen_finds_it_too_and_gets_the_answer_to_its_last_question() {
    let (hub, mut screen) = hub_with_past();
    let search = Search { text: "积水".to_owned(), limit: 10, ..Search::default() };
    screen.link.search(search.clone());
    screen.until("found", |s| matches!(&s.found, Some(Ok(found)) if found.cases.len() == 1));
    screen.link.story(IncidentId(1), None);
    screen.until("the story", |s| s.story.is_some());
    let (incident, story) = screen.story.take().unwrap();
    let story = story.unwrap();
    assert_eq!((incident, story.case.id, story.facts.len()), (IncidentId(1), IncidentId(1), 2));
    assert!(matches!(story.facts[0].what, What::IncidentClosed { .. }));
    screen.link.story(IncidentId(77), None);
    screen.until("none", |s| {
        s.story.as_ref().is_some_and(|(_, story)| *story == Err(Refusal::UnknownIncident(IncidentId(77))))
    });
    screen.found = None;
    screen.link.search(Search { limit: 0, ..search.clone() });
    screen.until("refused", |s| matches!(&s.found, Some(Err(Refusal::Unusable { field, .. })) if field == "limit"));
    screen.found = None;
    screen.link.search(Search { near: Some((LonLat { lon: f64::NAN, lat: 0.0 }, 10.0)), ..search.clone() });
    screen.until("refused", |s| matches!(&s.found, Some(Err(Refusal::Unusable { field, .. })) if field == "near"));
    let mut inside = hub.embedded_screen();
    inside.until_live();
    inside.link.search(search.clone());
    inside.until("found", |s| matches!(&s.found, Some(Ok(found)) if found.cases.len() == 1));
    // What is counted is asked beside what somebody looks for: both are answered.
    inside.found = None;
    inside.link.search(search);
    inside.link.count(Search { limit: 10, fate: Some(Fate::Closed), ..Search::default() });
    let closed = |found: &Found| !found.cases.is_empty() && found.cases.iter().all(|case| case.over_at.is_some());
    inside.until("counted", |s| matches!(&s.counted, Some(Ok(found)) if closed(found)));
    inside.until("found too", |s| matches!(&s.found, Some(Ok(found)) if found.cases.len() == 1));
}

#[test]
fn an_archive_that_was_deleted_spoilt_or_left_behind_is_as_before_after_a_start() {
    let (mut hub, screen) = hub_with_past();
    assert_eq!(found(&hub, "limit=10"), [2, 1]);
    let addr = hub.addr();
    let file = |hub: &TestHub, ending: &str| hub.folder.path().join(format!("archive.db{ending}"));
    // As a crash between log and archive leaves it: the log goes on, the archive is as it was.
    drop(screen);
    hub.shutdown();
    let before = std::fs::read(file(&hub, "")).unwrap();
    hub.restart(addr);
    let mut screen = hub.screen();
    screen.until_live();
    close(&screen, 2);
    screen.until("closed", |s| s.hall.finished_at(IncidentId(2)).is_some());
    assert_eq!(hub.post_report(flood("3")).0, 200);
    assert_eq!(found(&hub, "outcome=finished"), [2, 1]);
    drop(screen);
    hub.shutdown();
    for ending in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(file(&hub, ending)));
    }
    std::fs::write(file(&hub, ""), before).unwrap();
    hub.restart(addr);
    assert_eq!(found(&hub, "outcome=finished"), [2, 1]);
    assert_eq!(found(&hub, &format!("q={FLOOD}")), [3, 1]);
    hub.shutdown();
    std::fs::remove_file(file(&hub, "")).unwrap();
    hub.restart(addr);
    assert_eq!(found(&hub, &format!("q={FLOOD}")), [3, 1]);
    hub.shutdown();
    std::fs::write(file(&hub, ""), "no database at all, and long enough to be taken for one. ".repeat(99)).unwrap();
    hub.restart(addr);
    assert_eq!(found(&hub, &format!("q={FLOOD}")), [3, 1]);
    assert_eq!(hub.get("/api/incidents/1/facts").1["facts"].as_array().unwrap().len(), 2);
}

#[test]
fn a_query_that_is_no_query_is_answered_with_what_is_wrong() {
    let (hub, _screen) = hub_with_past();
    for (query, names) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("grade=V", "grade"),
        ("outcome=lost", "outcome"),
        ("number=12a", "number"),
        ("lon=1&lat=2", "near"),
        ("lon=1&lat=2&metres=0", "metres"),
        ("lon=200&lat=2&metres=9", "near"),
        ("from=yesterday", "from"),
        ("from=5&until=5", "until"),
        ("colour=red", "colour"),
        ("limit=many", "limit"),
    ] {
        let (status, answer) = hub.get(&format!("/api/archive?{query}"));
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(status == 400 && error.contains(names), "{query}: {status} {answer}");
    }
    let long = "a".repeat(500);
    assert_eq!(hub.get(&format!("/api/archive?q={long}")).0, 400);
    // Syntax of the index or of the database is words like any other.
    for query in
        ["%22", "%22%20OR%20%22a", "NEAR(a%20b)", "a*%20NOT%20b", "words:a", "%27;DROP%20TABLE%20cases;--", "(((("]
    {
        let (status, answer) = hub.get(&format!("{SEARCH}{query}"));
        assert_eq!(status, 200, "{query}: {answer}");
    }
    assert_eq!(found(&hub, &format!("q={FLOOD}")), [1], "all is there still");
}

#[test]
fn only_who_may_read_searches() {
    let hub = TestHub::with_doors();
    let by = By { who: "operator test".to_owned(), origin: "test".to_owned(), at: command_hall::domain::Moment(0) };
    let mut people = People::open(hub.folder.path()).unwrap();
    let mut key = |name: &str, role| people.add(name, "", &Standing::of(&[role]), Proof::Key, &by).unwrap().unwrap();
    let (source, wall) = (key("12345", Role::Source), key("wall", Role::Wall));
    assert_eq!(http_as(hub.addr(), &source, "POST", "/api/reports", &flood("1").to_string()).0, 200);
    for path in ["/api/archive", "/api/incidents/1/facts"] {
        assert_eq!(hub.get(path).0, 401, "{path}");
        let (status, answer) = http_as(hub.addr(), &source, "GET", path, "");
        assert!(status == 403 && answer["error"].as_str().unwrap().contains("`read`"), "{status} {answer}");
        assert_eq!(http_as(hub.addr(), &wall, "GET", path, "").0, 200, "{path}");
    }
}
