//! What stands where on the left of a wall: open incidents by grade, the vital signs, the figures of the day. Pure.

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
/// So many signs are worth more than the figures of the day.
const WORTH: usize = 4;

/// Where things stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Left {
    /// Open incidents by grade.
    pub(super) open: Rect,
    /// The figures of the day, where there is room.
    pub(super) day: Option<Rect>,
    /// The vital signs, where there are any and there is room.
    pub(super) signs: Option<Rect>,
    /// The vital signs are in the same column, so that the rest has less room.
    pub(super) compact: bool,
    /// Where the wall begins.
    from: f32,
}

impl Left {
    /// Lay out a wall below its band, `signs` being how many vital signs could be shown.
    pub(super) fn lay_out(all: Rect, canvas: Canvas, signs: usize) -> Self {
        let gap = canvas.of(wall::GAP);
        let width = canvas.of(wall::LEFT);
        let min = all.min + vec2(canvas.edge(), canvas.of(wall::BAND) + canvas.edge());
        let at = |top: f32, high: f32| Rect::from_min_size(pos2(min.x, top), vec2(width, high));
        let foot = all.bottom() - canvas.edge();
        let fits = |rect: &Rect| rect.bottom() <= foot;
        let plain = at(min.y, canvas.of(HEAD + GRADE * 4.0 + wall::PAD));
        let day = at(plain.bottom() + gap, day_height(canvas, false));
        let alone = Self { open: plain, day: Some(day).filter(fits), signs: None, compact: false, from: all.left() };
        if signs == 0 {
            return alone;
        }
        // North and scale stand in the corner at the foot.
        let bottom = all.bottom() - canvas.edge() * 0.5 - canvas.of(wall::BODY * 1.5 + 6.0) - gap;
        let beside = plain.translate(vec2(width + gap, 0.0));
        let two = middle(
            all,
            canvas.of(wall::BAND),
            beside.right() - all.left(),
            canvas.of(wall::RIGHT) + canvas.edge(),
            canvas.edge(),
        );
        if two.width() >= canvas.of(wall::ROOM_FOR_CARD) {
            let signs = fitting(Rect::from_min_max(beside.min, pos2(beside.right(), bottom)), canvas, signs);
            return Self { signs, ..alone };
        }
        let open = at(min.y, canvas.of(HEAD + GRADES + wall::PAD * 0.5));
        let high = day_height(canvas, true);
        let day = at(bottom - high, high);
        let under = |to: f32| Rect::from_min_max(pos2(open.left(), open.bottom() + gap), pos2(open.right(), to));
        let with_day = fitting(under(day.top() - gap), canvas, signs);
        let room = with_day.filter(|room| shown(*room, canvas) >= WORTH.min(signs));
        let (day, signs) = match room {
            Some(room) => {
                // Right below the signs.
                let day = day.translate(vec2(0.0, room.bottom() + gap - day.top()));
                (Some(day), Some(room))
            }
            None => (None, fitting(under(bottom), canvas, signs)),
        };
        if signs.is_none() { alone } else { Self { open, day, signs, compact: true, from: all.left() } }
    }

    /// How much of the wall's width it has.
    pub(super) fn width(&self) -> f32 {
        let right = self.signs.map_or(self.open.right(), |signs| signs.right().max(self.open.right()));
        right - self.from
    }
}

/// Height of the card of the day; without its hours where it is compact.
pub(super) fn day_height(canvas: Canvas, compact: bool) -> f32 {
    canvas.of(HEAD + DAY * 3.0 + if compact { 0.0 } else { wall::CHART } + wall::PAD * 0.5)
}

/// How many signs a panel of them has.
pub(super) fn shown(room: Rect, canvas: Canvas) -> usize {
    let of_cards = room.height() - canvas.of(HEAD + wall::PAD * 0.5) + 0.5;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few cards")]
    let count = (of_cards / card_height(canvas)).max(0.0) as usize;
    count
}

/// Height of the card of a sign.
pub(super) fn card_height(canvas: Canvas) -> f32 {
    Look::wall(canvas.of(1.0)).height()
}

/// A panel of as many signs as there are and have room; `None` where not even one has.
fn fitting(room: Rect, canvas: Canvas, signs: usize) -> Option<Rect> {
    let count = shown(room, canvas).min(signs);
    let high = canvas.of(HEAD + wall::PAD * 0.5) + card_height(canvas) * count as f32;
    (count > 0).then(|| Rect::from_min_size(room.min, vec2(room.width(), high)))
}
