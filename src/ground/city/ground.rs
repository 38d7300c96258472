//! The ground's surface: its height at a point, and where a ray meets it.

use super::City;
use crate::ground::pack::records::{TerrainHead, tag};
use crate::ground::pack::terrain::Terrain;

impl City {
    /// The terrain; `None` where the ground is flat at 0.
    #[must_use]
    pub fn terrain(&self) -> Option<Terrain<'_>> {
        let head = self.terrain.section::<TerrainHead>(tag::TERRAIN).ok()?.first()?;
        Terrain::new(*head, self.terrain.section(tag::POSTS).ok()?)
    }

    /// Height of the ground at a point, metres above the frame's zero; 0 where there is no terrain. Beyond the terrain
    /// it goes on at the height of its border.
    #[must_use]
    pub fn ground_at(&self, at: [f64; 2]) -> f64 {
        self.terrain().map_or(0.0, |terrain| terrain.at(at))
    }

    /// Where a ray from `origin` along `direction` (of any length; east, north, up) first goes into the ground.
    #[must_use]
    pub fn ray_ground(&self, origin: [f64; 3], direction: [f64; 3]) -> Option<[f64; 3]> {
        if let Some(terrain) = self.terrain() {
            let highest = *self.highest.get_or_init(|| terrain.highest());
            return terrain.ray_below(origin, direction, highest);
        }
        let ([x, y, z], [dx, dy, dz]) = (origin, direction);
        let t = -z / dz;
        let at = [x + dx * t, y + dy * t, 0.0];
        (z >= 0.0 && dz < 0.0 && at.iter().all(|v| v.is_finite())).then_some(at)
    }
}
