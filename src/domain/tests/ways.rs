//! Every state is reached, and can be left again, over any sequence of orders.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use super::orders::{case_move, report};
use super::{HOUR, START, Step, carry_out, steps};
use crate::domain::*;

/// How many ways of ending a case has; see [`Outcome`].
const OUTCOMES: usize = 5;
/// So many sequences are drawn at most until all is met; a few hundred do.
const DRAWN_MAX: usize = 2_000;

proptest! {
    /// What is open goes on to its next stage and can be ended; what is over can be opened again.
    #[test]
    fn no_case_is_stuck(steps in steps()) {
        carry_out(steps, |_, hall, facts| {
            let now = facts.last().map_or(Moment(START), |fact| fact.known_at);
            for incident in hall.incidents() {
                let id = incident.id;
                let known = |order: Order| {
                    let facts = hall.decide(order, &Actor::Person("test".to_owned()), now);
                    facts.unwrap_or_else(|refusal| panic!("{refusal:?}: {incident:?}")).into_iter().map(|fact| fact.what)
                };
                let over = hall.closing(id).map(|closing| closing.outcome);
                let (reason, close) = ("r".to_owned(), Order::CloseIncident { incident: id, reason: "r".to_owned() });
                let ends = |what: What| matches!(what, What::IncidentClosed { incident, .. } if incident == id);
                match (incident.stage.next(), over) {
                    (Some(Stage::Closed), None) => assert!(known(close).any(ends)),
                    (Some(next), None) => {
                        let goes_on = What::IncidentAdvanced { incident: id, stage: next };
                        assert!(known(Order::AdvanceIncident { incident: id, stage: next }).any(|what| what == goes_on));
                        assert!(known(close).any(ends));
                    }
                    (None, Some(outcome)) => {
                        let merged = matches!(outcome, Outcome::Merged(_));
                        let step = if merged { CaseMove::Unmerge { reason } } else { CaseMove::Reopen { reason } };
                        let opened = |what: What| matches!(what, What::IncidentMoved { stage, .. } if stage < Stage::Closed);
                        assert!(known(Order::MoveIncident { incident: id, step }).any(opened));
                    }
                    wrong => panic!("{wrong:?}: {incident:?}"),
                }
            }
        });
    }
}

/// Of three cases, that go on and end in all ways.
fn walks() -> impl Strategy<Value = Vec<Step>> {
    let incident = || (1_u64..4).prop_map(IncidentId);
    let stage = proptest::sample::select(Stage::ALL.to_vec());
    let order = prop_oneof![
        2 => report().prop_map(Order::TakeReport),
        4 => (incident(), stage).prop_map(|(incident, stage)| Order::AdvanceIncident { incident, stage }),
        4 => (incident(), case_move()).prop_map(|(incident, step)| Order::MoveIncident { incident, step }),
        1 => (incident(), "[r]").prop_map(|(incident, reason)| Order::CloseIncident { incident, reason }),
    ];
    proptest::collection::vec((0..HOUR / 2, order), 0..60)
}

#[test]
fn every_stage_and_every_way_to_end_is_met() {
    let (strategy, mut runner) = (walks(), TestRunner::deterministic());
    let (mut stages, mut outcomes) = (BTreeSet::new(), BTreeSet::new());
    for _ in 0..DRAWN_MAX {
        let steps = strategy.new_tree(&mut runner).unwrap().current();
        carry_out(steps, |_, hall, _| {
            for incident in hall.incidents() {
                stages.insert(incident.stage);
                outcomes.extend(hall.closing(incident.id).map(|closing| closing.outcome.word()));
            }
        });
        if stages.len() == Stage::ALL.len() && outcomes.len() == OUTCOMES {
            return;
        }
    }
    panic!("only {stages:?} and {outcomes:?} were met");
}
