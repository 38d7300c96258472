//! Pointer and Esc become choices.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bevy::window::{PrimaryWindow, RequestRedraw};
use bevy_egui::EguiContexts;
use bevy_egui::input::EguiWantsInput;
use egui::Modifiers;

use super::model::{Under, under};
use crate::domain::AlarmId;
use crate::screen::alarms::{AlarmsOnScreen, OpenAlarms};
use crate::screen::areas::{AreasOnScreen, DrillOut, DrillTo};
use crate::screen::components::Near;
use crate::screen::decide::place_of;
use crate::screen::input::{Clicks, Presses, TakeKey, Typing};
use crate::screen::labels::LabelsOnScreen;
use crate::screen::pins::{Pins, PinsOnScreen};
use crate::screen::shown::{CityView, FlyTo, FreeArea, Ground, Picked, Shown};
use crate::screen::twin::rig::Rig;
use crate::screen::units::UnitsOnScreen;
use crate::screen::vitals::{LookInto, Vitals};

/// Whether the pointer is over something that a click would act on, and over which of those that cannot be selected.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Hovered {
    clickable: bool,
    /// An alarm by its mark.
    pub alarm: Option<AlarmId>,
    /// An area that is coloured by a vital sign, by its number in the pack.
    pub coloured: Option<u32>,
}

/// A click met nothing that can be chosen, at this point of the screen: whoever shows something on the bare ground may take it.
#[derive(Message, Debug, Clone, Copy, PartialEq)]
pub struct ClickedNothing(pub Vec2);

type PointerWindow<'w, 's> = Option<Single<'w, 's, &'static Window, With<PrimaryWindow>>>;

/// What is on screen that can be under the pointer.
#[derive(SystemParam)]
pub(super) struct Scene<'w> {
    view: Res<'w, CityView>,
    ground: Res<'w, Ground>,
    pins: Res<'w, PinsOnScreen>,
    units: Res<'w, UnitsOnScreen>,
    areas: Res<'w, AreasOnScreen>,
    labels: Res<'w, LabelsOnScreen>,
    near: Res<'w, Near>,
    alarms: Res<'w, AlarmsOnScreen>,
    vitals: Option<Res<'w, Vitals>>,
}

impl Scene<'_> {
    fn look(&self, at: Vec2) -> Under {
        let name = || {
            let area = self.areas.name_at(at).map(Under::Area);
            area.or_else(|| self.labels.place_at(at).map(Under::Place))
        };
        let (alarm, crew) = (|| self.alarms.at(at), || self.units.at(at));
        under(&self.pins.marks, at, alarm, crew, name, || self.solid(at))
    }

    /// The area that is coloured there, where the map is; else a component, or the building before it; from high up the area
    /// around the bare ground.
    fn solid(&self, at: Vec2) -> Option<Under> {
        let coloured = self.vitals.as_ref().filter(|vitals| vitals.is_map_coloured());
        let coloured = coloured.and_then(|vitals| {
            let ground_at = self.view.ground_at(&self.ground.0, at)?;
            vitals.coloured_at(&self.ground.0, ground_at)
        });
        if let Some(area) = coloured {
            return Some(Under::Coloured(area));
        }
        let (eye, dir) = self.view.ray(at);
        let building = self.ground.0.pick_building(eye, dir);
        let component = self.near.under(&self.view, at);
        let nearer = component.filter(|(_, away)| building.is_none_or(|(_, before)| *away < before + 1.0));
        let solid = nearer.map(|(component, _)| Under::Component(component));
        let solid = solid.or(building.map(|(building, _)| Under::Building(building)));
        let area = || self.areas.area_at(&self.ground.0, eye, dir).map(Under::Area);
        solid.or_else(|| if self.areas.from_afar { area() } else { None })
    }

    fn is_changed(&self) -> bool {
        self.view.is_changed() || self.pins.is_changed() || self.units.is_changed() || self.alarms.is_changed()
    }
}

