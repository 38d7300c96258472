//! A hub whose disk takes nothing more: it goes on showing all, takes no order, and looks each second whether it can write
//! again. While a disk is all but full it looks too, so that every screen knows before anybody orders.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::Inner;
use super::clerk::Ask;

/// How often a disk that failed is tried, and the others are asked for their room.
const TRY_EVERY: Duration = Duration::from_secs(1);

/// Whether the log can be written.
#[derive(Debug, Default)]
pub(crate) struct Disk {
    failed: AtomicBool,
}

impl Disk {
    pub(crate) fn writes(&self) -> bool {
        !self.failed.load(Ordering::Acquire)
    }

    /// It can be written, or cannot; whether that is news.
    pub(crate) fn set(&self, writes: bool) -> bool {
        self.failed.swap(!writes, Ordering::AcqRel) == writes
    }
}

/// Have the clerk try the disk, for ever.
pub(super) async fn look_after(hub: Arc<Inner>) {
    let mut every = tokio::time::interval(TRY_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if hub.clerk.send(Ask::TryDisk).await.is_err() {
            return;
        }
    }
}
