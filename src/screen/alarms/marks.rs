//! Alarms on the map: those that stand and have a place but no case, one mark where many are near. Pure.

use std::collections::BTreeMap;

use bevy::math::Vec2;

use super::maintain::Maintained;
use crate::domain::alarm::{Alarm, Alarms, urgency};
use crate::domain::rights::Area;
use crate::domain::{AlarmId, Grade, IncidentId, LonLat, Moment};
use crate::screen::shown::CityView;

/// Most marks that are painted; less urgent ones are left out.
pub const MOST: usize = 150;
/// Halves of a mark within which others join it.
const APART: f32 = 3.6;

/// An alarm at its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Which.
    pub id: AlarmId,
    /// How bad it is.
    pub level: Grade,
    /// Somebody took note of it, or its source is in maintenance.
    pub quiet: bool,
    /// Metres east and north.
    pub at: [f64; 2],
    /// Metres above the ground, 0 for what lies below it.
    pub up: f64,
}

/// The alarms within an area that have a mark of their own, the most urgent first: those that stand, are not on the shelf,
/// have a place and no case that is open; as they are at `now`.
#[must_use]
pub fn spots(
    alarms: &Alarms,
    area: &Area,
    now: Moment,
    has_case: impl Fn(IncidentId) -> bool,
    metres: impl Fn(LonLat) -> [f64; 2],
) -> Vec<Spot> {
    let is_marked = |alarm: &&Alarm| {
        let own = alarm.is_standing() && alarm.shelf.is_none() && alarm.what.concerns(area);
        own && !alarm.incident.is_some_and(&has_case)
    };
    let maintained = Maintained::at(alarms, now);
    let calls = |alarm: &Alarm| alarm.calls() && maintained.until(&alarm.what).is_none();
    let mut marked: Vec<&Alarm> = alarms.all().filter(is_marked).collect();
    marked.sort_by_cached_key(|alarm| (!calls(alarm), urgency(alarm)));
    let spot = |alarm: &Alarm| {
        let what = &alarm.what;
        let (id, level, quiet) = (alarm.id, what.level, !calls(alarm));
        Some(Spot { id, level, quiet, at: metres(what.at?), up: f64::from(what.height_m).max(0.0) })
    };
    marked.into_iter().filter_map(spot).collect()
}

/// A mark on screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sign {
    /// The most urgent alarm of it.
    pub id: AlarmId,
    /// How bad that is.
    pub level: Grade,
    /// None of them calls for anybody.
    pub quiet: bool,
    /// How many there are.
    pub count: usize,
    /// Its middle, in points.
    pub at: Vec2,
}

/// The marks of some spots, the most urgent first, half a mark being so many points: what is near a more urgent one joins it,
/// and none lies over the head of a pin (middle, radius).
#[must_use]
pub fn signs(
    spots: &[Spot],
    view: &CityView,
    half: f32,
    ground: impl Fn([f64; 2]) -> f64,
    heads: &[(Vec2, f32)],
) -> Vec<Sign> {
    let apart = half * APART;
    #[expect(clippy::cast_possible_truncation, reason = "points of a screen")]
    let cell = |at: Vec2| ((at.x / apart).floor() as i32, (at.y / apart).floor() as i32);
    let mut signs: Vec<Sign> = Vec::new();
    let mut in_cells: BTreeMap<(i32, i32), Vec<usize>> = BTreeMap::new();
    for spot in spots {
        let Some(at) = view.project(spot.at[0], spot.at[1], ground(spot.at) + spot.up) else { continue };
        if !(at.cmpge(Vec2::ZERO).all() && at.cmple(view.size).all()) {
            continue;
        }
        let (column, row) = cell(at);
        let around = (column - 1..=column + 1).flat_map(|x| (row - 1..=row + 1).map(move |y| (x, y)));
        let near = around
            .filter_map(|cell| in_cells.get(&cell))
            .flatten()
            .copied()
            .find(|number| signs.get(*number).is_some_and(|sign| sign.at.distance(at) < apart));
        if let Some(sign) = near.and_then(|number| signs.get_mut(number)) {
            sign.count += 1;
            sign.quiet &= spot.quiet;
        } else if signs.len() < MOST {
            in_cells.entry((column, row)).or_default().push(signs.len());
            signs.push(Sign { id: spot.id, level: spot.level, quiet: spot.quiet, count: 1, at });
        }
    }
    for sign in &mut signs {
        if let Some((head, radius)) = heads.iter().find(|(head, radius)| head.distance(sign.at) < radius + half) {
            sign.at.y = head.y + radius + half;
        }
    }
    signs
}

/// The mark under a point of the screen, the nearest.
#[must_use]
pub fn under(signs: &[Sign], half: f32, at: Vec2) -> Option<&Sign> {
    let near = signs.iter().map(|sign| (sign.at.distance(at), sign)).filter(|(away, _)| *away <= half * 1.2);
    near.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, sign)| sign)
}
