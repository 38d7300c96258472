//! Heads become chunks and tiers, and what is old goes away.

use rusqlite::{Connection, params};

use super::aside::{Rows, Sort};
use super::chunk::{self, GROUP, Key};
use super::column::Point;
use super::tiers::{self, Tier, WIDTHS};
use super::{
    DAY_MILLIS, PENDING_MILLIS, ReadingsError, Retention, Writer, chunk_id, day_of, days, late, tail, tier_id,
};
use crate::domain::{Moment, Reading, SensorId};

/// What is younger waits in the heads: others of that time may still come, in milliseconds.
const WAIT_MILLIS: i64 = 10_000;
/// Readings of a group of which chunks are made before others.
const RIPE: usize = GROUP * 64;
/// Rows of a tier, a group and a day from which on they become one.
const PIECES_MAX: usize = 16;
/// The coarser tiers, which outlive the readings.
const LASTING: std::ops::Range<usize> = 2..4;

/// A group that is sealed: until when, and the newest reading of each of its sensors that went into chunks.
struct Sealed {
    group: usize,
    until: i64,
    newest: Key,
    /// Late ones that were there already.
    known: usize,
}

impl Writer {
    /// Make chunks where there is enough for them, and let go of what is old.
    ///
    /// # Errors
    /// [`ReadingsError`]; then all is as before.
    pub fn seal_if_due(&mut self, now: Moment) -> Result<(), ReadingsError> {
        self.set_aside()?;
        let groups = {
            let heads = self.shared.heads();
            let old = |since: i64| since != i64::MAX && now.0.saturating_sub(since) >= PENDING_MILLIS;
            if heads.pending < self.pending_max && !heads.groups.iter().any(|group| old(group.since)) {
                None
            } else {
                let mut order: Vec<(usize, usize, bool)> =
                    heads.groups.iter().enumerate().map(|(i, g)| (i, g.pending, old(g.since))).collect();
                order.sort_by_key(|(_, pending, old)| (!old, std::cmp::Reverse(*pending)));
                let mut left = heads.pending;
                let full = heads.pending >= self.pending_max;
                order.retain(|(_, pending, old)| {
                    let due = *old || full && (*pending >= RIPE || left > self.pending_max / 2);
                    left -= if due { *pending } else { 0 };
                    due && *pending > 0
                });
                Some(order.into_iter().map(|(group, ..)| group).collect::<Vec<_>>())
            }
        };
        if let Some(groups) = groups {
            self.seal(&groups, now.0.saturating_sub(WAIT_MILLIS), now.0)?;
            if self.pending() > self.pending_max / 2 {
                self.seal(&groups, i64::MAX, now.0)?;
            }
        }
        // Another day, whether it is a later one or the clock was set back.
        if self.retired != day_of(now.0) {
            self.retire(now)?;
            self.retired = day_of(now.0);
        }
        Ok(())
    }

    /// Make chunks of all there is.
    ///
    /// # Errors
    /// [`ReadingsError`]; then all is as before.
    pub fn seal_all(&mut self, now: Moment) -> Result<(), ReadingsError> {
        let groups: Vec<usize> = (0..self.shared.heads().groups.len()).collect();
        self.seal(&groups, i64::MAX, now.0)
    }

