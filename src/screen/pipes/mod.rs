//! Pipes seen through a street that is cut open (管线透视): within a circle the ground is opened, and what lies below it is
//! seen in the colour of its network, as wide as it is and as deep as it lies.
//!
//! - **accepts** `Ctrl U`, `Ctrl [`, `Ctrl ]`, Esc, clicks on pipes, [`OpenPipes`]; **announces** `FlyTo` (where the circle
//!   would be too small to see anything in it)
//! - **reads** `Shown`, `Picked`, `Ground`, `CityView`, `FreeArea`, `Guard`, `PinsOnScreen`, `AlarmsOnScreen`, `KeepOff`
//! - **writes** [`Pipes`], [`Pit`] (for drawing); has the sensors on the pipes told by [`Layers`](super::heat::Layers); takes
//!   clicks on pipes out of `Clicks`
//! - **runs in** `Decide` (clicks), `Sync` (what lies in the circle), `EguiPrimaryContextPass` (keys, labels and what the
//!   pointer reads in `PaintSet::City`, the panel over it), and draws after [`CityDrawn`](super::twin::CityDrawn)
//!
//! Where to start: [`model`] says which pipes there are and where they are seen, [`shape`] what of that is drawn, `render`
//! draws it. While nothing is cut open nothing is kept, asked for or drawn. It is the desk's: nobody points on a wall.

pub mod model;
mod paint;
mod panel;
mod render;
pub mod shape;
mod systems;
#[cfg(test)]
mod tests;

use bevy::prelude::*;
use bevy_egui::EguiPrimaryContextPass;

pub use systems::{Pipes, Pit};

use super::areas::AreasPainted;
use super::heat::LayersSet;
use super::sets::{HallSet, PaintSet};
use super::shown::{CityView, FlyTo, Ground, KeepOff, ScreenKind, Shown};
use super::tools::ToolSet;

/// Cut the street open, or close it.
#[derive(Message, Debug, Clone, Copy)]
pub struct OpenPipes;

/// Adds the pipes; needs `HeatPlugin` and the twin. Without a graphics adapter they can still be picked.
pub struct PipesPlugin;

impl Plugin for PipesPlugin {
    fn build(&self, app: &mut App) {
        render::plugin(app);
        app.init_resource::<Pipes>()
            .init_resource::<Pit>()
            .init_resource::<KeepOff>()
            .add_message::<OpenPipes>()
            .add_message::<FlyTo>()
            .add_systems(
                Update,
                (
                    systems::click.in_set(HallSet::Decide).after(LayersSet::Clicked).before(super::picking::Picking),
                    systems::gather.in_set(HallSet::Sync),
                )
                    .run_if(at_a_desk),
            )
            .add_systems(
                EguiPrimaryContextPass,
                (systems::keys, paint::paint)
                    .chain()
                    .in_set(PaintSet::City)
                    .before(LayersSet::Painted)
                    .before(AreasPainted)
                    .before(ToolSet)
                    .run_if(at_a_desk),
            )
            .add_systems(
                EguiPrimaryContextPass,
                panel::show.after(PaintSet::City).before(PaintSet::Panels).run_if(at_a_desk),
            );
    }
}

/// Whether this is a desk with a city on it.
fn at_a_desk(
    kind: Option<Res<ScreenKind>>,
    (view, ground): (Option<Res<CityView>>, Option<Res<Ground>>),
    shown: Option<Res<Shown>>,
) -> bool {
    kind.is_some_and(|kind| *kind == ScreenKind::Desk) && view.is_some() && ground.is_some() && shown.is_some()
}
