//! Readings in JSON of any shape, found by JSON pointers (RFC 6901).
//!
//! ```text
//!  document ── rows ──► each row: id, time, place and values ──► Given, and sensors to describe
//! ```
//! A value that is null or not there was not measured and counts as missing. A row without its id, or with a time that
//! cannot be read, cannot be read as a whole.

use serde::Deserialize;
use serde_json::Value;

use super::readings::{Given, ROWS_MAX};
use super::template::Template;
use super::when::When;
use crate::domain::sensor::{FRESH_SECS_MAX, ID_MAX};
use crate::domain::{LonLat, Sensor, SensorKind};

/// In the name of a sensor, what the pointer `id` leads to.
const ID: &str = "id";
/// In the name of a sensor, the name of a row where rows are members of an object.
const KEY: &str = "key";

/// As it stands in a file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    #[serde(default)]
    rows: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    sensor: Option<String>,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    lon: Option<String>,
    #[serde(default)]
    lat: Option<String>,
    #[serde(default)]
    name: Option<String>,
    value: Vec<ValueOf>,
}

/// A value that each row has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueOf {
    pointer: String,
    #[serde(default)]
    kind: Option<SensorKind>,
    #[serde(default)]
    kind_at: Option<String>,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    unit_at: Option<String>,
    #[serde(default = "one")]
    factor: f64,
    #[serde(default)]
    suffix: String,
    #[serde(default)]
    fresh_secs: Option<u32>,
}

fn one() -> f64 {
    1.0
}

/// A mapping, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonMap {
    written: Written,
    sensor: Template,
    when: When,
}

/// What a document told.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Mapped {
    /// Readings; `None` for a row that cannot be read.
    pub rows: Vec<Option<Given>>,
    /// Values that were not measured.
    pub missing: usize,
    /// Their sensors, where the document tells more of them than their id.
    pub sensors: Vec<Sensor>,
}

