//! Where names stand on the ground: those of areas on land, those of waters on water. Pure.

use std::sync::{Arc, OnceLock};

use bevy::math::Vec2;
use bevy::prelude::Resource;

use crate::ground::City;
use crate::ground::pack::records::{Area, Paint};
use crate::ground::pack::shape::{Xy, inside};
use crate::screen::shown::CityView;
use crate::screen::twin::source::raster::Raster;

/// Metres of a square of the map of what is wet: a name is wider.
const SQUARE_M: f64 = 24.0;
/// Metres from a shore that names keep where they can: those of districts and greater areas are seen from afar, where
/// they are broad.
const CLEAR_M: f64 = 48.0;
const CLEAR_GREAT_M: f64 = 320.0;
/// The level of districts.
const DISTRICT: u32 = 6;
/// How far from its place a name of a water looks for it, and one of a town for land, metres.
const WATER_REACH_M: f64 = 320.0;
const TOWN_REACH_M: f64 = 1_600.0;
/// Samples across an area's box.
const SAMPLES: u16 = 32;
/// The smallest areas that have names: communities.
pub(super) const SMALLEST: u32 = 10;

/// What is water in a city.
pub struct Waters(Raster);

impl Waters {
    /// The waters of a pack.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let bounds = city.bounds();
        let mut raster = Raster::over(bounds.min, bounds.max, SQUARE_M);
        for chunk in city.flat_chunks() {
            let tones = city.flat_tones_of(chunk);
            let wet = |i: u16| tones.get(usize::from(i)).is_some_and(|tone| tone[2] == Paint::Water as u8);
            let positions = city.flat_positions_of(chunk);
            let at = |i: u16| {
                let position = positions.get(usize::from(i)).copied().unwrap_or_default();
                let along = |origin: f32, extent: f32, at: u16| {
                    f64::from(origin) + f64::from(extent) * f64::from(at) / f64::from(u16::MAX)
                };
                [
                    along(chunk.origin[0], chunk.extent[0], position[0]),
                    along(chunk.origin[1], chunk.extent[1], position[1]),
                ]
            };
            for triangle in city.flat_indices_of(chunk).chunks_exact(3) {
                if let [a, b, c] = *triangle
                    && wet(a)
                {
                    raster.fill([a, b, c].map(at));
                }
            }
        }
        Self(raster)
    }

    /// Whether there is water at a point.
    #[must_use]
    pub fn at(&self, at: [f64; 2]) -> bool {
        self.0.at(at).unwrap_or(false)
    }

    /// Where the name of an area stands: where the pack has it, or else as far as can be from shores and borders on its
    /// land; `None` where it has none.
    #[must_use]
    pub fn land_of(&self, city: &City, area: &Area) -> Option<[f64; 2]> {
        let given = area.label.map(f64::from);
        if !self.near(given, if area.level <= DISTRICT { CLEAR_GREAT_M } else { CLEAR_M }) {
            return Some(given);
        }
        let rings: Vec<Vec<Xy>> =
            city.rings_of(area).map(|ring| ring.iter().map(|p| p.map(f64::from)).collect()).collect();
        let (mut low, mut high) = ([f64::MAX; 2], [f64::MIN; 2]);
        for [x, y] in rings.iter().flatten() {
            (low, high) = ([low[0].min(*x), low[1].min(*y)], [high[0].max(*x), high[1].max(*y)]);
        }
        deepest((low, high), given, |at| inside(rings.iter().map(Vec::as_slice), at) && !self.at(at))
    }

    /// Where the name of a water stands: on it, where it is near.
    #[must_use]
    pub fn water_near(&self, at: [f64; 2]) -> [f64; 2] {
        let shore = !self.at(at) || around(at, CLEAR_M).any(|p| !self.at(p));
        if shore { best_near(at, WATER_REACH_M, |p| self.at(p)) } else { at }
    }

    /// Where the name of a town stands: on land, where it is near.
    #[must_use]
    pub fn land_near(&self, at: [f64; 2]) -> [f64; 2] {
        if self.near(at, CLEAR_M) { best_near(at, TOWN_REACH_M, |p| !self.at(p)) } else { at }
    }

    fn near(&self, at: [f64; 2], by: f64) -> bool {
        self.at(at) || around(at, by).chain(around(at, by / 2.0)).any(|p| self.at(p))
    }
}

fn best_near(at: [f64; 2], reach: f64, fits: impl Fn([f64; 2]) -> bool) -> [f64; 2] {
    deepest((at.map(|v| v - reach), at.map(|v| v + reach)), at, fits).unwrap_or(at)
}

fn around(at: [f64; 2], by: f64) -> impl Iterator<Item = [f64; 2]> {
    [[by, 0.0], [-by, 0.0], [0.0, by], [0.0, -by]].into_iter().map(move |[x, y]| [at[0] + x, at[1] + y])
}

