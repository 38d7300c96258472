//! Which cases crews take pictures of.

use super::*;

/// Of eight hours: when, of what, under which name.
fn taken(step: i64) -> Vec<(Moment, Key, String, Picture)> {
    let options = SimOptions { seed: 9, per_hour: Some(60.0), lead_millis: Some(0), ..SimOptions::default() };
    let mut played = Played::of(sim(options));
    let end = START.plus_millis(8 * HOUR_MILLIS);
    let mut taken = Vec::new();
    while played.now < end {
        played.now = played.now.plus_millis(step.min(end.0 - played.now.0));
        for act in played.sim.step(played.now) {
            if let Doing::Picture(key, _, name, picture) = &act.what {
                taken.push((act.at, key.clone(), name.clone(), *picture));
            }
            for fact in &act.apply(&mut played.hall) {
                played.sim.heard(fact);
            }
        }
    }
    taken
}

#[test]
fn one_case_in_an_hour_is_pictured_before_and_after_however_often_the_day_is_looked_at() {
    let all = taken(60_000);
    let of = |wanted: &str| -> Vec<(Moment, &Key)> {
        all.iter().filter(|(_, _, name, _)| name == wanted).map(|(at, key, ..)| (*at, key)).collect()
    };
    let (before, after) = (of("处置前.png"), of("处置后.png"));
    assert!(before.len() >= 4 && after.len() >= 2, "{} {}", before.len(), after.len());
    assert_eq!(before.len() + after.len(), all.len());
    let hours: BTreeSet<i64> = before.iter().map(|(at, _)| at.0.div_euclid(HOUR_MILLIS)).collect();
    assert_eq!(hours.len(), before.len(), "one in an hour");
    for (at, key) in &after {
        assert!(before.iter().any(|(then, one)| one == key && then < at), "before comes before after: {key:?}");
    }
    assert_eq!(all, taken(61_000));
}
