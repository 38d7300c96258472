//! From marks to sprites: looks and motion as pure functions of time.

use std::collections::HashMap;

use super::icons::NONE;
use super::mark::{Mark, MarkOf, radius_of};
use super::pyramid::{CellKey, FINEST, Pin, Pyramid};
use super::sprite::{Sprite, flag, pair, shape_number};
use crate::domain::{Grade, IncidentId};
use crate::ground::City;
use crate::screen::shown::Target;

/// A new pin drops for this long, then rings.
const DROP_SECS: f32 = 0.32;
/// Seconds from a pin's coming to the end of its ring.
pub const ARRIVING_SECS: f32 = 1.5;
/// Seconds a closed pin takes to fade out.
pub const LEAVING_SECS: f32 = 0.7;
/// Points a new pin drops.
const DROP: f32 = 46.0;

fn byte(share: f32) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte")]
    let byte = (share.clamp(0.0, 1.0) * 255.0).round() as u8;
    byte
}

fn quarter_points(radius: f32) -> u8 {
    byte(radius * 4.0 / 255.0)
}

/// Local metres as the GPU takes them.
#[must_use]
pub fn single(at: [f64; 3]) -> [f32; 3] {
    #[expect(clippy::cast_possible_truncation, reason = "local metres fit f32")]
    let single = at.map(|v| v as f32);
    single
}

/// The sprite of a mark at rest.
#[must_use]
pub fn sprite_of(mark: &Mark, figures: [u8; 4], selected: Option<IncidentId>) -> Sprite {
    let own = match mark.of {
        MarkOf::Pin(id) if !mark.is_cluster() => Some(id),
        _ => None,
    };
    let mut flags = if mark.is_cluster() { flag::CLUSTER | flag::NO_STEM } else { 0 };
    if own.is_some() && own == selected {
        flags |= flag::SELECTED;
    } else if mark.raised {
        flags |= flag::HOVERED;
    }
    #[expect(clippy::cast_possible_truncation, reason = "0 to 3")]
    let tint = mark.grade.index() as u8;
    Sprite {
        at: single(mark.at),
        look: [shape_number(mark.grade), tint, if mark.is_cluster() { NONE } else { mark.icon }, flags],
        extra: if mark.is_cluster() { figures } else { pair(mark.aside) },
        motion: [quarter_points(radius_of(mark.grade, mark.count)), 255, 0, 0],
    }
}

/// What a pin that came, or the cluster that took it in, looks like some seconds after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ring {
    /// Points above its place.
    pub above: f32,
    /// Opacity.
    pub opacity: f32,
    /// 0 before the ring, 1 when it is gone.
    pub ring: f32,
}

/// The motion of a pin `age` seconds after it came.
#[must_use]
pub fn ring(age: f32) -> Ring {
    let fall = (age / DROP_SECS).clamp(0.0, 1.0);
    let wave = ((age - DROP_SECS) / (ARRIVING_SECS - DROP_SECS)).clamp(0.0, 1.0);
    Ring { above: DROP * (1.0 - fall * fall), opacity: (fall * 2.0).min(1.0), ring: 1.0 - (1.0 - wave) * (1.0 - wave) }
}

/// The rings of all arrivals, by pin and by every cell around it.
#[must_use]
pub(super) fn rings(arrived: &HashMap<IncidentId, f32>, pyramid: &Pyramid, now: f32) -> HashMap<MarkOf, Ring> {
    let mut rings = HashMap::new();
    let mut sorted: Vec<_> = arrived.iter().collect();
    sorted.sort_unstable_by_key(|(id, _)| **id);
    for (id, at) in sorted {
        let Some(pin) = pyramid.pin(*id) else { continue };
        let ring = ring(now - at);
        rings.insert(MarkOf::Pin(*id), ring);
        for level in 0..=FINEST {
            rings.insert(MarkOf::Cluster(CellKey::of(level, pin.at)), ring);
        }
    }
    rings
}

