//! The feeds that a hub has of its own: the file that `hub.feeds` names.
//!
//! ```toml
//! [[series]]                        # a file that is played, see `hall replay-series`
//! file = "metr-la-speed-1week-5min.csv"
//! mapping = "metr-la"
//! speed = 60
//!
//! [[poll]]                          # a service that is asked again and again, see [`super::poll`]
//! name = "rain"
//! url = "https://rain.example/now.json"
//! every_secs = 60
//! headers = { authorization = "Bearer ${RAIN_TOKEN}" }
//! [poll.map]
//! rows = "/stations"
//! id = "/code"
//! time = "/at"
//! value = [{ pointer = "/mm", kind = "rain", unit = "mm/h" }]
//!
//! [mqtt]                            # a broker, see [`super::mqtt`]
//! url = "mqtts://broker.example"
//! username = "hall"
//! password = "${MQTT_PASSWORD}"
//! topic = [{ topic = "gas/{sensor}/lel", kind = "combustible_gas", sensor = "gas-{sensor}" }]
//! ```
//! 1. A secret stands in the environment; `${NAME}` is filled in as the feed begins, and never told or logged.
//! 2. Files are looked for beside the one that names them.
//! 3. Each feed goes on by itself: one that fails is tried again and harms no other.

mod start;
pub mod state;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::mqtt::{self, Mqtt};
use super::poll::{self, Poll};
use super::series::{Mapping, SPEEDS, Shift};
use crate::config::document::did_you_mean;
use crate::config::{ConfigError, Document};

pub use start::{Begun, start};
pub use state::{Board, Doing, FeedState, Handle, Sort};

/// Most feeds of a file.
const FEEDS_MAX: usize = 100;

/// A file as it stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    series: Vec<SeriesWritten>,
    #[serde(default)]
    poll: Vec<poll::Written>,
    #[serde(default)]
    mqtt: Option<mqtt::Written>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesWritten {
    #[serde(default)]
    name: Option<String>,
    file: PathBuf,
    mapping: String,
    #[serde(default)]
    places: Option<PathBuf>,
    #[serde(default = "usual_speed")]
    speed: f64,
    #[serde(default)]
    times: Option<String>,
    #[serde(default)]
    again: bool,
}

fn usual_speed() -> f64 {
    1.0
}

/// A file that is played.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesFeed {
    /// Its name.
    pub name: String,
    /// The file.
    pub file: PathBuf,
    /// Which column is what.
    pub mapping: Mapping,
    /// The file of the places, where it is another than the mapping says.
    pub places: Option<PathBuf>,
    /// How many times faster than it happened.
    pub speed: f64,
    /// Which times the readings get.
    pub shift: Shift,
    /// From its beginning again, without end.
    pub again: bool,
}

/// The feeds of a hub, read and checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sources {
    /// Files.
    pub series: Vec<SeriesFeed>,
    /// Services.
    pub poll: Vec<Poll>,
    /// A broker.
    pub mqtt: Option<Mqtt>,
}

impl Sources {
    /// The feeds in a text.
    ///
    /// # Errors
    /// [`ConfigError`], with file and line.
    pub fn read(document: &Document) -> Result<Self, ConfigError> {
        let written: Written = document.parse()?;
        let wrong = |after: usize, (text, problem): (String, String)| {
            // The text at fault stands behind the head of its feed, which may not be the first of its sort.
            let rest = document.text().get(after..).unwrap_or_default();
            let written = [format!("\"{text}\""), format!("'{text}'"), format!("{text} ="), text];
            let at = written.iter().find_map(|text| rest.find(text)).map_or(after, |at| at + after);
            document.wrong(Some(at..at + 1), problem, None)
        };
        let head = |sort: &str, number: usize| document.text().match_indices(sort).nth(number).map_or(0, |(at, _)| at);
        if written.series.len() + written.poll.len() > FEEDS_MAX {
            return Err(document.wrong(None, format!("a file has at most {FEEDS_MAX} feeds"), None));
        }
        let folder = Path::new(document.file()).parent().unwrap_or_else(|| Path::new(""));
        let mut sources = Self::default();
        for (number, one) in written.series.into_iter().enumerate() {
            let after = head("[[series]]", number);
            let feed = series(one, folder)
                .map_err(|fault| fault.map_or_else(|error| error, |(text, problem)| wrong(after, (text, problem))))?;
            sources.series.push(feed);
        }
        for (number, one) in written.poll.into_iter().enumerate() {
            let after = head("[[poll]]", number);
            let name = one.name.clone();
            if sources.poll.iter().any(|known| known.name == name) {
                return Err(wrong(after, (name.clone(), format!("the name `{name}` is there twice"))));
            }
            sources.poll.push(Poll::of(one).map_err(|fault| wrong(after, fault))?);
        }
        let after = head("[mqtt]", 0);
        sources.mqtt =
            written.mqtt.map(|one| Mqtt::of(one, folder)).transpose().map_err(|fault| wrong(after, fault))?;
        Ok(sources)
    }

