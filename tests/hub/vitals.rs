//! Vital signs from readings and cases to screens: reckoned by area, silent where their sensors are, held against limits.

use std::time::{Duration, Instant};

use command_hall::domain::rights::Area;
use command_hall::domain::{AlarmKind, Moment};
use command_hall::link::AskedSign;
use serde_json::{Value, json};

use crate::kit::TestHub;

const SIGNS: &str = r#"family = "ecology"
[[sign]]
code = "air"
zh = "空气"
en = "Air"
unit = "µg/m³"
about_zh = "细颗粒物的平均值"
about_en = "The mean of fine particles"
formula = 'mean("pm25")'
depth = 1
precision = 0.1
scale = [0, 100]
high = { III = 75, I = 150 }
pending_secs = 20
no_data = "IV"

[[sign.variant]]
months = [11]
high = { III = 90, I = 150 }

[[sign]]
code = "open"
zh = "在办案件"
en = "Open cases"
unit = ""
about_zh = "在办案件数"
about_en = "Open cases"
formula = 'open_cases("")'
precision = 1
scale = [0, 10]
"#;

const INDEX: &str = r#"family = "index"
[[sign]]
code = "health"
zh = "健康指数"
en = "Health"
unit = ""
about_zh = "空气与案件"
about_en = "Air and cases"
weights = { air = 3, open = 1 }
missing_max = 0.5
precision = 0.1
"#;

fn hub() -> TestHub {
    hub_with(SIGNS)
}

fn hub_with(signs: &str) -> TestHub {
    let hub = TestHub::start_with(&[("vitals/own.toml", signs), ("vitals/index.toml", INDEX)]);
    let sensors = json!([
        {"id": "air-1", "kind": "pm25", "area": "东城区/一街道"},
        {"id": "air-2", "kind": "pm25", "area": "东城区"},
        {"id": "air-3", "kind": "pm25", "area": "西城区"},
    ]);
    assert_eq!(hub.post("/api/sensors", &sensors).0, 200);
    hub
}

fn show(hub: &TestHub, values: [f64; 3]) {
    let row = |(number, value)| json!({"sensor": format!("air-{number}"), "value": value});
    let rows: Vec<Value> = (1..).zip(values).map(row).collect();
    let (status, answer) = hub.post("/api/readings", &json!(rows));
    assert_eq!((status, &answer["kept"]), (200, &json!(3)), "{answer}");
}

fn signs(hub: &TestHub, query: &str) -> Value {
    let (status, answer) = hub.get(&format!("/api/vitals{query}"));
    assert_eq!(status, 200, "{answer}");
    answer
}

fn sign<'a>(answer: &'a Value, code: &str) -> &'a Value {
    answer["signs"].as_array().unwrap().iter().find(|sign| sign["code"] == code).unwrap()
}

/// Waits until it holds of the signs of an area; time goes on meanwhile, so that all become due.
fn until(hub: &TestHub, query: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        let answer = signs(hub, query);
        if holds(&answer) {
            return answer;
        }
        assert!(Instant::now() < end, "never: {what}: {answer}");
        std::thread::park_timeout(Duration::from_millis(200));
        hub.pass_millis(2_000);
    }
}

