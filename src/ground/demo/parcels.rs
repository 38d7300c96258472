//! From faces to blocks: what each face of the skeleton is, how it is cut, and what its blocks are used for.

use super::Random;
use super::block::Zone;
use super::cut::{Street, axis, extent, split};
use super::geom::{self, add, away, left, noise, scale};
use super::net::{Face, Net, ring};
use super::site::{BANK_M, Site};
use super::skeleton::{BRIDGE, CANAL_M, EXPRESSWAY_M, MOAT_M, RAIL_M, Skeleton, TUNNEL};
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape::{self, Xy};

/// What a parcel is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    River,
    Canal,
    Rail,
    Expressway,
    /// Within an interchange.
    Circle,
    Moat,
    Lake,
    /// Wooded hills.
    Wood,
    /// A block between streets.
    Block(Zone),
}

/// A piece of the city's ground: parcels tile it.
#[derive(Debug, Clone)]
pub(super) struct Parcel {
    pub(super) face: Face,
    pub(super) used: Use,
    /// A point well inside.
    pub(super) at: Xy,
    pub(super) area: f64,
    /// As [`Site::urban`].
    pub(super) urban: f64,
    /// Direction of its streets.
    pub(super) axis: f64,
}

/// The plan being cut.
struct Cutter<'a> {
    site: &'a Site,
    net: &'a mut Net,
    random: Random,
    campuses: Vec<Xy>,
    done: Vec<Parcel>,
}

/// Cut the skeleton's faces into parcels.
pub(super) fn cut(site: &Site, skeleton: &Skeleton, net: &mut Net, faces: Vec<Face>) -> Vec<Parcel> {
    let r = site.radius;
    let random = Random::new(site.seed ^ 0xb1_0c);
    let campuses = [[-0.5, 0.12], [0.3, 0.5], [-0.28, -0.42]].into_iter().map(|[x, y]: Xy| [x * r, y * r]).collect();
    let mut cutter = Cutter { site, net, random, campuses, done: Vec::new() };
    let mut strips = Vec::new();
    let mut land = Vec::new();
    for face in faces {
        let Some((at, used)) = classify(site, skeleton, &face) else { continue };
        if matches!(used, Use::Expressway | Use::Rail | Use::Canal) { &mut strips } else { &mut land }
            .push((face, at, used));
    }
    // crossings first: the streets on both sides then look for them
    for (face, _, used) in strips {
        let (near, half) = match used {
            Use::Expressway => (&skeleton.near_expressways, EXPRESSWAY_M),
            Use::Rail => (&skeleton.near_rails, RAIL_M),
            _ => (&skeleton.near_canals, CANAL_M),
        };
        cutter.strip(face, used, half, &|p| {
            let mut found = Vec::new();
            near.around(p, p, half * 2.0, &mut found);
            let segments = found.iter().filter_map(|i| near.get(*i));
            let nearest = segments.min_by(|a, b| geom::foot(a.0, a.1, p).1.total_cmp(&geom::foot(b.0, b.1, p).1));
            nearest.map_or([1.0, 0.0], |(a, b, _)| geom::unit(geom::sub(b, a)))
        });
    }
    for (face, at, used) in land {
        match used {
            Use::Block(zone) => cutter.land(face, (zone == Zone::OldTown).then_some(zone)),
            _ => cutter.keep(face, at, used),
        }
    }
    cutter.done
}

fn classify(site: &Site, skeleton: &Skeleton, face: &Face) -> Option<(Xy, Use)> {
    let ring = ring(face);
    let at = shape::label_point(&[ring.as_slice()])?;
    let within = |near: &geom::Near, by: f64| near.nearest(at, by - 2.0, |_| true).is_some();
    let used = if skeleton.circles.iter().any(|c| away(*c, at) < skeleton.circle_m) {
        Use::Circle
    } else if site.to_river(at) < BANK_M - 3.0 {
        Use::River
    } else if within(&skeleton.near_expressways, EXPRESSWAY_M) {
        Use::Expressway
    } else if within(&skeleton.near_rails, RAIL_M) {
        Use::Rail
    } else if within(&skeleton.near_canals, CANAL_M) {
        Use::Canal
    } else if site.in_town(at, -26.5) {
        Use::Block(Zone::OldTown)
    } else if site.in_town(at, MOAT_M) {
        Use::Moat
    } else if site.lake.share(at) < 1.0 {
        Use::Lake
    } else if site.hill.share(at) < 1.0 {
        Use::Wood
    } else {
        Use::Block(Zone::Farm)
    };
    Some((at, used))
}

