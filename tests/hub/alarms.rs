//! Alarms from a reading to every screen: raised, acknowledged, a case, cleared; and what is edited of their limits.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use command_hall::domain::alarm::{Alarm, cause};
use command_hall::domain::{AlarmId, AlarmKind, Grade};
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub};

const RULES: &str = "[[rule]]\ncode = 'gas'\nzh = '燃气'\nen = 'Gas'\nkind = 'combustible_gas'\nhigh = { III = 20.0, I = 50.0 }\npending_secs = 60\nkeep_secs = 60\nno_data = 'IV'\ncase = '20403'\nauto_case = 'I'\n";

fn hub() -> TestHub {
    let hub = TestHub::start_with(&[("alarms.toml", RULES)]);
    let sensors = json!([
        {"id": "gas-1", "kind": "combustible_gas", "name": "人民路 17", "lon": 119.3, "lat": 31.6, "area": "东城区"},
        {"id": "gas-2", "kind": "combustible_gas", "area": "西城区"},
    ]);
    assert_eq!(hub.post("/api/sensors", &sensors).0, 200);
    hub
}

/// `gas-1` shows this, at the hub's time.
pub(crate) fn show(hub: &TestHub, value: f64) {
    let (status, answer) = hub.post("/api/readings", &json!([{"sensor": "gas-1", "value": value}]));
    assert_eq!((status, &answer["kept"]), (200, &json!(1)), "{answer}");
}

