//! Parks, shelters, fields, and land not built on yet.

use super::super::names::names;
use super::forms;
use super::learn::by_size;
use super::lot::{Lot, Pad, dot, left, minus, pieces, step, unit};
use super::site::{ON_FOOT, Site, Use};
use super::words::inside;
use crate::ground::pack::records::{Paint, PlaceKind};
use crate::ground::pack::shape::Xy;

pub(super) fn park(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Green);
    let Some((lot, rest)) = by_size(lots) else { return };
    site.place(PlaceKind::Park, 60, site.block.name.clone(), lot.middle());
    let (_, along) = lot.front();
    let Some(pad) = lot.shrunk(5.0).and_then(|l| l.pad(along)).map(Pad::lengthwise) else { return };
    if pad.least() < 30.0 {
        if pad.least() > 14.0 {
            pavilion(site, pad.mid);
        }
        return;
    }
    // a wavy pond, a path around it, gates to two streets, pavilions on the shore
    let (ru, rv) = (pad.half[0] * 0.5, pad.half[1] * 0.5);
    let shift = site.random.between(0.0, std::f64::consts::TAU);
    let wave = |turn: f64| 1.0 + 0.16 * (turn * 3.0 + shift).sin() + 0.08 * (turn * 5.0 - shift).cos();
    let around = |grow: f64, count: u32| {
        (0..count).map(move |i| f64::from(i) / f64::from(count) * std::f64::consts::TAU).map(move |turn| {
            let far = wave(turn) * grow;
            ([ru * far * turn.cos(), rv * far * turn.sin()], turn)
        })
    };
    let pond = pad.least() > 55.0 && site.random.chance(0.8);
    if pond {
        let shore = around(0.92, 26).map(|([u, v], _)| pad.at(u, v)).collect();
        site.paint(Paint::Water, vec![shore]);
    } else {
        site.paint(Paint::Paved, forms::round(&pad.around(pad.least() * 0.34, pad.least() * 0.34), 16));
    }
    let round: Vec<Xy> = around(1.32, 28).map(|([u, v], _)| pad.at(u, v)).collect();
    let gate = site.random.below(round.len());
    let ring: Vec<Xy> = round.iter().cycle().skip(gate).take(round.len() + 1).copied().collect();
    let opposite = round.get((gate + round.len() / 2) % round.len()).copied();
    if let Some(first) = ring.first().copied() {
        let mut line = vec![first];
        line.extend(ring.iter().skip(1));
        spur(site, &pad, &line, 3.0);
        if let Some(far) = opposite {
            spur(site, &pad, &[far, step(far, unit(minus(pad.mid, far)), 0.01)], 2.4);
        }
    }
    let seats: Vec<Xy> = around(1.08, 11).step_by(4).map(|([u, v], _)| pad.at(u, v)).collect();
    for at in seats {
        pavilion(site, at);
    }
    for corner in [pad.share([0.0, 0.12], [0.0, 0.14]), pad.share([0.88, 1.0], [0.0, 0.14])] {
        if corner.least() > 8.0 && site.is_off_paths(corner.mid, 14.0) && site.random.chance(0.6) {
            let called = site.of_block(&inside().tea_house);
            site.raise_named(forms::plain(&corner.around(20.0, 12.0)), 0.0, 2.0, Use::Public, called);
        }
    }
    let corner = pad.share([0.9, 1.0], [0.88, 1.0]);
    if site.is_off_paths(corner.mid, 8.0) {
        site.place(PlaceKind::Toilet, 220, owned(names().toilet.both()), corner.mid);
        site.raise(forms::plain(&corner.around(9.0, 6.0)), 0.0, 1.0, Use::Minor);
    }
    for lot in rest {
        let Some(pad) = lot.shrunk(6.0).and_then(|l| l.pad(along)) else { continue };
        if pad.least() > 24.0 {
            pavilion(site, pad.mid);
        }
    }
}

