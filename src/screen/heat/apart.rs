//! How far sensors stand apart. Pure.
//!
//! Dense ones, along pipes and roads, stand in some squares of a city that is mostly empty: there it counts how many share a
//! square. Where hardly any two share one the squares say nothing any more, and the neighbours themselves do.

use std::collections::{BTreeMap, BTreeSet};

/// Sensors stand in the squares of so many metres that have any.
const SQUARE_M: f64 = 500.0;
/// What stands in one square of so many metres is at one place: a station may have two instruments.
const PLACE_M: f64 = 100.0;
/// Sensors are sparse where the squares that have any hold at most so many places each.
const SHARED: f64 = 1.25;
/// So many of them are asked for their neighbour at most: what that takes grows with how many there are, and not faster.
const ASKED: usize = 256;

/// Metres between neighbours; `None` where that cannot be told, as of one alone.
#[must_use]
pub(super) fn apart_m(places: &[[f64; 2]]) -> Option<f64> {
    #[expect(clippy::cast_possible_truncation, reason = "a city is some hundred squares wide")]
    let square = |at: &[f64; 2], metres: f64| at.map(|v| (v / metres).floor() as i32);
    let squares: BTreeSet<[i32; 2]> = places.iter().map(|at| square(at, SQUARE_M)).collect();
    let alone: BTreeMap<[i32; 2], [f64; 2]> = places.iter().map(|at| (square(at, PLACE_M), *at)).collect();
    #[expect(clippy::cast_precision_loss, reason = "some thousand squares and places")]
    let [taken, all, own] = [squares.len(), places.len(), alone.len()].map(|count| count as f64);
    let shared_m = (taken * SQUARE_M * SQUARE_M / all.max(1.0)).sqrt();
    if own > taken * SHARED {
        return Some(shared_m);
    }
    let alone: Vec<[f64; 2]> = alone.into_values().collect();
    neighbour_m(&alone).map(|metres| metres.max(shared_m))
}

/// The median of the metres from places to their nearest neighbours.
fn neighbour_m(places: &[[f64; 2]]) -> Option<f64> {
    let nearest = |(asked, at): (usize, &[f64; 2])| {
        let others = places.iter().enumerate().filter(|(other, _)| *other != asked);
        others.map(|(_, other)| (other[0] - at[0]).hypot(other[1] - at[1])).min_by(f64::total_cmp)
    };
    let step = places.len().div_ceil(ASKED).max(1);
    let mut metres: Vec<f64> = places.iter().enumerate().step_by(step).filter_map(nearest).collect();
    metres.sort_by(f64::total_cmp);
    metres.get(metres.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every(metres: f64, count: i32) -> Vec<[f64; 2]> {
        let along = |x: i32| (0..count).map(move |y| [f64::from(x) * metres + 50.0, f64::from(y) * metres + 50.0]);
        (0..count).flat_map(along).collect()
    }

    fn told(places: &[[f64; 2]]) -> i64 {
        let metres = apart_m(places).unwrap_or(-1.0);
        format!("{metres:.0}").parse().unwrap()
    }

    #[test]
    fn dense_sensors_are_as_far_apart_as_they_share_squares_and_sparse_ones_as_their_neighbours_are() {
        // Twenty-five to a square of 500 m.
        assert_eq!(told(&every(100.0, 20)), 100);
        // Ten along each 500 m of one pipe: the city beside it does not count.
        let pipe: Vec<[f64; 2]> = (0..100_i32).map(|n| [f64::from(n) * 50.0, 10.0]).collect();
        assert_eq!(told(&pipe), 158, "the root of 250,000 / 10");
        for metres in [1_000.0, 3_000.0, 10_000.0] {
            assert_eq!(told(&every(metres, 5)), told(&[[0.0; 2], [metres, 0.0]]), "each has a square of its own");
            assert!((apart_m(&every(metres, 5)).unwrap() - metres).abs() < 1e-6);
        }
        assert!((apart_m(&every(4_000.0, 40)).unwrap() - 4_000.0).abs() < 1e-6, "1,600, of which some are asked");
    }

    #[test]
    fn two_instruments_of_a_station_are_no_neighbours_and_of_one_alone_nothing_is_told() {
        let twice: Vec<[f64; 2]> = every(4_000.0, 4).into_iter().flat_map(|at| [at, [at[0] + 5.0, at[1]]]).collect();
        assert_eq!(told(&twice), 4_000);
        assert_eq!(apart_m(&[[7.0, 9.0]]), None);
        assert_eq!(apart_m(&[]), None);
    }
}
