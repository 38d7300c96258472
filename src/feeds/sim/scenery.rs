//! What the city has that a day needs: how many live there, where things happen, where crews are at
//! home, and the places that a script asks for.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "metres of a city in single precision, and its people"
)]

use std::collections::HashMap;

use super::cover::Cover;
use super::plan::Where;
use super::random::Random;
use crate::config::script::Spot;
use crate::domain::CrewKind;
use crate::ground::City;
use crate::ground::city::place_kind;
use crate::ground::pack::records::{Building, BuildingClass, Edge, Paint, PlaceKind, Way};
use crate::ground::roads::{Roads, far};

/// Buildings and edges looked at, at most: a sample of a large city.
const SAMPLE: usize = 20_000;
/// Nodes of the road graph that low ground is looked for among, at most.
const LOW_SAMPLE: usize = 20_000;
/// Candidates for a script's place.
const CANDIDATES: usize = 12;
/// Two places of one script are so far apart at least, metres.
const APART_M: f32 = 250.0;
/// Metres from a quarter's label within which its crews are at home.
const DEPOT_M: f32 = 400.0;
/// Metres from a park's label within which green beside a road is that park.
const PARK_M: f32 = 300.0;
/// Metres from a station's label to its exits.
const EXIT_M: f32 = 150.0;
/// People for whom one building site is open, and the least of a city.
const HEADS_A_BUILDING_SITE: f64 = 4_000.0;
const BUILDING_SITES_LEAST: usize = 12;
const BRIDGE: u8 = 1 << 1;
const TUNNEL: u8 = 1 << 2;

/// Where a case is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Site {
    pub(super) at: [f32; 2],
    /// Storeys of the building, 0 in the street.
    pub(super) levels: u8,
}

/// The scenery of a city.
#[derive(Debug)]
pub(super) struct Scenery {
    /// People who live there.
    pub(super) population: f64,
    homes: Vec<(Site, f64)>,
    shops: Vec<(Site, f64)>,
    /// Building sites: no map tells them, so some streets have one.
    works: Vec<Site>,
    streets: Vec<Site>,
    mains: Vec<Site>,
    junctions: Vec<Site>,
    parks: Vec<Site>,
    waters: Vec<Site>,
    stations: Vec<Site>,
    fire: Vec<[f32; 2]>,
    hospitals: Vec<[f32; 2]>,
    police: Vec<[f32; 2]>,
    quarters: Vec<[f32; 2]>,
    anywhere: Vec<[f32; 2]>,
    /// Spots on roads around the quarters' labels.
    depots: Vec<[f32; 2]>,
}

impl Scenery {
    pub(super) fn of(city: &City, roads: &Roads, floor_m2_per_head: f64) -> Self {
        let mut scenery = Self {
            population: 0.0,
            homes: Vec::new(),
            shops: Vec::new(),
            works: Vec::new(),
            streets: Vec::new(),
            mains: Vec::new(),
            junctions: Vec::new(),
            parks: Vec::new(),
            waters: Vec::new(),
            stations: Vec::new(),
            fire: places(city, PlaceKind::FireStation),
            hospitals: places(city, PlaceKind::Hospital),
            police: places(city, PlaceKind::Police),
            quarters: places(city, PlaceKind::Quarter),
            anywhere: Vec::new(),
            depots: Vec::new(),
        };
        scenery.look_at_buildings(city, floor_m2_per_head);
        scenery.look_at_roads(city, roads);
        scenery.look_beside_roads(city, roads);
        scenery.depots = around(&scenery.quarters, &scenery.anywhere, DEPOT_M);
        let sites = (scenery.population / HEADS_A_BUILDING_SITE) as usize;
        let stride = scenery.streets.len().div_ceil(sites.max(BUILDING_SITES_LEAST)).max(1);
        scenery.works = scenery.streets.iter().step_by(stride).copied().collect();
        scenery
    }

