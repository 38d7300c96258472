//! Bridges: the level of each along its way, as its ribbon was laid when the pack was written.

use std::collections::BTreeMap;

use super::City;
use crate::ground::pack::Deck;
use crate::ground::pack::records::Way;

/// The flag of a way that is a bridge.
const BRIDGE: u8 = 1 << 1;

impl City {
    /// The levels of all bridges, by the index of their way in [`City::ways`].
    #[must_use]
    pub fn decks(&self) -> BTreeMap<u32, Deck> {
        let bridges = || (0_u32..).zip(self.ways()).filter(|(_, way)| way.flags & BRIDGE != 0);
        let mut ends: BTreeMap<[u32; 2], u32> = BTreeMap::new();
        let key = |at: [f32; 2]| at.map(f32::to_bits);
        for (_, way) in bridges() {
            if let [first, .., last] = self.points_of(way) {
                *ends.entry(key(*first)).or_default() += 1;
                *ends.entry(key(*last)).or_default() += 1;
            }
        }
        let deck = |way: &Way| {
            let points = self.points_of(way);
            let [first, .., last] = points else { return None };
            let far = |(a, b): (&[f32; 2], &[f32; 2])| f64::from(b[0] - a[0]).hypot(f64::from(b[1] - a[1]));
            Some(Deck {
                length: points.iter().zip(points.iter().skip(1)).map(far).sum(),
                ends: [first, last].map(|at| self.ground_at(at.map(f64::from))),
                goes_on: [first, last].map(|at| ends.get(&key(*at)).is_some_and(|count| *count > 1)),
            })
        };
        bridges().filter_map(|(number, way)| Some((number, deck(way)?))).collect()
    }
}
