//! A file and its places into sensors and readings.

use std::collections::HashMap;
use std::path::Path;

use super::mapping::{COLUMN, Mapping, PLACE, PlacesOf, Times, ValueOf};
use super::{Point, READINGS_MAX, ReadTally, SENSORS_MAX, Series, SeriesError};
use crate::config::nearest::nearest;
use crate::domain::rights::Area;
use crate::domain::{LonLat, Moment, Sensor, SensorKind};
use crate::feeds::file::table::{Row, Table};
use crate::feeds::file::{Columns, Fault, FileError};
use crate::feeds::template::Template;

/// Read a file by its mapping, and the places of its sensors from the file beside it that the mapping names, or from
/// `places`.
///
/// # Errors
/// [`SeriesError`], where the file as a whole cannot be played.
pub fn read(file: &Path, mapping: &Mapping, places: Option<&Path>) -> Result<Series, SeriesError> {
    let places = Places::read(file, mapping, places)?;
    let mut asked = named(mapping);
    asked.sort_unstable();
    asked.dedup();
    let table = Table::read(file, mapping.encoding.as_deref(), &asked)?;
    check_columns(file, &table, &asked)?;
    let mut reader = Reader::new(file, mapping, places, &table);
    reader.tally.rows = table.rows.len();
    for (number, row) in (0..).zip(&table.rows) {
        match row {
            Ok(row) => reader.row(number, row)?,
            Err((line, reason)) => reader.fault(*line, "", reason.clone()),
        }
    }
    reader.end()
}

/// The columns of the series that a mapping names.
fn named(mapping: &Mapping) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    if let Times::Column(column, _) = &mapping.times {
        names.push(column);
    }
    for value in &mapping.values {
        names.extend([&value.column, &value.kind_column, &value.unit_column].into_iter().flatten().map(String::as_str));
    }
    let of_name = mapping.name.iter().flat_map(Template::names).filter(|name| *name != PLACE);
    names.extend(mapping.sensor.names().chain(of_name));
    if let Some(places) = &mapping.places {
        if places.file.is_none() {
            names.extend(columns_of(places));
        } else {
            names.extend(places.of.names());
        }
    }
    if mapping.is_wide() {
        names.retain(|name| *name != COLUMN);
    }
    names
}

fn columns_of(places: &PlacesOf) -> Vec<&str> {
    let single = [Some(&places.lon), Some(&places.lat), places.height_m.as_ref()];
    let several = places.name.0.iter().chain(&places.area.0);
    single.into_iter().flatten().chain(several).map(String::as_str).collect()
}

fn check_columns(file: &Path, table: &Table, names: &[&str]) -> Result<(), FileError> {
    let Some(missing) = names.iter().find(|name| !table.header.contains_key(**name)) else { return Ok(()) };
    let known = table.header.keys().map(String::as_str);
    Err(FileError::Column {
        file: file.to_owned(),
        column: (*missing).to_owned(),
        nearest: nearest(missing, known).map(str::to_owned),
    })
}

/// A cell of a row; empty where there is none.
fn cell<'r>(table: &Table, row: &'r Row, column: &str) -> &'r str {
    table.header.get(column).and_then(|at| row.cells.get(*at)).map_or("", |cell| cell.trim())
}

/// What is known of a place.
#[derive(Debug, Clone, Default)]
struct Spot {
    at: Option<LonLat>,
    name: String,
    area: Area,
    height_m: f32,
}

impl Spot {
    fn of(places: &PlacesOf, cell: impl Fn(&str) -> String) -> Self {
        let number = |column: &str| cell(column).parse::<f64>().ok().filter(|number| number.is_finite());
        let filled = |columns: &Columns| -> Vec<String> {
            columns.0.iter().map(|column| cell(column)).filter(|text| !text.is_empty()).collect()
        };
        let at = number(&places.lon).zip(number(&places.lat)).and_then(|(lon, lat)| LonLat::new(lon, lat));
        #[expect(clippy::cast_possible_truncation, reason = "metres")]
        let height_m = places.height_m.as_deref().and_then(number).unwrap_or_default() as f32;
        let names = filled(&places.area).iter().map(|name| name.replace('/', " ")).collect::<Vec<_>>();
        Self {
            at,
            name: filled(&places.name).into_iter().next().unwrap_or_default(),
            area: Area::of(&names.join("/")).unwrap_or(Area::CITY),
            height_m,
        }
    }
}

