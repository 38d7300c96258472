//! The marks of alarms on the map in their engine, on desk and wall.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{Align2, LayerId, Order as Layer, pos2, vec2};

use super::marks::{Sign, Spot, signs, spots, under};
use super::model::{AlarmRow, own_area, row};
use super::strip::{belongs, place, state, title};
use crate::domain::rights::Area as CityArea;
use crate::domain::{AlarmId, Seq};
use crate::screen::appearance::Appearance;
use crate::screen::look::{medium_font, paint, tokens, words};
use crate::screen::picking::Hovered;
use crate::screen::pins::PinsOnScreen;
use crate::screen::shown::{CityView, Ground, KeepOff, ScreenKind, Shown};

/// The marks as they are painted.
#[derive(Resource, Debug, Default, Clone, PartialEq)]
pub struct AlarmsOnScreen {
    signs: Vec<Sign>,
    /// Points of half a mark.
    half: f32,
}

impl AlarmsOnScreen {
    /// The most urgent alarm of the mark under a point.
    #[must_use]
    pub fn at(&self, at: Vec2) -> Option<AlarmId> {
        under(&self.signs, self.half, at).map(|sign| sign.id)
    }
}

/// What spots and marks were made for.
#[derive(Default)]
pub(super) struct Made {
    /// The last is the minute, in which a maintenance begins or ends.
    spots_of: Option<(Seq, CityArea, i64)>,
    spots: Vec<Spot>,
    signs_of: Option<(CityView, f32, Vec<(Vec2, f32)>)>,
}

/// What the marks are seen on.
#[derive(bevy::ecs::system::SystemParam)]
pub(super) struct Scene<'w> {
    kind: Option<Res<'w, ScreenKind>>,
    shown: Res<'w, Shown>,
    view: Res<'w, CityView>,
    ground: Res<'w, Ground>,
    pins: Res<'w, PinsOnScreen>,
    appearance: Option<Res<'w, Appearance>>,
    hovered: Option<Res<'w, Hovered>>,
}

impl Scene<'_> {
    /// Points of half a mark.
    fn half(&self) -> f32 {
        match self.kind.as_deref() {
            Some(ScreenKind::Wall) => {
                let appearance = self.appearance.as_deref().copied().unwrap_or_default();
                tokens::wall::ALARM_MARK * appearance.wall_scale(self.view.size)
            }
            _ => tokens::desk::ALARM_MARK,
        }
    }

    fn spots(&self, area: &CityArea) -> Vec<Spot> {
        let hall = &self.shown.hall;
        let has_case = |id| hall.incident(id).is_some() && hall.over_at(id).is_none();
        spots(hall.alarms(), area, self.shown.now, has_case, |at| self.ground.0.frame().metres_from_lonlat(at))
    }
}

/// Bring the marks in line, paint them, and say what the one under the pointer is.
pub(super) fn paint(
    mut contexts: EguiContexts,
    scene: Scene,
    (mut on_screen, mut keep_off): (ResMut<AlarmsOnScreen>, ResMut<KeepOff>),
    mut made: Local<Made>,
) -> Result {
    let ctx = contexts.ctx_mut()?;
    let minute = scene.shown.now.0.div_euclid(60_000);
    let of = (scene.shown.hall.upto(), own_area(&scene.shown.who), minute);
    if made.spots_of.as_ref() != Some(&of) {
        let spots = scene.spots(&of.1);
        if spots != made.spots {
            (made.spots, made.signs_of) = (spots, None);
        }
        made.spots_of = Some(of);
    }
    let heads: Vec<(Vec2, f32)> = scene.pins.marks.iter().map(|mark| (mark.head, mark.radius)).collect();
    let of = Some((*scene.view, scene.half(), heads));
    if made.signs_of != of {
        let heads = of.as_ref().map_or(&[][..], |(.., heads)| heads);
        let half = scene.half();
        let signs = signs(&made.spots, &scene.view, half, |at| scene.ground.0.ground_at(at), heads);
        let around = Vec2::splat(half * 1.16);
        let covers = signs.iter().map(|sign| Rect::from_corners(sign.at - around, sign.at + around)).collect();
        on_screen.set_if_neq(AlarmsOnScreen { signs, half });
        if keep_off.set("alarms", covers) {
            ctx.request_repaint();
        }
        made.signs_of = of;
    }
    let AlarmsOnScreen { signs, half } = &*on_screen;
    let painter = ctx.layer_painter(LayerId::background());
    // The most urgent one lies over the others.
    for sign in signs.iter().rev() {
        let at = pos2(sign.at.x, sign.at.y);
        paint::alarm_mark(&painter, at, *half, sign.level, sign.quiet);
        if sign.count > 1 {
            count(&painter, at + vec2(*half, -*half) * 0.72, *half * 0.93, sign.count);
        }
    }
    let chosen = scene.hovered.as_ref().and_then(|hovered| hovered.alarm);
    if let (Some(text), Some(at)) =
        (chosen.and_then(|id| said(&scene.shown, id)), ctx.input(|i| i.pointer.latest_pos()))
    {
        let above = ctx.layer_painter(LayerId::new(Layer::Background, egui::Id::new("alarm note")));
        paint::note(&above, at, &text, vec2(scene.view.size.x, scene.view.size.y));
    }
    Ok(())
}

/// How many a mark stands for, on a dark ground beside it.
fn count(painter: &egui::Painter, at: egui::Pos2, size: f32, count: usize) {
    let (font, color) = (medium_font(size), tokens::TEXT.over_city());
    let galley = painter.layout_no_wrap(words::count(count), font, color);
    let rect = Align2::LEFT_CENTER.anchor_size(at, galley.size());
    painter.rect_filled(rect.expand2(vec2(size * 0.25, 0.0)), size * 0.3, tokens::INK.over_city());
    painter.galley(rect.min, galley, color);
}

/// What an alarm is, in a line.
fn said(shown: &Shown, id: AlarmId) -> Option<String> {
    let alarms = shown.hall.alarms();
    let alarm = alarms.get(id)?;
    let row = AlarmRow { belongs: shown.hall.belonging().of(alarm), ..row(alarms, alarm, shown.now) };
    let mut parts = vec![row.level.numeral().to_owned(), title(&row), row.values.clone(), place(&row), state(&row)];
    parts.extend(belongs(&row));
    parts.push(words::age(row.age_secs));
    parts.retain(|part| !part.is_empty());
    Some(parts.join(" · "))
}
