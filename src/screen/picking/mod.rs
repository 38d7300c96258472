//! What the pointer is over and what a click does: pin before alarm before crew before name before component before
//! building; where the map is coloured by a vital sign its areas stand for what is built.
//!
//! - **accepts** the pointer and Esc; **announces** `FlyTo` (a click on a cluster flies in until it falls apart),
//!   `DrillTo` (a click on an area), `DrillOut` (Esc with nothing chosen), `OpenAlarms` (on the mark of an alarm), `LookInto` (on an area coloured by a sign),
//!   [`ClickedNothing`]
//! - **reads** `Clicks`, `Presses`, `CityView`, `Ground`, `PinsOnScreen`, `UnitsOnScreen`, `LabelsOnScreen`, `AreasOnScreen`, `Near`,
//!   `AlarmsOnScreen`, `Vitals`
//! - **writes** `Picked`, [`Hovered`]
//! - **runs in** `Decide` (clicks), `Sync` before the pins (hover) and `PaintSet::Rest` (an Esc that no panel took)
//!
//! Panels own the pointer where egui wants it; a drag is no click; the wall has no pointer. A double click on the
//! ground is the twin's.

mod model;
mod systems;
#[cfg(test)]
mod tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

pub use model::{Under, under};
pub use systems::{ClickedNothing, Hovered};

use super::pins::{Pins, PinsOnScreen, PinsSet};
use super::sets::{HallSet, PaintSet};
use super::shown::{CityView, ClicksTaken, FlyTo, Ground, Picked, ScreenKind};

/// The system that makes choices of clicks; whoever takes some of them for itself runs before.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct Picking;

/// Adds picking; needs `PinsPlugin` and `LabelsPlugin`.
pub struct PickingPlugin;

impl Plugin for PickingPlugin {
    fn build(&self, app: &mut App) {
        let free = |taken: Option<Res<ClicksTaken>>| taken.is_none_or(|taken| !taken.0);
        let at_a_desk = |kind: Option<Res<ScreenKind>>| kind.is_none_or(|kind| *kind == ScreenKind::Desk);
        app.init_resource::<Picked>()
            .init_resource::<Hovered>()
            .init_resource::<systems::Escaped>()
            .init_resource::<super::input::Clicks>()
            .init_resource::<super::input::Presses>()
            .init_resource::<Pins>()
            .init_resource::<super::shown::FreeArea>()
            .init_resource::<super::shown::Shown>()
            .init_resource::<PinsOnScreen>()
            .init_resource::<super::units::UnitsOnScreen>()
            .init_resource::<super::labels::LabelsOnScreen>()
            .init_resource::<super::areas::AreasOnScreen>()
            .init_resource::<super::components::Near>()
            .init_resource::<super::alarms::AlarmsOnScreen>()
            .add_message::<super::alarms::OpenAlarms>()
            .add_message::<super::vitals::LookInto>()
            .add_message::<super::areas::DrillTo>()
            .add_message::<super::areas::DrillOut>()
            .add_message::<FlyTo>()
            .add_message::<ClickedNothing>()
            .add_message::<bevy::window::RequestRedraw>()
            .add_systems(
                Update,
                (
                    (systems::click.in_set(Picking), systems::keep_in_sight)
                        .chain()
                        .in_set(HallSet::Decide)
                        .run_if(free),
                    systems::hover.in_set(HallSet::Sync).before(PinsSet).run_if(free),
                )
                    .run_if(at_a_desk)
                    .run_if(resource_exists::<CityView>.and_then(resource_exists::<Ground>)),
            )
            .add_systems(Update, systems::escaped.in_set(HallSet::Decide))
            .add_systems(
                EguiPrimaryContextPass,
                (systems::cursor.in_set(PaintSet::City).run_if(at_a_desk), systems::escape.in_set(PaintSet::Rest)),
            );
    }
}
