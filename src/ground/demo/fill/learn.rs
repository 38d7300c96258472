//! Schools with their sports field, and universities.

use super::forms;
use super::lot::{Lot, Pad, Side, left, pieces};
use super::site::{Site, Use};
use super::words::{inside, numbered};
use crate::ground::pack::records::{Paint, PlaceKind};
use crate::ground::pack::shape::Xy;

const EAST: Xy = [1.0, 0.0];
const NORTH: Xy = [0.0, 1.0];

pub(super) fn school(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    let Some((largest, rest)) = by_size(lots) else { return };
    site.place(PlaceKind::School, 110, site.block.name.clone(), largest.middle());
    campus_of_school(site, largest);
    others(site, &rest);
}

/// The largest lot and the others.
pub(super) fn by_size(lots: &[Lot]) -> Option<(&Lot, Vec<Lot>)> {
    let (number, largest) = lots.iter().enumerate().max_by(|a, b| a.1.area().total_cmp(&b.1.area()))?;
    let rest = lots.iter().enumerate().filter(|(i, _)| *i != number).map(|(_, lot)| lot.clone()).collect();
    Some((largest, rest))
}

/// What lies beside a facility in its block: houses.
pub(super) fn others(site: &mut Site, lots: &[Lot]) {
    for lot in lots {
        for lot in site.lanes(lot, 9_500.0, 7.0, Paint::Service) {
            super::quarter::perimeter(site, &lot, Use::Home);
        }
    }
}

fn campus_of_school(site: &mut Site, lot: &Lot) {
    let Some(body) = lot.shrunk(6.0) else { return };
    let ((west, east), (south, north)) = (body.extent(EAST), body.extent(NORTH));
    let (wide, deep) = (east - west, north - south);
    // field and houses side by side, along the longer side of the block
    let parts = if wide >= deep {
        let at = west + wide * site.random.between(0.42, 0.5);
        body.cut([at, 0.0], NORTH, 10.0, Side::Party)
    } else {
        let at = south + deep * site.random.between(0.42, 0.5);
        body.cut([0.0, at], EAST, 10.0, Side::Party)
    };
    let [first, second] = parts;
    let (field, houses) = if site.random.chance(0.5) { (first, second) } else { (second, first) };
    if let Some(pad) = field.and_then(|l| l.pad(EAST)).map(Pad::lengthwise) {
        sports(site, &pad);
    }
    if let Some(lot) = houses {
        teaching(site, &lot);
    }
}

/// A running track around a lawn, ball courts beside it, a gymnasium where there is room.
pub(super) fn sports(site: &mut Site, pad: &Pad) {
    let long = pad.long().min(176.0);
    let deep = (long * 0.53).min(pad.deep());
    let long = long.min(deep * 2.2);
    let top = pad.half[1];
    let track = pad.part([-long / 2.0, long / 2.0], [top - deep, top]);
    if track.least() < 24.0 {
        site.paint(Paint::Bare, forms::plain(pad));
        return;
    }
    site.paint(Paint::Bare, vec![forms::oval(&track)]);
    site.paint(Paint::Green, vec![forms::oval(&track.shrunk((deep * 0.12).min(9.6)))]);
    let rest = pad.part([-pad.half[0], pad.half[0]], [-top, top - deep - 5.0]);
    if rest.deep() > 17.0 {
        let count = pieces(rest.long(), 34.0);
        for (i, court) in rest.row(count, 4.0).enumerate() {
            if i == 0 && court.long() > 20.0 && site.random.chance(0.6) {
                let called = site.of_block(&inside().gymnasium);
                let hall = court.around(court.long(), court.deep().min(44.0));
                site.raise_named(forms::chamfer(&hall, 3.0), 0.0, 3.0, Use::Public, called);
            } else {
                site.paint(Paint::Bare, forms::plain(&court.around(28.0, 15.0)));
            }
        }
    }
    if pad.half[0] - long / 2.0 > 22.0 {
        let stand = pad.part([long / 2.0 + 6.0, pad.half[0]], [top - deep, top]);
        let called = site.of_block(&inside().gymnasium);
        site.raise_named(forms::chamfer(&stand.around(32.0, 46.0), 3.0), 0.0, 3.0, Use::Public, called);
    }
}

