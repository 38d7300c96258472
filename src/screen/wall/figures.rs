//! The wall's column on the left: open incidents by grade and the day's figures.

use egui::{Align2, Painter, Pos2, Rect, pos2, vec2};
use rust_i18n::t;

use super::left::{DAY, GRADE, GRADES, HEAD, hours_height};
use super::panel::{Canvas, ground, text_colors};
use crate::domain::Grade;
use crate::screen::kpi::points;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::situation::Situation;

/// Open incidents by grade: a row for each, or where there is less room all of them beside each other.
pub(super) fn open_ui(painter: &Painter, open: Rect, canvas: Canvas, situation: &Situation, compact: bool) {
    use tokens::wall;
    let (pad, gap) = (canvas.of(wall::PAD), canvas.of(wall::GAP));
    let width = open.width();
    let (row, head) = (canvas.of(GRADE), canvas.of(HEAD));
    ground(painter, open, canvas);
    let (text, dim) = text_colors(situation.link);
    let lead = medium_font(canvas.of(wall::LEAD));
    let body = regular_font(canvas.of(wall::BODY));
    let at = open.min + vec2(pad, head * 0.62);
    paint::line(painter, at, Align2::LEFT_CENTER, &t!("wall.open"), lead.clone(), dim, width * 0.6);
    let total = situation.figure(situation.open_count());
    let at = pos2(open.right() - pad, at.y);
    painter.text(at, Align2::RIGHT_CENTER, total, lead, text);
    if compact {
        let row = Rect::from_min_size(open.min + vec2(pad, head), vec2(width - pad * 2.0, canvas.of(GRADES)));
        beside_ui(painter, row, canvas, situation);
        return;
    }
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
}

/// The grades beside each other: the mark of each, and below it how many are open.
fn beside_ui(painter: &Painter, row: Rect, canvas: Canvas, situation: &Situation) {
    use tokens::wall;
    let (text, _) = text_colors(situation.link);
    let half = canvas.of(wall::MARK) * 0.8;
    let cell = row.width() / 4.0;
    let mut x = row.left() + cell * 0.5;
    for grade in Grade::ALL {
        let count = situation.open_of(grade);
        let mark = pos2(x, row.top() + half * 1.3);
        let color = if count > 0 { text } else { tokens::FAINT.egui() };
        if count > 0 {
            paint::grade_mark(painter, mark, half, grade);
        } else {
            paint::grade_ghost(painter, mark, half, grade);
        }
        let font = medium_font(canvas.of(wall::LEAD));
        let at = pos2(x, row.bottom() - canvas.of(wall::LEAD) * 0.8);
        painter.text(at, Align2::CENTER_CENTER, situation.figure(count), font, color);
        x += cell;
    }
}

/// The day: what was reported, hour by hour beside yesterday, what was closed, and how fast; the hours are as high as
/// there is room.
pub(super) fn day_ui(painter: &Painter, day: Rect, canvas: Canvas, situation: &Situation) {
    use tokens::wall;
    let (pad, width) = (canvas.of(wall::PAD), day.width());
    let chart = hours_height(canvas, day);
    let (head, row) = (canvas.of(HEAD), canvas.of(DAY));
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
    if chart > 0.0 {
        let bars = vec2(width - pad * 2.0, chart - canvas.of(wall::BODY) * 1.6);
        hours_ui(painter, Rect::from_min_size(pos2(at.x, at.y + row / 2.0), bars), canvas, situation);
    }
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
