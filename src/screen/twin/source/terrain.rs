//! The ground's surface as the adapter wants it: a word for each post, and tiles of a grid as coarse as the eye allows.
//!
//! A tile is [`CELLS`] cells of the grid to a side, or twice, four times … as wide with as many cells. The tiles of a
//! frame are chosen by how many pixels the ground they leave out is high. Around the grid the ground goes on and falls to
//! the endless plain at the height zero.

use bevy::math::Vec3;

use crate::ground::City;
use crate::ground::pack::terrain::Terrain;

/// Cells to a side of a tile; `SIDE` in `terrain.wgsl` is one more.
pub const CELLS: i32 = 32;
/// Metres beyond the grid within which the ground falls to the plain: at least, and as a share of the grid's side.
const RIM: (f32, f32) = (1_500.0, 0.12);
/// Pixels that the ground may be drawn too low or too high.
const ERROR_PIXELS: f32 = 0.9;

/// The surface.
#[derive(Debug, Clone)]
pub struct Relief {
    /// One word a post: height in decimetres, and its normal to the east and to the south.
    pub words: Vec<u32>,
    /// West and south of the first post, metres.
    pub origin: [f32; 2],
    /// Metres from post to post, east and north.
    pub step: [f32; 2],
    root: Node,
}

/// A tile and what is drawn instead where it is too coarse.
#[derive(Debug, Clone)]
struct Node {
    /// First column and row of posts.
    at: [i32; 2],
    /// Posts from vertex to vertex.
    stride: i32,
    /// Metres that the tile is off the surface at most.
    error: f32,
    /// Lowest and highest, metres.
    range: [f32; 2],
    parts: Vec<Node>,
}

/// A tile to draw: first column and row, stride, 0.
pub type Tile = [i32; 4];

impl Relief {
    /// The surface of `terrain`.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "metres and posts of a city fit")]
    pub fn new(terrain: Terrain<'_>) -> Self {
        let [columns, rows] =
            [terrain.columns(), terrain.rows()].map(|count| i32::try_from(count).unwrap_or(i32::MAX / 4));
        let (origin, step) = (terrain.south_west().map(|v| v as f32), terrain.step().map(|v| v as f32));
        let height = |column: i32, row: i32| terrain.post(i64::from(column), i64::from(row)) as f32;
        let mut words = Vec::with_capacity(terrain.heights_dm().len());
        for row in 0..rows {
            for column in 0..columns {
                let slope = [
                    (height(column - 1, row) - height(column + 1, row)) / (2.0 * step[0]),
                    (height(column, row + 1) - height(column, row - 1)) / (2.0 * step[1]),
                ];
                let long = (1.0 + slope[0] * slope[0] + slope[1] * slope[1]).sqrt();
                let byte = |v: f32| u32::from(((v / long * 127.0).round() as i8).cast_unsigned());
                let dm = terrain.heights_dm().get(words.len()).copied().unwrap_or_default();
                words.push(u32::from(dm) | byte(slope[0]) << 16 | byte(slope[1]) << 24);
            }
        }
        let rim = rim_of([columns as f32 * step[0], rows as f32 * step[1]]);
        let around = step.map(|step| (rim / step).ceil() as i32);
        let whole = [columns + 2 * around[0], rows + 2 * around[1]];
        let mut stride = 1;
        while CELLS * stride < whole[0].max(whole[1]) {
            stride *= 2;
        }
        let falling = |column: i32, row: i32| {
            let off = [column - column.clamp(0, columns - 1), row - row.clamp(0, rows - 1)];
            let away = [off[0] as f32 * step[0], off[1] as f32 * step[1]];
            let t = (away[0].hypot(away[1]) / rim).clamp(0.0, 1.0);
            height(column - 2 * off[0], row - 2 * off[1]) * (1.0 - t * t * (3.0 - 2.0 * t))
        };
        let at = around.map(|posts| -posts);
        let (root, _) = node(&falling, at, stride, [at[0] + whole[0], at[1] + whole[1]]);
        Self { words, origin, step, root }
    }

    /// The tiles for an eye at `eye` (engine axes) where a metre a metre away has `pixels` pixels; `seen` says whether a
    /// box (its middle, half its sides) is in sight.
    pub fn tiles(&self, eye: Vec3, pixels: f32, seen: &dyn Fn(Vec3, Vec3) -> bool, out: &mut Vec<Tile>) {
        out.clear();
        self.choose(&self.root, eye, pixels, seen, out);
    }

    #[expect(clippy::cast_precision_loss, reason = "posts are few")]
    fn choose(&self, node: &Node, eye: Vec3, pixels: f32, seen: &dyn Fn(Vec3, Vec3) -> bool, out: &mut Vec<Tile>) {
        let [west, south] =
            [self.origin[0] + node.at[0] as f32 * self.step[0], self.origin[1] + node.at[1] as f32 * self.step[1]];
        let [east, north] = self.step.map(|step| step * (CELLS * node.stride) as f32 / 2.0);
        let [floor, top] = node.range;
        let half = Vec3::new(east, (top - floor) / 2.0 + 1.0, north);
        let middle = Vec3::new(west + east, f32::midpoint(floor, top), -(south + north));
        if !seen(middle, half) {
            return;
        }
        let away = eye.clamp(middle - half, middle + half).distance(eye).max(1.0);
        if node.parts.is_empty() || node.error * pixels / away <= ERROR_PIXELS {
            out.push([node.at[0], node.at[1], node.stride, 0]);
            return;
        }
        for part in &node.parts {
            self.choose(part, eye, pixels, seen, out);
        }
    }
}

