//! A broker to which gateways publish what sensors measure (MQTT 5).
//!
//! ```text
//!  broker ──publish──► link ──queue, bounded in bytes──► batch ──► ReadingSink, on disk ──► acknowledged
//!    ▲                                                                                          │
//!    └── again after a lost connection or a killed hub, whatever was not acknowledged ◄─────────┘
//! ```
//! 1. A message is acknowledged once what it tells is on disk. One that is delivered again tells what is known, where it
//!    says its time; a bare number counts for the moment at which it comes, so it may then count twice.
//! 2. The session outlives connection and hub: what is published meanwhile waits at the broker, as long as
//!    `session_hours`. Where the topics are others than it was begun for, it begins anew (`session`).
//! 3. At most `in_flight` messages and 16 MiB of them wait; the broker keeps the others.
//! 4. What cannot be read is counted and acknowledged: it would come for ever else. What a broker retained is not
//!    asked for: when it was measured is not known.

mod link;
mod payload;
mod session;
#[cfg(test)]
mod tests;
mod topic;

use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::Deserialize;

use super::json_map::{self, JsonMap, check_unit};
use super::template::Template;
use crate::domain::SensorKind;

pub use link::{Access, run};
pub use payload::{Payload, Plain};
pub use topic::Pattern;

/// Most topics of a broker.
const TOPICS_MAX: usize = 200;

/// A broker as it stands in the file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    url: String,
    #[serde(default = "usual_client")]
    client_id: String,
    #[serde(default)]
    username: Option<String>,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    authority: Option<PathBuf>,
    #[serde(default = "usual_in_flight")]
    in_flight: u16,
    #[serde(default = "usual_hours")]
    session_hours: u32,
    topic: Vec<TopicWritten>,
}

fn usual_client() -> String {
    "command-hall".to_owned()
}

fn usual_in_flight() -> u16 {
    20_000
}

fn usual_hours() -> u32 {
    24
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicWritten {
    topic: String,
    #[serde(default)]
    payload: Option<String>,
    #[serde(default)]
    sensor: Option<String>,
    #[serde(default)]
    kind: Option<SensorKind>,
    #[serde(default)]
    unit: String,
    #[serde(default = "one")]
    factor: f64,
    #[serde(default)]
    map: Option<json_map::Written>,
}

fn one() -> f64 {
    1.0
}

/// What is published under a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Which topics.
    pub pattern: Pattern,
    /// How to read what is published there.
    pub payload: Payload,
}

/// A broker, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Mqtt {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether TLS is spoken with it.
    pub secure: bool,
    /// Under which name; two hubs need two.
    pub client_id: String,
    /// The user's name, with `${NAME}` for what the environment has.
    pub username: Option<String>,
    /// The password, likewise.
    pub password: Option<String>,
    /// The file with the authority of its certificate; `None` for those that this machine trusts.
    pub authority: Option<PathBuf>,
    /// Most messages that wait to be acknowledged.
    pub in_flight: u16,
    /// So long the broker keeps what is published while the hub is away.
    pub session_hours: u32,
    /// What is listened to.
    pub topics: Vec<Topic>,
}

impl Mqtt {
    /// Check what stands in the file; its files stand in `folder`.
    ///
    /// # Errors
    /// The text at fault, and what is wrong with it.
    pub(super) fn of(written: Written, folder: &Path) -> Result<Self, (String, String)> {
        let Written { url, client_id, username, password, authority, in_flight, session_hours, topic } = written;
        let odd = |problem: String| (url.clone(), problem);
        let read = Url::parse(&url).map_err(|error| odd(format!("`{url}` is no address: {error}")))?;
        let (secure, usual) = match read.scheme() {
            "mqtt" => (false, 1883),
            "mqtts" => (true, 8883),
            _ => return Err(odd(format!("`{url}` is no address of a broker: write mqtt://HOST or mqtts://HOST"))),
        };
        let host = read.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| odd(format!("`{url}` names no host")))?.trim_matches(['[', ']']).to_owned();
        if read.password().is_some() || !read.username().is_empty() || !matches!(read.path(), "" | "/") {
            return Err(odd("`url` is a host and a port; `username` and `password` stand for themselves".to_owned()));
        }
        if client_id.is_empty() || client_id.len() > 200 || client_id.chars().any(char::is_control) {
            return Err(("client_id".to_owned(), "`client_id` is 1 to 200 bytes of plain text".to_owned()));
        }
        if authority.is_some() && !secure {
            return Err(("authority".to_owned(), "`authority` is of use with mqtts:// alone".to_owned()));
        }
        if in_flight == 0 {
            return Err(("in_flight".to_owned(), "`in_flight` is 1 to 65535".to_owned()));
        }
        if !(1..=24 * 365).contains(&session_hours) {
            return Err(("session_hours".to_owned(), "`session_hours` is 1 to 8760".to_owned()));
        }
        if topic.is_empty() || topic.len() > TOPICS_MAX {
            return Err(("topic".to_owned(), format!("a broker has 1 to {TOPICS_MAX} topics")));
        }
        Ok(Self {
            host,
            port: read.port().unwrap_or(usual),
            secure,
            client_id,
            username,
            password,
            authority: authority.map(|file| folder.join(file)),
            in_flight,
            session_hours,
            topics: topic.into_iter().map(Topic::of).collect::<Result<_, _>>()?,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn told_at(&self) -> String {
        format!("{}://{}:{}", if self.secure { "mqtts" } else { "mqtt" }, self.host, self.port)
    }
}

impl Topic {
    fn of(written: TopicWritten) -> Result<Self, (String, String)> {
        const PAYLOADS: [&str; 4] = ["number", "json", "senml", "readings"];
        let TopicWritten { topic, payload, sensor, kind, unit, factor, map } = written;
        let pattern = Pattern::of(&topic).map_err(|problem| (topic.clone(), problem))?;
        let names: Vec<&str> = pattern.names().collect();
        let usual = if map.is_some() { "json" } else { "number" };
        let payload = match payload.as_deref().unwrap_or(usual) {
            "number" => {
                let text = sensor.unwrap_or_else(|| "{sensor}".to_owned());
                let sensor = Template::of(&text).map_err(|problem| (text.clone(), format!("`sensor`: {problem}")))?;
                if let Some(name) = sensor.names().find(|name| !names.contains(name)) {
                    return Err((topic.clone(), format!("`topic` has no `{{{name}}}`, of which `sensor` is made")));
                }
                if !factor.is_finite() || factor == 0.0 {
                    return Err(("factor".to_owned(), "`factor` is a number other than 0".to_owned()));
                }
                check_unit(kind, false, &unit)?;
                Payload::Number(Plain { sensor, kind, unit, factor })
            }
            "json" => {
                let map = map.ok_or_else(|| (topic.clone(), "a `json` payload needs its `map`".to_owned()))?;
                Payload::Json(Box::new(JsonMap::of(map, &names)?))
            }
            "senml" => Payload::SenMl,
            "readings" => Payload::Readings,
            other => {
                let problem = format!("unknown value `{other}`; known are {}", PAYLOADS.join(", "));
                return Err((other.to_owned(), problem));
            }
        };
        Ok(Self { pattern, payload })
    }
}
