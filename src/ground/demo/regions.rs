//! Faces that tile the ground: who lies beside whom and along how much, small ones joined to a neighbour, and the
//! outlines of regions of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::ORIGIN;
use super::net::Sets;
use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::model::Fix;

/// A directed edge of a face: the numbers of the places at its ends, the face, and who is on the other side.
type Edge = (u32, u32, u32, u32);

/// The edges of all faces.
#[derive(Debug, Default)]
pub(super) struct Borders {
    edges: Vec<Edge>,
    places: Vec<Fix>,
    faces: usize,
}

/// Who lies beside whom.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// First entry of each face in `list`, and one past the last.
    first: Vec<u32>,
    list: Vec<u32>,
}

/// Nobody on the other side.
pub(super) const OUTSIDE: u32 = u32::MAX;

impl Borders {
    /// From the faces' full rings.
    pub(super) fn new(rings: &[Vec<Fix>]) -> Self {
        let mut numbers: NumberMap<u64, u32> = NumberMap::default();
        let mut places = Vec::new();
        let mut edges: Vec<Edge> = Vec::new();
        let mut owner: NumberMap<u64, u32> = NumberMap::default();
        let key = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
        for (face, ring) in (0u32..).zip(rings) {
            let ids: Vec<u32> = ring
                .iter()
                .map(|p| {
                    *numbers.entry(key(p[0].cast_unsigned(), p[1].cast_unsigned())).or_insert_with(|| {
                        places.push(*p);
                        u32::try_from(places.len() - 1).unwrap_or(u32::MAX)
                    })
                })
                .collect();
            for (a, b) in ids.iter().zip(ids.iter().cycle().skip(1)) {
                if a != b {
                    edges.push((*a, *b, face, OUTSIDE));
                    owner.insert(key(*a, *b), face);
                }
            }
        }
        for edge in &mut edges {
            edge.3 = owner.get(&key(edge.1, edge.0)).copied().unwrap_or(OUTSIDE);
        }
        Self { edges, places, faces: rings.len() }
    }

    /// Who lies beside whom where faces with the same number in `groups` are one, which is called by that number.
    pub(super) fn graph(&self, groups: &[u32]) -> Graph {
        let of = |face: u32| groups.get(face as usize).copied().unwrap_or(OUTSIDE);
        let beside = self.edges.iter().filter(|e| e.3 != OUTSIDE).map(|e| (of(e.2), of(e.3)));
        let mut pairs: Vec<(u32, u32)> = beside.filter(|(a, b)| a != b).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let mut first = vec![0u32; self.faces + 1];
        for (a, _) in &pairs {
            if let Some(slot) = first.get_mut(*a as usize + 1) {
                *slot += 1;
            }
        }
        let mut sum = 0;
        for slot in &mut first {
            sum += *slot;
            *slot = sum;
        }
        Graph { first, list: pairs.into_iter().map(|(_, b)| b).collect() }
    }

    /// Join what is smaller than `least` to the neighbour that it shares most border with, of those that `may` allows
    /// (a face of the small one, a face beside it). Gives each face's group, called by its lowest face.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "tenths of square metres")]
    pub(super) fn joined(&self, areas: &[f64], least: f64, may: impl Fn(u32, u32) -> bool) -> Vec<u32> {
        let mut edges: Vec<&Edge> = self.edges.iter().filter(|e| e.3 != OUTSIDE).collect();
        edges.sort_unstable_by_key(|e| e.2);
        let mut sets = Sets::new(self.faces);
        let mut sizes = areas.to_vec();
        let mut members: Vec<Vec<u32>> = (0u32..).take(self.faces).map(|face| vec![face]).collect();
        let size = |sizes: &[f64], group: u32| sizes.get(group as usize).copied().unwrap_or(f64::INFINITY);
        let key = |area: f64| (area.max(0.0) * 10.0) as u64;
        let mut small: BinaryHeap<Reverse<(u64, u32)>> = (0u32..)
            .zip(areas)
            .filter(|(_, area)| **area < least)
            .map(|(face, area)| Reverse((key(*area), face)))
            .collect();
        while let Some(Reverse((was, group))) = small.pop() {
            if sets.root(group) != group || key(size(&sizes, group)) != was {
                continue;
            }
            let mut shared: BTreeMap<u32, f64> = BTreeMap::new();
            for face in members.get(group as usize).into_iter().flatten() {
                let own = edges.partition_point(|e| e.2 < *face);
                for edge in edges.iter().skip(own).take_while(|e| e.2 == *face).filter(|e| may(*face, e.3)) {
                    *shared.entry(sets.root(edge.3)).or_default() += self.length(edge);
                }
            }
            shared.remove(&group);
            let Some((other, _)) = shared.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))) else {
                continue;
            };
            sets.unite(group, other);
            let (into, from) = (group.min(other), group.max(other));
            let moved = members.get_mut(from as usize).map(std::mem::take).unwrap_or_default();
            let more = size(&sizes, from);
            if let (Some(kept), Some(sum)) = (members.get_mut(into as usize), sizes.get_mut(into as usize)) {
                kept.extend(moved);
                *sum += more;
                if *sum < least {
                    small.push(Reverse((key(*sum), into)));
                }
            }
        }
        (0u32..).take(self.faces).map(|face| sets.root(face)).collect()
    }

    /// Length of an edge, in degrees of latitude times ten million.
    fn length(&self, edge: &Edge) -> f64 {
        let at = |i: u32| self.places.get(i as usize).copied().unwrap_or_default().map(f64::from);
        let (a, b) = (at(edge.0), at(edge.1));
        ((b[0] - a[0]) * ORIGIN.lat.to_radians().cos()).hypot(b[1] - a[1])
    }

    /// Outlines of regions: `region` gives each face's, in `0..count`. Outer rings counter-clockwise, holes
    /// clockwise.
    pub(super) fn outlines(&self, region: &[u32], count: usize) -> Vec<Vec<Vec<Fix>>> {
        let of = |face: u32| region.get(face as usize).copied().unwrap_or(OUTSIDE);
        let mut border: Vec<(u32, u32, u32)> =
            self.edges.iter().filter(|e| e.3 == OUTSIDE || of(e.2) != of(e.3)).map(|e| (of(e.2), e.0, e.1)).collect();
        border.sort_unstable();
        let mut out = vec![Vec::new(); count];
        let mut rest = border.as_slice();
        while let Some(&(number, ..)) = rest.first() {
            let (own, others) = rest.split_at(rest.partition_point(|e| e.0 == number));
            rest = others;
            let mut used = vec![false; own.len()];
            for start in 0..own.len() {
                let mut ring = Vec::new();
                let mut at = start;
                while let Some(flag) = used.get_mut(at).filter(|u| !**u) {
                    *flag = true;
                    let Some((_, from, to)) = own.get(at).copied() else { break };
                    ring.extend(self.places.get(from as usize));
                    let begin = own.partition_point(|e| e.1 < to);
                    let next = (begin..own.len()).take_while(|i| own.get(*i).is_some_and(|e| e.1 == to));
                    match next.into_iter().find(|i| used.get(*i) == Some(&false)) {
                        Some(i) => at = i,
                        None => break,
                    }
                }
                if ring.len() > 2
                    && let Some(slot) = out.get_mut(number as usize)
                {
                    slot.push(ring);
                }
            }
        }
        out
    }
}

impl Graph {
    pub(super) fn of(&self, face: u32) -> &[u32] {
        let at = |i: u32| self.first.get(i as usize).copied().unwrap_or(0) as usize;
        self.list.get(at(face)..at(face + 1)).unwrap_or_default()
    }
}
