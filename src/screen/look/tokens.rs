//! The only place of colours, sizes and type on any screen.
//!
//! Colour is severity: red, orange, yellow and blue belong to the grades Ⅰ to Ⅳ and to nothing else.
//! Everything else lives in one family of deep blue-greys with a single quiet accent.
//!
//! The values below are those of the dark theme. What panels are painted with goes through [`Rgb::egui`], which takes
//! the light theme's value from [`LIGHT`] where that theme is on; the city and what lies over it never change.

use super::theme::{Theme, theme};
use crate::domain::Grade;

mod city;

pub use city::{City, DAWN, DAY, DUSK, NIGHT};

/// An opaque colour, sRGB, one byte a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// For panels, in the theme that is on.
    #[must_use]
    pub fn egui(self) -> egui::Color32 {
        self.in_theme(theme()).over_city()
    }

    /// For what egui paints straight onto the city, which is dark in both themes.
    #[must_use]
    pub const fn over_city(self) -> egui::Color32 {
        egui::Color32::from_rgb(self.0, self.1, self.2)
    }

    /// Its value in a theme.
    #[must_use]
    pub fn in_theme(self, theme: Theme) -> Self {
        match theme {
            Theme::Dark => self,
            Theme::Light => LIGHT.iter().find(|(dark, _)| *dark == self).map_or(self, |(_, light)| *light),
        }
    }

    /// For the engine.
    #[must_use]
    pub fn color(self) -> bevy::color::Color {
        bevy::color::Color::srgb_u8(self.0, self.1, self.2)
    }

    /// For shaders: linear red, green, blue.
    #[must_use]
    pub fn linear(self) -> [f32; 3] {
        let linear = self.color().to_linear();
        [linear.red, linear.green, linear.blue]
    }
}

/// Behind everything.
pub const INK: Rgb = Rgb(0x0A, 0x10, 0x17);
/// A panel's ground.
pub const PANEL: Rgb = Rgb(0x10, 0x18, 0x22);
/// A card or field on a panel.
pub const RAISED: Rgb = Rgb(0x17, 0x22, 0x2E);
/// Under the pointer.
pub const HOVER: Rgb = Rgb(0x1F, 0x2D, 0x3B);
/// Chosen.
pub const CHOSEN: Rgb = Rgb(0x1A, 0x38, 0x41);
/// Lines between things.
pub const HAIRLINE: Rgb = Rgb(0x27, 0x36, 0x45);
/// Outlines of fields and buttons.
pub const OUTLINE: Rgb = Rgb(0x37, 0x4A, 0x5B);
/// Words and figures.
pub const TEXT: Rgb = Rgb(0xE3, 0xEA, 0xF0);
/// Names of figures, second lines.
pub const DIM: Rgb = Rgb(0x9A, 0xAB, 0xB9);
/// What may be overlooked.
pub const FAINT: Rgb = Rgb(0x6B, 0x7E, 0x8E);
/// The single accent: what can be touched, what is chosen, what is live.
pub const ACCENT: Rgb = Rgb(0x57, 0xB6, 0xC2);
/// The accent, quieter.
pub const ACCENT_DIM: Rgb = Rgb(0x2C, 0x6C, 0x76);

/// What was yesterday, beside today in the accent.
pub const BEFORE: Rgb = Rgb(0x4C, 0x5F, 0x70);

/// How see-through a label's shade is.
pub const SHADE_ALPHA: u8 = 0x8C;

/// Points from the middle of what is chosen to where the line to its card begins.
pub const LEADER_FROM: f32 = 22.0;

