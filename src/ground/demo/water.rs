//! River with islands, lake, moat with wall and gates, canals; names of hills.

use super::Sheet;
use super::clearance::Clearance;
use super::geom::{self, add, beside, left, scale, unit};
use super::names::names;
use super::net;
use super::parcels::{Parcel, Use};
use super::site::Site;
use super::skeleton::Skeleton;
use crate::ground::pack::records::{BuildingClass, Paint, PlaceKind};
use crate::ground::pack::shape::{self, Xy};

/// Half the width of a canal's water.
const CANAL_M: f64 = 11.0;

/// Everything wet, and what stands around the old town. `roads` are those on the ground: a canal runs below them.
pub(super) fn draw(site: &Site, skeleton: &Skeleton, parcels: &[Parcel], roads: &Clearance, sheet: &mut Sheet) {
    let beds: Vec<Vec<Xy>> = parcels.iter().filter(|p| p.used == Use::Canal).map(|p| net::ring(&p.face)).collect();
    river(site, sheet);
    let lake = site.lake_ring();
    sheet.fill(Paint::Water, std::slice::from_ref(&lake));
    sheet.place(PlaceKind::WaterName, 45, names().lake.both(), site.lake.at);
    sheet.place(PlaceKind::Natural, 80, names().hill.both(), site.hill.at);
    for (canal, name) in skeleton.canals.iter().zip(&names().canals) {
        // it is open where its banks are and no road on the ground crosses, and runs in a culvert elsewhere
        let line = geom::resample(canal, 24.0);
        let open = |p: Xy| beds.iter().any(|bed| shape::inside([bed.as_slice()], p));
        let across =
            |p: usize, q: usize| line.get(p).zip(line.get(q)).map_or([0.0; 2], |(a, b)| left(unit(geom::sub(*b, *a))));
        let mut run: Vec<Xy> = Vec::new();
        let mut before = None;
        for (i, p) in line.iter().enumerate() {
            let aside = scale(across(i.saturating_sub(1), i.max(1)), CANAL_M + 2.0);
            let own = [add(*p, aside), add(*p, scale(aside, -1.0))];
            let clear = before.replace(own).is_none_or(|[a, b]| !roads.meets(&[a, b, own[1], own[0]]));
            let is_open = open(*p) && own.iter().all(|side| open(*side));
            if !is_open || !clear || run.len() > 40 {
                if is_open && clear {
                    run.push(*p);
                }
                if run.len() > 1 {
                    let mut ring = beside(&run, |_| -CANAL_M, false);
                    ring.extend(beside(&run, |_| CANAL_M, false).into_iter().rev());
                    sheet.fill(Paint::Water, &[ring]);
                }
                // pieces share their ends
                run.clear();
            }
            run.extend(is_open.then_some(*p));
        }
        if let Some(at) = line.get(line.len() / 2) {
            sheet.place(PlaceKind::WaterName, 140, name.both(), *at);
        }
    }
    town(site, sheet);
    for (k, (x, y)) in [(-0.6, 1.02), (0.1, 1.08), (0.55, 1.0), (-0.35, -1.06), (0.45, -1.05)].into_iter().enumerate() {
        let at = [x * site.radius, y * site.radius];
        if let Some(name) = names().peaks.get(k).filter(|_| site.is_hill(at)) {
            sheet.place(PlaceKind::Natural, 85, name.both(), at);
        }
    }
}

fn river(site: &Site, sheet: &mut Sheet) {
    const PIECE: usize = 24;
    let line = site.river_line(site.reach() + 0.3 * site.radius, 65.0);
    let half = |p: &Xy| site.half_at(p[0]);
    let edge = |side: f64| beside(&line, |i| side * line.get(i).map_or(0.0, half), false);
    let (north, south) = (edge(1.0), edge(-1.0));
    let pieces = line.len().div_ceil(PIECE);
    for k in 0..pieces {
        let range = k * PIECE..((k + 1) * PIECE + 1).min(line.len());
        let mut ring: Vec<Xy> = south.get(range.clone()).unwrap_or_default().to_vec();
        ring.extend(north.get(range.clone()).unwrap_or_default().iter().rev());
        if ring.len() < 4 {
            continue;
        }
        let mut rings = vec![ring];
        let middle = line.get(range.start + PIECE / 2).copied();
        if let Some(at) = middle.filter(|at| k % 5 == 2 && at[0].abs() < site.radius) {
            rings.push(island(site, at, sheet));
        }
        sheet.fill(Paint::Water, &rings);
    }
    for share in [-0.7, 0.0, 0.7] {
        let x = share * site.radius;
        sheet.place(PlaceKind::WaterName, 40, names().river.both(), [x, site.river_y(x)]);
    }
}

