//! What is asked of a log that is open: its facts from somewhere on, and what stands beside them.

use rusqlite::{OptionalExtension, params};

use super::{Given, Store, StoreError, read_fact, sql_seq};
use crate::domain::rights::Area;
use crate::domain::{Caller, Fact, IncidentId, Moment, Seq};
use crate::wire::Command;

impl Store {
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

    /// What came of an order that may have been given before.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn given(&self, command: Command) -> Result<Option<Given>, StoreError> {
        let found = self
            .sql
            .prepare_cached("SELECT at, seq, incident FROM commands WHERE command = ?1")?
            .query_row([command.0], |row| {
                let incident: Option<i64> = row.get(2)?;
                Ok(Given {
                    command,
                    at: Moment(row.get(0)?),
                    seq: Seq(row.get::<_, i64>(1)?.cast_unsigned()),
                    incident: incident.map(|id| IncidentId(id.cast_unsigned())),
                })
            })
            .optional()?;
        Ok(found)
    }

    /// Who called about an incident, unmasked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn caller(&self, incident: IncidentId) -> Result<Option<Caller>, StoreError> {
        let found = self
            .sql
            .prepare_cached("SELECT name, phone, answer FROM callers WHERE incident = ?1")?
            .query_row([incident.0.cast_signed()], |row| {
                Ok(Caller { name: row.get(0)?, phone: row.get(1)?, answer: row.get(2)? })
            })
            .optional()?;
        Ok(found)
    }

    /// The areas of the incidents that are wanted, as far as any are known. The others are passed over as they are read:
    /// a log has millions.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn areas(&self, wanted: impl Fn(IncidentId) -> bool) -> Result<Vec<(IncidentId, Area)>, StoreError> {
        let mut rows = self.sql.prepare("SELECT incident, path FROM areas")?;
        let mut rows = rows.query([])?;
        let mut areas = Vec::new();
        while let Some(row) = rows.next()? {
            let incident = IncidentId(row.get::<_, i64>(0)?.cast_unsigned());
            if wanted(incident) {
                areas.extend(Area::of(&row.get::<_, String>(1)?).map(|area| (incident, area)));
            }
        }
        Ok(areas)
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
