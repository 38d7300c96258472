//! Whatever chance writes into frames, bodies and files: it is refused with a reason, nothing panics, and a hub holds no
//! more for it.

use std::path::Path;

use command_hall::config::catalogue::Catalogue;
use command_hall::config::document::Document;
use command_hall::config::plans::Plans;
use command_hall::config::{alarms, calendar, script, sensors, vitals};
use command_hall::domain::{FileHash, FileKind, IncidentId, Order, Report};
use command_hall::feeds::sources::Sources;
use command_hall::hub::http::openapi;
use command_hall::link::Secret;
use command_hall::wire::frame::{encode, read_to_hub, read_to_screen};
use command_hall::wire::{Announced, Command, Hello, Pace, Part, ToHub, WIRE_VERSION};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};

use crate::kit::{HubProcess, TestHub, be_a_hub, get, http, post, report};

/// A frame as screens send them.
fn frame() -> Vec<u8> {
    let order = Order::TakeReport(Report {
        source: "12345".to_owned(),
        source_id: "a".to_owned(),
        kind: "30206".to_owned(),
        grade: command_hall::domain::Grade::III,
        place: command_hall::domain::Place::default(),
        text: "两车相撞".to_owned(),
        happened_at: command_hall::domain::Moment(1),
        progress: command_hall::domain::Progress::Open,
        answers: [].into(),
    });
    encode(&ToHub::Order { id: 1, command: Command([7; 16]), order }).unwrap().to_vec()
}

fn hello() -> Vec<u8> {
    let hello = Hello {
        release: "0".into(),
        seat: "x".into(),
        resume: None,
        positions: Pace::Off,
        token: Some(Secret("t".into())),
    };
    encode(&ToHub::Hello(hello)).unwrap().to_vec()
}

/// Frames of files, as screens send them.
fn file_frames() -> [Vec<u8>; 3] {
    let hash = FileHash::of(&"0a".repeat(32)).unwrap();
    let incident = IncidentId(1);
    let file = Announced { name: "a.png".into(), kind: FileKind::Near, hash: hash.clone(), bytes: 9 };
    [
        ToHub::Fetch { id: 1, incident, hash, from: 0 },
        ToHub::Attach { id: 2, incident, file },
        ToHub::Part { id: 2, from: 0, part: Part(vec![7; 9].into()) },
    ]
    .map(|frame| encode(&frame).unwrap().to_vec())
}

/// Bytes changed, cut out and put in at a few places.
fn spoiled(mut bytes: Vec<u8>, at: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    for (index, how, byte) in at {
        if bytes.is_empty() {
            break;
        }
        let i = index.index(bytes.len());
        match how % 4 {
            0 => bytes[i] = *byte,
            1 => bytes.truncate(i),
            2 => bytes.insert(i, *byte),
            _ => drop(bytes.remove(i)),
        }
    }
    bytes
}

fn spoils() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec(any::<(prop::sample::Index, u8, u8)>(), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn frames_of_chance_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), spoils in spoils()) {
        let versioned = [&[WIRE_VERSION], bytes.as_slice()].concat();
        let files = file_frames().map(|frame| spoiled(frame, &spoils));
        let frames = [bytes, versioned, spoiled(frame(), &spoils), spoiled(hello(), &spoils)];
        for bytes in frames.into_iter().chain(files) {
            let _ = read_to_hub(&bytes);
            let _ = read_to_screen(&bytes);
        }
    }
}

/// The sensors of a city.
const SENSORS: &str = "id,kind,name,lon,lat,height_m,area,unit,fresh_secs,precision,owner,upstream
gas-1,combustible_gas,人民路 17,119.3,31.6,-1.5,东城/南街,%LEL,300,0.1,City Gas,pipe-1/station-2
level-1,water_level,,119.31,31.61,-2,,cm,,,,pump-3
\"a, b\",noise,,,,,,,,,,
";

/// A feed that is a file. Its mapping may be a file too, and what is wrong with that names that one.
const SERIES: &str = r#"
[[series]]
file = "metr-la-speed-1week-5min.csv"
mapping = "metr-la"
speed = 60
times = "end-now"
"#;

/// The feeds of a hub: services with their mappings, and a broker.
const FEEDS: &str = r#"
[[poll]]
name = "rain"
url = "https://rain.example/now.json"
headers = { authorization = "Bearer ${RAIN_TOKEN}" }
[poll.map]
rows = "/stations"
id = "/code"
sensor = "st-{id}"
time = "/at"
format = "%Y-%m-%d %H:%M"
zone = "+08:00"
lon = "/x"
lat = "/y"
value = [{ pointer = "/mm", kind = "rain", unit = "mm/h", factor = 2.0 }, { pointer = "/v", kind_at = "/kind" }]

[[poll]]
name = "levels"
url = "http://levels.example/"
every_secs = 5
[poll.map]
sensor = "s-{key}"
value = [{ pointer = "/v", kind = "water_level", unit = "m" }]

