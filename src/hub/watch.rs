//! What one screen is told of the sensors that it shows: which there are, then their newest values, round by round, and
//! what windows of time say of them where it shows any.
//!
//! ```text
//!  Watch ──► descriptions ──► round of values ──► round of values ──► …      one frame at a time, made when it leaves
//!                 ▲                  │ at most every `every_millis`
//!                 └── the registry changed
//! ```
//! 1. Frames are made when the session has nothing else to write, one at a time and at most
//!    [`FRAME_MAX`](crate::wire::watch::FRAME_MAX) long: no fact waits for more than that.
//! 2. Nothing is queued: a slow screen gets fewer rounds, each with the values of when it leaves.
//! 3. A sensor is described before its first value, and each value is told once.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use super::Inner;
use super::outbox::Outbox;
use super::readings::Desk;
use super::windows;
use crate::domain::sensor::watch::{EVERY_MILLIS, TREND_POINTS_MAX};
use crate::domain::sensor::{SensorRow, Trend, TrendStep, Watch};
use crate::domain::{Moment, Reading, Refusal, Sensor, SensorId};
use crate::store::readings::ReadingsError;
use crate::store::readings::Series;
use crate::wire::ToScreen;
use crate::wire::frame::encode;
use crate::wire::watch::{FRAME_MAX, ROWS_MAX, bytes_of, packed};

/// The registry is looked through again at most so often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A sensor that the screen knows, and the stamp of the value that it heard.
#[derive(Debug)]
struct Told {
    sensor: Arc<Sensor>,
    stamp: u64,
    /// What it heard of the window of its kind last: of when, and the bits of the value.
    window: Option<(Moment, u64)>,
}

/// A round of values that is under way.
#[derive(Debug, Clone, Copy)]
struct Round {
    /// The last sensor that was looked at.
    after: Option<SensorId>,
    /// The newest stamp when it began.
    stamp: u64,
}

/// One screen's watch.
#[derive(Debug)]
pub(crate) struct Watching {
    id: u64,
    watch: Watch,
    every: Duration,
    told: BTreeMap<SensorId, Told>,
    /// Descriptions that wait; `None` for sensors that are watched no more.
    untold: VecDeque<(SensorId, Option<Arc<Sensor>>)>,
    /// The state of the registry that was looked through, and when.
    looked: Option<(u64, Instant)>,
    round: Option<Round>,
    /// The stamp up to which all is told, unless sensors came meanwhile.
    upto: Option<u64>,
    due: Option<Instant>,
    /// The values of a moment of the past; then nothing follows them.
    past: Option<Vec<Option<Reading>>>,
    /// They could not be read.
    unread: bool,
    /// What windows say of all sensors of their kinds, by their numbers, as far as it is still to be told.
    windows: VecDeque<Reading>,
    /// They came, and nothing was told of them yet: even that nothing was measured is told once.
    windows_due: bool,
    /// Nothing can be told of windows, which is still to be said.
    windowless: Option<Refusal>,
}

impl Watching {
    /// A watch that begins: of now, or of the past with the values that all sensors had.
    pub(crate) fn new(id: u64, watch: Watch, past: Option<Vec<Option<Reading>>>) -> Self {
        let every = watch.every_millis.clamp(*EVERY_MILLIS.start(), *EVERY_MILLIS.end());
        Self {
            id,
            watch,
            every: Duration::from_millis(every.into()),
            told: BTreeMap::new(),
            untold: VecDeque::new(),
            looked: None,
            round: None,
            upto: None,
            due: None,
            past,
            unread: false,
            windows: VecDeque::new(),
            windows_due: false,
            windowless: None,
        }
    }

    /// One of the past, with the values of then. Where they cannot be read, the screen still hears which sensors there are,
    /// and that nothing is known of them.
    pub(crate) fn of_past(id: u64, watch: Watch, past: Result<Vec<Option<Reading>>, ReadingsError>) -> Self {
        let past = past.inspect_err(|error| tracing::error!(%error, "readings cannot be read")).ok();
        Self { unread: past.is_none(), ..Self::new(id, watch, Some(past.unwrap_or_default())) }
    }

    /// The screen's number for it.
    pub(crate) fn id(&self) -> u64 {
        self.id
    }

