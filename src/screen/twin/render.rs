//! Draws the city in one pass of its own before Bevy's opaque pass: buildings front to back, then sky and ground behind
//! them, then flat shapes and lines over the ground where no building stands before it.

use std::ops::Range;

use bevy::core_pipeline::core_3d::{CORE_3D_DEPTH_FORMAT, main_opaque_pass_3d};
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::mesh::VertexBufferLayout;
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::render::extract_resource::ExtractResourcePlugin;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::binding_types::{storage_buffer_read_only_sized, uniform_buffer_sized};
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, BlendState, Buffer,
    BufferDescriptor, BufferId, BufferUsages, CachedRenderPipelineId, ColorTargetState, ColorWrites, CompareFunction,
    DepthBiasState, DepthStencilState, Face, FragmentState, FrontFace, IndexFormat, MultisampleState, PipelineCache,
    PrimitiveState, RenderPassDescriptor, RenderPipelineDescriptor, ShaderStages, StencilState, StoreOp, TextureFormat,
    VertexAttribute, VertexFormat, VertexState, VertexStepMode,
};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::view::{ExtractedView, Msaa, ViewDepthTexture, ViewTarget};
use bevy::render::{ExtractSchedule, Render, RenderApp, RenderStartup, RenderSystems};
use bevy::shader::Shader;

use super::CityDrawn;
use super::frame::{CityFrame, ViewUniform, first_road, gone};
use super::gpu::{self, GpuCity, GpuLayer, PLACE_BYTES, Pending, Piece, RenderGround, TintChanges};
use super::source::PAINTS;
use crate::ground::pack::records::Paint;

/// The shader, compiled into the program.
const SHADER: &str = include_str!("../../../assets/shaders/city.wgsl");

/// The kinds of pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Near,
    Far,
    Background,
    Fills,
    Lines,
}

const KINDS: [Kind; 5] = [Kind::Near, Kind::Far, Kind::Background, Kind::Fills, Kind::Lines];

#[derive(Resource)]
struct CityPipelines {
    layout: BindGroupLayoutDescriptor,
    shader: Handle<Shader>,
    made: HashMap<(TextureFormat, u32, Kind), CachedRenderPipelineId>,
}

#[derive(Resource, Clone)]
struct CityShader(Handle<Shader>);

/// Pipelines for one view.
#[derive(Component, Clone, Copy)]
struct CityView3d([CachedRenderPipelineId; KINDS.len()]);

/// Uniforms and bind group.
#[derive(Resource)]
struct CityBinding {
    uniform: Buffer,
    group: Option<(BufferId, BindGroup)>,
}

/// What is drawn this frame, chosen by frustum and size on screen.
#[derive(Resource, Default)]
struct Drawn {
    near: Ranges,
    far: Ranges,
    fills: Ranges,
    streams: Ranges,
    paved: Ranges,
    lines: Ranges,
}

/// Chunks and which of their indices.
type Ranges = Vec<(usize, Range<u32>)>;

/// Adds the render world's half of the twin.
pub(super) fn plugin(app: &mut App) {
    let pending = Pending::default();
    app.insert_resource(pending.clone()).add_plugins(ExtractResourcePlugin::<CityFrame>::default());
    let shader = Shader::from_wgsl(SHADER, "embedded://hall/city.wgsl");
    let shader = app.world_mut().resource_mut::<Assets<Shader>>().add(shader);
    let ground = app.world().resource::<crate::screen::shown::Ground>().0.clone();
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render
        .insert_resource(pending)
        .insert_resource(CityShader(shader))
        .insert_resource(RenderGround(ground))
        .init_resource::<TintChanges>()
        .init_resource::<Drawn>()
        .add_systems(RenderStartup, (gpu::forget, start))
        .add_systems(ExtractSchedule, gpu::extract)
        .add_systems(
            Render,
            (
                specialize.in_set(RenderSystems::Prepare),
                (gpu::upload, choose, bind).chain().in_set(RenderSystems::PrepareBindGroups),
            ),
        )
        .configure_sets(Core3d, CityDrawn.in_set(Core3dSystems::MainPass).before(main_opaque_pass_3d))
        .add_systems(Core3d, draw.in_set(CityDrawn));
}

