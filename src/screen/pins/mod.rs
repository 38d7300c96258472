//! Pins of open incidents: by grade in colour and shape, with the kind's icon, clustered from afar.
//!
//! - **accepts** nothing; **announces** nothing
//! - **reads** `Shown`, `Changes`, `Picked`, `CityView`, `Ground`
//! - **writes** [`Pins`] (all pins), [`PinsOnScreen`] (for picking and labels), [`Sprites`](sprite::Sprites) (for the
//!   GPU), `SelectedAt` (for the leader line)
//! - **runs in** `Sync` ([`PinsSet`]), the last in `Present`
//!
//! Where to start: [`pyramid`] counts pins in cells, [`marks`] chooses which [`mark`]s are shown through a [`lens`],
//! [`model`] says how they look and move, [`render`] draws their [`sprite`]s.

pub mod icons;
pub mod lens;
pub mod mark;
pub mod marks;
pub mod model;
pub mod pyramid;
mod render;
pub mod sprite;
mod systems;
#[cfg(test)]
mod tests;

use bevy::prelude::*;

pub use systems::{KindIcons, Pins, PinsOnScreen, bench_fill};

use super::sets::HallSet;
use super::shown::{Changes, CityView, Ground, Picked, SelectedAt, Shown};
use crate::config::catalogue::Catalogue;

/// The systems that bring pins in line, within `Sync`.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
pub struct PinsSet;

/// Adds the pins; works without a GPU too. It begins with the icons of the built-in catalogue.
pub struct PinsPlugin;

impl Plugin for PinsPlugin {
    fn build(&self, app: &mut App) {
        let icons = match icons::Icons::load() {
            Ok(icons) => icons,
            Err(error) => {
                tracing::error!(%error, "no pins");
                return;
            }
        };
        render::plugin(app, &icons);
        if !app.world().contains_resource::<KindIcons>() {
            match Catalogue::load(None) {
                Ok(catalogue) => {
                    app.insert_resource(KindIcons::new(icons, &catalogue));
                }
                Err(error) => {
                    tracing::error!(%error, "no kinds of incident, so no pins");
                    return;
                }
            }
        }
        app.init_resource::<Pins>()
            .init_resource::<PinsOnScreen>()
            .init_resource::<SelectedAt>()
            .init_resource::<Picked>()
            .init_resource::<Changes>()
            .add_message::<bevy::window::RequestRedraw>()
            .add_systems(
                Update,
                (systems::index, systems::choose.run_if(resource_exists::<CityView>))
                    .chain()
                    .in_set(HallSet::Sync)
                    .in_set(PinsSet)
                    .run_if(resource_exists::<Ground>.and_then(resource_exists::<Shown>)),
            )
            .add_systems(
                Update,
                systems::tell_selected
                    .in_set(HallSet::Present)
                    .run_if(resource_exists::<CityView>.and_then(resource_exists::<Ground>)),
            );
    }
}
