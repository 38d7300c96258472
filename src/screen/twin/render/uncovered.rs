//! The part of the picture that no panel covers: on a desk what lies under panels is neither chosen nor drawn.

use bevy::prelude::*;
use bevy::render::Extract;
use bevy::render::render_phase::TrackedRenderPass;

use crate::screen::shown::{CityView, FreeArea, ScreenKind};

/// Shares of the picture from its top left: the least and the greatest of x and y.
#[derive(Resource, Debug, Clone, Copy, PartialEq)]
pub(super) struct Uncovered {
    min: Vec2,
    max: Vec2,
}

impl Default for Uncovered {
    fn default() -> Self {
        Self { min: Vec2::ZERO, max: Vec2::ONE }
    }
}

impl Uncovered {
    /// A desk's panels cover all but the free part; a wall's have gaps between them.
    fn of(kind: Option<ScreenKind>, free: Option<Rect>, size: Vec2) -> Self {
        match (kind, free) {
            (Some(ScreenKind::Desk), Some(free)) if !free.is_empty() && size.min_element() > 0.0 => Self {
                min: (free.min / size).clamp(Vec2::ZERO, Vec2::ONE),
                max: (free.max / size).clamp(Vec2::ZERO, Vec2::ONE),
            },
            _ => Self::default(),
        }
    }

    /// The same in clip space: x from left to right and y from bottom to top, each from -1 to 1.
    pub(super) fn clip(&self) -> (Vec2, Vec2) {
        let of = |share: Vec2| Vec2::new(share.x * 2.0 - 1.0, 1.0 - share.y * 2.0);
        let (a, b) = (of(self.min), of(self.max));
        (a.min(b), a.max(b))
    }

    /// Left, top, width and height in pixels of a picture, whole pixels that it touches.
    fn pixels(&self, size: UVec2) -> [u32; 4] {
        let from = (self.min * size.as_vec2()).floor().as_uvec2();
        let to = (self.max * size.as_vec2()).ceil().as_uvec2().min(size);
        let extent = to.saturating_sub(from);
        [from.x, from.y, extent.x, extent.y]
    }

    /// Keep a pass to it.
    pub(super) fn keep(&self, pass: &mut TrackedRenderPass<'_>, size: UVec2) {
        let [x, y, width, height] = self.pixels(size);
        if width > 0 && height > 0 {
            pass.set_scissor_rect(x, y, width, height);
        }
    }
}

/// Read after this frame's panels, so that what a closing panel uncovers is drawn at once.
pub(super) fn extract(
    kind: Extract<Option<Res<ScreenKind>>>,
    free: Extract<Option<Res<FreeArea>>>,
    view: Extract<Option<Res<CityView>>>,
    mut uncovered: ResMut<Uncovered>,
) {
    let free = free.as_ref().and_then(|free| free.0);
    let size = view.as_ref().map_or(Vec2::ZERO, |view| view.size);
    *uncovered = Uncovered::of(kind.as_ref().map(|kind| **kind), free, size);
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Vec2 = Vec2::new(1920.0, 1080.0);

    #[test]
    fn a_desk_draws_only_its_free_part_and_a_wall_everything() {
        let free = Some(Rect::new(480.0, 54.0, 1440.0, 1053.0));
        let desk = Uncovered::of(Some(ScreenKind::Desk), free, SIZE);
        assert_eq!(desk.pixels(UVec2::new(1920, 1080)), [480, 54, 960, 999]);
        assert_eq!(desk.pixels(UVec2::new(3840, 2160)), [960, 108, 1920, 1998], "more pixels a point");
        let (min, max) = desk.clip();
        assert!((min - Vec2::new(-0.5, -0.95)).length() < 1e-3 && (max - Vec2::new(0.5, 0.9)).length() < 1e-3);
        assert_eq!(Uncovered::of(Some(ScreenKind::Wall), free, SIZE), Uncovered::default());
        assert_eq!(Uncovered::of(None, free, SIZE), Uncovered::default(), "no panels at all");
        assert_eq!(Uncovered::of(Some(ScreenKind::Desk), None, SIZE), Uncovered::default());
    }

    #[test]
    fn a_free_part_beyond_the_picture_is_cut_to_it() {
        let free = Some(Rect::new(-100.0, -100.0, 5_000.0, 540.0));
        let desk = Uncovered::of(Some(ScreenKind::Desk), free, SIZE);
        assert_eq!(desk.pixels(UVec2::new(1920, 1080)), [0, 0, 1920, 540]);
    }
}
