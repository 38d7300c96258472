//! The texts of the catalogue in force: which kinds of incident there are, with their limits, and the work calendar.
//!
//! They are facts so that every past moment is judged by what was in force then. What they say is read by
//! `config`; here they are only texts.

use serde::{Deserialize, Serialize};

use super::Refusal;
use super::order::{NAME_MAX, check_text, unusable};

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

/// Most plans of a city.
pub const PLANS_MAX: usize = 200;

/// The documents of a city's plans, as their files have them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanTexts {
    /// Name of each file and its text, in the order of their names.
    pub files: Vec<(String, String)>,
}

impl PlanTexts {
    /// Can these texts be kept at all?
    ///
    /// # Errors
    /// [`Refusal::Unusable`], which names the text.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.files.len() > PLANS_MAX {
            return Err(unusable("plans", &format!("are at most {PLANS_MAX}")));
        }
        self.files.iter().try_for_each(|(name, _)| check_text("plans", name, NAME_MAX))?;
        let bytes = self.files.iter().map(|(_, text)| text.len()).sum::<usize>();
        if bytes > CATALOGUE_TEXT_MAX {
            return Err(unusable("plans", &format!("are longer than {CATALOGUE_TEXT_MAX} bytes")));
        }
        self.files.iter().try_for_each(|(name, text)| check_text(name, text, CATALOGUE_TEXT_MAX))
    }
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
