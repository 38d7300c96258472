//! Key figures over HTTP: each as a part of a whole, by area, department and post.

use command_hall::domain::{Assignment, Part};
use command_hall::domain::{IncidentId, Order, Party, Stage, TaskStep};
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
