//! What stands around the camera and is too small to be in the pack: trees, the decks and piers of bridges, shore lines.
//!
//! Made for one cell of flat shapes at a time from what the pack has there. The same cell gives the same things, wherever
//! the camera comes from: places are hashed from a grid over the whole city.

use super::raster::Raster;
use crate::ground::City;
use crate::ground::pack::records::{Chunk, Paint};

mod over;
mod trees;

/// Side of a block of trees, metres.
pub const BLOCK_M: f64 = 150.0;

/// A tree: place in engine axes, and a word: height in decimetres, tone and rank in its block (a byte each).
pub type Tree = ([f32; 3], u32);

/// A corner of what stands or lies around the camera: place in engine axes, and a word. Of solids the word is the normal
/// (a signed byte for x, y, z) and a tone; of soft shapes how much of them is seen (0 to 255) and their kind.
pub type Spot = ([f32; 3], u32);

/// Kinds of soft shapes.
pub const SHADOW: u32 = 0;
/// See [`SHADOW`].
pub const SHORE_LINE: u32 = 1;

/// Trees of a block: its south-west corner and which of the cell's trees, those first that are seen from farthest.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Metres east and north.
    pub at: [f64; 2],
    /// Range of the cell's trees.
    pub trees: std::ops::Range<u32>,
}

/// What stands in one cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    /// Trees, block after block.
    pub trees: Vec<Tree>,
    /// Blocks of trees.
    pub blocks: Vec<Block>,
    /// Triangles of bridges.
    pub solids: Vec<Spot>,
    /// Triangles of shadows of bridges and of shore lines.
    pub soft: Vec<Spot>,
}

#[expect(clippy::cast_possible_truncation, reason = "metres of a city fit")]
fn whole(v: f64) -> i64 {
    v.floor() as i64
}

/// A flat vertex in metres.
#[derive(Debug, Clone, Copy)]
struct Corner {
    at: [f64; 3],
    /// Towards the left edge, of unit length at most.
    normal: [f64; 2],
    half: f64,
    paint: Option<Paint>,
}

/// The flat shapes of a chunk.
struct Shapes {
    triangles: Vec<[Corner; 3]>,
    /// First of the triangles that lie over all: bridges, outlines.
    over: usize,
}

impl Shapes {
    fn of(city: &City, chunk: &Chunk) -> Self {
        let unit = |axis: usize| {
            let of = |v: &[f32; 3]| f64::from(v.get(axis).copied().unwrap_or_default());
            (of(&chunk.origin), of(&chunk.extent) / 65_535.0)
        };
        let axes = [unit(0), unit(1), unit(2)];
        let byte = |b: u8| f64::from(b.cast_signed()) / 127.0;
        let corners: Vec<Corner> = city
            .flat_positions_of(chunk)
            .iter()
            .zip(city.flat_tones_of(chunk))
            .map(|(position, tone)| {
                let along = |k: usize| {
                    let (origin, step) = axes.get(k).copied().unwrap_or_default();
                    origin + f64::from(position.get(k).copied().unwrap_or_default()) * step
                };
                // The right vertex of a pair has its normal to the right.
                let side = if tone[3] == 0 { -1.0 } else { 1.0 };
                Corner {
                    at: [along(0), along(1), along(2)],
                    normal: [byte(tone[0]) * side, byte(tone[1]) * side],
                    half: f64::from(position[3]) / 100.0,
                    paint: Paint::from_number(tone[2]),
                }
            })
            .collect();
        let corner = |i: u16| corners.get(usize::from(i)).copied();
        let mut triangles = Vec::new();
        for triangle in city.flat_indices_of(chunk).chunks_exact(3) {
            if let [a, b, c] = *triangle
                && let (Some(a), Some(b), Some(c)) = (corner(a), corner(b), corner(c))
            {
                triangles.push([a, b, c]);
            }
        }
        let mut highest = 0;
        let mut over = triangles.len();
        for (i, [a, ..]) in triangles.iter().enumerate() {
            let rank = a.paint.map_or(0, Paint::rank);
            if rank < highest {
                over = i;
                break;
            }
            highest = rank;
        }
        Self { triangles, over }
    }

    /// The shapes on the ground with these paints.
    fn ground(&self, paints: &'static [Paint]) -> impl Iterator<Item = &[Corner; 3]> {
        let ground = self.triangles.get(..self.over).unwrap_or_default();
        ground.iter().filter(move |[a, ..]| a.paint.is_some_and(|paint| paints.contains(&paint)))
    }

