//! Frames over a WebSocket to a hub elsewhere.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use reqwest::{Client, RequestBuilder, StatusCode, header, redirect};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::domain::{DeviceChange, DevicesAsked};
use crate::wire::frame::{DEFAULT_PORT, MAX_TO_SCREEN, WS_PATH};
use crate::wire::{DevicesAnswer, DevicesDone, FrameSink, FrameSource, Secret, Transport, TransportError};

/// A hub answers what is asked beside the frames within this time.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Longest such answer, in bytes.
const ANSWER_MAX: usize = 8 * 1024 * 1024;

/// An address that leads to no hub.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no address of a hub: write ws://HOST:PORT or wss://HOST:PORT")]
pub struct BadAddress(String);

/// Leads to a hub by its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketTransport {
    /// `host:port`.
    authority: String,
    /// `ws://host:port/ws`, or `wss`.
    url: String,
    /// The host alone, where TLS is spoken with it.
    secure: Option<String>,
    /// The PEM of the authority that the hub's certificate has to be of; `None` for those that this machine trusts.
    trusted: Option<Vec<u8>>,
}

impl SocketTransport {
    /// To the hub at `ws://host:port` or `wss://host:port`, with or without the path `/ws`; without a port 8700.
    ///
    /// # Errors
    /// [`BadAddress`].
    pub fn new(address: &str) -> Result<Self, BadAddress> {
        let bad = || BadAddress(address.to_owned());
        let (secure, rest) = match address.split_once("://") {
            Some(("ws" | "http", rest)) => (false, rest),
            Some(("wss" | "https", rest)) => (true, rest),
            Some(_) => return Err(bad()),
            None => (false, address),
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
        let scheme = if secure { "wss" } else { "ws" };
        let host = authority.rsplit_once(':').map_or(authority.as_str(), |(host, _)| host);
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let url = format!("{scheme}://{authority}{WS_PATH}");
        Ok(Self { url, authority, secure: secure.then_some(host), trusted: None })
    }

    /// The same, where the hub's certificate is of the authority in this PEM and of no other.
    #[must_use]
    pub fn trusting(self, authority: Option<Vec<u8>>) -> Self {
        Self { trusted: authority, ..self }
    }

    /// How TLS is spoken with the hub.
    fn tls(&self) -> Result<TlsConnector, String> {
        self.tls_config().map(|config| TlsConnector::from(Arc::new(config)))
    }

    fn tls_config(&self) -> Result<ClientConfig, String> {
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        let config = match &self.trusted {
            Some(pem) => {
                let mut roots = RootCertStore::empty();
                for certificate in CertificateDer::pem_slice_iter(pem) {
                    let certificate = certificate.map_err(|error| format!("the authority is no PEM: {error}"))?;
                    roots.add(certificate).map_err(|error| error.to_string())?;
                }
                builder.with_root_certificates(roots).with_no_client_auth()
            }
            None => builder.with_platform_verifier().map_err(|error| error.to_string())?.with_no_client_auth(),
        };
        Ok(config)
    }

    /// A client of the hub's HTTP. It goes straight there: proxies in the environment are for the web.
    fn client(&self) -> Result<Client, String> {
        let builder = Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(ANSWER_WITHIN);
        // A client wants to know of TLS even where none is spoken: then it trusts nobody.
        let config = if self.secure.is_some() { self.tls_config()? } else { trusting_nobody()? };
        builder.tls_backend_preconfigured(config).build().map_err(|error| error.to_string())
    }
}

fn trusting_nobody() -> Result<ClientConfig, String> {
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
}

/// The body of a right answer; else what the hub said instead.
async fn got(client: &Client, url: String, token: Option<&Secret>) -> Result<Bytes, String> {
    let (status, body) = answered(client.get(url), token).await?;
    if !status.is_success() {
        let said: String = String::from_utf8_lossy(&body).chars().take(200).collect();
        return Err(format!("{status}: {said}"));
    }
    Ok(body)
}

/// The answer to a request.
async fn answered(request: RequestBuilder, token: Option<&Secret>) -> Result<(StatusCode, Bytes), String> {
    let request = if let Some(token) = token { request.bearer_auth(&token.0) } else { request };
    let mut answer = request.send().await.map_err(|error| error.to_string())?;
    let status = answer.status();
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| error.to_string())? {
        if body.len() + piece.len() > ANSWER_MAX {
            return Err(format!("the answer is over {ANSWER_MAX} bytes"));
        }
        body.extend_from_slice(&piece);
    }
    Ok((status, Bytes::from(body)))
}

/// What a connection is once TLS, where it is spoken, is taken off.
trait Both: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Both for T {}

type Socket = WebSocketStream<Box<dyn Both>>;

/// Sending end of a WebSocket.
pub struct SocketSink(SplitSink<Socket, Message>);
/// Receiving end of a WebSocket.
pub struct SocketSource(SplitStream<Socket>);

impl Transport for SocketTransport {
    type Sink = SocketSink;
    type Source = SocketSource;

    async fn connect(&self) -> Result<(SocketSink, SocketSource), TransportError> {
        let failed = |cause: String| TransportError::Connect { to: self.url.clone(), cause };
        let tcp = TcpStream::connect(&self.authority).await.map_err(|e| failed(e.to_string()))?;
        tcp.set_nodelay(true).map_err(|e| failed(e.to_string()))?;
        let stream: Box<dyn Both> = match &self.secure {
            None => Box::new(tcp),
            Some(host) => {
                let name = ServerName::try_from(host.clone()).map_err(|e| failed(e.to_string()))?;
                let tls = self.tls().map_err(failed)?;
                Box::new(tls.connect(name, tcp).await.map_err(|e| failed(e.to_string()))?)
            }
        };
        let mut config = WebSocketConfig::default();
        config.max_message_size = Some(MAX_TO_SCREEN);
        config.max_frame_size = Some(MAX_TO_SCREEN);
        let (ws, _) = client_async_with_config(self.url.as_str(), stream, Some(config))
            .await
            .map_err(|e| failed(e.to_string()))?;
        let (sink, source) = ws.split();
        Ok((SocketSink(sink), SocketSource(source)))
    }

    fn devices(&self, asked: &DevicesAsked, token: Option<&Secret>) -> DevicesAnswer {
        let scheme = if self.secure.is_some() { "https" } else { "http" };
        let base = format!("{scheme}://{}", self.authority);
        let (client, query, token) = (self.client(), asked.query(), token.cloned());
        Box::pin(async move {
            let client = client?;
            let sensors = got(&client, format!("{base}/api/sensors/quality?{query}"), token.as_ref()).await?;
            Ok([sensors, got(&client, format!("{base}/api/feeds"), token.as_ref()).await?])
        })
    }

    fn change_devices(&self, change: &DeviceChange, by: Option<&str>, token: Option<&Secret>) -> DevicesDone {
        let scheme = if self.secure.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}{}", self.authority, change.path());
        let (client, token) = (self.client(), token.cloned());
        let body = serde_json::to_vec(&change.body(by)).map_err(|error| error.to_string());
        Box::pin(async move {
            let post = client?.post(url).header(header::CONTENT_TYPE, "application/json").body(body?);
            // What is refused is told in the body as well.
            answered(post, token.as_ref()).await.map(|(_, body)| body)
        })
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
        drop(tokio::time::timeout(Duration::from_millis(200), self.0.close()).await);
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
