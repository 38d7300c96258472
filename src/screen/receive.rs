//! Drains the link once a frame and folds what came into [`Shown`].
//!
//! Writes [`Shown`] and [`Changes`] (the only writer), announces [`Heard`], [`Refused`], [`Unlocked`], [`CasesFound`],
//! [`CasesCounted`], [`StoryTold`], [`PastTold`], [`FileTold`], [`SensorsTold`], [`ReadingsTold`], [`WindowsTold`],
//! [`TrendTold`], [`VitalsTold`], [`XrayTold`], [`DevicesTold`] and [`ChangeTold`]. Runs in `Receive`.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;
use bytes::Bytes;

use super::sets::HallSet;
use super::shown::{Changes, HubLink, Shown, Who};
use crate::domain::kpi::{Past, Period};
use crate::domain::sensor::{SensorRow, Trend};
use crate::domain::vital::{VitalBoard, VitalXray};
use crate::domain::{
    Caller, Devices, DevicesAsked, DevicesChanged, Fact, FileHash, Found, IncidentId, Moment, Reading, Refusal,
    SensorId, Story,
};
use crate::link::{HubClock, News};

/// A fact that was folded in just now, for those who follow who did what.
#[derive(Message, Debug, Clone)]
pub struct Heard(pub Fact);

/// The hub refused an order; a panel tells the user.
#[derive(Message, Debug, Clone)]
pub struct Refused(pub Refusal);

/// Whether the password that was given to unlock the screen is right.
#[derive(Message, Debug, Clone)]
pub struct Unlocked(pub Result<(), Refusal>);

/// Who called about an incident, unmasked, as somebody here asked.
#[derive(Message, Debug, Clone)]
pub struct CallerTold {
    /// The incident.
    pub incident: IncidentId,
    /// Who.
    pub caller: Caller,
}

/// What the newest search found.
#[derive(Message, Debug, Clone)]
pub struct CasesFound(pub Result<Found, Refusal>);

/// What the newest search for cases found that are counted.
#[derive(Message, Debug, Clone)]
pub struct CasesCounted(pub Result<Found, Refusal>);

/// What is known of the case whose story was asked for last.
#[derive(Message, Debug, Clone)]
pub struct StoryTold {
    /// The case.
    pub incident: IncidentId,
    /// Its story, or why there is none.
    pub story: Result<Box<Story>, Refusal>,
}

/// What the figures of a period are held against, as was asked last.
#[derive(Message, Debug, Clone)]
pub struct PastTold {
    /// The period.
    pub period: Period,
    /// The figures as they were, or why they are not told.
    pub past: Result<Box<Past>, Refusal>,
}

/// Sensors of what is watched.
#[derive(Message, Debug, Clone)]
pub struct SensorsTold {
    /// Forget those that were told before.
    pub anew: bool,
    /// New ones, and what others are now.
    pub sensors: Vec<SensorRow>,
    /// Those that are watched no more.
    pub gone: Vec<SensorId>,
    /// So many are still to come.
    pub left: u32,
    /// What they measured at the moment of the past cannot be read.
    pub unread: bool,
}

/// Newest readings of sensors that were told before.
#[derive(Message, Debug, Clone)]
pub struct ReadingsTold(pub Vec<Reading>);

/// What sensors that were told before measured in the windows of their kinds, or why that is not told.
#[derive(Message, Debug, Clone)]
pub struct WindowsTold(pub Result<Vec<Reading>, Refusal>);

/// The course of the sensor that was asked for last.
#[derive(Message, Debug, Clone)]
pub struct TrendTold {
    /// The sensor.
    pub sensor: SensorId,
    /// Its course, or why there is none.
    pub trend: Result<Box<Trend>, Refusal>,
}

/// The vital signs that were asked for last, or why they are not told.
#[derive(Message, Debug, Clone)]
pub struct VitalsTold(pub Result<Box<VitalBoard>, Refusal>);

