//! Ways through the city by car: the quickest route between two points, and how far everybody is from one.

#![expect(clippy::cast_possible_truncation, reason = "metres of a city and seconds of a day in single precision")]

mod bench;
mod cells;
mod leg;
mod nearest;
mod spot;

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::City;
use crate::ground::pack::records::{Edge, Paint};
use cells::Cells;
use spot::points_of;

pub use bench::{RankReport, bench};
pub use leg::Leg;
pub use nearest::{Arrival, Closed, Nearest};
pub(crate) use spot::Side;
pub use spot::Spot;

/// Nodes that a search opens before it gives up; a city's ring road is found with far fewer.
const OPENED_MAX: usize = 60_000;
/// What the rest of a way is taken for, metres a second: between streets and motorways, so that a
/// search goes straight to its aim and its route is still close to the quickest.
const AIM_MPS: f32 = 15.0;
/// From a road to a door and back, metres a second.
const OFF_ROAD_MPS: f32 = 6.0;
/// Not for cars.
const NO_CARS: u8 = 1 << 3;

/// Metres between two points.
#[must_use]
pub fn far(a: [f32; 2], b: [f32; 2]) -> f32 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// The road graph, made ready for searches.
#[derive(Debug)]
pub struct Roads {
    /// First edge of each node, and one more.
    starts: Vec<u32>,
    /// Edges that lead to each node: first of each, and one more; and their numbers.
    into_starts: Vec<u32>,
    into: Vec<u32>,
    /// Metres a second on each edge; 0 where no car goes.
    mps: Vec<f32>,
    /// Whether a node is on the largest connected part for cars.
    main: Vec<bool>,
    /// Nodes that cars reach, and edges, by where they are.
    cells: Cells,
    edge_cells: Cells,
    search: Search,
}

/// What a search needs, kept between searches.
#[derive(Debug, Default)]
struct Search {
    stamp: u32,
    stamps: Vec<u32>,
    secs: Vec<f32>,
    /// Edge by which a node was reached.
    by: Vec<u32>,
    open: BinaryHeap<Reverse<(u32, u32)>>,
}

