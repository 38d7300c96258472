//! `pack.toml`: what the pack is, where it comes from and what is in it.

use serde::{Deserialize, Serialize};

use super::layer::VERSION;
use super::model::Source;

/// Content of `pack.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meta {
    /// Version of the pack, the same as in every layer.
    pub version: u32,
    /// Name of the city, for people.
    pub name: String,
    /// Datum of `origin` and `bounds` and of the frame: always `wgs84`.
    pub datum: String,
    /// Longitude and latitude of the frame's origin.
    pub origin: [f64; 2],
    /// West, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// Licence and attribution of the whole.
    pub licence: String,
    /// When it was made, RFC 3339; empty where that must not differ between runs.
    pub created: String,
    /// Program that made it.
    pub generator: String,
    /// What is in it.
    pub counts: Counts,
    /// Where it comes from.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
}

/// How many of each a pack holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Buildings.
    pub buildings: u64,
    /// Roads (pieces as in the source).
    pub roads: u64,
    /// Railways.
    pub rails: u64,
    /// Rivers and streams as lines.
    pub streams: u64,
    /// Filled shapes of water.
    pub waters: u64,
    /// Filled shapes of green.
    pub greens: u64,
    /// Administrative areas.
    pub areas: u64,
    /// Places and points of interest.
    pub places: u64,
    /// Names.
    pub names: u64,
    /// Nodes of the road graph.
    pub nodes: u64,
    /// Directed edges of the road graph.
    pub edges: u64,
    /// Areas that are unit grids (level 12).
    pub unit_grids: u64,
    /// Components in the streets.
    pub components: u64,
    /// Pipes and cables under them.
    pub pipes: u64,
}

impl Meta {
    /// Whether this program reads a pack of this version.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.version == VERSION
    }
}
