//! What of the pipes is painted over the city: their labels, how wide the circle is, what the pointer reads.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{Align2, LayerId, Order, Painter, Stroke, pos2, vec2};
use rust_i18n::t;

use super::model::{Line, Room, eye_of, hanging, labels};
use super::systems::Pipes;
use crate::domain::Moment;
use crate::ground::pack::records::Network;
use crate::screen::heat::{Layers, newest};
use crate::screen::look::paint::note;
use crate::screen::look::{medium_font, tokens, words};
use crate::screen::pins::PinsOnScreen;
use crate::screen::shown::{CityView, FreeArea, Ground, KeepOff, Shown};
use crate::screen::tools::paint::GroundPainter;

/// Sensors that the pointer reads with their values.
const READS: usize = 2;

/// Key of the name of a network in `assets/i18n`.
#[must_use]
pub(super) const fn key(network: Network) -> &'static str {
    match network {
        Network::Gas => "pipes.gas",
        Network::Water => "pipes.water",
        Network::Drainage => "pipes.drainage",
        Network::Power => "pipes.power",
    }
}

/// The colour of a network.
#[must_use]
pub(super) fn colour(network: Network) -> tokens::Rgb {
    tokens::pipe::NETWORKS.get(network as usize).copied().unwrap_or(tokens::FAINT)
}

/// How wide a pipe is, as people say it: `DN400`; a duct of cables has millimetres.
#[must_use]
pub(super) fn width(line: &Line) -> String {
    let millimetres = line.diameter_m * 1e3;
    if line.network == Network::Power { format!("{millimetres:.0} mm") } else { format!("DN{millimetres:.0}") }
}

/// Why nothing is seen where the street is cut open, in a key of `assets/i18n`.
#[must_use]
pub(super) fn empty(pipes: &Pipes, ground: &Ground) -> Option<&'static str> {
    if ground.0.pipes().is_empty() {
        Some("pipes.none")
    } else if pipes.lines().is_empty() {
        Some("pipes.none_here")
    } else if pipes.lines().iter().all(|line| !pipes.shows(line.network)) {
        Some("pipes.all_hidden")
    } else {
        None
    }
}

/// What labels were made for: the view, the lines, which networks are shown, what is free, pins, the language.
type Of = (CityView, u64, [bool; 4], Option<Rect>, Vec<Rect>, String);

/// The labels that are painted.
#[derive(Default)]
pub(super) struct Painted {
    of: Option<Of>,
    labels: Vec<(u32, Rect)>,
}

