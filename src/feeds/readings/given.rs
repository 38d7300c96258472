//! Rows that a feed of this program made of what its source says, and what became of them.

use std::collections::BTreeMap;

use super::{Row, Sorted, Unkept};
use crate::domain::Moment;
use crate::domain::sensor::{Registry, SensorKind, Unfit};

/// Refused rows that an answer lists.
pub const LISTED_MAX: usize = 100;

/// A row: what a sensor measured, as its source says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// What the sensor is called in the hall.
    pub sensor: String,
    /// When; `None` for one that is of the moment at which it comes.
    pub at: Option<Moment>,
    /// What.
    pub value: f64,
    /// In which unit; empty for the sensor's usual one.
    pub unit: String,
    /// What such a sensor measures, where it is seen for the first time.
    pub kind: Option<SensorKind>,
}

/// What became of rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counted {
    /// Rows in all.
    pub rows: usize,
    /// Kept, in order and in time.
    pub kept: usize,
    /// Kept, after newer ones of their sensors.
    pub out_of_order: usize,
    /// Kept, but late.
    pub late: usize,
    /// Known already.
    pub duplicate: usize,
    /// Not kept, by reason.
    pub refused: BTreeMap<Unfit, usize>,
    /// The first of those that were refused.
    pub listed: Vec<Unkept>,
    /// Sensors that were seen for the first time.
    pub first_seen: usize,
}

impl Counted {
    /// Count others with these.
    pub fn add(&mut self, more: Self) {
        self.rows += more.rows;
        self.kept += more.kept;
        self.out_of_order += more.out_of_order;
        self.late += more.late;
        self.duplicate += more.duplicate;
        self.first_seen += more.first_seen;
        for (unfit, count) in more.refused {
            *self.refused.entry(unfit).or_default() += count;
        }
        let room = LISTED_MAX.saturating_sub(self.listed.len());
        self.listed.extend(more.listed.into_iter().take(room));
    }

    /// How many were refused.
    #[must_use]
    pub fn refused(&self) -> usize {
        self.refused.values().sum()
    }
}

/// Hold rows that came at `now` against the registry, where no clock is beyond `latest`. A row that could not be read
/// is `None`.
#[must_use]
pub fn sort_given(rows: &[Option<Given>], registry: &Registry, now: Moment, latest: Moment) -> Sorted {
    let mut sorted = Sorted::default();
    for row in rows {
        sorted.rows += 1;
        let row = row.as_ref().filter(|row| !row.sensor.trim().is_empty()).map(|row| Row {
            sensor: row.sensor.trim(),
            at: row.at,
            value: row.value,
            unit: row.unit.trim(),
            kind: row.kind,
        });
        sorted.take(row, registry, now, latest);
    }
    sorted
}
