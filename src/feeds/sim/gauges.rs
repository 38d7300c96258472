//! The sensors of a demo city: along its pipes and roads, on its bridges, at its stations, works and waters. What they
//! show goes with the weather and the hour.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "metres, seconds and numbers of a city's sensors"
)]

use super::random::Random;
use super::scenery::Scenery;
use super::stir::{Stir, stirred};
use crate::domain::rights::Area;
use crate::domain::{LonLat, Moment, Reading, Sensor, SensorId, SensorKind, Sky, Weather};
use crate::ground::City;
use crate::ground::city::place_kind;
use crate::ground::pack::records::{Network, Paint, PlaceKind};

/// Ids of all its sensors begin with this.
const PREFIX: &str = "sim-";
/// Who looks after them.
const OWNER: &str = "sim";
const STREAM_GAUGE: u64 = 21;
const STREAM_TROUBLE: u64 = 91;
const STREAM_PUMP: u64 = 131;
/// What drains a street runs to the pump of its square, which is so many metres wide.
const PUMP_M: f64 = 1_500.0;
/// A pump fails so often an hour.
const PUMP_FAILS: f64 = 0.005;
const HOUR: i64 = 3_600_000;
const BRIDGE: u8 = 1 << 1;
/// Classes of what can be opened in the street: covers of water, rain, sewage and power.
const COVERS: std::ops::RangeInclusive<u16> = 101..=104;
/// Levels of areas from the district to the patrol grid.
const LEVELS: std::ops::RangeInclusive<u32> = 6..=11;

/// How many of a kind there are at most, and how often each measures, in seconds.
const fn plan(kind: SensorKind) -> (usize, i64) {
    match kind {
        SensorKind::CombustibleGas => (4_000, 60),
        SensorKind::WaterLevel => (3_600, 60),
        SensorKind::Rain | SensorKind::Pm10 => (400, 300),
        SensorKind::Flow => (1_800, 60),
        SensorKind::CrackWidth | SensorKind::Tilt => (600, 600),
        SensorKind::Temperature | SensorKind::Pm25 => (700, 300),
        SensorKind::Noise => (600, 60),
        SensorKind::TrafficSpeed => (3_000, 60),
        SensorKind::CrowdCount => (400, 60),
        SensorKind::PowerLoad => (1_600, 60),
        SensorKind::ManholeCover => (3_600, 3_600),
        SensorKind::Other | SensorKind::Vital => (0, 3_600),
    }
}

/// How many of a kind an hour go over their limits for a while, in a city that has as many as it can.
const fn troubles(kind: SensorKind) -> f64 {
    match kind {
        SensorKind::CombustibleGas | SensorKind::WaterLevel => 0.8,
        SensorKind::Pm10 | SensorKind::Noise | SensorKind::PowerLoad => 0.6,
        SensorKind::CrowdCount | SensorKind::ManholeCover => 0.5,
        SensorKind::CrackWidth | SensorKind::Tilt => 0.1,
        SensorKind::Rain
        | SensorKind::Flow
        | SensorKind::Temperature
        | SensorKind::Pm25
        | SensorKind::TrafficSpeed
        | SensorKind::Other
        | SensorKind::Vital => 0.0,
    }
}

/// How much more one shows at the worst of it, in the unit of its kind.
const fn excess(kind: SensorKind) -> f64 {
    match kind {
        SensorKind::CombustibleGas => 45.0,
        SensorKind::WaterLevel => 1.6,
        SensorKind::CrackWidth => 1.4,
        SensorKind::Tilt => 0.7,
        SensorKind::Pm10 => 300.0,
        SensorKind::Noise => 34.0,
        SensorKind::CrowdCount => 3_400.0,
        SensorKind::PowerLoad => 620.0,
        _ => 0.0,
    }
}

/// So many an hour say nothing for most of it.
const SILENT: f64 = 0.4;

