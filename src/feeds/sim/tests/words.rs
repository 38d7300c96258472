//! What is said of cases, as someone who reads it would have it.

use super::*;
use crate::config::script::{Deed, Told};

#[test]
fn what_people_say_has_names_and_no_slot_left_open() {
    let mut played = Played::of(sim(SimOptions {
        per_hour: Some(400.0),
        crews: Some(0),
        lead_millis: Some(0),
        ..SimOptions::default()
    }));
    played.pass(4 * 60 * MINUTE, 10 * MINUTE);
    let told: Vec<&Incident> = played
        .facts
        .iter()
        .filter_map(|fact| if let What::IncidentReported(incident) = &fact.what { Some(&**incident) } else { None })
        .collect();
    assert!(told.len() > 1_000, "{}", told.len());
    let kinds: BTreeSet<&str> = told.iter().map(|incident| incident.kind.as_str()).collect();
    let texts: BTreeSet<&str> = told.iter().map(|incident| incident.text.as_str()).collect();
    assert!(kinds.len() > 40, "{}", kinds.len());
    assert!(texts.len() * 100 > told.len() * 97, "{} of {} are different", texts.len(), told.len());
    for incident in &told {
        assert!(!incident.text.contains(['{', '}']) && incident.text.chars().count() > 8, "{}", incident.text);
        assert!(incident.text.ends_with('。'), "{}", incident.text);
        assert!(incident.place.at.is_some());
    }
    let addressed = told.iter().filter(|incident| !incident.place.address.is_empty()).count();
    assert!(addressed * 10 > told.len() * 9, "{addressed} of {}", told.len());
    for incident in told.iter().take(40) {
        println!("{} | {}", incident.place.address, incident.text);
    }
}

#[test]
fn every_slot_of_a_script_is_one_that_something_fills() {
    let sim = sim(quiet());
    for script in &sim.scripts {
        for deed in script.state.iter().flat_map(|state| &state.deeds) {
            let (Deed::Report(Told { text, .. }) | Deed::Tell { text, .. }) = deed else { continue };
            for slot in text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).flat_map(|(s, _)| s.split('|'))
            {
                let known = super::super::words::SLOTS.contains(&slot) || sim.plan.words.list.contains_key(slot);
                assert!(known, "{}: {slot}", script.name);
            }
        }
    }
}

#[test]
fn a_phrase_that_nobody_could_say_is_refused() {
    let text = include_str!("../../../../config/feeds/sim.toml");
    let catalogue = Catalogue::load(None).unwrap();
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        let document = Document::new("sim.toml", text.replacen(from, to, 1));
        Plan::read(&document, &catalogue).unwrap_err().to_string()
    };
    let wrong = refused("{road}{no}号门前果皮箱满溢", "{rode}门前果皮箱满溢");
    assert!(wrong.contains("`rode`"), "{wrong}");
    let wrong = refused("needs = [\"urgent\"]", "needs = [\"hurried\"]");
    assert!(wrong.contains("`hurried`"), "{wrong}");
    let wrong = refused("  \"{road}旁河面漂浮树枝和塑料瓶\",\n", "");
    assert!(wrong.contains("20105") && wrong.contains("o'clock"), "{wrong}");
}

#[test]
fn what_is_said_fits_the_hour_and_no_sentence_repeats_itself() {
    let mut said = BTreeMap::<u8, Vec<String>>::new();
    for seed in 1..=2 {
        let options =
            SimOptions { seed, per_hour: Some(80.0), crews: Some(0), lead_millis: Some(0), ..SimOptions::default() };
        let mut day = sim(options);
        for act in day.step(START.plus_millis(24 * HOUR_MILLIS)) {
            if let Some(report) = act.what.report() {
                said.entry(hour_of(act.at, 0)).or_default().push(report.text.clone());
            }
        }
    }
    assert_eq!(said.len(), 24);
    let (lists, mut checked) = (["car", "shop", "truck"].map(day_list).concat(), 0);
    for (hour, texts) in &said {
        for text in texts {
            let at = |from: u8, to: u8| if from < to { (from..to).contains(hour) } else { *hour >= from || *hour < to };
            assert!(!text.contains("深夜") || at(21, 6), "{hour}: {text}");
            assert!(!text.contains("路灯白天") || at(8, 17), "{hour}: {text}");
            assert!(!text.contains("一上午") || at(11, 14), "{hour}: {text}");
            assert!(!text.contains("焦急") || !text.contains("咨询"), "{text}");
            let twice = lists.iter().find(|one| text.matches(one.as_str()).count() > 1);
            assert_eq!(twice, None, "{text}");
            checked += 1;
        }
    }
    assert!(checked > 2_500, "{checked}");
}

/// The words of a list of the plan.
fn day_list(name: &str) -> Vec<String> {
    let plan = Plan::built_in(&Catalogue::load(None).unwrap()).unwrap();
    plan.words.list[name].iter().map(|one| one.text.clone()).collect()
}

/// Prints some hundred sentences of a day in June and of two in a storm of snow, for people to read:
/// `cargo test --lib reading_what -- --ignored --nocapture`.
#[test]
#[ignore = "prints for people"]
fn reading_what_people_say() {
    for (seed, days) in [(1, 0), (2, 215), (3, 222)] {
        let options =
            SimOptions { seed, per_hour: Some(12.0), crews: Some(0), lead_millis: Some(0), ..SimOptions::default() };
        let start = START.plus_millis(days * 24 * HOUR_MILLIS);
        let mut day = Sim::new(options, &Catalogue::load(None).unwrap(), city(), start).unwrap();
        if days > 0 {
            day.force_weather(Some(Weather {
                sky: Sky::Snow,
                intensity: 3,
                temperature_dc: -80,
                wind_mps: 16,
                rain_mm_h: 20,
            }));
        }
        for act in day.step(start.plus_millis(24 * HOUR_MILLIS)) {
            if let Some(report) = act.what.report() {
                println!("{:02} {} | {} | {}", hour_of(act.at, 0), report.kind, report.place.address, report.text);
            }
        }
    }
}