/// A click chooses what is there; on a cluster it flies in.
pub(super) fn click(
    clicks: Res<Clicks>,
    (scene, pins): (Scene, Res<Pins>),
    mut picked: ResMut<Picked>,
    (mut flights, mut drills): (MessageWriter<FlyTo>, MessageWriter<DrillTo>),
    (mut alarms, mut signs): (MessageWriter<OpenAlarms>, MessageWriter<LookInto>),
    mut nothing: MessageWriter<ClickedNothing>,
    mut redraw: MessageWriter<RequestRedraw>,
) {
    // The second of a double click flies to where the first one was; what that chose stays.
    for click in clicks.all.iter().filter(|click| !click.again) {
        let found = scene.look(click.at);
        if found == Under::Nothing {
            nothing.write(ClickedNothing(click.at));
        }
        match &found {
            Under::Cluster(mark) => {
                if let Some((target, distance)) = scene.pins.view_that_splits(&pins, mark, scene.view.pose.distance) {
                    flights.write(FlyTo { target, distance: Some(distance) });
                }
            }
            Under::Area(area) => {
                drills.write(DrillTo(Some(*area)));
            }
            Under::Alarm(id) => {
                alarms.write(OpenAlarms { at: Some(*id), fly: false });
            }
            Under::Coloured(area) => {
                signs.write(LookInto(*area));
            }
            _ if picked.selected != found.target() => picked.selected = found.target(),
            _ => {}
        }
        redraw.write(RequestRedraw);
    }
}

/// Frames after a click in which its card comes and the view gives way to it.
const SETTLES: u8 = 4;

/// What was clicked is not left under its own card: where it is, the view comes over to it.
pub(super) fn keep_in_sight(
    (clicks, picked, free): (Res<Clicks>, Res<Picked>, Res<FreeArea>),
    (view, shown, ground): (Res<CityView>, Res<Shown>, Res<Ground>),
    rig: Option<Res<Rig>>,
    mut flights: MessageWriter<FlyTo>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut left: Local<u8>,
) {
    if picked.is_changed() && !clicks.all.is_empty() {
        *left = SETTLES;
    }
    if *left == 0 {
        return;
    }
    redraw.write(RequestRedraw);
    if *left == 1 && rig.is_some_and(|rig| rig.is_moving()) {
        return;
    }
    *left -= 1;
    let Some(target) = picked.selected.filter(|_| *left == 0) else { return };
    let Some([east, north]) = place_of(target, &shown, &ground.0) else { return };
    let seen = view.project(east, north, ground.0.ground_at([east, north]));
    if seen.zip(free.0).is_some_and(|(at, free)| !free.contains(at)) {
        flights.write(FlyTo { target: [east, north], distance: None });
    }
}

/// Esc went down in no text field: egui takes the focus from one before a panel is painted.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Escaped(bool);

/// Looks for Esc before panels are painted.
pub(super) fn escaped((presses, mut typing): (Res<Presses>, Typing), mut escaped: ResMut<Escaped>) {
    escaped.set_if_neq(Escaped(presses.alone(KeyCode::Escape) && !typing.is_on()));
}

/// An Esc that no panel took lets go of what is chosen; with nothing chosen it leads out of the area that was gone into.
pub(super) fn escape(
    mut contexts: EguiContexts,
    escaped: Res<Escaped>,
    mut picked: ResMut<Picked>,
    mut drills: MessageWriter<DrillOut>,
    mut redraw: MessageWriter<RequestRedraw>,
) -> Result {
    if !escaped.0 || !contexts.ctx_mut()?.input_mut(|input| input.take_key(Modifiers::NONE, egui::Key::Escape)) {
        return Ok(());
    }
    if picked.selected.is_some() {
        picked.selected = None;
    } else {
        drills.write(DrillOut);
    }
    redraw.write(RequestRedraw);
    Ok(())
}

/// What the pointer is over, asked anew only when pointer, view or pins moved.
pub(super) fn hover(
    window: PointerWindow,
    (buttons, egui): (Res<ButtonInput<MouseButton>>, Option<Res<EguiWantsInput>>),
    scene: Scene,
    mut picked: ResMut<Picked>,
    mut hovered: ResMut<Hovered>,
    mut before: Local<Option<Vec2>>,
) {
    let free = egui.is_none_or(|egui| !egui.wants_any_pointer_input()) && buttons.get_pressed().next().is_none();
    let at = window.and_then(|window| window.cursor_position()).filter(|_| free);
    if at == *before && !scene.is_changed() {
        return;
    }
    *before = at;
    let found = at.map_or(Under::Nothing, |at| scene.look(at));
    let clickable = !matches!(found, Under::Nothing | Under::Building(_));
    let alarm = if let Under::Alarm(id) = found { Some(id) } else { None };
    let coloured = if let Under::Coloured(area) = found { Some(area) } else { None };
    hovered.set_if_neq(Hovered { clickable, alarm, coloured });
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
