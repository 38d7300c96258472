//! Expressways with their ramps, and the links between them and the roads around them.

use super::corridors::Corridor;
use super::geom::{Near, add, away, foot, left, lerp, meet, resample, scale, sub, unit};
use super::names::{Pair, names, numeral};
use super::net::Net;
use super::roads::{LINK, Way, cut_runs, nearest_on};
use super::site::{BANK_M, Site};
use super::skeleton::{BRIDGE, EXPRESSWAY_M, Kind, RAIL_M, Skeleton, VIADUCT_M};
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape::{self, Xy};

/// Link roads between expressways and the roads around them; puts joints into the net. Before [`from_net`](super::roads::from_net).
pub(super) fn draw(site: &Site, skeleton: &Skeleton, net: &mut Net) -> Vec<Way> {
    let (mut ways, ramps) = ramps(site, skeleton);
    let below = crossed(net, |p| skeleton.near_expressways.nearest(p, EXPRESSWAY_M - 2.0, |_| true).is_some());
    let mut radial = 0;
    for corridor in &skeleton.expressways {
        let name = match corridor.ring {
            Some(0) => names().ring_expressway.of((&numeral(2), "Second")),
            Some(_) => names().ring_expressway.of((&numeral(3), "Third")),
            None => {
                radial += 1;
                let towards = names().radials.get(radial - 1).map(Pair::both).unwrap_or_default();
                names().radial.of(towards)
            }
        };
        let mut line = corridor.middle.clone();
        if corridor.closed {
            line.extend(line.first().copied());
        }
        let line = resample(&line, 24.0);
        let links = links(site, skeleton, &line, &below, net);
        let joints: Vec<Xy> = links.iter().map(|l| l.0).chain(ramps.iter().copied()).collect();
        let line = with_points(&line, &joints);
        for (points, flags) in runs(site, skeleton, corridor, &line, &below) {
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
fn ramps(site: &Site, skeleton: &Skeleton) -> (Vec<Way>, Vec<Xy>) {
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
            let points: Vec<Xy> = points.collect();
            let flags = if points.iter().any(|p| site.in_lake(*p)) { BRIDGE } else { 0 };
            ways.push(Way { class: Paint::Tertiary, flags, width_m: 8.0, name: Default::default(), points });
        }
    }
    (ways, places)
}

/// Places on the middle line where link roads begin, and where they end (the same where a circle crosses it).
fn links(site: &Site, skeleton: &Skeleton, line: &[Xy], below: &[Xy], net: &mut Net) -> Vec<(Xy, Xy)> {
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
    let mut hand = 1.0;
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
                && below.iter().all(|c| away(*c, p) > VIADUCT_M + 20.0)
                && skeleton.near_rails.nearest(p, RAIL_M + 40.0, |_| true).is_none()
        };
        if !clear(*a) || !clear(ahead) {
            continue;
        }
        hand = -hand;
        let want = add(ahead, scale(left(way), hand * EXPRESSWAY_M));
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

/// Where roads on the ground cross the strip of an expressway or a railway, which is on a viaduct there.
pub(super) fn crossed(net: &Net, in_strip: impl Fn(Xy) -> bool) -> Vec<Xy> {
    let beside = |kind| matches!(kind, Kind::Circle | Kind::Frontage | Kind::RailSide | Kind::Cut);
    let roads = net.pieces.iter().filter(|p| p.class.is_some() && p.flags == 0 && !beside(p.kind));
    roads.map(|p| p.place(p.length() * 0.5)).filter(|p| in_strip(*p)).collect()
}

/// Cut an expressway where it becomes a bridge, and drop what lies outside.
fn runs(site: &Site, skeleton: &Skeleton, corridor: &Corridor, line: &[Xy], below: &[Xy]) -> Vec<(Vec<Xy>, u8)> {
    let flag = |a: Xy, b: Xy| {
        let p = lerp(a, b, 0.5);
        if !shape::inside([skeleton.bounds.as_slice()], p) {
            return None;
        }
        let over_ring = corridor.ring.is_none()
            && skeleton.circles.iter().any(|c| away(*c, p) < skeleton.circle_m * RAMP * 0.9)
            && line.first().is_some_and(|first| away(*first, p) > skeleton.circle_m + 1.0);
        let over_rail = skeleton.near_rails.nearest(p, VIADUCT_M, |_| true).is_some();
        let over_road = below.iter().any(|c| away(*c, p) < VIADUCT_M);
        let over_water = site.to_river(p) < BANK_M + VIADUCT_M || site.in_lake(p);
        Some(if over_ring || over_rail || over_road || over_water { BRIDGE } else { 0 })
    };
    cut_runs(line, flag)
}
