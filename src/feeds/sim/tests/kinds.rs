//! What the day reports is of a kind that the catalogue has.

use super::*;

#[test]
fn the_day_and_the_scripts_report_only_kinds_of_the_catalogue() {
    fn kinds_in(value: &toml::Value, found: &mut BTreeSet<String>) {
        for (name, value) in value.as_table().into_iter().flatten() {
            match value {
                toml::Value::String(code) if name == "kind" || name == "code" => drop(found.insert(code.clone())),
                // Its kinds are those of sensors.
                _ if name == "sensors" => {}
                toml::Value::Array(all) => all.iter().for_each(|one| kinds_in(one, found)),
                other => kinds_in(other, found),
            }
        }
    }
    let catalogue = Catalogue::load(None).unwrap();
    let config = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let scripts = std::fs::read_dir(config.join("scripts")).unwrap().map(|entry| entry.unwrap().path());
    for path in scripts.chain([config.join("feeds/sim.toml")]) {
        let mut found = BTreeSet::new();
        let text = std::fs::read_to_string(&path).unwrap();
        kinds_in(&toml::Value::Table(toml::from_str(&text).unwrap()), &mut found);
        assert!(!found.is_empty(), "{}", path.display());
        let strange: Vec<&String> = found.iter().filter(|code| catalogue.kind(code).is_none()).collect();
        assert!(strange.is_empty(), "{}: {strange:?}", path.display());
    }
}

#[test]
fn a_city_with_kinds_of_its_own_gets_its_fallback_for_those_it_lacks() {
    let own = "fallback = 'own'\n[[kind]]\ncode = 'own'\nname_zh = 'x'\nname_en = 'x'\nclass = 'event'\nicon = 'waste'\ngrade = 'IV'\n";
    let own = Catalogue::from_document(&Document::new("own.toml", own)).unwrap();
    let options = SimOptions { per_hour: Some(60.0), lead_millis: Some(60 * MINUTE), ..SimOptions::default() };
    let mut sim = Sim::new(options, &own, city(), START).unwrap();
    let told: Vec<String> =
        sim.step(START).into_iter().filter_map(|act| act.what.report().map(|report| report.kind.clone())).collect();
    assert!(!told.is_empty() && told.iter().all(|kind| kind == "own"), "{told:?}");
}