impl Roads {
    /// The graph of a city.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let (nodes, edges) = (city.nodes(), city.edges());
        let starts = starts(nodes.len(), edges.iter().map(|edge| edge.from));
        let into_starts = self::starts(nodes.len(), edges.iter().map(|edge| edge.to));
        let mut into = vec![0_u32; edges.len()];
        let mut next = into_starts.clone();
        for (number, edge) in (0_u32..).zip(edges) {
            let Some(at) = next.get_mut(edge.to as usize) else { continue };
            if let Some(slot) = into.get_mut(*at as usize) {
                *slot = number;
            }
            *at += 1;
        }
        let mps: Vec<f32> = edges.iter().map(|edge| speed(city, edge)).collect();
        let main = largest_part(nodes.len(), edges, &mps);
        let points = (0_u32..).zip(nodes).zip(&main).filter(|(_, main)| **main);
        let cells = Cells::of(&points.map(|((number, at), _)| (number, *at, *at)).collect::<Vec<_>>());
        let (edge_cells, search) = (Cells::default(), Search::default());
        let mut roads = Self { starts, into_starts, into, mps, main, cells, edge_cells, search };
        roads.edge_cells = Cells::of(&roads.boxes(city));
        roads
    }

    /// Where the edges that cars reach lie, straight by straight; of two that run both ways on one road the first.
    fn boxes(&self, city: &City) -> Vec<(u32, [f32; 2], [f32; 2])> {
        let mut boxes = Vec::new();
        for (number, edge) in (0_u32..).zip(city.edges()) {
            let drives = self.mps.get(number as usize).is_some_and(|mps| *mps > 0.0);
            if !drives || !self.reachable(edge.from) || !self.reachable(edge.to) {
                continue;
            }
            if edge.first_point > edge.last_point && self.twin(city, number).is_some() {
                continue;
            }
            let ends = points_of(city, edge).zip(points_of(city, edge).skip(1));
            boxes.extend(
                ends.map(|(a, b)| (number, [a[0].min(b[0]), a[1].min(b[1])], [a[0].max(b[0]), a[1].max(b[1])])),
            );
        }
        boxes
    }

    /// Whether cars go on an edge.
    pub(crate) fn drives(&self, edge: usize) -> bool {
        self.mps.get(edge).is_some_and(|mps| *mps > 0.0)
    }

    /// Whether there is any road at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.numbers.is_empty()
    }

    /// Nodes that cars reach.
    pub(crate) fn nodes(&self) -> &[u32] {
        &self.cells.numbers
    }

    /// Whether cars reach this node.
    pub(crate) fn reachable(&self, node: u32) -> bool {
        self.main.get(node as usize).copied().unwrap_or_default()
    }

    /// The node nearest to a point.
    pub(crate) fn nearest(&self, city: &City, at: [f32; 2]) -> Option<u32> {
        let mut best: Option<(f32, u32)> = None;
        for (least, nodes) in self.cells.around(at) {
            if best.is_some_and(|(metres, _)| metres < least) {
                break;
            }
            for node in nodes {
                let Some(there) = city.nodes().get(*node as usize) else { continue };
                let metres = far(*there, at);
                if best.is_none_or(|(m, n)| (metres, *node) < (m, n)) {
                    best = Some((metres, *node));
                }
            }
        }
        best.map(|(_, node)| node)
    }

    /// Numbers of the edges that leave a node.
    pub(crate) fn out(&self, node: u32) -> std::ops::Range<usize> {
        let at = |node: usize| self.starts.get(node).copied().unwrap_or_default() as usize;
        at(node as usize)..at(node as usize + 1)
    }

    /// Numbers of the edges that lead to a node.
    fn into(&self, node: u32) -> &[u32] {
        let at = |node: usize| self.into_starts.get(node).copied().unwrap_or_default() as usize;
        self.into.get(at(node as usize)..at(node as usize + 1)).unwrap_or_default()
    }

    /// Metres a second on an edge.
    fn mps(&self, edge: u32) -> Option<f32> {
        self.mps.get(edge as usize).copied()
    }

    /// Seconds from one spot to another where both are on one edge and the aim is ahead.
    fn secs_ahead(&self, city: &City, start: &Spot, aim: &Spot) -> Option<f32> {
        self.ahead(city, start, aim)?;
        Some((aim.along - start.along).abs() / self.mps_at(start).max(0.1))
    }

    /// The quickest way by car at `pace` times the usual speed, from and to the nearest points of roads and straight
    /// between those and its ends; straight where there is no road.
    pub fn route(&mut self, city: &City, from: [f32; 2], to: [f32; 2], pace: f32) -> Leg {
        let beeline = || Leg::straight(from, to, 8.0 * pace);
        let (Some(start), Some(aim)) = (self.spot(city, from), self.spot(city, to)) else { return beeline() };
        let mut leg = Leg::default();
        leg.push(from, 1.0);
        leg.push(start.at, OFF_ROAD_MPS * pace);
        if let Some((edge, step, last)) = self.ahead(city, &start, &aim) {
            self.drive_part(city, edge, (Some(step), Some(last)), (pace, None), &mut leg);
        } else {
            let Some((first, edges, last)) = self.search(city, &start, &aim) else { return beeline() };
            if let Some((edge, step)) = first.edge {
                self.drive_part(city, edge, (Some(step), None), (pace, None), &mut leg);
            }
            for edge in edges {
                self.drive_part(city, edge, (None, None), (pace, None), &mut leg);
            }
            if let Some((edge, step)) = last.edge {
                self.drive_part(city, edge, (None, Some(step)), (pace, None), &mut leg);
            }
        }
        leg.push(aim.at, self.mps_at(&aim) * pace);
        leg.push(to, OFF_ROAD_MPS * pace);
        leg
    }

    /// The edges from one spot to another, how one leaves the first and comes to the last.
    fn search(&mut self, city: &City, start: &Spot, aim: &Spot) -> Option<(Side, Vec<u32>, Side)> {
        let (nodes, edges) = (city.nodes(), city.edges());
        let (begins, goals) = (self.ways_on(city, start), self.ways_to(city, aim));
        let mut search = std::mem::take(&mut self.search);
        search.begin(nodes.len());
        for side in &begins {
            if side.secs < search.secs_of(side.node) {
                search.reach(side.node, side.secs, u32::MAX, side.secs);
            }
        }
        let mut opened = 0;
        let mut met = BTreeSet::new();
        let mut best: Option<(f32, Side)> = None;
        while let Some(Reverse((whole, node))) = search.open.pop() {
            if best.is_some_and(|(least, _)| least.to_bits() <= whole) {
                break;
            }
            let so_far = search.secs_of(node);
            for goal in goals.iter().filter(|goal| goal.node == node) {
                met.insert(node);
                if best.is_none_or(|(least, _)| so_far + goal.secs < least) {
                    best = Some((so_far + goal.secs, *goal));
                }
            }
            opened += 1;
            if met.len() >= goals.len() || opened > OPENED_MAX {
                break;
            }
            for number in self.out(node) {
                let (Some(edge), Some(mps)) = (edges.get(number), self.mps.get(number)) else { continue };
                if *mps <= 0.0 {
                    continue;
                }
                let secs = so_far + edge.length_m / mps;
                if secs < search.secs_of(edge.to) {
                    let left = nodes.get(edge.to as usize).map_or(0.0, |there| far(*there, aim.at) / AIM_MPS);
                    search.reach(edge.to, secs, number as u32, secs + left);
                }
            }
        }
        let mut way = Vec::new();
        let mut node = best.map(|(_, goal)| goal.node);
        while let Some((number, edge)) = node.and_then(|n| search.by(n)).and_then(|n| Some((n, edges.get(n as usize)?)))
        {
            way.push(number);
            node = Some(edge.from);
        }
        self.search = search;
        way.reverse();
        let (goal, begin) = (best?.1, node?);
        let first = begins.iter().filter(|side| side.node == begin).min_by(|a, b| a.secs.total_cmp(&b.secs));
        Some((*first?, way, goal))
    }

    /// A street of another name that begins within some corners of `at`: its name and where.
    pub(crate) fn cross(&self, city: &City, at: [f32; 2], road: &str) -> Option<(String, [f32; 2])> {
        let mut near = vec![self.nearest(city, at)?];
        for step in 0..24 {
            let node = *near.get(step)?;
            for number in self.out(node) {
                let Some(edge) = city.edges().get(number) else { continue };
                let name = city.ways().get(edge.way as usize).map_or("", |way| city.name(way.name));
                if !name.is_empty() && name != road {
                    return Some((name.to_owned(), *city.nodes().get(node as usize)?));
                }
                if !near.contains(&edge.to) {
                    near.push(edge.to);
                }
            }
        }
        None
    }

    /// The node that cars reach and that is best by `worth`; ties go to the first.
    pub(crate) fn best(&self, city: &City, mut worth: impl FnMut(u32, [f32; 2]) -> Option<f32>) -> Option<[f32; 2]> {
        let mut best: Option<(f32, [f32; 2])> = None;
        for node in &self.cells.numbers {
            let Some(at) = city.nodes().get(*node as usize) else { continue };
            let Some(worth) = worth(*node, *at) else { continue };
            if best.is_none_or(|(most, _)| worth > most) {
                best = Some((worth, *at));
            }
        }
        best.map(|(_, at)| at)
    }

    /// The largest class of way that leaves a node.
    pub(crate) fn class(&self, city: &City, node: u32) -> u8 {
        let classes = self.out(node).filter_map(|n| city.ways().get(city.edges().get(n)?.way as usize));
        classes.map(|way| way.class).filter(|class| *class <= Paint::Motorway as u8).max().unwrap_or_default()
    }
}

