//! What the wall puts forward by itself, and where. Pure.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use crate::domain::{Grade, Hall, IncidentId, Lamp, Moment};
use crate::screen::situation::{Ledger, Names, Row, Sorting};

/// At most this many incidents take turns on the wall's card.
const TURNS: usize = 6;
/// How long each of them is shown.
const TURN_MILLIS: i64 = 60_000;

/// Rows that the wall reads: more than one has room for, and all that take turns.
const MOST_LISTED: usize = 32;

/// Open incidents as the wall lists them at `now`, the first of them: worst first; within a grade what is late or nearly
/// so as it is due, then the newest first.
#[must_use]
pub fn listed(hall: &Hall, ledger: &Ledger, now: Moment, names: &dyn Names) -> Vec<Row> {
    let presses = |id: &IncidentId| {
        let lamp = ledger.countdown(*id).and_then(|next| next.lamp(now));
        matches!(lamp, Some(Lamp::Yellow | Lamp::Red))
    };
    let mut first: Vec<IncidentId> = Vec::with_capacity(MOST_LISTED * 2);
    for grade in Grade::ALL {
        first.extend(ledger.open(Sorting::Due).of(grade).take(MOST_LISTED).filter(presses));
        let newest = ledger.open(Sorting::Waiting).of(grade).rev().filter(|id| !presses(id));
        first.extend(newest.take(MOST_LISTED));
        if first.len() >= MOST_LISTED {
            break;
        }
    }
    first.truncate(MOST_LISTED);
    let first = first.into_iter().filter_map(|id| hall.incident(id));
    first.map(|incident| Row::new(hall, incident, ledger.countdown(incident.id), names)).collect()
}

/// The incident for the wall's card, where one is open. The gravest come first; incidents of grade Ⅰ and Ⅱ take
/// turns, one a minute of the hall's time however many times faster the city's goes. While one of grade Ⅰ is open only
/// those do, and of a grade only what is over its limit as long as something is.
#[must_use]
pub fn spotlight(hall: &Hall, ledger: &Ledger, now: Moment, times: u16) -> Option<IncidentId> {
    let grade = |id: &IncidentId| hall.incident(*id).map(|incident| incident.grade);
    let newest: Vec<IncidentId> = ledger.open(Sorting::Waiting).last_first().take(TURNS).collect();
    let first = newest.first()?;
    let worst = grade(first)?;
    if worst > Grade::II {
        return Some(*first);
    }
    let is_late = |id: &IncidentId| ledger.countdown(*id).is_some_and(|next| next.lamp(now) == Some(Lamp::Red));
    let late: Vec<IncidentId> = ledger.open(Sorting::Due).of(worst).filter(is_late).take(TURNS).collect();
    let turns: Vec<IncidentId> =
        if late.is_empty() { newest.into_iter().take_while(|id| grade(id) == Some(worst)).collect() } else { late };
    let turn_millis = TURN_MILLIS * i64::from(times.max(1));
    let turn = now.0.div_euclid(turn_millis).rem_euclid(i64::try_from(turns.len()).ok()?);
    turns.get(usize::try_from(turn).ok()?).copied()
}

/// How far from its place the card may stand, in the usual distance, and how many hidden places a spot is as bad as: who
/// looks for the place must not lose the line on the way.
const FAR_AS: [(f32, usize); 4] = [(1.0, 0), (0.4, 0), (1.6, 2), (2.2, 5)];

/// Where a leader meets the side of a card, in its heights, and its knee in distances from the place: about, for choosing.
const LEADER_AT: f32 = 0.15;
const LEADER_KNEE: f32 = 0.2;

/// A head keeps its rim clear of the card, in radii.
const HEAD_CLEAR: f32 = 1.3;

/// Where the card goes: wholly within `free` and beside `anchor`, on the side with room for it where it hides the
/// fewest of `places` and of `heads` (middle and radius) and its leader passes the fewest heads, rather near than far;
/// without an anchor at the foot of `free`.
#[must_use]
pub fn card_place(
    free: Rect,
    size: Vec2,
    anchor: Option<Pos2>,
    distance: f32,
    (places, heads): (&[Pos2], &[(bevy::math::Vec2, f32)]),
) -> Rect {
    let anchor = anchor.filter(|at| free.contains(*at));
    let most = (free.max - size).max(free.min);
    let foot = pos2(free.center().x - size.x / 2.0, free.bottom() - size.y).clamp(free.min, most);
    let Some(at) = anchor else { return Rect::from_min_size(foot, size) };
    let beside = pos2(0.0, at.y - size.y * 0.6).clamp(pos2(0.0, free.top()), pos2(0.0, most.y)).y;
    let over = (at.x - size.x / 2.0).clamp(free.left(), most.x);
    let sides = |gap: f32| {
        [
            pos2(at.x + gap, beside),
            pos2(at.x - gap - size.x, beside),
            pos2(over, at.y - gap - size.y),
            pos2(over, at.y + gap),
        ]
    };
    let spots = FAR_AS.into_iter().flat_map(|(far, bad)| sides(distance * far).map(|min| (min, bad)));
    let spots = spots.map(|(min, bad)| (Rect::from_min_size(min, size), bad));
    let hides = |spot: Rect| {
        let places = places.iter().filter(|at| spot.expand(size.y * 0.08).contains(**at)).count();
        let reaches = |(head, radius): &&(bevy::math::Vec2, f32)| {
            spot.distance_to_pos(pos2(head.x, head.y)) < radius * HEAD_CLEAR
        };
        places + heads.iter().filter(reaches).count()
    };
    let passes = |spot: Rect| {
        let line = leader(spot, at, size.y * LEADER_AT, distance * LEADER_KNEE);
        let meets = |(head, radius): &&(bevy::math::Vec2, f32)| {
            let head = pos2(head.x, head.y);
            line.windows(2).any(|ends| matches!(ends, [a, b] if off(head, *a, *b) < *radius))
        };
        heads.iter().filter(meets).count()
    };
    let within = spots.filter(|(spot, _)| free.expand(0.5).contains_rect(*spot));
    let spot = within.min_by_key(|(spot, bad)| hides(*spot) + passes(*spot) + bad).map(|(spot, _)| spot);
    spot.unwrap_or_else(|| Rect::from_min_size(foot, size))
}

/// How far `p` is off the straight line from `a` to `b`.
fn off(p: Pos2, a: Pos2, b: Pos2) -> f32 {
    let way = b - a;
    let share = ((p - a).dot(way) / way.length_sq().max(f32::EPSILON)).clamp(0.0, 1.0);
    p.distance(a + way * share)
}

/// The line from `anchor` to the card: to the edge that faces it, with a knee where it comes from the side.
#[must_use]
pub fn leader(card: Rect, anchor: Pos2, inset: f32, knee: f32) -> Vec<Pos2> {
    let y = card.top() + inset;
    if anchor.x < card.left() {
        vec![anchor, pos2((card.left() - knee).max(anchor.x), y), pos2(card.left(), y)]
    } else if anchor.x > card.right() {
        vec![anchor, pos2((card.right() + knee).min(anchor.x), y), pos2(card.right(), y)]
    } else if anchor.y > card.bottom() {
        vec![anchor, pos2(anchor.x, card.bottom())]
    } else {
        vec![anchor, pos2(anchor.x, card.top())]
    }
}

/// Free middle between the columns.
#[must_use]
pub fn middle(all: Rect, band: f32, left: f32, right: f32, gap: f32) -> Rect {
    Rect::from_min_max(all.min + vec2(left + gap, band + gap), all.max - vec2(right + gap, gap))
}
