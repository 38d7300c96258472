//! Vital signs of the city (城市生命体征): the board of a desk, the X-ray of one number, the map coloured by a sign, and what
//! the wall's cards are painted from.
//!
//! - **accepts** `F11`, `Ctrl I`, [`OpenVitals`], [`LookInto`], keys while the board is open; **announces** `FlyTo`, `OpenSensor`
//! - **reads** `Shown`, `FreeArea`, `AlarmRoom`, `Ground`, `Guard`, `Hovered`, what the hub tells of vital signs; **writes** [`Vitals`],
//!   the time of [`Layers`](super::heat::Layers), the twin's [`Drape`](super::twin::drape::Drape) while the map is coloured,
//!   on a wall while its turn is that of a sign ([`worn`])
//! - **runs in** `Receive` (its keys are nobody else's), `Apply` (what was told), `Decide` (what is asked), `Sync` (the
//!   map), and `EguiPrimaryContextPass` before all else, so that keys are those of the board while it is open
//!
//! | key | what |
//! |---|---|
//! | `F11` | open the board, or close it |
//! | `Ctrl I` | colour the map by the chosen sign, or no more |
//! | arrows, `Tab` `Shift Tab` | on the board: another tile, another family |
//! | `Enter` | on the board: what its number is made of |
//! | `Z`, then `↑` `↓` `Enter` | on the board: into one of the areas below |
//! | `Backspace` | on the board: the area above, from where `Z` leads back down; on an X-ray: back, from a sign of an index to the index |
//! | `Z` | on an X-ray: its values in the areas below |
//! | `U`, `C`, `H` | on the board: the order of the tiles; smaller ones; of when it is |
//! | `↑` `↓`, `Enter` | on an X-ray: of an index a sign that it is made of, whose X-ray it opens; a sensor; go to it and open its card |
//! | `Esc` | what lies on top goes |
//!
//! Where to start: [`model`] says how a sign stands and in which order; [`told`] when the hub is asked. The hub is asked for
//! what is looked at alone: every five seconds on a desk, every ten on a wall. Where signs are expected ([`bands`]) it is asked
//! once an hour for each sign in sight.

mod asked;
#[cfg(test)]
mod band_tests;
pub mod bands;
mod board;
mod desk;
#[cfg(test)]
mod first_tests;
#[cfg(test)]
mod lead_tests;
mod map;
#[cfg(test)]
mod map_tests;
pub mod model;
mod parts;
pub mod phrase;
mod plot;
mod side;
mod systems;
#[cfg(test)]
mod tests;
pub(in crate::screen) mod tile;
pub mod told;
pub mod worn;
mod xray;
#[cfg(test)]
mod xray_tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;
use egui::{EventFilter, Id, Rect, Sense, Ui};

pub(in crate::screen) use map::area_record;
pub(in crate::screen) use systems::name_of;
pub use systems::{LookInto, OpenVitals};
pub use told::Vitals;

use super::heat::LayersSet;
use super::input::{Presses, keep_keys};
use super::receive::{VitalsTold, XrayTold};
use super::sets::{HallSet, PaintSet};
use super::shown::{FlyTo, FreeArea, Ground, ScreenKind, Shown};
use super::twin::drape::Drape;

/// Adds the vital signs; needs the layers of `HeatPlugin`.
pub struct VitalsPlugin;

impl Plugin for VitalsPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Vitals>()
            .init_resource::<FreeArea>()
            .init_resource::<Presses>()
            .init_resource::<Drape>()
            .init_resource::<super::heat::Wears>()
            .add_message::<OpenVitals>()
            .add_message::<LookInto>()
            .add_message::<VitalsTold>()
            .add_message::<XrayTold>()
            .add_message::<FlyTo>()
            .add_message::<super::heat::OpenSensor>()
            .add_systems(
                Update,
                (keep_keys(systems::has_keys), told::hear.in_set(HallSet::Apply), told::ask.in_set(HallSet::Decide))
                    .run_if(resource_exists::<Shown>),
            )
            .add_systems(Update, systems::colour.in_set(HallSet::Sync).run_if(at_a_desk))
            .add_systems(Update, worn::colour.in_set(HallSet::Sync).after(LayersSet::Dressed).run_if(on_a_wall))
            .add_systems(
                EguiPrimaryContextPass,
                (systems::desk.after(PaintSet::Door).before(PaintSet::City), systems::read_off.in_set(PaintSet::City))
                    .run_if(at_a_desk),
            );
    }
}

/// Whether this is a desk with a city and a hall.
fn at_a_desk(kind: Option<Res<ScreenKind>>, (shown, ground): (Option<Res<Shown>>, Option<Res<Ground>>)) -> bool {
    kind.is_some_and(|kind| *kind == ScreenKind::Desk) && shown.is_some() && ground.is_some()
}

/// Whether this is a wall with a city and a hall.
fn on_a_wall(kind: Option<Res<ScreenKind>>, (shown, ground): (Option<Res<Shown>>, Option<Res<Ground>>)) -> bool {
    kind.is_some_and(|kind| *kind == ScreenKind::Wall) && shown.is_some() && ground.is_some()
}

/// Whether the map is not coloured by a sign, so that it is free for layers.
pub(in crate::screen) fn map_is_free(vitals: Option<Res<Vitals>>) -> bool {
    vitals.is_none_or(|vitals| !vitals.desk.coloured)
}

/// While a sheet is open arrows and Tab are its own, and do not move the city.
fn hold_keyboard(ui: &Ui, rect: Rect) {
    let id = Id::new("vitals focus");
    ui.interact(rect, id, Sense::focusable_noninteractive());
    let own = EventFilter { tab: true, vertical_arrows: true, horizontal_arrows: true, escape: true };
    ui.memory_mut(|memory| {
        memory.request_focus(id);
        memory.set_focus_lock_filter(id, own);
    });
}
