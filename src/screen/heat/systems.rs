//! Layers in their engine.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::RequestRedraw;

use super::OpenSensor;
use super::beside::{Beside, Wanted};
use super::census::{self, Census};
use super::chosen::{Chosen, Sought};
use super::dots;
use super::form::Form;
use super::layer::{Ago, Layer};
use super::model::{Field, Station};
use super::sight::{Part, all_of, around_both, in_sight, margin_m, part};
use super::stack::{Ply, Stack};
use crate::domain::sensor::{Bounds, Watch, Window};
use crate::domain::{Moment, SensorKind};
use crate::ground::City;
use crate::screen::alarms::AlarmsOnScreen;
use crate::screen::input::Clicks;
use crate::screen::names::utc_offset_secs;
use crate::screen::picking::ClickedNothing;
use crate::screen::receive::{CasesCounted, ReadingsTold, SensorsTold, TrendTold, WindowsTold};
use crate::screen::shown::{CityView, ClicksTaken, Ground, HubLink, ScreenKind, Shown};

/// Milliseconds between two rounds of values that are asked for.
const EVERY_MILLIS: u32 = 1_000;
/// On roads, sensors need so many times the room that they need elsewhere.
const ROADS_FIRST: f64 = 3.0;

/// What is shown of sensors and cases over the city.
#[derive(Resource, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says something of its own")]
pub struct Layers {
    /// The layers that are on.
    pub(super) stack: Stack,
    /// Which cases the density counts.
    pub window: census::Window,
    pub(super) census: Census,
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
    /// The part of the city that is asked for, and what it is in degrees; all of it where `None`.
    part: Option<(Part, Bounds)>,
    /// What was measured at the moment of the past, or in windows, could not be read.
    pub(super) unread: bool,
    pub(super) chosen: Option<Chosen>,
    pub(super) sought: Option<Sought>,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            stack: Stack::default(),
            window: census::Window::default(),
            census: Census::default(),
            sensors: true,
            ago: Ago::Now,
            typed: None,
            wrong: None,
            open: false,
            adding: false,
            settles: 0,
            beside: Beside::default(),
            watched: None,
            part: None,
            unread: false,
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

