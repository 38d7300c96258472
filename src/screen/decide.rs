//! Carries out what panels want: choosing, orders, language. Runs in `Decide`.
//!
//! Accepts [`Intent`]; announces [`FlyTo`]; writes [`Picked`] and sends orders over [`HubLink`].
//! [`Intent::NorthUp`] and [`Intent::ResetView`] are the twin's.

use bevy::prelude::*;
use bevy::window::RequestRedraw;

use super::card::thing::metres_of;
use super::sets::HallSet;
use super::shown::{FlyTo, Ground, Guard, HubLink, Intent, Picked, Shown, Target};
use crate::ground::City;

/// The languages of the screens, in the order in which they are switched through.
pub const LANGUAGES: [&str; 2] = ["zh-CN", "en"];

/// Metres from a chosen incident or place that the camera stops at.
pub const NEAR_M: f64 = 900.0;

/// Adds the systems; needs [`super::sets::plugin`] and [`super::receive::plugin`].
pub fn plugin(app: &mut App) {
    app.add_message::<Intent>()
        .add_message::<FlyTo>()
        .add_message::<RequestRedraw>()
        .init_resource::<Picked>()
        .add_systems(Update, decide.in_set(HallSet::Decide));
}

/// The language after the one in use.
#[must_use]
pub fn next_language(now: &str) -> &'static str {
    let at = LANGUAGES.iter().position(|language| *language == now);
    at.and_then(|at| LANGUAGES.get(at + 1)).copied().unwrap_or(LANGUAGES[0])
}

fn decide(
    mut intents: MessageReader<Intent>,
    mut picked: ResMut<Picked>,
    mut flights: MessageWriter<FlyTo>,
    mut redraw: MessageWriter<RequestRedraw>,
    shown: Res<Shown>,
    ground: Res<Ground>,
    link: Res<HubLink>,
    guard: Option<Res<Guard>>,
) {
    let guarded = guard.is_some_and(|guard| guard.0);
    for intent in intents.read() {
        // Whatever a panel still had in hand when the screen was locked.
        if guarded {
            continue;
        }
        match intent {
            Intent::Select { target, fly } => {
                if picked.selected != *target {
                    picked.selected = *target;
                }
                if *fly && let Some(at) = target.and_then(|target| place_of(target, &shown, &ground.0)) {
                    flights.write(FlyTo { target: at, distance: Some(NEAR_M) });
                }
            }
            Intent::Order(order) => link.0.send(order.clone()),
            Intent::Control(control) => link.0.control(control.clone()),
            Intent::Reload => link.0.reload(),
            Intent::SwitchLanguage => rust_i18n::set_locale(next_language(&rust_i18n::locale())),
            Intent::Dispatch(_)
            | Intent::Plan(_)
            | Intent::TakeDown
            | Intent::Story
            | Intent::NorthUp
            | Intent::ResetView
            | Intent::Quality(_) => {}
        }
        redraw.write(RequestRedraw);
    }
}

/// Metres east and north of a target, where it has a place.
#[must_use]
pub fn place_of(target: Target, shown: &Shown, city: &City) -> Option<[f64; 2]> {
    match target {
        Target::Incident(id) => Some(city.frame().metres_from_lonlat(shown.hall.incident(id)?.place.at?)),
        Target::Crew(crew) => Some(city.frame().metres_from_lonlat(shown.crews.get(&crew)?.at)),
        Target::Building(_) | Target::Place(_) | Target::Component(_) | Target::Area(_) => metres_of(target, city),
    }
}
