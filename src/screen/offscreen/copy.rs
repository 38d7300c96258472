//! The last step of a picture without a window: what was drawn is copied into the picture. The engine would draw it
//! there pixel by pixel, which on a software adapter costs half as much as the whole twin.

use bevy::core_pipeline::Core3d;
use bevy::core_pipeline::upscaling::{ViewUpscalingPipeline, upscaling};
use bevy::prelude::*;
use bevy::render::extract_resource::ExtractResourcePlugin;
use bevy::render::render_asset::RenderAssets;
use bevy::render::renderer::{RenderContext, ViewQuery};
use bevy::render::texture::GpuImage;
use bevy::render::view::ViewTarget;
use bevy::render::{Render, RenderApp, RenderSystems};

use super::TwinTarget;

/// Copies what views draw to [`TwinTarget`].
pub(super) fn plugin(app: &mut App) {
    app.add_plugins(ExtractResourcePlugin::<TwinTarget>::default());
    let Some(render) = app.get_sub_app_mut(RenderApp) else { return };
    render
        .add_systems(Render, spare.in_set(RenderSystems::PrepareBindGroups))
        .add_systems(Core3d, copy.after(upscaling));
}

/// Without its pipeline the engine leaves its own last step out.
fn spare(views: Query<Entity, With<ViewUpscalingPipeline>>, mut commands: Commands) {
    for view in &views {
        commands.entity(view).remove::<ViewUpscalingPipeline>();
    }
}

fn copy(
    view: ViewQuery<&ViewTarget>,
    (picture, images): (Option<Res<TwinTarget>>, Res<RenderAssets<GpuImage>>),
    mut ctx: RenderContext,
) {
    let drawn = view.into_inner().main_texture();
    let Some(picture) = picture.and_then(|picture| images.get(&picture.0)) else { return };
    if drawn.size() == picture.texture.size() && drawn.format() == picture.texture.format() {
        ctx.command_encoder().copy_texture_to_texture(
            drawn.as_image_copy(),
            picture.texture.as_image_copy(),
            drawn.size(),
        );
    }
}
