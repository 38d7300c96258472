//! The net's pieces as named ways, expressways with their links, railways and metro.

use super::Sheet;
use super::geom::{Near, add, away, beside, foot, left, lerp, meet, resample, scale, sub, unit};
use super::names::{Pair, RoadNames, names, numeral};
use super::net::{Net, Piece, Sets};
use super::site::{BANK_M, Site};
use super::skeleton::{BRIDGE, Corridor, EXPRESSWAY_M, Kind, NO_CARS, RAIL_M, Skeleton, TUNNEL};
use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::model::Fix;
use crate::ground::pack::records::{Paint, PlaceKind};
use crate::ground::pack::shape::{self, Xy};

/// A way before it has its name.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) class: Paint,
    pub(super) flags: u8,
    pub(super) width_m: f64,
    pub(super) name: (String, String),
    pub(super) points: Vec<Xy>,
}

/// A joint that no piece ends on: a lane or a link road does.
pub(super) const LINK: u32 = u32::MAX;

/// Link roads between expressways and the roads around them; puts joints into the net. Before [`from_net`].
pub(super) fn expressways(site: &Site, skeleton: &Skeleton, net: &mut Net) -> Vec<Way> {
    let (mut ways, ramps) = ramps(skeleton);
    let mut radial = 0;
    for corridor in &skeleton.expressways {
        let name = match corridor.ring {
            Some(0) => names().ring_expressway.of((&numeral(2), "Second")),
            Some(_) => names().ring_expressway.of((&numeral(3), "Third")),
            None => {
                radial += 1;
                let side = names().radials.get(radial - 1).map(Pair::both).unwrap_or_default();
                names().radial.of(side)
            }
        };
        let mut line = corridor.middle.clone();
        if corridor.closed {
            line.extend(line.first().copied());
        }
        let links = links(site, skeleton, &line, net);
        let joints: Vec<Xy> = links.iter().map(|l| l.0).chain(ramps.iter().copied()).collect();
        let line = with_points(&line, &joints);
        for (points, flags) in runs(site, skeleton, corridor, &line) {
            ways.push(Way { class: corridor.class, flags, width_m: 28.0, name: name.clone(), points });
        }
        for (from, to) in links {
            if away(from, to) > 1.0 {
                ways.push(Way {
                    class: Paint::Tertiary,
                    flags: 0,
                    width_m: 8.0,
                    name: Default::default(),
                    points: vec![from, to],
                });
            }
        }
    }
    ways
}

/// Where ramps leave an expressway, as a share of the interchange's radius.
const RAMP: f64 = 0.66;

/// Ramps from one expressway to the other within each interchange, and where they begin and end.
fn ramps(skeleton: &Skeleton) -> (Vec<Way>, Vec<Xy>) {
    let (mut ways, mut places) = (Vec::new(), Vec::new());
    let far = skeleton.circle_m * RAMP;
    for middle in &skeleton.circles {
        let mut legs: Vec<(f64, Xy)> = Vec::new();
        for corridor in &skeleton.expressways {
            let closing = corridor.middle.first().filter(|_| corridor.closed);
            let line = corridor.middle.iter().chain(closing);
            for (a, b) in line.clone().zip(line.skip(1)) {
                let (da, db) = (away(*a, *middle), away(*b, *middle));
                if (da < far) == (db < far) {
                    continue;
                }
                // halving finds the place on the segment that is just so far away
                let (mut low, mut high) = (0.0, 1.0);
                for _ in 0..40 {
                    let t = f64::midpoint(low, high);
                    if (away(lerp(*a, *b, t), *middle) < far) == (da < far) { low = t } else { high = t }
                }
                let at = lerp(*a, *b, low);
                let d = sub(at, *middle);
                legs.push((d[1].atan2(d[0]), at));
            }
        }
        legs.sort_by(|a, b| a.0.total_cmp(&b.0));
        places.extend(legs.iter().map(|l| l.1));
        for ((turn, from), (next, to)) in legs.iter().zip(legs.iter().cycle().skip(1)) {
            let gap = (next - turn).rem_euclid(std::f64::consts::TAU);
            if !(0.3..2.6).contains(&gap) {
                continue;
            }
            // bent towards the middle, as a driver turns
            let bend = lerp(*middle, lerp(*from, *to, 0.5), 0.35);
            let points = (0..=10).map(|k| {
                let t = f64::from(k) / 10.0;
                lerp(lerp(*from, bend, t), lerp(bend, *to, t), t)
            });
            let points = points.collect();
            ways.push(Way { class: Paint::Tertiary, flags: 0, width_m: 8.0, name: Default::default(), points });
        }
    }
    (ways, places)
}

