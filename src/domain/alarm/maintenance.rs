//! Maintenance (检修): sources of which nothing is raised for a while, and nothing calls for anybody.

use serde::{Deserialize, Serialize};

use super::{Alarm, AlarmId, Alarms, Raising};
use crate::domain::order::{NAME_MAX, TEXT_MAX, check_text, unusable};
use crate::domain::rights::Area;
use crate::domain::{Grade, Moment, Refusal, SensorKind};

/// The longest maintenance, in milliseconds: 92 days.
pub const WINDOW_MAX_MILLIS: i64 = 92 * 24 * 3_600_000;

/// What is in maintenance: all that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maintenance {
    /// This source alone; empty for all that the rest says.
    pub source: String,
    /// What measures this; `None` for all.
    pub measures: Option<SensorKind>,
    /// Within this area.
    pub area: Area,
    /// From when on.
    pub from: Moment,
    /// Until when.
    pub until: Moment,
    /// Why; must not be empty.
    pub reason: String,
}

impl Maintenance {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        check_text("source", &self.source, NAME_MAX)?;
        check_text("reason", &self.reason, TEXT_MAX)?;
        if self.reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        let length = self.until.0.saturating_sub(self.from.0);
        if !(1..=WINDOW_MAX_MILLIS).contains(&length) {
            return Err(unusable("until", "is after `from`, by 92 days at most"));
        }
        Ok(())
    }

    /// Whether it is about a source at a moment.
    #[must_use]
    pub fn holds(&self, raising: &Raising, now: Moment) -> bool {
        (self.from..self.until).contains(&now)
            && (self.source.is_empty() || self.source == raising.source)
            && self.measures.is_none_or(|kind| kind == raising.measures)
            && raising.area.is_within(&self.area)
    }
}

/// A maintenance that is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// What it is about.
    pub what: Maintenance,
    /// Who said so.
    pub by: String,
}

impl Alarm {
    /// It gets worse or better. Of what is worse somebody has to take note anew: at once, or where it is `quiet`, as its source
    /// is in maintenance, when that ends.
    pub(super) fn change_level(&mut self, level: Grade, quiet: bool) {
        let known = self.quieted.unwrap_or(self.what.level);
        // Ⅰ is the first of the grades.
        let worse = level.index() < known.index();
        if worse && !quiet {
            self.call_anew();
        }
        self.quieted = (worse && quiet).then_some(known);
        self.worst = if level.index() < self.worst.index() { level } else { self.worst };
        self.what.level = level;
    }

    /// Nobody took note of it as it is now.
    pub(super) fn call_anew(&mut self) {
        (self.acknowledged, self.shelf, self.told, self.quieted) = (None, None, None, None);
        self.seen.clear();
    }
}

impl Alarms {
    /// Whether nothing is raised of such a source at a moment.
    #[must_use]
    pub fn in_maintenance(&self, raising: &Raising, now: Moment) -> bool {
        self.windows.values().any(|window| window.what.holds(raising, now))
    }

    /// Whether an alarm calls for somebody at a moment: it waits, is on no shelf, and its source is not in maintenance.
    #[must_use]
    pub fn calls(&self, alarm: &Alarm, now: Moment) -> bool {
        alarm.calls() && !self.in_maintenance(&alarm.what, now)
    }

    /// What calls anew when a maintenance ends: what got worse meanwhile, is active still and in no other one.
    pub(super) fn called_by_end(&self, window: u64, at: Moment) -> Vec<AlarmId> {
        let other = |alarm: &Alarm| {
            self.windows.iter().any(|(number, held)| *number != window && held.what.holds(&alarm.what, at))
        };
        let worse = self.held.values().filter(|alarm| alarm.quieted.is_some() && alarm.is_active());
        worse.filter(|alarm| !other(alarm)).map(|alarm| alarm.id).collect()
    }
}
