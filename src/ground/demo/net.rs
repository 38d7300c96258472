//! The net: lines cut into pieces where they cross, and the faces between the pieces. Later cuts add pieces and put
//! joints into those they end on, so that whoever walks along either side of a piece meets the same points.

use std::collections::BTreeSet;

use super::geom::{self, Near, away, lerp, meet, sub};
use super::skeleton::{Draft, Kind};
use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::records::Paint;
use crate::ground::pack::shape::Xy;

/// A road, or a boundary, between two places where others meet it.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) kind: Kind,
    /// `None` is no road.
    pub(super) class: Option<Paint>,
    pub(super) flags: u8,
    pub(super) width_m: f64,
    /// Pieces of one road share it; gives the name.
    pub(super) road: u32,
    pub(super) points: Vec<Xy>,
    /// Metres from the beginning to each point.
    pub(super) along: Vec<f64>,
    /// Where others end on it, in order.
    pub(super) joints: Vec<Joint>,
}

/// Where a piece ends on another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joint {
    pub(super) along: f64,
    pub(super) at: Xy,
    /// The piece that ends here.
    pub(super) by: u32,
}

impl Piece {
    pub(super) fn new(like: &Draft, class: Option<Paint>, flags: u8, road: u32, points: Vec<Xy>) -> Self {
        let mut sum = 0.0;
        let mut along = vec![0.0];
        for (a, b) in points.iter().zip(points.iter().skip(1)) {
            sum += away(*a, *b);
            along.push(sum);
        }
        Self { kind: like.kind, class, flags, width_m: like.width_m, road, points, along, joints: Vec::new() }
    }

    pub(super) fn length(&self) -> f64 {
        self.along.last().copied().unwrap_or(0.0)
    }

    /// The place `along` metres from the beginning.
    pub(super) fn place(&self, along: f64) -> Xy {
        let next = self.along.partition_point(|a| *a < along).clamp(1, self.points.len().max(2) - 1);
        let get =
            |i: usize| (self.along.get(i).copied().unwrap_or(0.0), self.points.get(i).copied().unwrap_or_default());
        let ((a, p), (b, q)) = (get(next - 1), get(next));
        if b - a < 1e-9 { p } else { lerp(p, q, ((along - a) / (b - a)).clamp(0.0, 1.0)) }
    }

    /// Put a joint in, or take the one that is there already.
    pub(super) fn join(&mut self, along: f64, at: Xy, by: u32) {
        let i = self.joints.partition_point(|j| j.along < along);
        self.joints.insert(i, Joint { along, at, by });
    }
}

/// A corner of a face, and the edge from it to the next corner: from `from` to `to` metres along `piece`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Corner {
    pub(super) at: Xy,
    pub(super) piece: u32,
    pub(super) from: f64,
    pub(super) to: f64,
}

/// A face, counter-clockwise.
pub(super) type Face = Vec<Corner>;

/// The corners alone.
pub(super) fn ring(face: &[Corner]) -> Vec<Xy> {
    face.iter().map(|c| c.at).collect()
}

/// All pieces.
#[derive(Debug, Default)]
pub(super) struct Net {
    pub(super) pieces: Vec<Piece>,
    pub(super) roads: u32,
}

impl Net {
    pub(super) fn get(&self, piece: u32) -> Option<&Piece> {
        self.pieces.get(piece as usize)
    }

    pub(super) fn push(&mut self, piece: Piece) -> u32 {
        self.pieces.push(piece);
        u32::try_from(self.pieces.len() - 1).unwrap_or(u32::MAX)
    }

    pub(super) fn road(&mut self) -> u32 {
        self.roads += 1;
        self.roads
    }

    /// The ring of a face with every joint of its pieces: both sides of a piece give the same points.
    pub(super) fn full_ring(&self, face: &[Corner]) -> Vec<Xy> {
        let mut out = Vec::with_capacity(face.len() * 2);
        for corner in face {
            out.push(corner.at);
            let Some(piece) = self.get(corner.piece) else { continue };
            let (low, high) = (corner.from.min(corner.to) + 1e-6, corner.from.max(corner.to) - 1e-6);
            let first = piece.joints.partition_point(|j| j.along <= low);
            let between = piece.joints.iter().skip(first).take_while(|j| j.along < high);
            if corner.from < corner.to {
                out.extend(between.map(|j| j.at));
            } else {
                let start = out.len();
                out.extend(between.map(|j| j.at));
                out.get_mut(start..).unwrap_or_default().reverse();
            }
        }
        out.dedup();
        out
    }
}

/// Places that are one within two metres.
#[derive(Default)]
struct Nodes {
    cells: NumberMap<[i32; 2], Vec<u32>>,
    at: Vec<Xy>,
}

