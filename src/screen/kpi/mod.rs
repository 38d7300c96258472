//! F7: the key figures (KPIs) of a span, by area down to the community, by department, by post, each with the numbers that
//! it is made of and how it changed; and what each person did, and how that changed.
//!
//! - **accepts** `F7`, keys while it is open; **reads** `Shown`, `Kinds`, `Ground`, `Guard`, what the hub tells of the past
//! - **runs in** `EguiPrimaryContextPass`, over every panel of a desk
//!
//! | key | while it is open |
//! |---|---|
//! | `1` to `4` | by area, by department, by post, by person |
//! | `5` to `8` | today, 24 hours, 8 hours, one hour |
//! | `B` | against the day before, the week before, the year before |
//! | `9` | how long handling took: all the time, or on the clocks of the limits; by person: mean, P50 or P90 |
//! | `↓` `↑` | the next row, the one before |
//! | `→` or `Enter`, `←` | into the area of that row, out of it |
//! | `,` `.` | sort by the column before, by the next; `0` turns the order round |
//! | `Esc` | close it |
//!
//! Nothing is counted while it is closed; while it is open once in two seconds at most. [`crate::domain::kpi`] has what is
//! counted how, [`model`] the table, [`day`] the day's tables that a wall shows: they are the desk's. The area of a case is
//! the one that the hub counts it in, now as before.

mod belong;
pub mod day;
pub mod model;
mod panel;
mod systems;
#[cfg(test)]
mod tests;

pub(in crate::screen) use belong::{CaseAreas, key_name};
pub(in crate::screen) use panel::{percent, points};
pub(in crate::screen) use systems::Before;
pub use systems::{Figures, OpenFigures, plugin};
