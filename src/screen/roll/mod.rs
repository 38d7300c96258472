//! The roll call (一键点名): a banner that asks this post to answer, the board of who is there on desk and wall.
//!
//! - **accepts** `F8`, [`OpenRoll`]; **announces** `Intent::Order`
//! - **reads** `Shown`, `FreeArea`, `Appearance`, `Kinds`, `Ground`, `Heard`, `UserFolder`; **writes** `roll-draft.toml` in
//!   the user's folder: the words of a roll stay until the hub has called it
//! - **runs in** `EguiPrimaryContextPass`, over the panels
//!
//! | key | what |
//! |---|---|
//! | `F8` | answer, while this post is called; else show the board, or put it away |
//! | `Enter` | on the board: call the roll with the words that were written |
//! | `↑` `↓` | on the board: mark a crew that has not answered |
//! | `Enter` | with one marked: it answers by radio |
//! | `X` | on the board: end the roll |
//! | `G` | on the board: by department and post, by area, by kind; a wall goes by department and post |
//! | `Esc` | put the board away; the words stay |

mod board;
mod draft;
pub mod model;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::{OpenRoll, RollBoard, plugin};
