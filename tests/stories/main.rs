//! Stories of the screens, told through the engine without a window.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "tests may fail loudly")]

#[path = "../kit/mod.rs"]
mod kit;

mod panels;
mod picking;
mod pictures;
mod pins;
mod report;
mod window;
