//! A city in memory, before it is packed: what importers and the demo city hand to the writer.
//!
//! Coordinates are WGS 84 in steps of 1e-7 degree ([`Fix`], about a centimetre), all in one pool, so that equal
//! places are equal bits (the road graph joins ways there) and a city of a million buildings stays small.

use std::collections::HashMap;

use super::records::{BuildingClass, NameId, Network, Paint, PlaceKind};
use crate::domain::LonLat;

/// Longitude and latitude in steps of 1e-7 degree.
pub type Fix = [i32; 2];

/// The nearest [`Fix`].
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "180e7 fits an i32, and `as` saturates beyond")]
pub fn fix_from_lonlat(at: LonLat) -> Fix {
    [(at.lon * 1e7).round() as i32, (at.lat * 1e7).round() as i32]
}

/// Degrees of a [`Fix`].
#[must_use]
pub fn lonlat_from_fix(at: Fix) -> LonLat {
    // divided, not multiplied by 1e-7: that is no binary fraction, and its error would show in the last digits
    LonLat { lon: f64::from(at[0]) / 1e7, lat: f64::from(at[1]) / 1e7 }
}

/// All names, once each; 0 is "no name".
#[derive(Debug)]
pub struct Names {
    numbers: HashMap<Box<str>, NameId>,
    starts: Vec<u32>,
    bytes: Vec<u8>,
}

impl Default for Names {
    fn default() -> Self {
        Self { numbers: HashMap::new(), starts: vec![0, 0], bytes: Vec::new() }
    }
}

impl Names {
    /// The number of `name`, cut at 200 bytes; 0 where it is blank or the pool is full (4 GiB).
    pub fn number(&mut self, name: &str) -> NameId {
        let name = name.trim();
        let mut end = name.len().min(200);
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        let name = name.get(..end).unwrap_or_default();
        if name.is_empty() {
            return 0;
        }
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let (Ok(number), Ok(end)) =
            (u32::try_from(self.starts.len() - 1), u32::try_from(self.bytes.len() + name.len()))
        else {
            return 0;
        };
        self.bytes.extend_from_slice(name.as_bytes());
        self.starts.push(end);
        self.numbers.insert(name.into(), number);
        number
    }

    /// The name with this number, empty where there is none.
    #[must_use]
    pub fn get(&self, number: NameId) -> &str {
        let at = |i: usize| self.starts.get(i).map_or(0, |s| *s as usize);
        let range = at(number as usize)..at(number as usize + 1);
        self.bytes.get(range).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default()
    }

    /// Byte offsets of the names, one past the last included.
    #[must_use]
    pub fn starts(&self) -> &[u32] {
        &self.starts
    }

    /// All names after one another.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// A run in [`CityModel::points`] or [`CityModel::rings`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Run {
    /// First element.
    pub first: u32,
    /// Elements.
    pub count: u32,
}

impl Run {
    /// As a range of indices.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.first as usize..self.first as usize + self.count as usize
    }
}

/// A building: rings are the outer one and its holes (any direction, not closed).
#[derive(Debug, Clone, Copy)]
pub struct BuildingShape {
    /// Id in the source, 0 if none.
    pub source_id: i64,
    /// Name.
    pub name: NameId,
    /// Its rings.
    pub rings: Run,
    /// Top above ground, decimetres.
    pub top_dm: u16,
    /// Foot above ground, decimetres.
    pub foot_dm: u16,
    /// Use.
    pub class: BuildingClass,
    /// As in [`Building::flags`](super::records::Building::flags).
    pub flags: u8,
    /// Storeys, 0 if unknown.
    pub levels: u8,
}

/// A filled shape: an outer ring and its holes.
#[derive(Debug, Clone, Copy)]
pub struct FillShape {
    /// Id in the source, 0 if none. Pieces of one object share it.
    pub source_id: i64,
    /// What it is painted as.
    pub paint: Paint,
    /// Its rings.
    pub rings: Run,
}

/// A line that is only drawn.
#[derive(Debug, Clone, Copy)]
pub struct LineShape {
    /// What it is painted as.
    pub paint: Paint,
    /// Full width, centimetres.
    pub width_cm: u16,
    /// Its points.
    pub points: Run,
}

/// A road, railway or waterway: drawn, named, and where it is a road part of the graph.
#[derive(Debug, Clone, Copy)]
pub struct WayShape {
    /// Id in the source, 0 if none.
    pub source_id: i64,
    /// Local name.
    pub name: NameId,
    /// English name.
    pub name_en: NameId,
    /// From `Stream` to `Rail`.
    pub class: Paint,
    /// As in [`Way::flags`](super::records::Way::flags).
    pub flags: u8,
    /// Full width, centimetres; 0 is not drawn.
    pub width_cm: u16,
    /// Its points.
    pub points: Run,
}

/// An administrative area: outer rings and holes in any order.
#[derive(Debug, Clone, Copy)]
pub struct AreaShape {
    /// Id in the source, 0 if none.
    pub source_id: i64,
    /// Local name.
    pub name: NameId,
    /// English name.
    pub name_en: NameId,
    /// OSM's `admin_level`: 5 city, 6 district, 8 street or town, 10 community, and below what OSM has: 11 patrol grid
    /// (a group of unit grids of one community), 12 unit grid (about 10,000 m²).
    pub level: u8,
    /// The decimal digits of its standard code, 0 if none: 6 digits for a city or district, 9 for a street, 12 for a
    /// community, 14 for a patrol grid, 15 for a unit grid.
    pub code: u64,
    /// Its rings.
    pub rings: Run,
    /// Label point, where the source has one.
    pub label: Option<Fix>,
}

