//! The twin: ground, buildings, light and camera.
//!
//! Accepts [`FlyTo`], [`Intent::NorthUp`], [`Intent::ResetView`] and gestures; announces nothing; writes
//! [`CityView`] at the end of `Decide`; reads [`Ground`] and [`FreeArea`].

use bevy::camera::ClearColorConfig;
use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::prelude::*;
use bevy_egui::PrimaryEguiContext;

use super::offscreen::TwinTarget;

/// The camera that draws the city and carries the egui context.
#[derive(Component, Debug)]
pub struct TwinCamera;

/// Systems of `Core3d` that draw the city; what lies over it comes after.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct CityDrawn;

/// The light: from the clock, or fixed.
#[derive(Resource, Debug, Clone, Copy, Default)]
pub struct Daylight {
    /// Minutes from midnight; `None` follows the clock.
    pub fixed: Option<u16>,
}

/// Adds the twin; needs [`super::sets::plugin`] and [`super::shown::Ground`].
pub struct TwinPlugin;

impl Plugin for TwinPlugin {
    fn build(&self, app: &mut App) {
        app.add_systems(PreStartup, spawn_camera);
    }
}

fn spawn_camera(mut commands: Commands, target: Option<Res<TwinTarget>>) {
    let mut camera = commands.spawn((
        TwinCamera,
        Camera3d::default(),
        Camera { clear_color: ClearColorConfig::Custom(Color::BLACK), ..default() },
        Msaa::Off,
        Tonemapping::None,
        DebandDither::Disabled,
        PrimaryEguiContext,
        Transform::default(),
    ));
    if let Some(target) = target {
        camera.insert(target.render_target());
    }
}
