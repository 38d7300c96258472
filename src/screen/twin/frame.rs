//! What the render world needs to know of a frame: the shader's `View` and what is chosen by it.

use bevy::math::{DVec3, DVec4, Vec4};
use bevy::prelude::*;
use bevy::render::extract_resource::ExtractResource;
use bytemuck::{Pod, Zeroable};

use super::light::Light;
use super::pose::{self, FOV, Lens};
use super::quality::{Means, Quality};
use super::rig::Rig;
use super::source::flat::PAINTS;
use super::weather::{Air, Outdoors};
use super::{Daylight, Pending, Rim, TwinStyle};
use crate::ground::pack::records::Paint;
use crate::screen::look::tokens;
use crate::screen::shown::{CityView, FreeArea, Ground, Panelled, Shown};

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
    window: [f32; 4],
    night: [f32; 4],
    lamp: [f32; 4],
    mark: [f32; 4],
    kerb: [f32; 4],
    shore: [f32; 4],
    crown: [f32; 4],
    shade: [f32; 4],
    air: [f32; 4],
    relief: [f32; 4],
    posts: [f32; 4],
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
    /// Metres from which fog is seen.
    pub haze: f32,
    /// Metres behind which fog hides everything.
    pub sight: f32,
    /// Nothing is drawn yet: until panels have been laid out nobody knows what of the city is seen beside them, and the
    /// first picture is whole.
    pub held: bool,
    /// What is drawn.
    pub style: TwinStyle,
    /// How much of it.
    pub means: Means,
    /// Whether buildings cast shadows.
    pub sunny: bool,
    /// Whether rain or snow is seen to fall.
    pub falls: bool,
    /// Metres of the eye above the ground that it looks at.
    pub altitude: f32,
}

impl CityFrame {
    /// How much of what stands at a depth fog hides, 0 to 1; the shaders have the same.
    #[must_use]
    pub fn fog_at(&self, depth: f32) -> f32 {
        let share = ((depth - self.haze) / (self.sight - self.haze).max(1.0)).clamp(0.0, 1.0);
        share * (2.0 - share)
    }

    /// Whether windows are lit, for what is drawn with pipelines of its own then.
    #[must_use]
    pub fn lit(&self) -> bool {
        let [.., dark, _] = self.uniform.night;
        dark > 0.0
    }

    /// Metres from the eye to the last tree, pier and shore line; 0 where the eye is too high for any.
    #[must_use]
    pub fn reach(&self) -> f32 {
        if self.altitude < self.means.reach { self.means.reach } else { 0.0 }
    }
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
            haze: 0.0,
            sight: f32::INFINITY,
            held: true,
            style: TwinStyle::default(),
            means: Quality::default().means(),
            sunny: false,
            falls: false,
            altitude: 1.0,
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

/// Metres above the ground from which rain and snow are no longer seen to fall, and water to move.
pub const FALLS_BELOW: f32 = 1_600.0;

/// What street lights add to a road by night.
const LAMP_LIGHT: f32 = 0.026;

fn roof(light: &Light) -> [f32; 4] {
    light.under_sky(|c| c.roof, 0.5, 0.95)
}

fn paint(light: &Light, paint: usize) -> [f32; 4] {
    use tokens::City;
    // Roads: from streets (0) to motorways (1); wet ones shine less, snow is cleared from the great ones first. On the
    // ground it lies thin, on roofs thick: they are what is white, and names over the ground are read as ever.
    let road = |share: f32| {
        let (wet, white) = (0.9, 0.1 - 0.1 * share);
        let street = Vec4::from(light.under_sky(|c: &City| c.street, wet, white));
        let artery = Vec4::from(light.under_sky(|c: &City| c.artery, wet, white));
        let lamps = Vec4::from(light.color(|c| c.lamp)) * (LAMP_LIGHT * light.dark() * (0.6 + 0.4 * share));
        (street.lerp(artery, share) + lamps.truncate().extend(0.0)).to_array()
    };
    let seen = |mut color: [f32; 4], alpha: f32| {
        color[3] = alpha;
        color
    };
    let is = |p: Paint| p as usize == paint;
    match paint {
        _ if is(Paint::Land) => light.under_sky(|c| c.land, 0.6, 0.22),
        _ if is(Paint::Bare) => light.under_sky(|c| c.bare, 0.8, 0.22),
        _ if is(Paint::Green) => light.under_sky(|c| c.green, 0.5, 0.18),
        _ if is(Paint::Water) | is(Paint::Stream) => light.under_sky(|c| c.water, 0.0, 0.04),
        _ if is(Paint::Paved) => light.under_sky(|c| c.paved, 0.9, 0.2),
        _ if is(Paint::Outline) => seen(light.color(|c| c.outline), 0.55),
        _ if is(Paint::Path) => seen(light.under_sky(|c| c.path, 0.7, 0.1), 0.8),
        _ if is(Paint::Service) => seen(road(0.0), 0.7),
        _ if is(Paint::Street) => road(0.0),
        _ if is(Paint::Tertiary) => road(0.2),
        _ if is(Paint::Secondary) => road(0.45),
        _ if is(Paint::Primary) => road(0.7),
        _ if is(Paint::Rail) => seen(light.under_sky(|c| c.rail, 0.5, 0.1), 0.9),
        _ if is(Paint::Tunnel) => seen(road(0.3), 0.5),
        _ => road(1.0),
    }
}

/// Where fog starts and ends, in metres, for a camera `distance` from what it looks at and `altitude` above the ground.
/// Even the thickest leaves what the camera looks at to be seen: the hall must work in it.
fn fog(distance: f32, altitude: f32, thick: f32) -> [f32; 2] {
    let clear = [(distance * 1.6).max(altitude * 2.2).max(1_500.0), (distance * 9.0).max(16_000.0)];
    let closed = [distance * 0.2 + 30.0, distance * 2.6 + 400.0];
    // Thickness counts in ratios: half of it is half way between as one sees it.
    let between = |clear: f32, closed: f32| clear * (closed / clear).powf(thick);
    [between(clear[0], closed[0]), between(clear[1], closed[1])]
}

/// The ground's grid for the shaders; nothing where the ground is level.
fn relief(ground: &Ground, altitude: f32, rim: f32) -> [[f32; 4]; 2] {
    let Some(terrain) = ground.0.terrain() else { return [[0.0; 4]; 2] };
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "metres and posts fit f32")]
    let ([west, south], [east, north], [columns, rows]) = (
        terrain.south_west().map(|v| v as f32),
        terrain.step().map(|v| (1.0 / v) as f32),
        [terrain.columns() as f32, terrain.rows() as f32],
    );
    let step = match altitude {
        ..700.0 => 5.0,
        ..4_000.0 => 10.0,
        _ => 25.0,
    };
    [[west, south, east, north], [columns, rows, rim, 1.0 / step]]
}

