//! What flat shapes are painted as.

/// What a flat shape is painted as; [`Paint::rank`] is the order from bottom to top.
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

impl Paint {
    /// All paints by their number.
    pub const ALL: [Self; 17] = [
        Self::Land,
        Self::Bare,
        Self::Green,
        Self::Water,
        Self::Stream,
        Self::Outline,
        Self::Path,
        Self::Service,
        Self::Street,
        Self::Tertiary,
        Self::Secondary,
        Self::Primary,
        Self::Trunk,
        Self::Motorway,
        Self::Rail,
        Self::Tunnel,
        Self::Paved,
    ];

    /// Place in the painting order, from the bottom up.
    #[must_use]
    pub fn rank(self) -> u8 {
        match self {
            Self::Land => 0,
            Self::Bare => 1,
            Self::Green => 2,
            Self::Water => 3,
            Self::Stream => 4,
            Self::Paved => 5,
            Self::Tunnel => 6,
            Self::Path => 7,
            Self::Service => 8,
            Self::Street => 9,
            Self::Tertiary => 10,
            Self::Secondary => 11,
            Self::Primary => 12,
            Self::Trunk => 13,
            Self::Motorway => 14,
            Self::Rail => 15,
            Self::Outline => 16,
        }
    }

    /// The paint with this number.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}
