//! The first start: the demo city is made where there is none, whatever else happens at that moment.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use command_hall::ground::City;
use serde_json::Value;

use crate::kit;

/// The real program as a demo hub, in a home.
struct DemoHub(Child);

impl DemoHub {
    fn start(home: &Path, more: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hall"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HALL_")) {
            command.env_remove(name);
        }
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
            command.env_remove(name);
        }
        command.current_dir(home).env("HOME", home);
        command.args(["hub", "--demo", "--json", "--listen", "127.0.0.1:0"]).args(more);
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// Wait until it listens.
    fn addr(&mut self) -> SocketAddr {
        let mut line = String::new();
        BufReader::new(self.0.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}{}", self.complaint()));
        said["listening"].as_str().unwrap().parse().unwrap()
    }

    /// What it says on standard error until it ends.
    fn complaint(&mut self) -> String {
        let mut said = String::new();
        self.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        said
    }

    /// SIGKILL; what it had said on standard error.
    fn kill(mut self) -> String {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
        self.complaint()
    }
}

impl Drop for DemoHub {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Cases open on a hub once its day is told: kind and place.
fn cases(addr: SocketAddr) -> BTreeSet<String> {
    let seq = || kit::get(addr, "/api/health").1["seq"].as_u64().unwrap();
    let mut before = 0;
    while before == 0 || before != seq() {
        before = seq();
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let (status, answer) = kit::get(addr, "/api/incidents?open=true&limit=1000");
    assert_eq!(status, 200);
    answer["incidents"].as_array().unwrap().iter().map(|i| format!("{} {}", i["kind"], i["place"])).collect()
}

/// What lies in the folder of what can be made again.
fn cache(home: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(home.join(".cache/command-hall")).into_iter().flatten();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn cities(home: &Path) -> Vec<PathBuf> {
    let names = cache(home).into_iter().filter(|name| name.starts_with("demo-city-"));
    names.map(|name| home.join(".cache/command-hall").join(name)).collect()
}

/// Wait for something in the folder.
fn until(home: &Path, what: &str) {
    let begun = std::time::Instant::now();
    while !cache(home).iter().any(|name| name.contains(what)) {
        assert!(begun.elapsed().as_secs() < 120, "no {what} in {:?}", cache(home));
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

#[test]
fn two_starts_at_once_after_killed_ones_make_one_city_and_the_seed_makes_city_and_day() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    // killed while the city is made, and while it is written
    let seed = ["--seed", "5"];
    let first = DemoHub::start(home, &seed);
    until(home, ".lock");
    first.kill();
    assert_eq!(cities(home), Vec::<PathBuf>::new());
    let second = DemoHub::start(home, &seed);
    until(home, ".part-");
    let said = second.kill();
    assert!(said.contains("making the demo city"), "whoever waits is told for what: {said}");

    let (mut a, mut b) = (DemoHub::start(home, &seed), DemoHub::start(home, &seed));
    let (a, b) = (a.addr(), b.addr());
    let cities = cities(home);
    assert_eq!(cities.len(), 1, "{cities:?}");
    let city = City::open(&cities[0]).unwrap();
    assert_eq!(city.meta().sources[0].file, "demo city, seed 5");
    assert!(cache(home).iter().all(|name| !name.contains(".part-")), "{:?}", cache(home));

    let mut other = DemoHub::start(home, &["--seed", "6", "--city", cities[0].to_str().unwrap()]);
    let days = [a, b, other.addr()].map(cases);
    let shared = |i: usize, j: usize| days[i].intersection(&days[j]).count();
    assert!(shared(0, 1) * 2 > days[0].len(), "the same seed, another day: {days:?}");
    assert!(shared(0, 2) * 10 < days[0].len(), "another seed, the same day: {days:?}");
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join(".cache"), "no folder").unwrap();
    let mut hub = DemoHub::start(home.path(), &[]);
    let said = hub.complaint();
    assert_eq!(hub.0.wait().unwrap().code(), Some(1));
    assert!(said.contains("cannot make the folder") && said.contains(".cache/command-hall"), "{said}");
}
