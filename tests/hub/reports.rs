use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

use command_hall::domain::{Order, Sky, Weather};
use serde_json::{Value, json};

use crate::kit::{TestHub, http, report};

#[test]
fn bad_rows_come_back_with_number_field_and_reason_and_the_rest_go_in() {
    let hub = TestHub::start();
    let with = |field: &str, value: Value| {
        let mut row = report(&format!("bad-{field}"));
        row[field] = value;
        row
    };
    let rows = json!([
        report("good-1"),
        with("kind", json!(null)),
        with("grade", json!("V")),
        with("place", json!({"lon": 114.0, "lat": 95.0})),
        with("happened_at", json!("yesterday")),
        with("source_id", json!("")),
        with("progress", json!("half")),
        with("text", json!("x".repeat(20_000))),
        17,
        report("good-2"),
    ]);
    let (status, answer) = hub.post_report(rows);
    assert_eq!(status, 200);
    let accepted: Vec<_> = answer["accepted"].as_array().unwrap().iter().map(|r| r["row"].as_u64().unwrap()).collect();
    assert_eq!(accepted, [1, 10]);
    let refused: Vec<_> = answer["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["row"].as_u64().unwrap(), r["field"].as_str().unwrap()))
        .collect();
    let expected = [
        (2, "kind"),
        (3, "grade"),
        (4, "lat"),
        (5, "happened_at"),
        (6, "source_id"),
        (7, "progress"),
        (8, "text"),
        (9, ""),
    ];
    assert_eq!(refused, expected, "{answer}");
    assert!(answer["refused"].as_array().unwrap().iter().all(|r| !r["reason"].as_str().unwrap().is_empty()));
}

#[test]
fn the_same_report_twice_changes_nothing_and_a_changed_one_updates_its_incident() {
    let hub = TestHub::start();
    hub.post_report(report("a"));
    let (_, again) = hub.post_report(report("a"));
    assert_eq!(again["accepted"][0]["changed"], false);
    let mut changed = report("a");
    changed["text"] = "三车相撞".into();
    let (_, answer) = hub.post_report(json!([changed, changed]));
    assert_eq!(answer["accepted"][0]["changed"], true);
    assert_eq!(answer["accepted"][1]["changed"], false);
    let (_, listed) = hub.get("/api/incidents");
    assert_eq!(listed["incidents"].as_array().unwrap().len(), 1);
    assert_eq!(listed["incidents"][0]["text"], "三车相撞");
}

#[test]
fn types_are_read_leniently_and_the_grade_comes_from_the_catalogue() {
    let hub = TestHub::start();
    let (status, answer) = hub.post_report(json!({
        "source": "911", "source_id": 17, "kind": 30206, "lon": "114.1", "lat": "22.3",
        "happened_at": 1_700_000_000_000_i64
    }));
    assert_eq!(status, 200, "{answer}");
    let (_, listed) = hub.get("/api/incidents?open=true&grade=III");
    assert_eq!(listed["incidents"][0]["source_id"], "17");
    assert_eq!(listed["incidents"][0]["place"]["lon"], 114.1);
}

#[test]
fn incidents_are_listed_in_pages_by_filters() {
    let hub = TestHub::start();
    let rows: Vec<Value> = (0..25).map(|n| report(&n.to_string())).collect();
    hub.post_report(Value::Array(rows));
    let mut closed = report("3");
    closed["progress"] = "closed".into();
    hub.post_report(closed);
    let (mut after, mut ids) = (0, Vec::new());
    loop {
        let (_, page) = hub.get(&format!("/api/incidents?open=true&limit=10&after={after}"));
        ids.extend(page["incidents"].as_array().unwrap().iter().map(|i| i["id"].as_u64().unwrap()));
        match page["next"].as_u64() {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(ids, (1..=25).filter(|id| *id != 4).collect::<Vec<_>>());
    assert_eq!(hub.get("/api/incidents?open=false").1["incidents"].as_array().unwrap().len(), 1);
    assert_eq!(hub.get("/api/incidents?grade=V").0, 400);
}

#[test]
fn incidents_come_as_geojson_when_asked_for() {
    let hub = TestHub::start();
    let mut nowhere = report("no-place");
    nowhere["place"] = json!({"address": "弥敦道"});
    hub.post_report(json!([report("a"), nowhere, report("b")]));
    let (_, plain) = hub.get("/api/incidents");
    let (status, asked) = hub.get("/api/incidents?format=geojson&limit=2");
    assert_eq!(status, 200);
    // the crate that reads it is strict about what is GeoJSON
    let read: geojson::FeatureCollection = serde_json::from_value(asked.clone()).unwrap();
    assert_eq!(read.features.len(), 2);
    let (first, row) = (&asked["features"][0], &plain["incidents"][0]);
    assert_eq!(first["geometry"]["coordinates"], json!([row["place"]["lon"], row["place"]["lat"]]));
    assert_eq!((&first["id"], &first["properties"]["source_id"]), (&row["id"], &row["source_id"]));
    let second = &asked["features"][1];
    assert_eq!((&second["geometry"], &second["properties"]["address"]), (&Value::Null, &json!("弥敦道")));
    assert_eq!((&asked["next"], &asked["seq"]), (&json!(2), &plain["seq"]));
    // by header, and the parameter decides over the header
    let accept = |path: &str| http_accepting(hub.addr(), path, "text/html, application/geo+json;q=0.9");
    let (kind, body) = accept("/api/incidents");
    assert_eq!((kind.as_str(), body["features"].as_array().map(Vec::len)), ("application/geo+json", Some(3)));
    let (kind, body) = accept("/api/incidents?format=json");
    assert_eq!((kind.as_str(), body["incidents"].as_array().map(Vec::len)), ("application/json", Some(3)));
    assert_eq!(hub.get("/api/incidents?format=shapefile").0, 400);
    let (_, openapi) = hub.get("/api/openapi.json");
    let content = &openapi["paths"]["/api/incidents"]["get"]["responses"]["200"]["content"];
    assert!(
        content["application/geo+json"]["schema"].is_object() && content["application/json"]["schema"].is_object(),
        "{content}"
    );
}

/// GET with an `Accept` header: content type and body.
fn http_accepting(addr: SocketAddr, path: &str, accept: &str) -> (String, Value) {
    let mut stream = TcpStream::connect(addr).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\naccept: {accept}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let kind = head.lines().find_map(|l| l.strip_prefix("content-type: ")).unwrap_or_default();
    (kind.to_owned(), serde_json::from_str(body).unwrap())
}

#[test]
fn requests_that_are_no_reports_are_refused_as_a_whole() {
    let hub = TestHub::start();
    let send = |kind: &str, body: &str| http(hub.addr(), "POST", "/api/reports", kind, body).unwrap().0;
    assert_eq!(send("application/json", "{"), 400);
    assert_eq!(send("application/json", "\"text\""), 400);
    assert_eq!(send("text/plain", "{}"), 415);
    assert_eq!(send("application/json", "{}"), 422);
    assert_eq!(send("application/json", "[]"), 200);
    assert_eq!(send("application/json", &format!("[{}]", vec!["0"; 20_001].join(","))), 413);
}

#[test]
fn the_weather_is_what_was_told_last_and_not_found_before() {
    let hub = TestHub::start();
    let (status, answer) = hub.get("/api/weather");
    assert_eq!((status, answer["error"].is_string()), (404, true));
    let weather = Weather { sky: Sky::Rain, intensity: 2, temperature_dc: -15, wind_mps: 9, rain_mm_h: 64 };
    let mut screen = hub.screen();
    screen.until_live();
    screen.order(Order::TellWeather { weather });
    screen.until_seq(1);
    let (status, answer) = hub.get("/api/weather");
    assert_eq!(status, 200);
    let told =
        json!({ "seq": 1, "sky": "rain", "intensity": 2, "temperature_c": -1.5, "wind_mps": 9, "rain_mm_h": 6.4 });
    assert_eq!(answer, told);
}

#[test]
fn the_api_describes_itself() {
    let hub = TestHub::start();
    let (status, openapi) = hub.get("/api/openapi.json");
    assert_eq!(status, 200);
    for path in ["/api/reports", "/api/incidents", "/api/health", "/api/positions", "/api/weather"] {
        assert!(openapi["paths"][path].is_object(), "{path}");
    }
    let (status, health) = hub.get("/api/health");
    assert_eq!((status, health["status"].as_str()), (200, Some("ok")));
    let (status, _) =
        http(hub.addr(), "POST", "/api/positions", "application/json", r#"[{"crew":1,"lon":114,"lat":22}]"#).unwrap();
    assert_eq!(status, 200);
}