/// Heights of the ground as a grid of posts. Between them the surface is triangles: each cell is split along its
/// diagonal from south-west to north-east.
#[derive(Debug, Clone, Default)]
pub struct TerrainGrid {
    /// The first post.
    pub south_west: Fix,
    /// From one post to the next, east and north; positive.
    pub step: Fix,
    /// Posts from west to east, at least 2.
    pub columns: u32,
    /// Posts from south to north, at least 2.
    pub rows: u32,
    /// Decimetres above the frame's zero, which is the lowest ground: row after row from the south-west.
    pub heights_dm: Vec<u16>,
}

/// What stands in a street: a component (部件) of GB/T 30428.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComponentShape {
    /// Class and sub-class, two digits each: 101 is 0101, a water supply manhole cover. Below 10,000.
    pub code: u16,
    /// Where.
    pub at: Fix,
    /// Where it faces, 256ths of a turn clockwise from north.
    pub heading: u8,
    /// Number within its district and class, below 1,000,000.
    pub serial: u32,
}

/// A pipe or cable under the street.
#[derive(Debug, Clone, Copy)]
pub struct PipeShape {
    /// What runs in it.
    pub network: Network,
    /// Inner diameter, millimetres.
    pub diameter_mm: u16,
    /// From the ground to its top, centimetres.
    pub depth_cm: u16,
    /// Its points.
    pub points: Run,
    /// As in [`Pipe::flags`](super::records::Pipe::flags).
    pub flags: u8,
}

/// A named place or point of interest.
#[derive(Debug, Clone, Copy)]
pub struct PlaceShape {
    /// Id in the source, 0 if none.
    pub source_id: i64,
    /// Local name.
    pub name: NameId,
    /// English name.
    pub name_en: NameId,
    /// Where.
    pub at: Fix,
    /// What.
    pub kind: PlaceKind,
    /// 0 most important to 255.
    pub rank: u8,
}

/// Where a layer of the pack comes from; goes into `pack.toml` as it is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Source {
    /// File name, without its folder.
    pub file: String,
    /// Its bytes.
    pub bytes: u64,
    /// Format as it was read.
    pub format: String,
    /// Datum the coordinates were in: `wgs84`, `gcj02` or `bd09`.
    pub datum: String,
    /// Licence and attribution.
    pub licence: String,
    /// Layers of the pack it gave.
    pub layers: Vec<String>,
}

/// A city in memory.
#[derive(Debug, Default)]
pub struct CityModel {
    /// Name of the city.
    pub name: String,
    /// Licence and attribution of the whole.
    pub licence: String,
    /// Sources of the layers.
    pub sources: Vec<Source>,
    /// West, south, east, north; where `None` it is taken from the shapes.
    pub bounds: Option<(Fix, Fix)>,
    /// All names.
    pub names: Names,
    /// All points.
    pub points: Vec<Fix>,
    /// Rings as runs of points; not closed (the last point is not the first).
    pub rings: Vec<Run>,
    /// Buildings.
    pub buildings: Vec<BuildingShape>,
    /// Filled shapes.
    pub fills: Vec<FillShape>,
    /// Lines that are only drawn.
    pub lines: Vec<LineShape>,
    /// Roads, railways, waterways.
    pub ways: Vec<WayShape>,
    /// Administrative areas.
    pub areas: Vec<AreaShape>,
    /// Places.
    pub places: Vec<PlaceShape>,
    /// Heights of the ground; flat at 0 where there are none.
    pub terrain: Option<TerrainGrid>,
    /// What stands in the streets.
    pub components: Vec<ComponentShape>,
    /// What lies under them.
    pub pipes: Vec<PipeShape>,
}

impl CityModel {
    /// Put points into the pool. A pool of 4 billion points is full: the run is then empty.
    pub fn add_points(&mut self, points: impl IntoIterator<Item = Fix>) -> Run {
        let first = self.points.len();
        self.points.extend(points);
        match (u32::try_from(first), u32::try_from(self.points.len() - first)) {
            (Ok(first), Ok(count)) if first.checked_add(count).is_some() => Run { first, count },
            _ => {
                self.points.truncate(first);
                Run::default()
            }
        }
    }

    /// Put rings into the pool; a closing point equal to the first is dropped.
    pub fn add_rings<'a>(&mut self, rings: impl IntoIterator<Item = &'a [Fix]>) -> Run {
        let first = self.rings.len();
        for ring in rings {
            let open = match ring {
                [a, middle @ .., b] if a == b => ring.get(..=middle.len()).unwrap_or_default(),
                _ => ring,
            };
            let run = self.add_points(open.iter().copied());
            self.rings.push(run);
        }
        let count = self.rings.len() - first;
        Run { first: u32::try_from(first).unwrap_or(0), count: u32::try_from(count).unwrap_or(0) }
    }

    /// The points of a run.
    #[must_use]
    pub fn points_of(&self, run: Run) -> &[Fix] {
        self.points.get(run.range()).unwrap_or_default()
    }

    /// The rings of a run.
    pub fn rings_of(&self, run: Run) -> impl Iterator<Item = &[Fix]> {
        self.rings.get(run.range()).unwrap_or_default().iter().map(|r| self.points_of(*r))
    }

    /// South-west and north-east corner of everything, or of `bounds` where it is set.
    #[must_use]
    pub fn extent(&self) -> Option<(Fix, Fix)> {
        if self.bounds.is_some() {
            return self.bounds;
        }
        let all = self.points.iter().chain(self.places.iter().map(|p| &p.at));
        all.fold(None, |b, p| match b {
            None => Some((*p, *p)),
            Some((lo, hi)) => Some(([lo[0].min(p[0]), lo[1].min(p[1])], [hi[0].max(p[0]), hi[1].max(p[1])])),
        })
    }
}
