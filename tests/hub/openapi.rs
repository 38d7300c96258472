//! The API is as it describes itself: what it takes and what it answers, held against the schemas of its description.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use crate::kit::{TestHub, report};

/// The description that a hub gives of itself.
struct Described(Value);

impl Described {
    fn by(hub: &TestHub) -> Self {
        let (status, openapi) = hub.get("/api/openapi.json");
        assert_eq!(status, 200);
        Self(openapi)
    }

    /// Why `value` is not as `schema` says; `None` where it is.
    fn fault(&self, schema: &Value, value: &Value) -> Option<String> {
        let rules = schema.as_object().unwrap_or_else(|| panic!("no schema: {schema}"));
        rules.iter().find_map(|(rule, says)| match rule.as_str() {
            "$ref" => {
                let at = says.as_str().unwrap().trim_start_matches('#');
                let meant = self.0.pointer(at).unwrap_or_else(|| panic!("{says} is not described"));
                self.fault(meant, value)
            }
            "oneOf" | "anyOf" => {
                let fit = says.as_array().unwrap().iter().filter(|s| self.fault(s, value).is_none()).count();
                let right = fit == 1 || rule == "anyOf" && fit > 1;
                (!right).then(|| format!("{value} fits {fit} of {says}"))
            }
            "properties" => self.strange_or_wrong(says, value),
            // What has no description is a fault in any case.
            "additionalProperties" if says == false => None,
            "additionalProperties" => value.as_object()?.values().find_map(|value| self.fault(says, value)),
            "items" => value.as_array()?.iter().find_map(|item| self.fault(says, item)),
            _ => breaks(rule, says, value).then(|| format!("{value} breaks {rule} {says}")),
        })
    }

    /// A field that is not described counts as a fault: the test would see nothing of it else.
    fn strange_or_wrong(&self, properties: &Value, value: &Value) -> Option<String> {
        value.as_object()?.iter().find_map(|(name, value)| match properties.get(name) {
            Some(schema) => self.fault(schema, value).map(|fault| format!("{name}: {fault}")),
            None => Some(format!("{name} is not described")),
        })
    }

