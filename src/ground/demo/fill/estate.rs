//! Housing estates: slabs in rows that face south, as far apart as the winter sun asks, shops along the street, a
//! kindergarten, gardens between the rows.

use super::super::Random;
use super::super::names::names;
use super::forms;
use super::lot::{Lot, Pad, Side, distance, left, minus, pieces, step, unit};
use super::site::{Site, Use};
use super::words::{inside, numbered};
use crate::ground::pack::records::{Paint, PlaceKind};
use crate::ground::pack::shape::Xy;

/// Rows run along the block's own axis, the one nearest to east-west.
const EAST: Xy = [1.0, 0.0];
const NORTH: Xy = [0.0, 1.0];

/// What is built on an estate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    floors: f64,
    depth: f64,
    /// Metres between rows.
    apart: f64,
    /// Metres of a slab.
    long: [f64; 2],
    /// Share of rows of point blocks.
    points: f64,
    /// Share of slabs whose stairs stand out.
    stairs: f64,
}

impl Style {
    /// Six storeys without a lift, of the last century.
    fn walk_up(site: &mut Site) -> Self {
        let floors = site.random.between(4.6, 6.4).round();
        Self { floors, depth: 11.5, apart: floors * 3.0 * 1.05, long: [36.0, 62.0], points: 0.0, stairs: 0.75 }
    }

    /// Nine to fourteen storeys with a lift.
    pub(super) fn middling(height: f64) -> Self {
        let floors = (9.0 + 5.0 * height).round();
        Self { floors, depth: 14.0, apart: floors * 3.0 * 0.8, long: [34.0, 58.0], points: 0.12, stairs: 0.5 }
    }

    fn tall(site: &mut Site) -> Self {
        let floors = site.random.between(17.0, 25.0) + 9.0 * site.height * site.random.unit();
        let points = if site.random.chance(0.3) { 0.8 } else { 0.18 };
        Self { floors, depth: 16.0, apart: (floors * 1.55).clamp(30.0, 50.0), long: [30.0, 54.0], points, stairs: 0.3 }
    }

    fn terraces() -> Self {
        Self { floors: 3.0, depth: 11.0, apart: 13.0, long: [20.0, 42.0], points: 0.0, stairs: 0.3 }
    }
}

pub(super) fn estate(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    let dice = site.random.unit();
    // districts were built up in different decades
    let decade = Random::new(u64::from(site.block.district)).between(-0.12, 0.12);
    let tall = 0.18 + 0.6 * site.height + decade;
    let style = if dice < tall {
        Style::tall(site)
    } else if dice < tall + 0.25 {
        Style::middling(site.height)
    } else if dice > 0.95 && site.height < 0.3 {
        Style::terraces()
    } else {
        Style::walk_up(site)
    };
    let name = site.own_name(&inside().estates);
    let mut number = 0;
    let mut kindergarten = site.area > 22_000.0 && site.random.chance(0.7);
    for lot in lots {
        let lot = shops(site, lot.clone());
        for lot in site.lanes(&lot, 21_000.0, 7.0, Paint::Service) {
            let body = if std::mem::take(&mut kindergarten) && lot.area() > 9_000.0 {
                with_kindergarten(site, &lot, &name.0)
            } else {
                vec![lot]
            };
            for lot in body {
                row_by_row(site, &lot, &style, &name.0, &mut number);
            }
        }
    }
    if let Some(lot) = lots.iter().max_by(|a, b| a.area().total_cmp(&b.area())) {
        site.place(PlaceKind::Quarter, 150, name, lot.middle());
    }
}

