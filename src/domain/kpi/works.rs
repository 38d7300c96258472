//! What a person did, and how long it took.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::figure::{Times, TimesChange};
use crate::domain::{Deed, Work};

/// What a person did in a span: of each sort of work, how long each case had waited for it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Works(BTreeMap<Work, Vec<i64>>);

impl Works {
    /// How long cases had waited for it; `None` of what was not done.
    #[must_use]
    pub fn times(&self, work: Work) -> Option<Times> {
        Times::of(self.0.get(&work)?.clone())
    }

    /// How much more often it was done than before, and how much longer it took; `None` where it was not done now or then.
    #[must_use]
    pub fn change(&self, work: Work, before: &Self) -> Option<TimesChange> {
        Some(self.times(work)?.more_than(before.times(work)?))
    }

    /// What all of these did together.
    #[must_use]
    pub fn sum<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for one in all {
            sum.add(one);
        }
        sum
    }

    /// Add what somebody else did.
    pub fn add(&mut self, other: &Self) {
        for (work, took) in &other.0 {
            self.0.entry(*work).or_default().extend(took);
        }
    }

    pub(super) fn note(&mut self, deed: &Deed) {
        self.0.entry(deed.work).or_default().push(deed.took_millis);
    }
}
