//! Shapes that all panels share, drawn with a painter. All sizes are handed in.

use egui::{Align2, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2, vec2};

use super::theme::{Theme, theme};
use super::tokens::Rgb;
use super::{medium_font, regular_font, tokens};
use crate::domain::{Grade, Stage};
use crate::screen::situation::Hours;

/// What the pointer reads stands so far from it, clear of the names of areas.
const BESIDE: egui::Vec2 = vec2(16.0, 50.0);

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

/// The mark of a grade where there is no room for a numeral.
pub fn grade_sign(painter: &Painter, center: Pos2, half: f32, grade: Grade) {
    grade_shape(painter, center, half * tip(grade), grade, true);
    painter.extend(bar(center, half, grade));
}

/// The same as shapes over the city.
pub fn grade_sign_over_city(center: Pos2, half: f32, grade: Grade) -> impl Iterator<Item = Shape> {
    let edge = Stroke::new(1.0, tokens::INK.over_city());
    let shape =
        Shape::convex_polygon(corners(center, half * tip(grade), grade), tokens::grade(grade).over_city(), edge);
    std::iter::once(shape).chain(bar(center, half, grade))
}

/// As small as a letter a square on its corner is told from a disc by its tips …
fn tip(grade: Grade) -> f32 {
    if grade == Grade::II { 1.2 } else { 1.0 }
}

/// … and an octagon is as round as one: there Ⅰ has a bar across it.
fn bar(center: Pos2, half: f32, grade: Grade) -> Option<Shape> {
    let bar = Rect::from_center_size(center, vec2(half * 1.3, half * 0.5));
    (grade == Grade::I).then(|| Shape::rect_filled(bar, 0.0, tokens::on_grade(grade).over_city()))
}

fn corners(center: Pos2, half: f32, grade: Grade) -> Vec<Pos2> {
    tokens::shape(grade).corners().iter().map(|[x, y]| center + vec2(*x, *y) * half).collect()
}

/// The shape of a grade, filled or as an outline (for a count of zero).
pub fn grade_shape(painter: &Painter, center: Pos2, half: f32, grade: Grade, filled: bool) {
    let points = corners(center, half, grade);
    let color = tokens::grade(grade).egui();
    painter.add(if filled {
        // Yellow and orange fade on a pale ground: there the shape has an edge.
        let edge = match theme() {
            Theme::Dark => Stroke::NONE,
            Theme::Light => Stroke::new((half * 0.09).max(1.0), tokens::DIM.egui()),
        };
        Shape::convex_polygon(points, color, edge)
    } else {
        Shape::closed_line(points, Stroke::new((half * 0.11).max(1.0), tokens::FAINT.egui()))
    });
}

/// The mark of an alarm of a level: a dark square on its corner in a ring, with its numeral, so that it is told from the
/// filled marks of cases. A `quiet` one, of which somebody took note, has a thinner ring and no letters as bright.
pub fn alarm_mark(painter: &Painter, center: Pos2, half: f32, level: Grade, quiet: bool) {
    let color = tokens::grade(level).over_city().gamma_multiply(if quiet { 0.62 } else { 1.0 });
    let around = |half: f32| [[0.0, -half], [half, 0.0], [0.0, half], [-half, 0.0]].map(|[x, y]| center + vec2(x, y));
    // An edge of ink sets it off from whatever is below.
    let ink = tokens::INK.over_city().gamma_multiply(if quiet { 0.8 } else { 1.0 });
    painter.add(Shape::convex_polygon(around(half * 1.16).to_vec(), ink, Stroke::NONE));
    let wide = half * if quiet { 0.11 } else { 0.19 };
    painter.add(Shape::closed_line(around(half - wide * 0.5).to_vec(), Stroke::new(wide, color)));
    let text = if quiet { tokens::DIM } else { tokens::TEXT };
    let font = medium_font(half * 0.93);
    painter.text(center, Align2::CENTER_CENTER, level.numeral(), font, text.over_city());
}

