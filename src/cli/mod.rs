//! The subcommands. [`args`] is the whole command line; each other module is one command or what
//! they share: [`say`] (standard output, errors, the log) and [`surroundings`] (environment, usual
//! folders).

pub(crate) mod args;
pub(crate) mod audit;
pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod city;
pub(crate) mod config;
pub(crate) mod cure;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod feed;
mod heap;
pub(crate) mod hub;
pub(crate) mod readings;
pub(crate) mod reload;
pub(crate) mod say;
pub(crate) mod series;
pub(crate) mod sim;
pub(crate) mod surroundings;
pub(crate) mod token;
pub(crate) mod user;
