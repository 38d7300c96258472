//! What is said of the whole hall: the hours of the day, and nothing while nothing is known.

use super::ledger::Ledger;
use super::tests::NoNames;
use super::{Hours, Situation};
use crate::domain::{Actor, Grade, Hall, Moment, Order, Place, Progress, Report};
use crate::link::LinkState;

#[test]
fn hours_of_today_and_yesterday_are_those_of_the_citys_clock() {
    // 2026-11-21 06:30 in a city eight hours ahead.
    let now = Moment(1_795_213_800_000);
    let mut hall = Hall::default();
    let by = Actor::Source("test".to_owned());
    // Minutes ago: this hour, at one in the night, yesterday at six and at twenty-two.
    for (n, minutes) in [10, 5 * 60 + 30, 24 * 60 + 5, 8 * 60 + 30, 8 * 60 + 29].into_iter().enumerate() {
        let report = Report {
            source: "test".to_owned(),
            source_id: n.to_string(),
            kind: "10101".to_owned(),
            grade: Grade::IV,
            place: Place { at: None, address: String::new() },
            text: String::new(),
            happened_at: now.plus_millis(-minutes * 60_000),
            progress: Progress::Open,
            answers: [].into(),
        };
        for fact in hall.decide(Order::TakeReport(report), &by, now).unwrap() {
            assert!(hall.apply(&fact));
        }
    }
    let hours = Situation::read(&hall, &Ledger::read(&hall), LinkState::Live, now, 8 * 3600, "", &NoNames).hours;
    let found = |day: [u32; 24]| -> Vec<(usize, u32)> { day.into_iter().enumerate().filter(|(_, n)| *n > 0).collect() };
    assert_eq!(hours.now, 6);
    assert_eq!(found(hours.today), [(1, 1), (6, 1)]);
    assert_eq!(found(hours.yesterday), [(6, 1), (22, 2)]);
    assert_eq!(hours.yesterday_by_now, 1);
    assert_eq!(hours.most(), 2);
    assert_eq!(hours.unknown, 6, "of yesterday before six nothing is known");
    assert_eq!(hours.change(2), None, "one is too few to compare with");
    assert_eq!(Hours { yesterday_by_now: 20, ..hours }.change(25), Some(25));
    assert_eq!(Hours { yesterday_by_now: 20, ..hours }.change(15), Some(-25));
}

#[test]
fn while_no_hub_was_heard_nothing_is_said_to_be_none() {
    let situation = |link| Situation { link, ..Situation::default() };
    assert_eq!(situation(LinkState::Connecting).figure(0), "—");
    for link in [LinkState::Live, LinkState::Lost { since: Moment(0) }] {
        assert_eq!(situation(link).figure(0), "0");
    }
}