/// What befalls a sensor within an hour.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Trouble {
    /// It shows more: 0 to 1 of what it can.
    Excess(f64),
    /// It says nothing.
    Silent,
}

/// Where something may be measured: metres, and metres above the ground.
type Spot = ([f64; 2], f32);

/// One sensor.
#[derive(Debug)]
struct Gauge {
    number: Option<SensorId>,
    kind: SensorKind,
    /// Metres east and north.
    at: [f64; 2],
    /// Which of its kind it is.
    index: u64,
    /// When it measures next, in milliseconds.
    next: i64,
    /// From then on another one tells what it measures.
    until: i64,
    /// What is its own: between 0 and 1.
    own: f64,
    /// The square of the pump behind which it hangs.
    pump: Option<(i32, i32)>,
    /// What it showed last, where that decides what it shows next.
    held: f64,
    random: Random,
}

/// All of them.
#[derive(Debug)]
pub(super) struct Gauges {
    gauges: Vec<Gauge>,
    seed: u64,
}

impl Gauges {
    /// The sensors of a city, and how they are described. Each tells first what it measured last before `now`.
    pub(super) fn of(city: &City, scenery: &Scenery, seed: u64, now: Moment) -> (Self, Vec<Sensor>) {
        let (mut gauges, mut sensors) = (Vec::new(), Vec::new());
        for kind in SensorKind::ALL {
            let (most, every) = plan(kind);
            let spots = spots(city, scenery, kind);
            let count = spots.len().min(most);
            let even = (0..count).filter_map(|index| spots.get(index * spots.len() / count).copied());
            for (number, (at, height_m)) in (0_u64..).zip(even) {
                let mut random = Random::of(seed, STREAM_GAUGE + kind as u64, number);
                let own = random.between(0.0, 1.0);
                let phase = random.below(every as usize * 1000) as i64;
                let period = every * 1000;
                let begin = (now.0 - phase).div_euclid(period) * period + phase;
                let id = format!("{PREFIX}{}-{number:05}", kind.word());
                let pump = (kind == SensorKind::WaterLevel && height_m < 0.0).then(|| square(at));
                let (next, until) = (begin, i64::MAX);
                gauges.push(Gauge { number: None, kind, at, index: number, next, until, own, pump, held: 0.0, random });
                let upstream =
                    pump.map(|(east, north)| format!("pump-{:02}{:02}", east + 50, north + 50)).unwrap_or_default();
                sensors.push(Sensor { upstream, ..described(city, kind, id, at, height_m) });
            }
        }
        (Self { gauges, seed }, sensors)
    }

    /// The numbers that the hub gave them, in their order.
    pub(super) fn number(&mut self, numbers: Vec<Option<SensorId>>) {
        for (gauge, number) in self.gauges.iter_mut().zip(numbers) {
            gauge.number = number;
        }
    }

    /// What the hub has of each already is not told again: each goes on after that, in their order.
    pub(super) fn go_on_after(&mut self, told: &[Option<Moment>]) {
        for (gauge, told) in self.gauges.iter_mut().zip(told) {
            if let Some(missed) = told.map(|told| told.0 - gauge.next).filter(|missed| *missed >= 0) {
                let every = plan(gauge.kind).1 * 1000;
                gauge.next += (missed / every + 1) * every;
            }
        }
    }

    /// Tell nothing of what those measure that go on after these, in the same order.
    pub(super) fn end_before(&mut self, others: &Self) {
        for (gauge, other) in self.gauges.iter_mut().zip(&others.gauges) {
            gauge.until = other.next;
        }
    }

