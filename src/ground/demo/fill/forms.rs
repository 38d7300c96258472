//! Footprints within a rectangle.

use super::super::Random;
use super::lot::{Lot, Pad};
use crate::ground::pack::shape::Xy;

/// Corners in shares of half the rectangle's sides, -1 to 1, counter-clockwise.
type Outline = &'static [[f64; 2]];

const ELL: Outline = &[[-1.0, -1.0], [1.0, -1.0], [1.0, -0.2], [-0.15, -0.2], [-0.15, 1.0], [-1.0, 1.0]];
const YOU: Outline =
    &[[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [0.5, 1.0], [0.5, -0.3], [-0.5, -0.3], [-0.5, 1.0], [-1.0, 1.0]];
const CROSS: Outline = &[
    [-0.42, -1.0],
    [0.42, -1.0],
    [0.42, -0.42],
    [1.0, -0.42],
    [1.0, 0.42],
    [0.42, 0.42],
    [0.42, 1.0],
    [-0.42, 1.0],
    [-0.42, 0.42],
    [-1.0, 0.42],
    [-1.0, -0.42],
    [-0.42, -0.42],
];
const AITCH: Outline = &[
    [-1.0, -1.0],
    [-0.45, -1.0],
    [-0.45, -0.35],
    [0.45, -0.35],
    [0.45, -1.0],
    [1.0, -1.0],
    [1.0, 1.0],
    [0.45, 1.0],
    [0.45, 0.3],
    [-0.45, 0.3],
    [-0.45, 1.0],
    [-1.0, 1.0],
];
const ZED: Outline =
    &[[-1.0, -1.0], [0.15, -1.0], [0.15, -0.15], [1.0, -0.15], [1.0, 1.0], [-0.15, 1.0], [-0.15, 0.15], [-1.0, 0.15]];
const EEE: Outline = &[
    [-1.0, -1.0],
    [-0.72, -1.0],
    [-0.72, 0.4],
    [-0.14, 0.4],
    [-0.14, -1.0],
    [0.14, -1.0],
    [0.14, 0.4],
    [0.72, 0.4],
    [0.72, -1.0],
    [1.0, -1.0],
    [1.0, 1.0],
    [-1.0, 1.0],
];
/// A point block of flats, its four homes as wings.
const FOUR: Outline = &[
    [-1.0, -1.0],
    [-0.2, -1.0],
    [-0.2, -0.7],
    [0.2, -0.7],
    [0.2, -1.0],
    [1.0, -1.0],
    [1.0, 0.55],
    [0.3, 0.55],
    [0.3, 1.0],
    [-0.3, 1.0],
    [-0.3, 0.55],
    [-1.0, 0.55],
];

fn scaled(pad: &Pad, outline: Outline) -> Vec<Vec<Xy>> {
    let [u, v] = pad.half;
    vec![outline.iter().map(|[x, y]| pad.at(x * u, y * v)).collect()]
}

pub(super) fn plain(pad: &Pad) -> Vec<Vec<Xy>> {
    vec![pad.ring()]
}

/// One of four ways round.
fn any_way(pad: &Pad, random: &mut Random) -> Pad {
    let flip = |p: &Pad| Pad { along: [-p.along[0], -p.along[1]], ..*p };
    let quarter = Pad { along: super::lot::left(pad.along), half: [pad.half[1], pad.half[0]], ..*pad };
    match random.below(4) {
        0 => *pad,
        1 => flip(pad),
        2 => quarter,
        _ => flip(&quarter),
    }
}

pub(super) fn ell(pad: &Pad, random: &mut Random) -> Vec<Vec<Xy>> {
    scaled(&any_way(pad, random), ELL)
}

/// Open to the side that `pad`'s second axis points to.
pub(super) fn you(pad: &Pad) -> Vec<Vec<Xy>> {
    scaled(pad, YOU)
}

pub(super) fn aitch(pad: &Pad) -> Vec<Vec<Xy>> {
    scaled(pad, AITCH)
}

/// Three wings towards the south of the pad.
pub(super) fn comb(pad: &Pad) -> Vec<Vec<Xy>> {
    scaled(pad, EEE)
}

pub(super) fn point_block(pad: &Pad) -> Vec<Vec<Xy>> {
    scaled(pad, FOUR)
}

/// A frame around a court, or solid where there is no room for one.
pub(super) fn court(pad: &Pad, wing: f64) -> Vec<Vec<Xy>> {
    let inner = pad.shrunk(wing);
    if inner.least() < 5.0 { plain(pad) } else { vec![pad.ring(), inner.ring().into_iter().rev().collect()] }
}

/// With cut corners.
pub(super) fn chamfer(pad: &Pad, by: f64) -> Vec<Vec<Xy>> {
    let [u, v] = pad.half;
    let by = by.min(u * 0.8).min(v * 0.8);
    let corners =
        [[by - u, -v], [u - by, -v], [u, by - v], [u, v - by], [u - by, v], [by - u, v], [-u, v - by], [-u, by - v]];
    vec![corners.into_iter().map(|[x, y]| pad.at(x, y)).collect()]
}

/// An ellipse of so many sides.
pub(super) fn round(pad: &Pad, sides: u32) -> Vec<Vec<Xy>> {
    let [u, v] = pad.half;
    let corner = |i: u32| {
        let turn = (f64::from(i) + 0.5) / f64::from(sides) * std::f64::consts::TAU;
        pad.at(u * turn.cos(), v * turn.sin())
    };
    vec![(0..sides).map(corner).collect()]
}

/// Two ends as bows: the oval of a stadium or a running track.
pub(super) fn oval(pad: &Pad) -> Vec<Xy> {
    let [u, v] = pad.half;
    let straight = (u - v).max(0.0);
    let radius = v.min(u);
    let bow = |from: f64, mid: f64| {
        (0..=8).map(move |i| {
            let turn = from + f64::from(i) / 8.0 * std::f64::consts::PI;
            [mid + radius * turn.cos(), radius * turn.sin()]
        })
    };
    let quarter = std::f64::consts::FRAC_PI_2;
    bow(-quarter, straight).chain(bow(quarter, -straight)).map(|[x, y]| pad.at(x, y)).collect()
}

/// A slab of flats with its stairs standing out to the north, `stairs` of them.
pub(super) fn slab(pad: &Pad, stairs: usize) -> Vec<Vec<Xy>> {
    let [u, v] = pad.half;
    let (back, wide) = (v - 1.6, 2.2);
    let each = 2.0 * u / stairs.max(1) as f64;
    let mut ring = vec![pad.at(-u, -v), pad.at(u, -v), pad.at(u, back)];
    for i in (0..stairs).rev() {
        let mid = -u + each * (i as f64 + 0.5);
        ring.extend([pad.at(mid + wide, back), pad.at(mid + wide, v), pad.at(mid - wide, v), pad.at(mid - wide, back)]);
    }
    ring.push(pad.at(-u, back));
    vec![ring]
}

/// A slab in two halves, one behind the other.
pub(super) fn stagger(pad: &Pad, east: bool) -> Vec<Vec<Xy>> {
    let [u, v] = pad.half;
    let by = (v * 0.45).min(4.0);
    let (a, b) = if east { (by, 0.0) } else { (0.0, by) };
    let corners = [
        [-u, -v + a],
        [0.0, -v + a],
        [0.0, -v + b],
        [u, -v + b],
        [u, v - (by - b)],
        [0.0, v - (by - b)],
        [0.0, v - (by - a)],
        [-u, v - (by - a)],
    ];
    vec![corners.into_iter().map(|[x, y]| pad.at(x, y)).collect()]
}

/// The shaft of an office tower, and what may stand on its roof.
pub(super) fn shaft(pad: &Pad, random: &mut Random) -> (Vec<Vec<Xy>>, Option<Pad>) {
    let upon = |share: f64| Some(pad.around(pad.long() * share, pad.deep() * share));
    match random.below(13) {
        0 | 1 => (chamfer(pad, pad.least() * 0.16), upon(0.9)),
        2 => (chamfer(pad, pad.least() * 0.3), upon(0.8)),
        3 => {
            (round(&pad.around(pad.least(), pad.least()), 16), Some(pad.around(pad.least() * 0.66, pad.least() * 0.66)))
        }
        4 => (round(pad, 20), upon(0.66)),
        5 => (scaled(&any_way(pad, random), ZED), None),
        6 => (ell(pad, random), None),
        7 => (scaled(pad, CROSS), upon(0.42)),
        8 => (round(pad, 6), upon(0.55)),
        _ => (plain(pad), upon(1.0)),
    }
}

/// A lot's own outline.
pub(super) fn outline(lot: &Lot) -> Vec<Vec<Xy>> {
    vec![lot.corners.clone()]
}

/// A lot's outline around a court that follows it; solid where the court would be too small.
pub(super) fn hollow(lot: &Lot, wing: f64) -> Vec<Vec<Xy>> {
    match lot.hollow(wing) {
        Some(mut court) if crate::ground::pack::shape::twice_area(&court) > 70.0 => {
            court.reverse();
            vec![lot.corners.clone(), court]
        }
        _ => outline(lot),
    }
}
