//! What the plan hands to the filling of blocks, and what comes back.

use crate::ground::pack::records::{BuildingClass, Paint, PlaceKind};
use crate::ground::pack::shape::Xy;

/// What a block is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Zone {
    /// Towers of the business centres.
    Core,
    /// Shops, offices, hotels.
    Commercial,
    /// Dwellings over shops.
    Mixed,
    /// Housing estates in rows.
    Estate,
    /// Low houses and courtyards within the old walls and around them.
    OldTown,
    /// A village, swallowed by the city or among fields.
    Village,
    /// Works and warehouses.
    Industry,
    /// Quays, sheds, container yards.
    Port,
    /// A school.
    School,
    /// A hospital.
    Hospital,
    /// A fire station.
    FireStation,
    /// A police station.
    Police,
    /// An emergency shelter: an open place with a sports hall.
    Shelter,
    /// A park.
    Park,
    /// The government's quarter.
    Government,
    /// A railway station.
    Station,
    /// A university.
    Campus,
    /// Fields.
    Farm,
    /// Not built on yet.
    Vacant,
}

/// A block between streets.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// Counter-clockwise, simple, not closed; metres in the local frame. Already inset from the roads' edges:
    /// buildings stay inside.
    pub(super) ring: Vec<Xy>,
    /// What it is used for.
    pub(super) zone: Zone,
    /// How densely it is built, 0 to 1.
    pub(super) density: f32,
    /// How tall one builds around here, 0 to 1.
    pub(super) height: f32,
    /// Direction of the streets around here, radians counter-clockwise from east.
    pub(super) axis: f32,
    /// Seed of the block's own chance.
    pub(super) seed: u64,
    /// District, from 0.
    pub(super) district: u16,
    /// Name of a facility, Chinese and English; empty where the block has none.
    pub(super) name: (String, String),
}

/// A building of a block.
#[derive(Debug, Clone)]
pub(super) struct Made {
    /// The outer ring and its holes, not closed.
    pub(super) rings: Vec<Vec<Xy>>,
    /// Top above ground, metres.
    pub(super) top_m: f32,
    /// Foot above ground, metres; above 0 it stands on another building (a tower on its podium).
    pub(super) foot_m: f32,
    /// Use.
    pub(super) class: BuildingClass,
    /// Storeys.
    pub(super) levels: u8,
    /// Chinese name, empty where it has none.
    pub(super) name: String,
}

/// What a block was filled with.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// Buildings; what stands on another follows it.
    pub(super) buildings: Vec<Made>,
    /// Painted ground: an outer ring and its holes.
    pub(super) fills: Vec<(Paint, Vec<Vec<Xy>>)>,
    /// Lanes and paths within the block with flags as in [`Way::flags`](crate::ground::pack::records::Way::flags) and
    /// width in centimetres. The plan joins their first point to the nearest street.
    pub(super) ways: Vec<(Paint, u8, u16, Vec<Xy>)>,
    /// Places with rank and name.
    pub(super) places: Vec<(PlaceKind, u8, (String, String), Xy)>,
}
