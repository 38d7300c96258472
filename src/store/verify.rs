//! Whether the audit chain is as it was written, and whether the facts are those that it accounts for.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::audit::{COLUMNS, Facts, HEAD_FILE, Hash, Head, Record, head, nothing};
use super::people::account;
use super::{FILE, StoreError, check_version, meta};

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sound {
    /// How many records there are.
    pub records: u64,
    /// How many facts they account for.
    pub facts: u64,
    /// The newest record.
    pub head: Head,
}

/// The first thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The log has no chain.
    #[error("the log has no audit chain: a hub of this release begins one when it opens the log")]
    NoChain,
    /// A record holds something that none does.
    #[error("record {record} cannot be read: {cause}")]
    Unreadable {
        /// Its number; the one after the last good one.
        record: u64,
        /// What SQLite says.
        cause: String,
    },
    /// Records are missing.
    #[error("record {record} is missing: the next one there is {found}")]
    Gap {
        /// The first one missing.
        record: u64,
        /// The next there is.
        found: u64,
    },
    /// A record says something else than when it was written, or stands at another place.
    #[error("record {record} was changed or moved: its hash is not that of what it says")]
    Changed {
        /// Which.
        record: u64,
    },
    /// A record follows another one than it says.
    #[error("record {record} does not follow the one before: that one was replaced, or records were reordered")]
    Unlinked {
        /// Which.
        record: u64,
    },
    /// Records are missing at the end.
    #[error("records were cut off at the end: the last one there is {record}, {known} is known ({by})")]
    Truncated {
        /// The last one there.
        record: u64,
        /// The one that is known.
        known: u64,
        /// From where it is known.
        by: &'static str,
    },
    /// The chain is another one than the head that is known.
    #[error("record {record} is not the one that is known ({by}): the chain was made anew")]
    OtherChain {
        /// Which.
        record: u64,
        /// From where it is known.
        by: &'static str,
    },
    /// A head kept beside the chain says less than the chain or cannot be read.
    #[error("the head of the chain is not as it was written ({by})")]
    HeadWrong {
        /// Which one.
        by: &'static str,
    },
    /// A fact that a record accounts for is gone.
    #[error("fact {fact} is missing, which came of record {record}")]
    FactMissing {
        /// Whose facts.
        record: u64,
        /// The first one missing.
        fact: u64,
    },
    /// A fact is not as it was written.
    #[error("a fact that came of record {record} was changed, one of {first} to {last}")]
    FactChanged {
        /// Whose facts.
        record: u64,
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// Records do not account for the facts one after the other.
    #[error("record {record} accounts for facts from {found} on, the next one is {expected}")]
    Unaccounted {
        /// Which.
        record: u64,
        /// Where it begins.
        found: u64,
        /// Where it ought to.
        expected: u64,
    },
    /// A fact that nobody asked for.
    #[error("no record accounts for fact {fact}")]
    FactUnsigned {
        /// Which.
        fact: u64,
    },
    /// An account has other rights, another secret or another name to be shown than the last change of it left.
    #[error("the account `{name}` is not as record {record} left it, the last change of it")]
    AccountChanged {
        /// Whose.
        name: String,
        /// The last change.
        record: u64,
    },
    /// An account is gone.
    #[error("the account `{name}` is gone, which record {record} left")]
    AccountMissing {
        /// Whose.
        name: String,
        /// The last change.
        record: u64,
    },
    /// An account that nobody made.
    #[error("no record accounts for the account `{name}`")]
    AccountUnsigned {
        /// Whose.
        name: String,
    },
}

impl Fault {
    /// The number of the record that is wrong, where it is one.
    #[must_use]
    pub fn record(&self) -> Option<u64> {
        match self {
            Self::Unreadable { record, .. }
            | Self::Gap { record, .. }
            | Self::Changed { record }
            | Self::Unlinked { record }
            | Self::Truncated { record, .. }
            | Self::OtherChain { record, .. }
            | Self::FactMissing { record, .. }
            | Self::FactChanged { record, .. }
            | Self::Unaccounted { record, .. }
            | Self::AccountChanged { record, .. }
            | Self::AccountMissing { record, .. } => Some(*record),
            Self::NoChain | Self::HeadWrong { .. } | Self::FactUnsigned { .. } | Self::AccountUnsigned { .. } => None,
        }
    }