[mqtt]
url = "mqtt://broker.example"
password = "${MQTT_PASSWORD}"
topic = [{ topic = "gas/{sensor}/lel", kind = "combustible_gas", sensor = "gas-{sensor}" }]
"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn files_of_a_city_with_slips_of_the_pen_are_read_or_refused_with_their_line(
        spoils in spoils(),
        words in prop::collection::vec("(=|\\[|\\]|\"|\n|,|\\{|\\}|[0-9]{1,20}|-1|true|kinds|limits|\\[\\[kinds\\]\\]|市)", 0..4),
    ) {
        let slipped = |name: &str, text: &[u8]| {
            let mut text = String::from_utf8_lossy(&spoiled(text.to_vec(), &spoils)).into_owned();
            for (word, (index, ..)) in words.iter().zip(&spoils) {
                let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
                if !starts.is_empty() {
                    text.insert_str(starts[index.index(starts.len())], word);
                }
            }
            Document::new(name, text)
        };
        let of = |path: &str| {
            slipped(path, &std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap())
        };
        let kinds = Catalogue::from_document(&of("config/catalogue/kinds.toml")).map(drop);
        let calendar = calendar::from_document(&of("config/catalogue/calendar.toml")).map(drop);
        let plan = Plans::read(&[of("config/plans/tower-fire.toml")], None).map(drop);
        let told = script::Script::read(&of("config/scripts/tower-fire.toml")).map(drop);
        let limits = alarms::from_document(&of("config/alarms.toml"), None).map(drop);
        let signs = vitals::read(&[of("config/vitals/ecology.toml")], None).map(drop);
        let all = sensors::from_document(&slipped("sensors.csv", SENSORS.as_bytes())).map(drop);
        drop(Sources::read(&slipped("feeds.toml", SERIES.as_bytes())));
        let feeds = Sources::read(&slipped("feeds.toml", FEEDS.as_bytes()));
        if let Ok(sources) = &feeds {
            prop_assert!(sources.poll.iter().all(|poll| !poll.every.is_zero() && poll.bytes_max > 0));
        }
        for (name, read) in [
            ("kinds.toml", kinds),
            ("calendar.toml", calendar),
            ("tower-fire", plan),
            ("tower-fire", told),
            ("alarms.toml", limits),
            ("ecology.toml", signs),
            ("sensors.csv", all),
            ("feeds.toml", feeds.map(drop)),
        ] {
            if let Err(error) = read {
                prop_assert!(error.to_string().contains(name), "{error} does not name {name}");
            }
        }
    }
}

/// Words that the API knows, so that chance gets further than the first field.
const FIELDS: [&str; 27] = [
    "source",
    "source_id",
    "kind",
    "grade",
    "place",
    "lon",
    "lat",
    "address",
    "text",
    "happened_at",
    "progress",
    "area",
    "caller",
    "phone",
    "same_as",
    "file",
    "crew",
    "when",
    "to",
    "words",
    "token",
    "plan",
    "sensor",
    "value",
    "unit",
    "at",
    "id",
];

