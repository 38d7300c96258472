//! The screen without a window: frames are driven by hand into an image and can be read back.

use std::sync::mpsc::sync_channel;
use std::sync::{Arc, OnceLock};

use bevy::app::{AppLabel, SubApps};
use bevy::asset::RenderAssetUsages;
use bevy::camera::{ImageRenderTarget, RenderTarget};
use bevy::ecs::world::World;
use bevy::prelude::*;
use bevy::render::RenderApp;
use bevy::render::extract_resource::ExtractResource;
use bevy::render::render_asset::RenderAssets;
use bevy::render::render_resource::{
    BufferDescriptor, BufferUsages, CommandEncoderDescriptor, Extent3d, MapMode, PollType, TexelCopyBufferInfo,
    TexelCopyBufferLayout, TextureDimension, TextureFormat, TextureUsages,
};
use bevy::render::renderer::{RenderAdapterInfo, RenderDevice, RenderQueue};
use bevy::render::texture::GpuImage;

use super::app::{ScreenOptions, windowless};
use crate::ground::City;
use crate::link::Link;

mod compiled;
mod copy;
mod gpu_time;

/// Why a picture could not be made.
#[derive(Debug, thiserror::Error)]
pub enum OffscreenError {
    /// There is no graphics adapter, not even a software one.
    #[error("no graphics adapter: install a Vulkan driver (on Debian and Ubuntu `mesa-vulkan-drivers`)")]
    NoAdapter,
    /// The engine did not make the picture's texture.
    #[error("the engine made no picture")]
    NoPicture,
    /// Reading the picture back from the adapter failed.
    #[error("reading the picture back failed: {0}")]
    ReadBack(String),
}

/// A screen without a window.
pub struct Offscreen {
    apps: SubApps,
    target: Handle<Image>,
    size: [u32; 2],
}

impl Offscreen {
    /// Build the app with a picture of `options.size` pixels.
    ///
    /// # Errors
    /// [`OffscreenError::NoAdapter`].
    pub fn new(options: &ScreenOptions, link: Link, city: Arc<City>) -> Result<Self, OffscreenError> {
        Self::with(options, link, city, |_| ())
    }

    /// The same, whose frames are timed by the adapter's own clock; see [`Self::city_gpu_millis`].
    ///
    /// # Errors
    /// [`OffscreenError::NoAdapter`].
    pub fn timed(options: &ScreenOptions, link: Link, city: Arc<City>) -> Result<Self, OffscreenError> {
        Self::with(options, link, city, gpu_time::plugin)
    }

    fn with(
        options: &ScreenOptions,
        link: Link,
        city: Arc<City>,
        more: impl FnOnce(&mut App),
    ) -> Result<Self, OffscreenError> {
        adapter().ok_or(OffscreenError::NoAdapter)?;
        let mut app = windowless(options, link, city);
        let [width, height] = options.size;
        let size = Extent3d { width, height, depth_or_array_layers: 1 };
        let mut image = Image::new_uninit(
            size,
            TextureDimension::D2,
            TextureFormat::Rgba8UnormSrgb,
            RenderAssetUsages::RENDER_WORLD,
        );
        image.texture_descriptor.usage |=
            TextureUsages::RENDER_ATTACHMENT | TextureUsages::COPY_SRC | TextureUsages::COPY_DST;
        let target = app.world_mut().resource_mut::<Assets<Image>>().add(image);
        app.insert_resource(TwinTarget(target.clone())).add_plugins((compiled::plugin, copy::plugin));
        more(&mut app);
        while app.plugins_state() == bevy::app::PluginsState::Adding {
            bevy::tasks::tick_global_task_pools_on_main_thread();
        }
        app.finish();
        app.cleanup();
        if !app.world().contains_resource::<RenderDevice>() {
            return Err(OffscreenError::NoAdapter);
        }
        Ok(Self { apps: std::mem::take(app.sub_apps_mut()), target, size: options.size })
    }

    /// The main world.
    pub fn world_mut(&mut self) -> &mut World {
        self.apps.main.world_mut()
    }

    /// Name of the graphics adapter.
    #[must_use]
    pub fn adapter(&self) -> String {
        self.apps.main.world().get_resource::<RenderAdapterInfo>().map(|i| i.name.clone()).unwrap_or_default()
    }

