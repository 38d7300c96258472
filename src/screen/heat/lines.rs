//! Roads in the colours of what was measured on them, as one mesh over the ground. Pure.

use bevy::math::{Rect, Vec2};
use egui::epaint::PathStroke;
use egui::epaint::tessellator::Path;
use egui::{Color32, Mesh, Pos2, pos2};

use super::layer::Layer;
use super::model::Field;
use super::roads::Stretch;
use crate::domain::Moment;
use crate::ground::pack::records::Paint;
use crate::screen::areas::panel::beside;
use crate::screen::look::tokens::{self, heat};
use crate::screen::shown::CityView;

/// Lines are as wide as they are meant to be where a point is so many metres; from nearer they grow with the root of it.
const MEANT_AT_M: f64 = 4.0;
/// How much narrower and wider they get.
const SCALE: std::ops::RangeInclusive<f64> = 0.5..=1.8;
/// Points nearer to the one before are left out.
const APART: f32 = 1.5;
/// What is farther off the picture is left out, points.
const MARGIN: f32 = 32.0;
/// What lies just before the eye is farther away than that, points.
const FARTHEST: f32 = 1e5;
/// How much wider the dark edge is.
const EDGE: f32 = 1.6;

/// How roads are painted.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// Metres that a point of the screen is wide.
    pub metres_per_point: f64,
    /// How much wider they are than on a desk.
    pub wider: f32,
    /// How much of them is seen, 0 to 1.
    pub opacity: f32,
    /// Points over which an edge fades.
    pub soft: f32,
    /// Heads of pins with their radius, which stay free.
    pub heads: Vec<(Vec2, f32)>,
}

/// How wide a road of a class is, in points.
#[must_use]
pub fn width(class: u8, metres_per_point: f64) -> f32 {
    let step = class.saturating_sub(Paint::Street as u8);
    let meant = heat::ROADS.get(usize::from(step)).or(heat::ROADS.last()).copied().unwrap_or(1.0);
    #[expect(clippy::cast_possible_truncation, reason = "0.5 to 1.8")]
    let scale = (MEANT_AT_M / metres_per_point.max(1e-3)).sqrt().clamp(*SCALE.start(), *SCALE.end()) as f32;
    meant * scale
}

/// What a part is painted with: the colour of its sensor's value, or grey and thin where that has no data.
fn stroke(stretch: &Stretch, field: &Field, layer: Layer, now: Moment, look: &Look) -> (f32, Color32) {
    let wide = width(stretch.class, look.metres_per_point) * look.wider;
    let value = field.station(stretch.sensor).and_then(|station| station.fresh(now));
    match value {
        Some(value) => (wide, field.skin(layer).of(value).over_city()),
        None => (wide * 0.4, heat::SILENT.over_city()),
    }
}

/// The parts of a line that are in sight, on screen.
fn on_screen(stretch: &Stretch, view: &CityView) -> Vec<Vec<Pos2>> {
    let frame = Rect::from_corners(Vec2::ZERO, view.size).inflate(MARGIN);
    let mut lines: Vec<Vec<Pos2>> = Vec::new();
    let mut line: Vec<Pos2> = Vec::new();
    let mut before: Option<Vec2> = None;
    for point in &stretch.points {
        let [east, north, up] = point.map(f64::from);
        let at = view.project(east, north, up).filter(|at| at.abs().max_element() < FARTHEST);
        let seen = |from: Vec2, to: Vec2| !frame.intersect(Rect::from_corners(from, to).inflate(0.5)).is_empty();
        match (before, at) {
            (Some(from), Some(to)) if seen(from, to) => {
                if line.is_empty() {
                    line.push(pos2(from.x, from.y));
                }
                let to = pos2(to.x, to.y);
                if line.last().is_none_or(|last| last.distance(to) >= APART) {
                    line.push(to);
                }
            }
            _ => lines.extend(Some(std::mem::take(&mut line)).filter(|line| line.len() > 1)),
        }
        before = at;
    }
    lines.extend(Some(line).filter(|line| line.len() > 1));
    lines
}

/// All parts in sight as one mesh: those without data first, then the smaller before the greater roads.
#[must_use]
pub fn mesh(stretches: &[Stretch], field: &Field, layer: Layer, now: Moment, view: &CityView, look: &Look) -> Mesh {
    let mut parts: Vec<(f32, Color32, Vec<Pos2>)> = Vec::new();
    for stretch in stretches {
        let (wide, colour) = stroke(stretch, field, layer, now, look);
        for line in on_screen(stretch, view) {
            let free = beside(line, &look.heads).into_iter().filter(|line| line.len() > 1);
            parts.extend(free.map(|line| (wide, colour, line)));
        }
    }
    parts.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut mesh = Mesh::default();
    let mut add = |wide: f32, colour: Color32, line: &[Pos2]| {
        let mut path = Path::default();
        path.add_open_points(line);
        path.stroke_open(look.soft, &PathStroke::new(wide, colour), &mut mesh);
    };
    let dark = tokens::INK.over_city().gamma_multiply(0.6 * look.opacity);
    for (wide, _, line) in &parts {
        add(wide + EDGE * look.wider, dark, line);
    }
    for (wide, colour, line) in &parts {
        add(*wide, colour.gamma_multiply(look.opacity), line);
    }
    mesh
}