/// Each colour of the panels in the dark theme, and in the light one.
pub const LIGHT: [(Rgb, Rgb); 17] = [
    (INK, Rgb(0xFB, 0xFC, 0xFD)),
    (PANEL, Rgb(0xED, 0xF1, 0xF4)),
    (RAISED, Rgb(0xF8, 0xFA, 0xFB)),
    (HOVER, Rgb(0xDF, 0xE7, 0xEC)),
    (CHOSEN, Rgb(0xCF, 0xE6, 0xE9)),
    (HAIRLINE, Rgb(0xCD, 0xD6, 0xDD)),
    (OUTLINE, Rgb(0xA4, 0xB4, 0xC0)),
    (TEXT, Rgb(0x15, 0x21, 0x2C)),
    (DIM, Rgb(0x46, 0x58, 0x67)),
    (FAINT, Rgb(0x67, 0x78, 0x86)),
    (ACCENT, Rgb(0x0E, 0x6F, 0x7C)),
    (ACCENT_DIM, Rgb(0x8A, 0xC2, 0xC9)),
    (BEFORE, Rgb(0xB4, 0xC1, 0xCB)),
    (grade(Grade::I), Rgb(0xBF, 0x16, 0x26)),
    (grade(Grade::II), Rgb(0xD5, 0x5A, 0x00)),
    (grade(Grade::III), Rgb(0xE2, 0xAE, 0x06)),
    (grade(Grade::IV), Rgb(0x1F, 0x5F, 0xD0)),
];

/// The colour of a grade. The one place that these four stand.
#[must_use]
pub const fn grade(grade: Grade) -> Rgb {
    match grade {
        Grade::I => Rgb(0xEE, 0x3F, 0x46),
        Grade::II => Rgb(0xF5, 0x8B, 0x32),
        Grade::III => Rgb(0xF2, 0xCB, 0x3F),
        Grade::IV => Rgb(0x4A, 0x8C, 0xF7),
    }
}

/// The words on a filled grade mark.
#[must_use]
pub const fn on_grade(grade: Grade) -> Rgb {
    match grade {
        Grade::I | Grade::IV => Rgb(0xFF, 0xFF, 0xFF),
        Grade::II | Grade::III => Rgb(0x14, 0x10, 0x06),
    }
}

/// The shape that says a grade without colour: fewer corners, less grave; Ⅳ is round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Ⅰ: a stop sign.
    Octagon,
    /// Ⅱ: a square on its corner.
    Diamond,
    /// Ⅲ: a triangle on its foot.
    Triangle,
    /// Ⅳ: a disc.
    Disc,
}

/// The shape of a grade, in panels and on pins.
#[must_use]
pub const fn shape(grade: Grade) -> Shape {
    match grade {
        Grade::I => Shape::Octagon,
        Grade::II => Shape::Diamond,
        Grade::III => Shape::Triangle,
        Grade::IV => Shape::Disc,
    }
}

impl Shape {
    /// Corners on the unit circle (x right, y down), clockwise; a disc as a fine polygon.
    #[must_use]
    pub fn corners(self) -> Vec<[f32; 2]> {
        let (count, turn, grow) = match self {
            Self::Octagon => (8, 0.5, 1.04),
            Self::Diamond => (4, 0.0, 1.12),
            Self::Triangle => (3, 0.0, 1.28),
            Self::Disc => (32, 0.0, 0.96),
        };
        // A triangle's middle of mass lies low: lifted shapes look level beside the others.
        let sink = if self == Self::Triangle { 0.24 } else { 0.0 };
        let corner = |i: u16| {
            let angle = (f32::from(i) + turn) / f32::from(count) * std::f32::consts::TAU;
            [angle.sin() * grow, -angle.cos() * grow + sink]
        };
        (0..count).map(corner).collect()
    }
}

