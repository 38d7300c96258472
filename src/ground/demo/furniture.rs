//! What stands in the streets: components (部件) of the classes of GB/T 30428.2.

use std::collections::BTreeMap;

use super::Random;
use super::geom::{add, away, left, lerp, scale, sub, unit};
use super::roads::Way;
use super::sheet::Sheet;
use super::site::Site;
use super::skeleton::{BRIDGE, TUNNEL};
use crate::ground::pack::model::{CityModel, ComponentShape};
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape::Xy;
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

const ROWS: [Row; 17] = [
    row(108, 34.0, 0.8, true, Paint::Street),
    row(401, 17.0, 1.3, true, Paint::Tertiary),
    row(401, 24.0, 0.9, true, Paint::Street),
    row(104, 42.0, -0.4, true, Paint::Street),
    row(103, 55.0, -1.6, false, Paint::Street),
    row(102, 60.0, -2.6, false, Paint::Street),
    row(101, 75.0, -2.2, false, Paint::Street),
    row(106, 110.0, -1.2, true, Paint::Tertiary),
    row(107, 140.0, -2.0, false, Paint::Tertiary),
    row(105, 150.0, -1.0, false, Paint::Tertiary),
    row(302, 95.0, 1.1, true, Paint::Street),
    row(110, 120.0, 1.0, false, Paint::Street),
    row(202, 180.0, 1.0, true, Paint::Tertiary),
    row(109, 320.0, 1.3, false, Paint::Street),
    row(204, 520.0, 1.2, true, Paint::Secondary),
    row(203, 260.0, 0.2, true, Paint::Primary),
    row(303, 400.0, 1.4, false, Paint::Secondary),
];

/// Components of the smallest city.
const LEAST: usize = 20_000;
/// Street tree.
const TREE: u16 = 401;
/// Traffic light, underpass, bridge.
const SIGNAL: u16 = 201;
const UNDERPASS: u16 = 206;
const SPAN: u16 = 208;

/// Put components along the ways: densely in the middle of the city, further out at the crossings. [`number`] gives
/// them their serials.
pub(super) fn place(site: &Site, ways: &[Way], buildings: usize, sheet: &mut Sheet) {
    let most = (LEAST + buildings * 8 / 100).min(100_000);
    let mut random = Random::new(site.seed ^ 0xf00d);
    let mut order: Vec<(f64, usize)> = ways
        .iter()
        .enumerate()
        .filter(|(_, w)| w.class >= Paint::Street && w.class <= Paint::Trunk)
        .filter_map(|(i, w)| w.points.get(w.points.len() / 2).map(|p| (site.urban(*p), i)))
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let put = |code: u16, at: Xy, faces: Xy, sheet: &mut Sheet| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
        let heading =
            (faces[0].atan2(faces[1]).rem_euclid(std::f64::consts::TAU) / std::f64::consts::TAU * 256.0) as u8;
        sheet.model.components.push(ComponentShape { code, at: Sheet::fix(at), heading, serial: 0 });
    };
    let (mut done, mut later) = (Vec::new(), Vec::new());
    for (_, i) in order {
        let Some(way) = ways.get(i) else { continue };
        if sheet.model.components.len() * 10 > most * 8 {
            later.push(way);
        } else if way.flags & TUNNEL == 0 {
            done.push(way);
            along(way, &mut random, |code, at, faces| put(code, at, faces, sheet));
        } else if let Some(at) = way.points.get(way.points.len() / 2) {
            put(UNDERPASS, *at, [0.0, 1.0], sheet);
        }
        if way.flags & BRIDGE != 0
            && let Some(at) = way.points.get(way.points.len() / 2)
        {
            put(SPAN, *at, [0.0, 1.0], sheet);
        }
    }
    scatter(&later, most, &mut random, sheet, &put);
    // A small city has few streets, and more on each of them.
    for _ in 0..4 {
        if sheet.model.components.len() < LEAST {
            scatter(&done, LEAST + LEAST / 20, &mut random, sheet, &put);
        }
    }
}
/// Components here and there along ways, until there are about so many.
fn scatter(
    ways: &[&Way],
    wanted: usize,
    random: &mut Random,
    sheet: &mut Sheet,
    put: &impl Fn(u16, Xy, Xy, &mut Sheet),
) {
    let left_over = wanted.saturating_sub(sheet.model.components.len());
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = (left_over as f64 / ways.len().max(1) as f64).min(6.0);
    for way in ways.iter().filter(|w| w.flags & (TUNNEL | BRIDGE) == 0) {
        let mut due = share * random.between(0.5, 1.5);
        let length: f64 = way.points.iter().zip(way.points.iter().skip(1)).map(|(a, b)| away(*a, *b)).sum();
        while random.unit() < due {
            due -= 1.0;
            let Some(row) = random.pick(&ROWS).filter(|r| r.from <= way.class) else { continue };
            let (at, ahead) = at_metre(&way.points, length * random.between(0.1, 0.9));
            let out = scale(left(ahead), if random.chance(0.5) { 1.0 } else { -1.0 });
            put(row.code, add(at, scale(out, way.width_m / 2.0 + row.beyond_m)), scale(out, -1.0), sheet);
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

fn along(way: &Way, random: &mut Random, mut put: impl FnMut(u16, Xy, Xy)) {
    let mut metres = vec![0.0];
    let mut sum = 0.0;
    for (a, b) in way.points.iter().zip(way.points.iter().skip(1)) {
        sum += away(*a, *b);
        metres.push(sum);
    }
    // the way's own points are where streets meet it, or bends
    let clear = |metre: f64| {
        let i = metres.partition_point(|m| *m < metre);
        [i.checked_sub(1), Some(i)]
            .into_iter()
            .flatten()
            .filter_map(|i| metres.get(i))
            .all(|m| (m - metre).abs() > way.width_m * 0.5 + 6.0)
    };
    let mut had_trees = false;
    for row in ROWS.iter().filter(|r| r.from <= way.class) {
        // No tree grows on a bridge.
        let is_tree = row.code == TREE;
        if is_tree && (way.flags & BRIDGE != 0 || std::mem::replace(&mut had_trees, true)) {
            continue;
        }
        for side in if row.both { [1.0, -1.0].as_slice() } else { [1.0].as_slice() } {
            let mut metre = random.between(0.2, 0.8) * row.every_m;
            while metre < sum {
                if row.beyond_m < 0.0 || clear(metre) {
                    let (at, ahead) = at_metre(&way.points, metre);
                    let out = scale(left(ahead), *side);
                    put(row.code, add(at, scale(out, way.width_m / 2.0 + row.beyond_m)), scale(out, -1.0));
                }
                metre += row.every_m * random.between(0.92, 1.08);
            }
        }
    }
    // lights stand at both ends of what is wide enough to need them
    if way.class >= Paint::Tertiary && sum > 60.0 {
        for metre in [14.0, sum - 14.0] {
            let (at, ahead) = at_metre(&way.points, metre);
            put(SIGNAL, add(at, scale(left(ahead), -way.width_m / 2.0 - 0.6)), scale(ahead, -1.0));
        }
    }
}
