//! The twin: ground, buildings, light and camera.
//!
//! Accepts [`FlyTo`](super::shown::FlyTo), `Intent::NorthUp`, `Intent::ResetView` and gestures; announces nothing;
//! writes [`CityView`] at the end of `Decide`; reads [`Ground`](super::shown::Ground),
//! [`FreeArea`](super::shown::FreeArea), [`Picked`](super::shown::Picked) and [`Tints`]. [`pose`] has the camera's
//! rules, [`source`] what is left out when it is far away, `assets/shaders/twin` how it looks.

pub mod camera;
pub mod drape;
pub mod frame;
pub mod gpu;
pub mod light;
pub mod measure;
pub mod pass;
pub mod pose;
pub mod quality;
mod render;
pub mod rig;
pub mod source;
pub mod sun;
pub mod tints;
pub mod weather;

use bevy::core_pipeline::tonemapping::{DebandDither, Tonemapping};
use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::PrimaryEguiContext;
use chrono::{DateTime, Datelike, Local, Offset, Timelike};

use super::input::Presses;
use super::offscreen::TwinTarget;
use super::sets::HallSet;
use super::shown::{CityView, Ground, Intent, Shown};
use crate::domain::{LonLat, Moment};
pub use gpu::Pending;
pub use tints::Tints;

/// The camera that draws the city and carries the egui context.
#[derive(Component, Debug)]
pub struct TwinCamera;

/// Systems of `Core3d` that draw the city; what lies over it comes after.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct CityDrawn;

/// What an adapter's own clock calls the city's part of a frame.
pub(super) const SPAN: &str = "city";

/// The time of day that the light has: from the clock, or fixed.
#[derive(Resource, Debug, Clone, Copy, Default)]
pub struct Daylight {
    /// Minutes from midnight; `None` follows the clock.
    pub fixed: Option<u16>,
}

impl Daylight {
    /// Minutes from midnight at `now`, on this machine's clock.
    #[must_use]
    pub fn minutes(&self, now: Moment) -> u16 {
        let local = || clock(now).map_or(0, |t| u16::try_from(t.hour() * 60 + t.minute()).unwrap_or(0));
        self.fixed.unwrap_or_else(local)
    }

    /// The sun over a place then, on that day.
    #[must_use]
    pub fn sun(&self, now: Moment, at: LonLat) -> sun::Sun {
        let minutes = f64::from(self.minutes(now));
        let (day, ahead) = clock(now).map_or((1, 0), |t| (t.ordinal(), t.offset().fix().local_minus_utc()));
        sun::Sun::on_day(f64::from(day), minutes, at, f64::from(ahead) / 60.0)
    }
}

/// Whether the sun is down over the city at the moment shown.
#[must_use]
pub fn is_dark(daylight: Option<&Daylight>, shown: &Shown, ground: &Ground) -> bool {
    daylight.is_some_and(|daylight| daylight.sun(shown.now, ground.0.frame().origin()).elevation < 0.0)
}

fn clock(now: Moment) -> Option<DateTime<Local>> {
    DateTime::from_timestamp_millis(now.0).map(|t| t.with_timezone(&Local))
}

/// What of the twin is drawn, and how.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub struct TwinStyle {
    /// Buildings alone, for comparing with others.
    pub bare: bool,
    /// Samples a pixel: 1, 2, 4 or 8; as many as the tier of quality has where `None`.
    pub samples: Option<u32>,
    /// Bytes that go to the adapter in one frame, once the city has been seen whole.
    pub upload_bytes: usize,
    /// Bytes that the prisms of buildings may take on the adapter.
    pub resident_bytes: u64,
    /// How finely far buildings are drawn: 1 on a software adapter, 2 draws at twice the distance what 1 draws; without
    /// end where it is infinite.
    pub detail: f32,
}

impl Default for TwinStyle {
    fn default() -> Self {
        Self { bare: false, samples: None, upload_bytes: 12 << 20, resident_bytes: 320 << 20, detail: 1.0 }
    }
}

/// Metres beyond the terrain within which the ground falls to the endless plain.
#[derive(Resource, Debug, Clone, Copy)]
pub struct Rim(pub f32);

/// Time from one frame to the next while something moves by itself: waves, rain, snow. `None` while nothing does, or the
/// tier of quality has it stand still; then no frame is drawn for it.
#[derive(Resource, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moving(pub Option<std::time::Duration>);

/// Adds the twin; needs [`super::sets::plugin`] and [`Ground`].
pub struct TwinPlugin;

