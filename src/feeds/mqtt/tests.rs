//! Topics and messages, right and wrong.

use proptest::prelude::*;

use super::{Mqtt, Pattern, Topic, Written};
use crate::domain::Moment;
use crate::feeds::readings::Given;

const NOW: Moment = Moment(1_700_000_000_000);

fn broker(text: &str) -> Result<Mqtt, (String, String)> {
    let written: Written = toml::from_str(text).unwrap();
    Mqtt::of(written, std::path::Path::new("/etc/hall"))
}

const TEXT: &str = "url = 'mqtts://broker.example'\nauthority = 'ca.pem'\nusername = 'hall'\npassword = '${SECRET}'\n\
    [[topic]]\ntopic = 'gas/{sensor}/lel'\nsensor = 'gas-{sensor}'\nkind = 'combustible_gas'\nunit = '%LEL'\nfactor = 2.0\n\
    [[topic]]\ntopic = 'city/+/level/{station}/#'\nmap = { sensor = 'lv-{station}', time = '/t', format = 'unix', value = [{ pointer = '/cm', kind = 'water_level', unit = 'cm' }] }\n\
    [[topic]]\ntopic = 'senml/#'\npayload = 'senml'\n[[topic]]\ntopic = 'rows'\npayload = 'readings'\n";

fn read(topics: &[Topic], topic: &str, payload: &str) -> Option<Vec<Option<(String, i64, f64, String)>>> {
    let mapped = topics.iter().find_map(|known| known.read(topic, payload.as_bytes(), NOW))?;
    let row = |row: &Given| (row.sensor.clone(), row.at.unwrap().0 - NOW.0, row.value, row.unit.clone());
    Some(mapped.rows.iter().map(|one| one.as_ref().map(row)).collect())
}

#[test]
fn what_is_published_is_read_as_its_topic_says() {
    let broker = broker(TEXT).unwrap();
    assert_eq!((broker.port, broker.secure, broker.told_at().as_str()), (8883, true, "mqtts://broker.example:8883"));
    assert_eq!(broker.authority.as_deref(), Some(std::path::Path::new("/etc/hall/ca.pem")));
    let filters: Vec<String> = broker.topics.iter().map(|topic| topic.pattern.filter()).collect();
    assert_eq!(filters, ["gas/+/lel", "city/+/level/+/#", "senml/#", "rows"]);
    let one =
        |sensor: &str, since: i64, value: f64, unit: &str| Some((sensor.to_owned(), since, value, unit.to_owned()));
    let topics = &broker.topics;
    assert_eq!(read(topics, "gas/17/lel", " 1.5\n").unwrap(), [one("gas-17", 0, 3.0, "%LEL")]);
    assert_eq!(read(topics, "gas/17/lel", "\"2\"").unwrap(), [one("gas-17", 0, 4.0, "%LEL")]);
    assert!(read(topics, "gas/17/lel", "much").unwrap()[0].as_ref().unwrap().2.is_nan(), "counted as no number");
    let json = r#"{"t": 1699999990, "cm": "120"}"#;
    assert_eq!(read(topics, "city/x/level/b/y/z", json).unwrap(), [one("lv-b", -10_000, 120.0, "cm")]);
    assert_eq!(read(topics, "city/x/level/b/y", "{").unwrap(), [None]);
    let senml = r#"[{"bn": "s-", "n": "1", "v": 3, "u": "dB"}]"#;
    assert_eq!(read(topics, "senml", senml).unwrap(), [one("s-1", 0, 3.0, "dB")]);
    let rows = r#"[{"sensor": "a", "at": 1699999999000, "value": 1}, {"sensor": "b", "value": 2}, {"x": 1}]"#;
    assert_eq!(read(topics, "rows", rows).unwrap(), [one("a", -1_000, 1.0, ""), one("b", 0, 2.0, ""), None]);
    assert_eq!(read(topics, "gas/17", "1"), None);
}

#[test]
fn patterns_name_levels() {
    let levels = |pattern: &str, topic: &str| {
        let pattern = Pattern::of(pattern).unwrap();
        pattern.levels(topic).map(|all| all.iter().map(|(name, level)| format!("{name}={level}")).collect::<Vec<_>>())
    };
    assert_eq!(levels("a/{x}/+/{y}", "a/1/2/3").unwrap(), ["x=1", "y=3"]);
    assert_eq!(levels("a/{x}/+/{y}", "a/1/2"), None);
    assert_eq!(levels("a/{x}", "a/1/2"), None);
    assert_eq!(levels("{x}/#", "a/1/2").unwrap(), ["x=a"]);
    assert_eq!(levels("{x}/#", "a").unwrap(), ["x=a"]);
    for wrong in ["", "a#", "#/a", "a{x}", "{}", "{x", "a+/b"] {
        assert!(Pattern::of(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn what_is_wrong_with_a_broker_is_told() {
    for (from, to, said) in [
        ("mqtts://broker.example", "http://broker", "no address of a broker"),
        ("mqtts://broker.example", "mqtts://a:b@broker", "stand for themselves"),
        ("mqtts://broker.example", "mqtt://broker", "of use with mqtts"),
        ("gas-{sensor}", "gas-{what}", "has no `{what}`"),
        ("'%LEL'", "'dB'", "none of %LEL"),
        ("'senml'", "'senm'", "known are number, json"),
        ("city/+/level", "city/x+/level", "a level of their own"),
        ("'/cm'", "'cm'", "no JSON pointer"),
        ("lv-{station}", "lv-{place}", "nothing is known of `{place}`"),
        ("2.0", "0.0", "other than 0"),
    ] {
        let (_, problem) = broker(&TEXT.replacen(from, to, 1)).unwrap_err();
        assert!(problem.contains(said), "{said}: {problem}");
    }
}

proptest! {
    #[test]
    fn messages_of_chance_are_read_or_counted(
        which in 0..4_usize,
        bytes in prop::collection::vec(any::<u8>(), 0..80),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        topic in "[a-z/+#{}]{0,20}",
    ) {
        let topics = broker(TEXT).unwrap().topics;
        let good = ["1.5", r#"{"t": 1699999990, "cm": "120"}"#, r#"[{"bn": "s-", "n": "1", "v": 3}]"#, r#"[{"sensor": "a", "value": 1}]"#];
        let names = ["gas/17/lel", "city/x/level/b/y", "senml/1", "rows"];
        let mut spoilt = good[which].as_bytes().to_vec();
        for (at, byte) in places {
            let i = at.index(spoilt.len());
            spoilt[i] = byte;
        }
        for payload in [&spoilt, &bytes] {
            let mapped = topics.iter().find_map(|known| known.read(names[which], payload, NOW)).unwrap();
            prop_assert!(mapped.rows.iter().flatten().all(|row| row.at.is_some()));
            prop_assert!(mapped.rows.len() <= payload.len().max(1));
            let _ = topics.iter().find_map(|known| known.read(&topic, payload, NOW));
        }
        if let Ok(pattern) = Pattern::of(&topic) {
            let _ = pattern.levels(&topic);
            let plain = !pattern.filter().contains(['{', '}']);
            prop_assert!(plain, "a filter has no braces");
        }
    }
}
