//! What sensors measure, on the screens that show it: which they are, their newest values, their course.

use command_hall::domain::sensor::{Bounds, Gist, Spell, Watch, Window};
use command_hall::domain::{LonLat, Moment, Refusal, SensorId, SensorKind};
use command_hall::link::Asked;
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, report};

/// When the hubs of these tests begin.
const NOW: i64 = 1_700_000_000_000;

fn described(hub: &TestHub) {
    let sensors = json!([
        {"id": "gas-1", "kind": "combustible_gas", "lon": 119.3, "lat": 31.6, "height_m": -1.1,
         "area": "Riverside/Old Town", "owner": "City Gas"},
        {"id": "level-1", "kind": "water_level", "unit": "cm", "lon": 119.4, "lat": 31.7, "area": "Riverside/Harbour"},
        {"id": "level-2", "kind": "water_level", "area": "Hillside"},
        {"id": "noise-1", "kind": "noise", "lon": 119.3, "lat": 31.6},
    ]);
    let (status, answer) = hub.post("/api/sensors", &sensors);
    assert_eq!((status, answer["accepted"].as_array().unwrap().len()), (200, 4), "{answer}");
}

fn send(hub: &TestHub, rows: &Value) {
    let (status, answer) = hub.post("/api/readings", rows);
    assert_eq!((status, &answer["refused"]), (200, &json!([])), "{answer}");
}

fn of(kinds: &[SensorKind]) -> Watch {
    Watch { kinds: kinds.iter().copied().collect(), every_millis: 100, ..Watch::default() }
}