impl Search {
    fn begin(&mut self, nodes: usize) {
        if self.stamps.len() != nodes || self.stamp == u32::MAX {
            *self = Self {
                stamp: 0,
                stamps: vec![0; nodes],
                secs: vec![0.0; nodes],
                by: vec![0; nodes],
                open: BinaryHeap::new(),
            };
        }
        self.stamp += 1;
        self.open.clear();
    }

    fn secs_of(&self, node: u32) -> f32 {
        let known = self.stamps.get(node as usize).is_some_and(|stamp| *stamp == self.stamp);
        if known { self.secs.get(node as usize).copied().unwrap_or(f32::MAX) } else { f32::MAX }
    }

    fn reach(&mut self, node: u32, secs: f32, by: u32, whole: f32) {
        let at = node as usize;
        if let (Some(s), Some(t), Some(b)) = (self.stamps.get_mut(at), self.secs.get_mut(at), self.by.get_mut(at)) {
            (*s, *t, *b) = (self.stamp, secs, by);
            // Bits of floats that are not negative are in their order.
            self.open.push(Reverse((whole.to_bits(), node)));
        }
    }

    fn by(&self, node: u32) -> Option<u32> {
        self.by.get(node as usize).copied().filter(|edge| *edge != u32::MAX)
    }
}