/// A long island in midstream, drawn green; its ring.
fn island(site: &Site, at: Xy, sheet: &mut Sheet) -> Vec<Xy> {
    let way = site.tangent(at[0]);
    let half = site.half_at(at[0]);
    let ring: Vec<Xy> = (0..26)
        .map(|k| {
            let turn = f64::from(k) / 26.0 * std::f64::consts::TAU;
            let (s, c) = turn.sin_cos();
            // along the river, which bends
            let x = at[0] + way[0] * c * (2.1 * half).min(560.0);
            let wide = half * 0.34 * s * (1.0 - 0.25 * c);
            add([x, site.river_y(x)], scale(left(site.tangent(x)), wide))
        })
        .collect();
    sheet.fill(Paint::Green, std::slice::from_ref(&ring));
    sheet.place(PlaceKind::Natural, 120, names().island.both(), at);
    ring
}

/// Moat, wall and gates of the old town. The wall is open at the four gates.
fn town(site: &Site, sheet: &mut Sheet) {
    let (outer, inner) = (site.town_ring(34.0), site.town_ring(13.0));
    let sides = |ring: &[Xy]| -> Vec<(Xy, Xy)> { shape::pairs(ring).collect() };
    for ((a, b), (c, d)) in sides(&outer).into_iter().zip(sides(&inner)) {
        sheet.fill(Paint::Water, &[vec![a, b, d, c]]);
    }
    // both faces of the wall for the whole ring, so that its pieces fit together
    let mut middle = site.town_ring(0.0);
    middle.extend(middle.first().copied());
    let mut middle = geom::resample(&middle, 12.0);
    middle.pop();
    let gates: Vec<Xy> = (0..4).map(|k| gate(site, k)).collect();
    // it begins in a gate, where it is open
    let begin = middle.iter().position(|p| gates.iter().any(|at| across(site, *at, *p) < 8.0)).unwrap_or(0);
    middle.rotate_left(begin);
    let faces = [beside(&middle, |_| -5.0, true), beside(&middle, |_| 5.0, true)];
    let mut run = 0..0;
    for (i, p) in middle.iter().enumerate() {
        if gates.iter().any(|at| across(site, *at, *p) < 33.0) {
            wall_piece(sheet, &faces, run);
            run = i + 1..i + 1;
        } else {
            run.end = i + 1;
            if run.len() > 14 {
                wall_piece(sheet, &faces, run);
                run = i..i + 1;
            }
        }
    }
    wall_piece(sheet, &faces, run);
    for (at, name) in gates.iter().zip(&names().gates) {
        sheet.place(PlaceKind::Other, 95, name.both(), *at);
        let out = unit(geom::sub(*at, site.town));
        // two towers beside the road through the gate
        for side in [1.0, -1.0] {
            let middle = add(*at, scale(left(out), side * 25.0));
            let corner = |x: f64, y: f64| add(middle, add(scale(left(out), x), scale(out, y)));
            let ring = vec![corner(-7.0, -9.0), corner(-7.0, 9.0), corner(7.0, 9.0), corner(7.0, -9.0)];
            sheet.building(&[ring], 17.0, 0.0, BuildingClass::Public, 3, name.both().0);
        }
    }
}

/// Where the road through gate `k` crosses the wall.
fn gate(site: &Site, k: u32) -> Xy {
    let turn = f64::from(k) * std::f64::consts::FRAC_PI_2;
    let out = geom::turn([turn.cos(), turn.sin()], site.town_turn);
    add(site.town, scale(out, site.town_edge(out, 0.0)))
}

/// Distance of `p` from the road through the gate `at`, on the gate's side of the town.
fn across(site: &Site, at: Xy, p: Xy) -> f64 {
    let out = unit(geom::sub(at, site.town));
    let d = geom::sub(p, site.town);
    if geom::dot(d, out) < 0.0 { f64::INFINITY } else { geom::cross(out, d).abs() }
}

fn wall_piece(sheet: &mut Sheet, [outer, inner]: &[Vec<Xy>; 2], run: std::ops::Range<usize>) {
    if run.len() < 2 {
        return;
    }
    let mut ring: Vec<Xy> = outer.get(run.clone()).unwrap_or_default().to_vec();
    ring.extend(inner.get(run).unwrap_or_default().iter().rev());
    sheet.building(&[ring], 10.0, 0.0, BuildingClass::Minor, 1, names().wall.both().0);
}
