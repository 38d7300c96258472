//! The skeleton: river banks, ring roads, expressways, railways, canals, arterial roads, the old town's roads. Its
//! lines cross wherever they like; `net` makes pieces and faces of them.

use super::Random;
use super::corridors::{Corridor, canals, circle_m, expressways, rails, ring, straight};
use super::geom::{self, Near, add, away, beside, noise, resample, scale};
use super::site::{BANK_M, Site};
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape::Xy;

/// Bridge, tunnel and no-cars as in [`Way::flags`](crate::ground::pack::records::Way::flags).
pub(super) const BRIDGE: u8 = 2;
pub(super) const TUNNEL: u8 = 4;
pub(super) const NO_CARS: u8 = 8;

/// What a line of the plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Outline of the city.
    Bounds,
    /// Road on a bank of the river.
    Bank,
    /// Road beside a canal.
    Canal,
    /// Road beside a railway.
    RailSide,
    /// Road beside an expressway.
    Frontage,
    /// Main road.
    Arterial,
    /// Main road along the valley: it does not cross the river.
    Along,
    /// Road around lake or hill.
    Loop,
    /// Roads outside and inside the old town's wall.
    Moat,
    /// Road through a gate of the old town.
    Gate,
    /// Link road around an interchange.
    Circle,
    /// Road or boundary within a face.
    Cut,
}

/// What a line does where it comes to the river.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtRiver {
    /// Goes over it.
    Bridge,
    /// Goes under it.
    Tunnel,
    /// Ends at its bank: another bridge is too near.
    Ends,
}

/// A line before it is cut into pieces.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) class: Option<Paint>,
    pub(super) width_m: f64,
    pub(super) points: Vec<Xy>,
    pub(super) closed: bool,
    pub(super) at_river: AtRiver,
    /// Is the same road as the draft before.
    pub(super) goes_on: bool,
}

/// Half the strip of an expressway, a railway, a canal: to the middle of the road at its side.
pub(super) const EXPRESSWAY_M: f64 = 36.0;
pub(super) const RAIL_M: f64 = 25.0;
pub(super) const CANAL_M: f64 = 26.0;

/// How far a viaduct reaches on both sides of a road that it crosses, ramps included.
pub(super) const VIADUCT_M: f64 = 105.0;

/// The lines, and what runs between them.
#[derive(Debug)]
pub(super) struct Skeleton {
    pub(super) drafts: Vec<Draft>,
    pub(super) expressways: Vec<Corridor>,
    pub(super) rails: Vec<Vec<Xy>>,
    pub(super) canals: Vec<Vec<Xy>>,
    /// Middles of interchanges.
    pub(super) circles: Vec<Xy>,
    pub(super) circle_m: f64,
    pub(super) bounds: Vec<Xy>,
    pub(super) near_expressways: Near,
    pub(super) near_rails: Near,
    pub(super) near_canals: Near,
}

fn near(lines: impl Iterator<Item = (Vec<Xy>, bool)>) -> Near {
    let mut near = Near::new(250.0);
    for (number, (mut line, closed)) in (0u32..).zip(lines) {
        if closed {
            line.extend(line.first().copied());
        }
        near.put_line(&line, number);
    }
    near
}

impl Skeleton {
    pub(super) fn new(site: &Site) -> Self {
        let mut random = Random::new(site.seed ^ 0x5c_e1);
        let bounds = site.bounds();
        let (expressways, circles) = expressways(site, &mut random);
        let rails = rails(site, &mut random);
        let canals = canals(site, &mut random);
        let mut skeleton = Self {
            drafts: Vec::new(),
            near_expressways: near(expressways.iter().map(|c| (c.middle.clone(), c.closed))),
            near_rails: near(rails.iter().map(|l| (l.clone(), false))),
            near_canals: near(canals.iter().map(|l| (l.clone(), false))),
            expressways,
            rails,
            canals,
            circles,
            circle_m: circle_m(site),
            bounds,
        };
        skeleton.lines(site, &mut random);
        let spare = skeleton.part_bridges(site);
        skeleton.dive(site, &spare);
        skeleton
    }

    fn draw(&mut self, kind: Kind, class: Option<Paint>, width_m: f64, points: Vec<Xy>, closed: bool) {
        self.drafts.push(Draft { kind, class, width_m, points, closed, at_river: AtRiver::Bridge, goes_on: false });
    }

