//! The time limits of this city, with the city time that they are counted on. Pure.

use std::sync::Arc;

use crate::domain::{Countdown, Hall, Incident, Moment, Outlook, Owed, TimeLimits, Timer};

/// Tells the offset of city time from UTC at a moment, in seconds.
pub type UtcOffset = fn(Moment) -> i32;

/// A timer as a card shows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimerShown {
    /// The timer.
    pub timer: Timer,
    /// How much of its limit is used, milliseconds of its clock.
    pub used_millis: i64,
}

/// The limits of the hub's kinds and the offset of city time. By default none.
#[derive(Debug, Clone)]
pub struct CityLimits {
    /// The limits.
    pub limits: Arc<TimeLimits>,
    /// City time.
    pub utc_offset_secs: UtcOffset,
}

impl Default for CityLimits {
    fn default() -> Self {
        Self { limits: Arc::default(), utc_offset_secs: |_| 0 }
    }
}

impl CityLimits {
    /// Which timer of an incident is due first.
    #[must_use]
    pub fn countdown(&self, hall: &Hall, incident: &Incident) -> Option<Countdown> {
        let offset = (self.utc_offset_secs)(incident.known_at);
        self.limits.countdown(&incident.kind, hall.course(incident.id)?, offset)
    }

    /// What past cases say of an open one.
    #[must_use]
    pub fn outlook(&self, hall: &Hall, incident: &Incident, now: Moment) -> Option<Outlook> {
        hall.outlook(incident, &self.limits, now, (self.utc_offset_secs)(incident.known_at))
    }

    /// The report to those above that is owed for an incident.
    #[must_use]
    pub fn owed(&self, hall: &Hall, incident: &Incident) -> Option<Owed> {
        self.limits.owed(hall, incident)
    }

    /// All timers of an incident, in the order of their phases.
    #[must_use]
    pub fn timers(&self, hall: &Hall, incident: &Incident, now: Moment) -> Vec<TimerShown> {
        let Some(course) = hall.course(incident.id) else { return Vec::new() };
        let offset = (self.utc_offset_secs)(incident.known_at);
        let timers = self.limits.timers(&incident.kind, course, offset).into_iter();
        timers
            .map(|timer| TimerShown { timer, used_millis: self.limits.used_millis(&timer, course, now, offset) })
            .collect()
    }
}
