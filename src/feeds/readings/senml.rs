//! SenML (RFC 8428) in JSON: records whose names, times, units and values count from those of the pack.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::json::{Plain, Text, Told};
use super::{BatchError, Each, Row, millis};
use crate::domain::Moment;
use crate::domain::sensor::{ID_MAX, WORDS_MAX};

/// The version of SenML that is read.
const VERSION_MAX: f64 = 10.0;
/// A time below this is counted from now, in seconds.
const RELATIVE_BELOW: f64 = 268_435_456.0;

pub(super) fn read(body: &[u8], now: Moment, each: &mut Each<'_>) -> Result<(), BatchError> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let mut stopped = None;
    let read = json.deserialize_seq(Pack { now, each, stopped: &mut stopped }).and_then(|()| json.end());
    if let Some(stopped) = stopped {
        return Err(stopped);
    }
    read.map_err(|error| BatchError::Malformed(format!("not SenML: {error}")))
}

/// What stands for the records that follow. Of texts that are too long for any sensor only as much is kept as shows that:
/// each record would be as long again.
#[derive(Default)]
struct Base {
    name: String,
    time: f64,
    unit: String,
    value: f64,
}

/// A record, as far as it counts.
#[derive(Default)]
struct Record {
    base_name: Option<String>,
    base_time: Option<f64>,
    base_unit: Option<String>,
    base_value: Option<f64>,
    name: Option<String>,
    time: Option<f64>,
    unit: Option<String>,
    value: Option<f64>,
    /// 0 or 1, from which no base counts.
    yes: Option<f64>,
    /// It has a value of any sort; one that is no number is text or data.
    has_value: bool,
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(RecordVisitor)
    }
}

struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
        let mut record = Record::default();
        while let Some(name) = map.next_key_seed(Text)? {
            let mut number = || -> Result<Option<f64>, A::Error> {
                Ok(match map.next_value_seed(Plain)? {
                    Some(Told::Number(number)) => Some(number),
                    _ => None,
                })
            };
            match name.as_deref().unwrap_or_default() {
                "bt" => record.base_time = number()?,
                "bv" => record.base_value = number()?,
                "t" => record.time = number()?,
                "v" => {
                    record.value = number()?;
                    record.has_value = true;
                }
                "vb" => {
                    record.yes = number()?;
                    record.has_value = true;
                }
                "bver" => {
                    if number()?.is_some_and(|version| version > VERSION_MAX) {
                        return Err(serde::de::Error::custom("it is of a later version than 10"));
                    }
                }
                "bn" => record.base_name = map.next_value_seed(Text)?.map(Into::into),
                "bu" => record.base_unit = map.next_value_seed(Text)?.map(Into::into),
                "n" => record.name = map.next_value_seed(Text)?.map(Into::into),
                "u" => record.unit = map.next_value_seed(Text)?.map(Into::into),
                "vs" | "vd" | "s" => {
                    record.has_value = true;
                    map.next_value::<IgnoredAny>()?;
                }
                must if must.ends_with('_') => {
                    let problem = format!("`{must}` has to be understood and is not");
                    return Err(serde::de::Error::custom(problem));
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(record)
    }
}

struct Pack<'e, 's> {
    now: Moment,
    each: &'e mut Each<'s>,
    stopped: &'e mut Option<BatchError>,
}

impl<'de> Visitor<'de> for Pack<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut records: A) -> Result<(), A::Error> {
        let (mut base, mut name) = (Base::default(), String::new());
        while let Some(record) = records.next_element::<Record>()? {
            base.take(&record);
            // One that only says what stands for those after it measured nothing.
            if !record.has_value {
                continue;
            }
            name.clear();
            name.push_str(&base.name);
            name.push_str(record.name.as_deref().unwrap_or_default());
            let seconds = base.time + record.time.unwrap_or_default();
            let at = if seconds < RELATIVE_BELOW {
                millis(seconds * 1000.0).map(|since| self.now.plus_millis(since.0))
            } else {
                millis(seconds * 1000.0)
            };
            let value = record.value.map(|value| base.value + value).or(record.yes).unwrap_or(f64::NAN);
            let unit = record.unit.as_deref().unwrap_or(&base.unit);
            let row = at.filter(|_| !name.trim().is_empty()).map(|at| Row {
                sensor: name.trim(),
                at: Some(at),
                value,
                unit,
                kind: None,
            });
            if let Err(error) = (self.each)(row) {
                *self.stopped = Some(error);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}

impl Base {
    fn take(&mut self, record: &Record) {
        if let Some(name) = &record.base_name {
            name[..name.ceil_char_boundary(ID_MAX + 1)].clone_into(&mut self.name);
        }
        if let Some(unit) = &record.base_unit {
            unit[..unit.ceil_char_boundary(WORDS_MAX + 1)].clone_into(&mut self.unit);
        }
        self.time = record.base_time.unwrap_or(self.time);
        self.value = record.base_value.unwrap_or(self.value);
    }
}
