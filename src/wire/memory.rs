//! The transport inside one process: two channels, bounded like a socket.

use bytes::Bytes;
use tokio::sync::mpsc;

use super::transport::{FrameSink, FrameSource, TransportError};

/// Frames that fit between the two ends before the sender waits.
const FRAMES: usize = 64;

/// Sending end.
#[derive(Debug)]
pub struct MemorySink(Option<mpsc::Sender<Bytes>>);

/// Receiving end.
#[derive(Debug)]
pub struct MemorySource(mpsc::Receiver<Bytes>);

/// Two connected ends, as `(one side, other side)`.
#[must_use]
pub fn pair() -> ((MemorySink, MemorySource), (MemorySink, MemorySource)) {
    let (a_tx, a_rx) = mpsc::channel(FRAMES);
    let (b_tx, b_rx) = mpsc::channel(FRAMES);
    ((MemorySink(Some(a_tx)), MemorySource(b_rx)), (MemorySink(Some(b_tx)), MemorySource(a_rx)))
}

impl FrameSink for MemorySink {
    async fn send(&mut self, frames: Vec<Bytes>) -> Result<(), TransportError> {
        let sender = self.0.as_ref().ok_or(TransportError::Closed)?;
        for frame in frames {
            sender.send(frame).await.map_err(|_| TransportError::Closed)?;
        }
        Ok(())
    }

    async fn close(&mut self, _reason: &str) {
        self.0 = None;
    }
}

impl FrameSource for MemorySource {
    async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        self.0.recv().await.map(Ok)
    }
}
