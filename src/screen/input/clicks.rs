//! Clicks on the city, each where it was.

use std::time::Duration;

use bevy::prelude::*;
use bevy::time::Real;
use bevy::window::{PrimaryWindow, WindowEvent};

use super::Context;
use crate::screen::shown::Guard;

/// Points that the pointer may move within a click.
const SLOP: f32 = 4.0;

/// Between two clicks of a double click.
const DOUBLE_CLICK: Duration = Duration::from_millis(350);
/// How much later than it was a click may be seen, where frames are slow.
const LATE: Duration = Duration::from_millis(200);

/// One click.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Click {
    /// Where it was, in points.
    pub at: Vec2,
    /// It is the second of a double click.
    pub again: bool,
}

/// Clicks of the left button on the city since the last frame, in order. A press and release on one spot is one, a drag
/// and what a panel has is none.
#[derive(Resource, Debug, Default)]
pub struct Clicks {
    /// They.
    pub all: Vec<Click>,
    pointer: Option<Vec2>,
    pressed_at: Option<Vec2>,
    /// The last one that may become a double click, and when it was seen.
    first: Option<(Duration, Vec2)>,
}

impl Clicks {
    /// Follow the pointer's way until `now`, the last frame having taken `frame`; `free` tells whether a place is the
    /// city's.
    pub(super) fn take<'a>(
        &mut self,
        events: impl IntoIterator<Item = &'a WindowEvent>,
        (now, frame): (Duration, Duration),
        mut free: impl FnMut(Vec2) -> bool,
    ) {
        self.all.clear();
        for event in events {
            match event {
                WindowEvent::CursorMoved(moved) => self.pointer = Some(moved.position),
                WindowEvent::CursorLeft(_) => (self.pointer, self.pressed_at) = (None, None),
                WindowEvent::MouseButtonInput(input) if input.button == MouseButton::Left => {
                    if input.state.is_pressed() {
                        self.pressed_at = self.pointer.filter(|at| free(*at));
                    } else if self.pressed_at.take().is_some()
                        && let Some(at) = self.pointer
                    {
                        let near = |(when, place): (Duration, Vec2)| {
                            now.saturating_sub(when) < DOUBLE_CLICK + frame.min(LATE)
                                && place.distance(at) <= SLOP * 2.0
                        };
                        let again = self.first.is_some_and(near);
                        self.first = (!again).then_some((now, at));
                        self.all.push(Click { at, again });
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
    (time, guard): (Option<Res<Time<Real>>>, Option<Res<Guard>>),
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
    let now = time.map_or_else(Default::default, |time| (time.elapsed(), time.delta()));
    let guarded = guard.is_some_and(|guard| guard.0);
    clicks.take(events.read(), now, |at| !guarded && !on_panel(at));
}
