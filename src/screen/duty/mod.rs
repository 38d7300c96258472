//! Duty (值班): who is on duty, the log of the shift, and the hand-over to the next one, by keyboard alone.
//!
//! - **accepts** `F9`, [`OpenDuty`]; **announces** `Intent::Order`, `Intent::Select`
//! - **reads** `Shown`, `Kinds`, `Ground`, `Picked`, `FreeArea`, `UserFolder`, `Refused`, `Guard`
//! - **writes** [`Sheets`](super::sheets::Sheets), a draft in the user's folder
//! - **runs in** `EguiPrimaryContextPass` under the desk's panels
//!
//! What is written is kept in `duty-draft.toml` in the user's folder and there again after a crash; it goes once the hub
//! has it.
//!
//! | key | in the dialog |
//! |---|---|
//! | `Ctrl 1`–`3` | roster, log, hand-over |
//! | `Ctrl ↑ ↓` | mark another row |
//! | `PageUp PageDown` | on the roster: the days before, the days after; else the shift before, the one after |
//! | `Ctrl Enter` | sign on at the marked post; write the entry; sign the hand-over |
//! | `Enter` | on the roster: give the marked post to who was typed |
//! | `Ctrl E`, `Ctrl Delete` | on the roster: swap two posts, clear one |
//! | `Ctrl R` `Ctrl O` `Ctrl I` `Ctrl D` | in the log: correct, keep open, bind to the chosen case, settle |
//! | `Alt Enter` | on the hand-over: go to the marked case |
//! | `Ctrl Shift Enter` | on the hand-over: prepare it anew |
//! | `Esc` | put the dialog away; what was written stays |

mod desk;
mod draft;
mod handover;
pub mod model;
mod pack;
mod panel;
mod systems;
#[cfg(test)]
mod tests;
mod view;

pub use systems::{DutyPlugin, OpenDuty};
