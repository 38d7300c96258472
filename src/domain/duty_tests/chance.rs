//! What holds of duty over any sequence of orders.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;

use super::{DAY, EAST, HOUR, START, three};
use crate::domain::duty::log::{CHANGED_MAX, Change, LogEntry};
use crate::domain::duty::{KEPT_SHIFTS, OPEN_MAX};
use crate::domain::tests::steps;
use crate::domain::*;

/// Orders of duty; packs are composed when they are given.
pub(in crate::domain) fn duty_order() -> impl Strategy<Value = Order> {
    let post = || {
        ((DAY - 1)..(DAY + 4), 0_usize..3, "chief|acceptor|cook").prop_map(|(day, shift, post)| DutyPost {
            slot: SlotId { day, shift: three().shifts[shift].code.clone() },
            post,
        })
    };
    let entry = || 0_u64..12;
    let step = prop_oneof![
        2 => (post(), "[lw]{0,1}").prop_map(|(at, who)| DutyStep::Assign { at, who }),
        1 => (post(), post()).prop_map(|(one, other)| DutyStep::Swap { one, other }),
        1 => post().prop_map(|at| DutyStep::Remove { at }),
        1 => "chief|cook".prop_map(|post| DutyStep::SignOn { post }),
        5 => ("[n]{0,1}", proptest::option::of(0_u64..12), proptest::option::of(entry()), any::<bool>()).prop_map(
            |(words, incident, corrects, open)| {
                DutyStep::Write { words, incident: incident.map(IncidentId), corrects, open, shift: None }
            }
        ),
        1 => (1_u32..4).prop_map(|shift| DutyStep::Write {
            words: "n".to_owned(), incident: None, corrects: None, open: false, shift: Some(shift),
        }),
        1 => entry().prop_map(|entry| DutyStep::Settle { entry }),
        3 => Just(DutyStep::Prepare { words: String::new(), pack: Box::default() }),
        // The one that is prepared, whichever that is.
        5 => Just(DutyStep::Sign { prepared: Seq(0), words: String::new() }),
    ];
    prop_oneof![
        1 => Just(Order::TakeShifts { shifts: three().into(), utc_offset_secs: EAST }),
        9 => step.prop_map(|step| Order::MoveDuty(Box::new(step))),
    ]
}

/// Carry orders out as people do: packs as the hub fills them in, signing what is prepared.
fn carry_out(steps: Vec<(i64, Order)>, who: &[bool], mut look: impl FnMut(&Hall, &Hall, &[Fact])) -> (Hall, Vec<Fact>) {
    let (mut hall, mut log, mut now) = (Hall::default(), Vec::new(), Moment(START));
    let first = (0, Order::TakeShifts { shifts: three().into(), utc_offset_secs: EAST });
    for (number, (wait, mut order)) in [first].into_iter().chain(steps).enumerate() {
        now = now.plus_millis(wait);
        if let Order::MoveDuty(step) = &mut order {
            match &mut **step {
                DutyStep::Prepare { pack, .. } => {
                    **pack = Pack::compose(&hall, &TimeLimits::default(), EAST, now);
                }
                DutyStep::Sign { prepared, .. } => {
                    let handover = hall.duty().watch().and_then(|watch| watch.handover.as_ref());
                    *prepared = handover.map_or(Seq(0), |handover| handover.prepared);
                }
                _ => {}
            }
        }
        let name = if who[number % who.len()] { "li" } else { "wang" };
        let Ok(facts) = hall.decide(order, &Actor::Person(name.to_owned()), now) else { continue };
        let before = hall.clone();
        for fact in &facts {
            assert!(hall.apply(fact));
        }
        look(&before, &hall, &facts);
        log.extend(facts);
    }
    (hall, log)
}

