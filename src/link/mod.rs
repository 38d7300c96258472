//! Client side of the wire: connect, resume, mirror. Runs on its own thread, without an engine.
//!
//! A screen holds a [`Link`], drains [`News`] from it once a frame and sends orders into it.
//! [`Link::connect`] takes any transport: [`SocketTransport`] to a hub elsewhere, or what the hub
//! in the same process hands out. The link connects anew by itself for as long as a `Link` is held,
//! and goes on where it left off.
//!
//! ```text
//! Connecting ──► Live ──── nothing heard for 2.5 s, or closed ───► Lost { since }   (Connecting until first heard)
//!                 ▲  resumed at {epoch, last_seq}, or snapshot          │
//!                 └──────────── back-off 0.1 s to 2 s ◄─────────────────┘
//! ```

mod errands;
mod hand;
mod inbox;
mod run;
mod socket;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use tokio::sync::{mpsc, watch};

use crate::domain::kpi::{Past, Period};
use crate::domain::rights::Area;
use crate::domain::sensor::{SensorRow, Trend, Watch};
use crate::domain::vital::{VitalBoard, VitalXray};
use crate::domain::{
    Caller, CrewPosition, DeviceChange, Devices, DevicesAsked, DevicesChanged, Fact, FileHash, FileKind, Found, Hall,
    IncidentId, Moment, Order, Reading, Refusal, Search, SensorId, Seq, Story,
};
use crate::wire::{Pace, Transport};

pub use crate::wire::{Identity, Secret};

pub use crate::wire::Control;

pub use hand::Hand;
pub use socket::{BadAddress, SocketTransport};

/// What the link tells its screen, in order.
#[derive(Debug, Clone)]
pub enum News {
    /// The whole hall anew: drop what was shown.
    Snapshot(Box<Hall>),
    /// The next facts, without gap or duplicate.
    Facts(Vec<Fact>),
    /// Where cases lie, as rights and figures count it.
    Areas {
        /// Forget those that were told before.
        anew: bool,
        /// By case; of those of the whole city no area is known any more.
        areas: BTreeMap<IncidentId, Area>,
    },
    /// Newest positions of crews.
    Positions(Vec<CrewPosition>),
    /// The link changed its state.
    State(LinkState),
    /// The hub refused an order.
    Refused(Refusal),
    /// The hub's time runs otherwise.
    Clock(HubClock),
    /// The hub wants somebody to sign in: [`Link::sign_in`].
    SignInWanted {
        /// Why the last try was not taken, or the token.
        why: Option<Refusal>,
    },
    /// Who this screen is for the hub.
    Identity(Identity),
    /// Who called about an incident, as was asked.
    Caller(IncidentId, Caller),
    /// Whether the password that was given to [`Link::unlock`] is right.
    Unlocked(Result<(), Refusal>),
    /// What the last [`Link::search`] found.
    Found(Result<Found, Refusal>),
    /// What the last [`Link::count`] found.
    Counted(Result<Found, Refusal>),
    /// What is known of the case that [`Link::story`] asked for last.
    Story {
        /// The case.
        incident: IncidentId,
        /// All of it, or why there is none.
        story: Result<Box<Story>, Refusal>,
    },
    /// What the figures of the period that [`Link::past`] asked for last are held against.
    Past {
        /// The period.
        period: Period,
        /// The figures as they were, or why they are not told.
        past: Result<Box<Past>, Refusal>,
    },
    /// How far the file is there that [`Link::fetch`] asked for.
    Fetching {
        /// The file.
        hash: FileHash,
        /// So many bytes.
        upto: u64,
        /// Of so many.
        total: u64,
    },
    /// The file that [`Link::fetch`] asked for last.
    Fetched {
        /// The case.
        incident: IncidentId,
        /// The file.
        hash: FileHash,
        /// All of it, as its hash says, or why there is none.
        file: Result<Bytes, Refusal>,
    },
    /// How far the hub has the file of [`Link::attach`].
    Sending {
        /// So many bytes.
        upto: u64,
        /// Of so many.
        total: u64,
    },
    /// What became of the file of [`Link::attach`].
    Sent {
        /// The case.
        incident: IncidentId,
        /// Kept, or why not.
        done: Result<(), Refusal>,
    },
    /// Sensors of what [`Link::watch`] asked for last.
    Sensors {
        /// Forget those that were told before: the watch is another one, or the hub begins anew.
        anew: bool,
        /// New ones, and what others are now.
        sensors: Vec<SensorRow>,
        /// Those that are none of these any more.
        gone: Vec<SensorId>,
        /// So many are still to come.
        left: u32,
        /// What they measured at the moment of the past cannot be read.
        unread: bool,
    },
    /// Newest readings of sensors that were told before, by number.
    Readings(Vec<Reading>),
    /// What sensors that were told before measured in the windows of their kinds, by number; or why that is not told.
    Windowed(Result<Vec<Reading>, Refusal>),
    /// The course of the sensor that [`Link::trend`] asked for last.
    Trend {
        /// The sensor.
        sensor: SensorId,
        /// The course, or why there is none.
        trend: Result<Box<Trend>, Refusal>,
    },
    /// The vital signs that [`Link::vitals`] asked for last.
    Vitals(Result<Box<VitalBoard>, Refusal>),
    /// What the number is made of that [`Link::xray`] asked for last.
    Xray(Result<Box<VitalXray>, Refusal>),
    /// What [`Link::devices`] asked for.
    Devices {
        /// What was asked.
        asked: DevicesAsked,
        /// The devices; or why they are not told, for people who look after hubs.
        told: Result<Box<Devices>, String>,
    },
    /// What became of [`Link::change_devices`]; or why nothing did, for people who look after hubs.
    DevicesChanged(Result<Box<DevicesChanged>, String>),
}

