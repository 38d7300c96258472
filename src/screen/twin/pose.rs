//! Where a camera stands for a [`Pose`], and what gestures do to a pose. No engine state, no clock.
//!
//! Invariants, whatever the input:
//! 1. The eye is above the ground: the tilt stays below [`MAX_TILT`], the distance above [`MIN_DISTANCE`], and what the
//!    camera looks at rides on the ground, or higher where a hill would swallow the eye ([`level`]).
//! 2. The target stays within the city's bounds and a margin; the distance within what shows the whole city.
//! 3. Panning and zooming keep the ground point under the pointer where it is (as far as 1 and 2 allow).

use bevy::math::{DMat4, DVec2, DVec3, DVec4, Mat4, Rect, Vec2};

use crate::screen::shown::{CityView, Pose};

/// Vertical field of view in radians: a picture is one and a half of its heights away.
pub const FOV: f64 = 0.643_501_108_793_284_4;
/// Nearest to the target, in metres.
pub const MIN_DISTANCE: f64 = 40.0;
/// Steepest look towards the horizon, in degrees from straight down.
pub const MAX_TILT: f64 = 82.0;

/// Distance of the first view in reaches of the city.
const HOME_REACHES: f64 = 1.7;
/// Tilt of the first view in degrees: in a part of a view as wide as [`HOME_ASPECT`], in a narrow one, in a very wide one.
const HOME_TILTS: [f64; 3] = [52.0, 34.0, 64.0];
/// Width to height of the usual part of a view that panels leave free.
const HOME_ASPECT: std::ops::RangeInclusive<f64> = 1.45..=1.8;
/// How far from the heart the first view looks at most, in reaches: outlying villages do not make the city small.
const HOME_FAR: f64 = 1.45;

/// How far the camera may go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// South-west corner of the city, metres.
    pub min: [f64; 2],
    /// North-east corner of the city, metres.
    pub max: [f64; 2],
    /// Middle of the built city, metres.
    pub heart: [f64; 2],
    /// How far from the heart most of the buildings stand, metres.
    pub reach: f64,
    /// South-west and north-east corner of what is built, without the last outlying villages, metres.
    pub built: [[f64; 2]; 2],
}

impl Limits {
    /// The greater side of the city, at least a kilometre.
    #[must_use]
    pub fn side(&self) -> f64 {
        (self.max[0] - self.min[0]).max(self.max[1] - self.min[1]).max(1000.0)
    }

    /// Farthest from the target, in metres.
    #[must_use]
    pub fn max_distance(&self) -> f64 {
        self.side() * 2.2
    }

    /// `pose` with every part brought within its limits; parts that are no numbers become those of the whole city.
    #[must_use]
    pub fn clamp(&self, pose: Pose) -> Pose {
        let home = self.home();
        let finite = |value: f64, instead: f64| if value.is_finite() { value } else { instead };
        let margin = self.side() * 0.15;
        let axis = |value: f64, instead: f64, min: f64, max: f64| {
            finite(value, instead).clamp(min - margin, (max + margin).max(min - margin))
        };
        Pose {
            target: [
                axis(pose.target[0], home.target[0], self.min[0], self.max[0]),
                axis(pose.target[1], home.target[1], self.min[1], self.max[1]),
            ],
            distance: finite(pose.distance, home.distance).clamp(MIN_DISTANCE, self.max_distance()),
            heading: finite(pose.heading, 0.0).rem_euclid(360.0),
            tilt: finite(pose.tilt, home.tilt).clamp(0.0, MAX_TILT),
        }
    }