    /// What they measured until now since the last call; where more than one time went by, the last one counts.
    pub(super) fn step(&mut self, now: Moment, hour: f64, weather: Weather, slow: f32, stirs: &[Stir]) -> Vec<Reading> {
        let mut readings = Vec::new();
        for gauge in self.gauges.iter_mut().filter(|gauge| gauge.next <= now.0) {
            let every = plan(gauge.kind).1 * 1000;
            let missed = (now.0 - gauge.next) / every;
            let at = Moment(gauge.next + missed * every);
            gauge.next = at.0 + every;
            if at.0 >= gauge.until {
                continue;
            }
            let value = gauge.measure(hour, weather, slow) + stirred(stirs, gauge.kind, gauge.at, at);
            let value = match gauge.trouble(self.seed, at) {
                Some(Trouble::Silent) => continue,
                Some(Trouble::Excess(_)) if gauge.kind == SensorKind::ManholeCover => 1.0,
                Some(Trouble::Excess(share)) => value + share * excess(gauge.kind),
                None => value,
            };
            readings.extend(gauge.number.map(|sensor| Reading { sensor, at, value: rounded(value, gauge.kind) }));
        }
        readings
    }
}

fn rounded(value: f64, kind: SensorKind) -> f64 {
    let parts = (1.0 / kind.precision()).round();
    let value = (value * parts).round() / parts;
    value.clamp(*kind.plausible().start(), *kind.plausible().end()) + 0.0
}

/// How much of a daily course there is at an hour: 0 to 1, highest at `peak`.
fn course(hour: f64, peak: f64) -> f64 {
    0.5 + 0.5 * ((hour - peak) / 24.0 * std::f64::consts::TAU).cos()
}

/// Rush hours: 0 to 1.
fn rush(hour: f64) -> f64 {
    let near = |peak: f64| (-(hour - peak).powi(2) / 3.0).exp();
    (near(8.2) + near(18.0)).min(1.0)
}

impl Gauge {
    /// What befalls it at a moment. It depends on nothing but seed, sensor and hour, however often it is asked.
    fn trouble(&self, seed: u64, at: Moment) -> Option<Trouble> {
        let (hour, within) = (at.0.div_euclid(HOUR), at.0.rem_euclid(HOUR));
        if let Some(share) = self.pump.and_then(|pump| backwater(seed, pump, hour, within)) {
            // Not all of them lie as low.
            return Some(Trouble::Excess(share * (0.5 + 0.5 * self.own)));
        }
        let number = (self.index << 24) ^ hour.rem_euclid(1 << 24).cast_unsigned();
        let mut random = Random::of(seed, STREAM_TROUBLE + self.kind as u64, number);
        let all = plan(self.kind).0.max(1) as f64;
        let chance = random.between(0.0, 1.0) * all;
        let (begin, length) = (random.between(0.0, 900.0), random.between(1_200.0, 2_600.0));
        let great = random.between(0.35, 1.0);
        let seconds = within as f64 / 1000.0;
        let during = (begin..begin + length).contains(&seconds);
        let whole = plan(self.kind).1 * 1000 >= HOUR;
        if chance < troubles(self.kind) {
            let share = (std::f64::consts::PI * (seconds - begin) / length).sin() * great;
            (during || whole).then_some(Trouble::Excess(share))
        } else if chance < troubles(self.kind) + SILENT && troubles(self.kind) > 0.0 {
            during.then_some(Trouble::Silent)
        } else {
            None
        }
    }

