//! Which building a ray hits: exact against walls and roofs, holes respected.

use super::City;
use crate::ground::pack::records::{Building, Chunk, Corner};

impl City {
    /// The first building that a ray hits, and how many metres along it. The ray starts at `origin` and runs along
    /// `direction` (of any length), both in the pack's axes: east, north, up.
    #[must_use]
    pub fn pick_building(&self, origin: [f64; 3], direction: [f64; 3]) -> Option<(u32, f64)> {
        let length = direction.iter().map(|d| d * d).sum::<f64>().sqrt();
        if !length.is_finite() || length < 1e-12 || origin.iter().any(|v| !v.is_finite()) {
            return None;
        }
        let ray = Ray { origin, direction: direction.map(|d| d / length) };
        let mut chunks: Vec<(f64, &Chunk)> = self
            .chunks()
            .iter()
            .filter_map(|c| {
                let low = c.origin.map(f64::from);
                let high = [0, 1, 2]
                    .map(|k| low.get(k).copied().unwrap_or(0.0) + c.extent.get(k).map_or(0.0, |e| f64::from(*e)));
                Some((ray.enters(low, high)?, c))
            })
            .collect();
        chunks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let boxes = self.boxes.get_or_init(|| self.building_boxes());
        let mut best: Option<(u32, f64)> = None;
        for (enters, chunk) in chunks {
            if best.is_some_and(|(_, d)| enters > d) {
                break;
            }
            self.pick_in(chunk, boxes, &ray, &mut best);
        }
        best
    }

    fn pick_in(&self, chunk: &Chunk, boxes: &[[u16; 4]], ray: &Ray, best: &mut Option<(u32, f64)>) {
        let corners = self.corners_of(chunk);
        let scale = Scale::new(chunk);
        for (number, building) in (chunk.first_building..).zip(self.buildings_of(chunk)) {
            let Some(b) = boxes.get(number as usize) else { continue };
            let (low, high) = (scale.metres(b[0], b[1]), scale.metres(b[2], b[3]));
            let (foot, top) = heights(building);
            let Some(enters) = ray.enters([low[0], low[1], foot], [high[0], high[1], top]) else { continue };
            if best.is_some_and(|(_, d)| enters > d) {
                continue;
            }
            let from = usize::from(building.first_corner);
            let own = corners.get(from..from + usize::from(building.corner_count)).unwrap_or_default();
            if let Some(hit) = ray.prism(own, scale, foot, top)
                && best.is_none_or(|(_, d)| hit < d)
            {
                *best = Some((number, hit));
            }
        }
    }

    /// The box of every building, quantised as its chunk: west, south, east, north.
    fn building_boxes(&self) -> Vec<[u16; 4]> {
        let mut boxes = vec![[u16::MAX, u16::MAX, 0, 0]; self.buildings().len()];
        for chunk in self.chunks() {
            for corner in self.corners_of(chunk) {
                if let Some(b) = boxes.get_mut(chunk.first_building as usize + usize::from(corner.building)) {
                    *b = [b[0].min(corner.x), b[1].min(corner.y), b[2].max(corner.x), b[3].max(corner.y)];
                }
            }
        }
        boxes
    }
}

fn heights(building: &Building) -> (f64, f64) {
    let ground = f64::from(building.ground_dm);
    ((ground + f64::from(building.foot_dm)) / 10.0, (ground + f64::from(building.top_dm)) / 10.0)
}

#[derive(Clone, Copy)]
struct Scale {
    origin: [f64; 2],
    step: [f64; 2],
}

impl Scale {
    fn new(chunk: &Chunk) -> Self {
        let step = |e: f32| f64::from(e) / 65_535.0;
        Self {
            origin: [f64::from(chunk.origin[0]), f64::from(chunk.origin[1])],
            step: [step(chunk.extent[0]), step(chunk.extent[1])],
        }
    }

    fn metres(self, x: u16, y: u16) -> [f64; 2] {
        [self.origin[0] + f64::from(x) * self.step[0], self.origin[1] + f64::from(y) * self.step[1]]
    }
}

struct Ray {
    origin: [f64; 3],
    /// Of length 1.
    direction: [f64; 3],
}

impl Ray {
    /// Where the ray enters a box, 0 where it starts inside.
    fn enters(&self, low: [f64; 3], high: [f64; 3]) -> Option<f64> {
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
        (enter <= leave).then_some(enter)
    }

    /// Where the ray first meets walls, roof or underside of a prism.
    #[expect(clippy::many_single_char_names, reason = "points and corners of a formula")]
    fn prism(&self, corners: &[Corner], scale: Scale, foot: f64, top: f64) -> Option<f64> {
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
