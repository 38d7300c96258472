//! Tests of alarms: their life in the hall, and the limits of which they come.

use std::sync::Arc;

use proptest::prelude::*;

use super::raised_tests::raising as raised;
use super::rules::{AlarmRules, LimitRule};
use super::watch::Watcher;
use super::*;
use crate::domain::sensor::Registry;
use crate::domain::{Actor, Hall, Order, Refusal, Sensor, SensorId, Stage, Wording};

pub(super) const MINUTE: i64 = 60_000;

pub(super) fn rule() -> LimitRule {
    LimitRule {
        code: "gas".to_owned(),
        name: Wording { zh: "燃气".to_owned(), en: "Gas".to_owned() },
        measures: SensorKind::CombustibleGas,
        area: Area::CITY,
        sensors: Vec::new(),
        high: [Some(50.0), Some(35.0), Some(20.0), Some(10.0)],
        low: [None; 4],
        no_data: Some(Grade::IV),
        pending_secs: 60,
        keep_secs: 120,
        dead_band: 1.0,
        case_kind: "20501".to_owned(),
        variants: Vec::new(),
        auto_case: Some(Grade::II),
    }
}

pub(super) fn rules() -> Arc<AlarmRules> {
    Arc::new(AlarmRules { rules: vec![rule()], vitals: Vec::new() })
}

pub(super) fn registry(count: u32) -> Registry {
    let mut registry = Registry::default();
    for number in 0..count {
        let sensor = Sensor {
            claimed: true,
            ..Sensor::first_seen(&format!("gas-{number}"), Some(SensorKind::CombustibleGas), "")
        };
        registry.describe(sensor).unwrap();
    }
    registry
}

pub(super) fn raising(source: &str, level: Grade) -> Raising {
    let (name, at) = ("人民路".to_owned(), LonLat::new(119.3, 31.6));
    Raising { name, at, height_m: -1.2, ..raised(source, level) }
}

fn chen() -> Actor {
    Actor::Person("chen".to_owned())
}

/// Gives an order and folds in what it makes known; returns how many facts that was.
pub(super) fn order(hall: &mut Hall, order: Order, at: i64) -> Result<usize, Refusal> {
    let facts = hall.decide(order, &chen(), Moment(at))?;
    for fact in &facts {
        assert!(hall.apply(fact));
    }
    Ok(facts.len())
}

pub(super) fn step(hall: &mut Hall, step: AlarmStep, at: i64) -> Result<usize, Refusal> {
    order(hall, Order::MoveAlarm(Box::new(step)), at)
}

pub(super) const ONE: AlarmId = AlarmId(1);

fn acknowledge(hall: &mut Hall, at: i64) -> usize {
    step(hall, AlarmStep::Acknowledge { alarm: ONE, comment: "派人去看".to_owned() }, at).unwrap()
}

#[test]
fn one_alarm_of_a_source_lives_through_its_four_states_and_leaves_after_a_day() {
    let mut hall = Hall::default();
    assert_eq!(step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::III)), 0), Ok(1));
    assert_eq!(step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::III)), 1), Ok(0), "the same again");
    assert_eq!(hall.alarms().all().count(), 1);
    assert_eq!(acknowledge(&mut hall, 2), 1);
    assert_eq!(acknowledge(&mut hall, 3), 0, "said already");
    assert_eq!(step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::I)), 4), Ok(1));
    let alarm = hall.alarms().get(ONE).unwrap();
    assert!(alarm.calls() && alarm.worst == Grade::I, "it got worse");
    acknowledge(&mut hall, 5);
    step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::IV)), 6).unwrap();
    assert!(!hall.alarms().get(ONE).unwrap().calls(), "it got better");
    assert_eq!(step(&mut hall, AlarmStep::Clear { alarm: ONE, value: Some(3.0) }, 7), Ok(1));
    assert!(!hall.alarms().get(ONE).unwrap().is_standing());
    // It comes again: the same one, which waits anew.
    step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::III)), 8).unwrap();
    let alarm = hall.alarms().get(ONE).unwrap();
    assert!(alarm.is_active() && alarm.calls() && alarm.times_since(Moment(0)) == 2);
    step(&mut hall, AlarmStep::Clear { alarm: ONE, value: None }, 9).unwrap();
    order(&mut hall, Order::SwitchMode { mode: crate::domain::Mode::Emergency }, 10 + 2 * KEEP_MILLIS).unwrap();
    assert!(hall.alarms().get(ONE).is_some(), "what nobody acknowledged stays");
    acknowledge(&mut hall, 11 + 2 * KEEP_MILLIS);
    order(&mut hall, Order::SwitchMode { mode: crate::domain::Mode::Routine }, 12 + 3 * KEEP_MILLIS).unwrap();
    assert_eq!(hall.alarms().all().count(), 0);
    assert_eq!(step(&mut hall, AlarmStep::Seen { alarm: ONE }, 13 + 3 * KEEP_MILLIS), Err(Refusal::UnknownAlarm(ONE)));
}

