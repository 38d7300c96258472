//! The wall's column on the right: the list of open incidents.

use egui::{Align2, FontId, Painter, Pos2, Rect, pos2, vec2};
use rust_i18n::t;

use super::panel::{Canvas, WallView, ground, text_colors};
use crate::domain::{Countdown, Lamp, Stage};
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
    if above.is_some() && (open == 0 || room.height() < head + row) {
        return;
    }
    let inner = width - pad * 2.0 - canvas.of(wall::MARK) * 2.0 - canvas.of(wall::GAP);
    let high = |row: &Row| canvas.of(wall::ROW) * Words::of(painter, canvas, view.situation, row).lines(inner).rows();
    let most = room.height() - head - pad * 0.5 + 0.5;
    let mut heights: Vec<f32> = Vec::new();
    for row in rows.iter().copied() {
        let high = high(row);
        if heights.iter().sum::<f32>() + high > most {
            break;
        }
        heights.push(high);
    }
    // One row's place tells how many more there are.
    while open > heights.len() && !heights.is_empty() && heights.iter().sum::<f32>() + row > most {
        heights.pop();
    }
    let shown = heights.len();
    let more = open.saturating_sub(shown);
    let note = if more > 0 || open == 0 { row } else { 0.0 };
    let height = head + heights.iter().sum::<f32>() + note + pad * 0.5;
    let panel = Rect::from_min_size(room.min, vec2(width, height));
    ground(painter, panel, canvas);
    let at = panel.min + vec2(pad, head * 0.62);
    let lead = medium_font(canvas.of(wall::LEAD));
    let title = if above.is_some() { t!("wall.others") } else { t!("wall.list") };
    paint::line(painter, at, Align2::LEFT_CENTER, &title, lead, tokens::DIM.egui(), width - pad * 2.0);
    let mut rect = Rect::from_min_size(panel.min + vec2(0.0, head), vec2(width, 0.0));
    for (row, high) in rows.iter().zip(&heights) {
        rect.max.y = rect.top() + high;
        row_ui(painter, rect, canvas, view.situation, row, on_card == Some(row.id));
        rect = Rect::from_min_max(rect.left_bottom(), rect.max);
    }
    rect.max.y = rect.top() + row;
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
    let (body, gap) = (canvas.of(wall::BODY), canvas.of(wall::GAP));
    let said = Words::of(painter, canvas, situation, row);
    let lines = said.lines(right - left);
    let (regular, medium) = (|| regular_font(body), || medium_font(body));
    let put_stage = |at: Pos2| {
        if said.waits {
            paint::badge(painter, at, &said.stage, medium())
        } else {
            let color = if row.stage == Stage::Reported { text } else { dim };
            painter.text(at, Align2::RIGHT_CENTER, &said.stage, regular(), color)
        }
    };
    let put_time = |at: Pos2| match &said.pressing {
        Some(next) => lamp::countdown(painter, at, next, situation.now, body, (text, dim)),
        None => painter.text(at, Align2::RIGHT_CENTER, &said.age, regular(), text),
    };
    let y = |share: f32| rect.top() + rect.height() * share;
    let (upper, lower) = if lines == Lines::Tall { (y(0.19), y(0.5)) } else { (y(0.27), y(0.73)) };
    let (high, low) = (pos2(right, upper), pos2(right, lower));
    let both = |at: Pos2| put_stage(pos2(put_time(at).left() - gap, at.y)).left() - gap;
    let (upper_end, lower_end) = match lines {
        Lines::Plain => (put_stage(high).left() - gap, put_time(low).left() - gap),
        Lines::Swapped => (put_time(high).left() - gap, put_stage(low).left() - gap),
        Lines::Raised => (both(high), right),
        Lines::Tall => {
            both(pos2(right, y(0.81)));
            (right, right)
        }
    };
    let kind = pos2(left, upper);
    let kind = paint::line(painter, kind, Align2::LEFT_CENTER, &row.kind, medium(), text, upper_end - left);
    let tags: Vec<String> = row.tags.iter().map(|tag| tag.words(situation.now)).collect();
    let at = pos2(kind.right() + gap, upper);
    paint::tags(painter, at, &tags, &regular(), text, upper_end - at.x);
    paint::tail(painter, pos2(left, lower), Align2::LEFT_CENTER, &said.place, &regular(), dim, lower_end - left);
}

/// What a row says, and how wide it is.
struct Words {
    stage: String,
    /// Nobody has it yet.
    waits: bool,
    place: String,
    age: String,
    /// Late, or nearly: that matters more than how long it has been.
    pressing: Option<Countdown>,
    widths: Widths,
    gap: f32,
}

impl Words {
    fn of(painter: &Painter, canvas: Canvas, situation: &Situation, row: &Row) -> Self {
        let body = canvas.of(tokens::wall::BODY);
        let stage = words::stage(row.stage);
        let waits = row.waits_for_someone() && situation.is_live();
        let pressing = row.countdown.filter(|next| matches!(next.lamp(situation.now), Some(Lamp::Yellow | Lamp::Red)));
        let age = words::age(row.age_secs(situation.now));
        let place = row.place.clone().unwrap_or_else(|| t!("card.place_unknown").into_owned());
        let (regular, medium) = (|| regular_font(body), || medium_font(body));
        let wide =
            |words: &str, font: FontId| painter.layout_no_wrap(words.to_owned(), font, tokens::TEXT.egui()).size().x;
        let widths = Widths {
            kind: wide(&row.kind, medium()),
            stage: if waits { paint::badge_width(painter, &stage, medium()) } else { wide(&stage, regular()) },
            place: wide(&place, regular()),
            time: pressing.map_or_else(
                || wide(&age, regular()),
                |next| lamp::countdown_width(painter, &next, situation.now, body),
            ),
        };
        Self { stage, waits, place, age, pressing, widths, gap: canvas.of(tokens::wall::GAP) }
    }

    fn lines(&self, room: f32) -> Lines {
        arrange(room, self.gap, self.widths)
    }
}

/// How wide the words of a row are, in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Widths {
    /// What it is.
    pub(super) kind: f32,
    /// How far it is, with its badge.
    pub(super) stage: f32,
    /// Where it is.
    pub(super) place: f32,
    /// How long it has been, or how late it is with its badge.
    pub(super) time: f32,
}

/// What stands on which line of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// Kind and stage above, place and time below.
    Plain,
    /// Kind and time above, place and stage below.
    Swapped,
    /// Kind, stage and time above, the place alone below.
    Raised,
    /// The kind alone, the place alone, stage and time below them.
    Tall,
}

impl Lines {
    /// How high a row is with them, in the height of one with two lines.
    pub(super) const fn rows(self) -> f32 {
        match self {
            Self::Plain | Self::Swapped | Self::Raised => 1.0,
            Self::Tall => 1.38,
        }
    }
}

/// Which words stand beside which on lines of `room` points: the first way on two lines that has room for all; where none
/// has, on three.
pub(super) fn arrange(room: f32, gap: f32, widths: Widths) -> Lines {
    let Widths { kind, stage, place, time } = widths;
    let left = |wide: f32| (room - gap - wide).max(0.0);
    let whole = |kind_room: f32, place_room: f32| (kind_room / kind).min(place_room / place).min(1.0);
    let ways = [
        (Lines::Plain, whole(left(stage), left(time))),
        (Lines::Swapped, whole(left(time), left(stage))),
        (Lines::Raised, whole(left(time + gap + stage), room)),
    ];
    // What has room to a hair is not cut.
    ways.into_iter().find(|(_, whole)| *whole > 0.999).map_or(Lines::Tall, |(lines, _)| lines)
}
