//! A hub whose clock is set: a day ahead, an hour back, over the change of a shift and of the year. Facts stay in order,
//! limits and lamps are right, and what fires by the clock fires once.

use chrono::DateTime;
use command_hall::domain::{Fact, Moment, Seq, What};
use command_hall::feeds::CitySink as _;
use serde_json::{Value, json};

use crate::alarms::{look_again, raise, until};
use crate::kit::{TestHub, report};

const MINUTE: i64 = 60_000;
/// A gas alarm is raised after a minute, and the gravest makes a case by itself.
const RULES: &str = "[[rule]]\ncode = 'gas'\nzh = '燃气'\nen = 'Gas'\nkind = 'combustible_gas'\nhigh = { III = 20.0, I = 50.0 }\npending_secs = 60\nkeep_secs = 60\ncase = '20403'\nauto_case = 'I'\n";

/// New Year's Day and the two days after it are off; the Sunday after them is worked.
const CALENDAR: &str = "hours = ['09:00-12:00', '13:30-17:30']\nrest = ['saturday', 'sunday']\n\n[[holiday]]\nname = '元旦'\nfrom = 2026-01-01\nto = 2026-01-03\nwork = [2026-01-04]\n";

/// City time, as in `2026-01-01 08:00`.
fn at(text: &str) -> Moment {
    let written = format!("{}:00+08:00", text.replace(' ', "T"));
    Moment(DateTime::parse_from_rfc3339(&written).unwrap().timestamp_millis())
}

/// A main bursts: somebody is to be sent within a quarter of an hour and done six hours later, at any hour of any day.
fn burst(hub: &TestHub, id: &str) {
    let mut row = report(id);
    row["kind"] = json!("20402");
    assert_eq!(hub.post_report(row).0, 200);
}

fn told(hub: &TestHub, id: usize, field: &str) -> Value {
    hub.get("/api/incidents").1["incidents"][id - 1][field].clone()
}

fn shift(hub: &TestHub) -> Value {
    hub.get("/api/duty").1["now"]["shift"].clone()
}

/// The whole log, which is in order: no number is missing, and nothing is known before what is known before it.
fn log(hub: &TestHub) -> Vec<Fact> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let intake = hub.hub().intake();
    let facts = runtime.block_on(intake.facts_after(Seq(0), 1_000)).unwrap();
    assert!(facts.iter().zip(1..).all(|(fact, seq)| fact.seq == Seq(seq)));
    assert!(facts.is_sorted_by_key(|fact| fact.known_at));
    facts
}

#[test]
fn limits_numbers_and_shifts_follow_a_clock_that_jumps_and_the_log_never_goes_back() {
    let mut hub = TestHub::start_with(&[("city_code", "320100")]);
    let mut wall = hub.screen();
    wall.until_live();
    hub.set_clock(at("2025-12-31 22:50"));
    burst(&hub, "1");
    let lamp = |hub: &TestHub, id| told(hub, id, "lamp");
    assert_eq!((told(&hub, 1, "due_at"), lamp(&hub, 1)), (json!(at("2025-12-31 23:05").0), json!("green")));
    assert_eq!((told(&hub, 1, "number"), shift(&hub)), (json!("3201002025123100001"), json!("middle")));

    // Over the change of the shift, and an hour back over it.
    hub.set_clock(at("2025-12-31 23:40"));
    assert_eq!((lamp(&hub, 1), shift(&hub)), (json!("red"), json!("night")));
    hub.set_clock(at("2025-12-31 22:40"));
    assert_eq!((lamp(&hub, 1), shift(&hub)), (json!("green"), json!("middle")));
    burst(&hub, "2");
    assert_eq!(told(&hub, 2, "known_at"), json!(at("2025-12-31 22:50").0), "as late as what was known before");
    assert_eq!((told(&hub, 2, "due_at"), lamp(&hub, 2)), (json!(at("2025-12-31 23:05").0), json!("green")));
    assert_eq!(told(&hub, 2, "number"), "3201002025123100002");

    // A day ahead, over the change of the year, and an hour back in the new one.
    hub.set_clock(at("2026-01-01 22:40"));
    assert_eq!([lamp(&hub, 1), lamp(&hub, 2)], ["red", "red"].map(Value::from));
    burst(&hub, "3");
    assert_eq!(told(&hub, 3, "number"), "3201002026010100001");
    hub.set_clock(at("2026-01-01 21:40"));
    burst(&hub, "4");
    assert_eq!(told(&hub, 4, "number"), "3201002026010100002");
    let advance = json!({ "step": "advance", "stage": "dispatched" });
    assert_eq!(hub.post("/api/incidents/3/moves", &advance).0, 200);
    assert_eq!((told(&hub, 3, "due_at"), lamp(&hub, 3)), (json!(at("2026-01-02 04:40").0), json!("green")));
    for (time, wanted) in [("03:00", "green"), ("04:00", "yellow"), ("04:41", "red"), ("04:00", "yellow")] {
        hub.set_clock(at(&format!("2026-01-02 {time}")));
        assert_eq!(lamp(&hub, 3), wanted, "at {time}");
    }
    assert_eq!(shift(&hub), "night");

    // Back into the old year, and there over a restart.
    hub.set_clock(at("2025-12-31 23:50"));
    let before = hub.get("/api/incidents").1;
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    assert_eq!(hub.get("/api/incidents").1, before);
    burst(&hub, "5");
    assert_eq!(told(&hub, 5, "known_at"), json!(at("2026-01-01 22:40").0));
    assert_eq!(told(&hub, 5, "number"), "3201002026010100003", "as the day in the log, not that of the clock");
    let log = log(&hub);
    wall.until("all of it", |s| s.hall.upto() == log.last().unwrap().seq);
    assert_eq!(wall.hall.incidents().len(), 5);
    assert_eq!(hub.get("/api/health").1["status"], "ok");
}

