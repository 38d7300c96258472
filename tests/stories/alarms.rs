//! A gas reading stays over its limit: the screen gets a red frame and sounds, the alarm is acknowledged with words and
//! becomes a case by keys alone, and clears with the gas. Another one goes on the shelf, and comes back.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use command_hall::domain::alarm::Alarm;
use command_hall::domain::{AlarmId, AlarmKind, Grade};
use command_hall::link::SocketTransport;
use command_hall::wire::Pace;
use serde_json::{Value, json};

use crate::kit;
use crate::window::{Display, Held, Home, PANEL, Part, wait_for};

/// The middle of a desk of 1280 by 800, where the list lies.
const CITY: Part = [320, 110, 940, 740];
/// The upper edge of the window, where its frame is.
const EDGE: Part = [0, 0, 1280, 3];
/// Ⅰ.
const RED: [u8; 3] = [0xEE, 0x3F, 0x46];

const RULES: &str = "[[rule]]\ncode = 'gas'\nzh = '燃气'\nen = 'Gas'\nkind = 'combustible_gas'\nhigh = { I = 50.0 }\npending_secs = 2\nkeep_secs = 1\ncase = '20403'\n";
const TWO_LEVELS: &str = "[[rule]]\ncode = 'gas'\nzh = '燃气'\nen = 'Gas'\nkind = 'combustible_gas'\nhigh = { I = 50.0, II = 30.0 }\npending_secs = 0\nkeep_secs = 1\ncase = '20403'\n";

/// A desk at a hub with a gas sensor, another screen that sees what the hub has, and a player that writes down each sound.
/// What ends first stands first.
struct Scene {
    screen: Held,
    other: kit::Screen,
    _hub: Held,
    at: SocketAddr,
    /// With which gauges show themselves.
    gauges: String,
    player: PathBuf,
    home: Home,
    display: Display,
}

impl Scene {
    /// `None` where there can be no window.
    fn start(limits: &str) -> Option<Self> {
        let display = Display::start("1280x800")?;
        let home = Home::new();
        // The first that a screen tries.
        let player = home.program("pw-play", "echo played >> \"$0.log\"");
        let rules = home.file("limits.toml", limits);
        home.set(&format!("[hub]\nalarms = \"{}\"\n", rules.display()));
        let added = ["user", "add", "--source", "gauges", "--data", "facts"];
        let gauges = String::from_utf8(home.hall(":").args(added).output().unwrap().stdout).unwrap().trim().to_owned();
        let (hub, at, url) = home.hub();
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
        let scene = Self { screen, other, _hub: hub, at, gauges, player, home, display };
        assert_eq!(scene.display.settled().count(EDGE, RED), 0, "calm");
        assert_eq!(scene.heard(), 0);
        Some(scene)
    }

    fn show(&self, value: f64) {
        let rows = json!([{"sensor": "gas-1", "value": value}]).to_string();
        let (status, answer) = kit::http_as(self.at, &self.gauges, "POST", "/api/readings", &rows);
        assert_eq!(status, 200, "{answer}");
        std::thread::park_timeout(Duration::from_millis(500));
    }

    fn alarms(&self) -> Vec<Value> {
        let key = self.home.key.borrow().clone();
        kit::http_as(self.at, &key, "GET", "/api/alarms", "").1["alarms"].as_array().unwrap().clone()
    }

    /// How often the screen sounded.
    fn heard(&self) -> usize {
        std::fs::read_to_string(self.player.with_extension("log")).map_or(0, |log| log.lines().count())
    }

    fn until_heard(&self, times: usize) {
        wait_for("the sound", || (self.heard() >= times).then_some(()));
    }

    /// Nothing sounds for longer than the turn of such an alarm takes, but for what was on its way.
    fn assert_silent(&self, turn: Duration) -> usize {
        self.display.settled();
        std::thread::sleep(Duration::from_secs(2));
        let heard = self.heard();
        std::thread::sleep(turn * 2);
        assert_eq!(self.heard(), heard, "it is silent");
        heard
    }

    fn until(&mut self, what: &str, holds: impl Fn(&Alarm) -> bool) -> Alarm {
        self.other.until(what, |s| s.hall.alarms().get(AlarmId(1)).is_some_and(&holds));
        self.other.hall.alarms().get(AlarmId(1)).cloned().unwrap()
    }

