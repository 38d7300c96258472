//! What covers the ground, square by square: where the city's waters and its green are.

#![expect(clippy::cast_possible_truncation, reason = "squares of a city")]

use crate::ground::City;
use crate::ground::pack::records::Paint;

/// Side of a square, metres.
const SIDE_M: f64 = 10.0;

/// Squares of one sort over the city's bounds.
#[derive(Debug)]
struct Squares {
    low: [f64; 2],
    columns: i64,
    rows: i64,
    bits: Vec<u64>,
}

impl Squares {
    fn over(city: &City) -> Self {
        let bounds = city.bounds();
        let count = |low: f64, high: f64| ((high - low) / SIDE_M).ceil().clamp(1.0, 20_000.0) as i64;
        let (columns, rows) = (count(bounds.min[0], bounds.max[0]), count(bounds.min[1], bounds.max[1]));
        let words = usize::try_from(columns * rows).unwrap_or_default() / 64 + 1;
        Self { low: bounds.min, columns, rows, bits: vec![0; words] }
    }

    fn square(&self, [east, north]: [f64; 2]) -> [i64; 2] {
        let [west, south] = self.low;
        [((east - west) / SIDE_M).floor() as i64, ((north - south) / SIDE_M).floor() as i64]
    }

    /// The words of a row's squares from a column on and before another, and which of their bits are meant.
    fn words(&self, row: i64, from: i64, upto: i64) -> impl Iterator<Item = (usize, u64)> + use<> {
        let (from, upto) = (from.max(0), upto.min(self.columns));
        let on_map = from < upto && (0..self.rows).contains(&row);
        let number = |column: i64| usize::try_from(row * self.columns + column).unwrap_or_default();
        let (first, after) = if on_map { (number(from), number(upto)) } else { (0, 0) };
        (first / 64..after.div_ceil(64)).map(move |word| {
            let (low, high) = (first.saturating_sub(word * 64), (after - word * 64).min(64));
            (word, u64::MAX << low & u64::MAX >> (64 - high))
        })
    }

    fn mark(&mut self, row: i64, from: i64, upto: i64) {
        for (word, meant) in self.words(row, from, upto) {
            if let Some(word) = self.bits.get_mut(word) {
                *word |= meant;
            }
        }
    }

    fn any(&self, row: i64, from: i64, upto: i64) -> bool {
        self.words(row, from, upto).any(|(word, meant)| self.bits.get(word).is_some_and(|word| word & meant != 0))
    }

    /// Mark the squares whose middles a triangle covers.
    fn fill(&mut self, [a, b, c]: [[f64; 2]; 3]) {
        let ys = [a[1], b[1], c[1]];
        let row = |y: f64| ((y - self.low[1]) / SIDE_M - 0.5).ceil() as i64;
        let from = row(ys.iter().copied().fold(f64::MAX, f64::min)).max(0);
        let upto = row(ys.iter().copied().fold(f64::MIN, f64::max)).min(self.rows);
        for y in from..upto {
            let middle = self.low[1] + (y as f64 + 0.5) * SIDE_M;
            let (mut left, mut right) = (f64::MAX, f64::MIN);
            for [from, to] in [[a, b], [b, c], [c, a]] {
                if (from[1] <= middle) != (to[1] <= middle) {
                    let x = from[0] + (to[0] - from[0]) * (middle - from[1]) / (to[1] - from[1]);
                    (left, right) = (left.min(x), right.max(x));
                }
            }
            let column = |x: f64| ((x - self.low[0]) / SIDE_M - 0.5).ceil() as i64;
            if left <= right {
                self.mark(y, column(left), column(right));
            }
        }
    }

    /// Whether there is one within so many squares.
    fn near(&self, at: [f64; 2], squares: i64) -> bool {
        let [x, y] = self.square(at);
        (-squares..=squares).any(|dy| {
            let wide = ((squares * squares - dy * dy) as f64).sqrt() as i64;
            self.any(y + dy, x - wide, x + wide + 1)
        })
    }
}

/// Water and green of a city.
#[derive(Debug)]
pub(super) struct Cover {
    water: Squares,
    green: Squares,
}

impl Cover {
    pub(super) fn of(city: &City) -> Self {
        let mut cover = Self { water: Squares::over(city), green: Squares::over(city) };
        for chunk in city.flat_chunks() {
            let (positions, tones) = (city.flat_positions_of(chunk), city.flat_tones_of(chunk));
            let at = |corner: u16| {
                let &[x, y, ..] = positions.get(usize::from(corner))?;
                let along = |low: f32, extent: f32, share: u16| {
                    f64::from(low) + f64::from(extent) * f64::from(share) / 65_535.0
                };
                let (low, extent) = (chunk.origin, chunk.extent);
                Some([along(low[0], extent[0], x), along(low[1], extent[1], y)])
            };
            for corners in city.flat_indices_of(chunk).chunks_exact(3) {
                let &[a, b, c] = corners else { continue };
                let Some([.., paint, _]) = tones.get(usize::from(a)) else { continue };
                let squares = match Paint::from_number(*paint) {
                    Some(Paint::Water) => &mut cover.water,
                    Some(Paint::Green) => &mut cover.green,
                    _ => continue,
                };
                if let (Some(a), Some(b), Some(c)) = (at(a), at(b), at(c)) {
                    squares.fill([a, b, c]);
                }
            }
        }
        // All of the flat shapes was read for this once.
        city.release();
        cover
    }

    /// Whether a point on land has water within some tens of metres.
    pub(super) fn is_shore(&self, at: [f32; 2]) -> bool {
        /// 50 m: a bank with its promenade.
        const SQUARES: i64 = 5;
        let at = at.map(f64::from);
        !self.water.near(at, 0) && self.water.near(at, SQUARES)
    }

    /// Whether green is beside a point, or around it.
    pub(super) fn is_green(&self, at: [f32; 2]) -> bool {
        const SQUARES: i64 = 3;
        self.green.near(at.map(f64::from), SQUARES)
    }
}
