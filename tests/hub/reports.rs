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
        with("happened_at", json!("1969-12-31T23:59:59Z")),
        with("happened_at", json!("2023-11-16T06:13:21+08:00")),
        with("kind", json!("no-such-kind")),
        with("source_id", json!("")),
        with("progress", json!("half")),
        with("text", json!("x".repeat(20_000))),
        17,
        report("good-2"),
    ]);
    let (status, answer) = hub.post_report(rows);
    assert_eq!(status, 200);
    let accepted: Vec<_> = answer["accepted"].as_array().unwrap().iter().map(|r| r["row"].as_u64().unwrap()).collect();
    assert_eq!(accepted, [1, 13]);
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
        (6, "happened_at"),
        (7, "happened_at"),
        (8, "kind"),
        (9, "source_id"),
        (10, "progress"),
        (11, "text"),
        (12, ""),
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
fn another_kind_or_grade_of_a_known_incident_changes_nothing_and_says_so() {
    let hub = TestHub::start();
    hub.post_report(report("a"));
    let mut other = report("a");
    other["grade"] = "I".into();
    other["kind"] = "30101".into();
    let (status, answer) = hub.post_report(other);
    assert_eq!((status, &answer["accepted"][0]["changed"]), (200, &json!(false)));
    let (_, listed) = hub.get("/api/incidents");
    let incident = &listed["incidents"][0];
    assert_eq!((&incident["grade"], &incident["kind"]), (&json!("III"), &json!("30206")));
}

#[test]
fn a_number_beyond_all_numbers_costs_its_own_row_only() {
    let hub = TestHub::start();
    let post = |path: &str, body: &str| http(hub.addr(), "POST", path, "application/json", body).unwrap();
    let beyond = report("b").to_string().replace("114.17", "1e400");
    let body = format!(" [ {} ,{beyond}, \"1e400\", {}]\n", report("a"), report("c"));
    let (status, answer) = post("/api/reports", &body);
    assert_eq!(status, 200, "{answer}");
    let rows = |what: &str| answer[what].as_array().unwrap().iter().map(|r| r["row"].clone()).collect::<Vec<_>>();
    assert_eq!((rows("accepted"), rows("refused")), (vec![json!(1), json!(4)], vec![json!(2), json!(3)]));
    assert!(answer["refused"][0]["reason"].as_str().unwrap().contains("number"), "{answer}");
    let (status, answer) = post("/api/reports", &beyond);
    assert_eq!((status, &answer["refused"][0]["row"]), (422, &json!(1)), "{answer}");
    let positions = r#"[{"crew":1,"lon":114,"lat":22},{"crew":2,"lon":-1e999,"lat":22}]"#;
    let (status, answer) = post("/api/positions", positions);
    assert_eq!((status, &answer["accepted"], &answer["refused"][0]["row"]), (200, &json!(1), &json!(2)), "{answer}");
    assert_eq!(post("/api/reports", &format!("[{beyond},]")).0, 400, "it must be JSON in form");
    let many = format!("[1e400,{}]", vec!["0"; 20_000].join(","));
    assert_eq!(post("/api/reports", &many).0, 413);
}

#[test]
fn a_position_of_the_future_is_refused_and_blocks_no_later_one() {
    let hub = TestHub::start();
    let put = |when: &str| {
        let body = format!(r#"[{{"crew":1,"lon":114,"lat":22,"when":"{when}"}}]"#);
        http(hub.addr(), "POST", "/api/positions", "application/json", &body).unwrap()
    };
    // the hub's clock stands at 22:13:20
    let (status, answer) = put("2123-11-14T22:13:20Z");
    assert_eq!((status, &answer["accepted"]), (200, &json!(0)), "{answer}");
    assert_eq!(answer["refused"][0]["field"], "when", "{answer}");
    assert_eq!(put("2023-11-14T22:14:21Z").1["accepted"], 0, "a minute and a second ahead");
    assert_eq!(put("2023-11-14T22:14:20Z").1["accepted"], 1, "clocks are off by so much");
    assert_eq!(put("2023-11-14T22:14:19Z").1["accepted"], 0, "older than the one before");
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
