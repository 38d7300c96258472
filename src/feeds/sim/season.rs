//! When a script can happen in earnest, and when it next does.

use chrono::{Datelike as _, Timelike as _};

use super::{HOUR_MILLIS, Sim, hour_of};
use crate::config::script::Script;
use crate::domain::Moment;

/// The first moment from `now` on at which a script can happen in earnest: now, or within a year when its hours next
/// begin, or this one where it has none. City time is UTC plus `utc_offset_secs`.
#[must_use]
pub fn next_fitting(script: &Script, now: Moment, utc_offset_secs: i32) -> Moment {
    let local = now.0.saturating_add(i64::from(utc_offset_secs) * 1000);
    let stroke = now.plus_millis(HOUR_MILLIS - local.rem_euclid(HOUR_MILLIS));
    let hour = |at: Moment| u32::from(hour_of(at, utc_offset_secs));
    let first = script.season.hours.map_or(hour(stroke), |(from, _)| from);
    let begins = |at: &Moment| hour(*at) == first;
    let strokes = (0..366 * 24).map(|hour| stroke.plus_millis(hour * HOUR_MILLIS)).filter(begins);
    std::iter::once(now).chain(strokes).find(|at| fits(script, *at, utc_offset_secs, true)).unwrap_or(now)
}

impl Sim {
    /// Whether a script, by its number, can happen in earnest now.
    pub(super) fn in_season(&self, script: usize) -> bool {
        let script = self.scripts.get(script);
        script.is_none_or(|script| fits(script, self.now, self.options.utc_offset_secs, self.latitude >= 0.0))
    }
}

fn fits(script: &Script, at: Moment, utc_offset_secs: i32, north: bool) -> bool {
    let local = at.0.saturating_add(i64::from(utc_offset_secs) * 1000);
    let Some(local) = chrono::DateTime::from_timestamp_millis(local) else { return true };
    // In the south it is the other half of the year.
    let month = if north { local.month() } else { (local.month() + 5) % 12 + 1 };
    script.season.holds(month, local.hour())
}