fn ids(screen: &Screen) -> Vec<&str> {
    let mut ids: Vec<&str> = screen.sensors.iter().map(|row| row.id.as_str()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn a_screen_hears_the_sensors_it_watches_their_newest_values_and_no_others() {
    let hub = TestHub::start();
    described(&hub);
    send(&hub, &json!([{"sensor": "level-1", "at": NOW - 60_000, "value": 100}, {"sensor": "noise-1", "value": 50}]));
    let mut screen = hub.screen();
    screen.link.watch(Some(of(&[SensorKind::WaterLevel])));
    screen.until("the value that was there before", |s| s.readings.len() == 1);
    assert_eq!(ids(&screen), ["level-1", "level-2"]);
    let first = screen.sensors.iter().find(|row| row.id == "level-1").unwrap().clone();
    assert_eq!((first.unit.as_str(), first.fresh_secs, first.claimed), ("m", 600, true));
    assert_eq!(first.at, LonLat::new(119.4, 31.7));
    assert_eq!(screen.readings, [(first.number.0, NOW - 60_000, 1.0)], "in the unit of its kind");

    // Of a batch with many readings of one sensor the newest counts, in whatever order they stand.
    let rows: Vec<Value> = (0..50).map(|n| json!({"sensor": "level-1", "at": NOW - n * 1_000, "value": n})).collect();
    send(&hub, &json!(rows));
    send(&hub, &json!([{"sensor": "level-2", "at": NOW, "value": 2}, {"sensor": "gas-1", "at": NOW, "value": 2}]));
    screen.until("both", |s| s.readings.len() >= 3);
    let mut heard = screen.readings.split_off(1);
    heard.sort_by_key(|row| row.0);
    let second = screen.sensors.iter().find(|row| row.id == "level-2").unwrap().number;
    assert_eq!(heard, [(first.number.0, NOW, 0.0), (second.0, NOW, 2.0)]);

    screen.link.watch(Some(of(&[SensorKind::CombustibleGas])));
    screen.until("the other kind", |s| ids(s) == ["gas-1"] && s.readings.len() == 1);
    screen.link.watch(None);
    send(&hub, &json!([{"sensor": "gas-1", "at": NOW + 1, "value": 3}]));
    hub.post_report(report("a"));
    screen.until_seq(1);
    assert_eq!(screen.readings.len(), 1, "nothing is watched any more");
}

#[test]
fn a_watch_is_cut_to_an_area_and_to_a_box_and_follows_what_becomes_of_the_sensors() {
    let hub = TestHub::start();
    described(&hub);
    let mut screen = hub.embedded_screen();
    let area = command_hall::domain::rights::Area::of("Riverside").unwrap();
    screen.link.watch(Some(Watch { area, ..of(&[]) }));
    screen.until("the area", |s| ids(s) == ["gas-1", "level-1"]);
    let bounds = Bounds { west: 119.2, south: 31.5, east: 119.35, north: 31.65 };
    screen.link.watch(Some(Watch { bounds: Some(bounds), ..of(&[]) }));
    screen.until("the box", |s| ids(s) == ["gas-1", "noise-1"]);

    screen.link.watch(Some(of(&[SensorKind::Noise, SensorKind::Pm25])));
    screen.until("the kinds", |s| ids(s) == ["noise-1"]);
    // One is seen for the first time, claimed later, and becomes another thing in the end.
    send(&hub, &json!([{"sensor": "dust-9", "kind": "pm25", "value": 40, "at": NOW}]));
    screen.until("first sight", |s| ids(s) == ["dust-9", "noise-1"] && s.readings.len() == 1);
    assert!(!screen.sensors.iter().any(|row| row.id == "dust-9" && row.claimed));
    hub.post("/api/sensors", &json!([{"id": "dust-9", "kind": "pm25", "lon": 119.0, "lat": 31.0}]));
    screen.until("claimed", |s| s.sensors.iter().any(|row| row.id == "dust-9" && row.claimed && row.at.is_some()));
    hub.post("/api/sensors", &json!([{"id": "noise-1", "kind": "temperature"}]));
    screen.until("another thing", |s| ids(s) == ["dust-9"]);
}

#[test]
fn a_watch_goes_on_by_itself_when_the_hub_comes_back_with_what_it_kept() {
    let mut hub = TestHub::start();
    described(&hub);
    send(&hub, &json!([{"sensor": "gas-1", "at": NOW, "value": 7}]));
    let mut screen = hub.screen();
    screen.link.watch(Some(of(&[SensorKind::CombustibleGas])));
    screen.until("before", |s| s.readings.len() == 1);
    let addr = hub.addr();
    hub.shutdown();
    screen.until("lost", |s| !s.state.is_live());
    hub.restart(addr);
    // What was kept is told again, and then what comes.
    screen.until("again", |s| s.state.is_live() && s.readings.len() == 1);
    send(&hub, &json!([{"sensor": "gas-1", "at": NOW + 60_000, "value": 8}]));
    screen.until("after", |s| s.readings.last().is_some_and(|row| row.1 == NOW + 60_000));
}

/// A hub to which a sensor told an hour, higher each minute.
fn hub_after_an_hour() -> TestHub {
    let hub = TestHub::start();
    described(&hub);
    let rows: Vec<Value> =
        (1..=60).map(|n| json!({"sensor": "gas-1", "at": NOW - n * 60_000, "value": 60 - n})).collect();
    send(&hub, &json!(rows));
    hub
}

#[test]
fn the_course_of_a_sensor_and_the_values_of_a_moment_of_the_past_are_told() {
    let hub = hub_after_an_hour();
    let mut screen = hub.screen();
    screen.link.watch(Some(Watch { at: Some(Moment(NOW - 30 * 60_000 + 1)), ..of(&[SensorKind::CombustibleGas]) }));
    screen.until("then", |s| s.readings.len() == 1);
    assert_eq!(screen.readings, [(screen.sensors[0].number.0, NOW - 30 * 60_000, 30.0)]);

    let sensor = screen.sensors[0].number;
    let ask = |sensor, from, to| Asked { sensor, from: Moment(from), to: Moment(to), points: 12 };
    screen.link.trend(ask(sensor, NOW - 3_600_000, NOW));
    screen.until("its course", |s| s.trend.is_some());
    let trend = screen.trend.take().unwrap().unwrap();
    assert_eq!((trend.sensor.id.as_str(), trend.sensor.owner.as_str()), ("gas-1", "City Gas"));
    assert_eq!(trend.newest, Some((Moment(NOW - 60_000), 59.0)));
    assert_eq!(trend.steps.iter().map(|step| step.count).sum::<u64>(), 60);
    assert!(trend.step_millis == 300_000 && (12..=13).contains(&trend.steps.len()), "{trend:?}");
    assert!(trend.steps.iter().all(|step| step.min <= step.mean && step.mean <= step.max));
    screen.link.trend(ask(sensor, NOW - 3_600_000, NOW - 1_800_000));
    screen.until("its course until then", |s| s.trend.is_some());
    let until_then = screen.trend.take().unwrap().unwrap().newest;
    assert_eq!(until_then, Some((Moment(NOW - 1_800_000), 30.0)));
    screen.link.trend(ask(SensorId(99), NOW - 1, NOW));
    screen.until("none", |s| s.trend.is_some());
    assert_eq!(screen.trend.take(), Some(Err(Refusal::NoSensor)));
}

#[test]
fn what_was_highest_in_the_last_hour_is_told_of_now_and_of_a_moment_of_the_past_beside_the_newest_values() {
    let hub = hub_after_an_hour();
    let mut screen = hub.screen();
    let window = |gist| [(SensorKind::CombustibleGas, Window { spell: Spell::Hour, gist })].into();
    let watch = Watch { windows: window(Gist::Highest), ..of(&[SensorKind::CombustibleGas, SensorKind::Noise]) };
    screen.link.watch(Some(watch.clone()));
    screen.until("both", |s| s.readings.len() == 1 && s.windowed.len() == 1);
    let gas = screen.sensors.iter().find(|row| row.id == "gas-1").unwrap().number.0;
    assert_eq!(screen.readings, [(gas, NOW - 60_000, 59.0)]);
    assert_eq!(screen.windowed, [(gas, NOW - 60_000, 59.0)]);
    let then = Some(Moment(NOW - 30 * 60_000 + 1));
    screen.link.watch(Some(Watch { at: then, ..watch.clone() }));
    screen.until("then", |s| s.windowed.last().is_some_and(|row| row.2 < 59.0));
    assert_eq!(screen.windowed, [(gas, NOW - 30 * 60_000, 30.0)]);
    screen.link.watch(Some(Watch { at: then, windows: window(Gist::Lowest), ..watch }));
    screen.until("the least", |s| s.windowed.last().is_some_and(|row| row.2 < 30.0));
    assert_eq!(screen.windowed, [(gas, NOW - 30 * 60_000, 0.0)]);
}

#[test]
fn very_many_sensors_are_told_in_parts_while_facts_pass() {
    let hub = TestHub::start();
    let sensors: Vec<Value> = (0..5_000)
        .map(|n| json!({"id": format!("n-{n}"), "kind": "noise", "lon": 119.0 + f64::from(n) * 1e-5, "lat": 31.0}))
        .collect();
    assert_eq!(hub.post("/api/sensors", &json!(sensors)).0, 200);
    let rows: Vec<Value> = (0..5_000).map(|n| json!({"sensor": format!("n-{n}"), "at": NOW, "value": 50})).collect();
    send(&hub, &json!(rows));
    let mut screen = hub.screen();
    screen.until_live();
    screen.link.watch(Some(of(&[SensorKind::Noise])));
    hub.post_report(report("a"));
    screen.until("all of them", |s| s.readings.len() == 5_000 && s.hall.upto().0 == 1);
    assert_eq!((screen.sensors.len(), screen.sensors_left, screen.snapshots), (5_000, 0, 1));
}