    /// What windows say now of all sensors of their kinds, by their numbers, or why that is not known.
    pub(crate) fn take_windows(&mut self, values: Result<Vec<Reading>, Refusal>) {
        match values {
            Ok(values) => {
                self.windows_due |= self.told.values().all(|told| told.window.is_none());
                (self.windows, self.windowless) = (values.into(), None);
            }
            Err(refusal) => self.windowless = Some(refusal),
        }
    }

    /// As much of that as one frame holds of what the screen has not heard.
    fn next_windows(&mut self) -> Option<Bytes> {
        if let Some(refusal) = self.windowless.take() {
            return frame(&ToScreen::Windowed { id: self.id, rows: Err(refusal) });
        }
        let mut rows = Vec::new();
        while rows.len() < ROWS_MAX
            && let Some(reading) = self.windows.pop_front()
        {
            let said = Some((reading.at, reading.value.to_bits()));
            // Of one that was not described yet the next round tells.
            if let Some(told) = self.told.get_mut(&reading.sensor).filter(|told| told.window != said) {
                told.window = said;
                rows.push(reading);
            }
        }
        let due = std::mem::take(&mut self.windows_due) || !rows.is_empty();
        if due { frame(&ToScreen::Windowed { id: self.id, rows: Ok(packed(&rows)) }) } else { None }
    }

    /// When there may be something to tell again; `None` where nothing follows.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// The next frame, where there is one to tell.
    pub(crate) fn next(&mut self, desk: &Desk, now: Instant) -> Option<Bytes> {
        let first = self.looked.is_none();
        self.look(desk, now);
        if first || !self.untold.is_empty() {
            return frame(&self.describe());
        }
        if let Some(windows) = self.next_windows() {
            return Some(windows);
        }
        if self.round.is_none() {
            let done = self.past.is_some() && self.upto.is_some();
            if done || self.due.is_some_and(|due| now < due) {
                return None;
            }
            let stamp = desk.stamp();
            self.due = self.past.is_none().then(|| now + self.every);
            if self.upto == Some(stamp) {
                return None;
            }
            self.round = Some(Round { after: None, stamp });
        }
        let readings = self.values(desk);
        if readings.is_empty() { None } else { frame(&ToScreen::Readings { id: self.id, rows: packed(&readings) }) }
    }

    /// Compare the registry with what the screen knows, where it changed.
    fn look(&mut self, desk: &Desk, now: Instant) {
        let state = desk.described();
        let fresh = |(known, at): (u64, Instant)| known == state || now < at + LOOK_EVERY;
        if self.looked.is_some_and(fresh) {
            return;
        }
        self.looked = Some((state, now));
        let registry = desk.registry();
        let mut here = 0;
        // What is out of service now is seen in the past, while it was not.
        let at = self.watch.at.filter(|_| self.past.is_some()).unwrap_or(Moment(i64::MAX));
        for (number, sensor) in registry.all_at(at).filter(|(_, sensor)| self.watch.has(sensor)) {
            here += 1;
            let known = self.told.get(&number);
            if known.is_none_or(|told| !Arc::ptr_eq(&told.sensor, sensor)) {
                let (stamp, window) = known.map_or((0, None), |told| (told.stamp, told.window));
                self.told.insert(number, Told { sensor: Arc::clone(sensor), stamp, window });
                self.untold.push_back((number, Some(Arc::clone(sensor))));
            }
        }
        if here == self.told.len() {
            return;
        }
        let is_here = |number: SensorId| {
            let sensor = registry.get(number).filter(|sensor| self.watch.has(sensor));
            let serves = registry.retired(number).is_none_or(|retired| retired.at > at);
            serves && sensor.is_some_and(|sensor| registry.number(&sensor.id) == Some(number))
        };
        let gone: Vec<SensorId> = self.told.keys().copied().filter(|number| !is_here(*number)).collect();
        for number in gone {
            self.told.remove(&number);
            self.untold.push_back((number, None));
        }
    }