impl JsonMap {
    /// Check a mapping; `known` are the names that may stand in braces besides `id` and `key`.
    ///
    /// # Errors
    /// The text at fault, and what is wrong with it.
    pub fn of(written: Written, known: &[&str]) -> Result<Self, (String, String)> {
        let pointers = [Some(&written.rows), written.id.as_ref(), written.time.as_ref(), written.lon.as_ref()];
        let more = [written.lat.as_ref(), written.name.as_ref()];
        let of_values = written.value.iter().flat_map(|v| [Some(&v.pointer), v.kind_at.as_ref(), v.unit_at.as_ref()]);
        for pointer in pointers.into_iter().chain(more).chain(of_values).flatten() {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                let problem = format!("`{pointer}` is no JSON pointer: it begins with `/`, or is empty for the whole");
                return Err((pointer.clone(), problem));
            }
        }
        if written.value.is_empty() {
            return Err(("value".to_owned(), "there is no `value`".to_owned()));
        }
        if written.lon.is_some() != written.lat.is_some() {
            return Err(("lon".to_owned(), "`lon` and `lat` go together".to_owned()));
        }
        let usual = if known.is_empty() || written.id.is_some() { "{id}" } else { "{sensor}" };
        let text = written.sensor.clone().unwrap_or_else(|| usual.to_owned());
        let sensor = Template::of(&text).map_err(|problem| (text.clone(), format!("`sensor`: {problem}")))?;
        for name in sensor.names() {
            let is_id = name == ID && written.id.is_some();
            if !is_id && name != KEY && !known.contains(&name) {
                let problem = format!("`sensor`: nothing is known of `{{{name}}}`; `id` tells where that stands");
                return Err((text.clone(), problem));
            }
        }
        for value in &written.value {
            if !value.factor.is_finite() || value.factor == 0.0 {
                return Err(("factor".to_owned(), "`factor` is a number other than 0".to_owned()));
            }
            if value.fresh_secs.is_some_and(|secs| !(1..=FRESH_SECS_MAX).contains(&secs)) {
                return Err(("fresh_secs".to_owned(), format!("`fresh_secs` is 1 to {FRESH_SECS_MAX}")));
            }
            check_unit(value.kind, value.kind_at.is_some() || value.unit_at.is_some(), &value.unit)?;
        }
        let when = When::of(written.format.as_deref().unwrap_or("rfc3339"), written.zone.as_deref())?;
        Ok(Self { written, sensor, when })
    }

    /// The readings in a document; `known` tells what else may stand in braces.
    ///
    /// # Errors
    /// Why it is not read at all, in words.
    pub fn read<'k>(&self, document: &Value, known: impl Fn(&str) -> Option<&'k str>) -> Result<Mapped, String> {
        let at = if self.written.rows.is_empty() { Some(document) } else { document.pointer(&self.written.rows) };
        let rows = at.ok_or_else(|| format!("nothing stands at `{}`, where the rows should", self.written.rows))?;
        let mut mapped = Mapped::default();
        match rows {
            Value::Array(all) => {
                check_count(all.len() * self.written.value.len())?;
                for row in all {
                    self.row(row, "", &known, &mut mapped);
                }
            }
            Value::Object(all) if self.sensor.names().any(|name| name == KEY) => {
                check_count(all.len() * self.written.value.len())?;
                for (key, row) in all {
                    self.row(row, key, &known, &mut mapped);
                }
            }
            one => self.row(one, "", &known, &mut mapped),
        }
        Ok(mapped)
    }

    fn row<'k>(&self, row: &Value, key: &str, known: &impl Fn(&str) -> Option<&'k str>, mapped: &mut Mapped) {
        let written = &self.written;
        let text = |pointer: &str| row.pointer(pointer).and_then(plain);
        let id = written.id.as_deref().map(text);
        let sensor = match &id {
            Some(None) => None,
            id => {
                let id = id.as_ref().and_then(Option::as_deref);
                // What a row says lives shorter than what is known from outside of it.
                let filled = |name: &str| match name {
                    ID => id.map(str::to_owned),
                    KEY => Some(key.to_owned()),
                    other => known(other).map(str::to_owned),
                };
                let parts: Option<Vec<(String, String)>> =
                    self.sensor.names().map(|name| Some((name.to_owned(), filled(name)?))).collect();
                parts.and_then(|parts| {
                    self.sensor
                        .fill(|name| parts.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str()))
                })
            }
        };
        let time = match written.time.as_deref().map(|pointer| row.pointer(pointer)) {
            None => Some(None),
            Some(Some(Value::Number(number))) => number.as_f64().and_then(|n| self.when.of_number(n)).map(Some),
            Some(Some(Value::String(text))) => self.when.read(text).map(Some),
            Some(_) => None,
        };
        let (Some(sensor), Some(at)) =
            (sensor.filter(|sensor| !sensor.trim().is_empty() && sensor.len() <= ID_MAX), time)
        else {
            mapped.rows.push(None);
            return;
        };
        let place = written.lon.as_deref().zip(written.lat.as_deref()).and_then(|(lon, lat)| {
            let number = |pointer: &str| row.pointer(pointer).and_then(number);
            LonLat::new(number(lon)?, number(lat)?)
        });
        let name = written.name.as_deref().and_then(text);
        for value in &written.value {
            let told = row.pointer(&value.pointer).filter(|told| !told.is_null());
            let Some(told) = told else {
                mapped.missing += 1;
                continue;
            };
            let id = format!("{}{}", sensor.trim(), value.suffix);
            let kind = match value.kind_at.as_deref() {
                Some(pointer) => text(pointer).and_then(|word| SensorKind::of_word(&word)),
                None => value.kind,
            };
            let unit = value.unit_at.as_deref().map_or_else(|| Some(value.unit.clone()), text).unwrap_or_default();
            if place.is_some() || name.is_some() || value.fresh_secs.is_some() {
                let kind = kind.unwrap_or(SensorKind::Other);
                let sensor = Sensor {
                    name: name.clone().unwrap_or_default(),
                    at: place,
                    fresh_secs: value.fresh_secs.unwrap_or_else(|| kind.fresh_secs()),
                    precision: kind.precision(),
                    claimed: true,
                    ..Sensor::first_seen(&id, Some(kind), &unit)
                };
                mapped.sensors.push(sensor);
            }
            let number = number(told).map_or(f64::NAN, |number| number * value.factor);
            mapped.rows.push(Some(Given { sensor: id, at, value: number, unit, kind }));
        }
    }
}

fn check_count(count: usize) -> Result<(), String> {
    if count > ROWS_MAX { Err(format!("more than {ROWS_MAX} readings at a time")) } else { Ok(()) }
}

/// Whether values of a kind can be told in a unit, as far as both are known beforehand.
///
/// # Errors
/// The text at fault, and what is wrong with it.
pub(super) fn check_unit(kind: Option<SensorKind>, told_by_rows: bool, unit: &str) -> Result<(), (String, String)> {
    let Some(kind) = kind.filter(|_| !told_by_rows && !unit.is_empty()) else { return Ok(()) };
    if kind.scale(unit).is_some() {
        return Ok(());
    }
    let units = kind.units().join(", ");
    Err(("unit".to_owned(), format!("`unit` = `{unit}` is none of {units}, those of `{}`", kind.word())))
}

