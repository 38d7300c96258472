//! Whose turn it is: the right that the next step of a case needs, and the posts whose work that is.

use super::of_order::of_stage;
use super::{Right, Role};
use crate::domain::{Hall, IncidentId, Stage};

impl Right {
    /// The posts whose work it is: of the roles that have it those with the fewest rights, since whoever may do more
    /// stands in for them and is not waited for. A system has no post.
    #[must_use]
    pub fn posts(self) -> Vec<Role> {
        let has = |role: &Role| *role != Role::Source && role.rights().contains(&self);
        let fewest = Role::ALL.into_iter().filter(has).map(|role| role.rights().len()).min();
        Role::ALL.into_iter().filter(has).filter(|role| Some(role.rights().len()) == fewest).collect()
    }
}

impl Hall {
    /// The right without which an open case does not go on: to answer what was asked, to take it off hold, else to move
    /// it to its next stage. `None` once it is closed, or where there is no such case.
    #[must_use]
    pub fn turn(&self, id: IncidentId) -> Option<Right> {
        let incident = self.incident(id).filter(|incident| incident.stage != Stage::Closed)?;
        let dossier = self.dossier(id);
        if dossier.awaits_extension() {
            return Some(Right::Extend);
        }
        if self.is_on_hold(id) {
            return Some(Right::Hold);
        }
        if dossier.awaits_verification() {
            return Some(Right::Verify);
        }
        incident.stage.next().map(of_stage)
    }
}
