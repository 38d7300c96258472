//! Gliding without an engine.

use bevy::math::Vec2;

use super::legend::{CrewCount, count};
use super::model::{Track, icon_of, is_busy, outline, shape_of, thinned, tint_of};
use super::systems::{Glide, ROW, in_rows};
use crate::domain::{CrewId, CrewKind, CrewPosition, CrewStatus, LonLat, Moment};

fn position(when: i64) -> CrewPosition {
    CrewPosition {
        crew: CrewId(1),
        at: LonLat::default(),
        when: Moment(when),
        kind: CrewKind::Fire,
        status: CrewStatus::Free,
        incident: None,
    }
}

fn found(at: [f64; 2]) -> Track {
    Track::new(&position(0), at)
}

fn is(a: [f64; 2], b: [f64; 2]) -> bool {
    (a[0] - b[0]).hypot(a[1] - b[1]) < 1e-9
}

#[test]
fn a_crew_glides_to_where_it_was_heard_of_and_stands_still_there() {
    let mut track = found([0.0, 0.0]);
    assert!(!track.glides(0.0) && track.heading.is_none());
    track.hear(&position(1_000), [10.0, 0.0], 5.0, 1.0);
    assert!(track.glides(5.5));
    let [east, north] = track.place(5.5);
    assert!((east - 5.0).abs() < 1e-6 && north.abs() < 1e-6);
    assert_eq!(track.heading, Some(64), "east is a quarter turn from north");
    assert!(!track.glides(6.0));
    assert!(is(track.place(6.0), [10.0, 0.0]));
}

#[test]
fn a_crew_turns_in_midway_without_a_jump() {
    let mut track = found([0.0, 0.0]);
    track.hear(&position(1_000), [10.0, 0.0], 1.0, 1.0);
    let before = track.place(1.4);
    track.hear(&position(1_400), [0.0, 10.0], 1.4, 1.0);
    let after = track.place(1.4);
    assert!((before[0] - after[0]).abs() < 1e-9 && (before[1] - after[1]).abs() < 1e-9);
}

#[test]
fn a_great_jump_is_not_driven() {
    let mut track = found([0.0, 0.0]);
    track.hear(&position(1_000), [9_000.0, 0.0], 1.0, 1.0);
    assert!(!track.glides(1.1));
    assert!(is(track.place(1.1), [9_000.0, 0.0]));
}

#[test]
fn a_silent_crew_goes_stale() {
    let track = found([0.0, 0.0]);
    assert!(!track.is_stale(Moment(120_000)));
    assert!(track.is_stale(Moment(121_000)));
}

#[test]
fn a_crew_leaves_a_trail_of_where_it_was_shown_and_no_longer_than_some_hundred_metres() {
    let mut track = found([0.0, 0.0]);
    for second in 1..=60_i16 {
        track.hear(&position(i64::from(second) * 1_000), [f64::from(second) * 10.0, 0.0], f32::from(second), 1.0);
    }
    let trail: Vec<_> = track.trail(60.0, Moment(60_000)).collect();
    assert!(trail.len() > 8, "{} points", trail.len());
    assert!(trail.is_sorted_by(|a, b| a[0] < b[0]), "oldest first");
    assert!(trail.iter().all(|at| at[0] <= track.place(60.0)[0]), "nothing of it lies ahead");
    assert!(track.place(60.0)[0] - trail[0][0] < 400.0);
    assert!((track.speed_mps - 10.0).abs() < 1e-3);
    assert_eq!(track.trail(73.0, Moment(73_000)).len(), 0, "who stands has none");
    assert_eq!(track.trail(60.0, Moment(600_000)).len(), 0, "nor who is not heard of");
    track.hear(&position(61_000), [9_000.0, 0.0], 61.0, 1.0);
    assert_eq!(track.trail(61.0, Moment(61_000)).len(), 0, "nor who jumped");
}

#[test]
fn a_silent_crew_fades_slowly_and_never_quite() {
    let track = found([0.0, 0.0]);
    let opacity = [0, 120, 300, 600, 6_000].map(|secs| track.opacity(Moment(secs * 1_000)));
    assert!((opacity[0] - 1.0).abs() < 1e-6 && (opacity[1] - 1.0).abs() < 1e-6);
    assert!(opacity[2] < 0.9 && opacity[3] < opacity[2]);
    assert!((opacity[3] - opacity[4]).abs() < 1e-6 && opacity[4] > 0.3);
}

