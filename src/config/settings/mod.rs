//! How this program runs: every setting, where its value may come from, and where it did come from.
//!
//! The first of these that has a value wins: flag, environment (`HALL_…`), the user's file, the
//! folder's `config/hall.toml`, what was [`chosen`] on a screen, the default. All settings are declared in [`keys`]; to add one, add
//! a row there and an accessor to [`Settings`].
//!
//! Nothing here looks around by itself: files, environment and flags are handed in by [`Sources`].

pub mod chosen;
pub mod keys;
pub mod layers;
mod moments;
mod seat;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::document::{ConfigError, Document, did_you_mean, type_of};
use super::in_force::CatalogueFiles;
use crate::domain::{CityCode, LonLat};
pub use chosen::{Chosen, ChosenError};
use keys::{KEYS, Key, Take};

/// Where the value of a setting came from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// Somebody chose it on a screen.
    Chosen,
    /// A file, at a line.
    File {
        /// Its name.
        file: String,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable.
    Environment(String),
    /// A flag of the command line.
    Flag(String),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Chosen => f.write_str("chosen on a screen"),
            Self::File { file, line } => write!(f, "{file}:{line}"),
            Self::Environment(name) => write!(f, "{name} in the environment"),
            Self::Flag(name) => f.write_str(name),
        }
    }
}

/// What settings are made from, weakest first.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// What was chosen on a screen.
    pub chosen: Chosen,
    /// `config/hall.toml` of the current folder, then the user's file; later ones win.
    pub files: Vec<Document>,
    /// Environment variables that begin with `HALL_`; each names a setting or is one of [`keys::OTHER_VARIABLES`].
    pub environment: Vec<(String, String)>,
    /// Setting, flag and value as given on the command line.
    pub flags: Vec<(&'static str, &'static str, String)>,
}

/// Every setting with its value and origin.
#[derive(Debug, Clone)]
pub struct Settings {
    values: BTreeMap<&'static str, (String, Origin)>,
}

impl Settings {
    /// Weigh the sources against each other.
    ///
    /// # Errors
    /// [`ConfigError`] for the first unknown key or bad value in any of them, even where a stronger
    /// source would have won: a mistake does not wait to surprise someone later.
    pub fn from_sources(sources: &Sources) -> Result<Self, ConfigError> {
        let mut values: BTreeMap<_, _> =
            KEYS.iter().map(|key| (key.name, (key.default.to_owned(), Origin::Default))).collect();
        values.extend(sources.chosen.all().map(|(name, value)| (name, (value.to_owned(), Origin::Chosen))));
        for document in &sources.files {
            read(document, &mut values)?;
        }
        for (name, _) in &sources.environment {
            check_variable(name)?;
        }
        for key in KEYS {
            let name = key.variable();
            if let Some((_, value)) = sources.environment.iter().find(|(variable, _)| *variable == name) {
                check(key, value, &name)?;
                values.insert(key.name, (value.clone(), Origin::Environment(name)));
            }
        }
        for (setting, flag, value) in &sources.flags {
            if let Some(key) = KEYS.iter().find(|key| key.name == *setting) {
                check(key, value, flag)?;
                values.insert(key.name, (value.clone(), Origin::Flag((*flag).to_owned())));
            }
        }
        Ok(Self { values })
    }