/// Teaching blocks that face south, joined by a corridor, and the canteen behind.
fn teaching(site: &mut Site, lot: &Lot) {
    let Some(pad) = lot.pad(EAST) else { return };
    let floors = site.random.between(3.6, 5.4).floor();
    let pitch = 13.0 + 26.0;
    let rows = pieces(pad.deep() - 13.0, pitch) + 1;
    if pad.deep() < 30.0 || pad.long() < 34.0 {
        let called = site.of_block(&inside().teaching);
        let house = pad.lengthwise();
        let house = house.around(house.long().min(80.0), house.deep().min(16.0));
        site.raise_named(forms::plain(&house), 0.0, floors, Use::Public, called);
        return;
    }
    let upright = Pad { along: left(pad.along), half: [pad.half[1], pad.half[0]], ..pad };
    let rows = rows.min(4);
    let gap = (pad.deep() - 13.0 * rows as f64) / (rows.max(2) - 1) as f64;
    let names = [&inside().administration, &inside().teaching, &inside().laboratory, &inside().canteen];
    let court = rows >= 2 && gap < 46.0 && site.random.chance(0.7);
    if court {
        // the front rows are one house with a corridor on one side
        let deep = 26.0 + gap;
        let front = pad.part([-pad.half[0], pad.half[0]], [-pad.half[1], deep - pad.half[1]]);
        let front = front.around(front.long().min(86.0), front.deep());
        let turned = Pad { along: left(front.along), half: [front.half[1], front.half[0]], ..front };
        let called = site.of_block(&inside().teaching);
        let rings = if site.random.chance(0.3) { forms::court(&front, 11.0) } else { forms::you(&turned) };
        site.raise_named(rings, 0.0, floors, Use::Public, called);
        site.paint(Paint::Green, forms::plain(&front.shrunk(14.0)));
    }
    for (i, band) in upright.row(rows, gap).enumerate().skip(if court { 2 } else { 0 }) {
        let band = Pad { along: pad.along, half: [band.half[1], band.half[0]], ..band };
        let house = band.around(band.long().min(site.random.between(58.0, 84.0)), 13.0);
        let called = names.get(i % names.len()).map(|n| site.of_block(n)).unwrap_or_default();
        let own = if i == 3 { 2.0 } else { floors };
        site.raise_named(forms::plain(&house), 0.0, own, Use::Public, called);
    }
}

pub(super) fn campus(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    if let Some((largest, _)) = by_size(lots) {
        site.place(PlaceKind::School, 60, site.block.name.clone(), largest.middle());
    }
    let (mut field, mut library, mut number) = (site.area > 30_000.0, true, 0);
    for lot in lots {
        for lot in site.lanes(lot, 12_000.0 * site.grain.max(0.8), 8.0, Paint::Service) {
            let Some(body) = lot.shrunk(8.0) else { continue };
            let Some(pad) = body.pad(EAST) else { continue };
            if pad.least() < 16.0 {
                continue;
            }
            let dice = site.random.unit();
            if field && pad.lengthwise().long() > 95.0 && pad.least() > 52.0 {
                field = false;
                sports(site, &pad.lengthwise());
            } else if library && pad.least() > 54.0 {
                library = false;
                hall_of_books(site, &body, &pad);
            } else if dice < 0.3 {
                dormitories(site, &pad, &mut number);
            } else if dice < 0.42 {
                site.paint(Paint::Green, forms::outline(&body));
                let called = site.of_block(&inside().canteen);
                site.raise_named(forms::chamfer(&pad.around(42.0, 34.0), 5.0), 0.0, 3.0, Use::Public, called);
            } else {
                faculty(site, &pad);
            }
        }
    }
}

fn hall_of_books(site: &mut Site, body: &Lot, pad: &Pad) {
    site.paint(Paint::Green, forms::outline(body));
    let base = pad.around(76.0, 56.0);
    let called = site.of_block(&inside().library);
    let roof = site.raise_named(forms::aitch(&base), 0.0, 5.0, Use::Public, called);
    // the bar of the H carries the tower
    let tower = base.part([-base.half[0] * 0.44, base.half[0] * 0.44], [-base.half[1] * 0.34, base.half[1] * 0.29]);
    site.raise(forms::plain(&tower), roof, 6.0, Use::Public);
}

fn dormitories(site: &mut Site, pad: &Pad, number: &mut usize) {
    let upright = Pad { along: left(pad.along), half: [pad.half[1], pad.half[0]], ..*pad };
    let floors = site.random.between(5.6, 7.4);
    for band in upright.row(pieces(pad.deep() + 19.0, 33.0), 19.0) {
        let band = Pad { along: pad.along, half: [band.half[1], band.half[0]], ..band };
        for house in band.row(pieces(band.long() + 12.0, 70.0), 12.0) {
            *number += 1;
            let called = site.of_block(&numbered(&inside().dormitory, *number));
            let slab = house.around(house.long(), house.deep().min(15.0));
            site.raise_named(forms::slab(&slab, pieces(slab.long(), 26.0)), 0.0, floors, Use::Home, called);
        }
    }
}

fn faculty(site: &mut Site, pad: &Pad) {
    let floors = site.random.between(4.0, 8.0);
    let house = pad.around(pad.long().min(104.0), pad.deep().min(72.0));
    let rings = match site.random.below(4) {
        _ if house.least() < 36.0 => forms::plain(&house.around(house.long(), house.deep().min(20.0))),
        0 => forms::court(&house, 14.0),
        1 => forms::comb(&house),
        2 => forms::you(&house),
        _ => forms::aitch(&house),
    };
    let what = if site.random.chance(0.4) { &inside().laboratory } else { &inside().teaching };
    let called = site.of_block(what);
    site.raise_named(rings, 0.0, floors, Use::Public, called);
}
