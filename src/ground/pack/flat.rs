//! Filled shapes and ribbons, clipped to cells, in painting order; see [`records::Chunk`](super::records::Chunk).

mod cells;

use std::collections::{BTreeMap, HashMap};

use super::deck::{Deck, Decks};
use super::drape;
use super::model::{CityModel, Fix, Run, lonlat_from_fix};
use super::records::Paint;
use super::ribbon::{Ends, half_width, joint, lengthen};
use super::shape::{self, Xy};
use super::terrain::Terrain;
use super::threads;
use crate::ground::frame::LocalFrame;
pub(super) use cells::Flat;
use cells::{CELL_M, Cell, Cells, MAX_VERTICES, Mesh, cell_of, finish, middle_cell, place, with_cuts};

/// Fills overlap their cell's border by this, so that no hairline shows between cells.
const OVERLAP_M: f64 = 0.04;
/// Areas of this level and those above it are outlined.
const SMALLEST_DRAWN: u8 = 8;
/// Segments of a ribbon that go into one mesh at once.
const MAX_RUN: usize = 8_000;
/// Shapes go to the threads in this many shares, whatever the machine, so that the pack is the same everywhere.
const SHARES: usize = 16;

/// What a ribbon lies on.
#[derive(Clone, Copy)]
enum Level {
    Ground,
    Deck(Deck),
}

enum Item {
    Fill(Run),
    Ribbon { points: Run, half_width_m: f64, ends: [f64; 2], level: Level },
    Outline(Run),
}

/// Pack all fills, lines, ways and outlines of areas of `model`.
pub(super) fn pack(model: &CityModel, frame: &LocalFrame, ground: Option<Terrain>) -> Flat {
    let items = items(model, frame, ground);
    let shares: Vec<&[(u8, Paint, Item)]> = items.chunks(items.len().div_ceil(SHARES).max(1)).collect();
    let painted = threads::map(&shares, |items| {
        let mut painter = Painter::new(frame, ground);
        for (_, paint, item) in *items {
            painter.paint(model, *paint, item);
        }
        painter.cells
    });
    let mut cells: Cells = BTreeMap::new();
    for (key, (at, cell)) in painted.into_iter().flatten() {
        let (_, into) = cells.entry(key).or_insert_with(|| (at, Cell::default()));
        cell.full.into_iter().chain([cell.open]).for_each(|mesh| into.add(mesh));
    }
    finish(cells)
}

/// All that is drawn, in painting order.
fn items(model: &CityModel, frame: &LocalFrame, ground: Option<Terrain>) -> Vec<(u8, Paint, Item)> {
    let mut items: Vec<(u8, Paint, Item)> = Vec::new();
    items.extend(model.fills.iter().map(|f| (f.paint.rank(), f.paint, Item::Fill(f.rings))));
    for line in &model.lines {
        let half_width_m = f64::from(line.width_cm) / 200.0;
        let (points, level) = (line.points, Level::Ground);
        items.push((line.paint.rank(), line.paint, Item::Ribbon { points, half_width_m, ends: [0.0; 2], level }));
    }
    let decks = Decks::new(model, frame, ground);
    let all_ends = Ends::new(model);
    for way in model.ways.iter().filter(|w| w.width_cm > 0) {
        let half_width_m = half_width(way);
        let (bridge, tunnel) = (way.flags & 2 != 0, way.flags & 4 != 0);
        let paint = if tunnel { Paint::Tunnel } else { way.class };
        let ends = all_ends.of(way);
        let rank = paint.rank() + if bridge { 32 } else { 0 };
        let deck = if bridge { decks.of(way) } else { None };
        let level = deck.map_or(Level::Ground, Level::Deck);
        items.push((rank, paint, Item::Ribbon { points: way.points, half_width_m, ends, level }));
    }
    // smaller areas are too many to be seen at once; a screen outlines those that are asked for
    let drawn = model.areas.iter().filter(|a| a.level <= SMALLEST_DRAWN);
    items.extend(drawn.map(|a| (Paint::Outline.rank() + 64, Paint::Outline, Item::Outline(a.rings))));
    items.sort_by_key(|i| i.0);
    items
}

struct Painter<'a> {
    frame: &'a LocalFrame,
    ground: Option<Terrain<'a>>,
    cells: Cells,
    earcut: earcut::Earcut<f64>,
    fill: Vec<u32>,
    /// Vertices of the draped shape at hand, by their place: its pieces share them.
    shared: HashMap<[u16; 2], u16>,
}

impl<'a> Painter<'a> {
    fn new(frame: &'a LocalFrame, ground: Option<Terrain<'a>>) -> Self {
        let (earcut, fill, shared) = (earcut::Earcut::new(), Vec::new(), HashMap::new());
        Self { frame, ground, cells: BTreeMap::new(), earcut, fill, shared }
    }

