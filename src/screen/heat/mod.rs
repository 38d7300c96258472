//! Layers of what is measured: kinds of sensors or the density of cases, as a field on the ground, gathered in hexagons or
//! areas, along roads, as water on low ground or as points, up to three of them over each other; the sensors themselves, the
//! panel that chooses among them, and the card of a sensor with its course.
//!
//! - **accepts** `Ctrl G`, `Alt G` and `Alt Delete` (which layer is in front, and off), `Alt T` and `Alt Y` (its window of
//!   time, and what is told of that), `Alt` with arrows, `PageUp`, `PageDown` and `Home` (another moment, on a wall too: [`moments`]), clicks on sensors and on what shows
//!   their values, [`OpenLayers`], [`OpenSensor`]; **announces** nothing
//! - **reads** `Shown`, `Changes`, `Ground`, `CityView`, `FreeArea`, `Drill`, `Sheets`, the limits of `Vitals`, `Ledger` and
//!   [`WallLayers`] (on a wall), what the hub tells of sensors and of closed cases
//! - **writes** [`Layers`], [`Wears`] (on a wall), the twin's [`Drape`](super::twin::drape::Drape); takes clicks on sensors
//!   out of `Clicks`
//! - **runs in** `Apply` (what was told), `Decide` (what is watched, clicks), `Sync` (what lies on the ground), and
//!   `EguiPrimaryContextPass`: roads, sensors and what the pointer reads in `PaintSet::City`, panel and card over it
//!
//! Where to start: [`layer`] says which layers there are, [`form`] how each can be shown, [`stack`] which are on,
//! `over` of which window of time. [`model`] is what came, `apart` how far sensors stand apart, [`census`] which
//! cases count, [`grid`] the field of it, [`shades`] how that looks; [`hexes`] and [`regions`] gather it, [`roads`]
//! gives it to roads, which [`lines`] paints, [`flood`] lets water stand on low ground, [`dots`] are the sensors;
//! [`sight`] says for which part of the city the hub is asked, `lay` lays what is on where it changed, `read` says
//! what the pointer is on, `under` which sensor a click there means, `desk` has keys and panel, `chosen` opens the
//! card of a sensor. Nobody touches a wall: [`worn`] says which layer it wears and why, the wall paints what its
//! colours mean. The screen watches what the layers show and nothing else; without a layer nothing comes, nothing
//! is counted and nothing is drawn.

mod apart;
mod basin;
pub mod beside;
mod card;
#[cfg(test)]
mod card_tests;
pub mod census;
mod chosen;
mod desk;
pub mod dots;
pub mod flood;
pub mod form;
#[cfg(test)]
mod form_tests;
mod found;
pub mod grid;
pub mod hexes;
mod lay;
pub mod layer;
mod legends;
mod limits;
pub mod lines;
pub mod model;
pub mod moments;
mod over;
mod paint;
mod panel;
#[cfg(test)]
mod panel_tests;
pub mod plot;
mod read;
pub mod regions;
pub mod roads;
pub mod shades;
pub mod sight;
pub mod stack;
#[cfg(test)]
mod stack_tests;
mod station;
mod systems;
#[cfg(test)]
mod tests;
mod under;
mod wall;
pub mod when;
#[cfg(test)]
mod window_tests;
mod windows;
mod work;
pub mod worn;
#[cfg(test)]
mod worn_tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

use crate::domain::{SensorId, SensorKind};

pub(super) use legends::tick;
pub use moments::WallMoment;
pub(super) use over::phrase;
pub(super) use read::newest;
pub use systems::Layers;
pub use wall::{Legend, Wears, legend};
pub use worn::WallLayers;

use super::areas::AreasPainted;
use super::palette::PaletteSet;
use super::pins::PinsOnScreen;
use super::receive::{CasesCounted, ReadingsTold, SensorsTold, TrendTold, WindowsTold};
use super::sets::{HallSet, PaintSet};
use super::shown::{Changes, CityView, FreeArea, Ground, KeepOff, ScreenKind, Shown};
use super::situation::{Ledger, LedgerKept};
use super::tools::ToolSet;
use super::twin::drape::Drape;

