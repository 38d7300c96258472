//! The business centre: towers set back on podiums, and malls, hotels and offices around it.

use super::super::names::names;
use super::forms;
use super::lot::{Lot, Pad, Side};
use super::site::{Site, Use};
use super::words::inside;
use crate::ground::pack::records::{Paint, PlaceKind};

pub(super) fn towers(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Paved);
    let above = 7_200.0 * site.grain;
    let mut landmark = site.height > 0.55 && site.random.chance(0.45 * site.height);
    for lot in lots {
        for lot in site.lanes(lot, above, 9.0, Paint::Service) {
            let mut parcels = Vec::new();
            site.parcels(&lot, 4_600.0 * site.grain, &mut parcels);
            for parcel in parcels {
                tower_lot(site, &parcel, &mut landmark);
            }
        }
    }
    if site.random.chance(0.25) {
        let at = lots.first().map(Lot::middle).unwrap_or_default();
        let (zh, en) = site.word();
        site.place(PlaceKind::Parking, 200, names().car_park.of((&zh, &en)), at);
    }
}

/// Storeys of an office tower here.
fn office_floors(site: &mut Site) -> f64 {
    let field = site.height.powf(1.5);
    let own = site.random.between(0.48, 1.25);
    let spike = if site.random.chance(0.1) { 1.35 } else { 1.0 };
    (9.0 + 44.0 * field * spike) * own
}

fn tower_lot(site: &mut Site, lot: &Lot, landmark: &mut bool) {
    let (street, party) = (site.random.between(5.0, 9.0), site.random.between(4.5, 6.5));
    let Some(base) = lot.inset(|beyond| if beyond == Side::Street { street } else { party }) else { return };
    let (_, along) = lot.front();
    let Some(pad) = base.pad(along).map(Pad::lengthwise) else { return };
    if pad.least() < 15.0 {
        if pad.least() > 7.0 {
            let floors = site.random.between(4.0, 9.0);
            site.raise(forms::outline(&base), 0.0, floors, Use::Office);
        }
        return;
    }
    let fits = base.area() < 1.45 * pad.long() * pad.deep();
    let podium =
        |site: &mut Site| if fits && site.random.chance(0.75) { forms::outline(&base) } else { forms::plain(&pad) };
    if *landmark && pad.least() > 36.0 {
        *landmark = false;
        return stacked(site, &pad);
    }
    let dice = site.random.unit();
    if dice < 0.22 && pad.long() > 62.0 {
        let rings = podium(site);
        twins(site, &pad, rings);
    } else if dice < 0.34 {
        // an open place with one free-standing tower
        let width = pad.least().min(38.0);
        let floors = office_floors(site) * 1.15;
        tower(site, &pad.around(width * stretch(floors), width), 0.0, floors);
    } else if dice < 0.44 && pad.least() > 38.0 {
        let floors = site.random.between(6.0, 10.0) + 8.0 * site.height;
        let wing = site.random.between(13.0, 16.0);
        let rings = if site.random.chance(0.5) { forms::court(&pad, wing) } else { forms::you(&pad) };
        site.raise(rings, 0.0, floors, Use::Office);
    } else {
        let rings = podium(site);
        let floors = site.random.between(3.0, 6.4).floor();
        let roof = site.raise(rings, 0.0, floors, Use::Shop);
        let width = (pad.least() - 8.0).clamp(14.0, site.random.between(30.0, 42.0));
        let long = (width * site.random.between(1.0, 1.5)).min(pad.long() - 8.0);
        let (u, v) = ((pad.long() - long) / 2.0 - 3.0, (pad.deep() - width) / 2.0 - 3.0);
        let (u, v) = (u.max(0.0) * site.random.between(-1.0, 1.0), v.max(0.0) * site.random.between(-1.0, 1.0));
        let spot = pad.part([u - long / 2.0, u + long / 2.0], [v - width / 2.0, v + width / 2.0]);
        let floors = office_floors(site);
        tower(site, &spot, roof, floors);
    }
}

/// Slender towers are square.
fn stretch(floors: f64) -> f64 {
    if floors > 35.0 { 1.0 } else { 1.25 }
}

