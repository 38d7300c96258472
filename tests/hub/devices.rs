//! How devices behave, as screens and HTTP are told of it.

use std::sync::Arc;

use command_hall::domain::rights::{Role, Standing};
use command_hall::domain::sensor::Claim;
use command_hall::domain::{
    Change, DeviceChange, Devices, DevicesAsked, DevicesBy, DevicesChanged, Meant, Moment, SensorKind,
};
use command_hall::ground::{City, demo, pack};
use command_hall::hub::{self, Data, HubOptions};
use command_hall::store::people::{By, People, Proof};
use command_hall::wire::{Secret, Transport};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::kit::{Screen, TestHub, get, http_as};

/// When the hubs of these tests begin.
const NOW: i64 = 1_700_000_000_000;

/// A gas sensor that sent one good reading and one beyond all gas, a gauge that sent nothing, one that nobody claimed.
fn hub() -> TestHub {
    let hub = TestHub::start();
    let sensors = json!([
        {"id": "gas-1", "kind": "combustible_gas", "name": "Main 17", "lon": 119.3, "lat": 31.6, "fresh_secs": 300},
        {"id": "level-1", "kind": "water_level", "unit": "cm"},
    ]);
    assert_eq!(hub.post("/api/sensors", &sensors).0, 200);
    let rows = json!([
        {"sensor": "gas-1", "at": NOW, "value": 1.5},
        {"sensor": "gas-1", "at": NOW, "value": 5000},
        {"sensor": "stray-1", "at": NOW, "value": 3},
    ]);
    assert_eq!(hub.post("/api/readings", &rows).0, 200);
    hub
}

fn ask(screen: &mut Screen, by: DevicesBy, words: &str) -> Result<Box<Devices>, String> {
    screen.devices = None;
    screen.link.devices(DevicesAsked { by, words: words.to_owned(), most: 20 });
    screen.until("told of devices", |screen| screen.devices.is_some());
    screen.devices.take().unwrap()
}

fn ids(devices: &Devices) -> Vec<&str> {
    devices.list.sensors.iter().map(|device| device.id.as_str()).collect()
}

#[test]
fn a_screen_is_told_of_devices_over_the_socket_and_in_the_same_process() {
    let hub = hub();
    // The gas sensor is fresh for five minutes, the one that nobody knows for an hour.
    hub.pass_millis(400_000);
    for mut screen in [hub.screen(), hub.embedded_screen()] {
        screen.until_live();
        let worst = ask(&mut screen, DevicesBy::Worst, "").unwrap();
        assert_eq!(ids(&worst)[0], "gas-1");
        let gas = &worst.list.sensors[0];
        assert_eq!((gas.name.as_str(), gas.kept, gas.refused, gas.place().is_some()), ("Main 17", 1, 1, true));
        assert_eq!((gas.reasons[0].reason.as_str(), gas.silent_since().is_some()), ("implausible", true));
        let sums = (worst.list.readings, worst.list.unclaimed, worst.list.silent, worst.list.fallen_silent);
        assert_eq!((sums, worst.feeds.len()), ((3, 1, 1, 1), 0));
        assert_eq!(ids(&ask(&mut screen, DevicesBy::Silent, "").unwrap()), ["gas-1", "level-1"]);
        assert_eq!(ids(&ask(&mut screen, DevicesBy::Unclaimed, "").unwrap()), ["stray-1"]);
        assert_eq!(ids(&ask(&mut screen, DevicesBy::Named, "MAIN 17").unwrap()), ["gas-1"]);
        assert_eq!(ids(&ask(&mut screen, DevicesBy::Named, "l-1 & more").unwrap()), [""; 0]);
    }
}

#[test]
fn http_lists_devices_as_it_is_asked_and_says_what_cannot_be() {
    let hub = hub();
    let (status, answer) = hub.get("/api/sensors/quality?by=named&words=level");
    assert_eq!((status, &answer["sensors"][0]["id"]), (200, &json!("level-1")), "{answer}");
    assert_eq!(answer["sensors"][0]["silent_since"], json!(null));
    assert_eq!(hub.get("/api/sensors/quality?by=best").0, 400);
}

fn change(screen: &mut Screen, of: Meant, change: Change) -> Result<Box<DevicesChanged>, String> {
    screen.devices_changed = None;
    screen.link.change_devices(DeviceChange { of, change });
    screen.until("told of the change", |screen| screen.devices_changed.is_some());
    screen.devices_changed.take().unwrap()
}

