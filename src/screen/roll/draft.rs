//! What is said with the next roll, and the file that keeps it over a crash: `roll-draft.toml`. It goes once the hub has
//! called a roll with it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::domain::{Called, Order, What};
use crate::screen::kept::Kept;

/// Name of the file in the user's folder.
const FILE: &str = "roll-draft.toml";

/// What the file has.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
struct Row {
    words: String,
}

/// What is being written.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) words: String,
    /// As the file has it.
    kept: Row,
    file: Option<Kept<Row>>,
}

impl Draft {
    /// With what was kept in the user's folder.
    pub(super) fn restore(&mut self, folder: &Path) {
        let file = Kept::of(folder, FILE);
        self.kept = file.read().unwrap_or_default();
        self.words.clone_from(&self.kept.words);
        self.file = Some(file);
    }

    /// What calls the roll; the words stay, for the hub may refuse it.
    pub(super) fn call(&self) -> Order {
        Order::CallRoll { words: self.words.clone(), called: Box::new(Called::default()) }
    }

    /// Somebody here did this: a roll that was called with these words has them.
    pub(super) fn heard(&mut self, what: &What) {
        if matches!(what, What::RollCalled { words, .. } if *words == self.words) {
            self.words.clear();
        }
    }

    /// Keep what has changed.
    pub(super) fn keep(&mut self) {
        if self.kept.words == self.words {
            return;
        }
        self.kept.words.clone_from(&self.words);
        if let Some(file) = &self.file {
            file.write(Some(&self.kept).filter(|row| !row.words.trim().is_empty()));
        }
    }
}
