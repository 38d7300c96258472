//! A picture that lies on the ground: fields of what is measured. Whoever has one writes [`Drape`]; the twin draws it over
//! land, water and roads and behind what stands on them.

use std::sync::Arc;

use bevy::prelude::*;
use bevy::render::extract_resource::ExtractResource;

/// A picture with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// Columns and rows.
    pub size: [u32; 2],
    /// South-west corner in metres east and north.
    pub low: [f64; 2],
    /// North-east corner.
    pub high: [f64; 2],
    /// Straight RGBA in sRGB, southern row first, `size` of them.
    pub rgba: Vec<u8>,
}

/// What lies on the ground.
#[derive(Resource, Debug, Clone, Default, ExtractResource)]
pub struct Drape {
    /// The picture; nothing where `None`.
    pub picture: Option<Arc<Picture>>,
    /// How much of it is seen, 0 to 1.
    pub opacity: f32,
}
