//! Signing in where the hub wants it, and the lock: city, alarms and figures stay live, hands are off until the password
//! is given.
//!
//! Accepts name and password, Ctrl+L; announces nothing (it speaks to the link); reads
//! [`Shown`](crate::screen::shown::Shown), [`Unlocked`](crate::screen::receive::Unlocked); writes
//! [`Guard`](crate::screen::shown::Guard), while which nobody's intents are carried out. Runs in
//! `EguiPrimaryContextPass` before every panel, whose keys it takes away.

pub mod model;
pub mod panel;
mod systems;
#[cfg(test)]
mod tests;

pub use systems::plugin;
