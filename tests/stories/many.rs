//! At a real window by keys alone: forty calls about one fire become one case and one of them is parted again; a case is
//! put on hold over a holiday.

use chrono::{Days, Local, NaiveTime};
use command_hall::domain::{IncidentId, MoveKind, Order, Stage, Telling};
use serde_json::{Value, json};

use crate::kit::{self, Screen};
use crate::window::{CARD, Display, Home, PANEL, desk, side_move, wait_for};

const HOUR_MILLIS: i64 = 3_600_000;

#[test]
fn forty_calls_about_one_fire_become_one_case_and_one_of_them_is_parted_again() {
    let Some(display) = Display::start("1280x800") else { return };
    let home = Home::new();
    let (_hub, at, url) = home.hub();
    let (mut screen, mut other) = desk(&display, &home, &url, at);
    let call = |number: u32| {
        json!({
            "source": "119", "source_id": format!("fire-{number}"), "kind": "30201", "text": "龙翔道居民楼起火冒烟",
            "address": "龙翔道", "caller": { "name": "李", "phone": format!("1380000{number:04}"), "answer": true },
        })
    };
    let calls = Value::Array((1..=40).map(call).collect());
    let (status, answer) = kit::http_as(at, &home.key.borrow(), "POST", "/api/calls", &calls.to_string());
    assert_eq!((status, answer["accepted"].as_array().map(Vec::len)), (200, Some(40)), "{answer}");
    other.until("forty cases", |other| other.hall.incidents().len() == 40);

    // The first of the queue is chosen; the card proposes the others, and asks before it merges them.
    display.settled();
    display.press("j");
    display.until("the card", |seen| seen.count(CARD, PANEL) > 50_000);
    display.settled();
    display.press("ctrl+j");
    display.settled();
    assert_eq!(other.hall.open_by_grade().iter().sum::<usize>(), 40, "nothing before the yes");
    display.press("Return");
    other.until("one open case", |other| other.hall.open_by_grade().iter().sum::<usize>() == 1);
    let one = other.hall.incidents().find(|case| case.stage != Stage::Closed).unwrap().id;
    assert_eq!(other.hall.dossier(one).voices.len(), 39);

    // It is accepted, and with one move all forty callers are told so.
    display.settled();
    display.press("t");
    other.until("accepted", |other| other.hall.incident(one).is_some_and(|case| case.stage == Stage::Accepted));
    assert_eq!(other.hall.owed(one, Telling::Accepted).len(), 40);
    side_move(&display, &mut other, one, MoveKind::TellAccepted, "crews are on their way");
    other.until("all told", |other| other.hall.owed(one, Telling::Accepted).is_empty());
    let told =
        |other: &Screen| other.hall.incidents().filter(|case| !other.hall.dossier(case.id).told.is_empty()).count();
    assert_eq!(told(&other), 40);

    // One of them was about something else: it is looked up by its number and goes on by itself.
    let apart = *other.hall.dossier(one).voices.iter().nth(20).unwrap();
    display.settled();
    display.press("ctrl+f");
    display.settled();
    display.write(&format!("#{}", apart.0));
    display.press("Return");
    side_move(&display, &mut other, apart, MoveKind::Unmerge, "another house");
    other.until("two open cases", |other| other.hall.incident(apart).is_some_and(|case| case.stage == Stage::Reported));
    assert_eq!(other.hall.dossier(one).voices.len(), 38);
    assert!(screen.0.try_wait().unwrap().is_none(), "keys ended the hall");
}

#[test]
fn a_case_on_hold_over_a_holiday_is_due_as_it_was_and_one_whose_clock_never_rests_later() {
    let Some(display) = Display::start("1280x800") else { return };
    let home = Home::new();
    // The hall works all day on every day, but for a holiday that began yesterday and has two days left.
    let today = Local::now().date_naive();
    let (from, to) = (today - Days::new(1), today + Days::new(2));
    let calendar =
        format!("hours = [\"00:00-24:00\"]\nrest = []\n\n[[holiday]]\nname = \"test\"\nfrom = {from}\nto = {to}\n");
    let calendar = home.file("calendar.toml", &calendar);
    home.set(&format!("[hub]\ncalendar = {:?}\n", calendar.display().to_string()));
    let (_hub, at, url) = home.hub();
    let (mut screen, mut other) = desk(&display, &home, &url, at);
    let due = |id: u64| home.incident(at, id)["due_at"].as_i64();
    let hold_by_keys = |id: u64| {
        display.settled();
        display.press("j");
        display.until("the card", |seen| seen.count(CARD, PANEL) > 50_000);
        display.settled();
        display.press("p");
        display.settled();
        display.write("no parts");
        display.press("Return");
        wait_for("the hold", || (home.incident(at, id)["lamp"] == "paused").then_some(()));
        let row = home.incident(at, id);
        assert_eq!((&row["on_hold_reason"], &row["due_at"]), (&json!("no parts"), &Value::Null));
        display.settled();
        display.press("p");
        wait_for("that it goes on", || (home.incident(at, id)["on_hold_reason"].is_null()).then_some(()));
    };

    // Handling a matter of the streets takes work hours: they begin when the holiday is over.
    let mut report = kit::report("street");
    (report["kind"], report["grade"]) = (json!("20102"), json!("III"));
    home.report(at, &report);
    other.order(Order::AdvanceIncident { incident: IncidentId(1), stage: Stage::Dispatched });
    other.until("sent", |other| other.hall.incident(IncidentId(1)).is_some_and(|case| case.stage == Stage::Dispatched));
    let first_work_day = (to + Days::new(1)).and_time(NaiveTime::MIN).and_local_timezone(Local).unwrap();
    let handled_by = first_work_day.timestamp_millis() + 2 * HOUR_MILLIS;
    assert_eq!(due(1), Some(handled_by));
    hold_by_keys(1);
    assert_eq!(due(1), Some(handled_by), "what was on hold in the holiday took none of its time");
    display.settled();
    display.press("Escape");
    other.order(Order::CloseIncident { incident: IncidentId(1), reason: "已排除".to_owned() });
    other.until("closed", |other| other.hall.incident(IncidentId(1)).is_some_and(|case| case.stage == Stage::Closed));

    // An accident is to be sent somebody to within minutes, on holidays too: its clock stood while it was on hold.
    home.report(at, &kit::report("accident"));
    let before = wait_for("the accident", || due(2));
    hold_by_keys(2);
    other.until("the hold's end", |other| {
        other.hall.course(IncidentId(2)).is_some_and(|course| course.holds().iter().any(|hold| hold.until.is_some()))
    });
    let hold = other.hall.course(IncidentId(2)).unwrap().holds()[0].clone();
    let lasted = hold.until.unwrap().0 - hold.from.0;
    assert!(lasted > 0);
    assert_eq!(due(2), Some(before + lasted));
    assert!(screen.0.try_wait().unwrap().is_none(), "keys ended the hall");
}
