//! Key figures over HTTP: each as a part of a whole, by area, department and post.

use command_hall::domain::{Assignment, Part};
use command_hall::domain::{CaseMove, Channel, IncidentId, Order, Party, Stage, TaskStep, Telling};
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, report};

const HOUR: u64 = 3_600_000;
/// Traffic accidents, which have to be sent within minutes.
const KIND: &str = "30206";

/// Three cases: two of two streets of a district, and one of which no area is known.
fn hub() -> (TestHub, Screen) {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    for (id, area) in [("1", Some("东城区/南街")), ("2", Some("东城区/北街")), ("3", None)] {
        let mut row = report(id);
        row["kind"] = json!(KIND);
        if let Some(area) = area {
            row["area"] = json!(area);
        }
        assert_eq!(hub.post_report(row).0, 200);
    }
    screen.until_seq(3);
    (hub, screen)
}

fn get(hub: &TestHub, query: &str) -> Value {
    let (status, answer) = hub.get(&format!("/api/figures{query}"));
    assert_eq!(status, 200, "{answer}");
    answer
}

/// Part, whole and per cent of a figure of a row.
fn share(row: &Value, figure: &str) -> (u64, u64, Option<f64>) {
    let figures = row["figures"].as_array().unwrap();
    let found = figures.iter().find(|one| one["figure"] == figure).unwrap_or_else(|| panic!("{figure} in {row}"));
    (found["part"].as_u64().unwrap(), found["of"].as_u64().unwrap(), found["percent"].as_f64())
}

fn row<'a>(answer: &'a Value, key: &Value) -> &'a Value {
    let rows = answer["rows"].as_array().unwrap();
    rows.iter().find(|row| row["key"] == *key).unwrap_or_else(|| panic!("{key} in {answer}"))
}

fn advance(screen: &mut Screen, id: u64, stage: Stage) {
    screen.order(Order::AdvanceIncident { incident: IncidentId(id), stage });
    screen.until("the stage", |s| s.hall.incident(IncidentId(id)).is_some_and(|one| one.stage == stage));
}

#[test]
fn what_nothing_is_known_of_has_no_per_cent() {
    let hub = TestHub::start();
    let answer = get(&hub, "");
    assert_eq!(share(&answer["total"], "handled"), (0, 0, None));
    assert_eq!((&answer["total"]["handling_secs"], &answer["rows"]), (&Value::Null, &json!([])));
    assert_eq!(answer["until"].as_i64().unwrap() - answer["from"].as_i64().unwrap(), 24 * 3_600_000);
}

#[test]
fn figures_are_told_by_area_and_what_no_area_is_known_of_is_told_beside_them() {
    let (hub, mut screen) = hub();
    for id in [1, 3] {
        advance(&mut screen, id, Stage::Dispatched);
        advance(&mut screen, id, Stage::Done);
    }
    let city = get(&hub, "?by=area");
    assert_eq!(share(&city["total"], "handled"), (2, 2, Some(100.0)));
    assert_eq!(city["total"]["reported"], 3);
    let (district, unknown) = (row(&city, &json!("东城区")), row(&city, &Value::Null));
    assert_eq!((district["reported"].clone(), share(district, "handled")), (json!(2), (1, 1, Some(100.0))));
    assert_eq!((unknown["reported"].clone(), share(unknown, "handled")), (json!(1), (1, 1, Some(100.0))));
    let within = get(&hub, "?by=area&within=%E4%B8%9C%E5%9F%8E%E5%8C%BA");
    assert_eq!(within["rows"].as_array().unwrap().len(), 2, "{within}");
    assert_eq!(share(row(&within, &json!("东城区/北街")), "handled"), (0, 0, None));
    assert_eq!(within["total"]["reported"], 2);
}

#[test]
fn what_is_late_is_told_by_department_and_post_and_tasks_by_who_got_them() {
    let (hub, mut screen) = hub();
    let to = vec![Assignment { to: Party::Department("water".to_owned()), part: Part::Lead }];
    screen.order(Order::GiveTasks { incident: IncidentId(1), to, words: String::new() });
    screen.until("the task", |s| !s.hall.tasks(IncidentId(1)).is_empty());
    let party = Party::Department("water".to_owned());
    let step = TaskStep::Return { reason: "不归我管".to_owned() };
    screen.order(Order::MoveTask { incident: IncidentId(1), party, step });
    screen.until("given back", |s| s.hall.incident(IncidentId(1)).unwrap().stage == Stage::Filed);
    hub.pass_millis(20 * HOUR);
    let by = get(&hub, "?by=department");
    assert_eq!(share(row(&by, &json!("water")), "returned"), (1, 1, Some(100.0)));
    assert_eq!(share(row(&by, &json!("water")), "accurate"), (0, 1, Some(0.0)));
    let posts = get(&hub, "?by=post");
    let sent = row(&posts, &json!("dispatcher"));
    assert_eq!((share(sent, "done"), share(sent, "late")), ((0, 3, Some(0.0)), (3, 3, Some(100.0))));
    assert_eq!(share(row(&posts, &json!("handler")), "done"), (0, 0, None), "nothing was sent for good");
    assert_eq!(share(&get(&hub, "?hours=1")["total"], "returned"), (0, 0, None), "that is longer ago");
}

