//! The wall's vital signs: a head that says how all of them stand, and below it the ones that lead.

use egui::{Align2, Painter, Rect, pos2, vec2};
use rust_i18n::t;

use super::left::{HEAD, card_height, shown};
use super::panel::{Canvas, ground};
use crate::domain::Grade;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::vitals::model::{Read, Sorting, Sum};
use crate::screen::vitals::tile::{Look, tile};

pub(super) fn vitals_ui(painter: &Painter, room: Rect, canvas: Canvas, read: &Read<'_>, locale: &str) {
    use tokens::wall;
    ground(painter, room, canvas);
    let (pad, head) = (canvas.of(wall::PAD), canvas.of(HEAD));
    head_ui(painter, Rect::from_min_size(room.min, vec2(room.width(), head)), canvas, read);
    let (high, look) = (card_height(canvas), Look::wall(canvas.of(1.0)));
    let mut card = Rect::from_min_size(room.min + vec2(0.0, head), vec2(room.width(), high));
    for one in read.leading(shown(room, canvas)) {
        painter.hline(card.left() + pad..=card.right() - pad, card.top(), canvas.line(tokens::HAIRLINE));
        // Its words stand where those of the head do.
        tile(painter, card.shrink2(vec2(pad - look.pad, 0.0)), look, &one, locale);
        card = card.translate(vec2(0.0, high));
    }
}

/// What they are, and how many of them cross a limit by level, or have no data.
fn head_ui(painter: &Painter, rect: Rect, canvas: Canvas, read: &Read<'_>) {
    use tokens::wall;
    let columns = read.columns(Sorting::Listed);
    let sum = Sum::of(columns.iter().flat_map(|column| &column.tiles));
    let (pad, body) = (canvas.of(wall::PAD), canvas.of(wall::BODY));
    let middle = rect.top() + rect.height() * 0.62;
    let mut right = rect.right() - pad;
    let left = rect.left() + pad;
    let font = regular_font(body);
    let half = body * 0.5;
    let counts: Vec<_> = Grade::ALL.into_iter().zip(sum.crossed).filter(|(_, count)| *count > 0).collect();
    for (grade, count) in counts.iter().rev() {
        let at = pos2(right, middle);
        let text = words::count(*count);
        let put = painter.text(at, Align2::RIGHT_CENTER, text, font.clone(), tokens::TEXT.egui());
        paint::grade_mark(painter, pos2(put.left() - half * 1.4, middle), half, *grade);
        right = put.left() - half * 3.2;
    }
    let lead = medium_font(canvas.of(wall::LEAD));
    let dim = tokens::DIM.egui();
    let ways = ["vital.title", "vital.title_short"].map(|key| t!(key).into_owned());
    if counts.is_empty() && sum.nothing + sum.waiting > 0 {
        let text = match sum.nothing {
            0 => t!("vital.waiting", n = sum.waiting),
            nothing => t!("vital.without", n = nothing),
        };
        let [_, short] = &ways;
        let least = painter.layout_no_wrap(short.clone(), lead.clone(), dim).size().x;
        let room = right - left - least - pad * 0.5;
        let put = paint::line(painter, pos2(right, middle), Align2::RIGHT_CENTER, &text, font, dim, room);
        right = put.left() - pad * 0.5;
    }
    paint::fitting(painter, pos2(left, middle), &ways, &lead, dim, right - left);
}
