//! Ctrl+F: finds every case there ever was; and the story of the chosen case, for its workspace.
//!
//! - **accepts** Ctrl+F, [`OpenArchive`], words; **announces** `Intent`, `FlyTo`
//! - **reads** `Shown`, `Changes`, `Picked`, `Kinds`, `CityView`, `Ground`, `Workspace`; **writes** [`Stories`],
//!   [`Sheets`](super::sheets::Sheets)
//! - **runs in** `Decide` (stories) and `EguiPrimaryContextPass`, over every panel of a desk
//!
//! | key | while it is open |
//! |---|---|
//! | `↓` `↑` | the next case, the one before |
//! | `Enter` | open its card and fly there |
//! | `Alt G` `Alt O` `Alt T` `Alt P` | grade, how it ended, since when, near the middle of the map: the next choice |
//! | `Esc` | close it |
//!
//! Among the words a day (`2025-03-02`), a month (`2025-03`) or a range of them (`2025-03-01..03-05`) narrows the list down to
//! what the hall came to know then, in the place of `Alt T`.
//!
//! The hub is asked with each letter; while an answer is on its way the next question waits. A case that is no longer in
//! the hall shows as it was when it left, folded from its story, and takes no orders.

mod days;
pub mod model;
pub mod panel;
pub mod story;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::{OpenArchive, Stories, plugin};
