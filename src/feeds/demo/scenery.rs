//! Where things happen: named streets of the city, or its places, or anywhere in it.

use super::random::Random;
use crate::domain::LonLat;
use crate::ground::City;

/// Most spots kept.
const SPOTS_MAX: usize = 6000;

/// Spots where something can happen, with the name of the street.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenery {
    spots: Vec<(LonLat, String)>,
    low: LonLat,
    high: LonLat,
}

impl Scenery {
    /// The scenery of a city.
    #[must_use]
    pub fn of(city: &City) -> Self {
        let frame = city.frame();
        let here = |at: &[f32; 2]| frame.lonlat_from_metres(at.map(f64::from));
        let edges = city.edges();
        let stride = edges.len().div_ceil(SPOTS_MAX).max(1);
        let mut spots: Vec<(LonLat, String)> = edges
            .iter()
            .step_by(stride)
            .filter_map(|edge| {
                let name = city.name(city.ways().get(edge.way as usize)?.name);
                let middle = u64::midpoint(u64::from(edge.first_point), u64::from(edge.last_point));
                let at = city.way_points().get(usize::try_from(middle).ok()?)?;
                (!name.is_empty()).then(|| (here(at), name.to_owned()))
            })
            .collect();
        if spots.is_empty() {
            let stride = city.places().len().div_ceil(SPOTS_MAX).max(1);
            spots = city
                .places()
                .iter()
                .step_by(stride)
                .map(|place| (here(&place.at), city.name(place.name).to_owned()))
                .filter(|(_, name)| !name.is_empty())
                .collect();
        }
        let bounds = city.bounds();
        Self { spots, low: frame.lonlat_from_metres(bounds.min), high: frame.lonlat_from_metres(bounds.max) }
    }

    /// Some spot and the name of its street, which may be empty.
    pub(super) fn spot(&self, random: &mut Random) -> (LonLat, String) {
        if let Some((at, road)) = self.spots.get(random.below(self.spots.len())) {
            return (*at, road.clone());
        }
        let lon = random.between(self.low.lon, self.high.lon);
        let lat = random.between(self.low.lat, self.high.lat);
        (LonLat { lon, lat }, String::new())
    }
}