#[test]
fn a_shelved_alarm_is_silent_and_comes_back_by_itself() {
    let mut hall = Hall::default();
    step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::II)), 0).unwrap();
    let shelve =
        |until: i64, reason: &str| AlarmStep::Shelve { alarm: ONE, until: Moment(until), reason: reason.to_owned() };
    assert_eq!(step(&mut hall, shelve(MINUTE, " "), 1), Err(Refusal::ReasonMissing));
    assert!(step(&mut hall, shelve(1, "校准"), 1).is_err(), "until now");
    assert!(step(&mut hall, shelve(SHELF_MAX_MILLIS + 2, "校准"), 1).is_err(), "for ever");
    step(&mut hall, shelve(MINUTE, "校准"), 1).unwrap();
    assert!(!hall.alarms().get(ONE).unwrap().calls());
    let rules = AlarmRules::default();
    let standing = [raising("gas-1", Grade::II)];
    let orders = |hall: &Hall, at| hall.alarm_orders(&standing, &rules, |_, _| None, Moment(at));
    assert_eq!(orders(&hall, MINUTE - 1), []);
    let back = orders(&hall, MINUTE);
    assert_eq!(back, [Order::MoveAlarm(Box::new(AlarmStep::Unshelve { alarm: ONE }))]);
    for one in back {
        order(&mut hall, one, MINUTE).unwrap();
    }
    assert!(hall.alarms().get(ONE).unwrap().calls());
}

#[test]
fn nothing_is_raised_of_what_is_in_maintenance_until_that_ends() {
    let mut hall = Hall::default();
    let window = |source: &str, area: &str| Maintenance {
        source: source.to_owned(),
        measures: None,
        area: Area::of(area).unwrap(),
        from: Moment(0),
        until: Moment(MINUTE),
        reason: "更换探头".to_owned(),
    };
    step(&mut hall, AlarmStep::Maintain(window("gas-1", "")), 0).unwrap();
    step(&mut hall, AlarmStep::Maintain(window("", "西城区")), 0).unwrap();
    assert_eq!(step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::II)), 1), Ok(0));
    assert_eq!(step(&mut hall, AlarmStep::Raise(raising("gas-2", Grade::II)), 1), Ok(1), "another source, elsewhere");
    let standing = [raising("gas-1", Grade::II), raising("gas-2", Grade::II)];
    let rules = AlarmRules::default();
    let orders = |hall: &Hall, at| hall.alarm_orders(&standing, &rules, |_, _| None, Moment(at));
    assert_eq!(orders(&hall, 2), []);
    let over = orders(&hall, MINUTE);
    assert_eq!(over.len(), 3, "one is raised, two windows end: {over:?}");
    for one in over {
        order(&mut hall, one, MINUTE).unwrap();
    }
    assert_eq!((hall.alarms().windows().count(), hall.alarms().all().count()), (0, 2));
    let none = AlarmStep::EndMaintenance { window: 1 };
    assert_eq!(step(&mut hall, none, MINUTE), Err(Refusal::NoMaintenance(1)));
}

