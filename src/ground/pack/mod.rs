//! A city pack: `pack.toml` and binary layers that are memory-mapped and go to the GPU unparsed.
//!
//! `FORMAT.md` beside this file is the written format; [`layer`] is the container that every
//! layer file uses, [`records`] the fixed-size records inside. Byte order is little-endian.
//! [`terrain`] is the ground's surface, [`within`] finds the areas around a point.
//! [`model`] is a city in memory, [`writer`] turns it into a pack, [`City`](super::City) opens one.

mod aside;
mod deck;
mod drape;
mod flat;
pub mod graph;
pub mod layer;
pub mod massing;
pub mod meta;
pub mod model;
mod prisms;
pub mod records;
mod ribbon;
pub mod shape;
pub(in crate::ground) mod street;
pub mod terrain;
mod threads;
pub mod within;
pub mod writer;

pub use deck::Deck;
pub use prisms::Dropped;
