//! A sign at the pin of every case whose plan runs, chosen or not: how many steps are decided of those that began, the
//! worst lamp of the others, and how many are late.

use bevy::prelude::*;
use bevy_egui::EguiContexts;
use egui::{Align2, Id, LayerId, Order as Layer, Painter, Pos2, pos2, vec2};
use rust_i18n::t;

use super::model::{PlanSign, plan_signs};
use crate::domain::Lamp;
use crate::screen::appearance::Appearance;
use crate::screen::decide::place_of;
use crate::screen::look::{lamp, medium_font, tokens};
use crate::screen::pins::PinsOnScreen;
use crate::screen::pins::mark::{Mark, MarkOf, RAISED};
use crate::screen::shown::{CityView, Ground, KeepOff, ScreenKind, Shown, Target};

/// Between a pin and its sign, in heights of its text.
const APART: f32 = 0.4;
/// So many signs stand below each other before they lie over each other.
const STACK: u8 = 6;

/// What a sign says.
pub(super) fn sign_words(sign: &PlanSign) -> String {
    let progress = sign.progress;
    let told = t!("plan.sign", decided = progress.decided, begun = progress.begun);
    match progress.late {
        0 => told.into_owned(),
        late => format!("{told} · {}", t!("plan.late", count = late)),
    }
}

/// What a sign stands at: the head of a pin, or of the cluster that has it, and where it meets the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Post {
    pub(super) head: Pos2,
    pub(super) radius: f32,
    pub(super) foot: Pos2,
}

/// The head of a mark as it is drawn, rim and all.
fn head(mark: &Mark) -> (Pos2, f32) {
    let drawn = if mark.raised { mark.radius * RAISED } else { mark.radius };
    (pos2(mark.head.x, mark.head.y), drawn + mark.rim())
}

/// The pin of a case, else the cluster nearest to its place; the place itself where there is neither.
fn post(sign: &PlanSign, place: Pos2, marks: &[Mark]) -> Post {
    let own = marks.iter().find(|mark| mark.of == MarkOf::Pin(sign.incident) && !mark.is_cluster());
    let far = |mark: &&Mark| head(mark).0.distance_sq(place);
    let nearest = || marks.iter().filter(|mark| mark.is_cluster()).min_by(|a, b| far(a).total_cmp(&far(b)));
    let near = |mark: &&Mark| far(mark) <= (mark.radius * 4.0).powi(2);
    match own.or_else(|| nearest().filter(near)) {
        Some(mark) => {
            let (at, radius) = head(mark);
            let low = pos2(mark.foot.x, mark.foot.y.max(at.y + radius));
            Post { head: at, radius, foot: low }
        }
        None => Post { head: place, radius: 0.0, foot: place },
    }
}

/// Where a sign of a size stands: below its pin, else beside or above it, clear of all heads and of what is taken; where
/// nothing is clear, below.
pub(super) fn placed(
    at: Post,
    size: egui::Vec2,
    apart: f32,
    heads: &[(Pos2, f32)],
    taken: &[egui::Rect],
) -> egui::Rect {
    let below = |row: f32| Align2::CENTER_TOP.anchor_size(at.foot + vec2(0.0, apart + (size.y + apart) * row), size);
    let aside = at.radius + apart;
    let around = [
        below(0.0),
        Align2::LEFT_CENTER.anchor_size(at.head + vec2(aside, 0.0), size),
        Align2::RIGHT_CENTER.anchor_size(at.head - vec2(aside, 0.0), size),
        Align2::CENTER_BOTTOM.anchor_size(at.head - vec2(0.0, aside), size),
    ];
    let covers = |rect: &egui::Rect| {
        let head = |(middle, radius): &(Pos2, f32)| rect.distance_to_pos(*middle) < *radius;
        heads.iter().any(head) || taken.iter().any(|other| other.intersects(*rect))
    };
    let stacked = (1..STACK).map(|row| below(f32::from(row)));
    around.into_iter().chain(stacked).find(|rect| !covers(rect)).unwrap_or_else(|| below(0.0))
}

/// How large a sign is, of text of a size.
pub(super) fn sign_size(painter: &Painter, said: &str, size: f32) -> egui::Vec2 {
    let galley = painter.layout_no_wrap(said.to_owned(), medium_font(size), egui::Color32::PLACEHOLDER);
    galley.size() + vec2(size * 2.0, size * 0.4)
}

/// Paint a sign; one that is late is inverted, as lamps are.
pub(super) fn sign_ui(painter: &Painter, rect: egui::Rect, sign: &PlanSign, size: f32) {
    let late = sign.lamp == Some(Lamp::Red);
    let (ground, color) = if late { (tokens::TEXT, tokens::INK) } else { (tokens::PANEL, tokens::TEXT) };
    painter.rect_filled(rect, size * 0.25, ground.egui());
    let half = size * 0.42;
    let glyph = rect.left_center() + vec2(size * 0.75, 0.0);
    if sign.lamp.is_some() {
        lamp::sign(painter, glyph, half, sign.lamp, color.egui());
    } else {
        lamp::tick(painter, glyph, half, color.egui());
    }
    let at = rect.left_center() + vec2(size * 1.5, 0.0);
    painter.text(at, Align2::LEFT_CENTER, sign_words(sign), medium_font(size), color.egui());
}

/// Paint them, on desk and wall.
pub(super) fn paint(
    mut contexts: EguiContexts,
    (shown, view, ground, pins): (Res<Shown>, Res<CityView>, Res<Ground>, Res<PinsOnScreen>),
    (kind, appearance): (Option<Res<ScreenKind>>, Option<Res<Appearance>>),
    mut keep_off: ResMut<KeepOff>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    let size = match kind.as_deref() {
        Some(ScreenKind::Wall) => {
            tokens::wall::BODY * appearance.as_deref().copied().unwrap_or_default().wall_scale(view.size)
        }
        _ => tokens::desk::SMALL,
    };
    let painter = ctx.layer_painter(LayerId::new(Layer::Background, Id::new("plan signs")));
    let heads: Vec<(Pos2, f32)> = pins.marks.iter().map(head).collect();
    let window = egui::Rect::from_min_size(Pos2::ZERO, vec2(view.size.x, view.size.y));
    let mut taken: Vec<egui::Rect> = Vec::new();
    for sign in plan_signs(&shown.hall, shown.now) {
        let Some(at) = place_of(Target::Incident(sign.incident), &shown, &ground.0) else { continue };
        let Some(at) = view.project(at[0], at[1], ground.0.ground_at(at)) else { continue };
        let at = pos2(at.x, at.y);
        if !window.contains(at) {
            continue;
        }
        let wide = sign_size(&painter, &sign_words(&sign), size);
        let rect = placed(post(&sign, at, &pins.marks), wide, size * APART, &heads, &taken);
        sign_ui(&painter, rect, &sign, size);
        taken.push(rect);
    }
    let covers = taken.iter().map(|one| Rect::new(one.left(), one.top(), one.right(), one.bottom())).collect();
    if keep_off.set("plan signs", covers) {
        ctx.request_repaint();
    }
    Ok(())
}