/// Name the bridges over the river and the tunnels under it.
pub(super) fn crossings(site: &Site, ways: &[Way], sheet: &mut Sheet) {
    let mut named = std::collections::BTreeSet::new();
    for way in ways.iter().filter(|w| w.class >= Paint::Secondary && w.flags & (BRIDGE | TUNNEL) != 0) {
        let (Some(a), Some(b)) = (way.points.first(), way.points.last()) else { continue };
        let middle = lerp(*a, *b, 0.5);
        if site.to_river(middle) > -60.0 || way.name.0.is_empty() {
            continue;
        }
        let pattern = if way.flags & BRIDGE != 0 { &names().bridge } else { &names().tunnel };
        let full = way.name.0.as_str();
        let stem = names().street_ends.iter().find_map(|end| full.strip_suffix(end.as_str())).unwrap_or(full);
        let word = (stem, way.name.1.as_str());
        let name = pattern.of(word);
        if named.insert(name.0.clone()) {
            sheet.place(PlaceKind::Other, 92, (&name.0, &name.1), middle);
        }
    }
}

/// Places on the middle line where link roads begin, and where they end (the same where a circle crosses it).
fn links(site: &Site, skeleton: &Skeleton, line: &[Xy], net: &mut Net) -> Vec<(Xy, Xy)> {
    let mut links = Vec::new();
    for piece in net.pieces.iter_mut().filter(|p| p.kind == Kind::Circle) {
        let mut joints = Vec::new();
        for ((a, b), along) in piece.points.iter().zip(piece.points.iter().skip(1)).zip(&piece.along) {
            for (c, d) in line.iter().zip(line.iter().skip(1)) {
                if let Some((t, _)) = meet(*a, *b, *c, *d) {
                    let at = lerp(*a, *b, t);
                    joints.push((along + t * away(*a, *b), at));
                }
            }
        }
        for (along, at) in joints {
            piece.join(along, at, LINK);
            links.push((at, at));
        }
    }
    let mut far = 700.0;
    let mut side = 1.0;
    let line = resample(line, 40.0);
    let mut walked = 0.0;
    let fronts: Vec<usize> = (0..net.pieces.len())
        .filter(|i| net.pieces.get(*i).is_some_and(|p| p.kind == Kind::Frontage && p.class.is_some() && p.flags == 0))
        .collect();
    let mut near = Near::new(120.0);
    for i in fronts {
        if let Some(p) = net.pieces.get(i) {
            near.put_line(&p.points, u32::try_from(i).unwrap_or(u32::MAX));
        }
    }
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        walked += away(*a, *b);
        if walked < far || !shape::inside([skeleton.bounds.as_slice()], *a) {
            continue;
        }
        far = walked + 620.0;
        let way = unit(sub(*b, *a));
        let ahead = add(*a, scale(way, 130.0));
        let clear = |p: Xy| {
            site.to_river(p) > BANK_M + 60.0
                && skeleton.circles.iter().all(|c| away(*c, p) > skeleton.circle_m + 60.0)
                && skeleton.near_rails.nearest(p, RAIL_M + 40.0, |_| true).is_none()
        };
        if !clear(*a) || !clear(ahead) {
            continue;
        }
        side = -side;
        let want = add(ahead, scale(left(way), side * EXPRESSWAY_M));
        let Some((_, number)) = near.nearest(want, 25.0, |_| true) else { continue };
        let Some(piece) = net.pieces.get_mut(number as usize) else { continue };
        if let Some((along, at)) =
            nearest_on(piece, want).filter(|(along, _)| *along > 30.0 && *along < piece.length() - 30.0)
        {
            piece.join(along, at, LINK);
            links.push((*a, at));
        }
    }
    links
}

