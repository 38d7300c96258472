//! The city's sensors: where they stand, and that what they show goes with weather and hour.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::super::gauges::Gauges;
use super::*;
use crate::config::vitals;
use crate::domain::vital::census::Areas;
use crate::domain::vital::{Census, Formula, Reckoning};
use crate::domain::{Reading, Sensor, SensorId, SensorKind};
use crate::ground::city::place_kind;
use crate::ground::pack::records::{Network, Paint, PlaceKind};

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

#[test]
fn the_day_goes_on_where_its_past_ends_and_nothing_is_told_twice() {
    let weather = Weather { temperature_dc: 180, ..Weather::default() };
    let now = START.plus_millis(17 * MINUTE);
    let sim = sim(quiet());
    let (mut live, sensors) = sim.gauges(now);
    let numbers: Vec<Option<SensorId>> = (0..).map(SensorId).map(Some).take(sensors.len()).collect();
    let (mut past, _) = sim.gauges(START.plus_millis(-180 * MINUTE));
    past.number(numbers.clone());
    past.end_before(&live);
    live.number(numbers.clone());
    let mut told: BTreeSet<(SensorId, Moment)> = BTreeSet::new();
    let mut tell = |readings: Vec<Reading>, until: Moment| {
        for reading in readings {
            assert!(reading.at <= until && told.insert((reading.sensor, reading.at)), "{reading:?} is told twice");
        }
        told.clone()
    };
    for hour in -2..=0 {
        let then = START.plus_millis(hour * 60 * MINUTE);
        tell(past.step(then, 8.0, weather, 1.0, &[]), then);
    }
    let opened = live.step(now, 8.0, weather, 1.0, &[]);
    assert!(opened.len() * 100 >= sensors.len() * 99, "{} of {} speak as it opens", opened.len(), sensors.len());
    let fresh = |reading: &Reading| !sensors[reading.sensor.index()].is_late(reading.at, now);
    assert!(opened.iter().all(fresh), "none was silent before");
    tell(opened, now);
    let later = now.plus_millis(MINUTE);
    let all = tell(live.step(later, 8.0, weather, 1.0, &[]), later);
    // The hub starts again, some seconds after.
    let again_at = later.plus_millis(20_000);
    let (mut again, _) = sim.gauges(again_at);
    let until = |number: &Option<SensorId>| {
        let of_it = all.range((number.unwrap(), Moment(i64::MIN))..=(number.unwrap(), Moment(i64::MAX)));
        of_it.map(|(_, at)| *at).next_back()
    };
    again.go_on_after(&numbers.iter().map(until).collect::<Vec<_>>());
    again.number(numbers.clone());
    tell(again.step(again_at, 8.0, weather, 1.0, &[]), again_at);
}

/// Squares of a metre in which something is.
struct Spots(HashSet<(i64, i64)>);

impl Spots {
    fn of(all: impl IntoIterator<Item = [f32; 2]>) -> Self {
        Self(all.into_iter().map(|at| Self::square(at.map(f64::from))).collect())
    }

    #[expect(clippy::cast_possible_truncation, reason = "metres of a city")]
    fn square([east, north]: [f64; 2]) -> (i64, i64) {
        (east.round() as i64, north.round() as i64)
    }

    /// Whether one is there, or within a metre or so.
    fn has(&self, at: [f64; 2]) -> bool {
        let (east, north) = Self::square(at);
        (-1..=1).any(|x| (-1..=1).any(|y| self.0.contains(&(east + x, north + y))))
    }
}

#[test]
fn the_demo_city_has_some_twenty_thousand_sensors_where_its_things_are_as_high_or_deep_as_they_stand() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("city");
    pack::writer::write(&demo::generate(3, demo::DEFAULT_BUILDINGS), &out, "").unwrap();
    let city = Arc::new(City::open(&out).unwrap());
    let sim = Sim::new(quiet(), &Catalogue::load(None).unwrap(), Arc::clone(&city), START).unwrap();
    let (_, sensors) = sim.gauges(START);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for sensor in &sensors {
        *counts.entry(sensor.kind.word()).or_default() += 1;
    }
    assert!((17_000..=22_000).contains(&sensors.len()), "{} sensors: {counts:?}", sensors.len());
    for kind in SensorKind::ALL.into_iter().filter(|kind| *kind != SensorKind::Other) {
        assert!(counts.get(kind.word()).is_some_and(|count| *count >= 10), "{kind:?}: {counts:?}");
    }
    let pipes = |network: Network| {
        let of_network = city.pipes().iter().filter(move |pipe| pipe.network == network as u8);
        Spots::of(of_network.flat_map(|pipe| city.pipe_points(pipe).iter().copied()))
    };
    let ways = |wanted: fn(u8, u8) -> bool| {
        let ways = city.ways().iter().filter(move |way| wanted(way.class, way.flags));
        Spots::of(ways.flat_map(|way| city.points_of(way).iter().copied()))
    };
    let places = |wanted: &'static [PlaceKind]| {
        Spots::of(city.places().iter().filter(|place| wanted.contains(&place_kind(place))).map(|place| place.at))
    };
    let [gas, water, drains, power] = [Network::Gas, Network::Water, Network::Drainage, Network::Power].map(pipes);
    let roads = ways(|class, _| (Paint::Tertiary as u8..=Paint::Motorway as u8).contains(&class));
    let (bridges, brooks) = (ways(|_, flags| flags & 2 != 0), ways(|class, _| class == Paint::Stream as u8));
    let (rivers, sites) = (Spots::of(sim.scenery.waters()), Spots::of(sim.scenery.works()));
    let covers = city.components().iter().filter(|component| (101..=104).contains(&component.code));
    let covers = Spots::of(covers.map(|component| component.at));
    let crowds = places(&[PlaceKind::Station, PlaceKind::Park, PlaceKind::Hospital]);
    let mut on_water = 0;
    for sensor in &sensors {
        let at = city.frame().metres_from_lonlat(sensor.at.unwrap());
        let height = sensor.height_m;
        let right = match sensor.kind {
            SensorKind::CombustibleGas => height < 0.0 && gas.has(at),
            SensorKind::Flow => height < 0.0 && water.has(at),
            SensorKind::PowerLoad => height < 0.0 && power.has(at),
            SensorKind::WaterLevel if height < 0.0 => drains.has(at),
            SensorKind::WaterLevel => {
                on_water += 1;
                brooks.has(at) || rivers.has(at)
            }
            SensorKind::CrackWidth | SensorKind::Tilt => height > 0.0 && bridges.has(at),
            SensorKind::TrafficSpeed => height > 0.0 && roads.has(at),
            SensorKind::CrowdCount => height > 0.0 && crowds.has(at),
            SensorKind::Pm10 => height > 0.0 && sites.has(at),
            SensorKind::ManholeCover => height.abs() < f32::EPSILON && covers.has(at),
            SensorKind::Rain | SensorKind::Temperature | SensorKind::Pm25 | SensorKind::Noise => height > 0.0,
            SensorKind::Other | SensorKind::Vital => false,
        };
        assert!(right, "{sensor:?} at {at:?}");
    }
    assert!(on_water > 10, "{on_water} gauges on rivers and brooks");
}