impl Cutter<'_> {
    fn keep(&mut self, face: Face, at: Xy, used: Use) {
        let ring = ring(&face);
        self.done.push(Parcel {
            at,
            used,
            area: geom::area(&ring),
            urban: self.site.urban(at),
            axis: axis(&ring),
            face,
        });
    }

    /// Cut a strip across, where streets cross it.
    fn strip(&mut self, face: Face, used: Use, half: f64, tangent: &dyn Fn(Xy) -> Xy) {
        let mut open = vec![face];
        while let Some(face) = open.pop() {
            let corners = ring(&face);
            let Some(at) = shape::label_point(&[corners.as_slice()]) else { continue };
            let urban = self.site.urban(at);
            let want = if urban > 0.4 { 420.0 } else { 420.0 + 900.0 * (0.4 - urban).min(1.0) };
            let long = geom::area(&corners) / (2.0 * half);
            // away from what else crosses here
            if long > want * 1.6 {
                let flags = if used == Use::Canal { BRIDGE } else { TUNNEL };
                let street = Street { class: Some(Paint::Tertiary), flags, width_m: 14.0, snap_m: 45.0, bow: 0.0 };
                if let Some((a, b)) = split(self.net, &face, at, left(tangent(at)), street, &mut self.random) {
                    open.push(a);
                    open.push(b);
                    continue;
                }
            }
            self.keep(face, at, used);
        }
    }

    /// Cut land into blocks. `zone` is what it is used for, where that is settled.
    fn land(&mut self, face: Face, zone: Option<Zone>) {
        let mut open = vec![(face, zone)];
        while let Some((face, zone)) = open.pop() {
            let corners = ring(&face);
            let Some(at) = shape::label_point(&[corners.as_slice()]) else { continue };
            let area = geom::area(&corners);
            let wood = self.site.is_hill(at);
            let zone = zone.or_else(|| (area < 330_000.0 && !wood).then(|| self.zone(at, area)));
            let want = if wood { 700_000.0 } else { zone.map_or(0.0, block_area) } * self.random.between(0.8, 1.45);
            if area > want
                && let Some(street) = street(area, zone, wood)
                && let Some((a, b)) = self.halve(&face, &corners, street, area)
            {
                open.push((b, zone));
                open.push((a, zone));
                continue;
            }
            let zone = zone.unwrap_or(Zone::Farm);
            self.keep(face, at, if wood { Use::Wood } else { Use::Block(zone) });
        }
    }

    fn halve(&mut self, face: &Face, corners: &[Xy], street: Street, area: f64) -> Option<(Face, Face)> {
        let (sin, cos) = axis(corners).sin_cos();
        let mut long = [cos, sin];
        let (low, high) = extent(corners, long);
        let size = [high[0] - low[0], high[1] - low[1]];
        // thin ones are left as they are
        if area / size[0].max(size[1]) < 34.0 && size[0].max(size[1]) < 500.0 {
            return None;
        }
        if size[1] > size[0] {
            long = left(long);
        }
        let middle = self.random.between(0.43, 0.57);
        for way in [long, left(long)] {
            let normal = left(way);
            let (low, high) = extent(corners, way);
            for share in [middle, 0.5, 0.4, 0.6, 0.33, 0.67] {
                let through =
                    add(scale(way, low[0] + (high[0] - low[0]) * share), scale(normal, f64::midpoint(low[1], high[1])));
                if let Some(halves) = split(self.net, face, through, normal, street, &mut self.random) {
                    return Some(halves);
                }
            }
        }
        None
    }

    /// What a quarter around `at` is used for.
    fn zone(&mut self, at: Xy, area: f64) -> Zone {
        let site = self.site;
        let r = site.radius;
        let urban = site.urban(at);
        let patch = noise(site.seed ^ 0x3d, scale(at, 9.0 / r));
        let dice = self.random.unit();
        let bank = site.to_river(at);
        if at[0] > 0.4 * r && at[0] < 0.85 * r && bank < 330.0 && urban > -0.15 && at[1] < site.river_y(at[0]) {
            return Zone::Port;
        }
        if self.campuses.iter().any(|c| away(*c, at) < 0.05 * r) {
            return Zone::Campus;
        }
        if site.in_town(at, 0.035 * r) && dice < 0.55 {
            return Zone::OldTown;
        }
        let industry = if at[0] > 0.42 * r { 0.55 } else { 0.08 };
        if urban < 0.0 {
            return if patch > 0.15 && dice < 0.5 && area > 20_000.0 { Zone::Village } else { Zone::Farm };
        }
        if urban < 0.42 && dice < industry * (1.0 + patch) {
            return Zone::Industry;
        }
        let dice = self.random.unit();
        let pick = |table: &[(f64, Zone)]| {
            let mut sum = 0.0;
            table
                .iter()
                .find(|(share, _)| {
                    sum += share;
                    dice < sum
                })
                .map_or(Zone::Estate, |(_, zone)| *zone)
        };
        match urban {
            u if u > 1.08 => pick(&[(0.85, Zone::Core), (0.1, Zone::Commercial), (0.05, Zone::Park)]),
            u if u > 0.86 => {
                pick(&[(0.22, Zone::Core), (0.38, Zone::Commercial), (0.25, Zone::Mixed), (0.04, Zone::Park)])
            }
            u if u > 0.55 => pick(&[
                (0.12, Zone::Commercial),
                (0.38, Zone::Mixed),
                (0.04, Zone::Park),
                (0.08, Zone::Village),
                (0.04, Zone::Core),
            ]),
            u if u > 0.2 => {
                pick(&[(0.07, Zone::Commercial), (0.22, Zone::Mixed), (0.05, Zone::Park), (0.16, Zone::Village)])
            }
            _ => pick(&[
                (0.36, Zone::Village),
                (0.16, Zone::Farm),
                (0.06, Zone::Vacant),
                (0.1, Zone::Mixed),
                (0.04, Zone::Park),
            ]),
        }
    }
}