/// The point of a box where it fits that is farthest from where it does not; of such the nearest to `near`.
fn deepest((low, high): ([f64; 2], [f64; 2]), near: [f64; 2], fits: impl Fn([f64; 2]) -> bool) -> Option<[f64; 2]> {
    let step = [(high[0] - low[0]) / f64::from(SAMPLES), (high[1] - low[1]) / f64::from(SAMPLES)];
    let at = |x: u16, y: u16| [low[0] + step[0] * (f64::from(x) + 0.5), low[1] + step[1] * (f64::from(y) + 0.5)];
    // Metres to where it no longer fits along rows, then along columns: the smaller is how deep a point lies. What is
    // off the box does not fit.
    let side = usize::from(SAMPLES);
    let fitting: Vec<bool> =
        (0..SAMPLES).flat_map(|y| (0..SAMPLES).map(move |x| (x, y))).map(|(x, y)| fits(at(x, y))).collect();
    let fits_at = |x: usize, y: usize| fitting.get(y * side + x).copied().unwrap_or(false);
    let run = |x: usize, y: usize, dx: isize, dy: isize| {
        let mut steps = 0_u16;
        let (mut x, mut y) = (Some(x), Some(y));
        while let (Some(to_x), Some(to_y)) = (x, y)
            && to_x < side
            && fits_at(to_x, to_y)
        {
            steps += 1;
            (x, y) = (to_x.checked_add_signed(dx), to_y.checked_add_signed(dy));
        }
        f64::from(steps)
    };
    let mut best: Option<(f64, f64, [f64; 2])> = None;
    for (x, y) in (0..SAMPLES).flat_map(|y| (0..SAMPLES).map(move |x| (x, y))) {
        let (column, row) = (usize::from(x), usize::from(y));
        if !fits_at(column, row) {
            continue;
        }
        let [east, west] = [1, -1].map(|to| run(column, row, to, 0) * step[0]);
        let [north, south] = [1, -1].map(|to| run(column, row, 0, to) * step[1]);
        let deep = east.min(west).min(north).min(south);
        let here = at(x, y);
        let away = (here[0] - near[0]).hypot(here[1] - near[1]);
        if best.is_none_or(|(most, least, _)| deep > most || (deep >= most && away < least)) {
            best = Some((deep, away, here));
        }
    }
    best.map(|(.., at)| at)
}

/// Where the names of areas stand, by their number in the pack: `None` where an area is all water. Found
/// beside the screen, with all names.
#[derive(Resource, Clone, Default)]
pub struct NamePlaces(Arc<OnceLock<Found>>);

struct Found {
    waters: Waters,
    areas: Vec<Option<[f64; 2]>>,
}

impl NamePlaces {
    /// The waters of a city, and the places.
    #[must_use]
    pub fn of(&self, city: &City) -> (&Waters, &[Option<[f64; 2]>]) {
        let place = |waters: &Waters, area: &Area| {
            let given = area.label.map(f64::from);
            if area.level <= SMALLEST { waters.land_of(city, area) } else { Some(given) }
        };
        let found = self.0.get_or_init(|| {
            let waters = Waters::of(city);
            let areas = city.areas().iter().map(|area| place(&waters, area)).collect();
            Found { waters, areas }
        });
        (&found.waters, &found.areas)
    }

    /// The place of an area's name, once they are known; until then as the pack has it.
    #[must_use]
    pub fn place(&self, area: u32, given: [f64; 2]) -> Option<[f64; 2]> {
        self.0.get().map_or(Some(given), |found| found.areas.get(area as usize).copied().flatten())
    }

    /// Whether there is water under a point of a view.
    #[must_use]
    pub fn is_wet(&self, city: &City, view: &CityView, at: Vec2) -> bool {
        let Some(found) = self.0.get() else { return false };
        let (eye, direction) = view.ray(at);
        city.ray_ground(eye, direction).is_some_and(|[east, north, _]| found.waters.at([east, north]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_point_is_in_the_middle_of_the_widest_part() {
        let bounds = ([0.0, 0.0], [320.0, 320.0]);
        let middle = deepest(bounds, [0.0, 0.0], |_| true).unwrap();
        assert!(middle.iter().all(|v| (*v - 160.0).abs() < 12.0), "{middle:?}");
        // A river through it: a narrow bank in the south, a broad one in the north.
        let banks = |at: [f64; 2]| !(60.0..140.0).contains(&at[1]);
        let [_, north] = deepest(bounds, [160.0, 30.0], banks).unwrap();
        assert!((190.0..270.0).contains(&north), "{north}");
        assert_eq!(deepest(bounds, [0.0, 0.0], |_| false), None);
    }
}
