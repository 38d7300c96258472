//! Pointer and Esc become choices.

use bevy::prelude::*;
use bevy::window::{PrimaryWindow, RequestRedraw};
use bevy_egui::EguiContexts;
use bevy_egui::input::EguiWantsInput;

use super::model::{CLICK_SLOP, Under, under};
use crate::ground::City;
use crate::screen::labels::LabelsOnScreen;
use crate::screen::pins::{Pins, PinsOnScreen};
use crate::screen::shown::{CityView, FlyTo, Ground, Picked};

/// Whether the pointer is over something that a click would act on.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hovered {
    clickable: bool,
}

type PointerWindow<'w, 's> = Option<Single<'w, 's, &'static Window, With<PrimaryWindow>>>;

fn look(at: Vec2, view: &CityView, city: &City, pins: &PinsOnScreen, labels: &LabelsOnScreen) -> Under {
    let building = || {
        let (eye, dir) = view.ray(at);
        city.pick_building(eye, dir).map(|(building, _)| building)
    };
    under(&pins.marks, at, || labels.place_at(at), building)
}

/// A press and release on one spot chooses what is there; on a cluster it flies in.
pub(super) fn click(
    window: PointerWindow,
    (buttons, egui): (Res<ButtonInput<MouseButton>>, Option<Res<EguiWantsInput>>),
    (view, ground): (Res<CityView>, Res<Ground>),
    (shown, pins, labels): (Res<PinsOnScreen>, Res<Pins>, Res<LabelsOnScreen>),
    mut picked: ResMut<Picked>,
    mut flights: MessageWriter<FlyTo>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut pressed_at: Local<Option<Vec2>>,
) {
    let at = window.and_then(|window| window.cursor_position());
    let free = egui.is_none_or(|egui| !egui.wants_any_pointer_input());
    if buttons.just_pressed(MouseButton::Left) {
        *pressed_at = at.filter(|_| free);
    }
    if let (Some(from), Some(at)) = (*pressed_at, at)
        && from.distance(at) > CLICK_SLOP
    {
        // A drag.
        *pressed_at = None;
    }
    if !buttons.just_released(MouseButton::Left) {
        return;
    }
    let (Some(_), Some(at)) = (pressed_at.take(), at) else { return };
    let found = look(at, &view, &ground.0, &shown, &labels);
    if let Under::Cluster(mark) = &found {
        if let Some((target, distance)) = shown.view_that_splits(&pins, mark, view.pose.distance) {
            flights.write(FlyTo { target, distance: Some(distance) });
        }
    } else if picked.selected != found.target() {
        picked.selected = found.target();
    }
    redraw.write(RequestRedraw);
}

/// Esc lets go of what is chosen.
pub(super) fn escape(
    keys: Res<ButtonInput<KeyCode>>,
    egui: Option<Res<EguiWantsInput>>,
    mut picked: ResMut<Picked>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    let free = egui.is_none_or(|egui| !egui.wants_any_keyboard_input());
    if free && keys.just_pressed(KeyCode::Escape) && picked.selected.is_some() {
        picked.selected = None;
        redraw.write(RequestRedraw);
    }
}

/// What the pointer is over, asked anew only when pointer, view or pins moved.
pub(super) fn hover(
    window: PointerWindow,
    (buttons, egui): (Res<ButtonInput<MouseButton>>, Option<Res<EguiWantsInput>>),
    (view, ground): (Res<CityView>, Res<Ground>),
    (shown, labels): (Res<PinsOnScreen>, Res<LabelsOnScreen>),
    mut picked: ResMut<Picked>,
    mut hovered: ResMut<Hovered>,
    mut before: Local<Option<Vec2>>,
) {
    let free = egui.is_none_or(|egui| !egui.wants_any_pointer_input()) && buttons.get_pressed().next().is_none();
    let at = window.and_then(|window| window.cursor_position()).filter(|_| free);
    if at == *before && !view.is_changed() && !shown.is_changed() {
        return;
    }
    *before = at;
    let found = at.map_or(Under::Nothing, |at| look(at, &view, &ground.0, &shown, &labels));
    hovered.set_if_neq(Hovered { clickable: !matches!(found, Under::Nothing | Under::Building(_)) });
    if picked.hovered != found.target() {
        picked.hovered = found.target();
    }
}

/// A hand over what a click acts on.
pub(super) fn cursor(mut contexts: EguiContexts, hovered: Res<Hovered>) -> Result {
    if hovered.clickable {
        contexts.ctx_mut()?.set_cursor_icon(egui::CursorIcon::PointingHand);
    }
    Ok(())
}
