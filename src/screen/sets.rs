//! The order of work within a frame, configured once.

use bevy::prelude::*;

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

/// Chains the sets.
pub fn plugin(app: &mut App) {
    use HallSet::{Apply, Decide, Present, Receive, Sync};
    app.configure_sets(Update, (Receive, Apply, Decide, Sync, Present).chain());
}
