//! The card of the selected thing: facts of an incident and the orders it takes, or what the pack knows of a
//! building or place, or what is known of a crew.
//!
//! Accepts nothing by itself: the desk puts [`panel::card_ui`] on its right side. Reads
//! [`Picked`](crate::screen::shown::Picked), [`Shown`](crate::screen::shown::Shown) and
//! [`Ground`](crate::screen::shown::Ground).

mod ask;
mod bulletin;
#[cfg(test)]
mod bulletin_tests;
pub mod crew;
mod dossier;
mod form;
mod forms;
mod limits;
pub mod model;
mod moves;
pub mod panel;
mod plan;
mod radio;
#[cfg(test)]
mod radio_tests;
pub mod recheck;
#[cfg(test)]
mod recheck_tests;
mod since;
mod story;
mod tasks;
#[cfg(test)]
mod tests;
pub mod thing;

pub use bulletin::draft;
pub use moves::MoveForm;

pub(super) use limits::{limits_ui, outlook_ui};
pub(super) use panel::crews_ui;
pub(super) use tasks::tasks_ui;
