//! The archive: every case there ever was, open and closed, with the words by which it is found and where its facts are.
//!
//! ```text
//! facts.db ── facts, in order ──► archive.db ──► pages of cases, stories
//! ```
//! It follows from the log alone and is never the truth: where the file is missing, damaged, of another version or of
//! another log it is made anew. A batch of facts and how far it goes are one transaction, so a crash leaves it behind,
//! never wrong. See `FORMAT.md`.
//!
//! - `days`: figures of days and hours that are over.
//! - `row`: one case and the words that it is found by.
//! - [`words`]: texts as words of the index.
//! - `find`: what is looked for, and how.

mod days;
mod find;
mod row;
#[cfg(test)]
mod tests;
mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, TransactionBehavior, params};

use super::StoreError;
use super::format::FormatError;
use crate::config::Catalogue;
use crate::domain::case_number::Counter;
use crate::domain::rights::Area;
use crate::domain::{Fact, Found, FoundCase, IncidentId, Search, Seq, What};
use row::Row;

pub use days::DayKeeper;

/// File name of the archive beside the log.
pub const FILE: &str = "archive.db";
/// Version of its tables and words: another one is made anew.
const VERSION: i64 = 2;
/// Cases that are put into the index in one transaction.
const INDEXED_AT_ONCE: i64 = 5_000;
/// How long one connection waits for the other.
const BUSY: Duration = Duration::from_secs(5);
/// Kilobytes that a connection keeps in memory.
const CACHE_KB: i32 = 8 * 1024;

/// Why the archive failed. The log is whole all the same.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The database refused.
    #[error("the archive failed: {0}")]
    Sql(#[from] rusqlite::Error),
    /// The file cannot be removed to be made anew.
    #[error("the archive {} cannot be made anew: {cause}", path.display())]
    Stuck {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: std::io::Error,
    },
    /// The log could not be read.
    #[error(transparent)]
    Log(#[from] StoreError),
    /// It is damaged.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
}

impl ArchiveError {
    /// Whether only making it anew helps.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged(_)
            | Self::Sql(rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..)) => true,
            Self::Sql(error) => {
                matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
            }
            _ => false,
        }
    }

    fn is_of_tables(&self) -> bool {
        matches!(self, Self::Sql(error) if error.sqlite_error_code() == Some(ErrorCode::Unknown))
    }
}

/// One connection to the archive.
pub struct Archive {
    sql: Connection,
}