#[test]
fn a_sign_knows_what_was_before_from_what_is_kept() {
    let hub = hub_with(&SIGNS.replace(r#"'mean("pm25")'"#, r#"'mean("pm25") - ago(mean("pm25"), "10m")'"#));
    show(&hub, [10.0, 10.0, 10.0]);
    // Nobody took down what was meanwhile.
    hub.pass_millis(11 * 60_000);
    show(&hub, [40.0, 40.0, 40.0]);
    until(&hub, "/air", "what was then", |xray| xray["parts"][1]["value"] == 10.0);
    let answer = until(&hub, "", "a rise", |answer| sign(answer, "air")["value"] == 30.0);
    let then = answer["at"].as_i64().unwrap();
    hub.pass_millis(3_600_000);
    show(&hub, [70.0, 70.0, 70.0]);
    until(&hub, "/air", "what is now", |xray| xray["parts"][0]["value"] == 70.0);
    let (_, looked) = hub.get(&format!("/api/vitals/air?at={then}"));
    let parts = [0_usize, 1].map(|at| looked["parts"][at]["value"].clone());
    assert_eq!((parts, &looked["parts"][0]["fresh"]), ([json!(40.0), json!(10.0)], &json!(3)), "as it was: {looked}");
}

#[test]
fn signs_are_reckoned_by_area_and_told_over_http_and_to_screens_now_and_as_they_were() {
    let hub = hub();
    show(&hub, [10.0, 30.0, 80.0]);
    let answer = until(&hub, "", "a value", |answer| sign(answer, "health")["value"].is_f64());
    assert_eq!(sign(&answer, "air")["value"], 40.0);
    assert_eq!((&sign(&answer, "open")["value"], &answer["below"]), (&json!(0.0), &json!(["东城区", "西城区"])));
    assert_eq!(sign(&answer, "health")["value"], 70.0, "three parts 60 and one part 100");
    assert_eq!(sign(&answer, "air")["hour_before"], Value::Null, "nothing was known then");
    let then = answer["at"].as_i64().unwrap();
    let east = until(&hub, "?area=东城区", "a value", |answer| sign(answer, "air")["value"].is_f64());
    assert_eq!((&sign(&east, "air")["value"], &sign(&east, "open")["value"]), (&json!(20.0), &Value::Null));
    let both = until(&hub, "", "the districts", |answer| sign(answer, "air")["below"][1]["value"] == 80.0);
    let row = |below: &Value| (below["area"].clone(), below["value"].clone(), below["level"].clone());
    let below: Vec<_> = sign(&both, "air")["below"].as_array().unwrap().iter().map(row).collect();
    let none = Value::Null;
    let districts = [(json!("东城区"), json!(20.0), none.clone()), (json!("西城区"), json!(80.0), none.clone())];
    assert_eq!(below, districts, "in November it is an alarm above 90");
    let open: Vec<Value> =
        sign(&both, "open")["below"].as_array().unwrap().iter().map(|one| one["at"].clone()).collect();
    assert_eq!(open, [none.clone(), none], "of the city alone");
    // A year on, at the same hour of the same day of the week.
    let later = then + 52 * 7 * 86_400_000;
    let year = signs(&hub, &format!("?at={later}"));
    assert_eq!((&sign(&year, "air")["value"], &sign(&year, "air")["year_before"]), (&Value::Null, &json!(40.0)));
    assert_eq!(sign(&both, "air")["year_before"], Value::Null);
    assert_eq!(hub.get(&format!("/api/vitals/air?at={later}")).1["year_before"], 40.0);
    let mut screen = hub.screen();
    screen.until_live();
    // What has come is in its course once it is on disk.
    let end = Instant::now() + Duration::from_mins(1);
    let air = loop {
        assert!(Instant::now() < end, "nothing of the course comes");
        screen.link.vitals(Area::CITY, None);
        screen.until("the board", |screen| screen.board.is_some());
        let board = screen.board.take().unwrap().unwrap();
        let air = board.rows.into_iter().find(|row| row.code == "air").unwrap();
        if air.course.iter().flatten().count() > 0 {
            break air;
        }
    };
    let below: Vec<Option<f64>> = air.below.iter().map(|newest| newest.map(|(_, value)| value)).collect();
    assert_eq!((air.newest.map(|(_, value)| value), below), (Some(40.0), vec![Some(20.0), Some(80.0)]));
    assert!(air.course.iter().flatten().count() == 1 && air.missing == 0.0, "{air:?}");
    screen.link.xray(AskedSign { sign: "air".to_owned(), area: Area::CITY, at: None });
    screen.until("the X-ray", |screen| screen.xray.is_some());
    let xray = screen.xray.take().unwrap().unwrap();
    assert_eq!((xray.sensors_all, xray.parts[0].asked.as_str(), xray.parts[0].fresh), (3, "mean(\"pm25\")", 3));
    assert!(xray.band.is_none() && xray.course.len() == 1, "{xray:?}");
    screen.link.xray(AskedSign { sign: "health".to_owned(), area: Area::CITY, at: None });
    screen.until("the X-ray of the index", |screen| screen.xray.is_some());
    let xray = screen.xray.take().unwrap().unwrap();
    let parts: Vec<_> = xray.parts.iter().map(|part| (part.asked.as_str(), part.weight)).collect();
    assert_eq!(parts, [("air", Some(3.0)), ("open", Some(1.0))]);
    let used: Vec<&str> = xray.sensors.iter().map(|sensor| sensor.id.as_str()).collect();
    assert!(xray.sensors_all == 3 && used.contains(&"air-3"), "an index has the sensors of its members: {xray:?}");
    hub.pass_millis(3_600_000);
    show(&hub, [100.0, 100.0, 100.0]);
    let answer = until(&hub, "", "the new value", |answer| sign(answer, "air")["value"] == 100.0);
    assert_eq!(sign(&answer, "air")["level"], "III");
    until(&hub, "", "a district's alarm", |answer| sign(answer, "air")["below"][0]["level"] == "III");
    let was = signs(&hub, &format!("?at={then}"));
    assert_eq!((&sign(&was, "air")["value"], &sign(&was, "health")["value"]), (&json!(40.0), &json!(70.0)));
    let (_, looked) = hub.get(&format!("/api/vitals/air?at={then}"));
    let missing = [&answer, &was].map(|all| sign(all, "air")["missing"].clone());
    assert_eq!((missing, &looked["missing"]), ([json!(0.0), Value::Null], &json!(0.0)), "all spoke then: {looked}");
    let part = &looked["parts"][0];
    let told = (part["asked"].clone(), part["value"].clone(), part["fresh"].clone());
    assert_eq!(told, (json!("mean(\"pm25\")"), json!(40.0), json!(3)), "as it was: {looked}");
    let (_, looked) = hub.get(&format!("/api/vitals/open?at={then}"));
    assert_eq!(looked["parts"][0]["value"], Value::Null, "nobody had counted a case then: {looked}");
    let (_, looked) = hub.get(&format!("/api/vitals/health?at={then}"));
    let parts = [0_usize, 1].map(|at| (looked["parts"][at]["asked"].clone(), looked["parts"][at]["value"].clone()));
    let expected = [(json!("air"), json!(60.0)), (json!("open"), json!(100.0))];
    assert_eq!((parts, &looked["missing"]), (expected, &json!(0.0)), "what it was made of then: {looked}");
    screen.link.vitals(Area::CITY, Some(Moment(then)));
    screen.until("the board of then", |screen| screen.board.is_some());
    let board = screen.board.take().unwrap().unwrap();
    assert_eq!(board.rows.iter().filter(|row| row.newest.map(|(_, value)| value) == Some(40.0)).count(), 1);
}

#[test]
fn a_silent_sensor_leaves_its_sign_without_data_and_the_sign_says_so() {
    let hub = hub();
    show(&hub, [10.0, 30.0, 80.0]);
    until(&hub, "", "a value", |answer| sign(answer, "air")["value"] == 40.0);
    hub.pass_millis(850_000);
    let (_, answer) = hub.post("/api/readings", &json!([{"sensor": "air-1", "value": 12.0}]));
    assert_eq!(answer["kept"], 1);
    hub.pass_millis(60_000);
    let others_go_on = |answer: &Value| sign(answer, "open")["value"] == 0.0;
    let gone = until(&hub, "", "no data", |answer| sign(answer, "air")["value"].is_null() && others_go_on(answer));
    assert_eq!(sign(&gone, "air")["level"], Value::Null);
    let (status, xray) = hub.get("/api/vitals/air");
    assert_eq!((status, &xray["nothing"], &xray["sensors_all"]), (200, &json!("missing"), &json!(3)), "{xray}");
    assert!((xray["missing"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-5, "{xray}");
    assert_eq!(xray["sensors"][2], "air-1", "those that say nothing come first");
    let health = until(&hub, "", "the index misses it", |answer| sign(answer, "health")["value"].is_null());
    assert_eq!(sign(&health, "health")["level"], Value::Null);
    let mut screen = hub.screen();
    screen.until("an alarm of silence", |screen| {
        hub.pass_millis(1_000);
        screen.hall.alarms().of("vital:air", AlarmKind::NoData).is_some()
    });
    show(&hub, [10.0, 30.0, 80.0]);
    until(&hub, "", "a value again", |answer| sign(answer, "air")["value"] == 40.0);
    let (_, then) = hub.get(&format!("/api/vitals/air?at={}", gone["at"]));
    assert!((then["missing"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-5, "it stays silent of then: {then}");
    assert_eq!((&then["parts"][0]["fresh"], &then["parts"][0]["value"]), (&json!(1), &json!(12.0)), "{then}");
}

#[test]
fn a_district_that_fell_silent_says_when_it_spoke_last_and_its_neighbour_goes_on_now_and_as_it_was() {
    let hub = hub();
    show(&hub, [10.0, 30.0, 80.0]);
    until(&hub, "", "a value", |answer| sign(answer, "air")["value"].is_f64());
    until(&hub, "?area=西城区", "a value", |answer| sign(answer, "air")["value"] == 80.0);
    let mut screen = hub.screen();
    screen.until_live();
    let mut below = |at: Option<Moment>| {
        screen.link.vitals(Area::CITY, at);
        screen.until("the board", |screen| screen.board.is_some());
        let board = screen.board.take().unwrap().unwrap();
        let told = board.at;
        let air = board.rows.into_iter().find(|row| row.code == "air").unwrap();
        let seen = |newest: Option<(Moment, f64)>| newest.map(|(then, value)| (told.secs_since(then), value));
        (told, air.below.into_iter().map(seen).collect::<Vec<_>>())
    };
    // From now on the east alone goes on: its sensors speak once more before theirs is over, that of the west does not.
    hub.pass_millis(850_000);
    let east = json!([{"sensor": "air-1", "value": 12.0}, {"sensor": "air-2", "value": 28.0}]);
    assert_eq!(hub.post("/api/readings", &east).1["kept"], 2);
    hub.pass_millis(400_000);
    let silent = |seen: &[Option<(i64, f64)>]| match seen {
        [Some((east, value)), Some((west, last))] => {
            (0..180).contains(east) && (value - 20.0).abs() < 0.01 && *west >= 180 && (last - 80.0).abs() < 0.01
        }
        _ => false,
    };
    let end = Instant::now() + Duration::from_mins(1);
    let then = loop {
        let (told, seen) = below(None);
        if silent(&seen) {
            break told;
        }
        assert!(Instant::now() < end, "the west is as old as its last value: {seen:?}");
        std::thread::park_timeout(Duration::from_millis(200));
        hub.pass_millis(2_000);
    };
    // Of that moment the same is told once both speak again.
    hub.pass_millis(3_600_000);
    show(&hub, [50.0, 50.0, 50.0]);
    until(&hub, "?area=西城区", "a value again", |answer| sign(answer, "air")["value"] == 50.0);
    let (told, seen) = below(Some(then));
    assert!(told == then && silent(&seen), "{seen:?}");
}

#[test]
fn a_sign_over_its_limit_is_an_alarm_and_edited_signs_count_after_a_reload() {
    let hub = hub();
    let mut screen = hub.screen();
    screen.until_live();
    show(&hub, [100.0, 100.0, 100.0]);
    // The kit's clock stands in November: the variant of that month counts.
    until(&hub, "", "a value", |answer| sign(answer, "air")["level"] == "III");
    screen.until("the alarm", |screen| {
        hub.pass_millis(2_000);
        show(&hub, [100.0, 100.0, 100.0]);
        screen.hall.alarms().of("vital:air", AlarmKind::High).is_some()
    });
    let alarm = screen.hall.alarms().of("vital:air", AlarmKind::High).cloned().unwrap();
    assert_eq!((alarm.what.limit, alarm.what.name.as_str(), alarm.what.unit.as_str()), (Some(90.0), "空气", "µg/m³"));
    hub.edit("vitals/own.toml", &SIGNS.replace("mean(\"pm25\")", "mean(\"pm52\")"));
    let (status, answer) = hub.post("/api/catalogue/reload", &json!({}));
    assert_eq!(status, 422, "{answer}");
    let error = answer["error"].as_str().unwrap();
    assert!(error.contains("own.toml:9: ") && error.contains("did you mean `pm25`?"), "{error}");
    hub.pass_millis(1_000);
    show(&hub, [120.0, 120.0, 120.0]);
    until(&hub, "", "the old formula goes on", |answer| sign(answer, "air")["value"] == 120.0);
    hub.edit("vitals/own.toml", &SIGNS.replace("mean(\"pm25\")", "mean(\"pm25\") / 2"));
    let (status, answer) = hub.post("/api/catalogue/reload", &json!({}));
    assert_eq!((status, &answer["alarm_rules_changed"]), (200, &json!(true)), "{answer}");
    until(&hub, "", "the new formula", |answer| sign(answer, "air")["value"] == 60.0);
    let xray = hub.get("/api/vitals/air").1;
    assert_eq!((&xray["formula"], &xray["limits"]["high"][2]), (&json!("mean(\"pm25\") / 2"), &json!(90.0)));
    assert!(xray["ruled_by"].is_string() && xray["ruled_at"].is_i64(), "{xray}");
}

#[test]
fn strangers_neither_send_nor_describe_vital_signs_and_wrong_questions_are_refused() {
    let hub = hub();
    show(&hub, [10.0, 30.0, 80.0]);
    until(&hub, "", "a value", |answer| sign(answer, "air")["value"] == 40.0);
    for id in ["vital:air", "vital:other"] {
        let (_, answer) = hub.post("/api/readings", &json!([{"sensor": id, "value": 1.0}]));
        assert_eq!(answer["kept"], 0, "{answer}");
        let (status, answer) = hub.post("/api/sensors", &json!([{"id": id, "kind": "pm25"}]));
        assert_eq!(status, 422, "{answer}");
    }
    assert_eq!(hub.post("/api/sensors", &json!([{"id": "x", "kind": "vital"}])).0, 422);
    let sensors = hub.get("/api/sensors").1["sensors"].as_array().unwrap().len();
    assert_eq!(sensors, 3, "vital signs are not listed among the sensors");
    assert_eq!(hub.get("/api/vitals?area=a/b/c/d/e").0, 400);
    assert_eq!(hub.get("/api/vitals?at=noon").0, 400);
    for path in ["/api/vitals?area=南城区", "/api/vitals/none", "/api/vitals/air?area=南城区"] {
        let (status, answer) = hub.get(path);
        assert_eq!(status, 404, "{path}: {answer}");
    }
    let error = hub.get("/api/vitals/none").1["error"].as_str().unwrap().to_owned();
    assert!(error.contains("there is no vital sign `none`"), "{error}");
}

#[test]
fn a_sign_that_is_new_knows_what_it_was_before() {
    let hub = hub();
    let now: i64 = 1_700_000_000_000;
    for hours in (1..=80).rev() {
        let row = |number: u32| {
            let value = f64::from(number) * 10.0 + hours as f64;
            json!({"sensor": format!("air-{number}"), "at": now - hours * 3_600_000, "value": value})
        };
        let (status, answer) = hub.post("/api/readings", &json!([row(1), row(2), row(3)]));
        assert_eq!((status, answer["kept"].as_u64(), answer["late"].as_u64()), (200, Some(0), Some(3)), "{answer}");
    }
    show(&hub, [10.0, 30.0, 80.0]);
    // By the hour: what was an hour and a part of it before counts.
    let answer = until(&hub, "", "the day before", |answer| sign(answer, "air")["day_before"].is_f64());
    let air = sign(&answer, "air");
    assert_eq!((&air["value"], &air["hour_before"], &air["day_before"]), (&json!(40.0), &json!(22.0), &json!(45.0)));
    assert_eq!(air["week_before"], Value::Null);
    assert_eq!(sign(&answer, "open")["day_before"], Value::Null, "nobody counted cases then");
    let east = signs(&hub, "?area=东城区");
    assert_eq!(sign(&east, "air")["day_before"], 40.0, "{east}");
    let mut screen = hub.screen();
    screen.until_live();
    screen.link.xray(AskedSign { sign: "air".to_owned(), area: Area::CITY, at: None });
    screen.until("the X-ray", |screen| screen.xray.is_some());
    let band = screen.xray.take().unwrap().unwrap().band.unwrap();
    assert_eq!(band.hours.len(), 36);
}

#[test]
fn a_hub_that_starts_again_goes_on_with_the_same_sensors() {
    let mut hub = hub();
    show(&hub, [10.0, 30.0, 80.0]);
    until(&hub, "", "a value", |answer| sign(answer, "air")["value"] == 40.0);
    let known = hub.get("/api/readings/vital:air?from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z").1;
    assert!(known["kind"] == "vital" && known["unit"] == "µg/m³", "{known}");
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    hub.pass_millis(1_000);
    show(&hub, [20.0, 40.0, 90.0]);
    until(&hub, "", "a value", |answer| sign(answer, "air")["value"] == 50.0);
}
