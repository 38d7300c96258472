//! Where pipes meet.

use super::{Pipes, SNAP_M};
use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::records::Network;

/// A pipe where others are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct At {
    pub(super) line: u32,
    /// It ends there.
    pub(super) end: bool,
    /// Metres.
    pub(super) point: [f32; 2],
}

/// All places at which pipes end or meet, each with the pipes there, which are of one network.
#[derive(Debug, Default)]
pub(super) struct Groups {
    all: Vec<At>,
    /// Where each begins, and one past the last.
    starts: Vec<usize>,
}

impl Groups {
    pub(super) fn get(&self, number: usize) -> &[At] {
        let bounds = self.starts.get(number).zip(self.starts.get(number + 1));
        bounds.and_then(|(from, to)| self.all.get(*from..*to)).unwrap_or_default()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[At]> {
        (0..self.starts.len().saturating_sub(1)).map(|number| self.get(number))
    }
}

/// The places of a network, by squares of [`SNAP_M`]; each square has one at most.
#[derive(Default)]
struct Places {
    by_square: NumberMap<u64, u32>,
    at: Vec<[f32; 2]>,
}

impl Places {
    /// The place at a point: one that is near enough, or a new one.
    fn of(&mut self, network: Network, point: [f32; 2]) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "metres of a city, and `as` saturates")]
        let [x, y] = point.map(|v| (f64::from(v) / SNAP_M).floor() as i32);
        let key = |x: i32, y: i32| {
            let square = |v: i32| u64::from(v.cast_unsigned()) & 0x3FFF_FFFF;
            (network as u64) << 60 | square(x) << 30 | square(y)
        };
        if let Some(known) = self.by_square.get(&key(x, y)) {
            return *known;
        }
        let near = |number: &u32| {
            let at = self.at.get(*number as usize).copied().unwrap_or([f32::INFINITY; 2]);
            f64::from((at[0] - point[0]).hypot(at[1] - point[1])) <= SNAP_M
        };
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x.saturating_add(dx), y.saturating_add(dy))));
        let known = around.filter_map(|(x, y)| self.by_square.get(&key(x, y)).copied()).find(near);
        known.unwrap_or_else(|| {
            let number = u32::try_from(self.at.len()).unwrap_or(u32::MAX);
            self.at.push(point);
            self.by_square.insert(key(x, y), number);
            number
        })
    }
}

/// Where pipes end or meet.
pub(super) fn groups(pipes: &Pipes) -> Groups {
    let mut places = Places::default();
    let mut found: Vec<(u32, At)> = Vec::new();
    for (line, laid) in (0..).zip(&pipes.laid) {
        let points = pipes.points_of(laid);
        for (index, at) in points.iter().enumerate() {
            let end = index == 0 || index + 1 == points.len();
            found.push((places.of(laid.network, *at), At { line, end, point: *at }));
        }
        // An end may lie on another pipe where that has no point.
        for at in points.first().into_iter().chain(points.last()) {
            let place = places.of(laid.network, *at);
            let others = pipes.near(at.map(f64::from), SNAP_M);
            let others = others.filter(|(other, beside, _)| *other != line && beside.network == laid.network);
            found.extend(others.map(|(other, ..)| (place, At { line: other, end: false, point: *at })));
        }
    }
    // What ends at a place and passes it too ends there.
    found.sort_by_key(|(place, at)| (*place, at.line, !at.end));
    found.dedup_by_key(|(place, at)| (*place, at.line));
    let mut groups = Groups::default();
    let mut before = None;
    for (place, at) in found {
        if before != Some(place) {
            groups.starts.push(groups.all.len());
        }
        before = Some(place);
        groups.all.push(at);
    }
    groups.starts.push(groups.all.len());
    groups
}
