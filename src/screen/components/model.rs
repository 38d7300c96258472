//! Which components are near the eye, and which of them is under the pointer. Pure.

use bevy::math::Vec2;

use crate::ground::City;
use crate::screen::shown::CityView;

/// Metres from the eye within which components are shown.
pub const REACH_M: f64 = 420.0;
/// They are gathered anew when the eye has moved this far; so many metres more are gathered than are shown.
pub const STEP_M: f64 = 60.0;
/// At most this many are shown; in a city that has more of them, the nearest.
pub const MOST: usize = 6_000;
/// Points around a component that count as it.
const SLACK: f32 = 7.0;

/// What a component looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// A disc in the ground: manhole covers.
    Cover,
    /// A grate in the gutter.
    Grate,
    /// A street lamp.
    Lamp,
    /// A cabinet: power, telecom, water.
    Cabinet,
    /// A hydrant.
    Hydrant,
    /// A traffic light.
    Signal,
    /// A sign on a post.
    Sign,
    /// A guard rail.
    Rail,
    /// A bus shelter.
    Shelter,
    /// A litter bin.
    Bin,
    /// A panel on two posts: advertising.
    Panel,
    /// A street tree.
    Tree,
    /// Anything else that stands.
    Post,
}

impl Form {
    /// All forms in the order in which they are drawn.
    pub const ALL: [Self; 13] = [
        Self::Cover,
        Self::Grate,
        Self::Lamp,
        Self::Cabinet,
        Self::Hydrant,
        Self::Signal,
        Self::Sign,
        Self::Rail,
        Self::Shelter,
        Self::Bin,
        Self::Panel,
        Self::Tree,
        Self::Post,
    ];

    /// The form of a class and sub-class, as a component has them; `None` for what is no thing by itself (a road's surface, a
    /// bridge) or larger than one.
    #[must_use]
    pub fn of(code: u16) -> Option<Self> {
        Some(match code {
            101..=103 | 105..=112 | 114 | 127..=131 => Self::Cover,
            104 | 2102 => Self::Grate,
            118 | 120 => Self::Lamp,
            115 | 116 | 121..=125 | 132 | 134 | 135 | 137 | 138 | 214 | 217 | 2101 => Self::Cabinet,
            113 => Self::Hydrant,
            210 => Self::Signal,
            204 | 209 | 213 | 303 => Self::Sign,
            211 | 408 | 604 => Self::Rail,
            203 => Self::Shelter,
            305 => Self::Bin,
            215 | 306 | 307 | 311 | 501 => Self::Panel,
            401 | 402 => Self::Tree,
            133
            | 201
            | 205..=208
            | 216
            | 301
            | 302
            | 304
            | 405
            | 410
            | 502
            | 503
            | 601..=603
            | 605
            | 606
            | 2103
            | 2104 => {
                return None;
            }
            _ => Self::Post,
        })
    }

    /// Metres it stands high, as it is drawn.
    #[must_use]
    pub fn height_m(self) -> f32 {
        match self {
            Self::Cover | Self::Grate => 0.06,
            Self::Lamp => 8.6,
            Self::Cabinet => 1.5,
            Self::Hydrant | Self::Rail => 1.0,
            Self::Signal => 5.4,
            Self::Sign => 2.9,
            Self::Shelter | Self::Panel => 2.8,
            Self::Bin => 1.1,
            Self::Tree => 7.6,
            Self::Post => 1.2,
        }
    }
}

/// A component near the eye.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// Number in the pack.
    pub number: u32,
    /// What it looks like.
    pub form: Form,
    /// Metres east, north and up of its foot.
    pub foot: [f32; 3],
    /// 256ths of a turn clockwise from north.
    pub heading: u8,
}

/// The components around a place of the eye (metres east, north, up), sorted by form; none where it is too high up.
#[must_use]
pub fn around(city: &City, eye: [f64; 3]) -> Vec<Standing> {
    let above = eye[2] - city.ground_at([eye[0], eye[1]]);
    if above > REACH_M {
        return Vec::new();
    }
    let reach = REACH_M + STEP_M;
    let (low, high) = ([eye[0] - reach, eye[1] - reach], [eye[0] + reach, eye[1] + reach]);
    let mut near: Vec<(f64, Standing)> = city
        .components_in(low, high)
        .filter_map(|(number, component)| {
            let form = Form::of(component.code)?;
            let [east, north] = component.at.map(f64::from);
            let away = (east - eye[0]).hypot(north - eye[1]);
            #[expect(clippy::cast_possible_truncation, reason = "heights fit f32")]
            let up = city.ground_at([east, north]) as f32;
            let foot = [component.at[0], component.at[1], up];
            (away < reach).then_some((away, Standing { number, form, foot, heading: component.heading }))
        })
        .collect();
    if near.len() > MOST {
        near.select_nth_unstable_by(MOST, |a, b| a.0.total_cmp(&b.0));
        near.truncate(MOST);
    }
    let mut near: Vec<Standing> = near.into_iter().map(|(_, standing)| standing).collect();
    near.sort_by_key(|standing| (standing.form, standing.number));
    near
}

/// The component that stands under `at` (points): the nearest to the eye of those whose axis is close enough.
///
/// Returns its number and the metres from the eye.
#[must_use]
pub fn under(near: &[Standing], view: &CityView, at: Vec2) -> Option<(u32, f64)> {
    let (eye, _) = view.ray(at);
    let hit = |standing: &Standing| -> Option<(u32, f64)> {
        let [east, north, up] = standing.foot.map(f64::from);
        let away = ((east - eye[0]).powi(2) + (north - eye[1]).powi(2) + (up - eye[2]).powi(2)).sqrt();
        if away > REACH_M {
            return None;
        }
        let foot = view.project(east, north, up)?;
        let head = view.project(east, north, up + f64::from(standing.form.height_m()))?;
        let along = head - foot;
        let share = ((at - foot).dot(along) / along.length_squared().max(1e-3)).clamp(0.0, 1.0);
        ((foot + along * share).distance(at) < SLACK).then_some((standing.number, away))
    };
    near.iter().filter_map(hit).min_by(|a, b| a.1.total_cmp(&b.1))
}