    fn measure(&mut self, hour: f64, weather: Weather, slow: f32) -> f64 {
        let own = self.own;
        let noise = self.random.between(-1.0, 1.0);
        let degrees = f64::from(weather.temperature_dc) / 10.0;
        let rain = if weather.sky == Sky::Rain { f64::from(weather.rain_mm_h) / 10.0 } else { 0.0 };
        let falls = f64::from(weather.intensity) / 3.0;
        match self.kind {
            SensorKind::CombustibleGas => (own * own * 0.8 + 0.2 * noise).max(0.0),
            SensorKind::WaterLevel => {
                // Drains and brooks fill with the rain of the last minutes and run empty slowly.
                let wanted = 0.1 + 0.4 * own + 0.1 * course(hour, 20.0) + rain * (0.007 + 0.014 * own);
                let pull = if wanted > self.held { 0.2 } else { 0.03 };
                self.held = if self.held == 0.0 { wanted } else { self.held + (wanted - self.held) * pull };
                self.held + 0.01 * noise
            }
            SensorKind::Rain => (rain * (0.7 + 0.6 * own) + 0.1 * noise * rain.min(1.0)).max(0.0),
            SensorKind::Flow => {
                (60.0 + 900.0 * own * own) * (0.35 + 0.65 * rush(hour).max(course(hour, 13.0) * 0.6)) + noise
            }
            SensorKind::CrackWidth => 0.05 + 0.6 * own * own + 0.002 * degrees + 0.005 * noise,
            SensorKind::Tilt => (own - 0.5) * 0.2 + f64::from(weather.wind_mps) * 0.0005 * noise,
            SensorKind::Temperature => degrees + (own - 0.5) * 3.0 + 0.1 * noise,
            SensorKind::Pm25 => {
                let fog = if weather.sky == Sky::Fog { 40.0 * falls } else { 0.0 };
                ((30.0 + 40.0 * own + fog) * (1.0 - 0.6 * (rain / 10.0).min(1.0)) + 3.0 * noise).max(1.0)
            }
            SensorKind::Pm10 => {
                let works = if (7.0..19.0).contains(&hour) { 90.0 } else { 20.0 };
                ((40.0 + works * own) * (1.0 - 0.7 * (rain / 8.0).min(1.0)) + 6.0 * noise).max(2.0)
            }
            SensorKind::Noise => 42.0 + 10.0 * own + 12.0 * course(hour, 14.0).sqrt() + 6.0 * rush(hour) + 2.0 * noise,
            SensorKind::TrafficSpeed => {
                let free = 28.0 + 42.0 * own;
                (free * (1.0 - 0.55 * rush(hour)) * f64::from(slow) + 3.0 * noise).max(2.0)
            }
            SensorKind::CrowdCount => {
                (20.0 + 900.0 * own * own) * (0.05 + rush(hour) + 0.3 * course(hour, 14.0)) * (1.0 + 0.1 * noise)
            }
            SensorKind::PowerLoad => {
                let weather = ((degrees - 26.0).max(0.0) + (8.0 - degrees).max(0.0)) * 0.02;
                (50.0 + 600.0 * own) * (0.45 + 0.4 * course(hour, 15.0) + 0.2 * rush(hour) + weather) + noise
            }
            SensorKind::ManholeCover | SensorKind::Other | SensorKind::Vital => 0.0,
        }
    }
}

/// The square of a pump.
fn square([east, north]: [f64; 2]) -> (i32, i32) {
    ((east / PUMP_M).floor() as i32, (north / PUMP_M).floor() as i32)
}

/// How high the water stands before a pump that fails, 0 to 1; `None` while it runs.
fn backwater(seed: u64, (east, north): (i32, i32), hour: i64, within: i64) -> Option<f64> {
    let number = (hour.rem_euclid(1 << 24) << 32) ^ (i64::from(east) << 16) ^ i64::from(north & 0xFFFF);
    let mut random = Random::of(seed, STREAM_PUMP, number.cast_unsigned());
    if random.between(0.0, 1.0) >= PUMP_FAILS {
        return None;
    }
    let (begin, length) = (random.between(0.0, 900.0), random.between(1_500.0, 2_600.0));
    let seconds = within as f64 / 1000.0;
    let during = (begin..begin + length).contains(&seconds);
    during.then(|| (std::f64::consts::PI * (seconds - begin) / length).sin())
}

