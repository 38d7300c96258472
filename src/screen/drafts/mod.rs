//! What is being written about cases and the hall does not have yet: the forms of cards, who is to be sent with which
//! words, and for what reason a step of a plan is skipped or the plan ended; and why the last of these orders were refused.
//!
//! - **accepts** what the card, the dispatch dialog and the dialog of plans write, send and put away; **gives** it back to
//!   them when its order was refused, when its case is chosen again, and after a crash
//! - **reads** `Shown`, `Intent`, `Heard`, `Refused`, `UserFolder`; **writes** [`Drafts`], `case-drafts.toml`
//! - **runs in** `Decide` at a desk
//!
//! Something is kept as it is typed, until the fact of its order is heard, somebody cancels it, or nobody took it up again
//! for 30 days. Whoever opens another hub meanwhile loses nothing. `case-drafts.toml`:
//!
//! ```toml
//! [[draft]]
//! incident = 7
//! known_at = 1700000000000          # when the hall came to know it: numbers of another hall mean other cases
//! day = 19675                       # on which it was written, from 1970 on
//! [draft.what.form]
//! close = "已处置"
//!
//! [[draft]]
//! incident = 7
//! known_at = 1700000000000
//! [draft.what.sending]
//! to = [{ to = { crew = 12 }, part = "lead" }]
//! words = "带破拆工具"
//!
//! [[draft]]
//! incident = 7
//! known_at = 1700000000000
//! [draft.what]
//! reason = "误报"
//! ```

mod model;
#[cfg(test)]
mod tests;

use bevy::prelude::*;
use bevy::time::Real;

pub use model::{Drafts, Sending};

use super::look::words;
use super::receive::{Heard, Refused};
use super::sets::HallSet;
use super::shown::{Intent, ScreenKind, Shown};
use super::tools::UserFolder;
use crate::domain::Actor;

/// Adds the drafts of this user.
pub fn plugin(app: &mut App) {
    app.init_resource::<Drafts>()
        .add_message::<Heard>()
        .add_message::<Intent>()
        .add_message::<Refused>()
        .add_systems(Startup, restore)
        .add_systems(Update, settle.in_set(HallSet::Decide).run_if(at_a_desk));
}

fn at_a_desk(kind: Option<Res<ScreenKind>>, shown: Option<Res<Shown>>) -> bool {
    kind.is_some_and(|kind| *kind == ScreenKind::Desk) && shown.is_some()
}

/// What a crash left behind waits for its cases.
fn restore(folder: Option<Res<UserFolder>>, mut drafts: ResMut<Drafts>) {
    if let Some(folder) = folder.and_then(|folder| folder.0.clone()) {
        drafts.restore(&folder, today());
    }
}

/// Days since 1970 by the machine's own clock: that of a hub may stand anywhere.
#[expect(clippy::disallowed_methods, reason = "how old a file of this machine is, and nothing of the city")]
fn today() -> i64 {
    chrono::Utc::now().timestamp().div_euclid(86_400)
}

/// What became of what was sent; then what has changed is kept. Why orders were refused is old news once another one is
/// given, wherever on the desk.
pub(super) fn settle(
    mut drafts: ResMut<Drafts>,
    (shown, time): (Res<Shown>, Res<Time<Real>>),
    (mut intents, mut heard, mut refused): (MessageReader<Intent>, MessageReader<Heard>, MessageReader<Refused>),
) {
    let drafts = drafts.bypass_change_detection();
    if intents.read().filter(|intent| matches!(intent, Intent::Order(order) if order.is_by_hand())).count() > 0 {
        drafts.give();
    }
    let me = shown.who.signs();
    for Heard(fact) in heard.read() {
        if me.is_some_and(|me| fact.by == Actor::Person(me.to_owned())) {
            drafts.heard(&fact.what);
        }
    }
    for Refused(refusal) in refused.read() {
        drafts.refuse(words::refusal(refusal), time.elapsed_secs());
    }
    drafts.keep(today());
}
