//! An open city: the pack's layers with their indices, ready to be asked.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::frame::LocalFrame;
use super::pack::layer::{Layer, LayerError, VERSION};
use super::pack::meta::Meta;
use super::pack::records::{self, Area, Chunk, Edge, NameId, Place, Way, file, tag};
use super::pack::within::{AreaIndex, Shapes};
use crate::domain::LonLat;

mod buildings;
mod check;
mod crossing;
mod decks;
mod ground;
#[cfg(test)]
mod ground_tests;
mod near;
mod pick;
mod street;
#[cfg(test)]
mod tests;
mod words;

pub use buildings::Vertices;
pub use near::NearStreet;
pub(super) use near::nearest_on;
pub use words::{Named, plain_name};

/// Why a pack cannot be opened. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum CityError {
    /// The folder has no `pack.toml`.
    #[error("{0} is not a city pack (no pack.toml); make one with `hall import SOURCE --out {0}`")]
    NotAPack(PathBuf),
    /// `pack.toml` cannot be read or understood.
    #[error("{path}: {reason}; import the city again with `hall import`")]
    Meta {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A layer cannot be used.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// A record points outside its layer.
    #[error("{path} is not consistent ({what}); import the city again with `hall import`")]
    Inconsistent {
        /// The file.
        path: PathBuf,
        /// The first record that is wrong.
        what: String,
    },
}

/// An open city pack. Everything it hands out points into the memory map.
///
/// All references between records were checked when it was opened, so every accessor is total: an index that did
/// not come from this city gives an empty slice or string.
#[derive(Debug)]
pub struct City {
    dir: PathBuf,
    frame: LocalFrame,
    meta: Meta,
    bounds: Bounds,
    buildings: Layer,
    flat: Layer,
    roads: Layer,
    areas: Layer,
    places: Layer,
    names: Layer,
    terrain: Layer,
    components: Layer,
    pipes: Layer,
    // built when first asked
    trees: OnceLock<near::Trees>,
    words: OnceLock<words::Words>,
    picks: OnceLock<pick::PickIndex>,
    /// Metres of the highest post of the terrain.
    highest: OnceLock<f64>,
    area_index: OnceLock<AreaIndex>,
    area_children: OnceLock<street::Children>,
}

/// A box in the city's frame, metres.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    /// West and south.
    pub min: [f64; 2],
    /// East and north.
    pub max: [f64; 2],
}

