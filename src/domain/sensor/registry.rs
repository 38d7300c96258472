//! All sensors of a city by their numbers and by what their sources call them.
//!
//! 1. A number is never used again; the past of a sensor stays under it.
//! 2. One that is out of service is known still: it is none of [`Registry::all`], and what it measured since is not taken.
//! 3. One of which only the place is known has the area of that place, where a map tells it. What is kept of a sensor is
//!    what was said of it ([`Registry::said`]): another map tells another area.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::retired::Retired;
use super::{Sensor, SensorId, SensorKind, Unfit};
use crate::domain::rights::Area;
use crate::domain::{LonLat, Moment, Reading, Refusal};

/// Most sensors of a hub, those before a change of what they measure included.
pub const SENSORS_MAX: usize = 1_000_000;
/// Most sensors in service that nobody claimed: whoever may send readings makes up no more.
pub const UNCLAIMED_MAX: usize = 20_000;

type TellArea = dyn Fn(LonLat) -> Option<Area> + Send + Sync;

/// Tells in which area a place is, as the map of the city has it.
#[derive(Clone)]
pub struct AreaOf(Arc<TellArea>);

impl AreaOf {
    /// By a function that says `None` where the map has no area.
    #[must_use]
    pub fn new(tell: impl Fn(LonLat) -> Option<Area> + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// The area of a place; `None` outside all areas.
    #[must_use]
    pub fn of(&self, at: LonLat) -> Option<Area> {
        (self.0)(at)
    }
}

impl fmt::Debug for AreaOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AreaOf")
    }
}

/// What is known under a number.
#[derive(Debug, Clone)]
struct Entry {
    sensor: Arc<Sensor>,
    /// Factor and offset of what it sends without a unit, looked up once.
    scale: Option<(f64, f64)>,
    /// Its area is that of its place; nobody said one.
    area_told: bool,
    retired: Option<Arc<Retired>>,
}

impl Entry {
    /// Whether it counts as one that nobody claimed.
    fn is_unclaimed(&self) -> bool {
        !self.sensor.claimed && self.retired.is_none()
    }
}

/// The sensors there are. Numbers are never used again.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    entries: Vec<Entry>,
    /// Each reading is looked up here: a hash that is fast, and drawn anew in each process.
    by_id: HashMap<Arc<str>, SensorId, RandomState>,
    unclaimed: usize,
    /// How many are out of service.
    retired: usize,
    areas: Option<AreaOf>,
}

