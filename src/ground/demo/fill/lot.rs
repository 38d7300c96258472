//! Convex pieces of ground and rectangles inside them. Everything is made by cutting, so what is made from a lot lies
//! inside it and two lots of one cut never overlap.

use crate::ground::pack::shape::{self, Xy};

/// What lies beyond a side of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The block's edge.
    Street,
    /// The lane of this number.
    Lane(usize),
    /// Another lot.
    Party,
}

/// A polygon, counter-clockwise; side `i` runs from corner `i` to the next. Convex unless said otherwise.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lot {
    pub(super) corners: Vec<Xy>,
    pub(super) sides: Vec<Side>,
}

pub(super) fn minus(a: Xy, b: Xy) -> Xy {
    [a[0] - b[0], a[1] - b[1]]
}

pub(super) fn dot(a: Xy, b: Xy) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

pub(super) fn cross(a: Xy, b: Xy) -> f64 {
    a[0] * b[1] - a[1] * b[0]
}

/// `a + d * by`.
pub(super) fn step(a: Xy, d: Xy, by: f64) -> Xy {
    [a[0] + d[0] * by, a[1] + d[1] * by]
}

/// A quarter turn to the left.
pub(super) fn left(d: Xy) -> Xy {
    [-d[1], d[0]]
}

/// Length one, east where there is no direction.
pub(super) fn unit(d: Xy) -> Xy {
    let long = d[0].hypot(d[1]);
    if long < 1e-9 { [1.0, 0.0] } else { [d[0] / long, d[1] / long] }
}

pub(super) fn distance(a: Xy, b: Xy) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

impl Lot {
    pub(super) fn area(&self) -> f64 {
        shape::twice_area(&self.corners) / 2.0
    }

    /// Mean of the corners: inside, as the lot is convex.
    pub(super) fn middle(&self) -> Xy {
        let count = self.corners.len().max(1) as f64;
        let sum = self.corners.iter().fold([0.0, 0.0], |s, p| [s[0] + p[0], s[1] + p[1]]);
        [sum[0] / count, sum[1] / count]
    }