impl Nodes {
    #[expect(clippy::cast_possible_truncation, reason = "a city is some ten thousand metres across")]
    fn number(&mut self, p: Xy) -> u32 {
        const SAME_M: f64 = 2.0;
        let cell = |v: f64| (v / 4.0).floor() as i32;
        let (cx, cy) = (cell(p[0]), cell(p[1]));
        for x in cx - 1..=cx + 1 {
            for y in cy - 1..=cy + 1 {
                for n in self.cells.get(&[x, y]).into_iter().flatten() {
                    if self.at.get(*n as usize).is_some_and(|q| away(*q, p) < SAME_M) {
                        return *n;
                    }
                }
            }
        }
        self.at.push(p);
        let number = u32::try_from(self.at.len() - 1).unwrap_or(u32::MAX);
        self.cells.entry([cx, cy]).or_default().push(number);
        number
    }

    fn get(&self, n: u32) -> Xy {
        self.at.get(n as usize).copied().unwrap_or_default()
    }
}

/// A piece with the nodes at its ends.
struct Span {
    ends: [u32; 2],
    piece: Piece,
}

/// Cut the drafts where they cross, keep what `keep` keeps, and find the faces.
pub(super) fn arrange(drafts: &[Draft], keep: impl Fn(&Draft, Xy) -> Option<(Option<Paint>, u8)>) -> (Net, Vec<Face>) {
    let mut nodes = Nodes::default();
    let cuts = crossings(drafts, &mut nodes);
    let mut net = Net::default();
    let mut spans: Vec<Span> = Vec::new();
    // two lines that touch twice within some metres would have the same straight piece: nobody could tell its sides
    let mut straight: BTreeSet<[u32; 2]> = BTreeSet::new();
    for (draft, cuts) in drafts.iter().zip(cuts) {
        let road = if draft.goes_on { net.roads } else { net.road() };
        for (a, b) in cuts.iter().zip(cuts.iter().skip(1)) {
            if a.1 == b.1 && b.0 - a.0 < 3.0 {
                continue;
            }
            let line = between(draft, *a, *b, &nodes);
            let piece = Piece::new(draft, None, 0, road, line);
            let Some((class, flags)) = keep(draft, piece.place(piece.length() * 0.5)) else { continue };
            let ends = [a.1.min(b.1), a.1.max(b.1)];
            if piece.points.len() == 2 && !straight.insert(ends) {
                continue;
            }
            spans.push(Span { ends: [a.1, b.1], piece: Piece { class, flags, ..piece } });
        }
    }
    prune(&mut spans, nodes.at.len());
    let faces = trace(&spans, &nodes);
    net.pieces = spans.into_iter().map(|s| s.piece).collect();
    (net, faces)
}

fn points_of(draft: &Draft) -> Vec<Xy> {
    let mut points = draft.points.clone();
    if draft.closed {
        points.extend(points.first().copied());
    }
    points
}

/// Where each draft is cut: position (segment and share) and node, in order, ends included.
#[expect(clippy::cast_precision_loss, reason = "some thousand points")]
fn crossings(drafts: &[Draft], nodes: &mut Nodes) -> Vec<Vec<(f64, u32)>> {
    let lines: Vec<Vec<Xy>> = drafts.iter().map(points_of).collect();
    let mut near = Near::new(200.0);
    let mut place = Vec::new();
    for (number, line) in (0u32..).zip(&lines) {
        for (i, (a, b)) in line.iter().zip(line.iter().skip(1)).enumerate() {
            near.put(*a, *b, number);
            place.push((number, i));
        }
    }
    let mut cuts: Vec<Vec<(f64, u32)>> = vec![Vec::new(); drafts.len()];
    let mut found = Vec::new();
    for i in 0..u32::try_from(near.len()).unwrap_or(0) {
        let Some((a, b, line)) = near.get(i) else { continue };
        near.around(a, b, 0.0, &mut found);
        for j in found.iter().copied().filter(|j| *j > i) {
            let Some((c, d, other)) = near.get(j) else { continue };
            if line == other {
                continue;
            }
            let Some((here, there)) = meet(a, b, c, d) else { continue };
            let node = nodes.number(lerp(a, b, here));
            for (k, share) in [(i, here), (j, there)] {
                let Some((line, segment)) = place.get(k as usize) else { continue };
                if let Some(cuts) = cuts.get_mut(*line as usize) {
                    cuts.push((*segment as f64 + share, node));
                }
            }
        }
    }
    for ((cuts, line), draft) in cuts.iter_mut().zip(&lines).zip(drafts) {
        cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let last = line.len().saturating_sub(1) as f64;
        if draft.closed {
            // the piece over the seam: the first cut comes again after the last
            if let Some((at, node)) = cuts.first().copied() {
                cuts.push((at + last, node));
            } else {
                let node = nodes.number(line.first().copied().unwrap_or_default());
                cuts.extend([(0.0, node), (last, node)]);
            }
        } else {
            let first = nodes.number(line.first().copied().unwrap_or_default());
            let end = nodes.number(line.last().copied().unwrap_or_default());
            cuts.insert(0, (0.0, first));
            cuts.push((last, end));
        }
        cuts.dedup_by(|b, a| a.1 == b.1 && b.0 - a.0 < 0.5);
    }
    cuts
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions on a line of some thousand points"
)]
fn between(draft: &Draft, a: (f64, u32), b: (f64, u32), nodes: &Nodes) -> Vec<Xy> {
    let n = draft.points.len().max(1);
    let (from, to) = (nodes.get(a.1), nodes.get(b.1));
    let mut line = vec![from];
    for i in a.0.floor() as usize + 1..=(b.0.ceil() as usize).saturating_sub(1) {
        let p = draft.points.get(i % n).copied().unwrap_or_default();
        if away(p, from) > 3.0 && away(p, to) > 3.0 {
            line.push(p);
        }
    }
    line.push(to);
    line
}

