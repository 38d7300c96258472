//! Footprints of the demo city's buildings inside a box of the plan.

use super::Random;
use crate::ground::pack::shape::Xy;

/// A box of the plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lot {
    pub(super) low: Xy,
    pub(super) high: Xy,
}

impl Lot {
    pub(super) fn width(&self) -> f64 {
        self.high[0] - self.low[0]
    }

    pub(super) fn depth(&self) -> f64 {
        self.high[1] - self.low[1]
    }

    pub(super) fn middle(&self) -> Xy {
        [f64::midpoint(self.low[0], self.high[0]), f64::midpoint(self.low[1], self.high[1])]
    }

    /// Smaller by `by` on every side.
    pub(super) fn inset(&self, by: f64) -> Self {
        Self { low: [self.low[0] + by, self.low[1] + by], high: [self.high[0] - by, self.high[1] - by] }
    }

    /// Cut into `columns` by `rows` boxes.
    #[expect(clippy::cast_precision_loss, reason = "a handful of boxes")]
    pub(super) fn cut(&self, columns: usize, rows: usize) -> Vec<Self> {
        let (w, d) = (self.width() / columns as f64, self.depth() / rows as f64);
        let cell = |i: usize, j: usize| {
            let low = [self.low[0] + w * i as f64, self.low[1] + d * j as f64];
            Self { low, high: [low[0] + w, low[1] + d] }
        };
        (0..columns).flat_map(|i| (0..rows).map(move |j| cell(i, j))).collect()
    }

    pub(super) fn ring(&self) -> Vec<Xy> {
        vec![self.low, [self.high[0], self.low[1]], self.high, [self.low[0], self.high[1]]]
    }
}

/// Half the lot is an L.
pub(super) fn angle(lot: &Lot, random: &mut Random) -> Vec<Vec<Xy>> {
    let (fx, fy) = (random.between(0.35, 0.6), random.between(0.35, 0.6));
    let (x, y) = (lot.low[0] + lot.width() * fx, lot.low[1] + lot.depth() * fy);
    let ([x0, y0], [x1, y1]) = (lot.low, lot.high);
    let ring = match random.below(4) {
        0 => vec![[x0, y0], [x1, y0], [x1, y], [x, y], [x, y1], [x0, y1]],
        1 => vec![[x0, y0], [x1, y0], [x1, y1], [x, y1], [x, y], [x0, y]],
        2 => vec![[x, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y], [x, y]],
        _ => vec![[x0, y0], [x, y0], [x, y], [x1, y], [x1, y1], [x0, y1]],
    };
    vec![ring]
}

/// A frame around a courtyard.
pub(super) fn court(lot: &Lot, wing_m: f64) -> Vec<Vec<Xy>> {
    if lot.width().min(lot.depth()) < wing_m * 2.0 + 6.0 {
        return vec![lot.ring()];
    }
    vec![lot.ring(), lot.inset(wing_m).ring()]
}

/// A regular tower of `sides` sides.
#[expect(clippy::cast_precision_loss, reason = "a handful of sides")]
pub(super) fn tower(lot: &Lot, sides: usize) -> Vec<Vec<Xy>> {
    let [cx, cy] = lot.middle();
    let radius = lot.width().min(lot.depth()) / 2.0;
    let corner = |i: usize| {
        let turn = (i as f64 + 0.5) / sides as f64 * std::f64::consts::TAU;
        [cx + radius * turn.cos(), cy + radius * turn.sin()]
    };
    vec![(0..sides).map(corner).collect()]
}

/// A box with cut corners.
pub(super) fn chamfer(lot: &Lot, by: f64) -> Vec<Vec<Xy>> {
    let ([x0, y0], [x1, y1]) = (lot.low, lot.high);
    vec![vec![
        [x0 + by, y0],
        [x1 - by, y0],
        [x1, y0 + by],
        [x1, y1 - by],
        [x1 - by, y1],
        [x0 + by, y1],
        [x0, y1 - by],
        [x0, y0 + by],
    ]]
}
