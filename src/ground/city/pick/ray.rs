//! A ray against a prism.

use crate::ground::pack::records::{Chunk, Corner};

/// From a chunk's steps to metres.
#[derive(Clone, Copy)]
pub(super) struct Scale {
    pub(super) origin: [f64; 2],
    pub(super) step: [f64; 2],
}

impl Scale {
    pub(super) fn new(chunk: &Chunk) -> Self {
        let step = |e: f32| f64::from(e) / 65_535.0;
        Self {
            origin: [f64::from(chunk.origin[0]), f64::from(chunk.origin[1])],
            step: [step(chunk.extent[0]), step(chunk.extent[1])],
        }
    }

    pub(super) fn metres(self, x: u16, y: u16) -> [f64; 2] {
        [self.origin[0] + f64::from(x) * self.step[0], self.origin[1] + f64::from(y) * self.step[1]]
    }
}

/// A half line.
pub(super) struct Ray {
    pub(super) origin: [f64; 3],
    /// Of length 1.
    pub(super) direction: [f64; 3],
}

impl Ray {
    pub(super) fn new(origin: [f64; 3], direction: [f64; 3]) -> Option<Self> {
        let length = direction.iter().map(|d| d * d).sum::<f64>().sqrt();
        let sound = length.is_finite() && length >= 1e-12 && origin.iter().all(|v| v.is_finite());
        sound.then(|| Self { origin, direction: direction.map(|d| d / length) })
    }

    /// Metres along the ray to a point on it.
    pub(super) fn along(&self, at: [f64; 3]) -> f64 {
        let parts = at.iter().zip(self.origin).zip(self.direction);
        parts.map(|((at, origin), direction)| (at - origin) * direction).sum()
    }

    /// Where the ray enters a box, 0 where it starts inside, and where it leaves it.
    pub(super) fn within(&self, low: [f64; 3], high: [f64; 3]) -> Option<(f64, f64)> {
        let (mut enter, mut leave) = (0.0f64, f64::INFINITY);
        for ((o, d), (l, h)) in self.origin.iter().zip(self.direction).zip(low.iter().zip(high)) {
            // a hair of slack keeps rays that run along a face
            let (l, h) = (l - 1e-6, h + 1e-6);
            if d.abs() < 1e-12 {
                if *o < l || *o > h {
                    return None;
                }
            } else {
                let (a, b) = ((l - o) / d, (h - o) / d);
                enter = enter.max(a.min(b));
                leave = leave.min(a.max(b));
            }
        }
        (enter <= leave).then_some((enter, leave))
    }

    /// Where the ray first meets walls, roof or underside of a prism.
    pub(super) fn prism(&self, corners: &[Corner], scale: Scale, foot: f64, top: f64) -> Option<f64> {
        let ([ox, oy, oz], [dx, dy, dz]) = (self.origin, self.direction);
        let mut best = f64::INFINITY;
        // the roof is hit from above, the underside from below
        let level = if dz < 0.0 {
            Some(top)
        } else if dz > 0.0 {
            Some(foot)
        } else {
            None
        };
        let cap = level.map(|z| (z - oz) / dz).filter(|t| *t >= 0.0);
        let under = cap.map(|t| [ox + dx * t, oy + dy * t]);
        let mut odd = false;
        let mut ring_start = 0;
        for (i, corner) in corners.iter().enumerate() {
            let last = corner.flags & 1 != 0;
            let next = if last { corners.get(ring_start) } else { corners.get(i + 1) };
            if last {
                ring_start = i + 1;
            }
            let Some(next) = next else { continue };
            let (a, b) = (scale.metres(corner.x, corner.y), scale.metres(next.x, next.y));
            if let Some(p) = under
                && (a[1] > p[1]) != (b[1] > p[1])
                && p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0]
            {
                odd = !odd;
            }
            let (ex, ey) = (b[0] - a[0], b[1] - a[1]);
            let across = dx * ey - dy * ex;
            if across.abs() < 1e-12 {
                continue;
            }
            let (ax, ay) = (a[0] - ox, a[1] - oy);
            let t = (ax * ey - ay * ex) / across;
            let s = (ax * dy - ay * dx) / across;
            let z = oz + dz * t;
            if t >= 0.0 && t < best && (0.0..=1.0).contains(&s) && z >= foot && z <= top {
                best = t;
            }
        }
        if let Some(t) = cap.filter(|t| odd && *t < best) {
            best = t;
        }
        best.is_finite().then_some(best)
    }
}
