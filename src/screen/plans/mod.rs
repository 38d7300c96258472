//! Plans (预案) of cases: what one would do, starting it after one look, ticking its steps, striking the next alarm; and
//! its rings and steps on the city, with a sign at the pin of every case whose plan runs.
//!
//! - **accepts** `Intent::Plan`, keys while its dialog is open; **announces** `Intent::Order`
//! - **writes** `Drafts`: a reason stays until its order has arrived, and comes back where it was refused
//! - **reads** `Shown`, `Picked`, `Units`, `Kinds`, [`RunCards`], `Ground`, `FreeArea`, `PinsOnScreen`; **writes** `KeepOff`
//! - **runs in** `EguiPrimaryContextPass`, under the panels; who could go is found beside the screen
//!
//! | key | in the dialog |
//! |---|---|
//! | `1` to `9` | choose another plan; tick one of the first nine steps that are to be done |
//! | `Shift` and the digit | skip that step, for the reason that was written |
//! | `R` | the notice that waits longest was read, as somebody says by radio |
//! | `Alt` and the digit | one of the first nine that wait was |
//! | `[` `]` | begin with a lower or higher alarm |
//! | `Enter` | start it; tick the step that is due first; strike the alarm that is shown |
//! | `I` | show what the next alarm brings |
//! | `X` | end the plan, for the reason that was written |
//! | `Esc` | put the dialog away; the reason stays |

mod marks;
pub mod model;
mod panel;
mod signs;
mod systems;
#[cfg(test)]
mod tests;
mod words;

use std::sync::Arc;

use bevy::prelude::*;

pub use systems::{PlanDialog, PlansPlugin};
pub use words::{level, progress_words, sign, state_words};

use crate::config::Plans;

/// The plans in force at the moment shown; written by [`super::catalogue`].
#[derive(Resource, Debug, Default, Clone)]
pub struct RunCards(pub Arc<Plans>);
