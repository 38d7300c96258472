//! The legend of the crews.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{Align2, Key, Modifiers};

use super::{panel, pressed};
use crate::screen::shown::{FreeArea, Shown};
use crate::screen::units::legend::{count, legend_ui};

/// Whether it is open.
#[derive(Resource, Debug, Default)]
pub(super) struct Legend {
    open: bool,
}

/// The key and the panel.
pub(super) fn tool(
    mut contexts: EguiContexts,
    (shown, free): (Res<Shown>, Res<FreeArea>),
    mut legend: ResMut<Legend>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    if pressed(&ctx, Modifiers::NONE, Key::L) {
        legend.open = !legend.open;
        ctx.request_repaint();
    }
    if legend.open {
        let counts = count(shown.crews.values().map(|crew| (crew.kind, crew.status)));
        panel(&ctx, "crews", &free, Align2::LEFT_BOTTOM, |ui| legend_ui(ui, &counts));
    }
    Ok(())
}