#[test]
fn a_day_that_is_over_is_told_for_good_and_figures_are_held_against_the_hours_of_yesterday() {
    // It is a quarter past six in the city.
    let (mut hub, mut screen) = hub();
    for id in [1, 3] {
        advance(&mut screen, id, Stage::Dispatched);
        advance(&mut screen, id, Stage::Done);
    }
    let day = "?day=2023-11-15";
    assert_eq!(hub.get(&format!("/api/figures{day}")).0, 404, "it is not over");
    hub.pass_millis(25 * HOUR);
    hub.post_report(report("next day"));
    let kept = |hub: &TestHub, query: &str| {
        let mut told = (404, Value::Null);
        for _ in 0..200 {
            told = hub.get(&format!("/api/figures{query}"));
            if told.0 == 200 {
                break;
            }
            std::thread::park_timeout(std::time::Duration::from_millis(50));
        }
        assert_eq!(told.0, 200, "{}", told.1);
        told.1
    };
    let by_area = kept(&hub, &format!("{day}&by=area"));
    assert_eq!(by_area["until"].as_u64().unwrap() - by_area["from"].as_u64().unwrap(), 24 * HOUR - 1);
    assert_eq!(by_area["total"]["reported"], 3);
    assert_eq!(share(&by_area["total"], "handled"), (2, 2, Some(100.0)));
    assert_eq!(share(&by_area["total"], "sent_in_time"), (2, 3, Some(66.7)), "one was late all day");
    assert_eq!(share(row(&by_area, &json!("东城区")), "sent_in_time"), (1, 2, Some(50.0)));
    assert_eq!(share(row(&by_area, &Value::Null), "handled"), (1, 1, Some(100.0)));
    let within = kept(&hub, &format!("{day}&by=area&within=%E4%B8%9C%E5%9F%8E%E5%8C%BA"));
    assert_eq!(share(row(&within, &json!("东城区/南街")), "handled"), (1, 1, Some(100.0)));
    let persons = kept(&hub, &format!("{day}&by=person"));
    let nothing = json!({ "day_before": null, "week_before": null, "year_before": null });
    assert_eq!(
        persons["rows"][0]["work"][3],
        json!({
            "work": "dispatched", "count": 2, "took_secs": { "count": 2, "mean": 0, "p50": 0, "p90": 0 },
            "changes": nothing,
        })
    );
    // At seven yesterday two of three had been sent in time; now only the late one is due.
    let change = |answer: &Value, figure: &str| {
        let figures = answer["total"]["figures"].as_array().unwrap();
        figures.iter().find(|one| one["figure"] == figure).unwrap()["changes"].clone()
    };
    let now = get(&hub, "?by=post");
    assert_eq!(share(&now["total"], "sent_in_time"), (0, 1, Some(0.0)));
    let unknown = Value::Null;
    assert_eq!(
        change(&now, "sent_in_time"),
        json!({ "day_before": -66.7, "week_before": unknown, "year_before": unknown })
    );
    assert_eq!(change(&now, "handled")["day_before"], Value::Null, "nothing is due now");
    let post = row(&now, &json!("dispatcher"));
    assert_eq!(post["figures"][1]["changes"]["day_before"], -66.7);
    assert_eq!(change(&get(&hub, "?hours=5"), "sent_in_time")["day_before"], Value::Null, "no span that is kept");
    // It follows from the log: made anew it is the same.
    let addr = hub.addr();
    hub.shutdown();
    for ending in ["", "-wal", "-shm"] {
        drop(std::fs::remove_file(hub.folder.path().join(format!("archive.db{ending}"))));
    }
    hub.restart(addr);
    assert_eq!(kept(&hub, &format!("{day}&by=area")), by_area);
    assert_eq!(kept(&hub, &format!("{day}&by=person")), persons);
    for wrong in ["?day=yesterday", "?period=week", "?by=planet"] {
        assert_eq!(hub.get(&format!("/api/figures{wrong}")).0, 400, "{wrong}");
    }
    assert_eq!(hub.get("/api/figures?day=2023-11-14").0, 404, "the log begins later");
}

#[test]
fn who_did_what_is_told_by_person_and_callers_who_were_told_count() {
    let hub = TestHub::start();
    let mut screen = hub.screen();
    screen.until_live();
    let row = json!({
        "source": "12345", "source_id": "a", "kind": "20402", "text": "路口水管爆了",
        "caller": { "phone": "10086", "answer": true },
    });
    assert_eq!(hub.post("/api/calls", &row).0, 200);
    screen.until("the call", |s| s.hall.incidents().len() == 1);
    hub.pass_millis(HOUR);
    advance(&mut screen, 1, Stage::Accepted);
    assert_eq!(share(&get(&hub, "")["total"], "told_accepted"), (0, 1, Some(0.0)));
    hub.pass_millis(HOUR);
    let step = CaseMove::Tell { what: Telling::Accepted, by: Channel::Message, words: "已受理".to_owned() };
    screen.order(Order::MoveIncident { incident: IncidentId(1), step });
    screen.until("told", |s| s.hall.is_told(IncidentId(1), Telling::Accepted));
    let answer = get(&hub, "?by=person");
    assert_eq!(share(&answer["total"], "told_accepted"), (1, 1, Some(100.0)));
    let work = answer["rows"][0]["work"].as_array().unwrap();
    let hour = json!({ "count": 1, "mean": 3600, "p50": 3600, "p90": 3600 });
    assert_eq!(answer["rows"].as_array().unwrap().len(), 1, "systems are nobody");
    let changes = json!({ "day_before": null, "week_before": null, "year_before": null });
    let done = |work: &str, count: u32, took: Value| json!({ "work": work, "count": count, "took_secs": took, "changes": changes.clone() });
    assert_eq!(work[0], done("accepted", 1, hour.clone()));
    assert_eq!(work[6], done("told", 1, hour));
    assert_eq!(work[5], done("closed", 0, Value::Null));
}
