//! Crews in the street as small quiet marks, shaped by what they are, that glide to where they were last heard of
//! and leave a fading trail.
//!
//! - **accepts** nothing; **announces** nothing
//! - **reads** `Shown`, `CityView`, `Ground`, `Picked`
//! - **writes** [`Units`], [`UnitsOnScreen`] (for picking), [`Sprites`](super::pins::sprite::Sprites), the units' part
//! - **runs in** `Sync`
//!
//! Asks for frames only while a crew that is in sight glides, and no more than its way on screen needs. [`legend`]
//! explains the marks.

mod bench;
pub mod legend;
mod model;
mod systems;
#[cfg(test)]
mod tests;

use bevy::prelude::*;

pub use bench::bench_crews;
pub use model::{Track, can_be_sent, is_busy, outline};
pub use systems::{UnitMark, Units, UnitsOnScreen};

use super::sets::HallSet;
use super::shown::{CityView, Ground, Picked, Shown};

/// Adds the crews; needs `PinsPlugin`, whose draw they share.
pub struct UnitsPlugin;

impl Plugin for UnitsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Units>()
            .init_resource::<UnitsOnScreen>()
            .init_resource::<Picked>()
            .add_message::<super::power::WakeAfter>()
            .add_systems(
                Update,
                systems::sync.in_set(HallSet::Sync).run_if(
                    resource_exists::<CityView>
                        .and_then(resource_exists::<Ground>)
                        .and_then(resource_exists::<Shown>)
                        .and_then(resource_exists::<super::pins::KindIcons>)
                        .and_then(resource_exists::<super::pins::sprite::Sprites>),
                ),
            );
    }
}
