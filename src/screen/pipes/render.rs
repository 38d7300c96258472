//! Draws the pit and its pipes in a pass of their own behind the city's, with its depth and its fog. While nothing is cut
//! open there is no pass and no pipeline.

use bevy::core_pipeline::core_3d::main_opaque_pass_3d;
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::mesh::VertexBufferLayout;
use bevy::prelude::*;
use bevy::render::render_resource::{
    BindGroupLayoutDescriptor, BlendState, Buffer, BufferInitDescriptor, BufferUsages, CachedRenderPipelineId,
    ColorTargetState, ColorWrites, FragmentState, IndexFormat, MultisampleState, PipelineCache, PrimitiveState,
    RenderPipelineDescriptor, TextureFormat, VertexAttribute, VertexFormat, VertexState, VertexStepMode,
};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::view::{ViewDepthTexture, ViewTarget};
use bevy::render::{Extract, ExtractSchedule, Render, RenderApp, RenderStartup, RenderSystems};
use bytemuck::{Pod, Zeroable};

use super::model::LEAST_HALF;
use super::shape::Tube;
use super::systems::Pit;
use crate::screen::components::ComponentsDrawn;
use crate::screen::look::tokens::pipe;
use crate::screen::look::tokens::{self, Rgb};
use crate::screen::shown::CityView;
use crate::screen::twin::frame::CityFrame;
use crate::screen::twin::pass::{Pipelines, Uniform, ViewBinding, Views, begin, depth};
use crate::screen::twin::{CityDrawn, in_sight};

/// `view.wgsl` and `pipes.wgsl`.
const SHADER: &str =
    concat!(include_str!("../../../assets/shaders/twin/view.wgsl"), include_str!("../../../assets/shaders/pipes.wgsl"));

/// Corners of a tube.
const CORNERS: u32 = 6;

/// `Pit` of the shader.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Looks {
    place: [f32; 4],
    bottom: [f32; 4],
    wall: [[f32; 4]; 2],
    rim: [f32; 4],
    tones: [[f32; 4]; 8],
    pixels: [f32; 4],
}

#[derive(Resource)]
struct PipesShader(Handle<Shader>);

/// What is cut open, in the render world.
#[derive(Resource, Default)]
struct Opened {
    pit: Option<Pit>,
    dirty: bool,
    /// Points of a metre at a depth of one metre.
    points: f32,
}

/// What both draw calls share.
#[derive(Resource)]
struct Shared {
    looks: Uniform,
    pipelines: Pipelines<2>,
    made: Option<Made>,
}

/// The pit on the adapter.
struct Made {
    corners: Buffer,
    indices: Buffer,
    index_count: u32,
    tubes: Option<(Buffer, u32)>,
}

/// The pipelines of a view: the lid's and the tubes'.
#[derive(Component)]
struct PipelinesOfView([CachedRenderPipelineId; 2]);

/// Adds the pass to the render app, where there is one.
pub(super) fn plugin(app: &mut App) {
    let Some(mut shaders) = app.world_mut().get_resource_mut::<Assets<Shader>>() else { return };
    let shader = shaders.add(Shader::from_wgsl(SHADER, "embedded://hall/pipes.wgsl"));
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render
        .insert_resource(PipesShader(shader))
        .init_resource::<Opened>()
        .add_systems(RenderStartup, start)
        .add_systems(ExtractSchedule, extract)
        .add_systems(
            Render,
            (specialize.in_set(RenderSystems::Prepare), write.in_set(RenderSystems::PrepareBindGroups)),
        )
        .add_systems(
            Core3d,
            draw.in_set(Core3dSystems::MainPass)
                .after(CityDrawn)
                .before(ComponentsDrawn)
                .before(main_opaque_pass_3d)
                .run_if(in_sight),
        );
}

fn start(device: Res<RenderDevice>, cache: Res<PipelineCache>, mut commands: Commands, mut opened: ResMut<Opened>) {
    // After a lost adapter everything is made anew.
    opened.dirty = true;
    let looks = Uniform::new::<Looks>("pipes", &device, &cache);
    commands.insert_resource(Shared { looks, pipelines: Pipelines::default(), made: None });
}

fn extract(mut opened: ResMut<Opened>, pit: Extract<Option<Res<Pit>>>, view: Extract<Option<Res<CityView>>>) {
    if let Some(view) = view.as_ref() {
        opened.points = view.clip_from_world.row(1).truncate().length() * view.size.y / 2.0;
    }
    let Some(pit) = pit.as_ref().filter(|pit| pit.is_changed()) else { return };
    opened.dirty = true;
    opened.pit = pit.is_open().then(|| (**pit).clone());
}

/// Gives every view the pipelines for its format and samples, once something is cut open.
fn specialize(
    views: Views,
    (cache, shader, opened): (Res<PipelineCache>, Res<PipesShader>, Res<Opened>),
    (shared, view): (Option<ResMut<Shared>>, Option<Res<ViewBinding>>),
    mut commands: Commands,
) {
    let (Some(shared), Some(view)) = (shared.filter(|_| opened.pit.is_some()), view) else { return };
    let Shared { looks, pipelines, .. } = shared.into_inner();
    let layout = [view.layout.clone(), looks.layout.clone()];
    for (entity, target, msaa) in &views {
        let ids = pipelines.get(&cache, (target, msaa), |kind, format, samples| {
            let vertices = if kind == 0 { lid_vertices() } else { tube_vertices() };
            pipeline(&layout, &shader.0, vertices, format, samples)
        });
        commands.entity(entity).insert(PipelinesOfView(ids));
    }
}

