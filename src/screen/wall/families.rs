//! All families of vital signs at one glance: a line at the foot of the middle with the name of each, the worst level that
//! one of its signs crosses and how many cross it; where none does, how many say nothing, or that all are calm. Pure.

use egui::{Align2, Painter, Rect, Stroke, pos2, vec2};
use rust_i18n::t;

use super::panel::{Canvas, ground};
use crate::domain::vital::Family;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::vitals::model::{Read, Sorting, Sum};

/// Heights of the line, in sizes of its letters.
const LINE: f32 = 1.3;
/// Height of a middle below which it would take too much of it.
const ROOM: f32 = 420.0;
/// Space between a mark, a name and a count, in sizes of letters.
const APART: f32 = 0.25;

/// How the families stand, in words that have room.
pub(super) struct Families {
    title: String,
    cells: Vec<Cell>,
    /// Where they stand.
    pub(super) rect: Rect,
}

struct Cell {
    sum: Sum,
    name: String,
    count: String,
    wide: f32,
}

impl Cell {
    fn of(painter: &Painter, canvas: Canvas, family: Family, sum: Sum, short: bool) -> Self {
        let word = family.word();
        let key = if short { format!("vital.family_short.{word}") } else { format!("vital.family.{word}") };
        let name = t!(key).into_owned();
        let silent = sum.nothing + sum.waiting;
        let count = sum.worst().map_or(if silent > 0 { silent } else { sum.all }, |(_, count)| count);
        let count = words::count(count);
        let body = canvas.of(tokens::wall::BODY);
        let long =
            |text: &str| painter.layout_no_wrap(text.to_owned(), regular_font(body), tokens::TEXT.egui()).size().x;
        let wide = body * (1.0 + APART * 2.0) + long(&name) + long(&count);
        Self { sum, name, count, wide }
    }
}

impl Families {
    /// Laid out in a line that ends at `foot`, under what stays free: with a title and whole names, or as much of that as has
    /// room. `None` where not even short names have.
    pub(super) fn lay_out(
        painter: &Painter,
        canvas: Canvas,
        (free, foot): (Rect, f32),
        read: &Read<'_>,
    ) -> Option<Self> {
        use tokens::wall;
        let (pad, gap, body) = (canvas.of(wall::PAD), canvas.of(wall::GAP * 0.7), canvas.of(wall::BODY));
        let high = pad * 0.8 + body * LINE;
        let rect = Rect::from_min_max(pos2(free.left(), foot - high), pos2(free.right(), foot));
        let columns = read.columns(Sorting::Listed);
        if columns.is_empty() || rect.top() - free.top() < canvas.of(ROOM) {
            return None;
        }
        let room = rect.width() - pad * 2.0;
        let ways = [("vital.title", false), ("", false), ("vital.title_short", true), ("", true)];
        ways.into_iter().find_map(|(title, short)| {
            let title = if title.is_empty() { String::new() } else { t!(title).into_owned() };
            let cell = |sum, family| Cell::of(painter, canvas, family, sum, short);
            let cells: Vec<Cell> = columns.iter().map(|column| cell(Sum::of(&column.tiles), column.family)).collect();
            let titled = title_wide(painter, canvas, &title);
            let used: f32 = titled + cells.iter().map(|cell| cell.wide + gap).sum::<f32>();
            (used <= room).then_some(Self { title, cells, rect })
        })
    }

    /// Paint them, evenly beside each other.
    pub(super) fn paint(&self, painter: &Painter, canvas: Canvas) {
        use tokens::wall;
        let (pad, body, rect) = (canvas.of(wall::PAD), canvas.of(wall::BODY), self.rect);
        ground(painter, rect, canvas);
        let middle = rect.center().y;
        let (text, dim) = (tokens::TEXT.egui(), tokens::DIM.egui());
        let mut x = rect.left() + pad;
        if !self.title.is_empty() {
            painter.text(pos2(x, middle), Align2::LEFT_CENTER, &self.title, medium_font(body), dim);
            x += title_wide(painter, canvas, &self.title);
        }
        let used: f32 = self.cells.iter().map(|cell| cell.wide).sum();
        let gap = (rect.right() - pad - x - used) / self.cells.len().max(1) as f32;
        for cell in &self.cells {
            x += gap;
            let crossed = cell.sum.worst().map(|(grade, _)| grade);
            let mark = Rect::from_center_size(pos2(x + body * 0.5, middle), vec2(body, body));
            match crossed {
                Some(grade) => paint::grade_mark(painter, mark.center(), body * 0.5, grade),
                None if cell.sum.nothing > 0 => {
                    paint::hatch(painter, mark.shrink(body * 0.1), body * 0.3, canvas.line(tokens::OUTLINE));
                }
                None if cell.sum.waiting > 0 => {
                    painter.hline(mark.shrink(body * 0.2).x_range(), middle, canvas.line(tokens::DIM));
                }
                None => {
                    let ring = Stroke::new(canvas.of(wall::LINE), tokens::OUTLINE.egui());
                    painter.circle_stroke(mark.center(), body * 0.3, ring);
                }
            }
            let color = if crossed.is_some() { text } else { dim };
            let mut left = mark.right() + body * APART;
            for words in [&cell.name, &cell.count] {
                let put = painter.text(pos2(left, middle), Align2::LEFT_CENTER, words, regular_font(body), color);
                left = put.right() + body * APART;
            }
            x += cell.wide;
        }
    }
}

fn title_wide(painter: &Painter, canvas: Canvas, title: &str) -> f32 {
    let font = medium_font(canvas.of(tokens::wall::BODY));
    painter.layout_no_wrap(title.to_owned(), font, tokens::DIM.egui()).size().x
}
