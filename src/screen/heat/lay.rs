//! Lays a layer on the ground in the form that is chosen, and anew only where something of it changed.

use std::sync::Arc;

use bevy::prelude::*;

use super::flood::Flood;
use super::form::Form;
use super::found::{Floodwork, Roadwork};
use super::hexes::{self, Hexes};
use super::layer::Layer;
use super::model::{Field, place_of};
use super::regions::Regions;
use super::roads::Stretch;
use super::systems::Layers;
use crate::domain::IncidentId;
use crate::screen::areas::Drill;
use crate::screen::labels::land::NamePlaces;
use crate::screen::patches::{Fill, picture};
use crate::screen::shown::{Changes, CityView, Ground, Shown};
use crate::screen::twin::drape::{Drape, Picture, Tiles};

/// What lies on the ground, for whoever reads it under the pointer.
#[derive(Debug, Default)]
pub(super) enum Laid {
    /// Nothing.
    #[default]
    Nothing,
    /// The field itself.
    Field,
    /// Hexagons.
    Hexagons(Hexes),
    /// Areas.
    Areas(Regions),
    /// Roads, which are not laid on the ground but painted over it.
    Roads(Vec<Stretch>),
    /// Water on low ground.
    Flood(Flood),
}

impl Laid {
    /// Why nothing is seen of it although it was made, in a key of `assets/i18n`.
    pub(super) fn empty(&self) -> Option<&'static str> {
        match self {
            Self::Areas(regions) if regions.is_empty() => Some("heat.no_areas"),
            Self::Roads(stretches) if stretches.is_empty() => Some("heat.no_roads"),
            Self::Flood(flood) if flood.is_dry() => Some("heat.no_flood"),
            _ => None,
        }
    }
}

/// What it was made of: the changes that the field had seen; how wide hexagons are, which area is looked at, or the changes
/// of where sensors stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Of {
    form: Form,
    changes: u64,
    detail: u64,
}

/// What the system remembers.
#[derive(Default)]
pub(super) struct Memory {
    /// Cases were counted.
    counted: bool,
    of: Option<Of>,
    /// What areas are filled with on the ground.
    fills: Vec<(u32, Fill)>,
    roads: Option<Roadwork>,
    flood: Option<Floodwork>,
}

/// Bring what is laid in line with what came, and the ground with it.
pub(super) fn lay(
    (shown, changes, ground, view): (Res<Shown>, Res<Changes>, Res<Ground>, Res<CityView>),
    (drill, waters): (Option<Res<Drill>>, Option<Res<NamePlaces>>),
    mut layers: ResMut<Layers>,
    mut drape: ResMut<Drape>,
    mut memory: Local<Memory>,
) {
    let layers = layers.bypass_change_detection();
    let memory = &mut *memory;
    if layers.layer == Some(Layer::Cases) {
        let anew = !std::mem::replace(&mut memory.counted, true) || changes.anew;
        if anew || !changes.incidents.is_empty() {
            count(&shown, &changes, &ground, anew, &mut layers.field);
        }
    } else {
        memory.counted = false;
    }
    let now = layers.moment(shown.now);
    layers.field.keep_up(now);
    let opacity = layers.opacity;
    layers.finding = false;
    let looked = drill.and_then(|drill| drill.area);
    let there = layers.layer.filter(|_| !layers.field.picture_is_gone());
    let Some((layer, form)) = there.zip(layers.form()) else {
        (memory.of, memory.roads, memory.flood) = (None, None, None);
        if !matches!(layers.laid, Laid::Nothing) {
            layers.put(Laid::Nothing);
        }
        if drape.picture.is_some() {
            drape.picture = None;
        }
        return;
    };
    // While sensors are told anew, what lies there stays.
    if layers.field.is_coming() {
        return;
    }
    let (apart_m, side_m) = (layers.field.apart_m(), layers.field.side_m());
    let width_m = hexes::width_m(layer, apart_m, side_m, hexes::metres_per_point(&view));
    let detail = match form {
        Form::Field | Form::Flood => 0,
        Form::Hexagons => width_m.map_or(0, f64::to_bits),
        Form::Areas => looked.map_or(0, |area| u64::from(area) + 1),
        Form::Roads => layers.field.placed(),
    };
    // A field knows by itself what of it changed, and roads stay with their sensors whatever these say.
    let changes = if matches!(form, Form::Field | Form::Roads) { 0 } else { layers.field.changes() };
    let of = Some(Of { form, changes, detail });
    let other = memory.of != of;
    memory.of = of;
    if form != Form::Roads {
        memory.roads = None;
    }
    if form != Form::Flood {
        memory.flood = None;
    }
    match form {
        Form::Field => {
            if layers.field.settle(now) || other {
                drape.picture = field_picture(&layers.field).map(Arc::new);
            }
            if other {
                layers.put(Laid::Field);
            }
        }
        Form::Hexagons if other => {
            let hexes = width_m.map(|width_m| Hexes::of(&layers.field, layer, width_m, now));
            drape.picture = hexes.as_ref().and_then(Hexes::picture).map(Arc::new);
            layers.put(hexes.map_or(Laid::Nothing, Laid::Hexagons));
        }
        Form::Areas if other => {
            let regions = Regions::of_city(&layers.field, layer, &ground.0, looked, now);
            let fills: Vec<(u32, Fill)> = regions.fills().collect();
            // New readings seldom show in the colour of a whole area.
            let lies = matches!(layers.laid, Laid::Areas(_)) && drape.picture.is_some();
            if !lies || memory.fills != fills {
                drape.picture = picture(&regions.patches(&ground.0)).map(Arc::new);
                memory.fills = fills;
            }
            layers.put(Laid::Areas(regions));
        }
        Form::Hexagons | Form::Areas => {}
        Form::Roads => memory.roads.get_or_insert_default().lay(other, &ground.0, layers, &mut drape),
        Form::Flood => {
            let waters = waters.as_deref().cloned().unwrap_or_default();
            let floods = memory.flood.get_or_insert_default();
            floods.lay(other, (layer, now), (&ground.0, &waters), layers, &mut drape);
        }
    }
    if (drape.opacity - opacity).abs() > f32::EPSILON {
        drape.opacity = opacity;
    }
}

/// The picture of a field.
fn field_picture(field: &Field) -> Option<Picture> {
    let laid = field.picture()?;
    let [columns, rows] = laid.size.map(u32::try_from);
    let [low, high] = laid.bounds;
    Some(Picture { size: [columns.ok()?, rows.ok()?], low, high, rgba: laid.rgba, tiles: Tiles::Squares })
}

/// Open cases into the field: those that changed, or all of them.
fn count(shown: &Shown, changes: &Changes, ground: &Ground, anew: bool, field: &mut Field) {
    let frame = ground.0.frame();
    let hall = &shown.hall;
    let mut put = |id: IncidentId| {
        let open = hall.incident(id).filter(|_| hall.over_at(id).is_none());
        field.case(id, open.and_then(|incident| place_of(incident.place.at, frame)));
    };
    changes.incidents.iter().for_each(|id| put(*id));
    if anew {
        hall.incidents().for_each(|incident| put(incident.id));
        field.keep_cases(|id| hall.incident(id).is_some());
    }
}