    /// Pieces of ribbons from one pair of vertices to the next: their first triangle has the right of both.
    fn pieces(triangles: &[[Corner; 3]]) -> impl Iterator<Item = (Corner, Corner)> {
        triangles.iter().filter_map(|[a, b, c]| {
            let near = |p: Corner, q: Corner| (p.at[0] - q.at[0]).hypot(p.at[1] - q.at[1]);
            (near(*b, *c) < 0.05 && near(*a, *b) > 0.3).then_some((*a, *b))
        })
    }
}

const ROADS: &[Paint] = &[
    Paint::Path,
    Paint::Service,
    Paint::Street,
    Paint::Tertiary,
    Paint::Secondary,
    Paint::Primary,
    Paint::Trunk,
    Paint::Motorway,
    Paint::Rail,
];

fn flat(triangle: &[Corner; 3]) -> [[f64; 2]; 3] {
    triangle.map(|corner| [corner.at[0], corner.at[1]])
}

/// The edges of a piece of ribbon `more` metres wider, as two triangles.
fn band((a, b): (Corner, Corner), more: f64) -> [[[f64; 2]; 3]; 2] {
    let edge = |c: Corner, side: f64| {
        let wide = (c.half + more) * side;
        [c.at[0] + c.normal[0] * wide, c.at[1] + c.normal[1] * wide]
    };
    [[edge(a, -1.0), edge(b, -1.0), edge(b, 1.0)], [edge(a, -1.0), edge(b, 1.0), edge(a, 1.0)]]
}

/// What stands in the cell of the flat chunks `chunks`, which lie over one another.
#[must_use]
pub fn standing(city: &City, chunks: &[Chunk]) -> Standing {
    let Some(first) = chunks.first() else { return Standing::default() };
    let low = [f64::from(first.origin[0]), f64::from(first.origin[1])];
    let side = f64::from(first.extent[0].max(first.extent[1]));
    let shapes: Vec<Shapes> = chunks.iter().map(|chunk| Shapes::of(city, chunk)).collect();
    // Where nothing grows, where there is water, and where roads and railways lie.
    let [mut taken, mut wet, mut driven] = [(); 3].map(|()| Raster::new(low, side));
    for shapes in &shapes {
        for triangle in shapes.ground(&[Paint::Water]) {
            taken.fill(flat(triangle));
            wet.fill(flat(triangle));
        }
        shapes.ground(&[Paint::Paved]).for_each(|triangle| taken.fill(flat(triangle)));
        let roads: Vec<[Corner; 3]> = shapes.ground(ROADS).copied().collect();
        for piece in Shapes::pieces(&roads) {
            for triangle in band(piece, 0.6) {
                driven.fill(triangle);
            }
        }
        let bridges = shapes.triangles.get(shapes.over..).unwrap_or_default();
        for piece in Shapes::pieces(&roads).chain(Shapes::pieces(bridges).filter(|(a, _)| is_road(*a))) {
            for triangle in band(piece, 0.8) {
                taken.fill(triangle);
            }
        }
    }
    built(city, low, side, &mut taken);
    let mut made = Standing::default();
    let mut places: Vec<([f64; 2], f64, f64)> = Vec::new();
    for shapes in &shapes {
        trees::grow(shapes, &taken, &mut places);
        trees::line(shapes, &taken, &mut places);
        over::bridges(city, shapes, &driven, &mut made);
        over::shores(shapes, &wet, [low, [low[0] + side, low[1] + side]], &mut made);
    }
    trees::plant(city, &mut places, &mut made);
    made
}

fn is_road(corner: Corner) -> bool {
    corner.paint.is_some_and(|paint| ROADS.contains(&paint))
}

