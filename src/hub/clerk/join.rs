//! What a screen gets first: all that it missed, or the whole hall.

use std::sync::Arc;

use bytes::Bytes;

use super::{BATCH_MAX, Clerk, GAP_MAX};
use crate::domain::Seq;
use crate::hub::Inner;
use crate::hub::outbox::Outbox;
use crate::wire::frame::{HEARTBEAT_MILLIS, encode};
use crate::wire::{Resume, ToScreen, WireError};

impl Clerk {
    pub(super) fn join(&mut self, resume: Option<Resume>, outbox: Arc<Outbox>) {
        let Some(hub) = self.hub.upgrade() else { return };
        if self.broken {
            outbox.end("the hub cannot read its log");
            return;
        }
        // Listed first: how time runs is told by others than the clerk, and may change while the opening is made.
        hub.sessions.add(Arc::clone(&outbox));
        match self.opening(&hub, resume) {
            Ok(frames) => outbox.open(frames),
            Err(error) => {
                tracing::error!(%error, "a screen cannot join");
                outbox.end("the hub cannot encode its state");
            }
        }
    }

    fn opening(&mut self, hub: &Inner, resume: Option<Resume>) -> Result<Vec<Bytes>, WireError> {
        let release = env!("CARGO_PKG_VERSION").to_owned();
        let epoch = self.store.epoch();
        let mut frames = vec![encode(&ToScreen::Welcome { epoch, release, heartbeat_millis: HEARTBEAT_MILLIS })?];
        frames.push(encode(&hub.clock_frame())?);
        // Where cases lie is in no fact.
        frames.push(self.areas.frame()?);
        let missed = resume.filter(|r| r.epoch == epoch).and_then(|r| self.missed(r.last_seq));
        match missed {
            Some(missed) => frames.extend(missed),
            None => frames.push(self.snapshot()?),
        }
        Ok(frames)
    }

    /// The batches after `last`, from the ring or from the log.
    fn missed(&self, last: Seq) -> Option<Vec<Bytes>> {
        if let Some(frames) = self.ring.after(last) {
            return Some(frames);
        }
        if last > self.hall.upto() || self.hall.upto().0 - last.0 > GAP_MAX as u64 {
            return None;
        }
        let facts = self.store.facts_after(last, GAP_MAX).ok()?;
        let frames = facts.chunks(BATCH_MAX).map(|batch| {
            let upto = batch.last().map_or(last, |f| f.seq);
            encode(&ToScreen::Batch { upto, facts: batch.to_vec() }).ok()
        });
        frames.collect()
    }

    /// The hall, encoded once for all who join at the same fact.
    fn snapshot(&mut self) -> Result<Bytes, WireError> {
        let upto = self.hall.upto();
        if let Some((at, frame)) = &self.snapshot
            && *at == upto
        {
            return Ok(frame.clone());
        }
        let frame = encode(&ToScreen::Snapshot { hall: Box::new(self.hall.clone()) })?;
        self.snapshot = Some((upto, frame.clone()));
        Ok(frame)
    }
}
