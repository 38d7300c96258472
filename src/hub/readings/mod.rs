//! What sensors measure: one thread that keeps it, and the ways to ask it. Facts wait for nothing here.
//!
//! ```text
//!  HTTP, feeds ── batch, read and held against the registry ──► queue, bounded ──► thread ──► memory, answered
//!                                                                                    │ every 0.2 s
//!                                                                                    ▼
//!  HTTP ── latest, series, export ──► reader ◄──────────────────────────────── readings.db
//!  screens ── newest of what they show ──► [`Newest`], in memory
//! ```
//! 1. Whoever sends is answered when what they sent is in memory; it is on disk within a second after. Feeds that
//!    acknowledge to their source are answered when it is on disk.
//! 2. Who comes while too many wait or are read, or while the disk takes nothing, is told so before theirs is read, and
//!    nothing of theirs counts. What this process itself measures and finds no room is counted as lost.
//! 3. A sensor is on disk before its first reading is, and before anybody hears that it is described.
//! 4. Whoever looks at the sensors has them as they were then: nobody waits while a batch is held against them.
//! 5. Limits see what is the newest of its sensor, also over a start, and came while it was fresh. What is filled in later
//!    is kept and counted, and raises no alarm as if of now.
//! 6. Of a sensor that is out of service nothing is taken that it measured since, and no limit asks it.

mod keeper;
mod newest;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::config::sensors::Listed;
use crate::domain::alarm::Raising;
use crate::domain::alarm::watch::Watcher;
use crate::domain::sensor::{Quality, Registry, Retired};
use crate::domain::{AlarmKind, AlarmRules, Grade, Moment, Reading, Refusal, Sensor, SensorId};
use crate::feeds::readings::given::sort_given;
use crate::feeds::readings::{BatchError, Counted, Format, Given, Sorted, sort};
use crate::store::readings::{Reader, ReadingsError, Writer};

pub(super) use keeper::Keeper;
pub(crate) use newest::Newest;

use super::windows::Windows;

/// Batches that wait.
const BATCHES_MAX: usize = 64;
/// Readings that wait.
const WAITING_MAX: usize = 400_000;
/// The same where somebody waits for the disk.
const COMMIT_WAITED: Duration = Duration::from_millis(20);
/// Who looks into the past at a time.
const LOOKING_MAX: usize = 2;
/// Batches that are read at a time: each is up to 16 MiB, and what it holds is some times that.
const SORTING_MAX: usize = 4;
/// Whoever finds no room to have one read is told so after so long.
const ROOM_WAITED: Duration = Duration::from_secs(1);

/// Why nothing of a batch is taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TakeError {
    /// It cannot be read.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// Too many wait.
    #[error("too many readings wait to be taken in, send them again in a moment")]
    Full,
    /// The disk takes nothing.
    #[error("the hub cannot write its readings; nothing went in, send it again")]
    NotWritten,
    /// The hub is going down.
    #[error("the hub is shutting down")]
    Down,
}

type Answer = oneshot::Sender<Result<Counted, TakeError>>;

/// When who sent a batch is answered.
enum Reply {
    /// Not at all.
    Never,
    /// Once it is in memory.
    Taken(Answer),
    /// Once it is on disk.
    Written(Answer),
}

/// What became of a sensor: its number and whether anything changed, or why not.
pub(crate) type Served = Result<(SensorId, bool), Refusal>;
/// How many sensors changed by the city's file, or why one of them cannot be as it says.
pub(crate) type Listing = Result<usize, Refusal>;
type DescribeReply = oneshot::Sender<Result<Vec<Served>, TakeError>>;

enum Ask {
    Take {
        sorted: Sorted,
        now: Moment,
        latest: Moment,
        reply: Reply,
    },
    /// What was, of sensors that are described, oldest first.
    Keep {
        readings: Vec<Reading>,
        then: Moment,
        reply: oneshot::Sender<()>,
    },
    Describe {
        sensors: Vec<Sensor>,
        reply: DescribeReply,
    },
    /// Out of service for this reason, or back into it.
    Serve {
        ids: Vec<String>,
        retired: Option<Retired>,
        reply: DescribeReply,
    },
    /// What the city's file says at a moment.
    List {
        listed: Vec<Listed>,
        at: Moment,
        reply: oneshot::Sender<Result<Listing, TakeError>>,
    },
    Stop,
}

