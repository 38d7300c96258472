//! Scripted emergencies: `config/scripts/*.toml`, small machines of states that unfold in a demo hall
//! and heed what the hall does.
//!
//! A script names its [`Pick`]s of places, which the demo looks for in the open city, and its
//! [`State`]s. Entering a state does its [`Deed`]s; then it waits until all of `when` hold, and goes to
//! `then`, or for `minutes`, and goes to `otherwise` (without `when`: to `then`). A state with `end` is
//! the last.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::document::{ConfigError, Document};
use crate::domain::{CrewKind, Grade, Mode, SensorKind, Sky, Stage, Weather};

const BUILT_IN: [(&str, &str); 5] = [
    ("config/scripts/gas-leak.toml", include_str!("../../config/scripts/gas-leak.toml")),
    ("config/scripts/rainstorm.toml", include_str!("../../config/scripts/rainstorm.toml")),
    ("config/scripts/metro-crowd.toml", include_str!("../../config/scripts/metro-crowd.toml")),
    ("config/scripts/tower-fire.toml", include_str!("../../config/scripts/tower-fire.toml")),
    ("config/scripts/snow-night.toml", include_str!("../../config/scripts/snow-night.toml")),
];

/// A text in both languages of the screens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Words {
    /// In a language as `assets/i18n` calls it: Chinese for `zh…`, else English.
    #[must_use]
    pub fn of(&self, locale: &str) -> &str {
        if locale.starts_with("zh") { &self.zh } else { &self.en }
    }
}

/// A scripted emergency.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// What commands call it.
    pub name: String,
    /// What menus call it.
    pub title: Words,
    /// What happens, in a sentence.
    pub about: Words,
    /// When it can happen; at other times it runs as an exercise, and says so.
    #[serde(default)]
    pub season: Season,
    /// Its places by name.
    pub places: BTreeMap<String, Pick>,
    /// Its states; the first one is entered when it starts.
    pub state: Vec<State>,
}

/// When a script can happen in earnest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Months north of the equator, 1 to 12; all where there are none.
    #[serde(default)]
    pub months: Vec<u32>,
    /// Hours of the day, from and before, over midnight where the first is the later one; all without.
    #[serde(default)]
    pub hours: Option<(u32, u32)>,
}

impl Season {
    /// Whether it can happen in a month (1 to 12, of the north) at an hour (0 to 23).
    #[must_use]
    pub fn holds(&self, month: u32, hour: u32) -> bool {
        let hours = |(from, to)| if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to };
        (self.months.is_empty() || self.months.contains(&month)) && self.hours.is_none_or(hours)
    }
}

/// What a script's place is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spot {
    /// One of the highest buildings.
    Tower,
    /// A metro or railway station.
    Station,
    /// A long bridge for cars.
    Bridge,
    /// A tunnel for cars, or the lowest road where there is none.
    Underpass,
    /// A road on the lowest ground.
    Low,
    /// A big street.
    Main,
    /// Any named street.
    Street,
    /// A building where people live.
    Home,
}

/// How a place is found: by what it is like, or near another one.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// What it is like.
    #[serde(default)]
    pub like: Option<Spot>,
    /// The place it is near to; then a road about `metres` away.
    #[serde(default)]
    pub near: Option<String>,
    /// Metres from there.
    #[serde(default)]
    pub metres: f32,
}

/// One state of a script.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    /// Its name within the script.
    pub name: String,
    /// What happens when it is entered.
    #[serde(default, rename = "do")]
    pub deeds: Vec<Deed>,
    /// What has to hold to go to `then`, all of it.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// How long it waits, in minutes.
    #[serde(default)]
    pub minutes: f64,
    /// The state after this one.
    #[serde(default)]
    pub then: Option<String>,
    /// The state where `when` did not come to hold in time.
    #[serde(default)]
    pub otherwise: Option<String>,
    /// How the script ended with this state.
    #[serde(default)]
    pub end: Option<End>,
    /// With `end`: what the log says of it.
    #[serde(default)]
    pub reason: String,
}

/// How a script ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The hall did what was needed in time.
    Helped,
    /// It did not.
    NotHelped,
}

