//! Cut faces in two, again and again, until they are blocks: each cut is a street that takes its direction from the
//! boundary of the face and meets the streets that are there already.

use super::Random;
use super::geom::{self, add, away, cross, dot, left, lerp, meet, scale, sub, unit};
use super::net::{Corner, Face, Net, Piece, ring};
use super::skeleton::{AtRiver, Draft, Kind};
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape::{self, Xy, pairs};

/// What a cut becomes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Street {
    pub(super) class: Option<Paint>,
    pub(super) flags: u8,
    pub(super) width_m: f64,
    /// How far the end may move to meet what is there already.
    pub(super) snap_m: f64,
    /// How far a long street may swing, as a share of its length.
    pub(super) bow: f64,
}

/// Main directions of a ring: along and across, from the directions of its edges, each edge by its length.
pub(super) fn axis(ring: &[Xy]) -> f64 {
    let (mut s, mut c) = (0.0, 0.0);
    for (a, b) in pairs(ring) {
        let d = sub(b, a);
        let (sin, cos) = (4.0 * d[1].atan2(d[0])).sin_cos();
        // long edges say more than many short ones
        let weight = geom::long(d).powf(1.2);
        s += weight * sin;
        c += weight * cos;
    }
    s.atan2(c) / 4.0
}

/// Extent of a ring along and across a direction: low and high of both.
pub(super) fn extent(ring: &[Xy], direction: Xy) -> ([f64; 2], [f64; 2]) {
    let across = left(direction);
    let mut low = [f64::INFINITY; 2];
    let mut high = [f64::NEG_INFINITY; 2];
    for p in ring {
        for (k, v) in [dot(*p, direction), dot(*p, across)].into_iter().enumerate() {
            if let (Some(l), Some(h)) = (low.get_mut(k), high.get_mut(k)) {
                *l = l.min(v);
                *h = h.max(v);
            }
        }
    }
    (low, high)
}

/// An end of a cut: on edge `edge` of the face, `along` its piece; `corner` where it is the edge's first corner.
#[derive(Debug, Clone, Copy)]
struct End {
    edge: usize,
    along: f64,
    at: Xy,
    corner: bool,
    /// A street that ends here from the other side.
    meets: Option<u32>,
}

/// Cut a face along the line through `through`. `None` where that gives no two sound halves.
pub(super) fn split(
    net: &mut Net,
    face: &Face,
    through: Xy,
    direction: Xy,
    street: Street,
    random: &mut Random,
) -> Option<(Face, Face)> {
    let (a, b) = chord(face, through, direction)?;
    let snapped = (snap(net, face, a, direction, street), snap(net, face, b, scale(direction, -1.0), street));
    let options = [(snapped.0, snapped.1), (snapped.0, b), (a, snapped.1), (a, b)];
    let (a, b) = options.into_iter().find(|(a, b)| sound(face, *a, *b, &[]))?;
    let middle = bowed(face, a, b, street, random);
    Some(apply(net, face, a, b, middle, street))
}

/// Where the line enters and leaves the face around `through`.
fn chord(face: &Face, through: Xy, direction: Xy) -> Option<(End, End)> {
    let n = face.len();
    let side = |p: Xy| {
        let s = cross(direction, sub(p, through));
        if s.abs() < 1e-7 { 1e-7 } else { s }
    };
    let mut hits: Vec<(f64, End)> = Vec::new();
    for (edge, corner) in face.iter().enumerate() {
        let next = face.get((edge + 1) % n)?.at;
        let (s, t) = (side(corner.at), side(next));
        if (s > 0.0) != (t > 0.0) {
            let share = s / (s - t);
            let at = lerp(corner.at, next, share);
            let along = corner.from + (corner.to - corner.from) * share;
            hits.push((dot(sub(at, through), direction), End { edge, along, at, corner: false, meets: None }));
        }
    }
    hits.sort_by(|a, b| a.0.total_cmp(&b.0));
    let spans: Vec<_> =
        hits.chunks_exact(2).filter_map(|pair| if let [a, b] = pair { Some((*a, *b)) } else { None }).collect();
    let around = spans.iter().find(|(a, b)| a.0 <= 0.0 && b.0 >= 0.0);
    let widest = spans.iter().max_by(|x, y| (x.1.0 - x.0.0).total_cmp(&(y.1.0 - y.0.0)));
    around.or(widest).map(|(a, b)| (a.1, b.1))
}

