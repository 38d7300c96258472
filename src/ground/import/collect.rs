//! Put classified objects into the model: ranges, rings and sizes are checked here, whatever the source.

use std::collections::HashSet;

use super::ImportError;
use super::classify::{BACKWARDS, BuildingTags, Found, Shape, WayTags};
use super::known::{Key, Known};
use super::pipes::{PipeTags, Runs, usual_depth_cm};
use super::report::{Skip, Skips};
use super::{rings, words};
use crate::domain::LonLat;
use crate::ground::datum::Datum;
use crate::ground::pack::model::{
    AreaShape, BuildingShape, CityModel, FillShape, Fix, LineShape, PipeShape, PlaceShape, WayShape, fix_from_lonlat,
    lonlat_from_fix,
};
use crate::ground::pack::records::{BuildingClass, NameId, Paint, PlaceKind};

/// Most points of one ring or line.
pub(super) const MAX_POINTS: usize = 500_000;
/// Most points of a building's outline: a chunk's worth.
const MAX_BUILDING_POINTS: usize = 16_000;
/// Steps across the bounds of what may be one city: 4 degrees.
const FARTHEST: u32 = 40_000_000;
/// Most points of a whole city (8 bytes each).
const MAX_CITY_POINTS: usize = 1 << 30;

/// The model under construction.
pub(super) struct Collector {
    pub(super) model: CityModel,
    pub(super) skips: Skips,
    pub(super) datum: Datum,
    pub(super) parts: u64,
    pub(super) defaults: u64,
    /// Pipes that lie as deep as is usual, since nobody says how deep.
    pub(super) default_depths: u64,
    /// Coastlines.
    pub(super) coast: Vec<Vec<Fix>>,
    /// What each source says it covers.
    pub(super) boxes: Vec<Option<(Fix, Fix)>>,
    seen_places: HashSet<(i64, NameId, Fix, u8)>,
    /// Objects of several sources, which may overlap; `None` where there is but one.
    seen_objects: Option<HashSet<(i64, Option<Fix>, Option<Fix>, usize)>>,
    scratch: Vec<Fix>,
}

/// An object's id and names, ready for the model.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Head {
    pub(super) id: i64,
    pub(super) name: NameId,
    pub(super) name_en: NameId,
    /// The name as it is, for buildings, which have one.
    pub(super) full: NameId,
}

impl Collector {
    /// For sources of this datum, one or `several`.
    pub(super) fn new(datum: Datum, several: bool) -> Self {
        Self {
            model: CityModel::default(),
            skips: Skips::default(),
            datum,
            parts: 0,
            defaults: 0,
            default_depths: 0,
            coast: Vec::new(),
            boxes: Vec::new(),
            seen_places: HashSet::new(),
            seen_objects: several.then(HashSet::new),
            scratch: Vec::new(),
        }
    }

    pub(super) fn skip(&mut self, why: Skip, id: i64) {
        self.skips.add(why, || id.to_string());
    }

    /// Whether this OpenStreetMap object comes for the first time; extracts that touch both hold what lies across.
    pub(super) fn is_new(&mut self, id: i64, line: &[Fix]) -> bool {
        let key = (id, line.first().copied(), line.last().copied(), line.len());
        let new = self.seen_objects.as_mut().is_none_or(|seen| seen.insert(key));
        if !new {
            self.skip(Skip::Repeated, id);
        }
        new
    }

    /// The bounds of all sources together; none where one of them has none, or they are no one city.
    pub(super) fn unite_bounds(&mut self) {
        let boxes: Option<Vec<(Fix, Fix)>> = self.boxes.drain(..).collect();
        let corners: Vec<Fix> = boxes.into_iter().flatten().flat_map(|(low, high)| [low, high]).collect();
        let near = |(low, high): &(Fix, Fix)| low.iter().zip(high).all(|(l, h)| l.abs_diff(*h) < FARTHEST);
        self.model.bounds = rings::span(&corners).filter(near);
    }

    /// An error once there is more than fits the pack's 32-bit references.
    pub(super) fn check_size(&self) -> Result<(), ImportError> {
        if self.model.points.len() > MAX_CITY_POINTS { Err(ImportError::TooLarge) } else { Ok(()) }
    }

