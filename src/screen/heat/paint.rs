//! What of a layer is painted over the city: roads, the sensors themselves, what the pointer reads.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{LayerId, Mesh, Order, Painter, Shape, Stroke, pos2, vec2};
use rust_i18n::t;

use super::dots;
use super::form::Slot;
use super::hexes::metres_per_point;
use super::lay::Laid;
use super::lines;
use super::read::read;
use super::systems::Layers;
use super::when::written;
use crate::domain::Moment;
use crate::screen::appearance::Appearance;
use crate::screen::areas::PATH;
use crate::screen::look::paint::note;
use crate::screen::look::{medium_font, tokens, words};
use crate::screen::names::utc_offset_secs;
use crate::screen::pins::PinsOnScreen;
use crate::screen::pipes::Pipes;
use crate::screen::shown::{CityView, FreeArea, Ground, KeepOff, ScreenKind, Shown};
use crate::screen::tools::paint::GroundPainter;

/// How often it is looked whether what is to be laid was found.
const LOOK: Duration = Duration::from_millis(50);

/// A mesh and what it was made for.
struct Kept<T> {
    of: Option<T>,
    mesh: Arc<Mesh>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { of: None, mesh: Arc::default() }
    }
}

impl<T: PartialEq> Kept<T> {
    /// The mesh for something, made anew where it was for something else.
    fn mesh(&mut self, of: T, make: impl FnOnce(&T) -> Mesh) -> &Arc<Mesh> {
        if self.of.as_ref() != Some(&of) {
            self.mesh = Arc::new(make(&of));
            self.of = Some(of);
        }
        &self.mesh
    }
}

/// What was painted.
#[derive(Default)]
pub(super) struct Painted {
    /// Of what lies on the ground or on roads, the sensors where they are shown; of points they themselves.
    sensors: BTreeMap<Slot, Kept<(CityView, [u64; 2], Moment, dots::Look)>>,
    roads: Kept<(CityView, [u64; 3], lines::Look)>,
}

/// Says in the middle over the city which moment layers show, while that is not now. Returns what it covers.
fn moment_ui(painter: &Painter, free: Rect, top: f32, then: Moment, now: Moment) -> Rect {
    let moment = written(then, utc_offset_secs(then));
    let text = t!("heat.when.shown", moment = moment, age = words::age(now.secs_since(then)));
    let ink = tokens::INK.over_city();
    let galley = painter.layout_no_wrap(text.into_owned(), medium_font(tokens::desk::BODY), ink);
    let size = galley.size() + vec2(tokens::desk::PAD * 2.0, tokens::desk::GAP);
    let plate = egui::Rect::from_min_size(pos2(free.center().x - size.x / 2.0, top + tokens::desk::GAP), size);
    // Pale as nothing else over the city: nobody takes it for now.
    painter.rect_filled(plate, f32::from(tokens::desk::ROUND), tokens::TEXT.over_city());
    painter.galley(plate.center() - galley.size() / 2.0, galley, ink);
    Rect::new(plate.left(), plate.top(), plate.right(), plate.bottom())
}

