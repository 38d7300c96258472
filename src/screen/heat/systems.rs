//! Layers in their engine.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::EguiContexts;
use egui::{Align2, Key, Modifiers};

use super::beside::{Beside, Wanted};
use super::chosen::{Chosen, Sought, card};
use super::dots;
use super::form::Form;
use super::lay::Laid;
use super::layer::{Ago, Layer};
use super::model::{Field, Station};
use super::panel::{PanelView, PanelWish, layers_ui};
use super::when::{Step, stepped, typed, written};
use super::{OpenLayers, OpenSensor};
use crate::domain::Moment;
use crate::domain::sensor::Watch;
use crate::screen::alarms::AlarmsOnScreen;
use crate::screen::input::Clicks;
use crate::screen::names::utc_offset_secs;
use crate::screen::pipes::{OpenPipes, Pipes};
use crate::screen::receive::{ReadingsTold, SensorsTold, TrendTold};
use crate::screen::shown::{CityView, ClicksTaken, FreeArea, Ground, Guard, HubLink, Shown};
use crate::screen::tools::panel;

/// Milliseconds between two rounds of values that are asked for.
const EVERY_MILLIS: u32 = 1_000;
/// Frames after a change in which the panel finds its place: it stands by its foot, and knows its height when it was painted.
const SETTLES: u8 = 3;
/// On roads, sensors need so many times the room that they need elsewhere.
const ROADS_FIRST: f64 = 3.0;
/// How much of a field is seen at first.
const OPACITY: f32 = 0.75;

/// What is shown of sensors and cases over the city.
#[derive(Resource, Debug)]
pub struct Layers {
    /// The layer.
    pub layer: Option<Layer>,
    /// The form that was chosen; a layer that has no such form is shown in its own.
    pub chosen_form: Option<Form>,
    /// How much of it is seen, 0 to 1.
    pub opacity: f32,
    /// Sensors are shown too.
    pub sensors: bool,
    /// Of when.
    pub ago: Ago,
    /// A moment that is being typed, and why the last one cannot be shown.
    typed: Option<String>,
    wrong: Option<&'static str>,
    open: bool,
    /// Frames until the panel stands where its new size belongs.
    settles: u8,
    pub(super) field: Field,
    /// Sensors that somebody else wants to know of.
    pub(super) beside: Beside,
    pub(super) laid: Laid,
    /// Counts how often something else was laid.
    pub(super) made: u64,
    /// What is to be laid is still being found.
    pub(super) finding: bool,
    pub(super) watched: Option<Watch>,
    pub(super) chosen: Option<Chosen>,
    pub(super) sought: Option<Sought>,
}

impl Default for Layers {
    fn default() -> Self {
        Self {
            layer: None,
            chosen_form: None,
            opacity: OPACITY,
            sensors: true,
            ago: Ago::Now,
            typed: None,
            wrong: None,
            open: false,
            settles: 0,
            field: Field::default(),
            beside: Beside::default(),
            laid: Laid::default(),
            made: 0,
            finding: false,
            watched: None,
            chosen: None,
            sought: None,
        }
    }
}

impl Layers {
    /// The form in which the layer is shown.
    #[must_use]
    pub fn form(&self) -> Option<Form> {
        self.layer.map(|layer| Form::fitting(self.chosen_form, layer))
    }

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

    /// Sensors are shown, or are about to be: another moment can be chosen.
    fn has_moments(&self) -> bool {
        self.open || self.is_of_a_moment()
    }

    /// Something is shown that is of a moment: what sensors say.
    pub(super) fn is_of_a_moment(&self) -> bool {
        matches!(self.layer, Some(Layer::Sensors(_))) || self.beside.wanted().is_some()
    }

