//! A picture that lies on the ground: fields of what is measured. Whoever has one writes [`Drape`]; the twin draws it over
//! land, water and roads and behind what stands on them.

use std::sync::Arc;

use bevy::prelude::*;
use bevy::render::extract_resource::ExtractResource;

/// How the cells of a picture lie, and how sharp they are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Tiles {
    /// In squares, each running into the next.
    #[default]
    Squares,
    /// In hexagons with a corner to the north whose edges are sharp from however near; odd rows stand half a width to
    /// the east, and the middle of column and row 0 is the frame's zero. A cell that is half opaque is a rim alone.
    Hexagons {
        /// Metres from one side to the opposite one.
        width_m: f64,
        /// Column and row of the first cell.
        first: [i32; 2],
    },
}

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
    /// How they lie.
    pub tiles: Tiles,
}

/// What lies on the ground.
#[derive(Resource, Debug, Clone, Default, ExtractResource)]
pub struct Drape {
    /// The picture; nothing where `None`.
    pub picture: Option<Arc<Picture>>,
    /// How much of it is seen, 0 to 1.
    pub opacity: f32,
}