#[test]
fn a_case_on_hold_over_a_holiday_goes_on_with_the_hours_of_work_that_it_had_left() {
    let mut hub = TestHub::start_with(&[("calendar.toml", CALENDAR)]);
    let step = |hub: &TestHub, id: usize, row: Value| {
        let (status, answer) = hub.post(&format!("/api/incidents/{id}/moves"), &row);
        assert_eq!(status, 200, "{answer}");
    };
    let due = |hub: &TestHub| [1, 2, 3].map(|id| told(hub, id, "due_at"));
    hub.set_clock(at("2025-12-31 15:30"));
    for id in 1..=3 {
        // A grate of a drain is to be put back within seven hours of work.
        let mut row = report(&id.to_string());
        row["kind"] = json!("10104");
        assert_eq!(hub.post_report(row).0, 200);
        step(&hub, id, json!({ "step": "advance", "stage": "dispatched" }));
    }
    // Two hours today, and five on the Sunday.
    let unheld = json!(at("2026-01-04 15:30").0);
    assert_eq!(due(&hub), [(); 3].map(|()| unheld.clone()));
    hub.set_clock(at("2025-12-31 16:30"));
    for id in [1, 2] {
        step(&hub, id, json!({ "step": "suspend", "reason": "等待配件" }));
    }
    // In the holiday the hub is started anew; what is on hold waits, and what is not has its hours still.
    hub.set_clock(at("2026-01-02 12:00"));
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    assert_eq!([1, 2, 3].map(|id| told(&hub, id, "lamp")), ["paused", "paused", "green"].map(Value::from));
    assert_eq!(due(&hub), [Value::Null, Value::Null, unheld.clone()]);
    // Six hours are left of both: of the one that goes on in the holiday from the Sunday's first hour on.
    hub.set_clock(at("2026-01-03 12:00"));
    step(&hub, 1, json!({ "step": "resume" }));
    hub.set_clock(at("2026-01-04 09:30"));
    step(&hub, 2, json!({ "step": "resume" }));
    let left = |time: &str| json!(at(&format!("2026-01-04 {time}")).0);
    assert_eq!(due(&hub), [left("16:30"), left("17:00"), unheld]);
    for (time, lamps) in [("15:20", ["yellow", "green", "yellow"]), ("16:40", ["red", "yellow", "red"])] {
        hub.set_clock(at(&format!("2026-01-04 {time}")));
        assert_eq!([1, 2, 3].map(|id| told(&hub, id, "lamp")), lamps.map(Value::from), "at {time}");
    }
}

