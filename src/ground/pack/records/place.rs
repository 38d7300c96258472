//! Named places.

use bytemuck::{Pod, Zeroable};

use super::NameId;

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

impl PlaceKind {
    /// All kinds by their number.
    pub const ALL: [Self; 16] = [
        Self::City,
        Self::District,
        Self::Quarter,
        Self::Hospital,
        Self::FireStation,
        Self::Police,
        Self::School,
        Self::Shelter,
        Self::Fuel,
        Self::Toilet,
        Self::Parking,
        Self::Station,
        Self::Park,
        Self::WaterName,
        Self::Natural,
        Self::Other,
    ];

    /// The kind with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}
