//! The old town, house by house around courts along narrow lanes; and villages, whose houses shake hands.

use super::super::names;
use super::forms;
use super::lot::{Lot, Pad, Side};
use super::site::{Site, Use};
use super::words::inside;
use crate::ground::pack::records::{Paint, PlaceKind};

pub(super) fn town(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    let mut sights = site.area > 3_200.0 && site.random.chance(0.14);
    for lot in lots {
        for lot in site.lanes(lot, 6_200.0, 4.5, Paint::Service) {
            for lot in site.lanes(&lot, 2_100.0 * site.grain.max(0.7), 3.0, Paint::Path) {
                if std::mem::take(&mut sights) && lot.area() > 1_100.0 {
                    temple(site, &lot);
                    continue;
                }
                let mut houses = Vec::new();
                site.parcels(&lot, 330.0 * site.grain, &mut houses);
                for house in houses {
                    old_house(site, &house);
                }
            }
        }
    }
}

fn old_house(site: &mut Site, lot: &Lot) {
    let party = site.random.between(0.35, 0.8);
    let house = lot.inset(|side| match side {
        Side::Street => 1.4,
        Side::Lane(_) => 0.5,
        Side::Party => party,
    });
    let Some(house) = house else { return };
    let street = house.sides.contains(&Side::Street);
    let (_, along) = house.front();
    let Some(pad) = house.pad(along).map(Pad::lengthwise) else { return };
    if pad.least() < 3.6 {
        return;
    }
    let floors = if street { site.random.between(1.6, 3.4) } else { site.random.between(0.8, 2.4) };
    let dice = site.random.unit();
    if dice < 0.05 {
        // a tree and a well
        site.paint(Paint::Green, forms::outline(&house));
    } else if dice < 0.5 && pad.least() > 12.0 {
        let wing = site.random.between(3.8, 4.8);
        site.raise(forms::hollow(&house, wing), 0.0, floors, Use::House);
    } else if dice < 0.68 && pad.least() > 10.0 {
        site.raise(forms::you(&pad), 0.0, floors, Use::House);
    } else if dice < 0.78 && pad.least() > 10.0 {
        let rings = forms::ell(&pad, &mut site.random);
        site.raise(rings, 0.0, floors, Use::House);
    } else if dice < 0.88 && pad.long() > 14.0 {
        // a hall in front and one behind a yard
        site.raise(forms::plain(&pad.share([0.0, 0.42], [0.0, 1.0])), 0.0, floors, Use::House);
        site.raise(forms::plain(&pad.share([0.64, 1.0], [0.0, 1.0])), 0.0, floors + 0.6, Use::House);
    } else {
        let used = if street && site.random.chance(0.6) { Use::Office } else { Use::House };
        site.raise(forms::outline(&house), 0.0, floors, used);
    }
}

/// A temple: halls one behind the other on an axis, some with a pagoda.
fn temple(site: &mut Site, lot: &Lot) {
    let (_, along) = lot.front();
    let Some(pad) = lot.shrunk(4.0).and_then(|l| l.pad(along)).map(Pad::lengthwise) else { return };
    site.paint(Paint::Paved, forms::plain(&pad));
    let (zh, _) = site.word();
    let name = names::fill(&inside().temple, &zh);
    let wide = pad.deep().min(30.0);
    let pagoda = pad.least() > 18.0 && site.random.chance(0.5);
    for (i, (from, to, share)) in [(0.0, 0.12, 0.45), (0.24, 0.42, 0.8), (0.54, 0.74, 1.0)].into_iter().enumerate() {
        let hall = pad.share([from, to], [0.0, 1.0]);
        let hall = hall.around(hall.long().min(22.0), wide * share);
        let name = if i == 1 { name.clone() } else { String::new() };
        let eaves = site.raise_named(forms::plain(&hall), 0.0, 2.0, Use::Public, name);
        if i > 0 && site.has_room() {
            site.put(forms::plain(&hall.shrunk(hall.least() * 0.22)), eaves, eaves + 3.4, Use::Public);
        }
    }
    let last = pad.share([0.8, 1.0], [0.0, 1.0]);
    if pagoda {
        let mut foot = 0.0;
        for tier in 0..7 {
            let width = last.least().min(14.0) * (1.0 - 0.075 * f64::from(tier));
            let spot = last.around(width, width);
            foot = if tier == 0 {
                let called = names::fill(&inside().pagoda, &zh);
                site.raise_named(forms::round(&spot, 8), 0.0, 1.4, Use::Public, called)
            } else {
                site.put(forms::round(&spot, 8), foot, foot + 5.0, Use::Public)
            };
        }
    } else {
        site.raise(forms::plain(&last.around(last.long().min(9.0), wide)), 0.0, 1.0, Use::Public);
    }
}