    /// Places at the water.
    pub(super) fn waters(&self) -> impl Iterator<Item = [f32; 2]> + '_ {
        self.waters.iter().map(|site| site.at)
    }

    /// Building sites.
    pub(super) fn works(&self) -> impl Iterator<Item = [f32; 2]> + '_ {
        self.works.iter().map(|site| site.at)
    }

    fn look_at_buildings(&mut self, city: &City, floor_m2_per_head: f64) {
        let count = city.buildings().len();
        let stride = count.div_ceil(SAMPLE).max(1);
        let mut floor_m2 = 0.0;
        for (number, building) in (0_u32..).zip(city.buildings()).step_by(stride) {
            let Some((at, area)) = footprint(city, number) else { continue };
            let levels = levels(building);
            let floors = area * f64::from(levels);
            let site = (Site { at, levels }, floors);
            if building.class == BuildingClass::Residential as u8 {
                floor_m2 += floors;
                self.homes.push(site);
            } else if building.class == BuildingClass::Commercial as u8 || building.class == BuildingClass::Public as u8
            {
                self.shops.push(site);
            } else if building.class == BuildingClass::Unknown as u8 {
                floor_m2 += floors * 0.5;
                self.homes.push(site);
            }
        }
        self.population = floor_m2 * stride as f64 / floor_m2_per_head.max(1.0);
    }

    fn look_at_roads(&mut self, city: &City, roads: &Roads) {
        let edges = city.edges();
        let stride = edges.len().div_ceil(SAMPLE).max(1);
        for edge in edges.iter().step_by(stride).filter(|edge| roads.reachable(edge.from)) {
            let Some(way) = city.ways().get(edge.way as usize) else { continue };
            let middle = u64::midpoint(u64::from(edge.first_point), u64::from(edge.last_point));
            let Some(at) = usize::try_from(middle).ok().and_then(|i| city.way_points().get(i)) else { continue };
            if (Paint::Street as u8..=Paint::Motorway as u8).contains(&way.class) && way.name != 0 {
                // Who walks, parks or sells does so beside streets, not on expressways.
                if way.class < Paint::Trunk as u8 {
                    self.streets.push(street(*at));
                }
                if way.class >= Paint::Secondary as u8 {
                    self.mains.push(street(*at));
                }
            }
        }
        let stride = roads.nodes().len().div_ceil(SAMPLE).max(1);
        for node in roads.nodes().iter().step_by(stride) {
            let Some(at) = city.nodes().get(*node as usize) else { continue };
            self.anywhere.push(*at);
            if city.edges_from(*node).len() >= 3 && roads.class(city, *node) >= Paint::Tertiary as u8 {
                self.junctions.push(street(*at));
            }
        }
    }

    /// Where roads run along a shore, along a park, and past a station.
    fn look_beside_roads(&mut self, city: &City, roads: &Roads) {
        let cover = Cover::of(city);
        let (mut shores, mut greens, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for edge in city.edges().iter().filter(|edge| edge.first_point <= edge.last_point && roads.reachable(edge.from))
        {
            let Some(way) = city.ways().get(edge.way as usize) else { continue };
            let walked = (Paint::Service as u8..Paint::Trunk as u8).contains(&way.class);
            let Some(at) = middle(city, edge).filter(|_| walked && way.flags & (BRIDGE | TUNNEL) == 0) else {
                continue;
            };
            all.push(at);
            if cover.is_shore(at) {
                shores.push(at);
            }
            if cover.is_green(at) {
                greens.push(at);
            }
        }
        self.waters = thinned(shores);
        self.parks = thinned(around(&places(city, PlaceKind::Park), &greens, PARK_M));
        let stations = places(city, PlaceKind::Station);
        let mut exits = around(&stations, &all, EXIT_M);
        // One that no road passes has its exit where the next one is.
        let far_off = |at: &&[f32; 2]| exits.iter().all(|exit| far(*exit, **at) > EXIT_M);
        let lonely: Vec<[f32; 2]> = stations.iter().filter(far_off).copied().collect();
        let nearest =
            |at: &[f32; 2]| roads.nearest(city, *at).and_then(|node| city.nodes().get(node as usize)).copied();
        exits.extend(lonely.iter().filter_map(nearest));
        self.stations = thinned(exits);
    }

    /// A place for a case; where the city has none of the wanted sort, a street, or any road.
    pub(super) fn site(&self, wanted: Where, random: &mut Random) -> Option<Site> {
        let of_buildings = |sites: &[(Site, f64)], random: &mut Random| {
            // By floor area: of two drawn the larger one is where more people are.
            let (a, b) = (random.pick(sites)?, random.pick(sites)?);
            Some(if a.1 >= b.1 { a.0 } else { b.0 })
        };
        let found = match wanted {
            Where::Home => of_buildings(&self.homes, random),
            Where::Shop => of_buildings(&self.shops, random),
            Where::Works => random.pick(&self.works).copied(),
            Where::Street => random.pick(&self.streets).copied(),
            Where::Main => random.pick(&self.mains).copied(),
            Where::Junction => random.pick(&self.junctions).copied(),
            Where::Park => random.pick(&self.parks).copied(),
            Where::Water => random.pick(&self.waters).copied(),
            Where::Station => random.pick(&self.stations).copied(),
        };
        found
            .or_else(|| random.pick(&self.streets).copied())
            .or_else(|| random.pick(&self.anywhere).map(|at| street(*at)))
            .or_else(|| of_buildings(&self.homes, random))
    }

    /// Where a crew is at home.
    pub(super) fn station(&self, kind: CrewKind, random: &mut Random) -> Option<[f32; 2]> {
        let own = match kind {
            CrewKind::Fire => &self.fire,
            CrewKind::Ambulance => &self.hospitals,
            CrewKind::Police | CrewKind::Traffic => &self.police,
            CrewKind::Bus => &self.anywhere,
            CrewKind::Patrol | CrewKind::Sanitation | CrewKind::Repair | CrewKind::Chengguan => &self.depots,
        };
        let near_people = random.pick(&self.anywhere).copied();
        random.pick(own).copied().or(near_people)
    }

    /// Somewhere on a road.
    pub(super) fn anywhere(&self, random: &mut Random) -> Option<[f32; 2]> {
        random.pick(&self.anywhere).copied()
    }

    /// A place of a script, away from those that it has already; the nearest thing to it where the city
    /// has none of that sort.
    pub(super) fn spot(
        &self,
        city: &City,
        roads: &Roads,
        wanted: Spot,
        taken: &[Site],
        random: &mut Random,
    ) -> Option<Site> {
        let found = match wanted {
            Spot::Tower => towers(city),
            Spot::Bridge => long_ways(city, BRIDGE),
            Spot::Underpass => long_ways(city, TUNNEL),
            Spot::Low => self.low(city),
            Spot::Station => self.stations.clone(),
            Spot::Main => self.mains.clone(),
            Spot::Street => self.streets.clone(),
            Spot::Home => self.homes.iter().map(|(site, _)| *site).collect(),
        };
        let free = |site: &Site| taken.iter().all(|other| far(other.at, site.at) > APART_M);
        let free_sites: Vec<Site> = found.iter().copied().filter(free).collect();
        let reached = |site: &Site| roads.is_empty() || roads.nearest(city, site.at).is_some();
        random
            .pick(&free_sites)
            .copied()
            .filter(reached)
            .or_else(|| random.pick(&found).copied())
            .or_else(|| if wanted == Spot::Underpass { random.pick(&self.low(city)).copied() } else { None })
            .or_else(|| self.site(Where::Main, random))
    }

    /// The lowest ground on the roads; any junction where the city is flat.
    fn low(&self, city: &City) -> Vec<Site> {
        let stride = self.anywhere.len().div_ceil(LOW_SAMPLE).max(1);
        let mut low: Vec<(f64, Site)> =
            self.anywhere.iter().step_by(stride).map(|at| (city.ground_at(at.map(f64::from)), street(*at))).collect();
        let lowest = low.iter().map(|(height, _)| *height).fold(f64::MAX, f64::min);
        let highest = low.iter().map(|(height, _)| *height).fold(f64::MIN, f64::max);
        if highest - lowest < 1.0 {
            return self.junctions.clone();
        }
        low.sort_by(|a, b| a.0.total_cmp(&b.0));
        low.truncate((low.len() / 50).max(CANDIDATES));
        low.into_iter().map(|(_, site)| site).collect()
    }
}

