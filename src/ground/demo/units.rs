//! Unit grids: parcels cut into pieces of about 10,000 m², without streets.

use super::Random;
use super::block::Zone;
use super::cut::{Street, axis, extent, split};
use super::geom::{self, add, left, scale};
use super::net::{Face, Net, ring};
use super::parcels::{Parcel, Use};
use crate::ground::pack::shape::Xy;

/// A unit grid, part of parcel `parcel`.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) face: Face,
    pub(super) parcel: u32,
}

/// Cut the parcels into unit grids; in their order.
pub(super) fn cut(net: &mut Net, parcels: &[Parcel], seed: u64) -> Vec<Unit> {
    let mut random = Random::new(seed ^ 0x0911);
    let mut units = Vec::new();
    for (number, parcel) in (0u32..).zip(parcels) {
        let want = match parcel.used {
            Use::Block(Zone::Farm | Zone::Vacant) => 130_000.0,
            Use::Block(_) => 15_000.0,
            Use::Wood => 400_000.0,
            Use::River | Use::Lake => 120_000.0,
            _ => 40_000.0,
        };
        let mut open = vec![parcel.face.clone()];
        while let Some(face) = open.pop() {
            let corners = ring(&face);
            if geom::area(&corners) > want
                && let Some((a, b)) = halve(net, &face, &corners, &mut random)
            {
                open.push(b);
                open.push(a);
                continue;
            }
            units.push(Unit { face, parcel: number });
        }
    }
    units
}

fn halve(net: &mut Net, face: &Face, corners: &[Xy], random: &mut Random) -> Option<(Face, Face)> {
    const EDGE: Street = Street { class: None, flags: 0, width_m: 0.0, snap_m: 12.0, bow: 0.0 };
    let (sin, cos) = axis(corners).sin_cos();
    let mut along = [cos, sin];
    let (low, high) = extent(corners, along);
    if high[1] - low[1] > high[0] - low[0] {
        along = left(along);
    }
    let (low, high) = extent(corners, along);
    let across = left(along);
    [0.5, 0.4, 0.6].into_iter().find_map(|share| {
        let through =
            add(scale(along, low[0] + (high[0] - low[0]) * share), scale(across, f64::midpoint(low[1], high[1])));
        split(net, face, through, across, EDGE, random)
    })
}