    /// Both ends of every side, and what lies beyond it.
    pub(super) fn edges(&self) -> impl Iterator<Item = (Xy, Xy, Side)> + '_ {
        shape::pairs(&self.corners).zip(&self.sides).map(|((a, b), side)| (a, b, *side))
    }

    /// The part on the side of the line through `on` to which `normal` points; `side` lies beyond the cut.
    pub(super) fn keep(&self, on: Xy, normal: Xy, side: Side) -> Option<Self> {
        let off = |p: Xy| dot(minus(p, on), normal);
        let mut out = Self { corners: Vec::with_capacity(self.corners.len() + 1), sides: Vec::new() };
        for (a, b, beyond) in self.edges() {
            let (da, db) = (off(a), off(b));
            if da >= 0.0 {
                out.push(a, beyond);
            }
            if (da >= 0.0) != (db >= 0.0) {
                let cut = step(a, minus(b, a), da / (da - db));
                out.push(cut, if da >= 0.0 { side } else { beyond });
            }
        }
        out.tidied()
    }

    fn push(&mut self, corner: Xy, side: Side) {
        self.corners.push(corner);
        self.sides.push(side);
    }

    /// Without sides of no length; `None` where nothing worth building on is left.
    fn tidied(mut self) -> Option<Self> {
        let keep: Vec<bool> = shape::pairs(&self.corners).map(|(a, b)| distance(a, b) > 1e-3).collect();
        if keep.contains(&false) {
            let mut flags = keep.iter();
            self.corners.retain(|_| flags.next().copied().unwrap_or(true));
            let mut flags = keep.iter();
            self.sides.retain(|_| flags.next().copied().unwrap_or(true));
        }
        (self.corners.len() >= 3 && self.area() > 4.0).then_some(self)
    }

    /// Smaller by so many metres on every side.
    pub(super) fn inset(&self, by: impl Fn(Side) -> f64) -> Option<Self> {
        let mut out = self.clone();
        for (a, b, side) in self.edges() {
            let by = by(side);
            if by != 0.0 {
                let normal = left(unit(minus(b, a)));
                out = out.keep(step(a, normal, by), normal, side)?;
            }
        }
        Some(out)
    }

    /// Smaller by `by` on every side.
    pub(super) fn shrunk(&self, by: f64) -> Option<Self> {
        self.inset(|_| by)
    }

    /// The corners moved in by `by` on every side, one for each corner; `None` where a side would vanish.
    pub(super) fn hollow(&self, by: f64) -> Option<Vec<Xy>> {
        let edges: Vec<(Xy, Xy)> = shape::pairs(&self.corners).collect();
        let before = edges.iter().cycle().skip(edges.len().saturating_sub(1));
        let mut out = Vec::with_capacity(edges.len());
        for ((a, b), (p, _)) in edges.iter().zip(before) {
            let (d, e) = (unit(minus(*a, *p)), unit(minus(*b, *a)));
            let half = unit([d[0] + e[0], d[1] + e[1]]);
            let cos = dot(half, e);
            if cos < 0.3 {
                return None;
            }
            out.push(step(*a, left(half), by / cos));
        }
        let kept = shape::pairs(&out).zip(&edges).all(|((a, b), (p, q))| dot(minus(b, a), minus(*q, *p)) > 0.0);
        (kept && distance_of_short_side(&out) > 2.0).then_some(out)
    }

    /// Cut by the line through `on` along `along`; `gap` metres around it are left out. Left half, right half.
    pub(super) fn cut(&self, on: Xy, along: Xy, gap: f64, side: Side) -> [Option<Self>; 2] {
        let normal = left(along);
        let half = |normal: Xy| self.keep(step(on, normal, gap / 2.0), normal, side);
        [half(normal), half([-normal[0], -normal[1]])]
    }

    /// Cut off the strip of `deep` metres along side `number`: the strip and the rest.
    pub(super) fn peel(&self, number: usize, deep: f64, gap: f64) -> (Option<Self>, Option<Self>) {
        let Some((a, b, _)) = self.edges().nth(number) else { return (None, Some(self.clone())) };
        let along = unit(minus(b, a));
        let on = step(a, left(along), deep + gap / 2.0);
        let [rest, strip] = self.cut(on, along, gap, Side::Party);
        (strip, rest)
    }

    /// Least and greatest value along a direction.
    pub(super) fn extent(&self, along: Xy) -> (f64, f64) {
        self.corners.iter().map(|p| dot(*p, along)).fold((f64::MAX, f64::MIN), |(lo, hi), v| (lo.min(v), hi.max(v)))
    }

    /// Number and direction of the longest side, sides on a street before others.
    pub(super) fn front(&self) -> (usize, Xy) {
        let mut best = (0, [1.0, 0.0], 0.0);
        for (i, (a, b, side)) in self.edges().enumerate() {
            let long = distance(a, b) * if side == Side::Street { 1.6 } else { 1.0 };
            if long > best.2 {
                best = (i, unit(minus(b, a)), long);
            }
        }
        (best.0, best.1)
    }

    /// Where the line at `across` (metres to the left of the origin) along `along` runs through the lot.
    pub(super) fn chord(&self, along: Xy, across: f64) -> Option<(f64, f64)> {
        let normal = left(along);
        let mut found: Option<(f64, f64)> = None;
        for (a, b) in shape::pairs(&self.corners) {
            let (va, vb) = (dot(a, normal) - across, dot(b, normal) - across);
            if va.min(vb) > 1e-7 || va.max(vb) < -1e-7 {
                continue;
            }
            let (ua, ub) = (dot(a, along), dot(b, along));
            let (lo, hi) = if (va - vb).abs() < 1e-7 {
                (ua.min(ub), ua.max(ub))
            } else {
                let u = ua + (ub - ua) * (va / (va - vb)).clamp(0.0, 1.0);
                (u, u)
            };
            found = Some(found.map_or((lo, hi), |(l, h)| (l.min(lo), h.max(hi))));
        }
        found
    }

    /// The rectangle as long as it gets between two lines along `along`.
    pub(super) fn band(&self, along: Xy, low: f64, high: f64) -> Option<Pad> {
        let ((a, b), (c, d)) = (self.chord(along, low)?, self.chord(along, high)?);
        let (from, to) = (a.max(c), b.min(d));
        (to - from > 1.0 && high - low > 0.5).then(|| Pad::between(along, [from, to], [low, high]))
    }

    /// A large rectangle inside that runs along `along`.
    pub(super) fn pad(&self, along: Xy) -> Option<Pad> {
        const STEPS: i32 = 10;
        let (low, high) = self.extent(left(along));
        let at = |i: i32| low + (high - low) * f64::from(i) / f64::from(STEPS);
        let chords: Vec<Option<(f64, f64)>> = (0..=STEPS).map(|i| self.chord(along, at(i))).collect();
        let mut best: Option<(f64, Pad)> = None;
        for (i, first) in (0..).zip(&chords) {
            for (j, last) in (0..).zip(&chords).skip(usize::try_from(i + 1).unwrap_or(0)) {
                let (Some((a, b)), Some((c, d))) = (first, last) else { continue };
                let (from, to) = (a.max(*c), b.min(*d));
                let (wide, deep) = (to - from, at(j) - at(i));
                // area first, but a square serves better than a strip
                let worth = wide.max(0.0) * deep * (wide.min(deep) / wide.max(deep).max(1.0)).max(0.0).powf(0.25);
                if wide > 1.0 && best.is_none_or(|(w, _)| worth > w) {
                    best = Some((worth, Pad::between(along, [from, to], [at(i), at(j)])));
                }
            }
        }
        best.map(|(_, pad)| pad)
    }
}

