//! The command line as a script sees it: exit status, what is data, what is a message.

use std::process::{Command, Output};

use command_hall::ground::{demo, pack::writer};
use command_hall::hub::{Data, HubOptions};

/// The real program in an empty home, with nothing of the tester's settings.
pub(crate) struct Hall {
    pub(crate) home: tempfile::TempDir,
}

impl Hall {
    pub(crate) fn fresh() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn with_file(self, text: &str) -> Self {
        std::fs::create_dir_all(self.home.path().join("config")).unwrap();
        std::fs::write(self.home.path().join("config/hall.toml"), text).unwrap();
        self
    }

    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hall"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HALL_")) {
            command.env_remove(name);
        }
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "DISPLAY", "WAYLAND_DISPLAY"] {
            command.env_remove(name);
        }
        command.current_dir(self.home.path()).env("HOME", self.home.path());
        command
    }

    pub(crate) fn says(&self, args: &[&str]) -> Output {
        self.command().args(args).output().unwrap()
    }
}

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

pub(crate) fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_wrong_flag_is_a_usage_error_with_nothing_on_standard_output() {
    for wrong in [&["--screen", "wal"][..], &["bench"], &["import"], &["no-such-command"]] {
        let output = Hall::fresh().says(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{wrong:?}");
    }
}

#[test]
fn a_wrong_setting_names_file_line_and_the_nearest_right_key() {
    let output = Hall::fresh().with_file("[hub]\n\nlissten = \"127.0.0.1:1\"\n").says(&["config", "show"]);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("hall.toml:3: unknown key `hub.lissten`; did you mean `listen`?"), "{said}");
}

#[test]
fn config_show_tells_where_each_value_came_from() {
    let hall = Hall::fresh().with_file("[hub]\nlisten = \"127.0.0.1:1\"\n");
    let output = hall.command().args(["config", "show", "--json"]).env("HALL_SCREEN_KIND", "wall").output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let shown = json(&output);
    assert_eq!(shown["hub.listen"]["value"], "127.0.0.1:1");
    assert!(shown["hub.listen"]["origin"].as_str().unwrap().ends_with("hall.toml:2"));
    assert_eq!(shown["screen.kind"]["origin"], "HALL_SCREEN_KIND in the environment");
    assert_eq!(shown["screen.language"]["origin"], "default");
}

