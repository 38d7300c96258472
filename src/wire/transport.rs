//! What carries frames. Hub sessions and links are written against these traits alone, so the
//! embedded link and the WebSocket run the same code.

use std::future::Future;
use std::pin::Pin;

use bytes::Bytes;

use super::Secret;
use crate::domain::{DeviceChange, DevicesAsked};

/// Why a transport stopped carrying.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The other side is gone.
    #[error("the connection is closed")]
    Closed,
    /// No connection could be made.
    #[error("cannot connect to {to}: {cause}")]
    Connect {
        /// Where to.
        to: String,
        /// Why not.
        cause: String,
    },
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The other side sent something that is no frame.
    #[error("{0}")]
    NotAFrame(String),
}

/// The end that frames go into.
pub trait FrameSink: Send + 'static {
    /// Send these frames in order; returns when all are handed on. Feeds all of them before it
    /// flushes once.
    fn send(&mut self, frames: Vec<Bytes>) -> impl Future<Output = Result<(), TransportError>> + Send;

    /// Say goodbye with a reason, as far as the transport can.
    fn close(&mut self, reason: &str) -> impl Future<Output = ()> + Send;
}

/// The end that frames come out of.
pub trait FrameSource: Send + 'static {
    /// The next frame; `None` at the end.
    fn next(&mut self) -> impl Future<Output = Option<Result<Bytes, TransportError>>> + Send;
}

/// What a hub tells of its devices beside the frames, as JSON of its HTTP API: sensors, feeds. It fails with words for
/// people who look after hubs.
pub type DevicesAnswer = Pin<Box<dyn Future<Output = Result<[Bytes; 2], String>> + Send>>;

/// What became of a change of its sensors, as JSON of its HTTP API. It fails as [`DevicesAnswer`] does.
pub type DevicesDone = Pin<Box<dyn Future<Output = Result<Bytes, String>> + Send>>;

/// A way to reach a hub, again and again.
pub trait Transport: Send + 'static {
    /// Its sending end.
    type Sink: FrameSink;
    /// Its receiving end.
    type Source: FrameSource;

    /// Connect anew.
    fn connect(&self) -> impl Future<Output = Result<(Self::Sink, Self::Source), TransportError>> + Send;

    /// Ask for devices, beside any connection; `token` shows who asks.
    fn devices(&self, _asked: &DevicesAsked, _token: Option<&Secret>) -> DevicesAnswer {
        let to = self.to();
        Box::pin(async move { Err(format!("{to} tells nothing of devices")) })
    }

    /// Have sensors changed, beside any connection; `by` names who wants it where nobody signs in, `token` shows who asks.
    fn change_devices(&self, _change: &DeviceChange, _by: Option<&str>, _token: Option<&Secret>) -> DevicesDone {
        let to = self.to();
        Box::pin(async move { Err(format!("{to} changes nothing of devices")) })
    }

    /// Where it leads, for people: an address, or that it is in this process.
    fn to(&self) -> String;
}
