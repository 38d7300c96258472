//! The people of a hall and the systems that report to it: who there is, in which roles, and who is signed in.
//!
//! The tables stand in the file of the fact log, so that each change and each sign-in has its record in the audit chain
//! in the same transaction. A [`People`] has a connection of its own beside the clerk's: the hub's, or that of
//! `hall user`, which so works while the hub runs.
//!
//! 1. Of passwords, keys and tokens only hashes are kept.
//! 2. Whoever is disabled, and whoever got another password, is signed in no more.
//! 3. Roles that clash are given to nobody.
//! 4. The record of a change has the digest of the row that it left, so that a row that was changed otherwise is found.

pub(super) mod account;
mod sign_in;
#[cfg(test)]
mod tests;

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::audit::{self, Entry, Hash, Pen};
use super::secret::{self, NoSecret, PASSWORD_MAX, PASSWORD_MIN};
use super::{BUSY, FILE, Store, StoreError};
use crate::domain::Moment;
use crate::domain::rights::{Area, Role, Standing};

pub use sign_in::{IDLE_MAX_MILLIS, SIGNED_IN_MAX_MILLIS};

pub(super) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS people (
      name TEXT PRIMARY KEY, shown TEXT NOT NULL, password TEXT, key BLOB UNIQUE, roles TEXT NOT NULL,
      area TEXT NOT NULL, disabled INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS sign_ins (
      token BLOB PRIMARY KEY, name TEXT NOT NULL, until INTEGER NOT NULL, used_at INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS set_up (one INTEGER PRIMARY KEY CHECK (one = 1), token BLOB NOT NULL);";

/// Longest name, in characters.
pub const NAME_MAX: usize = 40;

/// What the record of a change says where the account was not as the one before it left it.
const CHANGED_BEFORE: &str = "it had been changed past the hall before";

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The name that they sign in with, and that facts have.
    pub name: String,
    /// The name that screens show.
    pub shown: String,
    /// What they may do where.
    pub standing: Standing,
    /// They are locked out.
    pub disabled: bool,
    /// They have a key instead of a password: systems and walls.
    pub by_key: bool,
}

impl Person {
    /// Whether it is a system that reports, not a person.
    #[must_use]
    pub fn is_source(&self) -> bool {
        self.standing.roles.contains(&Role::Source)
    }
}

/// How an account proves who it is.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// By a password, of [`PASSWORD_MIN`] characters at least.
    Password(&'a str),
    /// By a key that is drawn and told once.
    Key,
}

/// Who changes people, from where and when.
#[derive(Debug, Clone)]
pub struct By {
    /// As `person NAME`.
    pub who: String,
    /// The address or command.
    pub origin: String,
    /// By whose clock ever.
    pub at: Moment,
}

impl By {
    fn entry(&self, asked: String, outcome: &str) -> Entry {
        let (who, origin) = (self.who.clone(), self.origin.clone());
        Entry { at: self.at, who, origin, asked, outcome: outcome.to_owned(), facts: 0 }
    }
}

/// Why people cannot be changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No random bytes.
    #[error(transparent)]
    NoSecret(#[from] NoSecret),
    /// It cannot be a name.
    #[error("`{0}` is no name: 1 to {NAME_MAX} characters without blanks, colons and slashes")]
    Name(String),
    /// Somebody has that name.
    #[error("there is a `{0}` already")]
    Taken(String),
    /// Nobody has that name.
    #[error("there is no `{0}`")]
    Unknown(String),
    /// No role was named.
    #[error("without a role nobody may do anything: name one or more")]
    NoRole,
    /// Two roles that nobody has together.
    #[error("nobody may be {} and {} at once", .0.word(), .1.word())]
    Clash(Role, Role),
    /// Too short or too long.
    #[error("a password has {PASSWORD_MIN} characters or more, and {PASSWORD_MAX} bytes at most")]
    Password,
    /// A system proves itself by a key, always.
    #[error("a source has a key, no password")]
    KeyOnly,
    /// The token is not the one that was printed, or the hall is set up.
    #[error("the set-up token is wrong, or was used already")]
    SetUp,
}

impl From<rusqlite::Error> for PeopleError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The people of one hall.
pub struct People {
    sql: Connection,
}

impl People {
    /// Of the log in `folder`, which is made where there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        match Store::open(folder) {
            Ok(_) | Err(StoreError::InUse(_)) => Self::beside(folder),
            Err(error) => Err(error),
        }
    }

    /// Of the log in `folder`, which a store has open or had.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn beside(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE);
        let open = || {
            let sql = Connection::open(&path)?;
            sql.busy_timeout(BUSY)?;
            sql.pragma_update(None, "synchronous", "FULL")?;
            super::check_version(super::meta(&sql, "format")?)?;
            Ok(Self { sql })
        };
        open().map_err(|error: StoreError| error.of(path.clone()))
    }

    /// Of a hall that lives in memory; their records are in a chain of their own there.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn in_memory() -> Result<Self, StoreError> {
        let sql = Connection::open_in_memory()?;
        sql.execute_batch("CREATE TABLE facts (seq INTEGER PRIMARY KEY)")?;
        sql.execute_batch(audit::TABLES)?;
        sql.execute_batch(TABLES)?;
        Ok(Self { sql })
    }

    /// Changes whenever somebody else changed the file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn version(&self) -> Result<i64, StoreError> {
        Ok(self.sql.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Change something, with its record in the audit chain; `leaves` is whose account it is about.
    fn change<T>(
        &mut self,
        entry: &Entry,
        leaves: Option<&str>,
        change: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, PeopleError>,
    ) -> Result<T, PeopleError> {
        let transaction = self.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // A change of the hall's own must not hide one that was made past it.
        let as_left = leaves.map_or(Ok(true), |name| account::is_as_left(&transaction, name))?;
        let outcome = if as_left { entry.outcome.clone() } else { format!("{}; {CHANGED_BEFORE}", entry.outcome) };
        let entry = &Entry { outcome, ..entry.clone() };
        let done = change(&transaction)?;
        let digest = leaves.map(|name| account::digest_of(&transaction, name)).transpose()?.flatten();
        {
            let mut pen = Pen::new(&transaction)?;
            match digest {
                Some(digest) => pen.note_leaving(entry, digest)?,
                None => pen.note(entry)?,
            }
            pen.put_down()?;
        }
        transaction.commit()?;
        Ok(done)
    }

    /// Everybody, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn all(&self) -> Result<Vec<Person>, StoreError> {
        let mut rows = self.sql.prepare_cached(&format!("SELECT {COLUMNS} FROM people ORDER BY name"))?;
        let people = rows.query_map([], read)?.collect::<Result<_, _>>()?;
        Ok(people)
    }

    /// Somebody by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, name: &str) -> Result<Option<Person>, StoreError> {
        let mut found = self.sql.prepare_cached(&format!("SELECT {COLUMNS} FROM people WHERE name = ?1"))?;
        Ok(found.query_row([name], read).optional()?)
    }

    /// Make an account; returns its key where it proves itself by one.
    ///
    /// # Errors
    /// [`PeopleError`].
    pub fn add(
        &mut self,
        name: &str,
        shown: &str,
        standing: &Standing,
        proof: Proof<'_>,
        by: &By,
    ) -> Result<Option<String>, PeopleError> {
        check(name, standing)?;
        if matches!(proof, Proof::Password(_)) && standing.roles.contains(&Role::Source) {
            return Err(PeopleError::KeyOnly);
        }
        let made = Made::of(proof)?;
        let shown = if shown.trim().is_empty() { name } else { shown.trim() };
        let roles = words(&standing.roles);
        let entry = by.entry(format!("{}{name}: {roles} of /{}", account::ADD, standing.area.path()), "done");
        self.change(&entry, Some(name), |sql| {
            if sql.prepare("SELECT 1 FROM people WHERE name = ?1")?.exists([name])? {
                return Err(PeopleError::Taken(name.to_owned()));
            }
            insert(sql, name, shown, standing, &made)
        })?;
        Ok(made.told)
    }

    /// Lock somebody out, or let them in again.
    ///
    /// # Errors
    /// [`PeopleError::Unknown`], or the store's.
    pub fn disable(&mut self, name: &str, disabled: bool, by: &By) -> Result<(), PeopleError> {
        let word = if disabled { account::DISABLE } else { account::ENABLE };
        self.change(&by.entry(format!("{word}{name}"), "done"), Some(name), |sql| {
            let changed = sql.execute("UPDATE people SET disabled = ?2 WHERE name = ?1", params![name, disabled])?;
            sql.execute("DELETE FROM sign_ins WHERE name = ?1", [name])?;
            known(changed, name)
        })
    }

    /// Give somebody another password or key; returns the key. They are signed out everywhere.
    ///
    /// # Errors
    /// [`PeopleError`].
    pub fn reset(&mut self, name: &str, proof: Proof<'_>, by: &By) -> Result<Option<String>, PeopleError> {
        let person = self.find(name)?.ok_or_else(|| PeopleError::Unknown(name.to_owned()))?;
        if person.is_source() && matches!(proof, Proof::Password(_)) {
            return Err(PeopleError::KeyOnly);
        }
        let made = Made::of(proof)?;
        self.change(&by.entry(format!("{}{name}", account::RESET), "done"), Some(name), |sql| {
            let set = "UPDATE people SET password = ?2, key = ?3 WHERE name = ?1";
            let changed = sql.execute(set, params![name, made.password, made.key])?;
            sql.execute("DELETE FROM sign_ins WHERE name = ?1", [name])?;
            known(changed, name)
        })?;
        Ok(made.told)
    }

    /// Draw a new set-up token where nobody is there yet; `None` where somebody is.
    ///
    /// # Errors
    /// [`PeopleError`].
    pub fn begin_set_up(&mut self) -> Result<Option<String>, PeopleError> {
        if self.sql.prepare("SELECT 1 FROM people")?.exists([])? {
            return Ok(None);
        }
        let token = secret::draw()?;
        let put = "INSERT OR REPLACE INTO set_up (one, token) VALUES (1, ?1)";
        self.sql.execute(put, [secret::hash_of(&token)])?;
        Ok(Some(token))
    }

    /// Make the first account, a security administrator, who then makes all others. The token works once.
    ///
    /// # Errors
    /// [`PeopleError`].
    pub fn set_up(&mut self, token: &str, name: &str, shown: &str, password: &str, by: &By) -> Result<(), PeopleError> {
        let standing = Standing::of(&[Role::SecurityAdministrator]);
        check(name, &standing)?;
        let (given, asked) = (secret::hash_of(token), format!("{}{name}", account::SET_UP));
        let right = "SELECT 1 FROM set_up WHERE token = ?1 AND NOT EXISTS (SELECT 1 FROM people)";
        if !self.sql.prepare(right)?.exists([given])? {
            self.change(&by.entry(asked, "refused: the set-up token is wrong"), None, |_| Ok(()))?;
            return Err(PeopleError::SetUp);
        }
        let made = Made::of(Proof::Password(password))?;
        let shown = if shown.trim().is_empty() { name } else { shown.trim() };
        self.change(&by.entry(asked, "done"), Some(name), |sql| {
            if sql.execute("DELETE FROM set_up WHERE token = ?1", [given])? == 0 {
                return Err(PeopleError::SetUp);
            }
            insert(sql, name, shown, &standing, &made)
        })
    }
}

