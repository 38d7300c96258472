//! Rows that cannot be read go out of the way as they are, and all else goes on.
//!
//! ```text
//!  whoever reads ── finds one damaged ──► passes over it, notes it ──► writer, with what it writes next ──► `aside`
//! ```
//! 1. What is aside is as it was found; neither what comes late for its day nor the end of its day deletes it.
//! 2. Steps that were made of a chunk while it could be read stay. Of a row of steps that cannot be read, the chunks tell
//!    what they still have.
//! 3. Only what does not decode is known to be damaged: the blobs have no sum that tells another number from the right one.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};

use super::chunk::Chunk;
use super::tiers;
use super::{DAY_MILLIS, ReadingsError, chunk_id, day_of, group_of, start_of};

/// The table; a file of before it was kept gets it as it is opened.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS aside
    (number INTEGER PRIMARY KEY, sort TEXT NOT NULL, id INTEGER NOT NULL, count INTEGER NOT NULL, body BLOB NOT NULL);";

/// Of which table a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    Chunk,
    Tier,
    Tail,
}

impl Sort {
    const fn word(self) -> &'static str {
        match self {
            Self::Chunk => "chunk",
            Self::Tier => "tier",
            Self::Tail => "tail",
        }
    }

    /// How its count and its body are asked for, and how it goes.
    const fn statements(self) -> (&'static str, &'static str) {
        match self {
            Self::Chunk => ("SELECT count, body FROM chunks WHERE id = ?1", "DELETE FROM chunks WHERE id = ?1"),
            Self::Tier => ("SELECT 0, body FROM tiers WHERE id = ?1", "DELETE FROM tiers WHERE id = ?1"),
            Self::Tail => ("SELECT 0, body FROM tail WHERE number = ?1", "DELETE FROM tail WHERE number = ?1"),
        }
    }

    fn is_sound(self, id: i64, body: &[u8]) -> bool {
        match self {
            Self::Chunk => {
                Chunk::of(body, start_of(id)).is_some_and(|chunk| chunk.key().is_some() && chunk.all().is_some())
            }
            Self::Tier => tiers::decode(body).is_some(),
            Self::Tail => super::tail_of(body).is_some(),
        }
    }
}

/// Rows that somebody could not read, until the writer looks at them.
#[derive(Debug, Default)]
pub(super) struct Doubt(Mutex<BTreeSet<(Sort, i64)>>);

impl Doubt {
    fn all(&self) -> MutexGuard<'_, BTreeSet<(Sort, i64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all().is_empty()
    }
}

/// The file, of which rows may be damaged.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) sql: &'a Connection,
    pub(super) doubt: &'a Doubt,
}

impl Rows<'_> {
    /// What was read of a row; where that is nothing, the row is noted.
    pub(super) fn sound<T>(self, sort: Sort, id: i64, read: Option<T>) -> Option<T> {
        if read.is_none() {
            self.doubt.all().insert((sort, id));
        }
        read
    }

    /// Put aside what was noted and still cannot be read: a reader may have noted what is written anew by now.
    pub(super) fn set_aside(self) -> Result<(), ReadingsError> {
        let noted = std::mem::take(&mut *self.doubt.all());
        for (sort, id) in noted {
            let (find, delete) = sort.statements();
            let found: Option<(i64, Vec<u8>)> =
                self.sql.query_row(find, [id], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
            let Some((count, body)) = found.filter(|(_, body)| !sort.is_sound(id, body)) else { continue };
            self.sql.execute(
                "INSERT INTO aside (sort, id, count, body) VALUES (?1, ?2, ?3, ?4)",
                params![sort.word(), id, count, body],
            )?;
            self.sql.execute(delete, [id])?;
            tracing::error!(sort = sort.word(), id, count, "what cannot be read of the readings is set aside");
            if sort == Sort::Tier && self.has_chunks(group_of(id), day_of(start_of(id)))? {
                let below = tiers::encode(&tiers::all_below());
                self.sql.execute("INSERT INTO tiers (id, body) VALUES (?1, ?2)", params![id, below])?;
            }
        }
        Ok(())
    }

    fn has_chunks(self, group: usize, day: i64) -> Result<bool, ReadingsError> {
        let mut find = self.sql.prepare_cached("SELECT 1 FROM chunks WHERE id BETWEEN ?1 AND ?2")?;
        Ok(find.exists(params![chunk_id(group, day), chunk_id(group, day + DAY_MILLIS - 1)])?)
    }

    /// Whether a chunk of a day is aside: then its steps are all that is left of it.
    pub(super) fn has_aside(self, group: usize, day: i64) -> Result<bool, ReadingsError> {
        let mut find = self.sql.prepare_cached("SELECT 1 FROM aside WHERE sort = ?1 AND id BETWEEN ?2 AND ?3")?;
        let (first, last) = (chunk_id(group, day), chunk_id(group, day + DAY_MILLIS - 1));
        Ok(find.exists(params![Sort::Chunk.word(), first, last])?)
    }
}
