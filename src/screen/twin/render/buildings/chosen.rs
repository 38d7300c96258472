//! Which chunks of buildings are in sight and what is drawn of each.

use std::ops::Range;

use bevy::prelude::*;
use bevy::render::renderer::{RenderDevice, RenderQueue};

use super::super::{Sight, Uncovered};
use super::{BOXES, CORNERS, Draw, Drawn, INDICES, Kind, Place};
use crate::ground::City;
use crate::ground::pack::records::Chunk;
use crate::screen::twin::frame::CityFrame;
use crate::screen::twin::gpu::buildings::Block;
use crate::screen::twin::gpu::{GpuBuildings, Pending, RenderGround};
use crate::screen::twin::source::buildings::{DETAILS, first_prism, need, thinned};

/// Chooses the chunks in sight and what is drawn of each; brings prisms that are wanted and not there to the adapter,
/// those that are missed most first. Until they are there, boxes stand for them.
pub(in super::super) fn choose(
    (device, queue): (Res<RenderDevice>, Res<RenderQueue>),
    (ground, frame, pending): (Res<RenderGround>, Option<Res<CityFrame>>, Res<Pending>),
    uncovered: Res<Uncovered>,
    gpu: Option<ResMut<GpuBuildings>>,
    mut drawn: ResMut<Drawn>,
) {
    drawn.draws.iter_mut().for_each(Vec::clear);
    drawn.places.clear();
    let (Some(frame), Some(mut gpu)) = (frame, gpu) else { return };
    let gpu = &mut *gpu;
    let sight = Sight::new(&frame, &uncovered);
    let mut seen: Vec<Seen> =
        gpu.blocks.iter().enumerate().filter_map(|(i, block)| see(&sight, &frame, i, block)).collect();
    seen.sort_by(|a, b| a.nearest.total_cmp(&b.nearest));
    let missing = fetch((&device, &queue), &ground.0, gpu, frame.style.upload_bytes, &seen);
    pending.add(missing, gpu.bytes());
    for seen in &seen {
        if let (Some(block), Some(chunk)) = (gpu.blocks.get(seen.block), ground.0.chunks().get(seen.block)) {
            drawn.add(chunk, block, seen, seen.nearest < frame.near);
        }
    }
}

/// The share of its pixels that something loses to the full fog: what hardly stands out may be coarser.
const HAZED: f32 = 0.7;

/// A chunk in sight.
struct Seen {
    block: usize,
    nearest: f32,
    /// Pixels of a metre at its nearest point and in its middle, for how finely it is drawn.
    scale: f32,
    middle: f32,
}

fn see(sight: &Sight, frame: &CityFrame, i: usize, block: &Block) -> Option<Seen> {
    let nearest = sight.nearest(block.center, block.half).filter(|nearest| *nearest < frame.sight)?;
    let middle = block.center.distance(sight.eye).max(nearest);
    let scale = |depth: f32| frame.pixels * frame.style.detail * (1.0 - HAZED * frame.fog_at(depth)) / depth;
    Some(Seen { block: i, nearest, scale: scale(nearest), middle: scale(middle) })
}

/// Uploads prisms until `budget` bytes are spent; how many chunks are still without theirs.
fn fetch(
    adapter: (&RenderDevice, &RenderQueue),
    city: &City,
    gpu: &mut GpuBuildings,
    budget: usize,
    seen: &[Seen],
) -> usize {
    gpu.advance();
    let mut wanted: Vec<(f32, usize)> = Vec::new();
    for seen in seen {
        let Some(block) = gpu.blocks.get(seen.block) else { continue };
        let from = first_prism(seen.scale);
        if block.starts.get(from).copied().unwrap_or(u32::MAX) >= block.starts[DETAILS] {
            continue;
        }
        if block.prisms.is_none() {
            wanted.push((need(&block.starts, seen.scale), seen.block));
        }
        gpu.see(seen.block);
    }
    if wanted.is_empty() {
        return 0;
    }
    wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut spent, mut missing) = (0, wanted.len());
    for (_, block) in wanted {
        if spent >= budget as u64 {
            break;
        }
        // Where there is no room for what is seen, boxes are all there will be.
        let Some(bytes) = gpu.fetch(adapter, city, block) else { return 0 };
        spent += bytes;
        missing -= 1;
    }
    if missing == 0 {
        city.release();
    }
    missing
}

impl Drawn {
    fn add(&mut self, chunk: &Chunk, block: &Block, seen: &Seen, near: bool) {
        let Ok(place) = u32::try_from(self.places.len()) else { return };
        let at = Place {
            area: [chunk.origin[0], chunk.origin[1], chunk.extent[0], chunk.extent[1]],
            first_building: chunk.first_building,
            first_corner: block.prisms.as_ref().map_or(0, |prisms| prisms.first_corner),
            grow: 1.0,
        };
        self.places.push(at);
        let mut boxes_to = DETAILS;
        if let Some(prisms) = &block.prisms {
            boxes_to = first_prism(seen.scale);
            let start = |i: usize| prisms.first_index + prisms.starts.get(i).copied().unwrap_or_default();
            let indices = start(boxes_to)..start(DETAILS);
            if !indices.is_empty() {
                let kind = if near { Kind::Near } else { Kind::Far };
                self.put(kind, Draw { indices, first_vertex: 0, place });
            }
        }
        let start = |i: usize| block.starts.get(i).copied().unwrap_or_default();
        // The first details may be thinned, each in its own measure; those after them are one run.
        for detail in 0..boxes_to {
            let (share, grow) = thinned(detail, seen.middle);
            let own = start(detail)..start(detail + 1);
            if share >= 1.0 {
                self.boxes(own.start..start(boxes_to), place);
                break;
            }
            if !own.is_empty() {
                let count = own.end - own.start;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    clippy::cast_precision_loss,
                    reason = "few"
                )]
                let kept = (count as f32 * share).ceil() as u32;
                let Ok(thin) = u32::try_from(self.places.len()) else { return };
                self.places.push(Place { grow, ..at });
                self.boxes(own.start..own.start + kept.min(count), thin);
            }
        }
    }

    /// Boxes of buildings, numbered within their chunk.
    fn boxes(&mut self, buildings: Range<u32>, place: u32) {
        let mut from = buildings.start;
        while from < buildings.end {
            let count = (buildings.end - from).min(BOXES);
            let first_vertex = i32::try_from(from * u32::from(CORNERS)).unwrap_or(i32::MAX);
            self.put(Kind::Box, Draw { indices: 0..count * INDICES, first_vertex, place });
            from += count;
        }
    }

    fn put(&mut self, kind: Kind, draw: Draw) {
        if let Some(draws) = self.draws.get_mut(kind as usize) {
            draws.push(draw);
        }
    }
}
