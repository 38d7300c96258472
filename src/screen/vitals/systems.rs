//! The board, the X-ray and the coloured map of a desk in their engine.

use std::sync::Arc;

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{Align2, Context, Event, Key, LayerId, Modifiers, Order};
use rust_i18n::t;

use super::board::{BoardView, BoardWish, board_ui};
use super::map::{Legend, area_record, legend_ui, patches, shades};
use super::model::{Below, Read, silent_first};
use super::phrase;
use super::told::Vitals;
use super::xray::{XrayView, XrayWish, xray_ui};
use crate::domain::rights::Area;
use crate::screen::heat::{Layers, OpenSensor};
use crate::screen::input::{TakeKey, is_plain, pressed_alone};
use crate::screen::look::{paint, tokens, words};
use crate::screen::names::city_name;
use crate::screen::patches::picture;
use crate::screen::picking::Hovered;
use crate::screen::shown::{AlarmRoom, CityView, FlyTo, FreeArea, Ground, Guard, Shown};
use crate::screen::tools::panel;
use crate::screen::twin::drape::Drape;

/// Metres from which a sensor is looked at.
const FLY_M: f64 = 600.0;
/// How much of the colours of a map is seen.
pub(super) const OPACITY: f32 = 0.85;

/// Open the board.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenVitals;

/// See what the number of the chosen sign is made of in an area of the coloured map, by its number in the pack.
#[derive(Message, Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookInto(pub u32);

/// Keys without Ctrl are the board's while it is open.
pub(super) fn has_keys(vitals: Res<Vitals>) -> bool {
    vitals.desk.open
}

#[derive(SystemParam)]
pub(super) struct Seen<'w> {
    shown: Res<'w, Shown>,
    free: Res<'w, FreeArea>,
    ground: Res<'w, Ground>,
    guard: Option<Res<'w, Guard>>,
    room: Option<Res<'w, AlarmRoom>>,
}

/// What an area is called in the language.
pub(in crate::screen) fn name_of(ground: &Ground, area: &Area) -> String {
    let city = &ground.0;
    if area.is_city() {
        return city_name(city);
    }
    let english = rust_i18n::locale().starts_with("en");
    let record = area_record(city, area).and_then(|at| city.areas().get(at as usize));
    let foreign = record.filter(|_| english).map(|record| city.name(record.name_en));
    foreign.filter(|name| !name.is_empty()).unwrap_or_else(|| area.name()).to_owned()
}

/// The keys, and what is open.
pub(super) fn desk(
    mut contexts: EguiContexts,
    seen: Seen,
    (mut opened, mut into): (MessageReader<OpenVitals>, MessageReader<LookInto>),
    mut vitals: ResMut<Vitals>,
    mut layers: ResMut<Layers>,
    (mut flights, mut cards): (MessageWriter<FlyTo>, MessageWriter<OpenSensor>),
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let (opened, into) = (opened.read().count() > 0, into.read().last().copied());
    let vitals = vitals.bypass_change_detection();
    if seen.guard.as_ref().is_some_and(|guard| guard.0) {
        return Ok(());
    }
    let pressed = |modifiers, key| ctx.input_mut(|input| input.take_key(modifiers, key));
    if pressed(Modifiers::NONE, Key::F11) || opened {
        let open = opened || !vitals.desk.open;
        vitals.desk.turn(open);
        ctx.request_repaint();
    }
    if pressed(Modifiers::COMMAND, Key::I) {
        turn_colours(vitals, &mut layers);
        ctx.request_repaint();
    }
    if let Some(LookInto(record)) = into.filter(|_| vitals.is_map_coloured())
        && let Some(area) = vitals.desk.painted_at(record).map(|below| below.area.clone())
    {
        vitals.desk.look_into(area);
        ctx.request_repaint();
    }
    if ctx.input(|input| pressed_alone(input, Key::F1)) > 0 {
        vitals.desk.help(ctx.input(|input| input.time));
    }
    if vitals.desk.open && gives_way(&ctx) {
        vitals.desk.turn(false);
    }
    let Some(free) = seen.free.0 else { return Ok(()) };
    if vitals.desk.open {
        let all = ctx.content_rect();
        let pad = tokens::desk::PAD;
        let rect = egui::Rect::from_min_max(
            egui::pos2(all.left() + pad, free.min.y + pad),
            egui::pos2(all.right() - pad, all.bottom() - tokens::desk::STATUS - pad),
        );
        ground_of_strip(&ctx, all, free.min.y, rect.top(), &seen);
        // While the board of another area is on its way, it says so.
        if vitals.desk.looked.is_some() && vitals.board().is_some() {
            look(&ctx, rect, vitals, &seen, (&mut layers, &mut flights, &mut cards));
        } else {
            board(&ctx, rect, vitals, &seen, &mut layers);
        }
        // What it does not use is nobody's either.
        ctx.input_mut(|input| input.events.retain(|event| !is_plain(event)));
        ctx.request_repaint_after(std::time::Duration::from_secs(1));
    } else if vitals.desk.coloured {
        legend(&ctx, vitals, &seen);
    }
    Ok(())
}

