//! Tests that need no engine: hub, store, wire, ground. One binary, a module for each topic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

mod cli;
#[path = "../kit/mod.rs"]
mod kit;

mod feeds_real;
mod import;
mod import_real;
mod live;
mod lost;
mod pack_format;
mod reports;
mod slow;
mod wrong;

/// Not a test: the body of a hub in a process of its own.
#[test]
#[ignore = "runs as a child of other tests"]
fn hub_process() {
    kit::be_a_hub();
}