fn named(ids: &[&str]) -> Meant {
    Meant::Named(ids.iter().map(|id| (*id).to_owned()).collect())
}

#[test]
fn a_screen_claims_dismisses_and_brings_back_sensors_over_the_socket_and_in_the_same_process() {
    for embedded in [false, true] {
        let hub = hub();
        let mut screen = if embedded { hub.embedded_screen() } else { hub.screen() };
        screen.until_live();
        let rows = json!([{"sensor": "typo-1", "value": 1}, {"sensor": "typo-2", "value": 1}]);
        assert_eq!(hub.post("/api/readings", &rows).0, 200);
        let claim = Claim {
            kind: Some(SensorKind::WaterLevel),
            name: Some("North gate".to_owned()),
            unit: Some("cm".to_owned()),
            precision: Some(0.05),
            ..Claim::default()
        };
        let told = change(&mut screen, named(&["stray-1"]), Change::Claim(claim.clone())).unwrap();
        assert_eq!((told.meant, told.changed, told.refused_count), (1, 1, 0));
        let (_, answer) = hub.get("/api/sensors?kind=water_level");
        let claimed = answer["sensors"].as_array().unwrap().iter().find(|row| row["id"] == "stray-1").unwrap();
        assert_eq!(
            (&claimed["name"], &claimed["sends"], &claimed["claimed"]),
            (&json!("North gate"), &json!("cm"), &json!(true))
        );
        assert_eq!(claimed["precision"], json!(0.05));
        let known = ask(&mut screen, DevicesBy::Named, "stray-1").unwrap();
        assert_eq!(known.list.sensors[0].precision.to_bits(), 0.05_f64.to_bits());
        let said = change(
            &mut screen,
            named(&["stray-1"]),
            Change::Claim(Claim { precision: Some(-1.0), ..Claim::default() }),
        );
        assert_eq!(said.unwrap().refused[0].field, "precision");
        let wrong = Claim { unit: Some("furlong".to_owned()), ..Claim::default() };
        let told = change(&mut screen, named(&["stray-1", "nobody"]), Change::Claim(wrong)).unwrap();
        let refused: Vec<(&str, &str)> = told.refused.iter().map(|one| (one.id.as_str(), one.field.as_str())).collect();
        assert_eq!((told.changed, refused), (0, vec![("stray-1", "unit"), ("nobody", "")]));
        let said = change(&mut screen, Meant::Beginning("typo-".to_owned()), Change::Claim(claim)).unwrap_err();
        assert_eq!(said, "name: is said of one sensor at a time");
        let reason = String::new();
        let said = change(&mut screen, named(&["typo-1"]), Change::Retire { reason }).unwrap_err();
        assert_eq!(said, "reason: is missing");
        let reason = "typing errors".to_owned();
        let told = change(&mut screen, Meant::Beginning("typo-".to_owned()), Change::Retire { reason }).unwrap();
        assert_eq!((told.meant, told.changed), (2, 2));
        assert_eq!(ids(&ask(&mut screen, DevicesBy::Unclaimed, "").unwrap()), [""; 0]);
        let out = ask(&mut screen, DevicesBy::Retired, "").unwrap();
        let first = out.list.sensors[0].retired.clone().unwrap();
        assert_eq!((out.list.retired, first.reason.as_str(), first.at), (2, "typing errors", NOW));
        assert_eq!(first.by, "test", "the seat where nobody signs in");
        let told = change(&mut screen, named(&["typo-1"]), Change::BringBack).unwrap();
        assert_eq!((told.meant, told.changed), (1, 1));
        assert_eq!(ids(&ask(&mut screen, DevicesBy::Retired, "").unwrap()), ["typo-2"]);
    }
}

