//! The mapping of a series: which column is time, sensor and value, and where the places of its sensors stand.
//! `config/feeds/metr-la.toml` and `config/feeds/hongkong-detectors.toml` are built in.

use serde::Deserialize;

use crate::config::{ConfigError, Document};
use crate::domain::SensorKind;
use crate::domain::sensor::{FRESH_SECS_MAX, Sensor};
use crate::feeds::file::Columns;
use crate::feeds::template::Template;
use crate::feeds::when::When;

/// The mappings built in, by name.
const BUILT_IN: [(&str, &str); 2] = [
    ("metr-la", include_str!("../../../config/feeds/metr-la.toml")),
    ("hongkong-detectors", include_str!("../../../config/feeds/hongkong-detectors.toml")),
];
/// In a wide table, the head of a sensor's own column.
pub(super) const COLUMN: &str = "column";
/// In a name, what the file of places calls a sensor.
pub(super) const PLACE: &str = "place";

/// A mapping as it stands in its file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    source: String,
    sensor: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    encoding: Option<String>,
    time: TimeWritten,
    value: Vec<ValueOf>,
    #[serde(default)]
    places: Option<PlacesWritten>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct TimeWritten {
    #[serde(default)]
    column: Option<String>,
    #[serde(default)]
    format: Option<String>,
    #[serde(default)]
    zone: Option<String>,
    #[serde(default)]
    begin: Option<String>,
    #[serde(default)]
    step_secs: Option<u32>,
}

/// A value that each row, or each column of a wide table, has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueOf {
    /// Its column; left out in a wide table, where every column but that of the time is a sensor.
    #[serde(default)]
    pub column: Option<String>,
    /// What it measures.
    #[serde(default)]
    pub kind: Option<SensorKind>,
    /// The column with the kind, where rows tell it.
    #[serde(default)]
    pub kind_column: Option<String>,
    /// Its unit; the usual one of its kind where it is left out.
    #[serde(default)]
    pub unit: String,
    /// The column with the unit, where rows tell it.
    #[serde(default)]
    pub unit_column: Option<String>,
    /// What values are multiplied with.
    #[serde(default = "one")]
    pub factor: f64,
    /// Cells that mean that nothing was measured, besides empty ones.
    #[serde(default)]
    pub missing: Vec<String>,
    /// What follows the sensor's id where a row has several values.
    #[serde(default)]
    pub suffix: String,
    /// Without a reading for so many seconds its sensor has no data.
    #[serde(default)]
    pub fresh_secs: Option<u32>,
    /// The least difference that it tells.
    #[serde(default)]
    pub precision: Option<f64>,
}

fn one() -> f64 {
    1.0
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlacesWritten {
    #[serde(default)]
    file: Option<String>,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    of: Option<String>,
    lon: String,
    lat: String,
    #[serde(default)]
    name: Columns,
    #[serde(default)]
    area: Columns,
    #[serde(default)]
    height_m: Option<String>,
}

/// How the rows of a series tell their time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Times {
    /// In a column.
    Column(String, When),
    /// Not at all: the first row is of a moment, each other one so many seconds after the one before.
    Steps {
        /// The moment of the first row, in milliseconds since 1970.
        begin: i64,
        /// Seconds between two rows.
        step_secs: u32,
    },
}

/// Where the places of the sensors stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacesOf {
    /// The file, beside that of the series; `None` where they stand in the rows of the series.
    pub file: Option<String>,
    /// Its column that says of which sensor a line is.
    pub id: String,
    /// What stands there, told by a row of the series.
    pub of: Template,
    /// Degrees east, WGS 84.
    pub lon: String,
    /// Degrees north.
    pub lat: String,
    /// What people call it: the first that is not empty.
    pub name: Columns,
    /// Its area: those that are not empty, from the widest to the narrowest.
    pub area: Columns,
    /// Metres above the ground.
    pub height_m: Option<String>,
}

/// A mapping, read and checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// Name of the source.
    pub source: String,
    /// What a sensor is called in the hall.
    pub sensor: Template,
    /// What people call it; `None` for what the places say.
    pub name: Option<Template>,
    /// Who looks after the sensors.
    pub owner: String,
    /// `utf-8`, `gbk` or another label of the WHATWG Encoding Standard; without it the text decides.
    pub encoding: Option<String>,
    /// When rows are of.
    pub times: Times,
    /// What rows tell.
    pub values: Vec<ValueOf>,
    /// Where sensors are.
    pub places: Option<PlacesOf>,
}

impl Mapping {
    /// The mapping built in under a name, or that of a file.
    ///
    /// # Errors
    /// [`ConfigError`], with file and line.
    pub fn named(name: &str) -> Result<Self, ConfigError> {
        if let Some((name, text)) = BUILT_IN.into_iter().find(|(known, _)| *known == name) {
            return Self::read(&Document::new(format!("{name}.toml"), text));
        }
        let path = std::path::Path::new(name);
        if !path.exists() && path.extension().is_none() {
            let known: Vec<&str> = Self::built_in().collect();
            return Err(ConfigError::WrongValue {
                from: name.to_owned(),
                problem: "there is no mapping of this name and no such file".to_owned(),
                hint: Some(format!("built in are {}", known.join(", "))),
            });
        }
        Self::read(&Document::read(path)?)
    }

