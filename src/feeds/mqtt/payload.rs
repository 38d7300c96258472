//! What is published under a topic, into rows.

use super::super::json_map::{JsonMap, Mapped, number};
use super::super::readings::{Format, Given, given_of};
use super::super::template::Template;
use super::Topic;
use crate::domain::{Moment, SensorKind};

/// Longest message, in bytes.
pub(super) const LONG_MAX: usize = 1024 * 1024;

/// How a message is read.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// A number alone.
    Number(Plain),
    /// JSON of any shape.
    Json(Box<JsonMap>),
    /// RFC 8428; it names its sensors itself.
    SenMl,
    /// The hub's own rows, as JSON: `sensor`, `at`, `value`, `unit`, `kind`.
    Readings,
}

/// A number alone, of the moment at which it comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Plain {
    /// What its sensor is called in the hall.
    pub sensor: Template,
    /// What it measures.
    pub kind: Option<SensorKind>,
    /// Its unit; empty for the sensor's usual one.
    pub unit: String,
    /// What it is multiplied with.
    pub factor: f64,
}

impl Topic {
    /// What a message told that came at `now` under a topic; `None` where the topic is not meant. A message that cannot
    /// be read is a row that cannot be.
    #[must_use]
    pub fn read(&self, topic: &str, payload: &[u8], now: Moment) -> Option<Mapped> {
        let levels = self.pattern.levels(topic)?;
        let known = |name: &str| levels.iter().find(|(known, _)| *known == name).map(|(_, level)| *level);
        let unread = || Mapped { rows: vec![None], ..Mapped::default() };
        let rows = |rows: Vec<Option<Given>>| Mapped { rows, ..Mapped::default() };
        let mapped = match &self.payload {
            Payload::Number(plain) => plain.read(payload, known, now).map(|row| rows(vec![Some(row)])),
            Payload::Json(map) => {
                serde_json::from_slice(payload).ok().and_then(|document| map.read(&document, known).ok())
            }
            Payload::SenMl => given_of(Format::SenMl, payload, now).ok().map(rows),
            Payload::Readings => given_of(Format::Json, payload, now).ok().map(rows),
        };
        let mut mapped = mapped.unwrap_or_else(unread);
        // A reading without a time is of when it came, not of when it is written.
        for row in mapped.rows.iter_mut().flatten() {
            row.at.get_or_insert(now);
        }
        Some(mapped)
    }
}

impl Plain {
    fn read<'v>(&self, payload: &[u8], known: impl Fn(&str) -> Option<&'v str>, now: Moment) -> Option<Given> {
        let text = std::str::from_utf8(payload).ok()?.trim();
        let value = text.parse().ok().or_else(|| number(&serde_json::from_str(text).ok()?));
        let sensor = self.sensor.fill(known)?;
        let value = value.map_or(f64::NAN, |value: f64| value * self.factor);
        Some(Given { sensor, at: Some(now), value, unit: self.unit.clone(), kind: self.kind })
    }
}
