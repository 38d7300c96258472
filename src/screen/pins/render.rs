//! Marks on the GPU: one buffer, one draw, after the city is finished and before the panels.
//!
//! A mark is a strip of eight corners, a stem or a length of trail uses four of them. Sprites are uploaded only when one
//! of them changed. What is the same all over a sprite is told by the vertex shader: a software rasteriser pays for
//! every branch and every look into an array in every pixel.

use bevy::core_pipeline::tonemapping::tonemapping;
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::mesh::VertexBufferLayout;
use bevy::prelude::*;
use bevy::render::camera::ExtractedCamera;
use bevy::render::render_resource::binding_types::{sampler, texture_2d, uniform_buffer};
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, BlendComponent, BlendState, Buffer,
    BufferDescriptor, BufferUsages, CachedRenderPipelineId, ColorTargetState, ColorWrites, DynamicUniformBuffer,
    Extent3d, FilterMode, FragmentState, PipelineCache, PrimitiveState, PrimitiveTopology, RenderPassDescriptor,
    RenderPipelineDescriptor, Sampler, SamplerBindingType, SamplerDescriptor, ShaderStages, ShaderType,
    SpecializedRenderPipeline, SpecializedRenderPipelines, TextureDataOrder, TextureDescriptor, TextureDimension,
    TextureFormat, TextureSampleType, TextureUsages, TextureView, VertexAttribute, VertexFormat, VertexState,
    VertexStepMode,
};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::view::ViewTarget;
use bevy::render::{Extract, ExtractSchedule, Render, RenderApp, RenderStartup, RenderSystems};

use super::icons::Icons;
use super::sprite::{Part, Sprite, Sprites};
use crate::domain::Grade;
use crate::screen::look::tokens;
use crate::screen::shown::CityView;
use crate::screen::twin::in_sight;

/// The shader, built in.
const SHADER: &str = include_str!("../../../assets/shaders/pins.wgsl");

/// Adds the pass to the render app, where there is one.
pub(super) fn plugin(app: &mut App, icons: &Icons) {
    app.init_resource::<Sprites>();
    let Some(mut shaders) = app.world_mut().get_resource_mut::<Assets<Shader>>() else { return };
    let shader = shaders.add(Shader::from_wgsl(SHADER, "command_hall/assets/shaders/pins.wgsl"));
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render
        .insert_resource(Source { shader, icons: icons.clone() })
        .init_resource::<Batch>()
        .init_resource::<SpecializedRenderPipelines<Pipeline>>()
        .add_systems(RenderStartup, start)
        .add_systems(ExtractSchedule, extract)
        .add_systems(Render, prepare.in_set(RenderSystems::PrepareResources))
        .add_systems(Core3d, draw.in_set(Core3dSystems::PostProcess).after(tonemapping).run_if(in_sight));
}

/// What the GPU side is made from; outlives a lost device.
#[derive(Resource)]
struct Source {
    shader: Handle<Shader>,
    icons: Icons,
}

/// The sprites in the render world.
#[derive(Resource, Default)]
struct Batch {
    sprites: Vec<Sprite>,
    dirty: bool,
    /// Clip from world, as the city is drawn.
    clip_from_world: Mat4,
    /// Size of the view in points.
    points: Vec2,
    /// Metres to what the camera looks at.
    reference: f32,
    /// How much larger everything is than on a desk.
    grow: f32,
}

/// The pipeline and what it binds.
#[derive(Resource)]
struct Pipeline {
    shader: Handle<Shader>,
    layout: BindGroupLayoutDescriptor,
    sampler: Sampler,
    atlas: TextureView,
    buffer: Option<Buffer>,
    views: DynamicUniformBuffer<ViewBlock>,
    bind_group: Option<BindGroup>,
}

#[derive(Clone, ShaderType)]
struct ViewBlock {
    clip_from_world: Mat4,
    viewport: Vec2,
    pixels_per_point: f32,
    reference: f32,
    fill: [Vec4; 8],
    ink: [Vec4; 8],
    edge: Vec4,
    halo: Vec4,
}

/// Where a view's block is and how it is drawn.
#[derive(Component)]
struct ViewOfMarks {
    offset: u32,
    pipeline: CachedRenderPipelineId,
}

