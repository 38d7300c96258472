//! Rows of the list: an alarm, a maintenance. What has no room on one is told to the pointer.

use egui::{Align2, Color32, FontId, Painter, Pos2, Rect, Response, Sense, Ui, pos2, vec2};
use rust_i18n::t;

use super::maintain::WindowRow;
use super::model::{AlarmRow, CHATTER};
use super::strip::{behind, belongs, place, state, title};
use super::told::names;
use crate::domain::Moment;
use crate::screen::look::{medium_font, paint, regular_font, tokens, words};
use crate::screen::palette::sheet;

/// Height of an alarm's row, and of a maintenance's.
pub(super) const ROW: f32 = 46.0;
pub(super) const WINDOW: f32 = 30.0;
/// Points between two texts of a line.
const GAP: f32 = 12.0;
/// Where the column of values begins, and how much of the line below a place has at most, as parts of the width.
const VALUES: f32 = 0.46;
const PLACE: f32 = 0.4;

/// What is written on a row, and whether anything of it had no room.
struct Lines<'a> {
    painter: &'a Painter,
    said: Vec<String>,
    cut: bool,
}

impl<'a> Lines<'a> {
    fn new(painter: &'a Painter) -> Self {
        Self { painter, said: Vec::new(), cut: false }
    }

    /// How wide a text is.
    fn natural(&self, text: &str, font: &FontId) -> f32 {
        self.painter.layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER).size().x
    }

    /// The room in which a text is whole, however sums of parts of points are rounded.
    fn wide(&self, text: &str, font: &FontId) -> f32 {
        self.natural(text, font).ceil() + 1.0
    }

    /// Write a line that has so much room. Returns where it stands.
    fn put(&mut self, (at, align): (Pos2, Align2), text: &str, font: &FontId, color: tokens::Rgb, room: f32) -> Rect {
        self.cut |= self.natural(text, font) > room;
        if !text.is_empty() {
            self.said.push(text.to_owned());
        }
        paint::line(self.painter, at, align, text, font.clone(), color.egui(), room)
    }

    /// The row, which tells all of it to the pointer where some of it had no room.
    fn told(self, row: Response) -> Response {
        if self.cut { row.on_hover_text(self.said.join("\n")) } else { row }
    }
}

/// The room of what stands at the right of a line of which the rest has something else: all that it needs where both fit,
/// else what the other leaves that has so great a part at most.
fn right_room(total: f32, left: f32, right: f32, most: f32) -> f32 {
    if left + right <= total { right } else { (total - left.min(total * most)).clamp(0.0, right) }
}

/// What is said of how an alarm stands, at the right of its row.
fn tags(row: &AlarmRow) -> String {
    let mut tags = vec![state(row)];
    // Of a case that is over there is its number alone.
    tags.extend(belongs(row).or_else(|| row.incident.map(|incident| format!("#{}", incident.0))));
    tags.extend(behind(row));
    if !row.assigned.is_empty() {
        tags.push(t!("alarm.assigned", who = row.assigned).into_owned());
    }
    if row.last_hour >= CHATTER {
        tags.push(t!("alarm.often", count = row.last_hour).into_owned());
    }
    if let Some(secs) = row.maintained_secs {
        tags.push(t!("alarm.in_maintenance", time = words::age(secs)).into_owned());
    }
    if row.is_unplaced() {
        tags.push(t!("alarm.no_place").into_owned());
    }
    tags.join(" · ")
}

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
    let mut lines = Lines::new(&painter);
    // From the right: how long, what it shows; the rest has what is left. Values stand in a column of their own, further
    // right where a title needs more.
    let age = words::age(row.age_secs);
    let age_left = right - lines.wide(&age, &body).min(120.0);
    let (title, place, tags) = (title(row), place(row), tags(row));
    let (titled, valued) = (lines.wide(&title, &body), lines.wide(&row.values, &body));
    let column = rect.left() + rect.width() * VALUES;
    let last = (age_left - GAP - valued).max(left);
    let values_at = if row.values.is_empty() { age_left } else { (left + titled + GAP).max(column).min(last) };
    lines.put((pos2(left, upper), Align2::LEFT_CENTER), &title, &body, first, (values_at - left - GAP).max(0.0));
    let room = (age_left - values_at - GAP).max(0.0);
    lines.put((pos2(values_at, upper), Align2::LEFT_CENTER), &row.values, &body, first, room);
    lines.put((pos2(right, upper), Align2::RIGHT_CENTER), &age, &body, first, 120.0);
    let total = right - left - GAP;
    let room = right_room(total, lines.wide(&place, &small), lines.wide(&tags, &small), PLACE);
    lines.put((pos2(left, lower), Align2::LEFT_CENTER), &place, &small, second, total - room);
    lines.put((pos2(right, lower), Align2::RIGHT_CENTER), &tags, &small, second, room);
    lines.told(response).clicked()
}

/// A maintenance: what, why, by whom, until when; whether it was clicked.
pub(super) fn window_ui(ui: &mut Ui, row: &WindowRow, marked: bool, utc_offset_secs: i32) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), WINDOW), Sense::click());
    let painter = ui.painter_at(rect);
    sheet::row_ground(&painter, rect, marked, response.hovered());
    let (body, small) = (regular_font(tokens::desk::BODY), regular_font(tokens::desk::SMALL));
    let (left, right, y) = (rect.left() + 12.0, rect.right() - 12.0, rect.center().y);
    let mut lines = Lines::new(&painter);
    let when = when(row, utc_offset_secs);
    let color = if row.begins_secs.is_some() { tokens::DIM } else { tokens::TEXT };
    let until = lines.put((pos2(right, y), Align2::RIGHT_CENTER), &when, &small, color, rect.width() * 0.46);
    let at = pos2(until.left() - 14.0, y);
    let by = lines.put((at, Align2::RIGHT_CENTER), &row.by, &small, tokens::DIM, rect.width() * 0.14);
    let (named, total) = (row.named(), (by.left() - left - GAP * 2.0).max(0.0));
    let reason = right_room(total, lines.wide(&named, &body), lines.wide(&row.reason, &small), 0.6);
    let room = total - reason;
    let what = lines.put((pos2(left, y), Align2::LEFT_CENTER), &named, &body, tokens::TEXT, room);
    let at = pos2(what.right() + GAP, y);
    lines.put((at, Align2::LEFT_CENTER), &row.reason, &small, tokens::DIM, reason);
    lines.told(response).clicked()
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

/// What became of an alarm since it was raised last, each with its time: when it was raised, whose screens it was sent to, when
/// it cleared, who acknowledged it with what words, who put it on the shelf until when and why, who had it before their eyes.
pub(super) fn history(row: &AlarmRow, utc_offset_secs: i32) -> Vec<String> {
    let day = |at: Moment| words::day_start(at, utc_offset_secs);
    // The day is said where it is another one.
    let time = |at: Moment| {
        let same = day(at) == day(row.raised_at);
        if same { words::hour_minute(at, utc_offset_secs) } else { words::day_hour_minute(at, utc_offset_secs) }
    };
    let raised = words::day_hour_minute(row.raised_at, utc_offset_secs);
    let mut said = vec![t!("alarm.raised_at", time = raised).into_owned()];
    said.extend(row.told.as_ref().map(|it| t!("alarm.told", time = time(it.at), who = names(it)).into_owned()));
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
