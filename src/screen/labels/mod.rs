//! Names on the map: cities, districts, quarters, points of interest, areas and roads, none over another.
//!
//! - **accepts** nothing; **announces** nothing
//! - **reads** `AreasOnScreen`, `CityView`, `FreeArea`, `Ground`, `Picked`, `PinsOnScreen`, `ScreenKind`, `TwinStyle`, `UnitsOnScreen`
//! - **writes** [`LabelsOnScreen`] (for picking)
//! - **runs in** `EguiPrimaryContextPass`, set `PaintSet::City`
//!
//! Never asks for a frame but while names fade in after the view changed.

pub mod land;
pub mod model;
mod panel;
pub mod place;
mod source;
mod systems;
#[cfg(test)]
mod tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

pub use systems::LabelsOnScreen;

use super::areas::AreasPainted;
use super::sets::PaintSet;
use super::shown::{FreeArea, Ground, KeepOff, Picked};
use super::twin::in_sight;

/// Adds the names; needs `PinsPlugin`.
pub struct LabelsPlugin;

impl Plugin for LabelsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<LabelsOnScreen>()
            .init_resource::<FreeArea>()
            .init_resource::<KeepOff>()
            .init_resource::<Picked>()
            .init_resource::<systems::Collected>()
            .init_resource::<land::NamePlaces>()
            .add_systems(Startup, systems::collect.run_if(resource_exists::<Ground>))
            .add_message::<bevy::window::RequestRedraw>()
            .add_systems(
                EguiPrimaryContextPass,
                systems::paint
                    .in_set(PaintSet::City)
                    .after(AreasPainted)
                    .run_if(in_sight.and_then(resource_exists::<Ground>)),
            );
    }
}
