//! Strolls without an aim, as patrols make them.

#![expect(clippy::cast_possible_truncation, reason = "numbers of edges")]

use super::random::Random;
use crate::ground::City;
use crate::ground::roads::{Leg, Roads, far};

impl Roads {
    /// A stroll of some edges from a point, which does not go far from home; at most so fast.
    pub(super) fn stroll(
        &self,
        city: &City,
        from: [f32; 2],
        home: [f32; 2],
        reach_m: f32,
        mps: f32,
        random: &mut Random,
    ) -> Option<Leg> {
        let start = self.spot(city, from)?;
        let mut leg = Leg::default();
        leg.push(from, 1.0);
        leg.push(start.at, mps);
        let sides = self.ways_on(city, &start);
        let side = random.pick(&sides)?;
        if let Some((edge, step)) = side.edge {
            self.drive_part(city, edge, (Some(step), None), (1.0, Some(mps)), &mut leg);
        }
        let (mut node, mut came_from) = (side.node, u32::MAX);
        for _ in 0..12 + random.below(20) {
            let here = *city.nodes().get(node as usize)?;
            let homeward = far(here, home) > reach_m;
            let mut chosen: Option<(f64, usize, u32)> = None;
            for number in self.out(node) {
                let Some(edge) = city.edges().get(number).filter(|_| self.drives(number)) else {
                    continue;
                };
                let there = city.nodes().get(edge.to as usize).copied().unwrap_or(here);
                let nearer = f64::from(far(here, home) - far(there, home));
                let back = if edge.to == came_from { 1000.0 } else { 0.0 };
                let liking = random.between(0.0, 1.0) - back + if homeward { nearer } else { 0.0 };
                if chosen.is_none_or(|(best, ..)| liking > best) {
                    chosen = Some((liking, number, edge.to));
                }
            }
            let Some((_, number, to)) = chosen else { break };
            self.drive_part(city, number as u32, (None, None), (1.0, Some(mps)), &mut leg);
            (came_from, node) = (node, to);
        }
        Some(leg)
    }
}
