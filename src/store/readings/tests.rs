//! The readings against a plain list of them; files as crashes leave them; bytes as they are written down.

mod damage;
mod gathered;
mod power;
mod retention;

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;

use super::query::step_for;
use super::{
    DAY_MILLIS, FILE, Mean, Place, Reader, ReadingsError, Retention, Writer, chunk, open, sensors, tail, tiers,
};
use crate::domain::sensor::Verdict;
use crate::domain::{Moment, Reading, Sensor, SensorId, SensorKind};

/// A day's beginning.
const DAY: i64 = 1_700_006_400_000;

fn reading(sensor: u32, at: i64, value: f64) -> Reading {
    Reading { sensor: SensorId(sensor), at: Moment(at), value }
}

fn in_memory() -> (Writer, Reader) {
    let (writer, reader, _) = open(&Place::Temporary, Retention::default()).unwrap();
    (writer, reader)
}

fn in_folder(folder: &Path) -> (Writer, Reader) {
    let (writer, reader, _) = open(&Place::Folder(folder.to_owned()), Retention::default()).unwrap();
    (writer, reader)
}

fn put(writer: &mut Writer, readings: &[Reading], now: i64) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    writer.append(readings, (Moment(now), Moment(now)), |_, verdict| verdicts.push(verdict));
    verdicts
}

/// All that was taken, by sensor and time: the first of a time counts.
type Plain = BTreeMap<(u32, i64), f64>;

fn latest(plain: &Plain, sensor: u32, at: i64) -> Option<Reading> {
    plain.range((sensor, 0)..=(sensor, at)).next_back().map(|((_, at), value)| reading(sensor, *at, *value))
}

fn scanned(plain: &Plain, sensor: u32, from: i64, to: i64, step: i64) -> Vec<Mean> {
    let (from, to) = (from / step * step, (to + step - 1) / step * step);
    let mut steps: BTreeMap<i64, Mean> = BTreeMap::new();
    for ((_, at), value) in plain.range((sensor, from)..(sensor, to)) {
        let begin = at / step * step;
        let one = steps.entry(begin).or_insert(Mean { from: begin, count: 0, min: *value, max: *value, sum: 0.0 });
        one.count += 1;
        one.min = one.min.min(*value);
        one.max = one.max.max(*value);
        one.sum += value;
    }
    steps.into_values().collect()
}

