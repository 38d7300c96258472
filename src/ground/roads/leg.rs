//! A way with times.

use super::far;

/// A way with times.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Leg {
    points: Vec<[f32; 2]>,
    /// Seconds from its beginning, for each point.
    secs: Vec<f32>,
}

impl Leg {
    /// Straight there.
    pub(crate) fn straight(from: [f32; 2], to: [f32; 2], mps: f32) -> Self {
        Self { points: vec![from, to], secs: vec![0.0, far(from, to) / mps.max(0.1)] }
    }

    /// Its corners.
    #[must_use]
    pub fn points(&self) -> &[[f32; 2]] {
        &self.points
    }

    /// Seconds from beginning to end.
    #[must_use]
    pub fn long(&self) -> f32 {
        self.secs.last().copied().unwrap_or_default()
    }

    pub(crate) fn end(&self) -> Option<[f32; 2]> {
        self.points.last().copied()
    }

    /// Where one is after so many seconds.
    pub(crate) fn at(&self, secs: f32) -> Option<[f32; 2]> {
        let next = self.secs.partition_point(|s| *s <= secs);
        let Some((to, end)) = self.points.get(next).zip(self.secs.get(next)) else { return self.end() };
        let Some((from, begin)) = next.checked_sub(1).and_then(|i| self.points.get(i).zip(self.secs.get(i))) else {
            return Some(*to);
        };
        let share = (secs - begin) / (end - begin).max(1e-3);
        Some([from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share])
    }

    pub(crate) fn push(&mut self, point: [f32; 2], mps: f32) {
        let secs = self.end().map_or(0.0, |last| self.long() + far(last, point) / mps.max(0.1));
        self.points.push(point);
        self.secs.push(secs);
    }

    /// Stand where the way ends, for so many seconds.
    pub(crate) fn stand(&mut self, secs: f32) {
        if let Some(end) = self.end() {
            self.points.push(end);
            self.secs.push(self.long() + secs);
        }
    }

    /// The same way with a halt of `rest_secs` at each place that `stops` names along one of its straights from a point
    /// to the next, in the order in which they are passed.
    pub(crate) fn with_halts(
        &self,
        rest_secs: f32,
        mut stops: impl FnMut([f32; 2], [f32; 2]) -> Vec<[f32; 2]>,
    ) -> Self {
        let mut leg = Self::default();
        let mut before: Option<([f32; 2], f32)> = None;
        for (point, secs) in self.points.iter().zip(&self.secs) {
            if let Some((from, begin)) = before {
                let mps = far(from, *point) / (secs - begin).max(1e-3);
                for stop in stops(from, *point) {
                    leg.push(stop, mps);
                    leg.stand(rest_secs);
                }
                leg.push(*point, mps);
            } else {
                leg.push(*point, 1.0);
            }
            before = Some((*point, *secs));
        }
        leg
    }
}
