//! Districts, streets, communities, patrol grids and unit grids: regions grown over the parcels and over the pieces
//! that they are cut into, so that their borders run along streets and banks and every level nests in the one above.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Random;
use super::geom::{self, away};
use super::net::ring;
use super::parcels::{Parcel, Use};
use super::regions::{Borders, Graph, OUTSIDE};
use super::units::Unit;
use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::shape::Xy;

/// Levels above the unit grid, as OSM's `admin_level`: district, street, community, patrol grid.
pub(super) const LEVELS: [u8; 4] = [6, 8, 10, PATROL];
pub(super) const PATROL: u8 = 11;

/// A district, street, community and patrol grid; numbers count within the level above, from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address(pub(super) [u16; 4]);

/// Where everything belongs.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    /// Of each parcel; its patrol grid is left open, since it may have several.
    pub(super) parcels: Vec<Address>,
    /// Of each piece.
    pub(super) pieces: Vec<Address>,
    /// The unit grid of each piece, called by its lowest piece: slivers are part of a neighbour's.
    pub(super) units: Vec<u32>,
}

/// Districts of every city.
pub(super) const DISTRICTS: usize = 12;
/// The least ground of a community and of a unit grid, square metres.
const LEAST_COMMUNITY_M2: f64 = 4_000.0;
const LEAST_UNIT_M2: f64 = 1_000.0;

/// How many of each level a city of so many blocks has, streets and communities: as many as a large city where there
/// are ten blocks for nine communities.
fn counts(blocks: usize) -> (usize, usize) {
    let communities = (blocks * 9 / 10).min(1_330);
    ((communities / 12).clamp(3 * DISTRICTS, 104), communities)
}

/// How many patrol grids a community of so many unit grids has: one supervisor walks two of them at least, and about a
/// dozen at most.
fn patrols(units: usize) -> usize {
    units.div_ceil(14).max((units / 2).min(4)).clamp(1, 99)
}

/// Give every parcel and every piece of one its address. `parcel_borders` and `piece_borders` are theirs.
pub(super) fn assign(
    parcels: &[Parcel],
    pieces: &[Unit],
    parcel_borders: &Borders,
    piece_borders: &Borders,
    seed: u64,
) -> Addresses {
    let mut random = Random::new(seed ^ 0xa2ea);
    let used = |i: u32| parcels.get(i as usize).map_or(Use::Wood, |p| p.used);
    // land is never joined to the river
    let may = |a: u32, b: u32| used(b) != Use::River || used(a) == Use::River;
    let areas: Vec<f64> = parcels.iter().map(|p| p.area).collect();
    let groups = parcel_borders.joined(&areas, LEAST_COMMUNITY_M2, may);
    let grow = Grow::new(
        parcels.iter().map(|p| Node { at: p.at, used: p.used, area: p.area, weight: weight(p) }),
        &groups,
        parcel_borders.graph(&groups),
    );
    let mut addresses = vec![Address::default(); parcels.len()];
    for (address, members) in grow.communities(&mut random) {
        for m in members {
            if let Some(slot) = addresses.get_mut(m as usize) {
                *slot = address;
            }
        }
    }
    let parcels_to = |group: &u32| addresses.get(*group as usize).copied().unwrap_or_default();
    let addresses: Vec<Address> = groups.iter().map(parcels_to).collect();
    let (pieces, units) = cut_communities(parcels, pieces, &addresses, piece_borders, &mut random);
    Addresses { parcels: addresses, pieces, units }
}

fn weight(p: &Parcel) -> f64 {
    match p.used {
        Use::Block(_) if p.urban > 0.0 => p.area * (0.5 + 2.0 * p.urban),
        Use::Block(_) => p.area * 0.16,
        _ => p.area * 0.05,
    }
}