    /// The coordinate in WGS 84, or `None` where it is out of range.
    pub(super) fn fix(&self, lon: f64, lat: f64) -> Option<Fix> {
        // beyond 89 degrees no city stands, and the frame would degenerate
        let at = LonLat::new(lon, lat).filter(|at| at.lat.abs() < 89.0)?;
        Some(fix_from_lonlat(if self.datum == Datum::Wgs84 { at } else { self.datum.to_wgs84(at) }))
    }

    /// Names of an object.
    pub(super) fn head(&mut self, id: i64, tags: &Known) -> Head {
        let name = tags.get(Key::Name);
        if name.is_empty() && !tags.has(Key::NameZh) && !tags.has(Key::NameEn) {
            return Head { id, ..Head::default() };
        }
        let (zh, en) = words::split_name(name);
        let zh = if tags.has(Key::NameZh) { tags.get(Key::NameZh) } else { zh };
        let en = if tags.has(Key::NameEn) { tags.get(Key::NameEn) } else { en };
        let zh = if zh.is_empty() { en } else { zh };
        let full = if name.is_empty() { zh } else { name };
        let names = &mut self.model.names;
        Head { id, name: names.number(zh), name_en: names.number(en), full: names.number(full) }
    }

    /// Add a polygon (outer ring and holes) of a classified object.
    pub(super) fn polygon(&mut self, head: Head, found: &Found, polygon: &[&[Fix]]) {
        match found.shape {
            Some(Shape::Building(tags)) => self.building(head, tags, polygon),
            Some(Shape::Fill(paint)) => self.fill(head, paint, polygon),
            Some(Shape::Boundary { level }) => self.area(head, level, polygon),
            Some(Shape::Way(tags)) if tags.class >= Paint::Path && tags.class <= Paint::Motorway => {
                // a square or a road drawn as an area
                self.fill(head, Paint::Paved, polygon);
            }
            Some(Shape::Way(WayTags { class: Paint::Stream, .. })) => self.fill(head, Paint::Water, polygon),
            Some(_) => self.skip(Skip::WrongGeometry, head.id),
            None => {}
        }
    }

    /// Add a line of a classified object.
    pub(super) fn line(&mut self, head: Head, found: &Found, line: &[Fix]) {
        match found.shape {
            Some(Shape::Way(tags)) => self.way(head, tags, line),
            Some(Shape::Pipe(tags)) => self.pipe(head, tags, line),
            Some(Shape::BoundaryLine | Shape::Boundary { .. }) => {
                if line.len() < 2 {
                    return self.skip(Skip::Collapsed, head.id);
                }
                let points = self.model.add_points(line.iter().copied());
                self.model.lines.push(LineShape { paint: Paint::Outline, width_cm: 400, points });
            }
            Some(Shape::Fill(Paint::Paved)) => {
                self.way(head, WayTags { class: Paint::Path, flags: 8, width_cm: 2_000 }, line);
            }
            Some(_) => self.skip(Skip::WrongGeometry, head.id),
            None => {}
        }
    }

    /// Add a place; `at` may be the middle of a shape.
    pub(super) fn place(&mut self, head: Head, kind: PlaceKind, rank: u8, at: Fix) {
        let nameless_counts = matches!(
            kind,
            PlaceKind::Hospital
                | PlaceKind::FireStation
                | PlaceKind::Police
                | PlaceKind::School
                | PlaceKind::Shelter
                | PlaceKind::Fuel
                | PlaceKind::Toilet
                | PlaceKind::Parking
                | PlaceKind::Station
        );
        if head.name == 0 && !nameless_counts {
            return self.skip(Skip::Nameless, head.id);
        }
        // tiled sources repeat a place in every tile around it, each time at another spot of the same thing
        let key = if head.id == 0 { (0, head.full, at, kind as u8) } else { (head.id, head.full, [0, 0], kind as u8) };
        if !self.seen_places.insert(key) {
            return self.skip(Skip::Repeated, head.id);
        }
        self.model.places.push(PlaceShape {
            source_id: head.id,
            name: head.name,
            name_en: head.name_en,
            at,
            kind,
            rank,
        });
    }

