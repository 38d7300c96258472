//! `hall bench latest-at` and `hall bench series`: a month of many sensors, and what it costs to look into it.

use std::path::Path;
use std::time::Instant;

use serde::Serialize;

use super::fanout::pss_mb_of;
use super::readings::{Chance, ReadingsBenchError, START, opened, sensors, wobble};
use crate::domain::{Moment, Reading, SensorId};
use crate::store::readings::Reader;

const DAY_MILLIS: i64 = 24 * 3_600_000;
/// Points of a plot.
const POINTS: usize = 1_000;
/// Plots on one screen.
const PLOTS: u32 = 50;

/// How much there is to look into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Month {
    /// Sensors.
    pub sensors: u32,
    /// Days.
    pub days: u32,
    /// Seconds between two readings of a sensor.
    pub interval_secs: u32,
}

/// Newest readings of all sensors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LatestAtReport {
    /// `latest-at`.
    pub bench: &'static str,
    /// Sensors.
    pub sensors: u32,
    /// Readings there are.
    pub readings: u64,
    /// Bytes of the file for each.
    pub bytes_per_reading: f64,
    /// Seconds that writing them took; 0 where they were there.
    pub written_secs: f64,
    /// Moments that were asked for.
    pub rounds: u32,
    /// Milliseconds of the middle one.
    pub p50_ms: f64,
    /// Milliseconds that 99 of 100 take at most.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// Memory of this process after it, PSS in MB.
    pub pss_mb: f64,
}

/// Plots of a month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesReport {
    /// `series`.
    pub bench: &'static str,
    /// Sensors.
    pub sensors: u32,
    /// Readings there are.
    pub readings: u64,
    /// Seconds that writing them took; 0 where they were there.
    pub written_secs: f64,
    /// Days of a plot.
    pub days: u32,
    /// Steps that a plot has, in the mean.
    pub steps: f64,
    /// Plots that were made one by one.
    pub rounds: u32,
    /// Milliseconds of the middle one.
    pub p50_ms: f64,
    /// Milliseconds that 99 of 100 take at most.
    pub p99_ms: f64,
    /// Fifty plots of fifty sensors, milliseconds of the middle one of such sets.
    pub fifty_p50_ms: f64,
    /// The slowest such set.
    pub fifty_max_ms: f64,
}

/// Write a month into an empty folder, or find it there.
fn month(month: Month, folder: &Path) -> Result<(Reader, f64), ReadingsBenchError> {
    let begun = Instant::now();
    let (mut writer, reader, known) = opened(folder)?;
    if known.len() == month.sensors as usize {
        return Ok((reader, 0.0));
    }
    let (registry, mut shown) = sensors(month.sensors)?;
    let (mut chance, mut at) = (Chance(11), START);
    let end = START + i64::from(month.days) * DAY_MILLIS;
    while at < end {
        wobble(&mut shown, &mut chance);
        let of = |(number, tenths): (u32, &i64)| Reading {
            sensor: SensorId(number),
            // They do not all measure at once.
            at: Moment(at + i64::from(number % 97) * 13),
            value: *tenths as f64 / 10.0,
        };
        let readings: Vec<Reading> = (0..).zip(&shown).map(of).collect();
        at += i64::from(month.interval_secs.max(1)) * 1000;
        writer.append(&readings, (Moment(at), Moment(at)), |_, _| {});
        writer.commit()?;
        writer.seal_if_due(Moment(at))?;
    }
    writer.seal_all(Moment(at))?;
    // The last thing: a month that was not finished is made anew, elsewhere.
    writer.put_sensors(registry.all().map(|(number, sensor)| (number, &**sensor)))?;
    Ok((reader, begun.elapsed().as_secs_f64()))
}

fn at(sorted: &[f64], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
    let index = ((sorted.len().saturating_sub(1)) as f64 * share).round() as usize;
    sorted.get(index).copied().unwrap_or_default()
}

fn timed<T>(all: &mut Vec<f64>, look: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let found = look();
    all.push(begun.elapsed().as_secs_f64() * 1000.0);
    found
}

/// The newest readings of all sensors at moments anywhere in the month.
///
/// # Errors
/// [`ReadingsBenchError`].
pub fn latest_at(size: Month, rounds: u32, folder: &Path) -> Result<LatestAtReport, ReadingsBenchError> {
    let (reader, written_secs) = month(size, folder)?;
    let (mut chance, mut took) = (Chance(13), Vec::new());
    let long = (i64::from(size.days) * DAY_MILLIS).unsigned_abs();
    let first = i64::from(size.interval_secs) * 1000;
    for _ in 0..rounds {
        let moment = Moment(START + first + i64::try_from(chance.next() % long).unwrap_or_default());
        let found = timed(&mut took, || reader.latest_at(moment))?;
        let there = found.iter().flatten().count() as u64;
        if there != u64::from(size.sensors) {
            return Err(ReadingsBenchError::Lost { written: u64::from(size.sensors), found: there });
        }
    }
    took.sort_by(f64::total_cmp);
    let readings = reader.count()?;
    let bytes = std::fs::metadata(folder.join(crate::store::readings::FILE))?.len();
    Ok(LatestAtReport {
        bench: "latest-at",
        sensors: size.sensors,
        readings,
        bytes_per_reading: bytes as f64 / readings.max(1) as f64,
        written_secs,
        rounds,
        p50_ms: at(&took, 0.5),
        p99_ms: at(&took, 0.99),
        max_ms: at(&took, 1.0),
        pss_mb: pss_mb_of("self"),
    })
}

/// Plots of the whole month, one by one and fifty at a time.
///
/// # Errors
/// [`ReadingsBenchError`].
pub fn series(size: Month, rounds: u32, folder: &Path) -> Result<SeriesReport, ReadingsBenchError> {
    let (reader, written_secs) = month(size, folder)?;
    let (mut chance, mut one, mut fifty, mut steps) = (Chance(17), Vec::new(), Vec::new(), 0);
    let (from, to) = (Moment(START), Moment(START + i64::from(size.days) * DAY_MILLIS));
    let mut sensor = || SensorId(u32::try_from(chance.next() % u64::from(size.sensors.max(1))).unwrap_or_default());
    for _ in 0..rounds {
        let sensor = sensor();
        steps += timed(&mut one, || reader.series(sensor, from, to, POINTS))?.steps.len();
    }
    for _ in 0..(rounds / PLOTS).max(3) {
        let plots: Vec<SensorId> = (0..PLOTS).map(|_| sensor()).collect();
        timed(&mut fifty, || plots.iter().try_for_each(|plot| reader.series(*plot, from, to, POINTS).map(drop)))?;
    }
    one.sort_by(f64::total_cmp);
    fifty.sort_by(f64::total_cmp);
    Ok(SeriesReport {
        bench: "series",
        sensors: size.sensors,
        readings: reader.count()?,
        written_secs,
        days: size.days,
        steps: steps as f64 / f64::from(rounds.max(1)),
        rounds,
        p50_ms: at(&one, 0.5),
        p99_ms: at(&one, 0.99),
        fifty_p50_ms: at(&fifty, 0.5),
        fifty_max_ms: at(&fifty, 1.0),
    })
}
