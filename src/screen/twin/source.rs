//! The pack's chunks as the graphics adapter wants them: where each lies and its triangles in the order in which
//! they may be left out.
//!
//! Vertices go to the adapter as they lie in the pack. Indices are sorted once, while they are uploaded:
//!
//! - buildings: `[walls, lowest buildings first][roofs, greatest footprint first]`. A chunk that is far away draws one
//!   range from the first wall that is still more than a pixel high to the last roof that is still seen.
//! - flat: `[fills in order of paint][lines in order of paint]`, with the first index of each paint.

use crate::ground::City;
use crate::ground::pack::records::{Building, Chunk, Paint};

/// A layer of chunks, straight from the memory map.
#[derive(Clone, Copy, Default)]
pub struct Layer<'a> {
    /// The chunks.
    pub chunks: &'a [Chunk],
    /// Positions of all vertices.
    pub positions: &'a [[u16; 4]],
    /// Tones of all vertices.
    pub tones: &'a [[u8; 4]],
    /// Indices, relative to their chunk's first vertex.
    pub indices: &'a [u16],
    /// Records of all buildings (none in flat).
    pub buildings: &'a [Building],
}

/// Which of the two layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Prisms.
    Buildings,
    /// Fills and ribbons.
    Flat,
}

impl Which {
    /// The layer in `city`.
    #[must_use]
    pub fn of(self, city: &City) -> Layer<'_> {
        let _ = city;
        todo!()
    }
}

/// Number of paints.
pub const PAINTS: usize = Paint::Paved as usize + 1;
/// Heights in metres below which walls go into one step of detail.
pub const HEIGHTS: [f32; 6] = [4.0, 7.0, 12.0, 20.0, 35.0, 70.0];
/// Sides of the footprint in metres above which roofs go into one step of detail.
pub const SIDES: [f32; 4] = [60.0, 30.0, 15.0, 7.0];

const WALL_STEPS: usize = HEIGHTS.len() + 1;
const ROOF_STEPS: usize = SIDES.len() + 1;

/// Where the steps of a chunk's indices start; the last is the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps(pub Vec<u32>);

impl Steps {
    fn at(&self, i: usize) -> u32 {
        self.0.get(i).or(self.0.last()).copied().unwrap_or_default()
    }

    /// The indices of a building chunk to draw where a metre is at most `scale` pixels.
    #[must_use]
    pub fn buildings(&self, scale: f32) -> std::ops::Range<u32> {
        let low = HEIGHTS.iter().filter(|height| **height * scale < 1.25).count();
        let small = SIDES.iter().filter(|side| **side * scale >= 0.7).count();
        self.at(low)..self.at(WALL_STEPS + small + 1)
    }

    /// The indices of fills.
    #[must_use]
    pub fn fills(&self) -> std::ops::Range<u32> {
        self.at(0)..self.at(FILLS.len())
    }

    /// The indices of lines from paint `first` on.
    #[must_use]
    pub fn lines(&self, first: Paint) -> std::ops::Range<u32> {
        let from = LINES.iter().position(|paint| *paint >= first).unwrap_or(LINES.len());
        self.at(FILLS.len() + from)..self.at(PAINTS)
    }
}

/// Fills from bottom to top.
pub const FILLS: [Paint; 5] = [Paint::Land, Paint::Bare, Paint::Green, Paint::Water, Paint::Paved];
/// Lines from bottom to top.
pub const LINES: [Paint; 12] = [
    Paint::Stream,
    Paint::Outline,
    Paint::Path,
    Paint::Service,
    Paint::Street,
    Paint::Tertiary,
    Paint::Secondary,
    Paint::Primary,
    Paint::Trunk,
    Paint::Motorway,
    Paint::Rail,
    Paint::Tunnel,
];

