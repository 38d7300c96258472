//! Ctrl+K: finds any incident, standing alarm, sensor, place, street, area and command by a few words, and goes there or does it.
//!
//! Accepts Ctrl+K and words; announces [`Intent`](crate::screen::shown::Intent),
//! [`FlyTo`](crate::screen::shown::FlyTo), [`OpenHelp`](crate::screen::desk::OpenHelp),
//! [`AskMode`](crate::screen::desk::AskMode), [`LeaveSeat`](crate::screen::sign_in::LeaveSeat),
//! [`OpenAlarms`](crate::screen::alarms::OpenAlarms), [`OpenSensor`](crate::screen::heat::OpenSensor); reads
//! [`Shown`](crate::screen::shown::Shown), [`Ground`](crate::screen::shown::Ground); writes
//! [`Sheets`](crate::screen::sheets::Sheets), [`Appearance`](crate::screen::appearance::Appearance). Runs in `EguiPrimaryContextPass` over every panel of a desk.
//! [`model`] has what is found and in which order; nothing is searched while it is closed. [`sheet`] is its frame, its
//! field and the keys of its list, which the finder of cases has as well.

pub mod model;
pub mod panel;
pub mod sheet;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::{PaletteSet, plugin};
