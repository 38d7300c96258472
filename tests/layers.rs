//! The floors of the house, checked from its own source and its tree of crates.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What each floor may use. `cli` is where everything meets.
const FLOORS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("config", &["domain"]),
    ("ground", &["config", "domain"]),
    ("wire", &["config", "domain"]),
    ("store", &["wire", "ground", "config", "domain"]),
    ("feeds", &["store", "wire", "ground", "config", "domain"]),
    ("hub", &["feeds", "store", "wire", "ground", "config", "domain"]),
    ("link", &["wire", "config", "domain"]),
    ("bench", &["hub", "link", "feeds", "wire", "store", "config", "domain"]),
    ("screen", &["link", "ground", "config", "domain"]),
    ("cli", &["screen", "bench", "link", "hub", "feeds", "store", "wire", "ground", "config", "domain"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files
}

/// Lines of a file, with their numbers, that are neither comments nor tests.
fn product_lines(path: &Path) -> Vec<(usize, String)> {
    product_lines_of(&fs::read_to_string(path).unwrap())
}

/// The same of a text: only the item below each `#[cfg(test)]` is left out, up to its `;` or to the `}` that stands as
/// far left as the attribute, which is where rustfmt puts it.
fn product_lines_of(text: &str) -> Vec<(usize, String)> {
    let mut product = Vec::new();
    let mut lines = (1..).zip(text.lines());
    while let Some((number, line)) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            let left = line.len() - line.trim_start().len();
            let ends = |line: &str| {
                let own = line.len() - line.trim_start().len() == left && !line.trim_start().starts_with("#[");
                own && (line.ends_with(';') || line.ends_with('}') || line.ends_with(','))
            };
            lines.find(|(_, line)| ends(line));
        } else if !line.trim_start().starts_with("//") {
            product.push((number, line.to_owned()));
        }
    }
    product
}

#[test]
fn what_follows_the_tests_of_a_file_is_looked_at() {
    let text = "\
#[cfg(test)]
mod tests;

use crate::hub::Hub;

#[cfg(test)]
#[path = \"more.rs\"]
mod more {
    use crate::screen::app;

    fn one() {}
}
// use crate::link::Link;
impl Hub {
    #[cfg(test)]
    fn two() {
        crate::feeds::start();
    }

    fn three() -> crate::store::Store {}
}
";
    let named: Vec<(usize, &str)> = product_lines_of(text)
        .into_iter()
        .flat_map(|(number, line)| floors_named(&line).into_iter().map(move |floor| (number, floor)))
        .collect();
    assert_eq!(named, [(4, "hub"), (20, "store")]);
}

fn is_test(path: &Path) -> bool {
    path.file_name().and_then(|n| n.to_str()).is_some_and(|n| n == "tests.rs" || n.ends_with("_tests.rs"))
        || path.components().any(|c| c.as_os_str() == "tests")
}

fn product_files(dir: &Path) -> Vec<PathBuf> {
    rust_files(dir).into_iter().filter(|path| !is_test(path)).collect()
}

/// The floors that a line names as `crate::floor`.
fn floors_named(line: &str) -> Vec<&'static str> {
    let mut named = Vec::new();
    for (at, found) in line.match_indices("crate::") {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|letter| letter == '$' || letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        let rest = &line[at + found.len()..];
        let words: Vec<&str> = match rest.strip_prefix('{') {
            Some(list) => list.split([',', '}']).map(|name| name.trim().split("::").next().unwrap_or("")).collect(),
            None => vec![rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or("")],
        };
        named.extend(FLOORS.iter().map(|f| f.0).filter(|floor| words.contains(floor)));
    }
    named
}

