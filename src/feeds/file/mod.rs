//! The file feed: plays a stream of reports at 1 to 1000 times its speed.
//!
//! Rules for streams as they are:
//! 1. Rows are played in the order of their times; rows of the same time in the order of the file.
//! 2. A row that says again what is known, or tells of an incident that is over, changes nothing;
//!    both are counted.
//! 3. A row without usable coordinates is placed by its street; where that fails its place is
//!    unknown, and it goes in with its words.
//! 4. A row that cannot be read is left out and reported by file, line and column.
//!
//! `hall feed` is [`read`], then [`play_to_hub`].

mod mapping;
mod plan;
mod table;
mod time;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::{Sink, SinkError};
use crate::domain::{Moment, Report};

pub use mapping::{Columns, ColumnsOf, KindOf, Mapping, StatusOf, TimeOf};
pub use plan::read;

/// Most reports handed over at a time.
const BATCH_MAX: usize = 500;
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
    /// The sink took nothing.
    #[error(transparent)]
    Sink(#[from] SinkError),
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
    /// Reports handed over, automatic closings included.
    pub played: usize,
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

/// How to play.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlayOptions {
    /// How many times faster than it happened; 1 to 1000.
    pub speed: f64,
    /// `Some(now)`: the first report happens now and the others follow at the speed played, as in a
    /// live demonstration. `None`: the stream's own times stay.
    pub shift_to: Option<Moment>,
    /// Longest wait for the next report, in the stream's own time; a longer gap is cut down to it.
    /// `None`: every gap is played in full.
    pub gap_max: Option<Duration>,
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

/// Play a stream into a sink. `tell` hears of the tally after every batch.
///
/// # Errors
/// [`SinkError`], when the sink takes nothing any more.
pub async fn play(
    stream: Stream,
    options: PlayOptions,
    sink: &impl Sink,
    mut tell: impl FnMut(&Tally),
) -> Result<Tally, SinkError> {
    let speed = if options.speed.is_finite() { options.speed.clamp(1.0, 1000.0) } else { 1.0 };
    let schedule = stream.schedule(speed, options.gap_max);
    let Stream { reports, mut tally } = stream;
    let begun = Instant::now();
    let mut reports = schedule.into_iter().zip(reports).peekable();
    while let Some((next, _)) = reports.peek() {
        tokio::time::sleep_until(begun + *next).await;
        let gone = begun.elapsed();
        let mut batch = Vec::new();
        let mut places = Vec::new();
        while batch.len() < BATCH_MAX
            && let Some((after, (at, mut report))) = reports.next_if(|(after, _)| *after <= gone)
        {
            if let Some(now) = options.shift_to {
                let millis = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
                report.happened_at = now.plus_millis(millis);
            }
            batch.push(report);
            places.push(at);
        }
        if batch.is_empty() {
            continue;
        }
        let outcomes = sink.reports(batch).await?;
        for (at, outcome) in places.into_iter().zip(outcomes) {
            match outcome {
                Ok(_) => tally.played += 1,
                Err(refused) => tally.refuse(Fault { at, column: refused.field, reason: refused.reason }),
            }
        }
        tell(&tally);
    }
    Ok(tally)
}

/// Play a stream into the hub at `url` (`http://host:port`) and wait until it is over.
///
/// # Errors
/// [`FileError::Sink`] and [`FileError::Runtime`].
pub fn play_to_hub(
    stream: Stream,
    options: PlayOptions,
    url: &str,
    tell: impl FnMut(&Tally),
) -> Result<Tally, FileError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(FileError::Runtime)?;
    let sink = super::http::HttpSink::new(url)?;
    Ok(runtime.block_on(play(stream, options, &sink, tell))?)
}
