//! The city's sensors: where they stand, and that what they show goes with weather and hour.

use std::collections::{BTreeMap, BTreeSet};

use super::super::gauges::Gauges;
use super::*;
use crate::config::vitals;
use crate::domain::vital::census::Areas;
use crate::domain::vital::{Census, Formula, Reckoning};
use crate::domain::{Reading, Sensor, SensorId, SensorKind};

fn gauges() -> (Gauges, Vec<Sensor>) {
    let sim = sim(quiet());
    let (mut gauges, sensors) = sim.gauges(START);
    gauges.number((0..).map(SensorId).map(Some).take(sensors.len()).collect());
    (gauges, sensors)
}

/// The mean of what a kind showed.
fn mean(readings: &[Reading], sensors: &[Sensor], kind: SensorKind) -> f64 {
    let of_kind = readings.iter().filter(|reading| sensors[reading.sensor.index()].kind == kind);
    let values: Vec<f64> = of_kind.map(|reading| reading.value).collect();
    assert!(!values.is_empty(), "{kind:?}");
    values.iter().sum::<f64>() / values.len() as f64
}

fn hours(gauges: &mut Gauges, from: Moment, count: i64, hour: f64, weather: Weather) -> Vec<Reading> {
    (1..=count * 60)
        .flat_map(|minute| gauges.step(from.plus_millis(minute * MINUTE), hour, weather, 1.0, &[]))
        .collect()
}

#[test]
fn every_kind_is_measured_where_the_map_has_it() {
    let (_, sensors) = gauges();
    assert!(sensors.len() > 1_500, "{}", sensors.len());
    let kinds: BTreeSet<SensorKind> = sensors.iter().map(|sensor| sensor.kind).collect();
    let all = SensorKind::ALL.into_iter().filter(|kind| *kind != SensorKind::Other);
    assert_eq!(kinds, all.collect());
    let ids: BTreeSet<&str> = sensors.iter().map(|sensor| sensor.id.as_str()).collect();
    assert_eq!(ids.len(), sensors.len());
    for sensor in &sensors {
        assert!(sensor.check().is_ok() && sensor.claimed && sensor.at.is_some(), "{sensor:?}");
    }
    let in_areas = sensors.iter().filter(|sensor| !sensor.area.is_city()).count();
    assert!(in_areas * 10 > sensors.len() * 9, "{in_areas} of {} have an area", sensors.len());
    let gas = sensors.iter().filter(|sensor| sensor.kind == SensorKind::CombustibleGas);
    assert!(gas.clone().count() > 100 && gas.clone().all(|sensor| sensor.height_m < 0.0), "gas pipes lie below");
}

#[test]
fn what_they_show_can_be_and_goes_with_weather_and_hour() {
    let (mut all, sensors) = gauges();
    let dry = Weather { temperature_dc: 180, ..Weather::default() };
    let wet = Weather { sky: Sky::Rain, intensity: 3, rain_mm_h: 300, temperature_dc: 150, ..dry };
    let before = hours(&mut all, START, 1, 14.0, dry);
    let after = hours(&mut all, START.plus_millis(60 * MINUTE), 1, 14.0, wet);
    let rush = hours(&mut all, START.plus_millis(120 * MINUTE), 1, 8.2, dry);
    for reading in before.iter().chain(&after).chain(&rush) {
        let sensor = &sensors[reading.sensor.index()];
        let judged = sensor.judge(reading.sensor, reading.value, "", reading.at, reading.at);
        assert_eq!(judged, Ok(*reading), "{sensor:?} keeps to its unit, limits and precision");
    }
    let changes = |kind| mean(&after, &sensors, kind) - mean(&before, &sensors, kind);
    assert!(changes(SensorKind::WaterLevel) > 0.3, "drains fill: {}", changes(SensorKind::WaterLevel));
    assert!(changes(SensorKind::Rain) > 20.0 && changes(SensorKind::Temperature) < -2.0);
    assert!(mean(&before, &sensors, SensorKind::Rain).abs() < 1e-9);
    let speed = |readings: &[Reading]| mean(readings, &sensors, SensorKind::TrafficSpeed);
    assert!(speed(&rush) < speed(&before) * 0.8, "{} and {}", speed(&rush), speed(&before));
    let crowd = |readings: &[Reading]| mean(readings, &sensors, SensorKind::CrowdCount);
    assert!(crowd(&rush) > crowd(&before) * 1.5);
}

