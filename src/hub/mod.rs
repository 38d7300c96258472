//! The server: facts are made here and go out from here to every screen. No engine.
//!
//! ```text
//!  HTTP, feeds ──┐                        ┌─► outbox ─► session ─► screen
//!  sessions ─────┴─► clerk ──► store      ├─► outbox ─► session ─► screen
//!                    (Hall)  └─ batch ────┘        ▲
//!  positions ───────────────► positions ── tick ───┘
//!  readings ────────────────► readings ──► store
//! ```
//!
//! - `options`: how a hub is started, and why it cannot be.
//! - [`clock`]: the hall's time, which a demo runs at another pace.
//! - `alarms`: limits of what sensors show; `upstream`: behind which pipes they hang.
//! - `archive`: every case there ever was, to be found again, beside the clerk.
//! - [`catalogue`]: the kinds and time limits in force, and how files are taken anew.
//! - [`clerk`]: one thread, sole owner of the hall and the store; decides, writes, applies, tells.
//! - `chronicle`: what of it goes into the audit chain.
//! - [`outbox`]: what one screen is still to get, bounded; encoded once for all screens.
//! - [`session`]: one screen, over any transport.
//! - `seats`: who has a screen, for a roll call and for who is told of an alarm.
//! - [`positions`]: newest place of each crew, sent at each screen's pace.
//! - `readings`: what sensors measure, on a thread of its own; `watch`: what a screen is told of it, `windows`:
//!   what sensors measured in windows of time.
//! - `feeds`: readings that the hub fetches itself.
//! - `files`: what people keep with cases, by hash.
//! - `doors`: who is let in, and as whom; `throttle` slows down who guesses, `turned` counts who is turned away.
//! - `doorway`: TCP or TLS; [`http`]: the API and the WebSocket.
//!
//! Start reading at [`start`]; orders go through [`Intake`]. `hall hub` is
//! `hub::start(HubOptions { .. })?`, then wait for a signal, then [`Hub::shutdown`]; an embedded hub
//! is the same with `listen: None` and [`Hub::embedded_transport`] handed to `link`.

mod alarms;
mod archive;
mod attach;
pub mod catalogue;
mod chronicle;
pub mod clerk;
pub mod clock;
mod disk;
pub(crate) mod doors;
mod doorway;
mod embedded;
mod feeds;
mod files;
pub mod http;
mod intake;
mod options;
pub mod outbox;
pub mod positions;
pub(crate) mod readings;
mod ring;
mod seats;
pub mod session;
mod socket;
#[cfg(test)]
mod tests;
mod throttle;
mod turned;
mod uploads;
mod upstream;
pub(crate) mod vitals;
mod watch;
#[cfg(test)]
mod watch_tests;
mod windows;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::net::TcpSocket;
use tokio::sync::Notify;

use crate::config::{CatalogueFiles, InForce, sensors};
use crate::domain::sensor::AreaOf;
use crate::domain::{CityCode, Moment, Refusal};
use crate::feeds::sources::FeedState;
use crate::ground::City;
use crate::store::Store;
use crate::store::people::People;
use crate::store::readings::{self as measured, ReadingsError, Retention};
use crate::wire::frame::{RATE_MAX, encode};
use crate::wire::{Control, ToScreen};

pub use catalogue::{ReloadError, Reloaded};
pub use clock::HallClock;
pub use doors::Admission;
pub use doorway::{TlsError, TlsFiles};
pub use embedded::EmbeddedTransport;
pub use intake::{Intake, IntakeError, Taken};
pub use options::{Data, HubError, HubOptions};

/// Most bytes the kernel holds for one screen that does not read.
const SEND_BUFFER_BYTES: u32 = 256 * 1024;

/// Tells the machine's time: the wall clock, or a test's.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;
/// Takes what screens want moved in a demo hall, speed excepted, or says why not.
pub(crate) type Controls = Box<dyn Fn(Control) -> Result<(), Refusal> + Send + Sync>;
/// Tells the offset of city time from UTC at a moment, in seconds.
pub type UtcOffset = fn(Moment) -> i32;

/// What all parts of a hub share.
pub(crate) struct Inner {
    pub(crate) clerk: tokio::sync::mpsc::Sender<clerk::Ask>,
    pub(crate) sessions: outbox::Sessions,
    pub(crate) seats: seats::Seats,
    pub(crate) positions: positions::Positions,
    pub(crate) clock: HallClock,
    pub(crate) disk: disk::Disk,
    pub(crate) doors: doors::Doors,
    /// Set in a demo hall only.
    pub(crate) controls: OnceLock<Controls>,
    pub(crate) files: CatalogueFiles,
    /// The file with the sensors of the city.
    pub(crate) sensors: Option<PathBuf>,
    pub(crate) in_force: catalogue::Cell,
    pub(crate) utc_offset_secs: UtcOffset,
    pub(crate) city_code: Option<CityCode>,
    /// The map, where the hub has one.
    pub(crate) city: Option<Arc<City>>,
    pub(crate) epoch: u64,
    pub(crate) archive: Arc<archive::Desk>,
    pub(crate) attachments: files::Files,
    pub(crate) uploads: uploads::Uploads,
    pub(crate) readings: readings::Desk,
    pub(crate) vitals: vitals::Vitals,
    pub(crate) feeds: feeds::Feeds,
    pub(crate) started: Instant,
    pub(crate) max_sessions: usize,
    pub(crate) roll_minutes: u16,
}

