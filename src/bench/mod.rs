//! Measurements that need more than one floor. [`fanout`] joins hub and link.

pub mod fanout;

pub use fanout::{FanoutError, FanoutOptions, FanoutReport};
