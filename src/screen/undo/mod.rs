//! Ctrl+Z: for a few seconds after an order of this desk a note says whether it can be taken back, and the key does it,
//! by an order of its own. What nothing takes back says so.
//!
//! - **accepts** `Ctrl Z`, `Intent::Order`, [`Heard`](crate::screen::receive::Heard); sends orders over `HubLink`
//! - **reads** `Shown`, `Guard`, `FreeArea`
//! - **runs in** `Decide` (following orders) and `EguiPrimaryContextPass`, over the panels of a desk
//!
//! [`crate::domain::undo`] has the rules; [`model`] what is offered when.

pub mod model;
mod panel;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::plugin;