/// A row of shops along one street, where there is one; what is left of the lot.
fn shops(site: &mut Site, lot: Lot) -> Lot {
    let (number, _) = lot.front();
    let Some((a, b, Side::Street)) = lot.edges().nth(number) else { return lot };
    if distance(a, b) < 60.0 || !site.random.chance(0.45) {
        return lot;
    }
    let (Some(strip), Some(rest)) = lot.peel(number, 13.0, 0.0) else { return lot };
    let along = unit(minus(b, a));
    if let Some(row) = strip.shrunk(1.5).and_then(|s| s.pad(along)).filter(|pad| pad.deep() > 7.0 && pad.long() > 20.0)
    {
        let count = pieces(row.long(), site.random.between(30.0, 48.0));
        for (i, shop) in row.row(count, 5.0).enumerate() {
            // the gate
            if count > 2 && i == count / 2 {
                continue;
            }
            let floors = site.random.between(1.0, 2.6).floor();
            site.raise(forms::plain(&shop.around(shop.long(), shop.deep().min(10.5))), 0.0, floors, Use::Shop);
        }
    }
    rest
}

/// A kindergarten in the south-eastern corner; the other lots.
fn with_kindergarten(site: &mut Site, lot: &Lot, name: &str) -> Vec<Lot> {
    let (_, east) = lot.extent(EAST);
    let (south, _) = lot.extent(NORTH);
    let [west_part, east_part] = lot.cut([east - 54.0, 0.0], NORTH, 0.0, Side::Party);
    let Some(east_part) = east_part else { return west_part.into_iter().collect() };
    let [upper, lower] = east_part.cut([0.0, south + 56.0], EAST, 0.0, Side::Party);
    let mut rest: Vec<Lot> = west_part.into_iter().chain(upper).collect();
    let pad = lower.as_ref().and_then(|l| l.shrunk(6.0)).and_then(|l| l.pad(EAST));
    let Some(pad) = pad.filter(|pad| pad.least() > 28.0) else {
        rest.extend(lower);
        return rest;
    };
    let house = pad.share([0.0, 1.0], [0.5, 1.0]);
    let rings = forms::ell(&house, &mut site.random);
    site.raise_named(rings, 0.0, 3.0, Use::Public, format!("{name}{}", inside().kindergarten));
    site.paint(Paint::Bare, forms::plain(&pad.share([0.1, 0.9], [0.02, 0.4])));
    rest
}

/// Rows for other zones, without numbers.
pub(super) fn rows(site: &mut Site, lot: &Lot, style: &Style) {
    row_by_row(site, lot, style, "", &mut 0);
}

fn row_by_row(site: &mut Site, lot: &Lot, style: &Style, name: &str, number: &mut usize) {
    let street = if site.random.chance(0.5) { 6.0 } else { 8.0 };
    let Some(body) = lot.inset(|side| if side == Side::Party { 4.0 } else { street }) else { return };
    let (south, north) = usable(&body);
    let pitch = style.depth + style.apart / (0.75 + 0.5 * site.density);
    let room = north - south - style.depth;
    if room < 0.0 {
        return fill_up(site, &body, style);
    }
    // what is over goes between the rows, up to a half more; what is short is taken from there
    let rows = (room / pitch + 0.35).floor();
    let pitch = if rows > 0.0 { (room / rows).min(pitch * 1.5) } else { pitch };
    let mut at = if rows > 0.0 { south + (room - pitch * rows) / 2.0 } else { south + room / 2.0 };
    let total = rows.max(1.0);
    let mut index = 0.0;
    let mut last: Option<Pad> = None;
    while at + style.depth <= north + 1e-6 {
        if let Some(band) = body.band(EAST, at, at + style.depth) {
            // the tall ones stand in the north, where their shadow falls on the road
            let floors = style.floors * (0.9 + 0.2 * index / total);
            row(site, &band, style, floors, name, number);
            garden(site, last, &band);
            last = Some(band);
        }
        at += pitch;
        index += 1.0;
    }
}

