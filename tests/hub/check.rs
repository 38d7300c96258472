//! `hall check`, `hall reload` and the hangup, through the real program.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use command_hall::link::SocketTransport;
use command_hall::wire::Pace;
use serde_json::{Value, json};

use crate::catalogue::KINDS;
use crate::cli::{Hall, json, text};
use crate::kit::{Screen, TestHub};

const CALENDAR: &str = "hours = ['09:00-12:00']\nrest = ['sunday']\n";

/// A home whose settings name files of its own.
fn home(kinds: &str, calendar: &str) -> Hall {
    let hall = Hall::fresh().with_file("[hub]\nkinds = \"kinds.toml\"\ncalendar = \"calendar.toml\"\n");
    edit(&hall, "kinds.toml", kinds);
    edit(&hall, "calendar.toml", calendar);
    hall
}

fn edit(hall: &Hall, name: &str, text: &str) {
    std::fs::write(hall.home.path().join(name), text).unwrap();
}

fn rows(hall: &Hall, args: &[&str]) -> (Option<i32>, Vec<Value>) {
    let output = hall.says(&[&["check", "--json"], args].concat());
    let told = json(&output);
    assert_eq!(told["ok"], output.status.success());
    (output.status.code(), told["files"].as_array().unwrap().clone())
}