fn owned((zh, en): (&str, &str)) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}

/// A path whose first point is led out of the park, away from its middle.
fn spur(site: &mut Site, pad: &Pad, line: &[Xy], width_m: f64) {
    let Some(first) = line.first().copied() else { return };
    let out = unit(minus(first, pad.mid));
    let mut whole = vec![step(first, out, 0.5)];
    whole.extend(line);
    site.path(Paint::Path, ON_FOOT, width_m, whole);
}

/// A roof on a step, six-sided.
fn pavilion(site: &mut Site, at: Xy) {
    if !site.is_off_paths(at, 5.4) {
        return;
    }
    let pad = Pad { mid: at, along: [1.0, 0.0], half: [3.6, 3.6] };
    let eaves = site.put(forms::round(&pad, 6), 0.0, 3.6, Use::Minor);
    if site.detail(0.6) {
        site.put(forms::round(&pad.around(4.6, 4.6), 6), eaves, eaves + 1.8, Use::Minor);
    }
}

/// An open place with a lawn, a sports hall, toilets and stores at its edge.
pub(super) fn shelter(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Green);
    let Some((lot, rest)) = by_size(lots) else { return };
    site.place(PlaceKind::Shelter, 130, site.block.name.clone(), lot.middle());
    super::learn::others(site, &rest);
    let (_, along) = lot.front();
    let Some(pad) = lot.shrunk(7.0).and_then(|l| l.pad(along)).map(Pad::lengthwise) else { return };
    if pad.long() > 165.0 && pad.deep() > 125.0 && site.random.chance(0.4) {
        return stadium(site, &pad);
    }
    let square = pad.share([0.06, 0.6], [0.1, 0.9]);
    site.paint(Paint::Paved, forms::chamfer(&square, 6.0));
    let hall = pad.share([0.66, 1.0], [0.2, 0.8]);
    let hall = hall.around(hall.long().min(64.0), hall.deep().min(48.0));
    let called = site.of_block(&inside().sports_hall);
    let roof = site.raise_named(forms::chamfer(&hall, 4.0), 0.0, 3.0, Use::Public, called);
    site.put(forms::chamfer(&hall.shrunk(hall.least() * 0.16), 3.0), roof, roof + 3.0, Use::Public);
    for store in pad.share([0.66, 1.0], [0.0, 0.1]).row(3, 3.0) {
        site.raise(forms::plain(&store.around(12.0, 6.0)), 0.0, 1.0, Use::Minor);
    }
}

/// Stands around a running track, a roof over them, an open place before each of its ends.
fn stadium(site: &mut Site, pad: &Pad) {
    let bowl = pad.around(pad.long().min(232.0), pad.deep().min(178.0));
    let stands = (bowl.deep() * 0.2).min(34.0);
    let (field, roof) = (bowl.shrunk(stands), bowl.shrunk(stands * 0.5));
    let around = |outer: &Pad, inner: &Pad| {
        let mut hole = forms::oval(inner);
        hole.reverse();
        vec![forms::oval(outer), hole]
    };
    let mut square = forms::chamfer(pad, 10.0);
    square.extend(around(pad, &field.shrunk(8.0)).pop());
    site.paint(Paint::Paved, square);
    let called = site.of_block(&inside().stadium);
    let rim = site.raise_named(around(&bowl, &field), 0.0, 4.0, Use::Public, called);
    site.put(around(&bowl, &roof), rim, rim + 9.0, Use::Public);
}

pub(super) fn farm(site: &mut Site, lots: &[Lot]) {
    for lot in lots {
        let mut fields = Vec::new();
        for lot in site.lanes(lot, 60_000.0, 4.5, Paint::Service) {
            site.parcels(&lot, 9_000.0, &mut fields);
        }
        for field in fields {
            let Some(inner) = field.shrunk(2.5) else { continue };
            let dice = site.random.unit();
            if dice < 0.12 {
                greenhouses(site, &inner);
            } else if dice < 0.2 {
                site.paint(Paint::Water, forms::outline(&inner));
            } else if dice < 0.3 {
                farmstead(site, &inner);
            } else {
                site.paint(if dice < 0.78 { Paint::Green } else { Paint::Bare }, forms::outline(&inner));
            }
        }
    }
}

