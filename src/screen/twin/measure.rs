//! A short measurement of the graphics adapter, apart from the engine: how many operations it does in a second.

use std::time::{Duration, Instant};

use wgpu::util::DeviceExt as _;

use crate::screen::offscreen::{Adapter, found};

/// Side of the square that is filled.
const SIDE: u32 = 512;
/// Multiplications with addition for each pixel, four numbers at once, as `measure.wgsl` has them.
const STEPS: f64 = 256.0;
/// How long to measure, after one square for warming up.
const LONG: Duration = Duration::from_millis(80);

const SHADER: &str = "
@group(0) @binding(0) var<uniform> seed: vec4<f32>;
@vertex fn vertex(@builtin(vertex_index) i: u32) -> @builtin(position) vec4<f32> {
    return vec4<f32>(f32(i & 1u) * 4.0 - 1.0, f32(i >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}
@fragment fn fragment(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    var sum = at * seed;
    for (var i = 0; i < 256; i++) { sum = fma(sum, seed, at); }
    return fract(sum);
}";

/// The adapter and billions of operations a second; `None` where there is no adapter or it gives no device.
#[must_use]
pub fn measure() -> Option<(Adapter, f64)> {
    let (adapter, words) = found()?;
    let (device, queue) = bevy::tasks::block_on(adapter.request_device(&wgpu::DeviceDescriptor::default())).ok()?;
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some("measure"),
        source: wgpu::ShaderSource::Wgsl(SHADER.into()),
    });
    let format = wgpu::TextureFormat::Rgba8Unorm;
    let pipeline = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some("measure"),
        layout: None,
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("vertex"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState::default(),
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some("fragment"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(format.into())],
        }),
        multiview_mask: None,
        cache: None,
    });
    let seed: [f32; 4] = [0.5, 0.25, 0.125, 0.75];
    let seed = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
        label: Some("measure"),
        contents: bytemuck::cast_slice(&seed),
        usage: wgpu::BufferUsages::UNIFORM,
    });
    let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("measure"),
        layout: &pipeline.get_bind_group_layout(0),
        entries: &[wgpu::BindGroupEntry { binding: 0, resource: seed.as_entire_binding() }],
    });
    let size = wgpu::Extent3d { width: SIDE, height: SIDE, depth_or_array_layers: 1 };
    let picture = device.create_texture(&wgpu::TextureDescriptor {
        label: Some("measure"),
        size,
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
        view_formats: &[],
    });
    let target = picture.create_view(&wgpu::TextureViewDescriptor::default());
    // One submission with `squares` of them, finished.
    let fill = |squares: u32| -> Option<Duration> {
        let start = Instant::now();
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("measure"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &target,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations::default(),
            })],
            ..Default::default()
        });
        pass.set_pipeline(&pipeline);
        pass.set_bind_group(0, &group, &[]);
        pass.draw(0..3, 0..squares);
        drop(pass);
        queue.submit([encoder.finish()]);
        device.poll(wgpu::PollType::wait_indefinitely()).ok()?;
        Some(start.elapsed())
    };
    fill(1)?;
    let (mut squares, mut took) = (1, fill(1)?);
    // Ever more squares in one go, until the way to the adapter and back no longer counts.
    while took < LONG && squares < 1 << 14 {
        squares *= 4;
        took = fill(squares)?;
    }
    let operations = f64::from(SIDE * SIDE) * STEPS * 8.0 * f64::from(squares);
    Some((words.clone(), operations / took.as_secs_f64().max(1e-6) / 1e9))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::twin::quality::Quality;

    #[test]
    fn an_adapter_does_more_than_nothing_and_a_processor_is_known_as_one() {
        let Some((adapter, gflops)) = measure() else {
            eprintln!("skipped: no graphics adapter, not even a software one");
            return;
        };
        assert!(gflops > 0.05, "{gflops}");
        if adapter.software {
            assert_eq!(Quality::fitting(gflops, adapter.software), Quality::Software);
        }
    }
}
