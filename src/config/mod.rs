//! Typed configuration. Every error names the file, the line and, where it can, the nearest right
//! word.
//!
//! [`catalogue`] holds the kinds of incident a city knows and their time limits, [`calendar`] the days and hours that
//! these are counted on, [`plans`] what is done in an emergency, [`duty`] the shifts of a day, [`alarms`] the limits of what sensors show, [`vitals`] the vital signs, [`in_force`] all of them together, [`sensors`] the sensors of a city, [`settings`] how this program runs, [`script`] the scripted
//! emergencies of demo halls.
//! [`document`] is the TOML reader both stand on; other floors read their own TOML files (mappings,
//! rules) through it too, so that all files complain alike.

pub mod alarms;
pub mod calendar;
pub mod catalogue;
#[cfg(test)]
mod catalogue_tests;
pub mod departments;
pub mod document;
pub mod duty;
pub mod forms;
pub mod in_force;
pub mod likely;
mod limits;
pub mod nearest;
pub mod plans;
pub mod script;
pub mod sensors;
pub mod settings;
pub mod vitals;

pub use catalogue::{Catalogue, Class, Kind};
pub use departments::{Department, Departments};
pub use document::{ConfigError, Document};
pub use in_force::{CatalogueFiles, Difference, InForce};
pub use likely::{Likely, Proposal};
pub use plans::{Plans, RunCard};
pub use settings::{Origin, Settings, Sources};