#[test]
fn what_an_alarm_does_by_the_clock_it_does_once_however_often_the_clock_goes_over_its_time() {
    let hub = TestHub::start_with(&[("alarms.toml", RULES)]);
    hub.set_clock(at("2025-12-31 23:00"));
    let sensors = json!([
        { "id": "gas-1", "kind": "combustible_gas", "area": "东城区" },
        { "id": "gas-2", "kind": "combustible_gas", "area": "西城区" },
    ]);
    assert_eq!(hub.post("/api/sensors", &sensors).0, 200);
    raise(&hub, 60.0);
    until(&hub, "its case", |alarms| alarms.len() == 1 && alarms[0]["incident"].is_u64());
    let shelve = json!({ "move": "shelve", "minutes": 10, "reason": "等配件" });
    assert_eq!(hub.post("/api/alarms/1/moves", &shelve).0, 200);
    let works = json!({ "source": "gas-9", "minutes": 60, "reason": "更换探头" });
    assert_eq!(hub.post("/api/maintenance", &works).0, 200);
    let maintained = |hub: &TestHub| hub.get("/api/alarms").1["maintenance"].as_array().unwrap().len();
    let shelved = |alarms: &[Value]| !alarms[0]["shelved"].is_null();
    assert!(until(&hub, "the shelf", shelved).len() == 1 && maintained(&hub) == 1);

    // An hour back both stay as they are; when their time is up each ends, and with the year the second one.
    hub.set_clock(at("2025-12-31 22:00"));
    look_again();
    assert!(shelved(hub.get("/api/alarms").1["alarms"].as_array().unwrap()) && maintained(&hub) == 1);
    hub.set_clock(at("2025-12-31 23:12"));
    until(&hub, "its end", |alarms| !shelved(alarms));
    assert_eq!(maintained(&hub), 1);
    hub.set_clock(at("2026-01-01 00:02"));
    until(&hub, "the end of the works", |_| maintained(&hub) == 0);

    // The same hours over and over, and days, say nothing that was said.
    let of_alarms = |facts: &[Fact]| facts.iter().filter(|fact| matches!(fact.what, What::AlarmMoved(_))).count();
    let told = log(&hub);
    for time in ["2025-12-31 22:00", "2025-12-31 23:12", "2025-12-31 23:59", "2026-01-01 00:30", "2026-01-01 00:02"] {
        hub.set_clock(at(time));
        look_again();
    }
    assert_eq!(log(&hub).len(), told.len());
    assert_eq!(hub.get("/api/incidents").1["incidents"].as_array().unwrap().len(), 1, "one case, made once");

    // What is over its limit for less than its time, by a clock that went back, is no alarm; for longer, one.
    let over = json!([{ "sensor": "gas-2", "value": 25.0 }]);
    let began = at("2026-01-01 00:40");
    hub.set_clock(began);
    assert_eq!(hub.post("/api/readings", &over).0, 200);
    look_again();
    for millis in [-60 * MINUTE, MINUTE - 1_000] {
        hub.set_clock(began.plus_millis(millis));
        look_again();
        assert_eq!(of_alarms(&log(&hub)), of_alarms(&told), "{millis} ms after it began");
    }
    hub.set_clock(began.plus_millis(MINUTE));
    until(&hub, "the second alarm", |alarms| alarms.len() == 2);
    for millis in [-60 * MINUTE, MINUTE, 24 * 60 * MINUTE] {
        hub.set_clock(began.plus_millis(millis));
        look_again();
    }
    assert_eq!(of_alarms(&log(&hub)), of_alarms(&told) + 1);
    assert_eq!(hub.get("/api/health").1["status"], "ok");
}

#[test]
fn a_shelf_and_works_last_as_long_as_was_said_though_the_clock_is_behind_the_newest_fact() {
    let hub = TestHub::start_with(&[("alarms.toml", RULES)]);
    let began = at("2025-12-31 23:00");
    hub.set_clock(began);
    let sensor = json!([{ "id": "gas-1", "kind": "combustible_gas", "area": "东城区" }]);
    assert_eq!(hub.post("/api/sensors", &sensor).0, 200);
    // A minute and a second later it is an alarm.
    raise(&hub, 60.0);
    until(&hub, "its case", |alarms| alarms.len() == 1 && alarms[0]["incident"].is_u64());
    let newest = began.plus_millis(MINUTE + 1_000);
    hub.set_clock(at("2025-12-31 22:00"));
    let shelve = json!({ "move": "shelve", "minutes": 10, "reason": "等配件" });
    let (status, answer) = hub.post("/api/alarms/1/moves", &shelve);
    assert_eq!(status, 200, "{answer}");
    let works = json!({ "source": "gas-9", "minutes": 20, "reason": "更换探头" });
    let (status, answer) = hub.post("/api/maintenance", &works);
    assert_eq!(status, 200, "{answer}");
    let told = hub.get("/api/alarms").1;
    assert_eq!(told["alarms"][0]["shelved"]["until"], newest.plus_millis(10 * MINUTE).0);
    let window = &told["maintenance"][0];
    assert_eq!((&window["from"], &window["until"]), (&json!(newest.0), &json!(newest.plus_millis(20 * MINUTE).0)));
    look_again();
    assert_eq!(hub.get("/api/alarms").1["alarms"][0]["shelved"], told["alarms"][0]["shelved"]);
    hub.set_clock(newest.plus_millis(10 * MINUTE));
    until(&hub, "its end", |alarms| alarms[0]["shelved"].is_null());
    assert_eq!(hub.get("/api/alarms").1["maintenance"].as_array().unwrap().len(), 1);
}
