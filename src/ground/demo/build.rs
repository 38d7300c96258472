//! From parcels to blocks that are filled with buildings: in parallel, joined in the order of the blocks.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::areas::Address;
use super::block::{Block, Filled, Zone};
use super::clearance::Clearance;
use super::facilities::Named;
use super::fill;
use super::geom;
use super::net::{Net, Piece};
use super::parcels::{Parcel, Use};
use super::site::Site;
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape;

/// A block with its parcel and how many buildings it may have.
pub(super) struct Job {
    pub(super) block: Block,
    pub(super) parcel: u32,
    pub(super) wanted: usize,
}

impl Job {
    fn is_village(&self) -> bool {
        self.block.zone == Zone::Village
    }

    fn fill(&self, clearance: &Clearance) -> Filled {
        let mut filled = Filled::default();
        fill::fill(&self.block, self.wanted, &mut filled);
        clearance.clear(&self.block.ring, &mut filled);
        filled
    }

    /// Build `share` of the houses.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred houses")]
    fn thin(&mut self, share: f64) {
        self.wanted = ((count(self.wanted) * share).round() as usize).max(1);
    }

    /// Fields in the place of what was planned.
    fn as_field(&mut self, clearance: &Clearance) -> Filled {
        self.block.zone = Zone::Farm;
        self.wanted = 0;
        self.fill(clearance)
    }
}

/// Blocks of all parcels that buildings can stand on, the most urban first.
pub(super) fn jobs(
    site: &Site,
    net: &Net,
    parcels: &[Parcel],
    addresses: &[Address],
    named: &Named,
    reached: &[bool],
) -> Vec<Job> {
    let mut jobs: Vec<(f64, Job)> = Vec::new();
    for (number, parcel) in (0u32..).zip(parcels) {
        let Use::Block(zone) = parcel.used else { continue };
        let reach = |piece: u32| reached.get(piece as usize) == Some(&true);
        if !parcel.face.iter().any(|c| reach(c.piece)) {
            continue;
        }
        let Some(ring) = block_ring(net, parcel) else { continue };
        let urban = parcel.urban.clamp(0.0, 1.4);
        let district = addresses.get(number as usize).map_or(0, |a| a.0[0]);
        let mut seed = site.seed ^ u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        seed = (seed ^ (seed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        // estates near the centre and near the business districts are taller
        #[expect(clippy::cast_possible_truncation, reason = "shares and an angle")]
        let block = Block {
            zone,
            density: (0.35 + 0.6 * urban).min(1.0) as f32,
            height: (urban * 0.78).clamp(0.02, 1.0) as f32,
            axis: parcel.axis as f32,
            seed,
            district,
            name: named.get(number as usize).cloned().flatten().unwrap_or_default(),
            ring,
        };
        // facilities come first: a city of any size has them
        let first = matches!(
            zone,
            Zone::School
                | Zone::Hospital
                | Zone::FireStation
                | Zone::Police
                | Zone::Shelter
                | Zone::Station
                | Zone::Government
        );
        let village = if zone == Zone::Village && parcel.urban < 0.0 { 0.3 } else { 0.0 };
        let rank = parcel.urban + village + if first { 0.6 } else { 0.0 };
        jobs.push((rank, Job { wanted: capacity(&block), block, parcel: number }));
    }
    jobs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.parcel.cmp(&b.1.parcel)));
    jobs.into_iter().map(|(_, job)| job).collect()
}

/// From the middle of a street to the blocks beside it: half of it and the pavement.
pub(super) fn margin(street: &Piece) -> f64 {
    let pavement = match street.class {
        Some(Paint::Trunk | Paint::Primary | Paint::Motorway) => 8.0,
        Some(Paint::Secondary) => 6.0,
        Some(Paint::Tertiary) => 4.5,
        Some(_) if street.width_m < 8.0 => 1.6,
        Some(_) => 3.0,
        // a street may end on it from the other side
        None => 9.0,
    };
    street.width_m / 2.0 + pavement
}

/// The parcel less half of each street and its pavement.
fn block_ring(net: &Net, parcel: &Parcel) -> Option<Vec<shape::Xy>> {
    let by: Vec<f64> = parcel.face.iter().map(|c| net.get(c.piece).map_or(1.0, margin)).collect();
    let ring = super::net::ring(&parcel.face);
    let inner = geom::inset(&ring, &by)?;
    // slivers are left green
    let (low, high) = super::cut::extent(&inner, {
        let (s, c) = parcel.axis.sin_cos();
        [c, s]
    });
    let thin = (high[0] - low[0]).min(high[1] - low[1]) < 14.0;
    (!thin && geom::area(&inner) > 400.0).then_some(inner)
}

/// About how many buildings a block takes.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred buildings")]
fn capacity(block: &Block) -> usize {
    if matches!(block.zone, Zone::Farm | Zone::Vacant) {
        return 0;
    }
    let each = fill::square_metres_a_building(block.zone);
    (geom::area(&block.ring) / each * (0.7 + 0.5 * f64::from(block.density))).ceil().max(1.0) as usize
}