    fn paint(&mut self, model: &CityModel, paint: Paint, item: &Item) {
        match item {
            Item::Fill(rings) => self.fill(model.rings_of(*rings), paint),
            Item::Ribbon { points, half_width_m, ends, level } => {
                let line = self.project(model.points_of(*points));
                self.ribbon(line, paint, *half_width_m, *ends, *level);
            }
            Item::Outline(rings) => {
                for ring in model.rings_of(*rings) {
                    let mut line = self.project(ring);
                    line.extend(line.first().copied());
                    self.ribbon(line, paint, 2.0, [0.0; 2], Level::Ground);
                }
            }
        }
    }

    fn project(&self, points: &[Fix]) -> Vec<Xy> {
        points.iter().map(|p| self.frame.metres_from_lonlat(lonlat_from_fix(*p))).collect()
    }

    fn fill<'b>(&mut self, rings: impl Iterator<Item = &'b [Fix]>, paint: Paint) {
        let rings: Vec<Vec<Xy>> = rings.map(|r| self.project(r)).collect();
        let Some((lo, hi)) = rings.first().and_then(|r| shape::bounds(r)) else { return };
        let span = [cell_of(lo[0]), cell_of(lo[1]), cell_of(hi[0]), cell_of(hi[1])];
        self.split(rings, span, paint);
    }

    /// Halve the shape until it lies in one cell; triangulating pieces is faster and gives fewer slivers.
    fn split(&mut self, rings: Vec<Vec<Xy>>, [x0, y0, x1, y1]: [i32; 4], paint: Paint) {
        if rings.first().is_none_or(|r| r.len() < 3) {
            return;
        }
        if x0 == x1 && y0 == y1 {
            self.triangles(rings, (x0, y0), paint);
            return;
        }
        let along_x = x1 - x0 >= y1 - y0;
        let (axis, middle) = if along_x { (0, x0 + (x1 - x0) / 2) } else { (1, y0 + (y1 - y0) / 2) };
        let cut = f64::from(middle + 1) * CELL_M;
        let side = |below: bool| -> Vec<Vec<Xy>> {
            let at = if below { cut + OVERLAP_M } else { cut - OVERLAP_M };
            let clipped = rings.iter().map(|ring| {
                let mut out = Vec::new();
                shape::clip_ring(ring, axis, at, below, &mut out);
                out
            });
            clipped.enumerate().filter(|(i, r)| *i == 0 || r.len() > 2).map(|(_, r)| r).collect()
        };
        let (low, high) = (side(true), side(false));
        drop(rings);
        if along_x {
            self.split(low, [x0, y0, middle, y1], paint);
            self.split(high, [middle + 1, y0, x1, y1], paint);
        } else {
            self.split(low, [x0, y0, x1, middle], paint);
            self.split(high, [x0, middle + 1, x1, y1], paint);
        }
    }

    fn triangles(&mut self, rings: Vec<Vec<Xy>>, cell: (i32, i32), paint: Paint) {
        let Some(ground) = self.ground else { return self.piece(&rings, cell, paint) };
        self.shared.clear();
        let mut pieces = Vec::new();
        drape::cut(rings, ground, &mut |piece| pieces.push(piece));
        for piece in &pieces {
            self.piece(piece, cell, paint);
        }
    }

    /// Triangulate a shape above which the ground is one plane.
    #[expect(clippy::cast_possible_truncation, reason = "bounded by MAX_VERTICES")]
    fn piece(&mut self, rings: &[Vec<Xy>], cell: (i32, i32), paint: Paint) {
        let count: usize = rings.iter().map(Vec::len).sum();
        if count > MAX_VERTICES {
            return;
        }
        let mut holes = Vec::new();
        let mut end = 0;
        for ring in rings.iter().take(rings.len().saturating_sub(1)) {
            end += ring.len();
            holes.push(end as u32);
        }
        let mut found = std::mem::take(&mut self.fill);
        found.clear();
        self.earcut.earcut(rings.iter().flatten().copied(), &holes, &mut found);
        if !found.is_empty() {
            let (ground, mut shared) = (self.ground, std::mem::take(&mut self.shared));
            let points: Vec<Xy> = rings.iter().flatten().copied().collect();
            let mesh = self.room(cell, count);
            if mesh.positions.is_empty() {
                shared.clear();
            }
            let vertex = |at: &Xy| -> u16 {
                let position = place(*at, cell, 0.0);
                let next = mesh.positions.len() as u16;
                let known = ground.map_or(next, |_| *shared.entry([position[0], position[1]]).or_insert(next));
                if known == next {
                    mesh.positions.push(position);
                    mesh.heights.push(ground.map_or(0.0, |g| g.at(*at)));
                    mesh.tones.push([0, 0, paint as u8, 0]);
                }
                known
            };
            let vertices: Vec<u16> = points.iter().map(vertex).collect();
            for t in found.chunks_exact(3) {
                let [a, b, c] = t else { continue };
                let at = |i: u32| points.get(i as usize).copied().unwrap_or_default();
                let up = shape::twice_area(&[at(*a), at(*b), at(*c)]) >= 0.0;
                let corners = if up { [*a, *b, *c] } else { [*a, *c, *b] };
                let [a, b, c] = corners.map(|i| vertices.get(i as usize).copied().unwrap_or_default());
                if a != b && b != c && c != a {
                    mesh.indices.extend_from_slice(&[a, b, c]);
                }
            }
            self.shared = shared;
        }
        self.fill = found;
    }

    /// The mesh of `cell`, with room for `count` more vertices.
    fn room(&mut self, cell: (i32, i32), count: usize) -> &mut Mesh {
        let key = shape::z_order(cell.0, cell.1);
        let (_, entry) = self.cells.entry(key).or_insert_with(|| (cell, Cell::default()));
        if entry.open.positions.len() + count > MAX_VERTICES {
            entry.full.push(std::mem::take(&mut entry.open));
        }
        &mut entry.open
    }

    /// A ribbon along `line`, cut where it passes from one cell to the next.
    fn ribbon(&mut self, mut line: Vec<Xy>, paint: Paint, half: f64, ends: [f64; 2], level: Level) {
        line.dedup_by(|a, b| (a[0] - b[0]).hypot(a[1] - b[1]) < 0.02);
        if line.len() < 2 {
            return;
        }
        let closed = line.len() > 3 && line.first() == line.last();
        if !closed {
            lengthen(&mut line, ends);
        }
        let line = match (level, self.ground) {
            (Level::Deck(deck), _) => deck.cuts(&line),
            (Level::Ground, Some(ground)) => drape::ribbon_cuts(&line, half, ground),
            (Level::Ground, None) => line,
        };
        let line = with_cuts(&line);
        let count = line.len();
        let mut along = -ends[0];
        let mut travelled = Vec::with_capacity(count);
        for (i, at) in line.iter().enumerate() {
            let before = i.checked_sub(1).and_then(|i| line.get(i)).unwrap_or(at);
            along += (at[0] - before[0]).hypot(at[1] - before[1]);
            travelled.push(along);
        }
        let ground = self.ground;
        // heights of the right and the left edge
        let heights = |i: usize, at: Xy, (aside, long): (Xy, f64)| {
            [-half * long, half * long].map(|by| {
                let under = ground.map_or(0.0, |g| g.at([at[0] + aside[0] * by, at[1] + aside[1] * by]));
                match level {
                    Level::Ground => under,
                    Level::Deck(deck) => deck.at(travelled.get(i).copied().unwrap_or_default()).max(under),
                }
            })
        };
        let direction = |i: usize| -> Option<Xy> {
            let (a, b) = (line.get(i)?, line.get(i + 1)?);
            let long = (b[0] - a[0]).hypot(b[1] - a[1]).max(1e-9);
            Some([(b[0] - a[0]) / long, (b[1] - a[1]) / long])
        };
        let cells: Vec<(i32, i32)> = line.iter().zip(line.iter().skip(1)).map(|(a, b)| middle_cell(*a, *b)).collect();
        let mut start = 0;
        for run in cells.chunk_by(|a, b| a == b).flat_map(|run| run.chunks(MAX_RUN)) {
            let Some(&cell) = run.first() else { continue };
            let mesh = self.room(cell, 4 * (run.len() + 1));
            let mut last: Option<u16> = None;
            for i in start..=start + run.len() {
                let Some(&at) = line.get(i) else { continue };
                let before = if i > 0 {
                    direction(i - 1)
                } else if closed {
                    direction(count - 2)
                } else {
                    None
                };
                let after = direction(i).or(if closed { direction(0) } else { None });
                let (arrive, leave) = joint(before, after);
                let here = place(at, cell, half * arrive.1);
                let arrived = last.map(|last| {
                    let pair = mesh.pair(here, heights(i, at, arrive), arrive.0, paint);
                    mesh.indices.extend_from_slice(&[last, pair, pair + 1, last, pair + 1, last + 1]);
                    pair
                });
                last = match arrived {
                    Some(pair) if arrive == leave || i == start + run.len() => Some(pair),
                    _ => {
                        let here = place(at, cell, half * leave.1);
                        let pair = mesh.pair(here, heights(i, at, leave), leave.0, paint);
                        if let Some(a) = arrived {
                            // fill the open outside of a bevelled turn
                            mesh.indices.extend_from_slice(&[a, pair, pair + 1, a + 1, a, pair + 1]);
                        }
                        Some(pair)
                    }
                };
            }
            start += run.len();
        }
    }
}
