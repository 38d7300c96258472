//! The wall's column on the left: open incidents by grade and the day's figures.

use egui::{Align2, Painter, Pos2, Rect, pos2, vec2};
use rust_i18n::t;

use super::panel::{Canvas, ground, text_colors};
use crate::domain::Grade;
use crate::screen::kpi::points;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::situation::Situation;

/// The column on the left: open by grade and the day's figures.
pub(super) fn figures_ui(painter: &Painter, all: Rect, canvas: Canvas, situation: &Situation) -> Rect {
    use tokens::wall;
    let (pad, gap) = (canvas.of(wall::PAD), canvas.of(wall::GAP));
    let min = all.min + vec2(canvas.edge(), canvas.of(wall::BAND) + canvas.edge());
    let width = canvas.of(wall::LEFT);
    let row = canvas.of(92.0);
    let head = canvas.of(56.0);
    let rows = 4.0;
    let open = Rect::from_min_size(min, vec2(width, head + row * rows + pad));
    ground(painter, open, canvas);
    let (text, dim) = text_colors(situation.link);
    let lead = medium_font(canvas.of(wall::LEAD));
    let body = regular_font(canvas.of(wall::BODY));
    let at = open.min + vec2(pad, head * 0.62);
    paint::line(painter, at, Align2::LEFT_CENTER, &t!("wall.open"), lead.clone(), dim, width * 0.6);
    let total = situation.figure(situation.open_count());
    let at = pos2(open.right() - pad, at.y);
    painter.text(at, Align2::RIGHT_CENTER, total, lead, text);
    let mut top = open.top() + head;
    for grade in Grade::ALL {
        let count = situation.open_of(grade);
        let middle = top + row / 2.0;
        painter.hline(open.left() + pad..=open.right() - pad, top, canvas.line(tokens::HAIRLINE));
        let mark = pos2(open.left() + pad + canvas.of(wall::MARK), middle);
        let color = if count > 0 { text } else { tokens::FAINT.egui() };
        if count > 0 {
            paint::grade_mark(painter, mark, canvas.of(wall::MARK), grade);
        } else {
            paint::grade_ghost(painter, mark, canvas.of(wall::MARK), grade);
        }
        let name = pos2(mark.x + canvas.of(wall::MARK) + gap, middle);
        let room = width - pad * 2.0 - canvas.of(wall::MARK) * 2.0 - gap;
        let figure = pos2(open.right() - pad, middle);
        let font = medium_font(canvas.of(wall::FIGURE));
        let figure = painter.text(figure, Align2::RIGHT_CENTER, situation.figure(count), font, color);
        let room = room - figure.width() - gap;
        paint::line(painter, name, Align2::LEFT_CENTER, &words::grade(grade), body.clone(), color, room);
        top += row;
    }
    let day = pos2(open.left(), open.bottom() + gap);
    if day.y + day_height(canvas) <= all.bottom() - canvas.edge() {
        day_ui(painter, day, canvas, situation);
    }
    open
}

/// Height of the card of the day: a zoomed wall may have no room for it.
fn day_height(canvas: Canvas) -> f32 {
    use tokens::wall;
    canvas.of(56.0 + 52.0 * 3.0 + wall::CHART + wall::PAD * 0.5)
}

/// The day: what was reported, hour by hour beside yesterday, what was closed, and how fast.
fn day_ui(painter: &Painter, min: Pos2, canvas: Canvas, situation: &Situation) {
    use tokens::wall;
    let (pad, width) = (canvas.of(wall::PAD), canvas.of(wall::LEFT));
    let (head, row, chart) = (canvas.of(56.0), canvas.of(52.0), canvas.of(wall::CHART));
    let day = Rect::from_min_size(min, vec2(width, day_height(canvas)));
    ground(painter, day, canvas);
    let (text, dim) = text_colors(situation.link);
    let lead = medium_font(canvas.of(wall::LEAD));
    let body = regular_font(canvas.of(wall::BODY));
    let line = |at: Pos2, key: &str, value: &str| {
        let right = pos2(day.right() - pad, at.y);
        let value = painter.text(right, Align2::RIGHT_CENTER, value, lead.clone(), text);
        let room = value.left() - at.x - pad * 0.5;
        let name = paint::line(painter, at, Align2::LEFT_CENTER, &t!(key), body.clone(), dim, room);
        (name, value)
    };
    let title = day.min + vec2(pad, head * 0.62);
    let change = situation.hours.change(situation.reported_today).map(words::change).unwrap_or_default();
    let change = painter.text(pos2(day.right() - pad, title.y), Align2::RIGHT_CENTER, change, body.clone(), dim);
    let room = change.left() - title.x - pad * 0.5;
    paint::line(painter, title, Align2::LEFT_CENTER, &t!("wall.today"), lead.clone(), dim, room);
    let mut at = pos2(day.left() + pad, day.top() + head + row / 2.0);
    line(at, "shell.reported_today", &situation.figure(situation.reported_today));
    let bars = vec2(width - pad * 2.0, chart - canvas.of(wall::BODY) * 1.6);
    hours_ui(painter, Rect::from_min_size(pos2(at.x, at.y + row / 2.0), bars), canvas, situation);
    at.y += row + chart;
    let (name, value) = line(at, "shell.closed_today", &situation.figure(situation.closed_today));
    rate_ui(painter, (name.right(), value.left()), at.y, canvas, situation);
    at.y += row;
    let mean = situation.mean_handling_secs.map_or_else(|| "—".to_owned(), words::age);
    line(at, "shell.mean_handling", &mean);
}

/// How many of those that were due to be closed were so in time, between the name and the count where there is room.
fn rate_ui(painter: &Painter, (left, right): (f32, f32), y: f32, canvas: Canvas, situation: &Situation) {
    let Some(share) = situation.closed_in_time.per_mille().filter(|_| situation.is_known()) else { return };
    let (_, dim) = text_colors(situation.link);
    let font = regular_font(canvas.of(tokens::wall::BODY));
    let rate = t!("wall.in_time", percent = (share + 5) / 10).into_owned();
    // With the change since yesterday, where there is room for that too.
    let change = situation.closed_in_time_change.map(|change| format!("{rate} {}", points(Some(change))));
    let gap = canvas.of(tokens::wall::PAD) * 0.5;
    for words in change.into_iter().chain([rate]) {
        let text = painter.layout_no_wrap(words, font.clone(), dim);
        let at = pos2(right - gap - text.size().x, y - text.size().y / 2.0);
        if at.x >= left + gap {
            painter.galley(at, text, dim);
            return;
        }
    }
}

/// The hours of the day with their marks.
fn hours_ui(painter: &Painter, rect: Rect, canvas: Canvas, situation: &Situation) {
    paint::hours(painter, rect, &situation.hours);
    let font = regular_font(canvas.of(tokens::wall::BODY));
    let (_, dim) = text_colors(situation.link);
    for (hour, share) in [("0", 0.0), ("6", 0.25), ("12", 0.5), ("18", 0.75), ("24", 1.0)] {
        let align = match hour {
            "0" => Align2::LEFT_TOP,
            "24" => Align2::RIGHT_TOP,
            _ => Align2::CENTER_TOP,
        };
        let at = pos2(rect.left() + rect.width() * share, rect.bottom() + canvas.of(2.0));
        painter.text(at, align, hour, font.clone(), dim);
    }
}
