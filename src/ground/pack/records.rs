//! The fixed-size records of the layers. All are `Pod`, little-endian, without padding.
//!
//! Axes inside a pack: x east, y north, z up, metres in the city's [`LocalFrame`](crate::ground::frame::LocalFrame).

use bytemuck::{Pod, Zeroable};

/// File name of each layer and its section tags.
pub mod file {
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
}

/// Section tags (four ASCII bytes each).
pub mod tag {
    /// `[Chunk]`, in buildings and flat.
    pub const CHUNKS: [u8; 4] = *b"CHNK";
    /// `[[u16; 4]]`, in buildings and flat: see [`super::Chunk`].
    pub const POSITIONS: [u8; 4] = *b"VPOS";
    /// `[[u8; 4]]`, in buildings and flat, one for each position.
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
}

/// A name by its number in the names layer; 0 is "no name".
pub type NameId = u32;

/// One drawable piece of a layer: at most 65,536 vertices and 65,536 buildings.
///
/// A vertex is 12 bytes in two arrays. Position `[x, y, z, w]`: x, y and z are `origin + u / 65535 *
/// extent`. In **buildings** w is the building's number within the chunk and the tone is
/// `[normal, role, shade, ring]`: `normal` the wall's outward direction as 256ths of a turn counter-
/// clockwise from east, `role` 0 at the foot and 1 at the top, `shade` a per-building tone 0..=255 (from
/// its class), `ring` 1 on the last foot corner of a ring and 0 elsewhere. A ring of n corners is n foot vertices
/// then its n top vertices; a building's rings follow each other, the outer one first (counter-clockwise, holes
/// clockwise). The first vertex of each triangle (the provoking one) is the foot vertex whose wall it
/// belongs to, or a top vertex for the roof, so flat interpolation gives 2n vertices a prism.
///
/// In **flat** z is unused (0), the tone is `[nx, ny, paint, side]`: `nx` and `ny` as signed
/// bytes / 127 (in the u8's bits) point from the centre line to the edge of a ribbon (0, 0 in filled
/// shapes; longer than 1 at mitres is scaled down and w says how much), w is the ribbon's half width in cm
/// times 1 (0 in fills), `paint` a [`Paint`], `side` 0 or 255 across the ribbon (anti-aliasing). The
/// position is the centre line; the shader widens, so that a ribbon never gets thinner than a pixel or
/// so. Triangles stand in the order they are to be painted.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Chunk {
    /// Metres of position (0, 0, 0).
    pub origin: [f32; 3],
    /// Metres from there to position (65535, 65535, 65535).
    pub extent: [f32; 3],
    /// First vertex in the layer.
    pub first_vertex: u32,
    /// Number of vertices, at most 65,536.
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

/// What a flat shape is painted as; the number is also the order from bottom to top.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Paint {
    /// Built-up land.
    Land = 0,
    /// Sand, rock, bare ground.
    Bare = 1,
    /// Park, grass, wood.
    Green = 2,
    /// Sea, lake, river area.
    Water = 3,
    /// River or stream as a line.
    Stream = 4,
    /// Outline of an area.
    Outline = 5,
    /// Footway, path, steps.
    Path = 6,
    /// Service road, track.
    Service = 7,
    /// Residential, living street, unclassified.
    Street = 8,
    /// Tertiary.
    Tertiary = 9,
    /// Secondary.
    Secondary = 10,
    /// Primary.
    Primary = 11,
    /// Trunk.
    Trunk = 12,
    /// Motorway.
    Motorway = 13,
    /// Railway, metro, tram.
    Rail = 14,
    /// Tunnel of a road or railway (drawn faint).
    Tunnel = 15,
    /// Pier, square, parking ground.
    Paved = 16,
}

/// One building. 24 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Building {
    /// Its id in the source (positive way or feature, negative relation), 0 if none.
    pub source_id: i64,
    /// Name.
    pub name: NameId,
    /// First vertex within its chunk.
    pub first_vertex: u16,
    /// Vertices.
    pub vertex_count: u16,
    /// Top, decimetres above ground.
    pub top_dm: u16,
    /// Foot, decimetres above ground (min_height).
    pub foot_dm: u16,
    /// A [`BuildingClass`].
    pub class: u8,
    /// Bit 0: height is a default, not given; bit 1: a building:part.
    pub flags: u8,
    /// Storeys, 0 if unknown.
    pub levels: u8,
    /// Zero.
    pub spare: u8,
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

/// An administrative area. 40 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Area {
    /// Its id in the source, 0 if none.
    pub source_id: i64,
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
    /// OSM's admin_level, 2 to 12.
    pub level: u32,
}

/// A named place or point of interest. 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Place {
    /// Its id in the source, 0 if none.
    pub source_id: i64,
    /// Chinese name or the only one.
    pub name: NameId,
    /// English name.
    pub name_en: NameId,
    /// East and north.
    pub at: [f32; 2],
    /// A [`PlaceKind`].
    pub kind: u32,
    /// 0 most important (city) to 255.
    pub rank: u32,
}

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PlaceKind {
    /// City, town.
    City = 0,
    /// District, suburb.
    District = 1,
    /// Neighbourhood, village, hamlet.
    Quarter = 2,
    /// Hospital, clinic.
    Hospital = 3,
    /// Fire station.
    FireStation = 4,
    /// Police.
    Police = 5,
    /// School, university.
    School = 6,
    /// Shelter, assembly point.
    Shelter = 7,
    /// Fuel.
    Fuel = 8,
    /// Toilet.
    Toilet = 9,
    /// Parking.
    Parking = 10,
    /// Railway or metro station.
    Station = 11,
    /// Park.
    Park = 12,
    /// Water (lake, bay, river name).
    WaterName = 13,
    /// Peak, island, other natural.
    Natural = 14,
    /// Any other named point.
    Other = 15,
}
