//! Buildings to chunks of quantised corners and indices; see [`records::Chunk`](super::records::Chunk).

use super::massing::{self, Measured};
use super::model::{BuildingShape, CityModel, lonlat_from_fix};
use super::records::{Building, BuildingClass, Chunk, Corner, Massing};
use super::shape::{self, Xy};
use super::street::Areas;
use super::terrain::Terrain;
use super::threads;
use crate::ground::frame::LocalFrame;

/// Corners a chunk can hold: two vertices each, 65,536 vertices.
const MAX_CORNERS: usize = 32_768;
const MAX_BUILDINGS: usize = 65_536;
/// Cells start at this size and are quartered down to a quarter of it while they hold many buildings.
const CELL_M: f64 = 1_600.0;
const SPLIT_ABOVE: usize = 300;
const SMALLEST_CELL_M: f64 = 400.0;
/// Corners that stand less than this off their wall are left out.
const TOLERANCE_M: f64 = 0.15;

/// Why a shape did not get into the pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dropped {
    /// Its outline has no area.
    Collapsed,
    /// It has more corners than a chunk can hold.
    TooManyCorners,
    /// Its outline could not be triangulated.
    NoRoof,
}

/// The buildings layer in memory.
#[derive(Debug, Default)]
pub(super) struct Prisms {
    pub(super) chunks: Vec<Chunk>,
    pub(super) corners: Vec<Corner>,
    pub(super) indices: Vec<u16>,
    pub(super) buildings: Vec<Building>,
    pub(super) massings: Vec<Massing>,
    pub(super) dropped: Vec<(Dropped, i64)>,
}

/// Cells go to the threads in this many shares, whatever the machine, so that the pack is the same everywhere.
const SHARES: usize = 32;

/// What the buildings stand in.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    pub(super) model: &'a CityModel,
    pub(super) frame: &'a LocalFrame,
    pub(super) ground: Option<Terrain<'a>>,
    pub(super) areas: &'a Areas,
}

/// Pack all buildings of the site's model.
pub(super) fn pack(site: Site) -> Prisms {
    let mut order: Vec<(u64, u32)> = Vec::with_capacity(site.model.buildings.len());
    let mut places: Vec<Xy> = Vec::with_capacity(site.model.buildings.len());
    for (i, building) in (0u32..).zip(&site.model.buildings) {
        let first = site.model.rings_of(building.rings).next().and_then(|r| r.first()).copied().unwrap_or_default();
        let at = site.frame.metres_from_lonlat(lonlat_from_fix(first));
        places.push(at);
        order.push((cell_key(at, CELL_M), i));
    }
    order.sort_unstable();
    let groups: Vec<&[(u64, u32)]> = order.chunk_by(|a, b| a.0 == b.0).collect();
    let shares: Vec<&[&[(u64, u32)]]> = groups.chunks(groups.len().div_ceil(SHARES).max(1)).collect();
    let packed = threads::map(&shares, |groups| {
        let mut out = Prisms::default();
        let mut cell = Vec::new();
        let mut builder = Builder::new(site);
        for group in *groups {
            cell.clear();
            cell.extend(group.iter().map(|(_, i)| *i));
            quarter(&mut cell, &places, CELL_M, &mut |members| builder.chunk(members, &mut out));
        }
        out
    });
    let mut all = Prisms::default();
    for share in packed {
        all.append(share);
    }
    all
}

impl Prisms {
    #[expect(clippy::cast_possible_truncation, reason = "a layer of 4 billion vertices does not fit in memory")]
    fn append(&mut self, mut other: Self) {
        for chunk in &mut other.chunks {
            chunk.first_vertex += self.corners.len() as u32;
            chunk.first_index += self.indices.len() as u32;
            chunk.first_building += self.buildings.len() as u32;
        }
        self.chunks.append(&mut other.chunks);
        self.corners.append(&mut other.corners);
        self.indices.append(&mut other.indices);
        self.buildings.append(&mut other.buildings);
        self.massings.append(&mut other.massings);
        self.dropped.append(&mut other.dropped);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "cells of a city fit an i32, and `as` saturates")]
fn cell_key([x, y]: Xy, size: f64) -> u64 {
    shape::z_order((x / size).floor() as i32, (y / size).floor() as i32)
}

fn quarter(members: &mut [u32], places: &[Xy], size: f64, emit: &mut impl FnMut(&[u32])) {
    if members.len() <= SPLIT_ABOVE || size <= SMALLEST_CELL_M {
        emit(members);
        return;
    }
    let half = size / 2.0;
    let key = |i: &u32| places.get(*i as usize).map_or(0, |at| cell_key(*at, half));
    members.sort_by_key(key);
    for group in members.chunk_by_mut(|a, b| key(a) == key(b)) {
        quarter(group, places, half, emit);
    }
}

/// A building, its corners and its rings (ranges in the builder's).
type Member = (u32, std::ops::Range<usize>, std::ops::Range<usize>);

