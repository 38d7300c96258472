//! `hall bench soak`: a demo hub that runs for long, with all sensors of its city and a screen that watches them; whether
//! its memory stays where it is.
//!
//! The hub is `hall hub --demo` in a process of its own, as people run it, with its memory in a folder. At a speed of 600
//! a week of the city goes by in 17 minutes. What is measured begins two minutes after its sensors say the first of now:
//! the week before, which a demo tells as it begins, is in by then, and vital signs have looked back at it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::{Instant, timeout};

use super::child::HubProcess;
use super::client::{Client, Heard};
use crate::domain::Moment;
use crate::domain::sensor::Watch;
use crate::wire::{Control, Pace, ToHub};

/// A hub that says nothing for so long is down: it has a heartbeat.
const PATIENCE: Duration = Duration::from_secs(30);
/// Until its sensors say something it tells a week of them.
const READY: Duration = Duration::from_mins(10);
/// From then on until it has done all that it does as it begins.
const SETTLES: Duration = Duration::from_mins(2);
/// Between two words to the hub that this screen is still there.
const PING: Duration = Duration::from_secs(5);
/// Milliseconds between two rounds of newest values, as a screen with a layer asks for.
const ROUND_MILLIS: u32 = 1_000;

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SoakOptions {
    /// Minutes by the clock.
    pub minutes: u32,
    /// City seconds a second.
    pub speed: u16,
    /// Seconds between two looks at the hub's process.
    pub every_secs: u32,
}

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum SoakError {
    /// Files, processes or threads.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// The hub's process did not do its part.
    #[error("the hub's process failed: {0}")]
    Hub(String),
    /// Its sensors say nothing.
    #[error("no sensor said anything for {} minutes", READY.as_secs() / 60)]
    Silent,
}

impl From<String> for SoakError {
    fn from(why: String) -> Self {
        Self::Hub(why)
    }
}

/// One look at the hub's process.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sample {
    /// Seconds since it had settled.
    pub secs: f64,
    /// MB of memory that is resident, files that it looks into included.
    pub resident_mb: f64,
    /// MB of it that are its own: what it has allocated.
    pub own_mb: f64,
    /// CPU seconds since it started.
    pub cpu_secs: f64,
}

/// How memory went.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Course {
    /// MB at the first look.
    pub first_mb: f64,
    /// MB at the last.
    pub last_mb: f64,
    /// The least there was.
    pub least_mb: f64,
    /// The least in the second half: memory that fills up and is let go of over and over does not hide what stays.
    pub later_least_mb: f64,
    /// The most there was.
    pub most_mb: f64,
    /// MB more an hour by the clock, by the line that fits all looks best.
    pub slope_mb_per_hour: f64,
    /// The same of the second half.
    pub later_slope_mb_per_hour: f64,
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SoakReport {
    /// `soak`.
    pub bench: &'static str,
    /// What was measured.
    #[serde(flatten)]
    pub options: SoakOptions,
    /// Sensors of the city.
    pub sensors: usize,
    /// Values that the screen was told of them meanwhile.
    pub readings: u64,
    /// Looks at the process.
    pub samples: usize,
    /// Memory that is resident.
    pub resident: Course,
    /// Memory of its own.
    pub own: Course,
    /// CPU seconds a second: 0.2 is a fifth of one core.
    pub cores: f64,
    /// The same of the second half.
    pub later_cores: f64,
    /// MB that its folder has at the end.
    pub folder_mb: f64,
}

