//! Components (部件) as small solids near the camera: lamps, covers, hydrants, bins, signs, trees.
//!
//! - **accepts** nothing; **announces** nothing
//! - **reads** `CityView`, `Ground`, `Picked`
//! - **writes** [`Near`] (for picking and drawing)
//! - **runs in** `Sync`, and draws after [`CityDrawn`](super::twin::CityDrawn)
//!
//! Where to start: [`model`] says what looks how and which are near, `solids` has the shapes, `render` draws them.

pub mod model;
mod render;
pub mod solids;
mod systems;
#[cfg(test)]
mod tests;

use bevy::prelude::*;

pub use systems::Near;

use super::sets::HallSet;
use super::shown::{CityView, Ground, Picked};

/// The system that draws the components; what lies in the ground below them comes before.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct ComponentsDrawn;

/// Adds the components; needs `TwinPlugin`. Without a graphics adapter they can still be picked.
pub struct ComponentsPlugin;

impl Plugin for ComponentsPlugin {
    fn build(&self, app: &mut App) {
        render::plugin(app);
        app.init_resource::<Near>().init_resource::<Picked>().add_systems(
            Update,
            systems::gather
                .in_set(HallSet::Sync)
                .run_if(resource_exists::<CityView>.and_then(resource_exists::<Ground>)),
        );
    }
}