/// How the hub's time runs, as of the moment that was heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubClock {
    /// The hub's time when it was heard.
    pub hub: Moment,
    /// This machine's clock then.
    pub heard: Moment,
    /// Hall seconds a second.
    pub rate: u16,
    /// The hub is a demo, which takes [`Link::control`].
    pub demo: bool,
    /// The hub can write; while it cannot, all is shown and nothing is taken.
    pub writes: bool,
}

impl HubClock {
    /// The hub's time when this machine's clock says `machine`.
    #[must_use]
    pub fn at(&self, machine: Moment) -> Moment {
        let passed = machine.0.saturating_sub(self.heard.0).saturating_mul(i64::from(self.rate));
        self.hub.plus_millis(passed)
    }
}

/// How the link to the hub is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkState {
    /// Not yet connected.
    #[default]
    Connecting,
    /// Live.
    Live,
    /// Live, but the hub cannot write its log: it takes no order.
    ReadOnly,
    /// Lost; nothing heard since then, in the hub's time.
    Lost {
        /// The hub's time when something was heard last.
        since: Moment,
    },
}

impl LinkState {
    /// Whether what is known is of now.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Live | Self::ReadOnly)
    }
}

/// The seat of a desk; where nobody signs in, its orders are signed with it.
pub const DESK_SEAT: &str = "desk";

/// How to link.
#[derive(Debug, Clone)]
pub struct LinkOptions {
    /// Who sits at this screen; orders are signed with it.
    pub seat: String,
    /// How often positions are wanted.
    pub positions: Pace,
    /// What shows who it is, where somebody has signed in before.
    pub token: Option<Secret>,
}

impl Default for LinkOptions {
    fn default() -> Self {
        Self { seat: DESK_SEAT.to_owned(), positions: Pace::Smooth, token: None }
    }
}

/// Why a link cannot start.
#[derive(Debug, thiserror::Error)]
#[error("cannot start the link's thread: {0}")]
pub struct LinkError(std::io::Error);

/// The screen's end of a link; cheap to clone, all calls return at once.
#[derive(Clone)]
pub struct Link {
    shared: Arc<Shared>,
    orders: mpsc::Sender<Wish>,
    watch: Arc<watch::Sender<Option<Watch>>>,
}