/// Move an end to a joint or corner near it.
fn snap(net: &Net, face: &Face, end: End, inwards: Xy, street: Street) -> End {
    let n = face.len();
    let Some(corner) = face.get(end.edge) else { return end };
    let mut best: Option<(f64, End)> = None;
    let mut offer = |worth: f64, end: End| {
        if worth < street.snap_m && best.is_none_or(|(w, _)| worth < w) {
            best = Some((worth, end));
        }
    };
    // corners of the face within reach, along a few edges each way
    for step in 0..7usize {
        let edge = (end.edge + n + step).saturating_sub(3) % n;
        let Some(c) = face.get(edge) else { continue };
        let d = away(c.at, end.at);
        // a corner in the middle of a bend is worth it only when very near
        let is_node = face.get((edge + n - 1) % n).is_some_and(|before| before.piece != c.piece);
        offer(
            if is_node { d } else { d * 2.5 + 1.0 },
            End { edge, along: c.from, at: c.at, corner: true, meets: None },
        );
    }
    if let Some(piece) = net.get(corner.piece) {
        let (low, high) = (corner.from.min(corner.to) + 1e-6, corner.from.max(corner.to) - 1e-6);
        let first = piece.joints.partition_point(|j| j.along <= low.max(end.along - street.snap_m));
        for joint in piece.joints.iter().skip(first).take_while(|j| j.along < high.min(end.along + street.snap_m)) {
            let ends = net.get(joint.by);
            // a street meets a street; a boundary takes whatever is there
            let fits = street.class.is_none() || ends.is_some_and(|p| p.class.is_some());
            let d = (joint.along - end.along).abs() * if fits { 0.8 } else { 1.6 };
            let straight = ends.is_some_and(|p| leaves(p, joint.at).is_some_and(|way| dot(way, inwards) < -0.85));
            let meets = (fits && straight).then_some(joint.by);
            offer(d, End { edge: end.edge, along: joint.along, at: joint.at, corner: false, meets });
        }
    }
    best.map_or(end, |(_, end)| end)
}

/// Direction in which a piece leaves the place `at`, which is one of its ends.
fn leaves(piece: &Piece, at: Xy) -> Option<Xy> {
    let (first, last) = (piece.points.first()?, piece.points.last()?);
    let n = piece.points.len();
    if away(*first, at) < away(*last, at) {
        Some(unit(sub(*piece.points.get(1)?, *first)))
    } else {
        Some(unit(sub(*piece.points.get(n.checked_sub(2)?)?, *last)))
    }
}

/// Whether a cut from `a` by `middle` to `b` stays inside the face and keeps off its corners.
fn sound(face: &Face, a: End, b: End, middle: &[Xy]) -> bool {
    let n = face.len();
    let ends_of = |e: End| if e.corner { [e.edge, (e.edge + n - 1) % n] } else { [e.edge, e.edge] };
    let (ea, eb) = (ends_of(a), ends_of(b));
    if a.edge == b.edge || (a.corner && eb.contains(&a.edge) && b.corner) || away(a.at, b.at) < 12.0 {
        return false;
    }
    if ea.iter().any(|e| eb.contains(e)) {
        return false;
    }
    let line: Vec<Xy> = std::iter::once(a.at).chain(middle.iter().copied()).chain([b.at]).collect();
    let last = line.len() - 1;
    for (i, (p, q)) in line.iter().zip(line.iter().skip(1)).enumerate() {
        for (edge, corner) in face.iter().enumerate() {
            if (i == 0 && ea.contains(&edge)) || (i + 1 == last && eb.contains(&edge)) {
                continue;
            }
            let Some(next) = face.get((edge + 1) % n) else { return false };
            if meet(*p, *q, corner.at, next.at).is_some() {
                return false;
            }
        }
    }
    // a corner close beside the cut would leave a sliver
    let own = |i: usize| (a.corner && i == a.edge) || (b.corner && i == b.edge);
    let clear = face
        .iter()
        .enumerate()
        .filter(|(i, _)| !own(*i))
        .all(|(_, c)| line.iter().zip(line.iter().skip(1)).all(|(p, q)| geom::foot(*p, *q, c.at).1 > 1.5));
    let inside =
        line.iter().zip(line.iter().skip(1)).all(|(p, q)| shape::inside([ring(face).as_slice()], lerp(*p, *q, 0.5)));
    clear && inside
}

