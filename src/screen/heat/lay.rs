//! Lays the layers that are on, each in its form, and anew only where something of it changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy::prelude::*;

use super::census::Window;
use super::flood::Flood;
use super::form::{Form, Slot};
use super::found::{Floodwork, Roadwork};
use super::hexes::{self, Hexes};
use super::layer::Layer;
use super::model::{Field, place_of};
use super::regions::Regions;
use super::roads::Stretch;
use super::stack::Ply;
use super::systems::Layers;
use crate::domain::{IncidentId, LonLat, Moment};
use crate::screen::areas::Drill;
use crate::screen::labels::land::NamePlaces;
use crate::screen::patches::{Fill, picture};
use crate::screen::shown::{Changes, CityView, Ground, Shown};
use crate::screen::twin::drape::{Drape, Picture, Tiles};

/// Cases of another moment, or of a stretch of time, are counted anew after so many milliseconds.
const MINUTE_MILLIS: i64 = 60_000;

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
    /// The sensors themselves, which are painted over all else.
    Points,
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

/// What it was made of: the number of the layer among all that were ever on, the changes that its field had seen; how wide
/// hexagons are, which area is looked at, or the changes of where sensors stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Of {
    ply: u64,
    form: Form,
    changes: u64,
    detail: u64,
}

/// What the system remembers.
#[derive(Default)]
pub(super) struct Memory {
    counted: Option<Counted>,
    ground: OnGround,
    roads: OnRoads,
}

/// Into which layer which cases were counted: at which minute, where not all that are open now, with what the archive told.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Counted {
    ply: u64,
    window: Window,
    minute: Option<i64>,
    told: u64,
}

/// What lies on the ground.
#[derive(Default)]
struct OnGround {
    of: Option<Of>,
    /// What areas are filled with.
    fills: Vec<(u32, Fill)>,
    flood: Option<Floodwork>,
}

/// What is shown of roads.
#[derive(Default)]
struct OnRoads {
    of: Option<Of>,
    work: Option<Roadwork>,
}

/// What is looked at, and with what.
struct Look<'a> {
    now: Moment,
    ground: &'a Ground,
    view: &'a CityView,
    /// The area that was gone into.
    area: Option<u32>,
    waters: Option<&'a NamePlaces>,
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
    let now = layers.moment(shown.now);
    let (window, told) = (layers.window, layers.census.changes());
    let live = window == Window::Open && layers.past(shown.now).is_none();
    let (stack, census) = (&mut layers.stack, &layers.census);
    let cases = stack.of_mut(Layer::Cases);
    let minute = (!live).then(|| now.0.div_euclid(MINUTE_MILLIS));
    let counted = cases.as_ref().map(|ply| Counted { ply: ply.id(), window, minute, told });
    if let Some(ply) = cases {
        let anew = memory.counted != counted || changes.anew;
        if anew || !changes.incidents.is_empty() {
            if live {
                count(&shown, &changes, &ground, anew, &mut ply.field);
            } else {
                recount(&census.counted(&shown.hall, window, now), &ground, &mut ply.field);
            }
        }
    }
    memory.counted = counted;
    for ply in stack.all_mut() {
        ply.field.keep_up(now);
        ply.finding = false;
    }
    let area = drill.and_then(|drill| drill.area);
    let look = Look { now, ground: &ground, view: &view, area, waters: waters.as_deref() };
    memory.ground.lay(stack.at_mut(Slot::Ground), &look, &mut drape);
    memory.roads.lay(stack.at_mut(Slot::Roads), &look);
    if let Some(ply) = stack.at_mut(Slot::Points) {
        let there = !ply.field.picture_is_gone();
        if there != matches!(ply.laid, Laid::Points) {
            ply.put(if there { Laid::Points } else { Laid::Nothing });
        }
    }
}

