//! All sensors of a city by their numbers and by what their sources call them.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Sensor, SensorId, Unfit};
use crate::domain::Refusal;

/// Most sensors of a hub, those before a change of what they measure included.
pub const SENSORS_MAX: usize = 1_000_000;
/// Most sensors that nobody claimed: whoever may send readings makes up no more.
pub const UNCLAIMED_MAX: usize = 20_000;

/// The sensors there are. Numbers are never used again.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    sensors: Vec<Arc<Sensor>>,
    by_id: HashMap<Arc<str>, SensorId>,
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
        self.sensors.push(Arc::new(sensor));
        number
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
