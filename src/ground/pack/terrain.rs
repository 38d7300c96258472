//! The surface of the ground: a grid of posts, each cell two triangles, split from south-west to north-east.
//!
//! Everything is total: beyond the grid the ground goes on at the height of its border.

use super::model::{TerrainGrid, lonlat_from_fix};
use super::records::TerrainHead;
use super::shape::Xy;
use crate::ground::frame::LocalFrame;

/// Cells a ray passes before it is given up; what is left of it meets the level zero.
const MOST_CELLS: usize = 16_384;

/// The ground's surface, in the city's frame.
#[derive(Debug, Clone, Copy)]
pub struct Terrain<'a> {
    head: TerrainHead,
    posts: &'a [u16],
}

/// The record of a grid, or `None` where the grid is none: too few posts, or no step.
pub(super) fn head(grid: &TerrainGrid, frame: &LocalFrame) -> Option<TerrainHead> {
    let posts = usize::try_from(u64::from(grid.columns) * u64::from(grid.rows)).ok()?;
    let sound = grid.columns > 1 && grid.rows > 1 && grid.step.iter().all(|s| *s > 0) && grid.heights_dm.len() == posts;
    let at = |fix| frame.metres_from_lonlat(lonlat_from_fix(fix));
    let (first, next) = (at(grid.south_west), at([0, 1].map(|k| second(grid, k))));
    let step = [next[0] - first[0], next[1] - first[1]];
    sound.then_some(TerrainHead { south_west: first, step, columns: grid.columns, rows: grid.rows })
}

fn second(grid: &TerrainGrid, axis: usize) -> i32 {
    let at = |v: &[i32; 2]| v.get(axis).copied().unwrap_or_default();
    at(&grid.south_west).saturating_add(at(&grid.step))
}

impl<'a> Terrain<'a> {
    /// The surface of `posts`; `None` where they are not as many as the head says, or it has no cell.
    #[must_use]
    pub fn new(head: TerrainHead, posts: &'a [u16]) -> Option<Self> {
        let count = u64::from(head.columns) * u64::from(head.rows);
        let finite = head.south_west.iter().all(|v| v.is_finite());
        let steps = head.step.iter().all(|s| s.is_finite() && *s > 1e-3);
        (head.columns > 1 && head.rows > 1 && finite && steps && posts.len() as u64 == count)
            .then_some(Self { head, posts })
    }

    /// The first post, metres east and north.
    #[must_use]
    pub fn south_west(&self) -> Xy {
        self.head.south_west
    }

    /// From one post to the next, metres east and north.
    #[must_use]
    pub fn step(&self) -> Xy {
        self.head.step
    }

    /// Posts from west to east.
    #[must_use]
    pub fn columns(&self) -> u32 {
        self.head.columns
    }

    /// Posts from south to north.
    #[must_use]
    pub fn rows(&self) -> u32 {
        self.head.rows
    }

