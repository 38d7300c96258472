//! Tests of what alarms come to: the shelf that ends, one case for all that one thing causes, whom they concern, and when no
//! other is raised.

use super::tests::{MINUTE, ONE, order, raising, rules, step};
use super::*;
use crate::domain::{Hall, Mode, Order};

fn raise(hall: &mut Hall, source: &str, level: Grade, upstream: &str, at: i64) {
    let raising = Raising { upstream: upstream.to_owned(), ..raising(source, level) };
    step(hall, AlarmStep::Raise(raising), at).unwrap();
}

#[test]
fn what_gets_worse_on_the_shelf_comes_back_at_once() {
    let mut hall = Hall::default();
    let shelve = |alarm| AlarmStep::Shelve { alarm, until: Moment(10 * MINUTE), reason: "校准".to_owned() };
    let calls = |hall: &Hall, id| hall.alarms().get(id).unwrap().calls();
    raise(&mut hall, "gas-1", Grade::III, "", 0);
    step(&mut hall, shelve(ONE), 1).unwrap();
    raise(&mut hall, "gas-1", Grade::IV, "", 2);
    assert!(!calls(&hall, ONE), "better");
    raise(&mut hall, "gas-1", Grade::I, "", 3);
    assert!(calls(&hall, ONE) && hall.alarms().get(ONE).unwrap().shelf.is_none(), "worse");
    // What comes and goes is what a shelf is for: only one that comes worse than before ends it.
    let two = AlarmId(2);
    raise(&mut hall, "gas-2", Grade::III, "", 4);
    step(&mut hall, shelve(two), 5).unwrap();
    for (at, level, back) in [(6, Grade::III, false), (8, Grade::IV, false), (10, Grade::II, true)] {
        step(&mut hall, AlarmStep::Clear { alarm: two, value: None }, at).unwrap();
        raise(&mut hall, "gas-2", level, "", at + 1);
        assert_eq!(calls(&hall, two), back, "{level:?}");
    }
}

#[test]
fn what_one_thing_causes_makes_one_case_and_all_of_it_is_linked_to_that() {
    let mut hall = Hall::default();
    let rules = rules();
    for number in 0..4 {
        raise(&mut hall, &format!("level-{number}"), Grade::II, "pump-3", number);
    }
    raise(&mut hall, "gas-9", Grade::II, "", 5);
    let orders = |hall: &Hall| hall.alarm_orders(&[], &rules, |_, _| None, Moment(MINUTE));
    let about = |order: &Order| match order {
        Order::CaseOfAlarm { alarm, .. } => (alarm.0, None),
        Order::MoveAlarm(step) => match **step {
            AlarmStep::Case { alarm, incident } => (alarm.0, Some(incident)),
            _ => panic!("{step:?}"),
        },
        _ => panic!("{order:?}"),
    };
    let told = |orders: &[Order]| orders.iter().map(about).collect::<Vec<_>>();
    let made = orders(&hall);
    assert_eq!(told(&made), [(1, None), (5, None)], "the first of the fold, and the one that stands alone");
    for one in made {
        assert_eq!(order(&mut hall, one, MINUTE), Ok(2));
    }
    let case = hall.alarms().get(ONE).unwrap().incident;
    let links = orders(&hall);
    assert_eq!(told(&links), [(4, case), (3, case), (2, case)]);
    for one in links {
        assert_eq!(order(&mut hall, one, MINUTE), Ok(1));
    }
    assert_eq!(orders(&hall), []);
    raise(&mut hall, "level-4", Grade::II, "pump-3", 2 * MINUTE);
    let late = orders(&hall);
    assert_eq!(told(&late), [(6, case)], "one that comes later has its case already");
    for one in late {
        order(&mut hall, one, 2 * MINUTE).unwrap();
    }
    let incident = case.unwrap();
    order(&mut hall, Order::CloseIncident { incident, reason: "已排除".to_owned() }, 3 * MINUTE).unwrap();
    assert_eq!(orders(&hall), [], "it was dealt with, and no other is made of the same");
}

#[test]
fn what_a_person_made_a_case_of_gives_it_to_all_that_fold_with_it() {
    let mut hall = Hall::default();
    let rules = AlarmRules::default();
    for number in 0..3 {
        raise(&mut hall, &format!("level-{number}"), Grade::IV, "pump-3", number);
    }
    let orders = |hall: &Hall| hall.alarm_orders(&[], &rules, |_, _| None, Moment(MINUTE));
    assert_eq!(orders(&hall), []);
    let (kind, text) = ("20406".to_owned(), "泵站停电".to_owned());
    order(&mut hall, Order::CaseOfAlarm { alarm: ONE, kind, grade: Grade::IV, text }, 5).unwrap();
    for one in orders(&hall) {
        order(&mut hall, one, MINUTE).unwrap();
    }
    let case = hall.alarms().get(ONE).unwrap().incident;
    assert!(case.is_some() && hall.alarms().all().all(|alarm| alarm.incident == case));
}

