//! Figures of days and hours that are over, kept beside the cases.
//!
//! They are counted by [`DayFold`] as the facts come to them. The fold is kept as it was at the last midnight: from there
//! one goes on with the facts of a day, whenever another hour is over, and in memory it stands for that moment only.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, TransactionBehavior, params};

use super::{Archive, ArchiveError, counter, meta, set_meta};
use crate::config::InForce;
use crate::domain::kpi::{Against, DayFold, HOURS_KEPT, Kept, Past, Period, Slot, Span};
use crate::domain::rights::Area;
use crate::domain::{Day, Fact, Incident, IncidentId, Moment, Seq};
use crate::store::{decode_hall, encode_hall};

/// Its table, which an archive of before has not.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS days (
    day INTEGER NOT NULL, hour INTEGER NOT NULL, period TEXT NOT NULL, body BLOB NOT NULL,
    PRIMARY KEY (day, hour, period)) WITHOUT ROWID;";

/// What goes on from the last midnight until all facts are folded in.
pub struct DayKeeper {
    fold: DayFold,
    /// When the newest fact that there is became known.
    newest: Moment,
    /// The hour up to which all is kept.
    kept: Option<i64>,
    in_force: Option<InForce>,
}

impl DayKeeper {
    /// The newest fact folded in.
    #[must_use]
    pub fn upto(&self) -> Seq {
        self.fold.hall().upto()
    }
}

fn damaged(error: impl std::fmt::Display) -> ArchiveError {
    ArchiveError::Damaged(error.to_string())
}

/// The hour that a moment is in, as the fold counts them.
fn hour_of(archive: &Archive, at: Moment) -> Result<i64, ArchiveError> {
    let offset = counter(&archive.sql)?.numbering().utc_offset_secs;
    Ok(at.0.saturating_add(i64::from(offset) * 1000).div_euclid(3_600_000))
}

