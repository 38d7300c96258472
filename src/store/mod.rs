//! The memory: the fact log, snapshots of its fold and the audit chain, in one SQLite file.
//!
//! A [`Store`] belongs to one thread, the hub's clerk. What [`Store::append`] returned `Ok` for is
//! on disk (WAL, `synchronous=FULL`). The encoding is written down in `FORMAT.md`.
//!
//! - `lookup`: what is asked of the log beside its facts.
//! - [`archive`]: every case there ever was, to be found again; follows from the log.
//! - [`audit`]: the chain of who asked what.
//! - [`people`]: who may ask, and who is signed in; [`secret`] has their passwords and tokens.
//! - [`readings`]: what sensors measured, in a file of its own.
//! - [`verify`]: whether chain and facts are as they were written.

pub mod archive;
pub mod audit;
#[cfg(test)]
mod audit_tests;
mod format;
mod log;
mod lookup;
pub mod people;
pub mod readings;
pub mod secret;
pub mod verify;

#[cfg(test)]
mod tests;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};

use crate::domain::rights::Area;
use crate::wire::Command;

use crate::domain::{Caller, Fact, Hall, IncidentId, Moment, Seq, What};

use audit::{Entry, Facts, Head, Pen};

pub use log::Log;

pub use format::{FORMAT_OLDEST, FORMAT_VERSION, FormatError, decode_fact, decode_hall, encode_fact, encode_hall};

/// File name of the fact log in the hub's data folder.
pub const FILE: &str = "facts.db";
/// File that a hub holds locked while it has the log open. Others may read meanwhile.
const LOCK: &str = "hub.lock";
/// How long one writer waits for the other: the hub, and who changes its people.
const BUSY: Duration = Duration::from_secs(5);
/// Bytes that have to be free on a disk that failed before it is used again.
const ROOM_BYTES: u32 = 512 * 1024;
/// Bytes below which a disk is about to be full: the file and its log grow by less between two looks.
const ROOM_LOW: u64 = 16 * 1024 * 1024;
/// A snapshot of the fold is kept every so many facts.
pub const SNAPSHOT_EVERY: u64 = 10_000;

/// Why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder cannot be made.
    #[error("cannot make the folder {}: {cause}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// Another hub has the file open.
    #[error("another hub is using {}: stop it, or give this one another folder", .0.display())]
    InUse(PathBuf),
    /// The file cannot be opened or written.
    #[error("cannot open {}: {cause}", path.display())]
    Unopened {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: rusqlite::Error,
    },
    /// The file is no database, or a damaged one.
    #[error("{} is no fact log, or a damaged one", .0.display())]
    NotADatabase(PathBuf),
    /// The database refused.
    #[error("the fact log failed: {0}")]
    Sql(#[from] rusqlite::Error),
    /// A record cannot be read or written.
    #[error("fact log, record {seq}: {cause}")]
    Record {
        /// Its position.
        seq: u64,
        /// Why not.
        cause: FormatError,
    },
    /// The file was written by another release.
    #[error(
        "the fact log is of version {found}, this release reads {FORMAT_OLDEST} to {FORMAT_VERSION}: use the release that wrote it"
    )]
    Version {
        /// Its version.
        found: i64,
    },
    /// A record is missing: the log goes from `after` to `found`.
    #[error("the fact log has a gap after record {after}: the next is {found}")]
    Gap {
        /// The last good record.
        after: u64,
        /// The next one found.
        found: u64,
    },
    /// Facts were handed in that no entry of the audit chain accounts for, or fewer than it says.
    #[error("{facts} facts and {entries} of them accounted for: nothing was written")]
    Unaccounted {
        /// Facts of the commit.
        facts: u64,
        /// Facts of its entries.
        entries: u64,
    },
}

impl StoreError {
    /// What the failure of SQLite means for the file at `path`.
    fn of(self, path: PathBuf) -> Self {
        let Self::Sql(cause) = self else { return self };
        match cause.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse(path),
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::NotADatabase(path),
            Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::Unopened { path, cause }
            }
            _ => Self::Sql(cause),
        }
    }
}

fn check_version(version: Option<i64>) -> Result<(), StoreError> {
    let readable = i64::from(FORMAT_OLDEST)..=i64::from(FORMAT_VERSION);
    version.filter(|v| !readable.contains(v)).map_or(Ok(()), |found| Err(StoreError::Version { found }))
}

