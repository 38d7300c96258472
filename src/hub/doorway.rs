//! What the hub listens with: plain TCP, or TLS with the hub's certificate.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

/// A client says hello in TLS within this time.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// Most handshakes at a time, and connections that wait to be served.
const HANDSHAKES_MAX: usize = 256;

/// The files of the hub's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// PEM with the hub's certificate, and those of the authorities between.
    pub certificate: PathBuf,
    /// PEM with its key.
    pub key: PathBuf,
}

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or holds something else.
    #[error("{}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// Certificate and key do not go together.
    #[error("certificate and key do not go together: {0}")]
    Pair(rustls::Error),
}

impl TlsFiles {
    /// Read both.
    pub(super) fn read(&self) -> Result<TlsAcceptor, TlsError> {
        let wrong = |path: &Path, cause: String| TlsError::File { path: path.to_owned(), cause };
        let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(&self.certificate).and_then(Iterator::collect);
        let chain = chain.map_err(|error| wrong(&self.certificate, error.to_string()))?;
        if chain.is_empty() {
            return Err(wrong(&self.certificate, "there is no certificate in it".to_owned()));
        }
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| wrong(&self.key, error.to_string()))?;
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key));
        Ok(TlsAcceptor::from(Arc::new(config.map_err(TlsError::Pair)?)))
    }
}

/// Where connections come from.
pub(super) enum Doorway {
    /// Plain TCP.
    Plain(TcpListener),
    /// TLS, spoken aside so that a client that says nothing keeps nobody waiting.
    Tls { at: io::Result<SocketAddr>, ready: mpsc::Receiver<(Stream, SocketAddr)>, taking: tokio::task::JoinHandle<()> },
}

impl Doorway {
    pub(super) fn new(listener: TcpListener, tls: Option<TlsAcceptor>) -> Self {
        let Some(tls) = tls else { return Self::Plain(listener) };
        let at = listener.local_addr();
        let (done, ready) = mpsc::channel(HANDSHAKES_MAX);
        Self::Tls { at, ready, taking: tokio::spawn(take(listener, tls, done)) }
    }
}

impl Drop for Doorway {
    fn drop(&mut self) {
        if let Self::Tls { taking, .. } = self {
            taking.abort();
        }
    }
}

async fn take(mut listener: TcpListener, tls: TlsAcceptor, done: mpsc::Sender<(Stream, SocketAddr)>) {
    loop {
        let Ok(place) = done.clone().reserve_owned().await else { return };
        let (tcp, from) = Listener::accept(&mut listener).await;
        no_delay(&tcp);
        let tls = tls.clone();
        tokio::spawn(async move {
            match tokio::time::timeout(HANDSHAKE_WITHIN, tls.accept(tcp)).await {
                Ok(Ok(stream)) => drop(place.send((Box::new(stream) as Stream, from))),
                Ok(Err(error)) => tracing::debug!(%error, %from, "no TLS came about"),
                Err(_) => tracing::debug!(%from, "no hello came in TLS"),
            }
        });
    }
}

fn no_delay(tcp: &TcpStream) {
    if let Err(error) = tcp.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
}

impl Listener for Doorway {
    type Io = Stream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Stream, SocketAddr) {
        match self {
            Self::Plain(listener) => {
                let (tcp, from) = Listener::accept(listener).await;
                no_delay(&tcp);
                (Box::new(tcp), from)
            }
            Self::Tls { ready, .. } => match ready.recv().await {
                Some(taken) => taken,
                None => std::future::pending().await,
            },
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        match self {
            Self::Plain(listener) => listener.local_addr(),
            Self::Tls { at: Ok(at), .. } => Ok(*at),
            Self::Tls { at: Err(error), .. } => Err(error.kind().into()),
        }
    }
}

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

impl Connected<IncomingStream<'_, Doorway>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Doorway>) -> Self {
        Self(*stream.remote_addr())
    }
}

/// What a connection is once TLS, where it is spoken, is taken off.
pub(super) trait Both: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Both for T {}

/// One connection.
pub(super) type Stream = Box<dyn Both>;
