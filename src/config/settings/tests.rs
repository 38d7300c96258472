use super::*;

fn from_file(text: &str) -> Result<Settings, ConfigError> {
    Settings::from_sources(&Sources { files: vec![Document::new("hall.toml", text)], ..Sources::default() })
}

fn complaint(text: &str) -> String {
    from_file(text).expect_err("wrong on purpose").to_string()
}

#[test]
fn the_stronger_source_wins_and_says_so() {
    let mut sources = Sources {
        files: vec![
            Document::new("config/hall.toml", "[hub]\nlisten = '127.0.0.1:1'\n[screen]\nkind = 'wall'\n"),
            Document::new("user.toml", "[hub]\n\nlisten = '127.0.0.1:2'\n"),
        ],
        ..Sources::default()
    };
    let origin =
        |settings: &Settings| settings.all().find(|(name, ..)| *name == keys::LISTEN).map(|(_, _, o)| o.clone());
    let settings = Settings::from_sources(&sources).expect("right");
    assert!(settings.wall());
    assert_eq!(settings.listen().port(), 2);
    assert_eq!(origin(&settings), Some(Origin::File { file: "user.toml".into(), line: 3 }));

    sources.chosen.put(keys::ZOOM, "125").expect("right");
    sources.chosen.put(keys::THEME, "light").expect("right");
    sources.files.push(Document::new("more.toml", "[screen]\ntheme = 'auto'\n"));
    let settings = Settings::from_sources(&sources).expect("right");
    assert_eq!((settings.zoom(), settings.theme()), (125, "auto"), "whatever is written down wins");
    assert!(settings.all().any(|(name, _, origin)| name == keys::ZOOM && *origin == Origin::Chosen));

    sources.environment = vec![("HALL_HUB_LISTEN".into(), "127.0.0.1:3".into()), ("HALL_SHARED".into(), "x".into())];
    let settings = Settings::from_sources(&sources).expect("right");
    assert_eq!(settings.listen().port(), 3);

    sources.flags = vec![(keys::LISTEN, "--listen", "127.0.0.1:4".into())];
    let settings = Settings::from_sources(&sources).expect("right");
    assert_eq!(settings.listen().port(), 4);
    assert_eq!(origin(&settings), Some(Origin::Flag("--listen".into())));
}

#[test]
fn a_mistake_names_file_line_and_the_nearest_right_key() {
    assert_eq!(complaint("[hub]\nlisten_ = 'x'"), "hall.toml:2: unknown key `hub.listen_`; did you mean `listen`?");
    assert_eq!(complaint("\n[hup]\nlisten = 'x'"), "hall.toml:2: unknown key `hup`; did you mean `hub`?");
    assert_eq!(
        complaint("[screen]\nkind = 'wal'"),
        "hall.toml:2: `screen.kind` = `wal` is not a screen; did you mean `wall`?"
    );
    assert_eq!(
        complaint("[hub]\nlisten = 8700"),
        "hall.toml:2: `hub.listen` = `8700` is not an address with a port; did you mean `127.0.0.1:8700`?"
    );
    assert_eq!(
        complaint("[screen]\nzoom = 1.25"),
        "hall.toml:2: `screen.zoom` is text, not a number; put it in quotes: `zoom = \"1.25\"`"
    );
    assert_eq!(complaint("[screen]\nkind = []"), "hall.toml:2: `screen.kind` is text, not a list");
    assert_eq!(
        complaint("[hub]\nlisten = '8700'"),
        "hall.toml:2: `hub.listen` = `8700` is not an address with a port; did you mean `127.0.0.1:8700`?"
    );
    assert!(complaint("[hub\n").starts_with("hall.toml:1: "));
    let sign = "a vital sign: `vital:` and its code of small letters, digits and hyphens";
    assert_eq!(
        complaint("[screen]\nwall_layers = 'pm25, vital:Air'"),
        format!("hall.toml:2: `screen.wall_layers` = `pm25, vital:Air` is not {sign}")
    );
    let layers = |layers: &str| complaint(&format!("[screen]\nwall_layers = '{layers}'"));
    let wrong = |layers: &str, why: &str| format!("hall.toml:2: `screen.wall_layers` = `{layers}` is not {why}");
    let window = "a window of time after `@`: hour, today or day, such as rain@day or pm25@hour-highest";
    assert_eq!(layers("cases, rain@dai"), wrong("cases, rain@dai", &format!("{window}; did you mean `day`?")));
    assert_eq!(
        layers("pm25@day-sum"),
        wrong("pm25@day-sum", "what this layer tells of a window; known are `mean`, `highest`, `lowest`")
    );
    assert_eq!(
        layers("rain@day-sum/areas"),
        wrong(
            "rain@day-sum/areas",
            "a layer, its form and its window; the form stands before the window: `rain/areas@day-sum`"
        )
    );
    assert_eq!(
        layers("cases@hour"),
        wrong("cases@hour", "which cases count, after `@`: open, day or week; known are `open`, `day`, `week`")
    );
    let place = "a longitude and a latitude in degrees (WGS-84), such as \"118.78,32.04\"";
    assert_eq!(complaint("[city]\nseat = '118.78'"), format!("hall.toml:2: `city.seat` = `118.78` is not {place}"));
    assert_eq!(
        complaint("[city]\nseat = '32.04, 118.78'"),
        format!(
            "hall.toml:2: `city.seat` = `32.04, 118.78` is not {place}; \
             the longitude comes first: did you mean `118.78,32.04`?"
        )
    );
    let moment = "a moment: now, or such as 11-21 14:03, 2026-11-21 14:03 or 14:03";
    assert_eq!(
        complaint("[screen]\n\nat = 'yesterday'"),
        format!("hall.toml:3: `screen.at` = `yesterday` is not {moment}")
    );
}

