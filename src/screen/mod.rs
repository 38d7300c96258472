//! Everything that draws: Bevy for the city, egui for the panels.
//!
//! One feature is one folder is one plugin. [`shown`] holds the few resources that all of them
//! read; [`sets`] orders them within a frame.

pub mod look;
pub mod sets;
pub mod shown;
