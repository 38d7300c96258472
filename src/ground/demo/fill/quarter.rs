//! Mixed quarters: houses of different heights along the streets around green courts, shops below.

use super::forms;
use super::lot::{Lot, Pad, Side, left, minus, pieces, step, unit};
use super::site::{Site, Use};
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape::Xy;

pub(super) fn mixed(site: &mut Site, lots: &[Lot]) {
    site.paint_all(Paint::Land);
    let above = 9_500.0 * site.grain;
    for lot in lots {
        for lot in site.lanes(lot, above, 7.0, Paint::Service) {
            if lot.area() > 3_500.0 && site.random.chance(0.14) {
                super::estate::rows(site, &lot, &super::estate::Style::middling(site.height));
            } else {
                perimeter(site, &lot, Use::Home);
            }
        }
    }
}

/// Houses along all sides of a lot around a court.
pub(super) fn perimeter(site: &mut Site, lot: &Lot, used: Use) {
    let set_back = site.random.between(2.5, 5.0);
    let Some(outer) = lot.inset(|side| if side == Side::Street { set_back } else { 3.0 }) else { return };
    let wing = site.random.between(11.0, 14.5);
    if outer.shrunk(wing).is_none_or(|court| court.area() < 900.0) {
        return solid(site, &outer, used);
    }
    let usual = if used == Use::Home { site.random.between(4.6, 7.4) } else { site.random.between(2.6, 5.4) };
    let usual = usual + 7.0 * site.height;
    let each = site.random.between(24.0, 40.0) * site.grain.max(0.8);
    let edges: Vec<_> = outer.edges().collect();
    let (first, gate) = (site.random.below(edges.len()), site.random.below(edges.len()));
    let mut court = outer;
    // side by side around the lot, each wing runs on into the corner that the ones before it have left
    for (i, (a, b, side)) in edges.iter().enumerate().cycle().skip(first).take(edges.len()) {
        let along = unit(minus(*b, *a));
        let on = step(*a, left(along), wing);
        let strip = court.keep(on, [along[1], -along[0]], Side::Party);
        let Some(rest) = court.keep(on, left(along), Side::Party) else { return };
        court = rest;
        let Some(strip) = strip else { continue };
        let (from, to) = strip.extent(along);
        let houses = pieces(to - from, each);
        let open = if i == gate { houses / 2 } else { usize::MAX };
        for k in 0..houses {
            if houses > 1 && (k == open || site.random.chance(0.06)) {
                continue;
            }
            let at = |k: usize| step([0.0, 0.0], along, from + (to - from) * k as f64 / houses as f64);
            let back = [-along[0], -along[1]];
            let house = strip.keep(at(k), along, Side::Party).and_then(|s| s.keep(at(k + 1), back, Side::Party));
            if let Some(house) = house.filter(|house| house.area() > 70.0) {
                let corner = k == 0 && *side == Side::Street;
                town_house(site, &house, along, usual + if corner { 0.6 } else { 0.0 }, *side, used);
            }
        }
    }
    let Some(green) = court.shrunk(4.0) else { return };
    let (_, along) = lot.front();
    match green.pad(along).map(Pad::lengthwise) {
        Some(pad) if pad.least() > 36.0 && site.random.chance(0.5) => {
            let width = site.random.between(21.0, 25.0);
            let floors = site.random.between(11.0, 18.0) + 12.0 * site.height;
            site.raise(forms::point_block(&pad.around(width * 1.2, width)), 0.0, floors, Use::Home);
        }
        Some(pad) if pad.least() > 24.0 && site.random.chance(0.35) => {
            let floors = site.random.between(2.0, 4.0);
            site.raise(forms::plain(&pad.around(pad.long() * 0.5, 13.0)), 0.0, floors, Use::Public);
        }
        _ => site.paint(Paint::Green, vec![green.corners]),
    }
}

/// One house of a row, shops in some along a street.
fn town_house(site: &mut Site, house: &Lot, along: Xy, usual: f64, beyond: Side, used: Use) {
    let shop = beyond == Side::Street && used == Use::Home && site.random.chance(0.3);
    let used = if shop { Use::Office } else { used };
    let floors = usual + site.random.between(-1.6, 1.6);
    let high = site.random.chance(0.05 + 0.08 * site.height);
    let roof = site.raise(forms::outline(house), 0.0, if high { floors * 1.7 } else { floors }, used);
    if site.detail(0.1)
        && let Some(pad) = house.pad(along)
    {
        site.put(forms::plain(&pad.around(5.5, 4.5)), roof, roof + 3.0, Use::Minor);
    }
}

/// A lot too small for a court.
fn solid(site: &mut Site, outer: &Lot, used: Use) {
    let (_, along) = outer.front();
    let Some(pad) = outer.pad(along).map(Pad::lengthwise) else { return };
    if pad.least() < 7.0 {
        return;
    }
    let floors = site.random.between(4.0, 7.0) + 8.0 * site.height;
    let used = if used == Use::Shop { Use::Office } else { used };
    let narrow = pad.around(pad.long(), pad.deep().min(17.0));
    let count = pieces(narrow.long(), 34.0);
    for slab in narrow.row(count, 0.0) {
        let floors = floors + site.random.between(-1.5, 1.5);
        site.raise(forms::plain(&slab), 0.0, floors, used);
    }
}