fn street(at: [f32; 2]) -> Site {
    Site { at, levels: 0 }
}

fn places(city: &City, kind: PlaceKind) -> Vec<[f32; 2]> {
    city.places().iter().filter(|place| place_kind(place) == kind).map(|place| place.at).collect()
}

fn levels(building: &Building) -> u8 {
    if building.levels > 0 { building.levels } else { (building.top_dm / 31).clamp(1, 120) as u8 }
}

/// The middle of a building's outer ring and its area in square metres.
fn footprint(city: &City, number: u32) -> Option<([f32; 2], f64)> {
    let rings = city.footprint(number);
    let ring = rings.first().filter(|ring| !ring.is_empty())?;
    let count = ring.len() as f64;
    let sum = ring.iter().fold([0.0, 0.0], |sum, p| [sum[0] + p[0], sum[1] + p[1]]);
    let next = ring.iter().skip(1).chain(ring.first());
    let doubled: f64 = ring.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum();
    Some(([(sum[0] / count) as f32, (sum[1] / count) as f32], doubled.abs() / 2.0))
}

/// The highest buildings where people live and work.
fn towers(city: &City) -> Vec<Site> {
    let people = |b: &Building| b.class != BuildingClass::Minor as u8 && b.class != BuildingClass::Industrial as u8;
    let mut high: Vec<(u16, u32)> =
        (0_u32..).zip(city.buildings()).filter(|(_, b)| people(b)).map(|(n, b)| (b.top_dm, n)).collect();
    high.sort_unstable_by(|a, b| b.cmp(a));
    high.truncate(CANDIDATES);
    let site = |number: u32| {
        let building = city.buildings().get(number as usize)?;
        Some(Site { at: footprint(city, number)?.0, levels: levels(building) })
    };
    high.into_iter().filter_map(|(_, number)| site(number)).collect()
}

