//! The layers on the desk: their keys, what the panel shows and what is done in it.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{Align2, Key, Modifiers};
use rust_i18n::t;

use super::OpenLayers;
use super::census::Census;
use super::chosen::{card, card_layer};
use super::lay::Laid;
use super::layer::{Ago, Layer};
use super::model::Field;
use super::over::{next_cases, next_gist, next_spell};
use super::panel::{PanelView, PanelWish, PlyView, layers_ui};
use super::stack::{Ply, Stack};
use super::systems::Layers;
use super::when::{Step, stepped, typed, written};
use crate::domain::Moment;
use crate::screen::input::TakeKey;
use crate::screen::look::words;
use crate::screen::names::utc_offset_secs;
use crate::screen::pipes::{OpenPipes, Pipes};
use crate::screen::sheets::Sheets;
use crate::screen::shown::{FreeArea, Ground, Guard, HubLink, Shown};
use crate::screen::tools::{panel, panel_room};
use crate::screen::vitals::Vitals;

/// Frames after a change in which the panel finds its place: it stands by its foot, and knows its height when it was painted.
const SETTLES: u8 = 3;

/// The key, the panel of layers and the card of a sensor.
pub(super) fn panels(
    mut contexts: EguiContexts,
    (shown, free, link): (Res<Shown>, Res<FreeArea>, Option<Res<HubLink>>),
    (ground, pipes, vitals): (Res<Ground>, Option<Res<Pipes>>, Option<Res<Vitals>>),
    (guard, sheets): (Option<Res<Guard>>, Option<Res<Sheets>>),
    (mut opened, mut streets): (MessageReader<OpenLayers>, MessageWriter<OpenPipes>),
    mut layers: ResMut<Layers>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let opened = opened.read().count() > 0;
    if guard.is_some_and(|guard| guard.0) {
        return Ok(());
    }
    let layers = layers.bypass_change_detection();
    if opened || ctx.input_mut(|input| input.take_key(Modifiers::COMMAND, Key::G)) {
        layers.open = opened || !layers.open;
        layers.settles = SETTLES;
    }
    if !ctx.text_edit_focused() {
        if layers.has_moments() {
            step_keys(&ctx, layers, shown.now);
        }
        stack_keys(&ctx, layers);
        window_keys(&ctx, layers, shown.now);
    }
    escape(&ctx, layers, sheets.as_deref());
    if layers.open {
        let cut = pipes.is_some_and(|pipes| pipes.window().is_some());
        let view = panel_view(layers, &shown, &ground, cut);
        let mut wishes = Vec::new();
        let room = panel_room(&free);
        panel(&ctx, "layers", &free, Align2::RIGHT_BOTTOM, |ui| wishes = layers_ui(ui, &view, room));
        if !wishes.is_empty() {
            layers.settles = SETTLES;
        }
        for wish in wishes {
            match wish {
                PanelWish::Pipes => {
                    streets.write(OpenPipes);
                }
                wish => carry_out(layers, wish, shown.now),
            }
        }
    }
    if let Some(left) = layers.settles.checked_sub(1) {
        layers.settles = left;
        ctx.request_repaint();
    }
    let rules = vitals.as_deref().map(|vitals| vitals.rules().as_ref());
    card(&ctx, layers, (&shown, rules), &free, link.as_deref());
    Ok(())
}

/// `Esc` puts the card of a sensor away, unless a sheet lies over it: that goes first.
pub(super) fn escape(ctx: &egui::Context, layers: &mut Layers, sheets: Option<&Sheets>) {
    let covered = || sheets.is_some_and(|sheets| sheets.cover(ctx, card_layer()));
    if layers.chosen.is_some()
        && !ctx.text_edit_focused()
        && !covered()
        && ctx.input_mut(|input| input.take_key(Modifiers::NONE, Key::Escape))
    {
        layers.chosen = None;
        ctx.request_repaint();
    }
}

/// `Alt` with arrows goes back and on by ten minutes and hours, with `PageUp` and `PageDown` by days, with `Home` to now.
/// Whether one of them was pressed.
pub(super) fn step_keys(ctx: &egui::Context, layers: &mut Layers, now: Moment) -> bool {
    let mut pressed = false;
    let times = |key: Key| {
        let count = ctx.input_mut(|input| input.take_keys(Modifiers::ALT, key));
        i64::try_from(count).unwrap_or_default()
    };
    for (step, back, on) in [
        (Step::TenMinutes, Key::ArrowLeft, Key::ArrowRight),
        (Step::Hour, Key::ArrowUp, Key::ArrowDown),
        (Step::Day, Key::PageUp, Key::PageDown),
    ] {
        let (on, back) = (times(on), times(back));
        pressed |= on + back > 0;
        let count = on - back;
        if count != 0 {
            layers.look_at(stepped(layers.ago, now, step, count));
            ctx.request_repaint();
        }
    }
    if times(Key::Home) > 0 {
        pressed = true;
        layers.look_at(Ago::Now);
        ctx.request_repaint();
    }
    pressed
}