/// What a screen sends.
#[derive(Debug, Clone)]
pub(crate) enum Wish {
    Order(Order),
    Control(Control),
    Reload,
    SignIn { name: String, password: Secret },
    Unlock(Secret),
    SignOut,
    Search(Box<Search>),
    Count(Box<Search>),
    Story(IncidentId, Option<Seq>),
    Past(Period),
    Fetch(IncidentId, FileHash),
    Attach(errands::Outgoing),
    Trend(Asked),
    Vitals(Area, Option<Moment>),
    Xray(AskedSign),
    Devices(DevicesAsked),
    ChangeDevices(DeviceChange),
}

/// A stretch of time of a sensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The sensor.
    pub sensor: SensorId,
    /// Since when.
    pub from: Moment,
    /// Until when.
    pub to: Moment,
    /// In about so many steps.
    pub points: u16,
}

/// A vital sign of an area at a moment; now where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedSign {
    /// The code of the sign.
    pub sign: String,
    /// The area.
    pub area: Area,
    /// The moment.
    pub at: Option<Moment>,
}

/// Orders that wait for the link's thread; more than a person can give.
const ORDERS_WAITING: usize = 256;

/// How soon a screen is to drain the news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hurry {
    /// At once.
    Now,
    /// With its next frame: where crews are, several times a second.
    Soon,
}

type Waker = Box<dyn Fn(Hurry) + Send + Sync>;

#[derive(Default)]
pub(crate) struct Shared {
    inbox: Mutex<inbox::Inbox>,
    waker: Mutex<Option<Waker>>,
}

impl Shared {
    /// Change the inbox, then wake the screen.
    pub(crate) fn tell(&self, tell: impl FnOnce(&mut inbox::Inbox)) {
        self.tell_by(Hurry::Now, tell);
    }

    /// Change the inbox, then tell the screen how soon it is to look.
    pub(crate) fn tell_by(&self, hurry: Hurry, tell: impl FnOnce(&mut inbox::Inbox)) {
        tell(&mut self.inbox.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(wake) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            wake(hurry);
        }
    }
}

