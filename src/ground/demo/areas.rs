//! Districts, streets, communities, patrol grids and unit grids: regions grown over the parcels, so that their
//! borders run along streets and banks and every level nests in the one above.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Random;
use super::geom::away;
use super::parcels::{Parcel, Use};
use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::model::Fix;
use crate::ground::pack::shape::Xy;

/// Levels above the unit grid, as OSM's `admin_level`: district, street, community, patrol grid.
pub(super) const LEVELS: [u8; 4] = [6, 8, 10, 11];

/// To which district, street, community and patrol grid a parcel belongs; numbers count within the level above, from 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Address(pub(super) [u16; 4]);

/// Parcels that share an edge, and the length of it.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    /// First entry of each parcel in `list`, and one past the last.
    first: Vec<u32>,
    list: Vec<u32>,
    /// Directed edges of each parcel (numbers of places), and who is on the other side.
    edges: Vec<(u32, u32, u32, u32)>,
    places: Vec<Fix>,
}

/// Nobody on the other side.
const OUTSIDE: u32 = u32::MAX;

impl Neighbours {
    /// From the parcels' full rings.
    pub(super) fn new(rings: &[Vec<Fix>]) -> Self {
        let mut numbers: NumberMap<u64, u32> = NumberMap::default();
        let mut places = Vec::new();
        let mut edges: Vec<(u32, u32, u32, u32)> = Vec::new();
        let mut owner: NumberMap<u64, u32> = NumberMap::default();
        let key = |a: u32, b: u32| u64::from(a) << 32 | u64::from(b);
        for (parcel, ring) in (0u32..).zip(rings) {
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
                    edges.push((*a, *b, parcel, OUTSIDE));
                    owner.insert(key(*a, *b), parcel);
                }
            }
        }
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for edge in &mut edges {
            if let Some(other) = owner.get(&key(edge.1, edge.0)) {
                edge.3 = *other;
                pairs.push((edge.2, *other));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let mut first = vec![0u32; rings.len() + 1];
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
        Self { first, list: pairs.into_iter().map(|(_, b)| b).collect(), edges, places }
    }

    fn of(&self, parcel: u32) -> &[u32] {
        let at = |i: u32| self.first.get(i as usize).copied().unwrap_or(0) as usize;
        self.list.get(at(parcel)..at(parcel + 1)).unwrap_or_default()
    }

    /// Outlines of regions: `region` gives each parcel's, in `0..count`. Outer rings counter-clockwise, holes
    /// clockwise.
    pub(super) fn outlines(&self, region: &[u32], count: usize) -> Vec<Vec<Vec<Fix>>> {
        let of = |parcel: u32| region.get(parcel as usize).copied().unwrap_or(OUTSIDE);
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

/// How many of each level a city of so many blocks has, streets and communities: as many as a large city where there
/// are five blocks for four communities.
fn counts(blocks: usize) -> (usize, usize) {
    let communities = (blocks * 4 / 5).min(1_325);
    ((communities / 12).clamp(3 * DISTRICTS, 104), communities)
}

/// Districts of every city.
pub(super) const DISTRICTS: usize = 12;

/// Give every parcel its address. `units` counts the unit grids of each parcel.
pub(super) fn assign(parcels: &[Parcel], units: &[u32], neighbours: &Neighbours, seed: u64) -> Vec<Address> {
    let mut random = Random::new(seed ^ 0xa2ea);
    let weights: Vec<f64> = parcels
        .iter()
        .map(|p| match p.used {
            Use::Block(_) if p.urban > 0.0 => p.area * (0.5 + 2.0 * p.urban),
            Use::Block(_) => p.area * 0.16,
            _ => p.area * 0.05,
        })
        .collect();
    let grow = Grow { parcels, weights: &weights, neighbours };
    let (streets, communities) = counts(parcels.iter().filter(|p| matches!(p.used, Use::Block(_))).count());
    let mut addresses = vec![Address::default(); parcels.len()];
    let everything: Vec<u32> = (0..u32::try_from(parcels.len()).unwrap_or(0)).collect();
    let districts = grow.cut(&everything, DISTRICTS, &mut random);
    let shares = grow.shares(&districts, streets);
    for (district, (members, streets)) in (0u16..).zip(districts.iter().zip(shares)) {
        let parts = grow.cut(members, streets, &mut random);
        let share = grow.weight(members) / grow.weight(&everything).max(1.0);
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "some hundred communities"
        )]
        let own = (communities as f64 * share).round() as usize;
        let shares = grow.shares(&parts, own.max(parts.len()));
        for (street, (members, communities)) in (0u16..).zip(parts.iter().zip(shares)) {
            for (community, members) in (0u16..).zip(grow.cut(members, communities, &mut random)) {
                let grids: u32 = members.iter().filter_map(|m| units.get(*m as usize)).sum();
                let patrols = (grids as usize).div_ceil(14).min(99);
                for (patrol, members) in (0u16..).zip(grow.cut(&members, patrols, &mut random)) {
                    for m in members {
                        if let Some(slot) = addresses.get_mut(m as usize) {
                            *slot = Address([district, street, community, patrol]);
                        }
                    }
                }
            }
        }
    }
    addresses
}

struct Grow<'a> {
    parcels: &'a [Parcel],
    weights: &'a [f64],
    neighbours: &'a Neighbours,
}

impl Grow<'_> {
    fn weight(&self, members: &[u32]) -> f64 {
        members.iter().filter_map(|m| self.weights.get(*m as usize)).sum()
    }

    fn at(&self, m: u32) -> Xy {
        self.parcels.get(m as usize).map_or([0.0; 2], |p| p.at)
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
            for next in self.neighbours.of(m) {
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
        let used = |m: u32| self.parcels.get(m as usize).map_or(Use::Wood, |p| p.used);
        let hard = match (used(a), used(b)) {
            (Use::River, _) | (_, Use::River) => 9.0,
            (Use::Expressway | Use::Rail, _) | (_, Use::Expressway | Use::Rail) => 2.5,
            _ => 1.0,
        };
        (away(self.at(a), self.at(b)) * hard * 10.0) as u64 + 1
    }

    /// Members in the middle of where the weight is, spread out.
    fn seeds(&self, members: &[u32], count: usize, random: &mut Random) -> Vec<u32> {
        let weight = |m: u32| self.weights.get(m as usize).copied().unwrap_or(0.0);
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
                let worth = weight(*m).sqrt() * *far;
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
                    let w = weight(*m) + 1.0;
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
                    let wet = self.parcels.get(m as usize).is_some_and(|p| p.used == Use::River);
                    away(self.at(m), middle) + if wet { 1e6 } else { 0.0 }
                };
                d(*a).total_cmp(&d(*b)).then(a.cmp(b))
            });
            seeds.extend(nearest);
        }
        seeds
    }
}
