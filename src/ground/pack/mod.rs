//! A city pack: `pack.toml` and binary layers that are memory-mapped and go to the GPU unparsed.
//!
//! `FORMAT.md` beside this file is the written format; [`layer`] is the container that every
//! layer file uses, [`records`] the fixed-size records inside. Byte order is little-endian.

pub mod layer;
pub mod records;
