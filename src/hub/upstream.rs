//! Behind what a sensor hangs that does not say so itself: told by the pipes of the map, for alarms to fold by.
//!
//! 1. What a sensor says of itself wins.
//! 2. One that says nothing hangs behind the pipe within [`NEAR_M`] of it whose network its kind measures; a water level
//!    only below the ground, since others stand in rivers.
//! 3. Where sensors on that pipe say behind what they hang, and agree, it hangs behind the same: a pump, a valve.
//! 4. Else it hangs behind what the pipe hangs behind, as far as the map says so ([`Pipes::way`]), and so on from there.
//!
//! It is found when an alarm is raised and not kept with the sensor: another map gives other pipes.

use std::collections::{BTreeMap, HashMap};

use crate::domain::alarm::Raising;
use crate::domain::alarm::cause::pipe_name;
use crate::domain::sensor::{Registry, UPSTREAM_STEPS};
use crate::domain::{LonLat, SensorKind};
use crate::ground::City;
use crate::ground::frame::LocalFrame;
use crate::ground::pack::records::Network;
use crate::ground::pipes::Pipes;

/// A sensor so near to a pipe is on it, metres.
const NEAR_M: f64 = 15.0;

/// The pipes of a map, and what sensors on them say.
pub(super) struct Upstream {
    pipes: Pipes,
    frame: LocalFrame,
    /// What all sensors of a run that say anything say alike, nearest first, as the registry was after so many changes.
    said: BTreeMap<u32, Vec<String>>,
    described: Option<u64>,
    /// Paths by source; empty for those that are on no pipe.
    known: HashMap<String, String>,
}

/// The networks that a kind measures.
const fn networks(kind: SensorKind) -> &'static [Network] {
    match kind {
        SensorKind::CombustibleGas => &[Network::Gas],
        SensorKind::WaterLevel => &[Network::Drainage],
        SensorKind::Flow => &[Network::Water, Network::Drainage],
        SensorKind::PowerLoad => &[Network::Power],
        SensorKind::Rain
        | SensorKind::CrackWidth
        | SensorKind::Tilt
        | SensorKind::Temperature
        | SensorKind::Pm25
        | SensorKind::Pm10
        | SensorKind::Noise
        | SensorKind::TrafficSpeed
        | SensorKind::CrowdCount
        | SensorKind::ManholeCover
        | SensorKind::Other
        | SensorKind::Vital => &[],
    }
}

impl Upstream {
    /// That of a city; `None` where its map has no pipes. Takes as long as [`Pipes::of`].
    pub(super) fn of(city: &City) -> Option<Self> {
        Some(Self::new(Pipes::of(city), *city.frame())).filter(|all| !all.pipes.is_empty())
    }

    fn new(pipes: Pipes, frame: LocalFrame) -> Self {
        Self { pipes, frame, said: BTreeMap::new(), described: None, known: HashMap::new() }
    }

    /// Fill in what alarms do not say of their sources. `described` counts the changes of the registry.
    pub(super) fn fill(&mut self, raisings: &mut [Raising], registry: &Registry, described: u64) {
        for raising in raisings.iter_mut().filter(|raising| raising.upstream.is_empty()) {
            if networks(raising.measures).is_empty() {
                continue;
            }
            if self.described != Some(described) {
                self.said = self.said(registry);
                self.known.clear();
                self.described = Some(described);
            }
            if !self.known.contains_key(&raising.source) {
                let path = self.path(raising);
                self.known.insert(raising.source.clone(), path);
            }
            raising.upstream = self.known.get(&raising.source).cloned().unwrap_or_default();
        }
    }

    /// The run on which a sensor lies.
    fn run(&self, kind: SensorKind, at: Option<LonLat>, height_m: f32) -> Option<u32> {
        let (at, networks) = (at?, networks(kind));
        if networks.is_empty() || (kind == SensorKind::WaterLevel && height_m >= 0.0) {
            return None;
        }
        self.pipes.run_at(networks, self.frame.metres_from_lonlat(at), NEAR_M)
    }

    fn said(&self, registry: &Registry) -> BTreeMap<u32, Vec<String>> {
        let mut said: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for (_, sensor) in registry.all().filter(|(_, sensor)| !sensor.upstream.is_empty()) {
            let Some(run) = self.run(sensor.kind, sensor.at, sensor.height_m) else { continue };
            let own = || sensor.upstream.split('/').filter(|thing| !thing.is_empty());
            match said.get_mut(&run) {
                // What all of them end with.
                Some(known) => {
                    let own: Vec<&str> = own().collect();
                    let alike = known.iter().rev().zip(own.iter().rev()).take_while(|(known, own)| known == own);
                    let alike = alike.count();
                    known.drain(..known.len() - alike);
                }
                None => {
                    said.insert(run, own().map(str::to_owned).collect());
                }
            }
        }
        said.retain(|_, path| !path.is_empty());
        said
    }