    /// The built city from the south, as near as it fits into the part of a view of `size` points that is `free`.
    /// Where that part is narrow, the look is steeper, and flatter where it is wide: a city is as deep as it is wide.
    #[must_use]
    pub fn home_in(&self, size: Vec2, free: Option<Rect>) -> Pose {
        let free = free.unwrap_or(Rect::from_corners(Vec2::ZERO, size));
        let aspect = f64::from(free.width() / free.height().max(1.0));
        let [usual, steepest, flattest] = HOME_TILTS;
        let tilt = (usual * aspect / aspect.clamp(*HOME_ASPECT.start(), *HOME_ASPECT.end())).clamp(steepest, flattest);
        let edge = self.home_edge();
        let mut home = Pose { tilt, ..self.home() };
        // What is near looks larger: the target moves until as much is free above the city as below it.
        for _ in 0..4 {
            home.distance = self.nearest_with(&edge, home, size, free);
            let heights = seen(home, size, free, &edge).flatten().map(|at| at.y);
            let (top, foot) = heights.fold((f32::MAX, f32::MIN), |(top, foot), y| (top.min(y), foot.max(y)));
            let off = f64::from(f32::midpoint(top, foot) - free.center().y);
            let metres_a_point = home.distance * 2.0 * (FOV / 2.0).tan() / f64::from(size.y.max(1.0));
            home.target[1] -= off * metres_a_point / tilt.to_radians().cos();
        }
        home
    }

    /// The nearest distance from which all of some places on the ground, east and north, are seen well inside the `free`
    /// part of a view of `size` points, looking as `pose` does.
    fn nearest_with(&self, places: &[[f64; 2]], pose: Pose, size: Vec2, free: Rect) -> f64 {
        let (mut near, mut far) = (MIN_DISTANCE, self.max_distance());
        for _ in 0..24 {
            let distance = (near * far).sqrt();
            if fits(places, Pose { distance, ..pose }, size, free) { far = distance } else { near = distance }
        }
        far
    }

    /// `pose` where a circle on the ground is seen whole in it, else the nearest one over its middle that shows it.
    #[must_use]
    pub fn with_circle(&self, middle: [f64; 2], radius_m: f64, pose: Pose, size: Vec2, free: Option<Rect>) -> Pose {
        let free = free.unwrap_or(Rect::from_corners(Vec2::ZERO, size));
        let edge = [0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0].map(|degrees: f64| {
            let (sin, cos) = degrees.to_radians().sin_cos();
            [middle[0] + cos * radius_m, middle[1] + sin * radius_m]
        });
        if fits(&edge, pose, size, free) {
            return pose;
        }
        let over = Pose { target: middle, ..pose };
        Pose { distance: self.nearest_with(&edge, over, size, free), ..over }
    }

    /// Corners of a rounded outline around what is built.
    fn home_edge(&self) -> [[f64; 2]; 8] {
        let [[west, south], [east, north]] = self.built;
        // One block is no city to fill a view with.
        let half = |low: f64, high: f64| ((high - low) / 2.0).max(self.reach * 0.3);
        let (wide, deep) = (half(west, east), half(south, north));
        let [x, y] = self.middle();
        [(1.0, 0.6), (0.6, 1.0), (-0.6, 1.0), (-1.0, 0.6), (-1.0, -0.6), (-0.6, -1.0), (0.6, -1.0), (1.0, -0.6)]
            .map(|(along, up)| [x + along * wide, y + up * deep])
    }

    /// Middle of what is built.
    fn middle(&self) -> [f64; 2] {
        let [[west, south], [east, north]] = self.built;
        [f64::midpoint(west, east), f64::midpoint(south, north)]
    }

    /// The built city from the south: bounds may hold far more sea and hills than streets.
    #[must_use]
    pub fn home(&self) -> Pose {
        let distance = (self.reach * HOME_REACHES).clamp(MIN_DISTANCE, self.max_distance());
        Pose { target: self.middle(), distance, heading: 0.0, tilt: HOME_TILTS[0] }
    }
}

/// Where places on the ground stand in a view, points; `None` behind the eye.
fn seen(pose: Pose, size: Vec2, free: Rect, places: &[[f64; 2]]) -> impl Iterator<Item = Option<Vec2>> {
    let (clip_from_world, world_from_view) = Lens::new(pose, 0.0, size, Some(free)).f32();
    let view = CityView { pose, clip_from_world, world_from_view, size };
    places.iter().map(move |[x, y]| view.project(*x, *y, 0.0))
}

