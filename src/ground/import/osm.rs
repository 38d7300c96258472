//! OpenStreetMap objects: kept while the file is read, put together at its end.

use std::collections::HashSet;

use super::ImportError;
use super::classify::{self, Found, Shape};
use super::collect::{Collector, Head, MAX_POINTS};
use super::known::{Key, Known};
use super::report::Skip;
use super::rings;
use crate::ground::pack::graph::NumberMap;
use crate::ground::pack::model::{Fix, Run};

/// Most nodes of a file (16 bytes each): a country, not a continent.
const MAX_NODES: usize = 300_000_000;

/// A way as it was read.
struct Way {
    id: i64,
    refs: Run,
    /// What it is, with its names; `None` where only relations may want it.
    found: Option<(Found, Head)>,
}

struct Relation {
    id: i64,
    members: Run,
    /// What it is, with its names; `None` where its outer ways may say so.
    found: Option<(Found, Head)>,
}

/// The lines of a relation.
struct Assembled {
    joined: rings::Joined,
    /// Some members, or points of theirs, are not in the file.
    missing: bool,
}

/// Whether a way of this role bounds an area from outside; older relations name no role for it.
pub(super) fn is_outer(role: &str) -> bool {
    matches!(role, "outer" | "")
}

/// Objects of a file.
pub(super) struct Store<'a> {
    pub(super) into: &'a mut Collector,
    node_ids: Vec<i64>,
    node_places: Vec<Fix>,
    sorted: bool,
    refs: Vec<i64>,
    ways: Vec<Way>,
    /// Ways of relations, and whether each is an outer one.
    members: Vec<(i64, bool)>,
    relations: Vec<Relation>,
    pub(super) bounds: Option<(Fix, Fix)>,
}

impl<'a> Store<'a> {
    pub(super) fn new(into: &'a mut Collector) -> Self {
        Self {
            into,
            node_ids: Vec::new(),
            node_places: Vec::new(),
            sorted: true,
            refs: Vec::new(),
            ways: Vec::new(),
            members: Vec::new(),
            relations: Vec::new(),
            bounds: None,
        }
    }

    /// A node without regard to its tags.
    pub(super) fn node(&mut self, id: i64, lon: f64, lat: f64) -> Option<Fix> {
        let Some(fix) = self.into.fix(lon, lat) else {
            self.into.skips.add(Skip::OutOfRange, || format!("node/{id}"));
            return None;
        };
        self.sorted &= self.node_ids.last().is_none_or(|last| *last < id);
        self.node_ids.push(id);
        self.node_places.push(fix);
        Some(fix)
    }

    /// The tags of a node.
    pub(super) fn node_tags(&mut self, id: i64, at: Fix, tags: &Known) {
        let found = classify::osm(tags);
        if let Some((kind, rank)) = found.place {
            let head = self.into.head(id, tags);
            self.into.place(head, kind, rank, at);
        }
    }

    pub(super) fn way(&mut self, id: i64, refs: impl Iterator<Item = i64>, tags: &Known) {
        let first = self.refs.len();
        self.refs.extend(refs);
        let count = self.refs.len() - first;
        let (Ok(first), Ok(count)) = (u32::try_from(first), u32::try_from(count)) else { return };
        let found = classify::osm(tags);
        let found = (found != Found::default()).then(|| (found, self.into.head(id, tags)));
        self.ways.push(Way { id, refs: Run { first, count }, found });
    }

    /// A relation with its member ways and whether each is an outer one; members of other kinds are of no interest.
    pub(super) fn relation(&mut self, id: i64, ways: impl Iterator<Item = (i64, bool)>, tags: &Known) {
        let kind = tags.get(Key::Type);
        if !matches!(kind, "multipolygon" | "boundary") {
            return;
        }
        let found = classify::osm(tags);
        let found = (found != Found::default()).then(|| (found, self.into.head(-id, tags)));
        if found.is_none() && kind == "boundary" {
            return;
        }
        let first = self.members.len();
        self.members.extend(ways);
        let count = self.members.len() - first;
        let (Ok(first), Ok(count)) = (u32::try_from(first), u32::try_from(count)) else { return };
        self.relations.push(Relation { id, members: Run { first, count }, found });
    }

    pub(super) fn check_size(&self) -> Result<(), ImportError> {
        let refs = self.refs.len() < u32::MAX as usize && self.members.len() < u32::MAX as usize;
        if self.node_ids.len() > MAX_NODES || !refs { Err(ImportError::TooLarge) } else { Ok(()) }
    }

    /// Whether nothing was read at all.
    pub(super) fn is_empty(&self) -> bool {
        self.node_ids.is_empty() && self.ways.is_empty() && self.relations.is_empty()
    }

