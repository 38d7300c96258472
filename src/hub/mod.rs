//! The server: facts are made here and go out from here to every screen. No engine.
//!
//! ```text
//!  HTTP, feeds ──┐                        ┌─► outbox ─► session ─► screen
//!  sessions ─────┴─► clerk ──► store      ├─► outbox ─► session ─► screen
//!                    (Hall)  └─ batch ────┘        ▲
//!  positions ───────────────► positions ── tick ───┘
//! ```
//!
//! - [`clock`]: the hall's time, which a demo runs at another pace.
//! - [`catalogue`]: the kinds and time limits in force, and how files are taken anew.
//! - [`clerk`]: one thread, sole owner of the hall and the store; decides, writes, applies, tells.
//! - `chronicle`: what of it goes into the audit chain.
//! - [`outbox`]: what one screen is still to get, bounded; encoded once for all screens.
//! - [`session`]: one screen, over any transport.
//! - [`positions`]: newest place of each crew, sent at each screen's pace.
//! - [`http`]: the API and the WebSocket.
//!
//! Start reading at [`start`]; orders go through [`Intake`]. `hall hub` is
//! `hub::start(HubOptions { .. })?`, then wait for a signal, then [`Hub::shutdown`]; an embedded hub
//! is the same with `listen: None` and [`Hub::embedded_transport`] handed to `link`.

pub mod catalogue;
mod chronicle;
pub mod clerk;
pub mod clock;
mod disk;
mod embedded;
pub mod http;
mod intake;
pub mod outbox;
pub mod positions;
mod ring;
pub mod session;
mod socket;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::net::TcpSocket;
use tokio::sync::Notify;

use crate::config::{CatalogueFiles, ConfigError, InForce};
use crate::domain::{Moment, Refusal};
use crate::store::{Store, StoreError};
use crate::wire::frame::{DEFAULT_PORT, RATE_MAX, encode};
use crate::wire::{Control, ToScreen};

pub use catalogue::{ReloadError, Reloaded};
pub use clock::HallClock;
pub use embedded::EmbeddedTransport;
pub use intake::{Intake, IntakeError, Taken};

/// Most bytes the kernel holds for one screen that does not read.
const SEND_BUFFER_BYTES: u32 = 256 * 1024;

/// Tells the machine's time: the wall clock, or a test's.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;
/// Takes what screens want moved in a demo hall, speed excepted, or says why not.
pub(crate) type Controls = Box<dyn Fn(Control) -> Result<(), Refusal> + Send + Sync>;
/// Tells the offset of city time from UTC at a moment, in seconds.
pub type UtcOffset = fn(Moment) -> i32;

/// Where a hub keeps its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// In this folder, made where missing.
    Folder(PathBuf),
    /// In memory: gone with the hub.
    Memory,
}

/// How to start a hub.
#[derive(Clone)]
pub struct HubOptions {
    /// Where the log is.
    pub data: Data,
    /// Where to listen; `None` for an embedded hub that only its own process reaches. Port 0 takes
    /// a free one, see [`Hub::addr`].
    pub listen: Option<SocketAddr>,
    /// The machine's clock.
    pub clock: Clock,
    /// The files of its kinds, time limits and work calendar. Where they say something else than its log has last, they
    /// are told as a fact when it starts. Reports of kinds that they do not have are refused.
    pub files: CatalogueFiles,
    /// When that fact is known, where not as the hub starts: a demo's day begins earlier.
    pub files_known_at: Option<Moment>,
    /// City time, on which the limits are counted.
    pub utc_offset_secs: UtcOffset,
    /// Most screens at a time.
    pub max_sessions: usize,
    /// Threads for the network.
    pub threads: usize,
}

impl HubOptions {
    /// A hub with its log at `data`, on loopback, port 8700, with the catalogue built in.
    #[must_use]
    pub fn new(data: Data) -> Self {
        Self {
            data,
            listen: Some(SocketAddr::from(([127, 0, 0, 1], DEFAULT_PORT))),
            clock: Arc::new(wall_clock),
            files: CatalogueFiles::default(),
            files_known_at: None,
            utc_offset_secs: |_| 0,
            max_sessions: 1000,
            threads: 2,
        }
    }

