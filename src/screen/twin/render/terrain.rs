//! The ground's surface where it is not level: its posts on the adapter, the tiles of a frame, their pipeline. A level
//! city has none of it.

use bevy::prelude::*;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::binding_types::storage_buffer_read_only_sized;
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, Buffer, BufferInitDescriptor,
    BufferUsages, CachedRenderPipelineId, ColorTargetState, ColorWrites, Face, FragmentState, FrontFace, IndexFormat,
    MultisampleState, PipelineCache, PrimitiveState, RenderPipelineDescriptor, ShaderStages, TextureFormat,
    VertexAttribute, VertexFormat, VertexState, VertexStepMode,
};
use bevy::render::renderer::{RenderDevice, RenderQueue};
use bevy::shader::ShaderDefVal;

use super::super::frame::CityFrame;
use super::super::gpu::RenderGround;
use super::super::source::terrain::{Relief, Tile, indices};
use super::{CityShaders, Pipelines, Sight, Uncovered, ViewBinding, Views, depth};

/// `view.wgsl`, `relief.wgsl` and `terrain.wgsl`.
pub(super) const SHADER: &str = concat!(
    include_str!("../../../../assets/shaders/twin/view.wgsl"),
    include_str!("../../../../assets/shaders/twin/relief.wgsl"),
    include_str!("../../../../assets/shaders/twin/terrain.wgsl")
);

/// Tiles of a frame, at most; far more than a screen has room for.
const MOST_TILES: usize = 4_096;

/// The surface on the adapter, and bind group 1 of what lies on it; missing where the ground is level.
#[derive(Resource)]
pub(super) struct Surface {
    relief: Relief,
    indices: Buffer,
    index_count: u32,
    places: Buffer,
    tiles: Vec<Tile>,
    layout: BindGroupLayoutDescriptor,
    group: BindGroup,
    pipelines: Pipelines<1>,
}

/// The pipeline of one view.
#[derive(Component)]
pub(super) struct Id([CachedRenderPipelineId; 1]);

impl Surface {
    /// Layout of bind group 1.
    pub(super) fn layout(&self) -> &BindGroupLayoutDescriptor {
        &self.layout
    }

    /// Bind group 1 of everything that lies on the surface.
    pub(super) fn bind<'a>(&'a self, pass: &mut TrackedRenderPass<'a>) {
        pass.set_bind_group(1, &self.group, &[]);
    }

    /// The tiles of this frame, with the pipeline that is set.
    pub(super) fn draw_tiles<'a>(&'a self, pass: &mut TrackedRenderPass<'a>) {
        let count = u32::try_from(self.tiles.len()).unwrap_or(0);
        pass.set_vertex_buffer(0, self.places.slice(..));
        pass.set_index_buffer(self.indices.slice(..), IndexFormat::Uint16);
        pass.draw_indexed(0..self.index_count, 0, 0..count);
    }
}

/// What a shader reads of a tile, one instance each.
pub(super) fn tile_buffer() -> bevy::mesh::VertexBufferLayout {
    bevy::mesh::VertexBufferLayout {
        array_stride: size_of::<Tile>() as u64,
        step_mode: VertexStepMode::Instance,
        attributes: vec![VertexAttribute { format: VertexFormat::Sint32x4, offset: 0, shader_location: 0 }],
    }
}

/// What shaders of things on the ground are told of it, and their bind groups.
pub(super) fn on_ground(
    view: &ViewBinding,
    surface: Option<&Surface>,
    contours: bool,
    mut defs: Vec<ShaderDefVal>,
) -> (Vec<BindGroupLayoutDescriptor>, Vec<ShaderDefVal>) {
    let mut layout = vec![view.layout.clone()];
    if let Some(surface) = surface {
        layout.push(surface.layout().clone());
        defs.push("RELIEF".into());
        if contours {
            defs.push("CONTOURS".into());
        }
    }
    (layout, defs)
}