#[test]
fn a_sensor_out_of_service_is_waited_for_by_nobody_and_its_past_stays() {
    let mut hub = hub();
    let mut screen = hub.screen();
    screen.until_live();
    let (status, answer) =
        hub.post("/api/sensors/retire", &json!({"ids": ["gas-1"], "reason": "dismantled", "by": "li"}));
    assert_eq!((status, &answer["changed"]), (200, &json!(1)), "{answer}");
    hub.pass_millis(400_000);
    assert_eq!(ids(&ask(&mut screen, DevicesBy::Silent, "").unwrap()), ["level-1"]);
    let worst = ask(&mut screen, DevicesBy::Worst, "").unwrap();
    assert!(!ids(&worst).contains(&"gas-1") && worst.list.fallen_silent == 0);
    assert_eq!(ids(&ask(&mut screen, DevicesBy::Named, "gas").unwrap()), ["gas-1"], "who looks for it finds it");
    let (_, answer) = hub.get("/api/sensors?kind=combustible_gas");
    assert_eq!(answer["sensors"], json!([]));
    let (_, answer) = hub.get("/api/sensors?kind=combustible_gas&retired=true");
    assert_eq!(answer["sensors"][0]["retired"], json!({"at": NOW, "by": "li", "reason": "dismantled"}));
    let (_, answer) = hub.get(&format!("/api/readings/latest?at={NOW}&kind=combustible_gas"));
    assert_eq!(answer["readings"], json!([]), "it went out of service at that very moment");
    let (_, answer) = hub.get(&format!("/api/readings/latest?at={}&kind=combustible_gas", NOW - 1));
    assert_eq!(answer["without"], json!(1), "before it was there");
    let (_, answer) = hub.get(&format!("/api/readings/gas-1?from={}&to={}", NOW - 1_000, NOW + 1_000));
    assert_eq!(answer["unit"], json!("%LEL"), "{answer}");
    let late = json!([{"sensor": "gas-1", "at": NOW - 5, "value": 2}, {"sensor": "gas-1", "at": NOW + 5, "value": 2}]);
    let (_, answer) = hub.post("/api/readings", &late);
    assert_eq!(answer["refused"].as_array().map(Vec::len), Some(1), "what it measured before is taken still: {answer}");
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    let (_, answer) = hub.get("/api/sensors?retired=true");
    assert_eq!(answer["sensors"][0]["id"], json!("gas-1"), "over a start");
    assert_eq!(hub.post("/api/sensors/restore", &json!({"ids": ["gas-1"]})).1["changed"], json!(1));
    assert_eq!(hub.get("/api/sensors?retired=true").1["sensors"], json!([]));
}

