//! Least, greatest and mean of the readings of a sensor by 10 s, 1 min, 10 min and 1 h, so that a plot of any length
//! reads about as many numbers as it has pixels.

use super::bits::{Cursor, put_signed, put_varint};
use super::chunk::{GROUP, VERSION};
use super::column::{Point, decimals, power, whole};

/// Milliseconds of a step of each tier.
pub(super) const WIDTHS: [i64; 4] = [10_000, 60_000, 600_000, 3_600_000];
/// A tier is written for a sensor that has so many readings in a step: fewer are read as they are.
const DENSE: i64 = 4;
/// Form of values that are no decimal numbers of few digits.
const FLOATS: u8 = 255;

/// Readings of a stretch of time together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// When the stretch begins, in milliseconds since 1970.
    pub from: i64,
    /// How many readings.
    pub count: u64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// All together.
    pub sum: f64,
}

impl Mean {
    pub(super) fn of((at, value): Point, width: i64) -> Self {
        let from = at.div_euclid(width).saturating_mul(width);
        Self { from, count: 1, min: value, max: value, sum: value }
    }

    fn join(&mut self, other: &Self) {
        self.count += other.count;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.sum += other.sum;
    }

    /// The mean of the readings.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.sum / self.count.max(1) as f64
    }
}

/// Join what falls into the same step of `width`; steps come out in order.
pub(super) fn joined(mut all: Vec<Mean>, width: i64) -> Vec<Mean> {
    for one in &mut all {
        one.from = one.from.div_euclid(width).saturating_mul(width);
    }
    all.sort_by_key(|one| one.from);
    let mut out: Vec<Mean> = Vec::new();
    for one in all {
        match out.last_mut() {
            Some(last) if last.from == one.from => last.join(&one),
            _ => out.push(one),
        }
    }
    out
}

/// What a tier says of a sensor.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tier {
    /// Its steps.
    Steps(Vec<Mean>),
    /// It has hardly more readings than steps: they stand in the finer tier, or in the chunks.
    Below,
}

/// The steps of readings, oldest first.
pub(super) fn steps(points: &[Point], width: i64) -> Vec<Mean> {
    let mut out: Vec<Mean> = Vec::new();
    for point in points {
        let one = Mean::of(*point, width);
        match out.last_mut() {
            Some(last) if last.from == one.from => last.join(&one),
            _ => out.push(one),
        }
    }
    out
}

/// Whether readings, the one `before` them included, are so close to each other that a tier is worth it.
pub(super) fn is_dense(before: Option<i64>, points: &[Point], width: i64) -> bool {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return false };
    let since = before.unwrap_or(first.0);
    let gaps = i64::try_from(points.len()).unwrap_or(i64::MAX) - i64::from(before.is_none());
    gaps > 0 && (last.0 - since) / gaps * DENSE <= width
}

/// The tiers of some sensors of a group, each with its place in it.
pub(super) type Row = Vec<(u8, Tier)>;

/// Write a row.
pub(super) fn encode(row: &[(u8, Tier)]) -> Vec<u8> {
    let mut out = vec![VERSION];
    put_varint(&mut out, row.len() as u64);
    let mut part = Vec::new();
    for (slot, tier) in row {
        part.clear();
        if let Tier::Steps(steps) = tier {
            encode_steps(&mut part, steps);
        }
        out.push(*slot);
        put_varint(&mut out, part.len() as u64);
        out.extend_from_slice(&part);
    }
    out
}

/// Whether the sum of a step is one of values that are whole multiples of 1 / `power`, but for what adding them lost.
fn is_sum_of(step: &Mean, power: f64) -> bool {
    const WHOLE_MAX: f64 = 9e15;
    let (scaled, most) = (step.sum * power, step.min.abs().max(step.max.abs()));
    let lost = 1e-12 * (step.count as f64 * most + 1.0);
    scaled.abs() < WHOLE_MAX && (scaled.round() / power - step.sum).abs() <= lost
}

