//! Draws the components in a pass of their own behind the city's, with its depth and its light.

use std::ops::Range;

use bevy::core_pipeline::Core3d;
use bevy::core_pipeline::Core3dSystems;
use bevy::core_pipeline::core_3d::{CORE_3D_DEPTH_FORMAT, main_opaque_pass_3d};
use bevy::mesh::VertexBufferLayout;
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::render::render_resource::binding_types::uniform_buffer_sized;
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, Buffer, BufferDescriptor,
    BufferInitDescriptor, BufferUsages, CachedRenderPipelineId, ColorTargetState, ColorWrites, CompareFunction,
    DepthBiasState, DepthStencilState, Face, FragmentState, FrontFace, MultisampleState, PipelineCache, PrimitiveState,
    RenderPassDescriptor, RenderPipelineDescriptor, ShaderStages, StencilState, StoreOp, TextureFormat,
    VertexAttribute, VertexFormat, VertexState, VertexStepMode,
};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::view::{ExtractedView, Msaa, ViewDepthTexture, ViewTarget};
use bevy::render::{Extract, ExtractSchedule, Render, RenderApp, RenderStartup, RenderSystems};
use bytemuck::{Pod, Zeroable};

use super::ComponentsDrawn;
use super::model::{Form, REACH_M};
use super::solids::{Corner, Solids};
use super::systems::Near;
use crate::screen::look::tokens;
use crate::screen::twin::frame::{CityFrame, ViewUniform};
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
    layout: [BindGroupLayoutDescriptor; 2],
    view: Buffer,
    tones: Buffer,
    groups: [BindGroup; 2],
    solids: Solids,
    corners: Buffer,
    instances: Option<Buffer>,
    pipelines: HashMap<(TextureFormat, u32), CachedRenderPipelineId>,
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
    let buffer = |label, size: usize| {
        device.create_buffer(&BufferDescriptor {
            label: Some(label),
            size: size as u64,
            usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        })
    };
    let layout = [size_of::<ViewUniform>(), size_of::<Tones>()].map(|size| {
        let size = std::num::NonZero::new(size as u64);
        let entries = BindGroupLayoutEntries::single(ShaderStages::VERTEX_FRAGMENT, uniform_buffer_sized(false, size));
        BindGroupLayoutDescriptor::new("components", &entries)
    });
    let (view, tones) =
        (buffer("components' view", size_of::<ViewUniform>()), buffer("components' tones", size_of::<Tones>()));
    let group = |layout: &BindGroupLayoutDescriptor, buffer: &Buffer| {
        let entries = BindGroupEntries::single(buffer.as_entire_binding());
        device.create_bind_group("components", &cache.get_bind_group_layout(layout), &entries)
    };
    let [of_view, of_tones] = &layout;
    let groups = [group(of_view, &view), group(of_tones, &tones)];
    let solids = Solids::new();
    let corners = device.create_buffer_with_data(&BufferInitDescriptor {
        label: Some("components' solids"),
        contents: bytemuck::cast_slice::<Corner, u8>(&solids.corners),
        usage: BufferUsages::VERTEX,
    });
    batch.dirty = true;
    let pipelines = HashMap::default();
    commands.insert_resource(Gpu { layout, view, tones, groups, solids, corners, instances: None, pipelines });
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
    views: Query<(Entity, &ViewTarget, &Msaa), With<ExtractedView>>,
    (cache, shader): (Res<PipelineCache>, Res<ComponentsShader>),
    gpu: Option<ResMut<Gpu>>,
    mut commands: Commands,
) {
    let Some(mut gpu) = gpu else { return };
    for (entity, target, msaa) in &views {
        let (format, samples) = (target.main_texture_format(), msaa.samples());
        let layout = gpu.layout.to_vec();
        let made = gpu.pipelines.entry((format, samples));
        let id = made.or_insert_with(|| cache.queue_render_pipeline(pipeline(layout, &shader.0, format, samples)));
        commands.entity(entity).insert(PipelineOfView(*id));
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
        depth_stencil: Some(DepthStencilState {
            format: CORE_3D_DEPTH_FORMAT,
            depth_write_enabled: Some(true),
            depth_compare: Some(CompareFunction::GreaterEqual),
            stencil: StencilState::default(),
            bias: DepthBiasState::default(),
        }),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

fn write(
    (device, queue): (Res<RenderDevice>, Res<RenderQueue>),
    frame: Option<Res<CityFrame>>,
    gpu: Option<ResMut<Gpu>>,
    mut batch: ResMut<Batch>,
) {
    let (Some(mut gpu), Some(frame)) = (gpu, frame) else { return };
    if batch.dirty {
        batch.dirty = false;
        queue.write_buffer(&gpu.tones, 0, bytemuck::bytes_of(&tones()));
        gpu.instances = (!batch.instances.is_empty()).then(|| {
            device.create_buffer_with_data(&BufferInitDescriptor {
                label: Some("components"),
                contents: bytemuck::cast_slice::<Instance, u8>(&batch.instances),
                usage: BufferUsages::VERTEX,
            })
        });
    }
    if gpu.instances.is_some() {
        queue.write_buffer(&gpu.view, 0, bytemuck::bytes_of(&frame.uniform));
    }
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
    (cache, gpu, batch): (Res<PipelineCache>, Option<Res<Gpu>>, Res<Batch>),
    frame: Option<Res<CityFrame>>,
    mut ctx: RenderContext,
) {
    let (target, depth, pipeline) = view.into_inner();
    let (Some(gpu), Some(frame)) = (gpu, frame) else { return };
    let (Some(instances), false) = (&gpu.instances, frame.style.bare) else { return };
    let Some(compiled) = cache.get_render_pipeline(pipeline.0) else { return };
    let mut pass = ctx.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("components"),
        color_attachments: &[Some(target.get_color_attachment())],
        depth_stencil_attachment: Some(depth.get_attachment(StoreOp::Store)),
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    pass.set_render_pipeline(compiled);
    for (i, group) in gpu.groups.iter().enumerate() {
        pass.set_bind_group(i, group, &[]);
    }
    pass.set_vertex_buffer(0, gpu.corners.slice(..));
    pass.set_vertex_buffer(1, instances.slice(..));
    for (form, run) in &batch.runs {
        pass.draw(gpu.solids.range(*form), run.clone());
    }
}