/// Waits until the alarms are as wanted; what is there then.
pub(crate) fn until(hub: &TestHub, what: &str, holds: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        let alarms = hub.get("/api/alarms?over=true").1["alarms"].as_array().unwrap().clone();
        if holds(&alarms) {
            return alarms;
        }
        assert!(Instant::now() < end, "never: {what}: {alarms:?}");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Waits until the hub has held what came against the limits at its present time.
pub(crate) fn look_again() {
    std::thread::sleep(Duration::from_millis(600));
}

/// `gas-1` is over its limit for its pending time.
pub(crate) fn raise(hub: &TestHub, value: f64) {
    show(hub, value);
    look_again();
    hub.pass_millis(61_000);
    show(hub, value);
    until(hub, "an alarm", |alarms| alarms.iter().any(|alarm| alarm["active"] == true));
}

#[test]
fn a_reading_over_its_limit_is_an_alarm_on_every_screen_until_it_is_acknowledged_and_clears() {
    let hub = hub();
    let mut screen = hub.screen();
    screen.until_live();
    show(&hub, 25.0);
    look_again();
    assert_eq!(hub.get("/api/alarms").1["alarms"], json!([]), "pending");
    hub.pass_millis(61_000);
    show(&hub, 25.5);
    screen.until("the alarm", |screen| screen.hall.alarms().of("gas-1", AlarmKind::High).is_some());
    let known = |screen: &Screen| screen.hall.alarms().get(AlarmId(1)).cloned().unwrap();
    let alarm = known(&screen);
    assert!(alarm.calls() && alarm.what.level == Grade::III && alarm.what.value == Some(25.5), "{alarm:?}");
    let (status, answer) = hub.post("/api/alarms/1/moves", &json!({"move": "acknowledge", "comment": "派人去看"}));
    assert_eq!((status, &answer["changed"]), (200, &json!(true)), "{answer}");
    screen.until("the acknowledgement", |screen| !known(screen).waits());
    assert_eq!(known(&screen).acknowledged.unwrap().comment, "派人去看");
    let (status, answer) = hub.post("/api/alarms/1/case", &json!({}));
    assert_eq!(status, 200, "{answer}");
    let case = answer["incident"].as_u64().unwrap();
    let (_, incidents) = hub.get("/api/incidents");
    let incident = &incidents["incidents"][0];
    assert_eq!(
        (&incident["id"], &incident["kind"], &incident["grade"]),
        (&json!(case), &json!("20403"), &json!("III"))
    );
    assert!(incident["text"].as_str().unwrap().contains("燃气 25.5 %LEL > 20 %LEL"), "{incident}");
    assert_eq!(hub.post("/api/alarms/1/case", &json!({})).0, 422, "it has one");
    show_after(&hub, 1_000, 3.0);
    look_again();
    assert!(known(&screen).is_active(), "kept");
    show_after(&hub, 61_000, 3.0);
    screen.until("it clears", |screen| !known(screen).is_active());
    assert_eq!(hub.get("/api/alarms").1["alarms"], json!([]), "over and acknowledged");
    assert_eq!(hub.get("/api/alarms?over=true").1["alarms"][0]["incident"], json!(case));
}

fn show_after(hub: &TestHub, millis: u64, value: f64) {
    hub.pass_millis(millis);
    show(hub, value);
}

#[test]
fn the_first_case_of_a_hub_has_the_citys_number_where_an_alarm_makes_it() {
    let hub = TestHub::start_with(&[("alarms.toml", RULES), ("city_code", "320100")]);
    let sensor = json!([{"id": "gas-1", "kind": "combustible_gas", "name": "人民路 17", "area": "东城区"}]);
    assert_eq!(hub.post("/api/sensors", &sensor).0, 200);
    raise(&hub, 60.0);
    until(&hub, "a case", |alarms| alarms.iter().any(|alarm| alarm["incident"].is_u64()));
    assert_eq!(hub.get("/api/incidents").1["incidents"][0]["number"], "3201002023111500001");
}

#[test]
fn a_grave_alarm_makes_its_case_by_itself_and_no_other_one_after_a_restart() {
    let mut hub = hub();
    raise(&hub, 60.0);
    let alarms = until(&hub, "a case", |alarms| alarms.iter().any(|alarm| alarm["incident"].is_u64()));
    assert_eq!(alarms[0]["level"], "I");
    assert_eq!(hub.post("/api/alarms/1/moves", &json!({"move": "acknowledge", "comment": "派人去看"})).0, 200);
    let case = &alarms[0]["incident"];
    assert_eq!(hub.post(&format!("/api/incidents/{case}/moves"), &json!({"step": "void", "reason": "已处置"})).0, 200);
    let before = hub.get("/api/alarms").1["alarms"][0].clone();
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    look_again();
    let now = |hub: &TestHub| hub.get("/api/alarms").1["alarms"].as_array().unwrap().clone();
    assert_eq!(now(&hub), std::slice::from_ref(&before), "nothing is known of it yet");
    // Still over its limit: it is the same one as before, for whoever took note of it and for its case.
    for _ in 0..2 {
        show_after(&hub, 1_000, 61.0);
        look_again();
        let alarms = now(&hub);
        let kept = ["active", "raised_at", "acknowledged", "told", "seen", "incident", "level"];
        assert!(kept.iter().all(|field| alarms[0][*field] == before[*field]), "{alarms:?} {before}");
    }
    hub.pass_millis(61_000);
    show(&hub, 61.0);
    look_again();
    assert_eq!(now(&hub)[0]["raised_at"], before["raised_at"]);
    assert_eq!(hub.get("/api/incidents").1["incidents"].as_array().unwrap().len(), 1);
    // Keep time is that of any other alarm.
    show_after(&hub, 1_000, 3.0);
    look_again();
    assert_eq!(now(&hub)[0]["active"], true);
    show_after(&hub, 61_000, 3.0);
    until(&hub, "it clears", |alarms| alarms.iter().all(|alarm| alarm["active"] == false));
}

#[test]
fn an_area_has_its_own_alarms_and_those_of_which_nobody_knows_where_they_are() {
    let hub = hub();
    let nowhere = json!([{"id": "gas-3", "kind": "combustible_gas"}]);
    assert_eq!(hub.post("/api/sensors", &nowhere).0, 200);
    let rows = json!([{"sensor": "gas-1", "value": 25.0}, {"sensor": "gas-3", "value": 25.0}]);
    assert_eq!(hub.post("/api/readings", &rows).0, 200);
    look_again();
    hub.pass_millis(61_000);
    until(&hub, "both", |alarms| alarms.len() == 2);
    let of = |area: &str| {
        let alarms = hub.get(&format!("/api/alarms?area={area}")).1["alarms"].as_array().unwrap().clone();
        let mut sources: Vec<String> =
            alarms.iter().map(|alarm| alarm["source"].as_str().unwrap().to_owned()).collect();
        sources.sort();
        sources
    };
    // 东城区, 西城区.
    assert_eq!(of("%E4%B8%9C%E5%9F%8E%E5%8C%BA"), ["gas-1", "gas-3"]);
    assert_eq!(of("%E8%A5%BF%E5%9F%8E%E5%8C%BA"), ["gas-3"]);
    assert_eq!(of(""), ["gas-1", "gas-3"]);
}

#[test]
fn what_gets_worse_in_maintenance_makes_no_case_and_calls_anew_when_that_ends() {
    let hub = hub();
    raise(&hub, 25.0);
    assert_eq!(hub.post("/api/alarms/1/moves", &json!({"move": "acknowledge", "comment": "在修"})).0, 200);
    let works = json!({"source": "gas-1", "minutes": 30, "reason": "更换探头"});
    assert_eq!(hub.post("/api/maintenance", &works).0, 200);
    show_after(&hub, 1_000, 60.0);
    look_again();
    show_after(&hub, 61_000, 60.0);
    let worse = until(&hub, "it gets worse", |alarms| alarms[0]["level"] == "I");
    look_again();
    assert_eq!((&worse[0]["acknowledged"]["comment"], &worse[0]["incident"]), (&json!("在修"), &Value::Null));
    assert_eq!(hub.get("/api/incidents").1["incidents"], json!([]));
    show_after(&hub, 30 * 60_000, 60.0);
    let after = until(&hub, "its case", |alarms| alarms[0]["incident"].is_u64());
    assert_eq!(hub.get("/api/alarms").1["maintenance"], json!([]));
    let again = until(&hub, "it calls anew", |alarms| alarms[0]["acknowledged"].is_null());
    assert_eq!((&again[0]["level"], &again[0]["raised_at"]), (&json!("I"), &after[0]["raised_at"]));
}

#[test]
fn a_silent_sensor_is_an_alarm_of_its_own_and_speaking_clears_it() {
    let hub = hub();
    show(&hub, 1.0);
    look_again();
    hub.pass_millis(301_000);
    look_again();
    hub.pass_millis(61_000);
    let silent = until(&hub, "two silent ones", |alarms| alarms.len() == 2);
    assert!(silent.iter().all(|alarm| alarm["kind"] == "no_data" && alarm["level"] == "IV"), "{silent:?}");
    show(&hub, 1.0);
    until(&hub, "one speaks", |alarms| alarms.iter().filter(|alarm| alarm["active"] == true).count() == 1);
}

#[test]
fn shelf_and_maintenance_keep_it_quiet_and_end_by_themselves() {
    let hub = hub();
    let (status, answer) =
        hub.post("/api/maintenance", &json!({"source": "gas-1", "minutes": 30, "reason": "更换探头"}));
    assert_eq!(status, 200, "{answer}");
    show(&hub, 25.0);
    look_again();
    hub.pass_millis(61_000);
    show(&hub, 25.0);
    look_again();
    assert_eq!(hub.get("/api/alarms").1["alarms"], json!([]));
    show_after(&hub, 30 * 60_000, 25.0);
    until(&hub, "the alarm after it", |alarms| alarms.len() == 1);
    assert_eq!(hub.get("/api/alarms").1["maintenance"], json!([]));
    let shelve =
        |reason: &str| hub.post("/api/alarms/1/moves", &json!({"move": "shelve", "minutes": 10, "reason": reason}));
    assert_eq!((shelve("").0, shelve("等配件").0), (422, 200));
    assert!(hub.get("/api/alarms").1["alarms"][0]["shelved"]["until"].is_i64());
    hub.pass_millis(10 * 60_000);
    until(&hub, "back from the shelf", |alarms| alarms.iter().all(|alarm| alarm["shelved"].is_null()));
    for (path, body, wanted) in [
        ("/api/alarms/99/moves", json!({"move": "seen"}), 404),
        ("/api/alarms/1/moves", json!({"move": "assign"}), 400),
        ("/api/alarms/1/case", json!({"kind": "no-such"}), 422),
        ("/api/alarms/99/case", json!({}), 404),
        ("/api/maintenance", json!({"minutes": 1, "reason": "x", "kind": "no-such"}), 422),
    ] {
        let (status, answer) = hub.post(path, &body);
        assert_eq!(status, wanted, "{path} {answer}");
    }
}

#[test]
fn edited_limits_count_at_once_and_wrong_ones_are_refused_with_their_line() {
    let hub = hub();
    show(&hub, 15.0);
    hub.edit("alarms.toml", &RULES.replace("III = 20.0", "III = 60.0"));
    let (status, answer) = hub.post("/api/catalogue/reload", &json!({}));
    assert_eq!(status, 422, "{answer}");
    assert!(answer["error"].as_str().unwrap().contains("alarms.toml:6: "), "{answer}");
    hub.edit("alarms.toml", &RULES.replace("III = 20.0", "III = 10.0"));
    let (status, answer) = hub.post("/api/catalogue/reload", &json!({}));
    assert_eq!((status, &answer["alarm_rules_changed"]), (200, &json!(true)), "{answer}");
    look_again();
    hub.pass_millis(61_000);
    until(&hub, "an alarm by the new limit", |alarms| alarms.iter().any(|alarm| alarm["limit"] == 10.0));
    let alarms = hub.get("/api/alarms").1;
    assert!(alarms["ruled_by"].is_string() && alarms["ruled_at"].is_i64());
}

const LEVELS: &str = "[[rule]]\ncode = 'level'\nzh = '水位'\nen = 'Level'\nkind = 'water_level'\nhigh = { III = 1.2 }\npending_secs = 60\nkeep_secs = 60\n";

/// All these sensors show 1.5 m, again and again, until so many alarms stand on a screen.
fn rise(hub: &TestHub, screen: &mut Screen, sensors: &[String], standing: usize) {
    let rows: Vec<Value> = sensors.iter().map(|sensor| json!({"sensor": sensor, "value": 1.5})).collect();
    for _ in 0..60 {
        let (status, answer) = hub.post("/api/readings", &json!(rows));
        assert_eq!((status, &answer["kept"]), (200, &json!(rows.len())), "{answer}");
        look_again();
        if hub.get("/api/alarms").1["alarms"].as_array().unwrap().len() == standing {
            return screen.until("all alarms", |s| s.hall.alarms().all().count() == standing);
        }
        hub.pass_millis(61_000);
    }
    panic!("{standing} alarms never stand");
}

#[test]
fn forty_levels_behind_a_pump_that_failed_are_one_fold_on_a_screen_by_what_their_sensors_file_says() {
    let mut file = "id,kind,area,upstream\n".to_owned();
    let levels: Vec<String> = (0..40).map(|number| format!("level-{number}")).collect();
    for (number, level) in levels.iter().enumerate() {
        writeln!(file, "{level},water_level,东城区,pipe-{}/pump-3", number / 8).unwrap();
    }
    file.push_str("level-far,water_level,西城区,pipe-99/pump-4\npump-3,water_level,东城区,\n");
    let hub = TestHub::start_with(&[("alarms.toml", LEVELS), ("sensors.csv", &file)]);
    let mut screen = hub.screen();
    screen.until_live();
    let folded = |screen: &Screen| {
        let standing: Vec<&Alarm> = screen.hall.alarms().all().filter(|alarm| alarm.is_standing()).collect();
        let source = |id: AlarmId| screen.hall.alarms().get(id).unwrap().what.source.clone();
        let folds = cause::folds(&standing).into_iter();
        folds.map(|fold| (fold.cause, source(fold.head), fold.behind.len())).collect::<Vec<_>>()
    };
    let far = ["level-far".to_owned()];
    rise(&hub, &mut screen, &[&levels[..], &far[..]].concat(), 41);
    let folds = folded(&screen);
    assert_eq!(folds.len(), 1, "the one behind another pump stands alone: {folds:?}");
    assert_eq!((folds[0].0.as_str(), folds[0].2), ("pump-3", 39), "{folds:?}");
    assert!(levels.contains(&folds[0].1), "{folds:?}");
    let told = hub.get("/api/alarms").1["alarms"].as_array().unwrap().clone();
    let paths = told.iter().filter(|alarm| alarm["upstream"].as_str().unwrap().ends_with("/pump-3"));
    assert_eq!(paths.count(), 40);
    // What the pump itself shows goes before all that hangs behind it.
    rise(&hub, &mut screen, &["pump-3".to_owned()], 42);
    assert_eq!(folded(&screen), [("pump-3".to_owned(), "pump-3".to_owned(), 40)]);
}

#[test]
fn whose_screens_got_an_alarm_is_a_fact_when_it_is_raised_and_when_it_gets_worse() {
    let hub = hub();
    let told = |alarms: &[Value]| alarms[0]["told"].clone();
    raise(&hub, 25.0);
    assert_eq!(told(&until(&hub, "an alarm", |alarms| !alarms.is_empty())), Value::Null, "nobody has a screen");
    let mut screen = hub.screen();
    screen.until_live();
    show_after(&hub, 1_000, 60.0);
    look_again();
    show_after(&hub, 61_000, 60.0);
    let worse = until(&hub, "it gets worse", |alarms| alarms[0]["level"] == "I");
    let first = told(&worse);
    assert_eq!((&first["to"], &first["more"]), (&json!(["test"]), &json!(0)), "{first}");
    screen.until("the fact", |screen| screen.hall.alarms().get(AlarmId(1)).is_some_and(|alarm| alarm.told.is_some()));
    let known = screen.hall.alarms().get(AlarmId(1)).unwrap().told.clone().unwrap();
    assert_eq!((known.to, json!(known.at.0)), (vec!["test".to_owned()], first["at"].clone()));
    // Who comes later sees it, which is another fact.
    let mut late = hub.screen();
    late.until_live();
    look_again();
    assert_eq!(told(&until(&hub, "the same", |_| true)), first);
}

#[test]
fn a_hand_over_names_the_alarms_that_stand_and_what_is_in_maintenance() {
    let hub = hub();
    raise(&hub, 25.0);
    let acknowledge = json!({"move": "acknowledge", "comment": "派人去看"});
    assert_eq!(hub.post("/api/alarms/1/moves", &acknowledge).0, 200);
    let now = hub.get("/api/alarms").1["alarms"][0]["raised_at"].as_i64().unwrap();
    let window = json!({"source": "gas-2", "minutes": 600, "reason": "更换探头"});
    let (status, answer) = hub.post("/api/maintenance", &window);
    assert_eq!(status, 200, "{answer}");
    assert_eq!(hub.post("/api/duty/sign-on", &json!({"post": "chief", "by": "li"})).0, 200);
    assert_eq!(hub.post("/api/duty/handover", &json!({"words": "请接班", "by": "li"})).0, 200);
    let pack = hub.get("/api/duty/handover").1["pack"].clone();
    let alarm = &pack["alarms"][0];
    assert_eq!(
        (&pack["alarms_count"], &alarm["alarm"], &alarm["level"]),
        (&json!(1), &json!(1), &json!("III")),
        "{pack}"
    );
    assert_eq!((&alarm["since"], &alarm["shelved_until"]), (&json!(now), &Value::Null));
    assert!(alarm["acknowledged"].is_string() && alarm["source"] == "gas-1", "{alarm}");
    let window = &pack["maintenance"][0];
    assert_eq!((&window["source"], &window["reason"]), (&json!("gas-2"), &json!("更换探头")), "{window}");
}