pub(super) fn village(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    let name = site.own_name(&inside().villages);
    let mut hall = site.area > 4_000.0 && site.random.chance(0.6);
    let dense = site.density > 0.35;
    let usual = if dense { site.random.between(3.4, 5.4) } else { site.random.between(1.8, 3.4) };
    for lot in lots {
        for lot in site.lanes(lot, 5_200.0, 4.5, Paint::Service) {
            for lot in site.lanes(&lot, 1_300.0 * site.grain.max(0.7), 2.8, Paint::Path) {
                if std::mem::take(&mut hall) {
                    ancestral_hall(site, &lot, &name.0);
                    continue;
                }
                let mut houses = Vec::new();
                site.parcels(&lot, if dense { 138.0 } else { 250.0 } * site.grain.max(0.7), &mut houses);
                for house in houses {
                    village_house(site, &house, usual, dense);
                }
            }
        }
    }
    if let Some(lot) = lots.iter().max_by(|a, b| a.area().total_cmp(&b.area())) {
        site.place(PlaceKind::Quarter, 160, name, lot.middle());
    }
}

fn village_house(site: &mut Site, lot: &Lot, usual: f64, dense: bool) {
    let party = if dense { site.random.between(0.4, 0.8) } else { site.random.between(1.6, 3.0) };
    let Some(house) = lot.inset(|side| if side == Side::Party { party } else { 0.7 }) else { return };
    let (_, along) = house.front();
    let Some(pad) = house.pad(along).map(Pad::lengthwise) else { return };
    if pad.least() < 4.2 {
        return;
    }
    if site.random.chance(if dense { 0.03 } else { 0.1 }) {
        site.paint(Paint::Green, forms::outline(&house));
        return;
    }
    let floors = (usual + site.random.between(-1.3, 1.5)).max(1.0);
    let fits = house.corners.len() == 4 && house.area() < 1.25 * pad.long() * pad.deep();
    let rings = if fits && dense {
        forms::outline(&house)
    } else if pad.least() > 9.0 && site.random.chance(0.2) {
        forms::ell(&pad, &mut site.random)
    } else {
        forms::plain(&pad)
    };
    let plain = rings.first().is_some_and(|ring| ring.len() == 4);
    let roof = site.raise(rings, 0.0, floors, Use::House);
    if plain && pad.least() > 6.0 && site.detail(0.1) {
        site.put(forms::plain(&pad.share([0.0, 0.5], [0.1, 0.9]).around(4.0, 3.4)), roof, roof + 2.7, Use::Minor);
    }
}

/// The hall of the clan on its square.
fn ancestral_hall(site: &mut Site, lot: &Lot, name: &str) {
    let (_, along) = lot.front();
    let Some(pad) = lot.shrunk(3.0).and_then(|l| l.pad(along)).map(Pad::lengthwise) else { return };
    site.paint(Paint::Paved, forms::plain(&pad.share([0.0, 0.45], [0.0, 1.0])));
    let hall = pad.share([0.5, 1.0], [0.0, 1.0]);
    let name = format!("{name}{}", inside().ancestral_hall);
    site.raise_named(forms::court(&hall.around(24.0, 20.0), 5.0), 0.0, 2.0, Use::Public, name);
}
