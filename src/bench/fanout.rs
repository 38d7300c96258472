//! `hall bench fanout`: one hub, many screens, measured from publishing to the screens' decoding.
//!
//! The hub and the publisher run in this process. The screens run in a child: this program again
//! with the same arguments and the hub's address in the environment, so that their CPU time is not
//! the hub's. Latency of a fact counts from before its report is handed in, so it includes the
//! commit to disk; that of a position from its publishing, so it includes the wait for the tick
//! (10 ms at [`Pace::Direct`], which is what these screens ask for).

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::domain::{
    Answers, CrewId, CrewKind, CrewPosition, CrewStatus, Grade, LonLat, Moment, Place, Progress, Report, What,
};
use crate::hub::{self, Admission, Data, Hub, HubError, HubOptions, Intake, IntakeError};
use crate::link::SocketTransport;
use crate::wire::frame::{encode, read_to_screen};
use crate::wire::{FrameSink, FrameSource, Hello, Pace, ToHub, ToScreen, Transport};

const CHILD: &str = "HALL_BENCH_FANOUT_CHILD";
const CREWS: u32 = 2000;

/// What to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FanoutOptions {
    /// Screens that read.
    pub screens: usize,
    /// Screens that say hello and never read.
    pub stopped: usize,
    /// Positions a second.
    pub rate: u32,
    /// Facts a second.
    #[serde(rename = "facts_per_sec")]
    pub facts: u32,
    /// How long.
    pub seconds: u32,
}