    fn body(&self, path: &str) -> &Value {
        &self.0["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    }

    /// Send a request and hold its answer against the description.
    fn ask(&self, hub: &TestHub, method: &str, address: &str, headers: &str, body: &str) -> (u16, Value) {
        let path = address.split('?').next().unwrap();
        self.ask_at(hub, (method, path), address, headers, body)
    }

    /// As [`Self::ask`], of a path as it is described: with `{id}` where the address has a number.
    fn ask_at(
        &self,
        hub: &TestHub,
        (method, path): (&str, &str),
        address: &str,
        headers: &str,
        body: &str,
    ) -> (u16, Value) {
        let (status, kind, answer) = raw(hub, method, address, headers, body);
        let described = &self.0["paths"][path][method.to_lowercase()]["responses"][status.to_string()];
        assert!(described.is_object(), "{method} {address}: {status} is not described, {answer}");
        let schema = &described["content"][&kind]["schema"];
        assert!(schema.is_object(), "{method} {address}: {status} as {kind} is not described, {answer}");
        assert_eq!(self.fault(schema, &answer), None, "{method} {address}: {status} {answer}");
        (status, answer)
    }
}

/// Whether a value breaks a rule that needs no other schema. A rule that is not known here fails the test.
fn breaks(rule: &str, says: &Value, value: &Value) -> bool {
    let number = |limit: fn(f64, f64) -> bool| value.as_f64().is_some_and(|v| !limit(v, says.as_f64().unwrap()));
    let many =
        |limit: fn(u64, u64) -> bool| value.as_array().is_some_and(|v| !limit(v.len() as u64, says.as_u64().unwrap()));
    match rule {
        "type" => {
            let is = |name: &Value| match name.as_str().unwrap() {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_i64() || value.is_u64(),
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                "null" => value.is_null(),
                other => panic!("no type: {other}"),
            };
            !says.as_array().map_or_else(|| is(says), |names| names.iter().any(is))
        }
        "required" => says.as_array().unwrap().iter().any(|name| value.get(name.as_str().unwrap()).is_none()),
        "enum" => !says.as_array().unwrap().contains(value),
        "minimum" => number(|v, limit| v >= limit),
        "maximum" => number(|v, limit| v <= limit),
        "minItems" => many(|v, limit| v >= limit),
        "maxItems" => many(|v, limit| v <= limit),
        "format" => {
            says == "date-time" && value.as_str().is_some_and(|v| chrono::DateTime::parse_from_rfc3339(v).is_err())
        }
        "pattern" => {
            assert_eq!(says, "^-?[0-9]+$");
            value.as_str().is_some_and(|v| v.parse::<i64>().is_err())
        }
        "description" | "propertyNames" => false,
        other => panic!("this test does not know the rule {other}"),
    }
}

/// One request: status, content type and body of the answer.
fn raw(hub: &TestHub, method: &str, address: &str, headers: &str, body: &str) -> (u16, String, Value) {
    let mut stream = TcpStream::connect(hub.addr()).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {address} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n"
    )
    .unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let kind = head.lines().find_map(|l| l.strip_prefix("content-type: ")).unwrap_or_default().to_owned();
    (status, kind, serde_json::from_str(body).unwrap_or_else(|_| body.into()))
}

const JSON: &str = "content-type: application/json\r\n";

/// A good report with another value in one field.
fn with(field: &str, value: Value) -> Value {
    let mut row = report(&format!("{field} {value}"));
    row[field] = value;
    row
}

#[test]
fn what_the_description_allows_goes_in() {
    let hub = TestHub::start();
    let described = Described::by(&hub);
    let flat =
        json!({ "source": "s", "source_id": "flat", "kind": "30206", "lon": 114.1, "lat": 22.3, "address": "x" });
    let bodies = [
        report("one"),
        json!([report("many-1"), report("many-2")]),
        json!([]),
        flat,
        with("place", json!("弥敦道")),
        with("place", json!({ "lon": "114.1", "lat": "22.3" })),
        with("place", Value::Null),
        with("kind", json!(30206)),
        with("source_id", json!(17)),
        with("grade", json!(3)),
        with("grade", json!("3")),
        with("grade", json!("Ⅲ")),
        with("grade", Value::Null),
        with("happened_at", json!(1_700_000_000_000_i64)),
        with("happened_at", json!("1700000000000")),
        with("happened_at", Value::Null),
        with("progress", json!("closed")),
    ];
    for body in bodies {
        assert_eq!(described.fault(described.body("/api/reports"), &body), None, "{body}");
        let (status, answer) = described.ask(&hub, "POST", "/api/reports", JSON, &body.to_string());
        assert!(status == 200 && answer["refused"] == json!([]), "{body}: {answer}");
    }
    for body in [json!({ "crew": 1, "lon": 114, "lat": 22 }), json!([{ "crew": "2", "lon": "114", "lat": 22.5 }])] {
        assert_eq!(described.fault(described.body("/api/positions"), &body), None, "{body}");
        let (status, answer) = described.ask(&hub, "POST", "/api/positions", JSON, &body.to_string());
        assert_eq!((status, &answer["accepted"]), (200, &json!(1)), "{body}: {answer}");
    }
}

#[test]
fn what_the_description_forbids_is_refused() {
    let hub = TestHub::start();
    let described = Described::by(&hub);
    let mut without_kind = report("no kind");
    without_kind.as_object_mut().unwrap().remove("kind");
    let bodies = [
        without_kind,
        with("grade", json!("V")),
        with("grade", json!(5)),
        with("happened_at", json!("yesterday")),
        with("happened_at", json!(true)),
        with("progress", json!("half")),
        with("place", json!(17)),
        with("text", json!(["a"])),
        json!([17]),
    ];
    for body in bodies {
        assert!(described.fault(described.body("/api/reports"), &body).is_some(), "{body}");
        let (status, answer) = described.ask(&hub, "POST", "/api/reports", JSON, &body.to_string());
        assert!(status == 422 && answer["refused"][0]["reason"].is_string(), "{body}: {answer}");
    }
}

#[test]
fn every_answer_is_as_described_and_every_failure_is_a_problem_in_json() {
    let hub = TestHub::start();
    let described = Described::by(&hub);
    let get = |address: &str| described.ask(&hub, "GET", address, "", "").0;
    assert_eq!(get("/api/weather"), 404);
    assert_eq!((get("/api/audit"), get("/api/audit?after=-1")), (403, 400), "no demo has an auditor");
    let mut nowhere = report("nowhere");
    nowhere["place"] = Value::Null;
    let rows = json!([report("a"), nowhere]).to_string();
    described.ask(&hub, "POST", "/api/reports", JSON, &rows);
    for address in ["/api/health", "/api/incidents", "/api/incidents?limit=1", "/api/incidents?format=geojson"] {
        assert_eq!(get(address), 200, "{address}");
    }
    for address in ["?by=person", "", "?hours=6", "?by=area", "?by=area&within=x/y", "?by=department", "?by=post"] {
        assert_eq!(get(&format!("/api/figures{address}")), 200, "{address}");
    }
    for query in ["hours=0", "hours=25", "since=1", "since=soon", "by=area&within=a/b/c/d/e"] {
        assert_eq!(get(&format!("/api/figures?{query}")), 400, "{query}");
    }
    for query in ["limit=abc", "open=maybe", "grade=V", "format=shapefile", "after=-1"] {
        assert_eq!(get(&format!("/api/incidents?{query}")), 400, "{query}");
    }
    for path in ["/api/reports", "/api/positions"] {
        let post = |headers: &str, body: &str| described.ask(&hub, "POST", path, headers, body).0;
        assert_eq!(post(JSON, "{"), 400);
        assert_eq!(post(JSON, "\"text\""), 400);
        assert_eq!(post("content-type: text/plain\r\n", "{}"), 415);
        assert_eq!(post(JSON, &format!("[{}]", vec!["0"; 20_001].join(","))), 413);
        assert_eq!(post(JSON, &" ".repeat(16 * 1024 * 1024 + 1)), 413);
    }
}

#[test]
fn more_time_reports_and_hand_overs_are_as_described() {
    let hub = TestHub::start();
    let described = Described::by(&hub);
    hub.post_report(report("1"));
    let post = |path: &str, body: Value| {
        assert_eq!(described.fault(described.body(path), &body), None, "{path}: {body}");
        described.ask_at(&hub, ("POST", path), &path.replace("{id}", "1"), JSON, &body.to_string()).0
    };
    let (moves, bulletins) = ("/api/incidents/{id}/moves", "/api/incidents/{id}/bulletins");
    let told = || described.ask_at(&hub, ("GET", bulletins), "/api/incidents/1/bulletins", "", "").0;
    assert_eq!(post(moves, json!({ "step": "regrade", "grade": "II", "reason": "多人受伤" })), 200);
    let ask = json!({ "step": "ask_extension", "phase": "whole", "minutes": 30, "reason": "等配件" });
    assert_eq!((post(moves, ask.clone()), post(moves, ask)), (200, 422));
    let list = || described.ask(&hub, "GET", "/api/incidents", "", "").1["incidents"][0].clone();
    assert_eq!((&list()["extension"]["granted"], &list()["bulletin"]["which"]), (&Value::Null, &json!("first")));
    assert_eq!(post(moves, json!({ "step": "grant_extension" })), 200);
    assert_eq!(post(moves, json!({ "step": "tell", "what": "ended", "by": "phone" })), 422, "nobody is owed that");
    assert_eq!(list()["extension"]["granted"], true);
    assert_eq!(told(), 200);
    assert_eq!(post(bulletins, json!({ "which": "first", "text": "首报", "by": "li" })), 200);
    assert_eq!(post(bulletins, json!({ "which": "follow", "text": "续报" })), 200);
    assert_eq!(post(bulletins, json!({ "which": "final", "text": "终报", "by": null })), 422);
    assert_eq!(told(), 200);
    let unknown = |method: &str, path: &str, headers: &str, body: &str| {
        described.ask_at(&hub, (method, path), &path.replace("{id}", "9"), headers, body).0
    };
    assert_eq!(unknown("GET", bulletins, "", ""), 404);
    assert_eq!(unknown("POST", bulletins, JSON, "{\"which\":\"first\",\"text\":\"x\"}"), 404);
    assert_eq!(unknown("POST", moves, JSON, "{\"step\":\"resume\"}"), 404);
    assert_eq!(post("/api/duty/sign-on", json!({ "post": "chief", "by": "li" })), 200);
    assert_eq!(post("/api/duty/handover", json!({ "by": "li" })), 200);
    let prepared = described.ask(&hub, "GET", "/api/duty/handover", "", "").1["prepared"].clone();
    let sign = |by: Value| post("/api/duty/handover/sign", json!({ "prepared": prepared, "by": by }));
    assert_eq!((sign(json!("li")), sign(json!("")), sign(Value::Null)), (422, 422, 422));
    assert_eq!(sign(json!("wang")), 200);
}

/// The description knows shapes by their names: of two with one name it would hold only one.
#[test]
fn no_two_shapes_of_the_description_have_one_name() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/hub/http");
    let mut seen = std::collections::BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let parts = text.split("#[derive(").skip(1);
        let shapes = parts.filter(|part| part.lines().next().is_some_and(|derived| derived.contains("ToSchema")));
        for shape in shapes {
            let line = shape.lines().find(|line| line.contains("struct ") || line.contains("enum ")).unwrap();
            let mut words =
                line.split(|c: char| !c.is_alphanumeric()).skip_while(|word| !["struct", "enum"].contains(word));
            let name = words.nth(1).unwrap().to_owned();
            assert_eq!(seen.insert(name.clone(), path.clone()), None, "{name} in {}", path.display());
        }
    }
    assert!(seen.contains_key("IncidentRow") && seen.len() > 60, "{}", seen.len());
}

