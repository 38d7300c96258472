//! Mixed quarters: houses of different heights along the streets around green courts, shops below.

use super::forms;
use super::lot::{Lot, Pad, Side, distance, minus, pieces, step};
use super::site::{Site, Use};
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape;

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
    let court = outer.hollow(wing).filter(|ring| shape::twice_area(ring) > 900.0);
    let Some(court) = court else { return solid(site, &outer, used) };
    let usual = if used == Use::Home { site.random.between(4.6, 7.4) } else { site.random.between(2.6, 5.4) };
    let usual = usual + 7.0 * site.height;
    let each = site.random.between(24.0, 40.0) * site.grain.max(0.8);
    let inner: Vec<_> = shape::pairs(&court).collect();
    let gate = site.random.below(inner.len());
    for (i, ((a, b, side), (p, q))) in outer.edges().zip(&inner).enumerate() {
        let count = pieces(distance(a, b), each);
        let open = if i == gate { count / 2 } else { usize::MAX };
        for k in 0..count {
            if count > 1 && (k == open || site.random.chance(0.06)) {
                continue;
            }
            let (s, t) = (k as f64 / count as f64, (k + 1) as f64 / count as f64);
            let on = |from, to, share: f64| step(from, minus(to, from), share);
            let quad = vec![on(a, b, s), on(a, b, t), on(*p, *q, t), on(*p, *q, s)];
            let shop = side == Side::Street && site.random.chance(0.3);
            let used = if shop && used == Use::Home { Use::Office } else { used };
            let corner = k == 0 && side == Side::Street;
            let floors = usual + site.random.between(-1.6, 1.6) + if corner { 2.0 * site.height + 0.6 } else { 0.0 };
            let high = site.random.chance(0.05 + 0.08 * site.height);
            let floors = if high { floors * 1.7 } else { floors };
            let stairs = Lot { corners: quad.clone(), sides: vec![Side::Party; 4] };
            let roof = site.raise(vec![quad], 0.0, floors, used);
            if site.detail(0.1)
                && let Some(pad) = stairs.pad(super::lot::unit(minus(b, a)))
            {
                site.put(forms::plain(&pad.around(5.5, 4.5)), roof, roof + 3.0, Use::Minor);
            }
        }
    }
    let yard = Lot { sides: vec![Side::Party; court.len()], corners: court };
    let Some(green) = yard.shrunk(4.0) else { return };
    let (_, along) = lot.front();
    match green.pad(along).map(Pad::lengthwise) {
        Some(pad) if pad.least() > 36.0 && site.random.chance(0.5) => {
            let side = site.random.between(21.0, 25.0);
            let floors = site.random.between(11.0, 18.0) + 12.0 * site.height;
            site.raise(forms::point_block(&pad.around(side * 1.2, side)), 0.0, floors, Use::Home);
        }
        Some(pad) if pad.least() > 24.0 && site.random.chance(0.35) => {
            let floors = site.random.between(2.0, 4.0);
            site.raise(forms::plain(&pad.around(pad.long() * 0.5, 13.0)), 0.0, floors, Use::Public);
        }
        _ => site.paint(Paint::Green, vec![green.corners]),
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
