//! The cells into which flat shapes are cut: their meshes as they grow, and the chunks they become.

use std::collections::BTreeMap;

use crate::ground::pack::records::{Chunk, Paint};
use crate::ground::pack::shape::Xy;

/// Edge of a cell.
pub(super) const CELL_M: f64 = 1_200.0;
/// Positions may stand this far outside their cell.
const MARGIN_M: f64 = 40.0;
/// Most vertices of a mesh.
pub(super) const MAX_VERTICES: usize = 65_536;

/// The flat layer in memory.
#[derive(Debug, Default)]
pub(in crate::ground::pack) struct Flat {
    pub(in crate::ground::pack) chunks: Vec<Chunk>,
    pub(in crate::ground::pack) positions: Vec<[u16; 4]>,
    pub(in crate::ground::pack) tones: Vec<[u8; 4]>,
    pub(in crate::ground::pack) indices: Vec<u16>,
}

/// A cell's mesh so far: full pieces, then the one that still takes vertices.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) full: Vec<Mesh>,
    pub(super) open: Mesh,
}

impl Cell {
    /// Add a mesh that is painted after all that is here.
    pub(super) fn add(&mut self, mesh: Mesh) {
        if self.open.positions.len() + mesh.positions.len() > MAX_VERTICES {
            self.full.push(std::mem::replace(&mut self.open, mesh));
        } else {
            self.open.append(mesh);
        }
    }
}

/// Triangles.
#[derive(Default)]
pub(super) struct Mesh {
    pub(super) positions: Vec<[u16; 4]>,
    /// Metres, one for each position; they become z when the mesh is whole and its extent known.
    pub(super) heights: Vec<f64>,
    pub(super) tones: Vec<[u8; 4]>,
    pub(super) indices: Vec<u16>,
}

impl Mesh {
    /// Two vertices at a point of a ribbon, right and left of it, with their heights; the number of the right one.
    #[expect(clippy::cast_possible_truncation, reason = "`room` keeps the mesh under 65,536 vertices")]
    pub(super) fn pair(&mut self, at: [u16; 4], heights: [f64; 2], [nx, ny]: Xy, paint: Paint) -> u16 {
        let first = self.positions.len() as u16;
        let byte = |v: f64| ((v * 127.0).round() as i8).cast_unsigned();
        self.positions.extend_from_slice(&[at, at]);
        self.heights.extend_from_slice(&heights);
        self.tones.push([byte(-nx), byte(-ny), paint as u8, 0]);
        self.tones.push([byte(nx), byte(ny), paint as u8, 255]);
        first
    }

    #[expect(clippy::cast_possible_truncation, reason = "`Cell::add` keeps the mesh under 65,536 vertices")]
    fn append(&mut self, mut other: Self) {
        let base = self.positions.len() as u16;
        self.positions.append(&mut other.positions);
        self.heights.append(&mut other.heights);
        self.tones.append(&mut other.tones);
        self.indices.extend(other.indices.iter().map(|i| i + base));
    }
}

/// Cells by the order in which the pack has them, each with its column and row.
pub(super) type Cells = BTreeMap<u64, ((i32, i32), Cell)>;

/// The column or row of a place.
#[expect(clippy::cast_possible_truncation, reason = "cells of a city fit an i32, and `as` saturates")]
pub(super) fn cell_of(v: f64) -> i32 {
    (v / CELL_M).floor() as i32
}

/// The chunks of all cells, in the cells' order.
#[expect(clippy::cast_possible_truncation, reason = "a layer of 4 billion vertices does not fit in memory")]
pub(super) fn finish(cells: Cells) -> Flat {
    let mut flat = Flat::default();
    for (cell, content) in cells.into_values() {
        for mesh in content.full.into_iter().chain([content.open]) {
            if mesh.indices.is_empty() {
                continue;
            }
            let west_south = |c: i32| (f64::from(c) * CELL_M - MARGIN_M) as f32;
            let extent = (CELL_M + 2.0 * MARGIN_M) as f32;
            let low = mesh.heights.iter().copied().fold(f64::MAX, f64::min) as f32;
            let high = mesh.heights.iter().copied().fold(f64::MIN, f64::max) as f32;
            flat.chunks.push(Chunk {
                origin: [west_south(cell.0), west_south(cell.1), low],
                extent: [extent, extent, high - low],
                first_vertex: flat.positions.len() as u32,
                vertex_count: mesh.positions.len() as u32,
                first_index: flat.indices.len() as u32,
                index_count: mesh.indices.len() as u32,
                first_building: 0,
                building_count: 0,
            });
            let z = |height: f64| quantised((height - f64::from(low)) / f64::from((high - low).max(1e-3)));
            let placed = mesh.positions.iter().zip(&mesh.heights).map(|([x, y, _, w], h)| [*x, *y, z(*h), *w]);
            flat.positions.extend(placed);
            flat.tones.extend(mesh.tones);
            flat.indices.extend(mesh.indices);
        }
    }
    flat
}

/// A share of an extent in its 65,535 steps.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is the clamp wanted"
)]
fn quantised(share: f64) -> u16 {
    (share * 65_535.0).round() as u16
}

/// A position within its cell, its height left open.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is the clamp wanted"
)]
pub(super) fn place(at: Xy, cell: (i32, i32), half_width_m: f64) -> [u16; 4] {
    let quantise = |v: f64, c: i32| quantised((v - f64::from(c) * CELL_M + MARGIN_M) / (CELL_M + 2.0 * MARGIN_M));
    [quantise(at[0], cell.0), quantise(at[1], cell.1), 0, (half_width_m * 100.0).round() as u16]
}

/// The line with a point added wherever it crosses a border between cells.
pub(super) fn with_cuts(line: &[Xy]) -> Vec<Xy> {
    let mut out = Vec::with_capacity(line.len());
    let mut cuts: Vec<f64> = Vec::new();
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        out.push(*a);
        cuts.clear();
        for (from, to) in [(a[0], b[0]), (a[1], b[1])] {
            let (low, high) = (cell_of(from.min(to)), cell_of(from.max(to)));
            cuts.extend((low + 1..=high).map(|c| (f64::from(c) * CELL_M - from) / (to - from)));
        }
        cuts.sort_by(f64::total_cmp);
        let inner = cuts.iter().filter(|t| **t > 1e-9 && **t < 1.0 - 1e-9);
        out.extend(inner.map(|t| [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]));
    }
    out.extend(line.last().copied());
    out
}

/// The cell in which the middle of a segment lies.
pub(super) fn middle_cell(a: Xy, b: Xy) -> (i32, i32) {
    (cell_of(f64::midpoint(a[0], b[0])), cell_of(f64::midpoint(a[1], b[1])))
}