/// Where the edges of each node begin in a list that is sorted by node, and where the last ends.
fn starts(nodes: usize, of: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0_u32; nodes + 1];
    for node in of {
        if let Some(count) = starts.get_mut(node as usize + 1) {
            *count += 1;
        }
    }
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    starts
}

/// Metres a second by the class of a road, as cars go in a city by day.
fn speed(city: &City, edge: &Edge) -> f32 {
    let Some(way) = city.ways().get(edge.way as usize) else { return 0.0 };
    if way.flags & NO_CARS != 0 {
        return 0.0;
    }
    match Paint::from_number(way.class) {
        Some(Paint::Service) => 5.0,
        Some(Paint::Street) => 8.0,
        Some(Paint::Tertiary) => 10.0,
        Some(Paint::Secondary) => 12.0,
        Some(Paint::Primary) => 14.0,
        Some(Paint::Trunk) => 18.0,
        Some(Paint::Motorway) => 24.0,
        _ => 0.0,
    }
}

/// Which nodes belong to the largest part that roads for cars connect.
fn largest_part(nodes: usize, edges: &[Edge], mps: &[f32]) -> Vec<bool> {
    let mut parent: Vec<u32> = (0..nodes as u32).collect();
    for (edge, mps) in edges.iter().zip(mps) {
        if *mps > 0.0 {
            let (a, b) = (root(&mut parent, edge.from), root(&mut parent, edge.to));
            if let Some(slot) = parent.get_mut(a.max(b) as usize) {
                *slot = a.min(b);
            }
        }
    }
    let roots: Vec<u32> = (0..nodes as u32).map(|node| root(&mut parent, node)).collect();
    let mut sizes = vec![0_u32; nodes];
    for at in &roots {
        if let Some(size) = sizes.get_mut(*at as usize) {
            *size += 1;
        }
    }
    // Of parts of the same size the one that begins first.
    let largest = (0_u32..).zip(&sizes).max_by_key(|(at, size)| (**size, Reverse(*at)));
    let largest = largest.filter(|(_, size)| **size > 1).map(|(at, _)| at);
    roots.iter().map(|at| Some(*at) == largest).collect()
}

/// The node that stands for the part that `node` is in.
fn root(parent: &mut [u32], node: u32) -> u32 {
    let mut at = node;
    while let Some(up) = parent.get(at as usize).copied().filter(|up| *up != at) {
        let above = parent.get(up as usize).copied().unwrap_or(up);
        if let Some(slot) = parent.get_mut(at as usize) {
            *slot = above;
        }
        at = above;
    }
    at
}