    /// Have the layer in front, or any that is on, tell of a window of time; of now where there is none.
    pub fn show_window(&mut self, layer: Layer, window: Option<Window>, now: Moment) {
        let offset = utc_offset_secs(self.moment(now));
        if let Some(ply) = self.stack.of_mut(layer) {
            ply.field.show_window(window, offset);
        }
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

    /// Something is shown that is of a moment: what sensors say, or which cases there are.
    pub(super) fn is_of_a_moment(&self) -> bool {
        !self.stack.is_empty() || self.beside.wanted().is_some()
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
        // What is sought may be anywhere.
        let bounds = match (self.part.filter(|_| of_layers), beside) {
            _ if sought.is_some() => None,
            (Some((_, part)), Some(wanted)) => Some(around_both(part, wanted.bounds)),
            (Some((_, part)), None) => Some(part),
            (None, wanted) => wanted.map(|wanted| wanted.bounds).filter(|_| !of_layers),
        };
        let windowed = self.stack.all().filter_map(|ply| Some((ply.layer().kind()?, ply.field.window()?)));
        let windows = windowed.collect();
        let at = self.ago.moment(now);
        Some(Watch { kinds, bounds, every_millis: EVERY_MILLIS, at, windows, ..Watch::default() })
    }

    /// Only sensors of a part of the city were asked for.
    pub(super) fn is_partial(&self) -> bool {
        self.part.is_some()
    }

    /// Bring the part of the city that is asked for in line with what is in sight of it; not while one is being told.
    pub(super) fn look(&mut self, seen: Option<Part>, city: &City) {
        let sensors = || self.stack.all().filter(|ply| ply.layer().kind().is_some());
        if sensors().any(|ply| ply.field.is_coming()) && self.watched.is_some() {
            return;
        }
        let reach = sensors().try_fold(0.0_f64, |most, ply| Some(most.max(margin_m(ply)?)));
        let asked = self.part.map(|(part, _)| part);
        let wanted = part(asked, all_of(city), seen, reach);
        if wanted != asked {
            self.part = wanted.map(|part| (part, part.bounds(city.frame())));
        }
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
        if !(points || in_front && self.sensors) {
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
    windows: MessageReader<'w, 's, WindowsTold>,
    trends: MessageReader<'w, 's, TrendTold>,
    cases: MessageReader<'w, 's, CasesCounted>,
}

/// Take in what the hub told.
pub(super) fn hear(mut told: Told, shown: Res<Shown>, ground: Res<Ground>, mut layers: ResMut<Layers>) {
    let layers = &mut *layers;
    let now = layers.moment(shown.now);
    let frame = ground.0.frame();
    for told in told.sensors.read() {
        let SensorsTold { anew, sensors, gone, left, unread } = told;
        layers.unread = *unread;
        layers.find_sought(*anew, sensors, *left);
        for ply in layers.stack.all_mut() {
            if let Some(kind) = ply.layer().kind() {
                if *anew {
                    ply.field.keep_values(now);
                }
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
    for told in told.windows.read() {
        match &told.0 {
            Ok(readings) => {
                layers.unread = false;
                layers.stack.all_mut().for_each(|ply| ply.field.hear_window(readings, now));
            }
            Err(_) => layers.unread = true,
        }
    }
    for told in told.cases.read() {
        layers.census.take(&told.0);
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

/// From where what is in sight was found, and that.
#[derive(Default)]
pub(super) struct Sight(Option<(CityView, Option<Part>)>);

/// Watch what the layers show: at a desk of what is in sight; a wall looks for what is near what is gravest, wherever it is.
pub(super) fn watch(
    (shown, link, kind): (Res<Shown>, Option<Res<HubLink>>, Option<Res<ScreenKind>>),
    (view, ground): (Res<CityView>, Res<Ground>),
    mut layers: ResMut<Layers>,
    mut sight: Local<Sight>,
) {
    let layers = layers.bypass_change_detection();
    if kind.is_some_and(|kind| *kind == ScreenKind::Desk) && layers.kinds().next().is_some() {
        let seen = match sight.0 {
            Some((from, seen)) if from == *view => seen,
            _ => in_sight(&view, &ground.0),
        };
        sight.0 = Some((*view, seen));
        layers.look(seen, &ground.0);
    }
    let wanted = layers.watch(shown.now);
    // Other sensors beside the layer may be of the same kinds: they have to be told once more.
    if layers.beside.take_news() || layers.watched != wanted {
        if let Some(link) = link {
            link.0.watch(wanted.clone());
        }
        layers.watched = wanted;
    }
}

/// Have the archive tell the cases that the density counts and the hall does not hold any more.
pub(super) fn count(shown: Res<Shown>, link: Option<Res<HubLink>>, mut layers: ResMut<Layers>) {
    let layers = layers.bypass_change_detection();
    if layers.stack.of(Layer::Cases).is_none() {
        return;
    }
    let Some(link) = link.filter(|_| shown.link.is_live()) else {
        layers.census.lost();
        return;
    };
    let then = layers.moment(shown.now);
    if let Some(search) = layers.census.ask(layers.window, then, shown.now) {
        link.0.count(search);
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

/// A click on the bare ground opens the card of the sensor whose value a layer shows there.
pub(super) fn click_ground(
    mut clicks: MessageReader<ClickedNothing>,
    (shown, view, ground): (Res<Shown>, Res<CityView>, Res<Ground>),
    mut layers: ResMut<Layers>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let now = layers.moment(shown.now);
    for ClickedNothing(at) in clicks.read() {
        if let Some(number) = layers.told_at(*at, now, &view, &ground) {
            layers.chosen = Some(Chosen::new(number));
            redraw.write(RequestRedraw);
        }
    }
}