impl Archive {
    /// Begin to keep the hours that are over by `newest`, when the newest fact became known; `None` where none is that is
    /// not kept yet.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn days_due(&self, newest: Moment) -> Result<Option<DayKeeper>, ArchiveError> {
        let (hour, kept) = (hour_of(self, newest)?, self.meta("days_hour")?);
        if kept.is_some_and(|kept| kept >= hour) {
            return Ok(None);
        }
        let body: Option<Vec<u8>> =
            self.sql.query_row("SELECT value FROM meta WHERE key = 'days_hall'", [], |row| row.get(0)).optional()?;
        let (fold, kept) = match body.map(|body| decode_hall(&body)) {
            None => (DayFold::default(), kept),
            Some(hall) => match hall.ok().zip(self.days_areas()?) {
                Some((hall, areas)) => {
                    let last_known_at = Moment(self.meta("days_at")?.unwrap_or_default());
                    (DayFold::from(hall, areas, last_known_at), kept)
                }
                // One of another release: the facts give it anew, and all that is kept with it.
                None => (DayFold::default(), None),
            },
        };
        Ok(Some(DayKeeper { fold, newest, kept, in_force: None }))
    }

    /// The areas of cases as they were at the last midnight; `None` where another release kept none.
    fn days_areas(&self) -> Result<Option<BTreeMap<IncidentId, Area>>, ArchiveError> {
        let body: Option<Vec<u8>> =
            self.sql.query_row("SELECT value FROM meta WHERE key = 'days_areas'", [], |row| row.get(0)).optional()?;
        Ok(body.and_then(|body| postcard::from_bytes(&body).ok()))
    }

    /// Fold the next facts in, each with the area of the case that it begins or moves, and keep what was over before each.
    ///
    /// # Errors
    /// [`ArchiveError`]; then nothing of them was kept.
    pub fn keep_days(&mut self, keeper: &mut DayKeeper, facts: &[(Fact, Option<Area>)]) -> Result<(), ArchiveError> {
        let transaction = self.sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut last_known_at = Moment(meta(&transaction, "days_at")?.unwrap_or_default());
        for (fact, area) in facts {
            let newest = keeper.fold.hour_of(keeper.newest);
            let mut slots = keeper.fold.due(fact, newest);
            slots.retain(|slot| keeper.kept.is_none_or(|kept| slot.ends_at() > kept));
            if !slots.is_empty() {
                let in_force = in_force(&mut keeper.in_force, &keeper.fold)?;
                let kinds = in_force.kinds();
                let department = |incident: &Incident| kinds.kind(&incident.kind).and_then(|kind| kind.lead.clone());
                for slot in &slots {
                    let kept = keeper.fold.count(*slot, kinds.figures(), in_force.limits(), &department);
                    let body = postcard::to_stdvec(&kept).map_err(damaged)?;
                    transaction
                        .prepare_cached(
                            "INSERT OR REPLACE INTO days (day, hour, period, body) VALUES (?1, ?2, ?3, ?4)",
                        )?
                        .execute(params![slot.day.0, slot.hour, slot.period.word(), body])?;
                }
                if slots.iter().any(|slot| slot.is_whole_day()) {
                    let hall = encode_hall(keeper.fold.hall()).map_err(damaged)?;
                    let areas = postcard::to_stdvec(keeper.fold.areas()).map_err(damaged)?;
                    set_meta(&transaction, "days_hall", &hall)?;
                    set_meta(&transaction, "days_areas", &areas)?;
                    set_meta(&transaction, "days_at", &last_known_at.0)?;
                }
                set_meta(&transaction, "days_hour", &keeper.fold.hour_of(fact.known_at))?;
            }
            if !keeper.fold.apply(fact, area.as_ref()) {
                return Err(damaged(format!("fact {} does not follow {}", fact.seq.0, keeper.upto().0)));
            }
            last_known_at = last_known_at.max(fact.known_at);
        }
        if meta(&transaction, "days_hour")?.is_none() && !facts.is_empty() {
            // Before the first hour was over there is nothing to keep, and nothing to look at again.
            set_meta(&transaction, "days_hour", &keeper.fold.hour_of(last_known_at))?;
        }
        let oldest = (keeper.fold.hour_of(keeper.newest) - HOURS_KEPT).div_euclid(24);
        transaction
            .prepare_cached("DELETE FROM days WHERE day < ?1 AND NOT (hour = 24 AND period = ?2)")?
            .execute(params![oldest, Period::Today.word()])?;
        transaction.commit()?;
        Ok(())
    }

    /// The figures of a span that is over; `None` where it is not kept.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn kept(&self, slot: Slot) -> Result<Option<Kept>, ArchiveError> {
        let mut find = self.sql.prepare_cached("SELECT body FROM days WHERE day = ?1 AND hour = ?2 AND period = ?3")?;
        let body: Option<Vec<u8>> =
            find.query_row(params![slot.day.0, slot.hour, slot.period.word()], |row| row.get(0)).optional()?;
        body.map(|body| postcard::from_bytes(&body).map_err(damaged)).transpose()
    }

    /// The figures of a whole day, from when to when it was, and what it is held against; `None` where it is not kept.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn kept_day(&self, day: Day) -> Result<Option<(Span, Kept, Past)>, ArchiveError> {
        let slot = Slot::of_day(day);
        let Some(kept) = self.kept(slot)? else { return Ok(None) };
        let span = slot.span(counter(&self.sql)?.numbering().utc_offset_secs);
        let mut past = Past::default();
        for (against, kept) in Against::ALL.into_iter().zip(&mut past.kept) {
            let before = Day(day.0.saturating_sub(against.days_back()));
            *kept = self.kept(Slot::of_day(before))?;
        }
        Ok(Some((span, kept, past)))
    }

    /// What a period that ends now is held against.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn past(&self, period: Period, now: Moment) -> Result<Past, ArchiveError> {
        let offset = counter(&self.sql)?.numbering().utc_offset_secs;
        let mut past = Past::default();
        for (against, kept) in Against::ALL.into_iter().zip(&mut past.kept) {
            if let Some(slot) = against.slot(period, now, offset) {
                *kept = self.kept(slot)?;
            }
        }
        Ok(past)
    }
}

/// What is in force at the point where the fold is; the built-in one where the log has texts that cannot be read.
fn in_force<'k>(read: &'k mut Option<InForce>, fold: &DayFold) -> Result<&'k InForce, ArchiveError> {
    let texts = fold.hall().catalogue();
    let known = match (&*read, texts) {
        (Some(read), Some(texts)) => read.texts() == texts,
        (Some(_), None) => true,
        (None, _) => false,
    };
    if !known {
        let taken = texts.and_then(|texts| {
            InForce::from_texts(texts)
                .inspect_err(
                    |error| tracing::warn!(%error, "kinds of the log cannot be read; figures are by the built-in ones"),
                )
                .ok()
        });
        *read = Some(taken.map_or_else(InForce::built_in, Ok).map_err(damaged)?);
    }
    read.as_ref().ok_or_else(|| damaged("no catalogue"))
}
