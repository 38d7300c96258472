//! What is being written, and the file that keeps it over a crash.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::domain::IncidentId;
use crate::screen::kept::Kept;

/// Name of the file in the user's folder.
const FILE: &str = "duty-draft.toml";

/// What is being written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Draft {
    /// The entry of the log.
    pub(super) words: String,
    /// The case that it is about.
    pub(super) incident: Option<IncidentId>,
    /// The entry that it corrects.
    pub(super) corrects: Option<u64>,
    /// It is to be handed on.
    pub(super) open: bool,
    /// What is said with the hand-over.
    pub(super) remark: String,
    /// Who was typed for a post of the roster.
    pub(super) who: String,
}

impl Draft {
    /// Whether nothing was written yet.
    #[must_use]
    pub(super) fn is_empty(&self) -> bool {
        self.words.trim().is_empty() && self.remark.trim().is_empty() && self.who.trim().is_empty()
    }

    /// Whether nothing but a name for the roster was written.
    #[must_use]
    pub(super) fn is_name_alone(&self) -> bool {
        !self.who.trim().is_empty() && self.words.trim().is_empty() && self.remark.trim().is_empty()
    }

    /// The entry is written: the next one begins.
    pub(super) fn clear_entry(&mut self) {
        let (remark, who) = (std::mem::take(&mut self.remark), std::mem::take(&mut self.who));
        *self = Self { remark, who, ..Self::default() };
    }
}

/// Where drafts are kept.
pub(super) type DraftFile = Kept<Draft>;

/// The file of drafts in a folder.
pub(super) fn file_in(folder: &Path) -> DraftFile {
    Kept::of(folder, FILE)
}
