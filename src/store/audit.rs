//! The audit chain: who asked what of this hub and what came of it. Each record carries the hash of the one before.
//!
//! ```text
//!  record n-1 ──hash──► record n ──hash──► record n+1        head: number and hash of the newest
//!                          │                                 (a row written with it, and now and then a file)
//!                          └── digest of the facts that came of it, or of the account as it is left
//! ```
//!
//! 1. A record is written in the transaction of the facts that it accounts for.
//! 2. The records account for every fact, in order, each once.
//! 3. Nothing here changes or removes a record.
//!
//! What it cannot do: whoever may write the file may also make a whole chain anew. That is found by comparing with a
//! head that was noted elsewhere ([`Head`], `hall audit head`).

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use ring::digest::{Context, SHA256};
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::{Store, StoreError};
use crate::domain::{Fact, Moment};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// File beside the log that has the head as it was some records ago.
pub const HEAD_FILE: &str = "audit.head";
/// The head file is written after so many records at the latest.
pub const HEAD_EVERY: u64 = 1000;
/// What a record's hash begins with, so that it is the hash of nothing else.
const DOMAIN: &[u8] = b"command-hall audit 1\0";

pub(super) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS audit (
      number INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, origin TEXT NOT NULL, asked TEXT NOT NULL,
      outcome TEXT NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL, facts BLOB NOT NULL, before BLOB NOT NULL,
      hash BLOB NOT NULL
    );
    CREATE TABLE IF NOT EXISTS audit_head (
      one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, hash BLOB NOT NULL
    );";

/// What is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// When, by the clock of whoever writes it.
    pub at: Moment,
    /// Who asked, as `person NAME` or `source NAME`.
    pub who: String,
    /// From where: a seat, an address.
    pub origin: String,
    /// What was asked, in short.
    pub asked: String,
    /// What came of it.
    pub outcome: String,
    /// How many facts came of it: the next ones of its commit.
    pub facts: u64,
}

impl Entry {
    /// One entry for all these facts, where there are any.
    #[must_use]
    pub fn covering(who: &str, facts: &[Fact]) -> Vec<Self> {
        let entry = |last: &Fact| Self {
            at: last.known_at,
            who: who.to_owned(),
            asked: "facts".to_owned(),
            outcome: "done".to_owned(),
            facts: facts.len() as u64,
            ..Self::default()
        };
        facts.last().map(entry).into_iter().collect()
    }
}

/// One record of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// 1, 2, 3 … without gaps.
    pub number: u64,
    /// What was recorded.
    pub entry: Entry,
    /// The first fact that came of it; where none did, the next one that will come.
    pub first: u64,
    /// Digest of the facts; where an account was changed, of the row that this left; else of nothing.
    pub digest: Hash,
    /// Hash of the record before; zeros before the first.
    pub before: Hash,
    /// Its own.
    pub hash: Hash,
}

impl Record {
    /// The hash that it ought to have.
    #[must_use]
    pub fn hashed(&self) -> Hash {
        let mut hash = Context::new(&SHA256);
        hash.update(DOMAIN);
        hash.update(&self.number.to_le_bytes());
        hash.update(&self.entry.at.0.to_le_bytes());
        for text in [&self.entry.who, &self.entry.origin, &self.entry.asked, &self.entry.outcome] {
            hash.update(&(text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        hash.update(&self.first.to_le_bytes());
        hash.update(&self.entry.facts.to_le_bytes());
        hash.update(&self.digest);
        hash.update(&self.before);
        finished(hash)
    }

    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let number: i64 = row.get(0)?;
        let (first, facts): (i64, i64) = (row.get(6)?, row.get(7)?);
        let entry = Entry {
            at: Moment(row.get(1)?),
            who: row.get(2)?,
            origin: row.get(3)?,
            asked: row.get(4)?,
            outcome: row.get(5)?,
            facts: facts.cast_unsigned(),
        };
        Ok(Self {
            number: number.cast_unsigned(),
            entry,
            first: first.cast_unsigned(),
            digest: row.get(8)?,
            before: row.get(9)?,
            hash: row.get(10)?,
        })
    }
}

impl Store {
    /// At most `limit` records after the one with number `after`, in order; 0 is before the first. Nothing is verified:
    /// see [`super::verify`].
    ///
    /// # Errors
    /// [`StoreError`], where they cannot be read.
    pub fn records_after(&self, after: u64, limit: usize) -> Result<Vec<Record>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM audit WHERE number > ?1 ORDER BY number LIMIT ?2");
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let mut rows = self.sql.prepare_cached(&sql)?;
        let rows = rows.query_map(params![after, i64::try_from(limit).unwrap_or(i64::MAX)], Record::read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// All columns of a record in the order of [`Record::read`].
pub(super) const COLUMNS: &str = "number, at, who, origin, asked, outcome, first, count, facts, before, hash";

/// Number and hash of the newest record, which vouches for all before it. Written as `NUMBER:HASH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: Hash,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.number, hex(&self.hash))
    }
}

impl FromStr for Head {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is no head of an audit chain: write NUMBER:HASH as `hall audit head` tells it");
        let (number, hash) = text.trim().split_once(':').ok_or_else(wrong)?;
        Ok(Self { number: number.parse().map_err(|_| wrong())?, hash: unhex(hash).ok_or_else(wrong)? })
    }
}

/// A hash as text.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing into a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn unhex(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 2 * hash.len() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(hash)
}

