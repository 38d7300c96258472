//! A field over the city from points with values: each point is put into a grid once, then the grid is blurred. Pure.
//!
//! ```text
//!  point ── shared among four cells ──► sums ── across ──► half blurred ── along ──► field     only where cells changed
//! ```
//! 1. Of what is at a place the field knows `weight`, how much is measured near it (1 right at a point alone), and `sum`,
//!    the values weighted alike. Their quotient is the value between stations, the weight how far it may be believed.
//! 2. [`Grid::refresh`] works over the cells that a change reaches and over no others; without a change over none. A value
//!    that becomes another one at its place ([`Grid::shift`]) leaves the weights alone: half of the work.

use std::ops::Range;

/// Cells to the length of the kernel (its standard deviation): fine enough to stay within 2 % of a sum over all points.
const CELLS_TO_KERNEL: f64 = 4.0;
/// Standard deviations after which the kernel ends.
const REACH: f64 = 3.5;
/// Most cells to a side; a larger field has larger cells.
const SIDE_MAX: f64 = 640.0;
/// Of a weight below that nothing is told.
pub const LEAST_WEIGHT: f32 = 1e-4;

/// A box of cells: columns and rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells {
    /// From west to east.
    pub columns: Range<usize>,
    /// From south to north.
    pub rows: Range<usize>,
}

impl Cells {
    /// The four between whose middles a place lies of which this is the south-western one.
    fn around([column, row]: [usize; 2]) -> Self {
        Self { columns: column..column + 2, rows: row..row + 2 }
    }

    fn join(&mut self, other: &Self) {
        let join = |a: &mut Range<usize>, b: &Range<usize>| *a = a.start.min(b.start)..a.end.max(b.end);
        join(&mut self.columns, &other.columns);
        join(&mut self.rows, &other.rows);
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.columns.len() * self.rows.len()
    }
}

/// What the field says of a place.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct At {
    /// How much is measured near it: 1 right at a point that stands alone.
    pub weight: f32,
    /// The values, weighted alike.
    pub sum: f32,
}

impl At {
    /// The value there; `None` where nothing is near.
    #[must_use]
    pub fn mean(self) -> Option<f32> {
        (self.weight > LEAST_WEIGHT).then(|| self.sum / self.weight)
    }
}

/// Cells of numbers, row by row.
#[derive(Debug, Clone, Default)]
struct Plane<T> {
    columns: usize,
    cells: Vec<T>,
}

impl<T: Copy + Default> Plane<T> {
    fn new(columns: usize, rows: usize) -> Self {
        Self { columns, cells: vec![T::default(); columns * rows] }
    }

    fn row(&self, row: usize, columns: &Range<usize>) -> &[T] {
        let begin = row * self.columns;
        self.cells.get(begin + columns.start..begin + columns.end).unwrap_or_default()
    }

    fn row_mut(&mut self, row: usize, columns: &Range<usize>) -> &mut [T] {
        let begin = row * self.columns;
        self.cells.get_mut(begin + columns.start..begin + columns.end).unwrap_or_default()
    }

    fn at(&self, column: usize, row: usize) -> T {
        self.cells.get(row * self.columns + column).copied().unwrap_or_default()
    }
}

