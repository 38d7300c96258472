//! Why sensors are out of service, on disk: by what they are called, beside what they are.

use rusqlite::{Connection, params};

use super::{ReadingsError, Writer};
use crate::domain::sensor::{Registry, Retired};

/// Version of a row's blob; its first byte.
const VERSION: u8 = 1;
/// The table; a file of before it was kept gets it as it is opened.
pub(super) const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS retired (id TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;";

/// Put what is kept into the registry, whose sensors are there already.
pub(super) fn load(sql: &Connection, registry: &mut Registry) -> Result<(), ReadingsError> {
    let mut rows = sql.prepare("SELECT id, body FROM retired ORDER BY id")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
        let Some(retired) = decode(body) else {
            return Err(unread(&id));
        };
        registry.restore_retired(&id, retired);
    }
    Ok(())
}

fn unread(id: &str) -> ReadingsError {
    ReadingsError::Damaged(format!("the row `{id}` of `retired` cannot be read"))
}

fn encode(retired: &Retired) -> Option<Vec<u8>> {
    postcard::to_extend(retired, vec![VERSION]).ok()
}

fn decode(bytes: &[u8]) -> Option<Retired> {
    let (version, body) = bytes.split_first()?;
    let (retired, rest) = (*version == VERSION).then(|| postcard::take_from_bytes(body).ok())??;
    rest.is_empty().then_some(retired)
}

impl Writer {
    /// Write why sensors of these names are out of service, or that they are in it again (`None`), all of them or none, and
    /// wait until it is on disk.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn put_retired<'a>(
        &mut self,
        changed: impl IntoIterator<Item = (&'a str, Option<&'a Retired>)>,
    ) -> Result<(), ReadingsError> {
        let mut sql = self.shared.sql();
        let transaction = sql.transaction()?;
        {
            let mut put = transaction.prepare_cached("INSERT OR REPLACE INTO retired (id, body) VALUES (?1, ?2)")?;
            let mut remove = transaction.prepare_cached("DELETE FROM retired WHERE id = ?1")?;
            for (id, retired) in changed {
                match retired {
                    Some(retired) => {
                        put.execute(params![id, encode(retired).ok_or_else(|| unread(id))?])?;
                    }
                    None => {
                        remove.execute([id])?;
                    }
                }
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{FILE, Place, Retention, open};
    use super::*;
    use crate::domain::{Moment, Sensor, SensorId, SensorKind};

    fn retired(reason: &str) -> Retired {
        Retired { at: Moment(1_700_000_000_000), by: "li".to_owned(), reason: reason.to_owned() }
    }

    #[test]
    fn the_bytes_are_as_the_format_says() {
        let bytes = encode(&Retired { at: Moment(-2), by: "li".to_owned(), reason: "r".to_owned() }).unwrap();
        assert_eq!(bytes, [1, 3, 2, b'l', b'i', 1, b'r'], "version, moment as signed varint, two texts");
        assert_eq!((decode(&bytes[..5]), decode(&[2, 3, 0, 0]), decode(&[])), (None, None, None));
    }

    #[test]
    fn why_sensors_are_out_of_service_is_there_again_and_a_file_without_it_opens() {
        let folder = tempfile::tempdir().unwrap();
        let opened = || open(&Place::Folder(folder.path().to_owned()), Retention::default()).unwrap();
        let all = ["a", "b"].map(|id| Sensor::first_seen(id, Some(SensorKind::Noise), ""));
        let (mut writer, reader, _) = opened();
        writer.put_sensors((0..).map(SensorId).zip(&all)).unwrap();
        let (gone, odd) = (retired("dismantled"), retired("nobody is called so"));
        writer.put_retired([("a", Some(&gone)), ("b", Some(&gone)), ("c", Some(&odd))]).unwrap();
        writer.put_retired([("b", None)]).unwrap();
        drop((writer, reader));
        let (_, _, registry) = opened();
        let out: Vec<_> = registry.all_retired().map(|(number, _, retired)| (number, retired.clone())).collect();
        assert_eq!((out, registry.all().count()), (vec![(SensorId(0), gone)], 1));
        let sql = Connection::open(folder.path().join(FILE)).unwrap();
        sql.execute_batch("DROP TABLE retired").unwrap();
        drop(sql);
        assert_eq!(opened().2.all().count(), 2, "a file of before it was kept");
        let sql = Connection::open(folder.path().join(FILE)).unwrap();
        sql.execute_batch("INSERT INTO retired VALUES ('a', x'0102')").unwrap();
        drop(sql);
        let place = Place::Folder(folder.path().to_owned());
        assert!(open(&place, Retention::default()).is_err(), "what cannot be read is not forgotten");
    }
}