impl Archive {
    /// Open the archive in `folder` of the log `epoch`, of which `newest` is the newest fact; made anew where it is not
    /// this log's, or cannot be used.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn open(folder: &Path, epoch: u64, newest: Seq) -> Result<Self, ArchiveError> {
        let path = folder.join(FILE);
        match Self::opened(&path, epoch, newest) {
            Ok(Some(archive)) => return Ok(archive),
            Ok(None) => {}
            // Tables that are not there, or others than expected, are damage too as long as nobody asks for anything.
            Err(error) if error.is_damage() || error.is_of_tables() => {
                tracing::warn!(%error, "the archive is made anew");
            }
            Err(error) => return Err(error),
        }
        Self::remove(folder)?;
        Self::opened(&path, epoch, newest)?
            .ok_or_else(|| ArchiveError::Damaged("a new file is not as it was written".to_owned()))
    }

    /// Remove the archive in `folder`, which nobody has open: the next one is made anew.
    ///
    /// # Errors
    /// [`ArchiveError::Stuck`].
    pub fn remove(folder: &Path) -> Result<(), ArchiveError> {
        for ending in ["", "-wal", "-shm"] {
            let path = folder.join(format!("{FILE}{ending}"));
            match std::fs::remove_file(&path) {
                Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                    return Err(ArchiveError::Stuck { path, cause });
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// One that dies with this process, as [`crate::store::Store::in_memory`] does.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn in_memory(epoch: u64) -> Result<Self, ArchiveError> {
        let sql = Connection::open("")?;
        sql.pragma_update(None, "cache_size", -CACHE_KB)?;
        let archive = Self { sql };
        archive.begin(epoch)?;
        archive.sql.execute_batch(days::TABLE)?;
        Ok(archive)
    }

    /// The archive in `folder` to be read alone.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn reader(folder: &Path) -> Result<Self, ArchiveError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let sql = Connection::open_with_flags(folder.join(FILE), flags)?;
        sql.busy_timeout(BUSY)?;
        sql.pragma_update(None, "cache_size", -CACHE_KB)?;
        Ok(Self { sql })
    }

    fn opened(path: &Path, epoch: u64, newest: Seq) -> Result<Option<Self>, ArchiveError> {
        let sql = Connection::open(path)?;
        sql.busy_timeout(BUSY)?;
        sql.pragma_update(None, "journal_mode", "WAL")?;
        // What a power cut takes is taken in again from the log.
        sql.pragma_update(None, "synchronous", "NORMAL")?;
        sql.pragma_update(None, "mmap_size", 0)?;
        sql.pragma_update(None, "cache_size", -CACHE_KB)?;
        let archive = Self { sql };
        let begun = archive.sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'")?.exists([])?;
        if !begun {
            archive.begin(epoch)?;
        }
        archive.sql.execute_batch(days::TABLE)?;
        let own = archive.meta("version")? == Some(VERSION)
            && archive.meta("epoch")? == Some(epoch.cast_signed())
            && archive.upto()? <= newest;
        Ok(own.then_some(archive))
    }

    fn begin(&self, epoch: u64) -> Result<(), ArchiveError> {
        self.sql.execute_batch(
            "BEGIN IMMEDIATE;
             CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS cases (
               id INTEGER PRIMARY KEY, number TEXT, kind TEXT NOT NULL, grade INTEGER NOT NULL, stage TEXT NOT NULL,
               source TEXT NOT NULL, source_id TEXT NOT NULL, address TEXT NOT NULL, lon REAL, lat REAL,
               text TEXT NOT NULL, happened_at INTEGER NOT NULL, known_at INTEGER NOT NULL, over_at INTEGER,
               outcome TEXT, merged_into INTEGER, department TEXT, area TEXT, facts BLOB NOT NULL, form TEXT,
               sort INTEGER);
             CREATE INDEX IF NOT EXISTS numbers ON cases (sort);
             CREATE VIRTUAL TABLE IF NOT EXISTS words USING
               fts5(body, content='', contentless_delete=1, detail=none, tokenize='ascii');
             COMMIT;",
        )?;
        let mut set = self.sql.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES (?1, ?2)")?;
        for (key, value) in [("version", VERSION), ("epoch", epoch.cast_signed()), ("upto", 0), ("indexed", 0)] {
            set.execute(params![key, value])?;
        }
        Ok(())
    }

    fn meta(&self, key: &str) -> Result<Option<i64>, ArchiveError> {
        Ok(meta(&self.sql, key)?)
    }

    /// The newest fact that it knows.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn upto(&self) -> Result<Seq, ArchiveError> {
        Ok(Seq(self.meta("upto")?.unwrap_or_default().cast_unsigned()))
    }

    /// Whether areas of cases are those of their places where none was named.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn is_by_place(&self) -> Result<bool, ArchiveError> {
        Ok(self.meta("by_place")?.is_some())
    }

    /// Keep in mind that they are from now on.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn count_by_place(&mut self) -> Result<(), ArchiveError> {
        Ok(set_meta(&self.sql, "by_place", &1)?)
    }

    /// Take in the next facts, each with the area of the case that it begins or moves. Those that are known already are passed
    /// over.
    ///
    /// # Errors
    /// [`ArchiveError`]; then nothing of them was taken in.
    pub fn take(&mut self, facts: &[(Fact, Option<Area>)]) -> Result<(), ArchiveError> {
        let transaction = self.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut upto = meta(&transaction, "upto")?.unwrap_or_default().cast_unsigned();
        let indexed = meta(&transaction, "indexed")?.unwrap_or_default();
        let mut counter = counter(&transaction)?;
        let mut rows: BTreeMap<IncidentId, Row> = BTreeMap::new();
        for (fact, area) in facts {
            if fact.seq.0 <= upto {
                continue;
            }
            if fact.seq.0 != upto + 1 {
                return Err(ArchiveError::Damaged(format!("fact {} does not follow {upto}", fact.seq.0)));
            }
            upto = fact.seq.0;
            if let What::NumberingTaken(numbering) = &fact.what {
                counter.renumber(*numbering);
            }
            if let What::IncidentReported(incident) = &fact.what {
                let number = counter.next(fact.known_at);
                rows.extend(Row::of(fact, number, area.clone()).map(|row| (incident.id, row)));
                continue;
            }
            for id in row::concerns(fact) {
                if !rows.contains_key(&id) {
                    rows.extend(row::load(&transaction, id)?.map(|row| (id, row)));
                }
                // A fact about a case that was never reported cannot be; nothing is kept of it.
                if let Some(row) = rows.get_mut(&id) {
                    row.apply(fact, area.as_ref());
                }
            }
        }
        for (id, row) in &rows {
            row::save(&transaction, row)?;
            if row.changed && id.0.cast_signed() <= indexed {
                index(&transaction, row)?;
            }
        }
        set_meta(&transaction, "upto", &upto.cast_signed())?;
        let counter = postcard::to_stdvec(&counter).map_err(|error| ArchiveError::Damaged(error.to_string()))?;
        set_meta(&transaction, "counter", &counter)?;
        transaction.commit()?;
        Ok(())
    }

    /// Make findable some of the cases that are not yet; whether more are left.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn index_more(&mut self) -> Result<bool, ArchiveError> {
        let transaction = self.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let indexed = meta(&transaction, "indexed")?.unwrap_or_default();
        let mut last = indexed;
        {
            let mut rows = row::select(&transaction, "WHERE id > ?1 ORDER BY id LIMIT ?2")?;
            let mut rows = rows.query([indexed, INDEXED_AT_ONCE])?;
            while let Some(row) = rows.next()? {
                let row = row::read(row)?;
                index(&transaction, &row)?;
                last = row.case.id.0.cast_signed();
            }
        }
        if last > indexed {
            set_meta(&transaction, "indexed", &last)?;
        }
        transaction.commit()?;
        Ok(last - indexed >= INDEXED_AT_ONCE)
    }

    /// A page of the cases that fit, by the names of the kinds in a catalogue.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn find(&self, search: &Search, catalogue: &Catalogue) -> Result<Found, ArchiveError> {
        Ok(find::page(&self.sql, &find::Plan::of(search, catalogue))?)
    }

    /// A case with where its facts are, oldest first.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn case(&self, id: IncidentId) -> Result<Option<(FoundCase, Vec<Seq>)>, ArchiveError> {
        Ok(row::load(&self.sql, id)?.map(|row| {
            let facts = row.facts();
            (row.case, facts)
        }))
    }

    /// How many cases it holds.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn cases(&self) -> Result<u64, ArchiveError> {
        let cases: i64 = self.sql.query_row("SELECT count(*) FROM cases", [], |row| row.get(0))?;
        Ok(cases.cast_unsigned())
    }
}

