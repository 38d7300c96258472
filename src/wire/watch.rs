//! How what a screen hears of the sensors goes over the wire: in frames that no fact waits long for.
//!
//! Rows of readings have a fixed layout, see [`packed`]. A frame is at most [`FRAME_MAX`] bytes long.

use super::frame::WireError;
use super::part::Part;
use crate::domain::sensor::watch::SensorRow;
use crate::domain::{Moment, Reading, SensorId};

/// Most bytes of a frame with readings or with sensors.
pub const FRAME_MAX: usize = 16 * 1024;
/// Bytes of the base of a run of rows, and of a row.
const BASE: usize = 8;
const ROW: usize = 16;
/// Bytes that the rest of a frame with rows has at most.
const AROUND: usize = 64;
/// Most rows in a frame.
pub const ROWS_MAX: usize = (FRAME_MAX - AROUND - BASE) / ROW;

/// At most so many bytes of a frame are a sensor's.
#[must_use]
pub fn bytes_of(row: &SensorRow) -> usize {
    row.id.len() + row.unit.len() + 64
}

/// Readings as rows of a fixed layout, all little-endian: the time of the newest in milliseconds since 1970 as `i64`; then
/// for each the sensor's number as `u32`, how many milliseconds it is older than the newest as `u32`, and the value as
/// `f64`. A reading that is older by more than 49 days is told as so old.
#[must_use]
pub fn packed(readings: &[Reading]) -> Part {
    let base = readings.iter().map(|reading| reading.at.0).max().unwrap_or_default();
    let mut bytes = Vec::with_capacity(BASE + readings.len() * ROW);
    bytes.extend_from_slice(&base.to_le_bytes());
    for Reading { sensor, at, value } in readings {
        let older = u32::try_from(base.saturating_sub(at.0)).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&sensor.0.to_le_bytes());
        bytes.extend_from_slice(&older.to_le_bytes());
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    Part(bytes.into())
}

/// The readings of such rows.
///
/// # Errors
/// [`WireError::Malformed`] where they are no rows, or no numbers.
pub fn unpacked(rows: &Part) -> Result<Vec<Reading>, WireError> {
    let wrong = || WireError::Malformed("rows of readings".to_owned());
    let (base, rest) = rows.0.split_first_chunk::<BASE>().ok_or_else(wrong)?;
    let base = i64::from_le_bytes(*base);
    let (rows, []) = rest.as_chunks::<ROW>() else { return Err(wrong()) };
    let row = |row: &[u8; ROW]| {
        let (number, rest) = row.split_first_chunk::<4>()?;
        let (older, value) = rest.split_first_chunk::<4>()?;
        let value = f64::from_le_bytes(value.try_into().ok()?);
        let at = Moment(base.saturating_sub(i64::from(u32::from_le_bytes(*older))));
        value.is_finite().then(|| Reading { sensor: SensorId(u32::from_le_bytes(*number)), at, value })
    };
    rows.iter().map(|one| row(one).ok_or_else(wrong)).collect()
}
