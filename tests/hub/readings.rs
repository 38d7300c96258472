//! What sensors measure, over HTTP: taken in as it comes, counted, kept through a kill, and found again.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use command_hall::domain::rights::{Role, Standing};
use command_hall::store::people::{By, People, Proof};
use serde_json::{Value, json};

use crate::kit::{HubProcess, TestHub, be_a_hub, get, http, http_as, report};

/// When the hubs of these tests begin.
const NOW: i64 = 1_700_000_000_000;

/// A POST of any bytes, with these headers.
fn send(addr: SocketAddr, path: &str, headers: &str, body: &[u8]) -> (u16, Value) {
    let mut stream = TcpStream::connect(addr).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nhost: hub\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n"
    )
    .unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap_or_else(|_| body.into()))
}

fn described(hub: &TestHub) {
    let sensors = json!([
        {"id": "gas-1", "kind": "combustible_gas", "name": "Main 17", "lon": 119.3, "lat": 31.6, "height_m": -1.1,
         "area": "Riverside/Old Town", "owner": "City Gas"},
        {"id": "level-1", "kind": "water_level", "unit": "cm", "area": "Riverside/Harbour"},
    ]);
    let (status, answer) = hub.post("/api/sensors", &sensors);
    assert_eq!((status, answer["accepted"].as_array().unwrap().len()), (200, 2), "{answer}");
}

