//! Tests of what somebody has in hand at the list while alarms come, go and are acknowledged by others.

use std::collections::BTreeSet;

use rust_i18n::t;

use super::asked::{Asked, Taken};
use super::choice::ChoiceWish;
use super::held::{AT_ONCE, Held, SentFrom};
use super::many;
use super::model::{AlarmWish, AlarmsShown, orders_of};
use super::part::Part;
use super::planned::Draft;
use super::shelf;
use super::tests::{MINUTE, hall, raise, raise_behind, shown, step};
use crate::domain::alarm::raised_tests::raising;
use crate::domain::alarm::{Maintenance, Raising};
use crate::domain::rights::Area;
use crate::domain::{AlarmId, AlarmKind, AlarmStep, Grade, Hall, Moment, Order};

fn at(hall: &Hall, at: i64) -> AlarmsShown {
    shown(hall, "", at)
}

/// The hall takes orders of alarms.
fn take(hall: &mut Hall, orders: Vec<Order>, at: i64) {
    for order in orders {
        let Order::MoveAlarm(one) = order else { panic!("{order:?}") };
        step(hall, *one, at);
    }
}

/// The list of the hall's four alarms is open, the third one chosen, and this written to it.
fn writing(hall: &Hall, words: &str) -> Held {
    let mut held = Held::default();
    held.turn(true, &at(hall, 4_000));
    assert_eq!(held.chosen, Some(AlarmId(3)));
    words.clone_into(&mut held.words);
    held
}

/// What acknowledging the chosen one sends.
fn acknowledge(held: &mut Held, hall: &Hall, second: i64, now: f64) -> Vec<Order> {
    let shown = at(hall, second);
    let row = held.chosen.and_then(|id| shown.row(id)).unwrap();
    let orders = orders_of(AlarmWish::Acknowledge, row, &held.words, "chen");
    held.send(orders, SentFrom::List, true, now)
}

#[test]
fn an_open_choice_stays_with_its_words_while_worse_members_and_the_cause_itself_are_raised() {
    let mut hall = Hall::default();
    for number in 0..3 {
        raise_behind(&mut hall, &format!("level-{number}"), "pump-3", (Grade::III, "东城区"), number * 1_000);
    }
    let mut held = Held::default();
    held.turn(true, &at(&hall, 3_000));
    let first = held.chosen.unwrap();
    held.asked = Some(Asked::shelf(first, "换泵"));
    let asked = |held: &Held| held.asked.as_ref().map(|asked| (asked.alarm, asked.typed.clone()));
    raise_behind(&mut hall, "level-3", "pump-3", (Grade::I, "东城区"), 4_000);
    held.settle(&at(&hall, 5_000));
    assert_eq!((held.chosen, asked(&held)), (Some(first), Some((first, "换泵".to_owned()))), "the same stands for all");
    raise(&mut hall, "pump-3", Grade::II, "东城区", 6_000);
    let shown = at(&hall, 7_000);
    held.settle(&shown);
    let pump = AlarmId(5);
    assert_eq!((held.chosen, asked(&held)), (Some(pump), Some((pump, "换泵".to_owned()))));
    assert_eq!((shown.rows.len(), shown.rows[0].all.len(), held.note(0.0)), (1, 5, None));
    // What was unfolded stays so, whichever of it stands for all now.
    for unfolded in [first, pump, AlarmId(2)] {
        let read = AlarmsShown::read(&hall, &Area::CITY, &BTreeSet::from([unfolded]), Moment(8_000));
        assert_eq!(read.rows.iter().filter(|row| row.inner).count(), 4, "{unfolded:?}");
        assert_eq!(read.fold_of(AlarmId(2)).map(|row| row.id), Some(pump));
    }
}

#[test]
fn words_to_an_alarm_that_is_over_are_kept_and_meet_no_other_one() {
    let mut hall = hall();
    let mut held = writing(&hall, "已派");
    step(&mut hall, AlarmStep::Acknowledge { alarm: AlarmId(3), comment: "收到".to_owned() }, 5_000);
    let shown = at(&hall, 6_000);
    held.settle(&shown);
    assert_ne!(shown.rows[0].id, AlarmId(3), "a colleague took note of it, and it stands further down");
    assert_eq!((held.chosen, held.note(0.0)), (Some(AlarmId(3)), None));
    step(&mut hall, AlarmStep::Clear { alarm: AlarmId(3), value: None }, 7_000);
    for second in [8_000, 9_000] {
        held.settle(&at(&hall, second));
        assert_eq!((held.chosen, held.words.as_str()), (None, "已派"));
        assert_eq!(held.note(0.0), Some(t!("alarm.gone").into_owned()));
    }
    held.choose(Some(AlarmId(2)));
    held.settle(&at(&hall, 9_000));
    assert_eq!((held.chosen, held.words.as_str(), held.note(0.0)), (Some(AlarmId(2)), "已派", None));
}

