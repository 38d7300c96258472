//! Rows of JSON into reports and positions: lenient about types (a number may stand in a string
//! and the other way round), strict about meaning. Each fault names its field.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::config::forms::{NO, YES};
use crate::domain::rights::Area;
use crate::domain::sensor::Claim;
use crate::domain::{
    Answers, Call, Caller, CrewId, CrewPosition, Grade, IncidentId, LonLat, Moment, Place, Progress, Refusal, Report,
    Sensor, SensorKind,
};

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) field: String,
    pub(crate) reason: String,
}

fn fault(field: &str, reason: impl Into<String>) -> Fault {
    Fault { field: field.to_owned(), reason: reason.into() }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unusable { field, reason } => Self { field, reason },
            Refusal::SourceMissing => fault("source_id", refusal.to_string()),
            other => fault("", other.to_string()),
        }
    }
}

/// The area that a row names.
pub(crate) fn area(row: &Value) -> Result<Option<Area>, Fault> {
    let Some(row) = row.as_object() else { return Ok(None) };
    let Some(path) = text(row, "area")? else { return Ok(None) };
    let area = Area::of(&path).ok_or_else(|| fault("area", "is a path of at most four names with slashes between"))?;
    Ok(Some(area))
}

/// A report of something later than this after now is a mistake of its source, in milliseconds: one day. Sources
/// announce road works of the night, and their clocks and time zones are off.
const REPORT_AHEAD_MILLIS: i64 = 24 * 3600 * 1000;
/// A position later than this after now is a mistake of its source, in milliseconds: it would stand in the way of every
/// later one of its crew.
const POSITION_AHEAD_MILLIS: i64 = 60 * 1000;

/// Read a report that came at `now`, where no clock is beyond `latest`. `grade_of` gives the grade of a kind where the
/// row has none; the clerk refuses kinds that it does not know.
pub(crate) fn report(
    row: &Value,
    now: Moment,
    latest: Moment,
    grade_of: &dyn Fn(&str) -> Option<Grade>,
) -> Result<Report, Fault> {
    let row = row.as_object().ok_or_else(|| fault("", "a report is a JSON object"))?;
    let kind = text(row, "kind")?.ok_or_else(|| fault("kind", "is missing"))?;
    let grade = match row.get("grade").filter(|v| !v.is_null()) {
        Some(value) => grade(value)?,
        None => grade_of(&kind).unwrap_or(Grade::IV),
    };
    let report = Report {
        source: text(row, "source")?.ok_or_else(|| fault("source", "is missing"))?,
        source_id: text(row, "source_id")?.ok_or_else(|| fault("source_id", "is missing"))?,
        kind,
        grade,
        place: place(row)?,
        text: text(row, "text")?.unwrap_or_default(),
        happened_at: happened_at(row, latest)?.unwrap_or(now),
        progress: progress(row)?,
        answers: answers(row.get("form"))?,
    };
    report.check()?;
    Ok(report)
}

/// Read a call that came at `now`; as [`report`], with who called and what becomes of it.
pub(crate) fn call(
    row: &Value,
    now: Moment,
    latest: Moment,
    grade_of: &dyn Fn(&str) -> Option<Grade>,
) -> Result<Call, Fault> {
    let (report, area) = (report(row, now, latest, grade_of)?, area(row)?);
    if report.progress == Progress::Closed {
        return Err(fault("progress", "a call is about something open"));
    }
    let row = row.as_object().ok_or_else(|| fault("", "a call is a JSON object"))?;
    let same_as = number(row, "same_as")?.map(|id| format!("{id}").parse().map(IncidentId));
    let same_as = same_as.transpose().map_err(|_| fault("same_as", "is the whole number of an incident"))?;
    let caller = match row.get("caller") {
        None | Some(Value::Null) => None,
        Some(Value::Object(caller)) => Some(Caller {
            name: text(caller, "name")?.unwrap_or_default(),
            phone: text(caller, "phone")?.unwrap_or_default(),
            answer: yes(caller, "answer")?,
        }),
        Some(_) => return Err(fault("caller", "is an object with name and phone")),
    };
    Ok(Call { report, caller, file: yes(row, "file")?, same_as, area })
}

/// Answers of a form: texts, whole numbers, true and false; null and an empty text take back what was said.
pub(crate) fn answers(form: Option<&Value>) -> Result<Answers, Fault> {
    let mut answers = Answers::new();
    let form = match form {
        None | Some(Value::Null) => return Ok(answers),
        Some(Value::Object(form)) => form,
        Some(_) => return Err(fault("form", "is an object of fields with their answers")),
    };
    for (field, value) in form {
        match value {
            Value::Null => answers.set(field, ""),
            Value::String(text) => answers.set(field, text.trim()),
            Value::Number(number) => answers.set(field, &number.to_string()),
            Value::Bool(yes) => answers.set(field, if *yes { YES } else { NO }),
            Value::Array(_) | Value::Object(_) => {
                return Err(fault("form", "has texts, numbers, true and false as answers"));
            }
        }
    }
    answers.check()?;
    Ok(answers)
}