    /// Put everything together.
    pub(super) fn finish(mut self) {
        let nodes = Nodes::new(std::mem::take(&mut self.node_ids), std::mem::take(&mut self.node_places), self.sorted);
        let numbers = self.member_numbers();
        let mut relations = std::mem::take(&mut self.relations);
        // ways that an older relation, which has no tags of its own, draws with its holes
        let mut drawn: HashSet<u32> = HashSet::new();
        for relation in relations.iter_mut().filter(|relation| relation.found.is_none()) {
            let whole = |all: &Assembled| !all.missing && all.joined.open.is_empty() && !all.joined.rings.is_empty();
            if let Some((found, outers)) = self.outers_say(relation, &numbers)
                && self.assemble(relation, &nodes, &numbers).as_ref().is_some_and(whole)
            {
                relation.found = Some(found);
                drawn.extend(outers);
            }
        }
        let mut line = Vec::new();
        for (number, _) in (0u32..).zip(0..self.ways.len()).filter(|(number, _)| !drawn.contains(number)) {
            self.put_way(number, &nodes, &mut line);
        }
        for relation in &relations {
            self.put_relation(relation, &nodes, &numbers);
        }
        self.into.boxes.push(self.bounds);
    }

    /// Numbers of the ways that relations ask for: only these need to be found by id.
    fn member_numbers(&self) -> NumberMap<i64, u32> {
        let wanted: HashSet<i64> = self.members.iter().map(|(way, _)| *way).collect();
        let numbers = (0u32..).zip(&self.ways).map(|(number, way)| (way.id, number));
        numbers.filter(|(id, _)| wanted.contains(id)).collect()
    }

    /// What the outer ways of a relation without tags are, where they agree, and their numbers.
    fn outers_say(&self, relation: &Relation, numbers: &NumberMap<i64, u32>) -> Option<((Found, Head), Vec<u32>)> {
        let members = self.members.get(relation.members.range()).unwrap_or_default();
        let outers = members.iter().filter(|(_, outer)| *outer).filter_map(|(id, _)| numbers.get(id).copied());
        let said = |number: &u32| self.ways.get(*number as usize)?.found.map(|found| (*number, found));
        let said: Vec<(u32, (Found, Head))> = outers.filter_map(|number| said(&number)).collect();
        let (_, first) = *said.first()?;
        let is_area = matches!(first.0.shape, Some(Shape::Building(_) | Shape::Fill(_)));
        let agree = said.iter().all(|(_, (found, _))| found.shape == first.0.shape);
        (is_area && agree).then(|| (first, said.into_iter().map(|(number, _)| number).collect()))
    }

    fn put_way(&mut self, number: u32, nodes: &Nodes, line: &mut Vec<Fix>) {
        let Some(way) = self.ways.get(number as usize) else { return };
        let (id, Some((found, head))) = (way.id, way.found) else { return };
        if way.refs.count as usize > MAX_POINTS {
            return self.into.skip(Skip::TooManyPoints, id);
        }
        let refs = self.refs.get(way.refs.range()).unwrap_or_default();
        line.clear();
        line.extend(refs.iter().filter_map(|id| nodes.find(*id)));
        if line.len() == refs.len() {
            return put_line(self.into, line, &found, head);
        }
        self.into.skip(Skip::MissingPoint, id);
        // a line goes on behind a gap; an outline with a gap is none
        if refs.first() == refs.last() {
            return;
        }
        let places: Vec<Option<Fix>> = refs.iter().map(|id| nodes.find(*id)).collect();
        for piece in places.split(Option::is_none).filter(|piece| piece.len() > 1) {
            line.clear();
            line.extend(piece.iter().flatten());
            put_line(self.into, line, &found, head);
        }
    }

    /// The lines of a relation joined; `None` where there are too many points.
    fn assemble(&self, relation: &Relation, nodes: &Nodes, numbers: &NumberMap<i64, u32>) -> Option<Assembled> {
        let members = self.members.get(relation.members.range()).unwrap_or_default();
        let mut pieces: Vec<Vec<Fix>> = Vec::with_capacity(members.len());
        let mut missing = false;
        let mut points = 0;
        for (member, _) in members {
            let Some(way) = numbers.get(member).and_then(|n| self.ways.get(*n as usize)) else {
                missing = true;
                continue;
            };
            let refs = self.refs.get(way.refs.range()).unwrap_or_default();
            points += refs.len();
            if points > MAX_POINTS {
                return None;
            }
            let line: Vec<Fix> = refs.iter().filter_map(|r| nodes.find(*r)).collect();
            missing |= line.len() < refs.len();
            pieces.push(line);
        }
        Some(Assembled { joined: rings::join(pieces.iter().map(Vec::as_slice).collect(), false), missing })
    }

