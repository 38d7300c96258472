//! The city in the adapter's memory: corners, flat shapes and indices, filled nearest chunk first within a budget
//! of bytes per frame, and two words for each building.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bevy::prelude::*;
use bevy::render::render_resource::{Buffer, BufferDescriptor, BufferUsages};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bytemuck::{Pod, Zeroable};

use super::frame::CityFrame;
use super::source::{self, Steps};
use super::tints::Tints;
use crate::ground::City;
use crate::ground::pack::records::{Building, Chunk};

/// Chunks that are not yet on the adapter, shared with the main world.
#[derive(Resource, Clone, Default)]
pub struct Pending(pub Arc<AtomicUsize>);

impl Pending {
    /// How many.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
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

/// The city on the adapter.
#[derive(Resource)]
pub struct GpuCity {
    /// Buildings; their vertices are pulled from `corners` and `heights`.
    pub buildings: GpuLayer,
    /// Fills and ribbons.
    pub flat: GpuLayer,
    /// Two words for each corner, as in the pack.
    pub corners: Buffer,
    /// One word a building: top and foot in decimetres (14 bits each) and its shade (4 bits).
    pub heights: Buffer,
    /// One word a building; see [`Tints`].
    pub tints: Buffer,
    /// Positions of flat shapes.
    pub positions: Buffer,
    /// Tones of flat shapes.
    pub tones: Buffer,
}

/// Tints that changed since the last frame.
#[derive(Resource, Default)]
pub struct TintChanges(pub Vec<(u32, u32)>);

fn buffer(device: &RenderDevice, label: &str, bytes: u64, usage: BufferUsages) -> Buffer {
    device.create_buffer(&BufferDescriptor {
        label: Some(label),
        size: bytes.next_multiple_of(4).max(64),
        usage: usage | BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

impl GpuLayer {
    fn new(device: &RenderDevice, queue: &RenderQueue, chunks: &[Chunk], flat: bool) -> Self {
        let mut first_index = 0;
        let pieces: Vec<Piece> = chunks
            .iter()
            .map(|chunk| {
                let piece = piece(chunk, first_index, flat);
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

fn piece(chunk: &Chunk, first_index: u32, flat: bool) -> Piece {
    let [x, y, z] = chunk.origin;
    let half = Vec3::new(chunk.extent[0], chunk.extent[2], chunk.extent[1]) / 2.0;
    let center = Vec3::new(x + chunk.extent[0] / 2.0, z + chunk.extent[2] / 2.0, -(y + chunk.extent[1] / 2.0));
    // Lines may be drawn wider than they are.
    let half = if flat { half + Vec3::new(8.0, 0.5, 8.0) } else { half };
    let base_vertex = if flat { i32::try_from(chunk.first_vertex).unwrap_or(0) } else { 0 };
    Piece { center, half, first_index, base_vertex, steps: None }
}

impl GpuCity {
    fn new(device: &RenderDevice, queue: &RenderQueue, city: &City) -> Self {
        let sum = |chunks: &[Chunk]| chunks.iter().map(|chunk| u64::from(chunk.vertex_count)).sum::<u64>();
        let make = |label, bytes, usage| buffer(device, label, bytes, usage);
        let (buildings, vertices) = (city.buildings().len() as u64, sum(city.flat_chunks()));
        Self {
            buildings: GpuLayer::new(device, queue, city.chunks(), false),
            flat: GpuLayer::new(device, queue, city.flat_chunks(), true),
            corners: make("corners", city.corners().len() as u64 * 8, BufferUsages::STORAGE),
            heights: make("heights", buildings * 4, BufferUsages::STORAGE),
            tints: make("tints", buildings * 4, BufferUsages::STORAGE),
            positions: make("positions", vertices * 8, BufferUsages::VERTEX),
            tones: make("tones", vertices * 4, BufferUsages::VERTEX),
        }
    }

    fn pending(&self) -> usize {
        self.buildings.waiting.len() + self.flat.waiting.len()
    }

    fn upload(&mut self, queue: &RenderQueue, city: &City, target: Vec3, budget: &mut usize) {
        let (corners, heights) = (&self.corners, &self.heights);
        self.buildings.upload(queue, city.chunks(), target, budget, |chunk| {
            let own = city.corners_of(chunk);
            queue.write_buffer(corners, u64::from(chunk.first_vertex) * 8, bytemuck::cast_slice(own));
            let words: Vec<u32> = city.buildings_of(chunk).iter().map(height_word).collect();
            queue.write_buffer(heights, u64::from(chunk.first_building) * 4, bytemuck::cast_slice(&words));
            let (indices, steps) = source::sorted_buildings(city, chunk);
            (indices, steps, own.len() * 8 + words.len() * 4)
        });
        let (positions, tones) = (&self.positions, &self.tones);
        self.flat.upload(queue, city.flat_chunks(), target, budget, |chunk| {
            let first = u64::from(chunk.first_vertex);
            let own = city.flat_positions_of(chunk);
            queue.write_buffer(positions, first * 8, bytemuck::cast_slice(own));
            queue.write_buffer(tones, first * 4, bytemuck::cast_slice(city.flat_tones_of(chunk)));
            (city.flat_indices_of(chunk).to_vec(), source::flat_steps(city, chunk), own.len() * 12)
        });
    }
}

fn height_word(building: &Building) -> u32 {
    let metres = |dm: u16| u32::from(dm.min(0x3FFF));
    metres(building.top_dm) | metres(building.foot_dm) << 14 | u32::from(building.shade >> 4) << 28
}

/// Forget buffers of a lost device.
pub(super) fn forget(mut commands: Commands) {
    commands.remove_resource::<GpuCity>();
}

/// Takes the city and what changed about its buildings from the main world.
pub(super) fn extract(mut main: ResMut<bevy::render::MainWorld>, gpu: Option<Res<GpuCity>>, mut commands: Commands) {
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

/// Makes the buffers and uploads what is waiting.
pub(super) fn upload(
    (device, queue): (Res<RenderDevice>, Res<RenderQueue>),
    (ground, frame, pending): (Res<RenderGround>, Option<Res<CityFrame>>, Res<Pending>),
    gpu: Option<ResMut<GpuCity>>,
    mut tints: ResMut<TintChanges>,
    mut commands: Commands,
) {
    let Some(mut gpu) = gpu else {
        let gpu = GpuCity::new(&device, &queue, &ground.0);
        pending.0.store(gpu.pending().max(1), Ordering::Relaxed);
        commands.insert_resource(gpu);
        return;
    };
    let buildings = u32::try_from(gpu.tints.size() / 4).unwrap_or(u32::MAX);
    for (building, word) in tints.0.drain(..).filter(|(building, _)| *building < buildings) {
        queue.write_buffer(&gpu.tints, u64::from(building) * 4, &word.to_le_bytes());
    }
    let Some(frame) = frame else { return };
    let mut budget = frame.style.upload_bytes;
    gpu.upload(&queue, &ground.0, frame.target, &mut budget);
    pending.0.store(gpu.pending(), Ordering::Relaxed);
}