/// Points between the ends of a long street, swung to one side.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a count")]
fn bowed(face: &Face, a: End, b: End, street: Street, random: &mut Random) -> Vec<Xy> {
    let far = away(a.at, b.at);
    let steps = (far / 70.0).ceil() as usize;
    let swing = street.bow * far * random.between(-1.0, 1.0);
    if steps < 4 || swing.abs() < 4.0 {
        return Vec::new();
    }
    let aside = left(unit(sub(b.at, a.at)));
    let twist = random.chance(0.5);
    let line: Vec<Xy> = (1..steps)
        .map(|k| {
            let t = k as f64 / steps as f64;
            let turn = t * std::f64::consts::PI * if twist { 2.0 } else { 1.0 };
            // leaves and arrives squarely
            add(lerp(a.at, b.at, t), scale(aside, swing * turn.sin() * (t * std::f64::consts::PI).sin()))
        })
        .collect();
    if sound(face, a, b, &line) { line } else { Vec::new() }
}

fn apply(net: &mut Net, face: &Face, a: End, b: End, middle: Vec<Xy>, street: Street) -> (Face, Face) {
    let road = [a, b]
        .iter()
        .filter_map(|e| net.get(e.meets?))
        .find(|p| p.class == street.class && p.kind == Kind::Cut)
        .map(|p| p.road);
    let road = road.unwrap_or_else(|| net.road());
    let points: Vec<Xy> = std::iter::once(a.at).chain(middle).chain([b.at]).collect();
    let like = Draft {
        kind: Kind::Cut,
        class: street.class,
        width_m: street.width_m,
        points: Vec::new(),
        closed: false,
        at_river: AtRiver::Bridge,
        goes_on: false,
    };
    let number = net.push(Piece::new(&like, street.class, street.flags, road, points));
    for end in [a, b] {
        let corner = face.get(end.edge).map(|c| (c.piece, c.at));
        let Some((piece, at)) = corner.filter(|_| !end.corner) else { continue };
        let piece = net.pieces.get_mut(piece as usize);
        if let Some(piece) = piece.filter(|_| away(at, end.at) > 0.0) {
            piece.join(end.along, end.at, number);
        }
    }
    let (points, along) = net.get(number).map(|p| (p.points.clone(), p.along.clone())).unwrap_or_default();
    let there: Face = points
        .iter()
        .zip(along.iter().zip(along.iter().skip(1)))
        .map(|(at, (from, to))| Corner { at: *at, piece: number, from: *from, to: *to })
        .collect();
    let back: Face = points
        .iter()
        .skip(1)
        .zip(along.iter().zip(along.iter().skip(1)))
        .map(|(at, (from, to))| Corner { at: *at, piece: number, from: *to, to: *from })
        .rev()
        .collect();
    let half = |from: End, to: End, closing: Face| {
        let n = face.len();
        let mut half = Face::new();
        let mut i = from.edge;
        // the rest of the edge the walk begins on
        if let Some(c) = face.get(from.edge) {
            half.push(Corner { at: from.at, from: from.along, ..*c });
        }
        while i != to.edge {
            i = (i + 1) % n;
            if let Some(c) = face.get(i).filter(|_| i != to.edge || !to.corner) {
                half.push(*c);
            }
        }
        // the last edge ends at the cut
        if !to.corner
            && let Some(last) = half.last_mut()
        {
            last.to = to.along;
        }
        half.extend(closing);
        half
    };
    (half(a, b, back), half(b, a, there))
}
