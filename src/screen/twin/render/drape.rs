//! Draws the picture that lies on the ground, with the ground's own triangles, so that it fits every slope.

use std::sync::Arc;

use bevy::prelude::*;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::binding_types::{sampler, texture_2d, uniform_buffer_sized};
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, BlendState, Buffer,
    BufferDescriptor, BufferUsages, CachedRenderPipelineId, ColorTargetState, ColorWrites, Extent3d, FilterMode,
    FragmentState, MultisampleState, PipelineCache, PrimitiveState, RenderPipelineDescriptor, Sampler,
    SamplerBindingType, SamplerDescriptor, ShaderStages, TexelCopyBufferLayout, Texture, TextureDataOrder,
    TextureDescriptor, TextureDimension, TextureFormat, TextureSampleType, TextureUsages, VertexState,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bevy::shader::ShaderDefVal;
use bytemuck::{Pod, Zeroable};

use super::super::drape::{Drape, Picture, Tiles};
use super::terrain::{Surface, on_ground};
use super::{CityShaders, Pipelines, ViewBinding, Views, depth};

/// `view.wgsl`, `relief.wgsl` and `drape.wgsl`.
pub(super) const SHADER: &str = concat!(
    include_str!("../../../../assets/shaders/twin/view.wgsl"),
    include_str!("../../../../assets/shaders/twin/relief.wgsl"),
    include_str!("../../../../assets/shaders/twin/drape.wgsl")
);

/// Corners of the squares over a level city; the shader has as many.
const CORNERS: u32 = 48 * 48 * 6;
/// Which of [`Ids`] draws hexagons.
const HEXAGONS: usize = 1;

/// `Picture` in `drape.wgsl`.
#[derive(Debug, Clone, Copy, Pod, Zeroable)]
#[repr(C)]
struct Place {
    place: [f32; 4],
    more: [f32; 4],
}

/// The picture on the adapter.
#[derive(Resource)]
pub(super) struct Draping {
    layout: BindGroupLayoutDescriptor,
    smooth: Sampler,
    place: Buffer,
    made: Option<Made>,
    pipelines: Pipelines<2>,
}

/// What was made of a picture. One of the same size takes its place in the same texture.
struct Made {
    picture: Arc<Picture>,
    texture: Texture,
    group: BindGroup,
}

/// The pipelines of one view: of squares and of hexagons. A software adapter goes through both sides of what a shader
/// asks, so that squares would cost as much as hexagons.
#[derive(Component)]
pub(super) struct Ids([CachedRenderPipelineId; 2]);