/// Mostly orders of duty among others, so that shifts change.
fn busy() -> impl Strategy<Value = Vec<(i64, Order)>> {
    (vec((0..HOUR / 2, duty_order()), 0..60), steps()).prop_map(|(duty, others)| {
        let mut all = Vec::new();
        let mut others = others.into_iter();
        for one in duty {
            all.push(one);
            all.extend(others.next());
        }
        all
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn a_locked_log_never_changes_entries_count_on_and_two_people_sign(steps in busy(), who in vec(any::<bool>(), 1..40)) {
        let mut locked: BTreeMap<u32, Vec<LogEntry>> = BTreeMap::new();
        let mut newest = 0;
        carry_out(steps, &who, |_, now, _| {
            let duty = now.duty();
            for watch in duty.over() {
                assert!(watch.is_locked());
                let handover = watch.handover.as_ref().unwrap();
                assert_ne!(handover.by, handover.taken.as_ref().unwrap().by);
                assert_eq!(locked.entry(watch.number).or_insert_with(|| watch.log.clone()), &watch.log);
            }
            assert!(duty.over().len() <= KEPT_SHIFTS && duty.open_remarks().len() <= OPEN_MAX);
            let on = duty.watch().unwrap();
            assert!(!on.is_locked());
            let numbers: Vec<u64> =
                duty.over().chain([on]).flat_map(|watch| watch.log.iter().map(|entry| entry.number)).collect();
            assert!(numbers.is_sorted_by(|one, other| one + 1 == *other), "{numbers:?}");
            let last = numbers.last().copied().unwrap_or(newest);
            assert!(last >= newest);
            newest = last;
        });
    }

    #[test]
    fn a_pack_is_what_all_facts_say_counted_plainly(steps in busy(), who in vec(any::<bool>(), 1..40)) {
        let mut since: Vec<Fact> = Vec::new();
        carry_out(steps, &who, |before, now, facts| {
            let took_over = before.duty().watch().map(|watch| watch.number) != now.duty().watch().map(|watch| watch.number);
            if took_over { since.clear() } else { since.extend(facts.iter().cloned()) }
            let at = facts.last().map_or(Moment(START), |fact| fact.known_at);
            let pack = Pack::compose(now, &TimeLimits::default(), EAST, at);
            for stage in Stage::ALL.into_iter().filter(|stage| *stage != Stage::Closed) {
                let plain = now.incidents().filter(|one| one.stage == stage).count();
                let told = pack.by_stage[Stage::ALL.iter().position(|one| *one == stage).unwrap()];
                assert_eq!(told as usize, plain);
            }
            assert_eq!(pack.by_stage[7], 0);
            assert_eq!(pack.open.all, pack.open_count());
            let held = |one: &&Incident| now.course(one.id).unwrap().on_hold().is_some();
            assert_eq!(pack.shelved.all as usize, now.incidents().filter(held).count());
            let unread: usize = now.incidents().map(|one| now.tasks(one.id).iter().filter(|task| task.unread_since().is_some()).count()).sum();
            assert_eq!(pack.unread.all as usize, unread);
            assert_eq!(pack.plans.all as usize, now.incidents().filter(|one| now.plan(one.id).is_some_and(PlanRun::is_running)).count());
            let plain = |change: Change| since.iter().filter(|fact| match (&fact.what, change) {
                (What::IncidentReported(_), Change::New)
                | (What::IncidentClosed { .. }, Change::Closed)
                | (What::IncidentRegraded { .. }, Change::Regraded)
                | (What::AlarmStruck { .. }, Change::Escalated) => true,
                (What::IncidentRegraded { from, to, .. }, Change::Escalated) => to < from,
                (What::IncidentMoved { step, .. }, change) => matches!(
                    (step.kind(), change),
                    (MoveKind::Reject | MoveKind::NotFile | MoveKind::Void | MoveKind::Merge, Change::Closed)
                        | (MoveKind::Reopen | MoveKind::Unmerge, Change::Reopened)
                        | (MoveKind::Supervise, Change::Escalated)
                ),
                _ => false,
            }).count();
            for change in Change::ALL {
                assert_eq!(pack.changes.count(change) as usize, plain(change), "{change:?}");
            }
            assert!(pack.changes.cases.len() <= CHANGED_MAX);
        });
    }

    #[test]
    fn the_facts_of_duty_give_the_same_hall_again(steps in busy(), who in vec(any::<bool>(), 1..40)) {
        let (hall, log) = carry_out(steps, &who, |_, _, _| {});
        let mut again = Hall::default();
        for fact in &log {
            prop_assert!(again.apply(fact));
        }
        prop_assert_eq!(again, hall);
    }
}
