//! The closed loop at a real window by keys alone: calls, tasks, side moves, a plan, the roll.

use command_hall::domain::{IncidentId, MoveKind, Outcome, PlanRun, Stage};

use crate::window::{CARD, CITY, Display, Home, PANEL, RAISED, desk, side_move};

#[test]
fn a_call_becomes_a_rated_case_by_keys_alone_and_plan_roll_and_joining_too() {
    let Some(display) = Display::start("1280x800") else { return };
    let home = Home::new();
    let (_hub, at, url) = home.hub();
    let (mut screen, mut other) = desk(&display, &home, &url, at);
    let calm = display.settled().count(CITY, PANEL);

    // A call is taken down in words; the kind is proposed, and what is proposed is filed.
    let take_down = |id: u64| {
        display.press("ctrl+n");
        display.until("the dialog of a call", |seen| seen.count(CITY, PANEL) > calm + 30_000);
        display.write("burst main");
        display.press("ctrl+Return");
        home.until_stage(at, id, "filed");
        display.until("its card", |seen| seen.count(CARD, PANEL) > 50_000 && seen.count(CITY, PANEL) < calm + 30_000);
        assert_eq!(home.incident(at, id)["kind"], "20402");
    };
    take_down(1);
    display.press("t");
    display.until("somebody proposed", |seen| seen.count(CITY, RAISED) > 10_000);
    display.press("t");
    home.until_stage(at, 1, "dispatched");
    assert_eq!(home.incident(at, 1)["tasks"][0]["party"]["department"], "water");
    let work = || {
        for step in ["delivered", "read", "repeated", "on_scene", "done"] {
            home.told_by("water", at, 1, step);
        }
        home.until_stage(at, 1, "done");
    };
    work();

    // A side move by its digit: the work is found wanting, done again, found good, and the case is closed and rated.
    side_move(&display, &mut other, IncidentId(1), MoveKind::Rework, "still wet");
    home.until_stage(at, 1, "dispatched");
    work();
    display.settled();
    display.press("t");
    home.until_stage(at, 1, "checked");
    // The end is asked about: nothing takes it back at once.
    display.settled();
    display.press("t");
    display.settled();
    assert_eq!(home.stage(at, 1), "checked");
    display.press("t");
    home.until_stage(at, 1, "closed");
    side_move(&display, &mut other, IncidentId(1), MoveKind::Rate, "");
    other.until("the rating", |other| other.hall.moves(IncidentId(1)) == [MoveKind::Reopen]);
    assert_eq!(other.hall.closing(IncidentId(1)).unwrap().outcome, Outcome::Finished);
    assert_eq!(other.hall.dossier(IncidentId(1)).reworks, 1);

    // Another call about the same, with a plan; a third is joined with it and parted again.
    take_down(2);
    display.press("ctrl+p");
    display.until("the plan's dialog", |seen| seen.count(CITY, PANEL) > calm + 30_000);
    display.settled();
    display.press("Return");
    other.until("the plan", |other| other.hall.plan(IncidentId(2)).is_some_and(PlanRun::is_running));
    display.press("Escape");
    display.until("no dialog", |seen| seen.count(CITY, PANEL) < calm + 30_000);
    take_down(3);
    side_move(&display, &mut other, IncidentId(3), MoveKind::Merge, "2");
    home.until_stage(at, 3, "closed");
    other.until("one case", |other| other.hall.dossier(IncidentId(2)).voices.contains(&IncidentId(3)));
    side_move(&display, &mut other, IncidentId(3), MoveKind::Unmerge, "another street");
    other
        .until("two cases", |other| other.hall.incident(IncidentId(3)).is_some_and(|case| case.stage != Stage::Closed));

    // The roll is called, and the post that called it is there.
    display.settled();
    display.press("F8");
    display.settled();
    display.press("Return");
    other.until("the roll", |other| other.hall.roll().is_some_and(|roll| !roll.entries.is_empty()));
    assert!(screen.0.try_wait().unwrap().is_none(), "keys ended the hall");
}
