//! Command Hall: the desktop command hall of a city run as one network.
//!
//! One sentence: outside data and people's orders become facts in one append-only log; every
//! screen, live or in replay, is the same fold of that log run to some point in time.
//!
//! The floors, from the ground up. A module may use only what stands below it
//! (`tests/layers.rs` checks it):
//!
//! | floor | what it is |
//! |---|---|
//! | [`domain`] | the city's rules: no I/O, no clock, no async, no engine |
//! | [`config`] | typed configuration; errors that point at a line |
//! | [`ground`] | the city's ground: import, city pack, road graph, demo city |
//! | [`wire`] | frames between hub and link: versioned, size-limited |
//! | [`store`] | the memory: fact log and snapshots |
//! | [`feeds`] | outside data in: simulator, files |
//! | [`hub`] | the server: clerk, sessions, HTTP and WebSocket; no engine |
//! | [`link`] | client side of the wire: connect, resume, mirror |
//! | [`bench`] | measurements of hub and link together |
//! | [`screen`] | everything that draws |
//!
//! Read first: [`domain::hall`], then [`hub`] for how facts are made and [`screen`] for how they
//! are shown. `main.rs` is the CLI and the one place where hub and screens meet.

// The texts of the screens.
#[cfg(feature = "desktop")]
rust_i18n::i18n!("assets/i18n", fallback = "en");

pub mod bench;
pub mod config;
pub mod domain;
pub mod feeds;
pub mod ground;
pub mod hub;
pub mod link;
#[cfg(feature = "desktop")]
pub mod screen;
pub mod store;
pub mod wire;
