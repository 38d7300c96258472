//! The frames. `encoding` writes and reads them; see `FORMAT.md`.

use serde::{Deserialize, Serialize};

pub use super::encoding::{MAX_TO_HUB, MAX_TO_SCREEN, WIRE_VERSION, WireError, encode, read_to_hub, read_to_screen};
use super::part::Part;
use crate::domain::kpi::{Past, Period};
use crate::domain::rights::Area;
use crate::domain::rights::Standing;
use crate::domain::sensor::{SensorRow, Trend, Watch};
use crate::domain::vital::{VitalBoard, VitalXray};
use crate::domain::{
    Caller, CrewPosition, Fact, FileHash, FileKind, Found, Hall, IncidentId, Moment, Order, Refusal, Search, SensorId,
    Seq, Story, Weather,
};

/// Where a hub listens on the wire below its address.
pub const WS_PATH: &str = "/ws";
/// A hub that has nothing to say says that it is there this often, in milliseconds.
pub const HEARTBEAT_MILLIS: u64 = 1000;
/// Port of a hub that was not told another.
pub const DEFAULT_PORT: u16 = 8700;

/// How often a screen wants positions of crews. Between two frames only the newest position of
/// each crew counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Pace {
    /// No positions.
    Off,
    /// 4 frames a second: maps in the corner of an eye, thin lines.
    Calm,
    /// 20 frames a second: a screen that interpolates between positions.
    #[default]
    Smooth,
    /// 100 frames a second: as soon as possible.
    Direct,
}

impl Pace {
    /// The paces at which frames are sent.
    pub const SENT: [Self; 3] = [Self::Calm, Self::Smooth, Self::Direct];

    /// Milliseconds between two frames; `None` for [`Self::Off`].
    #[must_use]
    pub fn millis(self) -> Option<u64> {
        match self {
            Self::Off => None,
            Self::Calm => Some(250),
            Self::Smooth => Some(50),
            Self::Direct => Some(10),
        }
    }
}

/// Where a screen that was away left off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The log it followed.
    pub epoch: u64,
    /// The newest fact it has.
    pub last_seq: Seq,
}

/// First frame of a screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// Release of the screen, for the hub's log.
    pub release: String,
    /// Who sits there, as orders are to be signed.
    pub seat: String,
    /// What it has already; `None` asks for a snapshot.
    pub resume: Option<Resume>,
    /// How often it wants positions.
    pub positions: Pace,
    /// What shows who it is; `None` where nobody has signed in.
    pub token: Option<Secret>,
}

/// A token or a password: it goes over the wire, and nowhere into a log.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// Identity of an order, drawn by whoever gives it: the same one twice is one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Command(pub [u8; 16]);

/// Who a screen is for the hub.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Identity {
    /// The name that facts have; empty where nobody signs in.
    pub name: String,
    /// The name that screens show.
    pub shown: String,
    /// What they may do where.
    pub standing: Standing,
    /// It is a demo hub, where everybody is let in.
    pub open: bool,
    /// The token of a sign-in that was just made, to be shown the next time.
    pub token: Option<Secret>,
}

