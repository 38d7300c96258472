//! Gas, water, drainage and power under the streets. Every network follows the streets, moved aside by a constant of
//! its own: so its pipes meet where the streets do, and networks do not lie in each other.

use super::geom::add;
use super::roads::Way;
use super::sheet::Sheet;
use super::site::Site;
use crate::ground::pack::model::PipeShape;
use crate::ground::pack::records::{Network, Paint};
use crate::ground::pack::shape::Xy;

/// A network: where it lies beside the middle of the street, how deep, and diameters under trunk and primary,
/// secondary, tertiary roads and streets (0: none there).
struct Kind {
    network: Network,
    beside: Xy,
    depth_cm: u16,
    diameters_mm: [u16; 4],
    /// The least urban place that has it under a mere street.
    urban: f64,
}

const KINDS: [Kind; 4] = [
    Kind {
        network: Network::Water,
        beside: [-2.1, -1.6],
        depth_cm: 130,
        diameters_mm: [800, 500, 300, 200],
        urban: -0.3,
    },
    Kind {
        network: Network::Drainage,
        beside: [0.4, 0.3],
        depth_cm: 260,
        diameters_mm: [1_800, 1_200, 800, 500],
        urban: -0.05,
    },
    Kind { network: Network::Gas, beside: [2.0, 1.7], depth_cm: 110, diameters_mm: [400, 300, 200, 110], urban: 0.15 },
    Kind { network: Network::Power, beside: [-1.3, 2.2], depth_cm: 80, diameters_mm: [200, 175, 150, 0], urban: 0.2 },
];

/// Lay the networks along the ways.
pub(super) fn lay(site: &Site, ways: &[Way], sheet: &mut Sheet) {
    for way in ways {
        let rank = match way.class {
            Paint::Trunk | Paint::Primary => 0,
            Paint::Secondary => 1,
            Paint::Tertiary => 2,
            Paint::Street => 3,
            _ => continue,
        };
        let Some(urban) = way.points.get(way.points.len() / 2).map(|p| site.urban(*p)) else { continue };
        for kind in &KINDS {
            let diameter_mm = kind.diameters_mm.get(rank).copied().unwrap_or(0);
            if diameter_mm == 0 || urban < kind.urban - if rank < 3 { 0.3 } else { 0.0 } {
                continue;
            }
            let points = way.points.iter().map(|p| Sheet::fix(add(*p, kind.beside)));
            let points = sheet.model.add_points(points);
            let flags = u8::from(rank < 2);
            sheet.model.pipes.push(PipeShape {
                network: kind.network,
                diameter_mm,
                depth_cm: kind.depth_cm,
                points,
                flags,
            });
        }
    }
}