    /// Heights in decimetres above the frame's zero, row after row from the south-west.
    #[must_use]
    pub fn heights_dm(&self) -> &'a [u16] {
        self.posts
    }

    /// Height of a post in metres; beyond the grid the nearest one's.
    #[must_use]
    pub fn post(&self, column: i64, row: i64) -> f64 {
        let clamp = |v: i64, count: u32| usize::try_from(v.clamp(0, i64::from(count) - 1)).unwrap_or(0);
        let at = clamp(row, self.head.rows) * self.head.columns as usize + clamp(column, self.head.columns);
        self.posts.get(at).map_or(0.0, |dm| f64::from(*dm) / 10.0)
    }

    /// A point in steps of the grid from its first post.
    #[must_use]
    pub fn grid_from_metres(&self, at: Xy) -> Xy {
        let ([x, y], [sx, sy]) = (self.head.south_west, self.head.step);
        [(at[0] - x) / sx, (at[1] - y) / sy]
    }

    /// The inverse of [`Self::grid_from_metres`].
    #[must_use]
    pub fn metres_from_grid(&self, at: Xy) -> Xy {
        let ([x, y], [sx, sy]) = (self.head.south_west, self.head.step);
        [x + at[0] * sx, y + at[1] * sy]
    }

    /// Height of the ground at a point, metres.
    #[must_use]
    pub fn at(&self, at: Xy) -> f64 {
        self.at_grid(self.grid_from_metres(at))
    }

    fn at_grid(&self, [u, v]: Xy) -> f64 {
        let u = clamped(u, self.head.columns);
        let v = clamped(v, self.head.rows);
        let (column, row) = (whole(u), whole(v));
        #[expect(clippy::cast_precision_loss, reason = "columns and rows are u32")]
        let (fu, fv) = (u - column as f64, v - row as f64);
        let (sw, ne) = (self.post(column, row), self.post(column + 1, row + 1));
        if fu >= fv {
            let se = self.post(column + 1, row);
            sw + fu * (se - sw) + fv * (ne - se)
        } else {
            let nw = self.post(column, row + 1);
            sw + fv * (nw - sw) + fu * (ne - nw)
        }
    }

    /// The lowest and the highest post of the cells that a box touches, metres.
    #[must_use]
    pub fn range(&self, low: Xy, high: Xy) -> (f64, f64) {
        let (a, b) = (self.grid_from_metres(low), self.grid_from_metres(high));
        // a hair inwards: a box that ends on a line of the grid does not touch the cell beyond
        let cell = |v: f64, count: u32| whole(clamped(v, count));
        let (c0, r0) = (cell(a[0] + 1e-6, self.head.columns), cell(a[1] + 1e-6, self.head.rows));
        let (c1, r1) = (cell(b[0] - 1e-6, self.head.columns) + 1, cell(b[1] - 1e-6, self.head.rows) + 1);
        let index = |v: i64| usize::try_from(v).unwrap_or(0);
        let (mut least, mut most) = (u16::MAX, 0);
        for row in index(r0)..=index(r1).min(self.head.rows as usize - 1) {
            let start = row * self.head.columns as usize;
            let end = start + index(c1).min(self.head.columns as usize - 1);
            for dm in self.posts.get(start + index(c0)..=end).unwrap_or_default() {
                (least, most) = (least.min(*dm), most.max(*dm));
            }
        }
        (f64::from(least.min(most)) / 10.0, f64::from(most) / 10.0)
    }

    /// Where a ray from `origin` along `direction` (of any length) first goes into the ground.
    #[must_use]
    pub fn ray(&self, origin: [f64; 3], direction: [f64; 3]) -> Option<[f64; 3]> {
        self.ray_below(origin, direction, self.highest())
    }

    /// The highest post, metres.
    #[must_use]
    pub fn highest(&self) -> f64 {
        self.posts.iter().max().map_or(0.0, |dm| f64::from(*dm) / 10.0)
    }

    /// As [`Self::ray`] for who knows the highest post already: many rays need not look for it each time.
    #[must_use]
    pub fn ray_below(&self, origin: [f64; 3], direction: [f64; 3], highest: f64) -> Option<[f64; 3]> {
        let sound = origin.iter().chain(&direction).all(|v| v.is_finite());
        let [_, _, dz] = direction;
        if !sound || direction.iter().all(|d| *d == 0.0) || (origin[2] > highest && dz >= 0.0) {
            return None;
        }
        let point = |t: f64| [0, 1, 2].map(|k| component(origin, k) + component(direction, k) * t);
        let begin = if origin[2] > highest { (highest - origin[2]) / dz } else { 0.0 };
        let end = if dz < 0.0 { -origin[2] / dz } else { f64::INFINITY };
        let (from, one) =
            (self.grid_from_metres([origin[0], origin[1]]), self.grid_from_metres([point(1.0)[0], point(1.0)[1]]));
        let speed = [one[0] - from[0], one[1] - from[1]];
        let above = |t: f64| {
            let at = point(t);
            at[2] - self.at([at[0], at[1]])
        };
        // above the surface's triangles the distance to it is linear between these places: lines of the grid in both
        // directions, and the diagonals
        let lines = [(from[0], speed[0]), (from[1], speed[1]), (from[1] - from[0], speed[1] - speed[0])];
        let mut next = lines.map(|(start, speed)| crossing(start, speed, begin));
        let (mut t, mut clear) = (begin, above(begin));
        for _ in 0..MOST_CELLS {
            let reached = next.into_iter().fold(end, f64::min);
            if !reached.is_finite() {
                return None;
            }
            let there = above(reached);
            // no post is below the height zero: at `end` only rounding keeps the ray above flat ground
            if clear >= -ROUNDING_M && (there <= 0.0 || reached >= end) {
                let share = if clear - there > 0.0 { (clear / (clear - there)).clamp(0.0, 1.0) } else { 0.0 };
                return Some(point(t + (reached - t) * share));
            }
            if reached >= end || (dz >= 0.0 && point(reached)[2] > highest) {
                return None;
            }
            for (next, (_, speed)) in next.iter_mut().zip(lines) {
                if *next <= reached {
                    *next += 1.0 / speed.abs();
                }
            }
            (t, clear) = (reached, there);
        }
        end.is_finite().then(|| point(end))
    }
}

/// What a ray may seem to be under the surface that it starts on, metres.
const ROUNDING_M: f64 = 1e-6;

fn component(v: [f64; 3], axis: usize) -> f64 {
    v.get(axis).copied().unwrap_or_default()
}

/// The next whole number that `start + speed * t` reaches after `begin`, as a `t`; infinite where it stands still.
fn crossing(start: f64, speed: f64, begin: f64) -> f64 {
    if speed.abs() < 1e-12 {
        return f64::INFINITY;
    }
    let at = start + speed * begin;
    let to = if speed > 0.0 { at.floor() + 1.0 } else { at.ceil() - 1.0 };
    (to - start) / speed
}

/// A coordinate within the cells of the grid, the last post excluded.
fn clamped(v: f64, count: u32) -> f64 {
    v.clamp(0.0, f64::from(count - 1) - 1e-9)
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to the grid before")]
fn whole(v: f64) -> i64 {
    v.floor() as i64
}