#[test]
fn a_bad_variable_or_flag_is_named() {
    let environment = vec![("HALL_SCREEN_KIND".to_owned(), "phone".to_owned())];
    let said = Settings::from_sources(&Sources { environment, ..Sources::default() }).expect_err("wrong").to_string();
    assert_eq!(said, "HALL_SCREEN_KIND: `phone` is not a screen; known are `wall`, `desk`");
}

#[test]
fn every_default_fits_its_own_setting() {
    for key in KEYS {
        assert!(key.check(key.default).is_ok(), "{}", key.name);
    }
    let settings = Settings::from_sources(&Sources::default()).expect("defaults");
    assert_eq!(settings.size(), [1600, 900]);
    assert_eq!(settings.city(), None);
}

#[test]
fn where_the_hall_stands_is_a_longitude_and_a_latitude_or_is_not_said() {
    let seat = |value: &str| from_file(&format!("[city]\nseat = '{value}'")).expect("right").seat();
    assert_eq!(seat("118.78,32.04"), LonLat::new(118.78, 32.04));
    assert_eq!(seat(" -73.98 ， 40.7 "), LonLat::new(-73.98, 40.7));
    assert_eq!(seat(""), None);
    assert_eq!(Settings::from_sources(&Sources::default()).expect("defaults").seat(), None);
    for wrong in ["here", "118.78 32.04", "118.78,", "181,10", "118.78,32.04,5", "NaN,32", "inf,1"] {
        let said = complaint(&format!("[city]\nseat = '{wrong}'"));
        assert!(said.starts_with("hall.toml:2: `city.seat` = "), "{wrong}: {said}");
        assert!(!said.contains("did you mean"), "{wrong}: {said}");
    }
}

#[test]
fn a_whole_number_stands_for_its_digits() {
    let settings = from_file("[screen]\nzoom = 125\ntour = 5\n[city]\nseed = 1_000").expect("right");
    assert_eq!((settings.zoom(), settings.tour(), settings.seed()), (125, "5", 1000));
}

#[test]
fn a_variable_that_names_no_setting_is_told_with_the_nearest_one() {
    let complaint = |name: &str| {
        let environment = vec![(name.to_owned(), "127.0.0.1:1".to_owned())];
        let sources = Sources { environment, ..Sources::default() };
        Settings::from_sources(&sources).expect_err("wrong on purpose").to_string()
    };
    let said = complaint("HALL_HUB_LISTN");
    assert!(said.starts_with("HALL_HUB_LISTN: ") && said.ends_with("did you mean `HALL_HUB_LISTEN`?"), "{said}");
    assert!(complaint("HALL_FAVOURITE_COLOUR").contains("hall config show"));
}

#[test]
fn every_variable_that_scripts_and_tests_use_is_known() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = vec![root.join("Makefile"), root.join("README.md")];
    for folder in
        ["scripts", "src/bench", "tests/hub", "tests/kit", "tests/stories", "tests/stories/picture_set", ".ci"]
    {
        let found = std::fs::read_dir(root.join(folder)).expect("a folder").map(|entry| entry.expect("a file").path());
        files.extend(found.filter(|path| path.is_file()));
    }
    let known: Vec<String> = KEYS.iter().map(Key::variable).collect();
    let mut others = std::collections::BTreeSet::new();
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        for (at, _) in text.match_indices("HALL_") {
            let name: String = text[at..].chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
            if name != "HALL_" && !known.contains(&name) {
                assert!(keys::OTHER_VARIABLES.contains(&name.as_str()), "{}: {name}", file.display());
                others.insert(name);
            }
        }
    }
    assert_eq!(others.len(), keys::OTHER_VARIABLES.len(), "one that nothing uses is listed: {others:?}");
}

#[test]
fn the_address_of_a_hub_has_a_host() {
    for wrong in ["ws://", "ws:///", "ws://:8700", "ws://hub:", "ws://hub:0", "ws://hub:99999", "ws://[]:1"] {
        let said = complaint(&format!("[screen]\nconnect = '{wrong}'"));
        assert!(said.contains("a host stands after ws://"), "{wrong}: {said}");
    }
    for right in ["ws://hub", "ws://hub:8700/", "ws://10.0.0.1:1", "ws://[::1]", "ws://[::1]:8700"] {
        assert!(from_file(&format!("[screen]\nconnect = '{right}'")).is_ok(), "{right}");
    }
    assert!(complaint("[screen]\nconnect = 'http://hub:1'").ends_with("did you mean `ws://hub:1`?"));
}

#[test]
fn the_file_that_comes_along_lists_every_setting_with_a_value_that_fits() {
    let text = include_str!("../../../config/hall.toml");
    let is_row =
        |line: &str| line.starts_with('[') || line.split_once(" = ").is_some_and(|(name, _)| !name.contains(' '));
    let rows = text.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| is_row(line));
    let settings = from_file(&rows.collect::<Vec<_>>().join("\n")).expect("right");
    let missing: Vec<_> =
        settings.all().filter(|(_, _, origin)| !matches!(origin, Origin::File { .. })).map(|(name, ..)| name).collect();
    assert!(missing.is_empty(), "config/hall.toml does not list {missing:?}");
}
