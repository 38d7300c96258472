//! The panel in its engine.

use bevy::prelude::*;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Key, Modifiers};

use super::model::Door;
use super::panel::{SignInWish, sign_in_ui};
use crate::screen::palette::PaletteSet;
use crate::screen::receive::Unlocked;
use crate::screen::sets::PaintSet;
use crate::screen::shown::{Guard, HubLink, ScreenKind, Shown, Who};

/// Adds the panel; needs [`crate::screen::receive::plugin`] and an egui context.
pub fn plugin(app: &mut App) {
    app.init_resource::<Guard>()
        .add_systems(EguiPrimaryContextPass, sign_in.after(PaintSet::City).before(PaletteSet).before(PaintSet::Panels));
}

fn sign_in(
    mut contexts: EguiContexts,
    kind: Res<ScreenKind>,
    shown: Res<Shown>,
    link: Res<HubLink>,
    mut told: MessageReader<Unlocked>,
    mut guard: ResMut<Guard>,
    mut door: Local<Door>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    door.look(&shown.who);
    for Unlocked(told) in told.read() {
        door.told(told);
    }
    let seated = *kind == ScreenKind::Desk;
    if seated && ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::L)) {
        door.lock(&shown.who);
        ctx.request_repaint();
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
    for wish in sign_in_ui(&ctx, ctx.content_rect(), &door, name) {
        match wish {
            SignInWish::Name(name) => door.name = name,
            SignInWish::Password(password) => door.password = password,
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
