//! Frames over a WebSocket to a hub elsewhere.

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::wire::frame::{DEFAULT_PORT, MAX_TO_SCREEN, WS_PATH};
use crate::wire::{FrameSink, FrameSource, Transport, TransportError};

/// An address that leads to no hub.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no address of a hub: write ws://HOST:PORT")]
pub struct BadAddress(String);

/// Leads to a hub by its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketTransport {
    /// `host:port`.
    authority: String,
    /// `ws://host:port/ws`.
    url: String,
}

impl SocketTransport {
    /// To the hub at `ws://host:port`, with or without the path `/ws`; without a port 8700.
    ///
    /// # Errors
    /// [`BadAddress`].
    pub fn new(address: &str) -> Result<Self, BadAddress> {
        let bad = || BadAddress(address.to_owned());
        let rest = match address.split_once("://") {
            Some(("ws" | "http", rest)) => rest,
            Some(_) => return Err(bad()),
            None => address,
        };
        let authority = rest.trim_end_matches('/');
        let authority = authority.strip_suffix(WS_PATH).unwrap_or(authority);
        if authority.is_empty() || authority.contains(|c: char| c == '/' || c == '@' || c.is_whitespace()) {
            return Err(bad());
        }
        // The last colon outside the brackets of an IPv6 address stands before the port.
        let port = authority.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
        let authority = match port {
            Some((_, port)) => {
                port.parse::<u16>().map_err(|_| bad())?;
                authority.to_owned()
            }
            None => format!("{authority}:{DEFAULT_PORT}"),
        };
        Ok(Self { url: format!("ws://{authority}{WS_PATH}"), authority })
    }
}

/// Sending end of a WebSocket.
pub struct SocketSink(SplitSink<WebSocketStream<TcpStream>, Message>);
/// Receiving end of a WebSocket.
pub struct SocketSource(SplitStream<WebSocketStream<TcpStream>>);

impl Transport for SocketTransport {
    type Sink = SocketSink;
    type Source = SocketSource;

    async fn connect(&self) -> Result<(SocketSink, SocketSource), TransportError> {
        let failed = |cause: String| TransportError::Connect { to: self.url.clone(), cause };
        let tcp = TcpStream::connect(&self.authority).await.map_err(|e| failed(e.to_string()))?;
        tcp.set_nodelay(true).map_err(|e| failed(e.to_string()))?;
        let mut config = WebSocketConfig::default();
        config.max_message_size = Some(MAX_TO_SCREEN);
        config.max_frame_size = Some(MAX_TO_SCREEN);
        let (ws, _) =
            client_async_with_config(self.url.as_str(), tcp, Some(config)).await.map_err(|e| failed(e.to_string()))?;
        let (sink, source) = ws.split();
        Ok((SocketSink(sink), SocketSource(source)))
    }

    fn to(&self) -> String {
        self.url.clone()
    }
}

impl FrameSink for SocketSink {
    async fn send(&mut self, frames: Vec<Bytes>) -> Result<(), TransportError> {
        for frame in frames {
            self.0.feed(Message::Binary(frame)).await.map_err(broken)?;
        }
        self.0.flush().await.map_err(broken)
    }

    async fn close(&mut self, _reason: &str) {
        // Best effort, and never long: the socket is dropped next.
        drop(tokio::time::timeout(std::time::Duration::from_millis(200), self.0.close()).await);
    }
}

impl FrameSource for SocketSource {
    async fn next(&mut self) -> Option<Result<Bytes, TransportError>> {
        loop {
            match self.0.next().await? {
                Ok(Message::Binary(bytes)) => return Some(Ok(bytes)),
                Ok(Message::Close(_)) => return None,
                Ok(Message::Text(_)) => {
                    return Some(Err(TransportError::NotAFrame("a text message is no frame".to_owned())));
                }
                Ok(_) => {}
                Err(error) => return Some(Err(broken(error))),
            }
        }
    }
}

fn broken(error: tokio_tungstenite::tungstenite::Error) -> TransportError {
    TransportError::Broken(error.to_string())
}