fn start(device: Res<RenderDevice>, shader: Res<CityShader>, mut commands: Commands) {
    let layout = BindGroupLayoutDescriptor::new(
        "city",
        &BindGroupLayoutEntries::sequential(
            ShaderStages::VERTEX_FRAGMENT,
            (
                uniform_buffer_sized(false, std::num::NonZero::new(size_of::<ViewUniform>() as u64)),
                storage_buffer_read_only_sized(false, None),
                storage_buffer_read_only_sized(false, None),
                storage_buffer_read_only_sized(false, None),
            ),
        ),
    );
    commands.insert_resource(CityPipelines { layout, shader: shader.0.clone(), made: HashMap::default() });
    let uniform = device.create_buffer(&BufferDescriptor {
        label: Some("city view"),
        size: size_of::<ViewUniform>() as u64,
        usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    commands.insert_resource(CityBinding { uniform, group: None });
}

impl CityPipelines {
    fn get(
        &mut self,
        cache: &PipelineCache,
        format: TextureFormat,
        samples: u32,
        kind: Kind,
    ) -> CachedRenderPipelineId {
        let (layout, shader) = (&self.layout, &self.shader);
        *self
            .made
            .entry((format, samples, kind))
            .or_insert_with(|| cache.queue_render_pipeline(pipeline(layout, shader, format, samples, kind)))
    }
}

fn pipeline(
    layout: &BindGroupLayoutDescriptor,
    shader: &Handle<Shader>,
    format: TextureFormat,
    samples: u32,
    kind: Kind,
) -> RenderPipelineDescriptor {
    let (vertex, fragment) = match kind {
        Kind::Near => ("near_vertex", "near_fragment"),
        Kind::Far => ("far_vertex", "far_fragment"),
        Kind::Background => ("background_vertex", "background_fragment"),
        Kind::Fills => ("fill_vertex", "fill_fragment"),
        Kind::Lines => ("line_vertex", "line_fragment"),
    };
    let solid = matches!(kind, Kind::Near | Kind::Far);
    let covers = solid || kind == Kind::Background;
    RenderPipelineDescriptor {
        label: Some(format!("city {kind:?}").into()),
        layout: vec![layout.clone()],
        vertex: VertexState {
            shader: shader.clone(),
            entry_point: Some(vertex.into()),
            buffers: vertex_buffers(kind),
            ..default()
        },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            entry_point: Some(fragment.into()),
            targets: vec![Some(ColorTargetState {
                format,
                blend: (!covers).then_some(BlendState::ALPHA_BLENDING),
                write_mask: ColorWrites::ALL,
            })],
            ..default()
        }),
        primitive: PrimitiveState { front_face: FrontFace::Ccw, cull_mode: solid.then_some(Face::Back), ..default() },
        depth_stencil: Some(DepthStencilState {
            format: CORE_3D_DEPTH_FORMAT,
            depth_write_enabled: Some(solid),
            depth_compare: Some(CompareFunction::GreaterEqual),
            stencil: StencilState::default(),
            bias: DepthBiasState::default(),
        }),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

/// What a chunk is, and for flat shapes their two arrays.
fn vertex_buffers(kind: Kind) -> Vec<VertexBufferLayout> {
    let one = |format: VertexFormat, shader_location| VertexBufferLayout {
        array_stride: format.size(),
        step_mode: VertexStepMode::Vertex,
        attributes: vec![VertexAttribute { format, offset: 0, shader_location }],
    };
    let place = |format, offset, shader_location| VertexAttribute { format, offset, shader_location };
    let places = VertexBufferLayout {
        array_stride: PLACE_BYTES,
        step_mode: VertexStepMode::Instance,
        attributes: vec![
            place(VertexFormat::Float32x3, 0, 0),
            place(VertexFormat::Float32x3, 12, 1),
            place(VertexFormat::Uint32x2, 24, 2),
        ],
    };
    match kind {
        Kind::Background => Vec::new(),
        Kind::Near | Kind::Far => vec![places],
        Kind::Fills | Kind::Lines => vec![places, one(VertexFormat::Uint16x4, 3), one(VertexFormat::Uint8x4, 4)],
    }
}

/// Gives every view the pipelines for its format and samples.
fn specialize(
    views: Query<(Entity, &ViewTarget, &Msaa), With<ExtractedView>>,
    cache: Res<PipelineCache>,
    mut pipelines: ResMut<CityPipelines>,
    mut commands: Commands,
) {
    for (entity, target, msaa) in &views {
        let format = target.main_texture_format();
        let made = KINDS.map(|kind| pipelines.get(&cache, format, msaa.samples(), kind));
        commands.entity(entity).insert(CityView3d(made));
    }
}

/// Chooses the chunks in sight and how much of each is worth drawing.
fn choose(frame: Option<Res<CityFrame>>, gpu: Option<Res<GpuCity>>, mut drawn: ResMut<Drawn>) {
    let drawn = &mut *drawn;
    for ranges in
        [&mut drawn.near, &mut drawn.far, &mut drawn.fills, &mut drawn.streams, &mut drawn.paved, &mut drawn.lines]
    {
        ranges.clear();
    }
    let (Some(frame), Some(gpu)) = (frame, gpu) else { return };
    let planes = planes(frame.clip_from_world);
    // Distance to the nearest point of a chunk in sight, and its steps.
    let sight = |piece: &Piece| -> Option<f32> {
        let seen = planes.iter().all(|plane| {
            let reach = plane.truncate().abs().dot(piece.half);
            plane.truncate().dot(piece.center) + plane.w + reach >= 0.0
        });
        let nearest = frame.eye.clamp(piece.center - piece.half, piece.center + piece.half);
        seen.then(|| nearest.distance(frame.eye).max(1.0))
    };
    let mut order: Vec<(f32, usize, Range<u32>)> = Vec::new();
    for (i, piece) in gpu.buildings.pieces.iter().enumerate() {
        if let (Some(steps), Some(nearest)) = (&piece.steps, sight(piece)) {
            let range = steps.buildings(frame.pixels / nearest);
            if !range.is_empty() {
                order.push((nearest, i, range));
            }
        }
    }
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (nearest, i, range) in order {
        if nearest < frame.near { &mut drawn.near } else { &mut drawn.far }.push((i, range));
    }
    if frame.style.bare {
        return;
    }
    let rank = |paint: Paint| usize::from(paint.rank());
    for (i, piece) in gpu.flat.pieces.iter().enumerate() {
        let (Some(steps), Some(nearest)) = (&piece.steps, sight(piece)) else { continue };
        let scale = frame.pixels / nearest;
        let take = |to: &mut Ranges, ranks: Range<usize>| {
            let range = steps.flat(ranks);
            if !range.is_empty() {
                to.push((i, range));
            }
        };
        take(&mut drawn.fills, 0..rank(Paint::Stream));
        if !gone(Paint::Stream, scale) {
            take(&mut drawn.streams, rank(Paint::Stream)..rank(Paint::Paved));
        }
        take(&mut drawn.paved, rank(Paint::Paved)..rank(Paint::Tunnel));
        if !gone(Paint::Tunnel, scale) {
            take(&mut drawn.lines, rank(Paint::Tunnel)..rank(Paint::Path));
        }
        take(&mut drawn.lines, rank(first_road(scale))..PAINTS);
    }
}

/// Left, right, bottom, top and near plane of a frustum; inside is positive.
fn planes(clip_from_world: Mat4) -> [Vec4; 5] {
    let row = |i| clip_from_world.row(i);
    let w = row(3);
    [w + row(0), w - row(0), w + row(1), w - row(1), w - row(2)]
}

fn bind(
    (device, queue, cache): (Res<RenderDevice>, Res<RenderQueue>, Res<PipelineCache>),
    (frame, gpu, pipelines): (Option<Res<CityFrame>>, Option<Res<GpuCity>>, Res<CityPipelines>),
    mut binding: ResMut<CityBinding>,
) {
    let (Some(frame), Some(gpu)) = (frame, gpu) else { return };
    queue.write_buffer(&binding.uniform, 0, bytemuck::bytes_of(&frame.uniform));
    if binding.group.as_ref().is_none_or(|(tints, _)| *tints != gpu.tints.id()) {
        let group = device.create_bind_group(
            "city",
            &cache.get_bind_group_layout(&pipelines.layout),
            &BindGroupEntries::sequential((
                binding.uniform.as_entire_binding(),
                gpu.corners.as_entire_binding(),
                gpu.heights.as_entire_binding(),
                gpu.tints.as_entire_binding(),
            )),
        );
        binding.group = Some((gpu.tints.id(), group));
    }
}

fn draw(
    view: ViewQuery<(&ViewTarget, &ViewDepthTexture, &CityView3d)>,
    cache: Res<PipelineCache>,
    (gpu, binding, drawn, frame): (Option<Res<GpuCity>>, Res<CityBinding>, Res<Drawn>, Option<Res<CityFrame>>),
    mut ctx: RenderContext,
) {
    let (target, depth, pipelines) = view.into_inner();
    let (Some(gpu), Some((_, group)), Some(frame)) = (gpu.as_deref(), &binding.group, frame) else { return };
    let ready = pipelines.0.map(|id| cache.get_render_pipeline(id));
    let [Some(near), Some(far), Some(background), Some(fills), Some(lines)] = ready else { return };
    let color = [Some(target.get_color_attachment())];
    let mut pass = ctx.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("city"),
        color_attachments: &color,
        depth_stencil_attachment: Some(depth.get_attachment(StoreOp::Store)),
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    for (pipeline, ranges) in [(near, &drawn.near), (far, &drawn.far)] {
        pass.set_render_pipeline(pipeline);
        pass.set_bind_group(0, group, &[]);
        pieces(&mut pass, &gpu.buildings, ranges);
    }
    if frame.style.bare {
        return;
    }
    pass.set_render_pipeline(background);
    pass.draw(0..3, 0..1);
    pass.set_vertex_buffer(1, gpu.positions.slice(..));
    pass.set_vertex_buffer(2, gpu.tones.slice(..));
    for (pipeline, ranges) in
        [(fills, &drawn.fills), (lines, &drawn.streams), (fills, &drawn.paved), (lines, &drawn.lines)]
    {
        if !ranges.is_empty() {
            pass.set_render_pipeline(pipeline);
            pieces(&mut pass, &gpu.flat, ranges);
        }
    }
}

fn pieces<'a>(pass: &mut TrackedRenderPass<'a>, layer: &'a GpuLayer, ranges: &[(usize, Range<u32>)]) {
    pass.set_vertex_buffer(0, layer.places.slice(..));
    pass.set_index_buffer(layer.indices.slice(..), IndexFormat::Uint16);
    for (i, range) in ranges {
        let (Some(piece), Ok(instance)) = (layer.pieces.get(*i), u32::try_from(*i)) else { continue };
        let indices = piece.first_index + range.start..piece.first_index + range.end;
        pass.draw_indexed(indices, piece.base_vertex, instance..instance + 1);
    }
}
