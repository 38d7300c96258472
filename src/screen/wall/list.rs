//! The wall's column on the right: the list of open incidents.

use egui::{Align2, FontId, Painter, Pos2, Rect, pos2, vec2};
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
    let (body, gap) = (canvas.of(wall::BODY), canvas.of(wall::GAP));
    let (upper, lower) = (rect.top() + rect.height() * 0.27, rect.top() + rect.height() * 0.73);
    let stage = words::stage(row.stage);
    let waits = row.waits_for_someone() && situation.is_live();
    // Late, or nearly: that matters more than how long it has been.
    let pressing = row.countdown.filter(|next| matches!(next.lamp(situation.now), Some(Lamp::Yellow | Lamp::Red)));
    let age = words::age(row.age_secs(situation.now));
    let unknown = t!("card.place_unknown");
    let place = row.place.as_deref().unwrap_or(&unknown);
    let (regular, medium) = (|| regular_font(body), || medium_font(body));
    let wide = |words: &str, font: FontId| painter.layout_no_wrap(words.to_owned(), font, text).size().x;
    let widths = Widths {
        kind: wide(&row.kind, medium()),
        stage: if waits { paint::badge_width(painter, &stage, medium()) } else { wide(&stage, regular()) },
        place: wide(place, regular()),
        time: pressing
            .map_or_else(|| wide(&age, regular()), |next| lamp::countdown_width(painter, &next, situation.now, body)),
    };
    let put_stage = |at: Pos2| {
        if waits {
            paint::badge(painter, at, &stage, medium())
        } else {
            let color = if row.stage == Stage::Reported { text } else { dim };
            painter.text(at, Align2::RIGHT_CENTER, &stage, regular(), color)
        }
    };
    let put_time = |at: Pos2| match pressing {
        Some(next) => lamp::countdown(painter, at, &next, situation.now, body, (text, dim)),
        None => painter.text(at, Align2::RIGHT_CENTER, &age, regular(), text),
    };
    let (high, low) = (pos2(right, upper), pos2(right, lower));
    let (upper_end, lower_end) = match arrange(right - left, gap, widths) {
        Lines::Plain => (put_stage(high).left() - gap, put_time(low).left() - gap),
        Lines::Swapped => (put_time(high).left() - gap, put_stage(low).left() - gap),
        Lines::Raised => {
            let time = put_time(high);
            (put_stage(pos2(time.left() - gap, upper)).left() - gap, right)
        }
    };
    let kind = pos2(left, upper);
    let kind = paint::line(painter, kind, Align2::LEFT_CENTER, &row.kind, medium(), text, upper_end - left);
    let tags: Vec<String> = row.tags.iter().map(|tag| tag.words(situation.now)).collect();
    let at = pos2(kind.right() + gap, upper);
    paint::tags(painter, at, &tags, &regular(), text, upper_end - at.x);
    paint::tail(painter, pos2(left, lower), Align2::LEFT_CENTER, place, &regular(), dim, lower_end - left);
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

/// What stands on which of the two lines of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// Kind and stage above, place and time below.
    Plain,
    /// Kind and time above, place and stage below.
    Swapped,
    /// Kind, stage and time above, the place alone below.
    Raised,
}

/// Which words stand beside which on two lines of `room` points: those of which least is cut off, of kind and place the
/// one that loses more. Where several have room for all it is the first.
pub(super) fn arrange(room: f32, gap: f32, widths: Widths) -> Lines {
    let Widths { kind, stage, place, time } = widths;
    let left = |wide: f32| (room - gap - wide).max(0.0);
    let whole = |kind_room: f32, place_room: f32| (kind_room / kind).min(place_room / place).min(1.0);
    let ways = [
        (Lines::Plain, whole(left(stage), left(time))),
        (Lines::Swapped, whole(left(time), left(stage))),
        (Lines::Raised, whole(left(time + gap + stage), room)),
    ];
    let [plain, more @ ..] = ways;
    more.into_iter().fold(plain, |best, way| if way.1 > best.1 { way } else { best }).0
}
