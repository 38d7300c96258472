//! An open city: the pack's layers with their indices, ready to be asked.

use std::path::Path;

use super::frame::LocalFrame;
use super::pack::layer::{Layer, LayerError};
use super::pack::records::{self, file, tag};

/// An open city pack. Everything it hands out points into the memory map.
pub struct City {
    frame: LocalFrame,
    buildings: Layer,
}

impl City {
    /// Open the pack in `dir`.
    ///
    /// # Errors
    /// [`LayerError`], which says what to do.
    pub fn open(dir: &Path) -> Result<Self, LayerError> {
        let buildings = Layer::open(&dir.join(file::BUILDINGS))?;
        Ok(Self { frame: LocalFrame::new(crate::domain::LonLat::default()), buildings })
    }

    /// The city's local frame.
    #[must_use]
    pub fn frame(&self) -> &LocalFrame {
        &self.frame
    }

    /// All building records.
    #[must_use]
    pub fn buildings(&self) -> &[records::Building] {
        self.buildings.section(tag::BUILDINGS).unwrap_or_default()
    }
}
