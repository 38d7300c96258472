//! Puts the engine together: the window for people, or no window for pictures and measurements.

use std::sync::Arc;

use bevy::app::PluginGroupBuilder;
use bevy::asset::AssetPlugin;
use bevy::ecs::error::warn;
use bevy::ecs::schedule::{ScheduleLabel, Schedules, SingleThreadedExecutor};
use bevy::prelude::*;
use bevy::render::error_handler::{ErrorType, RenderErrorHandler, RenderErrorPolicy};
use bevy::render::{ExtractSchedule, RenderApp, RenderPlugin};
use bevy::window::{ExitCondition, PresentMode, WindowResolution};
use bevy::winit::WinitPlugin;
use bevy_egui::{EguiGlobalSettings, EguiPlugin};

use super::appearance::Appearance;
use super::heat::{WallLayers, WallMoment};
use super::receive::WallClock;
use super::shown::{AtHub, Downloads, Ground, HubLink, ScreenKind, Seat};
use super::tools::UserFolder;
use super::tour::TourWish;
use super::twin::quality::Quality;
use super::twin::weather::Outdoors;
use super::{features, power};
use crate::domain::{LonLat, Moment, Weather};
use crate::ground::City;
use crate::link::Link;

/// What a screen is to be.
#[derive(Debug, Clone)]
pub struct ScreenOptions {
    /// Wall or desk.
    pub kind: ScreenKind,
    /// Title of the window: the city's name.
    pub title: String,
    /// First size of the window in points, or the picture's in pixels.
    pub size: [u32; 2],
    /// Fill a whole monitor.
    pub fullscreen: bool,
    /// Let time stand still at this moment (pictures, tests).
    pub fixed_now: Option<Moment>,
    /// Light of this time of day in minutes from midnight instead of the clock's.
    pub time_of_day: Option<u16>,
    /// This weather instead of the hub's.
    pub weather: Option<Weather>,
    /// Where the hall stands; where `None` a demo city says it.
    pub seat: Option<LonLat>,
    /// How much is drawn.
    pub quality: Quality,
    /// Theme and zoom of the panels.
    pub appearance: Appearance,
    /// Only the city and its pins: no panels, names or crews (measurements).
    pub city_alone: bool,
    /// The user's own folder, for bookmarks and what is chosen on the screen; nothing is kept where `None`.
    pub folder: Option<std::path::PathBuf>,
    /// The hub that it leads to, as what is kept in `folder` is told apart by; empty for one in this process.
    pub hub: String,
    /// Where files of cases are saved; they are not where `None`.
    pub downloads: Option<std::path::PathBuf>,
    /// When the tour begins by itself.
    pub tour: TourWish,
    /// What a wall wears always.
    pub wall_layers: WallLayers,
    /// The moment that a wall is started for, as it can be typed; now where `None`.
    pub at: Option<String>,
}

impl Default for ScreenOptions {
    fn default() -> Self {
        Self {
            kind: ScreenKind::Desk,
            title: "Command Hall".into(),
            size: [1600, 900],
            fullscreen: false,
            fixed_now: None,
            time_of_day: None,
            weather: None,
            seat: None,
            quality: Quality::default(),
            appearance: Appearance::default(),
            city_alone: false,
            folder: None,
            hub: String::new(),
            downloads: None,
            tour: TourWish::Auto,
            wall_layers: WallLayers::default(),
            at: None,
        }
    }
}

/// Open the window and run until it is closed.
///
/// # Errors
/// Where there is no display or no graphics adapter, or the app ended with an error.
pub fn run(options: &ScreenOptions, link: Link, city: Arc<City>) -> anyhow::Result<()> {
    let display = ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].iter().any(|name| std::env::var_os(name).is_some());
    anyhow::ensure!(
        display || !cfg!(target_os = "linux"),
        "no display: neither DISPLAY nor WAYLAND_DISPLAY is set; `hall shot` makes pictures without one, \
         `hall hub` serves other screens"
    );
    super::offscreen::adapter().ok_or(super::offscreen::OffscreenError::NoAdapter)?;
    let mut app = App::new();
    let window = Window {
        title: options.title.clone(),
        name: Some("command-hall".into()),
        resolution: WindowResolution::new(options.size[0], options.size[1]),
        present_mode: PresentMode::AutoVsync,
        decorations: !options.fullscreen,
        ..default()
    };
    app.add_plugins(
        engine(RenderPlugin::default())
            .set(WindowPlugin { primary_window: Some(window), ..default() })
            .add(bevy::a11y::AccessibilityPlugin)
            .add(WinitPlugin::default()),
    );
    hall(&mut app, options, link, city);
    app.add_plugins(power::plugin);
    if options.fullscreen {
        app.add_plugins(super::cover::plugin);
    }
    match app.run() {
        AppExit::Success => Ok(()),
        AppExit::Error(code) => Err(anyhow::anyhow!("the window ended with error {code}")),
    }
}