/// Ground of a usual block, square metres.
fn block_area(zone: Zone) -> f64 {
    match zone {
        Zone::OldTown => 9_500.0,
        Zone::Core => 15_000.0,
        Zone::Commercial => 19_000.0,
        Zone::Mixed => 24_000.0,
        Zone::Village => 21_000.0,
        Zone::Industry => 62_000.0,
        Zone::Port => 60_000.0,
        Zone::Campus => 70_000.0,
        Zone::Farm | Zone::Vacant => 190_000.0,
        _ => 42_000.0,
    }
}

/// The street that cuts a face of this area.
fn street(area: f64, zone: Option<Zone>, wood: bool) -> Option<Street> {
    let of = |class, width_m, snap_m, bow| Some(Street { class: Some(class), flags: 0, width_m, snap_m, bow });
    if wood {
        // forest tracks, few of them roads
        return if area > 4.0e6 {
            of(Paint::Tertiary, 12.0, 60.0, 0.09)
        } else {
            Some(Street { class: None, flags: 0, width_m: 0.0, snap_m: 60.0, bow: 0.08 })
        };
    }
    match zone {
        Some(Zone::OldTown) if area > 60_000.0 => of(Paint::Tertiary, 10.0, 22.0, 0.03),
        Some(Zone::OldTown) => of(Paint::Street, 7.0, 20.0, 0.03),
        Some(Zone::Village) if area < 90_000.0 => of(Paint::Street, 7.0, 24.0, 0.05),
        Some(Zone::Farm | Zone::Vacant) => of(Paint::Street, 7.0, 50.0, 0.03),
        Some(_) if area < 150_000.0 => of(Paint::Street, 11.0, 32.0, 0.0),
        _ if area > 3.2e6 => of(Paint::Primary, 30.0, 120.0, 0.05),
        _ if area > 1.1e6 => of(Paint::Secondary, 23.0, 90.0, 0.05),
        _ => of(Paint::Tertiary, 16.0, 55.0, 0.03),
    }
}
