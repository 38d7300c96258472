//! What is kept of what sensors say, and what a sensor may be.

use super::registry::{Registry, UNCLAIMED_MAX};
use super::{
    AHEAD_MAX_MILLIS, AreaOf, BEHIND_MAX_MILLIS, Quality, Retired, Sensor, SensorId, SensorKind, Unfit, Verdict,
    round_to,
};
use crate::domain::rights::Area;
use crate::domain::{LonLat, Moment, Refusal};

const NOW: Moment = Moment(1_700_000_000_000);

fn sensor(kind: SensorKind) -> Sensor {
    Sensor { precision: kind.precision(), claimed: true, ..Sensor::first_seen("s", Some(kind), "") }
}

fn value(kind: SensorKind, value: f64, unit: &str) -> Result<f64, Unfit> {
    sensor(kind).judge(SensorId(0), value, unit, NOW, NOW).map(|reading| reading.value)
}

#[test]
fn each_kind_is_called_by_one_word_and_keeps_its_own_unit_as_it_is() {
    for kind in SensorKind::ALL {
        assert_eq!(SensorKind::of_word(kind.word()), Some(kind));
        assert_eq!(kind.scale(kind.unit()), Some((1.0, 0.0)), "{kind:?}");
        assert!(sensor(kind).check().is_ok(), "{kind:?}");
        let written = serde_json::to_value(kind).unwrap();
        assert_eq!(written, kind.word());
        let mut all: Vec<&str> = kind.described_names();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count, "{kind:?} has a unit twice");
    }
}

#[test]
fn units_become_those_of_the_kind_and_values_keep_to_the_precision() {
    assert_eq!(value(SensorKind::Temperature, 300.0, "K"), Ok(26.9));
    assert_eq!(value(SensorKind::Temperature, 212.0, "degF"), Ok(100.0));
    assert_eq!(value(SensorKind::WaterLevel, 123.0, "cm"), Ok(1.23));
    assert_eq!(value(SensorKind::TrafficSpeed, 10.0, "m/s"), Ok(36.0));
    assert_eq!(value(SensorKind::TrafficSpeed, 64.666_666_67, "mph"), Ok(104.1));
    assert_eq!(value(SensorKind::CombustibleGas, 1.0, "%vol"), Ok(20.0));
    assert_eq!(value(SensorKind::Noise, 55.04, ""), Ok(55.0));
    assert_eq!(round_to(-0.01, 0.1).to_bits(), 0.0_f64.to_bits(), "there is one zero");
    assert_eq!((round_to(7.4, 5.0), round_to(0.3, 0.0), round_to(2.6, 0.25)), (5.0, 0.3, 2.5));
}

#[test]
fn what_cannot_be_is_refused_with_its_reason() {
    assert_eq!(value(SensorKind::Noise, f64::NAN, ""), Err(Unfit::NotANumber));
    assert_eq!(value(SensorKind::Noise, f64::INFINITY, ""), Err(Unfit::NotANumber));
    assert_eq!(value(SensorKind::Noise, 50.0, "m"), Err(Unfit::WrongUnit));
    assert_eq!(value(SensorKind::Noise, 500.0, "dB"), Err(Unfit::Implausible));
    assert_eq!(value(SensorKind::WaterLevel, 1e300, "m"), Err(Unfit::Implausible));
    let own = Sensor::first_seen("x", None, "furlong");
    assert_eq!(own.judge(SensorId(0), 3.5, "furlong", NOW, NOW).map(|r| r.value), Ok(3.5));
    assert_eq!(own.judge(SensorId(0), 3.5, "m", NOW, NOW), Err(Unfit::WrongUnit));
    let at = |millis: i64| sensor(SensorKind::Noise).judge(SensorId(0), 50.0, "", NOW.plus_millis(millis), NOW).err();
    assert_eq!((at(AHEAD_MAX_MILLIS), at(AHEAD_MAX_MILLIS + 1)), (None, Some(Unfit::ClockAhead)));
    assert_eq!((at(-BEHIND_MAX_MILLIS), at(-BEHIND_MAX_MILLIS - 1)), (None, Some(Unfit::TooOld)));
    let noise = sensor(SensorKind::Noise);
    assert!(!noise.is_late(NOW.plus_millis(-300_000), NOW) && noise.is_late(NOW.plus_millis(-300_001), NOW));
}

