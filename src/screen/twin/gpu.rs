//! The city in the adapter's memory: two layers in three buffers each, filled nearest chunk first within a budget of
//! bytes per frame, and one word for each building.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bevy::prelude::*;
use bevy::render::render_resource::{Buffer, BufferDescriptor, BufferUsages};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bytemuck::{Pod, Zeroable};

use super::frame::CityFrame;
use super::source::{Layer, Steps, Which};
use super::tints::Tints;
use super::{TwinStyle, source};
use crate::ground::City;
use crate::ground::pack::records::Chunk;

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
    /// First vertex in the layer's buffer.
    pub first_vertex: u32,
    /// Steps of its indices; empty until uploaded.
    pub steps: Option<Steps>,
}

/// One layer on the adapter.
pub struct GpuLayer {
    which: Which,
    /// Positions.
    pub positions: Buffer,
    /// Tones.
    pub tones: Buffer,
    /// Indices.
    pub indices: Buffer,
    /// Origin, extent and first building of each chunk, as instances.
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
}

/// Bytes of [`ChunkPlace`].
pub const PLACE_BYTES: u64 = size_of::<ChunkPlace>() as u64;

/// The city on the adapter.
#[derive(Resource)]
pub struct GpuCity {
    /// Buildings, then flat.
    pub layers: [GpuLayer; 2],
    /// One word a building.
    pub tints: Buffer,
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
    fn new(device: &RenderDevice, queue: &RenderQueue, which: Which, layer: Layer<'_>) -> Self {
        let mut first_index = 0;
        let pieces: Vec<Piece> = layer
            .chunks
            .iter()
            .map(|chunk| {
                let piece = piece(chunk, first_index);
                // Copies are done in words, so every chunk starts at an even index.
                first_index += chunk.index_count.next_multiple_of(2);
                piece
            })
            .collect();
        let places: Vec<ChunkPlace> = layer
            .chunks
            .iter()
            .map(|c| ChunkPlace { origin: c.origin, extent: c.extent, first_building: c.first_building })
            .collect();
        let make = |label, bytes, usage| buffer(device, label, bytes, usage);
        let vertices = layer.positions.len() as u64;
        let gpu = Self {
            which,
            positions: make("positions", vertices * 8, BufferUsages::VERTEX),
            tones: make("tones", vertices * 4, BufferUsages::VERTEX),
            indices: make("indices", u64::from(first_index) * 2, BufferUsages::INDEX),
            places: make("places", places.len() as u64 * PLACE_BYTES, BufferUsages::VERTEX),
            waiting: (0..pieces.len()).collect(),
            pieces,
        };
        queue.write_buffer(&gpu.places, 0, bytemuck::cast_slice(&places));
        gpu
    }

    /// Upload waiting chunks, the nearest to `target` first, until `budget` bytes are spent.
    fn upload(&mut self, queue: &RenderQueue, layer: Layer<'_>, target: Vec3, budget: &mut usize) {
        if self.waiting.is_empty() || *budget == 0 {
            return;
        }
        let pieces = &self.pieces;
        let far = |i: &usize| pieces.get(*i).map_or(f32::MAX, |piece| piece.center.distance_squared(target));
        self.waiting.sort_by(|a, b| far(b).total_cmp(&far(a)));
        while *budget > 0
            && let Some(next) = self.waiting.pop()
        {
            let (Some(chunk), Some(piece)) = (layer.chunks.get(next), self.pieces.get_mut(next)) else { continue };
            let (mut sorted, steps) = layer.sorted(chunk, self.which);
            let vertices = chunk.first_vertex as usize..chunk.first_vertex as usize + chunk.vertex_count as usize;
            let (Some(positions), Some(tones)) =
                (layer.positions.get(vertices.clone()), layer.tones.get(vertices.clone()))
            else {
                continue;
            };
            if sorted.len() % 2 == 1 {
                sorted.push(0);
            }
            let first = u64::from(chunk.first_vertex);
            queue.write_buffer(&self.positions, first * 8, bytemuck::cast_slice(positions));
            queue.write_buffer(&self.tones, first * 4, bytemuck::cast_slice(tones));
            queue.write_buffer(&self.indices, u64::from(piece.first_index) * 2, bytemuck::cast_slice(&sorted));
            piece.steps = Some(steps);
            *budget = budget.saturating_sub(positions.len() * 12 + sorted.len() * 2);
        }
    }
}

fn piece(chunk: &Chunk, first_index: u32) -> Piece {
    let [x, y, z] = chunk.origin;
    let half = Vec3::new(chunk.extent[0], chunk.extent[2], chunk.extent[1]) / 2.0;
    // Lines may be drawn wider than they are.
    let half = half + Vec3::new(8.0, 0.5, 8.0);
    let center = Vec3::new(x + chunk.extent[0] / 2.0, z + chunk.extent[2] / 2.0, -(y + chunk.extent[1] / 2.0));
    Piece { center, half, first_index, first_vertex: chunk.first_vertex, steps: None }
}

impl GpuCity {
    fn new(device: &RenderDevice, queue: &RenderQueue, city: &City) -> Self {
        let layer = |which: Which| GpuLayer::new(device, queue, which, which.of(city));
        let buildings = source::Which::Buildings.of(city).buildings.len() as u64;
        let tints = buffer(device, "tints", buildings * 4, BufferUsages::STORAGE);
        Self { layers: [layer(Which::Buildings), layer(Which::Flat)], tints }
    }

    fn pending(&self) -> usize {
        self.layers.iter().map(|layer| layer.waiting.len()).sum()
    }
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
    let TwinStyle { upload_bytes, .. } = frame.style;
    let mut budget = upload_bytes;
    for layer in &mut gpu.layers {
        let which = layer.which;
        layer.upload(&queue, which.of(&ground.0), frame.target, &mut budget);
    }
    pending.0.store(gpu.pending(), Ordering::Relaxed);
}
