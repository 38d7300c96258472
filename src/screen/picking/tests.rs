//! The order of things under the pointer.

use bevy::math::Vec2;

use super::model::{Under, under};
use crate::domain::{AlarmId, CrewId, Grade, IncidentId};
use crate::screen::pins::mark::{Mark, MarkOf};
use crate::screen::pins::pyramid::CellKey;
use crate::screen::shown::Target;

fn mark(of: MarkOf, count: u32, head: Vec2) -> Mark {
    Mark {
        of,
        joined: Vec::new(),
        at: [0.0; 3],
        aside: Vec2::ZERO,
        count,
        grade: Grade::III,
        icon: 0,
        foot: head,
        head,
        radius: 12.0,
        raised: false,
        depth: 100.0,
    }
}

#[test]
fn a_pin_counts_before_an_alarm_before_a_crew_before_a_place_before_a_building() {
    let marks = [mark(MarkOf::Pin(IncidentId(4)), 1, Vec2::new(100.0, 100.0))];
    let (place, building) = (|| Some(Under::Place(1)), || Some(Under::Building(2)));
    let on_pin = under(&marks, Vec2::new(104.0, 99.0), || None, || None, place, building);
    assert_eq!(on_pin.target(), Some(Target::Incident(IncidentId(4))));
    let beside = Vec2::new(140.0, 100.0);
    let (alarm, crew) = (|| Some(AlarmId(3)), || Some(CrewId(7)));
    assert_eq!(under(&marks, Vec2::new(104.0, 99.0), alarm, crew, || None, || None), Under::Pin(IncidentId(4)));
    assert_eq!(under(&marks, beside, alarm, crew, place, building), Under::Alarm(AlarmId(3)));
    assert_eq!(under(&marks, beside, || None, crew, place, building).target(), Some(Target::Crew(CrewId(7))));
    assert_eq!(under(&marks, beside, || None, || None, place, building).target(), Some(Target::Place(1)));
    assert_eq!(under(&marks, beside, || None, || None, || None, building).target(), Some(Target::Building(2)));
    assert_eq!(under(&marks, beside, || None, || None, || None, || None), Under::Nothing);
}

#[test]
fn places_and_buildings_are_not_even_asked_for_under_a_pin() {
    let marks = [mark(MarkOf::Pin(IncidentId(4)), 1, Vec2::ZERO)];
    let found = under(
        &marks,
        Vec2::ZERO,
        || unreachable!("no alarm"),
        || unreachable!("no crew"),
        || unreachable!("no place"),
        || unreachable!("no building"),
    );
    assert_eq!(found, Under::Pin(IncidentId(4)));
}

#[test]
fn a_cluster_is_acted_on_but_not_selected() {
    let marks = [mark(MarkOf::Cluster(CellKey::TOP), 7, Vec2::ZERO)];
    let found = under(&marks, Vec2::ZERO, || None, || None, || Some(Under::Place(1)), || Some(Under::Building(2)));
    assert!(matches!(&found, Under::Cluster(mark) if mark.count == 7));
    assert_eq!(found.target(), None);
}

#[test]
fn the_topmost_of_two_pins_wins_and_a_near_miss_still_hits() {
    let marks = [
        mark(MarkOf::Pin(IncidentId(1)), 1, Vec2::new(0.0, 0.0)),
        mark(MarkOf::Pin(IncidentId(2)), 1, Vec2::new(8.0, 0.0)),
    ];
    let at = |at: Vec2| under(&marks, at, || None, || None, || None, || None);
    assert_eq!(at(Vec2::new(4.0, 0.0)), Under::Pin(IncidentId(2)));
    assert_eq!(at(Vec2::new(-14.0, 0.0)), Under::Pin(IncidentId(1)));
    assert_eq!(at(Vec2::new(-30.0, 0.0)), Under::Nothing);
}