fn index(sql: &Connection, row: &Row) -> rusqlite::Result<()> {
    let words: Vec<String> = row.words().into_iter().collect();
    sql.prepare_cached("INSERT OR REPLACE INTO words (rowid, body) VALUES (?1, ?2)")?
        .execute(params![row.case.id.0.cast_signed(), words.join(" ")])?;
    Ok(())
}

fn meta(sql: &Connection, key: &str) -> rusqlite::Result<Option<i64>> {
    sql.prepare_cached("SELECT value FROM meta WHERE key = ?1")?.query_row([key], |row| row.get(0)).optional()
}

fn set_meta(sql: &Connection, key: &str, value: &dyn rusqlite::ToSql) -> rusqlite::Result<()> {
    sql.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)")?.execute(params![key, value])?;
    Ok(())
}

/// From what the numbers of the next cases follow.
fn counter(sql: &Connection) -> Result<Counter, ArchiveError> {
    let kept: Option<Vec<u8>> =
        sql.query_row("SELECT value FROM meta WHERE key = 'counter'", [], |row| row.get(0)).optional()?;
    let Some(kept) = kept else { return Ok(Counter::default()) };
    postcard::from_bytes(&kept)
        .map_err(|error| ArchiveError::Damaged(FormatError::Damaged(error.to_string()).to_string()))
}
