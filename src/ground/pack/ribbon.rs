//! Ends and turns of ribbons.

use super::graph::NumberMap;
use super::model::{CityModel, Fix, WayShape};
use super::records::Paint;
use super::shape::Xy;

/// Longest mitre, in half widths; a sharper turn is bevelled.
const MITRE_LIMIT: f64 = 2.0;

/// Move the first and the last point outwards by so many metres.
pub(super) fn lengthen(line: &mut [Xy], [at_first, at_last]: [f64; 2]) {
    let push = |end: Xy, inner: Xy, by: f64| {
        let (dx, dy) = (end[0] - inner[0], end[1] - inner[1]);
        let long = dx.hypot(dy).max(1e-9);
        [end[0] + dx / long * by, end[1] + dy / long * by]
    };
    if let [first, second, ..] = line {
        *first = push(*first, *second, at_first);
    }
    if let [.., second, last] = line {
        *last = push(*last, *second, at_last);
    }
}

/// How far roads run on at their ends, which closes the notch where two pieces meet at an angle.
pub(super) struct Ends<'a> {
    model: &'a CityModel,
    /// The two widest roads at each end of one, half widths in metres.
    widest: NumberMap<Fix, [f64; 2]>,
}

impl<'a> Ends<'a> {
    pub(super) fn new(model: &'a CityModel) -> Self {
        let roads = || model.ways.iter().filter(|way| is_road(way));
        let ends = roads().flat_map(|way| match model.points_of(way.points) {
            [first, .., last] => [Some(*first), Some(*last)],
            _ => [None, None],
        });
        let mut widest: NumberMap<Fix, [f64; 2]> = ends.flatten().map(|end| (end, [0.0; 2])).collect();
        for way in roads() {
            for point in model.points_of(way.points) {
                let Some([first, second]) = widest.get_mut(point) else { continue };
                let half = half_width(way);
                if half > *first {
                    (*first, *second) = (half, *first);
                } else {
                    *second = half.max(*second);
                }
            }
        }
        Self { model, widest }
    }

    /// Metres at both ends of a way: no further than across the road that it meets, and not at all where it meets none.
    pub(super) fn of(&self, way: &WayShape) -> [f64; 2] {
        let [first, .., last] = self.model.points_of(way.points) else { return [0.0; 2] };
        if !is_road(way) {
            return [0.0; 2];
        }
        [first, last].map(|end| {
            let own = half_width(way);
            let [first, second] = self.widest.get(end).copied().unwrap_or_default();
            let other = if own < first { first } else { second };
            other.min(own * 0.5)
        })
    }
}

fn is_road(way: &WayShape) -> bool {
    way.class >= Paint::Service && way.class <= Paint::Motorway
}

/// Half the width of a way, metres.
pub(super) fn half_width(way: &WayShape) -> f64 {
    f64::from(way.width_cm) / 200.0
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_road_runs_on_across_what_it_meets_and_no_further() {
        let mut model = CityModel::default();
        let mut road = |width_cm: u16, points: &[Fix]| {
            let points = model.add_points(points.iter().copied());
            let class = Paint::Primary;
            model.ways.push(WayShape { source_id: 0, name: 0, name_en: 0, class, flags: 0, width_cm, points });
        };
        road(3_200, &[[0, 0], [1_000, 0]]);
        road(3_200, &[[1_000, 0], [2_000, 500]]);
        road(800, &[[0, -900], [0, 0], [0, 900]]);
        let ends = Ends::new(&model);
        let of = |number: usize| ends.of(&model.ways[number]);
        let near = |[a, b]: [f64; 2], [c, d]: [f64; 2]| (a - c).abs() < 1e-9 && (b - d).abs() < 1e-9;
        assert!(near(of(0), [4.0, 8.0]), "across the lane, and half on into the road that goes on: {:?}", of(0));
        assert!(near(of(1), [8.0, 0.0]), "a dead end is one: {:?}", of(1));
    }
}
