//! What layers say where the pointer is.

use bevy::math::Vec2;
use rust_i18n::t;

use super::flood::Wet;
use super::form::{Form, Tally};
use super::hexes::metres_per_point;
use super::lay::Laid;
use super::layer::{Layer, unit};
use super::model::{Field, Said, Station};
use super::over::{named, phrase};
use super::panel::with_unit;
use super::roads::{Stretch, nearest};
use super::stack::Ply;
use super::systems::Layers;
use crate::domain::sensor::Window;
use crate::domain::{Moment, SensorKind};
use crate::ground::City;
use crate::screen::areas::name_of;
use crate::screen::look::words;
use crate::screen::shown::{CityView, Ground};

/// Points around a road that count as it, and metres where these are more.
const NEAR_POINTS: f64 = 8.0;
const NEAR_M: f64 = 6.0;

/// What the layers that are on say where the pointer is, a line each, that of the one in front first. A sensor that it is on
/// speaks for its layer.
pub(super) fn read(layers: &Layers, at: Vec2, now: Moment, view: &CityView, ground: &Ground) -> Option<String> {
    let stack = layers.stack();
    let front = stack.front().map(Ply::id);
    let under = layers.under(at, view, ground).and_then(|(ply, station)| Some((ply, station, ply.layer().kind()?)));
    // Of one layer alone only its sensor speaks.
    if let Some((_, station, kind)) = under.filter(|_| stack.len() == 1) {
        return Some(format!("{} · {}", station.row.id, newest(station, kind, now)));
    }
    let on_ground = view.ground_at(&ground.0, at);
    let mut lines: Vec<(bool, String)> = Vec::new();
    for ply in stack.all().rev() {
        let own = under.filter(|(of, ..)| of.id() == ply.id());
        let said = match own {
            Some((_, station, kind)) => Some(format!("{} · {}", station.row.id, newest(station, kind, now))),
            None => said(ply, at, on_ground, now, view, ground),
        };
        // A field says its name by itself.
        let named = stack.len() == 1 || (own.is_none() && ply.form() == Form::Field);
        let name = |words: String| if named { words } else { format!("{} · {words}", t!(ply.layer().key())) };
        lines.extend(said.map(|words| (front != Some(ply.id()), name(words))));
    }
    lines.sort_by_key(|(behind, _)| *behind);
    let lines: Vec<String> = lines.into_iter().map(|(_, words)| words).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// What a layer says of the ground, or of the road, under the pointer.
fn said(
    ply: &Ply,
    at: Vec2,
    on_ground: Option<[f64; 2]>,
    now: Moment,
    view: &CityView,
    ground: &Ground,
) -> Option<String> {
    let (layer, field) = (ply.layer(), ply.field());
    match &ply.laid {
        Laid::Nothing | Laid::Points => None,
        Laid::Field => of_field(field, layer, on_ground?, now),
        Laid::Hexagons(hexes) => {
            let tally = hexes.at(on_ground?)?;
            Some(gathered(layer, field.window(), tally, hexes.value(tally)))
        }
        Laid::Areas(regions) => {
            let region = regions.among(&ground.0.area_path(on_ground?))?;
            let words = gathered(layer, field.window(), region.tally, regions.value(region));
            Some(format!("{} · {words}", area_name(&ground.0, region.area)))
        }
        Laid::Roads(stretches) => {
            let kind = layer.kind()?;
            let (stretch, away_m) = on_road(stretches, at, view)?;
            let station = field.station(stretch.sensor)?;
            let along = t!("heat.reads_along", metres = distance(f64::from(away_m)));
            Some(format!("{} · {} · {along}", newest(station, kind, now), station.row.id))
        }
        Laid::Flood(flood) => {
            let (kind, on_ground) = (layer.kind()?, on_ground?);
            let (wet, gauge) = flood.at(on_ground)?;
            let station = field.station(gauge.sensor)?;
            let away = (on_ground[0] - gauge.at[0]).hypot(on_ground[1] - gauge.at[1]);
            let what = match wet {
                Wet::Depth(metres) => t!("heat.reads_depth", metres = format!("{metres:.1}")).into_owned(),
                Wet::Water(_) => newest(station, kind, now),
            };
            Some(format!("{what} · {} · {}", station.row.id, t!("heat.reads_off", metres = distance(away))))
        }
    }
}

/// The part of a road under a point of the screen, and how many metres along the road its sensor is.
pub(super) fn on_road<'a>(stretches: &'a [Stretch], at: Vec2, view: &CityView) -> Option<(&'a Stretch, f32)> {
    let within_m = (metres_per_point(view) * NEAR_POINTS).max(NEAR_M);
    let (eye, ray) = view.ray(at);
    // Where the ray comes down to a height.
    let met = |up: f64| {
        let far = (up - eye[2]) / ray[2];
        (far > 0.0 && far.is_finite()).then(|| [eye[0] + ray[0] * far, eye[1] + ray[1] * far])
    };
    nearest(stretches, met, within_m)
}

