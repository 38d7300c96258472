//! The series feed: plays what sensors measured, from a file, at 1 to 3600 times its speed.
//!
//! ```text
//!  file, places ──mapping──► sensors, readings by time ──play──► ReadingSink: this hub, or one elsewhere
//! ```
//! 1. A table is wide (a column to a sensor) or long (a line to a sensor and a time); CSV or JSON lines, plain or gzipped.
//! 2. A cell that means that nothing was measured is no reading; one that cannot be read is counted and told with file
//!    and line. Nothing is left out silently.
//! 3. Sensors are described with their places first; what somebody described before stays where the hub says so.
//! 4. Times are moved as a whole, see [`Shift`]: a hub takes nothing that is older than 32 days.
//!
//! `hall replay-series` is [`read`], then [`play`]; a `[[series]]` of `hub.feeds` plays in the hub itself.

mod mapping;
mod play;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::SinkError;
use super::file::{Fault, FileError};
use crate::domain::{Moment, Sensor};

pub use mapping::{Mapping, PlacesOf, Times, ValueOf};
pub use play::{GaveUp, PlayOptions, Played, SPEEDS, Shift, play};
pub use read::read;

/// Most sensors of a series.
pub const SENSORS_MAX: usize = 100_000;
/// Most readings of a series: what of one is in memory stays below 500 MB.
pub const READINGS_MAX: usize = 20_000_000;
/// Faulty rows named in a tally; the others are only counted.
const FAULTS_NAMED: usize = 20;
/// Reasons told apart in a tally.
const REASONS_MAX: usize = 100;

/// Why a series cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum SeriesError {
    /// The file, or that of the places.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file of the places cannot be read.
    #[error("the places of the sensors: {0}")]
    Places(FileError),
    /// Too much of it.
    #[error("{} has more than {most} {what}: split it", file.display())]
    TooMany {
        /// The file.
        file: PathBuf,
        /// How many there may be.
        most: usize,
        /// Of what.
        what: &'static str,
    },
    /// Nothing in it.
    #[error("{} has no reading{}", file.display(), why.as_ref().map(|why| format!(": {why}")).unwrap_or_default())]
    Empty {
        /// The file.
        file: PathBuf,
        /// The first fault in it.
        why: Option<String>,
    },
    /// The hub cannot be spoken to.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

/// A sensor's value at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When, in the series' own time.
    pub at: Moment,
    /// Of which of its sensors, by index.
    pub sensor: u32,
    /// What, in the sensor's unit.
    pub value: f64,
}

/// What became of the rows of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ReadTally {
    /// Rows in the file.
    pub rows: usize,
    /// Sensors …
    pub sensors: usize,
    /// … of which so many have a place.
    pub placed: usize,
    /// Readings.
    pub readings: usize,
    /// Cells that mean that nothing was measured.
    pub missing: usize,
    /// Rows and cells that cannot be read.
    pub unreadable: usize,
    /// Those by column and reason.
    pub reasons: BTreeMap<String, usize>,
    /// The first of them.
    pub faults: Vec<Fault>,
}

impl ReadTally {
    fn fault(&mut self, fault: Fault) {
        self.unreadable += 1;
        let reason =
            if fault.column.is_empty() { fault.reason.clone() } else { format!("{}: {}", fault.column, fault.reason) };
        // Reasons may quote values: only so many are told apart.
        if self.reasons.len() < REASONS_MAX || self.reasons.contains_key(&reason) {
            *self.reasons.entry(reason).or_default() += 1;
        }
        if self.faults.len() < FAULTS_NAMED {
            self.faults.push(fault);
        }
    }
}

/// A series, read and in the order of its times.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its sensors.
    pub sensors: Vec<Sensor>,
    /// What they measured, oldest first.
    pub points: Vec<Point>,
    /// What became of the rows.
    pub tally: ReadTally,
}

impl Series {
    /// Its first and its last moment.
    #[must_use]
    pub fn span(&self) -> Option<(Moment, Moment)> {
        Some((self.points.first()?.at, self.points.last()?.at))
    }
}
