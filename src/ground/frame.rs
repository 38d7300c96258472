//! The local frame of a city: metres east and north of its origin.

use crate::domain::LonLat;

/// Metres east (x) and north (y) of an origin, good to about 60 km around it: the meridian and
/// prime-vertical radii of WGS 84 at the origin's latitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LocalFrame {
    origin: LonLat,
    metres_per_lon: f64,
    metres_per_lat: f64,
}

impl LocalFrame {
    /// A frame around `origin`.
    #[must_use]
    pub fn new(origin: LonLat) -> Self {
        const A: f64 = 6_378_137.0;
        const E2: f64 = 0.006_694_379_990_14;
        let (sin, cos) = origin.lat.to_radians().sin_cos();
        let w = (1.0 - E2 * sin * sin).sqrt();
        Self {
            origin,
            metres_per_lon: (A / w * cos).to_radians(),
            metres_per_lat: (A * (1.0 - E2) / (w * w * w)).to_radians(),
        }
    }

    /// The origin.
    #[must_use]
    pub fn origin(&self) -> LonLat {
        self.origin
    }

    /// `[east, north]` in metres.
    #[must_use]
    pub fn metres_from_lonlat(&self, at: LonLat) -> [f64; 2] {
        [(at.lon - self.origin.lon) * self.metres_per_lon, (at.lat - self.origin.lat) * self.metres_per_lat]
    }

    /// The inverse of [`Self::metres_from_lonlat`].
    #[must_use]
    pub fn lonlat_from_metres(&self, [east, north]: [f64; 2]) -> LonLat {
        LonLat { lon: self.origin.lon + east / self.metres_per_lon, lat: self.origin.lat + north / self.metres_per_lat }
    }
}
