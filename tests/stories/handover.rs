//! A shift is handed over at two real windows by keys alone: by the one who goes, and the one who takes over.

use serde_json::{Value, json};

use crate::kit;
use crate::window::{Display, Home, PANEL, Part, wait_for};

/// The middle of a desk of 1280 by 800, where the dialog lies.
const CITY: Part = [320, 80, 940, 740];

#[test]
fn an_entry_a_hand_over_and_the_next_shift_by_keys_alone() {
    let (Some(display), Some(second)) = (Display::start("1280x800"), Display::start("1280x800")) else { return };
    let (home, next) = (Home::new(), Home::new());
    let (_hub, at, url) = home.hub();
    let added =
        home.hall(":").args(["user", "add", "wang", "--role", "shift_chief", "--key", "--data", "facts"]).output();
    let other = String::from_utf8(added.unwrap().stdout).unwrap().trim().to_owned();
    home.report(at, &kit::report("first"));
    let told = |path: &str| kit::http_as(at, &other, "GET", path, "").1;
    let mut screen = home.screen(&display, &url, &["--size", "1280x800"]);
    let window = display.window(&mut screen);
    wait_for("the screen at the hub", || (kit::get(at, "/api/health").1["sessions"] == 1).then_some(()));
    display.xdotool(&["windowfocus", "--sync", &window.to_string()]).unwrap();
    let calm = display.settled().count(CITY, PANEL);
    display.press("F9");
    display.until("the dialog", |seen| seen.count(CITY, PANEL) > calm + 100_000);
    display.settled();

    display.xdotool(&["type", "--delay", "60", "radio is charged"]).unwrap();
    display.settled();
    display.press("ctrl+Return");
    let entry = wait_for("the entry", || {
        let log = told("/api/duty/log");
        log["entries"].as_array()?.iter().find(|entry| entry["what"] == "words").cloned()
    });
    assert_eq!((&entry["words"], &entry["by"]), (&json!("radio is charged"), &json!("desk")));

    display.press("ctrl+3");
    display.settled();
    display.press("ctrl+Return");
    let handover = wait_for("the hand-over", || Some(told("/api/duty/handover")).filter(|told| told["by"] == "desk"));
    assert_eq!((&handover["pack"]["by_stage"][0]["count"], &handover["taken"]), (&json!(1), &Value::Null));

    // Who takes over reads it at a desk of their own, remarks and signs.
    other.clone_into(&mut next.key.borrow_mut());
    let mut taker = next.screen(&second, &url, &["--size", "1280x800"]);
    let window = second.window(&mut taker);
    wait_for("the other screen at the hub", || (kit::get(at, "/api/health").1["sessions"] == 2).then_some(()));
    second.xdotool(&["windowfocus", "--sync", &window.to_string()]).unwrap();
    let empty = second.settled().count(CITY, PANEL);
    second.press("F9");
    second.until("the dialog of the other", |seen| seen.count(CITY, PANEL) > empty + 100_000);
    second.settled();
    second.press("ctrl+3");
    second.settled();
    second.write("read");
    second.press("ctrl+Return");
    let signed =
        wait_for("the signature", || Some(told("/api/duty/handover?shift=1")).filter(|told| !told["taken"].is_null()));
    assert_eq!((&signed["prepared"], &signed["by"]), (&handover["prepared"], &json!("desk")));
    assert_eq!((&signed["taken"]["by"], &signed["taken"]["words"]), (&json!("wang"), &json!("read")));
    let now = told("/api/duty");
    assert_eq!((&now["number"], &now["now"]["posts"][0]["there"]), (&json!(2), &json!("wang")));
    assert_eq!(told("/api/duty/log?shift=1")["locked"], true);

    display.press("Escape");
    display.until("no dialog", |seen| seen.count(CITY, PANEL) < calm + 20_000);
    for window in [&mut screen, &mut taker] {
        assert!(window.0.try_wait().unwrap().is_none(), "keys ended the hall");
    }
}