/// Something that happens in a script.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// An incident becomes known.
    Report(Told),
    /// More is said of one.
    Tell {
        /// Its name in the script.
        incident: String,
        /// The new text.
        text: String,
    },
    /// Another grade.
    Regrade {
        /// Its name in the script.
        incident: String,
        /// The new grade.
        #[serde(deserialize_with = "grade")]
        grade: Grade,
        /// Why.
        reason: String,
    },
    /// From now on crews deal with it by themselves.
    Release {
        /// Its name in the script.
        incident: String,
    },
    /// The weather is another, until the script ends.
    Weather(Sight),
    /// Sensors near a place show more, or less, until the script ends.
    Sensors(Stirred),
}

/// What sensors of a kind show near a place.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stirred {
    /// What they measure.
    pub kind: SensorKind,
    /// Where it comes from: the name of a place.
    pub place: String,
    /// So many metres away nothing of it is measured any more.
    pub metres: f32,
    /// How much more they show at the place itself, in the unit of the kind; less where it is below zero. What an earlier
    /// state said of the same kind and place counts no more.
    pub by: f64,
    /// Minutes until all of it has come.
    #[serde(default)]
    pub minutes: f64,
}

/// An incident as a script reports it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// Its name in the script.
    pub incident: String,
    /// Code of its kind.
    pub kind: String,
    /// Its grade.
    #[serde(deserialize_with = "grade")]
    pub grade: Grade,
    /// Where: the name of a place.
    pub place: String,
    /// Who tells it: a source of `config/feeds/sim.toml`.
    pub source: String,
    /// In words; `{road}` and the like as there.
    pub text: String,
    /// Crews that it takes, one by one.
    pub crews: Vec<CrewKind>,
    /// Minutes of work on the spot.
    pub minutes: f64,
    /// Crews deal with it by themselves; else they wait until the hall sends them.
    #[serde(default)]
    pub alone: bool,
}

impl Stirred {
    /// A word that is wrong, and why.
    fn fault(&self, places: &BTreeMap<String, Pick>) -> Option<(String, String)> {
        let wrong = |problem: &str| Some((self.place.clone(), problem.to_owned()));
        if !places.contains_key(&self.place) {
            return wrong("no place of this script is called so");
        }
        if !(1.0..=20_000.0).contains(&self.metres) {
            return wrong("`metres` are 1 to 20000");
        }
        if !(0.0..=1_440.0).contains(&self.minutes) || !self.by.is_finite() {
            return wrong("`minutes` are 0 to 1440, and `by` is a number");
        }
        None
    }
}

/// A weather as a script writes it.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sight {
    sky: Sky,
    intensity: u8,
    /// Degrees Celsius.
    degrees: f32,
    wind_mps: u8,
    /// Millimetres an hour.
    rain_mm: f32,
}

impl Sight {
    /// As the hall has it.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates; the hall checks it")]
    pub fn weather(self) -> Weather {
        Weather {
            sky: self.sky,
            intensity: self.intensity,
            temperature_dc: (self.degrees * 10.0).round() as i16,
            wind_mps: self.wind_mps,
            rain_mm_h: (self.rain_mm * 10.0).round() as u16,
        }
    }
}

/// What the hall has to have done.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// An incident reached a stage.
    Reached {
        /// Its name in the script.
        incident: String,
        /// The stage, or a later one.
        stage: Stage,
    },
    /// An incident is at least so grave.
    Graded {
        /// Its name in the script.
        incident: String,
        /// The grade, or a graver one.
        #[serde(deserialize_with = "grade")]
        grade: Grade,
    },
    /// The hall is in this mode.
    Mode(Mode),
    /// A plan of an incident was started, and its alarms were struck up to this one.
    Alarm {
        /// Its name in the script.
        incident: String,
        /// The alarm, or a higher one.
        level: u8,
    },
    /// A step of the plan of an incident is done.
    Step {
        /// Its name in the script.
        incident: String,
        /// The code of the step.
        step: String,
    },
    /// One of these holds.
    Any(Vec<Self>),
}

impl Condition {
    /// The incidents that it names.
    fn incidents(&self) -> Vec<&str> {
        match self {
            Self::Reached { incident, .. }
            | Self::Graded { incident, .. }
            | Self::Alarm { incident, .. }
            | Self::Step { incident, .. } => vec![incident],
            Self::Mode(_) => Vec::new(),
            Self::Any(all) => all.iter().flat_map(Self::incidents).collect(),
        }
    }
}

