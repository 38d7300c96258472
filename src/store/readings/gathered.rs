//! What many sensors measured in a stretch of time, all of it together: from steps of ten minutes, group by group.
//!
//! ```text
//!      from                                            sealed until      to
//!   ────┬──┬───────────────────────────────────┬──┬────────┬─────────────┬───
//!       raw│ steps of a tier, of all sensors   │raw         readings of the heads
//!          │ of a group from one row together  │ where `to` lies in what is sealed
//! ```
//! 1. Whole steps come from the tier of ten minutes; of days on which it has none of a sensor, from what is finer. Only the
//!    ends are read reading by reading.
//! 2. A day of 20,000 sensors is some 3,000,000 steps, whatever they measured; what is younger is in memory.

use std::collections::BTreeMap;

use rusqlite::params;

use super::aside::{Rows, Sort};
use super::chunk::{Chunk, GROUP};
use super::column::Point;
use super::heads::Heads;
use super::query::{Reader, in_chunks, slot_of};
use super::tiers::{self, Mean, Tier, WIDTHS, joined};
use super::{DAY_MILLIS, ReadingsError, chunk_id, day_of, start_of, tier_id};
use crate::domain::{Moment, SensorId};

/// The tier whose steps are taken, and their width.
const TIER: usize = 2;
const STEP: i64 = WIDTHS[TIER];
const HOUR_MILLIS: f64 = 3_600_000.0;

/// What a sensor measured in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gathered {
    /// The sensor.
    pub sensor: SensorId,
    /// When the newest of it was measured, or the step of it began.
    pub last: Moment,
    /// How many readings.
    pub count: u64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The mean of all.
    pub mean: f64,
    /// Of what is measured by the hour, how much came in all: the mean of each ten minutes for as long as they lie in the
    /// stretch.
    pub amount: f64,
}

/// What is known of each sensor of a group.
struct Found {
    /// Steps, which may come several times.
    steps: Vec<Vec<Mean>>,
    /// The newest reading, or step.
    last: Vec<Option<i64>>,
}

impl Found {
    fn new() -> Self {
        Self { steps: vec![Vec::new(); GROUP], last: vec![None; GROUP] }
    }

    fn add(&mut self, slot: u8, steps: impl IntoIterator<Item = Mean>, last: Option<i64>) {
        let (Some(all), Some(newest)) = (self.steps.get_mut(usize::from(slot)), self.last.get_mut(usize::from(slot)))
        else {
            return;
        };
        let had = all.len();
        all.extend(steps);
        let began = all.get(had..).unwrap_or_default().iter().map(|step| step.from).max();
        *newest = (*newest).max(last.or(began));
    }

    fn add_points(&mut self, slot: u8, points: &[Point]) {
        self.add(slot, tiers::steps(points, STEP), points.last().map(|point| point.0));
    }

    fn of(&mut self, sensor: SensorId, slot: u8, from: i64, to: i64) -> Option<Gathered> {
        let steps = joined(std::mem::take(self.steps.get_mut(usize::from(slot))?), STEP);
        let last = self.last.get(usize::from(slot)).copied().flatten()?;
        let fold = |start: f64, with: fn(f64, f64) -> f64, of: fn(&Mean) -> f64| steps.iter().map(of).fold(start, with);
        let (count, sum) = (steps.iter().map(|step| step.count).sum::<u64>(), fold(0.0, |a, b| a + b, |step| step.sum));
        let lies = |step: &Mean| (step.from.saturating_add(STEP).min(to) - step.from.max(from)).max(0) as f64;
        let amount = steps.iter().map(|step| step.mean() * lies(step) / HOUR_MILLIS).sum();
        (count > 0).then(|| Gathered {
            sensor,
            last: Moment(last.max(from)),
            count,
            min: fold(f64::INFINITY, f64::min, |step| step.min),
            max: fold(f64::NEG_INFINITY, f64::max, |step| step.max),
            mean: sum / count as f64,
            amount,
        })
    }
}

impl Reader {
    /// What sensors measured from `from` until before `to`, by their numbers; of those that measured nothing, nothing.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn gathered(&self, sensors: &[SensorId], from: Moment, to: Moment) -> Result<Vec<Gathered>, ReadingsError> {
        let (from, to) = (from.0.max(0), to.0);
        let mut groups: BTreeMap<usize, Vec<SensorId>> = BTreeMap::new();
        for sensor in sensors {
            groups.entry(slot_of(*sensor).0).or_default().push(*sensor);
        }
        let mut all = Vec::with_capacity(sensors.len());
        // Between two groups others read, and what comes in is taken.
        for (group, sensors) in groups {
            let mut found = self.both(
                |heads| of_heads(heads, group, &sensors, (from, to)),
                |rows, (runs, until)| of_group(rows, group, (from, to, until), runs),
            )?;
            all.extend(sensors.iter().filter_map(|sensor| found.of(*sensor, slot_of(*sensor).1, from, to)));
        }
        Ok(all)
    }
}

/// The readings of sensors of a group that are in no chunk, and until when the group is sealed.
fn of_heads(heads: &Heads, group: usize, sensors: &[SensorId], (from, to): (i64, i64)) -> (Vec<(u8, Vec<Point>)>, i64) {
    let run = |sensor: &SensorId| {
        let head = heads.sensors.get(sensor.index());
        (slot_of(*sensor).1, head.map(|head| head.run.between(from, to)).unwrap_or_default())
    };
    let until = heads.groups.get(group).map_or(i64::MIN, |group| group.sealed_until);
    (sensors.iter().map(run).collect(), until)
}

