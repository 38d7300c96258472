//! Layers in their engine.

use std::sync::Arc;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::EguiContexts;
use egui::{Align2, Key, LayerId, Modifiers, Order, vec2};
use rust_i18n::t;

use super::OpenLayers;
use super::card::{CardView, CardWish, card_ui};
use super::dots::{self, Look};
use super::layer::{Ago, Layer, Span, unit};
use super::model::{Field, Said, Station, place_of};
use super::panel::{PanelView, PanelWish, layers_ui, with_unit};
use crate::domain::sensor::{Trend, Watch};
use crate::domain::{IncidentId, Moment, Refusal, SensorId};
use crate::link::Asked;
use crate::screen::alarms::AlarmsOnScreen;
use crate::screen::input::Clicks;
use crate::screen::look::{paint, words};
use crate::screen::names::utc_offset_secs;
use crate::screen::pins::PinsOnScreen;
use crate::screen::receive::{ReadingsTold, SensorsTold, TrendTold};
use crate::screen::shown::{Changes, CityView, ClicksTaken, FreeArea, Ground, Guard, HubLink, Shown};
use crate::screen::tools::panel;
use crate::screen::twin::drape::{Drape, Picture};

/// Milliseconds between two rounds of values that are asked for.
const EVERY_MILLIS: u32 = 1_000;
/// Frames after a change in which the panel finds its place: it stands by its foot, and knows its height when it was painted.
const SETTLES: u8 = 3;
/// Points of a plot that is asked for.
const POINTS: u16 = 240;
/// Seconds between two questions for a course.
const ASK_AGAIN_SECS: f64 = 1.0;
/// How much of a field is seen at first.
const OPACITY: f32 = 0.75;

/// The sensor whose card is open.
#[derive(Debug)]
struct Chosen {
    number: SensorId,
    span: Span,
    trend: Option<Result<Box<Trend>, Refusal>>,
    /// What was asked for, until when, and when on the screen's own clock that was.
    asked: Option<(Span, Moment, f64)>,
    waiting: bool,
}

impl Chosen {
    fn new(number: SensorId) -> Self {
        Self { number, span: Span::default(), trend: None, asked: None, waiting: false }
    }
}

/// What is shown of sensors and cases over the city.
#[derive(Resource, Debug)]
pub struct Layers {
    /// The layer.
    pub layer: Option<Layer>,
    /// How much of its field is seen, 0 to 1.
    pub opacity: f32,
    /// Sensors are shown too.
    pub sensors: bool,
    /// Of when.
    pub ago: Ago,
    open: bool,
    /// Frames until the panel stands where its new size belongs.
    settles: u8,
    field: Field,
    watched: Option<Watch>,
    chosen: Option<Chosen>,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            layer: None,
            opacity: OPACITY,
            sensors: true,
            ago: Ago::Now,
            open: false,
            settles: 0,
            field: Field::default(),
            watched: None,
            chosen: None,
        }
    }
}

impl Layers {
    /// The field of the layer.
    #[must_use]
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// Whether the panel is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// The sensor whose card is open.
    #[must_use]
    pub fn chosen(&self) -> Option<SensorId> {
        self.chosen.as_ref().map(|chosen| chosen.number)
    }

    /// The moment that is shown.
    #[must_use]
    pub fn moment(&self, now: Moment) -> Moment {
        self.ago.moment(now).unwrap_or(now)
    }

    /// What is to be watched for that.
    fn watch(&self, now: Moment) -> Option<Watch> {
        let Some(Layer::Sensors(kind)) = self.layer else { return None };
        Some(Watch { kinds: [kind].into(), every_millis: EVERY_MILLIS, at: self.ago.moment(now), ..Watch::default() })
    }

    /// How large sensors are on screen, where they have room.
    fn dots(&self, view: &CityView, ground: &Ground) -> Option<f32> {
        let across = view.metres_per_point(&ground.0, view.size / 2.0).filter(|_| self.sensors)?;
        dots::room(self.field.apart_m(), across)
    }

