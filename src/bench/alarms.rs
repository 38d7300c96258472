//! `hall bench alarms`: how soon a reading over its limit is an alarm on a screen, over loopback and with all commits to
//! disk, while as many other sensors measure as there are.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;

use super::client::{Client, Heard};
use super::fanout::{Latency, latency, micros};
use crate::config::CatalogueFiles;
use crate::domain::{AlarmStep, Reading, Sensor, SensorId, SensorKind, What};
use crate::feeds::{CitySink, SinkError};
use crate::hub::{self, Admission, Data, HubError, HubOptions, Intake};
use crate::wire::Pace;

const KIND: SensorKind = SensorKind::CombustibleGas;
/// What is over the limit, and what is not.
const OVER: f64 = 40.0;
const CALM: f64 = 1.0;
const RULES: &str =
    "[[rule]]\ncode = \"gas\"\nzh = \"Gas\"\nen = \"Gas\"\nkind = \"combustible_gas\"\nhigh = { II = 20.0 }\n";
/// Between two alarms.
const EVERY: Duration = Duration::from_millis(97);

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum AlarmsBenchError {
    /// The hub did not start.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// Its sensors.
    #[error(transparent)]
    Sensors(#[from] SinkError),
    /// Files or threads.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// The screen did not get through.
    #[error("a screen failed: {0}")]
    Client(String),
}

impl From<String> for AlarmsBenchError {
    fn from(why: String) -> Self {
        Self::Client(why)
    }
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AlarmsReport {
    /// `alarms`.
    pub bench: &'static str,
    /// Sensors, all of which measure once every ten seconds.
    pub sensors: u32,
    /// Alarms.
    pub alarms: u32,
    /// From the reading to its alarm on a screen.
    pub reading_to_alarm: Latency,
}

/// Measure in an empty folder.
///
/// # Errors
/// [`AlarmsBenchError`].
pub fn alarms(sensors: u32, alarms: u32, folder: &Path) -> Result<AlarmsReport, AlarmsBenchError> {
    std::fs::create_dir_all(folder)?;
    let rules = folder.join("alarms.toml");
    std::fs::write(&rules, RULES)?;
    let files = CatalogueFiles { alarms: Some(rules), ..CatalogueFiles::default() };
    let (listen, admission) = (Some(SocketAddr::from(([127, 0, 0, 1], 0))), Admission::Everybody);
    let hub = hub::start(HubOptions { listen, admission, files, ..HubOptions::new(Data::Folder(folder.to_owned())) })?;
    let addr = hub.addr().ok_or_else(|| AlarmsBenchError::Client("the hub does not listen".to_owned()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let took = runtime.block_on(raise(&hub.intake(), addr, sensors, alarms.min(sensors)));
    hub.shutdown();
    let took = took?;
    let alarms = u32::try_from(took.len()).unwrap_or(u32::MAX);
    Ok(AlarmsReport { bench: "alarms", sensors, alarms, reading_to_alarm: latency(took) })
}

/// Microseconds from each reading to its alarm.
async fn raise(intake: &Intake, addr: SocketAddr, sensors: u32, alarms: u32) -> Result<Vec<u32>, AlarmsBenchError> {
    let described = (0..sensors)
        .map(|number| Sensor { claimed: true, ..Sensor::first_seen(&format!("gas-{number}"), Some(KIND), "") });
    let numbers: Vec<SensorId> = intake.sensors(described.collect()).await?.into_iter().flatten().collect();
    let mut screen = Client::to(addr, Pace::Off).await?;
    let mut sent: HashMap<String, i64> = HashMap::new();
    let mut took = Vec::new();
    let mut every = tokio::time::interval(EVERY);
    let mut next = 0_usize;
    while took.len() < alarms as usize {
        tokio::select! {
            _ = every.tick() => {
                let now = intake.clock().now();
                let reading = |sensor: SensorId, value| Reading { sensor, at: now, value };
                // A part of all others, so that each measures every ten seconds.
                let others = numbers.iter().skip(next % 103).step_by(103);
                let mut readings: Vec<Reading> = others
                    .filter(|number| number.index() >= alarms as usize)
                    .map(|number| reading(*number, CALM))
                    .collect();
                if let Some(number) = numbers.get(next).filter(|_| next < alarms as usize) {
                    readings.push(reading(*number, OVER));
                    sent.insert(format!("gas-{next}"), micros());
                }
                intake.readings(readings);
                next += 1;
            }
            heard = screen.hear() => {
                let Heard::Facts(facts) = heard? else { continue };
                let now = micros();
                for fact in facts {
                    if let What::AlarmMoved(step) = &fact.what
                        && let AlarmStep::Raise(raising) = &**step
                        && let Some(then) = sent.remove(&raising.source)
                    {
                        took.push(u32::try_from(now - then).unwrap_or(u32::MAX));
                    }
                }
            }
        }
    }
    Ok(took)
}