fn json() -> impl Strategy<Value = Value> {
    let field = || prop_oneof![4 => prop::sample::select(&FIELDS[..]).prop_map(str::to_owned), 1 => ".{0,6}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(&["30206", "I", "open", "1e999", "2026-11-21T08:00:00+08:00", "", "\u{0}"][..])
            .prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 12, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((field(), inner), 0..12)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

#[test]
#[ignore = "the hub of the test below"]
fn fuzzed_hub() {
    be_a_hub();
}

#[test]
fn bodies_of_chance_are_answered_by_a_hub_that_holds_no_more_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let hub = HubProcess::start("fuzz::fuzzed_hub", folder.path(), None);
    let described = serde_json::to_value(openapi()).unwrap();
    let mut doors: Vec<(String, String)> = Vec::new();
    for (path, methods) in described["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys().filter(|method| *method != "get") {
            let pieces = path.split('/').map(|piece| if piece.starts_with('{') { "1" } else { piece });
            doors.push((method.to_uppercase(), pieces.collect::<Vec<_>>().join("/")));
        }
    }
    assert!(doors.len() > 12, "{doors:?}");
    assert_eq!(post(hub.addr, "/api/reports", &report("first").to_string()).0, 200);

    let mut runner = TestRunner::deterministic();
    let mut bodies = |many: usize| {
        for turn in 0..many {
            let (method, path) = &doors[turn % doors.len()];
            let body = match turn % 10 {
                // What is like a report gets the furthest.
                0..3 => {
                    let mut like = report(&turn.to_string());
                    let odd = json().new_tree(&mut runner).unwrap().current();
                    like[FIELDS[turn % FIELDS.len()]] = odd;
                    like.to_string()
                }
                3 => ".{0,200}".new_tree(&mut runner).unwrap().current(),
                4 => "[".repeat(turn * 7 % 5_000),
                _ => json().new_tree(&mut runner).unwrap().current().to_string(),
            };
            let answered = http(hub.addr, method, path, "application/json", &body);
            let (status, answer) = answered.unwrap_or_else(|error| panic!("{method} {path} {body}: {error}"));
            assert!(status < 500, "{method} {path} {body}: {status} {answer}");
        }
    };
    bodies(400);
    let before = hub.memory_kb();
    bodies(1_600);
    // An oversized body is refused before it is read to its end.
    let much = format!("[{}]", "1,".repeat(12 * 1024 * 1024));
    if let Ok((status, _)) = http(hub.addr, "POST", "/api/reports", "application/json", &much) {
        assert_eq!(status, 413);
    }
    // What stands for all records of a pack is not held once for each of them.
    for (base, records) in [("bn", r#"{"v":1}"#), ("bu", r#"{"n":"gas-9","v":1}"#)] {
        let long = "x".repeat(8 * 1024 * 1024);
        let pack = format!(r#"[{{"{base}":"{long}"}},{}]"#, vec![records; 50_000].join(","));
        let answered = http(hub.addr, "POST", "/api/readings", "application/senml+json", &pack);
        let (status, answer) = answered.unwrap_or_else(|error| panic!("{base}: {error}"));
        assert_eq!((status, &answer["rows"], &answer["kept"]), (422, &json!(50_000), &json!(0)), "{base}: {answer}");
    }
    let grown = hub.memory_kb().saturating_sub(before);
    assert!(grown < 120 * 1024, "{grown} KiB more than before");
    let (status, health) = get(hub.addr, "/api/health");
    assert_eq!((status, health["status"].as_str()), (200, Some("ok")));
    assert_eq!(post(hub.addr, "/api/reports", &report("last").to_string()).0, 200);
}

/// What a hub answers to a batch of readings in one of the three formats; every row of one that is read is counted.
fn counted(hub: &TestHub, kind: &str, body: &str) -> u16 {
    let answered = http(hub.addr(), "POST", "/api/readings", kind, body);
    let (status, answer) = answered.unwrap_or_else(|error| panic!("{kind} {body}: {error}"));
    assert!([200, 400, 413, 422].contains(&status), "{kind} {body}: {status} {answer}");
    if answer["rows"].is_u64() {
        let count = |field: &str| answer[field].as_u64().unwrap();
        let refused: u64 = answer["refused"].as_array().unwrap().iter().map(|row| row["count"].as_u64().unwrap()).sum();
        let kept: u64 = ["kept", "out_of_order", "late", "duplicate"].map(count).into_iter().sum();
        assert_eq!(count("rows"), kept + refused, "{kind} {body}: {answer}");
    }
    status
}

#[test]
fn readings_of_chance_in_every_format_are_refused_with_a_reason_or_counted_row_by_row() {
    let hub = TestHub::start();
    let sensors = json!([{"id": "gas-1", "kind": "combustible_gas"}, {"id": "level-1", "kind": "water_level"}]);
    assert_eq!(hub.post("/api/sensors", &sensors).0, 200);
    let mut runner = TestRunner::deterministic();
    let mut read = [0; 3];
    for turn in 0..450_usize {
        let odd = json().new_tree(&mut runner).unwrap().current();
        let at = 1_700_000_000_000_i64 - i64::try_from(turn).unwrap() * 1_000;
        let (kind, body) = match turn % 3 {
            0 => {
                let mut row =
                    json!({"sensor": "gas-1", "at": at, "value": 1.5, "unit": "%LEL", "kind": "combustible_gas"});
                row[["sensor", "at", "value", "unit", "kind"][turn / 3 % 5]] = odd;
                ("application/json", json!([row, {"sensor": "level-1", "at": at, "value": 1}]).to_string())
            }
            1 => {
                let mut row = json!({"n": "gas-1", "t": at / 1_000, "v": 1.5, "u": "%LEL"});
                row[["bn", "bt", "bu", "bv", "n", "t", "v", "u"][turn / 3 % 8]] = odd;
                ("application/senml+json", json!([row, {"n": "level-1", "v": 1}]).to_string())
            }
            _ => {
                let spoils = spoils().new_tree(&mut runner).unwrap().current();
                let text =
                    format!("sensor,at,value,unit,kind\ngas-1,{at},1.5,%LEL,\nlevel-1,{at},\"1\",m,water_level\n");
                ("text/csv", String::from_utf8_lossy(&spoiled(text.into_bytes(), &spoils)).into_owned())
            }
        };
        read[turn % 3] += usize::from(counted(&hub, kind, &body) == 200);
    }
    assert!(read.iter().all(|many| *many > 0), "of each format some are good: {read:?}");
    assert_eq!(hub.get("/api/health").1["status"], "ok");
}