/// Nearest place of a piece to `p`: metres along it, and the place.
pub(super) fn nearest_on(piece: &Piece, p: Xy) -> Option<(f64, Xy)> {
    let segments = piece.points.iter().zip(piece.points.iter().skip(1)).zip(&piece.along);
    let best = segments
        .map(|((a, b), along)| {
            let (t, d) = foot(*a, *b, p);
            (d, along + t * away(*a, *b), lerp(*a, *b, t))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))?;
    Some((best.1, best.2))
}

/// The line with those places that lie on it among its points.
fn with_points(line: &[Xy], places: &[Xy]) -> Vec<Xy> {
    let mut out = Vec::new();
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        out.push(*a);
        let mut own: Vec<(f64, Xy)> = places
            .iter()
            .filter_map(|p| {
                let (t, d) = foot(*a, *b, *p);
                (d < 0.05 && t > 1e-6 && t < 1.0 - 1e-6).then_some((t, *p))
            })
            .collect();
        own.sort_by(|a, b| a.0.total_cmp(&b.0));
        out.extend(own.into_iter().map(|(_, p)| p));
    }
    out.extend(line.last());
    out
}

/// Cut an expressway where it becomes a bridge, and drop what lies outside.
fn runs(site: &Site, skeleton: &Skeleton, corridor: &Corridor, line: &[Xy]) -> Vec<(Vec<Xy>, u8)> {
    let flag = |a: Xy, b: Xy| {
        let p = lerp(a, b, 0.5);
        if !shape::inside([skeleton.bounds.as_slice()], p) {
            return None;
        }
        let over_ring = corridor.ring.is_none()
            && skeleton.circles.iter().any(|c| away(*c, p) < skeleton.circle_m * RAMP * 0.9)
            && line.first().is_some_and(|first| away(*first, p) > skeleton.circle_m + 1.0);
        let over_rail = skeleton.near_rails.nearest(p, RAIL_M + 20.0, |_| true).is_some();
        Some(if over_ring || over_rail || site.to_river(p) < BANK_M { BRIDGE } else { 0 })
    };
    cut_runs(line, flag)
}

/// Cut a line into runs of equal flags; `None` is dropped.
fn cut_runs(line: &[Xy], flag: impl Fn(Xy, Xy) -> Option<u8>) -> Vec<(Vec<Xy>, u8)> {
    let mut runs: Vec<(Vec<Xy>, u8)> = Vec::new();
    let mut open = false;
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        let Some(flags) = flag(*a, *b) else {
            open = false;
            continue;
        };
        match runs.last_mut().filter(|r| open && r.1 == flags) {
            Some(run) => run.0.push(*b),
            None => runs.push((vec![*a, *b], flags)),
        }
        open = true;
    }
    runs
}

/// Ways of all pieces that are roads. Pieces of one road that follow each other are one way.
pub(super) fn from_net(net: &Net) -> Vec<(Way, Vec<u32>)> {
    let mut ways: Vec<(Way, Vec<u32>)> = Vec::new();
    let mut last_road = 0;
    for (number, piece) in (0u32..).zip(&net.pieces) {
        let Some(class) = piece.class else { continue };
        let joints = piece.joints.iter().filter(|j| j.by == LINK || net.get(j.by).is_some_and(|p| p.class.is_some()));
        let own = piece.along.iter().copied().zip(piece.points.iter().copied());
        let mut all: Vec<(f64, Xy)> = own.chain(joints.map(|j| (j.along, j.at))).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut points: Vec<Xy> = all.into_iter().map(|(_, p)| p).collect();
        points.dedup();
        if let Some((way, pieces)) = ways.last_mut()
            && last_road == piece.road
            && way.class == class
            && way.flags == piece.flags
            && way.points.last() == points.first()
        {
            way.points.extend(points.into_iter().skip(1));
            pieces.push(number);
            continue;
        }
        last_road = piece.road;
        let way = Way { class, flags: piece.flags, width_m: piece.width_m, name: Default::default(), points };
        ways.push((way, vec![number]));
    }
    ways
}

