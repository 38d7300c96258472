//! Buildings in the adapter's memory. All of them as boxes, always; corners and indices of their prisms where they are
//! wanted, within a budget, so that a city of any size is whole at once and never has a hole.

use bevy::prelude::*;
use bevy::render::render_resource::{Buffer, BufferUsages, CommandEncoderDescriptor};
use bevy::render::renderer::{RenderDevice, RenderQueue};

use super::super::source::buildings::{Starts, index_starts, prism_bytes, starts};
use super::super::tints::Tints;
use super::buffer;
use super::room::Room;
use crate::ground::City;
use crate::ground::pack::records::{Chunk, Corner, Massing};

/// The buildings on the adapter.
#[derive(Resource)]
pub struct GpuBuildings {
    /// Chunks of the pack.
    pub blocks: Vec<Block>,
    /// Boxes of all buildings, as in the pack.
    pub massings: Buffer,
    /// One word a building; see [`Tints`].
    pub tints: Buffer,
    /// Corners of the prisms that are there, two words each, as in the pack.
    pub corners: Buffer,
    /// Indices of the prisms that are there.
    pub indices: Buffer,
    corner_room: Room,
    index_room: Room,
    most: Most,
    /// Frames drawn, for knowing what was not seen for longest.
    now: u64,
}

/// How many corners and indices there may be at most.
#[derive(Debug, Clone, Copy)]
struct Most {
    corners: u32,
    indices: u32,
}

/// A chunk of buildings.
pub struct Block {
    /// Middle of its box in engine axes.
    pub center: Vec3,
    /// Half of its box.
    pub half: Vec3,
    /// Where its details start among its buildings.
    pub starts: Starts,
    /// Its prisms, where they are on the adapter.
    pub prisms: Option<Prisms>,
    seen: u64,
}

/// Prisms on the adapter.
pub struct Prisms {
    /// First corner in the buffer.
    pub first_corner: u32,
    /// Corners.
    corners: u32,
    /// First index in the buffer.
    pub first_index: u32,
    /// Indices, with one more where they are odd.
    indices: u32,
    /// Where the details start among the indices, counted from the first.
    pub starts: Starts,
}

/// Tints that changed since the last frame.
#[derive(Resource, Default)]
pub struct TintChanges(pub Vec<(u32, u32)>);

/// Corners and indices of the first buffers; they grow from there to what is wanted.
const FIRST: Most = Most { corners: 1 << 19, indices: 3 << 19 };

fn block(chunk: &Chunk, massings: &[Massing]) -> Block {
    let [x, y, z] = chunk.origin;
    let half = Vec3::new(chunk.extent[0], chunk.extent[2], chunk.extent[1]) / 2.0;
    let center = Vec3::new(x + chunk.extent[0] / 2.0, z + chunk.extent[2] / 2.0, -(y + chunk.extent[1] / 2.0));
    Block { center, half, starts: starts(massings), prisms: None, seen: 0 }
}

impl Most {
    /// What of the city fits into `bytes` and into one buffer of the adapter.
    fn of(city: &City, bytes: u64, binding: u64) -> Self {
        let sum = |of: fn(&Chunk) -> u32| city.chunks().iter().map(|chunk| u64::from(of(chunk))).sum::<u64>().max(1);
        // Copies are done in words, so every chunk takes an even number of indices.
        let (corners, indices) = (sum(|c| c.vertex_count), sum(|c| c.index_count.next_multiple_of(2)));
        let all = corners * size_of::<Corner>() as u64 + indices * 2;
        let share = |count: u64| {
            let fits = u128::from(count) * u128::from(bytes.min(all)) / u128::from(all);
            u32::try_from(fits).unwrap_or(u32::MAX).max(1 << 16)
        };
        let binding = u32::try_from(binding / size_of::<Corner>() as u64).unwrap_or(u32::MAX);
        Self { corners: share(corners).min(binding), indices: share(indices).next_multiple_of(2) }
    }

    fn least(self, other: Self) -> Self {
        Self { corners: self.corners.min(other.corners), indices: self.indices.min(other.indices) }
    }
}

const CORNERS: BufferUsages = BufferUsages::STORAGE.union(BufferUsages::COPY_SRC);
const INDICES: BufferUsages = BufferUsages::INDEX.union(BufferUsages::COPY_SRC);

fn corner_buffer(device: &RenderDevice, count: u32) -> Buffer {
    buffer(device, "corners", u64::from(count) * size_of::<Corner>() as u64, CORNERS)
}

fn index_buffer(device: &RenderDevice, count: u32) -> Buffer {
    buffer(device, "indices", u64::from(count) * 2, INDICES)
}

impl GpuBuildings {
    /// Boxes of the whole city; prisms may take `bytes`.
    pub(super) fn new(device: &RenderDevice, queue: &RenderQueue, city: &City, bytes: u64) -> Self {
        let most = Most::of(city, bytes, device.limits().max_storage_buffer_binding_size);
        let first = most.least(FIRST);
        let massings = city.massings();
        let all = buffer(device, "massings", size_of_val(massings) as u64, BufferUsages::STORAGE);
        queue.write_buffer(&all, 0, bytemuck::cast_slice(massings));
        Self {
            blocks: city.chunks().iter().map(|chunk| block(chunk, city.massings_of(chunk))).collect(),
            massings: all,
            tints: buffer(device, "tints", massings.len() as u64 * 4, BufferUsages::STORAGE),
            corners: corner_buffer(device, first.corners),
            indices: index_buffer(device, first.indices),
            corner_room: Room::new(first.corners),
            index_room: Room::new(first.indices),
            most,
            now: 1,
        }
    }

