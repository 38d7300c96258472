//! The port's quay: the ground between the road on the bank and the water, paved, with gantry cranes at its edge.

use super::geom::{Near, add, away, beside, left, lerp, scale, sub, unit};
use super::net::{Corner, Net, Piece};
use super::parcels::{Parcel, Use};
use super::skeleton::{BRIDGE, EXPRESSWAY_M, Kind, RAIL_M, Skeleton, TUNNEL};
use super::{Random, Sheet, block::Zone, site::BANK_M, site::Site};
use crate::ground::pack::records::{BuildingClass, Paint};
use crate::ground::pack::shape::Xy;

/// Where the quay begins and ends, metres from the middle of the road: beyond its pavement, short of the water.
const QUAY_M: [f64; 2] = [14.0, BANK_M - 2.5];
/// From one crane to the next.
const EVERY_M: f64 = 85.0;
/// A crane's rails lie so many metres from the middle of the road.
const RAILS_M: [f64; 2] = [BANK_M - 25.0, BANK_M - 5.0];
/// Half a crane's width along the quay, and half of a leg's.
const HALF_M: [f64; 2] = [9.0, 1.0];
/// From the yard's end of a boom to its end over the water, metres from the middle of the road.
const BOOM_M: [f64; 2] = [QUAY_M[0] + 1.0, BANK_M + 34.0];

/// Pave the quays in front of the port's blocks and put at most `most` cranes on them.
pub(super) fn draw(site: &Site, skeleton: &Skeleton, net: &Net, parcels: &[Parcel], most: usize, sheet: &mut Sheet) {
    let mut random = Random::new(site.seed ^ 0x0c_7a);
    let mut crossings = Near::new(120.0);
    for piece in net.pieces.iter().filter(|p| p.kind != Kind::Bank && p.flags & (BRIDGE | TUNNEL) != 0) {
        crossings.put_line(&piece.points, 0);
    }
    let clear = |at: Xy| {
        crossings.nearest(at, 45.0, |_| true).is_none()
            && skeleton.near_expressways.nearest(at, EXPRESSWAY_M + 20.0, |_| true).is_none()
            && skeleton.near_rails.nearest(at, RAIL_M + 20.0, |_| true).is_none()
    };
    let mut left_over = most;
    for parcel in parcels.iter().filter(|p| p.used == Use::Block(Zone::Port)) {
        for shore in shores(net, &parcel.face) {
            // the block lies to the left of its own sides, the water to the right
            let mut ring = beside(&shore, |_| -QUAY_M[1], false);
            ring.extend(beside(&shore, |_| -QUAY_M[0], false).into_iter().rev());
            sheet.fill(Paint::Paved, &[ring]);
            let mut due = EVERY_M * random.between(0.4, 0.8);
            for (a, b) in shore.iter().zip(shore.iter().skip(1)) {
                let (long, along) = (away(*a, *b), unit(sub(*b, *a)));
                while due < long - HALF_M[0] && left_over > 0 {
                    let at = lerp(*a, *b, due / long);
                    due += EVERY_M * random.between(0.8, 1.3);
                    let high = random.between(26.0, 34.0);
                    let boom = add(at, scale(left(along), -BOOM_M[1]));
                    if clear(add(at, scale(left(along), -BANK_M))) && clear(at) && site.to_river(boom) < -10.0 {
                        crane(sheet, at, along, high);
                        left_over -= 1;
                    }
                }
                due = (due - long).max(HALF_M[0]);
            }
        }
    }
}

/// The sides of a block along the road on the bank, side after side.
fn shores(net: &Net, face: &[Corner]) -> Vec<Vec<Xy>> {
    let bank = |c: &Corner| net.get(c.piece).is_some_and(|p: &Piece| p.kind == Kind::Bank);
    // begin where a shore does, so that none is cut in two
    let begin =
        face.iter().zip(face.iter().cycle().skip(1)).position(|(a, b)| !bank(a) && bank(b)).map_or(0, |i| i + 1);
    let mut out: Vec<Vec<Xy>> = Vec::new();
    let mut open = false;
    let corners = face.iter().cycle().skip(begin).take(face.len());
    for (corner, next) in corners.zip(face.iter().cycle().skip(begin + 1)) {
        if !bank(corner) {
            open = false;
            continue;
        }
        match out.last_mut().filter(|_| open) {
            Some(shore) => shore.push(next.at),
            None => out.push(vec![corner.at, next.at]),
        }
        open = true;
    }
    out
}

/// A gantry crane: four legs on its rails, beams that join them, a boom from the yard out over the water, a house on it and
/// a mast that holds it. `at` is on the road, the water to the right of `along`.
fn crane(sheet: &mut Sheet, at: Xy, along: Xy, high_m: f64) {
    let out = scale(left(along), -1.0);
    let [wide, thick] = HALF_M;
    let mut put = |[left, right]: [f64; 2], [from, to]: [f64; 2], [foot_m, top_m]: [f64; 2]| {
        let corner = |u: f64, v: f64| add(at, add(scale(along, u), scale(out, v)));
        let ring = vec![corner(left, to), corner(right, to), corner(right, from), corner(left, from)];
        #[expect(clippy::cast_possible_truncation, reason = "some ten metres")]
        sheet.building(&[ring], top_m as f32, foot_m as f32, BuildingClass::Minor, 1, "");
    };
    let [yard, shore] = RAILS_M;
    for side in [[-wide, -wide + 2.0 * thick], [wide - 2.0 * thick, wide]] {
        for rail in RAILS_M {
            put(side, [rail - thick, rail + thick], [0.0, high_m]);
        }
        // the portal that lorries drive through, and what the boom lies on
        put(side, [yard + thick, shore - thick], [high_m * 0.42, high_m * 0.42 + 2.0]);
        put(side, [yard - thick, shore + thick], [high_m, high_m + 1.6]);
    }
    for rail in RAILS_M {
        put([-wide, wide], [rail - thick, rail + thick], [high_m + 1.6, high_m + 3.2]);
    }
    let boom = high_m + 3.2;
    put([-2.2, 2.2], BOOM_M, [boom, boom + 2.4]);
    put([-3.5, 3.5], [yard - 6.0, yard + 5.0], [boom + 2.4, boom + 7.0]);
    put([-1.4, 1.4], [shore - 1.2, shore + 1.2], [boom + 2.4, boom + 16.0]);
}
