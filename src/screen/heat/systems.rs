//! Layers in their engine.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::RequestRedraw;

use super::OpenSensor;
use super::beside::{Beside, Wanted};
use super::chosen::{Chosen, Sought};
use super::dots;
use super::form::Form;
use super::layer::{Ago, Layer};
use super::model::{Field, Station};
use super::stack::{Ply, Stack};
use crate::domain::sensor::Watch;
use crate::domain::{Moment, SensorKind};
use crate::screen::alarms::AlarmsOnScreen;
use crate::screen::input::Clicks;
use crate::screen::receive::{ReadingsTold, SensorsTold, TrendTold};
use crate::screen::shown::{CityView, ClicksTaken, Ground, HubLink, Shown};

/// Milliseconds between two rounds of values that are asked for.
const EVERY_MILLIS: u32 = 1_000;
/// On roads, sensors need so many times the room that they need elsewhere.
const ROADS_FIRST: f64 = 3.0;

/// What is shown of sensors and cases over the city.
#[derive(Resource, Debug)]
pub struct Layers {
    /// The layers that are on.
    stack: Stack,
    /// Sensors of the one in front are shown too.
    pub sensors: bool,
    /// Of when.
    pub ago: Ago,
    /// A moment that is being typed, and why the last one cannot be shown.
    pub(super) typed: Option<String>,
    pub(super) wrong: Option<&'static str>,
    pub(super) open: bool,
    /// The next layer that is chosen comes beside those that are on.
    pub(super) adding: bool,
    /// Frames until the panel stands where its new size belongs.
    pub(super) settles: u8,
    /// Sensors that somebody else wants to know of.
    pub(super) beside: Beside,
    pub(super) watched: Option<Watch>,
    pub(super) chosen: Option<Chosen>,
    pub(super) sought: Option<Sought>,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            stack: Stack::default(),
            sensors: true,
            ago: Ago::Now,
            typed: None,
            wrong: None,
            open: false,
            adding: false,
            settles: 0,
            beside: Beside::default(),
            watched: None,
            chosen: None,
            sought: None,
        }
    }
}

impl Layers {
    /// The layers that are on.
    #[must_use]
    pub fn stack(&self) -> &Stack {
        &self.stack
    }

    /// The same, to be changed in what lies there.
    pub(super) fn stack_mut(&mut self) -> &mut Stack {
        &mut self.stack
    }

    /// The layer in front.
    #[must_use]
    pub fn layer(&self) -> Option<Layer> {
        self.stack.front().map(Ply::layer)
    }

    /// The form in which it is shown.
    #[must_use]
    pub fn form(&self) -> Option<Form> {
        self.stack.front().map(Ply::form)
    }

    /// Its field.
    #[must_use]
    pub fn field(&self) -> Option<&Field> {
        self.stack.front().map(Ply::field)
    }

    /// Change which layers are on; a card that belongs to one that goes is put away.
    pub fn change(&mut self, change: impl FnOnce(&mut Stack)) {
        change(&mut self.stack);
        self.drop_card();
    }

    /// Show a layer in the place of the one in front.
    pub fn show(&mut self, layer: Layer) {
        self.change(|stack| stack.show(layer));
    }

    /// Take all layers off.
    pub fn clear(&mut self) {
        self.change(Stack::clear);
    }

    /// Whether the panel is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// The moment that is shown.
    #[must_use]
    pub fn moment(&self, now: Moment) -> Moment {
        self.ago.moment(now).unwrap_or(now)
    }

    /// The moment of the past that is shown, `None` for now.
    #[must_use]
    pub fn past(&self, now: Moment) -> Option<Moment> {
        self.ago.moment(now)
    }

    /// Show another moment.
    pub fn look_at(&mut self, ago: Ago) {
        (self.ago, self.typed, self.wrong) = (ago, None, None);
    }

    /// Something is shown of a moment, or is about to be: another one can be chosen.
    pub(super) fn has_moments(&self) -> bool {
        self.open || self.is_of_a_moment()
    }

    /// Something is shown that is of a moment: what sensors say.
    pub(super) fn is_of_a_moment(&self) -> bool {
        self.kinds().next().is_some() || self.beside.wanted().is_some()
    }