/// What is known of new incidents beside their facts.
#[derive(Debug, Default)]
pub struct Beside {
    /// Their areas, where known.
    pub areas: Vec<(IncidentId, Area)>,
    /// Who called, unmasked.
    pub callers: Vec<(IncidentId, Caller)>,
    /// Orders that may be given again.
    pub commands: Vec<Given>,
}

/// An order that was carried out, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Given {
    /// Its identity.
    pub command: Command,
    /// When.
    pub at: Moment,
    /// The newest fact after it.
    pub seq: Seq,
    /// The incident it is about.
    pub incident: Option<IncidentId>,
}

/// How long an order is known that may be given again, in milliseconds: a day. Links give up after a minute.
const COMMANDS_KEPT_MILLIS: i64 = 24 * 3600 * 1000;

/// The fact log, open.
pub struct Store {
    sql: Connection,
    epoch: u64,
    snapshot_at: Seq,
    /// Where it is, and the lock that says so; `None` in memory.
    place: Option<(PathBuf, File)>,
    /// The head as the file beside the log has it.
    head_kept: Option<Head>,
}

/// Take the lock of a folder, which is let go of with the file, also when the process dies.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|cause| StoreError::Folder { path: folder.to_owned(), cause })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse(folder.join(FILE))),
        Err(TryLockError::Error(cause)) => Err(StoreError::Folder { path, cause }),
    }
}

impl Store {
    /// Open the log in `folder`, or make it; returns it with the fold of all it holds.
    ///
    /// # Errors
    /// [`StoreError`], which says what to do where something can be done.
    pub fn open(folder: &Path) -> Result<(Self, Hall), StoreError> {
        std::fs::create_dir_all(folder).map_err(|cause| StoreError::Folder { path: folder.to_owned(), cause })?;
        let path = folder.join(FILE);
        let opened = Connection::open(&path).map_err(StoreError::from);
        let opened = opened.and_then(|sql| {
            sql.query_row("PRAGMA schema_version", [], |_| Ok(())).map(|()| sql).map_err(StoreError::from)
        });
        let sql = opened.map_err(|error| error.of(path.clone()))?;
        let place = (folder.to_owned(), lock(folder)?);
        Self::prepare(sql, Some(place)).map_err(|error| error.of(path))
    }

