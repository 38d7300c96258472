//! How well sensors behave, on disk: a row to 64 of them, written now and then. What a kill takes of it is some counts.

use rusqlite::params;

use super::chunk::GROUP;
use super::{ReadingsError, Writer, damaged};
use crate::domain::sensor::Quality;

/// Version of a row's blob; its first byte.
const VERSION: u8 = 1;
/// The table; a file of before it was kept gets it as it is opened.
pub(super) const TABLE: &str = "CREATE TABLE IF NOT EXISTS quality (number INTEGER PRIMARY KEY, body BLOB NOT NULL);";

/// Whose row a sensor's number is in.
#[must_use]
pub(crate) fn row_of(index: usize) -> usize {
    index / GROUP
}

impl Writer {
    /// How well each of `sensors` sensors behaves, by their numbers, as it was written last.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn quality(&self, sensors: usize) -> Result<Vec<Quality>, ReadingsError> {
        let mut all = vec![Quality::default(); sensors];
        let sql = self.shared.sql();
        let mut rows = sql.prepare("SELECT number, body FROM quality ORDER BY number")?;
        let mut rows = rows.query([])?;
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let kept = decode(body).ok_or_else(|| damaged("quality", number))?;
            let first = usize::try_from(number).map_err(|_| damaged("quality", number))?.saturating_mul(GROUP);
            for (place, kept) in all.iter_mut().skip(first).zip(kept) {
                *place = kept;
            }
        }
        Ok(all)
    }

    /// Write the rows of these numbers out of what is known of all sensors, all of them or none.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn put_quality(&mut self, rows: impl IntoIterator<Item = usize>, all: &[Quality]) -> Result<(), ReadingsError> {
        let mut sql = self.shared.sql();
        let transaction = sql.transaction()?;
        {
            let mut put =
                transaction.prepare_cached("INSERT OR REPLACE INTO quality (number, body) VALUES (?1, ?2)")?;
            for (row, some) in rows.into_iter().filter_map(|row| Some((row, all.chunks(GROUP).nth(row)?))) {
                let number = i64::try_from(row).unwrap_or(i64::MAX);
                let body = encode(some).ok_or_else(|| damaged("quality", number))?;
                put.execute(params![number, body])?;
            }
        }
        transaction.commit()?;
        Ok(())
    }
}

fn encode(some: &[Quality]) -> Option<Vec<u8>> {
    postcard::to_extend(some, vec![VERSION]).ok()
}

fn decode(bytes: &[u8]) -> Option<Vec<Quality>> {
    let (version, body) = bytes.split_first()?;
    let (some, rest): (Vec<Quality>, _) = (*version == VERSION).then(|| postcard::take_from_bytes(body).ok())??;
    (rest.is_empty() && some.len() <= GROUP).then_some(some)
}

#[cfg(test)]
mod tests {
    use super::super::{FILE, Place, Retention, open};
    use super::*;
    use crate::domain::Moment;
    use crate::domain::sensor::{Unfit, Verdict};

    #[test]
    fn counts_are_there_again_and_a_file_without_them_opens() {
        let folder = tempfile::tempdir().unwrap();
        let opened = || open(&Place::Folder(folder.path().to_owned()), Retention::default()).unwrap().0;
        let mut all = vec![Quality::default(); 150];
        all[70].count(Verdict::Late, Moment(7));
        all[149].refuse(Unfit::ClockAhead, Moment(900), Moment(100));
        let mut writer = opened();
        writer.put_quality([row_of(70), row_of(149), 99], &all).unwrap();
        drop(writer);
        let writer = opened();
        assert_eq!(writer.quality(150).unwrap(), all);
        assert_eq!(writer.quality(71).unwrap(), all[..71]);
        drop(writer);
        let sql = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
        sql.execute_batch("DROP TABLE quality").unwrap();
        drop(sql);
        assert_eq!(opened().quality(2).unwrap(), [Quality::default(); 2]);
        let sql = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
        sql.execute_batch("INSERT INTO quality VALUES (0, x'0102')").unwrap();
        assert!(opened().quality(2).is_err());
    }
}
