//! The pack's chunks as the graphics adapter wants them: where each lies and its triangles in the order in which
//! they may be left out.

use std::ops::Range;

pub mod buildings;
pub mod flat;
pub mod near;
pub mod raster;
pub mod terrain;

/// Where the steps of a chunk's indices start; the last is the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps(pub Vec<u32>);

impl Steps {
    fn at(&self, i: usize) -> u32 {
        self.0.get(i).or(self.0.last()).copied().unwrap_or_default()
    }

    /// The indices from the beginning of step `steps.start` to the beginning of `steps.end`.
    #[must_use]
    pub fn range(&self, steps: Range<usize>) -> Range<u32> {
        self.at(steps.start)..self.at(steps.end)
    }
}
