//! Places names anew when the view has changed enough, moves them along in between, and paints them.

use bevy::prelude::*;
use bevy::time::Real;
use bevy::window::RequestRedraw;
use bevy_egui::EguiContexts;

use super::model::{self, Labels, Placed};
use super::panel::{self, IconTextures};
use super::source::labels_of;
use crate::screen::look::tokens;
use crate::screen::pins::marks::Lens;
use crate::screen::pins::{KindIcons, PinsOnScreen};
use crate::screen::shown::{CityView, FreeArea, Ground, Picked, ScreenKind, Target};
use crate::screen::twin::TwinStyle;

/// Names are placed anew when something moved this far on screen (points).
const MOVED: f32 = 28.0;
/// Seconds a new name takes to come in.
const FADE_SECS: f32 = 0.22;

/// The names on screen.
#[derive(Resource, Default)]
pub struct LabelsOnScreen {
    /// What covers what, as last painted, with the number of the place where it is one.
    pub placed: Vec<(Placed, Option<u32>)>,
}

impl LabelsOnScreen {
    /// The place whose name or icon is under a point.
    #[must_use]
    pub fn place_at(&self, at: Vec2) -> Option<u32> {
        self.placed.iter().find(|(placed, place)| place.is_some() && placed.rect.contains(at)).and_then(|(_, p)| *p)
    }
}

/// What placing remembers.
#[derive(Default)]
pub(super) struct Memory {
    labels: Option<Labels>,
    icons: IconTextures,
    placed: Vec<(Placed, f32)>,
    /// The view, the free area and the language that the names were chosen for.
    chosen_for: Option<(CityView, FreeArea, bool)>,
}

/// Whether the ground moved far enough on screen since `before`.
fn moved(before: &CityView, now: &CityView) -> bool {
    if before.size != now.size {
        return true;
    }
    let [x, y] = now.pose.target;
    let step = now.pose.distance * 0.25;
    [[x, y], [x + step, y], [x, y + step]].into_iter().any(|[x, y]| {
        match (before.project(x, y, 0.0), now.project(x, y, 0.0)) {
            (Some(a), Some(b)) => a.distance(b) > MOVED,
            _ => true,
        }
    })
}

pub(super) fn paint(
    mut contexts: EguiContexts,
    (view, free, ground): (Res<CityView>, Res<FreeArea>, Res<Ground>),
    (kind, style, picked): (Option<Res<ScreenKind>>, Option<Res<TwinStyle>>, Res<Picked>),
    (icons, pins, time): (Option<Res<KindIcons>>, Res<PinsOnScreen>, Res<Time<Real>>),
    mut on_screen: ResMut<LabelsOnScreen>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut memory: Local<Memory>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    if style.is_some_and(|style| style.bare) {
        on_screen.bypass_change_detection().placed.clear();
        return Ok(());
    }
    let memory = &mut *memory;
    let labels = memory.labels.get_or_insert_with(|| labels_of(&ground.0));
    let english = rust_i18n::locale().starts_with("en");
    let wall = kind.is_some_and(|kind| *kind == ScreenKind::Wall);
    let scale = if wall { view.size.y / tokens::wall::CANVAS * tokens::wall::LABELS } else { 1.0 };
    let lens = Lens::new(&view);
    let painter = ctx.layer_painter(egui::LayerId::background());
    let measure = |label: &model::Label| {
        let size = panel::galley(&painter, label, english, scale).size();
        Vec2::new(size.x, size.y)
    };
    let anew = memory
        .chosen_for
        .as_ref()
        .is_none_or(|(before, area, was_english)| *area != *free || *was_english != english || moved(before, &view));
    if anew {
        let whole = Rect::from_corners(Vec2::ZERO, view.size);
        let area = free.0.map_or(whole, |area| area.intersect(whole)).inflate(-6.0);
        let heads: Vec<_> = pins.marks.iter().map(|mark| (mark.head, mark.radius)).collect();
        let before: Vec<_> = memory.placed.iter().map(|(placed, _)| *placed).collect();
        let target = (view.pose.target, view.pose.distance);
        let [x, y, z] = crate::screen::coords::city_from_world(view.world_from_view.w_axis.truncate());
        let hidden = |label: &model::Label| {
            let (dx, dy) = (label.at[0] - x, label.at[1] - y);
            let way = (dx * dx + dy * dy + z * z).sqrt().max(1.0);
            let hit = ground.0.pick_building([x, y, z], [dx / way, dy / way, -z / way]);
            hit.is_some_and(|(_, at)| at < way * 0.98)
        };
        let placed = model::place(labels, &lens, target, area, &heads, &before, measure, hidden);
        let stay = |one: &Placed| memory.placed.iter().find(|(old, _)| old.label == one.label).map(|(_, o)| *o);
        // A new view altogether stands at once; only newcomers among known names fade in.
        let known = placed.iter().filter(|one| stay(one).is_some()).count();
        let fresh = if known * 2 > placed.len() { 0.0 } else { 1.0 };
        memory.placed = placed.iter().map(|one| (*one, stay(one).unwrap_or(fresh))).collect();
        memory.chosen_for = Some((*view, *free, english));
    } else if memory.chosen_for.as_ref().is_some_and(|(before, ..)| before != &*view) {
        memory.placed.retain_mut(|(one, _)| {
            let Some(label) = labels.all.get(one.label as usize) else { return false };
            let now = model::put(label, one.label, &lens, measure(label), one.aside);
            now.is_some_and(|now| {
                *one = now;
                true
            })
        });
    }
    let step = time.delta_secs().min(0.05) / FADE_SECS;
    let hovered = match picked.hovered {
        Some(Target::Place(place)) => Some(place),
        _ => None,
    };
    let mut fading = false;
    on_screen.placed.clear();
    for (one, opacity) in &mut memory.placed {
        let Some(label) = labels.all.get(one.label as usize) else { continue };
        *opacity = (*opacity + step).min(1.0);
        fading |= *opacity < 1.0;
        let galley = panel::galley(&painter, label, english, scale);
        let icon = icons.as_ref().map(|icons| (&mut memory.icons, icons.icons()));
        let is_hovered = label.place.is_some() && label.place == hovered;
        panel::label_ui(&painter, label, one, galley, *opacity, is_hovered, icon);
        on_screen.placed.push((*one, label.place));
    }
    if fading {
        redraw.write(RequestRedraw);
    }
    Ok(())
}
