//! A window that fills a whole monitor, with or without a window manager.
//!
//! ```text
//! Placing ── the monitor is known: its place and size, no frame ──► Asking ── full screen ──► done
//! ```
//!
//! The engine opens a full-screen window at a size of its own and leaves the rest to the window manager. A wall's X
//! server often has none: there nobody would enlarge the window. So it is first laid over the monitor like any other
//! window, and full screen is asked for after that; where nobody listens, the monitor is covered all the same.

use bevy::prelude::*;
use bevy::window::{Monitor, PrimaryMonitor, PrimaryWindow, RequestRedraw, WindowMode, WindowPosition};

#[derive(Default)]
enum Step {
    #[default]
    Placing,
    Asking(Entity),
    Done,
}

/// Covers the primary monitor, or the first where none is primary. The window is to be opened without decorations.
pub fn plugin(app: &mut App) {
    app.add_message::<RequestRedraw>().add_systems(Update, cover);
}

fn cover(
    mut windows: Query<&mut Window, With<PrimaryWindow>>,
    monitors: Query<(Entity, &Monitor, Has<PrimaryMonitor>)>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut step: Local<Step>,
) {
    if matches!(*step, Step::Done) {
        return;
    }
    let Ok(mut window) = windows.single_mut() else { return };
    match *step {
        Step::Placing => {
            if let Some((entity, monitor, _)) = monitors.iter().min_by_key(|(.., primary)| !primary) {
                window.position = WindowPosition::At(monitor.physical_position);
                window.resolution.set_physical_resolution(monitor.physical_width, monitor.physical_height);
                *step = Step::Asking(entity);
            }
        }
        Step::Asking(entity) => {
            window.mode = WindowMode::BorderlessFullscreen(MonitorSelection::Entity(entity));
            *step = Step::Done;
        }
        Step::Done => {}
    }
    redraw.write(RequestRedraw);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn monitor(x: i32, width: u32) -> Monitor {
        Monitor {
            name: None,
            physical_height: 1080,
            physical_width: width,
            physical_position: IVec2::new(x, 0),
            refresh_rate_millihertz: None,
            scale_factor: 1.0,
            video_modes: Vec::new(),
        }
    }

    #[test]
    fn the_window_takes_place_and_size_of_the_primary_monitor_before_it_asks_for_full_screen() {
        let mut app = App::new();
        app.add_plugins(plugin);
        let window = app.world_mut().spawn((Window::default(), PrimaryWindow)).id();
        let of = |app: &App| app.world().get::<Window>(window).unwrap().clone();
        app.update();
        assert_eq!(of(&app).mode, WindowMode::Windowed, "no monitor is known yet");
        app.world_mut().spawn(monitor(0, 1280));
        let primary = app.world_mut().spawn((monitor(1280, 3840), PrimaryMonitor)).id();
        app.update();
        assert_eq!(of(&app).position, WindowPosition::At(IVec2::new(1280, 0)));
        assert_eq!(of(&app).physical_size(), UVec2::new(3840, 1080));
        assert_eq!(of(&app).mode, WindowMode::Windowed);
        app.update();
        assert_eq!(of(&app).mode, WindowMode::BorderlessFullscreen(MonitorSelection::Entity(primary)));
    }
}