    fn building(&mut self, head: Head, tags: BuildingTags, polygon: &[&[Fix]]) {
        let Some(outer) = polygon.first() else { return self.skip(Skip::Collapsed, head.id) };
        if polygon.iter().map(|r| r.len()).sum::<usize>() > MAX_BUILDING_POINTS {
            return self.skip(Skip::TooManyPoints, head.id);
        }
        if polygon.iter().any(|r| rings::crosses_itself(rings::open(r))) {
            return self.skip(Skip::CrossesItself, head.id);
        }
        let area_m2 = rings::area_m2(outer);
        if rings::open(outer).len() < 3 || area_m2 < 0.5 {
            return self.skip(Skip::Collapsed, head.id);
        }
        let default = tags.top_m.is_none();
        let top = tags
            .top_m
            .unwrap_or_else(|| tags.foot_m + default_height(tags.class, area_m2, rings::open(outer).len(), head.id));
        let top = if top <= tags.foot_m { tags.foot_m + 3.0 } else { top };
        let outline = rings::open(outer);
        let (holes, wrong): (Vec<&[Fix]>, Vec<&[Fix]>) =
            polygon.iter().skip(1).copied().partition(|hole| rings::is_hole_of(outline, rings::open(hole)));
        for _ in wrong {
            self.skip(Skip::HoleOutside, head.id);
        }
        let rings = self.model.add_rings([*outer].into_iter().chain(holes));
        self.parts += u64::from(tags.part);
        self.defaults += u64::from(default);
        self.model.buildings.push(BuildingShape {
            source_id: head.id,
            name: head.full,
            rings,
            top_dm: decimetres(top),
            foot_dm: decimetres(tags.foot_m),
            class: tags.class,
            flags: u8::from(default) | u8::from(tags.part) << 1,
            levels: tags.levels,
        });
    }

    pub(super) fn fill(&mut self, head: Head, paint: Paint, polygon: &[&[Fix]]) {
        let Some(outer) = polygon.first() else { return self.skip(Skip::Collapsed, head.id) };
        if polygon.iter().map(|r| r.len()).sum::<usize>() > MAX_POINTS {
            return self.skip(Skip::TooManyPoints, head.id);
        }
        if rings::open(outer).len() < 3 || rings::area_m2(outer) < 0.5 {
            return self.skip(Skip::Collapsed, head.id);
        }
        let kept = polygon.iter().enumerate().filter(|(i, r)| *i == 0 || rings::open(r).len() >= 3).map(|(_, r)| *r);
        let rings = self.model.add_rings(kept);
        self.model.fills.push(FillShape { source_id: head.id, paint, rings });
    }

    /// An area of any number of rings.
    pub(super) fn area(&mut self, head: Head, level: u8, polygon: &[&[Fix]]) {
        let rings = polygon.iter().copied().filter(|r| rings::open(r).len() >= 3 && rings::area_m2(r) > 1.0);
        let rings: Vec<&[Fix]> = rings.collect();
        if rings.is_empty() {
            return self.skip(Skip::Collapsed, head.id);
        }
        if rings.iter().map(|r| r.len()).sum::<usize>() > MAX_POINTS {
            return self.skip(Skip::TooManyPoints, head.id);
        }
        let rings = self.model.add_rings(rings);
        self.model.areas.push(AreaShape {
            source_id: head.id,
            name: head.name,
            name_en: head.name_en,
            level,
            code: 0,
            rings,
            label: None,
        });
    }

    fn way(&mut self, head: Head, tags: WayTags, line: &[Fix]) {
        let mut points = std::mem::take(&mut self.scratch);
        points.clear();
        points.extend_from_slice(line);
        points.dedup();
        if tags.flags & BACKWARDS != 0 {
            points.reverse();
        }
        if points.len() < 2 {
            self.skip(Skip::Collapsed, head.id);
        } else if points.len() > MAX_POINTS {
            self.skip(Skip::TooManyPoints, head.id);
        } else {
            // a way record counts its points in 16 bits
            let mut rest = points.as_slice();
            while rest.len() > 1 {
                let (piece, _) = rest.split_at(rest.len().min(60_000));
                let run = self.model.add_points(piece.iter().copied());
                self.model.ways.push(WayShape {
                    source_id: head.id,
                    name: head.name,
                    name_en: head.name_en,
                    class: tags.class,
                    flags: tags.flags & !BACKWARDS,
                    width_cm: tags.width_cm,
                    points: run,
                });
                rest = rest.get(piece.len() - 1..).unwrap_or_default();
                if rest.len() < 2 {
                    break;
                }
            }
        }
        self.scratch = points;
    }