#[test]
fn the_files_that_the_settings_name_are_read_and_each_is_said_to_be_right() {
    let hall = home(KINDS, CALENDAR);
    let output = hall.says(&["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let said = text(&output.stdout);
    for line in ["hall.toml: 2 settings", "kinds.toml: 2 kinds of incident", "calendar.toml: hours", "gas-leak.toml"] {
        assert!(said.contains(line), "{line}: {said}");
    }
    assert!(said.lines().all(|line| line.starts_with("ok ")), "{said}");
    let (code, files) = rows(&Hall::fresh(), &[]);
    assert_eq!(code, Some(0), "what is built in is right: {files:?}");
}

#[test]
fn every_wrong_file_is_told_with_line_and_nearest_word_and_the_others_are_read_too() {
    let hall = home(&KINDS.replacen("icon", "ikon", 1), &CALENDAR.replace("sunday", "sundy"));
    let output = hall.says(&["check"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stdout);
    assert!(said.contains("ERROR  kinds     kinds.toml:8: unknown key `ikon`; did you mean `icon`?"), "{said}");
    assert!(said.contains("calendar.toml:2: unknown value `sundy`; did you mean `sunday`?"), "{said}");
    assert!(said.contains("hall.toml: 2 settings"), "{said}");
    let (code, files) = rows(&hall, &[]);
    let kinds = json!({
        "file": "kinds.toml", "what": "kinds", "state": "error", "line": 8,
        "problem": "unknown key `ikon`; did you mean `icon`?",
    });
    assert_eq!((code, &files[1]), (Some(1), &kinds));
    let doctor = hall.says(&["doctor"]);
    assert!(text(&doctor.stdout).contains("kinds.toml:8: unknown key `ikon`"), "{}", text(&doctor.stdout));
}

#[test]
fn wrong_settings_are_among_what_is_told() {
    let hall = Hall::fresh().with_file("[hub]\nlissten = \"127.0.0.1:1\"\n");
    let (code, files) = rows(&hall, &[]);
    assert_eq!((code, &files[0]["line"], &files[0]["what"]), (Some(1), &json!(2), &json!("settings")));
    let output = Hall::fresh().command().args(["check", "--json"]).env("HALL_SCREEN_KIND", "wal").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json(&output)["files"][0]["file"], "HALL_SCREEN_KIND");
    let missing = Hall::fresh().with_file("[hub]\nkinds = \"nowhere.toml\"\n");
    let (code, files) = rows(&missing, &[]);
    assert_eq!((code, &files[1]["file"], &files[1]["line"]), (Some(1), &json!("nowhere.toml"), &Value::Null));
}

#[test]
fn a_file_of_shifts_is_read_with_the_others_and_by_its_name() {
    let own = include_str!("../../config/duty.toml");
    let hall = Hall::fresh().with_file("[hub]\nduty = \"duty.toml\"\n");
    edit(&hall, "duty.toml", own);
    let said = |args: &[&str]| text(&hall.says(&[&["check"], args].concat()).stdout).to_owned();
    assert!(said(&[]).contains("duty.toml: 3 shifts of a day, 3 posts"), "{}", said(&[]));
    edit(&hall, "duty.toml", &own.replace("to = \"15:30\"", "to = \"15:00\""));
    let wrong = said(&[]);
    assert!(
        wrong.contains("ERROR  duty") && wrong.contains("ends at 15:00, so this one cannot begin at 15:30"),
        "{wrong}"
    );
    assert_eq!(said(&["duty.toml"]).lines().count(), 1);
    assert!(said(&["duty.toml"]).contains("ERROR  duty"), "told apart by its keys");
}

#[test]
fn files_that_are_named_are_told_apart_by_what_they_say() {
    let hall = Hall::fresh();
    let config = |name: &str| format!("{}/config/{name}", env!("CARGO_MANIFEST_DIR"));
    let own = ["hall.toml", "catalogue/kinds.toml", "catalogue/calendar.toml", "scripts/snow-night.toml"];
    let feeds = ["feeds/montgomery-911.toml", "feeds/hongkong-traffic-news.toml", "feeds/sim.toml"];
    let named: Vec<String> = own.into_iter().chain(feeds).skip(1).map(config).collect();
    let (code, files) = rows(&hall, &named.iter().map(String::as_str).collect::<Vec<_>>());
    let sorts: Vec<&str> = files.iter().map(|row| row["what"].as_str().unwrap()).collect();
    assert_eq!((code, sorts), (Some(0), vec!["kinds", "calendar", "script", "mapping", "mapping", "day"]), "{files:?}");
    edit(&hall, "kinds.toml", KINDS);
    edit(&hall, "odd.toml", "\n[hubb]\nlisten = \"x\"\n");
    edit(&hall, "broken.toml", "fallback = \n");
    let mapping = config("feeds/hongkong-traffic-news.toml");
    let (code, files) = rows(&hall, &["kinds.toml", &mapping, "odd.toml", "broken.toml", "none.toml"]);
    let states: Vec<&str> = files.iter().map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!((code, states), (Some(1), vec!["ok", "error", "error", "error", "error"]));
    let problem = |at: usize| files[at]["problem"].as_str().unwrap();
    assert!(problem(1).contains("in the catalogue"), "held against the kinds that were named: {}", problem(1));
    assert!(problem(2).contains("did you mean `hub`?") && files[2]["line"] == 2, "{}", files[2]);
    assert!(files[3]["line"] == 1 && problem(4).contains("cannot be read"), "{files:?}");
}

#[test]
fn a_reload_from_the_command_line_says_what_changed_or_what_is_wrong() {
    let hub = TestHub::start_with(&[("kinds.toml", KINDS)]);
    let hall = Hall::fresh();
    let reload = |address: &str, more: &[&str]| {
        let to = format!("{address}://{}", hub.addr());
        hall.says(&[&["reload", "--connect", &to], more].concat())
    };
    let same = reload("ws", &[]);
    assert_eq!(same.status.code(), Some(0), "{}", text(&same.stderr));
    assert!(text(&same.stdout).contains("nothing changed"), "{}", text(&same.stdout));
    hub.edit(
        "kinds.toml",
        &KINDS.replace("urgent_hours = 1 ", "urgent_hours = 2 ").replace("code = '2'", "code = '3'"),
    );
    let said = reload("http", &[]);
    let line = "2 kinds in force: 1 added, 1 removed, 0 changed, 1 with other limits\n";
    assert_eq!((said.status.code(), text(&said.stdout)), (Some(0), line));
    hub.edit("kinds.toml", "fallback = 1\n");
    let wrong = reload("http", &["--json"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert_eq!(json(&wrong)["line"], 1);
    assert!(text(&wrong.stderr).contains("kinds.toml:1: "), "{}", text(&wrong.stderr));
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let unheard = hall.command().arg("reload").env("HALL_HUB_LISTEN", nobody.to_string()).output().unwrap();
    assert_eq!(unheard.status.code(), Some(1));
    let said = text(&unheard.stderr);
    assert!(said.contains("cannot reach the hub") && said.contains(&nobody.to_string()), "{said}");
}

/// A hub of the real program; killed where the test fails.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[cfg(unix)]
#[test]
fn a_hub_takes_its_files_anew_at_a_hangup_and_goes_on() {
    let hall = home(KINDS, CALENDAR);
    let key = hall.says(&["user", "add", "desk", "--role", "shift_chief", "--key", "--data", "data"]);
    let mut command = hall.command();
    command.args(["hub", "--listen", "127.0.0.1:0", "--data", "data", "--json"]);
    let mut hub = Served(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
    let mut first = String::new();
    BufReader::new(hub.0.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let told: Value = serde_json::from_str(&first).unwrap();
    let transport = SocketTransport::new(told["url"].as_str().unwrap()).unwrap();
    let mut screen = Screen::with(transport, Pace::Off, Some(text(&key.stdout).trim()));
    screen.until("the city's own kinds", |screen| screen.hall.catalogue().is_some_and(|texts| texts.kinds == KINDS));
    let hang_up = |hub: &Served| {
        assert!(Command::new("kill").args(["-HUP", &hub.0.id().to_string()]).status().unwrap().success());
    };
    let mut said = BufReader::new(hub.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    edit(&hall, "kinds.toml", &KINDS.replacen("icon", "ikon", 1));
    hang_up(&hub);
    assert!(said.any(|line| line.contains("kinds.toml:8: unknown key `ikon`")), "the log names file and line");
    let edited = KINDS.replace("urgent_hours = 1 ", "urgent_hours = 2 ");
    edit(&hall, "kinds.toml", &edited);
    hang_up(&hub);
    screen.until("the edited file", |screen| screen.hall.catalogue().is_some_and(|texts| texts.kinds == edited));
    assert!(said.any(|line| line.contains("1 with other limits")));
}