#[test]
fn the_files_are_taken_anew_as_described() {
    let hub = TestHub::start_with(&[("kinds.toml", crate::catalogue::KINDS)]);
    let described = Described::by(&hub);
    let reload = |headers: &str| described.ask(&hub, "POST", "/api/catalogue/reload", headers, "{}");
    assert_eq!(reload(JSON).1["changed"], false);
    assert_eq!(reload("content-type: text/plain\r\n").0, 415);
    hub.edit("kinds.toml", "fallback = 1");
    assert_eq!((reload(JSON).0, reload(JSON).1["line"].clone()), (422, json!(1)));
    std::fs::remove_file(hub.folder.path().join("kinds.toml")).unwrap();
    assert_eq!((reload(JSON).0, reload(JSON).1["line"].clone()), (422, Value::Null));
}

#[test]
fn the_example_of_the_readme_goes_in_as_described() {
    let hub = TestHub::start();
    let described = Described::by(&hub);
    let readme = include_str!("../../README.md");
    let (_, after) = readme
        .split_once("/api/reports -H 'content-type: application/json' -H \"authorization: Bearer $KEY\" -d \\\n  '")
        .unwrap();
    let body: Value = serde_json::from_str(after.split('\'').next().unwrap()).unwrap();
    assert_eq!(described.fault(described.body("/api/reports"), &body), None);
    let (status, answer) = described.ask(&hub, "POST", "/api/reports", JSON, &body.to_string());
    assert_eq!((status, &answer["accepted"][0]["incident"]), (200, &json!(1)), "{answer}");
    let (_, listed) = hub.get("/api/incidents");
    let place = &listed["incidents"][0]["place"];
    assert_eq!((&place["lon"], &place["lat"]), (&body["lon"], &body["lat"]));
}

