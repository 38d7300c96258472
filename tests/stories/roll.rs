//! The roll at two real windows: the post that calls it sees who answered and who is missing first, and the wall fills.

use command_hall::domain::{CrewId, RollParty};
use serde_json::{Value, json};

use crate::kit::{self, Screen, TestHub};
use crate::window::{Display, Home, PANEL, Part, RAISED, desk, wait_for};

const MINUTE: u64 = 60_000;
const CREWS: u32 = 30;
/// A desk of 1280 by 800 without its queue: the board lies in its middle.
const BOARD: Part = [320, 80, 1270, 740];
/// What a wall of 1920 by 1080 has between its columns.
const MIDDLE: Part = [420, 160, 1350, 900];
/// A tick, and the edge of the board.
const ACCENT: [u8; 3] = [0x57, 0xB6, 0xC2];

fn position(crew: u32) -> Value {
    let kind = match crew {
        1 => "sanitation",
        2 => "fire",
        3 => "ambulance",
        _ => "repair",
    };
    json!({ "crew": crew, "lon": 119.3, "lat": 31.6, "kind": kind })
}

fn has_answered(screen: &Screen, party: RollParty) -> bool {
    screen.hall.roll().is_some_and(|roll| roll.entries[&party].answer.is_some())
}

fn crew_answered(screen: &Screen, crew: u32) -> bool {
    has_answered(screen, RollParty::Crew(CrewId(crew)))
}

fn counts(hub: &TestHub) -> [Value; 4] {
    let roll = hub.get("/api/roll").1;
    ["here", "late", "awaited", "absent"].map(|what| roll[what].clone())
}

#[test]
fn who_calls_the_roll_sees_who_answered_the_wall_fills_and_who_matters_most_is_missed_first() {
    let (Some(display), Some(large)) = (Display::start("1280x800"), Display::start("1920x1080")) else { return };
    let home = Home::new();
    let hub = TestHub::start();
    assert_eq!(hub.post("/api/positions", &Value::Array((1..=CREWS).map(position).collect())).0, 200);
    // One of them has a case: of all crews it is missed first, whatever it is there for.
    assert_eq!(hub.post_report(kit::report("1")).0, 200);
    assert_eq!(hub.post("/api/incidents/1/tasks", &json!({ "lead": { "crew": 1 } })).0, 200);
    let url = format!("ws://{}", hub.addr());
    let (mut screen, mut other) = desk(&display, &home, &url, hub.addr());
    let mut wall = home.screen(&large, &url, &["--screen", "wall", "--size", "1920x1080", "--tour", "off"]);
    large.window(&mut wall);
    wait_for("the wall at the hub", || (hub.get("/api/health").1["sessions"] == 3).then_some(()));

    let calm = display.settled().count(BOARD, PANEL);
    display.press("F8");
    display.settled();
    display.write("floods");
    display.press("Return");
    other.until("the roll", |s| s.hall.roll().is_some());
    let roll = other.hall.roll().unwrap();
    assert_eq!((roll.words.as_str(), roll.entries.len()), ("floods", 2 + 30), "two posts, no wall, all crews");
    display.until("all who are called", |seen| seen.count(BOARD, PANEL) > calm + 200_000);
    let empty = large.until("the roll on the wall", |seen| seen.count(MIDDLE, PANEL) > 400_000);

    // The post that called it is called too, and answers by the same key.
    display.settled();
    display.press("F8");
    other.until("the caller's answer", |s| has_answered(s, RollParty::Post("desk".to_owned())));
    let before = display.settled();
    for crew in 4..=CREWS {
        assert_eq!(hub.post("/api/roll/answer", &json!({ "crew": crew })).0, 200);
    }
    display.until("who answered, on the caller's board", |seen| seen.changed(&before, BOARD) > 0.01);
    large.until("the ticks on the wall", |seen| seen.count(MIDDLE, ACCENT) > empty.count(MIDDLE, ACCENT) + 100);
    assert_eq!(counts(&hub), [28, 0, 4, 0].map(Value::from));

    // The first crew on the board has a case; after it comes the fire engine. Each answers by radio.
    let unmarked = display.settled().count(BOARD, RAISED);
    display.press("Down");
    display.until("the mark", |seen| seen.count(BOARD, RAISED) > unmarked + 3_000);
    for (crew, rest) in [(1, &[2, 3][..]), (2, &[3])] {
        display.settled();
        display.press("Return");
        other.until("the crew's answer", |s| crew_answered(s, crew));
        assert!(rest.iter().all(|crew| !crew_answered(&other, *crew)), "{crew} is missed before {rest:?}");
    }

    // Time is up: who did not answer is absent, and late once they do.
    hub.pass_millis(6 * MINUTE);
    assert_eq!(counts(&hub), [30, 0, 0, 2].map(Value::from));
    display.settled();
    display.press("Return");
    other.until("the ambulance's answer", |s| crew_answered(s, 3));
    assert_eq!(counts(&hub), [30, 1, 0, 1].map(Value::from));
    large.until("the roll on the wall still", |seen| seen.count(MIDDLE, PANEL) > 400_000);
    hub.pass_millis(2 * MINUTE);
    large.until("no roll on the wall", |seen| seen.count(MIDDLE, PANEL) + 200_000 < empty.count(MIDDLE, PANEL));

    display.press("Escape");
    display.until("no board", |seen| seen.count(BOARD, PANEL) < calm + 20_000);
    for window in [&mut screen, &mut wall] {
        assert!(window.0.try_wait().unwrap().is_none(), "keys ended the hall");
    }
}
