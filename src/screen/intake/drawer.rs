//! Whose drafts are whose: of all who take calls down at this desk each has their own, and sees nobody else's.
//!
//! `call-draft.toml`:
//!
//! ```toml
//! [[draft]]
//! by = "li"                         # who took it down, as the hub knows them
//! hub = "hall.city.example_8700"    # empty for a hub in the desk's own process
//! [draft.call]
//! text = "三楼着火"
//! ```
//!
//! One of a desk that knew no names yet stands alone in the file, without a list; the first who may see callers has it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::draft::Draft;
use crate::screen::kept::Kept;

/// Name of the file in the user's folder.
const FILE: &str = "call-draft.toml";

/// A draft that is kept; without a name it is anybody's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Owned {
    #[serde(default)]
    by: String,
    #[serde(default)]
    hub: String,
    call: Draft,
}

/// What the file has.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Drafts {
    draft: Vec<Owned>,
}

/// The drafts of this desk: that of whoever sits here is in the dialog, all others are put aside here.
#[derive(Debug, Default)]
pub(super) struct Drawer {
    file: Option<Kept<Drafts>>,
    hub: String,
    /// Who sits here; `None` while that was never known.
    owner: Option<String>,
    aside: Vec<Owned>,
}

impl Drawer {
    /// As the file in a folder has it; without a folder nothing outlives the desk. `hub` is the hub that it leads to.
    pub(super) fn open(folder: Option<&Path>, hub: &str) -> Self {
        let Some(folder) = folder else { return Self { hub: hub.to_owned(), ..Self::default() } };
        let file = Kept::of(folder, FILE);
        let unnamed = Kept::<Draft>::of(folder, FILE).read().filter(|draft| !draft.is_empty());
        let unnamed = unnamed.map(|call| Owned { by: String::new(), hub: String::new(), call });
        let aside = file.read().map(|drafts: Drafts| drafts.draft).unwrap_or_default();
        let aside = aside.into_iter().chain(unnamed).collect();
        Self { file: Some(file), hub: hub.to_owned(), owner: None, aside }
    }

    /// Whether the draft in the dialog is that of `name`.
    pub(super) fn is_of(&self, name: &str) -> bool {
        self.owner.as_deref() == Some(name)
    }

    /// Whether nobody was known to sit here yet.
    pub(super) fn is_nobodys(&self) -> bool {
        self.owner.is_none()
    }

    /// What is in the dialog is of `name`, who turns out to sit here.
    pub(super) fn give_to(&mut self, name: &str) {
        self.owner = Some(name.to_owned());
    }

    /// Now `name` sits here: put aside what the dialog has, and take out theirs. `sees` is whether they may see callers,
    /// and `is_known` whether the hub has a case of a draft, which was sent before its owner left.
    pub(super) fn turn_to(
        &mut self,
        name: &str,
        sees: bool,
        leaves: Draft,
        is_known: impl Fn(&Draft) -> bool,
    ) -> Option<Draft> {
        // Of nobody there is nothing: see `give_to`.
        if let Some(by) = self.owner.take().filter(|_| !leaves.is_empty()) {
            self.aside.push(Owned { by, hub: self.hub.clone(), call: leaves });
        }
        self.aside.retain(|one| one.hub != self.hub || !is_known(&one.call));
        let of = |by: &str, hub: &str| self.aside.iter().rposition(|one| one.by == by && one.hub == hub);
        let at = of(name, &self.hub).or_else(|| of("", "").filter(|_| sees));
        let draft = at.map(|at| self.aside.remove(at).call);
        self.give_to(name);
        self.write(draft.as_ref());
        draft
    }

