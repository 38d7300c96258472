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

/// Spots all over what is free, across and down: on a wide wall the card may stand where it hides nothing …
const SPOTS: [u8; 2] = [12, 6];
/// … no nearer to its place than so much of the usual distance, and beyond that as bad as so many hidden places.
const NEAR_MOST: f32 = 0.4;
const FAR_COSTS: f32 = 3.0;

/// Where a leader meets the side of a card, in its heights, and its knee in distances from the place: about, for choosing.
const LEADER_AT: f32 = 0.15;
const LEADER_KNEE: f32 = 0.2;

/// A head keeps its rim clear of the card, in radii.
const HEAD_CLEAR: f32 = 1.3;

/// Where the card goes: wholly within `free` and beside `anchor`, or anywhere at the edge or between the pins, where it
/// hides the fewest of `places` and of `heads` (middle and radius) and its leader passes the fewest heads, rather near than
/// far; without an anchor at the foot of `free`, or where it hides fewer.
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
    let hides = |spot: Rect| {
        let places = places.iter().filter(|at| spot.expand(size.y * 0.08).contains(**at)).count();
        let reaches = |(head, radius): &&(bevy::math::Vec2, f32)| {
            spot.distance_to_pos(pos2(head.x, head.y)) < radius * HEAD_CLEAR
        };
        places + heads.iter().filter(reaches).count()
    };
    let all_over = spots_in(free, size);
    let Some(at) = anchor else {
        let spots = std::iter::once(Rect::from_min_size(foot, size)).chain(all_over);
        return spots.min_by_key(|spot| hides(*spot)).unwrap_or_else(|| Rect::from_min_size(foot, size));
    };
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
    let passes = |spot: Rect| {
        let line = leader(spot, at, size.y * LEADER_AT, distance * LEADER_KNEE);
        let meets = |(head, radius): &&(bevy::math::Vec2, f32)| {
            let head = pos2(head.x, head.y);
            line.windows(2).any(|ends| matches!(ends, [a, b] if off(head, *a, *b) < *radius))
        };
        heads.iter().filter(meets).count()
    };
    let far = |spot: &Rect| spot.distance_to_pos(at) / distance.max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few dozen")]
    let bad = |spot: &Rect| ((far(spot) - 1.0).max(0.0) * FAR_COSTS).round() as usize;
    let mut more: Vec<(Rect, usize)> =
        all_over.filter(|spot| far(spot) >= NEAR_MOST).map(|spot| (spot, bad(&spot))).collect();
    more.sort_by(|(one, _), (other, _)| far(one).total_cmp(&far(other)));
    let within = spots.filter(|(spot, _)| free.expand(0.5).contains_rect(*spot)).chain(more);
    let spot = within.min_by_key(|(spot, bad)| hides(*spot) + passes(*spot) + bad).map(|(spot, _)| spot);
    spot.unwrap_or_else(|| Rect::from_min_size(foot, size))
}

/// Spots for a card all over `free`, from edge to edge; none where it has no room.
fn spots_in(free: Rect, size: Vec2) -> impl Iterator<Item = Rect> {
    let [across, down] = SPOTS;
    let spare = free.size() - size;
    let fits = spare.min_elem() >= 0.0;
    let part = |n: u8, of: u8| f32::from(n) / f32::from(of);
    let spot = move |row: u8, column: u8| free.min + vec2(spare.x * part(column, across), spare.y * part(row, down));
    let row = move |row: u8| (0..=across).map(move |column| Rect::from_min_size(spot(row, column), size));
    (0..=down).flat_map(row).filter(move |_| fits)
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

/// Width to height of a city as it is seen aslant.
const CITY_ASPECT: f32 = 1.6;

/// The part of `free` in which the whole city is framed, so that a legend at the right of its foot covers none of it: beside
/// it or above it, where the city is seen larger.
#[must_use]
pub fn framed(free: Rect, legend: Option<Rect>, gap: f32) -> Rect {
    let Some(legend) = legend else { return free };
    let beside = free.with_max_x((legend.left() - gap).max(free.left()));
    let above = free.with_max_y((legend.top() - gap).max(free.top()));
    let large = |part: Rect| (part.width() / CITY_ASPECT).min(part.height());
    if large(beside) > large(above) { beside } else { above }
}
