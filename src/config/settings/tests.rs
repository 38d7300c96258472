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

    sources.environment = vec![("HALL_HUB_LISTEN".into(), "127.0.0.1:3".into()), ("HALL_OTHER".into(), "x".into())];
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
    assert_eq!(complaint("[hub]\nlisten = 8700"), "hall.toml:2: `hub.listen` is text, not a whole number");
    assert_eq!(
        complaint("[hub]\nlisten = '8700'"),
        "hall.toml:2: `hub.listen` = `8700` is not an address with a port; did you mean `127.0.0.1:8700`?"
    );
    assert!(complaint("[hub\n").starts_with("hall.toml:1: "));
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