impl Inner {
    /// Whether sensors show what is now: those of a demo city do once its day is told, which runs at any speed.
    pub(crate) fn measures_now(&self) -> bool {
        self.controls.get().is_none() || self.readings.told().is_some()
    }

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
    archive: Option<std::thread::JoinHandle<()>>,
    readings: Option<std::thread::JoinHandle<()>>,
    runtime: Option<tokio::runtime::Runtime>,
    stop: Arc<Notify>,
    known_until: Option<Moment>,
    secure: bool,
    set_up_token: Option<String>,
}

/// Start a hub on threads of its own. Returns once it listens.
///
/// # Errors
/// [`HubError`], which says what to do where something can be done.
pub fn start(options: HubOptions) -> Result<Hub, HubError> {
    let read = options.files.read().map_err(HubError::Catalogue)?;
    let listed = options.sensors.as_deref().map(sensors::load).transpose().map_err(HubError::Catalogue)?;
    let listed = listed.unwrap_or_default();
    let sources = options.feeds.as_deref().map(|file| feeds::read(file, options.environment)).transpose();
    let sources = sources.map_err(HubError::Catalogue)?;
    let tls = options.tls.as_ref().map(TlsFiles::read).transpose()?;
    if let Some(at) = options.listen.filter(|at| !at.ip().is_loopback())
        && tls.is_none()
        && !options.insecure_lan
    {
        return Err(HubError::InTheClear { at });
    }
    let (store, hall) = match &options.data {
        Data::Folder(folder) => Store::open(folder)?,
        Data::Memory => Store::in_memory()?,
    };
    let (doors, set_up_token) = doors_of(&options)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(options.threads.max(1))
        .thread_name("hub")
        .enable_all()
        .build()
        .map_err(HubError::Threads)?;
    let listener = options.listen.map(|at| {
        let _guard = runtime.enter();
        listen(at).map_err(|cause| HubError::Listen { at, cause })
    });
    let listener = listener.transpose()?;
    let addr = listener.as_ref().and_then(|l| l.local_addr().ok());

    let (asks, inbox) = tokio::sync::mpsc::channel(clerk::WAITING_MAX);
    let (place, attachments, measured_at) = match &options.data {
        Data::Folder(folder) => {
            let measured_at = measured::Place::Folder(folder.clone());
            (archive::Place::Folder(folder.clone()), files::Files::beside(folder), measured_at)
        }
        Data::Memory => (archive::Place::Memory, files::Files::in_memory(), measured::Place::Temporary),
    };
    let folder = if let Data::Folder(folder) = &options.data { Some(folder.clone()) } else { None };
    let map = options.city.as_ref().map(areas_of);
    let desk = Arc::new(archive::Desk::new(place, hall.upto(), map.clone()));
    let (readings, keeper) = begin_readings(&measured_at, map.clone(), &listed, (options.clock)())?;
    let inner = Arc::new(Inner {
        clerk: asks,
        sessions: outbox::Sessions::default(),
        seats: seats::Seats::default(),
        roll_minutes: options.roll_minutes,
        positions: positions::Positions::default(),
        clock: HallClock::new(options.clock),
        disk: disk::Disk::default(),
        doors,
        controls: OnceLock::new(),
        files: options.files,
        sensors: options.sensors,
        in_force: catalogue::Cell::new(InForce::of(&hall).unwrap_or_else(|_| read.clone())),
        utc_offset_secs: options.utc_offset_secs,
        city_code: options.city_code,
        city: options.city.clone(),
        epoch: store.epoch(),
        archive: Arc::clone(&desk),
        attachments,
        uploads: uploads::Uploads::default(),
        readings,
        vitals: vitals::Vitals::default(),
        feeds: feeds::Feeds::new(options.feeds, folder, options.environment, runtime.handle().clone()),
        started: start_of_uptime(),
        max_sessions: options.max_sessions,
    });
    let known_until = store.last_known_at()?;
    let mut clerk = clerk::Clerk::new(store, hall, &inner, map)?;
    clerk.begin_with(&read, options.files_known_at).map_err(HubError::NotTaken)?;
    let clerk = std::thread::Builder::new()
        .name("clerk".to_owned())
        .spawn(move || clerk.run(inbox))
        .map_err(HubError::Threads)?;
    let (weak, epoch) = (Arc::downgrade(&inner), inner.epoch);
    let archive = std::thread::Builder::new()
        .name("archive".to_owned())
        .spawn(move || desk.run(&weak, epoch))
        .map_err(HubError::Threads)?;
    let weak = Arc::downgrade(&inner);
    let readings = std::thread::Builder::new()
        .name("readings".to_owned())
        .spawn(move || keeper.run(&weak))
        .map_err(HubError::Threads)?;
    let stop = Arc::new(Notify::new());
    look_after(&runtime, &inner, options.vitals, options.city);
    if let doors::Doors::Kept(kept) = &inner.doors {
        runtime.spawn(doors::watch(Arc::downgrade(kept)));
    }
    inner.feeds.begin(sources.unwrap_or_default(), &Intake::new(&inner));
    let secure = tls.is_some();
    if let Some(listener) = listener {
        let _guard = runtime.enter();
        let doorway = doorway::Doorway::new(listener, tls);
        runtime.spawn(http::serve(doorway, Arc::clone(&inner), Arc::clone(&stop)));
    }
    tracing::info!(addr = ?addr, epoch = inner.epoch, "hub is up");
    let (clerk, archive, readings, runtime) = (Some(clerk), Some(archive), Some(readings), Some(runtime));
    Ok(Hub { inner, addr, clerk, archive, readings, runtime, stop, known_until, secure, set_up_token })
}

