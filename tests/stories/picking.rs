//! What the pointer picks is what the picture shows: picking against a picture whose pixels are ids.
//!
//! The picture is drawn on the graphics adapter from the pack's own triangles, and over it the pins with the shader that
//! draws them on the screen, so that neither shares anything with picking but the pack and the camera.

use std::sync::Arc;

use bevy::math::Vec2;
use bevy::tasks::block_on;
use command_hall::ground::pack::writer;
use command_hall::ground::{City, demo};
use command_hall::screen::pins::icons::Icons;
use command_hall::screen::pins::lens::Lens;
use command_hall::screen::pins::mark::{Mark, mark_at};
use command_hall::screen::pins::marks::Chooser;
use command_hall::screen::pins::model::{crowd, sprite_of};
use command_hall::screen::pins::pyramid::{Pin, Pyramid};
use command_hall::screen::shown::{CityView, Pose};
use command_hall::screen::twin::pose;
use wgpu::util::DeviceExt as _;

const SIZE: [u32; 2] = [480, 270];
/// Ids of the picture: sky or ground, buildings from here, marks from here. The ground hides what is behind it.
const NOTHING: u32 = 0;
const BUILDINGS: u32 = 1;
const MARKS: u32 = 1 << 24;

const CITY: &str = "
@group(0) @binding(0) var<uniform> clip_from_world: mat4x4<f32>;
struct Out { @builtin(position) clip: vec4<f32>, @location(0) @interpolate(flat) id: u32 }
@vertex fn at(@location(0) at: vec3<f32>, @location(1) id: u32) -> Out {
    return Out(clip_from_world * vec4(at.x, at.z, -at.y, 1.0), id);
}
@fragment fn id(in: Out) -> @location(0) u32 { return in.id; }
";

/// The pins' own shader with its entry points as functions, and entry points that write ids where it paints.
fn pins_shader() -> String {
    let own = include_str!("../../assets/shaders/pins.wgsl");
    let plain = own
        .replace("@vertex\n", "")
        .replace("@fragment\n", "")
        .replace("(@builtin(vertex_index) index: u32, sprite: Sprite)", "(index: u32, sprite: Sprite)")
        .replace("(in: Varying) -> @location(0) vec4<f32>", "(in: Varying) -> vec4<f32>");
    assert!(!plain.contains("@vertex") && !plain.contains("@fragment"), "the entry points are found");
    plain
        + "
struct Marked {
    @builtin(position) position: vec4<f32>,
    @location(0) local: vec2<f32>,
    @location(1) @interpolate(flat) size: vec4<f32>,
    @location(2) @interpolate(flat) turn: vec4<f32>,
    @location(3) @interpolate(flat) one: vec4<f32>,
    @location(4) @interpolate(flat) two: vec4<f32>,
    @location(5) @interpolate(flat) three: vec4<f32>,
    @location(6) @interpolate(flat) fill: vec4<f32>,
    @location(7) @interpolate(flat) ink: vec4<f32>,
    @location(8) @interpolate(flat) text: vec4<f32>,
    @location(9) @interpolate(flat) cells: u32,
    @location(10) @interpolate(flat) wave: vec3<f32>,
    @location(11) @interpolate(flat) more: vec4<f32>,
    @location(12) @interpolate(flat) id: u32,
}
@vertex fn at(@builtin(vertex_index) index: u32, @builtin(instance_index) id: u32, sprite: Sprite) -> Marked {
    let v = mark_vertex(index, sprite);
    return Marked(v.position, v.local, v.size, v.turn, v.one, v.two, v.three, v.fill, v.ink, v.text, v.cells, v.wave, v.more, id);
}
@fragment fn id(in: Marked) -> @location(0) u32 {
    let v = Varying(in.position, in.local, in.size, in.turn, in.one, in.two, in.three, in.fill, in.ink, in.text, in.cells, in.wave, in.more);
    if mark_fragment(v).a < 0.5 { discard; }
    return in.id + 16777216u;
}
"
}

#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
struct Corner {
    at: [f32; 3],
    id: u32,
}