#[test]
fn an_alarm_becomes_one_case_by_hand_or_by_rule() {
    let mut hall = Hall::default();
    step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::III)), 0).unwrap();
    let rules = rules();
    let by_rule = |hall: &Hall| hall.alarm_orders(&[], &rules, |_, _| None, Moment(1));
    assert_eq!(by_rule(&hall), [], "Ⅲ is left to people");
    let case = |text: &str| Order::CaseOfAlarm {
        alarm: ONE,
        kind: "20501".to_owned(),
        grade: Grade::III,
        text: text.to_owned(),
    };
    assert_eq!(order(&mut hall, case("人民路燃气浓度升高"), 2), Ok(2));
    let made = hall.alarms().get(ONE).unwrap().incident.unwrap();
    let incident = hall.incident(made).unwrap();
    assert_eq!(
        (incident.source.as_str(), incident.stage, incident.place.at),
        ("alarm", Stage::Reported, raising("", Grade::I).at)
    );
    assert_eq!(order(&mut hall, case("again"), 3), Err(Refusal::AlarmHasCase(ONE, made)));
    step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::I)), 4).unwrap();
    assert_eq!(by_rule(&hall), [], "its case is open");
    order(&mut hall, Order::CloseIncident { incident: made, reason: "已排除".to_owned() }, 5).unwrap();
    step(&mut hall, AlarmStep::Clear { alarm: ONE, value: None }, 6).unwrap();
    step(&mut hall, AlarmStep::Raise(raising("gas-1", Grade::I)), 7).unwrap();
    let made = by_rule(&hall);
    assert!(
        matches!(made.as_slice(), [Order::CaseOfAlarm { text, .. }] if text == "燃气 21.5 %LEL > 20 %LEL · gas-1"),
        "{made:?}"
    );
    for one in made {
        assert_eq!(order(&mut hall, one, 8), Ok(2));
    }
    assert_eq!(by_rule(&hall), [], "once each time");
}

#[test]
fn a_limit_has_to_be_crossed_for_its_pending_time_and_left_for_its_keep_time() {
    let registry = registry(1);
    let mut watcher = Watcher::new(rules());
    let levels = |watcher: &Watcher| watcher.standing(&registry).iter().map(|one| one.level).collect::<Vec<_>>();
    let at = |watcher: &mut Watcher, second: i64, value: f64| {
        watcher.read(SensorId(0), Moment(second * 1000), value);
        watcher.tick(&registry, Moment(second * 1000));
        levels(watcher)
    };
    assert_eq!(at(&mut watcher, 0, 5.0), []);
    assert_eq!(at(&mut watcher, 10, 22.0), [], "pending");
    assert_eq!(at(&mut watcher, 30, 9.5), [], "it was a moment only");
    assert_eq!(at(&mut watcher, 40, 22.0), []);
    assert_eq!(at(&mut watcher, 99, 22.0), []);
    assert_eq!(at(&mut watcher, 100, 22.0), [Grade::III]);
    assert_eq!(at(&mut watcher, 110, 60.0), [Grade::III], "worse is pending");
    assert_eq!(at(&mut watcher, 170, 60.0), [Grade::I]);
    assert_eq!(at(&mut watcher, 180, 19.5), [Grade::I], "kept");
    assert_eq!(at(&mut watcher, 299, 19.5), [Grade::I]);
    assert_eq!(at(&mut watcher, 300, 19.5), [Grade::III], "within the dead band of Ⅲ");
    assert_eq!(at(&mut watcher, 310, 19.0), [Grade::III]);
    assert_eq!(at(&mut watcher, 430, 12.0), [Grade::IV]);
    assert_eq!(at(&mut watcher, 440, 0.0), [Grade::IV]);
    assert_eq!(at(&mut watcher, 560, 0.0), []);
    assert_eq!(watcher.calm(SensorId(0), AlarmKind::High), Some(0.0));
}

#[test]
fn who_is_silent_stays_as_they_were_and_that_is_an_alarm_of_its_own() {
    let registry = registry(2);
    let mut watcher = Watcher::new(rules());
    let fresh = i64::from(SensorKind::CombustibleGas.fresh_secs());
    watcher.tick(&registry, Moment(0));
    watcher.read(SensorId(0), Moment(0), 30.0);
    watcher.tick(&registry, Moment(0));
    watcher.tick(&registry, Moment(60_000));
    let found = |watcher: &Watcher| {
        watcher.standing(&registry).into_iter().map(|one| (one.source, one.kind, one.level)).collect::<Vec<_>>()
    };
    let high = ("gas-0".to_owned(), AlarmKind::High, Grade::III);
    assert_eq!(found(&watcher), std::slice::from_ref(&high));
    for second in [fresh + 1, fresh + 62] {
        watcher.tick(&registry, Moment(second * 1000));
    }
    let silent = |source: &str| (source.to_owned(), AlarmKind::NoData, Grade::IV);
    assert_eq!(found(&watcher), [high.clone(), silent("gas-0"), silent("gas-1")]);
    assert_eq!(watcher.calm(SensorId(1), AlarmKind::High), None, "nothing is known of it");
    assert_eq!(watcher.calm(SensorId(0), AlarmKind::High), None);
    watcher.read(SensorId(1), Moment((fresh + 70) * 1000), 1.0);
    watcher.tick(&registry, Moment((fresh + 70) * 1000));
    assert_eq!(found(&watcher), [high, silent("gas-0")]);
    assert_eq!(watcher.calm(SensorId(1), AlarmKind::NoData), Some(1.0));
}

