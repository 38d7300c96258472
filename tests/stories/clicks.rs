//! Clicks and keys of a desk in a real window, from the first case that is chosen to the cross that closes it.

use std::time::Duration;

use serde_json::json;

use crate::kit;
use crate::window::{CARD, CITY, Display, HOVER, Home, PANEL, Part, QUEUE, RAISED, second_row, wait_for};

#[test]
fn clicks_and_keys_do_what_they_say_and_the_window_closes_cleanly() {
    /// Above the rows, whose countdowns change by themselves.
    const SEARCH: Part = [10, 60, 290, 166];
    /// Fewer points in a panel's colour are the city's own.
    const FEW: usize = 4_000;

    let Some(display) = Display::start("1280x800") else { return };
    let home = Home::new();
    let (_hub, at, url) = home.hub();
    for (id, grade) in [("first", "II"), ("second", "III")] {
        let mut report = kit::report(id);
        report["grade"] = json!(grade);
        report["place"] = json!({ "address": "龙翔道" });
        home.report(at, &report);
    }
    let mut screen = home.screen(&display, &url, &["--size", "1280x800"]);
    let window = display.window(&mut screen);
    wait_for("the screen at the hub", || (kit::get(at, "/api/health").1["sessions"] == 1).then_some(()));
    display.xdotool(&["windowfocus", "--sync", &window.to_string()]).unwrap();
    // Panels stand before the hub has told what is open.
    display.until("panels with rows", |seen| seen.count(QUEUE, PANEL) > 100_000 && second_row(seen).is_some());
    let start = display.settled();
    assert!(start.count(CARD, PANEL) < FEW, "nothing is chosen yet");

    // A key chooses what will be late first and opens its card; another moves it on, at the hub.
    display.press("j");
    display.until("the card", |seen| seen.count(CARD, PANEL) > 50_000);
    display.press("t");
    home.until_stage(at, 1, "accepted");
    assert_eq!(home.stage(at, 2), "reported", "the other one stays");
    // From filed on the next step is to send somebody: a dialog proposes whom, and the same key sends.
    display.press("t");
    home.until_stage(at, 1, "filed");
    display.press("t");
    display.until("somebody proposed", |seen| seen.count(CITY, RAISED) > 10_000);
    display.press("t");
    home.until_stage(at, 1, "dispatched");
    let task = home.incident(at, 1)["tasks"][0].clone();
    assert_eq!((&task["party"]["department"], &task["part"]), (&json!("traffic"), &json!("lead")));
    // Escape lets go of it.
    display.press("Escape");
    display.until("no card", |seen| seen.count(CARD, PANEL) < FEW);
    display.press("t");

    // A click into the queue chooses the second row.
    let row = second_row(&display.settled()).expect("a mark of grade Ⅲ in the queue");
    display.click(150, row, |seen| seen.count(QUEUE, HOVER) > 5_000);
    display.until("the card", |seen| seen.count(CARD, PANEL) > 50_000);
    display.press("t");
    home.until_stage(at, 2, "accepted");
    assert_eq!(home.stage(at, 1), "dispatched", "no key went to what was let go of");
    // The list has the arrows now, with `Home` and the like, and the city all other keys.
    let before = display.settled();
    display.xdotool(&["keydown", "e"]).unwrap();
    display.until("a turned city", |seen| seen.changed(&before, CITY) > 0.1);
    display.xdotool(&["keyup", "e"]).unwrap();
    let turned = display.settled();
    display.press("0");
    display.until("the city turned back", |seen| seen.changed(&turned, CITY) > 0.1);
    display.press("Escape");
    display.until("no card", |seen| seen.count(CARD, PANEL) < FEW);
    display.press("0");

    // Help opens over the city and goes again.
    let calm = display.settled().count(CITY, PANEL);
    display.press("F1");
    display.until("help", |seen| seen.count(CITY, PANEL) > calm + 50_000);
    display.press("F1");
    display.until("no help", |seen| seen.count(CITY, PANEL) < calm + 1_000);

    // The language changes every word, and back.
    let chinese = display.settled();
    display.press("F2");
    let english = display.until("English", |seen| seen.changed(&chinese, SEARCH) > 0.01);
    display.press("F2");
    display.until("Chinese", |seen| seen.changed(&english, SEARCH) > 0.01 && seen.changed(&chinese, SEARCH) == 0.0);

    // Wheel and drag move the city, and Home brings it back.
    let before = display.settled();
    display.xdotool(&["mousemove", "600", "400", "click", "4", "click", "4", "click", "4"]).unwrap();
    display.until("a nearer city", |seen| seen.changed(&before, CITY) > 0.2);
    let near = display.settled();
    // Step by step, as a hand does: press and release within one slow frame are no drag.
    display.xdotool(&["mousedown", "1"]).unwrap();
    for [x, y] in [["640", "430"], ["700", "470"], ["760", "520"]] {
        std::thread::park_timeout(Duration::from_millis(200));
        display.xdotool(&["mousemove", x, y]).unwrap();
    }
    display.until("another part of the city", |seen| seen.changed(&near, CITY) > 0.05);
    display.xdotool(&["mouseup", "1"]).unwrap();
    // Off the city, where a district under the pointer would be lit.
    display.xdotool(&["mousemove", "150", "700"]).unwrap();
    display.press("Home");
    display.until("the whole city", |seen| seen.changed(&before, CITY) < 0.1);
    assert!(screen.0.try_wait().unwrap().is_none(), "clicks and keys ended the hall");

    display.close(window);
    let status = wait_for("the end", || screen.0.try_wait().unwrap());
    assert_eq!(status.code(), Some(0));
}