pub(super) fn start(device: Res<RenderDevice>, mut commands: Commands) {
    let size = size_of::<Place>() as u64;
    let entries = BindGroupLayoutEntries::sequential(
        ShaderStages::VERTEX_FRAGMENT,
        (
            uniform_buffer_sized(false, std::num::NonZero::new(size)),
            texture_2d(TextureSampleType::Float { filterable: true }),
            sampler(SamplerBindingType::Filtering),
        ),
    );
    let place = device.create_buffer(&BufferDescriptor {
        label: Some("drape"),
        size,
        usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let smooth = device.create_sampler(&SamplerDescriptor {
        label: Some("drape"),
        mag_filter: FilterMode::Linear,
        min_filter: FilterMode::Linear,
        ..default()
    });
    let layout = BindGroupLayoutDescriptor::new("drape", &entries);
    commands.insert_resource(Draping { layout, smooth, place, made: None, pipelines: Pipelines::default() });
}

/// Gives every view the pipeline for its format and samples, once there is a picture.
pub(super) fn specialize(
    views: Views,
    (cache, shaders, view): (Res<PipelineCache>, Res<CityShaders>, Res<ViewBinding>),
    (surface, drape): (Option<Res<Surface>>, Option<Res<Drape>>),
    mut draping: ResMut<Draping>,
    mut commands: Commands,
) {
    if drape.is_none_or(|drape| drape.picture.is_none()) {
        return;
    }
    let (mut layout, defs) = on_ground(&view, surface.as_deref(), false, Vec::new());
    layout.push(draping.layout.clone());
    for (entity, target, msaa) in &views {
        let made = draping.pipelines.get(&cache, (target, msaa), |kind, format, samples| {
            let mut defs = defs.clone();
            if kind == HEXAGONS {
                defs.push("HEXAGONS".into());
            }
            pipeline(layout.clone(), defs, &shaders.drape, format, samples)
        });
        commands.entity(entity).insert(Ids(made));
    }
}

fn pipeline(
    layout: Vec<BindGroupLayoutDescriptor>,
    shader_defs: Vec<ShaderDefVal>,
    shader: &Handle<Shader>,
    format: TextureFormat,
    samples: u32,
) -> RenderPipelineDescriptor {
    let tiled = layout.len() > 2;
    RenderPipelineDescriptor {
        label: Some("drape".into()),
        layout,
        vertex: VertexState {
            shader: shader.clone(),
            shader_defs: shader_defs.clone(),
            entry_point: Some("drape_vertex".into()),
            buffers: if tiled { vec![super::terrain::tile_buffer()] } else { Vec::new() },
        },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            shader_defs,
            entry_point: Some("drape_fragment".into()),
            targets: vec![Some(ColorTargetState {
                format,
                blend: Some(BlendState::ALPHA_BLENDING),
                write_mask: ColorWrites::ALL,
            })],
        }),
        primitive: PrimitiveState { cull_mode: None, ..default() },
        depth_stencil: Some(depth(false)),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

/// Brings the adapter in line with what is to be drawn; nothing where nothing changed.
pub(super) fn upload(
    (device, queue, cache): (Res<RenderDevice>, Res<RenderQueue>, Res<PipelineCache>),
    drape: Option<Res<Drape>>,
    mut draping: ResMut<Draping>,
) {
    let Some(drape) = drape.filter(|drape| drape.is_changed() || draping.made.is_none()) else { return };
    let Some(picture) = &drape.picture else {
        draping.made = None;
        return;
    };
    let [west, south] = picture.low;
    // No width: squares.
    let (width_m, first) = match picture.tiles {
        Tiles::Squares => (0.0, [0; 2]),
        Tiles::Hexagons { width_m, first } => (width_m, first),
    };
    let [column, row] = first.map(|v| v as f32);
    #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
    let place = Place {
        place: [
            west as f32,
            south as f32,
            (1.0 / (picture.high[0] - west)) as f32,
            (1.0 / (picture.high[1] - south)) as f32,
        ],
        more: [drape.opacity, width_m as f32, column, row],
    };
    queue.write_buffer(&draping.place, 0, bytemuck::bytes_of(&place));
    if draping.made.as_ref().is_some_and(|made| Arc::ptr_eq(&made.picture, picture)) {
        return;
    }
    let [width, height] = picture.size;
    if u64::from(width) * u64::from(height) * 4 != picture.rgba.len() as u64 || picture.rgba.is_empty() {
        draping.made = None;
        return;
    }
    let size = Extent3d { width, height, depth_or_array_layers: 1 };
    if let Some(made) = draping.made.as_mut().filter(|made| made.texture.size() == size) {
        let rows = TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(width * 4), rows_per_image: None };
        queue.write_texture(made.texture.as_image_copy(), &picture.rgba, rows, size);
        made.picture = Arc::clone(picture);
        return;
    }
    let texture = device.create_texture_with_data(
        &queue,
        &TextureDescriptor {
            label: Some("drape"),
            size,
            mip_level_count: 1,
            sample_count: 1,
            dimension: TextureDimension::D2,
            format: TextureFormat::Rgba8UnormSrgb,
            usage: TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_DST,
            view_formats: &[],
        },
        TextureDataOrder::LayerMajor,
        &picture.rgba,
    );
    let view = texture.create_view(&bevy::render::render_resource::TextureViewDescriptor::default());
    let group = device.create_bind_group(
        "drape",
        &cache.get_bind_group_layout(&draping.layout),
        &BindGroupEntries::sequential((draping.place.as_entire_binding(), &view, &draping.smooth)),
    );
    draping.made = Some(Made { picture: Arc::clone(picture), texture, group });
}

/// Draws it over the ground; bind groups 0 and, where the ground is not level, 1 are bound already.
pub(super) fn draw<'a>(
    pass: &mut TrackedRenderPass<'a>,
    draping: &'a Draping,
    surface: Option<&'a Surface>,
    Ids([squares, hexagons]): &Ids,
    cache: &'a PipelineCache,
) {
    let Some(Made { picture, group, .. }) = &draping.made else { return };
    let id = if picture.tiles == Tiles::Squares { squares } else { hexagons };
    let Some(pipeline) = cache.get_render_pipeline(*id) else { return };
    pass.set_render_pipeline(pipeline);
    if let Some(surface) = surface {
        pass.set_bind_group(2, group, &[]);
        surface.draw_tiles(pass);
    } else {
        pass.set_bind_group(1, group, &[]);
        pass.draw(0..CORNERS, 0..1);
    }
}
