//! The newest reading of each sensor, in memory, for the screens that show it.

use crate::domain::sensor::AHEAD_MAX_MILLIS;
use crate::domain::{Moment, Reading, SensorId};

/// The newest reading of each sensor, by number, each with the stamp of the batch that it came in.
#[derive(Debug, Default)]
pub(crate) struct Newest {
    /// Counts batches; 0 is no stamp of any reading.
    stamp: u64,
    of: Vec<(u64, Moment, f64)>,
}

impl Newest {
    /// Put in those that are newer; what is known of a time beyond `latest` is of a clock that was wrong, and gives way.
    pub(super) fn put(&mut self, readings: impl IntoIterator<Item = Reading>, latest: Moment) {
        self.stamp += 1;
        let ahead = latest.0.saturating_add(AHEAD_MAX_MILLIS);
        for Reading { sensor, at, value } in readings {
            if self.of.len() <= sensor.index() {
                self.of.resize(sensor.index() + 1, (0, Moment(i64::MIN), 0.0));
            }
            if let Some(known) = self.of.get_mut(sensor.index())
                && (at > known.1 || known.1.0 > ahead)
            {
                *known = (self.stamp, at, value);
            }
        }
    }

    /// Counts batches that were put in.
    pub(super) fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The newest of a sensor, if it has any, with its stamp.
    pub(crate) fn of(&self, sensor: SensorId) -> (u64, Option<Reading>) {
        let known = self.of.get(sensor.index()).filter(|(stamp, ..)| *stamp > 0);
        known.map_or((0, None), |(stamp, at, value)| (*stamp, Some(Reading { sensor, at: *at, value: *value })))
    }
}