    /// Open the list; how much of it is that of a panel without it.
    fn open_list(&self) -> usize {
        let calm = self.display.settled().count(CITY, PANEL);
        self.display.press("F10");
        self.display.until("the list", |seen| seen.count(CITY, PANEL) > calm + 100_000);
        calm
    }

    /// The chosen alarm goes on the shelf for the shortest time.
    fn shelve(&mut self, reason: &str) -> Alarm {
        self.display.settled();
        self.display.press("ctrl+s");
        self.display.settled();
        self.display.write(reason);
        self.display.press("Return");
        self.until("the shelf", |alarm| alarm.shelf.is_some())
    }

    fn assert_runs(&mut self) {
        assert!(self.screen.0.try_wait().unwrap().is_none(), "keys ended the hall");
    }
}

#[test]
fn a_gas_alarm_sounds_until_it_is_acknowledged_with_words_becomes_a_case_by_keys_and_clears() {
    let Some(mut scene) = Scene::start(RULES) else { return };
    let raised = || {
        scene.show(62.5);
        // What sounded before there was an alarm.
        let before = scene.heard();
        let raised = !scene.alarms().is_empty();
        assert!(raised || before == 0, "it sounds before its pending time is over");
        raised.then_some(())
    };
    wait_for("the alarm", raised);
    scene.other.until("the alarm", |s| {
        s.hall.alarms().of("gas-1", AlarmKind::High).is_some_and(|it| it.what.level == Grade::I)
    });
    scene.display.until("the red frame", |seen| seen.count(EDGE, RED) > 2_000);
    scene.until("who has it before their eyes", |alarm| !alarm.seen.is_empty());
    scene.until_heard(2);

    let calm = scene.open_list();
    scene.display.xdotool(&["type", "--delay", "60", "crew sent"]).unwrap();
    scene.display.press("Return");
    let acknowledged = scene.until("the acknowledgement", |alarm| !alarm.waits());
    assert_eq!(acknowledged.acknowledged.unwrap().comment, "crew sent");
    scene.display.until("no red frame", |seen| seen.count(EDGE, RED) == 0);
    scene.assert_silent(Duration::from_millis(2_500));
    scene.display.press("ctrl+t");
    let case = scene.until("the case", |alarm| alarm.incident.is_some()).incident.unwrap();
    let incident = scene.other.hall.incident(case).unwrap();
    assert_eq!((incident.kind.as_str(), incident.grade), ("20403", Grade::I));
    assert!(incident.text.contains("62.5 %LEL") && incident.text.contains("gas-1"), "{}", incident.text);
    scene.display.press("Escape");
    scene.display.until("no list", |seen| seen.count(CITY, PANEL) < calm + 20_000);

    let cleared = || {
        scene.show(1.0);
        scene.alarms().is_empty().then_some(())
    };
    wait_for("it clears", cleared);
    scene.until("it clears", |alarm| !alarm.is_active());
    scene.assert_runs();
}

#[test]
fn an_alarm_is_silent_on_the_shelf_and_sounds_when_it_is_taken_back_or_gets_worse() {
    let Some(mut scene) = Scene::start(TWO_LEVELS) else { return };
    scene.show(35.0);
    scene.until("the alarm", |alarm| alarm.calls() && alarm.what.level == Grade::II);
    scene.until_heard(1);
    scene.open_list();
    let shelf = scene.shelve("parts ordered").shelf.unwrap();
    assert_eq!(shelf.reason, "parts ordered");
    // The screen counts from the second that it shows.
    let stays = shelf.until.0 - shelf.at.0;
    assert!((stays - 15 * 60_000).abs() < 10_000, "{stays} ms");
    let turn = Duration::from_secs(5);
    let heard = scene.assert_silent(turn);

    scene.display.press("ctrl+s");
    scene.until("it is back", |alarm| alarm.shelf.is_none() && alarm.calls());
    scene.until_heard(heard + 1);

    scene.shelve("parts ordered again");
    let heard = scene.assert_silent(turn);
    scene.show(62.5);
    scene.until("it is back as it got worse", |alarm| alarm.calls() && alarm.what.level == Grade::I);
    scene.display.until("the red frame", |seen| seen.count(EDGE, RED) > 2_000);
    scene.until_heard(heard + 1);
    scene.assert_runs();
}