/// Sizes of the desk in points, on a canvas of 1920x1080.
pub mod desk {
    /// Half the mark of an alarm on the map.
    pub const ALARM_MARK: f32 = 12.0;
    /// Width of a tool's panel over the city.
    pub const TOOL: f32 = 300.0;
    /// Width of the dialog that sends somebody.
    pub const DIALOG: f32 = 380.0;
    /// Width of the dialog that takes down a call.
    pub const INTAKE: f32 = 460.0;
    /// Height of a row in a tool's panel.
    pub const TOOL_ROW: f32 = 24.0;
    /// Running text.
    pub const BODY: f32 = 14.0;
    /// Names of figures, second lines.
    pub const SMALL: f32 = 12.0;
    /// Head of a card.
    pub const HEAD: f32 = 18.0;
    /// Figures and clock in the band.
    pub const FIGURE: f32 = 20.0;
    /// Height of the band at the top.
    pub const BAND: f32 = 52.0;
    /// Height of the bar at the foot.
    pub const STATUS: f32 = 30.0;
    /// Width of the queue.
    pub const QUEUE: f32 = 380.0;
    /// Width of the card.
    pub const CARD: f32 = 400.0;
    /// Height of a row in the queue.
    pub const ROW: f32 = 52.0;
    /// Width of the name of a fact on a card.
    pub const FACT: f32 = 88.0;
    /// Width of a figure field in the band.
    pub const FIELD: f32 = 108.0;
    /// Space around things.
    pub const PAD: f32 = 12.0;
    /// Space between things.
    pub const GAP: f32 = 8.0;
    /// Half the size of a grade mark.
    pub const MARK: f32 = 11.0;
    /// Roundness of corners.
    pub const ROUND: u8 = 4;
    /// Thickness of the frame while an incident of grade Ⅰ is open.
    pub const FRAME: f32 = 4.0;
    /// Below this width of the window the card takes the queue's place.
    pub const TIGHT: f32 = 860.0;
    /// Below this width of the window the queue and the card are narrower.
    pub const NARROW: f32 = 1500.0;
    /// How much narrower.
    pub const NARROW_BY: f32 = 80.0;
}

/// Sizes of the panel for signing in, in points.
pub mod sign_in {
    /// Its width.
    pub const WIDTH: f32 = 380.0;
    /// Its height, with two lines for what was refused.
    pub const HEIGHT: f32 = 232.0;
    /// Space around things.
    pub const PAD: f32 = 20.0;
}

/// Sizes of the palette in points.
pub mod palette {
    /// Its width, where the window is wider.
    pub const WIDTH: f32 = 620.0;
    /// Height of the field.
    pub const FIELD: f32 = 38.0;
    /// Height of a result.
    pub const ROW: f32 = 34.0;
    /// Space around things.
    pub const PAD: f32 = 10.0;
    /// Distance from the top of the window.
    pub const TOP: f32 = 90.0;
}

/// Sizes of the finder of cases in points; the rest is as in the palette.
pub mod archive {
    /// Its width, where the window is wider.
    pub const WIDTH: f32 = 860.0;
    /// Height of the choices under the field.
    pub const CHIPS: f32 = 28.0;
    /// Height of a case.
    pub const ROW: f32 = 50.0;
    /// Height of the line at the foot.
    pub const FOOT: f32 = 26.0;
}

/// Sizes of the case workspace in points.
pub mod workspace {
    /// From this width on the conversation stands beside every page.
    pub const WIDE: f32 = 860.0;
    /// Width of the conversation there.
    pub const CHAT: f32 = 380.0;
    /// Width and height of a small picture.
    pub const THUMB: [f32; 2] = [164.0, 118.0];
    /// Height of a small picture with its name.
    pub const CELL: f32 = 184.0;
}

/// Names on the map in points on a desk; the wall scales them.
pub mod label {
    /// City, great area.
    pub const GREAT: f32 = 18.0;
    /// District.
    pub const MIDDLE: f32 = 15.0;
    /// Quarter, water.
    pub const SMALL: f32 = 13.0;
    /// Point of interest, road.
    pub const POINT: f32 = 12.0;
}

/// What stands in the streets.
pub mod component {
    use super::Rgb;

    /// Posts, rails.
    pub const METAL: Rgb = Rgb(0x8C, 0x9A, 0xA6);
    /// Covers, grates.
    pub const IRON: Rgb = Rgb(0x3A, 0x46, 0x51);
    /// Cabinets, bins, shelters.
    pub const CASE: Rgb = Rgb(0x6A, 0x7C, 0x8A);
    /// Faces of signs and panels.
    pub const FACE: Rgb = Rgb(0xB4, 0xC2, 0xCC);
    /// Crowns of trees.
    pub const LEAF: Rgb = Rgb(0x3F, 0x5C, 0x55);
    /// Trunks.
    pub const BARK: Rgb = Rgb(0x4A, 0x4E, 0x50);
    /// What shines by night.
    pub const SHINE: Rgb = Rgb(0xE8, 0xE4, 0xD2);
}