/// Where sensors are.
enum Places {
    Unknown,
    /// By what the file of places calls them.
    File(HashMap<String, Spot>),
    /// In the rows of the series.
    Rows,
}

impl Places {
    fn read(series: &Path, mapping: &Mapping, given: Option<&Path>) -> Result<Self, SeriesError> {
        let Some(of) = &mapping.places else { return Ok(Self::Unknown) };
        let Some(name) = &of.file else { return Ok(Self::Rows) };
        let path = given.map_or_else(|| series.with_file_name(name), Path::to_owned);
        let mut names = columns_of(of);
        names.push(&of.id);
        let table = Table::read(&path, mapping.encoding.as_deref(), &names).map_err(SeriesError::Places)?;
        check_columns(&path, &table, &names).map_err(SeriesError::Places)?;
        let rows = table.rows.iter().flatten().take(SENSORS_MAX);
        let spot = |row: &Row| Spot::of(of, |column| cell(&table, row, column).to_owned());
        Ok(Self::File(rows.map(|row| (cell(&table, row, &of.id).to_owned(), spot(row))).collect()))
    }
}

struct Reader<'a> {
    file: &'a Path,
    mapping: &'a Mapping,
    places: Places,
    table: &'a Table,
    /// Of a wide table the heads of its sensors, in order.
    heads: Vec<(&'a str, usize)>,
    by_id: HashMap<String, u32>,
    sensors: Vec<Sensor>,
    points: Vec<Point>,
    tally: ReadTally,
}

impl<'a> Reader<'a> {
    fn new(file: &'a Path, mapping: &'a Mapping, places: Places, table: &'a Table) -> Self {
        let mut heads: Vec<(&str, usize)> = Vec::new();
        if mapping.is_wide() {
            let time = if let Times::Column(column, _) = &mapping.times { Some(column.as_str()) } else { None };
            let sensors = table.header.iter().filter(|(name, _)| Some(name.as_str()) != time && !name.is_empty());
            heads = sensors.map(|(name, at)| (name.as_str(), *at)).collect();
            heads.sort_unstable_by_key(|(_, at)| *at);
        }
        Self {
            file,
            mapping,
            places,
            table,
            heads,
            by_id: HashMap::new(),
            sensors: Vec::new(),
            points: Vec::new(),
            tally: ReadTally::default(),
        }
    }

    fn fault(&mut self, line: u64, column: &str, reason: String) {
        let at = format!("{}:{line}", self.file.display());
        self.tally.fault(Fault { at, column: column.to_owned(), reason });
    }

    fn row(&mut self, number: i64, row: &Row) -> Result<(), SeriesError> {
        let mapping = self.mapping;
        let at = match &mapping.times {
            Times::Column(column, when) => {
                let text = cell(self.table, row, column);
                let Some(at) = when.read(text) else {
                    self.fault(row.line, column, "is no time as the mapping says".to_owned());
                    return Ok(());
                };
                at
            }
            Times::Steps { begin, step_secs } => {
                Moment(begin.saturating_add(number.saturating_mul(i64::from(*step_secs) * 1000)))
            }
        };
        if mapping.is_wide() {
            let heads = std::mem::take(&mut self.heads);
            for (head, place) in &heads {
                let text = row.cells.get(*place).map_or("", |cell| cell.trim());
                for value in &mapping.values {
                    self.value(row, at, value, Some(head), text)?;
                }
            }
            self.heads = heads;
            return Ok(());
        }
        for value in &mapping.values {
            let column = value.column.as_deref().unwrap_or_default();
            self.value(row, at, value, None, cell(self.table, row, column))?;
        }
        Ok(())
    }

    fn value(
        &mut self,
        row: &Row,
        at: Moment,
        value: &ValueOf,
        head: Option<&str>,
        text: &str,
    ) -> Result<(), SeriesError> {
        let column = head.or(value.column.as_deref()).unwrap_or_default();
        if text.is_empty() || value.missing.iter().any(|missing| is_same(missing, text)) {
            self.tally.missing += 1;
            return Ok(());
        }
        let Some(number) = text.parse::<f64>().ok().map(|n| n * value.factor).filter(|n| n.is_finite()) else {
            self.fault(row.line, column, "is no number".to_owned());
            return Ok(());
        };
        match self.sensor(row, value, head) {
            Ok(sensor) => self.points.push(Point { at, sensor, value: number }),
            Err(reason) => self.fault(row.line, column, reason),
        }
        if self.points.len() > READINGS_MAX {
            return Err(self.too_many(READINGS_MAX, "readings"));
        }
        if self.sensors.len() > SENSORS_MAX {
            return Err(self.too_many(SENSORS_MAX, "sensors"));
        }
        Ok(())
    }

