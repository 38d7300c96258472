//! Who looks whether work is done, and what they find.

use super::*;
use crate::domain::{Checker, CrewId, Finding};

/// Each side move about re-checks, of which case, by whom.
fn looks(facts: &[Fact]) -> Vec<(IncidentId, &CaseMove, &Actor)> {
    let looks = facts.iter().filter_map(|fact| match &fact.what {
        What::IncidentMoved {
            incident,
            step: step @ (CaseMove::AskRecheck { .. } | CaseMove::AnswerRecheck { .. }),
            ..
        } => Some((*incident, step, &fact.by)),
        _ => None,
    });
    looks.collect()
}

#[test]
fn some_of_what_is_done_is_looked_at_and_now_and_then_nobody_can_tell() {
    let mut played =
        Played::of(sim(SimOptions { seed: 4, per_hour: Some(60.0), lead_millis: Some(0), ..SimOptions::default() }));
    played.pass(8 * 60 * MINUTE, MINUTE);
    let (mut asked, mut found) = (BTreeMap::<IncidentId, u32>::new(), BTreeMap::<Finding, u32>::new());
    let mut waits: BTreeMap<IncidentId, CrewId> = BTreeMap::new();
    for (incident, step, by) in looks(&played.facts) {
        match step {
            CaseMove::AskRecheck { of: Checker::Crew(crew), words } => {
                assert!(matches!(by, Actor::Person(name) if played.sim.plan.duty.staff.contains(name)), "{by:?}");
                assert!(!words.is_empty());
                assert_eq!(waits.insert(incident, *crew), None, "asked twice at once");
                *asked.entry(incident).or_default() += 1;
            }
            CaseMove::AnswerRecheck { finding, words } => {
                assert_eq!(by.crew(), waits.remove(&incident), "whoever was asked answers");
                assert!(!words.is_empty());
                *found.entry(*finding).or_default() += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(asked.len() > 10, "{asked:?}");
    let of = |finding| found.get(&finding).copied().unwrap_or_default();
    assert!(of(Finding::Unclear) > 0 && of(Finding::Pass) > of(Finding::Unclear), "{found:?}");
    assert!(asked.values().any(|times| *times == 2), "who cannot tell is followed by another look");
}

#[test]
fn whom_the_desk_asks_answers() {
    let mut played =
        Played::of(sim(SimOptions { seed: 4, per_hour: Some(60.0), lead_millis: Some(0), ..SimOptions::default() }));
    let one = Checker::Crew(CrewId(1));
    for _ in 0..6 * 60 {
        played.pass(MINUTE, MINUTE);
        let done = played.hall.incidents().filter(|one| one.stage == Stage::Done);
        let new: Vec<IncidentId> =
            done.map(|one| one.id).filter(|id| played.hall.dossier(*id).recheck.is_none()).collect();
        for incident in new {
            let step = CaseMove::AskRecheck { of: one.clone(), words: String::new() };
            played.order(Order::MoveIncident { incident, step });
        }
    }
    let facts = looks(&played.facts);
    let own: Vec<_> = facts
        .iter()
        .filter(|(_, step, by)| step.kind() == MoveKind::AnswerRecheck && by.crew() == Some(CrewId(1)))
        .collect();
    assert!(own.len() > 5, "{} of {}", own.len(), facts.len());
}
