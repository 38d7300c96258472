//! Which part of the city the hub is asked for: what is in sight, and as much around it as a form needs, so that what is
//! seen is the same as if all had been asked for. Pure.
//!
//! ```text
//!   ┌─────────────────────────┐  what is asked for: half a view more on each side
//!   │   ┌─────────────────┐   │
//!   │   │  ┌───────────┐  │   │  margin: what a form gathers, or its kernel reaches
//!   │   │  │ in sight  │  │   │
//! ```
//! 1. Nothing is asked anew until what is in sight, with the margin, leaves what was asked for, or is a small part of it.
//! 2. Where that is a good part of the city, all of it is asked for, and so it is for means of whole areas.

use bevy::math::Vec2;

use super::flood;
use super::form::Form;
use super::lay::Laid;
use super::model::widest_m;
use super::roads;
use super::stack::Ply;
use crate::domain::sensor::Bounds;
use crate::ground::City;
use crate::ground::frame::LocalFrame;
use crate::screen::shown::CityView;

/// Shares of the view at whose edges it is looked how far one sees.
const EDGES: [[f32; 2]; 8] =
    [[0.0, 0.0], [0.5, 0.0], [1.0, 0.0], [0.0, 0.5], [1.0, 0.5], [0.0, 1.0], [0.5, 1.0], [1.0, 1.0]];
/// So much of what is in sight, with its margin, is asked for beyond it, on each side.
const MORE: f64 = 0.5;
/// What was asked for is let go of where it is so many times as large as what would be asked for.
const TOO_LARGE: f64 = 6.0;
/// From such a share of the city on, all of it is asked for, until it is less than the second one.
const ALL: [f64; 2] = [0.25, 0.2];

/// A part of the city: metres east and north.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// South-west corner.
    pub low: [f64; 2],
    /// North-east corner.
    pub high: [f64; 2],
}

impl Part {
    /// The smallest that holds some points.
    fn around(mut points: impl Iterator<Item = [f64; 2]>) -> Option<Self> {
        let first = points.next()?;
        Some(points.fold(Self { low: first, high: first }, |part, [x, y]| Self {
            low: [part.low[0].min(x), part.low[1].min(y)],
            high: [part.high[0].max(x), part.high[1].max(y)],
        }))
    }

    fn sides(self) -> [f64; 2] {
        [self.high[0] - self.low[0], self.high[1] - self.low[1]].map(|side| side.max(0.0))
    }

    fn area(self) -> f64 {
        let [east, north] = self.sides();
        east * north
    }

    fn grown(self, by: [f64; 2]) -> Self {
        let [east, north] = by;
        Self { low: [self.low[0] - east, self.low[1] - north], high: [self.high[0] + east, self.high[1] + north] }
    }

    fn within(self, other: Self) -> Self {
        Self {
            low: [self.low[0].max(other.low[0]), self.low[1].max(other.low[1])],
            high: [self.high[0].min(other.high[0]), self.high[1].min(other.high[1])],
        }
    }

    fn holds(self, other: Self) -> bool {
        (0..2).all(|axis: usize| {
            let pair = |of: [f64; 2]| of.get(axis).copied().unwrap_or_default();
            pair(self.low) <= pair(other.low) && pair(self.high) >= pair(other.high)
        })
    }

    /// The box of degrees around it.
    #[must_use]
    pub fn bounds(self, frame: &LocalFrame) -> Bounds {
        let (low, high) = (frame.lonlat_from_metres(self.low), frame.lonlat_from_metres(self.high));
        Bounds { west: low.lon, south: low.lat, east: high.lon, north: high.lat }
    }
}

/// The box around two boxes of degrees.
#[must_use]
pub fn around_both(one: Bounds, other: Bounds) -> Bounds {
    Bounds {
        west: one.west.min(other.west),
        south: one.south.min(other.south),
        east: one.east.max(other.east),
        north: one.north.max(other.north),
    }
}

/// All of a city.
#[must_use]
pub fn all_of(city: &City) -> Part {
    let bounds = city.bounds();
    Part { low: bounds.min, high: bounds.max }
}

/// What is in sight of the ground; `None` where that goes on to the horizon.
#[must_use]
pub fn in_sight(view: &CityView, city: &City) -> Option<Part> {
    let mut points = Vec::with_capacity(EDGES.len());
    for share in EDGES {
        points.push(view.ground_at(city, Vec2::from_array(share) * view.size)?);
    }
    Part::around(points.into_iter())
}

