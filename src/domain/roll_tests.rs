//! Roll calls: one by one, and their invariants over any sequence of orders.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::tests::{carry_out, steps};
use super::*;

const MINUTE: i64 = 60_000;
const START: i64 = 1_700_000_000_000;

#[expect(clippy::unnecessary_box_returns, reason = "as facts have it")]
fn called(posts: &[&str], crews: u32, minutes: u16) -> Box<Called> {
    let posts = posts.iter().map(|post| (*post).to_owned()).collect();
    Box::new(Called { posts, crews: (1..=crews).map(|crew| (CrewId(crew), CrewKind::Fire)).collect(), minutes })
}

/// Orders that call, answer and end.
pub(super) fn roll_order() -> impl Strategy<Value = Order> {
    let crew = proptest::option::of((0_u32..5).prop_map(CrewId));
    prop_oneof![
        2 => (0_u32..4, 0_u16..60).prop_map(|(crews, minutes)| Order::CallRoll { words: String::new(), called: called(&["test"], crews, minutes) }),
        4 => crew.prop_map(|crew| Order::AnswerRoll { crew, words: String::new() }),
        1 => Just(Order::EndRoll),
    ]
}

proptest! {
    /// All four invariants.
    #[test]
    fn who_is_called_is_fixed_and_each_answers_once(steps in steps()) {
        carry_out(steps, |before, hall, facts| {
            let Some(roll) = hall.roll() else {
                assert_eq!(before.roll(), None);
                return;
            };
            let Some(now) = facts.last().map(|fact| fact.known_at) else { return };
            assert_eq!(roll.counts(now).iter().sum::<usize>(), roll.entries.len());
            assert!(roll.over_at() <= roll.until && roll.until > roll.called_at);
            if let Some(old) = before.roll() {
                let again = facts.iter().any(|fact| matches!(fact.what, What::RollCalled { .. }));
                assert!(!again || old.is_over(now), "called while one was");
                if !again {
                    let names = |roll: &Roll| roll.entries.keys().cloned().collect::<BTreeSet<_>>();
                    assert_eq!(names(old), names(roll));
                    for (party, entry) in &old.entries {
                        assert!(entry.answer.is_none() || entry.answer == roll.entries[party].answer);
                    }
                }
            }
        });
    }
}

#[test]
fn a_roll_ends_by_its_time_or_by_order_and_who_answers_then_is_late() {
    let mut hall = Hall::default();
    let mut order = |minutes: i64, name: &str, order: Order| -> Result<usize, Refusal> {
        let by = Actor::Person(name.to_owned());
        let facts = hall.decide(order, &by, Moment(START + minutes * MINUTE))?;
        assert!(facts.iter().all(|fact| hall.apply(fact)));
        let presence = |post: &str, at: i64| {
            hall.roll().unwrap().presence(&RollParty::Post(post.to_owned()), Moment(START + at * MINUTE)).unwrap()
        };
        if minutes == 9 {
            assert_eq!(["li", "wang"].map(|post| presence(post, 9)), [Presence::Here, Presence::Late]);
            assert_eq!((presence("zhao", 4), presence("zhao", 5)), (Presence::Awaited, Presence::Absent));
        }
        Ok(facts.len())
    };
    let answer = |crew: Option<u32>| Order::AnswerRoll { crew: crew.map(CrewId), words: "到".to_owned() };
    assert_eq!(order(0, "li", answer(None)), Err(Refusal::NoRoll));
    let call =
        |minutes| Order::CallRoll { words: "防汛".to_owned(), called: called(&["li", "wang", "zhao"], 2, minutes) };
    assert_eq!(order(0, "chief", call(0)).unwrap_err().to_string(), "minutes: are 1 to 120");
    assert_eq!(order(0, "chief", call(5)), Ok(1));
    assert_eq!(order(1, "chief", call(5)), Err(Refusal::RollCalled));
    assert_eq!(order(1, "li", answer(None)), Ok(1));
    assert_eq!(order(1, "li", answer(None)), Ok(0), "once is enough");
    assert_eq!(order(1, "chen", answer(None)), Err(Refusal::NotCalled));
    assert_eq!(order(1, "li", answer(Some(2))), Ok(1));
    assert_eq!(order(1, "li", answer(Some(3))), Err(Refusal::NotCalled));
    assert_eq!(order(8, "wang", answer(None)), Ok(1));
    assert_eq!(order(9, "chief", Order::EndRoll), Ok(0), "its time is up");
    assert_eq!(order(10, "chief", call(5)), Ok(1), "over, so it may be called anew");
    assert_eq!(order(11, "chief", Order::EndRoll), Ok(1));
    assert_eq!(order(12, "chief", call(5)), Ok(1));
    let nobody = Order::CallRoll { words: String::new(), called: called(&[], 0, 5) };
    assert_eq!(order(60, "chief", nobody).unwrap_err().key(), "refusal.unusable");
}

#[test]
fn those_who_are_called_are_counted_by_how_they_stand() {
    let mut hall = Hall::default();
    let by = Actor::Person("li".to_owned());
    let call = Order::CallRoll { words: String::new(), called: called(&["li", "wang"], 3, 5) };
    for (minutes, order) in [(0, call), (1, Order::AnswerRoll { crew: None, words: String::new() })] {
        for fact in hall.decide(order, &by, Moment(START + minutes * MINUTE)).unwrap() {
            hall.apply(&fact);
        }
    }
    let roll = hall.roll().unwrap();
    let counts = |minutes: i64| roll.counts(Moment(START + minutes * MINUTE));
    assert_eq!((counts(2), counts(6)), ([1, 0, 4, 0], [1, 0, 0, 4]));
    let kinds = [Presence::Here, Presence::Late, Presence::Awaited, Presence::Absent];
    assert!(kinds.is_sorted());
}