/// Name of what is drawn, in labels and before `_vertex` and `_fragment` in the shader, and its vertices.
type Vertices = (&'static str, VertexBufferLayout);

fn lid_vertices() -> Vertices {
    let layout = VertexBufferLayout {
        array_stride: size_of::<[f32; 3]>() as u64,
        step_mode: VertexStepMode::Vertex,
        attributes: vec![VertexAttribute { format: VertexFormat::Float32x3, offset: 0, shader_location: 0 }],
    };
    ("lid", layout)
}

fn tube_vertices() -> Vertices {
    let attribute =
        |offset, shader_location| VertexAttribute { format: VertexFormat::Float32x4, offset, shader_location };
    let layout = VertexBufferLayout {
        array_stride: size_of::<Tube>() as u64,
        step_mode: VertexStepMode::Instance,
        attributes: vec![attribute(0, 0), attribute(16, 1), attribute(32, 2)],
    };
    ("tube", layout)
}

fn pipeline(
    layout: &[BindGroupLayoutDescriptor],
    shader: &Handle<Shader>,
    (name, vertices): Vertices,
    format: TextureFormat,
    samples: u32,
) -> RenderPipelineDescriptor {
    RenderPipelineDescriptor {
        label: Some(name.into()),
        layout: layout.to_vec(),
        vertex: VertexState {
            shader: shader.clone(),
            entry_point: Some(format!("{name}_vertex").into()),
            buffers: vec![vertices],
            ..default()
        },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            entry_point: Some(format!("{name}_fragment").into()),
            targets: vec![Some(ColorTargetState {
                format,
                blend: Some(BlendState::ALPHA_BLENDING),
                write_mask: ColorWrites::ALL,
            })],
            ..default()
        }),
        primitive: PrimitiveState { cull_mode: None, ..default() },
        depth_stencil: Some(depth(false)),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

/// Brings the adapter in line with what is cut open.
fn write(
    (device, queue): (Res<RenderDevice>, Res<RenderQueue>),
    frame: Option<Res<CityFrame>>,
    shared: Option<ResMut<Shared>>,
    mut opened: ResMut<Opened>,
) {
    let (Some(mut shared), Some(frame)) = (shared, frame) else { return };
    if std::mem::take(&mut opened.dirty) {
        shared.made = opened.pit.as_ref().map(|pit| made(pit, &device));
    }
    if let Some(pit) = &opened.pit {
        shared.looks.write(&queue, &looks(pit, frame.pixels / opened.points.max(1.0)));
    }
}

fn made(pit: &Pit, device: &RenderDevice) -> Made {
    let filled = |contents: &[u8], usage| {
        device.create_buffer_with_data(&BufferInitDescriptor { label: Some("pipes"), contents, usage })
    };
    let count = |n: usize| u32::try_from(n).unwrap_or(0);
    let tubes = (!pit.tubes.is_empty())
        .then(|| (filled(bytemuck::cast_slice(&pit.tubes), BufferUsages::VERTEX), count(pit.tubes.len())));
    Made {
        corners: filled(bytemuck::cast_slice(&pit.lid.corners), BufferUsages::VERTEX),
        indices: filled(bytemuck::cast_slice(&pit.lid.indices), BufferUsages::INDEX),
        index_count: count(pit.lid.indices.len()),
        tubes,
    }
}

/// What the shader is told; `scale` is how many pixels a point has.
fn looks(pit: &Pit, scale: f32) -> Looks {
    let with = |colour: Rgb, alpha: f32| {
        let [r, g, b] = colour.linear();
        [r, g, b, alpha]
    };
    let mut tones = [[0.0; 4]; 8];
    let edges = [pipe::EDGE, tokens::ACCENT];
    for (slot, colour) in tones.iter_mut().zip(pipe::NETWORKS.into_iter().chain(edges)) {
        *slot = with(colour, 1.0);
    }
    #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
    let place = [pit.window.middle[0], -pit.window.middle[1], pit.window.radius_m, pit.depth_m].map(|v| v as f32);
    let [edge, lit] = pipe::EDGES;
    Looks {
        place,
        bottom: with(pipe::BOTTOM, pipe::SEEN[0]),
        wall: [with(pipe::WALL_TOP, pipe::SEEN[1]), with(pipe::WALL_FOOT, pipe::SEEN[1])],
        rim: with(pipe::RIM, pipe::RIM_M),
        tones,
        pixels: [LEAST_HALF * scale, edge * scale, lit * scale, 0.0],
    }
}

fn draw(
    view: ViewQuery<(&ViewTarget, &ViewDepthTexture, Option<&PipelinesOfView>)>,
    (cache, shared, binding): (Res<PipelineCache>, Option<Res<Shared>>, Option<Res<ViewBinding>>),
    frame: Option<Res<CityFrame>>,
    mut ctx: RenderContext,
) {
    let (target, depth, pipelines) = view.into_inner();
    let (Some(shared), Some(binding), Some(frame), Some(pipelines)) = (shared, binding, frame, pipelines) else {
        return;
    };
    let (Some(made), false) = (&shared.made, frame.style.bare) else { return };
    let [lid, tube] = pipelines.0.map(|id| cache.get_render_pipeline(id));
    let (Some(lid), Some(tube)) = (lid, tube) else { return };
    let mut pass = begin(&mut ctx, "pipes", target, depth);
    pass.set_render_pipeline(lid);
    pass.set_bind_group(0, &binding.group, &[]);
    pass.set_bind_group(1, &shared.looks.group, &[]);
    pass.set_vertex_buffer(0, made.corners.slice(..));
    pass.set_index_buffer(made.indices.slice(..), IndexFormat::Uint16);
    pass.draw_indexed(0..made.index_count, 0, 0..1);
    if let Some((tubes, count)) = &made.tubes {
        pass.set_render_pipeline(tube);
        pass.set_vertex_buffer(0, tubes.slice(..));
        pass.draw(0..CORNERS, 0..*count);
    }
}