    /// Keep the draft of whoever sits here, or none any more; those of all others stay.
    pub(super) fn write(&self, draft: Option<&Draft>) {
        let Some(file) = &self.file else { return };
        let (by, hub) = self.owner.clone().map(|owner| (owner, self.hub.clone())).unwrap_or_default();
        let own = draft.map(|draft| Owned { by, hub, call: draft.clone() });
        let draft: Vec<Owned> = self.aside.iter().cloned().chain(own).collect();
        file.write(Some(Drafts { draft }).filter(|drafts| !drafts.draft.is_empty()).as_ref());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Grade, IncidentId, LonLat, Moment};

    fn call(text: &str) -> Draft {
        Draft { text: text.to_owned(), phone: "13800001234".to_owned(), ..Draft::new(Moment(7)) }
    }

    fn unknown(_: &Draft) -> bool {
        false
    }

    #[test]
    fn a_draft_is_there_again_after_a_crash_and_a_bad_file_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("new");
        let path = place.join(FILE);
        let again = || Drawer::open(Some(&place), "").turn_to("li", true, Draft::default(), unknown);
        assert_eq!(again(), None);
        let mut draft = call("三楼着火");
        draft.at = LonLat::new(118.5, 32.1);
        draft.kind = Some("30201".to_owned());
        draft.grade = Some(Grade::II);
        draft.same_as = Some(IncidentId(4));
        let mut drawer = Drawer::open(Some(&place), "");
        drawer.give_to("li");
        drawer.write(Some(&draft));
        assert_eq!(again(), Some(draft), "with the same identity");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "nobody else may read it");
        }
        drawer.write(None);
        assert!(again().is_none() && !path.exists());
        drawer.write(None);
        std::fs::write(&path, "draft = [").unwrap();
        assert_eq!(again(), None);
        assert!(path.with_extension("bad").exists());
    }

    #[test]
    fn everybody_has_their_own_also_after_a_restart_and_that_of_another_hub_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let mut drawer = Drawer::open(Some(folder.path()), "east");
        let (li, wang) = (call("三楼着火"), call("井盖丢了"));
        assert_eq!(drawer.turn_to("li", true, Draft::default(), unknown), None);
        assert_eq!(drawer.turn_to("wang", true, li.clone(), unknown), None, "li's is put aside");
        assert_eq!(drawer.turn_to("li", true, wang.clone(), unknown), Some(li.clone()));
        // Li's is in the dialog, wang's aside: the file has both.
        let mut again = Drawer::open(Some(folder.path()), "east");
        assert!(again.is_nobodys());
        assert_eq!(again.turn_to("chen", true, Draft::default(), unknown), None);
        assert_eq!(again.turn_to("wang", false, Draft::default(), unknown), Some(wang.clone()));
        again.write(None);
        let mut west = Drawer::open(Some(folder.path()), "west");
        assert_eq!(
            west.turn_to("li", true, Draft::default(), |_| true),
            None,
            "another li, of whose hub nothing is known"
        );
        let mut east = Drawer::open(Some(folder.path()), "east");
        assert_eq!(east.turn_to("wang", true, Draft::default(), unknown), None, "wang's is a case");
        assert_eq!(east.turn_to("li", true, Draft::default(), unknown), Some(li.clone()));
        assert_eq!(east.turn_to("wang", true, li, unknown), None);
        assert_eq!(east.turn_to("li", true, Draft::default(), |_| true), None, "the hub has it by now");
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn a_draft_without_a_name_waits_for_somebody_who_may_see_callers() {
        let folder = tempfile::tempdir().unwrap();
        let old = call("老人摔倒");
        std::fs::write(folder.path().join(FILE), toml::to_string(&old).unwrap()).unwrap();
        let mut drawer = Drawer::open(Some(folder.path()), "east");
        assert_eq!(drawer.turn_to("sun", false, Draft::default(), unknown), None);
        let mut again = Drawer::open(Some(folder.path()), "east");
        assert_eq!(again.turn_to("li", true, Draft::default(), unknown), Some(old.clone()));
        assert_eq!(again.turn_to("wang", true, old, unknown), None, "it is li's from now on");
    }
}
