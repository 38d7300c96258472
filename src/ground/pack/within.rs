//! Which areas lie around a point, for a city of 100,000 unit grids: a grid over all areas, in which each cell knows
//! the areas that cover it whole and those whose border passes through it.

use super::records::Area;
use super::shape::{self, Xy};

/// Areas with more corners than this find the sides near a point by its row.
const MANY_SIDES: usize = 48;
/// Smallest edge of a cell.
const SMALLEST_CELL_M: f64 = 40.0;

/// Areas with their rings, as the pack holds them.
#[derive(Debug, Clone, Copy)]
pub struct Shapes<'a> {
    /// Records.
    pub areas: &'a [Area],
    /// First point of each ring and one past the last.
    pub rings: &'a [u32],
    /// Points, metres.
    pub points: &'a [[f32; 2]],
}

impl<'a> Shapes<'a> {
    /// The rings of an area.
    pub fn rings_of(self, area: &Area) -> impl Iterator<Item = &'a [[f32; 2]]> + use<'a> {
        let first = area.first_ring as usize;
        let own = self.rings.get(first..=first + area.ring_count as usize).unwrap_or_default();
        own.windows(2).map(move |pair| match pair {
            [from, to] => self.points.get(*from as usize..*to as usize).unwrap_or_default(),
            _ => &[],
        })
    }

    /// The sides of an area, ring after ring.
    fn sides(self, area: &Area) -> impl Iterator<Item = (Xy, Xy)> + use<'a> {
        self.rings_of(area).flat_map(|ring| {
            ring.iter().zip(ring.iter().cycle().skip(1)).map(|(a, b)| (a.map(f64::from), b.map(f64::from)))
        })
    }

    /// Sum of what the rings enclose, twice, metres squared.
    fn size(self, area: &Area) -> f64 {
        let ring = |r: &[[f32; 2]]| -> Vec<Xy> { r.iter().map(|p| p.map(f64::from)).collect() };
        self.rings_of(area).map(|r| shape::twice_area(&ring(r)).abs()).sum()
    }
}

/// The grid; the shapes are handed in again with every question.
#[derive(Debug, Default)]
pub struct AreaIndex {
    low: Xy,
    edge: f64,
    columns: usize,
    rows: usize,
    /// First entry of each cell and one past the last.
    starts: Vec<u32>,
    /// Number of the area times two, plus one where the cell lies in it whole; the smallest areas first.
    entries: Vec<u32>,
    /// Size of each area.
    sizes: Vec<f64>,
    /// For areas of many sides: their sides by row, from the first row they touch.
    bands: std::collections::BTreeMap<u32, (usize, Vec<Vec<(Xy, Xy)>>)>,
}