/// Metres around what is in sight in which sensors stand that it shows something of; `None` where all sensors of the city
/// are needed, as for means of areas.
#[must_use]
pub fn margin_m(ply: &Ply) -> Option<f64> {
    match (ply.form(), &ply.laid) {
        (Form::Areas, _) => None,
        (Form::Field, _) => Some(ply.field().reach_m().unwrap_or_else(|| widest_m(ply.layer()))),
        (Form::Hexagons, Laid::Hexagons(hexes)) => Some(hexes.lattice.width_m),
        (Form::Hexagons, _) => Some(widest_m(ply.layer())),
        (Form::Roads, _) => Some(f64::from(roads::REACH_M + roads::SNAP_M)),
        (Form::Flood, _) => Some(flood::REACH_M),
        (Form::Points, _) => Some(0.0),
    }
}

/// The part that is to be asked for, where `asked` is asked for now (`None` for all of the city): of a city, for what is
/// in sight and a margin in metres around it.
#[must_use]
pub fn part(asked: Option<Part>, city: Part, seen: Option<Part>, margin_m: Option<f64>) -> Option<Part> {
    let needed = seen?.grown([margin_m?; 2]);
    let grown = needed.grown(needed.sides().map(|side| side * MORE));
    if asked.is_some_and(|asked| asked.holds(needed) && asked.area() <= grown.area() * TOO_LARGE) {
        return asked;
    }
    let share = grown.within(city).area() / city.area().max(1.0);
    let [all, less] = ALL;
    let most = if asked.is_none() { less } else { all };
    (share <= most).then_some(grown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::heat::form_tests::{city, view};

    const CITY: Part = Part { low: [0.0; 2], high: [20_000.0; 2] };

    fn square(at: [f64; 2], half: f64) -> Part {
        Part { low: at.map(|v| v - half), high: at.map(|v| v + half) }
    }

    #[test]
    fn what_is_asked_for_stays_until_what_is_in_sight_leaves_it_or_is_a_small_part_of_it() {
        let seen = square([10_000.0; 2], 500.0);
        // 1,400 metres are needed, half of which more on each side: 2,800 metres across.
        let first = part(None, CITY, Some(seen), Some(200.0)).unwrap();
        assert_eq!(first, square([10_000.0; 2], 1_400.0));
        let moved = |by: f64| part(Some(first), CITY, Some(square([10_000.0 + by, 10_000.0], 500.0)), Some(200.0));
        assert_eq!(moved(699.0), Some(first));
        assert_eq!(moved(-700.0), Some(first));
        assert_eq!(moved(701.0), Some(square([10_701.0, 10_000.0], 1_400.0)), "with its margin it left that");
        let nearer = |half: f64| part(Some(first), CITY, Some(square([10_000.0; 2], half)), Some(200.0));
        // 2,800² over (2 * 800)² is 3, over (2 * 500)² it is 7.8.
        assert_eq!(nearer(200.0), Some(first));
        assert_eq!(nearer(50.0), Some(square([10_000.0; 2], 500.0)));
    }

    #[test]
    fn of_a_good_part_of_the_city_all_is_asked_for_and_so_it_is_for_areas_and_towards_the_horizon() {
        let seen = |half: f64| Some(square([10_000.0; 2], half));
        // Of 20 kilometres a quarter is ten across, which five in sight make; a fifth is 8.9.
        assert_eq!(part(None, CITY, seen(2_300.0), Some(0.0)), None);
        let asked = part(None, CITY, seen(2_200.0), Some(0.0));
        assert_eq!(asked, seen(4_400.0));
        assert_eq!(part(Some(square([0.0; 2], 10.0)), CITY, seen(2_300.0), Some(0.0)), seen(4_600.0));
        assert_eq!(part(asked, CITY, seen(2_600.0), Some(0.0)), asked, "what is in sight is asked for already");
        assert_eq!(part(asked, CITY, seen(4_500.0), Some(0.0)), None);
        assert_eq!(part(asked, CITY, seen(100.0), None), None);
        assert_eq!(part(asked, CITY, None, Some(0.0)), None);
        // At the edge of the city only what is of it counts.
        assert!(part(None, CITY, Some(square([0.0; 2], 4_000.0)), Some(0.0)).is_some());
    }

    #[test]
    fn what_is_in_sight_is_around_the_middle_of_the_view_and_boxes_are_joined() {
        let city = city();
        let view = view(500.0, 0.0);
        let seen = in_sight(&view, &city).unwrap();
        let middle = view.ground_at(&city, view.size / 2.0).unwrap();
        assert!(seen.holds(square(middle, 50.0)) && seen.area() < 9e6, "{seen:?}");
        let (one, other) = (square([0.0; 2], 10.0), square([100.0, 0.0], 10.0));
        let joined = around_both(one.bounds(city.frame()), other.bounds(city.frame()));
        let at = |east: f64| city.frame().lonlat_from_metres([east, 0.0]);
        assert!([-9.0, 50.0, 109.0].into_iter().all(|east| joined.has(at(east))) && !joined.has(at(112.0)));
    }
}
