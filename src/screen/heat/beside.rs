//! Sensors that are told beside those of the layer: of some kinds, around a place that somebody looks into. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Station;
use crate::domain::sensor::{Bounds, SensorRow};
use crate::domain::{Reading, SensorId, SensorKind};
use crate::ground::frame::LocalFrame;

/// What is wanted of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// Their kinds.
    pub kinds: BTreeSet<SensorKind>,
    /// Where they are.
    pub bounds: Bounds,
}

impl Wanted {
    fn has(&self, row: &SensorRow) -> bool {
        self.kinds.contains(&row.kind) && row.at.is_some_and(|at| self.bounds.has(at))
    }
}

/// They.
#[derive(Debug, Default)]
pub struct Beside {
    wanted: Option<Wanted>,
    stations: BTreeMap<SensorId, Station>,
    /// More are to come.
    left: bool,
    /// Others are wanted than the hub was asked for.
    news: bool,
    /// Counts changes.
    changes: u64,
}

impl Beside {
    /// Want others, or none.
    pub fn want(&mut self, wanted: Option<Wanted>) {
        if self.wanted != wanted {
            let (changes, left) = (self.changes + 1, wanted.is_some());
            *self = Self { wanted, left, news: true, changes, ..Self::default() };
        }
    }

    /// Whether others are wanted since this was asked last.
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }

    /// What is wanted.
    #[must_use]
    pub fn wanted(&self) -> Option<&Wanted> {
        self.wanted.as_ref()
    }

    /// They, by number.
    pub fn stations(&self) -> impl Iterator<Item = &Station> {
        self.stations.values()
    }

    /// One of them.
    #[must_use]
    pub fn station(&self, number: SensorId) -> Option<&Station> {
        self.stations.get(&number)
    }

    /// They are still being told.
    #[must_use]
    pub fn is_coming(&self) -> bool {
        self.left
    }

    /// Counts changes of them and of what they show.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// The hub told which sensors there are.
    pub fn describe(&mut self, anew: bool, rows: &[SensorRow], gone: &[SensorId], left: u32, frame: &LocalFrame) {
        let Some(wanted) = &self.wanted else { return };
        if anew {
            self.stations.clear();
        }
        for number in gone {
            self.stations.remove(number);
        }
        for row in rows {
            let before = self.stations.remove(&row.number);
            let Some(at) = row.at.filter(|_| wanted.has(row)) else { continue };
            let mut station = Station::new(row.clone(), frame.metres_from_lonlat(at));
            station.newest = before.and_then(|before| before.newest);
            self.stations.insert(row.number, station);
        }
        self.left = left > 0;
        self.changes += 1;
    }

    /// Readings came.
    pub fn hear(&mut self, readings: &[Reading]) {
        if self.stations.is_empty() {
            return;
        }
        for reading in readings {
            if let Some(station) = self.stations.get_mut(&reading.sensor) {
                station.newest = Some((reading.at, reading.value));
                self.changes += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::form_tests::{NOW, reading, row};
    use super::*;
    use crate::domain::LonLat;

    #[test]
    fn only_what_is_wanted_is_kept_and_another_wish_is_news() {
        let frame = LocalFrame::new(LonLat::new(114.0, 22.0).unwrap());
        let (low, high) = (frame.lonlat_from_metres([-100.0; 2]), frame.lonlat_from_metres([100.0; 2]));
        let bounds = Bounds { west: low.lon, south: low.lat, east: high.lon, north: high.lat };
        let wanted = Wanted { kinds: [SensorKind::CombustibleGas].into(), bounds };
        let mut beside = Beside::default();
        assert!(!beside.take_news() && !beside.is_coming());
        beside.want(Some(wanted.clone()));
        assert!(beside.is_coming() && beside.take_news() && !beside.take_news());

        let gas = |number, east| row(number, SensorKind::CombustibleGas, [east, 0.0], &frame);
        let rows = [gas(1, 10.0), row(2, SensorKind::Flow, [10.0, 0.0], &frame), gas(3, 500.0)];
        beside.describe(true, &rows, &[], 0, &frame);
        let numbers = |beside: &Beside| beside.stations().map(|station| station.row.number.0).collect::<Vec<_>>();
        assert_eq!((numbers(&beside), beside.is_coming()), (vec![1], false));
        beside.hear(&[reading(1, 5, 3.2), reading(3, 5, 9.0)]);
        let newest = |beside: &Beside| beside.station(SensorId(1)).unwrap().newest;
        assert_eq!(newest(&beside), Some((NOW.plus_millis(-5_000), 3.2)));
        beside.describe(false, &[gas(1, 20.0)], &[], 0, &frame);
        assert_eq!(newest(&beside), Some((NOW.plus_millis(-5_000), 3.2)), "it was moved, and says what it said");
        beside.describe(false, &[], &[SensorId(1)], 0, &frame);
        assert!(numbers(&beside).is_empty());

        beside.want(Some(wanted));
        assert!(!beside.take_news(), "the same as before");
        beside.want(None);
        assert!(beside.take_news() && beside.wanted().is_none() && !beside.is_coming());
        beside.describe(true, &rows, &[], 0, &frame);
        assert!(numbers(&beside).is_empty(), "nobody wants them");
    }
}
