//! Draws the components in a pass of their own behind the city's, with its depth and its light.

use std::ops::Range;

use bevy::core_pipeline::core_3d::main_opaque_pass_3d;
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::mesh::VertexBufferLayout;
use bevy::prelude::*;
use bevy::render::render_resource::{
    BindGroupLayoutDescriptor, Buffer, BufferInitDescriptor, BufferUsages, CachedRenderPipelineId, ColorTargetState,
    ColorWrites, Face, FragmentState, FrontFace, MultisampleState, PipelineCache, PrimitiveState,
    RenderPipelineDescriptor, TextureFormat, VertexAttribute, VertexFormat, VertexState, VertexStepMode,
};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::view::{ViewDepthTexture, ViewTarget};
use bevy::render::{Extract, ExtractSchedule, Render, RenderApp, RenderStartup, RenderSystems};
use bytemuck::{Pod, Zeroable};

use super::ComponentsDrawn;
use super::model::{Form, REACH_M};
use super::solids::{Corner, Solids};
use super::systems::Near;
use crate::screen::look::tokens;
use crate::screen::twin::frame::CityFrame;
use crate::screen::twin::pass::{Pipelines, Uniform, ViewBinding, Views, begin, depth};
use crate::screen::twin::{CityDrawn, in_sight};

/// `view.wgsl` and `components.wgsl`.
const SHADER: &str = concat!(
    include_str!("../../../assets/shaders/twin/view.wgsl"),
    include_str!("../../../assets/shaders/components.wgsl")
);

/// How much of the colour of what is chosen a chosen component has.
const LIT: f32 = 0.7;

/// A component as the adapter takes it. 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
struct Instance {
    foot: [f32; 3],
    look: [u8; 4],
}

/// `Tones` of the shader.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Tones {
    colour: [[f32; 4]; 8],
    reach: [f32; 4],
}

#[derive(Resource)]
struct ComponentsShader(Handle<Shader>);

/// What is to be drawn, in the render world.
#[derive(Resource, Default)]
struct Batch {
    instances: Vec<Instance>,
    runs: Vec<(Form, Range<u32>)>,
    dirty: bool,
}

#[derive(Resource)]
struct Gpu {
    tones: Uniform,
    solids: Solids,
    corners: Buffer,
    instances: Option<Buffer>,
    pipelines: Pipelines<1>,
}

#[derive(Component)]
struct PipelineOfView(CachedRenderPipelineId);

/// Adds the pass to the render app, where there is one.
pub(super) fn plugin(app: &mut App) {
    let Some(mut shaders) = app.world_mut().get_resource_mut::<Assets<Shader>>() else { return };
    let shader = shaders.add(Shader::from_wgsl(SHADER, "embedded://hall/components.wgsl"));
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render
        .insert_resource(ComponentsShader(shader))
        .init_resource::<Batch>()
        .add_systems(RenderStartup, start)
        .add_systems(ExtractSchedule, extract)
        .add_systems(
            Render,
            (specialize.in_set(RenderSystems::Prepare), write.in_set(RenderSystems::PrepareBindGroups)),
        )
        .add_systems(
            Core3d,
            draw.in_set(Core3dSystems::MainPass)
                .in_set(ComponentsDrawn)
                .after(CityDrawn)
                .before(main_opaque_pass_3d)
                .run_if(in_sight),
        );
}

fn start(mut commands: Commands, device: Res<RenderDevice>, cache: Res<PipelineCache>, mut batch: ResMut<Batch>) {
    let tones = Uniform::new::<Tones>("components", &device, &cache);
    let solids = Solids::new();
    let corners = device.create_buffer_with_data(&BufferInitDescriptor {
        label: Some("components' solids"),
        contents: bytemuck::cast_slice::<Corner, u8>(&solids.corners),
        usage: BufferUsages::VERTEX,
    });
    batch.dirty = true;
    commands.insert_resource(Gpu { tones, solids, corners, instances: None, pipelines: Pipelines::default() });
}

fn extract(mut batch: ResMut<Batch>, near: Extract<Option<Res<Near>>>) {
    let Some(near) = near.as_ref().filter(|near| near.is_changed()) else { return };
    batch.dirty = true;
    batch.instances.clear();
    batch.runs.clear();
    let mut first = 0;
    for run in near.standing.chunk_by(|a, b| a.form == b.form) {
        let look = |one: &super::model::Standing| [one.heading, u8::from(near.lit == Some(one.number)), 0, 0];
        batch.instances.extend(run.iter().map(|one| Instance { foot: one.foot, look: look(one) }));
        let end = first + u32::try_from(run.len()).unwrap_or(0);
        batch.runs.extend(run.first().map(|one| (one.form, first..end)));
        first = end;
    }
}

