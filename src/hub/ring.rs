//! The newest batches, encoded, for screens that were away for a moment.

use std::collections::VecDeque;

use bytes::Bytes;

use crate::domain::Seq;

/// Bytes kept.
const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// Recent batches without gap between them.
#[derive(Debug, Default)]
pub(crate) struct Ring {
    /// `(after, frame)`: a batch and the fact before its first.
    batches: VecDeque<(Seq, Bytes)>,
    bytes: usize,
    upto: Seq,
}

impl Ring {
    /// An empty ring behind the fact `upto`.
    pub(crate) fn new(upto: Seq) -> Self {
        Self { upto, ..Self::default() }
    }

    /// Add the batch that leads to `upto`.
    pub(crate) fn push(&mut self, upto: Seq, frame: Bytes) {
        self.bytes += frame.len();
        self.batches.push_back((self.upto, frame));
        self.upto = upto;
        while self.bytes > KEPT_BYTES
            && let Some((_, frame)) = self.batches.pop_front()
        {
            self.bytes -= frame.len();
        }
    }

    /// The batches after the fact `last`; `None` where the ring does not reach back to it or `last`
    /// is not the end of a batch.
    pub(crate) fn after(&self, last: Seq) -> Option<Vec<Bytes>> {
        if last == self.upto {
            return Some(Vec::new());
        }
        let from = self.batches.iter().position(|(after, _)| *after == last)?;
        Some(self.batches.iter().skip(from).map(|(_, frame)| frame.clone()).collect())
    }
}
