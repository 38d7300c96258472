//! Rain and snow before the picture, where the tier moves and the camera is low enough to be in it.

use bevy::prelude::*;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::{
    BindGroupLayoutDescriptor, BlendState, CachedRenderPipelineId, ColorTargetState, ColorWrites, CompareFunction,
    DepthStencilState, FragmentState, MultisampleState, PipelineCache, PrimitiveState, RenderPipelineDescriptor,
    TextureFormat, VertexState,
};

use super::{CityShaders, Pipelines, ViewBinding, Views, depth};

/// `view.wgsl` and `air.wgsl`.
pub(super) const SHADER: &str = concat!(
    include_str!("../../../../assets/shaders/twin/view.wgsl"),
    include_str!("../../../../assets/shaders/twin/air.wgsl")
);

#[derive(Resource, Default)]
pub(super) struct AirPipelines(Pipelines<1>);

/// The pipeline of one view.
#[derive(Component)]
pub(super) struct Id([CachedRenderPipelineId; 1]);

pub(super) fn start(mut commands: Commands) {
    commands.insert_resource(AirPipelines::default());
}

pub(super) fn specialize(
    views: Views,
    (cache, shaders, view): (Res<PipelineCache>, Res<CityShaders>, Res<ViewBinding>),
    mut pipelines: ResMut<AirPipelines>,
    mut commands: Commands,
) {
    for (entity, target, msaa) in &views {
        let made = pipelines
            .0
            .get(&cache, (target, msaa), |_, format, samples| pipeline(&view.layout, &shaders.air, format, samples));
        commands.entity(entity).insert(Id(made));
    }
}

fn pipeline(
    layout: &BindGroupLayoutDescriptor,
    shader: &Handle<Shader>,
    format: TextureFormat,
    samples: u32,
) -> RenderPipelineDescriptor {
    RenderPipelineDescriptor {
        label: Some("air".into()),
        layout: vec![layout.clone()],
        vertex: VertexState { shader: shader.clone(), entry_point: Some("air_vertex".into()), ..default() },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            entry_point: Some("air_fragment".into()),
            targets: vec![Some(ColorTargetState {
                format,
                blend: Some(BlendState::ALPHA_BLENDING),
                write_mask: ColorWrites::ALL,
            })],
            ..default()
        }),
        primitive: PrimitiveState::default(),
        // Before everything.
        depth_stencil: Some(DepthStencilState { depth_compare: Some(CompareFunction::Always), ..depth(false) }),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

pub(super) fn draw<'a>(pass: &mut TrackedRenderPass<'a>, id: &Id, cache: &'a PipelineCache) {
    if let Some(pipeline) = cache.get_render_pipeline(id.0[0]) {
        pass.set_render_pipeline(pipeline);
        pass.draw(0..3, 0..1);
    }
}
