//! A chunk: what a group of sensors measured from its start until the next chunk's, at most within one day, and before
//! that the newest reading of each sensor (its keyframe).

use super::bits::{Cursor, put_signed, put_varint};
use super::column::{self, Point, decimals, power, whole};

/// Sensors of a group.
pub(super) const GROUP: usize = 64;
/// Version of the blobs; their first byte.
pub(super) const VERSION: u8 = 1;

/// Form of a value of a keyframe that is no decimal number of few digits.
const FLOAT: u8 = 255;

/// The newest reading of each sensor of a group; shorter where the last ones have none.
pub(super) type Key = Vec<Option<Point>>;

/// Write a chunk from its keyframe and the columns of its sensors, each with its place in the group.
pub(super) fn encode(start: i64, key: &[Option<Point>], columns: &[(u8, &[Point])]) -> Vec<u8> {
    let mut out = vec![VERSION];
    let mut part = Vec::new();
    encode_key(&mut part, start, key);
    put_varint(&mut out, part.len() as u64);
    out.extend_from_slice(&part);
    put_varint(&mut out, columns.len() as u64);
    let mut scratch = Vec::new();
    for (slot, points) in columns {
        part.clear();
        column::encode(&mut part, points, start, &mut scratch);
        out.push(*slot);
        put_varint(&mut out, part.len() as u64);
        out.extend_from_slice(&part);
    }
    out
}

/// The same chunk with another keyframe.
pub(super) fn with_key(bytes: &[u8], start: i64, key: &[Option<Point>]) -> Option<Vec<u8>> {
    let chunk = Chunk::of(bytes, start)?;
    let (mut out, mut part) = (vec![VERSION], Vec::new());
    encode_key(&mut part, start, key);
    put_varint(&mut out, part.len() as u64);
    out.extend_from_slice(&part);
    out.extend_from_slice(chunk.columns);
    Some(out)
}

fn encode_key(out: &mut Vec<u8>, start: i64, key: &[Option<Point>]) {
    let there = || (0_u8..).zip(key).filter_map(|(slot, point)| Some((slot, (*point)?)));
    put_varint(out, there().count() as u64);
    for (slot, (at, value)) in there() {
        out.push(slot);
        put_varint(out, (start - at).cast_unsigned());
        if let Some(decimals) = decimals(std::iter::once(value)) {
            out.push(decimals);
            put_signed(out, whole(value, power(decimals)));
        } else {
            out.push(FLOAT);
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
}

/// A chunk that is read where it lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chunk<'a> {
    start: i64,
    key: &'a [u8],
    columns: &'a [u8],
}

impl<'a> Chunk<'a> {
    /// `None` where it is damaged, or of another version.
    pub(super) fn of(bytes: &'a [u8], start: i64) -> Option<Self> {
        let mut bytes = Cursor(bytes);
        if bytes.byte()? != VERSION {
            return None;
        }
        let len = bytes.count()?;
        let key = bytes.take(len)?;
        Some(Self { start, key, columns: bytes.0 })
    }

    /// The newest reading of each sensor before the chunk.
    pub(super) fn key(&self) -> Option<Key> {
        let mut bytes = Cursor(self.key);
        let mut key: Key = vec![None; GROUP];
        for _ in 0..bytes.count()? {
            let slot = usize::from(bytes.byte()?);
            let at = self.start.checked_sub_unsigned(bytes.varint()?)?;
            let value = match bytes.byte()? {
                FLOAT => bytes.float()?,
                decimals => bytes.signed()? as f64 / power(decimals),
            };
            *key.get_mut(slot)? = Some((at, value));
        }
        Some(key)
    }

    /// Call `each` with the bytes of each column and its place in the group.
    fn columns(&self, mut each: impl FnMut(u8, &'a [u8]) -> Option<bool>) -> Option<()> {
        let mut bytes = Cursor(self.columns);
        for _ in 0..bytes.count()? {
            let slot = bytes.byte()?;
            let len = bytes.count()?;
            // The column may look beyond its end, never use what it sees there.
            let rest = bytes.0;
            bytes.take(len)?;
            if !each(slot, rest)? {
                break;
            }
        }
        Some(())
    }

    /// The newest reading of each sensor at or before a moment that is not before the chunk's start.
    pub(super) fn latest(&self, moment: i64) -> Option<Key> {
        let mut found = self.key()?;
        self.columns(|slot, bytes| {
            if let Some(point) = column::latest(bytes, self.start, moment)? {
                *found.get_mut(usize::from(slot))? = Some(point);
            }
            Some(true)
        })?;
        Some(found)
    }

    /// The readings of one sensor, oldest first.
    pub(super) fn of_sensor(&self, wanted: u8, out: &mut Vec<Point>) -> Option<()> {
        self.columns(|slot, bytes| {
            if slot == wanted {
                column::decode(bytes, self.start, out)?;
            }
            Some(slot != wanted)
        })
    }

    /// The readings of those of its sensors that are wanted, each with its place in the group.
    pub(super) fn of_sensors(&self, wanted: impl Fn(u8) -> bool) -> Option<Vec<(u8, Vec<Point>)>> {
        let mut all = Vec::new();
        self.columns(|slot, bytes| {
            if wanted(slot) {
                let mut points = Vec::new();
                column::decode(bytes, self.start, &mut points)?;
                all.push((slot, points));
            }
            Some(true)
        })?;
        Some(all)
    }

    /// The readings of all its sensors, each with its place in the group.
    pub(super) fn all(&self) -> Option<Vec<(u8, Vec<Point>)>> {
        let mut all = Vec::new();
        self.columns(|slot, bytes| {
            let mut points = Vec::new();
            column::decode(bytes, self.start, &mut points)?;
            (usize::from(slot) < GROUP).then(|| all.push((slot, points)))?;
            Some(true)
        })?;
        Some(all)
    }
}