#[test]
fn the_same_seed_shows_the_same_and_a_jump_in_time_is_measured_once() {
    let weather = Weather { temperature_dc: 180, ..Weather::default() };
    let run = || hours(&mut gauges().0, START, 1, 9.0, weather);
    assert_eq!(run(), run());
    let (mut all, sensors) = gauges();
    let readings = all.step(START.plus_millis(24 * 60 * MINUTE), 9.0, weather, 1.0, &[]);
    assert_eq!(readings.len(), sensors.len());
    assert!(readings.iter().all(|reading| reading.at <= START.plus_millis(24 * 60 * MINUTE)));
}

#[test]
fn some_go_over_their_limits_for_a_while_and_some_fall_silent() {
    let (mut all, sensors) = gauges();
    let weather = Weather { temperature_dc: 180, ..Weather::default() };
    let day = hours(&mut all, START, 24 * 5, 14.0, weather);
    let gas = |reading: &&Reading| sensors[reading.sensor.index()].kind == SensorKind::CombustibleGas;
    let over: BTreeSet<SensorId> =
        day.iter().filter(gas).filter(|reading| reading.value > 10.0).map(|reading| reading.sensor).collect();
    assert!((20..200).contains(&over.len()), "{} gas sensors in five days", over.len());
    for sensor in over {
        let shown = day.iter().filter(|reading| reading.sensor == sensor).map(|reading| reading.value > 10.0);
        let longest = shown.fold((0, 0), |(run, longest), over| {
            let run = if over { run + 1 } else { 0 };
            (run, longest.max(run))
        });
        assert!(longest.1 < 45, "it goes on for {} minutes", longest.1);
    }
    let silences = day.iter().filter(gas).fold(BTreeMap::new(), |mut last, reading| {
        let (before, longest) = *last.get(&reading.sensor).unwrap_or(&(reading.at, 0));
        last.insert(reading.sensor, (reading.at, longest.max(reading.at.0 - before.0)));
        last
    });
    assert!(silences.values().any(|(_, longest)| *longest > 15 * MINUTE), "one says nothing for a while");
}

#[test]
fn where_a_pump_fails_the_water_rises_in_all_that_runs_to_it() {
    let (mut all, sensors) = gauges();
    let weather = Weather { temperature_dc: 180, ..Weather::default() };
    let mut drains: BTreeMap<&str, usize> = BTreeMap::new();
    for sensor in sensors.iter().filter(|sensor| !sensor.upstream.is_empty()) {
        assert!(sensor.kind == SensorKind::WaterLevel && sensor.height_m < 0.0, "{sensor:?}");
        *drains.entry(&sensor.upstream).or_default() += 1;
    }
    let mut over: BTreeMap<(&str, i64), BTreeSet<SensorId>> = BTreeMap::new();
    for reading in hours(&mut all, START, 24 * 14, 14.0, weather) {
        let upstream = sensors[reading.sensor.index()].upstream.as_str();
        if !upstream.is_empty() && reading.value > 0.8 {
            over.entry((upstream, reading.at.0.div_euclid(60 * MINUTE))).or_default().insert(reading.sensor);
        }
    }
    let failed =
        over.iter().filter(|((pump, _), high)| drains[pump] >= 10 && high.len() * 10 > drains[pump] * 9).count();
    let hours = drains.values().filter(|count| **count >= 10).count() * 24 * 14;
    assert!(failed > 0 && failed * 50 < hours, "{failed} times in {hours} hours of pumps");
}