/// What a screen says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToHub {
    /// Who it is and what it has; always the first frame.
    Hello(Hello),
    /// An order.
    Order {
        /// The screen's number for it, returned with the answer.
        id: u64,
        /// The order.
        order: Order,
        /// Its own identity: given again after a lost link it applies once.
        command: Command,
    },
    /// It is still there.
    Ping,
    /// Move a demo hall.
    Control {
        /// The screen's number for it, returned with the answer; counted with those of orders.
        id: u64,
        /// What.
        control: Control,
    },
    /// Read the hub's own files of the catalogue anew.
    Reload {
        /// The screen's number for it, returned with the answer; counted with those of orders.
        id: u64,
    },
    /// Sign in, where the hub wants it.
    SignIn {
        /// The name of an account.
        name: String,
        /// Its password.
        password: Secret,
    },
    /// Whoever is signed in came back to the seat: is this their password?
    Unlock {
        /// The screen's number for it, returned with the answer; counted with those of orders.
        id: u64,
        /// The password.
        password: Secret,
    },
    /// End the sign-in.
    SignOut,
    /// Look for cases, open and closed.
    Search {
        /// The screen's number for it, returned with what was found; counted apart from those of orders.
        id: u64,
        /// What is looked for.
        search: Search,
    },
    /// Tell all that is known of a case.
    Story {
        /// The screen's number for it, returned with the story; counted with those of searches.
        id: u64,
        /// Which.
        incident: IncidentId,
        /// Only facts before this one; without, the newest.
        before: Option<Seq>,
    },
    /// Tell what the figures of a period that ends now are held against.
    Past {
        /// The screen's number for it, returned with the answer; counted with those of searches.
        id: u64,
        /// Which.
        period: Period,
    },
    /// Give a part of a file of a case.
    Fetch {
        /// The screen's number for it, returned with the part; counted with those of searches.
        id: u64,
        /// Which case.
        incident: IncidentId,
        /// Which file.
        hash: FileHash,
        /// Where the part begins, in bytes.
        from: u64,
    },
    /// A file of a case is to come, or to go on where its hub has it.
    Attach {
        /// The screen's number for it, under which its parts come; counted with those of searches.
        id: u64,
        /// Which case.
        incident: IncidentId,
        /// The file.
        file: Announced,
    },
    /// A part of a file that was announced.
    Part {
        /// The number that it was announced with.
        id: u64,
        /// Where the part begins, in bytes.
        from: u64,
        /// At most [`PART_MAX`](super::PART_MAX) bytes.
        part: Part,
    },
    /// What it shows of the sensors from now on, in the place of what it showed before.
    Watch {
        /// The screen's number for it, returned with all that is told for it; counted with those of orders.
        id: u64,
        /// Which, how often, of when; `None` for none any more.
        watch: Option<Watch>,
    },
    /// Tell what a sensor is and what it measured.
    Trend {
        /// The screen's number for it, returned with the answer; counted with those of searches.
        id: u64,
        /// Which sensor.
        sensor: SensorId,
        /// Since when.
        from: Moment,
        /// Until when.
        to: Moment,
        /// In about so many steps.
        points: u16,
    },
    /// Tell the vital signs of an area.
    Vitals {
        /// The screen's number for it, returned with the answer; counted with those of searches.
        id: u64,
        /// The area.
        area: Area,
        /// At which moment; `None` for now.
        at: Option<Moment>,
    },
    /// Tell what one number is made of.
    Xray {
        /// The screen's number for it, returned with the answer; counted with those of searches.
        id: u64,
        /// The vital sign, by its code.
        sign: String,
        /// The area.
        area: Area,
        /// At which moment; `None` for now.
        at: Option<Moment>,
    },
}

/// A file that is to be sent to a hub, which finds out by itself what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// What it is called.
    pub name: String,
    /// What it shows.
    pub kind: FileKind,
    /// Its hash, which the hub holds against what came.
    pub hash: FileHash,
    /// Its size in bytes.
    pub bytes: u64,
}

/// A part of a file, from a hub.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// Where it begins, in bytes.
    pub from: u64,
    /// How long the whole file is, in bytes.
    pub total: u64,
    /// The part; empty at the end of the file.
    pub part: Part,
}

/// How far a hub has a file that is sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Upto {
    /// Up to this byte; the part from there is awaited.
    Byte(u64),
    /// All of it: it stands with the case, in this fact or one before.
    Kept(Seq),
}

/// Fastest that the time of a demo hall runs.
pub const RATE_MAX: u16 = 600;

/// What can be moved in a demo hall, and nowhere else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Control {
    /// Hall seconds a second, 0 to [`RATE_MAX`]; 0 stops time.
    Speed(u16),
    /// Start the scripted emergency of this name.
    Script(String),
    /// Make it this weather; `None` gives it back to the day.
    Weather(Option<Weather>),
}

/// How an order ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Carried out and on disk; the newest fact it made, or the newest at all where nothing changed.
    Done(Seq),
    /// Refused.
    Refused(Refusal),
    /// Carried out and on disk; who called about the incident, unmasked.
    Caller(IncidentId, Caller),
}

