//! Gestures, keys and flights move the camera; writes [`CityView`] at the end of `Decide`.
//!
//! | gesture | what it does |
//! |---|---|
//! | drag | pan: the grabbed ground point stays under the pointer |
//! | right drag, middle drag | turn and tilt |
//! | wheel, `+` `-` | zoom towards the pointer, towards the middle |
//! | double click | fly there |
//! | arrows, `W` `A` `S` `D` | pan |
//! | `Q` `E`, `R` `F`, page up and down | turn, tilt |
//! | `N` | north up |
//! | home, `0` | the whole city |
//!
//! Any gesture interrupts a flight. Panels own pointer and keyboard where egui wants them.

use bevy::input::mouse::{MouseScrollUnit, MouseWheel};
use bevy::prelude::*;
use bevy::window::{PrimaryWindow, RequestRedraw};
use bevy_egui::input::EguiWantsInput;

use super::TwinCamera;
use super::pose::{self, Lens};
use super::rig::{Motion, Rig};
use crate::screen::input::{Clicks, Presses, Typing};
use crate::screen::sets::HallSet;
use crate::screen::shown::{CityView, ClicksTaken, FlyTo, Framed, FreeArea, Ground, Intent, Picked, Pose, ScreenKind};

/// Points that the pointer may move within a click.
const CLICK_SLOP: f32 = 4.0;

/// What the pointer has hold of.
#[derive(Debug, Default)]
struct Hold {
    grabbed: Option<[f64; 2]>,
    dragging: bool,
    turning: bool,
    last: Option<Vec2>,
    pressed_at: Vec2,
    /// The ground under the last click, before the view gave way to a card.
    clicked: Option<[f64; 2]>,
}

/// Adds the systems; needs [`Rig`].
pub(super) fn plugin(app: &mut App) {
    app.init_resource::<FreeArea>()
        .init_resource::<Framed>()
        .init_resource::<Picked>()
        .init_resource::<Presses>()
        .add_message::<FlyTo>()
        .add_message::<Intent>()
        .add_systems(Update, (pointer, keys, orders, settle).chain().in_set(HallSet::Decide));
}

fn pointer(
    window: Option<Single<&Window, With<PrimaryWindow>>>,
    (buttons, mut wheel): (Res<ButtonInput<MouseButton>>, MessageReader<MouseWheel>),
    (egui, clicks): (Res<EguiWantsInput>, Res<Clicks>),
    (view, ground, taken): (Res<CityView>, Res<Ground>, Option<Res<ClicksTaken>>),
    mut rig: ResMut<Rig>,
    mut hold: Local<Hold>,
) {
    let at = window.as_ref().and_then(|window| window.cursor_position());
    let Some(at) = at else {
        *hold = Hold::default();
        wheel.clear();
        return;
    };
    let free = !egui.wants_any_pointer_input();
    let moved = hold.last.map_or(Vec2::ZERO, |last| at - last);
    hold.last = Some(at);
    if free && buttons.just_pressed(MouseButton::Left) {
        hold.grabbed = reach(&view, &ground, at);
        hold.pressed_at = at;
        rig.motion = Motion::Still;
        rig.touch();
    }
    if free && (buttons.just_pressed(MouseButton::Right) || buttons.just_pressed(MouseButton::Middle)) {
        hold.turning = true;
        rig.motion = Motion::Still;
        rig.touch();
    }
    hold.dragging |= hold.grabbed.is_some() && at.distance(hold.pressed_at) > CLICK_SLOP;
    if let Some(grabbed) = hold.grabbed
        && hold.dragging
        && moved != Vec2::ZERO
        && let Some(under) = reach(&view, &ground, at)
    {
        rig.pose = rig.limits.clamp(pose::pan(rig.pose, grabbed, under));
    }
    if hold.turning && moved != Vec2::ZERO {
        let pose = Pose {
            heading: rig.pose.heading - f64::from(moved.x) * 0.3,
            tilt: rig.pose.tilt - f64::from(moved.y) * 0.25,
            ..rig.pose
        };
        rig.pose = rig.limits.clamp(pose);
    }
    if buttons.just_released(MouseButton::Left) {
        hold.grabbed = None;
        hold.dragging = false;
    }
    for click in &clicks.all {
        if !click.again {
            hold.clicked = reach(&view, &ground, click.at);
        } else if !taken.as_ref().is_some_and(|taken| taken.0)
            && let Some(target) = hold.clicked.take()
        {
            let distance = (rig.pose.distance * 0.45).max(pose::MIN_DISTANCE * 4.0).min(rig.pose.distance);
            let to = Pose { target, distance, ..rig.pose };
            rig.fly(to);
        }
    }
    if !buttons.pressed(MouseButton::Right) && !buttons.pressed(MouseButton::Middle) {
        hold.turning = false;
    }
    for turn in wheel.read().filter(|_| free) {
        let notches = match turn.unit {
            MouseScrollUnit::Line => turn.y,
            MouseScrollUnit::Pixel => turn.y / 60.0,
        };
        if let Some(anchor) = reach(&view, &ground, at) {
            zoom_by(&mut rig, anchor, f64::from(notches.clamp(-4.0, 4.0)));
        }
    }
}

