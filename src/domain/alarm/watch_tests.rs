//! Tests of limits that change while somebody watches, and of what was wrong before anybody did.

use std::sync::Arc;

use super::rules::{AlarmRules, LimitRule};
use super::tests::{registry, rule, rules};
use super::watch::Watcher;
use super::{AlarmKind, Grade};
use crate::domain::sensor::Registry;
use crate::domain::{Moment, SensorId};

fn by(rule: LimitRule) -> Arc<AlarmRules> {
    Arc::new(AlarmRules { rules: vec![rule], vitals: Vec::new() })
}

fn levels(watcher: &Watcher, registry: &Registry) -> Vec<Grade> {
    watcher.standing(registry).iter().map(|one| one.level).collect()
}

/// The first sensor shows this at a second; the levels that are wrong then.
fn at(watcher: &mut Watcher, registry: &Registry, second: i64, value: f64) -> Vec<Grade> {
    watcher.read(SensorId(0), Moment(second * 1000), value);
    later(watcher, registry, second)
}

fn later(watcher: &mut Watcher, registry: &Registry, second: i64) -> Vec<Grade> {
    watcher.tick(registry, Moment(second * 1000));
    levels(watcher, registry)
}

#[test]
fn other_limits_leave_what_they_too_find_wrong_and_keep_what_they_do_not() {
    let registry = registry(2);
    let mut watcher = Watcher::new(rules());
    for second in [0, 60] {
        watcher.read(SensorId(0), Moment(second * 1000), 30.0);
        watcher.read(SensorId(1), Moment(second * 1000), 12.0);
        watcher.tick(&registry, Moment(second * 1000));
    }
    assert_eq!(levels(&watcher, &registry), [Grade::III, Grade::IV]);
    watcher.rule(by(LimitRule { high: [None, Some(28.0), None, Some(15.0)], ..rule() }));
    assert_eq!(later(&mut watcher, &registry, 61), [Grade::II, Grade::IV], "12 was over its limit a second ago");
    assert_eq!(later(&mut watcher, &registry, 180), [Grade::II, Grade::IV]);
    assert_eq!(later(&mut watcher, &registry, 181), [Grade::II], "its keep time is over");
    assert_eq!(watcher.calm(SensorId(1), AlarmKind::High), Some(12.0));
}

#[test]
fn at_the_hour_of_other_limits_dead_band_and_keep_time_of_the_same_one_go_on() {
    let registry = registry(1);
    let by_day = LimitRule { high: [Some(50.0), None, Some(20.0), None], ..rule() };
    let by_night = by(LimitRule { high: [Some(45.0), None, Some(20.0), None], ..rule() });
    let mut watcher = Watcher::new(by(by_day.clone()));
    at(&mut watcher, &registry, 0, 22.0);
    assert_eq!(at(&mut watcher, &registry, 60, 22.0), [Grade::III]);
    assert_eq!(at(&mut watcher, &registry, 70, 19.5), [Grade::III], "within the dead band");
    watcher.rule(Arc::clone(&by_night));
    assert_eq!(later(&mut watcher, &registry, 71), [Grade::III]);
    assert_eq!(at(&mut watcher, &registry, 80, 10.0), [Grade::III], "kept");
    watcher.rule(by(by_day));
    assert_eq!(later(&mut watcher, &registry, 150), [Grade::III]);
    assert_eq!(later(&mut watcher, &registry, 199), [Grade::III]);
    assert_eq!(later(&mut watcher, &registry, 200), [], "120 seconds after 80, though the hour came between");
    // What waits for its pending time goes on as well.
    assert_eq!(at(&mut watcher, &registry, 210, 22.0), []);
    watcher.rule(by_night);
    assert_eq!(later(&mut watcher, &registry, 269), []);
    assert_eq!(later(&mut watcher, &registry, 270), [Grade::III]);
}

#[test]
fn what_was_raised_before_anybody_watched_goes_on_until_its_source_says_otherwise() {
    let registry = registry(1);
    let active = vec![(SensorId(0), AlarmKind::High, Grade::III), (SensorId(0), AlarmKind::Low, Grade::I)];
    let mut watcher = Watcher::new(rules());
    watcher.resume(active);
    assert_eq!(later(&mut watcher, &registry, 0), [Grade::III], "of a limit below there is none");
    assert_eq!(watcher.calm(SensorId(0), AlarmKind::High), None);
    assert_eq!(at(&mut watcher, &registry, 10, 22.0), [Grade::III], "nothing is pending again");
    assert_eq!(watcher.calm(SensorId(0), AlarmKind::High), None);
    assert_eq!(at(&mut watcher, &registry, 20, 60.0), [Grade::III], "worse is");
    assert_eq!(at(&mut watcher, &registry, 30, 19.5), [Grade::III], "within the dead band");
    assert_eq!(at(&mut watcher, &registry, 40, 5.0), [Grade::III]);
    assert_eq!(later(&mut watcher, &registry, 159), [Grade::III]);
    assert_eq!(later(&mut watcher, &registry, 160), []);
    assert_eq!(watcher.calm(SensorId(0), AlarmKind::High), Some(5.0));
    assert_eq!(watcher.calm(SensorId(0), AlarmKind::Low), Some(5.0));
}

#[test]
fn a_limit_that_nobody_waits_for_has_its_dead_band_and_keep_time_over_a_start_too() {
    let registry = registry(1);
    let mut watcher = Watcher::new(by(LimitRule { pending_secs: 0, ..rule() }));
    watcher.resume(vec![(SensorId(0), AlarmKind::High, Grade::IV)]);
    // The reading was there before anybody looked.
    assert_eq!(at(&mut watcher, &registry, 0, 9.5), [Grade::IV], "within the dead band of 10");
    assert_eq!(at(&mut watcher, &registry, 10, 3.0), [Grade::IV]);
    assert_eq!(later(&mut watcher, &registry, 129), [Grade::IV]);
    assert_eq!(later(&mut watcher, &registry, 130), []);
}