    fn pipe(&mut self, head: Head, tags: PipeTags, line: &[Fix]) {
        let network = match tags.runs {
            _ if tags.above => return self.skip(Skip::AboveGround, head.id),
            Runs::In(network) => network,
            Runs::Elsewhere | Runs::Unsaid => return self.skip(Skip::NoNetwork, head.id),
        };
        let mut points = line.to_vec();
        points.dedup();
        if points.len() < 2 {
            return self.skip(Skip::Collapsed, head.id);
        }
        if points.len() > MAX_POINTS {
            return self.skip(Skip::TooManyPoints, head.id);
        }
        self.default_depths += u64::from(tags.depth_cm.is_none());
        let depth_cm = tags.depth_cm.unwrap_or_else(|| usual_depth_cm(network));
        let points = self.model.add_points(points);
        let (diameter_mm, flags) = (tags.diameter_mm, u8::from(tags.main));
        self.model.pipes.push(PipeShape { network, diameter_mm, depth_cm, points, flags });
    }

    /// Drop what lies far from the middle of everything: one stray object must not stretch the city.
    pub(super) fn drop_strays(&mut self) {
        if self.model.bounds.is_some() || self.model.points.len() < 50 {
            return;
        }
        let step = self.model.points.len() / 4_000 + 1;
        let middle = |axis: usize| {
            let mut v: Vec<i32> = self.model.points.iter().step_by(step).filter_map(|p| p.get(axis).copied()).collect();
            v.sort_unstable();
            v.get(v.len() / 2).copied().unwrap_or_default()
        };
        let centre = [middle(0), middle(1)];
        let squeeze = lonlat_from_fix(centre).lat.to_radians().cos();
        // 2 degrees of latitude are 220 km
        let near = |p: &Fix| {
            let (dx, dy) = (f64::from(p[0]) - f64::from(centre[0]), f64::from(p[1]) - f64::from(centre[1]));
            (dx * squeeze).hypot(dy) < 2e7
        };
        let model = &mut self.model;
        let skips = &mut self.skips;
        let points = &model.points;
        let rings = &model.rings;
        let first = |r: crate::ground::pack::model::Run| points.get(r.first as usize).is_none_or(&near);
        let ring = |r: crate::ground::pack::model::Run| rings.get(r.first as usize).is_none_or(|r| first(*r));
        let mut keep = |near: bool, id: i64| {
            if !near {
                skips.add(Skip::FarAway, || id.to_string());
            }
            near
        };
        model.buildings.retain(|b| keep(ring(b.rings), b.source_id));
        model.fills.retain(|f| keep(ring(f.rings), f.source_id));
        model.areas.retain(|a| keep(ring(a.rings), a.source_id));
        model.ways.retain(|w| keep(first(w.points), w.source_id));
        model.lines.retain(|l| keep(first(l.points), 0));
        model.pipes.retain(|p| keep(first(p.points), 0));
        model.places.retain(|p| keep(near(&p.at), p.source_id));
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` saturates")]
fn decimetres(m: f64) -> u16 {
    (m * 10.0).round() as u16
}

/// Metres for a building without a height, by class, size and shape of its footprint; a tenth more or less by its
/// id, so that a street of them is no wall.
#[expect(clippy::cast_precision_loss, reason = "one byte")]
fn default_height(class: BuildingClass, area_m2: f64, corners: usize, id: i64) -> f64 {
    let base = match class {
        BuildingClass::Minor => 3.2,
        BuildingClass::Industrial => {
            if area_m2 < 400.0 {
                6.0
            } else {
                9.0
            }
        }
        BuildingClass::Public => {
            if area_m2 < 150.0 {
                5.0
            } else {
                12.0
            }
        }
        BuildingClass::Commercial => {
            if area_m2 < 150.0 {
                5.0
            } else if area_m2 < 600.0 {
                14.0
            } else {
                22.0
            }
        }
        BuildingClass::Residential => {
            if area_m2 < 90.0 {
                6.0
            } else if area_m2 < 220.0 {
                8.0
            } else {
                18.0
            }
        }
        BuildingClass::Unknown => {
            if area_m2 < 25.0 {
                3.0
            } else if area_m2 < 110.0 {
                7.0
            } else if (350.0..2_000.0).contains(&area_m2) && corners > 22 {
                // the many-winged outline of a block of flats around a core
                54.0
            } else if area_m2 < 300.0 {
                11.0
            } else if area_m2 < 1_500.0 {
                18.0
            } else {
                14.0
            }
        }
    };
    let dice = (id.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as f64 / 255.0;
    base * (0.9 + 0.2 * dice)
}
