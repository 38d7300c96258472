//! Work that takes longer than a frame, and goes on beside the frames.

use bevy::tasks::{AsyncComputeTaskPool, Task, block_on, poll_once};

/// One piece of work at a time; begun anew the one before is given up.
pub(super) struct Work<T>(Option<Task<T>>);

impl<T> Default for Work<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Send + 'static> Work<T> {
    /// Begin.
    pub(super) fn begin(&mut self, work: impl FnOnce() -> T + Send + 'static) {
        self.0 = Some(AsyncComputeTaskPool::get().spawn(async move { work() }));
    }

    /// What came of it, once.
    pub(super) fn take(&mut self) -> Option<T> {
        let done = block_on(poll_once(self.0.as_mut()?))?;
        self.0 = None;
        Some(done)
    }

    /// Whether it goes on.
    pub(super) fn goes_on(&self) -> bool {
        self.0.is_some()
    }
}