/// Middles of the longest roads for cars with a flag, the longest first.
fn long_ways(city: &City, flag: u8) -> Vec<Site> {
    let road = |way: &&Way| way.flags & flag != 0 && (Paint::Street as u8..=Paint::Motorway as u8).contains(&way.class);
    let long = |way: &Way| {
        let points = city.points_of(way);
        points.iter().zip(points.iter().skip(1)).map(|(a, b)| far(*a, *b)).sum::<f32>()
    };
    let mut ways: Vec<(f32, [f32; 2])> = city
        .ways()
        .iter()
        .filter(road)
        .filter_map(|way| Some((long(way), *city.points_of(way).get(usize::from(way.point_count) / 2)?)))
        .collect();
    ways.sort_by(|a, b| b.0.total_cmp(&a.0));
    ways.truncate(CANDIDATES);
    ways.into_iter().map(|(_, at)| street(at)).collect()
}

/// The spots within so many metres of any of these labels, label by label: where a label stands is no place by itself,
/// and may be in a river.
fn around(labels: &[[f32; 2]], spots: &[[f32; 2]], metres: f32) -> Vec<[f32; 2]> {
    let cell = |at: [f32; 2]| at.map(|v| (v / metres).floor() as i32);
    let mut by_cell: HashMap<[i32; 2], Vec<[f32; 2]>> = HashMap::new();
    for at in spots {
        by_cell.entry(cell(*at)).or_default().push(*at);
    }
    let of_label = |label: &[f32; 2]| {
        let ([x, y], label) = (cell(*label), *label);
        let cells = (-1..=1).flat_map(move |dx| (-1..=1).map(move |dy| [x + dx, y + dy]));
        let near = cells.filter_map(|cell| by_cell.get(&cell)).flatten().copied();
        near.filter(move |at| far(*at, label) <= metres).collect::<Vec<_>>()
    };
    labels.iter().flat_map(of_label).collect()
}

/// The middle of an edge.
fn middle(city: &City, edge: &Edge) -> Option<[f32; 2]> {
    let before = u64::midpoint(u64::from(edge.first_point), u64::from(edge.last_point).saturating_sub(1));
    let before = usize::try_from(before).ok()?;
    let (a, b) = (city.way_points().get(before)?, city.way_points().get(before + 1)?);
    Some([f32::midpoint(a[0], b[0]), f32::midpoint(a[1], b[1])])
}

/// No more of them than a sample.
fn thinned(spots: Vec<[f32; 2]>) -> Vec<Site> {
    let stride = spots.len().div_ceil(SAMPLE).max(1);
    spots.into_iter().step_by(stride).map(street).collect()
}
