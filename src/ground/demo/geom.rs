//! Plane geometry of the plan: segments, offsets, insets, a grid of segments. Metres throughout.

use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::shape::{self, Xy, pairs};

pub(super) fn add(a: Xy, b: Xy) -> Xy {
    [a[0] + b[0], a[1] + b[1]]
}

pub(super) fn sub(a: Xy, b: Xy) -> Xy {
    [a[0] - b[0], a[1] - b[1]]
}

pub(super) fn scale(a: Xy, by: f64) -> Xy {
    [a[0] * by, a[1] * by]
}

pub(super) fn dot(a: Xy, b: Xy) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

pub(super) fn cross(a: Xy, b: Xy) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

pub(super) fn long(a: Xy) -> f64 {
    a[0].hypot(a[1])
}

pub(super) fn away(a: Xy, b: Xy) -> f64 {
    long(sub(a, b))
}

pub(super) fn lerp(a: Xy, b: Xy, t: f64) -> Xy {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t]
}

/// Length 1; east where it has no direction.
pub(super) fn unit(a: Xy) -> Xy {
    let l = long(a);
    if l > 1e-9 { scale(a, 1.0 / l) } else { [1.0, 0.0] }
}

/// A quarter turn to the left.
pub(super) fn left(a: Xy) -> Xy {
    [-a[1], a[0]]
}

pub(super) fn turn([x, y]: Xy, (sin, cos): (f64, f64)) -> Xy {
    [x * cos - y * sin, x * sin + y * cos]
}

pub(super) fn area(ring: &[Xy]) -> f64 {
    shape::twice_area(ring) / 2.0
}

