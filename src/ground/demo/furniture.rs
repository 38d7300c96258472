//! What stands in the streets: components (部件) of the classes of CJ/T 214.

use std::collections::BTreeMap;

use super::Random;
use super::clearance::Clearance;
use super::geom::{add, away, left, lerp, scale, sub, unit};
use super::roads::Way;
use super::sheet::Sheet;
use super::site::Site;
use super::skeleton::{BRIDGE, TUNNEL};
use crate::ground::pack::model::{CityModel, ComponentShape};
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape::{self, Xy};
use crate::ground::pack::street;

/// Something that stands along a street.
struct Row {
    code: u16,
    every_m: f64,
    /// Metres beyond the edge of the road; negative is on the road.
    beyond_m: f64,
    both: bool,
    /// The least road that has it.
    from: Paint,
}

const fn row(code: u16, every_m: f64, beyond_m: f64, both: bool, from: Paint) -> Row {
    Row { code, every_m, beyond_m, both, from }
}

const ROWS: [Row; 16] = [
    row(402, 17.0, 1.3, true, Paint::Tertiary),
    row(402, 24.0, 0.9, true, Paint::Street),
    row(104, 42.0, -0.4, true, Paint::Street),
    row(103, 55.0, -1.6, false, Paint::Street),
    row(102, 60.0, -2.6, false, Paint::Street),
    row(101, 75.0, -2.2, false, Paint::Street),
    row(107, 110.0, -1.2, true, Paint::Tertiary),
    row(111, 140.0, -2.0, false, Paint::Tertiary),
    row(105, 150.0, -1.0, false, Paint::Tertiary),
    row(305, 95.0, 1.1, true, Paint::Street),
    row(113, 120.0, 1.0, false, Paint::Street),
    row(209, 180.0, 1.0, true, Paint::Tertiary),
    row(116, 320.0, 1.3, false, Paint::Street),
    row(203, 520.0, 1.2, true, Paint::Secondary),
    row(211, 260.0, 0.6, true, Paint::Primary),
    row(307, 400.0, 1.4, false, Paint::Secondary),
];

/// Components of the smallest city, and of the greatest.
const LEAST: usize = 20_000;
const MOST: usize = 100_000;
/// Street tree.
const TREE: u16 = 402;
/// Street lamp.
const LAMP: u16 = 118;
/// A lamp stands so far beyond the edge of the road.
const LAMP_M: f64 = 0.8;
/// Traffic light, underpass, bridge.
const SIGNAL: u16 = 210;
const UNDERPASS: u16 = 206;
const SPAN: u16 = 208;
/// How far a tree's crown reaches beyond its stem.
const CROWN_M: f64 = 2.5;

/// Where something is put: class, place, and where it looks.
type Put<'a> = dyn FnMut(u16, Xy, Xy) + 'a;

/// What is not to be stood on, and not to be stood under.
struct Room<'a> {
    /// The city's outline.
    bounds: &'a [Xy],
    ground: Clearance,
    decks: Clearance,
}

impl<'a> Room<'a> {
    /// `decks` are viaducts of railways.
    fn new(bounds: &'a [Xy], ways: &[Way], decks: &[Vec<Xy>]) -> Self {
        let on = |flag: u8| ways.iter().filter(move |w| w.flags & (BRIDGE | TUNNEL) == flag);
        let of = |way: &'_ Way, more: f64| way.width_m / 2.0 + more;
        let tracks = decks.iter().map(|line| (line.as_slice(), 1.5 + CROWN_M));
        Self {
            bounds,
            ground: Clearance::of(on(0).map(|w| (w.points.as_slice(), of(w, 0.0)))),
            decks: Clearance::of(on(BRIDGE).map(|w| (w.points.as_slice(), of(w, CROWN_M))).chain(tracks)),
        }
    }

    /// Whether something of this class may stand at a place `beyond_m` from the edge of its road.
    fn takes(&self, code: u16, beyond_m: f64, at: Xy) -> bool {
        let is_tall = matches!(code, TREE | LAMP | SIGNAL);
        (beyond_m < 0.0 || !self.ground.covers(at))
            && !(is_tall && self.decks.covers(at))
            && shape::inside([self.bounds], at)
    }
}

/// Put components along the ways: lamps along as many as there can be, the rest densely in the middle of the city,
/// further out here and there. Nothing stands on a bridge or in a tunnel. [`number`] gives them their serials.
pub(super) fn place(site: &Site, bounds: &[Xy], ways: &[Way], decks: &[Vec<Xy>], buildings: usize, sheet: &mut Sheet) {
    let most = (LEAST + buildings * 65 / 100).min(MOST);
    let mut random = Random::new(site.seed ^ 0xf00d);
    let mut order: Vec<(f64, &Way)> = ways
        .iter()
        .filter(|w| w.class >= Paint::Street && w.class <= Paint::Trunk)
        .filter_map(|w| w.points.get(w.points.len() / 2).map(|p| (site.urban(*p), w)))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let room = Room::new(bounds, ways, decks);
    let model = &mut sheet.model;
    for (_, way) in order.iter().filter(|(_, w)| w.flags & (BRIDGE | TUNNEL) != 0) {
        if let Some(at) = way.points.get(way.points.len() / 2) {
            put(model, if way.flags & BRIDGE != 0 { SPAN } else { UNDERPASS }, *at, [0.0, 1.0]);
        }
    }
    order.retain(|(_, w)| w.flags & (BRIDGE | TUNNEL) == 0);
    for (urban, way) in &order {
        if model.components.len() * 2 > most {
            break;
        }
        lamps(way, *urban, &room, &mut |code, at, faces| put(model, code, at, faces));
    }
    let (mut done, mut later) = (Vec::new(), Vec::new());
    for (_, way) in order {
        if model.components.len() * 10 > most * 9 {
            later.push(way);
            continue;
        }
        done.push(way);
        along(way, &room, &mut random, &mut |code, at, faces| put(model, code, at, faces));
    }
    scatter(&later, most, &room, &mut random, model);
    // A small city has few streets, and more on each of them.
    for _ in 0..4 {
        if model.components.len() < LEAST {
            scatter(&done, LEAST + LEAST / 20, &room, &mut random, model);
        }
    }
}

