//! The sea from coastlines: land lies to the left of a coastline, water to the right.

use super::collect::{Collector, Head};
use super::report::Skip;
use super::rings;
use crate::ground::pack::model::{Fix, lonlat_from_fix};
use crate::ground::pack::records::Paint;

/// Put the sea within the bounds into the model, from the coastlines of all sources.
pub(super) fn fill(into: &mut Collector) {
    let coast = std::mem::take(&mut into.coast);
    if coast.is_empty() {
        return;
    }
    let Some((low, high)) = into.model.extent() else { return };
    // a frame a little larger than the map, so that the sea runs on past its edge
    let squeeze = lonlat_from_fix(low).lat.to_radians().cos().max(0.1);
    #[expect(clippy::cast_possible_truncation, reason = "about a kilometre")]
    let (dx, dy) = ((90_000.0 / squeeze) as i32, 90_000);
    let frame = Frame {
        low: [low[0].saturating_sub(dx), low[1].saturating_sub(dy)],
        high: [high[0].saturating_add(dx), high[1].saturating_add(dy)],
    };
    let joined = rings::join(coast.iter().map(Vec::as_slice).collect(), true);
    let (mut islands, mut lagoons) = (Vec::new(), Vec::new());
    let mut chains: Vec<Vec<Fix>> = Vec::new();
    for ring in joined.rings {
        if ring.iter().all(|p| frame.holds(*p)) {
            if rings::twice_area(&ring) > 0 { islands.push(ring) } else { lagoons.push(ring) }
        } else if let Some(start) = ring.iter().position(|p| !frame.holds(*p)) {
            let mut turned = ring;
            turned.rotate_left(start);
            turned.extend(turned.first().copied());
            chains.extend(frame.clip(&turned));
        }
    }
    for chain in joined.open {
        let inside = |p: Option<&Fix>| p.is_some_and(|p| frame.holds(*p));
        let loose = [chain.first(), chain.last()].into_iter().filter(|p| inside(*p)).count();
        if loose > 0 {
            // the file was cut from a larger one: run on straight to the edge
            into.skips.add(Skip::OpenCoast, || "coastline".to_owned());
        }
        chains.extend(frame.clip(&frame.run_on(chain)));
    }
    let mut seas = frame.close(chains);
    if seas.is_empty() && !islands.is_empty() {
        seas.push(frame.corners().to_vec());
    }
    seas.append(&mut lagoons);
    let mut polygons: Vec<Vec<Vec<Fix>>> = seas.into_iter().map(|s| vec![s]).collect();
    for island in islands {
        let inside = |p: &&mut Vec<Vec<Fix>>| {
            island.first().is_some_and(|at| p.first().is_some_and(|outer| rings::inside(outer, *at)))
        };
        if let Some(polygon) = polygons.iter_mut().find(inside) {
            polygon.push(island);
        }
    }
    let bounds = into.model.bounds.or(Some((low, high)));
    for polygon in polygons {
        let polygon: Vec<&[Fix]> = polygon.iter().map(Vec::as_slice).collect();
        into.fill(Head::default(), Paint::Water, &polygon);
    }
    // the sea's frame is no part of the city
    into.model.bounds = bounds;
}

#[derive(Clone, Copy)]
struct Frame {
    low: Fix,
    high: Fix,
}

impl Frame {
    fn holds(&self, p: Fix) -> bool {
        p[0] > self.low[0] && p[0] < self.high[0] && p[1] > self.low[1] && p[1] < self.high[1]
    }

    /// Corners, clockwise from the south-west.
    fn corners(&self) -> [Fix; 4] {
        [self.low, [self.low[0], self.high[1]], self.high, [self.high[0], self.low[1]]]
    }

    /// How far along the edge a point of it lies, clockwise from the south-west: 0 to 4.
    fn along(&self, p: Fix) -> f64 {
        let share = |v: i32, a: i32, b: i32| (f64::from(v) - f64::from(a)) / (f64::from(b) - f64::from(a)).max(1.0);
        if p[0] <= self.low[0] {
            share(p[1], self.low[1], self.high[1])
        } else if p[1] >= self.high[1] {
            1.0 + share(p[0], self.low[0], self.high[0])
        } else if p[0] >= self.high[0] {
            3.0 - share(p[1], self.low[1], self.high[1])
        } else {
            4.0 - share(p[0], self.low[0], self.high[0])
        }
    }