fn grade<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Grade, D::Error> {
    match String::deserialize(from)?.as_str() {
        "I" => Ok(Grade::I),
        "II" => Ok(Grade::II),
        "III" => Ok(Grade::III),
        "IV" => Ok(Grade::IV),
        other => Err(serde::de::Error::custom(format!("`{other}` is none of the grades I, II, III, IV"))),
    }
}

/// The scripts that come with the program.
///
/// # Errors
/// [`ConfigError`], with file and line.
pub fn built_in() -> Result<Vec<Script>, ConfigError> {
    built_in_documents().map(|document| Script::read(&document)).collect()
}

/// The texts of [`built_in`].
pub fn built_in_documents() -> impl Iterator<Item = Document> {
    BUILT_IN.iter().map(|(file, text)| Document::new(format!("{file} (built in)"), *text))
}

impl Script {
    /// Read a script.
    ///
    /// # Errors
    /// [`ConfigError`]: not TOML, an unknown key, or a name that nothing in the script has.
    pub fn read(document: &Document) -> Result<Self, ConfigError> {
        let script: Self = document.parse()?;
        match script.fault() {
            Some((word, problem)) => {
                let at = document.text().find(&format!("\"{word}\"")).map(|from| from..from + word.len());
                Err(document.wrong(at, problem, None))
            }
            None => Ok(script),
        }
    }

    /// A state by its name.
    #[must_use]
    pub fn state(&self, name: &str) -> Option<usize> {
        self.state.iter().position(|state| state.name == name)
    }

    /// A word that is wrong, and why.
    fn fault(&self) -> Option<(String, String)> {
        let deeds = || self.state.iter().flat_map(|state| &state.deeds);
        let incidents: Vec<&str> = deeds()
            .filter_map(|deed| if let Deed::Report(told) = deed { Some(told.incident.as_str()) } else { None })
            .collect();
        let unknown =
            |what: &str, word: &str| (word.to_owned(), format!("no {what} of this script is called `{word}`"));
        if self.season.months.iter().any(|month| !(1..=12).contains(month)) {
            return Some(("season".to_owned(), "months are 1 to 12".to_owned()));
        }
        if self.season.hours.is_some_and(|(from, to)| from > 24 || to > 24 || from == to) {
            return Some(("season".to_owned(), "hours are two of 0 to 24".to_owned()));
        }
        for (name, pick) in &self.places {
            match (&pick.like, &pick.near) {
                (Some(_), None) => {}
                (None, Some(near)) if self.places.get(near).is_some_and(|other| other.near.is_none()) => {}
                _ => return Some((name.clone(), "a place is `like` something or `near` a place that is".to_owned())),
            }
        }
        for deed in deeds() {
            let incident = match deed {
                Deed::Report(told) if !self.places.contains_key(&told.place) => {
                    return Some(unknown("place", &told.place));
                }
                Deed::Report(told) if told.crews.is_empty() => {
                    return Some((told.incident.clone(), "an incident needs crews".to_owned()));
                }
                Deed::Sensors(what) => match what.fault(&self.places) {
                    Some(fault) => return Some(fault),
                    None => continue,
                },
                Deed::Report(_) | Deed::Weather(_) => continue,
                Deed::Tell { incident, .. } | Deed::Regrade { incident, .. } | Deed::Release { incident } => incident,
            };
            if !incidents.contains(&incident.as_str()) {
                return Some(unknown("incident", incident));
            }
        }
        for state in &self.state {
            for next in [&state.then, &state.otherwise].into_iter().flatten() {
                if self.state(next).is_none() {
                    return Some(unknown("state", next));
                }
            }
            let waits = state.when.is_empty() || state.otherwise.is_some();
            if state.end.is_none() && !(state.then.is_some() && waits) {
                return Some((state.name.clone(), "a state ends the script, or goes on in every case".to_owned()));
            }
            let named = state.when.iter().flat_map(Condition::incidents);
            if let Some(incident) = named.into_iter().find(|incident| !incidents.contains(incident)) {
                return Some(unknown("incident", incident));
            }
        }
        if self.state.is_empty() || incidents.is_empty() {
            return Some((self.name.clone(), "a script has states and reports an incident".to_owned()));
        }
        None
    }
}

#[cfg(test)]
mod tests;