impl Link {
    /// Link to a hub. Returns at once; the rest comes as [`News`]. The link ends when the last
    /// clone is dropped.
    ///
    /// # Errors
    /// [`LinkError`] where the system gives no thread.
    pub fn connect(transport: impl Transport, options: LinkOptions) -> Result<Self, LinkError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(LinkError)?;
        let shared = Arc::new(Shared::default());
        let (orders, waiting) = mpsc::channel(ORDERS_WAITING);
        let (watch, watches) = watch::channel(None);
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("link".to_owned())
            .spawn(move || runtime.block_on(run::run(transport, options, &theirs, (waiting, watches))))
            .map_err(LinkError)?;
        Ok(Self { shared, orders, watch: Arc::new(watch) })
    }

    /// A link without a hub, moved by hand: for pictures of a given hall and for tests.
    #[must_use]
    pub fn by_hand() -> (Self, Hand) {
        let shared = Arc::new(Shared::default());
        let (orders, waiting) = mpsc::channel(ORDERS_WAITING);
        let (watch, watches) = watch::channel(None);
        (Self { shared: Arc::clone(&shared), orders, watch: Arc::new(watch) }, Hand { shared, waiting, watches })
    }

    /// News since the last call, oldest first; positions last.
    #[must_use]
    pub fn drain(&self) -> Vec<News> {
        self.shared.inbox.lock().unwrap_or_else(PoisonError::into_inner).drain()
    }

    /// Send an order to the hub. While the link is not live it is refused with
    /// [`Refusal::NoHub`], which comes as news.
    pub fn send(&self, order: Order) {
        self.wish(Wish::Order(order));
    }

    /// Move a demo hall; refused with [`Refusal::NotADemo`] by any other hub.
    pub fn control(&self, control: Control) {
        self.wish(Wish::Control(control));
    }

    /// Have the hub read its own files of the catalogue anew. Right ones come as a fact, of wrong ones the refusal.
    pub fn reload(&self) {
        self.wish(Wish::Reload);
    }

    /// Sign in, where the hub wants it. What comes of it is [`News::Identity`] or again [`News::SignInWanted`].
    pub fn sign_in(&self, name: &str, password: &str) {
        self.wish(Wish::SignIn { name: name.to_owned(), password: Secret(password.to_owned()) });
    }

    /// Ask whether this is the password of whoever is signed in; comes back as [`News::Unlocked`].
    pub fn unlock(&self, password: &str) {
        self.wish(Wish::Unlock(Secret(password.to_owned())));
    }

    /// Sign out: the hub then wants somebody to sign in.
    pub fn sign_out(&self) {
        self.wish(Wish::SignOut);
    }

    /// Look for cases, open and closed; comes back as [`News::Found`]. Only the newest search is answered.
    pub fn search(&self, search: Search) {
        self.wish(Wish::Search(Box::new(search)));
    }

    /// Look for cases that are to be counted, beside those that somebody looks for; comes back as [`News::Counted`]. Only the
    /// newest of these is answered.
    pub fn count(&self, search: Search) {
        self.wish(Wish::Count(Box::new(search)));
    }

    /// Ask for all that is known of a case, its newest facts or the newest before one; comes back as [`News::Story`]. Only
    /// the newest question is answered.
    pub fn story(&self, incident: IncidentId, before: Option<Seq>) {
        self.wish(Wish::Story(incident, before));
    }

    /// Ask what the figures of a period are held against; comes back as [`News::Past`]. Only the newest question is
    /// answered.
    pub fn past(&self, period: Period) {
        self.wish(Wish::Past(period));
    }

    /// Fetch a file of a case, part by part and beside all else; comes back as [`News::Fetched`]. Only the newest
    /// question is answered. A lost link is waited for.
    pub fn fetch(&self, incident: IncidentId, hash: FileHash) {
        self.wish(Wish::Fetch(incident, hash));
    }

    /// Send a file to a case, part by part and beside all else; what becomes of it comes as [`News::Sent`]. One at a
    /// time: another one meanwhile is refused. A lost link is waited for.
    pub fn attach(&self, incident: IncidentId, name: String, kind: FileKind, body: Bytes) {
        self.wish(Wish::Attach(errands::Outgoing { incident, name, kind, body }));
    }

    /// Show these sensors from now on, or none: they come as [`News::Sensors`], their newest values as
    /// [`News::Readings`]. Said again to a hub that was lost, for as long as it is wanted.
    pub fn watch(&self, watch: Option<Watch>) {
        self.watch.send_if_modified(|now| {
            let other = *now != watch;
            *now = watch;
            other
        });
    }

    /// Ask for the course of a sensor; comes back as [`News::Trend`]. Only the newest question is answered.
    pub fn trend(&self, asked: Asked) {
        self.wish(Wish::Trend(asked));
    }

    /// Ask for the vital signs of an area, now or at a moment; comes back as [`News::Vitals`]. Only the newest question
    /// is answered.
    pub fn vitals(&self, area: Area, at: Option<Moment>) {
        self.wish(Wish::Vitals(area, at));
    }

    /// Ask what one number is made of; comes back as [`News::Xray`]. Only the newest question is answered.
    pub fn xray(&self, asked: AskedSign) {
        self.wish(Wish::Xray(asked));
    }

    /// Ask how devices behave; comes back as [`News::Devices`], beside all else.
    pub fn devices(&self, asked: DevicesAsked) {
        self.wish(Wish::Devices(asked));
    }

    /// Have sensors claimed, taken out of service or brought back; comes back as [`News::DevicesChanged`].
    pub fn change_devices(&self, change: DeviceChange) {
        self.wish(Wish::ChangeDevices(change));
    }

    fn wish(&self, wish: Wish) {
        if self.orders.try_send(wish).is_err() {
            self.shared.tell(|inbox| inbox.refused(Refusal::NoHub));
        }
    }

    /// Call `wake` from the link's thread after every piece of news, so that an idle screen drains
    /// it. It must return at once; the newest caller stays.
    pub fn on_news(&self, wake: impl Fn(Hurry) + Send + Sync + 'static) {
        *self.shared.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(wake));
    }
}

/// Connected to nothing.
impl Default for Link {
    fn default() -> Self {
        Self::by_hand().0
    }
}
