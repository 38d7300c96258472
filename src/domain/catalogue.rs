//! The texts of the catalogue in force: which kinds of incident there are, with their limits, and the work calendar.
//!
//! They are facts so that every past moment is judged by what was in force then. What they say is read by
//! `config`; here they are only texts.

use serde::{Deserialize, Serialize};

use super::Refusal;
use super::order::check_text;

/// Longest text of a catalogue, in bytes: ten times what the standard kinds take.
pub const CATALOGUE_TEXT_MAX: usize = 256 * 1024;

/// The two documents of a catalogue, as their files have them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CatalogueTexts {
    /// The kinds of incident with their time limits: `kinds.toml`.
    pub kinds: String,
    /// The work calendar: `calendar.toml`.
    pub calendar: String,
}

impl CatalogueTexts {
    /// Can these texts be kept at all?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the text.
    pub fn check(&self) -> Result<(), Refusal> {
        check_text("kinds", &self.kinds, CATALOGUE_TEXT_MAX)?;
        check_text("calendar", &self.calendar, CATALOGUE_TEXT_MAX)
    }
}