impl Layer<'_> {
    /// The indices of a chunk sorted into steps; empty where the chunk points outside the layer.
    #[must_use]
    pub fn sorted(&self, chunk: &Chunk, which: Which) -> (Vec<u16>, Steps) {
        let part = |first: u32, count: u32| first as usize..(first as usize).saturating_add(count as usize);
        let indices = self.indices.get(part(chunk.first_index, chunk.index_count)).unwrap_or_default();
        let vertices = part(chunk.first_vertex, chunk.vertex_count);
        let (Some(positions), Some(tones)) = (self.positions.get(vertices.clone()), self.tones.get(vertices)) else {
            return (Vec::new(), Steps(vec![0]));
        };
        let steps = if which == Which::Buildings { WALL_STEPS + ROOF_STEPS } else { PAINTS };
        let detail = self.detail(chunk, positions, which);
        let step = |first: u16| -> usize {
            let tone = tones.get(usize::from(first)).copied().unwrap_or_default();
            match which {
                Which::Flat => paint_step(tone[2]),
                Which::Buildings => {
                    let building = positions.get(usize::from(first)).map_or(0, |at| usize::from(at[3]));
                    let [wall, roof] = detail.get(building).copied().unwrap_or_default();
                    if tone[1] == 0 { usize::from(wall) } else { WALL_STEPS + usize::from(roof) }
                }
            }
        };
        let mut starts = vec![0_u32; steps + 1];
        let corners = |triangle: &[u16]| match triangle {
            [a, b, c] if [a, b, c].iter().all(|i| usize::from(**i) < positions.len()) => Some([*a, *b, *c]),
            _ => None,
        };
        let triangles = || indices.chunks_exact(3).filter_map(corners);
        for [first, ..] in triangles() {
            if let Some(start) = starts.get_mut(step(first) + 1) {
                *start += 3;
            }
        }
        let mut total = 0;
        for start in &mut starts {
            total += *start;
            *start = total;
        }
        let mut next = starts.clone();
        let mut sorted = vec![0_u16; total as usize];
        for triangle in triangles() {
            if let Some(at) = next.get_mut(step(triangle[0])) {
                if let Some(to) = sorted.get_mut(*at as usize..*at as usize + 3) {
                    to.copy_from_slice(&triangle);
                }
                *at += 3;
            }
        }
        (sorted, Steps(starts))
    }

    /// Steps of walls and roof of each building of a chunk.
    fn detail(&self, chunk: &Chunk, positions: &[[u16; 4]], which: Which) -> Vec<[u8; 2]> {
        if which == Which::Flat {
            return Vec::new();
        }
        let first = chunk.first_building as usize;
        let buildings = self.buildings.get(first..first + chunk.building_count as usize).unwrap_or_default();
        let metres = [chunk.extent[0] / 65535.0, chunk.extent[1] / 65535.0];
        let side = |building: &Building| {
            let from = usize::from(building.first_vertex);
            let corners = positions.get(from..from + usize::from(building.vertex_count)).unwrap_or_default();
            let span = |axis: usize| {
                let values = || corners.iter().filter_map(move |at| at.get(axis).copied());
                f32::from(values().max().unwrap_or(0).saturating_sub(values().min().unwrap_or(0)))
            };
            (span(0) * metres[0]).max(span(1) * metres[1])
        };
        let count = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
        let detail = |building: &Building| {
            let height = f32::from(building.top_dm.saturating_sub(building.foot_dm)) * 0.1;
            let side = side(building);
            [
                count(HEIGHTS.iter().filter(|step| height > **step).count()),
                count(SIDES.iter().filter(|step| side < **step).count()),
            ]
        };
        buildings.iter().map(detail).collect()
    }
}

fn paint_step(paint: u8) -> usize {
    let fill = FILLS.iter().position(|p| *p as u8 == paint);
    let line = || LINES.iter().position(|p| *p as u8 == paint).map(|i| FILLS.len() + i);
    fill.or_else(line).unwrap_or(FILLS.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chunk(vertex_count: u32, index_count: u32, building_count: u32) -> Chunk {
        Chunk {
            origin: [0.0; 3],
            extent: [655.35; 3],
            first_vertex: 0,
            vertex_count,
            first_index: 0,
            index_count,
            first_building: 0,
            building_count,
        }
    }

    #[test]
    fn far_chunks_leave_out_low_walls_and_small_roofs() {
        // Two buildings with one wall and one roof triangle each: a shed of 3 m and a tower of 100 m.
        let positions: Vec<[u16; 4]> = (0..2)
            .flat_map(|b| [[0, 0, 0, b], [500 + b * 6000, 0, 0, b], [0, 0, 300, b], [500, 300, 300, b]])
            .collect();
        let tones: Vec<[u8; 4]> =
            (0..2).flat_map(|_| [[0, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0]]).collect();
        let indices = [0, 1, 2, 2, 3, 2, 4, 5, 6, 6, 7, 6];
        let building = |top_dm, first_vertex| Building {
            source_id: 0,
            name: 0,
            first_vertex,
            vertex_count: 4,
            top_dm,
            foot_dm: 0,
            class: 0,
            flags: 0,
            levels: 0,
            spare: 0,
        };
        let buildings = [building(30, 0), building(1000, 4)];
        let layer =
            Layer { chunks: &[], positions: &positions, tones: &tones, indices: &indices, buildings: &buildings };
        let (sorted, steps) = layer.sorted(&chunk(8, 12, 2), Which::Buildings);
        assert_eq!(sorted, [0, 1, 2, 4, 5, 6, 6, 7, 6, 2, 3, 2]);
        assert_eq!(steps.buildings(10.0), 0..12, "near: everything");
        assert_eq!(steps.buildings(0.2), 3..12, "the shed's wall is left out first");
        assert_eq!(steps.buildings(0.05), 3..9, "then its roof");
        assert_eq!(steps.buildings(0.001), 6..9, "very far: the great roof");
    }

    #[test]
    fn flat_shapes_are_sorted_by_paint_and_broken_chunks_draw_nothing() {
        let tones: Vec<[u8; 4]> =
            [Paint::Motorway, Paint::Water, Paint::Path].iter().map(|p| [0, 0, *p as u8, 0]).collect();
        let positions = [[0; 4]; 3];
        let indices = [0, 1, 2, 1, 2, 0, 2, 0, 1];
        let layer = Layer { positions: &positions, tones: &tones, indices: &indices, ..Layer::default() };
        let (sorted, steps) = layer.sorted(&chunk(3, 9, 0), Which::Flat);
        assert_eq!(sorted, [1, 2, 0, 2, 0, 1, 0, 1, 2]);
        assert_eq!((steps.fills(), steps.lines(Paint::Stream), steps.lines(Paint::Street)), (0..3, 3..9, 6..9));
        let (sorted, steps) = layer.sorted(&chunk(3, 100, 0), Which::Flat);
        assert!(sorted.is_empty() && steps.fills().is_empty());
    }
}