#[test]
fn a_scripted_emergency_is_felt_by_the_sensors_near_it_and_by_no_others_and_passes() {
    let feel = |script: bool| {
        let mut sim = sim(quiet());
        let (mut all, sensors) = sim.gauges(START);
        all.number((0..).map(SensorId).map(Some).take(sensors.len()).collect());
        if script {
            sim.start_script("gas-leak").unwrap();
        }
        let minutes = (1..=3 * 60).map(|minute| START.plus_millis(minute * MINUTE));
        let mut shown = Vec::new();
        for now in minutes {
            sim.step(now);
            shown.extend(sim.measured(&mut all, now));
        }
        let gas = |reading: &Reading| sensors[reading.sensor.index()].kind == SensorKind::CombustibleGas;
        shown.retain(gas);
        (shown, sensors)
    };
    let ((calm, sensors), (stirred, _)) = (feel(false), feel(true));
    let felt: Vec<&Reading> = calm.iter().zip(&stirred).filter(|(a, b)| a.value < b.value).map(|(_, b)| b).collect();
    let most = felt.iter().map(|reading| reading.value).fold(0.0, f64::max);
    assert!(most > 20.0, "{most} % of what explodes");
    let city = city();
    let frame = city.frame();
    let places: Vec<[f64; 2]> =
        felt.iter().map(|reading| frame.metres_from_lonlat(sensors[reading.sensor.index()].at.unwrap())).collect();
    let far = |at: &[f64; 2]| places.iter().map(|to| (at[0] - to[0]).hypot(at[1] - to[1])).fold(0.0, f64::max);
    assert!(places.iter().map(far).fold(0.0, f64::max) <= 1_000.0, "both places lie near each other");
    let last = felt.iter().map(|reading| reading.at).max().unwrap();
    assert!((30..100).contains(&((last.0 - START.0) / MINUTE)), "{last:?}");
}

#[test]
fn the_whole_city_speaks_and_every_sign_over_its_sensors_has_a_value() {
    let (mut all, sensors) = gauges();
    let weather = Weather { temperature_dc: 180, ..Weather::default() };
    let now = START.plus_millis(60 * MINUTE);
    let newest: BTreeMap<usize, Reading> =
        hours(&mut all, START, 1, 14.0, weather).into_iter().map(|reading| (reading.sensor.index(), reading)).collect();
    let areas = Areas::of(sensors.iter().map(|sensor| &sensor.area));
    let mut census = Census::new(areas.all().len());
    let mut silent = 0;
    for (index, sensor) in sensors.iter().enumerate() {
        let fresh = |at: Moment| now.0 - at.0 <= i64::from(sensor.fresh_secs) * 1_000;
        let told = newest.get(&index).filter(|reading| fresh(reading.at)).map(|reading| (reading.at, reading.value));
        silent += usize::from(told.is_none());
        census.sensor(&areas.chain(&sensor.area), sensor.kind, told);
    }
    census.stand(now);
    assert!(silent * 100 <= sensors.len(), "{silent} of {} say nothing", sensors.len());
    let mut reckoned = 0;
    for sign in vitals::load(None, &Catalogue::load(None).unwrap()).unwrap() {
        let Reckoning::Formula(text) = &sign.reckoning else { continue };
        let formula = Formula::read(text).unwrap();
        // Cases, alarms and crews come from the hall, and what was before from what a hub has kept.
        if formula.asks_over() || !formula.asks().iter().all(|(_, ask)| ask.kind().is_some()) {
            continue;
        }
        let measured = formula.reckon(&census, 0);
        assert!(measured.value.is_ok_and(f64::is_finite), "{}: {measured:?}", sign.code);
        assert!(f64::from(measured.missing) <= sign.missing_max, "{}: {measured:?}", sign.code);
        reckoned += 1;
    }
    assert!(reckoned >= 40, "{reckoned} signs ask sensors alone");
}