#[test]
fn a_sign_is_silent_by_the_seconds_of_whoever_looks_where_time_runs_fast() {
    let mut registry = Registry::default();
    let sign = Sensor { fresh_secs: 30, ..Sensor::first_seen("vital:air", Some(SensorKind::Vital), "1") };
    registry.describe(sign).unwrap();
    let own = LimitRule { measures: SensorKind::Vital, ..rule() };
    let silent_after = |rate: u16, secs: i64| {
        let mut watcher = Watcher::new(Arc::new(AlarmRules { rules: vec![own.clone()], vitals: Vec::new() }));
        watcher.pace(rate);
        watcher.read(SensorId(0), Moment(0), 5.0);
        for second in [0, secs, secs + i64::from(own.pending_secs)] {
            watcher.tick(&registry, Moment(second * 1000));
        }
        watcher.standing(&registry).iter().any(|one| one.kind == AlarmKind::NoData)
    };
    assert!(silent_after(1, 31) && !silent_after(60, 31) && !silent_after(60, 60) && silent_after(60, 181));
}

#[test]
fn what_waits_for_its_time_goes_on_where_only_rules_of_others_changed() {
    let registry = registry(1);
    let water = |limit: f64| LimitRule {
        code: "water".to_owned(),
        measures: SensorKind::WaterLevel,
        high: [None, None, None, Some(limit)],
        ..rule()
    };
    let fires_at = |changed: [LimitRule; 2]| {
        let mut watcher = Watcher::new(Arc::new(AlarmRules { rules: vec![water(0.8), rule()], vitals: Vec::new() }));
        watcher.read(SensorId(0), Moment(0), 30.0);
        watcher.tick(&registry, Moment(0));
        watcher.rule(Arc::new(AlarmRules { rules: changed.to_vec(), vitals: Vec::new() }));
        (30..200).step_by(10).find(|second| {
            watcher.tick(&registry, Moment(second * 1000));
            !watcher.standing(&registry).is_empty()
        })
    };
    assert_eq!(fires_at([water(0.9), rule()]), Some(60));
    assert_eq!(fires_at([rule(), water(0.8)]), Some(60), "and where it stands elsewhere in the file");
    let own = LimitRule { high: [None, None, Some(25.0), None], ..rule() };
    assert_eq!(fires_at([water(0.8), own]), Some(90), "its own limit is another one");
}

#[test]
fn who_changed_a_rule_is_told_of_that_rule_alone() {
    let mut hall = Hall::default();
    let with = |gas: f64, dust: f64| {
        let of =
            |code: &str, limit| LimitRule { code: code.to_owned(), high: [None, None, Some(limit), None], ..rule() };
        Arc::new(AlarmRules { rules: vec![of("gas", gas), of("dust", dust)], vitals: Vec::new() })
    };
    let take = |hall: &mut Hall, who: &str, rules, at| {
        let facts = hall.decide(Order::TakeAlarmRules(rules), &Actor::Person(who.to_owned()), Moment(at)).unwrap();
        for fact in &facts {
            assert!(hall.apply(fact));
        }
    };
    assert_eq!(hall.alarms().ruled_of("gas"), Ruled::BuiltIn);
    take(&mut hall, "chen", with(20.0, 300.0), 1);
    assert_eq!(hall.alarms().ruled_of("gas"), Ruled::Among("chen", Moment(1)), "what was before is not known");
    take(&mut hall, "li", with(25.0, 300.0), 2);
    take(&mut hall, "wang", with(25.0, 350.0), 3);
    assert_eq!(hall.alarms().ruled_of("gas"), Ruled::Itself("li", Moment(2)));
    assert_eq!(hall.alarms().ruled_of("dust"), Ruled::Itself("wang", Moment(3)));
    assert_eq!(hall.alarms().ruled(), Some(("wang", Moment(3))));
    // Whoever comes later knows it too.
    let resumed: Hall = postcard::from_bytes(&postcard::to_stdvec(&hall).unwrap()).unwrap();
    assert_eq!(resumed.alarms().ruled_of("gas"), Ruled::Itself("li", Moment(2)));
    assert_eq!(resumed.alarms(), hall.alarms());
}

