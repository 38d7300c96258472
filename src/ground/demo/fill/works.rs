//! Works with sheds, tanks and chimneys; the port's yards with stacks and warehouses behind the quay.

use super::forms;
use super::lot::{Lot, Pad, Side, pieces};
use super::site::{Site, Use};
use super::words::{inside, numbered};
use crate::ground::pack::records::{Paint, PlaceKind};

pub(super) fn industry(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    let name = site.own_name(&inside().works);
    let mut number = 0;
    for lot in lots {
        for lot in site.lanes(lot, 24_000.0 * site.grain, 9.0, Paint::Service) {
            let (_, along) = lot.front();
            let verge = lot.inset(|side| if side == Side::Street { 9.0 } else { 6.0 });
            let Some(pad) = verge.and_then(|l| l.pad(along)).map(Pad::lengthwise) else { continue };
            if pad.least() < 14.0 {
                continue;
            }
            let dice = site.random.unit();
            if dice < 0.12 && pad.least() > 50.0 {
                tanks(site, &pad);
            } else if dice < 0.26 && pad.least() > 60.0 {
                plant(site, &pad, &name.0);
            } else if dice < 0.4 {
                lofts(site, &pad, &name.0, &mut number);
            } else {
                sheds(site, &pad, &name.0, &mut number);
            }
        }
    }
    if let Some(lot) = lots.iter().max_by(|a, b| a.area().total_cmp(&b.area())) {
        site.place(PlaceKind::Quarter, 170, name, lot.middle());
    }
}

/// Offices at the front, sheds in rows behind.
fn sheds(site: &mut Site, pad: &Pad, name: &str, number: &mut usize) {
    let mut rest = *pad;
    if pad.long() > 90.0 && site.random.chance(0.65) {
        let share = 26.0 / pad.long();
        let front = pad.share([0.0, share], [0.0, 1.0]);
        rest = pad.share([share, 1.0], [0.0, 1.0]);
        let floors = site.random.between(3.0, 6.0);
        let house = front.part([-front.half[0], front.half[0] - 10.0], [-22.0, 22.0]);
        site.raise_named(forms::plain(&house), 0.0, floors, Use::Office, format!("{name}{}", inside().offices));
        if front.deep() > 62.0 {
            let paved = front.part([-front.half[0], front.half[0] - 8.0], [25.0, front.half[1]]);
            site.paint(Paint::Green, forms::plain(&paved));
        }
    }
    let deep = site.random.between(26.0, 44.0);
    let gap = site.random.between(9.0, 14.0);
    let rows = pieces(rest.deep() + gap, deep + gap);
    let across = Pad { along: super::lot::left(rest.along), half: [rest.half[1], rest.half[0]], ..rest };
    for band in across.row(rows, gap) {
        let long = site.random.between(60.0, 130.0);
        let band = band.lengthwise();
        let count = pieces(band.long() + gap, long + gap);
        for shed in band.row(count, gap) {
            if site.random.chance(0.07) {
                site.paint(Paint::Paved, forms::plain(&shed));
                continue;
            }
            *number += 1;
            let high = site.random.between(8.0, 14.0);
            let called = format!("{name}{}", numbered(&inside().workshop, *number));
            let rings = if shed.least() > 24.0 && site.random.chance(0.14) {
                forms::ell(&shed, &mut site.random)
            } else {
                forms::plain(&shed)
            };
            let whole = rings.first().is_some_and(|r| r.len() == 4);
            let floors = high / Use::Works.storey_m();
            let roof = site.raise_named(rings, 0.0, floors, Use::Works, called);
            // a lantern along the ridge
            if whole && site.detail(0.22) {
                let ridge = shed.lengthwise();
                site.put(
                    forms::plain(&ridge.around(ridge.long() * 0.86, ridge.deep() * 0.2)),
                    roof,
                    roof + 2.2,
                    Use::Works,
                );
            }
        }
    }
}

/// Workshops on several floors.
fn lofts(site: &mut Site, pad: &Pad, name: &str, number: &mut usize) {
    let rows = pieces(pad.deep() + 16.0, 22.0 + 16.0);
    let across = Pad { along: super::lot::left(pad.along), half: [pad.half[1], pad.half[0]], ..*pad };
    let floors = site.random.between(3.6, 7.4);
    for band in across.row(rows, 16.0) {
        let band = band.lengthwise();
        let band = band.around(band.long(), band.deep().min(26.0));
        let count = pieces(band.long() + 12.0, 64.0 + 12.0);
        for house in band.row(count, 12.0) {
            *number += 1;
            let called = format!("{name}{}", numbered(&inside().workshop, *number));
            let own = site.random.between(-1.0, 1.0);
            let rings = if site.random.chance(0.2) { forms::you(&house) } else { forms::plain(&house) };
            site.raise_named(rings, 0.0, (floors + own) * 0.85, Use::Works, called);
        }
    }
}

/// A tank farm: round tanks in a square grid, each field in its wall.
fn tanks(site: &mut Site, pad: &Pad) {
    site.paint(Paint::Paved, forms::plain(pad));
    let field = site.random.between(26.0, 40.0);
    let (columns, rows) = (pieces(pad.long(), field).min(8), pieces(pad.deep(), field).min(6));
    let across = Pad { along: super::lot::left(pad.along), half: [pad.half[1], pad.half[0]], ..*pad };
    for band in across.row(rows, 0.0) {
        let share = site.random.between(0.55, 0.78);
        let high = site.random.between(9.0, 16.0);
        for cell in band.lengthwise().row(columns, 0.0) {
            if site.random.chance(0.1) {
                continue;
            }
            let wide = cell.least() * share;
            let roof = site.put(forms::round(&cell.around(wide, wide), 12), 0.0, high, Use::Minor);
            if wide > 18.0 && site.detail(0.3) {
                site.put(forms::round(&cell.around(wide * 0.6, wide * 0.6), 8), roof, roof + 1.4, Use::Minor);
            }
        }
    }
}

