//! The land of a city, for water that spreads on it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::flood::Land;
use crate::ground::City;
use crate::ground::pack::records::Paint;
use crate::screen::labels::land::NamePlaces;

/// Metres of a square in which a brook is looked for, and between two points of it.
const SQUARE_M: f64 = 30.0;
const STEP_M: f64 = 15.0;

/// A city with its waters.
pub(super) struct Basin {
    city: Arc<City>,
    waters: NamePlaces,
    /// The squares that brooks run through.
    brooks: BTreeSet<[i32; 2]>,
}

#[expect(clippy::cast_possible_truncation, reason = "some thousand squares from the frame's zero")]
fn square(at: [f64; 2]) -> [i32; 2] {
    at.map(|v| (v / SQUARE_M).floor() as i32)
}

impl Basin {
    /// That of a city. Where nobody has looked yet what is wet, that is found when it is first asked for, which takes a while.
    pub(super) fn of(city: &Arc<City>, waters: &NamePlaces) -> Self {
        let mut brooks = BTreeSet::new();
        for way in city.ways().iter().filter(|way| way.class == Paint::Stream as u8) {
            let points = city.points_of(way);
            for (a, b) in points.iter().zip(points.iter().skip(1)) {
                let ([ax, ay], [bx, by]) = (a.map(f64::from), b.map(f64::from));
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some hundred at most")]
                let steps = ((bx - ax).hypot(by - ay) / STEP_M).ceil().clamp(1.0, 10_000.0) as u32;
                let share = |step: u32| f64::from(step) / f64::from(steps);
                let at = |share: f64| [ax + (bx - ax) * share, ay + (by - ay) * share];
                brooks.extend((0..=steps).map(|step| square(at(share(step)))));
            }
        }
        Self { city: Arc::clone(city), waters: waters.clone(), brooks }
    }
}

impl Land for Basin {
    fn height(&self, at: [f64; 2]) -> Option<f64> {
        Some(self.city.terrain()?.at(at))
    }

    fn is_water(&self, at: [f64; 2]) -> bool {
        self.waters.of(&self.city).0.at(at)
    }

    fn is_brook(&self, at: [f64; 2]) -> bool {
        let [x, y] = square(at);
        (-1..=1).any(|dy| (-1..=1).any(|dx| self.brooks.contains(&[x + dx, y + dy])))
    }
}