const COLUMNS: &str = "people.name, shown, roles, area, disabled, key IS NOT NULL";

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Person> {
    let (roles, area): (String, String) = (row.get(2)?, row.get(3)?);
    // A role or an area that this release does not know gives no right: denied by default.
    let roles = roles.split(' ').filter_map(Role::of_word).collect();
    let standing = Area::of(&area).map(|area| Standing { roles, area }).unwrap_or_default();
    Ok(Person { name: row.get(0)?, shown: row.get(1)?, standing, disabled: row.get(4)?, by_key: row.get(5)? })
}

/// What is kept of a proof, and what is told of it.
struct Made {
    password: Option<String>,
    key: Option<Hash>,
    told: Option<String>,
}

impl Made {
    fn of(proof: Proof<'_>) -> Result<Self, PeopleError> {
        match proof {
            Proof::Password(password) => {
                if password.chars().count() < PASSWORD_MIN || password.len() > PASSWORD_MAX {
                    return Err(PeopleError::Password);
                }
                Ok(Self { password: Some(secret::hash_password(password)?), key: None, told: None })
            }
            Proof::Key => {
                let key = secret::draw()?;
                Ok(Self { password: None, key: Some(secret::hash_of(&key)), told: Some(key) })
            }
        }
    }
}

fn insert(
    sql: &rusqlite::Transaction<'_>,
    name: &str,
    shown: &str,
    standing: &Standing,
    made: &Made,
) -> Result<(), PeopleError> {
    sql.execute(
        "INSERT INTO people (name, shown, password, key, roles, area, disabled) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)",
        params![name, shown, made.password, made.key, words(&standing.roles), standing.area.path()],
    )?;
    Ok(())
}

fn words(roles: &[Role]) -> String {
    roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(" ")
}

fn check(name: &str, standing: &Standing) -> Result<(), PeopleError> {
    let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, ':' | '/');
    if name.is_empty() || name.chars().count() > NAME_MAX || name.contains(odd) {
        return Err(PeopleError::Name(name.chars().take(NAME_MAX).collect()));
    }
    if standing.roles.is_empty() {
        return Err(PeopleError::NoRole);
    }
    Role::clash(&standing.roles).map_or(Ok(()), |(one, other)| Err(PeopleError::Clash(one, other)))
}

fn known(changed: usize, name: &str) -> Result<(), PeopleError> {
    if changed == 0 { Err(PeopleError::Unknown(name.to_owned())) } else { Ok(()) }
}