/// What the number is made of that was asked about last, or why that is not told.
#[derive(Message, Debug, Clone)]
pub struct XrayTold(pub Result<Box<VitalXray>, Refusal>);

/// What became of a change of sensors that was wanted, or why nothing did, for people who look after hubs.
#[derive(Message, Debug, Clone, PartialEq)]
pub struct ChangeTold(pub Result<Box<DevicesChanged>, String>);

/// How devices behave, as was asked, or why that is not told.
#[derive(Message, Debug, Clone)]
pub struct DevicesTold {
    /// What was asked.
    pub asked: DevicesAsked,
    /// The devices; or why not, for people who look after hubs.
    pub told: Result<Box<Devices>, String>,
}

/// Something about a file on its way.
#[derive(Message, Debug, Clone)]
pub enum FileTold {
    /// The one that is fetched is here so far.
    Fetching {
        /// Which.
        hash: FileHash,
        /// So many bytes.
        upto: u64,
        /// Of so many.
        total: u64,
    },
    /// It is here, or does not come.
    Fetched {
        /// Which.
        hash: FileHash,
        /// All of it, or why not.
        file: Result<Bytes, Refusal>,
    },
    /// The one that is sent is with the hub so far.
    Sending {
        /// So many bytes.
        upto: u64,
        /// Of so many.
        total: u64,
    },
    /// It is kept, or not.
    Sent(Result<(), Refusal>),
}

/// Facts, answers of the archive, files.
#[derive(SystemParam)]
struct Answers<'w> {
    heard: MessageWriter<'w, Heard>,
    found: MessageWriter<'w, CasesFound>,
    counted: MessageWriter<'w, CasesCounted>,
    stories: MessageWriter<'w, StoryTold>,
    past: MessageWriter<'w, PastTold>,
    files: MessageWriter<'w, FileTold>,
    sensors: MessageWriter<'w, SensorsTold>,
    readings: MessageWriter<'w, ReadingsTold>,
    windowed: MessageWriter<'w, WindowsTold>,
    trends: MessageWriter<'w, TrendTold>,
    vitals: MessageWriter<'w, VitalsTold>,
    xrays: MessageWriter<'w, XrayTold>,
    devices: MessageWriter<'w, DevicesTold>,
    changed: MessageWriter<'w, ChangeTold>,
}

/// Milliseconds between two changes of [`Shown::now`] in a demo that runs faster than the day.
const FAST_STEP_MILLIS: i64 = 250;

/// The time of the screen: the hub's, or a fixed moment for pictures and tests.
#[derive(Resource, Debug, Clone, Copy, Default)]
pub struct WallClock {
    /// Where set, time stands still here.
    pub fixed: Option<Moment>,
    /// How the hub's time runs, once it said so.
    pub hub: Option<HubClock>,
}

impl WallClock {
    /// The moment it shows, in whole seconds: the machine's own until the hub told its time.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the screen's clock; everybody else reads `Shown::now`")]
    pub fn now(&self) -> Moment {
        let machine = || Moment(chrono::Utc::now().timestamp_millis());
        let now = self.fixed.unwrap_or_else(|| self.at(machine()));
        Moment(now.0.div_euclid(1000) * 1000)
    }

    fn at(&self, machine: Moment) -> Moment {
        match self.hub {
            // Each step is a frame: no more of them than eyes need.
            Some(hub) if hub.rate > 1 => hub.at(Moment(machine.0.div_euclid(FAST_STEP_MILLIS) * FAST_STEP_MILLIS)),
            Some(hub) => hub.at(machine),
            None => machine,
        }
    }
}