fn start(mut commands: Commands, source: Res<Source>, device: Res<RenderDevice>, queue: Res<RenderQueue>) {
    let icons = &source.icons;
    let texture = device.create_texture_with_data(
        &queue,
        &TextureDescriptor {
            label: Some("icons"),
            size: Extent3d { width: icons.size[0], height: icons.size[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: TextureDimension::D2,
            format: TextureFormat::R8Unorm,
            usage: TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_DST,
            view_formats: &[],
        },
        TextureDataOrder::LayerMajor,
        &icons.pixels,
    );
    let layout = BindGroupLayoutDescriptor::new(
        "marks",
        &BindGroupLayoutEntries::sequential(
            ShaderStages::VERTEX_FRAGMENT,
            (
                uniform_buffer::<ViewBlock>(true),
                texture_2d(TextureSampleType::Float { filterable: true }),
                sampler(SamplerBindingType::Filtering),
            ),
        ),
    );
    let linear = SamplerDescriptor { mag_filter: FilterMode::Linear, min_filter: FilterMode::Linear, ..default() };
    commands.insert_resource(Pipeline {
        shader: source.shader.clone(),
        layout,
        sampler: device.create_sampler(&linear),
        atlas: texture.create_view(&default()),
        buffer: None,
        views: DynamicUniformBuffer::default(),
        bind_group: None,
    });
    commands.insert_resource(SpecializedRenderPipelines::<Pipeline>::default());
}

impl SpecializedRenderPipeline for Pipeline {
    type Key = TextureFormat;

    fn specialize(&self, format: Self::Key) -> RenderPipelineDescriptor {
        let mut offset = 0;
        let mut attributes = Vec::new();
        let formats = [VertexFormat::Float32x3, VertexFormat::Uint8x4, VertexFormat::Uint8x4, VertexFormat::Uint8x4];
        for (shader_location, format) in (0..).zip(formats) {
            attributes.push(VertexAttribute { format, offset, shader_location });
            offset += format.size();
        }
        let sprite = VertexBufferLayout { array_stride: offset, step_mode: VertexStepMode::Instance, attributes };
        let over = BlendState { color: BlendComponent::OVER, alpha: BlendComponent::OVER };
        RenderPipelineDescriptor {
            label: Some("marks".into()),
            layout: vec![self.layout.clone()],
            vertex: VertexState {
                shader: self.shader.clone(),
                entry_point: Some("mark_vertex".into()),
                buffers: vec![sprite],
                ..default()
            },
            fragment: Some(FragmentState {
                shader: self.shader.clone(),
                entry_point: Some("mark_fragment".into()),
                targets: vec![Some(ColorTargetState { format, blend: Some(over), write_mask: ColorWrites::ALL })],
                ..default()
            }),
            primitive: PrimitiveState { topology: PrimitiveTopology::TriangleStrip, ..default() },
            ..default()
        }
    }
}

fn extract(mut batch: ResMut<Batch>, sprites: Extract<Res<Sprites>>, view: Extract<Option<Res<CityView>>>) {
    if sprites.is_changed() {
        let batch = &mut *batch;
        batch.sprites.clear();
        let stems: Vec<Sprite> = sprites.pins.iter().filter_map(Sprite::stem).collect();
        for group in [&sprites.units, &stems, &sprites.pins] {
            for part in Part::ALL {
                batch.sprites.extend(group.iter().filter(|sprite| sprite.part() == part));
            }
        }
        batch.grow = sprites.grow;
        batch.dirty = true;
    }
    if let Some(view) = view.as_ref() {
        batch.clip_from_world = view.clip_from_world;
        batch.points = view.size;
        #[expect(clippy::cast_possible_truncation, reason = "metres to the target fit f32")]
        let reference = view.pose.distance as f32;
        batch.reference = reference.max(1.0);
    }
}

/// The colours as the target wants them: linear, or encoded where the target holds encoded values.
fn palette(encoded: bool) -> ([Vec4; 8], [Vec4; 8], Vec4, Vec4) {
    let colour = |rgb: tokens::Rgb| {
        let colour = rgb.color();
        let [r, g, b] = if encoded {
            let c = colour.to_srgba();
            [c.red, c.green, c.blue]
        } else {
            let c = colour.to_linear();
            [c.red, c.green, c.blue]
        };
        Vec4::new(r, g, b, 1.0)
    };
    let spare = [(tokens::DIM, tokens::INK); 4];
    let crews = [(tokens::ACCENT, tokens::INK), (tokens::DIM, tokens::INK), (tokens::FAINT, tokens::INK)];
    let tints = Grade::ALL.map(|g| (tokens::grade(g), tokens::on_grade(g))).into_iter().chain(crews).chain(spare);
    let (mut fill, mut ink) = ([Vec4::ZERO; 8], [Vec4::ZERO; 8]);
    for ((fill, ink), (f, i)) in fill.iter_mut().zip(&mut ink).zip(tints) {
        (*fill, *ink) = (colour(f), colour(i));
    }
    (fill, ink, colour(tokens::INK), colour(tokens::TEXT))
}

fn prepare(
    mut commands: Commands,
    pipeline: Option<ResMut<Pipeline>>,
    mut batch: ResMut<Batch>,
    mut pipelines: ResMut<SpecializedRenderPipelines<Pipeline>>,
    cache: Res<PipelineCache>,
    device: Res<RenderDevice>,
    queue: Res<RenderQueue>,
    views: Query<(Entity, &ExtractedCamera, &ViewTarget)>,
) {
    let Some(mut pipeline) = pipeline else { return };
    let pipeline = &mut *pipeline;
    upload(pipeline, &mut batch, &device, &queue);
    pipeline.views.clear();
    if batch.sprites.is_empty() {
        return;
    }
    for (entity, camera, target) in &views {
        let (Some(size), true) = (camera.physical_viewport_size, batch.points.x > 0.0) else { continue };
        let format = target.main_texture_format();
        let encoded = format == TextureFormat::Rgba8Unorm || format == TextureFormat::Bgra8Unorm;
        let (fill, ink, edge, halo) = palette(encoded);
        let viewport = size.as_vec2();
        let offset = pipeline.views.push(&ViewBlock {
            clip_from_world: batch.clip_from_world,
            viewport,
            // The shader's points grow with the marks.
            pixels_per_point: viewport.x / batch.points.x * batch.grow,
            reference: batch.reference,
            fill,
            ink,
            edge,
            halo,
        });
        let pipeline = pipelines.specialize(&cache, pipeline, format);
        commands.entity(entity).insert(ViewOfMarks { offset, pipeline });
    }
    pipeline.views.write_buffer(&device, &queue);
    pipeline.bind_group = pipeline.views.binding().map(|block| {
        let layout = cache.get_bind_group_layout(&pipeline.layout);
        let entries = BindGroupEntries::sequential((block, &pipeline.atlas, &pipeline.sampler));
        device.create_bind_group("marks", &layout, &entries)
    });
}

/// Bring changed sprites into the buffer; it grows by doubling.
fn upload(pipeline: &mut Pipeline, batch: &mut Batch, device: &RenderDevice, queue: &RenderQueue) {
    if !batch.dirty && pipeline.buffer.is_some() {
        return;
    }
    batch.dirty = false;
    let bytes: &[u8] = bytemuck::cast_slice(&batch.sprites);
    let wanted = bytes.len().next_power_of_two().max(4096) as u64;
    let buffer = match pipeline.buffer.take().filter(|buffer| buffer.size() >= wanted) {
        Some(buffer) => buffer,
        None => device.create_buffer(&BufferDescriptor {
            label: Some("marks"),
            size: wanted,
            usage: BufferUsages::VERTEX | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        }),
    };
    queue.write_buffer(&buffer, 0, bytes);
    pipeline.buffer = Some(buffer);
}

fn draw(
    view: ViewQuery<(&ViewTarget, &ExtractedCamera, &ViewOfMarks)>,
    (pipeline, batch): (Option<Res<Pipeline>>, Res<Batch>),
    cache: Res<PipelineCache>,
    mut ctx: RenderContext,
) {
    let (target, camera, marks) = view.into_inner();
    let Some(pipeline) = pipeline.filter(|_| !batch.sprites.is_empty()) else { return };
    let (Some(buffer), Some(bind_group)) = (&pipeline.buffer, &pipeline.bind_group) else { return };
    let (Some(compiled), Ok(count)) = (cache.get_render_pipeline(marks.pipeline), u32::try_from(batch.sprites.len()))
    else {
        return;
    };
    let mut pass = ctx.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some("marks"),
        color_attachments: &[Some(target.get_unsampled_color_attachment())],
        depth_stencil_attachment: None,
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    if let Some(viewport) = &camera.viewport {
        pass.set_camera_viewport(viewport);
    }
    pass.set_render_pipeline(compiled);
    pass.set_bind_group(0, bind_group, &[marks.offset]);
    pass.set_vertex_buffer(0, buffer.slice(..));
    pass.draw(0..8, 0..count);
}