/// The grid.
#[derive(Debug, Clone)]
pub struct Grid {
    low: [f64; 2],
    cell_m: f64,
    kernel_m: f64,
    columns: usize,
    rows: usize,
    /// The kernel along one axis; over all of it as much as one whose middle is 1.
    taps: Vec<f32>,
    reach: usize,
    /// Weights, and values weighted by them, of what was put into each cell.
    raw: [Plane<f64>; 2],
    half: [Plane<f32>; 2],
    field: [Plane<f32>; 2],
    /// Cells whose weights, and whose weighted values, are other than when they were blurred.
    dirty: [Option<Cells>; 2],
    /// Cells that were blurred, since the beginning.
    worked: u64,
    padded: Vec<f32>,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "cells of a city, some hundred to a side"
)]
impl Grid {
    /// One for points within a box (metres east and north), with the kernel's standard deviation in metres.
    #[must_use]
    pub fn new(low: [f64; 2], high: [f64; 2], kernel_m: f64) -> Self {
        let kernel_m = kernel_m.max(1.0);
        let margin = kernel_m * (REACH + 1.0);
        let (low, high) = (low.map(|v| v - margin), high.map(|v| v + margin));
        let sides = [high[0] - low[0], high[1] - low[1]].map(|side| side.max(1.0));
        let cell_m = (kernel_m / CELLS_TO_KERNEL).max(sides[0].max(sides[1]) / SIDE_MAX);
        let [columns, rows] = sides.map(|side| (side / cell_m).ceil().max(1.0) as usize);
        // Sharing a point among cells blurs it a little by itself, and so does reading between them.
        let spread = (kernel_m * kernel_m - cell_m * cell_m * 0.25).max(cell_m * cell_m * 0.25);
        let height = kernel_m / spread.sqrt();
        let reach = (kernel_m * REACH / cell_m).ceil().max(1.0) as usize;
        let tap = |at: usize| {
            let off = (at as f64 - reach as f64) * cell_m;
            (height * (-off * off / (2.0 * spread)).exp()) as f32
        };
        let plane = || Plane::new(columns, rows);
        Self {
            low,
            cell_m,
            kernel_m,
            columns,
            rows,
            taps: (0..=reach * 2).map(tap).collect(),
            reach,
            raw: [Plane::new(columns, rows), Plane::new(columns, rows)],
            half: [plane(), plane()],
            field: [plane(), plane()],
            dirty: [None, None],
            worked: 0,
            padded: vec![0.0; columns + reach * 2],
        }
    }

    /// Cells from west to east and from south to north.
    #[must_use]
    pub fn size(&self) -> [usize; 2] {
        [self.columns, self.rows]
    }

    /// South-west and north-east corner in metres.
    #[must_use]
    pub fn bounds(&self) -> [[f64; 2]; 2] {
        let high = [self.low[0] + self.columns as f64 * self.cell_m, self.low[1] + self.rows as f64 * self.cell_m];
        [self.low, high]
    }

    /// The kernel's standard deviation in metres.
    #[must_use]
    pub fn kernel_m(&self) -> f64 {
        self.kernel_m
    }

    /// Cells that were blurred since the beginning.
    #[must_use]
    pub fn worked(&self) -> u64 {
        self.worked
    }

    /// Whether a place is so far within that the whole kernel around it is.
    #[must_use]
    pub fn holds(&self, at: [f64; 2]) -> bool {
        let [low, high] = self.bounds();
        let margin = self.kernel_m * REACH;
        (low[0] + margin..=high[0] - margin).contains(&at[0]) && (low[1] + margin..=high[1] - margin).contains(&at[1])
    }

    /// A place in cells, counted from the middle of the first.
    fn in_cells(&self, at: [f64; 2]) -> Option<([usize; 2], [f64; 2])> {
        let [x, y] = [(at[0] - self.low[0]) / self.cell_m - 0.5, (at[1] - self.low[1]) / self.cell_m - 0.5];
        let inside = x >= 0.0 && y >= 0.0 && x < (self.columns - 1) as f64 && y < (self.rows - 1) as f64;
        // Both are within the grid: what is left of a whole number needs no call, as that of any number would.
        let (column, row) = (x as usize, y as usize);
        inside.then_some(([column, row], [x - column as f64, y - row as f64]))
    }

    /// Put a point in, `share` 1; or take it out, `share` -1. One outside of the grid does not count.
    pub fn put(&mut self, at: [f64; 2], value: f64, share: f64) {
        self.add(0, at, share);
        self.add(1, at, share * value);
    }

    /// A point that is in has another value: more by so much.
    pub fn shift(&mut self, at: [f64; 2], more: f64) {
        self.add(1, at, more);
    }

