//! The day's 按期结案率 for the wall, counted a share of the cases at a time: a hall may hold a hundred thousand.

use crate::domain::kpi::{Counting, Kpi, Share, Tally};
use crate::domain::{Hall, IncidentId};

/// Cases that a pass may count.
const SHARE: usize = 2_000;

/// A count that is under way, and what came of the last one.
#[derive(Debug, Clone, Default)]
pub struct DayRate {
    /// In which minute it was begun.
    begun: Option<i64>,
    left: Vec<IncidentId>,
    tally: Tally,
    told: Share,
}

impl DayRate {
    /// Closed in time today, of what was due to be.
    #[must_use]
    pub fn told(&self) -> Share {
        self.told
    }

    /// Count on, anew with each minute; whether there is more to do.
    pub fn step(&mut self, hall: &Hall, counting: &Counting<'_>) -> bool {
        let minute = counting.span.until.0.div_euclid(60_000);
        if self.begun != Some(minute) && self.left.is_empty() {
            self.begun = Some(minute);
            self.left = hall.incidents().map(|incident| incident.id).collect();
            self.tally = Tally::default();
        }
        let some = self.left.split_off(self.left.len().saturating_sub(SHARE));
        for incident in some.iter().filter_map(|id| hall.incident(*id)) {
            self.tally.add(&counting.case(hall, incident));
        }
        if self.left.is_empty() {
            self.told = self.tally.share(Kpi::ClosedInTime);
        }
        !self.left.is_empty()
    }
}
