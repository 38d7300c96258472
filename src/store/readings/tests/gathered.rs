//! What many sensors measured in a stretch of time, against a scan of all their readings.

use std::collections::BTreeMap;

use super::{DAY, DAY_MILLIS, Plain, Reader, in_memory, put, reading};
use crate::domain::{Moment, Reading, SensorId};
use crate::store::readings::Gathered;

const STEP: i64 = 600_000;
const HOUR: i64 = 3_600_000;

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-6 * other.abs().max(1.0)
}

/// The mean of each ten minutes for as long as they lie in the stretch, by the hour.
fn amount(all: &[(i64, f64)], from: i64, to: i64) -> f64 {
    let mut steps: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
    for (at, value) in all {
        let (sum, count) = steps.entry(at / STEP * STEP).or_default();
        (*sum, *count) = (*sum + value, *count + 1.0);
    }
    let lies = |begin: i64| ((begin + STEP).min(to) - begin.max(from)) as f64 / HOUR as f64;
    steps.iter().map(|(begin, (sum, count))| sum / count * lies(*begin)).sum()
}

/// Hold what is told of a stretch against a scan.
pub(super) fn check(plain: &Plain, reader: &Reader, sensors: u32, from: i64, to: i64) {
    let numbers: Vec<SensorId> = (0..sensors).map(SensorId).collect();
    let mut found = reader.gathered(&numbers, Moment(from), Moment(to)).unwrap().into_iter();
    for sensor in 0..sensors {
        let all: Vec<(i64, f64)> =
            plain.range((sensor, from)..(sensor, to.max(from))).map(|((_, at), value)| (*at, *value)).collect();
        let Some((last, _)) = all.last() else { continue };
        let one = found.next().unwrap();
        let min = all.iter().map(|(_, value)| *value).fold(f64::INFINITY, f64::min);
        let max = all.iter().map(|(_, value)| *value).fold(f64::NEG_INFINITY, f64::max);
        let told = (one.sensor.0, one.count, one.min, one.max);
        assert_eq!(told, (sensor, all.len() as u64, min, max), "from {from} to {to}");
        assert!((0..STEP).contains(&(last - one.last.0)), "{sensor} from {from} to {to}: {} {last}", one.last.0);
        // Of sums beyond that it matters in which order they are made.
        if all.iter().all(|(_, value)| value.abs() < 1e6) {
            let mean = all.iter().map(|(_, value)| value).sum::<f64>() / all.len() as f64;
            assert!(near(one.mean, mean), "{one:?} {mean}");
            assert!(near(one.amount, amount(&all, from, to)), "{one:?}");
        }
    }
    assert_eq!(found.next(), None, "what measured nothing is not told");
}

#[test]
fn a_day_of_rain_is_as_much_as_fell_wherever_its_readings_are_kept() {
    let (mut writer, reader) = in_memory();
    // 12 mm/h for half an hour, 3 mm/h for an hour, dry for the rest of six hours; each minute, and another each half an hour.
    let rate = |minute: i64| match minute {
        0..30 => 12.0,
        30..90 => 3.0,
        _ => 0.0,
    };
    let often = (0..360).map(|minute| reading(0, DAY + minute * 60_000, rate(minute)));
    let seldom = (0..12).map(|half| reading(70, DAY + half * 30 * 60_000, rate(half * 30)));
    let all: Vec<Reading> = often.chain(seldom).collect();
    let told = |reader: &Reader| -> Vec<Gathered> {
        reader.gathered(&[SensorId(0), SensorId(1), SensorId(70)], Moment(DAY), Moment(DAY + 6 * HOUR)).unwrap()
    };
    put(&mut writer, &all, DAY + 6 * HOUR);
    for sealed in [false, true] {
        if sealed {
            writer.seal_all(Moment(DAY + DAY_MILLIS)).unwrap();
        }
        let [often, seldom] = told(&reader)[..] else { panic!("one has measured nothing") };
        assert!(near(often.amount, 9.0), "12 / 2 + 3 * 1: {often:?}");
        assert!(near(often.mean, 1.5) && near(often.max, 12.0) && often.count == 360);
        // Nothing is made up for the time between its readings: three of ten minutes with rain.
        assert!(near(seldom.amount, (12.0 + 3.0 + 3.0) / 6.0), "{seldom:?}");
        assert_eq!((seldom.sensor, seldom.count), (SensorId(70), 12));
    }
    let plain: Plain = all.iter().map(|one| ((one.sensor.0, one.at.0), one.value)).collect();
    // Ends that are no ends of steps, within what is sealed and beyond it.
    for (from, to) in [(1, 5 * HOUR + 123_456), (STEP - 1, STEP + 1), (HOUR, HOUR + 60_000), (-HOUR, 2 * DAY_MILLIS)] {
        check(&plain, &reader, 71, DAY + from, DAY + to);
    }
}