/// Opens what was measured, with the sensors of a file in service as it has them.
fn begin_readings(
    at: &measured::Place,
    map: Option<AreaOf>,
    listed: &[sensors::Listed],
    now: Moment,
) -> Result<(readings::Desk, readings::Keeper), HubError> {
    let (writer, reader, mut registry) = measured::open(at, Retention::default())?;
    if let Some(map) = map {
        let told = registry.set_areas(map);
        tracing::info!(told, "sensors are in the areas of their places");
    }
    let (readings, mut keeper) = readings::begin((writer, reader, registry))?;
    if let Err(refusal) = keeper.list(listed, now)? {
        tracing::error!(%refusal, "a sensor is not as the city's file says");
    }
    Ok((readings, keeper))
}

/// Tells the areas of a map.
fn areas_of(city: &Arc<City>) -> AreaOf {
    let city = Arc::clone(city);
    AreaOf::new(move |at| city.area_of(at))
}

/// What goes on as long as the hub runs.
fn look_after(runtime: &tokio::runtime::Runtime, inner: &Arc<Inner>, vitals: bool, city: Option<Arc<City>>) {
    runtime.spawn(positions::send_ticks(Arc::clone(inner)));
    runtime.spawn(disk::look_after(Arc::clone(inner)));
    runtime.spawn(alarms::look_after(Arc::clone(inner), city));
    if vitals {
        runtime.spawn(vitals::look_after(Arc::clone(inner)));
    }
}

/// The doors that were asked for, and the set-up token where nobody is there yet.
fn doors_of(options: &HubOptions) -> Result<(doors::Doors, Option<String>), HubError> {
    if options.admission == Admission::Everybody {
        return Ok((doors::Doors::Open, None));
    }
    let mut people = match &options.data {
        Data::Folder(folder) => People::beside(folder)?,
        Data::Memory => People::in_memory()?,
    };
    let token = people.begin_set_up()?;
    Ok((doors::Doors::kept(people, Arc::clone(&options.clock)), token))
}

impl Hub {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> Option<SocketAddr> {
        self.addr
    }

    /// Whether it speaks TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The token that makes the first account, where nobody is there yet. Drawn anew at each start, works once.
    #[must_use]
    pub fn set_up_token(&self) -> Option<&str> {
        self.set_up_token.as_deref()
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

    /// How many readings are kept.
    ///
    /// # Errors
    /// [`ReadingsError`].
    pub fn kept_readings(&self) -> Result<u64, ReadingsError> {
        self.inner.readings.kept()
    }

    /// How its own feeds fare.
    #[must_use]
    pub fn feeds(&self) -> Vec<FeedState> {
        self.inner.feeds.look()
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
        // Before the clerk, of whom it may wait for facts.
        self.inner.archive.stop();
        if self.archive.take().is_some_and(|archive| archive.join().is_err()) {
            tracing::error!("the archive ended abnormally");
        }
        self.inner.readings.stop();
        if self.readings.take().is_some_and(|readings| readings.join().is_err()) {
            tracing::error!("the readings ended abnormally");
        }
        if let doors::Doors::Kept(kept) = &self.inner.doors {
            kept.record_all_turned_away();
        }
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
        self.inner.archive.stop();
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
