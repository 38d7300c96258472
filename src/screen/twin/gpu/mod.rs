//! The city in the adapter's memory, filled nearest chunk first within a budget of bytes per frame: [`buildings`] and
//! [`flat`] shapes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use bevy::prelude::*;
use bevy::render::render_resource::{Buffer, BufferDescriptor, BufferUsages};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bytemuck::{Pod, Zeroable};

use super::frame::CityFrame;
use super::source::Steps;
use crate::ground::City;
use crate::ground::pack::records::Chunk;

pub mod buildings;
pub mod flat;
pub mod near;
mod room;

pub use buildings::GpuBuildings;
pub use flat::GpuFlat;

/// What this view wants and is not yet on the adapter, and how much is; shared with the main world.
#[derive(Resource, Clone, Default)]
pub struct Pending {
    chunks: Arc<AtomicUsize>,
    bytes: Arc<AtomicU64>,
}

impl Pending {
    /// Chunks that are on their way.
    #[must_use]
    pub fn count(&self) -> usize {
        self.chunks.load(Ordering::Relaxed)
    }

    /// Bytes of the city's buildings on the adapter.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, chunks: usize, bytes: u64) {
        self.chunks.fetch_add(chunks, Ordering::Relaxed);
        self.bytes.store(bytes, Ordering::Relaxed);
    }
}

/// The city of the main world in the render world.
#[derive(Resource, Clone)]
pub struct RenderGround(pub Arc<City>);

/// A chunk on the adapter.
pub struct Piece {
    /// Middle of its box in engine axes.
    pub center: Vec3,
    /// Half of its box.
    pub half: Vec3,
    /// First index in the layer's buffer.
    pub first_index: u32,
    /// First vertex of the layer's buffers that its indices count from.
    pub base_vertex: i32,
    /// Steps of its indices; `None` until uploaded.
    pub steps: Option<Steps>,
}

/// The chunks of one layer.
pub struct GpuLayer {
    /// Indices.
    pub indices: Buffer,
    /// What the shader reads of each chunk, as instances.
    pub places: Buffer,
    /// The chunks.
    pub pieces: Vec<Piece>,
    waiting: Vec<usize>,
}

/// What the shader reads of a chunk.
#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct ChunkPlace {
    origin: [f32; 3],
    extent: [f32; 3],
    first_building: u32,
    first_corner: u32,
}

/// Bytes of [`ChunkPlace`].
pub const PLACE_BYTES: u64 = size_of::<ChunkPlace>() as u64;

fn buffer(device: &RenderDevice, label: &str, bytes: u64, usage: BufferUsages) -> Buffer {
    device.create_buffer(&BufferDescriptor {
        label: Some(label),
        size: bytes.next_multiple_of(4).max(64),
        usage: usage | BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

impl GpuLayer {
    /// Buffers for `chunks`; `piece` says how each is drawn, given its first index.
    fn new(device: &RenderDevice, queue: &RenderQueue, chunks: &[Chunk], piece: impl Fn(&Chunk, u32) -> Piece) -> Self {
        let mut first_index = 0;
        let pieces: Vec<Piece> = chunks
            .iter()
            .map(|chunk| {
                let piece = piece(chunk, first_index);
                // Copies are done in words, so every chunk starts at an even index.
                first_index += chunk.index_count.next_multiple_of(2);
                piece
            })
            .collect();
        let places: Vec<ChunkPlace> = chunks
            .iter()
            .map(|c| ChunkPlace {
                origin: c.origin,
                extent: c.extent,
                first_building: c.first_building,
                first_corner: c.first_vertex,
            })
            .collect();
        let place_bytes = places.len() as u64 * PLACE_BYTES;
        let layer = Self {
            indices: buffer(device, "indices", u64::from(first_index) * 2, BufferUsages::INDEX),
            places: buffer(device, "places", place_bytes, BufferUsages::VERTEX),
            waiting: (0..pieces.len()).collect(),
            pieces,
        };
        queue.write_buffer(&layer.places, 0, bytemuck::cast_slice(&places));
        layer
    }

    /// Upload waiting chunks, the nearest to `target` first, until `budget` bytes are spent. `put` uploads what only it
    /// knows of a chunk and gives its indices, their steps and the bytes it took.
    fn upload(
        &mut self,
        queue: &RenderQueue,
        chunks: &[Chunk],
        target: Vec3,
        budget: &mut usize,
        put: impl Fn(&Chunk) -> (Vec<u16>, Steps, usize),
    ) {
        if self.waiting.is_empty() || *budget == 0 {
            return;
        }
        let pieces = &self.pieces;
        let far = |i: &usize| pieces.get(*i).map_or(f32::MAX, |piece| piece.center.distance_squared(target));
        self.waiting.sort_by(|a, b| far(b).total_cmp(&far(a)));
        while *budget > 0
            && let Some(next) = self.waiting.pop()
        {
            let (Some(chunk), Some(piece)) = (chunks.get(next), self.pieces.get_mut(next)) else { continue };
            let (mut indices, steps, bytes) = put(chunk);
            if indices.len() % 2 == 1 {
                indices.push(0);
            }
            queue.write_buffer(&self.indices, u64::from(piece.first_index) * 2, bytemuck::cast_slice(&indices));
            piece.steps = Some(steps);
            *budget = budget.saturating_sub(bytes + indices.len() * 2);
        }
    }
}

impl Piece {
    fn new(chunk: &Chunk, first_index: u32) -> Self {
        let [x, y, z] = chunk.origin;
        let half = Vec3::new(chunk.extent[0], chunk.extent[2], chunk.extent[1]) / 2.0;
        let center = Vec3::new(x + chunk.extent[0] / 2.0, z + chunk.extent[2] / 2.0, -(y + chunk.extent[1] / 2.0));
        Self { center, half, first_index, base_vertex: 0, steps: None }
    }
}

/// Forget buffers of a lost device.
pub(super) fn forget(mut commands: Commands) {
    commands.remove_resource::<GpuBuildings>();
    commands.remove_resource::<GpuFlat>();
}

/// Makes the buffers and uploads flat shapes that are waiting; prisms of buildings go up as they are chosen.
pub(super) fn upload(
    (device, queue): (Res<RenderDevice>, Res<RenderQueue>),
    (ground, frame, pending): (Res<RenderGround>, Option<Res<CityFrame>>, Res<Pending>),
    (buildings, flat): (Option<Res<GpuBuildings>>, Option<ResMut<GpuFlat>>),
    near: Res<near::GpuNear>,
    mut commands: Commands,
) {
    let city = &ground.0;
    let (Some(frame), Some(_), Some(mut flat)) = (frame.as_ref(), buildings, flat) else {
        let style = frame.map(|frame| frame.style).unwrap_or_default();
        commands.insert_resource(GpuBuildings::new(&device, &queue, city, style.resident_bytes));
        commands.insert_resource(GpuFlat::new(&device, &queue, city));
        pending.chunks.store(1, Ordering::Relaxed);
        return;
    };
    let mut budget = frame.style.upload_bytes;
    let waiting = flat.pending();
    flat.upload(&queue, city, frame, &mut budget);
    if waiting > 0 && flat.pending() == 0 {
        city.release();
    }
    pending.chunks.store(flat.pending() + near.pending(), Ordering::Relaxed);
}
