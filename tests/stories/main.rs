//! Stories of the screens, told through the engine without a window.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "tests may fail loudly")]

#[path = "../kit/mod.rs"]
mod kit;

mod panels;
mod picking;
mod picture_set;
mod pictures;
mod pins;
mod report;
mod window;

/// Language and theme are one for the whole process: pictures with words are made one after the other.
static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
