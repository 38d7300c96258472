//! Measurements that need more than one floor. [`fanout`], [`orders`] and [`crash`] join hub and link, [`fold`] domain and
//! store, [`search`] all of them.

mod client;
pub mod crash;
pub mod fanout;
pub mod fold;
pub mod orders;
pub mod search;

pub use crash::{CrashError, CrashReport};
pub use fanout::{FanoutError, FanoutOptions, FanoutReport};
pub use fold::{FoldError, FoldReport};
pub use search::{SearchError, SearchReport};

pub use orders::{OrdersError, OrdersOptions, OrdersReport};