/// What lies under a street that is cut open: networks as plans of pipes have them (water sky, drainage brown, gas pink),
/// each of another lightness, so that whoever tells no colours apart reads them too; power is violet, as red is a grade's.
pub mod pipe {
    use super::Rgb;

    /// Networks in the order of a pack: gas, water, drainage, power.
    pub const NETWORKS: [Rgb; 4] =
        [Rgb(0xE5, 0x96, 0xCC), Rgb(0xE2, 0xF1, 0xF8), Rgb(0x9C, 0x82, 0x50), Rgb(0x7A, 0x5C, 0xC4)];
    /// Around a pipe.
    pub const EDGE: Rgb = Rgb(0x05, 0x09, 0x0E);
    /// Points that the edge of a pipe is wide, and of one that is chosen.
    pub const EDGES: [f32; 2] = [1.0, 2.6];
    /// The floor of the pit.
    pub const BOTTOM: Rgb = Rgb(0x0B, 0x12, 0x19);
    /// Its wall at the ground …
    pub const WALL_TOP: Rgb = Rgb(0x5B, 0x68, 0x72);
    /// … and at its foot.
    pub const WALL_FOOT: Rgb = Rgb(0x1C, 0x26, 0x30);
    /// How much is seen of its floor, through which streets are told still, and of its wall.
    pub const SEEN: [f32; 2] = [0.86, 0.97];
    /// The rim.
    pub const RIM: Rgb = Rgb(0xC9, 0xD5, 0xDD);
    /// Half its width, metres.
    pub const RIM_M: f32 = 0.3;
    /// Points of a network's line in a legend and beside a label.
    pub const LINE: [f32; 2] = [18.0, 4.0];
    /// Points of the panel.
    pub const PANEL: f32 = 300.0;
}

/// Ramps of fields over the city: darker to lighter, so that whoever tells no colours apart reads them too, and far from the
/// four colours of grades and from the accent.
pub mod heat {
    use super::Rgb;

    /// Values between stations: plum to shell.
    pub const VALUES: [Rgb; 5] = [
        Rgb(0x3B, 0x24, 0x4F),
        Rgb(0x6E, 0x3B, 0x7C),
        Rgb(0xA5, 0x5E, 0x9E),
        Rgb(0xD3, 0x93, 0xBF),
        Rgb(0xF7, 0xD9, 0xE8),
    ];
    /// How many there are: moss to pale reed.
    pub const DENSITY: [Rgb; 5] = [
        Rgb(0x20, 0x3A, 0x2B),
        Rgb(0x3B, 0x66, 0x45),
        Rgb(0x69, 0x94, 0x63),
        Rgb(0xA2, 0xC2, 0x92),
        Rgb(0xE3, 0xF0, 0xD2),
    ];
    /// Either, where layers that are on already have the other two: umber to sand.
    pub const THIRD: [Rgb; 5] = [
        Rgb(0x2B, 0x1D, 0x12),
        Rgb(0x5A, 0x3D, 0x24),
        Rgb(0x86, 0x64, 0x44),
        Rgb(0xB9, 0x98, 0x6F),
        Rgb(0xF2, 0xE0, 0xC0),
    ];
    /// How deep water stands over the ground: deep pool to pale foam.
    pub const FLOOD: [Rgb; 5] = [
        Rgb(0x12, 0x39, 0x3F),
        Rgb(0x1D, 0x66, 0x6E),
        Rgb(0x3A, 0x98, 0x9E),
        Rgb(0x7F, 0xC9, 0xC8),
        Rgb(0xD6, 0xF3, 0xEE),
    ];
    /// A sensor on the map that has data …
    pub const SENSOR: Rgb = Rgb(0xF2, 0xF4, 0xF6);
    /// … and one that has none.
    pub const SILENT: Rgb = Rgb(0x8A, 0x99, 0xA6);
    /// Points that the line of a road is wide: streets, tertiary, secondary and primary roads, trunk roads, motorways.
    pub const ROADS: [f32; 6] = [2.0, 2.8, 3.6, 4.4, 5.2, 6.0];
    /// Points that the outline is wide of a hexagon that is read.
    pub const OUTLINE: f32 = 2.0;
    /// Points of half a sensor's square, where they stand close on screen and where each has room.
    pub const HALF: [f32; 2] = [1.3, 3.0];
    /// The same where they are in the colours of their values.
    pub const POINT_HALF: [f32; 2] = [2.4, 6.0];
    /// Points of the layers' panel; a sensor's card is some wider.
    pub const PANEL: f32 = 300.0;
    /// Height of a legend's ramp.
    pub const RAMP: f32 = 12.0;
    /// Height of a plot.
    pub const PLOT: f32 = 128.0;
}