/// Every triangle of the city's buildings and of its ground.
fn triangles(city: &City) -> Vec<Corner> {
    let mut corners = Vec::new();
    for chunk in city.chunks() {
        let own = city.corners_of(chunk);
        let buildings = city.buildings_of(chunk);
        for index in city.indices_of(chunk) {
            let corner = own[usize::from(index >> 1)];
            let building = buildings[usize::from(corner.building)];
            let up = building.ground_dm + if index & 1 == 1 { building.top_dm } else { building.foot_dm };
            let metres = |quantised: u16, axis: usize| {
                chunk.origin[axis] + f32::from(quantised) * (chunk.extent[axis] / 65_535.0)
            };
            let at = [metres(corner.x, 0), metres(corner.y, 1), f32::from(up) / 10.0];
            corners.push(Corner { at, id: BUILDINGS + chunk.first_building + u32::from(corner.building) });
        }
    }
    corners.extend(ground(city).into_iter().map(|at| Corner { at: at.map(|v| v as f32), id: NOTHING }));
    corners
}

fn ground(city: &City) -> Vec<[f64; 3]> {
    let mut corners = Vec::new();
    let mut quad = |[sw, se, ne, nw]: [[f64; 3]; 4]| corners.extend([sw, se, ne, sw, ne, nw]);
    let Some(terrain) = city.terrain() else {
        let far = 60_000.0;
        quad([[-far, -far, 0.0], [far, -far, 0.0], [far, far, 0.0], [-far, far, 0.0]]);
        return corners;
    };
    // Beyond its border the ground goes on at the same height.
    let [columns, rows] = [i64::from(terrain.columns()), i64::from(terrain.rows())];
    let post = |column: i64, row: i64| {
        let spread = |at: i64, count: i64| {
            let at = if at < 0 {
                -2_000
            } else if at >= count {
                count + 2_000
            } else {
                at
            };
            at as f64
        };
        let [east, north] = terrain.metres_from_grid([spread(column, columns), spread(row, rows)]);
        [east, north, terrain.post(column, row)]
    };
    for row in -1..rows {
        for column in -1..columns {
            quad([post(column, row), post(column + 1, row), post(column + 1, row + 1), post(column, row + 1)]);
        }
    }
    corners
}

/// Draws ids without a window.
struct Drawer {
    device: wgpu::Device,
    queue: wgpu::Queue,
}

