//! The memory: the fact log and snapshots of its fold, in one SQLite file.
//!
//! A [`Store`] belongs to one thread, the hub's clerk. What [`Store::append`] returned `Ok` for is
//! on disk (WAL, `synchronous=FULL`). The encoding is written down in `FORMAT.md`.

mod format;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, params};

use crate::domain::{Fact, Hall, IncidentId, Moment, Seq, What};

pub use format::{FORMAT_OLDEST, FORMAT_VERSION, FormatError, decode_fact, decode_hall, encode_fact, encode_hall};

/// File name of the fact log in the hub's data folder.
pub const FILE: &str = "facts.db";
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

/// The fact log, open.
pub struct Store {
    sql: Connection,
    epoch: u64,
    snapshot_at: Seq,
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
        opened.and_then(Self::prepare).map_err(|error| error.of(path))
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

    /// A log that lives in memory and dies with this process.
    ///
    /// # Errors
    /// [`StoreError::Sql`].
    pub fn in_memory() -> Result<(Self, Hall), StoreError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(sql: Connection) -> Result<(Self, Hall), StoreError> {
        // One hub per file: the lock is taken with the first write and held until the end.
        sql.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        sql.pragma_update(None, "journal_mode", "WAL")?;
        sql.pragma_update(None, "synchronous", "FULL")?;
        sql.pragma_update(None, "mmap_size", 0)?;
        sql.execute_batch(
            "BEGIN IMMEDIATE;
             CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS facts (seq INTEGER PRIMARY KEY, known_at INTEGER NOT NULL, body BLOB NOT NULL);
             CREATE TABLE IF NOT EXISTS snapshots (seq INTEGER PRIMARY KEY, body BLOB NOT NULL);
             CREATE TABLE IF NOT EXISTS sources (
               source TEXT NOT NULL, source_id TEXT NOT NULL, incident INTEGER NOT NULL,
               PRIMARY KEY (source, source_id)
             ) WITHOUT ROWID;
             COMMIT;",
        )?;
        let version = meta(&sql, "format")?;
        check_version(version)?;
        let known = if version.is_some() { meta(&sql, "epoch")? } else { None };
        let epoch = known.map_or_else(new_epoch, i64::cast_unsigned);
        if known.is_none() || version != Some(i64::from(FORMAT_VERSION)) {
            // From now on records of this version come in: an older release must not open the file.
            let mut set = sql.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?;
            set.execute(params!["epoch", epoch.cast_signed()])?;
            set.execute(params!["format", i64::from(FORMAT_VERSION)])?;
        }
        let mut store = Self { sql, epoch, snapshot_at: Seq(0) };
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

    /// Append facts and wait until they are on disk: all of them or none.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub fn append(&mut self, facts: &[Fact]) -> Result<(), StoreError> {
        let transaction = self.sql.transaction()?;
        {
            let mut add = transaction.prepare_cached("INSERT INTO facts (seq, known_at, body) VALUES (?1, ?2, ?3)")?;
            let mut source = transaction
                .prepare_cached("INSERT OR IGNORE INTO sources (source, source_id, incident) VALUES (?1, ?2, ?3)")?;
            for fact in facts {
                let body = encode_fact(fact).map_err(|cause| StoreError::Record { seq: fact.seq.0, cause })?;
                add.execute(params![sql_seq(fact.seq), fact.known_at.0, body])?;
                if let What::IncidentReported(incident) = &fact.what {
                    source.execute(params![incident.source, incident.source_id, incident.id.0.cast_signed()])?;
                }
            }
        }
        transaction.commit()?;
        Ok(())
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
        self.snapshot_at = hall.upto();
        Ok(true)
    }

    /// The facts after `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn facts_after(&self, after: Seq, limit: usize) -> Result<Vec<Fact>, StoreError> {
        let mut rows = self.sql.prepare_cached("SELECT seq, body FROM facts WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
        let mut rows = rows.query(params![sql_seq(after), i64::try_from(limit).unwrap_or(i64::MAX)])?;
        let mut facts = Vec::new();
        while let Some(row) = rows.next()? {
            facts.push(read_fact(row)?);
        }
        Ok(facts)
    }

    /// What the database itself finds wrong with its pages and indexes; empty where all is well.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn damage(&self) -> Result<Vec<String>, StoreError> {
        let mut check = self.sql.prepare("PRAGMA integrity_check")?;
        let found = check.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
        Ok(found.into_iter().filter(|line| line != "ok").collect())
    }

    /// The incident that a source knows under `source_id`, however long ago.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn incident_of(&self, source: &str, source_id: &str) -> Result<Option<IncidentId>, StoreError> {
        let found: Option<i64> = self
            .sql
            .prepare_cached("SELECT incident FROM sources WHERE source = ?1 AND source_id = ?2")?
            .query_row(params![source, source_id], |row| row.get(0))
            .optional()?;
        Ok(found.map(|id| IncidentId(id.cast_unsigned())))
    }

    /// When the newest fact became known.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn last_known_at(&self) -> Result<Option<Moment>, StoreError> {
        let newest = self
            .sql
            .query_row("SELECT known_at FROM facts ORDER BY seq DESC LIMIT 1", [], |row| row.get(0))
            .optional()?;
        Ok(newest.map(Moment))
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
