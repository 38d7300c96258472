//! Open incidents by grade and stage. Pure.

use crate::domain::{Grade, Stage};

/// How many there are of each grade at each stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stages([[usize; Stage::ALL.len()]; Grade::ALL.len()]);

impl Stages {
    /// Count one more, or one less.
    pub fn count(&mut self, grade: Grade, stage: Stage, more: bool) {
        let counts = self.0.get_mut(grade.index());
        if let Some(count) = counts.and_then(|counts| counts.get_mut(stage.index())) {
            *count = if more { *count + 1 } else { count.saturating_sub(1) };
        }
    }

    /// How many are at a stage, without the `hidden` grades.
    #[must_use]
    pub fn at(&self, stage: Stage, hidden: [bool; 4]) -> usize {
        let shown = self.0.iter().zip(hidden).filter(|(_, hidden)| !hidden);
        shown.filter_map(|(counts, _)| counts.get(stage.index())).sum()
    }
}
