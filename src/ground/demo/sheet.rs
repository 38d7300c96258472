//! The model under construction: shapes in metres become shapes of the pack.

use std::sync::OnceLock;

use super::ORIGIN;
use super::areas::{self, Address, Addresses, LEVELS, PATROL};
use super::block::Filled;
use super::geom::{away, scale};
use super::names::{Pair, RoadNames, names};
use super::net::{Corner, Net};
use super::parcels::Parcel;
use super::regions::Borders;
use super::site::Site;
use super::units::Unit;
use crate::ground::frame::LocalFrame;
use crate::ground::pack::model::{
    AreaShape, BuildingShape, CityModel, FillShape, Fix, PlaceShape, WayShape, fix_from_lonlat,
};
use crate::ground::pack::records::{BuildingClass, Paint, PlaceKind};
use crate::ground::pack::shape::Xy;

/// County code that no real place has; districts count on from it.
pub(super) const COUNTY: u64 = 329_900;

/// The model.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) model: CityModel,
    next_id: i64,
    /// Areas in the country, by depth and address.
    rural: std::collections::BTreeSet<(usize, [u16; 4])>,
}

/// A lane of a block: class, flags, width in centimetres, points.
pub(super) type Lane = (Paint, u8, u16, Vec<Xy>);

impl Sheet {
    pub(super) fn new() -> Self {
        Self { model: CityModel::default(), next_id: 1, rural: std::collections::BTreeSet::new() }
    }

    fn id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    /// From metres to the ground.
    pub(super) fn fix(at: Xy) -> Fix {
        static FRAME: OnceLock<LocalFrame> = OnceLock::new();
        fix_from_lonlat(FRAME.get_or_init(|| LocalFrame::new(ORIGIN)).lonlat_from_metres(at))
    }

    fn fixes(line: &[Xy]) -> Vec<Fix> {
        line.iter().map(|p| Self::fix(*p)).collect()
    }