/// All that sensors of a group measured: what is sealed, with what is in the heads.
fn of_group(
    rows: Rows<'_>,
    group: usize,
    (from, to, until): (i64, i64, i64),
    runs: Vec<(u8, Vec<Point>)>,
) -> Result<Found, ReadingsError> {
    let mut found = Found::new();
    let end = to.min(until);
    let mut sealed = [false; GROUP];
    for (slot, points) in runs {
        let late = points.partition_point(|point| point.0 < until);
        found.add_points(slot, points.get(late..).unwrap_or_default());
        if from >= end {
            continue;
        }
        if late == 0 {
            sealed.get_mut(usize::from(slot)).into_iter().for_each(|sealed| *sealed = true);
            continue;
        }
        // What came too late for its chunk may be known there: then that stays.
        let number = u32::try_from(group * GROUP + usize::from(slot)).unwrap_or(u32::MAX);
        let mut all = Vec::new();
        in_chunks(rows, SensorId(number), from, end, usize::MAX, &mut all)?;
        all.extend_from_slice(points.get(..late).unwrap_or_default());
        all.sort_by_key(|point| point.0);
        all.dedup_by_key(|point| point.0);
        found.add_points(slot, &all);
    }
    if sealed.contains(&true) {
        Sealed { rows, group }.stretch(&sealed, (from, end), end == until, &mut found)?;
    }
    Ok(found)
}

/// What is sealed of a group.
struct Sealed<'a> {
    rows: Rows<'a>,
    group: usize,
}

impl Sealed<'_> {
    /// A stretch of it; where that ends with all that is sealed, its last step is whole as it is.
    fn stretch(
        &self,
        slots: &[bool; GROUP],
        (from, to): (i64, i64),
        to_the_end: bool,
        found: &mut Found,
    ) -> Result<(), ReadingsError> {
        let first = from.saturating_add(STEP - 1).div_euclid(STEP).saturating_mul(STEP);
        let last = if to_the_end { to } else { to.div_euclid(STEP).saturating_mul(STEP) };
        if first >= last {
            return self.points(slots, from, to, found);
        }
        self.points(slots, from, first, found)?;
        self.steps(Some(TIER), slots, (first, last), found)?;
        self.points(slots, last, to, found)
    }

    /// The steps of a tier that begin in a stretch, `None` for the readings themselves; of days on which it has none of a
    /// sensor, those of a finer one.
    fn steps(
        &self,
        tier: Option<usize>,
        slots: &[bool; GROUP],
        (from, to): (i64, i64),
        found: &mut Found,
    ) -> Result<(), ReadingsError> {
        let Some(tier) = tier else { return self.points(slots, from, to, found) };
        let mut below: BTreeMap<i64, [bool; GROUP]> = BTreeMap::new();
        let mut told: Vec<(u8, Vec<Mean>)> = Vec::new();
        {
            let sql = self.rows.sql;
            let mut rows = sql.prepare_cached("SELECT id, body FROM tiers WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
            let ends = params![tier_id(tier, self.group, day_of(from)), tier_id(tier, self.group, to - 1)];
            let mut rows = rows.query(ends)?;
            while let Some(row) = rows.next()? {
                let id: i64 = row.get(0)?;
                let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
                let of_row = tiers::of_sensors(body, |slot| is_in(slots, slot));
                let Some(of_row) = self.rows.sound(Sort::Tier, id, of_row) else {
                    // What cannot be read stands below, like what was never here.
                    below.insert(day_of(start_of(id)), *slots);
                    continue;
                };
                for (slot, of_slot) in of_row {
                    match of_slot {
                        Tier::Steps(steps) => told.push((slot, steps)),
                        Tier::Below => {
                            let day = below.entry(day_of(start_of(id))).or_insert([false; GROUP]);
                            day.get_mut(usize::from(slot)).into_iter().for_each(|below| *below = true);
                        }
                    }
                }
            }
        }
        for (slot, steps) in told {
            let is_below = |at: i64| below.get(&day_of(at)).is_some_and(|slots| is_in(slots, slot));
            let there = |step: &Mean| (from..to).contains(&step.from) && !is_below(step.from);
            found.add(slot, steps.into_iter().filter(there), None);
        }
        for (day, slots) in below {
            let ends = (day.max(from), day.saturating_add(DAY_MILLIS).min(to));
            if ends.0 < ends.1 {
                self.steps(tier.checked_sub(1), &slots, ends, found)?;
            }
        }
        Ok(())
    }

    /// The readings themselves: of the chunk in which the stretch begins, and of those that begin in it.
    fn points(&self, slots: &[bool; GROUP], from: i64, to: i64, found: &mut Found) -> Result<(), ReadingsError> {
        if to <= from {
            return Ok(());
        }
        let (sql, group) = (self.rows.sql, self.group);
        let mut first = sql.prepare_cached("SELECT max(id) FROM chunks WHERE id BETWEEN ?1 AND ?2")?;
        let first: Option<i64> =
            first.query_row(params![chunk_id(group, 0), chunk_id(group, from)], |row| row.get(0))?;
        let first = first.unwrap_or_else(|| chunk_id(group, from));
        let mut rows = sql.prepare_cached("SELECT id, body FROM chunks WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
        let mut rows = rows.query(params![first, chunk_id(group, to - 1)])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let chunk = Chunk::of(body, start_of(id));
            let columns = chunk.and_then(|chunk| chunk.of_sensors(|slot| is_in(slots, slot)));
            for (slot, points) in self.rows.sound(Sort::Chunk, id, columns).unwrap_or_default() {
                let (begin, end) = (points.partition_point(|p| p.0 < from), points.partition_point(|p| p.0 < to));
                found.add_points(slot, points.get(begin..end).unwrap_or_default());
            }
        }
        Ok(())
    }
}

fn is_in(slots: &[bool; GROUP], slot: u8) -> bool {
    slots.get(usize::from(slot)).copied().unwrap_or_default()
}