fn encode_steps(out: &mut Vec<u8>, steps: &[Mean]) {
    let form = decimals(steps.iter().flat_map(|step| [step.min, step.max]));
    // Between them may have been values with more digits, which the sum tells.
    let form = form.filter(|decimals| steps.iter().all(|step| is_sum_of(step, power(*decimals))));
    out.push(form.unwrap_or(FLOATS));
    put_varint(out, steps.len() as u64);
    let (mut from, mut least) = (0, 0);
    for step in steps {
        put_signed(out, (step.from - from) / 10_000);
        from = step.from;
        put_varint(out, step.count);
        if let Some(decimals) = form {
            let power = power(decimals);
            let (min, max, sum) = (whole(step.min, power), whole(step.max, power), whole(step.sum, power));
            put_signed(out, min - least);
            least = min;
            put_varint(out, (max - min).cast_unsigned());
            if step.count > 1 {
                put_signed(out, sum.wrapping_sub(min.wrapping_mul(step.count.cast_signed())));
            }
        } else {
            for value in [step.min, step.max, step.sum] {
                out.extend_from_slice(&value.to_le_bytes());
            }
        }
    }
}

fn decode_steps(bytes: &[u8]) -> Option<Vec<Mean>> {
    let mut bytes = Cursor(bytes);
    let (form, count) = (bytes.byte()?, bytes.count()?);
    let mut steps = Vec::with_capacity(count.min(bytes.0.len()));
    let (mut from, mut least) = (0_i64, 0_i64);
    for _ in 0..count {
        from = from.checked_add(bytes.signed()?.checked_mul(10_000)?)?;
        let count = bytes.varint()?;
        let (min, max, sum) = if form == FLOATS {
            (bytes.float()?, bytes.float()?, bytes.float()?)
        } else {
            let power = power(form);
            least = least.wrapping_add(bytes.signed()?);
            let max = least.wrapping_add(bytes.varint()?.cast_signed());
            let beyond = if count > 1 { bytes.signed()? } else { 0 };
            let sum = least.wrapping_mul(count.cast_signed()).wrapping_add(beyond);
            (least as f64 / power, max as f64 / power, sum as f64 / power)
        };
        steps.push(Mean { from, count, min, max, sum });
    }
    Some(steps)
}

fn decode_tier(bytes: &[u8]) -> Option<Tier> {
    if bytes.is_empty() { Some(Tier::Below) } else { decode_steps(bytes).map(Tier::Steps) }
}

/// A row that says of all sensors of its group to look at what is finer.
pub(super) fn all_below() -> Row {
    (0_u8..).take(GROUP).map(|slot| (slot, Tier::Below)).collect()
}

/// Read a row; `None` where it is damaged.
pub(super) fn decode(bytes: &[u8]) -> Option<Row> {
    of_sensors(bytes, |_| true)
}

/// What a row says of one sensor: `Some(None)` where nothing.
#[expect(clippy::option_option, reason = "damaged, nothing of it, and something")]
pub(super) fn of_sensor(bytes: &[u8], wanted: u8) -> Option<Option<Tier>> {
    let mut found = None;
    each(bytes, |slot, bytes| {
        if slot == wanted {
            found = Some(decode_tier(bytes)?);
        }
        Some(())
    })?;
    Some(found)
}

/// What a row says of those of its sensors that are wanted, each with its place; `None` where it is damaged.
pub(super) fn of_sensors(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<Row> {
    let mut row = Row::new();
    each(bytes, |slot, bytes| {
        if wanted(slot) {
            row.push((slot, decode_tier(bytes)?));
        }
        Some(())
    })?;
    Some(row)
}

fn each<'a>(bytes: &'a [u8], mut take: impl FnMut(u8, &'a [u8]) -> Option<()>) -> Option<()> {
    let mut bytes = Cursor(bytes);
    if bytes.byte()? != VERSION {
        return None;
    }
    for _ in 0..bytes.count()? {
        let slot = bytes.byte()?;
        let len = bytes.count()?;
        take(slot, bytes.take(len)?)?;
    }
    Some(())
}

/// Several rows of one day as one.
pub(super) fn merged(rows: Vec<Row>, width: i64) -> Row {
    let mut slots: Vec<Option<Tier>> = vec![None; GROUP];
    for (slot, tier) in rows.into_iter().flatten() {
        let Some(place) = slots.get_mut(usize::from(slot)) else { continue };
        *place = Some(match (place.take(), tier) {
            (Some(Tier::Steps(mut one)), Tier::Steps(other)) => {
                one.extend(other);
                Tier::Steps(one)
            }
            (None, tier) => tier,
            _ => Tier::Below,
        });
    }
    let whole = (0_u8..).zip(slots).filter_map(|(slot, tier)| Some((slot, tier?)));
    let joined = |tier| if let Tier::Steps(steps) = tier { Tier::Steps(joined(steps, width)) } else { tier };
    whole.map(|(slot, tier)| (slot, joined(tier))).collect()
}
