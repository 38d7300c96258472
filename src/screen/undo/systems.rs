//! Following the orders of this desk in the engine, and the key that takes one back.

use std::time::Duration;

use bevy::prelude::*;
use bevy::time::Real;
use bevy::window::RequestRedraw;
use bevy_egui::{EguiContexts, EguiPrimaryContextPass};
use egui::{Key, Modifiers};
use rust_i18n::t;

use super::model::Undos;
use super::panel::note_ui;
use crate::domain::Actor;
use crate::screen::input::TakeKey;
use crate::screen::palette::PaletteSet;
use crate::screen::receive::Heard;
use crate::screen::sets::{HallSet, PaintSet};
use crate::screen::shown::{Changes, FreeArea, Guard, HubLink, Intent, ScreenKind, Shown};

/// The orders of this desk.
#[derive(Resource, Default)]
pub(super) struct Given(pub(super) Undos);

/// Adds the note and its key; needs [`crate::screen::receive::plugin`] and the desk.
pub fn plugin(app: &mut App) {
    let desk = || resource_equals(ScreenKind::Desk).and_then(resource_exists::<Shown>);
    // Before the panels, so that the key is not theirs.
    let order = note.after(PaintSet::City).after(PaletteSet).before(PaintSet::Panels);
    app.init_resource::<Given>()
        .init_resource::<Changes>()
        .init_resource::<FreeArea>()
        .add_message::<Heard>()
        .add_message::<Intent>()
        .add_message::<RequestRedraw>()
        .add_systems(Update, follow.in_set(HallSet::Decide).run_if(desk()))
        .add_systems(EguiPrimaryContextPass, order.run_if(desk()));
}

/// Facts first: an order that is given in this frame is in none of them.
pub(super) fn follow(
    mut given: ResMut<Given>,
    mut heard: MessageReader<Heard>,
    mut intents: MessageReader<Intent>,
    mut redraw: MessageWriter<RequestRedraw>,
    (shown, changes, time): (Res<Shown>, Res<Changes>, Res<Time<Real>>),
    guard: Option<Res<Guard>>,
) {
    let secs = time.elapsed_secs_f64();
    let undos = &mut given.bypass_change_detection().0;
    undos.let_go(secs);
    if changes.anew {
        undos.clear();
    }
    for Heard(fact) in heard.read() {
        undos.note(fact, secs);
        redraw.write(RequestRedraw);
    }
    let signed = shown.who.signs().filter(|_| guard.is_none_or(|guard| !guard.0)).map(str::to_owned);
    for intent in intents.read() {
        if let (Intent::Order(order), Some(name)) = (intent, &signed) {
            undos.give(&shown.hall, order, Actor::Person(name.clone()), &t!("undo.reason"), secs);
        }
    }
}

fn note(
    mut contexts: EguiContexts,
    mut given: ResMut<Given>,
    (shown, free, time, link): (Res<Shown>, Res<FreeArea>, Res<Time<Real>>, Res<HubLink>),
    guard: Option<Res<Guard>>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let undos = &mut given.bypass_change_detection().0;
    if guard.is_some_and(|guard| guard.0) {
        return Ok(());
    }
    let secs = time.elapsed_secs_f64();
    let mut undo = !ctx.text_edit_focused() && ctx.input_mut(|i| i.take_key(Modifiers::COMMAND, Key::Z));
    if let (Some(note), Some(free)) = (undos.shown(&shown.hall, secs), free.0) {
        let free = egui::Rect::from_min_max(egui::pos2(free.min.x, free.min.y), egui::pos2(free.max.x, free.max.y));
        undo |= note_ui(&ctx, free, &note);
    }
    if undo {
        // Not as an intent: what takes an order back is not offered to be taken back in its turn.
        undos.undo(&shown.hall, secs).into_iter().for_each(|order| link.0.send(order));
        ctx.request_repaint();
    }
    if let Some(left) = undos.changes_in(secs) {
        ctx.request_repaint_after(Duration::from_secs_f64(left));
    }
    Ok(())
}
