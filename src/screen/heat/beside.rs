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
    /// Counts changes.
    changes: u64,
}

impl Beside {
    /// Want others, or none; true where that is news.
    pub fn want(&mut self, wanted: Option<Wanted>) -> bool {
        if self.wanted == wanted {
            return false;
        }
        let (changes, left) = (self.changes + 1, wanted.is_some());
        *self = Self { wanted, left, changes, ..Self::default() };
        true
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
        for reading in readings {
            if let Some(station) = self.stations.get_mut(&reading.sensor) {
                station.newest = Some((reading.at, reading.value));
                self.changes += 1;
            }
        }
    }
}