/// What the user did in the panel.
pub(super) fn carry_out(layers: &mut Layers, wish: PanelWish, now: Moment) {
    match wish {
        PanelWish::Show(layer) => {
            layers.adding = false;
            layers.show(layer);
        }
        PanelWish::Add(layer) => {
            layers.adding = false;
            layers.change(|stack| stack.add(layer));
        }
        PanelWish::Adding(adding) => layers.adding = adding,
        PanelWish::Raise(layer) => layers.change(|stack| stack.raise(layer)),
        PanelWish::TakeOff(layer) => layers.change(|stack| stack.take_off(layer)),
        PanelWish::Clear => {
            layers.adding = false;
            layers.clear();
        }
        PanelWish::Form(form) => layers.change(|stack| stack.turn(form)),
        PanelWish::Opacity(layer, opacity) => {
            if let Some(ply) = layers.stack.of_mut(layer) {
                ply.opacity = opacity;
            }
        }
        PanelWish::Window(window) => layers.window = window,
        PanelWish::Over(layer, window) => layers.show_window(layer, window, now),
        PanelWish::Sensors(sensors) => layers.sensors = sensors,
        PanelWish::Ago(ago) => layers.look_at(ago),
        PanelWish::Step(step, count) => layers.look_at(stepped(layers.ago, now, step, count)),
        PanelWish::Typing(text) => (layers.typed, layers.wrong) = (Some(text), None),
        PanelWish::Typed(text) => match typed(&text, now, utc_offset_secs) {
            Ok(ago) => layers.look_at(ago),
            Err(wrong) => layers.wrong = Some(wrong.key()),
        },
        // Streets are cut open by others.
        PanelWish::Pipes => {}
        PanelWish::Close => layers.open = false,
    }
}

/// `Alt G` brings the next of the layers that are on to the front, `Alt Delete` takes the one in front off.
pub(super) fn stack_keys(ctx: &egui::Context, layers: &mut Layers) {
    let times = |key: Key| ctx.input_mut(|input| input.take_keys(Modifiers::ALT, key));
    let (next, off) = (times(Key::G), times(Key::Delete));
    for _ in 0..next {
        layers.change(Stack::raise_next);
    }
    for _ in 0..off {
        if let Some(layer) = layers.layer() {
            layers.change(|stack| stack.take_off(layer));
        }
    }
    if next + off > 0 {
        layers.settles = SETTLES;
        ctx.request_repaint();
    }
}

/// `Alt T` shows the next window of time of the layer in front, `Alt Y` something else of it.
pub(super) fn window_keys(ctx: &egui::Context, layers: &mut Layers, now: Moment) {
    let times = |key: Key| ctx.input_mut(|input| input.take_keys(Modifiers::ALT, key));
    let (spells, gists) = (times(Key::T), times(Key::Y));
    let Some(layer) = layers.layer().filter(|_| spells + gists > 0) else { return };
    let window = layers.field().and_then(Field::window);
    if let Some(kind) = layer.kind() {
        let window = (0..spells).fold(window, |window, _| next_spell(kind, window));
        let window = (0..gists).fold(window, |window, _| next_gist(kind, window));
        layers.show_window(layer, window, now);
    } else {
        layers.window = (0..spells).fold(layers.window, |window, _| next_cases(window));
    }
    layers.settles = SETTLES;
    ctx.request_repaint();
}

/// Why there is nothing of a layer yet, in a key of `assets/i18n`.
pub(super) fn waits(ply: &Ply, unread: bool, shown: &Shown) -> Option<&'static str> {
    ply.layer().kind()?;
    if !shown.link.is_live() {
        Some("heat.no_hub")
    } else if unread {
        Some("heat.unread")
    } else if ply.field.is_coming() {
        Some("heat.coming")
    } else if ply.field.counts(shown.now).1 == 0 {
        Some("heat.no_sensors")
    } else if ply.finding && matches!(ply.laid, Laid::Nothing) {
        Some("heat.finding")
    } else {
        None
    }
}

/// What is to be said of the cases that the archive tells.
pub(super) fn of_archive(census: &Census, shown: &Shown) -> Option<String> {
    if let Some(refusal) = census.failed() {
        Some(words::refusal(refusal))
    } else if census.is_coming() {
        Some(t!(if shown.link.is_live() { "heat.cases_coming" } else { "heat.no_hub" }).into_owned())
    } else {
        let since = census.cut()?;
        Some(t!("heat.cases_cut", moment = written(since, utc_offset_secs(since))).into_owned())
    }
}

fn ply_view(ply: &Ply, now: Moment, (layers, shown): (&Layers, &Shown)) -> PlyView {
    let width_m = if let Laid::Hexagons(hexes) = &ply.laid { Some(hexes.lattice.width_m) } else { None };
    PlyView {
        layer: ply.layer(),
        form: ply.form(),
        width_m,
        empty: ply.laid.empty(),
        opacity: ply.opacity,
        counts: ply.layer().kind().map(|_| ply.field.counts(now)),
        waits: waits(ply, layers.unread, shown),
        over: ply.field.window(),
        gathering: ply.field.is_gathering(),
        ramp: ply.field.ramp(),
        cases: ply.field.cases(),
        archive: of_archive(&layers.census, shown).filter(|_| ply.layer() == Layer::Cases),
    }
}

fn panel_view(layers: &Layers, shown: &Shown, ground: &Ground, pipes: bool) -> PanelView {
    let now = layers.moment(shown.now);
    PanelView {
        // Upper ones stand over lower ones.
        plies: layers.stack().all().rev().map(|ply| ply_view(ply, now, (layers, shown))).collect(),
        front: layers.layer(),
        adding: layers.adding,
        partial: layers.is_partial(),
        relief: ground.0.terrain().is_some(),
        window: layers.window,
        sensors: layers.sensors,
        ago: layers.ago,
        moment: layers.past(shown.now).map_or_else(String::new, |at| written(at, utc_offset_secs(at))),
        typed: layers.typed.clone(),
        wrong: layers.wrong,
        pipes,
    }
}
