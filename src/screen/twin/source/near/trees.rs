//! Where trees stand: hashed from a grid over the whole city, so that they are the same wherever one comes from.

use super::super::raster::{Raster, inside};
use super::{BLOCK_M, Block, Corner, Shapes, Standing, engine, flat, rounded, whole};
use crate::ground::City;
use crate::ground::pack::records::Paint;

/// Between two places for a tree: in a park, between houses, along a road.
const SPACING: [f64; 3] = [8.0, 15.0, 11.0];
const AVENUES: &[Paint] = &[Paint::Street, Paint::Tertiary, Paint::Secondary, Paint::Primary];

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

/// Trees in parks, thick in patches, and few of them between houses.
pub(super) fn grow(shapes: &Shapes, taken: &Raster, places: &mut Vec<([f64; 2], f64, f64)>) {
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
pub(super) fn line(shapes: &Shapes, taken: &Raster, places: &mut Vec<([f64; 2], f64, f64)>) {
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
pub(super) fn plant(city: &City, places: &mut [([f64; 2], f64, f64)], made: &mut Standing) {
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