/// Whether they all stand well inside the free part.
fn fits(places: &[[f64; 2]], pose: Pose, size: Vec2, free: Rect) -> bool {
    let room = Rect::from_center_size(free.center(), free.size() * 0.92);
    seen(pose, size, free, places).all(|at| at.is_some_and(|at| room.contains(at)))
}

/// South-west and north-east corner of all but the outermost of weighted points, no further than the first view looks
/// from their heart.
#[must_use]
pub fn built(points: &[([f64; 2], f64)], heart: [f64; 2], reach: f64) -> [[f64; 2]; 2] {
    const OUTERMOST: f64 = 0.002;
    let far = HOME_FAR * reach;
    let edge = |axis: usize, share: f64, instead: f64| {
        let along = |at: &[f64; 2]| at.get(axis).copied().unwrap_or_default();
        let found = quantile(points.iter().map(|(at, weight)| (along(at), *weight)).collect(), share);
        found.unwrap_or(instead).clamp(along(&heart) - far, along(&heart) + far)
    };
    let corner = |share: f64, sign: f64| [0, 1].map(|axis| edge(axis, share, sign * reach));
    [corner(OUTERMOST, -1.0), corner(1.0 - OUTERMOST, 1.0)]
}

/// The middle of weighted points (their median along each axis) and the distance from it within which
/// `share` of the weight lies. `None` without points.
#[must_use]
pub fn heart(points: &[([f64; 2], f64)], share: f64) -> Option<([f64; 2], f64)> {
    let median = |axis: usize| {
        quantile(points.iter().map(|(at, weight)| (if axis == 0 { at[0] } else { at[1] }, *weight)).collect(), 0.5)
    };
    let heart = [median(0)?, median(1)?];
    let far = |at: &[f64; 2]| (at[0] - heart[0]).hypot(at[1] - heart[1]);
    let reach = quantile(points.iter().map(|(at, weight)| (far(at), *weight)).collect(), share)?;
    Some((heart, reach))
}

/// The value below which `share` of the weight lies.
fn quantile(mut values: Vec<(f64, f64)>, share: f64) -> Option<f64> {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let wanted = values.iter().map(|v| v.1).sum::<f64>() * share;
    let mut sum = 0.0;
    values
        .iter()
        .find(|(_, weight)| {
            sum += weight;
            sum >= wanted
        })
        .map(|v| v.0)
}

/// A camera: matrices of a pose in a view. Engine axes (x east, y up, z south).
#[derive(Debug, Clone, Copy)]
pub struct Lens {
    /// Clip from world; reversed depth, infinitely far.
    pub clip_from_world: DMat4,
    /// World from view.
    pub world_from_view: DMat4,
    /// Nearest depth in metres.
    pub near: f64,
}

impl Lens {
    /// The lens of `pose` for a view of `size` points, with the target in the middle of the part that is `free`, `level`
    /// metres above the height zero.
    #[must_use]
    pub fn new(pose: Pose, level: f64, size: Vec2, free: Option<Rect>) -> Self {
        let size = size.max(Vec2::ONE).as_dvec2();
        let (eye, forward, up) = frame(pose);
        let eye = eye + DVec3::Y * level;
        let view_from_world = DMat4::look_to_rh(eye, forward, up);
        let near = (pose.distance * 0.02).clamp(1.0, 200.0);
        let scale = 1.0 / (FOV / 2.0).tan();
        let shift = free.map_or(DVec2::ZERO, |free| {
            let off = (free.center().as_dvec2() - size / 2.0) / (size / 2.0);
            DVec2::new(off.x, -off.y).clamp(DVec2::splat(-0.8), DVec2::splat(0.8))
        });
        let clip_from_view = DMat4::from_cols(
            DVec4::new(scale * size.y / size.x, 0.0, 0.0, 0.0),
            DVec4::new(0.0, scale, 0.0, 0.0),
            DVec4::new(-shift.x, -shift.y, 0.0, -1.0),
            DVec4::new(0.0, 0.0, near, 0.0),
        );
        Self { clip_from_world: clip_from_view * view_from_world, world_from_view: view_from_world.inverse(), near }
    }

