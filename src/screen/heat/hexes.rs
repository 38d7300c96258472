//! Sensors or cases gathered in hexagons. Pure.
//!
//! ```text
//!   ⬡ ⬡ ⬡    a corner to the north, all of one width in metres, the middle of the first on the frame's zero:
//!    ⬡ ⬡ ⬡   a sensor stays in its hexagon wherever the camera is, as long as the width is the same
//! ```
//! The width comes of how far sensors stand apart and of how much of the city is seen, in steps of two, so that it stays
//! while the camera moves and changes only where one zooms in or out by half.

use std::collections::BTreeMap;

use super::form::Tally;
use super::layer::Layer;
use super::model::Field;
use super::shades::Skin;
use crate::domain::Moment;
use crate::screen::look::tokens::{Rgb, heat};
use crate::screen::shown::CityView;
use crate::screen::twin::drape::{Picture, Tiles};

/// The smallest width; all others are it times two, four and so on.
const LEAST_M: f64 = 50.0;
/// A hexagon is so many times as wide as sensors stand apart: it holds one or two.
const APART: f64 = 1.6;
/// What is measured close by says nothing of places farther off, however far apart its sensors stand.
const CLOSE_M: f64 = 500.0;
/// The least width for cases, of which a single one is no crowd.
const CASES_M: f64 = 600.0;
/// Points that a hexagon is wide on screen at least; it is less than twice that, unless sensors stand farther apart.
const POINTS: f64 = 40.0;
/// Hexagons beside each other at most.
const SIDE_MAX: f64 = 900.0;
/// The rise from one row to the next, as a share of the width: half the root of three.
const RISE: f64 = 0.866_025_403_784_438_6;

/// Metres that a point of the screen is wide where the camera looks: the same whichever way it is turned.
#[must_use]
pub fn metres_per_point(view: &CityView) -> f64 {
    let focal = f64::from(view.clip_from_world.row(1).truncate().length());
    2.0 * view.pose.distance / (focal * f64::from(view.size.y)).max(1e-6)
}

/// How wide hexagons are, for sensors that stand so far apart over a city of such a side; `None` where nothing stands
/// anywhere.
#[must_use]
pub fn width_m(layer: Layer, apart_m: f64, side_m: f64, metres_per_point: f64) -> Option<f64> {
    let least = match layer {
        Layer::Cases => CASES_M,
        _ if apart_m.is_finite() && !layer.is_wide() => apart_m.min(CLOSE_M) * APART,
        Layer::Sensors(_) => apart_m * APART,
    };
    let wanted = least.max(metres_per_point * POINTS).max(side_m / SIDE_MAX);
    wanted.is_finite().then(|| LEAST_M * (wanted / LEAST_M).log2().ceil().clamp(0.0, 16.0).exp2())
}

/// All hexagons of one width. A hexagon is known by its column and its row; odd rows stand half a width to the east.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lattice {
    /// Metres from one side to the opposite one.
    pub width_m: f64,
}

impl Lattice {
    /// The hexagon around a point (metres east and north).
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "some hundred hexagons from the frame's zero")]
    pub fn cell(self, [east, north]: [f64; 2]) -> [i32; 2] {
        // Cubic coordinates, of which those of a middle are whole and all three are zero together.
        let along = north / (self.width_m * RISE);
        let across = east / self.width_m - along * 0.5;
        let third = -across - along;
        let [mut x, mut y, z] = [across, along, third].map(f64::round);
        let [off_x, off_y, off_z] = [x - across, y - along, z - third].map(f64::abs);
        if off_x > off_y && off_x > off_z {
            x = -y - z;
        } else if off_y > off_z {
            y = -x - z;
        }
        let (x, y) = (x as i32, y as i32);
        // Towards the horizon points lie beyond all numbers.
        [x.saturating_add(y >> 1), y]
    }

    /// Its middle.
    #[must_use]
    pub fn middle(self, [column, row]: [i32; 2]) -> [f64; 2] {
        let shift = f64::from(row & 1) * 0.5;
        [(f64::from(column) + shift) * self.width_m, f64::from(row) * RISE * self.width_m]
    }

    /// Its corners, clockwise from the northern one.
    #[must_use]
    pub fn corners(self, cell: [i32; 2]) -> [[f64; 2]; 6] {
        let ([east, north], reach) = (self.middle(cell), self.width_m * RISE * 2.0 / 3.0);
        [0.0_f64, 60.0, 120.0, 180.0, 240.0, 300.0].map(|degrees| {
            let (sin, cos) = degrees.to_radians().sin_cos();
            [east + reach * sin, north + reach * cos]
        })
    }

    /// Square kilometres of one.
    #[must_use]
    pub fn km2(self) -> f64 {
        RISE * self.width_m * self.width_m / 1e6
    }
}

