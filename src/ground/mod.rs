//! The city's ground: datum and local frame, city packs, import, road graph, picking, demo city.

pub mod city;
pub mod demo;
pub mod frame;
pub mod pack;

pub use city::{Bounds, City, CityError};