impl AreaIndex {
    /// The index of all areas.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "bounded")]
    pub fn new(shapes: Shapes) -> Self {
        let all = shapes.areas.iter().flat_map(|a| shapes.rings_of(a)).flatten().map(|p| p.map(f64::from));
        let Some((low, high)) = all.fold(None, |b: Option<(Xy, Xy)>, p| {
            let (l, h) = b.unwrap_or((p, p));
            Some(([l[0].min(p[0]), l[1].min(p[1])], [h[0].max(p[0]), h[1].max(p[1])]))
        }) else {
            return Self::default();
        };
        let (width, depth) = ((high[0] - low[0]).max(1.0), (high[1] - low[1]).max(1.0));
        let cells = (shapes.areas.len() as f64 * 3.0).clamp(2_500.0, 400_000.0);
        let edge = (width * depth / cells).sqrt().max(SMALLEST_CELL_M).max(width.max(depth) / 4_000.0);
        let mut index = Self {
            low,
            edge,
            columns: (width / edge) as usize + 1,
            rows: (depth / edge) as usize + 1,
            sizes: shapes.areas.iter().map(|a| shapes.size(a)).collect(),
            ..Self::default()
        };
        let mut order: Vec<u32> = (0..shapes.areas.len() as u32).collect();
        let level = |i: u32| shapes.areas.get(i as usize).map_or(0, |a| a.level);
        order.sort_by(|a, b| level(*b).cmp(&level(*a)).then(index.size(*a).total_cmp(&index.size(*b))));
        let mut found: Vec<(u32, u32)> = Vec::new();
        for number in order {
            if let Some(area) = shapes.areas.get(number as usize) {
                index.cover(number, shapes, area, &mut found);
            }
        }
        // a counting sort keeps the order of the areas within each cell
        let mut starts = vec![0_u32; index.columns * index.rows + 1];
        for (cell, _) in &found {
            starts.iter_mut().skip(*cell as usize + 1).take(1).for_each(|n| *n += 1);
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        index.entries = vec![0; found.len()];
        for (cell, entry) in found {
            let Some(at) = next.get_mut(cell as usize) else { continue };
            if let Some(slot) = index.entries.get_mut(*at as usize) {
                *slot = entry;
            }
            *at += 1;
        }
        index.starts = starts;
        index
    }

    /// What an area's rings enclose, twice, metres squared.
    #[must_use]
    pub fn size(&self, area: u32) -> f64 {
        self.sizes.get(area as usize).copied().unwrap_or_default()
    }

    fn grid(&self, at: Xy) -> Xy {
        [(at[0] - self.low[0]) / self.edge, (at[1] - self.low[1]) / self.edge]
    }

    /// Note the cells of one area.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "cells")]
    fn cover(&mut self, number: u32, shapes: Shapes, area: &Area, found: &mut Vec<(u32, u32)>) {
        let column = |u: f64| (u.max(0.0) as usize).min(self.columns - 1);
        let row = |v: f64| (v.max(0.0) as usize).min(self.rows - 1);
        let points = shapes.rings_of(area).flatten().map(|p| self.grid(p.map(f64::from)));
        let (low, high) = points.fold(([f64::MAX; 2], [f64::MIN; 2]), |(l, h), p| {
            ([l[0].min(p[0]), l[1].min(p[1])], [h[0].max(p[0]), h[1].max(p[1])])
        });
        if low[0] > high[0] {
            return;
        }
        let (first_row, last_row) = (row(low[1] - 1e-6), row(high[1] + 1e-6));
        let (first, last) = (column(low[0] - 1e-6), column(high[0] + 1e-6));
        let many = shapes.rings_of(area).map(<[_]>::len).sum::<usize>() > MANY_SIDES;
        let mut bands: Vec<Vec<(Xy, Xy)>> = vec![Vec::new(); if many { last_row - first_row + 1 } else { 0 }];
        // for each row: where the border passes, and where a line through the middles of its cells is crossed
        let mut rows: Vec<(Vec<(usize, usize)>, Vec<f64>)> = vec![Default::default(); last_row - first_row + 1];
        for (a, b) in shapes.sides(area) {
            let (p, q) = (self.grid(a), self.grid(b));
            let (from, to) = (row(p[1].min(q[1]) - 1e-6), row(p[1].max(q[1]) + 1e-6));
            for r in from..=to {
                let along = |v: f64| {
                    let t =
                        if (q[1] - p[1]).abs() < 1e-12 { 0.0 } else { ((v - p[1]) / (q[1] - p[1])).clamp(0.0, 1.0) };
                    p[0] + (q[0] - p[0]) * t
                };
                let level = (q[1] - p[1]).abs() < 1e-9;
                let ends = if level { [p[0], q[0]] } else { [along(r as f64 - 1e-6), along(r as f64 + 1.0 + 1e-6)] };
                let Some((spans, crossings)) = rows.get_mut(r - first_row) else { continue };
                spans.push((column(ends[0].min(ends[1]) - 1e-6), column(ends[0].max(ends[1]) + 1e-6)));
                let middle = r as f64 + 0.5;
                if (p[1] > middle) != (q[1] > middle) {
                    crossings.push(along(middle));
                }
                if let Some(band) = bands.get_mut(r - first_row) {
                    band.push((a, b));
                }
            }
        }
        let mut border = vec![false; last - first + 1];
        for (r, (spans, crossings)) in (first_row..).zip(&mut rows) {
            border.fill(false);
            for (from, to) in spans.iter() {
                border.get_mut(from - first..=to - first).unwrap_or_default().fill(true);
            }
            crossings.sort_by(f64::total_cmp);
            let mut crossed = crossings.iter().peekable();
            let mut inside = false;
            for (c, border) in (first..).zip(&border) {
                while crossed.next_if(|x| **x < c as f64 + 0.5).is_some() {
                    inside = !inside;
                }
                if *border || inside {
                    found.push(((r * self.columns + c) as u32, number * 2 + u32::from(!border)));
                }
            }
        }
        if many {
            self.bands.insert(number, (first_row, bands));
        }
    }

    /// The areas around a point, the smallest first.
    pub fn around<'s>(&'s self, shapes: Shapes<'s>, at: Xy) -> impl Iterator<Item = u32> + 's {
        let [u, v] = self.grid(at);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in the grid")]
        let cell = (u >= 0.0 && v >= 0.0 && (u as usize) < self.columns && (v as usize) < self.rows)
            .then(|| (v as usize, v as usize * self.columns + u as usize));
        let entries = cell.and_then(|(_, cell)| {
            let (from, to) = (self.starts.get(cell)?, self.starts.get(cell + 1)?);
            self.entries.get(*from as usize..*to as usize)
        });
        let row = cell.map_or(0, |(row, _)| row);
        let hit = move |entry: &&u32| **entry & 1 == 1 || self.holds(shapes, **entry / 2, row, at);
        entries.unwrap_or_default().iter().filter(hit).map(|entry| entry / 2)
    }

    /// Whether a point in `row` lies in an area, by the even-odd rule.
    fn holds(&self, shapes: Shapes, number: u32, row: usize, at: Xy) -> bool {
        let crosses = |(a, b): (Xy, Xy)| {
            (a[1] > at[1]) != (b[1] > at[1]) && at[0] < (b[0] - a[0]) * (at[1] - a[1]) / (b[1] - a[1]) + a[0]
        };
        let count = if let Some((first, bands)) = self.bands.get(&number) {
            let band = row.checked_sub(*first).and_then(|r| bands.get(r)).map(Vec::as_slice).unwrap_or_default();
            band.iter().filter(|side| crosses(**side)).count()
        } else {
            let Some(area) = shapes.areas.get(number as usize) else { return false };
            shapes.sides(area).filter(|side| crosses(*side)).count()
        };
        count % 2 == 1
    }
}
