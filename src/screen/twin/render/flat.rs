//! Sky, endless ground, and flat shapes over it: which chunks of them, how much of each, and their pipelines.

use std::ops::Range;

use bevy::mesh::VertexBufferLayout;
use bevy::prelude::*;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::{
    BindGroupLayoutDescriptor, BlendState, CachedRenderPipelineId, ColorTargetState, ColorWrites, FragmentState,
    FrontFace, MultisampleState, PipelineCache, PrimitiveState, RenderPipeline, RenderPipelineDescriptor,
    TextureFormat, VertexAttribute, VertexFormat, VertexState, VertexStepMode,
};
use bevy::shader::ShaderDefVal;

use super::super::frame::{CityFrame, first_road, gone};
use super::super::gpu::GpuFlat;
use super::super::source::flat::PAINTS;
use super::terrain::{Surface, on_ground};
use super::{CityShaders, Pipelines, Ranges, Sight, Uncovered, ViewBinding, Views, depth, pieces, places};
use crate::ground::pack::records::Paint;

/// `view.wgsl`, `relief.wgsl` and `flat.wgsl`.
pub(super) const SHADER: &str = concat!(
    include_str!("../../../../assets/shaders/twin/view.wgsl"),
    include_str!("../../../../assets/shaders/twin/relief.wgsl"),
    include_str!("../../../../assets/shaders/twin/flat.wgsl")
);

/// The kinds of pipeline. What is close has waves, pavements, lines between lanes and lamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Background,
    Fill,
    Water,
    CloseWater,
    Line,
    CloseLine,
    Kerb,
    Dash,
}

const KINDS: [Kind; 8] =
    [Kind::Background, Kind::Fill, Kind::Water, Kind::CloseWater, Kind::Line, Kind::CloseLine, Kind::Kerb, Kind::Dash];

/// Pixels that a metre has at least in a chunk that is close.
const CLOSE: f32 = 0.8;

#[derive(Resource, Default)]
pub(super) struct FlatPipelines(Pipelines<{ KINDS.len() }>);

/// Pipelines of one view.
#[derive(Component)]
pub(super) struct Ids([CachedRenderPipelineId; KINDS.len()]);

/// Pipelines that are compiled, in the order of [`KINDS`].
type Ready<'c> = [&'c RenderPipeline; KINDS.len()];

impl Ids {
    pub(super) fn ready<'c>(&self, cache: &'c PipelineCache) -> Option<Ready<'c>> {
        let [background, fill, water, close_water, line, close_line, kerb, dash] =
            self.0.map(|id| cache.get_render_pipeline(id));
        Some([background?, fill?, water?, close_water?, line?, close_line?, kerb?, dash?])
    }
}

/// Fills that are drawn alike, the uppermost first.
const FILLS: [Paint; 4] = [Paint::Paved, Paint::Green, Paint::Bare, Paint::Land];

/// What is drawn this frame, chosen by frustum and size on screen.
#[derive(Resource, Default)]
pub(super) struct Drawn {
    /// By [`FILLS`].
    fills: [Ranges; FILLS.len()],
    water: Ranges,
    close_water: Ranges,
    streams: Ranges,
    tunnels: Ranges,
    kerbs: Ranges,
    lines: Ranges,
    close_lines: Ranges,
}

impl Drawn {
    fn clear(&mut self) {
        let own = [
            &mut self.water,
            &mut self.close_water,
            &mut self.streams,
            &mut self.tunnels,
            &mut self.kerbs,
            &mut self.lines,
            &mut self.close_lines,
        ];
        self.fills.iter_mut().chain(own).for_each(Vec::clear);
    }
}

pub(super) fn start(mut commands: Commands) {
    commands.insert_resource(FlatPipelines::default());
}

/// Gives every view the pipelines for its format and samples.
pub(super) fn specialize(
    views: Views,
    (cache, shaders, view): (Res<PipelineCache>, Res<CityShaders>, Res<ViewBinding>),
    (surface, frame): (Option<Res<Surface>>, Option<Res<CityFrame>>),
    mut pipelines: ResMut<FlatPipelines>,
    mut commands: Commands,
) {
    let Some(frame) = frame else { return };
    let contours = frame.means.contours;
    for (entity, target, msaa) in &views {
        let made = pipelines.0.get_with(&cache, (target, msaa), contours, |kind, format, samples| {
            let kind = KINDS.get(kind).copied().unwrap_or(Kind::Background);
            let own: &[&str] = match kind {
                Kind::CloseWater | Kind::CloseLine | Kind::Kerb => &["CLOSE"],
                Kind::Dash => &["DASHED"],
                _ => &[],
            };
            let defs = own.iter().map(|def| (*def).into()).collect();
            let level = surface.is_none();
            let on = on_ground(&view, surface.as_deref(), contours, defs);
            pipeline((kind, level), on, &shaders.flat, format, samples)
        });
        commands.entity(entity).insert(Ids(made));
    }
}

