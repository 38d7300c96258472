//! The wall's column on the right: the list of open incidents.

use egui::{Align2, Painter, Rect, pos2, vec2};
use rust_i18n::t;

use super::panel::{Canvas, WallView, ground, text_colors};
use crate::domain::{Lamp, Stage};
use crate::link::LinkState;
use crate::screen::look::{lamp, medium_font, paint, regular_font, tokens, words};
use crate::screen::situation::{Row, Situation};

/// The column on the right: open incidents, as many as there is room for, and how many more there are.
pub(super) fn list_ui(painter: &Painter, all: Rect, canvas: Canvas, view: &WallView<'_>, top: f32, docked: bool) {
    use tokens::wall;
    let pad = canvas.of(wall::PAD);
    let width = canvas.of(wall::RIGHT);
    let left = all.right() - canvas.edge() - width;
    let room = Rect::from_min_max(pos2(left, top), pos2(left + width, all.bottom() - canvas.edge()));
    let (head, row) = (canvas.of(56.0), canvas.of(wall::ROW));
    let on_card = view.on_card.map(|row| row.id);
    // The card above the list is its first row.
    let above = on_card.filter(|_| docked);
    let rows: Vec<&Row> = view.listed.iter().filter(|row| Some(row.id) != above).collect();
    let open = view.situation.open_count().saturating_sub(usize::from(above.is_some()));
    if above.is_some() && open == 0 {
        return;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few rows")]
    let fits = ((room.height() - head - pad * 0.5) / row).max(0.0) as usize;
    // One row's place tells how many more there are.
    let shown = if open > fits { fits.saturating_sub(1) } else { open }.min(rows.len());
    let more = open - shown;
    #[expect(clippy::cast_precision_loss, reason = "a few rows")]
    let places = (shown + usize::from(more > 0 || open == 0)) as f32;
    let height = head + places * row + pad * 0.5;
    let panel = Rect::from_min_size(room.min, vec2(width, height));
    ground(painter, panel, canvas);
    let at = panel.min + vec2(pad, head * 0.62);
    let lead = medium_font(canvas.of(wall::LEAD));
    let title = if above.is_some() { t!("wall.others") } else { t!("wall.list") };
    paint::line(painter, at, Align2::LEFT_CENTER, &title, lead, tokens::DIM.egui(), width - pad * 2.0);
    let mut rect = Rect::from_min_size(panel.min + vec2(0.0, head), vec2(width, row));
    for row in rows.iter().take(shown) {
        row_ui(painter, rect, canvas, view.situation, row, on_card == Some(row.id));
        rect = rect.translate(vec2(0.0, rect.height()));
    }
    let note = if open == 0 {
        empty_note(view.situation)
    } else if more > 0 {
        t!("wall.more", count = words::count(more)).into_owned()
    } else {
        return;
    };
    painter.hline(rect.left() + pad..=rect.right() - pad, rect.top(), canvas.line(tokens::HAIRLINE));
    let font = regular_font(canvas.of(wall::BODY));
    let at = rect.left_center() + vec2(pad, 0.0);
    paint::line(painter, at, Align2::LEFT_CENTER, &note, font, tokens::DIM.egui(), width - pad * 2.0);
}

fn empty_note(situation: &Situation) -> String {
    match situation.link {
        LinkState::Connecting => t!("queue.not_connected").into_owned(),
        LinkState::Live | LinkState::ReadOnly => t!("queue.none_open").into_owned(),
        LinkState::Lost { since } => {
            t!("queue.none_open_then", time = words::hour_minute(since, situation.utc_offset_secs)).into_owned()
        }
    }
}

fn row_ui(painter: &Painter, rect: Rect, canvas: Canvas, situation: &Situation, row: &Row, on_card: bool) {
    use tokens::wall;
    let pad = canvas.of(wall::PAD);
    if on_card {
        painter.rect_filled(rect, 0.0, tokens::CHOSEN.egui());
        let bar = Rect::from_min_size(rect.min, vec2(canvas.of(5.0), rect.height()));
        painter.rect_filled(bar, 0.0, tokens::ACCENT.egui());
    }
    painter.hline(rect.left() + pad..=rect.right() - pad, rect.top(), canvas.line(tokens::HAIRLINE));
    let (text, dim) = text_colors(situation.link);
    let mark = rect.left_center() + vec2(pad + canvas.of(wall::MARK), 0.0);
    paint::grade_mark(painter, mark, canvas.of(wall::MARK), row.grade);
    let left = mark.x + canvas.of(wall::MARK) + canvas.of(wall::GAP);
    let right = rect.right() - pad;
    let body = canvas.of(wall::BODY);
    let (upper, lower) = (rect.top() + rect.height() * 0.27, rect.top() + rect.height() * 0.73);
    // The longer word stands beside the shorter one: kinds are shorter than addresses, ages shorter than stages.
    let stage = words::stage(row.stage);
    let at = pos2(right, upper);
    let stage = if row.waits_for_someone() && situation.is_live() {
        paint::badge(painter, at, &stage, medium_font(body))
    } else {
        let color = if row.stage == Stage::Reported { text } else { dim };
        painter.text(at, Align2::RIGHT_CENTER, stage, regular_font(body), color)
    };
    let gap = canvas.of(wall::GAP);
    let width = stage.left() - left - gap;
    let kind = paint::line(painter, pos2(left, upper), Align2::LEFT_CENTER, &row.kind, medium_font(body), text, width);
    let tags: Vec<String> = row.tags.iter().map(|tag| tag.words(situation.now)).collect();
    let at = pos2(kind.right() + gap, upper);
    let room = left + width - at.x;
    paint::tags(painter, at, &tags, &regular_font(body), text, room);
    // Late, or nearly: that matters more than how long it has been.
    let pressing = row.countdown.filter(|next| matches!(next.lamp(situation.now), Some(Lamp::Yellow | Lamp::Red)));
    let time = if let Some(next) = pressing {
        lamp::countdown(painter, pos2(right, lower), &next, situation.now, body, (text, dim))
    } else {
        let age = words::age(row.age_secs(situation.now));
        painter.text(pos2(right, lower), Align2::RIGHT_CENTER, age, regular_font(body), text)
    };
    let unknown = t!("card.place_unknown");
    let place = row.place.as_deref().unwrap_or(&unknown);
    let width = time.left() - left - gap;
    paint::tail(painter, pos2(left, lower), Align2::LEFT_CENTER, place, &regular_font(body), dim, width);
}