#[test]
fn in_doubt_is_what_was_raised_and_is_not_wrong_any_more() {
    let mut hall = Hall::default();
    for source in ["gas-1", "gas-2", "gas-3"] {
        step(&mut hall, AlarmStep::Raise(raising(source, Grade::III)), 0).unwrap();
    }
    step(&mut hall, AlarmStep::Clear { alarm: AlarmId(3), value: Some(1.0) }, 1).unwrap();
    let silent = Raising { kind: AlarmKind::NoData, ..raising("gas-1", Grade::IV) };
    let standing = [raising("gas-2", Grade::I), silent];
    assert_eq!(hall.alarms_in_doubt(&standing), [("gas-1".to_owned(), AlarmKind::High)]);
    assert_eq!(hall.alarms_in_doubt(&[]).len(), 2);
}

/// What the limits say of a course, by looking at all of it: the worst level whose limit was crossed for the pending time,
/// and since then not left for the keep time.
fn plainly(course: &[(i64, f64)], rule: &LimitRule) -> Option<Grade> {
    let fires = |limit: f64| {
        let (mut crossed, mut left): (Option<i64>, Option<i64>) = (None, None);
        let mut firing = false;
        for (at, value) in course {
            if firing {
                left = if *value <= limit - rule.dead_band { left.or(Some(*at)) } else { None };
                firing = left.is_none_or(|since| at - since < i64::from(rule.keep_secs) * 1000);
                crossed = None;
            } else {
                crossed = if *value > limit { crossed.or(Some(*at)) } else { None };
                firing = crossed.is_some_and(|since| at - since >= i64::from(rule.pending_secs) * 1000);
                left = None;
            }
        }
        firing
    };
    Grade::ALL.into_iter().zip(rule.high).find(|(_, limit)| limit.is_some_and(fires)).map(|(level, _)| level)
}

proptest! {
    #[test]
    fn what_is_wrong_is_what_a_look_at_the_whole_course_finds(
        values in prop::collection::vec((1..90_i64, 0.0..60.0_f64), 1..60)
    ) {
        let registry = registry(1);
        let mut watcher = Watcher::new(rules());
        let (mut now, mut course) = (0, Vec::new());
        for (secs, value) in values {
            now += secs * 1000;
            course.push((now, value));
            watcher.read(SensorId(0), Moment(now), value);
            watcher.tick(&registry, Moment(now));
            let standing = watcher.standing(&registry);
            let level = standing.iter().find(|one| one.kind == AlarmKind::High).map(|one| one.level);
            prop_assert_eq!(level, plainly(&course, &rule()), "{:?}", course);
        }
    }

    #[test]
    fn the_orders_make_the_hall_say_what_is_wrong_and_then_nothing_is_left_to_order(
        rounds in prop::collection::vec(prop::collection::btree_map(0..6_u8, 0..4_usize, 0..6), 1..20)
    ) {
        let (mut hall, rules) = (Hall::default(), AlarmRules::default());
        for (at, wrong) in (1_i64..).zip(rounds) {
            let standing: Vec<Raising> =
                wrong.iter().map(|(source, level)| raising(&format!("gas-{source}"), Grade::ALL[*level])).collect();
            let calm = |source: &str, _| (!standing.iter().any(|one| one.source == source)).then_some(0.0);
            for one in hall.alarm_orders(&standing, &rules, calm, Moment(at)) {
                order(&mut hall, one, at).unwrap();
            }
            let active: Vec<(String, Grade)> = hall.alarms().all().filter(|alarm| alarm.is_active())
                .map(|alarm| (alarm.what.source.clone(), alarm.what.level)).collect();
            let mut wanted: Vec<(String, Grade)> = standing.iter().map(|one| (one.source.clone(), one.level)).collect();
            let mut found = active;
            found.sort();
            wanted.sort();
            prop_assert_eq!(found, wanted);
            prop_assert_eq!(hall.alarm_orders(&standing, &rules, calm, Moment(at)), []);
        }
    }
}

/// A sensor that hangs behind something is over its limit from a minute on.
fn raise_behind(hall: &mut Hall, source: &str, upstream: &str, minute: i64) -> AlarmId {
    let raising = Raising { upstream: upstream.to_owned(), ..raising(source, Grade::III) };
    step(hall, AlarmStep::Raise(raising), minute * MINUTE).unwrap();
    hall.alarms().of(source, AlarmKind::High).unwrap().id
}

