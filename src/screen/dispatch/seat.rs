//! The hall's seat on the city: a small house, and its name where the city is near.

use bevy::math::Rect;
use egui::{Pos2, Shape, Stroke, vec2};
use rust_i18n::t;

use crate::screen::look::tokens;
use crate::screen::tools::paint::{GroundPainter, edge};

/// Corners of the house in points: gable, eaves, foot.
const HOUSE: [[f32; 2]; 5] = [[0.0, -6.0], [7.0, -1.0], [7.0, 6.0], [-7.0, 6.0], [-7.0, -1.0]];
/// Points of its outline.
const OUTLINE: f32 = 1.5;

/// The mark around a point of the screen, so many times as large.
pub(super) fn mark(at: Pos2, scale: f32) -> [Shape; 2] {
    let corners = HOUSE.map(|[x, y]| at + vec2(x, y) * scale).to_vec();
    let line = Stroke::new(OUTLINE * scale, tokens::DIM.over_city());
    let fill = tokens::PANEL.over_city();
    [Shape::convex_polygon(corners.clone(), fill, edge(line)), Shape::convex_polygon(corners, fill, line)]
}

/// Paint it, with its name of a size where there is one. Returns what the name covers; nothing out of the picture.
pub(super) fn paint(painter: &GroundPainter, seat: [f64; 2], scale: f32, name: Option<f32>) -> Option<Rect> {
    let at = painter.place(seat).filter(|at| painter.window().contains(*at))?;
    painter.put(mark(at, scale));
    name.map(|size| painter.plate(at, t!("task.seat").into_owned(), size))
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn the_mark_is_small_and_without_a_colour_of_a_grade() {
        let at = pos2(200.0, 100.0);
        for (scale, most) in [(1.0, 20.0), (2.0, 40.0)] {
            for shape in mark(at, scale) {
                let covers = shape.visual_bounding_rect();
                assert!(covers.contains(at) && covers.width() <= most && covers.height() <= most, "{covers:?}");
                let Shape::Path(path) = shape else { unreachable!("a house") };
                assert_eq!(path.fill, tokens::PANEL.over_city());
            }
        }
    }
}