    /// Look at the log in `folder` without changing what it holds: how many facts there are. `None` where there is no
    /// log yet.
    ///
    /// # Errors
    /// [`StoreError`], as [`Self::open`] would fail; damage within the facts is not looked for.
    pub fn look(folder: &Path) -> Result<Option<u64>, StoreError> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(None);
        }
        let held = File::options().write(true).open(folder.join(LOCK));
        if held.is_ok_and(|file| matches!(file.try_lock(), Err(TryLockError::WouldBlock))) {
            return Err(StoreError::InUse(path));
        }
        let count = || {
            let sql = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            sql.busy_timeout(Duration::ZERO)?;
            let begun = sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'")?.exists([])?;
            if !begun {
                return Ok(0);
            }
            check_version(meta(&sql, "format")?)?;
            let newest: Option<i64> = sql.query_row("SELECT max(seq) FROM facts", [], |row| row.get(0))?;
            Ok(newest.unwrap_or(0).cast_unsigned())
        };
        count().map(Some).map_err(|error: StoreError| error.of(path.clone()))
    }

    /// A log that dies with this process: in memory, and in a file without a name where it is long, so that a demo that runs
    /// for weeks needs no more memory from day to day.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn in_memory() -> Result<(Self, Hall), StoreError> {
        Self::prepare(Connection::open("")?, None)
    }

    fn prepare(mut sql: Connection, place: Option<(PathBuf, File)>) -> Result<(Self, Hall), StoreError> {
        sql.busy_timeout(BUSY)?;
        sql.pragma_update(None, "journal_mode", "WAL")?;
        sql.pragma_update(None, "synchronous", "FULL")?;
        sql.pragma_update(None, "mmap_size", 0)?;
        let transaction = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(
            "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS facts (seq INTEGER PRIMARY KEY, known_at INTEGER NOT NULL, body BLOB NOT NULL);
             CREATE TABLE IF NOT EXISTS snapshots (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
             CREATE TABLE IF NOT EXISTS sources (
               source TEXT NOT NULL, source_id TEXT NOT NULL, incident INTEGER NOT NULL,
               PRIMARY KEY (source, source_id)
             ) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS areas (incident INTEGER PRIMARY KEY, path TEXT NOT NULL);
             CREATE TABLE IF NOT EXISTS callers (
               incident INTEGER PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, answer INTEGER NOT NULL
             );
             CREATE TABLE IF NOT EXISTS commands (
               command BLOB PRIMARY KEY, at INTEGER NOT NULL, seq INTEGER NOT NULL, incident INTEGER
             ) WITHOUT ROWID;",
        )?;
        transaction.execute_batch(audit::TABLES)?;
        transaction.execute_batch(people::TABLES)?;
        let version = meta(&transaction, "format")?;
        check_version(version)?;
        let known = if version.is_some() { meta(&transaction, "epoch")? } else { None };
        let epoch = known.map_or_else(new_epoch, i64::cast_unsigned);
        if known.is_none() || version != Some(i64::from(FORMAT_VERSION)) {
            // From now on records of this version come in: an older release must not open the file.
            let mut set = transaction.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?;
            set.execute(params!["epoch", epoch.cast_signed()])?;
            set.execute(params!["format", i64::from(FORMAT_VERSION)])?;
        }
        if version != Some(i64::from(FORMAT_VERSION)) {
            audit::begin(&transaction)?;
            people::account::know_all(&transaction)?;
        }
        transaction.commit()?;
        let mut store = Self { sql, epoch, snapshot_at: Seq(0), place, head_kept: None };
        let hall = store.load()?;
        Ok((store, hall))
    }

    /// Which log this is. Another file has another epoch.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Fold the log anew: newest snapshot and the facts after it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn load(&mut self) -> Result<Hall, StoreError> {
        let newest: Option<(i64, Vec<u8>)> = self
            .sql
            .query_row("SELECT seq, body FROM snapshots ORDER BY seq DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let mut hall = match newest {
            // A snapshot is only a short cut: one that cannot be read is passed over.
            Some((seq, body)) => decode_hall(&body)
                .inspect_err(|cause| tracing::warn!(seq, %cause, "passing over a snapshot"))
                .unwrap_or_default(),
            None => Hall::default(),
        };
        self.snapshot_at = hall.upto();
        let mut rows = self.sql.prepare_cached("SELECT seq, body FROM facts WHERE seq > ?1 ORDER BY seq")?;
        let mut rows = rows.query([sql_seq(hall.upto())])?;
        while let Some(row) = rows.next()? {
            let fact = read_fact(row)?;
            if !hall.apply(&fact) {
                return Err(StoreError::Gap { after: hall.upto().0, found: fact.seq.0 });
            }
        }
        Ok(hall)
    }

    /// Append facts with the entries of the audit chain that account for them, in order, and wait until they are on
    /// disk: all of them or none.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub fn append(&mut self, facts: &[Fact], entries: &[Entry]) -> Result<(), StoreError> {
        self.append_with(facts, entries, &Beside::default())
    }

    /// The same with what is known of new incidents and stands in no fact.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub fn append_with(&mut self, facts: &[Fact], entries: &[Entry], beside: &Beside) -> Result<(), StoreError> {
        let accounted = entries.iter().map(|entry| entry.facts).sum();
        if facts.len() as u64 != accounted {
            return Err(StoreError::Unaccounted { facts: facts.len() as u64, entries: accounted });
        }
        // Whoever changes people writes on the same chain: its end is looked up under the lock.
        let transaction = self.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let head = {
            let mut add = transaction.prepare_cached("INSERT INTO facts (seq, known_at, body) VALUES (?1, ?2, ?3)")?;
            let mut source = transaction
                .prepare_cached("INSERT OR IGNORE INTO sources (source, source_id, incident) VALUES (?1, ?2, ?3)")?;
            let mut pen = Pen::new(&transaction)?;
            let mut facts = facts.iter();
            for entry in entries {
                if entry.facts == 0 {
                    pen.note(entry)?;
                    continue;
                }
                let (mut digest, mut first) = (Facts::new(), None);
                for fact in facts.by_ref().take(usize::try_from(entry.facts).unwrap_or(usize::MAX)) {
                    let body = encode_fact(fact).map_err(|cause| StoreError::Record { seq: fact.seq.0, cause })?;
                    digest.add(sql_seq(fact.seq), fact.known_at.0, &body);
                    first.get_or_insert(fact.seq.0);
                    add.execute(params![sql_seq(fact.seq), fact.known_at.0, body])?;
                    if let What::IncidentReported(incident) = &fact.what {
                        source.execute(params![incident.source, incident.source_id, incident.id.0.cast_signed()])?;
                    }
                }
                pen.write(entry, first.unwrap_or_default(), digest.digest())?;
            }
            let mut area =
                transaction.prepare_cached("INSERT OR REPLACE INTO areas (incident, path) VALUES (?1, ?2)")?;
            for (incident, path) in &beside.areas {
                area.execute(params![incident.0.cast_signed(), path.path()])?;
            }
            let mut caller = transaction.prepare_cached(
                "INSERT OR REPLACE INTO callers (incident, name, phone, answer) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (incident, Caller { name, phone, answer }) in &beside.callers {
                caller.execute(params![incident.0.cast_signed(), name, phone, answer])?;
            }
            let mut command = transaction.prepare_cached(
                "INSERT OR REPLACE INTO commands (command, at, seq, incident) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for Given { command: id, at, seq, incident } in &beside.commands {
                command.execute(params![id.0, at.0, sql_seq(*seq), incident.map(|id| id.0.cast_signed())])?;
            }
            pen.put_down()?
        };
        transaction.commit()?;
        let kept = self.head_kept.map_or(0, |head| head.number);
        if let Some(head) = head.filter(|head| head.number >= kept + audit::HEAD_EVERY) {
            self.keep_head(head);
        }
        Ok(())
    }

    /// Keep the head of the audit chain beside the log, as on a polite stop.
    pub fn keep_newest_head(&mut self) {
        match audit::head(&self.sql) {
            Ok(Some(head)) => self.keep_head(head),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the head of the audit chain cannot be read"),
        }
    }

    fn keep_head(&mut self, head: Head) {
        let Some((folder, _)) = &self.place else { return };
        match audit::keep_head(folder, head) {
            Ok(()) => self.head_kept = Some(head),
            Err(error) => tracing::warn!(%error, "the head of the audit chain is not kept beside the log"),
        }
    }

    /// Keep a snapshot of `hall` if enough facts came since the last one.
    ///
    /// # Errors
    /// [`StoreError`]; the log is whole all the same.
    pub fn snapshot_if_due(&mut self, hall: &Hall) -> Result<bool, StoreError> {
        if hall.upto().0 < self.snapshot_at.0.saturating_add(SNAPSHOT_EVERY) {
            return Ok(false);
        }
        let body = encode_hall(hall).map_err(|cause| StoreError::Record { seq: hall.upto().0, cause })?;
        self.sql
            .prepare_cached("INSERT OR REPLACE INTO snapshots (seq, body) VALUES (?1, ?2)")?
            .execute(params![sql_seq(hall.upto()), body])?;
        if let Some(newest) = self.last_known_at()? {
            let before = newest.plus_millis(-COMMANDS_KEPT_MILLIS);
            self.sql.prepare_cached("DELETE FROM commands WHERE at < ?1")?.execute([before.0])?;
        }
        self.snapshot_at = hall.upto();
        Ok(true)
    }

    /// Whether the disk says that it has hardly any room; `false` where it says nothing of that.
    #[must_use]
    pub fn is_short_of_room(&self) -> bool {
        let said = self.place.as_ref().and_then(|(folder, _)| rustix::fs::statvfs(folder).ok());
        said.is_some_and(|said| said.f_bavail.saturating_mul(said.f_frsize) < ROOM_LOW)
    }

    /// Whether there is room on the disk for some commits: write as much and let go of it.
    ///
    /// # Errors
    /// [`StoreError`] where there is none.
    pub fn try_room(&mut self) -> Result<(), StoreError> {
        // What it takes goes back to the file's own free pages, from which the next commits are written.
        let tried = self.sql.execute_batch(&format!(
            "BEGIN IMMEDIATE;
             CREATE TABLE room (body BLOB);
             INSERT INTO room VALUES (zeroblob({ROOM_BYTES}));
             COMMIT;
             DROP TABLE room;"
        ));
        if tried.is_err() && !self.sql.is_autocommit() {
            self.sql.execute_batch("ROLLBACK")?;
        }
        Ok(tried?)
    }
}

fn meta(sql: &Connection, key: &str) -> Result<Option<i64>, rusqlite::Error> {
    sql.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0)).optional()
}

fn read_fact(row: &rusqlite::Row<'_>) -> Result<Fact, StoreError> {
    let seq: i64 = row.get(0)?;
    let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
    decode_fact(body).map_err(|cause| StoreError::Record { seq: seq.cast_unsigned(), cause })
}

fn sql_seq(seq: Seq) -> i64 {
    seq.0.cast_signed()
}

/// A number that no other log has, short of bad luck: the standard library's random hash keys.
fn new_epoch() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}