/// What the thread and those who ask share.
struct Parts {
    registry: RwLock<Arc<Registry>>,
    /// Counts changes of the registry.
    described: AtomicU64,
    newest: Mutex<Newest>,
    quality: Mutex<Vec<Quality>>,
    /// Refused rows whose sensor is none.
    nobodys: AtomicU64,
    known_late: AtomicU64,
    /// Pieces of the file that cannot be read.
    aside: AtomicU64,
    /// Readings of this process that were not taken in.
    lost: AtomicU64,
    waiting: AtomicUsize,
    failing: AtomicBool,
    watcher: Mutex<Watcher>,
    /// Up to when this process told what sensors measure, in milliseconds since 1970.
    told: AtomicI64,
}

impl Parts {
    /// The sensors as they are now.
    fn registry(&self) -> Arc<Registry> {
        Arc::clone(&self.registry.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, registry: Registry) {
        *self.registry.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(registry);
        self.described.fetch_add(1, Ordering::AcqRel);
    }

    /// Up to when this process told what sensors measure; `None` where it does not.
    fn told(&self) -> Option<Moment> {
        Some(Moment(self.told.load(Ordering::Acquire))).filter(|told| told.0 > i64::MIN)
    }

    fn newest(&self) -> MutexGuard<'_, Newest> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watcher(&self) -> MutexGuard<'_, Watcher> {
        self.watcher.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn quality(&self) -> MutexGuard<'_, Vec<Quality>> {
        self.quality.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The way to the readings.
pub(crate) struct Desk {
    parts: Arc<Parts>,
    asks: SyncSender<Ask>,
    reader: Reader,
    looking: Semaphore,
    sorting: Arc<Semaphore>,
    windows: Windows,
}

/// Desk and thread of readings that are open, of which these sensors are described anew.
pub(super) fn begin((writer, reader, registry): (Writer, Reader, Registry)) -> Result<(Desk, Keeper), ReadingsError> {
    let (sender, asks) = sync_channel(BATCHES_MAX);
    let mut newest = Newest::default();
    newest.put(reader.latest_at(Moment(i64::MAX))?.into_iter().flatten(), Moment(i64::MAX));
    let aside = AtomicU64::new(writer.aside()?);
    let quality = writer.quality(registry.len())?;
    let parts = Arc::new(Parts {
        registry: RwLock::new(Arc::new(registry)),
        described: AtomicU64::new(0),
        newest: Mutex::new(newest),
        quality: Mutex::new(quality),
        nobodys: AtomicU64::new(0),
        known_late: AtomicU64::new(0),
        aside,
        lost: AtomicU64::new(0),
        waiting: AtomicUsize::new(0),
        failing: AtomicBool::new(false),
        watcher: Mutex::new(Watcher::new(Arc::default())),
        told: AtomicI64::new(i64::MIN),
    });
    let (looking, sorting) = (Semaphore::new(LOOKING_MAX), Arc::new(Semaphore::new(SORTING_MAX)));
    let windows = Windows::default();
    let desk = Desk { parts: Arc::clone(&parts), asks: sender, reader, looking, sorting, windows };
    Ok((desk, Keeper::new(parts, asks, writer)))
}

impl Desk {
    /// Room to have a batch read, which is to be held while it is.
    ///
    /// # Errors
    /// [`TakeError`] where it would not be taken in either.
    pub(crate) async fn room(&self) -> Result<OwnedSemaphorePermit, TakeError> {
        self.takes_any()?;
        let room = tokio::time::timeout(ROOM_WAITED, Arc::clone(&self.sorting).acquire_owned()).await;
        room.map_err(|_| TakeError::Full)?.map_err(|_| TakeError::Down)
    }

    /// Whether anything is taken in now.
    fn takes_any(&self) -> Result<(), TakeError> {
        if self.parts.failing.load(Ordering::Acquire) {
            return Err(TakeError::NotWritten);
        }
        if self.parts.waiting.load(Ordering::Acquire) > WAITING_MAX { Err(TakeError::Full) } else { Ok(()) }
    }

    /// Read a batch that came at `now`; takes as long as its bytes.
    pub(crate) fn sort(&self, format: Format, body: &[u8], now: Moment, latest: Moment) -> Result<Sorted, BatchError> {
        sort(format, body, &self.parts.registry(), now, latest)
    }

    /// Take in a batch.
    ///
    /// # Errors
    /// [`TakeError`].
    pub(crate) async fn take(&self, sorted: Sorted, now: Moment, latest: Moment) -> Result<Counted, TakeError> {
        let (reply, answer) = oneshot::channel();
        self.queue(sorted, now, latest, Reply::Taken(reply))?;
        answer.await.unwrap_or(Err(TakeError::Down))
    }

    /// Take in rows of this process and wait until they are on disk.
    ///
    /// # Errors
    /// [`TakeError`].
    pub(crate) async fn take_given(
        &self,
        rows: &[Option<Given>],
        now: Moment,
        latest: Moment,
    ) -> Result<Counted, TakeError> {
        let sorted = sort_given(rows, &self.parts.registry(), now, latest);
        let (reply, answer) = oneshot::channel();
        self.queue(sorted, now, latest, Reply::Written(reply))?;
        answer.await.unwrap_or(Err(TakeError::Down))
    }

    /// Take in readings of this process, of sensors that are described; who sends them does not wait.
    ///
    /// # Errors
    /// [`TakeError`].
    pub(crate) fn put(&self, readings: Vec<Reading>, now: Moment) -> Result<(), TakeError> {
        let newest = readings.iter().map(|reading| reading.at.0).max().unwrap_or(i64::MIN);
        self.parts.told.fetch_max(newest, Ordering::AcqRel);
        self.put_own(readings, now)
    }

    /// Take in what the hub itself reckoned, of sensors that are described. What is not taken in is counted.
    ///
    /// # Errors
    /// [`TakeError`].
    pub(crate) fn put_own(&self, readings: Vec<Reading>, now: Moment) -> Result<(), TakeError> {
        let rows = readings.len();
        let queued = self.queue(Sorted { rows, readings, ..Sorted::default() }, now, now, Reply::Never);
        if queued.is_err() {
            self.parts.lost.fetch_add(rows as u64, Ordering::AcqRel);
        }
        queued
    }

    /// Take in what sensors that are described showed at a moment that was, after all that was before it: held against no
    /// limits and counted for nobody's quality. Waits for its turn.
    ///
    /// # Errors
    /// [`TakeError`].
    pub(crate) async fn keep(&self, readings: Vec<Reading>, then: Moment) -> Result<(), TakeError> {
        let (reply, kept) = oneshot::channel();
        let mut ask = Ask::Keep { readings, then, reply };
        loop {
            if self.parts.failing.load(Ordering::Acquire) {
                return Err(TakeError::NotWritten);
            }
            match self.asks.try_send(ask) {
                Ok(()) => break,
                Err(TrySendError::Full(back)) => ask = back,
                Err(TrySendError::Disconnected(_)) => return Err(TakeError::Down),
            }
            tokio::time::sleep(COMMIT_WAITED).await;
        }
        kept.await.map_err(|_| TakeError::Down)
    }

    fn queue(&self, sorted: Sorted, now: Moment, latest: Moment, reply: Reply) -> Result<(), TakeError> {
        if self.parts.failing.load(Ordering::Acquire) {
            return Err(TakeError::NotWritten);
        }
        let rows = sorted.rows;
        if self.parts.waiting.fetch_add(rows, Ordering::AcqRel) > WAITING_MAX {
            self.parts.waiting.fetch_sub(rows, Ordering::AcqRel);
            return Err(TakeError::Full);
        }
        self.asks.try_send(Ask::Take { sorted, now, latest, reply }).map_err(|error| {
            self.parts.waiting.fetch_sub(rows, Ordering::AcqRel);
            if matches!(error, TrySendError::Full(_)) { TakeError::Full } else { TakeError::Down }
        })
    }

    /// Describe sensors: of each its number, and whether that told anything new.
    ///
    /// # Errors
    /// [`TakeError`]; then none of it counts.
    pub(crate) async fn describe(&self, sensors: Vec<Sensor>) -> Result<Vec<Served>, TakeError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Ask::Describe { sensors, reply })?;
        answer.await.unwrap_or(Err(TakeError::Down))
    }

    /// Take sensors out of service for this reason, or back into it where there is none: what became of each.
    ///
    /// # Errors
    /// [`TakeError`]; then none of it counts.
    pub(crate) async fn serve(&self, ids: Vec<String>, retired: Option<Retired>) -> Result<Vec<Served>, TakeError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Ask::Serve { ids, retired, reply })?;
        answer.await.unwrap_or(Err(TakeError::Down))
    }

    /// Sensors are and serve as the city's file says at a moment, where it says something else than before; how many changed.
    ///
    /// # Errors
    /// [`TakeError`].
    pub(crate) async fn list(&self, listed: Vec<Listed>, at: Moment) -> Result<Listing, TakeError> {
        let (reply, answer) = oneshot::channel();
        self.ask(Ask::List { listed, at, reply })?;
        answer.await.unwrap_or(Err(TakeError::Down))
    }

    fn ask(&self, ask: Ask) -> Result<(), TakeError> {
        let refused = |error| if matches!(error, TrySendError::Full(_)) { TakeError::Full } else { TakeError::Down };
        self.asks.try_send(ask).map_err(refused)
    }

    /// The sensors there are, as they are now.
    pub(crate) fn registry(&self) -> Arc<Registry> {
        self.parts.registry()
    }

    /// Counts how often the registry changed.
    pub(crate) fn described(&self) -> u64 {
        self.parts.described.load(Ordering::Acquire)
    }

    /// Counts batches of readings that were taken in.
    pub(crate) fn stamp(&self) -> u64 {
        self.parts.newest().stamp()
    }

    /// Look at the newest readings; whoever looks is quick, for what comes in waits.
    pub(crate) fn newest<T>(&self, look: impl FnOnce(&Newest) -> T) -> T {
        look(&self.parts.newest())
    }

    /// How each sensor behaved, by its number; those that sent nothing may be missing.
    pub(crate) fn quality(&self) -> Vec<Quality> {
        self.parts.quality().clone()
    }

    /// Refused rows without a sensor, and late ones that were found to be known when they were put where they belong.
    pub(crate) fn others(&self) -> (u64, u64) {
        (self.parts.nobodys.load(Ordering::Acquire), self.parts.known_late.load(Ordering::Acquire))
    }

    /// Pieces of what was measured that cannot be read, which are kept as they were found.
    pub(crate) fn aside(&self) -> u64 {
        self.parts.aside.load(Ordering::Acquire)
    }

    /// Readings of this process that were not taken in since it began.
    pub(crate) fn lost(&self) -> u64 {
        self.parts.lost.load(Ordering::Acquire)
    }

    /// These alarms are active already: they go on until their sources say otherwise.
    pub(crate) fn resume(&self, active: Vec<(String, AlarmKind, Grade)>) {
        let registry = self.parts.registry();
        let known = |(source, kind, level): (String, _, _)| Some((registry.number(&source)?, kind, level));
        self.parts.watcher().resume(active.into_iter().filter_map(known).collect());
    }

    /// Hold what came in against these limits, in a hall whose time runs at this rate. Whether what is wrong is otherwise
    /// than before.
    pub(crate) fn watch(&self, rules: &Arc<AlarmRules>, now: Moment, rate: u16) -> bool {
        let registry = self.parts.registry();
        let mut watcher = self.parts.watcher();
        watcher.pace(rate);
        watcher.rule(Arc::clone(rules));
        watcher.tick(&registry, now)
    }

    /// Up to when this process told what sensors measure; `None` where it does not.
    pub(crate) fn told(&self) -> Option<Moment> {
        self.parts.told()
    }

    /// All that is wrong.
    pub(crate) fn standing(&self) -> Vec<Raising> {
        let registry = self.parts.registry();
        self.parts.watcher().standing(&registry)
    }

    /// Those of these sources that are out of service, of which nothing is wrong any more.
    pub(crate) fn out_of_service(&self, of: &[(String, AlarmKind)]) -> Vec<(String, AlarmKind)> {
        let registry = self.parts.registry();
        let is_out = |source: &str| registry.number(source).is_some_and(|number| registry.retired(number).is_some());
        of.iter().filter(|(source, _)| is_out(source)).cloned().collect()
    }

    /// What those of these sensors show that are known not to be wrong in this way.
    pub(crate) fn calm(&self, of: Vec<(String, AlarmKind)>) -> HashMap<(String, AlarmKind), f64> {
        if of.is_empty() {
            return HashMap::new();
        }
        let registry = self.parts.registry();
        let watcher = self.parts.watcher();
        let calm = |(source, kind): (String, AlarmKind)| {
            let value = watcher.calm(registry.number(&source)?, kind)?;
            Some(((source, kind), value))
        };
        of.into_iter().filter_map(calm).collect()
    }

    /// What sensors measured in windows that end now, as was gathered lately.
    pub(crate) fn windows(&self) -> &Windows {
        &self.windows
    }

    /// Look into the past, beside whoever looks too.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Reader) -> Result<T, ReadingsError> + Send + 'static,
    ) -> Result<T, ReadingsError> {
        let gone = |_| ReadingsError::Damaged("the look at them ended abnormally".to_owned());
        let Ok(_permit) = self.looking.acquire().await else {
            return Err(ReadingsError::Damaged("they are closed".to_owned()));
        };
        let reader = self.reader.clone();
        tokio::task::spawn_blocking(move || look(&reader)).await.map_err(gone)?
    }

    /// How many readings are kept.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub(super) fn kept(&self) -> Result<u64, ReadingsError> {
        self.reader.count()
    }

    /// The thread ends when it has written what it holds.
    pub(super) fn stop(&self) {
        // Full or gone: it ends with the last of those who hold the desk.
        drop(self.asks.send(Ask::Stop));
    }
}
