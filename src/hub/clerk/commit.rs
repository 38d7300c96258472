//! What was decided becomes known: on disk first, then in answers and on screens.

use super::{BATCH_MAX, Clerk, Reply};
use crate::config::InForce;
use crate::domain::{Fact, Refusal};
use crate::hub::intake::Taken;
use crate::store::StoreError;
use crate::wire::frame::encode;
use crate::wire::{Answer, ToScreen};

impl Clerk {
    /// Write the facts, then answer and tell.
    pub(super) fn commit(&mut self) {
        let facts = std::mem::take(&mut self.facts);
        let entries = self.chronicle.take();
        let replies = std::mem::take(&mut self.replies);
        let beside = std::mem::take(&mut self.beside);
        let written = if entries.is_empty() { Ok(()) } else { self.store.append_with(&facts, &entries, &beside) };
        if let Err(error) = &written {
            self.start_over(error);
            self.set_writes(false);
        } else {
            self.tell_areas();
            for batch in facts.chunks(BATCH_MAX) {
                self.tell(batch);
            }
            if let (Some(hub), Some(last)) = (self.hub.upgrade(), facts.last()) {
                hub.archive.committed(last.seq);
            }
            self.areas.forget(&self.hall);
            if let Err(error) = self.store.snapshot_if_due(&self.hall) {
                tracing::warn!(%error, "no snapshot kept");
            }
        }
        for (mut results, reply) in replies {
            if written.is_err() {
                results.fill_with(|| Err(Refusal::NotWritten));
            }
            answer(results, reply);
        }
    }

    /// Tell every screen where that is news.
    fn set_writes(&self, writes: bool) {
        let Some(hub) = self.hub.upgrade() else { return };
        if hub.disk.set(writes) {
            if writes {
                tracing::info!("the log can be written again");
            } else {
                tracing::error!("the log cannot be written: no order is taken until it can");
            }
            hub.tell_clock();
        }
    }

    /// Whether there is room, or is again: then orders are taken.
    pub(super) fn try_disk(&mut self) {
        if self.hub.upgrade().is_some_and(|hub| hub.disk.writes()) && !self.store.is_short_of_room() {
            return;
        }
        let tried = self.store.try_room();
        match &tried {
            Ok(()) => tracing::trace!("the log can be written"),
            Err(error) => tracing::debug!(%error, "the log cannot be written"),
        }
        self.set_writes(tried.is_ok());
    }

    /// Where cases lie comes before the facts that bring or move them: who lists a case knows then whose it is.
    fn tell_areas(&mut self) {
        let Some(news) = self.areas.news() else { return };
        match encode(&news) {
            Ok(frame) => {
                if let Some(hub) = self.hub.upgrade() {
                    hub.sessions.push(&frame);
                }
            }
            Err(error) => tracing::error!(%error, "areas of cases cannot be encoded"),
        }
    }

    fn tell(&mut self, facts: &[Fact]) {
        let Some(upto) = facts.last().map(|f| f.seq) else { return };
        match encode(&ToScreen::Batch { upto, facts: facts.to_vec() }) {
            Ok(frame) => {
                if let Some(hub) = self.hub.upgrade() {
                    hub.sessions.push(&frame);
                }
                self.ring.push(upto, frame);
            }
            Err(error) => tracing::error!(%error, "a batch cannot be encoded"),
        }
    }

    /// After a failed commit the hall is ahead of the log: fold it anew.
    fn start_over(&mut self, error: &StoreError) {
        tracing::error!(%error, "commit failed, nothing of it is kept");
        self.snapshot = None;
        match self.store.load() {
            Ok(hall) => {
                match (InForce::of(&hall), self.hub.upgrade()) {
                    (Ok(read), Some(hub)) => hub.in_force.set(read),
                    (Err(error), _) => tracing::error!(%error, "the catalogue of the log cannot be read"),
                    (Ok(_), None) => {}
                }
                if let Err(error) = self.areas.read(&self.store, &hall) {
                    // Without its area a case is the whole city's.
                    tracing::error!(%error, "the areas of incidents cannot be read");
                }
                self.hall = hall;
            }
            Err(error) => {
                tracing::error!(%error, "the log cannot be read: no order is taken until a restart");
                self.broken = true;
            }
        }
    }
}

fn answer(results: Vec<Result<Taken, Refusal>>, reply: Reply) {
    match reply {
        // Nobody waits any more: the facts are in the log all the same.
        Reply::Once(sender) => drop(sender.send(results)),
        Reply::Screen(outbox, id) => {
            for result in results {
                let answer = match result {
                    Ok(Taken { incident: Some(incident), caller: Some(caller), .. }) => {
                        Answer::Caller(incident, caller)
                    }
                    Ok(taken) => Answer::Done(taken.seq),
                    Err(refusal) => Answer::Refused(refusal),
                };
                match encode(&ToScreen::Answer { id, answer }) {
                    Ok(frame) => outbox.push(frame),
                    Err(error) => tracing::error!(%error, "an answer cannot be encoded"),
                }
            }
        }
    }
}
