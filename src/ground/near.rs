//! What lies around a place: the nearest named street and the areas it is in.

use std::collections::HashMap;

use super::City;
use super::pack::records::{Area, NameId, Paint, Way};

/// Side of a cell of the street index in metres; also how far away a street may be to count as near.
const CELL_M: f32 = 200.0;

type Cell = (i32, i32);

/// An index of a city's named streets. Some 50 ms for 100,000 ways: build it away from the screen's own thread.
#[derive(Debug, Default)]
pub struct Streets {
    cells: HashMap<Cell, Vec<u32>>,
}

impl Streets {
    /// Index the named roads of `city`.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let mut cells: HashMap<Cell, Vec<u32>> = HashMap::new();
        for (number, way) in (0u32..).zip(city.ways()) {
            if !is_street(way) {
                continue;
            }
            for pair in city.points_of(way).windows(2) {
                let [a, b] = pair else { continue };
                for cell in cells_between(*a, *b) {
                    let ways = cells.entry(cell).or_default();
                    if ways.last() != Some(&number) {
                        ways.push(number);
                    }
                }
            }
        }
        Self { cells }
    }

    /// The named street nearest to a place (metres east and north), at most 200 m away; a number in [`City::ways`].
    #[must_use]
    pub fn nearest(&self, city: &City, at: [f64; 2]) -> Option<u32> {
        #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
        let at = at.map(|metres| metres as f32);
        let (x, y) = cell_of(at);
        let near = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x.saturating_add(dx), y.saturating_add(dy))));
        let ways = near.filter_map(|cell| self.cells.get(&cell)).flatten();
        let measured = ways.filter_map(|number| {
            let way = city.ways().get(*number as usize)?;
            let squares = city.points_of(way).windows(2).filter_map(|pair| match pair {
                [a, b] => Some(square_to_segment(at, *a, *b)),
                _ => None,
            });
            Some((squares.fold(f32::INFINITY, f32::min), *number))
        });
        let (square, number) = measured.min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
        (square <= CELL_M * CELL_M).then_some(number)
    }
}

fn is_street(way: &Way) -> bool {
    way.name != NameId::default() && (Paint::Path as u8..=Paint::Motorway as u8).contains(&way.class)
}

#[expect(clippy::cast_possible_truncation, reason = "cells of a city fit an i32, and `as` saturates")]
fn cell_of([x, y]: [f32; 2]) -> Cell {
    ((x / CELL_M).floor() as i32, (y / CELL_M).floor() as i32)
}

/// Cells that a segment touches, stepping half a cell at a time.
fn cells_between(a: [f32; 2], b: [f32; 2]) -> impl Iterator<Item = Cell> {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded below and above")]
    let steps = (dx.hypot(dy) / (CELL_M * 0.5)).ceil().clamp(1.0, 4096.0) as u16;
    (0..=steps).map(move |i| {
        let share = f32::from(i) / f32::from(steps);
        cell_of([a[0] + dx * share, a[1] + dy * share])
    })
}

fn square_to_segment(p: [f32; 2], a: [f32; 2], b: [f32; 2]) -> f32 {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = dx * dx + dy * dy;
    let share = if length > 0.0 { ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    let (ex, ey) = (a[0] + dx * share - p[0], a[1] + dy * share - p[1]);
    ex * ex + ey * ey
}

/// The areas that a place (metres east and north) lies in, greatest first.
#[must_use]
pub fn areas_at(city: &City, at: [f64; 2]) -> Vec<&Area> {
    #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
    let at = at.map(|metres| metres as f32);
    let mut found: Vec<&Area> = city.areas().iter().filter(|area| is_inside(city, area, at)).collect();
    found.sort_by_key(|area| area.level);
    found
}

/// Even-odd over all rings, so that holes are outside.
fn is_inside(city: &City, area: &Area, [x, y]: [f32; 2]) -> bool {
    let mut inside = false;
    for ring in city.rings_of(area) {
        let Some(mut from) = ring.last() else { continue };
        for to in ring {
            if (from[1] > y) != (to[1] > y) && x < (to[0] - from[0]) * (y - from[1]) / (to[1] - from[1]) + from[0] {
                inside = !inside;
            }
            from = to;
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::{Streets, areas_at};
    use crate::ground::{City, demo, pack};

    fn demo_city(dir: &tempfile::TempDir) -> City {
        let out = dir.path().join("demo");
        pack::writer::write(&demo::generate(3, 2_000), &out, "").unwrap();
        City::open(&out).unwrap()
    }

    #[test]
    fn a_place_on_a_street_is_nearest_to_that_name_and_far_out_there_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let city = demo_city(&dir);
        let streets = Streets::of(&city);
        let mut checked = 0;
        for way in city.ways().iter().filter(|way| super::is_street(way)) {
            let points = city.points_of(way);
            let [a, b, ..] = points else { continue };
            let middle = [f64::midpoint(a[0].into(), b[0].into()), f64::midpoint(a[1].into(), b[1].into())];
            let nearest = streets.nearest(&city, middle).unwrap();
            let nearest = &city.ways()[nearest as usize];
            let on_it = city.points_of(nearest).windows(2).any(|s| {
                #[expect(clippy::cast_possible_truncation, reason = "metres")]
                let at = middle.map(|m| m as f32);
                super::square_to_segment(at, s[0], s[1]) < 1.0
            });
            assert!(on_it);
            checked += 1;
        }
        assert!(checked > 20);
        assert_eq!(streets.nearest(&city, [90_000.0, 90_000.0]), None);
    }

    #[test]
    fn the_label_point_of_an_area_lies_in_it_and_in_those_above() {
        let dir = tempfile::tempdir().unwrap();
        let city = demo_city(&dir);
        assert!(!city.areas().is_empty());
        for area in city.areas() {
            let found = areas_at(&city, area.label.map(f64::from));
            assert!(found.contains(&area));
            assert!(found.is_sorted_by_key(|a| a.level));
        }
    }
}
