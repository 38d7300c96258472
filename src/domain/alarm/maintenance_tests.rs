//! Tests of alarms that were active before their source went into maintenance.

use super::tests::{MINUTE, ONE, order, raising, rules, step};
use super::*;
use crate::domain::{Actor, Hall, Order};

fn maintain(hall: &mut Hall, until: i64, at: i64) {
    let window = Maintenance {
        source: "gas-1".to_owned(),
        measures: None,
        area: Area::CITY,
        from: Moment(0),
        until: Moment(until),
        reason: "更换探头".to_owned(),
    };
    step(hall, AlarmStep::Maintain(window), at).unwrap();
}

fn raise(hall: &mut Hall, level: Grade, at: i64) {
    step(hall, AlarmStep::Raise(raising("gas-1", level)), at).unwrap();
}

fn acknowledge(hall: &mut Hall, at: i64) {
    step(hall, AlarmStep::Acknowledge { alarm: ONE, comment: "在修".to_owned() }, at).unwrap();
}

fn known(hall: &Hall) -> &Alarm {
    hall.alarms().get(ONE).unwrap()
}

fn calls(hall: &Hall, at: i64) -> bool {
    hall.alarms().calls(known(hall), Moment(at))
}

/// An alarm Ⅲ that was acknowledged, in maintenance for a minute.
fn hall() -> Hall {
    let mut hall = Hall::default();
    raise(&mut hall, Grade::III, 0);
    acknowledge(&mut hall, 1);
    maintain(&mut hall, MINUTE, 2);
    hall
}

/// Ends a maintenance; of which alarms people are told with that.
fn end(hall: &mut Hall, window: u64, at: i64) -> Vec<AlarmId> {
    let order = Order::MoveAlarm(Box::new(AlarmStep::EndMaintenance { window }));
    let facts = hall.decide(order, &Actor::Source("hub".to_owned()), Moment(at)).unwrap();
    let told = facts.iter().flat_map(|fact| hall.alarms_to_tell(fact)).collect();
    for fact in &facts {
        assert!(hall.apply(fact));
    }
    told
}

#[test]
fn what_gets_worse_in_maintenance_calls_nobody_and_makes_no_case_until_that_ends() {
    let mut hall = hall();
    let rules = rules();
    raise(&mut hall, Grade::I, 3);
    let alarm = known(&hall);
    assert_eq!((alarm.what.level, alarm.worst, alarm.quieted), (Grade::I, Grade::I, Some(Grade::III)));
    assert!(!alarm.waits() && !calls(&hall, 4), "whoever took note of it knows that it is worked at");
    let standing = [raising("gas-1", Grade::I)];
    let orders = |hall: &Hall, at| hall.alarm_orders(&standing, &rules, |_, _| None, Moment(at));
    assert_eq!(orders(&hall, MINUTE - 1), []);
    let over = orders(&hall, MINUTE);
    assert!(matches!(over.as_slice(), [Order::CaseOfAlarm { .. }, Order::MoveAlarm(_)]), "{over:?}");
    for one in over {
        order(&mut hall, one, MINUTE).unwrap();
    }
    assert!(calls(&hall, MINUTE) && known(&hall).quieted.is_none() && known(&hall).incident.is_some());
    assert_eq!(orders(&hall, MINUTE), []);
}

#[test]
fn people_are_told_of_what_got_worse_in_maintenance_when_that_ends() {
    let mut hall = hall();
    let worse = Order::MoveAlarm(Box::new(AlarmStep::Raise(raising("gas-1", Grade::II))));
    let facts = hall.decide(worse, &Actor::Source("hub".to_owned()), Moment(3)).unwrap();
    assert!(hall.alarms_to_tell(&facts[0]).is_empty());
    assert!(hall.apply(&facts[0]));
    // In another one as well, which ends later.
    maintain(&mut hall, 2 * MINUTE, 4);
    assert_eq!(end(&mut hall, 1, 5), []);
    assert!(!known(&hall).waits());
    assert_eq!(end(&mut hall, 2, 6), [ONE]);
    assert!(calls(&hall, 6));
}

#[test]
fn what_is_as_it_was_or_is_over_when_a_maintenance_ends_calls_nobody() {
    let mut hall = hall();
    raise(&mut hall, Grade::I, 3);
    raise(&mut hall, Grade::II, 4);
    assert_eq!(known(&hall).quieted, Some(Grade::III), "better than it was, and worse than people know");
    raise(&mut hall, Grade::III, 5);
    assert_eq!(known(&hall).quieted, None);
    raise(&mut hall, Grade::I, 6);
    step(&mut hall, AlarmStep::Clear { alarm: ONE, value: None }, 7).unwrap();
    assert_eq!(end(&mut hall, 1, 8), []);
    assert!(!known(&hall).waits());
}

#[test]
fn what_waits_for_somebody_calls_nobody_while_its_source_is_in_maintenance_and_calls_again_after_it() {
    let mut hall = Hall::default();
    raise(&mut hall, Grade::II, 0);
    assert!(calls(&hall, 1));
    maintain(&mut hall, MINUTE, 2);
    assert_eq!([3, MINUTE - 1, MINUTE].map(|at| calls(&hall, at)), [false, false, true]);
    let shelve = AlarmStep::Shelve { alarm: ONE, until: Moment(2 * MINUTE), reason: "等配件".to_owned() };
    step(&mut hall, shelve, 4).unwrap();
    raise(&mut hall, Grade::I, 5);
    assert!(known(&hall).shelf.is_some(), "it is told when the works are over");
    end(&mut hall, 1, 6);
    assert!(known(&hall).shelf.is_none() && calls(&hall, 6));
}
