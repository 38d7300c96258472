//! What the wall puts forward by itself, and where. Pure.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::domain::{Grade, Moment};
use crate::screen::situation::{Row, Situation};

/// At most this many incidents take turns on the wall's card.
const TURNS: usize = 6;
/// How long each of them is shown.
const TURN_MILLIS: i64 = 60_000;

/// Open incidents as the wall lists them: worst first, within a grade the newest first.
#[must_use]
pub fn listed(situation: &Situation) -> Vec<&Row> {
    let mut rows: Vec<&Row> = situation.open.iter().collect();
    rows.sort_by_key(|row| (row.grade, std::cmp::Reverse(row.happened_at), row.id));
    rows
}

/// The incident on the wall's card, where one is open. The gravest come first; incidents of grade Ⅰ and Ⅱ take
/// turns, one a minute, and while one of grade Ⅰ is open only those do.
#[must_use]
pub fn spotlight<'a>(listed: &[&'a Row], now: Moment) -> Option<&'a Row> {
    let first = *listed.first()?;
    if first.grade > Grade::II {
        return Some(first);
    }
    let most = listed.iter().take_while(|row| row.grade == first.grade).take(TURNS).count();
    let turn = usize::try_from(now.0.div_euclid(TURN_MILLIS).rem_euclid(i64::try_from(most).ok()?)).ok()?;
    listed.get(turn).copied()
}

/// Where the card goes: beside `anchor` on the side with more room, wholly within `free`; without an anchor at the
/// foot of `free`.
#[must_use]
pub fn card_place(free: Rect, size: Vec2, anchor: Option<Pos2>, distance: f32) -> Rect {
    let anchor = anchor.filter(|at| free.contains(*at));
    let min = match anchor {
        Some(at) => {
            let to_right = free.right() - at.x >= at.x - free.left();
            let x = if to_right { at.x + distance } else { at.x - distance - size.x };
            pos2(x, at.y - size.y * 0.6)
        }
        None => pos2(free.center().x - size.x / 2.0, free.bottom() - size.y),
    };
    let most = (free.max - size).max(free.min);
    Rect::from_min_size(min.clamp(free.min, most), size)
}

/// The corner or edge point of the card that the leader line ends at.
#[must_use]
pub fn leader_end(card: Rect, anchor: Pos2, inset: f32) -> Pos2 {
    let x = if anchor.x < card.left() { card.left() } else { card.right() };
    pos2(x, card.top() + inset)
}

/// How much greater than its canvas of 1080 points the wall is.
#[must_use]
pub fn scale(size: Vec2, canvas: f32) -> f32 {
    (size.y / canvas).max(0.1)
}

/// Free middle between the columns.
#[must_use]
pub fn middle(all: Rect, band: f32, left: f32, right: f32, gap: f32) -> Rect {
    Rect::from_min_max(all.min + vec2(left + gap, band + gap), all.max - vec2(right + gap, gap))
}
