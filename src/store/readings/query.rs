//! What was measured: the newest of all sensors at a moment, the readings of one, and its course for a plot.

use rusqlite::{Connection, params};

use super::aside::{Rows, Sort};
use super::chunk::{Chunk, GROUP};
use super::column::Point;
use super::heads::Head;
use super::late::first_chunk;
use super::tiers::{self, Mean, Tier, WIDTHS, joined};
use super::{DAY_MILLIS, ReadingsError, Shared, chunk_id, day_of, start_of, tier_id};
use crate::domain::{Moment, Reading, SensorId};

const HOUR_MILLIS: i64 = 3_600_000;
/// Most points of a plot.
pub const POINTS_MAX: usize = 10_000;
/// Steps of a plot, in milliseconds: each is a multiple of a tier from ten seconds on.
const STEPS: [i64; 18] = [
    1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_200_000, 1_800_000, 3_600_000,
    7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
];

/// The course of a sensor: what was measured in each step in which anything was.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Milliseconds of a step; steps begin at its multiples since 1970.
    pub step_millis: i64,
    /// The steps, oldest first.
    pub steps: Vec<Mean>,
}

/// The least step with which a stretch of time has at most so many points.
#[must_use]
pub fn step_for(from: Moment, to: Moment, points: usize) -> i64 {
    let points = i64::try_from(points.clamp(1, POINTS_MAX)).unwrap_or(1);
    let wanted = to.0.saturating_sub(from.0).max(0).saturating_add(points - 1) / points;
    let step = STEPS.into_iter().find(|step| *step >= wanted);
    step.unwrap_or_else(|| wanted.saturating_add(DAY_MILLIS - 1) / DAY_MILLIS * DAY_MILLIS)
}

/// Reads what the writer wrote and what it still has in memory.
#[derive(Debug, Clone)]
pub struct Reader {
    shared: Shared,
}

