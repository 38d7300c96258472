//! What stands around the camera and is too small to be in the pack: trees, the decks and piers of bridges, shore lines.
//!
//! Made for one cell of flat shapes at a time from what the pack has there. The same cell gives the same things, wherever
//! the camera comes from: places are hashed from a grid over the whole city.

use super::raster::{Raster, inside};
use crate::ground::City;
use crate::ground::pack::records::{Chunk, Paint};

/// Side of a block of trees, metres.
pub const BLOCK_M: f64 = 150.0;
/// Between two places for a tree: in a park, between houses, along a road.
const SPACING: [f64; 3] = [8.0, 15.0, 11.0];
/// A bridge shows its sides from this height above the ground on, metres.
const LEAST_RISE: f64 = 1.2;
/// From the road to the lower edge of a bridge, and from the road to the top of its rail.
const DECK: (f64, f64) = (1.5, 0.9);
/// Between two piers, and the height from which a bridge has any.
const PIERS: (f64, f64) = (32.0, 3.5);
/// How far a chunk of flat shapes reaches beyond its cell; as the pack's format has it.
const CELL_MARGIN_M: f64 = 40.0;
/// How wide a shore line is: onto the land, into the water.
const SHORE: (f64, f64) = (1.4, 5.0);

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

/// Number from 0 to 1 that belongs to a place of a grid.
fn hash(x: i64, y: i64, salt: u64) -> f64 {
    let mut h = x.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15)
        ^ y.cast_unsigned().wrapping_mul(0xC2B2_AE3D_27D4_EB4F)
        ^ salt.wrapping_mul(0x1656_67B1_9E37_79F9);
    h = (h ^ (h >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    h = (h ^ (h >> 32)).wrapping_mul(0x94D0_49BB_1331_11EB);
    f64::from(u32::try_from((h ^ (h >> 31)) >> 32).unwrap_or(0)) / f64::from(u32::MAX)
}

/// Number from 0 to 1 that changes slowly from place to place, over some hundred metres.
fn patch(at: [f64; 2], side: f64, salt: u64) -> f64 {
    let [x, y] = at.map(|v| v / side);
    let (i, j) = (whole(x), whole(y));
    let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
    let (u, v) = (smooth(x - x.floor()), smooth(y - y.floor()));
    let mix = |a: f64, b: f64, t: f64| a + (b - a) * t;
    let south = mix(hash(i, j, salt), hash(i + 1, j, salt), u);
    mix(south, mix(hash(i, j + 1, salt), hash(i + 1, j + 1, salt), u), v)
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
const AVENUES: &[Paint] = &[Paint::Street, Paint::Tertiary, Paint::Secondary, Paint::Primary];

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
    // Where nothing grows, and where there is water.
    let (mut taken, mut wet) = (Raster::new(low, side), Raster::new(low, side));
    for shapes in &shapes {
        for triangle in shapes.ground(&[Paint::Water]) {
            taken.fill(flat(triangle));
            wet.fill(flat(triangle));
        }
        shapes.ground(&[Paint::Paved]).for_each(|triangle| taken.fill(flat(triangle)));
        let roads: Vec<[Corner; 3]> = shapes.ground(ROADS).copied().collect();
        let bridges = shapes.triangles.get(shapes.over..).unwrap_or_default();
        for piece in Shapes::pieces(&roads).chain(Shapes::pieces(bridges).filter(|(a, _)| is_road(*a))) {
            band(piece, 0.8).into_iter().for_each(|triangle| taken.fill(triangle));
        }
    }
    built(city, low, side, &mut taken);
    let mut made = Standing::default();
    let mut places: Vec<([f64; 2], f64, f64)> = Vec::new();
    for shapes in &shapes {
        grow(shapes, &taken, &mut places);
        line_with_trees(shapes, &taken, &mut places);
        bridges(city, shapes, &mut made);
        shores(shapes, &wet, [low, [low[0] + side, low[1] + side]], &mut made);
    }
    plant(city, &mut places, &mut made);
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

/// Trees in parks, thick in patches, and few of them between houses.
fn grow(shapes: &Shapes, taken: &Raster, places: &mut Vec<([f64; 2], f64, f64)>) {
    for (paint, spacing, salt) in [(Paint::Green, SPACING[0], 1), (Paint::Land, SPACING[1], 2)] {
        let paints: &'static [Paint] = if paint == Paint::Green { &[Paint::Green] } else { &[Paint::Land] };
        for triangle in shapes.ground(paints) {
            let triangle = flat(triangle);
            let bound = |k: usize, most: bool| {
                let of = triangle.iter().map(|p| p.get(k).copied().unwrap_or_default());
                if most { of.fold(f64::MIN, f64::max) } else { of.fold(f64::MAX, f64::min) }
            };
            for i in whole(bound(0, false) / spacing) - 1..=whole(bound(0, true) / spacing) {
                for j in whole(bound(1, false) / spacing) - 1..=whole(bound(1, true) / spacing) {
                    #[expect(clippy::cast_precision_loss, reason = "metres of a city fit")]
                    let at = [
                        (i as f64 + 0.15 + 0.7 * hash(i, j, salt)) * spacing,
                        (j as f64 + 0.15 + 0.7 * hash(i, j, salt + 10)) * spacing,
                    ];
                    let wanted = if paint == Paint::Green { 0.25 + 0.75 * patch(at, 90.0, 5) } else { 0.3 };
                    if hash(i, j, salt + 20) < wanted && inside(at, triangle) && !taken.near(at, 1.5) {
                        places.push((at, 5.5 + 6.0 * hash(i, j, salt + 30), hash(i, j, salt + 40)));
                    }
                }
            }
        }
    }
}

/// Trees along roads, on both sides.
fn line_with_trees(shapes: &Shapes, taken: &Raster, places: &mut Vec<([f64; 2], f64, f64)>) {
    let roads: Vec<[Corner; 3]> = shapes.ground(AVENUES).copied().collect();
    for (a, b) in Shapes::pieces(&roads) {
        let way = [b.at[0] - a.at[0], b.at[1] - a.at[1]];
        let long = way[0].hypot(way[1]);
        let along = way.map(|v| v / long.max(1e-9));
        let start = a.at[0] * along[0] + a.at[1] * along[1];
        let lined = if a.paint == Some(Paint::Street) { 0.55 } else { 0.85 };
        if patch([a.at[0], a.at[1]], 320.0, 6) > lined {
            continue;
        }
        for step in whole(start / SPACING[2]) + 1..=whole((start + long) / SPACING[2]) {
            #[expect(clippy::cast_precision_loss, reason = "metres of a city fit")]
            let off = step as f64 * SPACING[2] - start;
            for side in [-1.0, 1.0] {
                let out = (a.half + 2.4) * side;
                let at = [a.at[0] + along[0] * off - along[1] * out, a.at[1] + along[1] * off + along[0] * out];
                let (i, j) = (whole(at[0] * 2.0), whole(at[1] * 2.0));
                if !taken.near(at, 0.9) && hash(i, j, 7) < 0.93 {
                    places.push((at, 6.0 + 2.5 * hash(i, j, 8), hash(i, j, 9)));
                }
            }
        }
    }
}

/// Sorts the places of trees into blocks and by rank.
fn plant(city: &City, places: &mut [([f64; 2], f64, f64)], made: &mut Standing) {
    let block = |at: [f64; 2]| [whole(at[0] / BLOCK_M), whole(at[1] / BLOCK_M)];
    places.sort_by(|a, b| block(a.0).cmp(&block(b.0)).then(a.2.total_cmp(&b.2)));
    for row in places.chunk_by(|a, b| block(a.0) == block(b.0)) {
        let Some((first, ..)) = row.first() else { continue };
        let start = u32::try_from(made.trees.len()).unwrap_or(u32::MAX);
        for (at, height, rank) in row {
            let ground = city.ground_at(*at);
            let byte = |v: f64| u32::from(rounded(v * 255.0));
            let tone = byte(hash(whole(at[0] * 4.0), whole(at[1] * 4.0), 3));
            made.trees.push((engine(*at, ground), u32::from(rounded(height * 10.0)) | tone << 8 | byte(*rank) << 16));
        }
        let end = u32::try_from(made.trees.len()).unwrap_or(u32::MAX);
        #[expect(clippy::cast_precision_loss, reason = "metres of a city fit")]
        let at = block(*first).map(|v| v as f64 * BLOCK_M);
        made.blocks.push(Block { at, trees: start..end });
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

fn normal(n: [f64; 3], tone: u32) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "-127 to 127")]
    let byte = |v: f64| u32::from(((v * 127.0).round() as i8).cast_unsigned());
    byte(n[0]) | byte(n[1]) << 8 | byte(n[2]) << 16 | tone << 24
}

/// Two triangles of a quad.
fn quad(out: &mut Vec<Spot>, corners: [([f32; 3], u32); 4]) {
    let [a, b, c, d] = corners;
    out.extend([a, b, c, a, c, d]);
}

/// Decks with their sides, piers where they are high, and their shadows on what is below.
fn bridges(city: &City, shapes: &Shapes, made: &mut Standing) {
    let over = shapes.triangles.get(shapes.over..).unwrap_or_default();
    for (a, b) in Shapes::pieces(over).filter(|(a, _)| is_road(*a)) {
        let below = |c: Corner| city.ground_at([c.at[0], c.at[1]]);
        if (a.at[2] - below(a)).max(b.at[2] - below(b)) < LEAST_RISE {
            continue;
        }
        let edge = |c: Corner, side: f64, up: f64| {
            let wide = (c.half + 0.35) * side;
            engine([c.at[0] + c.normal[0] * wide, c.at[1] + c.normal[1] * wide], c.at[2] + up)
        };
        let up = normal([0.0, 1.0, 0.0], 0);
        let top = [edge(a, -1.0, -0.3), edge(b, -1.0, -0.3), edge(b, 1.0, -0.3), edge(a, 1.0, -0.3)];
        quad(&mut made.solids, top.map(|at| (at, up)));
        for side in [-1.0, 1.0] {
            let word = normal([a.normal[0] * side, 0.0, -a.normal[1] * side], 1);
            let wall = [edge(a, side, -DECK.0), edge(b, side, -DECK.0), edge(b, side, DECK.1), edge(a, side, DECK.1)];
            quad(&mut made.solids, wall.map(|at| (at, word)));
        }
        shadow(city, [a, b], made);
        let long = (b.at[0] - a.at[0]).hypot(b.at[1] - a.at[1]).max(1e-9);
        let along = [(b.at[0] - a.at[0]) / long, (b.at[1] - a.at[1]) / long];
        let start = a.at[0] * along[0] + a.at[1] * along[1];
        for step in whole(start / PIERS.0) + 1..=whole((start + long) / PIERS.0) {
            #[expect(clippy::cast_precision_loss, reason = "metres of a city fit")]
            let share = (step as f64 * PIERS.0 - start) / long;
            let at = [a.at[0] + (b.at[0] - a.at[0]) * share, a.at[1] + (b.at[1] - a.at[1]) * share];
            let road = a.at[2] + (b.at[2] - a.at[2]) * share;
            let foot = city.ground_at(at);
            if road - foot >= PIERS.1 {
                pier(at, along, [a.half * 0.62, 0.9], [foot - 0.5, road - DECK.0 + 0.1], &mut made.solids);
            }
        }
    }
}

fn pier(at: [f64; 2], along: [f64; 2], [wide, deep]: [f64; 2], [foot, top]: [f64; 2], out: &mut Vec<Spot>) {
    let corner = |u: f64, v: f64| {
        [at[0] - along[1] * u * wide + along[0] * v * deep, at[1] + along[0] * u * wide + along[1] * v * deep]
    };
    let ring = [corner(-1.0, -1.0), corner(-1.0, 1.0), corner(1.0, 1.0), corner(1.0, -1.0)];
    for (from, to) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        let (dx, dy) = (to[0] - from[0], to[1] - from[1]);
        let long = dx.hypot(dy).max(1e-9);
        let word = normal([-dy / long, 0.0, -dx / long], 2);
        let face = [engine(*from, foot), engine(*to, foot), engine(*to, top), engine(*from, top)];
        quad(out, face.map(|at| (at, word)));
    }
}

