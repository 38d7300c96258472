//! Theme and zoom of the panels, from the settings and changed by keys.
//!
//! Accepts Ctrl with +, - and 0 (zoom) and F3 (theme); writes [`Appearance`] and the scale of the window or picture.
//! Everything on screen is measured in points, so a zoomed window has fewer and larger ones: panels, names, pins and
//! the pointer stay together. A wall is measured by its height and zoomed as far as its columns leave room. Runs in
//! `Receive`.

use bevy::camera::RenderTarget;
use bevy::prelude::*;
use bevy::window::{PrimaryWindow, RequestRedraw};

use super::input::{InputRead, Presses};
use super::look::theme::{self, Theme, ThemeWish};
use super::look::tokens;
use super::offscreen::TwinTarget;
use super::sets::HallSet;
use super::shown::Shown;
use super::twin::{Daylight, TwinCamera};

/// Share of a wall's width that its columns take at most when they are zoomed.
const COLUMNS_MOST: f32 = 0.55;

/// Percentages that the keys step through.
pub const ZOOMS: [u16; 7] = [75, 90, 100, 110, 125, 150, 200];

/// How panels are to look.
#[derive(Resource, Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appearance {
    /// Dark, light or by the clock.
    pub theme: ThemeWish,
    /// Per cent, 75 to 200.
    pub zoom: u16,
}

impl Default for Appearance {
    fn default() -> Self {
        Self { theme: ThemeWish::default(), zoom: 100 }
    }
}

impl Appearance {
    /// How much larger a point is than it would be.
    #[must_use]
    pub fn scale(self) -> f32 {
        f32::from(self.zoom.clamp(75, 200)) / 100.0
    }

    /// Points of the screen to a point of the wall's canvas on a wall of `size` points: so that it fills the height, zoomed
    /// as far as the columns leave most of the width to the city and stay within the height.
    #[must_use]
    pub fn wall_scale(self, size: Vec2) -> f32 {
        use tokens::wall;
        let whole = size.y / wall::CANVAS;
        let room = (size.x * COLUMNS_MOST / (wall::LEFT + wall::RIGHT + wall::EDGE * 3.0)).min(size.y / wall::LEAST);
        (whole * self.scale()).min(room.max(whole)).max(0.1)
    }

    /// The next greater (or smaller) zoom; the last one stays.
    #[must_use]
    pub fn zoomed(self, greater: bool) -> Self {
        let mut steps = ZOOMS.into_iter();
        let zoom = if greater { steps.find(|step| *step > self.zoom) } else { steps.rfind(|step| *step < self.zoom) };
        Self { zoom: zoom.unwrap_or(self.zoom), ..self }
    }
}

/// Adds the systems; needs the twin.
pub fn plugin(app: &mut App) {
    app.init_resource::<Appearance>().init_resource::<Presses>().add_message::<RequestRedraw>().add_systems(
        Update,
        (keys.in_set(InputRead), (scale_window, scale_picture, light)).chain().in_set(HallSet::Receive),
    );
}

fn keys(presses: Res<Presses>, mut appearance: ResMut<Appearance>, mut redraw: MessageWriter<RequestRedraw>) {
    use KeyCode::{Digit0, Equal, Minus, Numpad0, NumpadAdd, NumpadSubtract};
    let with_ctrl = |keys: [KeyCode; 2]| presses.count(&keys, |held| held.ctrl);
    let mut next = *appearance;
    for _ in 0..with_ctrl([Equal, NumpadAdd]) {
        next = next.zoomed(true);
    }
    for _ in 0..with_ctrl([Minus, NumpadSubtract]) {
        next = next.zoomed(false);
    }
    if with_ctrl([Digit0, Numpad0]) > 0 {
        next.zoom = 100;
    }
    for _ in 0..presses.count(&[KeyCode::F3], |held| !held.ctrl) {
        next.theme = next.theme.next();
    }
    if appearance.set_if_neq(next) {
        redraw.write(RequestRedraw);
    }
}

fn scale_window(appearance: Res<Appearance>, mut windows: Query<&mut Window, With<PrimaryWindow>>) {
    for mut window in &mut windows {
        let wanted = (appearance.zoom != 100).then(|| window.resolution.base_scale_factor() * appearance.scale());
        if window.resolution.scale_factor_override() != wanted {
            window.resolution.set_scale_factor_override(wanted);
        }
    }
}

fn scale_picture(
    appearance: Res<Appearance>,
    target: Option<Res<TwinTarget>>,
    mut cameras: Query<&mut RenderTarget, With<TwinCamera>>,
) {
    let Some(target) = target.filter(|_| appearance.is_changed()) else { return };
    for mut camera in &mut cameras {
        *camera = target.render_target(appearance.scale());
    }
}

/// Turns the theme on that is wanted, when another one is wanted than before.
fn light(
    appearance: Res<Appearance>,
    daylight: Option<Res<Daylight>>,
    shown: Res<Shown>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut last: Local<Option<Theme>>,
) {
    let wanted = appearance.theme.at(daylight.map_or(0, |light| light.minutes(shown.now)));
    if *last != Some(wanted) {
        *last = Some(wanted);
        theme::set_theme(wanted);
        redraw.write(RequestRedraw);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zoom_goes_from_75_to_200_per_cent_and_stops_there() {
        let last = |greater| {
            let mut now = Appearance::default();
            while now.zoomed(greater) != now {
                now = now.zoomed(greater);
            }
            now.zoom
        };
        assert_eq!((last(false), last(true)), (75, 200));
        let odd = Appearance { zoom: 133, ..Appearance::default() };
        assert_eq!((odd.zoomed(true).zoom, odd.zoomed(false).zoom), (150, 125));
    }

    #[test]
    fn a_wall_fills_its_height_and_grows_as_far_as_its_columns_leave_the_city_room() {
        let at = |zoom: u16, size: [f32; 2]| {
            let appearance = Appearance { zoom, ..Appearance::default() };
            // Points of the screen are larger by the zoom; what is seen is pixels.
            appearance.wall_scale(Vec2::from_array(size) / appearance.scale()) * appearance.scale()
        };
        let (hd, wide) = ([1920.0, 1080.0], [3840.0, 1080.0]);
        assert!((at(100, hd) - 1.0).abs() < 1e-6 && (at(100, [3840.0, 2160.0]) - 2.0).abs() < 1e-6);
        assert!((at(75, hd) - 0.75).abs() < 1e-6 && (at(150, wide) - 1.5).abs() < 1e-6);
        assert!(at(200, wide) > 1.7, "{}", at(200, wide));
        let columns = at(200, hd) * (tokens::wall::LEFT + tokens::wall::RIGHT);
        assert!(at(200, hd) > 1.0 && columns < 1920.0 * 0.6, "{columns}");
    }

    #[test]
    fn the_clock_decides_only_where_it_is_asked() {
        assert_eq!([0, 720].map(|m| ThemeWish::Auto.at(m)), [Theme::Dark, Theme::Light]);
        assert_eq!([0, 720].map(|m| ThemeWish::Dark.at(m)), [Theme::Dark; 2]);
        assert_eq!([0, 720].map(|m| ThemeWish::Light.at(m)), [Theme::Light; 2]);
    }
}