#[test]
fn a_choice_about_an_alarm_that_is_over_leaves_its_reason_and_chooses_nothing() {
    let mut hall = hall();
    let mut held = writing(&hall, "");
    held.asked = Some(Asked::shelf(AlarmId(3), "换探头"));
    step(&mut hall, AlarmStep::Acknowledge { alarm: AlarmId(3), comment: String::new() }, 5_000);
    step(&mut hall, AlarmStep::Clear { alarm: AlarmId(3), value: None }, 6_000);
    held.settle(&at(&hall, 7_000));
    assert_eq!((held.asked.is_some(), held.chosen, held.words.as_str()), (false, None, "换探头"));
    assert_eq!(held.note(0.0), Some(t!("alarm.gone").into_owned()));
    // In the list of the day it stands still, with all else that came.
    let day = at(&hall, 8_000).listing(Part::Day, &hall, &Area::CITY, Moment(8_000));
    held.choose(Some(AlarmId(3)));
    held.settle(&day);
    assert_eq!((held.chosen, held.note(0.0)), (Some(AlarmId(3)), None));
}

#[test]
fn what_was_acknowledged_here_leaves_without_a_word_and_the_next_one_is_at_hand() {
    let mut hall = hall();
    step(&mut hall, AlarmStep::Clear { alarm: AlarmId(3), value: None }, 3_500);
    let mut held = writing(&hall, "");
    let shown = at(&hall, 4_000);
    let orders = orders_of(AlarmWish::Acknowledge, shown.row(AlarmId(3)).unwrap(), "", "chen");
    held.note_own(&orders);
    held.go_on(&shown);
    assert_eq!((held.chosen, held.reveal), (Some(AlarmId(2)), true));
    held.choose(Some(AlarmId(3)));
    take(&mut hall, orders, 5_000);
    held.settle(&at(&hall, 6_000));
    assert_eq!((held.chosen, held.note(0.0)), (Some(AlarmId(2)), None));
    // Nothing is left: there is nothing to say either.
    held.settle(&AlarmsShown::default());
    held.settle(&at(&hall, 6_000));
    assert_eq!((held.chosen, held.note(0.0)), (Some(AlarmId(2)), None));
}

#[test]
fn what_was_written_stays_until_the_hub_has_it_and_after_a_refusal_with_the_reason() {
    let mut hall = hall();
    let mut held = writing(&hall, "派人去看");
    assert_eq!(acknowledge(&mut held, &hall, 4_000, 10.0).len(), 1);
    held.hear(&hall, &at(&hall, 4_000), 10.5);
    assert_eq!((held.chosen, held.words.as_str(), held.note(10.5)), (Some(AlarmId(3)), "派人去看", None));
    assert_eq!(held.note(11.5), Some(t!("alarm.sending").into_owned()));
    assert_eq!(acknowledge(&mut held, &hall, 4_000, 10.6), [], "it is on its way");
    held.refused("只读");
    let refused = t!("card.refused", why = "只读").into_owned();
    assert_eq!((held.chosen, held.words.as_str(), held.note(11.0)), (Some(AlarmId(3)), "派人去看", Some(refused)));
    held.refused("另一个");
    let orders = acknowledge(&mut held, &hall, 4_000, 12.0);
    assert_eq!(held.note(12.0), None);
    take(&mut hall, orders, 5_000);
    held.hear(&hall, &at(&hall, 6_000), 12.1);
    assert_eq!((held.chosen, held.words.as_str(), held.focus), (Some(AlarmId(2)), "", true));
    // A hub that says nothing.
    held.words = "去看".to_owned();
    let orders = acknowledge(&mut held, &hall, 6_000, 20.0);
    held.hear(&hall, &at(&hall, 6_000), 29.9);
    held.hear(&hall, &at(&hall, 6_000), 30.0);
    assert_eq!((held.words.as_str(), held.note(30.0)), ("去看", Some(t!("alarm.no_answer").into_owned())));
    // What was written since stays.
    assert_eq!(acknowledge(&mut held, &hall, 6_000, 31.0), orders);
    held.words = "去看 另派一组".to_owned();
    take(&mut hall, orders, 7_000);
    held.hear(&hall, &at(&hall, 8_000), 31.1);
    assert_eq!(held.words, "另派一组");
}

