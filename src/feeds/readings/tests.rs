//! Bodies as devices send them, right and wrong.

use proptest::prelude::*;

use super::{BatchError, Format, ROWS_MAX, Sorted, given_of, sort, unpacked};
use crate::domain::sensor::{Registry, Sensor, SensorKind, Unfit};
use crate::domain::{Moment, SensorId};

const NOW: Moment = Moment(1_700_000_000_000);

fn registry() -> Registry {
    let mut registry = Registry::default();
    let sensor = |id: &str, kind: SensorKind| Sensor {
        precision: kind.precision(),
        claimed: true,
        ..Sensor::first_seen(id, Some(kind), "")
    };
    registry.describe(sensor("level-1", SensorKind::WaterLevel)).unwrap();
    registry.describe(sensor("urn:dev:ow:10e2073a01080063:heat", SensorKind::Temperature)).unwrap();
    registry
}

fn read(format: Format, body: &str) -> Result<Sorted, BatchError> {
    sort(format, body.as_bytes(), &registry(), NOW, NOW)
}

fn values(sorted: &Sorted) -> Vec<(u32, i64, f64)> {
    sorted.readings.iter().map(|r| (r.sensor.0, r.at.0 - NOW.0, r.value)).collect()
}

#[test]
fn json_rows_are_read_leniently_and_each_bad_one_is_counted() {
    let body = r#"[
        {"sensor": "level-1", "at": 1699999999000, "value": 1.234, "more": {"x": [1, 2]}},
        {"sensor": "level-1", "at": "2023-11-14T22:13:19.500Z", "value": "150", "unit": "cm"},
        {"value": true, "sensor": "level-1"},
        {"sensor": "level-1", "at": "soon", "value": 1},
        {"sensor": "level-1", "value": null},
        {"sensor": "level-1", "value": 1, "unit": "dB"},
        {"value": 1}, 17, null, "x", [1, [2]],
        {"sensor": "new", "value": 4, "unit": "mm", "kind": "crack_width"},
        {"sensor": 17, "value": 4}
    ]"#;
    let sorted = read(Format::Json, body).unwrap();
    assert_eq!(values(&sorted), [(0, -1_000, 1.23), (0, -500, 1.5), (0, 0, 1.0)]);
    let unkept: Vec<(usize, Unfit)> = sorted.unkept.iter().map(|one| (one.row, one.unfit)).collect();
    let malformed = [4, 7, 8, 9, 10, 11].map(|row| (row, Unfit::Malformed));
    let mut expected = malformed.to_vec();
    expected.extend([(5, Unfit::NotANumber), (6, Unfit::WrongUnit)]);
    expected.sort_unstable();
    assert_eq!(unkept, expected);
    assert_eq!(sorted.unkept[1].sensor, Some(SensorId(0)));
    let seen: Vec<(&str, SensorKind)> = sorted.first.iter().map(|f| (f.sensor.id.as_str(), f.sensor.kind)).collect();
    assert_eq!(seen, [("new", SensorKind::CrackWidth), ("17", SensorKind::Other)]);
    assert_eq!(sorted.rows, 13);
    assert_eq!(read(Format::Json, r#"{"sensor": "level-1", "value": 2}"#).unwrap().readings.len(), 1);
    for wrong in ["", "[", "17", r#"[{"sensor": "level-1", "value": 1e999}]"#, "[] []"] {
        assert!(matches!(read(Format::Json, wrong), Err(BatchError::Malformed(_))), "{wrong}");
    }
}

#[test]
fn senml_counts_from_its_base() {
    // The multiple measurements of RFC 8428, 5.1.3, with what this hub keeps.
    let body = r#"[
        {"bn": "urn:dev:ow:10e2073a01080063:", "bt": 1.7e9, "bu": "Cel", "bver": 10},
        {"n": "heat", "v": 20.04},
        {"n": "heat", "t": -5, "v": 294.15, "u": "K"},
        {"n": "heat", "t": -1.7e9, "bv": 1, "v": 20},
        {"n": "heat", "vs": "warm"},
        {"n": "door", "vb": true, "u": "/"},
        {"bn": "", "v": 1}
    ]"#;
    let sorted = read(Format::SenMl, body).unwrap();
    assert_eq!(values(&sorted), [(1, 0, 20.0), (1, -5_000, 21.0), (1, 0, 21.0)]);
    let unkept: Vec<(usize, Unfit)> = sorted.unkept.iter().map(|one| (one.row, one.unfit)).collect();
    assert_eq!(unkept, [(4, Unfit::NotANumber), (6, Unfit::Malformed)]);
    let door = &sorted.first[0];
    assert_eq!((door.sensor.id.as_str(), door.value), ("urn:dev:ow:10e2073a01080063:door", 1.0));
    for wrong in [r#"[{"bver": 11, "n": "x", "v": 1}]"#, r#"[{"n": "x", "v": 1, "must_": 1}]"#, "{}", "[1]"] {
        assert!(matches!(read(Format::SenMl, wrong), Err(BatchError::Malformed(_))), "{wrong}");
    }
}

