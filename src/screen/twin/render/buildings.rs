//! Buildings: which chunks of them, how much of each, and their pipelines.

use std::ops::Range;

use bevy::prelude::*;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::binding_types::storage_buffer_read_only_sized;
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, BufferId, CachedRenderPipelineId,
    ColorTargetState, ColorWrites, Face, FragmentState, FrontFace, MultisampleState, PipelineCache, PrimitiveState,
    RenderPipeline, RenderPipelineDescriptor, ShaderStages, TextureFormat, VertexState,
};
use bevy::render::renderer::RenderDevice;

use super::super::frame::CityFrame;
use super::super::gpu::GpuBuildings;
use super::super::source::buildings;
use super::{CityShaders, Pipelines, Ranges, Sight, ViewBinding, Views, depth, pieces, places};

/// `view.wgsl` and `buildings.wgsl`.
pub(super) const SHADER: &str = concat!(
    include_str!("../../../../assets/shaders/twin/view.wgsl"),
    include_str!("../../../../assets/shaders/twin/buildings.wgsl")
);

/// With edges and contact shade, and without.
const KINDS: [&str; 2] = ["near", "far"];

/// Layout, pipelines and bind group 1.
#[derive(Resource)]
pub(super) struct Binding {
    layout: BindGroupLayoutDescriptor,
    pipelines: Pipelines<2>,
    group: Option<(BufferId, BindGroup)>,
}

/// Pipelines of one view.
#[derive(Component)]
pub(super) struct Ids([CachedRenderPipelineId; 2]);

impl Ids {
    pub(super) fn ready<'c>(&self, cache: &'c PipelineCache) -> Option<[&'c RenderPipeline; 2]> {
        let [near, far] = self.0.map(|id| cache.get_render_pipeline(id));
        Some([near?, far?])
    }
}

/// What is drawn this frame, chosen by frustum and size on screen.
#[derive(Resource, Default)]
pub(super) struct Drawn {
    near: Ranges,
    far: Ranges,
}

pub(super) fn start(mut commands: Commands) {
    let words = || storage_buffer_read_only_sized(false, None);
    let entries = BindGroupLayoutEntries::sequential(ShaderStages::VERTEX, (words(), words(), words()));
    let layout = BindGroupLayoutDescriptor::new("buildings", &entries);
    commands.insert_resource(Binding { layout, pipelines: Pipelines::default(), group: None });
}

/// Gives every view the pipelines for its format and samples.
pub(super) fn specialize(
    views: Views,
    (cache, shaders, view): (Res<PipelineCache>, Res<CityShaders>, Res<ViewBinding>),
    mut binding: ResMut<Binding>,
    mut commands: Commands,
) {
    let Binding { layout, pipelines, .. } = &mut *binding;
    for (entity, target, msaa) in &views {
        let made = pipelines.get(&cache, (target, msaa), |kind, format, samples| {
            let kind = KINDS.get(kind).copied().unwrap_or_default();
            pipeline(kind, vec![view.layout.clone(), layout.clone()], &shaders.buildings, format, samples)
        });
        commands.entity(entity).insert(Ids(made));
    }
}

fn pipeline(
    kind: &str,
    layout: Vec<BindGroupLayoutDescriptor>,
    shader: &Handle<Shader>,
    format: TextureFormat,
    samples: u32,
) -> RenderPipelineDescriptor {
    RenderPipelineDescriptor {
        label: Some(format!("{kind} buildings").into()),
        layout,
        vertex: VertexState {
            shader: shader.clone(),
            entry_point: Some(format!("{kind}_vertex").into()),
            buffers: vec![places()],
            ..default()
        },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            entry_point: Some(format!("{kind}_fragment").into()),
            targets: vec![Some(ColorTargetState { format, blend: None, write_mask: ColorWrites::ALL })],
            ..default()
        }),
        primitive: PrimitiveState { front_face: FrontFace::Ccw, cull_mode: Some(Face::Back), ..default() },
        depth_stencil: Some(depth(true)),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

/// Chooses the chunks in sight and how much of each is worth drawing.
pub(super) fn choose(frame: Option<Res<CityFrame>>, gpu: Option<Res<GpuBuildings>>, mut drawn: ResMut<Drawn>) {
    let drawn = &mut *drawn;
    drawn.near.clear();
    drawn.far.clear();
    let (Some(frame), Some(gpu)) = (frame, gpu) else { return };
    let sight = Sight::new(&frame);
    let mut order: Vec<(f32, usize, Range<u32>)> = Vec::new();
    for (i, piece) in gpu.layer.pieces.iter().enumerate() {
        if let (Some(steps), Some(nearest)) = (&piece.steps, sight.nearest(piece)) {
            let range = buildings::drawn(steps, frame.pixels / nearest);
            if !range.is_empty() {
                order.push((nearest, i, range));
            }
        }
    }
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (nearest, i, range) in order {
        if nearest < frame.near { &mut drawn.near } else { &mut drawn.far }.push((i, range));
    }
}

pub(super) fn bind(
    (device, cache): (Res<RenderDevice>, Res<PipelineCache>),
    gpu: Option<Res<GpuBuildings>>,
    mut binding: ResMut<Binding>,
) {
    let Some(gpu) = gpu else { return };
    if binding.group.as_ref().is_none_or(|(tints, _)| *tints != gpu.tints.id()) {
        let group = device.create_bind_group(
            "buildings",
            &cache.get_bind_group_layout(&binding.layout),
            &BindGroupEntries::sequential((
                gpu.corners.as_entire_binding(),
                gpu.heights.as_entire_binding(),
                gpu.tints.as_entire_binding(),
            )),
        );
        binding.group = Some((gpu.tints.id(), group));
    }
}

pub(super) fn draw<'a>(
    pass: &mut TrackedRenderPass<'a>,
    gpu: &'a GpuBuildings,
    binding: &'a Binding,
    drawn: &Drawn,
    [near, far]: [&'a RenderPipeline; 2],
) {
    let Some((_, group)) = &binding.group else { return };
    pass.set_bind_group(1, group, &[]);
    for (pipeline, ranges) in [(near, &drawn.near), (far, &drawn.far)] {
        if !ranges.is_empty() {
            pass.set_render_pipeline(pipeline);
            pieces(pass, &gpu.layer, ranges);
        }
    }
}
