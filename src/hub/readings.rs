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
//! 2. Who comes while too many wait, or while the disk takes nothing, is told so and nothing of theirs counts.
//! 3. A sensor is on disk before its first reading is, and before anybody hears that it is described.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, Weak};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, oneshot};

use super::Inner;
use crate::domain::alarm::Raising;
use crate::domain::alarm::watch::Watcher;
use crate::domain::sensor::{Quality, Registry, Unfit, Verdict};
use crate::domain::{AlarmKind, AlarmRules, Moment, Reading, Refusal, Sensor, SensorId};
use crate::feeds::readings::given::{LISTED_MAX, sort_given};
use crate::feeds::readings::{BatchError, Counted, FirstSight, Format, Given, Sorted, Unkept, sort};
use crate::store::readings::{Reader, ReadingsError, Writer, quality_row_of as row_of};

/// Batches that wait.
const BATCHES_MAX: usize = 64;
/// Readings that wait.
const WAITING_MAX: usize = 400_000;
/// What was taken in is brought to the disk after so long, or once there is so much of it.
const COMMIT_EVERY: Duration = Duration::from_millis(200);
const COMMIT_READINGS: usize = 100_000;
/// The same where somebody waits for the disk.
const COMMIT_WAITED: Duration = Duration::from_millis(20);
/// How well sensors behave is brought to the disk after so long.
const QUALITY_EVERY: Duration = Duration::from_secs(30);
/// A disk that failed is tried again after so long.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// Who looks into the past at a time.
const LOOKING_MAX: usize = 2;

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

type DescribeReply = oneshot::Sender<Result<Vec<Result<(SensorId, bool), Refusal>>, TakeError>>;

enum Ask {
    Take { sorted: Sorted, now: Moment, latest: Moment, reply: Reply },
    Describe { sensors: Vec<Sensor>, reply: DescribeReply },
    Stop,
}

/// The newest reading of each sensor, by number, each with the stamp of the batch that it came in.
#[derive(Debug, Default)]
pub(crate) struct Newest {
    /// Counts batches; 0 is no stamp of any reading.
    stamp: u64,
    of: Vec<(u64, Moment, f64)>,
}

impl Newest {
    fn put(&mut self, readings: impl IntoIterator<Item = Reading>) {
        self.stamp += 1;
        for Reading { sensor, at, value } in readings {
            if self.of.len() <= sensor.index() {
                self.of.resize(sensor.index() + 1, (0, Moment(i64::MIN), 0.0));
            }
            if let Some(known) = self.of.get_mut(sensor.index())
                && at > known.1
            {
                *known = (self.stamp, at, value);
            }
        }
    }

    /// The newest of a sensor, if it has any, with its stamp.
    pub(crate) fn of(&self, sensor: SensorId) -> (u64, Option<Reading>) {
        let known = self.of.get(sensor.index()).filter(|(stamp, ..)| *stamp > 0);
        known.map_or((0, None), |(stamp, at, value)| (*stamp, Some(Reading { sensor, at: *at, value: *value })))
    }
}

/// What the thread and those who ask share.
struct Parts {
    registry: RwLock<Registry>,
    /// Counts changes of the registry.
    described: AtomicU64,
    newest: Mutex<Newest>,
    quality: Mutex<Vec<Quality>>,
    /// Refused rows whose sensor is none.
    nobodys: AtomicU64,
    known_late: AtomicU64,
    waiting: AtomicUsize,
    failing: AtomicBool,
    watcher: Mutex<Watcher>,
    /// Up to when this process told what sensors measure, in milliseconds since 1970.
    told: AtomicI64,
}

impl Parts {
    fn registry(&self) -> RwLockReadGuard<'_, Registry> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Registry) -> T) -> T {
        let done = change(&mut self.registry.write().unwrap_or_else(PoisonError::into_inner));
        self.described.fetch_add(1, Ordering::AcqRel);
        done
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
}

/// The thread's part.
pub(super) struct Keeper {
    parts: Arc<Parts>,
    asks: Receiver<Ask>,
    writer: Writer,
    /// When the oldest came that is in memory only.
    oldest: Option<Instant>,
    tried: Option<Instant>,
    /// Who waits for the disk.
    waiting: Vec<(Answer, Counted)>,
    /// Rows of the quality that are otherwise than on disk, and when they were last written.
    unwritten: Vec<bool>,
    written: Instant,
}