/// Turns the members of a cell into one chunk, or more where they do not fit into one.
struct Builder<'a> {
    site: Site<'a>,
    earcut: earcut::Earcut<f64>,
    /// Cleaned corners of the chunk's buildings, ring after ring, with the ends of the rings.
    corners: Vec<Xy>,
    ring_ends: Vec<usize>,
    /// Building, its corners, its rings (ranges in the two above).
    members: Vec<Member>,
    raw: Vec<Xy>,
    clean: Vec<Xy>,
    holes: Vec<u32>,
    roof: Vec<u32>,
}

impl<'a> Builder<'a> {
    fn new(site: Site<'a>) -> Self {
        Self {
            site,
            earcut: earcut::Earcut::new(),
            corners: Vec::new(),
            ring_ends: Vec::new(),
            members: Vec::new(),
            raw: Vec::new(),
            clean: Vec::new(),
            holes: Vec::new(),
            roof: Vec::new(),
        }
    }

    fn chunk(&mut self, members: &[u32], out: &mut Prisms) {
        for &number in members {
            let Some(building) = self.site.model.buildings.get(number as usize) else { continue };
            let (corners_before, rings_before) = (self.corners.len(), self.ring_ends.len());
            if let Err(reason) = self.outline(building) {
                self.corners.truncate(corners_before);
                self.ring_ends.truncate(rings_before);
                out.dropped.push((reason, building.source_id));
                continue;
            }
            if self.corners.len() > MAX_CORNERS || self.members.len() >= MAX_BUILDINGS {
                let tail: Vec<Xy> = self.corners.drain(corners_before..).collect();
                let ends: Vec<usize> = self.ring_ends.drain(rings_before..).map(|e| e - corners_before).collect();
                self.flush(out);
                self.corners = tail;
                self.ring_ends = ends;
                self.members.push((number, 0..self.corners.len(), 0..self.ring_ends.len()));
            } else {
                let (corners, rings) = (corners_before..self.corners.len(), rings_before..self.ring_ends.len());
                self.members.push((number, corners, rings));
            }
        }
        self.flush(out);
    }

    /// Append the building's cleaned, oriented rings.
    fn outline(&mut self, building: &BuildingShape) -> Result<(), Dropped> {
        let start = self.corners.len();
        for (i, ring) in self.site.model.rings_of(building.rings).enumerate() {
            self.raw.clear();
            self.raw.extend(ring.iter().map(|p| self.site.frame.metres_from_lonlat(lonlat_from_fix(*p))));
            shape::simplify(&self.raw, TOLERANCE_M, &mut self.clean);
            let flat = self.clean.len() < 3 || shape::twice_area(&self.clean).abs() < 0.2;
            if flat && i == 0 {
                return Err(Dropped::Collapsed);
            }
            if flat {
                continue;
            }
            shape::orient(&mut self.clean, i == 0);
            self.corners.extend_from_slice(&self.clean);
            self.ring_ends.push(self.corners.len());
            if self.corners.len() - start > MAX_CORNERS {
                return Err(Dropped::TooManyCorners);
            }
        }
        if self.corners.len() == start { Err(Dropped::Collapsed) } else { Ok(()) }
    }

    fn flush(&mut self, out: &mut Prisms) {
        if let Some((lo, hi)) = shape::bounds(&self.corners) {
            self.write(lo, hi, out);
        }
        self.corners.clear();
        self.ring_ends.clear();
        self.members.clear();
    }