/// Labels, the plate of the circle, and what the pointer reads.
pub(super) fn paint(
    mut contexts: EguiContexts,
    (view, ground, shown, layers): (Res<CityView>, Res<Ground>, Res<Shown>, Res<Layers>),
    (pins, free): (Option<Res<PinsOnScreen>>, Option<Res<FreeArea>>),
    (mut pipes, mut keep_off): (ResMut<Pipes>, ResMut<KeepOff>),
    mut painted: Local<Painted>,
) -> Result {
    let pipes = pipes.bypass_change_detection();
    let Some(window) = pipes.window() else {
        if painted.of.take().is_some() {
            painted.labels.clear();
            keep_off.set("pipes", Vec::new());
        }
        return Ok(());
    };
    let ctx = contexts.ctx_mut()?.clone();
    let free = free.and_then(|free| free.0).unwrap_or(Rect::from_corners(Vec2::ZERO, view.size));
    let heads = pins.iter().flat_map(|pins| &pins.marks);
    let taken: Vec<Rect> =
        heads.map(|mark| Rect::from_center_half_size(mark.head, Vec2::splat(mark.radius.max(0.0)))).collect();
    let networks = Network::ALL.map(|network| pipes.shows(network));
    let of = Some((*view, pipes.made, networks, Some(free), taken, rust_i18n::locale().to_string()));
    let above = ctx.layer_painter(LayerId::new(Order::Background, egui::Id::new("pipes")));
    let mut covers = Vec::new();
    let middle = window.middle;
    let ground_painter = GroundPainter::new(&ctx, "pipes' circle", &view, &ground.0);
    if let Some(why) = empty(pipes, &ground) {
        covers.extend(ground_painter.words(middle, t!(why).into_owned()));
    }
    let far = [middle[0], middle[1] + window.radius_m];
    covers.extend(ground_painter.words(far, t!("pipes.circle", radius = words::length(window.radius_m)).into_owned()));
    if painted.of != of {
        let taken = of.as_ref().map_or(&[][..], |(.., taken, _)| taken);
        let room = Room { window, view: &view, free, taken };
        let shown: Vec<&Line> = pipes.lines().iter().filter(|line| pipes.shows(line.network)).collect();
        let eye = eye_of(&view);
        let ready = ground.0.lookups_ready();
        let hidden = |spot: &super::model::Spot| {
            let look = [spot.at[0] - eye[0], spot.at[1] - eye[1], spot.up - eye[2]];
            ready && ground.0.pick_building(eye, look).is_some()
        };
        painted.labels = labels(&shown, room, |line| size(&above, line), hidden);
        painted.of = of;
    }
    for (pipe, rect) in &painted.labels {
        if let Some(line) = pipes.line(*pipe) {
            label(&above, line, *rect);
        }
    }
    covers.extend(painted.labels.iter().map(|(_, rect)| *rect));
    if keep_off.set("pipes", covers) {
        ctx.request_repaint();
    }
    let pointer = ctx.input(|input| input.pointer.latest_pos()).filter(|_| !ctx.egui_wants_pointer_input());
    let hovered = pointer.and_then(|at| pipes.under(Vec2::new(at.x, at.y), &view, &ground.0));
    if pipes.hovered != hovered {
        // What is under the pointer is lit in the next frame.
        pipes.hovered = hovered;
        ctx.request_repaint();
    }
    if let Some((at, line)) = pointer.zip(hovered.and_then(|pipe| pipes.line(pipe))) {
        ctx.set_cursor_icon(egui::CursorIcon::PointingHand);
        note(&above, at, &reads(line, &layers, layers.moment(shown.now)), vec2(view.size.x, view.size.y));
    }
    Ok(())
}

/// What a label says.
fn said(line: &Line) -> String {
    let depth = format!("{:.1}", line.depth_m);
    t!("pipes.label", network = t!(key(line.network)), width = width(line), depth = depth).into_owned()
}

/// How large a label is, with the line of its network.
fn size(painter: &Painter, line: &Line) -> Vec2 {
    let font = medium_font(tokens::desk::SMALL);
    let text = painter.layout_no_wrap(said(line), font, tokens::TEXT.over_city()).size();
    Vec2::new(text.x + tokens::pipe::LINE[0] + tokens::desk::GAP * 2.0, text.y + 2.0)
}

fn label(painter: &Painter, line: &Line, rect: Rect) {
    let plate = egui::Rect::from_min_max(pos2(rect.min.x, rect.min.y), pos2(rect.max.x, rect.max.y));
    painter.rect_filled(plate, 3.0, tokens::INK.over_city().gamma_multiply_u8(0xD8));
    let [long, thick] = tokens::pipe::LINE;
    let from = plate.left_center() + vec2(tokens::desk::GAP * 0.5, 0.0);
    let stroke = Stroke::new(thick, colour(line.network).over_city());
    painter.line_segment([from, from + vec2(long, 0.0)], stroke);
    let at = from + vec2(long + tokens::desk::GAP * 0.5, 0.0);
    let font = medium_font(tokens::desk::SMALL);
    painter.text(at, Align2::LEFT_CENTER, said(line), font, tokens::TEXT.over_city());
}

/// What the pointer reads of a pipe, and of the sensors on it.
#[must_use]
pub(super) fn reads(line: &Line, layers: &Layers, now: Moment) -> String {
    let main = if line.is_main { "pipes.main" } else { "pipes.branch" };
    let depth = format!("{:.1}", line.depth_m);
    let network = t!(key(line.network));
    let mut parts =
        vec![t!("pipes.reads", network = network, main = t!(main), width = width(line), depth = depth).into_owned()];
    let sensors = hanging(line, layers.beside().stations());
    let told = sensors.iter().take(READS).map(|station| {
        let value = newest(station, station.row.kind, now);
        format!("{} {value}", station.row.id)
    });
    parts.extend(told);
    if sensors.len() > READS {
        parts.push(t!("pipes.more_sensors", n = words::count(sensors.len() - READS)).into_owned());
    }
    parts.join(" · ")
}
