//! What a field looks like: its scale, and the picture of it that lies on the ground. Pure.

#[cfg(test)]
mod tests;

use super::grid::{At, Cells, Grid, LEAST_WEIGHT};
use crate::domain::SensorKind;
use crate::screen::look::tokens::{Rgb, heat};

/// Weights from which on a value is told, and from which on it is told in full: between them it fades.
const FADE: [f32; 2] = [0.03, 0.85];
/// Shares of the scale of a density below which nothing is seen, and from which on all of it.
const DENSE: [f32; 2] = [0.02, 0.22];

/// What the field means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The values between stations.
    Values,
    /// How many points there are to a square kilometre.
    Density,
}

/// The values at both ends of the ramp; what is beyond them looks like the end. Where the ends are one value below and
/// above zero, either is as bad: it counts how far from zero a value is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    /// At its beginning, which is hardly seen. Above `to` where what is less is worse.
    pub from: f64,
    /// At its end.
    pub to: f64,
}

impl Scale {
    /// That of a kind: fixed, so that a colour means the same all day. Where there is a rule built in, it ends where that
    /// says Ⅱ, or the gravest that it has: what is over its limits is told apart up to there. `None` for kinds that have
    /// no common unit.
    #[must_use]
    pub const fn of(kind: SensorKind) -> Option<Self> {
        let (from, to) = match kind {
            SensorKind::CombustibleGas => (0.0, 35.0),
            SensorKind::WaterLevel => (0.0, 1.6),
            SensorKind::Rain => (0.0, 50.0),
            SensorKind::Flow => (0.0, 1_000.0),
            SensorKind::CrackWidth => (0.0, 2.0),
            // Shut or off its place.
            SensorKind::ManholeCover => (0.0, 1.0),
            SensorKind::Tilt => (-0.8, 0.8),
            SensorKind::Temperature => (-10.0, 40.0),
            SensorKind::Pm25 => (0.0, 150.0),
            SensorKind::Pm10 => (0.0, 420.0),
            SensorKind::Noise => (40.0, 90.0),
            // Where it is slow is what is looked for.
            SensorKind::TrafficSpeed => (80.0, 0.0),
            SensorKind::CrowdCount => (0.0, 4_000.0),
            SensorKind::PowerLoad => (0.0, 1_200.0),
            SensorKind::Other | SensorKind::Vital => return None,
        };
        Some(Self { from, to })
    }

    /// Whether either end is as bad.
    #[must_use]
    pub fn is_two_sided(&self) -> bool {
        self.to > 0.0 && (self.from + self.to).abs() < f64::EPSILON
    }

    /// The value at which the ramp begins.
    fn begin(&self) -> f64 {
        if self.is_two_sided() { 0.0 } else { self.from }
    }

    /// Where a value stands on it, 0 to 1.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
    pub fn share(&self, value: f64) -> f32 {
        let value = if self.is_two_sided() { value.abs() } else { value };
        ((value - self.begin()) / (self.to - self.begin())).clamp(0.0, 1.0) as f32
    }

    /// Values for a legend: so many, those at both ends of the ramp included.
    pub fn ticks(&self, count: u8) -> impl Iterator<Item = f64> + use<> {
        let (from, step) = (self.begin(), (self.to - self.begin()) / f64::from(count.max(2) - 1));
        (0..count).map(move |at| from + step * f64::from(at))
    }
}

/// A ramp of colours, from dark to light.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ramp {
    /// That of values between stations.
    #[default]
    Plum,
    /// That of densities.
    Moss,
    /// That of values where the others are taken.
    Umber,
    /// That of water over the ground.
    Pool,
}

impl Ramp {
    /// Those that a layer may have, the one that it has by itself first: as many as layers are on at once, and never that of
    /// water over the ground, which lies beside them.
    #[must_use]
    pub const fn of(meaning: Meaning) -> &'static [Self] {
        match meaning {
            Meaning::Values => &[Self::Plum, Self::Moss, Self::Umber],
            Meaning::Density => &[Self::Moss, Self::Plum, Self::Umber],
        }
    }

    /// The colour at a share of it.
    #[must_use]
    pub fn at(self, share: f32) -> Rgb {
        let stops = match self {
            Self::Plum => &heat::VALUES,
            Self::Moss => &heat::DENSITY,
            Self::Umber => &heat::THIRD,
            Self::Pool => &heat::FLOOD,
        };
        along(stops, share)
    }
}