    /// As the engine takes them: clip from world, world from view.
    #[must_use]
    pub fn f32(&self) -> (Mat4, Mat4) {
        (self.clip_from_world.as_mat4(), self.world_from_view.as_mat4())
    }
}

/// Eye, forward and up of a pose in engine axes, on level ground.
#[must_use]
pub fn frame(pose: Pose) -> (DVec3, DVec3, DVec3) {
    let (sin_h, cos_h) = pose.heading.to_radians().sin_cos();
    let (sin_t, cos_t) = pose.tilt.to_radians().sin_cos();
    let ahead = DVec3::new(sin_h, 0.0, -cos_h);
    let forward = ahead * sin_t - DVec3::Y * cos_t;
    let up = ahead * cos_t + DVec3::Y * sin_t;
    let target = DVec3::new(pose.target[0], 0.0, -pose.target[1]);
    (target - forward * pose.distance, forward, up)
}

/// Metres above the height zero of what the camera looks at: the ground there, or more where the eye would come nearer
/// than it should to the ground below it. `ground` is the height of the ground at east, north.
#[must_use]
pub fn level(pose: Pose, ground: impl Fn([f64; 2]) -> f64) -> f64 {
    let (eye, ..) = frame(pose);
    let clear = (pose.distance * 0.04).clamp(6.0, 60.0);
    ground(pose.target).max(ground([eye.x, -eye.z]) + clear - eye.y)
}

/// From so many metres above the ground the city is a map, and marks are seen through buildings; below, buildings hide
/// them.
pub const SEE_THROUGH_FROM_M: f64 = 320.0;

/// Metres of height above the ground of the eye.
#[must_use]
pub fn altitude(pose: Pose) -> f64 {
    pose.distance * pose.tilt.to_radians().cos()
}

/// `pose` moved so that `grabbed` (east, north) comes to where `under` is now.
#[must_use]
pub fn pan(pose: Pose, grabbed: [f64; 2], under: [f64; 2]) -> Pose {
    let target = [pose.target[0] + grabbed[0] - under[0], pose.target[1] + grabbed[1] - under[1]];
    Pose { target, ..pose }
}

/// `pose` at another distance with the ground point `anchor` staying where it is on screen.
#[must_use]
pub fn zoom(pose: Pose, anchor: [f64; 2], distance: f64) -> Pose {
    let ratio = distance / pose.distance.max(1e-6);
    let towards = |target: f64, anchor: f64| anchor + (target - anchor) * ratio;
    Pose { target: [towards(pose.target[0], anchor[0]), towards(pose.target[1], anchor[1])], distance, ..pose }
}

/// The shortest way from one heading to another, in degrees from -180 to 180.
#[must_use]
pub fn turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

/// Between two poses, `s` from 0 to 1; long ways rise above the ground between so that both ends are seen.
#[must_use]
pub fn fly(from: Pose, to: Pose, s: f64) -> Pose {
    let s = s.clamp(0.0, 1.0);
    let s = s.powi(3) * s.mul_add(s.mul_add(6.0, -15.0), 10.0);
    let mix = |a: f64, b: f64| a + (b - a) * s;
    let way = (to.target[0] - from.target[0]).hypot(to.target[1] - from.target[1]);
    let hop = (way / (from.distance + to.distance)).min(4.0) * 0.6;
    let rise = (1.0 + hop * 4.0 * s * (1.0 - s)).max(1.0);
    let distance = (mix(from.distance.ln(), to.distance.ln())).exp() * rise;
    Pose {
        target: [mix(from.target[0], to.target[0]), mix(from.target[1], to.target[1])],
        distance,
        heading: (from.heading + turn(from.heading, to.heading) * s).rem_euclid(360.0),
        tilt: mix(from.tilt, to.tilt),
    }
}

#[cfg(test)]
mod tests;