/// A shaft and, on tall ones, what crowns it.
fn tower(site: &mut Site, pad: &Pad, foot_m: f64, floors: f64) {
    let name = if floors > 24.0 || site.random.chance(0.35) { site.called(&names().towers) } else { String::new() };
    let (rings, upon) = forms::shaft(pad, &mut site.random);
    let Some(upon) = upon else {
        site.raise_named(rings, foot_m, floors, Use::Office, name);
        return;
    };
    if floors > 28.0 && site.random.chance(0.3) && upon.least() > 14.0 {
        // set back once on the way up
        let share = site.random.between(0.55, 0.8);
        let shoulder = site.raise_named(rings, foot_m, floors * share, Use::Office, name);
        let upper = upon.shrunk(upon.least() * site.random.between(0.08, 0.16));
        let rings =
            if site.random.chance(0.5) { forms::chamfer(&upper, upper.least() * 0.2) } else { forms::plain(&upper) };
        let roof = site.raise(rings, shoulder, floors * (1.0 - share), Use::Office);
        crown(site, &upper, roof, floors);
        return;
    }
    let roof = site.raise_named(rings, foot_m, floors, Use::Office, name);
    crown(site, &upon, roof, floors);
}

/// The machine room on a roof.
fn crown(site: &mut Site, pad: &Pad, roof_m: f64, floors: f64) {
    if site.detail(if floors > 30.0 { 0.55 } else { 0.2 }) {
        let width = pad.least() * site.random.between(0.42, 0.68);
        let rings = if site.random.chance(0.4) {
            forms::round(&pad.around(width, width), 8)
        } else {
            forms::plain(&pad.around(width, width * 0.8))
        };
        let high = site.random.between(4.0, 6.0) + 0.1 * floors;
        let top = site.put(rings, roof_m, roof_m + high, Use::Office);
        if floors > 48.0 && width > 6.6 && site.detail(0.5) {
            site.put(forms::round(&pad.around(4.4, 4.4), 6), top, top + 0.6 * floors, Use::Office);
        }
    }
}

/// Two towers on one podium.
fn twins(site: &mut Site, pad: &Pad, podium: Vec<Vec<[f64; 2]>>) {
    let levels = site.random.between(3.0, 6.4).floor();
    let roof = site.raise(podium, 0.0, levels, Use::Shop);
    let width = (pad.deep() - 8.0).min(34.0).min(pad.long() / 2.0 - 12.0);
    let floors = office_floors(site) * 1.1;
    let name = site.called(&names().towers);
    let same = site.random.chance(0.6);
    let chamfered = site.random.chance(0.5);
    for (sign, letter) in [-1.0, 1.0].into_iter().zip(&inside().tower_of) {
        let mid = sign * (pad.long() / 2.0 - 4.0 - width / 2.0);
        let spot = pad.part([mid - width / 2.0, mid + width / 2.0], [-width / 2.0, width / 2.0]);
        let floors = if same || sign < 0.0 { floors } else { floors * 0.78 };
        let rings = if chamfered { forms::chamfer(&spot, width * 0.2) } else { forms::plain(&spot) };
        let top = site.raise_named(rings, roof, floors, Use::Office, format!("{name}{letter}"));
        crown(site, &spot, top, floors);
    }
}

/// The tallest of the quarter: it gets slimmer as it rises, and ends in a needle.
fn stacked(site: &mut Site, pad: &Pad) {
    let roof = site.raise(forms::chamfer(pad, 6.0), 0.0, 5.0, Use::Shop);
    let width = (pad.least() - 10.0).min(52.0);
    let floors = site.random.between(62.0, 84.0) * (0.55 + 0.45 * site.height);
    let name = site.called(&names().towers);
    let kind = site.random.below(3);
    let shares: &[(f64, f64)] = match kind {
        0 => &[(1.0, 0.4), (0.84, 0.26), (0.68, 0.18), (0.5, 0.1), (0.3, 0.06)],
        1 => &[(1.0, 0.2), (0.94, 0.2), (0.87, 0.2), (0.79, 0.2), (0.7, 0.2)],
        _ => &[(1.0, 0.62), (0.86, 0.28), (0.6, 0.1)],
    };
    let (mut foot, mut last) = (roof, width);
    for (i, (wide, share)) in shares.iter().enumerate() {
        last = width * wide;
        let spot = pad.around(last, last);
        let rings = match kind {
            0 => forms::chamfer(&spot, last * 0.18),
            1 => forms::round(&spot, 12),
            _ => forms::chamfer(&spot, last * 0.3),
        };
        let name = if i == 0 { name.clone() } else { String::new() };
        foot = site.raise_named(rings, foot, (floors * share).max(2.0), Use::Office, name);
    }
    let needle = pad.around((last * 0.4).max(4.6), (last * 0.4).max(4.6));
    site.put(forms::round(&needle, 6), foot, foot + floors * 0.7, Use::Office);
}

