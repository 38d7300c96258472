//! The routable graph: roads split where they meet.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::model::{CityModel, Fix, WayShape};
use super::records::{Edge, Paint};
use super::shape::Xy;

/// A hasher for keys that are one number already.
#[derive(Default)]
pub struct NumberHasher(u64);

impl Hasher for NumberHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for b in bytes {
            self.write_u64(u64::from(*b));
        }
    }
    fn write_i32(&mut self, v: i32) {
        self.write_u64(u64::from(v.cast_unsigned()));
    }
    fn write_u32(&mut self, v: u32) {
        self.write_u64(u64::from(v));
    }
    fn write_i64(&mut self, v: i64) {
        self.write_u64(v.cast_unsigned());
    }
    fn write_u64(&mut self, v: u64) {
        let mixed = (self.0.rotate_left(5) ^ v).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 29);
    }
    fn write_usize(&mut self, v: usize) {
        self.write_u64(v as u64);
    }
}

/// A map from numbers.
pub type NumberMap<K, V> = HashMap<K, V, BuildHasherDefault<NumberHasher>>;

/// The graph in memory; node positions are in metres.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) nodes: Vec<[f32; 2]>,
    pub(super) edges: Vec<Edge>,
}

/// How often and how a place is used by roads.
#[derive(Default, Clone, Copy)]
struct Use {
    ends: u8,
    /// Passed through by a road at ground level, on a bridge, in a tunnel.
    through: [u8; 3],
    node: u32,
}

impl Use {
    /// Roads meet here: one ends, or two of the same level pass through. (A bridge over a road may share a place
    /// with it by rounding; they do not meet.)
    fn is_node(self) -> bool {
        self.ends > 0 || self.through.iter().any(|n| *n > 1)
    }
}

fn is_road(way: &WayShape) -> bool {
    way.class >= Paint::Path && way.class <= Paint::Motorway
}

fn level(way: &WayShape) -> usize {
    usize::from(way.flags >> 1 & 3).min(2)
}

/// Build the graph of all roads in `model`. `starts` gives each way's first point in the written pool `points`.
#[expect(clippy::cast_possible_truncation, reason = "nodes are fewer than points, and those fit a u32")]
pub(super) fn build(model: &CityModel, starts: &[u32], points: &[[f32; 2]]) -> Graph {
    let mut uses: NumberMap<Fix, Use> = NumberMap::default();
    for way in model.ways.iter().filter(|w| is_road(w)) {
        let line = model.points_of(way.points);
        for (i, at) in line.iter().enumerate() {
            let entry = uses.entry(*at).or_default();
            if i == 0 || i + 1 == line.len() {
                entry.ends = entry.ends.saturating_add(1);
            } else if let Some(n) = entry.through.get_mut(level(way)) {
                *n = n.saturating_add(1);
            }
        }
    }
    let mut graph = Graph::default();
    let place = |i: u32| -> Xy { points.get(i as usize).map_or([0.0; 2], |p| p.map(f64::from)) };
    for ((number, way), first) in (0u32..).zip(&model.ways).zip(starts).filter(|((_, w), _)| is_road(w)) {
        let line = model.points_of(way.points);
        let mut from: Option<(u32, u32)> = None;
        let mut length = 0.0;
        for (i, at) in (0u32..).zip(line) {
            let point = first + i;
            if i > 0 {
                let (a, b) = (place(point - 1), place(point));
                length += (b[0] - a[0]).hypot(b[1] - a[1]);
            }
            let Some(entry) = uses.get_mut(at).filter(|u| u.is_node()) else { continue };
            if entry.node == 0 {
                graph.nodes.push(points.get(point as usize).copied().unwrap_or_default());
                entry.node = graph.nodes.len() as u32;
            }
            let node = entry.node - 1;
            if let Some((from, from_point)) = from.filter(|f| f.1 != point) {
                let edge = Edge {
                    from,
                    to: node,
                    way: number,
                    first_point: from_point,
                    last_point: point,
                    length_m: length as f32,
                };
                graph.edges.push(edge);
                if way.flags & 1 == 0 {
                    let back = Edge { from: node, to: from, first_point: point, last_point: from_point, ..edge };
                    graph.edges.push(back);
                }
            }
            from = Some((node, point));
            length = 0.0;
        }
    }
    graph.edges.sort_by_key(|e| (e.from, e.to, e.way));
    graph
}
