//! `hall bench readings`: batches as they come over HTTP, read, held against the registry, taken in and committed; what a
//! CPU second takes and what a reading needs on disk.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;

use super::fanout::cpu_secs;
use crate::domain::sensor::registry::Registry;
use crate::domain::{Moment, Refusal, Sensor, SensorKind};
use crate::feeds::readings::{BatchError, Format, sort};
use crate::store::readings::{Place, Reader, ReadingsError, Retention, Writer, open};

/// 2026-11-02T00:00:00Z, a Monday.
pub(super) const START: i64 = 1_793_577_600_000;
/// Seconds between two batches.
const EVERY_MILLIS: i64 = 10_000;

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum ReadingsBenchError {
    /// The store.
    #[error(transparent)]
    Store(#[from] ReadingsError),
    /// A batch.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// A sensor.
    #[error("a sensor was refused: {0}")]
    Sensor(#[from] Refusal),
    /// Files.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// What was read is not what was written.
    #[error("of {written} readings {found} are there")]
    Lost {
        /// Taken in.
        written: u64,
        /// Found.
        found: u64,
    },
    /// The file of speeds.
    #[error("{0} is not a table of speeds: sensors in the first line, then a line to every five minutes")]
    NotSpeeds(PathBuf),
}

/// One way of writing batches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FormatReport {
    /// `json`, `csv` or `senml`.
    pub format: &'static str,
    /// Readings that were stored.
    pub readings: u64,
    /// Of them a CPU second, all threads: read, judged, taken in, committed, made into chunks.
    pub readings_per_cpu_s: f64,
    /// Of them a second.
    pub readings_per_s: f64,
    /// The longest that a batch was in memory only, in milliseconds.
    pub durable_max_ms: f64,
    /// Bytes in use in the file for each reading, index, keyframes and tiers included.
    pub bytes_per_reading: f64,
}

/// A real week.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeekReport {
    /// Readings in it.
    pub readings: u64,
    /// Bytes in use in the file for each, index, keyframes and tiers included.
    pub bytes_per_reading: f64,
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadingsReport {
    /// `readings`.
    pub bench: &'static str,
    /// Sensors.
    pub sensors: u32,
    /// The least of the formats.
    pub readings_per_cpu_s: f64,
    /// That of the real week where there is one, else the most of the formats.
    pub bytes_per_reading: f64,
    /// By format.
    pub formats: Vec<FormatReport>,
    /// The week of speeds, where its file was named.
    pub week: Option<WeekReport>,
}

/// A seeded stream of numbers (splitmix64).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// About so much up or down.
    pub(super) fn around(&mut self, most: i64) -> i64 {
        i64::try_from(self.next() % (2 * most.unsigned_abs() + 1)).unwrap_or_default() - most
    }
}

/// Sensors as a city has them, with the tenths that each shows.
pub(super) fn sensors(count: u32) -> Result<(Registry, Vec<i64>), Refusal> {
    const KINDS: [SensorKind; 6] = [
        SensorKind::CombustibleGas,
        SensorKind::WaterLevel,
        SensorKind::Temperature,
        SensorKind::Noise,
        SensorKind::TrafficSpeed,
        SensorKind::PowerLoad,
    ];
    let (mut registry, mut shown) = (Registry::default(), Vec::new());
    for (number, kind) in (0..count).zip(KINDS.into_iter().cycle()) {
        let id = format!("{}-{number:05}", kind.word());
        let sensor = Sensor { precision: 0.1, claimed: true, ..Sensor::first_seen(&id, Some(kind), "") };
        registry.describe(sensor)?;
        shown.push(i64::from(number % 500) + 100);
    }
    Ok((registry, shown))
}

/// Let each sensor show something a little else.
pub(super) fn wobble(shown: &mut [i64], chance: &mut Chance) {
    for one in shown {
        *one = (*one + chance.around(4)).clamp(0, 990);
    }
}

fn body(format: Format, registry: &Registry, shown: &[i64], at: i64) -> String {
    let mut text = match format {
        Format::Json => "[".to_owned(),
        Format::Csv => "sensor,at,value\n".to_owned(),
        Format::SenMl => format!("[{{\"bt\":{}}},", at / 1000),
    };
    for (number, ((_, sensor), tenths)) in registry.all().zip(shown).enumerate() {
        let (id, whole, rest) = (&sensor.id, tenths / 10, tenths % 10);
        let comma = if number == 0 || format == Format::Csv { "" } else { "," };
        // Into memory nothing fails.
        let written = match format {
            Format::Json => write!(text, "{comma}{{\"sensor\":\"{id}\",\"at\":{at},\"value\":{whole}.{rest}}}"),
            Format::Csv => writeln!(text, "{id},{at},{whole}.{rest}"),
            Format::SenMl => write!(text, "{comma}{{\"n\":\"{id}\",\"v\":{whole}.{rest}}}"),
        };
        debug_assert!(written.is_ok());
    }
    if format != Format::Csv {
        text.push(']');
    }
    text
}

pub(super) fn opened(folder: &Path) -> Result<(Writer, Reader, Registry), ReadingsBenchError> {
    std::fs::create_dir_all(folder)?;
    Ok(open(&Place::Folder(folder.to_owned()), Retention::default())?)
}