/// The shadow of a piece of a bridge, soft at its sides. Word: how dark, kind, and decimetres of height for the shader to
/// move it away from the sun.
fn shadow(city: &City, piece: [Corner; 2], made: &mut Standing) {
    let row = |c: Corner| {
        [-1.35, -0.8, 0.8, 1.35].map(|side: f64| {
            let at = [c.at[0] + c.normal[0] * c.half * side, c.at[1] + c.normal[1] * c.half * side];
            let ground = city.ground_at(at);
            let rise = (c.at[2] - ground).clamp(0.0, 25.0);
            let dark = if side.abs() > 1.0 { 0 } else { rounded(255.0 * (rise / 2.0).min(1.0)) };
            (engine(at, ground + 0.05), u32::from(dark) | SHADOW << 8 | u32::from(rounded(rise * 10.0)) << 16)
        })
    };
    let [a, b] = piece.map(row);
    for ((a, a_next), (b, b_next)) in a.iter().zip(a.iter().skip(1)).zip(b.iter().zip(b.iter().skip(1))) {
        quad(&mut made.soft, [*a, *b, *b_next, *a_next]);
    }
}

/// Lines where water meets land: edges of water that no other water shares.
fn shores(shapes: &Shapes, wet: &Raster, [low, high]: [[f64; 2]; 2], made: &mut Standing) {
    // Where water goes on in the next cell is no shore either.
    let border = |from: Corner, to: Corner| {
        (0..2).any(|axis: usize| {
            let of = |v: &[f64]| v.get(axis).copied().unwrap_or_default();
            [of(&low) + CELL_MARGIN_M, of(&high) - CELL_MARGIN_M]
                .iter()
                .any(|line| (of(&from.at) - line).abs() < 0.3 && (of(&to.at) - line).abs() < 0.3)
        })
    };
    let key = |c: &Corner| [whole(c.at[0] * 20.0 + 0.5), whole(c.at[1] * 20.0 + 0.5)];
    let mut edges: std::collections::BTreeMap<[[i64; 2]; 2], (Corner, Corner, u32)> = std::collections::BTreeMap::new();
    for [a, b, c] in shapes.ground(&[Paint::Water]) {
        for (from, to) in [(a, b), (b, c), (c, a)] {
            let (p, q) = (key(from), key(to));
            let ends = if p < q { [p, q] } else { [q, p] };
            edges.entry(ends).or_insert((*from, *to, 0)).2 += 1;
        }
    }
    for (from, to, _) in edges.into_values().filter(|(.., count)| *count == 1) {
        let way = [to.at[0] - from.at[0], to.at[1] - from.at[1]];
        let long = way[0].hypot(way[1]);
        if long < 0.2 || border(from, to) {
            continue;
        }
        // Triangles run counter-clockwise, so water is to the left; where land is not to the right, this is no shore.
        let left = [-way[1] / long, way[0] / long];
        let middle = [f64::midpoint(from.at[0], to.at[0]), f64::midpoint(from.at[1], to.at[1])];
        let aside = |by: f64| [middle[0] + left[0] * by, middle[1] + left[1] * by];
        if wet.at(aside(-4.0)) != Some(false) || wet.at(aside(3.0)) != Some(true) {
            continue;
        }
        let row = |c: Corner| {
            [(-SHORE.0, 0), (0.0, 255), (SHORE.1, 0)].map(|(by, seen): (f64, u32)| {
                let at = [c.at[0] + left[0] * by, c.at[1] + left[1] * by];
                (engine(at, c.at[2] + 0.03), seen | SHORE_LINE << 8)
            })
        };
        let (a, b) = (row(from), row(to));
        for ((a, a_next), (b, b_next)) in a.iter().zip(a.iter().skip(1)).zip(b.iter().zip(b.iter().skip(1))) {
            quad(&mut made.soft, [*a, *b, *b_next, *a_next]);
        }
    }
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
}
