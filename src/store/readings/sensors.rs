//! The registry on disk: a sensor is in the file before any of its readings.

use rusqlite::{Connection, params};

use super::{ReadingsError, Writer, damaged};
use crate::domain::sensor::Registry;
use crate::domain::{Sensor, SensorId};

/// Version of a sensor's blob; its first byte. One of version 1 ends before `upstream`.
const VERSION: u8 = 2;

/// All sensors, in the order of their numbers.
pub(super) fn load(sql: &Connection) -> Result<Registry, ReadingsError> {
    let mut registry = Registry::default();
    let mut rows = sql.prepare("SELECT number, body FROM sensors ORDER BY number")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let number: i64 = row.get(0)?;
        let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let sensor = decode(body).ok_or_else(|| damaged("sensor", number))?;
        let id = u32::try_from(number).map_err(|_| damaged("sensor", number))?;
        if id as usize != registry.len() {
            return Err(damaged("the number of sensor", number));
        }
        registry.restore(SensorId(id), sensor);
    }
    Ok(registry)
}

pub(super) fn encode(sensor: &Sensor) -> Option<Vec<u8>> {
    postcard::to_extend(sensor, vec![VERSION]).ok()
}

pub(super) fn decode(bytes: &[u8]) -> Option<Sensor> {
    let whole = |body: &[u8]| {
        let (sensor, rest) = postcard::take_from_bytes(body).ok()?;
        rest.is_empty().then_some(sensor)
    };
    match bytes.split_first()? {
        (1, body) => whole(&[body, &[0]].concat()),
        (&VERSION, body) => whole(body),
        _ => None,
    }
}

impl Writer {
    /// Write sensors that are new or described otherwise, all of them or none, and wait until they are on disk.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn put_sensors<'a>(
        &mut self,
        sensors: impl IntoIterator<Item = (SensorId, &'a Sensor)>,
    ) -> Result<(), ReadingsError> {
        let mut sql = self.shared.sql();
        let transaction = sql.transaction()?;
        {
            let mut put =
                transaction.prepare_cached("INSERT OR REPLACE INTO sensors (number, body) VALUES (?1, ?2)")?;
            for (number, sensor) in sensors {
                let body = encode(sensor).ok_or_else(|| damaged("sensor", i64::from(number.0)))?;
                put.execute(params![number.0, body])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SensorKind;

    #[test]
    fn a_sensor_of_an_older_file_hangs_behind_nothing_that_is_known() {
        let sensor =
            Sensor { name: "人民路".to_owned(), ..Sensor::first_seen("gas-1", Some(SensorKind::Noise), "") };
        let bytes = encode(&sensor).unwrap();
        assert_eq!(decode(&bytes).as_ref(), Some(&sensor));
        let (last, old) = bytes.split_last().unwrap();
        let old = [&[1], &old[1..]].concat();
        assert_eq!((*last, decode(&old)), (0, Some(sensor)), "the length of an empty text is left out");
        assert_eq!((decode(&[]), decode(&[3, 0]), decode(&bytes[..9])), (None, None, None));
    }
}