#[test]
fn coordinates_beside_a_place_that_has_only_words_are_used() {
    let hub = TestHub::start();
    let mut row = report("beside");
    row["place"] = json!({ "address": "弥敦道" });
    row["lon"] = json!(114.17);
    row["lat"] = json!(22.3);
    let mut own = report("own");
    own["lon"] = json!(1.0);
    own["lat"] = json!(2.0);
    let mut words = row.clone();
    words["source_id"] = json!("words");
    words["place"] = json!("弥敦道");
    let mut half = row.clone();
    half["lat"] = Value::Null;
    half["source_id"] = json!("half");
    let (_, answer) = hub.post_report(json!([row, own, words, half]));
    assert_eq!(answer["refused"][0]["field"], "lat", "{answer}");
    let (_, listed) = hub.get("/api/incidents");
    let place = |at: usize| &listed["incidents"][at]["place"];
    assert_eq!(place(0), &json!({ "lon": 114.17, "lat": 22.3, "address": "弥敦道" }));
    assert_eq!(place(1), &report("own")["place"], "what stands in the place itself counts");
    assert_eq!(place(2), place(0));
}

#[test]
fn sensors_are_claimed_retired_and_brought_back_as_described() {
    let hub = TestHub::start();
    let described = Described::by(&hub);
    let readings = json!([{ "sensor": "gw-1", "value": 1 }, { "sensor": "gw-2", "value": 2 }]);
    assert_eq!(hub.post("/api/readings", &readings).0, 200);
    let post = |path: &str, body: Value| {
        assert_eq!(described.fault(described.body(path), &body), None, "{path}: {body}");
        described.ask(&hub, "POST", path, JSON, &body.to_string())
    };
    let claim = json!({ "prefix": "gw-", "kind": "water_level", "unit": "cm", "owner": "Drainage", "fresh_secs": "60", "precision": 0.05 });
    let (status, answer) = post("/api/sensors/claim", claim);
    assert_eq!((status, &answer["changed"]), (200, &json!(2)), "{answer}");
    assert_eq!(post("/api/sensors/claim", json!({ "ids": ["gw-1"], "lon": 119.3, "lat": 31.6, "name": 7 })).0, 200);
    let (status, answer) = post("/api/sensors/claim", json!({ "ids": ["gw-1", "gw-9"], "unit": "dB" }));
    assert_eq!((status, &answer["refused_count"]), (422, &json!(2)), "{answer}");
    for nothing in [json!({}), json!({ "ids": [] }), json!({ "ids": ["gw-1"], "prefix": "gw-" })] {
        assert_eq!(post("/api/sensors/claim", nothing).0, 400);
    }
    let (retire, restore) = ("/api/sensors/retire", "/api/sensors/restore");
    assert_eq!(post(retire, json!({ "ids": ["gw-1"], "reason": "dismantled", "by": "li" })).1["changed"], json!(1));
    assert_eq!(post(retire, json!({ "ids": ["gw-1"], "reason": " " })).0, 400);
    assert_eq!(post(retire, json!({ "ids": ["gw-1"], "reason": "x".repeat(301) })).0, 422);
    for address in ["/api/sensors?retired=true", "/api/sensors", "/api/sensors/quality?by=retired"] {
        assert_eq!(described.ask(&hub, "GET", address, "", "").0, 200, "{address}");
    }
    assert_eq!(post(restore, json!({ "prefix": "gw-" })).1["changed"], json!(1));
    assert_eq!(described.ask(&hub, "POST", restore, "content-type: text/plain\r\n", "{}").0, 415);
}
