//! JSON rows, read as they come: nothing is kept of a row that was handed on.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{BatchError, Each, Row, millis, moment};
use crate::domain::Moment;
use crate::domain::sensor::SensorKind;

pub(super) fn read(body: &[u8], each: &mut Each<'_>) -> Result<(), BatchError> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let mut stopped = None;
    let read = json.deserialize_any(Rows { each, stopped: &mut stopped }).and_then(|()| json.end());
    if let Some(stopped) = stopped {
        return Err(stopped);
    }
    read.map_err(|error| BatchError::Malformed(format!("not JSON rows: {error}")))
}

/// All rows of a body.
struct Rows<'e, 's> {
    each: &'e mut Each<'s>,
    stopped: &'e mut Option<BatchError>,
}

impl Rows<'_, '_> {
    fn hand_on<E: serde::de::Error>(&mut self, row: Option<&Fields<'_>>) -> Result<(), E> {
        let row = row.and_then(|fields| {
            let sensor = fields.sensor.as_deref().map(str::trim).filter(|sensor| !sensor.is_empty())?;
            if fields.is_odd {
                return None;
            }
            let unit = fields.unit.as_deref().unwrap_or_default().trim();
            Some(Row { sensor, at: fields.at, value: fields.value, unit, kind: fields.kind })
        });
        (self.each)(row).map_err(|error| {
            *self.stopped = Some(error);
            E::custom("stopped")
        })
    }
}

impl<'de> Visitor<'de> for Rows<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array of objects")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, map: A) -> Result<(), A::Error> {
        let fields = Fields::read(map)?;
        self.hand_on(Some(&fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut rows: A) -> Result<(), A::Error> {
        while let Some(fields) = rows.next_element_seed(OneRow)? {
            self.hand_on(fields.as_ref())?;
        }
        Ok(())
    }
}

/// What of a row counts.
#[derive(Default)]
struct Fields<'de> {
    sensor: Option<Cow<'de, str>>,
    at: Option<Moment>,
    value: f64,
    unit: Option<Cow<'de, str>>,
    kind: Option<SensorKind>,
    /// A field is of no use at all.
    is_odd: bool,
}

impl<'de> Fields<'de> {
    fn read<A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut fields = Self { value: f64::NAN, ..Self::default() };
        while let Some(name) = map.next_key_seed(Text)? {
            match name.as_deref().unwrap_or_default() {
                "sensor" => fields.sensor = map.next_value_seed(Text)?,
                "at" => match map.next_value_seed(Plain)? {
                    Some(Told::Nothing) => {}
                    Some(Told::Number(number)) => {
                        fields.at = millis(number);
                        fields.is_odd |= fields.at.is_none();
                    }
                    Some(Told::Text(text)) => {
                        fields.at = moment(&text);
                        fields.is_odd |= fields.at.is_none();
                    }
                    None => fields.is_odd = true,
                },
                "value" => {
                    fields.value = match map.next_value_seed(Plain)? {
                        Some(Told::Number(number)) => number,
                        Some(Told::Text(text)) => text.trim().parse().unwrap_or(f64::NAN),
                        _ => f64::NAN,
                    }
                }
                "unit" => fields.unit = map.next_value_seed(Text)?,
                "kind" => fields.kind = map.next_value_seed(Text)?.and_then(|word| SensorKind::of_word(&word)),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(fields)
    }
}

/// A row; `None` where it is no object.
struct OneRow;

impl<'de> DeserializeSeed<'de> for OneRow {
    type Value = Option<Fields<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for OneRow {
    type Value = Option<Fields<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a reading")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Fields::read(map).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
}

/// A number, a text or nothing.
pub(super) enum Told<'de> {
    Nothing,
    Number(f64),
    Text(Cow<'de, str>),
}

/// Reads one; `None` where it is an object or an array.
pub(super) struct Plain;

impl<'de> DeserializeSeed<'de> for Plain {
    type Value = Option<Told<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Plain {
    type Value = Option<Told<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a text or null")
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Self::Value, E> {
        Ok(Some(Told::Number(f64::from(u8::from(yes)))))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Some(Told::Number(number as f64)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Some(Told::Number(number as f64)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Some(Told::Number(number)))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Told::Text(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Some(Told::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Told::Nothing))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

/// Reads a text; a number counts as its digits, anything else as none.
pub(super) struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Option<Cow<'de, str>>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        Ok(match Plain.deserialize(from)? {
            Some(Told::Text(text)) => Some(text),
            Some(Told::Number(number)) => Some(Cow::Owned(number.to_string())),
            Some(Told::Nothing) | None => None,
        })
    }
}
