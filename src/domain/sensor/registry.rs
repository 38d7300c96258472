//! All sensors of a city by their numbers and by what their sources call them.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::{Sensor, SensorId, Unfit};
use crate::domain::{Moment, Reading, Refusal};

/// Most sensors of a hub, those before a change of what they measure included.
pub const SENSORS_MAX: usize = 1_000_000;
/// Most sensors that nobody claimed: whoever may send readings makes up no more.
pub const UNCLAIMED_MAX: usize = 20_000;

/// The sensors there are. Numbers are never used again.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    sensors: Vec<Arc<Sensor>>,
    /// Factor and offset of what each sends without a unit, looked up once.
    scales: Vec<Option<(f64, f64)>>,
    /// Each reading is looked up here: a hash that is fast, and drawn anew in each process.
    by_id: HashMap<Arc<str>, SensorId, RandomState>,
    unclaimed: usize,
}

impl Registry {
    /// How many numbers are given.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sensors.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sensors.is_empty()
    }

    /// The sensor of a number.
    #[must_use]
    pub fn get(&self, number: SensorId) -> Option<&Arc<Sensor>> {
        self.sensors.get(number.index())
    }

    /// The number of the sensor that is called so now.
    #[must_use]
    pub fn number(&self, id: &str) -> Option<SensorId> {
        self.by_id.get(id).copied()
    }

    /// The sensors there are now, in the order of their numbers; those that became other ones are left out.
    pub fn all(&self) -> impl Iterator<Item = (SensorId, &Arc<Sensor>)> {
        (0..).map(SensorId).zip(&self.sensors).filter(|(number, sensor)| self.number(&sensor.id) == Some(*number))
    }

    /// Put in what was kept under this number; numbers come in order.
    pub fn restore(&mut self, number: SensorId, sensor: Sensor) {
        if number.index() == self.sensors.len() {
            self.push(sensor);
        }
    }

    fn push(&mut self, sensor: Sensor) -> SensorId {
        let number = SensorId(u32::try_from(self.sensors.len()).unwrap_or(u32::MAX));
        let before = self.by_id.insert(Arc::from(sensor.id.as_str()), number);
        let was_unclaimed = before.and_then(|before| self.get(before)).is_some_and(|before| !before.claimed);
        self.unclaimed = self.unclaimed + usize::from(!sensor.claimed) - usize::from(was_unclaimed);
        self.scales.push(sensor.usual_scale());
        self.sensors.push(Arc::new(sensor));
        number
    }

    /// The reading that the sensor of a number sent, or why there is none: as [`Sensor::judge`].
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
        let sensor = self.get(number).ok_or(Unfit::Unknown)?;
        if !unit.is_empty() && unit != sensor.unit {
            return sensor.judge(number, value, unit, at, latest);
        }
        let scale = self.scales.get(number.index()).copied().flatten();
        sensor.judge_scaled(number, value, scale, at, latest)
    }

    /// What would be if a sensor was described like this: its number, and whether anything changes. With another
    /// measure than before it gets a new number, under which its history begins anew.
    ///
    /// # Errors
    /// [`Refusal::Unusable`].
    pub fn describe(&mut self, sensor: Sensor) -> Result<(SensorId, bool), Refusal> {
        sensor.check()?;
        if let Some(number) = self.number(&sensor.id) {
            let known = self.sensors.get_mut(number.index());
            if let Some(known) = known.filter(|known| known.same_measure(&sensor)) {
                if **known == sensor {
                    return Ok((number, false));
                }
                self.unclaimed = self.unclaimed + usize::from(!sensor.claimed) - usize::from(!known.claimed);
                if let Some(scale) = self.scales.get_mut(number.index()) {
                    *scale = sensor.usual_scale();
                }
                *known = Arc::new(sensor);
                return Ok((number, true));
            }
        }
        if self.sensors.len() >= SENSORS_MAX {
            let reason = format!("there are {SENSORS_MAX} sensors, no more are taken");
            return Err(Refusal::Unusable { field: "id".to_owned(), reason });
        }
        Ok((self.push(sensor), true))
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
        if self.unclaimed >= UNCLAIMED_MAX || self.sensors.len() >= SENSORS_MAX {
            return Err(Unfit::Unknown);
        }
        Ok(self.push(sensor))
    }
}