    fn seal(&mut self, groups: &[usize], cut: i64, now: i64) -> Result<(), ReadingsError> {
        let mut sql = self.shared.sql();
        let transaction = sql.transaction()?;
        let rows = Rows { sql: &transaction, doubt: &self.shared.doubt };
        let mut sealed = Vec::with_capacity(groups.len());
        {
            // Nobody else changes them; whoever reads has to wait while a group's strays are put in order.
            for group in groups {
                let (columns, keys, until) = {
                    let mut heads = self.shared.heads_mut();
                    let until = heads.groups.get(*group).map_or(i64::MIN, |group| group.sealed_until);
                    let of_group = heads.of_group_mut(*group);
                    let columns: Vec<(u8, Vec<Point>)> = (0_u8..)
                        .zip(of_group.iter_mut())
                        .map(|(slot, head)| (slot, head.run.before(cut.max(until)).to_vec()))
                        .filter(|(_, points)| !points.is_empty())
                        .collect();
                    let keys: Key = of_group.iter().map(|head| head.sealed).collect();
                    (columns, keys, until)
                };
                sealed.push(seal_group(rows, *group, columns, keys, (until, cut))?);
            }
        }
        // What stays in the heads becomes the tail.
        let left: Vec<Reading> = {
            let heads = self.shared.heads();
            let until = |group: usize| sealed.iter().find(|s| s.group == group).map_or(i64::MIN, |s| s.until);
            let untils: Vec<i64> = (0..heads.groups.len()).map(until).collect();
            let mut left = Vec::new();
            for (number, head) in (0..).zip(&heads.sensors) {
                let since = untils.get(number as usize / GROUP).copied().unwrap_or(i64::MIN);
                let one = |(at, value)| Reading { sensor: SensorId(number), at: Moment(at), value };
                left.extend(head.run.since(since).into_iter().map(one));
            }
            left
        };
        transaction.execute("DELETE FROM tail", [])?;
        if !left.is_empty() {
            let body = tail::encode(left.into_iter());
            transaction.prepare_cached("INSERT INTO tail (body) VALUES (?1)")?.execute(params![body])?;
        }
        let mut heads = self.shared.heads_mut();
        transaction.commit()?;
        let mut known_late = 0;
        for Sealed { group, until, newest, known } in sealed {
            known_late += known as u64;
            heads.let_go(group, until, now);
            for (slot, point) in newest.into_iter().enumerate() {
                if let Some(point) = point {
                    heads.seal(group * GROUP + slot, point);
                }
            }
        }
        drop(heads);
        drop(sql);
        self.known_late += known_late;
        // What was left is in the new tail.
        self.fresh.clear();
        Ok(())
    }

    /// Let go of days that are older than their tiers are kept; of readings that go, the lasting tiers stay for all.
    fn retire(&mut self, now: Moment) -> Result<(), ReadingsError> {
        let groups = self.shared.heads().groups.len();
        let mut sql = self.shared.sql();
        let Retention { readings_days, minutes_days, hours_days } = self.retention;
        let (readings, minutes, hours) = {
            let transaction = sql.transaction()?;
            days::note(&transaction, now)?;
            let before = |kept: u32| days::before(&transaction, now, kept);
            let ends = (before(readings_days)?, before(minutes_days)?, before(hours_days)?);
            days::forget(&transaction, ends.2)?;
            transaction.commit()?;
            ends
        };
        for group in 0..groups {
            let transaction = sql.transaction()?;
            let rows = Rows { sql: &transaction, doubt: &self.shared.doubt };
            loop {
                let oldest = late::first_chunk(&transaction, group)?;
                let Some(day) = oldest.map(day_of).filter(|day| *day < readings) else { break };
                let columns = late::columns_of_day(rows, group, day)?;
                let is_holed = rows.has_aside(group, day)?;
                for tier in LASTING {
                    let mut row = steps_of(&columns, tier);
                    if is_holed {
                        row = over(tier_of_day(rows, tier, group, day)?, row);
                    }
                    put_tier(rows, tier, group, day, &row, true)?;
                }
                transaction
                    .prepare_cached("DELETE FROM chunks WHERE id BETWEEN ?1 AND ?2")?
                    .execute(params![chunk_id(group, day), chunk_id(group, day + DAY_MILLIS - 1)])?;
            }
            for (tier, until) in [(0, readings), (1, readings), (2, minutes), (3, hours)] {
                transaction
                    .prepare_cached("DELETE FROM tiers WHERE id BETWEEN ?1 AND ?2")?
                    .execute(params![tier_id(tier, group, 0), tier_id(tier, group, until - 1)])?;
            }
            transaction.commit()?;
        }
        Ok(())
    }
}

