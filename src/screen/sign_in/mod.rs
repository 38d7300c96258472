//! Signing in where the hub wants it, signing out, and the lock: city, alarms and figures stay live, hands are off until
//! the password is given, or somebody else signs in.
//!
//! Accepts name and password, Ctrl+L, Ctrl+Shift+L, [`LeaveSeat`]; announces nothing (it speaks to the link); reads
//! [`Shown`](crate::screen::shown::Shown), [`Unlocked`](crate::screen::receive::Unlocked),
//! [`Refused`](crate::screen::receive::Refused), [`UserFolder`](crate::screen::tools::UserFolder),
//! [`AtHub`](crate::screen::shown::AtHub); writes [`Guard`](crate::screen::shown::Guard), while which nobody's
//! intents are carried out, nobody hears of a key and nothing of a caller is shown, and `locked.toml`, so that a desk that
//! is started anew begins locked. Runs in [`PaintSet::Door`](crate::screen::sets::PaintSet::Door), before everybody else,
//! whose keys it takes away.

mod locks;
pub mod model;
pub mod panel;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::{LeaveSeat, plugin};