/// Smooth from 0 at `low` to 1 at `high`.
pub(super) fn smooth(low: f64, high: f64, at: f64) -> f64 {
    let t = ((at - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Where two segments cross, as shares of each.
pub(super) fn meet(a: Xy, b: Xy, c: Xy, d: Xy) -> Option<(f64, f64)> {
    let (first, second) = (sub(b, a), sub(d, c));
    let turned = cross(first, second);
    if turned.abs() < 1e-9 {
        return None;
    }
    let gap = sub(c, a);
    let shares = (cross(gap, second) / turned, cross(gap, first) / turned);
    ((0.0..=1.0).contains(&shares.0) && (0.0..=1.0).contains(&shares.1)).then_some(shares)
}

/// Share of the segment nearest to `p`, and the distance from there.
pub(super) fn foot(a: Xy, b: Xy, p: Xy) -> (f64, f64) {
    let way = sub(b, a);
    let square = dot(way, way);
    let share = if square > 1e-12 { (dot(sub(p, a), way) / square).clamp(0.0, 1.0) } else { 0.0 };
    (share, away(p, lerp(a, b, share)))
}

/// Distance between two segments.
pub(super) fn apart((a, b): (Xy, Xy), (c, d): (Xy, Xy)) -> f64 {
    if meet(a, b, c, d).is_some() {
        return 0.0;
    }
    let ends = [foot(a, b, c).1, foot(a, b, d).1, foot(c, d, a).1, foot(c, d, b).1];
    ends.into_iter().fold(f64::MAX, f64::min)
}

/// A line beside `line`, `by` metres to its left.
pub(super) fn beside(line: &[Xy], by: impl Fn(usize) -> f64, closed: bool) -> Vec<Xy> {
    let n = line.len();
    let at = |i: usize| line.get(i).copied().unwrap_or_default();
    (0..n)
        .map(|i| {
            let before = if i > 0 {
                at(i - 1)
            } else if closed {
                at(n - 1)
            } else {
                at(0)
            };
            let after = if i + 1 < n {
                at(i + 1)
            } else if closed {
                at(0)
            } else {
                at(i)
            };
            let normal = left(unit(sub(after, before)));
            add(at(i), scale(normal, by(i)))
        })
        .collect()
}

/// Points every `step` metres or so along `line`, with its ends.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a count")]
pub(super) fn resample(line: &[Xy], step: f64) -> Vec<Xy> {
    let mut out = Vec::new();
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        let n = (away(*a, *b) / step).ceil().max(1.0) as usize;
        out.extend((0..n).map(|k| lerp(*a, *b, k as f64 / n as f64)));
    }
    out.extend(line.last());
    out
}

/// Whether a ring crosses or touches itself. Quadratic: for rings of some dozen corners.
fn crosses_itself(ring: &[Xy]) -> bool {
    let edges: Vec<(Xy, Xy)> = pairs(ring).collect();
    let n = edges.len();
    edges.iter().enumerate().any(|(i, (a, b))| {
        edges
            .iter()
            .enumerate()
            .skip(i + 2)
            .any(|(j, (c, d))| !(i == 0 && j + 1 == n) && meet(*a, *b, *c, *d).is_some())
    })
}

/// The ring with every edge moved inwards by its distance; `None` where little or nothing is left. What comes back is
/// simple, counter-clockwise, and keeps the distances.
pub(super) fn inset(ring: &[Xy], by: &[f64]) -> Option<Vec<Xy>> {
    let n = ring.len();
    let at = |i: usize| ring.get(i % n).copied().unwrap_or_default();
    let gap = |i: usize| by.get(i % n).copied().unwrap_or_default();
    let convex = (0..n).all(|i| cross(sub(at(i + 1), at(i)), sub(at(i + 2), at(i + 1))) > -1e-6);
    if !convex && let Some(moved) = mitred(ring, by) {
        return Some(moved);
    }
    let mut left_over = ring.to_vec();
    for i in 0..n {
        let (a, b) = (at(i), at(i + 1));
        if away(a, b) < 1e-3 {
            continue;
        }
        let normal = left(unit(sub(b, a)));
        let level = dot(normal, a) + gap(i);
        let mut kept = Vec::with_capacity(left_over.len() + 1);
        for (p, q) in pairs(&left_over) {
            let (hp, hq) = (dot(normal, p) - level, dot(normal, q) - level);
            if hp >= 0.0 {
                kept.push(p);
            }
            if (hp >= 0.0) != (hq >= 0.0) {
                kept.push(lerp(p, q, hp / (hp - hq)));
            }
        }
        left_over = kept;
        if left_over.len() < 3 {
            return None;
        }
    }
    let mut tidy = Vec::new();
    shape::simplify(&left_over, 0.05, &mut tidy);
    (tidy.len() >= 3 && area(&tidy) > 60.0 && !crosses_itself(&tidy)).then_some(tidy)
}

/// Inset of a ring with hollow corners; `None` where the moved edges get into each other's way.
fn mitred(ring: &[Xy], by: &[f64]) -> Option<Vec<Xy>> {
    let n = ring.len();
    let mut out: Vec<Xy> = Vec::with_capacity(n);
    for i in 0..n {
        let at = |k: usize| ring.get((i + n + k - 1) % n).copied().unwrap_or_default();
        let (before, here, after) = (at(0), at(1), at(2));
        let (g0, g1) = (by.get((i + n - 1) % n).copied()?, by.get(i).copied()?);
        let (d0, d1) = (unit(sub(here, before)), unit(sub(after, here)));
        let (n0, n1) = (left(d0), left(d1));
        let bend = cross(d0, d1);
        if bend.abs() < 0.2 && dot(d0, d1) > 0.0 {
            // nearly straight: two lines with different distances would meet far away
            let middle = unit(add(n0, n1));
            out.push(add(here, scale(middle, g0.max(g1) / dot(middle, n0))));
            continue;
        }
        if bend < 0.0 && dot(d0, d1) < -0.3 {
            return None;
        }
        // where the two moved lines meet
        let (p0, p1) = (add(here, scale(n0, g0)), add(here, scale(n1, g1)));
        out.push(add(p0, scale(d0, cross(sub(p1, p0), d1) / bend)));
    }
    let mut tidy = Vec::new();
    shape::simplify(&out, 0.02, &mut tidy);
    let keeps =
        |p: Xy| pairs(ring).zip(by).all(|((a, b), gap)| foot(a, b, p).1 > gap - 0.15) && shape::inside([ring], p);
    let whole = tidy.len() >= 3
        && area(&tidy) > 60.0
        && tidy.iter().all(|p| keeps(*p))
        && pairs(&tidy).all(|(a, b)| {
            ring.iter().enumerate().all(|(i, c)| {
                let gap = by.get(i).copied().unwrap_or(0.0).max(by.get((i + n - 1) % n).copied().unwrap_or(0.0));
                foot(a, b, *c).1 > gap - 0.15
            })
        })
        && !crosses_itself(&tidy);
    whole.then_some(tidy)
}

/// Segments in a grid of square cells, to find those near a point.
#[derive(Debug)]
pub(super) struct Near {
    cell: f64,
    cells: NumberMap<[i32; 2], Vec<u32>>,
    segments: Vec<(Xy, Xy, u32)>,
}

impl Near {
    pub(super) fn new(cell: f64) -> Self {
        Self { cell, cells: NumberMap::default(), segments: Vec::new() }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a city is some hundred cells across")]
    fn range(&self, low: f64, high: f64) -> std::ops::RangeInclusive<i32> {
        (low / self.cell).floor() as i32..=(high / self.cell).floor() as i32
    }

    /// Put a segment in, under a number of the caller's.
    pub(super) fn put(&mut self, a: Xy, b: Xy, what: u32) {
        let Ok(number) = u32::try_from(self.segments.len()) else { return };
        self.segments.push((a, b, what));
        for x in self.range(a[0].min(b[0]), a[0].max(b[0])) {
            for y in self.range(a[1].min(b[1]), a[1].max(b[1])) {
                self.cells.entry([x, y]).or_default().push(number);
            }
        }
    }

    pub(super) fn put_line(&mut self, line: &[Xy], what: u32) {
        for (a, b) in line.iter().zip(line.iter().skip(1)) {
            self.put(*a, *b, what);
        }
    }

    /// Numbers of the segments with a box within `reach` of the box of `a` and `b`, in rising order.
    pub(super) fn around(&self, a: Xy, b: Xy, reach: f64, found: &mut Vec<u32>) {
        found.clear();
        for x in self.range(a[0].min(b[0]) - reach, a[0].max(b[0]) + reach) {
            for y in self.range(a[1].min(b[1]) - reach, a[1].max(b[1]) + reach) {
                found.extend(self.cells.get(&[x, y]).into_iter().flatten());
            }
        }
        found.sort_unstable();
        found.dedup();
    }

    pub(super) fn get(&self, number: u32) -> Option<(Xy, Xy, u32)> {
        self.segments.get(number as usize).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.segments.len()
    }

    /// Distance to the nearest segment within `reach` that `wanted` takes, and its number of the caller's.
    pub(super) fn nearest(&self, p: Xy, reach: f64, wanted: impl Fn(u32) -> bool) -> Option<(f64, u32)> {
        let mut found = Vec::new();
        self.around(p, p, reach, &mut found);
        let near = found.iter().filter_map(|i| self.get(*i)).filter(|s| wanted(s.2));
        near.map(|(a, b, what)| (foot(a, b, p).1, what))
            .filter(|(d, _)| *d <= reach)
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))
    }
}

/// Smooth noise from -1 to 1 with features about 1 across.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "lattice numbers")]
pub(super) fn noise(seed: u64, [x, y]: Xy) -> f64 {
    let (ix, iy) = (x.floor(), y.floor());
    let corner = |dx: i64, dy: i64| {
        let mut z = seed
            ^ (ix as i64 + dx).cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ (iy as i64 + dy).cast_unsigned().wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    let ease = |t: f64| t * t * t * (t * (t * 6.0 - 15.0) + 10.0);
    let (tx, ty) = (ease(x - ix), ease(y - iy));
    let mix = |a: f64, b: f64, t: f64| a + (b - a) * t;
    mix(mix(corner(0, 0), corner(1, 0), tx), mix(corner(0, 1), corner(1, 1), tx), ty)
}

/// Four octaves of [`noise`], about -1 to 1.
pub(super) fn fractal(seed: u64, at: Xy) -> f64 {
    let mut sum = 0.0;
    let (mut high, mut fine) = (0.55, 1.0);
    for octave in 0..4 {
        sum += high * noise(seed.wrapping_add(octave), scale(at, fine));
        high *= 0.5;
        fine *= 2.03;
    }
    sum
}
