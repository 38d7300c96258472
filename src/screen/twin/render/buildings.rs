//! Buildings: their pipelines, what these read, and how they are drawn; [`chosen`] says which and how much of each.

use std::ops::Range;

use bevy::mesh::VertexBufferLayout;
use bevy::prelude::*;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::binding_types::storage_buffer_read_only_sized;
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, Buffer, BufferDescriptor, BufferId,
    BufferUsages, CachedRenderPipelineId, ColorTargetState, ColorWrites, Face, FragmentState, FrontFace, IndexFormat,
    MultisampleState, PipelineCache, PrimitiveState, RenderPipeline, RenderPipelineDescriptor, ShaderStages,
    TextureFormat, VertexAttribute, VertexFormat, VertexState, VertexStepMode,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bytemuck::{Pod, Zeroable};

use super::super::gpu::GpuBuildings;
use super::{CityShaders, Pipelines, ViewBinding, Views, depth};
use crate::screen::twin::frame::CityFrame;

mod chosen;

pub(super) use chosen::choose;

/// `view.wgsl`, `windows.wgsl` and `buildings.wgsl`.
pub(super) const SHADER: &str = concat!(
    include_str!("../../../../assets/shaders/twin/view.wgsl"),
    include_str!("../../../../assets/shaders/twin/windows.wgsl"),
    include_str!("../../../../assets/shaders/twin/buildings.wgsl")
);

/// What a building is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A prism with edges and contact shade.
    Near,
    /// A prism.
    Far,
    /// One face with as much wall and roof as are seen of a box.
    Box,
}

const KINDS: [Kind; 3] = [Kind::Near, Kind::Far, Kind::Box];

/// Corners of a box's face.
const CORNERS: u16 = 4;
/// Boxes that one draw can number.
const BOXES: u32 = 65_536 / CORNERS as u32;
/// A face's two triangles.
const FACE: [u16; INDICES as usize] = [0, 1, 2, 0, 2, 3];
const INDICES: u32 = 6;

/// Layout, pipelines and what they read.
#[derive(Resource)]
pub(super) struct Binding {
    layout: BindGroupLayoutDescriptor,
    pipelines: Pipelines<{ KINDS.len() }>,
    group: Option<([BufferId; 2], BindGroup)>,
    /// Indices of as many boxes as one draw can number.
    boxes: Buffer,
    places: Buffer,
}

impl Binding {
    /// Layout of bind group 1.
    pub(super) fn layout(&self) -> &BindGroupLayoutDescriptor {
        &self.layout
    }
}

/// Pipelines of one view, and the format and samples that they are for.
#[derive(Component, Clone, Copy)]
pub(super) struct Ids {
    ids: [CachedRenderPipelineId; KINDS.len()],
    of: (TextureFormat, u32),
}

/// Pipelines that are compiled, in the order of [`KINDS`].
type Ready<'c> = [&'c RenderPipeline; KINDS.len()];

impl Ids {
    pub(super) fn ready<'c>(&self, cache: &'c PipelineCache) -> Option<Ready<'c>> {
        let [near, far, boxes] = self.ids.map(|id| cache.get_render_pipeline(id));
        Some([near?, far?, boxes?])
    }
}

/// What the shader reads of a chunk for one draw, an instance.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Place {
    /// West, south, and size towards east and north, metres.
    area: [f32; 4],
    first_building: u32,
    first_corner: u32,
    /// Times as long as it is that a box is drawn.
    grow: f32,
}

/// One draw.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Draw {
    indices: Range<u32>,
    first_vertex: i32,
    place: u32,
}

/// What is drawn this frame, nearest first, by [`KINDS`].
#[derive(Resource, Default)]
pub(super) struct Drawn {
    draws: [Vec<Draw>; KINDS.len()],
    places: Vec<Place>,
}