/// What is planned and what came of it so far. A plan holds more houses than are wanted, so villages are built more
/// thinly: otherwise those at the edge would be left without any.
struct Tally {
    villages: Part,
    others: Part,
}

/// A part of the blocks.
struct Part {
    /// Buildings that those still to fill may have.
    ahead: f64,
    /// Buildings that those that are filled were told to have, and those they have.
    told: f64,
    made: f64,
}

impl Part {
    fn expected(&self) -> f64 {
        self.ahead * self.made / self.told
    }
}

impl Tally {
    /// The least share of its houses that a village keeps.
    const SPARSEST: f64 = 0.45;

    fn new(jobs: &[Job]) -> Self {
        // before the first is filled: about what such blocks make of what they are told
        let part = |villages: bool, made: f64| {
            let planned = jobs.iter().filter(|job| job.is_village() == villages).map(|job| job.wanted).sum();
            Part { ahead: count(planned), told: 1_000.0, made }
        };
        Self { villages: part(true, 1_250.0), others: part(false, 1_000.0) }
    }

    /// The share of their houses that villages have, so that `left` buildings are enough for all blocks ahead.
    fn village_share(&self, left: usize) -> f64 {
        let share = (count(left) - self.others.expected()) / self.villages.expected().max(1.0);
        share.clamp(Self::SPARSEST, 1.0)
    }

    fn add(&mut self, job: &Job, planned: usize, made: usize) {
        let part = if job.is_village() { &mut self.villages } else { &mut self.others };
        part.ahead -= count(planned);
        part.told += count(job.wanted);
        part.made += count(made);
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most some million")]
fn count(buildings: usize) -> f64 {
    buildings as f64
}

/// Fill the jobs in order until there are `wanted` buildings; what is left over becomes fields. Hands every filled
/// block to `take`.
pub(super) fn run(
    mut jobs: Vec<Job>,
    wanted: usize,
    clearance: &Clearance,
    mut take: impl FnMut(&Job, Filled),
    progress: &mut dyn FnMut(f32),
) {
    const BATCH: usize = 256;
    let mut left = wanted;
    let total = jobs.len().max(1);
    let mut tally = Tally::new(&jobs);
    let mut done = 0;
    for batch in jobs.chunks_mut(BATCH) {
        let share = tally.village_share(left);
        let planned: Vec<usize> = batch.iter().map(|job| job.wanted).collect();
        for job in batch.iter_mut().filter(|job| job.is_village()) {
            job.thin(share);
        }
        let filled = fill_all(batch, clearance);
        for ((job, planned), mut filled) in batch.iter_mut().zip(planned).zip(filled) {
            tally.add(job, planned, filled.buildings.len());
            if left == 0 && !filled.buildings.is_empty() {
                filled = job.as_field(clearance);
            }
            filled.buildings.truncate(left);
            left -= filled.buildings.len();
            take(job, filled);
        }
        done += batch.len();
        #[expect(clippy::cast_possible_truncation, reason = "a share")]
        progress((count(done) / count(total)) as f32);
    }
}

/// What each block of a batch is filled with, on all cores.
fn fill_all(batch: &[Job], clearance: &Clearance) -> Vec<Filled> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<Filled>> = batch.iter().map(|_| Mutex::new(Filled::default())).collect();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    let (Some(job), Some(slot)) = (batch.get(i), slots.get(i)) else { break };
                    let filled = job.fill(clearance);
                    if let Ok(mut slot) = slot.lock() {
                        *slot = filled;
                    }
                }
            });
        }
    });
    slots.into_iter().map(|slot| slot.into_inner().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(zone: Zone, number: u32) -> Job {
        let block = Block {
            ring: vec![[0.0, 0.0], [120.0, 0.0], [120.0, 100.0], [0.0, 100.0]],
            zone,
            density: 0.5,
            height: 0.1,
            axis: 0.0,
            seed: u64::from(number),
            district: 0,
            name: Default::default(),
        };
        Job { wanted: capacity(&block), block, parcel: number }
    }

    #[test]
    fn a_plan_with_too_many_houses_thins_its_villages_and_leaves_none_of_them_empty() {
        let zone = |number: u32| if number.is_multiple_of(3) { Zone::Estate } else { Zone::Village };
        let plan = |count| -> Vec<Job> { (0..count).map(|number| block(zone(number), number)).collect() };
        let planned: usize = plan(1_200).iter().map(|job| job.wanted).sum();
        for share in [6, 7, 8, 10] {
            let wanted = planned * share / 10;
            let (mut made, mut empty) = (0, 0);
            run(
                plan(1_200),
                wanted,
                &Clearance::of(std::iter::empty()),
                |job, filled| {
                    made += filled.buildings.len();
                    empty += usize::from(job.block.zone != Zone::Farm && filled.buildings.is_empty());
                    assert!(job.block.zone != Zone::Farm || filled.ways.is_empty(), "a field has no lanes");
                },
                &mut |_| (),
            );
            assert_eq!(empty, 0, "blocks without a building where {share} in 10 are wanted");
            assert!(made <= wanted && made * 100 >= wanted * 95, "{made} of {wanted}");
        }
    }
}
