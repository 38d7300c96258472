//! Forms of the card that are not on the screen: given back to who wrote them, and put away before others.

use bevy::prelude::{DetectChangesMut as _, ResMut};
use rust_i18n::t;

use super::systems::Desk;
use crate::domain::Hall;
use crate::screen::drafts::Drafts;

impl Desk {
    /// A form whose order was refused is open again, unless another one is, and so is one that was put away with its case.
    pub(super) fn give_back(&mut self, hall: &Hall, drafts: &mut Drafts) {
        if self.form.is_none()
            && let Some((form, refused)) = self.selected_incident().and_then(|id| drafts.take_form(hall, id))
        {
            self.open_form(Some(form));
            // Whoever only walks through the queue goes on walking: the field is theirs once they choose it.
            self.focus_form = refused;
            if !refused {
                self.say(t!("card.form_kept").into_owned());
            }
        }
    }
}

/// Somebody else sits here: nothing that was open before is theirs. What was written in it is kept for its writer.
pub(super) fn put_away(mut desk: ResMut<Desk>) {
    let desk = desk.bypass_change_detection();
    (desk.form, desk.focus_form, desk.asking_mode, desk.notice) = (None, false, false, None);
}