    /// The sensor under a point of the screen.
    fn under(&self, at: Vec2, view: &CityView, ground: &Ground) -> Option<&Station> {
        self.dots(view, ground)?;
        dots::under(self.field.stations(), at, view, &ground.0)
    }
}

/// What the hub told.
#[derive(SystemParam)]
pub(super) struct Told<'w, 's> {
    sensors: MessageReader<'w, 's, SensorsTold>,
    readings: MessageReader<'w, 's, ReadingsTold>,
    trends: MessageReader<'w, 's, TrendTold>,
}

/// Take in what the hub told.
pub(super) fn hear(mut told: Told, shown: Res<Shown>, ground: Res<Ground>, mut layers: ResMut<Layers>) {
    let layers = &mut *layers;
    let now = layers.moment(shown.now);
    for told in told.sensors.read() {
        let SensorsTold { anew, sensors, gone, left } = told;
        layers.field.describe(*anew, sensors.clone(), gone, *left, ground.0.frame());
    }
    for told in told.readings.read() {
        layers.field.hear(&told.0, now);
    }
    for told in told.trends.read() {
        if let Some(chosen) = layers.chosen.as_mut().filter(|chosen| chosen.number == told.sensor) {
            chosen.waiting = false;
            chosen.trend = Some(told.trend.clone());
        }
    }
}

/// Watch what the layer shows.
pub(super) fn watch(shown: Res<Shown>, link: Option<Res<HubLink>>, mut layers: ResMut<Layers>) {
    let layer = layers.layer;
    if layers.field.layer() != layer {
        layers.field.show(layer);
        layers.chosen = None;
    }
    let wanted = layers.watch(shown.now);
    if layers.watched != wanted {
        if let Some(link) = link {
            link.0.watch(wanted.clone());
        }
        layers.watched = wanted;
    }
}

/// A click on a sensor opens its card, and chooses nothing else.
pub(super) fn click(
    taken: Option<Res<ClicksTaken>>,
    (view, ground, alarms): (Res<CityView>, Res<Ground>, Option<Res<AlarmsOnScreen>>),
    mut clicks: ResMut<Clicks>,
    mut layers: ResMut<Layers>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    if clicks.all.is_empty() || layers.layer.is_none() || taken.is_some_and(|taken| taken.0) {
        return;
    }
    let mut found = None;
    clicks.all.retain(|click| {
        // The mark of an alarm lies over its sensor.
        let covered = alarms.as_ref().is_some_and(|alarms| alarms.at(click.at).is_some());
        let station = layers.under(click.at, &view, &ground).filter(|_| !covered);
        let station = station.map(|station| station.row.number);
        found = station.or(found);
        station.is_none()
    });
    if let Some(number) = found {
        layers.chosen = Some(Chosen::new(number));
        redraw.write(RequestRedraw);
    }
}

