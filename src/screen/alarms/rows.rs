//! Rows of the list: an alarm, a maintenance.

use egui::{Align2, Sense, Ui, pos2, vec2};
use rust_i18n::t;

use super::maintain::WindowRow;
use super::model::{AlarmRow, CHATTER};
use super::strip::{behind, place, state, title};
use crate::domain::Moment;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::palette::sheet;

/// Height of an alarm's row, and of a maintenance's.
pub(super) const ROW: f32 = 46.0;
pub(super) const WINDOW: f32 = 30.0;

/// An alarm; whether it was clicked.
pub(super) fn row_ui(ui: &mut Ui, row: &AlarmRow, chosen: bool) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
    let painter = ui.painter_at(rect);
    if chosen || response.hovered() {
        let fill = if chosen { tokens::CHOSEN } else { tokens::HOVER };
        painter.rect_filled(rect, tokens::desk::ROUND, fill.egui());
    }
    let bright = row.calls();
    let (first, second) = if bright { (tokens::TEXT, tokens::DIM) } else { (tokens::DIM, tokens::FAINT) };
    let indent = if row.inner { tokens::desk::MARK * 2.0 + 12.0 } else { 0.0 };
    let (x, right) = (rect.left() + 12.0 + indent, rect.right() - 12.0);
    let mark = pos2(x + tokens::desk::MARK, rect.center().y);
    paint::grade_shape(&painter, mark, tokens::desk::MARK, row.level, row.active);
    let left = x + tokens::desk::MARK * 2.0 + 12.0;
    let (upper, lower) = (rect.top() + ROW * 0.32, rect.top() + ROW * 0.7);
    let body = if bright { medium_font(tokens::desk::BODY) } else { regular_font(tokens::desk::BODY) };
    let small = regular_font(tokens::desk::SMALL);
    // From the right: how long, how it stands; the rest has what is left.
    let age = paint::line(
        &painter,
        pos2(right, upper),
        Align2::RIGHT_CENTER,
        &words::age(row.age_secs),
        body.clone(),
        first.egui(),
        120.0,
    );
    let mut tags = vec![state(row)];
    tags.extend(behind(row));
    if !row.assigned.is_empty() {
        tags.push(t!("alarm.assigned", who = row.assigned).into_owned());
    }
    if let Some(incident) = row.incident {
        tags.push(format!("#{}", incident.0));
    }
    if row.last_hour >= CHATTER {
        tags.push(t!("alarm.often", count = row.last_hour).into_owned());
    }
    if let Some(secs) = row.maintained_secs {
        tags.push(t!("alarm.in_maintenance", time = words::age(secs)).into_owned());
    }
    let tags = tags.join(" · ");
    let stands = paint::line(
        &painter,
        pos2(right, lower),
        Align2::RIGHT_CENTER,
        &tags,
        small.clone(),
        second.egui(),
        rect.width() * 0.5,
    );
    let values = paint::line(
        &painter,
        pos2(rect.left() + rect.width() * 0.46, upper),
        Align2::LEFT_CENTER,
        &row.values,
        body.clone(),
        first.egui(),
        (age.left() - rect.left() - rect.width() * 0.46 - 12.0).max(0.0),
    );
    let room = rect.left() + rect.width() * 0.46 - left - 12.0;
    let room = if row.values.is_empty() { age.left() - left - 12.0 } else { room.min(values.left() - left) };
    paint::line(&painter, pos2(left, upper), Align2::LEFT_CENTER, &title(row), body, first.egui(), room);
    let room = stands.left() - left - 12.0;
    paint::line(&painter, pos2(left, lower), Align2::LEFT_CENTER, &place(row), small, second.egui(), room);
    response.clicked()
}

/// A maintenance: what, why, by whom, until when; whether it was clicked.
pub(super) fn window_ui(ui: &mut Ui, row: &WindowRow, marked: bool, utc_offset_secs: i32) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), WINDOW), Sense::click());
    let painter = ui.painter_at(rect);
    sheet::row_ground(&painter, rect, marked, response.hovered());
    let (body, small) = (regular_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    let (text, dim) = (tokens::TEXT.egui(), tokens::DIM.egui());
    let (left, right, y) = (rect.left() + 12.0, rect.right() - 12.0, rect.center().y);
    let until = paint::line(
        &painter,
        pos2(right, y),
        Align2::RIGHT_CENTER,
        &when(row, utc_offset_secs),
        small.clone(),
        if row.begins_secs.is_some() { dim } else { text },
        rect.width() * 0.36,
    );
    let by = pos2(until.left() - 14.0, y);
    let by = paint::line(&painter, by, Align2::RIGHT_CENTER, &row.by, small.clone(), dim, rect.width() * 0.14);
    let room = (by.left() - left - 12.0).max(0.0);
    let what = paint::line(&painter, pos2(left, y), Align2::LEFT_CENTER, &row.named(), body, text, room * 0.55);
    let room = by.left() - what.right() - 24.0;
    paint::line(&painter, pos2(what.right() + 12.0, y), Align2::LEFT_CENTER, &row.reason, small, dim, room);
    response.clicked()
}

/// Until when it is, and how long that is still; of one to come from when on.
fn when(row: &WindowRow, utc_offset_secs: i32) -> String {
    let time = words::day_hour_minute(row.until, utc_offset_secs);
    if row.begins_secs.is_some() {
        let from = words::day_hour_minute(row.from, utc_offset_secs);
        return t!("alarm.maintain.from_until", from = from, time = time).into_owned();
    }
    t!("alarm.maintain.until_left", time = time, left = words::age(row.left_secs)).into_owned()
}

/// What became of an alarm since it was raised last, each with its time: when it was raised and cleared, who acknowledged it
/// with what words, who put it on the shelf until when and why, who had it before their eyes.
pub(super) fn history(row: &AlarmRow, utc_offset_secs: i32) -> Vec<String> {
    let day = |at: Moment| words::day_start(at, utc_offset_secs);
    // The day is said where it is another one.
    let time = |at: Moment| {
        let same = day(at) == day(row.raised_at);
        if same { words::hour_minute(at, utc_offset_secs) } else { words::day_hour_minute(at, utc_offset_secs) }
    };
    let raised = words::day_hour_minute(row.raised_at, utc_offset_secs);
    let mut said = vec![t!("alarm.raised_at", time = raised).into_owned()];
    said.extend(row.cleared_at.map(|at| t!("alarm.cleared_at", time = time(at)).into_owned()));
    said.extend(row.acknowledged.as_ref().map(|it| {
        let words = t!("alarm.acknowledged", who = it.by, time = time(it.at)).into_owned();
        if it.comment.is_empty() { words } else { format!("{words}：{}", it.comment) }
    }));
    said.extend(row.shelf.as_ref().map(|shelf| {
        let (at, until) = (time(shelf.at), time(shelf.until));
        t!("alarm.shelved_by", who = shelf.by, time = at, until = until, reason = shelf.reason).into_owned()
    }));
    if !row.seen.is_empty() {
        let who: Vec<String> = row.seen.iter().map(|(who, at)| format!("{who} {}", time(*at))).collect();
        said.push(t!("alarm.seen", who = who.join("、")).into_owned());
    }
    said
}
