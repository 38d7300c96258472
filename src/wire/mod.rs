//! The wire: what hub and screens say to each other.
//!
//! [`frame`] has the frames, `encoding` how they are written (see `FORMAT.md`), [`transport`] what
//! carries them, [`watch`] how readings are packed, [`memory`] the transport inside one process. The WebSocket ends live with those
//! who need them: the server's in `hub`, the client's in `link`.

mod encoding;
pub mod frame;
pub mod memory;
pub mod part;
pub mod transport;
pub mod watch;

#[cfg(test)]
mod tests;

pub use frame::{
    Announced, Answer, Command, Control, Hello, Identity, Pace, Piece, Resume, Secret, ToHub, ToScreen, Upto,
    WIRE_VERSION, WireError,
};
pub use part::{PART_MAX, Part};
pub use transport::{DevicesAnswer, DevicesDone, FrameSink, FrameSource, Transport, TransportError};
