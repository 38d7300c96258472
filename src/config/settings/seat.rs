//! Where the hall stands, as settings take it.

use super::keys::Wrong;
use crate::domain::LonLat;

/// What would fit.
const FORM: &str = "a longitude and a latitude in degrees (WGS-84), such as \"118.78,32.04\"";

/// Longitude and latitude, in degrees, by a comma; `None` where they are no place.
pub(super) fn read(value: &str) -> Option<LonLat> {
    let [lon, lat] = numbers(value)?;
    LonLat::new(lon, lat)
}

/// Say no to what is neither empty nor a place.
pub(super) fn check(value: &str) -> Result<(), Wrong> {
    if value.is_empty() || read(value).is_some() {
        return Ok(());
    }
    // Maps for people often name the latitude first.
    let turned = numbers(value).filter(|[lon, lat]| LonLat::new(*lat, *lon).is_some());
    let hint = turned.map(|[lon, lat]| format!("the longitude comes first: did you mean `{lat},{lon}`?"));
    Err(Wrong { expected: FORM, hint })
}

fn numbers(value: &str) -> Option<[f64; 2]> {
    let (first, second) = value.split_once([',', '，'])?;
    Some([first.trim().parse().ok()?, second.trim().parse().ok()?])
}
