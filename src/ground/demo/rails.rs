//! Railways, and metro lines with their stations and exits.

use super::Sheet;
use super::expressways::crossed;
use super::geom::{add, away, beside, left, lerp, resample, scale, sub, unit};
use super::names::{RoadNames, names};
use super::net::Net;
use super::roads::cut_runs;
use super::site::{BANK_M, Site};
use super::skeleton::{BRIDGE, Kind, NO_CARS, RAIL_M, Skeleton, TUNNEL, VIADUCT_M};
use crate::ground::pack::records::{Paint, PlaceKind};
use crate::ground::pack::shape::{self, Xy};

/// Railways, and metro lines with stations and exits; gives the tracks that are on viaducts.
pub(super) fn draw(
    site: &Site,
    skeleton: &Skeleton,
    net: &Net,
    sheet: &mut Sheet,
    road_names: &mut RoadNames,
) -> Vec<Vec<Xy>> {
    let mut decks = Vec::new();
    let inside = |p: Xy| shape::inside([skeleton.bounds.as_slice()], p);
    let below = crossed(net, |p| skeleton.near_rails.nearest(p, RAIL_M - 2.0, |_| true).is_some());
    for rail in &skeleton.rails {
        let over_water = |p: Xy| site.to_river(p) < BANK_M + VIADUCT_M || site.in_lake(p);
        let raised = |p: Xy| over_water(p) || below.iter().any(|c| away(*c, p) < VIADUCT_M);
        for by in [-3.2, 3.2] {
            let track = resample(&beside(rail, |_| by, false), 25.0);
            for (points, flags) in cut_runs(&track, |a, b| {
                let p = lerp(a, b, 0.5);
                inside(p).then_some(if raised(p) { NO_CARS | BRIDGE } else { NO_CARS })
            }) {
                sheet.way(Paint::Rail, flags, 3.0, names().railway.both(), &points);
                if flags & BRIDGE != 0 {
                    decks.push(points);
                }
            }
        }
    }
    let lines: Vec<Vec<Xy>> = skeleton
        .drafts
        .iter()
        .filter(|d| {
            matches!(d.kind, Kind::Arterial | Kind::Along) && matches!(d.class, Some(Paint::Primary | Paint::Trunk))
        })
        .map(|d| {
            let mut line = d.points.clone();
            if d.closed {
                line.extend(line.first().copied());
            }
            line
        })
        .collect();
    let mut number = 0;
    let mut stations: Vec<Xy> = Vec::new();
    for line in lines {
        let keep: Vec<Xy> =
            line.into_iter().filter(|p| site.urban(*p) > 0.16 && inside(*p) && site.lake.share(*p) > 1.0).collect();
        if keep.len() < 12 {
            continue;
        }
        number += 1;
        let name = names().metro_line.of((&number.to_string(), &number.to_string()));
        sheet.way(Paint::Rail, NO_CARS | TUNNEL, 5.0, (&name.0, &name.1), &keep);
        let mut since = 700.0;
        for (a, b) in keep.iter().zip(keep.iter().skip(1)) {
            since += away(*a, *b);
            if since < 1_050.0 || site.to_river(*a) < 60.0 || stations.iter().any(|s| away(*s, *a) < 560.0) {
                continue;
            }
            since = 0.0;
            stations.push(*a);
            let word = road_names.word();
            let name = names().metro_station.of((&word.0, &word.1));
            sheet.place(PlaceKind::Station, 100, (&name.0, &name.1), *a);
            let way = unit(sub(*b, *a));
            for (k, (x, y)) in [(55.0, 24.0), (55.0, -24.0), (-55.0, -24.0), (-55.0, 24.0)].into_iter().enumerate() {
                let at = add(*a, add(scale(way, x), scale(left(way), y)));
                let letter = ["A", "B", "C", "D"].get(k).copied().unwrap_or("A");
                let exit = names().metro_exit.of((&format!("{}{letter}", name.0), &format!("{} {letter}", name.1)));
                sheet.place(PlaceKind::Other, 215, (&exit.0, &exit.1), at);
            }
        }
    }
    decks
}