fn described(city: &City, kind: SensorKind, id: String, at: [f64; 2], height_m: f32) -> Sensor {
    let place = city.frame().lonlat_from_metres(at);
    let areas = city.areas();
    let names: Vec<&str> = city
        .area_path(at)
        .into_iter()
        .filter_map(|index| areas.get(index as usize))
        .filter(|area| LEVELS.contains(&area.level))
        .map(|area| city.name(area.name))
        .take(4)
        .collect();
    Sensor {
        name: city.street_near(at, 60.0).map(|street| city.name(street.name).to_owned()).unwrap_or_default(),
        at: LonLat::new(place.lon, place.lat),
        height_m,
        area: Area::of(&names.join("/")).unwrap_or_default(),
        precision: kind.precision(),
        owner: OWNER.to_owned(),
        claimed: true,
        ..Sensor::first_seen(&id, Some(kind), "")
    }
}

fn wide(at: [f32; 2]) -> [f64; 2] {
    at.map(f64::from)
}

/// Where a kind is measured in a city, as far as its map says.
fn spots(city: &City, scenery: &Scenery, kind: SensorKind) -> Vec<Spot> {
    let pipes = |network: Network| {
        let of_network = city.pipes().iter().filter(move |pipe| pipe.network == network as u8);
        of_network.flat_map(move |pipe| {
            let depth_m = -f32::from(pipe.depth_cm) / 100.0;
            city.pipe_points(pipe).iter().map(move |at| (wide(*at), depth_m))
        })
    };
    let middles = |wanted: fn(u8, u8) -> bool, height_m: f32| {
        let ways = city.ways().iter().filter(move |way| wanted(way.class, way.flags));
        ways.filter_map(move |way| {
            let points = city.points_of(way);
            points.get(points.len() / 2).map(|at| (wide(*at), height_m))
        })
    };
    let places = |wanted: &'static [PlaceKind], height_m: f32| {
        let places = city.places().iter().filter(move |place| wanted.contains(&place_kind(place)));
        places.map(move |place| (wide(place.at), height_m))
    };
    let covers = || {
        let covers = city.components().iter().filter(|component| COVERS.contains(&component.code));
        covers.map(|component| (wide(component.at), 0.0))
    };
    let is_bridge = |_: u8, flags: u8| flags & BRIDGE != 0;
    match kind {
        SensorKind::CombustibleGas => pipes(Network::Gas).collect(),
        // Brooks and rivers first, where their bridges are; then what drains the streets.
        SensorKind::WaterLevel => {
            let brooks = middles(|class, _| class == Paint::Stream as u8, 0.0);
            let waters = scenery.waters().map(|at| (wide(at), 0.0));
            let mut all: Vec<Spot> = brooks.chain(waters.take(200)).collect();
            all.extend(pipes(Network::Drainage));
            all
        }
        SensorKind::Flow => pipes(Network::Water).collect(),
        SensorKind::PowerLoad => pipes(Network::Power).collect(),
        SensorKind::ManholeCover => covers().collect(),
        SensorKind::CrackWidth | SensorKind::Tilt => middles(is_bridge, 4.0).collect(),
        SensorKind::TrafficSpeed => {
            let roads = Paint::Tertiary as u8..=Paint::Motorway as u8;
            let ways = city.ways().iter().filter(|way| roads.contains(&way.class));
            ways.flat_map(|way| city.points_of(way)).map(|at| (wide(*at), 6.0)).collect()
        }
        SensorKind::CrowdCount => places(&[PlaceKind::Station, PlaceKind::Park, PlaceKind::Hospital], 4.0).collect(),
        SensorKind::Pm10 => scenery.works().map(|at| (wide(at), 3.0)).collect(),
        SensorKind::Noise => {
            let works = scenery.works().map(|at| (wide(at), 3.0));
            works.chain(places(&[PlaceKind::School, PlaceKind::Hospital, PlaceKind::Quarter], 4.0)).collect()
        }
        SensorKind::Temperature | SensorKind::Pm25 | SensorKind::Rain => {
            let known = &[PlaceKind::District, PlaceKind::Quarter, PlaceKind::School, PlaceKind::Park];
            places(known, 10.0).chain(places(&[PlaceKind::Toilet, PlaceKind::Parking], 4.0)).collect()
        }
        SensorKind::Other | SensorKind::Vital => Vec::new(),
    }
}
