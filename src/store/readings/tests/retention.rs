//! What goes when, and what a clock that is wrong does to it.

use super::{DAY, DAY_MILLIS, in_folder, in_memory, put, reading};
use crate::domain::{Moment, Reading, SensorId};
use crate::store::readings::Writer;

/// The hub runs each day from one moment to another.
fn run(writer: &mut Writer, from: i64, to: i64) {
    for day in 0..=(to - from) / DAY_MILLIS {
        writer.seal_if_due(Moment(from + day * DAY_MILLIS)).unwrap();
    }
}

#[test]
fn what_is_old_goes_and_its_hours_stay_for_every_sensor() {
    let (mut writer, reader) = in_memory();
    // One sensor that says much, one that says little: only the first has tiers before.
    let fast = (0..8_640).map(|i| reading(0, DAY + i * 10_000, f64::from(i32::try_from(i % 10).unwrap())));
    let slow = (0..24).map(|i| reading(1, DAY + i * 3_600_000, 7.5));
    let all: Vec<Reading> = fast.chain(slow).collect();
    put(&mut writer, &all, DAY + DAY_MILLIS);
    writer.seal_all(Moment(DAY + DAY_MILLIS)).unwrap();
    let later = DAY + 40 * DAY_MILLIS;
    put(&mut writer, &[reading(0, later, 1.0)], later);
    writer.seal_all(Moment(later)).unwrap();
    run(&mut writer, DAY, later);
    assert_eq!(reader.count().unwrap(), 1);
    assert_eq!(reader.between(SensorId(0), Moment(DAY), Moment(DAY + DAY_MILLIS), 10).unwrap(), []);
    for (sensor, count, sum) in [(0, 8_640, 8_640.0 * 4.5), (1, 24, 24.0 * 7.5)] {
        // A short stretch is asked for finer than it is kept.
        for (to, points) in [(DAY + DAY_MILLIS, 1_000), (DAY + DAY_MILLIS, 30)] {
            let series = reader.series(SensorId(sensor), Moment(DAY), Moment(to), points).unwrap();
            let all: u64 = series.steps.iter().map(|step| step.count).sum();
            let total: f64 = series.steps.iter().map(|step| step.sum).sum();
            assert_eq!((all, series.step_millis >= 600_000), (count, true));
            assert!((total - sum).abs() < 1e-6);
        }
    }
    // The keyframe still tells what was the last thing a silent sensor said.
    assert_eq!(reader.latest_at(Moment(later)).unwrap()[1].map(|r| r.value), Some(7.5));
    let much_later = DAY + 500 * DAY_MILLIS;
    run(&mut writer, later, much_later);
    let series = reader.series(SensorId(0), Moment(DAY), Moment(DAY + DAY_MILLIS), 1_000).unwrap();
    assert_eq!((series.step_millis, series.steps.len()), (3_600_000, 24));
}

#[test]
fn a_clock_that_jumps_ahead_takes_at_most_a_day_of_what_was_measured_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut writer, reader) = in_folder(folder.path());
    let today = DAY + 36 * DAY_MILLIS;
    let kept = |from: i64| reader.between(SensorId(0), Moment(from), Moment(today + DAY_MILLIS), 100).unwrap().len();
    for day in 0..=36 {
        let at = DAY + day * DAY_MILLIS;
        put(&mut writer, &[reading(0, at + 1_000, 2.5)], at + 1_000);
        writer.seal_all(Moment(at + 2_000)).unwrap();
        writer.seal_if_due(Moment(at + 2_000)).unwrap();
    }
    assert_eq!(kept(0), 36, "35 days before today, and today");
    // Forty days ahead, and a reading that came without a time with it.
    let wrong = today + 40 * DAY_MILLIS;
    put(&mut writer, &[reading(0, wrong, 9.0)], wrong);
    writer.seal_all(Moment(wrong)).unwrap();
    writer.seal_if_due(Moment(wrong)).unwrap();
    assert_eq!(kept(0), 35, "the day that was to go next");
    // The clock is right again, and tomorrow nothing more goes than would have gone.
    put(&mut writer, &[reading(0, today + 60_000, 3.5)], today + 60_000);
    writer.seal_all(Moment(today + 120_000)).unwrap();
    writer.seal_if_due(Moment(today + 120_000)).unwrap();
    assert_eq!(kept(0), 36);
    let tomorrow = today + DAY_MILLIS;
    writer.seal_if_due(Moment(tomorrow)).unwrap();
    assert_eq!((kept(0), kept(DAY + 2 * DAY_MILLIS)), (36, 36));
    // A start at the wrong time takes no more either.
    drop((writer, reader));
    let (mut writer, reader) = in_folder(folder.path());
    writer.seal_if_due(Moment(wrong + DAY_MILLIS)).unwrap();
    let all = reader.between(SensorId(0), Moment(0), Moment(tomorrow), 100).unwrap().len();
    assert_eq!((all, writer.damage().unwrap()), (34, vec![]));
}
