//! Ends and turns of ribbons.

use super::shape::Xy;

/// Longest mitre, in half widths; a sharper turn is bevelled.
const MITRE_LIMIT: f64 = 2.0;

/// Move both ends outwards by `by` metres.
pub(super) fn lengthen(line: &mut [Xy], by: f64) {
    let push = |end: Xy, inner: Xy| {
        let (dx, dy) = (end[0] - inner[0], end[1] - inner[1]);
        let long = dx.hypot(dy).max(1e-9);
        [end[0] + dx / long * by, end[1] + dy / long * by]
    };
    if let [first, second, ..] = line {
        *first = push(*first, *second);
    }
    if let [.., second, last] = line {
        *last = push(*last, *second);
    }
}

/// Direction to the left edge and its length in half widths, at the end of one segment and the start of the next.
pub(super) fn joint(before: Option<Xy>, after: Option<Xy>) -> ((Xy, f64), (Xy, f64)) {
    let left = |d: Xy| [-d[1], d[0]];
    match (before, after) {
        (Some(a), Some(b)) => {
            let (na, nb) = (left(a), left(b));
            let sum = [na[0] + nb[0], na[1] + nb[1]];
            let long = sum[0].hypot(sum[1]);
            // length of the mitre is 1 / cos(half the turn) = 2 / |na + nb|
            if long * MITRE_LIMIT > 2.0 {
                let mitre = ([sum[0] / long, sum[1] / long], 2.0 / long);
                (mitre, mitre)
            } else {
                ((na, 1.0), (nb, 1.0))
            }
        }
        (Some(d), None) | (None, Some(d)) => ((left(d), 1.0), (left(d), 1.0)),
        (None, None) => (([0.0, 0.0], 1.0), ([0.0, 0.0], 1.0)),
    }
}