    /// Share so much among the cells around a place, in weights or weighted values.
    fn add(&mut self, channel: usize, at: [f64; 2], much: f64) {
        let Some((cell, [east, north])) = self.in_cells(at) else { return };
        let (Some(raw), Some(dirty)) = (self.raw.get_mut(channel), self.dirty.get_mut(channel)) else { return };
        let cells = Cells::around(cell);
        for (row, along) in [(cells.rows.start, 1.0 - north), (cells.rows.start + 1, north)] {
            for (cell, across) in raw.row_mut(row, &cells.columns).iter_mut().zip([1.0 - east, east]) {
                *cell += much * along * across;
            }
        }
        match dirty {
            Some(dirty) => dirty.join(&cells),
            None => *dirty = Some(cells),
        }
    }

    /// Blur what changed; the cells of the field that are other than before.
    pub fn refresh(&mut self) -> Option<Cells> {
        let mut all: Option<Cells> = None;
        for channel in [0, 1] {
            let Some(dirty) = self.dirty.get_mut(channel).and_then(Option::take) else { continue };
            let changed = self.blur(channel, &dirty);
            match &mut all {
                Some(all) => all.join(&changed),
                None => all = Some(changed),
            }
        }
        self.worked += all.as_ref().map_or(0, Cells::count) as u64;
        all
    }

    /// Blur what changed of weights or weighted values; the cells that it reaches.
    fn blur(&mut self, channel: usize, dirty: &Cells) -> Cells {
        let wider = |range: &Range<usize>, end: usize| {
            range.start.saturating_sub(self.reach)..(range.end + self.reach).min(end)
        };
        let changed = Cells { columns: wider(&dirty.columns, self.columns), rows: wider(&dirty.rows, self.rows) };
        for row in dirty.rows.clone() {
            self.across(channel, row, &changed.columns);
        }
        for row in changed.rows.clone() {
            self.along(channel, row, &changed.columns);
        }
        changed
    }

    /// Blur a row from west to east.
    fn across(&mut self, channel: usize, row: usize, columns: &Range<usize>) {
        let (Some(raw), Some(half)) = (self.raw.get(channel), self.half.get_mut(channel)) else { return };
        let inner = self.padded.get_mut(self.reach..).unwrap_or_default();
        for (to, from) in inner.iter_mut().zip(raw.row(row, &(0..self.columns))) {
            *to = *from as f32;
        }
        let half = half.row_mut(row, columns);
        half.fill(0.0);
        for (at, tap) in self.taps.iter().enumerate() {
            let from = self.padded.get(columns.start + at..columns.end + at).unwrap_or_default();
            for (to, from) in half.iter_mut().zip(from) {
                *to += tap * from;
            }
        }
    }

    /// Blur into a row what is half blurred in the rows around it.
    fn along(&mut self, channel: usize, row: usize, columns: &Range<usize>) {
        let (Some(half), Some(field)) = (self.half.get(channel), self.field.get_mut(channel)) else { return };
        let field = field.row_mut(row, columns);
        field.fill(0.0);
        for (at, tap) in self.taps.iter().enumerate() {
            let Some(from) = (row + at).checked_sub(self.reach).filter(|from| *from < self.rows) else { continue };
            for (to, from) in field.iter_mut().zip(half.row(from, columns)) {
                *to += tap * from;
            }
        }
    }

    /// The field in the cells of a row.
    pub fn row(&self, row: usize, columns: &Range<usize>) -> impl Iterator<Item = At> + '_ {
        let [weight, sum] = &self.field;
        let pairs = weight.row(row, columns).iter().zip(sum.row(row, columns));
        pairs.map(|(weight, sum)| At { weight: weight.max(0.0), sum: *sum })
    }

    /// The field at a place, between the middles of cells.
    #[must_use]
    pub fn at(&self, at: [f64; 2]) -> At {
        let Some(([x, y], [east, north])) = self.in_cells(at) else { return At::default() };
        let (east, north) = (east as f32, north as f32);
        let of = |plane: &Plane<f32>| {
            let across = |row: usize| plane.at(x, row) * (1.0 - east) + plane.at(x + 1, row) * east;
            across(y) * (1.0 - north) + across(y + 1) * north
        };
        let [weight, sum] = &self.field;
        At { weight: of(weight).max(0.0), sum: of(sum) }
    }
}