#[test]
fn a_choice_and_a_form_are_open_until_the_hub_has_what_was_taken() {
    let mut hall = hall();
    let mut held = writing(&hall, "等配件");
    held.asked = Some(Asked::shelf(AlarmId(3), &held.words));
    let shown = at(&hall, 4_000);
    let orders = shelf::orders(shown.row(AlarmId(3)).unwrap(), Moment(MINUTE), "等配件");
    assert_eq!(held.send(orders.clone(), SentFrom::Choice, true, 1.0), orders);
    held.hear(&hall, &shown, 1.1);
    held.refused("只读");
    let why = t!("card.refused", why = "只读").into_owned();
    let asked = held.asked.as_ref().unwrap();
    assert_eq!((asked.typed.as_str(), asked.refused.as_ref()), ("等配件", Some(&why)));
    take(&mut hall, held.send(orders.clone(), SentFrom::Choice, true, 2.0), 5_000);
    held.hear(&hall, &at(&hall, 5_000), 2.1);
    assert_eq!((held.is_asked(), held.words.as_str(), held.chosen), (false, "", Some(AlarmId(3))));

    let window = Maintenance {
        source: "b".to_owned(),
        measures: None,
        area: Area::CITY,
        from: Moment(5_000),
        until: Moment(MINUTE),
        reason: "清淤".to_owned(),
    };
    let orders = vec![Order::MoveAlarm(Box::new(AlarmStep::Maintain(window)))];
    held.planned = Some(Draft::about(shown.row(AlarmId(2)), "清淤", Vec::new()));
    held.send(orders.clone(), SentFrom::Form, true, 3.0);
    held.refused("只读");
    let wrong = held.planned.as_ref().and_then(|draft| draft.wrong.clone()).unwrap();
    assert_eq!(wrong.words, why);
    take(&mut hall, held.send(orders, SentFrom::Form, true, 4.0), 6_000);
    held.hear(&hall, &at(&hall, 6_000), 4.1);
    assert!(!held.is_asked());
}

#[test]
fn many_are_acknowledged_at_once_as_they_stood_when_that_was_asked() {
    let mut hall = hall();
    step(&mut hall, AlarmStep::Clear { alarm: AlarmId(1), value: None }, 3_500);
    let silent = Raising { kind: AlarmKind::NoData, ..raising("s", Grade::IV) };
    step(&mut hall, AlarmStep::Raise(silent), 3_600);
    raise(&mut hall, "e", Grade::II, "东城区", 3_700);
    let (alarm, until) = (AlarmId(6), Moment(MINUTE));
    step(&mut hall, AlarmStep::Shelve { alarm, until, reason: "校准".to_owned() }, 3_800);
    let shown = at(&hall, 4_000);
    let parts = many::offered(shown.listed(), hall.alarms());
    let ids = |part: &many::Together| part.alarms.iter().map(|id| id.0).collect::<Vec<_>>();
    assert_eq!(parts.iter().map(ids).collect::<Vec<_>>(), [vec![1], vec![5], vec![3, 2, 4, 1, 5]]);
    let notes: Vec<String> = parts.iter().map(|part| part.row().note).collect();
    let grave = t!("alarm.many.grave", count = "3").into_owned();
    assert!(notes[2].contains(&grave) && !notes[0].contains(&grave), "{notes:?}");
    let mut asked = Asked::many(AlarmId(1), parts, " 停电 ");
    let offered = asked.offer(&shown.rows[0], &hall, Some("chen"), Moment(4_000), 0);
    assert_eq!(offered.rows.len(), 3);
    raise(&mut hall, "late", Grade::I, "东城区", 4_500);
    let wishes = vec![ChoiceWish::Choose(2), ChoiceWish::Typed("全市停电".to_owned()), ChoiceWish::Take(2)];
    let (taken, over) = asked.carry_out(wishes, &offered);
    let Some(Taken::Many(alarms)) = taken else { panic!("{taken:?}") };
    assert!(over && asked.view(&offered).chosen == 2, "what is typed chooses nothing");
    let orders = many::orders(&alarms, &asked.typed);
    assert_eq!(orders.len(), 5);
    take(&mut hall, orders, 5_000);
    let shown = at(&hall, 6_000);
    let left: Vec<&str> = shown.rows.iter().filter(|row| row.waits).map(|row| row.source.as_str()).collect();
    assert_eq!(left, ["late", "e"], "what came meanwhile, and what is on the shelf");
    let said = hall.alarms().get(AlarmId(5)).and_then(|alarm| alarm.acknowledged.clone()).unwrap();
    assert_eq!(said.comment, "全市停电");
}