fn put(model: &mut CityModel, code: u16, at: Xy, faces: Xy) {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
    let heading = (faces[0].atan2(faces[1]).rem_euclid(std::f64::consts::TAU) / std::f64::consts::TAU * 256.0) as u8;
    model.components.push(ComponentShape { code, at: Sheet::fix(at), heading, serial: 0 });
}

/// Components here and there along ways, until there are about so many.
fn scatter(ways: &[&Way], wanted: usize, room: &Room<'_>, random: &mut Random, model: &mut CityModel) {
    let left_over = wanted.saturating_sub(model.components.len());
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = (left_over as f64 / ways.len().max(1) as f64).min(6.0);
    for way in ways {
        let mut due = share * random.between(0.5, 1.5);
        let length = length(way);
        while random.unit() < due {
            due -= 1.0;
            let Some(row) = random.pick(&ROWS).filter(|r| r.from <= way.class) else { continue };
            let (at, ahead) = at_metre(&way.points, length * random.between(0.1, 0.9));
            let out = scale(left(ahead), if random.chance(0.5) { 1.0 } else { -1.0 });
            let at = add(at, scale(out, way.width_m / 2.0 + row.beyond_m));
            if room.takes(row.code, row.beyond_m, at) {
                put(model, row.code, at, scale(out, -1.0));
            }
        }
    }
}

/// Count the components of each class in each county from 1, as GB/T 30428.2 wants its identifiers: a district's own
/// staff give the numbers out.
pub(super) fn number(model: &mut CityModel) {
    let counties = street::counties(model);
    let mut last: BTreeMap<(Option<u64>, u16), u32> = BTreeMap::new();
    for (component, county) in model.components.iter_mut().zip(counties) {
        let serial = last.entry((county, component.code)).or_default();
        *serial += 1;
        component.serial = *serial;
    }
}

fn at_metre(line: &[Xy], metre: f64) -> (Xy, Xy) {
    let mut sum = 0.0;
    for (a, b) in line.iter().zip(line.iter().skip(1)) {
        let l = away(*a, *b);
        if sum + l >= metre && l > 0.0 {
            return (lerp(*a, *b, (metre - sum) / l), unit(sub(*b, *a)));
        }
        sum += l;
    }
    (line.last().copied().unwrap_or_default(), [1.0, 0.0])
}

fn length(way: &Way) -> f64 {
    way.points.iter().zip(way.points.iter().skip(1)).map(|(a, b)| away(*a, *b)).sum()
}

/// Lamps along a way: opposite each other in the middle of the city, left and right by turns elsewhere. Where none can
/// stand the next free place takes it.
fn lamps(way: &Way, urban: f64, room: &Room<'_>, put: &mut Put<'_>) {
    let (every_m, sides): (f64, &[f64]) = match urban {
        u if u > 0.8 => (34.0, &[1.0, -1.0]),
        u if u > 0.35 => (42.0, &[1.0]),
        _ => (52.0, &[1.0]),
    };
    let total = length(way);
    let mut turn = 1.0;
    let mut metre = (every_m / 2.0).min(total / 2.0);
    while metre < total {
        for side in sides {
            let place = [0.0, 4.0, -4.0, 8.0, -8.0, 12.0, -12.0, 16.0].into_iter().find_map(|by| {
                let metre = Some(metre + by).filter(|metre| (0.0..total).contains(metre))?;
                let (at, ahead) = at_metre(&way.points, metre);
                // or across the road
                [side * turn, -side * turn].into_iter().take(3 - sides.len()).find_map(|side| {
                    let out = scale(left(ahead), side);
                    let at = add(at, scale(out, way.width_m / 2.0 + LAMP_M));
                    room.takes(LAMP, LAMP_M, at).then_some((at, scale(out, -1.0)))
                })
            });
            if let Some((at, faces)) = place {
                put(LAMP, at, faces);
            }
        }
        turn = -turn;
        metre += every_m;
    }
}

fn along(way: &Way, room: &Room<'_>, random: &mut Random, put: &mut Put<'_>) {
    let total = length(way);
    let mut had_trees = false;
    for row in ROWS.iter().filter(|r| r.from <= way.class) {
        if row.code == TREE && std::mem::replace(&mut had_trees, true) {
            continue;
        }
        for side in if row.both { [1.0, -1.0].as_slice() } else { [1.0].as_slice() } {
            let mut metre = random.between(0.2, 0.8) * row.every_m;
            while metre < total {
                let (at, ahead) = at_metre(&way.points, metre);
                let out = scale(left(ahead), *side);
                let at = add(at, scale(out, way.width_m / 2.0 + row.beyond_m));
                if room.takes(row.code, row.beyond_m, at) {
                    put(row.code, at, scale(out, -1.0));
                }
                metre += row.every_m * random.between(0.92, 1.08);
            }
        }
    }
    // lights stand at both ends of what is wide enough to need them
    if way.class >= Paint::Tertiary && total > 60.0 {
        for metre in [14.0, total - 14.0] {
            let (at, ahead) = at_metre(&way.points, metre);
            let at = add(at, scale(left(ahead), -way.width_m / 2.0 - 0.6));
            if room.takes(SIGNAL, 0.6, at) {
                put(SIGNAL, at, scale(ahead, -1.0));
            }
        }
    }
}
