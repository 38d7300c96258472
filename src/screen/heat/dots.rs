//! The sensors themselves: a small square each, where there is room for them. Pure.

use bevy::math::Vec2;
use egui::{Color32, Mesh, Rect, pos2, vec2};

use super::model::Station;
use crate::domain::{Moment, SensorId};
use crate::ground::City;
use crate::screen::look::tokens::{self, heat};
use crate::screen::shown::CityView;

/// Sensors are shown from so many points on between two of them, and from so many on as large as they get.
const ROOM: [f64; 2] = [26.0, 110.0];
/// Points around a sensor that count as it.
const SLACK: f32 = 8.0;

/// How large sensors are that stand so many metres apart where a point is so many metres wide, 0 to 1; `None` where they
/// have no room.
#[must_use]
pub fn room(apart_m: f64, metres_per_point: f64) -> Option<f32> {
    let [least, most] = ROOM;
    let points = apart_m / metres_per_point.max(1e-3);
    #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
    let share = ((points.min(1e6) - least) / (most - least)).clamp(0.0, 1.0) as f32;
    (points >= least).then_some(share)
}

/// How they are painted.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// How large, 0 to 1.
    pub size: f32,
    /// The one whose card is open.
    pub chosen: Option<SensorId>,
    /// Heads of pins with their radius, which stay free.
    pub heads: Vec<(Vec2, f32)>,
}

/// Where a sensor is on screen; `None` where it is out of sight.
fn place(station: &Station, view: &CityView, city: &City) -> Option<Vec2> {
    let [east, north] = station.at;
    let at = view.project(east, north, city.ground_at(station.at))?;
    (at.cmpge(Vec2::ZERO).all() && at.cmple(view.size).all()).then_some(at)
}

/// All sensors in sight as one mesh; hollow ones have no data.
#[must_use]
pub fn mesh<'a>(
    stations: impl Iterator<Item = &'a Station>,
    now: Moment,
    (view, city): (&CityView, &City),
    look: &Look,
) -> Mesh {
    let mut mesh = Mesh::default();
    let ink = tokens::INK.over_city();
    let [small, large] = heat::HALF;
    let half = small + (large - small) * look.size;
    for station in stations {
        let Some(at) = place(station, view, city) else { continue };
        let chosen = look.chosen == Some(station.row.number);
        if !chosen && look.heads.iter().any(|(head, radius)| head.distance(at) < radius + half) {
            continue;
        }
        let mut square = |half: f32, colour: Color32| {
            mesh.add_colored_rect(Rect::from_center_size(pos2(at.x, at.y), vec2(half, half) * 2.0), colour);
        };
        if chosen {
            square(half + 4.6, ink);
            square(half + 3.4, tokens::ACCENT.over_city());
        }
        square(half + 1.0, ink.gamma_multiply(if chosen { 1.0 } else { 0.7 }));
        if station.fresh(now).is_some() {
            square(half, heat::SENSOR.over_city().gamma_multiply(0.7 + 0.3 * look.size));
        } else {
            square(half, heat::SILENT.over_city());
            square(half * 0.5, ink);
        }
    }
    mesh
}

/// The sensor under a point of the screen, the nearest.
#[must_use]
pub fn under<'a>(
    stations: impl Iterator<Item = &'a Station>,
    at: Vec2,
    view: &CityView,
    city: &City,
) -> Option<&'a Station> {
    let near = stations.filter_map(|station| {
        let away = place(station, view, city)?.distance(at);
        (away <= SLACK).then_some((away, station))
    });
    near.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, station)| station)
}
