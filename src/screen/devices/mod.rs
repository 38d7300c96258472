//! Devices (设备): which sensors behave worst and why, which are silent and since when, which nobody claimed, how feeds fare.
//!
//! - **accepts** `F12`, [`OpenDevices`], keys while the sheet is open; **announces** `OpenSensor`, `FlyTo`
//! - **reads** `Shown`, `FreeArea`, `Ground`, `Guard`, what the hub tells of devices; **writes** `Sheets`
//! - **runs in** `EguiPrimaryContextPass`, over the panels of a desk
//!
//! | key | while it is open and in front |
//! |---|---|
//! | `1` to `4` | the worst, the silent, those that nobody claimed, feeds |
//! | `↓` `↑` | the next row, the one before |
//! | `Enter` | the card of that sensor, and to its place |
//! | `Esc` | put it away |
//!
//! Where to start: [`model`] says what stands in a row. The hub is asked for what is looked at alone, every ten seconds; it
//! answers beside the frames, as its HTTP API does.

pub mod model;
mod panel;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::{OpenDevices, plugin};
