//! Crews to measure with.

use crate::domain::{CrewId, CrewKind, CrewPosition, CrewStatus, Moment};
use crate::ground::City;

/// `n` crews that drive to and fro along the city's ways, `secs` seconds after they started; always the same ones.
#[must_use]
pub fn bench_crews(city: &City, n: u32, secs: f64) -> Vec<CrewPosition> {
    const SPEED_MPS: f64 = 11.0;
    let ways = city.ways();
    let every = (ways.len() / n.max(1) as usize).max(1);
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a measurement")]
    let when = Moment((secs * 1000.0) as i64);
    let position = |crew: u32| {
        let points = city.points_of(ways.get(crew as usize * every % ways.len().max(1))?);
        let lengths = points.windows(2).map(|pair| match pair {
            [a, b] => f64::from(b[0] - a[0]).hypot(f64::from(b[1] - a[1])),
            _ => 0.0,
        });
        let all: f64 = lengths.clone().sum();
        let gone = (secs * SPEED_MPS + f64::from(crew % 97) * 13.0) % (all * 2.0).max(1.0);
        let mut left = if gone > all { all * 2.0 - gone } else { gone };
        let first = points.first()?.map(f64::from);
        let mut at = first;
        for (pair, length) in points.windows(2).zip(lengths) {
            let [a, b] = pair else { continue };
            let share = (left / length.max(1e-6)).clamp(0.0, 1.0);
            at = [0, 1].map(|axis: usize| {
                let of = |p: &[f32; 2]| p.get(axis).copied().map_or(0.0, f64::from);
                of(a) + (of(b) - of(a)) * share
            });
            left -= length;
            if left <= 0.0 {
                break;
            }
        }
        let kind = CrewKind::ALL.get(crew as usize % CrewKind::ALL.len()).copied().unwrap_or_default();
        let status = if crew.is_multiple_of(5) { CrewStatus::EnRoute } else { CrewStatus::Free };
        Some(CrewPosition {
            crew: CrewId(crew + 1),
            at: city.frame().lonlat_from_metres(at),
            when,
            kind,
            status,
            incident: None,
        })
    };
    (0..n).filter_map(position).collect()
}
