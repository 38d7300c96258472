//! Tests that need no engine: hub, store, wire, ground. One binary, a module for each topic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests may fail loudly")]

mod import;
mod import_real;
mod pack_format;
