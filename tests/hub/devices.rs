//! How devices behave, as screens and HTTP are told of it.

use command_hall::domain::{Devices, DevicesAsked, DevicesBy};
use serde_json::json;

use crate::kit::{Screen, TestHub};

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
