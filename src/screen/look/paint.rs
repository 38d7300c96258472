//! Shapes that all panels share, drawn with a painter. All sizes are handed in.

use egui::{Align2, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::{medium_font, tokens};
use crate::domain::Grade;

/// The mark of a grade: its shape in its colour with the Roman numeral; `half` is half its size.
pub fn grade_mark(painter: &Painter, center: Pos2, half: f32, grade: Grade) {
    grade_shape(painter, center, half, grade, true);
    numeral(painter, center, half, grade, tokens::on_grade(grade).egui());
}

/// The mark of a grade that nothing open has: an outline with its numeral.
pub fn grade_ghost(painter: &Painter, center: Pos2, half: f32, grade: Grade) {
    grade_shape(painter, center, half, grade, false);
    numeral(painter, center, half, grade, tokens::FAINT.egui());
}

fn numeral(painter: &Painter, center: Pos2, half: f32, grade: Grade, color: egui::Color32) {
    // A triangle has its room at the foot.
    let (drop, size) = match tokens::shape(grade) {
        tokens::Shape::Triangle => (0.26, 0.84),
        _ => (0.0, 1.02),
    };
    let at = center + vec2(0.0, half * drop);
    painter.text(at, Align2::CENTER_CENTER, grade.numeral(), medium_font(half * size), color);
}

/// The shape of a grade, filled or as an outline (for a count of zero).
pub fn grade_shape(painter: &Painter, center: Pos2, half: f32, grade: Grade, filled: bool) {
    let corners = tokens::shape(grade).corners();
    let points: Vec<Pos2> = corners.iter().map(|[x, y]| center + vec2(*x, *y) * half).collect();
    let color = tokens::grade(grade).egui();
    painter.add(if filled {
        Shape::convex_polygon(points, color, Stroke::NONE)
    } else {
        Shape::closed_line(points, Stroke::new((half * 0.11).max(1.0), tokens::FAINT.egui()))
    });
}

/// Text in one line, cut off with … where it is wider than `width`. Returns where it stands.
pub fn line(
    painter: &Painter,
    at: Pos2,
    align: Align2,
    text: &str,
    font: egui::FontId,
    color: egui::Color32,
    width: f32,
) -> Rect {
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, color);
    job.wrap = egui::text::TextWrapping::truncate_at_width(width.max(0.0));
    let galley = painter.layout_job(job);
    let rect = align.anchor_size(at, galley.size());
    painter.galley(rect.min, galley, color);
    rect
}

/// Text over at most `rows` lines of `width`. Returns where it stands.
pub fn block(
    painter: &Painter,
    at: Pos2,
    text: &str,
    font: egui::FontId,
    color: egui::Color32,
    width: f32,
    rows: usize,
) -> Rect {
    let mut job = egui::text::LayoutJob::simple(text.to_owned(), font, color, width);
    job.wrap.max_rows = rows;
    job.wrap.break_anywhere = false;
    let galley = painter.layout_job(job);
    let rect = Rect::from_min_size(at, galley.size());
    painter.galley(rect.min, galley, color);
    rect
}

/// Diagonal hatching: there is no data here.
pub fn hatch(painter: &Painter, rect: Rect, step: f32, stroke: Stroke) {
    let painter = painter.with_clip_rect(rect.intersect(painter.clip_rect()));
    let mut x = rect.left() - rect.height();
    while x < rect.right() {
        painter.line_segment([pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())], stroke);
        x += step;
    }
}
