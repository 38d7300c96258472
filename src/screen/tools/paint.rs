//! Lines on the ground, painted over the city with a painter.

use bevy::math::{Rect, Vec2};
use egui::{Align2, Context, Id, LayerId, Order, Painter, Pos2, Shape, Stroke, pos2, vec2};

use crate::ground::City;
use crate::screen::look::{medium_font, tokens};
use crate::screen::shown::CityView;

/// Pieces of a straight line, so that it follows the ground.
const PIECES: u16 = 24;
/// Corners of a circle.
const CORNERS: u16 = 120;

/// Where the pointer's ray meets the ground, metres east and north.
pub(in crate::screen) fn ground_under(view: &CityView, city: &City, at: Vec2) -> Option<[f64; 2]> {
    let (eye, direction) = view.ray(at);
    city.ray_ground(eye, direction).map(|[east, north, _]| [east, north])
}

/// The part of a straight line that lies in a rectangle (after Liang and Barsky); `None` where none does.
pub(in crate::screen) fn within(rect: egui::Rect, [from, to]: [Pos2; 2]) -> Option<[Pos2; 2]> {
    let along = to - from;
    let (mut first, mut last) = (0.0_f32, 1.0_f32);
    for (step, room) in [
        (-along.x, from.x - rect.left()),
        (along.x, rect.right() - from.x),
        (-along.y, from.y - rect.top()),
        (along.y, rect.bottom() - from.y),
    ] {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            first = first.max(room / step);
        } else {
            last = last.min(room / step);
        }
    }
    (first <= last).then(|| [from + along * first, from + along * last])
}

/// The dark edge under a line, so that it shows on any ground.
pub(in crate::screen) fn edge(stroke: Stroke) -> Stroke {
    Stroke::new(stroke.width + 2.0, tokens::INK.over_city().gamma_multiply_u8(tokens::SHADE_ALPHA))
}

/// Paints on the ground of a city.
pub(in crate::screen) struct GroundPainter<'a> {
    painter: Painter,
    view: &'a CityView,
    city: &'a City,
}

impl<'a> GroundPainter<'a> {
    /// Paints under the panels.
    pub(in crate::screen) fn new(ctx: &Context, name: &str, view: &'a CityView, city: &'a City) -> Self {
        Self { painter: ctx.layer_painter(LayerId::new(Order::Background, Id::new(name))), view, city }
    }

    /// Where a place is on screen; `None` behind the eye.
    pub(in crate::screen) fn place(&self, at: [f64; 2]) -> Option<Pos2> {
        self.place_above(at, 0.0)
    }

    /// Where so many metres above a place are on screen; `None` behind the eye.
    pub(in crate::screen) fn place_above(&self, [east, north]: [f64; 2], metres: f64) -> Option<Pos2> {
        let at = self.view.project(east, north, self.city.ground_at([east, north]) + metres)?;
        (at.abs().max_element() < 1e5).then(|| pos2(at.x, at.y))
    }

    /// The window that it paints in, points.
    pub(in crate::screen) fn window(&self) -> egui::Rect {
        self.painter.clip_rect()
    }

    /// Paint shapes that are in points of the screen.
    pub(in crate::screen) fn put(&self, shapes: impl IntoIterator<Item = Shape>) {
        self.painter.extend(shapes);
    }

    /// A line from place to place along the ground, with a dark edge so that it shows on any ground.
    pub(in crate::screen) fn line(&self, from: [f64; 2], to: [f64; 2], stroke: Stroke) {
        let points = (0..=PIECES).map(|i| {
            let share = f64::from(i) / f64::from(PIECES);
            [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
        });
        self.path(points, stroke);
    }

    /// A circle on the ground.
    pub(in crate::screen) fn circle(&self, middle: [f64; 2], radius_m: f64, stroke: Stroke) {
        let points = (0..=CORNERS).map(|i| {
            let (sin, cos) = (f64::from(i) / f64::from(CORNERS) * std::f64::consts::TAU).sin_cos();
            [middle[0] + radius_m * sin, middle[1] + radius_m * cos]
        });
        self.path(points, stroke);
    }

    fn path(&self, points: impl Iterator<Item = [f64; 2]>, stroke: Stroke) {
        let mut parts: Vec<Vec<Pos2>> = vec![Vec::new()];
        for point in points {
            match (self.place(point), parts.last_mut()) {
                (Some(at), Some(part)) => part.push(at),
                (None, Some(part)) if !part.is_empty() => parts.push(Vec::new()),
                _ => {}
            }
        }
        for part in parts.into_iter().filter(|part| part.len() > 1) {
            self.painter.line(part.clone(), edge(stroke));
            self.painter.line(part, stroke);
        }
    }

    /// A point with a dark edge.
    pub(in crate::screen) fn point(&self, at: [f64; 2], radius: f32, color: egui::Color32) {
        if let Some(at) = self.place(at) {
            self.painter.circle(at, radius, color, Stroke::new(1.5, tokens::INK.egui()));
        }
    }

    /// A few words on a dark plate, above a place. Returns what they cover.
    pub(in crate::screen) fn words(&self, at: [f64; 2], words: String) -> Option<Rect> {
        Some(self.plate(self.place(at)?, words, tokens::desk::SMALL))
    }

    /// A few words of a size on a dark plate, above a point of the screen. Returns what they cover.
    pub(in crate::screen) fn plate(&self, at: Pos2, words: String, size: f32) -> Rect {
        let font = medium_font(size);
        let galley = self.painter.layout_no_wrap(words, font, tokens::TEXT.egui());
        let size = galley.size() + vec2(tokens::desk::GAP, 4.0);
        let plate = Align2::CENTER_BOTTOM.anchor_size(at - vec2(0.0, 8.0), size);
        self.painter.rect_filled(plate, 3.0, tokens::PANEL.egui());
        self.painter.galley(plate.center() - galley.size() / 2.0, galley, tokens::TEXT.egui());
        Rect::new(plate.left(), plate.top(), plate.right(), plate.bottom())
    }
}
