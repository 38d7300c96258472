//! Where two streets meet.

use super::City;
use super::near::nearest_on;
use super::words::plain_name;

/// Metres between two streets that meet still: the lanes of a broad one are lines of their own, and end beside it.
const MEET_M: f64 = 40.0;

/// A way's points, metres, and the box around them: its south-west and its north-east.
type Line<'a> = (&'a [[f32; 2]], [[f64; 2]; 2]);

impl City {
    /// Where the street `one` meets the street `other`, metres; of several such places the one where they come nearest.
    /// `None` where either is unknown, where both are one, and where they pass each other by more than 40 m.
    #[must_use]
    pub fn crossing(&self, one: &str, other: &str) -> Option<[f64; 2]> {
        if plain_name(one) == plain_name(other) {
            return None;
        }
        let crossed = self.lines_of(other);
        let mut best: Option<([f64; 2], f64)> = None;
        for (line, around) in self.lines_of(one) {
            for (beside, _) in crossed.iter().filter(|(_, other)| are_near(&around, other)) {
                let met = meet(line, beside).filter(|(_, metres)| *metres <= MEET_M);
                best = [best, met].into_iter().flatten().min_by(|one, other| one.1.total_cmp(&other.1));
            }
        }
        best.map(|(at, _)| at)
    }

    fn lines_of(&self, street: &str) -> Vec<Line<'_>> {
        let ways = self.street(street).iter().filter_map(|way| self.ways().get(*way as usize));
        let line = |points: &[[f32; 2]]| {
            let mut around = [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]];
            let [low, high] = &mut around;
            for [east, north] in points.iter().map(|point| point.map(f64::from)) {
                *low = [low[0].min(east), low[1].min(north)];
                *high = [high[0].max(east), high[1].max(north)];
            }
            around
        };
        ways.map(|way| self.points_of(way)).map(|points| (points, line(points))).collect()
    }
}

fn are_near([low, high]: &[[f64; 2]; 2], [other_low, other_high]: &[[f64; 2]; 2]) -> bool {
    (0..2).all(|axis| {
        let of = |point: &[f64; 2]| point.get(axis).copied().unwrap_or_default();
        of(low) - MEET_M <= of(other_high) && of(other_low) - MEET_M <= of(high)
    })
}

/// Where two lines cross, or the point of `other` at which a corner of either comes nearest, and how near: metres.
fn meet(one: &[[f32; 2]], other: &[[f32; 2]]) -> Option<([f64; 2], f64)> {
    let crossed = || legs(one).find_map(|leg| legs(other).find_map(|beside| cross(leg, beside)));
    if let Some(at) = crossed() {
        return Some((at, 0.0));
    }
    let corners = one.iter().filter_map(|corner| nearest_on(other, corner.map(f64::from)));
    let beside = other.iter().filter_map(|corner| {
        let corner = corner.map(f64::from);
        nearest_on(one, corner).map(|(_, metres)| (corner, metres))
    });
    corners.chain(beside).min_by(|one, other| one.1.total_cmp(&other.1))
}

/// A line's straight pieces.
fn legs(line: &[[f32; 2]]) -> impl Iterator<Item = [[f64; 2]; 2]> + '_ {
    line.iter().zip(line.iter().skip(1)).map(|(from, to)| [from.map(f64::from), to.map(f64::from)])
}

/// Where two straight pieces cross or touch; `None` for those that are parallel.
fn cross([from, to]: [[f64; 2]; 2], [other_from, other_to]: [[f64; 2]; 2]) -> Option<[f64; 2]> {
    let less = |one: [f64; 2], other: [f64; 2]| [one[0] - other[0], one[1] - other[1]];
    let area = |one: [f64; 2], other: [f64; 2]| one[0] * other[1] - one[1] * other[0];
    let (along, beside, apart) = (less(to, from), less(other_to, other_from), less(other_from, from));
    let turn = area(along, beside);
    if turn.abs() < 1e-9 {
        return None;
    }
    let (share, other_share) = (area(apart, beside) / turn, area(apart, along) / turn);
    let within = (0.0..=1.0).contains(&share) && (0.0..=1.0).contains(&other_share);
    within.then(|| [from[0] + along[0] * share, from[1] + along[1] * share])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_meet_where_they_cross_or_come_nearest() {
        let level = [[0.0_f32, 0.0], [100.0, 0.0]];
        let across = [[40.0_f32, -30.0], [40.0, 50.0]];
        assert_eq!(meet(&level, &across), Some(([40.0, 0.0], 0.0)));
        let short = [[70.0_f32, 50.0], [70.0, 12.0]];
        assert_eq!(meet(&level, &short), Some(([70.0, 12.0], 12.0)), "it ends beside it");
        let beside = [[0.0_f32, 9.0], [100.0, 9.0]];
        assert_eq!(meet(&level, &beside).map(|(_, metres)| metres), Some(9.0));
        assert_eq!(cross([[0.0, 0.0], [10.0, 0.0]], [[20.0, -5.0], [20.0, 5.0]]), None, "it would, further on");
    }

    #[test]
    fn lines_that_are_further_apart_than_streets_that_meet_are_not_compared() {
        let around = |low: [f64; 2], high: [f64; 2]| [low, high];
        let one = around([0.0, 0.0], [100.0, 10.0]);
        assert!(are_near(&one, &around([130.0, 5.0], [200.0, 20.0])));
        assert!(!are_near(&one, &around([141.0, 5.0], [200.0, 20.0])));
        assert!(!are_near(&one, &around([20.0, 51.0], [30.0, 60.0])));
    }
}
