//! What the bar at the foot says of where one looks.

use bevy::prelude::Vec2;

use super::layout::Places;
use crate::domain::LonLat;
use crate::ground::City;
use crate::screen::compass::model::scale_bar;
use crate::screen::compass::panel::CompassView;
use crate::screen::names::{attribution, gcj02};
use crate::screen::shown::CityView;

/// Scale, heading and the point under the pointer, in the datum that was chosen.
pub(super) fn compass_view(
    ctx: &egui::Context,
    (city, view): (&City, Option<&CityView>),
    areas: &Places,
    in_gcj02: bool,
) -> CompassView {
    let attribution = attribution(city);
    let Some(view) = view else { return CompassView { attribution, ..Default::default() } };
    let frame = city.frame();
    let middle = Vec2::new(areas.free.center().x, areas.free.center().y);
    let pointer = ctx.input(|i| i.pointer.latest_pos()).filter(|at| areas.free.contains(*at));
    let pointer = pointer.and_then(|at| view.ground_at(city, Vec2::new(at.x, at.y)));
    let pointer = pointer.map(|at| frame.lonlat_from_metres(at)).and_then(|at| LonLat::new(at.lon, at.lat));
    CompassView {
        scale: view.metres_per_point(city, middle).and_then(|m| scale_bar(m, 120.0)),
        heading: view.pose.heading,
        pointer: pointer.map(|at| if in_gcj02 { gcj02(at) } else { at }),
        gcj02: in_gcj02,
        attribution,
    }
}
