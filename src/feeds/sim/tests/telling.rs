//! Callers who were promised an answer: in the day before anybody looks, and after it.

use super::*;
use crate::domain::Telling;

/// A city in the afternoon, with the facts of its day so far.
fn opened(step: i64) -> Played {
    let lead = Some(8 * HOUR_MILLIS);
    let options = SimOptions {
        seed: 4,
        per_hour: Some(60.0),
        lead_millis: lead,
        utc_offset_secs: 8 * 3_600,
        ..SimOptions::default()
    };
    let mut played = Played::of(sim(options));
    played.pass(step, step);
    played
}

fn told(facts: &[Fact]) -> Vec<(IncidentId, Telling, Moment)> {
    let told = facts.iter().filter_map(|fact| match &fact.what {
        What::IncidentMoved { incident, step: CaseMove::Tell { what, .. }, .. } => {
            Some((*incident, *what, fact.known_at))
        }
        _ => None,
    });
    told.collect()
}

#[test]
fn a_fresh_hall_has_told_most_of_what_the_day_before_promised() {
    let played = opened(1_000);
    for what in Telling::ALL {
        let since = |id: IncidentId| played.hall.to_tell_since(id, what);
        let due: Vec<IncidentId> =
            played.hall.incidents().map(|one| one.id).filter(|id| since(*id).is_some()).collect();
        let told = due.iter().filter(|id| played.hall.is_told(**id, what)).count();
        assert!(due.len() > 15, "{what:?}: {}", due.len());
        assert!(told * 2 > due.len(), "{what:?}: {told} of {}", due.len());
    }
    let told = told(&played.facts);
    assert!(told.len() > 25, "{}", told.len());
    for (incident, what, at) in told {
        let waited = at.0 - played.hall.to_tell_since(incident, what).unwrap().0;
        assert!((3 * MINUTE..=25 * MINUTE).contains(&waited), "{waited}");
        assert!(at < START, "of the time before anybody looked");
    }
}

#[test]
fn what_was_told_before_is_not_told_again_and_the_rest_follows_from_its_facts() {
    let mut played = opened(61_000);
    let before = played.facts.len();
    played.pass(40 * MINUTE, 61_000);
    let (first, later) = (told(&played.facts[..before]), told(&played.facts[before..]));
    assert!(!first.is_empty() && !later.is_empty(), "{} {}", first.len(), later.len());
    let again = |one: &(IncidentId, Telling, Moment)| first.iter().any(|two| (two.0, two.1) == (one.0, one.1));
    assert!(!later.iter().any(again), "nothing is told twice");
}
