//! Readings that come after the chunks of their time were made: they are put into them, and keyframes after them learn
//! of it. Rare, so a day is read and written as a whole.

use rusqlite::{Connection, OptionalExtension, params};

use super::aside::{Rows, Sort};
use super::chunk::{self, Chunk, GROUP, Key};
use super::column::Point;
use super::query::chunk_before;
use super::seal::{join_tier, put_chunk, put_tier, steps_of, tier_of};
use super::tiers::WIDTHS;
use super::{DAY_MILLIS, ReadingsError, chunk_id, day_of, start_of};

/// When the first chunk of a group begins.
pub(super) fn first_chunk(sql: &Connection, group: usize) -> Result<Option<i64>, ReadingsError> {
    let mut first = sql.prepare_cached("SELECT id FROM chunks WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 1")?;
    let id: Option<i64> =
        first.query_row(params![chunk_id(group, 0), chunk_id(group, i64::MAX)], |row| row.get(0)).optional()?;
    Ok(id.map(start_of))
}

/// All that the sensors of a group measured on a day, as far as it is in chunks; those that cannot be read are aside then,
/// so that the others may go.
pub(super) fn columns_of_day(rows: Rows<'_>, group: usize, day: i64) -> Result<Vec<(u8, Vec<Point>)>, ReadingsError> {
    let mut slots: Vec<Vec<Point>> = vec![Vec::new(); GROUP];
    let mut find = rows.sql.prepare_cached("SELECT id, body FROM chunks WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
    let mut found = find.query(params![chunk_id(group, day), chunk_id(group, day + DAY_MILLIS - 1)])?;
    while let Some(row) = found.next()? {
        let id: i64 = row.get(0)?;
        let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let all = Chunk::of(body, start_of(id)).and_then(|chunk| chunk.all().filter(|_| chunk.key().is_some()));
        for (slot, points) in rows.sound(Sort::Chunk, id, all).unwrap_or_default() {
            if let Some(place) = slots.get_mut(usize::from(slot)) {
                place.extend(points);
            }
        }
    }
    drop(found);
    rows.set_aside()?;
    Ok((0_u8..).zip(slots).filter(|(_, points)| !points.is_empty()).collect())
}

/// Put late readings, oldest first, into the chunks of a group; returns how many were there already.
pub(super) fn merge(rows: Rows<'_>, group: usize, late: &[(u8, Vec<Point>)]) -> Result<usize, ReadingsError> {
    let mut days: Vec<i64> = late.iter().flat_map(|(_, points)| points).map(|p| day_of(p.0)).collect();
    days.sort_unstable();
    days.dedup();
    let mut known = 0;
    for day in &days {
        known += merge_day(rows, group, *day, late)?;
    }
    if let Some(first) = days.first() {
        mend_keys(rows, group, *first, late)?;
    }
    rows.set_aside()?;
    Ok(known)
}

/// All of a day becomes one chunk.
fn merge_day(rows: Rows<'_>, group: usize, day: i64, late: &[(u8, Vec<Point>)]) -> Result<usize, ReadingsError> {
    let mut columns = columns_of_day(rows, group, day)?;
    let new: Vec<(u8, Vec<Point>)> =
        late.iter().map(|(slot, points)| (*slot, new_of_day(&columns, *slot, points, day))).collect();
    let count = |columns: &[(u8, Vec<Point>)]| columns.iter().map(|(_, points)| points.len()).sum::<usize>();
    let before = count(&columns) + late.iter().flat_map(|(_, points)| points).filter(|p| day_of(p.0) == day).count();
    for (slot, points) in late {
        let today = points.iter().filter(|p| day_of(p.0) == day);
        if let Some((_, column)) = columns.iter_mut().find(|(other, _)| other == slot) {
            // What is there already stays; sorting keeps it before what is new.
            column.extend(today);
            column.sort_by_key(|p| p.0);
            column.dedup_by_key(|p| p.0);
        } else {
            let today: Vec<Point> = today.copied().collect();
            columns.extend((!today.is_empty()).then_some((*slot, today)));
        }
    }
    columns.sort_by_key(|(slot, _)| *slot);
    let known = before - count(&columns);
    let key: Key = chunk_before(rows, group, day - 1, |chunk| chunk.latest(day - 1))?.unwrap_or_default();
    rows.sql
        .prepare_cached("DELETE FROM chunks WHERE id BETWEEN ?1 AND ?2")?
        .execute(params![chunk_id(group, day), chunk_id(group, day + DAY_MILLIS - 1)])?;
    let columns: Vec<(u8, &[Point])> = columns.iter().map(|(slot, points)| (*slot, points.as_slice())).collect();
    put_chunk(rows.sql, group, day, &key, &columns)?;
    let is_holed = rows.has_aside(group, day)?;
    for (tier, width) in WIDTHS.into_iter().enumerate() {
        if is_holed {
            // The steps know more of the day than its chunks.
            join_tier(rows, tier, group, day, steps_of(&new, tier))?;
        } else {
            put_tier(rows, tier, group, day, &tier_of(&columns, &key, width), true)?;
        }
    }
    Ok(known)
}

/// Those of late readings of a sensor that are of a day and not in its columns.
fn new_of_day(columns: &[(u8, Vec<Point>)], slot: u8, points: &[Point], day: i64) -> Vec<Point> {
    let known = columns.iter().find(|(other, _)| *other == slot).map_or(&[][..], |(_, known)| known.as_slice());
    let is_new = |p: &&Point| day_of(p.0) == day && known.binary_search_by_key(&p.0, |known| known.0).is_err();
    points.iter().filter(is_new).copied().collect()
}

/// Keyframes after late readings tell them where nothing newer was before them.
fn mend_keys(rows: Rows<'_>, group: usize, from: i64, late: &[(u8, Vec<Point>)]) -> Result<(), ReadingsError> {
    let sql = rows.sql;
    let ids: Vec<i64> = {
        let mut ids = sql.prepare_cached("SELECT id FROM chunks WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
        let ids = ids.query_map(params![chunk_id(group, from), chunk_id(group, i64::MAX)], |row| row.get(0))?;
        ids.collect::<Result<_, _>>()?
    };
    let mut read = sql.prepare_cached("SELECT body FROM chunks WHERE id = ?1")?;
    let mut write = sql.prepare_cached("UPDATE chunks SET body = ?2 WHERE id = ?1")?;
    for id in ids {
        let start = start_of(id);
        let body: Vec<u8> = read.query_row([id], |row| row.get(0))?;
        let key = Chunk::of(&body, start).and_then(|chunk| chunk.key());
        let Some(mut key) = rows.sound(Sort::Chunk, id, key) else { continue };
        let mut mended = false;
        for (slot, points) in late {
            let until = points.partition_point(|p| p.0 < start);
            let Some(newest) = until.checked_sub(1).and_then(|last| points.get(last)) else { continue };
            if let Some(known) = key.get_mut(usize::from(*slot))
                && known.is_none_or(|known| known.0 < newest.0)
            {
                *known = Some(*newest);
                mended = true;
            }
        }
        if mended && let Some(body) = chunk::with_key(&body, start, &key) {
            write.execute(params![id, body])?;
        }
    }
    Ok(())
}