/// Look at the newest chunk of a group that begins at or before a moment and can be read.
pub(super) fn chunk_before<T>(
    rows: Rows<'_>,
    group: usize,
    moment: i64,
    look: impl Fn(Chunk<'_>) -> Option<T>,
) -> Result<Option<T>, ReadingsError> {
    if moment < 0 {
        return Ok(None);
    }
    let mut find =
        rows.sql.prepare_cached("SELECT id, body FROM chunks WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC")?;
    let mut found = find.query(params![chunk_id(group, 0), chunk_id(group, moment)])?;
    while let Some(row) = found.next()? {
        let id: i64 = row.get(0)?;
        let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let seen = Chunk::of(body, start_of(id)).and_then(&look);
        if let Some(seen) = rows.sound(Sort::Chunk, id, seen) {
            return Ok(Some(seen));
        }
    }
    Ok(None)
}

/// The place of a sensor in its group.
pub(super) fn slot_of(sensor: SensorId) -> (usize, u8) {
    (sensor.index() / GROUP, (sensor.index() % GROUP).to_le_bytes()[0])
}

impl Reader {
    pub(super) fn new(shared: Shared) -> Self {
        Self { shared }
    }

    /// Look at the heads and, of the same moment, at the file.
    pub(super) fn both<H, T>(
        &self,
        heads: impl FnOnce(&super::heads::Heads) -> H,
        look: impl FnOnce(Rows<'_>, H) -> Result<T, ReadingsError>,
    ) -> Result<T, ReadingsError> {
        let mut sql = self.shared.sql();
        // Only reads: letting go of it is all there is to do at the end.
        let transaction = sql.transaction()?;
        let seen = {
            let all = self.shared.heads();
            // The first look decides which state of the file all others see.
            transaction.prepare_cached("SELECT count(*) FROM readings_meta")?.query_row([], |_| Ok(()))?;
            heads(&all)
        };
        look(Rows { sql: &transaction, doubt: &self.shared.doubt }, seen)
    }

    /// All readings that are kept.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn count(&self) -> Result<u64, ReadingsError> {
        self.both(
            |heads| heads.pending as u64,
            |Rows { sql, .. }, pending| {
                let sealed: Option<i64> = sql.query_row("SELECT sum(count) FROM chunks", [], |row| row.get(0))?;
                Ok(pending + sealed.unwrap_or_default().cast_unsigned())
            },
        )
    }

    /// The newest reading of each sensor at or before a moment, by their numbers; sensors without one have `None`.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn latest_at(&self, moment: Moment) -> Result<Vec<Option<Reading>>, ReadingsError> {
        let at = moment.0;
        let see = |heads: &super::heads::Heads| {
            let mut found: Vec<Option<Point>> = Vec::with_capacity(heads.sensors.len());
            let mut past = Vec::new();
            for (number, group) in heads.groups.iter().enumerate() {
                if at < group.sealed_until {
                    past.push(number);
                }
                let newest = |head: &Head| newer(head.sealed.filter(|sealed| sealed.0 <= at), head.run.latest(at));
                found.extend(heads.of_group(number).iter().map(newest));
            }
            (found, past)
        };
        let found = self.both(see, |rows, (mut found, past)| {
            for group in past {
                let of_group = chunk_before(rows, group, at, |chunk| chunk.latest(at))?;
                let places = found.iter_mut().skip(group * GROUP);
                for (place, point) in places.zip(of_group.unwrap_or_default()) {
                    // Of one time, what is in the chunk came first.
                    *place = newer(point, *place);
                }
            }
            Ok(found)
        })?;
        let one = |(number, point): (u32, Option<Point>)| {
            point.map(|(at, value)| Reading { sensor: SensorId(number), at: Moment(at), value })
        };
        Ok((0..).zip(found).map(one).collect())
    }

    /// The readings of a sensor from `from` until before `to`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn between(
        &self,
        sensor: SensorId,
        from: Moment,
        to: Moment,
        limit: usize,
    ) -> Result<Vec<Reading>, ReadingsError> {
        let (from, to) = (from.0.max(0), to.0);
        let points = self.both(
            |heads| heads.sensors.get(sensor.index()).map(|head| head.run.between(from, to)).unwrap_or_default(),
            |rows, fresh| {
                let mut points = Vec::new();
                in_chunks(rows, sensor, from, to, limit, &mut points)?;
                points.extend(fresh);
                Ok(points)
            },
        )?;
        let mut points = points;
        // Of one time, what is in the chunk came first and stays.
        points.sort_by_key(|p| p.0);
        points.dedup_by_key(|p| p.0);
        points.truncate(limit);
        Ok(points.into_iter().map(|(at, value)| Reading { sensor, at: Moment(at), value }).collect())
    }

    /// The course of a sensor from `from` to `to` in at most about so many points. Steps that reach beyond either end
    /// count as a whole.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn series(&self, sensor: SensorId, from: Moment, to: Moment, points: usize) -> Result<Series, ReadingsError> {
        let wanted = step_for(from, to, points);
        let (from, to) = (from.0.max(0), to.0.max(0));
        self.both(
            |heads| {
                let (from, to) = whole_steps(from, to, wanted.max(HOUR_MILLIS));
                let until = heads.groups.get(sensor.index() / GROUP).map_or(i64::MIN, |group| group.sealed_until);
                let head = heads.sensors.get(sensor.index());
                (head.map(|head| head.run.between(from, to)).unwrap_or_default(), until)
            },
            |rows, (mut fresh, until)| {
                let step = kept_step(rows.sql, sensor, from, wanted)?;
                let (from, to) = whole_steps(from, to, step);
                fresh.retain(|point| (from..to).contains(&point.0));
                let late = fresh.partition_point(|point| point.0 < until);
                let mut all = tiers::steps(fresh.get(late..).unwrap_or_default(), step);
                let course = Course { rows, sensor, step };
                course.sealed(from, to, fresh.get(..late).unwrap_or_default(), &mut all)?;
                Ok(Series { step_millis: step, steps: joined(all, step) })
            },
        )
    }
}

/// A stretch of time with the whole of the steps that it reaches into.
fn whole_steps(from: i64, to: i64, step: i64) -> (i64, i64) {
    (from / step * step, to.saturating_add(step - 1) / step * step)
}

/// The step of a stretch of time of whose beginning the finer ones are not kept any more.
fn kept_step(sql: &Connection, sensor: SensorId, from: i64, step: i64) -> Result<i64, ReadingsError> {
    let (group, _) = slot_of(sensor);
    let mut first = sql.prepare_cached("SELECT min(id) FROM tiers WHERE id BETWEEN ?1 AND ?2")?;
    let mut of_tier = |tier: usize| -> Result<i64, ReadingsError> {
        let ends = params![tier_id(tier, group, 0), tier_id(tier, group, i64::MAX)];
        let id: Option<i64> = first.query_row(ends, |row| row.get(0))?;
        Ok(id.map_or(i64::MAX, start_of))
    };
    let readings = first_chunk(sql, group)?.unwrap_or(i64::MAX);
    let (minutes, hours) = (of_tier(2)?, of_tier(3)?);
    if from < minutes && hours < minutes {
        return Ok(step.max(HOUR_MILLIS));
    }
    Ok(if from < readings && minutes < readings { step.max(10 * 60_000) } else { step })
}

fn newer(one: Option<Point>, other: Option<Point>) -> Option<Point> {
    if other.map(|p| p.0) > one.map(|p| p.0) { other } else { one }
}