    /// As many descriptions as one frame holds.
    fn describe(&mut self) -> ToScreen {
        let (mut sensors, mut gone, mut room) = (Vec::new(), Vec::new(), FRAME_MAX - 64);
        while let Some((number, sensor)) = self.untold.front() {
            let row = sensor.as_ref().map(|sensor| SensorRow::new(*number, sensor));
            let bytes = row.as_ref().map_or(8, bytes_of);
            if bytes > room {
                break;
            }
            room -= bytes;
            match row {
                Some(row) => sensors.push(row),
                None => gone.push(*number),
            }
            self.untold.pop_front();
        }
        // Their values may be older than what was told.
        self.upto = None;
        let left = u32::try_from(self.untold.len()).unwrap_or(u32::MAX);
        ToScreen::Sensors { id: self.id, sensors, gone, left, unread: self.unread }
    }

    /// As many values as one frame holds that the screen has not heard, and the end of the round where there are no more.
    fn values(&mut self, desk: &Desk) -> Vec<Reading> {
        let Some(round) = self.round else { return Vec::new() };
        let begin = round.after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut readings = Vec::new();
        let mut left = self.told.range_mut((begin, Bound::Unbounded));
        let ended = desk.newest(|newest| {
            for (number, told) in left.by_ref() {
                let (stamp, reading) = match &self.past {
                    Some(past) => (1, past.get(number.index()).copied().flatten()),
                    None => newest.of(*number),
                };
                if let Some(reading) = reading.filter(|_| stamp > told.stamp) {
                    told.stamp = stamp;
                    readings.push(reading);
                }
                if readings.len() >= ROWS_MAX {
                    return Some(*number);
                }
            }
            None
        });
        self.round = ended.map(|number| Round { after: Some(number), ..round });
        if ended.is_none() {
            self.upto = Some(round.stamp);
        }
        readings
    }
}

fn frame(frame: &ToScreen) -> Option<Bytes> {
    encode(frame).inspect_err(|error| tracing::error!(%error, "what sensors say cannot be encoded")).ok()
}

/// A screen shows these sensors from now on.
pub(crate) fn begin(hub: &Arc<Inner>, outbox: &Arc<Outbox>, id: u64, watch: Option<Watch>) {
    let Some(watch) = watch else {
        outbox.watch(id, None);
        return;
    };
    outbox.watch(id, watch.at.is_none().then(|| Watching::new(id, watch.clone(), None)));
    if watch.at.is_none() && watch.windows.is_empty() {
        return;
    }
    let (hub, outbox) = (Arc::clone(hub), Arc::clone(outbox));
    tokio::spawn(async move {
        if let Some(at) = watch.at {
            let past = hub.readings.look(move |reader| reader.latest_at(at)).await;
            outbox.watch(id, Some(Watching::of_past(id, watch.clone(), past)));
        }
        let weak = Arc::downgrade(&hub);
        drop(hub);
        if !watch.windows.is_empty() {
            windows::tell(weak, outbox, id, watch).await;
        }
    });
}

/// What a sensor is and what it measured in a stretch of time.
pub(crate) async fn trend(
    hub: &Inner,
    number: SensorId,
    (from, to): (Moment, Moment),
    points: u16,
) -> Result<Trend, Refusal> {
    let sensor = hub.readings.registry().get(number).cloned().ok_or(Refusal::NoSensor)?;
    if from > to {
        return Err(Refusal::Unusable { field: "from".to_owned(), reason: "is after `to`".to_owned() });
    }
    let newest = hub.readings.newest(|newest| newest.of(number).1);
    let points = usize::from(points.clamp(1, TREND_POINTS_MAX));
    let look = hub.readings.look(move |reader| -> Result<(Series, Option<Reading>), ReadingsError> {
        let newest = match newest.filter(|newest| newest.at <= to) {
            Some(newest) => Some(newest),
            None => reader.latest_at(to)?.get(number.index()).copied().flatten(),
        };
        Ok((reader.series(number, from, to, points)?, newest))
    });
    let (series, newest) = look.await.map_err(|error| {
        tracing::error!(%error, "readings cannot be read");
        Refusal::NoReadings
    })?;
    let step = |step: &crate::store::readings::Mean| TrendStep {
        from: Moment(step.from),
        min: step.min,
        max: step.max,
        mean: step.mean(),
        count: step.count,
    };
    Ok(Trend {
        sensor: (*sensor).clone(),
        newest: newest.map(|newest| (newest.at, newest.value)),
        from,
        to,
        step_millis: series.step_millis,
        steps: series.steps.iter().map(step).collect(),
    })
}
