//! What one screen is still to get: bounded, filled by the clerk and the positions, emptied by the
//! screen's session. Filling never waits, so no screen stalls another.
//!
//! Invariants:
//! 1. Facts and answers leave in the order they came and none is left out, or the outbox is ended.
//! 2. At most [`HELD_MAX`] bytes of facts and answers are held, those being written included. The
//!    opening (snapshot or missed batches) counts apart: screens share its bytes.
//! 3. Of positions nothing is held but the newest frame, and that frame is shared.
//! 4. Of what sensors say nothing is held: a frame is made when there is nothing else to write.
//! 5. Nothing leaves before the opening; what comes while that is put together follows it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::positions::{Positions, Tick};
use super::readings::Desk;
use super::watch::Watching;
use crate::domain::{Reading, Refusal};
use crate::wire::Pace;

/// Most bytes of facts and answers held for one screen; with the socket's buffers it stays under
/// 2 MB.
pub const HELD_MAX: usize = 1024 * 1024;
/// Most bytes handed to the socket at a time.
const WRITE_MAX: usize = 256 * 1024;

/// Screen that cannot keep up, as it is told and logged.
pub const TOO_SLOW: &str = "too slow: this screen did not take what the hub sent";

#[derive(Debug, Default)]
struct Held {
    opened: bool,
    opening: VecDeque<Bytes>,
    queue: VecDeque<Bytes>,
    /// Bytes of `queue` and of what is being written from it.
    bytes: usize,
    tick: Option<Tick>,
    /// The stamp up to which positions were sent, once the session began.
    positions_upto: Option<u64>,
    /// Ticks came that were not sent: the next frame is made for this screen alone.
    behind: bool,
    /// The number of the newest watch that the screen asked for, and the watch, once it begins.
    watch: (u64, Option<Watching>),
    ended: Option<String>,
}

/// One screen's outbox.
#[derive(Debug)]
pub struct Outbox {
    pace: Pace,
    held: Mutex<Held>,
    filled: Notify,
    ended: Notify,
}

/// What the session is to do next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Write these frames; then report `counted` bytes as written.
    Write {
        /// The frames in order.
        frames: Vec<Bytes>,
        /// Bytes among them that count against [`HELD_MAX`].
        counted: usize,
    },
    /// Nothing to write.
    Wait,
    /// End the session.
    End(String),
}

