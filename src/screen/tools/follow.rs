//! The camera stays with a crew until somebody takes it back.

use bevy::prelude::*;
use bevy::time::Real;
use bevy_egui::EguiContexts;
use egui::{Align2, Key, Modifiers, RichText};
use rust_i18n::t;

use super::{panel, pressed};
use crate::domain::CrewId;
use crate::screen::look::tokens;
use crate::screen::shown::{FreeArea, Picked, Pose, Target};
use crate::screen::twin::rig::Rig;
use crate::screen::units::{Units, legend::kind_key};

/// Metres from the crew that the camera comes to at most, and the seconds it takes to get there.
const NEAR_M: f64 = 650.0;
const APPROACH_SECS: f64 = 1.4;
/// Seconds that the camera takes to make up for two thirds of what it lags behind.
const LAG_SECS: f64 = 0.25;

/// Who is followed.
#[derive(Resource, Debug, Default)]
pub(super) struct Following {
    crew: Option<CrewId>,
    /// Gestures before.
    touched: u32,
}

/// The pose that comes nearer to looking at `at`, `dt` seconds later.
pub(super) fn towards(pose: Pose, at: [f64; 2], dt: f64) -> Pose {
    let left = (-dt / LAG_SECS).exp();
    let axis = |from: f64, to: f64| to + (from - to) * left;
    Pose { target: [axis(pose.target[0], at[0]), axis(pose.target[1], at[1])], ..pose }
}

/// Moves the camera along.
pub(super) fn follow(
    (units, time): (Res<Units>, Res<Time<Real>>),
    mut following: ResMut<Following>,
    mut rig: ResMut<Rig>,
) {
    let Some(crew) = following.crew else { return };
    let place = units.track(crew).map(|track| track.place(time.elapsed_secs()));
    let Some(place) = place.filter(|_| rig.touched() == following.touched) else {
        following.crew = None;
        return;
    };
    if rig.is_moving() {
        return;
    }
    let [dx, dy] = [place[0] - rig.pose.target[0], place[1] - rig.pose.target[1]];
    if dx.hypot(dy) > 0.05 {
        let pose = towards(rig.pose, place, time.delta_secs_f64().min(0.1));
        rig.jump(pose);
    }
}

/// The key, and a note while somebody is followed.
pub(super) fn tool(
    mut contexts: EguiContexts,
    (units, picked, free, time): (Res<Units>, Res<Picked>, Res<FreeArea>, Res<Time<Real>>),
    mut following: ResMut<Following>,
    mut rig: ResMut<Rig>,
) -> Result {
    let ctx = contexts.ctx_mut()?.clone();
    if pressed(&ctx, Modifiers::NONE, Key::V) {
        let crew = match picked.selected {
            Some(Target::Crew(crew)) if following.crew != Some(crew) => Some(crew),
            _ => None,
        };
        following.crew = crew;
        if let Some(track) = crew.and_then(|crew| units.track(crew)) {
            let to = Pose {
                target: track.place(time.elapsed_secs() + 1.0),
                distance: rig.pose.distance.min(NEAR_M),
                ..rig.pose
            };
            rig.glide(to, APPROACH_SECS);
            following.touched = rig.touched();
        }
        ctx.request_repaint();
    }
    if let Some((crew, track)) = following.crew.and_then(|crew| Some((crew, units.track(crew)?))) {
        panel(&ctx, "follow", &free, Align2::CENTER_BOTTOM, |ui| {
            let words = t!("follow.following", kind = t!(kind_key(track.kind)), number = crew.0);
            ui.label(RichText::new(words).color(tokens::ACCENT.egui()));
        });
    }
    Ok(())
}
