//! Buildings in the adapter's memory: corners, indices, and two words for each building.

use bevy::prelude::*;
use bevy::render::render_resource::{Buffer, BufferUsages};
use bevy::render::renderer::{RenderDevice, RenderQueue};

use super::super::frame::CityFrame;
use super::super::source::buildings::sorted;
use super::super::tints::Tints;
use super::{GpuLayer, Piece, buffer};
use crate::ground::City;
use crate::ground::pack::records::Building;

/// The buildings on the adapter.
#[derive(Resource)]
pub struct GpuBuildings {
    /// Chunks; their vertices are pulled from `corners` and `heights`.
    pub layer: GpuLayer,
    /// Two words for each corner, as in the pack.
    pub corners: Buffer,
    /// One word a building: top and foot in decimetres (14 bits each) and its shade (4 bits).
    pub heights: Buffer,
    /// One word a building; see [`Tints`].
    pub tints: Buffer,
}

/// Tints that changed since the last frame.
#[derive(Resource, Default)]
pub struct TintChanges(pub Vec<(u32, u32)>);

impl GpuBuildings {
    pub(super) fn new(device: &RenderDevice, queue: &RenderQueue, city: &City) -> Self {
        let make = |label, bytes| buffer(device, label, bytes, BufferUsages::STORAGE);
        let buildings = city.buildings().len() as u64;
        Self {
            layer: GpuLayer::new(device, queue, city.chunks(), Piece::new),
            corners: make("corners", city.corners().len() as u64 * 8),
            heights: make("heights", buildings * 4),
            tints: make("tints", buildings * 4),
        }
    }

    pub(super) fn pending(&self) -> usize {
        self.layer.waiting.len()
    }

    pub(super) fn upload(&mut self, queue: &RenderQueue, city: &City, frame: &CityFrame, budget: &mut usize) {
        let (corners, heights) = (&self.corners, &self.heights);
        self.layer.upload(queue, city.chunks(), frame.target, budget, |chunk| {
            let own = city.corners_of(chunk);
            queue.write_buffer(corners, u64::from(chunk.first_vertex) * 8, bytemuck::cast_slice(own));
            let words: Vec<u32> = city.buildings_of(chunk).iter().map(height_word).collect();
            queue.write_buffer(heights, u64::from(chunk.first_building) * 4, bytemuck::cast_slice(&words));
            let (indices, steps) = sorted(city, chunk);
            (indices, steps, own.len() * 8 + words.len() * 4)
        });
    }
}

fn height_word(building: &Building) -> u32 {
    let metres = |dm: u16| u32::from(dm.min(0x3FFF));
    metres(building.top_dm) | metres(building.foot_dm) << 14 | u32::from(building.shade >> 4) << 28
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