/// While an alarm calls its strip stands over the board: what the panels show beside it is covered as all else is.
fn ground_of_strip(ctx: &Context, all: egui::Rect, free: f32, board: f32, seen: &Seen) {
    let Some(room) = seen.room.as_ref().map(|room| room.points).filter(|points| *points > 0.0) else { return };
    // Over the panels and below the strip, which is of a higher order.
    let painter = ctx.layer_painter(LayerId::new(Order::Middle, egui::Id::new("vitals ground")));
    let rect = egui::Rect::from_min_max(egui::pos2(all.left(), free - room), egui::pos2(all.right(), board));
    painter.rect_filled(rect, 0.0, tokens::PANEL.egui());
}

/// Colour the map by the chosen sign, which takes the place of a layer, or no more.
fn turn_colours(vitals: &mut Vitals, layers: &mut Layers) {
    vitals.desk.coloured = !vitals.desk.coloured;
    if vitals.desk.coloured {
        layers.clear();
        if vitals.desk.chosen.is_empty() {
            vitals.desk.chosen = vitals.rules().vitals.first().map(|sign| sign.code.clone()).unwrap_or_default();
        }
        vitals.desk.turn(false);
    }
}

/// Whether a key opens something else, which is not to lie under the board.
fn gives_way(ctx: &Context) -> bool {
    let opens = |event: &Event| match event {
        Event::Key { key, pressed: true, modifiers, .. } if modifiers.is_none() => {
            matches!(key, Key::F1 | Key::F6 | Key::F7 | Key::F8 | Key::F9 | Key::F10 | Key::F12)
        }
        Event::Key { key, pressed: true, modifiers, .. } if modifiers.command && !modifiers.alt => matches!(
            key,
            Key::B | Key::E | Key::F | Key::G | Key::H | Key::J | Key::K | Key::L | Key::M | Key::N | Key::P
        ),
        _ => false,
    };
    ctx.input(|input| input.events.iter().any(opens))
}

/// Why there are no tiles.
fn why(vitals: &Vitals, seen: &Seen) -> Option<String> {
    let no_news = || !seen.shown.link.is_live();
    match vitals.board() {
        _ if vitals.rules().vitals.is_empty() => Some(t!("vital.none").into_owned()),
        Some(Ok(_)) => None,
        Some(Err(_)) | None if no_news() => Some(t!("heat.no_hub").into_owned()),
        Some(Err(refusal)) => Some(words::refusal(refusal)),
        None => Some(t!("vital.waits").into_owned()),
    }
}