    /// The same without a listener.
    #[must_use]
    pub fn embedded(data: Data) -> Self {
        Self { listen: None, ..Self::new(data) }
    }
}

/// Why a hub cannot start.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The log cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be listened at.
    #[error("cannot listen at {at}: {cause}")]
    Listen {
        /// The address.
        at: SocketAddr,
        /// Why not.
        cause: std::io::Error,
    },
    /// A file of the catalogue is wrong.
    #[error("{}", .0.in_full())]
    Catalogue(#[source] ConfigError),
    /// The catalogue could not be told.
    #[error("the catalogue is not taken: {0}")]
    NotTaken(Refusal),
    /// The system gave no threads.
    #[error("cannot start the hub's threads: {0}")]
    Threads(std::io::Error),
}

/// What all parts of a hub share.
pub(crate) struct Inner {
    pub(crate) clerk: tokio::sync::mpsc::Sender<clerk::Ask>,
    pub(crate) sessions: outbox::Sessions,
    pub(crate) positions: positions::Positions,
    pub(crate) clock: HallClock,
    pub(crate) disk: disk::Disk,
    /// Set in a demo hall only.
    pub(crate) controls: OnceLock<Controls>,
    pub(crate) files: CatalogueFiles,
    pub(crate) in_force: catalogue::Cell,
    pub(crate) utc_offset_secs: UtcOffset,
    pub(crate) epoch: u64,
    pub(crate) started: Instant,
    pub(crate) max_sessions: usize,
}

impl Inner {
    /// Carry out what a screen wants moved.
    pub(crate) fn control(&self, control: Control) -> Result<(), Refusal> {
        let controls = self.controls.get().ok_or(Refusal::NotADemo)?;
        match control {
            Control::Speed(rate) if rate > RATE_MAX => {
                Err(Refusal::Unusable { field: "speed".to_owned(), reason: format!("is 0 to {RATE_MAX}") })
            }
            Control::Speed(rate) => {
                self.clock.set_rate(rate);
                self.tell_clock();
                Ok(())
            }
            other => controls(other),
        }
    }

    /// The frame that says how time runs.
    pub(crate) fn clock_frame(&self) -> ToScreen {
        let (now, rate, demo) = (self.clock.now(), self.clock.rate(), self.controls.get().is_some());
        ToScreen::Clock { now, rate, demo, writes: self.disk.writes() }
    }

    /// Say to all screens how time runs.
    pub(crate) fn tell_clock(&self) {
        match encode(&self.clock_frame()) {
            Ok(frame) => self.sessions.push(&frame),
            Err(error) => tracing::error!(%error, "the clock cannot be encoded"),
        }
    }
}

/// A running hub. Dropping it stops it as a crash would: acknowledged facts are on disk, nothing
/// is said to the screens. [`Hub::shutdown`] is the polite way.
pub struct Hub {
    inner: Arc<Inner>,
    addr: Option<SocketAddr>,
    clerk: Option<std::thread::JoinHandle<()>>,
    runtime: Option<tokio::runtime::Runtime>,
    stop: Arc<Notify>,
    known_until: Option<Moment>,
}