pub(super) fn shops(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Paved);
    let above = 13_000.0 * site.grain;
    let mut first = site.random.chance(0.55);
    for lot in lots {
        for lot in site.lanes(lot, above, 8.0, Paint::Service) {
            let dice = site.random.unit();
            if lot.area() > 6_000.0 && (first || dice < 0.12) {
                first = false;
                mall(site, &lot);
            } else if dice < 0.75 || site.height > 0.6 {
                let mut parcels = Vec::new();
                site.parcels(&lot, 2_900.0 * site.grain, &mut parcels);
                for parcel in parcels {
                    office(site, &parcel);
                }
            } else {
                super::quarter::perimeter(site, &lot, Use::Shop);
            }
        }
    }
    let at = lots.first().map(Lot::middle).unwrap_or_default();
    if site.random.chance(0.3) {
        let (zh, en) = site.word();
        site.place(PlaceKind::Parking, 200, names().car_park.of((&zh, &en)), at);
    }
}

/// One large house with light wells, a hotel or offices on top of some.
fn mall(site: &mut Site, lot: &Lot) {
    let (_, along) = lot.front();
    let Some(base) = lot.inset(|beyond| if beyond == Side::Street { 10.0 } else { 6.0 }) else { return };
    let Some(pad) = base.pad(along).map(Pad::lengthwise) else { return };
    let mut rings =
        if base.area() < 1.5 * pad.long() * pad.deep() { forms::outline(&base) } else { forms::chamfer(&pad, 8.0) };
    let east = pad.share([0.5, 1.0], [0.0, 1.0]);
    let wells = pad.long() > 70.0 && pad.deep() > 40.0;
    if wells {
        let well = pad.share([0.1, 0.5], [0.34, 0.66]);
        let mut hole = forms::chamfer(&well, 4.0);
        for mut ring in hole.drain(..) {
            ring.reverse();
            rings.push(ring);
        }
    }
    let name = site.called(&inside().malls);
    let levels = site.random.between(3.6, 6.4).floor();
    let roof = site.raise_named(rings, 0.0, levels, Use::Shop, name);
    let floors = site.random.between(9.0, 14.0) + 22.0 * site.height;
    if wells && site.random.chance(0.6) {
        let deep = (east.deep() * 0.55).clamp(16.0, 24.0).min(east.deep() - 6.0);
        let slab = east.around((east.long() - 12.0).min(48.0), deep);
        let name = site.called(&inside().hotels);
        let rings = if site.random.chance(0.4) { forms::round(&slab, 18) } else { forms::plain(&slab) };
        let top = site.raise_named(rings, roof, floors, Use::Office, name);
        crown(site, &slab, top, floors);
    } else if site.detail(0.7) {
        site.put(forms::plain(&east.share([0.15, 0.8], [0.2, 0.8])), roof, roof + 7.0, Use::Shop);
    }
}

/// Offices of middling height, shops below.
fn office(site: &mut Site, lot: &Lot) {
    let Some(base) = lot.inset(|beyond| if beyond == Side::Street { 5.0 } else { 4.0 }) else { return };
    let (_, along) = lot.front();
    let Some(pad) = base.pad(along).map(Pad::lengthwise) else { return };
    if pad.least() < 9.0 {
        return;
    }
    let floors = site.random.between(5.0, 11.0) + 20.0 * site.height * site.random.unit();
    let name = if floors > 16.0 && site.random.chance(0.4) { site.called(&names().towers) } else { String::new() };
    match site.random.below(6) {
        0 if pad.least() > 34.0 => {
            site.raise_named(forms::court(&pad, 13.0), 0.0, floors.min(9.0), Use::Office, name);
        }
        1 if pad.least() > 28.0 => {
            let rings = forms::ell(&pad, &mut site.random);
            site.raise_named(rings, 0.0, floors.min(14.0), Use::Office, name);
        }
        2 if base.area() < 1.4 * pad.long() * pad.deep() => {
            site.raise_named(forms::outline(&base), 0.0, floors.min(8.0), Use::Shop, name);
        }
        3 | 4 if pad.least() > 20.0 => {
            let levels = site.random.between(2.0, 4.0).floor();
            let roof = site.raise(forms::plain(&pad), 0.0, levels, Use::Shop);
            let slab = pad.around((pad.long() - 8.0).min(46.0), (pad.deep() - 8.0).min(20.0));
            let top = site.raise_named(forms::plain(&slab), roof, floors, Use::Office, name);
            crown(site, &slab, top, floors);
        }
        _ => {
            let slab = pad.around(pad.long().min(56.0), pad.deep().min(24.0));
            let top = site.raise_named(forms::plain(&slab), 0.0, floors, Use::Office, name);
            crown(site, &slab, top, floors);
        }
    }
}
