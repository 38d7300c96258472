//! The feeds that a hub has of its own: services that it asks, files that it plays. What they say and what goes wrong is
//! told.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::cli::{Hall, text};
use crate::kit::TestHub;

/// When the hubs of these tests begin.
const NOW: i64 = 1_700_000_000_000;
/// Longer than anything takes on a loaded machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A service that answers what it is told to, one after the other, the last for ever; it tells what it was asked.
fn service(answers: Vec<String>) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (heard, asked) = channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let lines_of_head: Vec<String> =
                lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            let answer = answers.get(number).or(answers.last()).unwrap();
            let answer = answer.replace("PORT", &port.to_string());
            let _ = stream.write_all(answer.as_bytes());
            if heard.send(lines_of_head.join("\n").to_lowercase()).is_err() {
                return;
            }
        }
    });
    (port, asked)
}

fn answer(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

fn feeds(port: u16, more: &str) -> String {
    format!(
        "[[poll]]\nname = 'rain'\nurl = 'http://127.0.0.1:{port}/now?key=k'\nevery_secs = 1\n{more}\n\
         headers = {{ authorization = 'Bearer ${{SECRET}}' }}\n[poll.map]\nrows = '/stations'\nid = '/code'\n\
         sensor = 'rain-{{id}}'\ntime = '/at'\nlon = '/x'\nlat = '/y'\n\
         value = [{{ pointer = '/mm', kind = 'rain', unit = 'mm/h' }}]\n"
    )
}

/// The only feed, once it is as wanted.
fn until(hub: &TestHub, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let (status, answer) = hub.get("/api/feeds");
        assert_eq!(status, 200);
        let feed = answer["feeds"][0].clone();
        if holds(&feed) {
            return feed;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: {feed}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_service_is_asked_with_what_is_known_and_its_failures_are_told_and_survived() {
    let body = format!(
        r#"{{"stations": [{{"code": "a", "at": {NOW}, "mm": 12.34, "x": 119.3, "y": 31.6}},
            {{"code": "b", "at": {NOW}, "mm": null}}, {{"at": {NOW}, "mm": 1}}, {{"code": "c", "at": {NOW}, "mm": 9000}}]}}"#
    );
    let (port, asked) = service(vec![
        answer("500 Oh", "x"),
        answer("200 OK\r\netag: \"v1\"\r\nlast-modified: Mon, 01 Jan 2024 00:00:00 GMT", &body),
        answer("304 Not Modified", ""),
        answer("200 OK", "not json"),
        answer("302 Found\r\nlocation: http://localhost:PORT/there", ""),
        answer("200 OK", &format!(r#"{{"stations": [{{"code": "a", "at": {}, "mm": 1}}]}}"#, NOW - 1000)),
    ]);
    let hub = TestHub::start_with(&[("feeds.toml", &feeds(port, ""))]);
    let first = asked.recv_timeout(PATIENCE).unwrap();
    assert!(first.starts_with("get /now?key=k") && first.contains("authorization: bearer open sesame"), "{first}");
    assert!(!first.contains("if-none-match"), "{first}");
    let failing = until(&hub, "the failure is told", |feed| feed["error"] != Value::Null);
    assert_eq!(
        (&failing["error"], &failing["state"]),
        (&json!("it answered 500 Internal Server Error"), &json!("failing"))
    );
    assert_eq!(failing["at"], json!(format!("http://127.0.0.1:{port}/now")), "what may be secret is not told");
    let running = until(&hub, "its answer is taken", |feed| feed["kept"] == 1);
    assert_eq!((&running["missing"], &running["rows"]), (&json!(1), &json!(3)), "{running}");
    assert_eq!(running["refused"], json!([{"reason": "implausible", "count": 1}, {"reason": "malformed", "count": 1}]));
    asked.recv_timeout(PATIENCE).unwrap();
    let third = asked.recv_timeout(PATIENCE).unwrap();
    assert!(
        third.contains("if-none-match: \"v1\"") && third.contains("if-modified-since: mon, 01 jan 2024"),
        "{third}"
    );
    until(&hub, "nothing new is no failure", |feed| feed["unchanged"] == 1 && feed["failures"] == 0);
    until(&hub, "no JSON", |feed| feed["error"].as_str().unwrap().starts_with("its answer is no JSON"));
    let elsewhere = until(&hub, "another origin", |feed| feed["error"].as_str().unwrap().contains("origin"));
    assert!(!elsewhere["error"].as_str().unwrap().contains("key=k"), "{elsewhere}");
    until(&hub, "it is back", |feed| feed["out_of_order"] == 1 && feed["state"] == "running");
    let (_, sensors) = hub.get("/api/sensors?kind=rain");
    assert_eq!((&sensors["sensors"][0]["id"], &sensors["sensors"][0]["lon"]), (&json!("rain-a"), &json!(119.3)));
    let (_, latest) = hub.get("/api/readings/latest?kind=rain");
    assert_eq!(latest["readings"][0]["value"], 12.3, "{latest}");
}

#[test]
fn an_answer_that_is_too_long_or_never_ends_is_left() {
    let (port, _asked) = service(vec![answer("200 OK", &format!("[{}1]", "1,".repeat(5_000)))]);
    let hub = TestHub::start_with(&[("feeds.toml", &feeds(port, "bytes_max = 1000"))]);
    until(&hub, "too long", |feed| feed["error"] == "its answer is over 1000 bytes (`bytes_max`)");
    drop(hub);
    let (port, _asked) = service(vec!["HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n[1".to_owned()]);
    let hub = TestHub::start_with(&[("feeds.toml", &feeds(port, "timeout_secs = 1"))]);
    until(&hub, "no end", |feed| feed["state"] == "failing");
    assert_eq!(hub.get("/api/readings/latest").1["readings"], json!([]));
}

#[test]
fn a_series_of_the_hub_is_played_and_ends() {
    let rows: String = (0..40).map(|n| format!("a,{},{}\n", 1_600_000_000 + n * 60, n)).collect();
    let mapping = "source = 'levels'\nsensor = 'l-{id}'\n[time]\ncolumn = 'at'\nformat = 'unix'\n\
        [[value]]\ncolumn = 'v'\nkind = 'water_level'\nunit = 'cm'\n";
    let hub = TestHub::start_with(&[
        ("feeds.toml", "[[series]]\nfile = 'l.csv'\nmapping = 'l.toml'\nspeed = 3600\ntimes = 'end-now'\n"),
        ("l.toml", mapping),
        ("l.csv", &format!("id,at,v\n{rows}")),
    ]);
    let ended = until(&hub, "it ends", |feed| feed["state"] == "ended");
    assert_eq!((&ended["name"], &ended["sort"], &ended["rows"]), (&json!("levels"), &json!("series"), &json!(40)));
    let (_, kept) = hub.get(&format!("/api/readings/l-a?to={}", NOW + 1));
    let readings = kept["readings"].as_array().unwrap();
    assert_eq!((readings.len(), &readings[39]), (40, &json!({"at": NOW, "value": 0.39})));
    assert_eq!(hub.get("/api/sensors?claimed=true").1["sensors"][0]["id"], "l-a");
}

#[test]
fn the_file_of_feeds_is_read_anew_and_only_feeds_that_it_tells_otherwise_end_or_begin() {
    let body = |id: &str| answer("200 OK", &format!(r#"{{"stations": [{{"code": "{id}", "at": {NOW}, "mm": 1}}]}}"#));
    let (stays, asked_staying) = service(vec![body("stays")]);
    let (goes, _asked) = service(vec![body("goes")]);
    let (comes, _asked) = service(vec![body("comes")]);
    let named = |name: &str, port: u16| feeds(port, "").replace("'rain'\nurl", &format!("'{name}'\nurl"));
    let hub = TestHub::start_with(&[("feeds.toml", &format!("{}{}", named("stays", stays), named("goes", goes)))]);
    let told = || -> Vec<String> {
        let (_, answer) = hub.get("/api/feeds");
        answer["feeds"].as_array().unwrap().iter().map(|feed| feed["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(told(), ["stays", "goes"]);
    let first = until(&hub, "the first is heard", |feed| feed["rows"].as_u64() > Some(0));

    let reload = || hub.post("/api/catalogue/reload", &json!({}));
    assert_eq!(reload().1["feeds_changed"], 0);
    for (wrong, line, why) in [
        (named("stays", stays).replace("every_secs = 1", "every_secs = 0"), 4, "`every_secs` is 1 to 86400"),
        (named("stays", stays).replace("SECRET", "OTHER"), 6, "the environment has no `OTHER`"),
    ] {
        hub.edit("feeds.toml", &wrong);
        let (status, said) = reload();
        assert_eq!((status, &said["line"]), (422, &json!(line)), "{said}");
        assert!(said["error"].as_str().unwrap().contains(why), "{said}");
        assert_eq!(told(), ["stays", "goes"], "what is wrong changes nothing");
    }

    hub.edit("feeds.toml", &format!("{}{}", named("comes", comes), named("stays", stays)));
    let (status, said) = reload();
    assert_eq!((status, &said["changed"], &said["feeds_changed"]), (200, &json!(true), &json!(2)), "{said}");
    assert_eq!(told(), ["stays", "comes"]);
    let still = until(&hub, "it goes on", |feed| feed["duplicate"].as_u64() > first["duplicate"].as_u64());
    assert_eq!(still["first_seen"], 1, "it did not begin anew: {still}");
    while asked_staying.try_recv().is_ok() {}
    asked_staying.recv_timeout(PATIENCE).unwrap();
    let begun = Instant::now();
    while hub.get("/api/sensors?kind=rain").1["sensors"].as_array().unwrap().iter().all(|one| one["id"] != "rain-comes")
    {
        assert!(begun.elapsed() < PATIENCE, "the new one is asked");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn the_file_of_feeds_is_checked_and_a_hub_does_not_start_without_its_secrets() {
    let hall = Hall::fresh().with_file("[hub]\nfeeds = \"feeds.toml\"\n");
    let put = |text: &str| std::fs::write(hall.home.path().join("feeds.toml"), text).unwrap();
    put(&feeds(1, ""));
    let said = hall.says(&["check"]);
    let line = "ok     feeds     feeds.toml: 0 series, 1 services, no broker; not set here: SECRET";
    assert!(text(&said.stdout).contains(line), "{}", text(&said.stdout));
    let said = hall.says(&["hub", "--listen", "127.0.0.1:0", "--data", "data"]);
    assert_eq!(said.status.code(), Some(2));
    assert!(
        text(&said.stderr).contains("feeds.toml:6: the environment has no `SECRET`; set it where the hub is started"),
        "{}",
        text(&said.stderr)
    );
    put(&feeds(1, "").replace("'/mm'", "'mm'"));
    let said = hall.says(&["check", "feeds.toml"]);
    assert!(
        text(&said.stdout).contains("ERROR  feeds     feeds.toml:14: `mm` is no JSON pointer"),
        "{}",
        text(&said.stdout)
    );
}
