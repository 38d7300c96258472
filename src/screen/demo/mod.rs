//! The menu of a demo hall: its speed, scripted emergencies and weather.
//!
//! [`panel::demo_ui`] is put into the desk's band while [`Shown::demo`](crate::screen::shown::Shown::demo)
//! holds; it gives [`Intent::Control`](crate::screen::shown::Intent::Control).

pub mod model;
pub mod panel;
#[cfg(test)]
mod tests;