#[test]
fn a_sensor_with_another_measure_is_another_sensor_of_the_same_name() {
    let mut registry = Registry::default();
    let first = registry.see(Sensor::first_seen("a", None, "m")).unwrap();
    assert_eq!(registry.see(Sensor::first_seen("a", None, "km")), Ok(first), "what it is was told before");
    let level = |unit: &str| Sensor { id: "a".to_owned(), unit: unit.to_owned(), ..sensor(SensorKind::WaterLevel) };
    assert_eq!(registry.describe(level("m")), Ok((first, true)), "metres stay metres");
    assert_eq!(registry.describe(level("m")), Ok((first, false)));
    assert_eq!(registry.describe(level("cm")), Ok((first, true)), "it sends centimetres from now on, metres are kept");
    let heat = Sensor { id: "a".to_owned(), ..sensor(SensorKind::Temperature) };
    let (second, _) = registry.describe(heat).unwrap();
    assert_ne!(second, first);
    assert_eq!(registry.all().map(|(number, _)| number).collect::<Vec<_>>(), [second]);
    let wrong = Sensor { unit: "dB".to_owned(), ..level("m") };
    assert!(matches!(registry.describe(wrong), Err(Refusal::Unusable { field, .. }) if field == "unit"));
    let other = registry.see(Sensor::first_seen("b", None, "cm")).unwrap();
    let claimed = Sensor { id: "b".to_owned(), ..level("cm") };
    assert_ne!(registry.describe(claimed), Ok((other, true)), "what was kept in centimetres is not metres");
    // A bare number is in the unit of which that is said now.
    let bare = |registry: &mut Registry, id: &str| registry.see(Sensor::first_seen(id, None, "")).unwrap();
    let of = |id: &str, unit: &str| Sensor { id: id.to_owned(), ..level(unit) };
    let (metres, centimetres) = (bare(&mut registry, "c"), bare(&mut registry, "d"));
    assert_eq!(registry.describe(of("c", "m")), Ok((metres, true)));
    assert_ne!(registry.describe(of("d", "cm")), Ok((centimetres, true)), "they would be a hundred times too high");
}

#[test]
fn sensors_that_nobody_claims_are_not_without_end() {
    let mut registry = Registry::default();
    for number in 0..UNCLAIMED_MAX {
        registry.see(Sensor::first_seen(&number.to_string(), None, "")).unwrap();
    }
    assert_eq!(registry.see(Sensor::first_seen("more", None, "")), Err(Unfit::Unknown));
    let claimed = Sensor { id: "0".to_owned(), ..sensor(SensorKind::Noise) };
    registry.describe(claimed).unwrap();
    assert!(registry.see(Sensor::first_seen("more", None, "")).is_ok());
    assert_eq!(registry.see(Sensor::first_seen("", None, "")), Err(Unfit::Malformed));
}

#[test]
fn quality_counts_all_that_came() {
    let mut quality = Quality::default();
    for verdict in [Verdict::Kept, Verdict::Late, Verdict::OutOfOrder, Verdict::Duplicate, Verdict::Duplicate] {
        quality.count(verdict, NOW);
    }
    quality.refuse(Unfit::ClockAhead, NOW.plus_millis(3_600_000), NOW);
    assert_eq!((quality.all(), quality.refused(), quality.duplicate), (6, 1, 2));
    assert_eq!((quality.ahead_millis, quality.heard_at), (3_600_000, Some(NOW)));
    quality.fall_behind(NOW.plus_millis(-480_000), NOW);
    quality.count(Verdict::OutOfOrder, NOW);
    assert_eq!(quality.ahead_millis, -480_000, "what is older still says nothing of its clock");
    quality.count(Verdict::Kept, NOW);
    assert_eq!(quality.ahead_millis, 0, "it is in time again");
}

#[test]
fn numbers_are_rounded_as_the_library_rounds_them() {
    let odd = [0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.499_999_999_999_999_94, 1e15 + 0.5, 4.6e15, 1e300, f64::INFINITY];
    let many = (-20_000..20_000).map(|n| f64::from(n) / 8.0 + f64::from(n % 7) * 1e-3);
    for value in odd.into_iter().chain(many) {
        assert!((super::nearest(value) - value.round()).abs() < f64::MIN_POSITIVE || value == f64::INFINITY, "{value}");
    }
    assert!(super::nearest(f64::NAN).is_nan() && super::nearest(f64::NEG_INFINITY) < 0.0);
}

fn retired(at: Moment, reason: &str) -> Retired {
    Retired { at, by: "li".to_owned(), reason: reason.to_owned() }
}

