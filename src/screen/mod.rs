//! Everything that draws: Bevy for the city, egui for the panels.
//!
//! One feature is one folder is one plugin; [`features`] is the list of them. [`shown`] holds the
//! few resources that all of them read; [`sets`] orders them within a frame.
//!
//! How to add a feature: a folder with a plugin, one line in [`features`]. Panels are systems in
//! `EguiPrimaryContextPass` that call `contexts.ctx_mut()?`; there is one egui context, on the
//! twin's camera, in the window and in pictures alike. What draws in 3D adds a system to Bevy's
//! `Core3d` schedule after [`twin::CityDrawn`] with a pipeline of its own: neither `PbrPlugin` nor
//! lights exist here, they cost more than the whole city on a software rasteriser.
//!
//! [`run`] opens a window; [`offscreen`] draws without one.

pub mod alarms;
pub mod app;
pub mod appearance;
pub mod archive;
pub mod areas;
pub mod bench;
pub mod bench_heat;
pub mod bench_pins;
pub mod bench_rows;
pub mod card;
pub mod catalogue;
mod chosen;
pub mod compass;
pub mod components;
pub mod coords;
pub mod cover;
pub mod decide;
pub mod demo;
pub mod desk;
pub mod devices;
pub mod dispatch;
pub mod drafts;
pub mod duty;
pub mod form;
mod heap;
pub mod heat;
pub mod input;
pub mod intake;
mod kept;
pub mod kpi;
pub mod labels;
pub mod look;
pub mod names;
pub mod offscreen;
pub mod palette;
pub mod patches;
pub mod picking;
pub mod pins;
pub mod pipes;
pub mod plans;
pub mod power;
pub mod receive;
pub mod roll;
pub mod sets;
pub mod sheets;
pub mod shot;
pub mod shown;
pub mod sign_in;
pub mod situation;
pub mod tools;
pub mod tour;
pub mod twin;
pub mod undo;
pub mod units;
pub mod vitals;
pub mod wall;
pub mod workspace;

use bevy::prelude::*;

pub use app::{ScreenOptions, run};

/// Adds every feature of the screen, or with `city_alone` what measures the city without panels.
pub(crate) fn features(app: &mut App, city_alone: bool) {
    app.add_plugins((sets::plugin, input::plugin, receive::plugin, twin::TwinPlugin, pins::PinsPlugin));
    if !city_alone {
        app.insert_resource(shown::Panelled).add_plugins((
            alarms::plugin,
            appearance::plugin,
            archive::plugin,
            catalogue::plugin,
            chosen::plugin,
            decide::plugin,
            desk::plugin,
            drafts::plugin,
            look::plugin,
            names::plugin,
            palette::plugin,
            roll::plugin,
            sign_in::plugin,
            situation::plugin,
            wall::plugin,
        ));
        app.add_plugins((labels::LabelsPlugin, units::UnitsPlugin, picking::PickingPlugin));
        app.add_plugins((
            tools::ToolsPlugin,
            tour::TourPlugin,
            dispatch::DispatchPlugin,
            duty::DutyPlugin,
            intake::IntakePlugin,
            plans::PlansPlugin,
        ));
        app.add_plugins((areas::AreasPlugin, components::ComponentsPlugin, devices::plugin, kpi::plugin, undo::plugin));
        app.add_plugins((workspace::WorkspacePlugin, heat::HeatPlugin, pipes::PipesPlugin, vitals::VitalsPlugin));
    }
}