/// Unit grids, and patrol grids of them: the address of each piece and the unit grid it belongs to.
fn cut_communities(
    parcels: &[Parcel],
    pieces: &[Unit],
    addresses: &[Address],
    borders: &Borders,
    random: &mut Random,
) -> (Vec<Address>, Vec<u32>) {
    let community = |piece: u32| {
        let parcel = pieces.get(piece as usize).map_or(0, |piece| piece.parcel);
        addresses.get(parcel as usize).copied().unwrap_or_default()
    };
    let areas: Vec<f64> = pieces.iter().map(|piece| geom::area(&ring(&piece.face))).collect();
    let units = borders.joined(&areas, LEAST_UNIT_M2, |a, b| community(a) == community(b));
    let nodes = pieces.iter().zip(&areas).map(|(piece, area)| {
        let corners = ring(&piece.face);
        let sum = corners.iter().fold([0.0; 2], |sum, p| geom::add(sum, *p));
        #[expect(clippy::cast_precision_loss, reason = "some corners")]
        let at = geom::scale(sum, 1.0 / corners.len().max(1) as f64);
        let used = parcels.get(piece.parcel as usize).map_or(Use::Wood, |p| p.used);
        Node { at, used, area: *area, weight: *area }
    });
    let grow = Grow::new(nodes, &units, borders.graph(&units));
    let mut order: Vec<(Address, u32)> = grow.members.iter().map(|m| (community(*m), *m)).collect();
    order.sort_unstable();
    let mut patrol_of = vec![0u16; pieces.len()];
    for own in order.chunk_by(|a, b| a.0 == b.0) {
        let members: Vec<u32> = own.iter().map(|(_, m)| *m).collect();
        for (patrol, members) in (0u16..).zip(grow.cut(&members, patrols(members.len()), random)) {
            for m in members {
                if let Some(slot) = patrol_of.get_mut(m as usize) {
                    *slot = patrol;
                }
            }
        }
    }
    let address = |(piece, unit): (u32, &u32)| {
        let Address([district, street, own, _]) = community(piece);
        Address([district, street, own, patrol_of.get(*unit as usize).copied().unwrap_or(0)])
    };
    ((0u32..).zip(&units).map(address).collect(), units)
}

/// A face or a group of them, as the growing of regions sees it.
#[derive(Debug, Clone, Copy)]
struct Node {
    at: Xy,
    used: Use,
    area: f64,
    weight: f64,
}

/// Grows regions over groups of faces.
struct Grow {
    /// Of each face; of a group at its lowest face.
    nodes: Vec<Node>,
    /// The groups.
    members: Vec<u32>,
    graph: Graph,
}

impl Grow {
    fn new(nodes: impl Iterator<Item = Node>, groups: &[u32], graph: Graph) -> Self {
        let mut nodes: Vec<Node> = nodes.collect();
        let mut members = Vec::new();
        for (face, group) in (0u32..).zip(groups) {
            if face == *group {
                members.push(face);
                continue;
            }
            let Some(more) = nodes.get(face as usize).copied() else { continue };
            if let Some(whole) = nodes.get_mut(*group as usize) {
                // a group is where its largest face is
                if more.area > whole.area {
                    (whole.at, whole.used) = (more.at, more.used);
                }
                whole.area = whole.area.max(more.area);
                whole.weight += more.weight;
            }
        }
        Self { nodes, members, graph }
    }

    /// The members of every community, with its address.
    fn communities(&self, random: &mut Random) -> Vec<(Address, Vec<u32>)> {
        let blocks = self.members.iter().filter(|m| matches!(self.used(**m), Use::Block(_))).count();
        let (streets, communities) = counts(blocks);
        let districts = self.cut(&self.members, DISTRICTS, random);
        let streets = self.shares(&districts, streets);
        let parts: Vec<Vec<Vec<u32>>> =
            districts.iter().zip(streets).map(|(members, count)| self.cut(members, count, random)).collect();
        let streets: Vec<Vec<u32>> = parts.iter().flatten().cloned().collect();
        let mut shares = self.shares(&streets, communities.max(streets.len())).into_iter();
        let mut out = Vec::new();
        for (district, parts) in (0u16..).zip(parts) {
            for (street, members) in (0u16..).zip(parts) {
                let count = shares.next().unwrap_or(1);
                for (community, members) in (0u16..).zip(self.cut(&members, count, random)) {
                    out.push((Address([district, street, community, 0]), members));
                }
            }
        }
        out
    }

    fn weight(&self, members: &[u32]) -> f64 {
        members.iter().map(|m| self.weight_of(*m)).sum()
    }

    fn weight_of(&self, m: u32) -> f64 {
        self.nodes.get(m as usize).map_or(0.0, |node| node.weight)
    }

    fn at(&self, m: u32) -> Xy {
        self.nodes.get(m as usize).map_or([0.0; 2], |node| node.at)
    }

    fn used(&self, m: u32) -> Use {
        self.nodes.get(m as usize).map_or(Use::Wood, |node| node.used)
    }