fn yes(row: &Map<String, Value>, field: &str) -> Result<bool, Fault> {
    match row.get(field) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(yes)) => Ok(*yes),
        Some(_) => Err(fault(field, "is true or false")),
    }
}

/// Read a position of a crew that came at `now`, where no clock is beyond `latest`.
pub(crate) fn position(row: &Value, now: Moment, latest: Moment) -> Result<CrewPosition, Fault> {
    let row = row.as_object().ok_or_else(|| fault("", "a position is a JSON object"))?;
    let crew = number(row, "crew")?.ok_or_else(|| fault("crew", "is missing"))?;
    let crew = format!("{crew}").parse().map_err(|_| fault("crew", "is a whole number from 0 to 4294967295"))?;
    let at = lonlat(row)?.ok_or_else(|| fault("lon", "is missing"))?;
    let when = moment(row, "when")?.unwrap_or(now);
    if when > latest.plus_millis(POSITION_AHEAD_MILLIS) {
        return Err(fault("when", "is more than a minute after now"));
    }
    let incident = number(row, "incident")?.map(|id| format!("{id}").parse().map(IncidentId));
    let incident = incident.transpose().map_err(|_| fault("incident", "is the whole number of an incident"))?;
    let (kind, status) = (word(row, "kind")?, word(row, "status")?);
    Ok(CrewPosition { crew: CrewId(crew), at, when, kind, status, incident })
}

/// Read the description of a sensor, which claims it.
pub(crate) fn sensor(row: &Value) -> Result<Sensor, Fault> {
    let area = area(row)?.unwrap_or_default();
    let row = row.as_object().ok_or_else(|| fault("", "a sensor is a JSON object"))?;
    let id = text(row, "id")?.ok_or_else(|| fault("id", "is missing"))?;
    let kind = sensor_kind(row)?.ok_or_else(|| fault("kind", "is missing"))?;
    let sensor = Sensor {
        name: text(row, "name")?.unwrap_or_default(),
        at: lonlat(row)?,
        height_m: height_m(row)?.unwrap_or_default(),
        area,
        fresh_secs: fresh_secs(row)?.unwrap_or_else(|| kind.fresh_secs()),
        precision: number(row, "precision")?.unwrap_or_else(|| kind.precision()),
        owner: text(row, "owner")?.unwrap_or_default(),
        claimed: true,
        upstream: text(row, "upstream")?.unwrap_or_default(),
        ..Sensor::first_seen(&id, Some(kind), &text(row, "unit")?.unwrap_or_default())
    };
    sensor.check()?;
    Ok(sensor)
}

/// Read what is said of sensors that are known; an empty area is that of their places.
pub(crate) fn claim(row: &Value) -> Result<Claim, Fault> {
    let area = area(row)?;
    let row = row.as_object().ok_or_else(|| fault("", "what is said is a JSON object"))?;
    Ok(Claim {
        kind: sensor_kind(row)?,
        name: text(row, "name")?,
        owner: text(row, "owner")?,
        unit: text(row, "unit")?,
        area,
        at: lonlat(row)?,
        height_m: height_m(row)?,
        fresh_secs: fresh_secs(row)?,
        precision: number(row, "precision")?,
    })
}

fn sensor_kind(row: &Map<String, Value>) -> Result<Option<SensorKind>, Fault> {
    let words = || SensorKind::ALL.map(SensorKind::word).join(", ");
    let of = |word: String| SensorKind::of_word(&word).ok_or_else(|| fault("kind", format!("is one of {}", words())));
    text(row, "kind")?.map(of).transpose()
}

fn fresh_secs(row: &Map<String, Value>) -> Result<Option<u32>, Fault> {
    let secs = number(row, "fresh_secs")?.map(|secs| format!("{secs}").parse());
    secs.transpose().map_err(|_| fault("fresh_secs", "is a whole number of seconds"))
}

fn height_m(row: &Map<String, Value>) -> Result<Option<f32>, Fault> {
    #[expect(clippy::cast_possible_truncation, reason = "metres")]
    let metres = |metres: f64| metres as f32;
    Ok(number(row, "height_m")?.map(metres))
}

