//! What the city's file said of its sensors when it was read last, on disk: only what it says otherwise counts anew, and what
//! people said of a sensor since stays.

use rusqlite::{OptionalExtension as _, params};

use super::{ReadingsError, Writer, damaged, sensors};
use crate::domain::Sensor;

/// The table; a file of before it was kept gets it as it is opened.
pub(super) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS listed (id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;";

impl Writer {
    /// Those of the file's sensors of which it says something else than when it was read last.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn listed_anew<'a>(
        &self,
        listed: impl IntoIterator<Item = &'a Sensor>,
    ) -> Result<Vec<&'a Sensor>, ReadingsError> {
        let sql = self.shared.sql();
        let mut before = sql.prepare_cached("SELECT body FROM listed WHERE id = ?1")?;
        let mut anew = Vec::new();
        for sensor in listed {
            let said: Option<Vec<u8>> = before.query_row([&sensor.id], |row| row.get(0)).optional()?;
            if said.is_none() || said != sensors::encode(sensor) {
                anew.push(sensor);
            }
        }
        Ok(anew)
    }

    /// The file was read, and said this of sensors; all of them or none, on disk when it returns.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn put_listed<'a>(&mut self, listed: impl IntoIterator<Item = &'a Sensor>) -> Result<(), ReadingsError> {
        let mut sql = self.shared.sql();
        let transaction = sql.transaction()?;
        {
            let mut put = transaction.prepare_cached("INSERT OR REPLACE INTO listed (id, body) VALUES (?1, ?2)")?;
            for (sensor, at) in listed.into_iter().zip(0..) {
                let body = sensors::encode(sensor).ok_or_else(|| damaged("the listed sensor", at))?;
                put.execute(params![sensor.id, body])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::super::{FILE, Place, Retention, open};
    use super::*;
    use crate::domain::SensorKind;

    #[test]
    fn a_line_counts_anew_only_where_it_is_another_one_also_after_a_start() {
        let folder = tempfile::tempdir().unwrap();
        let opened = || open(&Place::Folder(folder.path().to_owned()), Retention::default()).unwrap().0;
        let mut lines = ["a", "b"].map(|id| Sensor::first_seen(id, Some(SensorKind::Noise), ""));
        let ids = |writer: &Writer, lines: &[Sensor]| -> Vec<String> {
            writer.listed_anew(lines).unwrap().into_iter().map(|sensor| sensor.id.clone()).collect()
        };
        let mut writer = opened();
        assert_eq!(ids(&writer, &lines), ["a", "b"]);
        writer.put_listed(&lines).unwrap();
        drop(writer);
        let mut writer = opened();
        assert_eq!(ids(&writer, &lines), [""; 0]);
        lines[1].owner = "水务局".to_owned();
        assert_eq!(ids(&writer, &lines), ["b"]);
        writer.put_listed(&lines[1..]).unwrap();
        assert_eq!(ids(&writer, &lines), [""; 0]);
        drop(writer);
        let sql = Connection::open(folder.path().join(FILE)).unwrap();
        sql.execute_batch("DROP TABLE listed").unwrap();
        drop(sql);
        assert_eq!(ids(&opened(), &lines), ["a", "b"], "a file of before it was kept");
    }
}
