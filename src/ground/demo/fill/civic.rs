//! Hospitals, fire and police stations, the government's house, railway stations.

use super::forms;
use super::learn::{by_size, others};
use super::lot::{Lot, Pad, Side, left, pieces};
use super::site::{Site, Use};
use super::words::inside;
use crate::ground::pack::records::{Paint, PlaceKind};
use crate::ground::pack::shape::Xy;

const EAST: Xy = [1.0, 0.0];

pub(super) fn hospital(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    let Some((lot, rest)) = by_size(lots) else { return };
    site.place(PlaceKind::Hospital, 70, site.block.name.clone(), lot.middle());
    others(site, &rest);
    let Some(pad) = lot.shrunk(9.0).and_then(|l| l.pad(EAST)) else { return };
    if pad.least() < 30.0 {
        let called = site.of_block(&inside().outpatients);
        site.raise_named(forms::plain(&pad), 0.0, 6.0, Use::Public, called);
        return;
    }
    // out-patients to the street, treatment behind, the wards as a slab over it, gardens to the north
    let pad = pad.around(pad.long().min(190.0), pad.deep().min(170.0));
    let front = pad.share([0.0, 0.6], [0.0, 0.32]);
    let called = site.of_block(&inside().outpatients);
    let roof = site.raise_named(forms::comb(&front), 0.0, 5.0, Use::Public, called);
    if site.has_room() {
        let block = front.share([0.05, 0.95], [0.74, 0.98]);
        site.put(forms::plain(&block), roof, roof + 4.5, Use::Public);
    }
    site.paint(Paint::Paved, forms::plain(&pad.share([0.66, 1.0], [0.0, 0.3])));
    let middle = pad.share([0.0, 0.62], [0.4, 0.68]);
    let called = site.of_block(&inside().treatment);
    let roof = site.raise_named(forms::plain(&middle), 0.0, 4.0, Use::Public, called);
    let floors = site.random.between(12.0, 17.0) + 7.0 * site.height;
    let slab = middle.around(middle.long() * 0.8, (middle.deep() * 0.6).min(24.0));
    let called = site.of_block(&inside().wards);
    let top = site.raise_named(forms::plain(&slab), roof, floors, Use::Public, called);
    if site.has_room() && slab.least() > 10.0 {
        // where the helicopter lands
        site.put(forms::round(&slab.around(slab.least() * 0.8, slab.least() * 0.8), 12), top, top + 3.0, Use::Public);
    }
    for (i, house) in pad.share([0.7, 1.0], [0.38, 1.0]).row(1, 0.0).enumerate() {
        let turned = Pad { along: left(house.along), half: [house.half[1], house.half[0]], ..house };
        for (k, part) in turned.row(pieces(turned.long(), 44.0), 14.0).enumerate() {
            let floors = site.random.between(5.0, 10.0) + if (i + k) % 2 == 0 { 3.0 } else { 0.0 };
            let part = part.around(part.long().min(24.0), part.deep());
            site.raise(forms::plain(&part), 0.0, floors, Use::Public);
        }
    }
    let garden = pad.share([0.0, 0.62], [0.76, 1.0]);
    site.paint(Paint::Green, forms::chamfer(&garden, 8.0));
    if garden.least() > 24.0 {
        site.raise(forms::chamfer(&garden.around(18.0, 12.0), 2.0), 0.0, 2.0, Use::Public);
    }
}

/// The part of a block that a small station takes, at its longest street, and what is left.
fn corner_of(lots: &[Lot], wide: f64) -> Option<(Lot, Xy, Vec<Lot>)> {
    let (lot, mut rest) = by_size(lots)?;
    let (_, along) = lot.front();
    let (from, to) = lot.extent(along);
    if to - from < wide * 1.6 {
        return Some((lot.clone(), along, rest));
    }
    let on = [along[0] * (from + wide), along[1] * (from + wide)];
    let [own, other] = lot.cut(on, left(along), 4.0, Side::Party);
    rest.extend(other);
    Some((own?, along, rest))
}

pub(super) fn fire_station(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    let Some((lot, along, rest)) = corner_of(lots, 78.0) else { return };
    others(site, &rest);
    site.place(PlaceKind::FireStation, 100, site.block.name.clone(), lot.middle());
    let Some(pad) = lot.shrunk(5.0).and_then(|l| l.pad(along)) else { return };
    let pad = pad.around(pad.long(), pad.deep().min(80.0));
    site.paint(Paint::Paved, forms::plain(&pad));
    // the garage opens to the street, the yard behind it, the drill tower at its end
    let garage = pad.share([0.0, 0.72], [0.16, 0.44]);
    let called = site.of_block(&inside().garage);
    let roof = site.raise_named(forms::plain(&garage), 0.0, 2.0, Use::Public, called);
    site.raise(forms::plain(&garage.share([0.0, 0.55], [0.25, 1.0])), roof, 2.0, Use::Public);
    let quarters = pad.share([0.0, 0.5], [0.82, 1.0]);
    site.raise(forms::plain(&quarters.around(quarters.long(), quarters.deep().max(9.0))), 0.0, 4.0, Use::Public);
    let tower = pad.share([0.84, 1.0], [0.6, 0.9]).around(7.0, 7.0);
    let called = site.of_block(&inside().drill_tower);
    site.raise_named(forms::plain(&tower), 0.0, 7.0, Use::Public, called);
}

