//! Administrative areas: outlines of the level that fits the camera's height, how much is open in each, and the way
//! down from the city to the unit grid.
//!
//! - **accepts** [`DrillTo`] (a click on an area), [`DrillOut`], Backspace and Z; **announces** `FlyTo`, [`DrillTo`]
//! - **reads** `CityView`, `FreeArea`, `Ground`, `Picked`, `Changes`, `Shown`, `PinsOnScreen`, `TwinStyle`
//! - **writes** [`AreasOnScreen`] (for picking and labels), [`Drill`]
//! - **runs in** `Decide` (drilling), `Sync` (counting), `EguiPrimaryContextPass`: outlines in `PaintSet::City`
//!   ([`AreasPainted`]), the path in `PaintSet::Panels` where the screen is a desk
//!
//! Where to start: [`model`] says which areas are outlined and counts what is open in them.

pub mod crumbs;
mod drill;
pub mod model;
pub mod panel;
mod path;
mod systems;
#[cfg(test)]
mod tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

pub use drill::Drill;
pub use systems::AreasOnScreen;
pub(in crate::screen) use systems::name_of;

use super::pins::PinsOnScreen;
use super::sets::{HallSet, PaintSet};
use super::shown::{Changes, FlyTo, FreeArea, Ground, KeepOff, Picked, ScreenKind, Shown};
use super::twin::in_sight;

/// Who paints the path, to those who keep off it.
pub const PATH: &str = "path";

/// Go into an area, or back to the whole city.
#[derive(Message, Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrillTo(pub Option<u32>);

/// Go to the area above.
#[derive(Message, Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrillOut;

/// The system that paints outlines and writes [`AreasOnScreen`]; names come after.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct AreasPainted;

/// Adds the areas.
pub struct AreasPlugin;

impl Plugin for AreasPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Drill>()
            .init_resource::<AreasOnScreen>()
            .init_resource::<systems::Forest>()
            .init_resource::<FreeArea>()
            .init_resource::<KeepOff>()
            .init_resource::<Picked>()
            .init_resource::<Changes>()
            .init_resource::<PinsOnScreen>()
            .add_message::<DrillTo>()
            .add_message::<DrillOut>()
            .add_message::<FlyTo>()
            .add_message::<crate::screen::shown::Intent>()
            .add_message::<bevy::window::RequestRedraw>()
            .add_systems(
                Update,
                (
                    drill::drill.in_set(HallSet::Decide).run_if(resource_exists::<Ground>),
                    systems::count
                        .in_set(HallSet::Sync)
                        .run_if(resource_exists::<Ground>.and_then(resource_exists::<Shown>)),
                ),
            )
            .add_systems(
                EguiPrimaryContextPass,
                (
                    systems::paint
                        .in_set(PaintSet::City)
                        .in_set(AreasPainted)
                        .run_if(in_sight.and_then(resource_exists::<Ground>)),
                    path::path
                        .in_set(PaintSet::Panels)
                        .run_if(resource_equals(ScreenKind::Desk).and_then(resource_exists::<Ground>)),
                ),
            );
    }
}
