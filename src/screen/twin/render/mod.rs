//! Draws the city in one pass of its own before Bevy's opaque pass, what hides most first, so that a pixel is seldom
//! coloured twice: [`buildings`] front to back, [`flat`] fills from the uppermost down, the ground between them, sky and
//! endless ground behind all; then what is mixed into it: ribbons, shade, rain.

use std::ops::Range;

use bevy::core_pipeline::core_3d::main_opaque_pass_3d;
use bevy::core_pipeline::{Core3d, Core3dSystems};
use bevy::prelude::*;
use bevy::render::diagnostic::RecordDiagnostics as _;
use bevy::render::extract_resource::ExtractResourcePlugin;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::{IndexFormat, PipelineCache, VertexAttribute, VertexFormat};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue, ViewQuery};
use bevy::render::view::{ViewDepthTexture, ViewTarget};
use bevy::render::{ExtractSchedule, Render, RenderApp, RenderStartup, RenderSystems};
use bevy::shader::Shader;

use super::drape::Drape;
use super::frame::CityFrame;
use super::gpu::{self, GpuBuildings, GpuFlat, GpuLayer, PLACE_BYTES, Pending, RenderGround};
use super::pass::{Pipelines, ViewBinding, Views, begin, depth};
use super::{CityDrawn, SPAN, in_sight};

mod air;
mod buildings;
mod drape;
mod flat;
mod near;
mod shade;
mod terrain;
mod uncovered;

use uncovered::Uncovered;

/// Adds the render world's half of the twin.
pub(super) fn plugin(app: &mut App) {
    let pending = Pending::default();
    app.insert_resource(pending.clone())
        .init_resource::<Drape>()
        .add_plugins((ExtractResourcePlugin::<CityFrame>::default(), ExtractResourcePlugin::<Drape>::default()));
    let mut shaders = app.world_mut().resource_mut::<Assets<Shader>>();
    let shaders = CityShaders {
        buildings: shaders.add(Shader::from_wgsl(buildings::SHADER, "embedded://hall/buildings.wgsl")),
        flat: shaders.add(Shader::from_wgsl(flat::SHADER, "embedded://hall/flat.wgsl")),
        air: shaders.add(Shader::from_wgsl(air::SHADER, "embedded://hall/air.wgsl")),
        near: shaders.add(Shader::from_wgsl(near::SHADER, "embedded://hall/near.wgsl")),
        shade: shaders.add(Shader::from_wgsl(shade::SHADER, "embedded://hall/shade.wgsl")),
        terrain: shaders.add(Shader::from_wgsl(terrain::SHADER, "embedded://hall/terrain.wgsl")),
        drape: shaders.add(Shader::from_wgsl(drape::SHADER, "embedded://hall/drape.wgsl")),
    };
    let ground = app.world().resource::<crate::screen::shown::Ground>().0.clone();
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render
        .insert_resource(pending)
        .insert_resource(shaders)
        .insert_resource(RenderGround(ground))
        .init_resource::<gpu::buildings::TintChanges>()
        .init_resource::<buildings::Drawn>()
        .init_resource::<flat::Drawn>()
        .init_resource::<near::Drawn>()
        .init_resource::<gpu::near::GpuNear>()
        .add_systems(
            RenderStartup,
            (
                gpu::forget,
                gpu::near::forget,
                start,
                terrain::start,
                buildings::start,
                flat::start,
                near::start,
                air::start,
                shade::start,
                drape::start,
            )
                .chain(),
        )
        .init_resource::<Uncovered>()
        .add_systems(ExtractSchedule, (gpu::buildings::extract, uncovered::extract))
        .add_systems(
            Render,
            (
                (
                    (buildings::specialize, flat::specialize, terrain::specialize, near::specialize),
                    (air::specialize, shade::specialize, drape::specialize),
                )
                    .in_set(RenderSystems::Prepare),
                (
                    gpu::near::follow,
                    gpu::upload,
                    gpu::buildings::tint,
                    (buildings::choose, flat::choose, terrain::choose, near::choose),
                    (write_view, buildings::bind, drape::upload),
                )
                    .chain()
                    .in_set(RenderSystems::PrepareBindGroups),
            ),
        )
        .configure_sets(Core3d, CityDrawn.in_set(Core3dSystems::MainPass).before(main_opaque_pass_3d).run_if(in_sight))
        .add_systems(Core3d, draw.in_set(CityDrawn));
}

/// The shaders, compiled into the program.
#[derive(Resource, Clone)]
struct CityShaders {
    buildings: Handle<Shader>,
    flat: Handle<Shader>,
    air: Handle<Shader>,
    near: Handle<Shader>,
    shade: Handle<Shader>,
    terrain: Handle<Shader>,
    drape: Handle<Shader>,
}

fn start(device: Res<RenderDevice>, cache: Res<PipelineCache>, mut commands: Commands) {
    commands.insert_resource(ViewBinding::new(&device, &cache));
}

fn write_view(queue: Res<RenderQueue>, frame: Option<Res<CityFrame>>, binding: Res<ViewBinding>) {
    if let Some(frame) = frame {
        binding.write(&queue, &frame.uniform);
    }
}