impl Registry {
    /// How many numbers are given.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn entry(&self, number: SensorId) -> Option<&Entry> {
        self.entries.get(number.index())
    }

    /// The sensor of a number.
    #[must_use]
    pub fn get(&self, number: SensorId) -> Option<&Arc<Sensor>> {
        self.entry(number).map(|entry| &entry.sensor)
    }

    /// The number of the sensor that is called so now.
    #[must_use]
    pub fn number(&self, id: &str) -> Option<SensorId> {
        self.by_id.get(id).copied()
    }

    fn named(&self) -> impl Iterator<Item = (SensorId, &Entry)> {
        (0..).map(SensorId).zip(&self.entries).filter(|(number, one)| self.number(&one.sensor.id) == Some(*number))
    }

    /// The sensors in service now, in the order of their numbers; those that became other ones are left out.
    pub fn all(&self) -> impl Iterator<Item = (SensorId, &Arc<Sensor>)> {
        self.named().filter(|(_, entry)| entry.retired.is_none()).map(|(number, entry)| (number, &entry.sensor))
    }

    /// Those that were in service at a moment, as far as that is known: with those that went out of it later.
    pub fn all_at(&self, at: Moment) -> impl Iterator<Item = (SensorId, &Arc<Sensor>)> {
        let there = move |entry: &Entry| entry.retired.as_ref().is_none_or(|retired| retired.at > at);
        self.named().filter(move |(_, entry)| there(entry)).map(|(number, entry)| (number, &entry.sensor))
    }

    /// Those that are out of service, with why.
    pub fn all_retired(&self) -> impl Iterator<Item = (SensorId, &Arc<Sensor>, &Retired)> {
        self.named().filter_map(|(number, entry)| Some((number, &entry.sensor, entry.retired.as_deref()?)))
    }

    /// Why the sensor of a number is out of service; `None` while it is in it.
    #[must_use]
    pub fn retired(&self, number: SensorId) -> Option<&Retired> {
        self.entry(number)?.retired.as_deref()
    }

    /// Whether a reading was measured after its sensor went out of service.
    #[must_use]
    pub fn is_after_service(&self, reading: &Reading) -> bool {
        self.retired > 0 && self.retired(reading.sensor).is_some_and(|retired| reading.at >= retired.at)
    }

    /// Whether the area of the sensor of a number is that of its place, which nobody said.
    #[must_use]
    pub fn area_is_told(&self, number: SensorId) -> bool {
        self.entry(number).is_some_and(|entry| entry.area_told)
    }

    /// The sensor of a number as it was said to be: without the area that its place told.
    #[must_use]
    pub fn said(&self, number: SensorId) -> Option<Sensor> {
        let Entry { sensor, area_told, .. } = self.entry(number)?;
        let sensor = Sensor::clone(sensor);
        Some(if *area_told { Sensor { area: Area::CITY, ..sensor } } else { sensor })
    }

    /// From now on places tell areas; those of the sensors that are there already too. How many that gave one.
    pub fn set_areas(&mut self, areas: AreaOf) -> usize {
        self.areas = Some(areas);
        let mut told = 0;
        for number in (0..self.entries.len()).filter_map(|index| u32::try_from(index).ok()).map(SensorId) {
            let Some(entry) = self.said(number).map(|sensor| self.entry_of(sensor)) else { continue };
            told += usize::from(entry.area_told);
            if let Some(known) = self.entries.get_mut(number.index()).filter(|known| known.sensor != entry.sensor) {
                *known = Entry { retired: known.retired.take(), ..entry };
            }
        }
        told
    }

    /// A sensor in service, in the area of its place where it says none.
    fn entry_of(&self, sensor: Sensor) -> Entry {
        let wants = sensor.area.is_city() && sensor.kind != SensorKind::Vital;
        let area = self.areas.as_ref().zip(sensor.at.filter(|_| wants)).and_then(|(areas, at)| areas.of(at));
        let area = area.filter(|area| !area.is_city());
        let (scale, area_told) = (sensor.usual_scale(), area.is_some());
        let sensor = if let Some(area) = area { Sensor { area, ..sensor } } else { sensor };
        Entry { sensor: Arc::new(sensor), scale, area_told, retired: None }
    }

    /// Put in what was kept under this number; numbers come in order.
    pub fn restore(&mut self, number: SensorId, sensor: Sensor) {
        if number.index() == self.entries.len() {
            self.push(self.entry_of(sensor));
        }
    }

    /// Put in what was kept of why the sensor of this name is out of service.
    pub fn restore_retired(&mut self, id: &str, retired: Retired) {
        if let Some(number) = self.number(id) {
            self.put_retired(number, Some(retired));
        }
    }

    fn push(&mut self, entry: Entry) -> SensorId {
        let number = SensorId(u32::try_from(self.entries.len()).unwrap_or(u32::MAX));
        let before = self.by_id.insert(Arc::from(entry.sensor.id.as_str()), number);
        // What was out of service under this name stays so under its new number.
        let before = before.and_then(|before| self.entries.get_mut(before.index()));
        let (was_unclaimed, retired) =
            before.map_or((false, None), |before| (before.is_unclaimed(), before.retired.take()));
        let entry = Entry { retired, ..entry };
        self.unclaimed = self.unclaimed + usize::from(entry.is_unclaimed()) - usize::from(was_unclaimed);
        self.entries.push(entry);
        number
    }

    /// The reading that the sensor of a number sent, or why there is none: as [`Sensor::judge`], and [`Unfit::Unknown`]
    /// where the sensor is out of service since.
    ///
    /// # Errors
    /// [`Unfit`].
    pub fn judge(
        &self,
        number: SensorId,
        value: f64,
        unit: &str,
        at: Moment,
        latest: Moment,
    ) -> Result<Reading, Unfit> {
        let Entry { sensor, scale, retired, .. } = self.entry(number).ok_or(Unfit::Unknown)?;
        if retired.as_ref().is_some_and(|retired| at >= retired.at) {
            return Err(Unfit::Unknown);
        }
        if !unit.is_empty() && unit != sensor.unit {
            return sensor.judge(number, value, unit, at, latest);
        }
        sensor.judge_scaled(number, value, *scale, at, latest)
    }

    /// What would be if a sensor was described like this: its number, and whether anything changes. With another
    /// measure than before it gets a new number, under which its history begins anew. One that is out of service stays so.
    ///
    /// # Errors
    /// [`Refusal::Unusable`].
    pub fn describe(&mut self, sensor: Sensor) -> Result<(SensorId, bool), Refusal> {
        sensor.check()?;
        let entry = self.entry_of(sensor);
        if let Some(number) = self.number(&entry.sensor.id) {
            let known = self.entries.get_mut(number.index());
            if let Some(known) = known.filter(|known| known.sensor.same_measure(&entry.sensor)) {
                if known.sensor == entry.sensor && known.area_told == entry.area_told {
                    return Ok((number, false));
                }
                let before = known.is_unclaimed();
                *known = Entry { retired: known.retired.take(), ..entry };
                self.unclaimed = self.unclaimed + usize::from(known.is_unclaimed()) - usize::from(before);
                return Ok((number, true));
            }
        }
        if self.entries.len() >= SENSORS_MAX {
            let reason = format!("there are {SENSORS_MAX} sensors, no more are taken");
            return Err(Refusal::Unusable { field: "id".to_owned(), reason });
        }
        Ok((self.push(entry), true))
    }

    /// A reading came from a sensor that nobody described: it is one from now on, unclaimed.
    ///
    /// # Errors
    /// [`Unfit::Malformed`] where it cannot be one, [`Unfit::Unknown`] where there are too many such.
    pub fn see(&mut self, sensor: Sensor) -> Result<SensorId, Unfit> {
        if let Some(number) = self.number(&sensor.id) {
            return Ok(number);
        }
        if sensor.check().is_err() {
            return Err(if sensor.kind.scale(&sensor.unit).is_none() { Unfit::WrongUnit } else { Unfit::Malformed });
        }
        if self.unclaimed >= UNCLAIMED_MAX || self.entries.len() >= SENSORS_MAX {
            return Err(Unfit::Unknown);
        }
        Ok(self.push(self.entry_of(sensor)))
    }

    /// What would be if a sensor went out of service like this: its number, and whether anything changes. Said again, the
    /// moment stays and the reason is the new one.
    ///
    /// # Errors
    /// [`Refusal::NoSensor`], [`Refusal::ReasonMissing`], [`Refusal::Unusable`].
    pub fn retire(&mut self, id: &str, retired: &Retired) -> Result<(SensorId, bool), Refusal> {
        retired.check()?;
        let number = self.in_hand(id)?;
        let known = self.retired(number);
        if known.is_some_and(|known| known.reason == retired.reason && known.by == retired.by) {
            return Ok((number, false));
        }
        let at = known.map_or(retired.at, |known| known.at);
        self.put_retired(number, Some(Retired { at, ..retired.clone() }));
        Ok((number, true))
    }

    /// What would be if a sensor came back into service: its number, and whether anything changes.
    ///
    /// # Errors
    /// [`Refusal::NoSensor`], [`Refusal::Unusable`] where nobody claimed it and too many of these are in service.
    pub fn bring_back(&mut self, id: &str) -> Result<(SensorId, bool), Refusal> {
        let number = self.in_hand(id)?;
        let Some(entry) = self.entry(number).filter(|entry| entry.retired.is_some()) else {
            return Ok((number, false));
        };
        if !entry.sensor.claimed && self.unclaimed >= UNCLAIMED_MAX {
            let reason = format!("{UNCLAIMED_MAX} wait to be claimed already: claim it first");
            return Err(Refusal::Unusable { field: "id".to_owned(), reason });
        }
        self.put_retired(number, None);
        Ok((number, true))
    }

    /// The number of a sensor that people may take out of service; vital signs are the hub's own.
    fn in_hand(&self, id: &str) -> Result<SensorId, Refusal> {
        let number = self.number(id).ok_or(Refusal::NoSensor)?;
        if self.get(number).is_some_and(|sensor| sensor.kind == SensorKind::Vital) {
            let reason = "is a vital sign, which the hub reckons itself".to_owned();
            return Err(Refusal::Unusable { field: "id".to_owned(), reason });
        }
        Ok(number)
    }

    fn put_retired(&mut self, number: SensorId, retired: Option<Retired>) {
        let Some(entry) = self.entries.get_mut(number.index()) else { return };
        let before = (entry.is_unclaimed(), entry.retired.is_some());
        entry.retired = retired.map(Arc::new);
        self.unclaimed = self.unclaimed + usize::from(entry.is_unclaimed()) - usize::from(before.0);
        self.retired = self.retired + usize::from(entry.retired.is_some()) - usize::from(before.1);
    }
}