    /// Every setting in the order of its name: name, value, origin.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, &str, &Origin)> {
        self.values.iter().map(|(name, (value, origin))| (*name, value.as_str(), origin))
    }

    /// The value of one setting as text; empty where it is not set or there is no such setting.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.values.get(name).map_or("", |(value, _)| value.as_str())
    }

    fn path(&self, name: &str) -> Option<PathBuf> {
        let text = self.text(name);
        (!text.is_empty()).then(|| PathBuf::from(text))
    }

    /// Where the hub listens.
    #[must_use]
    pub fn listen(&self) -> SocketAddr {
        self.text(keys::LISTEN).parse().unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 8700)))
    }

    /// The folder of the hub's memory, or `None` for the usual place.
    #[must_use]
    pub fn data(&self) -> Option<PathBuf> {
        self.path(keys::DATA)
    }

    /// The city pack, or `None` for the demo city.
    #[must_use]
    pub fn city(&self) -> Option<PathBuf> {
        self.path(keys::CITY)
    }

    /// Seed of the demo city and of its day.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.text(keys::SEED).parse().unwrap_or(1)
    }

    /// Where the hall stands; `None` where it is not said.
    #[must_use]
    pub fn seat(&self) -> Option<LonLat> {
        seat::read(self.text(keys::SEAT))
    }

    /// The hub to connect to, or `None` for one in this process.
    #[must_use]
    pub fn connect(&self) -> Option<&str> {
        Some(self.text(keys::CONNECT)).filter(|url| !url.is_empty())
    }

    /// What case numbers begin with.
    #[must_use]
    pub fn city_code(&self) -> Option<CityCode> {
        self.text(keys::CITY_CODE).parse().ok()
    }

    /// The file with the kinds of incident, or `None` for the built-in one.
    #[must_use]
    pub fn kinds(&self) -> Option<PathBuf> {
        self.path(keys::KINDS)
    }

    /// The files of the catalogue together.
    #[must_use]
    pub fn catalogue(&self) -> CatalogueFiles {
        CatalogueFiles {
            kinds: self.kinds(),
            calendar: self.calendar(),
            plans: self.path(keys::PLANS),
            duty: self.path(keys::DUTY),
            alarms: self.path(keys::ALARMS),
            vitals: self.path(keys::VITALS),
        }
    }

    /// The file with the sensors of the city, where there is one.
    #[must_use]
    pub fn sensors(&self) -> Option<PathBuf> {
        self.path(keys::SENSORS)
    }

    /// The file with the hub's own feeds, where there is one.
    #[must_use]
    pub fn feeds(&self) -> Option<PathBuf> {
        self.path(keys::FEEDS)
    }

    /// The file with the work calendar, or `None` for the built-in one.
    #[must_use]
    pub fn calendar(&self) -> Option<PathBuf> {
        self.path(keys::CALENDAR)
    }

    /// The files of the hub's certificate and its key, where both are named.
    #[must_use]
    pub fn tls(&self) -> Option<(PathBuf, PathBuf)> {
        self.path(keys::TLS_CERTIFICATE).zip(self.path(keys::TLS_KEY))
    }

    /// Minutes until who has not answered a roll call is absent.
    #[must_use]
    pub fn roll_minutes(&self) -> u16 {
        self.text(keys::ROLL_CALL).parse().unwrap_or(5)
    }

    /// Whether one of certificate and key is named without the other.
    #[must_use]
    pub fn tls_is_half(&self) -> bool {
        self.path(keys::TLS_CERTIFICATE).is_some() != self.path(keys::TLS_KEY).is_some()
    }

    /// Whether a hub may listen on a network without a certificate.
    #[must_use]
    pub fn insecure_lan(&self) -> bool {
        self.text(keys::INSECURE_LAN) == "true"
    }

    /// The file with the authority of a hub's certificate, or `None` for those that this machine trusts.
    #[must_use]
    pub fn tls_authority(&self) -> Option<PathBuf> {
        self.path(keys::TLS_AUTHORITY)
    }

    /// Whether the screen is a wall.
    #[must_use]
    pub fn wall(&self) -> bool {
        self.text(keys::SCREEN) == "wall"
    }

    /// First size of the window.
    #[must_use]
    pub fn size(&self) -> [u32; 2] {
        keys::size(self.text(keys::SIZE)).unwrap_or([1600, 900])
    }

    /// Whether the window fills a monitor.
    #[must_use]
    pub fn fullscreen(&self) -> bool {
        self.text(keys::FULLSCREEN) == "true"
    }

    /// When the tour of a wall begins by itself: `auto`, `off` or minutes.
    #[must_use]
    pub fn tour(&self) -> &str {
        self.text(keys::TOUR)
    }

    /// The moment that a wall is started for, as it can be typed; `None` for now.
    #[must_use]
    pub fn at(&self) -> Option<&str> {
        Some(self.text(keys::AT)).filter(|at| *at != moments::NOW)
    }

    /// What a wall wears always: `off`, or by commas layers, each with its form after a slash and its window of time after
    /// an `@`, and signs as `vital:CODE`.
    #[must_use]
    pub fn wall_layers(&self) -> &str {
        self.text(keys::WALL_LAYERS)
    }

    /// The language that screens start in.
    #[must_use]
    pub fn language(&self) -> &str {
        self.text(keys::LANGUAGE)
    }

    /// How much is drawn; `None` to measure what the graphics adapter can do.
    #[must_use]
    pub fn quality(&self) -> Option<&str> {
        Some(self.text(keys::QUALITY)).filter(|word| *word != "auto")
    }

    /// Theme of the panels: `dark`, `light` or `auto`.
    #[must_use]
    pub fn theme(&self) -> &str {
        self.text(keys::THEME)
    }

    /// Size of the panels in per cent, 75 to 200.
    #[must_use]
    pub fn zoom(&self) -> u16 {
        self.text(keys::ZOOM).parse().unwrap_or(100)
    }

    /// Whether a demo city is brought to life by made-up incidents.
    #[must_use]
    pub fn alive(&self) -> bool {
        self.text(keys::ALIVE) == "true"
    }

    /// What is logged to standard error.
    #[must_use]
    pub fn log(&self) -> &str {
        self.text(keys::LOG)
    }
}

