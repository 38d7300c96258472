//! Records of the ground itself and of what stands in and lies under the streets.

use bytemuck::{Pod, Zeroable};

/// The grid of heights: where its posts stand. 40 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct TerrainHead {
    /// The first post, metres east and north.
    pub south_west: [f64; 2],
    /// From one post to the next, metres east and north.
    pub step: [f64; 2],
    /// Posts from west to east.
    pub columns: u32,
    /// Posts from south to north.
    pub rows: u32,
}

/// What stands in a street: a component (部件). 20 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Component {
    /// East and north.
    pub at: [f32; 2],
    /// The smallest area around it, `u32::MAX` if none.
    pub area: u32,
    /// Number within its district and class, below 1,000,000.
    pub serial: u32,
    /// Class and sub-class of GB/T 30428.2, two digits each, below 10,000.
    pub code: u16,
    /// Where it faces, 256ths of a turn clockwise from north.
    pub heading: u8,
    /// Zero.
    pub reserved: u8,
}

/// The components of a square of 512 m: from `(x, y) * 512` to `(x + 1, y + 1) * 512` metres. 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct ComponentCell {
    /// East.
    pub x: i32,
    /// North.
    pub y: i32,
    /// First component.
    pub first: u32,
    /// Components.
    pub count: u32,
}

impl ComponentCell {
    /// Edge of the square, metres.
    pub const EDGE_M: f64 = 512.0;

    /// The square in which a point lies.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "squares of a city fit an i32, and `as` saturates")]
    pub fn of(at: [f64; 2]) -> [i32; 2] {
        at.map(|v| (v / Self::EDGE_M).floor() as i32)
    }
}

/// A pipe or cable under the street. 12 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Pod, Zeroable)]
#[repr(C)]
pub struct Pipe {
    /// First point.
    pub first_point: u32,
    /// Points.
    pub point_count: u16,
    /// Inner diameter, millimetres.
    pub diameter_mm: u16,
    /// From the ground to its top, centimetres.
    pub depth_cm: u16,
    /// A [`Network`].
    pub network: u8,
    /// Bit 0: a main, not a branch.
    pub flags: u8,
}

/// What runs in a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Network {
    /// Gas.
    Gas = 0,
    /// Drinking water.
    Water = 1,
    /// Sewage and rain.
    Drainage = 2,
    /// Electricity.
    Power = 3,
}

impl Network {
    /// All networks by their number.
    pub const ALL: [Self; 4] = [Self::Gas, Self::Water, Self::Drainage, Self::Power];

    /// Its name in identities and keys.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gas => "gas",
            Self::Water => "water",
            Self::Drainage => "drainage",
            Self::Power => "power",
        }
    }

    /// The network with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}
