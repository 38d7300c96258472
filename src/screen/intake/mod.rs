//! Taking down a call (受理): what happened where, who says so, and what the hall proposes; from an empty dialog to a
//! filed case by keyboard alone.
//!
//! - **accepts** `Ctrl N`, clicks on the city while a place is wanted; **announces** `Intent::Order`, `Intent::Select`
//! - **reads** `Shown`, `Kinds`, `Ground`, `CityView`, `Clicks`, `FreeArea`, `UserFolder`, `AtHub`, `Refused`, `Guard`
//! - **writes** `ClicksTaken` (while a place is wanted), a draft in the user's folder
//! - **runs in** `Decide`, and `EguiPrimaryContextPass` under the desk's panels
//!
//! What is typed is kept in `call-draft.toml` in the user's folder as it is typed, under the name of who is signed in, and is
//! there again for them alone, after a crash and after others sat here; it goes when the hub has the case. An order that a
//! lost link cut off is given again by itself: it has the call's own identity, so it applies once.
//!
//! | key | in the dialog |
//! |---|---|
//! | `Enter` | take what is marked and go to the next field |
//! | `↑ ↓` | mark another proposal |
//! | `Alt 1`–`4` | the grade |
//! | `Ctrl 1`–`3` | it is the same as that open case |
//! | `Ctrl Enter` | file it; with `Shift` only register it |
//! | `Esc` | put the dialog away; the draft stays |

mod draft;
mod drawer;
#[cfg(test)]
mod keys_tests;
pub mod model;
mod panel;
mod reason;
#[cfg(test)]
mod reason_tests;
mod systems;
#[cfg(test)]
mod tests;

pub use draft::Draft;
pub use systems::{Intake, IntakePlugin};