/// The readings of a sensor in the chunks that reach into a stretch of time; the ends are cut, and there are no more
/// chunks once there are `limit`.
pub(super) fn in_chunks(
    rows: Rows<'_>,
    sensor: SensorId,
    from: i64,
    to: i64,
    limit: usize,
    out: &mut Vec<Point>,
) -> Result<(), ReadingsError> {
    let (group, slot) = slot_of(sensor);
    if to <= from {
        return Ok(());
    }
    // A chunk may have begun before, that of the same day at most.
    let mut find = rows.sql.prepare_cached("SELECT id, body FROM chunks WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
    let mut found = find.query(params![chunk_id(group, day_of(from)), chunk_id(group, to - 1)])?;
    let begin = out.len();
    while let Some(row) = found.next()? {
        let id: i64 = row.get(0)?;
        let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let had = out.len();
        let read = Chunk::of(body, start_of(id)).and_then(|chunk| chunk.of_sensor(slot, out));
        if rows.sound(Sort::Chunk, id, read).is_none() {
            out.truncate(had);
            continue;
        }
        let mut index = 0;
        out.retain(|point| {
            index += 1;
            index <= had || (from..to).contains(&point.0)
        });
        if out.len() - begin >= limit {
            break;
        }
    }
    Ok(())
}

/// The course of one sensor in steps, as chunks and tiers have it.
#[derive(Clone, Copy)]
struct Course<'a> {
    rows: Rows<'a>,
    sensor: SensorId,
    step: i64,
}

impl Course<'_> {
    /// All of a stretch of time. Days with readings that came too late for their chunks, and may be known there, are
    /// read reading by reading.
    fn sealed(self, from: i64, to: i64, late: &[Point], out: &mut Vec<Mean>) -> Result<(), ReadingsError> {
        let tier = WIDTHS.iter().rposition(|width| self.step % width == 0);
        let mut cursor = from;
        for of_day in late.chunk_by(|one, next| day_of(one.0) == day_of(next.0)) {
            let Some(day) = of_day.first().map(|point| day_of(point.0)) else { continue };
            self.in_tier(tier, cursor, day, out)?;
            let (begin, end) = (day.max(from), (day + DAY_MILLIS).min(to));
            let mut points = Vec::new();
            in_chunks(self.rows, self.sensor, begin, end, usize::MAX, &mut points)?;
            points.extend_from_slice(of_day);
            points.sort_by_key(|p| p.0);
            points.dedup_by_key(|p| p.0);
            out.extend(tiers::steps(&points, self.step));
            cursor = end;
        }
        self.in_tier(tier, cursor, to, out)
    }

    /// The steps in a tier, `None` for the readings themselves; of days on which the tier has none, from what is finer.
    fn in_tier(self, tier: Option<usize>, from: i64, to: i64, out: &mut Vec<Mean>) -> Result<(), ReadingsError> {
        if to <= from {
            return Ok(());
        }
        let Some(tier) = tier else {
            let mut points = Vec::new();
            in_chunks(self.rows, self.sensor, from, to, usize::MAX, &mut points)?;
            out.extend(tiers::steps(&points, self.step));
            return Ok(());
        };
        let (mut below, mut found) = (Vec::new(), Vec::new());
        self.rows_of(tier, from, to, &mut below, &mut found)?;
        below.dedup();
        let is_there = |one: &Mean| (from..to).contains(&one.from) && below.binary_search(&day_of(one.from)).is_err();
        out.extend(found.into_iter().filter(is_there));
        // Days one after the other are looked up together.
        let mut below = below.iter().copied().peekable();
        while let Some(first) = below.next() {
            let mut end = first + DAY_MILLIS;
            while below.next_if_eq(&end).is_some() {
                end += DAY_MILLIS;
            }
            self.in_tier(tier.checked_sub(1), first.max(from), end.min(to), out)?;
        }
        Ok(())
    }

    /// What the rows of a tier say: steps, and days of which the sensor stands below.
    fn rows_of(
        self,
        tier: usize,
        from: i64,
        to: i64,
        below: &mut Vec<i64>,
        found: &mut Vec<Mean>,
    ) -> Result<(), ReadingsError> {
        let (group, slot) = slot_of(self.sensor);
        let sql = self.rows.sql;
        let mut rows = sql.prepare_cached("SELECT id, body FROM tiers WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
        let mut rows = rows.query(params![tier_id(tier, group, day_of(from)), tier_id(tier, group, to - 1)])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            match self.rows.sound(Sort::Tier, id, tiers::of_sensor(body, slot)) {
                Some(Some(Tier::Steps(steps))) => found.extend(steps),
                // What cannot be read stands below, like what was never here.
                Some(Some(Tier::Below)) | None => below.push(day_of(start_of(id))),
                Some(None) => {}
            }
        }
        Ok(())
    }
}