/// Metres beyond the grid of `city` within which the ground falls to the plain; 0 where the ground is level.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "metres and posts of a city fit")]
pub fn rim(city: &City) -> f32 {
    city.terrain().map_or(0.0, |terrain| {
        let [east, north] = terrain.step().map(|v| v as f32);
        rim_of([terrain.columns() as f32 * east, terrain.rows() as f32 * north])
    })
}

fn rim_of([east, north]: [f32; 2]) -> f32 {
    (east.max(north) * RIM.1).max(RIM.0)
}

/// The tile at `at` with its parts, and the metres that a tile of twice its stride is off here. What begins beyond `end`
/// is left out.
fn node(height: &dyn Fn(i32, i32) -> f32, at: [i32; 2], stride: i32, end: [i32; 2]) -> (Node, f32) {
    let mut made = Node { at, stride, error: 0.0, range: [f32::MAX, f32::MIN], parts: Vec::new() };
    if stride > 1 {
        let half = stride / 2;
        for (x, y) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
            let at = [at[0] + x * CELLS * half, at[1] + y * CELLS * half];
            if at[0] < end[0] && at[1] < end[1] {
                let (part, off) = node(height, at, half, end);
                made.error = made.error.max(off);
                made.range = [made.range[0].min(part.range[0]), made.range[1].max(part.range[1])];
                made.parts.push(part);
            }
        }
    }
    let mut coarser: f32 = 0.0;
    for row in 0..=CELLS {
        for column in 0..=CELLS {
            let spot = |column: i32, row: i32| height(at[0] + column * stride, at[1] + row * stride);
            let here = spot(column, row);
            made.range = [made.range[0].min(here), made.range[1].max(here)];
            // Twice the stride leaves out every post with an odd number.
            let (dx, dy) = (column % 2, row % 2);
            coarser =
                coarser.max((here - f32::midpoint(spot(column - dx, row - dy), spot(column + dx, row + dy))).abs());
        }
    }
    let off = made.error + coarser;
    (made, off)
}

/// Indices of a tile: its cells, split from south-west to north-east, then the skirt around them.
#[must_use]
pub fn indices() -> Vec<u16> {
    let side = u16::try_from(CELLS).unwrap_or(0) + 1;
    let mut indices = Vec::new();
    for row in 0..side - 1 {
        for column in 0..side - 1 {
            let sw = row * side + column;
            let (se, nw, ne) = (sw + 1, sw + side, sw + side + 1);
            indices.extend([sw, se, ne, sw, ne, nw]);
        }
    }
    // South, east, north, west: vertices of the border, and the same lower.
    let border: [&dyn Fn(u16) -> u16; 4] =
        [&|i| i, &|i| i * side + side - 1, &|i| (side - 1) * side + i, &|i| i * side];
    for (edge, of) in (0..4_u16).zip(border) {
        let low = |i: u16| side * side + edge * side + i;
        for i in 0..side - 1 {
            indices.extend([of(i), low(i), low(i + 1), of(i), low(i + 1), of(i + 1)]);
        }
    }
    indices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::pack::records::TerrainHead;

    const POSTS: u32 = 129;

    fn relief(height: impl Fn(u32, u32) -> u16) -> Relief {
        let posts: Vec<u16> = (0..POSTS * POSTS).map(|i| height(i % POSTS, i / POSTS)).collect();
        let head = TerrainHead { south_west: [0.0; 2], step: [30.0; 2], columns: POSTS, rows: POSTS };
        Relief::new(Terrain::new(head, &posts).unwrap())
    }

    fn tiles(relief: &Relief, eye: Vec3) -> Vec<Tile> {
        let mut tiles = Vec::new();
        relief.tiles(eye, 1_600.0, &|_, _| true, &mut tiles);
        tiles
    }

    #[test]
    fn level_ground_is_few_tiles_and_hills_are_fine_where_one_stands_before_them() {
        let level = relief(|_, _| 100);
        let above = Vec3::new(1_900.0, 400.0, -1_900.0);
        // Only the rim falls.
        let inner = |tile: &Tile| tile[0] >= 0 && tile[1] >= 0 && tile[2] == 1;
        assert!(!tiles(&level, above).iter().any(inner), "{:?}", tiles(&level, above));
        let hills = relief(|x, y| u16::try_from((x * 7 % 23) * (y * 5 % 19)).unwrap());
        let (near, far) = (tiles(&hills, above), tiles(&hills, Vec3::new(1_900.0, 90_000.0, -1_900.0)));
        assert!(near.iter().any(|tile| tile[2] == 1), "{near:?}");
        assert!(far.len() < near.len() && far.iter().all(|tile| tile[2] > 1), "{far:?}");
    }

    #[test]
    fn a_slope_leans_away_from_the_hill() {
        let ramp = relief(|x, _| u16::try_from(x * 60).unwrap());
        let word = ramp.words[64 * 129 + 64];
        assert_eq!(word & 0xFFFF, 64 * 60);
        let east = ((word >> 16) & 0xFF) as u8;
        assert!(east.cast_signed() < -10, "{}", east.cast_signed());
        assert_eq!(word >> 24, 0, "level from south to north");
    }

    #[test]
    fn every_index_is_a_vertex_of_grid_or_skirt() {
        let side = CELLS + 1;
        let all = indices();
        assert_eq!(all.len(), usize::try_from(CELLS * CELLS * 6 + 4 * CELLS * 6).unwrap());
        assert_eq!(i32::from(*all.iter().max().unwrap()), side * side + 4 * side - 1);
    }
}
