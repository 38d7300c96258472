//! Sending crews and departments to a case: who could go, best first and with reasons; and what came back from those
//! who were sent, drawn on the city.
//!
//! - **accepts** `Intent::Dispatch`, keys while its dialog is open; **announces** `Intent::Order`
//! - **writes** `Drafts`: what is written stays until its order has arrived, and comes back where it was refused
//! - **reads** `Shown`, `Picked`, `Units`, `Kinds`, `Ground`, `Drawn`, `FreeArea`, `Seat`
//! - **runs in** `EguiPrimaryContextPass`, under the panels, the lines on the wall as well; ranking runs beside the screen
//!
//! | key | in the dialog |
//! |---|---|
//! | `1` to `9` | choose one of the first nine, or let it go |
//! | `Shift` and the digit | let it lead |
//! | `I` | the whole city, or what was drawn: circle, line, outline |
//! | `0` | all crews that are listed of what was drawn, as far as the case has room for them |
//! | `Shift 0` | of those only the ones whose work it is |
//! | `/` | find a crew or any department by name or initials; `Enter` there chooses the first |
//! | `Enter`, `T` | send |
//! | `Esc` | put the dialog away |

mod bows;
#[cfg(test)]
mod line_tests;
mod lines;
pub mod model;
mod panel;
mod seat;
mod systems;
#[cfg(test)]
mod tests;

pub use lines::{UNREAD_SECS, legend_ui};
pub use systems::{Dispatch, DispatchPlugin, party_name};