impl Drawer {
    /// `None`, and a line that says so, where there is no adapter at all.
    fn new() -> Option<Self> {
        let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
        let Ok(adapter) = block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default())) else {
            crate::kit::skipped("no graphics adapter, not even a software one");
            return None;
        };
        let (device, queue) = block_on(adapter.request_device(&wgpu::DeviceDescriptor::default())).unwrap();
        Some(Self { device, queue })
    }

    fn texture(&self, format: wgpu::TextureFormat, usage: wgpu::TextureUsages) -> wgpu::Texture {
        self.device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: SIZE[0], height: SIZE[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage,
            view_formats: &[],
        })
    }

    fn buffer(&self, bytes: &[u8], usage: wgpu::BufferUsages) -> wgpu::Buffer {
        self.device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: None, contents: bytes, usage })
    }

    fn pipeline(
        &self,
        shader: &str,
        attributes: &[wgpu::VertexAttribute],
        stride: u64,
        per_instance: bool,
    ) -> wgpu::RenderPipeline {
        let module = self.device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: None,
            source: wgpu::ShaderSource::Wgsl(shader.into()),
        });
        let step_mode = if per_instance { wgpu::VertexStepMode::Instance } else { wgpu::VertexStepMode::Vertex };
        let topology =
            if per_instance { wgpu::PrimitiveTopology::TriangleStrip } else { wgpu::PrimitiveTopology::TriangleList };
        let compare = if per_instance { wgpu::CompareFunction::Always } else { wgpu::CompareFunction::GreaterEqual };
        self.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: None,
            layout: None,
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some("at"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                buffers: &[wgpu::VertexBufferLayout { array_stride: stride, step_mode, attributes }],
            },
            primitive: wgpu::PrimitiveState { topology, ..Default::default() },
            depth_stencil: Some(wgpu::DepthStencilState {
                format: wgpu::TextureFormat::Depth32Float,
                depth_write_enabled: Some(!per_instance),
                depth_compare: Some(compare),
                stencil: wgpu::StencilState::default(),
                bias: wgpu::DepthBiasState::default(),
            }),
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some("id"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                targets: &[Some(wgpu::TextureFormat::R32Uint.into())],
            }),
            multiview_mask: None,
            cache: None,
        })
    }

    /// The ids of all pixels, rows from the top.
    fn draw(&self, city: &[Corner], marks: &[Mark], view: &CityView, icons: &Icons) -> Vec<u32> {
        let attributes = wgpu::vertex_attr_array![0 => Float32x3, 1 => Uint32];
        let of_city = self.pipeline(CITY, &attributes, 16, false);
        let attributes = wgpu::vertex_attr_array![0 => Float32x3, 1 => Uint8x4, 2 => Uint8x4, 3 => Uint8x4];
        let of_pins = self.pipeline(&pins_shader(), &attributes, 24, true);
        let corners = self.buffer(bytemuck::cast_slice(city), wgpu::BufferUsages::VERTEX);
        let sprites: Vec<_> = marks.iter().map(|mark| sprite_of(mark, icons.figures(mark.count), None)).collect();
        let heads = self.buffer(bytemuck::cast_slice(&sprites), wgpu::BufferUsages::VERTEX);
        let clip = self.buffer(bytemuck::bytes_of(&view.clip_from_world), wgpu::BufferUsages::UNIFORM);
        // As `View` in the shader; the colours do not matter.
        let mut block: Vec<f32> = view.clip_from_world.to_cols_array().to_vec();
        block.extend([view.size.x, view.size.y, 1.0, view.pose.distance as f32]);
        block.resize(block.len() + 18 * 4, 1.0);
        let block = self.buffer(bytemuck::cast_slice(&block), wgpu::BufferUsages::UNIFORM);
        let atlas = self.device.create_texture_with_data(
            &self.queue,
            &wgpu::TextureDescriptor {
                label: None,
                size: wgpu::Extent3d { width: icons.size[0], height: icons.size[1], depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: wgpu::TextureFormat::R8Unorm,
                usage: wgpu::TextureUsages::TEXTURE_BINDING,
                view_formats: &[],
            },
            wgpu::util::TextureDataOrder::LayerMajor,
            &icons.pixels,
        );
        let bind = |pipeline: &wgpu::RenderPipeline, entries: &[wgpu::BindGroupEntry<'_>]| {
            let layout = pipeline.get_bind_group_layout(0);
            self.device.create_bind_group(&wgpu::BindGroupDescriptor { label: None, layout: &layout, entries })
        };
        let entry = |binding, resource| wgpu::BindGroupEntry { binding, resource };
        let city_group = bind(&of_city, &[entry(0, clip.as_entire_binding())]);
        let atlas = atlas.create_view(&wgpu::TextureViewDescriptor::default());
        let sampler = self.device.create_sampler(&wgpu::SamplerDescriptor::default());
        let pins_group = bind(
            &of_pins,
            &[
                entry(0, block.as_entire_binding()),
                entry(1, wgpu::BindingResource::TextureView(&atlas)),
                entry(2, wgpu::BindingResource::Sampler(&sampler)),
            ],
        );
        let usage = wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC;
        let ids = self.texture(wgpu::TextureFormat::R32Uint, usage);
        let depth = self.texture(wgpu::TextureFormat::Depth32Float, wgpu::TextureUsages::RENDER_ATTACHMENT);
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        {
            let target = ids.create_view(&wgpu::TextureViewDescriptor::default());
            let depth = depth.create_view(&wgpu::TextureViewDescriptor::default());
            let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
                label: None,
                color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                    view: &target,
                    depth_slice: None,
                    resolve_target: None,
                    ops: wgpu::Operations {
                        load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                        store: wgpu::StoreOp::Store,
                    },
                })],
                depth_stencil_attachment: Some(wgpu::RenderPassDepthStencilAttachment {
                    view: &depth,
                    depth_ops: Some(wgpu::Operations { load: wgpu::LoadOp::Clear(0.0), store: wgpu::StoreOp::Discard }),
                    stencil_ops: None,
                }),
                timestamp_writes: None,
                occlusion_query_set: None,
                multiview_mask: None,
            });
            pass.set_pipeline(&of_city);
            pass.set_bind_group(0, &city_group, &[]);
            pass.set_vertex_buffer(0, corners.slice(..));
            pass.draw(0..u32::try_from(city.len()).unwrap(), 0..1);
            pass.set_pipeline(&of_pins);
            pass.set_bind_group(0, &pins_group, &[]);
            pass.set_vertex_buffer(0, heads.slice(..));
            pass.draw(0..8, 0..u32::try_from(sprites.len()).unwrap());
        }
        self.read(encoder, &ids)
    }

    fn read(&self, mut encoder: wgpu::CommandEncoder, ids: &wgpu::Texture) -> Vec<u32> {
        let stride = (SIZE[0] * 4).next_multiple_of(256);
        let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: u64::from(stride * SIZE[1]),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        encoder.copy_texture_to_buffer(
            ids.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout: wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(stride), rows_per_image: None },
            },
            ids.size(),
        );
        self.queue.submit([encoder.finish()]);
        buffer.map_async(wgpu::MapMode::Read, .., Result::unwrap);
        self.device.poll(wgpu::PollType::wait_indefinitely()).unwrap();
        let bytes = buffer.slice(..).get_mapped_range().to_vec();
        let rows = bytes.chunks(stride as usize).map(|row| row[..SIZE[0] as usize * 4].to_vec());
        rows.flat_map(|row| bytemuck::pod_collect_to_vec::<u8, u32>(&row)).collect()
    }
}