/// Adds the systems; needs [`HubLink`].
pub fn plugin(app: &mut App) {
    app.init_resource::<Shown>()
        .init_resource::<Changes>()
        .init_resource::<WallClock>()
        .add_message::<Heard>()
        .add_message::<Refused>()
        .add_message::<Unlocked>()
        .add_message::<CallerTold>()
        .add_message::<CasesFound>()
        .add_message::<CasesCounted>()
        .add_message::<StoryTold>()
        .add_message::<PastTold>()
        .add_message::<FileTold>()
        .add_message::<SensorsTold>()
        .add_message::<ReadingsTold>()
        .add_message::<WindowsTold>()
        .add_message::<TrendTold>()
        .add_message::<VitalsTold>()
        .add_message::<XrayTold>()
        .add_message::<DevicesTold>()
        .add_message::<ChangeTold>()
        .add_systems(Update, receive.in_set(HallSet::Receive));
}

fn receive(
    link: Res<HubLink>,
    mut clock: ResMut<WallClock>,
    mut shown: ResMut<Shown>,
    mut changes: ResMut<Changes>,
    mut refused: MessageWriter<Refused>,
    mut unlocked: MessageWriter<Unlocked>,
    mut callers: MessageWriter<CallerTold>,
    mut answers: Answers,
) {
    if *changes != Changes::default() {
        *changes = Changes::default();
    }
    for news in link.0.drain() {
        match news {
            News::Snapshot(hall) => {
                shown.replace(*hall);
                changes.anew = true;
                changes.incidents.clear();
                changes.facts = 0;
            }
            News::Facts(facts) => {
                for fact in facts {
                    if shown.fold(&fact) {
                        changes.note(&fact);
                        answers.heard.write(Heard(fact));
                    }
                }
                let shown = &mut *shown;
                shown.areas.forget(&shown.hall);
            }
            News::Areas { anew, areas } => shown.areas.take(anew, areas),
            News::Positions(positions) => {
                for position in positions {
                    shown.crews.insert(position.crew, position);
                }
            }
            News::State(state) => shown.link = state,
            News::Clock(hub) => {
                clock.hub = Some(hub);
                shown.rate = hub.rate;
                shown.demo = hub.demo;
            }
            News::SignInWanted { why } => shown.who = Who::Wanted { why },
            News::Identity(identity) => shown.who = Who::Known(identity),
            News::Unlocked(told) => {
                unlocked.write(Unlocked(told));
            }
            News::Caller(incident, caller) => {
                callers.write(CallerTold { incident, caller });
            }
            News::Found(found) => {
                answers.found.write(CasesFound(found));
            }
            News::Counted(found) => {
                answers.counted.write(CasesCounted(found));
            }
            News::Story { incident, story } => {
                answers.stories.write(StoryTold { incident, story });
            }
            News::Past { period, past } => {
                answers.past.write(PastTold { period, past });
            }
            News::Fetching { hash, upto, total } => {
                answers.files.write(FileTold::Fetching { hash, upto, total });
            }
            News::Fetched { hash, file, .. } => {
                answers.files.write(FileTold::Fetched { hash, file });
            }
            News::Sending { upto, total } => {
                answers.files.write(FileTold::Sending { upto, total });
            }
            News::Sent { done, .. } => {
                answers.files.write(FileTold::Sent(done));
            }
            News::Sensors { anew, sensors, gone, left, unread } => {
                answers.sensors.write(SensorsTold { anew, sensors, gone, left, unread });
            }
            News::Windowed(told) => {
                answers.windowed.write(WindowsTold(told));
            }
            News::Readings(readings) => {
                answers.readings.write(ReadingsTold(readings));
            }
            News::Trend { sensor, trend } => {
                answers.trends.write(TrendTold { sensor, trend });
            }
            News::Vitals(board) => {
                answers.vitals.write(VitalsTold(board));
            }
            News::Xray(xray) => {
                answers.xrays.write(XrayTold(xray));
            }
            News::DevicesChanged(told) => {
                answers.changed.write(ChangeTold(told));
            }
            News::Devices { asked, told } => {
                answers.devices.write(DevicesTold { asked, told });
            }
            News::Refused(refusal) => {
                refused.write(Refused(refusal));
            }
        }
    }
    let now = clock.now();
    if shown.now != now {
        shown.now = now;
    }
}
