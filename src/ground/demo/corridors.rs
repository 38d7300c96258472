//! What runs through the whole city: ring roads and the expressways between them, railways, canals.

use super::Random;
use super::geom::{self, add, away, noise, resample, scale};
use super::site::{BANK_M, Site};
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape::Xy;

/// Something wide that runs through the city.
#[derive(Debug)]
pub(super) struct Corridor {
    pub(super) middle: Vec<Xy>,
    pub(super) closed: bool,
    pub(super) class: Paint,
    /// Number of the ring road, counted outwards from 0; `None` of a radial road.
    pub(super) ring: Option<usize>,
}

pub(super) fn straight(from: f64, to: f64, step: f64, at: impl Fn(f64) -> Xy) -> Vec<Xy> {
    let mut line = Vec::new();
    let mut x = from;
    while x < to {
        line.push(at(x));
        x += step;
    }
    line.push(at(to));
    line
}

/// A ring road: a square with very round corners, a little out of shape.
pub(super) fn ring(site: &Site, radius: f64, square: f64) -> Vec<Xy> {
    let corners = (radius / 12.0).clamp(72.0, 400.0).round();
    let mut ring = Vec::new();
    let mut k = 0.0;
    while k < corners {
        let turn = (k + 0.37) / corners * std::f64::consts::TAU;
        let (s, c) = turn.sin_cos();
        let far = radius / (s.abs().powf(square) + c.abs().powf(square)).powf(1.0 / square);
        let wave = 1.0 + 0.05 * noise(site.seed ^ 0x29, [c * 1.3 + radius, s * 1.3]);
        ring.push([far * wave * c * 1.06, far * wave * s * 0.94]);
        k += 1.0;
    }
    squarely(site, &mut ring);
    ring
}

/// Turn a ring road where it crosses the river so that its bridges are as short as they can be.
fn squarely(site: &Site, ring: &mut [Xy]) {
    let near = 0.16 * site.radius;
    let north = |p: Xy| p[1] > site.river_y(p[0]);
    let legs = ring.iter().copied().zip(ring.iter().copied().cycle().skip(1));
    let bridges: Vec<(Xy, Xy)> = legs
        .filter(|(a, b)| north(*a) != north(*b))
        .map(|(a, b)| {
            let x = geom::lerp(a, b, 0.5)[0];
            ([x, site.river_y(x)], geom::left(site.tangent(x)))
        })
        .collect();
    for p in ring {
        let Some((at, across)) = bridges.iter().min_by(|a, b| away(a.0, *p).total_cmp(&away(b.0, *p))) else { return };
        let far = away(*at, *p);
        let straight = add(*at, scale(*across, geom::dot(geom::sub(*p, *at), *across)));
        *p = geom::lerp(*p, straight, geom::smooth(near, site.half_river + BANK_M, far));
    }
}

/// Half the width of an interchange.
pub(super) fn circle_m(site: &Site) -> f64 {
    (site.radius * 0.035).clamp(110.0, 210.0)
}

pub(super) fn expressways(site: &Site, random: &mut Random) -> (Vec<Corridor>, Vec<Xy>) {
    let r = site.radius;
    let rings = [(0.47, Paint::Trunk), (0.83, Paint::Motorway)];
    let mut all: Vec<Corridor> = Vec::new();
    let mut circles = Vec::new();
    for (number, (share, class)) in rings.into_iter().enumerate() {
        let middle = ring(site, share * r, 2.8);
        all.push(Corridor { middle, closed: true, class, ring: Some(number) });
    }
    for angle in [38.0f64, 92.0, 144.0, 216.0, 270.0, 321.0] {
        let turn = (angle + random.between(-7.0, 7.0)).to_radians();
        let out = [turn.cos(), turn.sin()];
        // it begins at the point of the inner expressway that lies this way
        let nearest = |line: &[Xy]| {
            line.iter()
                .copied()
                .filter(|p| site.to_river(*p) > BANK_M + circle_m(site) + 40.0)
                .max_by(|a, b| geom::dot(geom::unit(*a), out).total_cmp(&geom::dot(geom::unit(*b), out)))
        };
        let Some(start) = all.first().and_then(|c| nearest(&c.middle)) else { continue };
        let Some(across) = all.get(1).and_then(|c| nearest(&c.middle)) else { continue };
        let way = geom::unit(geom::sub(across, start));
        let far = add(across, scale(way, 0.9 * r));
        let bend = random.between(-0.05, 0.05) * r;
        let mut line = resample(&[start, across], 70.0);
        let total = away(start, across);
        for p in &mut line {
            // bent between the two rings, straight through them
            let t = away(start, *p) / total;
            *p = add(*p, scale(geom::left(way), bend * (t * std::f64::consts::PI).sin().powi(2)));
        }
        line.extend(resample(&[across, far], 70.0).into_iter().skip(1));
        circles.extend([start, across]);
        all.push(Corridor { middle: line, closed: false, class: Paint::Motorway, ring: None });
    }
    (all, circles)
}

pub(super) fn rails(site: &Site, random: &mut Random) -> Vec<Vec<Xy>> {
    let (r, far) = (site.radius, site.reach());
    let (a, b) = (random.between(0.0, 6.0), random.between(0.0, 6.0));
    let main = straight(-far, far, 75.0, |x| [x, 0.4 * r + 0.035 * r * (x / (0.5 * r) + a).sin() + 0.03 * x]);
    let branch = straight(-far, far, 75.0, |y| [0.66 * r + 0.05 * r * (y / (0.45 * r) + b).sin() - 0.04 * y, y]);
    vec![main, branch]
}

pub(super) fn canals(site: &Site, random: &mut Random) -> Vec<Vec<Xy>> {
    let r = site.radius;
    [(-0.58, 1.0), (0.3, -1.0), (0.86, 1.0)]
        .into_iter()
        .map(|(x, side)| {
            let x0 = (x + random.between(-0.03, 0.03)) * r;
            let shift = random.between(0.0, 6.0);
            let start = site.river_y(x0);
            straight(0.0, 0.8 * r, 70.0, |far| {
                let bend = 0.07 * r * ((far / (0.24 * r) + shift).sin() - shift.sin()) * (far / (0.3 * r)).min(1.0);
                [x0 + bend, start + side * far]
            })
        })
        .collect()
}
