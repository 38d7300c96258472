//! What stands around the camera: which trees, and the pipelines of trees, bridges and soft shapes on the ground.

use std::ops::Range;

use bevy::mesh::VertexBufferLayout;
use bevy::prelude::*;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::{
    BindGroupLayoutDescriptor, BlendState, Buffer, BufferInitDescriptor, BufferUsages, CachedRenderPipelineId,
    ColorTargetState, ColorWrites, Face, FragmentState, FrontFace, IndexFormat, MultisampleState, PipelineCache,
    PrimitiveState, RenderPipeline, RenderPipelineDescriptor, TextureFormat, VertexAttribute, VertexFormat,
    VertexState, VertexStepMode,
};
use bevy::render::renderer::RenderDevice;

use super::super::frame::CityFrame;
use super::super::gpu::near::{GpuNear, Key, SPOT_BYTES};
use super::super::source::near::BLOCK_M;
use super::{CityShaders, Pipelines, Sight, Uncovered, ViewBinding, Views, depth};

/// `view.wgsl` and `near.wgsl`.
pub(super) const SHADER: &str = concat!(
    include_str!("../../../../assets/shaders/twin/view.wgsl"),
    include_str!("../../../../assets/shaders/twin/near.wgsl")
);

/// The kinds of pipeline.
const KINDS: [&str; 3] = ["tree", "solid", "soft"];

/// Pipelines and the shape of a tree.
#[derive(Resource)]
pub(super) struct Made {
    pipelines: Pipelines<3>,
    shape: Buffer,
    indices: Buffer,
    index_count: u32,
}

/// Pipelines of one view.
#[derive(Component)]
pub(super) struct Ids([CachedRenderPipelineId; 3]);

impl Ids {
    pub(super) fn ready<'c>(&self, cache: &'c PipelineCache) -> Option<[&'c RenderPipeline; 3]> {
        let [tree, solid, soft] = self.0.map(|id| cache.get_render_pipeline(id));
        Some([tree?, solid?, soft?])
    }
}

/// What is drawn this frame: cells in sight, and which trees of them.
#[derive(Resource, Default)]
pub(super) struct Drawn {
    cells: Vec<Key>,
    trees: Vec<(Key, Range<u32>)>,
}

/// A tree one metre high: its vertices (the last number is 0 at the trunk, 1 in the crown) and indices.
fn tree() -> (Vec<[f32; 4]>, Vec<u16>) {
    let ring = |count: u16, turn: f32, radius: f32, height: f32, part: f32| {
        (0..count).map(move |i| {
            let angle = (f32::from(i) + turn) / f32::from(count) * std::f32::consts::TAU;
            [angle.cos() * radius, height, angle.sin() * radius, part]
        })
    };
    let mut vertices: Vec<[f32; 4]> = Vec::new();
    vertices.extend(ring(3, 0.0, 0.035, 0.0, 0.0));
    vertices.extend(ring(3, 0.0, 0.03, 0.32, 0.0));
    vertices.push([0.0, 0.2, 0.0, 1.0]);
    vertices.extend(ring(6, 0.0, 0.27, 0.36, 1.0));
    vertices.extend(ring(6, 0.5, 0.29, 0.64, 1.0));
    vertices.push([0.03, 1.0, 0.0, 1.0]);
    let mut indices = Vec::new();
    let between = |indices: &mut Vec<u16>, low: u16, high: u16, count: u16| {
        for i in 0..count {
            let j = (i + 1) % count;
            indices.extend([low + i, high + i, low + j, low + j, high + i, high + j]);
        }
    };
    between(&mut indices, 0, 3, 3);
    between(&mut indices, 7, 13, 6);
    for i in 0..6 {
        let j = (i + 1) % 6;
        indices.extend([6, 7 + i, 7 + j, 19, 13 + j, 13 + i]);
    }
    (vertices, indices)
}

pub(super) fn start(device: Res<RenderDevice>, mut commands: Commands) {
    let (vertices, indices) = tree();
    let make = |label, contents, usage| {
        device.create_buffer_with_data(&BufferInitDescriptor { label: Some(label), contents, usage })
    };
    commands.insert_resource(Made {
        pipelines: Pipelines::default(),
        shape: make("tree", bytemuck::cast_slice(&vertices), BufferUsages::VERTEX),
        indices: make("tree indices", bytemuck::cast_slice(&indices), BufferUsages::INDEX),
        index_count: u32::try_from(indices.len()).unwrap_or(0),
    });
}

pub(super) fn specialize(
    views: Views,
    (cache, shaders, view): (Res<PipelineCache>, Res<CityShaders>, Res<ViewBinding>),
    mut made: ResMut<Made>,
    mut commands: Commands,
) {
    for (entity, target, msaa) in &views {
        let ids = made.pipelines.get(&cache, (target, msaa), |kind, format, samples| {
            let kind = KINDS.get(kind).copied().unwrap_or_default();
            pipeline(kind, &view.layout, &shaders.near, format, samples)
        });
        commands.entity(entity).insert(Ids(ids));
    }
}

