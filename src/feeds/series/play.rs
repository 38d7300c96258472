//! Plays a series that was read into a sink, and waits for a hub that goes away meanwhile.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use super::{Point, Series};
use crate::domain::{Moment, Sensor};
use crate::feeds::away::{News, hand_over};
use crate::feeds::readings::{Counted, Given};
use crate::feeds::{ReadingSink, SinkError};

/// Most readings handed over at a time.
const BATCH_MAX: usize = 20_000;
/// Most sensors described at a time.
const SENSORS_AT_ONCE: usize = 5_000;
/// Speeds at which a series can be played.
pub const SPEEDS: RangeInclusive<f64> = 1.0..=3600.0;

/// How the times of a series are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// The first reading is of now; each other one is of the moment at which it is played.
    Live,
    /// The last reading is of now, the others stand before it as far apart as they were.
    EndNow,
    /// They stay.
    Own,
}

impl Shift {
    /// Its name in files and flags.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::EndNow => "end-now",
            Self::Own => "own",
        }
    }
}

/// How to play.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlayOptions {
    /// How many times faster than it happened; within [`SPEEDS`].
    pub speed: f64,
    /// Which times the readings get.
    pub shift: Shift,
    /// How long a hub that went away is waited for, each time.
    pub patience: Duration,
    /// It was played before: its sensors are described.
    pub again: bool,
}

/// What became of a series.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Played {
    /// Sensors that were described anew or otherwise.
    pub described: usize,
    /// Why the sensors could not be described, where that was so; they wait to be claimed then.
    pub undescribed: Option<String>,
    /// What became of the readings.
    #[serde(skip)]
    pub counted: Counted,
}

/// The hub took nothing any more.
#[derive(Debug, thiserror::Error)]
#[error("{cause}; {} readings were played before", played.counted.rows)]
pub struct GaveUp {
    /// What became of the series until then.
    pub played: Played,
    /// Why.
    pub cause: SinkError,
}

/// Play a series into a sink: its sensors first, then its readings, each when its time comes. `tell` hears of every batch,
/// and of a hub that goes and comes back.
///
/// # Errors
/// [`GaveUp`], when the sink takes nothing from the start, or for longer than the patience of `options`.
pub async fn play(
    series: &Series,
    options: PlayOptions,
    sink: &impl ReadingSink,
    mut tell: impl FnMut(News<'_, Counted>) + Send,
) -> Result<Played, Box<GaveUp>> {
    let mut played = Played::default();
    if !options.again
        && let Err(cause) = describe(&series.sensors, sink, &mut played).await
    {
        return Err(Box::new(GaveUp { played, cause }));
    }
    let Some((first, last)) = series.span() else { return Ok(played) };
    let speed = if options.speed.is_finite() { options.speed.clamp(*SPEEDS.start(), *SPEEDS.end()) } else { 1.0 };
    let after = |point: &Point| {
        let millis = u64::try_from(point.at.0.saturating_sub(first.0)).unwrap_or_default();
        Duration::from_secs_f64(millis as f64 / 1000.0 / speed)
    };
    let moved = last.0.saturating_sub(sink.hall_now().0);
    let begun = Instant::now();
    let mut reached = false;
    let mut left = series.points.as_slice();
    while let Some(next) = left.first() {
        tokio::time::sleep_until(begun + after(next)).await;
        let (gone, now) = (begun.elapsed(), sink.hall_now());
        let due = left.partition_point(|point| after(point) <= gone).min(BATCH_MAX);
        let (batch, rest) = left.split_at_checked(due).unwrap_or((left, &[]));
        if batch.is_empty() {
            continue;
        }
        let at = |point: &Point| match options.shift {
            Shift::Live => {
                let since = i64::try_from(gone.saturating_sub(after(point)).as_millis()).unwrap_or_default();
                now.plus_millis(-since)
            }
            Shift::EndNow => point.at.plus_millis(-moved),
            Shift::Own => point.at,
        };
        let rows: Vec<Option<Given>> = batch
            .iter()
            .map(|point| Some(given(point, at(point), series.sensors.get(point.sensor as usize)?)))
            .collect();
        // A hub that was never there is more likely a wrong address than one that starts anew.
        let patience = if reached { options.patience } else { Duration::ZERO };
        match hand_over(|| sink.take(rows.clone()), patience, &mut tell).await {
            Ok(counted) => played.counted.add(counted),
            Err(cause) => return Err(Box::new(GaveUp { played, cause })),
        }
        reached = true;
        left = rest;
        tell(News::Batch(&played.counted));
    }
    Ok(played)
}

fn given(point: &Point, at: Moment, sensor: &Sensor) -> Given {
    let (id, unit) = (sensor.id.clone(), sensor.unit.clone());
    Given { sensor: id, at: Some(at), value: point.value, unit, kind: Some(sensor.kind) }
}

async fn describe(sensors: &[Sensor], sink: &impl ReadingSink, played: &mut Played) -> Result<(), SinkError> {
    for some in sensors.chunks(SENSORS_AT_ONCE) {
        match sink.describe(some.to_vec()).await {
            Ok(changed) => played.described += changed,
            // A source may send readings and not say what sensors are.
            Err(SinkError::NotLetIn { why, .. }) => {
                played.undescribed = Some(why);
                return Ok(());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
