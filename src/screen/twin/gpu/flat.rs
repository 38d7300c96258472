//! Flat shapes in the adapter's memory: fills and ribbons as they lie in the pack.

use bevy::prelude::*;
use bevy::render::render_resource::{Buffer, BufferUsages};
use bevy::render::renderer::{RenderDevice, RenderQueue};

use super::super::frame::CityFrame;
use super::super::source::flat::steps;
use super::{GpuLayer, Piece, buffer};
use crate::ground::City;
use crate::ground::pack::records::Chunk;

/// The flat shapes on the adapter.
#[derive(Resource)]
pub struct GpuFlat {
    /// Chunks of fills and ribbons.
    pub layer: GpuLayer,
    /// Positions.
    pub positions: Buffer,
    /// Tones.
    pub tones: Buffer,
}

impl GpuFlat {
    pub(super) fn new(device: &RenderDevice, queue: &RenderQueue, city: &City) -> Self {
        let vertices = city.flat_chunks().iter().map(|chunk| u64::from(chunk.vertex_count)).sum::<u64>();
        Self {
            layer: GpuLayer::new(device, queue, city.flat_chunks(), piece),
            positions: buffer(device, "positions", vertices * 8, BufferUsages::VERTEX),
            tones: buffer(device, "tones", vertices * 4, BufferUsages::VERTEX),
        }
    }

    pub(super) fn pending(&self) -> usize {
        self.layer.waiting.len()
    }

    pub(super) fn upload(&mut self, queue: &RenderQueue, city: &City, frame: &CityFrame, budget: &mut usize) {
        let (positions, tones) = (&self.positions, &self.tones);
        self.layer.upload(queue, city.flat_chunks(), frame.target, budget, |chunk| {
            let first = u64::from(chunk.first_vertex);
            let own = city.flat_positions_of(chunk);
            queue.write_buffer(positions, first * 8, bytemuck::cast_slice(own));
            queue.write_buffer(tones, first * 4, bytemuck::cast_slice(city.flat_tones_of(chunk)));
            (city.flat_indices_of(chunk).to_vec(), steps(city, chunk), own.len() * 12)
        });
    }
}

fn piece(chunk: &Chunk, first_index: u32) -> Piece {
    let piece = Piece::new(chunk, first_index);
    // Lines may be drawn wider than they are.
    let half = piece.half + Vec3::new(8.0, 0.5, 8.0);
    Piece { half, base_vertex: i32::try_from(chunk.first_vertex).unwrap_or(0), ..piece }
}