/// Roads and sensors, and what the pointer reads.
pub(super) fn paint(
    mut contexts: EguiContexts,
    (view, ground, shown, layers): (Res<CityView>, Res<Ground>, Res<Shown>, Res<Layers>),
    (pins, pipes): (Res<PinsOnScreen>, Option<Res<Pipes>>),
    (kind, appearance): (Res<ScreenKind>, Option<Res<Appearance>>),
    (free, mut keep_off): (Option<Res<FreeArea>>, ResMut<KeepOff>),
    mut painted: Local<Painted>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    let on_wall = *kind == ScreenKind::Wall;
    // A wall says it itself, to be read from afar.
    let past = layers.past(shown.now).filter(|_| layers.is_of_a_moment() && !on_wall);
    let plate = past.zip(free.as_ref().and_then(|free| free.0)).map(|(then, free)| {
        let over = ctx.layer_painter(LayerId::new(Order::Background, egui::Id::new("layer moment")));
        let path = keep_off.of(PATH).iter().map(|rect| rect.max.y).fold(free.min.y, f32::max);
        moment_ui(&over, free, path, then, shown.now)
    });
    if keep_off.set("layer moment", plate.into_iter().collect()) {
        ctx.request_repaint();
    }
    if layers.stack().is_empty() {
        painted.sensors.clear();
        return Ok(());
    }
    let now = layers.moment(shown.now);
    let heads = || pins.marks.iter().map(|mark| (mark.head, mark.radius)).collect();
    // Under the names of areas and places.
    let under = ctx.layer_painter(LayerId::background());
    let add = |mesh: &Arc<Mesh>| {
        if !mesh.is_empty() {
            under.add(Shape::Mesh(Arc::clone(mesh)));
        }
    };
    let appearance = appearance.as_deref().copied().unwrap_or_default();
    let wider = if on_wall { appearance.wall_scale(view.size) * tokens::wall::MARKS } else { 1.0 };
    for ply in layers.stack().all() {
        let (layer, field) = (ply.layer(), ply.field());
        if let Laid::Roads(stretches) = &ply.laid {
            let look = lines::Look {
                metres_per_point: metres_per_point(&view),
                wider,
                opacity: ply.opacity,
                soft: 1.0 / ctx.pixels_per_point(),
                heads: heads(),
            };
            let of = (*view, [ply.id(), ply.made, field.changes()], look);
            add(painted.roads.mesh(of, |(view, _, look)| lines::mesh(stretches, field, layer, now, view, look)));
        }
        let slot = ply.form().slot();
        let Some(size) = layers.dots(ply, &view, &ground) else {
            painted.sensors.remove(&slot);
            continue;
        };
        let points = (slot == Slot::Points).then_some((field.skin(layer), ply.opacity));
        let look = dots::Look { size, points, chosen: layers.chosen(), heads: heads() };
        let of = (*view, [ply.id(), field.changes()], now, look);
        let kept = painted.sensors.entry(slot).or_default();
        add(kept.mesh(of, |(view, _, now, look)| dots::mesh(field.stations(), *now, (view, &ground.0), look)));
    }
    let above = ctx.layer_painter(LayerId::new(Order::Background, egui::Id::new("layer note")));
    let pointer = ctx.input(|input| input.pointer.latest_pos()).filter(|_| !on_wall && !ctx.egui_wants_pointer_input());
    // A pipe in a street that is cut open is read for itself.
    let pointer = pointer.filter(|_| pipes.is_none_or(|pipes| !pipes.is_pointed_at()));
    let hexes = layers.stack().at(Slot::Ground).map(|ply| &ply.laid);
    if let Some((Laid::Hexagons(hexes), at)) = hexes.zip(pointer.map(|at| Vec2::new(at.x, at.y)))
        && layers.under(at, &view, &ground).is_none()
        && let Some(on_ground) = view.ground_at(&ground.0, at)
        && hexes.at(on_ground).is_some()
    {
        // The one that is read.
        let corners = hexes.lattice.corners(hexes.lattice.cell(on_ground));
        let on_map = GroundPainter::new(ctx, "layer hexagon", &view, &ground.0);
        let stroke = Stroke::new(tokens::heat::OUTLINE, tokens::ACCENT.over_city());
        corners.iter().zip(corners.iter().cycle().skip(1)).for_each(|(a, b)| on_map.line(*a, *b, stroke));
    }
    if let Some(at) = pointer
        && let Some(text) = read(&layers, Vec2::new(at.x, at.y), now, &view, &ground)
    {
        note(&above, at, &text, vec2(view.size.x, view.size.y));
    }
    if layers.stack().all().any(|ply| ply.finding) {
        ctx.request_repaint_after(LOOK);
    }
    Ok(())
}
