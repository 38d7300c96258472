//! Buildings that are drawn by their parts: where parts cover most of an outline, the outline goes.

use super::collect::Collector;
use super::report::Skip;
use super::rings;
use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::model::{Fix, lonlat_from_fix};

/// Share of an outline that its parts must cover before it is left out.
const COVERED: f64 = 0.6;
/// Cells of about 100 m, in steps of 1e-7 degree.
const CELL: i32 = 9_000;

/// Leave out the outlines that parts stand for; a part without a name inherits the outline's.
pub(super) fn resolve(into: &mut Collector) {
    if into.parts == 0 {
        return;
    }
    let model = &mut into.model;
    let outer = |rings: crate::ground::pack::model::Run, all: &crate::ground::pack::model::CityModel| -> Vec<Fix> {
        all.rings_of(rings).next().unwrap_or_default().to_vec()
    };
    // where the parts are
    let mut cells: NumberMap<(i32, i32), Vec<(usize, Fix, f64)>> = NumberMap::default();
    for (i, part) in model.buildings.iter().enumerate().filter(|(_, b)| b.flags & 2 != 0) {
        let ring = outer(part.rings, model);
        if let Some(at) = rings::middle(&ring) {
            cells.entry((at[0] / CELL, at[1] / CELL)).or_default().push((i, at, rings::area_m2(&ring)));
        }
    }
    let mut gone: Vec<bool> = vec![false; model.buildings.len()];
    let mut named: Vec<(usize, u32)> = Vec::new();
    for (i, building) in model.buildings.iter().enumerate().filter(|(_, b)| b.flags & 2 == 0) {
        let ring = outer(building.rings, model);
        let Some((low, high)) = rings::span(&ring) else { continue };
        if lonlat_from_fix(high).lon - lonlat_from_fix(low).lon > 0.1 {
            continue;
        }
        let mut covered = 0.0;
        let mut inside = Vec::new();
        for x in low[0] / CELL - 1..=high[0] / CELL + 1 {
            for y in low[1] / CELL - 1..=high[1] / CELL + 1 {
                for (part, at, area) in cells.get(&(x, y)).into_iter().flatten() {
                    if rings::inside(&ring, *at) {
                        covered += area;
                        inside.push(*part);
                    }
                }
            }
        }
        if covered > COVERED * rings::area_m2(&ring) {
            gone.get_mut(i).into_iter().for_each(|g| *g = true);
            named.extend(inside.into_iter().map(|part| (part, building.name)));
        }
    }
    for (part, name) in named {
        if let Some(part) = model.buildings.get_mut(part).filter(|p| p.name == 0) {
            part.name = name;
        }
    }
    let mut defaults = 0;
    let skips = &mut into.skips;
    let mut gone = gone.into_iter();
    model.buildings.retain(|b| {
        let gone = gone.next().unwrap_or(false);
        if gone {
            skips.add(Skip::DrawnByParts, || b.source_id.to_string());
            defaults += u64::from(b.flags & 1);
        }
        !gone
    });
    into.defaults -= defaults;
}