#[test]
fn what_is_out_of_service_is_known_but_none_of_all_and_takes_nothing_new() {
    let mut registry = Registry::default();
    let noise = registry.describe(sensor(SensorKind::Noise)).unwrap().0;
    assert_eq!(registry.retire("s", &retired(NOW, " ")), Err(Refusal::ReasonMissing));
    assert_eq!(registry.retire("t", &retired(NOW, "gone")), Err(Refusal::NoSensor));
    assert_eq!(registry.retire("s", &retired(NOW, "gone")), Ok((noise, true)));
    assert_eq!(registry.retire("s", &retired(NOW.plus_millis(9), "gone")), Ok((noise, false)));
    assert_eq!(registry.retire("s", &retired(NOW.plus_millis(9), "dismantled")), Ok((noise, true)));
    assert_eq!(registry.retired(noise), Some(&retired(NOW, "dismantled")), "since then, for another reason");
    assert_eq!((registry.all().count(), registry.all_retired().count(), registry.number("s")), (0, 1, Some(noise)));
    let (before, after) = (NOW.plus_millis(-1), NOW.plus_millis(1));
    assert_eq!((registry.all_at(before).count(), registry.all_at(after).count()), (1, 0));
    let judged = |at| registry.judge(noise, 50.0, "", at, after).map(|reading| reading.value);
    assert_eq!((judged(before), judged(NOW), judged(after)), (Ok(50.0), Err(Unfit::Unknown), Err(Unfit::Unknown)));
    let named = Sensor { name: "Gate".to_owned(), ..sensor(SensorKind::Noise) };
    assert_eq!(registry.describe(named), Ok((noise, true)));
    assert!(registry.retired(noise).is_some(), "who describes it brings it not back");
    let (tilt, _) = registry.describe(sensor(SensorKind::Tilt)).unwrap();
    assert!(tilt != noise && registry.all().next().is_none(), "nor does another measure");
    assert_eq!(registry.bring_back("s"), Ok((tilt, true)));
    assert_eq!(registry.bring_back("s"), Ok((tilt, false)));
    assert_eq!(registry.all().map(|(number, _)| number).collect::<Vec<_>>(), [tilt]);
}

#[test]
fn dismissed_typing_errors_make_room_and_come_back_where_there_is_some() {
    let mut registry = Registry::default();
    for number in 0..UNCLAIMED_MAX {
        registry.see(Sensor::first_seen(&number.to_string(), None, "")).unwrap();
    }
    let stray = || Sensor::first_seen("stray", None, "");
    assert_eq!(registry.see(stray()), Err(Unfit::Unknown));
    registry.retire("7", &retired(NOW, "a typing error")).unwrap();
    assert!(registry.see(stray()).is_ok(), "there is room again");
    let known = Sensor::first_seen("7", None, "");
    assert_eq!(registry.see(known.clone()), Ok(SensorId(7)), "it does not come up anew");
    assert!(matches!(registry.bring_back("7"), Err(Refusal::Unusable { field, .. }) if field == "id"));
    registry.describe(Sensor { claimed: true, ..known }).unwrap();
    assert_eq!(registry.bring_back("7"), Ok((SensorId(7), true)), "claimed it takes nobody's room");
}

#[test]
fn a_place_tells_the_area_where_nobody_says_one_and_only_what_was_said_is_kept() {
    let at = LonLat::new(119.3, 31.6);
    let placed = Sensor { at, ..sensor(SensorKind::Noise) };
    let mut registry = Registry::default();
    registry.restore(SensorId(0), placed.clone());
    registry.restore(SensorId(1), Sensor { id: "nowhere".to_owned(), ..sensor(SensorKind::Noise) });
    let east = Area::of("East/Harbour").unwrap();
    let told = east.clone();
    registry.set_areas(AreaOf::new(move |at| (at.lon > 119.0).then(|| told.clone())));
    assert_eq!(registry.get(SensorId(0)).map(|sensor| sensor.area.clone()), Some(east.clone()));
    assert!(registry.area_is_told(SensorId(0)) && !registry.area_is_told(SensorId(1)));
    assert_eq!(registry.said(SensorId(0)), Some(placed.clone()), "another map tells another one");
    assert_eq!(registry.describe(placed.clone()), Ok((SensorId(0), false)), "said as before");
    let own = Sensor { area: east, ..placed.clone() };
    assert_eq!(registry.describe(own.clone()), Ok((SensorId(0), true)), "now somebody says so");
    assert_eq!((registry.area_is_told(SensorId(0)), registry.said(SensorId(0))), (false, Some(own)));
    let west = Sensor { id: "west".to_owned(), at: LonLat::new(118.0, 31.6), ..placed };
    let (number, _) = registry.describe(west).unwrap();
    assert!(registry.get(number).unwrap().area.is_city() && !registry.area_is_told(number), "beyond the map");
}