    fn put_relation(&mut self, relation: &Relation, nodes: &Nodes, numbers: &NumberMap<i64, u32>) {
        let Some((found, head)) = relation.found else { return };
        let Some(Assembled { joined, missing }) = self.assemble(relation, nodes, numbers) else {
            return self.into.skip(Skip::TooManyPoints, -relation.id);
        };
        if missing {
            self.into.skip(Skip::MissingMembers, -relation.id);
        } else if joined.rings.is_empty() || !joined.open.is_empty() {
            self.into.skip(Skip::OpenRing, -relation.id);
        }
        let Some(ring) = joined.rings.first() else { return };
        let middle = ring.first().copied();
        if !self.into.is_new(-relation.id, ring) {
            return;
        }
        let polygons = rings::nest(joined.rings);
        match found.shape {
            Some(Shape::Boundary { level }) => {
                // an area with a gap in its outline, or without one of its parts, would claim the wrong ground
                if joined.open.is_empty() && !missing {
                    let all: Vec<&[Fix]> = polygons.iter().flatten().map(Vec::as_slice).collect();
                    self.into.area(head, level, &all);
                }
            }
            Some(Shape::Coast | Shape::BoundaryLine) | None => {}
            Some(_) => {
                for polygon in &polygons {
                    let polygon: Vec<&[Fix]> = polygon.iter().map(Vec::as_slice).collect();
                    self.into.polygon(head, &found, &polygon);
                }
            }
        }
        if let (Some((kind, rank)), Some(at)) = (found.place, middle) {
            let at = polygons.first().and_then(|p| p.first()).and_then(|r| middle_of(r)).unwrap_or(at);
            self.into.place(head, kind, rank, at);
        }
    }
}

fn put_line(into: &mut Collector, line: &[Fix], found: &Found, head: Head) {
    if !into.is_new(head.id, line) {
        return;
    }
    let closed = line.len() > 3 && line.first() == line.last();
    match found.shape {
        Some(Shape::Coast) => into.coast.push(line.to_vec()),
        Some(Shape::Way(_) | Shape::Pipe(_)) => into.line(head, found, line),
        // boundaries as ways are pieces of relations; the relation draws them
        Some(Shape::Boundary { .. }) if !closed => {}
        Some(Shape::Fill(paint)) if !closed => {
            // a pier or a runway as a line
            if paint == crate::ground::pack::records::Paint::Paved {
                into.line(head, found, line);
            } else if found.place.is_none() {
                into.skip(Skip::WrongGeometry, head.id);
            }
        }
        Some(Shape::Building(_)) if !closed => into.skip(Skip::WrongGeometry, head.id),
        Some(_) => into.polygon(head, found, &[line]),
        None => {}
    }
    if let (Some((kind, rank)), Some(at)) = (found.place, middle_of(line)) {
        into.place(head, kind, rank, at);
    }
}

fn middle_of(points: &[Fix]) -> Option<Fix> {
    let first = points.first()?;
    let (low, high) = points
        .iter()
        .fold((*first, *first), |(l, h), p| ([l[0].min(p[0]), l[1].min(p[1])], [h[0].max(p[0]), h[1].max(p[1])]));
    Some([i32::midpoint(low[0], high[0]), i32::midpoint(low[1], high[1])])
}

/// Places of nodes, found by id.
struct Nodes {
    ids: Vec<i64>,
    places: Vec<Fix>,
    /// Position in `ids` of the first id of each bucket of ids.
    buckets: Vec<u32>,
    low: i64,
    shift: u32,
}

impl Nodes {
    fn new(mut ids: Vec<i64>, mut places: Vec<Fix>, sorted: bool) -> Self {
        if !sorted {
            let mut order: Vec<(i64, Fix)> = ids.into_iter().zip(places).collect();
            order.sort_by_key(|(id, _)| *id);
            order.dedup_by_key(|(id, _)| *id);
            (ids, places) = order.into_iter().unzip();
        }
        // about one bucket for four nodes: a lookup then needs two or three comparisons
        let low = ids.first().copied().unwrap_or(0);
        let span = ids.last().map_or(0, |h| h.abs_diff(low));
        let wanted = (ids.len() / 4 + 1) as u64;
        let shift = (span / wanted).checked_ilog2().map_or(0, |s| s + 1);
        let mut buckets = vec![0u32; usize::try_from(span >> shift).unwrap_or(0) + 2];
        for (i, id) in (0u32..).zip(&ids) {
            let bucket = usize::try_from(id.abs_diff(low) >> shift).unwrap_or(0) + 1;
            buckets.get_mut(bucket).into_iter().for_each(|b| *b = i + 1);
        }
        let mut last = 0;
        for b in &mut buckets {
            last = last.max(*b);
            *b = last;
        }
        Self { ids, places, buckets, low, shift }
    }

    fn find(&self, id: i64) -> Option<Fix> {
        let offset = id.checked_sub(self.low).filter(|o| *o >= 0)?.cast_unsigned();
        let bucket = usize::try_from(offset >> self.shift).ok()?;
        let (from, to) = (*self.buckets.get(bucket)? as usize, *self.buckets.get(bucket + 1)? as usize);
        let at = self.ids.get(from..to)?.binary_search(&id).ok()?;
        self.places.get(from + at).copied()
    }
}