    fn lines(&mut self, site: &Site, random: &mut Random) {
        let r = site.radius;
        self.draw(Kind::Bounds, None, 0.0, self.bounds.clone(), true);
        let river = site.river_line(site.reach(), 65.0);
        for side in [1.0, -1.0] {
            let by = |i: usize| side * (site.half_at(river.get(i).map_or(0.0, |p| p[0])) + BANK_M);
            self.draw(Kind::Bank, Some(Paint::Secondary), 20.0, beside(&river, by, false), false);
        }
        for k in 0..self.expressways.len() {
            let Some(Corridor { middle, closed, .. }) = self.expressways.get(k) else { continue };
            let (middle, closed) = (middle.clone(), *closed);
            for side in [1.0, -1.0] {
                let line = beside(&middle, |_| side * EXPRESSWAY_M, closed);
                self.draw(Kind::Frontage, Some(Paint::Tertiary), 12.0, line, closed);
            }
        }
        for (lines, kind, by) in
            [(self.rails.clone(), Kind::RailSide, RAIL_M), (self.canals.clone(), Kind::Canal, CANAL_M)]
        {
            for line in lines {
                for side in [1.0, -1.0] {
                    self.draw(kind, Some(Paint::Street), 10.0, beside(&line, |_| side * by, false), false);
                }
            }
        }
        // the inner ring is a boulevard
        if r > LARGE_M {
            let ring = ring(site, 0.2 * r, 3.0);
            self.draw(Kind::Arterial, Some(Paint::Trunk), 38.0, ring, true);
        }
        let spacing = (0.155 * r).max(560.0);
        let mut number = 0;
        let mut k = 0;
        while f64::from(k) * spacing < 0.92 * r {
            for side in if k == 0 { vec![0.0] } else { vec![1.0, -1.0] } {
                let shift = random.between(-0.18, 0.18) * spacing;
                number += 1;
                let x0 = side * f64::from(k) * spacing + shift;
                let seed = site.seed ^ 0x12c ^ number;
                let far = (1.0 - (x0 / (1.15 * r)).powi(2)).max(0.1).sqrt() * r * 0.98;
                let (class, width) = if k % 2 == 0 { (Paint::Primary, 32.0) } else { (Paint::Secondary, 24.0) };
                let line = straight(-far, far, 80.0, |y| {
                    // the streets fan out a little towards the edge and cross the river squarely
                    let bend = 0.09 * r * noise(seed, [y / (0.55 * r), 0.3]) * (y.abs() / r + 0.25);
                    [x0 * (1.0 + 0.12 * (y / r).powi(2)) + bend, y]
                });
                self.draw(Kind::Arterial, Some(class), width, line, false);
                let seed = site.seed ^ 0x2bc ^ number;
                let y0 = side * f64::from(k) * spacing + spacing * 0.5 + shift;
                let far = (1.0 - (y0 / (1.05 * r)).powi(2)).max(0.1).sqrt() * r * 1.1;
                let follow = (-0.9 * y0.abs() / (0.4 * r)).exp();
                let line = straight(-far, far, 80.0, |x| {
                    let bend = 0.05 * r * noise(seed, [x / (0.5 * r), 0.7]);
                    [x, y0 + follow * site.river_y(x) + bend]
                });
                self.draw(Kind::Along, Some(class), width, line, false);
            }
            k += 1;
        }
        for blob in [site.lake, site.hill] {
            self.draw(Kind::Loop, Some(Paint::Secondary), 18.0, blob.ring(0.0), true);
            for quarter in 0..4 {
                let turn = f64::from(quarter) * std::f64::consts::FRAC_PI_2 + random.between(0.2, 1.2);
                let out = [turn.cos(), turn.sin()];
                let line = resample(
                    &[add(blob.at, scale(out, blob.radius * 0.6)), add(blob.at, scale(out, blob.radius + 0.2 * r))],
                    80.0,
                );
                self.draw(Kind::Loop, Some(Paint::Tertiary), 15.0, line, false);
            }
        }
        self.draw(Kind::Moat, Some(Paint::Primary), 26.0, site.town_ring(MOAT_M), true);
        self.draw(Kind::Moat, Some(Paint::Street), 9.0, site.town_ring(-26.0), true);
        for quarter in 0..4 {
            let turn = f64::from(quarter) * std::f64::consts::FRAC_PI_2;
            let out = geom::turn([turn.cos(), turn.sin()], site.town_turn);
            let far = [0.0, site.town_edge(out, MOAT_BRIDGE_M[0]), site.town_edge(out, MOAT_BRIDGE_M[1])];
            let ends = [far[1], far[2], site.town_half + 0.16 * r];
            for (from, to) in far.into_iter().zip(ends) {
                let line = resample(&[from, to].map(|far| add(site.town, scale(out, far))), 80.0);
                self.draw(Kind::Gate, Some(Paint::Secondary), 20.0, line, false);
                if let Some(draft) = self.drafts.last_mut().filter(|_| from > 0.0) {
                    draft.goes_on = true;
                }
            }
        }
        for at in self.circles.clone() {
            let ring = (0..28)
                .map(|k| {
                    let turn = (f64::from(k) + 0.5) / 28.0 * std::f64::consts::TAU;
                    add(at, scale([turn.cos(), turn.sin()], self.circle_m))
                })
                .collect();
            self.draw(Kind::Circle, Some(Paint::Tertiary), 12.0, ring, true);
        }
    }

