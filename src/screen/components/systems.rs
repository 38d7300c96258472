//! Keeps the components near the eye at hand.

use bevy::prelude::*;

use super::model::{self, STEP_M, Standing};
use crate::screen::coords::city_from_world;
use crate::screen::shown::{CityView, Ground, Picked, Target};

/// The components near the eye, sorted by form.
#[derive(Resource, Debug, Default, Clone)]
pub struct Near {
    /// They.
    pub standing: Vec<Standing>,
    /// The number of the one that is lit up.
    pub lit: Option<u32>,
    /// Where the eye was when they were gathered.
    from: Option<[f64; 3]>,
}

impl Near {
    /// The component under a point on screen, and its metres from the eye.
    #[must_use]
    pub fn under(&self, view: &CityView, at: Vec2) -> Option<(u32, f64)> {
        model::under(&self.standing, view, at)
    }
}

pub(super) fn gather(view: Res<CityView>, ground: Res<Ground>, picked: Res<Picked>, mut near: ResMut<Near>) {
    if ground.0.components().is_empty() {
        return;
    }
    let eye = city_from_world(view.world_from_view.w_axis.truncate());
    let far = |from: [f64; 3]| eye.iter().zip(from).any(|(a, b)| (a - b).abs() > STEP_M * 0.5);
    if near.from.is_none_or(far) {
        let standing = model::around(&ground.0, eye);
        // most of the time the eye is too high up for any
        if standing.is_empty() && near.standing.is_empty() {
            near.bypass_change_detection().from = Some(eye);
        } else {
            *near = Near { standing, lit: near.lit, from: Some(eye) };
        }
    }
    let lit = [picked.hovered, picked.selected].into_iter().flatten().find_map(|target| match target {
        Target::Component(number) => Some(number),
        _ => None,
    });
    if near.lit != lit {
        near.lit = lit;
    }
}
