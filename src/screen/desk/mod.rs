//! The desk (中屏): band at the top, queue on the left, the selected thing's card on the right, status at the foot;
//! the city is free in the middle.
//!
//! Accepts keys and clicks; announces [`Intent`](crate::screen::shown::Intent); reads
//! [`Shown`](crate::screen::shown::Shown), [`Picked`](crate::screen::shown::Picked),
//! [`CityView`](crate::screen::shown::CityView), [`Ground`](crate::screen::shown::Ground); writes
//! [`FreeArea`](crate::screen::shown::FreeArea), [`Drafts`](crate::screen::drafts::Drafts). Runs in
//! `EguiPrimaryContextPass` where the screen is a desk.

pub mod band;
pub mod dialogs;
#[cfg(test)]
mod draft_tests;
mod forms;
pub mod help;
mod kept;
mod keys;
mod layout;
#[cfg(test)]
mod limit_tests;
pub mod model;
mod notes;
pub mod queue;
mod sift;
mod status;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::{AskMode, Desk, OpenHelp, plugin};
