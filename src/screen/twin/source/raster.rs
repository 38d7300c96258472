//! A map of yes and no in squares: what is built on, what is wet.

/// Metres of a square of a cell's map.
const SQUARE_M: f64 = 2.0;
/// Squares along a side, at most.
const MOST: f64 = 4_096.0;

/// The map.
#[derive(Debug, Clone)]
pub struct Raster {
    low: [f64; 2],
    square: f64,
    columns: usize,
    rows: usize,
    set: Vec<bool>,
}

impl Raster {
    /// All no, from `low` (metres east, north) over `side` metres, two metres to a square.
    #[must_use]
    pub fn new(low: [f64; 2], side: f64) -> Self {
        Self::over(low, low.map(|v| v + side), SQUARE_M)
    }

    /// All no, from `low` to `high` (metres east, north), `square` metres to a square; larger squares where there would
    /// be too many.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousand squares along a side")]
    pub fn over(low: [f64; 2], high: [f64; 2], square: f64) -> Self {
        let size = [high[0] - low[0], high[1] - low[1]];
        let square = square.max(size[0] / MOST).max(size[1] / MOST);
        let [columns, rows] = size.map(|v| (v / square).ceil().clamp(1.0, MOST) as usize);
        Self { low, square, columns, rows, set: vec![false; columns * rows] }
    }

    /// Yes wherever the middle of a square is in the triangle.
    pub fn fill(&mut self, triangle: [[f64; 2]; 3]) {
        let [a, b, c] =
            triangle.map(|p| [(p[0] - self.low[0]) / self.square - 0.5, (p[1] - self.low[1]) / self.square - 0.5]);
        #[expect(clippy::cast_precision_loss, reason = "some thousand squares")]
        let [last, top] = [self.columns as f64 - 1.0, self.rows as f64 - 1.0];
        let (low, high) = (a[1].min(b[1]).min(c[1]).ceil().max(0.0), a[1].max(b[1]).max(c[1]).floor().min(top));
        let mut row = low;
        while row <= high {
            let (mut from, mut to) = (f64::MAX, f64::MIN);
            for (p, q) in [(a, b), (b, c), (c, a)] {
                if (p[1] <= row) != (q[1] <= row) || (p[1] - row).abs() < 1e-12 {
                    let share = if (q[1] - p[1]).abs() < 1e-12 { 0.0 } else { (row - p[1]) / (q[1] - p[1]) };
                    let at = p[0] + (q[0] - p[0]) * share;
                    (from, to) = (from.min(at), to.max(at));
                }
            }
            let (from, to) = (from.ceil().max(0.0), to.floor().min(last));
            if from <= to {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the map")]
                let (row, from, to) = (row as usize, from as usize, to as usize);
                if let Some(squares) = self.set.get_mut(row * self.columns + from..=row * self.columns + to) {
                    squares.fill(true);
                }
            }
            row += 1.0;
        }
    }

    /// What the map says at a point; `None` outside.
    #[must_use]
    pub fn at(&self, at: [f64; 2]) -> Option<bool> {
        let [x, y] = [(at[0] - self.low[0]) / self.square, (at[1] - self.low[1]) / self.square];
        if x < 0.0 || y < 0.0 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
        let (x, y) = (x as usize, y as usize);
        if x >= self.columns || y >= self.rows { None } else { self.set.get(y * self.columns + x).copied() }
    }

    /// Whether it is yes at a point or `by` metres from it in one of four directions, or that lies outside.
    #[must_use]
    pub fn near(&self, at: [f64; 2], by: f64) -> bool {
        [[0.0, 0.0], [by, 0.0], [-by, 0.0], [0.0, by], [0.0, -by]]
            .iter()
            .any(|off| self.at([at[0] + off[0], at[1] + off[1]]).unwrap_or(true))
    }
}

/// Whether a point lies in a triangle of either direction.
#[must_use]
pub fn inside(at: [f64; 2], [a, b, c]: [[f64; 2]; 3]) -> bool {
    let side = |p: [f64; 2], q: [f64; 2]| (q[0] - p[0]) * (at[1] - p[1]) - (q[1] - p[1]) * (at[0] - p[0]);
    let sides = [side(a, b), side(b, c), side(c, a)];
    sides.iter().all(|s| *s >= 0.0) || sides.iter().all(|s| *s <= 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filled_triangle_is_yes_inside_and_no_outside() {
        let mut map = Raster::new([100.0, 200.0], 80.0);
        let triangle = [[110.0, 210.0], [160.0, 215.0], [125.0, 265.0]];
        map.fill(triangle);
        for step in 0..400 {
            let at = [100.0 + f64::from(step % 20) * 4.0 + 1.0, 200.0 + f64::from(step / 20) * 4.0 + 1.0];
            assert_eq!(map.at(at), Some(inside(at, triangle)), "{at:?}");
        }
        assert_eq!(map.at([99.0, 210.0]), None);
        assert!(map.near([108.9, 211.0], 3.0) && !map.near([104.0, 204.0], 1.0));
    }
}
