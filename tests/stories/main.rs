//! Stories of the screens, told through the engine without a window.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a skipped test and a child process say so")]
#![allow(clippy::cast_possible_truncation, clippy::similar_names, reason = "made-up views are small and alike")]

#[path = "../kit/mod.rs"]
mod kit;

mod alarms;
mod areas;
mod at_desk;
mod clicks;
mod closed_loop;
mod escape;
mod figures;
mod fullscreen;
mod given_back;
mod handover;
mod heat;
mod lock;
mod many;
mod panels;
mod picking;
mod picture_set;
mod pictures;
mod pins;
mod plan;
mod report;
mod roll;
mod window;
mod workspace;

/// Language and theme are one for the whole process: pictures with words are made one after the other.
static ONE_AT_A_TIME: std::sync::Mutex<()> = std::sync::Mutex::new(());
