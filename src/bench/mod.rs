//! Measurements that need more than one floor. [`fanout`], [`orders`] and [`crash`] join hub and link, [`fold`] domain and
//! store, [`search`] all of them; [`readings`], [`history`], [`mqtt`], [`vitals`] and [`alarms`] are about what sensors measure,
//! [`soak`] about a hub that runs for long.

pub mod alarms;
mod child;
mod client;
pub mod crash;
pub mod fanout;
pub mod fold;
pub mod history;
pub mod mqtt;
pub mod orders;
pub mod readings;
pub mod search;
pub mod soak;
pub mod vitals;

pub use crash::{CrashError, CrashReport};
pub use fanout::{FanoutError, FanoutOptions, FanoutReport};
pub use fold::{FoldError, FoldReport};
pub use history::{LatestAtReport, Month, SeriesReport};
pub use readings::{ReadingsBenchError, ReadingsReport};
pub use search::{SearchError, SearchReport};

pub use orders::{OrdersError, OrdersOptions, OrdersReport};
