//! Flat shapes onto the ground: fills cut along the terrain's triangles, ribbons along both their edges. Where the
//! ground is level nothing is cut.

use super::shape::{self, Xy};
use super::terrain::Terrain;

/// What a ribbon may leave the surface by between two of its vertices, metres.
const TOLERANCE_M: f64 = 0.03;

/// Cut a filled shape into pieces above each of which the ground is one plane.
pub(super) fn cut(rings: Vec<Vec<Xy>>, ground: Terrain, emit: &mut impl FnMut(Vec<Vec<Xy>>)) {
    let Some((low, high)) = rings.first().filter(|r| r.len() > 2).and_then(|r| shape::bounds(r)) else { return };
    let (least, most) = ground.range(low, high);
    #[expect(clippy::float_cmp, reason = "both are posts, and the same post is the same number")]
    if least == most {
        return emit(rings);
    }
    let (a, b) = (ground.grid_from_metres(low), ground.grid_from_metres(high));
    // beyond the grid the ground does not change across its border, so there are no lines to cut along
    let line = |axis: usize, count: u32| -> Option<(f64, f64)> {
        let (from, to) = (*a.get(axis)?, *b.get(axis)?);
        let first = ((from + 1e-6).floor() + 1.0).max(0.0);
        let end = ((to - 1e-6).ceil() - 1.0).min(f64::from(count) - 1.0);
        (first <= end).then_some((first, end - first + 1.0))
    };
    let lines = [line(0, ground.columns()), line(1, ground.rows())];
    let most_lines = lines.iter().enumerate().filter_map(|(axis, l)| l.map(|(first, n)| (axis, first, n)));
    if let Some((axis, first, count)) = most_lines.reduce(|a, b| if b.2 > a.2 { b } else { a }) {
        let at = first + (count / 2.0).floor().min(count - 1.0);
        let at = ground.metres_from_grid([at, at]);
        let at = at.get(axis).copied().unwrap_or_default();
        cut(part(&rings, |p| p.get(axis).copied().unwrap_or_default() - at), ground, emit);
        cut(part(&rings, |p| at - p.get(axis).copied().unwrap_or_default()), ground, emit);
        return;
    }
    let middle = ground.grid_from_metres([f64::midpoint(low[0], high[0]), f64::midpoint(low[1], high[1])]);
    let offset = middle[1].floor() - middle[0].floor();
    let over = |p: Xy| {
        let [u, v] = ground.grid_from_metres(p);
        v - u - offset
    };
    for side in [part(&rings, over), part(&rings, |p| -over(p))] {
        if side.first().is_some_and(|r| r.len() > 2) {
            emit(side);
        }
    }
}

/// The part of a shape where `over` is at most 0.
fn part(rings: &[Vec<Xy>], over: impl Fn(Xy) -> f64) -> Vec<Vec<Xy>> {
    let clip = |ring: &Vec<Xy>| {
        let mut out = Vec::with_capacity(ring.len() + 2);
        for (a, b) in shape::pairs(ring) {
            let (da, db) = (over(a), over(b));
            if da <= 1e-9 {
                out.push(a);
            }
            if (da <= 1e-9) != (db <= 1e-9) {
                let t = (da / (da - db)).clamp(0.0, 1.0);
                out.push([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]);
            }
        }
        out.dedup();
        out
    };
    rings.iter().map(clip).enumerate().filter(|(i, r)| *i == 0 || r.len() > 2).map(|(_, r)| r).collect()
}

/// The line of a ribbon with points added where its edges pass from one plane of the ground to the next.
pub(super) fn ribbon_cuts(line: &[Xy], half: f64, ground: Terrain) -> Vec<Xy> {
    let mut out = Vec::with_capacity(line.len());
    let mut stops: Vec<f64> = Vec::new();
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        out.push(*a);
        let low = [a[0].min(b[0]) - half, a[1].min(b[1]) - half];
        let high = [a[0].max(b[0]) + half, a[1].max(b[1]) + half];
        let (least, most) = ground.range(low, high);
        let long = (b[0] - a[0]).hypot(b[1] - a[1]);
        if most - least < TOLERANCE_M || long < 0.1 {
            continue;
        }
        let aside = [-(b[1] - a[1]) / long * half, (b[0] - a[0]) / long * half];
        stops.clear();
        for side in [-1.0, 1.0] {
            let edge = |p: &Xy| ground.grid_from_metres([p[0] + side * aside[0], p[1] + side * aside[1]]);
            crossings(edge(a), edge(b), &mut stops);
        }
        stops.retain(|t| *t * long > 0.2 && (1.0 - *t) * long > 0.2);
        stops.push(1.0);
        stops.push(0.0);
        stops.sort_by(f64::total_cmp);
        stops.dedup_by(|x, y| (*x - *y) * long < 0.05);
        let profile: Vec<[f64; 3]> = stops
            .iter()
            .map(|t| {
                let p = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
                let height = |side: f64| ground.at([p[0] + side * aside[0], p[1] + side * aside[1]]);
                [*t, height(-1.0), height(1.0)]
            })
            .collect();
        needed(&profile, &mut |t| out.push([a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]));
    }
    out.extend(line.last().copied());
    out
}

/// Where a line between two places of the grid crosses its lines and diagonals, as shares of its length.
fn crossings(a: Xy, b: Xy, into: &mut Vec<f64>) {
    for (from, to) in [(a[0], b[0]), (a[1], b[1]), (a[1] - a[0], b[1] - b[0])] {
        let mut line = from.min(to).ceil();
        while line <= from.max(to) && (to - from).abs() > 1e-9 {
            into.push((line - from) / (to - from));
            line += 1.0;
        }
    }
}

/// The inner stops of a profile that are needed to stay within the tolerance of it (Douglas and Peucker).
fn needed(profile: &[[f64; 3]], keep: &mut impl FnMut(f64)) {
    let ([first, inner @ .., last], true) = (profile, profile.len() > 2) else { return };
    let off = |p: &[f64; 3]| {
        let share = (p[0] - first[0]) / (last[0] - first[0]).max(1e-12);
        let of = |from: f64, to: f64, is: f64| (from + (to - from) * share - is).abs();
        of(first[1], last[1], p[1]).max(of(first[2], last[2], p[2]))
    };
    let worst = inner.iter().enumerate().map(|(i, p)| (i + 1, off(p))).reduce(|a, b| if b.1 > a.1 { b } else { a });
    let Some((at, _)) = worst.filter(|(_, off)| *off > TOLERANCE_M) else { return };
    needed(profile.get(..=at).unwrap_or_default(), keep);
    profile.get(at).into_iter().for_each(|p| keep(p[0]));
    needed(profile.get(at..).unwrap_or_default(), keep);
}
