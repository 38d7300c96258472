//! A row of the tail: readings as they came, for the time until they are in a chunk.

use super::bits::{Cursor, put_signed, put_varint};
use super::chunk::VERSION;
use crate::domain::{Moment, Reading, SensorId};

/// Write readings.
pub(super) fn encode(readings: impl ExactSizeIterator<Item = Reading>) -> Vec<u8> {
    let mut out = Vec::with_capacity(readings.len() * 11 + 16);
    out.push(VERSION);
    put_varint(&mut out, readings.len() as u64);
    let (mut sensor, mut at) = (0_i64, 0_i64);
    for reading in readings {
        put_signed(&mut out, i64::from(reading.sensor.0) - sensor);
        put_signed(&mut out, reading.at.0.wrapping_sub(at));
        out.extend_from_slice(&reading.value.to_le_bytes());
        (sensor, at) = (i64::from(reading.sensor.0), reading.at.0);
    }
    out
}

/// Read them; `None` where they are damaged.
pub(super) fn decode(bytes: &[u8], mut each: impl FnMut(Reading)) -> Option<()> {
    let mut bytes = Cursor(bytes);
    if bytes.byte()? != VERSION {
        return None;
    }
    let (mut sensor, mut at) = (0_i64, 0_i64);
    for _ in 0..bytes.count()? {
        sensor = sensor.checked_add(bytes.signed()?)?;
        at = at.wrapping_add(bytes.signed()?);
        let value = bytes.float()?;
        each(Reading { sensor: SensorId(u32::try_from(sensor).ok()?), at: Moment(at), value });
    }
    bytes.0.is_empty().then_some(())
}