#[test]
fn of_more_than_anybody_counts_the_first_are_acknowledged_at_once() {
    let mut hall = Hall::default();
    for number in 0..=many::MOST {
        raise(&mut hall, &format!("gas-{number}"), Grade::IV, "东城区", 0);
    }
    let shown = at(&hall, 1_000);
    let parts = many::offered(shown.listed(), hall.alarms());
    assert_eq!((parts.len(), parts[0].alarms.len()), (1, many::MOST), "what is blue is all there is");
    let note = t!("alarm.many.first", count = "1,001", most = "1,000").into_owned();
    assert_eq!(parts[0].row().note, note);
    assert_eq!(many::offered(&[], hall.alarms()), []);
}

#[test]
fn all_that_folds_under_a_row_is_seen_some_at_a_time() {
    let mut hall = Hall::default();
    for number in 0..60 {
        raise_behind(&mut hall, &format!("level-{number}"), "pump-3", (Grade::IV, "东城区"), number);
    }
    let unseen = |hall: &Hall, second: i64| at(hall, second).unseen(hall.alarms(), "chen", 1);
    for (second, count) in [(1_000, 50), (2_000, 10), (3_000, 0)] {
        let orders = unseen(&hall, second);
        assert_eq!(orders.len(), count);
        take(&mut hall, orders, second);
    }
    assert!(hall.alarms().all().all(|alarm| alarm.seen.len() == 1));
}

#[test]
fn what_is_in_maintenance_neither_sounds_nor_frames_a_screen_until_that_is_over() {
    let mut hall = hall();
    let window = |source: &str| Maintenance {
        source: source.to_owned(),
        measures: None,
        area: Area::CITY,
        from: Moment(5_000),
        until: Moment(MINUTE),
        reason: "更换探头".to_owned(),
    };
    for source in ["b", "c"] {
        step(&mut hall, AlarmStep::Maintain(window(source)), 4_000);
    }
    let told = |second: i64| {
        let shown = at(&hall, second);
        (shown.loudest(), shown.calls(), shown.calls_red(), shown.newest, shown.first().map(|row| row.id.0))
    };
    assert_eq!(told(4_500), (Some(Grade::I), 4, true, Some(Moment(3_000)), Some(3)), "not yet");
    assert_eq!(told(6_000), (Some(Grade::II), 2, false, Some(Moment(3_000)), Some(4)));
    assert_eq!(told(MINUTE), (Some(Grade::I), 4, true, Some(Moment(3_000)), Some(3)));
    let shown = at(&hall, 6_000);
    let order: Vec<u64> = shown.rows.iter().map(|row| row.id.0).collect();
    assert_eq!(order, [4, 1, 3, 2], "it stands below all that calls");
}

#[test]
fn of_many_orders_no_more_are_on_their_way_than_the_link_holds() {
    let mut hall = Hall::default();
    for number in 0..230 {
        raise_behind(&mut hall, &format!("level-{number}"), "pump-3", (Grade::IV, "东城区"), number);
    }
    let mut held = Held::default();
    held.turn(true, &at(&hall, 1_000));
    held.words = "全线停电".to_owned();
    let first = acknowledge(&mut held, &hall, 1_000, 1.0);
    assert_eq!(first.len(), AT_ONCE);
    assert_eq!(held.hear(&hall, &at(&hall, 1_000), 1.1), []);
    let (some, rest) = first.split_at(40);
    take(&mut hall, some.to_vec(), 2_000);
    let second = held.hear(&hall, &at(&hall, 2_000), 1.2);
    assert_eq!((second.len(), held.words.as_str()), (40, "全线停电"));
    take(&mut hall, [rest.to_vec(), second].concat(), 3_000);
    let third = held.hear(&hall, &at(&hall, 3_000), 11.0);
    assert_eq!(third.len(), 230 - AT_ONCE - 40);
    take(&mut hall, third, 4_000);
    assert_eq!(held.hear(&hall, &at(&hall, 4_000), 11.1), []);
    assert_eq!((held.words.as_str(), hall.alarms().all().filter(|alarm| alarm.waits()).count()), ("", 0));
}
