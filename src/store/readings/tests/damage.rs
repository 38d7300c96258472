//! Pieces that a disk spoilt: they stay as they were found, and everything else goes on.

use std::path::Path;

use rusqlite::Connection;

use super::{DAY, DAY_MILLIS, FILE, all_of, in_folder, put, reading};
use crate::domain::{Moment, Reading, SensorId};
use crate::store::readings::{Reader, Writer, chunk_id, tier_id};

/// What no blob is.
const SPOILT: [u8; 3] = [1, 0xFF, 0xFF];
const MINUTE: i64 = 60_000;

fn spoil(folder: &Path, statement: &str, id: i64) {
    let sql = Connection::open(folder.join(FILE)).unwrap();
    assert_eq!(sql.execute(statement, rusqlite::params![SPOILT, id]).unwrap(), 1, "{statement}");
}

const CHUNK: &str = "UPDATE chunks SET body = ?1 WHERE id = ?2";
const STEPS: &str = "UPDATE tiers SET body = ?1 WHERE id = ?2";
const TAIL: &str = "UPDATE tail SET body = ?1 WHERE number = ?2";

/// What is aside: of which table, which row, and what it holds.
fn aside(folder: &Path) -> Vec<(String, i64, Vec<u8>)> {
    let sql = Connection::open(folder.join(FILE)).unwrap();
    let mut rows = sql.prepare("SELECT sort, id, body FROM aside ORDER BY number").unwrap();
    rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect()
}

fn minutes(sensor: u32, day: i64) -> impl Iterator<Item = Reading> {
    (0..1_440).map(move |minute| reading(sensor, DAY + day * DAY_MILLIS + minute * MINUTE, f64::from(sensor) + 0.5))
}

/// Three days of two sensors of one group and one of another, each day a chunk.
fn three_days(folder: &Path) -> (Writer, Reader) {
    let (mut writer, reader) = in_folder(folder);
    for day in 0..3 {
        let all: Vec<Reading> = [0, 1, 70].into_iter().flat_map(|sensor| minutes(sensor, day)).collect();
        let end = DAY + (day + 1) * DAY_MILLIS;
        put(&mut writer, &all, end - MINUTE);
        writer.seal_all(Moment(end - MINUTE)).unwrap();
    }
    (writer, reader)
}

/// How many readings of a sensor there are of each day.
fn of_days(reader: &Reader, sensor: u32) -> [usize; 3] {
    [0, 1, 2].map(|day| {
        let from = DAY + day * DAY_MILLIS;
        reader.between(SensorId(sensor), Moment(from), Moment(from + DAY_MILLIS), usize::MAX).unwrap().len()
    })
}

/// How many readings the steps of ten minutes tell of the second day.
fn steps(reader: &Reader, sensor: u32) -> u64 {
    let (from, to) = (Moment(DAY + DAY_MILLIS), Moment(DAY + 2 * DAY_MILLIS));
    reader.series(SensorId(sensor), from, to, 144).unwrap().steps.iter().map(|step| step.count).sum()
}

