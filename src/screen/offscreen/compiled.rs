//! A picture without a window has everything in it: it waits for the pipelines, which compile beside other work.

use bevy::prelude::*;
use bevy::render::render_resource::{CachedRenderPipelineId, PipelineCache};
use bevy::render::renderer::render_system;
use bevy::render::{Render, RenderApp, RenderSystems};

use crate::screen::twin::in_sight;

/// Waits for all pipelines before a frame in which the city is drawn.
pub(super) fn plugin(app: &mut App) {
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render.add_systems(Render, compile.run_if(in_sight).in_set(RenderSystems::Render).before(render_system));
}

fn compile(mut cache: ResMut<PipelineCache>) {
    cache.process_queue();
    for id in cache.waiting_pipelines().collect::<Vec<_>>() {
        cache.block_on_render_pipeline(CachedRenderPipelineId::new(id));
    }
}
