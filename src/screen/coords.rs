//! The one place where f64 metres of the city become f32 of the engine, and back.
//!
//! City: east, north, up in metres of the local frame. Engine: x east, y up, z south.

use bevy::math::{DVec3, Vec3};

/// City metres (east, north, up) as engine coordinates.
#[must_use]
pub fn world_from_city([east, north]: [f64; 2], up: f64) -> Vec3 {
    DVec3::new(east, up, -north).as_vec3()
}

/// Engine coordinates as city metres (east, north, up).
#[must_use]
pub fn city_from_world(at: Vec3) -> [f64; 3] {
    let at = at.as_dvec3();
    [at.x, -at.z, at.y]
}

/// Unit vector on the ground (east, north) of a heading in degrees clockwise from north.
#[must_use]
pub fn direction(heading: f64) -> [f64; 2] {
    let (sin, cos) = heading.to_radians().sin_cos();
    [sin, cos]
}
