//! Cut any simple polygon into convex lots. Shallow bays are cut off, deep ones split the polygon.

use super::lot::{Lot, Side, cross, distance, dot, left, minus, step, unit};
use crate::ground::pack::shape::{self, Xy};

/// Lots smaller than this are left empty.
const LEAST_M2: f64 = 60.0;
/// Corners that stand less than this off the line between their neighbours are cut off.
const BLUNT_M: f64 = 1.2;
/// Cuts into each other until this depth.
const DEPTH: u8 = 40;

/// The convex lots of a ring. They lie inside it and do not overlap.
pub(super) fn lots(ring: &[Xy]) -> Vec<Lot> {
    let mut corners = ring.to_vec();
    corners.dedup_by(|a, b| distance(*a, *b) < 1e-3);
    while corners.len() > 3 && corners.first().zip(corners.last()).is_some_and(|(a, b)| distance(*a, *b) < 1e-3) {
        corners.pop();
    }
    shape::orient(&mut corners, true);
    let sides = vec![Side::Street; corners.len()];
    let mut out = Vec::new();
    cut(Lot { corners, sides }, 0, &mut out);
    out
}

fn cut(poly: Lot, depth: u8, out: &mut Vec<Lot>) {
    if poly.corners.len() < 3 || poly.area() < LEAST_M2 || depth > DEPTH {
        return;
    }
    let Some(bay) = deepest(&poly) else {
        out.push(blunted(poly));
        return;
    };
    if let Some(clipped) = poly.keep(bay.at, left(bay.chord), bay.side)
        && poly.area() - clipped.area() < 0.08 * poly.area()
        && is_simple(&clipped.corners)
    {
        return cut(clipped, depth + 1, out);
    }
    if let Some([a, b]) = split(&poly, bay.number) {
        cut(a, depth + 1, out);
        cut(b, depth + 1, out);
    }
}

/// The corner that reaches furthest into the polygon, and the line across its bay.
struct Bay {
    number: usize,
    at: Xy,
    chord: Xy,
    /// A street where nothing but streets lies along the bay and beside it.
    side: Side,
}

fn deepest(poly: &Lot) -> Option<Bay> {
    let corners = &poly.corners;
    let count = corners.len();
    let is_party = |i: usize| poly.sides.get(i % count) != Some(&Side::Street);
    let at = |i: usize| corners.get(i % count).copied().unwrap_or_default();
    let bent = |i: usize| {
        let (a, b, c) = (at(i + count - 1), at(i), at(i + 1));
        cross(unit(minus(b, a)), unit(minus(c, b)))
    };
    let reflex: Vec<bool> = (0..count).map(|i| bent(i) < -1e-9).collect();
    let is_reflex = |i: usize| reflex.get(i % count).copied().unwrap_or(false);
    let start = (0..count).find(|i| !is_reflex(*i))?;
    let mut found: Option<(f64, Bay)> = None;
    let mut i = start;
    while i < start + count {
        if !is_reflex(i + 1) {
            i += 1;
            continue;
        }
        let from = at(i);
        let mut end = i + 1;
        while is_reflex(end) {
            end += 1;
        }
        let chord = unit(minus(at(end), from));
        let party = is_party(i + count - 1) || (i..=end).any(is_party);
        let side = if party { Side::Party } else { Side::Street };
        for k in i + 1..end {
            let deep = dot(minus(at(k), from), left(chord));
            if found.as_ref().is_none_or(|(d, _)| deep > *d) {
                found = Some((deep, Bay { number: k % count, at: at(k), chord, side }));
            }
        }
        i = end;
    }
    found.map(|(_, bay)| bay)
}

