//! Reading the log beside the clerk: facts by their positions, with the areas that were named of the cases that they begin
//! or move.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use super::{BUSY, FILE, Store, StoreError, read_fact, sql_seq};
use crate::domain::rights::Area;
use crate::domain::{Fact, Seq};

/// A connection that reads the log while the clerk writes it.
pub struct Log {
    sql: Connection,
}

impl Log {
    /// Open the log in `folder`, which is there already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let path = folder.join(FILE);
        let open = || {
            let sql = Connection::open_with_flags(&path, flags)?;
            sql.busy_timeout(BUSY)?;
            Ok(Self { sql })
        };
        open().map_err(|error: StoreError| error.of(path.clone()))
    }

    /// The facts after `after`, oldest first, at most `limit`, each with the area that was named of the case that it
    /// begins or moves.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn after(&self, after: Seq, limit: usize) -> Result<Vec<(Fact, Option<Area>)>, StoreError> {
        facts_with_areas(&self.sql, after, limit)
    }

    /// The facts at these positions, in their order; those that are not there are left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn at(&self, seqs: &[Seq]) -> Result<Vec<Fact>, StoreError> {
        facts_at(&self.sql, seqs)
    }
}

impl Store {
    /// As [`Log::after`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn facts_with_areas(&self, after: Seq, limit: usize) -> Result<Vec<(Fact, Option<Area>)>, StoreError> {
        facts_with_areas(&self.sql, after, limit)
    }

    /// As [`Log::at`].
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn facts_at(&self, seqs: &[Seq]) -> Result<Vec<Fact>, StoreError> {
        facts_at(&self.sql, seqs)
    }
}

fn facts_with_areas(sql: &Connection, after: Seq, limit: usize) -> Result<Vec<(Fact, Option<Area>)>, StoreError> {
    let mut area = sql.prepare_cached("SELECT path FROM areas WHERE incident = ?1")?;
    let mut rows = sql.prepare_cached("SELECT seq, body FROM facts WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let mut rows = rows.query(params![sql_seq(after), i64::try_from(limit).unwrap_or(i64::MAX)])?;
    let mut facts = Vec::new();
    while let Some(row) = rows.next()? {
        let fact = read_fact(row)?;
        let placed = fact.what.place().and_then(|_| fact.what.incident());
        let path: Option<String> = match placed {
            Some(id) => area.query_row([id.0.cast_signed()], |row| row.get(0)).optional()?,
            None => None,
        };
        facts.push((fact, path.and_then(|path| Area::of(&path))));
    }
    Ok(facts)
}

fn facts_at(sql: &Connection, seqs: &[Seq]) -> Result<Vec<Fact>, StoreError> {
    let mut one = sql.prepare_cached("SELECT seq, body FROM facts WHERE seq = ?1")?;
    let mut facts = Vec::with_capacity(seqs.len());
    for seq in seqs {
        let mut rows = one.query([sql_seq(*seq)])?;
        if let Some(row) = rows.next()? {
            facts.push(read_fact(row)?);
        }
    }
    Ok(facts)
}
