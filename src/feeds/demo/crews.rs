//! Crews that drive along the road graph and turn at random.

use super::random::Random;
use crate::domain::{CrewId, CrewKind, CrewPosition, CrewStatus, Moment};
use crate::ground::City;
use crate::ground::pack::records::Edge;

#[derive(Debug, Clone, Copy)]
struct Crew {
    /// Number of the edge it is on.
    edge: usize,
    /// Metres from the edge's beginning.
    done_m: f64,
    speed_mps: f64,
}

/// All crews.
#[derive(Debug)]
pub(super) struct Crews {
    crews: Vec<Crew>,
    last: Option<Moment>,
}

impl Crews {
    pub(super) fn new(count: u32, city: &City, random: &mut Random) -> Self {
        let edges = city.edges().len();
        let count = if edges == 0 { 0 } else { count };
        let crew = |_| Crew { edge: random.below(edges), done_m: 0.0, speed_mps: random.between(5.0, 13.0) };
        Self { crews: (0..count).map(crew).collect(), last: None }
    }

    pub(super) fn drive(&mut self, city: &City, random: &mut Random, now: Moment) -> Vec<CrewPosition> {
        let edges = city.edges();
        // After a pause they go on where they were.
        let secs = self.last.map_or(0, |last| now.0.saturating_sub(last.0)).clamp(0, 5000) as f64 / 1000.0;
        self.last = Some(now);
        let mut positions = Vec::with_capacity(self.crews.len());
        for (crew, number) in self.crews.iter_mut().zip(1..) {
            crew.done_m += crew.speed_mps * secs;
            for _turns in 0..32 {
                let Some(edge) = edges.get(crew.edge) else { break };
                if crew.done_m <= f64::from(edge.length_m) {
                    break;
                }
                crew.done_m -= f64::from(edge.length_m);
                crew.edge = turn(city, edge, random).unwrap_or(crew.edge);
            }
            if let Some(at) = edges.get(crew.edge).and_then(|edge| along(city, edge, crew.done_m)) {
                let at = city.frame().lonlat_from_metres(at);
                let kind = CrewKind::ALL.get(number as usize % CrewKind::ALL.len()).copied().unwrap_or_default();
                let status = if number % 3 == 0 { CrewStatus::EnRoute } else { CrewStatus::Free };
                positions.push(CrewPosition { crew: CrewId(number), at, when: now, kind, status });
            }
        }
        positions
    }
}

/// The number of an edge to go on with; back only where there is no other way.
fn turn(city: &City, from: &Edge, random: &mut Random) -> Option<usize> {
    let edges = city.edges();
    let first = edges.partition_point(|e| e.from < from.to);
    let out = city.edges_from(from.to);
    let ahead: Vec<usize> =
        out.iter().enumerate().filter(|(_, e)| e.to != from.from).map(|(number, _)| first + number).collect();
    if ahead.is_empty() {
        // A dead end without a way back: start elsewhere.
        return if out.is_empty() { Some(random.below(edges.len())) } else { Some(first) };
    }
    ahead.get(random.below(ahead.len())).copied()
}

/// The point `done_m` metres along an edge.
fn along(city: &City, edge: &Edge, done_m: f64) -> Option<[f64; 2]> {
    let (first, last) = (edge.first_point as usize, edge.last_point as usize);
    let points = city.way_points().get(first.min(last)..=first.max(last))?;
    let mut left_m = done_m;
    let steps = points.len().saturating_sub(1);
    let point = |step: usize| {
        let step = if first <= last { step } else { steps - step };
        points.get(step).map(|p| p.map(f64::from))
    };
    let mut at = point(0)?;
    for step in 1..=steps {
        let next = point(step)?;
        let [east, north] = [next[0] - at[0], next[1] - at[1]];
        let length_m = east.hypot(north);
        if left_m <= length_m && length_m > 0.0 {
            let share = left_m / length_m;
            return Some([at[0] + east * share, at[1] + north * share]);
        }
        left_m -= length_m;
        at = next;
    }
    Some(at)
}