/// What picking says of the middle of a pixel.
fn picked(city: &City, marks: &[Mark], view: &CityView, at: Vec2) -> u32 {
    if let Some(mark) = mark_at(marks, at, 0.0) {
        let number = marks.iter().position(|other| std::ptr::eq(other, mark)).unwrap();
        return MARKS + u32::try_from(number).unwrap();
    }
    let (eye, direction) = view.ray(at);
    match city.pick_building(eye, direction) {
        Some((building, _)) => BUILDINGS + building,
        None => NOTHING,
    }
}

#[test]
fn the_pointer_picks_what_an_id_picture_shows() {
    let Some(drawer) = Drawer::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    writer::write(&demo::generate(7, 6_000), folder.path(), "2026-01-01").unwrap();
    let city = Arc::new(City::open(folder.path()).unwrap());
    let corners = triangles(&city);
    let icons = Icons::load().unwrap();
    let bounds = city.bounds();
    let middle = [f64::midpoint(bounds.min[0], bounds.max[0]), f64::midpoint(bounds.min[1], bounds.max[1])];
    let side = (bounds.max[0] - bounds.min[0]).max(bounds.max[1] - bounds.min[1]);
    let mut pyramid = Pyramid::default();
    for (id, pin) in crowd(300, 3, middle) {
        pyramid.put(id, Pin { up: city.ground_at(pin.at), ..pin });
    }
    let poses = [
        (0.0, 0.0, 0.5, 0.0, 0.0),
        (0.0, 0.0, 0.3, 40.0, 55.0),
        (0.1, -0.2, 0.06, 130.0, 70.0),
        (-0.25, 0.2, 0.12, 260.0, 78.0),
        (0.3, 0.3, 0.2, 310.0, 62.0),
        (-0.1, 0.05, 0.03, 15.0, 45.0),
    ];
    let (mut compared, mut buildings, mut heads) = (0, 0, 0);
    let mut wrong = Vec::new();
    for (number, (east, north, far, heading, tilt)) in poses.into_iter().enumerate() {
        let target = [middle[0] + east * side, middle[1] + north * side];
        let pose = Pose { target, distance: far * side, heading, tilt };
        let size = Vec2::new(SIZE[0] as f32, SIZE[1] as f32);
        let (clip_from_world, world_from_view) = pose::Lens::new(pose, 0.0, size, None).f32();
        let view = CityView { pose, clip_from_world, world_from_view, size };
        let marks = Chooser::default().choose(&pyramid, &Lens::new(&view), None);
        let ids = drawer.draw(&corners, &marks, &view, &icons);
        let [width, height] = SIZE.map(|v| v as usize);
        for y in 1..height - 1 {
            for x in 1..width - 1 {
                let drawn = ids[y * width + x];
                let alone = (y - 1..=y + 1).all(|v| (x - 1..=x + 1).all(|u| ids[v * width + u] == drawn));
                if !alone {
                    continue;
                }
                compared += 1;
                buildings += u32::from((BUILDINGS..MARKS).contains(&drawn));
                heads += u32::from(drawn >= MARKS);
                let found = picked(&city, &marks, &view, Vec2::new(x as f32 + 0.5, y as f32 + 0.5));
                if found != drawn {
                    wrong.push((number, x, y, drawn, found));
                }
            }
        }
    }
    assert!(compared > 300_000 && buildings > 50_000 && heads > 3_000, "{compared} pixels, {buildings}, {heads}");
    assert!(
        wrong.is_empty(),
        "{} of {compared} pixels differ (pose, x, y, drawn, picked): {:?}",
        wrong.len(),
        &wrong[..wrong.len().min(12)]
    );
}
