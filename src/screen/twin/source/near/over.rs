//! Decks, piers and shadows of bridges, and the lines of shores.

use super::super::raster::Raster;
use super::{Corner, SHADOW, SHORE_LINE, Shapes, Spot, Standing, engine, is_road, rounded, whole};
use crate::ground::City;
use crate::ground::pack::records::Paint;

/// A bridge shows its sides from this height above the ground on, metres.
const LEAST_RISE: f64 = 1.2;
/// From the road to the lower edge of a bridge, and from the road to the top of its rail.
const DECK: (f64, f64) = (1.5, 0.9);
/// Between two piers, and the height from which a bridge has any.
const PIERS: (f64, f64) = (32.0, 3.5);
/// A pier that would stand on a road is moved so far along its bridge; where all of these do it is left out.
const SHIFTS_M: [f64; 11] = [0.0, 3.0, -3.0, 6.0, -6.0, 9.0, -9.0, 12.0, -12.0, 15.0, -15.0];
/// How far a chunk of flat shapes reaches beyond its cell; as the pack's format has it.
const CELL_MARGIN_M: f64 = 40.0;
/// How wide a shore line is: onto the land, into the water.
const SHORE: (f64, f64) = (1.4, 5.0);

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

/// Decks with their sides, piers where they are high, and their shadows on what is below. No pier stands on `below`, the
/// roads and railways on the ground.
pub(super) fn bridges(city: &City, shapes: &Shapes, below: &Raster, made: &mut Standing) {
    let over = shapes.triangles.get(shapes.over..).unwrap_or_default();
    for (a, b) in Shapes::pieces(over).filter(|(a, _)| is_road(*a)) {
        let ground = |c: Corner| city.ground_at([c.at[0], c.at[1]]);
        if (a.at[2] - ground(a)).max(b.at[2] - ground(b)) < LEAST_RISE {
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
            let due = step as f64 * PIERS.0 - start;
            let size = [a.half * 0.62, 0.9];
            let spots = SHIFTS_M.iter().map(|by| {
                let share = (due + by) / long;
                let at = [a.at[0] + (b.at[0] - a.at[0]) * share, a.at[1] + (b.at[1] - a.at[1]) * share];
                (at, a.at[2] + (b.at[2] - a.at[2]) * share)
            });
            let Some((at, road)) = spots.into_iter().find(|(at, _)| is_free(below, *at, along, size)) else { continue };
            let foot = city.ground_at(at);
            if road - foot >= PIERS.1 {
                pier(at, along, size, [foot - 0.5, road - DECK.0 + 0.1], &mut made.solids);
            }
        }
    }
}

/// Whether a pier may stand at a place: no road is below it.
fn is_free(roads: &Raster, at: [f64; 2], along: [f64; 2], [wide, deep]: [f64; 2]) -> bool {
    let place = |u: f64, v: f64| {
        [at[0] - along[1] * u * wide + along[0] * v * deep, at[1] + along[0] * u * wide + along[1] * v * deep]
    };
    let across = [-1.0, -0.5, 0.0, 0.5, 1.0].into_iter();
    across.flat_map(|u| [place(u, -1.0), place(u, 1.0)]).all(|at| roads.at(at) != Some(true))
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
pub(super) fn shores(shapes: &Shapes, wet: &Raster, [low, high]: [[f64; 2]; 2], made: &mut Standing) {
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
