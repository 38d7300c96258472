//! Plays a stream that was read into a sink, and waits for a hub that goes away meanwhile.

use std::ops::RangeInclusive;
use std::time::Duration;

use tokio::time::Instant;

use super::{Fault, FileError, Stream, Tally};
use crate::domain::Moment;
use crate::feeds::away::{News, hand_over};
use crate::feeds::http::{HttpSink, HubClient};
use crate::feeds::{Outcome, Sink, SinkError};

/// Most reports handed over at a time.
const BATCH_MAX: usize = 500;
/// Speeds at which a stream can be played.
pub const SPEEDS: RangeInclusive<f64> = 1.0..=1000.0;

/// How to play.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlayOptions {
    /// How many times faster than it happened; within [`SPEEDS`].
    pub speed: f64,
    /// `Some(now)`: the first report happens now and the others follow at the speed played, as in a
    /// live demonstration. `None`: the stream's own times stay.
    pub shift_to: Option<Moment>,
    /// Longest wait for the next report, in the stream's own time; a longer gap is cut down to it.
    /// `None`: every gap is played in full.
    pub gap_max: Option<Duration>,
    /// How long a hub that went away is waited for, each time.
    pub patience: Duration,
}

/// The hub took nothing any more.
#[derive(Debug, thiserror::Error)]
#[error("{cause}; {} reports were played before", tally.played)]
pub struct GaveUp {
    /// What became of the rows until then.
    pub tally: Tally,
    /// Why.
    pub cause: SinkError,
}

/// Play a stream into a sink. `tell` hears of every batch, and of a hub that goes and comes back.
///
/// # Errors
/// [`GaveUp`], when the sink takes nothing from the start, or for longer than the patience of `options`.
pub async fn play(
    stream: Stream,
    options: PlayOptions,
    sink: &impl Sink,
    mut tell: impl FnMut(News<'_, Tally>),
) -> Result<Tally, Box<GaveUp>> {
    let speed = if options.speed.is_finite() { options.speed.clamp(*SPEEDS.start(), *SPEEDS.end()) } else { 1.0 };
    let schedule = stream.schedule(speed, options.gap_max);
    let Stream { reports, mut tally } = stream;
    let begun = Instant::now();
    let mut reached = false;
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
        // A hub that was never there is more likely a wrong address than one that starts anew.
        let patience = if reached { options.patience } else { Duration::ZERO };
        match hand_over(|| sink.reports(batch.clone()), patience, &mut tell).await {
            Ok(outcomes) => tally.count(places, outcomes),
            Err(cause) => return Err(Box::new(GaveUp { tally, cause })),
        }
        reached = true;
        tell(News::Batch(&tally));
    }
    Ok(tally)
}

impl Tally {
    fn count(&mut self, places: Vec<String>, outcomes: Vec<Outcome>) {
        for (at, outcome) in places.into_iter().zip(outcomes) {
            match outcome {
                Ok(told) => {
                    self.played += 1;
                    self.changed += usize::from(told.changed);
                    self.had_already += usize::from(!told.changed);
                }
                Err(refused) => self.refuse(Fault { at, column: refused.field, reason: refused.reason }),
            }
        }
    }
}

/// Play a stream into the hub of `client` and wait until it is over.
///
/// # Errors
/// [`FileError::Sink`], [`FileError::GaveUp`] and [`FileError::Runtime`].
pub fn play_to_hub(
    stream: Stream,
    options: PlayOptions,
    client: HubClient,
    tell: impl FnMut(News<'_, Tally>),
) -> Result<Tally, FileError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(FileError::Runtime)?;
    let sink = HttpSink::from(client);
    Ok(runtime.block_on(play(stream, options, &sink, tell))?)
}