/// The steps that a tier has of a day, which know of chunks that are aside too; of sensors of which it has none, others.
fn over(there: tiers::Row, others: tiers::Row) -> tiers::Row {
    let mut row: tiers::Row = there.into_iter().filter(|(_, tier)| matches!(tier, Tier::Steps(_))).collect();
    for (slot, tier) in others {
        if row.iter().all(|(known, _)| *known != slot) {
            row.push((slot, tier));
        }
    }
    row.sort_by_key(|(slot, _)| *slot);
    row
}

/// A tier of some columns, however few readings a step has.
pub(super) fn steps_of(columns: &[(u8, Vec<Point>)], tier: usize) -> tiers::Row {
    let some = columns.iter().filter(|(_, points)| !points.is_empty());
    some.map(|(slot, points)| (*slot, Tier::Steps(tiers::steps(points, width_of(tier))))).collect()
}

fn width_of(tier: usize) -> i64 {
    WIDTHS.get(tier).copied().unwrap_or(DAY_MILLIS)
}

/// The tiers of some columns, where they are worth it. `before` are the newest readings before them.
pub(super) fn tier_of(columns: &[(u8, &[Point])], before: &[Option<Point>], width: i64) -> tiers::Row {
    let one = |(slot, points): &(u8, &[Point])| {
        let before = before.get(usize::from(*slot)).copied().flatten().map(|p| p.0);
        let dense = tiers::is_dense(before, points, width);
        (*slot, if dense { Tier::Steps(tiers::steps(points, width)) } else { Tier::Below })
    };
    columns.iter().map(one).collect()
}

fn seal_group(
    rows: Rows<'_>,
    group: usize,
    columns: Vec<(u8, Vec<Point>)>,
    mut key: Key,
    (until, cut): (i64, i64),
) -> Result<Sealed, ReadingsError> {
    let newest = columns.iter().filter_map(|(_, points)| points.last()).map(|p| p.0).max();
    // With nothing before the cut, that is as far as all is sealed.
    let sealed_until = until.max(newest.map_or(until, |newest| cut.min(newest.saturating_add(1))));
    let mut newest: Key = vec![None; GROUP];
    for (slot, points) in &columns {
        if let (Some(place), Some(last)) = (newest.get_mut(usize::from(*slot)), points.last()) {
            *place = Some(*last);
        }
    }
    let split = |points: &'_ [Point]| points.partition_point(|p| p.0 < until);
    let late: Vec<(u8, Vec<Point>)> = columns
        .iter()
        .map(|(slot, points)| (*slot, points.get(..split(points)).unwrap_or_default().to_vec()))
        .filter(|(_, points)| !points.is_empty())
        .collect();
    let mut known = 0;
    if !late.is_empty() {
        known = late::merge(rows, group, &late)?;
        // What came late may be newer than what was the newest of its sensor.
        for (slot, points) in &late {
            if let (Some(place), Some(last)) = (key.get_mut(usize::from(*slot)), points.last())
                && place.is_none_or(|known| known.0 < last.0)
            {
                *place = Some(*last);
            }
        }
    }
    let mut fresh: Vec<(u8, &[Point])> = columns
        .iter()
        .map(|(slot, points)| (*slot, points.get(split(points)..).unwrap_or_default()))
        .filter(|(_, points)| !points.is_empty())
        .collect();
    while let Some(first) = fresh.iter().filter_map(|(_, points)| points.first()).map(|p| p.0).min() {
        let day = day_of(first);
        let of_day = |points: &'_ [Point]| points.partition_point(|p| p.0 < day + DAY_MILLIS);
        let today: Vec<(u8, &[Point])> = fresh
            .iter()
            .map(|(slot, points)| (*slot, points.get(..of_day(points)).unwrap_or_default()))
            .filter(|(_, points)| !points.is_empty())
            .collect();
        let start = day.max(until);
        put_chunk(rows.sql, group, start, &key, &today)?;
        for (tier, width) in WIDTHS.into_iter().enumerate() {
            put_tier(rows, tier, group, start, &tier_of(&today, &key, width), false)?;
        }
        for (slot, points) in today {
            if let (Some(place), Some(last)) = (key.get_mut(usize::from(slot)), points.last()) {
                *place = Some(*last);
            }
        }
        for (_, points) in &mut fresh {
            *points = points.get(of_day(points)..).unwrap_or_default();
        }
        fresh.retain(|(_, points)| !points.is_empty());
    }
    rows.sql
        .prepare_cached("INSERT OR REPLACE INTO groups (number, sealed_until) VALUES (?1, ?2)")?
        .execute(params![i64::try_from(group).unwrap_or_default(), sealed_until])?;
    Ok(Sealed { group, until: sealed_until, newest, known })
}

