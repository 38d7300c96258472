//! Batches of readings as devices and gateways send them: JSON rows, SenML (RFC 8428), CSV, plain or gzipped.
//!
//! ```text
//!  bytes ── unpacked ── rows, by format ── held against the registry ──► Sorted: readings, first sights, refused
//! ```
//! Pure but for the bytes handed in: no row is ever left out without being counted.

mod csv;
pub mod given;
mod json;
mod senml;
#[cfg(test)]
mod tests;

use std::io::Read as _;

use crate::domain::sensor::registry::Registry;
use crate::domain::sensor::{ID_MAX, Sensor, SensorKind, Unfit, WORDS_MAX};
use crate::domain::{Moment, Reading, SensorId};

pub use given::{Counted, Given, sort_given};

/// Most readings of a batch.
pub const ROWS_MAX: usize = 100_000;

/// How a batch is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An object with `sensor`, `at`, `value` and perhaps `unit` and `kind`, or an array of them.
    Json,
    /// RFC 8428, as JSON.
    SenMl,
    /// A line of names, then lines with the same as in JSON.
    Csv,
}

impl Format {
    /// The format that a content type names; what stands behind a semicolon does not count.
    #[must_use]
    pub fn of_content_type(kind: &str) -> Option<Self> {
        match kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            "application/json" => Some(Self::Json),
            "application/senml+json" => Some(Self::SenMl),
            "text/csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// Why a batch is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// It is not what it is said to be.
    #[error("the body cannot be read: {0}")]
    Malformed(String),
    /// Too many rows.
    #[error("more than {ROWS_MAX} readings, send fewer at a time")]
    TooMany,
    /// Unpacked it is too long.
    #[error("the unpacked body is over {0} bytes, send fewer readings at a time")]
    TooLong(usize),
}

/// A row as it came.
struct Row<'a> {
    sensor: &'a str,
    /// `None` for one without a time: it is of now.
    at: Option<Moment>,
    value: f64,
    unit: &'a str,
    kind: Option<SensorKind>,
}

impl Row<'_> {
    /// Whether its texts can be those of any sensor: longer ones are never copied, however many rows say them.
    fn is_short(&self) -> bool {
        self.sensor.len() <= ID_MAX && self.unit.len() <= WORDS_MAX
    }
}

/// Takes rows one by one; a row that cannot be read at all is `None`. `Err` ends the reading.
type Each<'e> = dyn FnMut(Option<Row<'_>>) -> Result<(), BatchError> + 'e;

/// A reading of a sensor that nobody knows yet.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstSight {
    /// The number of its row, from 1.
    pub row: usize,
    /// What its sensor would be.
    pub sensor: Sensor,
    /// When.
    pub at: Moment,
    /// What it showed, in the unit that it said.
    pub value: f64,
    /// That unit; empty where it said none.
    pub unit: String,
}

/// A reading that is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unkept {
    /// The number of its row, from 1.
    pub row: usize,
    /// Its sensor, where that is known.
    pub sensor: Option<SensorId>,
    /// What the row calls it.
    pub id: String,
    /// When, as it says.
    pub at: Moment,
    /// Why not.
    pub unfit: Unfit,
}

/// A batch, held against the registry.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sorted {
    /// Rows in all.
    pub rows: usize,
    /// What can be kept, in order.
    pub readings: Vec<Reading>,
    /// Of sensors that are not known yet.
    pub first: Vec<FirstSight>,
    /// What cannot be kept.
    pub unkept: Vec<Unkept>,
}

/// Unpack a body, of which there are at most so many bytes.
///
/// # Errors
/// [`BatchError::TooLong`], or [`BatchError::Malformed`] where it is not gzip.
pub fn unpacked(packed: &[u8], bytes_max: usize) -> Result<Vec<u8>, BatchError> {
    let mut bytes = Vec::new();
    let most = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    let read = flate2::read::MultiGzDecoder::new(packed).take(most).read_to_end(&mut bytes);
    read.map_err(|error| BatchError::Malformed(format!("not gzip: {error}")))?;
    if bytes.len() > bytes_max { Err(BatchError::TooLong(bytes_max)) } else { Ok(bytes) }
}

/// Read a batch that came at `now`, where no clock is beyond `latest`.
///
/// # Errors
/// [`BatchError`]; then none of it counts.
pub fn sort(
    format: Format,
    body: &[u8],
    registry: &Registry,
    now: Moment,
    latest: Moment,
) -> Result<Sorted, BatchError> {
    let mut sorted = Sorted::default();
    let mut each = |row: Option<Row<'_>>| {
        sorted.rows += 1;
        if sorted.rows > ROWS_MAX {
            return Err(BatchError::TooMany);
        }
        sorted.take(row.filter(Row::is_short), registry, now, latest);
        Ok(())
    };
    match format {
        Format::Json => json::read(body, &mut each)?,
        Format::SenMl => senml::read(body, now, &mut each)?,
        Format::Csv => csv::read(body, &mut each)?,
    }
    Ok(sorted)
}

/// The rows of a batch that came at `now`, not held against anything; `None` for one that cannot be read.
///
/// # Errors
/// [`BatchError`]; then none of it counts.
pub fn given_of(format: Format, body: &[u8], now: Moment) -> Result<Vec<Option<Given>>, BatchError> {
    let mut rows = Vec::new();
    let mut each = |row: Option<Row<'_>>| {
        if rows.len() >= ROWS_MAX {
            return Err(BatchError::TooMany);
        }
        rows.push(row.filter(Row::is_short).map(|row| Given {
            sensor: row.sensor.to_owned(),
            at: row.at,
            value: row.value,
            unit: row.unit.to_owned(),
            kind: row.kind,
        }));
        Ok(())
    };
    match format {
        Format::Json => json::read(body, &mut each)?,
        Format::SenMl => senml::read(body, now, &mut each)?,
        Format::Csv => csv::read(body, &mut each)?,
    }
    Ok(rows)
}

impl Sorted {
    fn take(&mut self, row: Option<Row<'_>>, registry: &Registry, now: Moment, latest: Moment) {
        let number = self.rows;
        let Some(Row { sensor: id, at, value, unit, kind }) = row else {
            let unfit = Unfit::Malformed;
            self.unkept.push(Unkept { row: number, sensor: None, id: String::new(), at: now, unfit });
            return;
        };
        let at = at.unwrap_or(now);
        let Some(known) = registry.number(id) else {
            let sensor = Sensor::first_seen(id, kind, unit);
            self.first.push(FirstSight { row: number, sensor, at, value, unit: unit.to_owned() });
            return;
        };
        match registry.judge(known, value, unit, at, latest) {
            Ok(reading) => self.readings.push(reading),
            Err(unfit) => {
                self.unkept.push(Unkept { row: number, sensor: Some(known), id: id.to_owned(), at, unfit });
            }
        }
    }
}

/// Milliseconds since 1970 or RFC 3339.
pub(crate) fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Ok(millis) = text.parse() {
        return Some(Moment(millis));
    }
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|time| Moment(time.timestamp_millis()))
}

/// A number with a fraction as whole milliseconds; `None` beyond what is a time.
pub(crate) fn millis(number: f64) -> Option<Moment> {
    #[expect(clippy::cast_possible_truncation, reason = "checked")]
    (number.abs() < 1e15).then(|| Moment(number.round() as i64))
}
