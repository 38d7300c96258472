//! CSV: `sensor`, `at`, `value` and perhaps `unit` and `kind`, in the order of the first line.

use super::{BatchError, Each, Row, moment};
use crate::domain::sensor::SensorKind;

pub(super) fn read(body: &[u8], each: &mut Each<'_>) -> Result<(), BatchError> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let wrong = |error: csv::Error| BatchError::Malformed(format!("not CSV: {error}"));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(body);
    let header = reader.byte_headers().map_err(wrong)?;
    let place = |name: &[u8]| header.iter().position(|cell| cell.trim_ascii().eq_ignore_ascii_case(name));
    let (Some(sensor), Some(value)) = (place(b"sensor"), place(b"value")) else {
        return Err(BatchError::Malformed("the first line names no column `sensor` or no column `value`".to_owned()));
    };
    let (at, unit, kind) = (place(b"at"), place(b"unit"), place(b"kind"));
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record).map_err(wrong)? {
        let cell = |place: usize| {
            let cell = record.get(place).unwrap_or_default().trim_ascii();
            std::str::from_utf8(cell).ok()
        };
        let maybe = |place: Option<usize>| place.map_or(Some(""), cell);
        let row = || {
            let (sensor, at) = (cell(sensor)?, maybe(at)?);
            let at = if at.is_empty() { None } else { Some(moment(at)?) };
            if sensor.is_empty() {
                return None;
            }
            let kind = maybe(kind)?;
            Some(Row {
                sensor,
                at,
                value: cell(value)?.parse().unwrap_or(f64::NAN),
                unit: maybe(unit)?,
                kind: SensorKind::of_word(kind),
            })
        };
        each(row())?;
    }
    Ok(())
}