impl Default for FanoutOptions {
    fn default() -> Self {
        Self { screens: 200, stopped: 0, rate: 2000, facts: 50, seconds: 10 }
    }
}

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum FanoutError {
    /// The hub did not start.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// Files, processes or threads.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// The screens' process did not do its part.
    #[error("the screens' process failed: {0}")]
    Screens(String),
    /// The hub took no report.
    #[error("the hub took nothing: {0}")]
    Intake(#[from] IntakeError),
}

/// What one kind of message took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// Deliveries over all screens.
    pub delivered: u64,
    /// Milliseconds from publishing to decoded, half of them.
    pub p50_ms: f64,
    /// The same, 99 of 100.
    pub p99_ms: f64,
    /// The same, the slowest.
    pub max_ms: f64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Heard {
    facts: Latency,
    positions: Latency,
    /// Facts that the screen with the fewest got.
    fewest_facts: u64,
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FanoutReport {
    /// `fanout`.
    pub bench: &'static str,
    /// What was measured.
    #[serde(flatten)]
    pub options: FanoutOptions,
    /// Facts published.
    pub facts: u64,
    /// Positions published.
    pub positions: u64,
    /// Facts that some reading screen did not get, at worst.
    pub lost_facts: u64,
    /// Facts from publishing to decoded.
    pub fact_latency: Latency,
    /// Positions from publishing to decoded.
    pub position_latency: Latency,
    /// CPU seconds of the hub's process, publisher included.
    pub hub_cpu_secs: f64,
    /// Proportional memory of the hub's process at the end, in MB.
    pub hub_pss_mb: f64,
    /// Most bytes of facts held in the hub for any screen; the socket holds up to 0.5 MB beside.
    pub held_bytes_max: usize,
}

/// Measure. In the child process it plays the screens instead and never returns a report.
///
/// # Errors
/// [`FanoutError`].
pub fn fanout(options: FanoutOptions) -> Result<Option<FanoutReport>, FanoutError> {
    match std::env::var_os(CHILD) {
        Some(addr) => play_screens(options, &addr.to_string_lossy()).map(|()| None),
        None => measure(options).map(Some),
    }
}

fn measure(options: FanoutOptions) -> Result<FanoutReport, FanoutError> {
    let folder = std::env::temp_dir().join(format!("hall-fanout-{}", std::process::id()));
    let hub_options = HubOptions {
        listen: Some(std::net::SocketAddr::from(([127, 0, 0, 1], 0))),
        max_sessions: usize::MAX,
        admission: Admission::Everybody,
        ..HubOptions::new(Data::Folder(folder.clone()))
    };
    let hub = hub::start(hub_options)?;
    let addr = hub.addr().map(|addr| addr.to_string()).unwrap_or_default();
    let mut child = Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .env(CHILD, addr)
        .stdout(Stdio::piped())
        .spawn()?;
    let mut said = BufReader::new(child.stdout.take().ok_or_else(|| FanoutError::Screens("no output".to_owned()))?);
    let mut ready = String::new();
    said.read_line(&mut ready)?;
    if ready.trim() != "ready" {
        return Err(FanoutError::Screens(ready));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let cpu_before = cpu_secs();
    let intake = hub.intake();
    let (facts, positions, held_bytes_max) = runtime.block_on(publish(options, &hub, &intake))?;
    let (hub_cpu_secs, hub_pss_mb) = (cpu_secs() - cpu_before, pss_mb());
    hub.shutdown();
    let mut rest = String::new();
    said.read_to_string(&mut rest)?;
    child.wait()?;
    let heard: Heard = serde_json::from_str(rest.trim()).map_err(|e| FanoutError::Screens(e.to_string()))?;
    // What is left of a measurement is of no use to anyone.
    drop(std::fs::remove_dir_all(&folder));
    Ok(FanoutReport {
        bench: "fanout",
        options,
        facts,
        positions,
        lost_facts: facts.saturating_sub(heard.fewest_facts),
        fact_latency: heard.facts,
        position_latency: heard.positions,
        hub_cpu_secs,
        hub_pss_mb,
        held_bytes_max,
    })
}

/// Publish at the rates asked for; catches up where the machine was late.
async fn publish(options: FanoutOptions, hub: &Hub, intake: &Intake) -> Result<(u64, u64, usize), FanoutError> {
    let begun = Instant::now();
    let (mut facts, mut positions, mut held) = (0_u64, 0_u64, 0_usize);
    let mut answers = tokio::task::JoinSet::new();
    let mut every = tokio::time::interval(Duration::from_millis(1));
    while begun.elapsed() < Duration::from_secs(u64::from(options.seconds)) {
        every.tick().await;
        let gone = begun.elapsed().as_secs_f64();
        let due = whole(gone * f64::from(options.rate));
        let batch: Vec<CrewPosition> = (positions..due)
            .map(|n| {
                let crew = CrewId(u32::try_from(n % u64::from(CREWS)).unwrap_or_default());
                CrewPosition {
                    crew,
                    at: LonLat { lon: 114.0, lat: 22.0 },
                    when: Moment(micros()),
                    kind: CrewKind::Patrol,
                    status: CrewStatus::Free,
                    incident: None,
                }
            })
            .collect();
        let _used = intake.positions(&batch);
        positions = due.max(positions);
        let due = whole(gone * f64::from(options.facts));
        while facts < due {
            facts += 1;
            let (intake, report) = (intake.clone(), report(facts));
            answers.spawn(async move { intake.reports(vec![report]).await });
        }
        held = held.max(hub.held_bytes_max());
    }
    while let Some(answer) = answers.join_next().await {
        answer.map_err(|e| FanoutError::Screens(e.to_string()))??;
    }
    // The last tick and the last batch reach the screens.
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok((facts, positions, held))
}

fn report(number: u64) -> Report {
    Report {
        source: "bench".to_owned(),
        source_id: number.to_string(),
        kind: "22199".to_owned(),
        grade: Grade::IV,
        place: Place { at: Some(LonLat { lon: 114.0, lat: 22.0 }), address: String::new() },
        text: String::new(),
        happened_at: Moment(micros()),
        progress: Progress::Open,
        answers: Answers::new(),
    }
}

fn play_screens(options: FanoutOptions, addr: &str) -> Result<(), FanoutError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let transport = SocketTransport::new(&format!("ws://{addr}")).map_err(|e| FanoutError::Screens(e.to_string()))?;
    let heard = runtime.block_on(async {
        let mut stopped = Vec::new();
        for _ in 0..options.stopped {
            stopped.push(connect(&transport).await?);
        }
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..options.screens {
            let (sink, mut source) = connect(&transport).await?;
            // Welcome and snapshot.
            for _ in 0..2 {
                let _frame = source.next().await;
            }
            tasks.spawn(listen(sink, source));
        }
        say("ready");
        let (mut facts, mut positions, mut fewest) = (Vec::new(), Vec::new(), u64::MAX);
        while let Some(screen) = tasks.join_next().await {
            let (screen_facts, screen_positions) = screen.map_err(|e| FanoutError::Screens(e.to_string()))?;
            fewest = fewest.min(screen_facts.len() as u64);
            facts.extend(screen_facts);
            positions.extend(screen_positions);
        }
        drop(stopped);
        let fewest_facts = if fewest == u64::MAX { 0 } else { fewest };
        Ok::<_, FanoutError>(Heard { facts: latency(facts), positions: latency(positions), fewest_facts })
    })?;
    say(&serde_json::to_string(&heard).map_err(|e| FanoutError::Screens(e.to_string()))?);
    Ok(())
}

type Connection = (<SocketTransport as Transport>::Sink, <SocketTransport as Transport>::Source);

async fn connect(transport: &SocketTransport) -> Result<Connection, FanoutError> {
    let failed = |e: &dyn std::fmt::Display| FanoutError::Screens(e.to_string());
    let (mut sink, source) = transport.connect().await.map_err(|e| failed(&e))?;
    let hello = ToHub::Hello(Hello {
        release: env!("CARGO_PKG_VERSION").to_owned(),
        seat: "bench".to_owned(),
        resume: None,
        positions: Pace::Direct,
        token: None,
    });
    sink.send(vec![encode(&hello).map_err(|e| failed(&e))?]).await.map_err(|e| failed(&e))?;
    Ok((sink, source))
}

/// Latencies in microseconds of all facts and positions until the hub says goodbye.
async fn listen(mut sink: impl FrameSink, mut source: impl FrameSource) -> (Vec<u32>, Vec<u32>) {
    let (mut facts, mut positions) = (Vec::new(), Vec::new());
    let mut pinged = Instant::now();
    while let Some(Ok(bytes)) = source.next().await {
        let since = |then: Moment| u32::try_from(micros().saturating_sub(then.0)).unwrap_or(u32::MAX);
        match read_to_screen(&bytes) {
            Ok(ToScreen::Batch { facts: batch, .. }) => {
                let reported = batch.iter().filter(|f| matches!(f.what, What::IncidentReported(_)));
                facts.extend(reported.map(|f| since(f.happened_at)));
            }
            Ok(ToScreen::Positions(batch)) => positions.extend(batch.iter().map(|p| since(p.when))),
            Ok(ToScreen::Bye { .. }) => break,
            _ => {}
        }
        if pinged.elapsed() > Duration::from_secs(5) {
            pinged = Instant::now();
            if let Ok(ping) = encode(&ToHub::Ping) {
                drop(sink.send(vec![ping]).await);
            }
        }
    }
    (facts, positions)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are small and not negative")]
fn whole(count: f64) -> u64 {
    count as u64
}

pub(super) fn latency(mut micros: Vec<u32>) -> Latency {
    micros.sort_unstable();
    let at = |share: f64| {
        let number = usize::try_from(whole(micros.len().saturating_sub(1) as f64 * share)).unwrap_or(usize::MAX);
        micros.get(number).map_or(0.0, |m| f64::from(*m) / 1000.0)
    };
    Latency { delivered: micros.len() as u64, p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1.0) }
}

#[expect(clippy::print_stdout, reason = "the child's answer to its parent")]
pub(super) fn say(line: &str) {
    println!("{line}");
}

/// Microseconds of the wall clock, which both processes share.
#[expect(clippy::disallowed_methods, reason = "a measurement")]
pub(super) fn micros() -> i64 {
    chrono::Utc::now().timestamp_micros()
}

/// User and system time of this process so far; 0 where the system does not tell.
pub(super) fn cpu_secs() -> f64 {
    cpu_secs_of("self")
}

/// The same of the process of this number.
pub(super) fn cpu_secs_of(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// Proportional set size of this process in MB; 0 where the system does not tell.
fn pss_mb() -> f64 {
    pss_mb_of("self")
}

/// The same of the process of this number.
pub(super) fn pss_mb_of(process: &str) -> f64 {
    memory_mb_of(process, "Pss:")
}

/// MB of the memory of the process of this number that a word of its `smaps_rollup` names; 0 where the system does not
/// tell.
pub(super) fn memory_mb_of(process: &str, word: &str) -> f64 {
    let rollup = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
    let line = rollup.lines().find_map(|line| line.strip_prefix(word));
    line.and_then(|l| l.trim().trim_end_matches(" kB").trim().parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