/// A note beside the pointer that stays on a screen of so many points.
pub fn note(painter: &Painter, at: Pos2, text: &str, size: egui::Vec2) {
    let galley = painter.layout_no_wrap(text.to_owned(), regular_font(tokens::desk::BODY), tokens::TEXT.egui());
    let extent = galley.size() + vec2(tokens::desk::PAD * 2.0, tokens::desk::GAP);
    let most = pos2((size.x - extent.x).max(0.0), (size.y - extent.y).max(0.0));
    let rect = Rect::from_min_size((at + BESIDE).min(most), extent);
    painter.rect_filled(rect, f32::from(tokens::desk::ROUND), tokens::PANEL.egui());
    painter.galley(rect.center() - galley.size() / 2.0, galley, tokens::TEXT.egui());
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

/// As [`line`], but what has no room is left out at its beginning: an address is told by its end.
pub fn tail(
    painter: &Painter,
    at: Pos2,
    align: Align2,
    text: &str,
    font: &egui::FontId,
    color: egui::Color32,
    width: f32,
) -> Rect {
    let wide = |text: &str| painter.layout_no_wrap(text.to_owned(), font.clone(), color).size().x;
    let ends = || text.char_indices().skip(1).map(|(at, _)| format!("…{}", text.get(at..).unwrap_or_default()));
    let fits = if wide(text) <= width { None } else { ends().find(|end| wide(end) <= width) };
    line(painter, at, align, fits.as_deref().unwrap_or(text), font.clone(), color, width)
}

/// Characters that no line begins with, and those that none ends with (GB/T 15834), as far as the layout does not know.
const NOT_FIRST: &str = "，。、；：？！）》〉」』】〕”’…％";
const NOT_LAST: &str = "（《〈「『【〔“‘";

/// Text over at most `rows` lines of `width`, none of which begins with a comma.
pub fn paragraph(
    painter: &Painter,
    text: &str,
    font: egui::FontId,
    color: egui::Color32,
    width: f32,
    rows: usize,
) -> std::sync::Arc<egui::Galley> {
    let mut text = text.to_owned();
    loop {
        let mut job = egui::text::LayoutJob::simple(text.clone(), font.clone(), color, width);
        job.wrap.max_rows = rows;
        let galley = painter.layout_job(job);
        // one more each time round: the lines before it stay
        match wrong_break(&galley).filter(|at| text.is_char_boundary(*at)) {
            Some(at) => text.insert(at, '\n'),
            None => return galley,
        }
    }
}

/// Text over at most `rows` lines of `width` that break between its parts, which `joint` joins, and nowhere else; a part
/// alone that is wider than a line breaks as a [`paragraph`] does.
pub fn parts(
    painter: &Painter,
    text: &str,
    joint: &str,
    font: egui::FontId,
    color: egui::Color32,
    width: f32,
    rows: usize,
) -> std::sync::Arc<egui::Galley> {
    // Sizes are rounded: what fits has a point to spare.
    let fits = |line: &str| painter.layout_no_wrap(line.to_owned(), font.clone(), color).size().x + 1.0 <= width;
    let mut lines: Vec<String> = Vec::new();
    for part in text.split(joint) {
        let longer = lines.last().map(|line| format!("{line}{joint}{part}"));
        match (lines.last_mut(), longer.filter(|line| fits(line))) {
            (Some(line), Some(longer)) => *line = longer,
            _ => lines.push(part.to_owned()),
        }
    }
    paragraph(painter, &lines.join("\n"), font, color, width, rows)
}

/// The first of several ways to say something that has room in one line, else the last, cut off. Returns where it stands.
pub fn fitting(
    painter: &Painter,
    left: Pos2,
    ways: &[String],
    font: &egui::FontId,
    color: egui::Color32,
    width: f32,
) -> Rect {
    let fits = |way: &&String| painter.layout_no_wrap((*way).clone(), font.clone(), color).size().x <= width;
    let way = ways.iter().find(fits).or(ways.last()).map_or("", String::as_str);
    line(painter, left, Align2::LEFT_CENTER, way, font.clone(), color, width)
}

/// Where the first line that ends wrongly has to end, in bytes.
fn wrong_break(galley: &egui::Galley) -> Option<usize> {
    let mut from = 0;
    for (row, next) in galley.rows.iter().zip(galley.rows.iter().skip(1)) {
        let chars: Vec<char> = row.glyphs.iter().map(|glyph| glyph.chr).collect();
        let may_part = |last: char, first: char| !NOT_LAST.contains(last) && !NOT_FIRST.contains(first);
        let (last, first) = (chars.last(), next.glyphs.first().map(|glyph| glyph.chr));
        if !row.ends_with_newline && last.zip(first).is_some_and(|(last, first)| !may_part(*last, first)) {
            let right = chars.windows(2).rposition(|pair| matches!(pair, [last, first] if may_part(*last, *first)));
            if let Some(kept) = right {
                return Some(from + chars.iter().take(kept + 1).map(|c| c.len_utf8()).sum::<usize>());
            }
        }
        from += chars.iter().map(|c| c.len_utf8()).sum::<usize>() + usize::from(row.ends_with_newline);
    }
    None
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
    let galley = paragraph(painter, text, font, color, width, rows);
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

/// What happened in each hour: today as bars in the accent, yesterday as broader ones behind them. Hours to come have
/// only yesterday's; hours of yesterday of which nothing is known are hatched. The bars are one mesh.
pub fn hours(painter: &Painter, rect: Rect, hours: &Hours) {
    let slot = rect.width() / 24.0;
    let most = hours.most();
    #[expect(clippy::cast_precision_loss, reason = "24 hours")]
    let dark = Rect::from_min_max(rect.min, pos2(rect.left() + slot * hours.unknown as f32, rect.bottom()));
    hatch(painter, dark, slot, Stroke::new(1.0, tokens::HAIRLINE.egui()));
    let mut mesh = Mesh::default();
    let mut left = rect.left();
    for (hour, (today, yesterday)) in hours.today.iter().zip(&hours.yesterday).enumerate() {
        let mut bar = |inset: f32, count: u32, color: Rgb| {
            #[expect(clippy::cast_precision_loss, reason = "counts of an hour")]
            let height = rect.height() * count as f32 / most as f32;
            if count > 0 {
                let min = pos2(left + slot * inset, rect.bottom() - height);
                let max = pos2(left + slot * (1.0 - inset), rect.bottom());
                mesh.add_colored_rect(Rect::from_min_max(min, max), color.egui());
            }
        };
        bar(0.06, *yesterday, tokens::BEFORE);
        bar(0.28, *today, if hour == hours.now { tokens::TEXT } else { tokens::ACCENT });
        left += slot;
    }
    painter.add(mesh);
    painter.hline(rect.x_range(), rect.bottom(), Stroke::new((rect.height() * 0.02).max(1.0), tokens::OUTLINE.egui()));
}

/// The way of a case as a row of steps: those behind it and its own are filled.
pub fn steps(painter: &Painter, rect: Rect, now: Stage, gap: f32) {
    #[expect(clippy::cast_precision_loss, reason = "eight stages")]
    let width = (rect.width() + gap) / Stage::ALL.len() as f32;
    let mut left = rect.left();
    for stage in Stage::ALL {
        let step = Rect::from_min_size(pos2(left, rect.top()), vec2(width - gap, rect.height()));
        let fill = if stage <= now { tokens::ACCENT } else { tokens::HAIRLINE };
        painter.rect_filled(step, rect.height() * 0.3, fill.egui());
        left += width;
    }
}

/// Words in outlined tags, one after the other from `left` on, as many as `width` has room for.
pub fn tags(painter: &Painter, left: Pos2, tags: &[String], font: &egui::FontId, color: egui::Color32, width: f32) {
    let (pad, gap) = (font.size * 0.3, font.size * 0.35);
    let mut at = left;
    for tag in tags {
        let galley = painter.layout_no_wrap(tag.clone(), font.clone(), color);
        let size = vec2(galley.size().x + pad * 2.0, badge_height(font.size));
        if at.x + size.x > left.x + width {
            return;
        }
        let rect = Align2::LEFT_CENTER.anchor_size(at, size);
        let line = Stroke::new((font.size * 0.07).max(1.0), color);
        painter.rect_stroke(rect, pad * 0.6, line, egui::StrokeKind::Inside);
        painter.galley(rect.center() - galley.size() / 2.0, galley, color);
        at.x = rect.right() + gap;
    }
}

/// How high a badge is around words of a size: less than their line, so that badges on neighbouring lines stand apart.
#[must_use]
pub const fn badge_height(font_size: f32) -> f32 {
    font_size * 1.34
}

/// How wide a [`badge`] is, in points.
#[must_use]
pub fn badge_width(painter: &Painter, text: &str, font: egui::FontId) -> f32 {
    let pad = font.size * BADGE_PAD;
    painter.layout_no_wrap(text.to_owned(), font, tokens::INK.egui()).size().x + pad * 2.0
}

/// Space beside the words of a badge, in their height.
const BADGE_PAD: f32 = 0.35;

/// A word in an inverted badge that ends at `right`: nobody has this yet. Returns where it stands.
pub fn badge(painter: &Painter, right: Pos2, text: &str, font: egui::FontId) -> Rect {
    let font_size = font.size;
    let pad = font_size * BADGE_PAD;
    let galley = painter.layout_no_wrap(text.to_owned(), font, tokens::INK.egui());
    let size = vec2(galley.size().x + pad * 2.0, badge_height(font_size));
    let rect = Align2::RIGHT_CENTER.anchor_size(right, size);
    painter.rect_filled(rect, pad * 0.5, tokens::TEXT.egui());
    painter.galley(rect.center() - galley.size() / 2.0, galley, tokens::INK.egui());
    rect
}

/// A line that begins `gap` points further on, so that what it comes from stays whole; nothing where it is no longer.
#[must_use]
pub fn from_edge(line: Vec<Pos2>, gap: f32) -> Vec<Pos2> {
    let (mut left, mut rest) = (gap, Vec::new());
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        let long = a.distance(*b);
        if rest.is_empty() && long > left {
            rest.push(a.lerp(*b, left / long));
        }
        left -= long;
        if !rest.is_empty() {
            rest.push(*b);
        }
    }
    rest
}

/// Pieces of a ramp, between which its colour goes evenly.
const RAMP_PIECES: u16 = 48;

/// The colours of a ramp from left to right, as they are over the city.
pub fn ramp(painter: &Painter, rect: Rect, colour: &dyn Fn(f32) -> Rgb) {
    let mut mesh = Mesh::default();
    for (at, piece) in (0..=RAMP_PIECES).zip((0_u32..).step_by(2)) {
        let share = f32::from(at) / f32::from(RAMP_PIECES);
        let x = rect.left() + rect.width() * share;
        let colour = colour(share).over_city();
        mesh.colored_vertex(pos2(x, rect.top()), colour);
        mesh.colored_vertex(pos2(x, rect.bottom()), colour);
        if piece > 0 {
            mesh.add_triangle(piece - 2, piece - 1, piece);
            mesh.add_triangle(piece - 1, piece, piece + 1);
        }
    }
    painter.add(mesh);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which pixels of a small mark its colour fills.
    fn filled(grade: Grade, half: f32) -> Vec<bool> {
        let corners = corners(Pos2::ZERO, half * tip(grade), grade);
        let bar = bar(Pos2::ZERO, half, grade).map(|bar| bar.visual_bounding_rect());
        let inside = |at: Pos2| {
            corners.iter().zip(corners.iter().cycle().skip(1)).all(|(a, b)| {
                let (side, to) = (*b - *a, at - *a);
                side.x * to.y - side.y * to.x >= 0.0
            })
        };
        #[expect(clippy::cast_possible_truncation, reason = "a few points")]
        let reach = half.ceil() as i16 + 3;
        let row = |y: i16| (-reach..=reach).map(move |x| pos2(f32::from(x), f32::from(y)));
        let seen = |at: Pos2| inside(at) && bar.is_none_or(|bar| !bar.contains(at));
        (-reach..=reach).flat_map(row).map(seen).collect()
    }

    #[test]
    fn grades_are_told_apart_by_shape_as_small_as_a_letter() {
        for half in [4.5, 5.0, 6.0] {
            let seen = Grade::ALL.map(|grade| filled(grade, half));
            for (i, a) in seen.iter().enumerate() {
                for b in seen.iter().skip(i + 1) {
                    let all = a.iter().filter(|on| **on).count();
                    let apart = a.iter().zip(b).filter(|(a, b)| a != b).count();
                    assert!(apart * 6 >= all, "{i}: {apart} of {all} pixels at half a size of {half}");
                }
            }
        }
    }
}
