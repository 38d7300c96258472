//! Names on the map: cities, districts, quarters, points of interest, areas and roads, none over another.
//!
//! - **accepts** nothing; **announces** nothing
//! - **reads** `AreasOnScreen`, `CityView`, `FreeArea`, `Ground`, `Picked`, `PinsOnScreen`, `ScreenKind`, `TwinStyle`
//! - **writes** [`LabelsOnScreen`] (for picking)
//! - **runs in** `EguiPrimaryContextPass`, set `PaintSet::City`
//!
//! Never asks for a frame but while names fade in after the view changed.

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
use super::shown::{CityView, FreeArea, Ground, Picked};

/// Adds the names; needs `PinsPlugin`.
pub struct LabelsPlugin;

impl Plugin for LabelsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<LabelsOnScreen>()
            .init_resource::<FreeArea>()
            .init_resource::<Picked>()
            .add_message::<bevy::window::RequestRedraw>()
            .add_systems(
                EguiPrimaryContextPass,
                systems::paint
                    .in_set(PaintSet::City)
                    .after(AreasPainted)
                    .run_if(resource_exists::<CityView>.and_then(resource_exists::<Ground>)),
            );
    }
}
