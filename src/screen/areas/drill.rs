//! Going into areas and out of them.

use bevy::prelude::*;
use bevy::window::RequestRedraw;
use bevy_egui::input::EguiWantsInput;

use super::systems::{AreasOnScreen, Forest};
use super::{DrillOut, DrillTo};
use crate::screen::input::{Presses, Typing};
use crate::screen::shown::{CityView, ClicksTaken, FlyTo, Ground, Intent};

/// Metres from which even the smallest area is looked at: what is around it shows where it is.
const NEAREST_M: f64 = 320.0;

/// The area that was gone into.
#[derive(Resource, Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Drill {
    /// It; `None` is the whole city.
    pub area: Option<u32>,
}

/// Carries out drilling: a click, a key; whoever flies far away from an area has left it.
pub(super) fn drill(
    (mut wanted, mut out, mut intents): (MessageReader<DrillTo>, MessageReader<DrillOut>, MessageReader<Intent>),
    (presses, mut typing, egui): (Option<Res<Presses>>, Typing, Option<Res<EguiWantsInput>>),
    taken: Option<Res<ClicksTaken>>,
    (view, ground): (Res<CityView>, Res<Ground>),
    on_screen: Res<AreasOnScreen>,
    mut forest: ResMut<Forest>,
    mut drill: ResMut<Drill>,
    mut flights: MessageWriter<FlyTo>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut arrived: Local<Option<u32>>,
) {
    let tree = forest.bypass_change_detection().tree(&ground);
    let mut left = false;
    let mut home = intents.read().filter(|intent| matches!(intent, Intent::ResetView)).count() > 0;
    let mut to = wanted.read().last().map(|DrillTo(area)| *area);
    let free = !typing.is_on() && taken.is_none_or(|taken| !taken.0);
    let presses = presses.filter(|_| free);
    if out.read().count() > 0 || presses.as_ref().is_some_and(|presses| presses.alone(KeyCode::Backspace)) {
        let up = drill.area.map(|area| tree.node(area).map(|n| n.parent).filter(|p| Some(*p) != tree.root()));
        to = up.map(|parent| parent.filter(|p| *p != u32::MAX)).or(to);
    }
    if let Some(presses) = presses {
        // A list that has the focus goes to its first row.
        home |= presses.alone(KeyCode::Home) && egui.is_none_or(|egui| !egui.wants_any_keyboard_input());
        home |= [KeyCode::Digit0, KeyCode::Numpad0].into_iter().any(|key| presses.alone(key));
        if presses.alone(KeyCode::KeyZ) {
            let [east, north] = view.pose.target;
            let above = [east, north, ground.0.ground_at([east, north]) + 1.0];
            to = on_screen.area_at(&ground.0, above, [0.0, 0.0, -1.0]).map(Some).or(to);
        }
    }
    // The camera flies home by itself.
    if home && to.is_none() {
        to = Some(None);
        left = true;
    }
    let inner = drill.area.and_then(|area| Some((area, tree.node(area)?)));
    if let Some((area, node)) = inner.filter(|_| to.is_none()) {
        if node.is_near(view.pose.target, 0.0) {
            *arrived = Some(area);
        } else if *arrived == Some(area) && !node.is_near(view.pose.target, node.side().max(view.pose.distance)) {
            to = Some(None);
            left = true;
        }
    }
    let Some(area) = to.map(|area| area.filter(|a| Some(*a) != tree.root())) else { return };
    drill.set_if_neq(Drill { area });
    *arrived = None;
    // Who went elsewhere is not fetched back.
    if let Some(node) = area.or(tree.root()).and_then(|area| tree.node(area)).filter(|_| !left) {
        flights.write(FlyTo { target: node.middle(), distance: Some((node.side() * 1.5).max(NEAREST_M)) });
    }
    redraw.write(RequestRedraw);
}