impl City {
    /// Open the pack in `dir`: checks version, checksum and that every reference is in range.
    ///
    /// # Errors
    /// [`CityError`], which says what to do.
    pub fn open(dir: &Path) -> Result<Self, CityError> {
        let path = dir.join(file::META);
        let text = std::fs::read_to_string(&path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => CityError::NotAPack(dir.to_owned()),
            _ => CityError::Meta { path: path.clone(), reason: e.to_string() },
        })?;
        let wrong = |reason: String| CityError::Meta { path: path.clone(), reason };
        let loose: toml::Table = toml::from_str(&text).map_err(|e| wrong(e.message().to_owned()))?;
        let found = loose.get("version").and_then(toml::Value::as_integer).and_then(|v| u32::try_from(v).ok());
        match found {
            Some(VERSION) => {}
            Some(found) => return Err(LayerError::WrongVersion { path, found }.into()),
            None => return Err(wrong("it has no version".to_owned())),
        }
        let meta: Meta = toml::from_str(&text).map_err(|e| wrong(e.message().to_owned()))?;
        let [lon, lat] = meta.origin;
        let origin = LonLat::new(lon, lat).ok_or_else(|| wrong("the origin is out of range".to_owned()))?;
        let [west, south, east, north] = meta.bounds;
        let (Some(low), Some(high)) = (LonLat::new(west, south), LonLat::new(east, north)) else {
            return Err(wrong("the bounds are out of range".to_owned()));
        };
        let frame = LocalFrame::new(origin);
        let open = |name: &str| Layer::open(&dir.join(name));
        let city = Self {
            dir: dir.to_owned(),
            bounds: Bounds { min: frame.metres_from_lonlat(low), max: frame.metres_from_lonlat(high) },
            frame,
            meta,
            buildings: open(file::BUILDINGS)?,
            flat: open(file::FLAT)?,
            roads: open(file::ROADS)?,
            areas: open(file::AREAS)?,
            places: open(file::PLACES)?,
            names: open(file::NAMES)?,
            terrain: open(file::TERRAIN)?,
            components: open(file::COMPONENTS)?,
            pipes: open(file::PIPES)?,
            trees: OnceLock::new(),
            words: OnceLock::new(),
            picks: OnceLock::new(),
            highest: OnceLock::new(),
            area_index: OnceLock::new(),
            area_children: OnceLock::new(),
        };
        check::check(&city)?;
        city.release();
        Ok(city)
    }

    /// The folder it was opened from.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The city's local frame.
    #[must_use]
    pub fn frame(&self) -> &LocalFrame {
        &self.frame
    }

    /// `pack.toml`.
    #[must_use]
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The city's box in metres.
    #[must_use]
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The name with this number; empty for 0 and for numbers that are not of this city.
    #[must_use]
    pub fn name(&self, number: NameId) -> &str {
        let starts = self.names.section::<u32>(tag::NAME_STARTS).unwrap_or_default();
        let bytes = self.names.section::<u8>(tag::NAME_BYTES).unwrap_or_default();
        let number = number as usize;
        let (Some(from), Some(to)) = (starts.get(number), starts.get(number + 1)) else { return "" };
        bytes.get(*from as usize..*to as usize).and_then(|b| std::str::from_utf8(b).ok()).unwrap_or_default()
    }

    /// Of a name in the local language and in English the one of a language, or the other one where it has none.
    #[must_use]
    pub fn named(&self, local: NameId, english: NameId, locale: &str) -> Option<&str> {
        let (local, english) = (self.name(local), self.name(english));
        let names = if locale.starts_with("zh") { [local, english] } else { [english, local] };
        names.into_iter().find(|name| !name.is_empty())
    }

    /// Number of names, 0 (no name) included.
    #[must_use]
    pub fn name_count(&self) -> usize {
        self.names.section::<u32>(tag::NAME_STARTS).map_or(0, |s| s.len().saturating_sub(1))
    }

    /// Give back the memory of the pages that were read of buildings and flat shapes, after they went to the adapter;
    /// what is asked again is read again.
    pub fn release(&self) {
        self.buildings.release();
        self.flat.release();
    }

    /// Chunks of flat shapes.
    #[must_use]
    pub fn flat_chunks(&self) -> &[Chunk] {
        self.flat.section(tag::CHUNKS).unwrap_or_default()
    }

    /// Positions of a chunk of flat shapes.
    #[must_use]
    pub fn flat_positions_of(&self, chunk: &Chunk) -> &[[u16; 4]] {
        run(self.flat.section(tag::POSITIONS).unwrap_or_default(), chunk.first_vertex, chunk.vertex_count)
    }

    /// Tones of a chunk of flat shapes, one for each position.
    #[must_use]
    pub fn flat_tones_of(&self, chunk: &Chunk) -> &[[u8; 4]] {
        run(self.flat.section(tag::TONES).unwrap_or_default(), chunk.first_vertex, chunk.vertex_count)
    }

    /// Indices of a chunk of flat shapes, relative to its first vertex.
    #[must_use]
    pub fn flat_indices_of(&self, chunk: &Chunk) -> &[u16] {
        run(self.flat.section(tag::INDICES).unwrap_or_default(), chunk.first_index, chunk.index_count)
    }

    /// Roads, railways and streams.
    #[must_use]
    pub fn ways(&self) -> &[Way] {
        self.roads.section(tag::WAYS).unwrap_or_default()
    }

    /// Points of all ways, metres.
    #[must_use]
    pub fn way_points(&self) -> &[[f32; 2]] {
        self.roads.section(tag::POINTS).unwrap_or_default()
    }

    /// The points of a way, metres.
    #[must_use]
    pub fn points_of(&self, way: &Way) -> &[[f32; 2]] {
        run(self.way_points(), way.first_point, u32::from(way.point_count))
    }

    /// Nodes of the road graph, metres.
    #[must_use]
    pub fn nodes(&self) -> &[[f32; 2]] {
        self.roads.section(tag::NODES).unwrap_or_default()
    }

    /// Directed edges of the road graph, sorted by the node they leave.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        self.roads.section(tag::EDGES).unwrap_or_default()
    }

    /// The edges that leave a node.
    #[must_use]
    pub fn edges_from(&self, node: u32) -> &[Edge] {
        let edges = self.edges();
        let (from, to) = (edges.partition_point(|e| e.from < node), edges.partition_point(|e| e.from <= node));
        edges.get(from..to).unwrap_or_default()
    }

    /// Administrative areas.
    #[must_use]
    pub fn areas(&self) -> &[Area] {
        self.areas.section(tag::AREAS).unwrap_or_default()
    }

    /// Areas with their rings and points.
    fn area_shapes(&self) -> Shapes<'_> {
        Shapes {
            areas: self.areas(),
            rings: self.areas.section(tag::RINGS).unwrap_or_default(),
            points: self.areas.section(tag::POINTS).unwrap_or_default(),
        }
    }

    /// The rings of an area, metres.
    pub fn rings_of(&self, area: &Area) -> impl Iterator<Item = &[[f32; 2]]> + '_ {
        self.area_shapes().rings_of(area)
    }

    /// Places and points of interest, the most important first.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        self.places.section(tag::PLACES).unwrap_or_default()
    }

    /// Bytes of all layers.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let shapes = [&self.buildings, &self.flat, &self.roads, &self.areas, &self.places, &self.names];
        let others = [&self.terrain, &self.components, &self.pipes];
        shapes.iter().chain(&others).map(|l| l.len()).sum()
    }
}

fn run<T>(all: &[T], first: u32, count: u32) -> &[T] {
    let first = first as usize;
    first.checked_add(count as usize).and_then(|end| all.get(first..end)).unwrap_or_default()
}

/// Kind of a place record; [`records::PlaceKind::Other`] for numbers of a later version.
#[must_use]
pub fn place_kind(place: &Place) -> records::PlaceKind {
    u8::try_from(place.kind).ok().and_then(records::PlaceKind::from_number).unwrap_or(records::PlaceKind::Other)
}