/// Whether something moved in the frame before.
#[derive(Default)]
struct Pace(bool);

impl Pace {
    /// Seconds that what is `moving` goes on by: as long as the last frame took, but what begins after a sleep begins
    /// gently.
    fn step(&mut self, moving: bool, time: &Time<Real>) -> f64 {
        let longest = if std::mem::replace(&mut self.0, moving) { 0.4 } else { 0.05 };
        time.delta_secs_f64().min(longest)
    }
}

/// The ground under a point on screen; near the horizon not farther than the eye can use.
fn reach(view: &CityView, ground: &Ground, at: Vec2) -> Option<[f64; 2]> {
    let eye = crate::screen::coords::city_from_world(view.world_from_view.w_axis.truncate());
    let under = view.ground_at(&ground.0, at)?;
    let way = (under[0] - eye[0]).hypot(under[1] - eye[1]);
    (way < view.pose.distance * 6.0).then_some(under)
}

fn zoom_by(rig: &mut Rig, anchor: [f64; 2], notches: f64) {
    rig.touch();
    let from = match rig.motion {
        Motion::Zooming { goal, .. } => goal,
        _ => rig.pose.distance,
    };
    let goal = (from * (-0.22 * notches).exp()).clamp(pose::MIN_DISTANCE, rig.limits.max_distance());
    rig.motion = Motion::Zooming { anchor, goal };
}