fn board(ctx: &Context, rect: egui::Rect, vitals: &mut Vitals, seen: &Seen, layers: &mut Layers) {
    let mut state = std::mem::take(&mut vitals.desk);
    let read = vitals.read(&seen.shown);
    let columns = read.as_ref().map_or(Vec::new(), |read| read.columns(state.sorting));
    state.settle(&columns);
    let below = read.as_ref().map_or(Vec::new(), |read| read.below(&state.chosen));
    let locale = rust_i18n::locale().to_string();
    let view = BoardView {
        columns: &columns,
        chosen: &state.chosen,
        reveal: std::mem::take(&mut state.reveal),
        area: &state.area,
        name: &|area| name_of(&seen.ground, area),
        below: &below,
        marked: state.marked.filter(|_| !below.is_empty()),
        first: state.row_of_way(&below),
        sorting: state.sorting,
        dense: state.dense,
        ago: layers.ago,
        coloured: state.coloured,
        why: why(vitals, seen),
        locale: &locale,
    };
    let wishes = board_ui(ctx, rect, &view);
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    let left: Vec<BoardWish> = wishes.into_iter().filter_map(|wish| state.carry_out(wish)).collect();
    vitals.desk = state;
    for wish in left {
        match wish {
            BoardWish::Ago(ago) => layers.look_at(ago),
            BoardWish::Colour => turn_colours(vitals, layers),
            _ => {}
        }
    }
}

fn look(
    ctx: &Context,
    rect: egui::Rect,
    vitals: &mut Vitals,
    seen: &Seen,
    (layers, flights, cards): (&mut Layers, &mut MessageWriter<FlyTo>, &mut MessageWriter<OpenSensor>),
) {
    let Some(mut looked) = vitals.desk.looked.take() else { return };
    let read = vitals.read(&seen.shown);
    // Where the sign is gone there is the board alone.
    let Some((read, tile)) = read.and_then(|read| Some((read, read.sign(&looked.sign)?))) else { return };
    let locale = rust_i18n::locale().to_string();
    let view = XrayView {
        tile: &tile,
        read,
        area: name_of(&seen.ground, &vitals.desk.area),
        of: &vitals.desk.area,
        told: looked.told.as_ref().map(|told| told.as_deref().map_err(words::refusal)),
        marked: looked.marked,
        reveal: std::mem::take(&mut looked.reveal),
        ruled: seen.shown.hall.alarms().ruled_of(tile.sign.limits.as_ref().map_or("", |rule| &rule.code)),
        past: vitals.is_past(),
        coloured: vitals.desk.coloured,
        now: read.now,
        utc_offset_secs: read.utc_offset_secs,
        locale: &locale,
    };
    let wishes = xray_ui(ctx, rect, &view);
    if !wishes.is_empty() {
        ctx.request_repaint();
    }
    let sensor = |at: usize| {
        let xray = looked.told.as_ref()?.as_ref().ok()?;
        let found = *silent_first(&xray.sensors).get(at)?;
        Some((OpenSensor { number: Some(found.number), id: found.id.clone(), kind: found.kind }, found.at))
    };
    let (mut back, mut fly, mut part, mut marked) = (false, None, None, looked.marked);
    let below = wishes.contains(&XrayWish::Below).then(|| read.below(tile.sign.code.as_str()));
    let colour = wishes.contains(&XrayWish::Colour);
    for wish in wishes {
        match wish {
            XrayWish::Below | XrayWish::Colour => {}
            XrayWish::Mark(at) => marked = at,
            XrayWish::Fly(at) => fly = sensor(at).or(fly),
            XrayWish::Part(sign) => part = Some(sign),
            XrayWish::Back => back = true,
        }
    }
    looked.reveal |= marked != looked.marked;
    looked.marked = marked;
    vitals.desk.looked = Some(looked);
    if let Some((card, at)) = fly {
        if let Some(at) = at {
            let target = seen.ground.0.frame().metres_from_lonlat(at);
            flights.write(FlyTo { target, distance: Some(FLY_M) });
        }
        cards.write(card);
        vitals.desk.turn(false);
    } else if back {
        if !vitals.desk.look_back() && vitals.desk.map_of.is_some() {
            vitals.desk.turn(false);
        }
    } else {
        if let Some(below) = below {
            vitals.desk.go_below(&below);
        }
        if let Some(sign) = part {
            vitals.desk.look_at_part(sign);
        }
        if colour {
            turn_colours(vitals, layers);
        }
    }
}

