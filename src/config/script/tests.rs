//! Scripts that are right and scripts that are not.

use std::collections::BTreeSet;

use super::*;

#[test]
fn the_scripts_that_come_with_the_program_are_sound_and_end_in_both_ways() {
    let scripts = built_in().unwrap();
    let names: BTreeSet<&str> = scripts.iter().map(|script| script.name.as_str()).collect();
    assert_eq!(
        names.into_iter().collect::<Vec<_>>(),
        ["gas-leak", "metro-crowd", "rainstorm", "snow-night", "tower-fire"]
    );
    for script in &scripts {
        let mut reached = BTreeSet::from([0]);
        let mut waiting = vec![0];
        while let Some(at) = waiting.pop() {
            let state = &script.state[at];
            for next in [&state.then, &state.otherwise].into_iter().flatten() {
                let next = script.state(next).unwrap();
                assert!(next > at, "{}: {} goes back", script.name, state.name);
                if reached.insert(next) {
                    waiting.push(next);
                }
            }
        }
        assert_eq!(reached.len(), script.state.len(), "{} has a state that nothing leads to", script.name);
        let ends: BTreeSet<bool> = script.state.iter().filter_map(|s| s.end).map(|end| end == End::Helped).collect();
        assert_eq!(ends.len(), 2, "{}", script.name);
    }
}

#[test]
fn a_name_that_nothing_has_is_pointed_at() {
    let text = BUILT_IN[0].1.replacen("place = \"works\"", "place = \"wroks\"", 1);
    let wrong = Script::read(&Document::new("x.toml", text)).unwrap_err().to_string();
    assert!(wrong.contains("`wroks`") && wrong.starts_with("x.toml:"), "{wrong}");
}

#[test]
fn sensors_that_cannot_be_stirred_so_are_pointed_at() {
    for (known, wrong, says) in [
        ("metres = 350", "metres = 0", "1 to 20000"),
        ("minutes = 4\n[[state.do]]", "minutes = -1\n[[state.do]]", "0 to 1440"),
        ("combustible_gas", "gas", "unknown value `gas`"),
        ("kind = \"combustible_gas\"\nplace = \"works\"", "kind = \"noise\"\nplace = \"wroks\"", "no place"),
    ] {
        assert!(BUILT_IN[0].1.contains(known), "{known}");
        let text = BUILT_IN[0].1.replacen(known, wrong, 1);
        let said = Script::read(&Document::new("x.toml", text)).unwrap_err().to_string();
        assert!(said.contains(says) && said.starts_with("x.toml:"), "{wrong}: {said}");
    }
}
