//! What sensors measured: `readings.db`, one SQLite file beside the log.
//!
//! ```text
//!  append ──► heads, in memory ──► chunks of 64 sensors, tiers      (seal: when there are many, or once a day)
//!        └──► tail, on disk within a second (commit)  ──► away ──┘
//!  latest_at, series, between ◄── heads and chunks of one moment
//! ```
//! 1. What [`Writer::commit`] returned `Ok` for is on disk (WAL, `synchronous=FULL`).
//! 2. A reading is in the tail or in a chunk, never in both: one transaction moves it.
//! 3. Chunks of a group do not overlap, and the keyframe of each tells the newest reading of every sensor before it.
//! 4. Who reads sees heads and chunks of the same moment.
//!
//! - `bits`, `column`, `chunk`, `tiers`: the bytes, as `FORMAT.md` has them.
//! - `heads`: what is in no chunk yet.
//! - `seal`: heads become chunks; `late`: what comes after that; `days`: which days are old; `aside`: what cannot be read.
//! - [`query`]: what is asked; `gathered`: what many sensors measured in a stretch of time, all of it together;
//!   [`export`]: what goes out as a file.
//! - `sensors`: the registry; `retired`: who of it is out of service; `listed`: what the city's file said of it;
//!   `quality`: how well each behaves.

mod aside;
mod bits;
mod chunk;
mod column;
mod days;
pub mod export;
mod gathered;
mod heads;
mod late;
mod listed;
mod quality;
pub mod query;
mod retired;
mod seal;
mod sensors;
mod tail;
#[cfg(test)]
mod tests;
mod tiers;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use crate::domain::sensor::registry::SENSORS_MAX;
use crate::domain::sensor::{Registry, Verdict};
use crate::domain::{Moment, Reading, SensorId};

use aside::{Doubt, Rows, Sort};
use chunk::GROUP;
use heads::Heads;

pub use gathered::Gathered;
pub(crate) use quality::row_of as quality_row_of;
pub use query::{Reader, Series};
pub use tiers::Mean;

/// File name of the readings in the hub's data folder.
pub const FILE: &str = "readings.db";
/// Version of the tables and blobs that this release writes.
pub const VERSION: i64 = 1;
/// Readings in memory from which on chunks are made of them.
const PENDING_MAX: usize = 2_000_000;
/// Chunks are made of what came so long ago, in milliseconds of the hall: a day.
const PENDING_MILLIS: i64 = 24 * 3_600_000;
/// How long one connection waits for the other.
const BUSY: Duration = Duration::from_secs(5);
/// Kilobytes that a connection keeps in memory.
const CACHE_KB: i32 = 8 * 1024;
/// Bytes to which the file of the WAL is cut after a checkpoint.
const WAL_BYTES: i64 = 32 * 1024 * 1024;

const DAY_MILLIS: i64 = 24 * 3_600_000;

/// Why the readings failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadingsError {
    /// The database refused.
    #[error("the readings failed: {0}")]
    Sql(#[from] rusqlite::Error),
    /// The file cannot be opened.
    #[error("cannot open the readings {}: {cause}", path.display())]
    Unopened {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: rusqlite::Error,
    },
    /// The file is no database, or a damaged one.
    #[error("{} is damaged: move it away to begin anew, facts do not depend on it", .0.display())]
    NotADatabase(PathBuf),
    /// The file was written by another release.
    #[error("the readings are of version {found}, this release reads {VERSION}: use the release that wrote them")]
    Version {
        /// Its version.
        found: i64,
    },
    /// A blob cannot be read.
    #[error("the readings are damaged: {0}")]
    Damaged(String),
}

fn damaged(what: &str, id: i64) -> ReadingsError {
    ReadingsError::Damaged(format!("{what} {id} cannot be read"))
}

impl ReadingsError {
    fn at(self, path: &Path) -> Self {
        let Self::Sql(cause) = self else { return self };
        match cause.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::NotADatabase(path.to_owned()),
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::Unopened { path: path.to_owned(), cause }
            }
            _ => Self::Sql(cause),
        }
    }
}

