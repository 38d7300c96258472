//! Plane geometry of the writer: areas, simple rings, clipping to boxes, label points. Metres throughout.

/// East and north in metres.
pub type Xy = [f64; 2];

/// Twice the signed area; positive counter-clockwise.
#[must_use]
pub fn twice_area(ring: &[Xy]) -> f64 {
    let Some(origin) = ring.first() else { return 0.0 };
    pairs(ring)
        .map(|(a, b)| {
            let (ax, ay, bx, by) = (a[0] - origin[0], a[1] - origin[1], b[0] - origin[0], b[1] - origin[1]);
            ax * by - bx * ay
        })
        .sum()
}

/// Each corner with the next one, around the ring.
pub fn pairs(ring: &[Xy]) -> impl Iterator<Item = (Xy, Xy)> + '_ {
    ring.iter().copied().zip(ring.iter().copied().cycle().skip(1))
}

/// South-west and north-east corner; `None` where there is no point.
#[must_use]
pub fn bounds(points: &[Xy]) -> Option<(Xy, Xy)> {
    points.iter().fold(None, |b, p| match b {
        None => Some((*p, *p)),
        Some((lo, hi)) => Some(([lo[0].min(p[0]), lo[1].min(p[1])], [hi[0].max(p[0]), hi[1].max(p[1])])),
    })
}

/// Whether `at` lies inside the rings taken together by the even-odd rule.
#[must_use]
pub fn inside<'a>(rings: impl IntoIterator<Item = &'a [Xy]>, at: Xy) -> bool {
    let mut odd = false;
    for ring in rings {
        for (a, b) in pairs(ring) {
            if (a[1] > at[1]) != (b[1] > at[1]) && at[0] < (b[0] - a[0]) * (at[1] - a[1]) / (b[1] - a[1]) + a[0] {
                odd = !odd;
            }
        }
    }
    odd
}

/// Turn the ring so that it runs counter-clockwise (`true`) or clockwise.
pub fn orient(ring: &mut [Xy], counter_clockwise: bool) {
    if (twice_area(ring) > 0.0) != counter_clockwise {
        ring.reverse();
    }
}

/// Copy `ring` to `out` without corners that stand less than `tolerance` metres off the line between the neighbours
/// (repeated corners and spikes included). Keeps at least three corners where there are three.
pub fn simplify(ring: &[Xy], tolerance: f64, out: &mut Vec<Xy>) {
    out.clear();
    let mut left = ring.len();
    let off = |a: Xy, b: Xy, c: Xy| {
        let (dx, dy) = (c[0] - a[0], c[1] - a[1]);
        let (ex, ey) = (b[0] - a[0], b[1] - a[1]);
        let long = dx.hypot(dy);
        if long < 1e-3 { ex.hypot(ey).min(tolerance * 0.5) } else { (ex * dy - ey * dx).abs() / long }
    };
    for (i, &b) in ring.iter().enumerate() {
        let Some(a) = out.last().or(ring.last()).copied() else { return };
        let Some(c) = ring.get(i + 1).or(out.first()).or(ring.first()).copied() else { return };
        let repeated = (a[0] - b[0]).hypot(a[1] - b[1]) < 0.03;
        if left > 3 && (repeated || off(a, b, c) < tolerance) {
            left -= 1;
        } else {
            out.push(b);
        }
    }
}

/// Keep the part of a ring on one side of an axis-parallel line (Sutherland and Hodgman). `axis` 0 cuts by x,
/// 1 by y; `below` keeps what is at most `at`.
pub fn clip_ring(ring: &[Xy], axis: usize, at: f64, below: bool, out: &mut Vec<Xy>) {
    out.clear();
    let value = |p: Xy| if axis == 0 { p[0] } else { p[1] };
    let keep = |p: Xy| (value(p) <= at) == below || (value(p) - at).abs() < f64::EPSILON;
    for (a, b) in pairs(ring) {
        let (ka, kb) = (keep(a), keep(b));
        if ka {
            out.push(a);
        }
        if ka != kb {
            let t = (at - value(a)) / (value(b) - value(a));
            let mut cut = [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
            if axis == 0 {
                cut[0] = at;
            } else {
                cut[1] = at;
            }
            out.push(cut);
        }
    }
    out.dedup();
}

/// A point well inside the rings: the middle of the widest span on a few horizontal lines.
#[must_use]
pub fn label_point(rings: &[&[Xy]]) -> Option<Xy> {
    let (lo, hi) = rings
        .iter()
        .filter_map(|r| bounds(r))
        .reduce(|(l, h), (l2, h2)| ([l[0].min(l2[0]), l[1].min(l2[1])], [h[0].max(h2[0]), h[1].max(h2[1])]))?;
    let mut best: Option<(f64, Xy)> = None;
    let mut crossings = Vec::new();
    for step in [8, 6, 10, 4, 12, 2, 14] {
        let y = lo[1] + (hi[1] - lo[1]) * (f64::from(step) + 0.037) / 16.0;
        crossings.clear();
        for (a, b) in rings.iter().flat_map(|r| pairs(r)) {
            if (a[1] > y) != (b[1] > y) {
                crossings.push(a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]));
            }
        }
        crossings.sort_by(f64::total_cmp);
        for pair in crossings.chunks_exact(2) {
            if let [a, b] = pair {
                // a span nearer the middle wins over one that is slightly wider
                let worth = (b - a) / (1.0 + 0.05 * f64::from(i32::abs(step - 8)));
                if best.is_none_or(|(w, _)| worth > w) {
                    best = Some((worth, [f64::midpoint(*a, *b), y]));
                }
            }
        }
    }
    best.map(|(_, at)| at)
}

/// Spread the bits of a cell so that sorting by the result keeps neighbours together (Z order).
#[must_use]
pub fn z_order(x: i32, y: i32) -> u64 {
    let spread = |v: i32| {
        let mut v = u64::from(v.cast_unsigned() ^ 0x8000_0000);
        v = (v | (v << 16)) & 0x0000_ffff_0000_ffff;
        v = (v | (v << 8)) & 0x00ff_00ff_00ff_00ff;
        v = (v | (v << 4)) & 0x0f0f_0f0f_0f0f_0f0f;
        v = (v | (v << 2)) & 0x3333_3333_3333_3333;
        (v | (v << 1)) & 0x5555_5555_5555_5555
    };
    spread(x) | (spread(y) << 1)
}
