//! A calm tour of the city for a wall that nobody attends: the whole city, its districts and open cases one after the
//! other; what matters interrupts it at once and is shown for a while.
//!
//! - **accepts** the key `O`; **announces** `Intent::Select` (the case it shows)
//! - **reads** `Shown`, `Changes`, `Ground`, [`TourWish`]
//! - **writes** [`Touring`], the camera's [`Rig`](super::twin::rig::Rig)
//! - **runs in** `Decide`
//!
//! A wall begins by itself after a quiet while. With a graphics card the look never quite rests; without one the tour
//! shows still pictures with short flights between them, so that the processor rests. Any gesture ends it. [`model`]
//! has the rules.

mod model;
mod systems;
#[cfg(test)]
mod tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

use super::sets::{HallSet, PaintSet};
use super::shown::{Changes, Ground, Intent, ScreenKind, Shown};

/// When the tour begins by itself.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TourWish {
    /// After a while on a wall, else never.
    #[default]
    Auto,
    /// Never.
    Off,
    /// After so many minutes without a touch or news that matter.
    After(u16),
}

impl std::str::FromStr for TourWish {
    type Err = ();

    /// Reads `auto`, `off` or minutes from 1 to 1440.
    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "auto" => Ok(Self::Auto),
            "off" => Ok(Self::Off),
            minutes => minutes.parse().ok().filter(|m| (1..=1440).contains(m)).map(Self::After).ok_or(()),
        }
    }
}

/// Whether the tour flies now; then nobody else moves the camera by itself.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Touring(pub bool);

/// Adds the tour; needs the twin.
pub struct TourPlugin;

impl Plugin for TourPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<TourWish>()
            .init_resource::<Touring>()
            .init_resource::<super::input::Presses>()
            .init_resource::<Changes>()
            .init_resource::<systems::Guide>()
            .add_message::<Intent>()
            .add_message::<bevy::window::RequestRedraw>()
            .add_message::<super::power::WakeAfter>()
            .add_systems(
                EguiPrimaryContextPass,
                systems::note.in_set(PaintSet::City).run_if(resource_exists::<ScreenKind>),
            )
            .add_systems(
                Update,
                (systems::key, systems::guide).chain().in_set(HallSet::Decide).run_if(
                    resource_exists::<Ground>
                        .and_then(resource_exists::<Shown>)
                        .and_then(resource_exists::<ScreenKind>)
                        .and_then(resource_exists::<super::twin::rig::Rig>),
                ),
            );
    }
}