/// What the shader reads of a chunk, one instance each.
fn places() -> bevy::mesh::VertexBufferLayout {
    let place = |format, offset, shader_location| VertexAttribute { format, offset, shader_location };
    bevy::mesh::VertexBufferLayout {
        array_stride: PLACE_BYTES,
        step_mode: bevy::render::render_resource::VertexStepMode::Instance,
        attributes: vec![
            place(VertexFormat::Float32x3, 0, 0),
            place(VertexFormat::Float32x3, 12, 1),
            place(VertexFormat::Uint32x2, 24, 2),
        ],
    }
}

/// Chunks and which of their indices.
type Ranges = Vec<(usize, Range<u32>)>;

/// The frustum and the eye.
struct Sight {
    planes: [Vec4; 5],
    eye: Vec3,
}

impl Sight {
    fn new(frame: &CityFrame, uncovered: &Uncovered) -> Self {
        let row = |i| frame.clip_from_world.row(i);
        let (min, max) = uncovered.clip();
        let (x, y, w) = (row(0), row(1), row(3));
        // Left, right, bottom, top and near; inside is positive.
        Self { planes: [x - w * min.x, w * max.x - x, y - w * min.y, w * max.y - y, w - row(2)], eye: frame.eye }
    }

    /// Whether some of a box may be in sight: its middle, half its sides.
    fn box_seen(&self, middle: Vec3, half: Vec3) -> bool {
        self.planes.iter().all(|plane| {
            let reach = plane.truncate().abs().dot(half);
            plane.truncate().dot(middle) + plane.w + reach >= 0.0
        })
    }

    /// Metres to the nearest point of a box with this middle and half of its size, at least one; `None` where it is
    /// out of sight.
    fn nearest(&self, center: Vec3, half: Vec3) -> Option<f32> {
        let seen = self.box_seen(center, half);
        let nearest = self.eye.clamp(center - half, center + half);
        seen.then(|| nearest.distance(self.eye).max(1.0))
    }
}

/// The pipelines of a view, each with what it draws.
type ViewIds = (
    &'static buildings::Ids,
    &'static flat::Ids,
    &'static near::Ids,
    &'static air::Id,
    &'static shade::Ids,
    Option<&'static terrain::Id>,
    Option<&'static drape::Ids>,
);

fn draw(
    view: ViewQuery<(&ViewTarget, &ViewDepthTexture, ViewIds)>,
    (cache, binding, frame): (Res<PipelineCache>, Res<ViewBinding>, Option<Res<CityFrame>>),
    uncovered: Res<Uncovered>,
    (gpu, bound, chosen): (Option<Res<GpuBuildings>>, Res<buildings::Binding>, Res<buildings::Drawn>),
    (gpu_flat, chosen_flat): (Option<Res<GpuFlat>>, Res<flat::Drawn>),
    (surface, draping, near, shape, chosen_near): (
        Option<Res<terrain::Surface>>,
        Res<drape::Draping>,
        Res<gpu::near::GpuNear>,
        Res<near::Made>,
        Res<near::Drawn>,
    ),
    mut ctx: RenderContext,
) {
    let (target, depth, (ids, flat_ids, near_ids, air_id, shade_ids, land, draped)) = view.into_inner();
    let (Some(gpu), Some(gpu_flat), Some(frame)) = (gpu.as_deref(), gpu_flat.as_deref(), frame) else { return };
    let (Some(pipelines), Some(flat_pipelines)) = (ids.ready(&cache), flat_ids.ready(&cache)) else { return };
    let clock = ctx.diagnostic_recorder();
    let clock = clock.as_deref();
    let mut pass = begin(&mut ctx, "city", target, depth);
    let timed = clock.pass_span(&mut pass, SPAN);
    let size = target.main_texture().size();
    uncovered.keep(&mut pass, UVec2::new(size.width, size.height));
    pass.set_bind_group(0, &binding.group, &[]);
    buildings::draw(&mut pass, gpu, &bound, &chosen, pipelines);
    if !frame.style.bare {
        let around = near_ids.ready(&cache);
        if let Some(pipelines) = around {
            near::draw_solid(&mut pass, (&near, &shape, &chosen_near), pipelines);
        }
        if let Some(surface) = surface.as_deref() {
            surface.bind(&mut pass);
        }
        flat::draw_fills(&mut pass, gpu_flat, &chosen_flat, flat_pipelines);
        if let (Some(surface), Some(land)) = (surface.as_deref(), land) {
            terrain::draw(&mut pass, surface, land, &cache);
        }
        flat::draw_ribbons(&mut pass, gpu_flat, &chosen_flat, flat_pipelines);
        if let Some(ids) = draped {
            drape::draw(&mut pass, &draping, surface.as_deref(), ids, &cache);
        }
        if let Some(pipelines) = around {
            near::draw_soft(&mut pass, (&near, &chosen_near), pipelines);
        }
        if let Some(pipelines) = shade_ids.ready(&cache).filter(|_| frame.means.shade) {
            shade::draw(&mut pass, (gpu, &bound, &chosen), pipelines, frame.sunny);
        }
        if frame.falls {
            air::draw(&mut pass, air_id, &cache);
        }
    }
    timed.end(&mut pass);
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
