//! Files of feeds, right and wrong.

use super::{Sources, filled};
use crate::config::Document;

const TEXT: &str = r#"
[[series]]
file = "metr-la-speed-1week-5min.csv"
mapping = "metr-la"
speed = 60
times = "end-now"

[[poll]]
name = "rain"
url = "https://rain.example/now.json?key=1"
headers = { authorization = "Bearer ${RAIN_TOKEN}" }
[poll.map]
rows = "/stations"
id = "/code"
time = "/at"
value = [{ pointer = "/mm", kind = "rain", unit = "mm/h" }]

[[poll]]
name = "levels"
url = "http://levels.example/"
every_secs = 5
[poll.map]
rows = ""
id = "/id"
value = [{ pointer = "/v", kind = "water_level", unit = "m" }]

[mqtt]
url = "mqtt://broker.example"
password = "${MQTT_PASSWORD}"
topic = [{ topic = "gas/{sensor}", kind = "combustible_gas" }]
"#;

fn read(text: &str) -> Result<Sources, String> {
    Sources::read(&Document::new("feeds.toml", text)).map_err(|error| error.to_string())
}

#[test]
fn a_file_names_the_feeds_of_a_hub() {
    let sources = read(TEXT).unwrap();
    assert_eq!(sources.words(), "1 series, 2 services, a broker");
    assert_eq!(sources.variables(), ["RAIN_TOKEN", "MQTT_PASSWORD"]);
    assert_eq!(sources.poll[0].told_at(), "https://rain.example/now.json", "a key in the address is not told");
    assert_eq!(read("").unwrap(), Sources::default());
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let said = |from: &str, to: &str| read(&TEXT.replacen(from, to, 1)).unwrap_err();
    assert_eq!(said("every_secs", "every_sec"), "feeds.toml:21: unknown key `every_sec`; did you mean `every_secs`?");
    assert_eq!(said("every_secs = 5", "every_secs = 0"), "feeds.toml:21: `every_secs` is 1 to 86400");
    assert!(said("http://levels.example/", "nowhere").starts_with("feeds.toml:20: `nowhere` is no address"));
    assert_eq!(said("\"levels\"", "\"rain\""), "feeds.toml:19: the name `rain` is there twice");
    assert!(said("\"/v\"", "\"v\"").starts_with("feeds.toml:25: `v` is no JSON pointer"));
    assert!(said("\"metr-la\"", "\"metr\"").starts_with("feeds.toml:4: there is no mapping of this name"));
    assert!(said("end-now", "end").starts_with("feeds.toml:6: unknown value `end`"));
    assert!(said("speed = 60", "speed = 0").starts_with("feeds.toml:5: `speed` is 1 to 3600"));
    assert!(said("gas/{sensor}", "gas/x{sensor}").starts_with("feeds.toml:30: `x{sensor}`"));
}

#[test]
fn secrets_are_filled_in_from_the_environment() {
    let environment = |name: &str| (name == "A").then(|| "1".to_owned());
    assert_eq!(filled("x ${A} y ${A}", environment).unwrap(), "x 1 y 1");
    assert_eq!(filled("$A ${ }", environment).unwrap_err(), " ");
    assert_eq!(filled("${A", environment).unwrap(), "${A");
    assert_eq!(filled("${B}", environment).unwrap_err(), "B");
}
