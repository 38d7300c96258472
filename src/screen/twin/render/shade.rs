//! Shade of buildings on the ground where the tier of quality has it: the shadows that they cast and the dark where walls
//! meet the ground.
//!
//! Prisms are drawn again, flat on the ground, into the picture's alpha, each pixel keeping its darkest; then the picture
//! is darkened by its alpha. So shades that overlap are no darker than one, and nothing is sorted.

use bevy::prelude::*;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::{
    BindGroupLayoutDescriptor, BlendComponent, BlendFactor, BlendOperation, BlendState, CachedRenderPipelineId,
    ColorTargetState, ColorWrites, CompareFunction, DepthStencilState, FragmentState, MultisampleState, PipelineCache,
    PrimitiveState, RenderPipeline, RenderPipelineDescriptor, TextureFormat, VertexState,
};

use super::super::gpu::GpuBuildings;
use super::{CityShaders, Pipelines, ViewBinding, Views, buildings, depth};

/// `view.wgsl`, `windows.wgsl`, `buildings.wgsl` and `shade.wgsl`.
pub(super) const SHADER: &str = concat!(
    include_str!("../../../../assets/shaders/twin/view.wgsl"),
    include_str!("../../../../assets/shaders/twin/windows.wgsl"),
    include_str!("../../../../assets/shaders/twin/buildings.wgsl"),
    include_str!("../../../../assets/shaders/twin/shade.wgsl")
);

/// The kinds of pipeline.
const KINDS: [&str; 3] = ["contact", "shadow", "take"];

#[derive(Resource, Default)]
pub(super) struct ShadePipelines(Pipelines<3>);

/// Pipelines of one view.
#[derive(Component)]
pub(super) struct Ids([CachedRenderPipelineId; 3]);

impl Ids {
    pub(super) fn ready<'c>(&self, cache: &'c PipelineCache) -> Option<[&'c RenderPipeline; 3]> {
        let [contact, shadow, take] = self.0.map(|id| cache.get_render_pipeline(id));
        Some([contact?, shadow?, take?])
    }
}

pub(super) fn start(mut commands: Commands) {
    commands.insert_resource(ShadePipelines::default());
}

pub(super) fn specialize(
    views: Views,
    (cache, shaders, view): (Res<PipelineCache>, Res<CityShaders>, Res<ViewBinding>),
    binding: Res<buildings::Binding>,
    mut pipelines: ResMut<ShadePipelines>,
    mut commands: Commands,
) {
    for (entity, target, msaa) in &views {
        let made = pipelines.0.get(&cache, (target, msaa), |kind, format, samples| {
            let kind = KINDS.get(kind).copied().unwrap_or_default();
            pipeline(kind, vec![view.layout.clone(), binding.layout().clone()], &shaders.shade, format, samples)
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
    let take = kind == "take";
    let darkest =
        BlendComponent { src_factor: BlendFactor::One, dst_factor: BlendFactor::One, operation: BlendOperation::Min };
    let by_alpha = BlendComponent {
        src_factor: BlendFactor::Zero,
        dst_factor: BlendFactor::DstAlpha,
        operation: BlendOperation::Add,
    };
    let blend = if take {
        BlendState { color: by_alpha, alpha: BlendComponent::REPLACE }
    } else {
        BlendState { color: BlendComponent::REPLACE, alpha: darkest }
    };
    let depth = if take {
        DepthStencilState { depth_compare: Some(CompareFunction::Always), ..depth(false) }
    } else {
        depth(false)
    };
    RenderPipelineDescriptor {
        label: Some(format!("shade {kind}").into()),
        layout,
        vertex: VertexState {
            shader: shader.clone(),
            entry_point: Some(format!("{kind}_vertex").into()),
            buffers: if take { Vec::new() } else { vec![buildings::places()] },
            ..default()
        },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            entry_point: Some("shade_fragment".into()),
            targets: vec![Some(ColorTargetState {
                format,
                blend: Some(blend),
                write_mask: if take { ColorWrites::ALL } else { ColorWrites::ALPHA },
            })],
            ..default()
        }),
        primitive: PrimitiveState::default(),
        depth_stencil: Some(depth),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

pub(super) fn draw<'a>(
    pass: &mut TrackedRenderPass<'a>,
    city: (&'a GpuBuildings, &'a buildings::Binding, &buildings::Drawn),
    [contact, shadow, take]: [&'a RenderPipeline; 3],
    sunny: bool,
) {
    if sunny {
        buildings::draw_prisms(pass, city, shadow, false);
    }
    buildings::draw_prisms(pass, city, contact, true);
    pass.set_render_pipeline(take);
    pass.draw(0..3, 0..1);
}