    /// Main roads whose bridge would meet another over the water end at its bank: what runs around the city, or past it,
    /// crosses first. Gives the numbers of those of them that are far enough away to go under the river.
    fn part_bridges(&mut self, site: &Site) -> Vec<usize> {
        const APART_M: f64 = 170.0;
        const TUNNEL_APART_M: f64 = 75.0;
        let mut spare = Vec::new();
        let mut bridges = Near::new(250.0);
        let wet = |line: &[Xy]| -> Vec<(Xy, Xy)> {
            let line = resample(line, 20.0);
            let legs = line.iter().copied().zip(line.iter().copied().skip(1));
            legs.filter(|(a, b)| [a, b].iter().all(|p| site.to_river(**p) < BANK_M)).collect()
        };
        let closed = |line: &[Xy]| -> Vec<Xy> { line.iter().chain(line.first()).copied().collect() };
        let corridors = self.expressways.iter().map(|c| if c.closed { closed(&c.middle) } else { c.middle.clone() });
        let rings = self.drafts.iter().filter(|d| d.kind == Kind::Arterial && d.closed).map(|d| closed(&d.points));
        for line in corridors.chain(self.rails.iter().cloned()).chain(rings) {
            for (a, b) in wet(&line) {
                bridges.put(a, b, 0);
            }
        }
        let main = |d: &Draft| d.kind == Kind::Arterial && !d.closed;
        for (number, draft) in self.drafts.iter_mut().enumerate().filter(|(_, d)| main(d)) {
            let own = wet(&draft.points);
            let within = |by: f64| own.iter().any(|(a, _)| bridges.nearest(*a, by, |_| true).is_some());
            if !within(APART_M) {
                for (a, b) in own {
                    bridges.put(a, b, 0);
                }
                continue;
            }
            draft.at_river = AtRiver::Ends;
            if !within(TUNNEL_APART_M) {
                spare.push(number);
            }
        }
        spare
    }

    /// Of the main roads across the river, those that reach the road on each bank, every second goes under it, and two at
    /// least in all but small cities: the first, the city's axis, has a bridge where any other dives. Those dive first that
    /// go on as far as [`APPROACH_M`] beyond both banks, and those in `spare` last.
    fn dive(&mut self, site: &Site, spare: &[usize]) {
        let crosses = |draft: &Draft, beyond: f64| {
            let line = resample(&draft.points, 20.0);
            let near = |p: &&Xy| site.to_river(**p) < beyond;
            let shores = [1.0, -1.0].map(|side| line.iter().any(|p| (p[1] - site.river_y(p[0])) * side > 0.0));
            shores == [true; 2] && line.iter().filter(near).all(|p| self.keep(site, draft, *p).is_some())
        };
        let open = self
            .drafts
            .iter()
            .enumerate()
            .filter(|(_, d)| d.kind == Kind::Arterial && !d.closed && d.at_river == AtRiver::Bridge);
        let mut across = open.filter(|(_, d)| crosses(d, BANK_M)).map(|(i, d)| (i, crosses(d, APPROACH_M)));
        let axis = across.next();
        let across: Vec<(usize, bool)> = across.collect();
        let least = if site.radius > LARGE_M { 2 } else { 1 };
        let wanted = across.len().div_ceil(2).max(least);
        let (first, then): (Vec<_>, Vec<_>) = across.into_iter().partition(|(_, goes_on)| *goes_on);
        // every second one, then those between
        let (odd, even): (Vec<_>, Vec<_>) = first.iter().enumerate().partition(|(k, _)| k % 2 == 0);
        let free = |i: &usize| self.drafts.get(*i).map(|draft| Draft { at_river: AtRiver::Tunnel, ..draft.clone() });
        let spare = spare.iter().filter(|i| free(i).is_some_and(|draft| crosses(&draft, BANK_M)));
        let order = odd.into_iter().chain(even).map(|(_, one)| one).chain(&then).map(|(i, _)| *i);
        let chosen: Vec<usize> = order.chain(spare.copied()).chain(axis.map(|(i, _)| i)).take(wanted).collect();
        for i in chosen {
            if let Some(draft) = self.drafts.get_mut(i) {
                draft.at_river = AtRiver::Tunnel;
            }
        }
    }

