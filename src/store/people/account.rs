//! What the audit chain knows of accounts: each record of a change has the digest of the row that it left.

use std::collections::BTreeMap;

use ring::digest::{Context, SHA256};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::domain::Moment;
use crate::store::StoreError;
use crate::store::audit::{Entry, Hash, Pen, finished, nothing};

/// What a digest begins with, so that it is the digest of nothing else.
const DOMAIN: &[u8] = b"command-hall account 1\0";
/// First version whose changes of accounts have digests.
pub(in crate::store) const SINCE: i64 = 12;
/// All of a row, the name first.
const ALL: &str = "name, shown, password, key, roles, area, disabled";
/// With what a record of a change begins, before the name.
pub(super) const ADD: &str = "add ";
pub(super) const DISABLE: &str = "disable ";
pub(super) const ENABLE: &str = "enable ";
pub(super) const RESET: &str = "reset ";
pub(super) const SET_UP: &str = "set up ";
const FOUND: &str = "account ";

/// The account that a record of a change is about: names have neither blanks nor colons.
pub(in crate::store) fn account_of(asked: &str) -> Option<&str> {
    let words = [ADD, DISABLE, ENABLE, RESET, SET_UP, FOUND];
    let rest = words.into_iter().find_map(|word| asked.strip_prefix(word))?;
    Some(rest.split_once(':').map_or(rest, |(name, _)| name))
}

/// The digest of somebody's row; `None` where there is none.
pub(super) fn digest_of(sql: &Connection, name: &str) -> Result<Option<Hash>, rusqlite::Error> {
    sql.prepare_cached(&format!("SELECT {ALL} FROM people WHERE name = ?1"))?.query_row([name], digest).optional()
}

/// Whether somebody's row is as the last record of it left it; that of nobody is.
pub(super) fn is_as_left(sql: &Connection, name: &str) -> Result<bool, rusqlite::Error> {
    let Some(there) = digest_of(sql, name)? else { return Ok(true) };
    let mut rows = sql.prepare("SELECT asked, facts FROM audit WHERE count = 0 ORDER BY number DESC")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (asked, left): (String, Hash) = (row.get(0)?, row.get(1)?);
        if account_of(&asked) == Some(name) && left != nothing() {
            return Ok(left == there);
        }
    }
    Ok(false)
}

/// The digest of everybody's row, by name.
pub(in crate::store) fn digests(sql: &Connection) -> Result<BTreeMap<String, Hash>, rusqlite::Error> {
    if !sql.prepare("SELECT 1 FROM sqlite_master WHERE name = 'people'")?.exists([])? {
        return Ok(BTreeMap::new());
    }
    let mut rows = sql.prepare(&format!("SELECT {ALL} FROM people"))?;
    let named = |row: &Row<'_>| {
        let name = match row.get_ref(0)? {
            ValueRef::Text(name) => String::from_utf8_lossy(name).into_owned(),
            _ => String::new(),
        };
        Ok((name, digest(row)?))
    };
    rows.query_map([], named)?.collect()
}

/// Whatever stands in the columns: somebody who changes them need not keep to their types.
fn digest(row: &Row<'_>) -> rusqlite::Result<Hash> {
    let mut hash = Context::new(&SHA256);
    hash.update(DOMAIN);
    for column in 0..row.as_ref().column_count() {
        let value = row.get_ref(column)?;
        let (kind, bytes) = match value {
            ValueRef::Null => (0_u8, Vec::new()),
            ValueRef::Integer(number) => (1, number.to_le_bytes().to_vec()),
            ValueRef::Real(number) => (2, number.to_le_bytes().to_vec()),
            ValueRef::Text(text) => (3, text.to_vec()),
            ValueRef::Blob(bytes) => (4, bytes.to_vec()),
        };
        hash.update(&[kind]);
        hash.update(&(bytes.len() as u64).to_le_bytes());
        hash.update(&bytes);
    }
    Ok(finished(hash))
}

/// Have the chain know of accounts of which no record has a digest: those of a log from before [`SINCE`].
pub(in crate::store) fn know_all(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let mut unknown = digests(transaction)?;
    {
        let mut rows = transaction.prepare("SELECT asked, facts FROM audit WHERE count = 0")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let (asked, digest): (String, Hash) = (row.get(0)?, row.get(1)?);
            if let Some(name) = account_of(&asked).filter(|_| digest != nothing()) {
                unknown.remove(name);
            }
        }
    }
    if unknown.is_empty() {
        return Ok(());
    }
    let at = transaction.query_row("SELECT CAST(unixepoch('subsec') * 1000 AS INTEGER)", [], |row| row.get(0))?;
    let mut pen = Pen::new(transaction)?;
    for (name, digest) in unknown {
        let (who, asked, outcome) = ("hub".to_owned(), format!("{FOUND}{name}"), "as found".to_owned());
        pen.note_leaving(&Entry { at: Moment(at), who, asked, outcome, ..Entry::default() }, digest)?;
    }
    pen.put_down()?;
    Ok(())
}
