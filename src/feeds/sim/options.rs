//! How a day is made, and how much of it is told.

use super::HOUR_MILLIS;
use crate::domain::Moment;

/// How the day is made.
#[derive(Debug, Clone, PartialEq)]
pub struct SimOptions {
    /// The same seed gives the same day.
    pub seed: u64,
    /// Offset of city time from UTC, seconds.
    pub utc_offset_secs: i32,
    /// Milliseconds before the start from which the day is told, so that a hall opens in its midst; without, the day so
    /// far: at least eight hours, and in a large city no more than some thousand cases.
    pub lead_millis: Option<i64>,
    /// Until when it is told already: then only as much of the day so far as cases last is told anew.
    pub told_until: Option<Moment>,
    /// Times the real rates.
    pub rate: f64,
    /// Cases an hour, in the mean over a day, instead of the rates of the city's size.
    pub per_hour: Option<f64>,
    /// Crews and buses, instead of as many as the city's size has.
    pub crews: Option<u32>,
    /// What sensors showed is told from so many hours before the start, where a city has no readings yet.
    pub past_hours: u32,
}

impl Default for SimOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            utc_offset_secs: 0,
            lead_millis: None,
            told_until: None,
            rate: 1.0,
            per_hour: None,
            crews: None,
            past_hours: 0,
        }
    }
}

impl SimOptions {
    /// How long before `start` the day is told, with `daily` cases a day.
    pub(super) fn lead_millis(&self, start: Moment, daily: f64) -> i64 {
        /// The least of the day so far that is told, so that a hall opened at night is not empty.
        const LEAST: i64 = 8 * HOUR_MILLIS;
        /// Most cases have ended after so long.
        const CASES_LAST: i64 = 3 * HOUR_MILLIS;
        /// Cases that are told before anybody looks: some seconds' work.
        const CASES_MOST: f64 = 3_000.0;
        if let Some(lead) = self.lead_millis {
            return lead.max(0);
        }
        let local = start.0.saturating_add(i64::from(self.utc_offset_secs) * 1000);
        let today = local.rem_euclid(24 * HOUR_MILLIS).max(LEAST);
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "some hours")]
        let told_soon = (CASES_MOST / daily.max(1.0) * (24 * HOUR_MILLIS) as f64) as i64;
        let lead = today.min(told_soon);
        self.told_until.map_or(lead, |told| lead.min(start.0.saturating_sub(told.0).max(CASES_LAST)))
    }
}
