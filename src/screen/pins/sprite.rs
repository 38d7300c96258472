//! A mark as the GPU takes it, and all that is to be drawn.
//!
//! What is drawn of the pins is what the chooser left over, so at most some hundreds of sprites of 24 bytes; crews and
//! their trails come first, under them.

use bevy::prelude::*;
use bytemuck::{Pod, Zeroable};

use crate::domain::Grade;
use crate::screen::look::tokens;

/// Bits of [`Sprite::look`]`[3]`.
pub mod flag {
    /// Shows figures, not an icon.
    pub const CLUSTER: u8 = 1;
    /// Stands on the ground without a stem.
    pub const NO_STEM: u8 = 2;
    /// Under the pointer.
    pub const HOVERED: u8 = 4;
    /// Chosen.
    pub const SELECTED: u8 = 8;
    /// A small point beside it tells where it goes.
    pub const NOSE: u8 = 16;
    /// A line around it: a crew that is where it was sent.
    pub const ON_SCENE: u8 = 32;
}

/// Numbers of the colours in [`Sprite::look`]`[1]` after the four grades.
pub mod tint {
    /// A crew at work.
    pub const BUSY: u8 = 4;
    /// A crew that is free.
    pub const FREE: u8 = 5;
    /// A crew not heard of for a while, or off duty.
    pub const STALE: u8 = 6;
}

/// Numbers of the shapes in [`Sprite::look`]`[0]`.
#[must_use]
pub fn shape_number(grade: Grade) -> u8 {
    match tokens::shape(grade) {
        tokens::Shape::Octagon => 0,
        tokens::Shape::Diamond => 1,
        tokens::Shape::Triangle => 2,
        tokens::Shape::Disc => 3,
    }
}

/// Shapes after those of the grades: of crews by what they are, and what is no head.
pub mod shape {
    /// An arrow head that points where it goes.
    pub const DART: u8 = 4;
    /// A square with round corners.
    pub const SQUARE: u8 = 5;
    /// A shield.
    pub const SHIELD: u8 = 6;
    /// A cross.
    pub const CROSS: u8 = 7;
    /// A hexagon on its corner.
    pub const HEXAGON: u8 = 8;
    /// A lying box.
    pub const BOX: u8 = 9;
    /// Broad above, narrow below.
    pub const TRAPEZOID: u8 = 10;
    /// A house with a gable.
    pub const PENTAGON: u8 = 11;
    /// A standing box.
    pub const SLAB: u8 = 12;
    /// The line from a pin's place to its head.
    pub const STEM: u8 = 14;
    /// A length of a crew's way: from `at` to `extra` metres further on.
    pub const TRAIL: u8 = 15;
}

/// One mark as the GPU takes it. 24 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Sprite {
    /// Metres east, north and up.
    pub at: [f32; 3],
    /// Shape, tint, icon, flags.
    pub look: [u8; 4],
    /// A cluster's glyphs; of others, points right and down from where the head would be ([`pair`]); of a trail,
    /// decimetres east and north to its end.
    pub extra: [u8; 4],
    /// Radius in quarter points, opacity, ring (0 none to 255 gone), heading in 256ths of a turn clockwise from up.
    /// Of a trail: half its width in quarter points, opacity here and at its end, decimetres up to its end plus 128.
    pub motion: [u8; 4],
}

/// What a sprite is drawn as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// A trail or a stem.
    Line,
    /// A head with its icon or figures and nothing else.
    Plain,
    /// A head with a ring, a halo, a line around it or a point beside it.
    Rich,
}

impl Part {
    /// All parts, undermost first.
    pub const ALL: [Self; 3] = [Self::Line, Self::Plain, Self::Rich];
}

impl Sprite {
    /// What it is drawn as.
    #[must_use]
    pub fn part(&self) -> Part {
        const MORE: u8 = flag::HOVERED | flag::SELECTED | flag::NOSE | flag::ON_SCENE;
        let ([shape, _, _, flags], [_, _, ring, _]) = (self.look, self.motion);
        match shape {
            shape::STEM | shape::TRAIL => Part::Line,
            _ if ring > 0 || flags & MORE != 0 => Part::Rich,
            _ => Part::Plain,
        }
    }

    /// The line from the place of a pin to its head; `None` where it has none.
    #[must_use]
    pub fn stem(&self) -> Option<Self> {
        let [_, tint, icon, flags] = self.look;
        let has = flags & (flag::NO_STEM | flag::CLUSTER) == 0;
        has.then_some(Self { look: [shape::STEM, tint, icon, flags], ..*self })
    }
}

/// Two whole numbers, such as points right and down, as [`Sprite::extra`].
#[must_use]
pub fn pair(numbers: Vec2) -> [u8; 4] {
    #[expect(clippy::cast_possible_truncation, reason = "clamped")]
    let [[a, b], [c, d]] = numbers.to_array().map(|v| (v.clamp(-32_000.0, 32_000.0).round() as i16).to_le_bytes());
    [a, b, c, d]
}

/// Everything that is to be drawn, in this order; of either, lines come before heads.
#[derive(Resource, Debug, Clone, PartialEq)]
pub struct Sprites {
    /// How much larger everything is than on a desk.
    pub grow: f32,
    /// Crews, each after its trail.
    pub units: Vec<Sprite>,
    /// Pins and clusters, far ones first.
    pub pins: Vec<Sprite>,
}

impl Default for Sprites {
    fn default() -> Self {
        Self { grow: 1.0, units: Vec::new(), pins: Vec::new() }
    }
}