fn folded(hall: &Hall) -> Vec<(String, AlarmId, usize)> {
    let standing: Vec<&Alarm> = hall.alarms().all().filter(|alarm| alarm.is_standing()).collect();
    cause::folds(&standing).into_iter().map(|fold| (fold.cause, fold.head, fold.behind.len())).collect()
}

#[test]
fn forty_level_alarms_fold_under_the_pump_that_failed() {
    let mut hall = Hall::default();
    for number in 0..40 {
        raise_behind(&mut hall, &format!("level-{number}"), &format!("pipe-{}/pump-3", number / 8), number % 9);
    }
    raise_behind(&mut hall, "level-far", "pipe-99/pump-4", 3);
    assert_eq!(folded(&hall), [("pump-3".to_owned(), ONE, 39)], "the first that came stands for all");
    raise_behind(&mut hall, "level-40", "pipe-5/pump-3", 11);
    assert_eq!(folded(&hall), [("pump-3".to_owned(), ONE, 40)], "and does when others come");
    // The pump says itself what is wrong with it: then it stands for all.
    let pump = raise_behind(&mut hall, "pump-3", "", 12);
    assert_eq!(folded(&hall), [("pump-3".to_owned(), pump, 41)]);
    step(&mut hall, AlarmStep::Clear { alarm: pump, value: None }, 20 * MINUTE).unwrap();
    assert_eq!(folded(&hall)[0].1, pump, "it waits for somebody still");
}

#[test]
fn alarms_behind_a_pipe_of_the_map_fold_under_the_furthest_that_has_more() {
    let (main, street) = (cause::pipe_name("gas", 4), cause::pipe_name("gas", 17));
    assert_eq!((street.as_str(), cause::pipe_of(&street)), ("pipe:gas:17", Some(("gas", 17))));
    assert_eq!([cause::pipe_of("pump-3"), cause::pipe_of("pipe:gas"), cause::pipe_of("pipe:gas:x")], [None; 3]);
    let mut hall = Hall::default();
    for number in 0..3 {
        raise_behind(&mut hall, &format!("street-{number}"), &format!("{street}/{main}"), number);
    }
    assert_eq!(folded(&hall).first().map(|(cause, _, behind)| (cause.clone(), *behind)), Some((street, 2)));
    raise_behind(&mut hall, "main-1", &main, 4);
    assert_eq!(folded(&hall).first().map(|(cause, _, behind)| (cause.clone(), *behind)), Some((main, 3)));
}

#[test]
fn what_has_nothing_in_common_or_came_at_other_times_stands_alone() {
    let mut hall = Hall::default();
    for (number, minute) in [0, 40, 80, 120].into_iter().enumerate() {
        raise_behind(&mut hall, &format!("slow-{number}"), "pump-1", minute);
    }
    raise_behind(&mut hall, "a", "pipe-1/pump-2", 5);
    raise_behind(&mut hall, "b", "pipe-1/pump-2", 6);
    raise_behind(&mut hall, "c", "", 6);
    assert_eq!(folded(&hall), []);
    // The third makes them one: all of the pipe, and no more of the pump, so the pipe is what is named.
    raise_behind(&mut hall, "d", "pipe-1/pump-2", 7);
    assert_eq!(folded(&hall).first().map(|(cause, _, behind)| (cause.as_str(), *behind)), Some(("pipe-1", 2)));
    raise_behind(&mut hall, "e", "pipe-2/pump-2", 8);
    assert_eq!(folded(&hall).first().map(|(cause, _, behind)| (cause.as_str(), *behind)), Some(("pump-2", 3)));
}

proptest! {
    #[test]
    fn each_alarm_is_in_one_fold_at_most_and_no_head_is_behind_another(
        sources in prop::collection::vec((0..12_u8, prop::collection::vec(0..12_u8, 0..4), 0..90_i64), 1..40)
    ) {
        let mut hall = Hall::default();
        for (source, path, minute) in sources {
            let upstream = path.iter().map(|thing| format!("s{thing}")).collect::<Vec<_>>().join("/");
            raise_behind(&mut hall, &format!("s{source}"), &upstream, minute);
        }
        let standing: Vec<&Alarm> = hall.alarms().all().collect();
        let folds = cause::folds(&standing);
        let mut all: Vec<AlarmId> =
            folds.iter().flat_map(|fold| fold.behind.iter().copied().chain([fold.head])).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        prop_assert_eq!(all.len(), count);
        prop_assert!(folds.iter().all(|fold| !fold.behind.is_empty()));
    }
}
