//! `hall doctor`: what is wrong on this machine, and what to do about it.

use std::net::TcpListener;
use std::path::Path;
use std::process::ExitCode;

use command_hall::config::Settings;
use command_hall::config::settings::keys;
use command_hall::ground::City;
use command_hall::store::{FILE, Store, StoreError};
use serde::Serialize;
use serde_json::json;

use super::args::ReportArgs;
use super::check::{self, Looked};
use super::{cure, say, surroundings};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    Ok,
    Warn,
    Fail,
}

/// One line of the examination.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Check {
    #[serde(rename = "check")]
    name: &'static str,
    state: State,
    found: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    todo: String,
}

impl Check {
    pub(crate) fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, state: State::Ok, found: found.into(), todo: String::new() }
    }

    pub(crate) fn warn(name: &'static str, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { name, state: State::Warn, found: found.into(), todo: todo.into() }
    }

    pub(crate) fn fail(name: &'static str, found: impl Into<String>, todo: impl Into<String>) -> Self {
        Self { name, state: State::Fail, found: found.into(), todo: todo.into() }
    }
}

/// Examine all; exit status 1 where something fails.
pub(crate) fn examine(settings: &Settings, args: &ReportArgs) -> ExitCode {
    let mut checks = crate::desktop::checks(settings);
    checks.push(port(settings));
    checks.extend(memory(settings));
    checks.push(city(settings));
    let files = settings.catalogue();
    checks.push(file("kinds", check::kinds(&files), keys::KINDS));
    checks.push(file("calendar", check::calendar(&files), keys::CALENDAR));
    let failed = checks.iter().any(|check| check.state == State::Fail);
    if args.json {
        say::json(&json!({ "ok": !failed, "checks": checks }));
    } else {
        for Check { name, state, found, todo } in &checks {
            let state = match state {
                State::Ok => "ok  ",
                State::Warn => "warn",
                State::Fail => "FAIL",
            };
            say::line(&format!("{state}  {name:10} {found}"));
            if !todo.is_empty() {
                say::line(&format!("                 -> {todo}"));
            }
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn port(settings: &Settings) -> Check {
    let at = settings.listen();
    match TcpListener::bind(at) {
        Ok(_) => Check::ok("port", format!("{at} is free")),
        Err(error) => Check::warn("port", format!("{at}: {error}"), cure::listen(at, &error)),
    }
}

fn memory(settings: &Settings) -> Vec<Check> {
    let folder = match surroundings::data_folder(settings) {
        Ok(folder) => folder,
        Err(error) => return vec![Check::fail("data", error.to_string(), "name a folder with `hub.data` or --data")],
    };
    let shown = folder.display();
    if let Err(error) = writable(&folder) {
        let todo = "give this user the right to write there, or name another folder with `hub.data` or --data";
        return vec![Check::fail("data", format!("{shown}: {error}"), todo)];
    }
    let data = Check::ok("data", format!("{shown} can be written"));
    vec![data, database(&folder)]
}

/// The log that is there; where there is none, whether one could be.
fn database(folder: &Path) -> Check {
    let log = folder.join(FILE);
    match Store::look(folder) {
        Ok(Some(facts)) => Check::ok("database", format!("{} holds {facts} facts", log.display())),
        Ok(None) => {
            let probe = folder.join(format!(".doctor-{}", std::process::id()));
            let opened = Store::open(&probe).map(drop);
            drop(std::fs::remove_dir_all(&probe));
            match opened {
                Ok(()) => Check::ok("database", "none yet; SQLite opens, writes and syncs there"),
                Err(error) => Check::fail("database", error.to_string(), cure::store(&error)),
            }
        }
        // What a running hub holds is well; a second hub there would not be.
        Err(error @ StoreError::InUse(_)) => Check::warn("database", error.to_string(), cure::store(&error)),
        Err(error) => Check::fail("database", error.to_string(), cure::store(&error)),
    }
}

fn writable(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let probe = folder.join(format!(".doctor-{}.txt", std::process::id()));
    std::fs::write(&probe, b"probe")?;
    std::fs::remove_file(&probe)
}

fn city(settings: &Settings) -> Check {
    let Some(dir) = settings.city() else {
        return Check::ok("city", "the demo city; another with `hall import SOURCE --out DIR`, `hall --city DIR`");
    };
    match City::open(&dir) {
        Ok(city) => {
            let counts = city.meta().counts;
            Check::ok("city", format!("{}: {} buildings, {} roads", city.meta().name, counts.buildings, counts.roads))
        }
        Err(error) => Check::fail("city", error.to_string(), "import it again with `hall import SOURCE --out DIR`"),
    }
}

/// A file of the catalogue as `hall check` finds it.
fn file(name: &'static str, looked: Looked, setting: &str) -> Check {
    match looked.found {
        Ok(found) => Check::ok(name, found),
        Err(error) => Check::fail(name, error.in_full(), format!("mend that line, or leave `{setting}` out")),
    }
}