#[test]
fn every_kind_of_crew_has_a_shape_of_its_own_an_icon_that_exists_and_an_outline_of_radius_one() {
    let shapes: std::collections::BTreeSet<_> = CrewKind::ALL.map(shape_of).into_iter().collect();
    assert_eq!(shapes.len(), CrewKind::ALL.len());
    let icons = crate::screen::pins::icons::Icons::load().expect("the built-in atlas is whole");
    assert!(CrewKind::ALL.into_iter().filter_map(icon_of).all(|name| icons.has(name)));
    for kind in CrewKind::ALL {
        let far = outline(kind).iter().map(|[x, y]| x.hypot(*y)).fold(0.0, f32::max);
        assert!((0.9..1.35).contains(&far), "{kind:?}: {far}");
    }
}

#[test]
fn only_crews_at_work_have_the_accent() {
    use crate::screen::pins::sprite::tint;
    for status in [CrewStatus::Assigned, CrewStatus::EnRoute, CrewStatus::OnScene] {
        assert!(is_busy(status));
        assert_eq!((tint_of(status, false), tint_of(status, true)), (tint::BUSY, tint::STALE));
    }
    assert_eq!(tint_of(CrewStatus::Returning, false), tint::FREE);
    assert_eq!(tint_of(CrewStatus::OffDuty, false), tint::STALE);
}

#[test]
fn the_legend_counts_crews_and_those_at_work() {
    let crews =
        [(CrewKind::Fire, CrewStatus::OnScene), (CrewKind::Fire, CrewStatus::Free), (CrewKind::Bus, CrewStatus::Free)];
    let counts = count(crews.into_iter());
    assert_eq!(counts[CrewKind::Fire.index()], CrewCount { all: 2, busy: 1 });
    assert_eq!(counts[CrewKind::Bus.index()], CrewCount { all: 1, busy: 0 });
    assert_eq!(counts[CrewKind::Police.index()], CrewCount::default());
}

#[test]
fn a_great_fleet_from_afar_becomes_small_and_a_few_crews_stay_as_they_are() {
    let screen = 1920.0 * 1080.0;
    assert!(thinned(30, 5.0, screen).iter().all(|share| *share >= 1.0), "as they are");
    let [some, many, all] = [300, 500, 90_000].map(|count| thinned(count, 5.0, screen));
    assert!(some[0] < 1.0 && many[0] < some[0] && all[0] < many[0] && all[0] > 0.3, "{some:?} {many:?} {all:?}");
    assert!(some[1] >= 1.0 && many[1] >= 1.0, "small, but there");
    let ink = |count: f32, [share, strength]: [f32; 2]| count * (share * 10.0).powi(2) * strength / screen;
    assert!(ink(90_000.0, all) < 0.007 && ink(500.0, many) < 0.007, "never more than a little of the screen");
}

#[test]
fn crews_at_one_place_stand_in_rows_below_it_and_none_on_another() {
    for count in 1..30 {
        let places: Vec<Vec2> = in_rows(count, 9.0).collect();
        assert_eq!(places.len(), count);
        assert!(places.iter().all(|at| at.y >= 18.0), "below the foot of the pin");
        let middle = places.iter().take(ROW.min(count)).map(|at| at.x).sum::<f32>();
        assert!(middle.abs() < 1e-3, "each row around the place");
        for (i, a) in places.iter().enumerate() {
            assert!(places.iter().skip(i + 1).all(|b| a.distance(*b) >= 18.0));
        }
    }
}

#[test]
fn a_crew_afar_needs_fewer_frames_than_one_nearby() {
    let near = Glide { points_per_sec: 40.0, secs: 5.0 };
    assert!((near.secs_for(0.5) - 0.0125).abs() < 1e-6);
    let afar = Glide { points_per_sec: 1.6, secs: 5.0 };
    assert!((afar.secs_for(2.0) - 1.25).abs() < 1e-6);
    // The frame in which it arrives is drawn at any pace.
    assert!((Glide { points_per_sec: 0.1, secs: 0.4 }.secs_for(2.0) - 0.4).abs() < 1e-6);
}