#[test]
fn a_floor_uses_only_what_stands_below_it() {
    let mut wrong = Vec::new();
    for (floor, below) in FLOORS {
        let dir = root().join("src").join(floor);
        if !dir.exists() {
            continue;
        }
        for path in product_files(&dir) {
            for (number, line) in product_lines(&path) {
                for used in floors_named(&line) {
                    if used != *floor && !below.contains(&used) {
                        let file = path.strip_prefix(root()).unwrap().display().to_string();
                        wrong.push(format!("{file}:{number}: {floor} must not use {used}: {}", line.trim()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_folder_of_the_source_is_a_floor() {
    for entry in fs::read_dir(root().join("src")).unwrap().map(Result::unwrap).filter(|e| e.path().is_dir()) {
        let name = entry.file_name().into_string().unwrap();
        assert!(FLOORS.iter().any(|f| f.0 == name), "src/{name} is no floor: give it a place in tests/layers.rs");
    }
}

#[test]
fn the_engine_stays_on_its_floor() {
    for (floor, _) in FLOORS.iter().filter(|f| !["screen", "cli"].contains(&f.0)) {
        for path in product_files(&root().join("src").join(floor)) {
            for (number, line) in product_lines(&path) {
                let engine =
                    ["bevy::", "bevy_egui::", "egui::", "wgpu::", "winit::"].iter().find(|e| line.contains(**e));
                assert!(engine.is_none(), "{}:{number} uses the engine: {line}", path.display());
            }
        }
    }
}

#[test]
fn the_domain_reads_no_clock_no_file_and_no_network() {
    for path in product_files(&root().join("src/domain")) {
        for (number, line) in product_lines(&path) {
            for banned in ["std::fs", "std::net", "std::env", "SystemTime", "Instant::", "tokio", "async fn", "rand::"]
            {
                assert!(!line.contains(banned), "{}:{number} uses {banned}", path.display());
            }
        }
    }
}

#[test]
fn the_desktop_switch_stands_in_lib_and_main_only() {
    for path in rust_files(&root().join("src")) {
        let allowed = ["src/lib.rs", "src/main.rs"].iter().any(|f| root().join(f) == path);
        let switched = fs::read_to_string(&path).unwrap().contains("feature = \"desktop\"");
        assert!(allowed || !switched, "{} asks for the feature `desktop`", path.display());
    }
}

#[test]
fn main_stays_small() {
    let lines = fs::read_to_string(root().join("src/main.rs")).unwrap().lines().count();
    assert!(lines < 150, "src/main.rs has {lines} lines");
}

#[test]
fn no_text_for_people_stands_in_the_source() {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let mut wrong = Vec::new();
    // Map data is Chinese itself: the importer reads its words.
    let words = root().join("src/ground/import/words.rs");
    for path in product_files(&root().join("src")).into_iter().filter(|p| *p != words) {
        for (number, line) in product_lines(&path) {
            let code = line.split("//").next().unwrap_or_default();
            if code.contains('"') && code.chars().any(han) {
                wrong.push(format!("{}:{number}: {}", path.strip_prefix(root()).unwrap().display(), line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "texts belong in assets/i18n, names in config and data:\n{}", wrong.join("\n"));
}

/// Packages in the tree of crates: name to versions. Offline: the lock file and the fetched crates say all.
fn tree(arguments: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root()).args(["tree", "--locked", "--offline", "--prefix", "none", "-e", "normal,build"]);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let mut packages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let mut words = line.split_whitespace();
        if let (Some(name), Some(version)) = (words.next(), words.next()) {
            packages.entry(name.to_owned()).or_default().insert(version.to_owned());
        }
    }
    packages
}

#[test]
fn the_hub_alone_holds_no_engine() {
    let packages = tree(&["--no-default-features"]);
    assert!(packages.contains_key("axum"), "the tree is that of the hub");
    for name in packages.keys() {
        let engine =
            ["bevy", "egui", "wgpu", "winit", "naga"].iter().any(|e| name == e || name.starts_with(&format!("{e}_")));
        assert!(!engine, "the hub-only build holds {name}");
    }
}

#[test]
fn each_big_crate_is_in_the_tree_once() {
    let packages = tree(&[]);
    for name in [
        "axum",
        "bevy",
        "bevy_ecs",
        "bevy_egui",
        "egui",
        "geo",
        "hyper",
        "image",
        "reqwest",
        "rusqlite",
        "rustls",
        "tokio",
        "tungstenite",
        "wgpu",
        "winit",
    ] {
        let versions = packages.get(name).map_or(0, BTreeSet::len);
        assert!(versions <= 1, "{name} is in the tree in {versions} versions: {:?}", packages.get(name));
    }
}

#[test]
fn no_licence_binds_the_hall() {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root()).args([
        "tree",
        "--locked",
        "--offline",
        "--prefix",
        "none",
        "-e",
        "normal",
        "-f",
        "{p}\t{l}",
    ]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let Some((package, licence)) = line.split_once('\t') else { continue };
        let choices: Vec<&str> = licence.trim_end_matches(" (*)").split(" OR ").collect();
        let bound = |choice: &&str| choice.contains("GPL");
        assert!(!choices.iter().all(bound), "{package} is under {licence}");
    }
}
