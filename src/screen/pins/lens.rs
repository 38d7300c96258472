//! The camera as marks and names need it: from metres to points. Pure.

use bevy::math::{Mat4, Vec2, Vec4};

use crate::screen::shown::CityView;

/// A camera as the marks need it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lens {
    clip_from_world: Mat4,
    pub(super) size: Vec2,
    /// Points that a metre one metre in front of the eye covers.
    pub(super) focal: f32,
    /// Metres to what the camera looks at: marks there have their nominal size.
    reference: f32,
    /// How much larger marks are than on a desk.
    pub(super) grow: f32,
}

impl Lens {
    /// The lens of a view.
    #[must_use]
    pub fn new(view: &CityView) -> Self {
        let m = view.clip_from_world;
        #[expect(clippy::cast_possible_truncation, reason = "metres to the target fit f32")]
        let reference = (view.pose.distance as f32).max(1.0);
        Self {
            clip_from_world: m,
            size: view.size,
            focal: view.size.y * 0.5 * m.row(1).truncate().length(),
            reference,
            grow: 1.0,
        }
    }

    /// The same view with marks `grow` times as large, for screens that are looked at from afar.
    #[must_use]
    pub fn grown(self, grow: f32) -> Self {
        Self { grow, ..self }
    }

    /// Where a point at height 0 is (points) and how deep (metres, negative behind the eye).
    #[must_use]
    pub fn project(&self, [east, north]: [f64; 2]) -> (Vec2, f32) {
        self.project_at([east, north, 0.0])
    }

    /// Where a point (metres east, north, up) is on screen (points) and how deep (metres, negative behind the eye).
    #[must_use]
    pub fn project_at(&self, [east, north, up]: [f64; 3]) -> (Vec2, f32) {
        #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
        let clip = self.clip_from_world * Vec4::new(east as f32, up as f32, -north as f32, 1.0);
        let ndc = Vec2::new(clip.x, -clip.y) / clip.w.abs().max(1e-3);
        ((ndc + 1.0) * 0.5 * self.size, clip.w)
    }

    /// Points that a metre covers at a depth.
    #[must_use]
    pub fn scale(&self, depth: f32) -> f32 {
        self.focal / depth.max(0.1)
    }

    /// How much a mark at a depth shrinks or grows: mild, so that far ones stay readable. The shader has the same.
    #[must_use]
    pub fn perspective(&self, depth: f32) -> f32 {
        (self.reference / depth.max(1.0)).powf(0.25).clamp(0.7, 1.15)
    }

    /// Metres from a target at which `points_per_metre` is reached.
    #[must_use]
    pub fn distance_for(&self, points_per_metre: f32) -> f32 {
        self.focal / points_per_metre.max(1e-6)
    }

    /// Points a square of `size` metres around `at` covers; `None` where it is out of sight.
    pub(super) fn sees(&self, at: [f64; 3], size: f32) -> Option<f32> {
        let reach = size * 0.71;
        let (p, depth) = self.project_at(at);
        if depth + reach < 1.0 {
            return None;
        }
        if depth <= reach * 1.5 {
            return Some(f32::INFINITY);
        }
        let around = Vec2::splat(reach * self.scale(depth - reach) + 40.0);
        let inside = p.cmpge(-around).all() && p.cmple(self.size + around).all();
        inside.then(|| size * self.scale(depth))
    }
}
