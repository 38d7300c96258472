//! Frames over axum's WebSocket.

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};

use crate::wire::{FrameSink, FrameSource, TransportError};

pub(crate) struct SocketSink(SplitSink<WebSocket, Message>);
pub(crate) struct SocketSource(SplitStream<WebSocket>);

pub(crate) fn split(socket: WebSocket) -> (SocketSink, SocketSource) {
    let (sink, stream) = socket.split();
    (SocketSink(sink), SocketSource(stream))
}

impl FrameSink for SocketSink {
    async fn send(&mut self, frames: Vec<Bytes>) -> Result<(), TransportError> {
        for frame in frames {
            self.0.feed(Message::Binary(frame)).await.map_err(broken)?;
        }
        self.0.flush().await.map_err(broken)
    }

    async fn close(&mut self, reason: &str) {
        // A close frame has room for 123 bytes of reason.
        let short: String = reason.chars().take(40).collect();
        let frame = CloseFrame { code: close_code::NORMAL, reason: short.into() };
        drop(self.0.send(Message::Close(Some(frame))).await);
        drop(self.0.close().await);
    }
}

impl FrameSource for SocketSource {
    async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        loop {
            match self.0.next().await? {
                Ok(Message::Binary(bytes)) => return Some(Ok(bytes)),
                Ok(Message::Text(_)) => {
                    return Some(Err(TransportError::NotAFrame("a text message is no frame".to_owned())));
                }
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(Message::Close(_)) => return None,
                Err(error) => return Some(Err(broken(error))),
            }
        }
    }
}

fn broken(error: axum::Error) -> TransportError {
    TransportError::Broken(error.to_string())
}