#[test]
fn what_is_too_long_for_any_sensor_is_counted_and_never_copied() {
    for long in ["x".repeat(60_000), "燃".repeat(20_000)] {
        let packs = [
            format!(r#"[{{"bn":"{long}"}},{{"v":1}},{{"n":"a","v":1}}]"#),
            format!(r#"[{{"bu":"{long}"}},{{"n":"level-1","v":1}},{{"n":"level-9","v":1}}]"#),
            format!(r#"[{{"n":"{long}","v":1}},{{"n":"level-1","u":"{long}","v":1}}]"#),
        ];
        for pack in packs {
            let sorted = read(Format::SenMl, &pack).unwrap();
            assert_eq!((sorted.rows, sorted.unkept.len()), (2, 2), "{sorted:?}");
            assert!(sorted.unkept.iter().all(|one| one.id.is_empty() && one.unfit == Unfit::Malformed), "{sorted:?}");
            assert_eq!(given_of(Format::SenMl, pack.as_bytes(), NOW), Ok(vec![None, None]));
        }
    }
}

#[test]
fn csv_has_its_columns_in_any_order() {
    let body = "\u{feff}Value, sensor ,at,unit\n1.5,level-1,1700000000000,\n20,\"level-1\",2023-11-14T22:13:20Z,cm\nx,level-1,,\n1,,,\n1,level-1,never,\n7\n";
    let sorted = read(Format::Csv, body).unwrap();
    assert_eq!(values(&sorted), [(0, 0, 1.5), (0, 0, 0.2)]);
    let unkept: Vec<Unfit> = sorted.unkept.iter().map(|one| one.unfit).collect();
    assert_eq!(unkept, [Unfit::NotANumber, Unfit::Malformed, Unfit::Malformed, Unfit::Malformed]);
    assert!(matches!(read(Format::Csv, "a,b\n1,2\n"), Err(BatchError::Malformed(_))));
}

#[test]
fn batches_have_an_end_packed_or_not() {
    let rows = format!("[{}1]", "1,".repeat(ROWS_MAX));
    assert_eq!(read(Format::Json, &rows), Err(BatchError::TooMany));
    let csv = format!("sensor,value\n{}", "level-1,1\n".repeat(ROWS_MAX + 1));
    assert_eq!(read(Format::Csv, &csv), Err(BatchError::TooMany));
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut gz, &vec![b' '; 1_000_000]).unwrap();
    let packed = gz.finish().unwrap();
    assert!(packed.len() < 5_000);
    assert_eq!(unpacked(&packed, 999_999), Err(BatchError::TooLong(999_999)));
    assert_eq!(unpacked(&packed, 1_000_000).unwrap().len(), 1_000_000);
    assert!(matches!(unpacked(b"plain", 10), Err(BatchError::Malformed(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn bodies_of_chance_are_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..120),
        places in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 1..6),
        which in 0..3_usize,
    ) {
        let good = [
            r#"[{"sensor": "level-1", "at": 1699999999000, "value": 1.234, "unit": "cm"}, {"sensor": "x", "value": 2}]"#,
            r#"[{"bn": "level", "bt": 1.7e9, "bu": "m"}, {"n": "-1", "v": 20.04, "t": -1}, {"n": "x", "vb": false}]"#,
            "sensor,at,value,unit\nlevel-1,1700000000000,1.5,m\nx,2023-11-14T22:13:20Z,3,\n",
        ];
        let format = [Format::Json, Format::SenMl, Format::Csv][which];
        let mut spoilt = good[which].as_bytes().to_vec();
        for (at, how, byte) in places {
            let i = at.index(spoilt.len().max(1));
            match how {
                0 if i < spoilt.len() => spoilt[i] = byte,
                1 if i < spoilt.len() => drop(spoilt.remove(i)),
                2 => spoilt.insert(i, byte),
                _ => spoilt.truncate(i),
            }
        }
        for body in [&spoilt, &bytes] {
            if let Ok(sorted) = sort(format, body, &registry(), NOW, NOW) {
                prop_assert_eq!(sorted.rows, sorted.readings.len() + sorted.first.len() + sorted.unkept.len());
                prop_assert!(sorted.readings.iter().all(|reading| reading.value.is_finite()));
            }
            let _ = unpacked(body, 1_000);
        }
    }
}