    /// The names of those built in.
    pub fn built_in() -> impl Iterator<Item = &'static str> {
        BUILT_IN.into_iter().map(|(name, _)| name)
    }

    /// Whether each column but that of the time is a sensor.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.values.iter().any(|value| value.column.is_none())
    }

    /// Read a mapping and check it.
    ///
    /// # Errors
    /// [`ConfigError`] with file and line.
    pub fn read(document: &Document) -> Result<Self, ConfigError> {
        let written: Written = document.parse()?;
        let at = |text: &str| document.text().find(text).map(|at| at..at + text.len());
        let wrong = |place: &str, problem: String| document.wrong(at(place), problem, None);
        let template = |key: &str, text: &str| {
            Template::of(text).map_err(|problem| document.wrong(at(text), format!("`{key}`: {problem}"), None))
        };
        let sensor = template("sensor", &written.sensor)?;
        let name = written.name.as_deref().map(|text| template("name", text)).transpose()?;
        let times = times(&written.time, document)?;
        if sensor.names().next().is_none() {
            return Err(wrong("sensor", "`sensor` tells no sensors apart: put a column's name in braces".to_owned()));
        }
        let wide = written.value.iter().filter(|value| value.column.is_none()).count();
        if written.value.is_empty() || (wide > 0 && written.value.len() > 1) {
            let problem = "`value` has a `column`, unless it is the only one of a wide table".to_owned();
            return Err(wrong("[[value]]", problem));
        }
        for value in &written.value {
            check_value(value).map_err(|(place, problem)| wrong(place, problem))?;
            if wide > 0 && (value.kind_column.is_some() || value.unit_column.is_some()) {
                return Err(wrong("_column", "a wide table has no column for kind or unit".to_owned()));
            }
        }
        if let Some(name) =
            written.encoding.as_deref().filter(|n| encoding_rs::Encoding::for_label(n.as_bytes()).is_none())
        {
            return Err(wrong(name, format!("`encoding` = `{name}` is no encoding")));
        }
        let places = written.places.map(|places| -> Result<PlacesOf, ConfigError> {
            let of = places.of.unwrap_or_else(|| format!("{{{COLUMN}}}"));
            if places.file.is_some() != places.id.is_some() {
                return Err(wrong(
                    "[places]",
                    "`file` and `id` go together: the column that names the sensor".to_owned(),
                ));
            }
            if places.file.is_none() && wide > 0 {
                return Err(wrong("[places]", "a wide table has no places in its rows: name their `file`".to_owned()));
            }
            let PlacesWritten { file, id, lon, lat, name, area, height_m, .. } = places;
            let of = template("of", &of)?;
            Ok(PlacesOf { file, id: id.unwrap_or_default(), of, lon, lat, name, area, height_m })
        });
        Ok(Self {
            source: written.source,
            sensor,
            name,
            owner: written.owner,
            encoding: written.encoding,
            times,
            values: written.value,
            places: places.transpose()?,
        })
    }
}

fn times(time: &TimeWritten, document: &Document) -> Result<Times, ConfigError> {
    let at = |text: &str| document.text().find(text).map(|at| at..at + text.len());
    let wrong = |place: &str, problem: String| document.wrong(at(place), problem, None);
    let when = |usual: &str| {
        When::of(time.format.as_deref().unwrap_or(usual), time.zone.as_deref())
            .map_err(|(text, problem)| wrong(&text, problem))
    };
    match (&time.column, &time.begin, time.step_secs) {
        (Some(column), None, None) => Ok(Times::Column(column.clone(), when("rfc3339")?)),
        (None, Some(begin), Some(step_secs)) if step_secs > 0 => {
            let moment = when("%Y-%m-%d %H:%M:%S")?.read(begin);
            let moment = moment.ok_or_else(|| wrong(begin, format!("`begin` = `{begin}` is no time of `format`")))?;
            Ok(Times::Steps { begin: moment.0, step_secs })
        }
        _ => {
            let problem = "`time` has a `column`, or `begin` and `step_secs` where no column tells it".to_owned();
            Err(wrong("[time]", problem))
        }
    }
}

fn check_value(value: &ValueOf) -> Result<(), (&'static str, String)> {
    if value.kind.is_some() && value.kind_column.is_some() {
        return Err(("kind_column", "`kind` or `kind_column`, not both".to_owned()));
    }
    if !value.unit.is_empty() && value.unit_column.is_some() {
        return Err(("unit_column", "`unit` or `unit_column`, not both".to_owned()));
    }
    if !value.factor.is_finite() || value.factor == 0.0 {
        return Err(("factor", "`factor` is a number other than 0".to_owned()));
    }
    if value.fresh_secs.is_some_and(|secs| !(1..=FRESH_SECS_MAX).contains(&secs)) {
        return Err(("fresh_secs", format!("`fresh_secs` is 1 to {FRESH_SECS_MAX}")));
    }
    if value.precision.is_some_and(|step| !(0.0..=1e6).contains(&step)) {
        return Err(("precision", "`precision` is 0 to 1000000".to_owned()));
    }
    let kind = value.kind.unwrap_or(SensorKind::Other);
    if value.kind_column.is_none() && value.unit_column.is_none() {
        let sensor = Sensor::first_seen("x", Some(kind), &value.unit);
        if kind.scale(&sensor.unit).is_none() {
            let units = kind.units().join(", ");
            return Err(("unit", format!("`unit` = `{}` is none of {units}, those of `{}`", value.unit, kind.word())));
        }
    }
    Ok(())
}
