//! Clicks on the city, each where it was.

use bevy::prelude::*;
use bevy::window::{PrimaryWindow, WindowEvent};

use super::Context;

/// Points that the pointer may move within a click.
const SLOP: f32 = 4.0;

/// Clicks of the left button on the city since the last frame, in order, in points. A press and release on one spot
/// is one, a drag and what a panel has is none.
#[derive(Resource, Debug, Default)]
pub struct Clicks {
    /// Where they were.
    pub at: Vec<Vec2>,
    pointer: Option<Vec2>,
    pressed_at: Option<Vec2>,
}

impl Clicks {
    /// Follow the pointer's way; `free` tells whether a place is the city's.
    pub(super) fn take<'a>(
        &mut self,
        events: impl IntoIterator<Item = &'a WindowEvent>,
        mut free: impl FnMut(Vec2) -> bool,
    ) {
        self.at.clear();
        for event in events {
            match event {
                WindowEvent::CursorMoved(moved) => self.pointer = Some(moved.position),
                WindowEvent::CursorLeft(_) => (self.pointer, self.pressed_at) = (None, None),
                WindowEvent::MouseButtonInput(input) if input.button == MouseButton::Left => {
                    if input.state.is_pressed() {
                        self.pressed_at = self.pointer.filter(|at| free(*at));
                    } else if self.pressed_at.take().is_some() {
                        self.at.extend(self.pointer);
                    }
                }
                _ => {}
            }
            // A drag.
            self.pressed_at = self.pressed_at.filter(|from| self.pointer.is_some_and(|at| from.distance(at) <= SLOP));
        }
    }
}

pub(super) fn gather(
    mut events: MessageReader<WindowEvent>,
    window: Option<Single<&Window, With<PrimaryWindow>>>,
    mut contexts: Context,
    mut clicks: ResMut<Clicks>,
) {
    let clicks = clicks.bypass_change_detection();
    let window = window.as_deref();
    if clicks.pointer.is_none() {
        clicks.pointer = window.and_then(|window| window.cursor_position());
    }
    // What lies there, and not what the pointer was over in the last frame: it may have come a long way since.
    let mut on_panel = |at: Vec2| {
        contexts.iter_mut().any(|mut context| {
            let layer = context.get_mut().layer_id_at(egui::pos2(at.x, at.y));
            layer.is_some_and(|layer| layer.order != egui::Order::Background)
        })
    };
    clicks.take(events.read(), |at| !on_panel(at));
}
