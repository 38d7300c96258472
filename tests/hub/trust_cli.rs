//! People, tokens and the audit chain as an operator has them on the command line.

use std::io::{BufRead, BufReader, Lines, Write};
use std::net::SocketAddr;
use std::process::{Child, ChildStderr, Output, Stdio};

use serde_json::Value;

use crate::cli::{Hall, json, text};
use crate::kit::http_as;

/// A hub of the real program with a folder of its own; killed where the test fails.
struct Served {
    child: Child,
    url: String,
    /// What it said before it listened.
    said: Vec<String>,
    /// Where it says more; a hub that nobody listens to would stumble over it.
    _more: Lines<BufReader<ChildStderr>>,
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Served {
    /// `lines`: how many it says before it listens.
    fn at(hall: &Hall, lines: usize) -> Self {
        let mut command = hall.command();
        command.args(["hub", "--listen", "127.0.0.1:0", "--data", "data", "--json"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let told: Value = serde_json::from_str(&first).unwrap();
        let mut more = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = more.by_ref().take(lines).map_while(Result::ok).collect();
        Self { child, url: told["url"].as_str().unwrap().replace("ws:", "http:"), said, _more: more }
    }

    #[cfg(unix)]
    fn stop(mut self) {
        let stopped = std::process::Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(stopped.success() && self.child.wait().unwrap().success());
    }
}

/// A command that is given one line.
fn given(hall: &Hall, line: &str, args: &[&str]) -> Output {
    let mut command = hall.command();
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A wrong command line is refused before anything is read.
    drop(writeln!(child.stdin.take().unwrap(), "{line}"));
    child.wait_with_output().unwrap()
}

#[cfg(unix)]
#[test]
fn a_hall_is_set_up_signed_in_at_and_reloaded_by_who_may() {
    use std::os::unix::fs::PermissionsExt as _;
    let hall = Hall::fresh();
    let hub = Served::at(&hall, 4);
    let token =
        hub.said.iter().map(|line| line.trim()).find(|line| line.len() == 64).expect("a set-up token").to_owned();
    let set_up = ["user", "add", "chen", "--setup-token", &token, "--connect", &hub.url];
    let done = given(&hall, "long enough", &set_up);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert_eq!(given(&hall, "long enough", &set_up).status.code(), Some(1), "the token works once");
    // The folder's owner adds people while the hub runs.
    let add = ["user", "add", "ops", "--role", "system_administrator", "--data", "data"];
    assert_eq!(given(&hall, "short", &add).status.code(), Some(2));
    assert_eq!(given(&hall, "long enough", &add).status.code(), Some(0));

    let reload = ["reload", "--connect", &hub.url];
    let refused = hall.says(&reload);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("hall sign-in"), "{}", text(&refused.stderr));
    let sign_in =
        |name: &str, password: &str| given(&hall, password, &["sign-in", "--connect", &hub.url, "--name", name]);
    assert!(text(&sign_in("chen", "long enough!").stderr).contains("wrong name or password"));
    assert_eq!(sign_in("chen", "long enough").status.code(), Some(0));
    let refused = hall.says(&reload);
    assert!(text(&refused.stderr).contains("`catalogue`"), "{}", text(&refused.stderr));
    assert_eq!(sign_in("ops", "long enough").status.code(), Some(0));
    assert_eq!(hall.says(&reload).status.code(), Some(0));
    let folder = hall.home.path().join(".config/command-hall");
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(std::fs::metadata(&files[0]).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(hall.says(&["sign-out", "--connect", &hub.url]).status.code(), Some(0));
    assert!(!files[0].exists());
    assert_eq!(hall.says(&reload).status.code(), Some(1));
    hub.stop();

    let sound = hall.says(&["audit", "verify", "--data", "data", "--json"]);
    assert_eq!((sound.status.code(), &json(&sound)["sound"]), (Some(0), &Value::Bool(true)));
    let head = hall.says(&["audit", "head", "--data", "data"]);
    let head = text(&head.stdout).trim().to_owned();
    assert_eq!(json(&sound)["head"], head);
    assert!(
        std::fs::read_to_string(hall.home.path().join("data/audit.head")).unwrap().contains(&head),
        "kept on a stop"
    );
    let sql = rusqlite::Connection::open(hall.home.path().join("data/facts.db")).unwrap();
    sql.execute("UPDATE audit SET who = 'person nobody' WHERE asked = 'sign in' AND who = 'person ops'", []).unwrap();
    drop(sql);
    let found = hall.says(&["audit", "verify", "--data", "data", "--json"]);
    assert_eq!((found.status.code(), json(&found)["fault"].as_str()), (Some(1), Some("changed")));
    assert!(text(&found.stderr).contains("was changed or moved"), "{}", text(&found.stderr));
}

#[test]
fn people_are_listed_and_what_cannot_be_is_a_usage_error() {
    let hall = Hall::fresh();
    let run = |args: &[&str]| given(&hall, "long enough", &[&["user"], args, &["--data", "data"]].concat());
    let added =
        run(&["add", "li", "--shown", "李雷", "--role", "dispatcher", "--role", "acceptor", "--area", "东城/南街"]);
    assert_eq!(added.status.code(), Some(0), "{}", text(&added.stderr));
    let key = run(&["add", "--source", "12345"]);
    assert_eq!(text(&key.stdout).trim().len(), 64);
    assert_eq!(run(&["disable", "12345"]).status.code(), Some(0));
    let listed = run(&["list", "--json"]);
    let rows: Vec<Value> = text(&listed.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&rows[0]["name"], &rows[0]["disabled"], &rows[0]["by_key"]),
        (&"12345".into(), &true.into(), &true.into())
    );
    assert_eq!((&rows[1]["shown"], &rows[1]["area"]), (&"李雷".into(), &"东城/南街".into()));
    assert_eq!(rows[1]["roles"], serde_json::json!(["dispatcher", "acceptor"]));
    for wrong in [
        &["add", "li", "--role", "leader"][..],
        &["add", "wang", "--role", "emperor"],
        &["add", "wang", "--role", "source"],
        &["add", "wang", "--role", "auditor", "--role", "system_administrator"],
        &["add", "wang", "--role", "leader", "--area", "a/b/c/d/e"],
        &["add", "wang"],
        &["disable", "nobody"],
        &["reset", "12345"],
    ] {
        assert_eq!(run(wrong).status.code(), Some(2), "{wrong:?}");
    }
}

#[test]
fn who_is_disabled_or_reset_on_the_command_line_is_signed_out_of_a_hub_that_runs() {
    let hall = Hall::fresh();
    let user = |line: &str, args: &[&str]| given(&hall, line, &[&["user"], args, &["--data", "data"]].concat());
    let done = |line: &str, args: &[&str]| {
        let output = user(line, args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", text(&output.stderr));
        text(&output.stdout).trim().to_owned()
    };
    done("long enough", &["add", "li", "--role", "shift_chief"]);
    let hub = Served::at(&hall, 0);
    let addr: SocketAddr = hub.url.trim_start_matches("http://").parse().unwrap();
    let sees = |token: &str| http_as(addr, token, "GET", "/api/incidents", "").0;
    let file = hall.home.path().join("li.token");
    let sign_in = |password: &str| {
        let args = ["sign-in", "--connect", &hub.url, "--name", "li", "--out", "li.token"];
        let signed_in = given(&hall, password, &args).status.success();
        signed_in.then(|| std::fs::read_to_string(&file).unwrap().trim().to_owned())
    };
    let states = || {
        let listed = done("", &["list", "--json"]);
        let row: Value = serde_json::from_str(&listed).unwrap();
        (row["disabled"].clone(), row["by_key"].clone())
    };
    let first = sign_in("long enough").expect("a token");
    assert_eq!((sees(&first), states()), (200, (false.into(), false.into())));

    done("", &["disable", "li"]);
    assert_eq!((sees(&first), sign_in("long enough"), states()), (401, None, (true.into(), false.into())));
    assert!(done("", &["list"]).ends_with("disabled"));
    done("", &["enable", "li"]);
    assert_eq!(sees(&first), 401, "what was ended stays so");
    let second = sign_in("long enough").expect("a token again");
    assert_eq!((sees(&second), states().0), (200, false.into()));
    assert!(!done("", &["list"]).contains("disabled"));

    // Another password ends what was begun with the one before; one that is too short changes nothing.
    assert_eq!(done("quite another", &["reset", "li"]), "", "a password is told to nobody");
    assert_eq!((sees(&second), sign_in("long enough")), (401, None));
    assert_eq!(user("short", &["reset", "li"]).status.code(), Some(2));
    let third = sign_in("quite another").expect("a token of the new password");

    // A key instead: it is told once, needs no sign-in, and is locked out as a password is.
    let key = done("", &["reset", "li", "--key"]);
    assert_eq!((key.len(), sees(&third), sees(&key)), (64, 401, 200));
    assert_eq!((sign_in("quite another"), states()), (None, (false.into(), true.into())));
    done("", &["disable", "li"]);
    assert_eq!(sees(&key), 401);
    done("", &["enable", "li"]);
    assert_eq!(sees(&key), 200);
    for nobody in [&["reset", "wang", "--key"][..], &["enable", "wang"], &["disable", "wang"]] {
        let refused = user("", nobody);
        assert_eq!(refused.status.code(), Some(2), "{nobody:?}");
        assert!(text(&refused.stderr).contains("wang"), "{}", text(&refused.stderr));
    }
}

#[test]
fn a_hub_on_a_network_without_a_certificate_says_what_to_do() {
    let hall = Hall::fresh();
    let said = hall.says(&["hub", "--listen", "0.0.0.0:0", "--data", "data"]);
    assert_eq!(said.status.code(), Some(1));
    assert!(text(&said.stderr).contains("hub.tls_certificate") && text(&said.stderr).contains("--insecure-lan"));
    let output = hall.command().args(["hub", "--data", "data"]).env("HALL_HUB_TLS_KEY", "hub.key").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}
