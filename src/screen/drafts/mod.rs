//! What is being written about cases and the hall does not have yet: the forms of cards, who is to be sent with which
//! words, for what reason a step of a plan is skipped or the plan ended, and what is to be said in the conversation; and why
//! the last of these orders were refused.
//!
//! - **accepts** what the card, the dispatch dialog, the dialog of plans and the workspace write, send and put away;
//!   **gives** it back to them when its order was refused, when its case is chosen again, and after a crash
//! - **announces** [`Turned`]: somebody else sits here, and what is open is not theirs
//! - **reads** `Shown`, `Intent`, `Heard`, `Refused`, `UserFolder`; **writes** [`Drafts`], `case-drafts.toml`
//! - **runs in** `Decide` at a desk
//!
//! Something is kept as it is typed, until the fact of its order is heard, somebody cancels it, or nobody took it up again
//! for 30 days. Whoever opens another hub meanwhile loses nothing. It is its writer's alone: who signs in next neither sees
//! nor sends it, and its writer has it again. What has no name, as older files have it, is theirs who sign in first.
//! `case-drafts.toml`:
//!
//! ```toml
//! [[draft]]
//! incident = 7
//! known_at = 1700000000000          # when the hall came to know it: numbers of another hall mean other cases
//! by = "li"                         # who wrote it, as the hub knows them
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
//!
//! [[draft]]
//! incident = 7
//! known_at = 1700000000000
//! [draft.what]
//! talk = "已联系水务，"
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

/// Somebody else sits at this desk than before: what is open in the dialogs was put away for its writer.
#[derive(Message, Debug, Clone, Copy)]
pub struct Turned;

/// Adds the drafts of who works here.
pub fn plugin(app: &mut App) {
    app.init_resource::<Drafts>()
        .add_message::<Heard>()
        .add_message::<Intent>()
        .add_message::<Refused>()
        .add_message::<Turned>()
        .add_systems(Startup, restore)
        .add_systems(Update, (turn, settle).chain().in_set(HallSet::Decide).run_if(at_a_desk));
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

/// Somebody else sits here: what is written from now on is theirs.
pub(in crate::screen) fn turn(shown: Res<Shown>, mut drafts: ResMut<Drafts>, mut turned: MessageWriter<Turned>) {
    if shown.who.signs().is_some_and(|name| drafts.bypass_change_detection().turn_to(name)) {
        turned.write(Turned);
    }
}

/// What became of what was sent; then what has changed is kept. Why orders were refused is old news once another one is
/// given, wherever on the desk.
pub(super) fn settle(
    mut drafts: ResMut<Drafts>,
    time: Res<Time<Real>>,
    (mut intents, mut heard, mut refused): (MessageReader<Intent>, MessageReader<Heard>, MessageReader<Refused>),
) {
    let drafts = drafts.bypass_change_detection();
    if intents.read().filter(|intent| matches!(intent, Intent::Order(order) if order.is_by_hand())).count() > 0 {
        drafts.give();
    }
    for Heard(fact) in heard.read() {
        if let Actor::Person(name) = &fact.by {
            drafts.heard(name, &fact.what);
        }
    }
    for Refused(refusal) in refused.read() {
        drafts.refuse(words::refusal(refusal), time.elapsed_secs());
    }
    drafts.keep(today());
}