fn keys(
    (keys, presses): (Res<ButtonInput<KeyCode>>, Res<Presses>),
    (egui, mut typing, time): (Res<EguiWantsInput>, Typing, Res<Time<Real>>),
    mut rig: ResMut<Rig>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut pace: Local<Pace>,
) {
    use KeyCode::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, PageDown, PageUp};
    if typing.is_on() {
        return;
    }
    // A list that has the focus has the arrows. A tap within one slow frame is a press as well.
    let is_down = |key: KeyCode| keys.pressed(key) || presses.alone(key);
    let down = |[letter, other]: [KeyCode; 2]| is_down(letter) || (is_down(other) && !egui.wants_any_keyboard_input());
    if presses.alone(KeyCode::KeyN) {
        let to = Pose { heading: 0.0, ..rig.pose };
        rig.fly(to);
    }
    // A list that has the focus goes to its first row.
    let home = presses.alone(KeyCode::Home) && !egui.wants_any_keyboard_input();
    if home || [KeyCode::Digit0, KeyCode::Numpad0].into_iter().any(|key| presses.alone(key)) {
        rig.fly_home();
    }
    if keys.any_pressed([KeyCode::ControlLeft, KeyCode::ControlRight, KeyCode::AltLeft, KeyCode::SuperLeft]) {
        return;
    }
    let axis = |minus: [KeyCode; 2], plus: [KeyCode; 2]| f64::from(i8::from(down(plus)) - i8::from(down(minus)));
    let right = axis([KeyCode::KeyA, ArrowLeft], [KeyCode::KeyD, ArrowRight]);
    let ahead = axis([KeyCode::KeyS, ArrowDown], [KeyCode::KeyW, ArrowUp]);
    let turn = axis([KeyCode::KeyQ, KeyCode::KeyQ], [KeyCode::KeyE, KeyCode::KeyE]);
    let tilt = axis([KeyCode::KeyF, PageDown], [KeyCode::KeyR, PageUp]);
    let near = axis([KeyCode::Minus, KeyCode::NumpadSubtract], [KeyCode::Equal, KeyCode::NumpadAdd]);
    let held = [right, ahead, turn, tilt, near].iter().any(|axis| *axis != 0.0);
    let dt = pace.step(held, &time);
    if held {
        let [dx, dy] = crate::screen::coords::direction(rig.pose.heading);
        let step = rig.pose.distance * 0.7 * dt;
        let pose = Pose {
            target: [
                rig.pose.target[0] + (dx * ahead + dy * right) * step,
                rig.pose.target[1] + (dy * ahead - dx * right) * step,
            ],
            distance: rig.pose.distance * (-1.4 * near * dt).exp(),
            heading: rig.pose.heading + turn * 70.0 * dt,
            tilt: rig.pose.tilt + tilt * 45.0 * dt,
        };
        rig.touch();
        rig.jump(pose);
        redraw.write(RequestRedraw);
    }
}

fn orders(mut flights: MessageReader<FlyTo>, mut intents: MessageReader<Intent>, mut rig: ResMut<Rig>) {
    for flight in flights.read() {
        let distance = flight.distance.unwrap_or(rig.pose.distance);
        let to = Pose { target: flight.target, distance, ..rig.pose };
        rig.fly(to);
    }
    for intent in intents.read() {
        let to = match intent {
            Intent::NorthUp => Pose { heading: 0.0, ..rig.pose },
            Intent::ResetView => {
                rig.fly_home();
                continue;
            }
            _ => continue,
        };
        rig.fly(to);
    }
}

/// Advances what moves by itself and writes the view of this frame.
fn settle(
    time: Res<Time<Real>>,
    (free, framed, ground): (Res<FreeArea>, Res<Framed>, Res<Ground>),
    kind: Option<Res<ScreenKind>>,
    camera: Single<(&Camera, &mut Transform), With<TwinCamera>>,
    mut rig: ResMut<Rig>,
    mut view: ResMut<CityView>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut pace: Local<Pace>,
) {
    let dt = pace.step(rig.is_moving(), &time);
    if rig.is_moving() {
        rig.advance(dt);
        rig.give_way(dt);
        redraw.write(RequestRedraw);
    }
    let (camera, mut transform) = camera.into_inner();
    let Some(size) = camera.logical_viewport_size().filter(|size| size.min_element() >= 1.0) else { return };
    let free = framed.0.or(free.0);
    if rig.size != size || rig.free != free || rig.unsettled > 0 {
        // Nobody touches a wall: it keeps the whole city in sight whatever comes and goes.
        let keeps_whole = kind.is_some_and(|kind| *kind == ScreenKind::Wall);
        rig.fit(size, free, keeps_whole);
        rig.give_way(0.0);
        if rig.is_moving() {
            redraw.write(RequestRedraw);
        }
    }
    let level = pose::level(rig.pose, |at| ground.0.ground_at(at));
    if rig.level.to_bits() != level.to_bits() {
        rig.level = level;
    }
    let (clip_from_world, world_from_view) = Lens::new(rig.pose, level, size, rig.shifted()).f32();
    let now = CityView { pose: rig.pose, clip_from_world, world_from_view, size };
    let placed = Transform::from_matrix(world_from_view);
    transform.set_if_neq(placed);
    view.set_if_neq(now);
}
