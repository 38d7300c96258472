//! A gas reading stays over its limit: the screen gets a red frame, the alarm is acknowledged with words and becomes a case
//! by keys alone, and clears with the gas.

use std::net::SocketAddr;
use std::time::Duration;

use command_hall::domain::{AlarmId, AlarmKind, Grade};
use command_hall::link::SocketTransport;
use command_hall::wire::Pace;
use serde_json::json;

use crate::kit;
use crate::window::{Display, Home, PANEL, Part, wait_for};

/// The middle of a desk of 1280 by 800, where the list lies.
const CITY: Part = [320, 110, 940, 740];
/// The upper edge of the window, where its frame is.
const EDGE: Part = [0, 0, 1280, 3];
/// Ⅰ.
const RED: [u8; 3] = [0xEE, 0x3F, 0x46];

const RULES: &str = "[[rule]]\ncode = 'gas'\nzh = '燃气'\nen = 'Gas'\nkind = 'combustible_gas'\nhigh = { I = 50.0 }\npending_secs = 2\nkeep_secs = 1\ncase = '20403'\n";

fn show(hub: SocketAddr, key: &str, value: f64) {
    let rows = json!([{"sensor": "gas-1", "value": value}]).to_string();
    let (status, answer) = kit::http_as(hub, key, "POST", "/api/readings", &rows);
    assert_eq!(status, 200, "{answer}");
    std::thread::park_timeout(Duration::from_millis(500));
}

#[test]
fn a_gas_alarm_is_acknowledged_with_words_becomes_a_case_by_keys_and_clears() {
    let Some(display) = Display::start("1280x800") else { return };
    let home = Home::new();
    let rules = home.file("limits.toml", RULES);
    home.set(&format!("[hub]\nalarms = \"{}\"\n", rules.display()));
    let added = ["user", "add", "--source", "gauges", "--data", "facts"];
    let gauges = String::from_utf8(home.hall(":").args(added).output().unwrap().stdout).unwrap().trim().to_owned();
    let (_hub, at, url) = home.hub();
    let key = home.key.borrow().clone();
    let sensor = json!({"id": "gas-1", "kind": "combustible_gas", "lon": 119.3, "lat": 31.6}).to_string();
    assert_eq!(kit::http_as(at, &key, "POST", "/api/sensors", &sensor).0, 200);
    let transport = SocketTransport::new(&format!("ws://{at}")).unwrap();
    let mut other = kit::Screen::with(transport, Pace::Off, Some(&key));
    other.until_live();
    let mut screen = home.screen(&display, &url, &["--size", "1280x800"]);
    let window = display.window(&mut screen);
    wait_for("the screen at the hub", || (kit::get(at, "/api/health").1["sessions"] == 2).then_some(()));
    display.xdotool(&["windowfocus", "--sync", &window.to_string()]).unwrap();
    assert_eq!(display.settled().count(EDGE, RED), 0, "calm");

    let raised = || {
        show(at, &gauges, 62.5);
        let alarms = kit::http_as(at, &key, "GET", "/api/alarms", "").1;
        (!alarms["alarms"].as_array().unwrap().is_empty()).then_some(())
    };
    wait_for("the alarm", raised);
    other.until("the alarm", |s| {
        s.hall.alarms().of("gas-1", AlarmKind::High).is_some_and(|it| it.what.level == Grade::I)
    });
    display.until("the red frame", |seen| seen.count(EDGE, RED) > 2_000);
    other.until("who has it before their eyes", |s| !s.hall.alarms().get(AlarmId(1)).unwrap().seen.is_empty());

    let calm = display.settled().count(CITY, PANEL);
    display.press("F10");
    display.until("the list", |seen| seen.count(CITY, PANEL) > calm + 100_000);
    display.xdotool(&["type", "--delay", "60", "crew sent"]).unwrap();
    display.press("Return");
    other.until("the acknowledgement", |s| !s.hall.alarms().get(AlarmId(1)).unwrap().waits());
    let acknowledged = other.hall.alarms().get(AlarmId(1)).unwrap().acknowledged.clone().unwrap();
    assert_eq!(acknowledged.comment, "crew sent");
    display.until("no red frame", |seen| seen.count(EDGE, RED) == 0);
    display.press("ctrl+t");
    other.until("the case", |s| s.hall.alarms().get(AlarmId(1)).unwrap().incident.is_some());
    let case = other.hall.alarms().get(AlarmId(1)).unwrap().incident.unwrap();
    let incident = other.hall.incident(case).unwrap();
    assert_eq!((incident.kind.as_str(), incident.grade), ("20403", Grade::I));
    assert!(incident.text.contains("62.5 %LEL") && incident.text.contains("gas-1"), "{}", incident.text);
    display.press("Escape");
    display.until("no list", |seen| seen.count(CITY, PANEL) < calm + 20_000);

    let cleared = || {
        show(at, &gauges, 1.0);
        let alarms = kit::http_as(at, &key, "GET", "/api/alarms", "").1;
        alarms["alarms"].as_array().unwrap().is_empty().then_some(())
    };
    wait_for("it clears", cleared);
    other.until("it clears", |s| !s.hall.alarms().get(AlarmId(1)).unwrap().is_active());
    assert!(screen.0.try_wait().unwrap().is_none(), "keys ended the hall");
}