pub(super) fn start(
    (device, cache): (Res<RenderDevice>, Res<PipelineCache>),
    ground: Res<RenderGround>,
    mut commands: Commands,
) {
    let Some(terrain) = ground.0.terrain() else { return };
    let relief = Relief::new(terrain);
    let entries =
        BindGroupLayoutEntries::sequential(ShaderStages::VERTEX, (storage_buffer_read_only_sized(false, None),));
    let layout = BindGroupLayoutDescriptor::new("relief", &entries);
    let make = |label, contents, usage| {
        device.create_buffer_with_data(&BufferInitDescriptor { label: Some(label), contents, usage })
    };
    let posts = make("posts", bytemuck::cast_slice(&relief.words), BufferUsages::STORAGE);
    let all = indices();
    let places = vec![[0_i32; 4]; MOST_TILES];
    let usage = BufferUsages::VERTEX | BufferUsages::COPY_DST;
    let group = device.create_bind_group(
        "relief",
        &cache.get_bind_group_layout(&layout),
        &BindGroupEntries::sequential((posts.as_entire_binding(),)),
    );
    commands.insert_resource(Surface {
        indices: make("tile indices", bytemuck::cast_slice(&all), BufferUsages::INDEX),
        index_count: u32::try_from(all.len()).unwrap_or(0),
        places: make("tiles", bytemuck::cast_slice(&places), usage),
        tiles: Vec::new(),
        relief,
        layout,
        group,
        pipelines: Pipelines::default(),
    });
}

pub(super) fn specialize(
    views: Views,
    (cache, shaders, view): (Res<PipelineCache>, Res<CityShaders>, Res<ViewBinding>),
    (surface, frame): (Option<ResMut<Surface>>, Option<Res<CityFrame>>),
    mut commands: Commands,
) {
    let (Some(mut surface), Some(frame)) = (surface, frame) else { return };
    let contours = frame.means.contours;
    let (layout, defs) = on_ground(&view, Some(&surface), contours, Vec::new());
    for (entity, target, msaa) in &views {
        let made = surface.pipelines.get_with(&cache, (target, msaa), contours, |_, format, samples| {
            pipeline(layout.clone(), defs.clone(), &shaders.terrain, format, samples)
        });
        commands.entity(entity).insert(Id(made));
    }
}

fn pipeline(
    layout: Vec<BindGroupLayoutDescriptor>,
    shader_defs: Vec<ShaderDefVal>,
    shader: &Handle<Shader>,
    format: TextureFormat,
    samples: u32,
) -> RenderPipelineDescriptor {
    RenderPipelineDescriptor {
        label: Some("terrain".into()),
        layout,
        vertex: VertexState {
            shader: shader.clone(),
            shader_defs: shader_defs.clone(),
            entry_point: Some("land_vertex".into()),
            buffers: vec![tile_buffer()],
        },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            shader_defs,
            entry_point: Some("soil_fragment".into()),
            targets: vec![Some(ColorTargetState { format, blend: None, write_mask: ColorWrites::ALL })],
        }),
        primitive: PrimitiveState { front_face: FrontFace::Ccw, cull_mode: Some(Face::Back), ..default() },
        depth_stencil: Some(depth(true)),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

/// Chooses the tiles of this frame and hands them to the adapter.
pub(super) fn choose(
    queue: Res<RenderQueue>,
    frame: Option<Res<CityFrame>>,
    uncovered: Res<Uncovered>,
    surface: Option<ResMut<Surface>>,
) {
    let (Some(frame), Some(mut surface)) = (frame, surface) else { return };
    let surface = &mut *surface;
    if frame.style.bare {
        surface.tiles.clear();
        return;
    }
    let sight = Sight::new(&frame, &uncovered);
    let seen = |middle: Vec3, half: Vec3| sight.box_seen(middle, half);
    let before = std::mem::take(&mut surface.tiles);
    let mut tiles = Vec::with_capacity(before.len());
    surface.relief.tiles(frame.eye, frame.pixels, &seen, &mut tiles);
    tiles.truncate(MOST_TILES);
    if tiles != before {
        queue.write_buffer(&surface.places, 0, bytemuck::cast_slice(&tiles));
    }
    surface.tiles = tiles;
}

pub(super) fn draw<'a>(pass: &mut TrackedRenderPass<'a>, surface: &'a Surface, id: &Id, cache: &'a PipelineCache) {
    let Some(pipeline) = cache.get_render_pipeline(id.0[0]) else { return };
    pass.set_render_pipeline(pipeline);
    surface.draw_tiles(pass);
}