    /// Add the nearest point of the edge to each end that lies inside.
    fn run_on(&self, mut chain: Vec<Fix>) -> Vec<Fix> {
        let to_edge = |p: Fix| {
            let ways = [
                (p[0].abs_diff(self.low[0]), [self.low[0], p[1]]),
                (p[0].abs_diff(self.high[0]), [self.high[0], p[1]]),
                (p[1].abs_diff(self.low[1]), [p[0], self.low[1]]),
                (p[1].abs_diff(self.high[1]), [p[0], self.high[1]]),
            ];
            ways.into_iter().min_by_key(|w| w.0).map_or(p, |w| w.1)
        };
        if let Some(first) = chain.first().copied().filter(|p| self.holds(*p)) {
            chain.insert(0, to_edge(first));
        }
        if let Some(last) = chain.last().copied().filter(|p| self.holds(*p)) {
            chain.push(to_edge(last));
        }
        chain
    }

    /// The pieces of a line inside the frame, each beginning and ending on its edge.
    #[expect(clippy::cast_possible_truncation, reason = "a point between two that fit")]
    fn clip(&self, line: &[Fix]) -> Vec<Vec<Fix>> {
        let mut pieces: Vec<Vec<Fix>> = Vec::new();
        let mut piece: Vec<Fix> = Vec::new();
        for (a, b) in line.iter().zip(line.iter().skip(1)) {
            let (from, to) = (a.map(f64::from), b.map(f64::from));
            let (mut enter, mut leave) = (0.0f64, 1.0f64);
            for (start, end, low, high) in
                [(from[0], to[0], self.low[0], self.high[0]), (from[1], to[1], self.low[1], self.high[1])]
            {
                let (low, high, run) = (f64::from(low), f64::from(high), end - start);
                if run == 0.0 {
                    if start <= low || start >= high {
                        leave = -1.0;
                    }
                } else {
                    let (t, u) = ((low - start) / run, (high - start) / run);
                    enter = enter.max(t.min(u));
                    leave = leave.min(t.max(u));
                }
            }
            if enter >= leave {
                continue;
            }
            let at = |t: f64| {
                let p = [from[0] + (to[0] - from[0]) * t, from[1] + (to[1] - from[1]) * t].map(|v| v.round() as i32);
                [p[0].clamp(self.low[0], self.high[0]), p[1].clamp(self.low[1], self.high[1])]
            };
            if piece.is_empty() {
                piece.push(at(enter));
            }
            piece.push(at(leave));
            if leave < 1.0 || !self.holds(*b) {
                pieces.push(std::mem::take(&mut piece));
            }
        }
        // whatever is left ends inside; it cannot be closed
        pieces.retain(|p| {
            let on_edge = |p: Option<&Fix>| p.is_some_and(|p| !self.holds(*p));
            p.len() > 1 && on_edge(p.first()) && on_edge(p.last())
        });
        pieces
    }

    /// Close the pieces along the edge: from the end of each clockwise to the next beginning, water on the right.
    fn close(&self, chains: Vec<Vec<Fix>>) -> Vec<Vec<Fix>> {
        let mut starts: Vec<(f64, usize)> = Vec::new();
        for (i, chain) in chains.iter().enumerate() {
            starts.extend(chain.first().map(|p| (self.along(*p), i)));
        }
        starts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut used = vec![false; chains.len()];
        let mut seas = Vec::new();
        for first in 0..chains.len() {
            if used.get(first).copied().unwrap_or(true) {
                continue;
            }
            let mut ring: Vec<Fix> = Vec::new();
            let mut at = first;
            loop {
                used.get_mut(at).into_iter().for_each(|u| *u = true);
                let Some(chain) = chains.get(at) else { break };
                ring.extend_from_slice(chain);
                let from = chain.last().map_or(0.0, |p| self.along(*p));
                let Some(&(to, next)) = starts.iter().find(|(s, _)| *s >= from).or(starts.first()) else { break };
                let to = if to < from { to + 4.0 } else { to };
                let mut corner = from.floor() + 1.0;
                while corner < to {
                    let number = corner.rem_euclid(4.0);
                    let which = [0.0, 1.0, 2.0, 3.0].iter().position(|n| (n - number).abs() < 0.5).unwrap_or(0);
                    ring.extend(self.corners().get(which).copied());
                    corner += 1.0;
                }
                if next == first || used.get(next).copied().unwrap_or(true) {
                    break;
                }
                at = next;
            }
            ring.dedup();
            if ring.len() > 2 {
                seas.push(ring);
            }
        }
        seas
    }
}
