//! Who has locked this desk, beside the token that signs them in: starting the desk anew does not unlock it.
//!
//! `locked.toml`, which has names alone:
//!
//! ```toml
//! [[locked]]
//! by = "li"
//! hub = "hall.city.example_8700"    # empty for a hub in the desk's own process
//! ```

use std::collections::BTreeSet;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::screen::kept::Kept;

/// Name of the file in the user's folder.
const FILE: &str = "locked.toml";

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Locked {
    by: String,
    #[serde(default)]
    hub: String,
}

/// What the file has.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct All {
    locked: Vec<Locked>,
}

/// The locks of one hub.
#[derive(Debug, Default)]
pub(super) struct Locks {
    file: Option<Kept<All>>,
    hub: String,
    names: BTreeSet<String>,
}

impl Locks {
    /// As the file in a folder has them; without a folder nothing outlives the desk.
    pub(super) fn open(folder: Option<&Path>, hub: &str) -> Self {
        let mut locks =
            Self { file: folder.map(|folder| Kept::of(folder, FILE)), hub: hub.to_owned(), ..Self::default() };
        locks.names = locks.read().locked.into_iter().filter(|one| one.hub == hub).map(|one| one.by).collect();
        locks
    }

    /// Who left this desk locked.
    pub(super) fn names(&self) -> &BTreeSet<String> {
        &self.names
    }

    /// `name` has locked the desk, or has not.
    pub(super) fn keep(&mut self, name: &str, locked: bool) {
        let changed = if locked { self.names.insert(name.to_owned()) } else { self.names.remove(name) };
        if changed {
            self.write();
        }
    }

    /// Whoever sits down next has to sign in, so nobody is kept out.
    pub(super) fn forget(&mut self) {
        if !std::mem::take(&mut self.names).is_empty() {
            self.write();
        }
    }

    fn read(&self) -> All {
        self.file.as_ref().and_then(Kept::read).unwrap_or_default()
    }

    fn write(&self) {
        let Some(file) = &self.file else { return };
        let others = self.read().locked.into_iter().filter(|one| one.hub != self.hub);
        let own = self.names.iter().map(|by| Locked { by: by.clone(), hub: self.hub.clone() });
        let all = All { locked: others.chain(own).collect() };
        file.write(Some(&all).filter(|all| !all.locked.is_empty()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, hub: &str) -> Vec<String> {
        Locks::open(Some(folder), hub).names().iter().cloned().collect()
    }

    #[test]
    fn a_lock_is_there_again_at_the_same_hub_until_it_is_opened_or_somebody_has_to_sign_in() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let mut east = Locks::open(Some(folder), "east");
        east.keep("li", false);
        assert!(!folder.join(FILE).exists(), "nothing changed");
        east.keep("li", true);
        Locks::open(Some(folder), "west").keep("wang", true);
        assert_eq!((names(folder, "east"), names(folder, "west")), (vec!["li".to_owned()], vec!["wang".to_owned()]));
        east.keep("li", false);
        assert_eq!((names(folder, "east"), names(folder, "west")), (vec![], vec!["wang".to_owned()]));
        Locks::open(Some(folder), "west").forget();
        assert!(!folder.join(FILE).exists());
        let mut nowhere = Locks::open(None, "");
        nowhere.keep("li", true);
        assert_eq!(nowhere.names().len(), 1, "a desk without a folder is locked as long as it runs");
    }
}