    fn path(&self, raising: &Raising) -> String {
        let Some(run) = self.run(raising.measures, raising.at, raising.height_m) else { return String::new() };
        let mut path: Vec<String> = Vec::new();
        for run in self.pipes.way(run) {
            path.extend(self.pipes.network(run).map(|network| pipe_name(network.word(), run)));
            if let Some(said) = self.said.get(&run) {
                path.extend(said.iter().cloned());
                break;
            }
        }
        // What others hang behind hangs behind itself no more.
        path.retain(|thing| *thing != raising.source);
        path.truncate(UPSTREAM_STEPS);
        path.join("/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::rights::Area;
    use crate::domain::{AlarmId, AlarmKind, Grade, Sensor};
    use crate::ground::pipes::Line;

    const ORIGIN: LonLat = LonLat { lon: 119.3, lat: 31.6 };

    /// A main to the east at 0 m north, and a street that leaves it to the north at 100 m, both of gas and of drains.
    fn upstream() -> Upstream {
        let line = |network, diameter_mm, points| Line { network, diameter_mm, depth_m: 1.0, points };
        let (main, street) = (&[[0.0, 0.0], [200.0, 0.0]], &[[100.0, 0.0], [100.0, 200.0]]);
        let lines = [
            line(Network::Gas, 400, &main[..]),
            line(Network::Gas, 110, &street[..]),
            line(Network::Drainage, 800, &main[..]),
            line(Network::Drainage, 500, &street[..]),
        ];
        Upstream::new(Pipes::new(lines, |_| None), LocalFrame::new(ORIGIN))
    }

    fn sensor(id: &str, kind: SensorKind, at: [f64; 2], upstream: &str) -> Sensor {
        let at = Some(LocalFrame::new(ORIGIN).lonlat_from_metres(at));
        Sensor { at, height_m: -1.0, upstream: upstream.to_owned(), ..Sensor::first_seen(id, Some(kind), "") }
    }

    fn raising(sensor: &Sensor) -> Raising {
        Raising {
            alarm: AlarmId::default(),
            source: sensor.id.clone(),
            kind: AlarmKind::High,
            level: Grade::III,
            value: None,
            limit: None,
            rule: String::new(),
            name: String::new(),
            measures: sensor.kind,
            unit: String::new(),
            at: sensor.at,
            height_m: sensor.height_m,
            area: Area::CITY,
            case_kind: String::new(),
            upstream: sensor.upstream.clone(),
        }
    }

    fn filled(upstream: &mut Upstream, sensors: &[Sensor], described: u64) -> Vec<String> {
        let mut registry = Registry::default();
        for sensor in sensors {
            registry.describe(sensor.clone()).expect("described");
        }
        let mut raisings: Vec<Raising> = sensors.iter().map(raising).collect();
        upstream.fill(&mut raisings, &registry, described);
        raisings.into_iter().map(|raising| raising.upstream).collect()
    }

    #[test]
    fn a_sensor_that_says_nothing_hangs_behind_the_pipes_of_what_it_measures() {
        let (gas, level) = (SensorKind::CombustibleGas, SensorKind::WaterLevel);
        let sensors = [
            sensor("a", gas, [103.0, 150.0], ""),
            sensor("b", gas, [10.0, 9.0], ""),
            sensor("c", gas, [10.0, 40.0], ""),
            sensor("d", level, [103.0, 150.0], ""),
            Sensor { height_m: 0.0, ..sensor("river", level, [103.0, 150.0], "") },
            Sensor { at: None, ..sensor("nowhere", gas, [0.0; 2], "") },
            sensor("dust", SensorKind::Pm10, [103.0, 150.0], ""),
            sensor("own", gas, [103.0, 150.0], "valve-7"),
        ];
        let paths = filled(&mut upstream(), &sensors[..7], 1);
        let wanted = ["pipe:gas:1/pipe:gas:0", "pipe:gas:0", "", "pipe:drainage:3/pipe:drainage:2", "", "", ""];
        assert_eq!(paths, wanted);
        let with_own = filled(&mut upstream(), &sensors, 1);
        assert_eq!(with_own.last().map(String::as_str), Some("valve-7"), "what it says itself wins");
        assert_eq!(with_own[0], "pipe:gas:1/valve-7", "and holds for the others on its pipe");
        assert_eq!(with_own[1], "pipe:gas:0");
    }

    #[test]
    fn what_sensors_on_a_pipe_agree_on_holds_for_those_that_say_nothing() {
        let level = |id: &str, north, upstream: &str| sensor(id, SensorKind::WaterLevel, [100.0, north], upstream);
        let mut all = upstream();
        let mut sensors =
            vec![level("a", 50.0, ""), level("b", 80.0, "valve-1/pump-3"), level("c", 90.0, "valve-2/pump-3")];
        assert_eq!(filled(&mut all, &sensors, 1)[0], "pipe:drainage:3/pump-3");
        sensors.push(level("pump-3", 120.0, ""));
        assert_eq!(filled(&mut all, &sensors, 2)[3], "pipe:drainage:3", "nothing hangs behind itself");
        sensors.push(level("d", 95.0, "pump-4"));
        assert_eq!(filled(&mut all, &sensors, 2)[0], "pipe:drainage:3/pump-3", "the registry is as it was");
        assert_eq!(filled(&mut all, &sensors, 3)[0], "pipe:drainage:3/pipe:drainage:2", "they do not agree");
    }
}