fn check(plain: &Plain, reader: &Reader, sensors: u32, moments: &[i64], spans: &[(i64, i64, usize)]) {
    for at in moments {
        let found = reader.latest_at(Moment(*at)).unwrap();
        for sensor in 0..sensors {
            let known = found.get(sensor as usize).copied().flatten();
            assert_eq!(known, latest(plain, sensor, *at), "sensor {sensor} at {at}");
        }
    }
    for (from, to, points) in spans {
        gathered::check(plain, reader, sensors, *from, *to);
        for sensor in 0..sensors {
            let all = reader.between(SensorId(sensor), Moment(*from), Moment(*to), usize::MAX).unwrap();
            let plainly: Vec<Reading> = plain
                .range((sensor, *from)..(sensor, (*to).max(*from)))
                .map(|((_, at), value)| reading(sensor, *at, *value))
                .collect();
            assert_eq!(all, plainly, "sensor {sensor} from {from} to {to}");
            let series = reader.series(SensorId(sensor), Moment(*from), Moment(*to), *points).unwrap();
            assert_eq!(series.step_millis, step_for(Moment(*from), Moment(*to), *points));
            let plainly = scanned(plain, sensor, *from, *to, series.step_millis);
            assert_eq!(series.steps.len(), plainly.len(), "sensor {sensor} from {from} to {to}");
            for (one, other) in series.steps.iter().zip(&plainly) {
                assert_eq!((one.from, one.count, one.min, one.max), (other.from, other.count, other.min, other.max));
                // Beyond all numbers both are the same.
                let same = one.sum.to_bits() == other.sum.to_bits();
                let near = (one.sum - other.sum).abs() <= 1e-9 * other.sum.abs().max(1.0);
                assert!(same || near, "{one:?} {other:?}");
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Do {
    /// Readings each some time before the moment that it is.
    Append(Vec<(u32, i64, f64)>),
    Pass(i64),
    Commit,
    Seal,
    SealIfDue,
    Reopen,
}

const SENSORS: u32 = 70;

fn doings() -> impl Strategy<Value = Vec<Do>> {
    let value = prop_oneof![(-500..500_i32).prop_map(|v| f64::from(v) / 10.0), prop::num::f64::NORMAL];
    let before = prop_oneof![4 => 0..30_000_i64, 2 => (0..40_i64).prop_map(|m| m * 60_000), 1 => 0..3 * DAY_MILLIS];
    // Two groups, with two sensors that say most.
    let sensor = prop_oneof![3 => 0..2_u32, 1 => 0..SENSORS];
    prop::collection::vec(
        prop_oneof![
            6 => prop::collection::vec((sensor, before, value), 1..120).prop_map(Do::Append),
            3 => prop_oneof![0..60_000_i64, 0..2 * DAY_MILLIS].prop_map(Do::Pass),
            1 => Just(Do::Commit),
            2 => Just(Do::Seal),
            2 => Just(Do::SealIfDue),
            1 => Just(Do::Reopen),
        ],
        1..40,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn moments_ranges_and_plots_are_as_a_scan_of_all_readings_says(
        doings in doings(),
        moments in prop::collection::vec(-3 * DAY_MILLIS..10 * DAY_MILLIS, 8),
        spans in prop::collection::vec((-3 * DAY_MILLIS..5 * DAY_MILLIS, prop_oneof![0..600_000_i64, 0..9 * DAY_MILLIS], 1_usize..2_000), 6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let (mut writer, mut reader) = in_folder(folder.path());
        writer.set_pending_max(300);
        let (mut plain, mut now) = (Plain::new(), DAY + 3 * DAY_MILLIS);
        for doing in doings {
            match doing {
                Do::Append(all) => {
                    let readings: Vec<Reading> = all.iter().map(|(s, before, v)| reading(*s, now - before, *v)).collect();
                    writer.append(&readings, (Moment(now), Moment(now)), |_, _| {});
                    for one in readings {
                        plain.entry((one.sensor.0, one.at.0)).or_insert(one.value);
                    }
                }
                Do::Pass(millis) => now += millis,
                Do::Commit => writer.commit().unwrap(),
                Do::Seal => writer.seal_all(Moment(now)).unwrap(),
                Do::SealIfDue => writer.seal_if_due(Moment(now)).unwrap(),
                Do::Reopen => {
                    writer.commit().unwrap();
                    drop((writer, reader));
                    (writer, reader) = in_folder(folder.path());
                    writer.set_pending_max(300);
                }
            }
        }
        let moments: Vec<i64> = moments.iter().map(|m| DAY + 3 * DAY_MILLIS + m).collect();
        let spans: Vec<(i64, i64, usize)> = spans.iter().map(|(from, long, points)| {
            (DAY + 3 * DAY_MILLIS + from, DAY + 3 * DAY_MILLIS + from + long, *points)
        }).collect();
        check(&plain, &reader, SENSORS, &moments, &spans);
        writer.seal_all(Moment(now)).unwrap();
        check(&plain, &reader, SENSORS, &moments, &spans);
        prop_assert_eq!(reader.count().unwrap(), plain.len() as u64);
        prop_assert!(writer.damage().unwrap().is_empty());
    }
}

#[test]
fn each_reading_is_kept_known_or_out_of_order_and_one_of_a_time_stays_as_it_is() {
    let (mut writer, reader) = in_memory();
    let said = put(&mut writer, &[reading(0, DAY, 1.0), reading(0, DAY + 2_000, 2.0), reading(1, DAY, 5.0)], DAY);
    assert_eq!(said, [Verdict::Kept; 3]);
    let said =
        put(&mut writer, &[reading(0, DAY + 1_000, 3.0), reading(0, DAY, 9.0), reading(0, DAY + 2_000, 2.0)], DAY);
    assert_eq!(said, [Verdict::OutOfOrder, Verdict::Duplicate, Verdict::Duplicate]);
    let all = reader.between(SensorId(0), Moment(0), Moment(DAY + 60_000), 10).unwrap();
    assert_eq!(all.iter().map(|r| r.value).collect::<Vec<_>>(), [1.0, 3.0, 2.0]);
    writer.seal_all(Moment(DAY + 5_000)).unwrap();
    let said = put(&mut writer, &[reading(0, DAY + 2_000, 2.0), reading(0, DAY, 7.0)], DAY + 6_000);
    assert_eq!(said, [Verdict::Duplicate, Verdict::OutOfOrder], "whether it is in a chunk is seen when it goes there");
    writer.seal_all(Moment(DAY + 7_000)).unwrap();
    assert_eq!((writer.known_late(), reader.count().unwrap()), (1, 4));
    let all = reader.between(SensorId(0), Moment(0), Moment(DAY + 60_000), 2).unwrap();
    assert_eq!(all.iter().map(|r| r.value).collect::<Vec<_>>(), [1.0, 3.0], "the first one stays");
}

#[test]
fn a_stream_that_runs_backwards_is_taken_too() {
    let (mut writer, reader) = in_memory();
    let readings: Vec<Reading> = (0..50_000).rev().map(|i| reading(3, DAY + i * 10, 1.0)).collect();
    put(&mut writer, &readings, DAY);
    writer.seal_all(Moment(DAY)).unwrap();
    assert_eq!(reader.count().unwrap(), 50_000);
}

/// The files as they are on disk now, as a process that is killed leaves them.
fn copied(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for ending in ["", "-wal"] {
        let name = format!("{FILE}{ending}");
        if folder.join(&name).exists() {
            std::fs::copy(folder.join(&name), copy.path().join(&name)).unwrap();
        }
    }
    copy
}

fn all_of(reader: &Reader, sensors: u32) -> Vec<Reading> {
    (0..sensors).flat_map(|s| reader.between(SensorId(s), Moment(0), Moment(i64::MAX), usize::MAX).unwrap()).collect()
}

#[test]
fn killed_at_any_point_it_has_what_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let (mut writer, _reader) = in_folder(folder.path());
    let mut committed = 0;
    for turn in 0..30_i64 {
        let now = DAY + turn * 60_000;
        let readings: Vec<Reading> = (0..100).map(|s| reading(s, now, 1.5)).collect();
        put(&mut writer, &readings, now);
        // What is in memory only is lost.
        let (lost, reader) = in_folder(copied(folder.path()).path());
        assert_eq!((all_of(&reader, 100).len(), lost.damage().unwrap()), (committed, vec![]));
        if turn % 3 == 1 {
            writer.seal_all(Moment(now)).unwrap();
        } else {
            writer.commit().unwrap();
        }
        committed += 100;
        let (again, reader) = in_folder(copied(folder.path()).path());
        assert_eq!((all_of(&reader, 100).len(), again.damage().unwrap()), (committed, vec![]));
    }
}

#[test]
fn a_power_cut_loses_only_the_end_that_was_not_synced() {
    let folder = tempfile::tempdir().unwrap();
    let (mut writer, _reader) = in_folder(folder.path());
    let mut ends = Vec::new();
    for turn in 0..12_i64 {
        let now = DAY + turn * 1_000;
        let readings: Vec<Reading> = (0..200).map(|s| reading(s, now, f64::from(s) / 10.0)).collect();
        put(&mut writer, &readings, now);
        if turn == 7 {
            writer.seal_all(Moment(now)).unwrap();
        } else {
            writer.commit().unwrap();
        }
        // Once it returned, this much of the file is synced.
        ends.push((std::fs::metadata(folder.path().join(format!("{FILE}-wal"))).unwrap().len(), (turn + 1) * 200));
    }
    let wal = std::fs::read(folder.path().join(format!("{FILE}-wal"))).unwrap();
    let whole = usize::try_from(ends.last().unwrap().0).unwrap();
    let mut cuts: Vec<usize> = (0..whole).step_by(1_733).collect();
    cuts.extend(ends.iter().map(|(end, _)| usize::try_from(*end).unwrap()));
    for cut in cuts {
        let synced =
            ends.iter().rev().find(|(end, _)| usize::try_from(*end).unwrap() <= cut).map_or(0, |(_, count)| *count);
        // Cut off there, or torn: blocks that never reached the disk have something else.
        for torn in [false, true] {
            let copy = copied(folder.path());
            let mut bytes = wal[..cut].to_vec();
            if torn {
                bytes.resize(wal.len(), 0xA5);
            }
            std::fs::write(copy.path().join(format!("{FILE}-wal")), bytes).unwrap();
            let (writer, reader) = in_folder(copy.path());
            assert_eq!(writer.damage().unwrap(), Vec::<String>::new());
            let found = i64::try_from(all_of(&reader, 200).len()).unwrap();
            assert_eq!(found, synced, "cut at {cut} of {whole}, torn: {torn}");
        }
    }
}

#[test]
fn a_file_of_another_release_is_refused_and_one_that_is_no_database_too() {
    let folder = tempfile::tempdir().unwrap();
    drop(in_folder(folder.path()));
    let sql = rusqlite::Connection::open(folder.path().join(FILE)).unwrap();
    sql.execute("UPDATE readings_meta SET value = 2 WHERE key = 'version'", []).unwrap();
    drop(sql);
    let place = Place::Folder(folder.path().to_owned());
    let opened = |place: &Place| open(place, Retention::default()).map(drop);
    assert!(matches!(opened(&place), Err(ReadingsError::Version { found: 2 })));
    std::fs::write(folder.path().join(FILE), "no database, though as long as the head of one".repeat(100)).unwrap();
    drop(std::fs::remove_file(folder.path().join(format!("{FILE}-wal"))));
    let said = opened(&place).unwrap_err();
    assert!(matches!(said, ReadingsError::NotADatabase(_)), "{said}");
}

#[test]
fn sensors_come_back_with_their_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let (mut writer, reader) = in_folder(folder.path());
    let one =
        Sensor { claimed: true, height_m: -2.5, ..Sensor::first_seen("gas-1", Some(SensorKind::CombustibleGas), "") };
    let two = Sensor::first_seen("x", None, "furlong");
    writer.put_sensors([(SensorId(0), &one), (SensorId(1), &two)]).unwrap();
    drop((writer, reader));
    let (_, _, registry) = open(&Place::Folder(folder.path().to_owned()), Retention::default()).unwrap();
    let all: Vec<Sensor> = registry.all().map(|(_, sensor)| Sensor::clone(sensor)).collect();
    assert_eq!(all, [one, two]);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Bytes that this release writes; those of a released version stay readable.
#[test]
fn the_bytes_are_as_the_format_says() {
    let column: Vec<(i64, f64)> =
        (0..3).map(|i| (DAY + i * 60_000, 20.5 + f64::from(i32::try_from(i).unwrap()))).collect();
    let floats = [(DAY + 1, 1.0 / 3.0), (DAY + 2_500, 2.0 / 3.0)];
    let key = [Some((DAY - 1_000, 20.0)), None, Some((DAY - 5, 1.0 / 3.0))];
    let whole = chunk::encode(DAY, &key, &[(0, &column), (2, &floats)]);
    let row = [
        (0, tiers::Tier::Steps(tiers::steps(&column, 600_000))),
        (1, tiers::Tier::Below),
        (2, tiers::Tier::Steps(tiers::steps(&floats, 600_000))),
    ];
    let tail = tail::encode([reading(5, DAY, 1.5), reading(4, DAY + 7, -2.0)].into_iter());
    let sensor = Sensor {
        name: "n".to_owned(),
        owner: "o".to_owned(),
        at: crate::domain::LonLat::new(119.5, 31.5),
        ..Sensor::first_seen("s", Some(SensorKind::Rain), "")
    };
    let sensor = sensors::encode(&sensor).unwrap();
    insta::assert_snapshot!(
        "readings_1",
        format!(
            "chunk {}\ntier {}\ntail {}\nsensor {}",
            hex(&whole),
            hex(&tiers::encode(&row)),
            hex(&tail),
            hex(&sensor)
        )
    );
    let again = chunk::Chunk::of(&whole, DAY).unwrap();
    assert_eq!(again.all().unwrap(), [(0, column), (2, floats.to_vec())]);
    assert_eq!(again.key().unwrap()[..3], key);
    assert_eq!(tiers::decode(&tiers::encode(&row)).unwrap(), row);
    assert_eq!(sensors::decode(&sensor).unwrap().id, "s");
}

/// A file as the first release wrote it, byte by byte: no table of how well sensors behave, sensors that hang behind
/// nothing, some readings in a chunk with its steps, some in the tail.
fn file_of_the_first_release(folder: &Path) {
    let sql = rusqlite::Connection::open(folder.join(FILE)).unwrap();
    sql.execute_batch(
        "CREATE TABLE readings_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
         CREATE TABLE sensors (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
         CREATE TABLE tail (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
         CREATE TABLE groups (number INTEGER PRIMARY KEY, sealed_until INTEGER NOT NULL);
         CREATE TABLE chunks (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, body BLOB NOT NULL);
         CREATE TABLE tiers (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
         INSERT INTO readings_meta (key, value) VALUES ('version', 1);
         INSERT INTO tail (body) VALUES (x'01020a80c0b884fa62000000000000f83f010e00000000000000c0');",
    )
    .unwrap();
    for (number, letter) in (0..6_u8).zip(b'a'..) {
        let sensor = format!(
            "0101{letter:02x}016e02046d6d2f68010000000000e05d400000000000803f40000000000084070000000000000000016f00"
        );
        sql.execute(&format!("INSERT INTO sensors (number, body) VALUES ({number}, x'{sensor}')"), []).unwrap();
    }
    let chunk =
        "01110200e80700280205ff555555555555d53f02000c030100e0d40300059a034051021102ff01c313000234555555555555d53f03";
    let tier =
        "0103000c0101808490a201039a03143c01000220ff01808490a20102555555555555d53f555555555555e53f000000000000f03f";
    sql.execute(&format!("INSERT INTO chunks (id, count, body) VALUES ({DAY}, 5, x'{chunk}')"), []).unwrap();
    let id = super::tier_id(2, 0, DAY);
    sql.execute(&format!("INSERT INTO tiers (id, body) VALUES ({id}, x'{tier}')"), []).unwrap();
    let until = DAY + 180_000;
    sql.execute(&format!("INSERT INTO groups (number, sealed_until) VALUES (0, {until})"), []).unwrap();
}

#[test]
fn a_file_of_the_first_release_opens_with_all_it_holds_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    file_of_the_first_release(folder.path());
    let place = Place::Folder(folder.path().to_owned());
    let newest = |reader: &Reader| reader.latest_at(Moment(i64::MAX)).unwrap();
    let held = [
        Some(reading(0, DAY + 120_000, 22.5)),
        None,
        Some(reading(2, DAY + 2_500, 2.0 / 3.0)),
        None,
        Some(reading(4, DAY + 7, -2.0)),
        Some(reading(5, DAY, 1.5)),
    ];
    {
        let (mut writer, reader, registry) = open(&place, Retention::default()).unwrap();
        let first = Sensor {
            name: "n".to_owned(),
            owner: "o".to_owned(),
            at: crate::domain::LonLat::new(119.5, 31.5),
            ..Sensor::first_seen("a", Some(SensorKind::Rain), "")
        };
        assert_eq!(registry.get(SensorId(0)).map(|sensor| Sensor::clone(sensor)), Some(first));
        assert_eq!((registry.len(), registry.number("f"), registry.number("g")), (6, Some(SensorId(5)), None));
        assert_eq!((newest(&reader), reader.count().unwrap()), (held.to_vec(), 7));
        let all = reader.between(SensorId(0), Moment(DAY), Moment(DAY + DAY_MILLIS), 9).unwrap();
        assert_eq!(all, [0, 1, 2].map(|n| reading(0, DAY + i64::from(n) * 60_000, 20.5 + f64::from(n))));
        let series = reader.series(SensorId(0), Moment(DAY), Moment(DAY + DAY_MILLIS), 144).unwrap();
        let step = Mean { from: DAY, count: 3, min: 20.5, max: 22.5, sum: 64.5 };
        assert_eq!((series.step_millis, series.steps), (600_000, vec![step]));
        // What was not kept then begins now.
        let mut quality = writer.quality(6).unwrap();
        assert!(quality.iter().all(|one| one.all() == 0));
        quality[5].count(Verdict::Kept, Moment(DAY));
        writer.put_quality([0], &quality).unwrap();
        assert_eq!(
            put(&mut writer, &[reading(5, DAY, 9.0), reading(5, DAY + 1, 9.0)], DAY),
            [Verdict::Duplicate, Verdict::Kept]
        );
        writer.commit().unwrap();
    }
    let (writer, reader, registry) = open(&place, Retention::default()).unwrap();
    assert_eq!((registry.len(), reader.count().unwrap()), (6, 8));
    assert_eq!(newest(&reader).last().copied().flatten(), Some(reading(5, DAY + 1, 9.0)));
    assert_eq!(writer.quality(6).unwrap()[5].kept, 1);
    assert_eq!(writer.damage().unwrap(), Vec::<String>::new());
}