/// Gives every view the pipeline for its format and samples.
fn specialize(
    views: Views,
    (cache, shader): (Res<PipelineCache>, Res<ComponentsShader>),
    (gpu, view): (Option<ResMut<Gpu>>, Option<Res<ViewBinding>>),
    mut commands: Commands,
) {
    let (Some(gpu), Some(view)) = (gpu, view) else { return };
    let Gpu { tones, pipelines, .. } = gpu.into_inner();
    let layout = [view.layout.clone(), tones.layout.clone()];
    for (entity, target, msaa) in &views {
        let [id] = pipelines
            .get(&cache, (target, msaa), |_, format, samples| pipeline(layout.to_vec(), &shader.0, format, samples));
        commands.entity(entity).insert(PipelineOfView(id));
    }
}

fn pipeline(
    layout: Vec<BindGroupLayoutDescriptor>,
    shader: &Handle<Shader>,
    format: TextureFormat,
    samples: u32,
) -> RenderPipelineDescriptor {
    let attribute = |format, offset, shader_location| VertexAttribute { format, offset, shader_location };
    let corner = VertexBufferLayout {
        array_stride: size_of::<Corner>() as u64,
        step_mode: VertexStepMode::Vertex,
        attributes: vec![attribute(VertexFormat::Float32x3, 0, 0), attribute(VertexFormat::Snorm8x4, 12, 1)],
    };
    let instance = VertexBufferLayout {
        array_stride: size_of::<Instance>() as u64,
        step_mode: VertexStepMode::Instance,
        attributes: vec![attribute(VertexFormat::Float32x3, 0, 2), attribute(VertexFormat::Uint8x4, 12, 3)],
    };
    RenderPipelineDescriptor {
        label: Some("components".into()),
        layout,
        vertex: VertexState {
            shader: shader.clone(),
            entry_point: Some("vertex".into()),
            buffers: vec![corner, instance],
            ..default()
        },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            entry_point: Some("fragment".into()),
            targets: vec![Some(ColorTargetState { format, blend: None, write_mask: ColorWrites::ALL })],
            ..default()
        }),
        primitive: PrimitiveState { front_face: FrontFace::Ccw, cull_mode: Some(Face::Back), ..default() },
        depth_stencil: Some(depth(true)),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

fn write((device, queue): (Res<RenderDevice>, Res<RenderQueue>), gpu: Option<ResMut<Gpu>>, mut batch: ResMut<Batch>) {
    let Some(mut gpu) = gpu.filter(|_| batch.dirty) else { return };
    batch.dirty = false;
    gpu.tones.write(&queue, &tones());
    gpu.instances = (!batch.instances.is_empty()).then(|| {
        device.create_buffer_with_data(&BufferInitDescriptor {
            label: Some("components"),
            contents: bytemuck::cast_slice::<Instance, u8>(&batch.instances),
            usage: BufferUsages::VERTEX,
        })
    });
}

fn tones() -> Tones {
    use tokens::component::{BARK, CASE, FACE, IRON, LEAF, METAL, SHINE};
    let colours = [(METAL, 1.0), (IRON, 1.0), (CASE, 1.0), (FACE, 1.0), (LEAF, 1.0), (BARK, 1.0)];
    let colours = colours.into_iter().chain([(SHINE, 1.6), (tokens::ACCENT, 1.0)]);
    let mut colour = [[0.0; 4]; 8];
    for (slot, (rgb, alpha)) in colour.iter_mut().zip(colours) {
        let linear = rgb.color().to_linear();
        *slot = [linear.red, linear.green, linear.blue, alpha];
    }
    #[expect(clippy::cast_possible_truncation, reason = "some hundred metres")]
    let reach = REACH_M as f32;
    Tones { colour, reach: [reach * 0.75, reach, LIT, 0.0] }
}

fn draw(
    view: ViewQuery<(&ViewTarget, &ViewDepthTexture, &PipelineOfView)>,
    (cache, gpu, binding): (Res<PipelineCache>, Option<Res<Gpu>>, Option<Res<ViewBinding>>),
    (batch, frame): (Res<Batch>, Option<Res<CityFrame>>),
    mut ctx: RenderContext,
) {
    let (target, depth, pipeline) = view.into_inner();
    let (Some(gpu), Some(binding), Some(frame)) = (gpu, binding, frame) else { return };
    let (Some(instances), false) = (&gpu.instances, frame.style.bare) else { return };
    let Some(compiled) = cache.get_render_pipeline(pipeline.0) else { return };
    let mut pass = begin(&mut ctx, "components", target, depth);
    pass.set_render_pipeline(compiled);
    pass.set_bind_group(0, &binding.group, &[]);
    pass.set_bind_group(1, &gpu.tones.group, &[]);
    pass.set_vertex_buffer(0, gpu.corners.slice(..));
    pass.set_vertex_buffer(1, instances.slice(..));
    for (form, run) in &batch.runs {
        pass.draw(gpu.solids.range(*form), run.clone());
    }
}