/// Text, or what stands for it.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, also in quotes; yes and no are 1 and 0.
pub(super) fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Bool(yes) => Some(f64::from(u8::from(*yes))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn map(text: &str) -> Result<JsonMap, (String, String)> {
        JsonMap::of(toml::from_str(text).unwrap(), &[])
    }

    const MAP: &str = "rows = '/data/stations'\nid = '/code'\nsensor = 'st-{id}'\ntime = '/at'\nformat = 'unix'\n\
        lon = '/x'\nlat = '/y'\nname = '/name'\n[[value]]\npointer = '/level/cm'\nkind = 'water_level'\nunit = 'cm'\n\
        [[value]]\npointer = '/rain'\nsuffix = '-rain'\nkind_at = '/kind'\nunit_at = '/unit'\nfactor = 2.0\n";

    fn told(map: &JsonMap, document: &Value) -> (Vec<Option<(String, i64, f64, String)>>, usize) {
        let mapped = map.read(document, |_| None).unwrap();
        let row = |row: &Given| (row.sensor.clone(), row.at.map_or(-1, |at| at.0), row.value, row.unit.clone());
        (mapped.rows.iter().map(|one| one.as_ref().map(row)).collect(), mapped.missing)
    }

    #[test]
    fn rows_are_found_by_pointers() {
        let document = json!({"data": {"stations": [
            {"code": 17, "at": 1_700_000_000, "x": 119.3, "y": "31.6", "name": " Quay ", "level": {"cm": "120"}, "rain": null},
            {"code": "b", "at": "1700000060", "rain": 1.5, "kind": "rain", "unit": "mm/h"},
            {"at": 1_700_000_000, "rain": 1}, {"code": "c", "at": "soon", "rain": 1}, 17,
        ]}});
        let map = map(MAP).unwrap();
        let (rows, missing) = told(&map, &document);
        assert_eq!(missing, 2);
        assert_eq!(
            rows,
            [
                Some(("st-17".to_owned(), 1_700_000_000_000, 120.0, "cm".to_owned())),
                Some(("st-b-rain".to_owned(), 1_700_000_060_000, 3.0, "mm/h".to_owned())),
                None,
                None,
                None,
            ]
        );
        let sensors = map.read(&document, |_| None).unwrap().sensors;
        assert_eq!((sensors.len(), sensors[0].name.as_str(), sensors[0].at.is_some()), (1, "Quay", true));
        assert!(map.read(&json!({"data": 1}), |_| None).unwrap_err().contains("/data/stations"));
    }

    #[test]
    fn rows_may_be_members_or_the_whole() {
        let members = map("rows = '/all'\nsensor = 's-{key}'\n[[value]]\npointer = '/v'\n").unwrap();
        let (rows, _) = told(&members, &json!({"all": {"a": {"v": true}, "b": {"v": "x"}}}));
        assert_eq!(rows[0], Some(("s-a".to_owned(), -1, 1.0, String::new())));
        assert!(rows[1].as_ref().unwrap().2.is_nan(), "a text is counted as no number");
        let whole = map("id = '/id'\n[[value]]\npointer = '/v'\n").unwrap();
        assert_eq!(told(&whole, &json!({"id": "x", "v": 4})).0.len(), 1);
    }

    #[test]
    fn what_is_wrong_in_a_mapping_is_told() {
        for (from, to, said) in [
            ("'/code'", "'code'", "no JSON pointer"),
            ("{id}", "{what}", "nothing is known of `{what}`"),
            ("'unix'", "'tomorrow'", "no format of times"),
            ("lat = '/y'\n", "", "go together"),
            ("'cm'", "'dB'", "none of m, cm, mm"),
            ("2.0", "0.0", "other than 0"),
        ] {
            let (_, problem) = map(&MAP.replacen(from, to, 1)).unwrap_err();
            assert!(problem.contains(said), "{problem}");
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[a-z0-9 ]{0,8}".prop_map(Value::from),
        ];
        let name =
            prop::sample::select(vec!["data", "stations", "code", "at", "x", "y", "level", "cm", "rain", "unit"]);
        leaf.prop_recursive(5, 60, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(name.clone().prop_map(str::to_owned), inner, 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn documents_of_chance_are_read_or_refused(inner in any_json()) {
            let map = map(MAP).unwrap();
            for document in [inner.clone(), json!({"data": {"stations": inner.clone()}}), json!({"data": {"stations": [inner]}})] {
                if let Ok(mapped) = map.read(&document, |_| None) {
                    let named = mapped.rows.iter().flatten().all(|row| row.sensor.starts_with("st-"));
                    prop_assert!(named && mapped.rows.len() <= 200);
                }
            }
        }
    }
}