    /// Draw one frame and wait until it is finished.
    pub fn frame(&mut self) {
        self.apps.update();
        let _ = self.apps.main.world().resource::<RenderDevice>().poll(PollType::wait_indefinitely());
    }

    /// The picture as drawn by the last frame: RGBA, rows from the top.
    ///
    /// # Errors
    /// [`OffscreenError`].
    pub fn read(&self) -> Result<image::RgbaImage, OffscreenError> {
        let render = self.apps.sub_apps.get(&RenderApp.intern()).ok_or(OffscreenError::NoPicture)?;
        let images = render.world().resource::<RenderAssets<GpuImage>>();
        let texture = images.get(&self.target).ok_or(OffscreenError::NoPicture)?;
        let device = render.world().resource::<RenderDevice>();
        let queue = render.world().resource::<RenderQueue>();
        let [width, height] = self.size;
        let row = (width * 4).next_multiple_of(256);
        let buffer = device.create_buffer(&BufferDescriptor {
            label: Some("picture"),
            size: u64::from(row) * u64::from(height),
            usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
        encoder.copy_texture_to_buffer(
            texture.texture.as_image_copy(),
            TexelCopyBufferInfo {
                buffer: &buffer,
                layout: TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None },
            },
            Extent3d { width, height, depth_or_array_layers: 1 },
        );
        queue.submit([encoder.finish()]);
        let (done, wait) = sync_channel(1);
        buffer.slice(..).map_async(MapMode::Read, move |result| {
            let _ = done.send(result);
        });
        let failed = |e: &dyn std::fmt::Display| OffscreenError::ReadBack(e.to_string());
        device.poll(PollType::wait_indefinitely()).map_err(|e| failed(&e))?;
        wait.recv().map_err(|e| failed(&e))?.map_err(|e| failed(&e))?;
        let bytes = buffer.slice(..).get_mapped_range();
        let rows = bytes.chunks_exact(row as usize).flat_map(|r| r.iter().take(width as usize * 4).copied());
        image::RgbaImage::from_raw(width, height, rows.collect()).ok_or(OffscreenError::NoPicture)
    }
}

/// Where set, the twin's camera draws into this image instead of the window.
#[derive(Resource, Clone, ExtractResource)]
pub struct TwinTarget(pub Handle<Image>);

impl TwinTarget {
    /// As a camera's target, with so many pixels a point.
    #[must_use]
    pub fn render_target(&self, scale_factor: f32) -> RenderTarget {
        RenderTarget::Image(ImageRenderTarget { handle: self.0.clone(), scale_factor })
    }
}

/// A graphics adapter.
#[derive(Debug, Clone)]
pub struct Adapter {
    /// Name, driver and interface in words.
    pub words: String,
    /// Drawn by the processor.
    pub software: bool,
}

/// The graphics adapter that the screens would use; `None` where there is none.
#[must_use]
pub fn adapter() -> Option<Adapter> {
    found().map(|(_, words)| words.clone())
}

/// Begins to look for the adapter, beside what comes next: to load the drivers takes as long as to open a city.
pub fn look_for_adapter() {
    // Where there is no thread for it, whoever asks first looks.
    drop(std::thread::Builder::new().name("hall-adapter".into()).spawn(found));
}

/// The adapter, to be worked with. It is kept, and with it the drivers: the engine need not load them once more.
pub(super) fn found() -> Option<&'static (wgpu::Adapter, Adapter)> {
    static FOUND: OnceLock<Option<(wgpu::Adapter, Adapter)>> = OnceLock::new();
    FOUND.get_or_init(request).as_ref()
}

fn request() -> Option<(wgpu::Adapter, Adapter)> {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle_from_env());
    let wanted = wgpu::RequestAdapterOptions { power_preference: wgpu::PowerPreference::HighPerformance, ..default() };
    let adapter = bevy::tasks::block_on(instance.request_adapter(&wanted)).ok()?;
    let info = adapter.get_info();
    let software = info.device_type == wgpu::DeviceType::Cpu;
    let words = format!("{} ({}, {:?})", info.name, info.driver_info, info.backend);
    Some((adapter, Adapter { words, software }))
}
