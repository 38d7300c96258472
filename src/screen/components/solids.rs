//! The shapes of components: a few dozen triangles each, in metres (right, ahead, up), flat shaded. Pure.

use std::ops::Range;

use bevy::math::Vec3;
use bytemuck::{Pod, Zeroable};

use super::model::Form;

/// A corner of a triangle. 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub struct Corner {
    /// Right, ahead, up in metres.
    pub at: [f32; 3],
    /// Outward in 127ths, and the number of the tone.
    pub normal: [i8; 4],
}

/// Numbers of the tones.
pub mod tone {
    /// Posts, rails.
    pub const METAL: i8 = 0;
    /// Covers, grates.
    pub const IRON: i8 = 1;
    /// Cabinets, bins, shelters.
    pub const CASE: i8 = 2;
    /// Faces of signs and panels.
    pub const FACE: i8 = 3;
    /// Crowns of trees.
    pub const LEAF: i8 = 4;
    /// Trunks.
    pub const BARK: i8 = 5;
    /// What shines by night.
    pub const SHINE: i8 = 6;
    /// Over what is chosen.
    pub const CHOSEN: i8 = 7;
}

/// All shapes in one list of corners, three a triangle.
#[derive(Debug, Clone, Default)]
pub struct Solids {
    /// The corners.
    pub corners: Vec<Corner>,
    ranges: Vec<(Form, Range<u32>)>,
}

impl Solids {
    /// The shapes of every form.
    #[must_use]
    pub fn new() -> Self {
        let mut solids = Self::default();
        for form in Form::ALL {
            let start = solids.end();
            solids.build(form);
            let range = start..solids.end();
            solids.ranges.push((form, range));
        }
        solids
    }

    /// The corners of a form.
    #[must_use]
    pub fn range(&self, form: Form) -> Range<u32> {
        self.ranges.iter().find(|(of, _)| *of == form).map_or(0..0, |(_, range)| range.clone())
    }

    fn end(&self) -> u32 {
        u32::try_from(self.corners.len()).unwrap_or(u32::MAX)
    }

    fn build(&mut self, form: Form) {
        use tone::{BARK, CASE, FACE, IRON, LEAF, METAL, SHINE};
        match form {
            Form::Cover => self.drum([0.0, 0.0], 10, [0.42, 0.42], [0.0, 0.06], IRON),
            Form::Grate => self.block([-0.38, -0.22, 0.0], [0.38, 0.22, 0.05], IRON),
            Form::Lamp => {
                self.drum([0.0, 0.0], 6, [0.13, 0.07], [0.0, 8.4], METAL);
                self.block([-0.06, 0.0, 8.3], [0.06, 1.9, 8.42], METAL);
                self.block([-0.17, 1.3, 8.42], [0.17, 2.2, 8.58], METAL);
                self.block([-0.14, 1.36, 8.34], [0.14, 2.14, 8.42], SHINE);
            }
            Form::Cabinet => self.block([-0.6, -0.28, 0.0], [0.6, 0.28, 1.5], CASE),
            Form::Hydrant => {
                self.drum([0.0, 0.0], 8, [0.2, 0.17], [0.0, 0.72], CASE);
                self.drum([0.0, 0.0], 8, [0.2, 0.05], [0.72, 1.0], CASE);
                self.block([-0.32, -0.08, 0.42], [0.32, 0.08, 0.6], METAL);
            }
            Form::Signal => {
                self.drum([0.0, 0.0], 6, [0.1, 0.08], [0.0, 5.4], METAL);
                self.block([-0.2, 0.05, 4.2], [0.2, 0.4, 5.3], CASE);
                self.block([-0.12, 0.4, 4.9], [0.12, 0.43, 5.2], SHINE);
            }
            Form::Sign => {
                self.drum([0.0, 0.0], 6, [0.06, 0.05], [0.0, 2.9], METAL);
                self.block([-0.42, 0.05, 2.0], [0.42, 0.1, 2.85], FACE);
            }
            Form::Rail => {
                self.block([-1.5, -0.04, 0.85], [1.5, 0.04, 1.0], METAL);
                self.block([-1.5, -0.04, 0.4], [1.5, 0.04, 0.5], METAL);
                for x in [-1.45, 0.0, 1.45] {
                    self.block([x - 0.05, -0.05, 0.0], [x + 0.05, 0.05, 1.0], METAL);
                }
            }
            Form::Shelter => {
                self.block([-2.6, -0.9, 2.65], [2.6, 0.9, 2.8], CASE);
                self.block([-2.5, -0.86, 0.2], [2.5, -0.8, 2.3], FACE);
                for x in [-2.4, 2.4] {
                    self.block([x - 0.06, -0.83, 0.0], [x + 0.06, -0.71, 2.65], METAL);
                }
            }
            Form::Bin => {
                self.block([-0.45, -0.22, 0.1], [0.45, 0.22, 0.95], CASE);
                self.block([-0.5, -0.26, 0.95], [0.5, 0.26, 1.1], METAL);
            }
            Form::Panel => {
                self.block([-0.9, -0.12, 0.6], [0.9, 0.12, 2.8], FACE);
                self.block([-0.7, -0.08, 0.0], [0.7, 0.08, 0.6], METAL);
            }
            Form::Tree => {
                self.drum([0.0, 0.0], 5, [0.22, 0.14], [0.0, 3.0], BARK);
                self.drum([0.0, 0.0], 7, [1.3, 2.4], [2.2, 3.9], LEAF);
                self.drum([0.0, 0.0], 7, [2.4, 1.7], [3.9, 5.9], LEAF);
                self.drum([0.0, 0.0], 7, [1.7, 0.3], [5.9, 7.6], LEAF);
            }
            Form::Post => self.drum([0.0, 0.0], 6, [0.16, 0.12], [0.0, 1.2], METAL),
        }
    }

