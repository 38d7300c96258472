//! The panel in its engine.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Key, Modifiers};

use super::locks::Locks;
use super::model::Door;
use super::panel::{SignInWish, sign_in_ui};
use crate::screen::input::TakeKey;
use crate::screen::receive::{Refused, Unlocked};
use crate::screen::sets::PaintSet;
use crate::screen::shown::{AtHub, Guard, HubLink, ScreenKind, Shown, Who};
use crate::screen::tools::UserFolder;

/// Whoever sits here leaves, as is asked for elsewhere.
#[derive(Message, Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveSeat {
    /// Lock the screen.
    Lock,
    /// Sign out.
    SignOut,
}

/// Adds the panel; needs [`crate::screen::receive::plugin`] and an egui context.
pub fn plugin(app: &mut App) {
    app.init_resource::<Guard>()
        .add_message::<LeaveSeat>()
        .add_systems(EguiPrimaryContextPass, sign_in.in_set(PaintSet::Door));
}

fn sign_in(
    mut contexts: EguiContexts,
    kind: Res<ScreenKind>,
    shown: Res<Shown>,
    link: Res<HubLink>,
    (mut told, mut refused): (MessageReader<Unlocked>, MessageReader<Refused>),
    mut leaves: MessageReader<LeaveSeat>,
    mut guard: ResMut<Guard>,
    (folder, hub): (Option<Res<UserFolder>>, Option<Res<AtHub>>),
    mut kept: Local<Option<(Door, Locks)>>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (door, locks) = kept.get_or_insert_with(|| {
        // A wall is locked by nobody.
        let folder = folder.and_then(|folder| folder.0.clone()).filter(|_| *kind == ScreenKind::Desk);
        let locks = Locks::open(folder.as_deref(), hub.as_ref().map_or("", |hub| hub.0.as_str()));
        (Door { locked_before: locks.names().clone(), ..Door::default() }, locks)
    });
    door.look(&shown.who);
    for Unlocked(told) in told.read() {
        door.told(told);
    }
    for Refused(why) in refused.read() {
        door.refused(why);
    }
    let mut leaving: Vec<LeaveSeat> = leaves.read().copied().collect();
    if *kind == ScreenKind::Desk {
        // That with more modifiers first: it matches fewer ones as well.
        let keys = [(Modifiers::COMMAND | Modifiers::SHIFT, LeaveSeat::SignOut), (Modifiers::COMMAND, LeaveSeat::Lock)];
        let pressed = |(with, _): &(Modifiers, LeaveSeat)| ctx.input_mut(|input| input.take_key(*with, Key::L));
        leaving.extend(keys.into_iter().filter(pressed).map(|(_, leave)| leave));
    }
    for leave in leaving {
        match leave {
            LeaveSeat::Lock => door.lock(&shown.who),
            LeaveSeat::SignOut => sign_out(door, &shown.who, &link),
        }
        ctx.request_repaint();
    }
    match &shown.who {
        Who::Known(identity) if !identity.open => locks.keep(&identity.name, door.locked),
        Who::Wanted { .. } => locks.forget(),
        Who::Known(_) | Who::Unknown => {}
    }
    let blocks = door.blocks(&shown.who);
    guard.set_if_neq(Guard(blocks));
    if !blocks {
        return Ok(());
    }
    let name = match &shown.who {
        Who::Known(identity) => identity.shown.as_str(),
        Who::Wanted { .. } | Who::Unknown => "",
    };
    for wish in sign_in_ui(&ctx, ctx.content_rect(), door, name) {
        match wish {
            SignInWish::Name(name) => door.name = name,
            SignInWish::Password(password) => door.password = password,
            SignInWish::Leave => sign_out(door, &shown.who, &link),
            SignInWish::Ask if door.locked => {
                door.asked = true;
                link.0.unlock(&door.password);
            }
            SignInWish::Ask => {
                door.asked = true;
                link.0.sign_in(door.name.trim(), &door.password);
            }
        }
        ctx.request_repaint();
    }
    // What was pressed is nobody else's.
    ctx.input_mut(|input| input.events.clear());
    Ok(())
}

fn sign_out(door: &mut Door, who: &Who, link: &HubLink) {
    if door.leave(who) {
        link.0.sign_out();
    }
}
