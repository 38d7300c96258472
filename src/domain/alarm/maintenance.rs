//! Maintenance (检修): sources of which nothing is raised for a while.

use serde::{Deserialize, Serialize};

use super::Raising;
use crate::domain::order::{NAME_MAX, TEXT_MAX, check_text, unusable};
use crate::domain::rights::Area;
use crate::domain::{Moment, Refusal, SensorKind};

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