/// Start a hub on threads of its own. Returns once it listens.
///
/// # Errors
/// [`HubError`], which says what to do where something can be done.
pub fn start(options: HubOptions) -> Result<Hub, HubError> {
    let read = options.files.read().map_err(HubError::Catalogue)?;
    let (store, hall) = match &options.data {
        Data::Folder(folder) => Store::open(folder)?,
        Data::Memory => Store::in_memory()?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(options.threads.max(1))
        .thread_name("hub")
        .enable_all()
        .build()
        .map_err(HubError::Threads)?;
    let listener = match options.listen {
        Some(at) => {
            let _guard = runtime.enter();
            Some(listen(at).map_err(|cause| HubError::Listen { at, cause })?)
        }
        None => None,
    };
    let addr = listener.as_ref().and_then(|l| l.local_addr().ok());

    let (asks, inbox) = tokio::sync::mpsc::channel(clerk::WAITING_MAX);
    let inner = Arc::new(Inner {
        clerk: asks,
        sessions: outbox::Sessions::default(),
        positions: positions::Positions::default(),
        clock: HallClock::new(options.clock),
        disk: disk::Disk::default(),
        controls: OnceLock::new(),
        files: options.files,
        in_force: catalogue::Cell::new(InForce::of(&hall).unwrap_or_else(|_| read.clone())),
        utc_offset_secs: options.utc_offset_secs,
        epoch: store.epoch(),
        started: start_of_uptime(),
        max_sessions: options.max_sessions,
    });
    let known_until = store.last_known_at()?;
    let mut clerk = clerk::Clerk::new(store, hall, &inner)?;
    clerk.begin_with(&read, options.files_known_at).map_err(HubError::NotTaken)?;
    let clerk = std::thread::Builder::new()
        .name("clerk".to_owned())
        .spawn(move || clerk.run(inbox))
        .map_err(HubError::Threads)?;
    let stop = Arc::new(Notify::new());
    runtime.spawn(positions::send_ticks(Arc::clone(&inner)));
    runtime.spawn(disk::look_after(Arc::clone(&inner)));
    if let Some(listener) = listener {
        runtime.spawn(http::serve(listener, Arc::clone(&inner), Arc::clone(&stop)));
    }
    tracing::info!(addr = ?addr, epoch = inner.epoch, "hub is up");
    Ok(Hub { inner, addr, clerk: Some(clerk), runtime: Some(runtime), stop, known_until })
}

impl Hub {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> Option<SocketAddr> {
        self.addr
    }

    /// The way in for a link in the same process.
    #[must_use]
    pub fn embedded_transport(&self) -> EmbeddedTransport {
        EmbeddedTransport::new(&self.inner, self.runtime.as_ref().map(|r| r.handle().clone()))
    }

    /// The way in for reports, orders and positions from the same process.
    #[must_use]
    pub fn intake(&self) -> Intake {
        Intake::new(&self.inner)
    }

    /// When it learned the newest fact of its log, as it was when it started; `None` where it had none.
    #[must_use]
    pub fn known_until(&self) -> Option<Moment> {
        self.known_until
    }

    /// How many screens are connected.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.inner.sessions.len()
    }

    /// Most bytes of facts held for any one screen now.
    #[must_use]
    pub fn held_bytes_max(&self) -> usize {
        self.inner.sessions.held_bytes_max()
    }

    /// Stop politely: no new orders, what waits is committed, screens are told, then all ends.
    pub fn shutdown(mut self) {
        self.stop.notify_waiters();
        if self.inner.clerk.blocking_send(clerk::Ask::Stop).is_ok()
            && let Some(clerk) = self.clerk.take()
            && clerk.join().is_err()
        {
            tracing::error!("the clerk ended abnormally");
        }
        self.inner.sessions.end_all("the hub is shutting down");
        if let Some(runtime) = self.runtime.take() {
            runtime.block_on(async {
                let all_gone = async {
                    while !self.inner.sessions.is_empty() {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                };
                // A screen that does not read its goodbye is left behind.
                drop(tokio::time::timeout(Duration::from_secs(1), all_gone).await);
            });
            runtime.shutdown_timeout(Duration::from_millis(200));
        }
        tracing::info!("hub is down");
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// The buffer size is set before listening, so accepted sockets inherit it.
fn listen(at: SocketAddr) -> std::io::Result<tokio::net::TcpListener> {
    let socket = if at.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(at)?;
    socket.listen(1024)
}

/// The wall clock: the hub is where time enters.
#[expect(clippy::disallowed_methods, reason = "time enters here")]
pub(crate) fn wall_clock() -> Moment {
    Moment(chrono::Utc::now().timestamp_millis())
}

fn start_of_uptime() -> Instant {
    Instant::now()
}