/// Where the readings are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the file [`FILE`] of this folder.
    Folder(PathBuf),
    /// In a file without a name that is gone with the process: for demos and tests.
    Temporary,
}

/// How long each tier is kept, in days of the hall on which the hub ran: readings themselves with the tiers of 10 s and 1 min, then those of
/// 10 min and 1 h.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Readings, and the two finest tiers.
    pub readings_days: u32,
    /// Steps of ten minutes.
    pub minutes_days: u32,
    /// Steps of an hour.
    pub hours_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self { readings_days: 35, minutes_days: 400, hours_days: 3_660 }
    }
}

/// What writer and readers share.
#[derive(Debug, Clone)]
struct Shared {
    sql: Arc<Mutex<Connection>>,
    heads: Arc<RwLock<Heads>>,
    doubt: Arc<Doubt>,
}

impl Shared {
    fn sql(&self) -> MutexGuard<'_, Connection> {
        self.sql.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heads(&self) -> RwLockReadGuard<'_, Heads> {
        self.heads.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn heads_mut(&self) -> RwLockWriteGuard<'_, Heads> {
        self.heads.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes readings; there is one.
pub struct Writer {
    shared: Shared,
    /// Readings that are in memory only.
    fresh: Vec<Reading>,
    retention: Retention,
    /// The last day that went away.
    retired: i64,
    pending_max: usize,
    known_late: u64,
}

/// Open the readings at a place, with the sensors there are.
///
/// # Errors
/// [`ReadingsError`], which says what to do where something can be done.
pub fn open(place: &Place, retention: Retention) -> Result<(Writer, Reader, Registry), ReadingsError> {
    let path = match place {
        Place::Folder(folder) => folder.join(FILE),
        Place::Temporary => PathBuf::new(),
    };
    opened(place, &path, retention).map_err(|error| error.at(&path))
}

fn opened(place: &Place, path: &Path, retention: Retention) -> Result<(Writer, Reader, Registry), ReadingsError> {
    let sql = Connection::open(path)?;
    prepare(&sql, place)?;
    let mut registry = sensors::load(&sql)?;
    retired::load(&sql, &mut registry)?;
    let doubt = Arc::new(Doubt::default());
    let heads = load(Rows { sql: &sql, doubt: &doubt }, &registry)?;
    let heads = Arc::new(RwLock::new(heads));
    let sql = Arc::new(Mutex::new(sql));
    let reading = match place {
        Place::Folder(_) => {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let sql = Connection::open_with_flags(path, flags)?;
            settle(&sql)?;
            Arc::new(Mutex::new(sql))
        }
        Place::Temporary => Arc::clone(&sql),
    };
    let reader = Reader::new(Shared { sql: reading, heads: Arc::clone(&heads), doubt: Arc::clone(&doubt) });
    let shared = Shared { sql, heads, doubt };
    let mut writer =
        Writer { shared, fresh: Vec::new(), retention, retired: i64::MIN, pending_max: PENDING_MAX, known_late: 0 };
    writer.set_aside()?;
    Ok((writer, reader, registry))
}

fn settle(sql: &Connection) -> Result<(), ReadingsError> {
    sql.busy_timeout(BUSY)?;
    sql.pragma_update(None, "cache_size", -CACHE_KB)?;
    sql.set_prepared_statement_cache_capacity(32);
    Ok(())
}

fn prepare(sql: &Connection, place: &Place) -> Result<(), ReadingsError> {
    settle(sql)?;
    if matches!(place, Place::Folder(_)) {
        let mode: String = sql.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
        debug_assert_eq!(mode, "wal", "a file takes it");
        sql.pragma_update(None, "synchronous", "FULL")?;
        sql.pragma_update(None, "journal_size_limit", WAL_BYTES)?;
    }
    let tables: i64 =
        sql.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'readings_meta'", [], |row| row.get(0))?;
    if tables > 0 {
        let found: Option<i64> =
            sql.query_row("SELECT value FROM readings_meta WHERE key = 'version'", [], |row| row.get(0)).optional()?;
        let found = found.unwrap_or_default();
        if found != VERSION {
            return Err(ReadingsError::Version { found });
        }
        // Files of before they were kept have none.
        sql.execute_batch(quality::TABLE)?;
        sql.execute_batch(retired::TABLE)?;
        sql.execute_batch(listed::TABLE)?;
        sql.execute_batch(aside::TABLE)?;
        days::prepare(sql)?;
        return Ok(());
    }
    sql.execute_batch(
        "BEGIN;
         CREATE TABLE readings_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
         CREATE TABLE sensors (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
         CREATE TABLE tail (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
         CREATE TABLE groups (number INTEGER PRIMARY KEY, sealed_until INTEGER NOT NULL);
         CREATE TABLE chunks (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, body BLOB NOT NULL);
         CREATE TABLE tiers (id INTEGER PRIMARY KEY, body BLOB NOT NULL);",
    )?;
    sql.execute_batch(quality::TABLE)?;
    sql.execute_batch(retired::TABLE)?;
    sql.execute_batch(listed::TABLE)?;
    sql.execute_batch(aside::TABLE)?;
    days::prepare(sql)?;
    sql.execute("INSERT INTO readings_meta (key, value) VALUES ('version', ?1)", [VERSION])?;
    sql.execute_batch("COMMIT")?;
    Ok(())
}

/// The heads as the file has them: what is sealed, then the tail.
fn load(file: Rows<'_>, registry: &Registry) -> Result<Heads, ReadingsError> {
    let sql = file.sql;
    let mut heads = Heads::default();
    if let Some(last) = registry.len().checked_sub(1) {
        heads.reach(SensorId(u32::try_from(last).unwrap_or(u32::MAX)));
    }
    let mut groups = sql.prepare("SELECT number, sealed_until FROM groups ORDER BY number")?;
    let groups = groups.query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
    for row in groups {
        let (number, sealed_until) = row?;
        let index = usize::try_from(number).map_err(|_| damaged("group", number))?;
        let reach = |number: usize| SensorId(u32::try_from(number).unwrap_or(u32::MAX));
        heads.reach(reach(index * GROUP));
        if let Some(group) = heads.groups.get_mut(index) {
            group.sealed_until = sealed_until;
        }
        let newest = query::chunk_before(file, index, i64::MAX, |chunk| chunk.latest(i64::MAX))?;
        for (slot, point) in newest.unwrap_or_default().into_iter().enumerate() {
            if let Some(point) = point {
                heads.reach(reach(index * GROUP + slot));
                heads.seal(index * GROUP + slot, point);
            }
        }
    }
    let mut rows = sql.prepare("SELECT number, body FROM tail ORDER BY number")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        for reading in file.sound(Sort::Tail, number, tail_of(body)).unwrap_or_default() {
            heads.put(reading.sensor, (reading.at.0, reading.value), reading.at.0, i64::MAX);
        }
    }
    Ok(heads)
}

/// The readings of a row of the tail; `None` where it is damaged: then numbers and times may be any.
fn tail_of(body: &[u8]) -> Option<Vec<Reading>> {
    let mut readings = Vec::new();
    tail::decode(body, |reading| readings.push(reading))?;
    readings.iter().all(|one| one.sensor.index() < SENSORS_MAX && is_time(one.at.0)).then_some(readings)
}

/// Beyond what a row's number holds there is no time.
fn is_time(at: i64) -> bool {
    (0..1 << 42).contains(&at)
}

/// The row of a chunk: its group and its start.
fn chunk_id(group: usize, start: i64) -> i64 {
    const START_BITS: u32 = 42;
    let group = i64::try_from(group).unwrap_or_default() & 0x7_FFFF;
    (group << START_BITS) | start.clamp(0, (1 << START_BITS) - 1)
}

/// The row of a tier.
fn tier_id(tier: usize, group: usize, start: i64) -> i64 {
    (i64::try_from(tier).unwrap_or_default() << 61) | chunk_id(group, start)
}

/// The group in the number of a row.
fn group_of(id: i64) -> usize {
    usize::try_from((id >> 42) & 0x7_FFFF).unwrap_or_default()
}

/// The moment in the number of a row.
fn start_of(id: i64) -> i64 {
    id & ((1 << 42) - 1)
}

/// When the day of a moment begins.
fn day_of(at: i64) -> i64 {
    at.div_euclid(DAY_MILLIS).saturating_mul(DAY_MILLIS)
}

impl Writer {
    /// Take in readings that came at `now`, in order, and say of each what becomes of it; they are known at once, and on
    /// disk with the next [`Self::commit`]. What sensors have of times beyond `latest` is of a clock that was wrong: it
    /// stays, and makes no other reading one out of order.
    pub fn append(
        &mut self,
        readings: &[Reading],
        (now, latest): (Moment, Moment),
        mut verdict: impl FnMut(&Reading, Verdict),
    ) {
        let mut heads = self.shared.heads_mut();
        for reading in readings {
            let found = if is_time(reading.at.0) {
                heads.put(reading.sensor, (reading.at.0, reading.value), now.0, latest.0)
            } else {
                Verdict::Duplicate
            };
            if found != Verdict::Duplicate {
                self.fresh.push(*reading);
            }
            verdict(reading, found);
        }
    }

    /// Readings that are in memory only.
    #[must_use]
    pub fn uncommitted(&self) -> usize {
        self.fresh.len()
    }

    /// Readings that are in no chunk yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.shared.heads().pending
    }

    /// Pieces of the file that cannot be read, which are kept as they were found.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn aside(&self) -> Result<u64, ReadingsError> {
        let sql = self.shared.sql();
        let count: i64 = sql.prepare_cached("SELECT count(*) FROM aside")?.query_row([], |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// Put aside what anybody could not read.
    fn set_aside(&mut self) -> Result<(), ReadingsError> {
        if self.shared.doubt.is_empty() {
            return Ok(());
        }
        let mut sql = self.shared.sql();
        let transaction = sql.transaction()?;
        Rows { sql: &transaction, doubt: &self.shared.doubt }.set_aside()?;
        transaction.commit()?;
        Ok(())
    }

    /// Readings that came after the chunks of their time were made, and were found there then.
    #[must_use]
    pub fn known_late(&self) -> u64 {
        self.known_late
    }

    /// Make chunks of less than the usual, for tests.
    #[cfg(test)]
    fn set_pending_max(&mut self, pending_max: usize) {
        self.pending_max = pending_max;
    }

    /// Bring what was taken in to the disk.
    ///
    /// # Errors
    /// [`ReadingsError`]; then it is still in memory and the next commit tries again.
    pub fn commit(&mut self) -> Result<(), ReadingsError> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let body = tail::encode(self.fresh.iter().copied());
        let sql = self.shared.sql();
        sql.prepare_cached("INSERT INTO tail (body) VALUES (?1)")?.execute(params![body])?;
        drop(sql);
        self.fresh.clear();
        if self.fresh.capacity() > 400_000 {
            self.fresh.shrink_to(100_000);
        }
        Ok(())
    }

    /// Bytes of the file, without what is free in it.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn bytes(&self) -> Result<u64, ReadingsError> {
        let sql = self.shared.sql();
        let one = |pragma: &str| sql.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i64>(0));
        let (pages, free, size) = (one("page_count")?, one("freelist_count")?, one("page_size")?);
        Ok(((pages - free) * size).cast_unsigned())
    }

    /// What the database itself finds wrong; empty where all is well.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn damage(&self) -> Result<Vec<String>, ReadingsError> {
        let sql = self.shared.sql();
        let mut check = sql.prepare("PRAGMA integrity_check")?;
        let found = check.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }
}