/// How what a layer shows is coloured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Skin {
    /// What its numbers mean.
    pub meaning: Meaning,
    /// Its colours.
    pub ramp: Ramp,
    /// The values at both ends of them.
    pub scale: Scale,
}

impl Skin {
    /// The colour of a value.
    #[must_use]
    pub fn of(&self, value: f64) -> Rgb {
        self.ramp.at(self.scale.share(value))
    }
}

/// The colour of water over the ground, at a share of the depths that are told apart.
#[must_use]
pub fn flood_colour(share: f32) -> Rgb {
    Ramp::Pool.at(share)
}

fn along(ramp: &[Rgb; 5], share: f32) -> Rgb {
    #[expect(clippy::cast_precision_loss, reason = "a few stops")]
    let along = share.clamp(0.0, 1.0) * (ramp.len() - 1) as f32;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few stops")]
    let stop = along as usize;
    let from = ramp.get(stop).copied().unwrap_or(ramp[0]);
    let to = ramp.get(stop + 1).copied().unwrap_or(from);
    let part = along.fract();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within a byte")]
    let mix = |a: u8, b: u8| (f32::from(a) + (f32::from(b) - f32::from(a)) * part).round() as u8;
    Rgb(mix(from.0, to.0), mix(from.1, to.1), mix(from.2, to.2))
}

fn smooth([low, high]: [f32; 2], value: f32) -> f32 {
    let t = ((value - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// How far a value may be believed that has so much weight: 0 where no station is near, 1 close to one.
#[must_use]
pub fn trust(weight: f32) -> f32 {
    smooth(FADE, weight)
}

/// Points to a square kilometre where the field has so much weight.
#[must_use]
pub fn density(weight: f32, kernel_m: f64) -> f64 {
    f64::from(weight) / (std::f64::consts::TAU * kernel_m * kernel_m) * 1e6
}

/// The picture of a grid: straight RGBA, four bytes a cell, southern row first.
#[derive(Debug, Clone, Default)]
pub struct Shades {
    /// The bytes.
    pub rgba: Vec<u8>,
    table: Vec<[u8; 3]>,
}

impl Shades {
    /// An empty one for a grid.
    #[must_use]
    pub fn new(grid: &Grid, ramp: Ramp) -> Self {
        let [columns, rows] = grid.size();
        let table = (0_u16..=255).map(|at| ramp.at(f32::from(at) / 255.0)).map(|Rgb(r, g, b)| [r, g, b]);
        Self { rgba: vec![0; columns * rows * 4], table: table.collect() }
    }

    /// Paint some cells anew.
    pub fn paint(&mut self, grid: &Grid, cells: &Cells, meaning: Meaning, scale: Scale) {
        let [columns, _] = grid.size();
        let kernel_m = grid.kernel_m();
        for row in cells.rows.clone() {
            let begin = (row * columns + cells.columns.start) * 4;
            let end = (row * columns + cells.columns.end) * 4;
            let (pixels, _) = self.rgba.get_mut(begin..end).unwrap_or_default().as_chunks_mut::<4>();
            for (pixel, at) in pixels.iter_mut().zip(grid.row(row, &cells.columns)) {
                let (share, opaque) = shade(at, meaning, scale, kernel_m);
                // To the nearest whole number, without the call that rounding any number is.
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
                let (index, alpha) = ((share * 255.0 + 0.5) as usize, (opaque * 255.0 + 0.5) as u8);
                let [r, g, b] = self.table.get(index).copied().unwrap_or_default();
                *pixel = [r, g, b, alpha];
            }
        }
    }
}

/// Where a cell stands on the ramp, and how much of it is seen.
fn shade(at: At, meaning: Meaning, scale: Scale, kernel_m: f64) -> (f32, f32) {
    match meaning {
        Meaning::Values if at.weight <= LEAST_WEIGHT => (0.0, 0.0),
        Meaning::Values => (scale.share(f64::from(at.sum / at.weight)), trust(at.weight)),
        Meaning::Density => {
            let share = scale.share(density(at.weight, kernel_m));
            (share, smooth(DENSE, share))
        }
    }
}
