//! What a person did, and how long it took.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::figure::Times;
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