    pub(super) fn fill(&mut self, paint: Paint, rings: &[Vec<Xy>]) {
        let rings: Vec<Vec<Fix>> = rings.iter().map(|r| Self::fixes(r)).collect();
        let rings = self.model.add_rings(rings.iter().map(Vec::as_slice));
        self.model.fills.push(FillShape { source_id: 0, paint, rings });
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
    pub(super) fn way(&mut self, class: Paint, flags: u8, width_m: f64, name: (&str, &str), line: &[Xy]) {
        let mut points = Self::fixes(line);
        points.dedup();
        if points.len() < 2 {
            return;
        }
        let points = self.model.add_points(points);
        let (zh, en) = (self.model.names.number(name.0), self.model.names.number(name.1));
        let (source_id, broad) = (self.id(), (width_m * 100.0).round() as u16);
        self.model.ways.push(WayShape { source_id, name: zh, name_en: en, class, flags, width_cm: broad, points });
    }

    pub(super) fn place(&mut self, kind: PlaceKind, rank: u8, name: (&str, &str), at: Xy) {
        let (zh, en) = (self.model.names.number(name.0), self.model.names.number(name.1));
        let source_id = self.id();
        self.model.places.push(PlaceShape { source_id, name: zh, name_en: en, at: Self::fix(at), kind, rank });
    }

    pub(super) fn building(
        &mut self,
        rings: &[Vec<Xy>],
        top_m: f32,
        foot_m: f32,
        class: BuildingClass,
        levels: u8,
        name: &str,
    ) {
        let fixes: Vec<Vec<Fix>> = rings.iter().map(|r| Self::fixes(r)).collect();
        let rings = self.model.add_rings(fixes.iter().map(Vec::as_slice));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
        let decimetres = |m: f32| (m * 10.0).round() as u16;
        let source_id = self.id();
        let name = self.model.names.number(name);
        self.model.buildings.push(BuildingShape {
            source_id,
            name,
            rings,
            top_dm: decimetres(top_m),
            foot_dm: decimetres(foot_m),
            class,
            flags: if foot_m > 0.0 { 2 } else { 0 },
            levels,
        });
    }

    /// Take over what a block was filled with; hands back its lanes.
    pub(super) fn take(&mut self, filled: Filled) -> Vec<Lane> {
        for made in filled.buildings {
            self.building(&made.rings, made.top_m, made.foot_m, made.class, made.levels, &made.name);
        }
        for (paint, rings) in filled.fills {
            self.fill(paint, &rings);
        }
        for (kind, rank, name, at) in filled.places {
            self.place(kind, rank, (&name.0, &name.1), at);
        }
        filled.ways
    }

    /// City, districts, streets, communities, patrol grids and unit grids; gives each parcel's address.
    pub(super) fn areas(
        &mut self,
        site: &Site,
        net: &Net,
        parcels: &[Parcel],
        units: &[Unit],
        words: &mut RoadNames,
    ) -> Vec<Address> {
        let rings: Vec<Vec<Fix>> = parcels.iter().map(|p| Self::full_ring(net, &p.face)).collect();
        let borders = Borders::new(&rings);
        let rings: Vec<Vec<Fix>> = units.iter().map(|unit| Self::full_ring(net, &unit.face)).collect();
        let unit_borders = Borders::new(&rings);
        let addresses = areas::assign(parcels, units, &borders, &unit_borders, site.seed);
        let whole = borders.outlines(&vec![0; parcels.len()], 1).into_iter().next().unwrap_or_default();
        self.area(5, COUNTY, names().city.both(), &whole);
        if let Some((low, high)) = bounds(&whole) {
            self.model.bounds = Some((low, high));
        }
        self.place(PlaceKind::City, 0, names().city.both(), [0.0, 0.0]);
        for (depth, level) in LEVELS.into_iter().enumerate() {
            // a parcel may have several patrol grids
            if level == PATROL {
                let parcels: Vec<&Parcel> = units.iter().filter_map(|unit| parcels.get(unit.parcel as usize)).collect();
                self.level(site, (depth, level), &parcels, &addresses.pieces, &unit_borders, words);
            } else {
                let parcels: Vec<&Parcel> = parcels.iter().collect();
                self.level(site, (depth, level), &parcels, &addresses.parcels, &borders, words);
            }
        }
        self.units(&addresses, &unit_borders);
        addresses.parcels
    }

    fn full_ring(net: &Net, face: &[Corner]) -> Vec<Fix> {
        let mut ring = Self::fixes(&net.full_ring(face));
        ring.dedup();
        ring
    }

    fn level(
        &mut self,
        site: &Site,
        (depth, level): (usize, u8),
        parcels: &[&Parcel],
        addresses: &[Address],
        borders: &Borders,
        words: &mut RoadNames,
    ) {
        let key = |a: &Address| Address(prefix(*a, depth));
        let mut keys: Vec<Address> = addresses.iter().map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        let region: Vec<u32> = addresses
            .iter()
            .map(|a| keys.binary_search(&key(a)).map_or(u32::MAX, |i| u32::try_from(i).unwrap_or(u32::MAX)))
            .collect();
        // how urban the region is, and where
        let mut sums = vec![(0.0, 0.0, [0.0; 2]); keys.len()];
        for (parcel, region) in parcels.iter().zip(&region) {
            if let Some((urban, area, at)) = sums.get_mut(*region as usize) {
                *urban += parcel.urban * parcel.area;
                *area += parcel.area;
                *at = [at[0] + parcel.at[0] * parcel.area, at[1] + parcel.at[1] * parcel.area];
            }
        }
        let outlines = borders.outlines(&region, keys.len());
        let middles = sums.iter().map(|(_, area, at)| scale(*at, 1.0 / f64::max(*area, 1.0)));
        let districts = if depth == 0 { districts(site, &middles.collect::<Vec<_>>()) } else { Vec::new() };
        for ((address, rings), (urban, area, at)) in keys.iter().zip(outlines).zip(sums) {
            let urban = urban / f64::max(area, 1.0) > -0.02;
            let [d, s, c, p] = address.0;
            if !urban && depth < 3 {
                self.rural.insert((depth, prefix(*address, depth)));
            }
            let name = match depth {
                0 => {
                    let name = districts.get(usize::from(d)).and_then(|n| names().districts.get(*n));
                    let word = name.map(Pair::both).unwrap_or_default();
                    if urban { &names().district } else { &names().county }.of(word)
                }
                3 => names().patrol.of((&(p + 1).to_string(), &(p + 1).to_string())),
                _ => {
                    let word = words.word();
                    let pattern = match (depth, urban) {
                        (1, true) => &names().subdistrict,
                        (1, false) => &names().town,
                        (_, true) => &names().community,
                        (_, false) => &names().village,
                    };
                    pattern.of((&word.0, &word.1))
                }
            };
            self.area(level, self.code([d, s, c, p], depth), (&name.0, &name.1), &rings);
            if depth < 2 {
                let at = [at[0] / area.max(1.0), at[1] / area.max(1.0)];
                let (kind, rank) = if depth == 0 { (PlaceKind::District, 10) } else { (PlaceKind::Quarter, 50) };
                self.place(kind, rank, (&name.0, &name.1), at);
            }
        }
    }

    fn units(&mut self, addresses: &Addresses, borders: &Borders) {
        let mut last: std::collections::BTreeMap<[u16; 3], u64> = std::collections::BTreeMap::new();
        let own: Vec<(u32, Address)> = (0u32..)
            .zip(addresses.units.iter().zip(&addresses.pieces))
            .filter(|(piece, (unit, _))| piece == *unit)
            .map(|(piece, (_, address))| (piece, *address))
            .collect();
        let region: Vec<u32> = addresses
            .units
            .iter()
            .map(|unit| own.partition_point(|(piece, _)| piece < unit))
            .map(|number| u32::try_from(number).unwrap_or(u32::MAX))
            .collect();
        for ((_, Address([d, s, c, _])), rings) in own.iter().zip(borders.outlines(&region, own.len())) {
            let number = last.entry([*d, *s, *c]).or_default();
            *number += 1;
            let three = format!("{number:03}");
            let name = names().unit.of((&three, &three));
            self.area(12, self.code([*d, *s, *c, 0], 2) * 1_000 + *number, (&name.0, &name.1), &rings);
        }
    }

    /// The standard's code of an address down to `depth`: 6, 9, 12 or 14 digits. Counties are numbered from 21, towns
    /// from 101 and villages from 201, apart from districts, subdistricts and communities.
    fn code(&self, address: [u16; 4], depth: usize) -> u64 {
        let number = |at: usize| u64::from(address.get(at).copied().unwrap_or_default()) + 1;
        let is_rural = |at: usize| self.rural.contains(&(at, prefix(Address(address), at)));
        let with = |at: usize, rural: u64| number(at) + if is_rural(at) { rural } else { 0 };
        let district = COUNTY + with(0, 20);
        let street = district * 1_000 + with(1, 100);
        let community = street * 1_000 + with(2, 200);
        match depth {
            0 => district,
            1 => street,
            2 => community,
            _ => community * 100 + number(3),
        }
    }

    fn area(&mut self, level: u8, code: u64, name: (&str, &str), rings: &[Vec<Fix>]) {
        let rings = self.model.add_rings(rings.iter().map(Vec::as_slice));
        let (zh, en) = (self.model.names.number(name.0), self.model.names.number(name.1));
        let source_id = self.id();
        self.model.areas.push(AreaShape { source_id, name: zh, name_en: en, level, code, rings, label: None });
    }
}

/// Which of the names each district takes: those that speak of a place go to the district there.
fn districts(site: &Site, middles: &[Xy]) -> Vec<usize> {
    let r = site.radius;
    let bank = |x: f64, up: f64| [x * r, site.river_y(x * r) + up * r];
    // in the order of the names: drum tower, riverside, hills, lake, south bank, river view, east
    let anchors = [site.town, bank(0.3, 0.1), [0.0, r], site.lake.at, bank(0.0, -0.3), bank(-0.6, -0.1), [r, 0.0]];
    let mut names = vec![usize::MAX; middles.len()];
    for number in 0..middles.len() {
        let free = (0..middles.len()).filter(|i| names.get(*i) == Some(&usize::MAX));
        let nearest = free.min_by(|a, b| {
            let d = |i: usize| match (middles.get(i), anchors.get(number)) {
                (Some(middle), Some(anchor)) => away(*middle, *anchor),
                _ => 0.0,
            };
            d(*a).total_cmp(&d(*b)).then(a.cmp(b))
        });
        if let Some(slot) = nearest.and_then(|i| names.get_mut(i)) {
            *slot = number;
        }
    }
    names
}

/// An address down to `depth`.
fn prefix(address: Address, depth: usize) -> [u16; 4] {
    let mut kept = address.0;
    kept.iter_mut().skip(depth + 1).for_each(|number| *number = 0);
    kept
}

fn bounds(rings: &[Vec<Fix>]) -> Option<(Fix, Fix)> {
    rings.iter().flatten().fold(None, |b, p| match b {
        None => Some((*p, *p)),
        Some((lo, hi)) => Some(([lo[0].min(p[0]), lo[1].min(p[1])], [hi[0].max(p[0]), hi[1].max(p[1])])),
    })
}
