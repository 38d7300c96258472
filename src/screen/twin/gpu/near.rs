//! What stands around the camera, on the adapter: made in the background for the cells that the camera comes near to,
//! forgotten when it has gone.

use std::collections::BTreeMap;

use bevy::prelude::*;
use bevy::render::render_resource::{Buffer, BufferInitDescriptor, BufferUsages};
use bevy::render::renderer::RenderDevice;
use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};

use super::super::frame::CityFrame;
use super::super::source::near::{Block, Spot, standing};
use super::RenderGround;
use crate::ground::pack::records::Chunk;

/// Cells that are kept beyond those in reach.
const SPARE: usize = 6;
/// Cells that are made at once.
const AT_ONCE: usize = 2;

/// The south-west corner of a cell, in whole metres.
pub type Key = [i32; 2];

/// A cell on the adapter.
pub struct Cell {
    /// Blocks of trees.
    pub blocks: Vec<Block>,
    /// Trees, as instances.
    pub trees: Option<Buffer>,
    /// Triangles of bridges.
    pub solids: Option<(Buffer, u32)>,
    /// Triangles of soft shapes on the ground.
    pub soft: Option<(Buffer, u32)>,
    /// Lowest and highest corner of its box in engine axes.
    pub bounds: [Vec3; 2],
    used: u32,
}

/// The cells.
#[derive(Resource, Default)]
pub struct GpuNear {
    /// Those that are ready.
    pub cells: BTreeMap<Key, Cell>,
    chunks: Option<BTreeMap<Key, Vec<Chunk>>>,
    making: BTreeMap<Key, Task<(super::super::source::near::Standing, [Vec3; 2])>>,
    frame: u32,
}

/// Bytes of a tree or a corner.
pub const SPOT_BYTES: u64 = 16;

fn words(spots: &[Spot]) -> Vec<[u32; 4]> {
    spots.iter().map(|([x, y, z], word)| [x.to_bits(), y.to_bits(), z.to_bits(), *word]).collect()
}

fn buffer(device: &RenderDevice, label: &str, spots: &[Spot]) -> Option<(Buffer, u32)> {
    let count = u32::try_from(spots.len()).ok().filter(|count| *count > 0)?;
    let contents = words(spots);
    let contents = bytemuck::cast_slice(&contents);
    let usage = BufferUsages::VERTEX;
    Some((device.create_buffer_with_data(&BufferInitDescriptor { label: Some(label), contents, usage }), count))
}

fn corners(chunk: &Chunk) -> [Vec3; 2] {
    let [x, y, z] = chunk.origin;
    let [wide, deep, high] = chunk.extent;
    [Vec3::new(x, z - 2.0, -(y + deep)), Vec3::new(x + wide, z + high + 20.0, -y)]
}

#[expect(clippy::cast_possible_truncation, reason = "metres of a city fit")]
fn key(chunk: &Chunk) -> Key {
    [chunk.origin[0].round() as i32, chunk.origin[1].round() as i32]
}

impl GpuNear {
    /// Cells that are being made.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.making.len()
    }

    /// Keep the cells within reach of the eye, make what is missing of them, forget what is far.
    fn follow(&mut self, ground: &RenderGround, frame: &CityFrame, device: &RenderDevice) {
        self.frame = self.frame.wrapping_add(1);
        let (eye, reach) = (frame.eye, frame.reach());
        if frame.style.bare || reach <= 0.0 {
            return;
        }
        let chunks = self.chunks.get_or_insert_with(|| {
            let mut cells: BTreeMap<Key, Vec<Chunk>> = BTreeMap::new();
            for chunk in ground.0.flat_chunks() {
                cells.entry(key(chunk)).or_default().push(*chunk);
            }
            cells
        });
        let mut wanted: Vec<(f32, Key)> = chunks
            .iter()
            .filter_map(|(key, chunks)| {
                let [low, high] = corners(chunks.first()?);
                let away = eye.clamp(low, high).distance(eye);
                (away < reach).then_some((away, *key))
            })
            .collect();
        wanted.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, key) in &wanted {
            if let Some(cell) = self.cells.get_mut(key) {
                cell.used = self.frame;
            } else if self.making.len() < AT_ONCE && !self.making.contains_key(key) {
                let (city, own) = (ground.0.clone(), chunks.get(key).cloned().unwrap_or_default());
                let task = AsyncComputeTaskPool::get().spawn(async move {
                    let bounds = own.iter().map(corners).reduce(|a, b| [a[0].min(b[0]), a[1].max(b[1])]);
                    (standing(&city, &own), bounds.unwrap_or_default())
                });
                self.making.insert(*key, task);
            }
        }
        let mut done = Vec::new();
        for (key, task) in &mut self.making {
            if let Some(made) = block_on(poll_once(task)) {
                done.push((*key, made));
            }
        }
        for (key, (made, bounds)) in done {
            self.making.remove(&key);
            let cell = Cell {
                trees: buffer(device, "trees", &made.trees).map(|(buffer, _)| buffer),
                solids: buffer(device, "bridges", &made.solids),
                soft: buffer(device, "soft shapes", &made.soft),
                blocks: made.blocks,
                bounds,
                used: self.frame,
            };
            self.cells.insert(key, cell);
        }
        if self.cells.len() > wanted.len() + SPARE {
            let mut ages: Vec<(u32, Key)> = self.cells.iter().map(|(key, cell)| (cell.used, *key)).collect();
            ages.sort_unstable();
            for (_, key) in ages.iter().take(self.cells.len() - wanted.len() - SPARE) {
                self.cells.remove(key);
            }
        }
    }
}

/// Forget buffers of a lost device.
pub fn forget(mut near: ResMut<GpuNear>) {
    *near = GpuNear::default();
}

/// Follows the camera.
pub fn follow(
    (device, ground): (Res<RenderDevice>, Res<RenderGround>),
    frame: Option<Res<CityFrame>>,
    mut near: ResMut<GpuNear>,
) {
    if let Some(frame) = frame {
        near.follow(&ground, &frame, &device);
    }
}
