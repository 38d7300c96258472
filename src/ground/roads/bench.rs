//! `hall bench rank`: who is there first, of many, in a city.

use std::time::Instant;

use serde::Serialize;

use super::{Closed, Nearest, Roads, far};
use crate::ground::City;

/// How many are ranked.
const FIRST: usize = 20;

/// The figures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RankReport {
    /// `rank`.
    pub bench: &'static str,
    /// Places to start from.
    pub crews: usize,
    /// Edges of the road graph.
    pub edges: usize,
    /// Milliseconds until the graph is ready.
    pub ready_ms: f64,
    /// Rankings measured, each at another place.
    pub rounds: usize,
    /// Milliseconds of a ranking: half of them took less …
    pub p50_ms: f64,
    /// … 99 of a hundred …
    pub p99_ms: f64,
    /// … and all.
    pub max_ms: f64,
    /// Mean minutes of the first.
    pub first_minutes: f64,
    /// In how many rankings the nearest straight there is not the first by road.
    pub not_the_nearest: usize,
}

/// Rank the first 20 of `crews` crews, scattered over the roads, for `rounds` places; some streets are closed.
#[must_use]
pub fn bench(city: &City, crews: usize, rounds: usize) -> RankReport {
    let begun = Instant::now();
    let roads = Roads::of(city);
    let ready_ms = begun.elapsed().as_secs_f64() * 1000.0;
    let nodes = roads.nodes();
    let node = |number: usize| -> [f32; 2] {
        // A stride that meets all of them in a disorder of its own.
        let number = nodes.get(number.wrapping_mul(2_654_435_761) % nodes.len().max(1)).copied().unwrap_or_default();
        city.nodes().get(number as usize).copied().unwrap_or_default()
    };
    let rates = [1.0, 1.25, 0.85, 0.6];
    let places: Vec<([f32; 2], f32)> =
        (0..crews).map(|i| (node(i), rates.get(i % rates.len()).copied().unwrap_or(1.0))).collect();
    let closed = Closed::at(&roads, city, (0..20).map(|i| node(1_000_003 + i)));
    let (mut took, mut first_secs, mut not_the_nearest) = (Vec::with_capacity(rounds), 0.0, 0);
    for round in 0..rounds {
        let to = node(7_000_003 + round);
        let begun = Instant::now();
        let found = Nearest::to(&roads, city, &closed, to).first(&places, FIRST);
        took.push(begun.elapsed().as_secs_f64() * 1000.0);
        if let Some(first) = found.first() {
            first_secs += f64::from(first.secs);
            let near = places.iter().map(|(at, _)| far(*at, to)).fold(f32::MAX, f32::min);
            not_the_nearest += usize::from(first.metres > near);
        }
    }
    took.sort_by(f64::total_cmp);
    let at = |percent: usize| took.get((took.len() * percent / 100).min(took.len().saturating_sub(1))).copied();
    RankReport {
        bench: "rank",
        crews,
        edges: city.edges().len(),
        ready_ms,
        rounds,
        p50_ms: at(50).unwrap_or_default(),
        p99_ms: at(99).unwrap_or_default(),
        max_ms: took.last().copied().unwrap_or_default(),
        first_minutes: first_secs / 60.0 / rounds.max(1) as f64,
        not_the_nearest,
    }
}
