//! Which nodes lie around a point.

/// Side of a cell in which nodes are looked up, metres.
pub(super) const CELL_M: f32 = 200.0;
/// Cells around a point in which a node is looked for.
pub(super) const RINGS_MAX: i64 = 40;

/// The nodes of roads for cars, by the square they lie in.
#[derive(Debug, Default)]
pub(super) struct Cells {
    low: [f32; 2],
    columns: i64,
    rows: i64,
    starts: Vec<u32>,
    pub(super) nodes: Vec<u32>,
}

impl Cells {
    pub(super) fn of(nodes: &[[f32; 2]], main: &[bool]) -> Self {
        let used = || (0_u32..).zip(nodes.iter().zip(main)).filter(|(_, (_, main))| **main).map(|(n, (at, _))| (n, at));
        let (mut low, mut high) = ([f32::MAX; 2], [f32::MIN; 2]);
        for (_, at) in used() {
            low = [low[0].min(at[0]), low[1].min(at[1])];
            high = [high[0].max(at[0]), high[1].max(at[1])];
        }
        if used().next().is_none() {
            return Self::default();
        }
        let count = |axis: f32| (axis / CELL_M) as i64 + 1;
        let (columns, rows) = (count(high[0] - low[0]), count(high[1] - low[1]));
        let mut cells = Self { low, columns, rows, starts: Vec::new(), nodes: Vec::new() };
        let mut sorted: Vec<(usize, u32)> = used().map(|(n, at)| (cells.index(cells.cell(*at)), n)).collect();
        sorted.sort_unstable();
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
        cells.nodes = sorted.into_iter().map(|(_, node)| node).collect();
        cells
    }

    pub(super) fn cell(&self, at: [f32; 2]) -> (i64, i64) {
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
        self.nodes.get(*from as usize..*to as usize).unwrap_or_default()
    }

    /// Nodes of the cells that are `ring` cells away.
    pub(super) fn ring(&self, column: i64, row: i64, ring: i64) -> impl Iterator<Item = &u32> {
        let side = -ring..=ring;
        let cells = side.flat_map(move |dy| {
            let step = if dy.abs() == ring { 1 } else { (2 * ring).max(1) };
            (-ring..=ring).step_by(usize::try_from(step).unwrap_or(1)).map(move |dx| (dx, dy))
        });
        cells.flat_map(move |(dx, dy)| self.of_cell(column + dx, row + dy))
    }
}
