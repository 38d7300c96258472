//! A made-up day from the command line: what it tells, and that the same seed tells the same.

use std::process::Output;

use command_hall::ground::{demo, pack::writer};
use serde_json::Value;

use crate::cli::{Hall, text};

/// A home with a small city.
fn home() -> Hall {
    let hall = Hall::fresh();
    writer::write(&demo::generate(1, 1_500), &hall.home.path().join("city"), "").unwrap();
    hall
}

fn told(hall: &Hall, args: &[&str]) -> Output {
    let output = hall.says(&[&["sim", "--city", "city", "--listen", "127.0.0.1:0"], args].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    output
}

fn rows(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_same_seed_tells_the_same_day_byte_for_byte_at_any_speed_and_another_seed_another() {
    let hall = home();
    let day = |seed: &str, speed: &str| {
        let args = ["--start", "2026-03-02T08:00", "--for", "40", "--json", "--seed", seed, "--speed", speed];
        told(&hall, &args)
    };
    let (first, again, slower, other) = std::thread::scope(|scope| {
        let all = [("7", "600"), ("7", "600"), ("7", "450"), ("8", "600")];
        let [a, b, c, d] = all.map(|(seed, speed)| scope.spawn(move || day(seed, speed)));
        (a.join().unwrap(), b.join().unwrap(), c.join().unwrap(), d.join().unwrap())
    });
    assert_eq!(text(&first.stdout), text(&again.stdout));
    assert_eq!(text(&first.stdout), text(&slower.stdout));
    assert_ne!(text(&first.stdout), text(&other.stdout));
    let rows = rows(&first);
    let count = |what: &str| rows.iter().filter(|row| row["what"] == what).count();
    assert!(count("reported") > 10 && count("advanced") > 10 && count("weather") > 0, "{}", rows.len());
    let times: Vec<i64> = rows.iter().map(|row| row["at"].as_i64().unwrap()).collect();
    assert!(times.is_sorted() && times.last().unwrap() - times[0] <= 40 * 60_000);
    assert_eq!(rows[0]["at"].as_i64().unwrap() % 60_000, 0, "the day begins at its start");
}

#[test]
fn a_script_begins_with_its_day_and_tells_the_same_at_any_speed() {
    let hall = home();
    let play = |speed: &str| {
        let args = ["--start", "2026-01-12 21:30", "--script", "tower-fire", "--seed", "7", "--speed", speed];
        (told(&hall, &args), told(&hall, &[&args[..], &["--for", "10", "--json"]].concat()))
    };
    let (first, again) = std::thread::scope(|scope| {
        let [a, b] = ["600", "500"].map(|speed| scope.spawn(move || play(speed)));
        (a.join().unwrap(), b.join().unwrap())
    });
    assert_eq!(text(&first.0.stdout), text(&again.0.stdout));
    assert_eq!(text(&first.1.stdout), text(&again.1.stdout));
    let lines: Vec<&str> = text(&first.0.stdout).lines().collect();
    let over: Vec<&&str> = lines.iter().filter(|line| line.starts_with("over after")).collect();
    assert!(over.len() == 1 && lines.last() == Some(over[0]), "{over:?}");
    assert!(lines.iter().any(|line| line.contains("weather: ")), "the day is told too");
    // The fire is known at the start to the millisecond, not when some tick saw the wish.
    let rows = rows(&first.1);
    let fire = rows.iter().find(|row| row["kind"] == "30201" && row["grade"] == "Ⅱ").unwrap();
    assert_eq!(fire["at"].as_i64().unwrap() % 60_000, 0, "{fire}");
    assert!(rows.iter().all(|row| row["script"].is_null()), "it is not over after ten minutes");
}

#[test]
fn a_start_that_cannot_be_says_what_to_write() {
    let refused = |args: &[&str]| {
        let output = Hall::fresh().says(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty());
        text(&output.stderr).to_owned()
    };
    for (start, hint) in [
        ("08:00", "has no day: write 2026-03-02T08:00"),
        ("2026-03-02T08:00+08:00", "leave the offset out"),
        ("2026-02-30T08:00", "write it as 2026-03-02T08:00"),
        ("tomorrow", "write it as 2026-03-02T08:00"),
        ("1066-10-14", "name a year from 1970"),
    ] {
        for command in [&["sim", "--start"][..], &["hub", "--demo", "--start"]] {
            let said = refused(&[command, &[start]].concat());
            assert!(said.contains(start) && said.contains(hint), "{said}");
        }
    }
    assert!(refused(&["sim", "--for", "5"]).contains("--start"));
    assert!(refused(&["hub", "--start", "2026-03-02"]).contains("--demo"));
    assert!(refused(&["sim", "--start", "2026-03-02", "--for", "5", "--speed", "0"]).contains("--speed"));
}

#[test]
fn a_hub_whose_log_knows_of_later_things_refuses_an_earlier_start() {
    let hall = home();
    let data = hall.home.path().join("data");
    let hub = command_hall::hub::start(command_hall::hub::HubOptions {
        listen: Some(std::net::SocketAddr::from(([127, 0, 0, 1], 0))),
        admission: command_hall::hub::Admission::Everybody,
        ..command_hall::hub::HubOptions::embedded(command_hall::hub::Data::Folder(data))
    });
    let hub = hub.unwrap();
    let report = r#"{"source":"12345","source_id":"A-1","kind":"20406","text":"道路积水"}"#;
    assert_eq!(crate::kit::post(hub.addr().unwrap(), "/api/reports", report).0, 200);
    hub.shutdown();
    let args =
        ["hub", "--demo", "--city", "city", "--data", "data", "--listen", "127.0.0.1:0", "--start", "2001-01-01"];
    let output = hall.says(&args);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("2001-01-01T00:00:00") && said.contains("name a later time"), "{said}");
}
