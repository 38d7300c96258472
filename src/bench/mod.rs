//! Measurements that need more than one floor. [`fanout`] joins hub and link, [`fold`] domain and store.

pub mod fanout;
pub mod fold;

pub use fanout::{FanoutError, FanoutOptions, FanoutReport};
pub use fold::{FoldError, FoldReport};