/// One of the words of an enum; its default where the row has none.
fn word<T: DeserializeOwned + Default>(row: &Map<String, Value>, field: &str) -> Result<T, Fault> {
    match text(row, field)?.filter(|word| !word.is_empty()) {
        Some(word) => serde_json::from_value(Value::String(word)).map_err(|e| fault(field, e.to_string())),
        None => Ok(T::default()),
    }
}

pub(crate) fn text(row: &Map<String, Value>, field: &str) -> Result<Option<String>, Fault> {
    match row.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim().to_owned())),
        Some(Value::Number(number)) => Ok(Some(number.to_string())),
        Some(_) => Err(fault(field, "is a text")),
    }
}

fn number(row: &Map<String, Value>, field: &str) -> Result<Option<f64>, Fault> {
    let value = match row.get(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_f64(),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    value.filter(|v| v.is_finite()).map(Some).ok_or_else(|| fault(field, "is a number"))
}

pub(crate) fn grade(value: &Value) -> Result<Grade, Fault> {
    let word = match value {
        Value::String(text) => text.trim().to_uppercase(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    grade_word(&word).ok_or_else(|| fault("grade", "is I, II, III or IV, or 1 to 4"))
}

/// A grade as people write it.
pub(crate) fn grade_word(word: &str) -> Option<Grade> {
    match word.trim().to_uppercase().as_str() {
        "I" | "Ⅰ" | "1" => Some(Grade::I),
        "II" | "Ⅱ" | "2" => Some(Grade::II),
        "III" | "Ⅲ" | "3" => Some(Grade::III),
        "IV" | "Ⅳ" | "4" => Some(Grade::IV),
        _ => None,
    }
}

fn progress(row: &Map<String, Value>) -> Result<Progress, Fault> {
    match text(row, "progress")?.as_deref() {
        None | Some("" | "open") => Ok(Progress::Open),
        Some("closed") => Ok(Progress::Closed),
        Some(_) => Err(fault("progress", "is open or closed")),
    }
}

/// `place: {lon, lat, address}` or its words alone; what it lacks may stand beside the other fields.
fn place(row: &Map<String, Value>) -> Result<Place, Fault> {
    let beside = || Ok(Place { at: lonlat(row)?, address: text(row, "address")?.unwrap_or_default() });
    let within = match row.get("place") {
        None | Some(Value::Null) => return beside(),
        Some(Value::Object(place)) => {
            Place { at: lonlat(place)?, address: text(place, "address")?.unwrap_or_default() }
        }
        Some(Value::String(address)) => Place { at: None, address: address.trim().to_owned() },
        Some(_) => return Err(fault("place", "is an object with lon and lat or address")),
    };
    let Place { at, address } = beside()?;
    Ok(Place { at: within.at.or(at), address: if within.address.is_empty() { address } else { within.address } })
}

fn lonlat(row: &Map<String, Value>) -> Result<Option<LonLat>, Fault> {
    match (number(row, "lon")?, number(row, "lat")?) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(fault("lat", "is missing")),
        (None, Some(_)) => Err(fault("lon", "is missing")),
        (Some(lon), Some(lat)) if !(-90.0..=90.0).contains(&lat) => {
            Err(fault("lat", format!("{lat} is not within -90 to 90 (lon is {lon})")))
        }
        (Some(lon), Some(lat)) => {
            LonLat::new(lon, lat).map(Some).ok_or_else(|| fault("lon", format!("{lon} is not within -180 to 180")))
        }
    }
}

/// RFC 3339 or milliseconds since 1970.
fn moment(row: &Map<String, Value>, field: &str) -> Result<Option<Moment>, Fault> {
    let wrong = || fault(field, "is a time as 2026-11-21T08:00:00+08:00 or in milliseconds since 1970");
    match row.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => number.as_i64().map(Moment).map(Some).ok_or_else(wrong),
        Some(Value::String(text)) => moment_of(text).map(Some).ok_or_else(wrong),
        Some(_) => Err(wrong()),
    }
}

/// A time as people and systems write it; `None` where it is none.
pub(crate) fn moment_of(text: &str) -> Option<Moment> {
    let text = text.trim();
    let time = chrono::DateTime::parse_from_rfc3339(text).map(|time| time.timestamp_millis());
    time.ok().or_else(|| text.parse().ok()).map(Moment)
}

fn happened_at(row: &Map<String, Value>, latest: Moment) -> Result<Option<Moment>, Fault> {
    match moment(row, "happened_at")? {
        Some(at) if at < Moment(0) => Err(fault("happened_at", "is before 1970")),
        Some(at) if at > latest.plus_millis(REPORT_AHEAD_MILLIS) => {
            Err(fault("happened_at", "is more than a day after now"))
        }
        at => Ok(at),
    }
}