pub(super) fn start(device: Res<RenderDevice>, queue: Res<RenderQueue>, mut commands: Commands) {
    let words = || storage_buffer_read_only_sized(false, None);
    let entries = BindGroupLayoutEntries::sequential(ShaderStages::VERTEX, (words(), words(), words()));
    let layout = BindGroupLayoutDescriptor::new("buildings", &entries);
    let faces: Vec<u16> =
        (0..=u16::MAX / CORNERS).flat_map(|i| FACE.iter().map(move |corner| i * CORNERS + corner)).collect();
    let boxes = device.create_buffer(&BufferDescriptor {
        label: Some("faces of boxes"),
        size: size_of_val(faces.as_slice()) as u64,
        usage: BufferUsages::INDEX | BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    queue.write_buffer(&boxes, 0, bytemuck::cast_slice(&faces));
    commands.insert_resource(Binding {
        layout,
        pipelines: Pipelines::default(),
        group: None,
        boxes,
        places: place_buffer(&device, 512),
    });
}

fn place_buffer(device: &RenderDevice, count: usize) -> Buffer {
    device.create_buffer(&BufferDescriptor {
        label: Some("places of buildings"),
        size: (count * size_of::<Place>()) as u64,
        usage: BufferUsages::VERTEX | BufferUsages::COPY_DST,
        mapped_at_creation: false,
    })
}

/// Gives every view the pipelines for its format and samples, and for windows that are lit or are not.
pub(super) fn specialize(
    (views, before): (Views, Query<&Ids>),
    (cache, shaders, view): (Res<PipelineCache>, Res<CityShaders>, Res<ViewBinding>),
    frame: Option<Res<CityFrame>>,
    mut binding: ResMut<Binding>,
    mut commands: Commands,
) {
    let Some(lit) = frame.map(|frame| frame.lit()) else { return };
    let Binding { layout, pipelines, .. } = &mut *binding;
    for (entity, target, msaa) in &views {
        let ids = pipelines.get_with(&cache, (target, msaa), lit, |kind, format, samples| {
            let kind = KINDS.get(kind).copied().unwrap_or(Kind::Far);
            pipeline((kind, lit), vec![view.layout.clone(), layout.clone()], &shaders.buildings, format, samples)
        });
        let wanted = Ids { ids, of: (target.main_texture_format(), msaa.samples()) };
        // At dusk the city stays as it is until the others are compiled.
        let stays = before.get(entity).is_ok_and(|before| before.of == wanted.of) && wanted.ready(&cache).is_none();
        if !stays {
            commands.entity(entity).insert(wanted);
        }
    }
}

/// What the shader reads of a draw, an instance.
pub(super) fn places() -> VertexBufferLayout {
    let place = |format, offset, shader_location| VertexAttribute { format, offset, shader_location };
    VertexBufferLayout {
        array_stride: size_of::<Place>() as u64,
        step_mode: VertexStepMode::Instance,
        attributes: vec![
            place(VertexFormat::Float32x4, 0, 0),
            place(VertexFormat::Uint32x2, 16, 1),
            place(VertexFormat::Float32, 24, 2),
        ],
    }
}

fn pipeline(
    (kind, lit): (Kind, bool),
    layout: Vec<BindGroupLayoutDescriptor>,
    shader: &Handle<Shader>,
    format: TextureFormat,
    samples: u32,
) -> RenderPipelineDescriptor {
    let (vertex, fragment) = match (kind, lit) {
        (Kind::Near, _) => ("near_vertex", "near_fragment"),
        (Kind::Far, false) => ("far_vertex", "far_fragment"),
        (Kind::Far, true) => ("far_lit_vertex", "far_lit_fragment"),
        (Kind::Box, false) => ("box_vertex", "box_fragment"),
        (Kind::Box, true) => ("box_lit_vertex", "box_lit_fragment"),
    };
    RenderPipelineDescriptor {
        label: Some(format!("buildings {kind:?}").into()),
        layout,
        vertex: VertexState {
            shader: shader.clone(),
            entry_point: Some(vertex.into()),
            buffers: vec![places()],
            ..default()
        },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            entry_point: Some(fragment.into()),
            targets: vec![Some(ColorTargetState { format, blend: None, write_mask: ColorWrites::ALL })],
            ..default()
        }),
        primitive: PrimitiveState { front_face: FrontFace::Ccw, cull_mode: Some(Face::Back), ..default() },
        depth_stencil: Some(depth(true)),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

pub(super) fn bind(
    (device, queue, cache): (Res<RenderDevice>, Res<RenderQueue>, Res<PipelineCache>),
    (gpu, drawn): (Option<Res<GpuBuildings>>, Res<Drawn>),
    mut binding: ResMut<Binding>,
) {
    let Some(gpu) = gpu else { return };
    let bytes: &[u8] = bytemuck::cast_slice(&drawn.places);
    if binding.places.size() < bytes.len() as u64 {
        binding.places = place_buffer(&device, drawn.places.len().next_power_of_two());
    }
    queue.write_buffer(&binding.places, 0, bytes);
    let read = [gpu.corners.id(), gpu.tints.id()];
    if binding.group.as_ref().is_none_or(|(of, _)| *of != read) {
        let group = device.create_bind_group(
            "buildings",
            &cache.get_bind_group_layout(&binding.layout),
            &BindGroupEntries::sequential((
                gpu.corners.as_entire_binding(),
                gpu.massings.as_entire_binding(),
                gpu.tints.as_entire_binding(),
            )),
        );
        binding.group = Some((read, group));
    }
}

pub(super) fn draw<'a>(
    pass: &mut TrackedRenderPass<'a>,
    gpu: &'a GpuBuildings,
    binding: &'a Binding,
    drawn: &Drawn,
    pipelines: Ready<'a>,
) {
    let Some((_, group)) = &binding.group else { return };
    pass.set_bind_group(1, group, &[]);
    pass.set_vertex_buffer(0, binding.places.slice(..));
    for ((pipeline, draws), kind) in pipelines.into_iter().zip(&drawn.draws).zip(KINDS) {
        if draws.is_empty() {
            continue;
        }
        let indices = match kind {
            Kind::Near | Kind::Far => &gpu.indices,
            Kind::Box => &binding.boxes,
        };
        pass.set_render_pipeline(pipeline);
        pass.set_index_buffer(indices.slice(..), IndexFormat::Uint16);
        for draw in draws {
            pass.draw_indexed(draw.indices.clone(), draw.first_vertex, draw.place..draw.place + 1);
        }
    }
}

/// Draws the prisms of this frame with a pipeline of its own: the near ones, or all of them.
pub(super) fn draw_prisms<'a>(
    pass: &mut TrackedRenderPass<'a>,
    (gpu, binding, drawn): (&'a GpuBuildings, &'a Binding, &Drawn),
    pipeline: &'a RenderPipeline,
    near_only: bool,
) {
    let Some((_, group)) = &binding.group else { return };
    pass.set_bind_group(1, group, &[]);
    pass.set_vertex_buffer(0, binding.places.slice(..));
    pass.set_index_buffer(gpu.indices.slice(..), IndexFormat::Uint16);
    pass.set_render_pipeline(pipeline);
    for (kind, draws) in KINDS.into_iter().zip(&drawn.draws) {
        if kind == Kind::Near || (kind == Kind::Far && !near_only) {
            for draw in draws {
                pass.draw_indexed(draw.indices.clone(), draw.first_vertex, draw.place..draw.place + 1);
            }
        }
    }
}