#[test]
fn what_lies_nobody_knows_where_concerns_everybody_and_a_sign_of_the_city_does_not() {
    let (east, west) = (Area::of("东城区").unwrap(), Area::of("西城区").unwrap());
    let known = raising("gas-1", Grade::I);
    assert_eq!([&east, &west, &Area::CITY].map(|area| known.concerns(area)), [true, false, true]);
    let unplaced = Raising { area: Area::CITY, ..known };
    assert!([&east, &west, &Area::CITY].iter().all(|area| unplaced.concerns(area)));
    let sign = Raising { measures: SensorKind::Vital, ..unplaced };
    assert_eq!([&east, &Area::CITY].map(|area| sign.concerns(area)), [false, true]);
}

/// Somebody takes note of an alarm that is over.
fn get_over(hall: &mut Hall, alarm: u64, at: i64) {
    let alarm = AlarmId(alarm);
    step(hall, AlarmStep::Clear { alarm, value: None }, at).unwrap();
    step(hall, AlarmStep::Acknowledge { alarm, comment: String::new() }, at).unwrap();
}

#[test]
fn where_too_many_stand_the_worst_alone_are_raised_and_nothing_is_ordered_that_finds_no_room() {
    let mut hall = Hall::default();
    for number in 0..MILD_MAX {
        assert!(!hall.alarms().is_full(), "{number}");
        raise(&mut hall, &format!("gas-{number}"), Grade::IV, "", 0);
    }
    assert!(hall.alarms().is_full());
    step(&mut hall, AlarmStep::Clear { alarm: ONE, value: None }, 1).unwrap();
    assert!(hall.alarms().is_full(), "it waits for somebody still");
    let blue = AlarmStep::Raise(raising("blue", Grade::IV));
    assert_eq!(step(&mut hall, blue, 1), Err(Refusal::AlarmsFull));
    step(&mut hall, AlarmStep::Acknowledge { alarm: ONE, comment: String::new() }, 2).unwrap();
    assert!(!hall.alarms().is_full(), "it makes room");
    // There is room for one, and for the gravest however many there are of the others.
    let standing = [("blue", Grade::IV), ("orange", Grade::II), ("red", Grade::I)];
    let standing = standing.map(|(source, level)| raising(source, level));
    let rules = AlarmRules::default();
    let give = |hall: &mut Hall, at: i64| {
        let orders = hall.alarm_orders(&standing, &rules, |_, _| None, Moment(at));
        let raised = |one: &Order| match one {
            Order::MoveAlarm(step) => match &**step {
                AlarmStep::Raise(what) => what.source.clone(),
                _ => panic!("{step:?}"),
            },
            _ => panic!("{one:?}"),
        };
        let sources: Vec<String> = orders.iter().map(raised).collect();
        for one in orders {
            assert_eq!(order(hall, one, at), Ok(1));
        }
        sources
    };
    assert_eq!(give(&mut hall, 3), ["red", "orange"]);
    assert!(give(&mut hall, 4).is_empty(), "what finds no room is not asked for again and again");
    get_over(&mut hall, 2, 5);
    assert!(give(&mut hall, 6).is_empty());
    get_over(&mut hall, 3, 7);
    assert_eq!(give(&mut hall, 8), ["blue"]);
}

#[test]
fn what_is_on_the_shelf_is_silent_to_its_end_though_it_was_over_long_before() {
    let mut hall = Hall::default();
    let switch = |hall: &mut Hall, mode, at| order(hall, Order::SwitchMode { mode }, at).unwrap();
    raise(&mut hall, "gas-1", Grade::III, "", 0);
    let until = Moment(SHELF_MAX_MILLIS);
    step(&mut hall, AlarmStep::Shelve { alarm: ONE, until, reason: "等配件".to_owned() }, 1).unwrap();
    get_over(&mut hall, 1, 2);
    let late = 3 * KEEP_MILLIS;
    switch(&mut hall, Mode::Emergency, late);
    assert!(hall.alarms().get(ONE).is_some(), "three days later");
    raise(&mut hall, "gas-1", Grade::III, "", late + 1);
    let again = hall.alarms().of("gas-1", AlarmKind::High).unwrap();
    assert!(again.id == ONE && again.waits() && !again.calls(), "it comes again, and makes no noise");
    get_over(&mut hall, 1, late + 2);
    let rules = AlarmRules::default();
    for one in hall.alarm_orders(&[], &rules, |_, _| None, until) {
        assert_eq!(one, Order::MoveAlarm(Box::new(AlarmStep::Unshelve { alarm: ONE })));
        order(&mut hall, one, SHELF_MAX_MILLIS).unwrap();
    }
    switch(&mut hall, Mode::Routine, SHELF_MAX_MILLIS + 1);
    assert_eq!(hall.alarms().all().count(), 0, "four days after it was over nobody has use for it");
}