    /// Its feeds one by one.
    #[must_use]
    pub fn each(self) -> Vec<Self> {
        let series = self.series.into_iter().map(|one| Self { series: vec![one], ..Self::default() });
        let poll = self.poll.into_iter().map(|one| Self { poll: vec![one], ..Self::default() });
        let mqtt = self.mqtt.into_iter().map(|one| Self { mqtt: Some(one), ..Self::default() });
        series.chain(poll).chain(mqtt).collect()
    }

    /// The variables of the environment that it asks for.
    #[must_use]
    pub fn variables(&self) -> Vec<&str> {
        let of_poll = self.poll.iter().flat_map(|poll| poll.headers.iter().flat_map(|(_, value)| variables(value)));
        let of_mqtt = self.mqtt.iter().flat_map(|mqtt| [&mqtt.username, &mqtt.password]).flatten();
        of_poll.chain(of_mqtt.flat_map(|text| variables(text))).collect()
    }

    /// What it holds, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let broker = if self.mqtt.is_some() { "a broker" } else { "no broker" };
        format!("{} series, {} services, {broker}", self.series.len(), self.poll.len())
    }
}

type Fault = Result<(String, String), ConfigError>;

/// `Err(Ok)` is a fault of this file, `Err(Err)` one of another.
fn series(written: SeriesWritten, folder: &Path) -> Result<SeriesFeed, Fault> {
    let SeriesWritten { name, file, mapping, places, speed, times, again } = written;
    if !SPEEDS.contains(&speed) {
        return Err(Ok(("speed".to_owned(), "`speed` is 1 to 3600".to_owned())));
    }
    let words = [Shift::Live, Shift::EndNow, Shift::Own];
    let times = times.unwrap_or_else(|| Shift::Live.word().to_owned());
    let shift = words.into_iter().find(|shift| shift.word() == times).ok_or_else(|| {
        let hint = did_you_mean(&times, words.map(Shift::word)).unwrap_or_default();
        Ok((times.clone(), format!("unknown value `{times}`; {hint}")))
    })?;
    let own = folder.join(&mapping);
    let named = if own.is_file() { own.display().to_string() } else { mapping };
    let mapping = Mapping::named(&named).map_err(|error| match error {
        ConfigError::WrongValue { from, problem, hint } => {
            Ok((from, format!("{problem}; {}", hint.unwrap_or_default())))
        }
        error => Err(error),
    })?;
    Ok(SeriesFeed {
        name: name.unwrap_or_else(|| mapping.source.clone()),
        file: folder.join(file),
        mapping,
        places: places.map(|places| folder.join(places)),
        speed,
        shift,
        again,
    })
}

/// The names in `${…}`.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split("${").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// A text with what the environment has for each `${NAME}`.
///
/// # Errors
/// The name of the first that is not there.
pub fn filled(text: &str, environment: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut parts = text.split("${");
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((name, rest)) = part.split_once('}') else {
            filled.push_str("${");
            filled.push_str(part);
            continue;
        };
        filled.push_str(&environment(name).ok_or_else(|| name.to_owned())?);
        filled.push_str(rest);
    }
    Ok(filled)
}