/// What the hub says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToScreen {
    /// First frame of the hub.
    Welcome {
        /// Which log this is; another epoch means another log.
        epoch: u64,
        /// Release of the hub.
        release: String,
        /// A heartbeat comes at least this often, in milliseconds.
        heartbeat_millis: u64,
    },
    /// The whole hall; facts after `hall.upto()` follow.
    Snapshot {
        /// The hall.
        hall: Box<Hall>,
    },
    /// The next facts, without gap or duplicate.
    Batch {
        /// Position of the last of them.
        upto: Seq,
        /// The facts.
        facts: Vec<Fact>,
    },
    /// Newest positions of crews.
    Positions(Vec<CrewPosition>),
    /// How an order ended.
    Answer {
        /// The screen's number for the order.
        id: u64,
        /// How.
        answer: Answer,
    },
    /// The hub is there.
    Heartbeat {
        /// The hub's clock.
        now: Moment,
    },
    /// The hub's time and whether it can write: after the welcome and whenever one of them changes.
    Clock {
        /// The moment when the frame was made.
        now: Moment,
        /// Hall seconds a second from then on; 1 is the machine's pace.
        rate: u16,
        /// This is a demo hall, which takes [`Control`].
        demo: bool,
        /// The hub can write its log; while it cannot, it takes no order.
        writes: bool,
    },
    /// The hub ends the session.
    Bye {
        /// Why.
        reason: String,
    },
    /// The hub lets in only who signs in. Comes instead of the welcome, and again after each failed try.
    SignInWanted {
        /// Why the last try, or the token that was shown, is not taken; `None` where none was shown.
        why: Option<Refusal>,
    },
    /// Who this screen is: after the welcome.
    Identity(Identity),
    /// What a search found.
    Found {
        /// The screen's number for it.
        id: u64,
        /// The page, or why there is none.
        found: Result<Found, Refusal>,
    },
    /// All that is known of a case.
    Story {
        /// The screen's number for it.
        id: u64,
        /// The story, or why there is none; of what never was there, that.
        story: Result<Box<Story>, Refusal>,
    },
    /// What figures are held against.
    Past {
        /// The screen's number for it.
        id: u64,
        /// The figures as they were, or why they are not told.
        past: Result<Box<Past>, Refusal>,
    },
    /// A part of a file.
    Piece {
        /// The screen's number for it.
        id: u64,
        /// The part, or why there is none.
        piece: Result<Piece, Refusal>,
    },
    /// How far the hub has a file that was announced.
    Upto {
        /// The screen's number for it.
        id: u64,
        /// So far, or why it does not take it.
        upto: Result<Upto, Refusal>,
    },
    /// Sensors of what is watched: all of them first, later those that are new or other than before.
    Sensors {
        /// The screen's number for the watch.
        id: u64,
        /// They.
        sensors: Vec<SensorRow>,
        /// Those that are watched no more.
        gone: Vec<SensorId>,
        /// So many are still to come.
        left: u32,
        /// What they measured at the moment of the past that is watched cannot be read.
        unread: bool,
    },
    /// What sensors that were told before measured in the window of their kind, where that is another than was told: as
    /// readings of when the newest of it was measured.
    Windowed {
        /// The screen's number for the watch.
        id: u64,
        /// Rows, as [`packed`](super::watch::packed) writes them; or why they cannot be read.
        rows: Result<Part, Refusal>,
    },
    /// The newest readings of sensors that were told before: of each only the newest since the last such frame.
    Readings {
        /// The screen's number for the watch.
        id: u64,
        /// Rows, as [`packed`](super::watch::packed) writes them.
        rows: Part,
    },
    /// What a sensor is and what it measured.
    Trend {
        /// The screen's number for it.
        id: u64,
        /// The course, or why there is none.
        trend: Result<Box<Trend>, Refusal>,
    },
    /// The vital signs of an area.
    Vitals {
        /// The screen's number for it.
        id: u64,
        /// The signs, or why they are not told.
        board: Result<Box<VitalBoard>, Refusal>,
    },
    /// What one number is made of.
    Xray {
        /// The screen's number for it.
        id: u64,
        /// That, or why it is not told.
        xray: Result<Box<VitalXray>, Refusal>,
    },
    /// Where cases lie, as rights and figures count it: the frame before the facts that bring or move them.
    Areas {
        /// All that are known; what was told before counts no more.
        anew: bool,
        /// Each area with its cases; of those of the whole city no area is known.
        areas: Vec<(Area, Vec<IncidentId>)>,
    },
}
