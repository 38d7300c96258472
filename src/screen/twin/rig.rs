//! The camera's pose, and what moves it from frame to frame.

use bevy::math::{Rect, Vec2};
use bevy::prelude::Resource;

use super::pose::{self, Limits};
use crate::screen::shown::Pose;

/// Seconds that the distance takes to come within a third of its goal.
const EASE_SECS: f64 = 0.09;
/// Frames in which the view follows a new size of the window.
const FOLLOWS: u8 = 4;
/// Seconds in which the whole city comes to where panels leave it room.
const FRAME_SECS: f64 = 1.2;

/// The camera's pose and what moves it.
#[derive(Resource, Debug)]
pub struct Rig {
    /// Where it is.
    pub pose: Pose,
    /// Metres above the height zero of what it looks at.
    pub level: f64,
    /// How far it may go.
    pub limits: Limits,
    pub(super) motion: Motion,
    /// What panels leave free of the view.
    pub(super) free: Option<Rect>,
    /// The middle that is drawn with: it follows that of what is free.
    pub(super) middle: Option<Vec2>,
    /// Size of the view in points.
    pub(super) size: Vec2,
    /// The whole city as it was last shown: while nobody has moved the view, it follows the window's size.
    home: Pose,
    /// The whole city as it fits into what is free now.
    whole: Pose,
    /// Frames in which the view may still follow: the panels come a frame after the window.
    pub(super) unsettled: u8,
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
            middle: None,
            size: Vec2::ZERO,
            home,
            whole: home,
            unsettled: 0,
            touched: 0,
        }
    }

    /// Stand at `pose` at once.
    pub fn jump(&mut self, pose: Pose) {
        self.pose = self.limits.clamp(pose);
        self.motion = Motion::Still;
    }

    /// Where the whole city is seen in what panels leave free.
    #[must_use]
    pub fn whole(&self) -> Pose {
        self.whole
    }

    /// Whether it moves by itself.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.motion != Motion::Still || self.middle != self.free.map(|free| free.center())
    }

    /// How many gestures, keys and flights somebody asked for there were so far: who moves the camera by itself stops
    /// where this number grows.
    #[must_use]
    pub fn touched(&self) -> u32 {
        self.touched
    }

    pub(super) fn touch(&mut self) {
        self.touched = self.touched.wrapping_add(1);
    }

    /// A part of the view around the middle that is drawn with.
    pub(super) fn shifted(&self) -> Option<Rect> {
        self.middle.map(|at| Rect::from_center_size(at, Vec2::ONE))
    }

    /// Fly to `to` in `secs` seconds, as calmly as that is.
    pub fn glide(&mut self, to: Pose, secs: f64) {
        let to = self.limits.clamp(to);
        self.motion = Motion::Flying { from: self.pose, to, secs: secs.max(0.01), elapsed: 0.0 };
    }

    pub(super) fn fly(&mut self, to: Pose) {
        self.touch();
        let to = self.limits.clamp(to);
        let way = (to.target[0] - self.pose.target[0]).hypot(to.target[1] - self.pose.target[1]);
        let zooms = (to.distance / self.pose.distance).ln().abs();
        let turns = pose::turn(self.pose.heading, to.heading).abs() / 180.0;
        let secs = 0.35 + 0.3 * (way / (self.pose.distance + to.distance)).min(3.0) + 0.12 * zooms + 0.3 * turns;
        self.motion = Motion::Flying { from: self.pose, to, secs: secs.min(1.8), elapsed: 0.0 };
    }

    /// Fly to where a circle on the ground is seen whole, if it is not.
    pub fn show_circle(&mut self, middle: [f64; 2], radius_m: f64) {
        let to = self.limits.with_circle(middle, radius_m, self.pose, self.size, self.free);
        if to != self.pose {
            self.fly(to);
        }
    }

    pub(super) fn fly_home(&mut self) {
        self.touch();
        self.home = self.whole;
        self.fly(self.home);
    }

    /// Take the size of the view and what is free of it. Where it `keeps_whole` the whole city stays in sight as panels
    /// come and go, as long as nobody has moved the view.
    pub(super) fn fit(&mut self, size: Vec2, free: Option<Rect>, keeps_whole: bool) {
        let resized = self.size != size || self.free.is_none();
        if resized {
            self.unsettled = FOLLOWS;
        }
        let changed = resized || self.free != free;
        (self.size, self.free) = (size, free);
        let untouched = match self.motion {
            Motion::Still => self.pose == self.home,
            Motion::Flying { to, .. } => keeps_whole && to == self.home,
            Motion::Zooming { .. } => false,
        };
        if changed {
            self.whole = self.limits.clamp(self.limits.home_in(size, free));
        }
        if changed && untouched && self.unsettled > 0 {
            self.home = self.whole;
            self.jump(self.home);
        } else if changed && untouched && keeps_whole && self.whole != self.home {
            self.home = self.whole;
            self.glide(self.home, FRAME_SECS);
        }
        self.unsettled = self.unsettled.saturating_sub(1);
    }

    /// Where panels come and go the view gives way to them, at once only while the window itself is new.
    pub(super) fn give_way(&mut self, dt: f64) {
        let goal = self.free.map(|free| free.center());
        self.middle = match (self.middle, goal) {
            (Some(at), Some(goal)) if self.unsettled == 0 && at.distance(goal) > 0.5 => {
                #[expect(clippy::cast_possible_truncation, reason = "a share")]
                let left = (-dt / EASE_SECS).exp() as f32;
                Some(goal + (at - goal) * left)
            }
            _ => goal,
        };
    }

    pub(super) fn advance(&mut self, dt: f64) {
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
pub(super) enum Motion {
    Still,
    Zooming { anchor: [f64; 2], goal: f64 },
    Flying { from: Pose, to: Pose, secs: f64, elapsed: f64 },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_gives_way_to_a_panel_with_ease_but_not_while_the_window_is_new() {
        let mut rig = Rig::new(crate::screen::twin::DEFAULT_LIMITS);
        let size = Vec2::new(1600.0, 900.0);
        let (wide, narrow) = (Rect::new(300.0, 0.0, 1600.0, 900.0), Rect::new(300.0, 0.0, 1200.0, 900.0));
        for free in [wide, narrow, wide, wide, wide] {
            rig.fit(size, Some(free), false);
            rig.give_way(0.0);
            assert!(!rig.is_moving(), "at once: {:?}", rig.middle);
        }
        rig.fit(size, Some(narrow), false);
        rig.give_way(0.0);
        assert_eq!(rig.middle, Some(wide.center()), "nothing jumps");
        assert!(rig.is_moving());
        let mut last = wide.center().x;
        for _ in 0..40 {
            rig.give_way(0.02);
            let x = rig.middle.map_or(0.0, |at| at.x);
            assert!(x <= last && x >= narrow.center().x, "{x} after {last}");
            last = x;
        }
        assert!(!rig.is_moving() && rig.middle == Some(narrow.center()));
    }

    #[test]
    fn a_wall_keeps_the_whole_city_in_sight_as_panels_come_and_a_desk_stays_where_it_is() {
        let size = Vec2::new(1600.0, 900.0);
        let (wide, narrow) = (Rect::new(300.0, 0.0, 1600.0, 900.0), Rect::new(300.0, 0.0, 900.0, 900.0));
        let settled = |keeps_whole: bool| {
            let mut rig = Rig::new(crate::screen::twin::DEFAULT_LIMITS);
            for _ in 0..=FOLLOWS {
                rig.fit(size, Some(wide), keeps_whole);
                rig.give_way(0.0);
            }
            rig
        };
        let mut desk = settled(false);
        let before = desk.pose;
        desk.fit(size, Some(narrow), false);
        desk.advance(2.0);
        assert_eq!(desk.pose, before);
        let mut wall = settled(true);
        wall.fit(size, Some(narrow), true);
        assert_eq!(wall.pose, before, "nothing jumps");
        wall.advance(FRAME_SECS * 0.5);
        // More room again before it has arrived.
        wall.fit(size, Some(wide), true);
        wall.advance(FRAME_SECS);
        assert_eq!(wall.pose, wall.whole(), "and back");
        wall.fit(size, Some(narrow), true);
        wall.advance(FRAME_SECS);
        assert!(wall.pose == wall.whole() && wall.pose.distance > before.distance, "{:?}", wall.pose);
        let moved = Pose { heading: 30.0, ..wall.pose };
        wall.jump(moved);
        wall.fit(size, Some(wide), true);
        wall.advance(FRAME_SECS);
        assert_eq!(wall.pose, moved, "where somebody put it");
    }
}
