//! Buildings as the pack has them: chunks, corners, boxes, footprints.

use super::{City, run};
use crate::ground::pack::records::{Building, Chunk, Corner, Massing, tag};

/// The vertices of a chunk of buildings, spelled out; see [`Chunk`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vertices {
    /// Quantised position and building number.
    pub positions: Vec<[u16; 4]>,
    /// Normal, role, shade, ring.
    pub tones: Vec<[u8; 4]>,
}

impl City {
    /// Chunks of buildings.
    #[must_use]
    pub fn chunks(&self) -> &[Chunk] {
        self.buildings.section(tag::CHUNKS).unwrap_or_default()
    }

    /// All building records, chunk after chunk; a building's index here is its id on the screen.
    #[must_use]
    pub fn buildings(&self) -> &[Building] {
        self.buildings.section(tag::BUILDINGS).unwrap_or_default()
    }

    /// Corners of all chunks of buildings.
    #[must_use]
    pub fn corners(&self) -> &[Corner] {
        self.buildings.section(tag::CORNERS).unwrap_or_default()
    }

    /// Indices of all chunks of buildings; see [`Chunk`].
    #[must_use]
    pub fn indices(&self) -> &[u16] {
        self.buildings.section(tag::INDICES).unwrap_or_default()
    }

    /// The buildings of a chunk.
    #[must_use]
    pub fn buildings_of(&self, chunk: &Chunk) -> &[Building] {
        run(self.buildings(), chunk.first_building, chunk.building_count)
    }

    /// All buildings as boxes, in the order of [`Self::buildings`].
    #[must_use]
    pub fn massings(&self) -> &[Massing] {
        self.buildings.section(tag::MASSINGS).unwrap_or_default()
    }

    /// The buildings of a chunk as boxes.
    #[must_use]
    pub fn massings_of(&self, chunk: &Chunk) -> &[Massing] {
        run(self.massings(), chunk.first_building, chunk.building_count)
    }

    /// The corners of a chunk of buildings, two vertices each.
    #[must_use]
    pub fn corners_of(&self, chunk: &Chunk) -> &[Corner] {
        run(self.corners(), chunk.first_vertex, chunk.vertex_count)
    }

    /// The indices of a chunk of buildings, relative to its first vertex.
    #[must_use]
    pub fn indices_of(&self, chunk: &Chunk) -> &[u16] {
        run(self.indices(), chunk.first_index, chunk.index_count)
    }

    /// The vertices of a chunk of buildings spelled out as [`Chunk`] says: two for each corner, foot then top.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, which is the clamp wanted"
    )]
    pub fn building_vertices(&self, chunk: &Chunk) -> Vertices {
        let (corners, buildings) = (self.corners_of(chunk), self.buildings_of(chunk));
        let mut out =
            Vertices { positions: Vec::with_capacity(2 * corners.len()), tones: Vec::with_capacity(2 * corners.len()) };
        let height = |building: &Building, dm: u16| {
            let metres = (f32::from(building.ground_dm) + f32::from(dm)) / 10.0 - chunk.origin[2];
            (metres / chunk.extent[2].max(0.1) * 65_535.0).round() as u16
        };
        for corner in corners {
            let Some(building) = buildings.get(usize::from(corner.building)) else { continue };
            out.positions.push([corner.x, corner.y, height(building, building.foot_dm), corner.building]);
            out.positions.push([corner.x, corner.y, height(building, building.top_dm), corner.building]);
            out.tones.push([corner.normal, 0, building.shade, corner.flags & 1]);
            out.tones.push([corner.normal, 1, building.shade, 0]);
        }
        out
    }

    /// The footprint of a building in metres, ring after ring (outer one first), by its index in [`Self::buildings`].
    #[must_use]
    pub fn footprint(&self, building: u32) -> Vec<Vec<[f64; 2]>> {
        let chunks = self.chunks();
        let at = chunks.partition_point(|c| c.first_building <= building).saturating_sub(1);
        let (Some(chunk), Some(record)) = (chunks.get(at), self.buildings().get(building as usize)) else {
            return Vec::new();
        };
        let corners = run(self.corners_of(chunk), u32::from(record.first_corner), u32::from(record.corner_count));
        let metres = |u: u16, axis: usize| {
            let (o, e) = (chunk.origin.get(axis).copied(), chunk.extent.get(axis).copied());
            f64::from(o.unwrap_or_default()) + f64::from(u) / 65_535.0 * f64::from(e.unwrap_or_default())
        };
        corners
            .chunk_by(|a, _| a.flags & 1 == 0)
            .map(|ring| ring.iter().map(|c| [metres(c.x, 0), metres(c.y, 1)]).collect())
            .collect()
    }
}