    /// Its name in answers.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoChain => "no_chain",
            Self::Unreadable { .. } => "unreadable",
            Self::Gap { .. } => "gap",
            Self::Changed { .. } => "changed",
            Self::Unlinked { .. } => "unlinked",
            Self::Truncated { .. } => "truncated",
            Self::OtherChain { .. } => "other_chain",
            Self::HeadWrong { .. } => "head_wrong",
            Self::FactMissing { .. } => "fact_missing",
            Self::FactChanged { .. } => "fact_changed",
            Self::Unaccounted { .. } => "unaccounted",
            Self::FactUnsigned { .. } => "fact_unsigned",
            Self::AccountChanged { .. } => "account_changed",
            Self::AccountMissing { .. } => "account_missing",
            Self::AccountUnsigned { .. } => "account_unsigned",
        }
    }
}

/// Where a head is known from.
const BY_ROW: &str = "by the head within the log";
const BY_FILE: &str = "by the file audit.head";
const BY_HAND: &str = "by the head that was given";

/// Look at the whole chain of the log in `folder`, also while a hub has it open. `noted` is a head that was noted
/// elsewhere.
///
/// # Errors
/// [`StoreError`] where the log cannot be read at all; what is wrong with the chain is the value.
pub fn verify(folder: &Path, noted: Option<Head>) -> Result<Result<Sound, Fault>, StoreError> {
    let path = folder.join(FILE);
    look(&path, folder, noted).map_err(|error| error.of(path))
}

/// The newest record, as the chain itself has it.
///
/// # Errors
/// As [`verify`].
pub fn newest(folder: &Path) -> Result<Option<Head>, StoreError> {
    let path = folder.join(FILE);
    let look = || {
        let sql = open(&path)?;
        if !has_chain(&sql)? {
            return Ok(None);
        }
        Ok(head(&sql)?)
    };
    look().map_err(|error: StoreError| error.of(path.clone()))
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let sql = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    sql.pragma_update(None, "query_only", true)?;
    sql.busy_timeout(Duration::from_secs(5))?;
    check_version(meta(&sql, "format")?)?;
    Ok(sql)
}

