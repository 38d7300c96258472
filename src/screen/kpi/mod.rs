//! F7: the key figures (KPIs) of a span, by area down to the community, by department, by post; each with the numbers that
//! it is made of.
//!
//! - **accepts** `F7`, keys while it is open; **reads** `Shown`, `Kinds`, `Ground`, `Guard`
//! - **runs in** `EguiPrimaryContextPass`, over every panel of a desk
//!
//! | key | while it is open |
//! |---|---|
//! | `1` `2` `3` | by area, by department, by post |
//! | `4` to `7` | today, 24 hours, 8 hours, one hour |
//! | `8` | how long handling took: all the time, or on the clocks of the limits |
//! | `↓` `↑` | the next row, the one before |
//! | `→` or `Enter`, `←` | into the area of that row, out of it |
//! | `,` `.` | sort by the column before, by the next; `9` turns the order round |
//! | `Esc` | close it |
//!
//! Nothing is counted while it is closed; while it is open once in two seconds at most. [`crate::domain::kpi`] has what is
//! counted how, [`model`] the table. The area of a case is the one that its place lies in.

pub mod day;
pub mod model;
mod panel;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::{OpenFigures, plugin};