/// Marks where buildings stand.
fn built(city: &City, low: [f64; 2], side: f64, taken: &mut Raster) {
    for chunk in city.chunks() {
        let origin = [f64::from(chunk.origin[0]), f64::from(chunk.origin[1])];
        let extent = [f64::from(chunk.extent[0]), f64::from(chunk.extent[1])];
        let apart = (0..2).any(|k: usize| {
            let of = |v: &[f64; 2]| v.get(k).copied().unwrap_or_default();
            of(&origin) > of(&low) + side || of(&origin) + of(&extent) < of(&low)
        });
        if apart {
            continue;
        }
        let corners = city.corners_of(chunk);
        let at = |index: u16| {
            let corner = corners.get(usize::from(index >> 1))?;
            let on = |k: usize, v: u16| {
                origin.get(k).copied().unwrap_or_default()
                    + f64::from(v) * extent.get(k).copied().unwrap_or_default() / 65_535.0
            };
            Some([on(0, corner.x), on(1, corner.y)])
        };
        for triangle in city.indices_of(chunk).chunks_exact(3) {
            // Roofs begin with an upper corner.
            if let [a, b, c] = *triangle
                && a & 1 == 1
                && let (Some(a), Some(b), Some(c)) = (at(a), at(b), at(c))
            {
                taken.fill([a, b, c]);
            }
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is the clamp wanted"
)]
fn rounded(v: f64) -> u8 {
    v.round() as u8
}

fn engine(at: [f64; 2], up: f64) -> [f32; 3] {
    crate::screen::coords::world_from_city(at, up).to_array()
}

impl Standing {
    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty() && self.solids.is_empty() && self.soft.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::demo;
    use crate::ground::pack::model::lonlat_from_fix;
    use crate::ground::pack::writer;

    #[test]
    fn trees_stand_on_free_ground_and_are_the_same_each_time() {
        let folder = tempfile::tempdir().unwrap();
        writer::write(&demo::generate(3, 800), folder.path(), "2026-01-01").unwrap();
        let city = City::open(folder.path()).unwrap();
        let mut trees = 0;
        for chunk in city.flat_chunks() {
            let made = standing(&city, std::slice::from_ref(chunk));
            assert_eq!(made, standing(&city, std::slice::from_ref(chunk)));
            for block in &made.blocks {
                let own = &made.trees[block.trees.start as usize..block.trees.end as usize];
                let ranks: Vec<u32> = own.iter().map(|(_, word)| word >> 16).collect();
                assert!(ranks.is_sorted(), "those that go first from afar come last");
            }
            for (at, _) in &made.trees {
                let [east, north] = [f64::from(at[0]), -f64::from(at[2])];
                let under = city.pick_building([east, north, 4_000.0], [0.0, 0.0, -1.0]);
                assert!(under.is_none(), "a tree stands in building {under:?}");
                assert!((f64::from(at[1]) - city.ground_at([east, north])).abs() < 0.1);
            }
            trees += made.trees.len();
        }
        assert!(trees > 200, "{trees} trees");
    }

    #[test]
    fn no_pier_stands_on_a_road_or_a_railway() {
        let folder = tempfile::tempdir().unwrap();
        let model = demo::generate(3, 800);
        writer::write(&model, folder.path(), "2026-01-01").unwrap();
        let city = City::open(folder.path()).unwrap();
        let frame = city.frame();
        let on_ground = model.ways.iter().filter(|way| way.flags & 6 == 0);
        let legs: Vec<([f64; 2], [f64; 2], f64)> = on_ground
            .flat_map(|way| {
                let at = |fix| frame.metres_from_lonlat(lonlat_from_fix(fix));
                let line: Vec<[f64; 2]> = model.points_of(way.points).iter().map(|fix| at(*fix)).collect();
                let half = f64::from(way.width_cm) / 200.0;
                line.windows(2).map(|leg| (leg[0], leg[1], half)).collect::<Vec<_>>()
            })
            .collect();
        let mut corners = 0;
        for chunk in city.flat_chunks() {
            for (at, word) in standing(&city, std::slice::from_ref(chunk)).solids {
                if word >> 24 != 2 {
                    continue;
                }
                corners += 1;
                let at = [f64::from(at[0]), -f64::from(at[2])];
                let on = legs.iter().find(|(a, b, half)| {
                    let way = [b[0] - a[0], b[1] - a[1]];
                    let to = [at[0] - a[0], at[1] - a[1]];
                    let square = (way[0] * way[0] + way[1] * way[1]).max(1e-9);
                    let share = ((to[0] * way[0] + to[1] * way[1]) / square).clamp(0.0, 1.0);
                    (to[0] - way[0] * share).hypot(to[1] - way[1] * share) < half - 0.2
                });
                assert!(on.is_none(), "a pier at {at:?} stands on {on:?}");
            }
        }
        assert!(corners > 24 * 40, "{corners} corners of piers");
    }
}