fn has_chain(sql: &Connection) -> Result<bool, StoreError> {
    Ok(sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'audit'")?.exists([])?)
}

fn look(path: &Path, folder: &Path, noted: Option<Head>) -> Result<Result<Sound, Fault>, StoreError> {
    let sql = open(path)?;
    // One view of all tables, whatever the hub writes meanwhile. The file is read first: it is never ahead.
    let kept = std::fs::read_to_string(folder.join(HEAD_FILE)).ok().map(|text| text.parse::<Head>());
    let Ok(kept) = kept.transpose() else { return Ok(Err(Fault::HeadWrong { by: BY_FILE })) };
    sql.execute_batch("BEGIN")?;
    if !has_chain(&sql)? {
        return Ok(Err(Fault::NoChain));
    }
    let Some(row) = head(&sql)? else { return Ok(Err(Fault::NoChain)) };
    let known = [Some((row, BY_ROW)), kept.map(|head| (head, BY_FILE)), noted.map(|head| (head, BY_HAND))];
    let known: Vec<(Head, &'static str)> = known.into_iter().flatten().collect();
    walk(&sql, row, &known)
}

/// Walk along the chain and the facts together.
fn walk(sql: &Connection, row: Head, known: &[(Head, &'static str)]) -> Result<Result<Sound, Fault>, StoreError> {
    let mut records = sql.prepare(&format!("SELECT {COLUMNS} FROM audit ORDER BY number"))?;
    let mut records = records.query([])?;
    let mut facts = sql.prepare("SELECT seq, known_at, body FROM facts ORDER BY seq")?;
    let mut facts = facts.query([])?;
    let (mut last, mut fact) = (Head { number: 0, hash: Hash::default() }, 1_u64);
    let mut accounts: BTreeMap<String, (u64, Hash)> = BTreeMap::new();
    while let Some(found) = records.next()? {
        let record = match Record::read(found) {
            Ok(record) => record,
            Err(cause) => {
                return Ok(Err(Fault::Unreadable { record: last.number + 1, cause: cause.to_string() }));
            }
        };
        if let Err(fault) = follows(&record, last, fact) {
            return Ok(Err(fault));
        }
        let mut digest = Facts::new();
        for expected in fact..fact.saturating_add(record.entry.facts) {
            let missing = Fault::FactMissing { record: record.number, fact: expected };
            let Some(row) = facts.next()? else { return Ok(Err(missing)) };
            let seq: i64 = row.get(0)?;
            if seq.cast_unsigned() != expected {
                return Ok(Err(missing));
            }
            let body = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            digest.add(seq, row.get(1)?, body);
        }
        let (first, next) = (fact, fact + record.entry.facts);
        let account = account::account_of(&record.entry.asked).filter(|_| first == next && record.digest != nothing());
        if let Some(name) = account {
            accounts.insert(name.to_owned(), (record.number, record.digest));
        } else if digest.digest() != record.digest {
            return Ok(Err(Fault::FactChanged { record: record.number, first, last: next.saturating_sub(1) }));
        }
        fact = next;
        last = Head { number: record.number, hash: record.hash };
        if let Some((_, by)) = known.iter().find(|(head, _)| head.number == last.number && head.hash != last.hash) {
            return Ok(Err(Fault::OtherChain { record: last.number, by }));
        }
    }
    if let Some((head, by)) = known.iter().find(|(head, _)| head.number > last.number) {
        return Ok(Err(Fault::Truncated { record: last.number, known: head.number, by }));
    }
    if row != last {
        return Ok(Err(Fault::HeadWrong { by: BY_ROW }));
    }
    if let Some(row) = facts.next()? {
        return Ok(Err(Fault::FactUnsigned { fact: row.get::<_, i64>(0)?.cast_unsigned() }));
    }
    if let Some(fault) = fault_of_accounts(sql, &accounts)? {
        return Ok(Err(fault));
    }
    Ok(Ok(Sound { records: last.number, facts: fact - 1, head: last }))
}

/// The first account that is not as its last change left it: record and digest by name.
fn fault_of_accounts(sql: &Connection, left: &BTreeMap<String, (u64, Hash)>) -> Result<Option<Fault>, StoreError> {
    // A log that no hub of this release has opened yet knows no digests of accounts.
    if left.is_empty() && meta(sql, "format")?.is_none_or(|version| version < account::SINCE) {
        return Ok(None);
    }
    let there = account::digests(sql)?;
    let changed = there.iter().find_map(|(name, digest)| match left.get(name) {
        None => Some(Fault::AccountUnsigned { name: name.clone() }),
        Some((record, left)) if left != digest => Some(Fault::AccountChanged { name: name.clone(), record: *record }),
        Some(_) => None,
    });
    let gone = || left.iter().find(|(name, _)| !there.contains_key(*name));
    Ok(changed
        .or_else(|| gone().map(|(name, (record, _))| Fault::AccountMissing { name: name.clone(), record: *record })))
}

/// Whether a record follows the `last` one, with `fact` the next to account for.
fn follows(record: &Record, last: Head, fact: u64) -> Result<(), Fault> {
    let (number, expected) = (record.number, last.number + 1);
    if number != expected {
        return Err(Fault::Gap { record: expected, found: number });
    }
    if record.hashed() != record.hash {
        return Err(Fault::Changed { record: number });
    }
    if record.before != last.hash {
        return Err(Fault::Unlinked { record: number });
    }
    if record.first != fact {
        return Err(Fault::Unaccounted { record: number, found: record.first, expected: fact });
    }
    Ok(())
}
