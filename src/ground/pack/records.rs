//! The fixed-size records of the layers. All are `Pod`, little-endian, without padding.
//!
//! Axes inside a pack: x east, y north, z up, metres in the city's [`LocalFrame`](crate::ground::frame::LocalFrame).

use bytemuck::{Pod, Zeroable};

mod paint;
mod place;
mod street;

pub use paint::Paint;
pub use place::{Place, PlaceKind};
pub use street::{Component, ComponentCell, Network, Pipe, TerrainHead};

/// File name of each layer and its section tags.
pub mod file {
    /// What the pack is: see [`super::super::meta::Meta`].
    pub const META: &str = "pack.toml";
    /// Buildings: chunks with mesh and per-building record.
    pub const BUILDINGS: &str = "buildings.hall";
    /// Flat shapes: land, green, water, roads, rail, outlines as chunks of triangles.
    pub const FLAT: &str = "flat.hall";
    /// Ways and the routable graph.
    pub const ROADS: &str = "roads.hall";
    /// Administrative areas.
    pub const AREAS: &str = "areas.hall";
    /// Places and points of interest.
    pub const PLACES: &str = "places.hall";
    /// All names, once each.
    pub const NAMES: &str = "names.hall";
    /// Heights of the ground.
    pub const TERRAIN: &str = "terrain.hall";
    /// What stands in the streets.
    pub const COMPONENTS: &str = "components.hall";
    /// What lies under them.
    pub const PIPES: &str = "pipes.hall";
    /// All of them.
    pub const ALL: [&str; 10] = [META, BUILDINGS, FLAT, ROADS, AREAS, PLACES, NAMES, TERRAIN, COMPONENTS, PIPES];
}

/// Section tags (four ASCII bytes each).
pub mod tag {
    /// `[Chunk]`, in buildings and flat.
    pub const CHUNKS: [u8; 4] = *b"CHNK";
    /// `[Corner]`, in buildings.
    pub const CORNERS: [u8; 4] = *b"CORN";
    /// `[Massing]`, one for each building, in buildings.
    pub const MASSINGS: [u8; 4] = *b"MASS";
    /// `[[u16; 4]]`, in flat: see [`super::Chunk`].
    pub const POSITIONS: [u8; 4] = *b"VPOS";
    /// `[[u8; 4]]`, in flat, one for each position.
    pub const TONES: [u8; 4] = *b"VTON";
    /// `[u16]`, relative to the chunk's first vertex.
    pub const INDICES: [u8; 4] = *b"INDX";
    /// `[Building]`.
    pub const BUILDINGS: [u8; 4] = *b"BLDG";
    /// `[Way]`, in roads.
    pub const WAYS: [u8; 4] = *b"WAYS";
    /// `[[f32; 2]]` east and north, in roads and areas.
    pub const POINTS: [u8; 4] = *b"PNTS";
    /// `[[f32; 2]]` crossings of the graph, in roads.
    pub const NODES: [u8; 4] = *b"NODE";
    /// `[Edge]` sorted by `from`, in roads.
    pub const EDGES: [u8; 4] = *b"EDGE";
    /// `[Area]`.
    pub const AREAS: [u8; 4] = *b"AREA";
    /// `[u32]`, first point of each ring and one past the last, in areas.
    pub const RINGS: [u8; 4] = *b"RING";
    /// `[Place]`.
    pub const PLACES: [u8; 4] = *b"PLAC";
    /// `[u32]`, byte offset of each name and one past the last; name 0 is empty.
    pub const NAME_STARTS: [u8; 4] = *b"NOFF";
    /// `[u8]`, UTF-8.
    pub const NAME_BYTES: [u8; 4] = *b"NTXT";
    /// `[TerrainHead]`, none or one, in terrain.
    pub const TERRAIN: [u8; 4] = *b"TERR";
    /// `[u16]` heights in decimetres, row after row from the south-west, in terrain.
    pub const POSTS: [u8; 4] = *b"POST";
    /// `[Component]` cell after cell, in components.
    pub const COMPONENTS: [u8; 4] = *b"COMP";
    /// `[ComponentCell]` from south to north, each row from west to east, in components.
    pub const COMPONENT_CELLS: [u8; 4] = *b"CELL";
    /// `[Pipe]`, in pipes.
    pub const PIPES: [u8; 4] = *b"PIPE";
}