impl Plugin for TwinPlugin {
    fn build(&self, app: &mut App) {
        let limits = app.world().get_resource::<Ground>().map_or(DEFAULT_LIMITS, |ground| limits(&ground.0));
        let rig = rig::Rig::new(limits);
        let size = Vec2::new(1600.0, 900.0);
        let (clip_from_world, world_from_view) = pose::Lens::new(rig.pose, 0.0, size, None).f32();
        let rim = app.world().get_resource::<Ground>().map_or(0.0, |ground| source::terrain::rim(&ground.0));
        app.insert_resource(Rim(rim))
            .insert_resource(CityView { pose: rig.pose, clip_from_world, world_from_view, size })
            .insert_resource(rig)
            .insert_resource(frame::CityFrame::default())
            .init_resource::<Tints>()
            .init_resource::<TwinStyle>()
            .init_resource::<quality::Quality>()
            .init_resource::<weather::Outdoors>()
            .init_resource::<Moving>()
            .add_plugins((camera::plugin, render::plugin))
            .add_systems(PreStartup, spawn_camera)
            .add_systems(Update, take_quality.in_set(HallSet::Decide))
            .add_systems(Update, tints::tint_picked.in_set(HallSet::Sync))
            .add_systems(Update, (frame::write_frame, sample, until_drawn, keep_moving).in_set(HallSet::Present));
    }
}

const DEFAULT_LIMITS: pose::Limits = pose::Limits {
    min: [-5000.0; 2],
    max: [5000.0; 2],
    heart: [0.0; 2],
    reach: 5000.0,
    built: [[-5000.0; 2], [5000.0; 2]],
};

fn limits(city: &crate::ground::City) -> pose::Limits {
    let bounds = city.bounds();
    let middle = [f64::midpoint(bounds.min[0], bounds.max[0]), f64::midpoint(bounds.min[1], bounds.max[1])];
    let side = (bounds.max[0] - bounds.min[0]).max(bounds.max[1] - bounds.min[1]);
    let chunks: Vec<_> =
        city.chunks().iter().map(|chunk| (chunk_middle(chunk), f64::from(chunk.building_count))).collect();
    let (heart, reach) = pose::heart(&chunks, 0.85).unwrap_or((middle, side / 2.0));
    let reach = reach.max(400.0);
    pose::Limits { min: bounds.min, max: bounds.max, heart, reach, built: pose::built(&chunks, heart, reach) }
}

fn chunk_middle(chunk: &crate::ground::pack::records::Chunk) -> [f64; 2] {
    [0, 1].map(|axis: usize| {
        let of = |v: &[f32; 3]| f64::from(v.get(axis).copied().unwrap_or_default());
        of(&chunk.origin) + of(&chunk.extent) / 2.0
    })
}

fn spawn_camera(mut commands: Commands, target: Option<Res<TwinTarget>>) {
    let mut camera = commands.spawn((
        TwinCamera,
        Camera3d::default(),
        Msaa::Off,
        Tonemapping::None,
        DebandDither::Disabled,
        PrimaryEguiContext,
        Transform::default(),
    ));
    if let Some(target) = target {
        camera.insert(target.render_target(1.0));
    }
}

/// Whether the city and what stands on it are drawn in this frame.
pub fn in_sight(frame: Option<Res<frame::CityFrame>>) -> bool {
    frame.is_some_and(|frame| !frame.held)
}

fn sample(style: Res<TwinStyle>, quality: Res<quality::Quality>, mut cameras: Query<&mut Msaa, With<TwinCamera>>) {
    for mut msaa in &mut cameras {
        let wanted = Msaa::from_samples(style.samples.unwrap_or(quality.means().samples));
        if *msaa != wanted {
            *msaa = wanted;
        }
    }
}

/// Draws as much as a panel or a key asks for.
pub(super) fn take_quality(
    mut intents: MessageReader<Intent>,
    presses: Option<Res<Presses>>,
    mut quality: ResMut<quality::Quality>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let mut next = *quality;
    for intent in intents.read() {
        if let Intent::Quality(wanted) = intent {
            next = *wanted;
        }
    }
    for _ in 0..presses.map_or(0, |presses| presses.count(&[KeyCode::F4], |held| !held.ctrl && !held.alt)) {
        next = next.next();
    }
    if quality.set_if_neq(next) {
        redraw.write(RequestRedraw);
    }
}

/// What moves is seen from near only.
fn keep_moving(quality: Res<quality::Quality>, rig: Res<rig::Rig>, mut moving: ResMut<Moving>) {
    let near = pose::altitude(rig.pose) < f64::from(frame::FALLS_BELOW);
    moving.set_if_neq(Moving(quality.means().motion.filter(|_| near)));
}

/// Keeps drawing until panels have been laid out and all parts of the city are on the adapter.
fn until_drawn(pending: Res<Pending>, frame: Res<frame::CityFrame>, mut redraw: MessageWriter<RequestRedraw>) {
    if frame.held || pending.count() > 0 {
        redraw.write(RequestRedraw);
    }
}