#[test]
fn a_chunk_that_cannot_be_read_is_set_aside_and_all_else_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (mut writer, reader) = three_days(folder.path());
    let spoilt = chunk_id(0, DAY + DAY_MILLIS);
    spoil(folder.path(), CHUNK, spoilt);
    // Who looks passes over it.
    assert_eq!((of_days(&reader, 0), of_days(&reader, 70)), ([1_440, 0, 1_440], [1_440; 3]));
    let noon = Moment(DAY + DAY_MILLIS + DAY_MILLIS / 2);
    let latest = reader.latest_at(noon).unwrap();
    assert_eq!(latest[1], Some(reading(1, DAY + DAY_MILLIS - MINUTE, 1.5)), "the last that can be read");
    assert_eq!(latest[70], Some(reading(70, noon.0, 70.5)));
    assert_eq!(steps(&reader, 0), 1_440, "its steps know it still");
    // What comes late for that day, of the other group too.
    let late = [reading(0, noon.0 + 1, 7.0), reading(70, noon.0 + 1, 8.0)];
    let now = DAY + 3 * DAY_MILLIS;
    put(&mut writer, &late, now);
    put(&mut writer, &[reading(0, now, 9.0)], now);
    writer.seal_all(Moment(now)).unwrap();
    assert_eq!((writer.pending(), writer.aside().unwrap()), (0, 1));
    assert_eq!(aside(folder.path()), [("chunk".to_owned(), spoilt, SPOILT.to_vec())]);
    assert_eq!((of_days(&reader, 0), of_days(&reader, 70)), ([1_440, 1, 1_440], [1_440, 1_441, 1_440]));
    assert_eq!((steps(&reader, 0), steps(&reader, 1), steps(&reader, 70)), (1_441, 1_440, 1_441));
    assert_eq!(reader.latest_at(noon.plus_millis(1)).unwrap()[0], Some(late[0]));
    assert_eq!(reader.latest_at(Moment(now)).unwrap()[0], Some(reading(0, now, 9.0)));
    // It goes when its day goes in no other way either, and its hours stay.
    for day in 3..=40 {
        writer.seal_if_due(Moment(DAY + day * DAY_MILLIS)).unwrap();
    }
    assert_eq!((of_days(&reader, 70), writer.aside().unwrap()), ([0; 3], 1));
    assert_eq!((steps(&reader, 0), steps(&reader, 70)), (1_441, 1_441));
    assert_eq!(writer.damage().unwrap(), Vec::<String>::new());
}

#[test]
fn steps_that_cannot_be_read_are_told_by_what_is_finer() {
    let folder = tempfile::tempdir().unwrap();
    let (mut writer, reader) = three_days(folder.path());
    let spoilt = tier_id(2, 0, DAY + DAY_MILLIS);
    spoil(folder.path(), STEPS, spoilt);
    let numbers = [SensorId(0), SensorId(70)];
    let gathered = || {
        let all = reader.gathered(&numbers, Moment(DAY + DAY_MILLIS), Moment(DAY + 2 * DAY_MILLIS)).unwrap();
        all.iter().map(|one| one.count).collect::<Vec<_>>()
    };
    assert_eq!((steps(&reader, 0), gathered()), (1_440, vec![1_440, 1_440]));
    writer.seal_if_due(Moment(DAY + 3 * DAY_MILLIS)).unwrap();
    assert_eq!(aside(folder.path()), [("tier".to_owned(), spoilt, SPOILT.to_vec())]);
    assert_eq!((steps(&reader, 0), gathered()), (1_440, vec![1_440, 1_440]));
    // Nobody passes over it a second time.
    writer.seal_if_due(Moment(DAY + 3 * DAY_MILLIS)).unwrap();
    assert_eq!(writer.aside().unwrap(), 1);
}

#[test]
fn a_start_sets_aside_what_it_cannot_read_of_chunks_and_tail() {
    let folder = tempfile::tempdir().unwrap();
    let (mut writer, reader) = three_days(folder.path());
    let now = DAY + 3 * DAY_MILLIS;
    put(&mut writer, &[reading(0, now, 5.0)], now);
    writer.commit().unwrap();
    put(&mut writer, &[reading(1, now, 6.0)], now);
    writer.commit().unwrap();
    drop((writer, reader));
    let newest = chunk_id(0, DAY + 2 * DAY_MILLIS);
    spoil(folder.path(), CHUNK, newest);
    let sql = Connection::open(folder.path().join(FILE)).unwrap();
    let tail: i64 = sql.query_row("SELECT min(number) FROM tail", [], |row| row.get(0)).unwrap();
    drop(sql);
    spoil(folder.path(), TAIL, tail);
    let (writer, reader) = in_folder(folder.path());
    assert_eq!(writer.aside().unwrap(), 2);
    let named: Vec<(String, i64)> = aside(folder.path()).into_iter().map(|(sort, id, _)| (sort, id)).collect();
    assert_eq!(named, [("chunk".to_owned(), newest), ("tail".to_owned(), tail)]);
    let latest = reader.latest_at(Moment(now)).unwrap();
    assert_eq!(
        (latest[0].map(|one| one.at), latest[1]),
        (Some(Moment(DAY + 2 * DAY_MILLIS - MINUTE)), Some(reading(1, now, 6.0)))
    );
    assert_eq!(all_of(&reader, 71).len(), 2 * 2 * 1_440 + 3 * 1_440 + 1);
}