/// The areas that the map is coloured by: those below, or the area itself where there are none.
pub(super) fn coloured(read: &Read<'_>, sign: &str) -> Vec<Below> {
    let below = read.below(sign);
    if !below.is_empty() {
        return below;
    }
    let own = read.sign(sign);
    let area = read.board.area.clone();
    own.map(|tile| Below { area, value: tile.value(), state: tile.state, age_secs: tile.age_secs })
        .into_iter()
        .collect()
}

/// What the colours mean.
fn legend(ctx: &Context, vitals: &mut Vitals, seen: &Seen) {
    let read = vitals.read(&seen.shown);
    let sign = vitals.rules().sign(&vitals.desk.chosen);
    let all = read.as_ref().map_or(Vec::new(), |read| coloured(read, &vitals.desk.chosen));
    let locale = rust_i18n::locale().to_string();
    let view = Legend {
        sign,
        area: name_of(&seen.ground, &vitals.desk.area),
        all: &all,
        name: &|area| name_of(&seen.ground, area),
        why: why(vitals, seen),
        locale: &locale,
    };
    let mut ended = false;
    panel(ctx, "vital map", &seen.free, Align2::RIGHT_TOP, |ui| ended = legend_ui(ui, &view));
    if ended {
        vitals.desk.coloured = false;
        ctx.request_repaint();
    }
}

/// What the map was painted from.
#[derive(Default)]
pub(super) struct Painted(Option<(Area, String, Vec<Below>)>);

/// Lay the colours of the areas on the ground, and take them away again.
pub(super) fn colour(
    (shown, ground): (Res<Shown>, Res<Ground>),
    layers: Option<Res<Layers>>,
    mut vitals: ResMut<Vitals>,
    mut drape: ResMut<Drape>,
    mut painted: Local<Painted>,
) {
    let vitals = vitals.bypass_change_detection();
    // A layer takes the map.
    if layers.is_some_and(|layers| layers.layer().is_some()) {
        vitals.desk.coloured = false;
        vitals.desk.painted.clear();
        painted.0 = None;
        return;
    }
    // What was painted stays while one of its areas is looked into, and until it is told anew.
    if vitals.desk.coloured && (vitals.desk.map_of.is_some() || vitals.board().is_none()) {
        return;
    }
    let of = vitals
        .read(&shown)
        .filter(|_| vitals.desk.coloured)
        .map(|read| (read.board.area.clone(), vitals.desk.chosen.clone(), coloured(&read, &vitals.desk.chosen)));
    if painted.0 == of {
        return;
    }
    // Where only ages grew the picture is the same.
    let before = painted.0.as_ref().map(|(.., all)| shades(all));
    if before != of.as_ref().map(|(.., all)| shades(all)) {
        let laid = of.as_ref().and_then(|(.., all)| picture(&patches(&ground.0, all)));
        drape.picture = laid.map(Arc::new);
        drape.opacity = OPACITY;
    }
    let numbered = |below: &Below| Some((area_record(&ground.0, &below.area)?, below.clone()));
    let all = of.as_ref().map_or(&[][..], |(.., all)| all);
    vitals.desk.painted = all.iter().filter_map(numbered).collect();
    painted.0 = of;
}

/// What the pointer reads on the coloured map: the area, its value, how that stands.
pub(super) fn read_off(
    mut contexts: EguiContexts,
    (ground, view): (Res<Ground>, Option<Res<CityView>>),
    (vitals, hovered): (Res<Vitals>, Option<Res<Hovered>>),
) -> Result {
    let record = hovered.and_then(|hovered| hovered.coloured).filter(|_| vitals.is_map_coloured());
    let below = record.and_then(|record| vitals.desk.painted_at(record));
    let sign = vitals.rules().sign(&vitals.desk.chosen);
    let (Some(below), Some(sign), Some(view)) = (below, sign, view) else { return Ok(()) };
    let ctx = contexts.ctx_mut()?;
    let Some(at) = ctx.input(|input| input.pointer.latest_pos()) else { return Ok(()) };
    let painter = ctx.layer_painter(LayerId::new(Order::Background, egui::Id::new("vital note")));
    let text = phrase::stands(&name_of(&ground, &below.area), below, sign);
    paint::note(&painter, at, &text, egui::vec2(view.size.x, view.size.y));
    Ok(())
}