/// Write a chunk, over the one that begins at the same moment.
pub(super) fn put_chunk(
    sql: &Connection,
    group: usize,
    start: i64,
    key: &[Option<Point>],
    columns: &[(u8, &[Point])],
) -> Result<(), ReadingsError> {
    let count: usize = columns.iter().map(|(_, points)| points.len()).sum();
    let body = chunk::encode(start, key, columns);
    sql.prepare_cached("INSERT OR REPLACE INTO chunks (id, count, body) VALUES (?1, ?2, ?3)")?.execute(params![
        chunk_id(group, start),
        i64::try_from(count).unwrap_or(i64::MAX),
        body
    ])?;
    Ok(())
}

/// The rows of a tier that a day has, as one. What cannot be read of them is aside then.
fn tier_of_day(rows: Rows<'_>, tier: usize, group: usize, day: i64) -> Result<tiers::Row, ReadingsError> {
    let mut all = Vec::new();
    {
        let mut find = rows.sql.prepare_cached("SELECT id, body FROM tiers WHERE id BETWEEN ?1 AND ?2")?;
        let ends = params![tier_id(tier, group, day), tier_id(tier, group, day + DAY_MILLIS - 1)];
        let mut found = find.query(ends)?;
        while let Some(piece) = found.next()? {
            let id: i64 = piece.get(0)?;
            let body = piece.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            all.push(rows.sound(Sort::Tier, id, tiers::decode(body)).unwrap_or_else(tiers::all_below));
        }
    }
    rows.set_aside()?;
    Ok(tiers::merged(all, width_of(tier)))
}

/// Add to what the rows of a tier say of a day; they become one.
pub(super) fn join_tier(
    rows: Rows<'_>,
    tier: usize,
    group: usize,
    day: i64,
    row: tiers::Row,
) -> Result<(), ReadingsError> {
    let there = tier_of_day(rows, tier, group, day)?;
    put_tier(rows, tier, group, day, &tiers::merged(vec![there, row], width_of(tier)), true)
}

/// Write a row of a tier beside the others of its day, or instead of them; many become one.
pub(super) fn put_tier(
    rows: Rows<'_>,
    tier: usize,
    group: usize,
    start: i64,
    row: &[(u8, Tier)],
    instead: bool,
) -> Result<(), ReadingsError> {
    let (day, sql) = (day_of(start), rows.sql);
    let ends = params![tier_id(tier, group, day), tier_id(tier, group, day + DAY_MILLIS - 1)];
    let mut put = sql.prepare_cached("INSERT OR REPLACE INTO tiers (id, body) VALUES (?1, ?2)")?;
    if instead {
        sql.prepare_cached("DELETE FROM tiers WHERE id BETWEEN ?1 AND ?2")?.execute(ends)?;
        put.execute(params![tier_id(tier, group, day), tiers::encode(row)])?;
        return Ok(());
    }
    let mut there = sql.prepare_cached("SELECT count(*) FROM tiers WHERE id BETWEEN ?1 AND ?2")?;
    let pieces: i64 = there.query_row(ends, |row| row.get(0))?;
    if usize::try_from(pieces).unwrap_or_default() + 1 < PIECES_MAX {
        put.execute(params![tier_id(tier, group, start), tiers::encode(row)])?;
        return Ok(());
    }
    join_tier(rows, tier, group, day, row.to_vec())
}