    /// Share `count` among groups by weight, at least one each and no more than a group has members.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "small counts"
    )]
    fn shares(&self, groups: &[Vec<u32>], count: usize) -> Vec<usize> {
        let weights: Vec<f64> = groups.iter().map(|g| self.weight(g)).collect();
        let total = weights.iter().sum::<f64>().max(1e-9);
        let mut shares: Vec<usize> = weights
            .iter()
            .zip(groups)
            .map(|(w, g)| ((w / total * count as f64).floor() as usize).clamp(1, g.len().max(1)))
            .collect();
        let mut left = count.saturating_sub(shares.iter().sum());
        while left > 0 {
            let worst = (0..groups.len())
                .filter(|i| shares.get(*i).zip(groups.get(*i)).is_some_and(|(s, g)| *s < g.len()))
                .max_by(|a, b| {
                    let need =
                        |i: usize| weights.get(i).copied().unwrap_or(0.0) / shares.get(i).copied().unwrap_or(1) as f64;
                    need(*a).total_cmp(&need(*b)).then(b.cmp(a))
                });
            let Some(slot) = worst.and_then(|i| shares.get_mut(i)) else { break };
            *slot += 1;
            left -= 1;
        }
        shares
    }

    /// Cut connected members into `count` connected groups of about the same weight.
    fn cut(&self, members: &[u32], count: usize, random: &mut Random) -> Vec<Vec<u32>> {
        let count = count.clamp(1, members.len().max(1));
        if count == 1 {
            return vec![members.to_vec()];
        }
        let seeds = self.seeds(members, count, random);
        // the nearest seed by the way over neighbours; water is far
        let mut group: NumberMap<u32, u32> = members.iter().map(|m| (*m, OUTSIDE)).collect();
        let mut heap: BinaryHeap<Reverse<(u64, u32, u32)>> =
            (0u32..).zip(&seeds).map(|(number, seed)| Reverse((0, *seed, number))).collect();
        while let Some(Reverse((far, m, number))) = heap.pop() {
            match group.get_mut(&m) {
                Some(slot) if *slot == OUTSIDE => *slot = number,
                _ => continue,
            }
            for next in self.graph.of(m) {
                if group.get(next) == Some(&OUTSIDE) {
                    heap.push(Reverse((far + self.step(m, *next), *next, number)));
                }
            }
        }
        let mut groups = vec![Vec::new(); count];
        for m in members {
            let number = group.get(m).copied().unwrap_or(0);
            if let Some(slot) = groups.get_mut(if number == OUTSIDE { 0 } else { number as usize }) {
                slot.push(*m);
            }
        }
        groups.retain(|g| !g.is_empty());
        groups
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "decimetres")]
    fn step(&self, a: u32, b: u32) -> u64 {
        let hard = match (self.used(a), self.used(b)) {
            (Use::River, _) | (_, Use::River) => 9.0,
            (Use::Expressway | Use::Rail, _) | (_, Use::Expressway | Use::Rail) => 2.5,
            _ => 1.0,
        };
        (away(self.at(a), self.at(b)) * hard * 10.0) as u64 + 1
    }

    /// Members in the middle of where the weight is, spread out.
    fn seeds(&self, members: &[u32], count: usize, random: &mut Random) -> Vec<u32> {
        // the first by chance, then always where weight and distance to the others are great
        let mut middles: Vec<Xy> = Vec::with_capacity(count);
        let mut far = vec![f64::INFINITY; members.len()];
        let mut next = random.below(members.len());
        for _ in 0..count {
            let Some(at) = members.get(next).map(|m| self.at(*m)) else { break };
            middles.push(at);
            let mut best = -1.0;
            for (i, (m, far)) in members.iter().zip(&mut far).enumerate() {
                *far = far.min(away(at, self.at(*m)));
                let worth = self.weight_of(*m).sqrt() * *far;
                if worth > best {
                    (best, next) = (worth, i);
                }
            }
        }
        for _ in 0..5 {
            let mut sums = vec![([0.0; 2], 0.0); middles.len()];
            for m in members {
                let at = self.at(*m);
                let nearest = (0..middles.len()).min_by(|a, b| {
                    let d = |i: usize| middles.get(i).map_or(f64::INFINITY, |c| away(*c, at));
                    d(*a).total_cmp(&d(*b))
                });
                if let Some((sum, total)) = nearest.and_then(|i| sums.get_mut(i)) {
                    let w = self.weight_of(*m) + 1.0;
                    *sum = [sum[0] + at[0] * w, sum[1] + at[1] * w];
                    *total += w;
                }
            }
            for (middle, (sum, total)) in middles.iter_mut().zip(sums) {
                if total > 0.0 {
                    *middle = [sum[0] / total, sum[1] / total];
                }
            }
        }
        let mut seeds: Vec<u32> = Vec::new();
        for middle in middles {
            let free = members.iter().copied().filter(|m| !seeds.contains(m));
            let nearest = free.min_by(|a, b| {
                let d = |m: u32| {
                    // a seed in the water would have the water as its region
                    let wet = self.used(m) == Use::River;
                    away(self.at(m), middle) + if wet { 1e6 } else { 0.0 }
                };
                d(*a).total_cmp(&d(*b)).then(a.cmp(b))
            });
            seeds.extend(nearest);
        }
        seeds
    }
}