    fn too_many(&self, most: usize, what: &'static str) -> SeriesError {
        SeriesError::TooMany { file: self.file.to_owned(), most, what }
    }

    /// The sensor of a value, or why there is none.
    fn sensor(&mut self, row: &Row, value: &ValueOf, head: Option<&str>) -> Result<u32, String> {
        let table = self.table;
        let known = |name: &str| match head {
            Some(head) if name == COLUMN => Some(head),
            _ => table.header.get(name).and_then(|at| row.cells.get(*at)).map(|cell| cell.trim()),
        };
        let id = self.mapping.sensor.fill(known).unwrap_or_default();
        let id = format!("{}{}", id.trim(), value.suffix);
        let told = value.unit_column.as_deref().map_or(value.unit.as_str(), |column| cell(table, row, column));
        if let Some(number) = self.by_id.get(&id) {
            let first = self.sensors.get(*number as usize).map_or("", |sensor| sensor.unit.as_str());
            if value.unit_column.is_some() && !told.is_empty() && told != first {
                return Err(format!("is in another unit than before, `{first}`"));
            }
            return Ok(*number);
        }
        let kind = match value.kind_column.as_deref().map(|column| cell(table, row, column)) {
            Some(word) => SensorKind::of_word(word).ok_or("is of no kind of sensor")?,
            None => value.kind.unwrap_or(SensorKind::Other),
        };
        let spot = self.spot(row, known);
        let name = match &self.mapping.name {
            Some(name) => name.fill(|part| if part == PLACE { Some(spot.name.as_str()) } else { known(part) }),
            None => Some(spot.name.clone()),
        };
        let sensor = Sensor {
            name: cut(name.unwrap_or_default().trim()),
            at: spot.at,
            height_m: spot.height_m,
            area: spot.area,
            fresh_secs: value.fresh_secs.unwrap_or_else(|| kind.fresh_secs()),
            precision: value.precision.unwrap_or_else(|| kind.precision()),
            owner: cut(&self.mapping.owner),
            claimed: true,
            ..Sensor::first_seen(&id, Some(kind), told)
        };
        sensor.check().map_err(|refusal| format!("its sensor cannot be: {refusal}"))?;
        let number = u32::try_from(self.sensors.len()).unwrap_or(u32::MAX);
        self.tally.placed += usize::from(sensor.at.is_some());
        self.sensors.push(sensor);
        self.by_id.insert(id, number);
        Ok(number)
    }

    fn spot<'v>(&self, row: &'v Row, known: impl Fn(&str) -> Option<&'v str>) -> Spot {
        match (&self.places, &self.mapping.places) {
            (Places::File(spots), Some(of)) => {
                of.of.fill(known).and_then(|id| spots.get(id.trim())).cloned().unwrap_or_default()
            }
            (Places::Rows, Some(of)) => Spot::of(of, |column| cell(self.table, row, column).to_owned()),
            _ => Spot::default(),
        }
    }

    fn end(mut self) -> Result<Series, SeriesError> {
        self.points.sort_by_key(|point| point.at);
        self.tally.sensors = self.sensors.len();
        self.tally.readings = self.points.len();
        if self.points.is_empty() {
            let why = self.tally.faults.first().map(|fault| format!("{} {}: {}", fault.at, fault.column, fault.reason));
            return Err(SeriesError::Empty { file: self.file.to_owned(), why });
        }
        Ok(Series { sensors: self.sensors, points: self.points, tally: self.tally })
    }
}

/// Whether a cell is the one that means that nothing was measured, also where its number is written otherwise.
fn is_same(missing: &str, cell: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok().map(f64::to_bits);
    missing == cell || (number(missing).is_some() && number(missing) == number(cell))
}

/// As much of a name as a sensor takes.
fn cut(text: &str) -> String {
    let mut end = text.len().min(crate::domain::sensor::WORDS_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().trim().to_owned()
}
