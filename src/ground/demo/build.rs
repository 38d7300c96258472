//! From parcels to blocks that are filled with buildings: in parallel, joined in the order of the blocks.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::areas::Address;
use super::block::{Block, Filled, Zone};
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

/// Fill the jobs in order until there are `wanted` buildings; what is left over becomes fields. Hands every filled
/// block to `take`.
pub(super) fn run(jobs: Vec<Job>, wanted: usize, mut take: impl FnMut(&Job, Filled), progress: &mut dyn FnMut(f32)) {
    const BATCH: usize = 1_024;
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(16);
    let mut left = wanted;
    let total = jobs.len().max(1);
    let mut jobs = jobs;
    let mut done = 0;
    for batch in jobs.chunks_mut(BATCH) {
        if left == 0 {
            for job in batch.iter_mut() {
                job.block.zone = Zone::Farm;
                job.wanted = 0;
            }
        }
        let next = AtomicUsize::new(0);
        let slots: Vec<Mutex<Filled>> = batch.iter().map(|_| Mutex::new(Filled::default())).collect();
        let batch = &*batch;
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let i = next.fetch_add(1, Ordering::Relaxed);
                        let (Some(job), Some(slot)) = (batch.get(i), slots.get(i)) else { break };
                        let mut filled = Filled::default();
                        fill::fill(&job.block, job.wanted, &mut filled);
                        if let Ok(mut slot) = slot.lock() {
                            *slot = filled;
                        }
                    }
                });
            }
        });
        for (job, slot) in batch.iter().zip(slots) {
            let mut filled = slot.into_inner().unwrap_or_default();
            filled.buildings.truncate(left);
            left -= filled.buildings.len();
            take(job, filled);
        }
        done += batch.len();
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        progress(done as f32 / total as f32);
    }
}
