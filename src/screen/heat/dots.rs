//! The sensors themselves: a small square each, where there is room for them. Pure.

use bevy::math::Vec2;
use egui::{Color32, Mesh, Rect, pos2, vec2};

use super::model::Station;
use super::shades::Skin;
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
    /// Points in these colours, and how much of them is seen, 0 to 1; else they only say where sensors stand.
    pub points: Option<(Skin, f32)>,
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

/// All sensors in sight as one mesh; hollow ones have no data. Of points the worst lie over the others.
#[must_use]
pub fn mesh<'a>(
    stations: impl Iterator<Item = &'a Station>,
    now: Moment,
    (view, city): (&CityView, &City),
    look: &Look,
) -> Mesh {
    let mut mesh = Mesh::default();
    let [small, large] = if look.points.is_some() { heat::POINT_HALF } else { heat::HALF };
    let half = small + (large - small) * look.size;
    let (seen, full) = look.points.map_or((0.7 + 0.3 * look.size, 1.0), |(_, opacity)| (opacity, opacity));
    let ink = tokens::INK.over_city();
    let mut marks: Vec<(f32, bool, Vec2, Option<Color32>)> = Vec::new();
    for station in stations {
        let Some(at) = place(station, view, city) else { continue };
        let chosen = look.chosen == Some(station.row.number);
        if !chosen && look.heads.iter().any(|(head, radius)| head.distance(at) < radius + half) {
            continue;
        }
        let value = station.fresh(now);
        let share = look.points.zip(value).map(|((skin, _), value)| skin.scale.share(value));
        let own = look.points.zip(share).map(|((skin, _), share)| skin.ramp.at(share).over_city());
        let told = value.map(|_| own.unwrap_or_else(|| heat::SENSOR.over_city()).gamma_multiply(seen));
        marks.push((share.unwrap_or(-1.0), chosen, at, told));
    }
    if look.points.is_some() {
        marks.sort_by(|one, other| one.1.cmp(&other.1).then(one.0.total_cmp(&other.0)));
    }
    for (_, chosen, at, told) in marks {
        let mut square = |half: f32, colour: Color32| {
            mesh.add_colored_rect(Rect::from_center_size(pos2(at.x, at.y), vec2(half, half) * 2.0), colour);
        };
        if chosen {
            square(half + 4.6, ink);
            square(half + 3.4, tokens::ACCENT.over_city());
        }
        square(half + 1.0, ink.gamma_multiply(if chosen { 1.0 } else { 0.7 * full }));
        if let Some(colour) = told {
            square(half, colour);
        } else {
            square(half, heat::SILENT.over_city().gamma_multiply(full));
            square(half * 0.5, ink.gamma_multiply(full));
        }
    }
    mesh
}

/// The sensor under a point of the screen, the nearest, and how many points of the screen it is away.
#[must_use]
pub fn under<'a>(
    stations: impl Iterator<Item = &'a Station>,
    at: Vec2,
    view: &CityView,
    city: &City,
) -> Option<(f32, &'a Station)> {
    let near = stations.filter_map(|station| {
        let away = place(station, view, city)?.distance(at);
        (away <= SLACK).then_some((away, station))
    });
    near.min_by(|one, other| one.0.total_cmp(&other.0))
}

#[cfg(test)]
mod tests {
    use super::super::form_tests::{NOW, city, row, view};
    use super::super::layer::Layer;
    use super::*;
    use crate::domain::SensorKind;

    #[test]
    fn points_have_the_colours_of_their_values_the_worst_on_top_and_hollow_ones_none() {
        let (city, view) = (city(), view(2_000.0, 0.0));
        let at = view.ground_at(&city, view.size / 2.0).unwrap();
        let skin = Layer::Sensors(SensorKind::WaterLevel).skin();
        let station = |number: u32, value: Option<f64>| {
            let mut station = Station::new(row(number, SensorKind::WaterLevel, at, city.frame()), at);
            station.newest = value.map(|value| (NOW, value));
            station
        };
        let all = [station(0, Some(1.6)), station(1, None), station(2, Some(0.2))];
        let mesh = |points: Option<(Skin, f32)>| {
            let look = Look { size: 1.0, points, chosen: None, heads: Vec::new() };
            mesh(all.iter(), NOW, (&view, &city), &look)
        };
        let own = |value: f64| skin.of(value).over_city();
        let points = mesh(Some((skin, 1.0)));
        let has = |mesh: &Mesh, colour: Color32| mesh.vertices.iter().any(|vertex| vertex.color == colour);
        assert!(has(&points, own(1.6)) && has(&points, own(0.2)) && has(&points, heat::SILENT.over_city()));
        assert_eq!(points.vertices.last().map(|vertex| vertex.color), Some(own(1.6)), "it covers the others");
        let sensors = mesh(None);
        assert!(has(&sensors, heat::SENSOR.over_city()) && !has(&sensors, own(1.6)), "they only say where they stand");
        let [wide, small] = [&points, &sensors].map(|mesh| mesh.calc_bounds().width());
        assert!(wide > small, "{wide} {small}");
        // Pins stay free.
        let under = view.project(at[0], at[1], city.ground_at(at)).unwrap();
        let look = Look { size: 1.0, points: None, chosen: None, heads: vec![(under, 40.0)] };
        assert!(super::mesh(all.iter(), NOW, (&view, &city), &look).is_empty());
    }
}