/// A name by its number in the names layer; 0 is "no name".
pub type NameId = u32;

/// One drawable piece of a layer: at most 65,536 vertices and 65,536 buildings.
///
/// A position `u` (0..=65535 on each axis) stands at `origin + u / 65535 * extent`.
///
/// In **buildings** the file holds one [`Corner`] (8 bytes) for each corner of a footprint, and each corner is two
/// vertices: vertex `2c` is the foot of the wall at corner `c`, vertex `2c + 1` its top. Indices count vertices
/// this way from the chunk's first, so `index >> 1` is the corner and `index & 1` is the role, and a shader can pull
/// everything from the corners and the building records alone. Whoever wants plain vertex arrays takes
/// [`City::building_vertices`](crate::ground::City::building_vertices), which spells them out: position
/// `[x, y, z, w]` with w the building's number within the chunk, tone `[normal, role, shade, ring]`: `normal` the
/// wall's outward direction as 256ths of a turn counter-clockwise from east, `role` 0 at the foot and 1 at the top,
/// `shade` the building's [`Building::shade`], `ring` 1 on the last foot corner of a ring and 0 elsewhere. A
/// building's rings follow each other, the outer one first (counter-clockwise, holes clockwise). The first vertex
/// of each triangle (the provoking one) is the foot vertex whose wall (from its corner to the next) it belongs to,
/// or a top vertex for the roof, so flat interpolation gives 2n vertices a prism.
///
/// In **flat** a vertex is 12 bytes in two arrays: position `[x, y, z, w]` with z the height of the place to which the
/// shader moves it (the edge of a ribbon, not its centre line), and tone
/// `[nx, ny, paint, side]`: `nx` and `ny` as signed bytes / 127 (in the u8's bits) point from the centre line to the
/// edge of a ribbon (0, 0 in filled shapes), w is the ribbon's half width in cm (0 in fills; at a mitre already
/// lengthened), `paint` a [`Paint`], `side` 0 on the right and 255 on the left of the ribbon (anti-aliasing). The
/// position is the centre line; the shader widens, so that a ribbon never gets thinner than a pixel or
/// so. Triangles stand in the order they are to be painted.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Chunk {
    /// Metres of position (0, 0, 0).
    pub origin: [f32; 3],
    /// Metres from there to position (65535, 65535, 65535).
    pub extent: [f32; 3],
    /// First vertex in the layer (in buildings: first corner).
    pub first_vertex: u32,
    /// Number of vertices, at most 65,536 (in buildings: corners, at most 32,768).
    pub vertex_count: u32,
    /// First index in the layer.
    pub first_index: u32,
    /// Number of indices.
    pub index_count: u32,
    /// First building (0 in flat).
    pub first_building: u32,
    /// Number of buildings (0 in flat).
    pub building_count: u32,
}

/// One corner of a building's footprint: two vertices, foot and top. 8 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Corner {
    /// East within the chunk.
    pub x: u16,
    /// North within the chunk.
    pub y: u16,
    /// The building's number within the chunk.
    pub building: u16,
    /// Outward direction of the wall from here to the next corner, 256ths of a turn counter-clockwise from east.
    pub normal: u8,
    /// Bit 0: the last corner of its ring.
    pub flags: u8,
}

/// A building as a box, which is what is drawn of it from afar. 12 bytes. The buildings of a chunk stand in the order
/// of their detail; those of one detail in an order without meaning, so that any number of the first is a fair share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Massing {
    /// East of its middle within the chunk.
    pub x: u16,
    /// North of its middle within the chunk.
    pub y: u16,
    /// Half length along its angle and across it in quarter metres (10 bits each), the angle in 256ths of half a turn
    /// counter-clockwise from east (8 bits), its detail (4 bits).
    pub shape: u32,
    /// Top and foot in decimetres above the frame's zero (14 bits each), [`Building::shade`] / 16 (4 bits).
    pub heights: u32,
}