    /// The kinds of sensors whose layers are on.
    fn kinds(&self) -> impl Iterator<Item = SensorKind> + '_ {
        self.stack.all().filter_map(|ply| ply.layer().kind())
    }

    /// What is to be watched for that.
    pub(super) fn watch(&self, now: Moment) -> Option<Watch> {
        let beside = self.beside.wanted();
        let sought = self.sought.as_ref().map(|sought| sought.kind);
        let of_layers = self.kinds().next().is_some();
        if !of_layers && beside.is_none() && sought.is_none() {
            return None;
        }
        let kinds =
            self.kinds().chain(sought).chain(beside.iter().flat_map(|wanted| wanted.kinds.iter().copied())).collect();
        // A layer is of the whole city, and so is what is sought.
        let bounds = beside.map(|wanted| wanted.bounds).filter(|_| !of_layers && sought.is_none());
        Some(Watch { kinds, bounds, every_millis: EVERY_MILLIS, at: self.ago.moment(now), ..Watch::default() })
    }

    /// Have sensors told beside those of the layer, or no more.
    pub fn want_beside(&mut self, wanted: Option<Wanted>) {
        self.beside.want(wanted);
    }

    /// The sensors that are told beside those of the layer.
    #[must_use]
    pub fn beside(&self) -> &Beside {
        &self.beside
    }

    /// How large the sensors of a layer are on screen, where they are shown: those of the one in front where they have
    /// room, and points always.
    pub(super) fn dots(&self, ply: &Ply, view: &CityView, ground: &Ground) -> Option<f32> {
        let points = ply.form() == Form::Points;
        let in_front = self.stack.front().is_some_and(|front| front.id() == ply.id());
        if !points && !(in_front && self.sensors) {
            return None;
        }
        let across = view.metres_per_point(&ground.0, view.size / 2.0);
        // Roads say what their sensors say: these are seen from where single roads are.
        let crowded = if ply.form() == Form::Roads { ROADS_FIRST } else { 1.0 };
        let room = across.and_then(|across| dots::room(ply.field.apart_m() / crowded, across));
        if points { Some(room.unwrap_or_default()) } else { room }
    }

    /// The sensor under a point of the screen, and the layer that shows it; of two at one place that of the upper layer.
    pub(super) fn under(&self, at: Vec2, view: &CityView, ground: &Ground) -> Option<(&Ply, &Station)> {
        let shown = self.stack.all().rev().filter(|ply| self.dots(ply, view, ground).is_some());
        let near = shown.filter_map(|ply| {
            let (away, station) = dots::under(ply.field.stations(), at, view, &ground.0)?;
            Some((away, ply, station))
        });
        near.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, ply, station)| (ply, station))
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
    let frame = ground.0.frame();
    for told in told.sensors.read() {
        let SensorsTold { anew, sensors, gone, left } = told;
        layers.find_sought(*anew, sensors, *left);
        for ply in layers.stack.all_mut() {
            if let Some(kind) = ply.layer().kind() {
                let own = sensors.iter().filter(|row| row.kind == kind).cloned().collect();
                ply.field.describe(*anew, own, gone, *left, frame);
            }
        }
        layers.beside.describe(*anew, sensors, gone, *left, frame);
    }
    for told in told.readings.read() {
        layers.stack.all_mut().for_each(|ply| ply.field.hear(&told.0, now));
        layers.beside.hear(&told.0);
    }
    for told in told.trends.read() {
        if let Some(chosen) = layers.chosen.as_mut().filter(|chosen| chosen.number == told.sensor) {
            chosen.waiting = false;
            chosen.trend = Some(told.trend.clone());
        }
    }
}

/// Show the card that somebody asks for.
pub(super) fn open(mut asked: MessageReader<OpenSensor>, mut layers: ResMut<Layers>) {
    if let Some(sensor) = asked.read().last() {
        layers.bypass_change_detection().open_card(sensor);
    }
}

/// Watch what the layers show.
pub(super) fn watch(shown: Res<Shown>, link: Option<Res<HubLink>>, mut layers: ResMut<Layers>) {
    let layers = layers.bypass_change_detection();
    let wanted = layers.watch(shown.now);
    // Other sensors beside the layer may be of the same kinds: they have to be told once more.
    if layers.beside.take_news() || layers.watched != wanted {
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
    if clicks.all.is_empty() || layers.stack.is_empty() || taken.is_some_and(|taken| taken.0) {
        return;
    }
    let mut found = None;
    clicks.all.retain(|click| {
        // The mark of an alarm lies over its sensor.
        let covered = alarms.as_ref().is_some_and(|alarms| alarms.at(click.at).is_some());
        let station = layers.under(click.at, &view, &ground).filter(|_| !covered);
        let station = station.map(|(_, station)| station.row.number);
        found = station.or(found);
        station.is_none()
    });
    if let Some(number) = found {
        layers.chosen = Some(Chosen::new(number));
        redraw.write(RequestRedraw);
    }
}
