//! How many incidents happened when: the fold's short history, for comparing today with yesterday.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Moment;

/// Length of a slot in milliseconds. A quarter of an hour, since some cities' clocks are that far from UTC's.
pub const SLOT_MILLIS: i64 = 15 * 60 * 1000;
/// How many slots are kept: three days, so that yesterday is whole whatever the city's clock.
const KEPT: i64 = 3 * 24 * 4;

/// Incidents by the quarter of an hour in which they happened. What happened more than three days before it became
/// known, or more than a slot after, is not counted, so there are never more slots than three days have.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rhythm(BTreeMap<i64, u32>);

impl Rhythm {
    /// Count an incident that happened at `happened_at` and became known at `known_at`.
    pub(super) fn count(&mut self, happened_at: Moment, known_at: Moment) {
        let (slot, newest) = (slot(happened_at), slot(known_at));
        if slot > newest - KEPT && slot <= newest + 1 {
            let count = self.0.entry(slot).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Let go of what is too old at `now`.
    pub(super) fn let_go(&mut self, now: Moment) {
        while let Some(oldest) = self.0.first_entry().filter(|oldest| *oldest.key() <= slot(now) - KEPT) {
            oldest.remove();
        }
    }

    /// The beginning of the slot of the first that is kept.
    #[must_use]
    pub fn first(&self) -> Option<Moment> {
        self.0.first_key_value().map(|(slot, _)| Moment(slot.saturating_mul(SLOT_MILLIS)))
    }

    /// Incidents that happened from `from` until before `until`, in whole slots.
    #[must_use]
    pub fn between(&self, from: Moment, until: Moment) -> u32 {
        if until <= from {
            return 0;
        }
        self.0.range(slot(from)..slot(until)).fold(0, |sum, (_, count)| sum.saturating_add(*count))
    }
}

fn slot(at: Moment) -> i64 {
    at.0.div_euclid(SLOT_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 4 * SLOT_MILLIS;

    #[test]
    fn incidents_are_counted_by_when_they_happened_and_only_for_three_days() {
        let now = Moment(100 * 24 * HOUR);
        let at = |hours: i64| now.plus_millis(hours * HOUR);
        let mut rhythm = Rhythm::default();
        for hours in [-80, -30, -30, -1, 0, 5] {
            rhythm.count(at(hours), now);
        }
        assert_eq!(rhythm.between(at(-100), at(100)), 4, "80 hours ago and in 5 hours are left out");
        assert_eq!(rhythm.between(at(-30), at(-29)), 2);
        assert_eq!(rhythm.between(at(-29), at(-30)), 0);
        rhythm.let_go(at(42));
        assert_eq!(rhythm.between(at(-100), at(100)), 2);
        rhythm.let_go(at(200));
        assert_eq!(rhythm, Rhythm::default());
    }

    #[test]
    fn moments_at_the_ends_of_time_are_left_out_without_a_panic() {
        let mut rhythm = Rhythm::default();
        for at in [Moment(i64::MIN), Moment(i64::MAX)] {
            rhythm.count(at, Moment(0));
            rhythm.let_go(at);
        }
        assert_eq!(rhythm, Rhythm::default());
        assert_eq!(rhythm.between(Moment(i64::MIN), Moment(i64::MAX)), 0);
    }
}