impl Outbox {
    /// An empty one.
    #[must_use]
    pub fn new(pace: Pace) -> Self {
        Self { pace, held: Mutex::default(), filled: Notify::new(), ended: Notify::new() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often this screen wants positions.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// The first frames: welcome, and the snapshot or what was missed.
    pub(crate) fn open(&self, frames: impl IntoIterator<Item = Bytes>) {
        let mut held = self.held();
        held.opened = true;
        held.opening.extend(frames);
        if self.pace != Pace::Off {
            held.positions_upto = Some(0);
            held.behind = true;
        }
        drop(held);
        self.filled.notify_one();
    }

    /// Add facts or an answer; ends the outbox if that is too much.
    pub(crate) fn push(&self, frame: Bytes) {
        let mut held = self.held();
        if held.ended.is_some() {
            return;
        }
        held.bytes += frame.len();
        if held.bytes > HELD_MAX {
            drop(held);
            self.end(TOO_SLOW);
            return;
        }
        held.queue.push_back(frame);
        drop(held);
        self.filled.notify_one();
    }

    /// Offer the positions of one tick.
    pub(crate) fn offer(&self, tick: &Tick) {
        let mut held = self.held();
        if held.ended.is_some() || held.positions_upto.is_none() {
            return;
        }
        held.behind |= held.tick.is_some();
        held.tick = Some(tick.clone());
        drop(held);
        self.filled.notify_one();
    }

    /// The screen shows other sensors from now on, or none; an older watch than the newest does not count.
    pub(crate) fn watch(&self, id: u64, watching: Option<Watching>) {
        let mut held = self.held();
        if held.ended.is_some() || id < held.watch.0 {
            return;
        }
        held.watch = (id, watching);
        drop(held);
        self.filled.notify_one();
    }

    /// What windows of the watch of this number say, or why that cannot be read; false where it is watched no more.
    pub(crate) fn windowed(&self, id: u64, values: Result<Vec<Reading>, Refusal>) -> bool {
        let mut held = self.held();
        let Some(watching) = held.watch.1.as_mut().filter(|watching| watching.id() == id) else { return false };
        watching.take_windows(values);
        drop(held);
        self.filled.notify_one();
        true
    }

    /// What there is to say of sensors, once [`Self::next`] has nothing to write.
    pub(crate) fn sensors(&self, readings: &Desk) -> Option<Bytes> {
        let mut held = self.held();
        if !held.opened || held.ended.is_some() {
            return None;
        }
        held.watch.1.as_mut()?.next(readings, Instant::now())
    }

    /// When there may be something to say of sensors again.
    pub(crate) fn sensors_due(&self) -> Option<Instant> {
        self.held().watch.1.as_ref().and_then(Watching::due)
    }

    /// End the session and let go of all that is held.
    pub(crate) fn end(&self, reason: &str) {
        let mut held = self.held();
        if held.ended.is_none() {
            let bytes = held.bytes;
            *held = Held { ended: Some(reason.to_owned()), bytes, ..Held::default() };
        }
        drop(held);
        self.filled.notify_one();
        self.ended.notify_one();
    }

    /// Take what is to be written next.
    pub(crate) fn next(&self, positions: &Positions) -> Next {
        let mut held = self.held();
        if let Some(reason) = &held.ended {
            return Next::End(reason.clone());
        }
        if !held.opened {
            return Next::Wait;
        }
        let mut frames = Vec::new();
        if let Some(frame) = held.opening.pop_front() {
            frames.push(frame);
            return Next::Write { frames, counted: 0 };
        }
        let mut counted = 0;
        while counted < WRITE_MAX
            && let Some(frame) = held.queue.pop_front()
        {
            counted += frame.len();
            frames.push(frame);
        }
        if held.queue.is_empty()
            && let Some(upto) = held.positions_upto
        {
            if held.behind {
                let (frame, newest) = positions.since(upto);
                frames.extend(frame);
                held.positions_upto = Some(newest);
            } else if let Some(tick) = &held.tick {
                frames.push(tick.frame.clone());
                held.positions_upto = Some(tick.upto);
            }
            held.behind = false;
            held.tick = None;
        }
        if frames.is_empty() { Next::Wait } else { Next::Write { frames, counted } }
    }

    /// `counted` bytes went out.
    pub(crate) fn written(&self, counted: usize) {
        let mut held = self.held();
        held.bytes = held.bytes.saturating_sub(counted);
    }

    /// Bytes of facts and answers held now.
    #[must_use]
    pub fn held_bytes(&self) -> usize {
        self.held().bytes
    }

    /// Returns when something was put in.
    pub(crate) async fn filled(&self) {
        self.filled.notified().await;
    }

    /// Returns when the outbox was ended.
    pub(crate) async fn ended(&self) {
        self.ended.notified().await;
    }
}

/// All screens that have joined.
#[derive(Debug, Default)]
pub struct Sessions(Mutex<Vec<Arc<Outbox>>>);

impl Sessions {
    fn all(&self) -> MutexGuard<'_, Vec<Arc<Outbox>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    pub(crate) fn add(&self, outbox: Arc<Outbox>) {
        self.all().push(outbox);
    }

    pub(crate) fn remove(&self, outbox: &Arc<Outbox>) {
        self.all().retain(|o| !Arc::ptr_eq(o, outbox));
    }

    /// The same facts to every screen.
    pub(crate) fn push(&self, frame: &Bytes) {
        for outbox in self.all().iter() {
            outbox.push(frame.clone());
        }
    }

    /// The positions of one tick to every screen of that pace.
    pub(crate) fn offer(&self, pace: Pace, tick: &Tick) {
        for outbox in self.all().iter().filter(|o| o.pace == pace) {
            outbox.offer(tick);
        }
    }

    /// Whether any screen has that pace.
    pub(crate) fn any(&self, pace: Pace) -> bool {
        self.all().iter().any(|o| o.pace == pace)
    }

    pub(crate) fn end_all(&self, reason: &str) {
        for outbox in self.all().iter() {
            outbox.end(reason);
        }
    }

    /// Most bytes held for any one screen now.
    #[must_use]
    pub fn held_bytes_max(&self) -> usize {
        self.all().iter().map(|o| o.held_bytes()).max().unwrap_or(0)
    }
}