/// The folder's file and the user's file, those that exist; weakest first.
///
/// # Errors
/// [`ConfigError::Unreadable`] where a file exists and cannot be read.
pub fn usual_files(user: Option<&Path>) -> Result<Vec<Document>, ConfigError> {
    usual_paths(user).iter().map(|path| Document::read(path)).collect()
}

/// Where the files of [`usual_files`] are.
#[must_use]
pub fn usual_paths(user: Option<&Path>) -> Vec<PathBuf> {
    let folder = Path::new("config").join("hall.toml");
    let paths = [Some(folder.as_path()), user].into_iter().flatten();
    paths.filter(|path| path.exists()).map(Path::to_path_buf).collect()
}

fn check(key: &Key, value: &str, from: &str) -> Result<(), ConfigError> {
    key.check(value).map_err(|wrong| ConfigError::WrongValue {
        from: from.to_owned(),
        problem: format!("`{value}` is not {}", wrong.expected),
        hint: wrong.hint,
    })
}

/// A variable that nobody reads is a setting that was misspelt.
fn check_variable(name: &str) -> Result<(), ConfigError> {
    let settings: Vec<String> = KEYS.iter().map(Key::variable).collect();
    if settings.iter().any(|known| known == name) || keys::OTHER_VARIABLES.contains(&name) {
        return Ok(());
    }
    let hint = did_you_mean(name, settings.iter().map(String::as_str));
    let hint =
        hint.unwrap_or_else(|| "`hall config show` lists the settings; hub.listen is HALL_HUB_LISTEN".to_owned());
    let problem = "there is no such setting (HALL_… in the environment)".to_owned();
    Err(ConfigError::WrongValue { from: name.to_owned(), problem, hint: Some(hint) })
}

type Values = BTreeMap<&'static str, (String, Origin)>;

fn read(document: &Document, values: &mut Values) -> Result<(), ConfigError> {
    let table = document.table()?;
    for (section, inner) in &table {
        let sections = KEYS.iter().map(Key::section);
        if !sections.clone().any(|known| known == section.get_ref()) {
            let hint = did_you_mean(section.get_ref(), distinct(sections));
            return Err(document.wrong(Some(section.span()), format!("unknown key `{}`", section.get_ref()), hint));
        }
        let DeValue::Table(rows) = inner.get_ref() else {
            let problem = format!("`{}` is a table, not {}", section.get_ref(), type_of(inner.get_ref()));
            return Err(document.wrong(Some(inner.span()), problem, None));
        };
        read_section(document, section.get_ref(), rows, values)?;
    }
    Ok(())
}

fn read_section(
    document: &Document,
    section: &str,
    rows: &DeTable<'_>,
    values: &mut Values,
) -> Result<(), ConfigError> {
    for (name, value) in rows {
        let within = || KEYS.iter().filter(|key| key.section() == section);
        let Some(key) = within().find(|key| key.leaf() == name.get_ref()) else {
            let hint = did_you_mean(name.get_ref(), within().map(Key::leaf).collect::<Vec<_>>());
            return Err(document.wrong(Some(name.span()), format!("unknown key `{section}.{}`", name.get_ref()), hint));
        };
        let text = match (key.take, value.get_ref()) {
            (Take::Text, DeValue::String(text)) => text.to_string(),
            (Take::Text, DeValue::Integer(number)) if number.radix() == 10 => number.as_str().to_owned(),
            (Take::Flag, DeValue::Boolean(flag)) => flag.to_string(),
            (take, other) => {
                let problem = format!("`{}` is {}, not {}", key.name, take.words(), type_of(other));
                let written = document.text().get(value.span()).filter(|_| take == Take::Text && is_plain(other));
                let hint = written.map(|written| format!("put it in quotes: `{} = \"{written}\"`", key.leaf()));
                return Err(document.wrong(Some(value.span()), problem, hint));
            }
        };
        key.check(&text).map_err(|wrong| {
            let problem = format!("`{}` = `{text}` is not {}", key.name, wrong.expected);
            document.wrong(Some(value.span()), problem, wrong.hint)
        })?;
        let origin = Origin::File { file: document.file().to_owned(), line: document.line(value.span().start) };
        values.insert(key.name, (text, origin));
    }
    Ok(())
}

/// Whether a value would be text in quotes.
fn is_plain(value: &DeValue<'_>) -> bool {
    matches!(value, DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_))
}

fn distinct<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all: Vec<_> = words.collect();
    all.dedup();
    all
}