#[test]
fn the_file_takes_sensors_out_of_service_and_brings_back_what_it_took_and_nothing_else() {
    let file =
        |gas: &str, noise: &str| format!("id,kind,retired\ngas-1,combustible_gas,{gas}\nnoise-1,noise,{noise}\n");
    let hub = TestHub::start_with(&[("sensors.csv", &file("dismantled", ""))]);
    let out = |hub: &TestHub| -> Vec<Value> {
        let (_, answer) = hub.get("/api/sensors?retired=true");
        answer["sensors"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect()
    };
    assert_eq!(out(&hub), ["gas-1"]);
    assert_eq!(hub.post("/api/sensors/retire", &json!({"ids": ["noise-1"], "reason": "stolen"})).0, 200);
    hub.edit("sensors.csv", &file("", ""));
    let (_, answer) = hub.post("/api/catalogue/reload", &json!({}));
    assert_eq!((out(&hub), &answer["sensors_changed"]), (vec![json!("noise-1")], &json!(1)));
}

#[test]
fn what_people_said_of_a_sensor_stays_over_a_start_and_a_reload_until_its_line_says_something_else() {
    let file = |gas: &str| format!("id,kind,owner\ngas-1,combustible_gas,{gas}\nnoise-1,noise,old\n");
    let mut hub = TestHub::start_with(&[("sensors.csv", &file("old"))]);
    let owner = |hub: &TestHub, id: &str| {
        let (_, answer) = hub.get("/api/sensors");
        let rows = answer["sensors"].as_array().unwrap();
        rows.iter().find(|row| row["id"] == id).unwrap()["owner"].as_str().unwrap().to_owned()
    };
    let claimed = hub.post("/api/sensors/claim", &json!({"ids": ["gas-1", "noise-1"], "owner": "new"}));
    assert_eq!(claimed.0, 200, "{}", claimed.1);
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    assert_eq!([owner(&hub, "gas-1"), owner(&hub, "noise-1")], ["new", "new"]);
    hub.edit("sensors.csv", &file("other"));
    let (_, answer) = hub.post("/api/catalogue/reload", &json!({}));
    assert_eq!(answer["sensors_changed"], 1, "{answer}");
    assert_eq!([owner(&hub, "gas-1"), owner(&hub, "noise-1")], ["other", "new"]);
}

#[test]
fn who_may_not_read_or_change_devices_is_recorded_in_the_same_process_as_over_http() {
    let hub = TestHub::with_doors();
    let by = By { who: "operator test".to_owned(), origin: "hall user".to_owned(), at: Moment(0) };
    let mut people = People::open(hub.folder.path()).unwrap();
    let key = people.add("gateway", "", &Standing::of(&[Role::Source]), Proof::Key, &by).unwrap().unwrap();
    assert_eq!(http_as(hub.addr(), &key, "GET", "/api/sensors/quality", "").0, 403);
    let retire = Change::Retire { reason: "no".to_owned() };
    let wanted = DeviceChange { of: named(&["gas-1"]), change: retire };
    let body = json!({"ids": ["gas-1"], "reason": "no"}).to_string();
    assert_eq!(http_as(hub.addr(), &key, "POST", "/api/sensors/retire", &body).0, 403);
    let (transport, secret) = (hub.hub().embedded_transport(), Secret(key));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let told = runtime.block_on(transport.devices(&DevicesAsked::default(), Some(&secret)));
    assert!(told.unwrap_err().contains("read"));
    assert!(runtime.block_on(transport.change_devices(&wanted, None, Some(&secret))).is_err());
    // Refusals wait for a commit; with its end a hub has written all of them.
    let mut hub = hub;
    hub.shutdown();
    let sql = Connection::open(hub.folder.path().join("facts.db")).unwrap();
    let mut rows =
        sql.prepare("SELECT origin, asked, outcome FROM audit WHERE who = 'source gateway' ORDER BY number").unwrap();
    let rows: Vec<(String, String, String)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect();
    let asked: Vec<&str> = rows.iter().map(|(_, asked, _)| asked.as_str()).collect();
    let both = ["quality of sensors", "take sensors out of service"];
    assert_eq!(asked, [both, both].concat());
    assert!(rows.iter().all(|(.., outcome)| outcome.starts_with("refused")), "{rows:?}");
    let here: Vec<bool> = rows.iter().map(|(origin, ..)| origin == "in this process").collect();
    assert_eq!(here, [false, false, true, true]);
}

#[test]
fn a_hub_that_knows_its_city_puts_sensors_into_the_areas_of_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("city");
    pack::writer::write(&demo::generate(3, 1_500), &out, "").unwrap();
    let city = Arc::new(City::open(&out).unwrap());
    let inside = |place: &[f32; 2]| {
        let at = city.frame().lonlat_from_metres(place.map(f64::from));
        Some((at, city.area_of(at)?.path().to_owned()))
    };
    let (at, area) = city.places().iter().find_map(|place| inside(&place.at)).unwrap();
    let data = folder.path().join("data");
    let start = |city: Option<Arc<City>>| {
        let admission = hub::Admission::Everybody;
        let options = HubOptions { admission, city, ..HubOptions::new(Data::Folder(data.clone())) };
        hub::start(HubOptions { listen: Some(([127, 0, 0, 1], 0).into()), ..options }).unwrap()
    };
    let row = |hub: &hub::Hub| get(hub.addr().unwrap(), "/api/sensors").1["sensors"][0].clone();
    let first = start(None);
    let sensor = json!({"id": "n-1", "kind": "noise", "lon": at.lon, "lat": at.lat}).to_string();
    assert_eq!(crate::kit::post(first.addr().unwrap(), "/api/sensors", &sensor).0, 200);
    assert_eq!((&row(&first)["area"], &row(&first)["area_by_place"]), (&json!(""), &json!(false)));
    first.shutdown();
    let second = start(Some(Arc::clone(&city)));
    assert_eq!((&row(&second)["area"], &row(&second)["area_by_place"]), (&json!(area), &json!(true)), "at its start");
    let own = json!({"ids": ["n-1"], "area": "Own/Area"}).to_string();
    assert_eq!(crate::kit::post(second.addr().unwrap(), "/api/sensors/claim", &own).0, 200);
    assert_eq!((&row(&second)["area"], &row(&second)["area_by_place"]), (&json!("Own/Area"), &json!(false)));
    let by_place = json!({"ids": ["n-1"], "area": ""}).to_string();
    assert_eq!(crate::kit::post(second.addr().unwrap(), "/api/sensors/claim", &by_place).0, 200);
    assert_eq!(row(&second)["area"], json!(area), "as it is described");
    second.shutdown();
}