impl Massing {
    /// Number of details.
    pub const DETAILS: usize = 8;

    /// How much is lost by drawing the box: which of [`ERRORS_M`](super::massing::ERRORS_M).
    #[must_use]
    pub fn detail(&self) -> usize {
        (self.shape >> 28) as usize
    }
}

/// One building. 32 bytes. Its walls stand from `ground + foot` to `ground + top` above the frame's zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Building {
    /// Its id in the source (positive way or feature, negative relation), 0 if none.
    pub source_id: i64,
    /// Name.
    pub name: NameId,
    /// The smallest area around the middle of its box, `u32::MAX` if none.
    pub area: u32,
    /// First corner within its chunk.
    pub first_corner: u16,
    /// Corners of all its rings.
    pub corner_count: u16,
    /// Top, decimetres above ground.
    pub top_dm: u16,
    /// Foot, decimetres above ground (`min_height`).
    pub foot_dm: u16,
    /// The terrain under its lowest corner, decimetres above the frame's zero.
    pub ground_dm: u16,
    /// Zero.
    pub reserved: u16,
    /// A [`BuildingClass`].
    pub class: u8,
    /// Bit 0: height is a default, not given; bit 1: a building:part.
    pub flags: u8,
    /// Storeys, 0 if unknown.
    pub levels: u8,
    /// A tone of its own from class and id, 16 to 255, so that neighbours differ; below 16 without windows.
    pub shade: u8,
}

/// Coarse use of a building; gives default heights and the card's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum BuildingClass {
    /// Not known.
    Unknown = 0,
    /// Dwellings.
    Residential = 1,
    /// Offices, shops, hotels.
    Commercial = 2,
    /// Industry, storage.
    Industrial = 3,
    /// School, hospital, government, religion, station.
    Public = 4,
    /// Garage, shed, roof, kiosk.
    Minor = 5,
}

/// A road, railway or waterway as it is in the source. 24 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Way {
    /// Its id in the source, 0 if none.
    pub source_id: i64,
    /// Local (Chinese) name or the only one.
    pub name: NameId,
    /// English name.
    pub name_en: NameId,
    /// First point.
    pub first_point: u32,
    /// Points.
    pub point_count: u16,
    /// A [`Paint`] from `Stream` to `Rail`.
    pub class: u8,
    /// Bit 0 one way, bit 1 bridge, bit 2 tunnel, bit 3 not for cars.
    pub flags: u8,
}

/// A directed edge of the road graph between two nodes, sorted by `from`. 24 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Edge {
    /// Node it leaves.
    pub from: u32,
    /// Node it reaches.
    pub to: u32,
    /// Way it is part of.
    pub way: u32,
    /// First point on the way (absolute); the shape runs from here …
    pub first_point: u32,
    /// … to here, which is before `first_point` where the edge runs against the way.
    pub last_point: u32,
    /// Metres.
    pub length_m: f32,
}

/// An administrative area. 48 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Area {
    /// Its id in the source, 0 if none.
    pub source_id: i64,
    /// The decimal digits of its standard code, 0 if none; see [`AreaShape`](super::model::AreaShape).
    pub code: u64,
    /// Chinese name or the only one.
    pub name: NameId,
    /// English name.
    pub name_en: NameId,
    /// First ring (outer counter-clockwise, holes clockwise).
    pub first_ring: u32,
    /// Rings.
    pub ring_count: u32,
    /// Index of the smallest area around it, `u32::MAX` at the top.
    pub parent: u32,
    /// A label point.
    pub label: [f32; 2],
    /// OSM's `admin_level`, 2 to 12; 11 is a patrol grid, 12 a unit grid.
    pub level: u32,
}
