//! Devices (设备): which sensors behave worst and why, which are silent and since when, which nobody claimed, how feeds fare,
//! which are out of service; here they are claimed, taken out of service and brought back.
//!
//! - **accepts** `F12`, [`OpenDevices`], keys while the sheet is open, clicks on the city while a place is wanted;
//!   **announces** `OpenSensor`, `FlyTo`
//! - **reads** `Shown`, `FreeArea`, `Ground`, `CityView`, `Clicks`, `Guard`, what the hub tells of devices
//! - **writes** `Sheets`, `ClicksTaken` (while a place is wanted), what sensors are, at the hub
//! - **runs in** `EguiPrimaryContextPass`, over the panels of a desk
//!
//! | key | while it is open and in front |
//! |---|---|
//! | `1` to `5` | the worst, the silent, those that nobody claimed, feeds, those out of service |
//! | `↓` `↑` | the next row, the one before |
//! | `Enter` | the card of that sensor, and to its place |
//! | `Space`, `Ctrl` and a click | one more is meant, or one less |
//! | `A` | all that begin alike are meant: of those that nobody claimed, and of those out of service |
//! | `C` | the form of what they are, which claims them |
//! | `X` | out of service, or dismissed, for a reason |
//! | `B` | back into service |
//! | `Esc` | put it away |
//! | `Enter`, `←` `→`, `Ctrl D`, `Ctrl Enter`, `Esc` | in the form: on, another kind, choose the place on the city, send, back |
//!
//! Where to start: [`model`] says what stands in a row, `form` what is said of sensors, `desk` what is meant and what is sent.
//! The hub is asked for what is looked at alone, every ten seconds; it answers beside the frames, as its HTTP API does.

mod desk;
mod edit;
mod form;
pub mod model;
mod panel;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::{OpenDevices, plugin};