/// Desk and thread of readings that are open, of which these sensors are described anew.
pub(super) fn begin(
    (writer, reader, registry): (Writer, Reader, Registry),
    described: Vec<Sensor>,
) -> Result<(Desk, Keeper), ReadingsError> {
    let (sender, asks) = sync_channel(BATCHES_MAX);
    let mut newest = Newest::default();
    newest.put(reader.latest_at(Moment(i64::MAX))?.into_iter().flatten());
    let quality = writer.quality(registry.len())?;
    let parts = Arc::new(Parts {
        registry: RwLock::new(registry),
        described: AtomicU64::new(0),
        newest: Mutex::new(newest),
        quality: Mutex::new(quality),
        nobodys: AtomicU64::new(0),
        known_late: AtomicU64::new(0),
        waiting: AtomicUsize::new(0),
        failing: AtomicBool::new(false),
        watcher: Mutex::new(Watcher::new(Arc::default())),
        told: AtomicI64::new(i64::MIN),
    });
    let desk = Desk { parts: Arc::clone(&parts), asks: sender, reader, looking: Semaphore::new(LOOKING_MAX) };
    let mut keeper = Keeper {
        parts,
        asks,
        writer,
        oldest: None,
        tried: None,
        waiting: Vec::new(),
        unwritten: Vec::new(),
        written: Instant::now(),
    };
    keeper.describe(described)?;
    Ok((desk, keeper))
}

impl Desk {
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

    /// Take in what the hub itself reckoned, of sensors that are described.
    ///
    /// # Errors
    /// [`TakeError`].
    pub(crate) fn put_own(&self, readings: Vec<Reading>, now: Moment) -> Result<(), TakeError> {
        let sorted = Sorted { rows: readings.len(), readings, ..Sorted::default() };
        self.queue(sorted, now, now, Reply::Never)
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
    pub(crate) async fn describe(
        &self,
        sensors: Vec<Sensor>,
    ) -> Result<Vec<Result<(SensorId, bool), Refusal>>, TakeError> {
        let (reply, answer) = oneshot::channel();
        self.asks
            .try_send(Ask::Describe { sensors, reply })
            .map_err(|error| if matches!(error, TrySendError::Full(_)) { TakeError::Full } else { TakeError::Down })?;
        answer.await.unwrap_or(Err(TakeError::Down))
    }

    /// Look at the sensors there are.
    pub(crate) fn registry(&self) -> RwLockReadGuard<'_, Registry> {
        self.parts.registry()
    }

    /// Counts how often the registry changed.
    pub(crate) fn described(&self) -> u64 {
        self.parts.described.load(Ordering::Acquire)
    }