#[test]
fn batches_of_every_format_come_in_and_every_row_is_counted() {
    let hub = TestHub::start();
    described(&hub);
    let rows = json!([
        {"sensor": "gas-1", "at": NOW - 60_000, "value": 1.04},
        {"sensor": "gas-1", "at": NOW, "value": "2.5", "unit": "%LEL"},
        {"sensor": "gas-1", "at": NOW - 30_000, "value": 3},
        {"sensor": "gas-1", "at": NOW, "value": 9},
        {"sensor": "gas-1", "at": NOW - 3_600_000, "value": 0.5},
        {"sensor": "gas-1", "at": NOW + 3_600_000, "value": 1},
        {"sensor": "gas-1", "value": null},
        {"sensor": "gas-1", "value": 5, "unit": "dB"},
        {"sensor": "gas-1", "value": 5000},
        {"value": 1},
    ]);
    let (status, answer) = hub.post("/api/readings", &rows);
    assert_eq!(status, 200, "{answer}");
    let counts =
        ["rows", "kept", "out_of_order", "late", "duplicate", "first_seen"].map(|field| answer[field].as_u64());
    assert_eq!(counts, [10, 2, 1, 1, 1, 0].map(Some), "{answer}");
    let reasons: Vec<&str> =
        answer["refused"].as_array().unwrap().iter().map(|r| r["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["not_a_number", "wrong_unit", "implausible", "clock_ahead", "malformed"]);
    assert_eq!(answer["refused_rows"][0]["row"], 6, "{answer}");

    let senml =
        json!([{"bn": "level-", "bt": NOW / 1000, "bu": "cm"}, {"n": "1", "v": 123}, {"n": "1", "v": 124, "t": -60}]);
    let (status, answer) =
        http(hub.addr(), "POST", "/api/readings", "application/senml+json", &senml.to_string()).unwrap();
    assert_eq!((status, &answer["kept"], &answer["out_of_order"]), (200, &json!(1), &json!(1)), "{answer}");

    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(format!("sensor,at,value\nlevel-1,{},125\nlevel-1,{},126\n", NOW - 1_000, NOW - 2_000).as_bytes())
        .unwrap();
    let packed = gz.finish().unwrap();
    let headers = "content-type: text/csv; charset=utf-8\r\ncontent-encoding: gzip\r\n";
    let (status, answer) = send(hub.addr(), "/api/readings", headers, &packed);
    assert_eq!((status, &answer["out_of_order"]), (200, &json!(2)), "{answer}");

    let (_, latest) = hub.get("/api/readings/latest");
    let values: Vec<(&str, f64, bool)> = latest["readings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["sensor"].as_str().unwrap(), r["value"].as_f64().unwrap(), r["fresh"].as_bool().unwrap()))
        .collect();
    assert_eq!(values, [("gas-1", 2.5, true), ("level-1", 1.23, true)]);
    let (_, before) = hub.get(&format!("/api/readings/latest?at={}&kind=combustible_gas", NOW - 45_000));
    assert_eq!(before["readings"][0]["value"], 1.0, "rounded to the sensor's precision: {before}");
    let (_, before) = hub.get(&format!("/api/readings/latest?at={}&area=Riverside/Harbour", NOW - 120_000));
    assert_eq!((&before["readings"], &before["without"]), (&json!([]), &json!(1)), "{before}");

    let (_, all) = hub.get(&format!("/api/readings/level-1?from={}&limit=3", NOW - 120_000));
    let values: Vec<f64> = all["readings"].as_array().unwrap().iter().map(|r| r["value"].as_f64().unwrap()).collect();
    assert_eq!((values, &all["next"], &all["unit"]), (vec![1.24, 1.26, 1.25], &json!(NOW), &json!("m")), "{all}");
    let (_, plot) = hub.get(&format!("/api/readings/level-1?from={}&to={}&points=2", NOW - 120_000, NOW + 1));
    let steps = plot["steps"].as_array().unwrap();
    let count: u64 = steps.iter().map(|step| step["count"].as_u64().unwrap()).sum();
    assert_eq!((count, plot["step_millis"].as_i64()), (4, Some(120_000)), "{plot}");
    let (_, csv) = hub.get(&format!("/api/readings/level-1/export?from={}", NOW - 120_000));
    assert!(csv.as_str().unwrap().contains("level-1,2023-11-14T22:13:20.000Z,1.23,m"), "{csv}");
    assert_eq!(csv.as_str().unwrap().matches("level-1,").count(), 4);

    let (_, quality) = hub.get("/api/sensors/quality");
    let worst = &quality["sensors"][0];
    assert_eq!(
        (&worst["id"], &worst["refused"], &worst["ahead_millis"]),
        (&json!("gas-1"), &json!(4), &json!(3_600_000))
    );
    assert_eq!((&quality["readings"], &quality["nobodys"]), (&json!(13), &json!(1)), "{quality}");
    for (path, wanted) in [
        ("/api/readings/none", 404),
        ("/api/readings/level-1?from=soon", 400),
        ("/api/readings/level-1?from=2&to=1", 400),
        ("/api/readings/latest?kind=x", 400),
        ("/api/sensors?area=a//b/c/d/e/f", 400),
    ] {
        assert_eq!(hub.get(path).0, wanted, "{path}");
    }
}

#[test]
fn a_body_that_cannot_be_read_counts_as_nothing() {
    let hub = TestHub::start();
    described(&hub);
    let json = "content-type: application/json\r\n";
    let status = |headers: &str, body: &[u8]| send(hub.addr(), "/api/readings", headers, body).0;
    assert_eq!(status(json, b"[{\"sensor\": \"gas-1\", \"value\": 1}, "), 400);
    assert_eq!(status("content-type: text/plain\r\n", b"x"), 415);
    assert_eq!(status(&format!("{json}content-encoding: br\r\n"), b"x"), 415);
    assert_eq!(status(&format!("{json}content-encoding: gzip\r\n"), b"x"), 400);
    let many = format!("[{}1]", "1,".repeat(100_000));
    assert_eq!(status(json, many.as_bytes()), 413);
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..17 {
        gz.write_all(&vec![b' '; 1024 * 1024]).unwrap();
    }
    assert_eq!(status(&format!("{json}content-encoding: gzip\r\n"), &gz.finish().unwrap()), 413, "a bomb");
    let (status, answer) = hub.post("/api/readings", &json!([{"sensor": "gas-1", "value": null}]));
    assert_eq!((status, &answer["kept"]), (422, &json!(0)), "{answer}");
    assert_eq!(hub.get("/api/readings/latest").1["readings"], json!([]));
}

#[test]
fn a_sensor_that_nobody_knew_waits_until_somebody_claims_it() {
    let mut hub = TestHub::start();
    let rows = json!([
        {"sensor": "x-1", "at": NOW, "value": 4.5, "unit": "m"},
        {"sensor": "x-2", "at": NOW, "value": 45, "unit": "dB", "kind": "noise"},
        {"sensor": "x-3", "at": NOW, "value": 45, "unit": "m", "kind": "noise"},
    ]);
    let (status, answer) = hub.post("/api/readings", &rows);
    assert_eq!((status, &answer["kept"], &answer["first_seen"]), (200, &json!(2), &json!(2)), "{answer}");
    assert_eq!(answer["refused"], json!([{"reason": "wrong_unit", "count": 1}]));
    let (_, waiting) = hub.get("/api/sensors?claimed=false");
    let ids: Vec<&str> = waiting["sensors"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["x-1", "x-2"]);
    let claim = json!([{"id": "x-1", "kind": "water_level"}, {"id": "x-2", "kind": "nois"}, {"id": "x-2", "kind": "noise", "lon": 1}]);
    let (status, answer) = hub.post("/api/sensors", &claim);
    assert_eq!((status, answer["accepted"].as_array().unwrap().len()), (200, 1), "{answer}");
    assert_eq!(
        answer["refused"].as_array().unwrap().iter().map(|r| r["field"].as_str().unwrap()).collect::<Vec<_>>(),
        ["kind", "lat"]
    );
    assert_eq!(hub.get("/api/sensors?claimed=false").1["sensors"].as_array().unwrap().len(), 1);
    let (_, kept) = hub.get(&format!("/api/readings/x-1?to={}", NOW + 1));
    assert_eq!((&kept["readings"][0]["value"], &kept["unit"]), (&json!(4.5), &json!("m")), "{kept}");
    // All of it is there after a start.
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    assert_eq!(hub.get("/api/sensors?claimed=true&kind=water_level").1["sensors"][0]["id"], "x-1");
    assert_eq!(hub.get("/api/readings/latest").1["readings"].as_array().unwrap().len(), 2);
}

fn key(hub: &TestHub, name: &str, roles: &[Role]) -> String {
    let by = By { who: "test".to_owned(), origin: "here".to_owned(), at: command_hall::domain::Moment(NOW) };
    let mut people = People::beside(hub.folder.path()).unwrap();
    people.add(name, "", &Standing::of(roles), Proof::Key, &by).unwrap().unwrap()
}

#[test]
fn who_may_send_may_not_read_and_the_other_way_round() {
    let hub = TestHub::with_doors();
    let (source, wall) = (key(&hub, "scada", &[Role::Source]), key(&hub, "wall", &[Role::Wall]));
    let row = json!({"sensor": "gas-1", "value": 1}).to_string();
    let post = |token: &str, path: &str| http_as(hub.addr(), token, "POST", path, &row).0;
    assert_eq!((post(&source, "/api/readings"), post(&wall, "/api/readings")), (200, 403));
    assert_eq!((post(&source, "/api/sensors"), post(&wall, "/api/sensors")), (403, 403));
    for path in [
        "/api/sensors",
        "/api/sensors/quality",
        "/api/readings/latest",
        "/api/readings/gas-1",
        "/api/readings/gas-1/export",
        "/api/readings/export",
        "/api/feeds",
    ] {
        let status = |token: &str| http_as(hub.addr(), token, "GET", path, "").0;
        assert_eq!((status(&wall), status(&source), status("nobody")), (200, 403, 401), "{path}");
    }
}

#[test]
#[ignore = "the hub of the test below"]
fn killed_hub() {
    be_a_hub();
}

fn millis() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// Readings of twenty sensors, one of each a second.
fn batch(from: i64, seconds: i64) -> String {
    let row = |at: i64, sensor: i64| format!("s-{sensor},{at},{}.5\n", (at / 1000 + sensor) % 90);
    let rows = (0..seconds).flat_map(|second| (0..20).map(move |sensor| row(from + second * 1000, sensor)));
    format!("sensor,at,value\n{}", rows.collect::<String>())
}

#[test]
fn a_hub_that_is_killed_has_all_that_was_a_second_old() {
    let folder = tempfile::tempdir().unwrap();
    let begin = millis() - 3_600_000;
    let mut addr = None;
    for turn in 0..4_i64 {
        let hub = HubProcess::start("readings::killed_hub", folder.path(), addr);
        // What earlier turns had on disk is whole.
        let (_, found) = get(hub.addr, &format!("/api/readings/s-7?from={begin}&points=10000"));
        let count: u64 =
            found["steps"].as_array().map_or(0, |steps| steps.iter().map(|s| s["count"].as_u64().unwrap()).sum());
        let whole = u64::try_from(turn * 100).unwrap();
        assert!((whole..=whole + 5 * u64::try_from(turn).unwrap()).contains(&count), "{count} of {whole}: {found}");
        let body = batch(begin + turn * 200_000, 100);
        let (status, answer) = http(hub.addr, "POST", "/api/readings", "text/csv", &body).unwrap();
        assert_eq!((status, answer["rows"].as_u64()), (200, Some(2_000)), "{answer}");
        std::thread::sleep(Duration::from_millis(1_500));
        // What comes in the moment of the kill may be lost, or not.
        let body = batch(begin + turn * 200_000 + 150_000, 5);
        assert_eq!(http(hub.addr, "POST", "/api/readings", "text/csv", &body).unwrap().0, 200);
        addr = Some(hub.kill());
    }
}

#[test]
fn facts_go_on_while_readings_pour_in() {
    let hub = TestHub::start();
    let addr = hub.addr();
    let pouring = std::thread::spawn(move || {
        for turn in 0..6_i64 {
            let rows: String = (0..50_000)
                .map(|s| format!("p-{},{},1.5\n", s % 5_000, NOW - 3_000_000 + turn * 100_000 + s / 5_000 * 1000))
                .collect();
            let (status, _) =
                http(addr, "POST", "/api/readings", "text/csv", &format!("sensor,at,value\n{rows}")).unwrap();
            assert_eq!(status, 200);
        }
    });
    let (mut told, mut meanwhile) = (0, 0);
    while !pouring.is_finished() || told < 20 {
        let (status, answer) = hub.post_report(report(&told.to_string()));
        assert_eq!((status, answer["accepted"].as_array().unwrap().len()), (200, 1));
        told += 1;
        meanwhile += usize::from(!pouring.is_finished());
    }
    pouring.join().unwrap();
    assert!(meanwhile > 0, "a fact is told before the last batch is in");
    assert_eq!(hub.get("/api/sensors/quality").1["readings"], 300_000);
}

#[test]
fn the_measurements_find_what_they_wrote() {
    let folder = tempfile::tempdir().unwrap();
    let report = command_hall::bench::readings::readings(200, 5, None, &folder.path().join("in")).unwrap();
    let formats: Vec<(&str, u64)> = report.formats.iter().map(|one| (one.format, one.readings)).collect();
    assert_eq!(formats, [("json", 1_000), ("csv", 1_000), ("senml", 1_000)]);
    let month = command_hall::bench::Month { sensors: 100, days: 2, interval_secs: 600 };
    let kept = folder.path().join("month");
    let latest = command_hall::bench::history::latest_at(month, 20, &kept).unwrap();
    assert_eq!((latest.readings, latest.rounds), (100 * 2 * 144, 20));
    let series = command_hall::bench::history::series(month, 20, &kept).unwrap();
    assert!(series.written_secs.abs() < 1e-9, "the month is there already");
    assert!(series.steps > 280.0, "{series:?}");
}

#[test]
fn a_real_week_of_speeds_needs_few_bytes() {
    let Some(file) = crate::import_real::shared("sensors/metr-la-speed-1week-5min.csv") else { return };
    let folder = tempfile::tempdir().unwrap();
    let report = command_hall::bench::readings::readings(10, 2, Some(&file), folder.path()).unwrap();
    let week = report.week.unwrap();
    assert!(week.readings > 350_000 && week.bytes_per_reading < 2.5, "{week:?}");
}

#[test]
fn readings_of_many_sensors_are_exported_as_a_table_or_as_parquet() {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::record::RowAccessor as _;

    let hub = TestHub::start();
    described(&hub);
    let rows: String = (0..30_000).map(|n| format!("gas-1,{},{}\n", NOW - n * 1000, n % 50)).collect();
    let body = format!("sensor,at,value\n{rows}level-1,{NOW},123\n");
    assert_eq!(http(hub.addr(), "POST", "/api/readings", "text/csv", &body).unwrap().0, 200);
    let (_, csv) = hub.get(&format!("/api/readings/export?from={}&area=Riverside", NOW - 9_000));
    let csv = csv.as_str().unwrap();
    assert_eq!((csv.matches("gas-1,").count(), csv.matches("level-1,").count()), (10, 1));
    assert!(csv.contains("level-1,2023-11-14T22:13:20.000Z,1.23,m,water_level"), "{csv}");
    for (path, wanted) in [
        ("/api/readings/export?format=xls", 400),
        ("/api/readings/export?kind=x", 400),
        ("/api/readings/export?from=2&to=1", 400),
        ("/api/readings/gas-1/export?format=xls", 400),
        ("/api/readings/none/export?format=parquet", 404),
    ] {
        assert_eq!(hub.get(path).0, wanted, "{path}");
    }

    let hall = crate::cli::Hall::fresh();
    let at = format!("http://{}", hub.addr());
    let export = |more: &[&str]| hall.says(&[&["export-readings", "--hub", &at], more].concat());
    let said = export(&["--out", "gas.parquet", "--kind", "combustible_gas"]);
    assert_eq!(said.status.code(), Some(0), "{}", crate::cli::text(&said.stderr));
    let read = |name: &str| {
        let file = std::fs::File::open(hall.home.path().join(name)).unwrap();
        SerializedFileReader::new(file).unwrap()
    };
    let file = read("gas.parquet");
    assert_eq!(file.metadata().file_metadata().num_rows(), 30_000);
    let mut rows = file.get_row_iter(None).unwrap().map(Result::unwrap);
    let first = rows.next().unwrap();
    assert_eq!(
        (first.get_string(0).unwrap().as_str(), first.get_timestamp_millis(1).unwrap()),
        ("gas-1", NOW - 29_999_000)
    );
    assert!((first.get_double(2).unwrap() - 49.0).abs() < 1e-9);
    let said = export(&["--out", "one.parquet", "--sensor", "level-1"]);
    assert_eq!(said.status.code(), Some(0), "{}", crate::cli::text(&said.stderr));
    assert_eq!(read("one.parquet").metadata().file_metadata().num_rows(), 1);
    let said = export(&["--out", "all.csv", "--json"]);
    assert_eq!(crate::cli::json(&said)["format"], "csv");
    let all = std::fs::read_to_string(hall.home.path().join("all.csv")).unwrap();
    assert_eq!(all.lines().count(), 30_002);
    assert_eq!(export(&["--out", "all.csv"]).status.code(), Some(2), "a file that is there is left alone");
    assert_eq!(export(&["--out", "x.csv", "--sensor", "none"]).status.code(), Some(1));
    assert!(!hall.home.path().join("x.csv").exists() && !hall.home.path().join("x.csv.part").exists());
}

#[test]
fn how_sensors_behave_is_known_after_a_start_and_their_file_is_read_anew() {
    let file = "id,kind,area\ngas-1,combustible_gas,East\n";
    let mut hub = TestHub::start_with(&[("sensors.csv", file)]);
    let rows = json!([{"sensor": "gas-1", "at": NOW, "value": 1}, {"sensor": "gas-1", "value": "x"}]);
    assert_eq!(hub.post("/api/readings", &rows).0, 200);
    let addr = hub.addr();
    hub.shutdown();
    hub.restart(addr);
    let (_, quality) = hub.get("/api/sensors/quality");
    let gas = &quality["sensors"][0];
    assert_eq!((&gas["kept"], &gas["refused"], &gas["heard_at"]), (&json!(1), &json!(1), &json!(NOW)), "{quality}");

    let reload = || hub.post("/api/catalogue/reload", &json!({}));
    let (status, answer) = reload();
    assert_eq!((status, &answer["changed"], &answer["sensors_changed"]), (200, &json!(false), &json!(0)), "{answer}");
    hub.edit("sensors.csv", "id,kind,area\ngas-1,combustible_gas,West\nlevel-1,water_level,\n");
    let (status, answer) = reload();
    assert_eq!((status, &answer["changed"], &answer["sensors_changed"]), (200, &json!(true), &json!(2)), "{answer}");
    assert_eq!(hub.get("/api/sensors?area=West").1["sensors"][0]["id"], "gas-1");
    hub.edit("sensors.csv", "id,kind,area\ngas-1,noise,East\nlevel-2,water_levl,\n");
    let (status, answer) = reload();
    assert_eq!((status, &answer["line"]), (422, &json!(3)), "{answer}");
    assert!(answer["error"].as_str().unwrap().contains("did you mean `water_level`"), "{answer}");
    assert_eq!(hub.get("/api/sensors?area=West").1["sensors"][0]["kind"], "combustible_gas", "nothing of it counts");
}
