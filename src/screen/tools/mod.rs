//! What one does with the city beside looking: bookmarks of views, following a crew, who and what is around a place,
//! measuring, the legend.
//!
//! - **accepts** keys and clicks; **announces** `Intent` (a row of a list was clicked)
//! - **reads** `Shown`, `Picked`, `CityView`, `Ground`, `FreeArea`, `Pins`, `Units`
//! - **writes** `ClicksTaken` (while measuring), the camera's [`Rig`](super::twin::rig::Rig)
//! - **runs in** `Decide`, and `EguiPrimaryContextPass` under the desk's panels
//!
//! | key | tool |
//! |---|---|
//! | `M` | measure: clicks add points, double click or Enter ends, Backspace takes one back, Esc clears |
//! | `C` | what is within 200, 500 or 1000 metres of what is chosen, or of the pointer |
//! | `V` | follow the chosen crew; any gesture ends it |
//! | `B` | bookmarks; `Ctrl` 1 to 9 stores the view, `Alt` 1 to 9 flies there |
//! | `L` | legend of the crews, of the lines of orders and of the figures beside areas |
//!
//! They are the desk's: nobody touches the wall. Each tool is a file: what it knows first and pure, then its painting.

mod around;
mod bookmarks;
mod follow;
mod legend;
mod measure;
pub(super) mod paint;
#[cfg(test)]
mod tests;

pub(super) use around::NearLook;

use std::path::PathBuf;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use egui::{Align2, Context, Id, Key, LayerId, Modifiers, Order, Pos2, Rect, Ui, Vec2};

use super::look::{frames, tokens};
use super::sets::{HallSet, PaintSet};
use super::shown::{CityView, ClicksTaken, Drawn, FreeArea, Ground, Intent, KeepOff, ScreenKind, Shown};
use super::twin::rig::Rig;
use super::units::Units;
use crate::screen::input::TakeKey;

/// The user's own folder, where bookmarks and what was chosen on the screen are kept; `None` where there is none.
#[derive(Resource, Debug, Clone, Default)]
pub struct UserFolder(pub Option<PathBuf>);

/// All tools that are painted: whoever takes keys before them runs before.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ToolSet;

/// Adds the tools; needs `PinsPlugin`, `UnitsPlugin` and the twin.
pub struct ToolsPlugin;

impl Plugin for ToolsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<UserFolder>()
            .init_resource::<ClicksTaken>()
            .init_resource::<FreeArea>()
            .init_resource::<KeepOff>()
            .init_resource::<Drawn>()
            .init_resource::<Units>()
            .init_resource::<measure::Measuring>()
            .init_resource::<around::AroundTool>()
            .init_resource::<bookmarks::Bookmarks>()
            .init_resource::<follow::Following>()
            .init_resource::<legend::Legend>()
            .add_message::<Intent>()
            .add_message::<bevy::window::RequestRedraw>()
            .add_systems(Startup, bookmarks::load.run_if(resource_exists::<Ground>))
            .add_systems(Update, (measure::click, follow::follow).in_set(HallSet::Decide).run_if(at_a_desk))
            .add_systems(
                EguiPrimaryContextPass,
                (measure::tool, around::tool, follow::tool, bookmarks::tool, legend::tool)
                    .chain()
                    .in_set(PaintSet::City)
                    .in_set(ToolSet)
                    .run_if(at_a_desk),
            );
    }
}

/// Whether this is a desk with a city on it.
fn at_a_desk(
    kind: Option<Res<ScreenKind>>,
    city: (Option<Res<CityView>>, Option<Res<Ground>>, Option<Res<Rig>>),
    shown: Option<Res<Shown>>,
) -> bool {
    let (view, ground, rig) = city;
    let city = view.is_some() && ground.is_some() && rig.is_some();
    kind.is_some_and(|kind| *kind == ScreenKind::Desk) && city && shown.is_some()
}

/// Whether a key was pressed that no text field takes; nobody else sees it then.
pub(super) fn pressed(ctx: &Context, modifiers: Modifiers, key: Key) -> bool {
    !ctx.text_edit_focused() && ctx.input_mut(|input| input.take_key(modifiers, key))
}

/// Names of the panels that make room for each other.
const AROUND: &str = "around list";
const BOOKMARKS: &str = "bookmarks";
const LEGEND: &str = "crews";
/// Name of the panel of a street that is cut open, which makes room for the lists.
pub(super) const PIPES: &str = "pipes panel";

/// Where the panel of a street that is cut open stands: at the first corner where no list does.
pub(super) fn pipes_corner(ctx: &Context, free: &FreeArea) -> Align2 {
    const CORNERS: [Align2; 3] = [Align2::LEFT_BOTTOM, Align2::LEFT_TOP, Align2::RIGHT_TOP];
    let others: Vec<_> = [AROUND, BOOKMARKS].into_iter().filter_map(|name| stands(ctx, name)).collect();
    let own = inner(free).zip(stands(ctx, PIPES));
    own.and_then(|(inner, own)| free_corner(inner, own.size(), &others, &CORNERS)).unwrap_or(Align2::LEFT_BOTTOM)
}

/// A small panel over the city, at a corner of what the other panels leave free.
pub(super) fn panel(ctx: &Context, name: &str, free: &FreeArea, corner: Align2, add: impl FnOnce(&mut Ui)) {
    let Some(inner) = inner(free) else { return };
    egui::Area::new(Id::new(name))
        .pivot(corner)
        .fixed_pos(corner.pos_in_rect(&inner))
        .constrain_to(inner)
        .show(ctx, |ui| frames::dialog_frame().show(ui, add));
}

/// Points that such a panel has room for, from top to foot.
pub(super) fn panel_room(free: &FreeArea) -> f32 {
    inner(free).map_or(0.0, |inner| inner.height() - frames::dialog_frame().total_margin().sum().y)
}

/// Where the tools' panels may stand.
fn inner(free: &FreeArea) -> Option<Rect> {
    let free = free.0?;
    let free = Rect::from_min_max(Pos2::new(free.min.x, free.min.y), Pos2::new(free.max.x, free.max.y));
    Some(free.shrink(tokens::desk::PAD))
}

/// The first of `corners` of `inner` at which a panel of a size lies over none of `others`.
fn free_corner(inner: Rect, size: Vec2, others: &[Rect], corners: &[Align2]) -> Option<Align2> {
    let clear = |corner: &&Align2| {
        let place = corner.align_size_within_rect(size, inner).expand(tokens::desk::GAP / 2.0);
        others.iter().all(|other| !other.intersects(place))
    };
    corners.iter().find(clear).copied()
}

/// Where one of the tools' panels stood when it was last painted, if it was a frame ago.
fn stands(ctx: &Context, name: &str) -> Option<Rect> {
    let id = Id::new(name);
    ctx.memory(|memory| {
        let painted = memory.areas().visible_last_frame(&LayerId::new(Order::Middle, id));
        memory.area_rect(id).filter(|_| painted)
    })
}
