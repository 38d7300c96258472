//! Crews in the street as small quiet marks that glide to where they were last heard of.
//!
//! - **accepts** nothing; **announces** nothing
//! - **reads** `Shown`, `CityView`, `Ground`
//! - **writes** [`Sprites`](super::pins::render::Sprites), the units' part
//! - **runs in** `Sync`
//!
//! Asks for frames only while a crew that is in sight glides.

mod model;
mod systems;
#[cfg(test)]
mod tests;

use bevy::prelude::*;

pub use model::Track;

use super::sets::HallSet;
use super::shown::{CityView, Ground, Shown};

/// Adds the crews; needs `PinsPlugin`, whose draw they share.
pub struct UnitsPlugin;

impl Plugin for UnitsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<systems::Units>().add_message::<bevy::window::RequestRedraw>().add_systems(
            Update,
            systems::sync.in_set(HallSet::Sync).run_if(
                resource_exists::<CityView>
                    .and_then(resource_exists::<Ground>)
                    .and_then(resource_exists::<Shown>)
                    .and_then(resource_exists::<super::pins::render::Sprites>),
            ),
        );
    }
}