/// Writes [`CityFrame`] from the view, the light and the style.
pub(super) fn write_frame(
    (view, rig, free): (Res<CityView>, Res<Rig>, Res<FreeArea>),
    (daylight, outdoors, shown): (Res<Daylight>, Res<Outdoors>, Res<Shown>),
    (style, quality, time): (Res<TwinStyle>, Res<Quality>, Res<Time>),
    (ground, rim, panels): (Res<Ground>, Res<Rim>, Option<Res<Panelled>>),
    (pending, mut opened): (Res<Pending>, Local<bool>),
    camera: Single<&Camera, With<super::TwinCamera>>,
    mut frame: ResMut<CityFrame>,
) {
    let Some(pixels) = camera.physical_viewport_size().map(|size| size.as_vec2().max(Vec2::ONE)) else { return };
    let lens = Lens::new(view.pose, rig.level, view.size, rig.shifted());
    let (_, forward, _) = pose::frame(view.pose);
    let air = Air::of(outdoors.now(&shown));
    let sun = daylight.sun(shown.now, ground.0.frame().origin());
    let light = Light::at(sun, daylight.minutes(shown.now), air);
    let means = quality.means();
    let eye = view.world_from_view.w_axis.truncate();
    let scale = f64::from(pixels.y) / 2.0 / (FOV / 2.0).tan();
    #[expect(clippy::cast_possible_truncation, reason = "metres and pixels fit f32")]
    let (scale, distance, altitude) = (scale as f32, view.pose.distance as f32, eye.y - rig.level as f32);
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
    let [start, end] = fog(distance, altitude, air.fog);
    let [sky, horizon] = light.sky();
    // What moves goes on for an hour and then begins anew; `f32` counts it in steps that nobody sees.
    let seconds = if means.motion.is_some() { time.elapsed_secs_wrapped() } else { 0.0 };
    let [homes, offices] = light.windows();
    let glow = Vec4::from(light.color(|c| c.lamp)).truncate().extend(light.dark());
    let above = Vec4::from(light.under_sky(|c| c.crown, 0.3, 0.6)).truncate();
    let falling = (1.0 - altitude / FALLS_BELOW).clamp(0.0, 1.0);
    let [along_x, along_z] = light.shadow();
    let [grid, posts] = relief(&ground, altitude, rim.0);
    // A floor of a house is still four pixels high at the end of what is near.
    let near = scale * 0.75;
    let [min, max] = [rig.limits.min, rig.limits.max];
    let corner = |x: f64, y: f64| crate::screen::coords::world_from_city([x, y], 0.0);
    let (south_west, north_east) = (corner(min[0], min[1]), corner(max[0], max[1]));
    #[expect(clippy::cast_possible_truncation, reason = "metres fit f32")]
    let margin = (rig.limits.side() * 0.03).clamp(60.0, 900.0) as f32;
    // Under clouds walls differ little: light comes from everywhere.
    let direct = 0.5 - 0.34 * air.cloud.max(air.fog);
    let uniform = ViewUniform {
        clip_from_world: view.clip_from_world.to_cols_array_2d(),
        eye: eye.extend(scale).to_array(),
        ray: four(middle, 0.0),
        ray_x: four(ray(1.0, 0.0) - middle, 0.0),
        ray_y: four(ray(0.0, 1.0) - middle, 0.0),
        sun: sun.extend(0.8 * (1.0 - 0.5 * air.cloud)).to_array(),
        fog: [start, 1.0 / (end - start), 1.0, 2.2],
        bounds: [south_west.x, north_east.z, north_east.x, south_west.z],
        more: [1.0 / margin, pixels.x, pixels.y, means.reach],
        sky,
        horizon,
        ground: light.under_sky(|c| c.ground, 0.6, 0.22),
        foot: foot.to_array(),
        wall: wall.to_array(),
        roof: roof(&light),
        edge: Vec4::from(light.color(|c| c.edge)).truncate().extend(2.0 / near).to_array(),
        sunlight: [direct, direct, direct, 0.0],
        ambient: [0.87 - direct * 0.5, 0.87 - direct * 0.5, 0.87 - direct * 0.5, 0.0],
        paint: std::array::from_fn(|i| paint(&light, i)),
        ways: std::array::from_fn(|i| Paint::ALL.get(i).map_or([0.5, 0.0, 0.0, 0.0], |p| way(*p))),
        window: light.color(|c| c.window),
        night: [homes, offices, light.dark(), seconds],
        lamp: glow.to_array(),
        mark: light.under_sky(|c| c.mark, 0.3, 0.2),
        kerb: light.under_sky(|c| c.kerb, 0.9, 0.2),
        shore: light.under_sky(|c| c.shore, 0.3, 0.25),
        crown: above.extend(air.white).to_array(),
        shade: [along_x, along_z, 0.42 * light.shadows(), 0.34],
        air: [air.rain * falling, air.snow * falling, air.wet, air.white],
        relief: grid,
        posts,
    };
    // Until the city has been seen whole nothing moves that could stutter, and all of it goes up at once.
    *opened |= !frame.held && pending.count() == 0;
    let upload_bytes = if *opened { style.upload_bytes } else { usize::MAX };
    let now = CityFrame {
        uniform,
        clip_from_world: view.clip_from_world,
        eye,
        forward: forward.as_vec3(),
        target: crate::screen::coords::world_from_city(view.pose.target, rig.level),
        pixels: scale,
        near,
        haze: start,
        sight: end,
        held: panels.is_some() && free.0.is_none(),
        style: TwinStyle { detail: style.detail * means.detail, upload_bytes, ..*style },
        means,
        sunny: light.shadows() > 0.05,
        // Where nothing moves, it stands in the air: a cloudburst must be seen on every tier.
        falls: falling > 0.0 && air.rain + air.snow > 0.0,
        altitude,
    };
    *frame = now;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{LonLat, Sky, Weather};
    use crate::screen::look::tests::contrast;
    use crate::screen::twin::sun::Sun;

    /// Each hour of a day in March in each weather, as strong as it comes.
    fn lights() -> impl Iterator<Item = (Sky, u16, Light)> {
        let nanjing = LonLat { lon: 118.8, lat: 32.05 };
        let hours = move |sky: Sky| {
            let air = Air::of(Weather { sky, intensity: 3, ..Weather::default() });
            (0..24).map(move |hour| {
                let sun = Sun::on_day(79.0, f64::from(hour) * 60.0, nanjing, 480.0);
                (sky, hour, Light::at(sun, hour * 60, air))
            })
        };
        Sky::ALL.into_iter().flat_map(hours)
    }

    fn three([red, green, blue, _]: [f32; 4]) -> [f32; 3] {
        [red, green, blue]
    }

    #[test]
    fn names_are_read_over_the_ground_at_every_hour_in_every_weather() {
        for (sky, hour, light) in lights() {
            let text = tokens::TEXT.linear();
            for ground in [Paint::Land, Paint::Bare, Paint::Green, Paint::Water, Paint::Paved, Paint::Street] {
                let over = contrast(text, three(paint(&light, ground as usize)));
                assert!(over >= 4.0, "{ground:?} under {sky:?} at {hour}: {over:.1}");
            }
            let [_, horizon] = light.sky();
            let over = contrast(text, three(horizon));
            assert!(
                over >= if matches!(sky, Sky::Clear | Sky::Cloudy) { 2.5 } else { 3.0 },
                "the horizon, {sky:?} at {hour}: {over:.1}"
            );
        }
    }

    #[test]
    fn roofs_stand_out_from_the_ground_in_every_weather() {
        for (sky, hour, light) in lights() {
            let roof = three(roof(&light));
            let apart = contrast(roof, three(paint(&light, Paint::Land as usize)));
            assert!(apart >= 1.6, "{sky:?} at {hour}: {apart:.2}");
        }
    }
}
