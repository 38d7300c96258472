//! Rings of coordinates: area, self-crossing, assembly from pieces, nesting.

use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::model::{Fix, lonlat_from_fix};

/// The ring without a closing point.
pub(super) fn open(ring: &[Fix]) -> &[Fix] {
    match ring {
        [a, middle @ .., b] if a == b => ring.get(..=middle.len()).unwrap_or_default(),
        _ => ring,
    }
}

/// Twice the signed area in squared steps; positive counter-clockwise. Exact.
pub(super) fn twice_area(ring: &[Fix]) -> i128 {
    let Some(o) = ring.first() else { return 0 };
    let at = |p: &Fix| (i128::from(p[0]) - i128::from(o[0]), i128::from(p[1]) - i128::from(o[1]));
    let next = ring.iter().skip(1).chain(ring.first());
    ring.iter().zip(next).map(|(a, b)| (at(a), at(b))).map(|((ax, ay), (bx, by))| ax * by - bx * ay).sum()
}

/// Area in square metres.
#[expect(clippy::cast_precision_loss, reason = "an area needs no 53 bits")]
pub(super) fn area_m2(ring: &[Fix]) -> f64 {
    const METRES_PER_STEP: f64 = 0.011_119_5;
    let squeeze = ring.first().map_or(1.0, |p| lonlat_from_fix(*p).lat.to_radians().cos());
    (twice_area(ring) as f64 / 2.0).abs() * METRES_PER_STEP * METRES_PER_STEP * squeeze
}

/// South-west and north-east corner of some points; `None` where there is none.
pub(super) fn span(points: &[Fix]) -> Option<(Fix, Fix)> {
    let first = *points.first()?;
    Some(
        points
            .iter()
            .fold((first, first), |(l, h), p| ([l[0].min(p[0]), l[1].min(p[1])], [h[0].max(p[0]), h[1].max(p[1])])),
    )
}

/// The middle of their box.
pub(super) fn middle(points: &[Fix]) -> Option<Fix> {
    let (low, high) = span(points)?;
    Some([i32::midpoint(low[0], high[0]), i32::midpoint(low[1], high[1])])
}

fn turn(a: Fix, b: Fix, c: Fix) -> i64 {
    let (ax, ay) = (i64::from(a[0]), i64::from(a[1]));
    let (ux, uy) = (i64::from(b[0]) - ax, i64::from(b[1]) - ay);
    let (vx, vy) = (i64::from(c[0]) - ax, i64::from(c[1]) - ay);
    // coordinates differ by less than 2^32, so the products need 65 bits; buildings are far smaller
    ux.saturating_mul(vy).saturating_sub(uy.saturating_mul(vx)).signum()
}

fn cross(a: Fix, b: Fix, c: Fix, d: Fix) -> bool {
    turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0
}

/// Whether two edges of the ring properly cross (touching does not count).
pub(super) fn crosses_itself(ring: &[Fix]) -> bool {
    ring.len() > 3 && any_cross(edges(ring).collect())
}

/// Whether a hole lies within an outline: no edge of one crosses one of the other, and its corners are inside but for
/// those that touch.
pub(super) fn is_hole_of(outline: &[Fix], hole: &[Fix]) -> bool {
    hole.iter().any(|at| inside(outline, *at)) && !any_cross(edges(outline).chain(edges(hole)).collect())
}

fn edges(ring: &[Fix]) -> impl Iterator<Item = (Fix, Fix)> {
    ring.iter().copied().zip(ring.iter().skip(1).chain(ring.first()).copied())
}

fn any_cross(mut edges: Vec<(Fix, Fix)>) -> bool {
    // left to right, so that only edges whose spans overlap are compared
    edges.sort_unstable_by_key(|(a, b)| a[0].min(b[0]));
    edges.iter().enumerate().any(|(i, (a, b))| {
        let right = a[0].max(b[0]);
        let (low, high) = (a[1].min(b[1]), a[1].max(b[1]));
        let others = edges.get(i + 1..).unwrap_or_default().iter().take_while(|(c, d)| c[0].min(d[0]) <= right);
        others.filter(|(c, d)| c[1].min(d[1]) <= high && c[1].max(d[1]) >= low).any(|(c, d)| cross(*a, *b, *c, *d))
    })
}

/// Pieces joined end to end.
pub(super) struct Joined {
    /// Closed rings, without closing point.
    pub(super) rings: Vec<Vec<Fix>>,
    /// Chains that do not close.
    pub(super) open: Vec<Vec<Fix>>,
}