    /// Whether an interchange is too near for a viaduct over a road at `p`.
    fn is_by_circle(&self, p: Xy) -> bool {
        self.circles.iter().any(|c| away(*c, p) < self.circle_m + VIADUCT_M + 60.0)
    }

    /// Whether an expressway and a railway are too near to each other at `p` to be both on viaducts over a road.
    fn is_tangle(&self, p: Xy) -> bool {
        let near = |lines: &Near| lines.nearest(p, 2.5 * VIADUCT_M, |_| true).is_some();
        near(&self.near_expressways) && near(&self.near_rails)
    }

    /// What becomes of a piece of `draft` whose middle is at `p`: class and flags, or nothing.
    pub(super) fn keep(&self, site: &Site, draft: &Draft, p: Xy) -> Option<(Option<Paint>, u8)> {
        if draft.kind == Kind::Bounds {
            return Some((None, 0));
        }
        if !crate::ground::pack::shape::inside([self.bounds.as_slice()], p) {
            return None;
        }
        let kind = draft.kind;
        if site.in_town(p, MOAT_M + 0.5) && !matches!(kind, Kind::Moat | Kind::Gate) {
            return None;
        }
        let wet = site.to_river(p) < BANK_M - 3.0;
        let within = |near: &Near, by: f64| near.nearest(p, by - 2.0, |_| true).is_some();
        let in_circle = self.circles.iter().any(|c| away(*c, p) < self.circle_m * 0.985);
        if kind == Kind::Circle {
            return (!wet && !in_circle).then_some((draft.class, if site.in_lake(p) { BRIDGE } else { 0 }));
        }
        if in_circle || site.lake.share(p) < 0.99 && kind != Kind::Loop {
            return None;
        }
        if kind == Kind::Loop && (site.lake.share(p) < 0.97 || site.hill.share(p) < 0.97) {
            return None;
        }
        let expressway = within(&self.near_expressways, EXPRESSWAY_M);
        let rail = within(&self.near_rails, RAIL_M);
        match kind {
            Kind::Frontage if wet || expressway => None,
            Kind::RailSide if wet || expressway || rail => None,
            Kind::Canal if wet || expressway || rail || within(&self.near_canals, CANAL_M) => None,
            Kind::Loop | Kind::Gate | Kind::Along if wet => None,
            Kind::Arterial | Kind::Along if site.is_hill(p) => None,
            // what bounds water or the old town goes through everywhere, a main road around an interchange
            Kind::Arterial | Kind::Along | Kind::Gate if self.is_by_circle(p) => None,
            Kind::Arterial | Kind::Along | Kind::Gate if (expressway || rail) && self.is_tangle(p) => None,
            _ if expressway || rail => Some((draft.class, 0)),
            _ if wet && draft.at_river == AtRiver::Ends => None,
            _ if wet && kind != Kind::Bank => {
                Some((draft.class, if draft.at_river == AtRiver::Tunnel { TUNNEL } else { BRIDGE }))
            }
            _ if within(&self.near_canals, CANAL_M) => Some((draft.class, BRIDGE)),
            Kind::Gate if site.in_town(p, MOAT_BRIDGE_M[1]) && !site.in_town(p, MOAT_BRIDGE_M[0]) => {
                Some((draft.class, BRIDGE))
            }
            _ => Some((draft.class, 0)),
        }
    }
}

/// From the wall to the middle of the road around the moat.
pub(super) const MOAT_M: f64 = 62.0;

/// From the wall to the ends of the bridges over the moat.
const MOAT_BRIDGE_M: [f64; 2] = [9.0, 39.0];

/// From the water to where the road to a tunnel begins.
const APPROACH_M: f64 = 220.0;

/// Radius from which a city has a boulevard around its centre, and more than one tunnel.
const LARGE_M: f64 = 2_600.0;