/// Take away what hangs loose, again and again, and what is not connected with the first span (the outline).
fn prune(spans: &mut Vec<Span>, nodes: usize) {
    loop {
        let mut degree = vec![0u32; nodes];
        for end in spans.iter().flat_map(|s| s.ends) {
            if let Some(d) = degree.get_mut(end as usize) {
                *d += 1;
            }
        }
        let before = spans.len();
        spans.retain(|s| s.ends.iter().all(|e| degree.get(*e as usize).is_some_and(|d| *d > 1)));
        if spans.len() == before {
            break;
        }
    }
    let mut sets = Sets::new(nodes);
    for s in spans.iter() {
        sets.unite(s.ends[0], s.ends[1]);
    }
    let Some(main) = spans.first().map(|s| sets.root(s.ends[0])) else { return };
    spans.retain(|s| sets.root(s.ends[0]) == main);
}

/// Union-find.
#[derive(Debug)]
pub(super) struct Sets(Vec<u32>);

impl Sets {
    pub(super) fn new(count: usize) -> Self {
        Self((0..u32::try_from(count).unwrap_or(0)).collect())
    }

    pub(super) fn root(&mut self, mut n: u32) -> u32 {
        while let Some(parent) = self.0.get(n as usize).copied().filter(|p| *p != n) {
            let grand = self.0.get(parent as usize).copied().unwrap_or(parent);
            if let Some(slot) = self.0.get_mut(n as usize) {
                *slot = grand;
            }
            n = grand;
        }
        n
    }

    pub(super) fn unite(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        let (low, high) = (a.min(b), a.max(b));
        if let Some(slot) = self.0.get_mut(high as usize) {
            *slot = low;
        }
    }
}

/// Walk around every face: at each node take the next way to the right of the way back.
fn trace(spans: &[Span], nodes: &Nodes) -> Vec<Face> {
    // half-edge 2k runs along span k, 2k + 1 against it
    let mut out: Vec<Vec<(f64, usize)>> = vec![Vec::new(); nodes.at.len()];
    for (k, span) in spans.iter().enumerate() {
        let line = &span.piece.points;
        let heading = |a: Option<&Xy>, b: Option<&Xy>| match (a, b) {
            (Some(a), Some(b)) => {
                let d = sub(*b, *a);
                d[1].atan2(d[0])
            }
            _ => 0.0,
        };
        let n = line.len();
        let ways = [
            (span.ends[0], heading(line.first(), line.get(1)), 2 * k),
            (span.ends[1], heading(line.last(), line.get(n.saturating_sub(2))), 2 * k + 1),
        ];
        for (node, heading, half) in ways {
            if let Some(list) = out.get_mut(node as usize) {
                list.push((heading, half));
            }
        }
    }
    for list in &mut out {
        list.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    }
    let next = |half: usize| -> Option<usize> {
        let node = spans.get(half / 2)?.ends.get(1 - half % 2).copied()?;
        let list = out.get(node as usize)?;
        let at = list.iter().position(|(_, h)| *h == (half ^ 1))?;
        list.get((at + list.len() - 1) % list.len()).map(|(_, h)| *h)
    };
    let mut seen = vec![false; spans.len() * 2];
    let mut faces = Vec::new();
    for start in 0..spans.len() * 2 {
        let mut face: Face = Vec::new();
        let mut half = start;
        while let Some(flag) = seen.get_mut(half).filter(|s| !**s) {
            *flag = true;
            walk(spans, half, &mut face);
            match next(half) {
                Some(h) => half = h,
                None => break,
            }
        }
        let ring = ring(&face);
        if ring.len() >= 3 && geom::area(&ring) > 1.0 {
            faces.push(face);
        }
    }
    faces
}

fn walk(spans: &[Span], half: usize, face: &mut Face) {
    let Some(piece) = spans.get(half / 2).map(|s| &s.piece) else { return };
    let Ok(number) = u32::try_from(half / 2) else { return };
    let corners =
        piece.points.iter().zip(piece.points.iter().skip(1)).zip(piece.along.iter().zip(piece.along.iter().skip(1)));
    let forward = half.is_multiple_of(2);
    let first = face.len();
    for ((a, b), (from, to)) in corners {
        face.push(if forward {
            Corner { at: *a, piece: number, from: *from, to: *to }
        } else {
            Corner { at: *b, piece: number, from: *to, to: *from }
        });
    }
    if !forward {
        face.get_mut(first..).unwrap_or_default().reverse();
    }
}
