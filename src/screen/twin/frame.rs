//! What the render world needs to know of a frame: the shader's `View` and what is chosen by it.

use bevy::math::{DVec3, DVec4, Vec4};
use bevy::prelude::*;
use bevy::render::extract_resource::ExtractResource;
use bytemuck::{Pod, Zeroable};

use super::camera::Rig;
use super::light::Light;
use super::pose::{self, FOV, Lens};
use super::source::flat::PAINTS;
use super::{Daylight, TwinStyle};
use crate::ground::pack::records::Paint;
use crate::screen::look::tokens;
use crate::screen::shown::{CityView, FreeArea, Shown};

/// `View` in `view.wgsl`.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct ViewUniform {
    clip_from_world: [[f32; 4]; 4],
    eye: [f32; 4],
    ray: [f32; 4],
    ray_x: [f32; 4],
    ray_y: [f32; 4],
    sun: [f32; 4],
    fog: [f32; 4],
    bounds: [f32; 4],
    more: [f32; 4],
    sky: [f32; 4],
    horizon: [f32; 4],
    ground: [f32; 4],
    foot: [f32; 4],
    wall: [f32; 4],
    roof: [f32; 4],
    edge: [f32; 4],
    sunlight: [f32; 4],
    ambient: [f32; 4],
    paint: [[f32; 4]; PAINTS],
    ways: [[f32; 4]; PAINTS],
}

/// A frame as the render world sees it.
#[derive(Resource, Clone, ExtractResource)]
pub struct CityFrame {
    /// For the shader.
    pub uniform: ViewUniform,
    /// Clip from world.
    pub clip_from_world: Mat4,
    /// The eye in engine axes.
    pub eye: Vec3,
    /// Unit vector of the view in engine axes.
    pub forward: Vec3,
    /// What the camera looks at, in engine axes.
    pub target: Vec3,
    /// Pixels of a metre at a depth of one metre.
    pub pixels: f32,
    /// Metres within which walls are drawn with edges and contact shade.
    pub near: f32,
    /// What is drawn.
    pub style: TwinStyle,
}

impl Default for CityFrame {
    fn default() -> Self {
        Self {
            uniform: ViewUniform::zeroed(),
            clip_from_world: Mat4::IDENTITY,
            eye: Vec3::Y,
            forward: Vec3::NEG_Y,
            target: Vec3::ZERO,
            pixels: 1.0,
            near: 1.0,
            style: TwinStyle::default(),
        }
    }
}

/// Half width in pixels that a line never goes below, and how many pixels a metre must have for it to appear and to
/// be whole.
fn way(paint: Paint) -> [f32; 4] {
    let (least, gone, whole) = match paint {
        Paint::Path => (0.45, 0.5, 1.1),
        Paint::Service => (0.45, 0.3, 0.65),
        Paint::Street => (0.45, 0.09, 0.22),
        Paint::Tertiary => (0.5, 0.03, 0.07),
        Paint::Stream => (0.5, 0.06, 0.14),
        Paint::Secondary => (0.55, 0.01, 0.025),
        Paint::Rail => (0.45, 0.03, 0.08),
        Paint::Tunnel => (0.45, 0.06, 0.14),
        Paint::Outline => (0.6, 0.0, 0.0),
        Paint::Primary => (0.65, 0.0, 0.0),
        _ => (0.8, 0.0, 0.0),
    };
    [least, gone, whole, 0.55]
}

/// Whether a line is too small to be seen where a metre has at most `scale` pixels.
#[must_use]
pub fn gone(paint: Paint, scale: f32) -> bool {
    let [_, gone, ..] = way(paint);
    scale <= gone
}

/// The first of the roads, smallest first, that is still seen where a metre has at most `scale` pixels.
#[must_use]
pub fn first_road(scale: f32) -> Paint {
    let small = [Paint::Path, Paint::Service, Paint::Street, Paint::Tertiary, Paint::Secondary];
    small.into_iter().find(|paint| !gone(*paint, scale)).unwrap_or(Paint::Primary)
}

fn paint(light: &Light, paint: usize) -> [f32; 4] {
    use tokens::City;
    let between = |share: f32| {
        let (a, b) = (light.color(|c: &City| c.street), light.color(|c: &City| c.artery));
        Vec4::from(a).lerp(Vec4::from(b), share).to_array()
    };
    let seen = |mut color: [f32; 4], alpha: f32| {
        color[3] = alpha;
        color
    };
    let is = |p: Paint| p as usize == paint;
    match paint {
        _ if is(Paint::Land) => light.color(|c| c.land),
        _ if is(Paint::Bare) => light.color(|c| c.bare),
        _ if is(Paint::Green) => light.color(|c| c.green),
        _ if is(Paint::Water) | is(Paint::Stream) => light.color(|c| c.water),
        _ if is(Paint::Paved) => light.color(|c| c.paved),
        _ if is(Paint::Outline) => seen(light.color(|c| c.outline), 0.55),
        _ if is(Paint::Path) => seen(light.color(|c| c.path), 0.8),
        _ if is(Paint::Service) => seen(between(0.0), 0.7),
        _ if is(Paint::Street) => between(0.0),
        _ if is(Paint::Tertiary) => between(0.2),
        _ if is(Paint::Secondary) => between(0.45),
        _ if is(Paint::Primary) => between(0.7),
        _ if is(Paint::Rail) => seen(light.color(|c| c.rail), 0.9),
        _ if is(Paint::Tunnel) => seen(between(0.3), 0.3),
        _ => between(1.0),
    }
}

