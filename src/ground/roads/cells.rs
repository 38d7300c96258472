//! Which nodes and edges lie around a point.

/// Side of a cell in which they are looked up, metres.
pub(super) const CELL_M: f32 = 200.0;
/// Cells around a point in which something is looked for.
pub(super) const RINGS_MAX: i64 = 40;

/// Numbers of things by the square that they lie in, or the squares.
#[derive(Debug, Default)]
pub(super) struct Cells {
    low: [f32; 2],
    columns: i64,
    rows: i64,
    starts: Vec<u32>,
    /// All of them, square after square.
    pub(super) numbers: Vec<u32>,
}

impl Cells {
    /// Things of these numbers between these corners, once for each square that they may touch.
    pub(super) fn of(things: &[(u32, [f32; 2], [f32; 2])]) -> Self {
        let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
        for (_, from, to) in things {
            low = [low[0].min(from[0]), low[1].min(from[1])];
            high = [high[0].max(to[0]), high[1].max(to[1])];
        }
        if things.is_empty() {
            return Self::default();
        }
        let count = |axis: f32| (axis / CELL_M) as i64 + 1;
        let (columns, rows) = (count(high[0] - low[0]), count(high[1] - low[1]));
        let mut cells = Self { low, columns, rows, starts: Vec::new(), numbers: Vec::new() };
        let mut sorted: Vec<(usize, u32)> = Vec::with_capacity(things.len());
        for (number, from, to) in things {
            let ((west, south), (east, north)) = (cells.cell(*from), cells.cell(*to));
            for row in south..=north {
                sorted.extend((west..=east).map(|column| (cells.index((column, row)), *number)));
            }
        }
        sorted.sort_unstable();
        sorted.dedup();
        cells.starts = vec![0; usize::try_from(columns * rows).unwrap_or_default() + 1];
        for (cell, _) in &sorted {
            if let Some(count) = cells.starts.get_mut(cell + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut cells.starts {
            sum += *start;
            *start = sum;
        }
        cells.numbers = sorted.into_iter().map(|(_, number)| number).collect();
        cells
    }

    fn cell(&self, at: [f32; 2]) -> (i64, i64) {
        let along = |axis: f32, low: f32, count: i64| (((axis - low) / CELL_M) as i64).clamp(0, (count - 1).max(0));
        (along(at[0], self.low[0], self.columns), along(at[1], self.low[1], self.rows))
    }

    fn index(&self, (column, row): (i64, i64)) -> usize {
        usize::try_from(row * self.columns + column).unwrap_or_default()
    }

    fn of_cell(&self, column: i64, row: i64) -> &[u32] {
        if !(0..self.columns).contains(&column) || !(0..self.rows).contains(&row) {
            return &[];
        }
        let at = self.index((column, row));
        let (Some(from), Some(to)) = (self.starts.get(at), self.starts.get(at + 1)) else { return &[] };
        self.numbers.get(*from as usize..*to as usize).unwrap_or_default()
    }

    /// What lies around a point, ring of squares after ring, each with the metres that all in it are away at least.
    pub(super) fn around(&self, at: [f32; 2]) -> impl Iterator<Item = (f32, impl Iterator<Item = &u32>)> {
        let (column, row) = self.cell(at);
        // To the nearest border of its own square; less than nothing outside of all squares.
        let inner = |axis: f32, low: f32, number: i64| {
            let into = axis - low - number as f32 * CELL_M;
            into.min(CELL_M - into)
        };
        let border = inner(at[0], self.low[0], column).min(inner(at[1], self.low[1], row));
        let least = move |ring: i64| if ring == 0 { 0.0 } else { (ring - 1) as f32 * CELL_M + border };
        (0..RINGS_MAX).map(move |ring| (least(ring), self.ring(column, row, ring)))
    }

    /// What is in the cells that are `ring` cells away.
    fn ring(&self, column: i64, row: i64, ring: i64) -> impl Iterator<Item = &u32> {
        let side = -ring..=ring;
        let cells = side.flat_map(move |dy| {
            let step = if dy.abs() == ring { 1 } else { (2 * ring).max(1) };
            (-ring..=ring).step_by(usize::try_from(step).unwrap_or(1)).map(move |dx| (dx, dy))
        });
        cells.flat_map(move |(dx, dy)| self.of_cell(column + dx, row + dy))
    }
}
