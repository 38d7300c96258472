//! The legend: the marks of crews, the lines of orders to them, and the figures beside the names of areas.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{Align2, Key, Modifiers};

use super::around::AroundTool;
use super::{AROUND, BOOKMARKS, LEGEND, PIPES, free_corner, inner, panel, pressed, stands};
use crate::screen::areas;
use crate::screen::dispatch;
use crate::screen::shown::{FreeArea, Seat, Shown};
use crate::screen::units::legend::{count, legend_ui};

/// Where it stands: at the first of these where nothing else does.
const CORNERS: [Align2; 3] = [Align2::LEFT_BOTTOM, Align2::RIGHT_BOTTOM, Align2::RIGHT_TOP];

/// Whether it is open.
#[derive(Resource, Debug, Default)]
pub(super) struct Legend {
    open: bool,
    /// Opened after the list of what is around.
    newer: bool,
}

/// The key and the panel. Where the city has no room for both, of it and the list of what is around the newer stays.
pub(super) fn tool(
    mut contexts: EguiContexts,
    (shown, free, seat): (Res<Shown>, Res<FreeArea>, Option<Res<Seat>>),
    (mut legend, mut around): (ResMut<Legend>, ResMut<AroundTool>),
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let list = stands(&ctx, AROUND);
    legend.newer &= list.is_some();
    if pressed(&ctx, Modifiers::NONE, Key::L) {
        legend.open = !legend.open;
        legend.newer = list.is_some();
        ctx.request_repaint();
    }
    if legend.open && pressed(&ctx, Modifiers::NONE, Key::Escape) {
        legend.open = false;
        ctx.request_repaint();
    }
    let Some(inner) = inner(&free).filter(|_| legend.open) else { return Ok(()) };
    let others: Vec<_> = [list, stands(&ctx, BOOKMARKS), stands(&ctx, PIPES)].into_iter().flatten().collect();
    let corner = stands(&ctx, LEGEND).map_or(Some(CORNERS[0]), |own| free_corner(inner, own.size(), &others, &CORNERS));
    let Some(corner) = corner else {
        if legend.newer {
            around.close();
        } else {
            legend.open = false;
        }
        ctx.request_repaint();
        return Ok(());
    };
    let counts = count(shown.crews.values().map(|crew| (crew.kind, crew.status)));
    panel(&ctx, LEGEND, &free, corner, |ui| {
        legend_ui(ui, &counts);
        ui.separator();
        dispatch::legend_ui(ui, seat.is_some_and(|seat| seat.0.is_some()));
        ui.separator();
        areas::crumbs::legend_ui(ui);
    });
    Ok(())
}
