//! The sensors of a city by file: `hub.sensors`, a CSV whose first line names its columns.
//!
//! ```text
//! id,kind,name,lon,lat,height_m,area,unit,fresh_secs,precision,owner,upstream,retired
//! gas-0017,combustible_gas,Main 17,119.3012,31.6021,-1.1,Riverside/Old Town,%LEL,300,0.1,City Gas,pipe-12/station-3,
//! gas-0018,combustible_gas,Main 18,119.3014,31.6025,-1.1,,%LEL,300,0.1,City Gas,,dismantled with the main
//! ```
//! `id` and `kind` have to be there; what is left out is as usual for the kind. Whoever stands in the file is claimed. Under
//! `retired` stands why a sensor is out of service; without a reason it is in service, unless somebody else took it out.

use std::path::Path;

use super::document::{ConfigError, Document, did_you_mean};
use crate::domain::rights::Area;
use crate::domain::sensor::Retired;
use crate::domain::{LonLat, Moment, Refusal, Sensor, SensorKind};

/// Most sensors of a file.
const SENSORS_MAX: usize = 200_000;
const COLUMNS: [&str; 13] = [
    "id",
    "kind",
    "name",
    "lon",
    "lat",
    "height_m",
    "area",
    "unit",
    "fresh_secs",
    "precision",
    "owner",
    "upstream",
    "retired",
];

/// A sensor as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// What it is.
    pub sensor: Sensor,
    /// Why it is out of service; empty where it is in it.
    pub retired: String,
}

/// The sensors in a file.
///
/// # Errors
/// [`ConfigError`], with file and line.
pub fn load(path: &Path) -> Result<Vec<Listed>, ConfigError> {
    from_document(&Document::read(path)?)
}

/// The sensors in a text.
///
/// # Errors
/// [`ConfigError`], with file and line: a column that there is not, a value that does not fit, a sensor that is there
/// twice.
pub fn from_document(document: &Document) -> Result<Vec<Listed>, ConfigError> {
    let text = document.text().trim_start_matches('\u{feff}');
    let wrong = |line: u64, problem: String, hint: Option<String>| ConfigError::Wrong {
        file: document.file().to_owned(),
        line: usize::try_from(line).unwrap_or_default(),
        problem,
        hint,
    };
    let broken = |error: csv::Error| wrong(error.position().map_or(1, csv::Position::line), error.to_string(), None);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let header = reader.headers().map_err(broken)?.clone();
    if let Some(odd) = header.iter().find(|name| !COLUMNS.contains(name)) {
        return Err(wrong(1, format!("there is no column `{odd}`"), did_you_mean(odd, COLUMNS)));
    }
    let places = COLUMNS.map(|column| header.iter().position(|name| name == column));
    let [Some(_), Some(_), ..] = places else {
        return Err(wrong(1, "the columns `id` and `kind` have to be there".to_owned(), None));
    };
    let (mut sensors, mut known) = (Vec::new(), std::collections::HashSet::new());
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = line_of(document, text, record.position());
        let cells = places.map(|place| place.and_then(|place| record.get(place)).unwrap_or_default());
        let listed = listed(cells).map_err(|(problem, hint)| wrong(line, problem, hint))?;
        if !known.insert(listed.sensor.id.clone()) {
            return Err(wrong(line, format!("the sensor `{}` is there twice", listed.sensor.id), None));
        }
        sensors.push(listed);
        if sensors.len() > SENSORS_MAX {
            return Err(wrong(line, format!("a file has at most {SENSORS_MAX} sensors"), None));
        }
    }
    Ok(sensors)
}

/// The line of a record, which begins behind the empty lines before it.
fn line_of(document: &Document, text: &str, position: Option<&csv::Position>) -> u64 {
    let begin = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or_default();
    let rest = text.get(begin..).unwrap_or_default();
    let own = text.len() - rest.trim_start_matches(['\r', '\n']).len();
    let mark = document.text().len() - text.len();
    document.line(mark + own) as u64
}

type Fault = (String, Option<String>);