/// Writes [`CityFrame`] from the view, the light and the style.
pub(super) fn write_frame(
    (view, rig, free): (Res<CityView>, Res<Rig>, Res<FreeArea>),
    (daylight, shown, style): (Res<Daylight>, Res<Shown>, Res<TwinStyle>),
    camera: Single<&Camera, With<super::TwinCamera>>,
    mut frame: ResMut<CityFrame>,
) {
    let Some(pixels) = camera.physical_viewport_size().map(|size| size.as_vec2().max(Vec2::ONE)) else { return };
    let lens = Lens::new(view.pose, view.size, free.0);
    let (_, forward, _) = pose::frame(view.pose);
    let light = Light::at(daylight.minutes(shown.now));
    let eye = view.world_from_view.w_axis.truncate();
    let scale = f64::from(pixels.y) / 2.0 / (FOV / 2.0).tan();
    #[expect(clippy::cast_possible_truncation, reason = "metres and pixels fit f32")]
    let (scale, distance, altitude) = (scale as f32, view.pose.distance as f32, eye.y);
    // The ray through the middle of clip space, and one more step to the right and up; its part along the view is one.
    let clip_from_world = lens.clip_from_world;
    let world_from_clip = clip_from_world.inverse();
    let ray = |x: f64, y: f64| {
        let at = world_from_clip * DVec4::new(x, y, 1.0, 1.0);
        let ray = at.truncate() / at.w - lens.world_from_view.w_axis.truncate();
        ray / ray.dot(forward)
    };
    let middle = ray(0.0, 0.0);
    let four = |v: DVec3, w: f32| v.as_vec3().extend(w).to_array();
    let sun = Vec3::from(light.sun());
    let wall = Vec4::from(light.color(|c| c.wall));
    let foot = Vec4::from(light.color(|c| c.foot)) / wall;
    // Fog starts behind what the camera looks at and swallows everything before the end of the world.
    let start = (distance * 1.6).max(altitude * 2.2).max(1_500.0);
    let end = (distance * 9.0).max(16_000.0);
    // A floor of a house is still four pixels high at the end of what is near.
    let near = scale * 0.75;
    let [min, max] = [rig.limits.min, rig.limits.max];
    let corner = |x: f64, y: f64| crate::screen::coords::world_from_city([x, y], 0.0);
    let (south_west, north_east) = (corner(min[0], min[1]), corner(max[0], max[1]));
    #[expect(clippy::cast_possible_truncation, reason = "metres fit f32")]
    let margin = (rig.limits.side() * 0.03).clamp(60.0, 900.0) as f32;
    let uniform = ViewUniform {
        clip_from_world: view.clip_from_world.to_cols_array_2d(),
        eye: eye.extend(scale).to_array(),
        ray: four(middle, 0.0),
        ray_x: four(ray(1.0, 0.0) - middle, 0.0),
        ray_y: four(ray(0.0, 1.0) - middle, 0.0),
        sun: sun.extend(0.5).to_array(),
        fog: [start, 1.0 / (end - start), 1.0, 2.2],
        bounds: [south_west.x, north_east.z, north_east.x, south_west.z],
        more: [1.0 / margin, pixels.x, pixels.y, 1.0],
        sky: light.color(|c| c.sky),
        horizon: light.color(|c| c.horizon),
        ground: light.color(|c| c.ground),
        foot: foot.to_array(),
        wall: wall.to_array(),
        roof: light.color(|c| c.roof),
        edge: Vec4::from(light.color(|c| c.edge)).truncate().extend(2.0 / near).to_array(),
        sunlight: [0.5, 0.5, 0.5, 0.0],
        ambient: [0.62, 0.62, 0.62, 0.0],
        paint: std::array::from_fn(|i| paint(&light, i)),
        ways: std::array::from_fn(|i| Paint::ALL.get(i).map_or([0.5, 0.0, 0.0, 0.0], |p| way(*p))),
    };
    let now = CityFrame {
        uniform,
        clip_from_world: view.clip_from_world,
        eye,
        forward: forward.as_vec3(),
        target: crate::screen::coords::world_from_city(view.pose.target, 0.0),
        pixels: scale,
        near,
        style: *style,
    };
    *frame = now;
}