    /// Bytes of all buffers.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        [&self.massings, &self.tints, &self.corners, &self.indices].iter().map(|buffer| buffer.size()).sum()
    }

    /// A new frame.
    pub fn advance(&mut self) {
        self.now += 1;
    }

    /// The block `i` is seen in this frame.
    pub fn see(&mut self, i: usize) {
        if let Some(block) = self.blocks.get_mut(i) {
            block.seen = self.now;
        }
    }

    /// Bring the prisms of block `i` to the adapter; the bytes it took, or `None` where everything that is seen leaves
    /// no room for them.
    pub fn fetch(&mut self, (device, queue): (&RenderDevice, &RenderQueue), city: &City, i: usize) -> Option<u64> {
        let chunk = city.chunks().get(i)?;
        let count = chunk.index_count.next_multiple_of(2);
        let first_corner = self.room(device, queue, chunk.vertex_count, |gpu| &mut gpu.corner_room)?;
        let Some(first_index) = self.room(device, queue, count, |gpu| &mut gpu.index_room) else {
            self.corner_room.give(first_corner, chunk.vertex_count);
            return None;
        };
        let (corners, mut indices) = (city.corners_of(chunk), city.indices_of(chunk).to_vec());
        let block = self.blocks.get_mut(i)?;
        let starts = index_starts(&block.starts, city.buildings_of(chunk), &indices);
        indices.resize(count as usize, 0);
        let at = |first: u32, size: usize| u64::from(first) * size as u64;
        queue.write_buffer(&self.corners, at(first_corner, size_of::<Corner>()), bytemuck::cast_slice(corners));
        queue.write_buffer(&self.indices, at(first_index, 2), bytemuck::cast_slice(&indices));
        block.prisms = Some(Prisms { first_corner, corners: chunk.vertex_count, first_index, indices: count, starts });
        Some(prism_bytes(chunk.vertex_count, count))
    }

    /// Room for `count` records: free room, or a larger buffer, or the room of what was not seen for longest.
    fn room(
        &mut self,
        device: &RenderDevice,
        queue: &RenderQueue,
        count: u32,
        of: impl Fn(&mut Self) -> &mut Room,
    ) -> Option<u32> {
        loop {
            if let Some(start) = of(self).take(count) {
                return Some(start);
            }
            if !self.grow(device, queue) && !self.evict() {
                return None;
            }
        }
    }

    /// Make both buffers twice as large, or as large as they may be; whether they became larger.
    fn grow(&mut self, device: &RenderDevice, queue: &RenderQueue) -> bool {
        let (corners, indices) = (self.corner_room.size(), self.index_room.size());
        let double = Most { corners: corners.saturating_mul(2), indices: indices.saturating_mul(2) };
        let wanted = double.least(self.most);
        if wanted.corners <= corners && wanted.indices <= indices {
            return false;
        }
        let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor { label: Some("grow") });
        let mut larger = |from: &mut Buffer, to: Buffer| {
            encoder.copy_buffer_to_buffer(from, 0, &to, 0, from.size().min(to.size()));
            *from = to;
        };
        larger(&mut self.corners, corner_buffer(device, wanted.corners.max(corners)));
        larger(&mut self.indices, index_buffer(device, wanted.indices.max(indices)));
        queue.submit([encoder.finish()]);
        self.corner_room.grow(wanted.corners);
        self.index_room.grow(wanted.indices);
        true
    }

    /// Let go of the prisms that were not seen for longest; whether there were any that are not seen now.
    fn evict(&mut self) -> bool {
        let gone = self.blocks.iter().enumerate().filter(|(_, block)| block.prisms.is_some() && block.seen < self.now);
        let Some(oldest) = gone.min_by_key(|(_, block)| block.seen).map(|(i, _)| i) else { return false };
        self.release(oldest)
    }

    fn release(&mut self, i: usize) -> bool {
        let Some(prisms) = self.blocks.get_mut(i).and_then(|block| block.prisms.take()) else { return false };
        self.corner_room.give(prisms.first_corner, prisms.corners);
        self.index_room.give(prisms.first_index, prisms.indices);
        true
    }
}

/// Takes what changed about buildings from the main world.
pub fn extract(mut main: ResMut<bevy::render::MainWorld>, gpu: Option<Res<GpuBuildings>>, mut commands: Commands) {
    let Some(mut tints) = main.get_resource_mut::<Tints>() else { return };
    if gpu.is_none() {
        tints.take_changes();
        let all = tints.all().collect();
        commands.insert_resource(TintChanges(all));
    } else if tints.has_changes() {
        let changes = tints.take_changes();
        commands.insert_resource(TintChanges(changes));
    }
}

/// Brings changed tints to the adapter.
pub fn tint(queue: Res<RenderQueue>, gpu: Option<Res<GpuBuildings>>, mut tints: ResMut<TintChanges>) {
    let Some(gpu) = gpu else { return };
    let buildings = u32::try_from(gpu.tints.size() / 4).unwrap_or(u32::MAX);
    for (building, word) in tints.0.drain(..).filter(|(building, _)| *building < buildings) {
        queue.write_buffer(&gpu.tints, u64::from(building) * 4, &word.to_le_bytes());
    }
}