    fn triangle(&mut self, [a, b, c]: [Vec3; 3], tone: i8) {
        let normal = (b - a).cross(c - a).normalize_or_zero() * 127.0;
        #[expect(clippy::cast_possible_truncation, reason = "at most 127")]
        let [x, y, z] = normal.to_array().map(|v| v.round() as i8);
        self.corners.extend([a, b, c].map(|at| Corner { at: at.to_array(), normal: [x, y, z, tone] }));
    }

    fn face(&mut self, [a, b, c, d]: [Vec3; 4], tone: i8) {
        self.triangle([a, b, c], tone);
        self.triangle([a, c, d], tone);
    }

    /// A box.
    fn block(&mut self, low: [f32; 3], high: [f32; 3], tone: i8) {
        let at = |x: bool, y: bool, z: bool| {
            let pick = |k: bool, low: f32, high: f32| if k { high } else { low };
            Vec3::new(pick(x, low[0], high[0]), pick(y, low[1], high[1]), pick(z, low[2], high[2]))
        };
        let (o, i) = (false, true);
        self.face([at(o, o, o), at(i, o, o), at(i, o, i), at(o, o, i)], tone);
        self.face([at(i, o, o), at(i, i, o), at(i, i, i), at(i, o, i)], tone);
        self.face([at(i, i, o), at(o, i, o), at(o, i, i), at(i, i, i)], tone);
        self.face([at(o, i, o), at(o, o, o), at(o, o, i), at(o, i, i)], tone);
        self.face([at(o, o, i), at(i, o, i), at(i, i, i), at(o, i, i)], tone);
        if low[2] > 0.0 {
            self.face([at(o, i, o), at(i, i, o), at(i, o, o), at(o, o, o)], tone);
        }
    }

    /// A cone's frustum on a regular base, closed above, and below where it hangs.
    fn drum(&mut self, middle: [f32; 2], sides: u8, radii: [f32; 2], heights: [f32; 2], tone: i8) {
        let corner = |i: u8, radius: f32, up: f32| {
            let (sin, cos) = (f32::from(i) / f32::from(sides) * std::f32::consts::TAU).sin_cos();
            Vec3::new(middle[0] + radius * cos, middle[1] + radius * sin, up)
        };
        let top = Vec3::new(middle[0], middle[1], heights[1]);
        let foot = Vec3::new(middle[0], middle[1], heights[0]);
        for i in 0..sides {
            let (a, b) = (corner(i, radii[0], heights[0]), corner(i + 1, radii[0], heights[0]));
            let (c, d) = (corner(i + 1, radii[1], heights[1]), corner(i, radii[1], heights[1]));
            self.face([a, b, c, d], tone);
            self.triangle([d, c, top], tone);
            if heights[0] > 0.0 {
                self.triangle([b, a, foot], tone);
            }
        }
    }
}