/// Join pieces at equal ends. With `directed` a piece is never turned round (coastlines have a side).
pub(super) fn join(pieces: Vec<&[Fix]>, directed: bool) -> Joined {
    let mut joined = Joined { rings: Vec::new(), open: Vec::new() };
    let mut ends: NumberMap<Fix, Vec<usize>> = NumberMap::default();
    let mut used = vec![false; pieces.len()];
    for (i, piece) in pieces.iter().enumerate() {
        match piece {
            [a, .., b] if a == b => {
                joined.rings.push(open(piece).to_vec());
                used.get_mut(i).into_iter().for_each(|u| *u = true);
            }
            [a, .., b] => {
                ends.entry(*a).or_default().push(i);
                if !directed {
                    ends.entry(*b).or_default().push(i);
                }
            }
            _ => used.get_mut(i).into_iter().for_each(|u| *u = true),
        }
    }
    // with directed pieces start at those that nothing leads into, so that chains come out whole
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    if directed {
        let led_into: std::collections::HashSet<Fix> = pieces.iter().filter_map(|p| p.last().copied()).collect();
        order.sort_by_key(|i| pieces.get(*i).and_then(|p| p.first()).is_some_and(|f| led_into.contains(f)));
    }
    for start in order {
        if used.get(start).copied().unwrap_or(true) {
            continue;
        }
        used.get_mut(start).into_iter().for_each(|u| *u = true);
        let mut chain: Vec<Fix> = pieces.get(start).copied().unwrap_or_default().to_vec();
        while let (Some(first), Some(last)) = (chain.first().copied(), chain.last().copied()) {
            if first == last && chain.len() > 2 {
                break;
            }
            let next = ends.get(&last).and_then(|c| c.iter().copied().find(|i| !used.get(*i).copied().unwrap_or(true)));
            let Some(next) = next else { break };
            used.get_mut(next).into_iter().for_each(|u| *u = true);
            let piece = pieces.get(next).copied().unwrap_or_default();
            if piece.first() == Some(&last) {
                chain.extend(piece.iter().skip(1));
            } else {
                chain.extend(piece.iter().rev().skip(1));
            }
        }
        if chain.len() > 3 && chain.first() == chain.last() {
            chain.pop();
            joined.rings.push(chain);
        } else {
            joined.open.push(chain);
        }
    }
    joined
}

/// Whether `at` is inside the ring.
pub(super) fn inside(ring: &[Fix], at: Fix) -> bool {
    let mut odd = false;
    let p = at.map(f64::from);
    for (a, b) in ring.iter().zip(ring.iter().skip(1).chain(ring.first())) {
        let (a, b) = (a.map(f64::from), b.map(f64::from));
        if (a[1] > p[1]) != (b[1] > p[1]) && p[0] < (b[0] - a[0]) * (p[1] - a[1]) / (b[1] - a[1]) + a[0] {
            odd = !odd;
        }
    }
    odd
}

/// Whether ring `inner` lies in `outer`, by the first corner that is no corner of both.
fn contains(outer: &[Fix], inner: &[Fix]) -> bool {
    let probe = inner.iter().find(|p| !outer.contains(p)).or(inner.first());
    probe.is_some_and(|p| inside(outer, *p))
}

/// Sort rings into polygons by how they lie in each other: outer rings each with their holes.
pub(super) fn nest(mut rings: Vec<Vec<Fix>>) -> Vec<Vec<Vec<Fix>>> {
    if rings.len() == 1 {
        return vec![rings];
    }
    rings.sort_by_key(|r| std::cmp::Reverse(twice_area(r).abs()));
    // with very many rings nesting by brute force would take for ever: then all are outer
    if rings.len() > 3_000 {
        return rings.into_iter().map(|r| vec![r]).collect();
    }
    let mut depths: Vec<(usize, Option<usize>)> = Vec::with_capacity(rings.len());
    for (i, ring) in rings.iter().enumerate() {
        let around = (0..i).rev().find(|j| rings.get(*j).is_some_and(|outer| contains(outer, ring)));
        let depth = around.and_then(|j| depths.get(j)).map_or(0, |d| d.0 + 1);
        depths.push((depth, around));
    }
    let mut polygons: Vec<Vec<Vec<Fix>>> = Vec::new();
    let mut place: Vec<usize> = vec![usize::MAX; rings.len()];
    for (i, ring) in rings.into_iter().enumerate() {
        match depths.get(i) {
            Some((depth, Some(around))) if depth % 2 == 1 => {
                let polygon = place.get(*around).copied().and_then(|at| polygons.get_mut(at));
                if let Some(polygon) = polygon {
                    polygon.push(ring);
                }
            }
            _ => {
                place.get_mut(i).into_iter().for_each(|p| *p = polygons.len());
                polygons.push(vec![ring]);
            }
        }
    }
    polygons
}
