//! The city's ground: datum and local frame, city packs, import, road graph, picking, demo city.
//!
//! | want | call |
//! |---|---|
//! | a pack from map files | [`import::run`]`(&`[`import::Options`]`, &mut |progress| ..) -> Result<`[`import::Report`]`, _>` |
//! | the cost of an import | [`import::bench`]`(source)` |
//! | a city from a seed | [`demo::generate`]`(seed, buildings)`, then [`pack::writer::write`]`(&model, dir, created)` |
//! | an open pack | [`City::open`]`(dir)` |
//! | coordinates in metres | [`City::frame`] |
//! | GCJ-02 and BD-09 | [`datum`] |
//! | streets and areas around a place | [`near`] |
//!
//! `pack/FORMAT.md` is the written format. Not here: drawing (the screen), routes (later).

pub mod city;
pub mod datum;
pub mod demo;
pub mod frame;
pub mod import;
pub mod near;
pub mod pack;

pub use city::{Bounds, City, CityError};
