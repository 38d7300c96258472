//! The shapes that an adapter draws: the lid over the pit, through which one looks, and pipes as straight tubes. Pure.

use bytemuck::{Pod, Zeroable};

use super::model::{Line, Spot, Window};
use crate::ground::pack::records::Network;

/// Corners around the lid, and rings of them where the ground is not level.
const SECTORS: u16 = 64;
const RINGS: u16 = 10;
/// The lid goes so much beyond the circle that its rim has room.
const BEYOND: f64 = 1.03;

/// Numbers of the tones; those of networks are their numbers in a pack.
pub mod tone {
    /// The dark edge of a pipe …
    pub const EDGE: u8 = 4;
    /// … and that of one that is chosen or under the pointer.
    pub const LIT: u8 = 5;
}

/// What is drawn over the ground.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lid {
    /// Metres east, north and up.
    pub corners: Vec<[f32; 3]>,
    /// Three to a triangle.
    pub indices: Vec<u16>,
}

/// A straight tube. 48 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Tube {
    /// Metres east, north and up of the beginning of its axis, and of the ground over it.
    pub begin: [f32; 4],
    /// The same of its end.
    pub end: [f32; 4],
    /// Half its diameter in metres, its tone, 1 where it is only the edge of one, 0.
    pub look: [f32; 4],
}

/// The lid of a circle, on ground that is so high at a place.
#[must_use]
pub fn lid(window: Window, level: bool, ground: impl Fn([f64; 2]) -> f64) -> Lid {
    let rings = if level { 1 } else { RINGS };
    #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
    let corner = |[east, north]: [f64; 2]| [east as f32, north as f32, ground([east, north]) as f32];
    let mut lid = Lid { corners: vec![corner(window.middle)], indices: Vec::new() };
    for ring in 1..=rings {
        let radius = window.radius_m * BEYOND * f64::from(ring) / f64::from(rings);
        for sector in 0..SECTORS {
            let (sin, cos) = (f64::from(sector) / f64::from(SECTORS) * std::f64::consts::TAU).sin_cos();
            lid.corners.push(corner([window.middle[0] + radius * sin, window.middle[1] + radius * cos]));
            let next = (sector + 1) % SECTORS;
            let at = |ring: u16, sector: u16| 1 + (ring - 1) * SECTORS + sector;
            if ring == 1 {
                lid.indices.extend([0, at(1, sector), at(1, next)]);
            } else {
                let (a, b, c, d) = (at(ring - 1, sector), at(ring - 1, next), at(ring, sector), at(ring, next));
                lid.indices.extend([a, c, b, b, c, d]);
            }
        }
    }
    lid
}

/// The tubes of some pipes in their order, each with its edge behind it; those of `lit` have another one.
#[must_use]
pub fn tubes(lines: &[Line], shown: impl Fn(Network) -> bool, lit: &[u32]) -> Vec<Tube> {
    let mut tubes = Vec::new();
    for line in lines.iter().filter(|line| shown(line.network)) {
        let edge = if lit.contains(&line.pipe) { tone::LIT } else { tone::EDGE };
        for (tone, is_edge) in [(edge, 1.0), (line.network as u8, 0.0)] {
            #[expect(clippy::cast_possible_truncation, reason = "a metre or two")]
            let look = [line.diameter_m as f32 / 2.0, f32::from(tone), is_edge, 0.0];
            let straights = line.runs.iter().flat_map(|run| run.iter().zip(run.iter().skip(1)));
            tubes.extend(straights.map(|(a, b)| Tube { begin: end(a), end: end(b), look }));
        }
    }
    tubes
}

#[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
fn end(spot: &Spot) -> [f32; 4] {
    [spot.at[0], spot.at[1], spot.up, spot.ground].map(|v| v as f32)
}
