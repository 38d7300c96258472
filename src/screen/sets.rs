//! The order of work within a frame, configured once.

use bevy::asset::AssetEventSystems;
use bevy::prelude::*;
use bevy_egui::{EguiPostUpdateSet, EguiPrimaryContextPass};

/// What happens when in `Update`; chained in this order.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HallSet {
    /// Drain the link and input.
    Receive,
    /// Fold news into [`Shown`](super::shown::Shown).
    Apply,
    /// Turn gestures, keys and intents into changes of view and orders.
    Decide,
    /// Bring entities, meshes and buffers in line.
    Sync,
    /// Last touches before drawing.
    Present,
}

/// What is painted when in `EguiPrimaryContextPass`; chained in this order. Every panel's system is in `Panels`.
#[derive(SystemSet, Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaintSet {
    /// The lock: while hands are off it takes what was pressed before anybody else sees it.
    Door,
    /// Names on the map, under every panel.
    City,
    /// Panels and cards.
    Panels,
    /// Whoever acts on a key that nobody took.
    Rest,
}

/// Chains the sets.
pub fn plugin(app: &mut App) {
    use HallSet::{Apply, Decide, Present, Receive, Sync};
    app.configure_sets(Update, (Receive, Apply, Decide, Sync, Present).chain());
    app.configure_sets(
        EguiPrimaryContextPass,
        (PaintSet::Door, PaintSet::City, PaintSet::Panels, PaintSet::Rest).chain(),
    );
    // New letters and icons reach the adapter in the frame that writes them.
    app.configure_sets(PostUpdate, EguiPostUpdateSet::PostProcessOutput.before(AssetEventSystems));
}