pub(super) fn police(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    let Some((lot, along, rest)) = corner_of(lots, 64.0) else { return };
    others(site, &rest);
    site.place(PlaceKind::Police, 100, site.block.name.clone(), lot.middle());
    let Some(pad) = lot.shrunk(5.0).and_then(|l| l.pad(along)) else { return };
    let pad = pad.around(pad.long(), pad.deep().min(64.0));
    site.paint(Paint::Paved, forms::plain(&pad));
    let house = pad.share([0.08, 0.92], [0.22, 0.8]);
    let called = site.of_block(&inside().service_hall);
    let rings = if house.least() > 26.0 { forms::you(&house) } else { forms::plain(&house) };
    site.raise_named(rings, 0.0, 5.0, Use::Public, called);
    let gate = pad.share([0.86, 1.0], [0.0, 0.14]);
    site.raise(forms::plain(&gate), 0.0, 1.0, Use::Minor);
}

/// Symmetric about an axis from south to north: square, main house with a taller middle, two wings, a garden.
pub(super) fn government(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    let Some((lot, rest)) = by_size(lots) else { return };
    others(site, &rest);
    site.place(PlaceKind::Other, 60, site.block.name.clone(), lot.middle());
    let Some(pad) = lot.shrunk(10.0).and_then(|l| l.pad(EAST)) else { return };
    let pad = pad.around(pad.long().min(230.0), pad.deep().min(230.0));
    site.paint(Paint::Paved, forms::plain(&pad.share([0.3, 0.7], [0.0, 0.4])));
    for lawn in [[0.0, 0.27], [0.73, 1.0]] {
        site.paint(Paint::Green, forms::plain(&pad.share(lawn, [0.0, 0.3])));
    }
    let main = pad.share([0.2, 0.8], [0.46, 0.62]);
    let main = main.around(main.long(), main.deep().min(26.0));
    let called = site.of_block(&inside().administration);
    let roof = site.raise_named(forms::plain(&main), 0.0, 7.0, Use::Public, called);
    let floors = 5.0 + (6.0 * site.height).round();
    let middle = main.share([0.34, 0.66], [0.0, 1.0]);
    let top = site.raise(forms::plain(&middle), roof, floors, Use::Public);
    site.put(forms::plain(&middle.share([0.2, 0.8], [0.2, 0.8])), top, top + 5.0, Use::Public);
    for side in [[0.0, 0.14], [0.86, 1.0]] {
        let wing = pad.share(side, [0.36, 0.86]);
        let wing = wing.around(wing.long().min(20.0), wing.deep());
        site.raise(forms::plain(&wing), 0.0, 5.0, Use::Public);
    }
    let hall = pad.share([0.28, 0.72], [0.72, 1.0]);
    site.raise(forms::court(&hall.around(hall.long(), hall.deep().min(46.0)), 12.0), 0.0, 4.0, Use::Public);
}

/// The hall between its square and the tracks, which run along the block in the north; the roofs over the platforms.
pub(super) fn station(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Paved);
    let Some((lot, rest)) = by_size(lots) else { return };
    others(site, &rest);
    site.place(PlaceKind::Station, 30, site.block.name.clone(), lot.middle());
    let Some(pad) = lot.shrunk(4.0).and_then(|l| l.pad(EAST)) else { return };
    let hall = pad.share([0.0, 1.0], [0.3, 0.66]);
    let long = (pad.long() * 0.86).min(280.0);
    let hall = hall.around(long, hall.deep().min(70.0));
    let called = site.of_block(&inside().waiting_hall);
    let walls = site.raise_named(forms::chamfer(&hall, 6.0), 0.0, 4.0, Use::Public, called);
    // one broad roof, higher over the middle
    let mut roof = walls;
    for (length, depth, rise) in [(1.0, 1.0, 2.6), (0.62, 0.86, 4.0), (0.4, 0.66, 3.0)] {
        let plate = hall.around(long * length, hall.deep() * depth);
        roof = site.put(forms::chamfer(&plate, 6.0), roof, roof + rise, Use::Minor);
    }
    for sign in [-1.0, 1.0] {
        let square = pad.share([0.0, 1.0], [0.04, 0.28]);
        let from = sign * pad.long() * 0.36;
        let green =
            square.part([from - pad.long() * 0.12, from + pad.long() * 0.12], [-square.half[1], square.half[1]]);
        site.raise(forms::plain(&green.around(34.0, 15.0)), 0.0, 4.0, Use::Shop);
    }
    let tracks = pad.share([0.0, 1.0], [0.72, 1.0]);
    let upright = Pad { along: left(tracks.along), half: [tracks.half[1], tracks.half[0]], ..tracks };
    let count = pieces(tracks.deep(), 17.0).min(5);
    for band in upright.row(count, 7.0) {
        let band = band.lengthwise();
        site.put(forms::plain(&band.around(band.long(), band.deep().min(9.0))), 0.0, 5.0, Use::Minor);
    }
}
