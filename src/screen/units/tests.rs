//! Gliding without an engine.

use super::model::Track;
use crate::domain::Moment;

fn is(a: [f64; 2], b: [f64; 2]) -> bool {
    (a[0] - b[0]).hypot(a[1] - b[1]) < 1e-9
}

#[test]
fn a_crew_glides_to_where_it_was_heard_of_and_stands_still_there() {
    let mut track = Track::at([0.0, 0.0], Moment(0));
    assert!(!track.glides(0.0) && track.heading.is_none());
    track.hear([10.0, 0.0], Moment(1_000), 5.0);
    assert!(track.glides(5.5));
    let [east, north] = track.place(5.5);
    assert!((east - 5.0).abs() < 1e-6 && north.abs() < 1e-6);
    assert_eq!(track.heading, Some(64), "east is a quarter turn from north");
    assert!(!track.glides(6.0));
    assert!(is(track.place(6.0), [10.0, 0.0]));
}

#[test]
fn a_crew_turns_in_midway_without_a_jump() {
    let mut track = Track::at([0.0, 0.0], Moment(0));
    track.hear([10.0, 0.0], Moment(1_000), 1.0);
    let before = track.place(1.4);
    track.hear([0.0, 10.0], Moment(1_400), 1.4);
    let after = track.place(1.4);
    assert!((before[0] - after[0]).abs() < 1e-9 && (before[1] - after[1]).abs() < 1e-9);
}

#[test]
fn a_great_jump_is_not_driven() {
    let mut track = Track::at([0.0, 0.0], Moment(0));
    track.hear([9_000.0, 0.0], Moment(1_000), 1.0);
    assert!(!track.glides(1.1));
    assert!(is(track.place(1.1), [9_000.0, 0.0]));
}

#[test]
fn a_silent_crew_goes_stale() {
    let track = Track::at([0.0, 0.0], Moment(0));
    assert!(!track.is_stale(Moment(120_000)));
    assert!(track.is_stale(Moment(121_000)));
}
