//! `hall bench crash`: a hub is killed again and again while clients order; what it had answered must be there.
//!
//! The hub is a child: this program again with the same arguments and a folder in the environment. Each client keeps a
//! ledger of its own: which of its orders were answered as written. An order whose answer was cut off is sent again under
//! the same number, as a screen would. After each kill the log is opened and held against the ledgers: nothing that was
//! answered may be missing, no report may be there twice, the database has to be whole, its facts without a gap and its
//! audit chain sound.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::Serialize;

use super::child::HubProcess;
use super::client::{Client, Heard, report};
use super::fanout::micros;
use crate::domain::{Moment, Seq, What};
use crate::hub::{self, Admission, Data, HubError, HubOptions};
use crate::store::verify::verify;
use crate::store::{Store, StoreError};
use crate::wire::Pace;

const CHILD: &str = "HALL_BENCH_CRASH_CHILD";
/// Clients that order at the same time, and orders that each has on the way.
const CLIENTS: usize = 8;
const WINDOW: u64 = 4;
/// A hub is killed after so many answers at most, and then within so many microseconds.
const ANSWERS_MOST: u64 = 400;
const MICROS_MOST: u64 = 20_000;
/// A hub that gave no answer for this long never will.
const PATIENCE: Duration = Duration::from_secs(30);
/// Facts read at a time.
const PAGE: usize = 5_000;

/// Why it could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum CrashError {
    /// The hub did not start.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// The log cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Files, processes or threads.
    #[error("{0}")]
    System(#[from] std::io::Error),
    /// The hub's process did not do its part.
    #[error("the hub's process failed: {0}")]
    Child(String),
}

/// The figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CrashReport {
    /// `crash`.
    pub bench: &'static str,
    /// Where chance begins.
    pub seed: u64,
    /// How often the hub was killed.
    pub kills: u32,
    /// Facts in the log at the end.
    pub facts: u64,
    /// Orders that were sent again, since their answer was cut off.
    pub again: u64,
    /// Orders that were answered as written.
    pub acknowledged: u64,
    /// Of these, how many are not in the log.
    pub lost: u64,
    /// What else was wrong: a report that is there twice, a gap, a damaged database or audit chain.
    pub corrupt: u64,
}

/// Measure. In the child process it plays the hub instead and returns no report.
///
/// # Errors
/// [`CrashError`].
pub fn crash(kills: u32, seed: u64) -> Result<Option<CrashReport>, CrashError> {
    if let Some(folder) = std::env::var_os(CHILD) {
        return play_hub(PathBuf::from(folder)).map(|()| None);
    }
    let folder = std::env::temp_dir().join(format!("hall-crash-{}", std::process::id()));
    let report = measure(&folder, kills, seed);
    // What is left of a measurement is of no use to anyone, but for a log in which something was wrong.
    if report.as_ref().is_ok_and(|report| report.lost + report.corrupt == 0) {
        drop(std::fs::remove_dir_all(&folder));
    }
    report.map(Some)
}