/// Sizes of the wall in points on a canvas of height 1080; everything grows with the wall's height.
pub mod wall {
    /// Height of the canvas that the sizes below belong to.
    pub const CANVAS: f32 = 1080.0;
    /// Least height of a canvas on which the band and the open incidents by grade stand.
    pub const LEAST: f32 = 620.0;
    /// City and card titles.
    pub const TITLE: f32 = 40.0;
    /// Great figures.
    pub const FIGURE: f32 = 64.0;
    /// Running text; nothing on the wall is smaller.
    pub const BODY: f32 = 24.0;
    /// Between body and title: list heads, places.
    pub const LEAD: f32 = 28.0;
    /// Height of the band.
    pub const BAND: f32 = 88.0;
    /// Space to the edge.
    pub const EDGE: f32 = 28.0;
    /// Space within cards.
    pub const PAD: f32 = 20.0;
    /// Space between things.
    pub const GAP: f32 = 14.0;
    /// Space above the city for the heads of pins at its far edge.
    pub const HEADROOM: f32 = 48.0;
    /// Width of the column on the left.
    pub const LEFT: f32 = 360.0;
    /// Width of the list on the right.
    pub const RIGHT: f32 = 520.0;
    /// Width of the column of key figures.
    pub const FIGURES: f32 = 440.0;
    /// Least width of a middle at whose foot key figures stand instead.
    pub const FIGURES_STRIP: f32 = 620.0;
    /// Height of a row of those that are least in time.
    pub const WORST: f32 = 72.0;
    /// Width of the incident's card in the middle.
    pub const CARD: f32 = 560.0;
    /// Width of the middle that has room for a card beside its place.
    pub const ROOM_FOR_CARD: f32 = 1500.0;
    /// Half the mark of an alarm on the map.
    pub const ALARM_MARK: f32 = 26.0;
    /// Half the size of the mark on the card.
    pub const CARD_MARK: f32 = 34.0;
    /// Height of the figures at the card's foot.
    pub const CARD_FOOT: f32 = 96.0;
    /// Distance of a card from its place.
    pub const LEADER: f32 = 140.0;
    /// Names keep clear of a leader in pieces so long.
    pub const LEADER_PIECE: f32 = 24.0;
    /// Height of the hours' bars with their marks.
    pub const CHART: f32 = 150.0;
    /// Half the width in the band's middle that is left to an alarm.
    pub const ALARM: f32 = 260.0;
    /// Width of the legend of a layer.
    pub const LEGEND: f32 = 520.0;
    /// Height of its ramp.
    pub const RAMP: f32 = 22.0;
    /// Height of a row in the list.
    pub const ROW: f32 = 84.0;
    /// Half the size of a grade mark.
    pub const MARK: f32 = 24.0;
    /// Thickness of the frame while an incident of grade Ⅰ is open.
    pub const FRAME: f32 = 14.0;
    /// Roundness of corners.
    pub const ROUND: f32 = 6.0;
    /// Thickness of hairlines.
    pub const LINE: f32 = 1.5;
    /// How much larger pins are than on a desk.
    pub const MARKS: f32 = 1.5;
    /// How much larger names on the map are than on a desk.
    pub const LABELS: f32 = 1.7;
}
