//! The roll call (一键点名): a banner that asks this post to answer, the board of who is there on desk and wall.
//!
//! - **accepts** `F8`, [`OpenRoll`]; **announces** `Intent::Order`
//! - **reads** `Shown`, `FreeArea`, `Appearance`, `Kinds`
//! - **runs in** `EguiPrimaryContextPass`, over the panels
//!
//! | key | what |
//! |---|---|
//! | `F8` | answer, while this post is called; else show the board, or put it away |
//! | `Enter` | on the board: call the roll with the words that were written |
//! | `X` | on the board: end the roll |
//! | `Esc` | put the board away |

mod board;
pub mod model;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::{OpenRoll, plugin};