/// Bytes of the file in use, for each of so many readings. What the tail left free is used by the next ones: at most
/// about 22 MB, however much there is.
fn bytes_each(writer: &Writer, readings: u64) -> Result<f64, ReadingsBenchError> {
    Ok(writer.bytes()? as f64 / readings.max(1) as f64)
}

fn check(reader: &Reader, written: u64) -> Result<(), ReadingsBenchError> {
    let found = reader.count()?;
    if found == written { Ok(()) } else { Err(ReadingsBenchError::Lost { written, found }) }
}

fn of_format(
    format: Format,
    name: &'static str,
    count: u32,
    batches: u32,
    folder: &Path,
) -> Result<FormatReport, ReadingsBenchError> {
    let (registry, mut shown) = sensors(count)?;
    let (mut writer, reader, _) = opened(folder)?;
    writer.put_sensors(registry.all().map(|(number, sensor)| (number, &**sensor)))?;
    let (mut chance, mut cpu, mut secs, mut durable_max_ms) = (Chance(7), 0.0, 0.0, 0.0_f64);
    let mut written = 0;
    for turn in 0..i64::from(batches) {
        wobble(&mut shown, &mut chance);
        let now = Moment(START + turn * EVERY_MILLIS);
        let text = body(format, &registry, &shown, now.0);
        // What is measured begins with the bytes of the body, as they are when the last of them came.
        let (begun, cpu_before) = (Instant::now(), cpu_secs());
        let sorted = sort(format, text.as_bytes(), &registry, now, now)?;
        writer.append(&sorted.readings, (now, now), |_, _| {});
        writer.commit()?;
        durable_max_ms = durable_max_ms.max(begun.elapsed().as_secs_f64() * 1000.0);
        writer.seal_if_due(now)?;
        cpu += cpu_secs() - cpu_before;
        secs += begun.elapsed().as_secs_f64();
        written += sorted.readings.len() as u64;
    }
    let (begun, cpu_before) = (Instant::now(), cpu_secs());
    writer.seal_all(Moment(START + i64::from(batches) * EVERY_MILLIS))?;
    cpu += cpu_secs() - cpu_before;
    secs += begun.elapsed().as_secs_f64();
    check(&reader, written)?;
    Ok(FormatReport {
        format: name,
        readings: written,
        readings_per_cpu_s: written as f64 / cpu.max(1e-9),
        readings_per_s: written as f64 / secs.max(1e-9),
        durable_max_ms,
        bytes_per_reading: bytes_each(&writer, written)?,
    })
}

/// A week of real speeds, in miles an hour, zero where there is none, taken in as it happened.
fn week(file: &Path, folder: &Path) -> Result<WeekReport, ReadingsBenchError> {
    const STEP_MILLIS: i64 = 300_000;
    let odd = || ReadingsBenchError::NotSpeeds(file.to_owned());
    let mut table = csv::Reader::from_path(file).map_err(|_| odd())?;
    let mut registry = Registry::default();
    let kind = SensorKind::TrafficSpeed;
    for id in table.headers().map_err(|_| odd())? {
        let sensor = Sensor { precision: kind.precision(), claimed: true, ..Sensor::first_seen(id, Some(kind), "mph") };
        registry.describe(sensor)?;
    }
    let (mut writer, reader, _) = opened(folder)?;
    writer.put_sensors(registry.all().map(|(number, sensor)| (number, &**sensor)))?;
    let (mut written, mut now) = (0, Moment(START));
    for (turn, record) in (0..).zip(table.records()) {
        now = Moment(START + turn * STEP_MILLIS);
        let record = record.map_err(|_| odd())?;
        let mut readings = Vec::with_capacity(record.len());
        for ((number, sensor), cell) in registry.all().zip(&record) {
            let speed: f64 = cell.trim().parse().map_err(|_| odd())?;
            if speed != 0.0 {
                readings.extend(sensor.judge(number, speed, "", now, now));
            }
        }
        writer.append(&readings, (now, now), |_, _| {});
        writer.commit()?;
        writer.seal_if_due(now)?;
        written += readings.len() as u64;
    }
    writer.seal_all(now)?;
    check(&reader, written)?;
    Ok(WeekReport { readings: written, bytes_per_reading: bytes_each(&writer, written)? })
}

/// Measure in a folder, which is left with the files.
///
/// # Errors
/// [`ReadingsBenchError`].
pub fn readings(
    count: u32,
    batches: u32,
    speeds: Option<&Path>,
    folder: &Path,
) -> Result<ReadingsReport, ReadingsBenchError> {
    let formats = [(Format::Json, "json"), (Format::Csv, "csv"), (Format::SenMl, "senml")]
        .into_iter()
        .map(|(format, name)| of_format(format, name, count, batches, &folder.join(name)))
        .collect::<Result<Vec<_>, _>>()?;
    let week = speeds.map(|file| week(file, &folder.join("week"))).transpose()?;
    let least = formats.iter().map(|one| one.readings_per_cpu_s).fold(f64::MAX, f64::min);
    let most_bytes = formats.iter().map(|one| one.bytes_per_reading).fold(0.0, f64::max);
    Ok(ReadingsReport {
        bench: "readings",
        sensors: count,
        readings_per_cpu_s: least,
        bytes_per_reading: week.as_ref().map_or(most_bytes, |week| week.bytes_per_reading),
        formats,
        week,
    })
}