impl OnGround {
    /// Bring the picture on the ground in line with the layer that is to lie there.
    fn lay(&mut self, ply: Option<&mut Ply>, look: &Look<'_>, drape: &mut ResMut<Drape>) {
        let Some(ply) = there(ply) else {
            (self.of, self.flood) = (None, None);
            if drape.picture.is_some() {
                drape.picture = None;
            }
            return;
        };
        // While sensors are told anew, what lies there stays.
        if ply.field.is_coming() {
            return;
        }
        let (layer, form, now) = (ply.layer(), ply.form(), look.now);
        let (apart_m, side_m) = (ply.field.apart_m(), ply.field.side_m());
        let width_m = hexes::width_m(layer, apart_m, side_m, hexes::metres_per_point(look.view));
        let detail = match form {
            Form::Hexagons => width_m.map_or(0, f64::to_bits),
            Form::Areas => look.area.map_or(0, |area| u64::from(area) + 1),
            Form::Field | Form::Flood | Form::Roads | Form::Points => 0,
        };
        // A field knows by itself what of it changed.
        let changes = if form == Form::Field { 0 } else { ply.field.changes() };
        let of = Some(Of { ply: ply.id(), form, changes, detail });
        let other = self.of != of;
        if self.of.map(|of| of.ply) != Some(ply.id()) {
            (self.flood, self.fills) = (None, Vec::new());
        }
        self.of = of;
        if form != Form::Flood {
            self.flood = None;
        }
        match form {
            Form::Field => {
                if ply.field.settle(now) || other {
                    drape.picture = field_picture(&ply.field).map(Arc::new);
                }
                if other {
                    ply.put(Laid::Field);
                }
            }
            Form::Hexagons if other => {
                let hexes = width_m.map(|width_m| Hexes::of(&ply.field, layer, width_m, now));
                drape.picture = hexes.as_ref().and_then(Hexes::picture).map(Arc::new);
                ply.put(hexes.map_or(Laid::Nothing, Laid::Hexagons));
            }
            Form::Areas if other => {
                let regions = Regions::of_city(&ply.field, layer, &look.ground.0, look.area, now);
                let fills: Vec<(u32, Fill)> = regions.fills().collect();
                // New readings seldom show in the colour of a whole area.
                let lies = matches!(ply.laid, Laid::Areas(_)) && drape.picture.is_some();
                if !lies || self.fills != fills {
                    drape.picture = picture(&regions.patches(&look.ground.0)).map(Arc::new);
                    self.fills = fills;
                }
                ply.put(Laid::Areas(regions));
            }
            Form::Flood => {
                let waters = look.waters.cloned().unwrap_or_default();
                let floods = self.flood.get_or_insert_default();
                floods.lay(other, now, (&look.ground.0, &waters), ply, drape);
            }
            Form::Hexagons | Form::Areas | Form::Roads | Form::Points => {}
        }
        let opacity = ply.opacity;
        if (drape.opacity - opacity).abs() > f32::EPSILON {
            drape.opacity = opacity;
        }
    }
}

impl OnRoads {
    /// Bring roads in line with where the sensors of their layer stand; what these say is asked when they are painted.
    fn lay(&mut self, ply: Option<&mut Ply>, look: &Look<'_>) {
        let Some(ply) = there(ply) else {
            *self = Self::default();
            return;
        };
        if ply.field.is_coming() {
            return;
        }
        let of = Some(Of { ply: ply.id(), form: ply.form(), changes: 0, detail: ply.field.placed() });
        let other = self.of != of;
        self.of = of;
        self.work.get_or_insert_default().lay(other, &look.ground.0, ply);
    }
}

/// The layer of a slot, where there is anything of it; what lies there of one of which there is nothing goes.
fn there(ply: Option<&mut Ply>) -> Option<&mut Ply> {
    let ply = ply?;
    if !ply.field.picture_is_gone() {
        return Some(ply);
    }
    if !matches!(ply.laid, Laid::Nothing) {
        ply.put(Laid::Nothing);
    }
    None
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

/// The cases that count into the field, and no others.
fn recount(counted: &BTreeMap<IncidentId, LonLat>, ground: &Ground, field: &mut Field) {
    let frame = ground.0.frame();
    for (id, at) in counted {
        field.case(*id, Some(frame.metres_from_lonlat(*at)));
    }
    field.keep_cases(|id| counted.contains_key(&id));
}