pub(super) fn finished(context: Context) -> Hash {
    let mut hash = Hash::default();
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// The digest of no facts.
pub(super) fn nothing() -> Hash {
    Facts::new().digest()
}

/// Digest of facts as they stand in the log.
pub(super) struct Facts(Context);

impl Facts {
    pub(super) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub(super) fn add(&mut self, seq: i64, known_at: i64, body: &[u8]) {
        self.0.update(&seq.to_le_bytes());
        self.0.update(&known_at.to_le_bytes());
        self.0.update(&(body.len() as u64).to_le_bytes());
        self.0.update(body);
    }

    pub(super) fn digest(self) -> Hash {
        finished(self.0)
    }
}

/// A chain that is being written on, within one transaction.
pub(crate) struct Pen<'a> {
    transaction: &'a Transaction<'a>,
    head: Option<Head>,
}

impl<'a> Pen<'a> {
    /// At the end of the chain. Others may have written since the last time, so the head is looked up.
    pub(crate) fn new(transaction: &'a Transaction<'a>) -> Result<Self, StoreError> {
        Ok(Self { head: head(transaction)?, transaction })
    }

    /// Write one record. `first` is the first fact of `digest`, or the next that will come.
    pub(super) fn write(&mut self, entry: &Entry, first: u64, digest: Hash) -> Result<(), StoreError> {
        let (number, before) = self.head.map_or((1, Hash::default()), |head| (head.number + 1, head.hash));
        let mut record = Record { number, entry: entry.clone(), first, digest, before, hash: Hash::default() };
        record.hash = record.hashed();
        self.transaction
            .prepare_cached(
                "INSERT INTO audit (number, at, who, origin, asked, outcome, first, count, facts, before, hash) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                number.cast_signed(),
                entry.at.0,
                entry.who,
                entry.origin,
                entry.asked,
                entry.outcome,
                first.cast_signed(),
                entry.facts.cast_signed(),
                digest,
                before,
                record.hash
            ])?;
        self.head = Some(Head { number, hash: record.hash });
        Ok(())
    }

    /// Write a record of something of which no facts came.
    pub(crate) fn note(&mut self, entry: &Entry) -> Result<(), StoreError> {
        self.note_leaving(entry, nothing())
    }

    /// Write a record of something of which no facts came, and which left a row with this digest.
    pub(super) fn note_leaving(&mut self, entry: &Entry, digest: Hash) -> Result<(), StoreError> {
        let newest: Option<i64> =
            self.transaction.prepare_cached("SELECT max(seq) FROM facts")?.query_row([], |row| row.get(0))?;
        self.write(&Entry { facts: 0, ..entry.clone() }, newest.unwrap_or(0).cast_unsigned() + 1, digest)
    }

    /// Keep the head; the last thing before the commit.
    pub(crate) fn put_down(self) -> Result<Option<Head>, StoreError> {
        if let Some(head) = self.head {
            self.transaction
                .prepare_cached("INSERT OR REPLACE INTO audit_head (one, number, hash) VALUES (1, ?1, ?2)")?
                .execute(params![head.number.cast_signed(), head.hash])?;
        }
        Ok(self.head)
    }
}

/// The head as its row has it; `None` before the first record.
pub(super) fn head(sql: &Connection) -> Result<Option<Head>, rusqlite::Error> {
    sql.prepare_cached("SELECT number, hash FROM audit_head")?
        .query_row([], |row| Ok(Head { number: row.get::<_, i64>(0)?.cast_unsigned(), hash: row.get(1)? }))
        .optional()
}

/// Begin the chain of a log that has none: its first record accounts for all facts there are.
pub(super) fn begin(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let begun = transaction.prepare("SELECT 1 FROM audit")?.exists([])? || head(transaction)?.is_some();
    if begun {
        return Ok(());
    }
    let (mut digest, mut count) = (Facts::new(), 0);
    {
        let mut rows = transaction.prepare("SELECT seq, known_at, body FROM facts ORDER BY seq")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let body = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            digest.add(row.get(0)?, row.get(1)?, body);
            count += 1;
        }
    }
    // The moment of a file's making is the machine's, whatever time the hall has.
    let at = transaction.query_row("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)", [], |row| row.get(0))?;
    let entry = Entry {
        at: Moment(at),
        who: "hub".to_owned(),
        asked: "begin".to_owned(),
        outcome: format!("{count} facts before"),
        facts: count,
        ..Entry::default()
    };
    let mut pen = Pen::new(transaction)?;
    pen.write(&entry, 1, digest.digest())?;
    pen.put_down()?;
    Ok(())
}

/// Keep the head beside the log, aside first, so that the file is whole at every moment.
pub(super) fn keep_head(folder: &Path, head: Head) -> std::io::Result<()> {
    let path = folder.join(HEAD_FILE);
    let aside = path.with_extension("head.new");
    std::fs::write(&aside, format!("{head}\n"))?;
    std::fs::rename(&aside, &path)
}
