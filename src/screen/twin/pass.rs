//! What every pass over the city shares: the view's bind group, uniforms of its own, pipelines by view, depth.

use bevy::core_pipeline::core_3d::CORE_3D_DEPTH_FORMAT;
use bevy::platform::collections::HashMap;
use bevy::prelude::*;
use bevy::render::render_phase::TrackedRenderPass;
use bevy::render::render_resource::binding_types::uniform_buffer_sized;
use bevy::render::render_resource::{
    BindGroup, BindGroupEntries, BindGroupLayoutDescriptor, BindGroupLayoutEntries, Buffer, BufferDescriptor,
    BufferUsages, CachedRenderPipelineId, CompareFunction, DepthBiasState, DepthStencilState, PipelineCache,
    RenderPassDescriptor, RenderPipelineDescriptor, ShaderStages, StencilState, StoreOp, TextureFormat,
};
use bevy::render::renderer::{RenderContext, RenderDevice, RenderQueue};
use bevy::render::view::{ExtractedView, Msaa, ViewDepthTexture, ViewTarget};
use bytemuck::Pod;

use super::frame::ViewUniform;

/// A bind group of one uniform that both stages of a shader read.
pub struct Uniform {
    /// Its layout.
    pub layout: BindGroupLayoutDescriptor,
    /// It, to be bound.
    pub group: BindGroup,
    buffer: Buffer,
}

impl Uniform {
    /// Room for a `T`, not yet written.
    #[must_use]
    pub fn new<T: Pod>(name: &'static str, device: &RenderDevice, cache: &PipelineCache) -> Self {
        let size = size_of::<T>() as u64;
        let binding = uniform_buffer_sized(false, std::num::NonZero::new(size));
        let entries = BindGroupLayoutEntries::single(ShaderStages::VERTEX_FRAGMENT, binding);
        let layout = BindGroupLayoutDescriptor::new(name, &entries);
        let buffer = device.create_buffer(&BufferDescriptor {
            label: Some(name),
            size,
            usage: BufferUsages::UNIFORM | BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let entries = BindGroupEntries::single(buffer.as_entire_binding());
        let group = device.create_bind_group(name, &cache.get_bind_group_layout(&layout), &entries);
        Self { layout, group, buffer }
    }

    /// What the next frames read.
    pub fn write<T: Pod>(&self, queue: &RenderQueue, value: &T) {
        queue.write_buffer(&self.buffer, 0, bytemuck::bytes_of(value));
    }
}

/// Bind group 0 of every pass over the city: the view, written once a frame.
#[derive(Resource, Deref)]
pub struct ViewBinding(Uniform);

impl ViewBinding {
    pub(super) fn new(device: &RenderDevice, cache: &PipelineCache) -> Self {
        Self(Uniform::new::<ViewUniform>("city view", device, cache))
    }
}

/// `N` pipelines for each format, number of samples and definition of shaders that a view has had.
pub struct Pipelines<const N: usize>(HashMap<(TextureFormat, u32, bool), [CachedRenderPipelineId; N]>);

impl<const N: usize> Default for Pipelines<N> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<const N: usize> Pipelines<N> {
    /// Those of a view, made by `describe` from their place among the `N`, format and samples.
    pub fn get(
        &mut self,
        cache: &PipelineCache,
        view: (&ViewTarget, &Msaa),
        describe: impl Fn(usize, TextureFormat, u32) -> RenderPipelineDescriptor,
    ) -> [CachedRenderPipelineId; N] {
        self.get_with(cache, view, false, describe)
    }

    /// [`Self::get`] where `describe` also depends on `more`.
    pub fn get_with(
        &mut self,
        cache: &PipelineCache,
        (target, msaa): (&ViewTarget, &Msaa),
        more: bool,
        describe: impl Fn(usize, TextureFormat, u32) -> RenderPipelineDescriptor,
    ) -> [CachedRenderPipelineId; N] {
        let (format, samples) = (target.main_texture_format(), msaa.samples());
        *self
            .0
            .entry((format, samples, more))
            .or_insert_with(|| std::array::from_fn(|kind| cache.queue_render_pipeline(describe(kind, format, samples))))
    }
}

/// Views whose pipelines are wanted.
pub type Views<'w, 's> = Query<'w, 's, (Entity, &'static ViewTarget, &'static Msaa), With<ExtractedView>>;

/// Depth: nearer is greater.
#[must_use]
pub fn depth(write: bool) -> DepthStencilState {
    DepthStencilState {
        format: CORE_3D_DEPTH_FORMAT,
        depth_write_enabled: Some(write),
        depth_compare: Some(CompareFunction::GreaterEqual),
        stencil: StencilState::default(),
        bias: DepthBiasState::default(),
    }
}

/// A pass over what was drawn of a view, with its depth.
pub fn begin<'a>(
    ctx: &'a mut RenderContext<'_, '_>,
    name: &'static str,
    target: &'a ViewTarget,
    depth: &'a ViewDepthTexture,
) -> TrackedRenderPass<'a> {
    ctx.begin_tracked_render_pass(RenderPassDescriptor {
        label: Some(name),
        color_attachments: &[Some(target.get_color_attachment())],
        depth_stencil_attachment: Some(depth.get_attachment(StoreOp::Store)),
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    })
}
