//! Tests that need no engine: hub, store, wire, ground. One binary, a module for each topic.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "tests may fail loudly")]
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a skipped test and a child process say so")]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "made-up map files are small")]
#![allow(clippy::format_collect, clippy::format_push_string, reason = "made-up map files are small")]

mod catalogue;
mod check;
mod cli;
#[path = "../kit/mod.rs"]
mod kit;

mod alarms;
mod archive;
mod areas;
mod calls;
mod case;
mod clock;
mod crash;
mod day;
mod devices;
mod disk;
mod duty;
mod feeds_live;
mod feeds_real;
mod figures;
mod first_start;
mod forms;
mod fuzz;
mod https;
mod import;
mod import_real;
mod limits;
mod live;
mod lost;
mod mqtt;
mod notes;
mod openapi;
mod own;
mod pack_format;
mod parts;
mod plans;
mod readings;
mod recount;
mod reports;
mod roll;
mod series;
mod sim;
mod slow;
mod supervision;
mod tasks;
mod time;
mod tls;
mod trust;
mod trust_cli;
mod turned_away;
mod vitals;
mod watch;
mod week;
mod wrong;

/// Not a test: the body of a hub in a process of its own.
#[test]
#[ignore = "runs as a child of other tests"]
fn hub_process() {
    kit::be_a_hub();
}