/// Systems of the layers that others come before or after.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LayersSet {
    /// Clicks on sensors were taken out.
    Clicked,
    /// What the pointer reads is painted.
    Painted,
    /// A wall has put on what it wears.
    Dressed,
}

/// Open the panel of layers, or put it away.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenLayers;

/// Show the card of a sensor and, where it has one, the layer of what it measures.
#[derive(Message, Debug, Clone, PartialEq, Eq)]
pub struct OpenSensor {
    /// Its number in the hub; where that is not known it is looked for by its identity.
    pub number: Option<SensorId>,
    /// Its identity at its source.
    pub id: String,
    /// What it measures.
    pub kind: SensorKind,
}

/// Adds the layers; needs `ToolsPlugin` and the twin.
pub struct HeatPlugin;

impl Plugin for HeatPlugin {
    fn build(&self, app: &mut App) {
        app.init_resource::<Layers>()
            .init_resource::<Drape>()
            .init_resource::<KeepOff>()
            .init_resource::<WallLayers>()
            .init_resource::<Wears>()
            .init_resource::<WallMoment>()
            .init_resource::<FreeArea>()
            .init_resource::<Changes>()
            .init_resource::<PinsOnScreen>()
            .init_resource::<super::input::Clicks>()
            .add_message::<OpenLayers>()
            .add_message::<super::picking::ClickedNothing>()
            .add_message::<OpenSensor>()
            .add_message::<super::pipes::OpenPipes>()
            .add_message::<SensorsTold>()
            .add_message::<ReadingsTold>()
            .add_message::<WindowsTold>()
            .add_message::<TrendTold>()
            .add_message::<CasesCounted>()
            .add_systems(
                Update,
                (
                    systems::hear.in_set(HallSet::Apply),
                    (
                        (systems::open, systems::watch, systems::count).chain(),
                        systems::click.in_set(LayersSet::Clicked).before(super::picking::Picking),
                        systems::click_ground.after(super::picking::Picking),
                    )
                        .in_set(HallSet::Decide),
                    lay::lay.in_set(HallSet::Sync).run_if(super::vitals::map_is_free),
                )
                    .run_if(at_a_desk),
            )
            .add_systems(
                Update,
                (
                    systems::hear.in_set(HallSet::Apply),
                    // What is gravest is known once the ledger is kept.
                    (wall::dress, systems::watch, systems::count, lay::lay.run_if(not(wall::wears_a_sign)))
                        .chain()
                        .in_set(LayersSet::Dressed)
                        .in_set(HallSet::Sync)
                        .after(LedgerKept),
                )
                    .run_if(on_a_wall),
            )
            .add_systems(
                EguiPrimaryContextPass,
                (
                    paint::paint
                        .in_set(LayersSet::Painted)
                        .in_set(PaintSet::City)
                        .before(AreasPainted)
                        .before(ToolSet)
                        .run_if(at_a_desk.or_else(on_a_wall)),
                    moments::moments.in_set(PaintSet::City).run_if(on_a_wall),
                    desk::panels.after(PaintSet::City).after(PaletteSet).before(PaintSet::Panels).run_if(at_a_desk),
                ),
            );
    }
}

/// What a screen has that shows a city.
type City<'w> = (Option<Res<'w, CityView>>, Option<Res<'w, Ground>>, Option<Res<'w, Shown>>);

/// Whether this is a desk with a city on it.
fn at_a_desk(kind: Option<Res<ScreenKind>>, (view, ground, shown): City<'_>) -> bool {
    kind.is_some_and(|kind| *kind == ScreenKind::Desk) && view.is_some() && ground.is_some() && shown.is_some()
}

/// Whether this is a wall with a city on it, and with a ledger of its cases.
fn on_a_wall(kind: Option<Res<ScreenKind>>, (view, ground, shown): City<'_>, ledger: Option<Res<Ledger>>) -> bool {
    let city = view.is_some() && ground.is_some() && shown.is_some();
    kind.is_some_and(|kind| *kind == ScreenKind::Wall) && city && ledger.is_some()
}