fn listed(cells: [&str; 13]) -> Result<Listed, Fault> {
    let [id, kind, name, lon, lat, height_m, area, unit, fresh_secs, precision, owner, upstream, retired] = cells;
    let words = SensorKind::ALL.map(SensorKind::word);
    let kind = SensorKind::of_word(kind)
        .ok_or_else(|| (format!("`{kind}` is no kind of sensor"), did_you_mean(kind, words)))?;
    let number = |field: &str, text: &str| -> Result<Option<f64>, Fault> {
        if text.is_empty() {
            return Ok(None);
        }
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.map(Some).ok_or_else(|| (format!("{field}: `{text}` is no number"), None))
    };
    let at = match (number("lon", lon)?, number("lat", lat)?) {
        (None, None) => None,
        (Some(lon), Some(lat)) => {
            Some(LonLat::new(lon, lat).ok_or_else(|| (format!("{lon}, {lat} is not a place on Earth"), None))?)
        }
        _ => return Err(("of `lon` and `lat` one is missing".to_owned(), None)),
    };
    let area = Area::of(area)
        .ok_or_else(|| ("area: is a path of at most four names with slashes between".to_owned(), None))?;
    let fresh_secs = match fresh_secs {
        "" => kind.fresh_secs(),
        text => text.parse().map_err(|_| (format!("fresh_secs: `{text}` is no whole number"), None))?,
    };
    #[expect(clippy::cast_possible_truncation, reason = "metres")]
    let height_m = number("height_m", height_m)?.unwrap_or_default() as f32;
    let sensor = Sensor {
        name: name.to_owned(),
        at,
        height_m,
        area,
        fresh_secs,
        precision: number("precision", precision)?.unwrap_or_else(|| kind.precision()),
        owner: owner.to_owned(),
        claimed: true,
        upstream: upstream.to_owned(),
        ..Sensor::first_seen(id, Some(kind), unit)
    };
    let wrong = |refusal| match refusal {
        Refusal::Unusable { field, reason } if field == "reason" => (format!("retired: {reason}"), None),
        Refusal::Unusable { field, reason } => (format!("{field}: {reason}"), None),
        other => (other.to_string(), None),
    };
    sensor.check().map_err(wrong)?;
    if !retired.is_empty() {
        let told = Retired { at: Moment(0), by: Retired::FILE.to_owned(), reason: retired.to_owned() };
        told.check().map_err(wrong)?;
    }
    Ok(Listed { sensor, retired: retired.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(text: &str) -> Result<Vec<Listed>, String> {
        from_document(&Document::new("sensors.csv", text)).map_err(|error| error.to_string())
    }

    fn read(text: &str) -> Result<Vec<Sensor>, String> {
        listed(text).map(|all| all.into_iter().map(|one| one.sensor).collect())
    }

    #[test]
    fn a_reason_takes_a_sensor_out_of_service_and_has_its_limits() {
        let all = listed("id,kind,retired\na,noise,\nb,noise,dismantled\n").unwrap();
        assert_eq!((all[0].retired.as_str(), all[1].retired.as_str()), ("", "dismantled"));
        let long = listed(&format!("id,kind,retired\na,noise,{}\n", "x".repeat(301))).unwrap_err();
        assert_eq!(long, "sensors.csv:2: retired: is at most 300 bytes of plain text");
    }

    #[test]
    fn a_sensor_has_what_its_line_says_and_else_what_is_usual_for_its_kind() {
        let all = read("\u{feff}id, kind ,lon,lat,height_m,area,unit,upstream\ngas-1,combustible_gas,119.3,31.6,-1.5,a/b,ppm,p-1/s-2\nx,noise,,,,,,\n").unwrap();
        assert_eq!((all[0].upstream.as_str(), all[1].upstream.as_str()), ("p-1/s-2", ""));
        assert_eq!((all[0].area.path(), all[0].height_m, all[0].unit.as_str()), ("a/b", -1.5, "ppm"));
        assert_eq!((all[0].fresh_secs, all[0].claimed, all[1].precision), (300, true, 0.1));
        assert_eq!((all[1].unit.as_str(), all[1].at), ("dB", None));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let said = |text: &str| read(text).unwrap_err();
        assert_eq!(said("id,kind\n\na,nois\n"), "sensors.csv:3: `nois` is no kind of sensor; did you mean `noise`?");
        assert_eq!(said("id,kind\na,noise\na,tilt\n"), "sensors.csv:3: the sensor `a` is there twice");
        assert_eq!(said("id,kind,lon\na,noise,1\n"), "sensors.csv:2: of `lon` and `lat` one is missing");
        assert!(said("id,kind,height\n").starts_with("sensors.csv:1: there is no column `height`; did you mean"));
        assert!(said("id,kind,unit\na,noise,m\n").starts_with("sensors.csv:2: unit: is none of dB"));
        assert!(said("id,kind\na\n").starts_with("sensors.csv:2: "));
        assert!(said("name\n").starts_with("sensors.csv:1: the columns"));
    }
}