fn pipeline(
    kind: &str,
    layout: &BindGroupLayoutDescriptor,
    shader: &Handle<Shader>,
    format: TextureFormat,
    samples: u32,
) -> RenderPipelineDescriptor {
    let attribute = |format, offset, shader_location| VertexAttribute { format, offset, shader_location };
    let spots = |step_mode| VertexBufferLayout {
        array_stride: SPOT_BYTES,
        step_mode,
        attributes: vec![attribute(VertexFormat::Float32x3, 0, 0), attribute(VertexFormat::Uint32, 12, 1)],
    };
    let (soft, tree) = (kind == "soft", kind == "tree");
    let buffers = if tree {
        let shape = VertexBufferLayout {
            array_stride: 16,
            step_mode: VertexStepMode::Vertex,
            attributes: vec![attribute(VertexFormat::Float32x4, 0, 2)],
        };
        vec![spots(VertexStepMode::Instance), shape]
    } else {
        vec![spots(VertexStepMode::Vertex)]
    };
    RenderPipelineDescriptor {
        label: Some(format!("near {kind}").into()),
        layout: vec![layout.clone()],
        vertex: VertexState {
            shader: shader.clone(),
            entry_point: Some(format!("{kind}_vertex").into()),
            buffers,
            ..default()
        },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            entry_point: Some(if soft { "soft_fragment" } else { "painted_fragment" }.into()),
            targets: vec![Some(ColorTargetState {
                format,
                blend: soft.then_some(BlendState::ALPHA_BLENDING),
                write_mask: ColorWrites::ALL,
            })],
            ..default()
        }),
        primitive: PrimitiveState { front_face: FrontFace::Ccw, cull_mode: tree.then_some(Face::Back), ..default() },
        depth_stencil: Some(depth(!soft)),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

/// Chooses the cells in sight, and of every block as many trees as are seen from here, no more than the tier has.
pub(super) fn choose(
    frame: Option<Res<CityFrame>>,
    uncovered: Res<Uncovered>,
    near: Res<GpuNear>,
    mut drawn: ResMut<Drawn>,
) {
    let drawn = &mut *drawn;
    drawn.cells.clear();
    drawn.trees.clear();
    let Some(frame) = frame else { return };
    let reach = frame.reach();
    if frame.style.bare || reach <= 0.0 || near.cells.is_empty() {
        return;
    }
    let sight = Sight::new(&frame, &uncovered);
    for (key, cell) in &near.cells {
        let [low, high] = cell.bounds;
        let (middle, half) = ((low + high) / 2.0, (high - low) / 2.0);
        if frame.eye.clamp(low, high).distance(frame.eye) > reach || !sight.box_seen(middle, half) {
            continue;
        }
        drawn.cells.push(*key);
        for block in &cell.blocks {
            #[expect(clippy::cast_possible_truncation, reason = "metres of a city fit")]
            let (west, south, side) = (block.at[0] as f32, block.at[1] as f32, BLOCK_M as f32);
            let (low, high) = (Vec3::new(west, low.y, -(south + side)), Vec3::new(west + side, high.y, -south));
            let away = frame.eye.clamp(low, high).distance(frame.eye);
            // The shader lets a tree of rank r go at `1 - 0.6 r` of the reach.
            let share = ((1.0 - away / reach) / 0.6).clamp(0.0, 1.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "few"
            )]
            let count = ((block.trees.end - block.trees.start) as f32 * share).ceil() as u32;
            if count > 0 && sight.box_seen((low + high) / 2.0, (high - low) / 2.0) {
                drawn.trees.push((*key, block.trees.start..block.trees.start + count));
            }
        }
    }
    let total: u64 = drawn.trees.iter().map(|(_, trees)| u64::from(trees.end - trees.start)).sum();
    let most = u64::from(frame.means.trees);
    if total > most {
        // Fewer in every block: those that go first from afar are the last of it.
        for (_, trees) in &mut drawn.trees {
            let kept = u64::from(trees.end - trees.start) * most / total;
            trees.end = trees.start + u32::try_from(kept).unwrap_or(0);
        }
    }
}

/// Trees and bridges; they hide what lies behind them.
pub(super) fn draw_solid<'a>(
    pass: &mut TrackedRenderPass<'a>,
    (near, made, drawn): (&'a GpuNear, &'a Made, &Drawn),
    [tree, solid, _]: [&'a RenderPipeline; 3],
) {
    if !drawn.trees.is_empty() {
        pass.set_render_pipeline(tree);
        pass.set_vertex_buffer(1, made.shape.slice(..));
        pass.set_index_buffer(made.indices.slice(..), IndexFormat::Uint16);
        for (key, trees) in &drawn.trees {
            if let Some(buffer) = near.cells.get(key).and_then(|cell| cell.trees.as_ref()) {
                pass.set_vertex_buffer(0, buffer.slice(..));
                pass.draw_indexed(0..made.index_count, 0, trees.clone());
            }
        }
    }
    plain(pass, solid, drawn.cells.iter().filter_map(|key| near.cells.get(key)?.solids.as_ref()));
}

/// Shadows of bridges and shore lines, over what lies flat.
pub(super) fn draw_soft<'a>(
    pass: &mut TrackedRenderPass<'a>,
    (near, drawn): (&'a GpuNear, &Drawn),
    [_, _, soft]: [&'a RenderPipeline; 3],
) {
    plain(pass, soft, drawn.cells.iter().filter_map(|key| near.cells.get(key)?.soft.as_ref()));
}

fn plain<'a>(
    pass: &mut TrackedRenderPass<'a>,
    pipeline: &'a RenderPipeline,
    shapes: impl Iterator<Item = &'a (Buffer, u32)>,
) {
    let mut set = false;
    for (buffer, count) in shapes {
        if !std::mem::replace(&mut set, true) {
            pass.set_render_pipeline(pipeline);
        }
        pass.set_vertex_buffer(0, buffer.slice(..));
        pass.draw(0..*count, 0..1);
    }
}
