//! Who is signed in: tokens with an end, and keys without one.

use rusqlite::{OptionalExtension, params};

use super::{By, COLUMNS, People, PeopleError, Person, read};
use crate::domain::Moment;
use crate::store::audit::Hash;
use crate::store::{StoreError, secret};

/// Longest that one sign-in lasts, in milliseconds: a day, the longest shift.
pub const SIGNED_IN_MAX_MILLIS: i64 = 24 * 3600 * 1000;
/// Whoever does nothing for so long, with no screen open, is signed out, in milliseconds: two hours.
pub const IDLE_MAX_MILLIS: i64 = 2 * 3600 * 1000;
/// A use is written down where the last one was so long ago, in milliseconds.
const USE_EVERY_MILLIS: i64 = 5 * 60 * 1000;

impl People {
    /// What is kept of somebody's password; `None` where there is nobody of that name, or one without a password.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn password_of(&self, name: &str) -> Result<Option<String>, StoreError> {
        let kept: Option<Option<String>> = self
            .sql
            .prepare_cached("SELECT password FROM people WHERE name = ?1 AND disabled = 0")?
            .query_row([name], |row| row.get(0))
            .optional()?;
        Ok(kept.flatten())
    }

    /// Sign somebody in whose password was right; returns their token and when it ends. `kept` is the password that
    /// was compared: another one meanwhile, or a lock-out, is a no.
    ///
    /// # Errors
    /// [`PeopleError::Unknown`] where they are no longer let in, or the store's.
    pub fn sign_in(&mut self, name: &str, kept: &str, by: &By) -> Result<(String, Moment), PeopleError> {
        let token = secret::draw()?;
        let until = by.at.plus_millis(SIGNED_IN_MAX_MILLIS);
        self.change(&by.entry("sign in".to_owned(), "signed in"), None, |sql| {
            let still = "SELECT 1 FROM people WHERE name = ?1 AND password = ?2 AND disabled = 0";
            if !sql.prepare_cached(still)?.exists([name, kept])? {
                return Err(PeopleError::Unknown(name.to_owned()));
            }
            sql.execute("DELETE FROM sign_ins WHERE until <= ?1", [by.at.0])?;
            sql.execute(
                "INSERT INTO sign_ins (token, name, until, used_at) VALUES (?1, ?2, ?3, ?4)",
                params![secret::hash_of(&token), name, until.0, by.at.0],
            )?;
            Ok(())
        })?;
        Ok((token, until))
    }

    /// Record that somebody came back to the desk that they had locked.
    ///
    /// # Errors
    /// The store's.
    pub fn unlocked(&mut self, by: &By) -> Result<(), PeopleError> {
        self.change(&by.entry("unlock".to_owned(), "unlocked"), None, |_| Ok(()))
    }

    /// Record something that somebody asked for and did not get, of which no order came.
    ///
    /// # Errors
    /// The store's.
    pub fn refused(&mut self, asked: &str, why: &str, by: &By) -> Result<(), PeopleError> {
        self.change(&by.entry(asked.to_owned(), &format!("refused: {why}")), None, |_| Ok(()))
    }

    /// End the sign-in of a token.
    ///
    /// # Errors
    /// The store's.
    pub fn sign_out(&mut self, token: &Hash, by: &By) -> Result<(), PeopleError> {
        self.change(&by.entry("sign out".to_owned(), "signed out"), None, |sql| {
            sql.execute("DELETE FROM sign_ins WHERE token = ?1", [token])?;
            Ok(())
        })
    }

    /// Who holds this token or key at `now`; `None` where it is none, has ended, or its holder is locked out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn holder(&self, token: &Hash, now: Moment) -> Result<Option<Person>, StoreError> {
        let idle = now.plus_millis(-IDLE_MAX_MILLIS);
        let signed_in = format!(
            "SELECT {COLUMNS}, used_at FROM sign_ins JOIN people ON people.name = sign_ins.name \
             WHERE token = ?1 AND until > ?2 AND used_at > ?3 AND disabled = 0"
        );
        let found: Option<(Person, i64)> = self
            .sql
            .prepare_cached(&signed_in)?
            .query_row(params![token, now.0, idle.0], |row| Ok((read(row)?, row.get(6)?)))
            .optional()?;
        if let Some((person, used_at)) = found {
            if used_at < now.0 - USE_EVERY_MILLIS {
                let used = "UPDATE sign_ins SET used_at = ?2 WHERE token = ?1";
                self.sql.prepare_cached(used)?.execute(params![token, now.0])?;
            }
            return Ok(Some(person));
        }
        let by_key = format!("SELECT {COLUMNS} FROM people WHERE key = ?1 AND disabled = 0");
        Ok(self.sql.prepare_cached(&by_key)?.query_row([token], read).optional()?)
    }
}