/// What lies in each hexagon.
#[derive(Debug, Clone, PartialEq)]
pub struct Hexes {
    /// How they lie.
    pub lattice: Lattice,
    skin: Skin,
    tallies: BTreeMap<[i32; 2], Tally>,
}

impl Hexes {
    /// Gather what a field has.
    #[must_use]
    pub fn of(field: &Field, layer: Layer, width_m: f64, now: Moment) -> Self {
        let lattice = Lattice { width_m };
        let mut tallies: BTreeMap<[i32; 2], Tally> = BTreeMap::new();
        for station in field.stations() {
            tallies.entry(lattice.cell(station.at)).or_default().sensor(station, now);
        }
        for at in field.case_places() {
            tallies.entry(lattice.cell(at)).or_default().case();
        }
        Self { lattice, skin: field.skin(layer), tallies }
    }

    /// What lies in the hexagon around a point, where anything does.
    #[must_use]
    pub fn at(&self, at: [f64; 2]) -> Option<Tally> {
        self.tallies.get(&self.lattice.cell(at)).copied()
    }

    /// The number that is told of a hexagon.
    #[must_use]
    pub fn value(&self, tally: Tally) -> Option<f64> {
        tally.value(self.skin.meaning, self.lattice.km2())
    }

    /// The picture of them, a cell each: coloured by its number, a rim alone where no sensor has data; `None` where there
    /// is nothing.
    #[must_use]
    pub fn picture(&self) -> Option<Picture> {
        let first = self.tallies.keys().next().copied()?;
        let (low, high) = self.tallies.keys().fold((first, first), |(low, high), cell| {
            ([low[0].min(cell[0]), low[1].min(cell[1])], [high[0].max(cell[0]), high[1].max(cell[1])])
        });
        let count = |axis: [i32; 2]| u32::try_from(axis[1].checked_sub(axis[0])?.checked_add(1)?).ok();
        let size = [count([low[0], high[0]])?, count([low[1], high[1]])?];
        let [columns, rows] = size.map(|v| v as usize);
        let mut rgba = vec![0_u8; columns * rows * 4];
        for (cell, tally) in &self.tallies {
            let at = |axis: usize| {
                let off = cell.get(axis)?.checked_sub(*low.get(axis)?)?;
                usize::try_from(off).ok()
            };
            let Some(begin) = at(0).zip(at(1)).map(|(column, row)| (row * columns + column) * 4) else { continue };
            let (Rgb(r, g, b), opaque) = match self.value(*tally) {
                Some(value) => (self.skin.of(value), u8::MAX),
                None => (heat::SILENT, u8::MAX / 2),
            };
            if let Some(pixel) = rgba.get_mut(begin..begin + 4) {
                pixel.copy_from_slice(&[r, g, b, opaque]);
            }
        }
        // From the western sides of the first column to the eastern ones of the last, which may be of an odd row.
        let (width, corner) = (self.lattice.width_m, self.lattice.width_m * RISE * 2.0 / 3.0);
        let [west, south] = low.map(f64::from);
        let [east, north] = high.map(f64::from);
        let low_m = [(west - 0.5) * width, south * RISE * width - corner];
        let high_m = [(east + 1.0) * width, north * RISE * width + corner];
        Some(Picture { size, low: low_m, high: high_m, rgba, tiles: Tiles::Hexagons { width_m: width, first: low } })
    }
}