    /// The members in the order of [`Massing`].
    fn in_order(&mut self) -> Vec<(Measured, Member)> {
        let mut members: Vec<(Measured, Member)> = std::mem::take(&mut self.members)
            .into_iter()
            .map(|(number, corners, rings)| {
                let ends = self.ring_ends.get(rings.clone()).unwrap_or_default();
                let mut from = corners.start;
                let (mut area, mut outer) = (0.0, corners.start..corners.start);
                for end in ends {
                    area += shape::twice_area(self.corners.get(from..*end).unwrap_or_default()) / 2.0;
                    if from == corners.start {
                        outer = from..*end;
                    }
                    from = *end;
                }
                let building = self.site.model.buildings.get(number as usize);
                let height = building.map_or(0.0, |b| f64::from(b.top_dm.saturating_sub(b.foot_dm)) / 10.0);
                let outer = self.corners.get(outer).unwrap_or_default();
                (massing::measure(outer, area, height), (number, corners, rings))
            })
            .collect();
        let shuffled = |number: u32| u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        members.sort_by_key(|(measured, (number, ..))| (measured.detail, shuffled(*number)));
        members
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "quantised and bounded by the chunk's limits"
    )]
    fn write(&mut self, lo: Xy, hi: Xy, out: &mut Prisms) {
        let extent = [(hi[0] - lo[0]).max(1.0), (hi[1] - lo[1]).max(1.0)];
        let first = (out.corners.len(), out.indices.len(), out.buildings.len());
        let (mut lowest_dm, mut top_dm) = (u32::MAX, 1);
        for (measured, (number, corners, rings)) in self.in_order() {
            let Some(building) = self.site.model.buildings.get(number as usize) else { continue };
            let points = self.corners.get(corners.clone()).unwrap_or_default();
            self.holes.clear();
            let ends = self.ring_ends.get(rings).unwrap_or_default();
            let inner = ends.len().saturating_sub(1);
            self.holes.extend(ends.iter().take(inner).map(|e| (e - corners.start) as u32));
            self.roof.clear();
            self.earcut.earcut(points.iter().copied(), &self.holes, &mut self.roof);
            if self.roof.is_empty() {
                out.dropped.push((Dropped::NoRoof, building.source_id));
                continue;
            }
            let base = out.corners.len() - first.0;
            let in_chunk = (out.buildings.len() - first.2) as u16;
            let quantise = |v: f64, low: f64, extent: f64| ((v - low) / extent * 65_535.0).round() as u16;
            let place = |at: Xy| [quantise(at[0], lo[0], extent[0]), quantise(at[1], lo[1], extent[1])];
            let mut from = 0;
            for end in ends.iter().map(|e| e - corners.start) {
                let ring = points.get(from..end).unwrap_or_default();
                for (i, (a, b)) in shape::pairs(ring).enumerate() {
                    let [x, y] = place(a);
                    let turn = (a[0] - b[0]).atan2(b[1] - a[1]) / std::f64::consts::TAU * 256.0;
                    out.corners.push(Corner {
                        x,
                        y,
                        building: in_chunk,
                        normal: turn.round().rem_euclid(256.0) as u8,
                        flags: u8::from(i + 1 == ring.len()),
                    });
                    let (here, next) = (base + from + i, base + from + (i + 1) % ring.len());
                    let (foot, top) = ((2 * here) as u16, (2 * here + 1) as u16);
                    let (next_foot, next_top) = ((2 * next) as u16, (2 * next + 1) as u16);
                    out.indices.extend_from_slice(&[foot, next_foot, next_top, foot, next_top, top]);
                }
                from = end;
            }
            for triangle in self.roof.chunks_exact(3) {
                let [a, b, c] = triangle else { continue };
                let at = |i: u32| points.get(i as usize).copied().unwrap_or_default();
                let up = shape::twice_area(&[at(*a), at(*b), at(*c)]) >= 0.0;
                let top = |i: u32| (2 * (base + i as usize) + 1) as u16;
                out.indices.extend_from_slice(&if up {
                    [top(*a), top(*b), top(*c)]
                } else {
                    [top(*a), top(*c), top(*b)]
                });
            }
            let ground = points.iter().map(|at| self.site.ground.map_or(0.0, |t| t.at(*at))).fold(f64::MAX, f64::min);
            let ground_dm = (ground * 10.0).floor() as u16;
            let middle =
                shape::bounds(points).map_or([0.0; 2], |(l, h)| [f64::midpoint(l[0], h[0]), f64::midpoint(l[1], h[1])]);
            let own_top_dm = building.top_dm.max(building.foot_dm.saturating_add(1));
            lowest_dm = lowest_dm.min(u32::from(ground_dm));
            top_dm = top_dm.max(u32::from(ground_dm) + u32::from(own_top_dm));
            let [foot, top] = [building.foot_dm, own_top_dm].map(|dm| u32::from(ground_dm) + u32::from(dm));
            out.massings.push(measured.record(place(measured.middle), [foot, top], shade(building)));
            out.buildings.push(Building {
                source_id: building.source_id,
                name: building.name,
                area: self.site.areas.around(middle),
                first_corner: base as u16,
                corner_count: points.len() as u16,
                top_dm: own_top_dm,
                foot_dm: building.foot_dm,
                ground_dm,
                reserved: 0,
                class: building.class as u8,
                flags: building.flags,
                levels: building.levels,
                shade: shade(building),
            });
        }
        if out.buildings.len() > first.2 {
            let high = top_dm.saturating_sub(lowest_dm).max(1);
            out.chunks.push(Chunk {
                origin: [lo[0] as f32, lo[1] as f32, lowest_dm as f32 / 10.0],
                extent: [extent[0] as f32, extent[1] as f32, high as f32 / 10.0],
                first_vertex: first.0 as u32,
                vertex_count: (out.corners.len() - first.0) as u32,
                first_index: first.1 as u32,
                index_count: (out.indices.len() - first.1) as u32,
                first_building: first.2 as u32,
                building_count: (out.buildings.len() - first.2) as u32,
            });
        }
    }
}

/// A tone of the building's own, so that neighbours differ; stable for the same source. Below 16 where it has no windows.
fn shade(building: &BuildingShape) -> u8 {
    const WINDOWED: u8 = 16;
    let seed = building.source_id.cast_unsigned() ^ u64::from(building.rings.first) ^ ((building.class as u64) << 56);
    let tone = (seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8;
    if building.class == BuildingClass::Minor { tone % WINDOWED } else { tone.max(WINDOWED) }
}