    /// What is to be watched for that.
    pub(super) fn watch(&self, now: Moment) -> Option<Watch> {
        let of_layer = if let Some(Layer::Sensors(kind)) = self.layer { Some(kind) } else { None };
        let beside = self.beside.wanted();
        let sought = self.sought.as_ref().map(|sought| sought.kind);
        if of_layer.is_none() && beside.is_none() && sought.is_none() {
            return None;
        }
        let kinds = of_layer
            .into_iter()
            .chain(sought)
            .chain(beside.iter().flat_map(|wanted| wanted.kinds.iter().copied()))
            .collect();
        // A layer is of the whole city, and so is what is sought.
        let bounds = beside.map(|wanted| wanted.bounds).filter(|_| of_layer.is_none() && sought.is_none());
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

    /// Something else is laid.
    pub(super) fn put(&mut self, laid: Laid) {
        self.laid = laid;
        self.made += 1;
    }

    /// How large sensors are on screen, where they have room.
    pub(super) fn dots(&self, view: &CityView, ground: &Ground) -> Option<f32> {
        let across = view.metres_per_point(&ground.0, view.size / 2.0).filter(|_| self.sensors)?;
        // Roads say what their sensors say: these are seen from where single roads are.
        let crowded = if self.form() == Some(Form::Roads) { ROADS_FIRST } else { 1.0 };
        dots::room(self.field.apart_m() / crowded, across)
    }

    /// The sensor under a point of the screen.
    pub(super) fn under(&self, at: Vec2, view: &CityView, ground: &Ground) -> Option<&Station> {
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
    let frame = ground.0.frame();
    for told in told.sensors.read() {
        let SensorsTold { anew, sensors, gone, left } = told;
        layers.find_sought(*anew, sensors, *left);
        if let Some(Layer::Sensors(kind)) = layers.field.layer() {
            let own = sensors.iter().filter(|row| row.kind == kind).cloned().collect();
            layers.field.describe(*anew, own, gone, *left, frame);
        }
        layers.beside.describe(*anew, sensors, gone, *left, frame);
    }
    for told in told.readings.read() {
        layers.field.hear(&told.0, now);
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

/// Watch what the layer shows.
pub(super) fn watch(shown: Res<Shown>, link: Option<Res<HubLink>>, mut layers: ResMut<Layers>) {
    let layers = layers.bypass_change_detection();
    let layer = layers.layer;
    if layers.field.layer() != layer {
        layers.field.show(layer);
        layers.chosen = None;
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

/// The key, the panel of layers and the card of a sensor.
pub(super) fn panels(
    mut contexts: EguiContexts,
    (shown, free, link): (Res<Shown>, Res<FreeArea>, Option<Res<HubLink>>),
    (ground, pipes): (Res<Ground>, Option<Res<Pipes>>),
    guard: Option<Res<Guard>>,
    (mut opened, mut streets): (MessageReader<OpenLayers>, MessageWriter<OpenPipes>),
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
    if layers.has_moments() && !ctx.text_edit_focused() {
        step_keys(&ctx, layers, shown.now);
    }
    if layers.chosen.is_some()
        && !ctx.text_edit_focused()
        && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape))
    {
        layers.chosen = None;
        ctx.request_repaint();
    }
    if layers.open {
        let cut = pipes.is_some_and(|pipes| pipes.window().is_some());
        let view = panel_view(layers, &shown, &ground, cut);
        let mut wishes = Vec::new();
        panel(&ctx, "layers", &free, Align2::RIGHT_BOTTOM, |ui| wishes = layers_ui(ui, &view));
        if !wishes.is_empty() {
            layers.settles = SETTLES;
        }
        for wish in wishes {
            match wish {
                PanelWish::Show(layer) => layers.layer = layer,
                PanelWish::Form(form) => layers.chosen_form = Some(form),
                PanelWish::Opacity(opacity) => layers.opacity = opacity,
                PanelWish::Sensors(sensors) => layers.sensors = sensors,
                PanelWish::Ago(ago) => layers.look_at(ago),
                PanelWish::Step(step, count) => layers.look_at(stepped(layers.ago, shown.now, step, count)),
                PanelWish::Typing(text) => (layers.typed, layers.wrong) = (Some(text), None),
                PanelWish::Typed(text) => match typed(&text, shown.now, utc_offset_secs) {
                    Ok(ago) => layers.look_at(ago),
                    Err(wrong) => layers.wrong = Some(wrong.key()),
                },
                PanelWish::Pipes => {
                    streets.write(OpenPipes);
                }
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

/// `Alt` with arrows goes back and on by ten minutes and hours, with `PageUp` and `PageDown` by days, with `Home` to now.
pub(super) fn step_keys(ctx: &egui::Context, layers: &mut Layers, now: Moment) {
    let times = |key: Key| {
        let count = ctx.input_mut(|input| input.count_and_consume_key(Modifiers::ALT, key));
        i64::try_from(count).unwrap_or_default()
    };
    for (step, back, on) in [
        (Step::TenMinutes, Key::ArrowLeft, Key::ArrowRight),
        (Step::Hour, Key::ArrowUp, Key::ArrowDown),
        (Step::Day, Key::PageUp, Key::PageDown),
    ] {
        let count = times(on) - times(back);
        if count != 0 {
            layers.look_at(stepped(layers.ago, now, step, count));
            ctx.request_repaint();
        }
    }
    if times(Key::Home) > 0 {
        layers.look_at(Ago::Now);
        ctx.request_repaint();
    }
}

/// Why there is nothing of the layer yet, in a key of `assets/i18n`.
pub(super) fn waits(layers: &Layers, shown: &Shown) -> Option<&'static str> {
    if !matches!(layers.layer, Some(Layer::Sensors(_))) {
        None
    } else if !shown.link.is_live() {
        Some("heat.no_hub")
    } else if layers.field.is_coming() {
        Some("heat.coming")
    } else if layers.field.counts(shown.now).1 == 0 {
        Some("heat.no_sensors")
    } else if layers.finding && matches!(layers.laid, Laid::Nothing) {
        Some("heat.finding")
    } else {
        None
    }
}

fn panel_view(layers: &Layers, shown: &Shown, ground: &Ground, pipes: bool) -> PanelView {
    let now = layers.moment(shown.now);
    let counts = layers.field.counts(now);
    let of_sensors = matches!(layers.layer, Some(Layer::Sensors(_)));
    let waits = waits(layers, shown);
    let width_m = if let Laid::Hexagons(hexes) = &layers.laid { Some(hexes.lattice.width_m) } else { None };
    PanelView {
        layer: layers.layer,
        form: layers.form().unwrap_or(Form::Field),
        width_m,
        relief: ground.0.terrain().is_some(),
        empty: layers.laid.empty(),
        opacity: layers.opacity,
        sensors: layers.sensors,
        ago: layers.ago,
        moment: layers.past(shown.now).map_or_else(String::new, |at| written(at, utc_offset_secs(at))),
        typed: layers.typed.clone(),
        wrong: layers.wrong,
        counts: of_sensors.then_some(counts),
        waits,
        cases: layers.field.cases(),
        pipes,
    }
}
