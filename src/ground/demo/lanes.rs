//! Lanes of blocks, led out to the street.

use super::build;
use super::geom::{away, foot, lerp};
use super::net::Net;
use super::parcels::Parcel;
use super::roads::{LINK, Way};
use super::sheet::Lane;
use crate::ground::pack::shape::Xy;

/// The farthest a lane's end may be from the middle of the street it is led to, metres.
const REACH_M: f64 = 34.0;

/// Lead both ends of each lane to the street that is near, where one is. Puts joints into the net.
pub(super) fn join(net: &mut Net, parcels: &[Parcel], reached: &[bool], lanes: Vec<(u32, Lane)>) -> Vec<Way> {
    let mut ways = Vec::with_capacity(lanes.len());
    for (parcel, (class, flags, width_cm, mut points)) in lanes {
        let Some(parcel) = parcels.get(parcel as usize) else { continue };
        if let Some(at) = points.first().and_then(|p| street(net, parcel, reached, *p)) {
            points.insert(0, at);
        }
        if let Some(at) = points.last().and_then(|p| street(net, parcel, reached, *p)) {
            points.push(at);
        }
        ways.push(Way { class, flags, width_m: f64::from(width_cm) / 100.0, name: Default::default(), points });
    }
    ways
}

/// Nearest place on a street around the parcel, made a joint.
fn street(net: &mut Net, parcel: &Parcel, reached: &[bool], p: Xy) -> Option<Xy> {
    let n = parcel.face.len();
    let mut best: Option<(f64, u32, f64, Xy)> = None;
    for (i, corner) in parcel.face.iter().enumerate() {
        let after = parcel.face.get((i + 1) % n)?.at;
        let (t, far) = foot(corner.at, after, p);
        if far < best.map_or(REACH_M, |b| b.0) && reached.get(corner.piece as usize) == Some(&true) {
            best = Some((far, corner.piece, corner.from + (corner.to - corner.from) * t, lerp(corner.at, after, t)));
        }
    }
    let (far, number, along, at) = best?;
    let piece = net.pieces.get_mut(number as usize)?;
    // only from the block's very edge: anything may stand between another place and the street
    if far > build::margin(piece) + 0.6 {
        return None;
    }
    // what is there already will do
    let own = piece.along.iter().copied().zip(piece.points.iter().copied());
    let joints = piece.joints.iter().filter(|j| j.by == LINK).map(|j| (j.along, j.at));
    if let Some((_, there)) = own.chain(joints).find(|(_, q)| away(*q, at) < 1.5) {
        return Some(there);
    }
    piece.join(along, at, LINK);
    Some(at)
}