fn greenhouses(site: &mut Site, lot: &Lot) {
    let (_, along) = lot.front();
    let Some(pad) = lot.pad(along) else { return };
    let upright = Pad { along: left(pad.along), half: [pad.half[1], pad.half[0]], ..pad };
    for band in upright.row(pieces(pad.deep(), 12.0), 3.5) {
        let house = Pad { along: pad.along, half: [band.half[1], band.half[0]], ..band };
        for part in house.row(pieces(house.long(), 70.0), 5.0) {
            site.put(forms::plain(&part), 0.0, 3.4, Use::Minor);
        }
    }
}

fn farmstead(site: &mut Site, lot: &Lot) {
    site.paint(Paint::Green, forms::outline(lot));
    let (_, along) = lot.front();
    let Some(pad) = lot.shrunk(4.0).and_then(|l| l.pad(along)) else { return };
    for (i, yard) in pad
        .around(pad.long().min(110.0), pad.deep().min(26.0))
        .row(pieces(pad.long().min(110.0), 24.0), 8.0)
        .enumerate()
    {
        let house = yard.share([0.0, 1.0], [0.45, 1.0]);
        let floors = site.random.between(1.4, 3.4);
        if i % 3 == 2 {
            site.raise(forms::plain(&house), 0.0, 1.0, Use::Minor);
        } else {
            site.raise(forms::plain(&house.around(14.0, 10.0)), 0.0, floors, Use::House);
        }
    }
}

/// Land that waits: grass and bare ground, and here and there a building site with its huts, frames and cranes.
pub(super) fn vacant(site: &mut Site, lots: &[Lot]) {
    for lot in lots {
        for lot in site.lanes(lot, 40_000.0, 6.0, Paint::Service) {
            let mut fields = Vec::new();
            site.parcels(&lot, 14_000.0, &mut fields);
            for field in fields {
                let Some(field) = field.shrunk(2.0) else { continue };
                let bare = site.random.chance(0.35);
                site.paint(if bare { Paint::Bare } else { Paint::Green }, forms::outline(&field));
                if bare {
                    building_site(site, &field);
                }
            }
        }
    }
}

fn building_site(site: &mut Site, lot: &Lot) {
    let (_, along) = lot.front();
    let Some(pad) = lot.pad(along).map(Pad::lengthwise).filter(|pad| pad.least() > 52.0) else { return };
    for hut in pad.share([0.0, 0.5], [0.0, 0.14]).row(3, 4.0) {
        site.raise(forms::plain(&hut.around(16.0, 6.0)), 0.0, 2.0, Use::Minor);
    }
    let frames = pad.share([0.0, 1.0], [0.3, 1.0]);
    let frames = frames.around(frames.long().min(130.0), frames.deep().min(60.0));
    for place in frames.row(pieces(frames.long(), 46.0), 8.0) {
        let frame = place.share([0.0, 0.8], [0.0, 0.4]);
        let floors = site.random.between(2.0, 15.0);
        let top = site.raise(forms::plain(&frame.around(30.0, 15.0)), 0.0, floors, Use::Home);
        let mast = place.share([0.84, 1.0], [0.5, 0.7]).around(3.4, 3.4);
        let high = top + site.random.between(14.0, 24.0);
        site.put(forms::plain(&mast), 0.0, high, Use::Minor);
        let from = minus(mast.mid, pad.mid);
        let (u, v) = (dot(from, pad.along), dot(from, left(pad.along)));
        site.put(forms::plain(&pad.part([u - 0.7, u + 0.7], [v - 32.0, v + 10.0])), high, high + 1.6, Use::Minor);
    }
}