/// What a sensor measured last, and how long ago; or in the window of time of which it tells.
pub(in crate::screen) fn newest(station: &Station, kind: SensorKind, now: Moment) -> String {
    if let Some(window) = station.window() {
        let unit = Layer::Sensors(kind).unit_over(Some(window));
        return match station.fresh(now) {
            Some(value) => format!("{} · {}", with_unit(value, kind, unit), phrase(window)),
            None => t!("heat.over_none", over = phrase(window)).into_owned(),
        };
    }
    let age = |when: Moment| words::age(now.secs_since(when));
    match (station.newest, station.fresh(now)) {
        (Some((when, _)), Some(value)) => {
            format!("{} · {}", with_unit(value, kind, unit(kind)), t!("heat.card.age", age = age(when)))
        }
        (Some((when, _)), None) => t!("heat.card.stale", age = age(when)).into_owned(),
        (None, _) => t!("heat.card.never").into_owned(),
    }
}

fn of_field(field: &Field, layer: Layer, at: [f64; 2], now: Moment) -> Option<String> {
    match (field.said(at, now), layer) {
        (Said::Value { value, nearest_m }, Layer::Sensors(kind)) => {
            let value = with_unit(value, kind, layer.unit_over(field.window()));
            let (name, metres) = (named(&t!(layer.key()), field.window()), distance(nearest_m));
            Some(t!("heat.reads", name = name, value = value, metres = metres).into_owned())
        }
        (Said::Density(density), _) if density >= 0.05 => {
            Some(t!("heat.reads_density", n = format!("{density:.1}")).into_owned())
        }
        _ => None,
    }
}

/// What lies in a hexagon or an area, with the number that is told of it.
pub(super) fn gathered(layer: Layer, window: Option<Window>, tally: Tally, value: Option<f64>) -> String {
    let Tally { all, fresh, .. } = tally;
    match (layer, value) {
        (Layer::Cases, value) => {
            let density = format!("{:.1}", value.unwrap_or_default());
            t!("heat.reads_cases", n = words::count(all as usize), density = density).into_owned()
        }
        (Layer::Sensors(kind), Some(value)) => {
            let percent = format!("{:.0}%", f64::from(fresh) / f64::from(all.max(1)) * 100.0);
            let (value, name) = (with_unit(value, kind, layer.unit_over(window)), named(&t!(layer.key()), window));
            t!("heat.reads_mean", name = name, value = value, fresh = fresh, all = all, percent = percent).into_owned()
        }
        (Layer::Sensors(_), None) if all == 0 => t!("heat.reads_none").into_owned(),
        (Layer::Sensors(_), None) => t!("heat.reads_silent", all = all).into_owned(),
    }
}

fn area_name(city: &City, area: u32) -> String {
    name_of(city, area, rust_i18n::locale().starts_with("en"))
}

/// `240 m`, `1.3 km`: as far as it matters.
pub(super) fn distance(metres: f64) -> String {
    if metres < 995.0 { format!("{:.0} m", (metres / 10.0).round() * 10.0) } else { format!("{:.1} km", metres / 1e3) }
}