fn distance_of_short_side(ring: &[Xy]) -> f64 {
    shape::pairs(ring).map(|(a, b)| distance(a, b)).fold(f64::MAX, f64::min)
}

/// A rectangle that may stand at an angle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pad {
    pub(super) mid: Xy,
    /// Its first axis, length one.
    pub(super) along: Xy,
    /// Half its length along and across.
    pub(super) half: [f64; 2],
}

impl Pad {
    /// Between two values along `along` and two across it.
    pub(super) fn between(along: Xy, [from, to]: [f64; 2], [low, high]: [f64; 2]) -> Self {
        let mid = step(step([0.0, 0.0], along, f64::midpoint(from, to)), left(along), f64::midpoint(low, high));
        Self { mid, along, half: [(to - from) / 2.0, (high - low) / 2.0] }
    }

    pub(super) fn long(&self) -> f64 {
        self.half[0] * 2.0
    }

    pub(super) fn deep(&self) -> f64 {
        self.half[1] * 2.0
    }

    pub(super) fn least(&self) -> f64 {
        self.long().min(self.deep())
    }

    /// Metres from the middle, along and across.
    pub(super) fn at(&self, u: f64, v: f64) -> Xy {
        step(step(self.mid, self.along, u), left(self.along), v)
    }

    /// A part of it, in metres from its middle and never beyond its edges.
    pub(super) fn part(&self, [u0, u1]: [f64; 2], [v0, v1]: [f64; 2]) -> Self {
        let [hu, hv] = self.half;
        let (u0, u1, v0, v1) = (u0.clamp(-hu, hu), u1.clamp(-hu, hu), v0.clamp(-hv, hv), v1.clamp(-hv, hv));
        let mid = self.at(f64::midpoint(u0, u1), f64::midpoint(v0, v1));
        Self { mid, along: self.along, half: [((u1 - u0) / 2.0).max(0.0), ((v1 - v0) / 2.0).max(0.0)] }
    }

    /// A part of it, in shares from 0 to 1.
    pub(super) fn share(&self, [u0, u1]: [f64; 2], [v0, v1]: [f64; 2]) -> Self {
        let [hu, hv] = self.half;
        let at = |s: f64, half: f64| (s * 2.0 - 1.0) * half;
        self.part([at(u0, hu), at(u1, hu)], [at(v0, hv), at(v1, hv)])
    }

    /// Of this size around the middle, or smaller where it does not fit.
    pub(super) fn around(&self, long: f64, deep: f64) -> Self {
        self.part([-long / 2.0, long / 2.0], [-deep / 2.0, deep / 2.0])
    }

    pub(super) fn shrunk(&self, by: f64) -> Self {
        self.around((self.long() - 2.0 * by).max(0.0), (self.deep() - 2.0 * by).max(0.0))
    }

    /// The same rectangle with its longer side along.
    pub(super) fn lengthwise(self) -> Self {
        if self.half[0] >= self.half[1] {
            return self;
        }
        Self { mid: self.mid, along: left(self.along), half: [self.half[1], self.half[0]] }
    }

    /// Cut into `count` equal pieces along it with `gap` between them.
    pub(super) fn row(&self, count: usize, gap: f64) -> impl Iterator<Item = Self> + use<> {
        let pad = *self;
        let each = (pad.long() - gap * (count.max(1) - 1) as f64) / count.max(1) as f64;
        (0..count).filter(move |_| each > 1.0).map(move |i| {
            let from = -pad.half[0] + (each + gap) * i as f64;
            pad.part([from, from + each], [-pad.half[1], pad.half[1]])
        })
    }

    pub(super) fn ring(&self) -> Vec<Xy> {
        let [u, v] = self.half;
        vec![self.at(-u, -v), self.at(u, -v), self.at(u, v), self.at(-u, v)]
    }
}

/// How many pieces of about `each` go into `long`, at least one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful, and `as` saturates")]
pub(super) fn pieces(long: f64, each: f64) -> usize {
    ((long / each).round().min(10_000.0) as usize).max(1)
}