fn play_hub(folder: PathBuf) -> Result<(), CrashError> {
    let listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let admission = Admission::Everybody;
    let hub = hub::start(HubOptions { listen, admission, ..HubOptions::new(Data::Folder(folder)) })?;
    super::fanout::say(&format!("hub at {}", hub.addr().map(|addr| addr.to_string()).unwrap_or_default()));
    // Until its parent is gone, should it not be killed before.
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A hub that is to be killed, and where it listens.
fn start(folder: &Path) -> Result<(HubProcess, SocketAddr), CrashError> {
    let hub = HubProcess::again(CHILD, folder)?;
    let addr = hub.said().strip_prefix("hub at ").and_then(|addr| addr.parse().ok());
    let addr = addr.ok_or_else(|| CrashError::Child(hub.said().to_owned()))?;
    Ok((hub, addr))
}

/// What a client knows of its orders.
#[derive(Debug, Default)]
struct Ledger {
    /// Numbers of the orders that were answered as written.
    answered: Vec<u64>,
    /// Orders whose answer is not there.
    open: Vec<u64>,
    next: u64,
    again: u64,
}

/// The name of an order, under which its source knows it.
fn name(client: usize, number: u64) -> String {
    format!("{client}-{number}")
}

fn measure(folder: &Path, kills: u32, seed: u64) -> Result<CrashReport, CrashError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut ledgers: Vec<Ledger> = (0..CLIENTS).map(|_| Ledger::default()).collect();
    let mut chance = seed;
    let mut log = Log::default();
    let mut corrupt = 0;
    for _ in 0..kills {
        let (hub, addr) = start(folder)?;
        let answers = Arc::new(AtomicU64::new(0));
        let (after, wait) = (1 + draw(&mut chance) % ANSWERS_MOST, draw(&mut chance) % MICROS_MOST);
        ledgers = runtime.block_on(async {
            let mut clients = Vec::with_capacity(CLIENTS);
            for (client, ledger) in std::mem::take(&mut ledgers).into_iter().enumerate() {
                clients.push(tokio::spawn(order(addr, client, ledger, Arc::clone(&answers))));
            }
            let begun = tokio::time::Instant::now();
            while answers.load(Ordering::Acquire) < after && begun.elapsed() < PATIENCE {
                tokio::time::sleep(Duration::from_micros(200)).await;
            }
            tokio::time::sleep(Duration::from_micros(wait)).await;
            drop(hub);
            let mut back = Vec::with_capacity(CLIENTS);
            for client in clients {
                back.push(client.await.map_err(|e| CrashError::Child(e.to_string()))?);
            }
            Ok::<_, CrashError>(back)
        })?;
        if answers.load(Ordering::Acquire) < after {
            return Err(CrashError::Child("it gave no answers".to_owned()));
        }
        log = Log::read(folder)?;
        corrupt += log.corrupt;
    }
    let names = ledgers.iter().enumerate();
    let answered = names.flat_map(|(client, ledger)| ledger.answered.iter().map(move |number| name(client, *number)));
    Ok(CrashReport {
        bench: "crash",
        seed,
        kills,
        facts: log.facts,
        again: ledgers.iter().map(|ledger| ledger.again).sum(),
        acknowledged: ledgers.iter().map(|ledger| ledger.answered.len() as u64).sum(),
        lost: answered.filter(|name| !log.reports.contains(name)).count() as u64,
        corrupt,
    })
}

/// Order until the hub is gone; what had no answer before goes first, again.
async fn order(addr: SocketAddr, client: usize, mut ledger: Ledger, answers: Arc<AtomicU64>) -> Ledger {
    // It ends with an error, always: the hub is killed.
    drop(order_until_gone(addr, client, &mut ledger, &answers).await);
    ledger
}

async fn order_until_gone(
    addr: SocketAddr,
    client: usize,
    ledger: &mut Ledger,
    answers: &AtomicU64,
) -> Result<(), String> {
    let order = |number: u64| (number, report(name(client, number), Moment(micros() / 1000)));
    let mut hub = Client::to(addr, Pace::Off).await?;
    ledger.again += ledger.open.len() as u64;
    while (ledger.open.len() as u64) < WINDOW {
        ledger.open.push(ledger.next);
        ledger.next += 1;
    }
    hub.send(ledger.open.iter().copied().map(order)).await?;
    loop {
        let Heard::Done(number) = hub.hear().await? else { continue };
        ledger.open.retain(|open| *open != number);
        ledger.answered.push(number);
        answers.fetch_add(1, Ordering::Release);
        ledger.open.push(ledger.next);
        ledger.next += 1;
        hub.send(ledger.open.last().copied().map(order)).await?;
    }
}

/// What a log holds after a kill.
#[derive(Debug, Default)]
struct Log {
    facts: u64,
    /// Names of the reports.
    reports: BTreeSet<String>,
    corrupt: u64,
}

impl Log {
    fn read(folder: &Path) -> Result<Self, CrashError> {
        let chain = u64::from(verify(folder, None)?.is_err());
        let (store, hall) = Store::open(folder)?;
        let mut log = Self { corrupt: chain + store.damage()?.len() as u64, ..Self::default() };
        loop {
            let facts = store.facts_after(Seq(log.facts), PAGE)?;
            if facts.is_empty() {
                break;
            }
            for fact in facts {
                log.facts += 1;
                let report = match &fact.what {
                    What::IncidentReported(incident) => Some(incident.source_id.clone()),
                    _ => None,
                };
                let twice = report.is_some_and(|name| !log.reports.insert(name));
                log.corrupt += u64::from(twice) + u64::from(fact.seq.0 != log.facts);
            }
        }
        log.corrupt += u64::from(hall.upto().0 != log.facts);
        Ok(log)
    }
}

/// The next number of a seeded stream (splitmix64).
fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