/// Measure a hub of the city in `city`, which keeps what it knows in `folder`; every look is told.
///
/// # Errors
/// [`SoakError`].
pub fn soak(
    options: SoakOptions,
    city: &Path,
    folder: &Path,
    tell: impl FnMut(&Sample),
) -> Result<SoakReport, SoakError> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["hub", "--demo", "--json", "--listen", "127.0.0.1:0", "--city"]).arg(city).arg("--data").arg(folder);
    let hub = HubProcess::start(command.stdin(Stdio::null()))?;
    let addr = addr_of(hub.said()).ok_or_else(|| SoakError::Hub(hub.said().to_owned()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (sensors, readings, samples) = runtime.block_on(watch(options, &hub, addr, tell))?;
    drop(hub);
    let later = samples.get(samples.len() / 2..).unwrap_or_default();
    Ok(SoakReport {
        bench: "soak",
        options,
        sensors,
        readings,
        samples: samples.len(),
        resident: Course::of(&samples, |sample| sample.resident_mb),
        own: Course::of(&samples, |sample| sample.own_mb),
        cores: cores(&samples),
        later_cores: cores(later),
        folder_mb: bytes_in(folder)? as f64 / 1e6,
    })
}

/// The line that `hall hub --json` says.
#[derive(Deserialize)]
struct Listens {
    listening: SocketAddr,
}

fn addr_of(said: &str) -> Option<SocketAddr> {
    serde_json::from_str::<Listens>(said).ok().map(|said| said.listening)
}

/// Watch all sensors, and look at the hub's process again and again.
async fn watch(
    options: SoakOptions,
    hub: &HubProcess,
    addr: SocketAddr,
    mut tell: impl FnMut(&Sample),
) -> Result<(usize, u64, Vec<Sample>), SoakError> {
    let mut screen = Client::to(addr, Pace::Smooth).await?;
    screen.say(&ToHub::Control { id: 1, control: Control::Speed(options.speed) }).await?;
    let watch = Watch { every_millis: ROUND_MILLIS, ..Watch::default() };
    screen.say(&ToHub::Watch { id: 2, watch: Some(watch) }).await?;
    let (length, every) = (secs(options.minutes) * 60, secs(options.every_secs.max(1)));
    let (mut sensors, mut readings, mut left) = (BTreeSet::new(), 0, 0);
    // From when on what sensors measure is of now: the hub tells its time as its speed changes.
    let mut since: Option<Moment> = None;
    let (started, mut pinged, mut begun) = (Instant::now(), Instant::now(), None);
    let mut samples: Vec<Sample> = Vec::new();
    loop {
        let heard = timeout(PATIENCE, screen.hear()).await;
        match heard.map_err(|_| SoakError::Hub("it says nothing any more".to_owned()))?? {
            Heard::Sensors { told, left: more } => {
                sensors.extend(told);
                left = more;
            }
            Heard::Clock(now) => {
                since.get_or_insert(now);
            }
            Heard::Readings(told) => {
                let of_now = since.is_some_and(|since| told.iter().any(|reading| reading.at >= since));
                if of_now && !sensors.is_empty() && left == 0 {
                    begun.get_or_insert_with(|| Instant::now() + SETTLES);
                }
                if begun.is_some_and(|begun| begun <= Instant::now()) {
                    readings += told.len() as u64;
                }
            }
            Heard::Refused(why) => return Err(why.into()),
            Heard::Done(_) | Heard::Facts(_) | Heard::Other => {}
        }
        if pinged.elapsed() >= PING {
            pinged = Instant::now();
            screen.say(&ToHub::Ping).await?;
        }
        let Some(begun) = begun else {
            if started.elapsed() > READY {
                return Err(SoakError::Silent);
            }
            continue;
        };
        if Instant::now() < begun {
            continue;
        }
        // A heartbeat a second wakes this often enough.
        if begun.elapsed() >= every * u32::try_from(samples.len()).unwrap_or(u32::MAX) {
            let sample = Sample {
                secs: begun.elapsed().as_secs_f64(),
                resident_mb: hub.memory_mb("Rss:"),
                own_mb: hub.memory_mb("Anonymous:"),
                cpu_secs: hub.cpu_secs(),
            };
            tell(&sample);
            samples.push(sample);
        }
        if begun.elapsed() >= length {
            return Ok((sensors.len(), readings, samples));
        }
    }
}

fn secs(count: u32) -> Duration {
    Duration::from_secs(u64::from(count))
}

impl Course {
    fn of(samples: &[Sample], mb: impl Fn(&Sample) -> f64) -> Self {
        let all: Vec<(f64, f64)> = samples.iter().map(|sample| (sample.secs / 3600.0, mb(sample))).collect();
        let later = all.get(all.len() / 2..).unwrap_or_default();
        let values = || all.iter().map(|(_, mb)| *mb);
        Self {
            first_mb: values().next().unwrap_or_default(),
            last_mb: values().next_back().unwrap_or_default(),
            least_mb: values().reduce(f64::min).unwrap_or_default(),
            later_least_mb: later.iter().map(|(_, mb)| *mb).reduce(f64::min).unwrap_or_default(),
            most_mb: values().reduce(f64::max).unwrap_or_default(),
            slope_mb_per_hour: slope(&all),
            later_slope_mb_per_hour: slope(later),
        }
    }
}

/// How steep the line is that fits points best (least squares); 0 of fewer than two.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len().max(1) as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let along: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let both: f64 = points.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    if along > 0.0 { both / along } else { 0.0 }
}