/// The app without a window, to be driven by hand; see [`super::offscreen::Offscreen`].
pub(crate) fn windowless(options: &ScreenOptions, link: Link, city: Arc<City>) -> App {
    let mut app = App::new();
    let no_window = WindowPlugin { primary_window: None, exit_condition: ExitCondition::DontExit, ..default() };
    app.add_plugins(engine(RenderPlugin::default()).set(no_window));
    hall(&mut app, options, link, city);
    power::drop_idle_events(&mut app);
    app
}

/// The engine's parts that are used: no audio, gamepads, lights, scenes, meshes of its own, nor pipelined
/// rendering (a frame of latency for nothing at these frame costs).
fn engine(render: RenderPlugin) -> PluginGroupBuilder {
    PluginGroupBuilder::start::<EnginePlugins>()
        .add(TaskPoolPlugin::default())
        .add(bevy::diagnostic::FrameCountPlugin)
        .add(bevy::time::TimePlugin)
        .add(TransformPlugin)
        .add(bevy::diagnostic::DiagnosticsPlugin)
        .add(bevy::input::InputPlugin)
        .add(WindowPlugin::default())
        .add(AssetPlugin::default())
        .add(render)
        .add(ImagePlugin::default())
        .add(bevy::mesh::MeshPlugin)
        .add(bevy::camera::CameraPlugin)
        .add(bevy::core_pipeline::CorePipelinePlugin)
        .add(bevy::state::app::StatesPlugin)
}

/// Names the group of the engine's parts.
struct EnginePlugins;

impl PluginGroup for EnginePlugins {
    fn build(self) -> PluginGroupBuilder {
        engine(RenderPlugin::default())
    }
}

fn hall(app: &mut App, options: &ScreenOptions, link: Link, city: Arc<City>) {
    super::heap::keep_freed();
    // The renderer tells its own time, that of the frame before: after a sleep all that begins would be over at once.
    app.world_mut().remove_resource::<bevy::time::TimeReceiver>();
    app.set_error_handler(warn)
        .insert_resource(options.kind)
        .insert_resource(options.appearance)
        .insert_resource(WallClock { fixed: options.fixed_now, ..WallClock::default() })
        .insert_resource(super::twin::Daylight { fixed: options.time_of_day })
        .insert_resource(Outdoors { fixed: options.weather })
        .insert_resource(options.quality)
        .insert_resource(HubLink(link))
        .insert_resource(Seat::of(&city, options.seat))
        .insert_resource(Ground(city))
        .insert_resource(UserFolder(options.folder.clone()))
        .insert_resource(AtHub(options.hub.clone()))
        .insert_resource(Downloads(options.downloads.clone()))
        .insert_resource(options.tour)
        .insert_resource(options.wall_layers.clone())
        .insert_resource(WallMoment::started_for(options.at.clone()))
        .insert_resource(ClearColor(Color::BLACK))
        .insert_resource(RenderErrorHandler(|error, _, _| match error.ty {
            ErrorType::DeviceLost => RenderErrorPolicy::Recover(default()),
            _ => RenderErrorPolicy::Ignore,
        }))
        .add_plugins(EguiPlugin { bindless_mode_array_size: None })
        .insert_resource(EguiGlobalSettings { auto_create_primary_context: false, ..default() });
    features(app, options.city_alone);
    app.add_plugins(InTurn);
}

/// Runs the systems of every schedule one after the other: nearly all of them are done sooner than another thread has
/// woken. What takes long runs in tasks beside the frame.
struct InTurn;

impl Plugin for InTurn {
    fn build(&self, _: &mut App) {}

    /// When every other plugin has made its schedules.
    fn cleanup(&self, app: &mut App) {
        in_turn(app.world_mut());
        if let Some(renderer) = app.get_sub_app_mut(RenderApp) {
            in_turn(renderer.world_mut());
        }
    }
}

fn in_turn(world: &mut World) {
    for (_, schedule) in world.resource_mut::<Schedules>().iter_mut() {
        // What was extracted, the renderer applies itself.
        let apply = schedule.label() != ExtractSchedule.intern();
        schedule.set_executor(SingleThreadedExecutor::new()).set_apply_final_deferred(apply);
    }
}