/// Bring the field in line, and lay its picture on the ground.
pub(super) fn lay(
    (shown, changes, ground): (Res<Shown>, Res<Changes>, Res<Ground>),
    mut layers: ResMut<Layers>,
    mut drape: ResMut<Drape>,
    mut counted: Local<bool>,
) {
    if layers.layer == Some(Layer::Cases) {
        let anew = !std::mem::replace(&mut *counted, true) || changes.anew;
        if anew || !changes.incidents.is_empty() {
            count(&shown, &changes, &ground, anew, &mut layers.bypass_change_detection().field);
        }
    } else {
        *counted = false;
    }
    let now = layers.moment(shown.now);
    let (layer, opacity) = (layers.layer, layers.opacity);
    let field = &mut layers.bypass_change_detection().field;
    if field.settle(now) {
        let laid = field.picture().and_then(|laid| {
            let [columns, rows] = laid.size.map(u32::try_from);
            let [low, high] = laid.bounds;
            Some(Picture { size: [columns.ok()?, rows.ok()?], low, high, rgba: laid.rgba })
        });
        drape.picture = laid.map(Arc::new);
    }
    let empty = layer.is_none() || field.picture_is_gone();
    if empty && drape.picture.is_some() {
        drape.picture = None;
    }
    if (drape.opacity - opacity).abs() > f32::EPSILON {
        drape.opacity = opacity;
    }
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

/// What the sensors' mesh was made for.
#[derive(Default)]
pub(super) struct Painted {
    of: Option<(CityView, u64, Moment, Option<Look>)>,
    mesh: egui::Mesh,
}

/// The sensors, and what the pointer reads.
pub(super) fn paint(
    mut contexts: EguiContexts,
    (view, ground, shown, layers): (Res<CityView>, Res<Ground>, Res<Shown>, Res<Layers>),
    pins: Res<PinsOnScreen>,
    mut painted: Local<Painted>,
) -> Result {
    let Some(layer) = layers.layer else { return Ok(()) };
    let ctx = contexts.ctx_mut()?;
    let now = layers.moment(shown.now);
    let heads = || pins.marks.iter().map(|mark| (mark.head, mark.radius)).collect();
    let look = layers.dots(&view, &ground).map(|size| Look { size, chosen: layers.chosen(), heads: heads() });
    let of = Some((*view, layers.field.changes(), now, look));
    if painted.of != of {
        let look = of.as_ref().and_then(|(.., look)| look.as_ref());
        let mesh = look.map(|look| dots::mesh(layers.field.stations(), now, (&view, &ground.0), look));
        painted.mesh = mesh.unwrap_or_default();
        painted.of = of;
    }
    if !painted.mesh.is_empty() {
        // Under the names of areas and places.
        ctx.layer_painter(LayerId::background()).add(painted.mesh.clone());
    }
    let above = ctx.layer_painter(LayerId::new(Order::Background, egui::Id::new("layer note")));
    let pointer = ctx.input(|input| input.pointer.latest_pos()).filter(|_| !ctx.egui_wants_pointer_input());
    if let Some(at) = pointer
        && let Some(text) = read(&layers, layer, Vec2::new(at.x, at.y), now, &view, &ground)
    {
        paint::note(&above, at, &text, vec2(view.size.x, view.size.y));
    }
    Ok(())
}

/// What the layer says where the pointer is.
fn read(layers: &Layers, layer: Layer, at: Vec2, now: Moment, view: &CityView, ground: &Ground) -> Option<String> {
    if let (Some(station), Layer::Sensors(kind)) = (layers.under(at, view, ground), layer) {
        let id = &station.row.id;
        return Some(match (station.newest, station.fresh(now)) {
            (Some((when, _)), Some(value)) => {
                let age = words::age(now.secs_since(when));
                format!("{id} · {} · {}", with_unit(value, kind, unit(kind)), t!("heat.card.age", age = age))
            }
            (Some((when, _)), None) => {
                format!("{id} · {}", t!("heat.card.stale", age = words::age(now.secs_since(when))))
            }
            (None, _) => format!("{id} · {}", t!("heat.card.never")),
        });
    }
    let ground_at = view.ground_at(&ground.0, at)?;
    match (layers.field.said(ground_at, now), layer) {
        (Said::Value { value, nearest_m }, Layer::Sensors(kind)) => {
            let value = with_unit(value, kind, unit(kind));
            let metres = distance(nearest_m);
            Some(t!("heat.reads", name = t!(layer.key()), value = value, metres = metres).into_owned())
        }
        (Said::Density(density), _) if density >= 0.05 => {
            Some(t!("heat.reads_density", n = format!("{density:.1}")).into_owned())
        }
        _ => None,
    }
}

/// `240 m`, `1.3 km`: as far as it matters.
fn distance(metres: f64) -> String {
    if metres < 995.0 { format!("{:.0} m", (metres / 10.0).round() * 10.0) } else { format!("{:.1} km", metres / 1e3) }
}

/// The key, the panel of layers and the card of a sensor.
pub(super) fn panels(
    mut contexts: EguiContexts,
    (shown, free, link): (Res<Shown>, Res<FreeArea>, Option<Res<HubLink>>),
    guard: Option<Res<Guard>>,
    mut opened: MessageReader<OpenLayers>,
    mut layers: ResMut<Layers>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let opened = opened.read().count() > 0;
    if guard.is_some_and(|guard| guard.0) {
        return Ok(());
    }
    let layers = layers.bypass_change_detection();
    if opened || ctx.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::G)) {
        layers.open = opened || !layers.open;
        layers.settles = SETTLES;
    }
    if layers.chosen.is_some()
        && !ctx.text_edit_focused()
        && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
    {
        layers.chosen = None;
        ctx.request_repaint();
    }
    if layers.open {
        let view = panel_view(layers, &shown);
        let mut wishes = Vec::new();
        panel(&ctx, "layers", &free, Align2::RIGHT_BOTTOM, |ui| wishes = layers_ui(ui, &view));
        if !wishes.is_empty() {
            layers.settles = SETTLES;
        }
        for wish in wishes {
            match wish {
                PanelWish::Show(layer) => layers.layer = layer,
                PanelWish::Opacity(opacity) => layers.opacity = opacity,
                PanelWish::Sensors(sensors) => layers.sensors = sensors,
                PanelWish::Ago(ago) => layers.ago = ago,
                PanelWish::Close => layers.open = false,
            }
        }
    }
    if let Some(left) = layers.settles.checked_sub(1) {
        layers.settles = left;
        ctx.request_repaint();
    }
    card(&ctx, layers, &shown, &free, link.as_deref());
    Ok(())
}

