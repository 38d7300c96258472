//! What the panel knows. Pure.

use std::collections::BTreeSet;

use crate::domain::Refusal;
use crate::link::Identity;
use crate::screen::shown::Who;

/// What was typed, and how far it got.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Door {
    /// The name that was typed.
    pub name: String,
    /// The password that was typed.
    pub password: String,
    /// The hub is being asked.
    pub asked: bool,
    /// Why the last try was not taken.
    pub why: Option<Refusal>,
    /// Somebody is signed in and left the seat.
    pub locked: bool,
    /// Who left the desk locked before it was started anew: a token that is still good opens it for nobody of them.
    pub locked_before: BTreeSet<String>,
    /// The hub is asked to sign out whoever is signed in.
    pub leaving: bool,
    /// The state of the hub that was looked at last.
    pub(super) seen: Option<Who>,
}

impl Door {
    /// Look at who the hub says is here; forgets what was typed where that changed.
    pub fn look(&mut self, who: &Who) {
        if self.seen.as_ref() == Some(who) {
            return;
        }
        self.seen = Some(who.clone());
        (self.asked, self.leaving, self.password) = (false, false, String::new());
        match who {
            Who::Wanted { why } => {
                self.why.clone_from(why);
                // Whoever signs in next is not the one who locked it.
                self.locked = false;
                self.locked_before.clear();
            }
            // A link that came back does not unlock, and neither does a desk that was started anew.
            Who::Known(identity) => {
                self.why = None;
                self.locked |= !identity.open && self.locked_before.remove(&identity.name);
            }
            Who::Unknown => {}
        }
    }

    /// Lock, where somebody is signed in; a demo has nobody to come back.
    pub fn lock(&mut self, who: &Who) {
        if matches!(who, Who::Known(Identity { open: false, .. })) && !self.locked {
            self.locked = true;
            (self.asked, self.why, self.password) = (false, None, String::new());
        }
    }

    /// Sign out, where somebody is signed in; whether the hub is to be asked. Until it answers the seat is as it was: a
    /// locked one stays locked.
    pub fn leave(&mut self, who: &Who) -> bool {
        let leaves = matches!(who, Who::Known(Identity { open: false, .. })) && !self.leaving;
        if leaves {
            (self.leaving, self.why, self.password) = (true, None, String::new());
        }
        leaves
    }

    /// The hub refused something; what, where that was to sign out.
    pub fn refused(&mut self, why: &Refusal) {
        if std::mem::take(&mut self.leaving) {
            self.why = Some(why.clone());
        }
    }

    /// What came of the password that was given.
    pub fn told(&mut self, told: &Result<(), Refusal>) {
        self.asked = false;
        self.password.clear();
        match told {
            Ok(()) => (self.locked, self.why) = (false, None),
            Err(refusal) => self.why = Some(refusal.clone()),
        }
    }

    /// Whether hands are off.
    #[must_use]
    pub fn blocks(&self, who: &Who) -> bool {
        self.locked || matches!(who, Who::Wanted { .. })
    }

    /// Whether there is something to ask the hub.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.asked && !self.password.is_empty() && (self.locked || !self.name.trim().is_empty())
    }
}