/// Split at a reflex corner by the line that halves its angle, to the nearest side.
fn split(poly: &Lot, number: usize) -> Option<[Lot; 2]> {
    let count = poly.corners.len();
    let at = |i: usize| poly.corners.get(i % count).copied().unwrap_or_default();
    let side = |i: usize| poly.sides.get(i % count).copied().unwrap_or(Side::Party);
    let here = at(number);
    let (d, e) = (unit(minus(here, at(number + count - 1))), unit(minus(at(number + 1), here)));
    let ray = left(unit([d[0] + e[0], d[1] + e[1]]));
    let (mut near, mut hit) = (f64::MAX, None);
    for i in number + 1..number + count - 1 {
        if let Some((far, share)) = meet(here, ray, at(i), at(i + 1))
            && far < near
        {
            (near, hit) = (far, Some((i, share)));
        }
    }
    let (i, share) = hit?;
    let foot = step(at(i), minus(at(i + 1), at(i)), share);
    let mut ahead = Lot { corners: Vec::new(), sides: Vec::new() };
    let mut behind = ahead.clone();
    for k in number..=i {
        ahead.corners.push(at(k));
        ahead.sides.push(side(k));
    }
    ahead.corners.push(foot);
    ahead.sides.push(Side::Party);
    behind.corners.push(foot);
    behind.sides.push(side(i));
    for k in i + 1..number + count {
        behind.corners.push(at(k));
        behind.sides.push(side(k));
    }
    behind.corners.push(here);
    behind.sides.push(Side::Party);
    let clean = |lot: Lot| {
        let kept: (Vec<Xy>, Vec<Side>) =
            lot.edges().filter(|(a, b, _)| distance(*a, *b) > 1e-6).map(|(a, _, side)| (a, side)).unzip();
        Lot { corners: kept.0, sides: kept.1 }
    };
    Some([clean(ahead), clean(behind)])
}

/// Where a ray meets a side: metres along the ray, share along the side.
pub(super) fn meet(from: Xy, ray: Xy, a: Xy, b: Xy) -> Option<(f64, f64)> {
    let (d, to) = (minus(b, a), minus(a, from));
    let under = cross(ray, d);
    if under.abs() < 1e-12 {
        return None;
    }
    let (far, share) = (cross(to, d) / under, cross(to, ray) / under);
    (far > 1e-6 && (0.0..=1.0).contains(&share)).then_some((far, share))
}

/// Without corners that are hardly corners; cutting one off a convex lot stays inside it.
fn blunted(mut lot: Lot) -> Lot {
    while lot.corners.len() > 4 {
        let count = lot.corners.len();
        let at = |i: usize| lot.corners.get(i % count).copied().unwrap_or_default();
        let side = |i: usize| lot.sides.get(i % count).copied().unwrap_or(Side::Party);
        let off = |i: usize| {
            let (a, b, c) = (at(i + count - 1), at(i), at(i + 1));
            // a corner between a street and another lot stays
            if side(i + count - 1) == side(i) { cross(minus(b, a), unit(minus(c, a))).abs() } else { f64::MAX }
        };
        let Some((i, least)) = (0..count).map(|i| (i, off(i))).min_by(|a, b| a.1.total_cmp(&b.1)) else { break };
        if least > BLUNT_M {
            break;
        }
        lot.corners.remove(i);
        lot.sides.remove(i);
    }
    lot
}

/// Whether no two sides of the ring cross or touch, save neighbours at their corner.
pub(super) fn is_simple(ring: &[Xy]) -> bool {
    let edges: Vec<(Xy, Xy)> = shape::pairs(ring).collect();
    let count = edges.len();
    edges.iter().enumerate().all(|(i, (a, b))| {
        edges.iter().enumerate().skip(i + 2).all(|(j, (c, d))| (i == 0 && j + 1 == count) || !touch(*a, *b, *c, *d))
    })
}

fn touch(a: Xy, b: Xy, c: Xy, d: Xy) -> bool {
    let turn = |p: Xy, q: Xy, r: Xy| cross(minus(q, p), minus(r, p));
    let (t1, t2, t3, t4) = (turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b));
    let straddles = |s: f64, t: f64| (s >= -1e-9 && t <= 1e-9) || (s <= 1e-9 && t >= -1e-9);
    let apart = |i: usize| {
        let value = |p: Xy| p.get(i).copied().unwrap_or(0.0);
        value(a).max(value(b)) < value(c).min(value(d)) || value(c).max(value(d)) < value(a).min(value(b))
    };
    straddles(t1, t2) && straddles(t3, t4) && !apart(0) && !apart(1)
}
