//! A plan at a real window: its steps run over their time, are ticked off by key and by click, and the next alarm is struck.

use command_hall::domain::{IncidentId, PlanRun, StepState};
use serde_json::json;

use crate::kit::{self, TestHub};
use crate::window::{CARD, CITY, Display, HOVER, Home, PANEL, desk};

const CASE: IncidentId = IncidentId(1);
const MINUTE: u64 = 60_000;
/// Steps of the plan for a fire in a tower: the lane is clear within 8 minutes, the control room called within 3; the
/// hydrants are of the second alarm.
const LANE: usize = 0;
const CONTROL_ROOM: usize = 2;
const HYDRANTS: usize = 7;
/// Within the plan's dialog, which stands left of the card.
const ACROSS: i32 = 760;

#[test]
fn steps_of_a_plan_run_over_are_ticked_by_key_and_click_and_the_next_alarm_is_struck() {
    let Some(display) = Display::start("1280x800") else { return };
    let home = Home::new();
    let hub = TestHub::start();
    let mut fire = kit::report("fire");
    (fire["kind"], fire["place"]) = (json!("30201"), json!({ "lon": 119.3, "lat": 31.6, "address": "龙翔道" }));
    assert_eq!(hub.post_report(fire).0, 200);
    let url = format!("ws://{}", hub.addr());
    let (mut screen, mut other) = desk(&display, &home, &url, hub.addr());
    let calm = display.settled().count(CITY, PANEL);
    display.press("j");
    display.until("the card", |seen| seen.count(CARD, PANEL) > 50_000);
    display.settled();
    display.press("ctrl+p");
    display.until("the plan's dialog", |seen| seen.count(CITY, PANEL) > calm + 30_000);
    display.settled();
    display.press("Return");
    other.until("the plan", |other| other.hall.plan(CASE).is_some_and(PlanRun::is_running));
    let run = other.hall.plan(CASE).unwrap();
    assert_eq!((run.plan.code.as_str(), run.alarm()), ("tower-fire", 1));

    // Nine minutes later three steps are late, which the dialog says.
    let before = display.settled();
    hub.pass_millis(9 * MINUTE);
    display.until("that steps are late", |seen| seen.changed(&before, CITY) > 0.002);
    let told = hub.get("/api/incidents/1/plan").1;
    let late = told["steps"].as_array().unwrap().iter().filter(|step| step["lamp"] == "red");
    let late: Vec<&str> = late.map(|step| step["code"].as_str().unwrap()).collect();
    assert_eq!(late, ["lane", "control-room", "lifts"]);

    // The key ticks what was due first, a click the row that it hits.
    display.settled();
    display.press("Return");
    let done = |step: usize| {
        move |other: &kit::Screen| matches!(other.hall.plan(CASE).unwrap().step(step), StepState::Done(_))
    };
    other.until("the control room called", done(CONTROL_ROOM));
    assert!(!done(LANE)(&other));
    let lit = |y: &i32| {
        display.xdotool(&["mousemove", &ACROSS.to_string(), &y.to_string()]).unwrap();
        display.settled().count(CITY, HOVER) > 5_000
    };
    let first = (100..420).step_by(8).find(lit).expect("a row under the pointer");
    display.click(ACROSS, first, |seen| seen.count(CITY, HOVER) > 5_000);
    other.until("the lane clear", done(LANE));

    // What the next alarm brings is shown before it is struck.
    display.settled();
    display.press("i");
    display.settled();
    assert_eq!(other.hall.plan(CASE).unwrap().alarm(), 1);
    display.press("Return");
    other.until("the next alarm", |other| other.hall.plan(CASE).unwrap().alarm() == 2);
    let run = other.hall.plan(CASE).unwrap();
    assert!(matches!(run.step(HYDRANTS), StepState::Runs { .. }), "{:?}", run.step(HYDRANTS));
    assert_eq!(other.hall.tasks(CASE).len(), 7, "three departments of the first alarm and four of the second");
    display.settled();
    display.press("Escape");
    display.until("no dialog", |seen| seen.count(CITY, PANEL) < calm + 30_000);
    assert!(screen.0.try_wait().unwrap().is_none(), "clicks and keys ended the hall");
}
