//! The file feed: plays a stream of reports at 1 to 1000 times its speed.
//!
//! Rules for streams as they are:
//! 1. Rows are played in the order of their times; rows of the same time in the order of the file.
//! 2. A row that says again what is known, or tells of an incident that is over, changes nothing;
//!    both are counted.
//! 3. A row without usable coordinates is placed by its street; where that fails its place is
//!    unknown, and it goes in with its words.
//! 4. A row that cannot be read is left out and reported by file, line and column.
//! 5. A hub that took rows and then goes away is waited for; what it was told last is told again, which makes no second
//!    incident.
//!
//! `hall feed` is [`read`], then [`play_to_hub`].

mod mapping;
mod plan;
mod play;
pub(crate) mod table;
pub mod time;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;

use super::SinkError;
use crate::domain::{Moment, Report};

pub use mapping::{Columns, ColumnsOf, KindOf, Mapping, StatusOf, TimeOf};
pub use plan::read;
pub use play::{GaveUp, PlayOptions, SPEEDS, play, play_to_hub};

/// Faulty rows named in a tally; the others are only counted.
const FAULTS_NAMED: usize = 20;

/// Why a file cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It cannot be read.
    #[error("cannot read {}: {cause}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// Over 1 GiB after unpacking.
    #[error("{} is over 1 GiB: split it", file.display())]
    TooLong {
        /// The file.
        file: PathBuf,
    },
    /// The mapping names an encoding nobody knows.
    #[error("{}: there is no encoding `{encoding}`", file.display())]
    Encoding {
        /// The file.
        file: PathBuf,
        /// The name.
        encoding: String,
    },
    /// No header.
    #[error("{}:1: the header cannot be read: {cause}", file.display())]
    Header {
        /// The file.
        file: PathBuf,
        /// Why not.
        cause: String,
    },
    /// The mapping names a column that is not there.
    #[error("{}:1: there is no column `{column}`{}", file.display(), nearest.as_ref().map(|n| format!(", did you mean `{n}`?")).unwrap_or_default())]
    Column {
        /// The file.
        file: PathBuf,
        /// The column.
        column: String,
        /// The nearest that is there.
        nearest: Option<String>,
    },
    /// The hub's address is none, or this machine cannot speak to it.
    #[error(transparent)]
    Sink(#[from] SinkError),
    /// The hub took nothing any more.
    #[error(transparent)]
    GaveUp(#[from] Box<GaveUp>),
    /// The system gave no thread.
    #[error("cannot start: {0}")]
    Runtime(std::io::Error),
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// `file:line`.
    pub at: String,
    /// The column; empty where it is the row as a whole.
    pub column: String,
    /// What is wrong.
    pub reason: String,
}

/// What became of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rows in the file.
    pub rows: usize,
    /// Reports that the hub took, automatic closings included …
    pub played: usize,
    /// … those of them that told it something new …
    pub changed: usize,
    /// … and those that it had already.
    pub had_already: usize,
    /// Rows with a place: coordinates of their own …
    pub placed_by_coordinates: usize,
    /// … or found by their street.
    pub placed_by_street: usize,
    /// Rows whose place is unknown.
    pub unknown: usize,
    /// Rows that came before a row they follow in time.
    pub out_of_order: usize,
    /// Rows that say the same as the one before of the same incident.
    pub repeated: usize,
    /// Rows of incidents that were over already.
    pub after_close: usize,
    /// Incidents closed because the stream never did.
    pub closed_by_rule: usize,
    /// Rows left out or refused.
    pub refused: usize,
    /// The same by column and reason.
    pub refused_by_reason: BTreeMap<String, usize>,
    /// The first of them.
    pub faults: Vec<Fault>,
}

impl Tally {
    fn refuse(&mut self, fault: Fault) {
        self.refused += 1;
        let reason =
            if fault.column.is_empty() { fault.reason.clone() } else { format!("{}: {}", fault.column, fault.reason) };
        // Reasons may quote values: only so many are told apart.
        if self.refused_by_reason.len() < 100 || self.refused_by_reason.contains_key(&reason) {
            *self.refused_by_reason.entry(reason).or_default() += 1;
        }
        if self.faults.len() < FAULTS_NAMED {
            self.faults.push(fault);
        }
    }
}

/// A stream, read and in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// Where each report stands (`file:line`) and what it says.
    pub reports: Vec<(String, Report)>,
    /// What became of the rows so far.
    pub tally: Tally,
}

/// The gaps of a stream that are cut down when it is played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gaps {
    /// How many.
    pub count: usize,
    /// How much of the stream's own time is left out in all.
    pub left_out: Duration,
}

impl Stream {
    /// The gaps longer than `gap_max`.
    #[must_use]
    pub fn gaps(&self, gap_max: Duration) -> Gaps {
        let mut gaps = Gaps::default();
        for gap in self.steps() {
            let over = gap.saturating_sub(gap_max);
            gaps.count += usize::from(!over.is_zero());
            gaps.left_out += over;
        }
        gaps
    }

    /// From each report to the next, in the stream's own time; zero before the first.
    fn steps(&self) -> impl Iterator<Item = Duration> {
        let mut newest = self.reports.first().map_or(Moment(0), |(_, report)| report.happened_at);
        self.reports.iter().map(move |(_, report)| {
            let millis = report.happened_at.0.saturating_sub(newest.0);
            newest = newest.max(report.happened_at);
            Duration::from_millis(u64::try_from(millis).unwrap_or(0))
        })
    }

    /// When each report is played, counted from the start.
    fn schedule(&self, speed: f64, gap_max: Option<Duration>) -> Vec<Duration> {
        let mut at = Duration::ZERO;
        let steps = self.steps().map(|step| {
            at += step.min(gap_max.unwrap_or(Duration::MAX));
            Duration::from_secs_f64(at.as_secs_f64() / speed)
        });
        steps.collect()
    }
}
