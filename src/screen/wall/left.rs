//! What stands where on the left of a wall: open incidents by grade, the vital signs, the figures of the day, the key
//! figures. Pure.

use egui::{Rect, pos2, vec2};

use super::model::middle;
use super::panel::Canvas;
use crate::screen::look::tokens::wall;
use crate::screen::vitals::tile::Look;

/// Height of a head.
pub(super) const HEAD: f32 = 56.0;
/// Height of a grade's row, and of all of them beside each other.
pub(super) const GRADE: f32 = 92.0;
pub(super) const GRADES: f32 = 92.0;
/// Height of a row of the day.
pub(super) const DAY: f32 = 52.0;
/// Least height of the hours of the day, with their marks; what is lower shows nothing.
const CHART_LEAST: f32 = 80.0;
/// So many signs are worth more than the figures of the day.
const WORTH: usize = 3;
/// Least height of the column of key figures.
const FIGURES_LEAST: f32 = 420.0;

/// How many cards of vital signs there are for so much height, and how high they are together.
pub(super) type Fit<'a> = dyn Fn(f32) -> (usize, f32) + 'a;

/// Where things stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Left {
    /// Open incidents by grade.
    pub(super) open: Rect,
    /// The figures of the day, where there is room.
    pub(super) day: Option<Rect>,
    /// The vital signs, where there are any and there is room.
    pub(super) signs: Option<Rect>,
    /// The key figures, where a column of them leaves the city its room.
    pub(super) figures: Option<Rect>,
    /// Open incidents stand beside each other: what is below them needs the room.
    pub(super) compact: bool,
    /// Where the wall begins.
    from: f32,
}

impl Left {
    /// Lay out a wall below its band with as many vital signs as `signs` says for a height.
    pub(super) fn lay_out(all: Rect, canvas: Canvas, signs: &Fit<'_>) -> Self {
        let left = Self::without_figures(all, canvas, signs);
        let min = pos2(all.left() + left.width() + canvas.of(wall::GAP), left.open.top());
        let column = Rect::from_min_max(min, pos2(min.x + canvas.of(wall::FIGURES), foot(all, canvas)));
        let free = Self::free_beside(all, canvas, column.right());
        let fits = free.width() >= canvas.of(wall::ROOM_FOR_CARD) && column.height() >= canvas.of(FIGURES_LEAST);
        Self { figures: fits.then_some(column), ..left }
    }

    /// What is left of the middle where the columns end at `right`.
    fn free_beside(all: Rect, canvas: Canvas, right: f32) -> Rect {
        let columns = (right - all.left(), canvas.of(wall::RIGHT) + canvas.edge());
        middle(all, canvas.of(wall::BAND), columns.0, columns.1, canvas.edge())
    }

    fn without_figures(all: Rect, canvas: Canvas, signs: &Fit<'_>) -> Self {
        let gap = canvas.of(wall::GAP);
        let width = canvas.of(wall::LEFT);
        let min = all.min + vec2(canvas.edge(), canvas.of(wall::BAND) + canvas.edge());
        let at = |top: f32, high: f32| Rect::from_min_size(pos2(min.x, top), vec2(width, high));
        let bottom = foot(all, canvas);
        let plain = at(min.y, canvas.of(HEAD + GRADE * 4.0 + wall::PAD));
        let low = at(min.y, canvas.of(HEAD + GRADES + wall::PAD * 0.5));
        let day_below = |open: Rect| {
            let top = open.bottom() + gap;
            day_height(canvas, bottom - top).map(|high| at(top, high))
        };
        // Where an alarm has the room, the hours give way first, then the words of the grades, and the figures last.
        let (open, day, compact) = match (day_below(plain), day_below(low)) {
            (None, Some(day)) => (low, Some(day), true),
            (day, _) => (plain, day, false),
        };
        let alone = Self { open, day, signs: None, figures: None, compact, from: all.left() };
        let (count, _) = signs(f32::INFINITY);
        if count == 0 {
            return alone;
        }
        let beside = plain.translate(vec2(width + gap, 0.0));
        let two = Self::free_beside(all, canvas, beside.right());
        if two.width() >= canvas.of(wall::ROOM_FOR_CARD) {
            let signs = fitting(Rect::from_min_max(beside.min, pos2(beside.right(), bottom)), canvas, signs);
            return Self { signs, ..alone };
        }
        let high = day_figures(canvas);
        let day = at(bottom - high, high);
        let under = |to: f32| Rect::from_min_max(pos2(low.left(), low.bottom() + gap), pos2(low.right(), to));
        let with_day = under(day.top() - gap);
        let room = fitting(with_day, canvas, signs).filter(|_| plain_cards(with_day, canvas) >= WORTH.min(count));
        let (day, signs) = match room {
            Some(room) => {
                // Right below the signs.
                let day = day.translate(vec2(0.0, room.bottom() + gap - day.top()));
                (Some(day), Some(room))
            }
            None => (None, fitting(under(bottom), canvas, signs)),
        };
        if signs.is_none() { alone } else { Self { open: low, day, signs, compact: true, ..alone } }
    }

    /// How much of the wall's width it has.
    pub(super) fn width(&self) -> f32 {
        let columns = [self.signs, self.figures].into_iter().flatten();
        columns.fold(self.open.right(), |right, column| right.max(column.right())) - self.from
    }
}

/// Where the columns end: north and scale stand in the corner at the foot.
fn foot(all: Rect, canvas: Canvas) -> f32 {
    all.bottom() - canvas.edge() * 0.5 - canvas.of(wall::BODY * 1.5 + 6.0) - canvas.of(wall::GAP)
}

/// Height of the card of the day without its hours.
fn day_figures(canvas: Canvas) -> f32 {
    canvas.of(HEAD + DAY * 3.0 + wall::PAD * 0.5)
}

/// Height of the card of the day where there is so much room: its hours are lower where there is less, and left out where
/// they would show nothing. `None` where not even the figures have room.
fn day_height(canvas: Canvas, room: f32) -> Option<f32> {
    let (figures, chart) = (day_figures(canvas), canvas.of(wall::CHART));
    let left = room - figures;
    let chart = if left < canvas.of(CHART_LEAST) { 0.0 } else { left.min(chart) };
    (left >= 0.0).then_some(figures + chart)
}

/// Height of the hours in a card of the day; 0 where it has none.
pub(super) fn hours_height(canvas: Canvas, day: Rect) -> f32 {
    let chart = day.height() - day_figures(canvas);
    // A rectangle that was moved is not as high to the last bit.
    if chart < canvas.of(CHART_LEAST) * 0.5 { 0.0 } else { chart }
}

/// How many cards a panel of signs has room for where nothing stands under them.
fn plain_cards(room: Rect, canvas: Canvas) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few cards")]
    let count = ((room.height() - around_cards(canvas) + 0.5) / card_height(canvas)).max(0.0) as usize;
    count
}

/// Height of all of a panel of signs that is no card.
pub(super) fn around_cards(canvas: Canvas) -> f32 {
    canvas.of(HEAD + wall::PAD * 0.5)
}

/// Height of the card of a sign with nothing under it.
pub(super) fn card_height(canvas: Canvas) -> f32 {
    Look::wall(canvas.of(1.0)).height()
}

/// A panel of as many signs as there are and have room; `None` where not even one has.
fn fitting(room: Rect, canvas: Canvas, signs: &Fit<'_>) -> Option<Rect> {
    let (count, high) = signs(room.height() - around_cards(canvas));
    (count > 0).then(|| Rect::from_min_size(room.min, vec2(room.width(), around_cards(canvas) + high)))
}