/// A power house with its chimneys, cooling towers and a long turbine hall.
fn plant(site: &mut Site, pad: &Pad, name: &str) {
    let hall = pad.share([0.0, 0.55], [0.0, 0.45]);
    let high = site.random.between(18.0, 30.0);
    let called = format!("{name}{}", inside().power_house);
    let roof = site.raise_named(forms::plain(&hall), 0.0, high / Use::Works.storey_m(), Use::Works, called);
    site.put(forms::plain(&hall.share([0.1, 0.5], [0.2, 0.8])), roof, roof + high * 0.6, Use::Works);
    for (i, spot) in pad.share([0.0, 0.5], [0.55, 0.75]).row(3, 6.0).enumerate() {
        if i < 2 || site.random.chance(0.4) {
            let wide = site.random.between(5.0, 7.0);
            let tall = site.random.between(60.0, 130.0);
            // without windows, as everything here that nobody works in
            site.put(forms::round(&spot.around(wide, wide), 8), 0.0, tall, Use::Minor);
        }
    }
    for spot in pad.share([0.0, 0.55], [0.8, 1.0]).row(4, 5.0) {
        site.put(forms::plain(&spot.around(spot.long(), spot.deep().min(16.0))), 0.0, 7.0, Use::Works);
    }
    let field = pad.share([0.6, 1.0], [0.0, 1.0]);
    let wide = (field.least() * 0.8).min(46.0);
    let count = pieces(field.deep(), 62.0).min(3);
    let across = Pad { along: super::lot::left(field.along), half: [field.half[1], field.half[0]], ..field };
    for spot in across.row(count, 4.0) {
        cooling_tower(site, &spot, wide.min(spot.least() * 0.92));
    }
}

/// A cooling tower: a hyperbola down to its waist in steps that each stand on the one below, open at its top.
fn cooling_tower(site: &mut Site, spot: &Pad, wide: f64) {
    const STEPS: u32 = 9;
    const WAIST: f64 = 0.58;
    let high = wide * 1.5;
    let mut foot = 0.0;
    for step in 0..=STEPS {
        let up = f64::from(step) / f64::from(STEPS);
        let share = (WAIST * WAIST + (1.0 - WAIST * WAIST) * (1.0 - up).powi(2)).sqrt();
        let around = spot.around(wide * share, wide * share);
        let mut rings = forms::round(&around, 16);
        if step == STEPS {
            let mouth = forms::round(&spot.around(wide * share * 0.84, wide * share * 0.84), 16);
            rings.extend(mouth.into_iter().map(|ring| ring.into_iter().rev().collect()));
        }
        foot = site.put(rings, foot, foot + high / f64::from(STEPS + 1), Use::Minor);
    }
}

pub(super) fn port(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Paved);
    let mut number = 0;
    for lot in lots {
        let (_, along) = lot.front();
        for lot in site.lanes(lot, 26_000.0 * site.grain, 12.0, Paint::Service) {
            let Some(pad) = lot.shrunk(6.0).and_then(|l| l.pad(along)).map(Pad::lengthwise) else { continue };
            if pad.least() < 16.0 {
                continue;
            }
            if site.random.chance(0.6) {
                stacks(site, &pad);
            } else {
                warehouses(site, &pad, &mut number);
            }
        }
    }
}

/// Containers in rows, the stacks of different heights.
fn stacks(site: &mut Site, pad: &Pad) {
    let rows = pieces(pad.deep(), 21.0);
    let across = Pad { along: super::lot::left(pad.along), half: [pad.half[1], pad.half[0]], ..*pad };
    for band in across.row(rows, 7.0) {
        let band = band.lengthwise();
        let count = pieces(band.long(), 14.0);
        for bay in band.row(count, 1.4) {
            if site.random.chance(0.16) {
                continue;
            }
            let tiers = site.random.between(1.0, 5.9).floor();
            let deep = bay.deep() * if site.random.chance(0.3) { site.random.between(0.4, 0.8) } else { 1.0 };
            let low = -bay.half[1];
            site.put(forms::plain(&bay.part([-6.2, 6.2], [low, low + deep])), 0.0, 2.6 * tiers, Use::Minor);
        }
    }
}

fn warehouses(site: &mut Site, pad: &Pad, number: &mut usize) {
    let rows = pieces(pad.deep() + 14.0, 36.0 + 14.0);
    let across = Pad { along: super::lot::left(pad.along), half: [pad.half[1], pad.half[0]], ..*pad };
    for band in across.row(rows, 14.0) {
        let band = band.lengthwise();
        let count = pieces(band.long() + 12.0, 95.0 + 12.0);
        for shed in band.row(count, 12.0) {
            *number += 1;
            let high = site.random.between(10.0, 15.0);
            let called = site.of_block(&numbered(&inside().warehouse, *number));
            site.raise_named(forms::plain(&shed), 0.0, high / Use::Works.storey_m(), Use::Works, called);
        }
    }
}