fn pipeline(
    (kind, level): (Kind, bool),
    (layout, shader_defs): (Vec<BindGroupLayoutDescriptor>, Vec<ShaderDefVal>),
    shader: &Handle<Shader>,
    format: TextureFormat,
    samples: u32,
) -> RenderPipelineDescriptor {
    let (vertex, fragment) = match kind {
        Kind::Background => ("background_vertex", "background_fragment"),
        Kind::Fill => ("fill_vertex", if level { "level_fragment" } else { "soil_fragment" }),
        Kind::Water | Kind::CloseWater => ("water_vertex", "water_fragment"),
        Kind::Line => ("line_vertex", "line_fragment"),
        Kind::CloseLine => ("line_vertex", "close_fragment"),
        Kind::Kerb => ("kerb_vertex", "kerb_fragment"),
        Kind::Dash => ("line_vertex", "dash_fragment"),
    };
    let fill = matches!(kind, Kind::Fill | Kind::Water | Kind::CloseWater);
    let mixed = !fill && kind != Kind::Background;
    RenderPipelineDescriptor {
        label: Some(format!("flat {kind:?}").into()),
        layout,
        vertex: VertexState {
            shader: shader.clone(),
            shader_defs: shader_defs.clone(),
            entry_point: Some(vertex.into()),
            buffers: vertex_buffers(kind),
        },
        fragment: Some(FragmentState {
            shader: shader.clone(),
            shader_defs,
            entry_point: Some(fragment.into()),
            targets: vec![Some(ColorTargetState {
                format,
                blend: mixed.then_some(BlendState::ALPHA_BLENDING),
                write_mask: ColorWrites::ALL,
            })],
        }),
        primitive: PrimitiveState { front_face: FrontFace::Ccw, cull_mode: None, ..default() },
        depth_stencil: Some(depth(fill)),
        multisample: MultisampleState { count: samples, ..default() },
        ..default()
    }
}

fn vertex_buffers(kind: Kind) -> Vec<VertexBufferLayout> {
    let one = |format: VertexFormat, shader_location| VertexBufferLayout {
        array_stride: format.size(),
        step_mode: VertexStepMode::Vertex,
        attributes: vec![VertexAttribute { format, offset: 0, shader_location }],
    };
    match kind {
        Kind::Background => Vec::new(),
        _ => vec![places(), one(VertexFormat::Uint16x4, 3), one(VertexFormat::Uint8x4, 4)],
    }
}

/// Chooses the chunks in sight and how much of each is worth drawing.
pub(super) fn choose(
    frame: Option<Res<CityFrame>>,
    uncovered: Res<Uncovered>,
    gpu: Option<Res<GpuFlat>>,
    mut drawn: ResMut<Drawn>,
) {
    let drawn = &mut *drawn;
    drawn.clear();
    let (Some(frame), Some(gpu)) = (frame, gpu) else { return };
    if frame.style.bare {
        return;
    }
    let sight = Sight::new(&frame, &uncovered);
    let rank = |paint: Paint| usize::from(paint.rank());
    for (i, piece) in gpu.layer.pieces.iter().enumerate() {
        let (Some(steps), Some(nearest)) = (&piece.steps, sight.nearest(piece.center, piece.half)) else { continue };
        let scale = frame.pixels / nearest;
        let take = |to: &mut Ranges, ranks: Range<usize>| {
            let range = steps.range(ranks);
            if !range.is_empty() {
                to.push((i, range));
            }
        };
        let close = scale >= CLOSE;
        for (paint, fills) in FILLS.into_iter().zip(&mut drawn.fills) {
            take(fills, rank(paint)..rank(paint) + 1);
        }
        let water = if close { &mut drawn.close_water } else { &mut drawn.water };
        take(water, rank(Paint::Water)..rank(Paint::Stream));
        if !gone(Paint::Stream, scale) {
            take(&mut drawn.streams, rank(Paint::Stream)..rank(Paint::Paved));
        }
        if !gone(Paint::Tunnel, scale) {
            take(&mut drawn.tunnels, rank(Paint::Tunnel)..rank(Paint::Path));
        }
        if close {
            take(&mut drawn.kerbs, rank(Paint::Service)..rank(Paint::Rail));
        }
        let lines = if close { &mut drawn.close_lines } else { &mut drawn.lines };
        take(lines, rank(first_road(scale))..PAINTS);
    }
}

/// Fills, the uppermost first: what they cover is not coloured again.
pub(super) fn draw_fills<'a>(
    pass: &mut TrackedRenderPass<'a>,
    gpu: &'a GpuFlat,
    drawn: &Drawn,
    [_, fill, water, close_water, ..]: Ready<'a>,
) {
    let [paved, below @ ..] = &drawn.fills;
    steps(pass, gpu, &[(fill, paved), (water, &drawn.water), (close_water, &drawn.close_water)]);
    steps(pass, gpu, &below.each_ref().map(|ranges| (fill, ranges)));
}

/// Sky and endless ground behind everything, then ribbons, the lowest first.
pub(super) fn draw_ribbons<'a>(
    pass: &mut TrackedRenderPass<'a>,
    gpu: &'a GpuFlat,
    drawn: &Drawn,
    [background, _, _, _, line, close_line, kerb, dash]: Ready<'a>,
) {
    pass.set_render_pipeline(background);
    pass.draw(0..3, 0..1);
    let ribbons = [
        (line, &drawn.streams),
        (dash, &drawn.tunnels),
        (kerb, &drawn.kerbs),
        (line, &drawn.lines),
        (close_line, &drawn.close_lines),
    ];
    steps(pass, gpu, &ribbons);
}

fn steps<'a>(pass: &mut TrackedRenderPass<'a>, gpu: &'a GpuFlat, steps: &[(&'a RenderPipeline, &Ranges)]) {
    pass.set_vertex_buffer(1, gpu.positions.slice(..));
    pass.set_vertex_buffer(2, gpu.tones.slice(..));
    for (pipeline, ranges) in steps {
        if !ranges.is_empty() {
            pass.set_render_pipeline(pipeline);
            pieces(pass, &gpu.layer, ranges);
        }
    }
}