#[test]
fn a_demo_city_is_made_and_counted() {
    let hall = Hall::fresh();
    let output = hall.says(&["demo-city", "--buildings", "5000", "--out", "maps/small", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(json(&output)["buildings"].as_u64().unwrap() >= 4_750);
    assert!(hall.home.path().join("maps/small/pack.toml").exists());
    for wrong in ["4999", "2000001"] {
        let output = hall.says(&["demo-city", "--buildings", wrong, "--out", "maps/wrong"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("5000 to 2000000"), "{}", text(&output.stderr));
        assert!(!hall.home.path().join("maps/wrong").exists());
    }
}

#[test]
fn what_was_chosen_on_a_screen_is_a_setting_and_damage_is_told_and_passed_over() {
    let hall = Hall::fresh().with_file("[screen]\ntheme = \"auto\"\n");
    let folder = hall.home.path().join(".config/command-hall");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("chosen.toml");
    let shown = |zoom: Option<&str>| {
        let mut command = hall.command();
        command.args(["config", "show", "--json"]);
        command.args(zoom.map(|zoom| ["--zoom", zoom]).into_iter().flatten());
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let value = |name: &str| json(&output)[name]["value"].as_str().unwrap().to_owned();
        let rows = ["screen.quality", "screen.theme", "screen.zoom"].map(value);
        (rows, text(&output.stderr).to_owned())
    };
    std::fs::write(&file, "version = 1\n\"screen.quality\" = \"wall\"\n\"screen.theme\" = \"light\"\n").unwrap();
    let (rows, said) = shown(Some("150"));
    assert_eq!((rows, said.as_str()), (["wall", "auto", "150"].map(str::to_owned), ""));
    let damaged = "version = 1\n\"screen.quality\" = \"wal";
    std::fs::write(&file, damaged).unwrap();
    let (rows, said) = shown(None);
    assert_eq!(rows, ["auto", "auto", "100"].map(str::to_owned));
    assert!(said.contains("chosen.toml") && said.contains("move the file away"), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), damaged);
}

#[test]
fn a_failed_import_says_why_and_leaves_no_pack() {
    let hall = Hall::fresh();
    std::fs::write(hall.home.path().join("empty.osm.pbf"), b"").unwrap();
    let output = hall.says(&["import", "empty.osm.pbf", "--out", "maps/mine", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(text(&output.stderr).contains("empty.osm.pbf is empty"), "{}", text(&output.stderr));
    assert!(!hall.home.path().join("maps/mine").exists());
}

#[test]
fn without_a_display_or_screens_the_hall_says_what_to_do() {
    let output = Hall::fresh().says(&[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("hall hub"), "{}", text(&output.stderr));
}

#[test]
fn every_command_has_examples() {
    let commands: [&[&str]; 15] = [
        &[],
        &["hub"],
        &["import"],
        &["demo-city"],
        &["sim"],
        &["feed"],
        &["shot"],
        &["bench", "twin"],
        &["bench", "import"],
        &["bench", "fanout"],
        &["bench", "sim"],
        &["doctor"],
        &["check"],
        &["reload"],
        &["config", "show"],
    ];
    for command in commands {
        let mut args = command.to_vec();
        args.push("--help");
        let output = Hall::fresh().says(&args);
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).contains("Example"), "{command:?}");
    }
}

#[test]
fn scripts_are_listed_in_both_languages_and_a_wrong_name_is_a_usage_error() {
    let output = Hall::fresh().says(&["sim", "--list", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let rows: Vec<serde_json::Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 5);
    assert!(rows.iter().all(|row| row["title"]["zh"] != row["title"]["en"] && row["about"]["en"].is_string()));
    let output = Hall::fresh().says(&["sim", "--script", "tower"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("tower-fire"), "{}", text(&output.stderr));
}

#[test]
fn a_scripted_emergency_runs_from_the_command_line_to_its_end() {
    let hall = Hall::fresh();
    writer::write(&demo::generate(1, 1_500), &hall.home.path().join("city"), "").unwrap();
    let args =
        ["sim", "--script", "metro-crowd", "--speed", "600", "--city", "city", "--listen", "127.0.0.1:0", "--json"];
    let output = hall.says(&args);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let rows: Vec<serde_json::Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let last = rows.last().unwrap();
    assert_eq!(last["script"], "metro-crowd");
    assert!(last["incidents"].as_u64().unwrap() >= 3, "{last}");
    // Nobody helped: it went to the worst grade.
    assert!(rows.iter().any(|row| row["what"] == "regraded" && row["grade"] == "Ⅰ"), "{rows:?}");
}

#[test]
fn a_script_of_another_season_begins_in_its_season() {
    let hall = Hall::fresh();
    writer::write(&demo::generate(1, 1_500), &hall.home.path().join("city"), "").unwrap();
    let play = |more: &[&str]| {
        let args = [&["sim", "--script", "snow-night", "--speed", "600", "--city", "city", "--json"], more].concat();
        let output = hall.says(&[&args[..], &["--listen", "127.0.0.1:0"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let rows: Vec<serde_json::Value> =
            text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (rows, text(&output.stderr).to_owned())
    };
    let (rows, said) = play(&[]);
    let first = rows[0]["at"].as_i64().unwrap();
    let month = chrono::DateTime::from_timestamp_millis(first).unwrap().format("%m").to_string();
    // An offset from UTC can make the last evening of a month of the first one of the next.
    assert!(["11", "12", "01", "02", "03"].contains(&month.as_str()), "{}", rows[0]);
    let now = chrono::Utc::now().timestamp_millis();
    assert!(first - now < 600_000 || said.contains("the day begins at 20"), "{said}");
    assert!(rows.iter().all(|row| !row.to_string().contains("演练")), "{rows:?}");
    // Whoever names a moment gets it.
    let (rows, said) = play(&["--start", "2026-07-06T12:00", "--for", "30"]);
    assert!(!said.contains("the day begins at"), "{said}");
    let warning = rows.iter().find(|row| row["kind"] == "30109").unwrap();
    assert!(warning["detail"].as_str().unwrap().starts_with("【演练】"), "{warning}");
}

const CALLS: &str = "lat,lng,desc,zip,title,timeStamp,twp,addr,e\n\
    40.12,-75.34,CHERRY ST,19401,Traffic: VEHICLE ACCIDENT -,2015-12-10 17:40:00,NORRISTOWN,CHERRY ST,1\n";

/// A home with one call to play; the arguments that play it into a hub.
fn with_calls(to: std::net::SocketAddr, calls: &str) -> (Hall, Vec<String>) {
    let hall = Hall::fresh();
    std::fs::write(hall.home.path().join("calls.csv"), calls).unwrap();
    writer::write(&demo::generate(1, 100), &hall.home.path().join("city"), "").unwrap();
    let map = format!("{}/config/feeds/montgomery-911.toml", env!("CARGO_MANIFEST_DIR"));
    let to = format!("http://{to}");
    let args = ["feed", "calls.csv", "--city", "city", "--map", &map, "--to", &to, "--speed", "1000", "--gap", "1"];
    (hall, args.map(str::to_owned).to_vec())
}

#[test]
fn a_feed_tells_what_was_new_from_what_the_hub_had_already() {
    let hub = crate::kit::TestHub::start();
    let (hall, args) = with_calls(hub.addr(), CALLS);
    let play = |more: &[&str]| {
        let output = hall.command().args(&args).args(more).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        output
    };
    let count = |output: &Output, name: &str| json(output)[name].as_u64().unwrap();
    let first = play(&["--json"]);
    // the call and its end by rule
    assert_eq!((count(&first, "played"), count(&first, "changed"), count(&first, "had_already")), (2, 2, 0));
    let again = play(&["--json"]);
    assert_eq!((count(&again, "played"), count(&again, "changed"), count(&again, "had_already")), (2, 0, 2));
    assert!(text(&play(&[]).stdout).contains("0 told something new, 2 were known"));
}

#[test]
fn a_feed_of_which_every_row_is_refused_fails_with_the_reasons() {
    let hub = crate::kit::TestHub::start();
    for calls in [CALLS.replace("2015-12-10", "1915-12-10"), CALLS.replace("2015-12-10 17:40:00", "yesterday")] {
        let (hall, args) = with_calls(hub.addr(), &calls);
        let output = hall.command().args(&args).arg("--json").output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        assert_eq!((json(&output)["played"].as_u64(), json(&output)["changed"].as_u64()), (Some(0), Some(0)));
        let said = text(&output.stderr);
        assert!(
            said.contains("every row was refused") && (said.contains("1970") || said.contains("no time")),
            "{said}"
        );
    }
}

#[test]
fn a_feed_that_cannot_be_played_so_is_a_usage_error() {
    let nowhere = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
    let (hall, args) = with_calls(nowhere, CALLS);
    for speed in ["0", "-3", "nan", "5000", "inf", "fast"] {
        let args: Vec<&str> = args.iter().map(|arg| if arg == "1000" { speed } else { arg }).collect();
        let output = hall.says(&args);
        assert_eq!(output.status.code(), Some(2), "{speed}");
        assert!(text(&output.stderr).contains("1 to 1000"), "{speed}: {}", text(&output.stderr));
    }
    let map = std::fs::read_to_string(args.iter().find(|arg| arg.contains("montgomery-911")).unwrap()).unwrap();
    std::fs::write(hall.home.path().join("wrong.toml"), format!("encoding = \"utf-9\"\n{map}")).unwrap();
    let args: Vec<&str> =
        args.iter().map(|arg| if arg.contains("montgomery-911") { "wrong.toml" } else { arg }).collect();
    let output = hall.says(&args);
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(said.contains("wrong.toml:1: `encoding` = `utf-9` is no encoding; write `utf-8`"), "{said}");
}

#[test]
fn a_feed_without_a_hub_fails_and_still_tells_its_tally() {
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (hall, args) = with_calls(nowhere, CALLS);
    let output = hall.command().args(&args).arg("--json").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json(&output)["played"], 0);
    assert!(text(&output.stderr).contains("cannot reach the hub"), "{}", text(&output.stderr));
}

#[test]
fn a_hub_of_a_real_city_refuses_a_script_and_says_why() {
    let hub = crate::kit::TestHub::start();
    let to = format!("ws://{}", hub.addr());
    let output = Hall::fresh().says(&["sim", "--script", "gas-leak", "--connect", &to]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("only a demo hub"), "{}", text(&output.stderr));
    let output = Hall::fresh().says(&["sim", "--speed", "10", "--connect", &to]);
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_doctor_looks_at_the_database_that_is_there() {
    let hall = Hall::fresh();
    let data = hall.home.path().join("data");
    let check = |name: &str| {
        let output = hall.says(&["doctor", "--json", "--data", "data"]);
        let checks = json(&output)["checks"].as_array().unwrap().clone();
        let found = checks.into_iter().find(|check| check["check"] == name).unwrap();
        (found["state"].as_str().unwrap().to_owned(), format!("{} -> {}", found["found"], found["todo"]))
    };
    assert_eq!(check("database").0, "ok", "none yet");
    std::fs::write(data.join("facts.db"), "no database".repeat(100)).unwrap();
    let (state, said) = check("database");
    assert!(state == "fail" && said.contains("facts.db") && said.contains("move that file away"), "{said}");
    std::fs::remove_file(data.join("facts.db")).unwrap();
    let hub = command_hall::hub::start(HubOptions::embedded(Data::Folder(data.clone()))).unwrap();
    let (state, said) = check("database");
    assert!(state == "warn" && said.contains("another hub is using") && said.contains("--data"), "{said}");
    hub.shutdown();
    let (state, said) = check("database");
    assert!(state == "ok" && said.contains("0 facts"), "{said}");
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::write(&data, "a file where a folder should be").unwrap();
    let (state, said) = check("data");
    assert!(state == "fail" && said.contains("name another folder"), "{said}");
}

#[test]
fn a_hub_that_cannot_start_says_the_true_cause_and_a_way_out() {
    let hall = Hall::fresh();
    let says = |args: &[&str]| {
        let output = hall.says(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        text(&output.stderr).to_owned()
    };
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = taken.local_addr().unwrap().to_string();
    let said = says(&["hub", "--data", "data", "--listen", &at]);
    assert!(said.contains("perhaps another hall") && said.contains(&format!("--connect ws://{at}")), "{said}");
    // 192.0.2.0/24 is for documentation: no machine has it
    let said = says(&["hub", "--data", "data", "--listen", "192.0.2.1:8700", "--insecure-lan"]);
    assert!(said.contains("no address of this machine") && said.contains("0.0.0.0:8700"), "{said}");
    assert!(!said.contains("another hall"), "{said}");
    let doctor = hall.command().arg("doctor").env("HALL_HUB_LISTEN", "192.0.2.1:8700").output().unwrap();
    assert!(text(&doctor.stdout).contains("no address of this machine"), "{}", text(&doctor.stdout));
    std::fs::write(hall.home.path().join("data/facts.db"), "no database".repeat(100)).unwrap();
    let said = says(&["hub", "--data", "data", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("no fact log") && said.contains("move that file away"), "{said}");
    let said = says(&["hub", "--data", "data/facts.db", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("cannot make the folder") && said.contains("name another folder"), "{said}");
    let hub = command_hall::hub::start(HubOptions::embedded(Data::Folder(hall.home.path().join("used")))).unwrap();
    let said = says(&["hub", "--data", "used", "--listen", "127.0.0.1:0"]);
    assert!(said.contains("another hub is using") && said.contains("--data DIR"), "{said}");
    hub.shutdown();
}