/// CPU seconds a second between the first and the last look.
fn cores(samples: &[Sample]) -> f64 {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else { return 0.0 };
    let took = last.secs - first.secs;
    if took > 0.0 { (last.cpu_secs - first.cpu_secs) / took } else { 0.0 }
}

/// Bytes of all files in a folder and below it.
fn bytes_in(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        bytes += if about.is_dir() { bytes_in(&entry.path())? } else { about.len() };
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(secs: f64, own_mb: f64, cpu_secs: f64) -> Sample {
        Sample { secs, resident_mb: own_mb + 50.0, own_mb, cpu_secs }
    }

    #[test]
    fn a_course_tells_its_ends_its_bounds_and_how_steep_it_is() {
        // Up by 10 MB in the first half hour, then level.
        let looks = [(0.0, 100.0), (900.0, 105.0), (1_800.0, 110.0), (2_700.0, 110.0), (3_600.0, 110.0)];
        let samples: Vec<Sample> = looks.map(|(secs, mb)| sample(secs, mb, 0.0)).to_vec();
        let course = Course::of(&samples, |sample| sample.own_mb);
        assert_eq!((course.first_mb, course.last_mb), (100.0, 110.0));
        assert_eq!((course.least_mb, course.later_least_mb, course.most_mb), (100.0, 110.0, 110.0));
        // About a mean of 107 at half an hour: (0.5 * 7 + 0.25 * 2 + 0.25 * 3 + 0.5 * 3) / (0.5 + 0.125) = 10.
        assert!((course.slope_mb_per_hour - 10.0).abs() < 1e-9, "{course:?}");
        assert!(course.later_slope_mb_per_hour.abs() < 1e-9, "{course:?}");
        let resident = Course::of(&samples, |sample| sample.resident_mb);
        assert!((resident.slope_mb_per_hour - course.slope_mb_per_hour).abs() < 1e-9);
        assert!(slope(&[]).abs() + slope(&[(1.0, 7.0)]).abs() < 1e-12, "of one look nothing is known");
    }

    #[test]
    fn cores_are_what_was_spent_between_the_first_look_and_the_last() {
        let samples = [sample(0.0, 1.0, 12.0), sample(30.0, 1.0, 13.0), sample(60.0, 1.0, 15.0)];
        assert!((cores(&samples) - 0.05).abs() < 1e-12);
        assert!(cores(&samples[..1]).abs() + cores(&[]).abs() < 1e-12);
    }

    #[test]
    fn where_a_hub_listens_is_read_from_what_it_says() {
        let said = r#"{"listening":"127.0.0.1:41873","url":"ws://127.0.0.1:41873"}"#;
        assert_eq!(addr_of(said), "127.0.0.1:41873".parse().ok());
        assert_eq!(addr_of("hub at 127.0.0.1:41873"), None);
    }
}
