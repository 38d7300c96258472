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
use super::pose::{self, Lens, Limits};
use crate::screen::input::{Clicks, Presses, Typing};
use crate::screen::sets::HallSet;
use crate::screen::shown::{CityView, ClicksTaken, FlyTo, FreeArea, Ground, Intent, Picked, Pose};

/// Seconds that the distance takes to come within a third of its goal.
const EASE_SECS: f64 = 0.09;
/// Frames in which the view follows a new size of the window.
const FOLLOWS: u8 = 4;
/// Points that the pointer may move within a click.
const CLICK_SLOP: f32 = 4.0;

/// The camera's pose and what moves it.
#[derive(Resource, Debug)]
pub struct Rig {
    /// Where it is.
    pub pose: Pose,
    /// Metres above the height zero of what it looks at.
    pub level: f64,
    /// How far it may go.
    pub limits: Limits,
    motion: Motion,
    /// Free area that is drawn with.
    free: Option<Rect>,
    /// Size of the view in points.
    size: Vec2,
    /// The whole city as it was last shown: while nobody has moved the view, it follows the window's size.
    home: Pose,
    /// Frames in which the view may still follow: the panels come a frame after the window.
    unsettled: u8,
    /// Gestures so far.
    touched: u32,
}

impl Rig {
    /// At the whole city.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let home = limits.home();
        Self {
            pose: home,
            level: 0.0,
            limits,
            motion: Motion::Still,
            free: None,
            size: Vec2::ZERO,
            home,
            unsettled: 0,
            touched: 0,
        }
    }

    /// Stand at `pose` at once.
    pub fn jump(&mut self, pose: Pose) {
        self.pose = self.limits.clamp(pose);
        self.motion = Motion::Still;
    }

    /// Whether it moves by itself.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.motion != Motion::Still
    }

    /// How many gestures, keys and flights somebody asked for there were so far: who moves the camera by itself stops
    /// where this number grows.
    #[must_use]
    pub fn touched(&self) -> u32 {
        self.touched
    }

    fn touch(&mut self) {
        self.touched = self.touched.wrapping_add(1);
    }

    /// Fly to `to` in `secs` seconds, as calmly as that is.
    pub fn glide(&mut self, to: Pose, secs: f64) {
        let to = self.limits.clamp(to);
        self.motion = Motion::Flying { from: self.pose, to, secs: secs.max(0.01), elapsed: 0.0 };
    }

    fn fly(&mut self, to: Pose) {
        self.touch();
        let to = self.limits.clamp(to);
        let way = (to.target[0] - self.pose.target[0]).hypot(to.target[1] - self.pose.target[1]);
        let zooms = (to.distance / self.pose.distance).ln().abs();
        let turns = pose::turn(self.pose.heading, to.heading).abs() / 180.0;
        let secs = 0.35 + 0.3 * (way / (self.pose.distance + to.distance)).min(3.0) + 0.12 * zooms + 0.3 * turns;
        self.motion = Motion::Flying { from: self.pose, to, secs: secs.min(1.8), elapsed: 0.0 };
    }

    fn fly_home(&mut self) {
        self.touch();
        if self.size != Vec2::ZERO {
            self.home = self.limits.home_in(self.size, self.free);
        }
        self.fly(self.home);
    }

    /// Take the size of the view and what is free of it.
    fn fit(&mut self, size: Vec2, free: Option<Rect>) {
        let resized = self.size != size || self.free.is_none();
        if resized {
            self.unsettled = FOLLOWS;
        }
        let changed = resized || self.free != free;
        (self.size, self.free) = (size, free);
        let untouched = self.pose == self.home && !self.is_moving();
        if changed && untouched && self.unsettled > 0 {
            self.home = self.limits.clamp(self.limits.home_in(size, free));
            self.pose = self.home;
        }
        self.unsettled = self.unsettled.saturating_sub(1);
    }

    fn advance(&mut self, dt: f64) {
        match &mut self.motion {
            Motion::Still => {}
            Motion::Zooming { anchor, goal } => {
                let left = (*goal / self.pose.distance).ln() * (-dt / EASE_SECS).exp();
                if left.abs() < 0.002 {
                    self.pose = self.limits.clamp(pose::zoom(self.pose, *anchor, *goal));
                    self.motion = Motion::Still;
                } else {
                    self.pose = self.limits.clamp(pose::zoom(self.pose, *anchor, *goal / left.exp()));
                }
            }
            Motion::Flying { from, to, secs, elapsed } => {
                *elapsed += dt;
                let s = *elapsed / *secs;
                self.pose = self.limits.clamp(pose::fly(*from, *to, s));
                if s >= 1.0 {
                    self.pose = *to;
                    self.motion = Motion::Still;
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Motion {
    Still,
    Zooming { anchor: [f64; 2], goal: f64 },
    Flying { from: Pose, to: Pose, secs: f64, elapsed: f64 },
}

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
    // A list that has the focus has the arrows.
    let down = |[letter, other]: [KeyCode; 2]| {
        keys.pressed(letter) || (keys.pressed(other) && !egui.wants_any_keyboard_input())
    };
    if presses.alone(KeyCode::KeyN) {
        let to = Pose { heading: 0.0, ..rig.pose };
        rig.fly(to);
    }
    if [KeyCode::Home, KeyCode::Digit0, KeyCode::Numpad0].into_iter().any(|key| presses.alone(key)) {
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
    (free, ground): (Res<FreeArea>, Res<Ground>),
    camera: Single<(&Camera, &mut Transform), With<TwinCamera>>,
    mut rig: ResMut<Rig>,
    mut view: ResMut<CityView>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut pace: Local<Pace>,
) {
    let dt = pace.step(rig.is_moving(), &time);
    if rig.is_moving() {
        rig.advance(dt);
        redraw.write(RequestRedraw);
    }
    let (camera, mut transform) = camera.into_inner();
    let Some(size) = camera.logical_viewport_size().filter(|size| size.min_element() >= 1.0) else { return };
    if rig.size != size || rig.free != free.0 || rig.unsettled > 0 {
        rig.fit(size, free.0);
    }
    let level = pose::level(rig.pose, |at| ground.0.ground_at(at));
    if rig.level.to_bits() != level.to_bits() {
        rig.level = level;
    }
    let (clip_from_world, world_from_view) = Lens::new(rig.pose, level, size, rig.free).f32();
    let now = CityView { pose: rig.pose, clip_from_world, world_from_view, size };
    let placed = Transform::from_matrix(world_from_view);
    transform.set_if_neq(placed);
    view.set_if_neq(now);
}
