//! What changes about a building: one colour with a strength, indexed by the building's number in the pack.
//!
//! Setting a tint touches four bytes in one buffer and no mesh. Features write [`Tints`]; hover and selection are
//! tinted here from [`Picked`].

use std::collections::HashMap;

use bevy::prelude::*;

use crate::screen::look::tokens::{self, Rgb};
use crate::screen::shown::{Picked, Target};

/// How strong the accent is on what is hovered and what is chosen, 0 to 255.
const HOVERED: u8 = 70;
const SELECTED: u8 = 190;

/// The tints of buildings.
#[derive(Resource, Debug, Default)]
pub struct Tints {
    set: HashMap<u32, u32>,
    changed: Vec<(u32, u32)>,
}

impl Tints {
    /// Tint `building` with `color`, `strength` from 0 (as it is) to 255 (nothing but the tint).
    pub fn set(&mut self, building: u32, color: Rgb, strength: u8) {
        let [red, green, blue] = color.linear();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
        let byte = |value: f32| u32::from((value * 255.0).round().clamp(0.0, 255.0) as u8);
        let word = byte(red) | byte(green) << 8 | byte(blue) << 16 | u32::from(strength) << 24;
        if strength == 0 {
            self.clear(building);
        } else if self.set.insert(building, word) != Some(word) {
            self.changed.push((building, word));
        }
    }

    /// Show `building` as it is.
    pub fn clear(&mut self, building: u32) {
        if self.set.remove(&building).is_some() {
            self.changed.push((building, 0));
        }
    }

    /// All tints, for a buffer that was made anew.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.set.iter().map(|(building, word)| (*building, *word))
    }

    /// Changes since the last call.
    pub(super) fn take_changes(&mut self) -> Vec<(u32, u32)> {
        std::mem::take(&mut self.changed)
    }

    /// Whether there are changes to take.
    pub(super) fn has_changes(&self) -> bool {
        !self.changed.is_empty()
    }
}

/// Tints what the pointer is over and what is chosen.
pub(super) fn tint_picked(picked: Res<Picked>, mut tints: ResMut<Tints>, mut last: Local<[Option<u32>; 2]>) {
    let building = |target: Option<Target>| match target {
        Some(Target::Building(building)) => Some(building),
        _ => None,
    };
    let now = [building(picked.hovered), building(picked.selected)];
    if now == *last {
        return;
    }
    for gone in last.iter().flatten().filter(|building| !now.contains(&Some(**building))) {
        tints.clear(*gone);
    }
    for (building, strength) in now.iter().zip([HOVERED, SELECTED]) {
        if let Some(building) = building {
            tints.set(*building, tokens::ACCENT, strength);
        }
    }
    *last = now;
}
