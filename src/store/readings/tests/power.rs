//! A power cut in the middle of a checkpoint: of what was written only what was synced is sure to be there, of the rest any part.
//!
//! ```text
//!  commit, WAL synced ──► pages into the file, in any order ──► file synced ──► WAL's new head, synced ──► its frames, synced
//!                      └──────── the file is of both ────────┘              └─ torn ─┘                 └─ the WAL is of both ─┘
//! ```
//! A disk writes blocks of 512 bytes in any order, and the one that it is at ends somewhere in its middle. Each case is made
//! from a seed, which is told where it fails.

use std::hash::{BuildHasher, RandomState};
use std::path::Path;

use super::{DAY, FILE, all_of, in_folder, put, reading};
use crate::domain::{Moment, Reading};
use crate::store::readings::Writer;

/// Bytes that a disk writes at once.
const BLOCK: usize = 512;
/// Bytes at the head of a WAL, which say what frames behind it count; SQLite syncs them before it writes over older frames.
const HEAD: usize = 32;
/// Sensors of which each turn has a reading.
const SENSORS: u32 = 200;
/// Cases that are the same each time; one more is drawn anew.
const SEEDS: u64 = 24;

/// Numbers from a seed.
struct Chance(u64);

impl Chance {
    fn draw(&mut self) -> u64 {
        self.0 = xxhash_rust::xxh3::xxh3_64_with_seed(&self.0.to_le_bytes(), 0x5EED);
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.draw() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

fn seeds() -> impl Iterator<Item = u64> {
    (0..SEEDS).chain([RandomState::new().hash_one(std::process::id())])
}

/// What a disk may have of a file that was `before` and was to become `after`, of which nothing is synced.
fn half_written(before: &[u8], after: &[u8], chance: &mut Chance) -> Vec<u8> {
    let long = before.len().max(after.len());
    // How far the file grew, or was cut off, is written as late as anything.
    let end = if chance.below(2) == 0 { before.len() } else { after.len() };
    let mut disk = before.to_vec();
    // What a file grows by may have anything until it is written.
    disk.resize(long, 0xA5);
    let share = chance.below(9);
    for from in (0..after.len()).step_by(BLOCK) {
        let to = (from + BLOCK).min(after.len());
        if chance.below(8) < share {
            // One in a few is torn.
            let upto = if chance.below(4) == 0 { from + chance.below(to - from) } else { to };
            disk[from..upto].copy_from_slice(&after[from..upto]);
        }
    }
    disk.truncate(end);
    disk
}

fn bytes(folder: &Path, ending: &str) -> Vec<u8> {
    std::fs::read(folder.join(format!("{FILE}{ending}"))).unwrap_or_default()
}

/// What is found on a disk with these files.
fn found(file: &[u8], wal: &[u8], case: &str) -> Vec<Reading> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(FILE), file).unwrap();
    std::fs::write(folder.path().join(format!("{FILE}-wal")), wal).unwrap();
    let (writer, reader) = in_folder(folder.path());
    assert_eq!(writer.damage().unwrap(), Vec::<String>::new(), "{case}");
    all_of(&reader, SENSORS)
}

/// One reading of each sensor, committed; now and then all is made into chunks.
fn turn(writer: &mut Writer, number: i64, held: &mut Vec<Reading>) {
    let now = DAY + number * 1_000;
    let value = |sensor: u32| f64::from(sensor) / 10.0 + f64::from(i32::try_from(number % 7).unwrap());
    let readings: Vec<Reading> = (0..SENSORS).map(|sensor| reading(sensor, now, value(sensor))).collect();
    put(writer, &readings, now);
    if number % 4 == 3 {
        writer.seal_all(Moment(now)).unwrap();
    } else {
        writer.commit().unwrap();
    }
    held.extend(readings);
    held.sort_by_key(|one| (one.sensor, one.at));
}

/// Bring all of the WAL into the file and sync it, as a commit does that finds the WAL long.
fn checkpoint(folder: &Path) {
    let sql = rusqlite::Connection::open(folder.join(FILE)).unwrap();
    let (busy, in_wal, moved): (i64, i64, i64) =
        sql.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    assert!(busy == 0 && in_wal > 0 && in_wal == moved, "{moved} of {in_wal} pages are in the file");
}

#[test]
fn a_power_cut_within_a_checkpoint_or_right_after_it_loses_nothing_that_was_committed() {
    let folder = tempfile::tempdir().unwrap();
    let (mut writer, reader) = in_folder(folder.path());
    let mut held = Vec::new();
    for number in 0..6 {
        turn(&mut writer, number, &mut held);
    }
    checkpoint(folder.path());
    for number in 6..17 {
        turn(&mut writer, number, &mut held);
    }
    assert_eq!(all_of(&reader, SENSORS), held);
    // Within it: the WAL is synced and stays as it is, the file is of both.
    let (before, wal) = (bytes(folder.path(), ""), bytes(folder.path(), "-wal"));
    checkpoint(folder.path());
    let after = bytes(folder.path(), "");
    assert!(before != after && wal == bytes(folder.path(), "-wal"));
    for seed in seeds() {
        let disk = half_written(&before, &after, &mut Chance(seed));
        let case = format!("within the checkpoint, seed {seed}");
        assert!(found(&disk, &wal, &case) == held, "{case}: other readings than were committed");
    }
    // After it: the file is synced, the WAL begins again from its start, commit by commit.
    let mut old = wal;
    for number in 17..26 {
        let known = held.clone();
        turn(&mut writer, number, &mut held);
        let new = bytes(folder.path(), "-wal");
        assert!(bytes(folder.path(), "") == after, "there was another checkpoint");
        for torn in (0..=HEAD).step_by(4) {
            let disk = [&new[..torn], &old[torn..]].concat();
            assert!(found(&after, &disk, "torn head") == known, "commit {number}, {torn} bytes of its head");
        }
        let begun = [&new[..HEAD], &old[HEAD..]].concat();
        for seed in seeds() {
            let disk = half_written(&begun, &new, &mut Chance(seed));
            let case = format!("commit {number} after the checkpoint, seed {seed}");
            let there = found(&after, &disk, &case);
            assert!(there == known || there == held, "{case}: {} readings of {}", there.len(), held.len());
        }
        assert!(found(&after, &new, "synced") == held, "commit {number} is synced");
        old = new;
    }
}