fn panel_view(layers: &Layers, shown: &Shown) -> PanelView {
    let now = layers.moment(shown.now);
    let counts = layers.field.counts(now);
    let of_sensors = matches!(layers.layer, Some(Layer::Sensors(_)));
    let waits = if !of_sensors {
        None
    } else if !shown.link.is_live() {
        Some("heat.no_hub")
    } else if layers.field.is_coming() {
        Some("heat.coming")
    } else if counts.1 == 0 {
        Some("heat.no_sensors")
    } else {
        None
    };
    PanelView {
        layer: layers.layer,
        opacity: layers.opacity,
        sensors: layers.sensors,
        ago: layers.ago,
        counts: of_sensors.then_some(counts),
        waits,
        cases: layers.field.cases(),
    }
}

/// The card of the chosen sensor; its course is asked for when it opens, and again as time goes on.
fn card(ctx: &egui::Context, layers: &mut Layers, shown: &Shown, free: &FreeArea, link: Option<&HubLink>) {
    let now = layers.moment(shown.now);
    let Some(chosen) = &mut layers.chosen else { return };
    let Some(station) = layers.field.station(chosen.number) else {
        // While it is told anew the card waits.
        if !layers.field.is_coming() {
            layers.chosen = None;
        }
        return;
    };
    let secs = ctx.input(|input| input.time);
    let step = chosen.span.millis() / i64::from(POINTS);
    let asked = chosen.asked.filter(|(span, ..)| *span == chosen.span);
    let due = asked.is_none_or(|(_, until, at)| {
        !chosen.waiting && secs - at > ASK_AGAIN_SECS && now.0.abs_diff(until.0) >= step.unsigned_abs()
    });
    if let Some(link) = link.filter(|_| due && shown.link.is_live()) {
        if asked.is_none() {
            chosen.trend = None;
        }
        let from = now.plus_millis(-chosen.span.millis());
        link.0.trend(Asked { sensor: chosen.number, from, to: now, points: POINTS });
        chosen.asked = Some((chosen.span, now, secs));
        chosen.waiting = true;
    }
    let view = CardView {
        row: &station.row,
        newest: station.newest,
        span: chosen.span,
        trend: chosen.trend.as_ref(),
        now,
        utc_offset_secs: utc_offset_secs(now),
    };
    let mut wishes = Vec::new();
    panel(ctx, "sensor card", free, Align2::RIGHT_TOP, |ui| wishes = card_ui(ui, &view));
    for wish in wishes {
        match wish {
            CardWish::Span(span) => {
                if let Some(chosen) = &mut layers.chosen {
                    chosen.span = span;
                }
            }
            CardWish::Close => layers.chosen = None,
        }
        ctx.request_repaint();
    }
}
