//! `hall bench vitals`: many vital signs over many sensors, once a second, in a hub of this process.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::fanout::cpu_secs;
use super::readings::ReadingsBenchError;
use crate::config::CatalogueFiles;
use crate::domain::{Reading, Sensor, SensorId, SensorKind};
use crate::feeds::CitySink;
use crate::hub::{self, Data, HubError, HubOptions};

/// The kinds of its sensors, each with a limit that some of them show more than.
const KINDS: [(SensorKind, f64); 6] = [
    (SensorKind::CombustibleGas, 20.0),
    (SensorKind::WaterLevel, 1.5),
    (SensorKind::Temperature, 25.0),
    (SensorKind::Noise, 60.0),
    (SensorKind::TrafficSpeed, 30.0),
    (SensorKind::PowerLoad, 400.0),
];
/// Sensors measure part by part, each of them every ten seconds.
const PARTS: usize = 100;
const EVERY: Duration = Duration::from_millis(100);
/// Until all signs have a place in the store, and what new ones were before is looked up.
const WARM: Duration = Duration::from_secs(25);

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum VitalsBenchError {
    /// The hub.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// Its readings.
    #[error(transparent)]
    Readings(#[from] ReadingsBenchError),
    /// Files.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// The hub took nothing.
    #[error("{0}")]
    Down(String),
    /// Signs have no values.
    #[error("of {wanted} values {found} were kept")]
    Lost {
        /// As many as there were to be.
        wanted: u64,
        /// As many as there are.
        found: u64,
    },
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VitalsReport {
    /// `vitals`.
    pub bench: &'static str,
    /// Vital signs, all reckoned once a second.
    pub signs: u32,
    /// Sensors, each of which measures every ten seconds.
    pub sensors: u32,
    /// Seconds that were measured.
    pub secs: f64,
    /// Values that were reckoned and kept, a second.
    pub values_per_s: f64,
    /// CPU seconds a second of the whole hub: 0.2 is a fifth of one core.
    pub cores: f64,
    /// The same of a hub with the same sensors and no signs.
    pub cores_without: f64,
}

/// Measure in an empty folder.
///
/// # Errors
/// [`VitalsBenchError`].
pub fn vitals(signs: u32, sensors: u32, secs: u32, folder: &Path) -> Result<VitalsReport, VitalsBenchError> {
    let length = Duration::from_secs(u64::from(secs));
    let (cores_without, measured_without, _) = measured(signs, sensors, length, &folder.join("without"), false)?;
    let (cores, kept, took) = measured(signs, sensors, length, &folder.join("with"), true)?;
    // What sensors measured is kept both times.
    let values = kept.saturating_sub(measured_without);
    let wanted = u64::from(signs) * u64::from(secs.saturating_sub(3));
    if values < wanted {
        return Err(VitalsBenchError::Lost { wanted, found: values });
    }
    let values_per_s = values as f64 / took;
    Ok(VitalsReport { bench: "vitals", signs, sensors, secs: took, values_per_s, cores, cores_without })
}

/// CPU seconds a second, values that were kept meanwhile, and how long that was.
fn measured(
    signs: u32,
    sensors: u32,
    length: Duration,
    folder: &Path,
    vitals: bool,
) -> Result<(f64, u64, f64), VitalsBenchError> {
    std::fs::create_dir_all(folder.join("vitals"))?;
    std::fs::write(folder.join("vitals/all.toml"), signs_of(signs))?;
    let files = CatalogueFiles { vitals: Some(folder.join("vitals")), ..CatalogueFiles::default() };
    let data = Data::Folder(folder.to_owned());
    let hub = hub::start(HubOptions { listen: None, files, vitals, ..HubOptions::new(data) })?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let intake = hub.intake();
    let described = (0..sensors).zip(KINDS.into_iter().cycle()).map(|(number, (kind, _))| {
        let id = format!("{}-{number:06}", kind.word());
        // None falls silent while it is measured.
        Sensor { precision: 0.1, claimed: true, fresh_secs: 3_600, ..Sensor::first_seen(&id, Some(kind), "") }
    });
    let told = runtime.block_on(intake.sensors(described.collect()));
    let told = told.map_err(|error| VitalsBenchError::Down(error.to_string()))?;
    let limits = KINDS.into_iter().cycle().map(|(_, limit)| limit);
    let all: Vec<(SensorId, f64)> =
        told.into_iter().zip(limits).filter_map(|(number, limit)| Some((number?, limit))).collect();
    // Each shows something else every time.
    let shown = |turn: u32, (sensor, limit): (SensorId, f64)| {
        let value = limit * f64::from((sensor.0 + turn) % 17) / 12.0;
        Reading { sensor, at: intake.clock().now(), value }
    };
    intake.readings(all.iter().map(|one| shown(0, *one)).collect());
    let measure = |turn: u32| {
        let part = all.iter().skip(turn as usize % PARTS).step_by(PARTS);
        intake.readings(part.map(|one| shown(turn, *one)).collect());
    };
    pass(WARM, measure);
    let kept = || hub.kept_readings().map_err(|error| VitalsBenchError::Readings(error.into()));
    let (before, cpu, begun) = (kept()?, cpu_secs(), Instant::now());
    pass(length, measure);
    let (cpu, took) = (cpu_secs() - cpu, begun.elapsed().as_secs_f64());
    let values = kept()? - before;
    hub.shutdown();
    Ok((cpu / took, values, took))
}

/// Let so much time pass, in which sensors measure part by part.
fn pass(length: Duration, measure: impl Fn(u32)) {
    let begun = Instant::now();
    for turn in 0.. {
        measure(turn);
        let next = (EVERY * (turn + 1)).min(length);
        while let Some(left) = next.checked_sub(begun.elapsed()).filter(|left| !left.is_zero()) {
            std::thread::park_timeout(left);
        }
        if next == length {
            return;
        }
    }
}

/// Signs of all shapes: plain ones, shares, ratios, conditions.
fn signs_of(count: u32) -> String {
    let mut text = "family = \"resilience\"\n".to_owned();
    for (number, (kind, limit)) in (0..count).zip(KINDS.into_iter().cycle()) {
        let word = kind.word();
        let formula = match number / 6 % 5 {
            0 => format!("mean(\"{word}\")"),
            1 => format!("share_above(\"{word}\", {})", limit + f64::from(number) / 1000.0),
            2 => format!("max(\"{word}\") / (1 + median(\"{word}\"))"),
            3 => format!("percentile(\"{word}\", {}) - min(\"{word}\")", number % 100),
            _ => format!("online(\"{word}\") > 50 ? above(\"{word}\", {limit}) + open_cases(\"2\") : -1"),
        };
        // Writing to a text cannot fail.
        _ = write!(
            text,
            "[[sign]]\ncode = \"sign-{number}\"\nzh = \"{number}\"\nen = \"{number}\"\nunit = \"\"\nabout_zh = \"\"\n\
             about_en = \"\"\nformula = '{formula}'\nperiod_secs = 1\nprecision = 0.1\nhigh = {{ IV = 1000000.0 }}\n"
        );
    }
    text
}