/// Give the ways of [`from_net`] their names.
pub(super) fn name_all(ways: &mut [(Way, Vec<u32>)], net: &Net, road_names: &mut RoadNames) {
    let mut named: NumberMap<u32, (String, String)> = NumberMap::default();
    for (way, pieces) in ways {
        if let Some(piece) = pieces.first().and_then(|p| net.get(*p)) {
            way.name = named.entry(piece.road).or_insert_with(|| name(piece, road_names)).clone();
        }
    }
}

/// Which pieces of the net are roads that hang together with most of the others.
pub(super) fn reached(net: &Net, expressways: &[Way]) -> Vec<bool> {
    let (mut ways, mut pieces): (Vec<Way>, Vec<Vec<u32>>) = from_net(net).into_iter().unzip();
    ways.extend_from_slice(expressways);
    pieces.resize(ways.len(), Vec::new());
    let mut reached = vec![false; net.pieces.len()];
    for (pieces, _) in pieces.into_iter().zip(connected(&ways)).filter(|(_, main)| *main) {
        for piece in pieces {
            if let Some(slot) = reached.get_mut(piece as usize) {
                *slot = true;
            }
        }
    }
    reached
}

fn name(piece: &Piece, road_names: &mut RoadNames) -> (String, String) {
    let d = match (piece.points.first(), piece.points.last()) {
        (Some(a), Some(b)) => sub(*b, *a),
        _ => [1.0, 0.0],
    };
    let north_south = d[1].abs() > d[0].abs();
    let both = |pair: &Pair| {
        let (zh, en) = pair.both();
        (zh.to_owned(), en.to_owned())
    };
    match piece.kind {
        Kind::Bank => both(if piece.points.first().is_some_and(|p| p[1] > 0.0) {
            &names().north_bank
        } else {
            &names().south_bank
        }),
        Kind::Circle => Default::default(),
        Kind::Moat if piece.class == Some(Paint::Primary) => both(&names().moat_road),
        Kind::Arterial | Kind::Along | Kind::Gate => road_names.main(north_south),
        _ if piece.class == Some(Paint::Primary) => road_names.main(north_south),
        _ => road_names.street(north_south),
    }
}

/// Which ways hang together with the most of them.
pub(super) fn connected(ways: &[Way]) -> Vec<bool> {
    let mut numbers: NumberMap<u64, u32> = NumberMap::default();
    let mut ids: Vec<Vec<u32>> = Vec::with_capacity(ways.len());
    for way in ways {
        let id = |p: &Xy| {
            let fix: Fix = Sheet::fix(*p);
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *numbers.entry(u64::from(fix[0].cast_unsigned()) << 32 | u64::from(fix[1].cast_unsigned())).or_insert(next)
        };
        ids.push(way.points.iter().map(id).collect());
    }
    let mut sets = Sets::new(numbers.len());
    for line in &ids {
        for (a, b) in line.iter().zip(line.iter().skip(1)) {
            sets.unite(*a, *b);
        }
    }
    let roots: Vec<u32> = ids.iter().map(|line| line.first().map_or(u32::MAX, |p| sets.root(*p))).collect();
    let mut sizes: std::collections::BTreeMap<u32, usize> = std::collections::BTreeMap::new();
    for root in &roots {
        *sizes.entry(*root).or_default() += 1;
    }
    let main = sizes.into_iter().max_by_key(|(_, n)| *n).map(|(root, _)| root);
    roots.into_iter().map(|root| Some(root) == main).collect()
}

/// Railways with their main station, and metro lines with stations and exits.
pub(super) fn rails(site: &Site, skeleton: &Skeleton, sheet: &mut Sheet, road_names: &mut RoadNames) {
    let inside = |p: Xy| shape::inside([skeleton.bounds.as_slice()], p);
    for rail in &skeleton.rails {
        let wet = |p: Xy| site.to_river(p) < BANK_M;
        for by in [-3.2, 3.2] {
            let track = beside(rail, |_| by, false);
            for (points, flags) in cut_runs(&track, |a, b| {
                let p = lerp(a, b, 0.5);
                inside(p).then_some(if wet(p) { NO_CARS | BRIDGE } else { NO_CARS })
            }) {
                sheet.way(Paint::Rail, flags, 3.0, names().railway.both(), &points);
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
}
