//! Follows the positions in `Shown` and writes the crews' sprites.

use std::collections::BTreeMap;

use bevy::prelude::*;
use bevy::time::Real;
use bevy::window::RequestRedraw;

use super::model::Track;
use crate::domain::CrewId;
use crate::screen::pins::icons::NONE;
use crate::screen::pins::marks::Lens;
use crate::screen::pins::model::single;
use crate::screen::pins::render::{DART, SQUARE, Sprite, Sprites, flag, tint};
use crate::screen::shown::{CityView, Ground, Shown};

/// Points along half a crew's mark, near and far.
const RADIUS: [f32; 2] = [8.5, 3.5];
/// Metres to the target within which crews are largest, and beyond which they are smallest.
const NEAR_FAR: [f64; 2] = [1_500.0, 20_000.0];

/// Where each crew is shown.
#[derive(Resource, Default)]
pub(super) struct Units {
    tracks: BTreeMap<CrewId, Track>,
}

pub(super) fn sync(
    shown: Res<Shown>,
    view: Res<CityView>,
    ground: Res<Ground>,
    time: Res<Time<Real>>,
    mut units: ResMut<Units>,
    mut sprites: ResMut<Sprites>,
    mut redraw: MessageWriter<RequestRedraw>,
    mut gliding: Local<bool>,
) {
    if !*gliding && !shown.is_changed() && !view.is_changed() {
        return;
    }
    let now = time.elapsed_secs();
    let tracks = &mut units.tracks;
    if shown.is_changed() {
        tracks.retain(|crew, _| shown.crews.contains_key(crew));
        for (crew, position) in &shown.crews {
            let at = ground.0.frame().metres_from_lonlat(position.at);
            match tracks.get_mut(crew) {
                None => {
                    tracks.insert(*crew, Track::at(at, position.when));
                }
                Some(track) if track.when != position.when => track.hear(at, position.when, now),
                Some(_) => {}
            }
        }
    }
    let lens = Lens::new(&view);
    let size = view.size + 32.0;
    let away = ((view.pose.distance - NEAR_FAR[0]) / (NEAR_FAR[1] - NEAR_FAR[0])).clamp(0.0, 1.0);
    #[expect(clippy::cast_possible_truncation, reason = "0 to 1")]
    let radius = RADIUS[0] + (RADIUS[1] - RADIUS[0]) * (away as f32).sqrt();
    let mut drawn = Vec::with_capacity(tracks.len());
    *gliding = false;
    for track in tracks.values() {
        let at = track.place(now);
        let (p, depth) = lens.project(at);
        if depth < 1.0 || !p.cmpge(Vec2::splat(-32.0)).all() || !p.cmple(size).all() {
            continue;
        }
        // Below half a point of way nobody sees it glide.
        #[expect(clippy::cast_possible_truncation, reason = "metres of a way fit f32")]
        let visible = track.way() as f32 * lens.scale(depth) > 0.5;
        *gliding |= visible && track.glides(now);
        let stale = track.is_stale(shown.now);
        drawn.push(sprite(track, at, radius, stale, view.pose.heading));
    }
    if sprites.units != drawn {
        sprites.units = drawn;
    }
    if *gliding {
        redraw.write(RequestRedraw);
    }
}

fn sprite(track: &Track, at: [f64; 2], radius: f32, stale: bool, camera_heading: f64) -> Sprite {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 256")]
    let turned = ((camera_heading / 360.0).rem_euclid(1.0) * 256.0) as u8;
    let (shape, heading) = track.heading.map_or((SQUARE, 0), |heading| (DART, heading.wrapping_sub(turned)));
    let (tint, opacity) = if stale { (tint::STALE, 120) } else { (tint::CREW, 235) };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some tens of quarter points")]
    let quarters = (radius * 4.0) as u8;
    Sprite {
        at: single(at),
        look: [shape, tint, NONE, flag::NO_STEM],
        extra: [0; 4],
        motion: [quarters, opacity, 0, heading],
    }
}