    /// Counts batches of readings that were taken in.
    pub(crate) fn stamp(&self) -> u64 {
        self.parts.newest().stamp
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

    /// Hold what came in against these limits. Whether what is wrong is otherwise than before.
    pub(crate) fn watch(&self, rules: &Arc<AlarmRules>, now: Moment) -> bool {
        let registry = self.parts.registry();
        let mut watcher = self.parts.watcher();
        watcher.rule(Arc::clone(rules));
        watcher.tick(&registry, now)
    }

    /// Up to when this process told what sensors measure; `None` where it does not.
    pub(crate) fn told(&self) -> Option<Moment> {
        Some(Moment(self.parts.told.load(Ordering::Acquire))).filter(|told| told.0 > i64::MIN)
    }

    /// All that is wrong.
    pub(crate) fn standing(&self) -> Vec<Raising> {
        let registry = self.parts.registry();
        self.parts.watcher().standing(&registry)
    }

    /// What a sensor shows that is known not to be wrong in this way; `None` where it is, or where nothing is known.
    pub(crate) fn calm(&self, source: &str, kind: AlarmKind) -> Option<f64> {
        let number = self.parts.registry().number(source)?;
        self.parts.watcher().calm(number, kind)
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

impl Keeper {
    /// Until told to stop, or until nobody can ask any more.
    pub(super) fn run(mut self, hub: &Weak<Inner>) {
        let mut now = Moment(i64::MIN);
        loop {
            let patience = if self.waiting.is_empty() { COMMIT_EVERY / 2 } else { COMMIT_WAITED / 2 };
            let asked = match self.asks.recv_timeout(patience) {
                Ok(Ask::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(ask) => Some(ask),
                Err(RecvTimeoutError::Timeout) => None,
            };
            match asked {
                Some(Ask::Take { sorted, now: came, latest, reply }) => {
                    now = came;
                    self.parts.waiting.fetch_sub(sorted.rows, Ordering::AcqRel);
                    let counted = self.take(sorted, came, latest);
                    match (reply, counted) {
                        (Reply::Never, _) => {}
                        (Reply::Written(reply), Ok(counted)) => self.waiting.push((reply, counted)),
                        // Who does not wait any more has no use for it.
                        (Reply::Taken(reply) | Reply::Written(reply), counted) => drop(reply.send(counted)),
                    }
                }
                Some(Ask::Describe { sensors, reply }) => {
                    let told = self.describe(sensors).map_err(|error| {
                        tracing::error!(%error, "sensors are not written");
                        TakeError::NotWritten
                    });
                    drop(reply.send(told));
                }
                Some(Ask::Stop) | None => {
                    if let Some(hub) = hub.upgrade() {
                        now = hub.clock.now();
                    }
                }
            }
            self.write_if_due(now);
            if self.written.elapsed() >= QUALITY_EVERY {
                self.write_quality();
            }
        }
        self.write_quality();
        match self.writer.commit() {
            Ok(()) => self.tell_written(),
            Err(error) => tracing::error!(%error, "the last readings are not written"),
        }
    }

    fn write_quality(&mut self) {
        self.written = Instant::now();
        let rows: Vec<usize> =
            self.unwritten.iter().enumerate().filter(|(_, unwritten)| **unwritten).map(|(row, _)| row).collect();
        if rows.is_empty() {
            return;
        }
        // Nobody who asks for it waits for the disk.
        let quality = self.parts.quality().clone();
        match self.writer.put_quality(rows, &quality) {
            Ok(()) => self.unwritten.clear(),
            Err(error) => tracing::warn!(%error, "how well sensors behave is not written"),
        }
    }

    fn tell_written(&mut self) {
        for (reply, counted) in self.waiting.drain(..) {
            drop(reply.send(Ok(counted)));
        }
    }

    fn write_if_due(&mut self, now: Moment) {
        let every = if self.waiting.is_empty() { COMMIT_EVERY } else { COMMIT_WAITED };
        let due = self.oldest.is_some_and(|oldest| oldest.elapsed() >= every);
        let due = due || self.writer.uncommitted() >= COMMIT_READINGS;
        let resting = self.tried.is_some_and(|tried| tried.elapsed() < TRY_AGAIN);
        if !due || resting {
            return;
        }
        let written = self.writer.commit();
        if written.is_ok() {
            self.tell_written();
        }
        let written = written.and_then(|()| self.writer.seal_if_due(now));
        self.parts.known_late.store(self.writer.known_late(), Ordering::Release);
        match written {
            Ok(()) => {
                (self.oldest, self.tried) = (None, None);
                if self.parts.failing.swap(false, Ordering::AcqRel) {
                    tracing::info!("readings are written again");
                }
            }
            Err(error) => {
                self.tried = Some(Instant::now());
                if !self.parts.failing.swap(true, Ordering::AcqRel) {
                    tracing::error!(%error, "readings cannot be written");
                }
            }
        }
    }

    /// Put sensors into the registry once they are on disk.
    fn describe(&mut self, sensors: Vec<Sensor>) -> Result<Vec<Result<(SensorId, bool), Refusal>>, ReadingsError> {
        let mut registry = self.parts.registry().clone();
        let told: Vec<_> = sensors.into_iter().map(|sensor| registry.describe(sensor)).collect();
        let changed = told.iter().flatten().filter(|(_, changed)| *changed);
        let sensors: Vec<(SensorId, Arc<Sensor>)> =
            changed.filter_map(|(number, _)| Some((*number, Arc::clone(registry.get(*number)?)))).collect();
        if !sensors.is_empty() {
            self.writer.put_sensors(sensors.iter().map(|(number, sensor)| (*number, &**sensor)))?;
            self.parts.change(|old| *old = registry);
            self.parts.watcher().refit();
        }
        Ok(told)
    }

    fn take(&mut self, sorted: Sorted, now: Moment, latest: Moment) -> Result<Counted, TakeError> {
        let Sorted { rows, mut readings, first, mut unkept } = sorted;
        let mut counted = Counted { rows, ..Counted::default() };
        if !first.is_empty() {
            let seen = self.see(&first).map_err(|error| {
                tracing::error!(%error, "sensors are not written");
                TakeError::NotWritten
            })?;
            counted.first_seen = seen;
            self.judge(first, latest, &mut readings, &mut unkept);
        }
        self.oldest.get_or_insert_with(Instant::now);
        {
            let registry = self.parts.registry();
            let mut quality = self.parts.quality();
            quality.resize(registry.len(), Quality::default());
            let unwritten = &mut self.unwritten;
            unwritten.resize(row_of(registry.len()) + 1, false);
            let mut note = |sensor: SensorId| {
                if let Some(row) = unwritten.get_mut(row_of(sensor.index())) {
                    *row = true;
                }
            };
            self.writer.append(&readings, now, |reading, verdict| {
                let late = verdict != Verdict::Duplicate
                    && registry.get(reading.sensor).is_some_and(|sensor| sensor.is_late(reading.at, now));
                let verdict = if late { Verdict::Late } else { verdict };
                match verdict {
                    Verdict::Kept => counted.kept += 1,
                    Verdict::OutOfOrder => counted.out_of_order += 1,
                    Verdict::Late => counted.late += 1,
                    Verdict::Duplicate => counted.duplicate += 1,
                }
                if let Some(quality) = quality.get_mut(reading.sensor.index()) {
                    quality.count(verdict, now);
                }
                note(reading.sensor);
            });
            unkept.sort_by_key(|one| one.row);
            for one in &unkept {
                *counted.refused.entry(one.unfit).or_default() += 1;
                one.sensor.into_iter().for_each(&mut note);
                match one.sensor.and_then(|sensor| quality.get_mut(sensor.index())) {
                    Some(quality) => quality.refuse(one.unfit, one.at, now),
                    None => {
                        self.parts.nobodys.fetch_add(1, Ordering::AcqRel);
                    }
                }
            }
        }
        let mut watcher = self.parts.watcher();
        for reading in &readings {
            watcher.read(reading.sensor, reading.at, reading.value);
        }
        drop(watcher);
        self.parts.newest().put(readings);
        unkept.truncate(LISTED_MAX);
        counted.listed = unkept;
        Ok(counted)
    }

    /// Sensors of which nobody knew become known, on disk first; returns how many.
    fn see(&mut self, first: &[FirstSight]) -> Result<usize, ReadingsError> {
        let (begin, mut registry) = {
            let registry = self.parts.registry();
            (registry.len(), registry.clone())
        };
        for one in first {
            // Why one cannot be is told with its reading.
            _ = registry.see(one.sensor.clone());
        }
        let new: Vec<(SensorId, Arc<Sensor>)> = registry
            .all()
            .skip_while(|(number, _)| number.index() < begin)
            .map(|(number, sensor)| (number, Arc::clone(sensor)))
            .collect();
        if !new.is_empty() {
            self.writer.put_sensors(new.iter().map(|(number, sensor)| (*number, &**sensor)))?;
            self.parts.change(|old| *old = registry);
        }
        Ok(new.len())
    }

    fn judge(&self, first: Vec<FirstSight>, latest: Moment, readings: &mut Vec<Reading>, unkept: &mut Vec<Unkept>) {
        let registry = self.parts.registry();
        for FirstSight { row, sensor, at, value, unit } in first {
            let known = registry.number(&sensor.id).and_then(|number| Some((number, registry.get(number)?)));
            let judged = match &known {
                Some((number, known)) => known.judge(*number, value, &unit, at, latest),
                None if sensor.kind.scale(&sensor.unit).is_none() => Err(Unfit::WrongUnit),
                None if sensor.check().is_err() => Err(Unfit::Malformed),
                None => Err(Unfit::Unknown),
            };
            match judged {
                Ok(reading) => readings.push(reading),
                Err(unfit) => {
                    let sensor_id = known.map(|(number, _)| number);
                    unkept.push(Unkept { row, sensor: sensor_id, id: sensor.id, at, unfit });
                }
            }
        }
    }
}