/// Let a sprite drop and ring where its mark, or something in it, just came.
pub(super) fn animate(sprite: &mut Sprite, mark: &Mark, rings: &HashMap<MarkOf, Ring>) {
    if rings.is_empty() {
        return;
    }
    let Some(ring) = std::iter::once(&mark.of).chain(&mark.joined).find_map(|of| rings.get(of)) else { return };
    let [radius, _, _, heading] = sprite.motion;
    if mark.is_cluster() {
        sprite.motion = [radius, 255, byte(ring.ring), heading];
    } else {
        sprite.motion = [radius, byte(ring.opacity), byte(ring.ring), heading];
        sprite.extra = pair(mark.aside - bevy::math::Vec2::new(0.0, ring.above));
    }
}

/// The sprite of a pin that was closed `age` seconds ago.
#[must_use]
pub fn leaving(pin: &Pin, age: f32) -> Sprite {
    let left = 1.0 - (age / LEAVING_SECS).clamp(0.0, 1.0);
    #[expect(clippy::cast_possible_truncation, reason = "0 to 3")]
    let tint = pin.grade.index() as u8;
    let [east, north] = pin.at;
    Sprite {
        at: single([east, north, pin.up]),
        look: [shape_number(pin.grade), tint, pin.icon, 0],
        extra: [0; 4],
        motion: [quarter_points(radius_of(pin.grade, 1) * (0.6 + 0.4 * left)), byte(left), 0, 0],
    }
}

/// Where something of the ground is: metres east, north and up (a building's top).
#[must_use]
pub fn place_of(city: &City, target: Target) -> Option<[f64; 3]> {
    match target {
        Target::Incident(_) | Target::Crew(_) | Target::Area(_) => None,
        Target::Component(component) => {
            let [east, north] = city.components().get(component as usize)?.at.map(f64::from);
            Some([east, north, city.ground_at([east, north]) + 1.0])
        }
        Target::Place(place) => {
            let [east, north] = city.places().get(place as usize)?.at.map(f64::from);
            Some([east, north, city.ground_at([east, north])])
        }
        Target::Building(building) => {
            let building_dm = city.buildings().get(building as usize)?;
            let top = (f64::from(building_dm.ground_dm) + f64::from(building_dm.top_dm)) / 10.0;
            let rings = city.footprint(building);
            let outer = rings.first().filter(|ring| !ring.is_empty())?;
            #[expect(clippy::cast_precision_loss, reason = "corners of one building")]
            let n = outer.len() as f64;
            let [east, north] = outer.iter().fold([0.0, 0.0], |[x, y], [east, north]| [x + east / n, y + north / n]);
            Some([east, north, top])
        }
    }
}

/// `n` pins in crowds around `middle`, always the same for one seed; ids far above those of a hub.
pub fn crowd(n: usize, seed: u64, middle: [f64; 2]) -> impl Iterator<Item = (IncidentId, Pin)> {
    let mut state = seed;
    // SplitMix64.
    let mut next = move || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        #[expect(clippy::cast_precision_loss, reason = "53 bits of it are taken")]
        let share = ((z ^ z >> 31) >> 11) as f64 / (1_u64 << 53) as f64;
        share
    };
    let crowds: Vec<[f64; 3]> =
        (0..24).map(|_| [(next() - 0.5) * 16_000.0, (next() - 0.5) * 16_000.0, 150.0 + next() * 1_500.0]).collect();
    (0..n as u64).map(move |i| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the number of crowds")]
        let [x, y, wide] = crowds.get((next() * 24.0) as usize).copied().unwrap_or([0.0, 0.0, 500.0]);
        let (turn, away) = (next() * std::f64::consts::TAU, wide * (-2.0 * (1.0 - next()).ln()).sqrt());
        let lot = next();
        let grade = match lot {
            l if l < 0.02 => Grade::I,
            l if l < 0.1 => Grade::II,
            l if l < 0.35 => Grade::III,
            _ => Grade::IV,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the first icons, before the figures"
        )]
        let icon = (next() * 20.0) as u8;
        let at = [middle[0] + x + away * turn.cos(), middle[1] + y + away * turn.sin()];
        (IncidentId((1 << 40) + i), Pin { at, up: 0.0, grade, icon })
    })
}
