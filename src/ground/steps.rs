//! Where the steps of a plan are on the map of a city.

use super::City;
use super::pack::records::PlaceKind;
use crate::domain::{BoundPlace, Facility, LonLat, Plan, StepPlace};

/// The kind of place that a facility is on the map.
fn kind_of(facility: Facility) -> PlaceKind {
    match facility {
        Facility::Hospital => PlaceKind::Hospital,
        Facility::FireStation => PlaceKind::FireStation,
        Facility::Police => PlaceKind::Police,
        Facility::School => PlaceKind::School,
        Facility::Shelter => PlaceKind::Shelter,
        Facility::Fuel => PlaceKind::Fuel,
        Facility::Parking => PlaceKind::Parking,
        Facility::Station => PlaceKind::Station,
        Facility::Park => PlaceKind::Park,
    }
}

/// Where the steps of a plan are for a case at a place, with names in a language; those that have none, or of which the map
/// knows none, are left out. Steps at the case itself and rings around it have their place without a map.
#[must_use]
pub fn places_of(plan: &Plan, at: Option<LonLat>, city: Option<&City>, locale: &str) -> Vec<BoundPlace> {
    let Some(at) = at else { return Vec::new() };
    let bound = |(step, place): (u8, &StepPlace)| match place {
        StepPlace::Hall => None,
        StepPlace::Incident | StepPlace::Ring(_) => Some(BoundPlace { step, at, name: String::new() }),
        StepPlace::Nearest(facility) => {
            let (at, name) = nearest(city?, at, kind_of(*facility), locale)?;
            Some(BoundPlace { step, at, name })
        }
    };
    (0_u8..).zip(plan.steps.iter().map(|step| &step.place)).filter_map(bound).collect()
}

/// The nearest place of a kind, and its name.
fn nearest(city: &City, at: LonLat, kind: PlaceKind, locale: &str) -> Option<(LonLat, String)> {
    let from = city.frame().metres_from_lonlat(at);
    let own = city.places().iter().filter(|place| place.kind == kind as u32);
    let far = |to: [f32; 2]| (f64::from(to[0]) - from[0]).hypot(f64::from(to[1]) - from[1]);
    let best = own.min_by(|a, b| far(a.at).total_cmp(&far(b.at)))?;
    let name = city.named(best.name, best.name_en, locale).unwrap_or_default().to_owned();
    let at = city.frame().lonlat_from_metres(best.at.map(f64::from));
    Some((LonLat::new(at.lon, at.lat)?, name))
}