/// From where to where, south to north, a lot is wide enough for a row: its pointed ends are not.
fn usable(lot: &Lot) -> (f64, f64) {
    const STEPS: i32 = 24;
    let (south, north) = lot.extent(NORTH);
    let at = |i: i32| south + (north - south) * f64::from(i) / f64::from(STEPS);
    let wide = |i: i32| lot.chord(EAST, at(i)).map_or(0.0, |(from, to)| to - from);
    let enough = (0..=STEPS).map(wide).fold(0.0, f64::max) * 0.6;
    let first = (0..=STEPS).find(|i| wide(*i) >= enough).unwrap_or(0);
    let last = (0..=STEPS).rev().find(|i| wide(*i) >= enough).unwrap_or(STEPS);
    (at(first), at(last))
}

/// A garden between two rows.
fn garden(site: &mut Site, south: Option<Pad>, north: &Pad) {
    let Some(south) = south else { return };
    if !site.random.chance(0.85) {
        return;
    }
    let from = (south.mid[0] - south.half[0]).max(north.mid[0] - north.half[0]) + 3.0;
    let to = (south.mid[0] + south.half[0]).min(north.mid[0] + north.half[0]) - 3.0;
    let (low, high) = (south.mid[1] + south.half[1] + 4.0, north.mid[1] - north.half[1] - 4.5);
    if to - from > 12.0 && high - low > 5.0 {
        let pad = Pad::between(EAST, [from, to], [low, high]);
        let rings = if pad.deep() > 14.0 { forms::chamfer(&pad, 4.0) } else { forms::plain(&pad) };
        site.paint(Paint::Green, rings);
    }
}

fn row(site: &mut Site, band: &Pad, style: &Style, floors: f64, name: &str, number: &mut usize) {
    let points = site.random.chance(style.points);
    let tall = style.floors > 14.0;
    let apart = if tall { site.random.between(11.0, 17.0) } else { site.random.between(6.5, 11.0) };
    let each = if points { 26.0 } else { site.random.between(style.long[0], style.long[1]) };
    let apart = if points { apart + 8.0 } else { apart };
    let count = pieces(band.long() + apart, each + apart);
    if band.long() < 13.0 {
        return;
    }
    let together = site.random.between(-0.6, 0.6);
    // the houses of a row are built to one drawing
    let drawing = site.random.unit();
    for place in band.row(count, apart) {
        let own = if tall { site.random.between(-3.0, 1.5) } else { together };
        let floors = (floors + own).max(2.0);
        let long = place.long().min(if points { 28.0 } else { style.long[1] * 1.25 });
        let pad = place.around(long, place.deep());
        let stairs = pieces(long, 19.0);
        // whether its middle is roof
        let mut level = true;
        let rings = if points && long > 20.0 {
            forms::point_block(&pad)
        } else if long > 30.0 && drawing > 0.88 {
            let east = site.random.chance(0.5);
            level = false;
            forms::stagger(&pad, east)
        } else if long > 16.0 && drawing < style.stairs {
            forms::slab(&pad, stairs)
        } else {
            forms::plain(&pad)
        };
        *number += 1;
        let called =
            if name.is_empty() { String::new() } else { format!("{name}{}", numbered(&names().block, *number)) };
        let roof = site.raise_named(rings, 0.0, floors, Use::Home, called);
        if level && site.detail(if tall { 0.16 } else { 0.05 }) {
            let head = Pad { mid: step(pad.mid, left(pad.along), pad.deep() * 0.05), ..pad };
            site.put(forms::plain(&head.around(8.0, 6.0)), roof, roof + 4.2, Use::Minor);
        }
    }
}

/// A lot too shallow for a row along the axis: one house along its longest side.
fn fill_up(site: &mut Site, body: &Lot, style: &Style) {
    let (_, along) = body.front();
    let Some(pad) = body.pad(along).map(Pad::lengthwise) else { return };
    if pad.least() < 7.0 {
        return;
    }
    let slab = pad.around(pad.long(), pad.deep().min(style.depth));
    let count = pieces(slab.long(), 45.0);
    for slab in slab.row(count, 8.0) {
        site.raise(forms::plain(&slab), 0.0, style.floors.min(7.0), Use::Home);
    }
}
